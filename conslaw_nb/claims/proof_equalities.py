"""Equalities of proofs: whether two sides are equal, and before the flow is put in where only that is claimed."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ..language.sentences import Equal
from ..language.tree import Name, Node, Prime
from .proof_engine import Case, Outcome, red
from .proof_matrices import MatrixCase
from .proof_values import Side
from .where_defined import where_defined

__all__ = ["assumed", "compared", "equal_sides", "formally_compared", "sides_of"]

_FACTORS = ((2, "2"), (Fraction(1, 2), "1/2"), (-1, "-1"))


def equal_sides(case: Case, goal: Equal) -> Outcome:
    """Decide a goal that is an equality."""
    return compared(case, sides_of(case, goal.sides), goal.every)


def sides_of(case: Case, trees: tuple[Node, ...]) -> list[Side]:
    """Return the sides that some trees are."""
    return [case.side(tree) for tree in trees]


def compared(case: Case, sides: list[Side], every: str) -> Outcome:
    """Return whether some sides are equal, and what is left over where two are not."""
    for left, right in pairwise(sides):
        found = case.difference(left, right, every)
        if found is not None:
            reason = f"this is false: left − right = {found.residual}"
            if isinstance(case, MatrixCase) and case.flow is None and re.search(r"\w['′]", found.residual):
                reason += "; no line says how the matrices move, such as flow U' = -G*V"
            return red(reason, "false", residual=found.residual, example=found.example)
    if isinstance(case, MatrixCase):
        return Outcome("green", "equal for all sizes")
    where = where_defined([case.expanded(side.node) for side in sides], case.variables)
    return Outcome("green", ", ".join(("equal, as an identity", *where)))


def formally_compared(case: MatrixCase, sides: list[Side]) -> Outcome | None:
    """Return what is wrong where two sides differ before the flow is put in, or None where all are equal."""
    for left, right in pairwise(sides):
        found = case.difference(left, right, "", opaque=True)
        if found is None:
            continue
        holds = case.difference(left, right, "") is None
        if holds and not (case.holds_velocity(left) and case.holds_velocity(right)):
            return red(
                "this is true, but not by the product rule alone: it also uses the flow; say 'by substitution'",
                "reason",
            )
        factor = next((shown for number, shown in _FACTORS if case.is_multiple(left, right, number)), "")
        told = f"the right side must be multiplied by {factor}" if factor else f"left − right = {found.residual}"
        if holds:
            told += ", before the flow is put in (along the flow both sides are equal)"
        return red(
            f"this is not what the product rule gives: {told}",
            "reason" if holds else "false",
            residual=found.residual,
            example=found.example,
            formal=True,
        )
    return None


def assumed(case: Case, sides: list[Any]) -> bool:
    """Whether the first side is the velocity of a matrix, so that the flow says the equality."""
    if not isinstance(case, MatrixCase) or case.flow is None:
        return False
    node = sides[0].node
    return isinstance(node, Prime) and isinstance(node.argument, Name) and node.argument.name in case.flow
