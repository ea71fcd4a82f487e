"""Symbolic matrices of a forward pass: what a person writes as `C @ ((A @ x) * (W @ x))`.

Nothing is computed while a pass is written down. Each operation makes a `Matrix` that knows its shape and where it
came from; `evaluation.py` goes through them afterwards, over whatever ring it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import count
from math import isfinite
from typing import Any

from ...errors import ModelError, SizeError, brief

__all__ = ["Matrix", "as_matrix", "constant_matrix", "input_matrix", "weight_matrix"]

MAX_POWER = 50
MAX_ENTRIES = 1_000_000
MAX_TEXT = 2_000
_SAME_AS = ("transpose", "scale")  # what has an open size where its part has one

_number = count()


class Matrix:
    """One matrix of a forward pass.

    Supports ``A + B``, ``A - B``, ``A @ B``, ``A * B`` (entry by entry, or with a number), ``A ** 2`` (entry by
    entry) and ``A.T``. A column is added to, or multiplied into, every column of a wider matrix.

    Attributes
    ----------
    op : str
        What made it: input, weight, constant, add, scale, matmul, times, transpose, power, gather, or a gate.
    parts : tuple of Matrix
        What it was made of.
    data : Any
        What else the operation needs.
    text : str
        How it was written.
    """

    __array_ufunc__ = None  # so that numpy leaves `array @ A` to us

    def __init__(
        self,
        op: str,
        parts: Sequence[Matrix],
        shape: tuple[int, int] | None,
        text: str,
        rank: int = 9,
        data: Any = None,
    ):
        self.op = op
        self.parts = tuple(parts)
        self._shape = shape
        self.text = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "..."  # skips repeat what they skip
        self.rank = rank  # how tightly the text holds together: 1 for a sum, 2 for a product, 9 for a name
        self.data = data
        self.number = next(_number)  # parts come before what is made of them
        if shape is not None and shape[0] * shape[1] > MAX_ENTRIES:
            raise SizeError(f"{self._brief} is {shape[0]}×{shape[1]}: matrices of up to {MAX_ENTRIES} entries are read")

    # -- shapes ---------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns; an input's are known once it has met a weight."""
        if self._shape is None and self.op in _SAME_AS and not self._open:
            known = self.parts[0].shape
            self._shape = known if self.op == "scale" else (known[1], known[0])
        if self._shape is None:
            raise ModelError(
                f"the size of the input {self._brief} is not known yet: multiply it by a weight first, "
                f"or give it, as in inputs={{'x': 3}}"
            )
        return self._shape

    def _settle(self, shape: tuple[int, int]) -> None:
        """Give an input whose size is open the size that it must have here."""
        if self.op in _SAME_AS:
            self.parts[0]._settle(shape if self.op == "scale" else (shape[1], shape[0]))
        elif self.op == "input" and self._shape is None:
            self._shape = shape

    @property
    def _open(self) -> bool:
        if self._shape is None and self.op in _SAME_AS:
            return self.parts[0]._open
        return self._shape is None

    @property
    def _is_row(self) -> bool:
        """Whether this is an input of open size, turned into a row."""
        return self._open and self.op in _SAME_AS and (self.op == "transpose") != self.parts[0]._is_row

    @property
    def _brief(self) -> str:
        return self.text if len(self.text) <= 60 else self.text[:60] + "..."

    def _within(self, rank: int) -> str:
        return self.text if self.rank >= rank else f"({self.text})"

    def _beside(self, op: str) -> str:
        """Return the text as the first factor of a product: in parentheses where the products are of two kinds."""
        return self._within(2 if self.op == op else 3)

    def __repr__(self) -> str:
        return self.text if self._open else f"{self.text}: {self.shape[0]}×{self.shape[1]}"

    # -- operations -----------------------------------------------------------------------------------

    @property
    def T(self) -> Matrix:  # noqa: N802 - as in numpy
        """The transpose."""
        shape = None if self._open else (self.shape[1], self.shape[0])
        return Matrix("transpose", [self], shape, f"{self._within(9)}.T")

    def __matmul__(self, other: Any) -> Matrix:
        other = as_matrix(other)
        if self._open and other._open:
            raise ModelError(
                f"the sizes of {self._brief} and of {other._brief} are not known: give them, as in inputs={{'x': 3}}"
            )
        if other._open:
            is_row = other._is_row
            if is_row and self.shape[1] != 1:
                raise ModelError(f"{self._brief} is {_size(self)}, and {other._brief} is a row: the shapes do not fit")
            if not is_row:
                other._settle((self.shape[1], 1))
        if self._open:
            if not self._is_row:
                raise ModelError(
                    f"{self._brief} is a column of open size, and stands left of {other._brief}: write "
                    f"{other._brief} @ {self._brief}, or {self._brief}.T"
                )
            self._settle((1, other.shape[0]))
        if self.shape[1] != other.shape[0]:
            raise ModelError(
                f"{self._brief} is {_size(self)} and {other._brief} is {_size(other)}: for the product the first "
                f"needs as many columns as the second has rows"
            )
        text = f"{self._beside('matmul')} @ {other._within(3)}"
        return Matrix("matmul", [self, other], (self.shape[0], other.shape[1]), text, 2)

    def __rmatmul__(self, other: Any) -> Matrix:
        return as_matrix(other) @ self

    def __add__(self, other: Any) -> Matrix:
        left, right = _beside(self, as_matrix(other), "+")
        return Matrix("add", [left, right], _joint(left, right, "sum"), f"{left.text} + {right._within(2)}", 1)

    def __radd__(self, other: Any) -> Matrix:
        return as_matrix(other) + self

    def __neg__(self) -> Matrix:
        return Matrix("scale", [self], None if self._open else self.shape, f"-{self._within(8)}", 1, Fraction(-1))

    def __sub__(self, other: Any) -> Matrix:
        left, right = _beside(self, as_matrix(other), "-")
        shape = _joint(left, right, "difference")
        return Matrix("add", [left, -right], shape, f"{left.text} - {right._within(2)}", 1)

    def __rsub__(self, other: Any) -> Matrix:
        return as_matrix(other) - self

    def __mul__(self, other: Any) -> Matrix:
        if isinstance(other, (int, Fraction)) and not isinstance(other, bool):
            number = Fraction(other)
            shown = str(number) if number.denominator == 1 and number >= 0 else f"({number})"
            shape = None if self._open else self.shape
            return Matrix("scale", [self], shape, f"{shown} * {self._within(3)}", 2, number)
        left, right = _beside(self, as_matrix(other), "*")
        shape = _joint(left, right, "product entry by entry")
        return Matrix("times", [left, right], shape, f"{left._beside('times')} * {right._within(3)}", 2)

    def __rmul__(self, other: Any) -> Matrix:
        return self * other

    def __truediv__(self, other: Any) -> Matrix:
        if isinstance(other, (int, Fraction)) and not isinstance(other, bool) and other:
            return self * (1 / Fraction(other))
        raise ModelError(
            f"{self._brief} / {brief(other)}: a forward pass divides by whole numbers and fractions other than 0; "
            f"cl.gates.normalize divides by a norm, and cl.parametrization takes quotients of weights"
        )

    def __rtruediv__(self, other: Any) -> Matrix:
        raise ModelError(
            f"{brief(other)} / {self._brief} is not a polynomial: use gate({self._brief}) for a function that is not, "
            f"or cl.parametrization, which takes quotients of weights"
        )

    def __pow__(self, exponent: Any) -> Matrix:
        if isinstance(exponent, bool) or not isinstance(exponent, int) or not 1 <= exponent <= MAX_POWER:
            raise ModelError(
                f"{self._brief} to the power {brief(exponent)}: powers are whole numbers from 1 to {MAX_POWER}; "
                f"for a function that is not a polynomial use gate({self._brief})"
            )
        return Matrix("power", [self], self.shape, f"{self._within(9)}**{exponent}", 8, exponent)

    def gather(self, places: Sequence[Sequence[tuple[int, int] | None]], text: str) -> Matrix:
        """Return the matrix whose entries are entries of this one, by their places; None is zero."""
        return Matrix("gather", [self], (len(places), len(places[0])), text, 9, places)

    def __bool__(self) -> bool:
        raise ModelError(
            f"{self._brief} is a symbol, and has no truth value: a forward pass must not branch on numbers"
        )

    def __lt__(self, other: Any) -> bool:
        return bool(self)

    __gt__ = __le__ = __ge__ = __lt__

    def __eq__(self, other: Any) -> bool:
        return self is other or (not isinstance(other, Matrix) and bool(self))

    __hash__ = object.__hash__

    def __getitem__(self, place: Any) -> Any:
        raise ModelError(f"{self._brief} is a whole matrix: give each matrix a name of its own instead of taking parts")

    def __setitem__(self, place: Any, value: Any) -> None:
        self[place]

    def __iter__(self) -> Any:
        return self[0]

    def __float__(self) -> float:
        raise ModelError(
            f"{self._brief} is a symbol, not a number: numpy and math functions do not work on it; use the gates "
            f"relu, gate, softmax, normalize, or powers"
        )


