"""The lessons of the course: their exercises, found in the folder ``tasks`` and handed out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ..errors import ExerciseError
from . import tasks
from .exercise import Exercise
from .lesson_text import Lesson

__all__ = ["all_exercises", "exercise", "exercises", "introduced_by", "lessons", "titles"]


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
    """Return all lessons, in the order of the course."""
    names = sorted(name for _, name, _ in iter_modules(tasks.__path__) if re.fullmatch(r"lesson\d\d", name))
    found = [import_module(f".{name}", tasks.__name__).lesson for name in names]
    return tuple(sorted(found, key=lambda lesson: lesson.place))


def exercises(lesson: int) -> tuple[Exercise, ...]:
    """Return the exercises of a lesson, with no hint given yet."""
    if lesson not in lessons():
        known = ", ".join(map(str, lessons()))
        raise ExerciseError(f"there are no exercises for lesson {lesson!r}; there are some for {known}")
    handed_out = tuple(copy(task) for one in _course() if one.number == lesson for task in one.exercises())
    for task in handed_out:
        task.sources = _sources()
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
    """Return the exercises of all lessons, in the order of the course."""
    return tuple(task for lesson in lessons() for task in exercises(lesson))


def exercise(number: str) -> Exercise:
    """Return one exercise by its number, such as '1.2', with no hint given yet."""
    for task in all_exercises():
        if task.number == number:
            return task
    known = ", ".join(task.number for task in all_exercises())
    raise ExerciseError(f"there is no exercise {number!r}; there are {known}")
