"""Certificates: an independent checker of their evidence, with the standard library only.

This file shares no code with the engine that writes certificates, and trusts nothing in a certificate. Whoever
believes these lines need not believe anything else. (Version 2 is read by `structure.py` beside it, likewise.)

What is claimed. A model is a finite family W of polynomial vector fields v_g on R^D (for a polynomial map
phi, v_g = grad phi_g). A function h is a law when <grad h, v_g> = 0 identically for every g. Laws are
independent near a point when their gradients are, there. Lie(W) is the smallest space of fields that contains
W and all brackets [X, Y] = DX Y - DY X. Frobenius: if dim Lie(W)(x) is constant for x near a point, exactly
D - dim Lie(W)(x) independent laws exist near it.

Why the evidence of a "count" proves its claim.

1. At least R. The words are fields of Lie(W). Their values at the given integer point are independent modulo
   a prime p: some R x R minor is nonzero modulo p, hence nonzero over Q, hence nonzero near the point, where
   dim Lie(W)(x) >= R. The gradient of a law is orthogonal to W and so to all brackets: at most D - R laws are
   independent there. Nothing is probable here: an unlucky p can only make a true certificate fail.
2. At most D - N, method "laws". N polynomials are shown to be laws, as identities, and their gradients at the
   point are independent (again modulo p). So N independent laws exist, and dim Lie(W)(x) <= D - N near the
   point. If N = D - R, the bounds meet and the count is exact.
3. Exactly R, method "involutive". A multiplier m with m(point) != 0 and identities m v_g = sum_l a_l w_l and
   m [v_g, w_l] = sum_k b_k w_k for every generator v_g and word w_l: near the point the combinations of the
   w_l by functions contain W and are closed under brackets with W, so they contain Lie(W), which brackets
   with W generate: dim Lie(W)(x) <= R. With 1. it is R, and exactly D - R laws exist, polynomial or not.

"conserved" is one such identity; "not_conserved" is one exact value of <grad h, v_g>, not zero.

The order: limits, reading, exact polynomials, the models, brackets modulo p, linear algebra modulo p, the
three claims. Work and memory are counted before they are spent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import accumulate, chain, pairwise
from math import isqrt, lcm
from operator import mul
from typing import Any

Number = int | Fraction
Poly = dict[tuple[int, ...], Number]  # x0**2*x3 is (0, 0, 3), sorted; no zero coefficient
Field = dict[int, Poly]  # coordinate -> polynomial, where it is not zero
Jet = dict[int, dict[int, int]]  # set of nilpotents, as bits -> sparse vector modulo p
Matrix = dict[int, list[list[int]]]  # set of nilpotents, as bits -> matrix modulo p

# ---------------------------------------------------------------- limits

MAX_BYTES = 8 * 2**20  # of a file
MAX_DIGITS = 1000  # of a number
MAX_DENOMINATOR = 2**1024  # common to all fractions of a file
MAX_DEGREE = 1000  # of a term
MAX_PARAMETERS = 50_000
MAX_WORD = 12  # letters of a bracket word
MAX_PRIME = 2**31
MAX_WORK = 600_000_000  # units of about 35 ns: 20 s
MAX_CELLS = 30_000_000  # machine words kept, and as many again in the one sum being expanded


class Rejected(Exception):  # noqa: N818
    """The verdict on a file that is not accepted; the message says what is wrong and where."""


def require(condition: object, message: str) -> None:
    """Reject the file unless the condition holds."""
    if not condition:
        raise Rejected(message)


def afford(condition: object, what: str) -> None:
    """Reject the file as too large unless the condition holds."""
    if not condition:
        raise Rejected(f"too large to check here: {what}")


class Case:
    """One certificate under examination: the work and memory left to it, asked for before they are used."""

    def __init__(self) -> None:
        self.work, self.cells = MAX_WORK, MAX_CELLS
        self.denominator = 1  # common to all fractions read so far
        self.index: dict[str, int] = {}  # of the variables of the model

    def spend(self, units: int, what: str) -> None:
        """Ask for time."""
        self.work -= units
        if self.work < 0:
            raise Rejected(f"too large to check here: {what} takes the work over {MAX_WORK} units")

    def keep(self, cells: int, what: str) -> None:
        """Ask for memory."""
        self.cells -= cells
        if self.cells < 0:
            raise Rejected(f"too large to check here: {what} takes the memory over {MAX_CELLS} words")


# ---------------------------------------------------------------- reading


def show(thing: object) -> str:
    """Quote a thing from the file, short and in ASCII."""
    if type(thing) is int and thing.bit_length() > 150:
        return f"an integer of {thing.bit_length()} bits"
    text = ascii(thing) if type(thing) in (str, int, bool, type(None)) else f"a {type(thing).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def load(text: str) -> object:
    """Read JSON with no duplicate keys, no floats, no NaN and no absurd integers."""

    def whole(digits: str) -> int:
        afford(len(digits) <= MAX_DIGITS, f"an integer of {len(digits)} digits")
        require(digits != "-0", "zero is written -0")
        return int(digits)

    def no_float(digits: str) -> None:
        raise Rejected(f"the number {show(digits)} is not an integer (fractions are strings such as '1/2')")

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        result: dict[str, object] = {}
        for key, value in pairs:
            require(key not in result, f"the key {show(key)} appears twice in one object")
            result[key] = value
        return result

    try:
        return json.loads(
            text, parse_int=whole, parse_float=no_float, parse_constant=no_float, object_pairs_hook=unique
        )
    except json.JSONDecodeError as error:
        raise Rejected(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Rejected("too large to check here: the JSON is nested too deeply") from None


def record(data: object, where: str, *names: str) -> list[Any]:
    """Read an object with exactly these keys; the values in this order."""
    require(type(data) is dict, f"{where} is {show(data)}, not an object")
    for name in names:
        require(name in data, f"{where} has no key {name!r}")
    for key in data:
        require(key in names, f"{where} has the unknown key {show(key)}")
    return [data[name] for name in names]


def choice(data: object, where: str, key: str, *choices: str) -> str:
    """Read the key that says which kind of object this is."""
    require(type(data) is dict, f"{where} is {show(data)}, not an object")
    require(key in data, f"{where} has no key {key!r}")
    known = type(data[key]) is str and data[key] in choices
    require(known, f"{where}.{key} is {show(data[key])}, not one of: {', '.join(choices)}")
    return data[key]


def array(data: object, where: str, length: int | None = None) -> list[Any]:
    """Read a list, of this length if one is given."""
    require(type(data) is list, f"{where} is {show(data)}, not a list")
    require(length is None or len(data) == length, f"{where} has {len(data)} entries, not {show(length)}")
    return data


def integer(data: object, where: str, low: int | None = None, high: int | None = None) -> int:
    """Read an integer (true and 1.0 are none) between low and high, included."""
    if type(data) is not int:
        raise Rejected(f"{where} is {show(data)}, not an integer")
    afford(data.bit_length() < 4 * MAX_DIGITS, where)
    if low is not None and data < low:
        raise Rejected(f"{where} is {show(data)}, less than {low}")
    if high is not None and data > high:
        raise Rejected(f"{where} is {show(data)}, more than {show(high)}")
    return data


def boolean(data: object, where: str) -> bool:
    """Read true or false."""
    require(type(data) is bool, f"{where} is {show(data)}, not true or false")
    return data


FRACTION = re.compile(r"-?[1-9][0-9]*(/[1-9][0-9]*)?")
NAME = re.compile(r"[A-Za-z_\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]{0,99}")


def rational(data: object, where: str, case: Case) -> Number:
    """Read "-3", "5/7" or "0": lowest terms, positive denominator, one way to write each number."""
    if data == "0" and type(data) is str:
        return 0
    if type(data) is not str or not FRACTION.fullmatch(data):
        raise Rejected(f"{where} is {show(data)}, not a string such as '-3' or '5/7'")
    afford(len(data) <= MAX_DIGITS, f"{where} has {len(data)} characters")
    if "/" not in data:
        return int(data)
    top, bottom = map(int, data.split("/"))
    value = Fraction(top, bottom)
    require(value.denominator == bottom > 1, f"{where} is {show(data)}, not in lowest terms")
    case.denominator = lcm(case.denominator, bottom)
    afford(case.denominator <= MAX_DENOMINATOR, f"the common denominator of the file, at {where}")
    return value


def polynomial(data: object, where: str, case: Case) -> Poly:
    """Read [[coefficient, {variable: exponent, ...}], ...]."""
    result: Poly = {}
    for k, term in enumerate(array(data, where)):
        try:
            require(type(term) is list and len(term) == 2, "it is not a pair [coefficient, powers]")
            c = rational(term[0], "the coefficient", case)
            require(c, "the coefficient is zero")
            require(type(term[1]) is dict, "the powers are not an object")
            degree = 0
            for name, exponent in term[1].items():
                if name not in case.index:
                    raise Rejected(f"{show(name)} is not a variable of the model")
                degree += integer(exponent, "an exponent", 1)
            afford(degree <= MAX_DEGREE, f"degree {show(degree)}, over {MAX_DEGREE}")
            case.keep(20 + degree + bits(c) // 64, "it")
            case.spend(100 + 4 * degree, "it")
            factors = [case.index[name] for name, exponent in term[1].items() for _ in range(exponent)]
            monomial = tuple(sorted(factors))
            require(monomial not in result, "its monomial stands in an earlier term too")
        except Rejected as rejection:
            raise Rejected(f"term {k} of {where}: {rejection}") from None
        result[monomial] = c
    return result


# ---------------------------------------------------------------- exact polynomials


def bits(x: Number) -> int:
    """Size of a number."""
    return x.numerator.bit_length() + x.denominator.bit_length()


def sum_of_products(pairs: Iterable[tuple[Poly, Poly]], case: Case) -> Poly:
    """Expand the sum of the a*b."""
    total: Poly = {}
    longest = 0
    for a, b in pairs:
        if not a or not b:
            continue
        degree = max(map(len, a)) + max(map(len, b))
        common = case.denominator.bit_length() - 1  # 0: the file has no fractions
        words = (max(map(bits, a.values())) + max(map(bits, b.values())) + (MAX_WORD + 3) * common) // 64
        each = 30 + degree + words * words // 8 + (60 if common else 0)
        case.spend(20 + 4 * (len(a) + len(b)) + each * len(a) * len(b), "expanding a polynomial")
        longest = max(longest, 20 + degree + words)
        for m, c in a.items():
            for n, d in b.items():
                key = tuple(sorted(m + n))
                total[key] = total.get(key, 0) + c * d
            if len(total) * longest > MAX_CELLS:
                raise Rejected(f"too large to check here: a polynomial of {len(total)} terms")
    total = {m: c for m, c in total.items() if c}
    case.keep(len(total) * longest, "expanding polynomials")
    return total


def partials(poly: Poly, case: Case, sign: int = 1) -> Field:
    """Differentiate: coordinate -> partial derivative (times the sign)."""
    result: Field = {}
    for m, c in poly.items():
        case.spend(20 + 12 * len(m) * len(set(m)), "a gradient")
        for i in set(m):
            k = m.index(i)
            result.setdefault(i, {})[m[:k] + m[k + 1 :]] = sign * m.count(i) * c
    return result


def addition_cost(poly: Poly, case: Case) -> int:
    """Estimate the work of one addition of integer combinations of the coefficients."""
    words = (max(map(bits, poly.values()), default=0) + case.denominator.bit_length()) // 64
    return 15 if case.denominator == 1 else 60 + words * words // 8


def exact_dot(pairs: Iterable[tuple[Number, Number]], case: Case) -> Number:
    """Sum the a*b of rational numbers, watching their size."""
    total: Number = 0
    for a, b in pairs:
        if a and b:
            words = (bits(a) + bits(b) + bits(total)) // 64
            case.spend(40 + words * words // 8, "an exact value")
            total += a * b
    return total


def evaluate(poly: Poly, point: list[Number], case: Case) -> Number:
    """Compute the exact value at a rational point."""
    total: Number = 0
    for m, value in poly.items():
        for i in m:
            value = exact_dot([(value, point[i])], case)
        total = exact_dot([(total, 1), (value, 1)], case)
    return total


def bracket(x: Field, y: Field, case: Case) -> Field:
    """Expand [X, Y] = DX Y - DY X."""
    result: Field = {}
    for i in x.keys() | y.keys():
        case.spend(60, "a bracket")
        pairs = [(d, y[j]) for j, d in partials(x.get(i, {}), case).items() if j in y]
        pairs += [(d, x[j]) for j, d in partials(y.get(i, {}), case, -1).items() if j in x]
        result[i] = sum_of_products(pairs, case)
    return {i: poly for i, poly in result.items() if poly}


# ---------------------------------------------------------------- the models


class Sparse:
    """A family known field by field and term by term: fields, gradients of a map, of ReLU paths."""

    def __init__(self, names: list[str], fields: list[Field], case: Case) -> None:
        self.names, self.fields, self.count, self.case = names, fields, len(fields), case

    def generator(self, g: int) -> Field:
        """Return v_g."""
        return self.fields[g]

    def known_law(self, law: Poly) -> bool | None:
        """Decide a law by the structure of the model; None if that does not decide."""
        return None

    def failing_generator(self, slope: Field) -> int | None:
        """Find the first g for which <slope, v_g> is not the zero polynomial."""
        self.case.spend(20 * self.count, "an identity for every generator")
        for g in range(self.count):
            pairs = [(slope[i], poly) for i, poly in self.generator(g).items() if i in slope]
            if sum_of_products(pairs, self.case):
                return g
        return None

    def exact_derivative(self, g: int, slope: list[Number], point: list[Number]) -> Number:
        """Compute <slope, v_g(point)>."""
        values = [(slope[i], evaluate(v, point, self.case)) for i, v in self.generator(g).items()]
        return exact_dot(values, self.case)

    def prepare(self, combination: list[list[int]], p: int) -> Any:
        """Put sum c*v_g modulo p into the form that `value` takes."""
        result: dict[int, dict[tuple[int, ...], int]] = {}
        for g, c in combination:
            for i, poly in self.generator(g).items():
                self.case.spend(60 + 30 * len(poly), "a combination of generators")
                self.case.keep(sum(30 + len(m) for m in poly), "a combination of generators")
                row = result.setdefault(i, {})
                for m, a in poly.items():
                    row[m] = (row.get(m, 0) + c * residue(a, p)) % p
        return result

    def value(self, field: Any, x: Jet, p: int) -> Jet:
        """Compute the field at a point with nilpotent parts."""
        room_for(x, len(self.names) + len(field))
        scalars: dict[int, dict[int, int]] = {}
        result: Jet = {}
        for i, poly in field.items():
            for m, c in poly.items():
                self.case.spend(20, "a field at the point")
                term = {0: c}
                for j in m:
                    if j not in scalars:
                        self.case.spend(20 + 2 * len(x), "a field at the point")
                        scalars[j] = {mask: vector[j] for mask, vector in x.items() if j in vector}
                    self.case.spend(6 + 6 * len(term) * len(scalars[j]), "a field at the point")
                    term = nilpotent_product(term, scalars[j], p)
                for mask, v in term.items():
                    vector = result.setdefault(mask, {})
                    vector[i] = (vector.get(i, 0) + v) % p
        return result


class Relu(Sparse):
    """Gradients of the path products of a ReLU network; a generator is one path, that is one monomial."""

    def __init__(self, widths: list[int], bias: bool, case: Case) -> None:
        self.sizes, self.case = widths[::-1], case
        self.names, self.blocks = matrices(self.sizes)
        self.biases: list[list[int]] = []
        counts = list(accumulate(self.sizes, mul))
        self.path_counts = [counts[-1], *(counts[1:-1] if bias else [])]  # complete ones; to biases of layer 1; ...
        for layer, n in enumerate(self.sizes[1:-1] if bias else [], 1):
            self.biases.append(list(range(len(self.names), len(self.names) + n)))
            self.names += [f"b{layer}_{j}" for j in range(1, n + 1)]
        self.count = sum(self.path_counts)

    def generator(self, g: int) -> Field:
        """Find the path, digit by digit, and differentiate its product."""
        layer = 0
        while g >= self.path_counts[layer]:
            g -= self.path_counts[layer]
            layer += 1
        depth = layer or len(self.blocks)
        afford(depth**2 < MAX_CELLS, f"a path through {depth} layers")
        self.case.spend(40 * depth + depth**2 // 4, "a path")
        units = []
        for n in reversed(self.sizes[: depth + 1]):
            units.append(g % n)
            g //= n
        units.reverse()
        path = [block[i][j] for block, i, j in zip(self.blocks, units, units[1:], strict=False)]
        path = sorted(path + ([self.biases[layer - 1][units[-1]]] if layer else []))
        return {e: {tuple(path[:k] + path[k + 1 :]): 1} for k, e in enumerate(path)}

    def known_law(self, law: Poly) -> bool | None:
        """Decide h = sum c_e e**2: its derivative along a path is 2 (sum of c_e over the path) * (the path).

        So h is a law exactly when all path sums of c vanish: when the smallest and the largest do.
        """
        if any(m and (len(m) != 2 or m[0] != m[1]) for m in law):
            return None
        self.case.spend(2 * len(self.names) * addition_cost(law, self.case), "the path sums")
        c = {m[0]: value for m, value in law.items() if m}
        low = high = [0] * self.sizes[0]
        for k, block in enumerate(self.blocks):
            weights = [[c.get(e, 0) for e in column] for column in zip(*block, strict=True)]
            low = [min(map(sum, zip(low, column, strict=True))) for column in weights]
            high = [max(map(sum, zip(high, column, strict=True))) for column in weights]
            if k < len(self.biases):
                ends = [-c.get(e, 0) for e in self.biases[k]]
                if low != ends or high != ends:
                    return False
        return not any(low) and not any(high)


class Product:
    """Gradients of the entries of U_1 U_2 ... U_q; a generator is one entry, counted row by row.

    `blocks[k][i][j]` is the parameter at (i, j) of a matrix. A factorization U V^T is the product of U and
    the transpose of V, so it needs nothing of its own.
    """

    def __init__(self, names: list[str], blocks: list[list[list[int]]], case: Case) -> None:
        self.names, self.blocks, self.case = names, blocks, case
        self.rows, self.columns = len(blocks[0]), len(blocks[-1][0])
        self.count = self.rows * self.columns

    def row_derivative(self, row: int, x: list[Any], dx: list[Any], dot: Callable[..., Any]) -> list[Any]:
        """Compute a row of the derivative of the product at x along dx (polynomials or numbers)."""

        def pairs(entries: list[Any], y: list[Any], column: tuple[int, ...]) -> list[Any]:
            return [(a, y[e]) for a, e in zip(entries, column, strict=True)]

        value = [x[e] for e in self.blocks[0][row]]
        change = [dx[e] for e in self.blocks[0][row]]
        for block in self.blocks[1:]:
            columns = list(zip(*block, strict=True))
            change = [dot(pairs(value, dx, c) + pairs(change, x, c), self.case) for c in columns]
            value = [dot(pairs(value, x, c), self.case) for c in columns]
        return change

    def generator(self, g: int) -> Field:
        """Expand v_g, as the derivative along a direction of D new variables."""
        row, column = divmod(g, self.columns)
        new = len(self.names)
        self.case.spend(40 * new, "a generator")
        x, dx = [{(i,): 1} for i in range(new)], [{(new + i,): 1} for i in range(new)]
        result: Field = {}
        for m, c in self.row_derivative(row, x, dx, sum_of_products)[column].items():
            result.setdefault(m[-1] - new, {})[m[:-1]] = c
        return result

    def known_law(self, law: Poly) -> bool | None:
        """Try to write the law as a constant and a combination of entries of U_k^T U_k - U_{k+1} U_{k+1}^T.

        Entry (a, b) is a law: with S = E_ab + E_ba its gradient is dU_k = U_k S, dU_{k+1} = -S U_{k+1}, and
        the derivative of the product is ..U_k S U_{k+1}.. - ..U_k S U_{k+1}.. = 0. The first row of U_1 shows
        which entries for k = 1 there must be; without them, the first row of U_2 shows those for k = 2; ...
        """
        rest = {m: c for m, c in law.items() if m}
        if any(len(m) != 2 for m in rest):
            return None
        cost = addition_cost(law, self.case)
        for left, right in zip(self.blocks, self.blocks[1:], strict=False):
            self.case.spend(4 * (len(rest) + len(left[0])), "the balance of two layers")
            place = {e: a for a, e in enumerate(left[0])}
            needed = [(place[i], place[j], c) for (i, j), c in rest.items() if i in place and j in place]
            for a, b, c in needed:
                self.case.spend(cost * (len(left) + len(right[0])), "the balance of two layers")
                entry = [(row[a], row[b], c) for row in left]
                entry += [(i, j, -c) for i, j in zip(right[a], right[b], strict=True)]
                for i, j, amount in entry:
                    key = (min(i, j), max(i, j))
                    rest[key] = rest.get(key, 0) - amount
            rest = {m: c for m, c in rest.items() if c}
        return None if rest else True

    def failing_generator(self, slope: Field) -> int | None:
        """Find the first g for which <slope, v_g> is not the zero polynomial."""
        parameters = range(len(self.names))
        x, dx = [{(i,): 1} for i in parameters], [slope.get(i, {}) for i in parameters]
        for row in range(self.rows):
            cells = self.case.cells
            for column, value in enumerate(self.row_derivative(row, x, dx, sum_of_products)):
                if value:
                    return row * self.columns + column
            self.case.cells = cells  # the row is forgotten
        return None

    def exact_derivative(self, g: int, slope: list[Number], point: list[Number]) -> Number:
        """Compute <slope, v_g(point)>."""
        self.case.spend(20 * len(self.names), "an exact value")
        return self.row_derivative(g // self.columns, point, slope, exact_dot)[g % self.columns]

    def prepare(self, combination: list[list[int]], p: int) -> Any:
        """Put sum c*v_g modulo p into the form that `value` takes."""
        return [(*divmod(g, self.columns), c % p) for g, c in combination]

    def value(self, field: Any, x: Jet, p: int) -> Jet:
        """Compute the gradient of sum_ij C_ij (U_1 .. U_q)_ij at a point with nilpotent parts.

        Its block k is (U_1 .. U_{k-1})^T C (U_{k+1} .. U_q)^T.
        """
        case, last = self.case, len(self.blocks) - 1
        room_for(x, len(self.names) + self.columns * max(map(len, self.blocks)))
        case.spend(self.count + len(x) * (6 * len(self.names) + 150 * last), "a field at the point")
        u = [
            {mask: [[vector.get(e, 0) for e in row] for row in block] for mask, vector in x.items()}
            for block in self.blocks
        ]
        after = u[:]
        for k in range(last - 1, 0, -1):
            after[k] = matrix_product(u[k], after[k + 1], p, case)  # U_k .. U_q
        start = [[0] * self.columns for _ in range(self.rows)]
        for row, column, c in field:
            start[row][column] = c
        before: Matrix = {0: start}
        result: Jet = {}
        for k, block in enumerate(self.blocks):
            part = matrix_product(before, transpose(after[k + 1]), p, case) if k < last else before
            for mask, matrix in part.items():
                entries = zip(chain.from_iterable(block), chain.from_iterable(matrix), strict=True)
                result.setdefault(mask, {}).update((e, v) for e, v in entries if v)
            if k < last:
                before = matrix_product(transpose(u[k]), before, p, case)  # (U_1 .. U_k)^T C
        return result


def matrices(sizes: list[int]) -> tuple[list[str], list[list[list[int]]]]:
    """Name and number the entries of matrices n_0 x n_1, n_1 x n_2, ..., each row by row."""
    names: list[str] = []
    blocks = []
    for k, (n, m) in enumerate(pairwise(sizes), 1):
        start = len(names)
        blocks.append([list(range(start + i * m, start + (i + 1) * m)) for i in range(n)])
        names += [f"U{k}_{i}_{j}" for i in range(1, n + 1) for j in range(1, m + 1)]
    return names, blocks


def read_model(data: object, case: Case) -> Any:
    """Read any of the five kinds of model."""
    kind = choice(data, "model", "kind", "linear", "relu", "factorization", "map", "fields")

    def admit(parameters: int) -> None:
        afford(parameters <= MAX_PARAMETERS, f"a model of {show(parameters)} parameters")
        case.keep(30 * parameters, "the model")

    if kind in ("linear", "relu"):
        keys = ("kind", "widths", "bias") if kind == "relu" else ("kind", "widths")
        _, widths, *flag = record(data, "model", *keys)
        require(len(array(widths, "model.widths")) >= 2, "model.widths has fewer than 2 entries")
        afford(len(widths) <= MAX_PARAMETERS, f"a model of {len(widths)} widths")
        for k, n in enumerate(widths):
            integer(n, f"model.widths[{k}]", 1)
        bias = kind == "relu" and boolean(flag[0], "model.bias")
        admit(sum(map(mul, widths, widths[1:])) + (sum(widths[1:-1]) if bias else 0))
        case.spend(20 * len(widths), "the model")
        return Relu(widths, bias, case) if kind == "relu" else Product(*matrices(widths[::-1]), case)
    if kind == "factorization":
        _, *numbers = record(data, "model", "kind", "n", "m", "r")
        n, m, r = (integer(x, f"model.{key}", 1) for key, x in zip("nmr", numbers, strict=True))
        admit((n + m) * r)
        names = [f"U_{i}_{k}" for i in range(1, n + 1) for k in range(1, r + 1)]
        names += [f"V_{j}_{k}" for j in range(1, m + 1) for k in range(1, r + 1)]
        u = [[i * r + k for k in range(r)] for i in range(n)]
        v_transposed = [[(n + j) * r + k for j in range(m)] for k in range(r)]
        return Product(names, [u, v_transposed], case)
    key = "components" if kind == "map" else "fields"
    _, names, rows = record(data, "model", "kind", "variables", key)
    require(array(names, "model.variables"), "model.variables is empty")
    require(array(rows, f"model.{key}"), f"model.{key} is empty")
    admit(len(names))
    for i, name in enumerate(names):
        valid = type(name) is str and NAME.fullmatch(name)
        require(valid, f"{show(name)} in model.variables is not a variable name")
        require(name not in case.index, f"{show(name)} stands twice in model.variables")
        case.index[name] = i
    fields = []
    for g, row in enumerate(rows):
        where = f"model.{key}[{g}]"
        if kind == "map":
            field = partials(polynomial(row, where, case), case)
            case.keep(sum(20 + len(m) for poly in field.values() for m in poly), where)
        else:
            entries = enumerate(array(row, where, len(names)))
            field = {i: polynomial(entry, f"{where}[{i}]", case) for i, entry in entries}
        fields.append({i: poly for i, poly in field.items() if poly})
    return Sparse(names, fields, case)


# ---------------------------------------------------------------- brackets modulo p


def residue(c: Number, p: int) -> int:
    """Reduce a rational number modulo p, which does not divide its denominator."""
    return c.numerator * pow(c.denominator, -1, p) % p


def room_for(x: Jet, entries: int) -> None:
    """Refuse vectors of so many entries, each with as many parts as the nilpotents of x allow."""
    afford(20 * entries << max(x).bit_length() < MAX_CELLS, "a bracket that long, of a model this large")


def nilpotent_product(a: dict[int, int], b: dict[int, int], p: int) -> dict[int, int]:
    """Multiply in Z_p[e_0, e_1, ...], every e_k**2 = 0; an element is {set of e_k, as bits: coefficient}."""
    result: dict[int, int] = {}
    for s, x in a.items():
        for t, y in b.items():
            if not s & t:
                result[s | t] = (result.get(s | t, 0) + x * y) % p
    return result


def slot_width(p: int, terms: int) -> int:
    """Count the bytes that hold a sum of so many products modulo p, and one more number."""
    return (2 * p.bit_length() + terms.bit_length() + 8) // 8


def pack(values: list[int], width: int) -> int:
    """Write numbers into the slots of one long integer, on which a row operation is one multiplication."""
    return int.from_bytes(b"".join([v.to_bytes(width, "little") for v in values]), "little")


def unpack(packed: int, length: int, width: int, p: int) -> list[int]:
    """Read the slots, modulo p."""
    raw = packed.to_bytes(length * width, "little")
    return [int.from_bytes(raw[k : k + width], "little") % p for k in range(0, length * width, width)]


def transpose(a: Matrix) -> Matrix:
    """Transpose every part."""
    return {mask: [list(column) for column in zip(*matrix, strict=True)] for mask, matrix in a.items()}


def matrix_product(a: Matrix, b: Matrix, p: int, case: Case) -> Matrix:
    """Multiply matrices over the same nilpotent numbers: each part is one product of block matrices."""
    result: Matrix = {}
    if not a or not b:
        return result
    m, inner, n = len(next(iter(a.values()))), len(next(iter(b.values()))), len(next(iter(b.values()))[0])
    width = slot_width(p, inner * len(a))
    case.spend(300 + 4 * len(a) * len(b) + (5 + 7 * n) * inner * len(b), "a matrix product")
    packed = {t: [pack(row, width) for row in matrix] for t, matrix in b.items()}
    factors: dict[int, list[int]] = {}  # of each part: the sets of the left factors
    for s in a:
        for t in b:
            if not s & t:
                factors.setdefault(s | t, []).append(s)
    for mask, parts in factors.items():
        case.spend(40 + m * (40 + 8 * n + len(parts) * inner * (3 + n * width // 80)), "a matrix product")
        column = list(chain.from_iterable(packed[mask ^ s] for s in parts))
        rows = [list(chain.from_iterable(row)) for row in zip(*(a[s] for s in parts), strict=True)]
        product = [unpack(sum(map(mul, row, column)), n, width, p) if any(row) else [0] * n for row in rows]
        if any(map(any, product)):
            result[mask] = product
    return result


def bracket_value(model: Any, fields: list[Any], word: list[int], x: Jet, e: int, p: int) -> Jet:
    """Compute a nested bracket at x from its definition, [X, Y](x) = DX(x) Y(x) - DY(x) X(x).

    With a new nilpotent e, e**2 = 0: Y(x + e X(x)) = Y(x) + e DY(x) X(x), where Y is again a bracket or a
    field, and X(x + e Y(x)) = X(x) + e DX(x) Y(x).
    """
    first = fields[word[0]]
    if len(word) == 1:
        return model.value(first, x, p)

    def step(direction: Jet) -> Jet:
        model.case.spend(20 + 4 * len(x) + 4 * len(direction), "a bracket")
        return {**x, **{mask | e: vector for mask, vector in direction.items()}}

    inner = bracket_value(model, fields, word[1:], step(model.value(first, x, p)), 2 * e, p)
    carried = model.value(first, step({mask: vector for mask, vector in inner.items() if not mask & e}), p)
    result = {mask ^ e: vector for mask, vector in carried.items() if mask & e}
    for mask, vector in inner.items():
        if mask & e:
            model.case.spend(4 * len(vector), "a bracket")
            target = result.setdefault(mask ^ e, {})
            for i, v in vector.items():
                target[i] = (target.get(i, 0) - v) % p
    return result


# ---------------------------------------------------------------- linear algebra modulo p


def dependent_row(rows: list[dict[int, int]], p: int, case: Case) -> int | None:
    """Find a row that depends on the others modulo p; None if the rows are linearly independent.

    A column that only one row meets shows that this row is independent of the others: both can be taken
    away. What remains is eliminated.
    """
    left = {r: {i: v % p for i, v in row.items() if v % p} for r, row in enumerate(rows)}
    count: dict[int, int] = {}  # of the rows that meet a column
    total: dict[int, int] = {}  # sum of their numbers: when the count is 1, the row itself
    for r, row in left.items():
        case.spend(10 + 20 * len(row), "a matrix")
        for i in row:
            count[i] = count.get(i, 0) + 1
            total[i] = total.get(i, 0) + r
    alone = [i for i in count if count[i] == 1]
    while alone:
        i = alone.pop()
        if count[i]:
            r = total[i]
            for k in left.pop(r):
                count[k] -= 1
                total[k] -= r
                if count[k] == 1:
                    alone.append(k)
    return eliminate(left, p, case) if left else None


def eliminate(rows: dict[int, dict[int, int]], p: int, case: Case) -> int | None:
    """Do the same by elimination, on rows packed into long integers."""
    columns = sorted(set().union(*rows.values()))
    width = slot_width(p, len(rows))
    length, ones = len(columns) * width, (1 << 8 * width) - 1
    case.keep(len(rows) * length // 8, "a matrix")
    pivots: list[tuple[int, int]] = []
    for r, row in rows.items():
        case.spend(len(pivots) * (10 + length // 1000) + 20 * len(columns), "an elimination")
        packed = pack([row.get(i, 0) for i in columns], width)
        for shift, pivot in pivots:
            factor = (packed >> shift & ones) % p
            if factor:
                case.spend(10 + length // 80, "an elimination")
                packed += (p - factor) * pivot
        values = unpack(packed, len(columns), width, p)
        top = max((k for k, v in enumerate(values) if v), default=None)
        if top is None:
            return r
        inverse = pow(values[top], -1, p)
        pivots.append((8 * width * top, pack([v * inverse % p for v in values], width)))
    return None


# ---------------------------------------------------------------- the three claims


def require_law(model: Any, law: Poly, where: str) -> None:
    """Show <grad law, v_g> = 0 identically, for every generator."""
    known = model.known_law(law)
    require(known is not False, f"{where} is not conserved: its derivative along some path is not zero")
    if known is None:
        g = model.failing_generator(partials(law, model.case))
        require(g is None, f"{where} is not conserved: its derivative along generator {g} is not zero")


def check_count(model: Any, claim: Any, evidence: Any) -> tuple[str, str]:
    """Check "at least N and at most D - R independent laws near the point"."""
    case = model.case
    names = ("parameters", "dim_lie_at_least", "laws_at_least", "laws_at_most")
    _, exact, *numbers = record(claim, "claim", "kind", "exact", *names)
    boolean(exact, "claim.exact")
    for name, number in zip(names, numbers, strict=True):
        integer(number, f"claim.{name}", 0)
    point, p, combinations, words, upper = record(evidence, "evidence", "point", "prime", "fields", "words", "upper")
    method = choice(upper, "evidence.upper", "method", "laws", "involutive")
    keys = {"laws": ("laws",), "involutive": ("multiplier", "generators", "brackets")}[method]
    _, *parts = record(upper, "evidence.upper", "method", *keys)

    # What the evidence shows, if it holds; the claim must say exactly this.
    d, rank = len(model.names), len(array(words, "evidence.words"))
    require(rank <= d, f"evidence.words has {rank} entries, more than the {d} parameters")
    shown = len(array(parts[0], "evidence.upper.laws")) if method == "laws" else d - rank
    require(shown <= d - rank, f"evidence.upper.laws has {shown} entries, more than {d} - {rank}")
    for name, number, value in zip(names, numbers, (d, rank, shown, d - rank), strict=True):
        require(number == value, f"claim.{name} is {show(number)}, but the evidence is for {value}")
    require(exact is (shown == d - rank), f"claim.exact is {show(exact)}, with bounds {shown} and {d - rank}")

    for k, x in enumerate(array(point, "evidence.point", d)):
        integer(x, f"evidence.point[{k}]")
    integer(p, "evidence.prime", 3, MAX_PRIME - 1)
    require(p % 2 and all(p % k for k in range(3, isqrt(p) + 1, 2)), f"evidence.prime is {p}, not a prime")
    read_words(combinations, words, model.count, case)
    laws, identities = [], None
    if method == "laws":
        laws = [polynomial(h, f"evidence.upper.laws[{k}]", case) for k, h in enumerate(parts[0])]
    require(case.denominator % p, f"evidence.prime is {p}, which divides a denominator of the model or of a law")
    if method == "involutive":
        identities = read_identities(*parts, rank, model.count, case)

    k = dependent_row([gradient_modulo(h, point, p, case) for h in laws], p, case)
    require(k is None, f"the gradient of evidence.upper.laws[{k}] depends on the others at the point, modulo {p}")
    k = dependent_row(word_values(model, combinations, words, point, p), p, case)
    require(k is None, f"evidence.words[{k}] depends on the other words at the point, modulo {p}")
    for k, law in enumerate(laws):
        require_law(model, law, f"evidence.upper.laws[{k}]")
    if identities is not None:
        check_identities(model, identities, combinations, words, point)

    bounds = f"exactly {shown}" if exact else f"at least {shown} and at most {d - rank}"
    laws_text = f"independent conservation law{'' if exact and shown == 1 else 's'} near the point"
    dimension = f"dim Lie {'=' if exact else '>='} {rank}"
    return "PROVED" if exact else "BOUNDED", f"{bounds} {laws_text} ({dimension}, {d} parameters)"


def read_words(combinations: Any, words: Any, count: int, case: Case) -> None:
    """Read the fields, [[generator, coefficient], ...] with generators increasing, and the words made of them."""
    for k, combination in enumerate(array(combinations, "evidence.fields")):
        where = f"evidence.fields[{k}]"
        require(array(combination, where), f"{where} is empty")
        case.spend(60 + 40 * len(combination), where)
        previous = -1
        for pair in combination:
            g, c = array(pair, f"an entry of {where}", 2)
            integer(g, f"a generator of {where}", 0, count - 1)
            require(g > previous, f"the generators of {where} do not increase")
            require(integer(c, f"a coefficient of {where}"), f"a coefficient of {where} is zero")
            previous = g
    for k, word in enumerate(words):
        where = f"evidence.words[{k}]"
        require(array(word, where), f"{where} is empty")
        afford(len(word) <= MAX_WORD, f"{where} has {len(word)} letters, over {MAX_WORD}")
        for letter in word:
            integer(letter, f"a letter of {where}", 0, len(combinations) - 1)


def word_values(model: Any, combinations: Any, words: Any, point: list[int], p: int) -> list[dict[int, int]]:
    """Compute the value of every word at the point, modulo p."""
    fields = [model.prepare(combination, p) for combination in combinations]
    start = {0: {i: x % p for i, x in enumerate(point)}}
    values = []
    for word in words:
        model.case.spend(20, "a word")
        values.append(bracket_value(model, fields, word, start, 1, p).get(0, {}))
        model.case.keep(15 * len(values[-1]), "the values of the words")
    return values


def gradient_modulo(law: Poly, point: list[int], p: int, case: Case) -> dict[int, int]:
    """Compute the gradient of a law at the point, modulo p."""
    result: dict[int, int] = {}
    for i, poly in partials(law, case).items():
        case.keep(30, "the gradients of the laws")
        for m, c in poly.items():
            case.spend(20 + 2 * len(m), "the gradients of the laws")
            value = residue(c, p)
            for j in m:
                value = value * point[j] % p
            result[i] = (result.get(i, 0) + value) % p
    return result


def read_identities(
    multiplier: Any, spans: Any, closes: Any, rank: int, count: int, case: Case
) -> tuple[Poly, list[list[Poly]], list[list[list[Poly]]]]:
    """Read m, the a_l of every generator, and the b_k of the bracket of every generator with every word."""

    def row(data: Any, where: str) -> list[Poly]:
        entries = enumerate(array(data, where, rank))
        return [polynomial(q, f"{where}[{k}]", case) for k, q in entries]

    where = "evidence.upper"
    m = polynomial(multiplier, f"{where}.multiplier", case)
    a = [row(q, f"{where}.generators[{g}]") for g, q in enumerate(array(spans, f"{where}.generators", count))]
    b = []
    for g, rows in enumerate(array(closes, f"{where}.brackets", count)):
        at = f"{where}.brackets[{g}]"
        b.append([row(q, f"{at}[{k}]") for k, q in enumerate(array(rows, at, rank))])
    return m, a, b


def check_identities(model: Any, identities: Any, combinations: Any, words: list[list[int]], point: list[int]) -> None:
    """Show m v_g = sum_l a_gl w_l and m [v_g, w_l] = sum_k b_glk w_k, coordinate by coordinate."""
    case = model.case
    multiplier, spans, closes = identities
    require(evaluate(multiplier, point, case), "evidence.upper.multiplier is zero at the point")
    expanded: dict[tuple[int, ...], Field] = {}

    def expand(word: tuple[int, ...]) -> Field:
        if word not in expanded and len(word) > 1:
            expanded[word] = bracket(expand(word[:1]), expand(word[1:]), case)
        elif word not in expanded:
            parts: dict[int, list[tuple[Poly, Poly]]] = {}
            for g, c in combinations[word[0]]:
                for i, poly in model.generator(g).items():
                    parts.setdefault(i, []).append((poly, {(): c}))
            expanded[word] = {i: sum_of_products(pairs, case) for i, pairs in parts.items()}
        return expanded[word]

    frame = [expand(tuple(word)) for word in words]

    def require_identity(field: Field, coefficients: list[Poly], where: str) -> None:
        minus = [{m: -c for m, c in q.items()} for q in coefficients]
        for i, name in enumerate(model.names):
            case.spend(60 + 10 * len(frame), "an involutive identity")
            pairs = [(q, w[i]) for q, w in zip(minus, frame, strict=True) if i in w]
            difference = sum_of_products([(multiplier, field.get(i, {})), *pairs], case)
            require(not difference, f"{where} is not an identity in coordinate {name}")

    for g in range(model.count):
        cells = case.cells
        v = model.generator(g)
        require_identity(v, spans[g], f"evidence.upper.generators[{g}]")
        for k, w in enumerate(frame):
            require_identity(bracket(v, w, case), closes[g][k], f"evidence.upper.brackets[{g}][{k}]")
        case.cells = cells  # v and its brackets are forgotten


def check_conserved(model: Any, claim: Any, evidence: Any) -> tuple[str, str]:
    """Check "this polynomial is a law"."""
    _, data = record(claim, "claim", "kind", "law")
    record(evidence, "evidence")
    law = polynomial(data, "claim.law", model.case)
    require(any(law), "claim.law is constant")
    require_law(model, law, "claim.law")
    return "PROVED", f"{text_of(law, model.names)} is conserved ({len(model.names)} parameters)"


def check_not_conserved(model: Any, claim: Any, evidence: Any) -> tuple[str, str]:
    """Check "this polynomial is not a law"."""
    _, data = record(claim, "claim", "kind", "law")
    g, coordinates, value = record(evidence, "evidence", "generator", "point", "value")
    law = polynomial(data, "claim.law", model.case)
    integer(g, "evidence.generator", 0, model.count - 1)
    array(coordinates, "evidence.point", len(model.names))
    point = [rational(x, f"evidence.point[{k}]", model.case) for k, x in enumerate(coordinates)]
    claimed = rational(value, "evidence.value", model.case)
    require(claimed, "evidence.value is zero, which refutes nothing")
    slope: list[Number] = [0] * len(point)
    for i, poly in partials(law, model.case).items():
        slope[i] = evaluate(poly, point, model.case)
    found = model.exact_derivative(g, slope, point)
    require(found == claimed, f"evidence.value is {show(value)}, but the value is {number_text(found)}")
    place = ", ".join(map(number_text, point[:8])) + (", ..." if len(point) > 8 else "")
    witness = f"generator {show(g)} gives {number_text(found)} at ({place})"
    return "REFUTED", f"{text_of(law, model.names)} is not conserved: {witness}"


def number_text(x: Number) -> str:
    """Write a number, unless it is long."""
    return str(x) if bits(x) < 150 else f"(a number of {bits(x)} bits)"


def text_of(law: Poly, names: list[str]) -> str:
    """Write the law, or how it begins."""
    text = ""
    for m, c in law.items():
        powers = [names[i] + (f"**{m.count(i)}" if m.count(i) > 1 else "") for i in sorted(set(m))[:9]]
        size = [number_text(abs(c))] if abs(c) != 1 or not m else []
        text += (" - " if c < 0 else " + ") + "*".join(size + powers)
        if len(text) > 90:
            return text.removeprefix(" + ").lstrip()[:90] + "..."
    return "-" + text[3:] if text.startswith(" - ") else text[3:]
