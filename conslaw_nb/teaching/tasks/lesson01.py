"""The exercises of lesson 1, on what never changes."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from ...claims.answers import parts, read_number, read_numbers, read_polynomial, show, without_name
from ...claims.hints import hints_for_law
from ...errors import brief
from ...exact.polynomial import Poly
from ...laws.checking import check_law, small_nonzero_point
from ...models.parametrizations import parametrization
from ...simulation.flows import Neuron, gradient_descent
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson

__all__ = ["lesson"]

lesson = read_lesson(__file__)


def _conserved(u: Fraction, v: Fraction) -> Fraction:
    return u**2 - v**2


# 1.1 predict: the flow stops where its hyperbola meets the curve of zero loss.

_X, _Y = Fraction(4), Fraction(15, 4)


@lesson.check("1.1")
def check_end(answer: Any) -> Feedback:
    u, v = read_numbers(answer, 2)
    place, c, output = show((u, v)), _conserved(u, v), u * v * _X
    if c == 1 and output == _Y and u > 0:
        return right(f"At {place} the output is exactly {_Y}, and u² − v² is 1 as it was at the start.")
    if c == 1 and output == _Y:
        return wrong(
            f"{place} has the right u² − v² and the right output, but it lies on the other branch: on the "
            "way the flow would have to cross u = 0, where u² − v² = −v² cannot be 1."
        )
    if c == 1:
        return wrong(
            f"{place} lies on the curve u² − v² = 1, but the output there is {output}, not {_Y}: the flow is "
            "still moving."
        )
    if output == _Y:
        return wrong(
            f"At {place} the output is exactly {_Y}, but u² − v² is {c} there and 1 at the start: the flow "
            "cannot get there."
        )
    return wrong(f"At {place} the output is {output} instead of {_Y}, and u² − v² is {c} instead of 1.")


# 1.2 break: a constant seen from one start is not a law.


@lesson.check("1.2")
def check_start(answer: Any) -> Feedback:
    u, v = read_numbers(answer, 2)
    place, slope = show((u, v)), u * v - 2
    if u == v == 0:
        return wrong("At the origin nothing moves at all, and every function is constant: she would have noticed.")
    if slope == 0:
        return wrong(
            f"At {place} the loss is already 0 and nothing moves, so every function is constant there. "
            "Find a start from which the flow really goes somewhere."
        )
    if u + v == 0:
        return right(
            f"From {place} the flow runs along the line u + v = 0 and never leaves it. One start shows "
            "nothing: a conserved function must be constant from every start."
        )
    rate = -slope * (u + v)
    return wrong(f"From {place} the sum u + v changes at once: its rate is −e·(v + u) = {rate}, which is not 0.")


# 1.3 break: conserved for one data set is not conserved for any.

_NAMES = ("u", "v1", "v2")


def _models() -> tuple[Any, Any]:
    """The models seen through inputs (1, 0) alone, and through all inputs."""
    return parametrization("u*v1", variables=_NAMES), parametrization("u*v1", "u*v2", variables=_NAMES)


@lesson.check("1.3")
def check_data(answer: Any) -> Feedback:
    few, every = _models()
    answer = without_name(answer) if isinstance(answer, str) else answer
    verdict, strict = check_law(answer, few), check_law(answer, every)
    if verdict.details.get("constant"):
        return wrong(f"`{answer}` is a constant, and conserved by all data: find a function that changes.")
    if verdict.is_refuted:
        return wrong(f"`{answer}` changes already for inputs (1, 0): {verdict.witness}.")
    if strict.is_proved:
        return wrong(
            f"`{answer}` is conserved for your data, but for all other data as well: it is a true law. "
            "Find one that other inputs destroy."
        )
    if verdict.is_proved and strict.is_refuted:
        return right(
            f"`{answer}` is conserved as long as all inputs are multiples of (1, 0). One example with input "
            f"(0, 1) destroys it: {strict.witness}."
        )
    return wrong(f"The engine cannot decide this one ({verdict.reason}); try a polynomial.")


# 1.4 prove: the exact drift of one step of descent.

_STEP = ("u", "v", "tau", "e")


@lesson.check("1.4")
def check_factor(answer: Any) -> Feedback:
    u, v, tau, e = Poly.gens(_STEP)
    text = answer.replace(r"\tau", "τ").replace("τ", " tau ") if isinstance(answer, str) else str(answer)
    factor = read_polynomial(text, _STEP)
    new_u, new_v = u - tau * e * v, v - tau * e * u
    before, after = u**2 - v**2, new_u**2 - new_v**2
    gap = after - factor * before
    if not gap:
        return right(
            "Both sides are the same polynomial in u, v, τ and e: the identity holds for every start, "
            "every data set and every step. That is a proof."
        )
    if factor == after:
        return wrong(f"`{answer}` is h(u⁺, v⁺) itself. F is what it is multiplied by: take u² − v² out of it.")
    if not set(factor.support()) <= {2, 3}:
        return wrong(f"F is made of τ and e alone, whatever the start, and `{answer}` has u or v in it.")
    point = small_nonzero_point(gap)
    where = ", ".join(f"{name} = {value}" for name, value in zip(("u", "v", "τ", "e"), point, strict=True))
    sides = after.evaluate(point), factor.evaluate(point) * before.evaluate(point)
    told = f"With F = `{answer}`, at {where}, h(u⁺, v⁺) is {sides[0]} and F·h(u, v) is {sides[1]}."
    if factor.derivative(2).evaluate((0, 0, 0, 1)):
        told += " Your F has a term with a single τ. Do such terms survive in h(u⁺, v⁺)?"
    return wrong(told)


# 1.5 compute: a step size with a prescribed, exact drift.


@lesson.check("1.5")
def check_step(answer: Any) -> Feedback:
    tau = read_number(answer)
    if tau <= 0:
        return wrong(f"τ = {brief(tau)} is not a step size: it should be positive.")
    if tau > 1000:
        return wrong(f"τ = {brief(tau)} is a giant step: it takes the weights far away, and with them u² − v².")
    end = gradient_descent(Neuron([(1, 5)]).gradient, (Fraction(2), Fraction(1)), tau, 1).end
    ratio = _conserved(*end) / 3
    if tau.denominator > 100:
        close = " That is very close, but rounded: which fraction is it?" if abs(ratio - Fraction(3, 4)) < 0.01 else ""
        return wrong(
            f"With τ = {float(tau):.6g} the step multiplies u² − v² by {float(ratio):.6g}, not by exactly 3/4.{close}"
        )
    told = f"With τ = {tau} the step goes to {show(end)}, where u² − v² = {3 * ratio}"
    if ratio == Fraction(3, 4):
        return right(f"{told}: three quarters of 3, exactly.")
    return wrong(f"{told}: that is {ratio} of what it was, not 3/4.")


# 1.6 compute: two independent laws of a longer chain.


@lesson.check("1.6")
def check_two(answer: Any) -> Feedback:
    phi = parametrization("u*v*w")
    pieces = parts(answer)
    if len(pieces) != 2:
        return wrong(f"Two functions are asked for, with a comma between them; {brief(answer)} holds {len(pieces)}.")
    laws = [read_polynomial(piece, phi.variables) for piece in pieces]
    for piece, law in zip(pieces, laws, strict=True):
        verdict = check_law(law, phi)
        if verdict.details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        if not verdict.is_proved:
            residual = phi[0].along(law).text
            told = f"`{piece}` is not a law: ⟨∇h, (v*w, u*w, u*v)⟩ = `{residual}`, and a law needs 0."
            return wrong(told, partial(hints_for_law, piece, phi))
    first, second = laws
    if first == second:
        return wrong(f"It is a law, but both functions are the same one, `{first.text}`: together they count once.")
    a, b = ([law.derivative(i) for i in range(3)] for law in (first, second))
    if any(a[i] * b[j] - a[j] * b[i] for i in range(3) for j in range(i)):
        return right(
            "Both are laws, and their gradients are not parallel: two independent laws of three parameters. "
            "There can be no third, for the flow needs one direction to move in."
        )
    return wrong(
        "Both are laws, but their gradients are parallel everywhere: near almost every point "
        f"`{pieces[1]}` is a function of `{pieces[0]}`, or the other way round. Together they count once."
    )
