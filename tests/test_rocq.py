"""The second court: Rocq accepts the files of true certificates, and rejects those of all others."""

import copy
import hashlib
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from random import Random
from types import SimpleNamespace

import certificate_samples as samples
import pytest
from certificate_samples import SAMPLES
from test_checker import REJECTIONS, changed

from conslaw_nb import certify, checker, find_laws, linear, parametrization, parse_model, proof, verify
from conslaw_nb.certificates.rocq import compiled_library, export_rocq, judging, library_files, library_hash, save_rocq
from conslaw_nb.certificates.rocq.forms import tangent_fields
from conslaw_nb.certificates.rocq.library import AXIOMS, axioms_of
from conslaw_nb.certificates.rocq.listed import listed, with_forms
from conslaw_nb.certificates.rocq.ocaml import compiled_court
from conslaw_nb.certificates.rocq.structured import has_structure
from conslaw_nb.cli import main
from conslaw_nb.court import certificates
from conslaw_nb.errors import CertificateError, ConslawError, SizeError
from conslaw_nb.laws import structured
from conslaw_nb.laws.sparse_count import sparse_bounds
from conslaw_nb.models.union import union

FRACTIONS = parse_model("phi(x*y/3 + z**2/2, x*z - 5*y/7)")

# What the engine certifies, of every kind of evidence; the samples were written by hand.
ENGINE = {
    "two layers": certify(linear(2, 3, 2)).data,
    "runs": certify(linear(5, 6, 5)).data,
    "three layers": certify(linear(2, 2, 2, 2)).data,
    "relu with biases": certify(parse_model("relu(2,2,2,1,bias=True)")).data,
    "fractions": certify(FRACTIONS).data,
    "no polynomial law": certify(parse_model("phi(x + y**2/2 + z**3/3)")).data,
    "fields": certify(parse_model("fields([x, y, z], [1, 0, -y/2], [0, 1, x/2])")).data,
    "one law": certify(parametrization("x*y*z"), law="x**2 - 2*y**2 + z**2").data,
    "no law": certify(parametrization("x*y*z"), law="x**2 - 2*y**2 + z**3").data,
    "greek": certify(parametrization("α*β", variables=["α", "β"])).data,
}


def by_structure(phi):
    """The certificate of a small model by its structure, which a count would not use for it."""
    return certify(structured._as_count(phi, sparse_bounds(phi, 2147483647), 0.0)).data


# Version 2 of the format, which is listed before it is written.
VERSION_2 = {
    "groups": certify(parse_model("phi(x*y, u*v, u*w, variables=[x, y, u, v, w, z])")).data,
    "parts": certify(parse_model("attention(heads=1, d_head=1, dim=2)")).data,
    "a product": by_structure(linear(2, 3, 2)),
    "longer words": by_structure(linear(2, 3, 4, 2)),
    "a factorization": by_structure(parse_model("factorization(3,2,2)")),
    "paths": by_structure(parse_model("relu(2,2,2,bias=True)")),
    "one matrix": by_structure(linear(2, 2)),
    "copies": certify(union((2, linear(1, 2, 1)), parametrization("x*y*z"))).data,
}
# Version 3: lists of laws, polynomials and forms.
FORMS = {
    "an exponential": certify(find_laws(parse_model("phi(x + y**2/2)"))).data,
    "an integral": certify(find_laws(parse_model("phi(x**2*y + z)"))).data,
    "logarithms": certify(find_laws(parse_model("fields([u, v, s, t], [u*v, u*v, s*t, s*t])"))).data,
    "polynomials": certify(find_laws(parse_model("phi(x**2*y + z)"), kinds="polynomial")).data,
    "the seventh law": certify(find_laws(linear(1, 2, 2, 1))).data,
    "the tenth law": certify(find_laws(linear(1, 2, 3, 1))).data,
}

FORMS["separated variables"] = copy.deepcopy(FORMS["the seventh law"])
FORMS["separated variables"]["claim"]["laws"][6] = {"kind": "stretch", "layer": 1, "power": 0}

# Where names, numbers and dimensions are at their ends.
ONE = {"kind": "map", "variables": ["x"], "components": [[["1", {"x": 1}]]]}
STILL = {"kind": "fields", "variables": ["x", "y"], "fields": [[[], []]]}
LONG = ["forall", "match", "λ_1", "x" * 60]
EDGES = {
    "no laws": samples.count(ONE, [0], [[[0, 1]]], [[0]], samples.laws(), 3),
    "no words": samples.count(STILL, [0, 0], [], [], samples.laws([["1", {"x": 1}]], [["1", {"y": 1}]]), 3),
    "huge": samples.conserved(samples.XY, [[f"{10**300}/7", {"x": 2}], [f"{-(10**300)}/7", {"y": 2}]]),
    "names": samples.conserved(
        {"kind": "map", "variables": LONG, "components": [[["1", dict.fromkeys(LONG, 1)]]]},
        samples.squares(["forall"], ["x" * 60]),
    ),
}
LISTED = {f"listed, {name}": listed(data, "this") for name, data in VERSION_2.items()}
TRUE = {**{f"sample, {name}": data for name, data in SAMPLES.items()}, **ENGINE, **LISTED, **EDGES}

