"""The balance explorer: a product of two matrices learns a target, from starts that are balanced in different ways."""

from __future__ import annotations

import math
from typing import Any

from ..drawing.picture import Picture
from ..simulation.flows import Trajectory, gradient_flow
from ..simulation.training import Factors, Matrix, root_2x2, singular_values_2x2
from ..tables import html_table
from ._panel import Panel, slider, value_of

__all__ = ["BalanceExplorer", "balance_explorer"]

_TIME, _STEPS = 6.0, 240
_LARGE = 2.0  # the first singular value of the target
# A generic V of size 1, and a turn for U: nothing is aligned with the target.
_V = [[0.6, 0.5], [-0.4, 0.7]]
_TURN = 0.5


def _times(a: Matrix, b: Matrix) -> Matrix:
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]


def balanced_start(size: float, first: float, second: float) -> tuple[float, ...]:
    """Return (U, V), 2 × 2 each, with V of the given size and UᵀU − VᵀV = diag(first, second).

    Examples
    --------
    >>> task = Factors([[2.0, 0.0], [0.0, 1.0]], r=2)
    >>> [[round(x, 9) + 0.0 for x in row] for row in task.balance(balanced_start(0.3, 1.0, 2.0))]
    [[1.0, 0.0], [0.0, 2.0]]
    """
    v = [[size * x for x in row] for row in _V]
    square = _times([list(row) for row in zip(*v, strict=True)], v)
    square[0][0] += first
    square[1][1] += second
    c, s = math.cos(_TURN), math.sin(_TURN)
    u = _times([[c, -s], [s, c]], root_2x2(square))
    return (*u[0], *u[1], *v[0], *v[1])


