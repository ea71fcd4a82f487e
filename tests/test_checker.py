"""The checker accepts true certificates, and says what is wrong with all others."""

import ast
import json
import math
import random
import shutil
import subprocess
import sys
from pathlib import Path

import certificate_samples as samples
import jsonschema
import pytest
from certificate_samples import SAMPLES, SEVEN, XY, certificate, conserved, count, laws, replaced, squares

from conslaw_nb import checker
from conslaw_nb.court import certificates

FILE = Path(checker.__file__)
SCHEMA = json.loads((FILE.parent / "certificate.schema.json").read_text(encoding="utf-8"))
EXPECTED = {
    "hyperbola": "PROVED: exactly 1 independent conservation law near the point (dim Lie = 1, 2 parameters).",
    "no polynomial law": "PROVED: exactly 1 independent conservation law near the point (dim Lie = 1, 2 parameters).",
    "seven laws": "PROVED: exactly 7 independent conservation laws near the point (dim Lie = 1, 8 parameters).",
    "linear": "PROVED: exactly 1 independent conservation law near the point (dim Lie = 3, 4 parameters).",
    "factorization": "PROVED: exactly 3 independent conservation laws near the point (dim Lie = 5, 8 parameters).",
    "bounded": "BOUNDED: at least 2 and at most 4 independent conservation laws near the point "
    "(dim Lie >= 4, 8 parameters).",
    "relu with bias": "PROVED: exactly 2 independent conservation laws near the point (dim Lie = 4, 6 parameters).",
    "deep relu": "PROVED: exactly 3 independent conservation laws near the point (dim Lie = 3, 6 parameters).",
    "no law": "PROVED: exactly 0 independent conservation laws near the point (dim Lie = 2, 2 parameters).",
    "multiplier": "PROVED: exactly 1 independent conservation law near the point (dim Lie = 1, 2 parameters).",
    "three letters": "PROVED: exactly 0 independent conservation laws near the point (dim Lie = 4, 4 parameters).",
    "nothing moves": "PROVED: exactly 2 independent conservation laws near the point (dim Lie = 0, 2 parameters).",
    "conserved": "PROVED: -2/3*U_1_1**2 + 2/3*V_1_1**2 + 2/3*V_2_1**2 + 5 is conserved (3 parameters).",
    "conserved, degree 4": "PROVED: U1_1_1**4 - 2*U1_1_1**2*U2_1_1**2 + U2_1_1**4 is conserved (2 parameters).",
    "conserved, relu, degree 4": "PROVED: U1_1_1**4 - 2*U1_1_1**2*U2_1_1**2 + U2_1_1**4 is conserved (2 parameters).",
    "not conserved": "REFUTED: U1_1_1**2 - U2_1_1**2 is not conserved: generator 2 gives 2/3 at (1, -1/2, 2/3, 0).",
    "not conserved, map": "REFUTED: x**2 + y**2 is not conserved: generator 0 gives -6 at (1/2, -3).",
    "not conserved, relu": "REFUTED: b1_2**2 is not conserved: generator 3 gives 10/3 at (0, 1/3, 7, 7, 0, 5).",
}


def changed(name, *path_and_value):
    """A sample with one place changed."""
    return replaced(SAMPLES[name], *path_and_value)


# ---------------------------------------------------------------- what is accepted


@pytest.mark.parametrize("name", SAMPLES)
def test_a_true_certificate_is_accepted_and_says_what_is_proved(name, tmp_path):
    assert samples.is_true(SAMPLES[name])
    path = tmp_path / "law.json"
    path.write_text(json.dumps(SAMPLES[name]), encoding="utf-8")
    report = checker.check_file(path)
    assert report == checker.check_text(path.read_text(encoding="utf-8")) == checker.check_data(SAMPLES[name])
    assert f"{report.verdict}: {report.summary}" == EXPECTED[name]
    assert report.accepted
    assert report.claim == SAMPLES[name]["claim"]
    assert report.variables == len(samples.expanded(SAMPLES[name]["model"])[0].gens)


def test_the_report_of_a_rejected_file_claims_nothing():
    report = checker.check_data(changed("hyperbola", "claim", "laws_at_least", 2))
    assert (report.accepted, report.verdict, report.claim, report.variables) == (False, "REJECTED", None, None)
    with pytest.raises(AttributeError):
        report.accepted = True


def test_greek_variables_and_unused_variables_are_accepted():
    text = json.dumps(SAMPLES["hyperbola"], ensure_ascii=False).replace('"x"', '"θ_1"')
    assert checker.check_text(text).accepted
    model = {**XY, "variables": ["x", "y", "z"]}
    data = count(model, [1, 2, 3], [[[0, 1]]], [[0]], laws(squares("x", "y"), [["1", {"z": 1}]]))
    assert checker.check_data(data).accepted


# ---------------------------------------------------------------- brackets and identities, against the judge


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "nothing moves"])
def test_bracket_values_agree_with_expanded_brackets(name):
    p = 1009
    data = SAMPLES[name]
    model = certificates.read_model(data["model"], certificates.Case())
    space, generators = samples.expanded(data["model"])
    assert [str(x) for x in space.gens] == model.names
    assert len(generators) == model.count
    random_source = random.Random(name)
    for length in (1, 1, 2, 2, 3, 3, 4):
        point = [random_source.randrange(p) for _ in space.gens]
        fields = [
            [[g, random_source.randint(1, 9)] for g in range(model.count) if random_source.random() < 0.7]
            for _ in range(3)
        ]
        word = [random_source.randrange(3) for _ in range(length)]
        expected = samples.word_field(data["model"], fields, word)
        prepared = [model.prepare(field, p) for field in fields]
        start = {0: dict(enumerate(point))}
        value = certificates.bracket_value(model, prepared, word, start, 1, p).get(0, {})
        exact = [samples.at(entry, point) for entry in expected]
        assert [value.get(i, 0) for i in range(len(point))] == [
            x.numerator * pow(x.denominator, -1, p) % p for x in exact
        ]


