"""Arithmetic of quotients of polynomials in which nothing is cancelled, and each step is paid for before it is taken.

Text is expanded by it (`language/polynomials`), and steps of proofs are decided by it (`claims/proof_arithmetic`): both
say of the quotient that was written, x/x too. Lowest terms are those of `ratio`.
"""

from __future__ import annotations

from fractions import Fraction

from ..errors import ParseError, SizeError, brief
from .polynomial import MAX_EXPONENT, Poly

__all__ = ["Quotient", "Quotients"]

Quotient = tuple[Poly, Poly]


class Quotients:
    """Sums, products and powers of pairs (numerator, denominator).

    Whoever uses it says what is too much work (`pay`), and which numbers are too long (`checked`).

    Attributes
    ----------
    variables : tuple of str
    zero, one : Poly
    """

    def __init__(self, variables: tuple[str, ...]):
        self.variables = variables
        self.zero, self.one = Poly(variables, {}), Poly.constant(variables, 1)

    def pay(self, work: int, what: str) -> None:
        """Pay for products of terms; an error where that is too much."""
        raise NotImplementedError

    def checked(self, poly: Poly) -> Poly:
        """Return a polynomial; an error where its numbers are too long."""
        raise NotImplementedError

    def times(self, a: Poly, b: Poly) -> Poly:
        """Return the product of two polynomials."""
        if a == 1 or b == 1:
            return b if a == 1 else a
        if a.degree + b.degree > MAX_EXPONENT:
            raise SizeError(
                f"a product of degree {a.degree + b.degree} is too high: degrees up to {MAX_EXPONENT} are computed "
                "exactly"
            )
        self.pay(len(a.terms) * len(b.terms), f"a product of {len(a.terms)} by {len(b.terms)} terms")
        return self.checked(a * b)

    def sum_of(self, a: Quotient, b: Quotient) -> Quotient:
        """Return a + b."""
        if a[1] == b[1]:
            return a[0] + b[0], a[1]
        return self.times(a[0], b[1]) + self.times(b[0], a[1]), self.times(a[1], b[1])

    def difference_of(self, a: Quotient, b: Quotient) -> Quotient:
        """Return a − b."""
        return self.sum_of(a, (-b[0], b[1]))

    def product_of(self, a: Quotient, b: Quotient) -> Quotient:
        """Return a·b."""
        return self.times(a[0], b[0]), self.times(a[1], b[1])

    def inverse(self, a: Quotient, why: str) -> Quotient:
        """Return 1/a; `why` says what is divided where a is 0."""
        if not a[0]:
            raise ParseError(f"division by zero: {why}")
        return a[1], a[0]

    def exponent(self, a: Quotient, halves: bool = False) -> Fraction:
        """Return the number that an exponent is: an integer, or with `halves` half of one."""
        top, bottom = a
        if not (top.is_constant and bottom.is_constant):
            text = top.brief if bottom == 1 else f"({top.brief})/({bottom.brief})"
            raise ParseError(f"the exponent {text} is not an integer: only integer powers make a polynomial")
        value = Fraction(top.terms.get((), 0)) / bottom.terms[()]
        if value.denominator > 1 + halves:
            raise ParseError(f"the exponent {brief(value)} is not an integer: only integer powers make a polynomial")
        if abs(value) > MAX_EXPONENT:
            raise SizeError(f"the exponent {brief(value)} is too large: exponents up to {MAX_EXPONENT} are read")
        return value

    def power(self, a: Quotient, exponent: int) -> Quotient:
        """Return a to an integer."""
        if exponent < 0:
            a, exponent = self.inverse(a, f"0 has no power {exponent}"), -exponent
        return self._raised(a[0], exponent), self._raised(a[1], exponent)

    def _raised(self, base: Poly, exponent: int) -> Poly:
        if exponent == 1 or base == 1:
            return base
        self.pay(2 * base.power_terms(exponent // 2) ** 2, f"the power ({base.brief})**{exponent}")
        return self.checked(base**exponent)
