"""A still picture of ranks computed in floating point, where the exact rank is the same all over."""

from __future__ import annotations

import math

from ..drawing.picture import Picture
from ..models.parametrizations import parametrization
from ..teaching.floating import rank_map

__all__ = ["rank_portrait"]

_HABIT = 2 * 2.0**-52  # number of rows times the rounding unit: what numerical libraries take


def rank_portrait(*, tolerance: float = _HABIT, reach: int = 12) -> Picture:
    """Return a map of the plane: where floats see two dimensions for φ = (x² + y², (x² + y² − 1)⁵), which has one.

    Parameters
    ----------
    tolerance : float
        A pivot counts as zero below this share of the largest entry.
    reach : int
        The map goes from −reach/10 to reach/10 in both directions.

    Examples
    --------
    >>> rank_portrait(reach=3).title
    'Where floats see a second dimension'
    """
    phi = parametrization("x**2 + y**2", "(x**2 + y**2 - 1)**5")
    ranks = rank_map(phi, tolerance, reach)
    two = [place for place, rank in ranks.items() if rank == 2]
    picture = Picture(
        "Where floats see a second dimension",
        f"The plane for φ = (x² + y², (x² + y² − 1)⁵). At {len(ranks)} points with one decimal, from −{reach / 10} to "
        f"{reach / 10}, the rank of its two gradients is computed in floating point with tolerance {tolerance:.3g}. "
        f"At {len(two)} of them, scattered over the plane, it comes out as 2. Exactly it is 1 everywhere but at the "
        "origin, where it is 0.",
    )
    edge = (reach + 1) / 10
    axes = picture.axes((-edge, edge), (-edge, edge), x_label="*x*", y_label="*y*", aspect=1, grid=False)
    circle = [(math.cos(t / 60 * math.tau), math.sin(t / 60 * math.tau)) for t in range(61)]
    axes.curve(circle, style="level", label="*x*² + *y*² = 1")
    axes.curve(two, style="descent", markers=True, line=False, label="rank 2 in floats")
    return picture
