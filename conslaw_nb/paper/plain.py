"""The small Markdown of statements, written for a notebook (HTML, formulas left to MathJax) and for a terminal.

Only what statements and exercises use is known: paragraphs, lists, ``**bold**``, ``*italic*``, ```code``` and formulas
between dollar signs. A formula becomes plain text through a table of signs; it is for reading, not for computing.
"""

from __future__ import annotations

import re
from functools import partial
from html import escape

__all__ = ["plain_formula", "to_html", "to_text"]

_MATH = re.compile(r"`[^`]+`|\\\*|\$\$.+?\$\$|\$.+?\$", re.DOTALL)  # with code and \*: nothing is read in them
_ITEM = re.compile(r"(?:-|\d+\.) ")

_SIGNS = {
    "alpha": "α", "chi": "χ", "delta": "δ", "Delta": "Δ", "varepsilon": "ε", "eta": "η", "lambda": "λ", "Omega": "Ω",
    "varphi": "φ", "psi": "ψ", "Psi": "Ψ", "rho": "ρ", "sigma": "σ", "tau": "τ", "theta": "θ", "Theta": "Θ", "xi": "ξ",
    "ell": "ℓ", "partial": "∂", "nabla": "∇", "infty": "∞", "int": "∫", "sum": "Σ", "bigcup": "⋃",
    "in": " ∈ ", "times": "×", "pm": "±", "subseteq": " ⊆ ", "le": " ≤ ", "ge": " ≥ ", "ne": " ≠ ", "to": " → ",
    "mapsto": " ↦ ", "equiv": " ≡ ", "wedge": " ∧ ",
    "iff": "  ⟺  ", "perp": " ⊥ ", "cong": " ≅ ", "cap": " ∩ ", "circ": "∘", "cdot": "·", "setminus": " \\ ",
    "dots": "…", "cdots": "⋯", "langle": "⟨", "rangle": "⟩", "|": "‖", "{": "{", "}": "}", "\\": "; ",
    ",": " ", ";": " ", "!": "", " ": " ", "quad": "   ", "qquad": "     ", "left": "", "right": "", "big": "",
    "dim": "dim ", "det": "det ", "ker": "ker ", "log": "log ", "max": "max", "min": "min",
}  # fmt: skip
_OWN = {"-": "−", "'": "′", "&": ", ", ",": ", ", ";": "; ", ":": ": ", "=": " = ", "<": " < ", ">": " > "}
_FONTS = {"rm", "mathbb", "mathbf", "mathcal", "mathfrak"}  # the letters alone are kept
_ABOVE = {"dot": "\u0307", "ddot": "\u0308"}
_RAISED = dict(zip("0123456789+-'*knt", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻′*ᵏⁿᵗ", strict=True))
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|[{}^_&]|\s+|.", re.DOTALL)


class _Reader:
    """One pass over a formula."""

    def __init__(self, formula: str):
        self.tokens = _TOKEN.findall(_in_one_line(formula))
        self.place = 0

    def until(self, end: str | None) -> str:
        """Return the text up to a closing brace, or up to the end."""
        text = ""
        while self.place < len(self.tokens):
            if self.tokens[self.place] == end:
                self.place += 1
                break
            part = self.one()
            if part in ("+", "−") and text.rstrip() and text.rstrip()[-1] not in "([{=,;:≤≥∈→/|·":
                part = f" {part} "  # between two things, and not the sign of one
            text += part
        return text

    def one(self) -> str:
        """Return the text of one token with all that belongs to it."""
        token = self.tokens[self.place]
        self.place += 1
        if token == "{":
            return self.until("}")
        if token in "^_":
            return self._raised() if token == "^" else self._lowered()
        if not token.startswith("\\"):
            return "" if token.isspace() else _OWN.get(token, token)
        name = token[1:]
        if name in ("begin", "end"):  # of a matrix
            self.one()
            return "[" if name == "begin" else "]"
        if name == "text":
            start, self.place = self.place + 1, self.tokens.index("}", self.place) + 1
            return "".join(self.tokens[start : self.place - 1])
        if name in ("frac", "tfrac"):
            return _fraction(self._argument(), self._argument())
        if name == "sqrt":
            return f"√({self._argument().strip()})"
        if name in _ABOVE:
            letter = self._argument()
            return letter[0] + _ABOVE[name] + letter[1:]
        if name in _FONTS:
            return "" if name == "rm" else self._argument()
        return _SIGNS[name]

    def _argument(self) -> str:
        while self.tokens[self.place].isspace():
            self.place += 1
        return self.one()

    def _raised(self) -> str:
        if self.tokens[self.place] == "\\top":
            self.place += 1
            return "ᵀ"
        if self.tokens[self.place] == "\\perp":
            self.place += 1
            return "^⊥"
        text = self._argument().replace(" ", "").replace("−", "-")
        if all(sign in _RAISED for sign in text):
            return "".join(_RAISED[sign] for sign in text)
        return "^" + (text if len(text) == 1 else f"({text})").replace("-", "−")

    def _lowered(self) -> str:
        text = self._argument().replace(" ", "")
        return "_" + (text if re.fullmatch(r"[^\W_]+", text) else f"{{{text}}}")


def _in_one_line(formula: str) -> str:
    """Take away where the lines of an aligned formula end; the rows of a matrix are left as they are."""
    if "{aligned}" not in formula:
        return formula
    pieces = re.split(r"(\\begin\{pmatrix\}.*?\\end\{pmatrix\})", formula)
    pieces[::2] = [re.sub(r"\\(?:begin|end)\{aligned\}|\\\\|&", " ", piece) for piece in pieces[::2]]
    return "".join(pieces)


def _fraction(top: str, bottom: str) -> str:
    def part(text: str) -> str:
        text = text.strip()
        return text if re.fullmatch(r"[\w‖_²]+", text) else f"({text})"

    return f"{part(top)}/{part(bottom)} "


def plain_formula(formula: str) -> str:
    r"""Write a formula in plain signs.

    Raises KeyError: a command that is not in the table.

    Examples
    --------
    >>> plain_formula(r"\dim{\rm Lie}(W_\varphi)(\theta)\le D-\tfrac12\|U^\top U\|^2")
    'dim Lie(W_φ)(θ) ≤ D − 1/2 ‖UᵀU‖²'
    """
    text = _Reader(formula.strip("$")).until(None)
    return re.sub(r" +(?=[),.;:}\]]| |$)", "", text).strip()


def to_text(markdown: str) -> str:
    r"""Write Markdown for a terminal, one line a paragraph or item; displayed formulas get lines of their own.

    Examples
    --------
    >>> print(to_text("It is **conserved** if $$h(\\theta(t))=c$$ for all $t$.\n\n- this\n- that"))
    It is conserved if
        h(θ(t)) = c
    for all t.
    - this
    - that
    """
    lines = []
    for block in _blocks(markdown):
        for line in block:
            formulas: list[str] = []
            text = re.sub(r"\*\*(.+?)\*\*|\*(\S.*?)\*", lambda m: m[1] or m[2], _put_away(line, formulas))
            shown = [_plain(f) for f in formulas]
            lines += [
                part.strip(" ") if part[:4].strip() else part.rstrip() for part in _put_back(text, shown).split("\n")
            ]
    return "\n".join(line for line in lines if line)


def _plain(formula: str) -> str:
    """Write what was put away: a displayed formula on a line of its own, and code as it is."""
    if formula[0] in "`\\":
        return formula.strip("`\\")
    return f"\n    {plain_formula(formula)}\n" if formula.startswith("$$") else plain_formula(formula)


def to_html(markdown: str) -> str:
    r"""Write Markdown as HTML, formulas between dollar signs as they are.

    Examples
    --------
    >>> to_html("For $x<1$ it is *small*.")
    '<p>For $x&lt;1$ it is <em>small</em>.</p>'
    >>> to_html(r"Write `u*v*w`, or u\*v\*w.")
    '<p>Write <code>u*v*w</code>, or u*v*w.</p>'
    """
    result = []
    for block in _blocks(markdown):
        pieces = []
        for line in block:
            formulas: list[str] = []
            text = escape(_put_away(line, formulas), quote=False)
            text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
            text = re.sub(r"\*(\S.*?)\*", r"<em>\1</em>", text)
            text = _WITH_SIGN.sub(partial(_together, formulas), text)
            pieces.append(_put_back(text, [_marked(escape(f, quote=False)) for f in formulas]))
        if not _ITEM.match(block[0]):
            result += [f"<p>{piece}</p>" for piece in pieces]
            continue
        kind = "ul" if block[0].startswith("-") else "ol"
        items = "".join(f"<li>{_ITEM.sub('', piece, count=1)}</li>" for piece in pieces)
        result.append(f"<{kind}>{items}</{kind}>")
    return "".join(result)


# A comma behind a formula would begin a line on a phone: a browser may break between the two.
_WITH_SIGN = re.compile("\ue000(\\d+)\ue001[.,;:!?)]+")


def _together(formulas: list[str], match: re.Match[str]) -> str:
    formula = formulas[int(match[1])]
    kept = formula.startswith("$") and not formula.startswith("$$") and len(formula) < 60
    return f'<span style="white-space:nowrap">{match[0]}</span>' if kept else match[0]


def _marked(text: str) -> str:
    return f"<code>{text[1:-1]}</code>" if text.startswith("`") else text.removeprefix("\\")


def _blocks(markdown: str) -> list[list[str]]:
    """Return paragraphs as lists of one line, and lists as lists of their items."""
    blocks = []
    for block in re.split(r"\n\s*\n", markdown.strip()):
        if _ITEM.match(block):
            items = re.split(r"\n(?=(?:-|\d+\.) )", block)
            blocks.append([" ".join(item.split()) for item in items])
        else:
            blocks.append([" ".join(block.split())])
    return blocks


def _put_away(line: str, formulas: list[str]) -> str:
    """Replace formulas by signs that no markup touches."""

    def keep(match: re.Match[str]) -> str:
        formulas.append(match[0])
        return f"\ue000{len(formulas) - 1}\ue001"

    return _MATH.sub(keep, line)


def _put_back(line: str, formulas: list[str]) -> str:
    return re.sub("\ue000(\\d+)\ue001", lambda m: formulas[int(m[1])], line)
