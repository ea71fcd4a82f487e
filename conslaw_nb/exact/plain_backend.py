"""Arithmetic modulo a prime with Python's own integers: slower, and everywhere."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["PlainMatrix", "matrix", "matrix_rows", "pivot_rows", "rank", "rational_rank", "reduced_rows"]


class PlainMatrix:
    """A small dense matrix modulo a prime, entries kept in [0, p)."""

    __slots__ = ("prime", "rows")

    def __init__(self, rows: list[list[int]], prime: int):
        self.rows = rows
        self.prime = prime

    def __add__(self, other: PlainMatrix) -> PlainMatrix:
        p = self.prime
        return PlainMatrix(
            [[(a + b) % p for a, b in zip(r, s, strict=True)] for r, s in zip(self.rows, other.rows, strict=True)],
            p,
        )

    def __sub__(self, other: PlainMatrix) -> PlainMatrix:
        p = self.prime
        return PlainMatrix(
            [[(a - b) % p for a, b in zip(r, s, strict=True)] for r, s in zip(self.rows, other.rows, strict=True)],
            p,
        )

    def __neg__(self) -> PlainMatrix:
        return self * -1

    def __mul__(self, other: PlainMatrix | int) -> PlainMatrix:
        p = self.prime
        if isinstance(other, int):
            return PlainMatrix([[a * other % p for a in row] for row in self.rows], p)
        columns = list(zip(*other.rows, strict=True))
        return PlainMatrix(
            [[sum(a * b for a, b in zip(row, column, strict=True)) % p for column in columns] for row in self.rows],
            p,
        )

    def transpose(self) -> PlainMatrix:
        """Return the transposed matrix."""
        return PlainMatrix([list(column) for column in zip(*self.rows, strict=True)], self.prime)


def matrix(rows: Sequence[Sequence[int]], prime: int) -> PlainMatrix:
    """Make a matrix modulo a prime."""
    return PlainMatrix([[entry % prime for entry in row] for row in rows], prime)


def matrix_rows(value: PlainMatrix) -> list[list[int]]:
    """Return the entries as lists of ints."""
    return [list(row) for row in value.rows]


def _eliminate(rows: Sequence[Sequence[int]], prime: int) -> tuple[list[list[int]], list[int], list[int]]:
    """Return echelon rows (pivot 1), their pivot columns, and which given rows made them."""
    echelon: list[list[int]] = []
    pivots: list[int] = []
    made_by: list[int] = []
    for index, row in enumerate(rows):
        current = [entry % prime for entry in row]
        for base, pivot in zip(echelon, pivots, strict=True):
            factor = current[pivot]
            if factor:
                current = [(a - factor * b) % prime for a, b in zip(current, base, strict=True)]
        pivot = next((j for j, entry in enumerate(current) if entry), -1)
        if pivot >= 0:
            inverse = pow(current[pivot], -1, prime)
            echelon.append([entry * inverse % prime for entry in current])
            pivots.append(pivot)
            made_by.append(index)
            if len(echelon) == len(current):
                break
    return echelon, pivots, made_by


def rank(rows: Sequence[Sequence[int]], prime: int) -> int:
    """Return the rank modulo a prime."""
    return len(_eliminate(rows, prime)[1])


def pivot_rows(rows: Sequence[Sequence[int]], prime: int) -> list[int]:
    """Return which rows raise the rank."""
    return _eliminate(rows, prime)[2]


def reduced_rows(rows: Sequence[Sequence[int]], prime: int) -> tuple[list[list[int]], list[int]]:
    """Return the nonzero rows of the reduced echelon form, and their pivot columns."""
    echelon, pivots, _ = _eliminate(rows, prime)
    order = sorted(range(len(pivots)), key=pivots.__getitem__)
    reduced = [echelon[i] for i in order]
    columns = [pivots[i] for i in order]
    for i in range(len(reduced) - 1, -1, -1):
        for j, pivot in enumerate(columns):
            factor = reduced[i][pivot]
            if j != i and factor:
                reduced[i] = [(a - factor * b) % prime for a, b in zip(reduced[i], reduced[j], strict=True)]
    return reduced, columns


def rational_rank(rows: Sequence[Sequence[int]]) -> int:
    """Return the rank over Q by fraction-free (Bareiss) elimination."""
    work = [list(row) for row in rows]
    size, previous = 0, 1
    for column in range(len(work[0])):
        pivot = next((i for i in range(size, len(work)) if work[i][column]), None)
        if pivot is None:
            continue
        work[size], work[pivot] = work[pivot], work[size]
        head = work[size][column]
        for i in range(size + 1, len(work)):
            factor = work[i][column]
            work[i] = [(head * a - factor * b) // previous for a, b in zip(work[i], work[size], strict=True)]
        previous = head
        size += 1
        if size == len(work):
            break
    return size
