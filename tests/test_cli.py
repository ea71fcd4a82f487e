"""The command line: every command, every exit status, every message, and what a terminal, a pipe and a script see."""

import io
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import conslaw_nb
from conslaw_nb import cli
from conslaw_nb.cli import display, evidence, main
from conslaw_nb.cli.app import COMMANDS
from conslaw_nb.cli.doctor import Check
from conslaw_nb.errors import BudgetError
from conslaw_nb.notebooks import lab

ROOT = Path(__file__).resolve().parent.parent
MODELS = "linear(5,5,5), relu(2,3,2,bias=True), factorization(3,2,2), phi(x*y, x*z) or fields("


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Run a command in an empty folder; return status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def call(*argv):
        status = main(argv)
        return status, *capsys.readouterr()

    return call


@pytest.fixture
def refused(run, tmp_path):
    """Run what must be refused: one sentence on the standard error, at once, and nothing done."""

    def call(*argv, status=2):
        before, start = sorted(tmp_path.rglob("*")), time.process_time()
        found, out, err = run(*argv)
        assert time.process_time() - start < 3  # of the processor: the machine may be busy
        assert (found, out) == (status, "")
        assert err.startswith("conslaw: ")
        assert err.endswith("\n")
        assert err.count("\n") == 1
        assert len(err) < 700
        assert "Traceback" not in err
        assert sorted(tmp_path.rglob("*")) == before
        return err.removeprefix("conslaw: ").rstrip("\n")

    return call


# --- find ---------------------------------------------------------------------------------------------------


def test_find_shows_laws_of_every_kind(run):
    status, out, err = run("find", "phi(x + y**2/2)")
    assert (status, err) == (0, "")
    assert out.startswith("PROVED: phi(x + y**2/2): complete: 1 of 1 found.\n  y*exp(-x)   (Darboux)\n")
    status, out, _ = run("find", "linear(1,2,2,1)")
    assert status == 0
    assert "  ∫ (c_1*de_2 + c_0*de_1)/(c_1**2*e_2 + c_1*c_0*e_1 + c_0**2)   (quadrature)\nwhere\n" in out
    assert "  e_2   s_11*s_22 - s_12**2\n" in out


def test_find_says_what_is_missing_and_what_was_tried(run):
    status, out, _ = run("find", "phi(x + y**2/2)", "--kinds", "polynomial,rational")
    assert status == 3
    assert out.startswith("BOUNDED: phi(x + y**2/2): 0 of 1 found, 1 missing.\nTried: all polynomials of degree <= 4; ")
    status, out, _ = run("find", "phi(x + y**2/2)", "--kinds", "polynomial", "--degree", "2", "--json")
    data = json.loads(out)
    assert (status, data["complete"], data["laws"], data["tried"]) == (3, False, [], ["all polynomials of degree <= 2"])
    assert data["laws_at_least"] == data["laws_at_most"] == 1


def test_what_is_found_can_be_certified(run, refused):
    status, out, _ = run("certify", "linear(1,2,2,1)", "--found", "-o", "laws.json")
    assert status == 0
    assert out.startswith("PROVED: linear(1,2,2,1) has 7 independent conservation laws that are listed, and no others.")
    status, out, _ = run("verify", "laws.json")
    assert (status, "(6 as polynomials, 1 by a form; 8 parameters), and there are no others." in out) == (0, True)
    assert refused("certify", "phi(x*y)", "--found", "--law", "x", "-o", "other.json") == (
        "--law and --found do not go together: certify one law, or those that are found"
    )
    assert refused("certify", "phi(x**3*y + z**2 + x)", "--found", "-o", "other.json").startswith("no law of phi(")
    assert refused("find", "phi(x*y)", "--kinds", "cubic").startswith("'cubic' is not a kind of law: choose from")


# --- count --------------------------------------------------------------------------------------------------


def test_count_says_how_many_and_why(run):
    status, out, err = run("count", "linear(5,5,5,5,5)")
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[:7] == [
        "PROVED: linear(5,5,5,5,5) has exactly 45 independent conservation laws.",
        "  parameters  D = 100",
        "  components  d = 25",
        "  laws        D − dim Lie = 100 − 55 = 45",
        "  step  brackets of         dimension",
        "  W_0   1 generator                25",
        "  W_1   up to 2 generators         55",
    ]
    assert lines[7].startswith("25 generators and 30 nested brackets are independent at the point")
    assert re.fullmatch(r"\d+\.\d\d s", lines[8])
    assert len(lines) == 9


def test_count_names_the_point_of_a_small_model(run):
    status, out, _ = run("count", "fields([x, y], [y, x], [x**2, 1])")
    assert status == 0
    assert "PROVED: fields([x, y], [y, x], [x**2, 1]) has exactly 0 independent conservation laws." in out
    assert "  generators  d = 2\n" in out
    assert re.search(r"\n  near        x = -?\d, y = -?\d\n", out)


def test_count_json_is_one_object_with_what_the_contract_names(run):
    status, out, err = run("count", "linear(2,3,2)", "--json")
    data = json.loads(out)
    assert (status, err, out.count("\n")) == (0, "", 1)
    expected = {"model": "linear(2,3,2)", "parameters": 12, "components": 4, "dim_trace": 4, "dim_lie": 6, "laws": 6}
    assert expected.items() <= data.items()
    assert (data["verdict"], data["laws_at_least"], data["laws_at_most"]) == ("PROVED", 6, 6)
    assert 0 <= data["seconds"] < 60
    assert [(step["level"], step["dimension"]) for step in data["steps"]] == [(0, 4), (1, 6)]


@pytest.mark.parametrize(("model", "laws"), [("phi(x + y**2/2)", 1), ("linear(1,2,2,1)", 7), ("phi(x*y, x*z)", 1)])
def test_the_counts_of_the_issue_are_proved(run, model, laws):
    status, out, _ = run("count", model, "--json")
    assert (status, json.loads(out)["laws"], json.loads(out)["verdict"]) == (0, laws, "PROVED")


@pytest.mark.parametrize("point", ["x=0, y=0", "0,0", "y=0,x=0"])
def test_count_at_a_special_point_is_bounded_and_says_so_in_its_status(run, point):
    status, out, _ = run("count", "phi(x*y)", "--point", point)
    assert status == 3
    assert out.startswith("BOUNDED: phi(x*y) has between 0 and 1 independent conservation laws.\n")
    assert "  laws        at least 0, at most 1\n" in out
    assert "  near        x = 0, y = 0\n" in out
    status, out, _ = run("count", "phi(x*y)", "--point", point, "--json")
    assert (status, json.loads(out)["laws"], json.loads(out)["verdict"]) == (3, None, "BOUNDED")


