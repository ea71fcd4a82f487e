"""The metric explorer: one loss on the plane of z, and paths that depend on how the start was initialised."""

from __future__ import annotations

import math
from typing import Any

import ipywidgets as ipw

from .. import geometry
from ..drawing.picture import Picture
from ..simulation.flows import Trajectory, gradient_flow
from ..tables import html_table
from ._panel import Panel, slider, value_of

__all__ = ["MetricExplorer", "bias_portrait", "metric_explorer"]

_LOW, _HIGH = -2.5, 2.5
_STEPS, _DOTS, _EVERY = 200, 60, 3
_MODELS = ("u · (v₁, v₂)", "(u₁v₁, u₂v₂)")


class _Model:
    """How z and δ give a start θ, and how θ moves for a slope in z."""

    def __init__(self, name: str):
        self.scalar = name == _MODELS[0]
        self.reduced = geometry.scalar_times_vector(2) if self.scalar else geometry.diagonal(2)

    def start(self, z: tuple[float, float], delta: float) -> tuple[float, ...]:
        """Return a θ over z with the law δ; where it is not unique, with nonnegative first factors."""
        if self.scalar:
            u = math.sqrt(delta + math.hypot(delta, *z))
            # u = 0 lies over z = 0 alone: there any v of the right length will do
            return (u, *(x / u for x in z)) if u > 1e-9 else (0.0, math.sqrt(-2 * delta), 0.0)
        us = [math.sqrt((delta + math.hypot(delta, 2 * x)) / 2) for x in z]
        vs = [x / u if u > 1e-9 else math.sqrt(max(-delta, 0.0)) for x, u in zip(z, us, strict=True)]
        return (*us, *vs)

    def z(self, theta: tuple[float, ...]) -> tuple[float, float]:
        a, b, *rest = theta
        return (a * b, a * rest[0]) if self.scalar else (a * rest[0], b * rest[1])

    def back(self, theta: tuple[float, ...], p: float, q: float) -> tuple[float, ...]:
        """Return ∂φᵀ(p, q)."""
        if self.scalar:
            u, v, w = theta
            return (p * v + q * w, u * p, u * q)
        u, w, v, x = theta
        return (p * v, q * x, p * u, q * w)

    def matrix(self, theta: tuple[float, ...]) -> tuple[float, float, float]:
        """Return the entries (1, 1), (1, 2) and (2, 2) of M."""
        if self.scalar:
            u, v, w = theta
            return (u * u + v * v, v * w, u * u + w * w)
        u, w, v, x = theta
        return (u * u + v * v, 0.0, w * w + x * x)


