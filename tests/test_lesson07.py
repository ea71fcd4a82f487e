"""Lesson 7: every right answer counts, every wrong one is told why from the answer itself."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_answers import answer_tests

import conslaw_nb as cl
from conslaw_nb import teaching

START = teaching.exercise("7.3").start
PROOF = f"""{START}
a**2 - c**2 is conserved by computation
b**2 - d**2 is conserved by computation
a**2 - c**2, b**2 - d**2 are independent by Definition 2.18
dim Lie = 2 by computation
there are exactly 2 laws by Theorem 3.3
a**2 - c**2 and b**2 - d**2 are all the laws by Theorem 3.3"""
LAWS = "a**2 - c**2, b**2 - d**2, "

RIGHT = [
    ("7.7", "x, y + x*z + x**2*w/2"),
    ("7.7", ("x", "y + x*z + 3*x**2*w")),
    ("7.8", "x, y + x*z + w, w - y"),
    ("7.8", "x, y + x*z + w, (w - y)**3"),
    ("7.1", "(2, 3, 3)"),
    ("7.1", (2, Fraction(3), 3)),
    ("7.2", LAWS + "a*b - c*d"),
    ("7.2", LAWS + "(a + c)/(b + d)"),
    ("7.2", "(a + c)*(b - d), (a - c)*(b + d), a**2 + b**2 - c**2 - d**2"),
    ("7.3", PROOF),
    ("7.3", PROOF.replace("by computation", "by computation   # a remark")),
    ("7.4", "w, x, y + x*z"),
    ("7.4", "w**2/2, z*y + x, y"),
    ("7.4", "0, x, y + x*z"),
    ("7.5", "13"),
    ("7.5", "p = 2"),
    ("7.6", "(100001, 100000, 100000, 99999)"),
    ("7.6", "1, 0, 0, 10**12"),
    ("7.6", (94906267, 94906266, 94906266, 94906265)),
]

WRONG = [
    ("7.7", "x, x**2", "The staircase begins with 1: the two gradients should be independent"),
    ("7.8", "x, y, w", "w and z do not occur in φ: nothing moves them, so they are laws by themselves"),
    ("7.8", "x, y + x*z + w, 3", "But `3` is a constant: it is never counted"),
    ("7.1", "(2, 3, 4)", "with D = 6 and dim Lie(W)(θ) = 3 there would be 3 laws, and not 4"),
    ("7.2", "a**2 - c**2", "`a**2 - c**2` is 1"),
    ("7.2", "a**2 + c**2, b, d", "`a**2 + c**2` is not a law"),
    ("7.2", "a**2 + c**2, b, d", "Very close: the right terms are all there."),
    ("7.2", LAWS + "(a**2 - c**2)**2", "All three are laws, but they are not independent"),
    ("7.2", LAWS + "7", "`7` is a constant: it is never counted"),
    ("7.2", LAWS + "exp(a)", "`exp(a)` is not a law"),
    ("7.3", PROOF.replace("a*c", "a*d"), "The first lines set the task"),
    (
        "7.3",
        "\n".join(PROOF.splitlines()[:-1]),
        "a last line, `a**2 - c**2, b**2 - d**2 are all the laws`, with its reason",
    ),
    ("7.3", f"{START}\na**2 + c**2 is conserved by computation", "this is false"),
    ("7.3", PROOF.replace("dim Lie = 2", "dim Lie = 3"), "this is false"),
    ("7.3", PROOF.replace("dim Lie = 2 by computation\n", ""), "you still need dim Lie = 2"),
    (
        "7.3",
        f"{START}\na**2 - c**2 and b**2 - d**2 are all the laws by computation",
        "end with `by Theorem 3.3`, and show what that needs: that both are laws",
    ),
    ("7.5", "10**9 + 7", "is not a prime between 2 and 1000000"),
    ("7.6", "1, 2, 2, 4", "its determinant is exactly 0, and the floats are right to say so"),
    ("7.6", "0, 0, 0, 0", "its determinant is exactly 0"),
    ("7.6", "1, 2, 3, 4", "floats see rank 2 as well: the second pivot is 0.667"),
    ("7.6", "10**20, 1, 1, 1", "Keep the entries below"),
]

UNREADABLE = [
    ("7.7", "x, y**5*w", "has degree 6: degree 4 is enough"),
    ("7.8", "x, y", "two components of φ and a law are asked for, with commas between them, and here are 2"),
    ("7.1", "(1/2, 3, 3)", "whole numbers are asked for"),
    ("7.2", LAWS + "a*b -", "too early"),
    ("7.4", "x, y", "three components of φ are asked for, with commas between them; 'x, y' is 2"),
    ("7.4", "x**5, y, z", "degree 5: degree 4 is enough"),
    ("7.4", "x, y, u", "u"),
    ("7.6", "(0.5, 1, 1, 1)", "whole numbers are asked for"),
]


test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


@settings(max_examples=60)
@given(st.lists(st.integers(-(10**6), 10**6), min_size=4, max_size=4))
def test_a_matrix_is_right_only_if_it_is_invertible_and_its_second_pivot_is_small(entries):
    a, b, c, d = entries
    determinant = a * d - b * c
    feedback = teaching.exercise("7.6").check(tuple(entries))
    if feedback.is_right:
        pivot, largest = max(abs(a), abs(c)) or max(abs(b), abs(d)), max(map(abs, entries))
        assert determinant != 0
        assert abs(Fraction(determinant, pivot)) <= largest * Fraction(2, 10**9)


@given(st.integers(10**5, 10**7))
def test_neighbours_are_nearly_singular(k):
    assert teaching.exercise("7.6").check((k + 1, k, k, k - 1))


@given(st.integers(2, 5000))
def test_the_unlucky_primes_are_the_divisors_of_the_minor(p):
    assert bool(teaching.exercise("7.5").check(str(p))) == (p in (2, 13))


def test_the_three_numbers_are_what_the_written_out_staircase_says():
    stairs = cl.staircase(cl.factorization(1, 2, 2))
    assert (stairs.traces[0], stairs.traces[-1], 6 - stairs.traces[-1]) == (2, 3, 3)


# --- which statement the goal rests on -------------------------------------------------------------------------

_SHOWN = """a**2 - c**2 is conserved by computation
b**2 - d**2 is conserved by computation
a**2 - c**2, b**2 - d**2 are independent by Definition 2.18
dim Lie = 2 by computation
there are exactly 2 laws by Theorem 3.3
"""
_ALL = "a**2 - c**2 and b**2 - d**2 are all the laws"


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        (f"{_ALL} by Theorem 3.3", "right"),
        (f"{_ALL} by Theorem 3.3\na**2 - c**2 is conserved by computation", "right"),
        (f"{_ALL} by computation", "wrong"),
        (f"{_ALL} by computation  # Theorem 3.3", "wrong"),
        (f"{_ALL} by computation\nthere are exactly 2 laws by Theorem 3.3", "wrong"),
        (f"{_ALL} by computation\n{_ALL} by Theorem 3.3", "wrong"),
    ],
)
def test_the_step_that_reaches_the_goal_rests_on_the_theorem(ending, outcome):
    """A reason elsewhere, or in a remark, is not a reason of this step."""
    feedback = teaching.exercise("7.3").check(f"{START}\n{_SHOWN}{ending}")
    assert feedback.outcome == outcome
    if outcome == "wrong":
        assert feedback.message.startswith("True, but the step that reaches the goal leaves the work to the engine")