def test_count_at_a_point_of_ones_own(run):
    status, out, _ = run("count", "phi(x*y)", "--point", "x=3, y=-2")
    assert status == 0
    assert "near        x = 3, y = -2\n" in out
    assert run("count", "phi(x*y)", "--point", "-1,2")[0] == 0  # a minus is not an option


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ("x=1", "the point does not fit phi(x*y): 'y' is missing; give every variable an integer or a fraction"),
        (
            "x=1, z=2",
            "the point does not fit phi(x*y): 'z' is not a variable; give every variable an integer or a fraction",
        ),
        ("1", "the point has 1 coordinate, but phi(x*y) has 2 parameters"),
        ("x=1, x=2", "the point says twice what x is: give each coordinate once"),
        ("x=1, 2", "some coordinates of the point have a name and some have none: give all names, or none"),
        ("x=a, y=1", "the coordinate x = a of the point is not exact: give integers or fractions, such as 1/2"),
        ("", "the point is empty: write it like x=1, y=2 or like (1, 2)"),
        ("=1, y=2", "'=' is unexpected in '⟨here⟩=1, y=2': write a function, not an equation, such as x**2 - y**2"),
    ],
)
def test_a_point_that_is_none(refused, point, message):
    assert refused("count", "phi(x*y)", "--point", point).startswith(message)


# --- laws ---------------------------------------------------------------------------------------------------


def test_laws_are_named_and_listed(run):
    status, out, err = run("laws", "linear(2,2,2)")
    assert (status, err) == (0, "")
    assert out.splitlines()[:6] == [
        "PROVED: linear(2,2,2) has 3 laws of degree at most 2.",
        "They are the entries, on and above the diagonal, of",
        "    U_1ᵀU_1 − U_2U_2ᵀ   (2 × 2)",
        "One by one:",
        "  U1_1_1*U1_1_2 + U1_2_1*U1_2_2 - U2_1_1*U2_2_1 - U2_1_2*U2_2_2",
        "  U1_1_1**2 + U1_2_1**2 - U2_1_1**2 - U2_1_2**2",
    ]
    assert "all polynomial laws of degree <= 2".capitalize() in out


def test_a_factorization_has_its_own_matrix(run):
    assert "\n    UᵀU − VᵀV   (2 × 2)\n" in run("laws", "factorization(3,2,2)")[1]


def test_a_pipe_gets_all_laws_and_all_matrices(run):
    status, out, _ = run("laws", "linear(3,3,3,3,3,3,3)")
    assert status == 0
    assert [line for line in out.splitlines() if "ᵀ" in line] == [
        f"    U_{i}ᵀU_{i} − U_{i + 1}U_{i + 1}ᵀ   (3 × 3)" for i in range(1, 6)
    ]
    assert len(re.findall(r"^  U\d_", out, re.MULTILINE)) == 30


def test_laws_that_are_more_than_the_matrices(run):
    out = run("laws", "linear(2,2,2)", "--degree", "4")[1]
    assert re.match(r"PROVED: linear\(2,2,2\) has \d+ laws of degree at most 4, 3 of them independent\.\n", out)
    assert "\nAmong them are the entries, on and above the diagonal, of\n    U_1ᵀU_1 − U_2U_2ᵀ   (2 × 2)\n" in out


def test_no_law_is_an_answer_too(run):
    status, out, err = run("laws", "phi(x + y**2/2)", "--degree", "3")
    assert (status, err) == (0, "")
    assert out == (
        "PROVED: phi(x + y**2/2) has 0 laws of degree at most 3.\n"
        "No polynomial of degree at most 3 is conserved, but for constants. Try a higher --degree, or "
        'conslaw count "phi(x + y**2/2)": a law need not be a polynomial.\n'
    )
    data = json.loads(run("laws", "phi(x + y**2/2)", "--json")[1])
    assert (data["laws"], data["independent"], data["matrices"]) == ([], 0, [])


def test_laws_json(run):
    status, out, err = run("laws", "linear(2,2,2)", "--json")
    data = json.loads(out)
    assert (status, err, out.count("\n")) == (0, "", 1)
    assert data["laws"][1] == "U1_1_1**2 + U1_2_1**2 - U2_1_1**2 - U2_1_2**2"
    assert data["matrices"] == [{"name": "U_1ᵀU_1 − U_2U_2ᵀ", "size": 2}]
    rest = {"model": "linear(2,2,2)", "degree": 2, "independent": 3, "verdict": "PROVED"}
    assert rest.items() <= data.items()
    assert {"reason", "seconds"} <= data.keys()


def test_every_law_that_is_printed_is_read_back_and_proved(run):
    laws = json.loads(run("laws", "relu(2,2,2,bias=True)", "--json")[1])["laws"]
    assert len(laws) == 2
    for law in laws:
        assert run("check", "relu(2,2,2,bias=True)", law)[0] == 0


@pytest.mark.parametrize(
    ("degree", "message"),
    [
        ("0", "the degree must be a whole number, at least 1, not 0"),
        ("-2", "the degree must be a whole number, at least 1, not -2"),
        ("x", "--degree: 'x' is not a whole number of at most 9 digits; write it like conslaw laws \"linear(2,3,2)\""),
        ("1.5", "--degree: '1.5' is not a whole number of at most 9 digits; write it like"),
        ("1" * 5000, f"--degree: '{'1' * 30}...' is not a whole number of at most 9 digits; write it like"),
        ("9", "linear(5,5,5,5,5) has "),
        ("1000", "linear(5,5,5,5,5) has "),
        ("999999999", "the degree 999999999 is too high: laws of degree up to 1000 are looked for"),
    ],
)
def test_degrees_that_make_no_sense(refused, degree, message):
    assert refused("laws", "linear(5,5,5,5,5)", "--degree", degree).startswith(message)


# --- check --------------------------------------------------------------------------------------------------


def test_a_law_is_proved(run):
    status, out, err = run("check", "phi(x*y)", "x**2 - y**2")
    assert (status, err) == (0, "")
    assert out == (
        "PROVED: x**2 - y**2 is conserved by phi(x*y).\n⟨∇h, χ⟩ = 0 for every generator χ, as a polynomial identity.\n"
    )


def test_no_law_is_refuted_with_a_witness(run):
    status, out, err = run("check", "phi(x*y)", "x + y")
    assert (status, err) == (1, "")
    assert re.fullmatch(
        r"REFUTED: x \+ y is not conserved by phi\(x\*y\)\.\n"
        r"  generator χ    ∇\(x\*y\), index 0\n"
        r"  point          x = (0, y = 1|1, y = 0)\n"
        r"  ⟨∇h, χ⟩ there  1, and a law needs 0 everywhere\n",
        out,
    )


def test_what_is_not_decided_says_why(run):
    status, out, err = run("check", "phi(x*y)", "sqrt(-x**2)")
    assert (status, err) == (3, "")
    assert out.startswith("UNKNOWN: sqrt(-x**2) was not decided for phi(x*y).\nNot decided: ")
    data = json.loads(run("check", "phi(x*y)", "sqrt(-x**2)", "--json")[1])
    assert (data["verdict"], data["witness"]) == ("UNKNOWN", None)


