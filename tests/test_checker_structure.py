"""Version 2 of the certificates: true ones are accepted, and none with something changed proves too much."""

import copy
import json
import os
import random
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest
from certificate_samples import replaced
from test_checker import SCHEMA
from test_checker_mutations import mutants, same

import conslaw_nb as cl
from conslaw_nb import checker
from conslaw_nb.certificates.certificate import certify
from conslaw_nb.court import certificates, products
from conslaw_nb.court.transport import Chains
from conslaw_nb.exact.nilpotent import NestedBrackets
from conslaw_nb.laws import by_parts, counting, structured
from conslaw_nb.laws.by_parts import count_by_groups
from conslaw_nb.laws.candidates import check_candidates
from conslaw_nb.laws.sparse_count import sparse_bounds
from conslaw_nb.models.union import union

P = 2147483647
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def small(phi):
    """The certificate of a small model by its structure, which a count would not use for it."""
    bounds = sparse_bounds(phi, P)
    return json.loads(certify(structured._as_count(phi, bounds, 0.0)).text)


def blocks(phi, laws=()):
    """The certificate of a count with blocks, where no frame is looked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "find_involutive_frame", lambda *args: (None, "not looked for"))
        if laws:
            patch.setattr(by_parts, "find_blocks", lambda phi, point, prime: [])
        patch.setattr(counting, "count_by_groups", lambda phi, counter: None)
        return json.loads(certify(cl.count_laws(phi, laws=laws)).text)


def groups():
    """A sum of two maps, counted by groups; z does not move."""
    phi = cl.parametrization("x*y", "u*v + v**3", variables="x y u v z")
    return json.loads(certify(count_by_groups(phi, cl.count_laws)).text)


SAMPLES = {
    "two layers": small(cl.linear(2, 3, 2)),
    "longer words": small(cl.linear(2, 3, 4, 2)),
    "a stretch": small(cl.linear(1, 2, 2, 1, 2, 2)),
    "one number": small(cl.linear(1, 2, 2, 1)),
    "factorization": small(cl.factorization(3, 2, 2)),
    "paths": small(cl.relu(2, 3, 2)),
    "paths with biases": small(cl.relu(2, 2, 3, 1, bias=True)),
    "one matrix": small(cl.linear(2, 3)),
    "union": json.loads(certify(union((3, cl.linear(1, 2, 2, 1)), cl.parametrization("x*y"))).text),
    "groups": groups(),
    "blocks": blocks(cl.parametrization(*(c.text for c in cl.linear(1, 2, 2, 1, 2, 2).components))),
    "forms": blocks(cl.vector_fields(["x", "y", "u"], [["x", "3*y", "u"]]), ["y/x**3", "log(x) - log(u)"]),
}
PROVED = {
    "two layers": (6, 6, 12),
    "longer words": (16, 10, 26),
    "a stretch": (11, 3, 14),
    "one number": (7, 1, 8),
    "factorization": (3, 7, 10),
    "paths": (3, 9, 12),
    "paths with biases": (5, 13, 18),
    "one matrix": (0, 6, 6),
    "union": (22, 4, 26),
    "groups": (3, 2, 5),
    "blocks": (11, 3, 14),
    "forms": (2, 1, 3),
}


def truth(data):
    """The number of laws of a model, found by another way: at a dense point."""
    model = data["model"]
    if model["kind"] == "union":
        found = [(part["times"], truth({"model": part["model"]})) for part in model["parts"]]
        if any(numbers is None for _, numbers in found):
            return None
        return tuple(sum(times * number[k] for times, number in found) for k in range(3))
    if model["kind"] in ("linear", "relu", "factorization"):
        phi = {
            "linear": lambda: cl.linear(*model["widths"]),
            "relu": lambda: cl.relu(*model["widths"], bias=model["bias"]),
            "factorization": lambda: cl.factorization(model["n"], model["m"], model["r"]),
        }[model["kind"]]()
    else:
        return None
    count = cl.count_laws(phi)
    return phi.dimension, phi.dimension - count.laws_at_most, count.laws_at_most


# ---------------------------------------------------------------- what is accepted


@pytest.mark.parametrize("name", SAMPLES)
def test_a_true_certificate_is_accepted_and_says_what_is_proved(name):
    data = SAMPLES[name]
    laws, rank, parameters = PROVED[name]
    assert data["version"] == 2
    report = checker.check_data(data)
    assert report.summary == (
        f"exactly {laws} independent conservation law{'' if laws == 1 else 's'} near the point (dim Lie = {rank}, "
        f"{parameters} parameters)."
    )
    assert (report.accepted, report.verdict, report.variables) == (True, "PROVED", parameters)
    assert report == checker.check_text(json.dumps(data))
    VALIDATOR.validate(data)


def test_every_kind_of_evidence_is_among_the_samples():
    kinds = {data["evidence"]["kind"] for data in SAMPLES.values()}
    assert kinds == {"sparse", "paths", "free", "parts", "groups", "blocks"}
    assert SAMPLES["union"]["evidence"]["parts"][1]["kind"] == "words"
    assert SAMPLES["forms"]["evidence"]["forms"]
    assert SAMPLES["blocks"]["evidence"]["blocks"]


@pytest.mark.parametrize(
    "phi",
    [cl.linear(40, 40, 40), cl.factorization(30, 20, 25), cl.linear(300, 30, 300), cl.linear(1, 60, 60, 1, 60, 60)],
)
def test_large_networks(phi):
    certificate = certify(phi)
    assert certificate.data["version"] == 2
    assert len(certificate.text) < 40_000
    assert certificate.verify().is_proved


def test_a_million_parameters_in_three_lines():
    certificate = certify(cl.relu(900, 900, 200, 10, bias=True))
    assert len(certificate.text) < 400
    assert certificate.verify().reason.startswith("exactly 1100 independent conservation laws")


def test_bounds_that_do_not_meet_are_bounds():
    data = copy.deepcopy(SAMPLES["two layers"])
    data["evidence"]["words"] = data["evidence"]["words"][:1]
    assert checker.check_data(data).summary == "claim.dim_lie_at_least is 6, but the evidence is for 4."
    data["claim"] |= {"dim_lie_at_least": 4, "laws_at_most": 8, "exact": False}
    report = checker.check_data(data)
    assert (report.verdict, report.summary) == (
        "BOUNDED",
        "at least 6 and at most 8 independent conservation laws near the point (dim Lie >= 4, 12 parameters).",
    )


# ---------------------------------------------------------------- what is rejected


def changed(name, *path_and_value):
    return replaced(SAMPLES[name], *path_and_value)


REJECTED = {
    "wrong count": (
        changed("two layers", "claim", "laws_at_least", 7),
        "claim.laws_at_least is 7, but the evidence is",
    ),
    "wrong dimension": (
        changed("paths", "claim", "parameters", 13),
        "claim.parameters is 13, but the evidence is for 12",
    ),
    "not exact": (changed("paths", "claim", "exact", False), "claim.exact is False, with bounds 3 and 3"),
    "dropped words": (
        changed("two layers", "evidence", "words", -1, KeyError),
        "claim.dim_lie_at_least is 6, but the evidence",
    ),
    "dropped bracket": (
        changed("longer words", "evidence", "words", 0, 2, 0, 1, 0, KeyError),
        "claim.dim_lie_at_least is 10, but the evidence is for",
    ),
    "fewer letters": (
        changed("longer words", "evidence", "words", 0, 2, 0, 1, 0, 2, 1),
        "claim.dim_lie_at_least is 10, but the evidence is for 8",
    ),
    "a large prime": (
        changed("longer words", "evidence", "words", 0, 1, 2**31 - 1),
        'the prime of a rule "transport" is 2147483647, not below 16777216',
    ),
    "no letters": (changed("longer words", "evidence", "words", 0, 2, 0, 1, []), "evidence.words[0], chain 0 has no"),
    "an endless word": (
        changed("longer words", "evidence", "words", 0, 2, 0, 1, 0, 2, 10**6),
        "evidence.words[0], chain 0 is 1000000, more than 512",
    ),
    "transport among others": (
        changed("two layers", "evidence", "words", 1, ["transport", 101, []]),
        "evidence.words[1] begins with 'transport'",
    ),
    "tampered point": (changed("two layers", "evidence", "point", [[0, 5], [4, 7]]), "but the evidence is for"),
    "point at zero": (changed("two layers", "evidence", "point", []), "claim.dim_lie_at_least is 6, but the evidence"),
    "coordinate twice": (
        changed("two layers", "evidence", "point", [[0, 1], [0, 2]]),
        "the coordinate 0 stands twice in evidence.point",
    ),
    "coordinate outside": (changed("two layers", "evidence", "point", 0, 0, 12), "is 12, more than 11"),
    "not a prime": (changed("two layers", "evidence", "prime", 2147483649 - 4), "evidence.prime is 2147483645, not a"),
    "wrong layers": (
        changed("a stretch", "evidence", "stretches", [[2, 5]]),
        "evidence.stretches[0] does not lead from a layer of width 1 to another",
    ),
    "layers outside": (
        changed("a stretch", "evidence", "stretches", [[3, 6]]),
        "evidence.stretches[0] is 6, more than",
    ),
    "a stretch twice": (
        changed("a stretch", "evidence", "stretches", [[3, 5], [3, 5]]),
        "evidence.stretches[1] meets an earlier one",
    ),
    "no stretch": (changed("a stretch", "evidence", "stretches", []), "claim.laws_at_least is 11, but the evidence is"),
    "letter outside": (
        changed("longer words", "evidence", "words", 0, 2, 0, 1, 0, 0, 9),
        "evidence.words[0], chain 0 is 9, more than 1",
    ),
    "unknown rule": (
        changed("two layers", "evidence", "words", 0, 0, "all"),
        "evidence.words[0] begins with 'all', not one of: generators, left, right; or transport, alone",
    ),
    "no rule": (changed("two layers", "evidence", "words", 0, []), "evidence.words[0] is empty"),
    "a number for a rule": (
        changed("two layers", "evidence", "words", 0, 0, 1),
        "evidence.words[0] does not begin with",
    ),
    "row outside": (changed("two layers", "evidence", "words", 1, 1, 2), "evidence.words[1] is 2, more than 1"),
    "another model": (changed("two layers", "model", "widths", [2, 4, 2]), "but the evidence is for"),
    "linear as paths": (
        {**SAMPLES["two layers"], "evidence": {"kind": "paths"}},
        "model.kind is 'linear', not one of: relu",
    ),
    "several matrices are not free": (
        {**SAMPLES["two layers"], "evidence": {"kind": "free"}},
        "evidence is for a single matrix, but there are 2",
    ),
    "relu as a product": (
        {**SAMPLES["two layers"], "model": SAMPLES["paths"]["model"]},
        "model.kind is 'relu', not one",
    ),
    "biases left out": (
        changed("paths with biases", "model", "bias", False),
        "claim.parameters is 18, but the evidence",
    ),
    "another number of times": (changed("union", "model", "parts", 0, "times", 2), "claim.parameters is 26, but"),
    "no times": (changed("union", "model", "parts", 0, "times", 0), "model.parts[0].times is 0, less than 1"),
    "a part without evidence": (
        changed("union", "evidence", "parts", 1, KeyError),
        "evidence.parts has 1 entries, not 2",
    ),
    "evidence of another part": (
        changed("union", "evidence", "parts", 0, SAMPLES["union"]["evidence"]["parts"][1]),
        "evidence.point has 2 entries, not 8",
    ),
    "a union of nothing": ({**SAMPLES["union"], "model": {"kind": "union", "parts": []}}, "model.parts is empty"),
    "groups that are joined": (
        changed("groups", "evidence", "groups", [["x"], ["y", "u", "v"], ["z"]]),
        "generator 0 joins two of evidence.groups",
    ),
    "a variable twice": (
        changed("groups", "evidence", "groups", 0, ["x", "x"]),
        "'x' in evidence.groups is not a variable, or stands there twice",
    ),
    "a variable left out": (
        changed("groups", "evidence", "groups", 2, KeyError),
        "evidence.groups leave out a variable",
    ),
    "evidence where nothing moves": (
        changed("groups", "evidence", "parts", 2, {"kind": "free"}),
        "evidence.parts[2] should be null: no generator moves that group",
    ),
    "not parallel": (
        changed("blocks", "evidence", "blocks", 0, "field", 0, [["7", {}]]),
        "generator 0 is not parallel to the field of evidence.blocks[0]",
    ),
    "field of outside": (
        changed("blocks", "evidence", "blocks", 0, "field", 0, [["7", {"U1_1_1": 1}]]),
        "the field of evidence.blocks[0] has a variable outside of it",
    ),
    "a zero field": (
        changed("blocks", "evidence", "blocks", 0, "field", [[]] * 8),
        "the field of evidence.blocks[0] is zero",
    ),
    "not a law": (changed("blocks", "evidence", "laws", 0, 0, 0, "5"), "evidence.laws[0] is not conserved"),
    "no blocks": (changed("blocks", "evidence", "blocks", []), "claim.laws_at_least is 11, but the evidence is for"),
    "a block twice": (
        changed("blocks", "evidence", "blocks", [SAMPLES["blocks"]["evidence"]["blocks"][0]] * 2),
        "evidence.blocks[1] meets an earlier one",
    ),
    "not closed": (
        changed("forms", "evidence", "forms", 0, "multiplier", [["1", {}]]),
        "evidence.forms[0] is not closed",
    ),
    "not zero on a generator": (
        changed("forms", "evidence", "forms", 0, "form", {"x": [["1", {}]]}),
        "evidence.forms[0] is not zero on generator 0",
    ),
    "a law twice": (
        changed("forms", "evidence", "forms", [SAMPLES["forms"]["evidence"]["forms"][0]] * 2),
        "claim.laws_at_least is 2, but the evidence is for 1",
    ),
    "a law in place of a count": (
        changed("two layers", "claim", "kind", "conserved"),
        "claim.kind is 'conserved', not one of: count",
    ),
    "evidence of version 1": (
        changed("two layers", "version", 1),
        "evidence has no key 'fields'",
    ),
    "unknown kind": (
        changed("paths", "evidence", "kind", "roads"),
        "evidence.kind is 'roads', not one of: sparse, paths",
    ),
    "one key more": (changed("paths", "evidence", "point", []), "evidence has the unknown key 'point'"),
}


@pytest.mark.parametrize("name", REJECTED)
def test_a_rejection_says_what_is_wrong_and_where(name):
    data, message = REJECTED[name]
    report = checker.check_data(data)
    assert not report.accepted
    assert message in report.summary


def test_what_stands_at_zero_proves_nothing():
    data = copy.deepcopy(SAMPLES["forms"])
    data["evidence"]["point"] = [0, 0, 0]
    assert "is zero" in checker.check_data(data).summary
    data = copy.deepcopy(SAMPLES["one number"])
    data["evidence"]["point"] = data["evidence"]["point"][:2]
    assert checker.check_data(data).summary == (
        "the gradient of the product over evidence.stretches[0] is zero at the point."
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_one_change(name):
    """What is still accepted claims the same, or what is true; the checker never stumbles."""
    original = SAMPLES[name]
    tried = accepted = 0
    every = [mutant for mutant in mutants(original, ["x", "y"]) if not same(mutant, original)]
    for mutant in random.Random(name).sample(every, min(500, len(every))):
        report = checker.check_data(mutant)
        assert "could not finish" not in report.summary, mutant
        tried += 1
        if report.accepted:
            accepted += 1
            assert checker.check_text(json.dumps(mutant)) == report
            if same(mutant["evidence"], original["evidence"]) and same(mutant["model"], original["model"]):
                assert same(mutant["claim"], original["claim"]), mutant
            if same(mutant["model"], original["model"]):
                assert report.claim["laws_at_least"] <= PROVED[name][0] <= report.claim["laws_at_most"], mutant
            elif (found := truth(mutant)) is not None:
                claim = report.claim
                assert found[0] == claim["parameters"]
                assert claim["laws_at_least"] <= found[2] <= claim["laws_at_most"], mutant
    assert tried > 50
    assert accepted < tried / 3


@pytest.mark.parametrize("name", SAMPLES)
def test_a_changed_claim_is_rejected(name):
    original = SAMPLES[name]
    for claim in mutants(original["claim"], ["x"]):
        if not same(claim, original["claim"]):
            assert not checker.check_data({**original, "claim": claim}).accepted, claim


def test_the_brackets_of_the_checker_are_those_of_the_definition():
    """Its short forms of [E_ca, E_cb] and [E_ac, E_bc], against the engine's evaluation of the definition."""
    for widths in ((3, 3, 3), (2, 3, 4, 2), (3, 2, 4, 3)):
        phi = cl.linear(*widths)
        data = small(phi)
        sizes = widths[::-1]
        starts = [0]
        for n, m in pairwise(sizes):
            starts.append(starts[-1] + n * m)
        blocks = [(n, m, s, False) for n, m, s in zip(sizes, sizes[1:], starts, strict=False)]
        product = products.Product(blocks, P, certificates.Case())
        point = {i: v % P for i, v in data["evidence"]["point"]}
        product.stand(point)

        dense = [point.get(i, 0) for i in range(phi.dimension)]
        brackets = NestedBrackets(phi, dense, P)

        def bracket(*letters, brackets=brackets, columns=sizes[-1]):
            value = brackets.value([((i * columns + j, 1),) for i, j in letters])
            return {i: v for i, v in enumerate(value) if v}

        rows, columns = sizes[0], sizes[-1]
        assert [product.generator(i, j) for i in range(rows) for j in range(columns)] == [
            bracket((i, j)) for i in range(rows) for j in range(columns)
        ]
        for c in range(rows):
            expected = [bracket((c, a), (c, b)) for a in range(columns) for b in range(a + 1, columns)]
            assert list(product.left(c, columns)) == expected
        for c in range(columns):
            expected = [bracket((a, c), (b, c)) for a in range(rows) for b in range(a + 1, rows)]
            assert list(product.right(c, rows)) == expected


