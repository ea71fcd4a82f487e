"""Running a notebook from top to bottom in a fresh kernel of this Python, while the package tells what is claimed.

Nothing that was saved in the notebook is used: its outputs are left aside, and compared with afterwards.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..errors import NotebookError
from .listening import VARIABLE
from .reading import notebook_data

__all__ = ["RanCell", "Run", "read", "run", "surroundings"]

# Kernels of other languages, by the names that they have where the notebook does not say its language.
_OTHERS = ("ir", "julia", "bash", "octave", "javascript", "deno", "rust", "xcpp", "xcpp17", "scala", "haskell", "ruby")
_NOT_RUN = {"nbval-skip", "skip-execution"}
_LONGEST_SOCKET = 90  # bytes of a socket's path: systems take 104 or 108, and a number is added
_LISTEN = "from conslaw_nb.notebooks.listening import listen; listen(); del listen"


@dataclass
class RanCell:
    """A code cell, and what became of it."""

    number: int  # the number that Jupyter shows beside it after all cells have run, from 1
    source: str
    tags: set[str]
    saved: list[dict[str, Any]]  # the outputs that were saved in the file
    was_run: bool  # whether the file says that it had been run
    fresh: list[dict[str, Any]] = field(default_factory=list)  # the outputs of this run
    # what the package told of it: claims, proofs, certificates, exercises, questions
    told: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""  # why it failed, or an empty text
    skipped: bool = False  # whether a tag says that it is not to be run

    @property
    def name(self) -> str:
        """How a person finds it: the number that Jupyter shows beside it."""
        return f"cell [{self.number}]"

    @property
    def first_line(self) -> str:
        """The first line that is not empty, shortened."""
        line = next((line.strip() for line in self.source.splitlines() if line.strip()), "")
        return line if len(line) <= 60 else f"{line[:57]}..."


@dataclass
class Run:
    """A whole run."""

    cells: list[RanCell]  # the code cells that are not empty
    left: int = 0  # how many of them were not reached, after one that failed


def read(path: Path) -> Any:
    """Return a notebook as nbformat's object.

    Raises NotebookError: Nothing there, no notebook, or not one in Python.
    """
    try:
        import nbclient  # noqa: F401
        import nbformat
    except ImportError:
        raise NotebookError(
            "notebooks are run by nbclient, which is not installed here: pip install nbclient nbformat ipykernel, "
            "or the package's extra 'check'"
        ) from None
    data = notebook_data(path)
    _put_ids_right(data)
    try:
        book = nbformat.reads(json.dumps(data), as_version=4)
        nbformat.validate(book)
    except Exception as error:  # nbformat has many ways to say that something is not a notebook
        first = (str(error).strip() or type(error).__name__).splitlines()[0][:120]
        raise NotebookError(f"'{path.name}' is not a notebook ({first}): save it again from Jupyter") from None
    spec = book.metadata.get("kernelspec", {})
    language = spec.get("language") or book.metadata.get("language_info", {}).get("name")
    if not language:  # a kernel that is named and nothing else
        name = str(spec.get("name", "python")).lower()
        language = next((other for other in _OTHERS if name == other or name.startswith(f"{other}-")), "python")
    if language.lower() not in ("python", "python3", "ipython"):
        raise NotebookError(f"'{path.name}' is a notebook in {language[:30]}: only notebooks in Python are checked")
    return book


def _put_ids_right(data: dict[str, Any]) -> None:
    """Take out ids that the notebook's own version does not know, and those that another cell has, as Jupyter does."""
    listed = data.get("cells")
    cells = [cell for cell in listed if isinstance(cell, dict)] if isinstance(listed, list) else []
    known = data["nbformat"] == 4 and isinstance(minor := data.get("nbformat_minor"), int) and minor >= 5
    seen: set[str] = set()
    for place, cell in enumerate(cells):
        if not known:
            cell.pop("id", None)
        elif isinstance(cell.get("id"), str) and cell["id"] in seen:
            cell["id"] = f"again-{place}"
        seen.add(str(cell.get("id")))


