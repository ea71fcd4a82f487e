"""Forged, damaged and hostile files: the court answers each with a sentence, and none of them is accepted."""

import copy
import json
import random
import sys
from fractions import Fraction

import court_samples as samples
import jsonschema
import pytest
import sympy
from certificate_samples import replaced
from court_samples import LAYERS, LINEAR, SQUARE, XY, XYZ, claim, equal, of, proof
from test_court import SCHEMA, exact, tree
from test_proofs import GOOD

import conslaw_nb as cl
from conslaw_nb import checker
from conslaw_nb.claims.decide import Answer
from conslaw_nb.claims.rechecking import recheck
from conslaw_nb.cli import main
from conslaw_nb.court import certificates
from conslaw_nb.court.files import hear_data
from conslaw_nb.errors import CertificateError
from conslaw_nb.verdict import Status, Verdict

LAW = of("conserved", samples.H)
GOOD_CLAIM = claim(XY, LAW)
PSI = of("conserved", ["-", samples.UU, samples.VV])


def said(statement, scene=XY):
    return claim(scene, statement)


DEEP = "x"
for _ in range(250):
    DEEP = ["-", DEEP]

# What is wrong -> (file, what is said of it, whether the schema sees it too).
MALFORMED = {
    "another version": (
        replaced(GOOD_CLAIM, "version", 2),
        "version is 2; this court reads version 1 of a claim",
        True,
    ),
    "a version that is true": (replaced(GOOD_CLAIM, "version", True), "version is True, not an integer", True),
    "no version": (replaced(GOOD_CLAIM, "version", KeyError), "the claim has no key 'version'", True),
    "one key more": (replaced(GOOD_CLAIM, "trust", "me"), "the claim has the unknown key 'trust'", True),
    "no text": (replaced(GOOD_CLAIM, "text", None), "text is None, not text", True),
    "another verdict": (replaced(GOOD_CLAIM, "verdict", "SURE"), "the claim.verdict is 'SURE', not one of", True),
    "a list for a scene": (claim([], LAW), "about is a list, not an object", True),
    "no model": (claim({}, LAW), "about has no key 'given'", True),
    "both scenes": (claim({**XY, **LAYERS}, LAW), "about has the unknown key 'given'", True),
    "an unknown model": (claim({"model": {"kind": "magic"}}, LAW), "model.kind is 'magic', not one of", True),
    "a variable twice": (
        claim({"model": {"kind": "map", "variables": ["x", "x"], "components": [[]]}}, LAW),
        "'x' stands twice in model.variables",
        True,
    ),
    "an unknown kind": (said({"kind": "sure"}), "says.kind is 'sure', not one of", True),
    "no kind": (said({"of": ["x"]}), "says has no key 'kind'", True),
    "a kind too many": (said({**LAW, "at": None}), "says has the unknown key 'at'", True),
    "not not": (said({**equal("x", "x"), "kind": "not not equal"}), "says.kind is 'not not equal'", True),
    "no functions": (said(of("conserved")), "says.of has 0 entries", True),
    "a function that is a text": (said({"kind": "conserved", "of": "x"}), "says.of is 'x', not a list", True),
    "one side": (said(equal("x")), "says.sides has 1 entries", True),
    "two fields in W": (said(of("in W", ["v", 1], ["v", 1], at=None)), "says.of has 2 entries", True),
    "every is 1": (said(equal("x", "x", every=1)), "says.every is 1, not true or false", True),
    "no flow to leave out": (said(equal("x", "x", flow=False)), "says.flow is false, and the model has its", False),
    "a number that is text": (said(samples.count("=", "1")), "says.number is '1', not an integer", True),
    "a negative number": (said(samples.count("=", -1)), "says.number is -1, less than 0", True),
    "another relation": (said(samples.count("~", 1)), "says.how is '~', not one of: =, >=, <=", True),
    "another space": (said(samples.dimension("V", "=", 1)), "says.of is 'V', not one of: W, Lie", True),
    "a point with a hole": (said(samples.dimension("W", "=", 1, {"x": "1"})), "says.at has no key 'y'", False),
    "a point with one more": (
        said(samples.dimension("W", "=", 1, {"x": "1", "y": "1", "z": "1"})),
        "says.at has the unknown key 'z'",
        False,
    ),
    "a point of floats": (said(samples.dimension("W", "=", 1, {"x": 1.5, "y": "1"})), "says.at.x is a float", True),
    "a coordinate not in lowest terms": (
        said(samples.dimension("W", "=", 1, {"x": "2/4", "y": "1"})),
        "says.at.x is '2/4', not in lowest terms",
        False,
    ),
    "a point that is a list": (said(samples.dimension("W", "=", 1, ["1", "1"])), "says.at is a list, not null", True),
    "an unknown name": (said(of("conserved", "q")), "says.of[0] has the unknown name 'q'", False),
    "an empty list": (said(of("conserved", [])), "says.of[0] is a list, not an expression", True),
    "null": (said(of("conserved", None)), "says.of[0] is None, not an expression", True),
    "true": (said(of("conserved", True)), "says.of[0] is True, not an expression", True),
    "a float": (said(of("conserved", 0.5)), "says.of[0] is a float, not an expression", True),
    "an object": (said(of("conserved", {"x": 1})), "says.of[0] is a dict, not an expression", True),
    "a list in front": (said(of("conserved", [["+"], "x"])), "says.of[0] begins with a list", True),
    "an unknown operation": (said(of("conserved", ["eval", "x"])), "says.of[0] has 'eval', which is not known", True),
    "a sum of nothing": (said(of("conserved", ["+"])), "says.of[0] has 0 arguments of '+'", True),
    "a difference of three": (said(of("conserved", ["-", "x", "x", "x"])), "has 3 arguments of '-'", True),
    "a fraction that is none": (said(of("conserved", "4/2")), "'4/2' in says.of[0] is not in lowest terms", False),
    "a fraction over 1": (said(of("conserved", "4/1")), "'4/1' in says.of[0] is not in lowest terms", False),
    "a power of x": (said(of("conserved", ["^", "x", "x"])), "an exponent in says.of[0] is 'x', not an integer", True),
    "a high power": (
        said(of("conserved", ["^", "x", 1001])),
        "an exponent in says.of[0] is 1001, more than 1000",
        True,
    ),
    "a matrix power": (claim(SQUARE, equal(["^", "A", -1], "B")), "an exponent in says.sides[0] is -1, less", False),
    "a derivative by nothing": (said(of("conserved", ["d", "x", "q"])), "says.of[0]: 'q' is not a variable", False),
    "generator 0": (said(of("in W", ["v", 0], at=None)), "an index in says.of[0] is 0, less than 1", True),
    "generator 2 of 1": (said(of("in W", ["v", 2], at=None)), "an index in says.of[0] is 2, more than 1", False),
    "every generator": (said(of("in W", ["v", "every"], at=None)), "speaks of every generator, and the stat", False),
    "phi of fields": (claim(samples.GROWING, equal(["phi", 1], "x")), "has phi, and the model is a family", False),
    "through phi of fields": (claim(samples.GROWING, of("factors", "x")), "a family of fields has no phi", False),
    "time in a model": (said(of("conserved", ["dot", "x"])), "says.of[0] has 'dot', which is not known", False),
    "gradients of matrices": (claim(SQUARE, equal(["grad", "A"], 0)), "has 'grad', which is not known", False),
    "a model's question": (claim(LAYERS, samples.count("=", 1)), "'count' is said of one model, not of all", False),
    "every matrix": (claim(LAYERS, equal("U", "U", every=True)), "says.every is true, and there are no gen", False),
    "nothing moves": (claim(SQUARE, of("conserved", "A")), "no flow says how the matrices move", False),
    "two derivatives": (claim(LAYERS, equal(["dot", ["dot", "U"]], 0)), "has a second derivative in time", False),
    "an unknown size": (claim(SQUARE, equal(["size", "m"], 1)), "says.sides[0]: 'm' is not a size", False),
    "division by a matrix": (claim(SQUARE, equal(["/", "A", "B"], "A")), "divides by something that is not", False),
    "division by 0": (claim(SQUARE, equal(["/", "A", 0], "A")), "divides by something that is not a number, or", False),
    "no matrices": (claim({"given": {}, "flow": None}, equal(1, 1)), "about.given is a dict, not an object with", True),
    "half a shape": (claim({"given": {"A": ["n"]}, "flow": None}, equal(1, 1)), "is not [rows, columns]", True),
    "a size of 2": (
        claim({"given": {"A": ["2", "n"]}, "flow": None}, equal(1, 1)),
        "has the size '2', not a name",
        False,
    ),
    "another kind of matrix": (
        claim({"given": {"A": ["n", "n", "nice"]}, "flow": None}, equal(1, 1)),
        "has the kind",
        True,
    ),
    "skew and not square": (
        claim({"given": {"A": ["n", "m", "skew"]}, "flow": None}, equal(1, 1)),
        "is skew and not",
        False,
    ),
    "a matrix that is a size": (
        claim({"given": {"n": ["n", "n"]}, "flow": None}, equal(1, 1)),
        "'n' is a matrix and a",
        False,
    ),
    "a name with a space": (
        claim({"given": {"A B": ["n", "n"]}, "flow": None}, equal(1, 1)),
        "'A B' in about.given",
        False,
    ),
    "a field without names": (claim(LAYERS, equal(["field"], 0)), "says.sides[0] is not a field", True),
    "a field twice": (
        claim(LAYERS, equal(["field", ["U", "U"], ["U", "U"]], 0)),
        "says.sides[0] is not a field",
        False,
    ),
    "a field of nothing": (claim(LAYERS, equal(["field", ["W", "U"]], 0)), "no matrix 'W' is given", False),
    "an unknown velocity": (
        claim(replaced(LAYERS, "flow", "velocities", "W", "U"), PSI),
        "about.flow.velocities['W']: no matrix of this name is given",
        False,
    ),
    "a velocity that moves": (
        claim(replaced(LAYERS, "flow", "velocities", "U", ["dot", "U"]), PSI),
        "about.flow.velocities['U'] contains a derivative in time",
        False,
    ),
    "nothing that moves": (
        claim(replaced(LAYERS, "flow", "velocities", {}), PSI),
        "is not an object with velocities",
        True,
    ),
    "gradients missing": (
        claim(replaced(LAYERS, "flow", "gradients", []), PSI),
        "about.flow.gradients has 0 entries",
        False,
    ),
    "a definition of x": (proof(XY, LAW, lets=[("x", "y")]), "'x' in lets[0] has a meaning already", False),
    "a definition twice": (
        proof(XY, LAW, lets=[("h", "x"), ("h", "x")]),
        "'h' in lets[1] has a meaning already",
        False,
    ),
    "a definition of itself": (proof(XY, LAW, lets=[("h", "h")]), "lets[0] has the unknown name 'h'", False),
    "a later definition": (proof(XY, LAW, lets=[("h", "k"), ("k", "x")]), "lets[0] has the unknown name 'k'", False),
    "half a definition": (replaced(proof(XY, LAW), "lets", [["h"]]), "lets[0] has 1 entries, not 2", True),
    "no goal": (replaced(proof(XY, LAW), "goals", []), "goals is empty: the proof has no goal", True),
    "no steps": (replaced(proof(XY, LAW), "steps", []), "steps is empty: the proof has no step", True),
    "a red step": (
        replaced(proof(XY, LAW), "steps", 0, "status", "red"),
        "steps[0].status is 'red', not one of: green",
        True,
    ),
    "a step without data": (
        replaced(proof(XY, LAW), "steps", 0, "says", None),
        "steps[0].says is None, not an object",
        True,
    ),
    "lines out of order": (
        replaced(proof(XY, LAW, LAW), "steps", 0, "line", 7),
        "steps[1].line is 2, less than 8",
        False,
    ),
    "an unfinished proof": (
        replaced(proof(XY, LAW), "verdict", "UNKNOWN"),
        "it proves nothing: its verdict is UNKNOWN",
        True,
    ),
    "a proof of version 3": (replaced(proof(XY, LAW), "version", 3), "this court reads version 2 of a proof", True),
    "a proof of version 1": (replaced(proof(XY, LAW), "version", 1), "a proof of version 1 holds its text only", True),
    "too many steps": (proof(XY, *[LAW] * 501), "too large to check here: 502 statements", False),
    "a long number": (said(equal(10**4001, "x")), "too large to check here: says.sides[0]", False),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_not_as_it_should_be_is_rejected_with_a_sentence(name):
    data, message, seen = MALFORMED[name]
    report = hear_data(data)
    assert (report.accepted, report.verdict) == (False, "REJECTED")
    assert message in report.summary
    assert "could not finish" not in report.summary
    assert jsonschema.Draft202012Validator(SCHEMA).is_valid(data) != seen


@pytest.mark.parametrize(
    "text",
    [
        '{"format": "conslaw-claim"',
        '{"format": "conslaw-claim", "format": "conslaw-claim"}',
        '{"format": "conslaw-claim", "version": 1.0}',
        '{"format": "conslaw-claim", "version": NaN}',
        '{"format": "conslaw-claim", "version": ' + "9" * 5000 + "}",
        '{"format": "conslaw-proof", "lets": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"format": "conslaw-claim"}',
        '{"format": "conslaw-proof"}',
        json.dumps(GOOD_CLAIM).replace('"x"', '"\\ud800"'),
    ],
)
def test_texts_that_are_no_files_are_rejected(text, tmp_path):
    report = checker.check_text(text)
    assert (report.accepted, report.verdict) == (False, "REJECTED")
    path = tmp_path / "file.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert checker.main([str(path)]) == 1
    assert cl.verify(path).status is Status.REFUTED
    assert main(["verify", str(path)]) == 1


def test_what_people_may_nest_is_heard_and_deeper_things_are_not_decided():
    inside = "x"
    for k in range(48):  # the language reads 50 levels of parentheses
        inside = f"(y - 2*{inside})" if k % 2 else f"(y + {inside})"
    found = cl.proof(f"model phi(x*y)\n{inside} = {inside} by computation")
    assert found.reached
    assert checker.check_data(json.loads(found.json)).verdict == "STANDS"
    for depth, verdict in ((150, "STANDS"), (190, "STANDS"), (250, "UNKNOWN")):
        node = "x"
        for _ in range(depth):
            node = ["-", node]
        assert hear_data(claim(XY, of("conserved", ["*", 0, node]))).verdict == verdict
    assert "says.of[0] is nested more than 200 deep" in hear_data(said(of("conserved", DEEP))).summary


def test_many_derivatives_inside_of_each_other_are_not_decided():
    node = samples.H
    for depth in range(1, 15):
        node = ["along", ["v", 1], node]
        if depth in (2, 14):
            report = hear_data(said(equal(node, 0)))
            assert report.verdict == ("STANDS" if depth == 2 else "UNKNOWN")
    assert "more than 12 derivatives inside of each other" in report.summary


HUGE = {
    "a matrix power": claim(SQUARE, equal(["^", ["^", "A", 1000], 1000], ["^", "A", 10**3])),
    "a network of many paths": claim(
        {"model": {"kind": "relu", "widths": [9] * 9, "bias": True}}, samples.count("=", 1)
    ),
    "a wide network": claim({"model": {"kind": "linear", "widths": [100, 100, 100]}}, samples.count("=", 1)),
    "many parameters": claim({"model": {"kind": "linear", "widths": [223, 223]}}, samples.count("=", 1)),
    "twelve gradients": claim(XY, equal(*[["inner", ["grad", samples.H], ["vec", 1, 1]]] * 300)),
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_too_large_is_not_decided(name, monkeypatch):
    monkeypatch.setattr(certificates, "MAX_WORK", 20_000_000)
    report = hear_data(HUGE[name])
    assert not report.accepted or name == "twelve gradients"
    assert "could not finish" not in report.summary
    if name != "twelve gradients":
        assert "too l" in report.summary or "contradicts it" in report.summary


# -- at random -------------------------------------------------------------------------------------------


def places(data, path=()):
    """Every place in data."""
    yield path
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(value, (*path, key))


def mutated(data, rng):
    """Data with one change somewhere."""
    data = copy.deepcopy(data)
    path = rng.choice([path for path in places(data) if path])
    place = data
    for key in path[:-1]:
        place = place[key]
    old = place[path[-1]]
    names = [value for p in places(data) if isinstance(value := at(data, p), str) and len(value) < 12]
    choices = [None, True, 0, 1, -1, 2, "1/2", "", rng.choice(names), [], {}, ["-", old], ["T", old], [old], KeyError]
    if isinstance(old, int) and not isinstance(old, bool):
        choices += [old + 1, -old, old - 1] * 6
    if isinstance(old, str):
        choices += [rng.choice(names)] * 12
    if isinstance(old, list) and len(old) > 2:
        choices += [old[:-1], old[:1] + old[:0:-1], [*old, old[-1]]] * 4
    new = rng.choice(choices)
    if new is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = new
    return data


def at(data, path):
    for key in path:
        data = data[key]
    return data


FILES = {name: cl.proof(text).data for name, text in GOOD.items()}
FILES |= {
    sentence: cl.claim(sentence, model).data
    for sentence, model in (
        ("x**2 - y**2 is conserved", "phi(x*y)"),
        ("dim Lie = 5", "factorization(2,2,2)"),
        ("dim W = 3 at (1,1,1,1,1,1,1,1)", "factorization(2,2,2)"),
        ("U^T*U - V^T*V is conserved for all n, m, r", None),
        ("[v_1, v_2] lies in W", "factorization(2,2,2)"),
        ("(x + y)**2 = x**2 + y**2", None),
    )
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_changed_anywhere_is_rejected(name):
    """Whatever is changed, but for a certificate that a claim can do without, text and data no longer agree."""
    data = json.loads(json.dumps(FILES[name]))
    assert recheck(data).is_proved
    rng = random.Random(name)
    seen = 0
    for _ in range(40):
        forged = mutated(data, rng)
        if json.dumps(forged) == json.dumps(data):
            continue
        report = checker.check_data(forged) if isinstance(forged, dict) else None
        assert report is None or "could not finish" not in report.summary, report.summary
        if {**forged, "certificate": None} == {**data, "certificate": None}:
            continue
        seen += 1
        verdict = recheck(forged)
        assert verdict.status is Status.REFUTED, (forged, verdict)
        assert "a fault of conslaw_nb" not in verdict.reason
    assert seen >= 12


def leaf(node, rng):
    """A copy of an expression with one leaf changed."""
    if not isinstance(node, list):
        return rng.choice(["x", "y", 2, 3, 1, 0, "1/2", ["-", node], ["*", 2, node]])
    if node[0] in ("^", "v", "grad") and rng.random() < 0.5:
        return node if node[0] != "^" else [*node[:2], node[2] + 1]
    k = rng.randrange(1, len(node) if node[0] not in ("^", "d") else 2)
    if node[0] == "along":
        k = 2
    return [*node[:k], leaf(node[k], rng), *node[k + 1 :]]


@pytest.mark.parametrize("seed", range(150))
def test_equalities_are_judged_as_sympy_judges_them(seed):
    rng = random.Random(seed)
    x, y = sympy.symbols("x y")
    left = tree(rng, 3)
    right = leaf(left, rng)
    true = sympy.expand(exact(left, x, y) - exact(right, x, y)) == 0
    assert hear_data(claim(XY, equal(left, right))).accepted == true


def matrix_tree(rng, depth, numbers=False):
    """A random expression in the square matrices A, B, S and K; or a number made of them."""
    if numbers:
        inner = [matrix_tree(rng, depth - 1) for _ in range(2)]
        return rng.choice([["tr", inner[0]], ["inner", *inner], ["norm2", inner[0]], ["size", "n"], rng.randint(-3, 3)])
    if depth <= 0:
        return rng.choice(["A", "B", "S", "K", ["I", "n"]])
    a, b = matrix_tree(rng, depth - 1), matrix_tree(rng, depth - 1)
    return rng.choice(
        [
            ["+", a, b],
            ["-", a, b],
            ["*", a, b],
            ["*", a, b],
            ["T", a],
            ["comm", a, b],
            ["*", matrix_tree(rng, depth, True), a],
        ]
    )


def naive(node, n, values):
    """The value of an expression by plain loops over integers; numbers are integers, matrices lists of rows."""
    size = range(n)

    def product(a, b):
        if not isinstance(a, list):
            return product(b, a) if isinstance(b, list) else a * b
        if not isinstance(b, list):
            return [[x * b for x in row] for row in a]
        return [[sum(a[i][k] * b[k][j] for k in size) for j in size] for i in size]

    def plus(a, b, sign=1):
        return [[x + sign * y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]

    if isinstance(node, int):
        return node
    if isinstance(node, str):
        return values[node]
    head = node[0]
    if head in ("I", "size"):
        return n if head == "size" else [[int(i == j) for j in size] for i in size]
    a, *rest = (naive(part, n, values) for part in node[1:])
    b = rest[0] if rest else a
    if head in ("+", "-"):
        return plus(a, b, 1 if head == "+" else -1)
    if head == "*":
        return product(a, b)
    if head == "T":
        return a if isinstance(a, int) else [[a[j][i] for j in size] for i in size]
    if head == "comm":
        return plus(product(a, b), product(b, a), -1)
    if head == "tr":
        return sum(a[i][i] for i in size)
    return sum(a[i][j] * b[i][j] for i in size for j in size)  # inner, norm2


def turned(node, rng):
    """An expression that is equal by a rule or nearly: a transpose taken inside, factors swapped, a trace turned."""
    if not isinstance(node, list) or node[0] in ("I", "size"):
        return rng.choice([node, node, ["T", node], ["-", node]])
    head, *parts = node
    if rng.random() < 0.4:
        if head in ("*", "+", "inner", "comm"):
            return [head, *parts[::-1]]
        if head == "tr":
            return ["tr", ["T", parts[0]]]
        if head == "T":
            return turned(parts[0], rng) if rng.random() < 0.5 else node
    k = rng.randrange(len(parts))
    return [head, *parts[:k], turned(parts[k], rng), *parts[k + 1 :]]


@pytest.mark.parametrize("seed", range(150))
def test_matrix_equalities_are_judged_as_plain_loops_judge_them(seed):
    rng = random.Random(1000 + seed)
    left = matrix_tree(rng, 3)
    right = turned(left, rng)
    true = True
    for n in (1, 2, 3, 5, 6):
        values = {name: [[rng.randint(-9, 9) for _ in range(n)] for _ in range(n)] for name in "ABSK"}
        values["S"] = [[values["S"][min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]
        values["K"] = [[(i < j) * values["K"][i][j] - (i > j) * values["K"][j][i] for j in range(n)] for i in range(n)]
        true = true and naive(left, n, values) == naive(right, n, values)
    assert hear_data(claim(SQUARE, equal(left, right))).accepted == true


# -- certificates inside claims --------------------------------------------------------------------------


def test_the_certificate_of_a_claim_is_checked_and_about_the_same():
    data = json.loads(cl.claim("x**2 - y**2 is conserved", "phi(x*y)").json)
    report = checker.check_data(data)
    assert "Its certificate is checked: PROVED: x**2 - y**2 is conserved (2 parameters)" in report.summary
    for change, message in (
        (("certificate", "claim", "law", 0, 0, "2"), "its certificate is rejected: claim.law is not conserved"),
        (("certificate", "version", 9), "its certificate is rejected: version is 9"),
        (("certificate", "trust", "me"), "its certificate is rejected: the certificate has the unknown key 'trust'"),
        (("certificate", {}), "its certificate is rejected: the certificate has no key 'format'"),
    ):
        assert message in checker.check_data(replaced(data, *change)).summary
    other = cl.certify(cl.parametrization("x*y"), law="x**4 - 2*x**2*y**2 + y**4").data
    assert "its certificate is about another law" in checker.check_data({**data, "certificate": other}).summary
    other = cl.certify(cl.parametrization("x*y*z")).data
    assert "its certificate is about another model" in checker.check_data({**data, "certificate": other}).summary
    other = cl.certify(cl.parametrization("x*y")).data
    assert "its certificate counts laws, and x^2 - y^2 is conserved does not" in (
        checker.check_data({**data, "certificate": other}).summary
    )
    count = json.loads(cl.claim("there is exactly 1 law", "phi(x*y)").json)
    other = cl.certify(cl.parametrization("x*y"), law="x**2 - y**2").data
    assert "its certificate is about a law, and the claim is not" in (
        checker.check_data({**count, "certificate": other}).summary
    )


# -- the workshop and the court --------------------------------------------------------------------------


def test_a_proof_that_the_court_contradicts_is_a_fault_of_ours(monkeypatch, tmp_path, capsys):
    """If the workshop ever proves something false, `verify` says whose fault that is."""
    found = cl.proof(GOOD["neuron"])
    contradicted = checker.Ruling(False, "REJECTED", "step 2 is contradicted: at x = 1 the left side is 2.")
    monkeypatch.setattr(checker, "check_data", lambda data: contradicted)
    for source in (found, found.save(tmp_path / "proof.json")):
        verdict = cl.verify(source)
        assert verdict.status is Status.REFUTED
        assert verdict.reason == (
            "our own check accepts this proof, and the independent court contradicts it. This is a fault of "
            "conslaw_nb, and not yours: please report it, with this file. The court says: step 2 is contradicted: at "
            "x = 1 the left side is 2."
        )
    assert main(["verify", str(tmp_path / "proof.json")]) == 1
    assert "This is a fault of conslaw_nb" in " ".join(capsys.readouterr().out.split())
    verdict = cl.verify(cl.claim("W is involutive", "phi(x*y)"))
    assert verdict.reason.startswith("our own check accepts this claim, and the independent court contradicts it.")


def test_what_the_court_cannot_try_is_said():
    """The workshop's own check stands, and the court's silence is reported."""
    found = cl.proof(GOOD["neuron"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certificates, "MAX_WORK", 5_000)
        verdict = cl.verify(found)
    assert verdict.is_proved
    assert "The independent court: UNKNOWN: not decided: " in verdict.reason


def test_verify_prints_model_point_and_claim(tmp_path, capsys):
    cl.claim("dim W = 0 at (0, 0)", "phi(x*y)").save(tmp_path / "claim.json")
    assert main(["verify", str(tmp_path / "claim.json")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "it is proved that dim W = 0 at x=0, y=0 for phi(x*y)" in shown
    assert "STANDS: dim W = 0 at x = 0, y = 0 (phi(x*y) of x, y). Nothing contradicts it" in shown
    assert "with probability below 1 in 10^" in shown


def test_a_refuted_claim_is_saved_and_verified_as_refuted(tmp_path):
    path = cl.claim("x + y is conserved", "phi(x*y)").save(tmp_path / "claim.json")
    verdict = cl.verify(path)
    assert verdict.is_proved
    assert "it is false that x + y is conserved for phi(x*y)" in verdict.reason
    assert "the derivative along v_1 is " in verdict.reason
    forged = replaced(json.loads(path.read_text(encoding="utf-8")), "verdict", "PROVED")
    assert recheck(forged).reason.startswith("the claim is rejected: it records another verdict than its text")


def test_an_undecided_claim_is_not_verified(tmp_path, capsys, monkeypatch):
    answer = Answer(Verdict(Status.UNKNOWN, "it is at least 4."), "nothing.")
    monkeypatch.setattr(sys.modules["conslaw_nb.claims.claim"], "decide", lambda sentence, model: answer)
    card = cl.claim("dim Lie = 5", "factorization(2,2,2)")
    path = card.save(tmp_path / "claim.json")
    assert cl.verify(path).status is Status.UNKNOWN
    assert main(["verify", str(path)]) == 3
    assert "UNKNOWN" in capsys.readouterr().out
    assert checker.main([str(path)]) == 3
    assert "was not decided when it was saved" in capsys.readouterr().out


def test_proofs_of_version_1_are_still_read(tmp_path):
    data = cl.proof(GOOD["all sizes"]).data
    old = {key: data[key] for key in ("format", "version", "goal", "verdict", "text")}
    old |= {"version": 1, "steps": [{k: step[k] for k in ("line", "text", "status")} for step in data["steps"]]}
    verdict = recheck(old)
    assert verdict.is_proved
    assert verdict.reason.endswith(
        "A file of version 1 holds no data for the independent court: save the proof again to have it tried."
    )
    assert recheck({**old, "goal": "0 = 0"}).status is Status.REFUTED
    path = tmp_path / "old.json"
    path.write_text(json.dumps(old), encoding="utf-8")
    assert main(["verify", str(path)]) == 0
    assert checker.main([str(path)]) == 1  # alone the court has nothing to hear


# -- byte-order marks, and things that are not files --------------------------------------------------------


def test_files_with_a_byte_order_mark_are_read(tmp_path):
    mark = b"\xef\xbb\xbf"
    made = {
        "law": cl.certify(cl.parametrization("x*y")),
        "proof": cl.proof(GOOD["neuron"]),
        "claim": cl.claim("W is involutive", "phi(x*y)"),
    }
    for name, thing in made.items():
        path = thing.save(tmp_path / f"{name}.json")
        path.write_bytes(mark + path.read_bytes())
        assert cl.verify(path).is_proved
        assert main(["verify", str(path)]) == 0
        assert checker.main([str(path)]) == 0
        text = path.read_text(encoding="utf-8")
        assert text.startswith("\ufeff")
        assert checker.check_text(text).accepted
    assert recheck("\ufeff" + made["proof"].json).is_proved
    source = tmp_path / "law.proof"
    source.write_bytes(mark + GOOD["neuron"].encode())
    assert main(["prove", str(source)]) == 0
    path.write_bytes(mark + mark + path.read_bytes())
    assert checker.main([str(path)]) == 1


def test_what_is_no_file_is_told_so():
    law = cl.certify(cl.parametrization("x*y"))
    assert cl.verify(law).is_proved
    assert cl.verify(cl.proof(GOOD["neuron"])).is_proved
    assert cl.verify(cl.claim("dim Lie = 4", "factorization(2,2,2)")).is_proved
    for thing in (None, 7, 0.5, [], {}, b"law.json"):
        with pytest.raises(CertificateError, match="is neither a file nor a certificate: give the path of a file"):
            cl.verify(thing)
    for thing in (law, cl.proof(GOOD["neuron"]), cl.claim("W is involutive", "phi(x*y)")):
        for target in (None, 7, "", []):
            with pytest.raises(CertificateError, match=r"is not the name of a file: say where to write the \w+, as in"):
                thing.save(target)
        with pytest.raises(CertificateError, match="cannot be written to"):
            thing.save("a\0b")


def test_a_claim_with_a_certificate_goes_to_rocq(tmp_path):
    from conslaw_nb.certificates.rocq import export_rocq

    path = cl.claim("x**2 - y**2 is conserved", "phi(x*y)").save(tmp_path / "claim.json")
    assert export_rocq(path) == export_rocq(cl.certify(cl.parametrization("x*y"), law="x**2 - y**2"))
    path = cl.claim("W is involutive", "phi(x*y)").save(tmp_path / "claim.json")
    with pytest.raises(CertificateError, match="is a claim without a certificate"):
        export_rocq(path)


def test_numbers_are_as_they_are():
    """Fractions and generators of the file mean what they say."""
    assert not hear_data(claim(XYZ, equal(["v", 1], ["grad", ["phi", 2]]))).accepted
    assert hear_data(claim(LINEAR, equal(Fraction(1, 2).limit_denominator().numerator, 1))).accepted
