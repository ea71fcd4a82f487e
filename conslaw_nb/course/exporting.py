"""The exercises of a lesson as an assignment for nbgrader or otter-grader: an engine that somebody else runs.

The cell that grades calls the exercise's own check, which computes; there is no key in it that could leak. The good
answers stand in the teacher's version only, between the marks that those tools take out.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..notebooks.lab import notebook_of, solution_of
from ..notebooks.reading import python_of, read_notebook
from ..teaching import Exercise, exercises
from ..teaching.functions import name_of
from ..teaching.lesson_text import Lesson
from ..teaching.syllabus import lessons_named
from .answers import find_answers
from .folder import CourseReport, write_all
from .submissions import CourseError
from .wheel import START, needed, wheel

__all__ = ["assignment_name", "export_nbgrader", "export_otter", "good_answers"]

RawCell = dict[str, Any]

_CONFIG = """\
# How nbgrader makes the learners' version: what stands here replaces a good answer.
c = get_config()
c.CourseDirectory.course_id = "conslaw"
c.ClearSolutions.code_stub = {"python": "# Write your answer between the quotes, and run the cell."}
"""

_REQUIREMENTS = "# What conslaw_nb needs. It lies itself in the archive as a wheel, and is imported from there."


def good_answers(lesson: Lesson) -> dict[str, str]:
    """Return number of exercise -> a good answer, as it is written in Python, from the solutions of a lesson.

    Where the answer is a function, its definition. Raises CourseError: the solutions do not answer an exercise.

    Examples
    --------
    >>> from conslaw_nb.teaching.syllabus import lesson
    >>> good_answers(lesson(1))["1.1"]
    '"(5/4, 3/4)"'
    """
    cells = read_notebook(solution_of(lesson))
    given = {answer.number: answer for answer in find_answers(cells).answers}  # the last one, where there are several
    found = {}
    for task in exercises(lesson):
        answer = given.get(task.number)
        if answer is not None and task.cases:
            source = python_of(cells[answer.cell].source)
            for node in ast.parse(source).body:
                if isinstance(node, ast.FunctionDef) and node.name == answer.source:
                    found[task.number] = ast.get_source_segment(source, node) or ""
        elif answer is not None and answer.written:
            found[task.number] = _written(answer.value)
        if task.number not in found:
            raise CourseError(
                f"{solution_of(lesson).name} has no answer to {task.number} that is written out: "
                f'cl.teaching.exercise("{task.number}").check("...")'
            )
    return found


def export_nbgrader(lessons: Sequence[int | str], folder: Path) -> CourseReport:
    """Write a course folder for nbgrader, with one assignment for each lesson.

    `lessons`: numbers, or folders of lessons of one's own; `folder`: made where it does not exist; what is in it stays
    as it is. Returns what was made and what was kept: ``nbgrader_config.py`` and ``source/lesson-NN/lesson-NN.ipynb``,
    and beside the latter the files of a lesson of one's own. Raises CourseError: a lesson that there is not or that has
    no exercises, or a folder that cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     export_nbgrader([1], Path(place)).made
    ['nbgrader_config.py', 'source/lesson-01/lesson-01.ipynb']
    """

    def files(lesson: Lesson) -> dict[str, str | bytes]:
        name = assignment_name(lesson)
        parts = {f"{name}.ipynb": _text(_nbgrader_cells(lesson)), **lesson.handed_out()}
        return {f"source/{name}/{part}": text for part, text in parts.items()}

    return _write(lessons, folder, {"nbgrader_config.py": _CONFIG}, files)


def export_otter(lessons: Sequence[int | str], folder: Path) -> CourseReport:
    """Write a master notebook for ``otter assign``, with all that its image needs, for each lesson.

    Parameters and errors are those of `export_nbgrader`. No index has to have this package: its wheel goes along.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     export_otter([1], Path(place)).made
    ['lesson-01/lesson-01.ipynb', 'lesson-01/requirements.txt', 'lesson-01/conslaw_nb.py', 'lesson-01/conslaw_nb-...']
    """
    wheel_name, packed = wheel()

    def files(lesson: Lesson) -> dict[str, str | bytes]:
        name, own = assignment_name(lesson), lesson.handed_out()
        parts = {
            f"{name}.ipynb": _text(_otter_cells(lesson, [*own], ["conslaw_nb.py", wheel_name])),
            "requirements.txt": "\n".join([_REQUIREMENTS, *needed()]) + "\n",
            "conslaw_nb.py": START,
            wheel_name: packed,
            **own,
        }
        return {f"{name}/{part}": text for part, text in parts.items()}

    return _write(lessons, folder, {}, files)


def _write(
    lessons: Sequence[int | str],
    folder: Path,
    common: dict[str, str | bytes],
    files: Callable[[Lesson], dict[str, str | bytes]],
) -> CourseReport:
    wanted = dict(common)
    for lesson in lessons_named(lessons):
        if not lesson.texts:
            raise CourseError(f"the lesson '{lesson.number}' has no exercises that could be exported")
        wanted |= files(lesson)
    return write_all(folder, wanted, "the assignment")


# -- the parts of an assignment --------------------------------------------------------------------------


def assignment_name(lesson: Lesson) -> str:
    """Return the name of a lesson's assignment: lesson-NN, or that of a lesson of one's own."""
    return f"lesson-{lesson.number:02}" if isinstance(lesson.number, int) else lesson.number


def _place(task: Exercise) -> str:
    return task.number.rpartition(".")[2]


def _title(lesson: Lesson) -> str:
    """Return the heading of a lesson's notebook."""
    cells = read_notebook(notebook_of(lesson))
    heads = (cell.source for cell in cells if cell.kind == "markdown" and cell.source.startswith("# "))
    return next(heads, "# Lesson").splitlines()[0].removeprefix("# ")


