"""The drift explorer: how far descent strays from a law, against the size of its steps."""

from __future__ import annotations

import math
from typing import Any

import ipywidgets as ipw

from ..drawing.picture import Picture
from ..simulation.flows import Halving, Neuron, step_halving
from ._panel import Panel, slider, value_of

__all__ = ["DriftExplorer", "drift_explorer"]

_HALVINGS = 7
# Candidates are functions, not text, here: what they are is the engine's business, how they drift is ours.
_CANDIDATES = {
    "u² − v²": lambda u, v: u * u - v * v,
    "u² + v²": lambda u, v: u * u + v * v,
    "u + v": lambda u, v: u + v,
    "u · v": lambda u, v: u * v,
}


class DriftExplorer(Panel):
    """Drift of a function after a fixed time of descent, for step sizes that are halved again and again.

    Both axes are logarithmic, so a drift proportional to the step is a line of slope one.

    Attributes
    ----------
    candidate : str
        The function that is watched.
    u, v, y : float
        The start, and the target of the one example (1, y).
    halving : Halving
        The numbers: step, count and drift.
    slope : float
        The slope of the last piece of the curve on these axes: 1 for a law, 0 for anything else.
    """

    candidate, u, v, y = (value_of(name) for name in ("candidate", "u", "v", "y"))

    def __init__(self, *, u: float, v: float, y: float, candidate: str):
        self._candidate = ipw.Dropdown(
            options=list(_CANDIDATES), value=candidate, description="function",
            tooltip="The function whose drift is measured", style={"description_width": "6.5em"},
            layout=ipw.Layout(width="99%", max_width="30em"),
        )  # fmt: skip
        self._u = slider("start u", u, -2.0, 2.0, 0.1, "Where the descent starts, first coordinate")
        self._v = slider("start v", v, -2.0, 2.0, 0.1, "Where the descent starts, second coordinate")
        self._y = slider("target y", y, -3.0, 3.0, 0.1, "What the neuron should learn for the input 1")
        super().__init__([self._candidate, self._u, self._v, self._y])
        self._draw()

    def _draw(self) -> None:
        h = _CANDIDATES[self.candidate]
        gradient = Neuron([(1.0, self.y)]).gradient
        # The fixed time is 1, in 8, 16, ..., 1024 steps.
        self.halving: Halving = step_halving(h, gradient, (self.u, self.v), 1.0, count=8, halvings=_HALVINGS)
        last = [row[2] for row in self.halving.rows[-2:]]
        usable = all(0 < d < math.inf for d in last)
        self.slope = math.log2(last[0] / last[1]) if usable else 0.0
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._note()

    def _picture(self) -> Picture:
        picture = Picture("Drift against step size", self._words())
        points = [(s, max(d, 1e-12)) for s, _, d in self.halving.rows if d < math.inf]
        top = max((d for _, d in points), default=1.0)
        high = 10.0 ** math.ceil(math.log10(max(top, 1e-6)) + 0.3)
        axes = picture.axes((5e-4, 0.3), (high * 1e-5, high), x_label="step size *τ*",
                            y_label="drift after time 1", aspect=0.75, log=True)  # fmt: skip
        guide = [(s, high * 0.3 * s / 0.3) for s in (5e-4, 0.3)]
        axes.curve(guide, style="level", label="slope 1: half the step, half the drift")
        axes.curve(points, style="descent", markers=True, label=f"drift of {self.candidate}")
        return picture

    def _note(self) -> str:
        rows = self.halving.rows
        if all(d == 0 for _, _, d in rows):
            return "<p>Nothing moves from this start: every function stays what it is.</p>"
        if rows[-1][2] == math.inf:
            return "<p>Even the shortest of these steps are too long here.</p>"
        return (
            f"<p>From {rows[-2][1]} to {rows[-1][1]} steps the drift goes from {rows[-2][2]:.3g} to "
            f"{rows[-1][2]:.3g}: divided by <b>{self.halving.ratios[-1]:.3f}</b>.</p>"
        )

    def _words(self) -> str:
        drifts = ", ".join(f"{d:.2g}" for _, _, d in self.halving.rows)
        return (
            f"Drift of {self.candidate} after time 1, on logarithmic axes, for steps halved from "
            f"{self.halving.rows[0][0]:g} to {self.halving.rows[-1][0]:.2g}: {drifts}."
        )

    def _still(self) -> str:
        return self.drawing._repr_html_()


def drift_explorer(*, u: float = 1.5, v: float = 0.5, y: float = 2.0, candidate: str = "u² − v²") -> Any:
    """Return the drift explorer.

    Parameters
    ----------
    u, v : float
        Where the descent starts.
    y : float
        The target of the one example (1, y).
    candidate : str
        Which function to watch first: 'u² − v²', 'u² + v²', 'u + v' or 'u · v'.

    Examples
    --------
    >>> explorer = drift_explorer()
    >>> round(explorer.slope)
    1
    >>> explorer.candidate = "u + v"
    >>> round(explorer.slope)
    0
    """
    return DriftExplorer(u=u, v=v, y=y, candidate=candidate)
