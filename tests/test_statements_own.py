"""What the project found on the way, and the pitfalls: each on an instance where it bites, with exact numbers."""

from itertools import combinations, product
from random import Random

import pytest
from statement_tools import (
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
    unit,
)

import conslaw_nb as cl
from conslaw_nb.exact.polynomial import Poly

# --- the project's own observations -----------------------------------------------------------------------------------


def test_seven_laws_where_six_are_known():
    """linear(1,2,2,1): D = 8 and one field, so 7 laws; 6 are known, and no polynomial of low degree is a 7th."""
    phi = cl.linear(1, 2, 2, 1)
    count = cl.count_laws(phi)
    assert (phi.dimension, phi.count, count.laws, count.verdict.is_proved) == (8, 1, 7, True)
    assert rank_at([gradient(h) for h in phi.known_laws()], list(count.point.values())) == 6
    for degree, kernel in ((2, 6), (3, 6), (4, 27), (6, 83)):  # 6 of degree 2, 21 and 56 products of them, nothing odd
        laws = cl.conservation_laws(phi, degree=degree)
        assert (len(laws), laws.independent) == (kernel, 6)
    assert not any(part.derivative(i) for i, part in enumerate(phi[0].components))  # divergence-free


@pytest.mark.parametrize(("widths", "known"), [((1, 3, 1, 1), 6), ((1, 4, 1, 1), 8)])
def test_entries_of_deep_balances_depend_on_each_other(widths, known):
    """Σ r_i(r_i + 1)/2 is only an upper bound: here it says 7 and 11."""
    phi = cl.linear(*widths)
    gradients = [gradient(h) for h in phi.known_laws()]
    assert rank_at(gradients, numbers(Random(2), phi.dimension)) == known
    assert len(gradients) == sum(n * (n + 1) // 2 for n in widths[1:-1]) > known


def test_normalisation_conserves_norms_of_its_own():
    """f = N(u_1a + u_2b) with N scale-invariant: ‖u‖² is conserved by itself, and the balance of one channel is not."""
    # a, b stand for the hidden channels, each proportional to a filter weight: a = v_1x, b = v_2y, x, y data
    _, s = space(u=(2,), v=(2,), x=(), y=())
    a, b = s.v[0] * s.x, s.v[1] * s.y
    top, bottom = (s.u[0] * a + s.u[1] * b) ** 2, norm2(s.u)  # f = top/bottom, of degree 0 in u

    def derivative(field):
        """⟨∇f, field⟩ · bottom²."""
        grad = [p * bottom - top * q for p, q in zip(gradient(top), gradient(bottom), strict=True)]
        return sum((p * q for p, q in zip(grad, field, strict=True)), s.x * 0)

    zero = s.x * 0
    assert not derivative([s.u[0], s.u[1], zero, zero, zero, zero])
    assert derivative([s.u[0], zero, -s.v[0], zero, zero, zero])


def determinant(a):
    if len(a) == 1:
        return a[0][0]
    return sum(
        (a[0][k] * determinant([[*row[:k], *row[k + 1 :]] for row in a[1:]]) * (-1) ** k for k in range(1, len(a))),
        a[0][0] * determinant([row[1:] for row in a[1:]]),
    )


@pytest.mark.parametrize(("n", "m", "r"), [(1, 1, 2), (1, 1, 3), (1, 2, 3), (1, 2, 4)])
def test_minors_of_the_stacked_matrix_are_laws(n, m, r):
    """For r ≥ N = n + m the N × N minors of (U; V) are laws; where its rank is N − 1 they count, Ψ alone does not."""
    total = n + m
    _, s = space(U=(n, r), V=(m, r))
    phi = cl.factorization(n, m, r)
    minors = [
        determinant([[row[k] for k in columns] for row in [*s.U, *s.V]]) for columns in combinations(range(r), total)
    ]
    assert all(cl.check_law(h, phi).is_proved for h in minors)
    rng = Random(n * 100 + m * 10 + r)
    psi = [gradient(h) for h in phi.known_laws()]
    every = [*psi, *(gradient(h) for h in minors)]
    all_laws = total * (2 * r + 1 - total) // 2
    generic, deficient = ([x for row in random_matrix(rng, total, r, rank) for x in row] for rank in (total, total - 1))
    assert rank_at(psi, generic) == rank_at(every, generic) == all_laws  # squares of minors are functions of Ψ
    assert rank_at(psi, deficient) == all_laws - (r - total + 1)
    assert rank_at(every, deficient) == all_laws
    near = cl.count_laws(phi, point=integers_of_rank(rng, total, r, total - 1))
    assert (near.laws, near.verdict.is_proved) == (all_laws, True)


def integers_of_rank(rng, rows, columns, rank):
    """Return the entries of a small integer matrix of the given rank."""
    while True:
        left = [[rng.randint(-3, 3) for _ in range(rank)] for _ in range(rows)]
        a = mul(left, [[rng.randint(-3, 3) for _ in range(columns)] for _ in range(rank)])
        if rank_of(a) == rank:
            return flat(a)


# --- sign flow ----------------------------------------------------------------------------------------------------


def sign(x):
    return (x > 0) - (x < 0)


def sign_trace(n, m, r, rng, samples=300):
    """Return a generic point (U, V) and the rank of the sign vectors of (GV, GᵀU) for many G."""
    u, v = random_matrix(rng, n, r), random_matrix(rng, m, r)
    rows = []
    for _ in range(samples):
        g = random_matrix(rng, n, m)
        rows.append([sign(x) for x in flat([*mul(g, v), *mul(transpose(g), u)])])
    return rank_of([row for row in rows if all(row)])


@pytest.mark.parametrize("r", [1, 2, 3])
def test_sign_flow_of_two_scalars_keeps_all_but_one(r):
    """n = m = 1: sign ∇L = ±(sgn v, sgn u) is one constant field on an orthant, so 2r − 1 laws."""
    assert sign_trace(1, 1, r, Random(r)) == 1
    signs = [1, -1, 1][:r]
    names = [f"u{k}" for k in range(r)] + [f"v{k}" for k in range(r)]
    family = cl.vector_fields(names, [[str(s) for s in signs] + ["1"] * r])  # the orthant u > 0, sgn v_k = signs
    assert cl.count_laws(family).laws == 2 * r - 1


@pytest.mark.parametrize(("n", "m", "r"), [(1, 2, 1), (2, 2, 1), (2, 2, 2), (2, 3, 2), (3, 3, 2)])
def test_sign_flow_leaves_nothing_to_other_factorizations(n, m, r):
    """For these shapes the sign vectors span R^D at a random point: no law near it."""
    assert sign_trace(n, m, r, Random(n * 100 + m * 10 + r)) == (n + m) * r


@pytest.mark.parametrize(("m", "r"), [(2, 2), (3, 2), (2, 3)])
def test_sign_flow_keeps_more_where_one_side_has_one_row(m, r):
    """n = 1: sign(GᵀU) has rank one, so sgn(u_k)V_jk − sgn(u_l)V_jl stays: m(r − 1) laws at the points tried."""
    assert sign_trace(1, m, r, Random(m * 10 + r)) == (1 + m) * r - m * (r - 1)


# --- pitfalls ---------------------------------------------------------------------------------------------------------


def test_few_generators_may_miss_brackets():
    """Brackets with the first three generators only: this family needs the fourth, and the count is wrong without."""
    names = ["a", "b", "c", "d", "e", "f"]
    rows = [unit(1, 6, 0, k)[0] for k in range(3)]
    rows.append([0, 0, 0, 1, 0, 0])
    rows.append([0, 0, 0, 0, 1, "d"])
    family = cl.vector_fields(names, rows)
    point = [1, 2, 3, 4, 5, 6]
    fields = list(family)
    some = [cl.bracket(v, w) for v, w in product(fields[:3], fields)]
    every = [cl.bracket(v, w) for v, w in product(fields, fields)]
    assert rank_at([*fields, *some], point) == 5
    assert rank_at([*fields, *every], point) == 6
    assert cl.count_laws(family).laws == 0


def test_brackets_of_multiples_are_not_brackets_of_the_family():
    """Constant coefficients only: ∂_x and ∂_y commute, ∂_x and x∂_y do not, and x∂_y is not in Lie(∂_x, ∂_y)."""
    names = ("x", "y")
    family = cl.vector_fields(names, [["1", "0"], ["0", "1"]])
    bent = family[1] * Poly.gens(names)[0]
    nothing = family[0] - family[0]
    assert cl.bracket(family[0], family[1]) == nothing
    assert cl.bracket(family[0], bent) != nothing
    assert rank_as_functions([*family, bent]) == 3 > rank_as_functions([*family, cl.bracket(family[0], family[1])])


def test_float_ranks_and_kernels_mislead_where_exact_ones_do_not():
    """φ = (7x + 3y)²: 3x − 7y is a law, found exactly; (x² + y², (x² + y² − 1)⁵) has one, whatever the rounding."""
    assert [h.text for h in cl.conservation_laws(cl.parametrization("(7*x + 3*y)**2"), degree=1)] == ["3*x - 7*y"]
    phi = cl.parametrization("x**2 + y**2", "(x**2 + y**2 - 1)**5")
    for point in ([1, 1], [1000, 999]):
        assert cl.count_laws(phi, point=point).laws == 1
    assert cl.check_law("x/y", phi).is_proved


def test_a_search_by_degree_needs_the_right_degrees():
    """Degree 2 alone misses linear laws, and no degree finds v·e^(−u)."""
    layer = cl.parametrization("a - c", "b - d")
    assert cl.conservation_laws(layer, degree=1).independent == 2
    assert cl.conservation_laws(layer, degree=2).independent == 2  # degrees up to 2: the linear ones are kept
    assert len(cl.conservation_laws(cl.parametrization("u + v**2/2"), degree=8)) == 0
    assert cl.check_law("v*exp(-u)", cl.parametrization("u + v**2/2")).is_proved


def test_functions_of_laws_are_laws_and_add_nothing():
    """h², h₁h₂, e^h: laws, and the rank of gradients does not move."""
    phi = cl.parametrization("x*y*z")
    for h in ("(x**2 - y**2)**2", "(x**2 - y**2)*(x**2 - z**2)", "exp(x**2 - y**2)"):
        assert cl.check_law(h, phi).is_proved
    assert cl.conservation_laws(phi, degree=6).independent == 2 == cl.count_laws(phi).laws


def test_the_orientation_of_the_matrices():
    """U_1 is on the output side: U_1ᵀU_1 − U_2U_2ᵀ; transposing one of them, or both, gives no law."""
    phi = cl.linear(2, 2, 2)
    one, two = ([[f"U{i}_{a}_{b}" for b in (1, 2)] for a in (1, 2)] for i in (1, 2))

    def entry(first, second):
        left = " + ".join(f"{first[k][0]}*{first[k][0]}" for k in range(2))
        return left + "".join(f" - {second[0][k]}*{second[0][k]}" for k in range(2))

    flip = [list(column) for column in zip(*one, strict=True)], [list(column) for column in zip(*two, strict=True)]
    assert cl.check_law(entry(one, two), phi).is_proved
    assert cl.check_law(entry(flip[0], two), phi).is_refuted
    assert cl.check_law(entry(one, flip[1]), phi).is_refuted
    assert cl.check_law(entry(flip[0], flip[1]), phi).is_refuted


def test_an_output_bias_is_never_in_a_law():
    """g = Σ u_j σ(v_j x + b_j) + c: c is a component of φ itself, and every law has derivative 0 in it."""
    phi = cl.parametrization("u*v", "u*b", "c")
    assert cl.count_laws(phi).laws == 1
    assert cl.check_law("u**2 - v**2 - b**2", phi).is_proved
    assert cl.check_law("u**2 - v**2 - b**2 - c**2", phi).is_refuted
    assert cl.check_law("u**2 - v**2", phi).is_refuted


@pytest.mark.parametrize("second", [1, 2])
def test_a_zero_outgoing_weight_drops_the_trace_and_not_the_count(second):
    """u = 0, v ≠ 0, n = m = 2: dim W_φ(θ) is 2 where it is 3 nearby; dim Lie(W_φ)(θ) stays 3, and one law is there."""
    phi = cl.relu(2, 1, 2)
    theta = [0, 0, 1, second]
    trace = list(phi)
    brackets = [cl.bracket(v, w) for v in trace for w in trace]
    assert rank_at(trace, theta) == 2
    assert rank_at([*trace, *brackets], theta) == 3
    assert rank_at([gradient(phi.balance(1, 0, 0))], theta) == 1


def test_the_origin_is_silent():
    """At 0 the trace of uv is {0} and ∇(u² − v²) vanishes: no law is independent there, and nothing is claimed."""
    count = cl.count_laws(cl.parametrization("u*v"), point=(0, 0))
    assert count.laws is None
    assert str(count.verdict.status) == "BOUNDED"
    assert (count.dim_trace, count.laws_at_least, count.laws_at_most) == (0, 0, 1)


def test_three_dimensions_that_are_easily_confused():
    """(2, 2, 1): nm = 4 as a function space, 3 at a point; its Lie algebra has 6 as functions and 3 at a point."""
    phi = cl.factorization(2, 2, 1)
    fields = list(phi)
    nested = [*fields, *(cl.bracket(a, b) for a in fields for b in fields)]
    theta = numbers(Random(1), 4)
    assert [rank_as_functions(fields), rank_at(fields, theta)] == [4, 3]
    assert [rank_as_functions(nested), rank_at(nested, theta)] == [6, 3]
    # an infinite-dimensional Lie algebra, and a trace that cannot exceed D
    wild = cl.vector_fields(["x"], [["1"], ["x**3"]])
    level, spaces = list(wild), []
    everything = list(level)
    for _ in range(4):
        level = [cl.bracket(v, w) for v in wild for w in level]
        everything += level
        spaces.append(rank_as_functions(everything))
    assert spaces == sorted(set(spaces))
    assert rank_at(everything, [2]) == 1


def test_entries_are_not_laws():
    """Ψ has r² entries, r(r + 1)/2 by symmetry, and N(2r + 1 − N)/2 of these are independent when r > N = n + m."""
    phi = cl.factorization(1, 1, 4)
    laws = phi.known_laws()
    assert len(laws) == 10 < 16
    assert rank_at([gradient(h) for h in laws], numbers(Random(1), 8)) == 7 == 2 * (2 * 4 + 1 - 2) // 2


def test_the_steps_of_descent_drift_and_halving_them_shows_it():
    """ "Is it constant?" fails for a true law; "does the drift halve with the step?" tells it from a wrong one."""
    neuron = cl.flows.Neuron([(1, 3)])
    found = {}
    for name, h in (("law", lambda u, v: u**2 - v**2), ("wrong", lambda u, v: u**2 + v**2)):
        drifts = []
        for count in (40, 80, 160):
            path = cl.flows.gradient_descent(neuron.gradient, (2.0, -1.0), step=1 / count, count=count)
            drifts.append(cl.flows.drift(h, path))
        found[name] = drifts
    assert all(d > 1e-4 for d in found["law"])
    assert all(1.8 < a / b < 2.2 for a, b in zip(found["law"], found["law"][1:], strict=False))
    assert all(0.9 < a / b < 1.1 for a, b in zip(found["wrong"], found["wrong"][1:], strict=False))


def test_a_range_in_code_leaves_out_its_end():
    """randrange(2, 5) draws 2, 3, 4: the sizes that were tried are not the sizes that the bounds seem to name."""
    rng = Random(0)
    assert {rng.randrange(2, 5) for _ in range(200)} == {2, 3, 4}
    assert {rng.randrange(0, 1) for _ in range(50)} == {0}
