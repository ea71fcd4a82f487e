"""The hyperbola explorer: where the flow of one neuron can go, and where descent goes instead."""

from __future__ import annotations

import math
from html import escape
from typing import Any

import ipywidgets as ipw

from ..drawing.picture import Picture
from ..simulation.flows import FlowError, Neuron, Trajectory, gradient_descent, gradient_flow
from ..tables import Markup, html_table
from ._panel import Notched, Panel, slider, value_of

__all__ = ["REACH", "HyperbolaExplorer", "earlier", "hyperbola", "hyperbola_explorer", "perfect_fit", "remember"]

REACH = 3.0  # the picture shows |u|, |v| ≤ 3
_MEMORY = 60  # earlier end points that stay visible


def hyperbola(c: float, reach: float = REACH) -> list[list[tuple[float, float]]]:
    """Return the two branches of u² − v² = c inside |u|, |v| ≤ reach, as lists of points.

    Examples
    --------
    >>> [branch[0] for branch in hyperbola(0, 1)]
    [(-1, -1), (-1, 1)]
    """
    size = math.sqrt(abs(c))
    if size < 1e-9:
        return [[(-reach, -reach), (reach, reach)], [(-reach, reach), (reach, -reach)]]
    last = math.asinh(reach / size) + 0.05
    places = [last * k / 24 for k in range(-24, 25)]
    arms = [(size * math.cosh(t), size * math.sinh(t)) for t in places]
    if c < 0:
        arms = [(v, u) for u, v in arms]
    return [arms, [(-u, -v) for u, v in arms]]


def remember(figure: Any, path: Trajectory) -> list[tuple[float, ...]]:
    """Return the end points that a figure keeps, with that of a new path; another start begins anew.

    The figure keeps the way to each of them as well, for `earlier`. A browser may send a slider's value back with a
    rounding error: that is the same start, and the same end.
    """
    start, end = tuple(round(number, 6) for number in path.start), path.end
    if start != getattr(figure, "_start", None):
        figure._start, figure._ways = start, []
    if all(math.dist(end, way[-1]) >= 1e-6 for way in figure._ways):
        figure._ways = [*figure._ways, [*path.points[:-1:10], end]][-_MEMORY:]
    return [way[-1] for way in figure._ways]


def earlier(figure: Any) -> list[list[tuple[float, ...]]]:
    """Return the ways to the end points that a figure keeps, without the present one."""
    return [way for way in figure._ways if math.dist(way[-1], figure.path.end) > 1e-6]


_LEVELS = (-6, -3, -1, 0, 1, 3, 6)
_TAUS = (0.0125, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)


def perfect_fit(product: float) -> list[list[tuple[float, float]]]:
    """Return the places in the picture where u·v is the given product, as lists of points."""
    if abs(product) < 1e-9:
        return [[(-REACH, 0.0), (REACH, 0.0)], [(0.0, -REACH), (0.0, REACH)]]
    low = max(0.02, min(REACH, abs(product) / REACH) * 0.98)
    arm = [low * (REACH / low) ** (k / 50) for k in range(51)]
    return [[(u, product / u) for u in arm], [(-u, -product / u) for u in arm]]


