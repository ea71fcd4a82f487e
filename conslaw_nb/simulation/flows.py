"""Gradient flow and gradient descent on tiny models, in plain Python, to *see* what the theorems say.

A simulation suggests and never decides: whether a function is a law is a question for `check_law`, which
computes exactly. What the numbers here are good for is the difference between the flow, which keeps a law,
and a method with steps, which drifts away from it at a known rate.

A function of θ is called with its coordinates as separate arguments, so ``def h(u, v)`` and the functions of
``sympy.lambdify`` both do. Nothing is converted to floats: a descent that starts at `fractions.Fraction`
coordinates stays exact.

Examples
--------
>>> neuron = Neuron([(1, 2)])                       # g(u, v; x) = u v x on one example, (x, y) = (1, 2)
>>> def h(u, v):
...     return u**2 - v**2
>>> path = gradient_flow(neuron.gradient, (2.0, 0.5), time=3.0, steps=300)
>>> drift(h, path) < 1e-6
True
>>> from fractions import Fraction
>>> exact = gradient_descent(neuron.gradient, (Fraction(3), Fraction(1)), step=Fraction(1, 10), count=1)
>>> exact.end
(Fraction(29, 10), Fraction(7, 10))
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ..errors import FlowError
from ..tables import html_table

__all__ = [
    "FlowError",
    "Halving",
    "Neuron",
    "Trajectory",
    "WideNeuron",
    "drift",
    "gradient_descent",
    "gradient_flow",
    "step_halving",
]

Gradient = Callable[..., Sequence[Any]]

# Past this size a path has left every picture, and floats are about to overflow.
_FAR = 1e9
# An exact descent multiplies the number of digits at every step; past this it would only heat the room.
_MAX_BITS = 200_000


@dataclass(frozen=True)
class Trajectory:
    """A path through parameter space: the points visited, and when."""

    times: tuple
    points: tuple[tuple, ...]  # one point for each time, the start included
    diverged: bool = False  # whether the path was cut short because it ran away

    @property
    def start(self) -> tuple:
        """The first point."""
        return self.points[0]

    @property
    def end(self) -> tuple:
        """The last point."""
        return self.points[-1]

    def values(self, h: Callable[..., Any]) -> list:
        """Return the values of a function at the points, one after the other."""
        return [h(*point) for point in self.points]

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[tuple]:
        return iter(self.points)

    def __repr__(self) -> str:
        tail = ", cut short: it runs away" if self.diverged else ""
        return f"path of {len(self) - 1} steps from {_show(self.start)} to {_show(self.end)}{tail}"


def _show(point: tuple) -> str:
    return "(" + ", ".join(str(v) if isinstance(v, int | Fraction) else f"{v:.4g}" for v in point) + ")"


def _prepare(gradient: Gradient, start: Sequence, count: int, what: str) -> tuple:
    """Check what the two integrators share, and return the start as a tuple."""
    start = tuple(start)
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 1_000_000:
        raise FlowError(f"{what}={count!r} is not a number of steps: give a whole number from 1 to 1000000")
    slope = tuple(gradient(*start))
    if len(slope) != len(start):
        raise FlowError(
            f"the gradient has {len(slope)} coordinates at a point that has {len(start)}: "
            "it must return one partial derivative for each parameter"
        )
    return start


def _away(point: tuple) -> bool:
    """Whether a point has run away: too far, or not a number any more."""
    for value in point:
        if isinstance(value, Fraction):
            if value.denominator.bit_length() > _MAX_BITS:
                raise FlowError(
                    "the exact coordinates have grown too long to go on: each step of an exact descent "
                    "multiplies their digits; take fewer steps, or start from floats such as 1.0"
                )
        elif not abs(value) < _FAR:
            return True
    return False


def gradient_flow(gradient: Gradient, start: Sequence[float], time: float, steps: int = 400) -> Trajectory:
    """Follow θ̇ = −∇E(θ) from a start, with the classical Runge-Kutta method of order four.

    Parameters
    ----------
    gradient : callable
        ``gradient(*θ)`` returns ∇E(θ), one number for each coordinate.
    start : sequence of numbers
    time : float
        How long to follow the flow.
    steps : int
        The number of equal steps.

    Returns
    -------
    Trajectory
        In floats: an approximation, good to about the fourth power of the step where E is smooth. At the
        kinks of ReLU networks any method of fixed steps falls back to order one.

    Examples
    --------
    >>> gradient_flow(lambda x: (x,), (1.0,), time=1.0).end[0]     # doctest: +ELLIPSIS
    0.367879441...
    """
    start = _prepare(gradient, start, steps, "steps")
    if not (math.isfinite(time) and time > 0):
        raise FlowError(f"time={time!r} is not a duration: give a positive number, such as 2.0")
    step = time / steps
    point, points = start, [start]
    for _ in range(steps):
        try:
            a = gradient(*point)
            b = gradient(*[x - step / 2 * s for x, s in zip(point, a, strict=True)])
            c = gradient(*[x - step / 2 * s for x, s in zip(point, b, strict=True)])
            d = gradient(*[x - step * s for x, s in zip(point, c, strict=True)])
            slopes = zip(point, a, b, c, d, strict=True)
            point = tuple(x - step / 6 * (p + 2 * q + 2 * r + s) for x, p, q, r, s in slopes)
        except OverflowError:
            return _cut(points, step)
        if _away(point):
            return _cut(points, step)
        points.append(point)
    return Trajectory(tuple(k * step for k in range(len(points))), tuple(points))


def gradient_descent(gradient: Gradient, start: Sequence, step: Any, count: int) -> Trajectory:
    """Take `count` steps θ ← θ − step·∇E(θ).

    Parameters
    ----------
    gradient : callable
        ``gradient(*θ)`` returns ∇E(θ), one number for each coordinate.
    start : sequence of numbers
        Integers and fractions stay exact when the step and the gradient are exact too.
    step : number
        The step size τ (the learning rate).
    count : int

    Returns
    -------
    Trajectory
        Cut short, with `diverged` set, if a step size that is too large makes the path run away.

    Examples
    --------
    >>> gradient_descent(lambda x: (x,), (8,), step=Fraction(1, 2), count=3).points
    ((8,), (Fraction(4, 1),), (Fraction(2, 1),), (Fraction(1, 1),))
    """
    start = _prepare(gradient, start, count, "count")
    exact = isinstance(step, int | Fraction)
    if not ((exact or (isinstance(step, float) and math.isfinite(step))) and step > 0):
        raise FlowError(f"step={step!r} is not a step size: give a positive number, such as 0.1")
    point, points = start, [start]
    for _ in range(count):
        try:
            point = tuple(x - step * s for x, s in zip(point, gradient(*point), strict=True))
        except OverflowError:
            return _cut(points, step)
        if _away(point):
            return _cut(points, step)
        points.append(point)
    return Trajectory(tuple(k * step for k in range(len(points))), tuple(points))


def _cut(points: list[tuple], step: Any) -> Trajectory:
    return Trajectory(tuple(k * step for k in range(len(points))), tuple(points), diverged=True)


def drift(h: Callable[..., Any], path: Trajectory) -> Any:
    """Return how far h strays from its first value along a path: max ``|h(θ_k) − h(θ_0)|``.

    Small is not zero: a drift in floats can suggest that h is a law and never proves it.

    Examples
    --------
    >>> path = gradient_descent(lambda x, y: (y, x), (2, 1), step=1, count=2)
    >>> path.points, drift(lambda x, y: x * y, path)
    (((2, 1), (1, -1), (2, -2)), 6)
    """
    first, *rest = path.values(h)
    return max((abs(value - first) for value in rest), default=0)


@dataclass(frozen=True)
class Halving:
    """Drift of a function under descent over one fixed time, with smaller and smaller steps."""

    rows: tuple[tuple[float, int, float], ...]

    @property
    def ratios(self) -> list[float]:
        """Each drift divided by the next: near 2 when the drift is proportional to the step."""
        drifts = [row[2] for row in self.rows]
        return [a / b if b else math.inf for a, b in pairwise(drifts)]

    def _table(self) -> list[tuple[str, str, str, str]]:
        ratios = ["", *(f"{ratio:.2f}" for ratio in self.ratios)]
        return [(f"{s:.6g}", str(n), f"{d:.6f}", r) for (s, n, d), r in zip(self.rows, ratios, strict=True)]

    def __repr__(self) -> str:
        head = ("step", "steps", "drift", "divided by")
        return "\n".join("  ".join(f"{cell:>10}" for cell in row).rstrip() for row in [head, *self._table()])

    def _repr_html_(self) -> str:
        return html_table(self._table(), ("step size τ", "number of steps", "drift", "divided by"), named=False)


def step_halving(h: Callable[..., Any], gradient: Gradient, start: Sequence[float], time: float, *,
                 count: int = 10, halvings: int = 5) -> Halving:  # fmt: skip
    """Descend over the same time with count, 2·count, 4·count, ... steps, and measure each drift of h.

    A quantity that the *flow* keeps drifts in proportion to the step, so the last column of the table tends
    to 2; where the flow does not keep it, the drift tends to a positive number, and the ratios to 1.

    Examples
    --------
    >>> neuron = Neuron([(1, 2)])
    >>> step_halving(lambda u, v: u * u - v * v, neuron.gradient, (2.0, 0.5), time=1.0, count=20, halvings=3)
          step       steps       drift  divided by
          0.05          20    0.023197
         0.025          40    0.010853        2.14
        0.0125          80    0.005256        2.06
       0.00625         160    0.002587        2.03
    """
    if not 0 <= halvings <= 15:
        raise FlowError(f"halvings={halvings!r} is out of range: give a whole number from 0 to 15")
    rows = []
    for k in range(halvings + 1):
        n = count * 2**k
        path = gradient_descent(gradient, start, time / n, n)
        rows.append((time / n, n, math.inf if path.diverged else float(drift(h, path))))
    return Halving(tuple(rows))


@dataclass(frozen=True)
class Neuron:
    """One linear neuron after another, g(u, v; x) = u·v·x, with the squared loss on some examples.

    The risk is E(u, v) = (1/N) Σ ½ (u v x_i − y_i)², a function of the product u·v alone.

    Examples
    --------
    >>> neuron = Neuron([(1, 2), (2, 4)])
    >>> neuron.loss(1, 2), neuron.gradient(2, 3)
    (Fraction(0, 1), (Fraction(30, 1), Fraction(20, 1)))
    """

    data: Sequence[tuple[Any, Any]]

    def __post_init__(self) -> None:
        pairs = tuple(tuple(pair) for pair in self.data)
        if not pairs or any(len(pair) != 2 for pair in pairs):
            raise FlowError(f"data={self.data!r} is not a list of examples: give pairs (x, y), such as [(1, 2)]")
        object.__setattr__(self, "data", pairs)

    def _mean(self, total: Any) -> Any:
        if len(self.data) == 1:
            return total
        # Integers are exact too, and must stay so.
        return (Fraction(total) if isinstance(total, int) else total) / len(self.data)

    def loss(self, u: Any, v: Any) -> Any:
        """Return the risk E(u, v)."""
        return self._mean(sum((u * v * x - y) ** 2 for x, y in self.data)) * Fraction(1, 2)

    def slope(self, u: Any, v: Any) -> Any:
        """Return e = ∂E/∂(uv), the one number through which the data enter the gradient."""
        return self._mean(sum(x * (u * v * x - y) for x, y in self.data))

    def gradient(self, u: Any, v: Any) -> tuple:
        """Return ∇E(u, v) = e·(v, u)."""
        e = self.slope(u, v)
        return (e * v, e * u)


@dataclass(frozen=True)
class WideNeuron:
    """A linear neuron with several inputs, g(u, v; x) = u·⟨v, x⟩, with the squared loss on some examples.

    Parameters are called one after the other, ``(u, v_1, ..., v_m)``.

    Examples
    --------
    >>> neuron = WideNeuron([((1, 2), 3)])
    >>> neuron.loss(1, 1, 0), neuron.gradient(1, 1, 0)
    (Fraction(2, 1), (-2, -2, -4))
    """

    data: Sequence[tuple[Sequence[Any], Any]]  # each x a sequence of m numbers

    def __post_init__(self) -> None:
        pairs = tuple((tuple(x), y) for x, y in self.data)
        if not pairs or len({len(x) for x, _ in pairs}) != 1:
            raise FlowError(
                f"data={self.data!r} is not a list of examples: give pairs (x, y) with inputs of one length, such as "
                "[((1, 2), 3)]"
            )
        object.__setattr__(self, "data", pairs)

    def _errors(self, u: Any, v: Sequence[Any]) -> list[Any]:
        return [u * _dot(v, x) - y for x, y in self.data]

    def _mean(self, total: Any) -> Any:
        if len(self.data) == 1:
            return total
        return (Fraction(total) if isinstance(total, int) else total) / len(self.data)

    def loss(self, u: Any, *v: Any) -> Any:
        """Return the risk E(u, v)."""
        return self._mean(sum(e * e for e in self._errors(u, v))) * Fraction(1, 2)

    def slope(self, u: Any, *v: Any) -> tuple:
        """Return ∂E/∂(u·v), one number for each input: all that the data say to the gradient."""
        errors = self._errors(u, v)
        return tuple(
            self._mean(sum(e * x[k] for e, (x, _) in zip(errors, self.data, strict=True))) for k in range(len(v))
        )

    def gradient(self, u: Any, *v: Any) -> tuple:
        """Return ∇E(u, v) = (⟨v, e⟩, u·e) with e the slope: the combination Σ e_k ∇(u·v_k)."""
        slope = self.slope(u, *v)
        return (_dot(v, slope), *(u * e for e in slope))


def _dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return sum(x * y for x, y in zip(a, b, strict=True))
