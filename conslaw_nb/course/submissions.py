"""What was handed in: one notebook for each learner, or one folder for each."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import CourseError
from ..notebooks.reading import MAX_BYTES
from ..teaching.progress_file import FILE as RECORD

__all__ = ["CourseError", "Submission", "find_submissions"]

MAX_NOTEBOOKS, MAX_FILES = 30, 50  # of one learner
MAX_CERTIFICATE = 2_000_000

# What learners hand in where a notebook was meant; other files in the folder (a list of names, say) are the lecturer's.
_MEANT = (".zip", ".7z", ".rar", ".gz", ".tar", ".py", ".html", ".pdf", ".txt", ".docx")


@dataclass
class Submission:
    """What one learner handed in."""

    learner: str  # the name of the notebook or of the folder
    folder: Path  # where it lies
    notebooks: list[Path] = field(default_factory=list)
    certificates: list[Path] = field(default_factory=list)
    record: Path | None = None  # the learner's own record of progress
    alone: bool = True  # whether the learner has a folder of their own, so that what lies beside the notebook is theirs
    problems: list[str] = field(default_factory=list)  # what was left out, and why

    def digest(self, more: str) -> str:
        """Return a number that changes when anything that was handed in does, or `more` does."""
        total = hashlib.sha256(more.encode())
        own = sorted({*self.notebooks, *self.certificates, *([self.record] if self.record else []), *self._beside()})
        for path in own:
            total.update(str(path.relative_to(self.folder)).encode("utf-8", "surrogateescape") + b"\0")
            try:
                with path.open("rb") as stream:
                    total.update(hashlib.file_digest(stream, "sha256").digest())
            except OSError:
                total.update(b"unreadable")
        return total.hexdigest()

    def _beside(self) -> Iterator[Path]:
        """Yield the small files that a notebook may read when it is run."""
        if self.alone:
            for path in sorted(self.folder.iterdir())[:MAX_FILES]:
                if path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_CERTIFICATE:
                    yield path


def find_submissions(folder: Path) -> list[Submission]:
    """Return what was handed in, in the order of the learners' names.

    Raises CourseError: there is no such folder, or nothing in it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     _ = Path(place, "ada.ipynb").write_text("{}")
    ...     Path(place, "emmy").mkdir()
    ...     _ = Path(place, "emmy", "lesson.ipynb").write_text("{}")
    ...     [(one.learner, len(one.notebooks)) for one in find_submissions(Path(place))]
    [('ada', 1), ('emmy', 1)]
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise CourseError(
            f"'{folder}' {what}: give the folder in which the submissions lie, "
            "one notebook or one folder for each learner"
        )
    found = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.startswith((".", "__")):
            continue
        if path.is_symlink():
            found.append(Submission(path.name, folder, problems=[f"{path.name} is a link, and links are not followed"]))
        elif path.is_dir():
            found.append(_folder_of(path))
        elif path.suffix == ".ipynb":
            one = Submission(path.stem, folder, alone=False)
            _take(path, one)
            found.append(one)
        elif path.suffix.lower() in _MEANT:
            told = f"{path.name} is not a notebook: unpack it into a folder, or ask for the file that ends in .ipynb"
            found.append(Submission(path.stem, folder, alone=False, problems=[told]))
    if not found:
        raise CourseError(
            f"there are no submissions in '{folder}': put one notebook or one folder there for each learner"
        )
    return found


def _folder_of(folder: Path) -> Submission:
    one = Submission(folder.name, folder)
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or path.suffix not in (".ipynb", ".json"):
                continue
            if path.is_symlink() or not path.is_file():
                one.problems.append(f"{name} is a link, and links are not followed")
            elif path.suffix == ".ipynb":
                _take(path, one)
            elif name == RECORD:
                one.record = one.record or path
            elif path.stat().st_size <= MAX_CERTIFICATE and len(one.certificates) < MAX_FILES:
                one.certificates.append(path)
    if not one.notebooks and not one.problems:
        one.problems.append("there is no notebook in the folder")
    return one


def _take(path: Path, one: Submission) -> None:
    if path.stat().st_size > MAX_BYTES:
        one.problems.append(f"{path.name} is larger than {MAX_BYTES} bytes")
    elif len(one.notebooks) >= MAX_NOTEBOOKS:
        one.problems.append(f"{path.name} was left out: at most {MAX_NOTEBOOKS} notebooks of a learner are read")
    else:
        one.notebooks.append(path)
