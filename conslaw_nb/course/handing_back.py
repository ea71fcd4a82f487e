"""What a grading leaves in the folder of grades: tables, pages to be handed back, and forms for learning platforms."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

from .. import teaching
from ..files import write_whole
from ..teaching.syllabus import lessons_named
from .alike import agreements, of_solutions
from .forms import feedback, forms
from .gradebook import Book, gradebook, gradebook_csv, read_rules, shown
from .grading import Grades, file_name
from .pages import html_page, learner_page, written_page
from .tables import csv_table, printable

__all__ = ["alike", "anonymous", "hand_back"]

_PAGE = re.compile(r".+-[0-9a-f]{10}\.html")
_WHEN = (2020, 1, 1, 0, 0, 0)  # of all that is packed, so that the same grades are the same file


def hand_back(grades: Grades, target: Path, folder: Path, title: str) -> tuple[Book, list[str]]:
    """Write everything; return the gradebook, and the pages that were removed since their learners are gone.

    `target`: the folder of grades; `folder`: the course folder, with the files that the gradebook rests on.
    """
    rules = read_rules(folder, grades.exercises)
    book = gradebook(grades.learners, rules, folder)
    pages = target / "learners"
    pages.mkdir(parents=True, exist_ok=True)
    bom = "\ufeff"  # spreadsheets know UTF-8 by its first sign
    write_whole(target / "grades.csv", bom + csv_table(grades))
    write_whole(target / "gradebook.csv", bom + gradebook_csv(book))
    for name, form in forms(book, title).items():
        write_whole(target / name, form)
    write_whole(target / "grades.html", html_page(grades, book, alike(grades)))
    for name in rules.by_hand:
        stem = name if name.isidentifier() and name.isascii() else file_name(name, "")
        write_whole(target / f"to-mark-{stem}.html", written_page(name, rules, book))
    packed = io.BytesIO()
    names = set()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, row in zip(grades.learners, book.rows, strict=False):  # who has handed in nothing comes last
            noted = "".join(f" {note[:1].upper()}{note[1:]}." for note in row.notes)
            told = f"{shown(row.total)} of {shown(row.of)} points.{noted}"
            text = learner_page(one, grades.exercises, grades.titles, told)
            names.add(file_name(one["learner"], ".html"))
            write_whole(pages / file_name(one["learner"], ".html"), text)
            for inner, said in feedback(one, text):
                archive.writestr(zipfile.ZipInfo(printable(inner), _WHEN), said)
    write_whole(target / "feedback.zip", packed.getvalue())
    gone = [path for path in sorted(pages.iterdir()) if _PAGE.fullmatch(path.name) and path.name not in names]
    for path in gone:
        path.unlink()
    return book, [path.name for path in gone]


def alike(grades: Grades) -> list[str]:
    """Return who agrees with whom, or with the solutions, beyond chance."""
    lessons = [*lessons_named(list(teaching.lessons())), *grades.own]
    return agreements(grades.learners, of_solutions(lessons, grades.exercises))


def anonymous(grades: Grades) -> Grades:
    """Return the same grades without names: learners are numbered in the order of a number that tells nothing.

    Examples
    --------
    >>> one = {"learner": "ada", "exercises": {}, "runs": [], "certificates": [], "problems": ["ada.zip was empty"]}
    >>> anonymous(Grades([one], [], [])).learners[0]["learner"]
    'learner 1'
    """
    learners = []
    for number, one in enumerate(sorted(grades.learners, key=lambda one: file_name(one["learner"], "")[-10:]), 1):
        # Names of files and of folders may be the learner's own: they go, too.
        named = [run | {"notebook": f"notebook {k}"} for k, run in enumerate(one["runs"], 1)]
        files = [file | {"name": f"file {k}"} for k, file in enumerate(one["certificates"], 1)]
        problems = [f"{len(one['problems'])} to look at"] if one["problems"] else []
        more = {"learner": f"learner {number}", "runs": named, "certificates": files, "problems": problems}
        learners.append({**one, **more, "identity": "", "email": "", "exports": []})
    return replace(grades, learners=learners)
