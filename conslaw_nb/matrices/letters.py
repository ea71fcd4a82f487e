"""Letters: one named matrix, its shape, and how its name is written."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..errors import ModelError, ParseError, ShapeError
from ..exact.polynomial import latex_name
from ..language.reading import read_name, read_shape

__all__ = [
    "NAME",
    "Letter",
    "Shape",
    "ShapeError",
    "is_scalar",
    "latex_of",
    "letter_of",
    "read_size",
    "shape_text",
]

Shape = tuple[str, str]

# A letter, subscripts such as _1 or _{i+1}, and a plus for "after the step": U, U_1, U_{i+1}, Δ_2, U⁺.
NAME = r"[A-Za-z\u0370-\u03ff][A-Za-z0-9\u0370-\u03ff]*(?:_(?:\{[A-Za-z0-9+,\-]{1,12}\}|[A-Za-z0-9]+))*⁺?"
_NAME = re.compile(NAME)
_KINDS = ("general", "symmetric", "skew", "identity", "zero")
_RESERVED = ("tr", "trace", "inner")
MAX_NAME = 40


def is_scalar(shape: Shape) -> bool:
    """Whether a shape is 1 x 1 by declaration, and not only for some sizes."""
    return shape == ("1", "1")


def shape_text(shape: Shape) -> str:
    """Write a shape as people say it.

    Examples
    --------
    >>> shape_text(("n", "r"))
    'n x r'
    """
    return f"{shape[0]} x {shape[1]}"


@dataclass(frozen=True)
class Letter:
    """One named matrix."""

    name: str
    rows: str  # sizes: names such as "n", or "1" for vectors and scalars
    columns: str
    kind: str = "general"  # 'general', 'symmetric', 'skew', 'identity', 'zero', or 'size': a size used as a number
    latex: str = ""  # how to write it in LaTeX; empty for the usual way

    @property
    def shape(self) -> Shape:
        """The pair of sizes."""
        return self.rows, self.columns

    @property
    def text(self) -> str:
        """The declaration, as `MatrixSpace.read` reads it."""
        return f"{self.name}: {shape_text(self.shape)}" + (f" {self.kind}" if self.kind != "general" else "")


def latex_of(name: str) -> str:
    """Write a name in LaTeX: Greek letters by their commands, subscripts in braces."""
    if name.endswith("⁺"):
        return f"{latex_of(name[:-1])}^{{+}}"
    stem, _, index = name.partition("_")
    if index:
        return f"{latex_of(stem)}_{{{index.replace('{', '').replace('}', '').replace('_', ',')}}}"
    if len(stem) == 1 and not stem.isascii():
        words = unicodedata.name(stem, "").split()
        if len(words) == 4 and words[0] == "GREEK":
            command = words[3].lower()
            return "\\" + (command.capitalize() if words[1] == "CAPITAL" else command)
        return stem
    if (
        stem[:1].isupper()
        and latex_name(stem.lower()).startswith("\\")
        and latex_name(stem.lower())[1:] == stem.lower()
    ):
        return "\\" + stem  # Delta, Sigma, ...
    return latex_name(stem)


def read_size(value: Any, name: str) -> str:
    """Read one size of a letter: a name, or 1."""
    if value == 1 and not isinstance(value, bool):
        return "1"
    text = value.strip() if isinstance(value, str) else ""
    if text == "1" or (_NAME.fullmatch(text) and len(text) <= MAX_NAME and text not in (*_RESERVED, "x")):
        return text
    raise ModelError(
        f"{value!r} is not a size of {name}: write a letter such as n (any size at once), "
        "or 1 for the side of a vector or a scalar"
    )


def letter_of(name: Any, value: Any) -> Letter:
    """Read one declaration: a name and its shape."""
    if isinstance(value, Letter):
        return value
    if isinstance(name, str):
        name = read_name(name) or name  # U₁ and U_{1} are U_1
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > MAX_NAME:
        raise ModelError(
            f"{name!r} is not a name for a matrix: use a letter, with a subscript if you like: U, U_1, U_{{i+1}}"
        )
    if name in _RESERVED:
        raise ModelError(f"{name!r} has another meaning here: choose another name for this matrix")
    parts = value
    if isinstance(value, str):
        with suppress(ParseError):
            parts = read_shape(value)
    if isinstance(parts, str) or not isinstance(parts, (tuple, list)) or len(parts) not in (2, 3):
        raise ModelError(f"{value!r} does not say the shape of {name}: write two sizes, such as ('n', 'r') or 'n x r'")
    rows, columns = read_size(parts[0], name), read_size(parts[1], name)
    kind = parts[2] if len(parts) == 3 else "general"
    if kind not in _KINDS:
        raise ModelError(f"{kind!r} is not a kind of matrix for {name}: say one of {', '.join(_KINDS)}, or nothing")
    if kind in ("symmetric", "skew", "identity") and rows != columns:
        raise ShapeError(f"{name} cannot be {kind}: it is {rows} x {columns}, and only square matrices are")
    return Letter(name, rows, columns, kind)
