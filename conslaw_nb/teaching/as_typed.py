r"""Spellings that people use for an answer, turned into the one that checks read: names, semicolons, LaTeX's matrices.

The mathematics is left to the language's own reader; here only what stands around it is put in order.

Examples
--------
>>> tidy("(u, v) = (5/4; 3/4)"), tidy(r"\begin{pmatrix}1&0\\0&\frac12\end{pmatrix}")
('(5/4, 3/4)', '[[1, 0], [0, \\frac{1}{2}]]')
>>> tidy("h = u**2", "u + v"), tidy("three", "4"), tidy("u = (3, 0), V = diag(5, 4)", "(1, 2, 3, 1, 1, 1)")
('u**2', '3', '(3, 0, 5, 0, 0, 4)')
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["restored", "tidy"]

_WORD = r"[^\W\d]\w*(?:\[[\d,\s]*\])?"
_NAME = rf"{_WORD}'*"
_LABEL = re.compile(rf"\s*(?:\(\s*{_NAME}(?:\s*[,;]\s*{_NAME})+\s*\)|{_NAME}(?:\s*,\s*{_NAME})+)\s*=(?!=)\s*")
_RATE = re.compile(rf"\s*(?:\\dot\s*(?:\{{{_WORD}\}}|{_WORD})|{_WORD}'+)\s*=(?!=)\s*")  # u' = 11
# phi = (...), phi(x, y) = (...), [X, Y] = (...)
_WHOLE = re.compile(rf"\s*(?:\\?{_NAME}(?:\([\w\s,]*\))?|\[\s*{_NAME}\s*,\s*{_NAME}\s*\])\s*=\s*(?=[(\[])")
_ONE_LABEL = re.compile(rf"(^|[,;])\s*{_NAME}\s*=\s*(?=\[\s*\[)")
_MATRIX = re.compile(r"\\begin\{([pbvB]?matrix|array)\}(?:\{[clr]*\})?(.*?)\\end\{\1\}", re.DOTALL)
_CALLED = re.compile(r"\b(?:(?:sympy|sp|np|numpy)\.)?(?:Matrix|array|matrix)\(\s*(\[\[.*?\]\])\s*\)", re.DOTALL)
_SHORT_FRACTION = re.compile(r"\\[td]?frac\s*(?=[\dA-Za-z{])(\d|[A-Za-z]|\{[^{}]*\})\s*(\d|[A-Za-z]|\{[^{}]*\})")
# What Python has made of a backslash and a letter, and how the commands go on that begin so: "\frac" holds a form feed.
_EATEN = {"\f": "f", "\t": "t", "\b": "b", "\r": "r", "\v": "v", "\a": "a"}
_COMMAND = re.compile(
    r"\f(?=rac)|\t(?=frac|au|heta|imes|op|ext)|\x08(?=egin|eta|ar|ig)|\r(?=ight|ho|m\b)|\v(?=arphi|ec|arepsilon)|\a(?=lpha)"
)
_ROW = re.compile(r"\\\\|\\cr|\\(?=[\s\d&.+-])")  # of two backslashes Python leaves one
_DECIMAL_COMMAS = re.compile(r"\(?\s*[-−+]?\d+,\d+(?:\s*;\s*[-−+]?\d+,\d+)+\s*\)?")
_PART_LABEL = re.compile(rf"\s*({_NAME})\s*=(?!=)([^=]+)")
_PHI = re.compile(r"(?:\\?phi|\\varphi|[φϕ])\s*(?=\()")  # phi(x*y, x*z), where its components are asked for
_NEXT_LABEL = re.compile(rf"(?<=[\w)])\s+(?={_NAME}\s*=)")  # u = 5/4 v = 3/4
_FUNCTION = re.compile(r"\s*([^\W\d]\w*)\s*(?:\([\w\s,]*\))?\s*=(?!=)")  # h = ..., K(z) = ...
_DIAGONAL = re.compile(r"\bdiag\(([^()]*)\)")
_NUMBER = r"[-−+]?\d+(?:\.\d+)?(?:/\d+)?"
_IN_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_CLOSES = {"(": ")", "[": "]", "{": "}"}


def restored(text: str) -> str:
    r"""Return a text with the commands of LaTeX that Python has read as signs of its own.

    Examples
    --------
    >>> restored("1 - \tau") == r"1 - \tau"
    True
    """
    return _COMMAND.sub(lambda found: "\\" + _EATEN[found[0]], text)


def tidy(text: str, form: str = "") -> str:
    """Return an answer in the spelling that the checks read; `form` is the form that an exercise asks for.

    A semicolon becomes a comma, unless the form has semicolons of its own.
    """
    text = _bare(text)
    for stem in set(re.findall(r"\b([A-Za-z])\d", form)):  # v_1 and v_{1}, where the form has v1
        text = re.sub(rf"(?<![A-Za-z_]){stem}_(?:\{{(\d+)\}}|(\d+)(?!\d))(?=(\w?))", _plain_name(stem), text)
    text = _MATRIX.sub(_rows, text)
    text = _CALLED.sub(r"\1", text)
    if "[[" in form:
        text = _DIAGONAL.sub(lambda found: f"[[{'], ['.join(map(', '.join, _diagonal(found)))}]]", text)
    text = _SHORT_FRACTION.sub(lambda found: rf"\frac{_braced(found[1])}{_braced(found[2])}", text)
    text = re.sub(r"(?<=[\w)\]])\s*\.\s*$", "", text)  # a full stop
    label = _LABEL.match(text) or _RATE.match(text)
    whole = _WHOLE.match(text)
    if whole and "," in text[whole.end() :] and _one_bracket(text[whole.end() :].strip()):
        label = whole
    if label and "=" not in text[label.end() :]:
        text = text[label.end() :]
    elif "," in form and "=" not in form and text.count("=") > 1:  # p = a*b, q = a*c
        found = [(_PART_LABEL.fullmatch(piece), sign) for piece, sign in _pieces(text)]
        if all(part and part[1] not in re.findall(r"\w+", form) for part, _ in found):
            text = " ".join(f"{part[2].strip()}{sign}" for part, sign in found if part)
    elif _is_one_function(form) and (label := _FUNCTION.match(text)) and label[1] not in re.findall(r"\w+", form):
        rest = text[label.end() :].strip()
        text = rest if "=" not in rest and re.search(r"[A-Za-z]", rest) else text
    called = _PHI.match(text)
    if called and "phi" not in form and _one_bracket(text[called.end() :]):
        text = text[called.end() :]
    text = _ONE_LABEL.sub(r"\1 ", text).strip() if "[[" in text.replace(" ", "") else text
    text = text if ";" in form else _with_commas(text)
    return text if re.search(r"[^\W\d]|\[", form) else _as_numbers(text, form)


def _is_one_function(form: str) -> bool:
    """Whether a form asks for one function, or one model: no list, no equation, no step of a proof."""
    return bool(re.search(r"[A-Za-z]", form)) and not re.search(r",(?![^(\[]*[)\]])|=| by ", form)


def _as_numbers(text: str, form: str) -> str:
    """Where numbers are asked for: matrices and points as their entries, and numbers in words."""
    counted = re.sub(r"(?<=[\w])\s+(?:hidden\s+|independent\s+)?laws?$", "", text) if form.isdecimal() else text
    if counted.lower() in _IN_WORDS:
        return str(_IN_WORDS.index(counted.lower()))
    if counted.isdecimal():
        return counted
    plain = _DIAGONAL.sub(lambda found: ", ".join(map(", ".join, _diagonal(found))), text)
    if plain == text and "[" not in text and text.count("(") <= ("," in text):
        return text
    groups = [re.sub(r"[()\[\]\s]+", " ", group).strip(" ,") for group in plain.split(";")]
    cuts = [r"\s*,\s*" if "," in group or "," not in form else r"\s+" for group in groups]
    numbers = [re.split(cut, group) for cut, group in zip(cuts, groups, strict=True)]
    if not all(re.fullmatch(_NUMBER, number) for group in numbers for number in group):
        return text
    joined = "; ".join(", ".join(group) for group in numbers)
    return f"({joined})" if "," in form and ";" not in form else joined


def _diagonal(found: re.Match[str]) -> list[list[str]]:
    """Return the rows of diag(a, b)."""
    entries = [entry.strip() for entry in found[1].split(",")]
    return [[e if i == j else "0" for j, e in enumerate(entries)] for i in range(len(entries))]


def _bare(text: str) -> str:
    """Take away what some put around an answer or between its parts: quotes, dollars, the braces of a set."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"`" and text.count(text[0]) == 2:
        text = text[1:-1].strip()
    if text.count("$") % 2 == 0:
        text = text.replace("$", " ").strip()
    if text.startswith("{") and text.endswith("}") and "," in text and _one_bracket(text):
        text = f"({text[1:-1]})"
    if _DECIMAL_COMMAS.fullmatch(text):
        text = text.replace(",", ".")
    if "," not in text and ";" not in text and text.count("=") > 1:
        text = _NEXT_LABEL.sub(", ", text)
    return text


def _one_bracket(text: str) -> bool:
    """Whether the bracket with which a text begins is closed at its end, and not before."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if not depth:
            return place == len(text) - 1
    return False


def _pieces(text: str) -> list[tuple[str, str]]:
    """Cut a text at the commas and semicolons that stand in no bracket; each piece comes with the sign after it."""
    pieces, piece, depth = [], "", 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign in ",;" and not depth:
            pieces.append((piece, sign))
            piece = ""
        else:
            piece += sign
    return [*pieces, (piece, "")]


def _plain_name(stem: str) -> Callable[[re.Match[str]], str]:
    """Return what to put for LaTeX's v_{1}: v1, apart from a letter that follows."""
    return lambda found: f"{stem}{found[1] or found[2]}{' ' if found[3] else ''}"


def _braced(part: str) -> str:
    return part if part.startswith("{") else f"{{{part}}}"


def _rows(found: re.Match[str]) -> str:
    lines = [line for line in _ROW.split(found[2]) if line.strip()]
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