@pytest.mark.parametrize("length", [1, 3, 6, 9])
def test_long_words_are_evaluated_right(length):
    # X = d/dx, Y = x**(length - 1) d/dy: [X, [X, ... [X, Y]]] = +-(length - 1)! d/dy
    y = [[], [["1", {"x": length - 1} if length > 1 else {}]]]
    model = {"kind": "fields", "variables": ["x", "y"], "fields": [[[["1", {}]], []], y]}
    family = certificates.read_model(model, certificates.Case())
    fields = [family.prepare([[g, 1]], 10007) for g in (0, 1)]
    value = certificates.bracket_value(family, fields, [0] * (length - 1) + [1], {0: {0: 5}}, 1, 10007)
    factorial = math.prod(-k for k in range(1, length)) % 10007
    assert {i: v for i, v in value[0].items() if v} == {1: factorial}


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "nothing moves"])
def test_identities_agree_with_the_judge(name):
    """Laws that are nearly right: the structure of a model and the expansion decide alike."""
    data = SAMPLES[name]["model"]
    space = samples.expanded(data)[0]
    names = [str(x) for x in space.gens]
    random_source = random.Random(name)
    found = set()
    for _ in range(40):
        law = {}
        for _ in range(random_source.randint(1, 4)):
            x, y = random_source.choice(names), random_source.choice(names)
            if random_source.random() < 0.6:
                y = x
            law[json.dumps({x: 2} if x == y else dict(sorted({x: 1, y: 1}.items())))] = random_source.choice(
                ["1", "-1"]
            )
        if random_source.random() < 0.5 and data["kind"] in ("linear", "relu", "factorization"):
            hidden = random_source.randint(1, len(data.get("widths", [0] * 3)) - 2)
            law = {json.dumps(m): c for c, m in samples.balance(data, hidden, 1, 1)}
        polynomial = [[c, json.loads(m)] for m, c in law.items()]
        truth = samples.is_law(data, polynomial)
        found.add(truth)
        assert checker.check_data(conserved(data, polynomial)).accepted is truth
    assert False in found


def test_the_structure_and_the_expansion_give_the_same_laws():
    for data, law in (
        (
            {"kind": "linear", "widths": [2, 3, 2, 2]},
            samples.balance({"kind": "linear", "widths": [2, 3, 2, 2]}, 2, 1, 3),
        ),
        (samples.SQUARE, samples.balance(samples.SQUARE, 1, 1, 2)),
        (samples.DEEP, samples.balance(samples.DEEP, 1, 1, 1)),
        (samples.BIASED, samples.balance(samples.BIASED, 1, 2, 2)),
    ):
        case = certificates.Case()
        model = certificates.read_model(data, case)
        case.index = {name: i for i, name in enumerate(model.names)}
        h = certificates.polynomial(law, "it", case)
        assert model.known_law(h) is True
        assert model.failing_generator(certificates.partials(h, case)) is None
        h.pop(next(iter(h)))
        assert not model.known_law(h)
        assert model.failing_generator(certificates.partials(h, case)) is not None


def test_a_model_is_what_it_says_entry_by_entry():
    """Every generator of every kind of model, against the definition of phi."""
    for data in (
        {"kind": "linear", "widths": [2, 3, 2, 2]},
        {"kind": "linear", "widths": [2, 3]},
        {"kind": "relu", "widths": [2, 3, 2, 1], "bias": True},
        {"kind": "relu", "widths": [3, 2], "bias": True},
        {"kind": "factorization", "n": 2, "m": 3, "r": 2},
    ):
        space, generators = samples.expanded(data)
        model = certificates.read_model(data, certificates.Case())
        assert model.names == [str(x) for x in space.gens]
        assert model.count == len(generators)
        for g, expected in enumerate(generators):
            field = {i: poly for i, poly in model.generator(g).items() if poly}
            assert field == {
                i: {tuple(k for k, e in enumerate(powers) for _ in range(e)): int(c) for powers, c in entry.terms()}
                for i, entry in enumerate(expected)
                if entry
            }


def test_linear_algebra_finds_the_dependent_row():
    random_source = random.Random(5)
    for p in (3, 101, 2147483647):
        for density in (0.2, 0.6, 1):
            for size in (1, 5, 30):
                rows = [  # not reduced: whatever stands in a certificate
                    {i: random_source.randrange(-p, 3 * p) for i in range(size + 3) if random_source.random() < density}
                    for _ in range(size)
                ]
                dense = [[row.get(i, 0) for i in range(size + 3)] for row in rows]
                truth = modular_rank(dense, p) == size
                found = certificates.dependent_row(rows, p, certificates.Case())
                assert (found is None) is truth
                if found is not None:  # the row named depends on the others
                    del dense[found]
                    assert modular_rank(dense, p) == modular_rank(
                        [*dense, [rows[found].get(i, 0) for i in range(size + 3)]], p
                    )


@pytest.mark.parametrize("p", [3, 65537, 2147483647])
def test_slots_hold_the_largest_sums(p):
    """An overflow from one slot into the next would make dependent rows look independent."""
    for terms in (1, 2, 3, 63, 64, 1000, 50_000):
        assert p + terms * (p - 1) ** 2 < 256 ** certificates.slot_width(p, terms)
    n = 60
    random_source = random.Random(p)
    rows = [{i: p - random_source.randint(1, min(p - 1, 9)) for i in range(n + 5)} for _ in range(n)]
    rows = rows[: modular_rank([list(row.values()) for row in rows], p)] if p > 3 else rows[:1]
    rows.append({i: sum(row[i] for row in rows) % p for i in range(n + 5)})
    assert certificates.dependent_row(rows[:-1], p, certificates.Case()) is None
    assert certificates.dependent_row(rows, p, certificates.Case()) == len(rows) - 1
    a = {0: [[p - 1] * n] * 2, 1: [[p - 1] * n] * 2}
    b = {0: [[p - 1] * 3] * n, 1: [[p - 1] * 3] * n}
    product = certificates.matrix_product(a, b, p, certificates.Case())
    assert product[0] == [[n % p] * 3] * 2 if n % p else 0 not in product
    assert product[1] == [[2 * n % p] * 3] * 2 if n % p else 1 not in product


