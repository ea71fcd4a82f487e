"""What a text says, as a tree: one kind of tree for formulas, matrices, models, points and proofs.

A tree keeps the order and the shape in which a person wrote; nothing is expanded, nothing is simplified. Two
spellings of the same thing (``x^2`` and ``x²``, ``U^T`` and ``Uᵀ``) are equal trees. Trees are small frozen
dataclasses: they can be compared, hashed and pickled, and none of them knows how it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

__all__ = [
    "FUNCTIONS",
    "Apply",
    "Call",
    "Equality",
    "Gradient",
    "Inner",
    "List",
    "Model",
    "Name",
    "Negative",
    "Node",
    "Norm",
    "Number",
    "Partial",
    "Power",
    "Prime",
    "Product",
    "Sum",
    "Trace",
    "Transpose",
    "Vector",
    "Velocities",
    "children",
    "names_in",
    "negative",
    "walk",
]

FUNCTIONS = ("exp", "log", "sqrt")


class Node:
    """A node of a tree."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A rational number that is not negative: a minus sign is a node of its own."""

    value: Fraction
    place: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name, in its canonical spelling, with the place of the person's text where it stands."""

    name: str
    place: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """A sum of at least two terms, kept flat; a term that is subtracted is a `Negative`."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """Minus something."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Product(Node):
    """A product, kept flat; the flag of a factor says that it stands in the denominator.

    Where signs were left out, as in ``xy``, `notes` says how that was read: a page shows it.
    """

    factors: tuple[tuple[Node, bool], ...]
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Power(Node):
    """A base with an exponent."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """One of the functions exp, log and sqrt of an expression."""

    function: str
    argument: Node


@dataclass(frozen=True, slots=True)
class Transpose(Node):
    """A transpose."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Prime(Node):
    """A derivative in time, h'."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Trace(Node):
    """The trace of a matrix."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Norm(Node):
    """A norm |A|; its even powers are polynomials."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Inner(Node):
    """An inner product <a, b>."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Gradient(Node):
    """The gradient of a function."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Partial(Node):
    """A partial derivative, diff(h, x)."""

    argument: Node
    variable: Name


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """A name applied to something: v_1(h), the derivative of h along the field v_1."""

    name: Name
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Vector(Node):
    """Several things in parentheses, (a, b)."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Velocities(Node):
    """A field of matrices, (U: D*V, V: D^T*U): how each of them moves."""

    names: tuple[str, ...]
    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class List(Node):
    """Several things in square brackets: a list where a list is asked for; of two fields or matrices, their bracket."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Equality(Node):
    """Sides that are said to be equal, two or more."""

    sides: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Model(Node):
    """A model: its kind, its arguments, and its named options."""

    kind: str
    arguments: tuple[Node, ...]
    options: tuple[tuple[str, Node], ...] = ()


def negative(node: Node) -> Node:
    """Return minus a tree; twice is not at all."""
    return node.argument if isinstance(node, Negative) else Negative(node)


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below, in the order in which they are written."""
    if isinstance(node, (Number, Name)):
        return ()
    if isinstance(node, Sum):
        return node.terms
    if isinstance(node, Product):
        return tuple(factor for factor, _ in node.factors)
    if isinstance(node, Power):
        return (node.base, node.exponent)
    if isinstance(node, Inner):
        return (node.left, node.right)
    if isinstance(node, Partial):
        return (node.argument, node.variable)
    if isinstance(node, Apply):
        return (node.name, *node.arguments)
    if isinstance(node, (Vector, List)):
        return node.items
    if isinstance(node, Velocities):
        return node.values
    if isinstance(node, Equality):
        return node.sides
    if isinstance(node, Model):
        return (*node.arguments, *(value for _, value in node.options))
    if isinstance(node, (Negative, Call, Transpose, Prime, Trace, Norm, Gradient)):
        return (node.argument,)
    raise TypeError(f"unknown node {node!r}")


def walk(node: Node) -> Iterator[Node]:
    """Yield a tree and everything below, in the order in which it is written."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def names_in(*trees: Node) -> dict[str, int]:
    """Return the names in some trees with the place of their first use, in that order.

    Examples
    --------
    >>> from conslaw_nb.language import read_expression
    >>> names_in(read_expression("b*a + c/b"))
    {'b': 0, 'a': 2, 'c': 6}
    """
    found: dict[str, int] = {}
    for tree in trees:
        for node in walk(tree):
            if isinstance(node, Name):
                found.setdefault(node.name, node.place)
    return found
