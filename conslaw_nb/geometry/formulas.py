"""Formulas K(z) for the metric: is M(θ) = K(φ(θ), h(θ))? Decided as an identity, or refuted with a point.

A formula is text in z (or z1, z2, ...) and in letters that stand for laws: along a flow the laws keep their first
values, so a right formula makes ż = −K(z)∇f(z) an equation in z alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod, sqrt
from operator import itemgetter
from typing import Any

from ..errors import ParseError, brief
from ..exact.polynomial import Poly
from ..exact.roots import is_sum_of_even_terms, square_root
from ..language import is_name, read_expression, text
from ..language.polynomials import Quotient, constant_value, fraction_from_node, poly_from_text
from ..language.tree import Call, Name, Negative, Node, Number, Power, Product, Sum
from ..laws.checking import check_law
from ..models.parametrizations import Parametrization
from ..simulation.flows import Trajectory, gradient_flow
from ..verdict import Status, Verdict
from .metric import GeometryError, Metric, metric

__all__ = ["ReducedMetric", "check_metric", "names_of_z", "reduced_metric"]

_PLACES = (1, 2, 3, -1, 5, -2, 7, 4, -3, 6)
_TRIES = 40


def names_of_z(count: int) -> tuple[str, ...]:
    """Return how formulas name the components of φ: ``z`` for one, ``z1, z2, ...`` for several.

    Examples
    --------
    >>> names_of_z(1), names_of_z(2)
    (('z',), ('z1', 'z2'))
    """
    return ("z",) if count == 1 else tuple(f"z{i + 1}" for i in range(count))


class _NoPolynomialRootError(Exception):
    """What stands under a root is, as a function of θ, no square whose sign is certain."""


def _root(top: Poly, bottom: Poly) -> Quotient:
    """The nonnegative root of a quotient, where it is a quotient of polynomials with a sign that can be read off."""
    inner = square_root(top * bottom)  # √(a/b) = √(ab)/b for b > 0
    for denominator in (bottom, -bottom):
        if inner is not None and is_sum_of_even_terms(denominator):
            for numerator in (inner, -inner):
                if is_sum_of_even_terms(numerator):
                    return numerator, denominator
    raise _NoPolynomialRootError


def _function(node: Node) -> Callable[[Mapping[str, float]], float]:
    """Turn a formula of sums, products, powers and square roots into a function of floats: a flow asks for it often."""
    if isinstance(node, Number):
        number = float(node.value)
        return lambda values: number
    if isinstance(node, Name):
        return itemgetter(node.name)
    if isinstance(node, Negative):
        inside = _function(node.argument)
        return lambda values: -inside(values)
    if isinstance(node, Sum):
        terms = [_function(term) for term in node.terms]
        return lambda values: sum([term(values) for term in terms])
    if isinstance(node, Product):
        above, below = ([_function(part) for part, under in node.factors if under is side] for side in (False, True))
        return lambda values: prod([part(values) for part in above]) / prod([part(values) for part in below])
    if isinstance(node, Power):
        base, exponent = _function(node.base), constant_value(node.exponent) or 0
        power = int(exponent) if exponent == int(exponent) else float(exponent)
        return lambda values: float(base(values) ** power)
    if isinstance(node, Call) and node.function == "sqrt":
        inside = _function(node.argument)
        return lambda values: sqrt(inside(values))
    raise GeometryError(f"'{text(node)}' has no value in floats: use sums, products, powers and sqrt")


@dataclass(frozen=True)
class ReducedMetric:
    """A formula for the metric of a parametrization, in terms of z and of laws.

    Attributes
    ----------
    phi : Parametrization
    laws : tuple of (str, Poly)
        The letters for laws, and the laws.
    entries : tuple of tuples of str
        The formula of each entry of K.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> k = reduced_metric(parametrization("u*v"), "sqrt(4*z**2 + d**2)", {"d": "u**2 - v**2"})
    >>> k.verify().status
    <Status.PROVED: 'PROVED'>
    >>> k.at((2.0,), d=3.0)
    [[5.0]]
    """

    phi: Parametrization
    laws: tuple[tuple[str, Poly], ...]
    entries: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        names = (*names_of_z(len(self.entries)), *self.letters)
        nodes = [[read_expression(entry, names) for entry in row] for row in self.entries]
        object.__setattr__(self, "_nodes", nodes)

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters that stand for laws."""
        return tuple(name for name, _ in self.laws)

    def at(self, z: Sequence[float], **laws: float) -> list[list[float]]:
        """Return K(z) as floats, for given values of the laws."""
        if set(laws) != set(self.letters):
            raise GeometryError(f"give the values of the laws by name: {', '.join(self.letters)}")
        values = dict(zip(names_of_z(len(self.entries)), map(float, z), strict=True))
        values |= {name: float(value) for name, value in laws.items()}
        return [[entry(values) for entry in row] for row in self._functions]

    @cached_property
    def _functions(self) -> list[list[Callable[[Mapping[str, float]], float]]]:
        return [[_function(node) for node in row] for row in self._nodes]

    def flow(self, slope: Any, z: Sequence[float], time: float, steps: int = 400, **laws: float) -> Trajectory:
        """Follow ż = −K(z)∇f(z): the flow in z alone, with no θ in it.

        Parameters
        ----------
        slope : callable
            ``slope(*z)`` returns ∇f(z).
        z : sequence of float
        time, steps
            As for `gradient_flow`.
        **laws : float
            The values of the laws, which the flow keeps.
        """

        def moved(*place: float) -> list[float]:
            slopes = slope(*place)
            return [sum(k * s for k, s in zip(row, slopes, strict=True)) for row in self.at(place, **laws)]

        return gradient_flow(moved, z, time, steps)

    def verify(self) -> Verdict:
        """Decide whether M(θ) = K(φ(θ), h(θ)) for all θ."""
        claim = (
            f"M(θ) = K(φ(θ), {', '.join(self.letters)}) for {self.phi.text.partition(', variables=')[0].rstrip(')')})"
        )
        theta = self.phi.variables
        names = names_of_z(len(self.entries))
        values = dict(zip(names, self.phi.components, strict=True)) | dict(self.laws)
        true, unsettled = metric(self.phi), ""
        for i, j in product(range(len(names)), repeat=2):
            try:
                top, bottom = fraction_from_node(self._nodes[i][j], theta, values, _root)
                if top == bottom * true.entries[i][j]:
                    continue
                unsettled = "the formula differs from M, but is not defined at any of the points tried"
            except _NoPolynomialRootError:
                unsettled = (
                    "under a root stands, as a function of θ, no square of a polynomial of one sign; "
                    "no point was found where the formula fails either"
                )
            refuted = self._refute(claim, true, i, j)
            if refuted is not None:
                return refuted
        if unsettled:
            return Verdict(Status.UNKNOWN, unsettled, claim=claim)
        laws = ", ".join(f"{name} = {law.text}" for name, law in self.laws)
        where = f" with {laws}" if laws else ""
        return Verdict(
            Status.PROVED,
            f"each entry of ∂φ∂φᵀ is the formula's, as an identity in {', '.join(theta)}{where}",
            claim=claim,
        )

    def _refute(self, claim: str, true: Metric, i: int, j: int) -> Verdict | None:
        """A rational point where an entry certainly differs from the formula, or None."""
        from ..laws.real_domain import NoValue, enclosed  # with mpmath, which the lessons' first answers do not need

        count = self.phi.dimension
        for attempt in range(_TRIES):
            point = [_PLACES[(attempt * (k + 1) + 2 * k) % len(_PLACES)] for k in range(count)]
            wanted = Fraction(true.entries[i][j].evaluate(point))
            z = [Fraction(part.evaluate(point)) for part in self.phi.components]
            values = dict(zip(names_of_z(len(z)), z, strict=True))
            values |= {name: Fraction(law.evaluate(point)) for name, law in self.laws}
            try:
                away = enclosed(Sum((self._nodes[i][j], Number(-wanted))), values)
            except (NoValue, ZeroDivisionError, ValueError, OverflowError, TypeError):  # no value there, or too large
                continue
            if away.a > 0 or away.b < 0:
                where = ", ".join(f"{name} = {value}" for name, value in zip(self.phi.variables, point, strict=True))
                entry = f"entry ({i + 1}, {j + 1}) of " if len(self.entries) > 1 else ""
                given = self._exactly(i, j, values) or f"about {float(away.mid) + float(wanted):.6g}"
                return Verdict(
                    Status.REFUTED,
                    f"at {where}, {entry}M is {wanted}, and the formula gives {given}",
                    claim=claim,
                    details={
                        "point": dict(zip(self.phi.variables, point, strict=True)),
                        "entry": (i, j),
                        "value": wanted,
                    },
                )
        return None

    def _exactly(self, i: int, j: int, values: Mapping[str, Fraction]) -> str:
        """Return the value of an entry as a fraction, or nothing where a root is not one."""
        try:
            numbers = {name: Poly.constant((), value) for name, value in values.items()}
            top, bottom = fraction_from_node(self._nodes[i][j], (), numbers, _root)
        except _NoPolynomialRootError:
            return ""
        return str(Fraction(top.evaluate(())) / Fraction(bottom.evaluate(())))