class MetricExplorer(Panel):
    """The plane of z = φ(θ) for two models, with one example: f(z) = ½(⟨a, z⟩ − y)², a of length one.

    Attributes
    ----------
    model : str
        'u · (v₁, v₂)' or '(u₁v₁, u₂v₂)'.
    delta : float
        The law at the start: ½(u² − ‖v‖²) for the first model, both u_i² − v_i² for the second.
    z1, z2, angle, y : float
        Where z starts, the direction of the input in degrees, and the target.
    path : Trajectory
        The flow of θ.
    z_path : list of (float, float)
        What it does to z.
    reduced : Trajectory
        The flow of z with the metric K(z), in which no θ occurs, as far as the formula goes; None where a factor is 0
        at the start. The Euclidean flow is `straight`.
    silent_from : float
        When a factor becomes 0 and the formula for K(z) ends; infinite where it never does.
    """

    hand = "metric"

    model, delta, z1, z2, angle, y = (value_of(name) for name in ("model", "delta", "z1", "z2", "angle", "y"))

    def __init__(self, *, model: str, delta: float, z1: float, z2: float, angle: int, y: float):
        self._model = ipw.Dropdown(
            options=_MODELS, value=model, description="model φ(θ)",
            tooltip="Which parametrization of the plane is trained", style={"description_width": "6.5em"},
            layout=ipw.Layout(width="99%", max_width="30em"),
        )  # fmt: skip
        self._delta = slider("law δ", delta, -3.0, 3.0, 0.1, "The value of the law at the start, kept by the flow")
        self._z1 = slider("start z₁", z1, -2.0, 2.0, 0.1, "Where z starts, first coordinate")
        self._z2 = slider("start z₂", z2, -2.0, 2.0, 0.1, "Where z starts, second coordinate")
        self._angle = slider("input angle", angle, -90, 90, 5, "The direction of the input of the one example")
        self._y = slider("target y", y, -2.0, 2.0, 0.1, "The output to learn for it")
        super().__init__([self._model, self._delta, self._z1, self._z2, self._angle, self._y], mathematics=False)
        self._draw()

    def _facts(self) -> dict[str, Any]:
        return {"models": list(_MODELS)}

    def _slope(self, p: float, q: float) -> tuple[float, float]:
        e = self._a[0] * p + self._a[1] * q - self.y
        return (e * self._a[0], e * self._a[1])

    def _simulate(self) -> None:
        model, turn = _Model(self.model), math.radians(self.angle)
        self._a = (math.cos(turn), math.sin(turn))
        start = model.start((self.z1, self.z2), self.delta)
        first = model.matrix(start)
        # Time runs slower where the metric is large, so that the paths arrive and no step is too long.
        time = 12.0 / max(0.4, first[0] + first[2], abs(self.delta))
        self.path: Trajectory = gradient_flow(
            lambda *theta: model.back(theta, *self._slope(*model.z(theta))), start, time, _STEPS
        )
        self.z_path = [model.z(theta) for theta in self.path]
        place = self.z_path[0]
        self.straight = gradient_flow(self._slope, place, 8.0, 60)
        self._matrices = [(self.z_path[k], model.matrix(self.path.points[k])) for k in self._stations()]
        laws = dict.fromkeys(model.reduced.letters, self.delta)
        self.silent_from = self._silence(model)
        self.reduced: Trajectory | None = None
        if self.silent_from:
            # Not to the very end: there the formula divides by a number that goes to 0.
            until = min(time, 0.97 * self.silent_from)
            self.reduced = model.reduced.flow(self._slope, place, until, _DOTS, **laws)

    def _silence(self, model: _Model) -> float:
        """Return the time when the formula for K(z) ends, infinite where it does not: a factor u of 0."""
        first = [theta[0] for theta in self.path]
        if not model.scalar:
            return math.inf if self.delta or (self.z1 and self.z2) else 0.0
        if abs(first[0]) < 1e-9:
            return 0.0
        return next((t for t, u in zip(self.path.times, first, strict=True) if u * first[0] <= 0), math.inf)

    def _stations(self) -> list[int]:
        """Three places on the path, a third of its length apart."""
        steps = [math.dist(a, b) for a, b in zip(self.z_path, self.z_path[1:], strict=False)]
        total, walked, stations = sum(steps), 0.0, [0]
        for k, step in enumerate(steps):
            walked += step
            if len(stations) < 3 and total > 0.05 and walked >= total * len(stations) / 2.02:
                stations.append(k + 1)
        return stations

    def _draw(self) -> None:
        self._simulate()
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._table()

    def _picture(self) -> Picture:
        picture = Picture("Where z goes, and in which metric", self._words())
        axes = picture.axes((_LOW, _HIGH), (_LOW, _HIGH), x_label="*z*₁", y_label="*z*₂", aspect=1)
        a, b = self._a
        foot = (a * self.y, b * self.y)
        axes.curve(
            [(foot[0] - 8 * b, foot[1] + 8 * a), (foot[0] + 8 * b, foot[1] - 8 * a)], style="fit", label="loss 0"
        )
        for index, (place, matrix) in enumerate(self._matrices):
            axes.curve(_oval(place, matrix), style="extra", label="" if index else "speed for a unit slope")
        axes.curve(self.straight, style="level", label="Euclidean flow", arrow=0.6)
        axes.curve(self.z_path, style="flow", label="flow of θ, seen in z", arrow=0.5)
        if self.reduced:
            dots = self.reduced.points[_EVERY::_EVERY]
            axes.curve(dots, style="descent", markers=True, line=False, label="flow with K(z)")
        axes.point(self.z_path[-1], style="flow", text="end")
        axes.point(self.z_path[0], style="plain", hollow=True, text="start")
        return picture

    def _table(self) -> str:
        rows = [("start", self.z_path[0]), ("flow ends", self.z_path[-1]), ("Euclidean flow", self.straight.end)]
        note = ""
        if not self.silent_from:
            note = "<p>A factor is 0 at the start, and the formula for K(z) is silent.</p>"
        elif self.silent_from < math.inf:
            note = "<p>On the way u passes 0: there the formula for K(z) ends, and the flow of θ goes on.</p>"
        return html_table([(name, *map(_short, place)) for name, place in rows], ("", "z₁", "z₂")) + note

    def _words(self) -> str:
        (a, b), (c, d), (e, f) = self.z_path[0], self.z_path[-1], self.straight.end
        return (
            f"For the model {self.model} with δ = {_short(self.delta)} and one example with input angle {self.angle}° "
            f"and target {_short(self.y)}, z goes from ({_short(a)}, {_short(b)}) to ({_short(c)}, {_short(d)}); the "
            f"Euclidean flow of the same loss ends at ({_short(e)}, {_short(f)})."
        )

    def _still(self) -> str:
        return self.drawing._repr_html_()


def _oval(place: tuple[float, float], matrix: tuple[float, float, float], size: float = 0.42) -> list:
    """Return the places M·n for all unit vectors n, around a place, scaled to the same longest reach."""
    p, q, r = matrix
    longest = (p + r) / 2 + math.hypot((p - r) / 2, q)
    if longest < 1e-9:
        return [place]
    turns = [(math.cos(t), math.sin(t)) for t in (math.pi * k / 20 for k in range(41))]
    scale = size / longest
    return [(place[0] + scale * (p * c + q * s), place[1] + scale * (q * c + r * s)) for c, s in turns]


