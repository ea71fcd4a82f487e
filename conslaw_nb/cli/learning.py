"""The commands about lessons: open them, read the theory, make slides, write and check notebooks, and look around."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .display import Plain, complain, output, print_json, working
from .options import Json, UsageError, lesson_names, whole

if TYPE_CHECKING:
    from ..paper.statements import Statement

__all__ = ["check_notebook", "doctor", "lab", "new_lesson", "slides", "statements"]


def lab(
    folder: Annotated[
        str | None,
        typer.Argument(metavar="FOLDER", help="where your copy of the lessons is kept (default: my-lessons)"),
    ] = None,
    port: Annotated[
        int | None, typer.Option(parser=whole, metavar="N", help="JupyterLab's port (default: a free one)")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="only print the address")] = False,
    no_start: Annotated[bool, typer.Option("--no-start", help="only copy the lessons")] = False,
) -> int:
    """Open JupyterLab on the lessons.

    for example:
      conslaw lab                 your own copy of the lessons, in ./my-lessons
      conslaw lab ~/lessons       the same in a folder of your choice

    Run it again at any time: what you changed is never overwritten.
    """
    from ..notebooks.lab import open_lab

    out = output()
    report = open_lab(
        folder,
        port=port,
        browser=not no_browser,
        run=not no_start,
        say=out.text,
    )
    if report.status > 0:
        complain(f"JupyterLab ended with status {report.status}: what it said above tells why")
        return 2
    return 0 if report.status == 0 else 128 - report.status  # ended by a signal, as shells count it


def statements(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="KEY", help="a key, a label, or words to look for")
    ] = None,
    json: Json = False,
) -> int:
    """Read the theory: what is claimed, and what checks it.

    for example:
      conslaw statements                    the index, with keys
      conslaw statements prop-2.5           one statement
      conslaw statements Theorem 3.3        the same by its label
      conslaw statements hyperplane         all in which a word occurs

    Where numbers and contents come from is said with each, and how far this
    project checks it: proved for every width, decided on instances, or only cited.
    """
    from ..paper.statements import GROUPS, STAR, StatementError, search, statement
    from ..paper.statements import statements as every

    wanted = " ".join(words or ()).strip()
    found: Sequence[Statement]
    try:
        found = [statement(wanted)] if wanted else every()
        one = bool(wanted)
    except StatementError:
        found, one = search(wanted), False
        if not found:
            raise
        one = len(found) == 1
    if json:
        print_json(found[0].as_dict() if one else {"statements": [s.as_dict() for s in found]})
        return 0
    out = output()
    if one:
        _show(found[0], out)
        return 0
    for group, title in GROUPS.items():
        members = [s for s in found if s.group == group]
        if members:
            out.text(f"{title}: {len(members)}")
            out.table(("key", "statement", "how far it is checked"), [_row(s) for s in members])
    out.note(f"{STAR} conslaw statements KEY shows one of them.")
    return 0


def _row(s: Statement) -> tuple[str, str, str]:
    name = s.title if s.group in ("observation", "pitfall") else f"{s.marked_label} · {s.title}"
    return s.key, name, s.how_far + (f"; in part: {s.how_far_in_part}" if s.how_far_in_part else "")


def _show(s: Statement, out: Plain) -> None:
    from ..paper.plain import to_text

    out.text(f"{s.marked_label} · {s.title}" if s.number_is_doubtful else repr(s))
    out.text("")
    for line in to_text(s.text).splitlines():
        out.text(line)
    out.text("")
    facts = [("assumes", to_text(h)) for h in s.hypotheses]
    facts.append(("provenance", s.provenance + (f". {s.note}" if s.note else "")))
    facts.append(("taught", s.where_taught or "in no lesson yet"))
    facts += [("checked", str(check)) for check in s.checks]
    out.facts(facts)


def slides(
    lesson: Annotated[
        list,
        typer.Argument(parser=lesson_names, metavar="LESSON", help="a number, workshop, or the folder of your own"),
    ],
    output_file: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="the HTML file to write")
    ] = None,
) -> int:
    """Make slides from a lesson.

    for example:
      conslaw slides 1                      into lesson-01-slides.html
      conslaw slides 1 -o monday.html
      conslaw slides my-lesson

    Headings, statements, formulas, pictures and exercises are on the slides; the
    prose of the lesson is in the speaker's notes (press N). One file, no network.
    """
    from ..notebooks.slides import write_slides
    from ..teaching.syllabus import lesson as find

    if len(lesson) != 1:
        raise UsageError(
            f"{len(lesson)} lessons are named, and slides are made for one at a time, such as conslaw slides 1"
        )
    number = find(lesson[0]).number
    name = f"lesson-{number:02}" if isinstance(number, int) else number
    with working("making the slides"):
        path = write_slides(lesson[0], Path(output_file or f"{name}-slides.html"))
    out = output()
    out.text(f"The slides of lesson {number} are in {path}: open it in a browser; press N for your notes.")
    out.text("It needs no network. Printed, each slide is a page.")
    return 0


def check_notebook(
    notebooks: Annotated[list[str], typer.Argument(metavar="NOTEBOOK", help="a notebook in Python")],
    timeout: Annotated[int, typer.Option(parser=whole, metavar="N", help="seconds for one cell")] = 120,
    json: Json = False,
) -> int:
    """Prove again all that notebooks claim.

    for example:
      conslaw check-notebook lesson.ipynb
      conslaw check-notebook *.ipynb --timeout 300

    Each notebook is run in a fresh kernel, in its own folder. Its claims and proofs
    are proved again in another process, certificates go to the independent checker,
    also those that lie beside it, and its saved outputs are compared with new ones.
    A cell that shows a false claim on purpose carries the tag meant-to-fail.

    exit status:
      0 all is as it should be
      1 a claim or a proof does not hold, a cell fails, or an output is stale
      2 a notebook cannot be read, or no kernel starts
    """
    from ..notebooks import NotebookError
    from ..notebooks import check_notebook as check

    if timeout < 1:
        raise UsageError(f"--timeout {timeout} leaves no time for any cell: give at least {1} second")
    out = None if json else output()
    worst, reports = 0, []
    folders: set[Path] = set()
    for name in notebooks:
        try:
            with working(f"running {Path(name).name[:40]} and proving again what it claims"):
                folder = Path(name).resolve().parent
                report = check(Path(name), timeout, beside=folder not in folders)
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


def new_lesson(
    name: Annotated[str, typer.Argument(metavar="NAME", help="the name of the folder: letters, digits, - and _")],
    package: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="where pip finds conslaw_nb, such as git+https://...")
    ] = None,
) -> int:
    """Begin a lesson of your own, with its tests.

    for example:
      conslaw new-lesson my-lesson

    Makes the folder my-lesson: a notebook with a claim, a figure and an exercise of
    your own, its solution, tests, and a workflow for GitHub that runs them. All of
    it passes from the start. A folder that exists is left alone.
    """
    from ..notebooks.new_lesson import requirement, write_lesson

    folder = write_lesson(name, package)
    out = output()
    out.text(f"A lesson is in {folder}, and its tests pass as they are:")
    missing = [] if find_spec("nbval") else ["pip install pytest nbval"]
    out.items([f"cd {folder}", *missing, "pytest", "conslaw check-notebook *.ipynb"])
    out.text("Its README says what to change first.")
    if "@" not in requirement(package):
        out.text(
            "requirements.txt asks pip for conslaw_nb by its name. If pip does not find it there, write the address of "
            "its repository instead, or use --package git+https://..."
        )
    return 0


def doctor(json: Json = False) -> int:
    """Say what is installed, what is missing and how to get it.

    for example:
      conslaw doctor
    """
    from .doctor import diagnose

    with working("looking around"):
        checks = diagnose()
    missing = [check for check in checks if check.status == "missing"]
    if json:
        names = ("name", "status", "detail", "remedy")
        print_json({"ok": not missing, "checks": [{name: getattr(check, name) for name in names} for check in checks]})
        return 1 if missing else 0
    out = output()
    signs = {"ok": "✓ ok", "warning": "! warning", "missing": "✗ missing"}
    out.table(("", "looked at", "found"), [(signs[check.status], check.name, check.detail) for check in checks])
    advice = [(check.name, check.remedy) for check in checks if check.remedy]
    if advice:
        out.text("What to do:")
        out.facts(advice)
    out.text("Something does not work yet." if missing else "Everything that is needed is here.")
    return 1 if missing else 0
