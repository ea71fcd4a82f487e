"""Small tools on the trees of the language: change some nodes, put definitions in, see a zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from ..language.tree import Name, Negative, Node, Number, Vector

__all__ = ["is_zero", "mapped", "number_tree", "renamed"]

Change = Callable[[Node], Node | None]


def mapped(node: Node, change: Change) -> Node:
    """Return a tree in which some nodes are changed, from above: `change` returns a new node, or None to go below.

    Examples
    --------
    >>> from conslaw_nb.language import read_expression, text
    >>> tree = read_expression("2*h + x")
    >>> text(mapped(tree, lambda n: read_expression("x - y") if n == Name("h") else None))
    '2*(x - y) + x'
    """
    found = change(node)
    if found is not None:
        return found
    below = {f.name: _below(value, change) for f in fields(node) if _holds_nodes(value := getattr(node, f.name))}  # type: ignore[arg-type]
    return replace(node, **below) if below else node  # type: ignore[type-var]


def _holds_nodes(value: Any) -> bool:
    return isinstance(value, Node) or (isinstance(value, tuple) and any(map(_holds_nodes, value)))


def _below(value: Any, change: Change) -> Any:
    if isinstance(value, Node):
        return mapped(value, change)
    return tuple(_below(part, change) for part in value) if isinstance(value, tuple) else value


def renamed(node: Node, value: Callable[[str], Node | None]) -> Node:
    """Return a tree in which names are replaced: `value` takes a name and returns a tree, or None to keep it."""
    return mapped(node, lambda part: value(part.name) if isinstance(part, Name) else None)


def number_tree(value: Fraction | int) -> Node:
    """Return the tree of a rational number.

    Examples
    --------
    >>> number_tree(Fraction(-1, 2))
    Negative(argument=Number(value=Fraction(1, 2)))
    """
    return Number(Fraction(value)) if value >= 0 else Negative(Number(Fraction(-value)))


def is_zero(node: Node) -> bool:
    """Whether a tree is the number 0 as written, or a vector of them: not something that turns out to be 0."""
    if isinstance(node, Vector):
        return all(is_zero(item) for item in node.items)
    return isinstance(node, Number) and node.value == 0
