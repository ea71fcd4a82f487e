"""Slides from a lesson: what a room should see goes on the slides, what the lecturer says into the notes.

A lesson is written to be read. On a slide stand its headings, its statements, its displayed formulas, its lists
and questions in bold, its pictures and exercises; the prose becomes the speaker's notes (press N). The file stands
alone: formulas are MathML, pictures SVG, and the few lines that turn the slides are in `slides.html`.
"""

from __future__ import annotations

import copy
import os
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from html import escape, unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..errors import SlidesError
from ..teaching.syllabus import lesson as find
from .lab import notebook_of
from .reading import read_notebook

__all__ = ["SlidesError", "slide_book", "write_slides"]

_MARK = "conslaw slides"  # what says in the file that it was made here
# Nothing inside these is a formula; neither is what stands in a tag.
_NOT_PROSE = re.compile(r"(<(pre|code|svg|style|script)\b.*?</\2>|<[^>]*>)", re.DOTALL)
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_FIGURE = re.compile(r"<svg|<img|<table|cl-exercise|<blockquote>")
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


def with_mathml(html: str, convert: Callable[..., str]) -> str:
    r"""Return HTML with its formulas as MathML, which browsers draw without help.

    Examples
    --------
    >>> with_mathml("<p>so $x$, and <code>$y$</code></p>", lambda tex, display: f"[{tex}]")
    '<p>so [x], and <code>$y$</code></p>'
    """

    def drawn(found: re.Match[str]) -> str:
        tex = unescape(found[1] or found[2]).strip().replace("{aligned}", "{split}")  # the name that `convert` knows
        return _drawable(convert(tex, display="block" if found[1] else "inline"))

    parts, place = [], 0
    for found in _NOT_PROSE.finditer(html):
        parts += [_FORMULA.sub(drawn, html[place : found.start()]), found[0]]
        place = found.end()
    return "".join([*parts, _FORMULA.sub(drawn, html[place:])])


_LETTERS = re.compile(r'<(mi|mn) mathvariant="(double-struck|script|fraktur|bold)">(\w)</\1>')
_PLAIN = (("<mo>&#x022A4;</mo>", '<mi mathvariant="normal">T</mi>'), ("<mi>&#x02032;</mi>", "<mo>'</mo>"))


def _drawable(mathml: str) -> str:
    """Return MathML that looks right without a font for mathematics, and where `mathvariant` is not known any more."""
    for sign, plain in _PLAIN:  # a transpose and a prime, which other fonts draw too high or too small
        mathml = mathml.replace(sign, plain)
    return _LETTERS.sub(lambda found: f"<{found[1]}>{_letter(found[2], found[3])}</{found[1]}>", mathml)


def _letter(style: str, sign: str) -> str:
    """Return the letter of its own that Unicode has for a style, such as ℝ."""
    kind = f"DIGIT {unicodedata.name(sign).removeprefix('DIGIT ')}" if sign.isdigit() else ""
    kind = kind or f"{'CAPITAL' if sign.isupper() else 'SMALL'} {sign.upper()}"
    for name in (f"MATHEMATICAL {style.upper()} {kind}", f"{style.upper()} {kind}"):
        with suppress(KeyError):
            return unicodedata.lookup(name)
    return sign


def _output(output: dict[str, Any]) -> str:
    """Return what a cell has shown, as HTML."""
    data = output.get("data", {})
    if "text/html" in data:
        html, folded = "".join(data["text/html"]), "<details><summary><strong>"
        # a statement that is folded in the lesson is what a room should see, if it is one
        return html.replace(folded, folded.replace("<details", "<details open")) if html.count(folded) == 1 else html
    if "text/latex" in data:
        return f"<p>{escape(''.join(data['text/latex']))}</p>"
    text = "".join(output.get("text", data.get("text/plain", "")))
    return f"<pre>{escape(text)}</pre>" if text.strip() else ""


def _sections(cells: list[dict[str, Any]], prose: Callable[[str], str]) -> str:
    """Return the slides as HTML, each below a heading: one that has none of its own bears that of the slide before."""
    sections: list[str] = []
    heading, fresh = "", False  # a heading with nothing below it goes onto the next slide
    for cell in cells:
        kind, source = cell["metadata"]["slideshow"]["slide_type"], "".join(cell["source"])
        if kind == "notes":
            aside = f'<aside class="notes">{prose(source)}</aside>'
            sections[-1:] = [sections[-1] + aside] if sections else [aside]
            continue
        if cell["cell_type"] == "markdown":
            found = re.match(r"#{1,2} (.*)", source)
            body = prose(source[found.end() :] if found else source)
            level = "h1" if source.startswith("# ") else "h2"
            if found:
                heading = prose(found[1]).strip().removeprefix("<p>").removesuffix("</p>")
        else:
            found, level = None, "h2"
            shown = "" if "hide-code" in cell["metadata"]["tags"] else f'<pre class="code">{escape(source)}</pre>'
            body = f'<div class="shown">{shown}{"".join(map(_output, cell["outputs"]))}</div>'
        fresh = fresh or bool(found)
        if level == "h2" and not body.strip():
            continue
        again, fresh = "" if fresh else ' class="again"', False
        sections.append(f"<{level}{again}>{heading}</{level}><div>{body}</div>")
    return "\n".join(f"<section>{section}</section>" for section in sections)


def write_slides(lesson: int | str, path: str | os.PathLike[str]) -> Path:
    """Write the slides of a lesson as one HTML file.

    `lesson`: its number, 'workshop', 'two-hours', or the folder of one's own; `path`: the file to write; an older one
    that was made here is replaced, nothing else. Raises CourseError: if there is no such lesson; SlidesError: if
    nbconvert is not installed, or if the file is none of ours.
    """
    taught = find(lesson)
    read_notebook(notebook_of(taught))  # which says what is wrong with a file that is none
    path = Path(path)
    if path.is_dir() or (path.is_file() and _MARK not in path.read_text(encoding="utf-8", errors="replace")):
        raise SlidesError(f"'{path}' exists and holds no slides, so it is left alone: give another name")
    try:
        import nbformat
        from latex2mathml.converter import convert
        from nbconvert.filters import markdown2html
    except ImportError as missing:
        raise SlidesError(f"slides are made with nbconvert and latex2mathml, and {missing.name} is not installed: "
                          "pip install nbconvert latex2mathml") from None  # fmt: skip
    book = slide_book(nbformat.read(notebook_of(taught), as_version=4))
    slides = with_mathml(_sections(book["cells"], markdown2html), convert)
    heading = re.search(r"<h1>(.*?)</h1>", slides, re.DOTALL)
    title = _text_of(heading[1]) if heading else taught.title
    page = files(__package__).joinpath("slides.html").read_text(encoding="utf-8")
    for name, part in (("MARK", _MARK), ("TITLE", title), ("SLIDES", slides)):
        page = page.replace(f"{{{{{name}}}}}", part, 1)
    path.write_text(page, encoding="utf-8")
    return path


def _text_of(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html).strip()
