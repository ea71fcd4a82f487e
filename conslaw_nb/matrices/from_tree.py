"""From a tree of the language to an expression of matrices as it is written, or why it has none."""

from __future__ import annotations

from ..errors import ParseError, SizeError
from ..language import text
from ..language import tree as said
from .syntax import Commutator, Inner, Name, Norm, Number, Power, Trace, Transpose, Tree, product, signed

__all__ = ["from_tree"]

MAX_EXPONENT = 60


def from_tree(node: said.Node) -> Tree:
    """Return the expression of matrices that a tree of the language is.

    Raises ParseError: something that matrices do not have: an inverse, a norm that is not squared, a function.

    Examples
    --------
    >>> from conslaw_nb.language import read_expression
    >>> from_tree(read_expression("U.T @ U - 2*[A, B]/3"))
    U^T*U - 2/3*[A, B]
    """
    if isinstance(node, said.Number):
        return Number(node.value)
    if isinstance(node, said.Name):
        if node.name in ("tr", "trace", "inner"):
            shown = "inner(A, B)" if node.name == "inner" else f"{node.name}(A)"
            raise ParseError(f"{node.name} needs parentheses, as in {shown}")
        return Name(node.name)
    if isinstance(node, said.Negative):
        return signed([(True, from_tree(node.argument))])
    if isinstance(node, said.Sum):
        return signed([_term(term) for term in node.terms])
    if isinstance(node, said.Product):
        factors = [_inverse(factor, node) if below else from_tree(factor) for factor, below in node.factors]
        return product(factors)
    if isinstance(node, said.Transpose):
        return Transpose(from_tree(node.argument))
    if isinstance(node, said.Power):
        return _power(node)
    if isinstance(node, said.Trace):
        return Trace(from_tree(node.argument))
    if isinstance(node, said.Inner):
        return Inner(from_tree(node.left), from_tree(node.right))
    if isinstance(node, said.List) and len(node.items) == 2:
        return Commutator(*map(from_tree, node.items))
    if isinstance(node, said.List):
        raise ParseError(f"'{text(node)}' is not a bracket: write two matrices with a comma between them, as in [A, B]")
    if isinstance(node, said.Prime):
        plain = text(node.argument) if isinstance(node.argument, said.Name) else f"({text(node.argument)})"
        raise ParseError(
            f"{text(node)} can be read in two ways: write {plain}^T for the transpose; a derivative in time belongs "
            "into a proof with a flow"
        )
    if isinstance(node, said.Norm):
        raise ParseError(f"the norm itself is not a polynomial: write its square, {text(node)}^2")
    raise ParseError(
        f"'{text(node)}' is not an expression of matrices: use matrices, numbers, + - * / ^, transposes ^T, "
        "parentheses, tr( ), < , >, | |^2 and [ , ]"
    )


def _term(term: said.Node) -> tuple[bool, Tree]:
    minus = isinstance(term, said.Negative)
    return minus, from_tree(term.argument if isinstance(term, said.Negative) else term)


def _inverse(factor: said.Node, whole: said.Node) -> Tree:
    """Return one over a number: there are no inverses of matrices here."""
    minus = isinstance(factor, said.Negative)
    divisor = factor.argument if isinstance(factor, said.Negative) else factor
    if not isinstance(divisor, said.Number):
        raise ParseError(
            f"a matrix expression can only be divided by a number, not by {text(divisor)} in '{text(whole)}': "
            "there are no inverses here"
        )
    if divisor.value == 0:
        raise ParseError(f"division by zero in '{text(whole)}'")
    return signed([(minus, Number(1 / divisor.value))])


def _power(node: said.Power) -> Tree:
    exponent = node.exponent
    if not isinstance(exponent, said.Number) or exponent.value.denominator != 1:
        raise ParseError(
            f"{text(exponent)!r} is not an exponent in '{text(node)}': write ^T for a transpose, or a natural number "
            "as in A^2"
        )
    number = int(exponent.value)
    if number > MAX_EXPONENT:
        raise SizeError(f"the exponent {number} is too large: exponents up to {MAX_EXPONENT} are read")
    if not isinstance(node.base, said.Norm):
        return Power(from_tree(node.base), number)
    if number < 2 or number % 2:
        raise ParseError(f"the norm itself is not a polynomial: write its square, {text(node.base)}^2")
    squared = Norm(from_tree(node.base.argument))
    return squared if number == 2 else Power(squared, number // 2)
