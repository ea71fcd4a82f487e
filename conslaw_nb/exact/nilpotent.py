"""Truncated numbers: a + b·ε_1 + c·ε_2 + d·ε_1ε_2 + ... with ε_i² = 0, over integers or matrices modulo a prime.

They carry derivatives exactly, without ever expanding an expression: f(x + εv) = f(x) + ε·Df(x)v.
Coefficients are indexed by sets of ε's, written as bit masks.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

__all__ = ["Nilpotent"]


@lru_cache(maxsize=64)
def _splittings(count: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """For each set S of ε's, all ways to split it into two disjoint parts."""
    table = []
    for whole in range(1 << count):
        pairs, part = [], whole
        while True:
            pairs.append((part, whole ^ part))
            if part == 0:
                break
            part = (part - 1) & whole
        table.append(tuple(pairs))
    return tuple(table)


class Nilpotent:
    """A truncated number; a coefficient None is zero.

    Parameters
    ----------
    parts : list
        The 2**count coefficients: ints modulo `prime`, or matrices that reduce themselves.
    prime : int

    Examples
    --------
    >>> x = Nilpotent([3, 1], 101)          # 3 + ε
    >>> (x * x).parts                       # 9 + 6ε
    [9, 6]
    """

    __slots__ = ("parts", "prime")

    def __init__(self, parts: list[Any], prime: int):
        self.parts = parts
        self.prime = prime

    @classmethod
    def constant(cls, value: Any, count: int, prime: int) -> Nilpotent:
        """Make a number without ε's, in the algebra with `count` of them."""
        return cls([value] + [None] * ((1 << count) - 1), prime)

    def _reduced(self, value: Any) -> Any:
        return value % self.prime if isinstance(value, int) else value

    def __add__(self, other: Nilpotent | int) -> Nilpotent:
        if isinstance(other, int):
            if other == 0:
                return self
            head = other if self.parts[0] is None else self.parts[0] + other
            return Nilpotent([self._reduced(head), *self.parts[1:]], self.prime)
        parts = [
            b if a is None else a if b is None else self._reduced(a + b)
            for a, b in zip(self.parts, other.parts, strict=True)
        ]
        return Nilpotent(parts, self.prime)

    __radd__ = __add__

    def __sub__(self, other: Nilpotent) -> Nilpotent:
        return self + other * -1

    def __mul__(self, other: Any) -> Nilpotent:
        if isinstance(other, int):
            return Nilpotent([None if a is None else self._reduced(a * other) for a in self.parts], self.prime)
        left, right = self.parts, other.parts
        result: list[Any] = []
        for pairs in _splittings(len(left).bit_length() - 1):
            total = None
            for i, j in pairs:
                a = left[i]
                if a is not None:
                    b = right[j]
                    if b is not None:
                        total = a * b if total is None else total + a * b
            result.append(None if total is None else self._reduced(total))
        return Nilpotent(result, self.prime)

    __rmul__ = __mul__  # used with ints only, which commute

    def __pow__(self, exponent: int) -> Nilpotent:
        if exponent == 1:
            return self
        half = self ** (exponent // 2)
        square = half * half
        return square * self if exponent & 1 else square

    def transpose(self) -> Nilpotent:
        """Transpose every coefficient of a truncated matrix."""
        return Nilpotent([None if a is None else a.transpose() for a in self.parts], self.prime)

    def times_epsilon(self, index: int) -> Nilpotent:
        """Multiply by ε_index (0-based): coefficients that hold it already are lost, since ε² = 0."""
        bit = 1 << index
        return Nilpotent([self.parts[s ^ bit] if s & bit else None for s in range(len(self.parts))], self.prime)

    def divided_by_epsilon(self, index: int) -> Nilpotent:
        """Take the coefficient of ε_index, a truncated number without it."""
        bit = 1 << index
        return Nilpotent([None if s & bit else self.parts[s | bit] for s in range(len(self.parts))], self.prime)