def _head(lesson: Lesson) -> str:
    return (
        f"# {_title(lesson)}: exercises\n\nWrite each answer between the quotes and run its cell; the cell below it "
        "says at once, and exactly, whether it is right, and if not, why. There is no answer key: the check computes. "
        f'A hint: `cl.teaching.exercise("{next(iter(lesson.texts))}").hint()`.'
    )


def _start(task: Exercise) -> str:
    """Return the answer cell as a learner finds it."""
    return task.start.strip() if task.cases else f"answer_{_place(task)} = {_written(task.start.strip())}"


def _good(task: Exercise, answer: str) -> str:
    """Return the lines that hold a good answer."""
    return answer if task.cases else f"answer_{_place(task)} = {answer}"


def _written(answer: Any) -> str:
    """Return an answer as Python, in the way in which a person writes it."""
    if not isinstance(answer, str):
        return repr(answer)
    if "\n" not in answer:
        return f'"{answer}"' if '"' not in answer and "\\" not in answer else repr(answer)
    text = f"\n{answer.strip()}\n"
    return repr(text) if '"""' in text or "\\" in text else f'"""{text}"""'


def _check(task: Exercise, *judge: str) -> str:
    """Return the cell that grades: it makes the exercise anew, so that nothing in the notebook stands in its way."""
    answer = name_of(task.start) if task.cases else f"answer_{_place(task)}"
    asked = f'feedback = cl.teaching.exercise("{task.number}").check({answer})'
    return "\n".join(["import conslaw_nb as cl", "", asked, *judge])


def _show(task: Exercise) -> str:
    return f'cl.teaching.exercise("{task.number}")'


def _cell(kind: str, name: str, source: str, **metadata: Any) -> RawCell:
    cell: RawCell = {"cell_type": kind, "id": name, "metadata": metadata, "source": source}
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell


def _text(cells: list[RawCell]) -> str:
    metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "name": "python"},
    }
    book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


# -- nbgrader --------------------------------------------------------------------------------------------


def _nbgrader_cells(lesson: Lesson) -> list[RawCell]:
    """Return the cells of nbgrader's source version: schema 3 of its metadata."""

    def mark(name: str, *, grade: bool = False, solution: bool = False, **more: Any) -> RawCell:
        facts = {"grade": grade, "grade_id": name, "locked": not solution, "schema_version": 3, "solution": solution}
        return facts | {"task": False, **more}

    judge = ("print(feedback)", "assert feedback.is_right")  # a value at the end would be taken for points
    answers = good_answers(lesson)
    cells = [
        _cell("markdown", "head", _head(lesson), nbgrader=mark("head")),
        _cell("code", "imports", "import conslaw_nb as cl", nbgrader=mark("imports")),
    ]
    for task in exercises(lesson):
        k = _place(task)
        good = f"### BEGIN SOLUTION\n{_good(task, answers[task.number])}\n### END SOLUTION"
        cells += [
            _cell("code", f"exercise-{k}", _show(task), nbgrader=mark(f"exercise-{k}")),
            _cell("code", f"answer-{k}", f"{_start(task)}\n{good}", nbgrader=mark(f"answer-{k}", solution=True)),
            _cell("code", f"check-{k}", _check(task, *judge), nbgrader=mark(f"check-{k}", grade=True, points=1)),
        ]
    return cells


# -- otter-grader ----------------------------------------------------------------------------------------


def _otter_cells(lesson: Lesson, files: list[str], more: list[str]) -> list[RawCell]:
    """Return the cells of a master notebook for ``otter assign``."""
    config = (
        f"# ASSIGNMENT CONFIG\nname: {assignment_name(lesson)}\nrequirements: requirements.txt\n"
        "export_cell:\n  pdf: false\ngenerate:\n  show_stdout: true\n"
        f"files: {json.dumps(files)}\nautograder_files: {json.dumps(more)}"
    )
    answers = good_answers(lesson)
    cells = [
        _cell("raw", "config", config),
        _cell("markdown", "head", _head(lesson)),
        _cell("code", "imports", "import conslaw_nb as cl"),
    ]
    for task in exercises(lesson):
        k = _place(task)
        good = f"# BEGIN SOLUTION NO PROMPT\n{_good(task, answers[task.number])}\n# END SOLUTION"
        cells += [
            _cell("raw", f"begin-{k}", f"# BEGIN QUESTION\nname: q{k}\npoints: 1"),
            _cell("markdown", f"title-{k}", f"## {task.number} {task.title}"),
            _cell("code", f"exercise-{k}", _show(task)),
            _cell("raw", f"begin-solution-{k}", "# BEGIN SOLUTION"),
            _cell("code", f"answer-{k}", f"{_start(task)}\n{good}"),
            _cell("raw", f"end-solution-{k}", "# END SOLUTION"),
            _cell("raw", f"begin-tests-{k}", "# BEGIN TESTS"),
            _cell("code", f"check-{k}", _check(task, "assert feedback.is_right, feedback")),
            _cell("raw", f"end-tests-{k}", "# END TESTS"),
            _cell("raw", f"end-{k}", "# END QUESTION"),
        ]
    return cells
