"""Plant small faults in a copy of the package, one at a time, and say which of them the tests notice.

A test suite is tried like anything else here: break something that is right, and see whether it says so. Each fault of
``tools/faults.toml`` is a piece of the source and its broken form. The piece is looked for anywhere in the package, for
code moves between files; one that is not there any more, or stands in two places, is reported as stale, and to be
written anew.

    python tools/plant_faults.py                     # all of them: takes a while
    python tools/plant_faults.py --room laws         # those of one room
    python tools/plant_faults.py --only risk         # those whose name holds a word
    python tools/plant_faults.py --every 5           # each fifth of them; --start 1: beginning with the second
    python tools/plant_faults.py --trust             # without running the tests once without a fault: they are green
    python tools/plant_faults.py --check             # only whether each piece can still be found

Exit status: 0 where every fault was noticed, 1 where one survived, 2 for bad usage.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

try:
    import resource
except ImportError:  # Windows
    resource = None

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "conslaw_nb"
LIST = ROOT / "tools" / "faults.toml"
LEFT_OUT = (".git", ".venv", "venv", "build", "dist", "node_modules", "__pycache__", "*.pyc", ".*_cache", ".hypothesis")
MEMORY = 8 * 2**30  # bytes: a fault may make a loop endless
SECONDS = 1_800  # for tests without a fault; with one they may take five times as long as without, and two minutes

__all__ = ["Fault", "find", "main", "planted", "read_faults"]


@dataclass(frozen=True)
class Fault:
    """A piece of the source and its broken form.

    Attributes
    ----------
    name : str
        What is broken, in a few words.
    room : str
        Of the package; it says which tests should notice.
    find : tuple of str
        The piece; of several ones the first that stands in exactly one place.
    put : tuple of str
        What takes its place, one for each piece.
    tests : tuple of str
        Files of tests, perhaps with ``-k`` and an expression.
    """

    name: str
    room: str
    find: tuple[str, ...]
    put: tuple[str, ...]
    tests: tuple[str, ...] = field(default=())


def read_faults(path: Path = LIST) -> list[Fault]:
    """Read the list of faults."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    rooms = data["rooms"]
    found = []
    for entry in data["fault"]:
        pieces = [entry["find"]] if isinstance(entry["find"], str) else entry["find"]
        broken = [entry["put"]] if isinstance(entry["put"], str) else entry["put"]
        if len(pieces) != len(broken) or any(a == b for a, b in zip(pieces, broken, strict=True)):
            raise ValueError(f"the fault {entry['name']!r} needs a broken form for each of its pieces")
        tests = entry.get("tests", rooms[entry["room"]])
        found.append(Fault(entry["name"], entry["room"], tuple(pieces), tuple(broken), tuple(tests)))
    names = Counter(fault.name for fault in found)
    if names and max(names.values()) > 1:
        raise ValueError(f"two faults are called {names.most_common(1)[0][0]!r}")
    return found


def sources(root: Path = ROOT) -> dict[Path, str]:
    """Return the text of each file of the package that a fault may be planted in."""
    kinds = ("*.py", "*.lark", "*.toml")
    return {
        path.relative_to(root): path.read_text(encoding="utf-8")
        for kind in kinds
        for path in sorted((root / PACKAGE).rglob(kind))
    }


def find(fault: Fault, texts: dict[Path, str]) -> tuple[Path, str] | None:
    """Return the file where a fault can be planted and its broken text; None where its piece cannot be told."""
    for piece, broken in zip(fault.find, fault.put, strict=True):
        places = [path for path, text in texts.items() for _ in range(text.count(piece))]
        if len(places) == 1:
            return places[0], texts[places[0]].replace(piece, broken)
    return None


def planted(faults: Sequence[Fault], root: Path = ROOT) -> Iterator[tuple[Fault, Path | None, str]]:
    """Yield each fault with its file and the file's broken text; the file is None where the fault is stale."""
    texts = sources(root)
    for fault in faults:
        found = find(fault, texts)
        if found is None:
            yield fault, None, ""
            continue
        if found[0].suffix == ".py":
            ast.parse(found[1])  # a fault that cannot be imported shows nothing about the tests
        yield fault, *found


