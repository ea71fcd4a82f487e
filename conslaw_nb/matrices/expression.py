"""Matrix expressions in their normal form, and what their equality decides.

An expression is a sum of terms: a rational number, times commuting factors (traces of words, words from 1 to
1, sizes), times a word in the letters and their transposes. `words` says how factors and words are made canonical;
here equal terms are gathered. Two expressions are equal (``==``) iff these normal forms are.
What that decides, and why, is said in the package's own docstring.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..errors import BudgetError, ModelError, SizeError
from .letters import Shape, ShapeError, is_scalar, shape_text
from .syntax import Tree, tree_of
from .words import Factors, Word, close, cut, transpose

if TYPE_CHECKING:
    from .space import MatrixSpace

__all__ = ["MAX_DEGREE", "Budget", "Expr", "Monomial", "Total", "trace"]

Monomial = tuple[Factors, Word]

MAX_TERMS = 10_000
MAX_WORK = 60_000  # products of terms in one multiplication
MAX_ALL_WORK = 100_000  # and in all multiplications of one computation
MAX_DEGREE = 60  # letters in one term
MAX_BITS = 20_000


class Expr:
    """A matrix expression in normal form.

    Make one by reading text, ``space("U^T*U")``, or from letters, ``space["U"].T * space["U"]``.

    Parameters
    ----------
    space : MatrixSpace
    shape : tuple of str
        The sizes (rows, columns).
    terms : dict
        (factors, word) to nonzero Fraction.

    Examples
    --------
    >>> from conslaw_nb.matrices import MatrixSpace
    >>> space = MatrixSpace(U=("n", "r"), G=("n", "m"), V=("m", "r"))
    >>> U, G, V = (space[name] for name in "UGV")
    >>> (G * V).T * U - V.T * G.T * U
    0
    >>> trace(U.T * G * V) == trace(V * U.T * G)
    True

    Notes
    -----
    Two expressions are equal (``==``) iff their normal forms are; the docstring of the package says what that decides.
    """

    __slots__ = ("shape", "space", "terms")

    def __init__(self, space: MatrixSpace, shape: Shape, terms: Mapping[Monomial, Fraction]):
        self.space = space
        self.shape = shape
        self.terms = dict(terms)

    # -- making -------------------------------------------------------------------------------------

    @classmethod
    def number(cls, space: MatrixSpace, value: int | Fraction) -> Expr:
        """Make a rational number."""
        return cls(space, ("1", "1"), {((), ()): Fraction(value)} if value else {})

    @classmethod
    def letter(cls, space: MatrixSpace, name: str) -> Expr:
        """Make one letter; a zero matrix has no terms, and an identity is the empty word."""
        letter = space.letter(name)
        if letter.kind == "zero":
            return cls(space, letter.shape, {})
        if letter.kind == "identity":
            return cls(space, letter.shape, {((), ()): Fraction(1)})
        return cls.word(space, ((name, False),), letter.shape)

    @classmethod
    def word(cls, space: MatrixSpace, word: Word, shape: Shape) -> Expr:
        """Make the product of some letters; of none, the identity."""
        sign, factors, rest = cut(space, word, *shape)
        return cls(space, shape, {(tuple(sorted(factors)), rest): Fraction(sign)} if sign else {})

    # -- facts --------------------------------------------------------------------------------------

    @property
    def rows(self) -> str:
        """The size of a column."""
        return self.shape[0]

    @property
    def columns(self) -> str:
        """The size of a row."""
        return self.shape[1]

    @property
    def is_scalar(self) -> bool:
        """Whether the shape is 1 x 1."""
        return is_scalar(self.shape)

    @property
    def is_zero(self) -> bool:
        """Whether this is 0 for all sizes and all matrices."""
        return not self.terms

    @property
    def degree(self) -> int:
        """The largest number of letters in a term, sizes not counted."""
        return max((_degree(self.space, monomial) for monomial in self.terms), default=0)

    @property
    def separating_size(self) -> int:
        """A size that is large enough: where all sizes are this or more, not all values of a nonzero expression are 0.

        Where the sizes themselves are factors, as in (n - 3)*A, their product must not vanish besides.
        """
        return max(1, self.degree + (not self.is_scalar))

    @property
    def size_degree(self) -> int:
        """The largest number of sizes in a term, such as 2 in n*m*A."""
        counts = (
            sum(map(len, factors)) + len(word) - _degree(self.space, (factors, word)) for factors, word in self.terms
        )
        return max(counts, default=0)

    def letters(self) -> tuple[str, ...]:
        """Return the names of the matrices that occur, in the order of their declaration."""
        found = {name for factors, word in self.terms for part in (*factors, word) for name, _ in part}
        return tuple(name for name in self.space if name in found)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, Fraction)):
            other = Expr.number(self.space, other)
        if not isinstance(other, Expr):
            return NotImplemented
        if self.is_zero and other.is_zero:
            return self.shape == other.shape or self.is_scalar or other.is_scalar
        if self.shape != other.shape or self.terms != other.terms:
            return False
        return all(self.space.letter(name) == other.space.letter(name) for name in self.letters())

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __bool__(self) -> bool:
        return bool(self.terms)

    # -- arithmetic ---------------------------------------------------------------------------------

    def _pair(self, other: Any) -> tuple[Expr, Expr]:
        """Return both operands in one space."""
        if isinstance(other, (int, Fraction)) and not isinstance(other, bool):
            return self, Expr.number(self.space, other)
        if not isinstance(other, Expr):
            raise ModelError(
                f"{other!r} is neither a matrix expression nor an exact number: read text with space('...')"
            )
        if other.space is self.space:
            return self, other
        space = self.space.merge(other.space)
        return Expr(space, self.shape, self.terms), Expr(space, other.shape, other.terms)

    def __add__(self, other: Any) -> Expr:
        a, b = self._pair(other)
        if a.shape != b.shape:
            if b.is_scalar and b.is_zero:  # 0 is the zero of every shape
                return a
            if a.is_scalar and a.is_zero:
                return b
            raise ShapeError(
                f"{a.brief} + {b.brief} does not fit: {a.brief} is {shape_text(a.shape)}, "
                f"{b.brief} is {shape_text(b.shape)}"
            )
        total = Total(a.space, a.shape)
        total.add(a)
        total.add(b)
        return total.expression()

    __radd__ = __add__

    def __neg__(self) -> Expr:
        return Expr(self.space, self.shape, {monomial: -c for monomial, c in self.terms.items()})

    def __sub__(self, other: Any) -> Expr:
        return self + (-self._pair(other)[1])

    def __rsub__(self, other: Any) -> Expr:
        return -self + other

    def __mul__(self, other: Any) -> Expr:
        a, b = self._pair(other)
        scaling = a.is_scalar or b.is_scalar
        if not scaling and a.columns != b.rows:
            raise ShapeError(
                f"{a.brief}*{b.brief} does not fit: {a.brief} is {shape_text(a.shape)}, "
                f"{b.brief} is {shape_text(b.shape)}"
            )
        if scaling:
            shape = b.shape if a.is_scalar else a.shape
        else:
            shape = a.rows, b.columns
        if len(a.terms) * len(b.terms) > MAX_WORK:
            raise SizeError(
                f"a product of {len(a.terms)} by {len(b.terms)} terms is too large to multiply out: try lower powers"
            )
        if a.degree + b.degree > MAX_DEGREE:
            raise SizeError(f"a term of {a.degree + b.degree} letters is too long: at most {MAX_DEGREE} are multiplied")
        terms: dict[Monomial, Fraction] = {}
        for (factors1, word1), c1 in a.terms.items():
            for (factors2, word2), c2 in b.terms.items():
                if scaling:  # the scalar has no word
                    sign, new, word = 1, [], word1 + word2
                else:
                    sign, new, word = cut(a.space, word1 + word2, *shape)
                if sign:
                    monomial = tuple(sorted([*factors1, *factors2, *new])), word
                    terms[monomial] = terms.get(monomial, Fraction(0)) + sign * c1 * c2
        if len(terms) > MAX_TERMS:
            raise SizeError(f"this expression has more than {MAX_TERMS} terms: try lower powers")
        for c in terms.values():
            if max(c.numerator.bit_length(), c.denominator.bit_length()) > MAX_BITS:
                raise SizeError(f"a product has coefficients of over {MAX_BITS} bits: use smaller numbers")
        return Expr(a.space, shape, {monomial: c for monomial, c in terms.items() if c})

    def __rmul__(self, other: Any) -> Expr:
        return self * other  # an exact number commutes

    __matmul__ = __mul__

    def __truediv__(self, other: int | Fraction) -> Expr:
        return self * (Fraction(1) / other)

    def __pow__(self, exponent: int) -> Expr:
        if self.rows != self.columns:
            raise ShapeError(
                f"{self.brief} has no powers: it is {shape_text(self.shape)}, and only square matrices have"
            )
        if not isinstance(exponent, int) or exponent < 0:
            raise ModelError(f"the exponent {exponent!r} is not a natural number: only such powers are polynomials")
        if self.degree * exponent > MAX_DEGREE or exponent > 1_000:
            raise SizeError(
                f"the power {self.brief}^{exponent} is too high: terms of up to {MAX_DEGREE} letters are multiplied"
            )
        result = Expr.word(self.space, (), self.shape)
        for _ in range(exponent):
            result = result * self
        return result

    @property
    def T(self) -> Expr:  # noqa: N802 - its name everywhere
        """The transpose."""
        terms: dict[Monomial, Fraction] = {}
        for (factors, word), coefficient in self.terms.items():
            sign, back = transpose(self.space, word)
            terms[factors, back] = sign * coefficient
        return Expr(self.space, (self.columns, self.rows), terms)

    # -- showing ------------------------------------------------------------------------------------

    @property
    def tree(self) -> Tree:
        """The expression as a tree, for printing and for evaluation at concrete matrices."""
        return tree_of(self)

    @property
    def text(self) -> str:
        """Plain text that the space reads back."""
        return str(self.tree.text)

    @property
    def latex(self) -> str:
        """The expression in LaTeX."""
        return str(self.tree.latex(self.space))

    @property
    def brief(self) -> str:
        """The expression as text, or what can be said of it where it would flood a message."""
        if len(self.terms) > 8:
            return f"an expression of {len(self.terms)} terms"
        return self.text if len(self.terms) < 2 else f"({self.text})"

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"


class Total:
    """A sum that grows in place: many terms cost what they hold, and not what is there already."""

    def __init__(self, space: MatrixSpace, shape: Shape):
        self.space = space
        self.shape = shape
        self.terms: dict[Monomial, Fraction] = {}

    def add(self, value: Expr) -> None:
        """Add an expression of the same shape."""
        for monomial, coefficient in value.terms.items():
            total = self.terms.get(monomial, 0) + coefficient
            if total:
                self.terms[monomial] = total
            else:
                self.terms.pop(monomial, None)

    def expression(self) -> Expr:
        """Return the sum."""
        return Expr(self.space, self.shape, self.terms)


class Budget:
    """Multiply, and stop before many products together take too long."""

    def __init__(self) -> None:
        self.work = 0

    def times(self, a: Expr, b: Expr) -> Expr:
        """Return a product and count it."""
        self.work += max(1, len(a.terms)) * max(1, len(b.terms))
        if self.work > MAX_ALL_WORK:
            raise BudgetError(
                f"this expression was stopped after {MAX_ALL_WORK} products of terms: it is too large to multiply out; "
                "split it into smaller steps"
            )
        return a * b


def trace(expression: Expr) -> Expr:
    """Return the trace of a square expression.

    Examples
    --------
    >>> from conslaw_nb.matrices import MatrixSpace
    >>> space = MatrixSpace(A=("n", "n"), K=("n", "n", "skew"))
    >>> trace(space("A*A^T*A^T")) == trace(space("A^T*A*A")), trace(space("K*K*K"))
    (True, 0)
    """
    if expression.rows != expression.columns:
        raise ShapeError(
            f"tr({expression.brief}) needs a square matrix: {expression.brief} is {shape_text(expression.shape)}"
        )
    terms: dict[Monomial, Fraction] = {}
    for (factors, word), coefficient in expression.terms.items():
        sign, new = close(expression.space, word, expression.rows)
        if sign:
            monomial = tuple(sorted([*factors, *new])), ()
            terms[monomial] = terms.get(monomial, Fraction(0)) + sign * coefficient
    return Expr(expression.space, ("1", "1"), {monomial: c for monomial, c in terms.items() if c})


def _degree(space: MatrixSpace, monomial: Monomial) -> int:
    factors, word = monomial
    sizes = sum(len(factor) == 1 and space.letter(factor[0][0]).kind == "size" for factor in factors)
    return sum(map(len, factors)) + len(word) - sizes
