"""The exercises of lesson 5, on finding laws: the linear system, what its kernel counts, and what polynomials miss."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ...claims.answers import read_numbers, read_polynomial, without_name
from ...claims.diagnosis import diagnose_law
from ...claims.hints import hints_for_law
from ...errors import ConslawError, ParseError
from ...exact.polynomial import Poly
from ...laws.checking import check_law, small_nonzero_point
from ...laws.search import conservation_laws
from ...models.fields import vector_fields
from ...models.parametrizations import parametrization
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


def _no_law(h: str, phi: Any) -> str:
    """Say why a function is not a law that counts, or nothing if it is one."""
    verdict = check_law(h, phi)
    if verdict.details.get("constant"):
        return f"`{h}` is a constant: conserved, but it says nothing."
    if verdict.is_proved:
        return ""
    try:
        hint = diagnose_law(h, phi)
    except ConslawError:
        hint = None
    told = f" {hint.hints[0]}" if hint is not None and len(hint.hints) > 1 else ""
    reason = verdict.reason.removeprefix("not conserved: ")
    return f"`{h}` is not a law: {reason}{told}"


def _function(answer: Any) -> str:
    """Return a function as the engine reads it: without a name, and with exp(...) for a power of e."""
    text = without_name(answer).strip() if isinstance(answer, str) else str(answer)
    power = r"(?<![A-Za-z_])e\s*(?:\^|\*\*)\s*(\{[^{}]*\}|\([^()]*\)|\w+)"
    text = re.sub(power, lambda found: f"exp({found[1].strip('{}()')})", text)
    return re.sub(r"(?<!\w)(ln|log|exp)\s+(\w+)(?!\s*\()", r"\1(\2)", text)


# 5.1 compute: a law with parts of two degrees.

_PLANE = ("x", "y")


@lesson.check("5.1")
def check_shifted(answer: Any) -> Feedback:
    phi = parametrization("x*y + x - 2*y", variables=_PLANE)
    h = read_polynomial(answer, _PLANE)
    if h.degree > 2:
        return wrong(f"`{answer}` has degree {h.degree}; degree 2 is enough, and is asked for.")
    trouble = _no_law(h.text, phi)
    if not trouble:
        top = _part(h, 2)
        return right(
            f"The rate of `{h.text}` is 0, as an identity. Its part of degree 2, `{top.text}`, is not a law by itself: "
            f"its rate is {phi[0].along(top).text}, and the part of degree 1 makes up for that."
        )
    if h == _part(h, 2) and h:
        rate = phi[0].along(h)
        return wrong(
            f"The rate of `{h.text}` is {rate.text}, not 0. Your h has no part of degree 1; can one of degree 2 alone "
            "do it?"
        )
    return wrong(trouble, partial(hints_for_law, h, phi))


def _part(h: Poly, degree: int) -> Poly:
    """Return the homogeneous part of a degree."""
    return Poly(h.variables, {m: c for m, c in h.terms.items() if sum(e for _, e in m) == degree})


# 5.2 predict: what the search will answer.

_DEGREE = 8


@lesson.check("5.2")
def check_two_numbers(answer: Any) -> Feedback:
    numbers = read_numbers(answer, 2)
    if any(value.denominator != 1 for value in numbers):
        raise ParseError(f"whole numbers are asked for, and '{answer}' holds others")
    kernel, rank = map(int, numbers)
    found = conservation_laws(parametrization("x*y*z"), _DEGREE)
    by_degree = {d: sum(law.degree == d for law in found) for d in range(1, _DEGREE + 1)}
    if (kernel, rank) == (len(found), found.independent):
        told = ", ".join(f"{number} of degree {degree}" for degree, number in by_degree.items() if number)
        return right(f"The engine finds {told}: {len(found)} together, and their gradients have rank {rank}.")
    if (rank, kernel) == (len(found), found.independent):
        return wrong("Both numbers are right, in the other order: first the dimension of the kernel, then the rank.")
    if rank != found.independent:
        return wrong(
            f"Rank {rank}? All these laws are functions of a = x² − y² and b = y² − z², so their gradients are "
            "combinations of ∇a and ∇b."
            if rank > found.independent
            else f"Rank {rank} is too small: ∇a and ∇b themselves are not parallel at a generic point."
        )
    if kernel == rank:
        return wrong("The kernel holds a and b, and their products too: a·b is not a combination of a and b.")
    if kernel in by_degree.values():
        degree = next(d for d, number in by_degree.items() if number == kernel)
        return wrong(
            f"{kernel} is right for degree {degree} alone. The search takes all degrees up to {_DEGREE} together."
        )
    if kernel == len(found) + 1:
        return wrong("One too many: constants are left out, because they say nothing.")
    return wrong(
        f"Not {kernel}. How many products aⁱbʲ have degree 2 in x, y, z? How many have degree 4, 6, {_DEGREE}? And "
        "there are none of odd degree."
    )


# 5.3 compute: the relation that the rank has seen.

_ABC = ("a", "b", "c")
_MEANING = {"a": "u1**2 - v1**2", "b": "u2**2 - v2**2", "c": "u1*u2 - v1*v2"}
_TURN = "u1*v2 - u2*v1"
_FOUR = ("u1", "u2", "v1", "v2")
MAX_RELATION = 6


def _put_in(relation: Poly) -> Poly:
    """Replace a, b, c by the three laws."""
    laws = [read_polynomial(_MEANING[name], _FOUR) for name in _ABC]
    total = Poly.constant(_FOUR, 0)
    for monomial, coefficient in relation.terms.items():
        term = Poly.constant(_FOUR, coefficient)
        for place, exponent in monomial:
            term = term * laws[place] ** exponent
        total = total + term
    return total


@lesson.check("5.3")
def check_relation(answer: Any) -> Feedback:
    if isinstance(answer, str):
        answer = re.sub(r"^\s*d\s*(?:\^\s*\{?2\}?|\*\*\s*2|²)\s*=(?!=)", "", answer)
    relation = read_polynomial(answer, _ABC)
    if relation.degree > MAX_RELATION:
        raise ParseError(f"'{answer}' has degree {relation.degree}: d² has degree 4 in the weights, so 2 is enough")
    square = read_polynomial(_TURN, _FOUR) ** 2
    found = _put_in(relation)
    if found == square:
        return right(
            f"d² = {relation.text}, as an identity. The gradient of d is therefore a combination of the other three "
            "wherever d is not 0, and the rank is 3."
        )
    if found == -square:
        return wrong(f"`{relation.text}` is −d². A square of real numbers is not negative: turn the sign.")
    if any(sum(e for _, e in monomial) != 2 for monomial in relation.terms):
        return wrong(
            f"d² has degree 4 in the weights, and a, b, c have degree 2: only products of two of them can stand in "
            f"it, and `{relation.text}` has other terms, or none."
        )
    point = small_nonzero_point(square - found)
    where = ", ".join(f"{name} = {value}" for name, value in zip(_FOUR, point, strict=True))
    sides = square.evaluate(point), found.evaluate(point)
    return wrong(f"At {where} the square d² is {sides[0]}, and `{relation.text}` is {sides[1]}.")


# 5.4 break: no bound on the degree.

_LOW, _HIGH = 4, 12


@lesson.check("5.4")
def check_degree(answer: Any) -> Feedback:
    phi_text = read_polynomial(answer, _PLANE)
    if phi_text.degree > 2:
        return wrong(
            f"`{phi_text.text}` has degree {phi_text.degree}. The claim is about a φ of degree 2, and it is φ that is "
            "asked for, not its law."
        )
    if phi_text.is_constant:
        return wrong(f"`{phi_text.text}` is a constant: nothing moves, and every function is conserved.")
    phi = parametrization(phi_text.text, variables=_PLANE)
    early = conservation_laws(phi, _LOW)
    if len(early):
        first = min(early, key=lambda law: law.degree)
        return wrong(f"A search up to degree {_LOW} does find a law: `{first.text}`, of degree {first.degree}.")
    later = conservation_laws(phi, _HIGH)
    if not len(later):
        return wrong(
            f"For `{phi_text.text}` nothing is found up to degree {_LOW}, and nothing up to degree {_HIGH} either: the "
            "friend has missed no law so far. Let one variable grow and the other shrink, at rates with a small ratio."
        )
    first = min(later, key=lambda law: law.degree)
    return right(
        f"Up to degree {_LOW} there is nothing, and then comes `{first.text}`, of degree {first.degree}. The degree of "
        "φ does not tell where to stop."
    )


# 5.5 compute: the law that no polynomial is.

_SPACE = ("x", "y", "z")


@lesson.check("5.5")
def check_beyond(answer: Any) -> Feedback:
    phi = parametrization("x*y + z", variables=_SPACE)
    h = _function(answer)
    verdict = check_law(h, phi)
    if verdict.status.name == "UNKNOWN":
        return wrong(f"This cannot be settled: {verdict.reason} A simpler form may do.")
    trouble = _no_law(h, phi)
    if trouble:
        return wrong(trouble, partial(hints_for_law, h, phi))
    # Without z a law is a function of x² − y²; with z its gradient is not a multiple of (2x, −2y, 0).
    still = check_law(h, vector_fields(_SPACE, [["0", "0", "1"]]))
    if still.is_proved:
        return wrong(
            f"`{h}` is a law, but it does not change with z, so that it is a function of x² − y², locally. The "
            "missing law needs z."
        )
    if not still.is_refuted:
        return wrong(f"Whether `{h}` depends on z cannot be settled: a simpler form may do.")
    return right(
        f"`{h}` is a law, and it depends on z, so it is independent of x² − y². That makes two, and by dimensions "
        "there are no more."
    )


# 5.6 prove: a quotient, and nothing else.


@lesson.check("5.6")
def check_proof(answer: Any) -> Feedback:
    told = "Every step is decided: near a generic point each law is a function of x³/y, polynomial or not."
    needs = "that x³/y is conserved, that it is independent, and how large dim Lie is"
    return judge_proof(answer, lesson.start("5.6"), told, cites="Theorem 3.3", needs=needs)


# 5.7 compute: a law by separating the variables.


@lesson.check("5.7")
def check_separated(answer: Any) -> Feedback:
    phi = parametrization("x**2/2 + y**3/3", variables=_PLANE)
    h = _function(answer)
    verdict = check_law(h, phi)
    if verdict.status.name == "UNKNOWN":
        return wrong(f"This cannot be settled: {verdict.reason} A simpler form may do.")
    trouble = _no_law(h, phi)
    if trouble:
        return wrong(trouble, partial(hints_for_law, h, phi))
    return right(f"`{h}` is conserved, wherever it is defined. It is the only law, up to functions of it: 2 − 1 = 1.")


# 5.8 compute: the third law of two residual blocks.

_BLOCKS = ("u", "v", "s", "t")


@lesson.check("5.8")
def check_blocks(answer: Any) -> Feedback:
    phi = parametrization("u*v + s*t + s*t*u*v", variables=_BLOCKS)
    h = _function(answer)
    verdict = check_law(h, phi)
    if verdict.status.name == "UNKNOWN":
        return wrong(f"This cannot be settled: {verdict.reason} A simpler form may do.")
    trouble = _no_law(h, phi)
    if trouble:
        return wrong(trouble, partial(hints_for_law, h, phi))
    # What is a function of u² − v² and s² − t² does not change along these two fields, and nothing else does not.
    old = check_law(h, vector_fields(_BLOCKS, [["v", "u", "0", "0"], ["0", "0", "t", "s"]]))
    if old.is_proved:
        return wrong(
            f"`{h}` is a law, but a function of u² − v² and s² − t²: the third law is to be independent of them."
        )
    if not old.is_refuted:
        return wrong(f"Whether `{h}` is new cannot be settled: a simpler form may do.")
    return right(f"`{h}` is a law, and independent of the two that you knew. By dimensions there are no more.")
