"""Recurrent networks and state-space models, through their Markov parameters."""

from __future__ import annotations

from typing import Any

from ...errors import ModelError
from ..balance import Balance, columns, rows
from ..forward.matrix import Matrix
from ..forward.model import ForwardModel, model
from ..registry import model_kind

__all__ = ["recurrent", "state_space"]

MAX_STEPS = 200


def _check_steps(name: str, steps: int) -> None:
    if steps > MAX_STEPS:
        raise ModelError(
            f"{name} with {steps} steps: up to {MAX_STEPS} are written out, and few of them are independent"
        )


@model_kind(
    phi="the Markov parameters C Aᵗ B, t < T",
    source="The definition: the output at time t is Σ_s C A^(t−s) B x_s.",
    laws=lambda hidden, inputs, outputs, steps: hidden * (hidden + 1) // 2 if steps >= 2 * hidden else None,
    proved="counted at (1,1,1,3) and (2,1,1,4)",
    conserved="A Aᵀ − AᵀA + B Bᵀ − CᵀC",
    example="recurrent(hidden=2, inputs=1, outputs=1, steps=4)",
)
def recurrent(hidden: int = 2, inputs: int = 1, outputs: int = 1, steps: int = 4) -> ForwardModel:
    """Make a linear recurrent network, h' = A h + B x, y = C h.

    Parameters
    ----------
    hidden : int
        Length of the state h.
    inputs : int
        Length of x.
    outputs : int
        Length of y.
    steps : int
        T, how many steps are seen.

    Examples
    --------
    >>> [c.text for c in recurrent(hidden=1, steps=2).components]
    ['B_1_1*C_1_1', 'A_1_1*B_1_1*C_1_1']
    """
    _check_steps("recurrent", steps)

    def forward(x: Matrix, A: Matrix, B: Matrix, C: Matrix) -> Any:
        state = B @ x
        seen = []
        for _ in range(steps):
            seen.append(C @ state)
            state = A @ state
        return seen

    shapes = {"A": (hidden, hidden), "B": (hidden, inputs), "C": (outputs, hidden)}
    balance = Balance((rows("A"), -columns("A"), rows("B"), -columns("C")))
    return model(forward, inputs={"x": inputs}, **shapes).keeping(balance)


@model_kind(
    phi="Σ_k c_k a_kᵗ b_k, t < T",
    source="The definition.",
    laws=lambda hidden, steps: hidden if steps >= 2 * hidden else None,
    proved="counted at (2,4)",
    conserved="b_k² − c_k² for each k",
    example="state_space(hidden=2, steps=4)",
)
def state_space(hidden: int = 2, steps: int = 4) -> ForwardModel:
    """Make a diagonal state-space model with one input and one output.

    Parameters
    ----------
    hidden : int
        Length of the state.
    steps : int
        T, how many steps are seen.

    Examples
    --------
    >>> [c.text for c in state_space(hidden=1, steps=2).components]
    ['b_1*c_1', 'a_1*b_1*c_1']
    """
    _check_steps("state_space", steps)

    def forward(a: Matrix, b: Matrix, c: Matrix) -> Any:
        state: Any = b
        seen = []
        for _ in range(steps):
            seen.append(c.T @ state)
            state = a * state
        return seen

    return model(forward, a=hidden, b=hidden, c=hidden).keeping(Balance((rows("b"), -rows("c")), "diagonal"))