def modular_rank(rows, p):
    rows, found = [list(row) for row in rows], 0
    while rows:
        row = rows.pop()
        pivot = next((k for k, x in enumerate(row) if x % p), None)
        if pivot is not None:
            found += 1
            factor = pow(row[pivot], -1, p)
            rows = [[(b - a * factor * r[pivot]) % p for a, b in zip(row, r, strict=True)] for r in rows]
    return found


# ---------------------------------------------------------------- networks of some size


def balances(model):
    """All known laws of a network."""
    sizes = [0, model["r"], 0] if model["kind"] == "factorization" else model["widths"][::-1]
    for layer in range(1, len(sizes) - 1):
        for a in range(1, sizes[layer] + 1):
            for b in range(a, a + 1 if model["kind"] == "relu" else sizes[layer] + 1):
                yield samples.balance(model, layer, a, b)


def deep_linear():
    """55 words of up to three letters, which are dense combinations of the 25 generators."""
    model = {"kind": "linear", "widths": [5, 5, 5, 5, 5]}
    source = random.Random(1)
    fields = [[[g, source.randint(1, 2**31)] for g in range(25)] for _ in range(40)]
    words = [[k] for k in range(25)]
    words += [[source.randrange(40) for _ in range(length)] for length in [2] * 10 + [3] * 20]
    point = [source.randint(-9, 9) for _ in range(100)]
    return count(model, point, fields, words, laws(*balances(model)), 2147483647)


def wide_factorization():
    model = {"kind": "factorization", "n": 8, "m": 8, "r": 8}
    source = random.Random(2)
    fields = [[[g, 1]] for g in range(64)]
    words = [[g] for g in range(64)] + [[8 * i, 8 * k] for i in range(8) for k in range(i)]
    return count(model, [source.randint(-9, 9) for _ in range(128)], fields, words, laws(*balances(model)))


def wide_relu():
    """One path for each word: each has a weight or a bias that no earlier one has."""
    n = 16
    model = {"kind": "relu", "widths": [n, n, n], "bias": True}
    source = random.Random(3)
    paths = [(i, j, 0) for i in range(n) for j in range(n)] + [(0, i, j) for i in range(n) for j in range(1, n)]
    generators = sorted([(i * n + j) * n + k for i, j, k in paths] + [n**3 + j for j in range(n)])
    point = [source.randint(1, 9) for _ in range(2 * n * n + n)]
    words = [[k] for k in range(len(generators))]
    return count(model, point, [[[g, 1]] for g in generators], words, laws(*balances(model)))


@pytest.mark.parametrize(
    ("build", "laws_found", "rank", "parameters"),
    [(deep_linear, 45, 55, 100), (wide_factorization, 36, 92, 128), (wide_relu, 16, 512, 528)],
)
def test_networks_of_some_size_are_quick_to_check(build, laws_found, rank, parameters, monkeypatch):
    """At most a second, measured in units of work: they are the same on every machine."""
    monkeypatch.setattr(certificates, "MAX_WORK", 30_000_000)
    assert checker.check_data(build()).summary == (
        f"exactly {laws_found} independent conservation laws near the point "
        f"(dim Lie = {rank}, {parameters} parameters)."
    )


# ---------------------------------------------------------------- what is rejected, and why

