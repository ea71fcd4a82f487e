"""Sparse polynomials with rational coefficients, made for many variables and few terms.

A monomial is a tuple of (variable index, exponent) pairs in increasing order, so that a term of a
network with thousands of parameters costs what it shows and not what the network has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import comb, gcd, lcm
from typing import Any

from ..errors import ModelError, SizeError, brief

__all__ = ["Monomial", "Poly", "latex_name", "lifted"]

Monomial = tuple[tuple[int, int], ...]
Coefficient = int | Fraction

MAX_EXPONENT = 1_000
MAX_TERMS = 200_000
MAX_WORK = 4_000_000  # products of terms in one multiplication: some five seconds
MAX_BITS = 1_600  # bits of a coefficient that is read: a certificate can hold it, and Python can print it


def _times(a: Monomial, b: Monomial) -> Monomial:
    if not a:
        return b
    if not b:
        return a
    if a[-1][0] < b[0][0]:
        return a + b
    powers = dict(a)
    for variable, exponent in b:
        powers[variable] = powers.get(variable, 0) + exponent
    return tuple(sorted(powers.items()))


class Poly:
    """A polynomial over Q in named variables.

    Parameters
    ----------
    variables : tuple of str
        All variables of the space, shared by the polynomials of one family.
    terms : dict
        Monomial to nonzero coefficient (int or Fraction).

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> (x + y) * (x - y)
    x**2 - y**2
    >>> ((x + y) ** 2).derivative(0)
    2*x + 2*y
    """

    __slots__ = ("terms", "variables")

    def __init__(self, variables: tuple[str, ...], terms: dict[Monomial, Coefficient]):
        self.variables = variables
        self.terms = terms

    # -- making -------------------------------------------------------------------------------------

    @classmethod
    def constant(cls, variables: tuple[str, ...], value: Coefficient) -> Poly:
        """Make a constant polynomial."""
        return cls(variables, {(): value} if value else {})

    @classmethod
    def gen(cls, variables: tuple[str, ...], index: int) -> Poly:
        """Make the polynomial that is one variable, by its index."""
        return cls(variables, {((index, 1),): 1})

    @classmethod
    def gens(cls, variables: tuple[str, ...]) -> list[Poly]:
        """Make all variables as polynomials."""
        return [cls.gen(variables, i) for i in range(len(variables))]

    # -- arithmetic ---------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Poly:
        other = self._lift(other)
        terms = dict(self.terms)
        for monomial, coefficient in other.terms.items():
            total = terms.get(monomial, 0) + coefficient
            if total:
                terms[monomial] = total
            else:
                terms.pop(monomial, None)
        return Poly(self.variables, terms)

    __radd__ = __add__

    def __neg__(self) -> Poly:
        return Poly(self.variables, {m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Any) -> Poly:
        return self + (-self._lift(other))

    def __rsub__(self, other: Any) -> Poly:
        return self._lift(other) - self

    def __mul__(self, other: Any) -> Poly:
        if isinstance(other, (int, Fraction)):
            return Poly(self.variables, {m: c * other for m, c in self.terms.items()} if other else {})
        other = self._lift(other)
        if len(self.terms) * len(other.terms) > MAX_WORK:
            raise SizeError(
                f"a product of {len(self.terms)} by {len(other.terms)} terms is too large to expand exactly: "
                "try a lower power or a smaller model"
            )
        terms: dict[Monomial, Coefficient] = {}
        for m1, c1 in self.terms.items():
            for m2, c2 in other.terms.items():
                monomial = _times(m1, m2)
                terms[monomial] = terms.get(monomial, 0) + c1 * c2
            if len(terms) > MAX_TERMS:
                raise SizeError(f"a polynomial has more than {MAX_TERMS} terms: try a lower power or a smaller model")
        return Poly(self.variables, {m: c for m, c in terms.items() if c})

    __rmul__ = __mul__

    def __truediv__(self, other: Coefficient) -> Poly:
        return self * (Fraction(1) / other)

    def __pow__(self, exponent: int) -> Poly:
        if exponent < 0:
            raise ValueError(f"a polynomial has no power {exponent}")
        if exponent > MAX_EXPONENT or (exponent > 1 and self.degree * exponent > MAX_EXPONENT):
            raise SizeError(
                f"the power ({self.brief})**{exponent} is too high: degrees up to {MAX_EXPONENT} are computed exactly"
            )
        if (self._bits() - 1) * exponent > MAX_BITS:
            raise SizeError(f"the power ({self.brief})**{exponent} has coefficients of over {MAX_BITS} bits")
        if self.power_terms(exponent) > MAX_TERMS or self.power_terms(exponent // 2) ** 2 > MAX_WORK:
            raise SizeError(
                f"the power ({self.brief})**{exponent} has up to {self.power_terms(exponent)} terms, too many to "
                "expand exactly: try a lower power"
            )
        result, base = Poly.constant(self.variables, 1), self
        while exponent:
            if exponent & 1:
                result = result * base
            exponent >>= 1
            if exponent:
                base = base * base
        return result

    def _lift(self, other: Any) -> Poly:
        if isinstance(other, Poly):
            if other.variables is not self.variables and other.variables != self.variables:
                raise ModelError(f"polynomials in {other.variables} and {self.variables} live on different spaces")
            return other
        if isinstance(other, (int, Fraction)):
            return Poly.constant(self.variables, other)
        raise TypeError(f"{other!r} is neither a polynomial nor an exact number")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, Fraction)):
            return self.terms == ({(): other} if other else {})
        return isinstance(other, Poly) and self.variables == other.variables and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __bool__(self) -> bool:
        return bool(self.terms)

    # -- facts --------------------------------------------------------------------------------------

    @property
    def degree(self) -> int:
        """The total degree; 0 for constants and for the zero polynomial."""
        return max((sum(e for _, e in m) for m in self.terms), default=0)

    @property
    def is_constant(self) -> bool:
        """Whether no variable occurs."""
        return all(not m for m in self.terms)

    def support(self) -> list[int]:
        """Return the indices of the variables that occur, increasing."""
        return sorted({v for m in self.terms for v, _ in m})

    def moved(self, places: Mapping[int, int] | Sequence[int], variables: tuple[str, ...]) -> Poly:
        """Return the same in other variables: variable i becomes places[i], in the same order.

        Examples
        --------
        >>> x, y = Poly.gens(("x", "y"))
        >>> (x * y**2).moved([1, 2], ("t", "u", "v")).text
        'u*v**2'
        """
        return Poly(variables, {tuple((places[i], e) for i, e in m): c for m, c in self.terms.items()})

    def power_terms(self, exponent: int) -> int:
        """Return a bound on the number of terms of a power, without computing it."""
        terms, variables = max(len(self.terms), 1), len(self.support())
        return min(comb(terms - 1 + exponent, exponent), comb(self.degree * exponent + variables, variables))

    def _bits(self) -> int:
        return max(
            (max(c.numerator.bit_length(), c.denominator.bit_length()) for c in self.terms.values()),
            default=1,
        )

    @property
    def brief(self) -> str:
        """The polynomial as text, or what can be said of it where its terms would flood a message."""
        if self.is_constant:
            return brief(self.terms.get((), 0))
        short = len(self.terms) < 8 and self._bits() <= 200
        return self.text if short else f"a polynomial of {len(self.terms)} term{'s' * (len(self.terms) != 1)}"

    # -- calculus -----------------------------------------------------------------------------------

    def derivative(self, index: int) -> Poly:
        """Differentiate with respect to one variable, by its index."""
        return self.gradient().get(index, Poly(self.variables, {}))

    def gradient(self) -> dict[int, Poly]:
        """Return all nonzero partial derivatives, by variable index."""
        parts: dict[int, dict[Monomial, Coefficient]] = {}
        for monomial, coefficient in self.terms.items():
            for place, (variable, exponent) in enumerate(monomial):
                rest = monomial[:place] + (((variable, exponent - 1),) if exponent > 1 else ()) + monomial[place + 1 :]
                # two terms never give the same monomial in one partial derivative
                parts.setdefault(variable, {})[rest] = coefficient * exponent
        return {variable: Poly(self.variables, terms) for variable, terms in parts.items()}

    def evaluate(self, point: Sequence[Any]) -> Any:
        """Evaluate at a point whose coordinates may be of any commutative ring (int, Fraction, jets, ...)."""
        total: Any = 0
        powers: dict[tuple[int, int], Any] = {}
        for monomial, coefficient in self.terms.items():
            value: Any = coefficient
            for factor in monomial:
                power = powers.get(factor)
                if power is None:
                    power = powers[factor] = point[factor[0]] ** factor[1]
                value = power * value
            total = value + total
        return total

    def evaluate_mod(self, point: Sequence[int], prime: int) -> int:
        """Evaluate at integers modulo a prime that divides no denominator."""
        total = 0
        for monomial, coefficient in self.terms.items():
            if isinstance(coefficient, Fraction):
                value = coefficient.numerator * pow(coefficient.denominator, -1, prime)
            else:
                value = coefficient
            for variable, exponent in monomial:
                factor = point[variable] if exponent == 1 else pow(point[variable], exponent, prime)
                value = value * factor % prime
            total += value
        return total % prime

    def suits(self, prime: int) -> bool:
        """Whether the prime divides neither a numerator nor a denominator of a coefficient."""
        return all(c.numerator % prime and c.denominator % prime for c in self.terms.values())

    def primitive(self) -> Poly:
        """Scale to coprime integer coefficients, the leading one positive."""
        if not self.terms:
            return self
        denominator = lcm(*(c.denominator for c in self.terms.values()))
        content = gcd(*(int(c * denominator) for c in self.terms.values()))
        if self.terms[self.ordered()[0]] < 0:
            content = -content
        return Poly(self.variables, {m: int(c * denominator) // content for m, c in self.terms.items()})

    # -- showing ------------------------------------------------------------------------------------

    def ordered(self) -> list[Monomial]:
        """Return the monomials as they are written: high degrees first, then by variable."""
        return sorted(self.terms, key=lambda m: (-sum(e for _, e in m), [(v, -e) for v, e in m]))

    def _render(self, name: Callable[[str], str], power: str, times: str, fraction: Callable[[Fraction], str]) -> str:
        pieces = []
        for monomial in self.ordered():
            coefficient = Fraction(self.terms[monomial])
            factors = [name(self.variables[v]) + (power.format(e) if e > 1 else "") for v, e in monomial]
            size = abs(coefficient)
            if size != 1 or not factors:
                factors.insert(0, fraction(size))
            sign = "-" if coefficient < 0 else "+"
            pieces.append(f" {sign} {times.join(factors)}")
        if not pieces:
            return "0"
        text = "".join(pieces)
        return ("-" if text[1] == "-" else "") + text[3:]

    @property
    def text(self) -> str:
        """Plain text that the parser reads back."""
        return self._render(str, "**{}", "*", str)

    @property
    def latex(self) -> str:
        """The polynomial in LaTeX, network parameters as ``(U_1)_{2,3}``."""

        def fraction(value: Fraction) -> str:
            if value.denominator == 1:
                return str(value)
            return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"

        return self._render(latex_name, "^{{{}}}", r"\,", fraction)

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    def data(self) -> list[list[Any]]:
        """Return the polynomial as a certificate writes it: [coefficient, {variable: exponent}] pairs.

        Examples
        --------
        >>> x, y = Poly.gens(("x", "y"))
        >>> (x**2 / 2 - 3 * x * y).data()
        [['-3', {'x': 1, 'y': 1}], ['1/2', {'x': 2}]]
        """
        return [
            [str(coefficient), {self.variables[v]: e for v, e in monomial}]
            for monomial, coefficient in sorted(self.terms.items())
        ]

    def to_sympy(self) -> Any:
        """Return the same polynomial as a sympy expression (symbols with the same names)."""
        import sympy

        symbols = {v: sympy.Symbol(self.variables[v]) for v in self.support()}
        return sympy.Add(
            *(
                sympy.Rational(c.numerator, c.denominator) * sympy.Mul(*(symbols[v] ** e for v, e in m))
                for m, c in self.terms.items()
            )
        )


def lifted(poly: Poly, names: tuple[str, ...], offset: int) -> Poly:
    """Return a polynomial in a larger space, where its variables stand at a later place.

    Examples
    --------
    >>> lifted(Poly.gen(("x",), 0) ** 2, ("s", "x"), 1).text
    'x**2'
    """
    return Poly(names, {tuple((v + offset, e) for v, e in m): c for m, c in poly.terms.items()})


def latex_name(name: str) -> str:
    r"""Write a variable in LaTeX: ``U1_2_3`` is the entry (2,3) of U_1, ``b1_2`` the entry 2 of b_1.

    Examples
    --------
    >>> latex_name("U1_2_3"), latex_name("V_1_2"), latex_name("b1_2"), latex_name("x1"), latex_name("theta")
    ('(U_1)_{2,3}', 'V_{1,2}', '(b_1)_{2}', 'x_{1}', '\\theta')
    """
    head, *indices = name.strip("_").split("_")
    stem = head.rstrip("0123456789")
    number = head[len(stem) :]
    if stem in _GREEK:
        stem = "\\" + stem
    elif len(stem) > 1 and stem.isalpha():
        stem = rf"\mathrm{{{stem}}}"
    if not indices:
        return f"{stem}_{{{number}}}" if number else stem or name
    base = f"({stem}_{number})" if number else stem
    return f"{base}_{{{','.join(indices)}}}"


_LETTERS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"
_GREEK = frozenset(_LETTERS.split())
