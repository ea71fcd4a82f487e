"""A still picture of the traces of a neuron with two inputs: planes that touch the surfaces of its law."""

from __future__ import annotations

import math

from ..drawing.picture import Picture
from ..drawing.space import View
from .hyperboloid import draw_frame, draw_plane, draw_surface

__all__ = ["trace_portrait"]

# Level, and a point (v_1, v_2, u) on it at which the plane is drawn.
_CASES = (
    (1.0, (math.sqrt(1.25) * math.cos(-0.6), math.sqrt(1.25) * math.sin(-0.6), 0.5)),
    (0.0, (1.2 * math.cos(-0.6), 1.2 * math.sin(-0.6), 1.2)),
    (-1.0, (math.cos(-0.6), math.sin(-0.6), math.sqrt(2))),
)


def trace_portrait(*, turn: float = 40) -> Picture:
    """Return a picture of v_1² + v_2² − u² = 1, 0, −1, each with the plane W(θ) and ∇h at one point.

    Parameters
    ----------
    turn : float
        From where one looks, in degrees.

    Examples
    --------
    >>> trace_portrait().title
    'The gradient of h is perpendicular to W(θ)'
    """
    picture = Picture(
        "The gradient of h is perpendicular to W(θ)",
        "Three surfaces in the space of u, v₁ and v₂: v₁² + v₂² − u² = 1 is a hyperboloid of one sheet, = 0 a double "
        "cone, = −1 a hyperboloid of two sheets. At one point of each the plane W(θ) touches the surface, and the "
        "gradient of h is an arrow at a right angle to it.",
        width=820,
    )
    view = View(turn, 18)
    for index, (c, point) in enumerate(_CASES):
        axes = picture.axes((-2.9, 2.9), (-3.1, 3.1), aspect=1.07, frame=False)
        draw_surface(axes, view, c, f"*h* = {c:g}".replace("-", "−"))
        draw_frame(axes, view, length=2.7)
        draw_plane(axes, view, point, size=0.8, label=not index)
    return picture
