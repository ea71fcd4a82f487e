"""Gated units, and networks with activations that are not ReLU."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

from ...errors import ModelError
from ..balance import Balance, columns, rows
from ..forward.gates import gate as opaque
from ..forward.matrix import Matrix
from ..forward.model import ForwardModel, model
from ..registry import model_kind

__all__ = ["glu", "mlp", "power_net"]


def _glu_laws(neurons: int, inputs: int, outputs: int, kind: str) -> int | None:
    if kind == "swish":
        return neurons
    return 2 * neurons if inputs * outputs > 1 or neurons == 1 else None


@model_kind(
    phi="bilinear: the coefficients of Σ_i c_i (a_i·x)(b_i·x); swish: c_i a_iᵀ and b_i for each neuron i",
    source="bilinear: the definition; swish (SwiGLU): arXiv 2606.17816, the activation being not homogeneous.",
    laws=_glu_laws,
    proved="counted at (1,2,1), (2,2,2) and (3,2,1); for swish each neuron's c_i a_iᵀ is a factorization of rank 1",
    conserved="diag(CᵀC − A Aᵀ), and for the bilinear one diag(A Aᵀ − B Bᵀ)",
    example="glu(neurons=2, inputs=2, outputs=2, kind=swish)",
)
def glu(
    neurons: int = 2, inputs: int = 2, outputs: int = 2, kind: Literal["bilinear", "swish"] = "bilinear"
) -> ForwardModel:
    """Make a gated linear unit, C ((A x) * σ(B x)).

    Parameters
    ----------
    neurons : int
        Rows of A and B.
    inputs : int
        Length of x.
    outputs : int
        Rows of C.
    kind : str
        bilinear (no σ), or swish for SwiGLU and other gates that are not homogeneous.

    Examples
    --------
    >>> glu(neurons=1, inputs=1, outputs=1, kind="swish").components
    (B_1_1, C_1_1*A_1_1)
    """

    def forward(x: Matrix, C: Matrix, A: Matrix, B: Matrix) -> Any:
        other = B @ x
        return C @ ((A @ x) * (opaque(other) if kind == "swish" else other))

    made = model(forward, inputs={"x": inputs}, C=(outputs, neurons), A=(neurons, inputs), B=(neurons, inputs))
    balances = [(columns("C"), -rows("A"))] + [(rows("A"), -rows("B"))] * (kind == "bilinear")
    return made.keeping(*(Balance(grams, "diagonal") for grams in balances))


@model_kind(
    phi="the weights themselves: nothing is conserved",
    source="arXiv 2606.17816, for GELU, SiLU and generic weights: a layer's weights are seen through its activation.",
    laws=lambda widths: 0,
    proved="φ lists every weight",
    conserved="nothing",
    example="mlp(2, 2, 2)",
)
def mlp(*widths: int) -> ForwardModel:
    """Make a network with GELU, SiLU, tanh or another activation that is not homogeneous.

    Parameters
    ----------
    *widths : int
        From input to output, at least three.

    Examples
    --------
    >>> mlp(2, 2, 2).count
    8
    """
    if len(widths) < 3:
        raise ModelError(
            f"mlp({', '.join(map(str, widths))}): give at least 3 widths, from input to output, as in mlp(2, 3, 2)"
        )

    def forward(x: Matrix, *weights: Matrix) -> Any:
        value = weights[0] @ x
        for weight in weights[1:]:
            value = weight @ opaque(value)
        return value

    shapes = {f"W{i}": (b, a) for i, (a, b) in enumerate(pairwise(widths), start=1)}
    return model(forward, inputs={"x": widths[0]}, **shapes)


@model_kind(
    phi="the coefficients of Σ_i u_i (v_i·x)^p",
    source="The definition: the network is a polynomial in its input.",
    laws=lambda power, neurons, inputs, outputs: neurons if inputs > 1 and power > 1 else None,
    proved="counted at (p=2, 2, 2, 1), (2, 3, 2, 1) and (3, 2, 2, 2)",
    conserved="p·‖u_i‖² − ‖v_i‖² for each neuron i",
    example="power_net(power=2, neurons=2, inputs=2, outputs=1)",
)
def power_net(power: int = 2, neurons: int = 2, inputs: int = 2, outputs: int = 1) -> ForwardModel:
    """Make a network with the activation s^p.

    Parameters
    ----------
    power : int
        p.
    neurons : int
        Number of hidden neurons.
    inputs : int
        Length of x.
    outputs : int
        Rows of U.

    Examples
    --------
    >>> power_net(power=2, neurons=1, inputs=1, outputs=1).components
    (U_1_1*V_1_1**2,)
    """
    made = model(lambda x, U, V: U @ (V @ x) ** power, inputs={"x": inputs}, U=(outputs, neurons), V=(neurons, inputs))
    return made.keeping(Balance((columns("U", power), -rows("V")), "diagonal"))
