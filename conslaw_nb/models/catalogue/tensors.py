"""Tensors and tied factors."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ...errors import ModelError
from ..balance import Balance, columns
from ..forward.matrix import Matrix
from ..forward.model import ForwardModel, model
from ..registry import model_kind

__all__ = ["cp", "tied", "tied_power"]

LETTERS = "ABCDEFGH"


@model_kind(
    phi="the entries of the tensor Σ_k a_k ⊗ b_k ⊗ c_k ⊗ ...",
    source="The definition.",
    laws=lambda rank, size, order: (order - 1) * rank if order > 2 and size > 1 else None,
    proved="counted at order 3 with (rank, size) = (1,2), (2,2) and (2,3)",
    conserved="‖a_k‖² − ‖b_k‖², ‖b_k‖² − ‖c_k‖², ... for each k",
    example="cp(rank=2, size=2)",
)
def cp(rank: int = 2, size: int = 2, order: int = 3) -> ForwardModel:
    """Make a CP (canonical polyadic) tensor factorization.

    Parameters
    ----------
    rank : int
        Number of summands.
    size : int
        Length of every factor.
    order : int
        Number of factors, at least 2 and at most 8.

    Examples
    --------
    >>> cp(rank=1, size=1, order=3).components
    (A_1_1*B_1_1*C_1_1,)
    """
    if not 2 <= order <= len(LETTERS):
        raise ModelError(f"cp with order={order}: a tensor has from 2 to {len(LETTERS)} factors here")
    names = LETTERS[:order]

    def forward(*inputs_and_weights: Matrix) -> Any:
        # the tensor eats one vector for each factor: its entries are the coefficients
        vectors, weights = inputs_and_weights[: len(names)], inputs_and_weights[len(names) :]
        value: Any = 1
        for vector, weight in zip(vectors, weights, strict=True):
            value = (weight.T @ vector) * value
        return [[1] * rank] @ value

    inputs = {f"x{name}": size for name in names}
    balances = (Balance((columns(a), -columns(b)), "diagonal") for a, b in pairwise(names))
    return model(forward, inputs=inputs, **dict.fromkeys(names, (size, rank))).keeping(*balances)


@model_kind(
    phi="the entries of U Uᵀ",
    source="The definition. The flow U' = S U, S symmetric, keeps the space that the rows of U span and nothing else.",
    laws=lambda n, r: max(0, n * (r - n)),
    proved=(
        "the fields are S U, S symmetric, and their brackets [S, S'] U; together M U for all matrices M, so that the "
        "dimension is n·min(n, r)"
    ),
    conserved="the row space of U, where r > n: ratios of its n × n minors, no polynomial",
    example="tied(n=2, r=3)",
)
def tied(n: int = 2, r: int = 2) -> ForwardModel:
    """Make the tied factorization U Uᵀ.

    Parameters
    ----------
    n, r : int
        Rows and columns of U.

    Examples
    --------
    >>> tied(n=1, r=2).components
    (U_1_1**2 + U_1_2**2,)
    """
    return model(lambda U: U @ U.T, U=(n, r))


@model_kind(
    phi="the entries of W^q",
    source="The definition: q layers that share one weight.",
    laws=lambda n, layers: 0,
    proved="W ↦ W^q is a local diffeomorphism at a generic W (at W = I, say), so the flow sees all of W",
    conserved="nothing",
    example="tied_power(n=2, layers=2)",
)
def tied_power(n: int = 2, layers: int = 2) -> ForwardModel:
    """Make a linear network whose layers share one square weight.

    Parameters
    ----------
    n : int
        Size of W.
    layers : int
        q.

    Examples
    --------
    >>> tied_power(n=1, layers=3).components
    (W_1_1**3,)
    """

    def forward(x: Matrix, W: Matrix) -> Any:
        value = x
        for _ in range(layers):
            value = W @ value
        return value

    return model(forward, inputs={"x": n}, W=(n, n))
