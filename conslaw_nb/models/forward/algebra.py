"""What the entries of a forward pass are: sums of letters with coefficients that depend on the weights.

A letter stands for what the weights do not decide: an entry of the input, the state of a ReLU, a value of softmax.
An entry of a forward pass is then a polynomial in letters, {monomial of letters: coefficient}, and the coefficients
are what the flow sees. They may be of any ring: polynomials in the weights, numbers of terms, values with gradients.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import SizeError
from ...exact.polynomial import Monomial, Poly

__all__ = ["Dual", "Entry", "GradientSizes", "Gradients", "Letters", "Polynomials", "TermCounts", "times"]

Entry = dict[Monomial, Any]


class Letters:
    """The letters of one forward pass.

    Attributes
    ----------
    names : list of str
        For people.
    switches : set of int
        Letters a with a² = a: the state of a ReLU is 0 or 1.

    Examples
    --------
    >>> letters = Letters()
    >>> x, a = letters.new("x"), letters.new("a", switch=True)
    >>> letters.product(((x, 1), (a, 1)), ((x, 1), (a, 1)))
    ((0, 2), (1, 1))
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.switches: set[int] = set()

    def new(self, name: str, switch: bool = False) -> int:
        """Make a letter and return its number."""
        self.names.append(name)
        if switch:
            self.switches.add(len(self.names) - 1)
        return len(self.names) - 1

    def product(self, left: Monomial, right: Monomial) -> Monomial:
        """Multiply two monomials of letters."""
        if not left or not right:
            return left or right
        powers = dict(left)
        for letter, exponent in right:
            powers[letter] = powers.get(letter, 0) + exponent
        return tuple(sorted((letter, 1 if letter in self.switches else e) for letter, e in powers.items()))


def times(left: Entry, right: Entry, letters: Letters, into: Entry | None = None) -> Entry:
    """Multiply two entries, and add the product to a third one if there is one."""
    result: Entry = {} if into is None else into
    for m1, c1 in left.items():
        for m2, c2 in right.items():
            monomial = letters.product(m1, m2)
            value = c1 * c2
            result[monomial] = result[monomial] + value if monomial in result else value
    return result


class Polynomials:
    """Coefficients as polynomials in the weights: φ written out."""

    def __init__(self, variables: tuple[str, ...]):
        self.variables = variables

    def weight(self, index: int) -> Any:
        """Return one weight."""
        return Poly.gen(self.variables, index)

    def number(self, value: Any) -> Any:
        """Return a constant."""
        return Poly.constant(self.variables, value)


class TermCounts:
    """Coefficients as numbers of terms, if nothing cancels: how large φ would be, written out."""

    def weight(self, index: int) -> int:
        """Return one term."""
        return 1

    def number(self, value: Any) -> int:
        """Return one term."""
        return 1


class GradientSizes:
    """Coefficients as bounds on how many weights they depend on; `total` adds up what going through a pass costs.

    Raises SizeError as soon as the total is above the limit.
    """

    def __init__(self, dimension: int, limit: int):
        self.dimension = dimension
        self.limit = limit
        self.total = 0

    def weight(self, index: int) -> _Size:
        """Return one weight, which depends on itself."""
        return _Size(1, self)

    def number(self, value: Any) -> _Size:
        """Return a constant."""
        return _Size(0, self)


class _Size:
    __slots__ = ("ring", "size")

    def __init__(self, size: int, ring: GradientSizes):
        self.size = size
        self.ring = ring

    def __add__(self, other: _Size) -> _Size:
        size = min(self.size + other.size, self.ring.dimension)
        self.ring.total += 1 + size
        if self.ring.total > self.ring.limit:
            raise SizeError(f"more than {self.ring.limit} multiplications for one evaluation of this forward pass")
        return _Size(size, self.ring)

    __mul__ = __add__


class Dual:
    """A value with its gradient, sparse: index of a weight -> derivative.

    The values are numbers modulo a prime, or truncated numbers (`Nilpotent`), which carry brackets.
    """

    __slots__ = ("gradient", "prime", "value")

    def __init__(self, value: Any, gradient: dict[int, Any], prime: int):
        self.value = value
        self.gradient = gradient
        self.prime = prime

    def _reduced(self, value: Any) -> Any:
        return value % self.prime if isinstance(value, int) else value

    def __add__(self, other: Dual) -> Dual:
        gradient = dict(self.gradient)
        for i, g in other.gradient.items():
            gradient[i] = self._reduced(gradient[i] + g) if i in gradient else g
        return Dual(self._reduced(self.value + other.value), gradient, self.prime)

    def __mul__(self, other: Dual) -> Dual:
        gradient: dict[int, Any] = {}
        for factor, rest in ((self.value, other.gradient), (other.value, self.gradient)):
            if isinstance(factor, int) and not factor:
                continue
            for i, g in rest.items():
                change = factor * g
                gradient[i] = self._reduced(gradient[i] + change if i in gradient else change)
        return Dual(self._reduced(self.value * other.value), gradient, self.prime)


class Gradients:
    """Coefficients as values at a point with their gradients there, modulo a prime: φ is never written out.

    Examples
    --------
    >>> ring = Gradients([3, 5], 101)
    >>> product = ring.weight(0) * ring.weight(1) + ring.number(2)
    >>> product.value, product.gradient
    (17, {1: 3, 0: 5})
    """

    def __init__(self, point: Sequence[Any], prime: int, one: Any = 1):
        self.point = point
        self.prime = prime
        self.one = one

    def weight(self, index: int) -> Dual:
        """Return one weight: its value, and 1 as its derivative."""
        return Dual(self.point[index], {index: self.one}, self.prime)

    def number(self, value: Any) -> Dual:
        """Return a constant, a fraction perhaps."""
        residue = value.numerator * pow(value.denominator, -1, self.prime) % self.prime
        return Dual(self.one * residue, {}, self.prime)
