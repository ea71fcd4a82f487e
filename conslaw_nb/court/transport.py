"""Long brackets of a product of matrices, for certificates of version 2: the words "transport".

A rule names fields X = sum of c_ij E_ij and, for each, letters Y = E_ij with how many values count of Y, [X, Y],
[X, [X, Y]], ... at the point. Why these are computed as they are:

1. Let x(t) be the curve with x(0) the point and x' = X(x). Modulo a prime above the number of values it is known as a
   power series, since no other number is divided by. For a field Y, with w(t) its value at x(t), the value of
   DY X - DX Y there is w'(t) - DX(x(t)) w(t). So each bracket follows from the one before, with one term less.
2. For more or fewer than three matrices, w has a block for each U_k. Along M (the matrix of the c_ij) the block of U_k
   is x_{k-1}^T M y_k, where x_k = U_1 .. U_k and y_k = (U_{k+1} .. U_q)^T; DX w follows by the product rule.
3. For three, fields are looked at through the map to a = U_1, b = (U_2 U_3)^T, c = U_1 U_2, d = U_3^T. The balances
   L = U_1^T U_1 - U_2 U_2^T and R = U_2^T U_2 - U_3 U_3^T are constant along W, hence along Lie(W), and along M
       a' = M b,    b' = d d^T M^T a + M^T c U_2^T = d d^T M^T a + M^T a (a^T a - L),
       d' = M^T c,  c' = M b U_2 + a a^T M d = M d (d^T d + R) + a a^T M d.
   These depend on a, b, c, d, L, R alone: the fields of W, and so their brackets, are carried to those of the formulas.
   Images that are independent have independent originals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import mul
from struct import pack as write
from struct import unpack as read
from typing import Any

from . import certificates as court

Matrix = list[list[int]]  # entries are series in t, their coefficients in slots of 64 bits, the first lowest
LARGEST = 2**24  # of a prime, so that a slot holds sums of 2**16 products
MAX_LENGTH = 512  # values of one letter
MAX_ENTRIES = 400_000  # of the matrices, written out


class Chains:
    """Values of long brackets at a point of U_1 ... U_q, given by the rows of its matrices."""

    def __init__(self, sizes: Sequence[int], lines: list[dict[int, list[tuple[int, int]]]], p: int, case: Any) -> None:
        self.p, self.case = p, case
        court.require(p < LARGEST, f'the prime of a rule "transport" is {p}, not below {LARGEST}')
        cells = sum(map(mul, sizes, sizes[1:]))
        court.afford(cells <= MAX_ENTRIES, 'the matrices of a rule "transport"')
        case.keep(8 * cells, "the matrices")
        full = [[[0] * m for _ in range(n)] for n, m in pairwise(sizes)]
        for matrix, rows in zip(full, lines, strict=True):
            for a, row in rows.items():
                for b, v in row:
                    matrix[a][b] = v % p
        self.rows, self.columns = sizes[0], sizes[-1]
        self.three, self.room = len(full) == 3, 2**16 // (4 * max(sizes))
        self.point = full
        if self.three:
            u, v, w = full
            self.left, self.right = self.balance(u, v), self.balance(v, w)
            self.point = [u, turn(self.times(v, turn(w), 1)), self.times(u, turn(v), 1), turn(w)]

    def balance(self, before: Matrix, after: Matrix) -> list[list[tuple[int, int]]]:
        """Compute before^T before - after after^T, by rows: column and entry where it is not zero."""
        n = len(after)
        total: list[dict[int, int]] = [{} for _ in range(n)]
        for sign, vectors in ((1, before), (-1, turn(after))):
            for vector in vectors:
                entries = [(i, v) for i, v in enumerate(vector) if v]
                self.case.spend(4 * len(entries) ** 2 + n, "a balance")
                for i, v in entries:
                    for j, w in entries:
                        total[i][j] = (total[i].get(j, 0) + sign * v * w) % self.p
        return [[(j, v) for j, v in row.items() if v] for row in total]

    # -- series

    def low(self, value: int, length: int) -> int:
        """Reduce the coefficients, and forget those from t**length on."""
        return write_slots(self.coefficients(value, length)) if value else 0

    def coefficients(self, value: int, length: int) -> list[int]:
        """Read the first coefficients, reduced."""
        slots = max(length, -(-value.bit_length() // 64))
        return [c % self.p for c in read(f"<{slots}Q", value.to_bytes(8 * slots, "little"))[:length]]

    def times(self, a: Matrix, columns: Matrix, length: int, *more: tuple[Matrix, Matrix]) -> Matrix:
        """Multiply rows by columns; with more such pairs, add the products."""
        pairs = [(a, columns), *more]
        inner = sum(len(one[0]) for _, one in pairs if one)
        cost = 20 + 2 * length + inner * (3 + length * length // 16)
        self.case.spend(len(a) * len(columns) * cost, "a product of series")
        return [
            [
                self.low(sum(sum(map(mul, left[i], right[j])) for left, right in pairs), length)
                for j in range(len(columns))
            ]
            for i in range(len(a))
        ]

    def steady(self, a: Matrix, balance: list[list[tuple[int, int]]], length: int, sign: int) -> Matrix:
        """Multiply by a constant symmetric matrix, and by 1 or -1."""
        self.case.spend(len(a) * sum(4 + 3 * len(row) for row in balance) * (1 + length // 8), "a balance")
        if sign < 0:
            balance = [[(j, self.p - v) for j, v in row] for row in balance]
        return [[self.low(sum([row[j] * v for j, v in line]), length) for line in balance] for row in a]

    # -- the fields

    def along(self, m: Matrix, state: list[Matrix], length: int, directions: list[list[Matrix]]) -> list[list[Matrix]]:
        """Compute X at a state, and DX applied to each direction."""
        one = self.along_three if self.three else self.along_many
        return one(m, turn(m), state, length, directions)

    def along_three(
        self, m: Matrix, mt: Matrix, state: list[Matrix], length: int, directions: list[list[Matrix]]
    ) -> list[list[Matrix]]:
        """Do so for three matrices, by 3. above."""
        a, b, c, d = state
        h = self.times(self.times(d, d, length), m, length, (mt, self.times(a, a, length)))
        ht = turn(h)

        def speeds(x: Matrix, y: Matrix, u: Matrix, v: Matrix, extra: list[tuple[Matrix, Matrix]]) -> list[Matrix]:
            xt, yt, ut, vt = map(turn, (x, y, u, v))
            pull = turn(self.steady(x, self.left, length, -1))
            push = turn(self.steady(v, self.right, length, 1))
            return [
                self.times(m, yt, length),
                self.times(h, xt, length, (mt, pull), *extra[:1]),
                self.times(ht, vt, length, (m, push), *extra[1:]),
                self.times(mt, ut, length),
            ]

        found = [speeds(a, b, c, d, [])]
        for x, y, u, v in directions:
            s = self.times(v, d, length, (d, v))
            t = self.times(x, a, length, (a, x))
            change = self.times(s, m, length, (mt, t))
            found.append(speeds(x, y, u, v, [(change, turn(a)), (turn(change), turn(d))]))
        return found

    def along_many(
        self, m: Matrix, mt: Matrix, state: list[Matrix], length: int, directions: list[list[Matrix]]
    ) -> list[list[Matrix]]:
        """Do so for any number of matrices, by 2. above."""
        q, turned = len(state), [turn(block) for block in state]
        x, y = [state[0]], [turned[-1]]  # x_1, .., x_{q-1} and y_1, .., y_{q-1}
        for k in range(1, q - 1):
            x.append(self.times(x[-1], turned[k], length))
            y.insert(0, self.times(y[0], state[q - 1 - k], length))
        my, mx = [self.times(m, turn(one), length) for one in y], [self.times(mt, turn(one), length) for one in x]
        inner = [self.times(turn(x[k]), turn(my[k + 1]), length) for k in range(q - 2)]
        found = [[my[0], *inner, turn(mx[-1])]]
        for w in directions:
            dx, dy = [w[0]], [turn(w[-1])]
            for k in range(1, q - 1):
                dx.append(self.times(dx[-1], turned[k], length, (x[k - 1], turn(w[k]))))
                dy.insert(0, self.times(dy[0], state[q - 1 - k], length, (y[q - 1 - k], w[q - 1 - k])))
            first = self.times(m, turn(dy[0]), length)
            last = turn(self.times(mt, turn(dx[-1]), length))
            inner = [
                self.times(turn(dx[k]), turn(my[k + 1]), length, (turn(mx[k]), turn(dy[k + 1]))) for k in range(q - 2)
            ]
            found.append([first, *inner, last])
        return found

    # -- the brackets

    def curve(self, m: Matrix, length: int) -> list[Matrix]:
        """Compute the series of x(t): each coefficient follows from those before."""
        state = [[row[:] for row in block] for block in self.point]
        for k in range(1, length):
            inverse = pow(k, -1, self.p)
            for block, speed in zip(state, self.along(m, state, k, [])[0], strict=True):
                for row, values in zip(block, speed, strict=True):
                    for j, value in enumerate(values):
                        row[j] += (value >> 64 * (k - 1)) * inverse % self.p << 64 * k
        return state

    def values(self, m: Matrix, letters: dict[tuple[int, int], int]) -> Iterator[list[int]]:
        """Compute, for each letter, so many of the values of Y, [X, Y], [X, [X, Y]], ... at the point."""
        length = max(letters.values())
        court.afford(length <= min(self.room, self.p - 1), f"brackets of {length} letters in layers that wide")
        state = self.curve(m, length)
        fields = {}
        for i, j in letters:
            one = [[int((a, b) == (i, j)) for b in range(self.columns)] for a in range(self.rows)]
            fields[i, j] = self.along(one, state, length, [])[0]
        for k in range(max(letters.values())):
            fields = {letter: field for letter, field in fields.items() if letters[letter] > k}
            for field in fields.values():
                yield [v & 2**64 - 1 for block in field for row in block for v in row]
            length -= 1
            fields = {letter: field for letter, field in fields.items() if letters[letter] > k + 1}
            if not fields:
                return
            low = (1 << 64 * length) - 1
            state = [[[v & low for v in row] for row in block] for block in state]
            cut = [[[[v & low for v in row] for row in block] for block in field] for field in fields.values()]
            moved = self.along(m, state, length, cut)[1:]
            for letter, after in zip(fields, moved, strict=True):
                fields[letter] = [
                    self.bracket(w, change, length) for w, change in zip(fields[letter], after, strict=True)
                ]

    def bracket(self, w: Matrix, change: Matrix, length: int) -> Matrix:
        """Compute w' - DX w, entry by entry."""
        self.case.spend(len(w) * len(w[0]) * (30 + 6 * length), "a bracket")
        result = []
        for row, others in zip(w, change, strict=True):
            line = []
            for value, other in zip(row, others, strict=True):
                before, after = self.coefficients(value, length + 1), self.coefficients(other, length)
                line.append(write_slots([((n + 1) * before[n + 1] - after[n]) % self.p for n in range(length)]))
            result.append(line)
        return result


