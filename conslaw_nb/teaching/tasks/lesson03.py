"""The exercises of lesson 3, on the map through which the parameters act."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any

from ...claims.answers import parts, read_numbers, read_polynomial, show, without_name
from ...errors import ParseError, brief
from ...exact.backend import rational_rank
from ...exact.polynomial import Poly
from ...laws.checking import check_law
from ...laws.counting import count_laws
from ...laws.questions import factors_through
from ...models.networks import relu
from ...models.parametrizations import parametrization
from ...paper.examples import KinkError, dimension, pattern, rank
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


def _components(answer: Any) -> list[str]:
    pieces = [str(piece) for piece in parts(answer)]
    if any(re.search(r"(?<!\w)x(?!\w)", piece) for piece in pieces):
        raise ParseError(f"φ is made of the parameters alone, and {brief(answer)} holds the input x")
    if not 1 <= len(pieces) <= 12:
        raise ParseError(f"φ needs between one and twelve components, and {brief(answer)} has {len(pieces)}")
    return pieces


# 3.1 compute: a φ that remembers what the model remembers, and nothing else.

_ABC = ("a", "b", "c")


@lesson.check("3.1")
def check_phi(answer: Any) -> Feedback:
    pieces = _components(answer)
    phi = parametrization(*pieces, variables=_ABC)
    for part, place in (("a*b", "coefficient of x"), ("a*c", "constant term")):
        if not factors_through(part, phi).is_proved:
            return wrong(
                f"The output is ab·x + ac, and its {place}, `{part}`, is not a function of your φ: parameters with the "
                "same φ can give different outputs."
            )
    if count_laws(phi).laws == 0:
        return wrong(
            f"The model is a function of your φ, but `{answer}` remembers all of a, b and c: it forgets nothing, so it "
            "has no law at all."
        )
    seen = [_in_outputs(read_polynomial(piece, _ABC)) for piece in pieces]
    twins = _same_phi(seen)
    if twins is not None:
        x, y = (f"(a, b, c) = {show((1, *place))}" for place in twins)
        outputs = [Poly(("x",), {((0, 1),): p, (): q}).text for p, q in twins]
        return wrong(
            f"Near most points your φ tells what the model is, but not near all: {x} and {y} have the same φ, and the "
            f"outputs `{outputs[0]}` and `{outputs[1]}`."
        )
    if not _gives_back(seen):
        return wrong(f"Whether `{answer}` determines ab and ac everywhere is not decided here: a simpler φ will do.")
    return right(
        "The model is a function of your φ, and your φ forgets what the model forgets. That is why it has a law: "
        "a² − b² − c², exactly one."
    )


_OUTPUTS = ("p", "q")  # p = ab and q = ac


def _in_outputs(part: Poly) -> Poly:
    """Write a polynomial that does not change under (λa, b/λ, c/λ) with p and q: each aⁱbʲcᵏ in it has i = j + k."""
    terms = {}
    for monomial, coefficient in part.terms.items():
        exponents = dict(monomial)
        terms[tuple((place - 1, exponents[place]) for place in (1, 2) if place in exponents)] = coefficient
    return Poly(_OUTPUTS, terms)


def _same_phi(phi: list[Poly]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return two small pairs (p, q) with the same φ, if there are such."""
    met: dict[tuple[Any, ...], tuple[int, int]] = {}
    for place in product(range(-2, 3), repeat=2):
        value = tuple(part.evaluate(place) for part in phi)
        if value in met:
            return met[value], place
        met[value] = place
    return None


def _gives_back(phi: list[Poly]) -> bool:
    """Whether p and q are polynomials of low degree in the components of φ, and in odd roots of them."""
    known = [part - part.evaluate((0, 0)) for part in phi]
    for part in list(known):
        monomials = list(part.terms)
        if len(monomials) == 1 and len(monomials[0]) == 1 and monomials[0][0][1] % 2:  # c·pᵏ with an odd k determines p
            known.append(Poly.gen(_OUTPUTS, monomials[0][0][0]))
    products = [Poly.constant(_OUTPUTS, 1)]
    for _ in range(2 if len(known) <= 6 else 1):
        products += [a * b for a in products for b in known]
    keys = sorted({monomial for part in products for monomial in part.terms} | {((0, 1),), ((1, 1),)})
    rows = [_whole([Fraction(part.terms.get(key, 0)) for key in keys]) for part in products]
    units = [[int(key == wanted) for key in keys] for wanted in (((0, 1),), ((1, 1),))]
    return rational_rank(rows) == rational_rank([*rows, *units])


def _whole(row: list[Fraction]) -> list[int]:
    scale = lcm(*(value.denominator for value in row))
    return [int(value * scale) for value in row]


# 3.2 compute: two inputs that differ in one neuron only.

_NET = relu(2, 3, 1)
_THETA = (1, 2, -1, 2, 1, 1, -1, -1, 2)


