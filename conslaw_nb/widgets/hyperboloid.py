"""The hyperboloid explorer: the flows of a neuron with two inputs, and the surface they cannot leave."""

from __future__ import annotations

import math
from typing import Any

import ipywidgets as ipw

from ..drawing.picture import Axes, Picture
from ..drawing.space import View
from ..simulation.flows import Trajectory, WideNeuron, gradient_flow
from ..tables import Markup, html_table
from ._panel import Panel, slider, value_of
from .hyperbola import _short, earlier, remember

__all__ = ["HyperboloidExplorer", "draw_frame", "draw_plane", "draw_surface", "hyperboloid_explorer"]

REACH = 2.4  # the surface is drawn for |u| up to this
_TIME, _STEPS = 8.0, 250


def profiles(c: float, reach: float = REACH) -> list[list[tuple[float, float]]]:
    """Return the sheets of v_1² + v_2² − u² = c as curves (r, u), r the distance from the u axis.

    Examples
    --------
    >>> [len(sheet) for sheet in profiles(1)], [len(sheet) for sheet in profiles(-1)]
    ([25], [13, 13])
    """
    if c > 0:
        return [[(math.sqrt(c + u * u), u) for u in (reach * k / 12 for k in range(-12, 13))]]
    widest = math.sqrt(max(reach * reach + c, 0.0))
    arm = [(r, math.sqrt(r * r - c)) for r in (widest * k / 12 for k in range(13))]
    return [arm, [(r, -u) for r, u in arm]]


def _outward(point: Any) -> tuple[float, float, float]:
    """Half the gradient of h, in the order (v_1, v_2, u) of the drawing."""
    return point[0], point[1], -point[2]


def draw_surface(axes: Axes, view: View, c: float, label: str = "") -> None:
    """Draw v_1² + v_2² − u² = c as a net, dotted where it is turned away; places are (v_1, v_2, u), u upwards."""
    rings = [2 * math.pi * k / 48 for k in range(49)]
    lines = []
    for sheet in profiles(c):
        lines += [[(r * math.cos(t), r * math.sin(t), u) for r, u in sheet] for t in rings[::4][:-1]]
        lines += [[(r * math.cos(t), r * math.sin(t), u) for t in rings] for r, u in sheet[:: 4 if c > 0 else 3]]
    pieces = [view.split(line, _outward) for line in lines]
    for _, back in pieces:
        axes.curve(back, style="behind")
    for index, (front, _) in enumerate(pieces):
        axes.curve(front, style="level", label="" if index else label)


def draw_floor(axes: Axes, view: View, points: Any) -> None:
    """Draw the plane u = 0 as a net, and plumb lines from points down to it: where things are without the surface."""
    for k in range(-2, 3):
        for line in (((k, -2, 0), (k, 2, 0)), ((-2, k, 0), (2, k, 0))):
            first = k == -2 and line[1][1] == 2
            axes.curve(view.curve(line), style="level", label="the plane *u* = 0" if first else "")
    for p in points:
        axes.curve(view.curve((p, (p[0], p[1], 0))), style="behind")


def draw_frame(axes: Axes, view: View, length: float = 2.9) -> None:
    """Draw the three coordinate axes with their names."""
    for end, name in (((length, 0, 0), "*v*₁"), ((0, length, 0), "*v*₂"), ((0, 0, length), "*u*")):
        axes.arrow(view((0, 0, 0)), view(end), style="plain", text=name)


def draw_plane(axes: Axes, view: View, point: Any, size: float = 0.9, label: bool = True) -> None:
    """Draw W(θ) as a square around θ, and ∇h as an arrow that stands on it; nothing where the gradient is zero."""
    normal = _outward(point)
    length = math.hypot(*normal)
    if length < 1e-9:
        return
    n = [x / length for x in normal]
    first = (-n[1], n[0], 0.0) if abs(n[2]) < 0.99 else (1.0, 0.0, 0.0)
    scale = math.hypot(*first)
    a = [x / scale for x in first]
    b = [n[1] * a[2] - n[2] * a[1], n[2] * a[0] - n[0] * a[2], n[0] * a[1] - n[1] * a[0]]

    def at(s: float, t: float) -> tuple[float, float]:
        return view([p + size * (s * x + t * y) for p, x, y in zip(point, a, b, strict=True)])

    outline = [at(-1, -1), at(1, -1), at(1, 1), at(-1, 1), at(-1, -1)]
    axes.curve(outline, style="fit", label="the plane *W*(*θ*)" if label else "")
    for s in (-0.5, 0.0, 0.5):
        axes.curve([at(s, -1), at(s, 1)], style="fit")
    tip = view([p + 1.1 * x for p, x in zip(point, n, strict=True)])
    axes.arrow(view(point), tip, style="extra", text="∇*h*")


