"""The lessons: ours, found in the folder ``tasks``, and those of one's own, each in a folder of its author's.

A lesson of one's own is what ``conslaw new-lesson`` makes: ``NAME.md`` with the text of its exercises, ``NAME.py`` with
their checks, and ``NAME.ipynb``. Its exercises are ``NAME.1``, ``NAME.2``, ..., and a notebook finds them in the files
beside it. Commands are given the folder.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from copy import copy
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.machinery import SourceFileLoader
from importlib.metadata import packages_distributions
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from pkgutil import iter_modules
from traceback import extract_tb
from types import CodeType

from ..errors import ConslawError, CourseError, ExerciseError, LessonTextError, brief
from . import tasks
from .exercise import Exercise
from .lesson_text import NAME, SOLUTION, Lesson

__all__ = [
    "all_exercises", "exercise", "exercises", "introduced_by", "is_taken", "lesson", "lessons",
    "lessons_beside", "lessons_named", "load", "titles", "unnumbered",
]  # fmt: skip

# Notebooks of ours that have no number, and no exercises with one.
unnumbered = {
    "workshop": Lesson(Path(), "workshop", "The proof workshop", "proof_workshop.ipynb"),
    "two-hours": Lesson(Path(), "two-hours", "Two hours", "two_hours.ipynb"),
}


def lessons() -> dict[int, str]:
    """Return lesson number -> name of its notebook, in the order of the course.

    A lesson is two files of the folder ``tasks``: ``lessonNN.md`` with the text of its exercises, ``lessonNN.py`` with
    their checks. Adding them adds the lesson.
    """
    return {lesson.number: lesson.notebook for lesson in _course()}


def titles() -> dict[int, str]:
    """Return lesson number -> its title, in the order of the course."""
    return {lesson.number: lesson.title for lesson in _course()}


@cache
def _course() -> tuple[Lesson, ...]:
    """Return all lessons of ours, in the order of the course."""
    names = sorted(name for _, name, _ in iter_modules(tasks.__path__) if re.fullmatch(r"lesson\d\d", name))
    found = [import_module(f".{name}", tasks.__name__).lesson for name in names]
    return tuple(sorted(found, key=lambda lesson: lesson.place))


def lesson(name: int | str | Path) -> Lesson:
    """Return a lesson: ours by its number or its word, one of somebody's own by its folder.

    Raises CourseError: there is none; LessonTextError: there is something to put right in its files.

    Examples
    --------
    >>> lesson(1).notebook, lesson("workshop").notebook
    ('01_what_never_changes.ipynb', 'proof_workshop.ipynb')
    """
    ours = {one.number: one for one in _course()} | unnumbered
    key = name if isinstance(name, int) else str(name).strip().lower().replace("_", "-")
    if key in ours and not isinstance(name, bool | Path):
        return ours[key]
    folder = None if isinstance(name, int) else Path(name).expanduser()
    if folder is None or not folder.is_dir():
        near = get_close_matches(str(key), map(str, unnumbered), 1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        known = ", ".join(map(str, ours))
        raise CourseError(
            f"there is no lesson {brief(name)}{meant}: choose from {known}, or name the folder of one of your own"
        )
    texts = sorted(path for path in folder.resolve().glob("*.md") if path.with_suffix(".py").is_file())
    if len(texts) != 1:
        why = f"several lessons ({', '.join(path.stem for path in texts)})" if texts else "no lesson"
        raise CourseError(
            f"'{folder}' holds {why}: a lesson of your own is a folder with NAME.md, NAME.py and NAME.ipynb, as "
            "`conslaw new-lesson NAME` makes it"
        )
    found = load(texts[0])
    if is_taken(str(found.number)):
        raise CourseError(
            f"the lesson in '{folder}' is called '{found.number}', as one of ours, a module of Python or a file of "
            "a system is: give it another name, in its files and in front of its numbers"
        )
    for needed in (found.notebook, SOLUTION):
        if not (folder / needed).is_file():
            raise CourseError(f"the lesson in '{folder}' has no notebook {needed}: it belongs beside {texts[0].name}")
    return found


def is_taken(name: str) -> bool:
    """Whether a lesson of one's own must not have a name: ours, a module's that it would hide, or a system's.

    Examples
    --------
    >>> is_taken("Two_hours"), is_taken("random"), is_taken("three-weights")
    (True, True, False)
    """
    plain = name.lower().replace("-", "_")
    ours = {Path(notebook).stem for notebook in lessons().values()} | {"readme", "solution", "teaching", "conslaw_nb"}
    ours |= {word for one in unnumbered.values() for word in (str(one.number), Path(one.notebook).stem)}
    if plain in {word.replace("-", "_") for word in ours} or re.fullmatch(
        r"lesson_?\d+|(com|lpt)\d|con|prn|aux|nul", plain
    ):
        return True  # Windows keeps the last ones for itself
    return name in sys.stdlib_module_names or name in _installed()


@cache
def _installed() -> set[str]:
    return set(packages_distributions())


def lessons_named(names: Sequence[int | str | Path]) -> list[Lesson]:
    """Return lessons in the order in which they are named, each once.

    Raises CourseError: none is named, there is no such lesson, or two of them have one name.
    """
    found: dict[str, Lesson] = {}
    for one in map(lesson, names):
        other = found.setdefault(str(one.number).lower(), one)  # to some systems Mine.md and mine.md are one file
        if other.path != one.path:
            raise CourseError(
                f"two lessons are called '{other.number}', in '{other.path.parent}' and in '{one.path.parent}': "
                "give one of them another name, in its files and in front of its numbers"
            )
    if not found:
        known = ", ".join(map(str, [*lessons(), *unnumbered]))
        raise CourseError(f"no lesson is named there: choose from {known}, or name the folder of one of your own")
    return list(found.values())


class _AsItStands(SourceFileLoader):
    """Compiles a file anew each time: its author may have changed it a moment ago."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def load(text: Path) -> Lesson:
    """Return a lesson of one's own, from its Markdown file: the Python file beside it is run.

    Raises LessonTextError: it cannot be run, or there is something to put right in either.
    """
    path, module_name = text.with_suffix(".py"), f"lesson {text.stem}"
    spec = spec_from_file_location(module_name, path, loader=_AsItStands(module_name, str(path)))
    module = sys.modules[module_name] = module_from_spec(spec)  # where dataclasses look for it
    try:
        spec.loader.exec_module(module)
        found = getattr(module, "lesson", None)
        if not isinstance(found, Lesson) or found.path.resolve() != text.resolve():
            raise LessonTextError(f"{path.name} has no line `lesson = cl.teaching.read_lesson(__file__)`")
        found.exercises()
    except ConslawError:
        raise
    except (Exception, SystemExit) as problem:
        lines = [step.lineno for step in extract_tb(problem.__traceback__) if step.filename == str(path)]
        where = getattr(problem, "lineno", None) or (lines[-1] if lines else "")
        told = f"{type(problem).__name__}, {problem}"[:300]
        raise LessonTextError(f"{path.name} cannot be run{f', line {where}' if where else ''}: {told}") from None
    return found


