"""What an exercise looks like in a notebook: a card that says what it asks and needs, with a button for hints.

Without a kernel, on a page or in a saved notebook, the same card is shown without the button.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ..paper.plain import to_html

if TYPE_CHECKING:
    from .exercise import Exercise

__all__ = ["bundle", "card", "needs"]

_FRAME = (
    "border:1px solid rgba(0,114,178,.5);border-left:4px solid #0072B2;border-radius:6px;padding:.5em 1em;margin:.4em 0"
)
_PILL = (
    "display:inline-block;border:1px solid currentColor;border-radius:1em;padding:0 .6em;margin-left:.4em;"
    "font-size:85%;font-weight:normal"
)
# As wide as the page, and no wider: a widget's HTML shrinks to its text, and grows with a long formula.
_WIDE = (
    "<style>.widget-htmlmath-content:has(> .cl-exercise){flex:1 1 0;min-width:0}"
    ".widget-htmlmath-content > .cl-exercise{overflow-x:auto}</style>"
)
_STILL = "Run the cell (Shift + Enter) for a Hint button; <code>.hint()</code> gives the same hints."


def needs(task: Exercise) -> list[str]:
    """Return the notions that an exercise uses, each with the exercise of the course that introduces it.

    Examples
    --------
    >>> from conslaw_nb.teaching import exercise
    >>> needs(exercise("1.3"))
    ['conserved from every start (1.2)']
    """
    return [f"{notion} ({task.sources[notion]})" if notion in task.sources else notion for notion in task.uses]


def card(task: Exercise, foot: str = "") -> str:
    """Return an exercise as HTML, formulas left to MathJax; `foot` stands below it."""
    pills = "".join(f'<span style="{_PILL}">{escape(word)}</span>' for word in (task.kind, task.tier))
    wanted = ", ".join(needs(task))
    used = f"<br>It builds on: {escape(wanted)}." if wanted else ""
    form = f"The form of an answer: <code>{escape(task.answer_form)}</code>{used}"
    return (
        f'<div class="cl-exercise" role="group" aria-label="Exercise {escape(task.number)}, {escape(task.title)}" '
        f'style="{_FRAME}"><div><strong>Exercise {escape(task.number)} · {escape(task.title)}</strong>{pills}</div>'
        f"{to_html(task.statement)}<div><small>{form}</small></div>{foot}</div>"
    )


def bundle(task: Exercise) -> dict[str, Any]:
    """Return the card as a widget with a button, and as what is saved of it; without ipywidgets only the latter."""
    still = {"text/plain": repr(task), "text/html": card(task, f"<div><small>{_STILL}</small></div>")}
    try:
        import ipywidgets as ipw
    except ImportError:
        return still
    button = ipw.Button(
        description="Hint", tooltip=f"Shows the next hint on exercise {task.number}", icon="lightbulb-o"
    )
    shown = ipw.HTMLMath(layout=ipw.Layout(width="99%"))

    def show(_button: Any) -> None:
        shown.value = f'<div role="status">{to_html(task.hint().text)}</div>'
        left = len(task.hints) - task.given
        button.description = "Next hint" if left else "Last hint again"

    button.on_click(show)
    live = ipw.VBox([ipw.HTMLMath(_WIDE + card(task), layout=ipw.Layout(width="99%")), button, shown])
    return {**live._repr_mimebundle_(), **still}
