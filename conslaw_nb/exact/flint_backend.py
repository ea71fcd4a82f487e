"""Arithmetic modulo a prime by python-flint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpz_mat, nmod_mat

__all__ = ["matrix", "matrix_rows", "pivot_rows", "rank", "rational_rank", "reduced_rows"]


def matrix(rows: Sequence[Sequence[int]], prime: int) -> Any:
    """Make an nmod_mat, which brings its own ``+ - *`` and transpose."""
    return nmod_mat(len(rows), len(rows[0]), [entry % prime for row in rows for entry in row], prime)


def matrix_rows(value: Any) -> list[list[int]]:
    """Return the entries as lists of ints."""
    return [[int(entry) for entry in row] for row in value.tolist()]


def rank(rows: Sequence[Sequence[int]], prime: int) -> int:
    """Return the rank modulo a prime."""
    return matrix(rows, prime).rank()


def reduced_rows(rows: Sequence[Sequence[int]], prime: int) -> tuple[list[list[int]], list[int]]:
    """Return the nonzero rows of the reduced echelon form, and their pivot columns."""
    reduced, size = matrix(rows, prime).rref()
    kept = matrix_rows(reduced)[:size]
    return kept, [next(j for j, entry in enumerate(row) if entry) for row in kept]


def pivot_rows(rows: Sequence[Sequence[int]], prime: int) -> list[int]:
    """Return which rows raise the rank: the pivot columns of the transposed matrix."""
    reduced, size = matrix(rows, prime).transpose().rref()
    pivots, column = [], 0
    for i in range(size):
        while not int(reduced[i, column]):
            column += 1
        pivots.append(column)
    return pivots


def rational_rank(rows: Sequence[Sequence[int]]) -> int:
    """Return the rank over Q."""
    return fmpz_mat([list(row) for row in rows]).rank()