@lesson.check("3.2")
def check_pair(answer: Any) -> Feedback:
    values = read_numbers(answer, 4)
    x, y = values[:2], values[2:]
    try:
        first, second = pattern(_NET, _THETA, x), pattern(_NET, _THETA, y)
    except KinkError as problem:
        told = str(problem).partition(":")[0]
        return wrong(f"{told[0].upper()}{told[1:]}, between on and off. Take an input beside its line.")
    words = ["".join(map(str, p)) for p in (first, second)]
    differ = [j + 1 for j in range(3) if first[j] != second[j]]
    if differ == [2]:
        return right(
            f"The patterns are {words[0]} and {words[1]}: only the second neuron switches. In the difference of the "
            "two gradients the blocks of the others cancel as x and x′ come close: the data see each block alone."
        )
    if not differ:
        return wrong(f"At both inputs the pattern is {words[0]}: no neuron switches between them.")
    names = " and ".join(filter(None, [", ".join(map(str, differ[:-1])), str(differ[-1])]))
    told = f"neuron {names} switches" if len(differ) == 1 else f"neurons {names} switch"
    return wrong(f"The patterns are {words[0]} and {words[1]}: {told}.")


# 3.3 break: twins.

_TWO = relu(2, 2, 1)


@lesson.check("3.3")
def check_twins(answer: Any) -> Feedback:
    theta = read_numbers(answer, 6)
    v, w = theta[2:4], theta[4:]
    if not any(v) or not any(w):
        return wrong("A neuron whose weights are all zero is on its kink for every input. Give both neurons weights.")
    seen, whole = dimension(_TWO, theta), rank([[c.evaluate(theta) for c in field.components] for field in _TWO])
    place = f"At {show(theta)} dim W^g = {seen} and dim W_φ = {whole}"
    if seen < whole:
        return right(
            f"{place}. The two neurons are active for the same inputs, so examples see only u₁v₁ᵀ + u₂v₂ᵀ, never one "
            "block alone. (This makes no law: nearby there are points without twins.)"
        )
    cross = v[0] * w[1] - v[1] * w[0]
    if not cross and v[0] * w[0] + v[1] * w[1] < 0:
        return wrong(
            f"{place}. Your neurons share their line, but look to opposite sides, and examples tell them apart."
        )
    return wrong(f"{place}. The neurons switch on different lines, so the data see each block by itself.")


# 3.4 prove: finitely many equations.


@lesson.check("3.4")
def check_proof(answer: Any) -> Feedback:
    return judge_proof(
        answer,
        lesson.start("3.4"),
        "Two identities, and the law holds for every data set and every loss. Without −b² the second one fails.",
        cites="Proposition 2.5",
        needs="that ∇h is orthogonal to both fields",
    )


# 3.5 break: a φ through which the model acts, and which has no law.


def _same_output(phi: Any) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return two small points with the same φ and different uv, if there are such."""
    met: dict[tuple[Any, ...], tuple[int, int]] = {}
    for place in product(range(-2, 3), repeat=2):
        u, v = met.setdefault(tuple(part.evaluate(place) for part in phi.components), place)
        if u * v != place[0] * place[1]:
            return (u, v), place
    return None


@lesson.check("3.5")
def check_blind(answer: Any) -> Feedback:
    pieces = _components(answer)
    phi = parametrization(*pieces, variables=("u", "v"))
    if not factors_through("u*v", phi).is_proved:
        return wrong(f"The model uvx is not a function of φ and x: uv cannot be computed from `{answer}`.")
    twins = _same_output(phi)
    if twins is not None:
        x, y = (f"(u, v) = {show(place)}" for place in twins)
        return wrong(
            f"Near most points the model acts through `{answer}`, but not near all: {x} and {y} have the same φ, and "
            "different values of uv."
        )
    count = count_laws(phi)
    if count.laws:
        return wrong(f"The model acts through `{answer}`, but u² − v² is a law of it. Let it remember more.")
    if any(piece.strip() in ("u", "v") for piece in pieces) and len(pieces) == 2 and set(pieces) == {"u", "v"}:
        return right(
            "φ = id: every model acts through it, and it has no law. It says nothing, since it forgets nothing."
        )
    return right(
        "The model acts through your φ, and your φ has no law at all, although the model has one. A count is about φ: "
        "it is about the model only where data see all of φ."
    )


# 3.6 break: data in a subspace freeze something.

_LINE = ("u", "v1", "v2")


@lesson.check("3.6")
def check_frozen(answer: Any) -> Feedback:
    few = parametrization("u*(v1 + 2*v2)", variables=_LINE)
    every = parametrization("u*v1", "u*v2", variables=_LINE)
    answer = without_name(answer) if isinstance(answer, str) else answer
    verdict, strict = check_law(answer, few), check_law(answer, every)
    if verdict.details.get("constant"):
        return wrong(f"`{answer}` is a constant, and conserved by everything: find a function that changes.")
    if verdict.is_refuted:
        return wrong(f"`{answer}` changes already for inputs (1, 2): {verdict.witness}.")
    if strict.is_proved:
        return wrong(f"`{answer}` is a law for all data, and not only for inputs on this line. Find one that is not.")
    if verdict.is_proved and strict.is_refuted:
        return right(
            f"`{answer}` is conserved as long as all inputs are multiples of (1, 2), whatever targets and loss are. "
            f"Other inputs destroy it: {strict.witness}."
        )
    return wrong(f"The engine cannot decide this one ({verdict.reason}); try a polynomial.")
