"""Lesson 2: every right answer counts, every wrong one is told why."""

from fractions import Fraction

import sympy
from hypothesis import given
from hypothesis import strategies as st
from lesson_answers import answer_tests

import conslaw_nb as cl
from conslaw_nb import teaching
from conslaw_nb.laws.questions import rank_at

_START = teaching.exercise("2.6").start + "\n"

SMALL = st.integers(-6, 6)
STEPS = """h' = 2*v^T*v' - 2*u*u'        by the product rule
   = -2*v^T*e*u + 2*u*v^T*e   by substitution
   = 0                        by computation
h is conserved                by Proposition 2.5"""

RIGHT = [
    ("2.1", "11"),
    ("2.1", 11),
    ("2.1", "u = 22/2"),
    ("2.2", "u - v1"),
    ("2.2", "(u - v1)*3 + v2**2"),
    ("2.2", "u**2 - v1**2"),
    ("2.2", sympy.Symbol("u") - sympy.Symbol("v1")),
    ("2.3", "(0, 1, 0)"),
    ("2.3", (0, Fraction(1, 2), -3)),
    ("2.3", "u = 0, v1 = 0, v2 = 7"),
    ("2.4", "1, 0, 0, -1, 0, -2"),
    ("2.4", "(1, 2, 4, 2, 4, 11/2)"),
    ("2.4", (1, -1, 3, 2, -2, Fraction(-3, 2))),
    ("2.5", "u"),
    ("2.5", "u*v"),
    ("2.5", "u**2 + v**2"),
    ("2.6", _START + STEPS),
    ("2.6", _START + "h' = 0 by computation\nh is conserved by Prop. 2.5"),
    ("2.6", _START.replace("  ", " ") + "\n" + STEPS.replace("   ", " ")),
]

WRONG = [
    ("2.2", "4", "is zero at (1, 1, 0)"),
    ("2.2", "u**2 - v1**2 - v2**2", "`u**2 - v1**2 - v2**2` is a law: its gradient is orthogonal everywhere"),
    ("2.3", "(1, 2, 3)", "are (v₁, u, 0) = (2, 1, 0) and (v₂, 0, u) = (3, 0, 1): they span a plane"),
    ("2.3", "(0, 0, 0)", "W(θ) is only the point 0 there"),
    ("2.4", "1, 0, 1, 0, 1, 5", "The first example alone moves nothing: its output 1 is already its target"),
    ("2.4", "1, 0, 5, 0, 0, 5", "The second example alone moves nothing: its input is zero"),
    ("2.4", "1, 0, 5, 1, 0, -3", "The two inputs are the same"),
    ("2.4", "1, 0, 5, 0, 1, 5", "(-4, -4, 0) and (-4, 0, -4): their sum is (-8, -4, -4), so the weights move"),
    ("2.5", "u**2 - v**2", "it is a true law of the neuron"),
    ("2.5", "7", "`7` is a constant, and conserved by everything"),
    ("2.6", STEPS, "The first lines set the task and have to stay as they were; this one is missing: `given u: 1 x 1"),
    ("2.6", _START + "h is conserved by Proposition 2.5", "you still need h' = 0"),
    (
        "2.6",
        _START + "h' = 2*v^T*v' + 2*u*u' by the product rule",
        "not what the product rule gives: left − right = -4*u*u'",
    ),
    ("2.6", _START + STEPS.splitlines()[0], "So far every step is right."),
    ("2.6", _START + "h is conserved by computation", "leaves the work to the engine: end with `by Proposition 2.5`."),
    ("2.6", _START + "goal 0 = 0\n0 = 0 by computation", "a goal of its own proves something else"),
    ("2.6", _START.replace("let h", "let h = 1\nlet h") + STEPS, "'h' is defined already"),
]

UNREADABLE = [
    ("2.1", "u", "'u' is not a number"),
    ("2.2", "w", "w"),
    ("2.3", "(0, 1)", "There are 2 numbers in '(0, 1)' where 3 are asked for"),
    ("2.4", "1, 0, 0.5", "There are 3 numbers"),
    ("2.4", (1, 0, 0.5, 1, 1, 1), "0.5 is a float"),
    ("2.5", "exp(u)", "exp"),
    ("2.6", 3, "A proof is a text of several lines in quotes, and 3 is not"),
]


test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


@given(SMALL, SMALL, SMALL)
def test_the_flat_points_are_those_with_u_zero_and_v_not(u, v1, v2):
    feedback = teaching.exercise("2.3").check((u, v1, v2))
    assert bool(feedback) == (u == 0 and (v1, v2) != (0, 0))


@given(SMALL, SMALL, SMALL, SMALL)
def test_a_linear_function_answers_2_2_exactly_when_it_is_orthogonal(a, b, c, d):
    feedback = teaching.exercise("2.2").check(f"{a}*u + {b}*v1 + {c}*v2 + {d}*v2**2")
    assert bool(feedback) == (a == -b != 0 and c == 0)


@given(SMALL, SMALL, SMALL, SMALL.filter(bool))
def test_balanced_examples_can_be_made_from_any_first_one(x1, x2, y, factor):
    """x' = c·x with e' = −e/c; all other targets leave something over."""
    error = x1 + x2 - y
    target = Fraction(factor * (x1 + x2)) + Fraction(error, factor)
    answer = (x1, x2, y, factor * x1, factor * x2, target)
    moves = bool(error) and (x1, x2) != (0, 0)
    assert bool(teaching.exercise("2.4").check(answer)) == (moves and factor != 1)
    assert not teaching.exercise("2.4").check((*answer[:5], target + 1))


def test_what_the_lesson_says_of_special_points():
    """The trace is a plane, a line, a point; and where it is a line there is one law all the same."""
    phi = cl.parametrization("u*v1", "u*v2")
    assert [rank_at(list(phi), p) for p in ((1, 0, 0), (0, 1, 0), (0, 0, 0))] == [2, 1, 0]
    count = cl.count_laws(phi, point=(0, 1, 0))
    assert (count.laws, count.verdict.is_proved) == (1, True)


def test_hints_on_a_proof_come_from_its_first_wrong_step():
    task = teaching.exercise("2.6")
    task.check(_START + "h' = 2*v^T*v' + 2*u*u' by the product rule")
    hints = [task.hint().text for _ in range(4)]
    assert "Look at a sign" in hints[1]
    assert "The sign of 2\\*u\\*u' is wrong" in hints[2]
    assert hints[3].startswith("**Hint 1 of 3.** Begin with")
    task.check(_START + "h is conserved by Proposition 2.5")  # its message said it all
    assert task.hint().text.startswith("**Hint 2 of 3.**")
