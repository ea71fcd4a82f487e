"""Losses, given data, symmetries: what makes W_θ all of the trace of φ, and what does not. Exact numbers only."""

from fractions import Fraction
from itertools import combinations, product
from random import Random

import pytest
from statement_tools import (
    at,
    flat,
    gradient,
    mul,
    norm2,
    numbers,
    output,
    random_matrix,
    rank_at,
    rank_of,
    sampled_gradients,
    space,
    transpose,
)

import conslaw_nb as cl
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.paper import examples


def units(n):
    return [[int(i == k) for i in range(n)] for k in range(n)]


# --- the spanning condition, loss by loss ----------------------------------------------------------------------
# ∇_z ℓ is rational in z, or in the probabilities of z: every rational point of the simplex is a softmax, and every
# rational p in (0, 1) is a logistic value. So these ranks are those of the losses themselves, and exact.


@pytest.mark.parametrize("n", [1, 2, 4])
def test_the_squared_loss_spans(n):
    """∇ℓ = z − y with y anywhere in R^n: all of R^n, at every z."""
    rng = Random(n)
    for z in ([Fraction(0)] * n, numbers(rng, n)):
        assert rank_of([[a - b for a, b in zip(z, y, strict=True)] for y in [*units(n), [0] * n]]) == n


@pytest.mark.parametrize("n", [2, 3, 5])
def test_the_squared_loss_with_one_hot_labels_fails_on_a_hyperplane(n):
    """y ∈ {e_1, ..., e_n} only: R^n, except where Σz_i = 1; there 1^⊥."""
    z = [abs(x) + 1 for x in numbers(Random(n), n)]
    assert sum(z) != 1
    assert rank_of([[a - b for a, b in zip(z, y, strict=True)] for y in units(n)]) == n
    on_plane = [x / sum(z) for x in z]
    rows = [[a - b for a, b in zip(on_plane, y, strict=True)] for y in units(n)]
    assert rank_of(rows) == n - 1
    assert all(sum(row) == 0 for row in rows)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_logistic_loss_spans(n):
    """ℓ = Σ log(1 + e^(−y_i z_i)): ∂_iℓ is −p_i for y_i = 1 and 1 − p_i for y_i = −1, with p_i = 1/(1 + e^(z_i))."""
    p = [Fraction(k + 1, 7) for k in range(n)]
    rows = [[-a if y == 1 else 1 - a for a, y in zip(p, label, strict=True)] for label in product([1, -1], repeat=n)]
    assert rank_of(rows) == n
    assert rank_of(rows[:1]) == 1  # for n = 1 one label is enough


@pytest.mark.parametrize("n", [2, 3])
def test_the_relative_entropy_of_probabilities_spans(n):
    """ℓ = −Σ y_i log z_i on positive z (the softmax belongs to g): ∂_iℓ = −y_i/z_i."""
    z = [abs(x) for x in numbers(Random(n), n)]
    assert rank_of([[Fraction(-y) / a for a, y in zip(z, label, strict=True)] for label in units(n)]) == n


@pytest.mark.parametrize("n", [2, 3, 5])
def test_cross_entropy_of_logits_spans_a_hyperplane(n):
    """ℓ = −z_y + log Σe^(z_i): ∇ℓ = p − e_y has sum 0, and these vectors span 1^⊥, at every z."""
    for seed in range(3):
        weights = [abs(x) for x in numbers(Random(seed), n)]
        p = [w / sum(weights) for w in weights]  # the softmax of z_i = log w_i
        rows = [[a - b for a, b in zip(p, y, strict=True)] for y in units(n)]
        soft = [[a - Fraction(1, n) for a in p]]
        assert rank_of(rows) == rank_of([*rows, *soft]) == n - 1
        assert all(sum(row) == 0 for row in [*rows, *soft])


# --- what logit cross-entropy adds -----------------------------------------------------------------------------


def differences(entries):
    """Return φ seen through 1^⊥: the rows of a matrix minus its last row."""
    return [a - b for row in entries[:-1] for a, b in zip(row, entries[-1], strict=True)]


