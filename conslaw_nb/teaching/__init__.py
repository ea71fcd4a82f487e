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
from importlib import import_module
from pkgutil import iter_modules

from ..certificates.report import Report, report
from ..errors import ConslawError
from ..paper import statements
from ..paper.statements import Statement, boxes, statement
from .exercise import Exercise, Feedback, Hint
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

    A lesson is a module ``lessonNN`` of this folder, with its `NOTEBOOK` and its `EXERCISES`: adding the file
    adds the lesson.
    """
    found = sorted(name for _, name, _ in iter_modules(__path__) if re.fullmatch(r"lesson\d\d", name))
    return {int(name[-2:]): import_module(f".{name}", __name__).NOTEBOOK for name in found}


class ExerciseError(ConslawError, KeyError):
    """There is no such exercise; the message says which there are."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would put it in quotes


def exercises(lesson: int) -> tuple[Exercise, ...]:
    """Return the exercises of a lesson, with no hint given yet."""
    if lesson not in lessons():
        known = ", ".join(map(str, lessons()))
        raise ExerciseError(f"there are no exercises for lesson {lesson!r}; there are some for {known}")
    return tuple(copy(task) for task in import_module(f".lesson{lesson:02}", __name__).EXERCISES)


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
