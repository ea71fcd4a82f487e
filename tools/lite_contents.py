"""The lessons as the browser edition serves them: the notebooks, and the lists that stand for a server's answers.

Each notebook says in its metadata which edition of the lesson it is (`edition`, a hash of the file in the checkout)
and what its cells were (`sources`, a hash of them). A copy that a learner saves in the browser carries both along:
so the page can tell, when a lesson has been updated, whether a saved copy is an old one and whether the learner
has changed it (``lite/keep.js``).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

# The checkout's own; the standard library is all that it needs.
from conslaw_nb.paper.plain import plain_formula, to_html

KERNEL = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
PROGRESS = "conslaw-progress.json"


def digest(text: str) -> str:
    """Return the first sixteen signs of a text's SHA-256: enough to tell editions apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sources(notebook: dict[str, Any]) -> str:
    """Return the hash of all that a learner can edit in a notebook: the kinds and the texts of its cells.

    Outputs do not count: running a lesson does not make it the learner's own work. keep.js computes the same.
    """
    cells = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
    return digest(json.dumps(cells, ensure_ascii=False, separators=(",", ":")))


def joined(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook with whole texts in it, as a Jupyter server hands them out, where files have lists of lines."""

    def whole(value: Any) -> Any:
        return "".join(value) if isinstance(value, list) and all(isinstance(line, str) for line in value) else value

    for cell in notebook["cells"]:
        cell["source"] = whole(cell["source"])
        for output in cell.get("outputs", ()):
            if "text" in output:
                output["text"] = whole(output["text"])
            output.get("data", {}).update({kind: whole(value) for kind, value in output.get("data", {}).items()})
    return notebook


def browser_notebook(text: str) -> str:
    """Return a notebook with the browser's kernel, and with its edition in its metadata."""
    notebook = joined(json.loads(text))
    notebook["metadata"]["kernelspec"] = KERNEL
    notebook["metadata"]["conslaw"] = {"edition": digest(text), "sources": sources(notebook)}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def lesson_files(lessons: Path) -> list[Path]:
    """Return the files of a folder of lessons, nothing hidden among them."""
    hidden = ("__pycache__", "solutions")
    inside = [path for path in sorted(lessons.rglob("*")) if path.is_file()]
    return [
        p
        for p in inside
        if not any(part.startswith(".") or part in hidden for part in p.relative_to(lessons).parts)
        and p.name not in (PROGRESS, "conslaw-lessons.json")
    ]


def title(notebook: dict[str, Any], path: Path) -> str:
    """Return a notebook's first heading, without its number sign."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            first = "".join(cell["source"]).strip().splitlines()[0]
            if first.startswith("# "):
                return first.removeprefix("# ").strip()
    return path.stem


def order(name: str) -> tuple[bool, str]:
    """Sort lessons by their number, and notebooks that have none after lesson 1.

    Examples
    --------
    >>> sorted(["02_b.ipynb", "proof_workshop.ipynb", "01_a.ipynb"], key=order)
    ['01_a.ipynb', 'proof_workshop.ipynb', '02_b.ipynb']
    """
    return (name >= "02", name) if name[:1].isdigit() else (False, "01~" + name)


def preview(notebook: dict[str, Any]) -> str:
    """Return the first paragraphs of a lesson, as HTML with formulas in plain signs.

    It stands on the page while the notebook opens.
    """
    texts: list[str] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and sum(map(len, texts)) < 3_000:
            texts.append("".join(cell["source"]))
    rows = []
    for block in re.split(r"\n\s*\n", "\n\n".join(texts)):
        heading = re.fullmatch(r"(#+) (.+)", block.strip())
        try:
            text = re.sub(r"\$\$?(.+?)\$?\$", lambda found: plain_formula(found[1]), block, flags=re.DOTALL)
        except KeyError:  # a sign that the table does not know: the notebook itself will show it
            break
        level = len(heading[1]) if heading else 0
        shown = to_html(re.sub(r"^#+ |^> ?", "", text, flags=re.MULTILINE))
        rows.append(shown.replace("<p>", f"<h{level}>").replace("</p>", f"</h{level}>") if heading else shown)
    return f"<article>{''.join(rows)}</article>"


def write(lessons: Path, site: Path) -> dict[str, dict[str, str]]:
    """Write the lessons and a learner's empty record into a site; return path -> edition, sources and title."""
    editions: dict[str, dict[str, str]] = {}
    files = site / "files"
    for path in lesson_files(lessons):
        name = path.relative_to(lessons).as_posix()
        target = files / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix != ".ipynb":
            target.write_bytes(path.read_bytes())
            continue
        text = browser_notebook(path.read_text(encoding="utf-8"))
        target.write_text(text, encoding="utf-8")
        notebook = json.loads(text)
        shown = site / "conslaw" / "preview" / Path(name).with_suffix(".html")
        shown.parent.mkdir(parents=True, exist_ok=True)
        shown.write_text(preview(notebook), encoding="utf-8")
        editions[name] = {**notebook["metadata"]["conslaw"], "title": title(notebook, path)}
    # Progress is recorded only where a record was begun; in the browser there is no command that could begin one.
    empty = {"format": "conslaw-progress", "version": 1, "exercises": {}}
    (files / PROGRESS).write_text(json.dumps(empty, indent=1) + "\n", encoding="utf-8")
    _list(files, files, site / "api" / "contents", when())
    return editions


def when() -> str:
    """Return the time of the checkout's last commit, or of now: a site built twice from one commit is the same site."""
    command = ["git", "-C", str(Path(__file__).parent), "log", "-1", "--format=%ct"]
    try:
        seconds = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _entry(path: Path, files: Path, when: str) -> dict[str, Any]:
    """Return what a Jupyter server would say of a file or folder, without its content."""
    name = path.relative_to(files).as_posix()
    kind = "directory" if path.is_dir() else "notebook" if path.suffix == ".ipynb" else "file"
    return {
        "content": None,
        "created": when,
        "format": None,
        "hash": None,
        "hash_algorithm": None,
        "last_modified": when,
        "mimetype": None if kind != "file" else "application/json" if path.suffix == ".json" else "text/plain",
        "name": "" if name == "." else path.name,
        "path": "" if name == "." else name,
        "size": path.stat().st_size if path.is_file() else None,
        "type": kind,
        "writable": True,
    }


def _list(folder: Path, files: Path, api: Path, when: str) -> None:
    """Write the list of a folder, and those of the folders in it."""
    inside = sorted(folder.iterdir())
    entries = [_entry(path, files, when) for path in inside]
    listing = {**_entry(folder, files, when), "content": entries, "format": "json"}
    target = api / folder.relative_to(files) / "all.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(listing, indent=1) + "\n", encoding="utf-8")
    for path in inside:
        if path.is_dir():
            _list(path, files, api, when)
