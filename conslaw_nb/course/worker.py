"""A helper process that starts every piece of work in a child of its own, with limits, and watches it.

It imports what is needed once; each child is a copy of it that has seen nothing of any other. One line of JSON in is
one piece of work, one line of JSON out is what became of it. It runs as ``python -m conslaw_nb.course.worker``.
"""

from __future__ import annotations

import json
import os
import re
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
from . import judging
from .running import carry, run_cells
from .sealing import NOBODY, NOT_SEALED, SealError, end_with_parent, enter, probe

__all__ = ["main"]

MOST_SAID = 4_000_000  # bytes that a child may say
MOST_PROCESSES = 24
WATCH = 0.1  # seconds between two looks at a child's processes
MEBI = 2**20


def _limits(request: dict[str, Any]) -> None:
    """Set what the system itself keeps a process to, whatever it does."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if os.path.exists("/proc/self/statm") else 0
    room = pages * resource.getpagesize() + request["megabytes"] * MEBI
    seconds = int(request["seconds"]) + 2
    for what, limit in (
        (resource.RLIMIT_AS, room),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 32 * MEBI),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


def _counts_here() -> bool:
    """Whether the system counts the processes inside alone; before Linux 5.14 all others of the user count as well."""
    version = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return os.getuid() >= NOBODY or (version is not None and (int(version[1]), int(version[2])) >= (5, 14))


def _few_processes() -> None:
    with suppress(ValueError, OSError, AttributeError):
        resource.setrlimit(resource.RLIMIT_NPROC, (2 * MOST_PROCESSES, 2 * MOST_PROCESSES))  # `_watch` ends it before


class _Speaker:
    """Says lists as lines of JSON into a pipe."""

    def __init__(self, handle: int):
        self.handle = handle

    def __call__(self, said: list[Any]) -> None:
        data = (json.dumps(said) + "\n").encode()
        while data:
            data = data[os.write(self.handle, data) :]


def _work(request: dict[str, Any], emit: _Speaker) -> None:
    """Do one piece of work, in the child."""
    what = request["do"]
    if what in ("read", "unpack", "judge", "examine"):
        _limits(request)
        getattr(judging, what)(request, emit)
    elif what == "run":
        path = Path(request["notebook"])
        cells, files = read_notebook(path), carry(path.parent) if request["carry"] else {}
        _shut_in(request)
        run_cells(cells, files, emit, request["cell_seconds"])
    elif what == "probe":
        _shut_in(request)
        for told in probe(Path(__file__).resolve().parents[1], Path(request["secret"]), request["port"]):
            emit(["leak", told])
        emit(["end"])


def _shut_in(request: dict[str, Any]) -> None:
    scratch = Path(request["scratch"])
    if request["sealed"]:
        enter(scratch, map(Path, request["hidden"]), request["slot"])
    else:
        os.chdir(scratch)
    _limits(request)
    if request["sealed"] and _counts_here():
        _few_processes()


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
        handle = os.dup2(handle, 3)
        os.closerange(4, 1024)
        _work(request, _Speaker(handle))
    except SealError:
        status = NOT_SEALED
    except MemoryError:
        status = 78
    except BaseException:
        status = 70
    os._exit(status)


def _family(first: int) -> list[int]:
    """Return the processes that descend from one."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                stat = Path(f"/proc/{name}/stat").read_text()
                parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(name))
    found = [first]
    for one in found:
        found += parents.get(one, [])
    return found


def _held(processes: list[int]) -> float:
    """Return the memory that processes hold together, in MiB: what they share is counted once."""
    total = 0
    for one in processes:
        with suppress(OSError, ValueError, StopIteration):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return total / 1024


def _end(child: int) -> int:
    """End a child and all that it has started; return its status."""
    family = _family(child) if os.path.isdir("/proc/self") else [child]
    for one in reversed(family):
        with suppress(OSError):
            os.kill(one, signal.SIGKILL)
    with suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _watch(child: int, handle: int, request: dict[str, Any]) -> dict[str, Any]:
    """Listen to a child until it ends or has to be ended."""
    said, size, why = bytearray(), 0, ""
    begun = heard = looked = time.monotonic()
    watched = request["do"] == "run" and os.path.isdir("/proc/self")
    while not why:
        ready, _, _ = select.select([handle], [], [], WATCH)
        now = time.monotonic()
        if ready:
            part = os.read(handle, 65536)
            if not part:
                break
            heard = now
            said += part
            size += len(part)
            why = "it said too much" if size > MOST_SAID else why
        if now - begun > request["seconds"] or now - heard > request["silence"]:
            why = "time"
        if watched and now - looked > WATCH:
            looked = now
            family = _family(child)
            if len(family) > MOST_PROCESSES:
                why = "processes"
            elif len(family) > 4 and _held(family) > request["megabytes"]:
                why = "memory"
    status = os.waitstatus_to_exitcode(_end(child) if why else os.waitpid(child, 0)[1])
    lines = said.decode("utf-8", "replace").split("\n")
    lines.pop()  # what was cut off
    if not why:
        why = {0: "well", NOT_SEALED: "not sealed", 78: "memory"}.get(status, f"status {status}")
    seconds = round(time.monotonic() - begun, 3)
    if request["do"] in ("run", "probe"):  # nobody here reads what a foreign program says
        return {"ended": why, "lines": lines, "seconds": seconds}
    return {"ended": why, "said": [json.loads(line) for line in lines], "seconds": seconds}


def _handle(request: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory(prefix="conslaw-run-", ignore_cleanup_errors=True) as scratch:
        request = {"scratch": scratch, "silence": request["seconds"], **request}
        with socket.socket() as port:
            if request["do"] == "probe":
                port.bind(("127.0.0.1", 0))
                port.listen()
                hidden = Path(scratch, "hidden")
                hidden.mkdir()
                (hidden / "secret").touch()
                request |= {
                    "scratch": str(Path(scratch, "scratch")),
                    "hidden": [str(hidden)],
                    "secret": str(hidden / "secret"),
                    "port": port.getsockname()[1],
                }
                os.mkdir(request["scratch"])
            child = os.fork()
            if child == 0:
                os.close(reading)
                _child(request, writing)
            os.close(writing)
            try:
                return _watch(child, reading, request)
            finally:
                os.close(reading)


def _preload() -> None:
    """Import what the children will need, once: lessons, figures, IPython."""
    import conslaw_nb

    from .. import teaching
    from ..claims import verification

    for name in conslaw_nb.__all__:
        getattr(conslaw_nb, name)
    teaching.all_exercises()
    verification.is_proof(__file__)
    with suppress(ImportError):
        import sympy  # noqa: F401

        from .. import widgets  # noqa: F401


def main() -> int:
    """Serve until there is no more line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this decides when it ends
    end_with_parent()
    _preload()
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_handle(json.loads(line))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
