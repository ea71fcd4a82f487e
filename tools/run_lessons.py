"""Run the lessons in place, so that a second run changes no byte; or check that it would not.

    python tools/run_lessons.py                 run all lessons and solutions, and write what they show
    python tools/run_lessons.py --check         write nothing; exit status 1 if a run would change something
    python tools/run_lessons.py --report        run nothing; exit status 1 if outputs belong to other code
    python tools/run_lessons.py lessons/01*.ipynb

A notebook that has been run says more than its readers need: times, versions, and the random ids of its
widgets. What differs from run to run is taken out; the still pictures of the widgets stay.

The exercise cells of a lesson (their ids begin with ``exercise-`` and ``answer-``) are made from the cells of the
same ids in its solutions, with the answers taken out: they are written once, and cannot drift apart. The cells of the
solutions whose ids begin with ``why-`` are the sections ``### Why`` of the exercises' texts.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# This program and the kernels shall import this checkout, whatever else is installed.
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
SECONDS = 120
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def find() -> list[Path]:
    """Return the notebooks of the course, the solutions included, and those that `conslaw new-lesson` hands out."""
    rooms = ("lessons", "conslaw_nb/notebooks/template")
    found = [path for room in rooms for path in sorted((ROOT / room).rglob("*.ipynb"))]
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)]


def run(path: Path) -> dict[str, Any]:
    """Return a notebook as it is after all its cells have run, from a fresh kernel."""
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(path, as_version=4)
    solutions = path.parent / "solutions" / path.name
    if solutions.is_file():
        with_stubs(book, nbformat.read(solutions, as_version=4))
    if path.parent.name == "solutions":
        with_reasons(book)
    client = NotebookClient(
        book, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    return normal(book)


def stub(source: str, start: str = "") -> str:
    """Return an answer cell with the answer taken out of its call of ``check``, or replaced by what stands there first.

    Examples
    --------
    >>> stub('where.check("(5/4, 3/4)")')
    'where.check("")'
    """
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "check" and len(node.args) == 1
    ]
    if len(calls) != 1:
        raise ValueError(f"an answer cell calls .check(answer) once, with one answer, and this one does not:\n{source}")
    answer = ast.get_source_segment(source, calls[0].args[0])
    if start.startswith("def "):  # a function, and below it the call
        return f"{start.strip()}\n\n\n{ast.get_source_segment(source, calls[0])}"
    return source.replace(answer, f'"""\n{start.strip()}\n"""' if start.strip() else '""')


def with_stubs(lesson: dict[str, Any], solutions: dict[str, Any]) -> None:
    """Write the exercise cells of a lesson anew, from the cells of the same ids in its solutions."""
    from conslaw_nb.teaching import exercise

    number, written = "", {}
    for cell in solutions["cells"]:
        if cell["id"].startswith("exercise-"):
            number = re.search(r'exercise\("([\d.]+)"\)', cell["source"])[1]
            written[cell["id"]] = cell["source"]
        elif cell["id"].startswith("answer-"):
            written[cell["id"]] = stub(cell["source"], exercise(number).start)
    ids = [cell["id"] for cell in lesson["cells"] if cell["id"].startswith(("exercise-", "answer-"))]
    if ids != list(written):
        raise ValueError(f"the lesson has the exercise cells {ids}, and its solutions have {list(written)}")
    for cell in lesson["cells"]:
        cell["source"] = written.get(cell["id"], cell["source"])


def with_reasons(solutions: dict[str, Any]) -> None:
    """Write the cells that say why, each from the text of the exercise above it."""
    from conslaw_nb.teaching import exercise

    number, cells = "", []
    for cell in solutions["cells"]:
        if cell["id"].startswith("exercise-"):
            number = re.search(r'exercise\("([\d.]+)"\)', cell["source"])[1]
        if not cell["id"].startswith("why-"):
            cells.append(cell)
        if cell["id"].startswith("answer-") and exercise(number).why:
            name = cell["id"].replace("answer", "why")
            made = {"cell_type": "markdown", "id": name, "metadata": {}, "source": exercise(number).why}
            cells.append(type(cell)(made))
    solutions["cells"] = cells


def normal(book: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook with nothing in it that changes from run to run."""
    cells = []
    for cell in book["cells"]:
        kept = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": _stable(cell["metadata"])}
        if cell["cell_type"] == "code":
            kept["execution_count"] = cell["execution_count"]
            kept["outputs"] = [_output(output) for output in _joined(cell["outputs"])]
        kept["source"] = _lines(cell["source"])
        cells.append(kept)
    language = {"file_extension": ".py", "name": "python"}
    metadata = {"conslaw": {"ran": sources(cells)}, "kernelspec": KERNEL, "language_info": language}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def sources(cells: list[dict[str, Any]]) -> str:
    """Return the hash of all code of a notebook: what was run last is known by it."""
    code = "\0".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return hashlib.sha256(code.encode()).hexdigest()


