"""From trees to exact polynomials and quotients, expanded within a budget: a short text can be a huge polynomial."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ..errors import ConslawError, ParseError, SizeError, brief
from ..exact.polynomial import MAX_BITS, Coefficient, Monomial, Poly
from ..exact.quotients import Quotient, Quotients
from .reading import read_expression
from .tree import (
    Call,
    Equality,
    Gradient,
    List,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Power,
    Prime,
    Product,
    Sum,
    Transpose,
    Vector,
)
from .writing import text as node_text

__all__ = [
    "Letters",
    "constant_value",
    "fraction_and_domain",
    "fraction_from_node",
    "not_a_function",
    "poly_from_text",
    "unknown_variable",
]

MAX_EXPANSION = 600_000  # products of terms for one expression: about a second


def unknown_variable(name: str, variables: Iterable[str]) -> ParseError:
    """Return the error for a name that is not a variable here, with the names there are."""
    known, told = list(variables), brief(name)
    if not known:
        return ParseError(f"the variable {told} is not known here: only numbers can be used in this place")
    shown = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    plain = name.replace("_", "").lower()
    meant = next((other for other in known if other.replace("_", "").lower() == plain), None)
    guess = f"; did you mean {meant}?" if meant else ""
    return ParseError(f"the variable {told} is not known here: the variables are {shown}{guess}")


_OTHERS: dict[type[Node], str] = {
    Transpose: "a transpose",
    Prime: "a derivative in time",
    Gradient: "a gradient",
    Vector: "a vector",
    List: "a list or a bracket",
    Equality: "an equation",
}


def _norm_refused(node: Norm, variables: Iterable[str]) -> ParseError:
    """Return the error for bars, as they were typed, with the squares to write in their place."""
    said, inner = node.said or node_text(node), node_text(node.argument)
    said = said if len(said) <= 60 else said[:57] + "..."
    known = list(variables)
    if inner in known or not isinstance(node.argument, Name):
        square = f"{inner}**2" if inner in known else f"({inner})**2" if len(inner) <= 60 else "(...)**2"
        return ParseError(
            f"'{said}' is an absolute value or a norm, and these are not read in this place: write the square of a "
            f"number as {square}"
        )
    entries = [name for name in known if re.fullmatch(rf"{re.escape(inner)}[\d_]+", name)]
    squares = " + ".join(f"{name}**2" for name in (entries or [f"{inner}_1", f"{inner}_2"])[:2])
    more = " + ..." if len(entries) > 2 else ""
    return ParseError(
        f"'{said}' is a norm, and norms are not read in this place: write its square with the entries, as in "
        f"{squares}{more}"
    )


def not_a_function(node: Node, variables: Iterable[str] = ()) -> ParseError:
    """Return the error for something that is not a function of numbers, or not of these variables."""
    if isinstance(node, Norm):
        return _norm_refused(node, variables)
    what = next((name for kind, name in _OTHERS.items() if isinstance(node, kind)), "written for matrices or fields")
    return ParseError(
        f"{brief(node_text(node))} is {what}, and a function of the variables is asked for in this place: use numbers, "
        "variables, + - * / **, parentheses, exp, log and sqrt"
    )


def fraction_from_node(
    node: Node,
    variables: tuple[str, ...],
    values: Mapping[str, Poly] | None = None,
    root: Callable[[Poly, Poly], Quotient] | None = None,
) -> Quotient:
    """Expand a parsed expression to a quotient (numerator, denominator) of polynomials.

    `variables`: the variables of the polynomials that come out; `values`: what the names in the expression stand for;
    without it they are the variables themselves; `root`: what to make of the square root of a quotient; without it a
    root, or half a power, cannot be read. Raises ParseError: unknown variable, division by zero, a function or an
    exponent that is not an integer; SizeError: a power or a product beyond the bounds of this module.
    """
    return _Expansion(variables, values, root).expand(node)


def fraction_and_domain(node: Node, variables: tuple[str, ...]) -> tuple[Poly, Poly, tuple[Poly, ...]]:
    """Expand an expression, and say where it has a value: where none of the polynomials by which it divides is 0.

    Examples
    --------
    >>> fraction_and_domain(read_expression("x/x + 1/(1/(x - 2))"), ("x",))
    (x**2 - x, x, (x, x - 2))
    """
    expansion = _Expansion(variables)
    top, bottom = expansion.expand(node)
    return top, bottom, tuple(dict.fromkeys(p.primitive() for p in expansion.divisors if not p.is_constant))


class Letters(Mapping[str, Poly]):
    """Variables as polynomials, each made when it is asked for: of thousands, a component holds two.

    Parameters
    ----------
    variables : tuple of str
        Of the polynomials.
    most : int, optional
        Only the first so many can be asked for.
    """

    def __init__(self, variables: tuple[str, ...], most: int | None = None):
        self._variables = variables
        self._places = {name: i for i, name in enumerate(variables[:most])}

    def __getitem__(self, name: str) -> Poly:
        return Poly.gen(self._variables, self._places[name])

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class _Expansion(Quotients):
    """One expression being expanded, with the work left to it."""

    def __init__(self, variables: tuple[str, ...], values: Mapping[str, Poly] | None = None, root: Any = None):
        super().__init__(variables)
        self.values = Letters(variables) if values is None else values
        self.root = root
        self.work = MAX_EXPANSION
        self.divisors: list[Poly] = []  # what must not be 0 where the expression has a value

    def expand(self, node: Node) -> Quotient:
        if isinstance(node, Number):
            return self._constant(node.value), self.one
        if isinstance(node, Name):
            if node.name not in self.values:
                raise unknown_variable(node.name, self.values)
            return self.values[node.name], self.one
        if isinstance(node, Negative):
            top, bottom = self.expand(node.argument)
            return -top, bottom
        if isinstance(node, Sum):
            return self._sum(node.terms)
        if isinstance(node, Product):
            return self._product(node.factors)
        if isinstance(node, Power):
            return self._power(node)
        if isinstance(node, Call):
            if node.function == "sqrt" and self.root is not None:
                return self.root(*self.expand(node.argument))
            raise ParseError(f"'{node.function}(...)' is not a polynomial, and one is asked for in this place")
        raise not_a_function(node, self.values)

    def _constant(self, value: Coefficient) -> Poly:
        self._check_bits(value)
        return Poly.constant(self.variables, value.numerator if value.denominator == 1 else value)

    def _sum(self, nodes: tuple[Node, ...]) -> Quotient:
        terms: dict[Monomial, Coefficient] = {}
        rest: Quotient | None = None
        for node in nodes:  # polynomial terms are gathered in place: long sums stay linear
            top, bottom = self.expand(node)
            if bottom.is_constant:
                scale = Fraction(1, bottom.terms[()]) if bottom != 1 else 1
                for monomial, coefficient in top.terms.items():
                    total = terms[monomial] = terms.get(monomial, 0) + coefficient * scale
                    self._check_bits(total)
            else:
                rest = (top, bottom) if rest is None else self.sum_of(rest, (top, bottom))
        gathered = (Poly(self.variables, {m: c for m, c in terms.items() if c}), self.one)
        return gathered if rest is None else self.sum_of(gathered, rest)

    def _product(self, factors: tuple[tuple[Node, bool], ...]) -> Quotient:
        product = self.one, self.one
        for factor, inverse in factors:
            value = self.expand(factor)
            product = self.product_of(product, self._divisor(value) if inverse else value)
        return product

    def _divisor(self, value: Quotient, why: str = "a denominator of the expression is 0") -> Quotient:
        inverse = self.inverse(value, why)
        self.divisors.append(value[0])
        return inverse

    def _power(self, node: Power) -> Quotient:
        exponent = self.exponent(self.expand(node.exponent), halves=self.root is not None)
        base = self.expand(node.base)
        if exponent.denominator == 2:
            base, exponent = self.root(*base), 2 * exponent
        if exponent < 0:
            base, exponent = self._divisor(base, f"0 has no power {exponent}"), -exponent
        return self.power(base, int(exponent))

    def pay(self, work: int, what: str) -> None:
        self.work -= work
        if self.work < 0:
            raise SizeError(
                f"{what} makes the expression too large to expand exactly: try lower powers or fewer factors"
            )

    def checked(self, poly: Poly) -> Poly:
        for c in poly.terms.values():
            self._check_bits(c)
        return poly

    def _check_bits(self, c: Coefficient) -> None:
        if max(c.numerator.bit_length(), c.denominator.bit_length()) > MAX_BITS:
            raise SizeError(f"this expression has coefficients of over {MAX_BITS} bits: use smaller numbers")


def constant_value(node: Node) -> Fraction | None:
    """Return the exact value of a tree without variables and functions, or None."""
    try:
        top, bottom = fraction_from_node(node, ())
    except SizeError:
        raise
    except ConslawError:
        return None
    return Fraction(top.terms.get((), 0)) / Fraction(bottom.terms[()])


def poly_from_text(text: str, variables: tuple[str, ...]) -> Poly:
    """Read a polynomial.

    Examples
    --------
    >>> poly_from_text("(x + y)^2/2", ("x", "y"))
    1/2*x**2 + x*y + 1/2*y**2
    """
    top, bottom = fraction_from_node(read_expression(text, variables), variables)
    if not bottom.is_constant:
        raise ParseError(f"{brief(text)} is not a polynomial: it divides by {bottom.brief}")
    return top if bottom == 1 else top / Fraction(bottom.terms[()])