# Beyond what the checker's own tests change: the model itself, and numbers that are off by one.
TAMPERED = {
    **{name: data for name, (data, _) in REJECTIONS.items()},
    "another kind": changed("factorization", "model", {"kind": "relu", "widths": [2, 2, 2], "bias": False}),
    "turned": changed("factorization", "model", {"kind": "factorization", "n": 1, "m": 3, "r": 2}),
    "another component": changed("hyperbola", "model", "components", 0, 0, 1, {"x": 2, "y": 1}),
    "another field": changed("multiplier", "model", "fields", 1, 1, [["1", {}]]),
    "involutive, rank": changed("seven laws", "claim", "dim_lie_at_least", 2),
    "involutive, most": changed("seven laws", "claim", "laws_at_most", 8),
    "involutive, least": changed("seven laws", "claim", "laws_at_least", 8),
    "involutive, words": changed("seven laws", "evidence", "words", [[0], [0]]),
    "involutive, parameters": changed("no polynomial law", "claim", "parameters", 3),
    "refutation, generator": changed("not conserved", "evidence", "generator", 1),
    "refutation, point": changed("not conserved", "evidence", "point", 2, "1"),
    "refutation, law": changed("not conserved, relu", "claim", "law", samples.squares(["b1_1"], [])),
    "conserved, exponent": changed("conserved, degree 4", "claim", "law", 0, 1, {"U1_1_1": 3}),
    "no laws, one more": {**EDGES["no laws"], "claim": {**EDGES["no laws"]["claim"], "laws_at_most": 1}},
    "huge, and not the same": samples.conserved(samples.XY, [[str(10**300), {"x": 2}], [str(1 - 10**300), {"y": 2}]]),
    "conserved, coefficient": changed("conserved, relu, degree 4", "claim", "law", 1, 0, "2"),
}

# The checker wants a prime, and one that divides no denominator: Rocq's proof needs neither, and the claims are true.
TRUE_ALL_THE_SAME = {"composite", "square", "even", "p divides", "law mod p"}


def forged(name, *path):
    """The list of laws with one thing changed, which follows a path of keys."""
    *keys, last, new = path
    data = where = copy.deepcopy(FORMS[name])
    for key in keys:
        where = where[key]
    where[last] = new
    return data


SEVENTH = ("claim", "laws", 6)
FORGED = {
    "not closed modulo five": forged("the seventh law", *SEVENTH, "modulo", [0, 1, 2, 3, 4]),
    "another denominator": forged("the seventh law", *SEVENTH, "multiplier", [["1", {}]]),
    "a pole at the point": forged("an integral", "claim", "laws", 1, "multiplier", [["2", {"x": 1}], ["-4", {}]]),
    "not zero on the field": forged("an integral", "claim", "laws", 1, "form", {"x": [["1", {}]]}),
    "modulo nothing": forged("an integral", "claim", "laws", 1, "modulo", []),
    "no polynomial law": forged("polynomials", "claim", "laws", 0, "law", [["1", {"x": 2}], ["-1", {"y": 2}]]),
    "complete": forged("polynomials", "claim", "complete", True),
    "not complete": forged("logarithms", "claim", "complete", False),
    "the words": forged("an exponential", "evidence", "words", [[0], [0]]),
    "the same law twice": forged("logarithms", "claim", "laws", 1, FORMS["logarithms"]["claim"]["laws"][0]),
}


def written(data):
    """The text of the Rocq file, or None where there is nothing to write."""
    try:
        return export_rocq(copy.deepcopy(data)) if isinstance(data, dict) else None
    except (CertificateError, SizeError):
        return None


CLOSING = "Print Assumptions certified.\n"


def own_part(text):
    return text.split("*)\n", 1)[1]


def run(program, folder, *argv, text=None):
    """Run Rocq's compiler, or its toplevel on a text."""
    if shutil.which(program) is None:
        pytest.skip(f"ROCQ TESTS SKIPPED: no {program} here; apt-get install --no-install-recommends coq")
    command = [program, *(["-q"] if program != "coqchk" else []), *argv]
    return subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def library():
    """The compiled library: once for each of its versions, where all who use this package on this machine have it."""
    if shutil.which("coqc") is None:
        pytest.skip("ROCQ TESTS SKIPPED: no coqc here; apt-get install --no-install-recommends coq")
    said = []
    folder = compiled_library(said.append)
    assert said in ([], list(library_files()))
    assert compiled_library(said.append) == folder  # now there is nothing to do
    assert said in ([], list(library_files()))
    return folder


def data_of(text, number):
    """The three definitions of a file, with a number of their own; the rest of a file is the same in all."""
    own = own_part(text)
    opening, data, closing = re.fullmatch(r"(.*?)(Definition the_model.*)(\(\* The library's.*)", own, re.S).groups()
    numbered = re.sub(r"\bthe_(?=model|statement|evidence)", f"case{number}_", data)
    return opening, numbered, closing


def accepted_of(texts, library, tmp_path_factory):
    """Have one process compute what the library's checker says of the data of many files."""
    parts = [data_of(text, k) for k, text in enumerate(texts)]
    ((opening, closing),) = {(first, last) for first, _, last in parts}
    assert opening.count("\n") < 10 and closing.endswith(CLOSING)
    asked = "; ".join(f"check case{k}_model case{k}_statement case{k}_evidence" for k in range(len(texts)))
    folder = tmp_path_factory.mktemp("rocq")
    (folder / "cases.v").write_text(
        f"{opening}{''.join(data for _, data, _ in parts)}Set Printing Width 200.\nEval vm_compute in [{asked}].\n",
        encoding="utf-8",
    )
    found = run("coqc", folder, "-Q", str(library), "Conslaw", "cases.v")
    assert (found.returncode, found.stderr) == (0, "")
    answers = re.findall(r"\b(true|false)\b", found.stdout)
    assert len(answers) == len(texts)
    return [answer == "true" for answer in answers]


@pytest.fixture(scope="module")
def accepted(library, tmp_path_factory):
    cases = [("true", name, data) for name, data in TRUE.items()]
    cases += [("tampered", name, data) for name, data in TAMPERED.items()]
    cases += [("list", name, data) for name, data in FORMS.items()]
    cases += [("forged", name, data) for name, data in FORGED.items()]
    texts = {key: text for *key, data in cases if (text := written(data)) is not None for key in [tuple(key)]}
    found = accepted_of(list(texts.values()), library, tmp_path_factory)
    return {key for key, good in zip(texts, found, strict=True) if good}


# --- Rocq ---------------------------------------------------------------------------------------------------


@pytest.mark.rocq
def test_rocq_accepts_true_certificates(accepted):
    assert {name for kind, name in accepted if kind == "true"} == set(TRUE)


