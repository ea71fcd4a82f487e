"""What was handed in: one notebook or one folder for each learner, or the export of a learning platform as it came.

Each learner has one record, whatever lies there: what belongs together is put together and told, and what is not
graded has a row that says why.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import CourseError
from ..notebooks.reading import MAX_BYTES
from ..teaching.progress_file import FILE as RECORD
from .archives import MAX_DEPTH, Bounds, is_archive, names_in, unpack
from .worksheets import Worksheets

__all__ = ["CourseError", "Export", "Submission", "find_submissions"]

MAX_NOTEBOOKS, MAX_FILES = 30, 50  # of one learner
MAX_CERTIFICATE = 2_000_000
MAX_NESTED = 3  # archives in archives
MAX_FILES_PACKED, MAX_PACKED = 2_000, 400_000_000  # in all archives of one learner

_NOTEBOOK = (".ipynb", ".ipynb.json", ".ipynb.txt")  # some browsers and mail programs append the last part
# What is the lecturer's own where it lies beside the submissions; whatever else lies there is somebody's.
_LECTURERS = (".csv", ".md", ".toml", ".xlsx", ".xls", ".ods", ".log")
# What systems and programs leave behind of their own accord.
_LITTER = {".ds_store", "thumbs.db", "desktop.ini", "__macosx", ".ipynb_checkpoints", "__pycache__", ".git", ".venv"}

_MOODLE = re.compile(r"(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?")
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)")


@dataclass
class Export:
    """One hand-in as a learning platform exports it."""

    platform: str  # 'moodle' or 'canvas'
    name: str  # of the folder or of the file
    number: str  # Canvas's of the user, Moodle's of the user in one assignment
    late: bool = False  # whether the platform says so
    day: str = ""  # when it was handed in, where a worksheet says so
    notebooks: list[Path] = field(default_factory=list)


@dataclass
class Submission:
    """What one learner handed in."""

    learner: str  # the name of the notebook, of the folder, or on the platform; no other submission has it
    identity: str = ""  # the learner's number in a platform's export
    email: str = ""  # where a worksheet of the platform says so
    exports: list[Export] = field(default_factory=list)
    notebooks: list[Path] = field(default_factory=list)
    certificates: list[Path] = field(default_factory=list)
    record: Path | None = None  # the learner's own record of progress
    files: dict[Path, str] = field(default_factory=dict)  # of all that was handed in, with its name
    folders: set[Path] = field(
        default_factory=set
    )  # of this learner alone: what lies beside a notebook there is theirs
    problems: list[str] = field(default_factory=list)  # what was left out or put together, and why
    earlier: dict[str, Any] | None = None  # what is known of it, but for texts that a person marks

    def digest(self, more: str) -> str:
        """Return a number that changes when anything that was handed in does, or `more` does."""
        facts = [more, self.learner, self.identity, self.email, *self.problems]
        facts += [f"{one.name} {one.late} {one.day}" for one in self.exports]
        total = hashlib.sha256("\0".join(facts).encode("utf-8", "surrogateescape"))
        for path, name in sorted(self.files.items(), key=lambda pair: pair[1]):
            total.update(b"\0" + name.encode("utf-8", "surrogateescape") + b"\0")
            try:
                with path.open("rb") as stream:
                    total.update(hashlib.file_digest(stream, "sha256").digest())
            except OSError:
                total.update(b"unreadable")
        return total.hexdigest()


def find_submissions(folder: Path, scratch: Path | None = None) -> list[Submission]:
    """Return what was handed in, in the order of the learners' names.

    `folder`: or an archive; `scratch`: where archives are unpacked; without it they are named and left. Raises
    CourseError: there is no such folder, or nothing in it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     _ = Path(place, "ada.ipynb").write_text("{}")
    ...     Path(place, "Emmy N_12_assignsubmission_file").mkdir()
    ...     _ = Path(place, "Emmy N_12_assignsubmission_file", "lesson.ipynb").write_text("{}")
    ...     [(one.learner, one.identity, len(one.notebooks)) for one in find_submissions(Path(place))]
    [('Emmy N', '12', 1), ('ada', '', 1)]
    """
    found = _Found(scratch)
    if folder.is_file() and is_archive(folder) and scratch is not None:
        inner, told = found.unpacked(folder)
        found.look(_innermost(inner))
        if told:
            found.of(folder.name).problems += told
    elif not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise CourseError(
            f"'{folder}' {what}: give the folder in which the submissions lie, "
            "one notebook or one folder for each learner, or the archive of a learning platform"
        )
    else:
        for path in sorted(folder.glob("*.[cC][sS][vV]")):  # the lecturer's own: in an archive anybody may have put one
            if path.is_file() and not path.is_symlink() and _platforms(path.name) is None:
                found.sheets.read(path)
        found.look(folder)
    if not found.people:
        raise CourseError(
            f"there are no submissions in '{folder}': put one notebook or one folder there for each learner"
        )
    return found.in_order()


class _Found:
    """What has been found so far, one entry for each learner."""

    def __init__(self, scratch: Path | None):
        self.people: dict[tuple[str, str], Submission] = {}
        self.sheets = Worksheets()
        self.scratch, self._places = scratch, 0
        self._bounds: dict[str, Bounds] = {}  # what the archives of a learner may still hold, together
        self._own: dict[str, Path | None] = {}  # where the single files of a learner are put together

    def of(self, name: str, identity: str = "") -> Submission:
        """Return the entry of a learner; `identity` tells those of one name apart."""
        name = unicodedata.normalize("NFC", name)
        return self.people.setdefault((identity, name), Submission(name))

    def place(self) -> Path | None:
        """Return the path of a new folder in scratch."""
        self._places += 1
        return self.scratch / str(self._places) if self.scratch else None

    def unpacked(self, archive: Path, bounds: Bounds | None = None) -> tuple[Path, list[str]]:
        """Unpack an archive, within the bounds of one learner or of a whole class; return where, and what was left."""
        target = self.place()
        return target, unpack(archive, target, bounds or (Bounds() if _holds_export(archive) else _own()))

    def look(self, folder: Path) -> None:
        """Look through a folder of submissions: notebooks and folders first, then what lies beside them."""
        beside, paths = [], sorted(folder.iterdir(), key=lambda path: path.name)
        numbers: dict[str, set[str]] = {}  # of each name in this export
        for path in paths:
            if known := _MOODLE.fullmatch(path.name):
                numbers.setdefault(known["name"], set()).add(known["id"])
        for path in paths:
            known = _platforms(path.name)
            if _is_litter(path.name):
                continue
            if path.is_symlink():
                self.of(path.name).problems.append(f"{path.name} is a link, and links are not followed")
            elif known:
                self._exported(path, known.groupdict(), len(numbers.get(known["name"], ())) > 1)
            elif path.is_dir():
                inner = _innermost(path)
                if _is_export(inner):
                    self.look(inner)
                else:
                    self._folder(path, self.of(path.name), path.name)
            elif _is_notebook(path):
                one = self.of(_stem(path.name))
                _together(one, path.name)
                self._file(path, one, path.name)
            elif is_archive(path) and self.scratch is not None and path.is_file():
                inner, told = self.unpacked(path)
                if _is_export(_innermost(inner)):
                    self.look(_innermost(inner))
                    if told:
                        self.of(path.name).problems += told
                else:
                    one = self.of(_stem(path.name))
                    _together(one, path.name)
                    one.problems += told
                    self._folder(inner, one, path.name)
            else:
                beside.append(path)
        for path in beside:
            stem = _stem(path.name)
            one = self.people.get(("", unicodedata.normalize("NFC", stem)))
            if one is not None and path.suffix.lower() == ".json":
                self._file(path, one, path.name)
            elif one is not None:
                one.problems.append(f"{path.name} lies beside it under the same name, and was not graded")
            elif path.suffix.lower() not in _LECTURERS or not path.is_file():
                self.of(stem).problems.append(_not_read(path))

    def _exported(self, path: Path, facts: dict[str, str | None], several: bool) -> None:
        """Take a file or a folder that is named as platforms name them; `several` have this name in this export.

        Canvas's number is the user's; Moodle's is another one in each assignment, so that people are known there by
        their address where a worksheet gives it, and else by their name.
        """
        name, number = unicodedata.normalize("NFC", str(facts["name"])), str(facts["id"])
        email, day = self.sheets.of(name, number)
        moodle = "late" not in facts
        one = self.of(name, (email or (number if several else "moodle")) if moodle else number)
        one.identity, one.email = one.identity or number, one.email or email
        export = Export("moodle" if moodle else "canvas", path.name, number, bool(facts.get("late")), day)
        if any(other.name == path.name for other in one.exports):
            one.problems.append(f"{path.name} was exported more than once, and all that it holds was graded")
        one.exports.append(export)
        before = len(one.notebooks)
        if path.is_dir():
            self._folder(path, one, path.name)
        else:
            self._single(path, one, facts["file"] or path.name)
        export.notebooks = one.notebooks[before:]

    def _single(self, path: Path, one: Submission, name: str) -> None:
        """Take one file of an export: under its own name, beside what else this learner handed in."""
        own = self._own.setdefault(one.learner + one.identity, self.place())
        if own is not None and path.is_file():
            own.mkdir(exist_ok=True)
            while (own / name).exists():
                name = f"again-{name}"
            shutil.copyfile(path, own / name)
            one.folders.add(own)
            path = own / name
        self._file(path, one, name)

    def _folder(self, folder: Path, one: Submission, name: str, depth: int = 0) -> None:
        """Take all files of a learner's own folder, at any depth."""
        if depth == 0:
            _together(one, f"the folder {name}")
        problems = len(one.problems)
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(inner for inner in folders if not _is_litter(inner))
            one.folders.add(Path(place))
            if folders and len(Path(place).relative_to(folder).parts) >= MAX_DEPTH:
                one.problems.append(f"{folders[0]} lies in too many folders, and was not opened")
                folders.clear()
            for inner in folders:
                if Path(place, inner).is_symlink():
                    one.problems.append(f"{inner} is a link, and links are not followed")
            for file in sorted(names):
                if not _is_litter(file):
                    path = Path(place, file)
                    self._file(path, one, f"{name}/{path.relative_to(folder)}", depth)
        if depth == 0 and not one.notebooks and len(one.problems) == problems:
            one.problems.append("there is no notebook in the folder")

    def _file(self, path: Path, one: Submission, name: str, depth: int = 0) -> None:
        """Take one file of a learner."""
        if path.is_symlink():
            one.problems.append(f"{path.name} is a link, and links are not followed")
            return
        if not path.is_file():
            one.problems.append(f"{path.name} is neither a file nor a folder, and was not opened")
            return
        size = path.stat().st_size
        if is_archive(path):
            if depth >= MAX_NESTED or self.scratch is None:
                one.problems.append(_not_read(path))
            else:
                inner, told = self.unpacked(path, self._bounds.setdefault(one.learner + one.identity, _own()))
                one.problems += told
                self._folder(inner, one, name, depth + 1)
        elif _is_notebook(path):
            if size > MAX_BYTES:
                one.problems.append(f"{path.name} is larger than {MAX_BYTES} bytes, and was not read")
            elif len(one.notebooks) >= MAX_NOTEBOOKS:
                told = f"{path.name} was left out: at most {MAX_NOTEBOOKS} notebooks of a learner are read"
                one.problems.append(told)
            else:
                one.notebooks.append(path)
                one.files[path] = name
        elif path.name == RECORD and one.record is None:
            one.record = path
            one.files[path] = name
        elif size > MAX_CERTIFICATE:
            told = (
                f"{path.name} is larger than {MAX_CERTIFICATE} bytes: it was neither checked nor given to the notebook"
            )
            one.problems.append(told)
        else:
            one.files[path] = name
            if path.suffix.lower() == ".json" and len(one.certificates) < MAX_FILES:
                one.certificates.append(path)
            elif path.suffix.lower() == ".json":
                told = f"{path.name} was left out: at most {MAX_FILES} certificates of a learner are checked"
                one.problems.append(told)
            elif path.suffix.lower() in (".7z", ".rar"):
                one.problems.append(_not_read(path))

    def in_order(self) -> list[Submission]:
        """Return the submissions by name; who shares a name with another is told apart by the platform's number."""
        several: dict[str, int] = {}
        for one in self.people.values():
            several[one.learner] = several.get(one.learner, 0) + 1
        for one in self.people.values():
            if several[one.learner] > 1 and one.identity:
                one.problems.append(f"another submission has the name {one.learner}: the number tells them apart")
                one.learner = f"{one.learner} ({one.identity})"
        return sorted(self.people.values(), key=lambda one: (one.learner, one.identity))


