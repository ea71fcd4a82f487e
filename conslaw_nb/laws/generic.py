"""Ranks at generic points, from both sides: a point bounds them from below, an identity from above.

A statement about generic points is never decided by the values at a point that happens to be convenient: there the
rank may be smaller than almost everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log2
from random import Random

from ..exact import chance
from ..exact.backend import rational_rank
from ..exact.generic import rank_over_functions
from ..exact.sparse import independent_rows
from ..models.fields import Field, VectorFields
from .climbing import Place, Rows

__all__ = ["GenericRank", "first_points", "generic_rank", "generic_trace", "rank_at", "shown_chance"]

MAX_ENTRIES = 40_000  # of a matrix whose rank over Q is computed outright
_CYCLES = ((2, 3, 5, 7, 11, 13, 17, 19, 23, 29), (3, -2, 7, 5, -4, 9, 1, -8, 6, -5), (1, 4, -3, 2, 8, -7, 5, 6, -1, 9))


@dataclass(frozen=True)
class GenericRank:
    """The rank of fields at generic points, between two certain bounds."""

    low: int  # certain bounds
    high: int
    point: tuple[int, ...]  # a point where the rank is `low`
    # the probability that the rank is more than `low` is at most this; 0 where the bounds meet
    risk: Fraction = Fraction(0)

    @property
    def exact(self) -> bool:
        """Whether the bounds meet."""
        return self.low == self.high


def rank_at(fields: Sequence[Field], point: Sequence[Fraction | int]) -> int:
    """Return the rank over Q of the fields' values at a rational point, exactly.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> rank_at(list(parametrization("x*y", "x*z")), (1, 0, 0))
    2
    """
    if len(fields) * len(point) > MAX_ENTRIES:
        from ..errors import SizeError

        raise SizeError(f"{len(fields)} fields on {len(point)} coordinates are too many for an exact rank over Q")
    return rational_rank([[Fraction(c.evaluate(point)) for c in field.components] for field in fields])


def first_points(dimension: int) -> Iterator[tuple[int, ...]]:
    """Yield points that are special in no obvious way: small ones first, to be read; then large ones."""
    for cycle in _CYCLES:
        yield tuple(cycle[i % len(cycle)] + 31 * (i // len(cycle)) for i in range(dimension))
    rng = Random("generic points")
    for reach in (100, 10_000, 2**31 - 1):
        yield tuple(rng.randrange(1, reach) for _ in range(dimension))


def generic_rank(fields: Sequence[Field]) -> GenericRank:
    """Return the rank of fields at generic points: the rank of their matrix over the field of fractions.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> found = generic_rank(list(parametrization("x", "x*y - 7*y")))
    >>> found.low, found.high
    (2, 2)
    """
    fields = list(fields)
    dimension = len(fields[0].variables) if fields else 0
    top = min(len(fields), dimension)
    point: tuple[int, ...] = (0,) * dimension
    low = -1
    for place in first_points(dimension):
        found = rank_at(fields, place)
        if found > low:
            point, low = place, found
        if low == top:
            return GenericRank(low, top, point)
    exact = rank_over_functions([field.components for field in fields])
    if exact is not None and exact == low:
        return GenericRank(low, exact, point)
    # the fixed points may all be special: draw others
    rng = chance.draw()
    for _ in range(1 if exact is None else 50):
        place = tuple(rng.randrange(2**31) for _ in range(dimension))
        found = rank_at(fields, place)
        if found > low:
            point, low = place, found
        if low == exact:
            break
    if exact is not None:
        return GenericRank(low, exact, point)
    degree = max((c.degree for field in fields for c in field.components), default=0)
    return GenericRank(low, top, point, Fraction(top * degree, 2**31))


def generic_trace(phi: VectorFields, at_most: int | None = None) -> GenericRank:
    """Return dim W(θ) at generic points θ.

    `at_most`: a certain bound from above that is known already: D minus the number of independent laws, say.
    """
    top = min(phi.trace_at_most(), phi.dimension if at_most is None else at_most)
    place, rows = start(phi, top)
    low = rank_of(phi, place, rows)
    return bounded_trace(phi, place.point, low, top)


def bounded_trace(phi: VectorFields, point: Sequence[int | Fraction], low: int, top: int) -> GenericRank:
    """Close the gap between a bound from below at a point and one from above, by an identity or by another point."""
    where = tuple(point)
    if low == top:
        return GenericRank(low, top, where)  # type: ignore[arg-type]
    spanning = list(phi.spanning_generators()) if phi.count * phi.dimension <= MAX_ENTRIES else []
    if spanning:
        top = min(top, len(spanning))
        exact = low if low == top else rank_over_functions([phi[g].components for g in spanning])
        top = top if exact is None else exact
    rng, risk = chance.draw(), Fraction(0)
    for _ in range(50 if spanning and exact is not None else 1):
        if low == top:
            break
        place = Place.random(phi, rng)
        found = rank_of(phi, place, phi.generator_rows(place.residues, place.prime))
        if found > low:
            where, low = place.point, found
        degree, bits = phi.measure()
        risk = chance.missed(top * degree, top * (bits + log2(max(1, top))))
    return GenericRank(low, top, where, Fraction(0) if low == top else risk)  # type: ignore[arg-type]


def start(phi: VectorFields, top: int) -> tuple[Place, Rows]:
    """Return a place with small coordinates where dim W_0 is as large as at a random one, and its generators there."""
    best: tuple[Place, Rows] | None = None
    most = -1
    for point in _starts(phi):
        place = Place.at(phi, point)
        rows = phi.generator_rows(place.residues, place.prime)
        found = rank_of(phi, place, rows)
        if found > most:
            best, most = (place, rows), found
        if most >= top:
            break
    assert best is not None
    return best


def _starts(phi: VectorFields) -> Iterator[tuple[int | Fraction, ...]]:
    """Yield three points, small and large, of the model's domain where it is not everything."""
    rng = Random("small point")
    yield _drawn(phi, lambda: rng.choice([*range(-9, 0), *range(1, 10)]))
    rng = Random("large point")
    yield _drawn(phi, lambda: rng.randrange(1, 100))
    yield _drawn(phi, lambda: rng.randrange(1, 2**31 - 1))


def _drawn(phi: VectorFields, draw: Callable[[], int]) -> tuple[int | Fraction, ...]:
    """Draw a point of the model's domain, with integer coordinates if it can be."""
    drawn = tuple(draw() for _ in range(phi.dimension))
    for k in range(100):
        if not phi.domain.hole_at(drawn):
            break
        parts = 1 if k < 30 else 2 + k % 7  # perhaps it holds fractions only
        drawn = tuple(Fraction(draw(), parts) if parts > 1 else draw() for _ in range(phi.dimension))
    return tuple(x.numerator if x.denominator == 1 else x for x in drawn)


def rank_of(phi: VectorFields, place: Place, rows: Rows) -> int:
    """Return the rank modulo the prime of the generators' values."""
    return len(independent_rows([row for _, row in rows], phi.dimension, place.prime))


def shown_chance(risk: Fraction) -> str:
    """Write 1 minus a risk as text, rounded so that it stays true.

    Examples
    --------
    >>> shown_chance(Fraction(2, 7))
    '1 - 1/3'
    """
    return f"1 - 1/{int(1 / risk)}" if risk else "1"
