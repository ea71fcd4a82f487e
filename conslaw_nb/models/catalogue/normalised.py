"""Normalised layers: the flow sees ratios of weights, a rational φ."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import ModelError, SizeError, brief
from ...exact.polynomial import Poly
from ...exact.ratio import Ratio
from ..forward.gates import gate
from ..forward.model import ForwardModel, model, weight_names
from ..parametrizations import RationalMap
from ..rational import Rooted
from ..registry import model_kind

__all__ = ["batchnorm", "gained", "layernorm", "rmsnorm"]

MAX_WEIGHTS = 400


def _ratios(names: Sequence[str], groups: Sequence[Sequence[Poly]]) -> RationalMap:
    """Return the map of the ratios of each group to its first: all other ratios are functions of these."""
    return RationalMap(tuple(names), [Rooted(Ratio(q, p)) for p, *others in groups for q in others])


def _sum(polys: Sequence[Poly]) -> Poly:
    """Return a sum of polynomials without terms in common."""
    return Poly(polys[0].variables, {monomial: c for poly in polys for monomial, c in poly.terms.items()})


def _squares(gens: Sequence[Poly]) -> Poly:
    """Return the sum of the squares of different variables."""
    return _sum([g * g for g in gens])


def _entries(name: str, outputs: int, inputs: int) -> tuple[list[str], list[Poly]]:
    weights = outputs * inputs
    if weights > MAX_WEIGHTS:
        raise SizeError(
            f"{name} of {brief(weights)} weights: up to {MAX_WEIGHTS} are handled; try fewer outputs or inputs"
        )
    names = weight_names("W", (outputs, inputs))
    return names, Poly.gens(tuple(names))


@model_kind(
    phi="the ratios of the centred entries of W: each entry less the mean of its column",
    source="The definition: LayerNorm(W x) is a function of these ratios. No gain and no bias.",
    laws=lambda outputs, inputs: inputs + 1,
    proved="counted at 3×2; the sums of the columns and the norm of W fix W once the ratios are given",
    conserved="the sums of the columns of W, and tr(W Wᵀ)",
    example="layernorm(outputs=3, inputs=2)",
)
def layernorm(outputs: int = 3, inputs: int = 2) -> RationalMap:
    """Make LayerNorm(W x).

    Parameters
    ----------
    outputs : int
        Rows of W, at least 3 (with two, only signs are left).
    inputs : int
        Columns of W.

    Examples
    --------
    >>> layernorm(outputs=3, inputs=1).dimension
    3
    """
    if outputs < 3:
        raise ModelError(
            f"layernorm(outputs={outputs}, inputs={inputs}): give at least 3 outputs; two centred entries are "
            f"opposite, and their ratio says nothing of the weights"
        )
    names, gens = _entries("layernorm", outputs, inputs)
    # the centred entries of a column span the same forms as the differences from its last entry
    last = gens[-inputs:]
    made = _ratios(names, [[g - last[i % inputs] for i, g in enumerate(gens[:-inputs])]])
    return made.keeping([*(_sum(gens[i::inputs]) for i in range(inputs)), _squares(gens)])


@model_kind(
    phi="the ratios of the entries of W",
    source="The definition: RMSNorm(W x) is a function of these ratios. No gain.",
    laws=lambda outputs, inputs: 1 if outputs * inputs > 1 else None,
    proved="counted at 3×2; the norm of W fixes W once the ratios are given",
    conserved="tr(W Wᵀ)",
    example="rmsnorm(outputs=3, inputs=2)",
)
def rmsnorm(outputs: int = 3, inputs: int = 2) -> RationalMap:
    """Make RMSNorm(W x).

    Parameters
    ----------
    outputs : int
        Rows of W.
    inputs : int
        Columns of W; together at least two entries.

    Examples
    --------
    >>> rmsnorm(outputs=1, inputs=2)[0]
    (-W_1_2, W_1_1)
    """
    if outputs * inputs < 2:
        raise ModelError("rmsnorm(outputs=1, inputs=1): a single weight has no ratio; give at least two entries")
    names, gens = _entries("rmsnorm", outputs, inputs)
    return _ratios(names, [gens]).keeping([_squares(gens)])


@model_kind(
    phi="for each row of W, the ratios of its entries",
    source="The definition: BatchNorm, over a batch, sees each row's direction (with its small constant set to 0).",
    laws=lambda outputs, inputs: outputs if inputs > 1 else None,
    proved="counted at 2×2: rows share nothing, and each norm fixes its row once the ratios are given",
    conserved="diag(W Wᵀ)",
    example="batchnorm(outputs=2, inputs=2)",
)
def batchnorm(outputs: int = 2, inputs: int = 2) -> RationalMap:
    """Make BatchNorm(W x), or the same for the filters of a convolution.

    Parameters
    ----------
    outputs : int
        Rows of W, the channels.
    inputs : int
        Columns of W, at least 2.

    Examples
    --------
    >>> batchnorm(outputs=1, inputs=2)[0]
    (-W_1_2, W_1_1)
    """
    if inputs < 2:
        raise ModelError("batchnorm with inputs=1: a row of a single weight has no ratio; give at least two columns")
    names, gens = _entries("batchnorm", outputs, inputs)
    rows = [gens[a * inputs : (a + 1) * inputs] for a in range(outputs)]
    return _ratios(names, rows).keeping(map(_squares, rows))


@model_kind(
    phi="the entries of W diag(g), and W b + c: what a layer sees of the gain g and the bias b before it",
    source="The definition, where what the layer makes is seen entry by entry (GELU, SiLU: arXiv 2606.17816).",
    laws=lambda outputs, inputs, bias: inputs,
    proved="counted for up to 3 outputs and 3 inputs, with and without c",
    conserved="g_j² + b_j² less the squares in column j of W",
    example="gained(outputs=2, inputs=2)",
)
def gained(outputs: int = 2, inputs: int = 2, bias: bool = True) -> ForwardModel:
    """Make a layer behind a normalisation with gain and bias: GELU(W (g * n + b) + c).

    Parameters
    ----------
    outputs : int
        Rows of W.
    inputs : int
        Columns of W, and the length of g and b.
    bias : bool
        Whether there is a bias c.

    Examples
    --------
    >>> gained(outputs=1, inputs=1).components
    (b_1*W_1_1 + c_1, g_1*W_1_1)
    """
    shapes: dict[str, int | tuple[int, int]] = {"g": inputs, "b": inputs, "W": (outputs, inputs)}
    if not bias:
        return model(lambda n, g, b, W: gate(W @ (g * n + b)), inputs={"n": inputs}, **shapes)
    return model(lambda n, g, b, W, c: gate(W @ (g * n + b) + c), inputs={"n": inputs}, **shapes, c=outputs)
