"""A still picture of a law under stochastic descent: constant steps wear it down, decreasing ones let it live."""

from __future__ import annotations

import math

from ..drawing.picture import Picture
from ..simulation.flows import Neuron, gradient_descent
from ..simulation.methods import stochastic_descent

__all__ = ["schedule_portrait"]

_START, _TAU, _COUNT = (3.0, 1.0), 0.05, 400
_DATA = ((1.0, 1.0), (1.0, 5.0))  # no neuron fits both: the noise never ends


def _law(u: float, v: float) -> float:
    return u * u - v * v


def schedule_portrait(seed: int = 1) -> Picture:
    """Return a picture of u² − v² over 400 steps on two examples that contradict each other.

    Parameters
    ----------
    seed : int
        Which examples are drawn.

    Examples
    --------
    >>> schedule_portrait().title
    'A law under noise'
    """
    gradients = [Neuron([pair]).gradient for pair in _DATA]
    whole = gradient_descent(Neuron(_DATA).gradient, _START, _TAU, _COUNT)
    constant = stochastic_descent(gradients, _START, _TAU, _COUNT, seed=seed)
    smaller = stochastic_descent(gradients, _START, lambda k: _TAU / (1 + k / 50), _COUNT, seed=seed)
    lines = [path.values(_law) for path in (whole, constant, smaller)]
    half = next((k for k, h in enumerate(lines[1]) if h < _law(*_START) / 2), math.inf)
    picture = Picture(
        "A law under noise",
        f"u² − v² over {_COUNT} steps from (3, 1), where the mean gradient of two examples is zero. Descent with both "
        f"examples stands still: u² − v² stays {lines[0][-1]:.2f}. With one example a step and the constant step "
        f"{_TAU:g} it is halved after {half} steps and is {lines[1][-1]:.2f} at the end. With steps "
        f"{_TAU:g}/(1 + k/50) it falls to {lines[2][_COUNT // 2]:.2f} after {_COUNT // 2} steps and to "
        f"{lines[2][-1]:.2f} after {_COUNT}.",
    )
    axes = picture.axes((0, _COUNT), (0, 9), x_label="number of steps *k*", y_label="*u*² − *v*²", aspect=0.6)
    labels = ("both examples", "one example, constant *τ*", "one example, *τ*ₖ ~ 1/*k*")
    for line, style, label in zip(lines, ("level", "descent", "flow"), labels, strict=True):
        axes.curve(list(enumerate(line)), style=style, label=label)
    return picture
