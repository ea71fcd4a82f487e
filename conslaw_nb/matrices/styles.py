"""Two ways to write an expression: plain text that can be read back, and LaTeX."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .space import MatrixSpace

__all__ = ["LatexStyle", "TextStyle"]


class TextStyle:
    """How the pieces of an expression are put together in plain text."""

    times = "*"
    forms = {  # noqa: RUF012
        "brackets": "({})",
        "Transpose": "{}^T",
        "Power": "{}^{}",
        "Trace": "tr({})",
        "Inner": "<{}, {}>",
        "Norm": "|{}|^2",
        "Commutator": "[{}, {}]",
    }

    def number(self, value: Fraction) -> str:
        """Write a rational number that is not negative."""
        return str(value)

    def name(self, name: str) -> str:
        """Write a letter."""
        return name

    def put(self, what: str, *parts: str) -> str:
        """Write brackets, or a kind of node, around what is written already."""
        if what == "Norm" and "|" in parts[0]:  # bars inside would close the outer ones
            parts = (f"({parts[0]})",)
        return self.forms[what].format(*parts)


class LatexStyle(TextStyle):
    """The same in LaTeX."""

    times = r"\, "
    forms = {  # noqa: RUF012
        "brackets": r"\left({}\right)",
        "Transpose": r"{}^{{\top}}",
        "Power": "{}^{{{}}}",
        "Trace": r"\operatorname{{tr}}\left({}\right)",
        "Inner": r"\left\langle {},\, {} \right\rangle",
        "Norm": r"\left\|{}\right\|^{{2}}",
        "Commutator": r"\left[{},\, {}\right]",
    }

    def __init__(self, space: MatrixSpace):
        self.space = space

    def number(self, value: Fraction) -> str:
        """Write a rational number that is not negative."""
        if value.denominator == 1:
            return str(value)
        return rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"

    def name(self, name: str) -> str:
        """Write a letter."""
        return self.space.latex(name)

    def put(self, what: str, *parts: str) -> str:
        """Write brackets, or a kind of node; a base that has an exponent already, such as U⁺, stands in braces."""
        if what in ("Transpose", "Power") and "^" in parts[0] and not parts[0].startswith(r"\left("):
            parts = (f"{{{parts[0]}}}", *parts[1:])
        return self.forms[what].format(*parts)