def test_a_constant_is_no_news(run):
    status, out, _ = run("check", "phi(x*y)", "3")
    assert (status, out.splitlines()[0]) == (0, "PROVED: 3 is a constant.")
    assert json.loads(run("check", "phi(x*y)", "3", "--json")[1])["constant"] is True


def test_check_json(run):
    status, out, err = run("check", "phi(x*y, x*z)", "x**2 - y**2", "--json")
    data = json.loads(out)
    witness = data["witness"]
    assert (status, err, out.count("\n"), data["verdict"]) == (1, "", 1, "REFUTED")
    assert (data["model"], data["law"]) == ("phi(x*y, x*z)", "x**2 - y**2")
    assert set(witness) == {"generator", "label", "point", "value"}
    assert (witness["generator"], witness["label"]) == (1, "∇(x*z)")
    x, y, z = (int(witness["point"][name]) for name in "xyz")
    assert int(witness["value"]) == 2 * x * z - 2 * y * 0 != 0
    data = json.loads(run("check", "phi(x*y)", "x**2 - y**2", "--json")[1])
    assert (data["verdict"], data["witness"]) == ("PROVED", None)


@pytest.mark.parametrize(
    ("law", "status"),
    [("-x**2 + y**2", 0), ("-x**2+y**2", 0), ("-x", 1), ("-(x-y)*(x+y)", 0), ("y*exp(-x)", 1), ("  x²−y² ", 0)],
)
def test_a_law_may_begin_with_a_minus(run, law, status):
    assert run("check", "phi(x*y)", law)[0] == status


def test_a_law_in_h_is_not_a_call_for_help(run):
    assert run("check", "phi(h*o)", "-h**2+o**2") == run("check", "phi(h*o)", " -h**2+o**2")
    assert run("check", "phi(h*o)", "-h**2+o**2")[0] == 0


def test_a_witness_in_many_variables_shows_what_is_not_zero(run):
    _, out, _ = run("check", "linear(4,4,4)", "U1[1,1]**2 - U2[1,1]**2")
    assert "U1_1_1 = 1" in out
    assert ", all else 0\n" in out
    point = json.loads(run("check", "linear(4,4,4)", "U1_1_1**2", "--json")[1])["witness"]["point"]
    assert len(point) == 32


def test_an_endless_value_is_cut_for_people_only(run):
    _, out, _ = run("check", "phi(x*y)", "exp(10**300*x)")
    assert max(map(len, out.splitlines())) < 200
    data = json.loads(run("check", "phi(x*y)", "exp(10**300*x)", "--json")[1])
    assert len(data["witness"]["value"]) >= 300


# --- certify and verify -------------------------------------------------------------------------------------


def test_a_certificate_is_written_and_verified(run, tmp_path):
    status, out, err = run("certify", "linear(2,3,2)", "-o", "law.json")
    assert (status, err) == (0, "")
    assert re.fullmatch(
        r"PROVED: linear\(2,3,2\) has exactly 6 independent conservation laws\.\n"
        r"The certificate is in law\.json \(\d+ bytes\)\.\n"
        r"Re-check it with:  conslaw verify law\.json\n"
        r"or without us:     python -m conslaw_nb\.checker law\.json\n",
        out,
    )
    status, out, err = run("verify", "law.json")
    assert (status, err) == (0, "")
    assert out.startswith("ACCEPTED: law.json: PROVED: exactly 6 independent conservation laws near the point")
    assert out.count("\n") == 1


def test_a_certificate_for_one_law_and_against_one(run):
    status, out, _ = run("certify", "phi(x*y)", "--law", "x**2 - y**2", "-o", "yes.json")
    assert (status, out.splitlines()[0]) == (0, "PROVED: x**2 - y**2 is conserved by phi(x*y).")
    status, out, _ = run("certify", "phi(x*y)", "--law", "-x - y", "--output", "no.json")
    assert (status, out.splitlines()[0]) == (1, "REFUTED: -x - y is not conserved by phi(x*y).")
    status, out, err = run("verify", "yes.json", "no.json")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("ACCEPTED: yes.json: PROVED: x**2 - y**2 is conserved")
    assert lines[1].startswith("ACCEPTED: no.json: REFUTED: -x - y is not conserved")
    assert len(lines) == 2


def test_a_bounded_claim_is_written_and_accepted(run, monkeypatch):
    import dataclasses

    from conslaw_nb.certificates import certificate

    count = certificate.count_laws

    def unsure(phi):
        """The count of phi with its upper bound withheld."""
        answer = count(phi)
        evidence = dataclasses.replace(answer.evidence, laws=(), frame=None)
        return dataclasses.replace(answer, laws=None, laws_at_least=0, evidence=evidence)

    monkeypatch.setattr(certificate, "count_laws", unsure)
    status, out, _ = run("certify", "phi(x*y)", "-o", "law.json")
    assert status == 3
    assert out.startswith("BOUNDED: phi(x*y) has between 0 and 1 independent conservation laws.\n")
    status, out, _ = run("verify", "law.json")
    assert status == 0
    assert out.startswith("ACCEPTED: law.json: BOUNDED: ")


def test_certify_json(run, tmp_path):
    status, out, err = run("certify", "linear(2,3,2)", "-o", "law.json", "--json")
    data = json.loads(out)
    assert (status, err, out.count("\n")) == (0, "", 1)
    assert (data["model"], data["file"], data["verdict"]) == ("linear(2,3,2)", "law.json", "PROVED")
    assert data["bytes"] == (tmp_path / "law.json").stat().st_size
    assert {"kind": "count", "parameters": 12, "laws_at_least": 6, "exact": True}.items() <= data["claim"].items()
    data = json.loads(run("certify", "phi(x*y)", "-o", "a law.json", "--law", "x", "--json")[1])
    assert (data["verdict"], data["claim"]) == ("REFUTED", {"kind": "not_conserved", "law": "x"})


def test_a_name_with_a_space_is_quoted_in_the_advice(run):
    out = run("certify", "phi(x*y)", "-o", "a law.json")[1]
    assert '  conslaw verify "a law.json"\n' in out


def test_an_undecided_law_has_no_certificate(run, tmp_path):
    status, out, err = run("certify", "phi(x*y)", "--law", "sqrt(-x**2)", "-o", "law.json")
    assert status == 3
    assert out.startswith("UNKNOWN: sqrt(-x**2) was not decided for phi(x*y).\n")
    assert err == "conslaw: nothing was written to 'law.json': what is not decided has no certificate\n"
    status, out, _ = run("certify", "phi(x*y)", "--law", "sqrt(-x**2)", "-o", "law.json", "--json")
    assert (status, json.loads(out)["verdict"], json.loads(out)["file"]) == (3, "UNKNOWN", None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("law", "said"),
    [
        (
            "exp(x**2 - y**2) + 1",
            "conserved, but neither its gradient nor that of its logarithm is a rational function",
        ),
        ("x/y", "not conserved, and a certificate of that holds polynomials only"),
        ("sqrt(x)", "not conserved, and a certificate of that holds polynomials only"),
    ],
)
def test_a_law_without_a_certificate_form(refused, law, said):
    assert refused("certify", "phi(x*y)", "--law", law, "-o", "law.json").startswith(f"'{law}' is {said}")


