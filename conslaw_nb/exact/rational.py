"""Linear algebra over Q, row by row: one echelon form for spaces of polynomials, systems and ranks.

`backend.rational_rank` is the fast way to a rank when all rows are there. An `Echelon` grows: it says of each row
whether it was a combination of those before, and it gives the kernel in the end. Columns may be anything that can
be sorted: places of a vector, monomials of a polynomial, both at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

__all__ = ["Echelon", "rational_kernel"]

Row = dict[Any, Fraction]  # column -> entry that is not 0


class Echelon:
    """A growing space of rows over Q.

    Examples
    --------
    >>> space = Echelon()
    >>> space.add({"x": 1, "y": 2}), space.add({"x": 2, "y": 4}), space.add({"y": 5})
    (True, False, True)
    >>> space.rank, {"x": 7} in space
    (2, True)
    """

    def __init__(self, rows: Iterable[Mapping[Any, Any]] = ()) -> None:
        self._rows: dict[Any, Row] = {}  # pivot -> row with 1 there, and 0 in all smaller columns
        for row in rows:
            self.add(row)

    @property
    def rank(self) -> int:
        """How many rows were independent."""
        return len(self._rows)

    def reduced(self, row: Mapping[Any, Any]) -> Row:
        """Return what is left of a row once its leading entries are taken out; nothing if it lies in the space."""
        left = {place: Fraction(value) for place, value in row.items() if value}
        while left:
            pivot = min(left)
            if pivot not in self._rows:
                break
            _subtract(left, self._rows[pivot], left[pivot])
        return left

    def __contains__(self, row: Mapping[Any, Any]) -> bool:
        return not self.reduced(row)

    def add(self, row: Mapping[Any, Any]) -> bool:
        """Add a row, and return whether it was not a combination of those before."""
        left = self.reduced(row)
        if not left:
            return False
        pivot = min(left)
        lead = left[pivot]
        self._rows[pivot] = {place: value / lead for place, value in left.items()}
        return True

    def kernel(self, columns: Sequence[Any]) -> list[list[Fraction]]:
        """Return a reduced basis of {x : every row · x = 0}: one free column is 1 in each vector."""
        above: dict[Any, Row] = {}
        for pivot in sorted(self._rows, reverse=True):
            row = dict(self._rows[pivot])
            for other in [place for place in row if place in above]:
                _subtract(row, above[other], row[other])
            above[pivot] = row
        basis = []
        for free in (column for column in columns if column not in above):
            values = {pivot: -row[free] for pivot, row in above.items() if free in row}
            values[free] = Fraction(1)
            basis.append([values.get(column, Fraction(0)) for column in columns])
        return basis


def _subtract(row: Row, other: Row, times: Fraction) -> None:
    for place, value in other.items():
        left = row.get(place, 0) - times * value
        if left:
            row[place] = left
        else:
            row.pop(place, None)


def rational_kernel(rows: Iterable[Sequence[Any]], columns: int) -> list[list[Fraction]]:
    """Return a reduced basis of the kernel of a matrix over Q.

    Examples
    --------
    >>> rational_kernel([[2, 1, 0]], 3)
    [[Fraction(-1, 2), Fraction(1, 1), Fraction(0, 1)], [Fraction(0, 1), Fraction(0, 1), Fraction(1, 1)]]
    """
    return Echelon(dict(enumerate(row)) for row in rows).kernel(range(columns))
