"""Convolutions: filters that are shared by all places of a signal."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ...errors import ModelError
from ..balance import Balance, columns, rows
from ..conv_paths import ConvReluNetwork
from ..forward.gates import conv as convolve
from ..forward.gates import conv_places
from ..forward.matrix import Matrix
from ..forward.model import model
from ..parametrizations import Parametrization
from ..registry import model_kind

__all__ = ["conv"]


def _count(channels: tuple[int, ...], kernels: tuple[int, ...], relu: bool, stride: int, bias: bool) -> int | None:
    hidden = channels[1:-1]
    if relu:
        return sum(hidden)
    if len(hidden) == 1 and hidden[0] <= channels[0] and hidden[0] <= channels[2]:
        return hidden[0] * (hidden[0] + 1) // 2
    return len(hidden) if set(channels) == {1} and stride == 1 else None


@model_kind(
    phi="the coefficients of one place of the output: sums of products of filter entries (with ReLU each by itself)",
    source=(
        "The definition, for convolutions without padding (or circular ones). With ReLU every law of φ is one of the "
        "network; for two layers it has no others (arXiv 2506.06194, Theorem 3.6: distinct hyperplanes, targets of "
        "full dimension)."
    ),
    laws=_count,
    proved=(
        "ReLU: D − (hidden channels) paths have independent gradients, and each has its law; linear: "
        "counted at filters 2,2 / 3,3 / 2,2,2 / 2,2,2,2 / 3,2,4 of one channel and at channels 2,2,2"
    ),
    conserved=(
        "for each hidden channel, the squares of the entries that read it less those that make it; without ReLU "
        "all products of two channels, Σ_k,a u_ki[a] u_kj[a] − Σ_l,b v_il[b] v_jl[b]"
    ),
    example="conv(channels=[2, 2, 2], kernels=[2, 2], relu=True)",
)
def conv(
    channels: tuple[int, ...] = (1, 1, 1),
    kernels: tuple[int, ...] = (2, 2),
    relu: bool = False,
    stride: int = 1,
    bias: bool = False,
) -> Parametrization:
    """Make layers of convolutions.

    Parameters
    ----------
    channels : tuple of int
        From input to output, at least two: one more than kernels.
    kernels : tuple of int
        Taps of each layer's filters; with ReLU those of an image are counted alike, 9 for 3 × 3.
    relu : bool
        Whether a ReLU stands between the layers.
    stride : int
        How far every layer moves on; with ReLU it changes nothing in φ.
    bias : bool
        Whether hidden channels have biases; only with ReLU.

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
    if bias and not relu:
        raise ModelError("conv(bias=True) is for relu=True: without ReLU write the biases with cl.model(...)")
    if relu:
        return ConvReluNetwork(channels, kernels, bias)
    places = 1
    for kernel in reversed(kernels):
        places = conv_places(kernel, stride, places)

    def forward(x: Matrix, *weights: Matrix) -> Any:
        signal = x
        for weight, kernel in zip(weights, kernels, strict=True):
            signal = convolve(weight, signal, kernel, stride)
        return signal

    names = [f"W{i}" for i in range(1, len(kernels) + 1)]
    shapes = {n: (o, i, k) for n, (i, o), k in zip(names, pairwise(channels), kernels, strict=True)}
    return model(forward, inputs={"x": (channels[0], places)}, **shapes).keeping(
        *(
            Balance((columns(after, 1, kernel), -rows(before)))
            for (before, after), kernel in zip(pairwise(names), kernels[1:], strict=True)
        )
    )
