"""The exercises of lesson 4, on losses."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from ...claims.answers import parts, read_number, read_numbers, read_polynomial, show
from ...claims.hints import hints_for_law
from ...errors import brief
from ...exact.backend import rational_rank
from ...exact.polynomial import Poly
from ...laws.checking import check_law, small_nonzero_point
from ...laws.counting import count_laws
from ...laws.questions import independent
from ...models.networks import linear
from ...models.parametrizations import Parametrization, parametrization
from ...paper.losses import LOSSES, seen_through
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


_ONE_HOT = LOSSES["mse with one-hot labels"]


# 4.1 break: an output at which one-hot labels are too few.


@lesson.check("4.1")
def check_output(answer: Any) -> Feedback:
    z = read_numbers(answer, 3)
    place, total, rank = show(z), sum(z), _ONE_HOT.dimension_at(z)
    if 0 in z or len(set(z)) < 3:
        found = f"At {place} the gradients do fail to span, but" if rank < 3 else f"{place} will not do:"
        return wrong(f"{found} three different numbers are asked for, none of them 0.")
    if rank == 3:
        return wrong(
            f"At {place} the gradients z − e₁, z − e₂, z − e₃ are linearly independent: they span all of R³. "
            f"(The entries of z have the sum {total}.)"
        )
    return right(
        f"At {place} the three gradients span only {rank} dimensions: each of them has entries with sum 0, "
        "so (1, 1, 1) is orthogonal to all of them."
    )


# 4.2 prove: and nowhere else.

_OUTPUTS = ("z1", "z2", "z3")


def determinant(rows: list[list[Poly]]) -> Poly:
    """Return the determinant of a 3 × 3 matrix of polynomials."""
    a, b, c = rows
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])


@lesson.check("4.2")
def check_determinant(answer: Any) -> Feedback:
    z = Poly.gens(_OUTPUTS)
    given = read_polynomial(answer, _OUTPUTS)
    true = determinant([[z[j] - int(i == j) for j in range(3)] for i in range(3)])
    gap = true - given
    if not gap:
        return right(
            "Both sides are the same polynomial in z₁, z₂, z₃. So the gradients span R³ wherever it is not 0, and "
            "fail to span where it is: exactly on the plane z₁ + z₂ + z₃ = 1."
        )
    if given == -true:
        return wrong("That is the determinant with the other sign: count the minus signs of −e₁, −e₂, −e₃ again.")
    point = small_nonzero_point(gap)
    return wrong(
        f"At z = {show(point)} the determinant is {true.evaluate(point)}, and yours is {given.evaluate(point)}."
    )


# 4.3 break: the condition fails, and what it is for holds.


@lesson.check("4.3")
def check_input(answer: Any) -> Feedback:
    x = read_number(answer)
    theta = (Fraction(1, 2), Fraction(1, 2))
    gradients = [[x * (t * x - int(i == j)) for j, t in enumerate(theta)] for i in range(2)]
    rank = rational_rank([[int(2 * g * x.denominator**2) for g in row] for row in gradients])
    told = f"With x = {x} the output is {show([t * x for t in theta])}"
    if rank == 2:
        return right(
            f"{told}, and the two gradients in θ are {show(gradients[0])} and {show(gradients[1])}: they span R². One "
            "such input is enough, for any data set may contain it."
        )
    if x == 0:
        return wrong(f"{told} and the gradients in θ, which carry a factor x, are 0: nothing is pushed at all.")
    return wrong(
        f"{told}, whose entries have the sum 1: the two gradients in θ are {show(gradients[0])} and "
        f"{show(gradients[1])}, on one line."
    )


# 4.4 compute: what a classifier conserves.

_CLASSIFIER = ("u1", "u2", "v")


def _models() -> tuple[Parametrization, Parametrization]:
    """The smallest classifier with a hidden neuron, as the squared loss and as the cross-entropy see it."""
    phi = parametrization("u1*v", "u2*v", variables=_CLASSIFIER)
    return phi, seen_through(phi, "cross-entropy", outputs=2)


@lesson.check("4.4")
def check_two(answer: Any) -> Feedback:
    squared, entropy = _models()
    pieces = parts(answer)
    if len(pieces) != 2:
        return wrong(f"Two functions are asked for, with a comma between them; {brief(answer)} holds {len(pieces)}.")
    laws = [read_polynomial(piece, _CLASSIFIER) for piece in pieces]
    for piece, law in zip(pieces, laws, strict=True):
        verdict = check_law(law, entropy)
        if verdict.details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        if verdict.is_refuted:
            told = f"`{piece}` is not conserved: ⟨∇h, (v, −v, u₁ − u₂)⟩ = `{entropy[0].along(law).text}`."
            return wrong(told, partial(hints_for_law, law, entropy))
    if not independent([law.text for law in laws], _CLASSIFIER).is_proved:
        return wrong(
            f"Both are conserved, but `{pieces[1]}` and `{pieces[0]}` are functions of each other near almost every "
            "point: together they count once."
        )
    new = [piece for piece, law in zip(pieces, laws, strict=True) if check_law(law, squared).is_refuted]
    return right(
        "Both are conserved, and independent: two laws of three parameters, and the flow needs one direction to move "
        f"in, so there is no third. The squared loss would destroy {' and '.join(f'`{p}`' for p in new)}."
    )


# 4.5 prove: for every width.


@lesson.check("4.5")
def check_neuron(answer: Any) -> Feedback:
    return judge_proof(
        answer,
        lesson.start("4.5"),
        "Your steps hold for all n and m: whatever the input w, and whatever push K·1 with sum 0 a label sends "
        "back, the outgoing weights of a neuron keep their sum.",
        cites="Proposition 2.5",
        needs="what (s^T*u)' is along the flow",
    )


# 4.6 predict: counting for a loss.


@lesson.check("4.6")
def check_number(answer: Any) -> Feedback:
    number = read_number(answer)
    phi = linear(2, 2, 3)
    counts = {name: count_laws(seen_through(phi, name)).laws for name in ("mse", "cross-entropy")}
    true, squared = counts["cross-entropy"], counts["mse"]
    if number == true:
        return right(
            f"The engine proves it: exactly {true}, the sums of the two columns of U and the {squared} laws of the "
            "factorization with two outputs. (With r ≤ n + m − 1 the old laws, the entries of Ψ, stay "
            "independent of the "
            "new ones.)"
        )
    if number == squared:
        return wrong(f"{squared} is the number for the squared loss: the entries of Ψ. Cross-entropy adds to it.")
    if number.denominator != 1 or number < 0:
        return wrong(f"A number of laws is a whole number, and {number} is not.")
    if number == true - squared:
        return wrong(f"{number} is the number of new laws. The old ones are still conserved: no loss can destroy them.")
    if number >= phi.dimension:
        return wrong(f"With {phi.dimension} parameters, {number} laws would leave the flow no direction to move in.")
    if number == squared + 1:
        return wrong("Do the sums of the two columns of U not both stay what they are?")
    if number == squared + 3:
        return wrong(
            "There are three rows, but it is the columns of U whose sums are conserved, and there are r of them."
        )
    return wrong(
        f"The engine counts, with proof, a number that is not {number}. Count the two kinds of laws separately."
    )
