"""Matrices with names and symbolic sizes: the letters that every expression is written in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import ModelError, ParseError, ShapeError
from ..exact.polynomial import latex_name
from ..language.reading import read_declarations, read_name, read_shape

if TYPE_CHECKING:
    from .expression import Expr

__all__ = ["NAME", "Letter", "MatrixSpace", "Shape", "ShapeError", "is_scalar", "shape_text"]

Shape = tuple[str, str]

# A letter, subscripts such as _1 or _{i+1}, and a plus for "after the step": U, U_1, U_{i+1}, Δ_2, U⁺.
NAME = r"[A-Za-z\u0370-\u03ff][A-Za-z0-9\u0370-\u03ff]*(?:_(?:\{[A-Za-z0-9+,\-]{1,12}\}|[A-Za-z0-9]+))*⁺?"
_NAME = re.compile(NAME)
_KINDS = ("general", "symmetric", "skew", "identity", "zero")
_RESERVED = ("tr", "trace", "inner")
MAX_NAME = 40
MAX_LETTERS = 200


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
    """One named matrix.

    Attributes
    ----------
    name : str
    rows, columns : str
        Sizes: names such as "n", or "1" for vectors and scalars.
    kind : str
        'general', 'symmetric', 'skew', 'identity', 'zero', or 'size': a size used as a number.
    latex : str
        How to write it in LaTeX; empty for the usual way.
    """

    name: str
    rows: str
    columns: str
    kind: str = "general"
    latex: str = ""

    @property
    def shape(self) -> Shape:
        """The pair of sizes."""
        return self.rows, self.columns

    @property
    def text(self) -> str:
        """The declaration, as `MatrixSpace.read` reads it."""
        return f"{self.name}: {shape_text(self.shape)}" + (f" {self.kind}" if self.kind != "general" else "")


def _latex(name: str) -> str:
    """Write a name in LaTeX: Greek letters by their commands, subscripts in braces."""
    if name.endswith("⁺"):
        return f"{_latex(name[:-1])}^{{+}}"
    stem, _, index = name.partition("_")
    if index:
        return f"{_latex(stem)}_{{{index.replace('{', '').replace('}', '').replace('_', ',')}}}"
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


def _size(value: Any, name: str) -> str:
    if value == 1 and not isinstance(value, bool):
        return "1"
    text = value.strip() if isinstance(value, str) else ""
    if text == "1" or (_NAME.fullmatch(text) and len(text) <= MAX_NAME and text not in (*_RESERVED, "x")):
        return text
    raise ModelError(
        f"{value!r} is not a size of {name}: write a letter such as n (any size at once), "
        "or 1 for the side of a vector or a scalar"
    )


def _letter(name: Any, value: Any) -> Letter:
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
    rows, columns = _size(parts[0], name), _size(parts[1], name)
    kind = parts[2] if len(parts) == 3 else "general"
    if kind not in _KINDS:
        raise ModelError(f"{kind!r} is not a kind of matrix for {name}: say one of {', '.join(_KINDS)}, or nothing")
    if kind in ("symmetric", "skew", "identity") and rows != columns:
        raise ShapeError(f"{name} cannot be {kind}: it is {rows} x {columns}, and only square matrices are")
    return Letter(name, rows, columns, kind)


class MatrixSpace:
    """Named matrices whose sizes are letters, so that what is proved holds for all sizes at once.

    The sizes themselves may be used as numbers, and ``I_n`` is the identity of size n.

    Parameters
    ----------
    declarations : mapping, optional
        Name to shape; for names that are not Python names, such as ``"U_{i+1}"``.
    **letters
        Name to ``(rows, columns)`` or ``(rows, columns, kind)``, kind one of 'symmetric', 'skew', 'identity',
        'zero'; or text such as ``"n x r symmetric"``. A vector is n x 1, a scalar 1 x 1.

    Raises
    ------
    ModelError
        A name or a size that cannot be used; ShapeError for a symmetric matrix that is not square.

    Examples
    --------
    >>> space = MatrixSpace(U=("n", "r"), V=("m", "r"), S=("r", "r", "symmetric"))
    >>> space("(U*S*V^T)^T")
    V*S*U^T
    >>> space.sizes
    ('m', 'n', 'r')
    """

    def __init__(self, declarations: Mapping[str, Any] | None = None, /, **letters: Any):
        given = {**(declarations or {}), **letters}
        if len(given) > MAX_LETTERS:
            raise ModelError(f"{len(given)} matrices are too many for one space: at most {MAX_LETTERS} are read")
        letters = [_letter(name, value) for name, value in given.items()]
        self.letters: dict[str, Letter] = {letter.name: letter for letter in letters}
        sizes = {size for letter in self.letters.values() for size in letter.shape} - {"1"}
        self.sizes: tuple[str, ...] = tuple(sorted(sizes))
        for name in self.sizes:
            if name in self.letters:
                raise ModelError(f"{name!r} names both a matrix and a size: rename one of them")
        identities = {f"I_{n}": Letter(f"I_{n}", n, n, "identity", f"I_{{{_latex(n)}}}") for n in self.sizes}
        numbers = {n: Letter(n, "1", "1", "size") for n in self.sizes}
        self._all: dict[str, Letter] = {**identities, **numbers, **self.letters}
        self.cache: dict[Any, Any] = {}  # cyclic words in their normal form

    @classmethod
    def read(cls, text: str) -> MatrixSpace:
        """Read declarations from text, separated by commas, semicolons or new lines.

        Examples
        --------
        >>> MatrixSpace.read("U: n x r, V: m x r; τ: 1 x 1")
        MatrixSpace(U: n x r, V: m x r, τ: 1 x 1)
        """
        declarations: dict[str, tuple[str, ...]] = {}
        try:
            found = read_declarations(text.replace("\n", ";"))
        except ParseError as error:
            raise ParseError(f"{error}; a matrix is declared by a name, a colon and a shape, as in U: n x r") from None
        for name, shape in found:
            if name in declarations:
                raise ParseError(f"{name!r} is declared twice: keep one of the two shapes")
            declarations[name] = shape
        return cls(declarations)

    # -- looking up ---------------------------------------------------------------------------------

    def letter(self, name: str) -> Letter:
        """Return a declared matrix, a size, or an identity such as I_n.

        Raises
        ------
        ParseError
            An unknown name, with the names there are.
        """
        if name in self._all:
            return self._all[name]
        if name == "I":
            raise ParseError(f"the identity I needs its size: write I_{self.sizes[0] if self.sizes else 'n'}")
        split = self._split(name)
        if split:
            raise ParseError(f"the matrix {name!r} is not known here: did you mean the product {split}?")
        known = ", ".join(list(self.letters)[:12]) or "none"
        sizes = f"; the sizes are {', '.join(self.sizes)}" if self.sizes else ""
        raise ParseError(f"the matrix {name!r} is not known here: the matrices are {known}{sizes}")

    def _split(self, name: str) -> str:
        """Return a name such as UV as the product U*V of known ones, or nothing."""
        for i in range(1, min(len(name), 12)):
            if name[:i] in self._all:
                rest = name[i:]
                if rest in self._all:
                    return f"{name[:i]}*{rest}"
                if tail := self._split(rest):
                    return f"{name[:i]}*{tail}"
        return ""

    def latex(self, name: str) -> str:
        """Return the LaTeX of a letter, a size or an identity."""
        letter = self._all.get(name)
        return (letter.latex if letter else "") or _latex(name)

    @property
    def names(self) -> frozenset[str]:
        """All names that an expression can use: matrices, sizes and identities."""
        return frozenset(self._all)

    def fresh(self, name: str) -> str:
        """Return this name, or with a number where it is taken."""
        candidate, number = name, 1
        while candidate in self._all:
            number += 1
            candidate = f"{name}_{number}"
        return candidate

    def __contains__(self, name: str) -> bool:
        return name in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self.letters)

    def __getitem__(self, name: str) -> Expr:
        """Return one letter as an expression."""
        from .expression import Expr

        return Expr.letter(self, name)

    def __call__(self, text: Any) -> Expr:
        """Read an expression in these letters.

        Examples
        --------
        >>> MatrixSpace(A=("n", "n"), B=("n", "n"))("tr([A, B])")
        0
        """
        from .evaluate import expression

        return expression(text, self)

    # -- making new spaces --------------------------------------------------------------------------

    def extend(self, declarations: Mapping[str, Any] | None = None, /, **letters: Any) -> MatrixSpace:
        """Return this space with more matrices.

        Examples
        --------
        >>> MatrixSpace(U=("n", "r")).extend(V=("m", "r"))
        MatrixSpace(U: n x r, V: m x r)
        """
        return self.merge(MatrixSpace(declarations, **letters))

    def merge(self, other: MatrixSpace) -> MatrixSpace:
        """Return the space with the matrices of both; it is one of the two where that suffices."""
        if other is self or all(self.letters.get(name) == letter for name, letter in other.letters.items()):
            return self
        if all(other.letters.get(name) == letter for name, letter in self.letters.items()):
            return other
        for name, letter in other.letters.items():
            mine = self.letters.get(name, letter)
            if mine != letter:
                raise ModelError(
                    f"{name} is declared twice, as {mine.text!r} and as {letter.text!r}: rename one of them"
                )
        return MatrixSpace({**self.letters, **other.letters})

    def identify(self, **same: str) -> MatrixSpace:
        """Return the space where some sizes are equal to others.

        Examples
        --------
        >>> MatrixSpace(U=("n", "r"), V=("m", "r")).identify(m="n")
        MatrixSpace(U: n x r, V: n x r)
        """
        for name in same:
            if name not in self.sizes:
                raise ModelError(f"{name!r} is not a size here: the sizes are {', '.join(self.sizes)}")
        return MatrixSpace(
            {
                letter.name: Letter(
                    letter.name,
                    _size(same.get(letter.rows, letter.rows), letter.name),
                    _size(same.get(letter.columns, letter.columns), letter.name),
                    letter.kind,
                    letter.latex,
                )
                for letter in self.letters.values()
            }
        )

    @property
    def text(self) -> str:
        """The declarations, as `read` reads them."""
        return ", ".join(letter.text for letter in self.letters.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MatrixSpace) and self.letters == other.letters

    def __hash__(self) -> int:
        return hash(frozenset(self.letters.values()))

    def __repr__(self) -> str:
        return f"MatrixSpace({self.text})"

    def _repr_latex_(self) -> str:
        pieces = []
        for letter in self.letters.values():
            rows, columns = (size if size == "1" else _latex(size) for size in letter.shape)
            kind = rf"\text{{ {letter.kind}}}" if letter.kind != "general" else ""
            pieces.append(rf"{self.latex(letter.name)} \in \mathbb{{R}}^{{{rows} \times {columns}}}{kind}")
        return f"${', '.join(pieces)}$"
