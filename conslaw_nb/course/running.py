"""Running a submitted notebook, cell by cell, inside a process that is shut in; what comes out is only ever a claim.

The answers that pass through ``check`` are handed on as plain data while the notebook runs. Whoever tampers with
that, or with the checker, has changed what is handed on and nothing else: a clean process judges it.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..notebooks.reading import Cell
from .plain_data import encode

__all__ = ["SHARE", "TooLong", "carry", "run_cells"]

Emit = Callable[[list[Any]], None]

MAX_FILES, MAX_FILE = 40, 2_000_000  # files beside a notebook that go along, and bytes of each
MAX_HANDED = 10_000  # answers that are handed on; beyond, it is told
SHARE = 0.75  # of what is left of its time a cell may use: the next one shall have some, too


class TooLong(BaseException):
    """A cell ran longer than it may; no `except Exception` catches it."""


def carry(folder: Path) -> dict[str, bytes]:
    """Return the small files beside a notebook, which it may want to read: links and folders stay behind."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.iterdir()):
        if len(found) >= MAX_FILES:
            break
        if path.is_symlink() or not path.is_file() or path.suffix == ".ipynb" or path.name.startswith("."):
            continue
        if path.stat().st_size <= MAX_FILE:
            found[path.name] = path.read_bytes()
    return found


def _quiet_shell() -> Any:
    """Return an IPython shell that keeps no history and asks nothing."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    return InteractiveShell.instance(config=settings)


def _listen(emit: Emit) -> None:
    """Hand on every answer that is checked, and every hint that is asked for."""
    from ..teaching.exercise import Exercise

    check, hint = Exercise.check, Exercise.hint
    handed = [0]

    def checked(task: Exercise, *answers: Any, **named: Any) -> Any:
        if len(answers) == 1 and not named:
            handed[0] += 1
            if handed[0] == MAX_HANDED + 1:
                emit(["capped", MAX_HANDED])
            try:
                answers = (task.handed(answers[0]),)  # a function never leaves this process, its values do
                if handed[0] <= MAX_HANDED:
                    emit(["answer", str(task.number), encode(answers[0])])
            except Exception as problem:
                emit(["strange", str(task.number), str(problem)[:300]])
        return check(task, *answers, **named)

    def hinted(task: Exercise) -> Any:
        emit(["hint", str(task.number)])
        return hint(task)

    Exercise.check, Exercise.hint = checked, hinted  # type: ignore[method-assign]
    # What a right answer is shown is nothing to hand in.
    Exercise.solution = property(lambda task: "", lambda task, value: None)  # type: ignore[assignment]


def run_cells(cells: Sequence[Cell], files: dict[str, bytes], emit: Emit, cpu_seconds: float, seconds: float) -> None:
    """Run the code cells in the current folder, in order; after an error the next one is run all the same.

    `files`: what lies beside the notebook; `emit`: is given ``["cell", place]``, ``["answer", number, data]``,
    ``["error", place, class, line]``, ``["missing", module]``, ``["file", name, text]`` and, at the end, ``["end"]``;
    `cpu_seconds`, `seconds`: how much of the processor's time and of everybody's the notebook may take.
    """
    for name, data in files.items():
        Path(name).write_bytes(data)
    here = Path.cwd()
    sys.path.insert(0, str(here))  # a module of the learner's own lies beside the notebook
    _listen(emit)
    shell = _quiet_shell()

    def too_long(*_: Any) -> None:
        raise TooLong("this cell took too long")

    signal.signal(signal.SIGPROF, too_long)
    signal.signal(signal.SIGALRM, too_long)
    start, cpu_start = time.monotonic(), time.process_time()
    for cell in cells:
        if cell.kind != "code" or not cell.source.strip():
            continue
        emit(["cell", cell.place])
        problem: BaseException | None = None
        for timer, left in (
            (signal.ITIMER_PROF, cpu_seconds - time.process_time() + cpu_start),
            (signal.ITIMER_REAL, seconds - time.monotonic() + start),
        ):
            signal.setitimer(timer, max(SHARE * left, 0.2), 1)
        try:
            result = shell.run_cell(cell.source, store_history=True)
            problem = result.error_before_exec or result.error_in_exec
        except BaseException as error:
            problem = error
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        if problem is not None:
            _tell(problem, cell.place, emit)
        sys.stdout.flush()
    _hand_on_files(here, set(files), emit)
    emit(["end"])


def _tell(problem: BaseException, place: int, emit: Emit) -> None:
    """Say what kind of error it was, and in which line of the cell: never what it says, which may be anything."""
    line, step = getattr(problem, "lineno", None), problem.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename.startswith("<ipython-input"):
            line = step.tb_lineno
        step = step.tb_next
    emit(["error", place, type(problem).__name__, line if type(line) is int else 0])
    if isinstance(problem, ModuleNotFoundError) and isinstance(problem.name, str):
        emit(["missing", problem.name])


def _hand_on_files(folder: Path, given: set[str], emit: Emit) -> None:
    """Hand on the certificates and proofs that the notebook wrote."""
    number = 0
    for path in sorted(folder.rglob("*.json")):
        if number >= 10 or path.is_symlink() or not path.is_file() or path.stat().st_size > 300_000:
            continue
        if path.parent == folder and path.name in given:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if any(f'"conslaw-{kind}"' in text[:200] for kind in ("certificate", "proof", "claim")):
            emit(["file", path.name[:80], text])
            number += 1
