"""The moves of a derivation on paper: the product rule, inserting definitions, multiplying out.

These work on trees, keep the order of what was written and cancel nothing. None of them is trusted: the lines of a
derivation are compared by their normal forms, which are computed by other code.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..errors import SizeError
from .evaluate import shape_of
from .letters import is_scalar
from .space import MatrixSpace
from .syntax import (
    ZERO,
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
    negative,
    powers,
    product,
    signed,
    term_tree,
)

__all__ = ["inserted", "multiplied_out", "product_rule"]

MAX_PIECES = 400  # terms of a derivation line

# A term on its way: coefficient, commuting factors, letters of the word; in the order in which they were written.
Piece = tuple[Fraction, tuple[Tree, ...], tuple[Tree, ...]]


def product_rule(node: Tree, space: MatrixSpace, velocities: Mapping[str, str]) -> Tree:
    """Return the derivative of a tree by the product rule; `velocities` names the derivative of each moving letter.

    Examples
    --------
    >>> from .reader import read_expression
    >>> space = MatrixSpace(U=("n", "r"), dU=("n", "r"), V=("m", "r"))
    >>> product_rule(read_expression("U^T*U - 2*V^T*V"), space, {"U": "dU"})
    dU^T*U + U^T*dU
    """
    if not names_in(node) & set(velocities):
        return ZERO

    def derive(part: Tree) -> Tree:
        return product_rule(part, space, velocities)

    if isinstance(node, Name):
        return Name(velocities[node.name])
    if isinstance(node, Sum):
        terms: list[tuple[bool, Tree]] = []
        for minus, term in node.terms:
            derived = derive(term)
            parts = derived.terms if isinstance(derived, Sum) else ((False, derived),)
            terms.extend((minus != sign, part) for sign, part in parts)
        return signed(terms)
    if isinstance(node, Product):
        derived_factors = [derive(factor) for factor in node.factors]
        return signed(
            [
                (False, product([*node.factors[:i], derived, *node.factors[i + 1 :]]))
                for i, derived in enumerate(derived_factors)
                if derived != ZERO
            ]
        )
    if isinstance(node, Transpose):
        return flipped(derive(node.base))
    if isinstance(node, Trace):
        return Trace(derive(node.argument))
    if isinstance(node, Norm):
        return product([Number(Fraction(2)), Inner(derive(node.argument), node.argument)])
    if isinstance(node, (Inner, Commutator)):
        left, right = derive(node.left), derive(node.right)
        kind = type(node)
        return signed([(False, kind(a, b)) for a, b in ((left, node.right), (node.left, right)) if ZERO not in (a, b)])
    if isinstance(node, Power):
        return _power_rule(node, derive(node.base), space)
    raise TypeError(f"unknown node {node!r}")


def _power_rule(node: Power, derived: Tree, space: MatrixSpace) -> Tree:
    base, exponent = node.base, node.exponent

    def power(k: int) -> list[Tree]:
        return [] if k == 0 else [base if k == 1 else Power(base, k)]

    if exponent == 0:
        return ZERO
    if is_scalar(shape_of(base, space)):
        return product([Number(Fraction(exponent)), *power(exponent - 1), derived])
    return signed([(False, product([*power(k), derived, *power(exponent - 1 - k)])) for k in range(exponent)])


def inserted(node: Tree, values: Mapping[str, Tree], space: MatrixSpace) -> Tree:
    """Replace letters by trees; signs move to the front, brackets go where they can, and a 0 takes its term along.

    Examples
    --------
    >>> from .reader import read_expression as read
    >>> space = MatrixSpace(U=("n", "r"), dU=("n", "r"), V=("m", "r"), G=("n", "m"))
    >>> inserted(read("dU^T*U + U^T*dU"), {"dU": read("-G*V")}, space)
    -(G*V)^T*U - U^T*G*V
    """
    if isinstance(node, Name):
        return values.get(node.name, node)
    if isinstance(node, Power) and node.exponent == 0:
        return node
    parts = [inserted(child, values, space) for child in node.children]
    if isinstance(node, Sum):
        return signed([(minus, part) for (minus, _), part in zip(node.terms, parts, strict=True)])
    if ZERO in parts:
        return ZERO
    if isinstance(node, Product):
        factors: list[Tree] = []
        for i, (factor, part) in enumerate(zip(node.factors, parts, strict=True)):
            replaced = isinstance(factor, Name) and factor.name in values
            opens = replaced and _opens(part, node.factors[:i], factor, space)
            factors.extend(_opened(part) if opens else [part])
        return product(factors)
    if isinstance(node, Transpose):
        return _signed_through(parts[0], flipped)
    if isinstance(node, Trace):
        return _signed_through(parts[0], Trace)
    if isinstance(node, Norm):
        return Norm(_without_sign(parts[0]))
    if isinstance(node, (Inner, Commutator)):
        left, right = parts
        pair = type(node)(_without_sign(left), _without_sign(right))
        return negative(pair) if _is_minus(left) != _is_minus(right) else pair
    return Power(parts[0], node.exponent) if isinstance(node, Power) else node


def _is_minus(node: Tree) -> bool:
    return isinstance(node, Sum) and len(node.terms) == 1 and node.terms[0][0]


def _without_sign(node: Tree) -> Tree:
    return node.terms[0][1] if isinstance(node, Sum) and len(node.terms) == 1 else node


def _signed_through(node: Tree, make: Any) -> Tree:
    """Apply a linear operation, with a minus sign in front of it and not inside."""
    result: Tree = make(_without_sign(node))
    return negative(result) if _is_minus(node) else result


def _opens(node: Tree, before: tuple[Tree, ...], letter: Tree, space: MatrixSpace) -> bool:
    """Whether a product inserted for a letter may lose its brackets: what stands before must fit its first factor."""
    node = _without_sign(node)
    if not isinstance(node, Product) or not isinstance(letter, Name):
        return False
    if is_scalar(space.letter(letter.name).shape):
        return all(is_scalar(shape_of(factor, space)) for factor in before)
    first = shape_of(node.factors[0], space)
    return is_scalar(first) or first[0] == space.letter(letter.name).rows


def _opened(node: Tree) -> list[Tree]:
    inner = _without_sign(node)
    assert isinstance(inner, Product)
    first, *others = inner.factors
    return [negative(first) if _is_minus(node) else first, *others]


# -- multiplying out -------------------------------------------------------------------------------------


def multiplied_out(node: Tree, space: MatrixSpace) -> Tree | None:
    """Return a tree as a sum of words, in the order in which they arise; nothing is cancelled.

    Returns None where the sum would be too long for a line.

    Examples
    --------
    >>> from .reader import read_expression
    >>> space = MatrixSpace(U=("n", "r"), G=("n", "m"), V=("m", "r"))
    >>> multiplied_out(read_expression("-(G*V)^T*(U - G*V)"), space)
    -V^T*G^T*U + V^T*G^T*G*V
    """
    shape = shape_of(node, space)
    try:
        pieces = _Opening(space).of(node)
    except SizeError:
        return None
    return signed([_term(piece, shape) for piece in pieces])


def _term(piece: Piece, shape: tuple[str, str]) -> tuple[bool, Tree]:
    """Return a term with its sign."""
    if is_scalar(shape):  # then the word is a number too
        piece = _as_number(piece)
    coefficient, numbers, word = piece
    parts = powers(word)
    if not word and not is_scalar(shape):
        parts.append(Name(f"I_{shape[0]}"))
    return coefficient < 0, term_tree(abs(coefficient), numbers, parts)


class _Opening:
    """Multiply out without cancelling."""

    def __init__(self, space: MatrixSpace):
        self.space = space

    def of(self, node: Tree) -> list[Piece]:
        if isinstance(node, Number):
            return [(node.value, (), ())] if node.value else []
        if isinstance(node, Name):
            return self.name(node)
        if isinstance(node, Sum):
            return self.bounded(
                [
                    ((-c if minus else c), numbers, word)
                    for minus, term in node.terms
                    for c, numbers, word in self.of(term)
                ]
            )
        if isinstance(node, Product):
            return self.chain(list(node.factors))
        if isinstance(node, Transpose):
            return [self.transposed(piece) for piece in self.of(node.base)]
        if isinstance(node, Power):
            return self.chain([node.base] * node.exponent) if node.exponent else [(Fraction(1), (), ())]
        if isinstance(node, Trace):
            return self.traced(self.of(node.argument), shape_of(node.argument, self.space)[0])
        if isinstance(node, (Inner, Norm)):
            left, right = (node.left, node.right) if isinstance(node, Inner) else (node.argument, node.argument)
            return self.traced(self.chain([flipped(left), right]), shape_of(left, self.space)[1])
        if isinstance(node, Commutator):
            there, back = self.chain([node.left, node.right]), self.chain([node.right, node.left])
            return self.bounded([*there, *((-c, numbers, word) for c, numbers, word in back)])
        raise TypeError(f"unknown node {node!r}")

    def bounded(self, pieces: list[Piece]) -> list[Piece]:
        if len(pieces) > MAX_PIECES:
            raise SizeError(f"more than {MAX_PIECES} terms are too long for a line")
        return pieces

    def name(self, node: Name) -> list[Piece]:
        letter = self.space.letter(node.name)
        if letter.kind == "zero":
            return []
        if letter.kind == "identity":
            return [(Fraction(1), (), ())]
        if letter.shape == ("1", "1"):
            return [(Fraction(1), (node,), ())]
        return [(Fraction(1), (), (node,))]

    def transposed(self, piece: Piece) -> Piece:
        coefficient, numbers, word = piece
        back: list[Tree] = []
        for node in reversed(word):
            base = node.base if isinstance(node, Transpose) else node
            assert isinstance(base, Name)
            kind = self.space.letter(base.name).kind
            if kind == "skew":
                coefficient = -coefficient
            back.append(base if kind in ("symmetric", "skew") else flipped(node))
        return coefficient, numbers, tuple(back)

    def chain(self, factors: list[Tree]) -> list[Piece]:
        """Multiply from the left to the right; where a number meets a matrix its words become commuting factors."""
        pieces, shape = self.of(factors[0]), shape_of(factors[0], self.space)
        for factor in factors[1:]:
            others, right = self.of(factor), shape_of(factor, self.space)
            if shape == ("1", "1"):
                pieces = [_as_number(piece) for piece in pieces]
            if right == ("1", "1"):
                others = [_as_number(piece) for piece in others]
            self.bounded([()] * (len(pieces) * len(others)))  # type: ignore[list-item]
            pieces = [(c * d, a + b, v + w) for c, a, v in pieces for d, b, w in others]
            if shape == ("1", "1"):
                shape = right
            elif right != ("1", "1"):
                shape = shape[0], right[1]
        return pieces

    def traced(self, pieces: list[Piece], size: str) -> list[Piece]:
        result: list[Piece] = []
        for coefficient, numbers, word in pieces:
            if size == "1":
                result.append((coefficient, numbers, word))
            elif word:
                inner = word[0] if len(word) == 1 else Product(word)
                result.append((coefficient, (*numbers, Trace(inner)), ()))
            else:
                result.append((coefficient, (*numbers, Name(size)), ()))
        return result


def _as_number(piece: Piece) -> Piece:
    coefficient, numbers, word = piece
    if not word:
        return piece
    return coefficient, (*numbers, word[0] if len(word) == 1 else Product(word)), ()
