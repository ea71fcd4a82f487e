"""The rank of a matrix of polynomials over the field of fractions: what holds at a generic point, decided exactly.

A rank at one point is never too large; it is too small where the point happens to lie on the zeros of a minor. So a
point bounds the generic rank from below only, and the bound from above must come from an identity. Here it comes from
Bareiss' elimination: after R pivots each entry that is left is a minor of size R + 1, and they are all the zero
polynomial. The elimination is fraction-free, within a budget that is counted and not guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from math import gcd, lcm

from .polynomial import Poly

__all__ = ["MAX_GENERIC_WORK", "rank_over_functions"]

MAX_GENERIC_WORK = 400_000  # products of terms: about a tenth of a second

# A polynomial with integer coefficients; the exponents of a monomial stand in one integer, some bits for each
# variable, so that monomials are multiplied by adding, and the larger integer is the larger monomial.
_Packed = dict[int, int]


class _SpentError(Exception):
    pass


def rank_over_functions(rows: Sequence[Sequence[Poly]], work: int | None = None) -> int | None:
    """Return the rank over Q(x_1, ..., x_D) of a matrix of polynomials, or None where that is beyond the budget.

    `rows`: all in the same variables; `work`: products of terms that may be spent; MAX_GENERIC_WORK without it.

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> zero, one = x - x, Poly.constant(("x", "y"), 1)
    >>> rank_over_functions([[one, zero], [y, x - 7]])
    2
    >>> rank_over_functions([[x, y], [x * y, y**2]])
    1
    """
    kept = [row for row in rows if any(row)]
    if not kept:
        return 0
    packed = _pack(_whole(kept))
    try:
        return _Elimination(packed, MAX_GENERIC_WORK if work is None else work).rank()
    except _SpentError:
        return None


def _whole(rows: Sequence[Sequence[Poly]]) -> list[list[dict[tuple[tuple[int, int], ...], int]]]:
    """Clear the denominators and the common content of each row."""
    whole = []
    for row in rows:
        scale = lcm(*(c.denominator for entry in row for c in entry.terms.values()))
        content = gcd(*(int(c * scale) for entry in row for c in entry.terms.values()))
        whole.append([{m: int(c * scale) // content for m, c in entry.terms.items()} for entry in row])
    return whole


def _pack(rows: list[list[dict[tuple[tuple[int, int], ...], int]]]) -> list[list[_Packed]]:
    """Put exponents into integers, with room for those of the largest minor.

    That is a substitution, of high powers of one letter for the others. It keeps sums, products and exact quotients;
    only what must not vanish, the minors, has to fit.

    Where it makes them smaller, column j is multiplied by x_j first (which changes no rank); then what divides a row
    or a column is taken out. For a map of monomials only numbers are left.
    """
    used = sorted({v for row in rows for entry in row for m in entry for v, _ in m})
    highest = max((e for row in rows for entry in row for m in entry for _, e in m), default=0)
    bits = ((highest + 1) * min(len(rows), len(rows[0]))).bit_length()
    place = {v: bits * (len(used) - 1 - k) for k, v in enumerate(used)}
    mask = (1 << bits) - 1

    def reduced(table: list[list[_Packed]]) -> list[list[_Packed]]:
        table = [_without_common(row, place, mask) for row in table]
        columns = [_without_common(list(column), place, mask) for column in zip(*table, strict=True)]
        return [list(row) for row in zip(*columns, strict=True)]

    plain = [[{sum(e << place[v] for v, e in m): c for m, c in entry.items()} for entry in row] for row in rows]
    shifted = [
        [{m + (1 << place[j]): c for m, c in entry.items()} if j in place else entry for j, entry in enumerate(row)]
        for row in plain
    ]
    one, other = reduced(plain), reduced(shifted)
    return min(one, other, key=lambda table: sum(m for row in table for entry in row for m in entry))


def _without_common(entries: list[_Packed], place: dict[int, int], mask: int) -> list[_Packed]:
    """Divide polynomials by their common monomial and their common content."""
    monomials = [m for entry in entries for m in entry]
    if not monomials:
        return entries
    common = sum(min(m >> shift & mask for m in monomials) << shift for shift in place.values())
    content = gcd(*(c for entry in entries for c in entry.values()))
    return [{m - common: c // content for m, c in entry.items()} for entry in entries]


class _Elimination:
    """Bareiss' elimination with the pivot of the fewest terms, in a budget."""

    def __init__(self, rows: list[list[_Packed]], work: int):
        self.rows = rows
        self.work = work

    def rank(self) -> int:
        """Eliminate until nothing is left, and return how many pivots there were."""
        rows, previous, found = self.rows, {0: 1}, 0
        while True:
            candidates = [
                (len(entry), len(row) - sum(map(bool, row)), i, j)
                for i, row in enumerate(rows)
                for j, entry in enumerate(row)
                if entry
            ]
            if not candidates:
                return found
            *_, i, j = min(candidates)
            found += 1
            top = rows.pop(i)
            pivot = top.pop(j)
            rows = [self._eliminated(row, top, pivot, row.pop(j), previous) for row in rows]
            previous = pivot

    def _eliminated(
        self, row: list[_Packed], top: list[_Packed], pivot: _Packed, factor: _Packed, previous: _Packed
    ) -> list[_Packed]:
        return [
            self._divided(self._difference(pivot, entry, factor, above), previous)
            for entry, above in zip(row, top, strict=True)
        ]

    def _difference(self, a: _Packed, b: _Packed, c: _Packed, d: _Packed) -> _Packed:
        """Return ab − cd."""
        self.work -= len(a) * len(b) + len(c) * len(d)
        if self.work < 0:
            raise _SpentError
        total: _Packed = {}
        for left, right, sign in ((a, b, 1), (c, d, -1)):
            for m, x in left.items():
                x *= sign
                for n, y in right.items():
                    total[m + n] = total.get(m + n, 0) + x * y
        return {m: x for m, x in total.items() if x}

    def _divided(self, top: _Packed, bottom: _Packed) -> _Packed:
        """Return a quotient of which it is known that it is a polynomial with integer coefficients."""
        lead = max(bottom)
        scale = bottom[lead]
        if len(bottom) == 1:
            return {m - lead: c // scale for m, c in top.items()}
        left, result = dict(top), {}
        heap = [-m for m in left]
        heapify(heap)
        while heap:
            m = -heappop(heap)
            c = left.pop(m, 0)
            if not c:
                continue
            self.work -= len(bottom)
            if self.work < 0:
                raise _SpentError
            shift, factor = m - lead, c // scale
            result[shift] = factor
            for n, y in bottom.items():
                if n != lead:
                    if n + shift not in left:
                        heappush(heap, -(n + shift))
                    left[n + shift] = left.get(n + shift, 0) - factor * y
        return result
