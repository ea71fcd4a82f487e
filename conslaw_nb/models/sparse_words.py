"""Nested brackets of elementary letters at a sparse point: only what is not zero is ever touched."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from ..exact.sparse import SparseRow

__all__ = ["ElementaryWords"]

Vector = dict[int, int]
Matrix = dict[int, Vector]  # row -> column -> entry
Letter = tuple[int, int]  # E_ij, the gradient of entry (i, j) of the product


class Part:
    """One matrix for each block, and their transposes once they are asked for."""

    def __init__(self, blocks: list[Matrix]):
        self.blocks = blocks

    @cached_property
    def turned(self) -> list[Matrix]:
        """The transposes."""
        return [_transposed(block) for block in self.blocks]


Jet = dict[int, Part]  # set of nilpotents, as bits -> what stands with them


class ElementaryWords:
    """Values of [E_1, [E_2, ... E_n]] at matrices with few entries.

    With a new e, e² = 0: Y(θ + e X(θ)) = Y(θ) + e ∂Y(θ) X(θ), so brackets come from evaluations alone.

    Parameters
    ----------
    sizes : sequence of int
        n_0, ..., n_q.
    matrices : list of list of dict
        U_1, ..., U_q by rows.
    strides : sequence of (int, int, int)
        For each matrix, the index of its entry (0, 0), and what one row and one column more add to it.
    prime : int

    Attributes
    ----------
    spent : int
        Products of two numbers so far.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        matrices: list[list[Vector]],
        strides: Sequence[tuple[int, int, int]],
        prime: int,
    ):
        self.depth = len(sizes) - 1
        self.strides, self.prime = strides, prime
        self.spent = 0
        start = [dict(enumerate(rows)) for rows in matrices]
        self._start: Jet = {0: Part(start)}

    def value(self, word: Sequence[Letter]) -> SparseRow:
        """Return the value of a word as a sparse row."""
        found = self._bracket(word, self._start, 1).get(0)
        blocks = found.blocks if found else []
        row: SparseRow = {}
        for (first, down, along), block in zip(self.strides, blocks, strict=False):
            for a, line in block.items():
                for b, value in line.items():
                    if value:
                        row[first + a * down + b * along] = value
        return row

    def _bracket(self, word: Sequence[Letter], x: Jet, e: int) -> Jet:
        if len(word) == 1:
            return self._letter(word[0], x)
        direction = self._letter(word[0], x)
        inner = self._bracket(word[1:], {**x, **{mask | e: part for mask, part in direction.items()}}, 2 * e)
        along = {mask | e: part for mask, part in inner.items() if not mask & e}
        carried = self._letter(word[0], {**x, **along})
        result = {mask ^ e: part for mask, part in carried.items() if mask & e}
        for mask, part in inner.items():
            if mask & e:
                before = result[mask ^ e].blocks if mask ^ e in result else [{} for _ in part.blocks]
                result[mask ^ e] = Part([self._minus(a, b) for a, b in zip(before, part.blocks, strict=True)])
        return result

    def _letter(self, letter: Letter, x: Jet) -> Jet:
        """Return the gradient of one entry of the product: block k is (row i of A_k)ᵀ (column j of B_k)ᵀ."""
        q = self.depth
        rows: list[dict[int, Vector]] = [{0: {letter[0]: 1}}]
        for k in range(q - 1):
            rows.append(self._carry(rows[-1], [(mask, part.blocks[k]) for mask, part in x.items()]))
        columns: list[dict[int, Vector]] = [{0: {letter[1]: 1}}]
        for k in range(q - 1, 0, -1):
            columns.append(self._carry(columns[-1], [(mask, part.turned[k]) for mask, part in x.items()]))
        result: dict[int, list[Matrix]] = {}
        for k in range(q):
            for s, left in rows[k].items():
                for t, right in columns[q - 1 - k].items():
                    if not s & t:
                        block = result.setdefault(s | t, [{} for _ in range(q)])[k]
                        self.spent += len(left) * len(right)
                        for a, v in left.items():
                            line = block.setdefault(a, {})
                            for b, w in right.items():
                                line[b] = (line.get(b, 0) + v * w) % self.prime
        return {mask: Part(blocks) for mask, blocks in result.items()}

    def _carry(self, vectors: dict[int, Vector], parts: list[tuple[int, Matrix]]) -> dict[int, Vector]:
        result: dict[int, Vector] = {}
        for s, vector in vectors.items():
            for t, block in parts:
                if s & t or not block:
                    continue
                target = result.setdefault(s | t, {})
                for i, v in vector.items():
                    line = block.get(i)
                    if line:
                        self.spent += len(line)
                        for j, w in line.items():
                            target[j] = (target.get(j, 0) + v * w) % self.prime
        return {mask: vector for mask, vector in result.items() if vector}

    def _minus(self, a: Matrix, b: Matrix) -> Matrix:
        result = {i: dict(line) for i, line in a.items()}
        for i, line in b.items():
            target = result.setdefault(i, {})
            for j, v in line.items():
                target[j] = (target.get(j, 0) - v) % self.prime
        return result


def _transposed(block: Matrix) -> Matrix:
    result: Matrix = {}
    for i, line in block.items():
        for j, v in line.items():
            result.setdefault(j, {})[i] = v
    return result
