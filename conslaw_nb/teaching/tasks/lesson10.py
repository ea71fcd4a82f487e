"""The exercises of lesson 10, on the geometry of the lifted flow."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ...claims.answers import parts, read_numbers, show
from ...errors import ParseError, brief
from ...geometry import check_metric, recovery
from ...models.networks import factorization
from ...models.parametrizations import parametrization
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


# 10.1 compute: a metric as a function of z and of the law.


@lesson.check("10.1")
def check_formula(answer: Any) -> Feedback:
    phi = parametrization("u**2 - v**2")
    text = answer if isinstance(answer, str) else str(answer)
    verdict = check_metric(text, phi, {"p": "u*v"})
    if verdict.is_proved:
        return right("With z = u² − v² and p = uv it is 4u² + 4v², as an identity in u and v.")
    if verdict.is_refuted:
        u, v = verdict.details["point"].values()
        return wrong(f"Not the metric: {verdict.reason}. (There z is {u**2 - v**2}, and p is {u * v}.)")
    return wrong(f"This cannot be decided: {verdict.reason}. Try a formula with one square root.")


# 10.2 predict: what moves although no example speaks of it.

_X_END = (Fraction(7, 16), Fraction(7, 4))


@lesson.check("10.2")
def check_unasked(answer: Any) -> Feedback:
    first, second = read_numbers(answer, 2)
    place = show((first, second))
    if first != _X_END[0]:
        return wrong(f"At {place} the loss is not 0: the example asks for z₁ = 7/16, and the flow moves on.")
    # with v2 = 1 for ever, z2 is u, and z1 = u·v1: the law decides which u belongs to this z1
    if not second:
        return wrong(f"At {place} z₂ = u·v₂ would be 0, so u = 0 (v₂ = 1 does not move), and then z₁ is 0 too.")
    law = second**2 - (first / second) ** 2
    if law == 3 and second > 0:
        return right(
            f"At {place} the loss is 0 and u² − v₁² is 3 as at the start. No example speaks of z₂, and it went from 2 "
            "to 7/4: the metric couples the two coordinates."
        )
    if law == 3:
        return wrong(f"{place} needs u < 0, but u² = 3 + v₁² never passes 0 on the way.")
    if second == 2:
        return wrong(
            f"{place} is where the Euclidean flow of z would end. But z₂ = u·v₂, and u must move for z₁ to move: with "
            f"z₂ = 2 the law u² − v₁² would be {law} instead of 3."
        )
    return wrong(
        f"At {place} we have u = {second} and v₁ = {first / second}, so u² − v₁² = {law}; at the start it is 3."
    )


# 10.3 compute: an initialisation that leads to a chosen answer.


@lesson.check("10.3")
def check_deltas(answer: Any) -> Feedback:
    first, second = read_numbers(answer, 2)
    pair = show((first, second))
    if first <= 0 or second <= 0:
        return wrong(f"δ = {pair}: both are u_i² at the start, where v_i = 0, and u_i = 0 would never move.")
    # with x = e^{2s}: z1 = δ1(x − 1/x)/4 and z2 = δ2(x² − 1/x²)/4 = δ2(x − 1/x)(x + 1/x)/4
    c = 4 / first
    square = second**2 * c**2 * (c**2 + 4) / 16
    if square == 1:
        return right(f"With δ = {pair} the flow passes z₁ = 1 exactly when z₂ = 1, and there the loss is 0.")
    if first == second:
        return wrong(
            f"With equal δ the second coordinate, which the example weighs more, runs ahead: when z₁ is 1, "
            f"z₂² is {square}, and not 1. Slow it down."
        )
    side = "too fast" if square > 1 else "too slow"
    return wrong(f"With δ = {pair}, z₂ is {side}: at the moment when z₁ is 1, z₂² is {square}, and not 1.")


# 10.4 break: the formulas are blind in one direction, and at this start it does no harm.


@lesson.check("10.4")
def check_harmless(answer: Any) -> Feedback:
    numbers = read_numbers(answer, 6)
    phi = factorization(1, 2, 2)
    found = recovery(phi, numbers)
    if found.rank_phi < 2 or found.rank_laws < 3:
        return wrong(
            f"At this start rank ∂φ = {found.rank_phi} and rank ∂h = {found.rank_laws}, where 2 and 3 are possible: "
            "the start is too special. Take an invertible V."
        )
    if found.is_harmless:
        return right(
            f"φ and the laws do not see the direction {found.directions[0]}, and M does not change along it. "
            "Look at UᵀU − VᵀV: is it a multiple of the identity?"
        )
    u, v = numbers[:2], (numbers[2:4], numbers[4:])
    psi = [[u[i] * u[j] - sum(row[i] * row[j] for row in v) for j in range(2)] for i in range(2)]
    rows = "; ".join(", ".join(str(x) for x in row) for row in psi)
    return wrong(
        f"M changes along the direction {found.directions[0]}, which neither φ nor the laws see. Your start has "
        f"UᵀU − VᵀV = ({rows})."
    )


# 10.5 prove: the flow of Z, for all widths.


@lesson.check("10.5")
def check_proof(answer: Any) -> Feedback:
    return judge_proof(
        answer,
        lesson.start("10.5"),
        "Each step is right and the goal is reached: this is how Z moves, for all n, m and r.",
        needs="Z' by the product rule, before the flow is put in",
    )


# 10.6 compute: the metric of a balanced chain.

_Z = Fraction(1, 64)
_DEPTHS = {2: Fraction(1, 8), 3: Fraction(1, 4), 6: Fraction(1, 2)}  # q and the weight whose q-th power is z


@lesson.check("10.6")
def check_chain(answer: Any) -> Feedback:
    given = read_numbers(answer, len(_DEPTHS))
    for value, (q, weight) in zip(given, _DEPTHS.items(), strict=True):
        true = sum((_Z / weight) ** 2 for _ in range(q))
        if value == true:
            continue
        told = f"K(1/64) is not {value} for q = {q}."
        if value == true / q:
            return wrong(f"{told} That is the square of one derivative; each of the {q} weights has one.")
        if value == q * _Z / weight:
            return wrong(f"{told} The derivatives z/uᵢ are to be squared.")
        return wrong(f"{told} All weights are {weight} there, so that their product is 1/64.")
    return right(
        f"{show(given)}: a slope moves the chain of six weights more than five times as slowly as that of two. Near 0 "
        "depth makes a network wait."
    )


# 10.7 break: the metric is not a function of z and the laws.


def _start_of(text: Any) -> tuple[tuple[Fraction, ...], list[tuple[Fraction, ...]]]:
    numbers = read_numbers(text, 6)
    return numbers[:2], [numbers[2:4], numbers[4:]]


@lesson.check("10.7")
def check_same(answer: Any) -> Feedback:
    pieces = answer.strip().strip(";").split(";") if isinstance(answer, str) else list(parts(answer))
    if len(pieces) != 2:
        there = "there is one" if len(pieces) == 1 else f"there are {len(pieces)}"
        raise ParseError(f"two starts are asked for, with a semicolon between them; in {brief(answer)} {there}")
    (u, v), (x, y) = map(_start_of, pieces)
    z, w = ([_dot(row, first) for row in rows] for first, rows in ((u, v), (x, y)))
    if z != w:
        return wrong(f"The first start has z = {show(z)}, and the second one {show(w)}: they are to be the same.")
    laws = [_laws(u, v), _laws(x, y)]
    if laws[0] != laws[1]:
        named = "entries 11, 12 and 22 of uᵀu − VᵀV"
        return wrong(f"The laws differ: the {named} are {show(laws[0])} and {show(laws[1])}.")
    metrics = [_metric(u, v), _metric(x, y)]
    if metrics[0] == metrics[1]:
        return wrong(f"The metric is the same at both: its entries 11, 12 and 22 are {show(metrics[0])}.")
    return right(
        f"Both have z = {show(z)} and the laws {show(laws[0])}, and the entries of the metric are {show(metrics[0])} "
        f"and {show(metrics[1])}. No K(z) can be right for both."
    )


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def _laws(u: Sequence[Fraction], v: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """Return the entries 11, 12, 22 of uᵀu − VᵀV."""
    return [u[i] * u[j] - _dot([row[i] for row in v], [row[j] for row in v]) for i, j in ((0, 0), (0, 1), (1, 1))]


def _metric(u: Sequence[Fraction], v: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """Return the entries 11, 12, 22 of uuᵀ·I + VVᵀ."""
    return [_dot(u, u) * (i == j) + _dot(v[i], v[j]) for i, j in ((0, 0), (0, 1), (1, 1))]
