"""Still pictures of what a training wrote down: the balance of each neuron, step by step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..drawing.picture import Picture
from ..simulation.two_layers import Log

__all__ = ["log_portrait"]

_STYLES = ("flow", "descent", "fit", "extra", "plain")
_TALL = 1e6  # what leaves this range has exploded, and is cut off


def _lines(log: Any) -> list[list[float]]:
    """Return for each neuron its balances; nothing where there is no log yet."""
    entries = log.balances if isinstance(log, Log) else log
    if not isinstance(entries, list | tuple) or len(entries) < 2:
        return []
    rows = [list(entry) if isinstance(entry, list | tuple) else [entry] for entry in entries]
    return [[float(value) for value in line] for line in zip(*rows, strict=False)]


def _kept(line: list[float]) -> list[tuple[int, float]]:
    """Return the places of a line, up to where it explodes."""
    end = next((k for k, b in enumerate(line) if not abs(b) < _TALL), len(line))
    return list(enumerate(line[:end]))


def log_portrait(*logs: Any, names: Sequence[str] = ()) -> Picture:
    """Return a picture of logs beside each other: the balance of each neuron against the number of steps.

    Parameters
    ----------
    logs : Log, or list of lists
        What `two_layers.train` returns, or a list with the balances before the first step and after each.
    names : sequence of str
        What stands below each, such as "A" and "B".

    Examples
    --------
    >>> log_portrait([[3.0, -8.0], [2.7, -7.3]])
    The balance of each neuron: 1 step. Neuron 1 from 3 to 2.7; neuron 2 from -8 to -7.3.
    >>> log_portrait(None)
    No log yet: Empty axes. A function that returns nothing leaves no log: finish it, run its cell, then this one.
    """
    found = [_lines(log) for log in logs]
    if not any(found):
        picture = Picture(
            "No log yet",
            "Empty axes. A function that returns nothing leaves no log: finish it, run its cell, then this one.",
        )
        picture.axes((0, 10), (-1, 1), x_label="step", y_label="no log yet", aspect=0.3)
        return picture
    told = []
    for place, lines in enumerate(found):
        steps = len(lines[0]) - 1
        moved = "; ".join(f"neuron {j} from {line[0]:.3g} to {line[-1]:.3g}" for j, line in enumerate(lines, 1))
        name = f"{names[place]}: " if place < len(names) else ""
        moved = moved if name else moved[:1].upper() + moved[1:]
        told.append(f"{name}{steps} step{'' if steps == 1 else 's'}{', ' if name else '. '}{moved}.")
    picture = Picture("The balance of each neuron", " ".join(told), width=480 if len(found) == 1 else 270 * len(found))
    values = [b for lines in found for line in lines for _, b in _kept(line)]
    low, high = min(values), max(values)
    margin = 0.08 * (high - low) or 1.0
    for place, lines in enumerate(found):
        name = f"step ({names[place]})" if place < len(names) else "step"
        axes = picture.axes(
            (0, len(lines[0]) - 1), (min(low - margin, 0), max(high + margin, 0)), x_label=name,
            y_label="*u*² − *v*²", aspect=0.6 if len(found) == 1 else 1.1, whole=True,
        )  # fmt: skip
        for j, line in enumerate(lines):
            label = f"neuron {j + 1}" if not place or len(found) == 1 else ""
            axes.curve(_kept(line), style=_STYLES[j % len(_STYLES)], label=label)
        if math.isfinite(low) and low < 0 < high:
            axes.curve([(0, 0), (len(lines[0]) - 1, 0)], style="level")
    return picture
