"""Certificates written by hand, and a slow judge of their claims that shares nothing with the checker.

The judge expands everything: phi from the definition of the model, brackets as polynomials, ranks over the
rational numbers. It is only meant for models of a few parameters.
"""

import copy
import functools
import itertools
import json
from fractions import Fraction
from math import prod

from sympy import QQ
from sympy.polys.rings import ring

# ---------------------------------------------------------------- the judge


def paths(sizes):
    return itertools.product(*(range(n) for n in sizes))


def expanded(model):
    """The ring of polynomials of a model and its generators, each a list of D polynomials."""
    return expand(json.dumps(model))


@functools.cache
def expand(text):
    model = json.loads(text)
    kind = model["kind"]
    if kind in ("map", "fields"):
        return read_family(model)
    if kind == "factorization":
        n, m, r = model["n"], model["m"], model["r"]
        names = [f"U_{i}_{k}" for i in range(1, n + 1) for k in range(1, r + 1)]
        names += [f"V_{j}_{k}" for j in range(1, m + 1) for k in range(1, r + 1)]
        space, x = named_ring(names)
        components = [
            sum((x[f"U_{i}_{k}"] * x[f"V_{j}_{k}"] for k in range(1, r + 1)), space.zero)
            for i in range(1, n + 1)
            for j in range(1, m + 1)
        ]
    else:
        sizes = model["widths"][::-1]
        layers = range(1, len(sizes))
        names = [f"U{k}_{i}_{j}" for k in layers for i in range(1, sizes[k - 1] + 1) for j in range(1, sizes[k] + 1)]
        if model.get("bias"):
            names += [f"b{k}_{j}" for k in layers[:-1] for j in range(1, sizes[k] + 1)]
        space, x = named_ring(names)

        def along(path):
            return prod(
                (x[f"U{k}_{i + 1}_{j + 1}"] for k, (i, j) in enumerate(itertools.pairwise(path), 1)),
                start=space.one,
            )

        if kind == "relu":
            components = [along(path) for path in paths(sizes)]
            if model["bias"]:
                for k in layers[:-1]:
                    components += [along(path) * x[f"b{k}_{path[-1] + 1}"] for path in paths(sizes[: k + 1])]
        else:
            components = [
                sum((along((i, *middle, j)) for middle in paths(sizes[1:-1])), space.zero)
                for i in range(sizes[0])
                for j in range(sizes[-1])
            ]
    return space, [[c.diff(v) for v in space.gens] for c in components]


def named_ring(names):
    space = ring(names, QQ)[0]
    return space, dict(zip(names, space.gens, strict=True))


def read_polynomial(space, data):
    x = dict(zip(map(str, space.symbols), space.gens, strict=True))
    result = space.zero
    for c, powers in data:
        monomial = prod((x[name] ** e for name, e in powers.items()), start=space.one)
        result += monomial * QQ(*Fraction(c).as_integer_ratio())
    return result


def read_family(model):
    space, _ = named_ring(model["variables"])
    if model["kind"] == "fields":
        return space, [[read_polynomial(space, p) for p in field] for field in model["fields"]]
    components = [read_polynomial(space, p) for p in model["components"]]
    return space, [[c.diff(v) for v in space.gens] for c in components]


def bracket(space, x, y):
    """[X, Y] = DX Y - DY X."""
    return [
        sum((a.diff(v) * yj - b.diff(v) * xj for v, xj, yj in zip(space.gens, x, y, strict=True)), space.zero)
        for a, b in zip(x, y, strict=True)
    ]


def derivative(space, h, field):
    return sum((h.diff(v) * f for v, f in zip(space.gens, field, strict=True)), space.zero)


def at(polynomial, point):
    """The exact value at a point."""
    result = Fraction(0)
    for powers, c in polynomial.terms():
        value = prod(x**e for x, e in zip(point, powers, strict=True))
        result += Fraction(int(c.numerator), int(c.denominator)) * value
    return result