@pytest.mark.parametrize("widths", [(2, 3, 4, 2), (2, 3, 3, 3, 2), (1, 3, 2)], ids=str)
def test_the_long_brackets_of_the_checker_are_those_of_the_definition(widths):
    phi, source, p, sizes = cl.linear(*widths), random.Random(str(widths)), 16777213, widths[::-1]
    point = [source.randrange(1, 99) for _ in range(phi.dimension)]
    lines, start = [], 0
    for n, m in pairwise(sizes):
        lines.append({a: [(b, point[start + a * m + b]) for b in range(m)] for a in range(n)})
        start += n * m
    rows, columns = sizes[0], sizes[-1]
    control = [[source.randrange(1, 99) for _ in range(columns)] for _ in range(rows)]
    values = Chains(sizes, lines, p, certificates.Case()).values(control, {(0, columns - 1): 4, (rows - 1, 0): 3})
    brackets = NestedBrackets(phi, point, p)
    letter = tuple((i * columns + j, control[i][j]) for i in range(rows) for j in range(columns))
    words = [(k, g) for k in range(4) for g in (columns - 1, (rows - 1) * columns)][:-1]
    for (number, g), row in zip(words, values, strict=True):
        expected = [(-1) ** number * v % p for v in brackets.value([*[letter] * number, ((g, 1),)])]
        if len(sizes) != 4:
            assert row == expected
        else:  # the first matrix as it is, the last one turned
            n, m = sizes[2:]
            assert row[: sizes[0] * sizes[1]] == expected[: sizes[0] * sizes[1]]
            assert row[-n * m :] == [expected[-n * m :][a * m + b] for b in range(m) for a in range(n)]