def _within_memory() -> None:
    """Bound the memory of a process, so that a fault hurts nobody else."""
    with suppress(OSError, ValueError):  # some systems cannot
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class Copy:
    """A copy of the checkout, in a folder of its own."""

    def __init__(self, folder: Path, root: Path = ROOT, trusted: bool = False):
        self.folder, self.root, self.trusted = folder, root, trusted
        shutil.copytree(root, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
        self.failing: dict[tuple[str, ...], tuple[list[str], float]] = {}

    def run(self, tests: Sequence[str], deselected: Sequence[str] = (), seconds: float = 0.0) -> tuple[int, str]:
        """Run tests in the copy, to the first failure where there is a limit; return the exit status and the text.

        Runs with a fresh seed are left out: with and without the fault the same shall be asked.
        """
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", "-rfE"]
        command += ["-o", "addopts=--import-mode=importlib --strict-markers", "-k", "not fresh"]
        command += ["-x"] if seconds else []
        command += [part for test in deselected for part in ("--deselect", test)]
        environment = dict(os.environ, PYTHONPATH=str(self.folder), PYTHONDONTWRITEBYTECODE="1")
        # None of these tests needs a plugin, and importing Jupyter for them costs more than most of them do.
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        environment.pop("PYTEST_ADDOPTS", None)  # they may be meant for plugins
        try:
            done = subprocess.run(
                [*command, *tests],
                cwd=self.folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=seconds or SECONDS,
                check=False,
                preexec_fn=_within_memory if resource else None,
            )
        except subprocess.TimeoutExpired:
            return 124, "it took too long"
        return done.returncode, done.stdout + done.stderr

    def whole(self, tests: tuple[str, ...]) -> tuple[list[str], float]:
        """Return the tests that fail without any fault, and how long all take; 0 where they cannot be run."""
        if self.trusted:
            return [], 120.0
        if tests not in self.failing:
            started = perf_counter()
            status, printed = self.run(tests)
            failed = [line for line in printed.splitlines() if line.startswith("FAILED ")]
            found = [line.split(" ", 1)[1].split(" - ")[0] for line in failed]
            self.failing[tests] = found, perf_counter() - started if status in (0, 1, 5) else 0.0
        return self.failing[tests]

    def noticed(self, fault: Fault, path: Path, broken: str) -> tuple[str, str]:
        """Plant a fault, run its tests and take it out again; return what became of it, and what noticed it."""
        examples: tuple[str, ...] = ("--doctest-modules", str(path)) if path.suffix == ".py" else ()
        tests = fault.tests
        if self.trusted:  # nothing is left out, so that one process does for both
            tests, examples = (*examples, *tests), ()
        failing, seconds = self.whole(tests)
        if not seconds:
            return "not tried", "its tests cannot be run without the fault either"
        unusable, quick = self.whole(examples) if examples else ([], 0.0)
        target = self.folder / path
        right = target.read_text(encoding="utf-8")
        target.write_text(broken, encoding="utf-8")
        try:
            status, printed = self.run(examples, unusable, 120 + 5 * quick) if examples else (0, "")
            if status in (0, 5):  # 5: there are no examples
                status, printed = self.run(tests, failing, 120 + 5 * seconds)
        finally:
            target.write_text(right, encoding="utf-8")
        if status == 0:
            return "SURVIVED", ""
        by = next((line.split(" - ")[0] for line in printed.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
        return "noticed", by or printed.strip().splitlines()[-1][:100] if printed.strip() else "a crash"


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", default="", help="only faults whose name holds this word")
    parser.add_argument("--room", default="", help="only faults of this room")
    parser.add_argument("--every", type=int, default=1, help="only each so many")
    parser.add_argument("--start", type=int, default=0, help="leave out so many at the beginning")
    parser.add_argument("--trust", action="store_true", help="believe that the tests pass without a fault")
    parser.add_argument("--check", action="store_true", help="only say whether each piece of source can be found")
    parser.add_argument("--root", type=Path, default=root, help="another checkout")
    parser.add_argument("--list", type=Path, default=LIST, help="another list of faults")
    given = parser.parse_args(arguments)
    root = given.root.resolve()
    faults = [
        fault
        for fault in read_faults(given.list)
        if given.only.lower() in fault.name.lower() and given.room in ("", fault.room)
    ][given.start :: max(given.every, 1)]
    if not faults:
        print("there is no such fault: see tools/faults.toml", file=sys.stderr)
        return 2
    if given.check:
        stale = [fault for fault, path, _ in planted(faults, root) if path is None]
        for fault in stale:
            print(f"stale      {fault.room:12} {fault.name}")
        print(f"{len(faults) - len(stale)} of {len(faults)} faults can be planted")
        return 1 if stale else 0
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy = Copy(Path(folder), root, given.trust)
        for fault, path, broken in planted(faults, root):
            started = perf_counter()
            what, by = ("stale", "") if path is None else copy.noticed(fault, path, broken)
            told[what] += 1
            print(f"{what:10} {fault.room:12} {fault.name} ({perf_counter() - started:.0f} s) {by}", flush=True)
    tried = told["noticed"] + told["SURVIVED"]
    share = f"{100 * told['noticed'] / tried:.1f} %" if tried else "nothing"
    others = ", ".join(f"{count} {what}" for what, count in told.items() if what in ("stale", "not tried"))
    print(f"{told['noticed']} of {tried} faults were noticed: {share}" + (f" ({others})" if others else ""))
    return 1 if told["SURVIVED"] else 0


if __name__ == "__main__":
    sys.exit(main())
