"""Statements of the paper's section 3 (brackets, Frobenius, the count, the metric), on instances, exactly."""

from itertools import combinations
from random import Random

import pytest
from statement_tools import (
    at,
    flat,
    gradient,
    mul,
    norm2,
    numbers,
    random_matrix,
    rank_as_functions,
    rank_at,
    rank_of,
    space,
    transpose,
)

import conslaw_nb as cl
from conslaw_nb.exact.polynomial import Poly

# --- brackets, the Lie algebra, Frobenius -------------------------------------------------------------------


def random_fields(rng, names, count, degree=2):
    gens = Poly.gens(names)
    rows = []
    for _ in range(count):
        row = []
        for _ in names:
            part = Poly.constant(names, rng.randint(-2, 2))
            for _ in range(2):
                term = Poly.constant(names, rng.randint(-3, 3))
                for _ in range(rng.randint(1, degree)):
                    term = term * rng.choice(gens)
                part = part + term
            row.append(part)
        rows.append(row)
    return cl.vector_fields(names, rows)


@pytest.mark.parametrize("seed", range(5))
def test_the_bracket_is_a_lie_bracket(seed):
    """Antisymmetric, bilinear, and Jacobi; with the paper's sign, linear fields bracket like matrices."""
    rng, names = Random(seed), ("x", "y", "z")
    x, y, z = random_fields(rng, names, 3)
    zero = x - x
    assert cl.bracket(x, y) + cl.bracket(y, x) == zero
    assert cl.bracket(x + y * 2, z) == cl.bracket(x, z) + cl.bracket(y, z) * 2
    jacobi = cl.bracket(x, cl.bracket(y, z)) + cl.bracket(y, cl.bracket(z, x)) + cl.bracket(z, cl.bracket(x, y))
    assert jacobi == zero
    a, b = random_matrix(rng, 3, 3), random_matrix(rng, 3, 3)
    theta = [[t] for t in Poly.gens(names)]
    first, second, matrix = (
        cl.vector_fields(names, [flat(mul(c, theta))])[0]
        for c in (a, b, [[p - q for p, q in zip(r, s, strict=True)] for r, s in zip(mul(a, b), mul(b, a), strict=True)])
    )
    assert cl.bracket(first, second) == matrix


def all_brackets(fields, words):
    """Return all brackets of up to `words` letters, in every arrangement of the parentheses."""
    by_length = {1: list(fields)}
    for length in range(2, words + 1):
        by_length[length] = [
            cl.bracket(a, b) for k in range(1, length) for a in by_length[k] for b in by_length[length - k]
        ]
    return [f for fs in by_length.values() for f in fs]


def right_nested(fields, words):
    level, everything = list(fields), list(fields)
    for _ in range(words - 1):
        level = [cl.bracket(v, w) for v in fields for w in level]
        everything += level
    return everything


@pytest.mark.parametrize("family", [cl.parametrization("x**2*y", "y*z"), cl.factorization(1, 2, 1)], ids=str)
def test_brackets_with_the_generators_are_enough(family):
    """Prop 3.1: right-nested brackets span what all arrangements span; four letters, dimensions of function spaces."""
    fields = list(family)
    nested = right_nested(fields, 4)
    everything = all_brackets(fields, 4)
    assert rank_as_functions(nested) == rank_as_functions([*nested, *everything])


def test_two_steps_of_one_dimension_prove_nothing_at_a_point():
    """Lemma 3.2's hypothesis: X = (1, 0), Y = (0, x³) give 1, 1, 1, 2 at x = 0, and 2 at once anywhere else."""
    family = cl.vector_fields(["x", "y"], [["1", "0"], ["0", "x**3"]])

    def staircase(point):
        return [rank_at(right_nested(list(family), k), point) for k in (1, 2, 3, 4)]

    assert staircase([0, 5]) == [1, 1, 1, 2]
    assert staircase([1, 5]) == [2, 2, 2, 2]
    assert cl.count_laws(family).laws == 0
    assert cl.count_laws(family, point=(0, 5)).dim_lie == 2  # the engine goes on where a step adds nothing


@pytest.mark.parametrize("phi", [cl.factorization(2, 2, 2), cl.factorization(1, 2, 3), cl.linear(1, 2, 2)], ids=str)
def test_a_step_that_adds_nothing_near_a_point_is_the_last(phi):
    """Lemma 3.2: dim W_1 = dim W_2 at generic points, and then no bracket of five letters adds anything."""
    rng = Random(phi.text)
    levels = [list(phi)]
    for _ in range(3):
        words = [cl.bracket(v, w) for v in phi for w in levels[-1]]
        levels.append(rng.sample(words, min(len(words), 40)))
    for _ in range(3):
        theta = numbers(rng, phi.dimension)
        dims = [rank_at([f for level in levels[: k + 1] for f in level], theta) for k in range(4)]
        assert dims[1] == dims[2] == dims[3]


@pytest.mark.parametrize(
    ("phi", "laws"),
    [
        (cl.parametrization("x + y**2/2"), 1),  # no polynomial law at all
        (cl.parametrization("x*y*z"), 2),
        (cl.linear(1, 2, 2, 1), 7),  # six are known
        (cl.vector_fields(["x", "y", "z"], [["1", "0", "0"], ["0", "1", "x"]]), 0),  # a contact structure
        (cl.vector_fields(["x", "y", "z"], [["0", "-z", "y"], ["z", "0", "-x"]]), 1),  # two rotations
    ],
    ids=str,
)
def test_dimension_minus_dim_lie_is_the_number_of_laws(phi, laws):
    """Thm 3.3, both bounds by exact evidence that the independent checker accepts."""
    count = cl.count_laws(phi)
    assert count.verdict.is_proved
    assert count.laws == laws == phi.dimension - count.dim_lie
    assert cl.certify(phi).verify().is_proved


