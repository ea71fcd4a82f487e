"""A still picture of two laws that are not polynomials: curves that meet in a point, and curves that flatten out."""

from __future__ import annotations

import math

from ..drawing.picture import Axes, Picture

__all__ = ["level_portrait"]

_REACH = 2.0
_SLOPES = (-6.0, -1.5, -0.5, -0.15, 0.15, 0.5, 1.5, 6.0)  # y = c x³
_HEIGHTS = (-4.0, -1.5, -0.6, -0.2, 0.2, 0.6, 1.5, 4.0)  # v = c e^u
_STEPS = 48


def _draw(axes: Axes, curves: list[list[tuple[float, float]]], label: str) -> None:
    for index, curve in enumerate(curves):
        axes.curve(curve, style="flow", arrow=0.75, label="" if index else label)


def _cubic(slope: float, side: int) -> list[tuple[float, float]]:
    """From the origin outwards along y = c x³, as far as the frame goes."""
    end = min(_REACH, (_REACH / abs(slope)) ** (1 / 3))
    return [(side * end * k / _STEPS, slope * (side * end * k / _STEPS) ** 3) for k in range(_STEPS + 1)]


def _exponential(height: float) -> list[tuple[float, float]]:
    """From left to right along v = c e^u, as far as the frame goes."""
    end = min(_REACH, math.log(_REACH / abs(height)))
    places = [-_REACH + (end + _REACH) * k / _STEPS for k in range(_STEPS + 1)]
    return [(u, height * math.exp(u)) for u in places]


def level_portrait() -> Picture:
    """Return a picture of the flows along ∇φ for φ = x² + 3y² and for φ = u + v²/2.

    Examples
    --------
    >>> level_portrait().title
    'Two laws that are not polynomials'
    """
    picture = Picture(
        "Two laws that are not polynomials",
        "First, the gradient (2x, 6y) of x² + 3y²: the flows run outwards along the curves y = c·x³, on which x³/y is "
        f"constant, and all {2 * len(_SLOPES)} of them start at the origin. Second, the gradient (1, v) of u + v²/2: "
        f"the {len(_HEIGHTS)} flows run to the right along the curves v = c·e^u, on which v·e^(−u) is constant, and "
        "no two of them meet. Both frames go from −2 to 2.",
        width=780,
    )
    frame = ((-_REACH, _REACH), (-_REACH, _REACH))
    left = picture.axes(*frame, x_label="*x*", y_label="*y*", aspect=0.9, grid=False)
    _draw(left, [_cubic(c, side) for c in _SLOPES for side in (1, -1)], "*x*³/*y* = constant")
    left.point((0, 0), style="descent", label="where all meet", size=5)
    right = picture.axes(*frame, x_label="*u*", y_label="*v*", aspect=0.9, grid=False)
    _draw(right, [_exponential(c) for c in _HEIGHTS], "*v*·exp(−*u*) = constant")
    return picture
