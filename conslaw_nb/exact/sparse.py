"""Rank of sparse rows modulo a prime, for Jacobians in which each row has a handful of entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .backend import pivot_rows

__all__ = ["independent_rows", "sparse_pivot_rows"]

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

    Parameters
    ----------
    rows : sequence of dict
        Column to entry.
    prime : int

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
