"""Networks of any size by their structure: the second court accepts what is true of them, and nothing else."""

import copy
import json
import re
import shutil
from random import Random

import pytest
from test_rocq import CLOSING, accepted_of, by_structure, library, mutants, own_part, run, written  # noqa: F401

from conslaw_nb import certify, checker, linear, parse_model
from conslaw_nb.certificates.rocq import ask_rocq, export_rocq
from conslaw_nb.certificates.rocq.library import AXIOMS, axioms_of
from conslaw_nb.certificates.rocq.listed import listed
from conslaw_nb.certificates.rocq.ocaml import have_ocaml_check
from conslaw_nb.errors import CertificateError, SizeError

SMALL = {
    "two layers": by_structure(linear(2, 3, 2)),
    "narrow in the middle": by_structure(linear(3, 2, 3)),
    "three layers": by_structure(linear(3, 3, 3, 3)),
    "wide layers": by_structure(linear(3, 4, 3, 4)),
    "a factorization": by_structure(parse_model("factorization(3,2,4)")),
    "a narrow factorization": by_structure(parse_model("factorization(3,4,2)")),
    "one matrix": by_structure(linear(2, 3)),
    "paths": by_structure(parse_model("relu(2,3,2)")),
    "paths and biases": by_structure(parse_model("relu(2,3,1,2,bias=True)")),
    "one path": by_structure(parse_model("relu(1,1,1)")),
    "no hidden layer": by_structure(parse_model("relu(3,2)")),
}
LARGE = {
    "linear(50,50,50)": certify(linear(50, 50, 50)).data,
    "linear(20,20,20,20)": certify(linear(20, 20, 20, 20)).data,
    "relu(60,50,40,10,bias=True)": certify(parse_model("relu(60,50,40,10,bias=True)")).data,
    "factorization(40,30,20)": certify(parse_model("factorization(40,30,20)")).data,
}


def changed(data, *path):
    """The certificate with one thing changed."""
    *keys, last, new = path
    copied = where = copy.deepcopy(data)
    for key in keys:
        where = where[key]
    where[last] = new
    return copied


def moved(name, **by):
    """The certificate with a claim that is another, but agrees with itself."""
    claim = dict(LARGE[name]["claim"])
    for key, step in by.items():
        claim[key] += step
    claim["exact"] = claim["laws_at_least"] == claim["laws_at_most"]
    return {**LARGE[name], "claim": claim}


FALSE = {
    **{f"{name}, one field more": moved(name, dim_lie_at_least=1, laws_at_most=-1) for name in LARGE},
    **{f"{name}, one law more": moved(name, laws_at_least=1) for name in LARGE},
    "another network": changed(LARGE["relu(60,50,40,10,bias=True)"], "model", "widths", [60, 40, 50, 10]),
    "no biases": changed(LARGE["relu(60,50,40,10,bias=True)"], "model", "bias", False),
    "fewer numbers": changed(LARGE["linear(50,50,50)"], "evidence", "point", [[0, 1], [51, 2], [2500, 3]]),
    "fewer words": changed(LARGE["linear(50,50,50)"], "evidence", "words", 1, ["left", 0, 48]),
    "a linear network is no ReLU network": changed(LARGE["linear(50,50,50)"], "evidence", {"kind": "paths"}),
    "a ReLU network is not linear": {
        **LARGE["linear(50,50,50)"], "model": {"kind": "relu", "widths": [50, 50, 50], "bias": False},
    },
}  # fmt: skip


def statement(text):
    return " ".join(text[text.index("Definition the_statement") : text.index("Definition the_evidence")].split())


# --- what is written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*SMALL, *LARGE])
def test_the_statement_is_the_claim_and_the_file_is_short(name):
    data = {**SMALL, **LARGE}[name]
    text, claim, d = export_rocq(data), data["claim"], data["claim"]["parameters"]
    entries = data["evidence"].get("point")
    ones = data["evidence"]["kind"] == "paths"
    point = f"(repeat 1 {d})" if ones else f"(sparse_point {d} [{'; '.join(f'At {k} {v}' for k, v in entries or [])}])"
    bounds = " ".join(str(claim[key]) for key in ("dim_lie_at_least", "laws_at_least", "laws_at_most"))
    said = f"Definition the_statement : statement := Counted {d} {point} {bounds} {str(claim['exact']).lower()}."
    assert statement(text) == said
    assert "laws_at_least" not in text
    assert len(text) < 6_000
    assert "Not here   nothing is left." in text


def test_the_model_and_the_rules_are_those_of_the_certificate():
    def defined(data):
        own = " ".join(own_part(export_rocq(data)).split())
        return [re.search(rf"Definition the_{what} : {what} := (.*?)\. ", own)[1] for what in ("model", "evidence")]

    assert defined(SMALL["wide layers"])[0] == "Linear [3; 4; 3; 4]%nat"
    assert defined(LARGE["linear(50,50,50)"]) == [
        "Linear [50; 50; 50]%nat", "By_structure 1021 [Units 50; Left 0 50]",
    ]  # fmt: skip
    assert defined(SMALL["a factorization"])[0] == "Factorization 3 2 4"
    assert defined(SMALL["paths and biases"]) == ["Relu [2; 3; 1; 2]%nat true", "By_structure 1021 []"]
    assert defined(SMALL["paths"])[0] == "Relu [2; 3; 2]%nat false"
    assert defined(SMALL["one matrix"])[1] == "By_structure 1021 [Units 6]"
    right = by_structure(linear(3, 4, 3))
    assert ["right", 0, 3] in right["evidence"]["words"]
    assert "Right 0 3" in defined(right)[1]


