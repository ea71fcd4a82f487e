"""Lesson 8: right answers in many forms, and for each wrong one the reason, taken from the answer itself."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_answers import answer_tests

from conslaw_nb import teaching
from conslaw_nb.exact.backend import rational_rank

START = teaching.exercise("8.3").start
DETERMINANT = (
    "U[1,1]*V[1,2]*V[2,3] + U[1,2]*V[1,3]*V[2,1] + U[1,3]*V[1,1]*V[2,2]"
    " - U[1,3]*V[1,2]*V[2,1] - U[1,1]*V[1,3]*V[2,2] - U[1,2]*V[1,1]*V[2,3]"
)
LEFT = "<U*S, A*U + D*V> - <V*S, D^T*U + B*V>"
PSI_11 = "U[1,1]**2 - V[1,1]**2 - V[2,1]**2"
IN_STEPS = """
<U*S, A*U> = 0 by computation
<V*S, B*V> = 0 by computation
<U*S, A*U + D*V> - <V*S, D^T*U + B*V> = <U*S, D*V> - <V*S, D^T*U> by steps 1-2
 = tr(S*U^T*D*V) - tr(S*V^T*D^T*U) by computation
 = 0 by computation"""

RIGHT = [
    ("8.1", "D*E^T - E*D^T, D^T*E - E^T*D"),
    ("8.1", "(D*Eᵀ - E*Dᵀ, -(E^T*D) + D^T*E)"),
    ("8.1", ["(D*E^T) - (D*E^T)^T", "D^T*E - (D^T*E)^T"]),
    ("8.2", "[[1, 0], [0, 0]], [[0, 0], [1, 0]]"),
    ("8.2", "[[0, 1/2], [0, 0]], [[0, 0], [0, -3]]"),
    ("8.2", ([[1, 1], [0, 0]], [[0, 0], [1, 1]])),
    ("8.3", START + IN_STEPS),
    # what symmetry makes of the terms with D is left to a step of its own
    ("8.3", f"{START}\n{LEFT} = <U*S, D*V> - <V*S, D^T*U> by computation\n= 0 by computation"),
    ("8.4", "[[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0, 1, 0]]"),
    ("8.4", "[[1, 2, 3], [4, 5, 6]], [[5/2, 7/2, 9/2], [3, 3, 3]]"),
    ("8.5", "1, 2, 4"),
    ("8.5", "(2, 1, 4)"),
    ("8.5", (1, 1, 5)),
    ("8.5", "n = 1, m = 1, r = 5"),
    ("8.6", DETERMINANT),
    ("8.6", f"-3*({DETERMINANT}) + ({PSI_11})**2"),
    ("8.6", f"({DETERMINANT})*({PSI_11})"),
]

WRONG = [
    (
        "8.3",
        f"{START}\n<U*S, A*U> = 0 by computation\n<V*S, B*V> = 0 by computation\n{LEFT} = 0 by computation",
        "Or let it rest on the lines above it: end with `by steps 1-2`",
    ),
    ("8.1", "E*D^T - D*E^T, E^T*D - D^T*E", "Both matrices have the wrong sign."),
    ("8.1", "E*D^T - D*E^T, D^T*E - E^T*D", "The first matrix has the wrong sign"),
    ("8.1", "D*E^T - E*D^T, E^T*D - D^T*E", "The second matrix has the wrong sign"),
    ("8.1", "D^T*E - E^T*D, D*E^T - E*D^T", "right matrices in the wrong order"),
    ("8.1", "2*D*E^T - 2*E*D^T, D^T*E - E^T*D", "this is false: left − right = "),
    ("8.1", "D*E^T, E*D^T", "does not fit"),
    ("8.1", "D*F^T, D", "the matrix 'F' is not known here"),
    ("8.2", "[[1, 0], [0, 0]], [[0, 1], [0, 0]]", "this one turns V and leaves U alone"),
    ("8.2", "[[1, 0], [0, 0]], [[0, 0], [0, 1]]", "the two fields commute"),
    ("8.2", "[[1, 2], [0, 0]], [[0, 1], [1, 1]]", "both U and V are turned"),
    ("8.3", START + "\n<U*S, A*U> = 0 by computation", "So far every step is right. Still missing: a step that says"),
    ("8.3", START + "\n<U*S, D*V> = 0 by computation", "Step 1, `<U*S, D*V> = 0 by computation`: this is false"),
    ("8.3", "given U: n x r\n" + START, "matrix"),
    ("8.3", "0 = 0 by computation", "The first lines set the task and have to stay as they were"),
    ("8.3", START.replace("goal", "# goal") + "\n<U*S, A*U> = 0 by computation", "this one is missing: `goal "),
    ("8.4", "[[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0, 0, 1]]", "full rank, so every law is a function of Ψ"),
    ("8.4", "[[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [2, 0, 0]]", "V has rank 1, and the stacked matrix has rank 2. Both"),
    (
        "8.5",
        "2, 2, 3",
        "factorization(2,2,3) has exactly 6 laws, proved by counting. Here r = 3 ≤ n + m = 4, so that all r(r + 1)/2",
    ),
    (
        "8.5",
        "1, 1, 4",
        "factorization(1,1,4) has exactly 7 laws, proved by counting. Here r = 4 > n + m = 2: the entries",
    ),
    ("8.5", "3, 2, 1", "has exactly 1 law, proved"),
    ("8.6", PSI_11, "is a law, but its gradient there is a combination of those of the entries of Ψ"),
    ("8.6", f"({DETERMINANT})**2", "is a law, but its gradient is 0 at this point: it says nothing there"),
    ("8.6", "U[1,1]**2 + V[1,1]**2 + V[2,1]**2", "is not a law: ⟨∇h, ∇(UVᵀ)_{1,1}⟩ = 4"),
    ("8.6", "3", "`3` is a constant"),
    (
        "8.3",
        START + "\n<U*S, A*U + D*V> - <V*S, D^T*U + B*V> = 0 by computation",
        "True, but this one line leaves the work to the engine. Write out what stands between: why A drops out",
    ),
]

UNREADABLE = [
    ("8.1", "D*E^T\n0 = 0, D", "an operator is missing before '0'"),
    ("8.2", "[[1, 0], [0, 0]]", "in '[[1, 0], [0, 0]]' there is one"),
    (
        "8.2",
        "[[1, 0, 0], [0, 0, 0]], [[0, 1], [0, 0]]",
        "is not a 2 × 2 matrix: write its rows, as in [[1, 2], [3, 4]]",
    ),
    ("8.5", "1, 2", "3 numbers n, m, r are asked for, with commas between them; in '1, 2' there are 2"),
    ("8.5", "0, 1, 9", "give three whole numbers from 1 to 12"),
    ("8.5", "1, 2, 7/2", "give three whole numbers from 1 to 12"),
    ("8.5", "1, 1, 400", "give three whole numbers from 1 to 12"),
    ("8.6", "p21", "p21"),
    ("8.6", f"exp({PSI_11})", "exp"),
]


test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


entries = st.integers(-2, 2)
two_by_two = st.lists(st.lists(entries, min_size=2, max_size=2), min_size=2, max_size=2)
two_by_three = st.lists(st.lists(entries, min_size=3, max_size=3), min_size=2, max_size=2)


@settings(max_examples=60)
@given(two_by_two, two_by_two)
def test_turning_u_and_not_v_is_judged_by_its_two_numbers(d, e):
    """A is skew 2 × 2, so one number; the rows of Δ and Δ′ give it, and their columns give that of B."""
    a = sum(d[0][k] * e[1][k] - d[1][k] * e[0][k] for k in range(2))
    b = sum(d[k][0] * e[k][1] - d[k][1] * e[k][0] for k in range(2))
    assert teaching.exercise("8.2").check((d, e)).is_right == (a != 0 and b == 0)


@settings(max_examples=60)
@given(two_by_three, two_by_three)
def test_a_deficient_stack_of_full_factors_is_judged_by_its_ranks(u, v):
    ranks = rational_rank(u), rational_rank(v), rational_rank([*u, *v])
    assert teaching.exercise("8.4").check((u, v)).is_right == (ranks == (2, 2, 2))


def test_exactly_the_predicted_sizes_have_nine_laws():
    """Counted one by one, against the formula, for the sizes a learner is likely to try."""
    for n, m, r in product((1, 2, 3), (1, 2, 3), (1, 2, 3, 4, 5, 6)):
        rank = min(n + m, r)
        nine = rank * (2 * r + 1 - rank) == 18
        assert teaching.exercise("8.5").check((n, m, r)).is_right == nine, (n, m, r)
