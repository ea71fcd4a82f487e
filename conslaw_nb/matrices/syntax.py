"""Expressions as they are written: trees that print themselves as text and as LaTeX.

A tree keeps what the normal form forgets, the order and the brackets of the person who wrote it. The lines of a
derivation are trees; their values are normal forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from .styles import LatexStyle, TextStyle
from .words import Word, ends

if TYPE_CHECKING:
    from .expression import Expr
    from .space import MatrixSpace

__all__ = [
    "ZERO",
    "Commutator",
    "Inner",
    "Name",
    "Norm",
    "Number",
    "Power",
    "Product",
    "Sum",
    "Trace",
    "Transpose",
    "Tree",
    "count_nodes",
    "flipped",
    "names_in",
    "negative",
    "powers",
    "product",
    "signed",
    "term_tree",
    "tree_of",
    "word_tree",
]

_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how tightly a node binds


class Tree:
    """A node of an expression as it was written; it writes itself in two styles."""

    level = _ATOM
    inside = _SUM  # how tightly what stands in it has to bind without brackets

    @property
    def text(self) -> str:
        """Plain text that the reader reads back."""
        return self._write(TextStyle())

    def latex(self, space: MatrixSpace) -> str:
        """LaTeX, with the letters as the space writes them."""
        return self._write(LatexStyle(space))

    @property
    def children(self) -> tuple[Tree, ...]:
        """The nodes directly below."""
        return tuple(part for part in map(self.__getattribute__, self.__match_args__) if isinstance(part, Tree))  # type: ignore[attr-defined]

    def _write(self, style: TextStyle) -> str:
        return style.put(type(self).__name__, *(node._inside(style, self.inside) for node in self.children))

    def _inside(self, style: TextStyle, level: int) -> str:
        """Write the node in brackets where it binds less than its place asks for."""
        inner = self._write(style)
        return inner if self.level >= level else style.put("brackets", inner)

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, repr=False)
class Number(Tree):
    """A rational number that is not negative (a minus sign is a coefficient of a sum)."""

    value: Fraction

    @property
    def level(self) -> int:  # type: ignore[override]
        """A fraction binds like a product."""
        return _ATOM if self.value.denominator == 1 else _PRODUCT

    def _write(self, style: TextStyle) -> str:
        return style.number(self.value)


@dataclass(frozen=True, repr=False)
class Name(Tree):
    """A letter, an identity I_n, or a size."""

    name: str

    def _write(self, style: TextStyle) -> str:
        return style.name(self.name)


@dataclass(frozen=True, repr=False)
class Sum(Tree):
    """A sum of terms, each with its sign (True for minus)."""

    terms: tuple[tuple[bool, Tree], ...]
    level = _SUM

    @property
    def children(self) -> tuple[Tree, ...]:
        """The terms without their signs."""
        return tuple(node for _, node in self.terms)

    def _write(self, style: TextStyle) -> str:
        text = "".join(f" {'-' if minus else '+'} {node._inside(style, _PRODUCT)}" for minus, node in self.terms)
        return ("-" if text[1] == "-" else "") + text[3:]


@dataclass(frozen=True, repr=False)
class Product(Tree):
    """A product, read from the left to the right; a number may only stand in front."""

    factors: tuple[Tree, ...]
    level = _PRODUCT

    @property
    def children(self) -> tuple[Tree, ...]:
        """The factors."""
        return self.factors

    def _write(self, style: TextStyle) -> str:
        first, *others = self.factors
        return style.times.join([first._inside(style, _PRODUCT), *(node._inside(style, _POWER) for node in others)])


@dataclass(frozen=True, repr=False)
class Transpose(Tree):
    """A transpose."""

    base: Tree
    level = _POWER
    inside = _ATOM


@dataclass(frozen=True, repr=False)
class Power(Tree):
    """A power with a natural exponent."""

    base: Tree
    exponent: int
    level = _POWER
    inside = _ATOM

    def _write(self, style: TextStyle) -> str:
        return style.put("Power", self.base._inside(style, self.inside), str(self.exponent))


@dataclass(frozen=True, repr=False)
class Trace(Tree):
    """A trace."""

    argument: Tree


@dataclass(frozen=True, repr=False)
class Inner(Tree):
    """The inner product ⟨A, B⟩ = tr(AᵀB)."""

    left: Tree
    right: Tree


@dataclass(frozen=True, repr=False)
class Norm(Tree):
    """The squared norm |A|² = tr(AᵀA); written with its exponent, it binds like a power."""

    argument: Tree
    level = _POWER


@dataclass(frozen=True, repr=False)
class Commutator(Tree):
    """The commutator [A, B] = AB − BA."""

    left: Tree
    right: Tree


ZERO = Number(Fraction(0))


# -- making trees ----------------------------------------------------------------------------------------


def negative(node: Tree) -> Tree:
    """Return minus a tree."""
    if isinstance(node, Sum):
        return Sum(tuple((not minus, term) for minus, term in node.terms))
    return node if node == ZERO else Sum(((True, node),))


def signed(terms: list[tuple[bool, Tree]]) -> Tree:
    """Return the sum of signed terms: sums among them without brackets are merged, zeros left out."""
    flat: list[tuple[bool, Tree]] = []
    for minus, node in terms:
        if isinstance(node, Sum) and len(node.terms) == 1:
            flat.append((minus != node.terms[0][0], node.terms[0][1]))
        elif node != ZERO:
            flat.append((minus, node))
    if not flat:
        return ZERO
    return flat[0][1] if len(flat) == 1 and not flat[0][0] else Sum(tuple(flat))


def product(factors: list[Tree]) -> Tree:
    """Return the product of trees, the numbers and signs of its factors gathered in front.

    A product as first factor is merged; a later one keeps its brackets, for products are read from the left
    and U*(u^T*v) is not a product of U and u^T.
    """
    number, minus = Fraction(1), False
    rest: list[Tree] = []
    for node in factors:
        if isinstance(node, Sum) and len(node.terms) == 1:
            minus = minus != node.terms[0][0]
            node = node.terms[0][1]
        if isinstance(node, Product) and isinstance(node.factors[0], Number):
            number *= node.factors[0].value
            node = node.factors[1] if len(node.factors) == 2 else Product(node.factors[1:])
        if isinstance(node, Number):
            number *= node.value
        elif isinstance(node, Product) and not rest:
            rest.extend(node.factors)
        else:
            rest.append(node)
    if number != 1 or not rest:  # 0 stays in front: what it multiplies must still fit
        rest.insert(0, Number(number))
    result = rest[0] if len(rest) == 1 else Product(tuple(rest))
    return Sum(((True, result),)) if minus else result


def names_in(node: Tree) -> set[str]:
    """Return the names of all letters in a tree."""
    found, stack = set(), [node]
    while stack:
        node = stack.pop()
        if isinstance(node, Name):
            found.add(node.name)
        stack.extend(node.children)
    return found


def count_nodes(nodes: Iterable[Tree]) -> int:
    """Return how many nodes some trees have: what it takes to evaluate them."""
    stack, count = list(nodes), 0
    while stack:
        stack.extend(stack.pop().children)
        count += 1
    return count


def flipped(node: Tree) -> Tree:
    """Return the transpose of a tree, without writing a transpose twice."""
    return node.base if isinstance(node, Transpose) else Transpose(node)


def word_tree(word: Word) -> list[Tree]:
    """Return the letters of a word as trees, equal neighbours as a power."""
    return powers([Transpose(Name(name)) if transposed else Name(name) for name, transposed in word])


def powers(nodes: Iterable[Tree]) -> list[Tree]:
    """Return factors with equal neighbours gathered as a power."""
    result: list[Tree] = []
    for node, run in groupby(nodes):
        count = len(list(run))
        result.append(node if count == 1 else Power(node, count))
    return result


def tree_of(expression: Expr) -> Tree:
    """Return a normal form as a tree, its terms in a fixed order: long words first, then the alphabet."""
    space = expression.space

    def key(item: tuple[tuple[tuple[Word, ...], Word], Fraction]) -> tuple[object, ...]:
        (factors, word), _ = item
        letters = [[(name, not transposed) for name, transposed in part] for part in (*factors, word)]
        return -sum(map(len, letters)), [[name for name, _ in part] for part in letters], letters

    terms = []
    for (factors, word), coefficient in sorted(expression.terms.items(), key=key):
        numbers = [_factor_tree(space, factor) for factor in factors]
        parts = word_tree(word)
        if not word and not expression.is_scalar:
            parts.append(Name(f"I_{expression.rows}"))
        terms.append((coefficient < 0, term_tree(abs(coefficient), numbers, parts)))
    return signed(terms)


def term_tree(coefficient: Fraction, numbers: Iterable[Tree], word: Sequence[Tree]) -> Tree:
    """Return one term as it is written: its coefficient, its numbers in a fixed order, its word."""
    parts: list[Tree] = [Number(coefficient)] if coefficient != 1 else []
    parts += powers(sorted(numbers, key=lambda node: (isinstance(node, Product), node.text)))
    if parts and isinstance(parts[-1], Product) and not word:
        parts[-1:] = parts[-1].factors  # b*g^T*u needs no brackets
    parts.extend(word)
    if not parts:
        return Number(coefficient)
    return parts[0] if len(parts) == 1 else Product(tuple(parts))


def _factor_tree(space: MatrixSpace, factor: Word) -> Tree:
    parts = word_tree(factor)
    node = parts[0] if len(parts) == 1 else Product(tuple(parts))
    return node if ends(space, factor[0])[0] == "1" else Trace(node)
