"""The clean process: it reads what was handed in and judges it, with the exercises themselves and nothing else."""

from __future__ import annotations

import builtins
import hashlib
import json
import os
import resource
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any

import conslaw_nb

from .. import errors
from ..errors import ConslawError, NotebookError
from ..notebooks.reading import read_notebook
from ..teaching import Exercise, all_exercises, exercises
from ..teaching.lesson_text import read_lesson
from ..teaching.syllabus import load
from .alike import fingerprints
from .answers import find_answers
from .plain_data import PlainDataError, decode, encode

__all__ = ["FORMS", "examine", "heard", "judge", "package_version", "read", "unpack", "version"]

Emit = Callable[[list[Any]], None]

MAX_LINE = 400_000  # characters of what a foreign process says at once
MOST_WRITTEN, MOST_TEXTS = 40_000, 20  # characters of an answer to a written question, and such answers
MOST_HINTS, MOST_CELLS = 999, 99_999  # whoever says more means something else than a number
# What an error may be called on a page: what a learner names otherwise could say anything.
_ERRORS = {"TooLong", "TraitError", "UsageError"} | {
    name for scope in (builtins, errors) for name, kind in vars(scope).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}  # fmt: skip
FORMS = ("right", "wrong", "unreadable", "empty")


def version(own: Mapping[str, str], package: str = "") -> str:
    """Return a number for this package and lessons of one's own as they are: others may judge otherwise.

    `own`: the Markdown files of the lessons; `package`: what `package_version` says, if that is known already.
    """
    total = hashlib.sha256((package or package_version()).encode())
    for text in own.values():
        for name, data in read_lesson(text).handed_out().items():
            total.update(f"{name} {len(data)} ".encode() + data)
    return total.hexdigest()


def package_version() -> str:
    """Return a number for this package as it is."""
    total = hashlib.sha256(conslaw_nb.__version__.encode())
    files = Path(conslaw_nb.__file__).parent.rglob("*")
    for path in sorted(path for path in files if path.suffix in (".py", ".md")):  # the .md are the exercises' texts
        total.update(path.read_bytes())
    return total.hexdigest()


def read(request: dict[str, Any], emit: Emit) -> None:
    """Say what stands in notebooks: answers, hints, exercises, and cells that are not Python."""
    if request.get("record"):
        _hints_recorded(Path(request["record"]), set(request["known"]), emit)
    known = set(request["known"])
    for path in request["notebooks"]:
        name = Path(path).name
        try:
            cells = read_notebook(path)
            found = find_answers(cells)
        except NotebookError as problem:
            emit(["unreadable", name, str(problem)])
            continue
        emit(["cells", fingerprints(cells)])
        texts = [
            (name, cell.source) for cell in cells for name in request["written"] if name in {cell.name, *cell.tags}
        ]
        for question, text in texts[:MOST_TEXTS]:
            emit(["written", question, text[:MOST_WRITTEN]])
        for number in [number for number in found.exercises if number in known]:
            emit(["exercise", str(path), number])
        for number in sorted(known & set(found.hints)):
            emit(["hints", name, number, min(found.hints[number], MOST_HINTS)])
        strange = [number for number in found.exercises if number not in known]
        if strange:
            some = ", ".join([*strange[:3], *(["..."] if strange[3:] else [])])
            emit(["told", name, f"it names exercises that are not known here: {some}"])
        for told in found.told:
            emit(["told", name, told])
        for place, told in found.unreadable.items():
            emit(["no python", name, place, told])
        for answer in found.answers:
            if answer.number not in known:
                continue
            try:
                value = encode(answer.value) if answer.written else None
            except PlainDataError:
                value = None
            emit(["answer", name, answer.number, value, answer.source[:500]])


def _hints_recorded(path: Path, known: set[str], emit: Emit) -> None:
    """Say how many hints a learner's own record of progress tells of; the record itself is not touched."""
    from ..teaching.progress_file import Progress

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        try:
            copy.write_bytes(path.read_bytes())
            entries = Progress(copy).entries()
        except (OSError, ConslawError):
            return
    for number in sorted(known & set(entries)):
        emit(["recorded", number, min(entries[number]["hints"], MOST_HINTS)])


