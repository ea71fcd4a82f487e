r"""Spellings that people use for an answer, turned into the one that checks read: names, semicolons, LaTeX's matrices.

The mathematics is left to the language's own reader; here only what stands around it is put in order.

Examples
--------
>>> tidy("(u, v) = (5/4; 3/4)"), tidy(r"\begin{pmatrix}1&0\\0&\frac12\end{pmatrix}")
('(5/4, 3/4)', '[[1, 0], [0, \\frac{1}{2}]]')
"""

from __future__ import annotations

import re

__all__ = ["tidy"]

_WORD = r"[^\W\d]\w*(?:\[[\d,\s]*\])?"
_NAME = rf"{_WORD}'*"
_LABEL = re.compile(rf"\s*(?:\(\s*{_NAME}(?:\s*[,;]\s*{_NAME})+\s*\)|{_NAME}(?:\s*,\s*{_NAME})+)\s*=(?!=)\s*")
_RATE = re.compile(rf"\s*(?:\\dot\s*(?:\{{{_WORD}\}}|{_WORD})|{_WORD}'+)\s*=(?!=)\s*")  # u' = 11
# phi = (...), [X, Y] = (...)
_WHOLE = re.compile(rf"\s*(?:\\?{_NAME}|\[\s*{_NAME}\s*,\s*{_NAME}\s*\])\s*=\s*(?=[(\[])")
_ONE_LABEL = re.compile(rf"(^|[,;])\s*{_NAME}\s*=\s*(?=\[\s*\[)")
_MATRIX = re.compile(r"\\begin\{([pbvB]?matrix|array)\}(?:\{[clr]*\})?(.*?)\\end\{\1\}", re.DOTALL)
_CALLED = re.compile(r"\b(?:(?:sympy|sp|np|numpy)\.)?(?:Matrix|array|matrix)\(\s*(\[\[.*?\]\])\s*\)", re.DOTALL)
_SHORT_FRACTION = re.compile(r"\\[td]?frac\s*(?=[\dA-Za-z{])(\d|[A-Za-z]|\{[^{}]*\})\s*(\d|[A-Za-z]|\{[^{}]*\})")
_CLOSES = {"(": ")", "[": "]", "{": "}"}


def tidy(text: str, form: str = "") -> str:
    """Return an answer in the spelling that the checks read; `form` is the form that an exercise asks for.

    A semicolon becomes a comma, unless the form has semicolons of its own.
    """
    text = _MATRIX.sub(_rows, text)
    text = _CALLED.sub(r"\1", text)
    text = _SHORT_FRACTION.sub(lambda found: rf"\frac{_braced(found[1])}{_braced(found[2])}", text)
    text = re.sub(r"(?<=[\w)\]])\s*\.\s*$", "", text)  # a full stop
    label = _LABEL.match(text) or _RATE.match(text)
    whole = _WHOLE.match(text)
    if whole and "," in text[whole.end() :] and _one_bracket(text[whole.end() :].strip()):
        label = whole
    if label and "=" not in text[label.end() :]:
        text = text[label.end() :]
    text = _ONE_LABEL.sub(r"\1 ", text).strip() if "[[" in text.replace(" ", "") else text
    return text if ";" in form else _with_commas(text)


def _one_bracket(text: str) -> bool:
    """Whether the bracket with which a text begins is closed at its end, and not before."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if not depth:
            return place == len(text) - 1
    return False


def _braced(part: str) -> str:
    return part if part.startswith("{") else f"{{{part}}}"


def _rows(found: re.Match[str]) -> str:
    lines = [line for line in re.split(r"\\\\|\\cr", found[2]) if line.strip()]
    rows = [", ".join(entry.strip() for entry in line.split("&")) for line in lines]
    if len(rows) > 1 and not any("&" in line for line in lines):
        return f"({', '.join(rows)})"  # a column is a vector
    return f"[[{'], ['.join(rows)}]]"


def _with_commas(text: str) -> str:
    """Return a text with commas for semicolons, where the brackets around them are in order."""
    waiting: list[str] = []
    for sign in text:
        if sign in _CLOSES:
            waiting.append(_CLOSES[sign])
        elif sign in _CLOSES.values() and (not waiting or waiting.pop() != sign):
            return text
    return text if waiting else text.rstrip("; \n").replace(";", ",")
