"""Lesson 4, on losses: every right answer counts, in many forms, and every wrong one is told why."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from lesson_answers import answer_tests

from conslaw_nb import teaching

_NEURON = teaching.exercise("4.5").start + "\n"

RIGHT = [
    ("4.1", "(1/2, 1/3, 1/6)"),
    ("4.1", "z1 = 5, z2 = -3, z3 = -1"),
    ("4.1", (Fraction(1, 2), sympy.Rational(1, 3), "1/6")),
    ("4.2", "z1 + z2 + z3 - 1"),
    ("4.2", "-(1 - z1) + (z3 + z2)"),
    ("4.2", sum(sympy.symbols("z1 z2 z3")) - 1),
    ("4.3", "2"),
    ("4.3", Fraction(-1, 7)),
    ("4.3", "x = 0.5"),
    ("4.4", "u1 + u2, u1**2 + u2**2 - v**2"),
    ("4.4", "u1 + u2, (u1 - u2)**2 - 2*v**2"),
    ("4.4", ("(u1 + u2)**3", "u1*u2 + v**2/2")),
    ("4.4", "2*u1*u2 + v**2, u1^2 + u2^2 - v^2"),
    ("4.6", "5"),
    ("4.6", 5),
]

WRONG = [
    ("4.1", "(1, 2, 3)", "are linearly independent: they span all of R³. (The entries of z have the sum 6.)"),
    ("4.3", "1", "whose entries have the sum 1: the two gradients in θ are (-1/2, 1/2) and (1/2, -1/2), on one line"),
    ("4.3", "0", "are 0: nothing is pushed at all"),
    ("4.4", "u1 + u2, u1*v", "`u1*v` is not conserved"),
    ("4.4", "u1 + u2, 7", "`7` is a constant"),
    ("4.4", "u1 + u2, (u1 + u2)**2", "together they count once"),
    ("4.4", "u1 + u2", "Two functions are asked for, with a comma between them; 'u1 + u2' holds 1"),
]

PROOF = """\
(s^T*u)' = -s^T*K*s*(w^T*v + b)    by substitution
         = 0                       by computation
s^T*u is conserved                 by Proposition 2.5
"""


UNREADABLE = [
    ("4.1", "(1, 2)", "there are 2 numbers in '(1, 2)' where 3 are asked for"),
    ("4.2", "z1 +", "the text ends too early in 'z1 +"),
    ("4.2", "q", "the variable 'q' is not known here: the variables are z1, z2, z3"),
    ("4.3", "many", "'many' is not a number"),
    ("4.5", 3, "a proof is a text of several lines"),
]

test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


@given(st.fractions(max_denominator=50), st.fractions(max_denominator=50), st.fractions(max_denominator=50))
def test_the_bad_outputs_are_exactly_those_with_sum_one(a, b, c):
    feedback = teaching.exercise("4.1").check((a, b, c))
    assert bool(feedback) == (a + b + c == 1 and len({a, b, c, 0}) == 4), feedback
    repaired = (a, b, 1 - a - b)
    assert bool(teaching.exercise("4.1").check(repaired)) == (len({*repaired, 0}) == 4)


@given(st.fractions(max_denominator=30))
def test_every_input_but_two_repairs_the_span(x):
    assert bool(teaching.exercise("4.3").check(x)) == (x not in (0, 1))


@given(*(st.integers(-5, 5) for _ in range(4)))
def test_two_combinations_count_exactly_when_their_matrix_is_invertible(a, b, c, d):
    laws = [f"({p})*(u1 + u2) + ({q})*(u1**2 + u2**2 - v**2)" for p, q in ((a, b), (c, d))]
    assert bool(teaching.exercise("4.4").check(laws)) == (a * d != b * c)


def test_what_the_squared_loss_would_destroy_is_named():
    message = teaching.exercise("4.4").check("u1 + u2, u1**2 + u2**2 - v**2").message
    assert message.endswith("The squared loss would destroy `u1 + u2`.")


@pytest.mark.parametrize(
    "proof",
    [
        PROOF,
        PROOF.replace("(s^T*u)' =", "(s^T*u)' = s^T*u'   by substitution\n ="),
        PROOF.replace("= 0                       by computation\n", "= 0   by computation   # K is skew\n"),
    ],
)
def test_a_proof_for_every_width_counts(proof):
    feedback = teaching.exercise("4.5").check(_NEURON + proof)
    assert feedback.is_right, feedback
    assert "hold for all n and m" in feedback.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PROOF, "The first lines set the task and have to stay as they were; this one is missing: `given u:"),
        (_NEURON.replace("skew", "") + PROOF, "have to stay as they were"),
        (_NEURON.replace("s' = 0*s", "s' = 0*s, u' = 0*u") + PROOF, "have to stay as they were"),
        (_NEURON + "flow u' = 0*u\n" + PROOF, "`flow u' = 0*u`"),
        (
            _NEURON + "s^T*u is conserved by computation\n",
            "end with `by Proposition 2.5`, and show what that needs",
        ),
        (_NEURON + PROOF.replace("-s^T*K*s*", "s^T*s*"), "this is false"),
        (_NEURON + PROOF.replace("(w^T*v + b)", "w^T*v + b"), "Step 1"),
        (_NEURON + PROOF.splitlines()[0], "So far every step is right. Still missing"),
    ],
)
def test_a_proof_that_is_none_is_told_why(text, reason):
    feedback = teaching.exercise("4.5").check(text)
    assert feedback.outcome == "wrong", feedback
    assert reason in feedback.message, feedback


def test_the_first_lines_alone_are_no_answer_yet():
    task = teaching.exercise("4.5")
    assert task.check(_NEURON).outcome == "empty"
    assert task.check(("a", "b")).outcome == "unreadable"
