"""Grades in the forms that learning platforms import, and feedback under the names that they know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .gradebook import Book, Row, shown, written
from .grading import file_name
from .worksheets import HEADS

__all__ = ["feedback", "forms"]


def forms(book: Book, title: str) -> dict[str, str]:
    """Return the files for Moodle and Canvas, by their names: the sums, and each lesson that was exported from there.

    `title`: of the sums, on Canvas.
    """
    found = {"moodle.csv": _moodle(book, ""), "canvas.csv": _canvas(book, "", title)}
    handed = {(one["platform"], lesson) for row in book.rows for one in _exports(row) for lesson in one["lessons"]}
    lessons = {name.split(".")[0] for name in book.rules.points}
    for platform, lesson in sorted(handed):
        if lesson in lessons:
            found[f"{platform}-{lesson}.csv"] = (
                _moodle(book, lesson) if platform == "moodle" else _canvas(book, lesson, f"{title} {lesson}")
            )
    return found


def _exports(row: Row) -> list[dict[str, Any]]:
    return list(row.result.get("exports", []))


def _number(row: Row, platform: str, lesson: str) -> str:
    """Return a platform's own number of a learner: Moodle has another one for each assignment."""
    own = {
        one["number"] for one in _exports(row)
        if one["platform"] == platform and (not lesson or lesson in one["lessons"])
    }  # fmt: skip
    return own.pop() if len(own) == 1 else ""


def _points(row: Row, book: Book, lesson: str) -> tuple[Fraction, Fraction]:
    """Return the points of one row, and of how many: in all, or in a lesson."""
    if not lesson:
        return row.total, row.of
    names = [name for name in row.points if name.split(".")[0] == lesson]
    return sum((row.points[n] for n in names), Fraction(0)), sum((book.rules.points[n] for n in names), Fraction(0))


def _moodle(book: Book, lesson: str) -> str:
    """Return a grading worksheet as Moodle exports and imports it."""
    rows: list[list[Any]] = [list(HEADS)]
    for row in book.rows:
        number, (points, most) = _number(row, "moodle", lesson), _points(row, book, lesson)
        if number or not lesson:
            rows.append([
                f"Participant {number}" if number else "", row.person.get("name") or row.learner,
                row.person.get("email", ""), "", shown(points), shown(most), "Yes", "", "", "; ".join(row.notes),
            ])  # fmt: skip
    return written(rows)


def _canvas(book: Book, lesson: str, title: str) -> str:
    """Return a gradebook as Canvas imports it: a line with what is possible, then Canvas's numbers of users."""
    most = max((_points(row, book, lesson)[1] for row in book.rows), default=Fraction(0))
    rows: list[list[Any]] = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]]
    rows.append(["    Points Possible", "", "", "", "", shown(most)])
    for row in book.rows:
        number, own = _number(row, "canvas", lesson), row.person
        if number or not lesson:
            rows.append([
                own.get("name") or row.learner, number, own.get("id", ""), own.get("email", ""), own.get("group", ""),
                shown(_points(row, book, lesson)[0]),
            ])  # fmt: skip
    return written(rows)


def feedback(learner: dict[str, Any], page: str) -> Iterator[tuple[str, str]]:
    """Yield the names of a learner's feedback in the archive, and what stands there.

    Moodle finds the learner by the name of the folder. Canvas finds the hand-in by the whole name of the file, and
    shows what comes back under the name that the learner gave it: a notebook comes back as a notebook.
    """
    seen = set()
    for one in [one | {"name": one["name"].replace("\\", "-")} for one in learner["exports"]]:
        if one["platform"] == "moodle":
            folder = one["name"].partition("_assignsubmission_")[0]
            name, text = f"{folder}_assignsubmission_file_/feedback.html", page
        elif one["name"].lower().endswith(".ipynb"):
            name, text = one["name"], _as_notebook(page)
        else:
            continue
        if name not in seen:
            seen.add(name)
            yield name, text
    if not seen:
        yield f"{file_name(learner['learner'], '')}/feedback.html", page


def _as_notebook(page: str) -> str:
    """Return a page as a notebook of one cell, which shows it without its looks."""
    body = page.partition("<body>")[2].partition("</body>")[0]
    cell = {"cell_type": "markdown", "id": "feedback", "metadata": {}, "source": body.splitlines(keepends=True)}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"
