"""The checkers of all exercises, tried with right and wrong answers that a judge of our own knows (`oracle/`)."""

import itertools
from collections import Counter

import pytest
from oracle.answers import EARLY
from oracle.first_answers import FIRST
from oracle.functions_read import Space
from oracle.judging import report
from oracle.last_answers import LAST, PAIR, symmetry
from oracle.later_answers import HIDDEN, LATE, hidden_by_count
from oracle.numbers import rng_of, seed_of
from oracle.proof_lines import split
from oracle.reading import read

import conslaw_nb as cl

ANSWERS = {**FIRST, **EARLY, **LATE, **LAST}
# Their right and wrong answers stand in tests/test_lesson05.py, 07, 09, 10 and 13 alone; the judge has none of its own.
CHALLENGES = {"5.7", "5.8", "7.7", "7.8", "9.7", "9.8", "10.6", "10.7", *(f"13.{k}" for k in range(1, 7))}
TRIES = 14  # of each exercise in each run


def numbers_of_exercises():
    """Return the numbers of all exercises there are."""
    return [task.number for task in cl.teaching.all_exercises()]


@pytest.mark.parametrize("name", ["one", "fresh"])
def test_right_answers_count_and_wrong_ones_do_not(name):
    seed = seed_of(name)
    faults, unread, known = [], Counter(), Counter()
    for number, make in ANSWERS.items():
        task, rng = cl.teaching.exercise(number), rng_of("answers", seed, number)
        for _ in range(TRIES):
            answer, truth = make(rng)
            found = task.check(answer)
            known[number, truth] += 1
            if truth is True and found.outcome == "unreadable":
                unread[number] += 1
            elif truth is True and not found.is_right:
                faults.append(f"{number}: the right answer {answer!r} is refused: {found.message}")
            elif truth is False and found.is_right:
                faults.append(f"{number}: the wrong answer {answer!r} is accepted: {found.message}")
    assert not faults, report(faults, seed)
    assert sum(unread.values()) < 0.05 * sum(known.values()), unread


def test_the_judge_knows_right_and_wrong_answers_of_every_exercise():
    rng = rng_of("every exercise")
    assert set(ANSWERS) == set(numbers_of_exercises()) - CHALLENGES
    for number, make in ANSWERS.items():
        missing = {True, False}
        for _ in range(60):
            missing.discard(make(rng)[1])
            if not missing:
                break
        assert not missing, number


def test_hidden_laws_by_counting():
    rng = rng_of("hidden")
    for text, hidden in HIDDEN.items():
        widths = [int(w) for w in split(text[7:-1], ",")]
        if widths[0] == widths[-1] == 1:
            total = sum(a * b for a, b in itertools.pairwise(widths))
            point = [rng.randint(-50, 50) for _ in range(total)]
            assert hidden_by_count(widths, point) is hidden, text


@pytest.mark.parametrize(
    ("field", "law"),
    [
        ("-u2, u1, -v2, v1", False),
        ("u2 + v2, -u1 - v1, u2 + v2, -u1 - v1", True),
        ("u2 - v2, -u1 + v1, -u2 + v2, u1 - v1", True),
        ("v2, -v1, 0, 0", False),
    ],
)
def test_nothing_false_is_said_of_a_symmetry(field, law):
    """Some rotations do give a law: φ = u₁v₁ + u₂v₂ keeps (u₁ + v₁)/(u₂ + v₂)."""
    space = Space(PAIR, [])
    unchanged, gradient, gives_law = symmetry(
        [space.value(read(t, space.known, functions=True)) for t in field.split(",")]
    )
    assert (unchanged, gradient, gives_law) == (True, False, law)
    told = cl.teaching.exercise("12.1").check(field)
    if law:
        assert not (told.is_right and "no law" in told.message)
    else:
        assert told.is_right


@pytest.mark.parametrize("answer", ["a**2*b**2, a*c", "a*b, a**2*c**2", "(a*b)**2, (a*c)**2"])
def test_a_model_that_is_only_locally_a_function_of_phi(answer):
    """The sign of ab is lost: different outputs have the same φ."""
    assert not cl.teaching.exercise("3.1").check(answer).is_right
