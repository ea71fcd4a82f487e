"""How answers look: coloured tables in a terminal, plain lines in a pipe, and a spinner while work goes on.

Nothing here is mathematics. What comes from a person or from the engine is always printed as it is: never read
as rich's markup, in which ``[x]`` would be a colour.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..verdict import Status

__all__ = ["Plain", "Terminal", "complain", "counting", "harmless", "output", "print_json", "working"]

# The word always stands beside the sign and the colour: none of them carries the meaning alone.
_LOOKS = {
    "PROVED": ("✓", "green"),
    "REFUTED": ("✗", "red"),
    "BOUNDED": ("≤", "yellow"),
    "UNKNOWN": ("?", "magenta"),
    "ACCEPTED": ("✓", "green"),
    "REJECTED": ("✗", "red"),
    "RIGHT": ("✓", "green"),
    "OPEN": ("…", "blue"),
    "WRONG": ("✗", "red"),
    "STALE": ("✗", "red"),
    "FAILED": ("✗", "red"),
    "SKIPPED": ("…", "yellow"),
}
_WIDEST = 100  # columns: longer lines are hard to read, however wide the terminal
_LONGEST_ITEM = 300  # characters of an item in a terminal
_PATIENCE = 0.6  # seconds before a spinner appears: what is quick should not flicker


def harmless(text: str) -> str:
    """Return a text whose signs a terminal shows and does not obey: somebody else may have written it.

    Examples
    --------
    >>> harmless("x" + chr(27) + "[2J") == "x" + repr(chr(27))[1:-1] + "[2J"
    True
    """
    return "".join(sign if sign.isprintable() or sign == "\n" else repr(sign)[1:-1] for sign in text)


class Plain:
    """Plain text for pipes and files: no colours, and no line is broken."""

    def verdict(self, status: Status | str, headline: str) -> None:
        """Write the answer: the verdict, and one line that says what it is about."""
        print(f"{status}: {harmless(headline)}")

    def heading(self, text: str) -> None:
        """Write the title of what follows."""
        print(text)

    def text(self, text: str) -> None:
        """Write a paragraph."""
        print(harmless(text))

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Write pairs of a name and a value, one a line."""
        width = max(len(name) for name, _ in facts)
        for name, value in facts:
            print(f"  {name:<{width}}  {value}")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
        """Write a table; `right` are the columns of numbers."""
        lines = [[*columns], *([*row] for row in rows)]
        widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
        for line in lines:
            cells = (
                c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))
            )
            print(f"  {'  '.join(cells)}".rstrip())

    def items(self, items: Sequence[str], limit: int | None = None) -> None:
        """Write items, one a line: all of them, for a pipe has a reader of its own."""
        for item in items:
            print(f"  {item}")

    def staircase(self, rows: Sequence[tuple[str, str, str, int]], top: int) -> None:
        """Write the steps (name, what they are made of, dimension as text, dimension)."""
        self.table(("step", "brackets of", "dimension"), [row[:3] for row in rows], right=(2,))

    def note(self, text: str) -> None:
        """Write a remark of less weight."""
        print(text)


