"""What `conslaw lab` does: a working copy of the lessons, and JupyterLab opened on the first of them.

A learner's work is never overwritten. The working copy remembers, in a small manifest, the hash of every file
as it was delivered; a later run refreshes the files that are still as delivered, and leaves every other file
alone. Where a changed file has a newer original, that one is put beside it under another name.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import util
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from ..errors import LabError
from ..files import write_whole
from ..teaching.lesson_text import SOLUTION, Lesson
from ..teaching.progress_file import progress
from .saving import EXTENSION

__all__ = ["DEFAULT_FOLDER", "MANIFEST", "LabReport", "lessons_folder", "notebook_of", "open_lab",
           "solution_of", "update_folder"]  # fmt: skip

DEFAULT_FOLDER = Path("my-lessons")
MANIFEST = ".conslaw-lessons.json"

# Solutions stay behind: a solution in the next tab is too near for a learner who is stuck for one minute.
_NOT_COPIED = {"solutions", "__pycache__"}


@dataclass
class LabReport:
    """What was done to the working copy, and how JupyterLab is started on it."""

    folder: Path  # the working copy
    first: str = ""  # the lesson that is opened, as a path inside the folder
    # files that are new here, files that were still as delivered and are now up to date, and files the learner changed,
    # which were left alone
    copied: list[str] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    # for a changed file whose original is newer: its name, and the name the new original was given
    beside: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=list)  # the command that starts JupyterLab
    status: int = 0  # JupyterLab's exit status; 0 while it was not started

    def sentences(self) -> list[str]:
        """Return what a learner should know, one sentence an item."""
        facts = []
        if self.copied:
            facts.append(f"{_lessons(len(self.copied))} copied")
        if self.refreshed:
            facts.append(f"{_lessons(len(self.refreshed))} brought up to date")
        told = [f"Your lessons are in {self.folder}" + (f" ({', '.join(facts)})." if facts else ".")]
        for name, new in self.beside.items():
            told.append(f"You changed {name}, so it stays as it is; the new version of it is beside it, as {new}.")
        return told


def _lessons(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"


def lessons_folder() -> Path:
    """Return the folder of the original lessons: inside an installed wheel, or beside a checkout's package.

    Raises LabError: if there is no lesson in either place.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "lessons", package.parent / "lessons"):
        if _first_lesson(folder):
            return folder
    raise LabError(
        f"there are no lessons in {package / 'lessons'} or in {package.parent / 'lessons'}: "
        "install the package again, or take a fresh checkout"
    )


def notebook_of(lesson: Lesson) -> Path:
    """Return the notebook of a lesson, ours or one's own."""
    return (lesson.path.parent if lesson.is_own else lessons_folder()) / lesson.notebook


def solution_of(lesson: Lesson) -> Path:
    """Return the notebook with the solutions of a lesson."""
    return lesson.path.parent / SOLUTION if lesson.is_own else lessons_folder() / "solutions" / lesson.notebook


def _first_lesson(folder: Path) -> str:
    """Return the name of the first numbered notebook of a folder, or nothing."""
    return min((path.name for path in folder.glob("[0-9]*.ipynb")), default="")


