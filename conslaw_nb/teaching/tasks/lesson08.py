"""The exercises of lesson 8, on two linear layers in full."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any

from ...claims.answers import counted, read_matrices, read_number, read_polynomial, show_matrix
from ...claims.hints import hints_for_law
from ...claims.proofs import proof
from ...errors import ParseError
from ...exact.backend import rational_rank
from ...exact.polynomial import Poly
from ...laws.checking import check_law
from ...laws.counting import count_laws
from ...models.networks import factorization
from ...models.rank_cases import RankCase
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


Rows = Sequence[Sequence[Any]]


def _mul(a: Rows, b: Rows) -> list[list[Any]]:
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]


def _transpose(a: Rows) -> list[list[Any]]:
    return [list(column) for column in zip(*a, strict=True)]


def _minus(a: Rows, b: Rows) -> list[list[Any]]:
    return [[x - y for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]


# 8.1 prove: the bracket of two fields, for all sizes.

_FIELDS = """given U: n x r, V: m x r, D: n x m, E: n x m
let X = (U: D*V, V: D^T*U)
let Y = (U: E*V, V: E^T*U)"""
_GOOD = ("D*E^T - E*D^T", "D^T*E - E^T*D")  # to tell which half of an answer is right; what is right is proved


def _bracket_is(upper: str, lower: str) -> Any:
    return proof(f"{_FIELDS}\n[X, Y] = (U: ({upper})*U, V: ({lower})*V) by computation")


@lesson.check("8.1")
def check_bracket(answer: Any) -> Feedback:
    pieces = [str(piece) for piece in counted(answer, 2, "matrices")]
    if any(sign in piece for piece in pieces for sign in ";:\n#"):
        raise ParseError(f"'{answer}' holds more than two formulas")
    upper, lower = pieces
    found = _bracket_is(upper, lower)
    if found.reached:
        return right(
            "Both sides have the same normal form, for all n, m and r at once: that is a proof. Your two matrices are "
            "skew, and the bracket no longer mixes U and V."
        )
    if _bracket_is(f"-({upper})", f"-({lower})").reached:
        return wrong(
            "Both matrices have the wrong sign. The bracket of the paper is `[X, Y] = ∂X·Y − ∂Y·X`: put Y into X first "
            "and take the other order away."
        )
    for name, first, second in (("first", f"-({upper})", lower), ("second", upper, f"-({lower})")):
        if _bracket_is(first, second).reached:
            return wrong(f"The {name} matrix has the wrong sign, and the other one is right.")
    if _bracket_is(lower, upper).reached:
        return wrong("These are the right matrices in the wrong order: the first is n × n and acts on U.")
    if _bracket_is(upper.replace("*U", ""), lower.replace("*V", "")).reached:
        return wrong(
            "These are the two parts of the field. The matrices A and B alone are asked for: leave out U and V."
        )
    good = [_bracket_is(*pair).reached for pair in ((upper, _GOOD[1]), (_GOOD[0], lower))]
    half = "The first matrix is right, the second is not. " if good[0] else ""
    half = "The second matrix is right, the first is not. " if good[1] else half
    step = found.first_wrong
    told = step.reason if step else found.verdict.reason
    example = f" For instance, {step.example}." if step and step.example else ""
    return wrong(f"{half}Written with your matrices, {told if told.endswith(('.', '?')) else told + '.'}{example}")


# 8.2 compute: a bracket that turns U and leaves V alone.


@lesson.check("8.2")
def check_turn(answer: Any) -> Feedback:
    d, e = read_matrices(answer, 2, 2, 2)
    upper = _minus(_mul(d, _transpose(e)), _mul(e, _transpose(d)))
    lower = _minus(_mul(_transpose(d), e), _mul(_transpose(e), d))
    a, b = upper[0][1], lower[0][1]
    told = f"Here A = {show_matrix(upper)} and B = {show_matrix(lower)}"
    if a and not b:
        return right(
            f"{told}: U is turned and V stands still. So the first block of skew matrices is reached by itself, and in "
            "the same way the second."
        )
    if not a and not b:
        return wrong(f"{told}: the two fields commute, and their bracket moves nothing.")
    if not a:
        return wrong(f"{told}: this one turns V and leaves U alone. You are one transpose away.")
    return wrong(f"{told}: both U and V are turned, and V should stand still.")


# 8.3 prove: a law is orthogonal to all that brackets add.


@lesson.check("8.3")
def check_prove(answer: Any) -> Feedback:
    return judge_proof(
        answer,
        lesson.start("8.3"),
        "Each step is right and the goal is reached, for all n, m, r, every symmetric S and all of the Lie algebra.",
        needs="why A drops out, why B does, and why the two terms with D cancel",
    )


# 8.4 break: two factors of full rank, and a stack that has not.


def _case(u: Sequence[Sequence[Fraction]], v: Sequence[Sequence[Fraction]]) -> RankCase:
    """Return the point with its denominators cleared, which changes no rank and no dimension."""
    scale = lcm(*(x.denominator for row in (*u, *v) for x in row))
    return RankCase(*(tuple(tuple(int(x * scale) for x in row) for row in block) for block in (u, v)))


@lesson.check("8.4")
def check_stack(answer: Any) -> Feedback:
    case = _case(*read_matrices(answer, 2, 2, 3))
    told = f"U has rank {case.rank_u}, V has rank {case.rank_v}, and the stacked matrix has rank {case.rank}"
    if case.rank_u < 2 or case.rank_v < 2:
        return wrong(f"{told}. Both factors should have full rank, which is 2.")
    if case.rank == 3:
        return wrong(f"{told}: full rank, so every law is a function of Ψ near this point. Make the stack deficient.")
    return right(
        f"{told}. Room for {case.room}, and only {case.known} independent entries of Ψ: the gap is {case.gap}. Two "
        "factors of full rank promise nothing."
    )


# 8.5 predict: which sizes have exactly nine laws?

_MOST = 12


@lesson.check("8.5")
def check_nine(answer: Any) -> Feedback:
    sizes = [read_number(piece) for piece in counted(answer, 3, "numbers n, m, r")]
    for value in sizes:
        if value.denominator != 1 or not 1 <= value <= _MOST:
            raise ParseError(f"{value} is not a size: give three whole numbers from 1 to {_MOST}")
    n, m, r = map(int, sizes)
    count = count_laws(factorization(n, m, r))
    if count.laws is None:
        return wrong(
            f"The engine finds between {count.laws_at_least} and {count.laws_at_most} laws; try smaller sizes."
        )
    told = f"{count.family.text} has exactly {count.laws} law{'' if count.laws == 1 else 's'}, proved by counting"
    if count.laws == 9:
        return right(
            f"{told}. It has {r * (r + 1) // 2} different entries in Ψ, and {count.laws} of them are independent "
            "laws near a generic point."
        )
    if r <= n + m:
        return wrong(f"{told}. Here r = {r} ≤ n + m = {n + m}, so that all r(r + 1)/2 entries of Ψ are independent.")
    return wrong(
        f"{told}. Here r = {r} > n + m = {n + m}: the entries of Ψ depend on each other, to leave {count.laws}."
    )


# 8.6 compute: a law that the entries of Ψ do not supply, where the rank is one too small.

_MISSED = factorization(1, 2, 3)
_AT = ((1, 0, 0), (0, 1, 0), (0, 1, 0))  # U, and the rows of V


def _psi() -> list[Poly]:
    """Return the entries of Ψ = UᵀU − VᵀV on and above the diagonal."""
    gens = Poly.gens(_MISSED.variables)
    u, v, w = gens[:3], gens[3:6], gens[6:]
    return [u[i] * u[j] - v[i] * v[j] - w[i] * w[j] for i in range(3) for j in range(i, 3)]


@lesson.check("8.6")
def check_missed(answer: Any) -> Feedback:
    law = read_polynomial(answer, _MISSED.variables)
    verdict = check_law(law, _MISSED)
    if verdict.details.get("constant"):
        return wrong(f"`{answer}` is a constant: true, but it says nothing.")
    if not verdict.is_proved:
        hints = partial(hints_for_law, law, _MISSED)
        return wrong(f"`{answer}` is not a law: {verdict.witness or verdict.reason}.", hints)
    point = [value for row in _AT for value in row]
    rows = [_gradient(part, point) for part in (*_psi(), law)]
    if not any(rows[-1]):
        return wrong(f"`{answer}` is a law, but its gradient is 0 at this point: it says nothing there.")
    if rational_rank(rows) == rational_rank(rows[:-1]):
        return wrong(f"`{answer}` is a law, but its gradient there is a combination of those of the entries of Ψ.")
    return right(
        "It is a law, and its gradient at this point is independent of those of the entries of Ψ: the sixth law. Where "
        "the stack has full rank, it is a function of them, up to its sign."
    )


def _gradient(part: Poly, point: Sequence[int]) -> list[int]:
    """Return a gradient at a point, without denominators, which changes no rank."""
    row = [Fraction(part.derivative(i).evaluate(point)) for i in range(len(point))]
    scale = lcm(*(value.denominator for value in row))
    return [int(value * scale) for value in row]
