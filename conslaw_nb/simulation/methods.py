"""Other ways to train than plain descent: weight decay, signs of gradients, one example at a time.

Each is made of plain parts: `decayed` and `signs` turn a gradient into the direction that another method follows, and
any integrator of `flows` takes it from there. Nothing here decides anything: see `training_fields` for that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from .flows import FlowError, Gradient, Halving, Trajectory, drift, gradient_flow

__all__ = ["decayed", "flow_halving", "signs", "stochastic_descent"]

_FAR = 1e9


def decayed(gradient: Gradient, rate: Any) -> Gradient:
    """Return θ ↦ ∇E(θ) + rate·θ, the direction of weight decay.

    Examples
    --------
    >>> decayed(lambda u, v: (v, u), 2)(1, 3)
    (5, 7)
    """
    return lambda *point: tuple(s + rate * x for s, x in zip(gradient(*point), point, strict=True))


def signs(gradient: Gradient) -> Gradient:
    """Return θ ↦ sign ∇E(θ), coordinate by coordinate, the direction of sign descent.

    Examples
    --------
    >>> signs(lambda u, v: (v, u))(0, -3)
    (-1, 0)
    """
    return lambda *point: tuple((s > 0) - (s < 0) for s in gradient(*point))


def stochastic_descent(
    gradients: Sequence[Gradient], start: Sequence[Any], step: Any, count: int, *, seed: int = 0
) -> Trajectory:
    """Take `count` steps, each along the gradient of one example, which is drawn at random.

    `gradients`: one gradient for each example; `step`: the step size τ, or a function of k = 0, 1, ... that returns
    τ_k; `seed`: the same seed draws the same examples, on every machine.

    Examples
    --------
    >>> from conslaw_nb.simulation.flows import Neuron
    >>> one, two = Neuron([(1, 1)]).gradient, Neuron([(1, 5)]).gradient
    >>> stochastic_descent([one, two], (3, 1), Fraction(1, 4), 2, seed=1).points
    ((3, 1), (Fraction(5, 2), Fraction(-1, 2)), (Fraction(71, 32), Fraction(29, 32)))
    """
    gradients, point = list(gradients), tuple(start)
    if not gradients:
        raise FlowError("there is no gradient to follow: give one for each example")
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 1_000_000:
        raise FlowError(f"count={count!r} is not a number of steps: give a whole number from 1 to 1000000")
    draw, sizes = Random(seed), step if callable(step) else (lambda _: step)
    times, points = [0], [point]
    for k in range(count):
        size = sizes(k)
        if not (isinstance(size, int | float | Fraction) and math.isfinite(size) and size > 0):
            raise FlowError(f"step={size!r} is not a step size: give a positive number, such as 0.1")
        slope = gradients[draw.randrange(len(gradients))](*point)
        point = tuple(x - size * s for x, s in zip(point, slope, strict=True))
        if not all(abs(x) < _FAR for x in point):
            return Trajectory(tuple(times), tuple(points), diverged=True)
        times.append(times[-1] + size)
        points.append(point)
    return Trajectory(tuple(times), tuple(points))


def flow_halving(
    h: Callable[..., Any], gradient: Gradient, start: Sequence[float], time: float, *, count: int = 10,
    halvings: int = 5,
) -> Halving:  # fmt: skip
    """Follow the flow over the same time with count, 2·count, 4·count, ... steps of Runge and Kutta.

    The counterpart of `flows.step_halving` for a method of order four: the last column tends to 16 for a law of the
    flow, as long as nothing bends.

    Examples
    --------
    >>> from conslaw_nb.simulation.flows import Neuron
    >>> slope = Neuron([(1, 2)]).gradient
    >>> flow_halving(lambda u, v: u * u - v * v, slope, (2.0, 0.5), time=1.0, halvings=3).ratios[-1] > 12
    True
    """
    if not 0 <= halvings <= 15:
        raise FlowError(f"halvings={halvings!r} is out of range: give a whole number from 0 to 15")
    rows = []
    for k in range(halvings + 1):
        n = count * 2**k
        path = gradient_flow(gradient, start, time, n)
        rows.append((time / n, n, math.inf if path.diverged else float(drift(h, path))))
    return Halving(tuple(rows))
