"""An answer without quotes, ``task.check(u**2)``, is an error of Python's; here it is told what it is, in a sentence.

Only cells that hand in an answer are looked at; every other error is shown as Python shows it.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

__all__ = ["explain", "watch_names"]


def explain(problem: NameError, source: str) -> str:
    """Return what to tell somebody whose cell stopped with a name that Python does not know; nothing for other cells.

    Examples
    --------
    >>> explain(NameError("name 'u' is not defined", name="u"), "friend.check(u)")
    'Python does not know `u`: an answer is text, so write it between quotes, as in `.check("u")`.'
    """
    name = getattr(problem, "name", None) or ""
    start = source.find(".check(")
    if start < 0 or not name:
        return ""
    owner = source[:start].rpartition("\n")[2].strip()
    if owner == name:
        told = (
            f"Python does not know `{name}` yet: run the cell above, in which the exercise is shown, and then this one."
        )
    else:
        written = source[start + len(".check(") :].strip().removesuffix(")").strip().rstrip(",")
        shown = written if written and "\n" not in written and len(written) <= 60 and '"' not in written else "..."
        told = (
            f'Python does not know `{name}`: an answer is text, so write it between quotes, as in `.check("{shown}")`.'
        )
    return told


def watch_names(feedback: Callable[[str], Any]) -> None:
    """Have errors of this kind explained, as `feedback`, in the notebook that runs; elsewhere nothing is done."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or getattr(shell, "_conslaw_watches_names", False):
        return

    def handle(shell: Any, kind: type, problem: NameError, trace: TracebackType, tb_offset: int | None = None) -> None:
        told = explain(problem, _source(trace))
        if not told:
            shell.showtraceback((kind, problem, trace), tb_offset=tb_offset)
            return
        from IPython.display import display

        display(feedback(told))

    shell._conslaw_watches_names = True
    shell.set_custom_exc((NameError,), handle)


def _source(trace: TracebackType | None) -> str:
    """Return the statement of the cell in which an error came up, and nothing where it came up in a function."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_name not in ("<module>", "<cell line: 1>"):
        return ""
    return "".join(linecache.getlines(trace.tb_frame.f_code.co_filename)).strip()
