"""Version 3 of the certificates, laws of any kind: true ones are accepted, and no change makes a false one pass."""

import copy
import functools
import json
import random
from fractions import Fraction

import jsonschema
import pytest
from certificate_samples import at, expanded, rank, read_polynomial, replaced, word_field
from test_checker import SCHEMA
from test_checker_mutations import mutants, same

import conslaw_nb as cl
from conslaw_nb import checker
from conslaw_nb.court import certificates, found
from conslaw_nb.laws.finding.forms import read_form

VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


MODELS = {
    "an exponential": "phi(x + y**2/2)",
    "ratios": "phi(x**2 + y**2 + z**2)",
    "an integral": "phi(x**2*y + z)",
    "laws in front of logarithms": "fields([u, v, s, t], [u*v, u*v, s*t, s*t])",
    "the seventh": "linear(1,2,2,1)",
    "separated": "linear(1,2,3,1)",
    "two at once": "linear(1,3,3,1)",
    "not all": "phi(x**2*y + z)",
}


@functools.cache
def sample(name):
    """Return a certificate; made when a test asks, so that reading this file takes no time."""
    options = {"kinds": "polynomial"} if name == "not all" else {}
    return json.loads(cl.certify(cl.find_laws(cl.parse_model(MODELS[name]), **options)).text)


SAID = {
    "an exponential": "1 independent conservation law near the point (1 by a form; 2 parameters), and there are no "
    "others.",
    "the seventh": "7 independent conservation laws near the point (6 as polynomials, 1 by a form; 8 parameters), and "
    "there are no others.",
    "two at once": "14 independent conservation laws near the point (12 as polynomials, 2 by separated variables; 15 "
    "parameters), and there are no others.",
    "not all": "1 independent conservation law near the point (1 as polynomials; 3 parameters); there are at most 2.",
}


@pytest.mark.parametrize("name", MODELS)
def test_a_true_certificate_is_accepted(name):
    data = sample(name)
    report = checker.check_data(data)
    assert report.accepted, report.summary
    assert report.summary == SAID.get(name, report.summary)
    assert data["claim"]["complete"] is (name != "not all")
    VALIDATOR.validate(data)


# ---------------------------------------------------------------- a slow judge


