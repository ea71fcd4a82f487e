"""Where notebooks run, seen from outside: a process that is shut in and warm, of which each notebook gets a copy.

Whenever something goes wrong in it (a limit, an end, something left behind), it is ended with all that is in it, and
the next notebook gets another.
"""

from __future__ import annotations

import json
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from .sealing import PLACES, command, interpreter, refusals, surroundings

__all__ = ["Room", "family", "held", "made", "wants", "worked"]

PATIENCE = 120  # seconds that starting, and ending what a notebook has left, may take on a busy machine


class Room:
    """The process, started when it is first needed.

    Parameters
    ----------
    megabytes : int
        What a notebook may write.
    """

    def __init__(self, megabytes: int):
        self.megabytes, self.sealed = megabytes, True
        self.process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self.held = self.worked = 0.0  # what it holds and has worked by itself

    def begin(self, request: dict[str, Any], file: IO[bytes], speak: int) -> bool:
        """Have one piece of work begun, with its file and the handle into which it speaks; return whether it was.

        `request`: what it says of the room: whether that is shut in (if not, it serves for one notebook), and folders
        that nobody inside shall see.
        """
        for _ in range(2):
            if self.process is None or self.process.poll() is not None:
                self._start(request["sealed"], [Path(name) for name in request["hidden"]])
            if self.process is None or self._line is None:
                return False
            processes = family(self.process.pid)
            self.held, self.worked = held(processes), worked(processes)
            with suppress(OSError):
                socket.send_fds(self._line, [str(request["slot"]).encode()], [file.fileno(), speak])
                return True
            self.end()
        return False

    def _start(self, sealed: bool, hidden: list[Path]) -> None:
        self.end()
        self.sealed = sealed
        self._line, theirs = socket.socketpair()
        self._scratch = tempfile.TemporaryDirectory(prefix="conslaw-run-", ignore_cleanup_errors=True)
        program = interpreter(theirs.fileno())
        handles, surrounding, folder = [theirs.fileno()], surroundings(self._scratch.name), self._scratch.name
        with tempfile.TemporaryFile() as rules, open(os.devnull, "r+b") as nowhere:
            if sealed:
                rules.write(refusals())
                rules.flush()
                os.lseek(rules.fileno(), 0, os.SEEK_SET)
                handles.append(rules.fileno())
                program = command(program, hidden, self.megabytes, rules.fileno())
                program[0], surrounding, folder = shutil.which("bwrap") or program[0], {}, "/"
            with suppress(OSError):
                self.process = subprocess.Popen(
                    program, stdin=nowhere, stdout=nowhere, stderr=nowhere, env=surrounding, cwd=folder,
                    pass_fds=handles, start_new_session=True,
                )  # fmt: skip
        theirs.close()
        if self.process is None or self._hear() != b"ready":
            self.end()

    def _hear(self) -> bytes:
        if self._line is None or not select.select([self._line], [], [], PATIENCE)[0]:
            return b""
        try:
            return self._line.recv(1000)
        except OSError:
            return b""

    def fileno(self) -> int:
        """Return the line on which the room says that a piece of work has ended, to be waited for."""
        return self._line.fileno() if self._line is not None else -1

    def ended(self) -> tuple[int, float]:
        """Return the status of the work that has ended, and the processor time that it took, as the room says."""
        if not self.sealed and self.process is not None:  # the work was the process
            before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
            status = self.process.wait()
            after = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
            self.end()
            return status, after - before
        said = self._hear()
        try:
            status, took, same = json.loads(said)
        except ValueError:  # the room has ended, and with it the work
            status, took, same = self.end(), 0.0, False
        if not same:
            self.end()
        return int(status), float(took)

    def end(self) -> int:
        """End the process and all that it has started; return its status."""
        status = 0
        if self._line is not None:
            self._line.close()
        if self.process is not None:
            for one in family(self.process.pid):  # with the first process inside, the kernel ends all others there
                with suppress(OSError):
                    os.kill(one, signal.SIGKILL)
            with suppress(OSError):
                os.killpg(self.process.pid, signal.SIGKILL)
            status = self.process.wait()
            self._scratch.cleanup()
        self.process = self._line = None
        return status


def family(first: int) -> list[int]:
    """Return the processes that descend from one."""
    parents: dict[int, list[int]] = {}
    if os.path.isdir("/proc/self"):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with suppress(OSError, ValueError, IndexError):
                    stat = Path(f"/proc/{name}/stat").read_text()
                    parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(name))
    found = [first]
    for one in found:
        found += parents.get(one, [])
    return found


def held(processes: list[int]) -> float:
    """Return the memory that processes hold together, in MiB: what they share is counted once."""
    total = 0
    for one in processes:
        with suppress(OSError, ValueError, StopIteration):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return total / 1024


def made(process: int) -> int:
    """Return how many files there are where a process that is shut in can write."""
    total = 0
    for place in PLACES:
        with suppress(OSError):
            room = os.statvfs(f"/proc/{process}/root{place}")
            total += room.f_files - room.f_ffree
    return total


def worked(processes: list[int]) -> float:
    """Return the processor time, in seconds, that processes and those they have waited for took together."""
    total = 0
    for one in processes:
        with suppress(OSError, ValueError, IndexError):
            total += sum(map(int, Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def wants(processes: list[int]) -> bool:
    """Return whether any thread of some processes works or would if it could: it does not sleep, and is not stopped."""
    for one in processes:
        for stat in Path(f"/proc/{one}/task").glob("*/stat"):
            with suppress(OSError, IndexError):
                if stat.read_text().rpartition(")")[2].split()[0] in "RD":
                    return True
    return not os.path.isdir("/proc/self")
