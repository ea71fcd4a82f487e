"""Trees of the language as data for the court: nested lists, one case for each kind of node; nothing is computed here.

The court (`conslaw_nb.court`) shares nothing with the workshop; what it gets is the tree of what was typed.
`conslaw_nb.court.scenes` says what the lists mean.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..errors import CertificateError
from ..language import text
from ..language.polynomials import constant_value
from ..language.tree import (
    Apply,
    Call,
    Gradient,
    Inner,
    List,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Partial,
    Power,
    Prime,
    Product,
    Sum,
    Trace,
    Transpose,
    Vector,
    Velocities,
    children,
)

__all__ = ["Data", "number", "tree_data"]

Data = Any  # an int, a text, or a list that begins with what is done

_HEADS: dict[type[Node], str] = {
    Transpose: "T",
    Prime: "dot",
    Trace: "tr",
    Inner: "inner",
    Gradient: "grad",
    Vector: "vec",
}


def number(value: Fraction | int) -> Data:
    """Write a rational number."""
    return int(value) if value.denominator == 1 else str(Fraction(value))


def tree_data(
    node: Node, name: Callable[[str], Data] = str, is_field: Callable[[Node], bool] = lambda part: True
) -> Data:
    """Write a tree.

    `name`: what a name is, as data: itself, a size, a generator; `is_field`: whether a tree is a field: of two fields,
    [X, Y] is the Lie bracket, and of two matrices the commutator. Raises CertificateError: the court has no such thing:
    exp, log, roots, an exponent that is not an integer.

    Examples
    --------
    >>> from conslaw_nb.language import read_expression
    >>> tree_data(read_expression("x**2 - 2*y/3"))
    ['-', ['^', 'x', 2], ['/', ['*', 2, 'y'], 3]]
    """

    def below(part: Node) -> Data:
        return tree_data(part, name, is_field)

    match node:
        case Number():
            return number(node.value)
        case Name():
            return name(node.name)
        case Negative():
            return ["-", below(node.argument)]
        case Sum():
            first, *others = node.terms
            if len(others) == 1 and isinstance(others[0], Negative):
                return ["-", below(first), below(others[0].argument)]
            return ["+", *map(below, node.terms)]
        case Product():
            return _product(node, below)
        case Power():
            exponent = _exponent(node)
            if isinstance(node.base, Norm):  # |A|^2 is a polynomial, and |A| is none
                square = ["norm2", below(node.base.argument)]
                return square if exponent == 2 else ["^", square, _half(node, exponent)]
            return ["^", below(node.base), exponent]
        case Partial():
            return ["d", below(node.argument), node.variable.name]
        case Apply() if len(node.arguments) == 1:
            return ["along", below(node.name), below(node.arguments[0])]
        case List() if len(node.items) == 2:
            return ["bracket" if is_field(node) else "comm", *map(below, node.items)]
        case Velocities():
            return ["field", *([n, below(part)] for n, part in zip(node.names, node.values, strict=True))]
    if type(node) not in _HEADS:
        what = f"{node.function}(...)" if isinstance(node, Call) else f"'{text(node)}'"
        raise CertificateError(f"{what} cannot be tried by the court: it takes quotients of polynomials")
    return [_HEADS[type(node)], *map(below, children(node))]


def _product(node: Product, below: Callable[[Node], Data]) -> Data:
    above = [below(factor) for factor, inverse in node.factors if not inverse] or [1]
    under = [below(factor) for factor, inverse in node.factors if inverse]
    top = above[0] if len(above) == 1 else ["*", *above]
    return ["/", top, under[0] if len(under) == 1 else ["*", *under]] if under else top


def _exponent(node: Power) -> int:
    value = constant_value(node.exponent)
    if value is None or value.denominator != 1:
        raise CertificateError(f"'{text(node)}' cannot be tried by the court: it takes exponents that are integers")
    return int(value)


def _half(node: Power, exponent: int) -> int:
    if exponent % 2:
        raise CertificateError(
            f"'{text(node)}' cannot be tried by the court: only even powers of a norm are polynomials"
        )
    return exponent // 2
