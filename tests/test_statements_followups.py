"""Statements of the follow-up papers, on instances, with exact numbers only."""

from fractions import Fraction
from random import Random

import pytest
from statement_tools import (
    add,
    at,
    flat,
    gradient,
    mul,
    norm2,
    numbers,
    random_matrix,
    rank_of,
    space,
    sub,
    transpose,
)

import conslaw_nb as cl
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.models.phase_space import lifted, mirror_fields, momentum_fields

# --- momentum: a family of fields on phase space ----------------------------------------------------------------


def angular(phi, n, m, r):
    """Return the entries of UᵀU̇ − U̇ᵀU + VᵀV̇ − V̇ᵀV above the diagonal, as text."""
    blocks = [("U", n), ("V", m)]
    return [
        " + ".join(
            f"{b}_{i}_{k}*d{b}_{i}_{j} - d{b}_{i}_{k}*{b}_{i}_{j}" for b, rows in blocks for i in range(1, rows + 1)
        )
        for k in range(1, r + 1)
        for j in range(k + 1, r + 1)
    ]


@pytest.mark.parametrize("tau", [0, 1])
def test_momentum_keeps_angular_momentum(tau):
    """e^(τt)(UᵀU̇ − U̇ᵀU + VᵀV̇ − V̇ᵀV) is conserved for q = 2; Ψ itself is not."""
    n, m, r = 1, 2, 3
    phi = cl.factorization(n, m, r)
    family = momentum_fields(phi, tau)
    factor = "s*" if tau else ""
    for entry in angular(phi, n, m, r):
        assert cl.check_law(f"{factor}({entry})", family).is_proved
    if tau:
        assert cl.check_law(angular(phi, n, m, r)[0], family).is_refuted
    assert cl.check_law("U_1_1**2 - V_1_1**2 - V_2_1**2", family).is_refuted


def test_nesterov_keeps_angular_momentum_times_the_cube_of_time():
    """θ̈ + (3/t)θ̇ = −∇E: the factor is t³; the fields are multiplied by t, which keeps their laws for t ≠ 0."""
    phi = cl.factorization(1, 1, 2)
    names = ("t", *phi.variables, *(f"d{name}" for name in phi.variables))
    gens = Poly.gens(names)
    zero = Poly(names, {})
    rows = [[gens[0], *[gens[0] * v for v in gens[5:]], *[v * -3 for v in gens[5:]]]]
    rows += [[zero] * 5 + [lifted(c, names, 1) for c in field.components] for field in phi]
    family = cl.vector_fields(names, rows)
    (entry,) = angular(phi, 1, 1, 2)
    assert cl.check_law(f"t**3*({entry})", family).is_proved
    assert cl.check_law(f"t**2*({entry})", family).is_refuted


@pytest.mark.parametrize(
    ("n", "m", "r", "tau"), [(1, 2, 1, 0), (1, 2, 2, 0), (2, 1, 2, 1), (1, 2, 3, 0), (2, 2, 2, 0), (1, 3, 2, 0)]
)
def test_how_many_laws_momentum_leaves_to_the_factorization(n, m, r, tau):
    """kr − k(k + 1)/2 with k = min(2(n + m), r), by the two-sided count."""
    k = min(2 * (n + m), r)
    count = cl.count_laws(momentum_fields(cl.factorization(n, m, r), tau))
    assert count.verdict.is_proved
    assert count.laws == k * r - k * (k + 1) // 2


@pytest.mark.parametrize(("r", "laws"), [(1, 0), (2, 2), (3, 6)])
def test_two_scalars_have_two_rotations(r, laws):
    """n = m = 1: ⟨u, v⟩ = (‖u + v‖² − ‖u − v‖²)/4, so u + v and u − v each keep their angular momentum."""
    family = momentum_fields(cl.factorization(1, 1, r))
    count = cl.count_laws(family)
    assert (count.laws, count.verdict.is_proved) == (laws, True)
    for sign in "+-":
        for a in range(1, r + 1):
            for b in range(a + 1, r + 1):
                x, y = (f"(U_1_{k} {sign} V_1_{k})" for k in (a, b))
                dx, dy = (f"(dU_1_{k} {sign} dV_1_{k})" for k in (a, b))
                assert cl.check_law(f"{x}*{dy} - {y}*{dx}", family).is_proved