def test_a_law_that_is_not_a_polynomial_is_certified_by_its_gradient(run):
    for model, law in (("phi(x*y)", "1/(x**2 - y**2)"), ("phi(x + y**2/2)", "y*exp(-x)")):
        status, out, err = run("certify", model, "--law", law, "-o", "law.json")
        assert (status, err) == (0, "")
        status, out, _ = run("verify", "law.json")
        assert (status, "1 independent conservation law near the point (1 by a form" in out) == (0, True)


def test_a_constant_has_no_certificate(refused):
    assert refused("certify", "phi(x*y)", "--law", "3", "-o", "law.json") == (
        "'3' is a constant: it never changes, whatever the flow, and certifies nothing"
    )


def test_a_certificate_replaces_a_certificate_but_no_other_file(run, refused, tmp_path):
    assert run("certify", "phi(x*y)", "-o", "law.json")[0] == 0
    first = (tmp_path / "law.json").read_text()
    assert run("certify", "phi(x*y, x*z)", "-o", "law.json")[0] == 0
    assert (tmp_path / "law.json").read_text() != first
    (tmp_path / "law.json").write_text(first[: len(first) // 2])  # damaged, but a certificate it was
    assert run("certify", "phi(x*y)", "-o", "law.json")[0] == 0
    assert (tmp_path / "law.json").read_text() == first

    thesis = tmp_path / "thesis.tex"
    thesis.write_text('about {"format": "conslaw-certificate"}')
    assert refused("certify", "phi(x*y)", "-o", "thesis.tex") == (
        "'thesis.tex' exists and is not a conslaw certificate, so it is left alone: give another name, or remove it"
    )
    assert thesis.read_text() == 'about {"format": "conslaw-certificate"}'


def test_places_where_no_certificate_can_be_written(refused, tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    assert refused("certify", "phi(x*y)", "-o", "folder") == (
        f"'folder' is a folder: give the name of a file, such as '{Path('folder') / 'law.json'}'"
    )
    assert refused("certify", "phi(x*y)", "-o", "nowhere/law.json") == (
        "the folder 'nowhere' does not exist: choose a folder that exists and that you may write to"
    )
    monkeypatch.setattr(evidence.os, "access", lambda path, mode: False)  # root may write everywhere
    assert refused("certify", "phi(x*y)", "-o", "folder/law.json") == (
        "the folder 'folder' cannot be written: choose a folder that exists and that you may write to"
    )


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that even root cannot write to")
def test_a_folder_that_cannot_be_written(refused):
    assert "cannot be written" in refused("certify", "phi(x*y)", "-o", "/proc/self/law.json")


def test_a_tampered_certificate_is_rejected(run, tmp_path):
    run("certify", "phi(x*y)", "-o", "law.json")
    text = (tmp_path / "law.json").read_text()
    tampered = text.replace('"laws_at_least": 1', '"laws_at_least": 2')
    assert tampered != text
    (tmp_path / "bad.json").write_text(tampered)
    (tmp_path / "half.json").write_text(text[: len(text) // 2])
    status, out, err = run("verify", "bad.json", "law.json", "half.json")
    assert (status, err) == (1, "")
    assert [line.split(": ")[:2] for line in out.splitlines()] == [
        ["REJECTED", "bad.json"],
        ["ACCEPTED", "law.json"],
        ["REJECTED", "half.json"],
    ]
    reordered = dict(reversed(json.loads(tampered).items()))
    (tmp_path / "bad.json").write_text(json.dumps(reordered))
    assert run("verify", "bad.json")[0] == 1


def test_verify_json(run, tmp_path):
    run("certify", "phi(x*y)", "-o", "law.json")
    status, out, err = run("verify", "law.json", "--json")
    data = json.loads(out)
    assert (status, err, out.count("\n"), data["accepted"]) == (0, "", 1, True)
    assert [(f["file"], f["accepted"], f["verdict"]) for f in data["files"]] == [("law.json", True, "PROVED")]
    status, out, err = run("verify", "law.json", "nothing.json", "--json")
    data = json.loads(out)
    assert (status, err, data["accepted"]) == (2, "", False)
    assert [f["accepted"] for f in data["files"]] == [True, False]
    assert "cannot be read" in data["files"][1]["summary"]


@pytest.mark.parametrize(
    "content",
    [b"", b"not json", b"[]", b"{}", b'{"format": "other"}', b"[" * 100_000, b"\xff\xfe\x00", b'"conslaw-certificate"'],
)
def test_a_file_that_is_not_a_certificate(refused, tmp_path, content):
    (tmp_path / "notes.json").write_bytes(content)
    message = refused("verify", "notes.json")
    assert message.startswith("'notes.json' is not a conslaw certificate (")
    assert message.endswith("): conslaw certify MODEL -o FILE writes one")


def test_files_that_cannot_be_read(refused, tmp_path):
    (tmp_path / "folder").mkdir()
    assert refused("verify", "none.json") == (
        "'none.json' cannot be read: No such file or directory; give the path of a certificate, such as law.json"
    )
    assert refused("verify", "folder").startswith("'folder' cannot be read: ")


# --- lab and doctor -----------------------------------------------------------------------------------------


def test_lab_copies_the_lessons(run, tmp_path):
    status, out, err = run("lab", "mine", "--no-start")
    assert (status, err) == (0, "")
    assert re.fullmatch(r"Your lessons are in mine \(\d+ files? copied\)\.\n", out)
    assert (tmp_path / "mine" / "01_what_never_changes.ipynb").is_file()


def test_lab_hands_on_what_was_asked(run, monkeypatch):
    calls = []

    def open_lab(folder, **options):
        calls.append((folder, options.pop("say").__name__, options))
        return lab.LabReport(Path("mine"), status=0)

    monkeypatch.setattr(lab, "open_lab", open_lab)
    assert run("lab") == (0, "", "")
    assert run("lab", "here", "--port", "9000", "--no-browser") == (0, "", "")
    assert calls == [
        (None, "text", {"port": None, "browser": True, "run": True}),
        ("here", "text", {"port": 9000, "browser": False, "run": True}),
    ]


@pytest.mark.parametrize(("ended", "status"), [(1, 2), (5, 2), (-15, 143)])
def test_lab_tells_how_jupyterlab_ended(run, monkeypatch, ended, status):
    monkeypatch.setattr(lab, "open_lab", lambda *_, **__: lab.LabReport(Path("mine"), status=ended))
    found, out, err = run("lab")
    assert (found, out) == (status, "")
    told = f"conslaw: JupyterLab ended with status {ended}: what it said above tells why\n"
    assert err == (told if ended > 0 else "")


def test_a_port_in_use(refused):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refused("lab", "--port", str(port)).startswith(f"port {port} is in use")
    assert refused("lab", "--port", "99999") == (
        "99999 is not a port: give a number from 1024 to 65535, or none at all"
    )
    assert refused("lab", "--port", "high").startswith("--port: 'high' is not a whole number")


def test_a_folder_for_the_lessons_that_is_none(refused, tmp_path):
    (tmp_path / "file").write_text("mine")
    assert refused("lab", "file", "--no-start") == "file is a file, and the lessons need a folder: give another name"


CHECKS = [
    Check("Python", "ok", "3.12"),
    Check("chromium", "warning", "not found", "apt-get install chromium"),
]


def test_doctor(run, monkeypatch):
    monkeypatch.setattr("conslaw_nb.cli.doctor.diagnose", lambda: CHECKS)
    assert run("doctor") == (
        0,
        "             looked at  found\n"
        "  ✓ ok       Python     3.12\n"
        "  ! warning  chromium   not found\n"
        "What to do:\n"
        "  chromium  apt-get install chromium\n"
        "Everything that is needed is here.\n",
        "",
    )
    data = json.loads(run("doctor", "--json")[1])
    assert data["ok"] is True
    assert data["checks"][1] == {
        "name": "chromium",
        "status": "warning",
        "detail": "not found",
        "remedy": "apt-get install chromium",
    }


def test_doctor_finds_something_missing(run, monkeypatch):
    checks = [*CHECKS, Check("rich", "missing", "not installed", "pip install rich")]
    monkeypatch.setattr("conslaw_nb.cli.doctor.diagnose", lambda: checks)
    status, out, _ = run("doctor")
    assert status == 1
    assert "  ✗ missing  rich       not installed\n" in out
    assert out.endswith("  rich      pip install rich\nSomething does not work yet.\n")
    assert run("doctor", "--json")[0] == 1


def test_doctor_here(run):
    status, out, _ = run("doctor")
    assert status == 0
    assert re.search(r"^  ✓ ok .* self-test +phi\(u\*v\) has 1 law: proved, and verified", out, re.MULTILINE)


# --- bad input ----------------------------------------------------------------------------------------------

BAD_MODELS = [
    ("phi(__import__('os').system('touch pwned'))", '"\'" is unexpected in '),
    ("__import__('os').system('touch pwned')", "'__import__('os').system('touch pwned')' is not a model"),
    ("linear(10**9, 2)", "linear(1000000000, 2) has 2000000000 parameters, which would take about 186 GB"),
    ("linear(1000000000,2)", "linear(1000000000, 2) has 2000000000 parameters, which would take about 186 GB"),
    ("linear(2**1000, 2)", "linear("),
    ("relu(9999,9999)", "relu(9999, 9999) has 99980001 parameters, which would take about 9 GB of memory"),
    ("factorization(10**6,10**6,10**6)", "factorization(1000000, 1000000, 1000000) has 2000000000000 parameters"),
    ("phi(x**(10**9))", "the exponent 1000000000 is too large: exponents up to 1000 are read"),
    ("phi(9**(9**9)*x)", "the exponent 387420489 is too large: exponents up to 1000 are read"),
    ("phi(9999999**1000*x)", "the power (9999999)**1000 has coefficients of over "),
    ("phi((a+b+c+d+e+f)**60)", "the power (a + b + c + d + e + f)**60 makes the expression too large"),
    ("phi((x+y+z+w)**900)", "the power (x + y + z + w)**900 makes the expression too large"),
    ("phi(" + "(" * 10_000 + "x" + ")" * 10_000 + ")", "more than 50 nested parentheses"),
    ("phi(" + "[" * 10_000 + "]" * 10_000 + ")", "more than 50 nested parentheses"),
    ("phi(" + "x**" * 10_000 + "2)", "more than 50 nested powers"),
    ("[" * 10_000, "'[[[[[[[[[["),
    ("phi(" + "9" * 2000 + "*x)", "a number of 2000 digits is too long"),
    ("phi(" + "x" * 300_000, "this text has 300004 characters; at most 200000 are read"),
    ("linear(" + ",".join("2" * 20_000) + ")", "a model of more than 10000 arguments is not read"),
    ("lineer(2,3,2)", f"the model 'lineer' is not known: did you mean linear? Otherwise write it like {MODELS}"),
    ("x*y", f"'x*y' is not a model: write it like {MODELS}"),
    ("", f"the model is empty: write it like {MODELS}"),
    ("   ", f"the model is empty: write it like {MODELS}"),
    ("linear()", "linear(): give at least 2 widths, from input to output, as in linear(2, 3, 2)"),
    ("linear(3)", "linear(3): give at least 2 widths, from input to output, as in linear(2, 3, 2)"),
    ("linear(-3,2)", "linear(-3, 2): the width -3 must be at least 1"),
    ("linear(0,2)", "linear(0, 2): the width 0 must be at least 1"),
    ("linear(2.5,2)", "linear takes whole numbers as widths, as in linear(2,3,2), not 5/2"),
    ("linear(6/4,2)", "linear takes whole numbers as widths, as in linear(2,3,2), not 3/2"),
    ("linear(x,2)", "linear takes whole numbers as widths, as in linear(2,3,2): the variable 'x' is not known here"),
    ("linear([2,3])", "linear takes widths one by one, as in linear(2,3,2), not a list"),
    ("linear(2,3,2", "the text ends too early in 'linear(2,3,2⟨here⟩': a comma or a closing parenthesis is missing"),
    ("linear(2,,2)", "',' is unexpected in 'linear(2,⟨here⟩,2)': a number, a variable or a parenthesis should"),
    ("linear(2 3)", "an operator is missing before '3' in 'linear(2 ⟨here⟩3)'"),
    ("linear(2,3,bias=True)", "linear has no option 'bias': it takes no named options"),
    ("relu(2,3,2,bias=maybe)", "bias must be True or False, as in relu(2,3,2,bias=True)"),
    ("relu(2,3,2,foo=True)", "relu has no option 'foo': it takes bias=True"),
    ("relu(2,3,bias=True,bias=True)", "the option 'bias' is given twice"),
    ("relu(bias=True,2,3)", "an argument without a name follows one with a name: put named options last"),
    ("factorization(3,2)", "factorization takes three sizes n, m, r (U is n×r, V is m×r), not 2"),
    ("phi()", "phi needs at least one component, as in phi(x*y, x*z)"),
    ("phi(1)", "no variable occurs in phi(...): a constant φ has no gradient; write e.g. phi(x*y)"),
    ("phi(x + sqrt(y))", "the component 'x + sqrt(y)' adds up different roots"),
    ("phi(exp(x))", "'exp(...)' is not a polynomial, and one is asked for in this place"),
    ("phi(sin(x))", "the function 'sin' is not known in 'phi(⟨here⟩sin(x))': the functions are exp, log, sqrt"),
    ("phi(x**y)", "the exponent y is not an integer: only integer powers make a polynomial"),
    ("phi(x/0)", "division by zero: a denominator of the expression is 0"),
    ("phi(x y)", "an operator is missing before 'y' in 'phi(x ⟨here⟩y)': write products with *"),
    ("phi(x*y))", "')' is unexpected in 'phi(x*y)⟨here⟩)': an operator or the end of the text should stand here"),
    ("phi(x, [y])", "a function is expected, not a list: phi(x*y, x*z) takes components one by one"),
    ("phi(x*y, variables=[x])", "the variable 'y' is not known here: the variables are x"),
    ("phi(x, colour=[x])", "phi has no option 'colour': it takes variables=[x, y]"),
    ("phi(exp)", "'exp' cannot name a variable: use a letter, then letters, digits and _"),
    ("fields([x, y])", "fields needs the variables and at least one field, as in fields([x, y], [y, x])"),
    ("fields([x, y], [x])", "field 1 has 1 components, but there are 2 variables (x, y): give one component per"),
    ("fields([x, y], x)", "field 1 must be a list of 2 components, as in [y, x]"),
    ("fields(x, [x])", "the first argument of fields must be a list of variables, as in [x, y]"),
    ("fields([x, x], [x, x])", "the variable 'x' is given twice: variables must have different names"),
    ("fields([], [])", "a model needs at least one variable"),
    ("phi(x\n;)", "';' is unexpected in"),
    ("phi(x\x1b[2J)", "'\\x1b' cannot be read in"),
]


@pytest.mark.parametrize(("model", "message"), BAD_MODELS, ids=[m[:30] for m, _ in BAD_MODELS])
def test_a_model_that_is_none_is_refused_in_one_sentence(refused, model, message):
    text = refused("count", model)
    assert text.startswith(message)
    assert text.isprintable()  # what was typed must not steer the terminal
    assert text == refused("count", model, "--json")


@pytest.mark.parametrize("command", ["laws", "check", "certify"])
def test_the_other_commands_refuse_it_as_well(refused, command):
    more = {"laws": [], "check": ["x"], "certify": ["-o", "law.json"]}[command]
    assert refused(command, "linear(10**9,2)", *more).startswith("linear(1000000000, 2) has 2000000000 parameters")


BAD_LAWS = [
    ("__import__('os').system('touch pwned')", "\"'\" is unexpected in '__import__(⟨here⟩"),
    ("x**2 - z**2", "the variable 'z' is not known here: the variables are x, y"),
    ("", "the expression is empty: write something like x**2 - y**2"),
    ("x**(10**9)", "the exponent 1000000000 is too large: exponents up to 1000 are read"),
    ("exp(x)**(10**9)", "the exponent 1000000000 is too large: exponents up to 1000 are read"),
    ("2**(2**1000)", "the exponent a number of 1001 bits is too large"),
    ("(" * 10_000 + "x" + ")" * 10_000, "more than 50 nested parentheses"),
    ("x/0", "division by zero: a denominator of the expression is 0"),
    ("log(0)", "'log(0)' has no value: it divides by zero or takes log(0)"),
    ("sin(x)", "the function 'sin' is not known in '⟨here⟩sin(x)': the functions are exp, log, sqrt"),
    ("q x", "an operator is missing before 'x' in 'q ⟨here⟩x': write products with *, as in 2*x"),
    ("x**2 = y**2", "'=' is unexpected in 'x**2 ⟨here⟩= y**2': write a function, not an equation"),
    ("x, y", "',' is unexpected in 'x⟨here⟩, y': an operator or the end of the text should stand here"),
    ("x" * 100_000, "the variable 'xxxxxxx"),
]


@pytest.mark.parametrize(("law", "message"), BAD_LAWS, ids=[law[:30] for law, _ in BAD_LAWS])
def test_a_law_that_is_none_is_refused_in_one_sentence(refused, law, message):
    assert refused("check", "phi(x*y)", law).startswith(message)
    assert refused("certify", "phi(x*y)", "--law", law, "-o", "law.json").startswith(message)


# --- bad usage ----------------------------------------------------------------------------------------------

ALL = (
    "lab, laws, count, find, check, survey, certify, models, report, prove, verify, export, statements, slides, "
    "course, solutions, check-notebook, new-lesson, doctor"
)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["cuont"], f"there is no command 'cuont': did you mean 'count'? The commands are {ALL}"),
        (["VERIFY", "f"], f"there is no command 'VERIFY': did you mean 'verify'? The commands are {ALL}"),
        (["xyz"], f"there is no command 'xyz'. The commands are {ALL}"),
        (["phi(x*y)"], f"say what to do with the model, as in conslaw count 'phi(x*y)'; the commands are {ALL}"),
        (["--quick"], "there is no option '--quick' before a command; `conslaw --help` shows the commands"),
        (["count"], 'MODEL is missing; write it like conslaw count "linear(5,5,5,5,5)"'),
        (["check", "phi(x*y)"], 'LAW is missing; write it like conslaw check "phi(x*y)" "x**2 - y**2"'),
        (["check"], 'MODEL is missing; write it like conslaw check "phi(x*y)" "x**2 - y**2"'),
        (["course"], "say what to do: conslaw course new, conslaw course grade, conslaw course export"),
        (["course", "grad"], "conslaw course has no command 'grad'; it has new, grade, export"),
        (["course", "grade", "here", "--lesson", "1"], "conslaw course grade has no option '--lesson'; see conslaw "),
        (["course", "new"], "FOLDER is missing; write it like conslaw course new autumn"),
        (["certify", "phi(x)"], '-o FILE is missing; write it like conslaw certify "linear(5,5,5,5,5)" -o count.json'),
        (["verify"], "FILE is missing; write it like conslaw verify law.json"),
        (["laws", "phi(x)", "--degree"], '--degree: a value must follow; write it like conslaw laws "linear(2,3,2)"'),
        (["laws", "phi(x)", "--degre", "3"], "conslaw laws has no option '--degre'; see conslaw laws --help"),
        (
            ["check", "phi(x*y)", "x**2", "-", "y**2"],
            'too many arguments, from \'- y**2\' on: put each in quotes, as in conslaw check "phi(x*y)" "x**2 - y**2"',
        ),
        (["count", "linear", "5", "5"], "too many arguments, from '5 5' on: put each in quotes, as in conslaw count"),
        (["certify", "phi(x)", "-o"], "-o: a value must follow; write it like conslaw certify"),
    ],
)
def test_bad_usage_is_one_sentence_with_an_example(refused, argv, message):
    assert refused(*argv).startswith(message)


def test_nothing_typed_shows_the_help_and_is_no_success(run):
    status, out, err = run()
    assert (status, err) == (2, "")
    assert out == run("--help")[1] == run("help")[1]


def test_version(run):
    assert run("--version") == (0, f"conslaw {conslaw_nb.__version__}\n", "")


# --- help ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_a_terminal_of_80_columns_and_shows_examples(run, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")
    status, out, err = run(*command.split(), "--help")
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert f"  for example:\n    conslaw {command}" in out
    if command and " " not in command:
        assert run("help", command)[1] == out
    elif not command:
        assert all(re.search(rf"^  {name.split()[0]} ", out, re.MULTILINE) for name in COMMANDS)
    if command in ("", "laws", "count", "find", "check", "certify"):
        assert '"relu(2,3,2,bias=True)"' in out
        assert "3 not decided" in out


EXAMPLES = [
    shlex.split(re.split(r"\s{4,}", line.strip())[0])[1:]
    for function in COMMANDS.values()
    for line in re.findall(r"^ {6}conslaw .*", function.__doc__, re.MULTILINE)
]


def test_there_are_examples_of_every_command():
    assert {argv[0] for argv in EXAMPLES} == {name.split()[0] for name in COMMANDS}


@pytest.mark.parametrize("argv", EXAMPLES, ids=" ".join)
def test_the_examples_of_the_help_work(run, monkeypatch, argv):
    run("certify", "phi(x*y)", "-o", "law.json")
    Path("law.proof").write_text("model phi(x*y)\nx**2 - y**2 is conserved by computation\n", encoding="utf-8")
    monkeypatch.setattr(lab, "open_lab", lambda *_, **__: lab.LabReport(Path("mine")))
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": "1 + 1"}
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    Path("lesson.ipynb").write_text(json.dumps(book), encoding="utf-8")
    Path("models.txt").write_text("linear(2,2,2)\n", encoding="utf-8")
    needed = {"--rocq": ["coqc"], "--ocaml": ["coqc", "ocamlopt"]} if argv[0] == "verify" else {}
    if missing := [program for word in argv for program in needed.get(word, []) if shutil.which(program) is None]:
        pytest.skip(f"ROCQ TESTS SKIPPED: no {missing[0]} here; apt-get install --no-install-recommends coq ocaml-nox")
    if argv[0] == "report":
        pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'conslaw_nb[torch]'")
        Path("net.py").write_text(
            "from torch import nn\nbuild = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))\n",
            encoding="utf-8",
        )
    argv = [{"*.json": "law.json", "*.ipynb": "lesson.ipynb"}.get(word, word) for word in argv]  # as the shell would
    if "my-lesson" in argv[-1] and argv[0] != "new-lesson":
        run("new-lesson", "my-lesson")
    if argv[:2] == ["course", "grade"]:
        Path("submissions").mkdir()
        Path("submissions", "ada.ipynb").write_text('{"nbformat": 4, "cells": []}', encoding="utf-8")
    status, out, err = run(*argv)
    expected = {"x + y": 1, "x=1, y=0": 0}
    assert (status, err) == (expected.get(argv[-1], 0), "")
    assert out or argv[0] == "lab"


# --- failures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (KeyboardInterrupt(), 130, "stopped before there was an answer"),
        (MemoryError(), 3, "this model needs more memory than there is here: try narrower layers, or a lower degree"),
        (RecursionError(), 2, "this input is nested too deeply to be read: write it with fewer parentheses"),
        (BudgetError("no luck: try less"), 3, "no luck: try less"),
        (OSError(28, "No space left on device"), 2, "the answer could not be written: No space left on device"),
        (PermissionError(13, "Denied", "x.json"), 2, "the answer could not be written ('x.json'): Denied"),
        (
            ZeroDivisionError("by zero"),
            70,
            "a fault of this program, not of your input (ZeroDivisionError: by zero): please tell us, with what "
            "CONSLAW_TRACEBACK=1 conslaw ... prints",
        ),
    ],
)
def test_every_failure_is_a_sentence_and_a_status(refused, monkeypatch, error, status, message):
    def fail(*_, **__):
        raise error

    monkeypatch.delenv("CONSLAW_TRACEBACK", raising=False)
    monkeypatch.setattr(cli, "_forget", lambda stream: None)  # pytest still wants its standard output
    monkeypatch.setattr("conslaw_nb.laws.counting.count_laws", fail)
    assert refused("count", "phi(x*y)", status=status) == message


