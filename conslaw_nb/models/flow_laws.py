"""Laws of flows that theory knows: candidates, all of which are checked before they are used.

With momentum, a turn of the parameters that no component of φ feels, ∇φ_i(θ)ᵀAθ = 0 for a skew A, keeps its angular
momentum ⟨θ̇, Aθ⟩ times exp ∫τ (Noether; weight decay pulls to the centre and changes nothing). Weight decay alone takes
a law h of the model that is homogeneous of degree k to exp(k∫λ)·h.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from ..exact.polynomial import Poly, lifted
from ..exact.ratio import Ratio
from ..exact.rational import Echelon
from .fields import VectorFields
from .rates import ANY, Rate

__all__ = ["angular_momenta", "decayed", "growth"]

MAX_UNKNOWNS = 1_500  # entries of a skew matrix


def growth(rate: Rate, clock: Poly) -> Poly | None:
    """Return exp of the integral of a rate as a polynomial in the clock, or None where it is not one.

    Examples
    --------
    >>> t = Poly.gen(("t", "x"), 0)
    >>> growth(Ratio(Poly.constant(("t",), 3), Poly.gen(("t",), 0)), t)
    t**3
    """
    if rate == ANY or (isinstance(rate, Ratio) and rate.is_constant and rate):
        return clock if clock.variables[0] == "s" else None
    assert isinstance(rate, Ratio)
    if not rate:
        return Poly.constant(clock.variables, 1)
    slope = rate.bottom.derivative(0)
    if not slope:
        return None
    power = Ratio(rate.top, slope)  # q'/q has the integral log q
    k = power.top.terms.get(()) if power.is_constant else None
    if not isinstance(k, int) or k < 1:
        return None
    return lifted(rate.bottom, clock.variables, 0) ** k


def angular_momenta(phi: VectorFields, names: tuple[str, ...], start: int) -> list[Poly]:
    """Return ⟨θ̇, Aθ⟩ for a basis of the skew matrices A whose turns no generator feels.

    `names`: the variables of phase space: the parameters from `start`, and their speeds behind.

    Examples
    --------
    >>> from .parametrizations import parametrization
    >>> angular_momenta(parametrization("x**2 + y**2"), ("s", "x", "y", "dx", "dy"), 1)
    [x*dy - y*dx]
    """
    d = phi.dimension
    pairs = list(combinations(range(d), 2))
    if len(pairs) > MAX_UNKNOWNS:
        return []
    space = Echelon()
    for field in phi:
        rows: dict[Any, dict[int, Any]] = {}
        for unknown, (i, j) in enumerate(pairs):
            for place, other, sign in ((i, j, 1), (j, i, -1)):
                for monomial, c in field.components[other].terms.items():
                    powers = dict(monomial)
                    powers[place] = powers.get(place, 0) + 1
                    row = rows.setdefault(tuple(sorted(powers.items())), {})
                    row[unknown] = row.get(unknown, 0) + sign * c
        for row in rows.values():
            space.add(row)
    gens = Poly.gens(names)[start:]
    laws = []
    for vector in space.kernel(range(len(pairs))):
        total = Poly(names, {})
        for (i, j), a in zip(pairs, vector, strict=True):
            if a:
                total = total + (gens[i] * gens[d + j] - gens[j] * gens[d + i]) * a
        laws.append(total.primitive())
    return laws


def decayed(laws: list[Poly], weight: Poly, start: int) -> list[Poly]:
    """Return weight^k·h for the laws h that are homogeneous, of degree k."""
    found = []
    for h in laws:
        degrees = {sum(e for _, e in monomial) for monomial in h.terms}
        if len(degrees) == 1:
            found.append(lifted(h, weight.variables, start) * weight ** degrees.pop())
    return found