class BalanceExplorer(Panel):
    """Z = U·Vᵀ (2 × 2 each) learns a target with singular values 2 and `target` by gradient flow.

    Attributes
    ----------
    size : float
        How large V is at the start.
    first, second : float
        The balance at the start: UᵀU − VᵀV = diag(first, second).
    target : float
        The second singular value of the target.
    path : Trajectory
        The flow of (U, V).
    values : list of (float, float)
        The singular values of Z along it.
    balance : list of rows
        UᵀU − VᵀV at the end.
    learned : tuple of (float or None)
        When each singular value has passed half its target; None for not yet, or for a target of 0.
    """

    wide = 560

    size, first, second, target = (value_of(name) for name in ("size", "first", "second", "target"))

    def __init__(self, *, size: float, first: float, second: float, target: float):
        self._size = slider("size of V", size, 0.05, 1.0, 0.05, "How large V is at the start")
        self._first = slider("balance 1", first, 0.0, 4.0, 0.1, "First diagonal entry of UᵀU − VᵀV at the start")
        self._second = slider("balance 2", second, 0.0, 4.0, 0.1, "Second diagonal entry of UᵀU − VᵀV at the start")
        self._target = slider("target σ₂", target, 0.0, 2.0, 0.1, "The second singular value of the target matrix")
        super().__init__([self._size, self._first, self._second, self._target], mathematics=False)
        self._draw()

    def _simulate(self) -> None:
        self.task = Factors([[_LARGE, 0.0], [0.0, self.target]], r=2)
        start = balanced_start(self.size, self.first, self.second)
        self.path: Trajectory = gradient_flow(self.task.gradient, start, _TIME, _STEPS)
        self.values = [singular_values_2x2(self.task.product(point)) for point in self.path]
        self.balance = self.task.balance(self.path.end)
        self.learned = tuple(self._when(k, goal / 2) for k, goal in enumerate((_LARGE, self.target)))

    def _when(self, which: int, level: float) -> float | None:
        if level <= 0:
            return None
        pairs = zip(self.path.times, self.values, strict=True)
        return next((time for time, values in pairs if values[which] >= level), None)

    def _draw(self) -> None:
        self._simulate()
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._table()

    def _picture(self) -> Picture:
        picture = Picture("What is learned, and what is kept", self._words(), width=self.wide)
        times = self.path.times
        left = picture.axes((0, _TIME), (0, 2.4), x_label="time", y_label="singular values of *Z*", aspect=1.15)
        for goal in (_LARGE, self.target):
            left.curve([(0, goal), (_TIME, goal)], style="level")
        for which, style in ((0, "flow"), (1, "extra")):
            name = "first" if which == 0 else "second"
            left.curve(
                [(t, values[which]) for t, values in zip(times, self.values, strict=True)], style=style, label=name
            )
        tops = [self.task.balance(point) for point in self.path.points[::10]]
        sizes = [sum(x * x for x in point[:4]) for point in self.path.points[::10]]
        high = max(5.0, math.ceil(max(sizes) * 1.05))
        right = picture.axes((0, _TIME), (-0.5, high), x_label="time", y_label="sizes and balance", aspect=1.15)
        right.curve(list(zip(times[::10], sizes, strict=True)), style="descent", label="‖*U*‖²")
        for index, style in ((0, "flow"), (1, "extra")):
            line = [(t, top[index][index]) for t, top in zip(times[::10], tops, strict=True)]
            right.curve(line, style=style, label=f"*Ψ*{'₁₂'[index]}{'₁₂'[index]}")
        return picture

    def _rows(self) -> list[tuple[str, tuple[float, float], Matrix]]:
        return [
            ("start", self.values[0], self.task.balance(self.path.start)),
            ("end", self.values[-1], self.balance),
        ]

    def _table(self) -> str:
        rows = []
        for name, values, psi in self._rows():
            numbers = (*values, psi[0][0], psi[0][1], psi[1][1])
            rows.append((name, *map(_short, numbers)))
        return f"{html_table(rows, ('', 'σ₁', 'σ₂', 'Ψ₁₁', 'Ψ₁₂', 'Ψ₂₂'))}<p>{self._times()}</p>"

    def _times(self) -> str:
        first, second = self.learned
        if first is None or second is None:
            return f"Half of σ₁ is learned {_at(first)}; half of σ₂ {_at(second) if self.target else 'is 0'}."
        gap = f"{abs(second - first):.2f} {'later' if second >= first else 'earlier'}"
        return f"Half of σ₁ is learned {_at(first)}, half of σ₂ {_at(second)}: {gap}."

    def _words(self) -> str:
        (a, b), (c, d) = self.values[0], self.values[-1]
        psi = self.balance
        return (
            f"UVᵀ learns a matrix with singular values {_LARGE} and {_short(self.target)}. From a start with "
            f"Ψ = UᵀU − VᵀV = diag({_short(self.first)}, {_short(self.second)}) and V of size {_short(self.size)} its "
            f"singular values go from {_short(a)} and {_short(b)} to {_short(c)} and {_short(d)}. "
            f"At the end Ψ has the entries {_short(psi[0][0])}, {_short(psi[0][1])} and {_short(psi[1][1])}. "
            f"{self._times()}"
        )

    def _still(self) -> str:
        return self.drawing._repr_html_()


def _short(value: float) -> str:
    text = f"{value:.3f}"
    return ("0.000" if float(text) == 0 else text).replace("-", "−")


def _at(time: float | None) -> str:
    return "not yet" if time is None else f"at time {time:.2f}"


def balance_explorer(
    *, size: float = 0.1, first: float = 0.0, second: float = 0.0, target: float = 1.0
) -> BalanceExplorer:
    """Return the balance explorer.

    Parameters
    ----------
    size : float
        How large V is at the start, from 0.05 to 1.
    first, second : float
        The balance UᵀU − VᵀV = diag(first, second) at the start, from 0 to 4 each.
    target : float
        The second singular value of the target, from 0 to 2; the first is 2.

    Examples
    --------
    >>> explorer = balance_explorer()
    >>> early, late = explorer.learned
    >>> explorer.first = explorer.second = 3.0
    >>> explorer.learned[0] < early and explorer.learned[1] < late
    True
    """
    explorer: Any = BalanceExplorer(size=size, first=first, second=second, target=target)
    return explorer
