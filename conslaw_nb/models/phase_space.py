"""Other flows than gradient flow, as families of fields: momentum on phase space, and flows in the mirror.

A law of a flow is a function whose gradient is orthogonal to a family of fields. So `check_law`, `count_laws` and
`certify` answer for these flows as they do for φ: they need not know which flow it is. Both are cases of `flow_fields`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..exact.polynomial import lifted
from .fields import VectorFields, check_family
from .flow import flow_fields

__all__ = ["lifted", "mirror_fields", "momentum_fields"]


def mirror_fields(phi: VectorFields, metric: Sequence[Any] | None = None) -> VectorFields:
    """Return the fields M∇φ_i of the flow θ̇ = −M(θ)∇E(θ) with a metric M, diagonal or a matrix.

    Parameters
    ----------
    phi : VectorFields
        The model, in D parameters.
    metric : sequence of D functions, or of D rows, optional
        The diagonal of M, or all of it, as text, numbers or polynomials in the parameters, which may be divided; by
        default θ itself, the metric of multiplicative updates, which keeps parameters positive.

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
    return flow_fields(phi, metric=phi.variables if metric is None else metric)


def momentum_fields(phi: VectorFields, friction: Any = 0, metric: Sequence[Any] | None = None) -> VectorFields:
    """Return the fields of θ̈ + τθ̇ = −M∇E(θ) on phase space.

    Parameters
    ----------
    phi : VectorFields
        The model, in D parameters.
    friction : number
        τ, exact: an integer, a fraction, text such as '1/2', a formula in t such as '3/t', or 'any'.
    metric : sequence of D functions, or of D rows, optional
        The diagonal of M, or all of it, in the variables of phase space; by default 1.

    Returns
    -------
    VectorFields
        On the 2D + 1 variables (s, θ, θ̇), where s = t if τ = 0 and s = exp(τt) otherwise: first the field of
        inertia and friction, (1 or τs, θ̇, −τθ̇), then (0, 0, M∇φ_i) for each φ_i. The speed of `x` is `dx`. Where τ
        depends on time the first variable is t.

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
    return flow_fields(phi, momentum=friction, metric=metric, call="momentum_fields(phi)")
