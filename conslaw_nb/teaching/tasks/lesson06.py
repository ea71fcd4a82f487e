"""The exercises of lesson 6, on brackets, involutive families and independence."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from ...claims.answers import parts, read_numbers, read_polynomial, show
from ...claims.diagnosis import diagnose_bracket
from ...claims.hints import hints_for_bracket
from ...errors import ParseError, brief
from ...exact.polynomial import Poly
from ...laws.checking import small_nonzero_point
from ...laws.counting import count_laws
from ...laws.staircases import staircase
from ...models.fields import Field, bracket, vector_fields
from ...models.parametrizations import parametrization
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson

__all__ = ["lesson"]

lesson = read_lesson(__file__)


_SPACE = ("x", "y", "z")
MAX_DEGREE = 6  # of a polynomial that a check works with


def _read(text: Any, variables: tuple[str, ...]) -> Poly:
    """Read a polynomial that is small enough to bracket at once."""
    poly = read_polynomial(text, variables)
    if poly.degree > MAX_DEGREE:
        raise ParseError(f"the polynomial has degree {poly.degree}: one of degree at most {MAX_DEGREE} will do")
    return poly


# 6.1 predict: the end of a loop, exactly.

_START = (Fraction(3), Fraction(0), Fraction(0))


def _end_of_loop(order: str) -> tuple[Fraction, ...]:
    """Walk for time 1 along each field and then back, along X = (1, 0, 0) and Y = (0, 1, x²), exactly."""
    x, y, z = _START
    for sign in (1, -1):
        for field in order:
            if field == "X":
                x += sign
            else:
                y, z = y + sign, z + sign * x**2
    return x, y, z


@lesson.check("6.1")
def check_end(answer: Any) -> Feedback:
    given, end = read_numbers(answer, 3), _end_of_loop("XY")
    if given == end:
        return right(
            f"Out at x = 4 the leg along Y lifts you by 16, back at x = 3 it lowers you by 9. You end at {show(end)}."
        )
    if given == _START:
        return wrong("The loop does not close: the leg along Y is taken at another x on the way back.")
    if given[:2] != end[:2]:
        return wrong(
            f"{show(given)} has x = {given[0]} and y = {given[1]}. The two legs along X cancel in x, and the two along "
            "Y cancel in y: only z can be different at the end."
        )
    if given == _end_of_loop("YX"):
        return wrong(f"{show(given)} is where the other order leads, first along Y. Here the walk begins along X.")
    field = bracket(*vector_fields(_SPACE, [["1", "0", "0"], ["0", "1", "x**2"]]))
    leading = -field.components[2].evaluate(_START)
    if given[2] == leading:
        return wrong(
            f"{leading} is the third component of −t²[X, Y] with t = 1: the gap of a small loop, to leading order. "
            "This loop is not small, and the question is for the exact end."
        )
    if given[2] == -leading:
        return wrong(
            f"{-leading} is the third component of [X, Y]; the end of the loop, of exact side 1, is asked for."
        )
    if given[2] in (16, 25):
        told = "only that" if given[2] == 16 else "16 + 9"
        return wrong(
            f"The leg out along Y, at x = 4, lifts z by 16, and your {given[2]} is {told}. On the way back along Y, "
            "at x = 3, z falls again."
        )
    return wrong(
        f"{show(given)} has z = {given[2]}. Follow z along the four legs: only those along Y change it, at the rate x²."
    )


# 6.2 compute: a bracket.

_PAIR = ("x**2*y", "y*z")
_SLIPS = {
    "bracket sign": "This is [Y, X] = −[X, Y]. Here [X, Y] = ∂X·Y − ∂Y·X, minus the bracket of most geometry books.",
    "half a bracket": "A bracket has two parts, ∂X·Y and ∂Y·X, and this is one of them.",
    "plus instead of minus": "Both parts are right, ∂X·Y and ∂Y·X. How are they combined?",
}


@lesson.check("6.2")
def check_bracket(answer: Any) -> Feedback:
    phi = parametrization(*_PAIR, variables=_SPACE)
    pieces = parts(answer)
    if len(pieces) != 3:
        raise ParseError(f"a field of space has three components, and {brief(answer)} has {len(pieces)}")
    finding = diagnose_bracket([_read(piece, _SPACE) for piece in pieces], phi[0], phi[1])
    if finding is None:
        return right("Each component is right, as a polynomial.")
    told = _SLIPS.get(finding.kind) or _component(pieces, phi)
    return wrong(told, partial(hints_for_bracket, pieces, phi, 1, 2))


def _component(pieces: list[Any], phi: Any) -> str:
    """Say of the first wrong component what it is at a point, and what the two parts of the bracket are there."""
    x, y = phi
    for place, piece in enumerate(pieces):
        part = _read(piece, _SPACE)
        first, second = y.along(x.components[place]), x.along(y.components[place])
        if part == first - second:
            continue
        point = small_nonzero_point(part - first + second)
        where = ", ".join(f"{name} = {value}" for name, value in zip(_SPACE, point, strict=True))
        values = [p.evaluate(point) for p in (part, first, second)]
        return (
            f"The component of {_SPACE[place]}: at {where} yours, `{part.text}`, is {values[0]}. There ∂X·Y is "
            f"{values[1]} and ∂Y·X is {values[2]}."
        )
    raise AssertionError("every component is right")


# 6.3 break: room for a law, and none there.


@lesson.check("6.3")
def check_room(answer: Any) -> Feedback:
    second = _read(answer, _SPACE)
    phi = parametrization("x*y", second.text, variables=_SPACE)
    count = count_laws(phi)
    commutator = bracket(phi[0], phi[1])
    if count.laws is None:
        return wrong(f"How many laws there are is not decided here ({count.verdict.reason}) Try a shorter φ₂.")
    if count.dim_trace < 2:
        return wrong(
            f"With φ₂ = `{second.text}` the gradients of both components are parallel everywhere: W(θ) has dimension "
            f"{count.dim_trace}, and there is room for {3 - count.dim_trace} laws. "
            "Take a φ₂ that is not a function of xy."
        )
    if count.laws == 0:
        return right(
            f"X and Y = `{phi[1]}` leave one dimension free, but [X, Y] = `{commutator}` fills it: together they span "
            "all of R³ near almost every point, and no law is left."
        )
    law = count.evidence.laws[0].text if count.evidence.laws else ""
    shown = f", `{law}`" if law else ", although no polynomial of low degree"
    closing = "is zero" if not commutator else f"= `{commutator}` stays in W(θ)"
    return wrong(f"There is a law{shown}: [X, Y] {closing}, and the bracket destroys nothing.")


# 6.4 prove: a bracket is a combination of the fields, with functions as coefficients.


@lesson.check("6.4")
def check_inside(answer: Any) -> Feedback:
    phi = parametrization("x*y", "x*z", variables=_SPACE)
    pieces = parts(answer)
    if len(pieces) != 2:
        raise ParseError(f"two coefficients are asked for, a and b, and {brief(answer)} has {len(pieces)}")
    a, b = (_read(piece, _SPACE) for piece in pieces)
    left = bracket(phi[0], phi[1]) * Poly.gens(_SPACE)[0]
    made = phi[0] * a + phi[1] * b
    if made == left:
        return right(
            "x·[X, Y] = a·X + b·Y as an identity of polynomials. So wherever x ≠ 0 the bracket lies in the plane W(θ), "
            "and the walk never leaves its surface."
        )
    residual = Field([p - q for p, q in zip(made.components, left.components, strict=True)])
    place = next(i for i, part in enumerate(residual.components) if part)
    sides = made.components[place].text, left.components[place].text
    return wrong(f"In the component of {_SPACE[place]}, a·X + b·Y is `{sides[0]}` and x·[X, Y] is `{sides[1]}`.")


# 6.5 break: a staircase that stands still at a point for as long as one likes.


@lesson.check("6.5")
def check_still(answer: Any) -> Feedback:
    p = _read(answer, ("x", "y"))
    family = vector_fields(("x", "y"), [["1", "0"], ["0", p.text]])
    steps = staircase(family, (0, 0), steps=4).traces
    steps = steps + steps[-1:] * (5 - len(steps))  # where nothing is added any more
    seen = ", ".join(map(str, steps))
    if steps == [1, 1, 1, 1, 2]:
        return right(
            f"At the origin the dimensions are {seen}: three steps in a row add nothing, and the fourth one does. "
            "Close by, where p is not 0, the dimension is 2 from the beginning."
        )
    if 2 not in steps:
        return wrong(f"With p = `{p.text}` the dimensions at the origin are {seen}: four steps bring nothing but X.")
    if steps[0] == 2:
        return wrong(f"With p = `{p.text}` the field Y = (0, p) is not 0 at the origin: the dimensions are {seen}.")
    return wrong(
        f"With p = `{p.text}` the dimensions at the origin are {seen}: the second dimension comes in step "
        f"{steps.index(2)} and not in step 4."
    )


# 6.6 prove: the entries of Ψ depend on each other.

_ENTRIES = ("p11", "p12", "p13", "p22", "p23", "p33")


def _entries() -> list[Poly]:
    """Return the six different entries u_i u_j − v_i v_j of Ψ, for n = m = 1 and r = 3."""
    u1, u2, u3, v1, v2, v3 = Poly.gens(("u1", "u2", "u3", "v1", "v2", "v3"))
    u, v = (u1, u2, u3), (v1, v2, v3)
    return [u[i] * u[j] - v[i] * v[j] for i in range(3) for j in range(i, 3)]


@lesson.check("6.6")
def check_relation(answer: Any) -> Feedback:
    relation = _read(answer, _ENTRIES)
    if not relation:
        return wrong("0 = 0 is not a relation: find a polynomial that is not the zero polynomial.")
    inserted = relation.evaluate(_entries())
    if not isinstance(inserted, Poly):
        return wrong(f"`{relation.text}` is a constant, and not 0: it relates nothing.")
    if not inserted:
        return right(
            "With pᵢⱼ = uᵢuⱼ − vᵢvⱼ inserted, everything cancels: near a generic point one entry is a function of the "
            "other five."
        )
    point = small_nonzero_point(inserted)
    shown = f"u = {show(point[:3])} and v = {show(point[3:])}"
    return wrong(f"At {shown} your polynomial is {inserted.evaluate(point)}, and it should be 0 whatever u and v are.")
