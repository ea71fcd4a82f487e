"""From a tree to its normal form, with every shape checked on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ConslawError, ModelError
from .calculus import fitted, substituted
from .expression import Budget, Expr, Total, trace
from .letters import Shape, ShapeError, is_scalar, shape_text
from .reader import read_expression
from .syntax import (
    Commutator,
    Inner,
    Name,
    Norm,
    Number,
    Power,
    Product,
    Sum,
    Trace,
    Transpose,
    Tree,
    flipped,
    names_in,
    product,
)

if TYPE_CHECKING:
    from .space import MatrixSpace

__all__ = ["definitions", "expression", "normal_form", "shape_of", "tree"]


def tree(value: Any, names: Collection[str] | None = None) -> Tree:
    """Return text, an expression or a number as a tree; the names are those that are known."""
    if isinstance(value, Tree):
        return value
    if isinstance(value, Expr):
        return value.tree
    if isinstance(value, int) and not isinstance(value, bool):
        return read_expression(str(value))
    return read_expression(value, names)


def expression(value: Any, space: MatrixSpace) -> Expr:
    """Return text, a tree or a number as a normal form in a space; an expression as it is."""
    if isinstance(value, Expr):
        return value
    return normal_form(tree(value, space.names), space)


def normal_form(node: Tree, space: MatrixSpace) -> Expr:
    """Compute the normal form of a tree.

    Raises ShapeError: what does not fit, with the shapes and, where one helps, a transpose to try; ParseError: an
    unknown name; SizeError, BudgetError: an expression that is too large to multiply out.

    Examples
    --------
    >>> from conslaw_nb.matrices import MatrixSpace
    >>> space = MatrixSpace(U=("n", "r"), V=("m", "r"))
    >>> normal_form(read_expression("U V"), space)
    Traceback (most recent call last):
    ...
    conslaw_nb.errors.ShapeError: U*V does not fit: U is n x r, V is m x r; did you mean U*V^T?
    """
    return _Evaluation(space).of(node)


def shape_of(node: Tree, space: MatrixSpace) -> Shape:
    """Return the shape of a tree that is known to fit, without multiplying anything out.

    Examples
    --------
    >>> from conslaw_nb.matrices import MatrixSpace
    >>> shape_of(read_expression("2*(U^T*U + 0)^9*V^T"), MatrixSpace(U=("n", "r"), V=("m", "r")))
    ('r', 'm')
    """
    if isinstance(node, Name):
        return space.letter(node.name).shape
    if isinstance(node, (Sum, Power, Commutator)):  # the number 0 may stand beside any shape
        shapes = [shape_of(child, space) for child in node.children]
        return next((shape for shape in shapes if not is_scalar(shape)), shapes[0])
    if isinstance(node, Transpose):
        rows, columns = shape_of(node.base, space)
        return columns, rows
    if isinstance(node, Product):
        shape = ("1", "1")
        for factor in node.factors:
            right = shape_of(factor, space)
            if is_scalar(shape):
                shape = right
            elif not is_scalar(right):
                shape = shape[0], right[1]
        return shape
    return "1", "1"


class _Evaluation:
    """One evaluation, with a budget for all its products together."""

    def __init__(self, space: MatrixSpace):
        self.space = space
        self.times = Budget().times

    def of(self, node: Tree) -> Expr:
        if isinstance(node, Number):
            return Expr.number(self.space, node.value)
        if isinstance(node, Name):
            return Expr.letter(self.space, node.name)
        if isinstance(node, Sum):
            return self.sum(node)
        if isinstance(node, Product):
            return self.product(node.factors)
        if isinstance(node, Transpose):
            return self.of(node.base).T
        if isinstance(node, Power):
            return self.power(node)
        if isinstance(node, Trace):
            return self.trace(node)
        if isinstance(node, Inner):
            left, right = self.of(node.left), self.of(node.right)
            if left.shape != right.shape:
                raise ShapeError(
                    f"{node.text} needs two matrices of one shape: {_two(node.left, left, node.right, right)}"
                )
            return trace(self.times(left.T, right))
        if isinstance(node, Norm):
            value = self.of(node.argument)
            return trace(self.times(value.T, value))
        if isinstance(node, Commutator):
            left, right = self.of(node.left), self.of(node.right)
            if left.shape != right.shape or left.rows != left.columns:
                raise ShapeError(
                    f"{node.text} needs two square matrices of one size: {_two(node.left, left, node.right, right)}"
                )
            return self.times(left, right) - self.times(right, left)
        raise TypeError(f"unknown node {node!r}")

    def sum(self, node: Sum) -> Expr:
        total = Total(self.space, ("1", "1"))
        for i, (minus, term) in enumerate(node.terms):
            value = self.of(term)
            if not total.terms and is_scalar(total.shape):  # the number 0, so far
                total.shape = value.shape
            elif total.shape != value.shape and not (value.is_scalar and value.is_zero):
                raise ShapeError(self.sum_misfit(Sum(node.terms[:i]), total.expression(), minus, term, value))
            total.add(-value if minus else value)
        return total.expression()

    def sum_misfit(self, before: Sum, left: Expr, minus: bool, term: Tree, right: Expr) -> str:
        """Say what does not fit in a sum; propose a transpose, or U^T*U where U*U^T was written."""
        head = before.terms[0][1] if len(before.terms) == 1 and not before.terms[0][0] else before
        message = (
            f"{Sum((*before.terms, (minus, term))).text} does not fit: {head.text} is {shape_text(left.shape)}, "
            f"{term.text} is {shape_text(right.shape)}"
        )
        if (right.columns, right.rows) == left.shape:
            return f"{message}; did you mean {flipped(term).text}?"
        if is_scalar(left.shape) or is_scalar(right.shape):
            size = next((rows for rows, columns in (left.shape, right.shape) if rows == columns != "1"), "")
            return f"{message}; did you mean the number times I_{size}?" if size else message
        if isinstance(term, Product):
            swapped = product([part if isinstance(part, Number) else flipped(part) for part in term.factors])
            try:
                if self.of(swapped).shape == left.shape:
                    return f"{message}; did you mean {swapped.text}?"
            except ConslawError:
                pass  # the swapped product does not fit either
        pairs = dict.fromkeys(
            " = ".join(sorted(pair)) for pair in zip(left.shape, right.shape, strict=True) if pair[0] != pair[1]
        )
        return f"{message}; it fits only where {' and '.join(pairs)}"

    def product(self, factors: tuple[Tree, ...]) -> Expr:
        total = self.of(factors[0])
        for i, factor in enumerate(factors[1:], 1):
            value = self.of(factor)
            if total.columns != value.rows and not total.is_scalar and not value.is_scalar:
                before = factors[0] if i == 1 else Product(factors[:i])
                raise ShapeError(_product_misfit(before, total.shape, factor, value.shape))
            total = self.times(total, value)
        return total

    def power(self, node: Power) -> Expr:
        base = self.of(node.base)
        if base.rows != base.columns:
            raise ShapeError(
                f"{node.text} needs a square matrix: {node.base.text} is {shape_text(base.shape)}; "
                f"did you mean |{node.base.text}|^2 or {Product((flipped(node.base), node.base)).text}?"
            )
        result = Expr.word(self.space, (), base.shape)
        for _ in range(node.exponent):
            result = self.times(result, base)
        return result

    def trace(self, node: Trace) -> Expr:
        value = self.of(node.argument)
        if value.rows != value.columns:
            raise ShapeError(
                f"{node.text} needs a square matrix: {node.argument.text} is {shape_text(value.shape)}; "
                f"did you mean tr({Product((flipped(node.argument), node.argument)).text})?"
            )
        return trace(value)


def _two(a: Tree, left: Expr, b: Tree, right: Expr) -> str:
    return f"{a.text} is {shape_text(left.shape)}, {b.text} is {shape_text(right.shape)}"


def _product_misfit(a: Tree, left: Shape, b: Tree, right: Shape) -> str:
    text = Product((a, b)).text
    message = f"{text} does not fit: {a.text} is {shape_text(left)}, {b.text} is {shape_text(right)}"
    if left[1] == right[1]:
        fits: Tree | None = Product((a, flipped(b)))
    elif left[0] == right[0]:
        fits = Product((flipped(a), b))
    elif left[0] == right[1]:
        fits = Product((b, a))
    else:
        fits = None
    if fits is not None:
        return f"{message}; did you mean {fits.text}?"
    if "1" in (left[1], right[0]):
        return f"{message}; the inner sizes {left[1]} and {right[0]} must be equal"
    return f"{message}; it fits only where {left[1]} = {right[0]}"


def definitions(where: Mapping[str, Any] | None, space: MatrixSpace) -> tuple[MatrixSpace, dict[str, Expr]]:
    """Read definitions, in their order: a later one may use the earlier ones.

    Returns the space, with the defined names that were not declared, and each name's value in undefined letters. Raises
    ModelError: a definition that uses its own name, or one that comes later.

    Examples
    --------
    >>> from conslaw_nb.matrices import MatrixSpace
    >>> space, values = definitions({"E": "U - τ*G", "F": "E - U"}, MatrixSpace.read("U: n x r, G: n x r, τ: 1 x 1"))
    >>> values["F"]
    -τ*G
    """
    values: dict[str, Expr] = {}
    names = list(where or {})
    for i, name in enumerate(names):
        try:
            node = tree((where or {})[name], space.names | set(names))
        except ConslawError as error:
            raise type(error)(f"in the definition of {name}: {error}") from None
        late = [other for other in names[i:] if other in names_in(node)]
        if late == [name]:
            raise ModelError(
                f"the definition of {name} uses {name} itself: give the new matrix another name, such as {name}⁺"
            )
        if late:
            raise ModelError(
                f"the definition of {name} uses {late[0]}, which is not defined before it: change the order"
            )
        try:
            value = normal_form(node, space)
            if name not in space:
                space = space.extend({name: value.shape})
            values[name] = fitted(space, name, substituted(value, values))
        except ConslawError as error:
            raise type(error)(f"in the definition of {name}: {error}") from None
    return space, values
