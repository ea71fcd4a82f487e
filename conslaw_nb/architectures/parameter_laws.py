"""Laws of a network's parameters as people have them: matrices of a framework, by name.

A `Part` is a way to read one parameter as vectors, one for each channel; a law is a sum of products of such vectors, or
a sum of entries. Both are formulas, numbers of laws, and values of arrays, be they of torch or of numpy: reading uses
reshape, slices and `.T` only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Literal

__all__ = ["BalanceLaw", "Law", "LinearLaw", "Part"]

Kind = Literal["full", "diagonal", "groups", "trace"]


@dataclass(frozen=True)
class Part:
    """One parameter, read as one vector for each channel."""

    name: str  # the parameter, as `named_parameters` calls it
    shape: tuple[int, ...]
    # 'rows': row i is channel i. 'columns': column block i is (as many columns as a kernel has taps). 'entries': a bias
    # or a gain. 'last': the last direction holds the channels, as in an embedding. 'grouped': columns, and the channels
    # of a group are read by the rows of their group only.
    side: Literal["rows", "columns", "entries", "last", "grouped"]
    block: int = 1  # columns of a channel
    start: int = 0  # the channels that are meant, as for one head of attention
    stop: int = -1
    label: str = ""  # what the formula calls it, if not by its name
    turned: bool = False  # whether it stands right of what it reads, as in x @ W
    groups: int = 1

    @property
    def channels(self) -> int:
        """How many vectors there are."""
        if self.stop >= 0:
            return self.stop - self.start
        if self.side == "columns":
            return prod(self.shape[1:]) // self.block
        if self.side == "grouped":
            return self.shape[1] * self.groups
        return self.shape[-1] if self.side == "last" else self.shape[0]

    @property
    def length(self) -> int:
        """How long they are."""
        if self.side == "entries":
            return 1
        if self.side == "columns":
            return self.shape[0] * self.block
        if self.side == "grouped":
            return self.shape[0] // self.groups * self.block
        return prod(self.shape[:-1]) if self.side == "last" else prod(self.shape[1:])

    @property
    def formula(self) -> str:
        """The Gram matrix of the vectors."""
        w = self.label or self.name
        if self.side == "entries":
            return f"{w} {w}ᵀ"
        if self.side == "grouped" and self.shape[:2] != (self.groups, 1):
            return f"({w}ᵀ {w} in {self.groups} groups)"
        return f"{w} {w}ᵀ" if self.side in ("rows", "grouped") else f"{w}ᵀ {w}"

    def some(self, start: int, stop: int, label: str = "") -> Part:
        """Return the part of so many of its channels."""
        return replace(self, start=self.start + start, stop=self.start + stop, label=label)

    def vectors(self, array: Any) -> Any:
        """Return the vectors as rows, of an array of this shape."""
        stop = self.start + self.channels
        if self.side == "entries":
            return array.reshape(-1, 1)[self.start : stop]
        if self.side == "last":
            return array.reshape(-1, self.shape[-1]).T[self.start : stop]
        if self.side == "rows":
            return array.reshape(self.shape[0], -1)[self.start : stop]
        if self.side == "grouped":  # (groups, outputs, channels, taps) -> (channels, outputs · taps)
            table = array.reshape(self.groups, -1, self.shape[1], self.block)
            return table.swapaxes(1, 2).reshape(self.shape[1] * self.groups, -1)[self.start : stop]
        table = array.reshape(self.shape[0], -1)[:, self.start * self.block : stop * self.block]
        # column blocks as rows: (outputs, channels, taps) -> (channels, outputs · taps)
        return table.T.reshape(self.channels, -1)


@dataclass(frozen=True)
class BalanceLaw:
    """Σ of Gram matrices of parameters, with signs: all of it, its diagonal, sums of that, or its trace is conserved.

    Examples
    --------
    >>> after, before = Part("2.weight", (10, 3), "columns"), Part("0.weight", (3, 5), "rows")
    >>> law = BalanceLaw(((1, after), (-1, before)), "diagonal")
    >>> law.formula, law.count
    ('diag(2.weightᵀ 2.weight − 0.weight 0.weightᵀ)', 3)
    """

    terms: tuple[tuple[int, Part], ...]
    kind: Kind
    reason: str = ""
    belongs: str = ""  # of a layer of several parameters, its place: its laws are one block
    groups: tuple[tuple[int, ...], ...] = ()  # of kind "groups": the channels whose squares are added

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters in it."""
        return tuple(dict.fromkeys(part.name for _, part in self.terms))

    @property
    def formula(self) -> str:
        """The law as people write it."""
        text = ""
        for sign, part in self.terms:
            text += (" − " if text else "−") if sign < 0 else (" + " if text else "")
            text += part.formula
        if self.kind == "groups":
            shown = [str(tuple(i + 1 for i in group)) for group in self.groups]
            return f"diag({text}) added over {' '.join(shown[:3])}{' ...' if len(shown) > 3 else ''}"
        return {"full": text, "diagonal": f"diag({text})", "trace": f"tr({text})"}[self.kind]

    @property
    def channels(self) -> int:
        """The size of the matrix."""
        return self.terms[0][1].channels

    @property
    def count(self) -> int:
        """How many independent laws it holds near a generic point (Corollary 4.4 for a full matrix)."""
        if self.kind == "trace":
            return 1
        r = self.channels
        if self.kind == "groups":
            return len(self.groups)
        if self.kind == "diagonal":
            return r
        rank = min(r, sum(part.length for _, part in self.terms))
        return rank * (2 * r + 1 - rank) // 2

    def values(self, array: Callable[[str], Any]) -> Any:
        """Return the conserved matrix, diagonal, sums of that, or trace; `array` gives a parameter by its name."""
        total: Any = 0
        for sign, part in self.terms:
            vectors = part.vectors(array(part.name))
            if self.kind == "full":
                total = total + sign * (vectors @ vectors.T)
            else:
                total = total + sign * (vectors * vectors).sum(*(() if self.kind == "trace" else (1,)))
        if self.kind == "groups":
            for group in self.groups:
                total[group[0]] = sum(total[i] for i in group)
            return total[[group[0] for group in self.groups]]
        return total

    def size(self, array: Callable[[str], Any]) -> float:
        """Return the sum of all squares in it: what a drift is compared with."""
        return float(sum((part.vectors(array(part.name)) ** 2).sum() for _, part in self.terms))