def rank(rows):
    """Over the rational numbers."""
    rows = [[Fraction(x) for x in row] for row in rows]
    found = 0
    while rows:
        row = rows.pop()
        pivot = next((k for k, x in enumerate(row) if x), None)
        if pivot is not None:
            found += 1
            rows = [[b - a * (r[pivot] / row[pivot]) for a, b in zip(row, r, strict=True)] for r in rows]
    return found


def word_field(model, fields, word):
    """The nested bracket of a word, expanded."""
    return expand_word(json.dumps(model), json.dumps(fields), tuple(word))


@functools.cache
def expand_word(model, fields, word):
    space, generators = expand(model)
    if len(word) > 1:
        return bracket(space, expand_word(model, fields, word[:1]), expand_word(model, fields, word[1:]))
    combination = json.loads(fields)[word[0]]
    return [sum((generators[g][i] * c for g, c in combination), space.zero) for i in range(len(space.gens))]


def is_law(model, law):
    return is_law_text(json.dumps(model), json.dumps(law))


@functools.cache
def is_law_text(model, law):
    space, generators = expand(model)
    h = read_polynomial(space, json.loads(law))
    return all(not derivative(space, h, v) for v in generators)


def is_true(certificate):
    """Decide whether the claim of a well-formed certificate follows from its evidence."""
    model, claim, evidence = certificate["model"], certificate["claim"], certificate["evidence"]
    space, generators = expanded(model)
    if claim["kind"] != "count":
        law = read_polynomial(space, claim["law"])
        if claim["kind"] == "conserved":
            return not law.is_ground and is_law(model, claim["law"])
        point = [Fraction(x) for x in evidence["point"]]
        value = at(derivative(space, law, generators[evidence["generator"]]), point)
        return value == Fraction(evidence["value"]) != 0
    dimension, point, upper = len(space.gens), evidence["point"], evidence["upper"]
    words = [word_field(model, evidence["fields"], word) for word in evidence["words"]]
    r = len(words)
    if rank([[at(entry, point) for entry in w] for w in words]) != r:
        return False
    if upper["method"] == "laws":
        laws = [read_polynomial(space, h) for h in upper["laws"]]
        n = len(laws)
        if not all(is_law(model, h) for h in upper["laws"]):
            return False
        if rank([[at(h.diff(x), point) for x in space.gens] for h in laws]) != n:
            return False
    else:
        n = dimension - r
        multiplier = read_polynomial(space, upper["multiplier"])
        if at(multiplier, point) == 0:
            return False

        def holds(field, coefficients):
            q = [read_polynomial(space, c) for c in coefficients]
            return all(
                multiplier * field[i] == sum((a * w[i] for a, w in zip(q, words, strict=True)), space.zero)
                for i in range(dimension)
            )

        for v, span, closes in zip(generators, upper["generators"], upper["brackets"], strict=True):
            if not holds(v, span):
                return False
            if not all(holds(bracket(space, v, w), c) for w, c in zip(words, closes, strict=True)):
                return False
    return claim == {
        "kind": "count",
        "parameters": dimension,
        "dim_lie_at_least": r,
        "laws_at_least": n,
        "laws_at_most": dimension - r,
        "exact": n == dimension - r,
    }


# ---------------------------------------------------------------- the certificates


def certificate(model, claim, evidence):
    """The parts, put together; a copy, so that tests may change it."""
    parts = {"format": "conslaw-certificate", "version": 1, "model": model, "claim": claim, "evidence": evidence}
    return json.loads(json.dumps(parts))


def count(model, point, fields, words, upper, prime=10007):
    """A certificate for a count; the claim is what the evidence shows if it is right."""
    n = len(upper["laws"]) if upper["method"] == "laws" else len(point) - len(words)
    claim = {
        "kind": "count",
        "parameters": len(point),
        "dim_lie_at_least": len(words),
        "laws_at_least": n,
        "laws_at_most": len(point) - len(words),
        "exact": n == len(point) - len(words),
    }
    evidence = {"point": point, "prime": prime, "fields": fields, "words": words, "upper": upper}
    return certificate(model, claim, evidence)


