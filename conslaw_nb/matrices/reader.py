"""Reading matrix expressions: the one language, where names side by side are a product."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..errors import ParseError, SizeError
from ..language import Scope
from ..language import read_equation as read_sides
from ..language import read_expression as read_tree
from .from_tree import from_tree
from .syntax import Tree

__all__ = ["read_equation", "read_expression"]

MAX_LENGTH = 20_000


def read_expression(text: Any, names: Collection[str] | None = None) -> Tree:
    """Read one matrix expression, as it is written.

    Parameters
    ----------
    text : str
    names : collection of str, optional
        The names that are known, such as those of a space: ``UV`` is U*V where U and V are known and UV is not.

    Raises
    ------
    ParseError
        With the user's text and the place where it stops making sense.
    SizeError
        For a text, a nesting or an exponent beyond the bounds.

    Examples
    --------
    >>> read_expression("UᵀU - 2 V.T @ V/3")
    U^T*U - 2/3*V^T*V
    >>> read_expression("⟨A, B⟩ - tr([A, B]²)")
    <A, B> - tr([A, B]^2)
    """
    return from_tree(read_tree(_checked(text), scope=Scope(names, side_by_side=True), what="a matrix expression"))


def read_equation(text: Any, names: Collection[str] | None = None) -> tuple[Tree, Tree]:
    """Read ``left = right``.

    Examples
    --------
    >>> read_equation("[A, B] = A*B - B*A")
    ([A, B], A*B - B*A)
    """
    left, *others = map(from_tree, read_sides(_checked(text), scope=Scope(names, side_by_side=True)))
    if len(others) != 1:
        raise ParseError(f"'{text[:60]}' has {len(others) + 1} sides: write left = right")
    return left, others[0]


def _checked(text: Any) -> str:
    if not isinstance(text, str):
        raise ParseError(f"a matrix expression must be text, not {type(text).__name__}: put it in quotes")
    if not text.strip():
        raise ParseError("the expression is empty: write something like U^T*U - V^T*V")
    if len(text) > MAX_LENGTH:
        raise SizeError(f"this text has {len(text)} characters; at most {MAX_LENGTH} are read as a matrix expression")
    return text
