"""Models as a loss, or data with a symmetry, see them: more is conserved where less is seen."""

from __future__ import annotations

from typing import Any

from ..fields import VectorFields
from ..parametrizations import Parametrization
from ..registry import model_kind
from ..seen import output_differences, symmetric_fields

__all__ = ["cross_entropy", "symmetric_data"]


@model_kind(
    phi="the components of each output, less those of the last output",
    source="arXiv 2506.06194, Assumption 2.4: the gradients of the cross-entropy of logits have entries with sum 0.",
    conserved="for linear(...) and relu(...): what the model conserves, and the sum of each column of U_1",
    example="cross_entropy(linear(2,2,3))",
)
def cross_entropy(model: VectorFields, outputs: int | None = None) -> Parametrization:
    """Make what the cross-entropy of logits sees of a model: it ignores a common shift of the outputs.

    Parameters
    ----------
    model : VectorFields
        A network, or a map whose components are the outputs for one input after the other, row by row.
    outputs : int
        Their number; a network knows its own.

    Examples
    --------
    >>> from ..parametrizations import parametrization
    >>> cross_entropy(parametrization("u1*v", "u2*v"), outputs=2).components
    (u1*v - v*u2,)
    """
    return output_differences(model, outputs, "cross_entropy(model)")


@model_kind(
    phi="none: the fields ∂φᵀ[φΣ] with RΣRᵀ = Σ = Σᵀ, and ∂φᵀ[K] with SKRᵀ = K",
    source="The gradient φE[xxᵀ] − E[yxᵀ] of the squared loss, for data that x → Rx, y → Sy leaves as they are.",
    conserved="what the model conserves, and what the symmetry adds",
    example="symmetric_data(linear(2,1,1), inputs=[[0, 1], [1, 0]])",
)
def symmetric_data(model: VectorFields, inputs: list[Any], outputs: list[Any] | None = None) -> VectorFields:
    """Make the fields of training a linear network, by the squared loss, on data with a symmetry.

    Parameters
    ----------
    model : VectorFields
        A linear network, or a map whose components are a matrix row by row, the output being φx.
    inputs : list
        What the symmetry does to x: an orthogonal matrix R, by rows.
    outputs : list
        What it does to y: an orthogonal matrix S, by rows; nothing without it.

    Examples
    --------
    >>> from ..networks import factorization
    >>> symmetric_data(factorization(1, 1, 1), inputs=[[-1]])[0]      # y does not depend on the sign of x
    (U_1_1*V_1_1**2, U_1_1**2*V_1_1)
    """
    return symmetric_fields(model, inputs, outputs)