def laws(*polynomials):
    return {"method": "laws", "laws": list(polynomials)}


def involutive(multiplier, generators, brackets):
    return {"method": "involutive", "multiplier": multiplier, "generators": generators, "brackets": brackets}


def conserved(model, law):
    return certificate(model, {"kind": "conserved", "law": law}, {})


def not_conserved(model, law, generator, point, value):
    evidence = {"generator": generator, "point": point, "value": value}
    return certificate(model, {"kind": "not_conserved", "law": law}, evidence)


def squares(plus, minus):
    """A sum of squares of variables minus others."""
    return [["1", {name: 2}] for name in plus] + [["-1", {name: 2}] for name in minus]


def balance(model, layer, a, b):
    """Entry (a, b), counted from 1, of U_k^T U_k - U_{k+1} U_{k+1}^T, k = layer; for a = b as squares."""
    if model["kind"] == "factorization":
        left = [(f"U_{i}_{a}", f"U_{i}_{b}") for i in range(1, model["n"] + 1)]
        right = [(f"V_{j}_{a}", f"V_{j}_{b}") for j in range(1, model["m"] + 1)]
    else:
        sizes = model["widths"][::-1]
        left = [(f"U{layer}_{i}_{a}", f"U{layer}_{i}_{b}") for i in range(1, sizes[layer - 1] + 1)]
        right = [(f"U{layer + 1}_{a}_{j}", f"U{layer + 1}_{b}_{j}") for j in range(1, sizes[layer + 1] + 1)]
    terms = [("1", pair) for pair in left] + [("-1", pair) for pair in right]
    if model.get("bias"):
        terms.append(("-1", (f"b{layer}_{a}", f"b{layer}_{a}")))
    return [[c, {x: 2} if x == y else {x: 1, y: 1}] for c, (x, y) in terms]


XY = {"kind": "map", "variables": ["x", "y"], "components": [[["1", {"x": 1, "y": 1}]]]}
PARABOLA = {"kind": "map", "variables": ["x", "y"], "components": [[["1", {"x": 1}], ["1/2", {"y": 2}]]]}
SEVEN = {"kind": "linear", "widths": [1, 2, 2, 1]}
LINEAR = {"kind": "linear", "widths": [2, 1, 2]}
SQUARE = {"kind": "factorization", "n": 2, "m": 2, "r": 2}
WIDE = {"kind": "factorization", "n": 1, "m": 2, "r": 1}
BIASED = {"kind": "relu", "widths": [1, 2, 1], "bias": True}
DEEP = {"kind": "relu", "widths": [1, 2, 1, 2], "bias": False}
PLANE = {
    "kind": "fields",
    "variables": ["x", "y"],
    "fields": [[[["1", {"y": 1}]], [["1", {"x": 1}]]], [[["1", {"x": 2}]], [["1", {}]]]],
}
SHIFTED = {  # x d/dx and x**2 d/dx: one direction, seen with and without a factor x
    "kind": "fields",
    "variables": ["x", "y"],
    "fields": [[[["1", {"x": 1}]], []], [[["1", {"x": 2}]], []]],
}
ENGEL = {  # (1, 0, 0, 0) and (0, 1, x, x**2/2): two brackets, of two and of three letters
    "kind": "fields",
    "variables": ["x", "y", "z", "w"],
    "fields": [[[["1", {}]], [], [], []], [[], [["1", {}]], [["1", {"x": 1}]], [["1/2", {"x": 2}]]]],
}
STILL = {"kind": "map", "variables": ["x", "y"], "components": [[["3", {}]], []]}
FOUR = [[[g, 1]] for g in range(4)]

