"""Matrices with names and symbolic sizes: the space of letters that every expression is written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import ModelError, ParseError
from ..language.reading import read_declarations
from .evaluate import expression
from .expression import Expr
from .letters import Letter, latex_of, letter_of, read_size

__all__ = ["MatrixSpace"]

MAX_LETTERS = 200


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
        letters = [letter_of(name, value) for name, value in given.items()]
        self.letters: dict[str, Letter] = {letter.name: letter for letter in letters}
        sizes = {size for letter in self.letters.values() for size in letter.shape} - {"1"}
        self.sizes: tuple[str, ...] = tuple(sorted(sizes))
        for name in self.sizes:
            if name in self.letters:
                raise ModelError(f"{name!r} names both a matrix and a size: rename one of them")
        identities = {f"I_{n}": Letter(f"I_{n}", n, n, "identity", f"I_{{{latex_of(n)}}}") for n in self.sizes}
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
        return (letter.latex if letter else "") or latex_of(name)

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
        return Expr.letter(self, name)

    def __call__(self, text: Any) -> Expr:
        """Read an expression in these letters.

        Examples
        --------
        >>> MatrixSpace(A=("n", "n"), B=("n", "n"))("tr([A, B])")
        0
        """
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
                    read_size(same.get(letter.rows, letter.rows), letter.name),
                    read_size(same.get(letter.columns, letter.columns), letter.name),
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
            rows, columns = (size if size == "1" else latex_of(size) for size in letter.shape)
            kind = rf"\text{{ {letter.kind}}}" if letter.kind != "general" else ""
            pieces.append(rf"{self.latex(letter.name)} \in \mathbb{{R}}^{{{rows} \times {columns}}}{kind}")
        return f"${', '.join(pieces)}$"
