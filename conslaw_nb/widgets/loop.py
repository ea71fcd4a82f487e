"""The bracket parallelogram: along X, along Y, back along X, back along Y, and not back at the start."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import ipywidgets as ipw

from ..drawing.picture import Picture
from ..drawing.space import View
from ..errors import ModelError
from ..laws.questions import rank_at
from ..models.fields import Field, VectorFields, bracket
from ..models.text import parse_model
from ..simulation.flows import gradient_flow
from ..tables import html_table
from ._panel import Panel, slider, value_of

__all__ = ["BracketLoop", "bracket_loop", "gap_portrait", "walk"]

Triple = tuple[float, ...]

_MODELS = {
    "(x, y)": "phi(x, y, variables=[x, y, z])",
    "(x·y, x·z)": "phi(x*y, x*z, variables=[x, y, z])",
    "(x, y + x·z)": "phi(x, y + x*z, variables=[x, y, z])",
}
_LONGEST = 0.8
_REST = (Fraction(2, 5), Fraction(-4, 5))  # y and z of the start
_FARTHEST = 16  # tenths: the largest x of the start
_STEPS = 16  # of the integrator, in each leg
_ASPECT = 0.8  # height over width of the picture
_ROOM = 1.7  # around the largest loop: the net ends near the edge of the picture
_NET = 6  # lines of the net in each direction


def walk(field: Field, start: Sequence[float], time: float, steps: int = _STEPS) -> list[Triple]:
    """Follow a field for a time, which may be negative, and return the points on the way.

    Examples
    --------
    >>> from conslaw_nb.models.fields import vector_fields
    >>> walk(vector_fields(["x", "y"], [["1", "x"]])[0], (0.0, 0.0), -1.0)[-1]
    (-1.0, 0.5)
    """
    if time == 0:
        return [tuple(start)] * (steps + 1)
    sign = -1.0 if time > 0 else 1.0  # gradient_flow walks against what it is given

    def against(*point: float) -> tuple[float, ...]:
        return tuple(sign * float(part.evaluate(point)) for part in field.components)

    return list(gradient_flow(against, tuple(start), abs(time), steps).points)


def _loop(x: Field, y: Field, start: Triple, side: float) -> list[list[Triple]]:
    """Return the four legs."""
    legs: list[list[Triple]] = []
    place = start
    for field, time in ((x, side), (y, side), (x, -side), (y, -side)):
        legs.append(walk(field, place, time))
        place = legs[-1][-1]
    return legs


def _net(x: Field, y: Field, start: Triple, side: float) -> list[list[Triple]]:
    """Return curves on the surface "first along X, then along Y", both for positive and negative times."""
    times = [side * (k - 1) / 3 for k in range(_NET)]  # the legs of the loop lie on lines of the net
    bases = [walk(x, start, time)[-1] for time in times]
    along = []
    for base in bases:
        back, forth = walk(y, base, times[0], _STEPS // 4), walk(y, base, times[-1], _STEPS)
        along.append([*reversed(back), *forth[1:]])
    count = len(along[0])
    across = [[curve[round(k * (count - 1) / (_NET - 1))] for curve in along] for k in range(_NET)]
    return [*along, *across]


@lru_cache(maxsize=64)
def _extent(model: str, start: Triple) -> tuple[Triple, float]:
    """Return the centre and the radius of a ball that holds the largest loop, with room around it."""
    phi = parse_model(model)
    points = [point for leg in _loop(phi[0], phi[1], start, _LONGEST) for point in leg]
    centre = tuple((min(c) + max(c)) / 2 for c in zip(*points, strict=True))
    return centre, _ROOM * max(math.dist(centre, p) for p in points)


def _exact(tenths: int) -> tuple[Fraction, ...]:
    return (Fraction(tenths, 10), *_REST)


@lru_cache(maxsize=128)
def _at_start(model: str, tenths: int) -> tuple[tuple[Fraction, ...], int, bool]:
    """Return [X, Y] at a start, the dimension of W(θ) there, and whether the bracket lies in it: all exact."""
    phi = parse_model(model)
    third, place = bracket(phi[0], phi[1]), _exact(tenths)
    dimension = rank_at([phi[0], phi[1]], place)
    inside = rank_at([phi[0], phi[1], third], place) == dimension
    return tuple(Fraction(c.evaluate(place)) for c in third.components), dimension, inside


def _tuple(values: Sequence[Any]) -> str:
    return "(" + ", ".join(map(str, values)) + ")"


def _spans(dimension: int) -> str:
    return "a plane" if dimension == 2 else f"{dimension} dimension{'' if dimension == 1 else 's'}"


@lru_cache(maxsize=8)
def _told(model: str) -> dict[str, Any]:
    """Return what the picture in JavaScript is told of a model: its fields, and what was decided of every start."""
    phi = parse_model(model)
    starts = {}
    for tenths in range(_FARTHEST + 1):
        value, dimension, inside = _at_start(model, tenths)
        starts[f"{tenths / 10:.1f}"] = {"value": _tuple(value), "inside": inside, "spans": _spans(dimension)}
    fields = [
        [[[float(c), list(map(list, powers))] for powers, c in part.terms.items()] for part in field.components]
        for field in (phi[0], phi[1])
    ]
    told = {"X": str(phi[0]), "Y": str(phi[1]), "bracket": str(bracket(phi[0], phi[1]))}
    return {**told, "fields": fields, "starts": starts}


class BracketLoop(Panel):
    """A walk along two fields of space and back, and the gap that it leaves.

    Attributes
    ----------
    model : str
        Which φ: its first two gradients are X and Y.
    side, x, turn : float
        How long each leg lasts, the first coordinate of the start, and how far space is turned.
    legs : list of four lists of points
        Along X, along Y, back along X, back along Y.
    start, end, gap : tuple of float
        Where the walk begins and ends, and the difference.
    bracket : Field
        [X, Y], exactly.
    inside : bool
        Whether [X, Y] lies in W(θ) at the start, exactly.
    """

    hand = "loop"

    model, side, x, turn = (value_of(name) for name in ("model", "side", "x", "turn"))

    def __init__(self, model: str, side: float, x: float, turn: int):
        if model not in _MODELS:
            raise ModelError(f"model={model!r} is not in the list: choose one of {', '.join(_MODELS)}")
        self._model = ipw.Dropdown(
            options=list(_MODELS), value=model, description="φ",
            tooltip="Whose gradients are walked along", style={"description_width": "6.5em"},
            layout=ipw.Layout(width="99%", max_width="30em"),
        )  # fmt: skip
        self._side = slider("side t", side, 0.1, _LONGEST, 0.05, "How long each of the four legs lasts")
        self._x = slider(
            "start x", x, 0.0, _FARTHEST / 10, 0.1, "First coordinate of the start; the others are y = 0.4, z = −0.8"
        )
        self._turn = slider("turn", turn, -180, 180, 5, "Turns the picture about the z axis, in degrees")
        super().__init__([self._model, self._side, self._x, self._turn], mathematics=False)
        self._draw()

    def _facts(self) -> dict[str, Any]:
        return {"models": {name: _told(text) for name, text in _MODELS.items()}, "rest": list(map(float, _REST))}

    def _compute(self) -> None:
        phi: VectorFields = parse_model(_MODELS[self.model])
        first, second = phi[0], phi[1]
        tenths = round(self.x * 10)
        self.start = tuple(map(float, _exact(tenths)))
        self.legs = _loop(first, second, self.start, self.side)
        self.end = self.legs[-1][-1]
        self.gap = tuple(b - a for a, b in zip(self.start, self.end, strict=True))
        self.bracket = bracket(first, second)
        self.value, self.dimension, self.inside = _at_start(_MODELS[self.model], tenths)
        self._fields = first, second

    def _draw(self) -> None:
        self._compute()
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._note()

    def _picture(self) -> Picture:
        view = View(self.turn, 24)
        centre, radius = _extent(_MODELS[self.model], self.start)
        picture = Picture("Along X, along Y, and back", self._words())
        middle = view(centre)
        across, up = ((c - size, c + size) for c, size in zip(middle, (radius, _ASPECT * radius), strict=True))
        axes = picture.axes(across, up, aspect=_ASPECT, grid=False, frame=False)
        for index, curve in enumerate(_net(*self._fields, self.start, self.side)):
            axes.curve(view.curve(curve), style="level", label="" if index else "first along *X*, then along *Y*")
        for leg, style, label in zip(self.legs, ("flow", "fit") * 2, ("*X* and back", "*Y* and back", "", ""),
                                     strict=True):  # fmt: skip
            axes.curve(view.curve(leg), style=style, arrow=0.62, label=label)
        if self._distance() > 1e-9:
            axes.curve([view(self.start), view(self.end)], style="extra", arrow=1.0, label="the gap")
        axes.point(view(self.start), style="plain", hollow=True, text="start")
        axes.point(view(self.end), style="extra", text="end", size=5)
        self._compass(axes, view, centre, radius)
        return picture

    @staticmethod
    def _compass(axes: Any, view: View, centre: Triple, radius: float) -> None:
        """Draw the directions of the three coordinates in a corner."""
        x, y = view(centre)
        corner = (x - 0.78 * radius, y - 0.6 * radius)
        for name, unit in (("*x*", (1, 0, 0)), ("*y*", (0, 1, 0)), ("*z*", (0, 0, 1))):
            right, up = view(unit)
            tip = (corner[0] + 0.2 * radius * right, corner[1] + 0.2 * radius * up)
            axes.arrow(corner, tip, text=name)

    def _distance(self) -> float:
        return math.hypot(*self.gap)

    def _shown(self, point: Sequence[float], digits: int = 3) -> str:
        return "(" + ", ".join(f"{value + 0.0:.{digits}f}" for value in map(_tidy, point)).replace("-", "−") + ")"

    def _over(self) -> tuple[float, ...]:
        return tuple(g / self.side**2 for g in self.gap)

    def _note(self) -> str:
        rows = (
            ("X", str(self._fields[0])),
            ("Y", str(self._fields[1])),
            ("gap", self._shown(self.gap)),
            ("gap / t²", self._shown(self._over())),
            ("[X, Y]", str(self.bracket)),
            ("[X, Y] at the start", _tuple(self.value)),
        )
        return f"{html_table(rows, numbers=False)}<p>{self._sentence()}</p>"

    def _sentence(self) -> str:
        if not any(self.value) and self._distance() < 1e-9:
            return "The loop <b>closes</b>."
        word = "<b>within</b>" if self.inside else "<b>out of</b>"
        return f"The loop does not close. [X, Y] points {word} W(θ), which is {_spans(self.dimension)} at the start."

    def _words(self) -> str:
        where = "closes" if self._distance() < 1e-9 else f"leaves a gap of {self._shown(self.gap)}"
        return (
            f"A walk in space from {self._shown(self.start, 1)} along the gradients X and Y of {self.model}: along X, "
            f"along Y, back along X and back along Y, each for a time t = {self.side:.2f}. It ends at "
            f"{self._shown(self.end)}: the loop {where}."
        )

    def _still(self) -> str:
        return f"{self.drawing._repr_html_()}{self.readout.value}"


def _tidy(value: float) -> float:
    """Round away what the integrator left of a zero, so that no −0.000 is shown."""
    return 0.0 if abs(value) < 5e-4 else value


def bracket_loop(*, model: str = "(x, y)", side: float = 0.6, x: float = 1.2, turn: int = -50) -> BracketLoop:
    """Return the bracket parallelogram.

    Parameters
    ----------
    model : str
        Whose gradients to walk along: '(x, y)', '(x·y, x·z)' or '(x, y + x·z)'.
    side : float
        How long each leg lasts.
    x : float
        The first coordinate of the start; the others are y = 2/5 and z = −4/5.
    turn : int
        How far space is turned, in degrees.

    Examples
    --------
    >>> loop = bracket_loop()
    >>> max(map(abs, loop.gap)) < 1e-12
    True
    >>> loop.model = "(x, y + x·z)"
    >>> loop.bracket, loop.inside
    ((0, 0, -1), False)
    """
    return BracketLoop(model, side, x, turn)


def gap_portrait(model: str = "(x·y, x·z)") -> Picture:
    """Return a picture of how the gap of the loop shrinks with its side, and what −t²[X, Y] leaves of it.

    Examples
    --------
    >>> gap_portrait().title
    'The gap is −t²[X, Y], and something smaller'
    """
    phi = parse_model(_MODELS[model])
    exact = (Fraction(6, 5), *_REST)
    start = tuple(map(float, exact))
    value = [float(c.evaluate(exact)) for c in bracket(phi[0], phi[1]).components]
    gaps, rest = [], []
    for k in range(6):
        side = 0.8 / 2**k
        end = _loop(phi[0], phi[1], start, side)[-1][-1]
        gap = [b - a for a, b in zip(start, end, strict=True)]
        gaps.append((side, math.hypot(*gap)))
        rest.append((side, math.hypot(*(g + side**2 * v for g, v in zip(gap, value, strict=True)))))
    ratios = [round(many[-2][1] / many[-1][1], 2) for many in (gaps, rest)]
    picture = Picture(
        "The gap is −t²[X, Y], and something smaller",
        f"For the gradients X and Y of {model}, on logarithmic axes against the side t from {gaps[0][0]} down to "
        f"{gaps[-1][0]}: the length of the gap falls from {gaps[0][1]:.3g} to {gaps[-1][1]:.3g}, in the last halving "
        f"by {ratios[0]}, so like t²; the length of gap + t²[X, Y] falls from {rest[0][1]:.3g} to {rest[-1][1]:.3g}, "
        f"by {ratios[1]}, so like t³.",
    )
    axes = picture.axes((0.02, 1.0), (1e-6, 3.0), x_label="side *t*", y_label="length", aspect=0.7, log=True)
    axes.curve(gaps, style="extra", markers=True, label="the gap")
    axes.curve(rest, style="flow", markers=True, label="gap + *t*²[*X*, *Y*]")
    return picture