def known_number(n, m, r):
    rank = min(n + m, r)
    return rank * (2 * r + 1 - rank) // 2


@pytest.mark.parametrize(("n", "m", "r"), [(2, 1, 1), (2, 1, 2), (2, 2, 1), (2, 2, 2), (3, 1, 1), (3, 2, 2)])
def test_cross_entropy_adds_column_sums_to_linear_networks(n, m, r):
    """Two-layer linear, logits: the laws are Ψ, still, and 1ᵀU; r + (number for (n − 1, m, r)) in all."""
    names, s = space(U=(n, r), V=(m, r))
    phi = cl.parametrization(*differences(mul(s.U, transpose(s.V))), variables=names)
    column_sums = [sum(row[k] for row in s.U[1:]) + s.U[0][k] for k in range(r)]
    psi = [
        sum(row[a] * row[b] for row in s.U[1:]) + s.U[0][a] * s.U[0][b] - sum(row[a] * row[b] for row in s.V)
        for a in range(r)
        for b in range(a, r)
    ]
    for law in [*column_sums, *psi]:
        assert cl.check_law(law, phi).is_proved
    count = cl.count_laws(phi)
    assert count.verdict.is_proved
    assert count.laws == r + known_number(n - 1, m, r)
    squared = cl.factorization(n, m, r)
    assert cl.check_law(column_sums[0].text, squared).is_refuted
    assert count.laws > cl.count_laws(squared).laws


@pytest.mark.parametrize(("n", "m", "r"), [(2, 1, 1), (2, 2, 2), (3, 2, 2)])
def test_cross_entropy_adds_column_sums_to_relu_networks(n, m, r):
    """Two-layer ReLU, logits: 2r laws, ‖u_j‖² − ‖v_j‖² and 1ᵀu_j."""
    names, s = space(u=(r, n), v=(r, m))
    parts = [p for u, v in zip(s.u, s.v, strict=True) for p in differences([[a * b for b in v] for a in u])]
    phi = cl.parametrization(*parts, variables=names)
    for u, v in zip(s.u, s.v, strict=True):
        assert cl.check_law(sum(u[1:], u[0]), phi).is_proved
        assert cl.check_law(norm2(u) - norm2(v), phi).is_proved
    assert cl.count_laws(phi).laws == 2 * r


@pytest.mark.parametrize(("n", "m"), [(2, 1), (2, 3), (3, 2)])
def test_a_softmax_layer_conserves_its_column_sums(n, m):
    """θ ∈ R^{n×m}, logits θx: exactly the m sums Σ_i θ_ij; a search for quadratic forms alone would miss them."""
    names, s = space(t=(n, m))
    phi = cl.parametrization(*differences(s.t), variables=names)
    for j in range(m):
        assert cl.check_law(sum((row[j] for row in s.t[1:]), s.t[0][j]), phi).is_proved
    assert cl.count_laws(phi).laws == m


def test_a_law_of_phi_is_conserved_whatever_the_loss():
    """⟨∇h, ∂φᵀw⟩ = 0 for every w: whatever gradient the loss sends back, spanning or not."""
    phi = cl.relu(2, 2, 2)
    rng = Random(8)
    theta = numbers(rng, phi.dimension)
    rows = sampled_gradients(phi, theta, rng, 6)
    law = at(gradient(phi.balance(1, 0, 0)), theta)
    assert len(rows) > 4
    assert all(sum(a * b for a, b in zip(law, row, strict=True)) == 0 for row in rows)


# --- given data -----------------------------------------------------------------------------------------------


def risk(phi, examples, point, relu):
    total = Poly(phi.variables, {})
    for x, y in examples:
        for z, t in zip(output(phi, x, point, relu), y, strict=True):
            total = total + (z - t) ** 2 / 2
    return total


