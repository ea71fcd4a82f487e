"""Slides from a lesson: what a room should see goes on the slides, what the lecturer says into the notes.

A lesson is written to be read. On a slide stand its headings, its statements, its displayed formulas, its lists
and questions in bold, its pictures and exercises; the prose becomes the speaker's notes (press S). nbconvert
writes the file, for reveal.js.
"""

from __future__ import annotations

import copy
import os
import re
from pathlib import Path
from typing import Any

from ..errors import SlidesError
from ..teaching import lessons
from .lab import lessons_folder

__all__ = ["SlidesError", "slide_book", "write_slides"]

# The presentation runs with reveal.js, which it fetches when it is opened.
REVEAL = "https://cdn.jsdelivr.net/npm/reveal.js@4.6.1"
_FIGURE = re.compile(r"<svg|<img|<table|cl-exercise")
_TO_RUN = re.compile(r"<(p|div)><small>(?:A still picture:|Run the cell).*?</small></\1>")


def slide_book(book: dict[str, Any]) -> dict[str, Any]:
    r"""Return the notebook of a lesson cut into slides.

    `book`: a notebook with its outputs.

    Examples
    --------
    >>> cell = {"cell_type": "markdown", "metadata": {}, "source": "# 1 · Title\n\nSome prose.\n\n$$x=1$$"}
    >>> [(c["metadata"]["slideshow"]["slide_type"], c["source"]) for c in slide_book({"cells": [cell]})["cells"]]
    [('slide', '# 1 · Title\n\n$$x=1$$'), ('notes', 'Some prose.')]
    """
    cells: list[dict[str, Any]] = []
    for cell in book["cells"]:
        cells += _text(cell) if cell["cell_type"] == "markdown" else _code(cell)
    return {**book, "cells": cells}


def _markdown(text: str, kind: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {"slideshow": {"slide_type": kind}}, "source": text}


def _text(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """Cut a cell of text at its headings; of each part, what is seen and what is said."""
    parts = re.split(r"(?m)^(?=#{1,2} )", "".join(cell["source"]))
    cells = []
    for part in filter(str.strip, parts):
        heading = re.match(r"#{1,2} .*", part)
        seen, said = ([heading[0]] if heading else []), []
        blocks = re.split(r"\n\s*\n", part[heading.end() :] if heading else part)
        for block in filter(None, (block.strip() for block in blocks)):
            if _is_seen(block):
                lead = said[-1] if said and block.startswith(("-", "1.")) else ""
                seen += [
                    sentence for sentence in re.split(r"(?<=[.?!*]) (?=\*\*|[A-Z])", lead)[-1:] if _leads(sentence)
                ]
                seen.append(block)
            else:
                said.append(block)
        if seen:
            cells.append(_markdown("\n\n".join(seen), "slide" if heading else "subslide"))
        if said:
            cells.append(_markdown("\n\n".join(said), "notes"))
    return cells


def _is_seen(block: str) -> bool:
    """Whether a paragraph belongs on the slide: statements, displayed formulas, lists, and what is set in bold."""
    return block.startswith((">", "$$", "-", "1.", "|", "**"))


def _leads(sentence: str) -> bool:
    """Whether a sentence leads to the list that follows it."""
    return sentence.rstrip().endswith((":", "**"))


def _code(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """A cell of code: its picture or exercise without the code, printed text with it, and nothing without output."""
    if not cell.get("outputs") or ".check(" in "".join(cell["source"]):
        return []
    shown = copy.deepcopy(cell)
    for output in shown["outputs"]:
        if "text/html" in output.get("data", {}):  # a slide has no cell to run
            html = "".join(output["data"]["text/html"])
            output["data"]["text/html"] = _TO_RUN.sub("", html)
    data = [output.get("data", {}) for output in cell["outputs"]]
    hides_code = any(_FIGURE.search("".join(d.get("text/html", ""))) for d in data)
    shown["metadata"] = {"slideshow": {"slide_type": "subslide"}, "tags": ["hide-code"] if hides_code else []}
    return [shown]


def write_slides(lesson: int, path: str | os.PathLike[str]) -> Path:
    """Write the slides of a lesson as one HTML file.

    `lesson`: its number; `path`: the file to write; an older one that was made here is replaced, nothing else. Raises
    SlidesError: if there is no such lesson, if nbconvert is not installed, or if the file is none of ours.
    """
    known = lessons()
    if lesson not in known:
        raise SlidesError(f"there is no lesson {lesson}; there are {', '.join(map(str, known))}")
    path = Path(path)
    if path.is_dir() or (path.is_file() and "reveal" not in path.read_text(encoding="utf-8", errors="replace")):
        raise SlidesError(f"'{path}' exists and holds no slides, so it is left alone: give another name")
    try:
        import nbformat
        from nbconvert import SlidesExporter
        from traitlets.config import Config
    except ImportError as missing:
        raise SlidesError(f"slides are made with nbconvert, and {missing.name} is not installed: "
                          "pip install nbconvert") from None  # fmt: skip
    book = nbformat.from_dict(slide_book(nbformat.read(lessons_folder() / known[lesson], as_version=4)))
    for number, cell in enumerate(book.cells):
        cell["id"] = f"slide-{number}"
    tags = {"enabled": True, "remove_input_tags": ("hide-code",)}
    exporter = SlidesExporter(config=Config({"TagRemovePreprocessor": tags}), reveal_url_prefix=REVEAL)
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    exporter.reveal_scroll = True
    body, _ = exporter.from_notebook_node(book, {"metadata": {"name": Path(known[lesson]).stem}})
    path.write_text(body.replace("</head>", _STYLE + "</head>", 1), encoding="utf-8")
    return path


# Readable from the last row, and nothing wider than the screen.
_STYLE = """<style>
.reveal { font-size: 26px; }
.reveal .slides { text-align: left; }
.reveal blockquote { width: 96%; font-style: normal; }
.reveal img.cl-still, .reveal svg.cl-picture { height: 62vh; width: auto; max-width: 96%; }
.reveal pre { font-size: .7em; width: 100%; }
</style>
"""
