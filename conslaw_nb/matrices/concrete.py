"""Matrices of numbers: an evaluation that shares no code with the normal form, and the search for counter-examples.

A tree is evaluated as it was written, on lists of rows. The numbers may be integers, fractions, dual numbers (which
carry a derivative), or anything else with + and *, such as polynomials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as combinations
from random import Random
from typing import Any

from .space import MatrixSpace
from .syntax import Commutator, Inner, Name, Norm, Number, Power, Product, Sum, Trace, Transpose, Tree

__all__ = [
    "Dual",
    "Matrix",
    "add",
    "evaluate",
    "matrix_latex",
    "matrix_text",
    "nonzero",
    "random_matrices",
    "scale",
    "search",
    "size_of",
]

Matrix = list[list[Any]]


@dataclass(frozen=True)
class Dual:
    """A number a + bε with ε² = 0: arithmetic with it differentiates.

    Examples
    --------
    >>> x = Dual(3, 1)
    >>> x * x + 1
    Dual(value=10, slope=6)
    """

    value: Any
    slope: Any = 0

    def __add__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slope + other.slope)
        return Dual(self.value + other, self.slope)

    __radd__ = __add__

    def __mul__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)
        return Dual(self.value * other, self.slope * other)

    __rmul__ = __mul__


def add(a: Matrix, b: Matrix) -> Matrix:
    """Return the sum; the number 0 may be added to any shape."""
    if (len(a), len(a[0])) != (len(b), len(b[0])):
        if len(a) == len(a[0]) == 1 and _is_zero(a[0][0]):
            return b
        if len(b) == len(b[0]) == 1 and _is_zero(b[0][0]):
            return a
        raise ValueError(f"shapes {len(a)}x{len(a[0])} and {len(b)}x{len(b[0])} cannot be added")
    return [[x + y for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]


def _is_zero(number: Any) -> bool:
    return _is_zero(number.value) and _is_zero(number.slope) if isinstance(number, Dual) else bool(number == 0)


def scale(number: Any, a: Matrix) -> Matrix:
    """Return a number times a matrix."""
    return [[number * x for x in row] for row in a]


def _times(a: Matrix, b: Matrix) -> Matrix:
    if len(a[0]) == len(b):
        columns = list(zip(*b, strict=True))
        return [[_dot(row, column) for column in columns] for row in a]
    if len(a) == len(a[0]) == 1:
        return scale(a[0][0], b)
    if len(b) == len(b[0]) == 1:
        return scale(b[0][0], a)
    raise ValueError(f"shapes {len(a)}x{len(a[0])} and {len(b)}x{len(b[0])} cannot be multiplied")


def _dot(row: Sequence[Any], column: Sequence[Any]) -> Any:
    total = row[0] * column[0]
    for x, y in zip(row[1:], column[1:], strict=True):
        total = total + x * y
    return total


def transpose(a: Matrix) -> Matrix:
    return [list(column) for column in zip(*a, strict=True)]


def _trace(a: Matrix) -> Matrix:
    total = a[0][0]
    for i in range(1, len(a)):
        total = total + a[i][i]
    return [[total]]


def identity(size: int) -> Matrix:
    return [[int(i == j) for j in range(size)] for i in range(size)]


def evaluate(node: Tree, space: MatrixSpace, sizes: Mapping[str, int], matrices: Mapping[str, Matrix]) -> Matrix:
    """Evaluate a tree at matrices of numbers.

    `space`: for the sizes of identities and zero matrices; `sizes`: size name to number; `matrices`: letter to matrix,
    as a list of rows.

    Examples
    --------
    >>> from .reader import read_expression
    >>> space = MatrixSpace(A=("n", "n"))
    >>> evaluate(read_expression("[A, A^T] + 2*I_n"), space, {"n": 2}, {"A": [[0, 1], [0, 0]]})
    [[3, 0], [0, 1]]
    """

    def of(part: Tree) -> Matrix:
        if isinstance(part, Number):
            value = part.value
            return [[value.numerator if value.denominator == 1 else value]]
        if isinstance(part, Name):
            if part.name in matrices:
                return matrices[part.name]
            letter = space.letter(part.name)
            if letter.kind == "size":
                return [[sizes[part.name]]]
            rows, columns = size_of(space, part.name, sizes)
            if letter.kind == "identity":
                return identity(rows)
            if letter.kind == "zero":
                return [[0] * columns for _ in range(rows)]
            raise KeyError(part.name)
        if isinstance(part, Sum):
            total: Matrix | None = None
            for minus, term in part.terms:
                value_ = of(term)
                value_ = scale(-1, value_) if minus else value_
                total = value_ if total is None else add(total, value_)
            assert total is not None
            return total
        if isinstance(part, Product):
            result = of(part.factors[0])
            for factor in part.factors[1:]:
                result = _times(result, of(factor))
            return result
        if isinstance(part, Transpose):
            return transpose(of(part.base))
        if isinstance(part, Power):
            base = of(part.base)
            power = identity(len(base))
            for _ in range(part.exponent):
                power = _times(power, base)
            return power
        if isinstance(part, Trace):
            return _trace(of(part.argument))
        if isinstance(part, Inner):
            return _trace(_times(transpose(of(part.left)), of(part.right)))
        if isinstance(part, Norm):
            inner = of(part.argument)
            return _trace(_times(transpose(inner), inner))
        if isinstance(part, Commutator):
            a, b = of(part.left), of(part.right)
            return add(_times(a, b), scale(-1, _times(b, a)))
        raise TypeError(f"unknown node {part!r}")

    return of(node)


# -- choosing matrices -----------------------------------------------------------------------------------


def _entries(kind: str, rows: int, columns: int) -> Iterator[tuple[int, int]]:
    """Yield the places that may be chosen freely."""
    for i in range(rows):
        for j in range(columns):
            if (kind == "symmetric" and j < i) or (kind == "skew" and j <= i):
                continue
            yield i, j


def _put(matrix: Matrix, kind: str, i: int, j: int, value: int) -> None:
    matrix[i][j] = value
    if kind == "symmetric":
        matrix[j][i] = value
    if kind == "skew":
        matrix[j][i] = -value


def size_of(space: MatrixSpace, name: str, sizes: Mapping[str, int]) -> tuple[int, int]:
    """Return the rows and columns of a letter at concrete sizes."""
    rows, columns = (1 if size == "1" else sizes[size] for size in space.letter(name).shape)
    return rows, columns


def _blank(space: MatrixSpace, name: str, sizes: Mapping[str, int]) -> Matrix:
    rows, columns = size_of(space, name, sizes)
    return [[0] * columns for _ in range(rows)]


def random_matrices(
    space: MatrixSpace, names: Iterable[str], sizes: Mapping[str, int], random: Random, values: Sequence[int]
) -> dict[str, Matrix]:
    """Choose integer matrices of the declared kinds, their entries among the values."""
    result = {}
    for name in names:
        letter, matrix = space.letter(name), _blank(space, name, sizes)
        if letter.kind in ("general", "symmetric", "skew"):
            for i, j in _entries(letter.kind, len(matrix), len(matrix[0])):
                _put(matrix, letter.kind, i, j, random.choice(values))
            result[name] = matrix
    return result


def _size_choices(sizes: Sequence[str], largest: int) -> Iterator[dict[str, int]]:
    """Yield sizes, small ones first: all of 1 and 2, then 3, then equal ones and uneven ones up to the largest."""
    if len(sizes) <= 5:
        small = sorted(combinations((1, 2), repeat=len(sizes)), key=lambda choice: (sum(choice), choice[::-1]))
        yield from (dict(zip(sizes, choice, strict=True)) for choice in small)
    else:
        yield from (dict.fromkeys(sizes, k) for k in (1, 2))
    for k in range(3, largest + 1):
        yield dict.fromkeys(sizes, k)
        if len(sizes) > 1:
            yield {size: k - (i % 2) for i, size in enumerate(sizes)}
            yield {size: k - 1 + (i % 2) for i, size in enumerate(sizes)}


MAX_WORK = 2_000_000  # additions and multiplications of numbers, roughly: about a second


def search(
    space: MatrixSpace,
    names: Sequence[str],
    defect: Callable[[Mapping[str, int], Mapping[str, Matrix]], Matrix],
    *,
    largest: int = 3,
    weight: int = 10,
) -> tuple[dict[str, int], dict[str, Matrix], Matrix] | None:
    """Look for small integer matrices where a defect is not zero, and make them plain.

    `names`: the letters to choose; `defect`: from sizes and matrices to the matrix that should be zero; `largest`: the
    largest size to try; `weight`: how many nodes of trees one evaluation takes, for the budget. Returns sizes, matrices
    and the defect, which is not zero; None where nothing was found.
    """
    random = Random(1)
    used = [size for size in space.sizes if any(size in space.letter(name).shape for name in names)]
    used = used or list(space.sizes)
    rest = {size: 2 for size in space.sizes if size not in used}
    work = 0
    for chosen in _size_choices(used, largest):
        sizes = {**chosen, **rest}
        tries = 24 if max(sizes.values(), default=1) <= 3 else 4
        for attempt in range(tries):
            work += weight * (8 + max(sizes.values(), default=1) ** 3)
            if work > MAX_WORK:
                return None
            values = (0, 1) if attempt < tries // 3 else (-1, 0, 1) if attempt < 2 * tries // 3 else (-2, -1, 1, 2)
            matrices = random_matrices(space, names, sizes, random, values)
            if nonzero(defect(sizes, matrices)):
                plain = _made_plain(space, sizes, matrices, defect)
                return sizes, plain, defect(sizes, plain)
    return None


def nonzero(matrix: Matrix) -> bool:
    """Whether some entry is not 0."""
    return not all(_is_zero(entry) for row in matrix for entry in row)


def _made_plain(
    space: MatrixSpace,
    sizes: Mapping[str, int],
    matrices: dict[str, Matrix],
    defect: Callable[[Mapping[str, int], Mapping[str, Matrix]], Matrix],
) -> dict[str, Matrix]:
    """Replace entries by 0, else by 1, as long as the defect stays nonzero."""
    for name, matrix in matrices.items():
        kind = space.letter(name).kind
        for i, j in _entries(kind, len(matrix), len(matrix[0])):
            before = matrix[i][j]
            for value in (0, 1):
                if before == value:
                    break
                _put(matrix, kind, i, j, value)
                if nonzero(defect(sizes, matrices)):
                    break
                _put(matrix, kind, i, j, before)
    return matrices


def matrix_text(matrix: Matrix) -> str:
    """Write a matrix on one line; a 1 x 1 matrix as its entry.

    Examples
    --------
    >>> matrix_text([[1, 0], [0, -2]]), matrix_text([[3]])
    ('[[1, 0], [0, -2]]', '3')
    """
    if len(matrix) == len(matrix[0]) == 1:
        return str(matrix[0][0])
    return "[" + ", ".join("[" + ", ".join(str(x) for x in row) + "]" for row in matrix) + "]"


def matrix_latex(matrix: Matrix) -> str:
    """Write a matrix in LaTeX; a 1 x 1 matrix as its entry."""

    def number(x: Any) -> str:
        value = Fraction(x)
        if value.denominator == 1:
            return str(value)
        return ("-" if value < 0 else "") + rf"\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}"

    if len(matrix) == len(matrix[0]) == 1:
        return number(matrix[0][0])
    rows = r" \\ ".join(" & ".join(number(x) for x in row) for row in matrix)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
