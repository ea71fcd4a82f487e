"""What the engine in a page answers: the notebook's verdicts and feedback, as plain data."""

import importlib.util
import json
import sys

import pytest

from conslaw_nb import check_law, count_laws, parse_model, teaching
from conslaw_nb.teaching import page

LAWS = [
    ("phi(u*v)", "u^2 - v^2"),
    ("phi(u*v)", "u + v"),
    ("linear(2,3,2)", "U1[1,1]**2 - U2[1,1]**2"),
    ("relu(1,2,1)", "U1[1,1]**2 - U2[1,1]**2"),
]


@pytest.mark.parametrize(("model", "law"), LAWS)
def test_a_law_gets_the_notebooks_verdict_and_a_certificate_that_is_accepted(model, law):
    verdict = check_law(law, parse_model(model))
    said = page.law(f" {model} ", f" {law} ")
    assert said["verdict"] == str(verdict.status)
    assert said["html"] == verdict._repr_html_()
    assert json.loads(said["certificate"])["format"] == "conslaw-certificate"
    assert said["checked"] == "the independent checker accepts it."


def test_without_a_law_the_laws_are_counted():
    said = page.law("linear(2,3,2)", "  ")
    assert said["verdict"] == "PROVED"
    assert f"exactly {count_laws(parse_model('linear(2,3,2)')).laws} independent conservation laws" in said["html"]


def test_what_has_no_certificate_says_why():
    said = page.law("phi(u*v)", "exp(u^2)")
    assert said["verdict"] == "REFUTED"
    assert said["certificate"] == ""
    assert said["checked"].startswith("No certificate: 'exp(u^2)' is not conserved, and a certificate of that holds")


@pytest.mark.parametrize(
    ("model", "law", "told"),
    [
        ("", "u", "Type a model, such as phi(u*v) or linear(2,3,2)."),
        ("phi(u*v)", "u + w", "not known here"),
        ("phi(u*v)", "<b>", "cannot be read"),
        ("lineer(2,2)", "", "linear"),
    ],
)
def test_what_cannot_be_read_is_told_without_markup_of_its_own(model, law, told):
    said = page.law(model, law)
    assert said["verdict"] == ""
    assert told in said["html"]
    assert "<b>" not in said["html"]


def test_an_answer_gets_the_notebooks_feedback_and_an_empty_one_speaks_of_no_cell():
    task = teaching.exercise("1.1")
    for answer in ("(5/4, 3/4)", "(1, 0)", "zz"):
        assert page.answer("1.1", answer) == {
            "outcome": task.check(answer).outcome, "html": task.check(answer)._repr_html_(),
        }  # fmt: skip
    empty = page.answer("1.1", " ")
    assert empty["outcome"] == "empty"
    assert "cell" not in empty["html"]
    assert page.hint("1.2")["html"] != page.hint("1.2")["html"]  # one after the other


def test_questions_and_answers_go_as_json():
    question = json.dumps({"what": "law", "with": ["phi(u*v)", "u^2 - v^2"]})
    assert json.loads(page.ask(question)) == page.law("phi(u*v)", "u^2 - v^2")
    with pytest.raises(KeyError):
        page.ask('{"what": "os", "with": []}')


# --- packages that arrive when they are wanted ---------------------------------------------------------------------


@pytest.fixture
def arrivals(root):
    spec = importlib.util.spec_from_file_location("arrivals", root / "lite" / "arrivals.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_package_is_fetched_once_and_only_when_it_is_imported(arrivals, monkeypatch):
    finder = arrivals.Arrivals({"sympy": "sympy.whl"}, ["python-flint"])
    fetched, begun = [], []
    monkeypatch.setattr(finder, "fetch", fetched.append)
    monkeypatch.setattr(finder, "begin", lambda: begun.append(1))
    assert [finder.find_spec(name) for name in ("os", "sympy.core", "sympy", "sympy")] == [None] * 4
    assert fetched == ["sympy.whl"]
    assert begun == []
    finder.find_spec("conslaw_nb")
    assert begun == [1]
    monkeypatch.setenv("CONSLAW_ARRIVALS", "on demand")
    finder.find_spec("conslaw_nb")
    assert begun == [1]  # a page fetches nothing that nobody asked for


def test_the_builder_writes_the_table_and_nothing_else(arrivals, root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "tools"))
    import lite_wheels

    program = (root / "lite" / "arrivals.py").read_text(encoding="utf-8")
    listed = {"packages": {"sympy": {"file_name": "sympy-1-1ab.whl", "imports": ["isympy", "sympy"]}}}
    rules = {"arrive": {"on_import": ["sympy"], "later": ["sympy", "python-flint"]}}
    written = lite_wheels.arrivals(program, listed, rules)
    assert "WHEELS = {'isympy': 'sympy-1-1ab.whl', 'sympy': 'sympy-1-1ab.whl'}" in written
    assert "LATER = ['sympy', 'python-flint']" in written
    assert len(written.splitlines()) == len(program.splitlines())
    with pytest.raises(ValueError, match="should have one line 'WHEELS"):
        lite_wheels.arrivals(program.replace("WHEELS = ", "OTHERS = "), listed, rules)
    assert not any(isinstance(one, arrivals.Arrivals) for one in sys.meta_path)  # an empty table changes nothing


def test_the_arithmetic_can_be_chosen_again(monkeypatch):
    from conslaw_nb.exact import backend

    monkeypatch.setenv("CONSLAW_BACKEND", "plain")
    backend.choose_again()
    try:
        assert backend.backend_name() == "plain"
        monkeypatch.delenv("CONSLAW_BACKEND")
        assert backend.backend_name() == "plain"  # what is in use stays
        backend.choose_again()
        assert backend.backend_name() == ("flint" if importlib.util.find_spec("flint") else "plain")
    finally:
        backend.choose_again()
