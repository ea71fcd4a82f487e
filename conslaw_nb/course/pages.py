"""The pages of a class: everybody, for the lecturer; one learner, to be handed back; one written question.

Each is one file of HTML that holds all it needs, runs no script, and asks nobody for anything. How they look stands in
`pages.html.jinja`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from .gradebook import NOT_MARKED, OVERRIDES, Book, Rules, shown
from .grading import Grades
from .tables import LOOKS, certificates, common, hints, notes, of, printable, solved, summary

__all__ = ["html_page", "learner_page", "written_page"]

_JUDGED = (
    "Every answer was judged anew from what the learner wrote; no saved output was believed. Of several answers to an "
    "exercise the best one counts. Hints are those that the learner's notebook and record of progress tell of."
)


@cache
def _template() -> Any:
    from jinja2 import Environment
    from markupsafe import Markup

    def cleared(value: Any) -> Any:
        return value if isinstance(value, (Markup, int)) else printable(str(value))

    page = Environment(autoescape=True, finalize=cleared, trim_blocks=False)
    page.globals.update(looks=LOOKS, of=of, solved=solved, hints=hints, notes=notes, files=_files, several=_several)
    return page.from_string(Path(__file__).with_suffix(".html.jinja").read_text(encoding="utf-8"))


def _several(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _touched(one: dict[str, Any]) -> bool:
    return bool(one["outcome"] != "empty" or one["hints"])


def _files(learner: dict[str, Any]) -> str:
    words = zip(certificates(learner), ("accepted", "rejected", "from the run"), strict=True)
    return ", ".join(f"{number} {word}" for number, word in words if number) or "none"


def html_page(grades: Grades, book: Book | None = None, alike: Sequence[str] = ()) -> str:
    """Return the table as a page: a summary of the class, then each learner with verdicts and certificates.

    `book`: who has how many points; `alike`: sentences on who agrees with whom.
    """
    tried = [number for number in grades.exercises if any(_touched(of(one, number)) for one in grades.learners)]
    page: str = _template().render(
        kind="class",
        title="Grades",
        told=[*summary(grades), *grades.protection, _JUDGED],
        sums=[f"{shown(row.total)} of {shown(row.of)}" for row in book.rows] if book else [],
        absent=[row.learner for row in book.rows if not row.result] if book else [],
        tried=tried,
        learners=grades.learners,
        exercises=grades.exercises,
        titles=grades.titles,
        common=common(grades, tried),
        alike=alike,
    )
    return page


def learner_page(learner: dict[str, Any], exercises: list[str], titles: dict[str, str], points: str = "") -> str:
    """Return the page of one learner, which says nothing of anybody else.

    `learner`: one of `Grades.learners`; `exercises`: their numbers; `titles`: theirs; `points`: a sentence on them.
    """
    page: str = _template().render(
        kind="one",
        title=f"Answers of {learner['learner']}",
        told=f"{solved(learner, exercises)} of {len(exercises)} exercises are solved. {points}".strip(),
        learner=learner,
        exercises=exercises,
        titles=titles,
    )
    return page


def written_page(name: str, rules: Rules, book: Book) -> str:
    """Return the page of a question that a person marks: how it is marked, and what each learner wrote.

    `name`: as in the rules, and the id or the tag of the cells that answer it. Under each text stands the line for the
    file of what is given by hand.
    """
    found = []
    for row in book.rows:
        line, mark = io.StringIO(), row.mark(name).removeprefix(f"{name}: ")
        if mark == NOT_MARKED:
            csv.writer(line, lineterminator="").writerow([row.person.get("id") or row.learner, name, "", ""])
        text = row.result.get("written", {}).get(name, "").strip()
        found.append((row.learner, text, mark, line.getvalue()))
    none = f"there is no rubric: write {name} = '...' under [grading.rubric] in course.toml"
    page: str = _template().render(
        kind="written",
        title=f"{name}, to be marked",
        name=name,
        file=OVERRIDES,
        most=shown(rules.points[name]),
        rubric=rules.rubric.get(name, none),
        texts=[row for row in found if row[1]],
        missing=[learner for learner, text, *_ in found if not text],
    )
    return page