@pytest.mark.parametrize("phi", [cl.linear(1, 1, 1), cl.linear(1, 2, 1), cl.relu(1, 2, 1)], ids=str)
def test_one_data_set_keeps_all_but_one(phi):
    """One field: D − 1 independent functions away from critical points, whatever the model; at one, silence."""
    point = [2, -1] if phi.dimension == 2 else [2, -1, 3, 5]
    examples = [([Fraction(1)], [Fraction(3)]), ([Fraction(-2)], [Fraction(1)])]
    field = gradient(risk(phi, examples, point, relu="relu" in phi.text))
    family = cl.vector_fields(phi.variables, [field])
    count = cl.count_laws(family, point=point)
    assert count.verdict.is_proved
    assert count.laws == phi.dimension - 1
    assert cl.count_laws(family, point=[0] * phi.dimension).laws is None


def test_inputs_on_a_line_freeze_what_is_orthogonal_to_it():
    """All x along (1, 2): the part of every first-layer row along (2, −1) does not move. A law of the data only."""
    phi = cl.linear(2, 2, 1)  # U1 is 1 × 2, U2 is 2 × 2 and meets the input
    fields = [gradient(g) for x in (1, -3) for g in output(phi, [x, 2 * x], [1] * phi.dimension, relu=False)]
    degenerate = cl.vector_fields(phi.variables, fields)
    for row in (1, 2):
        assert cl.check_law(f"2*U2_{row}_1 - U2_{row}_2", degenerate).is_proved
        assert cl.check_law(f"2*U2_{row}_1 - U2_{row}_2", phi).is_refuted


# --- symmetries -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "m", "r"), [(1, 2, 2), (2, 2, 3)])
def test_a_symmetry_gives_a_law_when_it_is_a_gradient(n, m, r):
    """(UA, −VAᵀ) moves no UVᵀ, for every A; it is a gradient exactly for symmetric A, and then of tr(AΨ)/2."""
    rng = Random(9)
    names, s = space(U=(n, r), V=(m, r))
    phi = cl.factorization(n, m, r)
    a = random_matrix(rng, r, r)
    symmetric = [[x + y for x, y in zip(p, q, strict=True)] for p, q in zip(a, transpose(a), strict=True)]
    skew = [[x - y for x, y in zip(p, q, strict=True)] for p, q in zip(a, transpose(a), strict=True)]
    for matrix, is_gradient in ((a, False), (symmetric, True), (skew, False)):
        xi = [*flat(mul(s.U, matrix)), *[-x for x in flat(mul(s.V, transpose(matrix)))]]
        for field in phi:
            assert not sum((x * y for x, y in zip(field.components, xi, strict=True)), Poly(names, {}))
        jacobian = [gradient(part) for part in xi]
        assert (jacobian == transpose(jacobian)) == is_gradient


def test_a_rotation_may_give_a_law_by_a_multiple():
    """The sums of the Frobenius condition, and for two rotations the law whose gradient is a multiple of the field."""
    ring = cl.parametrization("x**2 + y**2")
    assert cl.check_law("x/y", ring).is_proved  # ∇(x/y) = −ξ/y² for ξ = (−y, x)
    pairs = cl.parametrization("u1*v1 + u2*v2", variables=("u1", "u2", "v1", "v2"))
    assert cl.check_law("(u1 + v1)/(u2 + v2)", pairs).is_proved
    u1, u2, v1, v2 = Poly.gens(pairs.variables)
    both, of_the_sum = [-u2, u1, -v2, v1], [-u2 - v2, u1 + v1, -u2 - v2, u1 + v1]

    def sums(xi):
        turns = [((i, j, k), (j, k, i), (k, i, j)) for i, j, k in combinations(range(4), 3)]
        return [
            sum((xi[a] * (xi[c].derivative(b) - xi[b].derivative(c)) for a, b, c in turn), Poly(pairs.variables, {}))
            for turn in turns
        ]

    for xi in (both, of_the_sum):  # both are symmetries
        assert not sum((a * b for a, b in zip(pairs[0].components, xi, strict=True)), Poly(pairs.variables, {}))
    assert all(sums(both))
    assert not any(sums(of_the_sum))
    # the gradient of (u1 + v1)/(u2 + v2), times (u2 + v2)², is −ξ
    assert [u2 + v2, -(u1 + v1), u2 + v2, -(u1 + v1)] == [-part for part in of_the_sum]


