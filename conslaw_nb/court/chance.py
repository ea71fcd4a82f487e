"""Chance: random primes, and how likely it is that something false passes unseen.

A statement is tried modulo primes drawn from all primes p with 2**60 < p < 2**61, by the system's entropy, so that no
statement can be made to suit them. Suppose a statement needs a rational function N/D to be zero, and it is not. Let n
and d be bounds of the degrees of N and D, and 2**a, 2**b of the sums of the absolute values of their integer
coefficients. One trial, at a random point modulo a random prime, sees N = 0 although D != 0 only

- if p divides all coefficients of N: N has a coefficient between 1 and 2**a, so at most a/60 of the primes do. There
  are over 3 * 2**60 / (5 * log(2**60)) > 2**60/70 primes to draw from (Rosser and Schoenfeld 1962). Those that
  divide a denominator are drawn again; they are few, and less than half;
- or if the point is one of the zeros of N modulo p: at most n/p of all points (Schwartz and Zippel), and of those where
  D is not zero at most 2n/p.

Together at most (2n + 3a)/2**60, where `Bound.risk` adds d and b to be on the safe side. Trials are independent, so the
risks of several are multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import log10
from secrets import randbelow

__all__ = ["FIELD_BITS", "Bound", "odds", "random_prime"]

FIELD_BITS = 60  # primes are between 2**60 and 2**61
_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)  # decide below 3.3 * 10**24 (Sorenson and Webster 2015)


def is_prime(n: int) -> bool:
    """Decide whether an odd n < 3.3 * 10**24 is prime, by the test of Miller and Rabin with witnesses that suffice.

    >>> [n for n in range(3, 40, 2) if is_prime(n)], is_prime(2**61 - 1), is_prime(3215031751)
    ([3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37], True, False)
    """
    if n in _WITNESSES:
        return True
    if n < 3 or any(n % q == 0 for q in _WITNESSES):
        return False
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for witness in _WITNESSES:
        x = pow(witness, odd, n)
        if x not in (1, n - 1) and not any((x := x * x % n) == n - 1 for _ in range(twos - 1)):
            return False
    return True


def random_prime() -> int:
    """Draw one of the primes between 2**60 and 2**61, each with the same probability.

    >>> 2**60 < random_prime() < 2**61
    True
    """
    while not is_prime(n := 2**FIELD_BITS + 2 * randbelow(2 ** (FIELD_BITS - 1)) + 1):
        pass
    return n


def _log2(n: int) -> int:
    """Round the logarithm of a natural number up."""
    return max(n - 1, 0).bit_length()


@dataclass(frozen=True)
class Bound:
    """What is known of an expression without expanding it: it is N/D, each of its entries is."""

    n: int = 0  # bounds of the degrees of N and D, in everything that is drawn at random
    d: int = 0
    a: int = 0  # the sums of the absolute values of their integer coefficients are at most 2**a and 2**b
    b: int = 0
    s: int = 0  # a bound of the degree in the sizes, where sizes stand as numbers

    @classmethod
    def number(cls, value: Fraction | int) -> Bound:
        """Return the bound of a rational number."""
        return cls(0, 0, _log2(abs(value.numerator)), _log2(value.denominator))

    def __mul__(self, other: Bound) -> Bound:
        return Bound(self.n + other.n, self.d + other.d, self.a + other.a, self.b + other.b, self.s + other.s)

    def __add__(self, other: Bound) -> Bound:
        n, a = max(self.n + other.d, other.n + self.d), max(self.a + other.b, other.a + self.b) + 1
        return Bound(n, self.d + other.d, a, self.b + other.b, max(self.s, other.s))

    def __or__(self, other: Bound) -> Bound:
        """Return a bound of both."""
        pairs = ((self.n, other.n), (self.d, other.d), (self.a, other.a), (self.b, other.b), (self.s, other.s))
        return Bound(*map(max, pairs))

    def inverse(self) -> Bound:
        """Return the bound of 1/x."""
        return Bound(self.d, self.n, self.b, self.a, self.s)

    def times(self, k: int) -> Bound:
        """Return the bound of a sum of k such terms."""
        if k < 2:
            return self
        return Bound(self.n + (k - 1) * self.d, k * self.d, self.a + (k - 1) * self.b + _log2(k), k * self.b, self.s)

    def power(self, k: int) -> Bound:
        """Return the bound of the k-th power."""
        return Bound(self.n * k, self.d * k, self.a * k, self.b * k, self.s * k)

    def derivative(self, direction: Bound, variables: int) -> Bound:
        """Return the bound of the derivative along a direction in so many variables: (N'D - ND')/D**2."""

        def along(n: int, a: int) -> Bound:
            return (Bound(max(n - 1, 0), 0, a + _log2(n + 1)) * direction).times(variables)

        top, bottom = Bound(self.n, 0, self.a), Bound(self.d, 0, self.b)
        if not self.d:
            return along(self.n, self.a) * Bound(0, 0, 0, self.b, self.s)
        numerator = along(self.n, self.a) * bottom + top * along(self.d, self.b)
        return numerator * Bound(0, 2 * self.d, 0, 2 * self.b, self.s)

    @property
    def risk(self) -> Fraction:
        """The probability that one trial does not see that this is not zero, at most; 1 where nothing is known."""
        return min(Fraction(1), Fraction(1 + 2 * (self.n + self.d) + 3 * (self.a + self.b), 2**FIELD_BITS))


def passing(risk: Fraction) -> str:
    """Say how likely it is that something false passes a trial.

    >>> passing(Fraction(1, 10**40)), passing(Fraction(2, 3))
    ('passes with probability below 1 in 10^39', 'may well pass, for no better bound is known here')
    """
    if 2 * risk > 1:
        return "may well pass, for no better bound is known here"
    return f"passes with probability below {odds(risk)}"


def odds(risk: Fraction) -> str:
    """Write a probability as one in a power of ten, rounded up.

    >>> odds(Fraction(3, 10**40)), odds(Fraction(1, 7)), odds(Fraction(0))
    ('1 in 10^39', '1 in 7', '1 in 10^999')
    """
    if risk * 1000 > 1:
        return f"1 in {int(1 / risk)}"
    exponent = 999 if not risk else int(log10(risk.denominator) - log10(risk.numerator) - 0.01)
    return f"1 in 10^{min(exponent, 999)}"
