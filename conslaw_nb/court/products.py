"""Products of matrices at a sparse point, for certificates of version 2: `structure.py` says why this is right."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from math import isqrt
from operator import mul
from typing import Any

from . import certificates as court
from .transport import transported

Row = dict[int, int]  # column -> entry modulo p, not zero
Vector = list[tuple[int, int]]  # (place, entry modulo p, not zero)


def rank(rows: Iterable[Row], p: int, case: Any) -> int:
    """Count the rows that are independent of those before them; each is reduced by its last column."""
    pivots: dict[int, Row] = {}
    for row in rows:
        case.spend(30 + 10 * len(row), "a matrix")
        while row:
            last = max(row)
            other = pivots.get(last)
            if other is None:
                inverse = pow(row[last], -1, p)
                pivots[last] = {i: v * inverse % p for i, v in row.items()}
                case.keep(40 + 14 * len(row), "a matrix")
                break
            factor = row[last]
            case.spend(10 + 8 * len(other), "an elimination")
            for i, v in other.items():
                value = (row.get(i, 0) - factor * v) % p
                if value:
                    row[i] = value
                else:
                    row.pop(i, None)
    return len(pivots)


def widths(model: Any, kind: str, case: Any) -> tuple[list[int], bool]:
    """Read the sizes n_0, ..., n_q of a network, output first, and whether it has biases."""
    court.choice(model, "model", "kind", kind)
    keys = ("kind", "widths", "bias") if kind == "relu" else ("kind", "widths")
    _, numbers, *flag = court.record(model, "model", *keys)
    court.require(len(court.array(numbers, "model.widths")) >= 2, "model.widths has fewer than 2 entries")
    case.spend(100 * len(numbers), "the model")
    for k, n in enumerate(numbers):
        court.integer(n, f"model.widths[{k}]", 1, case.cells)
    return numbers[::-1], bool(flag) and court.boolean(flag[0], "model.bias")


# ---------------------------------------------------------------- products at a sparse point


class Product:
    """U_1 ... U_q at a point with few nonzero entries, modulo p.

    `blocks` has, for each matrix, its rows and columns, the index of its first entry, and whether the parameters
    run through it column by column.
    """

    def __init__(self, blocks: list[tuple[int, int, int, bool]], p: int, case: Any) -> None:
        self.blocks, self.p, self.case, self.q = blocks, p, case, len(blocks)
        self.starts = [first for _, _, first, _ in blocks]
        self.rows: list[dict[int, Vector]] = [{} for _ in blocks]
        self.columns: list[dict[int, Vector]] = [{} for _ in blocks]

    def where(self, index: int) -> tuple[int, int, int]:
        """Find the matrix, row and column of a parameter."""
        k = bisect_right(self.starts, index) - 1
        n, m, first, turned = self.blocks[k]
        far, near = divmod(index - first, n if turned else m)
        return (k, near, far) if turned else (k, far, near)

    def at(self, k: int, a: int, b: int) -> int:
        """Return the index of entry (a, b) of a matrix."""
        n, m, first, turned = self.blocks[k]
        return first + (b * n + a if turned else a * m + b)

    def stand(self, point: Row) -> None:
        """Take the point, and the vectors x_k[i] and y_k[j] there."""
        for index, value in point.items():
            k, a, b = self.where(index)
            self.rows[k].setdefault(a, []).append((b, value))
            self.columns[k].setdefault(b, []).append((a, value))
        outputs, inputs = range(self.blocks[0][0]), range(self.blocks[-1][1])
        self.x: list[list[Vector]] = [[[(i, 1)] for i in outputs]]
        for k in range(self.q - 1):
            self.x.append([self.apply(vector, self.rows[k]) for vector in self.x[-1]])
        self.y: list[list[Vector]] = [[[(j, 1)] for j in inputs]]
        for k in range(self.q - 1, 0, -1):
            self.y.insert(0, [self.apply(vector, self.columns[k]) for vector in self.y[0]])

    def apply(self, vector: Vector, lines: dict[int, Vector]) -> Vector:
        """Multiply a vector by a matrix, given by the lines that its entries choose."""
        found: Row = {}
        for i, v in vector:
            line = lines.get(i, ())
            self.case.spend(10 + 8 * len(line), "a product")
            for j, w in line:
                found[j] = (found.get(j, 0) + v * w) % self.p
        self.case.keep(10 + 16 * len(found), "the point")
        return [(j, v) for j, v in found.items() if v]

    def add(self, row: Row, k: int, left: Vector, right: Vector, sign: int = 1) -> None:
        """Add + or - left right^T to block k of a row."""
        n, m, first, turned = self.blocks[k]
        down, along = (1, n) if turned else (m, 1)
        self.case.spend(10 + 10 * len(left) * len(right), "a field at the point")
        for a, v in left:
            for b, w in right:
                i = first + a * down + b * along
                value = (row.get(i, 0) + sign * v * w) % self.p
                if value:
                    row[i] = value
                else:
                    row.pop(i, None)

    def generator(self, i: int, j: int) -> Row:
        """Compute E_ij at the point."""
        row: Row = {}
        for k in range(self.q):
            self.add(row, k, self.x[k][i], self.y[k][j])
        return row

    def carried(self, through: list[Vector], ends: list[list[Vector]], lines: list[dict[int, Vector]]) -> list[Any]:
        """Compute Z_k[b] for all k and b: Z_{k+1}[b] = |x_k[c]|^2 y_k[b] + U_k^T Z_k[b], with x_k[c] in `through`."""
        levels: list[list[Vector]] = [[[] for _ in ends[0]]]
        for k in range(self.q - 1):
            square = sum(v * v for _, v in through[k]) % self.p
            level = []
            for b, before in enumerate(levels[-1]):
                total = dict(self.apply(before, lines[k]))
                for j, v in ends[k][b]:
                    total[j] = (total.get(j, 0) + square * v) % self.p
                level.append([(j, v) for j, v in total.items() if v])
            levels.append(level)
        return levels

    def left(self, c: int, count: int) -> Iterator[Row]:
        """Compute [E_ca, E_cb] for a < count, a < b."""
        z = self.carried([level[c] for level in self.x], self.y, self.rows)
        for a in range(count):
            for b in range(a + 1, len(self.y[0])):
                row: Row = {}
                for k in range(1, self.q):
                    self.add(row, k, z[k][b], self.y[k][a])
                    self.add(row, k, z[k][a], self.y[k][b], -1)
                yield row

    def right(self, c: int, count: int) -> Iterator[Row]:
        """Compute [E_ac, E_bc] for a < count, a < b."""
        z = self.carried([level[c] for level in self.y[::-1]], self.x[::-1], self.columns[::-1])[::-1]
        for a in range(count):
            for b in range(a + 1, len(self.x[0])):
                row: Row = {}
                for k in range(self.q - 1):
                    self.add(row, k, self.x[k][a], z[k][b])
                    self.add(row, k, self.x[k][b], z[k][a], -1)
                yield row

    def balances(self, k: int) -> Iterator[Row]:
        """Compute half the gradients of the entries (a, b), a <= b, of U_k^T U_k - U_{k+1} U_{k+1}^T (k from 0)."""
        for a in range(self.blocks[k][1]):
            for b in range(a, self.blocks[k][1]):
                row: Row = {}
                for one, other in {(a, b), (b, a)}:
                    for i, v in self.columns[k].get(other, ()):
                        row[self.at(k, i, one)] = v
                    for j, v in self.rows[k + 1].get(other, ()):
                        row[self.at(k + 1, one, j)] = self.p - v
                self.case.spend(40 + 30 * len(row), "the gradient of a law")
                yield row

    def slope(self, first: int, last: int) -> Row:
        """Compute the gradient of the 1 x 1 product of the matrices first..last (from 0)."""
        before: list[Vector] = [[(0, 1)]]
        for k in range(first, last):
            before.append(self.apply(before[-1], self.rows[k]))
        row: Row = {}
        after: Vector = [(0, 1)]
        for k in range(last, first - 1, -1):
            self.add(row, k, before[k - first], after)
            after = self.apply(after, self.columns[k])
        return row


def prime(data: Any, where: str) -> int:
    """Read a prime."""
    p = court.integer(data, f"{where}.prime", 3, court.MAX_PRIME - 1)
    divided = p % 2 == 0 or any(p % k == 0 for k in range(3, isqrt(p) + 1, 2))
    court.require(not divided, f"{where}.prime is {p}, not a prime")
    return p


def sparse(model: Any, evidence: Any, case: Any, where: str) -> tuple[int, int, int]:
    """Check words and balances of a product at a sparse point."""
    kind = court.choice(model, "model", "kind", "linear", "factorization")
    if kind == "linear":
        sizes, _ = widths(model, kind, case)
        starts = [0, *accumulate(map(mul, sizes, sizes[1:]))]
        blocks = [(n, m, start, False) for (n, m), start in zip(pairwise(sizes), starts, strict=False)]
    else:
        _, *numbers = court.record(model, "model", "kind", "n", "m", "r")
        for key, number in zip("nmr", numbers, strict=True):
            court.integer(number, f"model.{key}", 1, case.cells)
        n, m, r = numbers
        sizes, blocks = [n, r, m], [(n, r, 0, False), (r, m, n * r, True)]
    _, entries, p, rules, runs = court.record(evidence, where, "kind", "point", "prime", "words", "stretches")
    p = prime(p, where)
    product = Product(blocks, p, case)
    d = sum(map(mul, sizes, sizes[1:]))
    case.keep(20 * (sizes[0] + sizes[-1]) * len(blocks), "the model")
    point: Row = {}
    for entry in court.array(entries, f"{where}.point"):
        case.spend(60 + 10 * len(blocks), "the point")
        case.keep(60, "the point")
        index, value = court.array(entry, f"an entry of {where}.point", 2)
        court.integer(index, f"an index of {where}.point", 0, d - 1)
        court.require(index not in point, f"the coordinate {index} stands twice in {where}.point")
        point[index] = court.integer(value, f"a number of {where}.point") % p
    point = {index: value for index, value in point.items() if value}
    product.stand(point)
    covered, laws, slopes = stretches(product, sizes, runs, where)
    layers = [k for k in range(len(blocks) - 1) if not covered[k] or covered[k] != covered[k + 1]]
    rows = (row for k in layers for row in product.balances(k))
    laws += rank((projected(product, row, covered, slopes) for row in rows), p, case)
    if type(rules) is list and len(rules) == 1 and type(rules[0]) is list and rules[0][:1] == ["transport"]:
        _, small, chains = court.array(rules[0], f"{where}.words[0]", 3)
        found = transported(sizes, product.rows, prime(small, f"{where}.words[0]"), chains, f"{where}.words[0]", case)
    else:
        found = rank(product_words(product, rules, where), p, case)
    return d, found, laws


def stretches(product: Product, sizes: list[int], runs: Any, where: str) -> tuple[list[int], int, list[Row]]:
    """Read the stretches: which one each matrix is in (from 1; 0 for none), their laws, and their gradients."""
    covered, laws, slopes = [0] * product.q, 0, []
    for number, run in enumerate(court.array(runs, f"{where}.stretches"), 1):
        at = f"{where}.stretches[{number - 1}]"
        first, last = court.array(run, at, 2)
        court.integer(first, at, 1, product.q)
        court.integer(last, at, first, product.q)
        court.require(sizes[first - 1] == sizes[last] == 1, f"{at} does not lead from a layer of width 1 to another")
        court.require(not any(covered[first - 1 : last]), f"{at} meets an earlier one")
        covered[first - 1 : last] = [number] * (last - first + 1)
        slope = product.slope(first - 1, last - 1)
        court.require(slope, f"the gradient of the product over {at} is zero at the point")
        slopes.append(slope)
        laws += sum(map(mul, sizes[first - 1 : last], sizes[first : last + 1])) - 1
    return covered, laws, slopes


def projected(product: Product, row: Row, covered: list[int], slopes: list[Row]) -> Row:
    """Reduce a gradient modulo all covectors on the stretches that vanish on their gradients."""
    if not slopes:
        return row
    result: Row = {}
    for i, v in row.items():
        number = covered[product.where(i)[0]]
        column, factor = (-number, slopes[number - 1].get(i, 0)) if number else (i, 1)
        result[column] = (result.get(column, 0) + v * factor) % product.p
    return {i: v for i, v in result.items() if v}


def product_words(product: Product, rules: Any, where: str) -> Iterator[Row]:
    """Compute the values of the words that the rules name."""
    outputs, inputs = len(product.x[0]), len(product.y[0])
    for number, rule in enumerate(court.array(rules, f"{where}.words")):
        at = f"{where}.words[{number}]"
        court.require(court.array(rule, at), f"{at} is empty")
        court.require(type(rule[0]) is str, f"{at} does not begin with a name")
        if rule[0] == "generators":
            _, least = court.array(rule, at, 2)
            court.integer(least, at, 1)
            for i in range(outputs):
                for j in range(inputs if i < least else min(least, inputs)):
                    yield product.generator(i, j)
        elif rule[0] in ("left", "right"):
            _, c, count = court.array(rule, at, 3)
            side = (outputs, inputs) if rule[0] == "left" else (inputs, outputs)
            court.integer(c, at, 0, side[0] - 1)
            court.integer(count, at, 1, side[1])
            yield from product.left(c, count) if rule[0] == "left" else product.right(c, count)
        else:
            court.require(
                False,
                f"{at} begins with {court.show(rule[0])}, not one of: generators, left, right; or transport, alone",
            )
