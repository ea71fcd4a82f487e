"""A survey as one page: how the numbers are spread, and the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from ..tables import Markup, html_table

if TYPE_CHECKING:
    from .survey import Survey, SurveyRow

__all__ = ["page"]

_MOST_ROWS = 30  # in a notebook; a page of its own shows all
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
    "td,th{border-bottom:1px solid #ccc}svg text{font:13px system-ui,sans-serif}"
)


def page(survey: Survey, alone: bool = True) -> str:
    """Return the survey as HTML: a whole page, or a part of one."""
    rows = list(survey) if alone else list(survey)[:_MOST_ROWS]
    pictures = _bars(survey, "hidden laws", lambda row: row.hidden) + _bars(survey, "laws", lambda row: row.laws)
    more = f"<p>and {len(survey) - len(rows)} more</p>" if len(rows) < len(survey) else ""
    heads = ("model", "D", "laws", "known", "hidden", "dim W", "dim Lie", "verdict", "seconds")
    table = html_table(map(_cells, rows), heads)
    inside = f"<p><b>{escape(survey.summary)}</b></p>{pictures if alone else ''}{table}{more}"
    if not alone:
        return inside
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Survey of conservation laws</title>'
        f"<style>{_STYLE}</style><h1>Survey of conservation laws</h1>{inside}</html>\n"
    )


def _cells(row: SurveyRow) -> list[str]:
    laws = row.laws if row.laws is not None else f"{_text(row.laws_at_least)}–{_text(row.laws_at_most)}"
    named = f"<code>{escape(row.model)}</code>"
    if row.certificate.endswith(".json"):
        named = f'<a href="{escape(row.certificate)}">{named}</a>'
    numbers = (row.parameters, laws, row.known, row.hidden, row.dim_trace, row.dim_lie)
    verdict = f'<span title="{escape(row.reason)}">{escape(row.verdict)}</span>'
    return [Markup(named), *map(_text, numbers), Markup(verdict), _text(row.seconds)]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _bars(rows: Iterable[SurveyRow], name: str, number: Callable[[SurveyRow], int | None]) -> str:
    """Draw how many models have 0, 1, 2, ... of something; nothing where nobody has any."""
    counted: dict[int, int] = {}
    for row in rows:
        value = number(row)
        if value is not None:
            counted[value] = counted.get(value, 0) + 1
    if not any(counted):
        return ""
    width = max(1, -(-(max(counted) + 1) // 40))  # numbers that share a bar
    bars: dict[int, int] = {}
    for value, models in counted.items():
        bars[value // width] = bars.get(value // width, 0) + models
    tallest = max(bars.values())
    parts = []
    for place, models in sorted(bars.items()):
        height, x = 100 * models / tallest, 24 * place
        label = str(place * width) if width == 1 else f"{place * width}–{place * width + width - 1}"
        parts.append(
            f'<rect x="{x}" y="{110 - height:.1f}" width="20" height="{height:.1f}" fill="#4477aa">'
            f"<title>{models} models with {label} {name}</title></rect>"
        )
        if place % 5 == 0:
            parts.append(f'<text x="{x + 10}" y="126" text-anchor="middle">{place * width}</text>')
    size = 24 * (max(bars) + 1) + 10
    said = f"how many models have how many {name}"
    return (
        f'<figure><svg role="img" aria-label="{said}" width="{size}" height="130" viewBox="0 0 {size} 130">'
        f"{''.join(parts)}</svg>"
        f"<figcaption>{said[0].upper()}{said[1:]}, up to {tallest} models a bar.</figcaption></figure>"
    )