@pytest.mark.rocq
def test_rocq_rejects_tampered_certificates(accepted):
    assert {name for kind, name in accepted if kind == "tampered"} == TRUE_ALL_THE_SAME


@pytest.mark.rocq
def test_a_whole_file_is_a_theorem_from_the_axioms_of_the_real_numbers_or_an_error(library, tmp_path):
    kinds = ["one law", "no law", "two layers", "no polynomial law"]
    texts = [export_rocq(data) for data in [*(TRUE[kind] for kind in kinds), FORMS["an integral"]]]
    wrong = [export_rocq(TAMPERED[kind]) for kind in ("another component", "involutive, rank", "refutation, point")]
    bodies = [own_part(text).removesuffix(CLOSING) for text in texts]
    cut = "Qed.\n\n(* And that is what it means"
    fails = [own_part(text).partition(cut)[0] for text in wrong]
    assert all(body.count(cut) == 1 for body in bodies)
    modules = [f"Module True{k}.\n{body}\nEnd True{k}.\n" for k, body in enumerate(bodies)]
    modules += [f"Module Wrong{k}.\n{body}\nFail Qed.\nAbort.\nEnd Wrong{k}.\n" for k, body in enumerate(fails)]
    modules.append("Print Assumptions True0.certified.\n")
    (tmp_path / "files.v").write_text("From Conslaw Require Import Court.\n" + "".join(modules), encoding="utf-8")
    found = run("coqc", tmp_path, "-Q", str(library), "Conslaw", "files.v")
    assert found.returncode == 0, found.stderr  # so what is to fail has failed
    assert axioms_of(found.stdout) == set(AXIOMS)


@pytest.mark.rocq
def test_rocq_accepts_lists_of_laws_and_no_forged_ones(accepted):
    assert {name for kind, name in accepted if kind == "list"} == set(FORMS)
    assert {name for kind, name in accepted if kind == "forged"} == set()
    for name, data in FORGED.items():
        assert not checker.check_data(copy.deepcopy(data)).accepted, name


def leaves(data, path=()):
    """All places of a certificate where a number or a truth value stands."""
    if isinstance(data, (dict, list)):
        for key, entry in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(entry, (*path, key))
    elif isinstance(data, (bool, int)) or re.fullmatch(r"-?\d+(/\d+)?", str(data)):
        yield path, data


def mutants(data, number, rng):
    """The certificate with one number changed, in as many ways as asked for."""
    places = [(path, value) for path, value in leaves(data) if path[0] != "version"]
    for path, value in rng.choices(places, k=number):
        copied = where = copy.deepcopy(data)
        for key in path[:-1]:
            where = where[key]
        step = rng.choice((-2, -1, 1, 3))
        if isinstance(value, bool):
            where[path[-1]] = not value
        elif isinstance(value, int):
            where[path[-1]] = value + step
        else:
            where[path[-1]] = str(Fraction(value) + step)
        yield path, copied


@pytest.fixture(scope="module")
def mutated(library, tmp_path_factory):
    """Hundreds of certificates with one number changed: the name, the place, the data, the text, and what Rocq says."""
    names = ("sample, conserved", "sample, hyperbola", "sample, not conserved", "sample, bounded", "one law", "no law",
             "no polynomial law", "fields", "greek", "an exponential", "an integral", "logarithms")  # fmt: skip
    rng, every = Random(2026), {**TRUE, **FORMS}
    tried = [(name, *mutant) for name in names for mutant in mutants(every[name], 40, rng)]
    tried = [(name, path, data, text) for name, path, data in tried if (text := written(data)) is not None]
    found = accepted_of([text for *_, text in tried], library, tmp_path_factory)
    return [(*one, good) for one, good in zip(tried, found, strict=True)]


@pytest.mark.rocq
def test_rocq_and_the_checker_agree_about_hundreds_of_mutated_certificates(mutated):
    """Two courts that share nothing: what one rejects the other does, but for what only one of them wants."""
    assert len(mutated) > 300
    assert sum(good for *_, good in mutated) < len(mutated) / 2
    for name, path, data, _, good in mutated:
        court = checker.check_data(copy.deepcopy(data))
        if path[-1] == "prime":  # that it is prime is not needed, and only the checker asks for it
            assert good or not court.accepted, (name, path)
        else:
            assert good is court.accepted, (name, path, court.summary)


@pytest.fixture(scope="module")
def program(library):
    """The checker that is extracted to OCaml."""
    if shutil.which("ocamlopt") is None:
        pytest.skip("ROCQ TESTS SKIPPED: no ocamlopt here; apt-get install --no-install-recommends ocaml-nox")
    return str(compiled_court())


@pytest.mark.rocq
def test_the_checker_in_ocaml_says_what_it_says_in_rocq(program, accepted, mutated, tmp_path):
    """Of every certificate that is tried here, true, tampered with, forged or mutated."""
    texts = [(export_rocq(data), ("true", name) in accepted) for name, data in TRUE.items()]
    texts += [(text, ("tampered", name) in accepted) for name, data in TAMPERED.items() if (text := written(data))]
    texts += [(export_rocq(data), ("list", name) in accepted) for name, data in FORMS.items()]
    texts += [(text, False) for data in FORGED.values() if (text := written(data))]
    texts += [(text, good) for *_, text, good in mutated]
    for k, (text, _) in enumerate(texts):
        (tmp_path / f"{k}.v").write_text(text, encoding="utf-8")
    found = subprocess.run([program, *(f"{k}.v" for k in range(len(texts)))], cwd=tmp_path, capture_output=True,
                           text=True, timeout=600)  # fmt: skip
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.split() == ["accepted" if good else "rejected" for _, good in texts]


