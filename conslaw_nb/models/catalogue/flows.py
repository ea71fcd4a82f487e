"""Other flows of a model: momentum, mirrors, weight decay and signs, as models themselves, alone and put together."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..fields import VectorFields
from ..flow import Flow, flow_fields
from ..rates import ANY
from ..registry import RateOf, model_kind

__all__ = ["decay", "flow", "mirror", "momentum", "sign"]


@model_kind(
    phi="none: the field of inertia, friction and decay, and the fields M∇φ_i, or signs of them",
    source="arXiv 2405.12888 for momentum and metrics, arXiv 2506.06194 for weight decay and signs; put together here.",
    conserved="for linear networks, with friction τ and any weight decay: exp(∫τ)(UᵀU̇ − U̇ᵀU + VᵀV̇ − V̇ᵀV)",
    example="flow(linear(2,2,2), momentum=1/2, decay=1/3)",
)
def flow(
    model: VectorFields,
    momentum: RateOf | None = None,
    decay: RateOf | None = None,
    metric: list[Any] | None = None,
    sign: list[Any] | None = None,
) -> Flow:
    """Make the fields of a flow that is put together from momentum, weight decay, a metric and signs.

    The flow is θ̇ + λ(t)θ = −M∇E(θ), and with momentum θ̈ + τ(t)θ̇ + λ(t)θ = −M∇E(θ); with `sign` the right side is
    −sign(M∇E). Rates and metrics may divide: every field is multiplied by its denominators, which changes no law where
    these are not 0. Models may stand inside: ``momentum(mirror(model))`` is one flow with both.

    Parameters
    ----------
    model : VectorFields
        The model that is trained.
    momentum : number, formula in t, or any
        The friction τ: 1/2, 3/t (Nesterov), 0 for none at all, any for all frictions at once; without it no momentum.
    decay : number, formula in t, or any
        The rate λ of weight decay, which pulls beside the gradient and is not changed by the metric.
    metric : list
        The diagonal of M, a formula for each parameter, or its rows; with momentum they may hold speeds and the clock.
    sign : list
        A point: the gradient is replaced by its signs near it.

    Returns
    -------
    Flow
        The clock comes first, s = exp ∫τ (or exp ∫λ, or t where τ = 0), or t itself where a rate depends on it; then
        the parameters; with momentum their speeds, called d and their name.

    Examples
    --------
    >>> from ..networks import factorization
    >>> nesterov = flow(factorization(1, 1, 1), momentum="3/t", decay="1/10")
    >>> nesterov.variables, nesterov.domain.text
    (('t', 'U_1_1', 'V_1_1', 'dU_1_1', 'dV_1_1'), 't is not 0')
    >>> nesterov
    flow(factorization(1,1,1), momentum=3/t, decay=1/10)
    """
    return flow_fields(model, momentum, decay, metric, sign)


@model_kind(
    phi="none: the fields (1 or τs, θ̇, −τθ̇) and (0, 0, ∇φ_i) on phase space (s, θ, θ̇)",
    source="arXiv 2405.12888: heavy ball; the clock s is time where τ = 0, exp(τt) otherwise, and t where τ varies.",
    conserved="for linear networks e^(τt)(UᵀU̇ − U̇ᵀU + VᵀV̇ − V̇ᵀV); for ReLU networks nothing",
    example="momentum(linear(2,2,2))",
)
def momentum(model: VectorFields, friction: RateOf = Fraction(0)) -> Flow:
    """Make the fields of training with momentum.

    Parameters
    ----------
    model : VectorFields
        The model that is trained.
    friction : number, formula in t, or any
        τ, exact: 1/2, or 3/t for Nesterov's.

    Examples
    --------
    >>> from ..networks import factorization
    >>> momentum(factorization(1, 1, 1)).variables
    ('s', 'U_1_1', 'V_1_1', 'dU_1_1', 'dV_1_1')
    """
    return flow_fields(model, momentum=friction)


@model_kind(
    phi="none: the fields M∇φ_i with M = diag(θ), or the metric that is given",
    source="arXiv 2405.12888: mirror flow, as in nonnegative factorization by multiplicative updates.",
    conserved="for U Vᵀ: the sums of column k of U less those of V",
    example="mirror(factorization(2,2,2))",
)
def mirror(model: VectorFields, metric: list[Any] | None = None) -> Flow:
    """Make the fields of a mirror flow.

    Parameters
    ----------
    model : VectorFields
        The model that is trained.
    metric : list
        The diagonal of M, one formula for each parameter, or its rows; by default diag(θ).

    Examples
    --------
    >>> from ..networks import factorization
    >>> mirror(factorization(1, 1, 1)).text
    'mirror(factorization(1,1,1))'
    """
    return flow_fields(model, metric=model.variables if metric is None else metric)


@model_kind(
    phi="none: the fields (s, −θ) and (0, ∇φ_i) in the variables (s, θ), s = exp ∫λ",
    source="arXiv 2506.06194, Theorem 2.1: weight decay with any rate λ(t).",
    conserved="h(sθ) for each law h of the model",
    example="decay(linear(2,2,2))",
)
def decay(model: VectorFields) -> Flow:
    """Make the fields of training with weight decay.

    Parameters
    ----------
    model : VectorFields
        The model that is trained.

    Examples
    --------
    >>> from ..networks import factorization
    >>> decay(factorization(1, 1, 1)).brief
    'weight decay on factorization(1,1,1)'
    """
    return flow_fields(model, decay=ANY)


@model_kind(
    phi="none: the constant fields sign ∇E near a point",
    source="arXiv 2506.06194, section 2.3: sign descent, a model of Adam.",
    example="sign(factorization(1,1,2), point=[1, 2, 3, 4])",
)
def sign(model: VectorFields, point: list[Any]) -> Flow:
    """Make the fields of sign descent near a point.

    Parameters
    ----------
    model : VectorFields
        The model that is trained.
    point : list
        One number for each parameter.

    Examples
    --------
    >>> from ..networks import factorization
    >>> sign(factorization(1, 1, 1), point=[2, -3])
    sign(factorization(1,1,1), point=[2, -3])
    """
    return flow_fields(model, sign=point)