def report(paths: list[Path]) -> int:
    """Print for each notebook whether its outputs belong to its code; return 1 if any are stale."""
    stale = 0
    for path in paths:
        book = json.loads(path.read_text(encoding="utf-8"))
        fresh = book["metadata"].get("conslaw", {}).get("ran") == sources(book["cells"])
        stale += not fresh
        count = sum(cell["cell_type"] == "code" for cell in book["cells"])
        print(f"{'fresh' if fresh else 'STALE'}  {count:3} cells  {path.parent.name}/{path.name}")
    return 1 if stale else 0


def _stable(metadata: dict[str, Any]) -> dict[str, Any]:
    """Cell metadata without execution times and the state of the window."""
    drop = ("execution", "ExecuteTime", "collapsed", "scrolled", "trusted")
    return {name: value for name, value in sorted(metadata.items()) if name not in drop}


def _joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join what was printed in one go: how the kernel cuts it into messages depends on the clock."""
    joined: list[dict[str, Any]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and output.get("name") == last.get("name"):
            joined[-1] = {**last, "text": "".join(last["text"]) + "".join(output["text"])}
        else:
            joined.append(dict(output))
    return joined


def _output(output: dict[str, Any]) -> dict[str, Any]:
    output = dict(output)
    if "data" in output:
        # A live widget cannot be saved, and its id is random: its still picture is what a reader sees.
        data = {kind: value for kind, value in sorted(output["data"].items()) if kind != WIDGET_VIEW}
        output["data"] = {k: _lines(v) if isinstance(v, str | list) else v for k, v in data.items()}
        output["metadata"] = {}
    if "text" in output:
        output["text"] = _lines(output["text"])
    return dict(sorted(output.items()))


def _lines(text: str | list[str]) -> list[str]:
    return ("".join(text) if isinstance(text, list) else text).splitlines(keepends=True)


def dump(book: dict[str, Any]) -> str:
    """Return the text of a notebook file."""
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Run or check the notebooks named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description="Run the lessons in place, byte for byte reproducibly.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="which ones (all by default)")
    parser.add_argument("--report", action="store_true", help="run nothing; exit 1 if outputs are of other code")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a run changes something")
    options = parser.parse_args(arguments)
    if options.report:
        return report(options.notebooks or find())
    changed = 0
    for path in options.notebooks or find():
        new = run(path)
        text, before = dump(new), path.read_text(encoding="utf-8")
        if text == before:
            print(f"{path.parent.name}/{path.name}: as it was")
            continue
        changed += 1
        old = json.loads(before)["cells"]
        places = [str(k) for k, cell in enumerate(new["cells"]) if k >= len(old) or cell != old[k]]
        print(f"{path.name}: {'would change' if options.check else 'written'}, cells {', '.join(places) or '-'}")
        if not options.check:
            path.write_text(text, encoding="utf-8")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
