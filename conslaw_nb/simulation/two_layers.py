"""The two-layer network that learners train themselves: g(u, v; x) = Σ_j u_j·max(v_j x, 0), one example a step.

Nothing is converted to floats: from fractions every step is exact. `u` and `v` are lists, one number for each hidden
neuron; the balance of neuron j is u_j² − v_j².

Examples
--------
>>> network([2, -1], [1, 3], 2)
-2
>>> balances(*step([2], [1], 1, 0, Fraction(1, 4)))
[Fraction(9, 4)]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .flows import FlowError

__all__ = ["Log", "balances", "decayed", "gradient", "network", "normalised", "rolled", "step", "train"]

Weights = tuple[list[Any], list[Any]]


def network(u: Sequence[Any], v: Sequence[Any], x: Any) -> Any:
    """Return g(u, v; x)."""
    return sum(a * max(b * x, 0) for a, b in zip(u, v, strict=True))


def gradient(u: Sequence[Any], v: Sequence[Any], x: Any, y: Any) -> Weights:
    """Return the gradient of ½(g − y)²; on a kink the slope is 0."""
    e = network(u, v, x) - y
    return (
        [e * max(b * x, 0) for b in v],
        [e * a * x if b * x > 0 else 0 * e for a, b in zip(u, v, strict=True)],
    )


def balances(u: Sequence[Any], v: Sequence[Any]) -> list[Any]:
    """Return u_j² − v_j² of each neuron."""
    return [a * a - b * b for a, b in zip(u, v, strict=True)]


def _moved(values: Sequence[Any], slopes: Sequence[Any], size: Any) -> list[Any]:
    return [a - size * s for a, s in zip(values, slopes, strict=True)]


def step(u: Sequence[Any], v: Sequence[Any], x: Any, y: Any, tau: Any) -> Weights:
    """Take one step of descent on one example; all weights move at once."""
    by_u, by_v = gradient(u, v, x, y)
    return _moved(u, by_u, tau), _moved(v, by_v, tau)


def decayed(u: Sequence[Any], v: Sequence[Any], x: Any, y: Any, tau: Any, rate: Any) -> Weights:
    """Take one step of descent with weight decay."""
    by_u, by_v = gradient(u, v, x, y)
    return (
        _moved(u, [s + rate * a for s, a in zip(by_u, u, strict=True)], tau),
        _moved(v, [s + rate * b for s, b in zip(by_v, v, strict=True)], tau),
    )


def normalised(u: Sequence[Any], v: Sequence[Any], x: Any, y: Any, tau: Any) -> Weights:
    """Take one step of descent of the network that divides by ‖v‖, in floats.

    Examples
    --------
    The gradient in v is orthogonal to v, so that a step can only lengthen it:

    >>> _, v = normalised([1.0, 1.0], [3.0, 4.0], 1.0, 0.0, 0.1)
    >>> 25 < sum(b * b for b in v) < 25.01
    True
    """
    norm = math.sqrt(sum(b * b for b in v))
    g = network(u, v, x) / norm
    e = g - y
    by_u = [e * max(b * x, 0) / norm for b in v]
    by_v = [e * ((a * x if b * x > 0 else 0) / norm - g * b / norm**2) for a, b in zip(u, v, strict=True)]
    return _moved(u, by_u, tau), _moved(v, by_v, tau)


@dataclass(frozen=True)
class Log:
    """What a training wrote down: an entry before the first step, and one after each."""

    weights: list[Weights]
    balances: list[list[Any]]  # for each entry the balance of each neuron
    losses: list[Any]  # the mean of ½(g − y)² over the data

    def __repr__(self) -> str:
        first, last = ([f"{float(b):.4g}" for b in self.balances[k]] for k in (0, -1))
        return (
            f"{len(self.balances) - 1} steps: loss {float(self.losses[0]):.4g} → {float(self.losses[-1]):.4g}, "
            f"balances ({', '.join(first)}) → ({', '.join(last)})"
        )


def _loss(u: Sequence[Any], v: Sequence[Any], data: Sequence[tuple[Any, Any]]) -> Any:
    total = sum((network(u, v, x) - y) ** 2 for x, y in data)
    return (Fraction(total) if isinstance(total, int) else total) / (2 * len(data))


def train(
    u: Sequence[Any],
    v: Sequence[Any],
    data: Sequence[tuple[Any, Any]],
    tau: Any,
    epochs: int,
    move: Callable[..., Weights] = step,
    *more: Any,
) -> Log:
    """Train on one example after the other, `epochs` times through the data.

    Parameters
    ----------
    u, v : lists of numbers
    data : sequence of pairs (x, y)
    tau : number
    epochs : int
    move : callable
        `step`, `decayed`, `normalised`, or a function of one's own with the same arguments.
    more
        What else `move` needs, such as the rate of decay.

    Examples
    --------
    >>> train([2, -1], [1, 3], [(1, 2), (-1, 1)], Fraction(1, 10), 1)
    2 steps: loss 2.5 → 0.747, balances (3, -8) → (2.73, -7.28)
    """
    if len(u) != len(v) or not u or not data:
        raise FlowError("a training needs u and v of the same length, and one example (x, y) or more")
    weights: list[Weights] = [(list(u), list(v))]
    for _ in range(epochs):
        for x, y in data:
            weights.append(move(*weights[-1], x, y, tau, *more))
    return Log(weights, [balances(*w) for w in weights], [_loss(*w, data) for w in weights])


def rolled(
    u: Sequence[Any], v: Sequence[Any], data: Sequence[tuple[Any, Any]], delta: Any, friction: Any, steps: int
) -> Log:
    """Let a heavy ball roll from rest down the mean loss of the data: θ̈ + friction·θ̇ = −∇E, in steps of `delta`.

    With a fixed friction this does not become descent when `delta` becomes small.
    """
    place, speed = [*u, *v], [0 * delta] * (2 * len(u))
    r, weights = len(u), [(list(u), list(v))]
    for _ in range(steps):
        slopes = [gradient(place[:r], place[r:], x, y) for x, y in data]
        mean = [sum(parts) / len(data) for parts in zip(*(a + b for a, b in slopes), strict=True)]
        speed = [w - delta * (friction * w + s) for w, s in zip(speed, mean, strict=True)]
        place = [p + delta * w for p, w in zip(place, speed, strict=True)]
        weights.append((place[:r], place[r:]))
    return Log(weights, [balances(*w) for w in weights], [_loss(*w, data) for w in weights])
