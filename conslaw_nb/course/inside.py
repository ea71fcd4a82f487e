"""What runs where a notebook is shut in: it reads what to do from a file, gives up all rights, and runs the cells.

It is started with an empty environment, in a process of its own: nothing that somebody else ran was ever in it.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..notebooks.reading import Cell
from .running import run_cells
from .sealing import drop, probe

__all__ = ["Speaker", "limit", "main"]

SPEAK = 3  # the handle of the line out
MEBI = 2**20
MOST_PROCESSES = 24


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
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def main() -> int:
    """Do one piece of work; return the status with which to end."""
    request = json.loads(sys.stdin.read())
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    emit = Speaker(SPEAK)
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
        cells = [Cell("code", source, place) for place, source in request["cells"]]
        files = {name: base64.b64decode(data) for name, data in request["files"].items()}
        run_cells(cells, files, emit, request["cpu_seconds"], request["seconds"])
    except MemoryError:
        return 78
    return 0
