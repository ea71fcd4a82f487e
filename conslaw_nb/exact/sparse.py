"""Rank of sparse rows modulo a prime, for Jacobians in which each row has a handful of entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .backend import pivot_rows

__all__ = ["Elimination", "independent_rows", "sparse_pivot_rows"]

SparseRow = dict[int, int]

MAX_DENSE = 4_000_000  # entries of a dense matrix
_SPARSE_SHARE = 50  # below one entry in so many, elimination keeps rows sparse


def independent_rows(rows: Sequence[SparseRow], width: int, prime: int) -> list[int]:
    """Return the indices of rows that raise the rank, from the first to the last; dense or sparse inside.

    Examples
    --------
    >>> independent_rows([{0: 1}, {0: 2}, {1: 5}], 2, 101)
    [0, 2]
    """
    size = len(rows) * width
    if size <= MAX_DENSE and sum(map(len, rows)) * _SPARSE_SHARE > size:
        return pivot_rows([[row.get(i, 0) for i in range(width)] for row in rows], prime)
    return sparse_pivot_rows(rows, prime)


def sparse_pivot_rows(rows: Sequence[SparseRow], prime: int) -> list[int]:
    """Return the indices of rows that raise the rank, from the first to the last.

    A row pivots on its rarest column: a column that no other row has never has to be eliminated.

    `rows`: column to entry.

    Examples
    --------
    >>> sparse_pivot_rows([{0: 1, 1: 1}, {0: 2, 1: 2}, {1: 5}], 101)
    [0, 2]
    """
    seen = Counter(column for row in rows for column in row)
    pivots: dict[int, SparseRow] = {}
    order: dict[int, int] = {}  # pivot column -> age, so that elimination goes from old to new
    kept = []
    for index, row in enumerate(rows):
        current = {c: v % prime for c, v in row.items() if v % prime}
        pending = sorted((order[c], c) for c in current if c in order)
        while pending:
            _, column = pending.pop(0)
            factor = current.get(column)
            if not factor:
                continue
            fresh = []
            for c, v in pivots[column].items():
                value = (current.get(c, 0) - factor * v) % prime
                if value:
                    if c not in current and c in order:
                        fresh.append((order[c], c))
                    current[c] = value
                else:
                    current.pop(c, None)
            if fresh:
                pending = sorted(set(pending).union(fresh))
        if not current:
            continue
        column = min(current, key=lambda c: (seen[c], c))
        inverse = pow(current[column], -1, prime)
        pivots[column] = {c: v * inverse % prime for c, v in current.items()}
        order[column] = len(order)
        kept.append(index)
    return kept


class Elimination:
    """The rank of rows that come one by one, each with a handful of entries.

    Rows whose columns no other row meets cost nothing, and rows that fall into small groups stay within their group:
    at a sparse point a million rows are ranked in seconds.

    Attributes
    ----------
    rank : int
        The rank of the rows so far.

    Examples
    --------
    >>> ranked = Elimination(101)
    >>> ranked.add({0: 1, 7: 1}), ranked.add({0: 2, 7: 2}), ranked.add({7: 5})
    (True, False, True)
    >>> ranked.rank
    2
    """

    def __init__(self, prime: int):
        self.prime = prime
        self._pivots: dict[int, SparseRow] = {}  # column -> a row with 1 there, reduced by those before it
        self._age: dict[int, int] = {}  # column -> which pivot it is

    @property
    def rank(self) -> int:
        """How many rows were independent of those before them."""
        return len(self._pivots)

    def add(self, row: SparseRow) -> bool:
        """Take a row, entries nonzero modulo the prime, and say whether it raised the rank; the row is used up."""
        prime, pivots, age = self.prime, self._pivots, self._age
        met = [c for c in row if c in pivots]
        while met:
            # a pivot brings in only columns of younger ones: from the oldest on, each is met once
            column = min(met, key=age.__getitem__) if len(met) > 1 else met[0]
            met.remove(column)
            factor = row.get(column)
            if not factor:
                continue
            for c, v in pivots[column].items():
                if c in row:
                    value = (row[c] - factor * v) % prime
                    if value:
                        row[c] = value
                    else:
                        del row[c]
                else:
                    row[c] = -factor * v % prime
                    if c in pivots:
                        met.append(c)
        if not row:
            return False
        column = next(iter(row))
        if row[column] != 1:
            inverse = pow(row[column], -1, prime)
            for c, v in row.items():
                row[c] = v * inverse % prime
        age[column] = len(pivots)
        pivots[column] = row
        return True