def test_the_missing_law_of_a_field_can_be_written_down_only_with_luck():
    """Remark 3.4: y·e^(−x) is the law of x + y²/2; no polynomial is one, up to degree 8."""
    phi = cl.parametrization("x + y**2/2")
    assert cl.check_law("y*exp(-x)", phi).is_proved
    assert len(cl.conservation_laws(phi, degree=8)) == 0


# --- the examples of section 3 --------------------------------------------------------------------------------


def closed_at(phi, theta):
    """Whether the trace holds all brackets of two generators at the point: condition (13) there."""
    trace = [at(f.components, theta) for f in phi]
    brackets = [at(cl.bracket(a, b).components, theta) for a, b in combinations(list(phi), 2)]
    return rank_of([*trace, *brackets]) == rank_of(trace)


@pytest.mark.parametrize(("m", "r", "n"), [(1, 1, 1), (2, 1, 2), (1, 2, 2), (2, 2, 1), (2, 2, 2)])
def test_two_layer_relu_networks_need_no_brackets(m, r, n):
    """Ex 3.5: dim W_φ(θ) = (n + m − 1)r, closed under brackets, exactly r laws; with a bias (n + m)r and still r."""
    phi = cl.relu(m, r, n)
    theta = numbers(Random(5), phi.dimension)
    assert rank_at(list(phi), theta) == (n + m - 1) * r
    assert closed_at(phi, theta)
    count = cl.count_laws(phi)
    assert (count.laws, count.dim_trace, count.dim_lie) == (r, (n + m - 1) * r, (n + m - 1) * r)
    with_bias = cl.count_laws(cl.relu(m, r, n, bias=True))
    assert (with_bias.laws, with_bias.dim_trace) == (r, (n + m) * r)


@pytest.mark.parametrize(
    ("n", "m", "r"), [(n, m, r) for n in (1, 2, 3) for m in (1, 2, 3) for r in (1, 2, 3) if n <= m]
)
def test_two_layer_linear_networks_close_after_one_step(n, m, r):
    """Ex 3.6: (13) fails exactly when r > 1 and max(n, m) > 1; as functions, W_1 = W_2 has dimension N(N−1)/2."""
    phi = cl.factorization(n, m, r)
    theta = numbers(Random(11), phi.dimension)
    assert closed_at(phi, theta) == (r == 1 or max(n, m) == 1)
    total = n + m
    fields = list(phi)
    first = [cl.bracket(a, b) for a, b in combinations(fields, 2)]
    rng = Random(2)
    second = [cl.bracket(rng.choice(fields), w) for w in rng.sample(first, min(len(first), 6))]
    assert rank_as_functions(fields) == n * m
    assert rank_as_functions([*fields, *first]) == total * (total - 1) // 2
    assert rank_as_functions([*fields, *first, *second]) == total * (total - 1) // 2


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_metric_of_a_scalar_times_a_vector(d):
    """Ex 3.8: ∂φ∂φᵀ = ‖z‖_δ I + zzᵀ/‖z‖_δ with ‖z‖_δ = u², because (u² + ‖v‖²)² = (2δ)² + 4‖z‖²."""
    _, s = space(u=(), v=(d,))
    z = [s.u * v for v in s.v]
    twice_delta = s.u**2 - norm2(s.v)
    root = s.u**2 + norm2(s.v)  # 2√(δ² + ‖z‖²), positive
    assert root**2 == twice_delta**2 + norm2(z) * 4
    assert twice_delta + root == s.u**2 * 2  # so δ + √(δ² + ‖z‖²) = u²
    jacobian = [gradient(part) for part in z]
    m = mul(jacobian, transpose(jacobian))
    for i in range(d):
        for j in range(d):
            assert m[i][j] * s.u**2 == s.u**4 * int(i == j) + z[i] * z[j]


def test_the_metric_depends_on_theta_only_through_z_and_the_laws():
    """Prop 3.7: where (13) holds M(θ) is a function of z and of the start; where it fails (UVᵀ, r = 2) it is not."""
    phi = cl.parametrization("u*v", "u*w")

    def metric(phi, theta):
        rows = [at(f.components, theta) for f in phi]
        return mul(rows, transpose(rows))

    # the points ±(u, v, w) have the same z and the same law; so do no others
    assert metric(phi, [2, 1, 3]) == metric(phi, [-2, -1, -3])
    # ker ∂φ ∩ ker ∂h = 0: θ is locally a function of (φ, h), so M is one of z
    theta = numbers(Random(1), 3)
    law = gradient(cl.conservation_laws(phi)[0].poly)
    assert rank_of([*(at(f.components, theta) for f in phi), at(law, theta)]) == 3
    uv = cl.factorization(2, 2, 2)
    point = numbers(Random(2), 8)
    stacked = [*(at(f.components, point) for f in uv), *(at(gradient(h), point) for h in uv.known_laws())]
    assert rank_of(stacked) == 7 < 8
