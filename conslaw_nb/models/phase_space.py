"""Other flows than gradient flow, as families of fields: momentum on phase space, and flows in the mirror.

A law of a flow is a function whose gradient is orthogonal to a family of fields. So `check_law`, `count_laws` and
`certify` answer for these flows as they do for φ: they need not know which flow it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..errors import ModelError
from ..exact.polynomial import Poly
from .fields import VectorFields, check_family, to_poly, vector_fields

__all__ = ["lifted", "mirror_fields", "momentum_fields"]


def lifted(poly: Poly, names: tuple[str, ...], offset: int) -> Poly:
    """Return a polynomial in a larger space, where its variables stand at a later place.

    Examples
    --------
    >>> lifted(Poly.gen(("x",), 0) ** 2, ("s", "x"), 1).text
    'x**2'
    """
    return Poly(names, {tuple((v + offset, e) for v, e in m): c for m, c in poly.terms.items()})


def mirror_fields(phi: VectorFields, metric: Sequence[Any] | None = None) -> VectorFields:
    """Return the fields M∇φ_i of the flow θ̇ = −M(θ)∇E(θ) with a diagonal metric M.

    Parameters
    ----------
    phi : VectorFields
        The model, in D parameters.
    metric : sequence of D polynomials, optional
        The diagonal of M, as text, numbers or Poly in the parameters; by default θ itself, the metric of
        multiplicative updates, which keeps parameters positive.

    Examples
    --------
    >>> from conslaw_nb.laws.checking import check_law
    >>> from .parametrizations import parametrization
    >>> check_law("x - y", mirror_fields(parametrization("x*y"))).is_proved
    True
    >>> check_law("x**2 - y**2", mirror_fields(parametrization("x*y"))).is_refuted
    True
    >>> mirror_fields(parametrization("x*y")).brief
    'mirror flow of phi(x*y)'
    """
    check_family(phi, "mirror_fields(phi)")
    names = phi.variables
    diagonal = Poly.gens(names) if metric is None else _diagonal(metric, names, phi.dimension)
    rows = [[m * c for m, c in zip(diagonal, field.components, strict=True)] for field in phi]
    fields = vector_fields(names, rows)
    fields.name = f"mirror flow of {phi.brief}"
    return fields


def momentum_fields(phi: VectorFields, friction: Any = 0, metric: Sequence[Any] | None = None) -> VectorFields:
    """Return the fields of θ̈ + τθ̇ = −M∇E(θ) on phase space, for a constant friction τ.

    Parameters
    ----------
    phi : VectorFields
        The model, in D parameters.
    friction : number
        τ, exact: an integer, a fraction, or text such as '1/2'.
    metric : sequence of D polynomials, optional
        The diagonal of M, in the variables of phase space; by default 1.

    Returns
    -------
    VectorFields
        On the 2D + 1 variables (s, θ, θ̇), where s = t if τ = 0 and s = exp(τt) otherwise: first the field of
        inertia and friction, (1 or τs, θ̇, −τθ̇), then (0, 0, M∇φ_i) for each φ_i. The speed of `x` is `dx`.

    Examples
    --------
    A force towards the centre keeps the angular momentum:

    >>> from conslaw_nb.laws.checking import check_law
    >>> from .parametrizations import parametrization
    >>> central = parametrization("x**2 + y**2")
    >>> check_law("x*dy - y*dx", momentum_fields(central)).is_proved
    True
    >>> check_law("s*(x*dy - y*dx)", momentum_fields(central, friction="1/2")).is_proved
    True
    """
    check_family(phi, "momentum_fields(phi)")
    tau, d = _friction(friction), phi.dimension
    names = ("s", *phi.variables, *(f"d{name}" for name in phi.variables))
    if len(set(names)) < len(names):
        raise ModelError(
            f"phase space names time 's' and speeds 'd' + name, and the model has such names itself "
            f"({', '.join(phi.variables[:8])}): rename its variables"
        )
    gens = Poly.gens(names)
    speed, zero, one = gens[d + 1 :], Poly(names, {}), Poly.constant(names, 1)
    diagonal = [one] * d if metric is None else _diagonal(metric, names, d)
    rows = [[gens[0] * tau if tau else one, *speed, *[v * -tau for v in speed]]]
    for field in phi:
        force = [m * lifted(c, names, 1) for m, c in zip(diagonal, field.components, strict=True)]
        rows.append([zero] * (d + 1) + force)
    fields = vector_fields(names, rows)
    fields.name = f"momentum on {phi.brief}" + (f", friction {tau}" if tau else "")
    return fields


def _friction(value: Any) -> Fraction:
    number = to_poly(value, ("s",))
    if number.degree > 0:
        raise ModelError(f"the friction must be a constant, and {value!r} is none")
    tau = Fraction(number.evaluate((0,)))
    if tau < 0:
        raise ModelError(f"the friction {value!r} is negative: it slows down, so give 0 or more")
    return tau


def _diagonal(metric: Sequence[Any], names: tuple[str, ...], size: int) -> list[Poly]:
    entries = [to_poly(entry, names) for entry in metric]
    if len(entries) != size:
        raise ModelError(f"the metric has {len(entries)} entries, and the model {size} parameters: give one for each")
    return entries