class HyperbolaExplorer(Panel):
    """The plane of (u, v) for the neuron g(u, v; x) = u·v·x, with one example (x, y) and the squared loss.

    Attributes
    ----------
    u, v, x, y : float
        The start, the input and the target; setting one moves its slider and redraws.
    tau, count : float, int
        Step size (one of nine, from 0.0125 to 0.5) and number of steps of the descent.
    curves : bool
        Whether the curves u² − v² = constant are shown.
    path, descent : Trajectory
        The flow, and the descent (None where it is left out).
    ends : list of (u, v)
        End points of the flow from the present start, for the data tried so far.
    """

    hand = "hyperbola"

    u, v, x, y = (value_of(name) for name in "uvxy")
    tau, count, curves = value_of("tau"), value_of("count"), value_of("curves")

    def __init__(self, *, u: float, v: float, x: float, y: float, tau: float, count: int, curves: bool,
                 descent: bool):  # fmt: skip
        self._u = slider("start u", u, -2.5, 2.5, 0.1, "Where the flow starts, first coordinate")
        self._v = slider("start v", v, -2.5, 2.5, 0.1, "Where the flow starts, second coordinate")
        self._x = slider("input x", x, -2.0, 2.0, 0.1, "The input of the one example")
        self._y = slider("target y", y, -4.0, 4.0, 0.1, "The output the neuron should learn for it")
        if tau not in _TAUS:
            raise FlowError(f"tau={tau!r} is not on the slider: choose one of {', '.join(map(str, _TAUS))}")
        # Notches, and not a range: most of them halve the step, and their values survive the way to the browser
        # and back without a rounding error.
        self._tau = Notched(
            options=_TAUS, value=tau, description="step size τ", continuous_update=True,
            tooltip="How long each step of the descent is", style={"description_width": "6.5em"},
            layout=ipw.Layout(width="99%", max_width="30em"),
        )  # fmt: skip
        self._count = slider("steps", count, 1, 60, 1, "How many steps the descent takes")
        self._curves = ipw.Checkbox(
            value=curves, description="show the curves that the flow stays on", indent=False,
            tooltip="Draw the curves that no flow of this model leaves",
        )  # fmt: skip
        self._with_descent = descent
        self.descent: Trajectory | None = None
        self.ends: list[tuple[float, float]] = []
        controls = [self._u, self._v, self._x, self._y]
        controls += [self._tau, self._count] if descent else []
        super().__init__([*controls, self._curves])
        self._draw()

    @staticmethod
    def h(u: Any, v: Any) -> Any:
        """Return u² − v²."""
        return u * u - v * v

    def _simulate(self) -> None:
        neuron = Neuron([(self.x, self.y)])
        start = (self.u, self.v)
        # Slow data (small x) get more time, so that the path always has the chance to arrive.
        time = 6.0 / max(self.x**2, 0.01)
        self.path = gradient_flow(neuron.gradient, start, time, steps=600)
        if self._with_descent:
            self.descent = gradient_descent(neuron.gradient, start, self.tau, self.count)
        self.ends = remember(self, self.path)

    def _draw(self) -> None:
        self._simulate()
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._table()

    def _picture(self) -> Picture:
        picture = Picture("Where the flow of one neuron goes", self._words())
        axes = picture.axes((-REACH, REACH), (-REACH, REACH), x_label="*u*", y_label="*v*", aspect=1)
        if self.curves:
            own = self.h(self.u, self.v)
            for branch in (branch for c in _LEVELS if abs(c - own) > 0.05 for branch in hyperbola(c)):
                axes.curve(branch, style="level")
            for index, branch in enumerate(hyperbola(own)):
                axes.curve(branch, style="extra", label="" if index else f"*u*² − *v*² = {_short(own)}")
        if self.x != 0:
            for index, branch in enumerate(perfect_fit(self.y / self.x)):
                axes.curve(branch, style="fit", label="" if index else "loss 0")
        for way in earlier(self):
            axes.point(way[-1], style="flow", hollow=True, size=3.2)
        axes.curve(self.path, style="flow", label="flow", arrow=0.5)
        if self.descent:
            axes.curve(self.descent, style="descent", label="descent", markers=True)
        axes.point(self.path.end, style="flow", text="end")
        axes.point((self.u, self.v), style="plain", hollow=True, text="start")
        return picture

    def _rows(self) -> list[tuple[str, tuple]]:
        rows = [("start", self.path.start), ("flow ends", self.path.end)]
        if self.descent:
            name = "descent, cut short" if self.descent.diverged else "descent ends"
            rows.append((name, self.descent.end))
        return rows

    def _table(self) -> str:
        names = ("u", "v", "uv", "u^2+v^2", "u^2-v^2")
        rows = []
        for name, (u, v) in self._rows():
            numbers = (u, v, u * v, u * u + v * v, self.h(u, v))
            rows.append((name, *(_short(n, 3) for n in numbers)))
        note = "" if self.x else "<p>With x = 0 the output is 0 whatever u and v are: nothing moves.</p>"
        if self.descent and self.descent.diverged:
            note += "<p>These steps are too long: the descent runs away.</p>"
        return html_table(rows, ("", *(Markup(f"${name}$") for name in names))) + note

    def _words(self) -> str:
        (u, v), (a, b) = self.path.start, self.path.end
        text = (
            f"For the example x = {_short(self.x)}, y = {_short(self.y)} the flow goes from "
            f"({_short(u)}, {_short(v)}) to ({_short(a)}, {_short(b)}); "
            f"u² − v² is {_short(self.h(u, v), 3)} at the start and {_short(self.h(a, b), 3)} at the end."
        )
        if self.descent:
            text += (
                f" {len(self.descent) - 1} steps of descent with τ = {self.tau:g} end where u² − v² is "
                f"{_short(self.h(*self.descent.end), 3)}."
            )
        return text

    def _still(self) -> str:
        return self.drawing._repr_html_()


def _short(value: float, digits: int = 2) -> str:
    """A number with a few digits and a true minus sign; -0.00 is 0.00."""
    if abs(value) >= 1e5:
        return f"{value:.0e}".replace("-", "−")
    text = f"{value:.{digits}f}"
    return escape(f"{0:.{digits}f}" if float(text) == 0 else text).replace("-", "−")


def hyperbola_explorer(
    *,
    u: float = 2.0,
    v: float = -1.0,
    x: float = 1.0,
    y: float = 3.0,
    tau: float = 0.1,
    count: int = 20,
    curves: bool = True,
    descent: bool = True,
) -> HyperbolaExplorer:
    """Return the hyperbola explorer.

    Parameters
    ----------
    u, v : float
        Where the flow starts.
    x, y : float
        The one example: input and target.
    tau, count : float, int
        Step size and number of steps of the descent.
    curves : bool
        Whether to show the curves u² − v² = constant from the beginning; a box switches them.
    descent : bool
        Whether to show the descent and its controls.

    Examples
    --------
    >>> explorer = hyperbola_explorer(u=2, v=1, descent=False)
    >>> abs(explorer.h(*explorer.path.end) - 3) < 1e-4
    True
    >>> explorer.y = -1          # a next cell can move a slider, and look again
    >>> len(explorer.ends)
    2
    """
    return HyperbolaExplorer(u=u, v=v, x=x, y=y, tau=tau, count=count, curves=curves, descent=descent)