def kernel(rows, width):
    """A basis of the vectors on which all rows vanish, over the rational numbers."""
    rows, pivots = [[Fraction(x) for x in row] for row in rows], []
    for column in range(width):
        pivot = next((r for r in range(len(pivots), len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        k = len(pivots)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][column] for x in rows[k]]
        rows = [row if r == k else [x - row[column] * y for x, y in zip(row, rows[k], strict=True)]
                for r, row in enumerate(rows)]  # fmt: skip
        pivots.append(column)
    basis = []
    for free in (c for c in range(width) if c not in pivots):
        vector = [Fraction(0)] * width
        vector[free] = Fraction(1)
        for k, pivot in enumerate(pivots):
            vector[pivot] = -rows[k][free]
        basis.append(vector)
    return basis


def closed_at(parts, multiplier, known, point, space):
    """Whether d(N/m) vanishes on the common kernel of the known differentials, at a point."""
    gens = space.gens
    m = at(multiplier, point)
    slope = [at(multiplier.diff(x), point) for x in gens]
    values = [at(a, point) for a in parts]
    table = [[at(a.diff(x), point) for a in parts] for x in gens]  # the derivative of a_j along x_i
    turn = [
        [m * (table[i][j] - table[j][i]) - slope[i] * values[j] + slope[j] * values[i] for j in range(len(gens))]
        for i in range(len(gens))
    ]
    tangent = kernel(known, len(gens))
    return all(
        sum(v[i] * turn[i][j] * w[j] for i in range(len(gens)) for j in range(len(gens))) == 0
        for v in tangent
        for w in tangent
    )


def is_true(data):
    """Decide a well-formed certificate without stretches, at random points where the court expands identities."""
    space, generators = expanded(data["model"])
    point, rng = data["evidence"]["point"], random.Random(0)
    places = [[rng.randrange(1, 50) for _ in space.gens] for _ in range(2)]
    listed = []
    for law in data["claim"]["laws"]:
        if law["kind"] == "law":
            h, modulo = read_polynomial(space, law["law"]), []
            parts, multiplier = [h.diff(x) for x in space.gens], space.one
        else:
            parts = [read_polynomial(space, law["form"].get(str(x), [])) for x in space.symbols]
            multiplier, modulo = read_polynomial(space, law["multiplier"]), law["modulo"]
        for v in generators:
            if sum((a * b for a, b in zip(parts, v, strict=True)), space.zero):
                return False
        for place in places:
            known = [[at(a, place) for a in listed[j]] for j in modulo]
            if not closed_at(parts, multiplier, known, place, space):
                return False
        if at(multiplier, point) == 0:
            return False
        listed.append(parts)
    n = rank([[at(a, point) for a in parts] for parts in listed])
    words = [word_field(data["model"], data["evidence"]["fields"], word) for word in data["evidence"]["words"]]
    r = rank([[at(entry, point) for entry in w] for w in words])
    complete = data["claim"]["complete"]
    return n == len(listed) and r == len(words) and complete is (n == len(space.gens) - r)


SMALL = ["an exponential", "ratios", "an integral", "laws in front of logarithms", "not all"]


@pytest.mark.parametrize("name", SMALL)
def test_one_change(name):
    """Every fifth change of a small file; those that are accepted are true."""
    original = sample(name)
    assert is_true(original)
    tried = accepted = 0
    for number, mutant in enumerate(mutants(original, ["x", "y"])):
        if number % 5 or same(mutant, original):
            continue
        report = checker.check_data(mutant)
        assert "could not finish" not in report.summary, mutant
        tried += 1
        if report.accepted:
            accepted += 1
            assert is_true(mutant), mutant
    assert tried > 80
    assert accepted < tried / 4


def changed(name, *path_and_value):
    return replaced(sample(name), *path_and_value)


LAWS = ("claim", "laws")
REJECTED = {
    "not a law": (("the seventh", *LAWS, 0, "law", 0, 0, "5"), "claim.laws[0] is not conserved"),
    "a constant": (("not all", *LAWS, 0, "law", [["7", {}]]), "claim.laws[0] is constant"),
    "not zero on a generator": (
        ("ratios", *LAWS, 0, "form", "z", [["1", {"x": 1}]]),
        "claim.laws[0] is not zero on generator 0",
    ),
    "another denominator": (
        ("ratios", *LAWS, 0, "multiplier", [["1", {"x": 1}]]),
        "claim.laws[0] is not closed modulo the laws it names",
    ),
    "modulo too few": (
        ("the seventh", *LAWS, 6, "modulo", [0, 1, 2, 3, 4]),
        "claim.laws[6] is not closed modulo the laws it names",
    ),
    "modulo itself": (("the seventh", *LAWS, 6, "modulo", [6]), "an entry of claim.laws[6].modulo is 6, more"),
    "twice": (("the seventh", *LAWS, 6, "modulo", [1, 1]), "claim.laws[6].modulo has 1 twice"),
    "the same law again": (
        ("ratios", *LAWS, 1, lambda data: data["claim"]["laws"][0]),
        "the differentials of claim.laws are not independent at the point",
    ),
    "no laws": (("ratios", *LAWS, []), "claim.laws is empty"),
    "more than there can be": (
        ("not all", *LAWS, lambda data: data["claim"]["laws"] * 30_000),
        "claim.laws has 30000 entries, and there are 3 parameters",
    ),
    "too many parameters": (
        ("two at once", "model", "widths", [1, 200, 200, 1]),
        "evidence.point has 15 entries, not 40400",
    ),
    "all, it says": (("not all", "claim", "complete", True), "claim.complete is True, with 1 of 2"),
    "dependent words": (
        ("ratios", "evidence", "words", [[0], [0]]),
        "evidence.words are not independent at the point",
    ),
    "a pole": (("ratios", "evidence", "point", [2, 0, 5]), "the multiplier of claim.laws[0] is zero there"),
    "power too high": (("separated", *LAWS, 9, "power", 1), "claim.laws[9].power is 1, and at most 0 are laws"),
    "no such layer": (("separated", *LAWS, 9, "layer", 2), "claim.laws[9].layer is 2, and there are 3 matrices"),
    "two equal powers": (
        ("two at once", *LAWS, 13, "power", 0),
        "the differentials of claim.laws are not independent at the point",
    ),
    "a stretch of a map": (
        ("ratios", *LAWS, 0, {"kind": "stretch", "layer": 1, "power": 0}),
        "model.kind is 'map', not one of: linear",
    ),
    "not an end": (
        (
            "separated",
            {
                "model": {"kind": "linear", "widths": [2, 2, 2, 1]},
                "claim": {"kind": "laws", "laws": [{"kind": "stretch", "layer": 1, "power": 0}], "complete": False},
                "evidence": {"point": list(range(1, 11)), "prime": 101, "fields": [], "words": []},
            },
        ),
        "claim.laws[0] does not begin and end at a layer of width 1",
    ),
}


@pytest.mark.parametrize("name", REJECTED)
def test_what_is_wrong_is_said(name):
    change, message = REJECTED[name]
    report = checker.check_data(changed(*change))
    assert not report.accepted
    assert report.summary.startswith(message), report.summary


def test_a_form_modulo_a_form_needs_what_that_one_needs():
    """u−v, s−t, and the form with logarithms: a fourth law modulo the third alone would be modulo no function."""
    data = copy.deepcopy(sample("laws in front of logarithms"))
    last = data["claim"]["laws"][2]
    data["claim"]["laws"].append({**last, "modulo": [2]})
    assert "is modulo laws[2], but not modulo what that one is modulo" in checker.check_data(data).summary


WIDTHS = [(1, 2, 2, 1), (1, 2, 3, 1), (1, 3, 2, 1), (1, 3, 3, 1), (1, 4, 3, 1), (1, 4, 4, 1), (2, 1, 3, 2, 1)]


@pytest.mark.parametrize("widths", WIDTHS)
def test_separated_forms_are_the_engines(widths):
    """The court computes them from the matrices at the point, the engine from a formula in letters."""
    phi, p = cl.linear(*widths), 2147483647
    rng = random.Random(str(widths))
    point = [rng.randrange(p) for _ in phi.variables]
    forms = phi.closed_forms()
    assert len(forms) == min(widths[-3:-1]) - 1  # the last two hidden widths: of the stretch between widths of 1
    for one in forms:
        stretch = found._Stretch(phi.model_data(), one.layer, one.power, point, p, certificates.Case(), "here")
        mine, theirs = read_form(one.text, phi, one.let).residues(point, p), stretch.form()
        ratio = next(v * pow(theirs[i], -1, p) % p for i, v in mine.items())
        assert mine == {i: v * ratio % p for i, v in theirs.items()}