@dataclass(frozen=True)
class LinearLaw:
    """Entries of one parameter, or sums of its entries, that no gradient ever moves."""

    part: Part
    # 'entries': each entry; 'sums': the sum over the channels (what a normalisation takes off)
    kind: Literal["entries", "sums"]
    reason: str = ""
    belongs: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The name of the parameter."""
        return (self.part.name,)

    @property
    def formula(self) -> str:
        """The law as people write it."""
        w = self.part.label or self.part.name
        if self.kind == "entries":
            return w
        return f"{w} 1" if self.part.side == "last" else f"1ᵀ {w}"

    @property
    def count(self) -> int:
        """How many laws it holds."""
        return self.part.channels * self.part.length if self.kind == "entries" else self.part.length

    def values(self, array: Callable[[str], Any]) -> Any:
        """Return the conserved numbers, as a vector."""
        vectors = self.part.vectors(array(self.part.name))
        return vectors.reshape(-1) if self.kind == "entries" else vectors.sum(0)

    def size(self, array: Callable[[str], Any]) -> float:
        """Return the sum of the sizes of the entries."""
        return float(abs(self.part.vectors(array(self.part.name))).sum())


Law = BalanceLaw | LinearLaw


def total(laws: Sequence[Law]) -> int:
    """Return how many laws there are in all."""
    return sum(law.count for law in laws)
