"""The exercises of lesson 11: right answers of every form count, and wrong ones are told why from the answer itself."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from lesson_answers import answer_tests

from conslaw_nb import teaching

RIGHT = [
    ("11.1", "(G*V)^T*G*V - (G^T*U)^T*G^T*U"),
    ("11.1", "V^T*G^T*G*V - U^T*G*G^T*U"),
    ("11.1", "-U^T*(G*G^T)*U + (V^T*G^T)*(G*V)"),
    ("11.2", "(1, -1, 2)"),
    ("11.2", (2, 2, 1)),
    ("11.2", ("1", "5/3", 0)),
    ("11.2", "-1, -1, 2"),
    ("11.3", "6"),
    ("11.3", 6),
    ("11.3", "8*(1 - 1/4)"),
    ("11.4", "1/2"),
    ("11.4", "0.5"),
    ("11.4", Fraction(1, 2)),
    ("11.5", "u1 - u2, u1 - v1, v1 - v2"),
    ("11.5", ["u1 - v2", "u2 - v2", "v1 - v2"]),
    ("11.5", "(u1 - u2)**3, u1 - v2, (v1 - v2)**2"),
]

WRONG = [
    ("11.1", "(G*V)^T*(G*V) + (G^T*U)^T*(G^T*U)", "the two sides differ by -2*τ^2*U^T*G*G^T*U"),
    ("11.1", "-((G^T*U)^T*G^T*U)", "the two sides differ by τ^2*V^T*G^T*G*V, which is not 0"),
    ("11.2", "(0, 0, 0)", "At (0, 0, 0) the gradient is 0"),
    ("11.2", "(5, 6/25, 8/25)", "At (5, 6/25, 8/25) the gradient is 0"),
    ("11.2", "(1, 3/5, 4/5)", "At (1, 3/5, 4/5) h is 0."),
    ("11.2", "(1, 2, 0)", "the step goes to (17/5, 16/5, 8/5): h was -3 and is -31/25."),
    ("11.3", "8", "That is h where the mean of the two gradients is used"),
    ("11.3", "7", "7 is above the mean: h would be multiplied by 7/8"),
    ("11.3", "-3/4", "-3/4 is below the mean: h would be multiplied by -3/32"),
    ("11.4", "-7", "Without weight decay h would still be 8. A square is never negative"),
    ("11.4", "-1", "One factor too few: h is quadratic in the weights. A square is never negative"),
    ("11.4", "-2", "A square is never negative, and v² = -2 is."),
    ("11.4", "3/4", "With u = 1 and v² = 3/4, h is 1/4: it would have been multiplied by 1/32."),
    ("11.5", "u1**2 - v1**2, u2 - v2, v1 - v2", "the derivative along (1, 1, 1, 1) is `2*u1 - 2*v1`"),
    ("11.5", "u1 - u2, v1 - v2, u1 - u2 + 3", "All three are conserved, but not independent"),
    ("11.5", "u1 - u2, v1 - v2, (u1 - u2)*(v1 - v2)", "All three are conserved, but not independent"),
    ("11.5", "u1 - u2, v1 - v2, 7", "`7` is a constant"),
]

UNREADABLE = [
    ("11.1", "t*U^T*U", "the factor τ² stands in front of D already"),
    ("11.1", "G*V", "Ψ is r × r, and so is D; 'G*V' is n × r"),
    ("11.3", "many", "'many' is not a number"),
    ("11.5", "u1 - u2", "3 functions are asked for, with commas between them; in 'u1 - u2' there is 1"),
    ("11.5", "a, b, c", "'a' is not known here"),
]


test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


small = st.fractions(-5, 5, max_denominator=6)


@given(small.filter(bool), small)
def test_every_v_on_the_line_keeps_the_law(u, v1):
    """3v₁ + 4v₂ = 5u: kept, unless h is 0 there or nothing moves; off the line a step that moves changes h."""
    v2 = (5 * u - 3 * v1) / 4
    law, error = u * u - v1 * v1 - v2 * v2, 5 * u * u - 10
    feedback = teaching.exercise("11.2").check((u, v1, v2))
    assert bool(feedback) == bool(law and error)
    assert not teaching.exercise("11.2").check((u, v1, v2 + 20))


@given(st.lists(st.integers(-3, 3), min_size=9, max_size=9))
def test_three_linear_functions_count_if_they_are_independent(numbers):
    """Combinations of the three differences: right exactly if their determinant is not zero."""
    rows = [numbers[:3], numbers[3:6], numbers[6:]]
    (a, b, c), (d, e, f), (g, h, i) = rows
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    answer = ", ".join(f"{p}*(u1 - u2) + {q}*(u1 - v1) + {r}*(v1 - v2)" for p, q, r in rows)
    assert bool(teaching.exercise("11.5").check(answer)) == bool(determinant)
