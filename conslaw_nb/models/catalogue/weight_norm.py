"""Weight normalisation: each row of a matrix is a length g times a direction v/‖v‖."""

from __future__ import annotations

from itertools import product

from ...errors import SizeError, brief
from ...exact.polynomial import Poly
from ...exact.ratio import Ratio
from ..forward.model import weight_names
from ..parametrizations import RationalMap
from ..rational import Rooted
from ..registry import Whole, model_kind

__all__ = ["weight_norm"]

MAX_TERMS = 20_000  # of all fields together


@model_kind(
    phi="U_kj g_j V_ji/‖V_j‖ along all paths, V_j being row j of V; without outputs the rows g_j V_j/‖V_j‖ themselves",
    source="Example 2.11, with the normalised rows for V; the layer by itself by definition.",
    laws=lambda inputs, hidden, outputs: hidden * (2 if outputs else 1),
    proved="for each j ∂φ has rank inputs + outputs − 1 (without outputs: inputs), and the laws close the gap",
    conserved="diag(V Vᵀ), and with outputs g_j² − (UᵀU)_jj for each j",
    example="weight_norm(inputs=2, hidden=2, outputs=2)",
)
def weight_norm(inputs: int = 2, hidden: int = 1, outputs: Whole = 1) -> RationalMap:
    """Make a ReLU network whose hidden layer has normalised weights, U σ(diag(g) V̂ x).

    Parameters
    ----------
    inputs : int
        Columns of V.
    hidden : int
        Rows of V, and the length of g.
    outputs : int
        Rows of U; 0 for the layer by itself.

    Examples
    --------
    >>> weight_norm(inputs=2, hidden=1, outputs=0).components
    (g_1*V_1_1/sqrt(V_1_1**2 + V_1_2**2), g_1*V_1_2/sqrt(V_1_1**2 + V_1_2**2))
    """
    cost = max(1, outputs) * hidden * inputs * (inputs + outputs) * inputs
    if cost > MAX_TERMS:
        raise SizeError(
            f"weight_norm(inputs={inputs}, hidden={hidden}, outputs={outputs}) has fields of {brief(cost)} terms, and "
            f"up to {MAX_TERMS} are written out: rows share nothing, so try one hidden neuron"
        )
    names = tuple(
        weight_names("U", (outputs, hidden)) + weight_names("g", (hidden,)) + weight_names("V", (hidden, inputs))
    )
    gens = Poly.gens(names)
    lengths, rows = gens[outputs * hidden :][:hidden], gens[(outputs + 1) * hidden :]
    squares = [sum((v * v for v in rows[j * inputs : (j + 1) * inputs]), Poly(names, {})) for j in range(hidden)]
    made = []
    for k, j in product(range(max(1, outputs)), range(hidden)):
        front = lengths[j] * gens[k * hidden + j] if outputs else lengths[j]
        row = rows[j * inputs : (j + 1) * inputs]
        made += [Rooted(Ratio(front * v, squares[j]), (squares[j],)) for v in row]
    balances = []
    for j in range(hidden if outputs else 0):
        balances.append(lengths[j] ** 2 - sum((u * u for u in gens[j : outputs * hidden : hidden]), Poly(names, {})))
    return RationalMap(names, made).keeping([*squares, *balances])
