"""Raw trees: what the grammar makes, before it is settled what stands side by side; and what goes wrong at a place."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..errors import ConslawError, ParseError
from .tree import (
    Apply,
    Gradient,
    Inner,
    List,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Prime,
    Product,
    Sum,
    Transpose,
    Vector,
    Velocities,
)

__all__ = [
    "Bare",
    "Barred",
    "Glued",
    "Group",
    "Items",
    "RawPoint",
    "Scientific",
    "opened",
    "place_of",
]


class _NotUnderstoodError(ParseError):
    """A word stands where the grammar knows none: the sentence is not one of those that are understood."""


class _UnsaidError(Exception):
    """The words fit no sentence: what is said cannot be said of this."""


class _PlacedError(Exception):
    """Something is wrong at a place of the canonical text; the message says {where}."""

    def __init__(self, place: int, message: str, kind: type[ConslawError] = ParseError):
        super().__init__(message)
        self.place = place
        self.message = message
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Something in parentheses."""

    inner: Node
    place: int


@dataclass(frozen=True, slots=True)
class Bare(Node):
    """A root or a gradient of what follows without parentheses."""

    inner: Node
    place: int


@dataclass(frozen=True, slots=True)
class Barred(Node):
    """A norm, with where its bars begin and end."""

    inner: Node
    place: int
    end: int


@dataclass(frozen=True, slots=True)
class Scientific(Node):
    """A number such as 2e3, which is also 2*e3 where e3 is a name."""

    value: Fraction
    spelled: str
    place: int


@dataclass(frozen=True, slots=True)
class RawPoint(Node):
    """What stands where a point is said."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Glued(Node):
    """Factors side by side, without a sign between them."""

    items: tuple[Node, ...]


class Items(tuple[Node, ...]):
    """Several raw trees, with where what stands between them begins and ends."""

    cuts: tuple[tuple[int, int], ...] = ()


def opened(node: Node) -> Node:
    """Return what stands in parentheses, or the node itself.

    What may turn out to be a product keeps its parentheses: (xy)^2 is not xy^2.
    """
    if isinstance(node, Group):
        return node if isinstance(node.inner, (Name, Apply, Glued, Power, Transpose, Prime)) else node.inner
    return node.inner if isinstance(node, Bare) else node


def place_of(node: Any) -> int:
    """Return the place of the first sign of a raw tree whose place is known."""
    while True:
        if isinstance(node, (Number, Name, Group, Bare, Barred, Scientific)):
            return node.place
        if isinstance(node, Glued):
            node = node.items[0]
        elif isinstance(node, Product):
            node = node.factors[0][0]
        elif isinstance(node, Sum):
            node = node.terms[0]
        elif isinstance(node, Power):
            node = node.base
        elif isinstance(node, Apply):
            node = node.name
        elif isinstance(node, (Negative, Transpose, Prime, Gradient)):
            node = node.argument
        elif isinstance(node, Inner):
            node = node.left
        elif isinstance(node, (Vector, List)) and node.items:
            node = node.items[0]
        elif isinstance(node, Velocities):
            node = node.values[0]
        else:
            return 0
