"""Values: matrices of numbers modulo p, with nilpotent parts that carry derivatives.

A value is a matrix over Z_p[e_0, e_1, ...] with every e_k**2 = 0, kept as one matrix modulo p for each set of e_k (the
set as bits). Numbers are 1 x 1 and vectors are columns. The derivative of f along v at x is what stands beside a new e
in f(x + e v): exact, and without a rule for each kind of expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from .certificates import Case, matrix_product

__all__ = ["Misfit", "NoValue", "Ring", "Rows", "Span", "Value"]

Rows = list[list[int]]


class NoValue(Exception):  # noqa: N818
    """An expression has no value here: it divides by 0."""


class Misfit(Exception):  # noqa: N818
    """Matrices do not fit; the message says which shapes met."""


class Value:
    """A matrix: its shape, and its parts where they are not zero."""

    __slots__ = ("columns", "parts", "rows")

    def __init__(self, rows: int, columns: int, parts: dict[int, Rows]):
        self.rows, self.columns, self.parts = rows, columns, parts

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return self.rows, self.columns

    @property
    def is_number(self) -> bool:
        """Whether this is 1 x 1."""
        return self.rows == self.columns == 1

    @property
    def is_zero(self) -> bool:
        """Whether every part is zero."""
        return not any(x for rows in self.parts.values() for row in rows for x in row)

    def beside(self, e: int) -> Value:
        """Return what stands beside e."""
        return Value(self.rows, self.columns, {mask ^ e: rows for mask, rows in self.parts.items() if mask & e})

    def plain(self) -> Rows:
        """Return the part without any e."""
        return self.parts.get(0) or [[0] * self.columns for _ in range(self.rows)]


class Ring:
    """Arithmetic modulo p on values, paid for from the budget of the case."""

    def __init__(self, p: int, case: Case):
        self.p, self.case = p, case

    # -- making ----------------------------------------------------------------------------------------------

    def number(self, x: Fraction | int) -> Value:
        """Return a rational number; p must not divide its denominator."""
        if x.denominator % self.p == 0:
            raise NoValue
        return Value(1, 1, {0: [[x.numerator * pow(x.denominator, -1, self.p) % self.p]]})

    def matrix(self, rows: Rows) -> Value:
        """Return a matrix of integers."""
        return Value(len(rows), len(rows[0]), {0: [[x % self.p for x in row] for row in rows]})

    def zero(self, rows: int, columns: int) -> Value:
        """Return the zero matrix."""
        return Value(rows, columns, {})

    def identity(self, n: int) -> Value:
        """Return the identity."""
        return Value(n, n, {0: [[int(i == j) for j in range(n)] for i in range(n)]})

    def column(self, entries: Sequence[Value]) -> Value:
        """Stack numbers."""
        masks = {mask for entry in entries for mask in entry.parts}
        blank = [[0]]
        parts = {mask: [list(entry.parts.get(mask, blank)[0]) for entry in entries] for mask in masks}
        return Value(len(entries), 1, parts)

    # -- arithmetic ------------------------------------------------------------------------------------------

    def add(self, a: Value, b: Value, sign: int = 1) -> Value:
        """Add, or subtract with sign -1; a number that is 0 is the zero of every shape."""
        if a.shape != b.shape:
            if b.is_number and b.is_zero:
                return a
            if not (a.is_number and a.is_zero):
                raise Misfit(f"a {a.rows} x {a.columns} matrix and a {b.rows} x {b.columns} matrix are added")
            a = self.zero(*b.shape)
        p = self.p
        self.case.spend(30 + 3 * a.rows * a.columns * len(b.parts), "a sum")
        parts = dict(a.parts)
        for mask, rows in b.parts.items():
            if mask in parts:
                pairs = zip(parts[mask], rows, strict=True)
                parts[mask] = [[(x + sign * y) % p for x, y in zip(r, s, strict=True)] for r, s in pairs]
            else:
                parts[mask] = [[sign * y % p for y in row] for row in rows]
        return Value(b.rows, b.columns, parts)

    def total(self, terms: Iterable[Value]) -> Value:
        """Add several."""
        result, *others = terms
        for term in others:
            result = self.add(result, term)
        return result

    def scale(self, number: Value, b: Value) -> Value:
        """Multiply a matrix by a number."""
        p, parts = self.p, {}
        self.case.spend(30 + 6 * b.rows * b.columns * len(number.parts) * len(b.parts), "a product")
        for s, ((x,),) in number.parts.items():
            if not x:
                continue
            for t, rows in b.parts.items():
                if s & t:
                    continue
                if s | t in parts:
                    pairs = zip(parts[s | t], rows, strict=True)
                    parts[s | t] = [[(z + x * y) % p for z, y in zip(r, q, strict=True)] for r, q in pairs]
                else:
                    parts[s | t] = [[x * y % p for y in row] for row in rows]
        return Value(b.rows, b.columns, parts)

    def multiply(self, a: Value, b: Value) -> Value:
        """Multiply; numbers scale."""
        if a.is_number:
            return self.scale(a, b)
        if b.is_number:
            return self.scale(b, a)
        if a.columns != b.rows:
            raise Misfit(f"a {a.rows} x {a.columns} matrix is multiplied by a {b.rows} x {b.columns} matrix")
        return Value(a.rows, b.columns, matrix_product(a.parts, b.parts, self.p, self.case))

    def transpose(self, a: Value) -> Value:
        """Transpose."""
        parts = {mask: [list(column) for column in zip(*rows, strict=True)] for mask, rows in a.parts.items()}
        return Value(a.columns, a.rows, parts)

    def trace(self, a: Value) -> Value:
        """Sum the diagonal."""
        if a.rows != a.columns:
            raise Misfit(f"the trace of a {a.rows} x {a.columns} matrix is taken")
        p = self.p
        return Value(1, 1, {mask: [[sum(rows[i][i] for i in range(a.rows)) % p]] for mask, rows in a.parts.items()})

    def inner(self, a: Value, b: Value) -> Value:
        """Sum the products of entries at the same place."""
        if a.shape != b.shape:
            raise Misfit(f"the inner product of a {a.rows} x {a.columns} and a {b.rows} x {b.columns} matrix is taken")

        def flat(c: Value, rows: int, columns: int) -> Value:
            parts = {mask: [[x for row in part for x in row]] for mask, part in c.parts.items()}
            return Value(rows, columns, parts)

        size = a.rows * a.columns
        return self.multiply(flat(a, 1, size), self.transpose(flat(b, 1, size)))

    def inverse(self, a: Value) -> Value:
        """Return 1/a: with a = c (1 + n) and n nilpotent, the sum of the (-n)**k / c."""
        if not a.is_number:
            raise Misfit(f"something is divided by a {a.rows} x {a.columns} matrix")
        c = a.plain()[0][0]
        if not c:
            raise NoValue
        scale = Value(1, 1, {0: [[pow(c, -1, self.p)]]})
        rest = self.scale(scale, Value(1, 1, {mask: rows for mask, rows in a.parts.items() if mask}))
        rest = self.add(self.zero(1, 1), rest, -1)
        result = term = self.number(1)
        while not (term := self.scale(rest, term)).is_zero:
            result = self.add(result, term)
        return self.scale(scale, result)

    def power(self, a: Value, exponent: int) -> Value:
        """Return a power with an integer exponent, a negative one of numbers only."""
        if exponent < 0:
            a, exponent = self.inverse(a), -exponent
        if a.rows != a.columns:
            raise Misfit(f"a power of a {a.rows} x {a.columns} matrix is taken")
        result = self.identity(a.rows)
        while exponent:
            if exponent & 1:
                result = self.multiply(result, a)
            exponent >>= 1
            if exponent:
                a = self.multiply(a, a)
        return result


class Span:
    """The span of vectors modulo p, one at a time."""

    def __init__(self, ring: Ring):
        self.ring = ring
        self.rows: dict[int, list[int]] = {}  # first place that is not 0 -> vector, 1 there

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, vector: list[int]) -> bool:
        """Add a vector; return whether it was outside."""
        p = self.ring.p
        self.ring.case.spend(20 + 4 * len(vector) * (1 + len(self.rows)), "a rank")
        vector = [x % p for x in vector]
        for pivot, row in self.rows.items():
            if factor := vector[pivot]:
                vector = [(x - factor * y) % p for x, y in zip(vector, row, strict=True)]
        pivot = next((i for i, x in enumerate(vector) if x), None)
        if pivot is None:
            return False
        scale = pow(vector[pivot], -1, p)
        self.rows[pivot] = [x * scale % p for x in vector]
        return True

    def orthogonal(self, size: int) -> list[list[int]]:
        """Return a basis of the vectors that are orthogonal to all of these."""
        p, reduced = self.ring.p, dict(self.rows)
        for pivot in sorted(reduced):  # clear every pivot from the other rows
            for other, row in reduced.items():
                if other != pivot and (factor := row[pivot]):
                    reduced[other] = [(x - factor * y) % p for x, y in zip(row, reduced[pivot], strict=True)]
        free = [i for i in range(size) if i not in reduced]
        return [[int(k == i) if k in free else -reduced[k][i] % p for k in range(size)] for i in free]