HUGE = int("9" * 1500)
ONE = [["1", {}]]
ONE_MINUS_U = [["1", {}], ["-1", {"U1_1_1": 1}]]
SHEAR = {"kind": "fields", "variables": ["x", "y"], "fields": [[ONE, []], [ONE, [["1", {"x": 1}]]]]}
EACH = [[ONE, []], [[], ONE]]
REJECTIONS = {
    # the file
    "format": (changed("hyperbola", "format", "proof"), "format is 'proof', not 'conslaw-certificate'"),
    "version": (changed("hyperbola", "version", 4), "version is 4; this checker reads 1, 2 and 3"),
    "version true": (changed("hyperbola", "version", True), "version is True, not an integer"),
    "unknown key": (changed("hyperbola", "note", 1), "the certificate has the unknown key 'note'"),
    "list": ([1], "the certificate is a list, not an object"),
    "missing": ({"format": 1}, "the certificate has no key 'version'"),
    # the model
    "model": (changed("hyperbola", "model", "linear"), "model is 'linear', not an object"),
    "no kind": (changed("hyperbola", "model", {}), "model has no key 'kind'"),
    "kind": (changed("hyperbola", "model", "kind", "tree"), "model.kind is 'tree', not one of: linear, relu,"),
    "kind list": (changed("hyperbola", "model", "kind", []), "model.kind is a list, not one of: linear,"),
    "one width": (changed("linear", "model", "widths", [2]), "model.widths has fewer than 2 entries"),
    "width 0": (changed("linear", "model", "widths", [2, 0, 2]), "model.widths[1] is 0, less than 1"),
    "width text": (changed("linear", "model", "widths", [2, "1"]), "model.widths[1] is '1', not an integer"),
    "bias": (changed("relu with bias", "model", "bias", 1), "model.bias is 1, not true or false"),
    "linear with bias": (changed("linear", "model", "bias", True), "model has the unknown key 'bias'"),
    "r": (changed("factorization", "model", "r", -2), "model.r is -2, less than 1"),
    "no variables": (changed("hyperbola", "model", "variables", []), "model.variables is empty"),
    "no components": (changed("hyperbola", "model", "components", []), "model.components is empty"),
    "no fields": (changed("no law", "model", "fields", []), "model.fields is empty"),
    "variable": (changed("hyperbola", "model", "variables", 0, "x*y"), "'x*y' in model.variables is not a variable"),
    "twice": (changed("hyperbola", "model", "variables", 1, "x"), "'x' stands twice in model.variables"),
    "too many": (changed("linear", "model", "widths", [10**9, 2]), "too large to check here: a model of 2000000000"),
    "coordinates": (changed("no law", "model", "fields", 0, [[]]), "model.fields[0] has 1 entries, not 2"),
    # polynomials
    "term": (changed("conserved", "claim", "law", 0, []), "term 0 of claim.law: it is not a pair"),
    "polynomial": (changed("conserved", "claim", "law", "x"), "claim.law is 'x', not a list"),
    "coefficient": (
        changed("conserved", "claim", "law", 1, 0, 3),
        "term 1 of claim.law: the coefficient is 3, not a string such as '-3' or '5/7'",
    ),
    "coefficient 0": (changed("conserved", "claim", "law", 3, 0, "0"), "term 3 of claim.law: the coefficient is zero"),
    "lowest terms": (changed("conserved", "claim", "law", 3, 0, "6/4"), "coefficient is '6/4', not in lowest terms"),
    "powers": (changed("conserved", "claim", "law", 0, 1, []), "term 0 of claim.law: the powers are not an object"),
    "stranger": (changed("conserved", "claim", "law", 0, 1, {"z": 1}), "term 0 of claim.law: 'z' is not a variable"),
    "exponent": (changed("conserved", "claim", "law", 0, 1, {"U_1_1": 0}), "an exponent is 0, less than 1"),
    "degree": (
        changed("conserved", "claim", "law", 0, 1, {"U_1_1": 1001}),
        "term 0 of claim.law: too large to check here: degree 1001, over 1000",
    ),
    "monomial": (
        changed("conserved", "claim", "law", 1, 1, {"U_1_1": 2}),
        "term 1 of claim.law: its monomial stands in an earlier term too",
    ),
    # claims
    "claim": (changed("hyperbola", "claim", None), "claim is None, not an object"),
    "claim kind": (changed("hyperbola", "claim", "kind", "beauty"), "claim.kind is 'beauty', not one of: count,"),
    "claim key": (changed("hyperbola", "claim", "laws", 1), "claim has the unknown key 'laws'"),
    "parameters": (changed("hyperbola", "claim", "parameters", 3), "claim.parameters is 3, but the evidence is for 2"),
    "dim": (changed("hyperbola", "claim", "dim_lie_at_least", 0), "claim.dim_lie_at_least is 0, but the evidence is"),
    "least": (changed("hyperbola", "claim", "laws_at_least", 2), "claim.laws_at_least is 2, but the evidence is for 1"),
    "most": (changed("hyperbola", "claim", "laws_at_most", 2), "claim.laws_at_most is 2, but the evidence is for 1"),
    "weaker": (changed("factorization", "claim", "laws_at_least", 2), "claim.laws_at_least is 2, but the evidence"),
    "not exact": (changed("hyperbola", "claim", "exact", False), "claim.exact is False, with bounds 1 and 1"),
    "exact": (changed("bounded", "claim", "exact", True), "claim.exact is True, with bounds 2 and 4"),
    "exact 1": (changed("hyperbola", "claim", "exact", 1), "claim.exact is 1, not true or false"),
    "true for 1": (changed("hyperbola", "claim", "laws_at_most", True), "claim.laws_at_most is True, not an integer"),
    "negative": (changed("hyperbola", "claim", "laws_at_least", -1), "claim.laws_at_least is -1, less than 0"),
    # evidence of a count
    "evidence": (changed("hyperbola", "evidence", []), "evidence is a list, not an object"),
    "no point": (changed("hyperbola", "evidence", "point", []), "evidence.point has 0 entries, not 2"),
    "half": (changed("hyperbola", "evidence", "point", 0, 0.5), "evidence.point[0] is a float, not an integer"),
    "huge": (changed("hyperbola", "evidence", "point", 0, HUGE), "too large to check here: evidence.point[0]"),
    "composite": (changed("hyperbola", "evidence", "prime", 1001), "evidence.prime is 1001, not a prime"),
    "square": (changed("hyperbola", "evidence", "prime", 46337**2), "evidence.prime is 2147117569, not a prime"),
    "even": (changed("hyperbola", "evidence", "prime", 2**20), "evidence.prime is 1048576, not a prime"),
    "two": (changed("hyperbola", "evidence", "prime", 2), "evidence.prime is 2, less than 3"),
    "large prime": (changed("hyperbola", "evidence", "prime", 2**61 - 1), "evidence.prime is 23058430092136939"),
    "empty field": (changed("hyperbola", "evidence", "fields", [[]]), "evidence.fields[0] is empty"),
    "pair": (changed("hyperbola", "evidence", "fields", [[[0]]]), "an entry of evidence.fields[0] has 1 entries"),
    "generator": (
        changed("hyperbola", "evidence", "fields", [[[1, 1]]]),
        "a generator of evidence.fields[0] is 1, more than 0",
    ),
    "order": (
        changed("linear", "evidence", "fields", 3, [[3, -7], [0, 2]]),
        "the generators of evidence.fields[3] do not increase",
    ),
    "same generator": (
        changed("hyperbola", "evidence", "fields", [[[0, 1], [0, 2]]]),
        "the generators of evidence.fields[0] do not increase",
    ),
    "zero": (changed("hyperbola", "evidence", "fields", [[[0, 0]]]), "a coefficient of evidence.fields[0] is zero"),
    "empty word": (changed("hyperbola", "evidence", "words", [[]]), "evidence.words[0] is empty"),
    "letter": (changed("hyperbola", "evidence", "words", [[1]]), "a letter of evidence.words[0] is 1, more than 0"),
    "long word": (
        changed("hyperbola", "evidence", "words", [[0] * 13]),
        "too large to check here: evidence.words[0] has 13 letters, over 12",
    ),
    "many words": (changed("hyperbola", "evidence", "words", [[0]] * 3), "evidence.words has 3 entries, more than"),
    "same words": (
        changed("factorization", "evidence", "words", [[0], [1], [2], [3], [3]]),
        "depends on the other words at the point, modulo 10007",
    ),
    "zero bracket": (
        changed("factorization", "evidence", "words", [[0], [1], [2], [3], [0, 0]]),
        "evidence.words[4] depends on the other words at the point, modulo 10007",
    ),
    "dead point": (
        changed("linear", "evidence", "point", [0, 0, 0, 0]),
        "the gradient of evidence.upper.laws[0] depends on the others at the point, modulo 10007",
    ),
    "p divides": (changed("no law", "evidence", "point", [3, 6]), "depends on the other words at the point, modulo 3"),
    "method": (changed("hyperbola", "evidence", "upper", "method", "faith"), "evidence.upper.method is 'faith', not"),
    "no method": (changed("hyperbola", "evidence", "upper", {}), "evidence.upper has no key 'method'"),
    "upper": (changed("hyperbola", "evidence", "upper", 1), "evidence.upper is 1, not an object"),
    "too many laws": (
        changed("hyperbola", "evidence", "upper", "laws", [squares("x", "y")] * 2),
        "evidence.upper.laws has 2 entries, more than 2 - 1",
    ),
    "false law": (
        changed("hyperbola", "evidence", "upper", "laws", [squares("xy", "")]),
        "evidence.upper.laws[0] is not conserved: its derivative along generator 0 is not zero",
    ),
    "false law of a linear network": (
        changed("linear", "evidence", "upper", "laws", 0, 3, 0, "1"),
        "evidence.upper.laws[0] is not conserved: its derivative along generator 1 is not zero",
    ),
    "false law of a relu network": (
        changed("relu with bias", "evidence", "upper", "laws", 0, 2, 0, "1"),
        "evidence.upper.laws[0] is not conserved: its derivative along some path is not zero",
    ),
    "dependent laws": (
        changed("nothing moves", "evidence", "upper", "laws", [[["1", {"x": 1}]], [["2", {"x": 1}], ["1", {}]]]),
        "the gradient of evidence.upper.laws[1] depends on the others at the point, modulo 7",
    ),
    "constant law": (
        changed("nothing moves", "evidence", "upper", "laws", [[["1", {"x": 1}]], [["1", {}]]]),
        "the gradient of evidence.upper.laws[1] depends on the others at the point, modulo 7",
    ),
    "law mod p": (
        changed("nothing moves", "evidence", "upper", "laws", 0, [["1", {"x": 1}], ["1/7", {"x": 7}]]),
        "evidence.prime is 7, which divides a denominator of the model or of a law",
    ),
    # involutive evidence
    "multiplier": (
        changed("multiplier", "evidence", "point", [0, 1]),
        "evidence.words[0] depends on the other words at the point, modulo 10007",
    ),
    "multiplier 0": (
        changed("seven laws", "evidence", "upper", "multiplier", []),
        "evidence.upper.multiplier is zero at the point",
    ),
    "multiplier 0 here": (
        count(
            SEVEN,
            SAMPLES["seven laws"]["evidence"]["point"],
            [[[0, 1]]],
            [[0]],
            samples.involutive(ONE_MINUS_U, [[ONE_MINUS_U]], [[[[]]]]),
        ),
        "evidence.upper.multiplier is zero at the point",
    ),
    "second coordinate": (
        count(SHEAR, [1, 1], [[[0, 1]]], [[0]], samples.involutive(ONE, [[ONE], [ONE]], [[[[]]], [[[]]]])),
        "evidence.upper.generators[1] is not an identity in coordinate y",
    ),
    "second coordinate of a bracket": (
        count(SHEAR, [1, 0], [[[0, 1]], [[1, 1]]], [[0], [1]], samples.involutive(ONE, EACH, [[[[], []]] * 2] * 2)),
        "evidence.upper.brackets[0][1] is not an identity in coordinate y",
    ),
    "generators": (
        changed("seven laws", "evidence", "upper", "generators", []),
        "evidence.upper.generators has 0 entries, not 1",
    ),
    "rows": (
        changed("seven laws", "evidence", "upper", "brackets", [[[]]]),
        "evidence.upper.brackets[0][0] has 0 entries, not 1",
    ),
    "identity": (
        changed("multiplier", "evidence", "upper", "generators", 1, [[["2", {"x": 1}]]]),
        "evidence.upper.generators[1] is not an identity in coordinate x",
    ),
    "bracket identity": (
        changed("multiplier", "evidence", "upper", "brackets", 0, [[[["1", {"x": 1}]]]]),
        "evidence.upper.brackets[0][0] is not an identity in coordinate x",
    ),
    # the other claims
    "not a law": (
        changed("conserved", "claim", "law", [["1", {"U_1_1": 1}]]),
        "claim.law is not conserved: its derivative along generator 0 is not zero",
    ),
    "constant": (changed("conserved", "claim", "law", [["5", {}]]), "claim.law is constant"),
    "nothing": (changed("conserved", "claim", "law", []), "claim.law is constant"),
    "evidence of a law": (changed("conserved", "evidence", {"point": []}), "evidence has the unknown key 'point'"),
    "value": (changed("not conserved", "evidence", "value", "2"), "evidence.value is '2', but the value is 2/3"),
    "value 0": (changed("not conserved", "evidence", "value", "0"), "evidence.value is zero, which refutes nothing"),
    "generator g": (changed("not conserved", "evidence", "generator", 4), "evidence.generator is 4, more than 3"),
    "point": (changed("not conserved", "evidence", "point", ["1"]), "evidence.point has 1 entries, not 4"),
    "coordinate": (changed("not conserved", "evidence", "point", 0, "1.5"), "evidence.point[0] is '1.5', not a string"),
    "conserved after all": (
        changed("not conserved, map", "claim", "law", squares("x", "y")),
        "evidence.value is '-6', but the value is 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REJECTIONS)
def test_a_rejection_says_what_is_wrong_and_where(case):
    data, message = REJECTIONS[case]
    report = checker.check_data(data)
    assert (report.accepted, report.verdict) == (False, "REJECTED")
    assert message in report.summary
    assert report.summary.endswith(".")
    assert "\n" not in report.summary


@pytest.mark.parametrize(
    "text",
    ["+3", "03", "6/4", "1/0", " 3", "3 ", "3\n", "-0", "00", "1/1", "2/1", "-", "", "1/-2", "--1", "1/02", "0/1",
     "1/", "/2", "1.0", "1e3", "٣", "³", "½", "1_000", "0x1", "inf", "nan", "1/2/3", "−1", "x", 3, 1.0, None, True, []],
)  # fmt: skip
def test_there_is_one_way_to_write_a_coefficient(text):
    report = checker.check_data(changed("conserved", "claim", "law", 3, 0, text))
    assert not report.accepted
    assert "term 3 of claim.law: the coefficient is" in report.summary


@pytest.mark.parametrize("name", ["1x", "x y", "", "x'", "é", "x\n", "а", "x" * 101, "𝑥", 3, None, ["x"], True])
def test_variable_names(name):
    report = checker.check_data(changed("hyperbola", "model", "variables", 0, name))
    assert "in model.variables is not a variable name" in report.summary


@pytest.mark.parametrize("exponent", [0, -1, True, 1.0, "1", None, 10**30, [1]])
def test_exponents(exponent):
    data = changed("hyperbola", "model", "components", 0, [["1", {"x": exponent, "y": 1}]])
    assert not checker.check_data(data).accepted
    assert "term 0 of model.components[0]: " in checker.check_data(data).summary


def test_denominators():
    """A prime that divides a denominator proves nothing, whether or not differentiating would cancel it."""
    model = {"kind": "map", "variables": ["x", "y"], "components": [[["1/2", {"x": 2}], ["1/3", {"y": 1}]]]}
    upper = samples.involutive([["1", {}]], [[[["1", {}]]]], [[[[]]]])
    for prime, accepted in ((3, False), (5, True), (7, True)):
        report = checker.check_data(count(model, [1, 1], [[[0, 1]]], [[0]], upper, prime))
        assert report.accepted is accepted
    assert (
        "evidence.prime is 3, which divides a denominator"
        in checker.check_data(count(model, [1, 1], [[[0, 1]]], [[0]], upper, 3)).summary
    )
    law = [["1/5", {"x": 5}], ["1", {"x": 1}]]
    still = {"kind": "map", "variables": ["x"], "components": [[]]}
    assert not checker.check_data(count(still, [1], [], [], laws(law), 5)).accepted
    assert checker.check_data(count(still, [2], [], [], laws(law), 7)).accepted


TEXTS = {
    "no JSON": ("exactly one law", "not JSON: Expecting value at line 1, column 1"),
    "empty": ("", "not JSON: Expecting value at line 1, column 1"),
    "two objects": ("{} {}", "not JSON: Extra data at line 1, column 4"),
    "cut": (json.dumps(SAMPLES["hyperbola"])[:-1], "not JSON: "),
    "duplicate": ('{"format": 1, "format": 1}', "the key 'format' appears twice in one object"),
    "float": ('{"version": 1.0}', "the number '1.0' is not an integer"),
    "exponent": ('{"version": 1e0}', "the number '1e0' is not an integer"),
    "nan": ('{"version": NaN}', "the number 'NaN' is not an integer"),
    "infinity": ('[-Infinity]', "the number '-Infinity' is not an integer"),
    "minus zero": ("[-0]", "zero is written -0"),
    "long integer": (f"[{'9' * 5000}]", "too large to check here: an integer of 5000 digits"),
    "deep": ("[" * 200_000, "too large to check here: the JSON is nested too deeply"),
    "deep objects": ('{"a":' * 200_000, "too large to check here: the JSON is nested too deeply"),
    "two byte order marks": ("\ufeff\ufeff{}", "not JSON: "),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXTS)
def test_a_rejected_text_says_what_is_wrong(case):
    text, message = TEXTS[case]
    report = checker.check_text(text)
    assert (report.accepted, report.verdict) == (False, "REJECTED")
    assert message in report.summary


@pytest.mark.parametrize("thing", [None, 3, b"{}", [], {}])
def test_things_that_are_no_text(thing):
    assert "not text" in checker.check_text(thing).summary


def test_every_key_twice_is_rejected():
    """At the level of the text: each object of each sample with each of its keys repeated."""
    tried = 0
    for data in SAMPLES.values():
        for text in with_a_key_twice(data):
            report = checker.check_text(text)
            assert "appears twice in one object" in report.summary
            tried += 1
    assert tried > 300


def with_a_key_twice(data):
    """All texts of the data in which one key of one object is repeated."""
    if isinstance(data, dict):
        parts = {key: json.dumps(value) for key, value in data.items()}
        for key in parts:
            yield "{" + ", ".join(f'"{k}": {v}' for k, v in [*parts.items(), (key, parts[key])]) + "}"
        for key in data:
            for inner in with_a_key_twice(data[key]):
                yield "{" + ", ".join(f'"{k}": {inner if k == key else v}' for k, v in parts.items()) + "}"
    elif isinstance(data, list):
        for i in range(len(data)):
            for inner in with_a_key_twice(data[i]):
                parts = [inner if k == i else json.dumps(entry) for k, entry in enumerate(data)]
                yield "[" + ", ".join(parts) + "]"


# ---------------------------------------------------------------- claims that one may wish were proved


def test_false_claims_with_clever_evidence():
    zero, one = [["1", {"z": 1}]], [["1", {}]]
    linear, narrow = {"kind": "linear", "widths": [1, 2, 1]}, {"kind": "relu", "widths": [1, 2, 1], "bias": False}
    xyz = {**XY, "variables": ["x", "y", "z"]}
    attempts = [
        # the same law twice, as a multiple, as a square, with a constant added
        count(xyz, [1, 2, 3], [[[0, 1]]], [[0]], laws(squares("x", "y"), squares("x", "y"))),
        count(xyz, [1, 2, 3], [[[0, 1]]], [[0]], laws(squares("x", "y"), [["7", {"x": 2}], ["-7", {"y": 2}]])),
        count(xyz, [1, 2, 3], [[[0, 1]]], [[0]], laws(zero, [["1", {"z": 2}]])),
        count(xyz, [1, 2, 3], [[[0, 1]]], [[0]], laws(zero, [["1", {"z": 1}], ["1", {}]])),
        # a law that is constant, and none at all
        count(xyz, [1, 2, 3], [[[0, 1]]], [[0]], laws(zero, [["1", {}]])),
        count(xyz, [1, 2, 3], [[[0, 1]]], [[0]], laws(zero, [])),
        # independent only where the law is singular, or modulo no prime
        count(XY, [0, 0], [[[0, 1]]], [[0]], laws(squares("x", "y"))),
        count(XY, [101, 202], [[[0, 1]]], [[0]], laws(squares("x", "y")), 101),
        # words that vanish or repeat, and more words than there are dimensions
        count(xyz, [1, 2, 3], [[[0, 1]]], [[0], [0]], laws(zero)),
        count(xyz, [1, 2, 3], [[[0, 1]], [[0, 2]]], [[0], [1]], laws(zero)),
        count(xyz, [1, 2, 3], [[[0, 1]]], [[0], [0, 0]], laws(zero)),
        count(XY, [1, 2], [[[0, 101]]], [[0]], laws(squares("x", "y")), 101),
        count(XY, [1, 2], [[[0, 1]]], [[0], [0], [0]], laws()),
        # an involutive frame that is too small, with a multiplier that vanishes identically, or at the point
        count(samples.PLANE, [2, 3], [[[0, 1]]], [[0]], samples.involutive([], [[[]], [[]]], [[[[]]], [[[]]]])),
        count(samples.PLANE, [2, 3], [[[0, 1]]], [[0]], samples.involutive(one, [[one], [[]]], [[[[]]], [[[]]]])),
        count(samples.SHIFTED, [0, 5], [[[1, 1]]], [[0]], SAMPLES["multiplier"]["evidence"]["upper"]),
        count(XY, [0, 2], [], [], samples.involutive([["1", {"x": 1}]], [[]], [[]])),
        # the point is a zero of the fields, where the frame of an involutive family is none
        count(XY, [0, 0], [[[0, 1]]], [[0]], samples.involutive([["1", {}]], [[[["1", {}]]]], [[[[]]]])),
        # an empty family, and no variables at all
        count({"kind": "map", "variables": ["x"], "components": []}, [1], [], [], laws([["1", {"x": 1}]])),
        count({"kind": "fields", "variables": [], "fields": [[]]}, [], [], [], laws()),
        conserved({"kind": "fields", "variables": ["x"], "fields": []}, [["1", {"x": 1}]]),
        # the law of another kind of network
        conserved(samples.SQUARE, [["1", {"U_1_1": 2}], ["-1", {"V_1_1": 2}]]),
        conserved(samples.BIASED, squares(["U1_1_1"], ["U2_1_1"])),
        conserved({**samples.DEEP, "bias": True}, samples.balance(samples.DEEP, 1, 1, 1)),
        # off-diagonal entries are laws of linear networks only
        conserved(narrow, samples.balance(linear, 1, 1, 2)),
    ]  # fmt: skip
    for data in attempts:
        report = checker.check_data(data)
        assert not report.accepted, (data, report)
        assert "could not finish" not in report.summary


def test_a_number_that_vanishes_modulo_the_prime_is_still_not_zero():
    """The multiplier must not vanish over the integers; modulo the prime it may."""
    data = changed("multiplier", "evidence", "point", [101, 0])
    data["evidence"]["prime"] = 103
    assert checker.check_data(data).accepted
    data = changed("seven laws", "evidence", "upper", "multiplier", [["101", {}]])
    data["evidence"]["upper"]["generators"] = [[[["101", {}]]]]
    data["evidence"]["prime"] = 101
    assert checker.check_data(data).accepted


def test_the_sign_of_a_bracket_matters():
    data = changed("multiplier", "evidence", "upper", "brackets", 0, [[[["1", {"x": 1}]]]])
    assert not checker.check_data(data).accepted
    assert checker.check_data(SAMPLES["multiplier"]).accepted


def test_the_first_letter_is_the_outer_bracket():
    """[x, [x, y]] and [y, [x, x]] are different words."""
    data = changed("three letters", "evidence", "words", [[0], [1], [0, 1], [1, 0, 1]])
    assert not checker.check_data(data).accepted
    data = changed("three letters", "evidence", "words", [[0], [1], [0, 1], [0, 1, 0]])
    assert checker.check_data(data).accepted


# ---------------------------------------------------------------- the file and the command


def test_the_checker_shares_nothing_with_the_engine():
    tree = ast.parse(Path(certificates.__file__).read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Name):
            assert node.id not in ("eval", "exec", "__import__", "compile", "float")
    assert names <= sys.stdlib_module_names


@pytest.fixture
def files(tmp_path):
    (tmp_path / "law.json").write_text(json.dumps(SAMPLES["factorization"]), encoding="utf-8")
    (tmp_path / "not.json").write_text(json.dumps(SAMPLES["not conserved"]), encoding="utf-8")
    (tmp_path / "bad.json").write_text(json.dumps(changed("linear", "claim", "exact", False)), encoding="utf-8")
    return tmp_path


def run(*arguments, cwd):
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def test_as_a_script_on_its_own_with_the_standard_library_only(files):
    shutil.copy(FILE, files / "judge.py")
    shutil.copytree(FILE.parent / "court", files / "court")
    isolated = ("-I", "-S", "-W", "error")
    code, out, err = run(*isolated, "judge.py", "law.json", "not.json", cwd=files)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"law.json: {EXPECTED['factorization']}",
        f"not.json: {EXPECTED['not conserved']}",
    ]
    code, out, _ = run(*isolated, "-c", "import sympy", cwd=files)
    assert code == 1  # nothing else is installed there


def test_as_a_module(files):
    code, out, err = run("-m", "conslaw_nb.checker", "law.json", "bad.json", cwd=files)
    assert (code, err) == (1, "")
    assert out.splitlines()[1] == "bad.json: REJECTED: claim.exact is False, with bounds 1 and 1."


def test_exit_status_and_messages(files, capsys, monkeypatch):
    monkeypatch.chdir(files)
    (files / "folder").mkdir()
    (files / "latin.json").write_bytes(b'{"format": "\xe9"}')
    assert checker.main(["law.json"]) == 0
    assert checker.main(["law.json", "bad.json"]) == 1
    assert checker.main(["latin.json"]) == 1
    assert "latin.json: REJECTED: not UTF-8 text, at byte 12." in capsys.readouterr().out
    assert checker.main(["no.json", "bad.json", "folder", "law.json"]) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [
        "no.json: cannot be read: No such file or directory.",
        "folder: cannot be read: it is not a file.",
    ]
    assert [line.split(": ")[:2] for line in captured.out.splitlines()] == [
        ["bad.json", "REJECTED"],
        ["law.json", "PROVED"],
    ]
    assert checker.main([]) == 2
    assert "usage: python -m conslaw_nb.checker FILE" in capsys.readouterr().err
    assert checker.main(["--strict", "law.json"]) == 2
    assert checker.main(["--help"]) == 0
    assert "usage:" in capsys.readouterr().out


def test_check_file_never_raises(tmp_path):
    for path in (tmp_path, tmp_path / "no.json", "a\0b", None, 3.5):
        report = checker.check_file(path)
        assert (report.accepted, report.verdict) == (False, "REJECTED")
        assert report.summary.startswith("cannot be read: ")


def test_names_that_a_terminal_cannot_show(tmp_path):
    (tmp_path / "loi_é_θ.json").write_text(
        json.dumps(SAMPLES["not conserved, map"]).replace('"x"', '"θ"'), encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "conslaw_nb.checker", "loi_é_θ.json"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(FILE.parent.parent), "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u03b8**2 + y**2 is not conserved" in done.stdout


# ---------------------------------------------------------------- the schema


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_schema_describes_the_certificates(name):
    jsonschema.Draft202012Validator(SCHEMA).validate(SAMPLES[name])


def test_the_schema_refuses_other_shapes():
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for data in (
        {},
        changed("hyperbola", "note", 1),
        changed("hyperbola", "version", 2),
        changed("hyperbola", "model", "kind", "tree"),
        changed("hyperbola", "model", "widths", [1, 2]),
        changed("linear", "model", "bias", True),
        changed("linear", "model", "widths", [2, 0]),
        changed("hyperbola", "claim", "exact", 1),
        changed("hyperbola", "claim", "kind", "beauty"),
        changed("hyperbola", "claim", "kind", "conserved"),
        changed("hyperbola", "evidence", "prime", 2),
        changed("hyperbola", "evidence", "fields", [[[0, 0]]]),
        changed("hyperbola", "evidence", "words", [[]]),
        changed("hyperbola", "evidence", "upper", "method", "faith"),
        changed("conserved", "evidence", {"point": []}),
        changed("conserved", "claim", "law", 3, 0, "03"),
        changed("conserved", "claim", "law", 3, 0, "3/1"),
        changed("conserved", "claim", "law", 3, 0, "0"),
        changed("conserved", "claim", "law", 3, 1, {"U_1_1": 0}),
        changed("not conserved", "evidence", "value", "0"),
        changed("not conserved", "evidence", "point", ["1.5"]),
        certificate(XY, {"kind": "conserved"}, {}),
    ):
        assert not validator.is_valid(data)
        assert not checker.check_data(data).accepted


def test_the_limits_of_the_schema_are_those_of_the_checker():
    definitions = SCHEMA["$defs"]
    evidence = definitions["count_evidence"]["properties"]
    assert definitions["size"]["maximum"] == certificates.MAX_PARAMETERS
    assert definitions["nonzero"]["maxLength"] == certificates.MAX_DIGITS
    assert definitions["variable"]["pattern"] == f"^{certificates.NAME.pattern}$".replace("\\u0370", "\u0370").replace(
        "\\u03ff", "\u03ff"
    )
    assert evidence["prime"]["maximum"] == certificates.MAX_PRIME - 1
    assert evidence["words"]["items"]["maxItems"] == certificates.MAX_WORD
    powers = definitions["polynomial"]["items"]["prefixItems"][1]
    assert powers["additionalProperties"]["maximum"] == certificates.MAX_DEGREE