def test_without_forces_momentum_runs_along_the_structure_theorem():
    """θ̈ = −τθ̇ alone keeps θ + θ̇(1 − e^(τt))/τ and e^(τt)θ̇, 2D functions in 2D + 1 variables: all there are."""
    free = cl.vector_fields(["s", "x", "y", "dx", "dy"], [["2*s", "dx", "dy", "-2*dx", "-2*dy"]])
    for x in "xy":
        assert cl.check_law(f"{x} + d{x}*(1 - s)/2", free).is_proved
        assert cl.check_law(f"s*d{x}", free).is_proved
    assert cl.count_laws(free, point=(1, 2, 3, 4, 5)).laws == 4


@pytest.mark.parametrize("tau", [0, 1])
def test_momentum_leaves_no_law_to_a_relu_network(tau):
    """Rescaling a neuron is not an isometry: all 2D + 1 directions are reached."""
    count = cl.count_laws(momentum_fields(cl.relu(2, 1, 1), tau))
    assert (count.laws, count.verdict.is_proved) == (0, True)


# --- other metrics ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "m", "r"), [(1, 2, 1), (1, 2, 2), (2, 2, 2)])
def test_nonnegative_factorization_in_the_mirror_keeps_sums(n, m, r):
    """M = diag(θ): 1ᵀu_k − 1ᵀv_k for each column, and no other law."""
    family = mirror_fields(cl.factorization(n, m, r))
    for k in range(1, r + 1):
        law = " + ".join(f"U_{i}_{k}" for i in range(1, n + 1)) + "".join(f" - V_{i}_{k}" for i in range(1, m + 1))
        assert cl.check_law(law, family).is_proved
    count = cl.count_laws(family)
    assert (count.laws, count.verdict.is_proved) == (r, True)


@pytest.mark.parametrize("r", [1, 2, 3])
def test_two_nonnegative_scalars_have_logarithmic_laws(r):
    """n = m = 1: one field, so 2r − 1 laws, of which r are linear; the others need logarithms."""
    family = mirror_fields(cl.factorization(1, 1, r))
    assert cl.count_laws(family).laws == 2 * r - 1
    assert cl.conservation_laws(family, degree=4).independent == r
    if r == 2:
        law = "(U_1_2 - V_1_2)*log(U_1_1/V_1_1) - (U_1_1 - V_1_1)*log(U_1_2/V_1_2)"
        assert cl.check_law(law, family).is_proved


def test_momentum_in_the_mirror_leaves_nothing():
    """M = diag(τθ + θ̇) for nonnegative factorization: no law is left."""
    phi = cl.factorization(1, 2, 1)
    count = cl.count_laws(momentum_fields(phi, 1, [f"{x} + d{x}" for x in phi.variables]))
    assert (count.laws, count.verdict.is_proved) == (0, True)


@pytest.mark.parametrize(("m", "r", "n"), [(1, 1, 1), (2, 1, 2), (1, 2, 2)])
def test_input_convex_layers_keep_a_mixed_law(m, r, n):
    """Uσ(Vx + b), mirror on U only: 2·1ᵀu_k − ‖v_k‖² − b_k², one per neuron, and no other."""
    phi = cl.relu(m, r, n, bias=True)
    family = mirror_fields(phi, [*phi.variables[: n * r], *[1] * (phi.dimension - n * r)])
    for k in range(1, r + 1):
        law = " + ".join(f"2*U1_{i}_{k}" for i in range(1, n + 1)) + "".join(
            f" - U2_{k}_{j}**2" for j in range(1, m + 1)
        )
        assert cl.check_law(f"{law} - b1_{k}**2", family).is_proved
    count = cl.count_laws(family)
    assert (count.laws, count.verdict.is_proved) == (r, True)


