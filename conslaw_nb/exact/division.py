"""Division of sparse polynomials: a quotient where there is one; and common factors taken out of a fraction."""

from __future__ import annotations

from fractions import Fraction
from heapq import heapify, heappop, heappush

from .polynomial import Monomial, Poly

__all__ = ["factors_of", "quotient_of", "reduced_fraction"]

MAX_FACTORED = 60  # terms of a polynomial that is factored, or of a fraction that is reduced


def quotient_of(top: Poly, bottom: Poly) -> Poly | None:
    """Return top/bottom where that is a polynomial, else None.

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> quotient_of(x**2 - y**2, x + y)
    x - y
    >>> quotient_of(x**2 + y**2, x + y) is None
    True
    """
    width = len(top.variables)

    def key(monomial: Monomial) -> tuple[int, ...]:
        dense = [0] * width
        for v, e in monomial:
            dense[v] = -e  # the least key is the leading monomial
        return tuple(dense)

    below = {key(m): Fraction(c) for m, c in bottom.terms.items()}
    lead = min(below)
    scale = below.pop(lead)
    left = {key(m): Fraction(c) for m, c in top.terms.items()}
    heap = list(left)
    heapify(heap)
    result: dict[Monomial, int | Fraction] = {}
    while heap:
        m = heappop(heap)
        c = left.pop(m, Fraction(0))
        if not c:
            continue
        shift = tuple(a - b for a, b in zip(m, lead, strict=True))
        if max(shift) > 0:
            return None
        factor = c / scale
        result[tuple((v, -e) for v, e in enumerate(shift) if e)] = (
            factor.numerator if factor.denominator == 1 else factor
        )
        for n, d in below.items():
            place = tuple(a + b for a, b in zip(n, shift, strict=True))
            if place not in left:
                heappush(heap, place)
            left[place] = left.get(place, Fraction(0)) - factor * d
    return Poly(top.variables, result)


def factors_of(poly: Poly) -> list[Poly]:
    """Return the irreducible factors over Q that are not constant, once each; a long polynomial is left whole.

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> factors_of(x**2 - y**2)
    [x - y, x + y]
    """
    if poly.is_constant or len(poly.terms) > MAX_FACTORED:
        return [] if poly.is_constant else [poly.primitive()]
    import sympy

    _, factors = sympy.factor_list(poly.to_sympy())
    return [_back(factor, poly.variables).primitive() for factor, _ in factors]


def reduced_fraction(top: Poly, bottom: Poly) -> tuple[Poly, Poly]:
    """Return a fraction in lowest terms; a long one is left as it is.

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> reduced_fraction(x**2 - y**2, x * y + y**2)
    (x - y, y)
    """
    if bottom.is_constant or max(len(top.terms), len(bottom.terms)) > MAX_FACTORED:
        return top, bottom
    import sympy

    a, b = sympy.fraction(sympy.cancel(top.to_sympy() / bottom.to_sympy()))
    return _back(a, top.variables), _back(b, top.variables)


def _back(expression: object, variables: tuple[str, ...]) -> Poly:
    """Return a sympy polynomial as one of ours."""
    import sympy

    place = {sympy.Symbol(name): i for i, name in enumerate(variables)}
    terms = {}
    used = sorted(expression.free_symbols, key=place.__getitem__)  # type: ignore[attr-defined]
    for exponents, c in sympy.Poly(expression, *used or [sympy.Symbol(variables[0])]).terms():
        monomial = tuple((place[s], e) for s, e in zip(used, exponents, strict=False) if e)
        value = Fraction(int(c.p), int(c.q))
        if value:
            terms[monomial] = value.numerator if value.denominator == 1 else value
    return Poly(variables, terms)
