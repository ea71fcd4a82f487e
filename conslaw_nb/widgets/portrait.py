"""A still picture of one neuron's flow; `docs/hyperbola.svg`, the README's picture, is made from it."""

from __future__ import annotations

import math

from ..drawing.picture import Picture
from ..simulation.flows import Neuron, gradient_flow
from .hyperbola import REACH, hyperbola, perfect_fit

__all__ = ["flow_portrait"]

_LEVELS = (-5.0, -2.5, -1.0, 0.0, 1.0, 2.5, 5.0)


def _starts() -> list[tuple[float, float]]:
    """Two starts on each branch of each curve, one on either side of the place where the flows end."""
    starts = []
    for c in _LEVELS:
        size = math.sqrt(abs(c))
        for sign in (1, -1):
            for t in (-1.0, 0.9) if abs(c) > 3 else (-1.2, 1.7) if abs(c) == 1 else (-0.8, 1.25):
                far, near = sign * size * math.cosh(t), sign * size * math.sinh(t)
                starts.append((far, near) if c > 0 else (near, far))
    # On the two straight lines the flow needs starts of its own.
    return [start for start in starts if start != (0.0, 0.0)] + [
        (2.6, 2.6),
        (-2.6, -2.6),
        (2.3, -2.3),
        (-2.3, 2.3),
    ]


def flow_portrait(*, x: float = 1.0, y: float = 1.5) -> Picture:
    """Return a picture of many flows of g(u, v; x) = u·v·x for one example, on the curves u² − v² = constant.

    Parameters
    ----------
    x, y : float
        The example.

    Examples
    --------
    >>> flow_portrait().title
    'Every flow keeps to its hyperbola'
    """
    gradient = Neuron([(x, y)]).gradient
    flows = [gradient_flow(gradient, start, time=8.0 / max(x * x, 0.1)) for start in _starts()]
    picture = Picture(
        "Every flow keeps to its hyperbola",
        f"The plane of the two weights u and v, with the curves u² − v² = constant, which are hyperbolas. "
        f"{len(flows)} flows, one from each of as many starts, run along these curves and end on the curve "
        f"uvx = y of loss zero, here for x = {x:g} and y = {y:g}.",
    )
    axes = picture.axes((-REACH, REACH), (-REACH, REACH), x_label="*u*", y_label="*v*", aspect=1, grid=False)
    for index, branch in enumerate(branch for c in _LEVELS for branch in hyperbola(c)):
        axes.curve(branch, style="level", label="" if index else "*u*² − *v*² = constant")
    for index, branch in enumerate(perfect_fit(y / x if x else 0.0)):
        axes.curve(branch, style="fit", label="" if index else "loss 0")
    for index, path in enumerate(flows):
        axes.curve(path, style="flow", arrow=0.6, label="" if index else "gradient flow")
        axes.point(path.start, style="plain", hollow=True, size=3.6)
    return picture
