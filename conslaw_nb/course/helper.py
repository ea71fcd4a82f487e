"""A worker process and the conversation with it: one question at a time, an answer or an end."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from .submissions import CourseError

__all__ = ["Helper"]

# What lies in the current folder is never imported (-P): somebody may have handed in a `json.py`.
_START = "import sys; sys.path.append(sys.argv[1]); from conslaw_nb.course.worker import main; sys.exit(main())"
PATIENCE = 60.0  # seconds beyond what a piece of work may take


class Helper:
    """A `worker` process of one's own, started when it is first needed, and again if it ever ends.

    Parameters
    ----------
    slot : int
        A number that no other helper has.
    settings : dict
        What goes along with every question: limits, and how a program is shut in.
    """

    def __init__(self, slot: int, settings: dict[str, Any]):
        self.settings = {**settings, "slot": slot}
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        # All that is left when a helper is killed in the middle lies in here.
        self._room = tempfile.TemporaryDirectory(prefix="conslaw-grade-", ignore_cleanup_errors=True)
        os.chmod(self._room.name, 0o711)  # to pass through, for the user that root's helpers become
        self._rest = b""

    def _start(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise CourseError("the grading was stopped: run it again to go on")
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._rest = b""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, str(Path(__file__).resolve().parents[2])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONHASHSEED": "0", "TMPDIR": self._room.name},
        )
        if self._line(PATIENCE) != b"ready":
            self.stop()
            raise CourseError(
                f"the process that judges could not be started with {sys.executable}: "
                f"try `{sys.executable} -m {__package__}.worker`, which says why"
            )
        return self._process

    def _line(self, seconds: float) -> bytes:
        """Return the next line, or nothing if there is none in time."""
        end = time.monotonic() + seconds
        stream = self._process.stdout.fileno()
        while b"\n" not in self._rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                return b""
            part = os.read(stream, 1 << 20)
            if not part:
                return b""
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """Have one piece of work done; ``{"ended": "helper"}`` if that ended the helper itself."""
        whole = {**self.settings, **request, "do": do}
        process = self._start()
        answer = b""
        with suppress(OSError):
            process.stdin.write(json.dumps(whole).encode() + b"\n")
            process.stdin.flush()
            answer = self._line(whole["seconds"] + PATIENCE)
        if not answer:
            self.stop()
            return {"ended": "helper", "said": [], "lines": []}
        return json.loads(answer)

    def close(self) -> None:
        """End the helper for good: who still asks it is told that the grading was stopped."""
        self._closed = True
        self.stop()
        self._room.cleanup()

    def stop(self) -> None:
        """End the helper's process; the next question starts another."""
        process, self._process = self._process, None
        if process is not None:
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):
                    stream.close()
            process.kill()
            process.wait()