class Terminal(Plain):
    """The same for a terminal, with rich: colours, tables, and lines broken between words."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console = Console(highlight=False, markup=False, emoji=False)
        self.console.width = min(self.console.width, _WIDEST)

    def verdict(self, status: Status | str, headline: str) -> None:
        """Write the verdict in its colour, and the headline beside it."""
        from rich.table import Table
        from rich.text import Text

        sign, colour = _LOOKS[str(status)]
        badge = Text(f"{sign} {status}", style=f"bold {colour}")
        line = Table.grid(padding=(0, 2))
        line.add_row(badge, Text(harmless(headline), style="bold"))
        self.console.print(line)

    def heading(self, text: str) -> None:
        """Write the title of what follows, in bold."""
        from rich.text import Text

        self.console.print(Text(text, style="bold"))

    def text(self, text: str) -> None:
        """Write a paragraph, indented under the headline."""
        self._indented(harmless(text), "")

    def note(self, text: str) -> None:
        """Write a paragraph in a quieter tone."""
        self._indented(text, "dim")

    def _indented(self, text: str, style: str) -> None:
        from rich.padding import Padding
        from rich.text import Text

        self.console.print(Padding(Text(text, style=style), (0, 0, 0, 2)))

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Write pairs of a name and a value; long values are continued in their own column."""
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in facts:
            grid.add_row(Text(name, style="dim"), Text(value))
        self.console.print(Padding(grid, (0, 0, 0, 2)))

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], right: Sequence[int] = ()) -> None:
        """Write a table with a line under its head."""
        from rich import box
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="bold")
        for i, name in enumerate(columns):
            table.add_column(Text(name), justify="right" if i in right else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
        self.console.print(Padding(table, (1, 0, 1, 2)))

    def items(self, items: Sequence[str], limit: int | None = None) -> None:
        """Write numbered items, the first `limit` of them: a person reads on with --json or a pipe."""
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 2))
        grid.add_column(justify="right", no_wrap=True)
        grid.add_column(overflow="fold")
        shown = items[:limit]
        for number, item in enumerate(shown, start=1):
            text = item if len(item) <= _LONGEST_ITEM else f"{item[:_LONGEST_ITEM]} ..."
            grid.add_row(Text(str(number), style="dim"), Text(text))
        self.console.print(Padding(grid, (1, 0, 1, 2)))
        if len(shown) < len(items):
            self.note(f"... and {len(items) - len(shown)} more: --json, or a pipe, gives them all")

    def staircase(self, rows: Sequence[tuple[str, str, str, int]], top: int) -> None:
        """Write the steps with bars: what stays light at the last step are the laws."""
        from rich.text import Text

        long = max(10, min(30, self.console.width - 50))
        cells = []
        for name, made_of, dimension, number in rows:
            dark = round(long * number / top)
            bar = Text("█" * dark, style="cyan").append("░" * (long - dark), style="dim")
            cells.append((name, made_of, dimension, bar))
        self.table(("step", "brackets of", "dimension", f"of {top}"), cells, right=(2,))


def output() -> Plain:
    """Return the writer for the standard output: rich for a person, plain lines for a program."""
    if sys.stdout.isatty():
        try:
            return Terminal()
        except ImportError:  # installed without its dependencies: readable all the same
            return Plain()
    return Plain()


def print_json(data: dict[str, Any]) -> None:
    """Write one JSON object on one line; what is not text, as in the name of a file, is escaped as JSON has it."""
    print(json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8"))


def complain(message: str) -> None:
    """Write one sentence on the standard error."""
    sys.stdout.flush()  # what was said before stands before
    if sys.stderr.isatty():
        try:
            from rich.console import Console
            from rich.text import Text
        except ImportError:
            pass
        else:
            text = Text.assemble(("conslaw: ", "bold red"), message)
            Console(stderr=True, highlight=False).print(text, soft_wrap=False)
            return
    print(f"conslaw: {message}", file=sys.stderr, flush=True)


@contextmanager
def working(what: str) -> Iterator[Callable[[str, float], None]]:
    """Show a spinner and the time on the standard error while work goes on, if a person is there to see it.

    Parameters
    ----------
    what : str
        What is being done, as in "counting the laws of linear(5,5,5)".

    Yields
    ------
    callable
        May be called with what is being worked on now, and how much of it is done, from 0 to 1: then a bar is shown.
    """
    if not sys.stderr.isatty():
        yield lambda now, share: None
        return
    done = threading.Event()
    state: list[Any] = ["", 0.0]

    def tell(now: str, share: float) -> None:
        state[:] = [now, share]

    spinner = threading.Thread(target=_spin, args=(what, done, state), daemon=True)
    spinner.start()
    try:
        yield tell
    finally:
        done.set()
        spinner.join()


def _spin(what: str, done: threading.Event, state: list[Any]) -> None:
    if done.wait(_PATIENCE):
        return
    try:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    except ImportError:
        return
    text = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), text, TimeElapsedColumn(), BarColumn(bar_width=20))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        while not done.wait(0.2):
            now, share = state
            if now:
                progress.update(task, description=f"{what}: {now}", completed=share, total=1 if share else None)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """Show a bar, what is being done now, and the time left, if a person is there to see it.

    Parameters
    ----------
    what : str
        What is being done, as in "grading".

    Yields
    ------
    callable
        To be called with how many are done, of how many, and the name of the last one.
    """
    columns: tuple[Any, ...] = ()
    if sys.stderr.isatty():
        try:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        except ImportError:
            pass
        else:
            text = TextColumn("{task.description}", markup=False)
            columns = (text, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    if not columns:
        yield lambda done, of, name: None
        return
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of, name: progress.update(
            task, completed=done, total=of, description=f"{what} {harmless(' '.join(name.split()))[:30]:30}"
        )