def _originals(folder: Path) -> Iterator[str]:
    """Yield the files a learner gets, as paths inside the folder with forward slashes, sorted."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") or part in _NOT_COPIED for part in inside.parts)
        if path.is_file() and not hidden:
            yield inside.as_posix()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_manifest(folder: Path) -> dict[str, str]:
    """Return name -> hash as delivered; a damaged manifest knows nothing, so every file counts as changed."""
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return {name: value for name, value in files.items() if isinstance(value, str)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)


def _name_beside(folder: Path, name: str, new: str, delivered: dict[str, str]) -> str:
    """Return a name beside `name` that is free, or holds this very text, or a delivery nobody has touched."""
    path = PurePosixPath(name)
    number = 1
    while True:
        tag = ".new" if number == 1 else f".new-{number}"
        candidate = str(path.with_name(f"{path.stem}{tag}{path.suffix}"))
        target = folder / candidate
        if not os.path.lexists(target):
            return candidate
        if target.is_file() and not target.is_symlink():
            present = _hash(target.read_bytes())
            if present in (new, delivered.get(candidate)):
                return candidate
        number += 1


def update_folder(source: Path, folder: Path) -> LabReport:
    """Make or update a working copy of the lessons without touching what a learner changed.

    `source`: the originals; `folder`: the working copy; made where it does not exist. Returns what was copied,
    refreshed, kept, and put beside. Raises LabError: if the folder is a file, lies inside the originals, or cannot be
    written.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> (place / "originals").mkdir()
    >>> _ = (place / "originals" / "01_first.ipynb").write_text("{}")
    >>> update_folder(place / "originals", place / "mine").copied
    ['01_first.ipynb']
    >>> update_folder(place / "originals", place / "mine").copied
    []
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise LabError(f"{folder} is a file, and the lessons need a folder: give another name")
    originals, place = source.resolve(), folder.resolve()
    if place == originals or originals in place.parents:
        raise LabError(
            f"{folder} is where the original lessons are kept: give another folder for your own copy, "
            f"or use `jupyter lab` to edit the originals themselves"
        )
    report = LabReport(folder, _first_lesson(source))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        delivered = _read_manifest(folder)
        for name in _originals(source):
            _deliver(name, (source / name).read_bytes(), folder, delivered, report)
        # Written even when nothing changed: a folder that cannot be written is better found out now than
        # when JupyterLab fails to save an hour's work.
        manifest = {"format": "conslaw-lessons", "version": 1, "files": dict(sorted(delivered.items()))}
        _write(folder / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
    except OSError as error:
        raise LabError(
            f"the lessons cannot be written to {folder} ({error.strerror or error}): "
            "give a folder of your own, such as `conslaw lab ~/lessons`"
        ) from None
    return report


def _deliver(name: str, data: bytes, folder: Path, delivered: dict[str, str], report: LabReport) -> None:
    """Bring one file of the working copy up to date, or leave it alone; note which in the report."""
    new, before, target = _hash(data), delivered.get(name), folder / name
    if not os.path.lexists(target):
        _write(target, data)
        report.copied.append(name)
    else:
        # A link or a folder of that name is the learner's own doing: it counts as changed.
        plain = target.is_file() and not target.is_symlink()
        present = _hash(target.read_bytes()) if plain else ""
        if present == new:
            pass
        elif present and present == before:
            _write(target, data)
            report.refreshed.append(name)
        else:
            report.kept.append(name)
            if before != new:  # not told of yet
                beside = _name_beside(folder, name, new, delivered)
                _write(folder / beside, data)
                delivered[beside] = new
                report.beside[name] = beside
    delivered[name] = new


def _check_port(port: int) -> None:
    if not 1 <= port <= 65535:
        raise LabError(f"{port} is not a port: give a number from 1024 to 65535, or none at all")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # a port that was in use a second ago is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise LabError(f"port {port} is reserved for the system: give one from 1024 to 65535") from None
        except OSError:
            raise LabError(
                f"port {port} is in use, perhaps by another JupyterLab: give another one, "
                "or none, and a free one is found"
            ) from None


def _need_jupyterlab() -> None:
    for package in ("jupyterlab", "ipykernel"):
        if util.find_spec(package) is None:
            raise LabError(
                f"{package} is not installed in this Python ({sys.executable}), and the lessons open in it: "
                "`pip install jupyterlab ipykernel`"
            )


def _command(folder: Path, first: str, port: int | None, browser: bool) -> list[str]:
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder.resolve()}",
        # Rather than the notebook as an argument: so the address that is printed leads to the lesson as well.
        f"--LabApp.default_url=/lab/tree/{quote(first)}",
        # A checkout is not where Jupyter looks for extensions: figures are saved as their still pictures.
        f"--ServerApp.jpserver_extensions={{'{EXTENSION}': True}}",
    ]
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container root is the usual user, and JupyterLab would refuse
    return command


def _environment() -> dict[str, str]:
    """Return the variables for JupyterLab: a learner came for a lesson, not to be asked about Jupyter's news.

    The learner's own settings stand above these.
    """
    quiet = str(Path(__file__).resolve().parent / "jupyter" / "quiet")
    paths = [quiet, os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}


@contextmanager
def _signals_go_to(child: subprocess.Popen) -> Iterator[None]:
    """Leave Ctrl-C to JupyterLab, which asks before it stops, and hand a request to end on to it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: child.terminate()),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _trust(report: LabReport) -> None:
    """Sign the notebooks as delivered, as `jupyter trust` does, so that their pictures show before a cell has run.

    What the learner wrote is not signed here, and a Jupyter that keeps no signatures changes nothing.
    """
    with suppress(Exception):
        import nbformat
        from nbformat.sign import NotebookNotary

        notary = NotebookNotary()
        for name in [*report.copied, *report.refreshed, *report.beside.values()]:
            if name.endswith(".ipynb"):
                notary.sign(nbformat.read(report.folder / name, as_version=4))


def open_lab(
    folder: Path | str | None = None,
    *,
    port: int | None = None,
    browser: bool = True,
    run: bool = True,
    say: Callable[[str], None] = print,
) -> LabReport:
    """Open JupyterLab on the first lesson, in a working copy where a learner's work is never overwritten.

    `folder`: the working copy: by default ``my-lessons`` in the current folder. It is made if need be; `port`: by
    default JupyterLab takes 8888, or the next free one; `browser`: whether a browser is opened; the address is printed
    in either case; `run`: whether JupyterLab is started; if not, only the working copy is made; `say`: is given each
    sentence meant for the learner. Returns once JupyterLab has ended, with its exit status; at once if `run` is false.
    Raises LabError: if JupyterLab is missing, the port cannot be used, or the folder is a file or cannot be written.
    """
    if run:
        _need_jupyterlab()
    if port is not None:
        _check_port(port)
    report = update_folder(lessons_folder(), DEFAULT_FOLDER if folder is None else Path(folder).expanduser())
    progress(report.folder).start()
    report.command = _command(report.folder, report.first, port, browser)
    for sentence in report.sentences():
        say(sentence)
    if run:
        _trust(report)
        say("JupyterLab is starting; stop it here with Ctrl-C.")
        sys.stdout.flush()
        try:
            child = subprocess.Popen(report.command, env=_environment())
        except OSError as error:
            raise LabError(
                f"JupyterLab could not be started ({error.strerror or error}): try `jupyter lab {report.folder}`"
            ) from None
        with _signals_go_to(child):
            report.status = child.wait()
    return report
