"""The first process where notebooks are shut in, warm with all that lessons import, of which each one gets a copy.

It is started with an empty environment and never looks at what it is given: the copy does, after it has given up all
rights. As the first process inside it cannot be ended from inside, and nobody can look into it. When a notebook has
ended, everything that it has started is ended, and all that it wrote is removed; where something is left, or something
of this process has changed, this process ends too, and the next notebook gets another one.
"""

from __future__ import annotations

import base64
import ctypes
import gc
import importlib
import json
import os
import resource
import shutil
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..notebooks.reading import Cell
from .judging import judge
from .running import run_cells
from .sealing import PLACES, drop, end_with_parent, probe

__all__ = ["NO_MEMORY", "SPEAK", "Speaker", "limit", "main", "serve"]

SPEAK = 3  # the handle of the line out
MEBI = 2**20
MOST_PROCESSES = 24
NO_MEMORY = 78  # how one ends that had not enough
_DUMPABLE = 4  # of prctl: whether others of the same user may look into a process


class Speaker:
    """Says lists as lines of JSON into a pipe."""

    def __init__(self, handle: int):
        self.handle = handle

    def __call__(self, said: list[Any]) -> None:
        """Say one list."""
        data = (json.dumps(said) + "\n").encode()
        while data:
            data = data[os.write(self.handle, data) :]


def limit(megabytes: int, cpu_seconds: float) -> None:
    """Set what the system itself keeps a process to from now on, whatever it does."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if os.path.exists("/proc/self/statm") else 0
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + cpu_seconds) + 2
    for what, most in (
        (resource.RLIMIT_AS, pages * resource.getpagesize() + megabytes * MEBI),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 32 * MEBI),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_CORE, 1),  # 1, and not 0: no dump, even where the system hands dumps to a program
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def serve(given: int, speak: int) -> int:
    """Do one piece of work in this process, for good; return the status with which to end.

    `given`: an open file that says what to do; `speak`: where to say what became of it.
    """
    with os.fdopen(given, "rb") as stream:
        request = json.loads(stream.read())
    emit = Speaker(os.dup2(speak, SPEAK))
    os.closerange(SPEAK + 1, 256)
    emit(["inside"])
    try:
        if request["sealed"]:
            drop(request["slot"])
        if request["do"] == "probe":
            for told in probe(Path(__file__).resolve().parents[1], Path(request["secret"]), request["port"]):
                emit(["leak", told])
            emit(["end"])
            return 0
        limit(request["megabytes"], request["cpu_seconds"])
        if request["sealed"]:
            with suppress(ValueError, OSError, AttributeError):
                most = 2 * MOST_PROCESSES  # whoever watches ends it before
                resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
        files = {name: base64.b64decode(data) for name, data in request["files"].items()}
        if request["do"] == "judge":
            for name, data in files.items():
                Path(name).write_bytes(data)
            judge(request | {"own": {name: os.path.abspath(f"{name}.md") for name in request["own"]}}, emit)
            return 0
        cells = [Cell("code", source, place) for place, source in request["cells"]]
        run_cells(cells, files, emit, request["cpu_seconds"], request["seconds"])
    except MemoryError:
        return NO_MEMORY
    return 0


def _warm() -> None:
    """Import what lessons use, and make what is made at the first use: once for all notebooks."""
    import conslaw_nb
    from conslaw_nb import teaching

    for name in conslaw_nb.__all__:
        getattr(conslaw_nb, name)
    teaching.all_exercises()
    conslaw_nb.check_law("x^2 - y^2", conslaw_nb.parse_model("phi(x*y)"))
    for name in ("sympy", "ipywidgets", "anywidget", "IPython.core.interactiveshell", "IPython.core.completer"):
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()  # what is there now is shared with all copies, and not looked through again


def _visible(yes: bool) -> None:
    """Let other processes of the same user look into this one, or not."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(ctypes.c_int(_DUMPABLE), ctypes.c_ulong(yes), 0, 0, 0)


def _state() -> list[Any]:
    """Return what one notebook could change here to the harm of the next."""
    found: list[Any] = [resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name[:4] == "RLIM"
                        and name != "RLIM_INFINITY"]  # fmt: skip
    found += [os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0), sorted(os.sched_getaffinity(0))]
    found.append(Path("/proc/self/oom_score_adj").read_text())
    for place in PLACES:
        room, folder = os.statvfs(place), os.stat(place)
        found += [room.f_bfree, room.f_ffree, folder.st_mode, os.listxattr(place), os.listdir(place)]
    return found


def _remove(slot: int) -> None:
    """Remove what a notebook wrote, with no more rights than it had."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        drop(slot)
        for place in PLACES:
            for entry in list(os.scandir(place)):
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)
    finally:
        os._exit(0)


def _one(given: int, speak: int, line: socket.socket) -> int:
    """Have a copy of this process do one piece of work, and end what it leaves; return its status."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            line.close()
            os.setsid()
            _visible(True)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            status = serve(given, speak)
        finally:
            os._exit(status)
    os.close(given)
    os.close(speak)
    status = 0
    while True:  # orphans come to the first process: they are taken leave of, or they would count as processes
        ended, state = os.waitpid(-1, 0)
        if ended == child:
            status = os.waitstatus_to_exitcode(state)
            break
    with suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)  # all processes inside but this one, which is the first
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    return status


def main(control: int) -> int:
    """Serve until there is nobody who asks; `control` is an open line to whoever does."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # with no handler no signal from inside reaches the first process
    _visible(False)
    _warm()
    first = os.getpid() == 1
    with socket.socket(fileno=control) as line:
        before = _state() if first else []
        line.send(b"ready")
        while True:
            slot, handles, _, _ = socket.recv_fds(line, 20, 2)
            if len(handles) != 2:
                return 0
            if not first:  # not shut in: this process does it by itself, and is done
                _visible(True)
                signal.signal(signal.SIGINT, signal.default_int_handler)
                line.detach()
                return serve(*handles)
            worked = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
            status = _one(*handles, line)
            worked = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - worked
            _remove(int(slot))
            same = _state() == before
            line.send(json.dumps([status, round(worked, 3), same]).encode())
            if not same:
                return 0
