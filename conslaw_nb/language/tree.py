"""What a text says, as a tree: one kind of tree for formulas, matrices, models, points and proofs.

A tree keeps the order and the shape in which a person wrote; nothing is expanded, nothing is simplified. Two
spellings of the same thing (``x^2`` and ``x²``, ``U^T`` and ``Uᵀ``) are equal trees. Trees are small frozen
dataclasses: they can be compared, hashed and pickled, and none of them knows how it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

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
    """A node of a tree.

    Comparing, hashing and pickling go through a list of the nodes below, so that no depth is too deep for them.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return self is other or [_key(node) for node in walk(self)] == [_key(node) for node in walk(other)]

    def __hash__(self) -> int:
        return hash(tuple(map(_key, walk(self))))

    def __reduce__(self) -> Any:
        return _rebuilt, ([(type(node), _parts(node), len(children(node))) for node in walk(self)],)


@dataclass(frozen=True, slots=True, eq=False)
class Number(Node):
    """A rational number that is not negative: a minus sign is a node of its own."""

    value: Fraction
    place: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Name(Node):
    """A name, in its canonical spelling, with the place of the person's text where it stands."""

    name: str
    place: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Sum(Node):
    """A sum of at least two terms, kept flat; a term that is subtracted is a `Negative`."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Negative(Node):
    """Minus something."""

    argument: Node


@dataclass(frozen=True, slots=True, eq=False)
class Product(Node):
    """A product, kept flat; the flag of a factor says that it stands in the denominator.

    Where signs were left out, as in ``xy``, `notes` says how that was read: a page shows it.
    """

    factors: tuple[tuple[Node, bool], ...]
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Power(Node):
    """A base with an exponent."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """One of the functions exp, log and sqrt of an expression."""

    function: str
    argument: Node


@dataclass(frozen=True, slots=True, eq=False)
class Transpose(Node):
    """A transpose."""

    argument: Node


@dataclass(frozen=True, slots=True, eq=False)
class Prime(Node):
    """A derivative in time, h'."""

    argument: Node


@dataclass(frozen=True, slots=True, eq=False)
class Trace(Node):
    """The trace of a matrix."""

    argument: Node


@dataclass(frozen=True, slots=True, eq=False)
class Norm(Node):
    """A norm |A|, with how the person wrote it; its even powers are polynomials."""

    argument: Node
    said: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Inner(Node):
    """An inner product <a, b>."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Gradient(Node):
    """The gradient of a function."""

    argument: Node


@dataclass(frozen=True, slots=True, eq=False)
class Partial(Node):
    """A partial derivative, diff(h, x)."""

    argument: Node
    variable: Name


@dataclass(frozen=True, slots=True, eq=False)
class Apply(Node):
    """A name applied to something: v_1(h), the derivative of h along the field v_1."""

    name: Name
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Vector(Node):
    """Several things in parentheses, (a, b)."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Velocities(Node):
    """A field of matrices, (U: D*V, V: D^T*U): how each of them moves."""

    names: tuple[str, ...]
    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class List(Node):
    """Several things in square brackets: a list where a list is asked for; of two fields or matrices, their bracket."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Equality(Node):
    """Sides that are said to be equal, two or more, with the places of the signs between them."""

    sides: tuple[Node, ...]
    places: tuple[int, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Model(Node):
    """A model: its kind, its arguments, and its named options; or a forward pass, which `models` reads by itself."""

    kind: str
    arguments: tuple[Node, ...]
    options: tuple[tuple[str, Node], ...] = ()
    forward: str = ""


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


def _parts(node: Node) -> tuple[Any, ...]:
    """Return what a node holds besides the nodes below it."""
    if isinstance(node, Number):
        return node.value, node.place
    if isinstance(node, Name):
        return node.name, node.place
    if isinstance(node, Product):
        return tuple(below for _, below in node.factors), node.notes
    if isinstance(node, Call):
        return (node.function,)
    if isinstance(node, Norm):
        return (node.said,)
    if isinstance(node, Velocities):
        return (node.names,)
    if isinstance(node, Model):
        return node.kind, tuple(name for name, _ in node.options), node.forward
    return ()


def _key(node: Node) -> tuple[Any, ...]:
    """Return what makes a node equal to another one, the nodes below left out."""
    parts = _parts(node)
    if isinstance(node, (Number, Name, Product)):  # where it stands, and what was said of it, makes no difference
        parts = parts[:1]
    if isinstance(node, Norm):
        parts = ()
    return type(node), len(children(node)), *parts


def _rebuilt(flat: list[tuple[type[Any], tuple[Any, ...], int]]) -> Node:
    """Make a tree again from the list of its nodes."""
    made: list[Any] = []
    for kind, parts, count in reversed(flat):
        below = tuple(reversed(made[len(made) - count :]))
        del made[len(made) - count :]
        if kind in (Number, Name):
            made.append(kind(*parts))
        elif kind is Product:
            made.append(Product(tuple(zip(below, parts[0], strict=True)), parts[1]))
        elif kind is Velocities:
            made.append(Velocities(parts[0], below))
        elif kind is Call:
            made.append(Call(parts[0], *below))
        elif kind is Norm:
            made.append(Norm(*below, *parts))
        elif kind is Model:
            first = count - len(parts[1])
            made.append(Model(parts[0], below[:first], tuple(zip(parts[1], below[first:], strict=True)), parts[2]))
        elif kind is Apply:
            made.append(Apply(below[0], below[1:]))
        elif kind in (Sum, Vector, List, Equality):
            made.append(kind(below))
        else:
            made.append(kind(*below))
    node: Node = made.pop()
    return node


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
