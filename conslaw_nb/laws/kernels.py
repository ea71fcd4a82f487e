"""Expressions with exp, log and roots as rational functions of kernels, in which zero can be recognised.

A kernel is a new name for exp(t), log|f| or a root f^(1/q), with the rules exp(s+t) = exp(s)exp(t),
log|fg| = log|f| + log|g| and (f^(1/q))^q = f. What is zero as a rational function of kernels is zero wherever it is
defined; the converse is not claimed.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, prod
from typing import Any

import sympy

from ..exact.roots import rational_root

__all__ = ["Kernels", "Unsettled", "is_zero", "size_of"]

MAX_EXPANDED = 5_000  # terms of a numerator
MAX_FACTORED = 100  # terms of what stands under a function: beyond, it is taken as it is written
MAX_TRIAL = 10_000  # primes up to here are taken out of a number under a log; what is left stays in one piece


class Unsettled(Exception):  # noqa: N818
    """The expression lies outside what the kernels can decide, or has no value at a point."""


class Kernels:
    """Dummies that stand for exp(t), log|f| and roots, and the relations of the roots."""

    def __init__(self, positive: frozenset[Any] = frozenset()) -> None:
        self.positive = positive  # polynomials that are positive wherever the function has a value
        self.exps: dict[Any, Any] = {}
        self.logs: dict[Any, Any] = {}
        self.roots: dict[tuple[Any, int], Any] = {}
        self.meaning: dict[Any, Any] = {}  # dummy of exp(t) -> t

    def convert(self, e: Any) -> Any:
        """Return e as a rational function of variables and dummies."""
        if e.is_Rational or e.is_Symbol:
            return e
        if e is sympy.E:
            return self._exp(sympy.Integer(1))
        if e.is_Add or e.is_Mul:
            return e.func(*(self.convert(a) for a in e.args))
        if isinstance(e, sympy.exp):
            return self._exp(self.convert(e.args[0]))
        if isinstance(e, sympy.log):
            return self._log(self.convert(e.args[0]))
        if e.is_Pow:
            base, exponent = e.args
            if exponent.is_Rational:
                return self._power(self.convert(base), exponent)
            return self._exp(self.convert(exponent) * self._log(self.convert(base)))
        raise Unsettled(f"{e.func.__name__}(...) lies outside exp, log and rational powers")

    def _power(self, base: Any, exponent: Any) -> Any:
        if exponent.is_Integer:
            return base**exponent
        if exponent.q == 2 and size_of(base) <= MAX_FACTORED:
            root = self._square_root(base)
            if root is not None:
                return root ** int(exponent.p)
        key = (sympy.factor(base) if size_of(base) <= MAX_FACTORED else base, int(exponent.q))
        if key not in self.roots:
            self.roots[key] = sympy.Dummy("root")
        return self.roots[key] ** int(exponent.p)

    def _square_root(self, base: Any) -> Any | None:
        """Return f for a base f² where it is known that f is positive: sqrt(x**2) is x where sqrt(x) has a value."""
        if base.has(sympy.Dummy):
            return None
        constant, factors = sympy.factor_list(base)
        number = rational_root(Fraction(int(constant.p), int(constant.q)))
        if number is None or any(power % 2 for _, power in factors):
            return None
        root = sympy.Rational(number.numerator, number.denominator)
        for factor, power in factors:
            if power % 4 == 2 and factor not in self.positive:
                if -factor not in self.positive:
                    return None
                factor = -factor
            root *= factor ** (power // 2)
        return root

    def _exp(self, argument: Any) -> Any:
        result = sympy.Integer(1)
        small = size_of(argument) <= MAX_FACTORED
        for term in sympy.Add.make_args(sympy.expand(argument)) if small else [argument]:
            scale, rest = term.as_coeff_Mul()
            dummy = self.exps.get(rest)
            if dummy is None:
                dummy = self.exps[rest] = sympy.Dummy("exp")
                self.meaning[dummy] = rest
            result *= self._power(dummy, scale)
        return result

    def _log(self, argument: Any) -> Any:
        if size_of(argument) > MAX_FACTORED:
            return self._log_kernel(argument)
        top, bottom = sympy.fraction(sympy.together(argument))
        total = sympy.Integer(0)
        for part, sign in ((top, 1), (bottom, -1)):
            constant, factors = sympy.factor_list(part)
            for number, side in ((abs(constant.p), sign), (constant.q, -sign)):
                for factor, power in _small_factors(int(number)).items():
                    total += side * power * self._log_kernel(sympy.Integer(factor))
            for factor, power in factors:
                if factor in self.meaning:  # log(exp(t)) = t
                    total += sign * power * self.meaning[factor]
                else:
                    total += sign * power * self._log_kernel(factor)
        return total

    def _log_kernel(self, f: Any) -> Any:
        if f not in self.logs:
            self.logs[f] = sympy.Dummy("log")
        return self.logs[f]


def _small_factors(number: int) -> dict[int, int]:
    """Split a number into small primes and one rest, which may be composite: no number is too hard to write so."""
    factors: dict[int, int] = {}
    for divisor in range(2, MAX_TRIAL):
        if divisor * divisor > number:
            break
        while number % divisor == 0:
            factors[divisor] = factors.get(divisor, 0) + 1
            number //= divisor
    if number > 1:
        factors[number] = factors.get(number, 0) + 1
    return factors


def is_zero(residual: Any, positive: frozenset[Any] = frozenset()) -> bool:
    """Whether the residual is 0 as a rational function of kernels (sufficient, not necessary, for being 0)."""
    kernels = Kernels(positive)
    rational = kernels.convert(residual)
    if size_of(rational) > MAX_EXPANDED:
        raise Unsettled("it is too large to expand exactly")
    numerator = sympy.expand(sympy.fraction(sympy.together(rational))[0])
    for (base, order), root in reversed(list(kernels.roots.items())):  # outer roots were made last
        top, bottom = sympy.fraction(sympy.together(base))
        if numerator != 0 and numerator.has(root):
            numerator = sympy.expand(sympy.prem(numerator, bottom * root**order - top, root))
    return numerator == 0


def size_of(e: Any) -> int:
    """Bound the number of terms, and the degree, of the numerator over a common denominator, without expanding."""
    return max(_measure(e)[:2])


def _measure(e: Any) -> tuple[int, int, dict[Any, int]]:
    """Return bounds on the terms and the degree of the numerator, and the denominator as base -> exponent."""
    if e.is_Mul or e.is_Add:
        parts = [_measure(a) for a in e.args]
        if e.is_Mul:
            below: dict[Any, int] = {}
            for part in parts:
                for base, k in part[2].items():
                    below[base] = below.get(base, 0) + k
            return min(prod(p[0] for p in parts), _HUGE), min(sum(p[1] for p in parts), _HUGE), below
        below = {base: max(p[2].get(base, 0) for p in parts) for p in parts for base in p[2]}
        sizes = {base: _measure(base)[:2] for base in below}
        terms = degree = 0
        for part in parts:
            missing = [(sizes[base], k - part[2].get(base, 0)) for base, k in below.items()]
            terms += part[0] * prod(_power_terms(size[0], k) for size, k in missing)
            degree = max(degree, part[1] + sum(size[1] * k for size, k in missing))
        return min(terms, _HUGE), min(degree, _HUGE), below
    if e.is_Pow and e.exp.is_Integer:
        terms, degree, below = _measure(e.base)
        k = int(e.exp)
        if k > 0:
            return _power_terms(terms, k), min(degree * k, _HUGE), {base: j * k for base, j in below.items()}
        return 1, 1, {e.base: -k}
    return 1, 1, {}


_HUGE = 10**9


def _power_terms(terms: int, exponent: int) -> int:
    return min(comb(terms - 1 + exponent, exponent), _HUGE) if terms < _HUGE else _HUGE
