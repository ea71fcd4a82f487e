"""The exercises of lesson 13, on the seventh law: curves, sums over eigenvalues, and forms, all decided exactly."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from ...claims.answers import counted, read_count, read_numbers
from ...errors import ParseError, brief
from ...exact.polynomial import Poly
from ...language.polynomials import poly_from_text
from ...laws.counting import count_laws
from ...laws.finding.closed import check_form
from ...laws.finding.forms import read_form
from ...laws.search import known_count
from ...models.networks import linear
from ...models.parametrizations import parametrization
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


# 13.1 prove: S = AAᵀ moves by a matrix of rank two.


@lesson.check("13.1")
def check_speed(answer: Any) -> Feedback:
    return judge_proof(
        answer,
        lesson.start("13.1"),
        "For all sizes, all data and all losses. In the basis of the eigenvectors of S the diagonal of this matrix "
        "holds the speeds of the eigenvalues.",
        needs="S' by the product rule, and what the flow makes of it",
    )


# 13.2 compute: the curve on which the eigenvalues of one start move.

_START = (1, 1, 2, 0, 1, 1, 1, 2)


@lesson.check("13.2")
def check_curve(answer: Any) -> Feedback:
    from ...simulation.chains import Chain  # with mpmath, which in a browser comes after the first answers

    said = poly_from_text(str(answer), ("x",))
    start, x = Chain(_START), Poly.gen(("x",), 0)
    curve = start.curve
    if said == curve:
        return right(
            f"R(x) = {curve.text}. Its coefficients are functions of the balances, so the curve y² = R(x) does not "
            "move while θ does."
        )
    if said * x == curve:
        return wrong("The two determinants are right. The factor x in front of them is missing.")
    if said.degree != curve.degree:
        return wrong(f"`{said.text}` has degree {said.degree}: x times two polynomials of degree two has degree five.")
    if said == -curve:
        return wrong("Only the sign is wrong: x + P and x − Q both begin with x.")
    if said == curve * _lead(said):
        return wrong(f"Yours is {_lead(said)} times R. Both determinants begin with x², so R begins with x⁵.")
    if said.evaluate((0,)):
        return wrong(f"At x = 0 yours is {said.evaluate((0,))}, and R is 0 there: x is one of its factors.")
    if said == x * start.p * start.p:
        return wrong("These are det(x − AAᵀ) and det(x − AᵀA). P and Q have u and v in them as well: subtract.")
    for factor, name in zip(start.factors, ("det(x + P)", "det(x − Q)"), strict=True):
        if not _rest(said, factor):
            return wrong(f"{name} is right. Look at the other factor again: its trace, its determinant, and the signs.")
    return wrong(
        "Neither determinant is a factor of your R. Write down P and Q first; for 2 × 2 matrices det(x + P) = "
        "x² + (tr P) x + det P."
    )


def _rest(poly: Poly, divisor: Poly) -> Poly:
    """Return what is left of a polynomial in x after division by one with leading coefficient 1."""
    x = Poly.gen(("x",), 0)
    while poly and poly.degree >= divisor.degree:
        poly = poly - x ** (poly.degree - divisor.degree) * divisor * _lead(poly)
    return poly


def _lead(poly: Poly) -> Fraction:
    return Fraction(poly.terms[((0, poly.degree),) if poly.degree else ()])


# 13.3 compute: sums over eigenvalues.

_ROOTS = ("a", "b", "c")


def _sums() -> list[Poly]:
    """s_k times the product of the differences, k = 0, ..., 3; and the product."""
    a, b, c = Poly.gens(_ROOTS)
    return [a**k * (b - c) - b**k * (a - c) + c**k * (a - b) for k in range(4)]


@lesson.check("13.3")
def check_sums(answer: Any) -> Feedback:
    pieces = counted(answer, 4, "expressions s_0, s_1, s_2 and s_3")
    said = [poly_from_text(str(piece), _ROOTS) for piece in pieces]
    a, b, c = Poly.gens(_ROOTS)
    whole = (a - b) * (a - c) * (b - c)
    for k, (mine, top) in enumerate(zip(said, _sums(), strict=True)):
        if mine * whole != top:
            point = [Fraction(3), Fraction(2), Fraction(1)]
            value = top.evaluate(point) / whole.evaluate(point)
            if mine.evaluate(point) == value:
                return wrong(f"`{mine.text}` is s_{k} at a = 3, b = 2, c = 1, but not everywhere.")
            return wrong(f"s_{k} is not `{mine.text}`: at a = 3, b = 2, c = 1 it is {value}.")
    return right(
        "All four, as identities. So dX₁/y₁ + dX₂/y₂ + dX₃/y₃ and X₁dX₁/y₁ + X₂dX₂/y₂ + X₃dX₃/y₃ vanish along the "
        "flow: two hidden laws. With k = 2 the sum is twice the time, a clock."
    )


# 13.4 predict: the hidden laws of one network.

_NETWORK = (1, 4, 6, 1)


@lesson.check("13.4")
def check_hidden(answer: Any) -> Feedback:
    number = read_count(answer)
    phi = linear(*_NETWORK)
    laws, known = count_laws(phi).laws, known_count(phi)
    if number == laws - known:
        return right(
            f"The engine counts {laws} laws, with proof, and {known} independent balances: {laws - known} hidden."
        )
    if number == laws:
        return wrong(f"{number} is the number of all laws; most of them are balances.")
    if number == known:
        return wrong(f"{number} is the number of independent balances: these are the laws that everybody sees.")
    if number == laws - known + 1:
        return wrong(f"{number} is the number of eigenvalues that move. One of their sums is not a law but a clock.")
    _, n, m, _ = _NETWORK
    told = {
        phi.dimension: f"{number} is the number of parameters",
        max(n, m): f"{number} counts the eigenvalues of AᵀA, and some of them stay at 0",
        max(n, m) - 1: f"AᵀA has {m} eigenvalues, and some of them stay at 0",
    }.get(number, f"There are {'fewer' if number > laws - known else 'more'} than {number}")
    return wrong(f"{told}. How many eigenvalues of AAᵀ move, and which sums over them are constant?")


# 13.5 break: a start whose curve crosses itself.


@lesson.check("13.5")
def check_crossing(answer: Any) -> Feedback:
    from ...simulation.chains import Chain

    values = read_numbers(answer, 8)
    start = Chain(values)
    u1, u2, a, b, c, d, v1, v2 = values
    if not any(
        (a * v1 + b * v2, c * v1 + d * v2, u1 * v1, u1 * v2, u2 * v1, u2 * v2, a * u1 + c * u2, b * u1 + d * u2)
    ):
        return wrong("Here ∇φ = 0: nothing moves, and there is no flow whose law one could ask for.")
    if a * d == b * c:
        return wrong("Here det A = 0, and then one eigenvalue of AAᵀ is 0. That is special in another way.")
    if _common(start.p, start.p.derivative(0)).degree:
        return wrong("Here AAᵀ has a double eigenvalue, and X₁ = X₂ cannot serve as two coordinates.")
    curve = start.curve
    common = _common(curve, curve.derivative(0))
    if not common.degree:
        return wrong(
            f"R(x) = {curve.text} has five different zeros: it has no factor in common with its derivative. Here the "
            "law is a hyperelliptic integral."
        )
    left = sum(part.degree() for part, times in curve.to_sympy().as_poly().sqf_list()[1] if times % 2)
    kind = "elementary: logarithms and arctangents" if left < 3 else "elliptic"
    return right(
        f"R(x) = {curve.text}, and `{common.text}` divides R and its derivative: there zeros meet. So √R is a "
        f"polynomial times the root of one of degree {left}, and the integral of dx/√R is {kind}."
    )


def _common(f: Poly, g: Poly) -> Poly:
    """Return the greatest common divisor of two polynomials in x, with leading coefficient 1."""
    while g:
        g = g / _lead(g)
        f, g = g, _rest(f, g)
    return f


# 13.6 compute: the seventh law as a form, without the factor det A.

_WEIGHTS = ("u1", "u2", "a", "b", "c", "d", "v1", "v2")
_BALANCES = (
    "u1^2 - a^2 - b^2", "u1*u2 - a*c - b*d", "u2^2 - c^2 - d^2",
    "a^2 + c^2 - v1^2", "a*b + c*d - v1*v2", "b^2 + d^2 - v2^2",
)  # fmt: skip
_HIGHEST = 8
_LONGEST = 2_000


@lesson.check("13.6")
def check_short_form(answer: Any) -> Feedback:
    let, form = _named_form(answer)
    phi = parametrization("u1*(a*v1 + b*v2) + u2*(c*v1 + d*v2)", variables=_WEIGHTS)
    said = read_form(form, phi, let)
    verdict = check_form(said, phi, modulo=_BALANCES)
    if not verdict.is_proved:
        return wrong(f"This form is not the seventh law: {verdict.reason}")
    degree = said.expanded()[1].degree
    if degree > _HIGHEST:
        return wrong(
            f"It is the seventh law, proved. But its denominator has degree {degree} in the weights, and {_HIGHEST} is "
            "enough: which factor do numerator and denominator share?"
        )
    return right(
        f"It vanishes on the flow, is closed where the six balances are constant, and is new; and its denominator has "
        f"degree {degree}. All of it is decided as identities between polynomials."
    )


def _named_form(answer: Any) -> tuple[dict[str, str], str]:
    """Read lines ``name = expression`` and a last one, ``form: ...``; in one line semicolons separate them."""
    if not isinstance(answer, str):
        raise ParseError(
            f"{brief(answer)} is not a form: write lines such as `e1 = s11 + s22`, and a last one `form: ...`"
        )
    if len(answer) > _LONGEST:
        raise ParseError(f"the answer has {len(answer)} signs; at most {_LONGEST}, please: give names to what is long")
    let: dict[str, str] = {}
    form = ""
    for line in filter(None, (line.strip() for line in answer.replace("\n", ";").split(";"))):
        if form:
            raise ParseError(f"the line {brief(line)} stands after the form: the form comes last")
        if line.lower().startswith("form:"):
            form = line[5:].strip()
            continue
        name, equals, value = (piece.strip() for piece in line.partition("="))
        if not equals or not name or not value:
            raise ParseError(f"the line {brief(line)} should be `name = expression`, or begin with `form:`")
        if name in let:
            raise ParseError(f"the name {brief(name)} is given twice")
        let[name] = value
    if not form:
        raise ParseError("the last line is missing: it begins with `form:`")
    for name in re.findall(r"(?<![\w.])d([^\W\d]\w*)", form):
        if name not in (*_WEIGHTS, *let, "φ", "phi"):
            raise ParseError(
                f"'d{name}' is the differential of {name}, which has no line of its own yet: write `{name} = ...`"
            )
    return let, form
