"""Parts of the site's pages that the engine in the page answers, or that move under the finger.

The scripts are in ``_static/page``; the figures are those of the notebooks (``conslaw_nb/widgets/hand``).
"""

from __future__ import annotations

import ast
import json
import re
from html import escape
from typing import Any

from conslaw_nb import widgets
from conslaw_nb.teaching.exercise import Exercise

__all__ = ["answer_box", "cell_figure", "law_box", "live", "not_here"]

# What a box starts with, and what its buttons put into it.
EXAMPLES = (
    ("phi(u*v)", "u^2 - v^2"),
    ("phi(u*v)", "u + v"),
    ("linear(2,3,2)", ""),
    ("relu(2,3,2,bias=True)", ""),
    ("phi(x + y**2/2)", "y*exp(-x)"),
)
_STATUS = (
    "<noscript><p>The engine answers where JavaScript is allowed; without it, figures stay still too.</p></noscript>"
    '<p class="cl-note" role="status"></p>'
    '<progress hidden max="1" value="0" aria-label="How far the engine has come"></progress><output></output>'
)
_TYPED = 'spellcheck="false" autocapitalize="off" autocomplete="off"'


def law_box() -> str:
    """Return the box into which a model and a law are typed."""
    model, law = EXAMPLES[0]
    examples = " ".join(
        f'<button type="button" data-model="{escape(m)}" data-law="{escape(h)}"><code>{escape(h or m)}</code>'
        f"{f' for <code>{escape(m)}</code>' if h else ': how many laws?'}</button>"
        for m, h in EXAMPLES[1:]
    )
    return (
        '<form class="cl-box" aria-label="Decide a law"><div class="cl-fields">'
        f'<label>Model <input name="model" value="{escape(model)}" {_TYPED}></label>'
        f'<label>Law <input name="law" value="{escape(law)}" placeholder="nothing: count the laws" {_TYPED}></label>'
        f'<button type="submit">Decide</button></div>{_STATUS}'
        f'<p class="cl-examples">Or: {examples}</p></form>'
    )


def answer_box(task: Exercise) -> str:
    """Return the box for the answer to an exercise."""
    rows = max(1, task.start.count("\n") + 2 if task.start else 1)
    label = f"Your answer to exercise {task.number}"
    keys = "<small>Shift + Enter checks it.</small>" if rows > 1 else ""
    field = (
        f'<textarea name="answer" rows="{rows}" aria-label="{label}" {_TYPED}>\n{escape(task.start)}</textarea>'
        if rows > 1
        else f'<input name="answer" aria-label="{label}" placeholder="such as {escape(task.answer_form)}" {_TYPED}>'
    )
    # One line: Markdown would end a block of HTML at an empty line.
    field = field.replace("\n", "&#10;")
    return (
        f'<form class="cl-box" data-exercise="{task.number}" aria-label="Answer exercise {task.number}">'
        f'<div class="cl-fields">{field}<button type="submit">Check</button>'
        f'<button type="button">Hint</button>{keys}</div>{_STATUS}</form>'
    )


def cell_figure(source: str) -> Any:
    """Return the figure that a cell makes, if it is one that moves without a kernel.

    Only a call with written-out arguments is made, such as ``cl.widgets.hyperbola_explorer(u=1)``.
    """
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:  # a cell of another language
        return None
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name not in widgets.__all__ or not name.islower():
            continue
        try:
            given = [ast.literal_eval(a) for a in call.args]
            named = {k.arg: ast.literal_eval(k.value) for k in call.keywords if k.arg}
        except ValueError:
            continue
        figure = getattr(widgets, name)(*given, **named)
        return figure if getattr(figure, "hand", None) else None
    return None


_INVITATION = re.compile(
    r"<p><small>A still picture: run the cell \(Shift \+ Enter\) to bring it to life\.</small></p>"
)
_HINTS = re.compile(r"<div><small>Run the cell \(Shift \+ Enter\) for a Hint button;.*?</small></div>", re.DOTALL)


def live(shown: str, figure: Any, notebook: str | bool) -> str:
    """Return what a cell shows, for a page: a figure to move where there is one, and nothing about running cells."""
    shown = re.sub(r"<th\b[^>]*></th>", "<td></td>", _HINTS.sub("", shown))  # a corner with no words heads nothing
    moves = f'<p><small>It moves in <a href="{notebook}">the notebook</a>.</small></p>' if notebook else ""
    shown = _INVITATION.sub("" if figure is not None else moves, shown)
    if figure is None:
        return shown
    state = escape(json.dumps(figure.hand_state(), ensure_ascii=False, separators=(",", ":")))
    return f'<div class="cl-figure" data-figure="{figure.hand}" data-state="{state}">{shown}</div>'


_RUN = (
    (re.compile(r"\s*\(Run a cell[^)]*\)\s*"), " "),
    (re.compile(r"before you run the cell"), "before you look"),
    (re.compile(r"; typing `\w+\.hint\(\)` does the same"), ""),
    (re.compile(r"Run `\w+\.hint\(\)` in a cell of your own[^.]*\."), "*Hint* gives a hint, one at a time."),
)


def not_here(text: str) -> str:
    """Return a lesson's text without what is about running cells.

    Examples
    --------
    >>> not_here("Have it checked. (Run a cell with **Shift + Enter**.)")
    'Have it checked. '
    """
    for pattern, instead in _RUN:
        text = pattern.sub(instead, text)
    return text