@pytest.mark.rocq
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Definition the_evidence", "Definition no_evidence", "there is no definition of the_evidence"),
        ("Linear [2; 3; 2]", "Linear [2; 3; 2", ". stands where ] should"),
        ("Linear [2; 3; 2]", "Linear [2; -3; 2]", "- stands where a term should"),
        ("Linear [2; 3; 2]", "Cubic [2; 3; 2]", "something stands where a model should"),
        ("*)", "", "a comment does not end"),
    ],
)
def test_a_file_that_the_program_cannot_read_is_neither_accepted_nor_rejected(program, old, new, message, tmp_path):
    text = export_rocq(TRUE["two layers"])
    assert old in text
    (tmp_path / "file.v").write_text(text.replace(old, new), encoding="utf-8")
    found = subprocess.run([program, "file.v"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (found.returncode, found.stdout, found.stderr) == (2, "", f"{message}\n")


@pytest.mark.rocq
def test_coqchk_accepts_the_library_and_names_its_axioms(library):
    kept = library / "coqchk.txt"  # it takes half a minute, and is asked once for each version of the library
    if not kept.is_file():
        found = run("coqchk", library, "-silent", "-o", "-Q", ".", "Conslaw", "Conslaw.Court")
        assert found.returncode == 0
        kept.write_text(found.stdout + found.stderr, encoding="utf-8")
    text = kept.read_text(encoding="utf-8")
    axioms = text[text.index("* Axioms:") : text.index("* Constants/Inductives relying on type-in-type")]
    assert {line.split(".", 2)[-1].strip() for line in axioms.splitlines()[1:] if line.strip()} == set(AXIOMS)
    assert text.count("<none>") == 3


def test_what_is_tampered_with_is_rejected_by_the_checker_too():
    for name, data in TAMPERED.items():
        assert not checker.check_data(copy.deepcopy(data)).accepted, name
    assert set(TAMPERED) >= TRUE_ALL_THE_SAME
    assert all(samples.is_true(TAMPERED[name]) for name in TRUE_ALL_THE_SAME)


def test_every_kind_of_certificate_is_tried_and_tampered_with():
    def kinds(cases):
        found = {}
        for data in cases.values():
            if written(data) is not None:
                kind = (
                    data["evidence"]["upper"]["method"] if data["claim"]["kind"] == "count" else data["claim"]["kind"]
                )
                found[kind] = found.get(kind, 0) + 1
        return found

    assert set(kinds(TRUE)) == set(kinds(TAMPERED)) == {"laws", "involutive", "conserved", "not_conserved"}
    assert all(number >= 2 for number in kinds(TRUE).values())
    assert all(number >= 4 for number in kinds(TAMPERED).values())
    assert {data["model"]["kind"] for data in TRUE.values()} == {"linear", "relu", "factorization", "map", "fields"}


def test_a_list_is_written_as_it_is():
    text = " ".join(export_rocq(FORMS["the seventh law"]).split())
    head, own = text.split("*)", 1)
    assert (
        "7 independent conservation laws near the point, 6 as polynomials and 1 by forms, and there are no others."
        in head
    )
    assert "the lemma of Poincare). That lemma is cited; it is not proved in the library." in head
    statement = own[own.index("Definition the_statement") : own.index("Definition the_evidence")]
    assert statement.count("Polynomial [") == 6
    assert statement.count("Form [") == 1
    assert statement.endswith("[0; 1; 2; 3; 4; 5]%nat] true. ")
    text = " ".join(export_rocq(FORMS["polynomials"]).split())
    assert "1 independent conservation law near the point, all as polynomials, which may not be all." in text
    assert "Not here nothing is left." in text


@pytest.mark.parametrize("known", [1, 2])
def test_fields_that_are_made_of_minors_are_tangent(known):
    """Of a model without generators all of them are; there are as many as leave the differentials their ranks."""
    rows = [
        {0: {(0,): 2}, 1: {(1,): 1}, 2: {(0, 3): 1}, 3: {(): 5}},
        {0: {(2,): 1}, 1: {(): 3}, 2: {(1, 1): 1, (): 1}, 3: {(3,): 1}},
    ][:known]
    case, model = certificates.Case(), SimpleNamespace(count=0, names=list("xyzw"))
    fields = tangent_fields(rows, model, [], [2, 3, 5, 7], 2147483647, case)
    assert len(fields) == 4 - known
    products = [[(row[i], field[i]) for i in row if i in field] for row in rows for field in fields]
    assert all(products) and not any(certificates.sum_of_products(pairs, case) for pairs in products)


@pytest.mark.parametrize("widths", [(1, 2, 2, 1), (1, 2, 3, 1), (1, 3, 2, 1)])
def test_the_second_flow_of_a_stretch_is_tangent_and_its_form_is_constant_along_it(widths):
    """A constant that is not zero: so the field and the gradient are independent."""
    data = with_forms(certify(find_laws(linear(*widths))).data, "this")
    text = export_rocq(data)
    assert len(text.splitlines()) < 1000
    fields = text[text.index("By_list") :]
    values = re.findall(r"\], (\[\]|\[T \S+ \[\]%positive\])\)", " ".join(fields.split()))
    assert len(values) == 2
    assert values[0] == "[]" and values[1] != "[]"


def test_separated_variables_are_written_out_where_that_is_short():
    data = FORMS["separated variables"]
    assert export_rocq(data).count("Form [") == 1
    fewer = copy.deepcopy(data)
    fewer["claim"] |= {"laws": data["claim"]["laws"][1:], "complete": False}
    assert checker.check_data(copy.deepcopy(fewer)).accepted
    with pytest.raises(CertificateError, match="the balances of its three layers are constant, and these do not stand"):
        export_rocq(fewer)
    fewer["claim"]["complete"] = True
    with pytest.raises(CertificateError, match="^this is rejected by the checker, so there is nothing to write: "):
        export_rocq(fewer)
    with pytest.raises(SizeError, match="law in separated variables, and Rocq is given the form written out, which is"):
        export_rocq(certify(find_laws(linear(1, 3, 3, 1))).data)


@pytest.mark.parametrize("name", VERSION_2)
def test_what_is_listed_claims_the_same_and_is_checked_again(name):
    before, after = VERSION_2[name], LISTED[f"listed, {name}"]
    assert (before["version"], after["version"]) == (2, 1)
    assert after["claim"] == before["claim"]
    assert checker.check_data(copy.deepcopy(after)).accepted
    assert has_structure(before) or export_rocq(before) == export_rocq(after)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            by_structure(linear(1, 2, 2, 1, 2, 2)),
            r"^this has 11 laws, and 1 of them cannot be written for Rocq: a block",
        ),
        (certify(parse_model("phi(x + y**2/2, u*v)")).data, r"rests on an involutive frame, and a Rocq file holds one"),
        ({**VERSION_2["groups"], "claim": {}}, r"^this is rejected by the checker, so there is nothing to write: "),
        ({**VERSION_2["groups"], "model": []}, r"^this is rejected by the checker, so there is nothing to write: "),
    ],
)
def test_what_rests_on_more_than_identities_is_refused_in_one_sentence(data, message):
    with pytest.raises(ConslawError, match=message):
        export_rocq(data)


