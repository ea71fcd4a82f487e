"""The loss explorer: where labels can push an output, and where a long training wanders; and a view from the side."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import ipywidgets as ipw

from ..drawing.picture import Axes, Picture
from ..paper import losses
from ..tables import Markup, html_table
from ._panel import Panel, notches, slider, value_of

__all__ = ["LossExplorer", "loss_explorer", "loss_portrait"]

_REACH = 2.5  # the picture shows |z₁|, |z₂| ≤ 2.5
_LONGEST = 1.25  # arrows are drawn no longer than this
_TIME, _SUBSTEPS = 0.5, 8  # how long each label is learnt, and in how many steps

Vector = tuple[float, ...]


class _Labels(NamedTuple):
    """The labels of one loss that are drawn, and the push −∇_zℓ(z, y) in floating point, for the picture only."""

    choices: dict[str, Vector]
    push: Callable[[Vector, Vector], Vector]
    places: bool = False  # whether labels are points of the plane, which the output can reach


def softmax(z: Vector) -> Vector:
    """Return the probabilities e^{z_i} / Σ e^{z_j}."""
    top = max(z)
    weights = [math.exp(a - top) for a in z]
    return tuple(w / sum(weights) for w in weights)


def _towards(z: Vector, y: Vector) -> Vector:
    return tuple(b - a for a, b in zip(z, y, strict=True))


def _sigmoid(z: Vector, y: Vector) -> Vector:
    return tuple(b / (1 + math.exp(b * a)) for a, b in zip(z, y, strict=True))


def _share(z: Vector, y: Vector) -> Vector:
    return tuple(b / a for a, b in zip(z, y, strict=True))


def _units(n: int) -> dict[str, Vector]:
    return {f"class {k + 1}": tuple(float(k == i) for i in range(n)) for k in range(n)}


def _signs(n: int) -> dict[str, Vector]:
    rows = [tuple(-1.0 if code >> i & 1 else 1.0 for i in range(n)) for code in range(2**n)]
    return {f"({', '.join('+' if v > 0 else '−' for v in row)})": row for row in rows}


def labels_of(name: str, n: int = 2) -> _Labels:
    """Return the labels of a loss that are drawn, and its push."""
    if name == "mse":
        ring = [(math.cos(k * math.pi / 4), math.sin(k * math.pi / 4)) for k in range(8)]
        return _Labels(
            {f"y{k + 1}": (round(1.7 * a, 2), round(1.7 * b, 2)) for k, (a, b) in enumerate(ring)}, _towards, True
        )
    if name == "mse with one-hot labels":
        return _Labels(_units(n), _towards, True)
    if name == "logistic":
        return _Labels(_signs(n), _sigmoid)
    if name == "kl":
        return _Labels(_units(n), _share)
    return _Labels(_units(n), lambda z, y: _towards(softmax(z), y))


class LossExplorer(Panel):
    """The plane of two outputs, which are the weights themselves: what every label wants of them.

    Attributes
    ----------
    loss : str
        A name that `conslaw_nb.paper.losses.loss` knows.
    z1, z2 : float
        The outputs; setting one moves its slider and redraws.
    steps : int
        How many labels are learnt one after the other.
    lines : bool
        Whether the lines z₁ + z₂ = constant are shown.
    span : int or None
        The dimension of span_y ∇_zℓ(z, y), exactly; None where the loss does not allow this output.
    pushes : dict of str to (float, float)
        Label to −∇_zℓ(z, y).
    trail : list of (float, float)
        The outputs after each label.
    """

    loss, z1, z2, steps, lines = (value_of(name) for name in ("loss", "z1", "z2", "steps", "lines"))

    def __init__(self, *, loss: str, z1: float, z2: float, steps: int, lines: bool):
        self._loss = ipw.Dropdown(
            options=list(losses.LOSSES), value=losses.loss(loss).name, description="loss",
            tooltip="The loss, and with it the labels it allows", style={"description_width": "6.5em"},
            layout=ipw.Layout(width="99%", max_width="30em"),
        )  # fmt: skip
        self._z1 = notches("output z₁", z1, -2, 2, 10, "The first output, where the training starts")
        self._z2 = notches("output z₂", z2, -2, 2, 10, "The second output, where the training starts")
        self._steps = slider("examples", steps, 0, 80, 1, "How many labels, drawn by lot, are learnt one by one")
        self._lines = ipw.Checkbox(
            value=lines, description="show a family of lines", indent=False,
            tooltip="Draw parallel lines: for which losses does training stay on one of them?",
        )  # fmt: skip
        super().__init__([self._loss, self._z1, self._z2, self._steps, self._lines])
        self._draw()

    def _simulate(self) -> None:
        z = (self.z1, self.z2)
        self.span: int | None = None
        self.pushes: dict[str, Vector] = {}
        self.trail: list[Vector] = [z]
        if self.loss == "kl" and min(z) < 0.05:  # probabilities are positive
            return
        exact = [Fraction(round(10 * a), 10) for a in z]
        self.span = losses.loss(self.loss).dimension_at(exact)
        labels = labels_of(self.loss)
        self.pushes = {name: labels.push(z, y) for name, y in labels.choices.items()}
        lot = Random(4)
        for _ in range(self.steps):
            y = lot.choice(list(labels.choices.values()))
            for _ in range(_SUBSTEPS):
                z = tuple(a + _TIME / _SUBSTEPS * b for a, b in zip(z, labels.push(z, y), strict=True))
            self.trail.append(z)

    def _draw(self) -> None:
        self._simulate()
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._note()

    def _picture(self) -> Picture:
        picture = Picture("Where labels push two outputs", self._words())
        frame = (-_REACH, _REACH)
        axes = picture.axes(frame, frame, x_label="*z*₁", y_label="*z*₂", aspect=1)
        if self.lines:
            for k, c in enumerate(range(-4, 5)):
                ends = [(-_REACH, c + _REACH), (_REACH, c - _REACH)]
                axes.curve(ends, style="level", label="" if k else "*z*₁ + *z*₂ = constant")
        labels = labels_of(self.loss)
        if labels.places:
            for k, place in enumerate(labels.choices.values()):
                axes.point(place, style="fit", hollow=True, label="" if k else "labels")
        if self.steps and self.pushes:
            axes.curve(self.trail, style="descent", markers=True, label=f"{self.steps} examples, one by one")
        for k, (name, push) in enumerate(self.pushes.items()):
            self._arrow(axes, push, "" if len(self.pushes) > 4 else name)
            if not k:
                axes.curve([(9, 9), (9, 9)], style="flow", label="push of a label")
        axes.point((self.z1, self.z2), style="plain", hollow=True, text="z")
        return picture

    def _arrow(self, axes: Axes, push: Vector, text: str) -> None:
        length = math.hypot(*push)
        scale = min(1.0, _LONGEST / length) if length else 0.0
        tip = (self.z1 + scale * push[0], self.z2 + scale * push[1])
        axes.arrow((self.z1, self.z2), tip, style="flow", text=text)

    def _note(self) -> str:
        if self.span is None:
            return "<p>This loss takes probabilities: move both outputs to the right of 0.</p>"
        shown = list(self.pushes.items())[:4]
        rows = [(name, *(_short(part) for part in (*push, sum(push)))) for name, push in shown]
        table = html_table(rows, ("", Markup("$z_1$"), Markup("$z_2$"), "sum"))
        more = "<p>… and every other vector: y may be any point.</p>" if self.loss == "mse" else ""
        return f"{table}{more}<p>The pushes span <b>{self.span} of 2</b> dimensions here.</p><p>{self._sums()}</p>"

    def _sums(self) -> str:
        first, last = (_short(sum(z)) for z in (self.trail[0], self.trail[-1]))
        return f"z₁ + z₂ is {first} at the start and {last} after {self.steps} examples."

    def _words(self) -> str:
        text = f"Outputs z = ({_short(self.z1, 1)}, {_short(self.z2, 1)}) and the loss '{self.loss}'. "
        if self.span is None:
            return text + "This loss takes probabilities, so positive outputs only: nothing is pushed here."
        arrows = "; ".join(f"{name} ({_short(a)}, {_short(b)})" for name, (a, b) in list(self.pushes.items())[:4])
        more = " and others" if len(self.pushes) > 4 else ""
        return f"{text}Pushes of the labels: {arrows}{more}; they span {self.span} of 2 dimensions. {self._sums()}"

    def _still(self) -> str:
        return self.drawing._repr_html_()


def _short(value: float, digits: int = 2) -> str:
    """A number with a few digits and a true minus sign; -0.00 is 0.00."""
    text = f"{value:.{digits}f}"
    return (f"{0:.{digits}f}" if float(text) == 0 else text).replace("-", "−")


def loss_explorer(*, loss: str = "mse", z1: float = 0.5, z2: float = -0.8, steps: int = 30, lines: bool = False) -> Any:
    """Return the loss explorer: two outputs that are the weights themselves, and the pushes of all labels.

    Parameters
    ----------
    loss : str
        Which loss: a name of `conslaw_nb.paper.losses.LOSSES`.
    z1, z2 : float
        The outputs.
    steps : int
        How many labels are learnt one after the other.
    lines : bool
        Whether the lines z₁ + z₂ = constant are shown.

    Examples
    --------
    >>> explorer = loss_explorer(loss="cross-entropy on logits")
    >>> explorer.span
    1
    >>> explorer.loss = "logistic"
    >>> explorer.span
    2
    """
    return LossExplorer(loss=loss, z1=z1, z2=z2, steps=steps, lines=lines)


def loss_portrait(*, z: Vector = (0.6, -0.3, 0.2)) -> Picture:
    """Return a picture of the pushes on three outputs seen from the side, where vectors with sum 0 lie on a line.

    Parameters
    ----------
    z : three floats
        The outputs.

    Examples
    --------
    >>> loss_portrait().title
    'Three outputs, seen from the side'
    """
    along = [math.cos(t) for t in (0.4, 0.4 + 2 * math.pi / 3, 0.4 + 4 * math.pi / 3)]  # orthogonal to (1, 1, 1)
    size = math.sqrt(sum(a * a for a in along))
    sides, words = [], []
    for name in ("cross-entropy on logits", "logistic"):
        labels = labels_of(name, 3)
        pushes = [labels.push(z, y) for y in labels.choices.values()]
        flat = [(sum(a * b for a, b in zip(along, w, strict=True)) / size, sum(w) / math.sqrt(3)) for w in pushes]
        sides.append((name, flat))
        heights = ", ".join(_short(h) for _, h in flat)
        words.append(f"{name}: {len(flat)} pushes with heights {heights}")
    picture = Picture(
        "Three outputs, seen from the side",
        "The pushes of all labels on three outputs, seen so that the plane of vectors with sum 0 is a horizontal line. "
        f"{'; '.join(words)}. Those of the cross-entropy all lie in the plane, those of the logistic loss do not.",
        width=640,
    )
    for k, (name, flat) in enumerate(sides):
        axes = picture.axes((-1.2, 1.2), (-1.2, 1.2), x_label=name, y_label="(*w*₁ + *w*₂ + *w*₃) / √3", aspect=1)
        axes.curve([(-1.2, 0), (1.2, 0)], style="extra", label="" if k else "sum 0, edge-on")
        for j, tip in enumerate(flat):
            axes.arrow((0, 0), tip, style="flow")
            if not j and not k:
                axes.curve([(9, 9), (9, 9)], style="flow", label="push of a label")
    return picture
