"""The exercises of lesson 11, on what is left of the laws when training takes steps."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from ...claims.answers import counted, read_number, read_numbers, read_polynomial, show
from ...errors import ParseError, brief
from ...laws.checking import check_law
from ...laws.questions import independent
from ...matrices import MatrixSpace, prove_equal
from ...models.parametrizations import parametrization
from ...models.training_fields import sign_fields
from ...simulation.flows import Neuron, WideNeuron, gradient_descent
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson

__all__ = ["lesson"]

lesson = read_lesson(__file__)


# 11.1 prove: the exact change of Ψ in one step, for all widths.

_LETTERS = "U: n x r, V: m x r, G: n x m"
_CHANGE = "(U - t*G*V)^T*(U - t*G*V) - (V - t*G^T*U)^T*(V - t*G^T*U) - (U^T*U - V^T*V)"


@lesson.check("11.1")
def check_change(answer: Any) -> Feedback:
    text = answer if isinstance(answer, str) else str(answer)
    if re.search(r"\b(t|tau)\b|τ", text):
        raise ParseError("the factor τ² stands in front of D already: leave it out of D")
    shape = MatrixSpace.read(_LETTERS)(text).shape
    if shape not in (("r", "r"), ("1", "1")) or (shape == ("1", "1") and not text.strip().isdigit()):
        rows, columns = shape
        raise ParseError(f"Ψ is r × r, and so is D; {brief(text)} is {rows} × {columns}")
    found = prove_equal(_CHANGE, f"t^2*({text})", space=MatrixSpace.read(f"{_LETTERS}, t: 1 x 1"))
    if found.is_proved:
        return right("Both sides agree as expressions in matrices, for all n, m and r: that is a proof.")
    if not found.is_refuted:
        return wrong("The engine cannot decide this one. Write D with products, transposes, + and − only.")
    if prove_equal(_CHANGE, f"-t^2*({text})", space=MatrixSpace.read(f"{_LETTERS}, t: 1 x 1")).is_proved:
        return wrong("Only the sign is wrong: which of the two products is subtracted in Ψ?")
    rest = re.sub(r"\bt\b", "τ", str(found.residual))
    return wrong(f"With τ²·({text}) the two sides differ by {rest}, which is not 0 for all matrices.")


# 11.2 break: a step that keeps the law.

_EXAMPLE = ((3, 4), 10)
_TAU = Fraction(1, 10)


def _wide_law(u: Fraction, v1: Fraction, v2: Fraction) -> Fraction:
    return u**2 - v1**2 - v2**2


@lesson.check("11.2")
def check_kept(answer: Any) -> Feedback:
    point = read_numbers(answer, 3)
    neuron, before, place = WideNeuron([_EXAMPLE]), _wide_law(*point), show(point)
    if not any(neuron.gradient(*point)):
        return wrong(f"At {place} the gradient is 0: the step goes nowhere. Find a start from which it moves.")
    if before == 0:
        return wrong(f"At {place} h is 0. A start with h ≠ 0 is asked for.")
    first, second = gradient_descent(neuron.gradient, point, _TAU, 2).points[1:]
    after = _wide_law(*first)
    if after != before:
        return wrong(f"From {place} the step goes to {show(first)}: h was {before} and is {after}.")
    return right(
        f"The step goes from {place} to {show(first)}, and h = {before} at both, exactly. The next step leaves it at "
        f"{_wide_law(*second)} as well: that a law did not drift in one run tells nothing about steps."
    )


# 11.3 predict: the mean of a law after one random step.

_TWO_EXAMPLES = ((1, 1), (1, 5))
_SGD_STEP = Fraction(1, 4)


@lesson.check("11.3")
def check_mean(answer: Any) -> Feedback:
    value = read_number(answer)
    ends = [gradient_descent(Neuron([pair]).gradient, (Fraction(3), Fraction(1)), _SGD_STEP, 1).end
            for pair in _TWO_EXAMPLES]  # fmt: skip
    mean = sum(u**2 - v**2 for u, v in ends) / len(ends)
    if value == mean:
        return right(
            f"The step goes to {show(ends[0])} or to {show(ends[1])}. Descent with both examples would stand still, "
            "with h = 8 for ever; the noise alone has moved h."
        )
    if value == 8:
        return wrong(
            "That is h where the mean of the two gradients is used, which is 0 here. One random step follows one of "
            "them, and neither is 0."
        )
    side = "above" if value > mean else "below"
    return wrong(
        f"{value} is {side} the mean: h would be multiplied by {value / 8}. Each of the two steps multiplies it by "
        "1 − τ²e²; which e does each example have?"
    )


# 11.4 predict: a law with weight decay.


@lesson.check("11.4")
def check_decay(answer: Any) -> Feedback:
    square = read_number(answer)
    h = 1 - square
    told = {8: "Without weight decay h would still be 8. ", 2: "One factor too few: h is quadratic in the weights. "}
    if square < 0:
        return wrong(f"{told.get(h, '')}A square is never negative, and v² = {square} is.")
    if h == Fraction(1, 2):
        return right("h = 8·(1 + t)⁻² = 1/2 at time 3, for any data, and u = 1 leaves v² = 1/2.")
    return wrong(f"With u = 1 and v² = {square}, h is {h}: it would have been multiplied by {h / 8}.")


# 11.5 break: sign flow keeps something after all.

_SIGN_NAMES = ("u1", "u2", "v1", "v2")


@lesson.check("11.5")
def check_signs(answer: Any) -> Feedback:
    flow = sign_fields(parametrization("u1*v1 + u2*v2", variables=_SIGN_NAMES), (1, 2, 3, 4))
    pieces = counted(answer, 3, "functions")
    laws = [read_polynomial(piece, _SIGN_NAMES) for piece in pieces]
    for piece, law in zip(pieces, laws, strict=True):
        if check_law(law, flow).details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        change = sum((law.derivative(i) for i in range(4)), law * 0)
        if check_law(law, flow).is_refuted:
            return wrong(
                f"`{piece}` changes: where all weights are positive they all grow or all shrink at the rate 1, and the "
                f"derivative along (1, 1, 1, 1) is `{change.text}`."
            )
    if independent(laws, _SIGN_NAMES).is_proved:
        return right("Three independent laws of four weights: no flow that moves at all can keep more.")
    return wrong("All three are conserved, but not independent: one of them is a function of the others.")
