"""Two linear layers at a point of any rank: how much the known laws leave open; and the counts over the width."""

from __future__ import annotations

from typing import Any

import ipywidgets as ipw

from ..drawing.picture import Picture
from ..errors import ModelError
from ..laws.counting import count_laws
from ..models.networks import factorization
from ..models.rank_cases import MOST_COLUMNS, MOST_ROWS, RankCase, largest_rank, point_of_rank
from ..tables import Markup, html_table
from ._panel import Panel, slider, value_of

__all__ = ["RankExplorer", "rank_explorer", "width_portrait"]

_CHOICES = {"as free as possible": "free", "V = 0": "V = 0", "V repeats the rows of U": "V repeats U"}


class RankExplorer(Panel):
    """A point (U, V) of the factorization U Vᵀ, of any rank, and what can be said there.

    Attributes
    ----------
    n, m, r, rank : int
        The sizes, and the rank ρ of the stacked matrix (U; V); setting one moves its slider. A rank that is too large
        for the sizes is taken as the largest possible one.
    shape : str
        How V lies to U: 'as free as possible', 'V = 0' or 'V repeats the rows of U'.
    case : RankCase
        The point and its dimensions: `case.room`, `case.known`, `case.gap`, `case.U`, ....
    cases : list of RankCase
        The points of every rank, from 0 on.
    """

    n, m, r, rank, shape = (value_of(name) for name in ("n", "m", "r", "rank", "shape"))

    def __init__(self, *, n: int, m: int, r: int, rank: int, shape: str):
        self._n = slider("rows of U: n", n, 1, MOST_ROWS, 1, "How many outputs the network has")
        self._m = slider("rows of V: m", m, 1, MOST_ROWS, 1, "How many inputs the network has")
        self._r = slider("columns: r", r, 1, MOST_COLUMNS, 1, "How many hidden units the network has")
        self._rank = slider("rank ρ of (U; V)", rank, 0, 2 * MOST_ROWS, 1, "The rank of the stacked matrix")
        if shape not in _CHOICES:
            raise ModelError(f"there is no choice {shape!r}: take one of {', '.join(map(repr, _CHOICES))}")
        self._shape = ipw.Dropdown(
            options=list(_CHOICES), value=shape, description="V is", tooltip="How the rows of V lie to those of U",
            style={"description_width": "6.5em"}, layout=ipw.Layout(width="99%", max_width="30em"),
        )  # fmt: skip
        for control in (self._n, self._m, self._r, self._rank):
            control.style = {"description_width": "8em"}
        super().__init__([self._n, self._m, self._r, self._rank, self._shape])
        self._draw()

    def _draw(self) -> None:
        shape = _CHOICES[self.shape]
        top = largest_rank(self.n, self.m, self.r, shape)
        self.cases: list[RankCase] = [point_of_rank(self.n, self.m, self.r, k, shape) for k in range(top + 1)]
        self.case = self.cases[min(self.rank, top)]
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._table()

    def _picture(self) -> Picture:
        picture = Picture("What the known laws leave open, rank by rank", self._words())
        full, dimension = min(self.n + self.m, self.r), self.case.dimension
        axes = picture.axes((-0.4, 2 * MOST_ROWS + 0.4), (-0.04 * dimension, 1.08 * dimension),
                            x_label="rank *ρ* of the stacked matrix", y_label="number", aspect=0.8)  # fmt: skip
        axes.curve([(c.rank, c.room) for c in self.cases], style="descent", markers=True, label="room: *D* − dim Lie")
        axes.curve([(c.rank, c.known) for c in self.cases], style="flow", markers=True, label="independent in *Ψ*")
        axes.curve([(full, 0), (full, dimension)], style="level")
        case = self.case
        if case.gap:
            axes.curve([(case.rank, case.known), (case.rank, case.room)], style="extra", label="the gap")
            axes.text((case.rank, (case.known + case.room) / 2), str(case.gap))
        axes.point((case.rank, case.room), style="descent", hollow=True, size=8)
        axes.point((case.rank, case.known), style="flow", hollow=True, size=8)
        axes.text((full, dimension), "full rank")
        return picture

    def _rows(self) -> list[tuple[str, int]]:
        case = self.case
        return [
            ("D, all parameters", case.dimension),
            ("dim W(θ), what data move", case.dim_trace),
            ("dim Lie(θ), with brackets", case.dim_lie),
            ("room: D − dim Lie(θ)", case.room),
            ("independent entries of Ψ", case.known),
            ("gap", case.gap),
        ]

    def _table(self) -> str:
        table = html_table((name, Markup(f"<b>{value}</b>")) for name, value in self._rows())
        columns = "r" * self.case.r
        rows = [" & ".join(map(str, line)) for line in self.case.stack]
        rows[self.case.n] = r"\hline " + rows[self.case.n]
        body = r" \\ ".join(rows)
        matrix = rf"\left(\begin{{array}}{{{columns}}}{body}\end{{array}}\right)"
        return f"<p>${matrix}$ &nbsp; {self._ranks()}</p>{table}"

    def _ranks(self) -> str:
        case = self.case
        note = "" if self.rank == case.rank else f"; {self.rank} is not possible here"
        return f"ranks: U {case.rank_u}, V {case.rank_v}, stacked {case.rank}{note}"

    def _words(self) -> str:
        case = self.case
        verdict = "the known laws fill the room" if case.gap == 0 else f"a gap of {case.gap} stays open"
        return (
            f"U is {self.n} by {self.r} and V is {self.m} by {self.r}, V {self.shape}: "
            f"{self._ranks()}. Of D = {case.dimension} parameters dim Lie takes {case.dim_lie} and leaves room for "
            f"{case.room}; {case.known} entries of Ψ are independent: {verdict}. "
            + " ".join(f"Rank {c.rank}: room {c.room}, known {c.known}." for c in self.cases)
        )

    def _still(self) -> str:
        return self.drawing._repr_html_()