SAMPLES = {
    "hyperbola": count(XY, [1, 2], [[[0, 1]]], [[0]], laws(squares("x", "y")), 101),
    "no polynomial law": count(PARABOLA, [0, 1], [[[0, 3]]], [[0]], involutive([["3", {}]], [[[["1", {}]]]], [[[[]]]])),
    "seven laws": count(
        SEVEN,
        [1, 2, 3, -1, 2, 5, 1, -2],
        [[[0, 1]]],
        [[0]],
        involutive([["1", {}]], [[[["1", {}]]]], [[[[]]]]),
    ),
    "linear": count(
        LINEAR, [1, 2, 3, 5], [*FOUR[:3], [[0, 2], [3, -7]]], [[0], [1], [3]], laws(balance(LINEAR, 1, 1, 1))
    ),
    "factorization": count(
        SQUARE,
        [1, 2, 3, 5, 7, 11, 13, 17],
        FOUR,
        [[0], [1], [2], [3], [0, 2]],
        laws(*(balance(SQUARE, 1, a, b) for a, b in ((1, 1), (1, 2), (2, 2)))),
    ),
    "bounded": count(
        SQUARE,
        [1, 2, 3, 5, 7, 11, 13, 17],
        FOUR,
        [[0], [1], [2], [3]],
        laws(balance(SQUARE, 1, 1, 1), balance(SQUARE, 1, 2, 2)),
    ),
    "relu with bias": count(
        BIASED,
        [1, 2, 3, 5, 7, 11],
        FOUR,
        [[0], [1], [2], [3]],
        laws(balance(BIASED, 1, 1, 1), balance(BIASED, 1, 2, 2)),
    ),
    "deep relu": count(
        DEEP,
        [1, 2, 3, 5, 7, 11],
        FOUR,
        [[0], [1], [2]],
        laws(*(balance(DEEP, layer, a, a) for layer, a in ((1, 1), (2, 1), (2, 2)))),
        65537,
    ),
    "no law": count(PLANE, [2, 3], FOUR[:2], [[0], [1]], laws(), 3),
    "multiplier": count(
        SHIFTED,
        [2, 0],
        FOUR[:2],
        [[1]],
        involutive([["1", {"x": 1}]], [[[["1", {}]]], [[["1", {"x": 1}]]]], [[[[["-1", {"x": 1}]]]], [[[]]]]),
    ),
    "three letters": count(ENGEL, [0, 1, 2, 3], FOUR[:2], [[0], [1], [0, 1], [0, 0, 1]], laws()),
    "nothing moves": count(STILL, [0, 0], [], [], laws([["1", {"x": 1}]], [["-2/3", {"y": 1}]]), 7),
    "conserved": conserved(WIDE, [["-2/3", {"U_1_1": 2}], ["2/3", {"V_1_1": 2}], ["2/3", {"V_2_1": 2}], ["5", {}]]),
    "conserved, degree 4": conserved(
        {"kind": "linear", "widths": [1, 1, 1]},
        [["1", {"U1_1_1": 4}], ["-2", {"U1_1_1": 2, "U2_1_1": 2}], ["1", {"U2_1_1": 4}]],
    ),
    "conserved, relu, degree 4": conserved(
        {"kind": "relu", "widths": [1, 1, 1], "bias": False},
        [["1", {"U1_1_1": 4}], ["-2", {"U1_1_1": 2, "U2_1_1": 2}], ["1", {"U2_1_1": 4}]],
    ),
    "not conserved": not_conserved(LINEAR, squares(["U1_1_1"], ["U2_1_1"]), 2, ["1", "-1/2", "2/3", "0"], "2/3"),
    "not conserved, map": not_conserved(XY, squares("xy", ""), 0, ["1/2", "-3"], "-6"),
    "not conserved, relu": not_conserved(BIASED, squares(["b1_2"], []), 3, ["0", "1/3", "7", "7", "0", "5"], "10/3"),
}


def replaced(data, *path_and_value):
    """Return a copy with something else at a place in it: a value, what a function makes of the data, or nothing.

    With KeyError for a value the place is taken out; without a path the value is a dict of what is replaced.
    """
    *path, value = path_and_value
    data = copy.deepcopy(data)
    value = value(data) if callable(value) and value is not KeyError else value
    if not path:
        return data | value
    place = functools.reduce(lambda place, key: place[key], path[:-1], data)
    if value is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data
