"""Lesson 6: every right answer counts, every wrong one is told why from the answer itself."""

from fractions import Fraction

import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_answers import answer_tests

from conslaw_nb import teaching

DET = "p11*p22*p33 + 2*p12*p13*p23 - p11*p23**2 - p22*p13**2 - p33*p12**2"

RIGHT = [
    ("6.1", "(3, 0, 7)"),
    ("6.1", "x = 3, y = 0, z = 7"),
    ("6.1", (3, 0, Fraction(14, 2))),
    ("6.2", "(2*x*z, 0, -x**2)"),
    ("6.2", "2*z*x, 0, -x^2"),
    ("6.2", (sympy.sympify("2*x*z"), 0, sympy.sympify("-x**2"))),
    ("6.3", "x + z"),
    ("6.3", "z + x**2/2"),
    ("6.3", "y*z + x"),
    ("6.3", "x**3 + y**2*z + 5"),
    ("6.4", "(z, -y)"),
    ("6.4", ["z", "-1*y"]),
    ("6.5", "x**4"),
    ("6.5", "(x + y)**4"),
    ("6.5", "-3*x**4 + x**5*y + y**2*x**3"),
    ("6.6", DET),
    ("6.6", f"-7*({DET})"),
    ("6.6", f"p11*({DET})"),
]

WRONG = [
    ("6.1", "(4, 0, 7)", "has x = 4 and y = 0. The two legs along X cancel in x"),
    ("6.2", "(0, 0, x**2)", "A bracket has two parts"),
    ("6.3", "x**2*y**2 + 1", "W(θ) has dimension 1, and there is room for 2 laws"),
    ("6.5", "x**3", "the dimensions at the origin are 1, 1, 1, 2, 2: the second dimension comes in step 3"),
    ("6.6", "0*p11", "0 = 0 is not a relation"),
    ("6.6", "4", "`4` is a constant, and not 0: it relates nothing"),
]

UNREADABLE = [
    ("6.1", "(3, 0)", "There are 2 numbers"),
    ("6.2", "(1, 2)", "A field of space has three components, and '(1, 2)' has 2"),
    ("6.2", "(x**7, 0, 0)", "degree 7: one of degree at most 6 will do"),
    ("6.3", "x*w", "w"),
    ("6.3", "x**40", "degree 40: one of degree at most 6 will do"),
    ("6.5", "exp(x)", "exp"),
    ("6.6", "p44", "p44"),
]


test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=4, max_size=4))
def test_which_quadratic_maps_leave_no_law(c):
    """φ₂ = a·xz + b·yz + c·z + d·x: the engine agrees with the determinant of X, Y and [X, Y]."""
    a, b, k, d = c
    x, y, z = sympy.symbols("x y z")
    phi = [x * y, a * x * z + b * y * z + k * z + d * x]
    first, second = ([sympy.diff(f, s) for s in (x, y, z)] for f in phi)
    jacobians = [sympy.Matrix(f).jacobian([x, y, z]) for f in (first, second)]
    third = jacobians[0] * sympy.Matrix(second) - jacobians[1] * sympy.Matrix(first)
    determinant = sympy.expand(sympy.Matrix([first, second, list(third)]).det())
    planar = any(sympy.expand(e) != 0 for e in sympy.Matrix(first).cross(sympy.Matrix(second)))
    feedback = teaching.exercise("6.3").check(f"({a})*x*z + ({b})*y*z + ({k})*z + ({d})*x")
    assert bool(feedback) == (determinant != 0 and planar), feedback


@given(st.integers(1, 9), st.integers(-9, 9).filter(bool))
def test_the_first_derivative_that_is_not_zero_decides(power, scale):
    if power > 6:
        return
    feedback = teaching.exercise("6.5").check(f"{scale}*x**{power}")
    assert bool(feedback) == (power == 4)
