"""One way to write a table as HTML, for notebooks and figures: heads that a screen reader can tell, numbers in line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import chain, repeat
from typing import Any

__all__ = ["Markup", "html_table"]

_STYLE = "border-collapse:collapse;line-height:1.6;font-variant-numeric:tabular-nums"


class Markup(str):
    """A text that is HTML already, such as a formula for MathJax or an emphasis: it is not escaped again."""


def _cell(value: Any) -> str:
    return value if isinstance(value, Markup) else escape(str(value))


def html_table(
    rows: Iterable[Sequence[Any]],
    head: Sequence[Any] = (),
    *,
    numbers: bool = True,
    named: bool = True,
    powers: bool = False,
    title: str = "",
) -> str:
    """Return a table as HTML.

    `rows`: their cells; all but `Markup` is escaped; `head`: what stands above the columns; above the names of rows an
    empty text; `numbers`: whether the cells are numbers, in line at the right; `named`: whether the first cell of a row
    is its name; `powers`: whether rows need room for formulas with powers; `title`: a caption.

    Examples
    --------
    >>> html_table([("start", 1)], ("", "u < v"))
    '<table ...><thead><tr><td ...></td><th scope="col" ...>u &lt; v</th></tr></thead><tbody>...<td ...>1</td>...'
    """
    room = ".15em" if powers else "0"
    aside = f' style="text-align:{"right" if numbers else "left"};padding:{room} 0 {room} 1.1em"'
    edge = f"{room} 0" if powers else "0"
    first = f' style="text-align:left;font-weight:normal;padding:{edge}"' if named else aside

    def above(cell: Any, place: str) -> str:
        # An empty head would be announced as one: it is a cell.
        return f'<th scope="col"{place}>{_cell(cell)}</th>' if cell else f"<td{place}></td>"

    def within(cell: Any, place: str) -> str:
        if named and place is first:
            return f'<th scope="row"{place}>{_cell(cell)}</th>'
        return f"<td{place}>{_cell(cell)}</td>"

    def line(cells: Sequence[Any], write: Callable[[Any, str], str]) -> str:
        return f"<tr>{''.join(map(write, cells, chain([first], repeat(aside))))}</tr>"

    caption = f"<caption>{escape(title)}</caption>" if title else ""
    heads = f"<thead>{line(head, above)}</thead>" if head else ""
    body = "".join(line(row, within) for row in rows)
    return f'<table style="{_STYLE}">{caption}{heads}<tbody>{body}</tbody></table>'
