"""A small ReLU network in training: the function it learns, and the law of each of its neurons."""

from __future__ import annotations

import math
from typing import Any

import ipywidgets as ipw

from ..drawing.picture import Picture
from ..simulation.flows import Trajectory, gradient_descent
from ..simulation.methods import decayed, signs, stochastic_descent
from ..simulation.small_relu import SmallRelu, drawn_weights
from ..tables import html_table
from ._panel import Panel, menu, notches, slider, value_of

__all__ = ["NetTraining", "net_training"]

_TIME, _COUNT, _NEURONS, _FRAMES = 10.0, 50, 3, 50
_INPUTS = tuple(k / 2 for k in range(-4, 5))
_TARGETS = {
    "a tent": lambda x: 1.0 - abs(x),
    "a step": lambda x: -1.0 if x < 0 else 1.0,
    "a bend": lambda x: abs(x) - 1.0 + 0.3 * x,
}
_METHODS = ("gradient descent", "one example a step", "signs of the gradient")
_LINES = ("flow", "fit", "extra")


class NetTraining(Panel):
    """g(x) = Σ u_j·max(0, v_j x + b_j) with three neurons learns nine examples, over the time 10.

    Attributes
    ----------
    target, method : str
        What it learns, and how.
    halvings : int
        The step size is τ = 0.2/2^halvings.
    decay : float
        λ, the rate of weight decay.
    start : int
        A number that stands for the weights at the start.
    moment : int
        Which moment is drawn, in percent of the training.
    net : SmallRelu
    path : Trajectory
    laws : list of list
        u_j² − v_j² − b_j² of each neuron, at each point of the path.
    losses : tuple
        The loss at the start and at the end.
    crossings : int
        How often an example has passed a kink.
    """

    wide = 600

    target, method, halvings, decay, start, moment = (
        value_of(name) for name in ("target", "method", "halvings", "decay", "start", "moment")
    )

    def __init__(self, target: str, method: str, halvings: int, decay: float, start: int, moment: int):
        self._target = menu("target", "learn", target, tuple(_TARGETS), "Where the nine examples lie")
        self._method = menu("method", "method", method, _METHODS, "How each step is chosen")
        self._halvings = slider("halvings of τ", halvings, 0, 4, 1, "How often the step size 0.2 is halved")
        self._start = slider("start", start, 1, 9, 1, "Other weights to start from")
        self._decay = notches("decay λ", decay, 0, 1, 20, "How fast weight decay shrinks all weights")
        self._moment = slider("moment", moment, 0, 100, 1, "Which moment of the training is drawn, in percent")
        self._play = ipw.Play(
            value=moment, min=0, max=100, step=100 // _FRAMES, interval=120, description="play the training",
            tooltip="Run through the training, from its start to its end",
        )  # fmt: skip
        # In the browser: the wheel of moments must not wait for the kernel.
        ipw.jslink((self._play, "value"), (self._moment, "value"))
        super().__init__(
            [self._target, self._method, self._halvings, self._decay, self._start, self._moment, self._play],
            mathematics=False,
        )
        self._train()
        self._draw()

    @property
    def tau(self) -> float:
        """The step size τ."""
        return _TIME / self.count

    @property
    def count(self) -> int:
        """The number of steps."""
        return int(_COUNT * 2**self.halvings)

    @property
    def drift(self) -> list[float]:
        """How far the law of each neuron is from its first value, at the end."""
        return [line[-1] - line[0] for line in self.laws]

    def _train(self) -> None:
        rule = _TARGETS[self.target]
        self.net = SmallRelu([(x, rule(x)) for x in _INPUTS], _NEURONS)
        first, tau, count = drawn_weights(self.start, _NEURONS), self.tau, self.count
        if self.method == _METHODS[1]:
            singles = [SmallRelu([pair], _NEURONS).gradient for pair in self.net.data]
            if self.decay:
                singles = [decayed(gradient, self.decay) for gradient in singles]
            self.path: Trajectory = stochastic_descent(singles, first, tau, count)
        else:
            # Adam with decoupled decay takes the signs of the gradient alone.
            gradient = self.net.gradient if self.method == _METHODS[0] else signs(self.net.gradient)
            self.path = gradient_descent(decayed(gradient, self.decay) if self.decay else gradient, first, tau, count)
        self.laws = [list(line) for line in zip(*map(self.net.balance, self.path), strict=True)]
        self.losses = self.net.loss(*self.path.start), self.net.loss(*self.path.end)
        self.crossings = self.net.crossings(self.path)

    def _changed(self, change: Any) -> None:
        if change.get("owner") is self._play:
            return  # it moves the slider, and the slider calls
        if change.get("owner") is not self._moment:
            self._train()
        self._draw()

    @property
    def shown(self) -> tuple:
        """The weights at the moment that is drawn."""
        return self.path.points[self._place()]

    def _place(self) -> int:
        return round(self.moment / 100 * (len(self.path) - 1))

    def _draw(self) -> None:
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._table()

    def _picture(self) -> Picture:
        picture = Picture("A network in training, and its laws", self._words(), width=self.wide)
        left = picture.axes((-2.3, 2.3), (-2.6, 2.6), x_label="input *x*", y_label="output *g*", aspect=1.1)
        point = self.shown
        bends = [x for x in self.net.kinks(point) if abs(x) < 2.3]
        xs = sorted([*[k / 10 for k in range(-23, 24)], *bends])
        left.curve([(x, self.net.output(point, x)) for x in xs], style="descent", label="network")
        for index, (x, y) in enumerate(self.net.data):
            left.point((x, y), style="plain", size=4, label="" if index else "examples")
        for index, x in enumerate(bends):
            label = "" if index else "kinks"
            left.point((x, self.net.output(point, x)), style="extra", size=5, hollow=True, label=label)
        every = max(1, len(self.path) // 100)
        values = [value for line in self.laws for value in line if abs(value) < 50]
        low, high = math.floor(min(values) * 2 - 0.4) / 2, math.ceil(max(values) * 2 + 0.4) / 2
        right = picture.axes((0, _TIME), (low, high), x_label="time", y_label="*h* = *u*² − *v*² − *b*²", aspect=1.1)
        times = [float(t) for t in self.path.times]
        for index, (line, style) in enumerate(zip(self.laws, _LINES, strict=True)):
            right.curve(list(zip(times, line, strict=True))[::every], style=style, label=f"neuron {index + 1}")
        now = times[self._place()]
        right.curve([(now, low), (now, high)], style="level", label="now")
        return picture

    def _table(self) -> str:
        names = ("start", "end", "change") + (("e^(2λt)·end",) if self.decay else ())
        rows = []
        for index, line in enumerate(self.laws):
            numbers = [line[0], line[-1], line[-1] - line[0]]
            if self.decay:
                numbers.append(line[-1] * math.exp(2 * self.decay * float(self.path.times[-1])))
            rows.append((f"h of neuron {index + 1}", *map(_short, numbers)))
        return f"{html_table(rows, ('', *names))}<p>{self._note()}</p>"

    def _note(self) -> str:
        size = f"{len(self.path) - 1} steps of {self.tau:g}"
        if self.path.diverged:
            return f"After {size} the training runs away: the step is too long here."
        start, end = self.losses
        crossings = "1 kink crossing" if self.crossings == 1 else f"{self.crossings} kink crossings"
        return f"{size}: the loss goes from {start:.3f} to {end:.3f}; {crossings}."

    def _words(self) -> str:
        laws = "; ".join(
            f"neuron {i + 1} from {_short(line[0])} to {_short(line[-1])}" for i, line in enumerate(self.laws)
        )
        decay = f" and weight decay {self.decay:g}" if self.decay else ""
        return (
            f"Three ReLU neurons learn {self.target} from nine examples by {self.method}, step size {self.tau:g}"
            f"{decay}. First, the network at {self.moment} percent of the training, where its loss is "
            f"{self.net.loss(*self.shown):.3f}. Second, u² − v² − b² over time: {laws}. {self._note()}"
        )

    def _still(self) -> str:
        return self.drawing._repr_html_()


def _short(value: float) -> str:
    text = f"{value:.4f}" if abs(value) < 1000 else f"{value:.3g}"
    return ("0.0000" if abs(value) < 5e-5 else text).replace("-", "−")


def net_training(
    *, target: str = "a tent", method: str = "gradient descent", halvings: int = 1, decay: float = 0.0,
    start: int = 3, moment: int = 100,
) -> NetTraining:  # fmt: skip
    """Return a small ReLU network in training.

    Parameters
    ----------
    target : str
        'a tent', 'a step' or 'a bend'.
    method : str
        'gradient descent', 'one example a step' or 'signs of the gradient'.
    halvings : int
        How often the step size 0.2 is halved, from 0 to 4.
    decay : float
        The rate λ of weight decay, from 0 to 1.
    start : int
        Which weights to start from, 1 to 9.
    moment : int
        Which moment to draw, in percent.

    Examples
    --------
    >>> net = net_training(halvings=2)
    >>> coarse = max(map(abs, net.drift))
    >>> net.halvings = 3
    >>> 1.8 < coarse / max(map(abs, net.drift)) < 2.2
    True
    """
    return NetTraining(target, method, halvings, decay, start, moment)