def test_a_fault_of_ours_shows_where_if_asked(run, monkeypatch):
    monkeypatch.setenv("CONSLAW_TRACEBACK", "1")
    monkeypatch.setattr("conslaw_nb.laws.counting.count_laws", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("count", "phi(x*y)")


def test_a_long_message_is_cut_in_the_middle(refused):
    text = refused("check", "phi(x*y)", "y" * 500 + "(" * 5 + "x")
    assert len(text) <= 610


# --- what a terminal shows ----------------------------------------------------------------------------------


class Screen(io.StringIO):
    """A standard stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch, tmp_path):
    """Run a command in a terminal of 80 columns; return status, what is seen, and the raw text."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")

    def call(*argv):
        out, err = Screen(), Screen()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            status = main(argv)
        raw = out.getvalue() + err.getvalue()
        seen = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw).splitlines())
        return status, seen, raw

    return call


def test_a_terminal_sees_a_staircase(terminal):
    status, seen, raw = terminal("count", "linear(5,5,5,5,5)")
    assert status == 0
    assert seen.startswith("✓ PROVED  linear(5,5,5,5,5) has exactly 45 independent conservation laws.\n")
    assert "\n  step   brackets of          dimension   of 100\n" in seen
    assert "\n  W_0    1 generator                 25   ████████░░░░░░░░░░░░░░░░░░░░░░\n" in seen
    assert "\n  W_1    up to 2 generators          55   ████████████████░░░░░░░░░░░░░░\n" in seen
    assert max(map(len, seen.splitlines())) <= 80
    assert "\x1b[1;32m✓ PROVED" in raw


