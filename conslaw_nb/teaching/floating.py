"""Elimination in floating point, to look at and not to rely on: nothing in the package is decided by it.

The steps are those of a textbook: take the largest entry of a column as pivot, multiply its row by 1/pivot, subtract
it from the rows below. Every operation is a single sum or product of two Python floats in a fixed order, so the
answers are the same on every machine, wrong ones included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..errors import ModelError
from ..exact.backend import rational_rank
from ..exact.polynomial import Poly
from ..models.fields import VectorFields
from ..tables import html_table

__all__ = ["Elimination", "eliminate", "gradients_at", "rank_map"]

MAX_SIZE = 60


@dataclass(frozen=True)
class Elimination:
    """The outcome of an elimination, once in floats and once in fractions."""

    rows: tuple[tuple[float, ...], ...]  # what the floats end with
    pivots: tuple[float, ...]  # the pivots that were taken, before their rows were scaled
    rank: int  # the number of pivots: the rank, as floats see it
    exact_rank: int  # the rank of the matrix that was given, computed in fractions

    def __repr__(self) -> str:
        lines = ["  ".join(f"{value!r:>20}" for value in row) for row in self.rows]
        return "\n".join([*lines, f"rank in floats: {self.rank}, exactly: {self.exact_rank}"])

    def _repr_html_(self) -> str:
        table = html_table([[repr(value) for value in row] for row in self.rows], named=False)
        return f"{table}<div>rank in floats: <b>{self.rank}</b>, exactly: <b>{self.exact_rank}</b></div>"


def eliminate(rows: Sequence[Sequence[float | int | Fraction]], tolerance: float = 0.0) -> Elimination:
    """Eliminate in floats, and say beside it what the exact rank is.

    Parameters
    ----------
    rows : matrix of numbers
        Integers and fractions are rounded to floats for the one elimination, and taken as they are for the other.
    tolerance : float
        A pivot counts as zero when it is at most this share of the largest entry of the matrix.

    Examples
    --------
    The same two equations, with the two unknowns in one order and in the other:

    >>> eliminate([[98, 42], [42, 18]]).rank, eliminate([[42, 98], [18, 42]]).rank
    (1, 2)
    >>> eliminate([[42, 98], [18, 42]])
                     1.0     2.333333333333333
                     0.0                  1.0
    rank in floats: 2, exactly: 1
    """
    if not rows or not rows[0] or len(rows) > MAX_SIZE or any(len(row) != len(rows[0]) for row in rows):
        raise ModelError(f"a matrix of at most {MAX_SIZE} rows, all of one length, is needed here")
    work = [[float(value) for value in row] for row in rows]
    largest = max(abs(value) for row in work for value in row)
    pivots: list[float] = []
    for column in range(len(work[0])):
        done = len(pivots)
        if done == len(work):
            break
        place = max(range(done, len(work)), key=lambda i: abs(work[i][column]))
        pivot = work[place][column]
        if abs(pivot) <= tolerance * largest:
            continue
        work[done], work[place] = work[place], work[done]
        inverse = 1.0 / pivot
        work[done] = [value * inverse for value in work[done]]
        for i in range(done + 1, len(work)):
            factor = work[i][column]
            work[i] = [a - factor * b for a, b in zip(work[i], work[done], strict=True)]
        pivots.append(pivot)
    return Elimination(tuple(map(tuple, work)), tuple(pivots), len(pivots), _exact_rank(rows))


def _exact_rank(rows: Sequence[Sequence[float | int | Fraction]]) -> int:
    """Return the rank in fractions; a float is the fraction that it stands for."""
    return rational_rank([[Fraction(value) for value in row] for row in rows])


def gradients_at(phi: VectorFields, point: Sequence[float]) -> list[list[float]]:
    """Evaluate the fields of a family at a point in floats, each power by multiplication, so the same everywhere.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> gradients_at(parametrization("x**2*y", "x + y"), (0.5, 3.0))
    [[3.0, 0.25], [1.0, 1.0]]
    """
    place = [float(value) for value in point]
    return [[_value(part, place) for part in field.components] for field in phi]


def _value(poly: Poly, point: Sequence[float]) -> float:
    total = 0.0
    for monomial in poly.ordered():
        term = float(poly.terms[monomial])
        for variable, exponent in monomial:
            for _ in range(exponent):
                term = term * point[variable]
        total = total + term
    return total


def rank_map(phi: VectorFields, tolerance: float, reach: int = 12) -> dict[tuple[float, float], int]:
    """Return the rank that floats see at each point (i/10, j/10), |i|, |j| ≤ reach, of a family on the plane.

    These points are floats without any rounding, so that the fields have an exact rank there to compare with.
    """
    if phi.dimension != 2:
        raise ModelError(
            f"{phi.brief} lives on {phi.dimension} coordinates: the map is drawn for families on the plane"
        )
    places = [(i / 10, j / 10) for j in range(-reach, reach + 1) for i in range(-reach, reach + 1)]
    return {place: eliminate(gradients_at(phi, place), tolerance).rank for place in places}
