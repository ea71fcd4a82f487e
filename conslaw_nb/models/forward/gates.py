"""What a network does to its numbers besides products and sums, and what of the weights the flow sees through it.

A forward pass uses these as functions of symbolic matrices. Each makes fresh letters for what it computes, so that
the network is always a function of φ and of the data: **every law of φ is a law of the network** (the chain rule: all
gradients of the loss are combinations of ∇φ_1, ..., ∇φ_d). That the network has no other laws is a theorem where
there is one, and `REASONS` says which.

Examples
--------
>>> from .model import model
>>> phi = model(lambda x, U, V: U @ relu(V @ x), U=(1, 2), V=(2, 1))
>>> [c.text for c in phi.components]
['U_1_1*V_1_1', 'U_1_2*V_2_1']
>>> model(lambda x, U, V: U @ gate(V @ x), U=(1, 2), V=(2, 1)).count      # sees all weights
4
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

from ...errors import ModelError, brief
from .matrix import Matrix, as_matrix

__all__ = ["REASONS", "concat", "conv", "gate", "leaky_relu", "maxpool", "meanpool", "normalize", "relu", "softmax"]

REASONS = {
    "polynomial": "φ lists the coefficients of the network as a polynomial in its input (by definition).",
    "relu": (
        "φ lists the products of weights along paths: while no neuron switches the network is linear in them. For one "
        "hidden layer the flow sees all of φ (Theorem 2.14); for deeper networks completeness is that of φ."
    ),
    "maxpool": (
        "Max-pooling passes one of its entries on: φ lists the products of weights along every path that it may choose."
    ),
    "softmax": (
        "The scores are seen up to a common shift, and the weights of the average are letters. For one attention head "
        "the flow sees all of φ (arXiv 2506.06194, Theorem 3.8: at least two tokens, OᵀV without zero columns, "
        "targets of full dimension); for several heads arXiv 2606.17816."
    ),
    "gate": (
        "The function is not homogeneous (GELU, SiLU, sigmoid, tanh, ...): what enters it is seen entry by entry. That "
        "the flow sees all of φ: arXiv 2606.17816, for generic weights."
    ),
    "normalize": (
        "A normalisation sees its input up to a factor; φ lists all of it, so that laws of the factor itself (such as "
        "the norm of what enters) are not counted here: see layernorm, rmsnorm and batchnorm for a layer by itself."
    ),
}


def _gate(op: str, value: Any, written: str, shape: tuple[int, int] | None = None, data: Any = None) -> Matrix:
    matrix = as_matrix(value)
    return Matrix(op, [matrix], shape or matrix.shape, written.format(matrix.text), 9, data)


def relu(z: Any) -> Matrix:
    """Return max(z, 0), entry by entry: each neuron has a letter for "on" or "off", a with a² = a."""
    return _gate("relu", z, "relu({})", data=True)


def leaky_relu(z: Any) -> Matrix:
    """Return z or αz by the sign of z, entry by entry; the slope α changes nothing in φ."""
    return _gate("relu", z, "leaky_relu({})", data=False)


def gate(z: Any) -> Matrix:
    """Return σ(z), entry by entry, for a function σ that is not homogeneous: GELU, SiLU, sigmoid, tanh, ...

    What enters is seen itself: its coefficients are components of φ. What comes out are letters; of the same matrix the
    same ones, for σ is one function.
    """
    return _gate("gate", z, "gate({})")


def softmax(z: Any) -> Matrix:
    """Return softmax of every column: sees the differences of the entries of a column, and its values add up to 1."""
    return _gate("softmax", z, "softmax({})")


def normalize(z: Any) -> Matrix:
    """Return every column divided by its norm (with or without its mean taken off), as letters; z itself is seen."""
    return _gate("normalize", z, "normalize({})")


def maxpool(x: Any, size: int) -> Matrix:
    """Return the largest of `size` neighbours in each row, neighbours that do not overlap."""
    matrix = as_matrix(x)
    rows, columns = matrix.shape
    if not isinstance(size, int) or size < 1 or columns % size:
        raise ModelError(f"maxpool over {brief(size)} neighbours does not divide the {columns} columns of {brief(x)}")
    return _gate("maxpool", matrix, f"maxpool({{}}, {size})", (rows, columns // size), size)


def meanpool(x: Any) -> Matrix:
    """Return the sum of each row, a column: an average up to a constant, which changes nothing in φ."""
    matrix = as_matrix(x)
    summed = matrix @ [[1] for _ in range(matrix.shape[1])]
    summed.text, summed.rank = f"meanpool({matrix.text})", 9
    return summed


def concat(*matrices: Any) -> Matrix:
    """Return matrices with the same number of columns, one below the other, as attention does with its heads."""
    parts = [as_matrix(m) for m in matrices]
    if not parts or len({p.shape[1] for p in parts}) > 1:
        raise ModelError(f"concat takes matrices of as many columns each, not {', '.join(map(repr, parts)) or 'none'}")
    shape = (sum(p.shape[0] for p in parts), parts[0].shape[1])
    return Matrix("concat", parts, shape, f"concat({', '.join(p.text for p in parts)})")


def conv(
    weight: Matrix, x: Any, kernel: int | Sequence[int], stride: int = 1, grid: Sequence[int] | None = None
) -> Matrix:
    """Return a convolution without padding.

    `weight`: of c_out rows and c_in·k columns (k the number of taps): a weight of shape (c_out, c_in, k) is one; `x`:
    c_in rows, a column for each place; `kernel`: how many taps, in each direction; `grid`: rows and columns of the
    image, for a kernel in two directions; its places come row by row. Returns c_out rows, a column for each place at
    which the kernel fits.
    """
    signal = as_matrix(x)
    taps = (kernel,) if isinstance(kernel, int) else tuple(kernel)
    places = (signal.shape[1],) if grid is None else tuple(grid)
    channels = signal.shape[0]
    if not all(isinstance(t, int) and t >= 1 for t in taps) or not isinstance(stride, int):
        raise ModelError(f"a kernel of {brief(kernel)} with stride {brief(stride)}: give whole numbers of at least 1")
    if len(taps) != len(places) or prod(places) != signal.shape[1]:
        raise ModelError(
            f"the kernel {taps} needs places in {len(taps)} directions, and {brief(signal)} has {signal.shape[1]} "
            f"columns: give grid=(rows, columns) for an image"
        )
    if stride < 1 or any(t > n for t, n in zip(taps, places, strict=True)):
        raise ModelError(f"a kernel of {taps} taps with stride {stride} does not fit into {places} places")
    if weight.shape[1] != channels * prod(taps):
        raise ModelError(
            f"{weight.text} has {weight.shape[1]} columns; {channels} channels with {prod(taps)} taps need "
            f"{channels * prod(taps)}"
        )
    starts = list(product(*(range(0, n - t + 1, stride) for t, n in zip(taps, places, strict=True))))

    def column(at: Sequence[int]) -> int:
        index = 0
        for a, n in zip(at, places, strict=True):
            index = index * n + a
        return index

    unfolded = [
        [(c, column([s + t for s, t in zip(start, tap, strict=True)])) for start in starts]
        for c in range(channels)
        for tap in product(*map(range, taps))
    ]
    result = weight @ signal.gather(unfolded, f"unfold({signal.text})")
    written = taps[0] if len(taps) == 1 else taps
    options = (f", stride={stride}" if stride > 1 else "") + (f", grid={places}" if grid is not None else "")
    result.text, result.rank = f"conv({weight.text}, {signal.text}, {written}{options})", 9
    return result


def conv_places(kernel: int, stride: int, out: int) -> int:
    """Return how many places a convolution needs to have `out` of them afterwards."""
    return (out - 1) * stride + kernel
