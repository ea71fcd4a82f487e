"""A course folder: the chosen lessons, when they are due, and a syllabus to edit. Nothing in it is ever overwritten.

Lessons that join an old course are added behind the last line of its course.toml.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from .. import teaching
from ..errors import brief
from ..files import write_new
from ..notebooks.lab import notebook_of, solution_of
from ..notebooks.reading import read_notebook
from ..teaching.lesson_text import Lesson
from ..teaching.syllabus import lessons_named, unnumbered
from .answers import find_answers
from .submissions import CourseError

__all__ = ["COURSE_FILE", "CourseReport", "lessons_of", "named_in", "new_course"]

COURSE_FILE = "course.toml"


@dataclass
class CourseReport:
    """What was made, and what was there before and stays as it is; names inside the folder."""

    folder: Path
    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)  # lessons that joined the course, with the day they are due
    notes: list[str] = field(default_factory=list)  # what is left to do by hand


def new_course(
    folder: Path, lessons: Sequence[int | str] | None = None, start: date | None = None, days: int = 7, title: str = ""
) -> CourseReport:
    """Set up a course.

    `folder`: made where it does not exist; what is in it stays as it is; `lessons`: in the order of the course, by
    number, by word ('workshop') or by the folder of one's own; by default all that are numbered, or those that the
    course has; `start`: when the first lesson is due, the others following every `days`; by default on the first Monday
    that is a week away or more, and in an old course after its last lesson.
    Raises CourseError: a lesson that there is not, or a folder that cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     report = new_course(Path(place), [1], date(2027, 1, 11))
    ...     sorted(report.made), lessons_of(Path(place))
    (['.gitignore', 'course.toml', 'lessons/01_what_never_changes.ipynb', 'submissions/README.md', 'syllabus.md'], [1])
    """
    old = _Old(folder)
    if lessons is None:
        lessons = lessons_of(folder) or list(teaching.lessons())
    chosen = lessons_named(lessons)
    fresh = [lesson for lesson in chosen if not old.has(lesson)]
    if not 0 <= days <= 366:
        raise CourseError(f"{days} days between two lessons make no course: give a number from 0 to 366, such as 7")
    if start is None:
        today = date.today()
        start = old.last + timedelta(days=days) if old.last else today + timedelta(days=14 - today.weekday())
    title = " ".join(title.split()) or "Conservation laws of gradient flows"
    if len(title) > 200 or not title.isprintable():
        raise CourseError(f"{brief(title)} is not a title for a course: give one line of at most 200 letters")
    try:
        due = [start + timedelta(days=days * place) for place in range(len(fresh))]
    except OverflowError:
        raise CourseError("the last lesson would be due after the year 9999: give an earlier --start") from None
    texts: dict[str, str | bytes] = {
        **({} if old.text else {COURSE_FILE: _course_file(title, chosen, due, folder)}),
        **({} if old.text else {"syllabus.md": _syllabus(title, chosen, due)}),
        "submissions/README.md": _SUBMISSIONS,
        ".gitignore": "# What learners hand in, and what they get for it, belongs to nobody else.\nsubmissions/*\n"
        "!submissions/README.md\ngrades/\nfor-me/\nroster.csv\noverrides.csv\nhanded_in.csv\n.ipynb_checkpoints/\n",
    }
    for lesson in chosen:
        _is_open(lesson)
        for name, data in {lesson.notebook: notebook_of(lesson).read_bytes(), **lesson.handed_out()}.items():
            if texts.setdefault(f"lessons/{name}", data) != data:
                raise CourseError(f"two lessons hand out a file '{name}', each its own: give one of them another name")
    report = write_all(folder, texts, "the course")
    if old.text:
        report.kept = [name for name in (COURSE_FILE, "syllabus.md") if (folder / name).exists()] + report.kept
        old.add(fresh, due, report)
    return report


class _Old:
    """The course file of a folder, as it is before lessons join; empty where there is none."""

    def __init__(self, folder: Path):
        self.path = folder / COURSE_FILE
        self.names: list[int | str] = []
        self.last: date | None = None
        self.text, self.problem = "", ""
        try:
            self.text = self.path.read_text(encoding="utf-8-sig") if self.path.is_file() else ""
            entries = tomllib.loads(self.text).get("lesson", [])
            days = [entry["due"] for entry in entries if isinstance(entry.get("due"), date)]
            self.last = max((day.date() if isinstance(day, datetime) else day for day in days), default=None)
            self.names = [one.number for one in lessons_named(lessons_of(folder) or [])] if self.text else []
        except (OSError, ValueError, AttributeError, CourseError) as problem:
            self.problem = str(problem)

    def has(self, lesson: Lesson) -> bool:
        """Whether a lesson is in the course."""
        return lesson.number in self.names

    def add(self, lessons: Sequence[Lesson], due: Sequence[date], report: CourseReport) -> None:
        """Add lessons behind what is there; where that does not go, say what to write."""
        if not lessons:
            return
        lines = "\n".join(_table(one, day, self.path.parent) for one, day in zip(lessons, due, strict=True))
        try:
            if self.problem:
                raise ValueError(self.problem)
            tomllib.loads(f"{self.text}\n{lines}")
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"\n{lines}")
        except (OSError, ValueError) as problem:
            report.notes.append(f"Nothing was added to {self.path} ({problem}). Mend it, and write there:\n\n{lines}")
            return
        report.added = [f"{_number(one) or one.number}, due {day}" for one, day in zip(lessons, due, strict=True)]
        report.notes.append("The syllabus is yours: write there what is new.")


def _is_open(lesson: Lesson) -> None:
    """Refuse to hand out a lesson of one's own with a good answer left in it, in a cell or in a saved output."""
    path = notebook_of(lesson)
    if not lesson.is_own:
        return
    good = {(one.number, one.source) for one in find_answers(read_notebook(solution_of(lesson))).answers}
    left = [one for one in find_answers(read_notebook(path)).answers if (one.number, one.source) in good]
    if left or b"One good solution:" in path.read_bytes():
        where = f"the answer to {left[0].number}" if left else "a good solution in a saved output"
        raise CourseError(f"{path.name} still holds {where}: take it out, run the notebook and save it")


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


