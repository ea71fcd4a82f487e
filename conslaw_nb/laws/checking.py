"""Is this function conserved? PROVED as an identity, REFUTED with a witness, or UNKNOWN with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from ..errors import ParseError, SizeError, brief
from ..exact.polynomial import Poly
from ..language import notes, read_expression
from ..models.domain import EVERYWHERE, Domain
from ..models.fields import VectorFields, check_family, to_poly
from ..verdict import Status, Verdict, Witness
from .functions import LawEvidence, Quotient, constant_verdict, is_rational_function, quotient

__all__ = ["check_law", "small_nonzero_point"]

_PATIENCE = 300  # points that are tried before others are looked at
_CLIMB = 6_000  # steps towards a point where all is positive


def check_law(h: Any, phi: VectorFields) -> Verdict:
    """Decide whether h is conserved by every flow in W_φ.

    Parameters
    ----------
    h : str, sympy expression or Poly
        Polynomials and quotients of polynomials are always decided. exp, log, sqrt and rational powers are
        decided where an exact identity or an exact witness can be found.
    phi : Parametrization or VectorFields

    Returns
    -------
    Verdict
        PROVED: ⟨∇h, χ⟩ = 0 for every generator χ, as an identity where h is defined.
        REFUTED: `witness` holds a generator, a small rational point, and the exact nonzero value there.
        UNKNOWN: with the reason; never a guess.

    Raises
    ------
    ParseError, SizeError, ModelError
        Text that cannot be read, with the place; unknown variables; absurd sizes.

    References
    ----------
    Propositions 2.5 and 2.16.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> phi = parametrization("x*y")
    >>> check_law("x**2 - y**2", phi).status
    <Status.PROVED: 'PROVED'>
    >>> print(check_law("x + y", phi).witness)
    ⟨∇h, ∇(x*y)⟩ = 1 at x = 1, y = 0
    >>> print(check_law("y*exp(-x)", parametrization("x + y**2/2")).status)
    PROVED
    """
    check_family(phi, "check_law")
    return _decide(h, phi)


def _decide(h: Any, phi: VectorFields) -> Verdict:
    claim = h if isinstance(h, str) else str(h)
    if isinstance(h, Poly):
        return _check_quotient(claim, quotient(to_poly(h, phi.variables), phi.variables), phi)
    if isinstance(h, str):
        node = read_expression(h, phi.variables)
        if is_rational_function(node):
            verdict = _check_quotient(claim, quotient(node, phi.variables, claim), phi)
        else:
            from .transcendental import check_transcendental  # sympy is loaded where it is needed

            verdict = check_transcendental(claim, node, phi)
        said = notes(node)
        return replace(verdict, reason=f"{verdict.reason} Here {', '.join(said)}.") if said else verdict
    if hasattr(h, "poly"):  # a Law
        return _decide(h.poly, phi)
    if hasattr(h, "how"):  # a FoundLaw
        if h.form is not None:
            raise ParseError(f"{brief(h.text)} is a form, and its integral the law: check_form decides it")
        return _decide(h.text, phi)
    return _decide(_text_of_sympy(h), phi)


def _text_of_sympy(value: Any) -> str:
    """Return a sympy expression as text for our parser, so that both ways in meet the same grammar."""
    import sympy

    if isinstance(value, (bool, float)) or getattr(value, "has", lambda *_: False)(sympy.Float):
        raise ParseError(f"{brief(value)} is not exact: write it as text, such as '1/3' or '0.25'")
    if isinstance(value, (int, Fraction, sympy.Expr)):
        return str(value)
    raise ParseError(
        f"{brief(value)} is neither text nor a sympy expression: write the law as text, such as 'x**2 - y**2'"
    )


def _check_quotient(claim: str, h: Quotient, phi: VectorFields) -> Verdict:
    """Decide for h = top/bottom: the numerator of ⟨∇h, χ⟩ is bottom·⟨∇top, χ⟩ − top·⟨∇bottom, χ⟩."""
    top, bottom = h.top, h.bottom
    g, residual = None, None
    if bottom.is_constant:
        if top.is_constant:
            return constant_verdict(claim, h.where)
        g = phi.failing_generator(top)
        residual = None if g is None else phi[g].along(top)
    else:
        if _same_ratio(top, bottom):
            return constant_verdict(claim, h.where)
        for index in phi.spanning_generators():
            field = phi[index]
            numerator = bottom * field.along(top) - top * field.along(bottom)
            if numerator:
                g, residual = index, numerator
                break
    evidence = LawEvidence(phi, h)
    if g is None or residual is None:
        identity = "an identity" if h.divisors else "a polynomial identity"
        reason = f"⟨∇h, χ⟩ = 0 for every generator χ, as {identity}{h.where}."
        return Verdict(Status.PROVED, reason, claim=claim, evidence=evidence)
    try:
        point = small_nonzero_point(residual, avoid_zero_of=h.divisors, domain=phi.domain)
    except SizeError as error:
        return Verdict(Status.UNKNOWN, f"its derivative is not 0 as a polynomial, but {error}.", claim=claim)
    value = Fraction(residual.evaluate(point)) / Fraction(bottom.evaluate(point)) ** 2
    witness = Witness(g, phi.label(g), dict(zip(phi.variables, map(Fraction, point), strict=True)), value)
    return Verdict(
        Status.REFUTED,
        f"not conserved: {witness}, and a law needs 0 everywhere.",
        claim=claim,
        witness=witness,
        details={"residual": residual.text if len(residual.terms) <= 50 else f"{len(residual.terms)} terms"},
        evidence=evidence,
    )


def _same_ratio(top: Poly, bottom: Poly) -> bool:
    """Whether top/bottom is a constant."""
    monomial, below = next(iter(bottom.terms.items()))
    return top == bottom * (Fraction(top.terms.get(monomial, 0)) / below)


def small_nonzero_point(
    poly: Poly, avoid_zero_of: Poly | Sequence[Poly] = (), domain: Domain = EVERYWHERE
) -> list[int | Fraction]:
    """Return a small point, of integers and most of them 0, where a nonzero polynomial does not vanish.

    `poly`: not the zero polynomial; `avoid_zero_of`: nonzero polynomials that must not vanish at the point either;
    `domain`: where the point lies. Where what must be positive seldom is, the search climbs towards it.

    Raises SizeError: no point of the domain was found.
    """
    every = [poly, *([avoid_zero_of] if isinstance(avoid_zero_of, Poly) else avoid_zero_of)]
    every += [*domain.nonzero, *domain.positive]

    def good(point: list[int | Fraction]) -> bool:
        return all(p.evaluate(point) > 0 for p in domain.positive) and all(p.evaluate(point) != 0 for p in every)

    involved = sorted({v for p in every for v in p.support()})
    rng = Random(0)
    point: list[int | Fraction] = [0] * len(poly.variables)
    size, tries = 1, 0
    while not good(point):  # ends: a nonzero polynomial has a nonzero value on any grid larger than its degree
        parts = tries // _PATIENCE + 1 if domain.positive else 1
        if parts > 3:
            point = _climbed(point, involved, domain, good, rng)
            break
        for i in involved:
            point[i] = rng.randint(-size, size) if parts == 1 else Fraction(rng.randint(-size, size), 2 ** (2 * parts))
        tries += 1
        if tries % 20 == 0:
            size += 1
    for value in (0, 1):  # then make it as plain as it can be
        for i in involved:
            before = point[i]
            if before not in (0, value):
                point[i] = value
                if not good(point):
                    point[i] = before
    for i in involved:
        before = point[i]
        if before:
            point[i] = 0
            if not good(point):
                point[i] = before
    return point


def _climbed(
    point: list[int | Fraction], involved: Sequence[int], domain: Domain, good: Any, rng: Random
) -> list[int | Fraction]:
    """Go from a point to one that is good, by steps that do not make the least of what must be positive smaller."""

    def least(at: list[int | Fraction]) -> int | Fraction:
        return min(p.evaluate(at) for p in domain.positive)

    height = least(point)
    for number in range(_CLIMB):
        moved = list(point)
        for i in involved if number % 3 == 0 else [rng.choice(involved)]:
            moved[i] = moved[i] + Fraction(rng.randint(-16, 16), 2 ** rng.randint(0, 16))
        reached = least(moved)
        if reached >= min(height, 1):  # above 1 any way is as good
            point, height = moved, reached
            if height > 0 and good(point):
                return point
    raise SizeError(f"no point was found where {domain.text}: try a model that is defined for more of its parameters")
