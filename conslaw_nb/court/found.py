"""Certificates of version 3: laws of any kind, one by one, and whether they are all there are.

The claim lists laws; the evidence is an integer point, a prime p, and words of Lie(W). A law is given as

1. a polynomial h: <grad h, v_g> is the zero polynomial for every generator v_g;
2. a form a = N/m with a polynomial 1-form N and a polynomial m, and numbers of earlier laws h_1, ..., h_k ("modulo"):
   N(v_g) = 0 for every generator, and m dN ^ dh_1 ^ ... ^ dh_k = dm ^ N ^ dh_1 ^ ... ^ dh_k, that is,
   da ^ dh_1 ^ ... ^ dh_k = 0. Then a is closed on each common level set of the h_j (straighten them), so that near a
   point with m != 0 there is a function h with dh = a + a combination of the dh_j, and h is conserved. With no h_j it
   is dh = a. For the logarithm of a product of powers, a = sum c_i df_i/f_i; for an integral that has no closed
   formula this is what the law is. (An earlier law may be such a form itself: then those it is modulo stand in the
   list too, and its N takes the place of dh_j.)
3. in a linear network, a "stretch" U_k U_{k+1} U_{k+2} = u^T A v between two layers of width 1, with A of size n x l,
   and a "power" r <= min(n, l) - 2. Say n <= l, else transpose. Let S = A A^T, p(x) = det(x - S), and
   c(x) = u^T adj(x - S) A v. The form a = sum over the roots X of p of X^r dX / c(X) is a law modulo the entries of the
   balances P = u u^T - S and Q = A^T A - v v^T. For (i) along the gradient of u^T A v, S' = A v u^T + u v^T A^T, so
   X' p'(X) = tr(adj(X - S) S') = 2 c(X), and a(gradient) = 2 sum X^r / p'(X) = 0 as r < n - 1; other generators are
   multiples of it on the stretch. (ii) Modulo p the matrix adj(x - S) has rank one: its 2 x 2 minors are multiples of
   the determinant p. So c^2 = (u^T adj(x - S) u) (v^T A^T adj(x - S) A v) = det(x + P) * det(x - Q) x^(1 + n - l)
   modulo p, by the formula for the determinant of a matrix plus a column times a row. So c(X)^2 is R(X) with
   coefficients that are constant where P and Q are, and X^r dX / c(X) = +- X^r dX / sqrt R(X) is closed there. The
   roots are real and simple almost everywhere, and a is a rational form: dp(X) = -p'(X) dX, so a is the coefficient
   of x^(n-1) of x^r (-dp)/c modulo p.

Differentials that are independent at the point modulo p belong to independent laws: where dh = a + sum c_j dh_j there,
h - sum c_j(point) h_j is a law as well, and its differential at the point is a. (The same with the balances.)
The words give dim Lie(W) >= R near the point, hence at most D - R independent laws; "complete" says that so many are
listed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from . import certificates as court
from . import products
from .structure import value_modulo

Wedge = dict[int, dict[tuple[int, ...], Any]]  # set of coordinates, as bits -> coefficient
MAX_COORDINATES = 24


def check(model_data: Any, claim: Any, evidence: Any) -> tuple[str, str, int]:
    """Check the claim of a certificate of version 3; return the verdict, the sentence and D."""
    court.choice(claim, "claim", "kind", "laws")
    _, listed, complete = court.record(claim, "claim", "kind", "laws", "complete")
    court.require(court.array(listed, "claim.laws"), "claim.laws is empty")
    point, p, combinations, words = court.record(evidence, "evidence", "point", "prime", "fields", "words")
    case = court.Case()
    model = court.read_model(model_data, case)
    case.index = {name: i for i, name in enumerate(model.names)}
    d = len(model.names)
    court.require(len(listed) <= d, f"claim.laws has {len(listed)} entries, and there are {d} parameters")
    for k, x in enumerate(court.array(point, "evidence.point", d)):
        court.integer(x, f"evidence.point[{k}]")
    products.prime(p, "evidence")
    court.read_words(combinations, court.array(words, "evidence.words"), model.count, case)
    laws = [_Law(model, data, f"claim.laws[{k}]", case, k) for k, data in enumerate(listed)]
    court.require(case.denominator % p, f"evidence.prime is {p}, which divides a denominator")
    rows: list[dict[int, int]] = []
    for law in laws:
        law.check(laws)
        rows.append(law.slope(point, p, model_data))
    n = products.rank((dict(row) for row in rows), p, case)
    court.require(n == len(laws), f"the differentials of claim.laws are not independent at the point, modulo {p}")
    values = court.word_values(model, combinations, words, point, p)
    r = products.rank(({i: v for i, v in row.items() if v} for row in values), p, case)
    court.require(r == len(words), f"evidence.words are not independent at the point, modulo {p}")
    met = n == d - r
    court.require(
        court.boolean(complete, "claim.complete") is met, f"claim.complete is {complete}, with {n} of {d - r}"
    )
    kinds = {"law": "as polynomials", "form": "by a form", "stretch": "by separated variables"}
    numbers = {what: sum(law.kind == kind for law in laws) for kind, what in kinds.items()}
    shown = ", ".join(f"{number} {what}" for what, number in numbers.items() if number)
    several = f"{n} independent conservation law{'' if n == 1 else 's'} near the point ({shown}; {d} parameters)"
    return "PROVED", f"{several}, and there are no others" if met else f"{several}; there are at most {d - r}", d


class _Law:
    """One law of the list."""

    def __init__(self, model: Any, data: Any, where: str, case: Any, number: int):
        self.model, self.where, self.case, self.number = model, where, case, number
        self.kind = court.choice(data, where, "kind", "law", "form", "stretch")
        self.modulo: list[int] = []
        if self.kind == "law":
            _, poly = court.record(data, where, "kind", "law")
            self.poly = court.polynomial(poly, f"{where}.law", case)
            self.parts = court.partials(self.poly, case)
        elif self.kind == "form":
            _, top, entries, modulo = court.record(data, where, "kind", "multiplier", "form", "modulo")
            self.multiplier = court.polynomial(top, f"{where}.multiplier", case)
            court.require(type(entries) is dict, f"{where}.form is not an object")
            self.parts = {}
            for name, poly in entries.items():
                court.require(name in case.index, f"{court.show(name)} in {where} is not a variable")
                self.parts[case.index[name]] = court.polynomial(poly, f"{where}.form", case)
            for j in court.array(modulo, f"{where}.modulo"):
                court.integer(j, f"an entry of {where}.modulo", 0, number - 1)
                court.require(j not in self.modulo, f"{where}.modulo has {j} twice")
                self.modulo.append(j)
        else:
            _, self.first, self.power = court.record(data, where, "kind", "layer", "power")
            court.integer(self.first, f"{where}.layer", 1)
            court.integer(self.power, f"{where}.power", 0)

    def check(self, laws: list[_Law]) -> None:
        """Check the identities of this law."""
        if self.kind == "law":
            court.require(any(self.poly), f"{self.where} is constant")
            court.require_law(self.model, self.poly, self.where)
        elif self.kind == "form":
            g = self.model.failing_generator(self.parts)
            court.require(g is None, f"{self.where} is not zero on generator {g}")
            for j in self.modulo:
                court.require(laws[j].kind != "stretch", f"{self.where} is modulo laws[{j}], which is not a form")
                missing = set(laws[j].modulo) - set(self.modulo)
                court.require(not missing, f"{self.where} is modulo laws[{j}], but not modulo what that one is modulo")
            self._closed([laws[j] for j in self.modulo])

    def _closed(self, known: list[_Law]) -> None:
        """Check m dN ^ K = dm ^ N ^ K for the wedge product K of the known differentials."""
        case = self.case
        court.afford(len(self.model.names) <= MAX_COORDINATES, f"{self.where} with {len(self.model.names)} parameters")
        product: Wedge = {0: {(): 1}}
        for law in sorted(known, key=lambda one: sum(map(len, one.parts.values()))):
            product = _wedge(product, {1 << i: poly for i, poly in law.parts.items()}, case)
        top = {1 << i: poly for i, poly in self.parts.items()}
        turned: Wedge = {}
        for i, poly in self.parts.items():
            slopes = {1 << j: slope for j, slope in court.partials(poly, case).items()}
            for places, value in _wedge(slopes, {1 << i: {(): 1}}, case).items():
                turned[places] = court.sum_of_products([(turned.get(places, {}), {(): 1}), (value, {(): 1})], case)
        left = _wedge(turned, product, case)
        slopes = {1 << j: slope for j, slope in court.partials(self.multiplier, case).items()}
        right = _wedge(slopes, _wedge(top, product, case), case)
        for places in left.keys() | right.keys():
            minus = {m: -c for m, c in right.get(places, {}).items()}
            pairs: list[tuple[Any, Any]] = [(self.multiplier, left.get(places, {})), (minus, {(): 1})]
            court.require(
                not court.sum_of_products(pairs, case), f"{self.where} is not closed modulo the laws it names"
            )

    def slope(self, point: list[int], p: int, model: Any) -> dict[int, int]:
        """Return a multiple of its differential at the point, modulo p."""
        if self.kind == "form":
            court.require(value_modulo(self.multiplier, point, p), f"the multiplier of {self.where} is zero there")
        if self.kind != "stretch":
            values = {i: value_modulo(poly, point, p) for i, poly in self.parts.items()}
            self.case.spend(200 * sum(map(len, self.parts.values())), self.where)
            return {i: v for i, v in values.items() if v}
        return _Stretch(model, self.first, self.power, point, p, self.case, self.where).form()


def _wedge(left: Wedge, right: Wedge, case: Any) -> Wedge:
    """Multiply forms."""
    pairs: dict[int, list[tuple[Any, Any]]] = {}
    for a, f in left.items():
        for b, g in right.items():
            case.spend(60, "a wedge product")
            if a & b:
                continue
            odd = sum((a >> (i + 1)).bit_count() for i in range(b.bit_length()) if b >> i & 1) & 1
            pairs.setdefault(a | b, []).append(({m: -c for m, c in f.items()} if odd else f, g))
    result = {places: court.sum_of_products(factors, case) for places, factors in pairs.items()}
    return {places: poly for places, poly in result.items() if poly}


# ---------------------------------------------------------------- stretches, modulo p at the point


class _Stretch:
    """u^T A v at the point, modulo p, with at most as many rows as columns in A, and where its entries stand."""

    def __init__(self, model: Any, first: int, power: int, point: list[int], p: int, case: Any, where: str):
        sizes, _ = products.widths(model, "linear", case)
        court.require(first + 2 < len(sizes), f"{where}.layer is {first}, and there are {len(sizes) - 1} matrices")
        ends = sizes[first - 1], sizes[first + 2]
        court.require(ends == (1, 1), f"{where} does not begin and end at a layer of width 1")
        n, m = sizes[first], sizes[first + 1]
        start = sum(a * b for a, b in pairwise(sizes[:first]))
        u = list(range(start, start + n))
        a = [list(range(start + n + i * m, start + n + (i + 1) * m)) for i in range(n)]
        v = list(range(start + n + n * m, start + n + n * m + m))
        if n > m:
            n, m, u, v, a = m, n, v, u, [list(row) for row in zip(*a, strict=True)]
        court.require(power <= n - 2, f"{where}.power is {power}, and at most {n - 2} are laws of {n} x {m} matrices")
        case.spend(200 * n * m * (n + m) * n, where)
        self.u, self.a, self.v, self.power, self.p, self.where = u, a, v, power, p, where
        self.value = [x % p for x in point]

    def form(self) -> dict[int, int]:
        """Return a = sum X^r dX / c(X), where -dp = tr(adj(x - S) dS) = 2 sum (adj(x - S) A)_ij dA_ij."""
        p, x = self.p, self.value
        a = [[x[place] for place in row] for row in self.a]
        n = len(a)
        s = [[sum(y * z for y, z in zip(row, other, strict=True)) % p for other in a] for row in a]
        # adj(x - S) = sum x^(n-1-k) B_k with B_0 = 1 and B_k = S B_(k-1) + q_k, where p(x) = x^n + sum q_k x^(n-k)
        adjugate = [[[int(i == j) for j in range(n)] for i in range(n)]]
        q = []
        for k in range(1, n + 1):
            product = _product(s, adjugate[-1], p)
            q.append(-sum(product[i][i] for i in range(n)) * pow(k, -1, p) % p)
            adjugate.append([[(product[i][j] + q[-1] * (i == j)) % p for j in range(n)] for i in range(n)])
        w = [sum(row[j] * x[self.v[j]] for j in range(len(row))) % p for row in a]
        u = [x[place] for place in self.u]
        moved = [_product(b, a, p) for b in adjugate[:n]]
        c = [sum(u[i] * b[i][j] * w[j] for i in range(n) for j in range(n)) % p for b in adjugate[:n]][::-1]
        columns = [c]
        for _ in range(n - 1):
            columns.append(_times_x(columns[-1], q, p))
        inverse = _solve([list(row) for row in zip(*columns, strict=True)], p)
        if inverse is None:
            raise court.Rejected(f"{self.where} has a pole at the point, modulo {p}")
        result = {}
        for i, row in enumerate(self.a):
            for j, place in enumerate(row):
                total = [0] * n  # x^r (-dp) / c modulo p, for the entry (i, j)
                power = inverse
                for k in range(n):  # (adj A)_ij has the coefficient moved[n-1-k][i][j] at x^k
                    total = [(t + moved[n - 1 - k][i][j] * y) % p for t, y in zip(total, power, strict=True)]
                    power = _times_x(power, q, p)
                for _ in range(self.power):
                    total = _times_x(total, q, p)
                if total[-1]:
                    result[place] = total[-1]
        return result


def _product(a: list[list[int]], b: list[list[int]], p: int) -> list[list[int]]:
    return [[sum(y * z for y, z in zip(row, column, strict=True)) % p for column in zip(*b, strict=True)] for row in a]


def _times_x(f: list[int], q: list[int], p: int) -> list[int]:
    """Multiply a polynomial, coefficients from the constant on, by x modulo x^n + sum q_k x^(n-k)."""
    n = len(f)
    return [((f[i - 1] if i else 0) - f[-1] * q[n - 1 - i]) % p for i in range(n)]


def _solve(matrix: list[list[int]], p: int) -> list[int] | None:
    """Solve for the right side 1, 0, ..., 0 modulo p; None where the matrix is singular."""
    n = len(matrix)
    rows = [[*row, int(i == 0)] for i, row in enumerate(matrix)]
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k] % p), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        inverse = pow(rows[k][k], -1, p)
        rows[k] = [x * inverse % p for x in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [(x - rows[i][k] * y) % p for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]