def turn(matrix: Matrix) -> Matrix:
    """Transpose."""
    return [list(column) for column in zip(*matrix, strict=True)]


def write_slots(coefficients: list[int]) -> int:
    """Write numbers into slots of 64 bits."""
    return int.from_bytes(write(f"<{len(coefficients)}Q", *coefficients), "little")


def dense_rank(rows: Iterator[list[int]], p: int, case: Any) -> int:
    """Count the rows that are independent of those before them; a row operation is one product of long integers."""
    pivots: list[tuple[int, int]] = []
    for row in rows:
        case.spend((20 + len(row) // 8) * len(pivots) + 10 * len(row), "an elimination")
        packed = write_slots(row)
        for shift, pivot in pivots:
            factor = (packed >> shift & 2**64 - 1) % p
            packed += (p - factor) * pivot if factor else 0
        left = [v % p for v in read(f"<{len(row)}Q", packed.to_bytes(8 * len(row), "little"))]
        last = max((i for i, v in enumerate(left) if v), default=None)
        if last is not None:
            court.afford(len(pivots) < 2**15, "a matrix of that rank")
            case.keep(len(row), "a matrix")
            inverse = pow(left[last], -1, p)
            pivots.append((64 * last, write_slots([v * inverse % p for v in left])))
    return len(pivots)


def transported(
    sizes: Sequence[int], lines: list[dict[int, list[tuple[int, int]]]], p: int, listed: Any, at: str, case: Any
) -> int:
    """Read a rule, and count the independent values of its brackets."""
    chains = Chains(sizes, lines, p, case)
    read_chains = []
    for number, chain in enumerate(court.array(listed, at)):
        where = f"{at}, chain {number}"
        control, letters = court.array(chain, where, 2)
        m = [[0] * sizes[-1] for _ in range(sizes[0])]
        for entry in court.array(control, where):
            i, j, c = court.array(entry, where, 3)
            m[court.integer(i, where, 0, sizes[0] - 1)][court.integer(j, where, 0, sizes[-1] - 1)] = (
                court.integer(c, where) % p
            )
        counts = {}
        for entry in court.array(letters, where):
            i, j, count = court.array(entry, where, 3)
            court.integer(i, where, 0, sizes[0] - 1)
            court.integer(j, where, 0, sizes[-1] - 1)
            counts[i, j] = court.integer(count, where, 1, MAX_LENGTH)
        court.require(counts, f"{where} has no letters")
        read_chains.append((m, counts))
    values = (row for m, counts in read_chains for row in chains.values(m, counts))
    return dense_rank(values, p, case)