# --- what is written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TRUE)
def test_the_statement_is_the_claim(name):
    text, claim = export_rocq(TRUE[name]), TRUE[name]["claim"]
    statement = listed_out(text[text.index("Definition the_statement") : text.index("Definition the_evidence")]).strip()
    kind = claim["kind"]
    if kind != "count":
        assert f":= {kind.capitalize()} [" in statement
        return
    method = TRUE[name]["evidence"]["upper"]["method"]
    said = {"laws": "Counted", "involutive": "Framed"}[method]
    assert f":= {said} {claim['parameters']} [" in statement
    bounds = " ".join(str(claim[key]) for key in ("dim_lie_at_least", "laws_at_least", "laws_at_most"))
    assert statement.endswith(f"] {bounds} {str(claim['exact']).lower()}.")


def test_a_file_is_short():
    text = export_rocq(TRUE["two layers"])
    assert text.endswith(f"\n{CLOSING}")
    assert own_part(text).count("\n") < 40


def listed_out(text):
    """The text of a file with what comes in steps written out, and lists that are joined as one."""
    text = " ".join(text.split())

    def numbers(found):
        first, step, number = map(int, found.groups()[-3:])
        return range(first, first + step * number, step) if step else [first] * number

    def run(found):
        c, variables, step, number = found.groups()
        terms = ([int(v) + k * int(step) for v in variables.split("; ")] for k in range(int(number)))
        return f"[{'; '.join(f'T {c} {term}%positive'.replace(', ', '; ') for term in terms)}]"

    text = re.sub(r"run (\S+|\([^()]*\)) \[([^]]*)\]%positive (\d+) (\d+)", run, text)
    text = re.sub(r"repeat (\S+|\([^()]*\)) (\d+)", lambda m: f"[{'; '.join([m[1]] * int(m[2]))}]", text)
    every = r"\(every (\d+) (\d+) (\d+)\)"
    text = re.sub(f"generators {every}", lambda m: f"[{'; '.join(f'[C {g} 1]' for g in numbers(m))}]", text)
    text = re.sub(f"singles {every}", lambda m: f"[{'; '.join(f'[{a}]' for a in numbers(m))}]", text)
    return re.sub(r"\((\[[^()]*(?:\([^()]*\)[^()]*)*\])\)", r"\1", text.replace("] ++ [", "; "))


def words_of(text):
    """The letters and the words that are written."""
    _, letters, words = re.fullmatch(r".*By_laws (\d+) (\[\[C.*\]\]) (\[\[\d.*?\]\])%N .*", listed_out(text)).groups()
    return re.findall(r"\[[^\[\]]+\]", letters), re.findall(r"\[[^\[\]]+\]", words)


def read_terms(text):
    """The terms of the polynomials that are written, each with its variables from 0."""
    found = re.findall(r"T (\S+|\([^()]*\)) \[([^]]*)\]%positive", text)
    return {tuple(int(v) - 1 for v in places.split("; ") if v): Fraction(c.strip("()")) for c, places in found}


@pytest.mark.parametrize("seed", range(4))
def test_what_is_written_as_one_run_is_what_is_claimed(seed):
    rng = Random(seed)
    names = [f"x{k}" for k in range(40)]
    law = {}
    for _ in range(rng.randrange(1, 6)):
        first, step, c = rng.sample(range(5), rng.randrange(1, 3)), rng.randrange(4), rng.choice((-3, 1, 2))
        for k in range(rng.randrange(5, 9)):
            law[tuple(sorted(v + k * step for v in first))] = rng.choice((c, c, c, c, c, 5))
    data = [[str(c), {names[v]: m.count(v) for v in m}] for m, c in law.items()]
    model = {"kind": "map", "variables": names, "components": [[["1", {"x0": 1}]]]}
    point = [rng.choice((0, 0, 0, 0, 0, 7, -2)) for _ in names]
    text = export_rocq(samples.conserved(model, data))
    assert read_terms(listed_out(text[text.index("Definition the_statement") :])) == law
    words = samples.count(model, point, [[[0, 1]]], [[0]], samples.laws(), 2147483647)
    text = listed_out(export_rocq(words))
    assert re.search(r"Counted 40 \[(.*?)\]", text)[1].replace("(", "").replace(")", "") == "; ".join(map(str, point))


def test_words_of_random_combinations_become_words_of_single_generators():
    data = certify(linear(4, 4, 4)).data
    assert any(len(letter) > 1 for letter in data["evidence"]["fields"])
    text = export_rocq(data)
    letters, words = words_of(text)
    assert all(re.fullmatch(r"\[C \d+ 1\]", letter) for letter in letters)
    assert len(words) == data["claim"]["dim_lie_at_least"]
    assert export_rocq(data) == text
    twice = copy.deepcopy(data)
    twice["evidence"]["words"][-1] = twice["evidence"]["words"][-2]
    letters, words = words_of(export_rocq(twice))  # not evidence for what it claims, and none is made up for it
    assert words[-1] == words[-2]
    assert any(letter.count("C ") > 1 for letter in letters)


