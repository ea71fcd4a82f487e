"""A small ReLU network on a line of inputs, to train in plain Python and to watch its laws while it trains.

The parameters stand in the order of ``relu(1, r, 1, bias=True)``: u_1, ..., u_r, v_1, ..., v_r, b_1, ..., b_r. From
fractions everything stays exact: a step of descent, the loss, and the balance of each neuron.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from .flows import FlowError

__all__ = ["SmallRelu", "drawn_weights"]


def drawn_weights(seed: int, r: int = 3) -> tuple[float, ...]:
    """Return u, v and b of r neurons, drawn at random: the same for the same seed, on every machine.

    Examples
    --------
    >>> drawn_weights(1, r=1)
    (-0.7, 0.5, 0.7)
    """
    draw = Random(seed)
    outer = [draw.choice((-1, 1)) * draw.randint(6, 14) / 10 for _ in range(r)]
    inner = [draw.choice((-1, 1)) * draw.randint(4, 14) / 10 for _ in range(r)]
    return (*outer, *inner, *[draw.randint(-8, 8) / 10 for _ in range(r)])


class SmallRelu:
    """g(θ; x) = Σ_j u_j·max(0, v_j x + b_j), with E(θ) = (1/N) Σ ½(g(θ; x_i) − y_i)².

    At a kink, where v_j x_i + b_j = 0, the gradient is taken with slope 0, as most programs do.

    Parameters
    ----------
    data : sequence of pairs (x, y)
    r : int
        The number of hidden neurons.

    Examples
    --------
    >>> net = SmallRelu([(1, 2), (-1, 0)], r=1)
    >>> net.output((1, 2, -1), 1), net.loss(1, 2, -1)
    (1, Fraction(1, 4))
    >>> net.gradient(1, 2, -1)                     # of u, v, b: the second example does not reach the neuron
    (Fraction(-1, 2), Fraction(-1, 2), Fraction(-1, 2))
    >>> net.balance((1, 2, -1))                    # u² − v² − b²
    [-4]
    """

    def __init__(self, data: Sequence[tuple[Any, Any]], r: int):
        pairs = tuple(tuple(pair) for pair in data)
        if not pairs or any(len(pair) != 2 for pair in pairs):
            raise FlowError(f"data={data!r} is not a list of examples: give pairs (x, y), such as [(1, 2)]")
        if isinstance(r, bool) or not isinstance(r, int) or r < 1:
            raise FlowError(f"r={r!r} is not a number of neurons: give a whole number from 1")
        self.data, self.r = pairs, r

    def split(self, point: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
        """Return u, v and b."""
        r = self.r
        if len(point) != 3 * r:
            raise FlowError(f"a point has {3 * r} coordinates here (u, v and b of {r} neurons), and not {len(point)}")
        return point[:r], point[r : 2 * r], point[2 * r :]

    def output(self, point: Sequence[Any], x: Any) -> Any:
        """Return g(θ; x)."""
        return sum(u * (v * x + b) for u, v, b in zip(*self.split(point), strict=True) if v * x + b > 0)

    def loss(self, *point: Any) -> Any:
        """Return E(θ)."""
        total = sum((self.output(point, x) - y) ** 2 for x, y in self.data)
        return (Fraction(total) if isinstance(total, int) else total) / (2 * len(self.data))

    def gradient(self, *point: Any) -> tuple:
        """Return ∇E(θ)."""
        total = self._sum(point, self.data)
        count = len(self.data)
        return tuple((Fraction(s) if isinstance(s, int) else s) / count for s in total)

    def gradient_of(self, example: int, *point: Any) -> tuple:
        """Return the gradient of the loss of one example; the mean over all of them is `gradient`."""
        return tuple(self._sum(point, (self.data[example],)))

    def _sum(self, point: Sequence[Any], data: Sequence[tuple[Any, Any]]) -> list[Any]:
        u, v, b = self.split(point)
        neurons = list(zip(range(self.r), u, v, b, strict=True))
        by_u, by_v, by_b = [0] * self.r, [0] * self.r, [0] * self.r
        for x, y in data:
            active, error = [], -y
            for j, uj, vj, bj in neurons:
                s = vj * x + bj
                if s > 0:
                    error += uj * s
                    active.append((j, uj, s))
            for j, uj, s in active:
                by_u[j] += error * s
                push = error * uj
                by_v[j] += push * x
                by_b[j] += push
        return by_u + by_v + by_b

    def balance(self, point: Sequence[Any]) -> list[Any]:
        """Return u_j² − v_j² − b_j² of each neuron: the laws."""
        return [u * u - v * v - b * b for u, v, b in zip(*self.split(point), strict=True)]

    def law(self, j: int) -> Callable[..., Any]:
        """Return the law of neuron j (counted from 0) as a function of the weights, one after the other."""
        if not 0 <= j < self.r:
            raise FlowError(f"there is no neuron {j}: they are counted from 0 to {self.r - 1}")
        r = self.r
        return lambda *point: point[j] ** 2 - point[r + j] ** 2 - point[2 * r + j] ** 2

    def pattern(self, point: Sequence[Any]) -> tuple[tuple[bool, ...], ...]:
        """Return which neurons are active, for each example.

        Examples
        --------
        >>> SmallRelu([(1, 2), (-1, 0)], r=2).pattern((1, 1, 2, -1, -1, 0))
        ((True, False), (False, True))
        """
        _, v, b = self.split(point)
        neurons = tuple(zip(v, b, strict=True))
        return tuple([tuple([vj * x + bj > 0 for vj, bj in neurons]) for x, _ in self.data])

    def crossings(self, path: Sequence[Sequence[Any]]) -> int:
        """Return how often, from one point of a path to the next, an example has passed a kink.

        Examples
        --------
        >>> SmallRelu([(1, 2)], r=1).crossings([(1, 1, 0), (1, 1, -2), (1, 1, 0)])
        2
        """
        total, before = 0, None
        for point in path:
            now = self.pattern(point)
            if before is not None and now != before:
                total += sum(
                    a != b for one, two in zip(before, now, strict=True) for a, b in zip(one, two, strict=True)
                )
            before = now
        return total

    def kinks(self, point: Sequence[Any]) -> list[Any]:
        """Return where the function g(θ; ·) bends: −b_j/v_j for each neuron that has a kink."""
        _, v, b = self.split(point)
        return [-bj / vj for vj, bj in zip(v, b, strict=True) if vj]
