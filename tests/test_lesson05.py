"""Lesson 5: every right answer counts, every wrong one is told why from the answer itself."""

from math import gcd

from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_answers import answer_tests

import conslaw_nb as cl
from conslaw_nb import teaching
from conslaw_nb.laws.law_system import law_system

START = teaching.exercise("5.6").start
PROOF = f"""{START}
x**3/y is conserved by computation
x**3/y is independent by Definition 2.18
dim Lie = 1 by computation
there is exactly 1 law by Theorem 3.3
x**3/y is all the laws by Theorem 3.3"""

RIGHT = [
    ("5.1", "x**2 - 4*x - y**2 - 2*y"),
    ("5.1", "(x - 2)**2 - (y + 1)**2"),
    ("5.1", "(x - 3 - y)*(x - 1 + y)/3 - 7"),
    ("5.2", "(14, 2)"),
    ("5.2", (14, 2)),
    ("5.3", "c**2 - a*b"),
    ("5.3", "(c - a)*(c + a) + a*(a - b)"),
    ("5.4", "x**2/2 - 2*y**2"),
    ("5.4", "y**2 - 4*x**2 + 3"),
    ("5.4", "x**2 - 9*y**2 + x"),
    ("5.4", "3*x**2 - 2*y**2"),
    ("5.5", "(x + y)*exp(-z)"),
    ("5.5", "(x - y)*exp(z)"),
    ("5.5", "z - log(x + y)"),
    ("5.5", "exp(2*z)/(x + y)**2 + x**2 - y**2"),
    ("5.5", "sqrt((x + y)*exp(-z))"),
    ("5.6", PROOF),
    ("5.7", "log(x) + 1/y"),
    ("5.7", "h = x*exp(1/y)"),
    ("5.7", "exp(-1/y)/x"),
    ("5.8", "s**2 - u**2 + 2*log(s + t) - 2*log(u + v)"),
    ("5.8", "h = s^2 - u^2 + 2*log((s + t)/(u + v)) + (u**2 - v**2)**2"),
    ("5.8", "exp(s**2 - u**2)*(s + t)**2/(u + v)**2"),
    ("5.6", PROOF.replace("dim Lie = 1 by computation", "dim Lie = 1 by computation   # one field")),
]

WRONG = [
    ("5.7", "x**2", "⟨∇h, ∇(1/3*y**3 + 1/2*x**2)⟩ = 2 at x = 1, y = 0"),
    ("5.7", "3", "`3` is a constant"),
    ("5.8", "7", "`7` is a constant"),
    ("5.8", "exp(s**2 - t**2)", "is a law, but a function of u² − v² and s² − t²: the third law is to be independent"),
    ("5.1", "x**2 - 4*x - y**2 + 2*y", "Very close: the right terms are all there."),
    ("5.1", "3", "`3` is a constant"),
    ("5.1", "x**4", "has degree 4; degree 2 is enough"),
    ("5.1", "x", "`x` is not a law"),
    ("5.2", "(14, 3)", "combinations of ∇a and ∇b"),
    ("5.3", "a", "only products of two of them can stand in it"),
    ("5.3", "c**2 - a*b + 1", "`-a*b + c**2 + 1` has other terms"),
    ("5.4", "x", "does find a law: `y`, of degree 1"),
    ("5.4", "2", "`2` is a constant: nothing moves"),
    ("5.5", "exp(x**2 - y**2)", "it does not change with z"),
    ("5.5", "x + y", "Compute ⟨∇h, χ⟩"),
    ("5.5", "7", "`7` is a constant"),
    ("5.5", "z - z", "is a constant"),
    ("5.6", PROOF.replace("3*y**2", "2*y**2"), "The first lines set the task"),
    ("5.6", PROOF.replace("dim Lie = 1", "dim Lie = 2"), "this is false"),
    ("5.6", PROOF.replace("dim Lie = 1 by computation\n", ""), "you still need dim Lie = 1"),
    ("5.6", "\n".join(PROOF.splitlines()[:-1]), "the goal itself"),
    (
        "5.6",
        f"{START}\nx**3/y is all the laws by computation",
        "end with `by Theorem 3.3`, and show what",
    ),
]

UNREADABLE = [
    ("5.1", "x**2 + z", "z"),
    ("5.2", "(14,)", "There is 1 number in '(14,)' where 2"),
    ("5.2", "(7/2, 2)", "whole numbers are asked for"),
    ("5.3", "a**7", "so 2 is enough"),
    ("5.3", "u1*v2", "u1"),
    ("5.4", "x*z", "z"),
    ("5.5", "(x + y)*exp(-w)", "w"),
    ("5.5", "(x + y", "')'"),
]


test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


@given(
    st.lists(st.integers(-4, 4), min_size=5, max_size=5) | st.integers(-3, 3).map(lambda k: [-4 * k, -2 * k, k, 0, -k])
)
def test_a_polynomial_is_right_exactly_if_it_is_a_multiple_of_the_law(values):
    one, two, three, four, five = values
    h = f"{one}*x + {two}*y + {three}*x**2 + {four}*x*y + {five}*y**2"
    law = three != 0 and values == [-4 * three, -2 * three, three, 0, -three]
    assert bool(teaching.exercise("5.1").check(h)) == law


@settings(max_examples=25)
@given(st.integers(1, 6), st.integers(-6, 6).filter(bool))
def test_which_diagonal_models_are_missed(p, q):
    """½(p x² + q y²) with q < 0 has x^a y^b of degree (p + |q|)/gcd as its first law; with q > 0 it has none."""
    degree = (p - q) // gcd(p, q) if q < 0 else 0
    assert bool(teaching.exercise("5.4").check(f"{p}*x**2/2 + ({q})*y**2/2")) == (4 < degree <= 12)


@given(st.integers(-3, 3).filter(bool), st.integers(-3, 3))
def test_functions_of_the_missing_law_count_too(power, weight):
    h = f"((x + y)*exp(-z))**{power} + ({weight})*(x**2 - y**2)"
    assert teaching.exercise("5.5").check(h)


@given(st.lists(st.integers(-2, 2), min_size=6, max_size=6))
def test_there_is_one_relation_of_degree_two(values):
    names = ("a**2", "a*b", "a*c", "b**2", "b*c", "c**2")
    text = " + ".join(f"({value})*{name}" for value, name in zip(values, names, strict=True))
    assert bool(teaching.exercise("5.3").check(text)) == (values == [0, -1, 0, 0, 0, 1])


def test_up_to_degree_eight_the_products_are_all_there_is():
    """What 5.2 and 5.3 tell their readers, by the system itself."""
    assert len(cl.conservation_laws(cl.parametrization("x*y*z"), 8)) == 2 + 3 + 4 + 5
    system = law_system(cl.parametrization("u1*v1 + u2*v2"), 2)
    named = ("u1**2 - v1**2", "u2**2 - v2**2", "u1*u2 - v1*v2", "u1*v2 - u2*v1")
    assert len(system.laws) == len(named)
    for name in named:
        assert cl.check_law(name, system.family).is_proved