def _size(matrix: Matrix) -> str:
    return f"{matrix.shape[0]}×{matrix.shape[1]}"


def _beside(left: Matrix, right: Matrix, sign: str) -> tuple[Matrix, Matrix]:
    """Give an input of open size the size of its neighbour in a sum or a product."""
    if left._open and right._open:
        raise ModelError(f"the sizes in {left._brief} {sign} {right._brief} are not known: give them with inputs=")
    if left._open:
        left._settle(right.shape)
    if right._open:
        right._settle(left.shape)
    return left, right


def _joint(left: Matrix, right: Matrix, what: str) -> tuple[int, int]:
    """Return the shape of a sum or an entrywise product: equal shapes, a column beside columns, or a single entry."""
    a, b = left.shape, right.shape
    if a == b or b == (1, 1) or (b[1] == 1 and a[0] == b[0]):
        return a
    if a == (1, 1) or (a[1] == 1 and a[0] == b[0]):
        return b
    raise ModelError(
        f"{left._brief} is {_size(left)} and {right._brief} is {_size(right)}: a {what} needs equal shapes, or a "
        f"column of as many rows"
    )


def as_matrix(value: Any) -> Matrix:
    """Return a symbolic matrix, or make one of numbers in lists."""
    if isinstance(value, Matrix):
        return value
    if hasattr(value, "tolist"):  # of numpy
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return constant_matrix(value)
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return constant_matrix([[value]])
    exact = f"; write {value} as Fraction('{value}')" if isinstance(value, float) and isfinite(value) else ""
    raise ModelError(
        f"{brief(value)} cannot stand in a forward pass: it takes matrices, whole numbers, fractions and lists of "
        f"them{exact}"
    )


def constant_matrix(rows: Iterable[Any]) -> Matrix:
    """Make a matrix of numbers: lists of rows, or one list as a column."""
    table = [list(row) if isinstance(row, (list, tuple)) else [row] for row in rows]
    if not table or not table[0] or any(len(row) != len(table[0]) for row in table):
        raise ModelError(f"{brief(table)} is not a matrix: give rows of the same length, as in [[0, -1], [1, 0]]")
    for entry in (entry for row in table for entry in row):
        if isinstance(entry, bool) or not isinstance(entry, (int, Fraction)):
            raise ModelError(f"the entry {brief(entry)} is not exact: use whole numbers or fractions.Fraction")
    shown = "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in table) + "]"
    return Matrix("constant", [], (len(table), len(table[0])), shown, 9, [[Fraction(e) for e in row] for row in table])


def input_matrix(name: str, shape: tuple[int, int] | None) -> Matrix:
    """Make an input; without a shape it is a column of open size."""
    return Matrix("input", [], shape, name, 9, name)


def weight_matrix(name: str, shape: tuple[int, int], start: int) -> Matrix:
    """Make a weight whose entries, row by row, are the parameters from `start` on."""
    return Matrix("weight", [], shape, name, 9, start)