def test_a_terminal_sees_some_laws_and_is_told_of_the_others(terminal):
    _, seen, _ = terminal("laws", "linear(3,3,3)")
    assert "\n      U_1ᵀU_1 − U_2U_2ᵀ   (3 × 3)\n" in seen
    assert "\n  6  " in seen
    _, seen, _ = terminal("laws", "linear(5,5,5,5,5)")
    assert "\n  ... and 39 more: --json, or a pipe, gives them all\n" in seen
    assert "\n  7  " not in seen
    assert max(map(len, seen.splitlines())) <= 80


def test_a_terminal_is_spared_endless_laws(terminal):
    assert len(terminal("laws", "linear(30,2,30)")[1].splitlines()) < 40


@pytest.mark.parametrize(
    ("argv", "status", "first", "colour"),
    [
        (["check", "phi(x*y)", "x"], 1, "✗ REFUTED  x is not conserved by phi(x*y).", "31"),
        (["check", "phi(x*y)", "sqrt(-x**2)"], 3, "? UNKNOWN  sqrt(-x**2) was not decided for phi(x*y).", "35"),
        (["count", "phi(x*y)", "--point", "0,0"], 3, "≤ BOUNDED  phi(x*y) has between 0 and 1 independent", "33"),
    ],
)
def test_word_and_sign_stand_beside_every_colour(terminal, argv, status, first, colour):
    found, seen, raw = terminal(*argv)
    assert (found, seen.splitlines()[0][: len(first)]) == (status, first)
    assert f"\x1b[1;{colour}m{first[0]}" in raw