def head(name):
    return " ".join(export_rocq(TRUE[name]).split("*)")[0].split())


def test_the_head_says_in_words_what_is_proved_and_what_is_not():
    text = head("no polynomial law")
    assert "Claim exactly 2 independent conservation laws near the point; dim Lie(W) there = 1." in text
    assert "the theorem of Frobenius" in text
    assert "That theorem is cited; it is not proved in the library." in text
    assert "Variables 1 is x, 2 is y, 3 is z." in text
    text = head("sample, bounded")
    assert (
        "at least 2 and at most 4 independent conservation laws near the point; dim Lie(W) there is at least 4." in text
    )
    assert "polynomial or only twice continuously differentiable" in text
    assert "Not here nothing is left." in text
    assert "Claim the polynomial is a law." in head("one law")
    assert "Claim the polynomial is not a law." in head("no law")
    models = {
        "two layers": "the linear network of widths 2, 3, 2 (from the input to the output), 12 parameters.",
        "relu with biases": "the ReLU network with biases of widths 2, 2, 2, 1 (from the input to the output), 14",
        "sample, deep relu": "the ReLU network without biases of widths 1, 2, 1, 2",
        "sample, square": "U V^T with U of size 2 x 2 and V of size 2 x 2, 8 parameters.",
        "fields": "a family of 2 polynomial vector fields, 3 parameters.",
        "greek": "a polynomial map with 1 component, 2 parameters.",
    }
    models["sample, factorization"] = models.pop("sample, square")
    for name, sentence in models.items():
        assert f"Model {sentence}" in head(name)
    assert "3 is U1_1_3" in head("two layers")
    wide = " ".join(export_rocq(certify(linear(5, 5, 5)))[:6000].split())
    assert "24 is U1_5_4, and so on up to 50 (matrix by matrix, row by row)." in wide


def test_nothing_of_a_certificate_but_numbers_goes_into_what_rocq_reads():
    """Names are made here, and only the comment at the head repeats the variables."""
    model = {"kind": "map", "variables": ["Qed", "Axiom_x"], "components": [[["1", {"Qed": 1, "Axiom_x": 1}]]]}
    law = samples.squares(["Qed"], ["Axiom_x"])
    text = export_rocq(samples.conserved(model, law))
    plain = {"kind": "map", "variables": ["x", "y"], "components": [[["1", {"x": 1, "y": 1}]]]}
    assert own_part(text) == own_part(export_rocq(samples.conserved(plain, samples.squares(["x"], ["y"]))))
    for data in TRUE.values():
        own = own_part(export_rocq(data))
        words = set(re.findall(r"[A-Za-z_]\w*", own[own.index("Definition the_model") : own.index("(* The library")]))
        assert not words & set(data["model"].get("variables", []))
        assert not words & {"Axiom", "Parameter", "Hypothesis", "Admitted", "admit", "Abort", "Load", "Require"}


@pytest.mark.parametrize("name", ["x*)", "a.b", "x y", 'x"', "x\n", "(*", "é", "0"])
def test_a_name_that_could_end_a_comment_is_no_name(name):
    model = {"kind": "map", "variables": [name], "components": [[["1", {name: 1}]]]}
    with pytest.raises(CertificateError, match="is not a variable name"):
        export_rocq(samples.conserved(model, [["1", {name: 1}]]))


def test_the_same_certificate_gives_the_same_file(tmp_path):
    certificate = certify(linear(2, 3, 2))
    path = certificate.save(tmp_path / "law.json")
    assert export_rocq(certificate) == export_rocq(certificate.data) == export_rocq(path) == export_rocq(str(path))
    saved = certificate.save_rocq(tmp_path / "law.v")
    assert saved.read_text(encoding="utf-8") == export_rocq(path)


def test_the_proofs_of_the_library_are_finished():
    for name, text in library_files().items():
        assert text.count("Proof.") == text.count("Qed."), name
        assert not re.search(r"\b(Axiom|Parameter|Conjecture|Admitted|admit|Abort|Hypotheses)\b", text), name
        assert text.count("\n") <= 450, name
        assert all(len(line) <= 120 for line in text.splitlines()), name
    folder = Path(checker.__file__).parent / "certificates" / "rocq" / "theory"
    assert set(library_files()) == {path.name for path in folder.glob("*.v")}
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for name in library_files():
        assert f"`{name}`" in readme, name
    for name in re.findall(r"`([a-z]\w+)`", readme):
        defined = any(re.search(rf"\b{name}\b", text) for text in library_files().values())
        assert defined or any(axiom.endswith(f".{name}") for axiom in AXIOMS), name
    assert all(axiom.split(".")[1] in readme for axiom in AXIOMS)


@pytest.mark.rocq
def test_corollary_4_4_is_machine_checked_for_every_size(tmp_path):
    folder = Path(checker.__file__).parent / "certificates" / "rocq" / "theory" / "all_sizes"
    text = (folder / "Factorization.v").read_text(encoding="utf-8")
    assert text.count("Proof.") == text.count("Qed.")
    assert not re.search(r"\b(Axiom|Parameter|Conjecture|Admitted|admit|Abort)\b", text)
    assert all(len(line) <= 120 for line in text.splitlines())
    readme = (folder / "README.md").read_text(encoding="utf-8")
    theorems = re.findall(r"^(?:Theorem|Corollary) (\w+)", text, re.M)
    assert set(theorems) - {"lie_is_in_so"} == set(re.findall(r"`([a-z]\w+)`", readme)) & set(theorems)
    (tmp_path / "Factorization.v").write_text(
        text + "".join(f"Print Assumptions {name}.\n" for name in theorems), encoding="utf-8"
    )
    found = run("coqc", tmp_path, "-w", "none", "Factorization.v")
    if "mathcomp" in found.stderr and "Cannot find" in found.stderr:
        pytest.skip("ROCQ TESTS SKIPPED: no mathcomp here; apt-get install libcoq-mathcomp-algebra")
    assert (found.returncode, found.stdout) == (0, "Closed under the global context\n" * len(theorems))


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, (data, _) in REJECTIONS.items() if written(data) is None])
def test_what_is_no_certificate_is_said_in_the_checkers_words(name):
    data, _ = REJECTIONS[name]
    with pytest.raises(ConslawError) as caught:
        export_rocq(copy.deepcopy(data))
    summary = checker.check_data(copy.deepcopy(data)).summary.rstrip(".")
    if isinstance(data, dict):
        assert str(caught.value).startswith(("this is not a certificate: ", "this is too large to check here: "))
        assert summary.removeprefix("too large to check here: ").split(";")[0][:40] in str(caught.value)


