"""Helpers of `drawing`: scales with round ticks, widths of text, labels that keep out of each other's way."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["Scale", "avoid", "text_width"]

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_NARROW, _WIDE = set("ijl.,:;'|!()[] ²³*"), set("mwMW—…−=+")


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text: no font is at hand, and a picture may be opened anywhere.

    Examples
    --------
    >>> text_width("wide", 14) > text_width("ill", 14)
    True
    """
    plain = text.replace("*", "")
    return size * sum(0.36 if c in _NARROW else 0.86 if c in _WIDE else 0.6 for c in plain)


class Scale:
    """A map from values to places along one axis, linear or logarithmic, with ticks at round values.

    Examples
    --------
    >>> scale = Scale(-1, 1)
    >>> scale.to(0, 100)
    >>> scale(0)
    50.0
    >>> [text for _, text in scale.ticks()]
    ['−1', '−0.5', '0', '0.5', '1']
    >>> [text for _, text in Scale(0.001, 0.1, log=True).ticks()]
    ['10⁻³', '10⁻²', '10⁻¹']
    >>> [text for _, text in Scale(1.6, 4.4, whole=True).ticks()]
    ['2', '3', '4']
    """

    def __init__(self, low: float, high: float, log: bool = False, whole: bool = False):
        self.low, self.high, self.log, self.whole = low, high, log, whole
        self.crosses_zero = not log and low < 0 < high
        self._start, self._stop = 0.0, 1.0

    def to(self, start: float, stop: float) -> None:
        """Say where the ends of the range lie in the picture."""
        self._start, self._stop = float(start), float(stop)

    def __call__(self, value: float) -> float:
        """The place of a value; far outside the range it stops at ten widths, so that no number explodes."""
        if self.log:
            value = max(value, 1e-300)
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self._start + min(11.0, max(-10.0, share)) * (self._stop - self._start)

    def ticks(self) -> list[tuple[float, str]]:
        """The ticks as pairs of value and text: powers of ten, or about six steps of 1, 2 or 5 (or whole ones)."""
        if self.log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            every = max(1, math.ceil((last - first) / 8))
            return [(10.0**k, "10" + str(k).translate(_SUPERSCRIPT)) for k in range(first, last + 1, every)]
        raw = (self.high - self.low) / 6
        size = 10.0 ** math.floor(math.log10(raw))
        step = size * min((1, 2, 5, 10), key=lambda m: abs(math.log(m * size / raw)))
        if self.whole:
            step = max(1.0, step)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        values = [k * step for k in range(first, last + 1)]
        return [(value, f"{value + 0.0:.6g}".replace("-", "−")) for value in values]


def avoid(
    wanted: Sequence[tuple[float, float, str]],
    busy: Sequence[tuple[float, float]],
    frame: tuple[float, float, float, float],
) -> list[tuple[float, float, str, str]]:
    """Find a place for each text near its anchor: in the frame, off the other texts, off the ink if possible.

    `busy`: places with ink. Returns the baseline's start, middle or end, as SVG names it.

    Examples
    --------
    >>> first, second = avoid([(50, 50, "here"), (52, 50, "there")], [(50, 50)], (0, 0, 100, 100))
    >>> first[:2] == second[:2]
    False
    """
    left, top, right, bottom = frame
    boxes: list[tuple[float, float, float, float]] = []
    placed = []
    for x, y, text in wanted:
        if not (left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1):
            continue  # its anchor is out of the picture
        width, best = text_width(text, 14), None
        for away in (11, 22, 36):
            for order, (dx, dy) in enumerate(
                ((1, -0.7), (-1, -0.7), (1, 0.9), (-1, 0.9), (0, -1.1), (0, 1.3), (1, 0), (-1, 0))
            ):
                cx = x + dx * away + (dx > 0) * width / 2 - (dx < 0) * width / 2
                cy = y + dy * away
                box = (cx - width / 2 - 2, cy - 9, cx + width / 2 + 2, cy + 7)
                out = max(0, left - box[0]) + max(0, box[2] - right) + max(0, top - box[1]) + max(0, box[3] - bottom)
                clash = sum(_overlap(box, other) for other in boxes)
                ink = sum(box[0] <= a <= box[2] and box[1] <= b <= box[3] for a, b in busy)
                cost = 40 * out + 20 * clash + 3 * ink + away + order / 10
                if best is None or cost < best[0]:
                    best = (cost, cx, cy, box)
        _, cx, cy, box = best
        boxes.append(box)
        placed.append((cx, cy + 5, "middle", text))
    return placed


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    """The area two boxes share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
