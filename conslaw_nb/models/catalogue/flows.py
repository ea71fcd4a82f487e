"""Other flows of a model: momentum, mirrors, weight decay and signs, as models themselves."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..fields import VectorFields
from ..phase_space import mirror_fields, momentum_fields
from ..registry import model_kind
from ..training_fields import decay_fields, sign_fields

__all__ = ["decay", "mirror", "momentum", "sign"]


def _named(made: VectorFields, name: str) -> VectorFields:
    made.name = name
    return made


@model_kind(
    phi="none: the fields (1 or τs, θ̇, −τθ̇) and (0, 0, ∇φ_i) on phase space (s, θ, θ̇)",
    source="arXiv 2405.12888: heavy ball, with constant friction τ; s is time where τ = 0, and exp(τt) otherwise.",
    conserved="for linear networks e^(τt)(UᵀU̇ − U̇ᵀU + VᵀV̇ − V̇ᵀV); for ReLU networks nothing",
    example="momentum(linear(2,2,2))",
)
def momentum(model: VectorFields, friction: Fraction = Fraction(0)) -> VectorFields:
    """Make the fields of training with momentum.

    Parameters
    ----------
    model : VectorFields
        The model that is trained.
    friction : number
        τ, exact.

    Examples
    --------
    >>> from ..networks import factorization
    >>> momentum(factorization(1, 1, 1)).variables
    ('s', 'U_1_1', 'V_1_1', 'dU_1_1', 'dV_1_1')
    """
    return momentum_fields(model, friction)


@model_kind(
    phi="none: the fields M∇φ_i with M = diag(θ), or the metric that is given",
    source="arXiv 2405.12888: mirror flow, as in nonnegative factorization by multiplicative updates.",
    conserved="for U Vᵀ: the sums of column k of U less those of V",
    example="mirror(factorization(2,2,2))",
)
def mirror(model: VectorFields, metric: list[Any] | None = None) -> VectorFields:
    """Make the fields of a mirror flow.

    Parameters
    ----------
    model : VectorFields
        The model that is trained.
    metric : list
        The diagonal of M, one formula for each parameter; by default the parameters themselves.

    Examples
    --------
    >>> from ..networks import factorization
    >>> mirror(factorization(1, 1, 1)).text
    'mirror(factorization(1,1,1))'
    """
    return mirror_fields(model, metric)


@model_kind(
    phi="none: the fields (s, −θ) and (0, ∇φ_i) in the variables (s, θ), s = exp ∫λ",
    source="arXiv 2506.06194, Theorem 2.1: weight decay with any rate λ(t).",
    conserved="h(sθ) for each law h of the model",
    example="decay(linear(2,2,2))",
)
def decay(model: VectorFields) -> VectorFields:
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
    return _named(decay_fields(model), f"weight decay on {model.brief}")


@model_kind(
    phi="none: the constant fields sign ∇E near a point",
    source="arXiv 2506.06194, section 2.3: sign descent, a model of Adam.",
    example="sign(factorization(1,1,2), point=[1, 2, 3, 4])",
)
def sign(model: VectorFields, point: list[Any]) -> VectorFields:
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
    return _named(sign_fields(model, point), f"sign flow on {model.brief}")
