"""Intervals with rational ends: they can show that two numbers differ, also where one of them holds square roots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isqrt
from typing import Any

from ..language.tree import Call, Name, Negative, Node, Number, Power, Product, Sum

__all__ = ["Interval", "_UndecidedError", "evaluate"]

_BITS = 80  # a root is enclosed to about 24 digits
_MAX_BITS = 4000
_MAX_EXPONENT = 60


class _UndecidedError(Exception):
    """The value does not exist at this point, or is too long to be enclosed."""


class Interval:
    """All the numbers between two rationals; every operation encloses every possible result.

    Examples
    --------
    >>> two = Interval(2, 2).root() ** 2
    >>> two.low <= 2 <= two.high
    True
    >>> (two - Interval(1, 1)).excludes(0), two.excludes(2)
    (True, False)
    """

    __slots__ = ("high", "low")

    def __init__(self, low: Fraction | int, high: Fraction | int):
        self.low, self.high = Fraction(low), Fraction(high)
        for end in (self.low, self.high):
            if max(end.numerator.bit_length(), end.denominator.bit_length()) > _MAX_BITS:
                raise _UndecidedError

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            raise _UndecidedError
        return self * Interval(1 / other.high, 1 / other.low)

    def __pow__(self, exponent: int) -> Interval:
        result = Interval(1, 1)
        for _ in range(exponent):
            result = result * self
        return result

    def root(self) -> Interval:
        """Return an enclosure of the square roots."""
        if self.low < 0:
            raise _UndecidedError
        scale = 1 << (2 * _BITS)
        down = isqrt(self.low.numerator * scale // self.low.denominator)
        up = isqrt(-(-self.high.numerator * scale // self.high.denominator))
        exact = Fraction(isqrt(self.low.numerator), isqrt(self.low.denominator))
        if self.low == self.high == exact * exact:
            return Interval(exact, exact)
        return Interval(Fraction(down, 1 << _BITS), Fraction(up + 1, 1 << _BITS))

    def excludes(self, value: Fraction | int) -> bool:
        """Whether the value is certainly none of these numbers."""
        return not self.low <= value <= self.high


def evaluate(
    node: Node, values: Mapping[str, Any], number: Callable[[Fraction], Any], root: Callable[[Any], Any]
) -> Any:
    """Evaluate a parsed expression with numbers of some kind: intervals, or floats.

    `node`: sums, products, integer powers and square roots; `values`: what the names stand for; `number`: makes a
    number of this kind from a fraction; `root`: the square root for this kind.

    Examples
    --------
    >>> from math import sqrt
    >>> from ..language import read_expression
    >>> evaluate(read_expression("sqrt(4*z**2 + d**2)/2"), {"z": 2.0, "d": 3.0}, float, sqrt)
    2.5
    """
    if isinstance(node, Number):
        return number(node.value)
    if isinstance(node, Name):
        return values[node.name]
    if isinstance(node, Negative):
        return number(Fraction(0)) - evaluate(node.argument, values, number, root)
    if isinstance(node, Sum):
        total, *others = (evaluate(term, values, number, root) for term in node.terms)
        for term in others:
            total = total + term
        return total
    if isinstance(node, Product):
        result = number(Fraction(1))
        for factor, inverse in node.factors:
            value = evaluate(factor, values, number, root)
            result = result / value if inverse else result * value
        return result
    if isinstance(node, Power):
        base, exponent = evaluate(node.base, values, number, root), _exponent(node.exponent)
        if exponent.denominator == 2:
            base, exponent = root(base), exponent * 2
        if exponent.denominator != 1 or abs(exponent) > _MAX_EXPONENT:
            raise _UndecidedError
        power = base ** int(abs(exponent))
        return power if exponent >= 0 else number(Fraction(1)) / power
    if isinstance(node, Call) and node.function == "sqrt":
        return root(evaluate(node.argument, values, number, root))
    raise _UndecidedError


def _exponent(node: Node) -> Fraction:
    """An exponent as a number: exponents hold no variables here."""
    if isinstance(node, Number):
        return node.value
    return evaluate(node, _NoNames(), Fraction, _no_root)


class _NoNames(dict):
    def __missing__(self, name: str) -> Any:
        raise _UndecidedError


def _no_root(_value: Any) -> Any:
    raise _UndecidedError
