"""Laws that somebody brings: each is checked, and then counts like any other, polynomial or not.

A law whose gradient is a rational function, such as x/y, x − log(y) or atan(x/y), is held as a 1-form over a
multiplier: dh = Σ a_i dx_i / m with polynomials a_i and m. That this is closed, and zero on every generator, are
polynomial identities, so a certificate needs nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ConslawError, ModelError, brief
from ..exact.polynomial import Poly
from ..language import read_expression
from ..models.fields import VectorFields, to_poly
from .checking import check_law

__all__ = ["Candidate", "check_candidates"]


@dataclass(frozen=True)
class Candidate:
    """A law that was brought and holds."""

    text: str
    poly: Poly | None  # the law, if it is a polynomial
    multiplier: Poly  # m, where the law is not a polynomial; else 1
    form: dict[int, Poly]  # a_i by coordinate: the gradient of the law times m

    def slope(self, point: Sequence[int], prime: int) -> dict[int, int]:
        """Return the gradient times m at a point, modulo a prime, by coordinate, where it is not 0."""
        values = {i: a.evaluate_mod(point, prime) for i, a in self.form.items()}
        return {i: v for i, v in values.items() if v}


def check_candidates(phi: VectorFields, laws: Any, argument: str = "laws") -> list[Candidate]:
    """Check laws and return them in the form that a count uses; messages name the argument they came by.

    Raises ModelError: one of them is not a law, or could not be decided, or has a gradient that is not rational.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> [one] = check_candidates(parametrization("x + y**2/2"), ["x - log(y)"])
    >>> one.multiplier, one.form
    (y, {0: y, 1: -1})
    """
    if isinstance(laws, str) or not isinstance(laws, Iterable):
        raise ModelError(f'{argument} must be a list, such as ["x**2 - y**2"], not {brief(laws)}')
    return [_check(phi, law, argument) for law in laws]


def _check(phi: VectorFields, law: Any, argument: str) -> Candidate:
    text = law.text if hasattr(law, "text") else str(law)
    verdict = check_law(law, phi)
    if verdict.is_refuted:
        raise ModelError(
            f"{brief(text)} is not a law of {phi.brief}: {verdict.witness}; leave it out of {argument}=[...]"
        )
    if not verdict.is_proved:
        raise ModelError(f"{brief(text)} was not decided, so it cannot be counted with: {verdict.reason}")
    one = Poly.constant(phi.variables, 1)
    try:
        poly = to_poly(law.poly if hasattr(law, "poly") else law if isinstance(law, Poly) else text, phi.variables)
    except ConslawError:
        multiplier, form = _rational_gradient(phi, text)
        return Candidate(text, None, multiplier, form)
    return Candidate(text, poly, one, poly.gradient())


def _rational_gradient(phi: VectorFields, text: str) -> tuple[Poly, dict[int, Poly]]:
    import sympy

    from .transcendental import sympy_of

    names = phi.variables
    symbols = {name: sympy.Symbol(name) for name in names}
    expression = sympy_of(read_expression(text, names), symbols)
    parts = {}
    for i, name in enumerate(names):
        slope = sympy.cancel(sympy.together(sympy.diff(expression, symbols[name])))
        if slope != 0:
            if not slope.is_rational_function(*symbols.values()) or slope.has(sympy.I, sympy.NumberSymbol):
                raise ModelError(
                    f"the gradient of {brief(text)} is not a rational function, so it cannot be counted with: "
                    "give a function of it whose gradient is, such as its logarithm"
                )
            parts[i] = slope.as_numer_denom()
    multiplier = sympy.Integer(1)
    for _, bottom in parts.values():
        multiplier = sympy.lcm(multiplier, bottom)
    form = {i: to_poly(str(sympy.expand(top * sympy.cancel(multiplier / bottom))), names) for i, (top, bottom) in
            parts.items()}  # fmt: skip
    return to_poly(str(sympy.expand(multiplier)), names), form
