"""The solutions of the lessons: out of a learner's folder, and one command away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .. import teaching
from ..errors import brief
from ..notebooks.lab import lessons_folder
from .folder import CourseReport, write_all
from .submissions import CourseError

__all__ = ["WORDS", "copy_solutions"]

# What has no number.
WORDS = {
    "workshop": ("proof_workshop.ipynb",),
    "two-hours": ("two_hours.ipynb",),
    "teaching": ("for_teachers.md", "handout.html"),
}


def copy_solutions(lessons: Sequence[int | str], folder: Path) -> CourseReport:
    """Copy the solutions of lessons into a folder; a file that is there already stays as it is.

    `lessons`: numbers of lessons, or 'workshop'; `folder`: made where it does not exist. Raises CourseError: a lesson
    that there is not, or a folder that cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     copy_solutions([1], Path(place)).made, copy_solutions([1], Path(place)).kept
    (['01_what_never_changes.ipynb'], ['01_what_never_changes.ipynb'])
    """
    known: dict[int | str, tuple[str, ...]] = {n: (name,) for n, name in teaching.lessons().items()} | WORDS
    for lesson in lessons:
        if lesson not in known:
            raise CourseError(f"there is no lesson {brief(lesson)}: choose from {', '.join(map(str, known))}")
    if not lessons:
        raise CourseError(f"no lesson is named there: choose from {', '.join(map(str, known))}")
    originals = lessons_folder() / "solutions"
    names = dict.fromkeys(name for lesson in lessons for name in known[lesson])
    return write_all(folder, {name: (originals / name).read_bytes() for name in names}, "the solutions")
