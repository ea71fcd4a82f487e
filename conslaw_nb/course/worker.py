"""A helper process that starts every piece of work in a child of its own, with limits, and watches it.

It imports what is needed once; each child is a copy of it that has seen nothing of any other. Notebooks are run in a
`Room`, which is shut in. One line of JSON in is one piece of work, one line of JSON out is what became of it. It runs
as ``python -m conslaw_nb.course.worker``.
"""

from __future__ import annotations

import base64
import fcntl
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..notebooks.reading import read_notebook
from ..teaching.lesson_text import read_lesson
from . import judging
from .inside import MOST_PROCESSES, NO_MEMORY, SPEAK, Speaker, limit
from .room import Room, family, held, made, wants, worked
from .running import SHARE, carry
from .sealing import end_with_parent

__all__ = ["main"]

MOST_SAID = 8_000_000  # bytes that a child may say
WATCH = 0.1  # seconds between two looks at a child's processes
STARTING = 2  # seconds of processor time beside what the notebook itself may take
NOT_SEALED = 77  # how a child ends that could not be shut in
SCRATCH_MEGABYTES = 64
MOST_FILES = 10_000  # that a notebook may have made at a time: each takes memory, even if nothing is in it
TOLD = ("do", "sealed", "slot", "megabytes", "cpu_seconds", "seconds", "answers", "answer_seconds", "secret", "port")
OWN = 3  # processes where one notebook runs: bubblewrap, the first process inside, and the notebook


def _work(request: dict[str, Any], emit: Speaker) -> None:
    """Do one piece of work, in the child."""
    limit(request["megabytes"], request["seconds"])
    if request["do"] == "run":
        _write_out(request, emit)
    else:
        getattr(judging, request["do"])(request, emit)


def _write_out(request: dict[str, Any], emit: Speaker) -> None:
    """Write what is to be run, and what lies beside it, to a file that has no name: those inside see no other."""
    path = Path(request["notebook"])
    cells = [(cell.place, cell.source) for cell in read_notebook(path) if cell.kind == "code"]
    files = carry(path.parent) if request["carry"] else {}
    files = {name: base64.b64encode(data).decode() for name, data in files.items()}
    with os.fdopen(request["paper"], "wb") as paper:
        paper.write(_told(request, cells=cells, files=files | _own(request)))
    emit(["written"])


def _told(request: dict[str, Any], **more: Any) -> bytes:
    """Return what those inside are told: no path of whoever grades is in it."""
    told = {name: request[name] for name in TOLD if name in request}
    return json.dumps({**told, "own": list(request.get("own", ())), **more}).encode()


def _own(request: dict[str, Any]) -> dict[str, str]:
    """Return the files of a lecturer's own lessons: they, and not what somebody has made of them, are used inside."""
    found = [read_lesson(text).handed_out() for text in request.get("own", {}).values()]
    return {name: base64.b64encode(data).decode() for files in found for name, data in files.items()}


def _child(request: dict[str, Any], handle: int) -> None:
    """Be the child: nothing of the helper's own lines is left open in it."""
    status = 0
    try:
        end_with_parent()
        os.setsid()  # or the terminal of whoever grades could be typed into
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        handle = os.dup2(handle, SPEAK)
        paper = request.get("paper", 1024)
        os.closerange(SPEAK + 1, paper)
        os.closerange(paper + 1, 1024)
        _work(request, Speaker(handle))
    except MemoryError:
        status = NO_MEMORY
    except BaseException:
        status = 70
    os._exit(status)


class _Child:
    """A piece of work in a child of this process."""

    held = worked = 0.0

    def __init__(self, request: dict[str, Any], speak: int):
        self.pid = os.fork()
        if self.pid == 0:
            _child(request, speak)

    def ended(self) -> tuple[int, float]:
        """Return its status and the processor time that it took."""
        return self._reap()

    def end(self) -> int:
        """End it with all that it has started; return its status."""
        for one in family(self.pid):
            with suppress(OSError):
                os.kill(one, signal.SIGKILL)
        return self._reap()[0]

    def _reap(self) -> tuple[int, float]:
        before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return status, sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before


class _Look:
    """What the processes of a notebook have used, looked at from time to time.

    Attributes
    ----------
    worked, waited : float
        Seconds of processor time, and seconds in which they wanted none: load on the machine counts as neither.
    """

    def __init__(self, room: Room, first: int, request: dict[str, Any]):
        self.room, self.first, self.request = room, first, request
        self.own = OWN if room.sealed else 1
        self.worked = self.waited = 0.0
        self.warned = SHARE * request["cpu_seconds"]
        self.last = time.monotonic()

    def again(self) -> str:
        """Look; return which limit they exceed together, or nothing."""
        all_, most = family(self.first), self.request["cpu_seconds"]
        now, before = time.monotonic(), self.last
        self.last = now
        self.worked = max(worked(all_) - self.room.worked, self.worked)
        if not wants(all_):
            self.waited += min(now - before, 2 * WATCH)
        if self.waited > self.warned and len(all_) >= self.own:  # the cell that waits is stopped: the next one is run
            self.warned = self.waited + SHARE * (most - self.waited)
            with suppress(OSError):
                os.kill(all_[self.own - 1], signal.SIGALRM)
        if len(all_) > MOST_PROCESSES:
            return "processes"
        if len(all_) > self.own and held(all_) - self.room.held > self.request["megabytes"]:
            return "memory"
        if self.room.sealed and made(all_[-1]) > MOST_FILES:
            return "files"
        return "time" if max(self.worked, self.waited) > most + STARTING else ""


