"""What may be typed after the commands for people who write notebooks: `check-notebook` and `new-lesson`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

__all__ = ["NOTEBOOK_COMMANDS", "add_notebook_arguments"]

# As in `arguments.COMMANDS`: what it does, an example, and what else to know.
NOTEBOOK_COMMANDS = {
    "check-notebook": ("prove again all that notebooks claim", "conslaw check-notebook lesson.ipynb", """\
examples:
  conslaw check-notebook lesson.ipynb
  conslaw check-notebook *.ipynb --timeout 300
Each notebook is run in a fresh kernel, in its own folder. Its claims and proofs
are proved again in another process, certificates go to the independent checker,
also those that lie beside it, and its saved outputs are compared with new ones.
A cell that shows a false claim on purpose carries the tag meant-to-fail.
exit status:
  0 all is as it should be
  1 a claim or a proof does not hold, a cell fails, or an output is stale
  2 a notebook cannot be read, or no kernel starts"""),
    "new-lesson": ("begin a lesson of your own, with its tests", "conslaw new-lesson my-lesson", """\
examples:
  conslaw new-lesson my-lesson
Makes the folder my-lesson: a notebook with a claim, a figure and an exercise of
your own, its solution, tests, and a workflow for GitHub that runs them. All of
it passes from the start. A folder that exists is left alone."""),
}  # fmt: skip


def add_notebook_arguments(parsers: dict[str, argparse.ArgumentParser], whole: Callable[[str], int]) -> None:
    """Say what may follow these commands; `whole` reads a whole number."""
    check, new = parsers["check-notebook"], parsers["new-lesson"]
    check.add_argument("notebooks", metavar="NOTEBOOK", nargs="+", help="a notebook in Python")
    check.add_argument("--timeout", type=whole, default=120, metavar="N", help="seconds for one cell (default: 120)")
    check.add_argument("--json", action="store_true", help="print one JSON object, for scripts")
    new.add_argument("--package", metavar="ADDRESS", help="where pip finds conslaw_nb, such as git+https://...")
    new.add_argument("name", metavar="NAME", help="the name of the folder: letters, digits, - and _")
