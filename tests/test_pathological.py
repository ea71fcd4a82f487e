"""Whatever is typed, an answer comes back: at every door, for every text, and the text is never run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pathological
import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 1800  # seconds for all texts at all doors; an idle machine takes below 60
ANSWERS = {"PROVED", "REFUTED", "UNKNOWN", "BOUNDED", "hint", "feedback", "exit 0", "exit 1", "exit 2", "exit 3"}
LONGEST = 10_000  # characters of an answer


@pytest.fixture(scope="module")
def answers():
    """Try all texts at all doors, in an interpreter that is ended if it does not end."""
    command = [sys.executable, str(ROOT / "tests" / "pathological.py")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            begun = [json.loads(line)[1:] for line in out.decode().splitlines() if line.startswith('["begin"')]
            pytest.fail(f"no answer to (door, text) = {begun[-1]} after {PATIENCE} seconds", pytrace=False)
    lines = [json.loads(line) for line in out.decode().splitlines()]
    assert process.returncode == 0, (lines[-1], err.decode()[-3000:])
    found = {}
    for door, name, *said in lines:
        if door != "begin":
            found.setdefault(door, {})[name] = tuple(said)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("door", pathological.DOORS)
def test_every_text_is_answered(answers, door):
    answers = answers[door]
    assert set(answers) == set(pathological.TEXTS)
    for name, (kind, message) in answers.items():
        assert kind in ANSWERS or kind.endswith("Error"), name
        assert message or kind in ANSWERS, name
        assert len(message) <= LONGEST, (name, len(message))
        if door.startswith("conslaw "):  # a terminal would obey them
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", message), name


@pytest.mark.slow
def test_a_law_gets_the_answer_it_deserves(answers):
    """At the first door also what is answered: the true ones proved, the false ones refuted, the rest explained."""
    assert {name: kind for name, (kind, _) in answers["law"].items()} == {
        "high power of a sum": "REFUTED",
        "power of a million": "SizeError",
        "power of a million of a sum": "SizeError",
        "powers of powers": "SizeError",
        "tower of twos": "SizeError",
        "tower of nines": "SizeError",
        "powers of a number": "SizeError",
        "tower of variables": "REFUTED",
        "high tower of variables": "SizeError",
        "factorial": "SizeError",
        "falling factorial": "REFUTED",
        "the sign of a factorial": "ParseError",
        "long sum": "REFUTED",
        "very long sum": "REFUTED",
        "minus signs": "REFUTED",
        "ten exps": "UNKNOWN",
        "a hundred exps": "SizeError",
        "six exps of a number": "UNKNOWN",
        "ten logs": "UNKNOWN",
        "sixty logs": "SizeError",
        "six logs of a number": "ParseError",
        "ten roots": "REFUTED",
        "ninety roots": "SizeError",
        "roots of sums": "REFUTED",
        "absolute values": "ParseError",
        "mixed nesting": "REFUTED",
        "sum of exps": "REFUTED",
        "sum of roots": "REFUTED",
        "root of roots": "REFUTED",
        "log of a product": "REFUTED",
        "exp of a high power": "REFUTED",
        "fractions of exponents": "REFUTED",
        "a hard number under a log": "REFUTED",
        "a large number": "REFUTED",
        "too large a number": "SizeError",
        "deep parentheses": "SizeError",
        "too deep parentheses": "SizeError",
        "open parentheses": "SizeError",
        "continued fraction": "REFUTED",
        "long quotient": "REFUTED",
        "zero to the zero": "PROVED",
        "division by zero": "ParseError",
        "log of zero": "ParseError",
        "other letters": "ParseError",
        "signs from a page": "PROVED",
        "control characters": "ParseError",
        "a lone surrogate": "ParseError",
        "combining marks": "ParseError",
        "nothing": "ParseError",
        "white space": "ParseError",
        "code": "ParseError",
    }