def test_momentum_leaves_nothing_to_input_convex_layers():
    """The same with momentum and M = diag(τU + U̇, 1, 1)."""
    phi = cl.relu(1, 1, 1, bias=True)
    count = cl.count_laws(momentum_fields(phi, 1, ["U1_1_1 + dU1_1_1", 1, 1]))
    assert (count.laws, count.verdict.is_proved) == (0, True)


def solve(matrix, right):
    """Solve a regular linear system over Q."""
    rows = [[Fraction(x) for x in row] + [Fraction(b)] for row, b in zip(matrix, right, strict=True)]
    size = len(rows)
    for k in range(size):
        pivot = next(i for i in range(k, size) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(size):
            if i != k:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def test_natural_gradient_flow_keeps_the_laws():
    """M = (∂φᵀF∂φ + εI)^(−1): ∂φ∇h = 0 makes ∇h an eigenvector of M, so M∂φᵀw stays orthogonal to it."""
    phi, rng = cl.factorization(2, 2, 2), Random(12)
    theta = numbers(rng, phi.dimension)
    jacobian = [at(field.components, theta) for field in phi]
    root = random_matrix(rng, 4, 4)
    fisher = mul(transpose(root), root)
    damped = add(
        mul(mul(transpose(jacobian), fisher), jacobian),
        [[Fraction(int(i == j), 3) for j in range(8)] for i in range(8)],
    )
    push = numbers(rng, 4)
    natural = solve(damped, [sum(a * b for a, b in zip(column, push, strict=True)) for column in transpose(jacobian)])
    for h in phi.known_laws():
        slope = at(gradient(h), theta)
        assert sum(a * b for a, b in zip(slope, natural, strict=True)) == 0
        assert solve(damped, slope) == [3 * x for x in slope]  # the eigenvalue 1/ε


def test_weight_decay_keeps_a_law_times_an_exponential():
    """θ̇ + λθ = −∇L: e^(2λt)(UᵀU − VᵀV), with s = e^(2λt); without the factor it decays."""
    phi = cl.factorization(2, 1, 2)
    names = ("s", *phi.variables)
    gens = Poly.gens(names)
    rows = [[gens[0] * 6, *[x * -3 for x in gens[1:]]]]
    rows += [[Poly(names, {}), *(lifted(c, names, 1) for c in field.components)] for field in phi]
    family = cl.vector_fields(names, rows)
    for law in phi.known_laws():
        assert cl.check_law(gens[0] * lifted(law, names, 1), family).is_proved
        assert cl.check_law(lifted(law, names, 1), family).is_refuted
    assert cl.count_laws(family).laws == cl.count_laws(phi).laws


# --- residual networks, convolutions, attention -------------------------------------------------------------------


def test_a_skip_connection_changes_no_law():
    """x + g(θ, x) and g(θ, x) have the same derivative in θ; and a chain of two blocks can have one law more."""
    _, s = space(u=(), v=())
    x = Fraction(3)
    assert gradient(s.u * s.v * x + x) == gradient(s.u * s.v * x)
    # x + uσ(vx) + sσ(t(x + uσ(vx))) where all preactivations are positive: one field, three laws and not two
    chain = cl.parametrization("u*v + s*t + s*t*u*v")
    assert cl.check_law("u**2 - v**2", chain).is_proved
    assert cl.check_law("s**2 - t**2", chain).is_proved
    count = cl.count_laws(chain)
    assert (count.laws, count.verdict.is_proved) == (3, True)


def convolution(c0, c1, c2, width, length):
    """Return names, filters u[k][j], v[j][i], and a function that samples output gradients near a point."""
    names, s = space(u=(c2, c1, width), v=(c1, c0, width))

    def outputs(x, point):
        hidden = []
        for j in range(c1):
            row = []
            for p in range(length):
                z = sum(
                    (s.v[j][i][b] * x[i][(p + b) % length] for i in range(c0) for b in range(width)), s.v[0][0][0] * 0
                )
                row.append(z if z.evaluate(point) > 0 else z * 0)
            hidden.append(row)
        return [
            sum((s.u[k][j][a] * hidden[j][(p + a) % length] for j in range(c1) for a in range(width)), s.u[0][0][0] * 0)
            for k in range(c2)
            for p in range(length)
        ]

    return names, s, outputs


@pytest.mark.parametrize(("c0", "c1", "c2"), [(1, 2, 1), (2, 1, 2), (1, 2, 2)])
def test_convolutional_relu_blocks_have_one_law_per_channel(c0, c1, c2):
    """Two layers of circular convolutions: Σ_k‖u_kj‖² − Σ_i‖v_ji‖² for each hidden channel j, and no other."""
    width, length, rng = 2, 4, Random(c0 * 100 + c1 * 10 + c2)
    names, s, outputs = convolution(c0, c1, c2, width, length)
    theta = numbers(rng, len(names))
    laws = [sum(norm2(s.u[k][j]) for k in range(c2)) - sum(norm2(s.v[j][i]) for i in range(c0)) for j in range(c1)]
    slopes = [at(gradient(h), theta) for h in laws]
    rows = []
    for _ in range(12):
        x = [[Fraction(rng.randint(-9, 9)) for _ in range(length)] for _ in range(c0)]
        rows += [at(gradient(g), theta) for g in outputs(x, theta)]
    assert all(sum(a * b for a, b in zip(h, row, strict=True)) == 0 for h in slopes for row in rows)
    assert rank_of(rows) == len(names) - c1 == len(names) - rank_of(slopes)


def attention(rows, width):
    """Return φ = (QᵀK, VᵀO) of one head, and QQᵀ − KKᵀ, VVᵀ − OOᵀ."""
    names, s = space(Q=(rows, width), K=(rows, width), V=(rows, width), O=(rows, width))
    phi = cl.parametrization(*flat(mul(transpose(s.Q), s.K)), *flat(mul(transpose(s.V), s.O)), variables=names)
    pairs = [(s.Q, s.K), (s.V, s.O)]
    return phi, s, [sub(mul(a, transpose(a)), mul(b, transpose(b))) for a, b in pairs]


@pytest.mark.parametrize(("rows", "width"), [(1, 1), (1, 2), (2, 1), (2, 2)])
def test_one_attention_head_has_two_matrices_of_laws(rows, width):
    """φ = (QᵀK, VᵀO): QQᵀ − KKᵀ and VVᵀ − OOᵀ, 2·k(2d + 1 − k)/2 of them independent, k = min(d, 2·width)."""
    phi, s, matrices = attention(rows, width)
    for psi in matrices:
        assert all(cl.check_law(entry, phi).is_proved for entry in flat(psi))
    k = min(rows, 2 * width)
    assert cl.count_laws(phi).laws == k * (2 * rows + 1 - k)
    other_side = flat(sub(mul(transpose(s.Q), s.Q), mul(transpose(s.K), s.K)))
    if width > 1:  # for width 1 it is a number, the trace of QQᵀ − KKᵀ
        assert all(cl.check_law(entry, phi).is_refuted for entry in other_side)


def test_the_hyperplane_of_softmax_does_not_touch_a_head():
    """The laws of a head hold for any loss: ⟨∇h, ∂φᵀw⟩ = 0 for each w, spanning or not."""
    phi, _, matrices = attention(2, 2)
    theta, rng = numbers(Random(3), phi.dimension), Random(4)
    w = numbers(rng, phi.count)
    jacobian = [at(field.components, theta) for field in phi]
    push = [sum(a * b for a, b in zip(column, w, strict=True)) for column in transpose(jacobian)]
    for psi in matrices:
        for h in flat(psi):
            assert sum(a * b for a, b in zip(at(gradient(h), theta), push, strict=True)) == 0


# --- steps --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "m", "r"), [(1, 1, 1), (2, 3, 2)])
def test_one_step_of_descent_moves_the_laws_by_an_exact_amount(n, m, r):
    """Ψ⁺ − Ψ = τ²((GV)ᵀGV − (GᵀU)ᵀGᵀU) for U⁺ = U − τGV, V⁺ = V − τGᵀU, as a polynomial identity."""
    _, s = space(U=(n, r), V=(m, r), G=(n, m), t=())

    def psi(u, v):
        return sub(mul(transpose(u), u), mul(transpose(v), v))

    du, dv = mul(s.G, s.V), mul(transpose(s.G), s.U)
    u, v = (
        [[a - s.t * b for a, b in zip(p, q, strict=True)] for p, q in zip(x, dx, strict=True)]
        for x, dx in ((s.U, du), (s.V, dv))
    )
    change = sub(psi(u, v), psi(s.U, s.V))
    assert change == [[x * s.t**2 for x in row] for row in psi(du, dv)]


def test_the_drift_of_descent_is_bounded_by_the_squares_of_the_steps():
    """|h(θ_k) − h(θ_0)| ≤ (C_h C_L/2) Σ τ_i²: one neuron, exact fractions, C_h = 2, C_L the largest ‖∇L‖² met."""
    u, v = Fraction(2), Fraction(-1)
    start, largest, squares = u * u - v * v, Fraction(0), Fraction(0)
    for k in range(6):
        tau, e = Fraction(1, 20 * (k + 1)), u * v - 3
        largest = max(largest, e * e * (u * u + v * v))
        squares += tau * tau
        u, v = u - tau * e * v, v - tau * e * u
        assert abs(u * u - v * v - start) <= largest * squares
    assert u * u - v * v != start


# --- intrinsic dynamics ---------------------------------------------------------------------------------------------


def common_kernel(phi):
    theta = numbers(Random(phi.text), phi.dimension)
    rows = [at(phi[g].components, theta) for g in range(phi.count)]
    rows += [at(gradient(h), theta) for h in phi.known_laws()]
    return phi.dimension - rank_of(rows)


@pytest.mark.parametrize(
    ("phi", "kernel"),
    [(cl.relu(*w, bias=b), 0) for w in ((2, 2, 1), (2, 2, 2), (2, 2, 2, 1)) for b in (False, True)]
    + [(cl.linear(2, 2, 2), 1), (cl.linear(3, 2, 3), 1), (cl.linear(2, 3, 2), 2), (cl.linear(2, 2, 2, 2), 2)],
    ids=str,
)
def test_what_phi_and_the_laws_together_do_not_see(phi, kernel):
    """dim(ker ∂φ(θ) ∩ ker ∂h(θ)) at a generic θ: 0 for ReLU networks, not for these linear ones."""
    assert common_kernel(phi) == kernel


def test_relaxed_balance_makes_the_metric_intrinsic():
    """UᵀU − VᵀV = λI with U, V square: UUᵀ and VVᵀ, hence M, are functions of Z = UVᵀ and λ; here they are compared."""
    rotate = [[Fraction(3, 5), Fraction(-4, 5)], [Fraction(4, 5), Fraction(3, 5)]]
    u, v = [[Fraction(5), 0], [0, Fraction(13, 3)]], [[Fraction(3), 0], [0, Fraction(5, 3)]]
    assert sub(mul(transpose(u), u), mul(transpose(v), v)) == [[16, 0], [0, 16]]
    other_u, other_v = mul(u, rotate), mul(v, rotate)  # the same Z, and (U, V) turned
    assert mul(other_u, transpose(other_v)) == mul(u, transpose(v))
    assert mul(other_u, transpose(other_u)) == mul(u, transpose(u))
    assert mul(other_v, transpose(other_v)) == mul(v, transpose(v))
    assert other_u != u