def fresh_kernel(folder: str | os.PathLike[str]) -> Any:
    """Return the manager of a kernel of this very Python, whatever kernels a person has installed.

    It is spoken to through files in `folder` where the system allows: ports are chosen before the kernel takes them, so
    that of two programs starting kernels at one time one may lose its port, and the kernel dies as it starts.
    """
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            command = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            command += ["--log-level=ERROR", f"--IPKernelApp.exec_lines={_LISTEN}"]
            return KernelSpec(argv=command, display_name=kernel_name, language="python")

    files: dict[str, str] = {}
    socket = os.path.join(os.path.abspath(folder), "kernel")
    if os.name != "nt" and len(os.fsencode(socket)) < _LONGEST_SOCKET:
        files = {"transport": "ipc", "ip": socket}
    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisPython(), **files)


def surroundings() -> dict[str, str]:
    """Return the environment for a process that must import this very package, wherever it is started."""
    environment = {key: value for key, value in os.environ.items() if key != VARIABLE}
    paths = [os.path.abspath(entry) for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry]
    ours = Path(__file__).resolve().parents[2]
    if ours.name not in ("site-packages", "dist-packages"):  # a checkout: found from its own folder only
        paths.insert(0, str(ours))
    return environment | {"PYTHONPATH": os.pathsep.join(paths)}


def _read_new(path: Path, seen: int) -> tuple[list[dict[str, Any]], int]:
    """Return what was told since `seen` bytes, and how many bytes there are now."""
    try:
        data = path.read_bytes()
    except OSError:
        return [], seen
    whole = data[: data.rfind(b"\n") + 1]
    told = []
    for line in whole[seen:].splitlines():
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict):
            told.append(entry)
    return told, max(seen, len(whole))


def run(path: Path, book: Any, timeout: int, tell: Callable[[int, int], None] = lambda done, of: None) -> Run:
    """Run all cells, in the notebook's own folder, until one fails.

    `path`: where the notebook is; `book`: as `read` gives it; its outputs are taken out; `timeout`: seconds for one
    cell; `tell`: is given how many code cells are done, of how many. Raises NotebookError: the kernel does not start.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    cells: dict[int, RanCell] = {}
    for place, raw in enumerate(book.cells):
        if raw.cell_type == "code" and raw.source.strip():
            tags = {str(tag) for tag in raw.metadata.get("tags", [])}
            saved = [json.loads(json.dumps(output)) for output in raw.outputs]
            cells[place] = RanCell(len(cells) + 1, raw.source, tags, saved, raw.execution_count is not None)
            raw.outputs = []
    result = Run(list(cells.values()))
    with TemporaryDirectory(prefix="conslaw-") as folder:
        file = Path(folder, "told.jsonl")
        seen = 0
        complaints = Path(folder, "complaints.txt")
        client = NotebookClient(
            book,
            km=fresh_kernel(folder),
            timeout=timeout,
            startup_timeout=max(60, timeout),
            resources={"metadata": {"path": str(path.resolve().parent)}},
        )
        try:
            # What a kernel that is stopped has to say about it helps nobody; a kernel that does not start is quoted.
            with (
                complaints.open("wb") as stream,
                client.setup_kernel(env=surroundings() | {VARIABLE: str(file)}, stderr=stream, cleanup_kc=True),
            ):
                for place, cell in cells.items():
                    if cell.tags & _NOT_RUN:
                        cell.skipped = True
                        continue
                    try:
                        client.execute_cell(book.cells[place], place, execution_count=cell.number)
                    except CellTimeoutError:
                        cell.error = f"it ran longer than {timeout} seconds"
                    except CellExecutionError as error:
                        cell.error = _one_line(f"{error.ename}: {error.evalue}")
                    except DeadKernelError:
                        cell.error = "its kernel died"
                    cell.fresh = [json.loads(json.dumps(output)) for output in book.cells[place].outputs]
                    cell.told, seen = _read_new(file, seen)
                    tell(cell.number, len(cells))
                    if cell.error:
                        result.left = len(cells) - cell.number
                        break
        except (OSError, RuntimeError, TimeoutError) as error:
            if any(cell.error for cell in cells.values()):
                return result  # a kernel that is dead already may not take its leave either
            said = complaints.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise NotebookError(
                f"no kernel could be started for '{path}' ({_one_line(said[-1] if said else str(error))}): "
                "pip install ipykernel, "
                "and look at what conslaw doctor says"
            ) from None
    return result


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 300 else f"{text[:297]}..."
