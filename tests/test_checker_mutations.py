"""Thousands of certificates with something changed: none is accepted whose claim does not follow.

Some changes leave a certificate true: another generic point, a multiple of a law, two laws swapped. Those may be
accepted, and then the judge of certificate_samples, who expands everything, must agree.
"""

import copy
import json
import random

import certificate_samples as samples
import pytest
from certificate_samples import SAMPLES

from conslaw_nb import checker

TEXTS = ["0", "1", "-1", "2", "-3", "1/2", "-2/3", "101", "2/4", "+1", "01", "1/0", " 1", "1.0", "", "x"]
KINDS = [
    "linear",
    "relu",
    "factorization",
    "map",
    "fields",
    "count",
    "conserved",
    "not_conserved",
    "laws",
    "involutive",
]


def leaves_instead(value, names):
    """What could stand in the place of a leaf."""
    yield from (None, [], {}, [value], {"kind": value})
    if isinstance(value, bool):
        yield from (not value, int(value), str(value))
    elif isinstance(value, int):
        yield from (value + 1, value - 1, -value, 2 * value, 2 * value + 1, 0, 1, 7, 15, 2**31, 10**40)
        yield from (float(value), str(value), True, False)
    elif isinstance(value, str):
        yield from (TEXTS, KINDS, names)[0 if value[:1] in "-0123456789" else 1 if value in KINDS else 2]
        yield from (value + "0", value + " ", "-" + value, value.upper(), 1, True)


def mutants(data, names):
    """Copies of JSON data with one thing changed: a leaf, a key, an entry, an order."""
    if isinstance(data, dict):
        for key in data:
            rest = {k: v for k, v in data.items() if k != key}
            yield rest
            for name in [*names, key + "_"]:
                if name not in data:
                    yield {**rest, name: data[key]}
            for inner in mutants(data[key], names):
                yield {**data, key: inner}
        yield {**data, "comment": 1}
        if "kind" not in data:
            for name in names:
                if name not in data:
                    yield {**data, name: 1}
        yield from ([], None)
    elif isinstance(data, list):
        for i in range(len(data)):
            yield data[:i] + data[i + 1 :]
            yield [*data[:i], data[i], *data[i:]]
            for j in range(i):
                yield [*data[:j], data[i], *data[j + 1 : i], data[j], *data[i + 1 :]]
            for inner in mutants(data[i], names):
                yield [*data[:i], inner, *data[i + 1 :]]
        yield from ([], [*data, 0], [*data, []], None, {})
    else:
        yield from leaves_instead(data, names)


def same(a, b):
    """Equal as JSON: 1, 1.0 and True are three things; the order of keys is nothing."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def examine(original, mutant):
    """Accepted mutants must be true; a claim must never be changed into another one with the same evidence."""
    report = checker.check_data(mutant)
    assert "could not finish" not in report.summary, mutant
    if report.accepted:
        assert samples.is_true(mutant), mutant
        assert checker.check_text(json.dumps(mutant)) == report
        if mutant["claim"]["kind"] == "count" and same(mutant["evidence"], original["evidence"]):
            assert same(mutant["claim"], original["claim"]), mutant
    return report.accepted


def names_of(data):
    return [str(x) for x in samples.expanded(data["model"])[0].gens][:3]


@pytest.mark.parametrize("name", SAMPLES)
def test_one_change(name):
    original = SAMPLES[name]
    tried = accepted = 0
    for mutant in mutants(original, names_of(original)):
        if not same(mutant, original):
            tried += 1
            accepted += examine(original, mutant)
    assert tried > 200
    assert accepted < tried / 5


@pytest.mark.parametrize("name", SAMPLES)
def test_a_changed_claim_is_rejected(name):
    """Every change in the claim of a count; for a law, every change that the judge does not confirm."""
    original = SAMPLES[name]
    tried = 0
    for claim in mutants(original["claim"], names_of(original)):
        if not same(claim, original["claim"]):
            mutant = {**original, "claim": claim}
            tried += 1
            if original["claim"]["kind"] == "count":
                assert not checker.check_data(mutant).accepted, mutant
            else:
                examine(original, mutant)
    assert tried > 60


@pytest.mark.parametrize("name", SAMPLES)
def test_several_changes(name):
    """Random changes one after the other; a file that is still accepted goes on being changed."""
    random_source = random.Random(f"changes of {name}")
    original = SAMPLES[name]
    names = names_of(original)
    pool = [original]
    for _ in range(150):
        data = copy.deepcopy(random_source.choice(pool))
        for _ in range(random_source.randint(1, 3)):
            part = random_source.choice([key for key in ("model", "claim", "evidence", "evidence") if key in data])
            data[part] = random_source.choice(list(mutants(data[part], names)))
        if examine(original, data):
            pool.append(data)


@pytest.mark.parametrize("name", [name for name in SAMPLES if SAMPLES[name]["claim"]["kind"] == "count"])
def test_the_numbers_of_a_claim_follow_its_evidence(name):
    """Evidence changed, claim adapted: what a forger would do. The judge must agree with every acceptance."""
    original = SAMPLES[name]
    accepted = 0
    for evidence in mutants(original["evidence"], names_of(original)):
        try:
            upper, r, d = evidence["upper"], len(evidence["words"]), original["claim"]["parameters"]
            n = len(upper["laws"]) if upper["method"] == "laws" else d - r
        except (KeyError, TypeError):
            continue
        claim = {"kind": "count", "parameters": d, "dim_lie_at_least": r, "laws_at_least": n, "laws_at_most": d - r}
        mutant = {**original, "claim": {**claim, "exact": n == d - r}, "evidence": evidence}
        accepted += examine(original, mutant)
    assert accepted > 1


@pytest.mark.parametrize("name", SAMPLES)
def test_changed_letters_in_the_text(name):
    """The file as text with a letter changed, dropped or doubled."""
    random_source = random.Random(f"letters of {name}")
    original = SAMPLES[name]
    text = json.dumps(original)
    for _ in range(400):
        k = random_source.randrange(len(text))
        letter = random_source.choice("0123456789-+/.,:;[]{}\"' xyzUVeE\\\n\0é")
        changed = text[:k] + random_source.choice([letter, "", text[k] * 2, letter + text[k]]) + text[k + 1 :]
        report = checker.check_text(changed)
        assert "could not finish" not in report.summary, changed
        if report.accepted:
            assert samples.is_true(json.loads(changed)), changed
