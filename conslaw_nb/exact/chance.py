"""How probable it is that a random point modulo a random prime hides something, as a bound that is true.

Let M be a polynomial with integer coefficients that is not zero. Draw a prime p uniformly from those between 2**30 and
2**31, then a point uniformly modulo p. M vanishes there only if p divides all its coefficients or, by Schwartz and
Zippel, the point lies on the zeros of M modulo p. A coefficient of b bits has at most b/30 such prime divisors, and a
polynomial of degree d vanishes at no more than d/p of the points.

For that to be a probability the draws must not be known to whoever writes the input: they come from the system's
entropy. Nothing that is PROVED rests on them.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random, SystemRandom

from .backend import is_prime

__all__ = ["LEAST_PRIME", "MANY_PRIMES", "draw", "missed", "random_prime"]

LEAST_PRIME = 2**30
MANY_PRIMES = 50_000_000  # there are 50,697,537 between 2**30 and 2**31: some may be ruled out by an input

_system = SystemRandom()


def draw() -> Random:
    """Return the source of randomness."""
    return _system


def random_prime(rng: Random) -> int:
    """Return a prime between 2**30 and 2**31, each equally probable.

    Examples
    --------
    >>> LEAST_PRIME < random_prime(draw()) < 2 * LEAST_PRIME
    True
    """
    while True:
        candidate = rng.randrange(LEAST_PRIME + 1, 2 * LEAST_PRIME, 2)
        if is_prime(candidate):
            return candidate


def missed(degree: int, bits: float) -> Fraction:
    """Bound the probability that a nonzero polynomial vanishes at a random point modulo a random prime.

    `degree`: at least the total degree; `bits`: at least the logarithm to base 2 of the absolute value of some
    coefficient that is not 0.

    Examples
    --------
    >>> missed(3, 10)
    Fraction(3, 1073741824)
    >>> missed(0, 65)
    Fraction(1, 25000000)
    """
    least = LEAST_PRIME.bit_length() - 1
    return Fraction(degree, LEAST_PRIME) + Fraction(int(bits // least), MANY_PRIMES)
