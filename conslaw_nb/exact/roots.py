"""Square roots of polynomials, where they are polynomials; and a sign that can be read off."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from .polynomial import Monomial, Poly

__all__ = ["is_sum_of_even_terms", "rational_root", "square_root"]


def rational_root(value: Fraction | int) -> Fraction | None:
    """Return the square root of a rational number where it is rational, or None.

    Examples
    --------
    >>> rational_root(Fraction(9, 4)), rational_root(2), rational_root(-4)
    (Fraction(3, 2), None, None)
    """
    value = Fraction(value)
    if value < 0:
        return None
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return root if root * root == value else None


def square_root(poly: Poly) -> Poly | None:
    """Return a polynomial r with r² = poly, its leading coefficient positive, or None where there is none.

    The terms of r are found from the highest down, each as the quotient of two leading terms: the first one that
    does not divide proves that there is no root.

    Examples
    --------
    >>> u, v = Poly.gens(("u", "v"))
    >>> square_root((u**2 - v**2) ** 2 + 4 * u**2 * v**2)
    u**2 + v**2
    >>> square_root(u**2 + v**2) is None
    True
    """
    if not poly:
        return poly
    count = len(poly.variables)

    def order(monomial: Monomial) -> tuple[int, list[int]]:
        dense = [0] * count
        for variable, exponent in monomial:
            dense[variable] = exponent
        return sum(dense), dense

    lead = max(poly.terms, key=order)
    scale = rational_root(poly.terms[lead])
    if scale is None or any(exponent % 2 for _, exponent in lead):
        return None
    first = tuple((variable, exponent // 2) for variable, exponent in lead)
    root = Poly(poly.variables, {first: scale})
    rest = poly - root * root
    while rest:
        top = max(rest.terms, key=order)
        powers = dict(top)
        for variable, exponent in first:
            powers[variable] = powers.get(variable, 0) - exponent
        if min(powers.values(), default=0) < 0:
            return None
        monomial = tuple(sorted((variable, exponent) for variable, exponent in powers.items() if exponent))
        if order(monomial) >= order(first) or monomial in root.terms:
            return None
        term = Poly(poly.variables, {monomial: Fraction(rest.terms[top]) / (2 * scale)})
        rest = rest - term * (2 * root + term)
        root = root + term
    return root


def is_sum_of_even_terms(poly: Poly) -> bool:
    """Whether every term has even powers and a positive coefficient, so that the polynomial is nowhere negative.

    Examples
    --------
    >>> u, v = Poly.gens(("u", "v"))
    >>> is_sum_of_even_terms(u**2 + v**2), is_sum_of_even_terms(u * v)
    (True, False)
    """
    return all(c > 0 and all(exponent % 2 == 0 for _, exponent in m) for m, c in poly.terms.items())