class HyperboloidExplorer(Panel):
    """The space of (u, v_1, v_2) for the neuron g(u, v; x) = u(v_1x_1 + v_2x_2), with one example and the squared loss.

    Attributes
    ----------
    u, v1, v2 : float
        The start; setting one moves its slider and redraws.
    direction : int
        The angle of the input in degrees: x = (cos, sin).
    y : float
        The target.
    turn : int
        From where one looks, in degrees.
    surface, plane : bool
        Whether the surface is shown, and the plane W(θ) with ∇h at the start.
    path : Trajectory
        The flow, as points (u, v_1, v_2).
    ends : list of (u, v_1, v_2)
        End points of the flow from the present start, for the examples tried so far.
    """

    hand = "hyperboloid"

    u, v1, v2, y = (value_of(name) for name in ("u", "v1", "v2", "y"))
    direction, turn, surface, plane = (value_of(name) for name in ("direction", "turn", "surface", "plane"))

    def __init__(self, *, u: float, v1: float, v2: float, direction: int, y: float, turn: int, surface: bool,
                 plane: bool):  # fmt: skip
        self._direction = slider("input angle", direction, 0, 345, 15, "The direction of the input x, in degrees")
        self._y = slider("target y", y, -3.0, 3.0, 0.2, "The output the neuron should learn for this input")
        self._turn = slider("turn", turn, -180, 180, 5, "Turn the space about the u axis, in degrees")
        self._u = slider("start u", u, -1.6, 1.6, 0.1, "Where the flow starts, the outer weight")
        self._v1 = slider("start v₁", v1, -1.6, 1.6, 0.1, "Where the flow starts, the weight of the first input")
        self._v2 = slider("start v₂", v2, -1.6, 1.6, 0.1, "Where the flow starts, the weight of the second input")
        self._surface = ipw.Checkbox(
            value=surface, description="show the surface that the flow stays on", indent=False,
            tooltip="Draw the surface through the start that no flow of this model leaves",
        )  # fmt: skip
        self._plane = ipw.Checkbox(
            value=plane, description="show W(θ) and ∇h at the start", indent=False,
            tooltip="Draw the plane of all directions in which data can push the start, and the gradient of h",
        )  # fmt: skip
        self.ends: list[tuple[float, ...]] = []
        moves = [self._direction, self._y, self._turn, self._u, self._v1, self._v2]
        super().__init__([*moves, self._surface, self._plane])
        self._draw()

    @staticmethod
    def h(u: Any, v1: Any, v2: Any) -> Any:
        """Return v_1² + v_2² − u²."""
        return v1 * v1 + v2 * v2 - u * u

    def _changed(self, change: Any) -> None:
        # looking from elsewhere needs no new flow
        self._draw(simulate=change["owner"] not in (self._turn, self._surface, self._plane))

    def _draw(self, simulate: bool = True) -> None:
        if simulate:
            self._simulate()
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._table()

    def _simulate(self) -> None:
        angle = math.radians(self.direction)
        neuron = WideNeuron([((math.cos(angle), math.sin(angle)), self.y)])
        start = (self.u, self.v1, self.v2)
        self.path: Trajectory = gradient_flow(neuron.gradient, start, _TIME, steps=_STEPS)
        self.ends = remember(self, self.path)

    def _picture(self) -> Picture:
        picture = Picture("Where the flow of a neuron with two inputs goes", self._words())
        axes = picture.axes((-3.3, 3.3), (-3.15, 3.15), aspect=0.955, frame=False)
        view = View(self.turn, 18)
        if self.surface:
            draw_surface(axes, view, self.h(*self.path.start), "*v*₁² + *v*₂² − *u*² = constant")
        else:
            draw_floor(axes, view, [_place(self.path.start), _place(self.path.end)])
        draw_frame(axes, view)
        if self.plane:
            draw_plane(axes, view, _place(self.path.start))
        for way in earlier(self):  # a ring alone would float in space
            axes.curve(view.curve(map(_place, way)), style="behind")
            axes.point(view(_place(way[-1])), style="flow", hollow=True, size=3.4)
        axes.curve(view.curve(map(_place, self.path)), style="flow", label="flow", arrow=0.55)
        axes.point(view(_place(self.path.end)), style="flow", text="end")
        axes.point(view(_place(self.path.start)), style="plain", hollow=True, text="start")
        return picture

    def _table(self) -> str:
        head = [Markup(f"${name}$") for name in ("u", "v_1", "v_2", "v_1^2+v_2^2", "v_1^2+v_2^2-u^2")]
        rows = []
        for name, (u, v1, v2) in (("start", self.path.start), ("end", self.path.end)):
            numbers = (u, v1, v2, v1 * v1 + v2 * v2, self.h(u, v1, v2))
            rows.append((name, *(_short(n, 3) for n in numbers)))
        still = math.dist(self.path.start, self.path.end) < 1e-9
        note = "<p>Nothing moves from this start: the gradient is zero there.</p>" if still else ""
        return html_table(rows, ("", *head)) + note

    def _words(self) -> str:
        start, end = (", ".join(_short(x) for x in point) for point in (self.path.start, self.path.end))
        shown = f" {len(earlier(self))} earlier ends are shown as rings." if earlier(self) else ""
        if self.surface:
            shown += f" The surface through the start is {_KINDS[_kind(self.h(*self.path.start))]}."
        if self.plane:
            shown += " At the start the plane W(θ) touches the surface, and the gradient of h is perpendicular to it."
        return (
            f"The space of u, v₁ and v₂, seen from {self.turn} degrees. For an input at {self.direction} degrees with "
            f"target y = {_short(self.y)} the flow goes from ({start}) to ({end}); v₁² + v₂² − u² is "
            f"{_short(self.h(*self.path.start), 3)} at the start and {_short(self.h(*self.path.end), 3)} at the end."
            f"{shown}"
        )

    def _still(self) -> str:
        return self.drawing._repr_html_()