def lessons_beside(folder: Path) -> list[Lesson]:
    """Return the lessons of one's own that lie in a folder and can be read, in the order of their names."""
    found = []
    for text in sorted(folder.glob("*.md")):
        if re.fullmatch(NAME, text.stem) and all(text.with_suffix(end).is_file() for end in (".py", ".ipynb")):
            with suppress(ConslawError):
                found.append(load(text.resolve()))
    return found


def exercises(lesson: int | Lesson) -> tuple[Exercise, ...]:
    """Return the exercises of a lesson, with no hint given yet."""
    if not isinstance(lesson, Lesson):
        if lesson not in lessons():
            known = ", ".join(map(str, lessons()))
            raise ExerciseError(f"there are no exercises for lesson {lesson!r}; there are some for {known}")
        lesson = next(one for one in _course() if one.number == lesson)
    handed_out = tuple(copy(task) for task in lesson.exercises())
    for task in handed_out:
        task.sources = {**introduced_by(handed_out), **_sources()} if lesson.is_own else _sources()
    return handed_out


@cache
def _sources() -> dict[str, str]:
    return introduced_by(task for lesson in _course() for task in lesson.exercises())


def introduced_by(tasks: Iterable[Exercise]) -> dict[str, str]:
    """Return notion -> number of the first exercise that introduces it."""
    found: dict[str, str] = {}
    for task in tasks:
        for notion in task.introduces:
            found.setdefault(notion, task.number)
    return found


def all_exercises() -> tuple[Exercise, ...]:
    """Return the exercises of all lessons of ours, in the order of the course."""
    return tuple(task for lesson in lessons() for task in exercises(lesson))


def exercise(number: str) -> Exercise:
    """Return one exercise by its number, such as '1.2', with no hint given yet.

    That of a lesson of one's own, such as 'three-weights.1', is read from the files beside the notebook.
    """
    found, name = all_exercises(), str(number).rpartition(".")[0]
    if re.fullmatch(NAME, name):
        text = Path(f"{name}.md").resolve()
        if not text.is_file():
            raise ExerciseError(
                f"there is no exercise {brief(number)}: {name}.md and {name}.py belong beside the notebook, in "
                f"{text.parent}"
            )
        found = exercises(load(text))
    for task in found:
        if task.number == number:
            return task
    known = ", ".join(task.number for task in found)
    raise ExerciseError(f"there is no exercise {number!r}; there are {known}")