# ---------------------------------------------------------------- too large, and where the files stand


@pytest.mark.parametrize(
    "data",
    [
        changed("paths", "model", "widths", [10**7, 10**7]),
        changed("paths", "model", "widths", [2] * 10**6),
        changed("two layers", "model", "widths", [10**6, 10**6, 10**6]),
        changed("two layers", "model", "widths", [1] * 2 * 10**5),
        changed("union", "model", "parts", 0, "times", 10**7),
        changed("union", "model", {"kind": "union", "parts": [{"times": 1, "model": {}}] * 20_000}),
    ],
    ids=["wide", "deep", "large product", "deep product", "many times", "many parts"],
)
def test_a_file_that_asks_for_too_much_is_refused(data, monkeypatch):
    monkeypatch.setattr(certificates, "MAX_WORK", certificates.MAX_WORK // 20)  # all of it: test_checker_hostile.py
    report = checker.check_data(data)
    assert not report.accepted
    assert "too large to check here" in report.summary or "more than" in report.summary or "but" in report.summary


def run(*arguments, cwd):
    environment = {**os.environ, "PYTHONPATH": str(Path(checker.__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, env=environment
    )
    return done.returncode, done.stdout, done.stderr


def test_as_a_module_and_as_a_script_with_the_folder_beside_it(tmp_path):
    for name in ("a stretch", "paths"):
        (tmp_path / f"{name.replace(' ', '-')}.json").write_text(json.dumps(SAMPLES[name]), encoding="utf-8")
    code, out, err = run("-m", "conslaw_nb.checker", "a-stretch.json", "paths.json", cwd=tmp_path)
    assert (code, err) == (0, "")
    assert out.count("PROVED") == 2
    home = Path(checker.__file__).parent
    shutil.copy(home / "checker.py", tmp_path / "checker.py")
    shutil.copytree(home / "court", tmp_path / "court")
    code, out, err = run("-I", "-S", "-W", "error", "checker.py", "a-stretch.json", "paths.json", cwd=tmp_path)
    assert (code, err) == (0, "")
    assert out.count("PROVED") == 2


def test_rocq_says_which_laws_of_a_block_it_cannot_hold(tmp_path):
    with pytest.raises(cl.ConslawError, match="this has 11 laws, and 1 of them cannot be written for Rocq: a block of"):
        certify(cl.linear(1, 2, 2, 1, 2, 2)).save_rocq(tmp_path / "it.v")


def test_candidates_in_a_certificate_are_checked_first():
    phi = cl.vector_fields(["x", "y"], [["x", "3*y"]])
    assert check_candidates(phi, ["y/x**3"])[0].poly is None