def test_brackets_are_not_taken_for_colours(terminal):
    _, seen, _ = terminal("count", "fields([red, bold], [bold, red], [red**2, 1])")
    assert "fields([red, bold], [bold, red], [red**2, 1])" in seen.replace("\n          ", " ")
    status, seen, _ = terminal("check", "phi(x*y)", "[bold]")
    assert status == 2
    assert "'[bold]' is a list" in seen


def test_a_terminal_sees_an_error_in_colour(terminal):
    status, seen, raw = terminal("check", "phi(x*y)", "z")
    assert status == 2
    assert seen == "conslaw: the variable 'z' is not known here: the variables are x, y"
    assert "\x1b[1;31mconslaw: " in raw


def test_a_terminal_sees_certificates_and_the_doctor(terminal, tmp_path):
    terminal("certify", "linear(2,3,2)", "-o", "law.json")
    (tmp_path / "bad.json").write_text((tmp_path / "law.json").read_text().replace('"version": 1', '"version": 2'))
    status, seen, _ = terminal("verify", "law.json", "bad.json")
    assert status == 1
    assert seen.startswith("✓ ACCEPTED  law.json: PROVED: exactly 6 independent")
    assert "\n✗ REJECTED  bad.json: " in seen
    status, seen, _ = terminal("doctor")
    assert "  ✓ ok" in seen
    assert "looked at" in seen


