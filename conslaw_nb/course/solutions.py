"""The solutions of the lessons: out of a learner's folder, and one command away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..notebooks.lab import lessons_folder, notebook_of, solution_of
from ..teaching.syllabus import lessons_named
from .folder import COURSE_FILE, CourseReport, write_all
from .submissions import CourseError

__all__ = ["copy_solutions"]

_FOR_TEACHERS = ("for_teachers.md", "handout.html")


def copy_solutions(lessons: Sequence[int | str], folder: Path) -> CourseReport:
    """Copy the solutions of lessons into a folder; a file that is there already stays as it is.

    `lessons`: numbers of lessons, words such as 'workshop' and folders of lessons of one's own, or 'teaching', which is
    for whoever teaches; `folder`: made where it does not exist. Raises CourseError: a lesson that there is not, or a
    folder that cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     copy_solutions([1], Path(place)).made, copy_solutions([1], Path(place)).kept
    (['01_what_never_changes.ipynb'], ['01_what_never_changes.ipynb'])
    """
    others = [name for name in lessons if str(name).lower() != "teaching"]
    found: dict[str, bytes] = {}
    for lesson in lessons_named(others) if others or not lessons else []:
        found[notebook_of(lesson).name] = solution_of(lesson).read_bytes()
        found |= lesson.handed_out()  # the solutions of a lesson of one's own run with these beside them
    if len(others) < len(lessons):
        found |= {name: (lessons_folder() / "solutions" / name).read_bytes() for name in _FOR_TEACHERS}
    whole = folder.resolve()
    for place in (whole, *whole.parents):
        if place.name in ("lessons", "submissions") and (place.parent / COURSE_FILE).is_file():
            raise CourseError(f"'{folder}' is handed out with the course, and solutions are not: give another folder")
    if not folder.exists():  # a folder of one's own stays out of git, wherever it lies
        write_all(folder, {".gitignore": "*\n"}, "the solutions")
    return write_all(folder, found, "the solutions")
