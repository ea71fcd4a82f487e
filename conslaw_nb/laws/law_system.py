"""The linear system of section 2.5, written out: unknown coefficients, one equation per coefficient, the kernel.

`conservation_laws` solves the same system with random equations modulo primes, and splits it into blocks. Here it
stands as one would write it on paper, over Q and in order: for reading, and as a second opinion on small models.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import combinations_with_replacement
from math import comb

from ..errors import ModelError, SizeError, brief
from ..exact.polynomial import Monomial, Poly
from ..exact.rational import Echelon
from ..models.fields import VectorFields, check_family
from ..tables import Markup, html_table

__all__ = ["LawSystem", "law_system"]

MAX_UNKNOWNS = 150
MAX_EQUATIONS = 3_000
_SHOWN = 24  # rows and columns of a table that a reader still looks at

Row = dict[int, Fraction]  # place of an unknown -> its coefficient


@dataclass(frozen=True)
class LawSystem:
    """The equations that make a polynomial a law, one row for each coefficient of each ⟨∇h, χ⟩."""

    family: VectorFields  # the model
    degrees: tuple[int, ...]  # the degrees of the monomials of h
    monomials: tuple[Poly, ...]  # each has an unknown coefficient: the columns
    # where a row comes from: a generator, if there are several, and the monomial of ⟨∇h, χ⟩ whose coefficient has to be
    # 0
    names: tuple[str, ...]
    formulas: tuple[str, ...]  # the same with the monomial as a formula, for a page
    rows: tuple[Row, ...]  # column -> coefficient; what is 0 is left out
    laws: tuple[Poly, ...]  # a basis of the kernel, with coprime integer coefficients

    @property
    def unknowns(self) -> int:
        """How many coefficients h has."""
        return len(self.monomials)

    @property
    def rank(self) -> int:
        """The rank of the system, over Q."""
        return self.unknowns - len(self.laws)

    @property
    def text(self) -> str:
        """The sizes of the system in one sentence."""
        low, high = self.degrees[0], self.degrees[-1]
        asked = f"degree {low}" if low == high else f"degrees {low} to {high}"
        return (
            f"{self.family.text}, {asked}: {_many(len(self.rows), 'equation')} for {_many(self.unknowns, 'unknown')}, "
            f"rank {self.rank}, kernel of dimension {len(self.laws)}"
        )

    def _table(self) -> Iterator[list[str]]:
        yield ["coefficient of", *(monomial.text for monomial in self.monomials)]
        for name, row in zip(self.names, self.rows, strict=True):
            yield [name, *(str(row.get(place, "·")) for place in range(self.unknowns))]

    def _fits(self) -> bool:
        return len(self.rows) <= _SHOWN and self.unknowns <= _SHOWN

    def __repr__(self) -> str:
        lines = [self.text]
        if self._fits() and self.rows:
            table = list(self._table())
            widths = [max(len(line[place]) for line in table) for place in range(self.unknowns + 1)]
            for head, *cells in table:
                shown = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
                lines.append(f"  {head.ljust(widths[0])}  {shown}")
        lines.append("kernel: " + (", ".join(law.text for law in self.laws) or "only 0"))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        kernel = ";&ensp;".join(f"${law.latex}$" for law in self.laws) or "only 0"
        parts = [f"<p>{escape(self.text)}</p>"]
        if self._fits() and self.rows:
            (first, *_), *rest = self._table()
            heads = [first, *(Markup(f"${monomial.latex}$") for monomial in self.monomials)]
            rows = [(Markup(name), *cells) for name, (_, *cells) in zip(self.formulas, rest, strict=True)]
            parts.append(html_table(rows, heads, powers=True))
        return "".join(parts) + f"<p>kernel: {kernel}</p>"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def law_system(phi: VectorFields, degree: int = 2, homogeneous: bool = False) -> LawSystem:
    """Write out the linear system for the polynomial laws of a degree.

    Parameters
    ----------
    phi : Parametrization or VectorFields
    degree : int
        At least 1.
    homogeneous : bool
        Whether h has monomials of exactly this degree, and not of all degrees from 1 on. That loses nothing where
        each field is homogeneous, and may lose a law where one is not.

    Raises
    ------
    SizeError
        The system is too large to be read.

    References
    ----------
    Proposition 2.16 and section 2.5.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> law_system(parametrization("x*y"), 2, homogeneous=True)
    phi(x*y), degree 2: 3 equations for 3 unknowns, rank 2, kernel of dimension 1
      coefficient of  x**2  x*y  y**2
      x**2               ·    1     ·
      x*y                2    ·     2
      y**2               ·    1     ·
    kernel: x**2 - y**2
    """
    check_family(phi, "law_system")
    if isinstance(degree, bool) or not isinstance(degree, int) or degree < 1:
        raise ModelError(f"the degree must be a whole number, at least 1, not {brief(degree)}")
    degrees = (degree,) if homogeneous else tuple(range(1, degree + 1))
    size = comb(phi.dimension + degree, degree)
    if size > 100 * MAX_UNKNOWNS or (total := sum(comb(phi.dimension + d - 1, d) for d in degrees)) > MAX_UNKNOWNS:
        raise SizeError(
            f"{phi.brief} has {brief(size if size > 100 * MAX_UNKNOWNS else total)} monomials of that degree; up to "
            f"{MAX_UNKNOWNS} are written out: lower the degree, or let conservation_laws solve the system"
        )
    monomials = tuple(
        Poly(phi.variables, {_monomial(choice): 1})
        for d in degrees
        for choice in combinations_with_replacement(range(phi.dimension), d)
    )
    names, formulas, rows = _equations(phi, monomials)
    kernel = Echelon(rows).kernel(range(len(monomials)))
    laws = tuple(_combination(vector, monomials) for vector in kernel)
    return LawSystem(phi, degrees, monomials, tuple(names), tuple(formulas), tuple(rows), laws)


def _monomial(choice: tuple[int, ...]) -> Monomial:
    powers: dict[int, int] = {}
    for place in choice:
        powers[place] = powers.get(place, 0) + 1
    return tuple(powers.items())


def _equations(phi: VectorFields, monomials: tuple[Poly, ...]) -> tuple[list[str], list[str], list[Row]]:
    """Return the rows: for each generator, each monomial of ⟨∇h, χ⟩ has the coefficient 0."""
    names: list[str] = []
    formulas: list[str] = []
    rows: list[Row] = []
    for number, field in enumerate(phi):
        found: dict[Monomial, Row] = {}
        for place, monomial in enumerate(monomials):
            for power, coefficient in field.along(monomial).terms.items():
                found.setdefault(power, {})[place] = Fraction(coefficient)
        for power in sorted(found, key=lambda p: (sum(e for _, e in p), [(i, -e) for i, e in p])):
            one = Poly(phi.variables, {power: 1})
            of = f"{phi.label(number)}: " if phi.count > 1 else ""
            names.append(of + one.text)
            formulas.append(f"{escape(of)}${one.latex}$")
            rows.append(found[power])
        if len(rows) > MAX_EQUATIONS:
            raise SizeError(
                f"the system of {phi.brief} has more than {MAX_EQUATIONS} equations: lower the degree, or let "
                "conservation_laws solve it"
            )
    return names, formulas, rows


def _combination(vector: list[Fraction], monomials: tuple[Poly, ...]) -> Poly:
    total = Poly(monomials[0].variables, {})
    for value, monomial in zip(vector, monomials, strict=True):
        total = total + monomial * value
    return total.primitive()