def test_json_is_json_in_a_terminal_too(terminal):
    assert json.loads(terminal("count", "phi(x*y)", "--json")[2])["laws"] == 1


def test_a_terminal_without_rich_gets_plain_lines(terminal, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "rich"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rich", None)
    status, seen, raw = terminal("check", "phi(x*y)", "x**2 - y**2")
    assert (status, seen.splitlines()[0], "\x1b" in raw) == (0, "PROVED: x**2 - y**2 is conserved by phi(x*y).", False)
    assert terminal("check", "phi(x*y)", "z")[1].startswith("conslaw: the variable 'z'")


def test_long_work_shows_a_spinner_with_the_time(monkeypatch):
    monkeypatch.setattr(display, "_PATIENCE", 0.0)
    monkeypatch.setenv("TERM", "xterm-256color")
    for seen in (Screen(), io.StringIO()):
        monkeypatch.setattr(sys, "stderr", seen)
        with display.working("counting [bold] laws"):
            time.sleep(0.4)
        if seen.isatty():
            assert "counting [bold] laws" in seen.getvalue()
            assert "0:00:0" in seen.getvalue()
            assert seen.getvalue().endswith("\x1b[2K")  # the line is gone when the work is done
        else:
            assert seen.getvalue() == ""


def test_quick_work_shows_nothing(monkeypatch):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with display.working("a moment"):
        pass
    assert screen.getvalue() == ""


def test_a_spinner_goes_when_the_work_fails(monkeypatch):
    monkeypatch.setattr(display, "_PATIENCE", 0.0)
    monkeypatch.setattr(sys, "stderr", Screen())
    with pytest.raises(KeyboardInterrupt), display.working("something"):
        raise KeyboardInterrupt


# --- as a program -------------------------------------------------------------------------------------------


def program(*argv, **options):
    """Start `python -m conslaw_nb` on the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    command = [sys.executable, "-m", "conslaw_nb", *argv]
    defaults = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    return subprocess.Popen(command, env=environment, **{**defaults, **options})


def finished(*argv, **options):
    process = program(*argv, **options)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        (["check", "phi(x*y)", "x**2 - y**2"], 0),
        (["check", "phi(x*y)", "x"], 1),
        (["check", "phi(x*y)", "z"], 2),
        (["count", "phi(x*y)", "--point", "0,0"], 3),
    ],
)
def test_the_program_ends_with_the_status(argv, status):
    found, out, err = finished(*argv)
    assert found == status
    assert "\x1b" not in out + err
    assert bool(out) == (status != 2)
    assert bool(err) == (status == 2)


def test_nothing_is_executed(tmp_path):
    for argv in (["count", "phi(__import__('os').system('touch pwned'))"], ["check", "phi(x)", "exec('1/0')"]):
        assert finished(*argv, cwd=tmp_path)[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_leaves_early_is_no_error():
    process = program("laws", "linear(4,4,4)")
    process.stdout.close()  # long before anything is written
    err = process.stderr.read()
    assert (process.wait(timeout=120), err) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_an_answer_that_cannot_be_written_is_an_error():
    with open("/dev/full", "w") as full:
        status, _, err = finished("check", "phi(x*y)", "x", stdout=full)
    assert (status, err) == (2, "conslaw: the answer could not be written: No space left on device\n")


def test_a_pipe_that_knows_only_ascii():
    status, out, err = finished("check", "phi(x*y)", "x", env={"PYTHONIOENCODING": "ascii"})
    assert (status, err) == (1, "")
    assert "\\u2207(x*y), index 0" in out
    status, out, _ = finished("check", "phi(x*y)", "x", "--json", env={"PYTHONIOENCODING": "ascii"})
    assert json.loads(out)["witness"]["label"] == "∇(x*y)"


def loaded(folder, *argv):
    """Return which packages of others, and which rooms of ours, a command loads."""
    code = (
        "import sys; from conslaw_nb.cli import main; status = main(sys.argv[1:]); "
        "print('LOADED', status, *sorted({m.split('.')[0] for m in sys.modules}), *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *argv],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    status, *names = done.stdout.split("LOADED")[1].split()
    assert status == "0", done.stderr
    return set(names)


def test_a_command_loads_no_more_than_it_needs(tmp_path):
    heavy = {"sympy", "rich", "flint", "numpy", "ipywidgets", "drawsvg"}
    names = loaded(tmp_path, "--help")
    assert names & heavy == set()
    assert "conslaw_nb.models.fields" not in names
    names = loaded(tmp_path, "check", "phi(x*y)", "x**2 - y**2")
    assert names & (heavy - {"flint"}) == set()
    conslaw_nb.certify(conslaw_nb.linear(1, 2, 1)).save(tmp_path / "law.json")
    names = loaded(tmp_path, "verify", "law.json")
    assert names & heavy == set()
    ours = {name for name in names if name.startswith("conslaw_nb.") and not name.startswith("conslaw_nb.cli")}
    rooms = {"conslaw_nb.claims", "conslaw_nb.claims.verification"}
    ours = {name for name in ours if not name.startswith("conslaw_nb.court")}
    assert ours == {"conslaw_nb.checker", "conslaw_nb.errors", "conslaw_nb.verdict"} | rooms
