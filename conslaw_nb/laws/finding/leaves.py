"""Polynomials that vanish on one leaf: what a single trajectory, or all curves along W from a point, satisfy.

A curve along W from a random point is computed as power series modulo a prime; the polynomials of degree ≤ d that
vanish on it are a kernel. Its reduced basis has coefficients that depend on the leaf alone: they are laws. Nothing here
is proved: the coefficients are guesses for `rational.py`, which turns them into functions that are checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from random import Random

from ...exact.backend import kernel
from ...exact.polynomial import Monomial
from ...models.fields import VectorFields

__all__ = ["Leaf", "leaf_of", "monomials"]

CURVES = 3  # from each point, if there is more than one field


class _Series:
    """A power series modulo a prime, cut off."""

    __slots__ = ("coefficients", "prime")

    def __init__(self, coefficients: Sequence[int], prime: int):
        self.coefficients = coefficients
        self.prime = prime

    def __add__(self, other: object) -> _Series:
        mine = self.coefficients
        if isinstance(other, _Series):
            return _Series([(a + b) % self.prime for a, b in zip(mine, other.coefficients, strict=True)], self.prime)
        return _Series([(mine[0] + other) % self.prime, *mine[1:]], self.prime)  # type: ignore[operator]

    __radd__ = __add__

    def __mul__(self, other: object) -> _Series:
        prime, mine = self.prime, self.coefficients
        if not isinstance(other, _Series):
            scale = other.numerator * pow(other.denominator, -1, prime)  # type: ignore[attr-defined]
            return _Series([a * scale % prime for a in mine], prime)
        theirs, length = other.coefficients, len(mine)
        result = [0] * length
        for i, a in enumerate(mine):
            if a:
                for j in range(length - i):
                    result[i + j] += a * theirs[j]
        return _Series([a % prime for a in result], prime)

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> _Series:
        result = self
        for _ in range(exponent - 1):
            result = result * self
        return result


@dataclass(frozen=True)
class Leaf:
    """The polynomials up to a degree that vanish on a leaf."""

    # for each monomial that is a combination of those before it on the leaf: those with their coefficients modulo the
    # prime, so that the sum of all is 0
    relations: dict[Monomial, dict[Monomial, int]]


def monomials(dimension: int, degree: int) -> list[Monomial]:
    """Return the monomials of degree at most d, the highest first.

    Examples
    --------
    >>> monomials(2, 1)
    [((0, 1),), ((1, 1),), ()]
    """
    found = []
    for d in range(degree, -1, -1):
        for choice in combinations_with_replacement(range(dimension), d):
            powers: dict[int, int] = {}
            for i in choice:
                powers[i] = powers.get(i, 0) + 1
            found.append(tuple(powers.items()))
    return found


def leaf_of(phi: VectorFields, columns: Sequence[Monomial], prime: int, rng: Random) -> Leaf:
    """Return the relations between monomials on the leaf through a random point; the last columns are expressed last.

    Examples
    --------
    >>> from conslaw_nb.exact.backend import PRIME
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> leaf = leaf_of(parametrization("x**2 + y**2"), monomials(2, 1), PRIME, Random(0))
    >>> [(free, len(others)) for free, others in leaf.relations.items()]
    [(((1, 1),), 1)]
    """
    start = [rng.randrange(1, prime) for _ in phi.variables]
    rows: list[list[int]] = []
    for _ in range(CURVES if phi.count > 1 else 1):
        curve = _curve(phi, start, len(columns) + 6, prime, rng)
        one = _Series([1] + [0] * (len(columns) + 5), prime)
        values: dict[Monomial, _Series] = {(): one}
        for monomial in sorted(columns, key=lambda m: sum(e for _, e in m)):
            if monomial:
                (v, e), *rest = monomial
                lower = (((v, e - 1),) if e > 1 else ()) + tuple(rest)
                values[monomial] = values[lower] * curve[v] if lower else curve[v]
        rows += [list(row) for row in zip(*(values[m].coefficients for m in columns), strict=True)]
    relations = {}
    for vector in kernel(rows, len(columns), prime):
        free = max(i for i, value in enumerate(vector) if value)
        relations[columns[free]] = {columns[i]: c for i, c in enumerate(vector) if c and i != free}
    return Leaf(relations)


def _curve(phi: VectorFields, start: Sequence[int], length: int, prime: int, rng: Random) -> list[_Series]:
    """Return the power series of a curve with θ' = Σ a_g(t) v_g(θ) for random polynomials a_g."""
    fields = list(phi)
    controls = []
    for _ in fields:
        first = [rng.randrange(1, prime) for _ in range(3)] if len(fields) > 1 else [1]
        controls.append((first + [0] * length)[:length])
    point = [[x] + [0] * (length - 1) for x in start]
    for order in range(length - 1):  # θ_(n+1) = (θ')_n / (n + 1)
        known = [_Series(x[: order + 1], prime) for x in point]
        speed = [0] * len(point)
        for field, control in zip(fields, controls, strict=True):
            for i, component in enumerate(field.components):
                if component:
                    value = component.evaluate(known)
                    series = value.coefficients if isinstance(value, _Series) else [_residue(value, prime)]
                    speed[i] += sum(a * control[order - k] for k, a in enumerate(series[: order + 1]))
        inverse = pow(order + 1, -1, prime)
        for x, s in zip(point, speed, strict=True):
            x[order + 1] = s * inverse % prime
    return [_Series(x, prime) for x in point]


def _residue(value: object, prime: int) -> int:
    return value.numerator * pow(value.denominator, -1, prime) % prime  # type: ignore[attr-defined]
