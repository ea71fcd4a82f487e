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

    def number(self, value: Fraction) -> str:
        """Write a rational number that is not negative."""
        return str(value)

    def name(self, name: str) -> str:
        """Write a letter."""
        return name

    def brackets(self, inner: str) -> str:
        """Write brackets."""
        return f"({inner})"

    def transpose(self, base: str) -> str:
        """Write a transpose."""
        return f"{base}^T"

    def power(self, base: str, exponent: int) -> str:
        """Write a power."""
        return f"{base}^{exponent}"

    def trace(self, inner: str) -> str:
        """Write a trace."""
        return f"tr({inner})"

    def inner(self, left: str, right: str) -> str:
        """Write an inner product."""
        return f"<{left}, {right}>"

    def norm(self, inner: str) -> str:
        """Write a squared norm."""
        return f"|({inner})|^2" if "|" in inner else f"|{inner}|^2"  # bars inside would close the outer ones

    def commutator(self, left: str, right: str) -> str:
        """Write a commutator."""
        return f"[{left}, {right}]"


class LatexStyle(TextStyle):
    """The same in LaTeX."""

    times = r"\, "

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

    def brackets(self, inner: str) -> str:
        """Write brackets."""
        return rf"\left({inner}\right)"

    def transpose(self, base: str) -> str:
        """Write a transpose."""
        return rf"{_braced(base)}^{{\top}}"

    def power(self, base: str, exponent: int) -> str:
        """Write a power."""
        return f"{_braced(base)}^{{{exponent}}}"

    def trace(self, inner: str) -> str:
        """Write a trace."""
        return rf"\operatorname{{tr}}\left({inner}\right)"

    def inner(self, left: str, right: str) -> str:
        """Write an inner product."""
        return rf"\left\langle {left},\, {right} \right\rangle"

    def norm(self, inner: str) -> str:
        """Write a squared norm."""
        return rf"\left\|{inner}\right\|^{{2}}"

    def commutator(self, left: str, right: str) -> str:
        """Write a commutator."""
        return rf"\left[{left},\, {right}\right]"


def _braced(base: str) -> str:
    """Put a base that has an exponent already, such as U⁺, in braces."""
    return f"{{{base}}}" if "^" in base and not base.startswith(r"\left(") else base
