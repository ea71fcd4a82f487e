"""An answer whose quotes are missing or broken is an error of Python's; here it is told what it is, in a sentence.

Only cells that hand in an answer are looked at; every other error is shown as Python shows it.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

__all__ = ["explain", "explain_syntax", "watch_names"]


def explain(problem: NameError | TypeError, source: str) -> str:
    """Return what to tell somebody whose answer was a name that Python does not know, or ``u^2`` for a number ``u``.

    Nothing for cells that hand in no answer.

    Examples
    --------
    >>> explain(NameError("name 'u' is not defined", name="u"), "friend.check(u)")
    'Python does not know `u`: an answer is text, so write it between quotes, as in `.check("u")`.'
    """
    name = getattr(problem, "name", None) or ""
    start = source.find(".check(")
    written = source[start + len(".check(") :].strip().removesuffix(")").strip().rstrip(",")
    if start < 0 or (not name and (not isinstance(problem, TypeError) or set(written) & {"'", '"'})):
        return ""
    shown = written if written and "\n" not in written and len(written) <= 60 and '"' not in written else "..."
    owner = source[:start].rpartition("\n")[2].strip()
    if not name:
        told = f'An answer is text, so write it between quotes, as in `.check("{shown}")`.'
    elif owner == name:
        told = (
            f"Python does not know `{name}` yet: run the cell above, in which the exercise is shown, and then this one."
        )
    else:
        told = (
            f'Python does not know `{name}`: an answer is text, so write it between quotes, as in `.check("{shown}")`.'
        )
    return told


def explain_syntax(problem: SyntaxError, source: str) -> str:
    """Return what to tell somebody whose answer Python cannot read; nothing where the slip is not in the answer.

    Examples
    --------
    >>> explain_syntax(SyntaxError("unterminated string literal", ("", 1, 14, "")), 'where.check("5/4, 3/4)')
    'The quote that begins your answer is not closed: write it as `.check("5/4, 3/4")`.'
    """
    start = source.find(".check(")
    line = source.count("\n", 0, start) + 1
    if (
        start < 0
        or (problem.lineno or 0) < line
        or _names_alone(source[start:])
        or _reads(source.split("\n")[line - 1])
    ):
        return ""
    written = source[start + len(".check(") :].strip()
    bare = written.lstrip(_AROUND).rstrip(_AROUND + "(")
    bare += ")" * (bare.count("(") - bare.count(")"))
    shown = bare if bare and len(bare) <= 60 and not set(bare) & {"\n", '"'} else "..."
    asked = f'`.check("{shown}")`'
    quote = written[:1]
    if set(written) & set(_CURLY):
        told = f"The quotes around your answer are curly, and Python knows straight ones only: write it as {asked}."
    elif quote not in ("'", '"'):
        told = f"An answer is text, so write it between quotes, as in {asked}."
    elif written.startswith(3 * quote) or "\n" in written.rstrip(_AROUND + "\n"):
        told = (
            f"An answer of several lines begins with {3 * quote} and ends with {3 * quote}, and then comes a bracket."
        )
    elif written.count(quote) == 1:
        told = f"The quote that begins your answer is not closed: write it as {asked}."
    elif written.count(quote) == 2 and written.endswith(quote):
        told = f"The bracket after your answer is not closed: write it as {asked}."
    else:
        told = f"Python cannot read this cell: an answer is one text between two quotes, as in {asked}."
    return told


_CURLY = "“”„‘’‚«»"
_AROUND = "\"') " + _CURLY


def _names_alone(call: str) -> bool:
    """Whether a function is handed in, as in ``.check(outputs)``: the slip is elsewhere then."""
    return call.removeprefix(".check(").strip().rstrip(")").strip().isidentifier()


def _reads(line: str) -> bool:
    """Whether Python reads a line that stands by itself."""
    try:
        compile(line.strip(), "", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def watch_names(feedback: Callable[[str], Any]) -> None:
    """Have errors of this kind explained, as `feedback`, in the notebook that runs; elsewhere nothing is done."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or getattr(shell, "_conslaw_watches_names", False):
        return

    def handle(shell: Any, kind: type, problem: Any, trace: TracebackType, tb_offset: int | None = None) -> None:
        read = isinstance(problem, SyntaxError)
        if read:
            told = explain_syntax(problem, "".join(linecache.getlines(problem.filename or "")))
        else:
            told = explain(problem, _source(trace))
        if told:
            from IPython.display import display

            display(feedback(told))
        elif read:
            shell.showsyntaxerror()
        else:
            shell.showtraceback((kind, problem, trace), tb_offset=tb_offset)

    shell._conslaw_watches_names = True
    shell.set_custom_exc((NameError, TypeError, SyntaxError), handle)


def _source(trace: TracebackType | None) -> str:
    """Return the statement of the cell in which an error came up, and nothing where it came up in a function."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_name not in ("<module>", "<cell line: 1>"):
        return ""
    return "".join(linecache.getlines(trace.tb_frame.f_code.co_filename)).strip()