def _course_file(title: str, lessons: Sequence[Lesson], due: Sequence[date], folder: Path) -> str:
    parts = [
        "# The course. `conslaw course grade submissions` grades the exercises of the lessons named here.\n"
        f"title = {_quoted(title)}\n"
    ]
    parts += [_table(lesson, day, folder) for lesson, day in zip(lessons, due, strict=True)]
    return "\n".join(parts) + _RULES


def _table(lesson: Lesson, day: date, folder: Path) -> str:
    name = f"number = {lesson.number}" if isinstance(lesson.number, int) else f"name = {_quoted(lesson.number)}"
    if lesson.is_own:  # where its checks are, and its solutions
        name += f"\nfolder = {_quoted(Path(os.path.relpath(lesson.path.parent, folder.resolve())).as_posix())}"
    return f"[[lesson]]\n{name}\nnotebook = {_quoted(lesson.notebook)}\ndue = {day.isoformat()}\n"


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
# [grading.rubric]
# essay = "3 for the idea, 2 for an example of one's own"
"""


def lessons_of(folder: Path) -> list[int | str] | None:
    """Return the lessons that the course file of a folder names, or None where there is no such file.

    One's own are named by their folders. Raises CourseError: the file cannot be read, or names no lesson.
    """
    path = folder / COURSE_FILE
    if not path.is_file():
        return None
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        names = [_name(entry, folder) for entry in data["lesson"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise CourseError(
            f"'{path}' cannot be read ({problem}): it needs [[lesson]] tables with a number or a name"
        ) from None
    try:
        lessons_named(names)
    except CourseError as problem:
        raise CourseError(f"'{path}' names a lesson that cannot be taught: {problem}") from None
    return names


def _name(entry: Mapping[str, Any], folder: Path) -> int | str:
    if "folder" in entry:
        return os.path.normpath(folder / Path(entry["folder"]).expanduser())
    if "number" in entry:
        return entry["number"]
    return entry["name"] if entry["name"] in unnumbered else str(folder / entry["name"])


def named_in(names: Sequence[int | str], course: Sequence[int | str]) -> list[int | str]:
    """Return lessons by their names, where those of one's own that are in the course need no folder.

    `names`: what a person wrote; `course`: what `lessons_of` says.
    """
    own = {one.number: str(one.path.parent) for one in (lessons_named(course) if course else []) if one.is_own}
    return [own.get(name, name) for name in names]


_SUBMISSIONS = """\
Put what learners hand in into this folder: one notebook for each (`ada.ipynb`), one folder for each (`ada/` with all
her notebooks and certificates), or the archive that a learning platform exports, as it is. Then, in the folder above:

    conslaw course grade submissions

The table is written to `grades/`. Run it again at any time: only what has changed is graded again.
"""


def _syllabus(title: str, lessons: Sequence[Lesson], due: Sequence[date]) -> str:
    parts = [
        f"# {title}\n",
        "*A draft, made from the lessons themselves: edit it as you like. It is never overwritten.*\n",
        "We follow S. Marcotte, R. Gribonval, G. Peyré, *Abide by the Law and Follow the Flow: Conservation Laws for "
        "Gradient Flows* (NeurIPS 2023), with lessons in which every answer is checked exactly.\n",
        "| | lesson | time | due |\n|---|---|---|---|",
    ]
    facts = [(lesson, day.isoformat(), *_facts(notebook_of(lesson))) for lesson, day in zip(lessons, due, strict=True)]
    parts[-1] += "".join(
        f"\n| {_number(lesson)} | {name} | {time} | {day} |" for lesson, day, name, time, _ in facts
    ) + "\n"  # fmt: skip
    for lesson, day, name, _, goals in facts:
        heading = " · ".join(filter(None, (_number(lesson), name)))
        parts.append(f"## {heading}\n\nDue {day}: `{lesson.notebook}`.\n")
        if goals:
            parts.append(f"After it you can\n\n{goals}\n")
        tasks = "\n".join(f"- {task.number} {task.title} ({task.kind})" for task in lesson.exercises())
        if tasks:
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


def _number(lesson: Lesson) -> str:
    return str(lesson.number) if isinstance(lesson.number, int) else ""


def _facts(path: Path) -> tuple[str, str, str]:
    """Return a lesson's title, the time it takes, and what one can do after it, in its own words."""
    text = "\n\n".join(cell.source for cell in read_notebook(path) if cell.kind == "markdown")
    title = re.search(r"^# (?:\d+ · )?(.+)$", text, re.MULTILINE)
    minutes = re.search(r"(about \d+ minutes)", text, re.IGNORECASE)
    goals = re.search(r"\*\*After it you can\*\*\n\n((?:- .+\n?)+)", text)
    return (
        title[1] if title else path.stem,
        minutes[1].lower() if minutes else "",
        goals[1].strip() if goals else "",
    )
