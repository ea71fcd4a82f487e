"""ReLU convolutions through path-lifting: φ lists the products of filter entries along paths of channels and taps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from math import prod
from random import Random
from typing import Any

from ..exact.polynomial import Poly
from .balance import Balance, Gram, columns, rows
from .forward.model import weight_names
from .layered import check_parameters
from .paths import PathLifting

__all__ = ["ConvReluNetwork"]


class ConvReluNetwork(PathLifting):
    """A path goes through one channel of each layer, and from one to the next through one tap of a filter.

    Whatever the strides, the pooling and the padding: each product of filter entries along a path is one component, and
    there is a law for each hidden channel, as in a ReLU network whose neurons are joined by several edges.

    Parameters
    ----------
    channels : tuple of int
        From input to output.
    taps : tuple of int
        Entries of each layer's filters, one fewer than channels.
    bias : bool
        Whether hidden channels have biases.

    Examples
    --------
    >>> phi = ConvReluNetwork((1, 2, 1), (1, 2), True)
    >>> [c.text for c in phi.components][:2], phi.count
    (['W1_1_1_1*W2_1_1_1', 'W1_1_1_1*W2_1_1_2'], 8)
    >>> [h.text for h in phi.known_laws()][0]
    '-W1_1_1_1**2 + W2_1_1_1**2 + W2_1_1_2**2 - b1_1**2'
    """

    def __init__(self, channels: tuple[int, ...], taps: tuple[int, ...], bias: bool):
        self.channels, self.taps, self.bias = channels, taps, bias
        self.weights: dict[str, tuple[int, ...]] = {}
        for i, ((into, out), k) in enumerate(zip(pairwise(channels), taps, strict=True), start=1):
            self.weights[f"W{i}"] = (out, into, k)
        for i, size in enumerate(channels[1:-1], start=1):
            if bias:
                self.weights[f"b{i}"] = (size,)
        total = sum(map(prod, self.weights.values()))
        check_parameters(f"conv{channels}", total)
        self.starts: dict[str, int] = {}
        names: list[str] = []
        for name, shape in self.weights.items():
            self.starts[name] = len(names)
            names += weight_names(name, shape)
        self.depth = len(taps)
        # number of paths that begin at the input (0) or at a bias of layer i
        self.path_counts = [prod(channels) * prod(taps)]
        if bias:
            self.path_counts += [prod(channels[i:]) * prod(taps[i:]) for i in range(1, self.depth)]
        super().__init__(tuple(names), None, sum(self.path_counts), "conv")

    @property
    def balances(self) -> tuple[Balance, ...]:
        """One law for each hidden channel: what reads it, less what makes it."""
        made: list[Balance] = []
        for i in range(1, self.depth):
            grams: tuple[Gram, ...] = (columns(f"W{i + 1}", 1, self.taps[i]), -rows(f"W{i}"))
            made.append(Balance((*grams, -rows(f"b{i}")) if self.bias else grams, "diagonal"))
        return tuple(made)

    def known_laws(self) -> list[Poly]:
        """Return the laws of the hidden channels."""
        lists = (balance.polynomials(self.variables, self.weights, self.starts) for balance in self.balances)
        return [h for laws in lists for h in laws]

    # -- paths ----------------------------------------------------------------------------------------

    def _edge(self, layer: int, out: int, into: int, tap: int) -> int:
        """Return the index of an entry of W_layer (layer from 1, the rest from 0)."""
        shape = self.weights[f"W{layer}"]
        return self.starts[f"W{layer}"] + (out * shape[1] + into) * shape[2] + tap

    def _path(self, start: int, through: Sequence[int], taps: Sequence[int]) -> list[int]:
        """Return the parameters of the path from layer `start` (0: the input) through these channels and taps."""
        edges = [
            self._edge(start + i + 1, b, a, tap)
            for i, ((a, b), tap) in enumerate(zip(pairwise(through), taps, strict=True))
        ]
        return edges[::-1] + ([self.starts[f"b{start}"] + through[0]] if start else [])

    def path(self, index: int) -> list[int]:
        """Return the parameters along one path, the output's first; a bias comes last."""
        start = 0
        for level, number in enumerate(self.path_counts):
            if index < number:
                start = level
                break
            index -= number
        else:
            raise IndexError(index)
        sizes = [n for k, c in zip(self.taps[start:], self.channels[start:], strict=False) for n in (c, k)]
        digits = []
        for n in reversed([*sizes, self.channels[-1]]):
            index, digit = divmod(index, n)
            digits.append(digit)
        digits.reverse()
        return self._path(start, digits[::2], digits[1::2])

    def _index(self, start: int, through: Sequence[int], taps: Sequence[int]) -> int:
        index = 0
        for i, channel in enumerate(through):
            index = index * self.channels[start + i] + channel
            if i < len(taps):
                index = index * self.taps[start + i] + taps[i]
        return sum(self.path_counts[:start]) + index

    def spanning_generators(self) -> Iterator[int]:
        """Return D − (hidden channels) paths whose edge vectors span those of all paths.

        They pass through channel 0 and tap 0 everywhere but at one channel, or at one edge.
        """
        zero, none = [0] * (self.depth + 1), [0] * self.depth
        yield self._index(0, zero, none)
        for i, size in enumerate(self.channels):
            for a in range(1, size):
                yield self._index(0, [*zero[:i], a, *zero[i + 1 :]], none)
        for i in range(self.depth):
            for a, b, tap in product(range(self.channels[i]), range(self.channels[i + 1]), range(self.taps[i])):
                if tap or (a and b):
                    yield self._index(0, [*zero[:i], a, b, *zero[i + 2 :]], [*none[:i], tap, *none[i + 1 :]])
        if self.bias:
            for i in range(1, self.depth):
                for a in range(self.channels[i]):
                    yield self._index(i, [a, *zero[i + 1 :]], none[i:])

    # -- deciding and evaluating ----------------------------------------------------------------------

    def evaluation_cost(self) -> int:
        """Return how many multiplications one evaluation takes."""
        return self.count * self.depth**2

    def random_element_value(self, rng: Random, point: Sequence[int], prime: int) -> list[int]:
        """Return the value at a point of a random combination of the spanning generators."""
        values = [0] * self.dimension
        for _, row in self.generator_rows(point, prime):
            scale = rng.randrange(1, prime)
            for i, v in row.items():
                values[i] = (values[i] + scale * v) % prime
        return values

    def model_data(self) -> dict[str, Any]:
        """Return φ as a certificate describes it, written out."""
        self.check_all()
        return super().model_data()
