"""Long brackets [X, [X, ... [X, Y]]] of a product of matrices, all of them at once, along the flow of X.

Let θ(t) be the flow of X = Σ c_ij E_ij from the point, and w_k(t) the value at θ(t) of Y bracketed k times with X. Then
w_{k+1} = w_k' − DX(θ(t)) w_k, so that power series in t, modulo a prime, give w_0(0), w_1(0), ...: their cost grows
with a power of the number of letters, and not exponentially. Where two wide layers follow each other between narrow
ones, Lie(W) is reached only by words of as many letters as the layers are wide.

For a product of three matrices the flow is seen in narrow matrices alone. Put a = U_1, b = (U_2U_3)ᵀ, c = U_1U_2,
d = U_3ᵀ. The balances L = U_1ᵀU_1 − U_2U_2ᵀ and R = U_2ᵀU_2 − U_3U_3ᵀ stay what they are along every field of Lie(W).
With H = d dᵀ Mᵀ + Mᵀ a aᵀ the field of X = Σ M_ij E_ij is

    a' = M b,   b' = H a − Mᵀ a L,   c' = Hᵀ d + M d R,   d' = Mᵀ c.

Fields that a map carries to others have brackets that it carries likewise: ranks of the images bound those of the
brackets from below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import mul

from ..exact.packed import MAX_SUMMANDS, SMALL_PRIME, pack, reduced, unpack

__all__ = ["Chain", "Transport"]

Matrix = list[list[int]]  # its entries are packed power series in t, or numbers
Vector = dict[int, int]
Pair = tuple[int, int]


@dataclass
class Jet:
    """A matrix, and what becomes of it to first order along several directions; a constant has none."""

    value: Matrix
    tangents: list[Matrix] = field(default_factory=list)

    @property
    def turned(self) -> Jet:
        """The transpose."""
        return self.map(_turned)

    def map(self, linear: Callable[[Matrix], Matrix]) -> Jet:
        """Return what a linear map makes of it."""
        return Jet(linear(self.value), list(map(linear, self.tangents)))


class Series:
    """Sums of products of matrices, modulo t to a power."""

    def __init__(self, length: int):
        self.length = length
        self.spent = 0

    def dot(self, *pairs: tuple[Jet, Jet]) -> Jet:
        """Return the sum of the products of the pairs."""
        value = self._sum([(a.value, b.value) for a, b in pairs])
        count = max(len(one.tangents) for pair in pairs for one in pair)
        tangents = []
        for k in range(count):
            parts = [(a.tangents[k], b.value) for a, b in pairs if a.tangents]
            parts += [(a.value, b.tangents[k]) for a, b in pairs if b.tangents]
            tangents.append(self._sum(parts))
        return Jet(value, tangents)

    def times(self, a: Jet, lines: Sequence[Vector]) -> Jet:
        """Return the product with a constant matrix that is given by its columns, each with its nonzero entries."""
        entries = sum(map(len, lines)) + len(lines)
        self.spent += len(a.value) * (1 + len(a.tangents)) * entries * (8 + self.length)

        def product(rows: Matrix) -> Matrix:
            sums = ([sum([row[i] * c for i, c in line.items()]) for line in lines] for row in rows)
            return [[reduced(v, self.length) for v in row] for row in sums]

        return a.map(product)

    def _sum(self, pairs: list[tuple[Matrix, Matrix]]) -> Matrix:
        turned = [(a, list(zip(*b, strict=True))) for a, b in pairs]
        rows, columns = len(pairs[0][0]), len(turned[0][1])
        inner = sum(len(b) for _, b in pairs)
        self.spent += rows * columns * (4 + inner) * (8 + self.length * self.length // 16)
        return [
            [
                reduced(sum(sum(map(mul, a[i], b[j])) for a, b in turned), self.length)
                for j in range(columns)
            ]
            for i in range(rows)
        ]  # fmt: skip


class Transport:
    """Long brackets at a point of U_1 ⋯ U_q.

    Parameters
    ----------
    sizes : sequence of int
        n_0, ..., n_q, with q ≥ 2.
    matrices : list of list of dict
        U_1, ..., U_q by rows, column to entry.

    Attributes
    ----------
    spent : int
        The work so far, in units of some 30 ns.
    """

    def __init__(self, sizes: Sequence[int], matrices: list[list[Vector]]):
        self.rows, self.columns = sizes[0], sizes[-1]
        self.widest = max(sizes)
        self.spent = 0
        full = [
            [[row.get(j, 0) % SMALL_PRIME for j in range(m)] for row in rows]
            for rows, m in zip(matrices, sizes[1:], strict=True)
        ]
        self._three = len(full) == 3
        if self._three:
            one, u, w = Series(1), Jet(full[0]), Jet(full[2])
            self._rows = [_nonzero(matrix) for matrix in full]
            self._columns = [_nonzero(_turned(matrix)) for matrix in full]
            b, c = one.times(w.turned, self._rows[1]), one.times(u, self._columns[1])
            full = [u.value, b.value, c.value, w.turned.value]
        self._start = full
        self.width = sum(len(block) * len(block[0]) for block in full)  # of the rows that `Chain` yields

    def longest(self) -> int:
        """Return how many letters sums of products leave room for."""
        return MAX_SUMMANDS // (4 * self.widest)

    def field(self, control: Jet, state: list[Jet], series: Series) -> list[Jet]:
        """Return the field of a matrix M at a state."""
        dot, turned = series.dot, control.turned
        if self._three:
            a, b, c, d = state
            h = dot((dot((d, d.turned)), turned), (turned, dot((a, a.turned))))
            less, turned_less = control.map(_negative), turned.map(_negative)
            rows, columns = self._rows, self._columns
            return [
                dot((control, b)),
                dot(
                    (h, a),
                    (turned_less, series.times(series.times(a, rows[0]), columns[0])),
                    (turned, series.times(series.times(a, columns[1]), rows[1])),
                ),
                dot(
                    (h.turned, d),
                    (control, series.times(series.times(d, rows[1]), columns[1])),
                    (less, series.times(series.times(d, columns[2]), rows[2])),
                ),
                dot((turned, c)),
            ]
        before, after = [state[0]], [state[-1].turned]
        for one in state[1:-1]:
            before.append(dot((before[-1], one)))
        for one in state[-2:0:-1]:
            after.insert(0, dot((after[0], one.turned)))
        after = [dot((control, one)) for one in after]
        inner = [dot((x.turned, y)) for x, y in zip(before, after[1:], strict=False)]
        return [after[0], *inner, dot((before[-1].turned, control))]

    def curve(self, control: Jet, length: int) -> list[Matrix]:
        """Return the flow from the point, modulo t to a power."""
        state = [[list(row) for row in block] for block in self._start]
        for k in range(1, length):
            series = Series(k)
            moved = self.field(control, list(map(Jet, state)), series)
            self.spent += series.spent
            inverse = pow(k, -1, SMALL_PRIME)
            for block, speed in zip(state, moved, strict=True):
                for row, speeds in zip(block, speed.value, strict=True):
                    for j, v in enumerate(speeds):
                        row[j] |= (v >> 64 * (k - 1)) * inverse % SMALL_PRIME << 64 * k
        return state


class Chain:
    """The values of Y, [X, Y], [X, [X, Y]], ... at the point, for several letters Y = E_ij.

    Parameters
    ----------
    transport : Transport
    control : sequence of (int, int, int)
        i, j and c_ij where X = Σ c_ij E_ij.
    letters : sequence of (int, int)
    length : int
        How many values of each; `letters` that are dropped in between have fewer.
    """

    def __init__(
        self, transport: Transport, control: Sequence[tuple[int, int, int]], letters: Sequence[Pair], length: int
    ):
        self.letters = list(letters)
        self._transport, self._length = transport, length
        matrix = [[0] * transport.columns for _ in range(transport.rows)]
        for i, j, c in control:
            matrix[i][j] = c % SMALL_PRIME
        self._control = Jet(matrix)

    def drop(self, letter: Pair) -> None:
        """Ask for no more values with this letter."""
        self.letters.remove(letter)

    def __iter__(self) -> Iterator[list[tuple[Pair, list[int]]]]:
        """Yield, for 0, 1, ... brackets with X, the letters with their values."""
        transport, length = self._transport, self._length
        state = transport.curve(self._control, length)
        series, at = Series(length), list(map(Jet, state))
        along: dict[Pair, list[Matrix]] = {}
        for letter in self.letters:
            one = [
                [int((i, j) == letter) for j in range(transport.columns)] for i in range(transport.rows)
            ]  # fmt: skip
            along[letter] = [part.value for part in transport.field(Jet(one), at, series)]
        transport.spent += series.spent
        while True:
            yield [(x, [v & 2**64 - 1 for block in along[x] for row in block for v in row]) for x in self.letters]
            along = {letter: along[letter] for letter in self.letters}
            length -= 1
            if not length or not along:
                return
            series = Series(length)
            low = (1 << 64 * length) - 1
            state = [[[v & low for v in row] for row in block] for block in state]
            found = list(along.values())
            at = [Jet(block, [one[k] for one in found]) for k, block in enumerate(state)]
            moved = transport.field(self._control, at, series)
            transport.spent += series.spent + len(found) * transport.width * (10 + 4 * length)
            along = {
                letter: [
                    _bracket(one[k], part.tangents[n], length) for k, part in enumerate(moved)
                ]
                for n, (letter, one) in enumerate(along.items())
            }  # fmt: skip


def _bracket(value: Matrix, moved: Matrix, length: int) -> Matrix:
    """Return the derivative of the first by t, less the second."""

    def entry(x: int, y: int) -> int:
        before, after = unpack(x, length + 1), unpack(y, length)
        return pack([(k * before[k] - after[k - 1]) % SMALL_PRIME for k in range(1, length + 1)])

    return [list(map(entry, row, other)) for row, other in zip(value, moved, strict=True)]


def _turned(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def _nonzero(matrix: Matrix) -> list[Vector]:
    return [{j: v for j, v in enumerate(row) if v} for row in matrix]


def _negative(matrix: Matrix) -> Matrix:
    return [[SMALL_PRIME - v if v else 0 for v in row] for row in matrix]
