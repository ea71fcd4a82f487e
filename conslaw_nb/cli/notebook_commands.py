"""The commands for people who write notebooks of their own: check them, and begin a new lesson."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from .display import complain, output, print_json, working

__all__ = ["check_notebook", "new_lesson"]

_LEAST = 1


def check_notebook(options: Namespace) -> int:
    """Run notebooks afresh, and prove again all that they claim."""
    from ..notebooks import NotebookError
    from ..notebooks import check_notebook as check
    from .arguments import UsageError

    if options.timeout < _LEAST:
        raise UsageError(f"--timeout {options.timeout} leaves no time for any cell: give at least {_LEAST} second")
    out = None if options.json else output()
    worst, reports = 0, []
    folders: set[Path] = set()
    for name in options.notebooks:
        try:
            with working(f"running {Path(name).name[:40]} and proving again what it claims"):
                folder = Path(name).resolve().parent
                report = check(Path(name), options.timeout, beside=folder not in folders)
                folders.add(folder)
        except NotebookError as error:
            worst = 2
            reports.append({"notebook": name, "ok": False, "problem": str(error)})
            if out is not None:
                complain(str(error))
            continue
        worst = max(worst, 0 if report.ok else 1)
        reports.append(report.as_dict())
        if out is None:
            continue
        out.heading(name)
        for line in report.lines:
            out.verdict(line.verdict, str(line))
        out.text(report.summary())
    if out is None:
        print_json({"ok": worst == 0, "notebooks": reports})
    return worst


def new_lesson(options: Namespace) -> int:
    """Begin a lesson: a folder that passes its own checks from the start."""
    from ..notebooks.new_lesson import requirement, write_lesson

    folder = write_lesson(options.name, options.package)
    out = output()
    out.text(f"A lesson is in {folder}, and its tests pass as they are:")
    out.items([f"cd {folder}", "pytest", "conslaw check-notebook *.ipynb"])
    out.text("Its README says what to change first.")
    if "@" not in requirement(options.package):
        out.text(
            "requirements.txt asks pip for conslaw_nb by its name. If pip does not find it there, write the address of "
            "its repository instead, or use --package git+https://..."
        )
    return 0