def test_the_rescaling_of_a_relu_neuron_is_a_gradient():
    """(u, −v) for one hidden neuron: invariance of u max(vx, 0), and half the gradient of ‖u‖² − ‖v‖²."""
    phi = cl.relu(2, 1, 2)
    gens = Poly.gens(phi.variables)
    xi = [*gens[:2], *[-x for x in gens[2:]]]
    for field in phi:
        assert not sum((x * y for x, y in zip(field.components, xi, strict=True)), Poly(phi.variables, {}))
    assert gradient(phi.balance(1, 0, 0)) == [x * 2 for x in xi]


# --- where φ and the network part -------------------------------------------------------------------------------


def test_deep_relu_networks_may_see_less_than_phi():
    """relu(2,3,3,2) near a θ with a dead neuron: W_θ^g is smaller than the trace of φ, and more is conserved there."""
    phi, rng = cl.relu(2, 3, 3, 2), Random(3)
    theta = [abs(x) for x in numbers(rng, phi.dimension)]
    for k in range(3):  # a neuron of the second hidden layer that no input can wake: its weights are negative
        theta[phi.weight(2, 0, k)] *= -1
    rows = sampled_gradients(
        phi, theta, rng, 60, inputs=lambda: [Fraction(rng.randint(-40, 40), rng.randint(1, 5)) for _ in range(2)]
    )
    seen = rank_of(rows)
    trace = rank_at([phi[g] for g in range(phi.count)], theta)
    assert trace == phi.dimension - 6
    assert seen < trace
    dead = [phi.weight(2, 0, k) for k in range(3)]
    assert all(row[i] == 0 for row in rows for i in dead)  # its weights do not move at all


def test_opposite_neurons_lose_nothing_and_twins_do():
    """v_2 = −v_1 shares the hyperplane of v_1, and the rank stays; v_2 = 2v_1 shares its side as well, and it drops."""
    phi, rng = cl.relu(2, 2, 1), Random(5)
    for factor, rank in ((-1, 4), (2, 2)):
        theta = [Fraction(x) for x in (3, 5, 1, 2, factor, 2 * factor)]
        rows = sampled_gradients(phi, theta, rng, 40)
        assert rank_of(rows) == rank
        assert rank_at(list(phi), theta) == 4


def test_two_pairs_of_opposites_lose_what_one_pair_keeps():
    """Add M to both blocks of a pair and take it from both of another: u_jv_jᵀ changes, and no output does."""
    phi, rng = cl.relu(2, 4, 1), Random(8)
    for last, rank in (((1, 1), 8), ((0, -1), 6)):
        theta = [Fraction(x) for x in (1, 2, 3, 5, 1, 0, -1, 0, 0, 1, *last)]
        assert rank_of(sampled_gradients(phi, theta, rng, 60)) == rank
        assert examples.dimension(phi, theta) == rank
        assert rank_at(list(phi), theta) == 8


def test_scalar_inputs_without_bias_share_their_only_hyperplane():
    """m = 1, no bias, r = 2: signs agree, and u_1v_1 + u_2v_2 is all that is seen; signs differ, and both are."""
    phi, rng = cl.relu(1, 2, 1), Random(6)
    for second, seen in ((3, 1), (-3, 2)):
        rows = sampled_gradients(phi, [Fraction(x) for x in (1, 2, 5, second)], rng, 20)
        assert rank_of(rows) == seen
    assert cl.check_law("U1_1_1*U2_2_1 - U1_1_2*U2_1_1", cl.parametrization("U1_1_1*U2_1_1 + U1_1_2*U2_2_1")).is_proved
    assert cl.count_laws(phi).laws == 2
