"""Residual networks: each block adds to what it reads."""

from __future__ import annotations

from typing import Any

from ..balance import Balance, columns, rows
from ..forward.gates import relu as rectify
from ..forward.matrix import Matrix
from ..forward.model import ForwardModel, model
from ..registry import Whole, model_kind

__all__ = ["resnet"]


def _count(blocks: int, width: int, hidden: int, relu: bool) -> int | None:
    if not hidden:
        return (blocks - 1) * width * (width + 1) // 2
    if relu:
        return blocks * hidden
    if blocks == 1:
        rank = min(hidden, 2 * width)
        return rank * (2 * hidden + 1 - rank) // 2
    if width > 1 and hidden <= width:
        return blocks * hidden * (hidden + 1) // 2
    return None


@model_kind(
    phi=(
        "the entries of the product of the blocks I + U_l V_l; with ReLU, the products of weights along paths through "
        "the same neurons, skips included"
    ),
    source=(
        "The definition for linear blocks (x + g and g have the same laws: arXiv 2506.06194, Proposition 3.2). With "
        "ReLU every law of φ is one of the network; that no law joins two blocks is Theorem 4.7 there (width above 1)."
    ),
    laws=_count,
    proved="counted for up to 3 blocks of width up to 2, with and without ReLU; one linear block is Corollary 4.4",
    conserved=(
        "U_lᵀU_l − V_l V_lᵀ for each block l; with ReLU its diagonal; for blocks I + W_l "
        "(I + W_{l+1})ᵀ(I + W_{l+1}) − (I + W_l)(I + W_l)ᵀ"
    ),
    example="resnet(blocks=2, width=2, hidden=1, relu=True)",
)
def resnet(blocks: int = 2, width: int = 2, hidden: Whole = 2, relu: bool = False) -> ForwardModel:
    """Make a residual network with blocks y = x + U (V x), perhaps with a ReLU inside.

    Parameters
    ----------
    blocks : int
        Number of blocks.
    width : int
        Width of what goes from block to block.
    hidden : int
        Rows of V; 0 for blocks y = x + W x of one matrix.
    relu : bool
        Whether the block is x + U relu(V x).

    Examples
    --------
    >>> [c.text for c in resnet(blocks=2, width=1, hidden=1, relu=True).components]
    ['U1_1_1*V1_1_1', 'U1_1_1*V1_1_1*U2_1_1*V2_1_1', 'U2_1_1*V2_1_1']
    """
    shapes: dict[str, tuple[int, int]] = {}
    for block in range(1, blocks + 1):
        if hidden:
            shapes |= {f"U{block}": (width, hidden), f"V{block}": (hidden, width)}
        else:
            shapes[f"W{block}"] = (width, width)

    def forward(x: Matrix, *weights: Matrix) -> Any:
        y = x
        for i in range(blocks):
            if not hidden:
                y = y + weights[i] @ y
                continue
            inside = weights[2 * i + 1] @ y
            y = y + weights[2 * i] @ (rectify(inside) if relu else inside)
        return y

    part = "diagonal" if relu else "full"
    balances = [Balance((columns(f"U{b}"), -rows(f"V{b}")), part) for b in range(1, blocks + 1) if hidden]
    return model(forward, inputs={"x": width}, **shapes).keeping(*balances)
