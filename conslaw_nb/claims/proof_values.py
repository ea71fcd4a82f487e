"""The values of proofs in polynomial mode, and what is common to both modes: sides and differences."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..exact.quotients import Quotient
from ..language.tree import Node

__all__ = ["Difference", "Side", "Value", "Vec", "direction", "what"]


@dataclass(frozen=True)
class Vec:
    """A vector of quotients of polynomials."""

    items: tuple[Quotient, ...]


Value = Quotient | Vec


@dataclass(frozen=True)
class Side:
    """One side of an equation."""

    text: str  # as it is written
    latex: str
    node: Node  # the tree of the language: two sides are said to be the same where their trees are
    meant: Any  # what is computed with: the same tree, or the matrices or the field that it stands for
    zero: bool  # whether it is the number 0 as written


@dataclass(frozen=True)
class Difference:
    """What is left where two sides are not equal, and numbers that show it."""

    residual: str
    example: str


def what(value: Value) -> str:
    """Say what a value is."""
    return f"a vector of {len(value.items)} components" if isinstance(value, Vec) else "a number"


def direction(vector: Vec) -> Any:
    """Return something equal for vectors that differ by a nonzero factor which is plain to see; None for 0.

    The factors are rational numbers, and a common denominator: <a, v> = 0 says the same for each of them. A vector with
    several denominators stands for itself alone.
    """
    bottoms = {q for p, q in vector.items if p}
    if not bottoms:
        return None
    tops = [p for p, _ in vector.items]
    if len(bottoms) > 1:
        return tuple((frozenset(p.terms.items()), frozenset(q.terms.items())) for p, q in vector.items)
    first = next(p for p in tops if p)
    lead = Fraction(first.terms[first.ordered()[0]])
    return tuple(frozenset((m, Fraction(c) / lead) for m, c in p.terms.items()) for p in tops)
