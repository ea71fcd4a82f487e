"""Looking at three dimensions: a parallel projection that turns, and which part of a surface faces the reader.

Examples
--------
>>> view = View(turn=0, tilt=0)
>>> view((1, 0, 0)), view((0, 0, 1))
((1.0, 0.0), (0.0, 1.0))
>>> view.faces((0, -1, 0)), view.faces((0, 1, 0))
(True, False)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

__all__ = ["View"]

Triple = Sequence[float]
_GAP = (math.nan, math.nan)  # interrupts a curve of a `Picture`


class View:
    """A parallel projection of (x, y, z), z upwards, onto the plane of a picture.

    Parameters
    ----------
    turn : float
        Degrees by which space is turned about the z axis, anticlockwise as seen from above.
    tilt : float
        Degrees by which the reader looks down on it; 0 is level, 90 straight from above.
    """

    def __init__(self, turn: float, tilt: float = 20.0):
        self.turn, self.tilt = float(turn), float(tilt)
        a, b = math.radians(turn), math.radians(tilt)
        self._right = (math.cos(a), -math.sin(a), 0.0)
        self._up = (math.sin(a) * math.sin(b), math.cos(a) * math.sin(b), math.cos(b))
        # from the origin to the reader
        self._toward = (-math.sin(a) * math.cos(b), -math.cos(a) * math.cos(b), math.sin(b))

    def __call__(self, point: Triple) -> tuple[float, float]:
        """Return where a point of space lies in the picture."""
        return _dot(self._right, point), _dot(self._up, point)

    def faces(self, normal: Triple) -> bool:
        """Whether a piece of surface with this outward normal shows its outside to the reader."""
        return _dot(self._toward, normal) > 0

    def curve(self, points: Iterable[Triple]) -> list[tuple[float, float]]:
        """Return a curve of space as a curve of the picture."""
        return [self(point) for point in points]

    def split(
        self, points: Iterable[Triple], normal: Callable[[Triple], Triple]
    ) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
        """Cut a curve on a surface into what faces the reader and what is turned away.

        `normal`: the outward normal of the surface at a point. Returns two curves of the picture, each interrupted
        where the other one goes on; they share the points between.
        """
        front: list[tuple[float, float]] = []
        back: list[tuple[float, float]] = []
        before = None
        for point in points:
            place, shown = self(point), self.faces(normal(point))
            here, other = (front, back) if shown else (back, front)
            if before is not None and before != shown:
                other += [place, _GAP]
            here.append(place)
            before = shown
        return front, back


def _dot(a: Triple, b: Triple) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))
