"""The solutions of the lessons: out of a learner's folder, and one command away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .. import teaching
from ..errors import brief
from ..files import write_new
from ..notebooks.lab import lessons_folder
from .folder import CourseReport
from .submissions import CourseError

__all__ = ["WORKSHOP", "copy_solutions"]

WORKSHOP = "workshop"  # the one notebook without a number


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
    known: dict[int | str, str] = {**teaching.lessons(), WORKSHOP: "proof_workshop.ipynb"}
    for lesson in lessons:
        if lesson not in known:
            raise CourseError(f"there is no lesson {brief(lesson)}: choose from {', '.join(map(str, known))}")
    if not lessons:
        raise CourseError(f"no lesson is named there: choose from {', '.join(map(str, known))}")
    originals = lessons_folder() / "solutions"
    report = CourseReport(folder)
    try:
        for lesson in dict.fromkeys(lessons):
            name = known[lesson]
            new = write_new(folder / name, (originals / name).read_bytes())
            (report.made if new else report.kept).append(name)
    except OSError as error:
        raise CourseError(
            f"the solutions cannot be written to '{folder}' ({error.strerror or error}): give a folder of your own"
        ) from None
    return report
