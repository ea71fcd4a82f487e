"""Parametrizations that divide, or take roots: their gradients, each times its denominator, are polynomial fields.

On the domain of φ the factor is not 0, so that the scaled field has the direction of ∇φ_i at every point. A function
is then conserved by the one exactly if it is by the other; and since [aX, bY] is a combination of [X, Y], X and Y,
dim W(θ) and dim Lie(W)(θ) are the same too: every check and every count is that of φ.

A square root is an extra variable s with its relation s² = N. Where a component is a root times a quotient, f·√N, its
gradient is (2N∇f + f∇N)/(2√N), and the extra variable is gone again.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, isqrt, lcm
from typing import Any

from ..errors import ModelError, ParseError, brief
from ..exact.polynomial import Poly
from ..exact.ratio import Ratio, common_factor, divided
from ..language import read_expression
from ..language import text as written
from ..language.polynomials import Letters, fraction_from_node
from ..language.tree import Call, Node, Power, walk
from .domain import Domain
from .fields import sympy_text, to_poly

__all__ = ["Rooted", "component_of", "read_component", "to_ratio"]

MAX_ROOTS = 6  # different roots in one component


class Rooted:
    """A quotient times square roots: one component of φ.

    Parameters
    ----------
    ratio : Ratio
    under : tuple of Poly
        What stands under the roots.

    Examples
    --------
    >>> u, v = Poly.gens(("u", "v"))
    >>> Rooted(Ratio(u, u * u + v * v), (u * u + v * v,))
    u/sqrt(u**2 + v**2)
    """

    def __init__(self, ratio: Ratio, under: tuple[Poly, ...] = ()):
        self.ratio, self.under = ratio, under

    @property
    def is_polynomial(self) -> bool:
        """Whether it neither divides nor takes a root."""
        return not self.under and self.ratio.is_polynomial

    @property
    def radicand(self) -> Poly:
        """The product of all that stands under roots."""
        result = Poly.constant(self.ratio.variables, 1)
        for poly in self.under:
            result = result * poly
        return result

    def support(self) -> list[int]:
        """Return the indices of the variables that occur, increasing."""
        return sorted({*self.ratio.support(), *(v for poly in self.under for v in poly.support())})

    def gradient(self) -> tuple[list[Poly], Ratio]:
        """Return a polynomial field along ∇φ_i, and what it is ∇φ_i times, but for the roots.

        Only factors that are not 0 on the domain are multiplied in or taken out.
        """
        slopes, scale = self.ratio.slopes(), self.ratio.bottom * self.ratio.bottom
        if self.under:
            under = self.radicand
            bent, product = under.gradient(), self.ratio.top * self.ratio.bottom
            zero = Poly(under.variables, {})
            slopes = {
                i: slopes.get(i, zero) * under * 2 + bent.get(i, zero) * product for i in sorted({*slopes, *bent})
            }
            scale = scale * 2  # times the roots
        ratio = Ratio(scale)
        for free in (self.ratio.bottom, *self.under):
            while slopes and not (factor := common_factor([free, *slopes.values()])).is_constant:
                slopes = {i: divided(part, factor) for i, part in slopes.items()}
                ratio = ratio * Ratio(Poly.constant(factor.variables, 1), factor)
        every = [Fraction(c) for part in slopes.values() for c in part.terms.values()]
        size = Fraction(gcd(*(c.numerator for c in every)), lcm(*(c.denominator for c in every))) if every else 1
        zero = Poly(self.ratio.variables, {})
        return [slopes.get(i, zero) / size for i in range(len(zero.variables))], ratio * (1 / Fraction(size))

    @property
    def domain(self) -> Domain:
        """Where it has a value and a gradient."""
        bottom = self.ratio.bottom
        for poly in self.under:
            while not (factor := common_factor([bottom, poly])).is_constant:
                bottom = divided(bottom, factor)
        positive = tuple(poly for poly in self.under if not poly.is_constant)
        return Domain((bottom.primitive(),) if not bottom.is_constant else (), positive)

    def _layout(self) -> tuple[Ratio, list[Poly], list[Poly]]:
        """Return what is left of the quotient, and the roots above and below: f·√N is (fN)/√N."""
        ratio, above, below = self.ratio, [], []
        for poly in self.under:
            one = Poly.constant(poly.variables, 1)
            if not poly.is_constant and common_factor([ratio.bottom, poly]) == poly.primitive():
                ratio = ratio * Ratio(poly, one)
                below.append(poly)
            else:
                above.append(poly)
        return ratio, above, below

    @property
    def text(self) -> str:
        """Plain text that the parser reads back."""
        if not self.under:
            return self.ratio.text
        ratio, above, below = self._layout()
        over = "*".join([_factor(ratio.top)] * (ratio.top != 1 or not above) + [f"sqrt({p.text})" for p in above])
        under = [Ratio(ratio.top * 0 + 1, ratio.bottom).text[1:]] if ratio.bottom != 1 else []
        return over + "".join([*under, *(f"/sqrt({p.text})" for p in below)])

    @property
    def latex(self) -> str:
        """The component in LaTeX."""
        if not self.under:
            return self.ratio.latex
        ratio, above, below = self._layout()
        over, under = (
            r"\,".join(
                [rf"\left({part.latex}\right)" if len(part.terms) > 1 else part.latex] * (part != 1)
                + [rf"\sqrt{{{p.latex}}}" for p in roots]
            )
            for part, roots in ((ratio.top, above), (ratio.bottom, below))
        )
        return rf"\frac{{{over or '1'}}}{{{under}}}" if under else over or "1"

    def __repr__(self) -> str:
        return self.text

    def to_sympy(self) -> Any:
        """Return the same function as a sympy expression."""
        import sympy

        return self.ratio.to_sympy() * sympy.Mul(*(sympy.sqrt(poly.to_sympy()) for poly in self.under))


def read_component(node: Node, variables: tuple[str, ...]) -> Rooted:
    """Return a component of φ: a quotient of polynomials, perhaps times square roots.

    Examples
    --------
    >>> read_component(read_expression("(x**2 - y**2)/sqrt(x - y)"), ("x", "y"))
    (x + y)*sqrt(x - y)
    """
    roots = sum(isinstance(part, Power) or (isinstance(part, Call) and part.function == "sqrt") for part in walk(node))
    reader = _Roots(variables, min(roots, MAX_ROOTS))
    letters = Letters(reader.names, len(variables))
    top, bottom = fraction_from_node(node, reader.names, letters, reader.root)
    return reader.settled(top, bottom, node)


def _factor(poly: Poly) -> str:
    return f"({poly.text})" if len(poly.terms) > 1 else poly.text


class _Roots:
    """The square roots of one component: extra variables behind the others, each with its square."""

    def __init__(self, variables: tuple[str, ...], most: int):
        self.size = len(variables)
        self.variables = variables
        self.names = (*variables, *(f"root {k}" for k in range(1, most + 1)))
        self.squares: list[Poly] = []

    def root(self, top: Poly, bottom: Poly) -> tuple[Poly, Poly]:
        """Return the square root of top/bottom, as √(top·bottom)/bottom."""
        square = top * bottom
        if any(v >= self.size for v in square.support()):
            raise ParseError("a root under a root is not read here: write φ with roots of quotients of polynomials")
        if not square:
            return square, Poly.constant(self.names, 1)
        if square.is_constant:
            value = Fraction(square.terms[()])
            exact = Fraction(isqrt(abs(value.numerator)), isqrt(value.denominator))
            if exact * exact == value:
                return Poly.constant(self.names, exact), bottom
        if all(c < 0 and all(e % 2 == 0 for _, e in m) for m, c in square.terms.items()):
            raise ParseError(f"sqrt({square.brief}) has no real value: a root is taken of what is positive somewhere")
        if square not in self.squares:
            if len(self.squares) == len(self.names) - self.size:
                raise ParseError(f"more than {MAX_ROOTS} different roots in one component are not read: split it up")
            self.squares.append(square)
        return Poly.gen(self.names, self.size + self.squares.index(square)), bottom

    def _parts(self, poly: Poly) -> dict[tuple[int, ...], Poly]:
        """Return a polynomial by the roots in its terms, with s² replaced by what it is."""
        found: dict[tuple[int, ...], Poly] = {}
        for monomial, c in poly.terms.items():
            plain = Poly(self.names, {tuple((v, e) for v, e in monomial if v < self.size): c})
            key = []
            for v, e in monomial:
                if v >= self.size:
                    plain = plain * self.squares[v - self.size] ** (e // 2)
                    key += [v] * (e % 2)
            found[tuple(key)] = found.get(tuple(key), Poly(self.names, {})) + plain
        return {key: part for key, part in found.items() if part}

    def _joined(self, parts: dict[tuple[int, ...], Poly]) -> Poly:
        total = Poly(self.names, {})
        for key, part in parts.items():
            total = total + part * Poly(self.names, {tuple((v, 1) for v in key): 1})
        return total

    def settled(self, top: Poly, bottom: Poly, node: Node) -> Rooted:
        """Return top/bottom as one quotient times roots, or say that it is not of that form."""
        for v in range(self.size, len(self.names)):  # (A + Bs)(A − Bs) = A² − B²s² has one root less
            parts = self._parts(bottom)
            if any(v in key for key in parts):
                flipped = self._joined({key: part * (-1 if v in key else 1) for key, part in parts.items()})
                top, bottom = self._joined(self._parts(top * flipped)), self._joined(self._parts(bottom * flipped))
        if not bottom:
            raise ParseError(
                f"{brief(written(node))} divides by 0 for one sign of a root, as 1/(sqrt(x**2) - x) does: rewrite it"
            )
        below = self._plain(self._joined(self._parts(bottom)))
        found = [(key, Ratio(self._plain(part), below)) for key, part in self._parts(top).items()]
        found = [(key, ratio) for key, ratio in found if key or not ratio.is_constant] or found[:1]
        if len(found) > 1:
            raise ModelError(
                f"the component {brief(written(node))} adds up different roots, so that no factor makes its gradient a "
                "polynomial: make the root a coordinate, with the metric that belongs to it; x + sqrt(y) with y = s**2 "
                "is flow(phi(x + s), metric=[1, 1/(4*s**2)])"
            )
        zero = Poly(self.variables, {})
        key, ratio = found[0] if found else ((), Ratio(zero))
        return Rooted(ratio, tuple(self._plain(self.squares[v - self.size]) for v in key))

    def _plain(self, poly: Poly) -> Poly:
        return Poly(self.variables, poly.terms)


def to_ratio(value: Any, variables: tuple[str, ...]) -> Ratio:
    """Turn text, an exact number, a sympy expression, a Poly or a Ratio into a quotient in these variables.

    Examples
    --------
    >>> to_ratio("x/(x*y)", ("x", "y")), to_ratio(Fraction(1, 2), ("x",))
    (1/y, 1/2)
    """
    if isinstance(value, Ratio) and value.variables == variables:
        return value
    if isinstance(value, (str, Ratio)) or not isinstance(value, _EXACT):
        text = value if isinstance(value, str) else _as_text(value)
        return Ratio(*fraction_from_node(read_expression(text, variables), variables))
    return Ratio(to_poly(value, variables))


def component_of(value: Any, variables: tuple[str, ...]) -> Rooted:
    """Turn what `to_ratio` takes, or text or a sympy expression with square roots, into a component of φ."""
    if isinstance(value, Rooted) and value.ratio.variables == variables:
        return value
    if isinstance(value, (Poly, Ratio, *_EXACT)):
        return Rooted(to_ratio(value, variables))
    return read_component(read_expression(value if isinstance(value, str) else _as_text(value), variables), variables)


_EXACT = (Poly, int, float, Fraction)  # floats and bools are refused where they are read


def _as_text(value: Any) -> str:
    return value.text if isinstance(value, (Ratio, Rooted)) else sympy_text(value)