def unpack(request: dict[str, Any], emit: Emit) -> None:
    """Read what a process that nobody trusts has said; what makes no sense is left out."""
    known = set(request["known"])
    for line in request["lines"]:
        try:
            said = json.loads(line) if len(line) <= MAX_LINE else None
        except (ValueError, RecursionError):
            continue
        if not isinstance(said, list) or not said:
            continue
        match said:
            case ["cell", int(place)] if _is_place(place):
                emit(["cell", place])
            case ["error", int(place), str(kind), int(line)] if _is_place(place) and _is_place(line):
                emit(["error", place, kind if kind in _ERRORS else "an error of its own", line])
            case ["missing", str(module)] if module.isidentifier() or module.replace(".", "x").isidentifier():
                emit(["missing", module[:60]])
            case ["capped", int(number)]:
                emit(["capped", int(number)])
            case ["answer", str(number), data] if number in known:
                try:
                    emit(["answer", number, encode(decode(data))])
                except ConslawError as problem:
                    emit(["strange", number, str(problem)])
            case ["strange", str(number), str(told)] if number in known:
                emit(["strange", number, _line(told)])
            case ["hint", str(number)] if number in known:
                emit(["hint", number])
            case ["file", str(name), str(text)]:
                emit(["file", _line(name), text])
            case ["end"]:
                emit(["end"])


def _is_place(number: int) -> bool:
    return type(number) is int and 0 <= number <= MOST_CELLS


def _line(text: Any, limit: int = 300) -> str:
    """Return a text as one line of printable signs."""
    plain = " ".join(str(text).split())
    return "".join(sign if sign.isprintable() else "?" for sign in plain)[:limit]


def judge(request: dict[str, Any], emit: Emit) -> None:
    """Judge answers, one after the other; each is begun aloud, so that one that never ends can be passed over."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # where there is no record of progress
        for place, (number, data) in enumerate(request["answers"]):
            emit(["begin", place])
            _time_for_one(request["answer_seconds"])
            try:
                feedback = _exercise(number, request["own"]).check(decode(data))
                outcome, message = feedback.outcome, feedback.message
                if outcome not in FORMS:
                    outcome, message = "not judged", f"its check says {_line(outcome, 40)!r}: one of {', '.join(FORMS)}"
            except RecursionError:
                outcome, message = "unreadable", "the answer is nested too deeply to be read"
            except PlainDataError as problem:
                outcome, message = "unreadable", str(problem)
            except MemoryError:
                raise
            except Exception as problem:
                outcome, message = "not judged", _fault(problem)
            emit(["verdict", place, outcome, _line(message, 1500)])


def heard(lines: Sequence[str], count: int) -> list[list[Any]]:
    """Return the verdicts of a process in which a lecturer's check ran, which may have been made to say more."""
    found: list[list[Any]] = []
    for line in lines:
        try:
            said = json.loads(line) if len(line) <= MAX_LINE else None
        except (ValueError, RecursionError):
            continue
        match said:
            case ["verdict", int(place), str(outcome), str(message)] if 0 <= place < count:
                if outcome in (*FORMS, "not judged"):
                    found.append(["verdict", place, outcome, _line(message, 1500)])
    return found


def _exercise(number: str, own: dict[str, str]) -> Exercise:
    """Return an exercise afresh; one of a lecturer's own comes from the lecturer's files."""
    name = number.rpartition(".")[0]
    if name not in own:
        return next(task for task in all_exercises() if task.number == number)
    lesson = load(Path(own[name]))
    for file, content in lesson.handed_out().items():
        Path(file).write_bytes(content)  # a check may read what lies beside the notebook
    return next(task for task in exercises(lesson) if task.number == number)


def _fault(problem: Exception) -> str:
    """Say what failed in a check, and where: never what it says, which may hold anything."""
    steps = extract_tb(problem.__traceback__)
    own = [step for step in steps if f"{os.sep}conslaw_nb{os.sep}" not in step.filename]
    place = f"{Path((own or steps)[-1].filename).name}, line {(own or steps)[-1].lineno}"
    return f"Its check failed with {type(problem).__name__} in {place}: tell whoever teaches."


def _time_for_one(seconds: float) -> None:
    """Have the system end this process when judging one answer takes more of the processor's time than it may."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))


def examine(request: dict[str, Any], emit: Emit) -> None:
    """Re-check certificates and proofs, given as files or as texts; other files are passed over in silence."""
    from ..claims.verification import examine_file

    with tempfile.TemporaryDirectory() as folder:
        for place, (name, text) in enumerate(request["files"]):
            emit(["begin", place])
            path = Path(name)
            if text is not None:
                path = Path(folder, f"{place}.json")
                path.write_text(text, encoding="utf-8")
            if not _is_ours(path):
                emit(["file", place, False, None, ""])
                continue
            report, status = examine_file(str(path))
            emit(["file", place, status == 0, report.verdict, _line(report.summary)])


def _is_ours(path: Path) -> bool:
    """Whether a file says that it is a certificate or a proof."""
    try:
        with path.open("rb") as stream:
            head = stream.read(2000)
    except OSError:
        return False
    return any(b"conslaw-" + kind in head for kind in (b"certificate", b"proof", b"claim"))
