"""Two arithmetics, one answer: the engine's public questions with python-flint, and where there is none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import backend_questions
import pytest

from conslaw_nb import checker

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 600  # seconds until an interpreter that does not end is ended
NAMES = [name for name, _ in backend_questions.questions()]


def ask(which, seed):
    """Ask everything in an interpreter of its own, whose sets have an order of their own."""
    environment = {k: v for k, v in os.environ.items() if k != "CONSLAW_BACKEND"}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
    script = ROOT / "tests" / "backend_questions.py"
    done = subprocess.run(
        [sys.executable, str(script), which], env=environment, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def hidden():
    return ask("hidden", "1")


@pytest.fixture(scope="module")
def flint():
    pytest.importorskip("flint", reason="python-flint is not installed: the two arithmetics were NOT compared")
    return ask("flint", "2")


def test_each_interpreter_is_what_it_is_called(flint, hidden):
    assert (flint["backend"], flint["flint"]) == ("flint", True)
    assert hidden["backend"] == "plain"


def test_the_questions_meet_every_kind_of_answer(hidden):
    assert list(hidden["answers"]) == NAMES
    text = json.dumps(hidden["answers"])
    for kind in ("PROVED", "REFUTED", "UNKNOWN", "BOUNDED", "ParseError", "CertificateError", "involutive"):
        assert kind in text


@pytest.mark.parametrize("name", NAMES)
def test_both_give_the_same_answer_to_the_letter(flint, hidden, name):
    assert flint["answers"][name] == hidden["answers"][name]


@pytest.mark.parametrize("model", backend_questions.MODELS)
def test_the_certificate_that_both_write_is_accepted(hidden, model):
    report = checker.check_text(hidden["answers"][f"certificate: {model}"])
    assert report.accepted, report.summary


def test_a_name_that_hides_nothing_would_be_seen():
    """The comparison above means something only if python-flint is really out of reach."""
    code = (
        "import sys; sys.path.insert(0, 'tests'); import backend_questions as b; b.hide()\n"
        "import importlib.util; assert importlib.util.find_spec('flint') is None\n"
        "from conslaw_nb.exact import backend\n"
        "try:\n    backend.use_backend('flint').__enter__()\n"
        "except backend.BackendError as error:\n    print(error)"
    )
    environment = {k: v for k, v in os.environ.items() if k != "CONSLAW_BACKEND"} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == (
        "the backend 'flint' needs the package python-flint: `pip install python-flint`, or choose 'plain'"
    )