def _short(value: float) -> str:
    text = f"{value:.3f}"
    return ("0.000" if float(text) == 0 else text).replace("-", "−")


def metric_explorer(
    *, model: str = _MODELS[0], delta: float = 0.5, z1: float = -1.0, z2: float = 1.0, angle: int = 0, y: float = 1.5
) -> Any:
    """Return the metric explorer.

    Parameters
    ----------
    model : str
        'u · (v₁, v₂)' or '(u₁v₁, u₂v₂)'.
    delta : float
        The law at the start, from −3 to 3.
    z1, z2 : float
        Where z starts.
    angle, y : int, float
        The one example: the direction of its input in degrees, and its target.

    Examples
    --------
    >>> explorer = metric_explorer(delta=0.0, z1=1.0, z2=0.5, angle=0, y=2.0)
    >>> first = explorer.z_path[-1]
    >>> explorer.delta = 3.0                       # the same z, the same loss, another start
    >>> abs(explorer.z_path[-1][0] - 2) < 1e-2 and abs(explorer.z_path[-1][1] - first[1]) > 0.1
    True
    """
    if model not in _MODELS:
        raise geometry.GeometryError(f"model={model!r} is not on the list: choose {_MODELS[0]!r} or {_MODELS[1]!r}")
    return MetricExplorer(model=model, delta=delta, z1=z1, z2=z2, angle=angle, y=y)


def diagonal_end(a: tuple[float, float], y: float, delta: float) -> tuple[float, float]:
    """Return where the flow of (u₁v₁, u₂v₂) ends from z = 0 with u_i² − v_i² = δ > 0, for the one example (a, y).

    Along the flow z_i = ½δ·sinh(2a_i s) with a number s that the data move; it ends where ⟨a, z⟩ = y.

    Examples
    --------
    >>> [round(x, 6) for x in diagonal_end((1.0, 2.0), 9.0, 4.0)]
    [1.5, 3.75]
    """
    low, high = 0.0, 1.0

    def z(s: float) -> tuple[float, float]:
        return tuple(delta / 2 * math.sinh(2 * part * s) for part in a)

    def output(s: float) -> float:
        return sum(p * q for p, q in zip(a, z(s), strict=True))

    while output(high) < y:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if output(middle) < y else (low, middle)
    return z(low)


def bias_portrait(*, a: tuple[float, float] = (1.0, 2.0), y: float = 3.0) -> Picture:
    """Return a picture of where a diagonal network ends, from starts z = 0 of all sizes δ.

    Parameters
    ----------
    a, y
        The one example: the input, two positive numbers, and a positive target.

    Examples
    --------
    >>> bias_portrait().title
    'One example, many answers'
    """
    sizes = [10.0**k for k in (-4, -3, -2, -1, 0, 1, 2)]
    ends = [diagonal_end(a, y, delta) for delta in sizes]
    (p, q), (r, s) = ends[0], ends[-1]
    tip = (0.0, y / a[1]) if a[1] >= a[0] else (y / a[0], 0.0)  # of all answers the one with the smallest |z₁| + |z₂|
    picture = Picture(
        "One example, many answers",
        f"The plane of z with the line {a[0]:g}·z₁ + {a[1]:g}·z₂ = {y:g}, on which the loss is 0, and the places where "
        f"the flow of (u₁v₁, u₂v₂) ends when it starts at z = 0 with u_i² − v_i² = δ. For δ = 0.0001 it ends at "
        f"({p:.2f}, {q:.2f}), close to the answer with the smallest ‖z‖₁, ({tip[0]:g}, {tip[1]:g}); for δ = 100 at "
        f"({r:.2f}, {s:.2f}), close to the foot of the perpendicular from the origin.",
    )
    wide = max(y / a[1], 1.15 * y * a[0] / (a[0] ** 2 + a[1] ** 2)) * 1.15
    axes = picture.axes((-0.1 * wide, wide), (-0.1 * wide, wide), x_label="*z*₁", y_label="*z*₂", aspect=1)
    axes.curve([(-1.0, (y + a[0]) / a[1]), (3 * wide, (y - 3 * wide * a[0]) / a[1])], style="fit", label="loss 0")
    for delta in (1e-4, 1.0, 100.0):
        top = diagonal_end(a, y, delta)
        s = math.asinh(2 * top[1] / delta) / (2 * a[1])
        way = [tuple(delta / 2 * math.sinh(2 * part * s * k / 60) for part in a) for k in range(61)]
        axes.curve(way, style="flow", label="paths for δ = 10⁻⁴, 1, 100" if delta == 1.0 else "", arrow=0.6)
    axes.curve(ends, style="descent", markers=True, line=False, label="ends for δ = 10⁻⁴ to 100")
    axes.point((0, 0), style="plain", hollow=True, text="start")
    axes.point(tip, style="plain", hollow=True, text="smallest ‖*z*‖₁")
    foot = y / (a[0] ** 2 + a[1] ** 2)
    axes.point((a[0] * foot, a[1] * foot), style="plain", hollow=True, text="shortest")
    return picture
