"""A helper process that starts every piece of work in a child of its own, with limits, and watches it.

It imports what is needed once; each child is a copy of it that has seen nothing of any other. One line of JSON in is
one piece of work, one line of JSON out is what became of it. It runs as ``python -m conslaw_nb.course.worker``.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import SealError
from ..notebooks.reading import read_notebook
from ..teaching.lesson_text import read_lesson
from . import judging
from .inside import MOST_PROCESSES, SPEAK, Speaker, limit
from .running import carry
from .sealing import command, end_with_parent, interpreter, refusals, surroundings

__all__ = ["main"]

MOST_SAID = 8_000_000  # bytes that a child may say
WATCH = 0.1  # seconds between two looks at a child's processes
STARTING = 15  # seconds of processor time that starting may take, beside what the notebook itself may
NOT_SEALED, NO_MEMORY = 77, 78  # how a child ends
SCRATCH_MEGABYTES = 64
FILTER = 9  # the handle of the filter of system calls, above those that are free in a child
OWN = 3  # processes of one that is shut in: two of bubblewrap, and Python


def _work(request: dict[str, Any], emit: Speaker) -> None:
    """Do one piece of work, in the child."""
    what = request["do"]
    if what in ("run", "probe"):
        _become(request)
    limit(request["megabytes"], request["seconds"])
    getattr(judging, what)(request, emit)


def _become(request: dict[str, Any]) -> None:
    """Become the program that runs a notebook, shut in or, if that was asked for, in a folder of its own."""
    if request["do"] == "run":
        path = Path(request["notebook"])
        cells = [(cell.place, cell.source) for cell in read_notebook(path) if cell.kind == "code"]
        files = carry(path.parent) if request["carry"] else {}
        for text in request["own"].values():  # the lecturer's files, and not what somebody has made of them
            files |= read_lesson(text).handed_out()
        request |= {
            "cells": cells,
            "files": {name: base64.b64encode(data).decode("ascii") for name, data in files.items()},
        }
    _lay(0, json.dumps(request).encode())
    program = interpreter()
    if request["sealed"]:
        _lay(FILTER, refusals())
        bwrap = shutil.which("bwrap") or ""
        hidden = [Path(name) for name in request["hidden"]]
        os.execve(bwrap, command(program, hidden, SCRATCH_MEGABYTES, FILTER), {})
    os.chdir(request["scratch"])
    os.execve(program[0], program, surroundings(request["scratch"]))


def _lay(handle: int, data: bytes) -> None:
    """Have a file that has no name stand ready to be read at a handle."""
    with tempfile.TemporaryFile() as stream:
        stream.write(data)
        stream.flush()
        os.lseek(stream.fileno(), 0, os.SEEK_SET)
        os.dup2(stream.fileno(), handle)


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
        os.closerange(SPEAK + 1, 1024)
        _work(request, Speaker(handle))
    except SealError:
        status = NOT_SEALED
    except MemoryError:
        status = NO_MEMORY
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


def _worked(processes: list[int]) -> float:
    """Return the processor time, in seconds, that processes and those they have waited for took together."""
    total = 0
    for one in processes:
        with suppress(OSError, ValueError, IndexError):
            total += sum(map(int, Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def _end(child: int) -> int:
    """End a child and all that it has started; return its status."""
    family = _family(child) if os.path.isdir("/proc/self") else [child]
    for one in family:  # with the first process inside, the kernel ends all others there
        with suppress(OSError):
            os.kill(one, signal.SIGKILL)
    with suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _too_much(child: int, request: dict[str, Any], worked: list[float]) -> str:
    """Return which limit the processes of a notebook exceed together, or nothing."""
    family = _family(child)
    worked.append(max(_worked(family), worked[-1]))
    if len(family) > MOST_PROCESSES:
        return "processes"
    if len(family) > OWN and _held(family) > request["megabytes"]:
        return "memory"
    return "time" if worked[-1] > request["cpu_seconds"] + STARTING else ""


def _watch(child: int, handle: int, request: dict[str, Any]) -> dict[str, Any]:
    """Listen to a child until it ends or has to be ended."""
    said, why, worked = bytearray(), "", [0.0]
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
            why = "it said too much" if len(said) > MOST_SAID else why
        if now - begun > request["seconds"] or now - heard > request["silence"]:
            why = "time"
        if watched and now - looked > WATCH:
            looked = now
            why = why or _too_much(child, request, worked)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    status = os.waitstatus_to_exitcode(_end(child) if why else os.waitpid(child, 0)[1])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3)
    lines = said.decode("utf-8", "replace").split("\n")
    lines.pop()  # what was cut off
    foreign = request["do"] in ("run", "probe")
    if not why:
        late = status in (-signal.SIGXCPU, 128 + signal.SIGXCPU) or (
            status in (-signal.SIGKILL, 128 + signal.SIGKILL) and worked[-1] > request.get("cpu_seconds", 0) > 0
        )
        why = "time" if late else {0: "well", NO_MEMORY: "memory"}.get(status, f"status {status}")
        if status == NOT_SEALED or (foreign and '["inside"]' not in lines[:1]):
            why = "not sealed"
    seconds = round(time.monotonic() - begun, 3)
    if foreign:  # nobody here reads what a foreign program says
        return {"ended": why, "lines": lines, "seconds": seconds, "worked": max(cpu, worked[-1])}
    return {"ended": why, "said": [json.loads(line) for line in lines], "seconds": seconds, "worked": cpu}


def _handle(request: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory(prefix="conslaw-run-", ignore_cleanup_errors=True) as scratch:
        request = {"scratch": scratch, "silence": request["seconds"], **request}
        with socket.socket() as port:
            if request["do"] == "probe":
                port.bind(("127.0.0.1", 0))
                port.listen()
                secret = Path(scratch, "secret")
                secret.touch()
                request |= {"secret": str(secret), "port": port.getsockname()[1]}
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