def _watch(work: _Child | Room, first: int, handle: int, request: dict[str, Any]) -> dict[str, Any]:
    """Listen to a piece of work until it ends or has to be ended."""
    said, why = bytearray(), ""
    begun = heard = time.monotonic()
    foreign = isinstance(work, Room)
    look = _Look(work, first, request) if isinstance(work, Room) else None
    lines = [handle]
    while not why:
        ready, _, _ = select.select(lines or [work], [], [], WATCH)
        now = time.monotonic()
        if ready:
            part = os.read(handle, 65536) if lines else b""
            if not part and (not lines or not foreign):
                break
            if not part:  # what it speaks into is closed, by itself perhaps: that is not yet its end
                lines = []
            heard = now
            said += part
            why = "it said too much" if len(said) > MOST_SAID else why
        if now - begun > request["seconds"] or now - heard > request["silence"]:
            why = "time"
        if look is not None and now - look.last > WATCH:
            why = why or look.again()
    status, cpu = (work.end(), 0.0) if why else work.ended()
    took = round(max(cpu, look.worked if look is not None else 0.0), 3)
    heard_lines = said.decode("utf-8", "replace").split("\n")
    heard_lines.pop()  # what was cut off
    if not why:
        late = status in (-signal.SIGXCPU, 128 + signal.SIGXCPU) or (
            status in (-signal.SIGKILL, 128 + signal.SIGKILL) and took > request.get("cpu_seconds", 0) > 0
        )
        why = "time" if late else {0: "well", NO_MEMORY: "memory"}.get(status, f"status {status}")
        if status == NOT_SEALED or (foreign and '["inside"]' not in heard_lines[:1]):
            why = "not sealed"
    seconds = round(time.monotonic() - begun, 3)
    if foreign:  # nobody here reads what a foreign program says
        waited = round(look.waited, 3) if look is not None else 0.0
        return {"ended": why, "lines": heard_lines, "seconds": seconds, "worked": took, "waited": waited}
    return {"ended": why, "said": [json.loads(line) for line in heard_lines], "seconds": seconds, "worked": took}


def _listen(request: dict[str, Any], begin: Any) -> dict[str, Any]:
    """Have a piece of work begun by a function that is given the handle to speak into, and watch it."""
    reading, writing = os.pipe()
    try:
        try:
            work, first = begin(writing)
        finally:
            os.close(writing)
        if work is None:
            return {"ended": "not sealed", "lines": [], "seconds": 0, "worked": 0}
        return _watch(work, first, reading, request)
    finally:
        os.close(reading)


def _forked(request: dict[str, Any]) -> dict[str, Any]:
    def begin(speak: int) -> tuple[_Child, int]:
        child = _Child(request, speak)
        return child, child.pid

    return _listen(request, begin)


def _handle(request: dict[str, Any], room: Room) -> dict[str, Any]:
    request = {"silence": request["seconds"], **request}
    if request["do"] not in ("run", "probe") and not request.get("inside"):
        return _forked(request)
    with tempfile.TemporaryFile() as file, tempfile.NamedTemporaryFile() as secret, socket.socket() as port:
        if request["do"] == "probe":
            port.bind(("127.0.0.1", 0))
            port.listen()
            request |= {"secret": secret.name, "port": port.getsockname()[1]}
        if request["do"] != "run":  # nothing of it was made by somebody else, but for answers, which are data
            file.write(_told(request, files=_own(request)))
            file.flush()
        else:
            paper = fcntl.fcntl(file.fileno(), fcntl.F_DUPFD, 10)  # above those that a child uses
            written = _forked({**request, "paper": paper})
            os.close(paper)
            if written["ended"] != "well":
                return {**written, "lines": []}
        os.lseek(file.fileno(), 0, os.SEEK_SET)

        def begin(speak: int) -> tuple[Room | None, int]:
            begun = room.begin(request, file, speak)
            return (room, room.process.pid) if begun and room.process else (None, 0)

        return _listen(request, begin)


def _preload() -> None:
    """Import what the children will need, once."""
    import conslaw_nb

    from .. import teaching
    from ..claims import verification

    for name in conslaw_nb.__all__:
        getattr(conslaw_nb, name)
    teaching.all_exercises()
    verification.is_proof(__file__)
    with suppress(ImportError):
        import sympy  # noqa: F401
    gc.freeze()  # what is there now is shared with all children, and not looked through again


def main() -> int:
    """Serve until there is no more line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this decides when it ends
    end_with_parent()
    _preload()
    room = Room(SCRATCH_MEGABYTES)
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_handle(json.loads(line), room)), flush=True)
    room.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
