"""Rational laws: products of Darboux polynomials, and what the polynomials of one leaf have for coefficients.

On the leaf through θ0 a monomial m_r is a combination Σ c_rk m_k of others. The c_rk depend on the leaf alone. Those
that are not the same number on all leaves are laws; at x = θ0 the relations are linear equations for them, with
monomials as coefficients: where there are as many equations as unknown laws, Cramer's rule gives each as a quotient.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb
from random import Random

from ...errors import ConslawError
from ...exact.polynomial import Monomial, Poly
from ...exact.ratio import Ratio
from ...models.spectral import minor
from ..search import rational_from_residue
from .darboux import products
from .leaves import Leaf, leaf_of, monomials
from .search import SPENT, Search

__all__ = ["ratios"]

MAX_COLUMNS = 70  # monomials of a relation on a leaf
MAX_UNKNOWN = 3  # laws that are solved for together
LEAVES = 3

Key = tuple[int, ...]
# A relation: its part with known coefficients, and the polynomials by which unknown laws are multiplied.
Equation = tuple[Poly, dict[Key, Poly]]


def ratios(search: Search, degree: int) -> None:
    """Offer quotients of polynomials until the count is reached."""
    products(search)
    reached = 0
    for d in range(1, degree + 1):
        size = comb(search.phi.dimension + d, d)
        steps = LEAVES * sum(len(c.terms) for field in search.phi for c in field.components) * size**3 // 3
        if search.done or size > MAX_COLUMNS:
            break
        if not search.spend(steps):
            search.tried.append(f"relations on a leaf: {SPENT}")
            return
        for top, bottom in _quotients(search, d):
            search.offer(_text(top, bottom), "rational", f"from the polynomials of degree {d} that vanish on a leaf")
            if search.done:
                return
        reached = d
    if not search.done:
        search.tried.append(f"ratios from polynomials of degree <= {reached} that vanish on a leaf")


def _text(top: Poly, bottom: Poly) -> str:
    found = Ratio(top, bottom)
    top, bottom = found.top.primitive(), found.bottom
    return Ratio(bottom, top).text if top.degree < bottom.degree else Ratio(top, bottom).text


def _quotients(search: Search, degree: int) -> list[tuple[Poly, Poly]]:
    columns = monomials(search.phi.dimension, degree)
    rng = Random("leaves")
    leaves = [leaf_of(search.phi, columns, search.prime, rng) for _ in range(LEAVES)]
    if any(leaf.relations.keys() != leaves[0].relations.keys() for leaf in leaves):
        return []
    scales: dict[Key, int] = {}
    equations = [_equation(search, free, leaves, scales) for free in leaves[0].relations]
    by_unknown: dict[frozenset[Key], list[Equation]] = {}
    for equation in equations:
        if equation is not None and 0 < len(equation[1]) <= MAX_UNKNOWN:
            by_unknown.setdefault(frozenset(equation[1]), []).append(equation)
    found = []
    for unknown, group in sorted(by_unknown.items(), key=lambda pair: len(pair[0])):
        for chosen in combinations(group[: MAX_UNKNOWN + 1], len(unknown)):
            try:
                found += _solved(sorted(unknown), chosen)
            except ConslawError:  # too large to expand
                continue
    return found


def _equation(search: Search, free: Monomial, leaves: Sequence[Leaf], scales: dict[Key, int]) -> Equation | None:
    """Tell the coefficients that are the same number on all leaves from those that are laws."""
    prime, variables = search.prime, search.phi.variables
    known = Poly(variables, {free: 1})
    unknown: dict[Key, Poly] = {}
    for monomial in {m: None for leaf in leaves for m in leaf.relations[free]}:
        values = [leaf.relations[free].get(monomial, 0) for leaf in leaves]
        if len(set(values)) == 1:
            number = rational_from_residue(values[0], prime)
            if number is None:
                return None
            known = known + Poly(variables, {monomial: number})
            continue
        lead = next(v for v in values if v)
        inverse = pow(lead, -1, prime)
        key = tuple(v * inverse % prime for v in values)
        # laws that are multiples of each other have one key; the first one seen sets the scale
        scale = scales.setdefault(key, lead)
        ratio = rational_from_residue(lead * pow(scale, -1, prime) % prime, prime)
        if ratio is None:
            return None
        unknown[key] = unknown.get(key, Poly(variables, {})) + Poly(variables, {monomial: ratio})
    return known, unknown


def _solved(unknown: Sequence[Key], equations: Sequence[Equation]) -> list[tuple[Poly, Poly]]:
    """Solve for all unknown laws by Cramer's rule."""
    zero = equations[0][0] - equations[0][0]
    matrix = [[parts.get(key, zero) for key in unknown] for _, parts in equations]
    every = tuple(range(len(unknown)))
    bottom = minor(matrix, every, every)
    if not bottom:
        return []
    found = []
    for j in every:
        sides = [known for known, _ in equations]
        top = minor([[side if k == j else row[k] for k in every] for row, side in zip(matrix, sides, strict=True)],
                    every, every)  # fmt: skip
        if top:
            found.append((top, bottom))
    return found
