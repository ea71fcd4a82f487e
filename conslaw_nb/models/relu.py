"""ReLU networks through path-lifting: φ lists the products of weights along all paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from random import Random
from typing import Any

from ..exact.polynomial import Poly
from .layered import LayeredNetwork
from .paths import PathLifting
from .sparse_point import PathPoint

__all__ = ["ReluNetwork"]


class ReluNetwork(PathLifting, LayeredNetwork):
    """The path-lifting of a ReLU network: the product of weights along every path (Example 2.11 and beyond)."""

    kind = "relu"

    def __init__(self, widths: tuple[int, ...], bias: bool):
        sizes = tuple(reversed(widths))
        self.path_counts = [prod(sizes)]
        if bias:
            self.path_counts += [prod(sizes[: i + 1]) for i in range(1, len(sizes) - 1)]
        text = f"relu({','.join(map(str, widths))}{',bias=True' if bias else ''})"
        super().__init__(widths, bias, sum(self.path_counts), text)

    def path(self, index: int) -> list[int]:
        """Return the parameters along one path, as indices; the bias comes last where the path starts there."""
        layer = self.depth
        for level, number in enumerate(self.path_counts):
            if index < number:
                layer = level or self.depth
                ends_in_bias = level > 0
                break
            index -= number
        else:
            raise IndexError(index)
        neurons = []
        for n in reversed(self.sizes[: layer + 1]):
            index, neuron = divmod(index, n)
            neurons.append(neuron)
        neurons.reverse()
        edges = [self.weight(i + 1, neurons[i], neurons[i + 1]) for i in range(layer)]
        return [*edges, self.bias_index(layer, neurons[layer])] if ends_in_bias else edges

    def path_index(self, neurons: Sequence[int], bias: bool = False) -> int:
        """Return the index of the path through these neurons, from the output side."""
        index = 0
        for neuron, n in zip(neurons, self.sizes, strict=False):
            index = index * n + neuron
        return index + (sum(self.path_counts[: len(neurons) - 1]) if bias else 0)

    def check_all(self) -> None:
        """Raise SizeError where there are too many paths to write them all out."""
        self._check_expansion(self.count)

    def model_data(self) -> dict[str, Any]:
        """Return the network as a certificate describes it."""
        return {"kind": "relu", "widths": list(self.widths), "bias": self.bias}

    def trace_at_most(self) -> int:
        """Return D − (number of hidden neurons): the edge vectors of paths satisfy one relation for each of them."""
        return self.dimension - sum(self.sizes[1:-1])

    def known_laws(self) -> list[Poly]:
        """Return one law per hidden neuron: ‖incoming‖² + bias² = ‖outgoing‖² + constant (Proposition 4.1)."""
        return [self.balance(i, a, a) for i in range(1, self.depth) for a in range(self.sizes[i])]

    def sparse_point(self, prime: int) -> PathPoint:
        """Return the point where all parameters are 1."""
        return PathPoint(self.dimension, sum(self.sizes[1:-1]))

    def spanning_generators(self) -> Iterator[int]:
        """Return D − (number of hidden neurons) paths whose edge vectors span those of all paths.

        They pass through neuron 0 everywhere but at one edge (or start at one bias). The edge vectors of all
        paths satisfy one balance relation per hidden neuron, so no set of independent ones is larger.
        """
        zero = [0] * (self.depth + 1)
        yield self.path_index(zero)
        for i in range(self.depth + 1):
            for a in range(1, self.sizes[i]):
                yield self.path_index([*zero[:i], a, *zero[i + 1 :]])
        for i in range(self.depth):
            for a, b in product(range(1, self.sizes[i]), range(1, self.sizes[i + 1])):
                yield self.path_index([*zero[:i], a, b, *zero[i + 2 :]])
        if self.bias:
            for i in range(1, self.depth):
                for a in range(self.sizes[i]):
                    yield self.path_index([0] * i + [a], bias=True)

    def evaluation_cost(self) -> int:
        """Return how many multiplications one evaluation takes: every path has a product for each of its edges."""
        return self.count * self.depth**2

    def random_element_value(self, rng: Random, point: Sequence[int], prime: int) -> list[int]:
        """Return the gradient at a point of Σ_P c_P φ_P, c_P a product of random numbers, one per edge.

        Such products span all weightings of paths, and the sum is that of a linear network with the
        weights c_e θ_e: one forward and one backward pass instead of one term per path.
        """
        scale = [rng.randrange(1, prime) for _ in range(self.dimension)]
        weighted = [s * x % prime for s, x in zip(scale, point, strict=True)]
        # reach[i][a]: weighted sum over paths from any output unit to neuron a of layer i
        reach = [[rng.randrange(1, prime) for _ in range(self.sizes[0])]]
        for i in range(1, self.depth + 1):
            reach.append(
                [
                    sum(reach[-1][a] * weighted[self.weight(i, a, b)] for a in range(self.sizes[i - 1])) % prime
                    for b in range(self.sizes[i])
                ]
            )
        values = [0] * self.dimension
        rest = [rng.randrange(1, prime) for _ in range(self.sizes[-1])]  # the same from a neuron to the inputs
        for i in range(self.depth, 0, -1):
            if self.bias and i < self.depth:
                for b in range(self.sizes[i]):
                    index = self.bias_index(i, b)
                    values[index] = scale[index] * reach[i][b] % prime
                    rest[b] += weighted[index]
            for a, b in product(range(self.sizes[i - 1]), range(self.sizes[i])):
                index = self.weight(i, a, b)
                values[index] = scale[index] * reach[i - 1][a] * rest[b] % prime
            rest = [
                sum(weighted[self.weight(i, a, b)] * rest[b] for b in range(self.sizes[i])) % prime
                for a in range(self.sizes[i - 1])
            ]
        return values
