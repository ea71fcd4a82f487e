"""The exercises of lesson 10: right answers of every form count, and wrong ones are told why from the answer itself."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from lesson_answers import answer_tests

from conslaw_nb import teaching

STEPS = """Z' = U'*V^T + U*V'^T by the product rule
= -(U*U^T*G + G*V*V^T) by substitution"""
HEADER = teaching.exercise("10.5").start

SAME = "5, 0, 13, 0, 0, 63/4; 0, 4, 0, 65/4, 12, 0"

RIGHT = [
    ("10.1", "4*sqrt(z**2 + 4*p**2)"),
    ("10.1", "sqrt(16*z**2 + 64*p**2)"),
    ("10.1", "4*(z^2 + (2*p)^2)**(1/2)"),
    ("10.1", "8*sqrt(z²/4 + p²)"),
    ("10.2", "(7/16, 7/4)"),
    ("10.2", ("7/16", "7/4")),
    ("10.2", (Fraction(7, 16), Fraction(7, 4))),
    ("10.3", "(8/3, 16/15)"),
    ("10.3", "(3/2, 9/20)"),
    ("10.4", "(3, 0, 5, 0, 0, 4)"),
    ("10.4", "(0, 3, 4, 0, 0, 5)"),
    ("10.4", "(0, 0, 1, 0, 0, 1)"),
    ("10.4", "3/2, 0, -5/2, 0, 0, 2"),
    ("10.5", f"{HEADER}\n{STEPS}"),
    # the same with the terms in another order, and in two lines instead of a chain
    ("10.5", f"{HEADER}\n{STEPS.splitlines()[0]}\n= -G*V*V^T - U*U^T*G by substitution"),
    ("10.5", f"{HEADER}\n{STEPS.splitlines()[0]}\nZ' = -(U*U^T*G + G*V*V^T) by substitution"),
    ("10.5", f"{HEADER}\nZ' = U'*V^T + U*V'^T by the product rule\n= -(U*U^T*G + G*V*V^T) by computation"),
    ("10.6", "1/32, 3/256, 3/512"),
    ("10.6", (Fraction(1, 32), "3/256", "3/512")),
    ("10.7", SAME),
    ("10.7", tuple(SAME.split(";"))),
    ("10.7", "-5, 0, -13, 0, 0, 63/4; 0, -4, 0, -65/4, 12, 0;"),
]

WRONG = [
    ("10.1", "sqrt(z**2 + 4*p**2)", "Not the metric: at u = 1, v = 3, M is 40, and the formula gives 10."),
    ("10.1", "4*z", "M is 40, and the formula gives -32"),
    ("10.1", "4*sqrt(z**2 + 4*p**2) + sqrt(p**2) - sqrt(p**2)", "This cannot be decided: under a root stands"),
    ("10.2", "(1/2, 7/4)", "At (1/2, 7/4) the loss is not 0: the example asks for z₁ = 7/16"),
    ("10.2", "(7/16, 0)", "At (7/16, 0) z₂ = u·v₂ would be 0, so u = 0"),
    ("10.2", "(7/16, -7/4)", "(7/16, -7/4) needs u < 0, but u² = 3 + v₁² never passes 0"),
    ("10.2", "(7/16, 2)", "is where the Euclidean flow of z would end"),
    ("10.2", "(7/16, 1)", "At (7/16, 1) we have u = 1 and v₁ = 7/16, so u² − v₁² = 207/256; at the start it is 3."),
    ("10.3", "(1, -1)", "both are u_i² at the start, where v_i = 0, and u_i = 0 would never move"),
    ("10.3", "(1, 1)", "when z₁ is 1, z₂² is 20, and not 1. Slow it down."),
    ("10.3", "(8/3, 1/2)", "z₂ is too slow: at the moment when z₁ is 1"),
    ("10.3", "(8/3, 2)", "z₂ is too fast: at the moment when z₁ is 1"),
    ("10.4", "(0, 0, 0, 0, 0, 0)", "rank ∂φ = 0 and rank ∂h = 0, where 2 and 3 are possible"),
    ("10.4", "(1, 2, 3, 1, 1, 1)", "Your start has UᵀU − VᵀV = (-9, -2; -2, 2)"),
    (
        "10.5",
        f"{HEADER}\nZ' = U'*V^T + U*V'^T by the product rule",
        "So far every step is right. Still missing: a step that says",
    ),
    (
        "10.5",
        f"{HEADER}\nZ' = U*V'^T by the product rule",
        "this is not what the product rule gives: left − right = U'*V^T. For instance, with",
    ),
    ("10.5", f"{HEADER}\nlet G = 0\nZ' = 0 by computation", "'G' is a matrix, G: n x m: a definition may not hide it"),
    ("10.5", f"{HEADER}\nflow U' = 0, V' = 0\nZ' = 0 by computation", "`flow U' = 0, V' = 0`"),
    ("10.5", STEPS, "The first lines set the task and have to stay as they were"),
    ("10.5", f"{HEADER}\nZ' = -(U*U^T*G + G*V*V^T) by computation", "this one line leaves the work to the engine"),
    (
        "10.5",
        f"{HEADER}\nZ' = -(U*U^T*G + G*V*V^T) by substitution",
        "Write out what stands between: Z' by the",
    ),
    (
        "10.5",
        f"{HEADER}\nZ' = -G*V*V^T - U*U^T*G by computation\n= -(U*U^T*G + G*V*V^T) by computation",
        "this one line leaves the work to the engine",
    ),
    ("10.5", f"{HEADER}\nZ' = -G*V*V^T - U*U^T*G by computation", "this one line leaves the work to the engine"),
    (
        "10.5",
        f"{HEADER}\nZ' = Z' by computation\n = -(U*U^T*G + G*V*V^T) by computation",
        "this one line leaves the work to the engine",
    ),
    ("10.6", "(1/8, 1/4, 1/2)", "K(1/64) is not 1/8 for q = 2. All weights are 1/8 there"),
    (
        "10.6",
        "1/64, 1, 1",
        "K(1/64) is not 1/64 for q = 2. That is the square of one derivative; each of the 2",
    ),
    ("10.6", "1/32, 3/16, 1", "K(1/64) is not 3/16 for q = 3. The derivatives z/uᵢ are to be squared."),
    ("10.7", "1,2,3,1,1,1; 2,1,1,1,3,1", "The first start has z = (5, 3), and the second one (3, 7)"),
    ("10.7", "1,0,1,0,0,1; 1,0,1,0,0,2", "The laws differ: the entries 11, 12 and 22 of uᵀu − VᵀV are (0, 0, -1) and"),
    ("10.7", "1,2,3,4,5,6; -1,-2,-3,-4,-5,-6", "The metric is the same at both: its entries 11, 12 and 22 are (30,"),
]

UNREADABLE = [
    ("10.7", "1, 2", "Two starts are asked for, with a semicolon between them; in '1, 2' there is one"),
    ("10.7", "1, 2; 3", "where 6 are asked for"),
    ("10.1", "4*sqrt(u**2)", "the variable 'u' is not known here: the variables are z, p"),
    ("10.1", "exp(z)", "exp"),
    ("10.2", "7/4", "There is 1 number in '7/4' where 2 are asked for"),
    ("10.3", "(x, 1)", "'x' is not a number"),
    ("10.4", "(3, 0, 5, 4)", "There are 4 numbers"),
]


test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


@given(st.fractions(Fraction(11, 10), 9, max_denominator=30))
def test_every_moment_gives_an_initialisation_that_ends_at_one_and_one(x):
    """With x = e^{2s} at the end, δ₁ = 4/(x − 1/x) and δ₂ = 4/(x² − 1/x²) end at (1, 1); other pairs do not."""
    first, second = 4 / (x - 1 / x), 4 / (x**2 - 1 / x**2)
    assert teaching.exercise("10.3").check((first, second))
    assert not teaching.exercise("10.3").check((first, second * 2))


@given(st.integers(1, 8), st.integers(1, 8), st.integers(1, 4))
def test_every_pythagorean_triple_gives_a_balanced_start(m, n, k):
    """u = (a, 0), V = diag(c, b) with a² + b² = c² has Ψ = −b²·I; with b + 1 in place of b it has not."""
    m, n = m + n, n
    a, b, c = k * (m * m - n * n), k * 2 * m * n, k * (m * m + n * n)
    assert teaching.exercise("10.4").check((a, 0, c, 0, 0, b))
    assert not teaching.exercise("10.4").check((a, 0, c, 0, 0, b + 1))


def test_two_starts_of_one_z_are_told_their_metrics():
    told = teaching.exercise("10.7").check(SAME).message
    assert "z = (65, 0) and the laws (-144, 0, -3969/16)" in told
    assert "the entries of the metric are (194, 0, 4369/16) and (4481/16, 0, 160)" in told
