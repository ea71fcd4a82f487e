"""Differential forms with polynomial coefficients: wedge products and exterior derivatives, within a counted budget.

A form is a dictionary: a set of coordinates, as bits, to its coefficient. The exponents of a monomial stand in one
integer, some bits for each variable, so that monomials are multiplied by adding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from ..errors import BudgetError
from .polynomial import Poly

__all__ = ["Exterior", "Form", "Packed"]

Packed = dict[int, Any]  # monomial -> coefficient, an int or a Fraction
Form = dict[int, Packed]  # set of coordinates, as bits -> coefficient

MAX_PRODUCTS = 20_000_000  # products of terms: some ten seconds


class Exterior:
    """The algebra of forms in some variables, with the work left to it.

    Parameters
    ----------
    variables : tuple of str
    degree : int
        No coefficient that is computed has a higher one.
    work : int, optional
        Products of terms that may be spent.

    Examples
    --------
    >>> x, y, z = Poly.gens(("x", "y", "z"))
    >>> algebra = Exterior(("x", "y", "z"), 9)
    >>> area = algebra.wedge(algebra.one_form((x * y).gradient()), algebra.one_form((x * z).gradient()))
    >>> {bin(places): algebra.poly(c).text for places, c in area.items()}
    {'0b101': 'x*y', '0b11': '-x*z', '0b110': 'x**2'}
    """

    def __init__(self, variables: tuple[str, ...], degree: int, work: int = MAX_PRODUCTS):
        self.variables = variables
        self.bits = (degree + 1).bit_length()
        self.work = work

    def pack(self, poly: Poly) -> Packed:
        """Return a polynomial as this algebra computes with it: whole coefficients are ints, which are far faster."""
        whole = {m: c.numerator if c.denominator == 1 else c for m, c in poly.terms.items()}
        return {sum(e << self.bits * v for v, e in m): c for m, c in whole.items()}

    def substitute(self, poly: Poly, values: Sequence[Packed]) -> Packed:
        """Return a polynomial in other letters, each of which is a polynomial here."""
        powers: dict[tuple[int, int], Packed] = {}
        total: Packed = {}
        for monomial, c in poly.terms.items():
            product: Packed = {0: c}
            for v, e in monomial:
                for k in range(2, e + 1):
                    if (v, k) not in powers:
                        powers[v, k] = self.multiply(powers.get((v, k - 1), values[v]), values[v])
                product = self.multiply(product, powers.get((v, e), values[v]))
            self._add_product(total, product, {0: 1}, 1)
        return {m: c for m, c in total.items() if c}

    def multiply(self, f: Packed, g: Packed) -> Packed:
        """Return a product."""
        result: Packed = {}
        self._add_product(result, f, g, 1)
        return {m: c for m, c in result.items() if c}

    def poly(self, packed: Packed) -> Poly:
        """Return a polynomial again."""
        mask = (1 << self.bits) - 1
        terms = {}
        for monomial, c in packed.items():
            powers, v = [], 0
            while monomial:
                if monomial & mask:
                    powers.append((v, monomial & mask))
                monomial >>= self.bits
                v += 1
            terms[tuple(powers)] = c
        return Poly(self.variables, terms)

    def one_form(self, parts: Mapping[int, Poly]) -> Form:
        """Return Σ a_i dx_i, up to a positive number: fractions and common factors of all a_i are cleared."""
        numbers = [c for part in parts.values() for c in part.terms.values()]
        scale = lcm(1, *(c.denominator for c in numbers))
        content = gcd(*(int(c * scale) for c in numbers)) or 1
        return {1 << i: self.pack(part * Fraction(scale, content)) for i, part in parts.items() if part}

    def wedge(self, left: Form, right: Form) -> Form:
        """Return the wedge product of two forms."""
        result: Form = {}
        for a, f in left.items():
            for b, g in right.items():
                if not a & b:
                    self._add_product(result.setdefault(a | b, {}), f, g, -1 if _is_odd(a, b) else 1)
        return _without_zeros(result)

    def scaled(self, form: Form, factor: Packed, sign: int = 1) -> Form:
        """Return a form times a polynomial, and perhaps times −1."""
        result: Form = {}
        for places, f in form.items():
            self._add_product(result.setdefault(places, {}), f, factor, sign)
        return _without_zeros(result)

    def sum(self, left: Form, right: Form) -> Form:
        """Return the sum of two forms of the same degree."""
        result = {places: dict(f) for places, f in left.items()}
        for places, f in right.items():
            into = result.setdefault(places, {})
            for m, c in f.items():
                into[m] = into.get(m, 0) + c
        return _without_zeros(result)

    def derivative(self, form: Form) -> Form:
        """Return the exterior derivative dα = Σ df_I ∧ dx_I."""
        result: Form = {}
        mask = (1 << self.bits) - 1
        for places, f in form.items():
            for i in range(len(self.variables)):
                if places >> i & 1:
                    continue
                shift = self.bits * i
                sign = -1 if _is_odd(1 << i, places) else 1
                into = result.setdefault(places | 1 << i, {})
                for m, c in f.items():
                    exponent = m >> shift & mask
                    if exponent:
                        lower = m - (1 << shift)
                        into[lower] = into.get(lower, 0) + sign * exponent * c
        return _without_zeros(result)

    def _add_product(self, into: Packed, f: Packed, g: Packed, sign: int) -> None:
        self.work -= len(f) * len(g)
        if self.work < 0:
            raise BudgetError("stopped: expanding the wedge products takes more work than is allowed")
        for m, c in f.items():
            c *= sign
            for n, d in g.items():
                key = m + n
                into[key] = into.get(key, 0) + c * d


def _is_odd(a: int, b: int) -> bool:
    """Whether sorting the coordinates of a, then b takes an odd number of exchanges."""
    exchanges, rest = 0, b
    while rest:
        lowest = rest & -rest
        exchanges += (a & -(lowest << 1)).bit_count()
        rest ^= lowest
    return bool(exchanges & 1)


def _without_zeros(form: Form) -> Form:
    cleaned = {places: {m: c for m, c in f.items() if c} for places, f in form.items()}
    return {places: f for places, f in cleaned.items() if f}