BIG = {
    "parameters": (
        lambda: samples.conserved({"kind": "linear", "widths": [18] * 3}, samples.squares(["U1_1_1"], ["U2_1_1"])),
        "about 648 parameters, and up to 600 are written",
    ),
    "generators": (
        lambda: samples.conserved({"kind": "linear", "widths": [3] * 9}, samples.squares(["U1_1_1"], ["U2_1_1"])),
        "about 157464 terms in its generators, and up to 60000",
    ),
    "degree": (
        lambda: certify(parametrization("x*y"), law="x**62 - y**62"),
        "about 62 as the degree of a polynomial, and up to 60",
    ),
    "words": (
        lambda: samples.count(
            {"kind": "fields", "variables": ["x", "y"], "fields": [[many("x"), many("y")]]},
            [1, 1], [[[0, 1]]], [[0] * 5], samples.laws(),
        ),
        "terms in its brackets, and up to 200000 are written",
    ),
    "identities": (
        lambda: samples.conserved(
            {"kind": "map", "variables": ["x", "y"], "components": [many("x")] * 50}, [*many("x"), *many("y")]
        ),
        "products of terms in its identities, and up to 3000000",
    ),
}  # fmt: skip


def many(name):
    """A polynomial with many terms."""
    return [["1", {name: power}] for power in range(1, 60)]


@pytest.mark.parametrize("name", BIG)
def test_what_would_keep_rocq_busy_for_too_long_is_refused(name):
    make, message = BIG[name]
    with pytest.raises(SizeError, match="^Rocq would compute for too long: this certificate has ") as caught:
        export_rocq(make())
    assert message in str(caught.value)
    assert str(caught.value).endswith("; conslaw verify still checks it, and a smaller model can be exported")


def test_files_that_are_no_certificates(tmp_path):
    def refusal(content):
        path = tmp_path / "file.json"
        path.write_bytes(content)
        with pytest.raises(ConslawError) as caught:
            export_rocq(path)
        return str(caught.value).replace(str(path), "FILE")

    assert refusal(b"{") == (
        "'FILE' is not a certificate: not JSON: Expecting property name enclosed in double quotes at line 1, column 2; "
        "write one with conslaw certify MODEL -o FILE"
    )
    assert refusal(b"\xff\xfe") == (
        "'FILE' is not a certificate: no text in UTF-8; write one with conslaw certify MODEL -o FILE"
    )
    assert refusal(b" " * (certificates.MAX_BYTES + 1)) == (
        "'FILE' has over 8388608 bytes, too large a certificate; try a smaller model"
    )
    assert refusal(b"[]").startswith("'FILE' is not a certificate: the certificate is a list, not an object; write one")
    with pytest.raises(CertificateError, match="'nothing.json' cannot be read: No such file or directory; give the"):
        export_rocq("nothing.json")
    with pytest.raises(CertificateError, match="^3 is not a certificate: give one, or the path of its file$"):
        export_rocq(3)


def test_a_proof_is_told_from_a_certificate(tmp_path):
    path = proof("2*x = x + x by computation", "phi(x*y)").save(tmp_path / "proof.json")
    with pytest.raises(CertificateError) as caught:
        export_rocq(path)
    assert str(caught.value) == (
        f"'{path}' is a proof, and only certificates are written for Rocq: the steps of a proof are checked by "
        "conslaw verify, and what they conclude can be certified with conslaw certify MODEL --law LAW -o FILE"
    )


def test_where_a_file_may_be_written(tmp_path):
    for name in ("1.v", "my-law.v", "law", "law.txt", "é.v", ".v"):
        with pytest.raises(CertificateError, match=f"^Rocq takes no file named '{name}': use letters, digits and"):
            save_rocq(SAMPLES["hyperbola"], tmp_path / name)
    with pytest.raises(CertificateError, match="cannot be written: No such file or directory; choose a folder"):
        save_rocq(SAMPLES["hyperbola"], tmp_path / "no" / "law.v")
    mine = tmp_path / "mine.v"
    mine.write_text("Theorem mine : True. Proof. exact I. Qed.\n", encoding="utf-8")
    with pytest.raises(
        CertificateError, match="exists and is not a Rocq file of ours, so it is left alone: give another"
    ):
        save_rocq(SAMPLES["hyperbola"], mine)
    assert mine.read_text(encoding="utf-8").startswith("Theorem mine")
    ours = save_rocq(SAMPLES["hyperbola"], tmp_path / "law.v")
    before = ours.read_text(encoding="utf-8")
    assert save_rocq(SAMPLES["conserved"], ours).read_text(encoding="utf-8") != before  # an older one is replaced


# --- the command --------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    certify(linear(2, 3, 2)).save("my-law.json")
    return tmp_path


