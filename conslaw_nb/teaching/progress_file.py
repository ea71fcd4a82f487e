"""A learner's progress: one small readable file that belongs to the learner.

The file, `conslaw-progress.json` in the folder where the notebooks run, is written only where it already exists:
`conslaw lab` makes it, and so does ``progress().start()``. Nothing else is stored anywhere. Entries are keyed by
exercise, so they survive an update of the lessons. Every write reads the file again, merges, and replaces it
in one step, so that two notebooks may be open at once and a crash leaves the old file or the new one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path
from typing import Any

from ..errors import ProgressError
from ..files import write_whole
from ..tables import html_table

__all__ = ["FILE", "Progress", "ProgressError", "merge", "progress"]

FILE = "conslaw-progress.json"
FORMAT, VERSION = "conslaw-progress", 1
MAX_BYTES = 5_000_000
MAX_ANSWER = 2_000  # characters of an answer that are kept
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")

Entry = dict[str, Any]


def _clean(entry: Any) -> Entry | None:
    """Return an entry with the fields of this version only, or None where it is none."""
    if not isinstance(entry, dict):
        return None
    attempts, hints = entry.get("attempts", 0), entry.get("hints", 0)
    if isinstance(attempts, bool) or isinstance(hints, bool):
        return None
    if not isinstance(attempts, int) or not isinstance(hints, int) or attempts < 0 or hints < 0:
        return None
    answer = entry.get("answer")
    return {
        "solved": entry.get("solved") is True,
        "attempts": attempts,
        "hints": hints,
        "answer": answer[:MAX_ANSWER] if isinstance(answer, str) else None,
    }


def merge(first: dict[str, Entry], second: dict[str, Entry]) -> dict[str, Entry]:
    """Merge two records of progress; the order does not matter, and merging twice changes nothing.

    Examples
    --------
    >>> a = {"1.1": {"solved": True, "attempts": 2, "hints": 0, "answer": "(1, 2)"}}
    >>> b = {"1.1": {"solved": False, "attempts": 3, "hints": 1, "answer": None}}
    >>> merge(a, b) == merge(b, a)
    True
    >>> merge(a, b)["1.1"]
    {'solved': True, 'attempts': 3, 'hints': 1, 'answer': '(1, 2)'}
    """
    result = dict(first)
    for key, theirs in second.items():
        ours = result.get(key)
        if ours is None:
            result[key] = theirs
            continue
        # the answer of a solved entry wins; of two, the alphabetically larger, so that the order does not matter
        candidates = [e["answer"] for e in (ours, theirs) if e["answer"] is not None and e["solved"]]
        candidates = candidates or [e["answer"] for e in (ours, theirs) if e["answer"] is not None]
        result[key] = {
            "solved": ours["solved"] or theirs["solved"],
            "attempts": max(ours["attempts"], theirs["attempts"]),
            "hints": max(ours["hints"], theirs["hints"]),
            "answer": max(candidates) if candidates else None,
        }
    return dict(sorted(result.items()))


class Progress:
    """The record in one folder.

    Parameters
    ----------
    path : path of the file
    """

    def __init__(self, path: str | os.PathLike[str]):
        self.path = Path(path)
        self.unsaved: dict[str, Entry] = {}  # what could not be written yet: tried again with the next entry
        self.trouble = ""
        self._alone = False  # whether this process holds the lock

    # -- reading -------------------------------------------------------------------------------------

    @property
    def started(self) -> bool:
        """Whether the file exists: without it nothing is recorded."""
        try:
            return self.path.is_file()
        except OSError:  # a folder that may not even be looked into
            return False

    def entries(self) -> dict[str, Entry]:
        """Return the record: exercise number to solved, attempts, hints and the answer that was right."""
        return merge(self._read()[0], self.unsaved)

    def solved(self, key: str) -> bool:
        """Whether an exercise was solved."""
        return self.entries().get(key, {}).get("solved", False)

    def _read(self) -> tuple[dict[str, Entry], bool]:
        """Return what can be read, and whether the file holds something else as well; reading changes nothing."""
        try:
            if self.path.stat().st_size > MAX_BYTES:
                raise ProgressError(f"the progress file '{self.path}' is larger than {MAX_BYTES} bytes: move it away")
            data = json.loads(self.path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            return {}, False
        except OSError as error:
            raise ProgressError(
                f"the progress file '{self.path}' cannot be read: {error.strerror or error}; nothing was changed"
            ) from None
        except (ValueError, RecursionError):
            return {}, True
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            return {}, True
        version = data.get("version", 0)  # the first files had none
        if not isinstance(version, int) or version > VERSION:
            raise ProgressError(
                f"the progress file '{self.path}' was written by a newer version of conslaw_nb: update, "
                "or work in another folder; it was not changed"
            )
        entries = data.get("exercises", {})
        cleaned = {k: _clean(e) for k, e in entries.items()} if isinstance(entries, dict) else {}
        good = {k: e for k, e in sorted(cleaned.items()) if e is not None and _KEY.fullmatch(k)}
        return good, not isinstance(entries, dict) or len(good) < len(entries)

    def _take(self) -> dict[str, Entry]:
        """Read in order to write: a file that is damaged is kept under another name first."""
        entries, damaged = self._read()
        if damaged:
            kept = self._keep_aside()
            self.trouble = f"the progress file was damaged; it is kept as '{kept}', and a new one begins"
            if entries:
                self.trouble += f" with the {len(entries)} entr{'y' if len(entries) == 1 else 'ies'} that can be read"
        return entries

    def _keep_aside(self) -> str:
        """Copy the file as it is to a name that is free; the file stays until a new one takes its place."""
        content = self.path.read_bytes()
        for number in range(1, 1000):
            target = self.path.with_name(f"{self.path.stem}.damaged-{number}{self.path.suffix}")
            try:
                stream = target.open("xb")
            except FileExistsError:
                if target.is_file() and target.read_bytes() == content:
                    return target.name
                continue
            try:
                with stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
            except BaseException:  # half a copy would look like a second damaged file
                with suppress(OSError):
                    target.unlink()
                raise
            return target.name
        raise ProgressError(
            f"the progress file '{self.path}' is damaged, and a thousand damaged ones lie beside it: move them away"
        )

    # -- writing -------------------------------------------------------------------------------------

    def start(self) -> Progress:
        """Make the file, if it is not there: from now on progress is recorded in this folder."""
        with self._locked():
            if not self.started:
                try:
                    self._write({})
                except OSError as error:
                    raise ProgressError(
                        f"no progress file can be made in '{self.path.parent}': {error.strerror or error}; "
                        "work in a folder of your own"
                    ) from None
        return self

    def record(self, key: str, *, solved: bool, hints: int = 0, answer: str | None = None) -> str:
        """Add one attempt; return a sentence if it could not be saved, else the empty text.

        A full disk or a folder that may not be written never stops a learner: the entry is kept in memory and
        saved with the next one.
        """
        if not _KEY.fullmatch(key):
            raise ProgressError(f"'{key}' cannot name an exercise: use a number such as 1.2")
        try:
            with self._locked():
                try:
                    before = merge(self._take(), self.unsaved)
                except (OSError, ProgressError):
                    self._add(self.unsaved, key, solved, hints, answer)
                    raise
                self.unsaved[key] = self._add(before, key, solved, hints, answer)
                self._write(before)
                self.unsaved.clear()
        except (OSError, ProgressError) as error:
            reason = str(error) if isinstance(error, ProgressError) else (error.strerror or str(error))
            return f"Your progress could not be saved ({reason}). It is kept in memory and tried again."
        told, self.trouble = self.trouble, ""
        return told

    @staticmethod
    def _add(entries: dict[str, Entry], key: str, solved: bool, hints: int, answer: str | None) -> Entry:
        """Add one attempt to a record, and return what it says of this exercise now."""
        old = entries.get(key, {"solved": False, "attempts": 0, "hints": 0, "answer": None})
        kept = answer[:MAX_ANSWER] if solved and isinstance(answer, str) else None
        entries[key] = {
            "solved": old["solved"] or solved,
            "attempts": old["attempts"] + 1,
            "hints": max(old["hints"], hints),
            "answer": kept or old["answer"],
        }
        return entries[key]

    def export(self, path: str | os.PathLike[str]) -> Path:
        """Write a copy of the record to another file."""
        copy = Progress(path)
        with copy._locked():
            try:
                copy._write(merge(copy._take(), self.entries()))
            except OSError as error:
                raise ProgressError(f"'{path}' cannot be written: {error.strerror or error}; choose another") from None
        return copy.path

    def merge_from(self, path: str | os.PathLike[str]) -> Progress:
        """Take over what another record has; nothing of this one is lost."""
        other = Progress(path)
        if not other.started:
            raise ProgressError(f"there is no progress file '{path}': give the path of one")
        theirs, damaged = other._read()
        if damaged and not theirs:
            raise ProgressError(f"'{path}' is not a progress file that can be read: nothing was taken over")
        with self._locked():
            try:
                self._write(merge(merge(self._take(), self.unsaved), theirs))
                self.unsaved.clear()
            except OSError as error:
                raise ProgressError(f"'{self.path}' cannot be written: {error.strerror or error}") from None
        return self

    def _write(self, entries: dict[str, Entry]) -> None:
        """Replace the file in one step: a crash leaves the old file or the new one, never half of one."""
        data = {"format": FORMAT, "version": VERSION, "exercises": dict(sorted(entries.items()))}
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        write_whole(self.path, text, private=True, prefix=".conslaw-progress-")
        self._settle()

    def _settle(self) -> None:
        """Make the new name last through a power cut, and clear away what killed processes left half written."""
        with suppress(OSError, AttributeError):
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        if self._alone:  # nobody else writes here now, so every other unfinished file is a dead one
            for left in self.path.parent.glob(".conslaw-progress-*.tmp"):
                with suppress(OSError):
                    left.unlink()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold a lock beside the file while reading, merging and writing, where the system has locks.

        Without one (in a browser, on some network drives) merging on every write still keeps both sides' entries
        but for the very moment of two writes at once.
        """
        try:
            from fcntl import LOCK_EX, flock
        except ImportError:  # no such module, or the empty one that JupyterLite's kernel puts in its place
            yield
            return
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            stream = lock.open("w", encoding="utf-8")
        except OSError:  # a folder that may not be written: the write itself will say so
            yield
            return
        with stream:
            with suppress(OSError):
                flock(stream, LOCK_EX)
                self._alone = True
            try:
                yield
            finally:
                self._alone = False

    # -- showing -------------------------------------------------------------------------------------

    def _rows(self) -> list[tuple[str, str, str]]:
        rows = []
        for key, entry in self.entries().items():
            state = "✓ solved" if entry["solved"] else "… begun"
            hints = f"{entry['hints']} hint{'' if entry['hints'] == 1 else 's'}"
            tries = f"{entry['attempts']} attempt{'' if entry['attempts'] == 1 else 's'}"
            rows.append((key, state, f"{tries}, {hints}"))
        return rows

    def __repr__(self) -> str:
        if not self.started and not self.unsaved:
            return "No progress is recorded in this folder; .start() begins a record."
        try:
            rows = self._rows()
            damaged = self._read()[1]
        except ProgressError as error:
            return str(error)
        solved = sum(state.startswith("✓") for _, state, _ in rows)
        lines = [f"{solved} solved, {len(rows) - solved} begun"] + [f"  {k:6} {s:9} {d}" for k, s, d in rows]
        if damaged:
            lines.append(
                "The file is damaged: with your next answer it is kept under another name, and a new one begins."
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        first, *rest = repr(self).splitlines()
        try:
            rows = self._rows() if self.started or self.unsaved else []
        except ProgressError:
            rows = []
        if not rows:
            return "".join(f"<p>{escape(line)}</p>" for line in (first, *rest))
        told = f"<p>{escape(rest[-1])}</p>" if len(rest) > len(rows) else ""
        return html_table(rows, numbers=False, title=first) + told


_open: dict[Path, Progress] = {}


def progress(folder: str | os.PathLike[str] | None = None) -> Progress:
    """Return the record of a folder (this one, without an argument); it need not exist yet.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     record = progress(place).start()
    ...     told = record.record("1.2", solved=True, hints=1, answer="(1, 2)")
    ...     print(record)
    1 solved, 0 begun
      1.2    ✓ solved  1 attempt, 1 hint
    """
    try:
        path = (Path(folder) if folder is not None else Path.cwd()).resolve() / FILE
    except OSError:  # somebody removed the folder in which the notebook runs
        path = Path(FILE)
    if path not in _open:
        _open[path] = Progress(path)
    return _open[path]