_KINDS = {1: "a hyperboloid of one sheet", 0: "a cone", -1: "a hyperboloid of two sheets"}


def _kind(c: float) -> int:
    return 0 if abs(c) < 1e-9 else 1 if c > 0 else -1


def _place(point: Any) -> tuple[float, float, float]:
    """Turn (u, v_1, v_2) into a place of the drawing, where u points upwards."""
    return point[1], point[2], point[0]


def hyperboloid_explorer(
    *,
    u: float = 0.5,
    v1: float = 1.2,
    v2: float = 0.0,
    direction: int = 45,
    y: float = 2.0,
    turn: int = -50,
    surface: bool = True,
    plane: bool = False,
) -> HyperboloidExplorer:
    """Return the hyperboloid explorer.

    Parameters
    ----------
    u, v1, v2 : float
        Where the flow starts.
    direction : int
        The angle of the one input, in degrees (a multiple of 15).
    y : float
        Its target.
    turn : int
        From where one looks, in degrees (a multiple of 5).
    surface, plane : bool
        Whether to show from the beginning the surface, and the plane W(θ) with ∇h at the start.

    Examples
    --------
    >>> explorer = hyperboloid_explorer(u=1, v1=1, v2=1)
    >>> abs(explorer.h(*explorer.path.end) - 1) < 1e-4
    True
    >>> explorer.direction = 90      # a next cell can move a slider, and look again
    >>> len(explorer.ends)
    2
    """
    return HyperboloidExplorer(u=u, v1=v1, v2=v2, direction=direction, y=y, turn=turn, surface=surface, plane=plane)