def test_the_command_writes_beside_the_certificate(folder, capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/coqc")
    assert main(["export", "my-law.json", "--rocq"]) == 0
    lines = (folder / "my_law.v").read_bytes().count(b"\n")
    assert capsys.readouterr().out == (
        f"Written to my_law.v: {lines} lines, the theorem 'certified' at the end. Nothing is decided yet.\n"
        f"It rests on the library of this package, of hash {library_hash()}.\n"
        "Have Rocq check it with:  conslaw verify --rocq my_law.v\n"
    )
    assert verify("my-law.json").is_proved
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert main(["export", "my-law.json", "--rocq", "-o", "second.v"]) == 0
    assert "Rocq is not installed here: apt-get install coq, or your system's way; then\nconslaw verify --rocq s" in (
        capsys.readouterr().out
    )
    assert (folder / "second.v").read_bytes() == (folder / "my_law.v").read_bytes()


def test_the_command_for_scripts(folder, capsys):
    Path("my-law.json").rename("7.json")
    assert main(["export", "7.json", "--rocq", "--json"]) == 0
    lines = (folder / "law_7.v").read_bytes().count(b"\n")
    assert capsys.readouterr().out == (
        f'{{"certificate": "7.json", "file": "law_7.v", "lines": {lines}, "theorem": "certified", '
        f'"library": "{library_hash()}"}}\n'
    )


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["my-law.json"], "--rocq is missing; write it like conslaw export law.json --rocq"),
        (["--rocq"], "FILE is missing; write it like conslaw export law.json --rocq"),
        (["none.json", "--rocq"], "'none.json' cannot be read: No such file or directory; give the path of a"),
        (["my-law.json", "--rocq", "-o", "my-law.v"], "Rocq takes no file named 'my-law.v': use letters, digits"),
    ],
)
def test_what_the_command_refuses(argv, message, folder, capsys):
    assert main(["export", *argv]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"conslaw: {message}")
    assert not list(folder.glob("*.v"))


@pytest.mark.rocq
def test_two_courts_on_the_command_line(folder, library, capsys):
    assert main(["export", "my-law.json", "--rocq"]) == 0
    capsys.readouterr()
    says = "Rocq accepts the theorem 'certified', from the axioms of its real numbers"
    third = "the checker extracted to OCaml accepts it"
    assert main(["verify", "--rocq", "my-law.json"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert out.startswith("ACCEPTED: my-law.json: PROVED: exactly 6 independent conservation laws near the point")
    assert out.endswith(f"; {says}")
    (folder / "my-law.json").rename("my_law.json")
    assert main(["verify", "--rocq", "my_law.v"]) == 0
    assert " ".join(capsys.readouterr().out.split()) == f"ACCEPTED: my_law.v: PROVED: {says}"
    if shutil.which("ocamlopt"):
        assert main(["verify", "--rocq", "--ocaml", "my_law.json"]) == 0
        assert " ".join(capsys.readouterr().out.split()).endswith(f"; {says}; {third}")
        assert main(["verify", "--ocaml", "my_law.v"]) == 0
        assert " ".join(capsys.readouterr().out.split()) == f"ACCEPTED: my_law.v: PROVED: {third}"
    text = (folder / "my_law.v").read_text(encoding="utf-8")
    (folder / "my_law.v").write_text(text.replace("Print Assumptions", 'Redirect "x" Print Assumptions'))
    assert main(["verify", "--rocq", "my_law.v"]) == 1
    assert "it is not what is exported for my_law.json: line" in capsys.readouterr().out
    assert not (folder / "x.out").exists()
    (folder / "my_law.v").write_text(text + "\n")
    assert main(["verify", "--rocq", "my_law.v"]) == 1
    assert "one of them is longer; it was not given to Rocq" in capsys.readouterr().out
    Path("my_law.json").unlink()
    assert main(["verify", "--rocq", "my_law.v"]) == 2
    assert (
        "'my_law.v' is checked with the certificate that it was exported from, as my_law.json beside it, and there "
        "is none" in " ".join(capsys.readouterr().err.split())
    )


LIES = {
    "a comment": ("exactly 6 independent", "exactly 7 independent"),
    "an axiom": ("Lemma accepted", "Axiom wrong : False.\nLemma accepted"),
    "a notation": ("Lemma accepted", "Notation \"'check'\" := (fun _ _ _ => true).\nLemma accepted"),
    "another library": ("From Conslaw Require Import Court.", "From Elsewhere Require Import Court."),
    "no guard": ("Lemma accepted", "Unset Guard Checking.\nLemma accepted"),
    "a command": ("Lemma accepted", 'Redirect "x" Print Assumptions check_sound.\nLemma accepted'),
    "another theorem": ("Theorem certified : holds the_model the_statement.", "Theorem certified : True."),
    "another end": ("Print Assumptions certified.", "Print Assumptions certified. (* by hand *)"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_file_that_says_something_else_is_not_given_to_rocq(name, folder, monkeypatch):
    monkeypatch.setattr(judging, "have_rocq_check", lambda text, progress: pytest.fail("it was given to Rocq"))
    Path("my-law.json").rename("my_law.json")
    text = export_rocq("my_law.json")
    altered = text.replace(*LIES[name])
    assert altered != text
    Path("my_law.v").write_text(altered, encoding="utf-8")
    accepted, sentence = judging.ask_rocq(Path("my_law.v"))
    assert not accepted
    assert re.search("^it is not what is exported for my_law.json: .*; it was not given to Rocq$", sentence)


def test_without_rocq_the_second_court_says_so(folder, capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert main(["verify", "--rocq", "my-law.json"]) == 2
    assert "Rocq is not installed here (there is no coqc): apt-get install coq" in capsys.readouterr().err
    assert main(["verify", "--ocaml", "my-law.json"]) == 2
    assert "OCaml is not installed here (there is no ocamlopt): apt-get install ocaml-nox" in " ".join(
        capsys.readouterr().err.split()
    )


def test_the_hash_is_that_of_the_files():
    """Anyone can compute it: sha256sum *.v | sort -k 2 | sha256sum."""
    folder = Path(checker.__file__).parent / "certificates" / "rocq" / "theory"
    lines = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.glob("*.v"))
    )
    assert library_hash() == hashlib.sha256(lines.encode()).hexdigest()
