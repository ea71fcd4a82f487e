"""A course folder: the chosen lessons, when they are due, and a syllabus to edit. Nothing in it is ever overwritten."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from .. import teaching
from ..errors import brief
from ..files import write_new
from ..notebooks.lab import lessons_folder
from ..notebooks.reading import read_notebook
from .submissions import CourseError

__all__ = ["COURSE_FILE", "CourseReport", "lessons_of", "new_course"]

COURSE_FILE = "course.toml"


@dataclass
class CourseReport:
    """What was made, and what was there before and stays as it is; names inside the folder."""

    folder: Path
    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def new_course(
    folder: Path, lessons: Sequence[int] | None = None, start: date | None = None, days: int = 7, title: str = ""
) -> CourseReport:
    """Set up a course.

    `folder`: made where it does not exist; what is in it stays as it is; `lessons`: in the order of the course; by
    default all; `start`: when the first lesson is due, the others following every `days`; by default on the first
    Monday that is a week away or more. Raises CourseError: a lesson that there is not, or a folder that cannot be
    written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     report = new_course(Path(place), [1], date(2027, 1, 11))
    ...     sorted(report.made), lessons_of(Path(place))
    (['.gitignore', 'course.toml', 'lessons/01_what_never_changes.ipynb', 'submissions/README.md', 'syllabus.md'], [1])
    """
    known = teaching.lessons()
    chosen = list(known if lessons is None else dict.fromkeys(lessons))
    for number in chosen:
        if number not in known:
            raise CourseError(f"there is no lesson {number}: choose from {', '.join(map(str, known))}")
    if not chosen:
        raise CourseError(f"a course has at least one lesson: choose from {', '.join(map(str, known))}")
    if not 0 <= days <= 366:
        raise CourseError(f"{days} days between two lessons make no course: give a number from 0 to 366, such as 7")
    if start is None:
        today = date.today()
        start = today + timedelta(days=14 - today.weekday())
    title = " ".join(title.split()) or "Conservation laws of gradient flows"
    if len(title) > 200 or not title.isprintable():
        raise CourseError(f"{brief(title)} is not a title for a course: give one line of at most 200 letters")
    try:
        due = {number: start + timedelta(days=days * place) for place, number in enumerate(chosen)}
    except OverflowError:
        raise CourseError("the last lesson would be due after the year 9999: give an earlier --start") from None
    originals = lessons_folder()
    texts: dict[str, str | bytes] = {
        COURSE_FILE: _course_file(title, due, known),
        "syllabus.md": _syllabus(title, due, known, originals),
        "submissions/README.md": _SUBMISSIONS,
        ".gitignore": "# What learners hand in, and what they get for it, belongs to nobody else.\nsubmissions/*\n"
        "!submissions/README.md\ngrades/\nfor-me/\nroster.csv\noverrides.csv\nhanded_in.csv\n.ipynb_checkpoints/\n",
    }
    for number in chosen:
        texts[f"lessons/{known[number]}"] = (originals / known[number]).read_bytes()
    return write_all(folder, texts, "the course")


def write_all(folder: Path, texts: Mapping[str, str | bytes], what: str) -> CourseReport:
    """Write files into a folder, and leave those that are there already as they are."""
    report = CourseReport(folder)
    try:
        for name, text in texts.items():
            (report.made if write_new(folder / name, text) else report.kept).append(name)
    except OSError as error:
        raise CourseError(
            f"{what} cannot be written to '{folder}' ({error.strerror or error}): give a folder of your own"
        ) from None
    return report


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _course_file(title: str, due: dict[int, date], known: dict[int, str]) -> str:
    parts = [
        "# The course. `conslaw course grade submissions` grades the exercises of the lessons named here.\n"
        f"title = {_quoted(title)}\n"
    ]
    for number, day in due.items():
        parts.append(f"[[lesson]]\nnumber = {number}\nnotebook = {_quoted(known[number])}\ndue = {day.isoformat()}\n")
    return "\n".join(parts) + _RULES


_RULES = """
# Points, as `grades/gradebook.csv` sums them. Without these lines each exercise counts 1; take the # away to change.
# [grading]
# tries = 3          # only so many different answers to an exercise count
# late_per_day = 10  # percent that each day takes off
# late_days = 7      # after so many days there is nothing
# drop_lowest = 1    # so many lessons do not count
# [grading.points]
# "1.4" = 2
# certificate = 1    # one certificate or proof that was handed in and accepted
# essay = 5          # marked by hand, in overrides.csv
"""


def lessons_of(folder: Path) -> list[int] | None:
    """Return the lessons that the course file of a folder names, or None where there is no such file.

    Raises CourseError: the file cannot be read, or names no lesson of ours.
    """
    path = folder / COURSE_FILE
    if not path.is_file():
        return None
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        numbers = [entry["number"] for entry in data["lesson"]]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise CourseError(f"'{path}' cannot be read ({problem}): it needs [[lesson]] tables with a number") from None
    known = teaching.lessons()
    for number in numbers:
        if isinstance(number, bool) or number not in known:
            raise CourseError(
                f"'{path}' names a lesson {brief(number)}, which there is not: there are {', '.join(map(str, known))}"
            )
    return numbers


_SUBMISSIONS = """\
Put what learners hand in into this folder: one notebook for each (`ada.ipynb`), one folder for each (`ada/` with all
her notebooks and certificates), or the archive that a learning platform exports, as it is. Then, in the folder above:

    conslaw course grade submissions

