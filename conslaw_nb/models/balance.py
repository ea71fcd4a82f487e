"""Balances: laws of whole matrices, such as Q Qᵀ − K Kᵀ, kept as what they are instead of as lists of polynomials.

Multiplying one weight by a matrix and its neighbour by the inverse changes nothing in φ; the balance is the law that
comes with it. One object says it as a formula, as polynomials to be checked, and as numbers along a training run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

from ..errors import ModelError
from ..exact.polynomial import Monomial, Poly

__all__ = ["Balance", "Gram", "columns", "rows"]

Part = Literal["full", "diagonal", "trace"]


@dataclass(frozen=True)
class Gram:
    """W Wᵀ or WᵀW, with a factor."""

    weight: str  # the weight's name
    side: Literal["rows", "columns"]  # 'rows' for W Wᵀ, products of rows; 'columns' for WᵀW
    factor: int = 1
    block: int = 1  # how many columns belong together: the taps of a kernel, whose columns are channels × taps

    def __neg__(self) -> Gram:
        return Gram(self.weight, self.side, -self.factor, self.block)

    def size(self, shape: Sequence[int]) -> int:
        """Return how many rows, or blocks of columns, there are."""
        height, width = _flat(shape)
        return height if self.side == "rows" else width // self.block

    def vectors(self, shape: Sequence[int]) -> list[list[int]]:
        """Return the places (in the weight, row by row) of each row, or of each block of columns."""
        height, width = _flat(shape)
        if self.side == "rows":
            return [[a * width + b for b in range(width)] for a in range(height)]
        return [
            [a * width + c * self.block + t for a in range(height) for t in range(self.block)]
            for c in range(width // self.block)
        ]

    @property
    def text(self) -> str:
        """The product as a formula, without its factor."""
        return f"{self.weight} {self.weight}ᵀ" if self.side == "rows" else f"{self.weight}ᵀ {self.weight}"


def _flat(shape: Sequence[int]) -> tuple[int, int]:
    return (shape[0] if shape else 1, prod(shape[1:]))


def rows(weight: str, factor: int = 1) -> Gram:
    """Return W Wᵀ."""
    return Gram(weight, "rows", factor)


def columns(weight: str, factor: int = 1, block: int = 1) -> Gram:
    """Return WᵀW."""
    return Gram(weight, "columns", factor, block)


@dataclass(frozen=True)
class Balance:
    """A sum of Gram matrices that a flow conserves: all of it, its diagonal, or its trace.

    Examples
    --------
    >>> balance = Balance((rows("Q"), -rows("K")))
    >>> balance.formula
    'Q Qᵀ − K Kᵀ'
    >>> Balance((columns("U"), -rows("V")), "diagonal").formula
    'diag(Uᵀ U − V Vᵀ)'
    >>> [p.text for p in balance.polynomials(("Q_1", "Q_2", "K_1"), {"Q": (1, 2), "K": (1, 1)}, {"Q": 0, "K": 2})]
    ['Q_1**2 + Q_2**2 - K_1**2']
    """

    grams: tuple[Gram, ...]
    part: Part = "full"

    @property
    def formula(self) -> str:
        """The balance as people write it."""
        text = ""
        for gram in self.grams:
            size = abs(gram.factor)
            sign = (" − " if text else "−") if gram.factor < 0 else (" + " if text else "")
            text += sign + (f"{size} " if size != 1 else "") + gram.text
        return {"full": text, "diagonal": f"diag({text})", "trace": f"tr({text})"}[self.part]

    def size(self, shapes: Mapping[str, Sequence[int]]) -> int:
        """Return r for an r × r balance; all its Gram matrices must have this size (a trace needs none)."""
        sizes = {gram.size(shapes[gram.weight]) for gram in self.grams}
        if self.part != "trace" and len(sizes) > 1:
            raise ModelError(f"the parts of {self.formula} have different sizes: {sorted(sizes)}")
        return 1 if self.part == "trace" else sizes.pop()

    def count(self, shapes: Mapping[str, Sequence[int]]) -> int:
        """Return how many entries it has (on and above the diagonal); independent ones may be fewer."""
        r = self.size(shapes)
        return r * (r + 1) // 2 if self.part == "full" else r

    def entries(self, shapes: Mapping[str, Sequence[int]]) -> list[list[tuple[int, str, int, int]]]:
        """Return each entry as a sum of products: (factor, weight, place, place)."""
        places = [gram.vectors(shapes[gram.weight]) for gram in self.grams]
        if self.part == "trace":
            return [
                [
                    (gram.factor, gram.weight, i, i)
                    for gram, vectors in zip(self.grams, places, strict=True)
                    for vector in vectors
                    for i in vector
                ]
            ]
        size = self.size(shapes)
        pairs = [(a, b) for a in range(size) for b in (range(a, size) if self.part == "full" else (a,))]
        return [
            [
                (gram.factor, gram.weight, i, j)
                for gram, vectors in zip(self.grams, places, strict=True)
                for i, j in zip(vectors[a], vectors[b], strict=True)
            ]
            for a, b in pairs
        ]

    def polynomials(
        self, variables: tuple[str, ...], shapes: Mapping[str, Sequence[int]], starts: Mapping[str, int]
    ) -> list[Poly]:
        """Return the entries as polynomials in the variables of a model; each weight's entries begin at its start."""
        result = []
        for entry in self.entries(shapes):
            terms: dict[Monomial, int] = {}
            for factor, weight, i, j in entry:
                low, high = sorted((starts[weight] + i, starts[weight] + j))
                monomial = ((low, 2),) if low == high else ((low, 1), (high, 1))
                terms[monomial] = terms.get(monomial, 0) + factor
            poly = Poly(variables, {m: c for m, c in terms.items() if c})
            if poly:
                result.append(poly)
        return result

    def values(self, shapes: Mapping[str, Sequence[int]], weights: Callable[[str], Sequence[Any]]) -> list[Any]:
        """Return the entries as numbers; `weights` gives a weight's entries, row by row."""
        lists = {gram.weight: weights(gram.weight) for gram in self.grams}
        return [sum(f * lists[w][i] * lists[w][j] for f, w, i, j in entry) for entry in self.entries(shapes)]
