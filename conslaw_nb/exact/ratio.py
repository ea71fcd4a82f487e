"""Quotients of polynomials in lowest terms, and the common factors that this needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..errors import BudgetError
from .budget import at_most
from .polynomial import Monomial, Poly

__all__ = ["Ratio", "cleared", "common_factor", "divided", "factors_of", "quotient_of"]

MAX_EVENTS = 3_000_000  # calls inside sympy for one common factor: about a second


def common_factor(polys: Iterable[Poly]) -> Poly:
    """Return a common factor of polynomials, as large as is found within a bound on work; 1 of none.

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> common_factor([x * x * y, x * y * y + x])
    x
    >>> common_factor([(x + y) * (x - y), (x + y) * y])
    x + y
    """
    given = [p for p in polys if p]
    one = Poly.constant(given[0].variables, 1)
    if not set.intersection(*({v for m in p.terms for v, _ in m} for p in given)):
        return one  # no variable is in all of them
    if any(len(p.terms) == 1 for p in given):
        return Poly(one.variables, {_smallest(m for p in given for m in p.terms): 1})
    support = sorted({v for p in given for v in p.support()})
    try:
        with at_most(MAX_EVENTS):
            first, *others = (_to_sympy(p, support) for p in given)
            for other in others:
                first = first.gcd(other)
    except BudgetError:
        return one
    return _from_sympy(first, support, one.variables).primitive()


def divided(poly: Poly, factor: Poly) -> Poly:
    """Return a polynomial divided by one of its factors."""
    if factor.is_constant:
        return poly if factor == 1 else poly / factor.terms[()]
    if len(factor.terms) == 1:
        ((monomial, c),) = factor.terms.items()
        below = dict(monomial)
        terms = {tuple((v, e - below.get(v, 0)) for v, e in m if e > below.get(v, 0)): q for m, q in poly.terms.items()}
        return Poly(poly.variables, terms) if c == 1 else Poly(poly.variables, terms) / c
    support = sorted({*poly.support(), *factor.support()})
    found = _to_sympy(poly, support).exquo(_to_sympy(factor, support))
    return _from_sympy(found, support, poly.variables)


def quotient_of(poly: Poly, factor: Poly) -> Poly | None:
    """Return a polynomial divided by another one where that is a polynomial, else None.

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> quotient_of(x**2 - y**2, x + y)
    x - y
    >>> quotient_of(x**2 + y**2, x + y) is None
    True
    """
    support = sorted({*poly.support(), *factor.support()})
    found, rest = _to_sympy(poly, support).div(_to_sympy(factor, support))
    return None if rest else _from_sympy(found, support, poly.variables)


def factors_of(poly: Poly) -> list[Poly]:
    """Return the irreducible factors over Q that are not constant, once each; whole where that takes too much work.

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> factors_of(x**3 - x * y**2)
    [x, x - y, x + y]
    """
    if poly.is_constant:
        return []
    support = poly.support()
    try:
        with at_most(MAX_EVENTS):
            _, found = _to_sympy(poly, support).factor_list()
    except BudgetError:
        return [poly.primitive()]
    return [_from_sympy(factor, support, poly.variables).primitive() for factor, _ in found]


def _smallest(monomials: Iterable[Monomial]) -> Monomial:
    """Return the largest monomial that divides all."""
    first, *others = map(dict, monomials)
    for other in others:
        first = {v: min(e, other[v]) for v, e in first.items() if v in other}
    return tuple(sorted(first.items()))


def _to_sympy(poly: Poly, support: Sequence[int]) -> Any:
    from sympy import QQ
    from sympy.polys.rings import PolyRing

    place = {v: k for k, v in enumerate(support)}
    terms = {}
    for monomial, c in poly.terms.items():
        exponents = [0] * len(support)
        for v, e in monomial:
            exponents[place[v]] = e
        terms[tuple(exponents)] = QQ(c.numerator, c.denominator)
    return PolyRing([f"x{v}" for v in support], QQ).from_dict(terms)


def _from_sympy(element: Any, support: Sequence[int], variables: tuple[str, ...]) -> Poly:
    terms: dict[Monomial, Any] = {}
    for exponents, c in element.items():
        value = Fraction(int(c.numerator), int(c.denominator))
        monomial = tuple((v, e) for v, e in zip(support, exponents, strict=True) if e)
        terms[monomial] = value.numerator if value.denominator == 1 else value
    return Poly(variables, terms)


class Ratio:
    """A quotient of polynomials, with common factors taken out; the denominator has coprime integer coefficients.

    Parameters
    ----------
    top, bottom : Poly
        In the same variables; the bottom is not 0.

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> Ratio(x * x - y * y, x * y + y * y)
    (x - y)/y
    >>> Ratio(x, y) + 1, Ratio(x, y) * y
    ((x + y)/y, x)
    """

    __slots__ = ("bottom", "top")

    def __init__(self, top: Poly, bottom: Poly | None = None):
        if bottom is None or bottom == 1:
            bottom = Poly.constant(top.variables, 1)
        else:
            factor = common_factor([top, bottom])
            top, bottom = divided(top, factor), divided(bottom, factor)
            plain = bottom.primitive()
            monomial = next(iter(bottom.terms))
            top, bottom = top * (Fraction(plain.terms[monomial]) / bottom.terms[monomial]), plain
            top = Poly(top.variables, {m: _plain(c) for m, c in top.terms.items()})
        self.top, self.bottom = top, bottom

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the space."""
        return self.top.variables

    @property
    def is_polynomial(self) -> bool:
        """Whether it divides by nothing."""
        return self.bottom == 1

    @property
    def is_constant(self) -> bool:
        """Whether no variable occurs."""
        return self.bottom == 1 and self.top.is_constant

    def _lift(self, other: Any) -> Ratio:
        if isinstance(other, Ratio):
            return other
        return Ratio(other if isinstance(other, Poly) else Poly.constant(self.variables, other))

    def __add__(self, other: Any) -> Ratio:
        other = self._lift(other)
        if self.bottom == other.bottom:
            return Ratio(self.top + other.top, self.bottom)
        return Ratio(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)

    __radd__ = __add__

    def __neg__(self) -> Ratio:
        return self * -1

    def __sub__(self, other: Any) -> Ratio:
        return self + -self._lift(other)

    def __mul__(self, other: Any) -> Ratio:
        other = self._lift(other)
        return Ratio(self.top * other.top, self.bottom * other.bottom)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Ratio, Poly, int, Fraction)):
            return NotImplemented
        other = self._lift(other)
        return self.top == other.top and self.bottom == other.bottom

    def __hash__(self) -> int:
        return hash((self.top, self.bottom))

    def __bool__(self) -> bool:
        return bool(self.top)

    def support(self) -> list[int]:
        """Return the indices of the variables that occur, increasing."""
        return sorted({*self.top.support(), *self.bottom.support()})

    def slopes(self) -> dict[int, Poly]:
        """Return b∇a − a∇b of a/b, which is b² times the gradient, by variable index; zeros are left out."""
        over, under = self.top.gradient(), self.bottom.gradient()
        zero = Poly(self.variables, {})
        found = {i: self.bottom * over.get(i, zero) - self.top * under.get(i, zero) for i in sorted({*over, *under})}
        return {i: part for i, part in found.items() if part}

    def evaluate(self, point: Sequence[Any]) -> Any:
        """Return the value at a point at which the denominator is not 0."""
        return Fraction(self.top.evaluate(point)) / Fraction(self.bottom.evaluate(point))

    @property
    def text(self) -> str:
        """Plain text that the parser reads back."""
        if self.bottom == 1:
            return self.top.text
        top = f"({self.top.text})" if len(self.top.terms) > 1 else self.top.text
        ((monomial, _), *more) = self.bottom.terms.items()
        alone = not more and len(monomial) == 1
        return f"{top}/{self.bottom.text}" if alone else f"{top}/({self.bottom.text})"

    @property
    def latex(self) -> str:
        """The quotient in LaTeX."""
        return self.top.latex if self.bottom == 1 else rf"\frac{{{self.top.latex}}}{{{self.bottom.latex}}}"

    @property
    def brief(self) -> str:
        """The quotient as text, or what can be said of it where its terms would flood a message."""
        return self.top.brief if self.bottom == 1 else f"({self.top.brief})/({self.bottom.brief})"

    def __repr__(self) -> str:
        return self.text

    def to_sympy(self) -> Any:
        """Return the same quotient as a sympy expression."""
        return self.top.to_sympy() / self.bottom.to_sympy()


def _plain(c: Any) -> Any:
    return c.numerator if c.denominator == 1 else c


def cleared(parts: Mapping[int, Ratio]) -> tuple[dict[int, Poly], Poly]:
    """Return quotients, at least one, times their common denominator, and that denominator.

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> cleared({0: Ratio(x, y), 1: Ratio(x + y, y * y)})
    ({0: x*y, 1: x + y}, y**2)
    """
    shared = Poly.constant(next(iter(parts.values())).variables, 1)
    for part in parts.values():
        shared = shared * divided(part.bottom, common_factor([shared, part.bottom]))
    return {i: part.top * divided(shared, part.bottom) for i, part in parts.items()}, shared
