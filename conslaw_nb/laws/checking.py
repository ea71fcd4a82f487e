"""Is this function conserved? PROVED as an identity, REFUTED with a witness, or UNKNOWN with the reason."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from ..errors import ConslawError, ParseError, SizeError, brief
from ..exact.expansion import fraction_from_node
from ..exact.parser import Call, Node, Power, Product, Sum, parse_expression
from ..exact.polynomial import Poly
from ..models.fields import VectorFields, check_family, to_poly
from ..verdict import Status, Verdict, Witness

__all__ = ["check_law", "constant_verdict", "small_nonzero_point"]


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
        return _check_fraction(claim, to_poly(h, phi.variables), Poly.constant(phi.variables, 1), phi)
    if isinstance(h, str):
        node = parse_expression(h)
        if not _is_rational_function(node):
            from .transcendental import check_transcendental

            return check_transcendental(claim, node, phi)
        top, bottom = fraction_from_node(node, phi.variables)
        return _check_fraction(claim, top, bottom, phi)
    if hasattr(h, "poly"):  # a Law
        return _decide(h.poly, phi)
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


def _is_rational_function(node: Node) -> bool:
    """Whether only numbers, variables, + - * / and integer powers occur."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Call):
            return False
        if isinstance(current, Sum):
            stack.extend(current.terms)
        elif isinstance(current, Product):
            stack.extend(factor for factor, _ in current.factors)
        elif isinstance(current, Power):
            exponent = constant_value(current.exponent)
            if exponent is None or exponent.denominator != 1:
                return False
            stack.append(current.base)
    return True


def constant_value(node: Node) -> Fraction | None:
    """Return the exact value of a node without variables and functions, or None."""
    try:
        top, bottom = fraction_from_node(node, ())
    except SizeError:
        raise
    except ConslawError:
        return None
    return Fraction(top.terms.get((), 0)) / Fraction(bottom.terms[()])


def _check_fraction(claim: str, top: Poly, bottom: Poly, phi: VectorFields) -> Verdict:
    """Decide for h = top/bottom: the numerator of ⟨∇h, χ⟩ is bottom·⟨∇top, χ⟩ − top·⟨∇bottom, χ⟩."""
    if bottom.is_constant:
        h = top if bottom == 1 else top / bottom.terms[()]
        if h.is_constant:
            return constant_verdict(claim)
        g = phi.failing_generator(h)
        bottom = Poly.constant(phi.variables, 1)
        residual = None if g is None else phi[g].along(h)
    else:
        if _same_ratio(top, bottom):
            return constant_verdict(claim)
        g, residual = None, None
        for index in phi.spanning_generators():
            field = phi[index]
            numerator = bottom * field.along(top) - top * field.along(bottom)
            if numerator:
                g, residual = index, numerator
                break
    if g is None or residual is None:
        where = "" if bottom.is_constant else f" wherever {_brief(bottom)} is not 0"
        return Verdict(
            Status.PROVED,
            f"⟨∇h, χ⟩ = 0 for every generator χ, as {'a polynomial' if bottom.is_constant else 'an'} identity{where}.",
            claim=claim,
        )
    point = small_nonzero_point(residual, avoid_zero_of=bottom)
    value = Fraction(residual.evaluate(point)) / Fraction(bottom.evaluate(point)) ** 2
    witness = Witness(g, phi.label(g), dict(zip(phi.variables, map(Fraction, point), strict=True)), value)
    return Verdict(
        Status.REFUTED,
        f"not conserved: {witness}, and a law needs 0 everywhere.",
        claim=claim,
        witness=witness,
        details={"residual": residual.text if len(residual.terms) <= 50 else f"{len(residual.terms)} terms"},
    )


def constant_verdict(claim: str) -> Verdict:
    """Return the verdict on a constant: conserved, and no law."""
    return Verdict(
        Status.PROVED,
        "a constant never changes, whatever the flow: true, but it says nothing and is never counted as a law.",
        claim=claim,
        details={"constant": True},
    )


def _same_ratio(top: Poly, bottom: Poly) -> bool:
    """Whether top/bottom is a constant."""
    monomial, below = next(iter(bottom.terms.items()))
    return top == bottom * (Fraction(top.terms.get(monomial, 0)) / below)


def _brief(poly: Poly) -> str:
    return poly.text if len(poly.terms) <= 6 else f"a denominator of {len(poly.terms)} terms"


def small_nonzero_point(poly: Poly, avoid_zero_of: Poly | None = None) -> list[int]:
    """Return a small integer point, most coordinates 0, where a nonzero polynomial does not vanish.

    Parameters
    ----------
    poly : Poly
        Not the zero polynomial.
    avoid_zero_of : Poly, optional
        A nonzero polynomial that must not vanish at the point either.
    """

    def good(point: list[int]) -> bool:
        return poly.evaluate(point) != 0 and (avoid_zero_of is None or avoid_zero_of.evaluate(point) != 0)

    involved = sorted({*poly.support(), *(avoid_zero_of.support() if avoid_zero_of is not None else ())})
    rng = Random(0)
    point = [0] * len(poly.variables)
    size, tries = 1, 0
    while not good(point):  # ends: a nonzero polynomial has a nonzero value on any grid larger than its degree
        for i in involved:
            point[i] = rng.randint(-size, size)
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
