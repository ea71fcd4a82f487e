"""Reading a notebook file from anywhere: any Jupyter version from 4.0 on, and the old format 3 as well.

Only the standard library is used, and nothing in the file is trusted: it may be huge, half written, or no notebook.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import NotebookError

__all__ = ["MAX_BYTES", "Cell", "notebook_data", "python_of", "read_notebook"]

MAX_BYTES = 100_000_000  # with all its saved pictures no lesson comes near
MAX_SOURCE = 200_000  # characters of one cell: no person writes more

# Cell magics whose body is Python all the same.
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun"}


@dataclass(frozen=True)
class Cell:
    """One cell."""

    kind: str  # 'code' or 'markdown'
    source: str
    place: int  # its place in the notebook, from 0
    name: str = ""  # its id, where the format has one
    tags: tuple[str, ...] = ()  # as Jupyter's property inspector sets them
    # as they were saved. They are compared with, and never believed.
    outputs: list[dict[str, Any]] = field(default_factory=list, compare=False)

    @property
    def magic(self) -> str:
        """The name of the cell magic, such as 'proof', or nothing."""
        found = re.match(r"\s*%%(\w+)", self.source)
        return found[1] if found else ""


def read_notebook(path: str | os.PathLike[str]) -> list[Cell]:
    r"""Return the cells of a notebook file.

    Raises NotebookError: with the name of the file and what is wrong with it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "old.ipynb")
    ...     _ = file.write_text('{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a = 1\\n", "a"]}]}')
    ...     [(cell.kind, cell.source) for cell in read_notebook(file)]
    [('code', 'a = 1\na')]
    """
    target = Path(path)
    data = notebook_data(target)
    raw = data.get("cells")
    if data["nbformat"] == 3:
        sheets = data.get("worksheets")
        raw = [cell for sheet in sheets or [] if isinstance(sheet, dict) for cell in sheet.get("cells") or []]
    if not isinstance(raw, list):
        raise NotebookError(f"'{target.name}' is not a notebook: it has no list of cells; save it again from Jupyter")
    cells = []
    for place, entry in enumerate(raw):
        if not isinstance(entry, dict):
            raise NotebookError(
                f"cell {place + 1} of '{target.name}' is not a cell: save the notebook again from Jupyter"
            )
        cells.append(_cell(entry, place, target.name))
    return cells


def notebook_data(path: Path) -> dict[str, Any]:
    """Return what a notebook file holds, an object of a version that is read.

    Raises NotebookError: with the name of the file and what is wrong with it.
    """
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not a file" if path.exists() else "does not exist"
            raise NotebookError(f"'{path}' {what}: give the path of a notebook, such as lesson.ipynb")
        if path.stat().st_size > MAX_BYTES:
            raise NotebookError(
                f"'{path.name}' is larger than {MAX_BYTES} bytes: clear its outputs in Jupyter and save it again"
            )
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotebookError(f"'{path.name}' cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise NotebookError(
            f"'{path.name}' is not a notebook, or only a part of one: save it again from Jupyter"
        ) from None
    if not isinstance(data, dict):
        raise NotebookError(f"'{path.name}' is not a notebook: it holds no JSON object; save it again from Jupyter")
    version = data.get("nbformat")
    if isinstance(version, bool) or version not in (3, 4):
        raise NotebookError(
            f"'{path.name}' is not a notebook of a version that is read (3 and 4): save it again from Jupyter"
        )
    return data


def _cell(entry: dict[str, Any], place: int, name: str) -> Cell:
    kind = "code" if entry.get("cell_type") == "code" else "markdown"
    source = _text(entry.get("source", entry.get("input", "")))
    if len(source) > MAX_SOURCE:
        raise NotebookError(f"cell {place + 1} of '{name}' has {len(source)} characters: at most {MAX_SOURCE} are read")
    outputs = entry.get("outputs") if kind == "code" else None
    kept = [output for output in outputs if isinstance(output, dict)] if isinstance(outputs, list) else []
    label = entry.get("id")
    metadata = entry.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    named = tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    return Cell(kind, source, place, label if isinstance(label, str) else "", named, kept)


def _text(value: Any) -> str:
    """Join the lines of a source, which is a text or a list of texts."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def python_of(source: str) -> str:
    r"""Return the Python in a cell: magics and shell commands become `pass`, so that line numbers stay.

    Examples
    --------
    >>> python_of("%load_ext conslaw_nb\nlaw.check('u')")
    "pass\nlaw.check('u')"
    >>> python_of("%%proof\nx = x by computation")
    ''
    """
    lines = source.splitlines()
    first = next((k for k, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].lstrip().startswith("%%"):
        if lines[first].split()[0].lstrip("%") not in _PYTHON_MAGICS:
            return ""
        lines[first] = "pass"
    return "\n".join(_plain(line) for line in lines)


def _plain(line: str) -> str:
    """Return a line without what only IPython reads."""
    bare = line.lstrip()
    timed = re.match(r"%time\s+(?=\S)", bare)
    if timed:  # what is timed is Python
        return line[: len(line) - len(bare)] + bare[timed.end() :]
    assigned = re.match(r"([\w, ]+?\s*=)\s*(%[A-Za-z]|!)", bare)
    if assigned:
        return f"{line[: len(line) - len(bare)]}{assigned[1]} None"
    if re.match(r"(%[A-Za-z]|!|\?)", bare):
        return line[: len(line) - len(bare)] + "pass"
    if re.fullmatch(r"[\w.]+\?{1,2}\s*", bare):
        return line[: len(line) - len(bare)] + "pass"
    return line
