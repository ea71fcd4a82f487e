"""Darboux polynomials, and laws made of them: products of powers, exponentials, and sums of logarithms.

f is a Darboux polynomial if every generator changes it by a multiple, X_g f = K_g f with a polynomial cofactor K_g.
Then X_g log f = K_g, and Σ λ_i log f_i + P is a law if Σ λ_i K_{g,i} + X_g P = 0 for every g: linear equations for
numbers λ_i and the coefficients of a polynomial P. The λ_i may be laws themselves, for these are constant on the flow.
Candidates for f are the variables, their sums and differences, the factors of laws that were found and of components of
fields, and for linear fields the eigenvectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb, lcm

from ...errors import ConslawError
from ...exact.polynomial import Poly
from ...exact.ratio import factors_of, quotient_of
from ...exact.rational import Echelon, rational_kernel
from ..candidates import Candidate
from .leaves import monomials
from .search import SPENT, Search

__all__ = [
    "darboux_polynomials",
    "exponentials",
    "factor_text",
    "logarithms",
    "power_text",
    "products",
]

MAX_VARIABLES = 12  # up to which sums and differences of variables are tried
MAX_UNKNOWNS = 400


@dataclass(frozen=True)
class Darboux:
    """A Darboux polynomial with its cofactors, one for each generator."""

    poly: Poly
    cofactors: tuple[Poly, ...]


@dataclass(frozen=True)
class _Sum:
    """A law Σ λ_i log f_i + P, with λ_i polynomials in known laws."""

    logs: tuple[tuple[Poly, Poly], ...]  # (λ, f)
    rest: Poly

    @property
    def numeric(self) -> bool:
        """Whether all λ are numbers."""
        return all(scale.is_constant for scale, _ in self.logs)


def products(search: Search) -> None:
    """Offer products of integer powers of Darboux polynomials."""
    for found in _sums(search, 0, [Poly.constant(search.phi.variables, 1)]):
        if search.done:
            return
        search.offer(_product_text(found), "rational", "a product of Darboux polynomials whose cofactors cancel")


def exponentials(search: Search, degree: int) -> None:
    """Offer products of powers of Darboux polynomials and of exponentials of polynomials."""
    reached = 0
    for d in _degrees(search, degree):
        for found in _sums(search, d, [Poly.constant(search.phi.variables, 1)]):
            if found.logs and found.rest and (len(found.logs) == 1 or "logarithmic" not in search.wanted):
                how = "a Darboux polynomial" if len(found.logs) == 1 else "Darboux polynomials"
                how += " and the exponential of a polynomial, whose cofactors cancel"
                search.offer(_product_text(found), "Darboux", how, _differential(found))
            if search.done:
                return
        reached = d
    search.tried.append(f"Darboux polynomials and exponentials of polynomials of degree <= {reached}")


def logarithms(search: Search, degree: int) -> None:
    """Offer sums of logarithms and a polynomial, with coefficients that are laws."""
    one = Poly.constant(search.phi.variables, 1)
    known = [one.poly for one in search.gradients if one.poly is not None]
    for scales in ([one], [one, *known]) if known else ([one],):
        for d in _degrees(search, degree):
            for found in _sums(search, d, scales):
                if not found.logs:
                    continue
                how = "logarithms of Darboux polynomials, with cofactors that cancel"
                if not found.numeric:
                    how += "; their coefficients are laws"
                search.offer(_log_text(found), "logarithmic", how, _differential(found), not found.numeric)
                if search.done:
                    return
    search.tried.append("logarithms of Darboux polynomials, with known laws as coefficients")


def _degrees(search: Search, degree: int) -> Iterator[int]:
    """Return the degrees of polynomials that have few enough coefficients."""
    return (d for d in range(1, degree + 1) if comb(search.phi.dimension + d, d) <= MAX_UNKNOWNS)


# -- Darboux polynomials ---------------------------------------------------------------------------------


def _candidates(search: Search) -> Iterator[Poly]:
    gens = Poly.gens(search.phi.variables)
    yield from gens
    if len(gens) <= MAX_VARIABLES:
        for x, y in combinations(gens, 2):
            yield x + y
            yield x - y
    for field in search.phi:
        for i, component in enumerate(field.components):  # a plane x_i = c that the flow does not leave
            yield from (f for f in factors_of(component) if f.support() == [i])
    yield from _eigenvectors(search.phi[0].components)
    for one in search.gradients:
        if one.poly is not None:
            factors = factors_of(one.poly)
            yield from factors if len(factors) > 1 else ()


def _eigenvectors(components: Sequence[Poly]) -> Iterator[Poly]:
    """Yield linear forms f = a·x + b that the field x' = Mx + c multiplies by a rational number: Mᵀa = λa, a·c = λb."""
    import sympy

    width = len(components)
    if width > MAX_VARIABLES or any(part.degree > 1 for part in components):
        return
    table = [[part.terms.get(((j, 1),), 0) for j in range(width)] for part in components]
    gens = Poly.gens(components[0].variables)
    matrix = sympy.Matrix(width, width, lambda i, j: sympy.Rational(table[i][j].numerator, table[i][j].denominator))
    for root in matrix.charpoly().as_poly().ground_roots():
        value = Fraction(int(root.p), int(root.q))
        rows = [[table[i][j] - (value if i == j else 0) for i in range(width)] for j in range(width)]
        for a in rational_kernel(rows, width):
            constant = sum((x * part.terms.get((), 0) for x, part in zip(a, components, strict=True)), Fraction(0))
            if value:
                form = Poly.constant(gens[0].variables, constant / value)
                for x, gen in zip(a, gens, strict=True):
                    form = form + gen * x
                yield form.primitive()


