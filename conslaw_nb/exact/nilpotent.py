"""Truncated numbers: a + b·ε_1 + c·ε_2 + d·ε_1ε_2 + ... with ε_i² = 0, over integers or matrices modulo a prime.

They carry derivatives exactly, without ever expanding an expression: f(x + εv) = f(x) + ε·Df(x)v.
Coefficients are indexed by sets of ε's, written as bit masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

__all__ = ["NestedBrackets", "Nilpotent"]


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


class NestedBrackets:
    """Values of nested brackets at a point modulo a prime, without expanding anything.

    With ε_i² = 0 the flow of X_i for time ε_i is x ↦ x + ε_i X_i(x). Carry X_k back along the flows of
    X_1, ..., X_{k−1}: the coefficient of ε_1⋯ε_{k−1} is, up to sign, [X_1, [X_2, ..., [X_{k−1}, X_k]]].
    That costs 2k − 1 evaluations of fields, where the recursive definition costs 2^k.

    Parameters
    ----------
    family : VectorFields
        It says in which blocks it computes (`lift`, `flatten`) and evaluates its elements there (`prepare`).
    point : sequence of int
    prime : int
    """

    def __init__(self, family: Any, point: Sequence[int], prime: int):
        self.family = family
        self.prime = prime
        self.base = family.lift(point, prime)
        self._prepared: dict[Any, Any] = {}

    def _field(self, letter: Any) -> Any:
        if letter not in self._prepared:
            self._prepared[letter] = self.family.prepare(letter, self.prime)
        return self._prepared[letter]

    def value(self, word: Sequence[Any]) -> list[int]:
        """Return the right-nested bracket of the letters, D integers modulo the prime (the paper's sign)."""
        count = len(word)  # ε_0 .. ε_{count−2} move the point; the last one takes derivatives
        tangent = count - 1
        points = [[Nilpotent.constant(b, count, self.prime) for b in self.base]]
        for i, letter in enumerate(word[:-1]):
            step = self._field(letter)(points[-1])
            points.append([x + s.times_epsilon(i) for x, s in zip(points[-1], step, strict=True)])
        carried = self._field(word[-1])(points[-1])
        for i in range(count - 2, -1, -1):
            moved = [x + v.times_epsilon(tangent) for x, v in zip(points[i], carried, strict=True)]
            change = [s.divided_by_epsilon(tangent) for s in self._field(word[i])(moved)]
            carried = [v - c.times_epsilon(i) for v, c in zip(carried, change, strict=True)]
        everything = (1 << (count - 1)) - 1
        values = self.family.flatten([v.parts[everything] for v in carried])
        return values if count % 2 else [-v % self.prime for v in values]
