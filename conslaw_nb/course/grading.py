"""Grading a folder of submissions: in parallel, each apart from all others, and again only what has changed.

The answers that a learner wrote out are read from the source and judged in a clean process. A notebook is run as well,
shut in, to see whether it runs and to learn the answers that are computed in it; what comes out of that is plain data,
and is judged in a clean process like the rest. Saved outputs are not looked at.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .. import teaching
from ..errors import brief
from ..files import write_whole
from ..notebooks.lab import lessons_folder
from ..teaching.lesson_text import Lesson
from ..teaching.syllabus import lessons_named
from .cluster import graded_elsewhere, is_set_up
from .helper import Helper
from .judging import version
from .one_submission import grade_submission, not_graded
from .sealing import tried, why_not
from .submissions import CourseError, Submission, find_submissions

__all__ = ["Grades", "Limits", "file_name", "grade"]

Result = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """What one submission may use."""

    seconds: float = 60.0  # of processor time, for a notebook; a cell may use three quarters of what is left
    answer_seconds: float = 20.0  # of processor time, for judging one answer
    megabytes: int = 1024
    waiting: float = 5.0  # how many times `seconds` it may take by the clock: a machine may be busy, a cell may sleep


@dataclass
class Grades:
    """The table."""

    learners: list[Result]  # one result each, in the order of their names
    exercises: list[str]  # the numbers of the exercises that are graded
    protection: list[str]  # how the notebooks were run, one sentence each
    taken_over: int = 0  # how many results are from an earlier run
    titles: dict[str, str] = field(default_factory=dict)  # of the exercises
    own: list[Lesson] = field(default_factory=list)  # the lecturer's own lessons


def grade(
    folder: Path,
    output: Path,
    *,
    lessons: Sequence[int | str] | None = None,
    run: bool = True,
    unprotected: bool = False,
    again: bool | str = False,
    jobs: int | None = None,
    limits: Limits | None = None,
    written: Sequence[str] = (),
    tell: Callable[[int, int, str], None] = lambda done, of, learner: None,
) -> Grades:
    """Grade all submissions of a folder.

    `folder`: one notebook or one folder for each learner; `output`: where results are kept, so that a second run grades
    only what has changed; `lessons`: whose exercises are graded, one's own by their folders; by default those of all
    lessons of ours that occur; `run`:
    whether notebooks are run; if not, only answers that are written out can be judged; `unprotected`: whether notebooks
    are run even where they cannot be shut in; `again`: whether earlier results are thrown away, or the name of the one
    learner whose are; `jobs`: how many
    submissions at once; by default one for each processor; inside ``joblib.parallel_config("dask")`` the cluster works;
    `written`: the names of questions that a person marks, which are the ids or the tags of the cells that answer them;
    `tell`: is given how many are done, of how many, and the
    name of the learner. Raises CourseError: there is nothing to grade, or the system cannot do it.
    """
    if os.name != "posix":
        raise CourseError("grading starts processes in a way that Windows has not: use Linux, macOS, or WSL on Windows")
    with TemporaryDirectory(prefix="conslaw-class-", ignore_cleanup_errors=True) as scratch:
        submissions = find_submissions(folder, Path(scratch))
        return _grade(
            submissions,
            [folder, output],
            lessons,
            run,
            unprotected,
            again,
            jobs,
            limits or Limits(),
            list(written),
            tell,
        )


def _grade(
    submissions: list[Submission],
    places: list[Path],
    lessons: Sequence[int | str] | None,
    run: bool,
    unprotected: bool,
    again: bool | str,
    jobs: int | None,
    limits: Limits,
    written: list[str],
    tell: Callable[[int, int, str], None],
) -> Grades:
    output = places[1]
    chosen = [] if lessons is None else lessons_named(lessons)
    own = [lesson for lesson in chosen if lesson.is_own]
    everything = {task.number: task.title for lesson in own for task in lesson.exercises()}
    everything = {task.number: task.title for task in teaching.all_exercises()} | everything
    known = list(everything) if lessons is None else [number for one in chosen for number in one.texts]
    records = output / "records"
    output.mkdir(0o700, parents=True, exist_ok=True)  # grades are nobody else's
    records.mkdir(exist_ok=True)
    hidden = [lessons_folder() / "solutions", *(lesson.path.parent for lesson in own)]
    if isinstance(again, str) and again not in [one.learner for one in submissions]:
        raise CourseError(
            f"there is no submission of {brief(again)} to be graded again: write the name as in the table"
        )
    settings: dict[str, Any] = {
        "seconds": limits.seconds * limits.waiting,
        "cpu_seconds": limits.seconds,
        "megabytes": limits.megabytes,
        "hidden": [str(place.resolve()) for place in (*places, *hidden)],
        "sealed": run and not why_not(),
        "known": list(everything),
        "own": {str(lesson.number): str(lesson.path) for lesson in own},
        "written": sorted(written),
    }
    package, protection = version(settings["own"]), [_SHUT_IN]
    with closing(Helper(0, settings)) as helper:
        # Where nothing has changed, nothing is tried out: that would take longer than all the rest.
        for sure in (False, True):
            if sure or not settings["sealed"]:
                settings["sealed"], protection = _protection(run, unprotected, helper)
                sure = True
            runs = run and (settings["sealed"] or unprotected)
            mode = json.dumps([package, runs, settings["sealed"], limits.seconds, limits.megabytes])
            results, waiting = _taken_over(submissions, records, mode, again, settings["written"])
            if sure or not waiting:
                break
        helper.settings |= settings
        taken = len(results)
        for learner in list(results):
            tell(taken, len(submissions), learner)

        def done(one: Submission, path: Path, digest: str, result: Result) -> None:
            facts = {"learner": one.learner, "identity": one.identity, "email": one.email}
            whole = {**facts, "digest": digest, **result, "asked": settings["written"]}
            write_whole(path, json.dumps(whole, ensure_ascii=True, indent=1) + "\n")
            results[one.learner] = whole
            tell(len(results), len(submissions), one.learner)

        if is_set_up():
            helper.stop()
            entries = [entry[0] for entry in waiting]
            for place, result in graded_elsewhere(entries, jobs, settings, limits.answer_seconds, runs):
                done(*waiting[place], result)
        else:
            jobs = max(1, min(jobs or os.cpu_count() or 1, len(submissions)))
            _all(waiting, jobs, helper, limits, runs, done)
    learners = [results[one.learner] for one in submissions]
    return Grades(learners, _graded(known, learners, lessons), protection, taken, everything, own)


def _taken_over(
    submissions: list[Submission], records: Path, mode: str, again: bool | str, written: list[str]
) -> tuple[dict[str, Result], list[tuple[Submission, Path, str]]]:
    """Return the earlier results that still hold, and what is to be graded, with its record and its digest.

    Where only the questions that a person marks are others, what is known of a submission goes along with it.
    """
    results: dict[str, Result] = {}
    waiting = []
    for one in submissions:
        path, digest = records / file_name(one.learner, ".json"), one.digest(mode)
        old = None if again is True or again == one.learner else _record(path)
        if old is not None and (old.get("digest"), old.get("learner")) != (digest, one.learner):
            old = None
        if old is not None and old.get("asked") == written:
            results[one.learner] = old
        else:
            one.earlier = old
            waiting.append((one, path, digest))
    return results, waiting


def _graded(known: list[str], learners: Iterable[Result], lessons: Sequence[int | str] | None) -> list[str]:
    """Return the exercises of the table: those asked for, or those of the lessons that somebody handed in."""
    if lessons is not None:
        return known
    seen = {number.split(".")[0] for result in learners for number in result["exercises"]}
    return [number for number in known if number.split(".")[0] in seen]


def file_name(learner: str, suffix: str) -> str:
    """Return the name of a file for a learner, whatever the learner's name is.

    Examples
    --------
    >>> file_name("Zoë/..", ".json")
    'Zo-----7fa348b3ac.json'
    """
    plain = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in learner)[:40]
    return f"{plain}-{hashlib.sha256(learner.encode('utf-8', 'surrogateescape')).hexdigest()[:10]}{suffix}"


def _record(path: Path) -> Result | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("exercises"), dict) else None


def _protection(run: bool, unprotected: bool, helper: Helper) -> tuple[bool, list[str]]:
    """Try out how a program can be shut in here; return whether it can, and sentences for the report."""
    if not run:
        return False, ["No notebook was run: answers that are computed by a notebook were not judged."]
    if find_spec("IPython") is None:
        raise CourseError(
            "IPython is not installed in this Python, and notebooks are run with it: "
            '`pip install "conslaw_nb[lessons]"`, or leave out the running with --no-run'
        )
    why = why_not()
    if not why:
        found = helper.ask("probe", seconds=60, cpu_seconds=20, sealed=True)
        said = [json.loads(line) for line in found["lines"]]
        leaks = [told for kind, *rest in said if kind == "leak" for told in rest]
        if found["ended"] == "well" and ["end"] in said and not leaks:
            return True, [_SHUT_IN]
        helper.stop()
        why = "; ".join(leaks) or tried() or "the first process inside did not answer"
    if unprotected:
        return False, [
            f"The notebooks could NOT be shut in on this system ({why}). They were run all the same, as was asked for, "
            "with limits on time and memory only: network, files and other programs were within their reach."
        ]
    return False, [
        f"No notebook was run, since it could not be shut in on this system ({why}): answers that are computed by a "
        "notebook were not judged."
    ]


_SHUT_IN = (
    "Each notebook was run in a process of its own, shut in by bubblewrap: without network, in an empty environment, "
    "with no file in sight but Python's, this package's and those in a scratch folder of its own, without sight of "
    "other programs, and with limits on time, memory and the number of processes. This was tried out before the first "
    "one was run."
)


def _all(
    waiting: list[tuple[Submission, Path, str]],
    jobs: int,
    first: Helper,
    limits: Limits,
    run: bool,
    done: Callable[[Submission, Path, str, Result], None],
) -> None:
    """Grade what is waiting, several at once, each helper busy with one; the `first` of them is there already."""
    if not waiting:
        return
    local, lock = threading.local(), threading.Lock()
    helpers: list[Helper] = []
    free = [first]
    stopping = threading.Event()
    known: dict[tuple[str, str], tuple[str, str]] = {}

    def work(one: Submission) -> Result | None:
        """Grade one; a fault of ours takes one line of the table, and not the table."""
        if stopping.is_set():
            return None
        helper = getattr(local, "helper", None)
        if helper is None:
            with lock:
                helper = local.helper = free.pop() if free else Helper(len(helpers), first.settings)
                helpers.append(helper)
        try:
            return grade_submission(one, helper, limits.answer_seconds, run, known)
        except CourseError:
            if stopping.is_set():
                return None
            raise
        except Exception as fault:
            return not_graded(one, f"{type(fault).__name__}: {fault}"[:300])

    pool = ThreadPoolExecutor(jobs)
    try:
        open_: dict[Future[Result | None], tuple[Submission, Path, str]] = {
            pool.submit(work, entry[0]): entry for entry in waiting
        }
        while open_:
            for future in wait(open_, return_when=FIRST_COMPLETED).done:
                entry = open_.pop(future)
                result = future.result()
                if result is None:
                    raise CourseError(f"the grading of {brief(entry[0].learner)} was stopped: run it again to go on")
                done(*entry, result)
    finally:
        stopping.set()
        for helper in helpers:
            helper.close()
        pool.shutdown(wait=True, cancel_futures=True)