def test_where_small_primes_do_not_do_that_of_the_certificate_is_written():
    data = SMALL["two layers"]
    point = [[k, 1021 * 4093 * 65_521 * value] for k, value in data["evidence"]["point"]]
    data = changed(data, "evidence", "point", point)
    assert "By_structure 2147483647 [" in export_rocq(data)
    assert checker.check_data(copy.deepcopy(data)).accepted


def test_what_has_no_such_theorem_is_listed_or_refused_in_a_sentence():
    longer = by_structure(linear(2, 3, 4, 2))
    assert longer["evidence"]["words"][0][0] == "transport"
    assert export_rocq(longer) == export_rocq(listed(longer, "this"))
    for large in (certify(parse_model("attention(heads=4, d_head=6, dim=16)")), certify(linear(4, 40, 40, 4))):
        with pytest.raises(SizeError) as caught:
            export_rocq(large)
        assert re.fullmatch(
            r"Rocq would compute for too long: this certificate has about \d+ parameters, and up to 600 are written; "
            "conslaw verify still checks it, and a smaller model can be exported",
            str(caught.value),
        )
    with pytest.raises(SizeError, match="about 320000 parameters, and up to 250000 are written"):
        export_rocq(by_structure(linear(400, 400, 400)))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (changed(SMALL["two layers"], "claim", {}), "claim"),
        (changed(SMALL["two layers"], "model", "widths", [2, "3", 2]), r"model.widths\[1\] is '3', not an integer"),
        (changed(SMALL["two layers"], "evidence", "point", 0, [12, 5]), "index of evidence.point is 12, more than 11"),
        (changed(SMALL["two layers"], "evidence", "point", 0, [2, 5]), "the coordinate 2 stands twice in "),
        (changed(SMALL["two layers"], "evidence", "words", 0, ["up", 2]), r"words\[0\] is not a rule for words"),
        (changed(SMALL["two layers"], "evidence", "words", 1, ["left", 2, 2]), r"words\[1\] is 2, more than 1"),
        (changed(SMALL["two layers"], "evidence", "prime", 15), "evidence.prime is 15, not a prime"),
        (changed(SMALL["paths"], "evidence", "point", []), "evidence has the unknown key 'point'"),
        (changed(SMALL["paths"], "model", {"kind": "map", "variables": ["x"], "components": []}), "kind is 'map'"),
    ],
)  # fmt: skip
def test_what_is_no_certificate_is_said(data, message):
    with pytest.raises(CertificateError, match=f"^this is not a certificate: .*{message}"):
        export_rocq(data)


# --- Rocq ---------------------------------------------------------------------------------------------------


@pytest.mark.rocq
def test_rocq_accepts_what_is_true_of_networks_of_any_size_and_nothing_else(library, tmp_path_factory):  # noqa: F811
    true, false = {**SMALL, **LARGE}, {name: text for name, data in FALSE.items() if (text := written(data))}
    assert len(false) > len(FALSE) - 3
    texts = [*map(export_rocq, true.values()), *false.values()]
    found = accepted_of(texts, library, tmp_path_factory)
    assert dict(zip([*true, *false], found, strict=True)) == dict.fromkeys(true, True) | dict.fromkeys(false, False)
    for name, data in FALSE.items():
        assert not checker.check_data(copy.deepcopy(data)).accepted, name


@pytest.mark.rocq
def test_the_courts_agree_about_mutated_certificates(library, tmp_path_factory):  # noqa: F811
    rng = Random(1127)
    tried = [(name, *mutant) for name, data in SMALL.items() for mutant in mutants(data, 40, rng)]
    tried = [(name, path, data, text) for name, path, data in tried if (text := written(data)) is not None]
    assert len(tried) > 150
    found = accepted_of([text for *_, text in tried], library, tmp_path_factory)
    assert 20 < sum(found) < len(tried) / 2
    for (name, path, data, _), good in zip(tried, found, strict=True):
        report = checker.check_data(copy.deepcopy(data))
        assert good is report.accepted, (name, path, report.summary)


@pytest.mark.rocq
def test_the_court_in_ocaml_reads_networks_of_any_size(library):  # noqa: F811
    if shutil.which("ocamlopt") is None:
        pytest.skip("ROCQ TESTS SKIPPED: no ocamlopt here; apt-get install --no-install-recommends ocaml-nox")
    for name, data in {**SMALL, **LARGE}.items():
        assert have_ocaml_check(export_rocq(data)) == (True, "the checker extracted to OCaml accepts it"), name
    for name, data in FALSE.items():
        if (text := written(data)) is not None:
            assert have_ocaml_check(text) == (False, "the checker extracted to OCaml rejects it"), name


@pytest.mark.rocq
def test_a_large_file_is_a_theorem_and_is_verified_from_its_certificate(library, tmp_path):  # noqa: F811
    text = export_rocq(LARGE["linear(50,50,50)"])
    (tmp_path / "large.v").write_text(text, encoding="utf-8")
    (tmp_path / "large.json").write_text(json.dumps(LARGE["linear(50,50,50)"]), encoding="utf-8")
    found = run("coqc", tmp_path, "-Q", str(library), "Conslaw", "large.v")
    assert found.returncode == 0, found.stderr
    assert axioms_of(found.stdout) == set(AXIOMS)
    assert ask_rocq(tmp_path / "large.v") == (
        True, "Rocq accepts the theorem 'certified', from the axioms of its real numbers",
    )  # fmt: skip
    other = text.replace("true.\n\nDefinition the_evidence", "false.\n\nDefinition the_evidence")
    (tmp_path / "large.v").write_text(other, encoding="utf-8")
    accepted, why = ask_rocq(tmp_path / "large.v")
    assert not accepted
    assert why.startswith("it is not what is exported for large.json: line ")