def darboux_polynomials(search: Search) -> list[Darboux]:
    """Return the candidates that are Darboux polynomials of all generators, with their cofactors."""
    if len(search.gradients) == search.darboux[0]:
        return search.darboux[1]
    found: dict[Poly, Darboux] = {}
    fields = [search.phi[g] for g in search.phi.spanning_generators()]
    for f in _candidates(search):
        if f in found or not search.spend(len(fields) * len(f.terms) * 50):
            continue
        cofactors = []
        for field in fields:
            cofactor = quotient_of(field.along(f), f)
            if cofactor is None:
                break
            cofactors.append(cofactor)
        else:
            found[f] = Darboux(f, tuple(cofactors))
    search.darboux = len(search.gradients), list(found.values())
    return search.darboux[1]


def _sums(search: Search, degree: int, scales: Sequence[Poly]) -> Iterator[_Sum]:
    """Solve Σ λ_i K_i + X(P) = 0 for λ_i in the span of the scales and P of degree ≤ d, for all generators at once."""
    phi = search.phi
    special = darboux_polynomials(search)
    powers = monomials(phi.dimension, degree)[:-1]
    fields = [phi[g] for g in phi.spanning_generators()]
    columns: list[dict[tuple[int, object], Fraction]] = []
    try:
        for one in special:
            for scale in scales:
                columns.append(_column([scale * k for k in one.cofactors]))
        polys = [Poly(phi.variables, {m: 1}) for m in powers]
        columns += [_column([field.along(p) for field in fields]) for p in polys]
    except ConslawError:
        return
    if not search.spend(sum(map(len, columns)) * max(1, len(columns))):
        search.tried.append(f"Darboux polynomials: {SPENT}")
        return
    rows: dict[tuple[int, object], dict[int, Fraction]] = {}
    for j, column in enumerate(columns):
        for place, value in column.items():
            rows.setdefault(place, {})[j] = value
    echelon = Echelon(rows.values())
    split = len(special) * len(scales)
    for vector in echelon.kernel(range(len(columns))):
        whole = lcm(*(c.denominator for c in vector))
        sign = 1 if next(c for c in vector if c) > 0 else -1
        numbers = [int(c * whole) * sign for c in vector]
        logs = []
        for i, one in enumerate(special):
            factor = Poly(phi.variables, {})
            for c, law in zip(numbers[i * len(scales) :], scales, strict=False):
                factor = factor + law * c
            if factor:
                logs.append((factor, one.poly))
        rest = Poly(phi.variables, {m: c for m, c in zip(powers, numbers[split:], strict=True) if c})
        yield _Sum(tuple(logs), rest)


def _column(values: Sequence[Poly]) -> dict[tuple[int, object], Fraction]:
    return {(g, m): Fraction(c) for g, value in enumerate(values) for m, c in value.terms.items()}


# -- writing ---------------------------------------------------------------------------------------------


def factor_text(poly: Poly) -> str:
    """Write a polynomial as a factor."""
    return poly.text if len(poly.terms) == 1 else f"({poly.text})"


def _product_text(found: _Sum) -> str:
    """Write ∏ f_i^λ_i · exp(P), for numbers λ_i."""
    numbers = [(int(scale.terms[()]), f) for scale, f in found.logs]
    above = [power_text(f, n) for n, f in numbers if n > 0]
    below = [power_text(f, -n) for n, f in numbers if n < 0]
    if found.rest:
        above.append(f"exp({found.rest.text})")
    top = "*".join(above) or "1"
    if not below:
        return top
    return f"{top}/{below[0]}" if len(below) == 1 else f"{top}/({'*'.join(below)})"


def power_text(f: Poly, exponent: int) -> str:
    """Write a power of a polynomial as a factor."""
    plain = len(f.terms) == 1
    base = f.text if plain else f"({f.text})"
    return base if exponent == 1 else f"{base}**{exponent}"


def _log_text(found: _Sum) -> str:
    """Write Σ λ_i log(f_i) + P."""
    pieces = [found.rest.text] if found.rest else []
    for scale, f in found.logs:
        minus = scale.terms[scale.ordered()[0]] < 0
        size = -scale if minus else scale
        times = "" if size == 1 else f"{factor_text(size)}*"
        sign = ("-" if minus else "") if not pieces else " - " if minus else " + "
        pieces.append(f"{sign}{times}log({f.text})")
    return "".join(pieces)


def _differential(found: _Sum) -> Candidate:
    """Return Σ λ_i df_i/f_i + dP over the product of the f_i: the differential, where the λ_i are constant."""
    one = Poly.constant(found.rest.variables, 1)
    multiplier = one
    for _, f in found.logs:
        multiplier = multiplier * f
    parts = {i: multiplier * slope for i, slope in found.rest.gradient().items()}
    for k, (scale, f) in enumerate(found.logs):
        others = scale
        for j, (_, other) in enumerate(found.logs):
            if j != k:
                others = others * other
        for i, slope in f.gradient().items():
            term = others * slope
            parts[i] = parts[i] + term if i in parts else term
    return Candidate(_log_text(found), None, multiplier, {i: a for i, a in parts.items() if a})