The table is written to `grades/`. Run it again at any time: only what has changed is graded again.
"""


def _syllabus(title: str, due: dict[int, date], known: dict[int, str], originals: Path) -> str:
    parts = [
        f"# {title}\n",
        "*A draft, made from the lessons themselves: edit it as you like. It is never overwritten.*\n",
        "We follow S. Marcotte, R. Gribonval, G. Peyré, *Abide by the Law and Follow the Flow: Conservation Laws for "
        "Gradient Flows* (NeurIPS 2023), with lessons in which every answer is checked exactly.\n",
        "| | lesson | time | due |\n|---|---|---|---|",
    ]
    facts = {number: _facts(originals / known[number]) for number in due}
    parts[-1] += "".join(
        f"\n| {number} | {facts[number][0]} | {facts[number][1]} | {due[number].isoformat()} |" for number in due
    )
    parts[-1] += "\n"
    for number in due:
        name, _, goals = facts[number]
        parts.append(f"## {number} · {name}\n\nDue {due[number].isoformat()}: `{known[number]}`.\n")
        if goals:
            parts.append(f"After it you can\n\n{goals}\n")
        tasks = "\n".join(f"- {task.number} {task.title} ({task.kind})" for task in teaching.exercises(number))
        parts.append(f"Exercises:\n\n{tasks}\n")
    parts.append(
        "## How to begin\n\nOpen the notebook in JupyterLab, where `conslaw_nb` is installed (`conslaw doctor` says "
        "what is missing), or through the link that you were given. Write your answers between the quotes, and run the "
        "cell: each is checked at once. Hints come one at a time, by `.hint()`.\n"
    )
    parts.append(
        "## How to hand in\n\nSave the notebook with your answers and hand in the file. Its answers are judged again "
        "from what you wrote. A certificate (`.json`) that you hand in beside it is checked again, too. Hints cost "
        "nothing.\n"
    )
    return "\n".join(parts)


def _facts(path: Path) -> tuple[str, str, str]:
    """Return a lesson's title, the time it takes, and what one can do after it, in its own words."""
    text = "\n\n".join(cell.source for cell in read_notebook(path) if cell.kind == "markdown")
    title = re.search(r"^# (?:\d+ · )?(.+)$", text, re.MULTILINE)
    minutes = re.search(r"(about \d+ minutes)", text)
    goals = re.search(r"\*\*After it you can\*\*\n\n((?:- .+\n?)+)", text)
    return (
        title[1] if title else path.stem,
        minutes[1] if minutes else "",
        goals[1].strip() if goals else "",
    )