def rank_explorer(
    *, n: int = 2, m: int = 2, r: int = 3, rank: int = 2, shape: str = "as free as possible"
) -> RankExplorer:
    """Return the rank explorer.

    Parameters
    ----------
    n, m, r : int
        Sizes: U is n × r and V is m × r; n and m at most 3, r at most 7.
    rank : int
        The rank of the stacked matrix.
    shape : str
        'as free as possible', 'V = 0' or 'V repeats the rows of U'.

    Examples
    --------
    >>> table = rank_explorer(n=2, m=2, r=3, rank=2)
    >>> table.case.room, table.case.known, table.case.gap
    (7, 5, 2)
    >>> table.rank = 3
    >>> table.case.gap
    0
    """
    return RankExplorer(n=n, m=m, r=r, rank=rank, shape=shape)


def width_portrait(*, n: int = 2, m: int = 2, widest: int = 8) -> Picture:
    """Return a picture of the counts of the factorization over its width r, at full rank, each one proved.

    Parameters
    ----------
    n, m : int
        The outer sizes.
    widest : int
        The largest r.

    Examples
    --------
    >>> width_portrait(n=1, m=1, widest=3).title
    'More columns, more laws, but not as many as entries'
    """
    counts: list[Any] = [count_laws(factorization(n, m, r)) for r in range(1, widest + 1)]
    laws = [(r, count.laws) for r, count in enumerate(counts, start=1)]
    lie = [(r, count.dim_lie) for r, count in enumerate(counts, start=1)]
    entries = [(r, r * (r + 1) // 2) for r in range(1, widest + 1)]
    words = "; ".join(f"r = {r}: {a} laws of {e} entries, dim Lie {d}" for (r, a), (_, e), (_, d) in
                      zip(laws, entries, lie, strict=True))  # fmt: skip
    picture = Picture(
        "More columns, more laws, but not as many as entries",
        f"For U Vᵀ with n = {n} and m = {m} the number of independent laws, of different entries of Ψ, and dim Lie, "
        "over "
        f"the number r of columns. {words}. Up to r = n + m = {n + m} laws and entries agree; from there on dim Lie "
        "stands still and the laws grow along a straight line.",
    )
    top = entries[-1][1]
    axes = picture.axes((0.6, widest + 0.4), (0, 1.08 * top), x_label="columns *r*", y_label="number", aspect=0.7)
    axes.curve([(n + m, 0), (n + m, 1.08 * top)], style="level")
    axes.text((n + m, top), "*r* = *n* + *m*")
    axes.curve(entries, style="fit", markers=True, label="different entries of *Ψ*")
    axes.curve(laws, style="flow", markers=True, label="laws")
    axes.curve(lie, style="descent", markers=True, label="dim Lie")
    return picture
