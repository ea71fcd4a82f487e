"""Certificates of version 2, which speak of the structure of a model instead of listing it.

Version 2 claims what version 1 claims: at least N and at most D - R independent laws near the point. R
is the rank, modulo a prime, of fields of Lie(W) at the point, N that of gradients of laws there, as before. New is
how they are written down.

1. "sparse", for a product U_1 ... U_q of n_{k-1} x n_k matrices. The point lists its nonzero entries. Let E_ij be the
   gradient of entry (i, j) of the product; x_k[i] row i of A_k = U_1 .. U_{k-1}, y_k[j] column j of B_k =
   U_{k+1} .. U_q. Block k of E_ij is x_k[i] y_k[j]^T. Along E_cb row c of A_k changes by the sum over l < k of
   |x_l[c]|^2 y_l[b]^T U_{l+1} .. U_{k-1}, to be called Z_k[b]^T, and column a of B_k by the sum over l > k of
   U_{k+1} .. U_{l-1} x_l[c] (y_l[b] . y_l[a]). The latter stays the same when a and b change places, so block k of
   [E_ca, E_cb] is Z_k[b] y_k[a]^T - Z_k[a] y_k[b]^T: the words "left" of c. "right" of c are [E_ac, E_bc], by the same
   argument on the transposes. Longer words stand alone, in a rule "transport": `transport.py`.
2. Balances. With S symmetric, dU_k = U_k S, dU_{k+1} = -S U_{k+1} is half the gradient of the trace of
   S (U_k^T U_k - U_{k+1} U_{k+1}^T), and the product changes by ..U_k S U_{k+1}.. - ..U_k S U_{k+1}.. = 0. So all
   entries of all balances are laws, whatever the sizes.
3. A block B acts through one field w on the parameters of B alone, if each generator is, in the coordinates of B, a
   multiple of w (by any function). A function of B's parameters with <grad h, w> = 0 is then a law. Where w != 0 there
   are |B| - 1 independent ones (straighten w), and their gradients are all covectors on B that vanish on w. Modulo
   those, the gradient of another law is its value on w, and its coordinates outside of B. A "stretch" of layers
   from one of width 1 to another is such a block, with w the gradient of its 1 x 1 product.
4. "paths", for ReLU networks, where all parameters are 1. A generator is the gradient of one path's product: there, 1
   on its edges. h = (sum of squares of weights from neuron a on) - (bias**2 + sum of squares of weights into a)
   changes along it by 2 * (path) * (1 - 1), or by 0. Rows that each have a column that none before has are independent.
5. "union" of models, and "groups" of coordinates that no generator joins: fields of different groups commute, so the
   dimensions of the Lie algebras add up, and so do the numbers of laws.
6. "forms": polynomials a_i and m with m (d_i a_j - d_j a_i) = a_j d_i m - a_i d_j m make sum a_i dx_i / m closed: where
   m != 0 it is dh for a function h, and h is a law if sum a_i (v_g)_i = 0 for every generator.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from operator import mul
from typing import Any

from . import certificates as court
from . import products

MAX_CELLS = 200_000_000  # machine words: 1.6 GB
MAX_PARTS = 10_000
MAX_TIMES = 1_000_000


def check(model_data: Any, claim: Any, evidence: Any) -> tuple[str, str, int]:
    """Check the claim of a certificate of version 2; return the verdict, the sentence and D."""
    court.choice(claim, "claim", "kind", "count")
    names = ("parameters", "dim_lie_at_least", "laws_at_least", "laws_at_most")
    _, exact, *numbers = court.record(claim, "claim", "kind", "exact", *names)
    court.boolean(exact, "claim.exact")
    for name, number in zip(names, numbers, strict=True):
        court.integer(number, f"claim.{name}", 0)
    case = court.Case()
    case.cells = MAX_CELLS
    d, rank, laws = bounds(model_data, evidence, case, "evidence")
    for name, number, value in zip(names, numbers, (d, rank, laws, d - rank), strict=True):
        court.require(number == value, f"claim.{name} is {court.show(number)}, but the evidence is for {value}")
    met = laws == d - rank
    court.require(exact is met, f"claim.exact is {court.show(exact)}, with bounds {laws} and {d - rank}")
    found = f"exactly {laws}" if met else f"at least {laws} and at most {d - rank}"
    sentence = (
        f"{found} independent conservation law{'' if met and laws == 1 else 's'} near the point "
        f"(dim Lie {'=' if met else '>='} {rank}, {d} parameters)"
    )
    return "PROVED" if met else "BOUNDED", sentence, d


def bounds(model: Any, evidence: Any, case: Any, where: str) -> tuple[int, int, int]:
    """Return D, and the R and N that the evidence shows."""
    kinds = {"sparse": products.sparse, "paths": paths, "free": free, "parts": parts, "groups": groups, "words": words,
             "blocks": blocks}  # fmt: skip
    kind = court.choice(evidence, where, "kind", *kinds)
    case.index = {}
    case.spend(100, where)
    return kinds[kind](model, evidence, case, where)


def free(model: Any, evidence: Any, case: Any, where: str) -> tuple[int, int, int]:
    """Accept that a single matrix moves as it likes: its entries are the components of phi."""
    sizes, _ = products.widths(model, "linear", case)
    court.record(evidence, where, "kind")
    court.require(len(sizes) == 2, f"{where} is for a single matrix, but there are {len(sizes) - 1}")
    return sizes[0] * sizes[1], sizes[0] * sizes[1], 0


def paths(model: Any, evidence: Any, case: Any, where: str) -> tuple[int, int, int]:
    """Count paths, and neuron laws, with a column that none before has."""
    sizes, bias = products.widths(model, "relu", case)
    court.record(evidence, where, "kind")
    starts = list(accumulate(map(mul, sizes, sizes[1:]), initial=0))
    first_bias = list(accumulate(sizes[1:-1], initial=starts[-1])) if bias else []
    d = first_bias[-1] if bias else starts[-1]
    q = len(sizes) - 1
    case.keep(d // 8, "the model")
    case.spend((40 + 12 * q) * d, "the paths")
    met = bytearray(d)

    def edge(k: int, a: int, b: int) -> int:
        return starts[k] + a * sizes[k + 1] + b

    def gains(edges: list[int]) -> bool:
        fresh = not all(map(met.__getitem__, edges))
        for e in edges:
            met[e] = 1
        return fresh

    zero = [edge(k, 0, 0) for k in range(q)]  # the path through unit 0 of every layer
    rank = int(gains(zero))
    for layer, n in enumerate(sizes):
        for a in range(1, n):  # through unit a of one layer
            path = zero[:]
            if layer:
                path[layer - 1] = edge(layer - 1, 0, a)
            if layer < q:
                path[layer] = edge(layer, a, 0)
            rank += gains(path)
    for k in range(q):
        for a in range(1, sizes[k]):  # through unit a of one layer and unit b of the next
            path = zero[:]
            if k:
                path[k - 1] = edge(k - 1, 0, a)
            for b in range(1, sizes[k + 1]):
                path[k] = edge(k, a, b)
                if k + 1 < q:
                    path[k + 1] = edge(k + 1, b, 0)
                rank += gains(path)
    for layer in range(1, q if bias else 1):
        for a in range(sizes[layer]):  # from the bias of a neuron on
            rank += gains([*zero[: layer - 1], edge(layer - 1, 0, a), first_bias[layer - 1] + a])
    met, laws = bytearray(d), 0
    for layer in range(1, q):
        n, m = sizes[layer], sizes[layer + 1]
        for a in range(n):
            into = slice(edge(layer, a, 0), edge(layer, a, m))
            laws += 0 in met[into]
            met[into] = bytes([1]) * m
            met[starts[layer - 1] + a : starts[layer] : n] = bytes([1]) * sizes[layer - 1]
            if bias:
                met[first_bias[layer - 1] + a] = 1
    return d, rank, laws


# ---------------------------------------------------------------- a model by its parts


def parts(model: Any, evidence: Any, case: Any, where: str) -> tuple[int, int, int]:
    """Add up the parts of a union, each so many times."""
    court.choice(model, "model", "kind", "union")
    _, members = court.record(model, "model", "kind", "parts")
    _, proofs = court.record(evidence, where, "kind", "parts")
    court.require(court.array(members, "model.parts"), "model.parts is empty")
    court.afford(len(members) <= MAX_PARTS, f"a union of {len(members)} parts")
    court.array(proofs, f"{where}.parts", len(members))
    totals = [0, 0, 0]
    for k, (member, proof) in enumerate(zip(members, proofs, strict=True)):
        times, part = court.record(member, f"model.parts[{k}]", "times", "model")
        court.integer(times, f"model.parts[{k}].times", 1, MAX_TIMES)
        cells = case.cells
        found = bounds(part, proof, case, f"{where}.parts[{k}]")
        case.cells = cells  # the part is forgotten
        totals = [total + times * number for total, number in zip(totals, found, strict=True)]
    return totals[0], totals[1], totals[2]


def groups(model: Any, evidence: Any, case: Any, where: str) -> tuple[int, int, int]:
    """Split a map or a family into groups of coordinates that no generator joins."""
    court.choice(model, "model", "kind", "map", "fields")
    _, named, proofs = court.record(evidence, where, "kind", "groups", "parts")
    whole = court.read_model(model, case)
    group_of: dict[str, int] = {}
    for k, names in enumerate(court.array(named, f"{where}.groups")):
        court.require(court.array(names, f"{where}.groups[{k}]"), f"{where}.groups[{k}] is empty")
        for name in names:
            known = type(name) is str and name in case.index and name not in group_of
            court.require(known, f"{court.show(name)} in {where}.groups is not a variable, or stands there twice")
            group_of[name] = k
    court.require(len(group_of) == len(whole.names), f"{where}.groups leave out a variable")
    places = [group_of[name] for name in whole.names]
    key = "components" if model["kind"] == "map" else "fields"
    chosen: list[list[Any]] = [[] for _ in named]
    for g in range(whole.count):
        met = {places[j] for i, poly in whole.generator(g).items() for j in {i}.union(*poly)}
        case.spend(50 + 20 * sum(map(len, whole.generator(g).values())), f"{where}.groups")
        court.require(len(met) <= 1, f"generator {g} joins two of {where}.groups")
        row = model[key][g]
        for k in met:  # of a field, the coordinates of the group
            kept = [entry for place, entry in zip(places, row, strict=False) if place == k]
            chosen[k].append(row if key == "components" else kept)
    court.array(proofs, f"{where}.parts", len(named))
    totals = [0, 0, 0]
    for k, (rows, proof) in enumerate(zip(chosen, proofs, strict=True)):
        names = [name for name, place in zip(whole.names, places, strict=True) if place == k]
        if rows:
            part = {"kind": model["kind"], "variables": names, key: rows}
            found = bounds(part, proof, case, f"{where}.parts[{k}]")
        else:  # nothing moves there
            court.require(proof is None, f"{where}.parts[{k}] should be null: no generator moves that group")
            found = len(names), 0, len(names)
        totals = [total + number for total, number in zip(totals, found, strict=True)]
    return totals[0], totals[1], totals[2]


def words(model: Any, evidence: Any, case: Any, where: str) -> tuple[int, int, int]:
    """Check the evidence of version 1, here for a part."""
    _, *values = court.record(evidence, where, "kind", "point", "prime", "fields", "words", "upper")
    first = dict(zip(("point", "prime", "fields", "words", "upper"), values, strict=True))
    whole = court.read_model(model, case)
    case.index = {name: i for i, name in enumerate(whole.names)}
    d, rank = len(whole.names), len(court.array(first["words"], f"{where}.words"))
    method = court.choice(first["upper"], f"{where}.upper", "method", "laws", "involutive")
    laws = len(court.array(first["upper"].get("laws"), f"{where}.upper.laws")) if method == "laws" else d - rank
    claim = {"kind": "count", "parameters": d, "dim_lie_at_least": rank, "laws_at_least": laws}
    court.check_count(whole, {**claim, "laws_at_most": d - rank, "exact": laws == d - rank}, first)
    return d, rank, laws


# ---------------------------------------------------------------- blocks and forms


def blocks(model: Any, evidence: Any, case: Any, where: str) -> tuple[int, int, int]:
    """Check words from below; from above blocks, polynomial laws, and closed forms."""
    names = ("point", "prime", "fields", "words", "blocks", "laws", "forms")
    _, point, p, combinations, listed, runs, laws, forms = court.record(evidence, where, "kind", *names)
    whole = court.read_model(model, case)
    case.index = {name: i for i, name in enumerate(whole.names)}
    for k, x in enumerate(court.array(point, f"{where}.point", len(whole.names))):
        court.integer(x, f"{where}.point[{k}]")
    p = products.prime(p, where)
    court.read_words(combinations, court.array(listed, f"{where}.words"), whole.count, case)
    polys = [court.polynomial(h, f"{where}.laws[{k}]", case) for k, h in enumerate(court.array(laws, f"{where}.laws"))]
    slopes, owner = [], {}
    for k, run in enumerate(court.array(runs, f"{where}.blocks")):
        inside, field = block(whole, run, case, f"{where}.blocks[{k}]", owner)
        owner.update(dict.fromkeys(inside, k))
        slopes.append({i: value_modulo(poly, point, p) for i, poly in field.items()})
    read = [form(whole, f, case, f"{where}.forms[{k}]") for k, f in enumerate(court.array(forms, f"{where}.forms"))]
    court.require(case.denominator % p, f"{where}.prime is {p}, which divides a denominator")
    for k, slope in enumerate(slopes):
        court.require(any(slope.values()), f"the field of {where}.blocks[{k}] is zero at the point, modulo {p}")
    rows = []
    for k, h in enumerate(polys):
        court.require_law(whole, h, f"{where}.laws[{k}]")
        rows.append(court.gradient_modulo(h, point, p, case))
    for k, (multiplier, entries) in enumerate(read):
        court.require(value_modulo(multiplier, point, p), f"the multiplier of {where}.forms[{k}] is zero there")
        rows.append({i: value_modulo(poly, point, p) for i, poly in entries.items()})
    reduced = []
    for row in rows:
        result: dict[int, int] = {}
        for i, v in row.items():
            column, factor = (-1 - owner[i], slopes[owner[i]].get(i, 0)) if i in owner else (i, 1)
            result[column] = (result.get(column, 0) + v * factor) % p
        reduced.append({i: v for i, v in result.items() if v})
    rank = products.rank
    found = rank(reduced, p, case) + sum(list(owner.values()).count(k) - 1 for k in range(len(slopes)))
    values = court.word_values(whole, combinations, listed, point, p)
    return len(whole.names), rank(({i: v for i, v in row.items() if v} for row in values), p, case), found


def block(whole: Any, data: Any, case: Any, where: str, owner: dict[int, int]) -> tuple[set[int], Any]:
    """Read a block and its field w, and show that every generator is parallel to w on the block."""
    names, row = court.record(data, where, "variables", "field")
    inside = []
    for name in court.array(names, f"{where}.variables"):
        known = type(name) is str and name in case.index
        court.require(known, f"{court.show(name)} in {where} is not a variable")
        inside.append(case.index[name])
    places = set(inside)
    court.require(len(places) == len(inside) > 0, f"{where} is empty, or has a variable twice")
    court.require(not places & owner.keys(), f"{where} meets an earlier one")
    entries = enumerate(court.array(row, f"{where}.field", len(inside)))
    field = {inside[k]: court.polynomial(poly, f"{where}.field[{k}]", case) for k, poly in entries}
    for poly in field.values():
        court.require(all(map(places.issuperset, poly)), f"the field of {where} has a variable outside of it")
    pivot = next((i for i in inside if field[i]), None)
    court.require(pivot is not None, f"the field of {where} is zero")
    case.spend(100 * whole.count * len(inside), where)
    for g in range(whole.count):
        v = whole.generator(g)
        minus = {m: -c for m, c in v.get(pivot, {}).items()}
        for i in inside:
            same = court.sum_of_products([(v.get(i, {}), field[pivot]), (minus, field[i])], case)
            court.require(not same, f"generator {g} is not parallel to the field of {where}")
    return places, field


def form(whole: Any, data: Any, case: Any, where: str) -> tuple[Any, Any]:
    """Read a form over its multiplier, and show that it is closed, and zero on every generator."""
    top, entries = court.record(data, where, "multiplier", "form")
    multiplier = court.polynomial(top, f"{where}.multiplier", case)
    court.require(type(entries) is dict, f"{where}.form is not an object")
    a = {}
    for name, poly in entries.items():
        court.require(name in case.index, f"{court.show(name)} in {where} is not a variable")
        a[case.index[name]] = court.polynomial(poly, f"{where}.form", case)
    g = whole.failing_generator(a)
    court.require(g is None, f"{where} is not zero on generator {g}")
    d_m = court.partials(multiplier, case)
    d_a = {i: court.partials(poly, case) for i, poly in a.items()}
    minus = {i: {m: -c for m, c in poly.items()} for i, poly in a.items()}
    negative = {m: -c for m, c in multiplier.items()}
    for i in whole_range(whole, a, d_m, d_a):
        for j in a:  # m (d_i a_j - d_j a_i) - a_j d_i m + a_i d_j m
            pairs = [(multiplier, d_a[j].get(i, {})), (minus[j], d_m.get(i, {}))]
            if i in a:
                pairs += [(negative, d_a[i].get(j, {})), (a[i], d_m.get(j, {}))]
            court.require(not court.sum_of_products(pairs, case), f"{where} is not closed")
    return multiplier, a


def whole_range(whole: Any, a: Any, d_m: Any, d_a: Any) -> Iterator[int]:
    """Return the coordinates that a form, its multiplier or their derivatives know."""
    yield from set(a) | set(d_m) | {i for partials in d_a.values() for i in partials}


def value_modulo(poly: Any, point: list[int], p: int) -> int:
    """Compute a polynomial at an integer point, modulo p."""
    total = 0
    for m, c in poly.items():
        value = court.residue(c, p)
        for i in m:
            value = value * point[i] % p
        total += value
    return total % p
