"""`conslaw statements`: the index in a terminal, in a pipe and as JSON."""

import json

import pytest

from conslaw_nb.cli import main
from conslaw_nb.paper.statements import statement, statements


@pytest.fixture
def run(capsys):
    def call(*argv):
        status = main(["statements", *argv])
        return status, *capsys.readouterr()

    return call


def test_the_whole_index(run):
    status, out, err = run()
    assert (status, err) == (0, "")
    for s in statements():
        assert f"  {s.key} " in out
    assert "\nPitfalls: 22\n" in out
    assert out.endswith("* This number is not confirmed by a source. conslaw statements KEY shows one of them.\n")
    assert "Lemma 3.2* · " in out
    assert "Theorem 3.3 · " in out


@pytest.mark.parametrize("words", [["prop-4.1"], ["Proposition", "4.1"], ["proposition 4.1"]])
def test_one_statement(run, words):
    status, out, err = run(*words)
    assert (status, err) == (0, "")
    assert out.startswith("Proposition 4.1 · the known laws\n")
    assert "- the entries of U_iᵀU_i − U_{i+1}U_{i+1}ᵀ, for linear networks;\n" in out
    assert "  assumes     U_1 is on the output side\n" in out
    assert "  provenance  number confirmed by a source; content recalled, machine-checked\n" in out
    assert "  checked     proved here for every width: " in out
    assert "\\" not in out


def test_words_find_statements(run):
    status, out, _ = run("cross-entropy", "hyperplane")
    assert status == 0
    assert out.startswith("Remark C.3 · cross-entropy spans a hyperplane\n")  # the only one: it is shown
    status, out, _ = run("twins")
    assert out.startswith("Pitfall 7 · kinks, twins, opposites\n")
    status, out, _ = run("hyperplane")
    assert status == 0
    assert "\n  lemma-2.13  " in out
    assert "prop-2.5" not in out


def test_json(run):
    data = json.loads(run("thm-3.3", "--json")[1])
    assert data == statement("thm-3.3").as_dict()
    assert data["provenance"]["number"] == "number confirmed by a source"
    assert [check["by"].partition("::")[0] for check in data["checks"]] == [
        "Smooth.v", "tests/test_statements_brackets.py", ""
    ]  # fmt: skip
    every = json.loads(run("--json")[1])["statements"]
    assert [s["key"] for s in every] == [s.key for s in statements()]
    some = json.loads(run("hyperplane", "--json")[1])["statements"]
    assert 1 < len(some) < len(every)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["prop-2.55"], "there is no statement 'prop-2.55': perhaps prop-2.5 or "),
        (["zzzz", "--json"], "there is no statement 'zzzz': statements(), or conslaw statements, lists them all"),
        (["prop-2.5", "--all"], "conslaw statements has no option '--all'; see conslaw statements --help"),
    ],
)
def test_what_is_not_there(run, words, message):
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert err.startswith(f"conslaw: {message}")
    assert err.count("\n") == 1
