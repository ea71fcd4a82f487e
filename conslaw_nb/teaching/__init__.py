"""Exercises with instant, exact feedback and hints that come one at a time.

Examples
--------
>>> step = exercise("1.5")
>>> step.check("1/10")
✗ Not yet. With τ = 1/10 the step goes to (23/10, 8/5), where u² − v² = 273/100: ...
>>> [task.number for task in exercises(1)]
['1.1', '1.2', '1.3', '1.4', '1.5', '1.6']
"""

from __future__ import annotations

import re
from copy import copy
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ..certificates.report import Report, report
from ..errors import ExerciseError
from ..paper import statements
from ..paper.statements import Statement, boxes, statement
from . import tasks
from .exercise import Exercise, Feedback, Hint
from .lesson_text import Lesson
from .levels import level_map
from .progress_file import progress

__all__ = [
    "Exercise",
    "ExerciseError",
    "Feedback",
    "Hint",
    "Report",
    "Statement",
    "all_exercises",
    "boxes",
    "exercise",
    "exercises",
    "lessons",
    "level_map",
    "progress",
    "report",
    "statement",
    "statements",
]


def lessons() -> dict[int, str]:
    """Return lesson number -> name of its notebook, in the order of the course.

    A lesson is two files of the folder ``tasks``: ``lessonNN.md`` with the text of its exercises, ``lessonNN.py`` with
    their checks. Adding them adds the lesson.
    """
    return {lesson.number: lesson.notebook for lesson in _course()}


@cache
def _course() -> tuple[Lesson, ...]:
    """Return all lessons, in the order of the course."""
    names = sorted(name for _, name, _ in iter_modules(tasks.__path__) if re.fullmatch(r"lesson\d\d", name))
    found = [import_module(f".{name}", tasks.__name__).lesson for name in names]
    return tuple(sorted(found, key=lambda lesson: lesson.place))


def exercises(lesson: int) -> tuple[Exercise, ...]:
    """Return the exercises of a lesson, with no hint given yet."""
    if lesson not in lessons():
        known = ", ".join(map(str, lessons()))
        raise ExerciseError(f"there are no exercises for lesson {lesson!r}; there are some for {known}")
    return tuple(copy(task) for one in _course() if one.number == lesson for task in one.exercises())


def all_exercises() -> tuple[Exercise, ...]:
    """Return the exercises of all lessons, in the order of the course."""
    return tuple(task for lesson in lessons() for task in exercises(lesson))


def exercise(number: str) -> Exercise:
    """Return one exercise by its number, such as '1.2', with no hint given yet."""
    for task in all_exercises():
        if task.number == number:
            return task
    known = ", ".join(task.number for task in all_exercises())
    raise ExerciseError(f"there is no exercise {number!r}; there are {known}")
