"""Convolutions: filters that are shared by all places of a signal."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ...errors import ModelError
from ..balance import Balance, columns, rows
from ..forward.gates import conv as convolve
from ..forward.gates import conv_places
from ..forward.gates import relu as rectify
from ..forward.matrix import Matrix
from ..forward.model import ForwardModel, model
from ..registry import model_kind

__all__ = ["conv"]


def _count(channels: tuple[int, ...], kernels: tuple[int, ...], relu: bool, stride: int) -> int | None:
    hidden = channels[1:-1]
    if relu:
        return sum(hidden)
    if len(hidden) == 1 and hidden[0] <= channels[0] and hidden[0] <= channels[2]:
        return hidden[0] * (hidden[0] + 1) // 2
    return len(hidden) if set(channels) == {1} and stride == 1 else None


@model_kind(
    phi="the coefficients of one place of the output: sums of products of filter entries (with ReLU each by itself)",
    source=(
        "The definition, for convolutions without padding (or circular ones); with ReLU and two layers, arXiv "
        "2506.06194, Theorem 3.6: the columns of the first layer give distinct hyperplanes, targets of full dimension."
    ),
    laws=_count,
    proved=(
        "ReLU: Theorem 3.6 for two layers, one law for each hidden channel; linear: counted at filters 2,2 / 3,3 / "
        "2,2,2 / 2,2,2,2 / 3,2,4 of one channel and at channels 2,2,2"
    ),
    conserved=(
        "for each hidden channel, the squares of the entries that read it less those that make it; without ReLU "
        "all products of two channels, Σ_k,a u_ki[a] u_kj[a] − Σ_l,b v_il[b] v_jl[b]"
    ),
    example="conv(channels=[2, 2, 2], kernels=[2, 2], relu=True)",
)
def conv(
    channels: tuple[int, ...] = (1, 1, 1), kernels: tuple[int, ...] = (2, 2), relu: bool = False, stride: int = 1
) -> ForwardModel:
    """Make layers of convolutions in one direction.

    Parameters
    ----------
    channels : tuple of int
        From input to output, at least two: one more than kernels.
    kernels : tuple of int
        Taps of each layer's filters.
    relu : bool
        Whether a ReLU stands between the layers.
    stride : int
        How far every layer moves on.

    Examples
    --------
    >>> [c.text for c in conv(channels=(1, 1, 1), kernels=(2, 2)).components]
    ['W1_1_1_1*W2_1_1_1', 'W1_1_1_1*W2_1_1_2 + W1_1_1_2*W2_1_1_1', 'W1_1_1_2*W2_1_1_2']
    """
    if len(channels) != len(kernels) + 1:
        raise ModelError(
            f"conv(channels={list(channels)}, kernels={list(kernels)}): give one more channel than kernels, from input "
            f"to output, as in channels=[2, 3, 2], kernels=[3, 3]"
        )
    places = 1
    for kernel in reversed(kernels):
        places = conv_places(kernel, stride, places)

    def forward(x: Matrix, *weights: Matrix) -> Any:
        signal = x
        for i, (weight, kernel) in enumerate(zip(weights, kernels, strict=True)):
            signal = convolve(weight, rectify(signal) if relu and i else signal, kernel, stride)
        return signal

    names = [f"W{i}" for i in range(1, len(kernels) + 1)]
    shapes = {n: (o, i, k) for n, (i, o), k in zip(names, pairwise(channels), kernels, strict=True)}
    made = model(forward, inputs={"x": (channels[0], places)}, **shapes)
    made.balances = tuple(
        Balance((columns(after, 1, kernel), -rows(before)), "diagonal" if relu else "full")
        for (before, after), kernel in zip(pairwise(names), kernels[1:], strict=True)
    )
    return made