def _together(one: Submission, name: str) -> None:
    """Note that something is put together with what was found before."""
    if one.files and not one.identity:
        first = next(iter(one.files.values()))
        one.problems.append(f"{name} and {first} have one name, and were graded together as one learner's")


def _own() -> Bounds:
    return Bounds(MAX_FILES_PACKED, MAX_PACKED)


def _holds_export(archive: Path) -> bool:
    """Whether an archive is a whole class's: names of platforms stand in it, at the top or in one folder."""
    return any(_platforms(part) for name in names_in(archive) for part in name.split("/")[:2])


def _platforms(name: str) -> re.Match[str] | None:
    """Return the parts of a name that a learning platform gave."""
    return _MOODLE.fullmatch(name) or _CANVAS.fullmatch(name)


def _is_litter(name: str) -> bool:
    return name.lower() in _LITTER or name.startswith("._")


def _stem(name: str) -> str:
    """Return the name of a file without what says its kind, at least one sign."""
    for ending in (*_NOTEBOOK[1:], ".tar.gz", ".tar.bz2", ".tar.xz"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return Path(name).stem


def _is_notebook(path: Path) -> bool:
    """Whether a file is named as a notebook, or named as data or text and is one."""
    if path.name.lower().endswith(_NOTEBOOK):
        return True
    if path.suffix.lower() not in (".json", ".txt") or path.is_symlink() or not path.is_file():
        return False
    try:
        ends = _ends(path)
    except OSError:
        return False
    return ends.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and b'"nbformat"' in ends and b'"cells"' in ends


def _ends(path: Path) -> bytes:
    with path.open("rb") as stream:
        head = stream.read(4000)
        stream.seek(max(0, path.stat().st_size - 4000))
        return head + stream.read(4000)


def _is_export(folder: Path) -> bool:
    return any(_platforms(path.name) for path in folder.iterdir())


def _innermost(folder: Path) -> Path:
    """Return the first folder inside that holds more than one other folder."""
    for _ in range(5):
        inside = [path for path in folder.iterdir() if not _is_litter(path.name)]
        named = len(inside) == 1 and _platforms(inside[0].name)
        if len(inside) != 1 or named or not inside[0].is_dir() or inside[0].is_symlink():
            break
        folder = inside[0]
    return folder


def _not_read(path: Path) -> str:
    if not path.is_file():
        return f"{path.name} is neither a file nor a folder, and was not opened"
    if path.suffix.lower() in (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz"):
        return f"{path.name} is an archive that is not opened here: unpack it into a folder of the learner's name"
    return f"{path.name} is not a notebook: ask for the file that ends in .ipynb"
