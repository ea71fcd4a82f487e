"""Words in letters and their transposes: the monomials of the normal form.

A letter of a word is a pair (name, transposed). Symmetric and skew matrices and scalars are never stored
transposed. Two things are made canonical here:

- a *closed* word, one that stands in a trace, is a necklace: it may be rotated, and it may be transposed as a
  whole; the smallest of these spellings is stored. A skew matrix changes the sign when it is transposed, so a
  necklace that equals minus itself is 0, as tr(K) is;
- where a word passes through a size that is 1 by declaration, it can be cut: what stands between two cuts is
  a number, and becomes a factor that commutes with everything.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .space import MatrixSpace

__all__ = ["Code", "Factors", "Word", "close", "cut", "ends", "transpose"]

Code = tuple[str, bool]
Word = tuple[Code, ...]
Factors = tuple[Word, ...]  # necklaces, sorted: a product of numbers


def ends(space: MatrixSpace, code: Code) -> tuple[str, str]:
    """Return the sizes (rows, columns) of a letter, as it stands."""
    rows, columns = space.letter(code[0]).shape
    return (columns, rows) if code[1] else (rows, columns)


def transpose(space: MatrixSpace, word: Word) -> tuple[int, Word]:
    """Return the transpose of a word, with its sign."""
    sign = 1
    result = []
    for name, transposed in reversed(word):
        letter = space.letter(name)
        if letter.kind == "skew":
            sign = -sign
        fixed = letter.kind in ("symmetric", "skew", "size") or letter.shape == ("1", "1")
        result.append((name, not transposed and not fixed))
    return sign, tuple(result)


def _key(word: Word) -> tuple[int, tuple[tuple[str, bool], ...]]:
    """Few transposes first, then the alphabet, at equal names the transpose first: UᵀU and not UUᵀ."""
    return sum(transposed for _, transposed in word), tuple((name, not transposed) for name, transposed in word)


def _necklace(space: MatrixSpace, word: Word, rotate: bool) -> tuple[int, Word]:
    """Return sign (0 for a necklace that is minus itself) and the canonical spelling of a closed word."""
    found: tuple[int, Word] | None = space.cache.get((word, rotate))
    if found is not None:
        return found
    sign, back = transpose(space, word)
    turns = range(len(word)) if rotate else range(1)
    here = min((word[i:] + word[:i] for i in turns), key=_key)
    there = min((back[i:] + back[:i] for i in turns), key=_key)
    if here == there:
        found = (1 if sign == 1 else 0), here
    else:
        found = (1, here) if _key(here) < _key(there) else (sign, there)
    if len(space.cache) < 50_000:
        space.cache[word, rotate] = found
    return found


def _cuts(space: MatrixSpace, word: Word) -> list[int]:
    """Return the places inside a word where the size is 1."""
    return [i for i in range(1, len(word)) if ends(space, word[i])[0] == "1"]


def _numbers(space: MatrixSpace, pieces: list[Word]) -> tuple[int, list[Word]]:
    """Return the product of words from 1 to 1, each in its canonical spelling."""
    sign, factors = 1, []
    for piece in pieces:
        turned, necklace = _necklace(space, piece, rotate=False)
        sign *= turned
        factors.append(necklace)
    return sign, factors


def cut(space: MatrixSpace, word: Word, rows: str, columns: str) -> tuple[int, list[Word], Word]:
    """Split a word of the given shape into sign, commuting factors, and what is left of the word."""
    places = _cuts(space, word)
    if rows == "1":
        places.insert(0, 0)
    if columns == "1" and word:
        places.append(len(word))
    if len(places) < 2:
        return 1, [], word
    pieces = [word[a:b] for a, b in pairwise(places)]
    sign, factors = _numbers(space, pieces)
    return sign, factors, word[: places[0]] + word[places[-1] :]


def close(space: MatrixSpace, word: Word, size: str) -> tuple[int, list[Word]]:
    """Return the trace of a square word as sign and commuting factors; of the empty word, the size."""
    if not word:
        return 1, ([] if size == "1" else [((size, False),)])
    places = _cuts(space, word)
    if size == "1":
        places.insert(0, 0)
    if not places:
        sign, necklace = _necklace(space, word, rotate=True)
        return sign, [necklace]
    word = word[places[0] :] + word[: places[0]]
    places = [place - places[0] for place in places] + [len(word)]
    return _numbers(space, [word[a:b] for a, b in pairwise(places)])
