"""The court of claims and proofs: true statements stand, false ones are contradicted, by a program of its own."""

import json
import random
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from math import lcm
from pathlib import Path

import court_samples as samples
import jsonschema
import pytest
import sympy
from court_samples import LAYERS, LINEAR, MIXED, SQUARE, STATEMENTS, XY, claim, equal, of, proof
from test_claims import FALSE, TRUE
from test_proofs import GOOD

import conslaw_nb as cl
from conslaw_nb import checker
from conslaw_nb.court import identities, statements
from conslaw_nb.court.chance import Bound, is_prime, odds, passing, random_prime
from conslaw_nb.court.files import hear_data
from conslaw_nb.court.scenes import Bounds, Budget, read_expression, read_lets, read_scene
from conslaw_nb.court.trials import Trial
from conslaw_nb.errors import CertificateError

ROOT = Path(checker.__file__).parent
SCHEMA = json.loads((ROOT / "statements.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def name_of(sample):
    _, said, true = sample
    return f"{'true' if true else 'false'}: {said['kind']} {json.dumps(said)[:60]}"


# -- statements ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", STATEMENTS, ids=name_of)
def test_true_statements_stand_and_false_ones_are_contradicted(sample):
    scene, said, true = sample
    report = hear_data(claim(scene, said))
    assert (report.verdict, report.accepted) == (("STANDS", True) if true else ("REJECTED", False)), report.summary
    assert ("Nothing contradicts it" in report.summary) == true
    assert ("is said to hold, and this contradicts it: " in report.summary) == (not true)
    # and the other way round where the claim was refuted
    report = hear_data(claim(scene, said, "REFUTED"))
    assert report.verdict == ("REJECTED" if true else "STANDS"), report.summary
    assert report.summary.startswith("it is false that ") == (not true)


def test_every_kind_has_true_and_false_statements():
    assert {(said["kind"], true) for _, said, true in STATEMENTS} == {
        (k, t) for k in statements.FORMS for t in (True, False)
    }


@pytest.mark.parametrize("sample", STATEMENTS, ids=name_of)
def test_a_statement_is_as_true_in_a_proof(sample):
    scene, said, true = sample
    harmless = equal(1, 1)
    for data in (proof(scene, said, harmless), proof(scene, harmless, said), proof(scene, harmless, goal=said)):
        report = hear_data(data)
        assert report.verdict == ("STANDS" if true else "REJECTED"), report.summary


@pytest.mark.parametrize("sample", STATEMENTS, ids=name_of)
def test_the_schema_describes_what_is_heard(sample):
    scene, said, _ = sample
    VALIDATOR.validate(claim(scene, said))
    VALIDATOR.validate(proof(scene, said))


def test_it_never_says_that_something_is_proved():
    for scene, said, _ in STATEMENTS:
        for data in (claim(scene, said), claim(scene, said, "REFUTED"), proof(scene, said)):
            report = hear_data(data)
            assert report.verdict in ("STANDS", "REJECTED")
            assert "proved" not in report.summary.lower()


@pytest.mark.parametrize(
    ("scene", "said", "shown"),
    [
        (XY, of("conserved", "x"), r"the derivative along v_1 is (-?\d) at x = (-?\d), y = (-?\d)"),
        (XY, equal(["^", "x", 2], "x"), r"side 1 is (-?\d) and side 2 is (-?\d) at x = (-?\d), y = (-?\d)"),
        (LAYERS, of("conserved", ["tr", samples.UU]), r"at m = 1, n = 1, r = 1, U = -?\d, V = -?\d, G = -?\d"),
        (SQUARE, equal(["*", "A", "B"], ["*", "B", "A"]), r"at n = 2, A = \[\[-?\d, -?\d\], \[-?\d, -?\d\]\], B = "),
        (SQUARE, equal(samples.HAMILTON, 0), r"at n = [3-9], "),
        (MIXED, equal(["*", "A", "u"], 0), r"it does not fit: a \d x \d matrix is multiplied by a \d x \d matrix"),
        (LINEAR, samples.count("=", 4), r"of 8 parameters, dim Lie is 5, at 6 random points"),
    ],
)
def test_the_instance_that_contradicts_is_shown(scene, said, shown):
    for _ in range(5):
        assert re.search(shown, hear_data(claim(scene, said)).summary)


def test_the_instance_is_right():
    """What is shown can be checked by hand: x' = y along v_1 of phi(x*y), and x**2 against x."""
    for _ in range(20):
        found = hear_data(claim(XY, of("conserved", "x"))).summary
        value, _, y = re.search(r"is (-?\d) at x = (-?\d), y = (-?\d)", found).groups()
        assert value == y
        found = hear_data(claim(XY, equal(["^", "x", 2], "x"))).summary
        square, x, again = re.search(r"side 1 is (-?\d) and side 2 is (-?\d) at x = (-?\d)", found).groups()
        assert (int(square), x) == (int(again) ** 2, again)


# -- sizes -----------------------------------------------------------------------------------------------


def sizes_of(scene, said, monkeypatch):
    tried = []

    class Watched(Trial):
        def __init__(self, scene, sizes=None, **more):
            tried.append(dict(sizes))
            super().__init__(scene, sizes, **more)

    monkeypatch.setattr(identities, "Trial", Watched)
    assert hear_data(claim(scene, said)).verdict == "STANDS"
    return tried


def test_sizes_are_one_and_small_and_unequal_and_larger_than_the_degree(monkeypatch):
    for _ in range(10):
        tried = sizes_of(LAYERS, equal(["dot", ["-", samples.UU, samples.VV]], 0), monkeypatch)
        assert {"n": 1, "m": 1, "r": 1} in tried
        for size in "nmr":
            assert any(s[size] == 1 and all(k > 1 for n, k in s.items() if n != size) for s in tried)
            assert any(s[size] > 1 and all(k == 1 for n, k in s.items() if n != size) for s in tried)
        assert any(len(set(s.values())) == 3 for s in tried)
        assert sum(min(s.values()) >= 4 for s in tried) >= 3  # three letters in a product: U, G and V


def test_where_sizes_are_numbers_all_of_some_large_ones_are_tried(monkeypatch):
    """A polynomial of degree 1 in n that is not zero does not vanish at two sizes."""
    tried = sizes_of(SQUARE, equal(["*", ["size", "n"], ["tr", "A"]], ["*", ["tr", "A"], ["size", "n"]]), monkeypatch)
    large = {s["n"] for s in tried if s["n"] >= 2}
    assert len(large) >= 2


def test_a_false_statement_of_large_degree_in_the_sizes_is_found():
    for top in (3, 12, 25):
        said = equal(["*", *(["-", ["size", "n"], k] for k in range(1, top)), "A"], 0)
        assert hear_data(claim(SQUARE, said)).verdict == "REJECTED"


# -- what the flow is ------------------------------------------------------------------------------------


def flow(**changes):
    return {**LAYERS, "flow": {**LAYERS["flow"], **changes}}


LAW = of("conserved", ["-", samples.UU, samples.VV])
ROTATED = {"U": ["*", "G", "V"], "V": ["*", ["T", "G"], "U"]}


def test_the_gradient_flow_is_one():
    assert hear_data(claim(flow(of=[], gradients=[]), LAW)).accepted
    assert hear_data(claim(flow(velocities=ROTATED, of=[], gradients=[]), LAW)).accepted  # another flow, the same law
    report = hear_data(claim(flow(velocities=ROTATED), LAW))  # up the hill
    assert "the flow is not the gradient flow it is said to be" in report.summary
    report = hear_data(claim(flow(of=[["*", 2, "U", ["T", "V"]]]), LAW))
    assert "the flow is not the gradient flow it is said to be" in report.summary
    report = hear_data(claim(flow(of=[["*", ["T", "U"], "V"]]), LAW))
    assert "it does not fit" in report.summary


def test_an_arbitrary_gradient_is_arbitrary():
    numbers = {"u": ["1", "1"], "v": ["1", "1"], "g": ["1", "1", "skew"]}  # such a g is 0
    moves = {
        "velocities": {"u": ["-", ["*", "v", "g"]], "v": ["-", ["*", "u", "g"]]},
        "of": [["*", "u", "v"]],
        "gradients": ["g"],
    }
    skew = {"given": numbers, "flow": moves}
    assert (
        "'g' in about.flow.gradients is not an arbitrary matrix" in hear_data(claim(skew, of("conserved", "u"))).summary
    )
    for gradients in (["U"], ["V"], ["no"], [7]):
        assert "is not an arbitrary matrix" in hear_data(claim(flow(gradients=gradients), LAW)).summary
    inside = flow(of=[["*", "U", ["T", "V"], "G"]])
    assert "'G' in about.flow.gradients is not an arbitrary matrix" in hear_data(claim(inside, LAW)).summary
    moved = {**LAYERS["flow"]["velocities"], "G": "G"}
    assert "'G' in about.flow.gradients is not" in hear_data(claim(flow(velocities=moved), LAW)).summary


def test_what_phi_holds_moves():
    still = {"U": LAYERS["flow"]["velocities"]["U"]}
    assert (
        "about.flow is of 'V' too, and does not say how it moves"
        in hear_data(claim(flow(velocities=still), LAW)).summary
    )


def test_a_velocity_keeps_the_kind_of_its_matrix():
    scene = {
        "given": {"S": ["n", "n", "symmetric"], "A": ["n", "n"]},
        "flow": {"velocities": {"S": "A"}, "of": [], "gradients": []},
    }
    assert "S is symmetric and its velocity is not" in hear_data(claim(scene, of("not conserved", "S"))).summary


# -- probabilities ---------------------------------------------------------------------------------------


def test_primes_are_primes_and_differ():
    drawn = {random_prime() for _ in range(40)}
    assert len(drawn) == 40
    assert all(2**60 < p < 2**61 and sympy.isprime(p) for p in drawn)
    rng = random.Random(7)
    odd = [2 * rng.randrange(1, 2**60) + 1 for _ in range(400)]
    assert [is_prime(n) for n in odd] == [sympy.isprime(n) for n in odd]
    # strong pseudoprimes to many bases
    for n in (2047, 1373653, 25326001, 3215031751, 3474749660383, 341550071728321, 3825123056546413051):
        assert not is_prime(n)


def test_a_chance_that_says_nothing_is_not_called_one_in_one():
    assert passing(Fraction(1)) == passing(Fraction(3, 4)) == "may well pass, for no better bound is known here"
    assert passing(Fraction(1, 2)) == "passes with probability below 1 in 2"


def test_the_odds_are_rounded_against_us():
    for risk in (Fraction(7, 10**30), Fraction(1, 2**360), Fraction(999, 10**9), Fraction(1, 7), Fraction(9, 10)):
        shown = odds(risk)
        base, _, exponent = shown.removeprefix("1 in ").partition("^")
        assert Fraction(1, int(base) ** int(exponent or 1)) >= risk
        assert Fraction(1, int(base) ** int(exponent or 1)) <= 20 * risk


def tree(rng, depth):
    """A random expression in x and y."""
    if depth == 0:
        return rng.choice(["x", "y", rng.randint(-9, 9), f"{rng.choice([1, 5, 7])}/{rng.choice([2, 3])}"])
    head = rng.choice(["+", "*", "-", "^", "inner", "grad", "d", "along"])
    if head == "^":
        return [head, tree(rng, depth - 1), rng.randint(0, 3)]
    if head in ("inner", "grad"):
        gradients = [["grad", tree(rng, depth - 1)] for _ in range(2)]
        return ["inner", *gradients]
    if head == "d":
        return [head, tree(rng, depth - 1), rng.choice("xy")]
    if head == "along":
        return [head, ["v", 1], tree(rng, depth - 1)]
    return [head, tree(rng, depth - 1), tree(rng, depth - 1)]


def exact(node, x, y):
    """The same with sympy."""
    if isinstance(node, int):
        return sympy.Integer(node)
    if isinstance(node, str):
        return {"x": x, "y": y}.get(node) if node in "xy" else sympy.Rational(node)
    head, *parts = node
    if head == "along":
        h = exact(parts[1], x, y)
        return sympy.expand(y * h.diff(x) + x * h.diff(y))
    if head == "inner":
        f, g = (exact(part[1], x, y) for part in parts)
        return sympy.expand(f.diff(x) * g.diff(x) + f.diff(y) * g.diff(y))
    first = exact(parts[0], x, y)
    if head == "d":
        return first.diff(x if parts[1] == "x" else y)
    if head == "^":
        return sympy.expand(first ** parts[1])
    if len(parts) == 1:
        return -first
    second = exact(parts[1], x, y)
    return sympy.expand({"+": first + second, "-": first - second, "*": first * second}[head])


def scene_of(data):
    return read_scene(data, Budget())


@pytest.mark.parametrize("seed", range(40))
def test_the_bounds_that_probabilities_rest_on_are_true(seed):
    """No expression has a larger degree, or larger coefficients, than its bound; and the values are right."""
    rng = random.Random(seed)
    x, y = sympy.symbols("x y")
    data = tree(rng, 3)
    scene = scene_of(XY)
    node = read_expression(data, "it", scene)
    bound = Bounds(scene).of(node)
    poly = sympy.Poly(exact(data, x, y), x, y)
    scale = lcm(*(int(c.q) for c in poly.coeffs()))
    if not poly.is_zero:
        assert poly.total_degree() <= bound.n
        assert scale <= 2**bound.b
        assert sum(abs(c) for c in poly.coeffs()) <= 2**bound.a  # of N/D, where D >= 1
    point = [Fraction(rng.randint(-5, 5), rng.randint(1, 4)) for _ in "xy"]
    trial = Trial(scene, point=point)
    value = trial.value(node)
    expected = poly.eval({x: sympy.Rational(point[0]), y: sympy.Rational(point[1])})
    assert trial.ring.add(value, trial.ring.number(Fraction(int(expected.p), int(expected.q))), -1).is_zero


def test_a_larger_degree_is_a_larger_risk_and_more_trials_a_smaller_one():
    assert Bound(1).risk < Bound(2).risk < Bound(2, 1).risk < Bound(2, 1, 5).risk < Bound(2, 1, 5, 5).risk
    assert Bound(2**70).risk == 1
    low = hear_data(claim(XY, equal("x", "x"))).summary
    high = hear_data(
        claim(XY, equal(["^", ["^", ["^", "x", 1000], 1000], 1000], ["^", ["^", ["^", "x", 1000], 1000], 1000]))
    ).summary
    exponents = [int(re.search(r"below 1 in 10\^(\d+)", text)[1]) for text in (low, high)]
    assert exponents[0] > 90
    assert 30 < exponents[1] < 60  # a degree of 10**9 among points modulo 2**60
    nothing = ["^", ["^", ["^", ["^", ["^", ["^", ["^", "x", 1000], 1000], 1000], 1000], 1000], 1000], 1000]
    assert "may well pass, for no better bound is known" in hear_data(claim(XY, equal(nothing, nothing))).summary


# -- definitions -----------------------------------------------------------------------------------------


def test_definitions_are_what_they_say():
    lets = [("h", samples.H), ("k", ["*", "h", "h"]), ("X", ["vec", "y", ["-", "x"]])]
    good = equal("k", ["^", ["-", ["^", "x", 2], ["^", "y", 2]], 2])
    assert hear_data(
        proof(XY, good, of("conserved", "h", "k"), equal(["along", "X", "h"], ["*", 4, "x", "y"]), lets=lets)
    ).accepted
    lets[0] = ("h", "x")
    assert "step 1, k = " in hear_data(proof(XY, good, lets=lets)).summary


def test_definitions_of_matrices_may_hold_velocities_and_be_fields():
    lets = [("P", samples.UU), ("Q", ["dot", "P"]), ("X", ["field", ["U", ["*", "G", "V"]]])]
    good = equal("Q", samples.UDOT, flow=False)
    assert hear_data(proof(LAYERS, good, equal("X", ["*", 1, "X"]), lets=lets)).accepted
    report = hear_data(proof(LAYERS, equal(["dot", "Q"], 0), lets=lets))
    assert "has a second derivative in time" in report.summary


# -- from the workshop -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOOD)
def test_proofs_of_the_workshop_stand(name):
    data = json.loads(cl.proof(GOOD[name]).json)
    VALIDATOR.validate(data)
    report = checker.check_data(data)
    assert report.verdict == "STANDS", report.summary


@pytest.mark.parametrize(("text", "model"), TRUE + FALSE)
def test_claims_of_the_workshop_stand(text, model):
    card = cl.claim(text, model)
    try:
        data = json.loads(card.json)
    except CertificateError:
        assert "loss" in text or "exp" in text
        return
    VALIDATOR.validate(data)
    report = checker.check_data(data)
    assert report.verdict == "STANDS", report.summary
    assert report.summary.startswith("it is false that ") == card.verdict.is_refuted


# -- it needs nothing ------------------------------------------------------------------------------------


def run(*arguments, cwd):
    command = [sys.executable, "-S", *arguments]
    environment = {"PYTHONPATH": str(ROOT.parent)}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_the_court_runs_where_nothing_is_installed(tmp_path):
    cl.proof(GOOD["all sizes"]).save(tmp_path / "proof.json")
    cl.claim("dim Lie = 4", "factorization(2,2,2)").save(tmp_path / "claim.json")
    (tmp_path / "false.json").write_text(json.dumps(claim(XY, of("conserved", "x"))), encoding="utf-8")
    done = run("-m", "conslaw_nb.checker", "proof.json", "claim.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.startswith("proof.json: STANDS: Psi is conserved (all sizes of U: n x r, V: m x r, G: n x m, along ")
    assert second.startswith(
        "claim.json: STANDS: it is false that dim Lie = 4 near a generic point (factorization(2, 2, 2)): "
    )
    done = run("-m", "conslaw_nb.checker", "proof.json", "false.json", cwd=tmp_path)
    assert done.returncode == 1
    assert "false.json: REJECTED: x is conserved (phi(x*y) of x, y) is said to hold" in done.stdout
    assert "ModuleNotFoundError" in run("-c", "import sympy", cwd=tmp_path).stderr


def test_the_checker_and_the_folder_beside_it_hear_claims_too(tmp_path):
    shutil.copy(checker.__file__, tmp_path / "checker.py")
    (tmp_path / "claim.json").write_text(json.dumps(claim(XY, of("conserved", samples.H))), encoding="utf-8")
    done = run("checker.py", "claim.json", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("checker.py needs the folder court/ beside it: copy both")
    shutil.copytree(Path(checker.__file__).parent / "court", tmp_path / "court")
    done = run("checker.py", "claim.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "claim.json: STANDS" in done.stdout


def test_what_cannot_be_decided_is_said_with_a_status_of_its_own(tmp_path, capsys):
    names = ["x", "y", "z"]
    deep = {
        "model": {"kind": "fields", "variables": names, "fields": [[[["1", {}]], [], []], [[], [], [["1", {"x": 12}]]]]}
    }
    origin = dict.fromkeys(names, "0")
    for number, verdict in ((1, "UNKNOWN"), (2, "UNKNOWN"), (0, "REJECTED"), (4, "REJECTED")):
        # at x = 0 only a bracket of thirteen letters shows the second dimension
        report = hear_data(claim(deep, samples.dimension("Lie", "=", number, origin)))
        assert report.verdict == verdict, report.summary
    path = tmp_path / "claim.json"
    path.write_text(json.dumps(claim(deep, samples.dimension("Lie", "=", 2, origin))), encoding="utf-8")
    assert checker.main([str(path)]) == 3
    assert "UNKNOWN: not decided: dim Lie = 2 at x = 0, y = 0, z = 0" in capsys.readouterr().out
    assert hear_data(claim(XY, of("conserved", samples.H), "UNKNOWN")).verdict == "UNKNOWN"
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(claim(XY, of("conserved", samples.H))), encoding="utf-8")
    bad.write_text(json.dumps(claim(XY, of("conserved", "x"))), encoding="utf-8")
    assert [checker.main([str(good)]), checker.main([str(path), str(good)]), checker.main([str(bad), str(path)])] == [
        0,
        3,
        1,
    ]


def test_lets_are_read_once():
    scene = scene_of(XY)
    read_lets([["a", "x"], ["b", ["*", "a", "a"]], ["c", ["+", "b", "y"]]], scene)
    assert scene.needs == {"a": [], "b": ["a"], "c": ["a", "b"]}
