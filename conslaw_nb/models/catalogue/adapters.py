"""LoRA adapters, and the gate of a mixture of experts."""

from __future__ import annotations

from ..balance import Balance
from ..balance import columns as gram_of_columns
from ..balance import rows as gram_of_rows
from ..direct_sum import DirectSum
from ..forward.gates import softmax
from ..forward.model import ForwardModel, model, weight_names
from ..layered import check_parameters
from ..networks import factorization
from ..parametrizations import Parametrization
from ..registry import model_kind
from .heads import product_laws

__all__ = ["lora", "softmax_gate"]


@model_kind(
    phi="frozen: B A; otherwise W + B A",
    source="The definition.",
    laws=lambda rows, columns, rank, frozen: (
        product_laws(rows + columns, rank) if frozen or rows * columns > 1 else 2 * rank
    ),
    proved="frozen: Corollary 4.4; with W trained, counted at 2×2 with ranks 1 and 2",
    conserved="A Aᵀ − BᵀB",
    example="lora(rows=2, columns=2, rank=1)",
)
def lora(rows: int = 2, columns: int = 2, rank: int = 1, frozen: bool = True) -> Parametrization:
    """Make a low-rank adapter, W + B A.

    Parameters
    ----------
    rows, columns : int
        Shape of W.
    rank : int
        Columns of B and rows of A.
    frozen : bool
        Whether W stays as it is.

    Examples
    --------
    >>> lora(rows=1, columns=2, rank=1, frozen=False).components
    (B_1_1*A_1_1 + W_1_1, B_1_1*A_1_2 + W_1_2)
    """
    if frozen:

        def names() -> list[str]:  # V = Aᵀ, row by row
            along = [f"A_{b}_{a}" for a in range(1, columns + 1) for b in range(1, rank + 1)]
            return weight_names("B", (rows, rank)) + along

        check_parameters(f"lora({rows}, {columns}, {rank})", (rows + columns) * rank)
        return DirectSum([factorization(rows, columns, rank)], names, "lora")
    return model(
        lambda x, W, B, A: W @ x + B @ (A @ x),
        inputs={"x": columns},
        W=(rows, columns),
        B=(rows, rank),
        A=(rank, columns),
    ).keeping(Balance((gram_of_rows("A"), -gram_of_columns("B"))))


@model_kind(
    phi="the rows of the gate up to a common shift",
    source="arXiv 2506.06194, Proposition 3.11 for softmax(θx) with targets of full dimension.",
    laws=lambda experts, inputs: inputs if experts > 1 else None,
    proved="Proposition 3.11; φ is linear, so the count is n·E − n(E − 1)",
    conserved="the sums of the columns",
    example="softmax_gate(experts=3, inputs=2)",
)
def softmax_gate(experts: int = 3, inputs: int = 2) -> ForwardModel:
    """Make the softmax gate of a mixture of experts.

    Parameters
    ----------
    experts : int
        Rows of the gate, at least 2.
    inputs : int
        Length of x.

    Examples
    --------
    >>> softmax_gate(experts=2, inputs=1).components
    (W_1_1 - W_2_1,)
    """
    return model(lambda x, W: softmax(W @ x), inputs={"x": inputs}, W=(experts, inputs))