def reduced_metric(
    phi: Parametrization, entries: str | Sequence[Sequence[str]], laws: Mapping[str, str | Poly] | None = None
) -> ReducedMetric:
    """Return a formula for the metric, read but not yet believed: `verify` decides it.

    Parameters
    ----------
    phi : Parametrization
    entries : str or rows of str
        Formulas in z (one component) or z1, z2, ..., and in the letters of the laws; with sqrt.
    laws : mapping of str to str
        Letter to law. Each must be a law, or it does not keep its first value.

    Raises
    ------
    GeometryError
        A letter that is taken, a function that is not a law, rows of the wrong length.
    ParseError, SizeError
        Text that cannot be read.
    """
    components = metric(phi).phi.components
    names = names_of_z(len(components))
    if isinstance(entries, str):
        entries = ((entries,),)
    if not isinstance(entries, Sequence) or any(isinstance(r, str) or not isinstance(r, Sequence) for r in entries):
        raise GeometryError(f"{brief(entries)} is not a matrix of formulas: give text, or rows of texts")
    rows = tuple(tuple(row) for row in entries)
    if len(rows) != len(names) or any(len(row) != len(names) for row in rows):
        raise GeometryError(
            f"the metric of {phi.text} has {len(names)} rows of {len(names)}: give as many formulas, in "
            + ", ".join(names)
        )
    checked = []
    for name, law in (laws or {}).items():
        if not is_name(name) or name in names:
            raise GeometryError(
                f"{brief(name)} cannot stand for a law here: take a letter that is not {', '.join(names)}"
            )
        poly = law if isinstance(law, Poly) else poly_from_text(law, phi.variables)
        if not check_law(poly, phi).is_proved:
            raise GeometryError(f"{name} = {poly.brief} is not a law of {phi.text}: it does not keep its first value")
        checked.append((name, poly))
    found = ReducedMetric(phi, tuple(checked), rows)
    known = dict.fromkeys((*names, *found.letters), Poly.constant(phi.variables, 2))
    for row in found._nodes:
        for node in row:
            try:  # unknown names, other functions, absurd powers: said before anything is computed
                fraction_from_node(node, phi.variables, known, lambda top, bottom: (top, bottom))
            except ParseError as problem:
                if "division by zero" not in str(problem):
                    raise
    return found


def check_metric(
    entries: str | Sequence[Sequence[str]], phi: Parametrization, laws: Mapping[str, str | Poly] | None = None
) -> Verdict:
    """Decide whether a formula in z and laws is the metric M(θ) = ∂φ(θ)∂φ(θ)ᵀ.

    Parameters
    ----------
    entries : str or rows of str
        See `reduced_metric`.
    phi : Parametrization
    laws : mapping of str to str

    Returns
    -------
    Verdict
        PROVED: an identity in θ, the roots resolved as squares of polynomials.
        REFUTED: at an exact point, by an enclosure of the formula's value that excludes the true one.
        UNKNOWN: neither; never a guess.

    References
    ----------
    The proposition on the Riemannian flow, for one model at a time.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> phi = parametrization("u*v")
    >>> check_metric("sqrt(4*z**2 + d**2)", phi, {"d": "u**2 - v**2"}).status
    <Status.PROVED: 'PROVED'>
    >>> print(check_metric("sqrt(z**2 + d**2)", phi, {"d": "u**2 - v**2"}).reason)
    at u = 1, v = 3, M is 10, and the formula gives about 8.544
    """
    return reduced_metric(phi, entries, laws).verify()
