"""The depth explorer: a network of your own size, its known laws, and all the laws it has."""

from __future__ import annotations

from functools import lru_cache

import ipywidgets as ipw

from ..drawing.picture import Picture
from ..models.networks import linear, relu
from ..paper.experiment import Comparison, compare
from ..tables import Markup, html_table
from ._panel import Panel, slider, value_of

__all__ = ["DepthExplorer", "chain_portrait", "depth_explorer"]

_KINDS = ("linear", "ReLU", "ReLU with biases")
_DEPTHS = (2, 3, 4)


@lru_cache(maxsize=512)
def _compared(kind: str, widths: tuple[int, ...]) -> Comparison:
    return compare(linear(*widths) if kind == "linear" else relu(*widths, bias=kind.endswith("biases")))


class DepthExplorer(Panel):
    """Choose kind, widths and depth: how many laws are known, how many of them are independent, how many there are.

    Attributes
    ----------
    kind : str
        'linear', 'ReLU' or 'ReLU with biases'.
    inputs, hidden, outputs : int
        Widths, from 1 to 3; all hidden layers are equally wide.
    depth : int
        The number of matrices, 2 to 4.
    widths : tuple of int
        From input to output, as `linear` and `relu` take them.
    comparison : Comparison
        The three numbers of this network; each count is proved.
    """

    kind = value_of("kind")
    inputs, hidden, outputs, depth = (value_of(name) for name in ("inputs", "hidden", "outputs", "depth"))

    def __init__(self, kind: str, inputs: int, hidden: int, outputs: int, depth: int):
        self._kind = ipw.Dropdown(
            options=_KINDS, value=kind, description="network", tooltip="Which kind of network is counted",
            style={"description_width": "6.5em"}, layout=ipw.Layout(width="99%", max_width="30em"),
        )  # fmt: skip
        self._inputs = slider("inputs", inputs, 1, 3, 1, "Width of the input")
        self._hidden = slider("hidden units", hidden, 1, 3, 1, "Width of every hidden layer")
        self._outputs = slider("outputs", outputs, 1, 3, 1, "Width of the output")
        self._depth = slider("matrices q", depth, _DEPTHS[0], _DEPTHS[-1], 1, "How many matrices there are")
        super().__init__([self._kind, self._inputs, self._hidden, self._outputs, self._depth], mathematics=False)
        self._draw()

    def _widths(self, depth: int) -> tuple[int, ...]:
        return (self.inputs, *[self.hidden] * (depth - 1), self.outputs)

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths from input to output."""
        return self._widths(self.depth)

    def _draw(self) -> None:
        self.comparison = _compared(self.kind, self.widths)
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._table()

    def _picture(self) -> Picture:
        series = [_compared(self.kind, self._widths(depth)) for depth in _DEPTHS]
        picture = Picture("Laws over depth", self._words())
        top = max(max(one.listed, one.laws or 0) for one in series)
        axes = picture.axes(
            (_DEPTHS[0] - 0.4, _DEPTHS[-1] + 0.4), (0, 1.12 * top + 1), x_label="matrices *q*", y_label="number",
            aspect=0.8, whole=True,
        )  # fmt: skip
        axes.curve([(self.depth, 0), (self.depth, 1.12 * top + 1)], style="level")
        for label, style, values in (
            ("all laws, proved", "flow", [one.laws for one in series]),  # solid, so first: the dashes stay in sight
            ("entries listed", "fit", [one.listed for one in series]),
            ("known, independent", "descent", [one.known for one in series]),
        ):
            points = [(depth, value) for depth, value in zip(_DEPTHS, values, strict=True) if value is not None]
            axes.curve(points, style=style, label=label, markers=True)
        return picture

    def _verdict(self) -> str:
        one = self.comparison
        if one.hidden is None:
            return "The two bounds do not meet."
        if one.hidden:
            return f"{one.hidden} independent law{'s' if one.hidden > 1 else ''} beyond the known ones."
        return "There are no laws but the known ones."

    def _table(self) -> str:
        one = self.comparison
        facts = (
            (f"{one.text}: parameters D", one.parameters),
            ("entries of the balances", one.listed),
            ("independent among them", one.known),
            ("all independent laws, proved", "not decided" if one.laws is None else one.laws),
        )
        rows = [(name, Markup(f"<strong>{value}</strong>")) for name, value in facts]
        return f"{html_table(rows)}<p>{self._verdict()}</p>"

    def _words(self) -> str:
        told = "; ".join(repr(_compared(self.kind, self._widths(depth))) for depth in _DEPTHS)
        return f"Numbers of laws for q = 2, 3 and 4 matrices: {told}. Now q = {self.depth}: {self._verdict()}"

    def _still(self) -> str:
        return self.drawing._repr_html_() + self.readout.value


def depth_explorer(
    *, kind: str = "linear", inputs: int = 2, hidden: int = 2, outputs: int = 2, depth: int = 3
) -> DepthExplorer:
    """Return the depth explorer.

    Parameters
    ----------
    kind : str
        'linear', 'ReLU' or 'ReLU with biases'.
    inputs, hidden, outputs : int
        Widths, from 1 to 3.
    depth : int
        The number of matrices, 2 to 4.

    Examples
    --------
    >>> explorer = depth_explorer()
    >>> explorer.comparison
    linear(2,2,2,2): 6 listed, 6 of them independent, 6 in all
    >>> explorer.inputs = explorer.outputs = 1
    >>> explorer.comparison.hidden
    1
    """
    return DepthExplorer(kind, inputs, hidden, outputs, depth)


def chain_portrait(*, width: int = 2, deepest: int = 6) -> Picture:
    """Return a picture of linear networks from one input to one output: the laws they list, and those they have.

    Parameters
    ----------
    width : int
        The width of every hidden layer.
    deepest : int
        The largest number of matrices.

    Examples
    --------
    >>> chain_portrait(deepest=4).title
    'A longer chain hides more laws'
    """
    found = [(q, compare(linear(1, *[width] * (q - 1), 1))) for q in range(2, deepest + 1)]
    told = "; ".join(f"q = {q}: {one.listed} entries, {one.laws} laws" for q, one in found)
    picture = Picture(
        "A longer chain hides more laws",
        f"Linear networks from one input to one output with hidden layers of width {width}, over the number q of "
        f"matrices: entries of the balances, and all independent laws, each number proved. {told}.",
    )
    top = max(one.laws or 0 for _, one in found)
    axes = picture.axes((1.6, deepest + 0.4), (0, 1.15 * top), x_label="matrices *q*", y_label="number", aspect=0.7,
                        whole=True)  # fmt: skip
    axes.curve([(q, one.laws) for q, one in found], style="flow", markers=True, label="all laws, proved")
    axes.curve([(q, one.listed) for q, one in found], style="fit", markers=True, label="entries of the balances")
    for q, one in found:
        if one.hidden:
            axes.curve([(q, one.known), (q, one.laws)], style="extra", label="hidden" if q == deepest else "")
    return picture
