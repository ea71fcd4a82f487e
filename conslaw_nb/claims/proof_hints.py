"""Hints for a wrong step of a proof, computed from its residual: a sign, a factor, a transposition, a missing term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ..errors import ConslawError
from ..language.tree import List, Node, Number, Product, Sum, negative
from ..matrices import syntax
from .diagnosis import Finding
from .hints import Hints, hints_for_law
from .proof_engine import Case
from .proof_fields import FieldNode
from .proof_matrices import MatrixCase
from .proof_polynomials import PolynomialCase
from .proof_records import CheckedLine
from .proof_values import Side

__all__ = ["hints_for_step"]

MAX_TRIES = 120


def hints_for_step(step: CheckedLine | None, case: Case | None) -> Hints:
    """Return the hints for a step that is wrong; none where there is no such step."""
    if step is None or case is None:
        return Hints(None)
    if step.law and isinstance(case, PolynomialCase):
        return hints_for_law(step.law, case.model)
    if step.fault == "missing":
        return Hints(
            Finding(
                "missing link",
                (
                    "What you say may well be true. But does it follow from what you have shown?",
                    f"You still need {step.missing}.",
                ),
            )
        )
    if (step.fault == "false" or step.formal) and step.sides is not None:
        try:
            return Hints(_sides(step, case))
        except ConslawError:
            return Hints(_residual(step))
    return Hints(Finding(step.fault or "wrong", ("Read the line once more.", step.reason)))


def _residual(step: CheckedLine) -> Finding:
    return Finding(
        "residual",
        (
            "The two sides are not equal: put in small numbers.",
            f"For instance, {step.example}." if step.example else "Expand both sides and compare.",
            f"What is left over, left − right, is {step.residual}.",
        ),
    )


def _sides(step: CheckedLine, case: Case) -> Finding:
    """Try small repairs of the right side; the first that makes the step true is the mistake."""
    assert step.sides is not None
    left, right = step.sides
    if _is_bracket(left):
        finding = _bracket_sign(left, right, case)
        if finding is not None:
            return finding
    repairs = _matrix_repairs(right) if isinstance(case, MatrixCase) else _repairs(right)
    for tries, (kind, gentle, where, meant, text) in enumerate(repairs):
        if tries == MAX_TRIES:
            break
        try:
            repaired = replace(right, meant=meant, text=text, zero=False)
            if case.difference(left, repaired, "", opaque=step.formal) is None:
                where = case.plain(where) if isinstance(case, MatrixCase) else where  # U', not its hidden letter
                return Finding(kind, ("Very close: one small thing is wrong here.", gentle, where))
        except ConslawError:
            continue  # a repair that does not fit is none
    return _residual(step)


def _is_bracket(side: Side) -> bool:
    return isinstance(side.node, List)


def _bracket_sign(left: Side, right: Side, case: Case) -> Finding | None:
    """Say so where the right side is minus the bracket."""
    if isinstance(case, MatrixCase):
        if not isinstance(right.meant, FieldNode):
            return None
        turned: Any = FieldNode(-right.meant.field)
    else:
        turned = negative(right.node)
    if case.difference(left, replace(right, meant=turned, zero=False), "") is not None:
        return None
    return Finding(
        "bracket sign",
        (
            "Very close: all the terms are there.",
            "Which sign has a bracket here?",
            "The bracket is [X, Y] = ∂X·Y − ∂Y·X, the sign of the paper; yours is minus that.",
        ),
    )


Repair = tuple[str, str, str, Any, str]
_FACTORS = ((Fraction(2), "2"), (Fraction(1, 2), "1/2"))


def _repairs(side: Side) -> Iterator[Repair]:
    """Yield changes of one term of a polynomial side."""
    node = side.node
    terms = list(node.terms) if isinstance(node, Sum) else [node]

    def times(term: Node, number: Fraction) -> Any:
        return negative(term) if number == -1 else Product(((Number(number), False), (term, False)))

    def whole(place: int, term: Any) -> Any:
        changed = [*terms[:place], term, *terms[place + 1 :]]
        return changed[0] if len(changed) == 1 else Sum(tuple(changed))

    for place, term in enumerate(terms):
        name = f"term {place + 1} of the right side"
        yield (
            "sign",
            "Look at a sign.",
            f"The sign of {name} is wrong.",
            whole(place, times(term, Fraction(-1))),
            side.text,
        )
    for place, term in enumerate(terms):
        name = f"term {place + 1} of the right side"
        for number, shown in _FACTORS:
            last = f"{name[0].upper()}{name[1:]} must be multiplied by {shown}."
            yield "factor", "Look for a factor of 2.", last, whole(place, times(term, number)), side.text
    if len(terms) > 1:
        yield (
            "sign",
            "Look at the signs.",
            "All signs of the right side are wrong.",
            times(node, Fraction(-1)),
            side.text,
        )
        for place in range(len(terms)):
            last = f"Term {place + 1} of the right side should not be there."
            rest = [*terms[:place], *terms[place + 1 :]]
            yield (
                "superfluous term",
                "One term is too many.",
                last,
                rest[0] if len(rest) == 1 else Sum(tuple(rest)),
                side.text,
            )


def _matrix_repairs(side: Side) -> Iterator[Repair]:
    """Yield changes of one term of a matrix side: its sign, a factor, a transposition."""
    node = side.meant
    if isinstance(node, FieldNode):
        return
    terms = list(node.terms) if isinstance(node, syntax.Sum) else [(False, node)]

    def whole(place: int, minus: bool, term: Any) -> Any:
        return syntax.signed([*terms[:place], (minus, term), *terms[place + 1 :]])

    for place, (minus, term) in enumerate(terms):
        changed = whole(place, not minus, term)
        yield "sign", "Look at a sign.", f"The sign of {term.text} is wrong.", changed, changed.text
    for place, (minus, term) in enumerate(terms):
        for number, shown in _FACTORS:
            changed = whole(place, minus, syntax.product([syntax.Number(number), term]))
            yield (
                "factor",
                "Look for a factor of 2.",
                f"{term.text} must be multiplied by {shown}.",
                changed,
                changed.text,
            )
    for place, (minus, term) in enumerate(terms):
        for turned in _turned(term):
            changed = whole(place, minus, turned)
            last = f"With {turned.text} in the place of {term.text} it is true."
            yield "transposition", "Look at a transpose.", last, changed, changed.text


def _turned(term: Any) -> Iterator[Any]:
    """Yield a term with one factor transposed, or all of them, or with its factors the other way round."""
    if not isinstance(term, syntax.Product):
        yield syntax.flipped(term)
        return
    factors = list(term.factors)
    for place, factor in enumerate(factors):
        if not isinstance(factor, syntax.Number):
            yield syntax.product([*factors[:place], syntax.flipped(factor), *factors[place + 1 :]])
    yield syntax.product([f if isinstance(f, syntax.Number) else syntax.flipped(f) for f in factors])
    numbers = [f for f in factors if isinstance(f, syntax.Number)]
    matrices = [f for f in factors if not isinstance(f, syntax.Number)]
    yield syntax.product([*numbers, *reversed(matrices)])
    yield syntax.product([*numbers, *(syntax.flipped(f) for f in reversed(matrices))])
