"""The catalogue: linear networks, ReLU networks with path-lifting, and the factorization U Vᵀ.

Widths are given from input to output, as programmers write them; matrices are numbered as in the paper,
U_1 on the output side, U_i of size n_{i−1} × n_i with n = reversed widths.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ..errors import ModelError, brief
from .layered import check_parameters
from .linear import Factorization, LinearNetwork
from .relu import ReluNetwork

__all__ = ["Factorization", "LinearNetwork", "ReluNetwork", "factorization", "linear", "relu"]


def _call(name: str, sizes: Sequence[Any], option: str = "") -> str:
    """Return the call as it was written, for messages."""
    shown = ", ".join(map(brief, sizes[:12])) + (", ..." if len(sizes) > 12 else "")
    return f"{name}({shown}{option})"


def _check_sizes(call: str, sizes: Sequence[Any], at_least: int, what: str) -> tuple[int, ...]:
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int):
            raise ModelError(f"{call}: the {what} {brief(size)} is not a whole number")
        if size < 1:
            raise ModelError(f"{call}: the {what} {brief(size)} must be at least 1")
    if len(sizes) < at_least:
        raise ModelError(f"{call}: give at least {at_least} widths, from input to output, as in linear(2, 3, 2)")
    return tuple(sizes)


def linear(*widths: int) -> LinearNetwork:
    """Make a linear network, φ = U_1 U_2 ⋯ U_q.

    Parameters
    ----------
    *widths : int
        From input to output, at least two: ``linear(2, 3, 2)`` has U_1 (2×3) and U_2 (3×2).

    Returns
    -------
    LinearNetwork
        D = Σ n_{i−1} n_i parameters named ``U1_1_1`` (layer, row, column; also read as ``U1[1,1]``).

    References
    ----------
    Example 2.10; known laws: Proposition 4.1.

    Examples
    --------
    >>> phi = linear(2, 3, 2)
    >>> phi.dimension, phi.count
    (12, 4)
    >>> phi.components[0]
    U1_1_1*U2_1_1 + U1_1_2*U2_2_1 + U1_1_3*U2_3_1
    """
    call = _call("linear", widths)
    sizes = _check_sizes(call, widths, 2, "width")
    check_parameters(call, sum(a * b for a, b in pairwise(sizes)))
    return LinearNetwork(sizes)


def relu(*widths: int, bias: bool = False) -> ReluNetwork:
    """Make a ReLU network, φ = all products of weights along a path.

    Parameters
    ----------
    *widths : int
        From input to output, at least two.
    bias : bool
        One bias per hidden neuron, ``b1_1`` and so on; φ then also has the paths that start at a bias.
        (An output bias is never in a law and adds as much to dim W as to D.)

    Returns
    -------
    ReluNetwork

    References
    ----------
    Example 2.11 for one hidden layer; known laws: Proposition 4.1. For deeper networks W_φ may be larger
    than the span of actual gradients, so the count is that of φ.

    Examples
    --------
    >>> phi = relu(1, 2, 1, bias=True)
    >>> phi.variables
    ('U1_1_1', 'U1_1_2', 'U2_1_1', 'U2_2_1', 'b1_1', 'b1_2')
    >>> [c.text for c in phi.components]
    ['U1_1_1*U2_1_1', 'U1_1_2*U2_2_1', 'U1_1_1*b1_1', 'U1_1_2*b1_2']
    """
    if not isinstance(bias, bool):
        raise ModelError(f"bias must be True or False, not {brief(bias)}")
    call = _call("relu", widths, ", bias=True" if bias else "")
    sizes = _check_sizes(call, widths, 2, "width")
    hidden = sum(sizes[1:-1]) if bias else 0
    check_parameters(call, sum(a * b for a, b in pairwise(sizes)) + hidden)
    return ReluNetwork(sizes, bias)


def factorization(n: int, m: int, r: int) -> Factorization:
    """Make the matrix factorization φ(U, V) = U Vᵀ, U of size n × r, V of size m × r.

    Parameters
    ----------
    n, m, r : int
        Rows of U, rows of V, and the columns of both.

    References
    ----------
    Section 4 (q = 2): Propositions 4.2 and 4.3, Corollary 4.4.

    Examples
    --------
    >>> phi = factorization(1, 2, 1)
    >>> phi.variables, [c.text for c in phi.components]
    (('U_1_1', 'V_1_1', 'V_2_1'), ['U_1_1*V_1_1', 'U_1_1*V_2_1'])
    """
    call = _call("factorization", (n, m, r))
    _check_sizes(call, (n, m, r), 3, "size")
    check_parameters(call, (n + m) * r)
    return Factorization(n, m, r)
