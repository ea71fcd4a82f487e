"""What may be typed after the commands for a class: `conslaw course` and its sisters."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date

__all__ = ["COURSE_COMMANDS", "add_arguments"]

# As in `arguments.COMMANDS`: what it does, an example, and what else to know.
COURSE_COMMANDS = {
    "course": ("set up a course, grade what is handed in", "conslaw course grade submissions", """\
examples:
  conslaw course new autumn                   all lessons, one due each week
  conslaw course new spring --lessons 1 --start 2027-03-01
  conslaw course grade submissions            a table in ./grades
  conslaw course export 1 --nbgrader ours     for nbgrader, or --otter
A submission is one notebook, or one folder, for each learner. Every answer is
judged again from what the learner wrote, in a process of its own; notebooks are
run where they can be shut in. Nothing of yours is ever overwritten.
conslaw course grade --help says what else there is."""),
    "solutions": ("copy the solutions of a lesson", "conslaw solutions 1", """\
examples:
  conslaw solutions 1                         into ./solutions
  conslaw solutions 1-4 -o ~/for-me
  conslaw solutions workshop                  the proof workshop
A file that is there already stays as it is. Whoever is stuck asks the exercise
for a hint first: its hints come one at a time."""),
}  # fmt: skip

_NEW = """\
examples:
  conslaw course new autumn
  conslaw course new autumn --lessons 1,2,5 --start 2027-01-11 --days 14
Makes course.toml, syllabus.md, lessons/ and submissions/. What is in the folder
already stays as it is."""

_GRADE = """\
examples:
  conslaw course grade submissions
  conslaw course grade submissions --lessons 1,2 -o grades
  conslaw course grade submissions --no-run
Writes grades.csv, grades.html and a page for each learner. A second run grades only what has changed;
stop it at any time. Where notebooks cannot be shut in they are not run, and
the report says so: answers that are written out are judged all the same."""


_EXPORT = """\
examples:
  conslaw course export 1 --nbgrader ours
  conslaw course export 1-4 --otter ours
For nbgrader a course folder with an assignment for each lesson; for otter-grader
a notebook for otter assign. The cell that grades calls the exercise's own check:
there is no key in the learners' version. Nothing there is ever overwritten.
Both tools run that cell in the learner's own kernel. Where somebody might tamper
with it, conslaw course grade judges apart from the learner's notebook."""


def _lessons(text: str) -> list[int | str]:
    """Read what `_numbers` reads, or ``workshop``."""
    return ["workshop"] if text.strip().lower() == "workshop" else list(_numbers(text))


def _numbers(text: str) -> list[int]:
    """Read ``1,2,5`` or ``1-4``."""
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*", part)
        if not match:
            raise argparse.ArgumentTypeError(f"{text[:30]!r} is no list of lessons such as 1,2,5 or 1-4")
        found += range(int(match[1]), int(match[2] or match[1]) + 1)
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:30]!r} is no day such as 2027-01-11") from None


def _actions(
    parser: argparse.ArgumentParser, actions: dict[str, tuple[str, str, str]]
) -> dict[str, argparse.ArgumentParser]:
    """Give a command commands of its own."""
    group = parser.add_subparsers(title="commands", dest="action", metavar="COMMAND", required=True)
    made = {}
    for name, (about, example, more) in actions.items():
        made[name] = group.add_parser(
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            epilog=more,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        made[name].example = example
    return made


def add_arguments(parsers: dict[str, argparse.ArgumentParser], whole: Callable[[str], int]) -> None:
    """Say what may follow the commands for a class; `whole` reads a whole number."""
    course = _actions(
        parsers["course"],
        {
            "new": ("set up a course folder", "conslaw course new autumn", _NEW),
            "grade": ("grade a folder of submissions", "conslaw course grade submissions", _GRADE),
            "export": ("export exercises to other graders", "conslaw course export 1 --nbgrader ours", _EXPORT),
        },
    )
    new, grade, export = course["new"], course["grade"], course["export"]
    new.add_argument("folder", metavar="FOLDER", help="where the course is kept; it is made if need be")
    new.add_argument("--lessons", type=_numbers, metavar="LIST", help="such as 1,2,5 or 1-4 (default: all)")
    new.add_argument("--start", type=_day, metavar="DAY", help="when the first lesson is due (default: a Monday soon)")
    new.add_argument("--days", type=whole, default=7, metavar="N", help="from one lesson to the next (default: 7)")
    new.add_argument("--title", default="", metavar="TEXT", help="the name of the course")
    grade.add_argument("folder", metavar="SUBMISSIONS", help="one notebook or one folder for each learner")
    grade.add_argument("-o", "--output", metavar="FOLDER", help="where the table goes (default: grades, beside it)")
    grade.add_argument("--lessons", type=_numbers, metavar="LIST", help="such as 1,2 (default: what course.toml says)")
    grade.add_argument("--jobs", type=whole, metavar="N", help="how many at once (default: one for each processor)")
    grade.add_argument("--seconds", type=whole, default=60, metavar="N", help="for one notebook (default: 60)")
    grade.add_argument("--memory", type=whole, default=1024, metavar="MB", help="for one notebook (default: 1024)")
    grade.add_argument("--no-run", action="store_true", help="only judge answers that are written out")
    grade.add_argument("--unprotected", action="store_true", help="run notebooks even if they cannot be shut in")
    grade.add_argument("--again", action="store_true", help="forget earlier results")
    export.add_argument("lessons", type=_numbers, metavar="LESSON", help="such as 1, or 1-4")
    export.add_argument("--nbgrader", metavar="FOLDER", help="a course folder for nbgrader")
    export.add_argument("--otter", metavar="FOLDER", help="a folder for otter assign")
    solutions = parsers["solutions"]
    solutions.add_argument("lessons", type=_lessons, metavar="LESSON", help="such as 1, or 1-4, or workshop")
    solutions.add_argument("-o", "--output", metavar="FOLDER", default="solutions", help="default: solutions")
    for parser in course.values():
        parser.add_argument("--json", action="store_true", help="print one JSON object, for scripts")
