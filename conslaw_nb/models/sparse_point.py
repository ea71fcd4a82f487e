"""Where generators, brackets and laws have a handful of nonzero entries: a sparse integer point of a model.

A count is proved near any point where its two bounds meet, and both bounds then hold on an open dense set. So the
point may be chosen: at a product of matrices, each matrix has about one nonzero entry in each row or column (a
"wrapped diagonal": entry (a, b) where a ≡ b modulo the smaller size), and elementary letters, the gradients of single
entries, stay sparse with all their brackets of two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import mul
from random import Random
from typing import Any

from ..exact.sparse import SparseRow
from .transport import Transport

__all__ = ["Family", "PathPoint", "SparsePoint", "SparseProduct", "Stretch", "stretches"]

Vector = dict[int, int]
Pair = tuple[int, int]

MAX_TRANSPORT = 400_000  # entries of matrices that are written out to bracket along a flow


@dataclass(frozen=True)
class Stretch:
    """A run of layers that acts through one number: on its parameters all generators are multiples of one gradient."""

    first: int  # the layers, from 1: the product U_first ⋯ U_last is 1 × 1
    last: int
    parameters: Sequence[int]  # their indices


@dataclass(frozen=True)
class Family:
    """Some words of Lie(W), by a rule that a certificate can hold in a line."""

    name: str  # what the words are, for people
    rule: list[Any]  # the same for the checker, such as ``["left", 0, 5]``
    letters: int  # how long the words are
    rows: Callable[[], Iterator[SparseRow]]  # returns their values at the point, as sparse rows


class SparsePoint:
    """What a model offers that can be counted at a sparse point.

    Attributes
    ----------
    dimension : int
        D.
    settled : (int, int) or None
        The rank from below and the number of independent laws, where both are written down and meet.
    kind : str
        What a certificate calls the evidence.
    most_generators : int
        No generic dim W is larger.
    balances : int
        How many laws `law_rows` gives, independent or not.
    stretches : list of Stretch
    """

    dimension: int
    settled: Pair | None = None
    kind = "sparse"
    most_generators = 0
    balances = 0
    stretches: Sequence[Stretch] = ()

    def values(self) -> dict[int, int] | None:
        """Return the nonzero coordinates of the point; None if all are 1."""
        return None

    def layers(self) -> Sequence[int]:
        """Return the hidden layers."""
        return ()

    def law_rows(self, layers: Sequence[int]) -> Iterator[SparseRow]:
        """Return the gradients of the laws that the structure gives at hidden layers."""
        raise NotImplementedError

    def stretch_gradient(self, stretch: Stretch) -> SparseRow:
        """Return the gradient of the number that a stretch acts through."""
        raise NotImplementedError

    def families(self) -> Iterator[Family]:
        """Return words, the generators first."""
        raise NotImplementedError

    def transport(self) -> Transport | None:
        """Return what computes long brackets, where the structure allows it."""
        return None

    def cost(self) -> tuple[int, int]:
        """Return about how many entries of rows are computed, and how many are kept."""
        return 0, 0


class PathPoint(SparsePoint):
    """All parameters of a ReLU network are 1: the gradients of the paths are the 0/1 rows of paths and parameters.

    Where no parameter vanishes, divide the gradient of each path by the path and multiply each coordinate by its
    parameter: the same 0/1 matrix is left at every such point. D − hidden neurons of its rows are written down by
    `ReluNetwork.spanning_generators`, each with an edge that none before it has; and every neuron law has, in its
    gradient, an edge towards the input that no law of a layer before it has. Both bounds meet.
    """

    kind = "paths"

    def __init__(self, dimension: int, hidden: int):
        self.dimension = dimension
        self.settled = dimension - hidden, hidden
        self.most_generators = dimension - hidden


class SparseProduct(SparsePoint):
    """The product U_1 ⋯ U_q at a wrapped diagonal.

    Parameters
    ----------
    sizes : sequence of int
        n_0, ..., n_q: U_k is n_{k−1} × n_k.
    strides : sequence of (int, int, int)
        For each matrix, the index of its entry (0, 0), and what one row and one column more add to it.
    prime : int

    Notes
    -----
    Write A_k = U_1 ⋯ U_{k−1} and B_k = U_{k+1} ⋯ U_q, x_k[i] for row i of A_k and y_k[j] for column j of B_k. Block k
    of the gradient E_ij of entry (i, j) is x_k[i] y_k[j]ᵀ. Its derivative along E_{i'j'} changes row i of A_k by
    Σ_{l<k} ⟨x_l[i], x_l[i']⟩ y_l[j']ᵀ U_{l+1} ⋯ U_{k−1}, and column j of B_k likewise. In the bracket [E_ca, E_cb] the
    second half cancels, and with g_l = |x_l[c]|² its block k is

        Z_k[b] y_k[a]ᵀ − Z_k[a] y_k[b]ᵀ,   Z_k[b]ᵀ = Σ_{l<k} g_l y_l[b]ᵀ U_{l+1} ⋯ U_{k−1}.

    These are the words "left of c"; [E_ac, E_bc] are those "right of c", by the same computation on the transposes.
    """

    def __init__(self, sizes: Sequence[int], strides: Sequence[tuple[int, int, int]], prime: int):
        self.sizes, self.strides, self.prime = tuple(sizes), tuple(strides), prime
        self.depth = len(sizes) - 1
        self.dimension = sum(a * b for a, b in pairwise(sizes))
        if self.depth == 1:  # every coordinate moves on its own
            self.settled = self.dimension, 0
            self.kind = "free"
            return
        rng = Random("sparse point 0")
        self.matrices = [_wrapped_diagonal(n, m, rng) for n, m in pairwise(sizes)]
        self._turned = [_transpose(rows, m) for rows, m in zip(self.matrices, sizes[1:], strict=True)]
        self.stretches = [
            Stretch(a, b, range(strides[a - 1][0], strides[b - 1][0] + sizes[b - 1] * sizes[b]))
            for a, b in stretches(sizes)
        ]
        least = min(sizes)
        # C with (U_1⋯U_t)ᵀC = 0 and C(U_{t+1}⋯U_q)ᵀ = 0, for a layer t of the least width, has no gradient
        self.most_generators = (sizes[0] + sizes[-1] - least) * least
        self.balances = sum(n * (n + 1) // 2 for n in sizes[1:-1])

    @cached_property
    def _x(self) -> list[list[Vector]]:
        """Row i of A_k, for all k and i."""
        found: list[list[Vector]] = [[{i: 1} for i in range(self.sizes[0])]]
        for k in range(self.depth - 1):
            found.append([self._times(row, self.matrices[k]) for row in found[-1]])
        return found

    @cached_property
    def _y(self) -> list[list[Vector]]:
        """Column j of B_k, for all k and j."""
        after: list[list[Vector]] = [[{j: 1} for j in range(self.sizes[-1])]]
        for k in range(self.depth - 1, 0, -1):
            after.append([self._times(column, self._turned[k]) for column in after[-1]])
        return after[::-1]

    def values(self) -> dict[int, int]:
        """Return the nonzero coordinates of the point."""
        return {
            first + a * down + b * along: value
            for rows, (first, down, along) in zip(self.matrices, self.strides, strict=True)
            for a, row in enumerate(rows)
            for b, value in row.items()
        }

    def cost(self) -> tuple[int, int]:
        """Return about how many entries of rows are computed, and how many are kept."""
        n, q = self.sizes, self.depth
        rows = [-(-n[k] // min(n[: k + 1])) for k in range(q)]  # nonzero entries of x_k[i], and of y_k[j]
        columns = [-(-n[k + 1] // min(n[k + 1 :])) for k in range(q)]
        into = [-(-n[k - 1] // min(n[k - 1], n[k])) - (-n[k + 1] // min(n[k], n[k + 1])) for k in range(1, q)]
        laws = sum(n[k] ** 2 * into[k - 1] for k in range(1, q))
        each = sum(map(mul, rows, columns))
        pairs = min(q - 1, n[0]) * min(n[q], n[q - 1]) * n[q] + min(q - 1, n[q]) * min(n[0], n[1]) * n[0]
        words = self.most_generators + pairs
        return laws + 2 * each * words, laws + 2 * each * min(self.dimension, words)

    # -- the laws ----------------------------------------------------------------------------------------

    def layers(self) -> Sequence[int]:
        """Return the hidden layers, 1 to q − 1."""
        return range(1, self.depth)

    def law_rows(self, layers: Sequence[int]) -> Iterator[SparseRow]:
        """Return the gradients of the entries (a, b), a ≤ b, of the balances U_kᵀU_k − U_{k+1}U_{k+1}ᵀ."""
        for k in layers:
            columns, rows = self._turned[k - 1], self.matrices[k]
            first, down, along = self.strides[k - 1]
            second, deep, wide = self.strides[k]
            prime = self.prime
            for a in range(self.sizes[k]):
                for b in range(a, self.sizes[k]):
                    # for a = b this is half the gradient, which says as much
                    row = {first + i * down + a * along: v for i, v in columns[b].items()}
                    row.update((first + i * down + b * along, v) for i, v in columns[a].items())
                    row.update((second + a * deep + j * wide, prime - v) for j, v in rows[b].items())
                    row.update((second + b * deep + j * wide, prime - v) for j, v in rows[a].items())
                    yield row

    def stretch_gradient(self, stretch: Stretch) -> SparseRow:
        """Return the gradient of the 1 × 1 product over a stretch."""
        before: list[Vector] = [{0: 1}]
        for k in range(stretch.first - 1, stretch.last - 1):
            before.append(self._times(before[-1], self.matrices[k]))
        after: Vector = {0: 1}
        row: SparseRow = {}
        for k in range(stretch.last - 1, stretch.first - 2, -1):
            self._add(row, k, before.pop(), after, 1)
            after = self._times(after, self._turned[k])
        return row

    # -- the words ---------------------------------------------------------------------------------------

    def families(self) -> Iterator[Family]:
        """Return the generators, then the words left of 0, 1, ..., and right of 0, 1, ...."""
        n, q, least = self.sizes, self.depth, min(self.sizes)
        yield Family("generators", ["generators", least], 1, lambda: self.generators(least))
        for c in range(min(n[0], q - 1)):
            count = min(n[q], n[q - 1])
            yield Family("left", ["left", c, count], 2, lambda c=c, count=count: self.left(c, count))
        for c in range(min(n[q], q - 1)):
            count = min(n[0], n[1])
            yield Family("right", ["right", c, count], 2, lambda c=c, count=count: self.right(c, count))

    def transport(self) -> Transport | None:
        """Return what computes long brackets; two matrices need none."""
        fits = self.depth > 2 and self.dimension <= MAX_TRANSPORT
        return Transport(self.sizes, self.matrices) if fits else None

    def generators(self, least: int) -> Iterator[SparseRow]:
        """Return E_ij for i < least or j < least: with the smallest width they span all of W at a wrapped diagonal."""
        for i in range(self.sizes[0]):
            for j in range(self.sizes[-1] if i < least else min(least, self.sizes[-1])):
                row: SparseRow = {}
                for k in range(self.depth):
                    self._add(row, k, self._x[k][i], self._y[k][j], 1)
                yield row

    def left(self, c: int, count: int) -> Iterator[SparseRow]:
        """Return [E_ca, E_cb] for a < count, a < b."""
        z = self._carried(self._x, self._y, c, self.matrices)
        for a in range(count):
            for b in range(a + 1, self.sizes[-1]):
                row: SparseRow = {}
                for k in range(1, self.depth):
                    self._add(row, k, z[k][b], self._y[k][a], 1)
                    self._add(row, k, z[k][a], self._y[k][b], -1)
                yield row

    def right(self, c: int, count: int) -> Iterator[SparseRow]:
        """Return [E_ac, E_bc] for a < count, a < b."""
        z = self._carried(self._y[::-1], self._x[::-1], c, self._turned[::-1])[::-1]
        for a in range(count):
            for b in range(a + 1, self.sizes[0]):
                row: SparseRow = {}
                for k in range(self.depth - 1):
                    self._add(row, k, self._x[k][a], z[k][b], 1)
                    self._add(row, k, self._x[k][b], z[k][a], -1)
                yield row

    def _carried(
        self, x: list[list[Vector]], y: list[list[Vector]], c: int, matrices: list[list[Vector]]
    ) -> list[list[Vector]]:
        """Return Z_k[b] for all k and b: Z_{k+1}[b] = g_k y_k[b] + U_kᵀ Z_k[b]."""
        z: list[list[Vector]] = [[{} for _ in y[0]]]
        for k in range(1, self.depth):
            g = sum(v * v for v in x[k - 1][c].values()) % self.prime
            level = []
            for b, earlier in enumerate(z[-1]):
                vector = self._times(earlier, matrices[k - 1]) if earlier else {}
                for j, v in y[k - 1][b].items():
                    vector[j] = (vector.get(j, 0) + g * v) % self.prime
                level.append(vector)
            z.append(level)
        return z

    def _times(self, vector: Vector, rows: list[Vector]) -> Vector:
        result: Vector = {}
        for i, v in vector.items():
            for j, w in rows[i].items():
                result[j] = (result.get(j, 0) + v * w) % self.prime
        return {j: v for j, v in result.items() if v}

    def _add(self, row: SparseRow, k: int, x: Vector, y: Vector, sign: int) -> None:
        """Add ± x yᵀ to block k of a row."""
        first, down, along = self.strides[k]
        prime = self.prime
        for i, v in x.items():
            start = first + i * down
            for j, w in y.items():
                at = start + j * along
                if at in row:
                    value = (row[at] + sign * v * w) % prime
                    if value:
                        row[at] = value
                    else:
                        del row[at]
                else:
                    value = sign * v * w % prime
                    if value:
                        row[at] = value


def _wrapped_diagonal(n: int, m: int, rng: Random) -> list[Vector]:
    least = min(n, m)
    return [{b: rng.randint(1, 99) for b in range(a % least, m, least)} for a in range(n)]


def _transpose(rows: list[Vector], width: int) -> list[Vector]:
    result: list[Vector] = [{} for _ in range(width)]
    for i, row in enumerate(rows):
        for j, v in row.items():
            result[j][i] = v
    return result


def stretches(sizes: Sequence[int]) -> list[Pair]:
    """Return the first and last layer of every run between two neighbouring layers of width 1.

    Examples
    --------
    >>> stretches((2, 1, 3, 3, 1, 1))
    [(2, 4), (5, 5)]
    """
    ones = [k for k, n in enumerate(sizes) if n == 1]
    return [(a + 1, b) for a, b in pairwise(ones)]
