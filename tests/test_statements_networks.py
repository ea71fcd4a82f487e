"""Statements of the paper's section 4 and of its appendices, on instances, with exact numbers only."""

from fractions import Fraction
from itertools import combinations, pairwise, product
from random import Random

import pytest
from statement_tools import (
    add,
    flat,
    gradient,
    layers,
    mul,
    norm2,
    numbers,
    random_matrix,
    rank_as_functions,
    rank_at,
    rank_of,
    space,
    sub,
    trace,
    transpose,
    unit,
)

import conslaw_nb as cl
from conslaw_nb.exact.polynomial import Poly

SHAPES = [(n, m, r) for n in (1, 2, 3) for m in (1, 2, 3) for r in (1, 2, 3, 4) if n <= m]


def laws_at_rank(total, r, rank):
    """Return the rank of dΨ and dim Lie(W_φ)(U; V) where the stacked N × r matrix has this rank."""
    return rank * (2 * r + 1 - rank) // 2, total * rank - rank * (rank + 1) // 2


# --- Proposition 4.1 ------------------------------------------------------------------------------------------

DEEP = [(2, 2), (2, 3, 2), (1, 3, 2), (2, 2, 2, 2), (1, 2, 2, 1), (2, 1, 2, 1, 2)]


@pytest.mark.parametrize("widths", DEEP, ids=str)
def test_the_known_laws_of_linear_networks(widths):
    """Prop 4.1: all entries of U_iᵀU_i − U_{i+1}U_{i+1}ᵀ, against every generator, written out."""
    phi = cl.linear(*widths)
    weights, _ = layers(phi)
    entries = [
        h
        for left, right in pairwise(weights)
        for h in flat(sub(mul(transpose(left), left), mul(right, transpose(right))))
    ]
    assert len(entries) == sum(n * n for n in widths[1:-1])
    assert not any(phi[g].along(h) for g in range(phi.count) for h in entries)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("widths", [(1, 1, 1), (2, 3, 2), (2, 2, 2, 1), (1, 2, 2, 2, 1)], ids=str)
def test_the_known_laws_of_relu_networks(widths, bias):
    """Prop 4.1: one law per hidden neuron, with −b² if it has a bias; the entries off the diagonal are not laws."""
    phi = cl.relu(*widths, bias=bias)
    weights, biases = layers(phi)
    fields = list(phi)
    for i, (left, right) in enumerate(pairwise(weights)):
        psi = sub(mul(transpose(left), left), mul(right, transpose(right)))
        for a, b in product(range(len(right)), repeat=2):
            h = psi[a][b] - (biases[i][a] ** 2 if bias and a == b else 0)
            assert any(field.along(h) for field in fields) == (a != b)
            if bias and a == b:  # the bias must not be forgotten
                assert any(field.along(psi[a][a]) for field in fields)


# --- q = 2: fields, brackets, the Lie algebra and every rank --------------------------------------------------


def stacked(n, m, r):
    """Return the space of (U, V), and W = (U; V) as polynomials."""
    names, s = space(U=(n, r), V=(m, r))
    return names, s, [*s.U, *s.V]


def s_delta(delta):
    n, m = len(delta), len(delta[0])
    return [[0] * n + list(row) for row in delta] + [[*column, *[0] * m] for column in transpose(delta)]


@pytest.mark.parametrize(("n", "m", "r"), [(1, 1, 2), (1, 2, 2), (2, 3, 2), (3, 2, 3)])
def test_the_fields_of_the_factorization(n, m, r):
    """Prop H.2: the gradient of ⟨Δ, UVᵀ⟩ is S_Δ W, and brackets are commutators: block-diagonal, skew."""
    rng = Random(n * 100 + m * 10 + r)
    names, s, w = stacked(n, m, r)
    first, second = random_matrix(rng, n, m), random_matrix(rng, n, m)

    def field(delta):
        h = trace(mul(transpose(delta), mul(s.U, transpose(s.V))))
        return cl.vector_fields(names, [gradient(h)])[0]

    for delta in (first, second):
        assert list(field(delta).components) == flat(mul(s_delta(delta), w))
    a, b = s_delta(first), s_delta(second)
    commutator = sub(mul(a, b), mul(b, a))
    assert list(cl.bracket(field(first), field(second)).components) == flat(mul(commutator, w))
    assert transpose(commutator) == [[-x for x in row] for row in commutator]
    assert not any(flat([row[n:] for row in commutator[:n]]))
    upper = sub(mul(first, transpose(second)), mul(second, transpose(first)))
    lower = sub(mul(transpose(first), second), mul(transpose(second), first))
    assert [row[:n] for row in commutator[:n]] == upper
    assert [row[n:] for row in commutator[n:]] == lower


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 2), (2, 2), (2, 3)])
def test_the_lie_algebra_of_the_factorization(n, m):
    """Prop H.3: brackets of unit matrices give both skew blocks; the matrices JK, K skew, are closed."""
    total = n + m
    j = [[(1 if a < n else -1) * int(a == b) for b in range(total)] for a in range(total)]
    skew = [sub(unit(total, total, a, b), unit(total, total, b, a)) for a, b in combinations(range(total), 2)]
    algebra = [mul(j, k) for k in skew]
    deltas = [unit(n, m, a, b) for a, b in product(range(n), range(m))]
    span = [flat(s_delta(d)) for d in deltas]
    pairs = [(s_delta(a), s_delta(b)) for a, b in combinations(deltas, 2)]
    span += [flat(sub(mul(a, b), mul(b, a))) for a, b in pairs]
    assert rank_of(span) == rank_of([flat(a) for a in algebra]) == total * (total - 1) // 2
    assert rank_of([*span, *map(flat, algebra)]) == total * (total - 1) // 2
    closed = [flat(sub(mul(a, b), mul(b, a))) for a, b in combinations(algebra, 2)]
    assert rank_of([*span, *closed]) == total * (total - 1) // 2


def at_rank(rng, n, m, r, rank):
    """Return U and V whose stacked matrix has the given rank."""
    w = random_matrix(rng, n + m, r, rank)
    return w[:n], w[n:]


def psi_gradients(n, m, r):
    names, s, _ = stacked(n, m, r)
    psi = sub(mul(transpose(s.U), s.U), mul(transpose(s.V), s.V))
    return names, [gradient(psi[a][b]) for a in range(r) for b in range(a, r)]


@pytest.mark.parametrize(("n", "m", "r"), SHAPES)
def test_how_many_entries_of_psi_are_independent(n, m, r):
    """Prop 4.2, and at every rank ρ of (U; V): rank dΨ = ρ(2r + 1 − ρ)/2."""
    rng = Random(n * 100 + m * 10 + r)
    _, gradients = psi_gradients(n, m, r)
    for rank in range(min(n + m, r) + 1):
        u, v = at_rank(rng, n, m, r, rank)
        assert rank_at(gradients, flat([*u, *v])) == laws_at_rank(n + m, r, rank)[0]


@pytest.mark.parametrize(("n", "m", "r"), SHAPES)
def test_the_trace_of_the_lie_algebra_at_every_rank(n, m, r):
    """Prop 4.3, and at every rank ρ: dim Lie(W_φ)(U; V) = Nρ − ρ(ρ + 1)/2, dim W_φ(U; V) = nρ_V + mρ_U − ρ_Uρ_V."""
    rng = Random(n * 1000 + m * 10 + r)
    total = n + m
    phi = cl.factorization(n, m, r)
    for rank in range(min(total, r) + 1):
        u, v = at_rank(rng, n, m, r, rank)
        w = [*u, *v]
        rows = []
        for a, b in combinations(range(total), 2):
            k = sub(unit(total, total, a, b), unit(total, total, b, a))
            jk = [[x if i < n else -x for x in row] for i, row in enumerate(k)]
            rows.append(flat(mul(jk, w)))
        assert rank_of(rows) == laws_at_rank(total, r, rank)[1]
        rank_u, rank_v = rank_of(u), rank_of(v)
        assert rank_at(list(phi), flat(w)) == n * rank_v + m * rank_u - rank_u * rank_v


def test_only_the_rank_of_the_stacked_matrix_matters():
    """V = 0 is fine where U has full column rank: nothing drops."""
    n, m, r = 3, 2, 2
    _, gradients = psi_gradients(n, m, r)
    u = random_matrix(Random(1), n, r, r)
    assert rank_at(gradients, [*flat(u), *[0] * (m * r)]) == 3
    count = cl.count_laws(cl.factorization(n, m, r), point=[1, 2, 3, 4, 5, 7, 0, 0, 0, 0])
    assert (count.laws, count.verdict.is_proved) == (3, True)


TABLE = {  # (n, m, r): D, dim W_φ(θ), dim Lie(W_φ)(θ), laws
    (1, 1, 1): (2, 1, 1, 1),
    (1, 1, 2): (4, 1, 1, 3),
    (1, 2, 1): (3, 2, 2, 1),
    (1, 2, 2): (6, 2, 3, 3),
    (1, 2, 4): (12, 2, 3, 9),
    (2, 2, 1): (4, 3, 3, 1),
    (2, 2, 2): (8, 4, 5, 3),
    (2, 2, 3): (12, 4, 6, 6),
    (2, 2, 5): (20, 4, 6, 14),
    (2, 3, 2): (10, 6, 7, 3),
    (3, 3, 2): (12, 8, 9, 3),
    (3, 3, 3): (18, 9, 12, 6),
    (3, 3, 8): (48, 9, 15, 33),
}


@pytest.mark.parametrize("shape", TABLE, ids=str)
def test_every_law_of_the_factorization_is_a_function_of_psi(shape):
    """Cor 4.4: the entries of Ψ are exactly as many independent laws as there are, by the two-sided count."""
    n, m, r = shape
    count = cl.count_laws(cl.factorization(n, m, r))
    assert count.verdict.is_proved
    assert (count.family.dimension, count.dim_trace, count.dim_lie, count.laws) == TABLE[shape]
    rank = min(n + m, r)
    assert (count.laws, count.dim_lie) == laws_at_rank(n + m, r, rank)
    _, gradients = psi_gradients(n, m, r)
    assert rank_at(gradients, list(count.point.values())) == count.laws


@pytest.mark.parametrize(("n", "m", "r"), [(1, 1, 2), (2, 2, 2), (1, 2, 3)])
def test_both_formulas_agree_exactly_at_full_rank(n, m, r):
    """D − dim Lie − rank dΨ = (N − ρ)(r − ρ); where rank 1 is deficient by two or more, dim Lie jumps nearby."""
    total = n + m
    for rank in range(min(total, r) + 1):
        laws, lie = laws_at_rank(total, r, rank)
        assert total * r - lie - laws == (total - rank) * (r - rank)
    special = cl.count_laws(cl.factorization(n, m, r), point=[1] * (total * r))  # rank 1
    if total > 2:
        assert (special.laws, str(special.verdict.status)) == (None, "BOUNDED")


@pytest.mark.parametrize(("n", "m", "r"), [(1, 2, 2), (2, 2, 3)])
def test_the_gradient_of_a_combination_of_laws(n, m, r):
    """h = tr(SΨ)/2 has the gradient (US, −VS), orthogonal to every field for symmetric S and for no other."""
    rng = Random(4)
    names, s, _ = stacked(n, m, r)
    psi = sub(mul(transpose(s.U), s.U), mul(transpose(s.V), s.V))
    a = random_matrix(rng, r, r)
    symmetric, skew = add(a, transpose(a)), sub(a, transpose(a))
    h = trace(mul(symmetric, psi)) / 2
    assert gradient(h) == [*flat(mul(s.U, symmetric)), *[-x for x in flat(mul(s.V, symmetric))]]
    phi = cl.factorization(n, m, r)

    def orthogonal(direction):
        field = [*flat(mul(s.U, direction)), *[-x for x in flat(mul(s.V, direction))]]
        return not any(
            sum((a * b for a, b in zip(phi[g].components, field, strict=True)), Poly(names, {}))
            for g in range(phi.count)
        )

    assert orthogonal(symmetric)
    assert not orthogonal(skew)


# --- depth ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("widths", [(2, 2, 2, 2), (3, 2, 2, 2), (2, 3, 2, 3), (2, 2, 2, 2, 2)], ids=str)
def test_the_known_laws_of_deep_linear_networks_are_complete_on_instances(widths):
    """Section 4.2: for these widths the count meets the number of independent known laws. Each is proved for itself."""
    phi = cl.linear(*widths)
    count = cl.count_laws(phi)
    assert count.verdict.is_proved
    assert rank_at([gradient(h) for h in phi.known_laws()], list(count.point.values())) == count.laws


@pytest.mark.parametrize(
    ("widths", "bias"), [((2, 2, 2, 2), False), ((3, 3, 2, 2), True), ((2, 3, 3, 2, 1), True)], ids=str
)
def test_deep_relu_networks_need_no_brackets(widths, bias):
    """For φ, the path-lifting: rank ∂φ = D − (number of hidden neurons), so the known laws are all there are."""
    phi = cl.relu(*widths, bias=bias)
    hidden = sum(widths[1:-1])
    count = cl.count_laws(phi)
    assert count.verdict.is_proved
    assert (count.laws, count.dim_trace, count.dim_lie) == (hidden, phi.dimension - hidden, phi.dimension - hidden)
    theta = numbers(Random(1), phi.dimension)
    some = Random(2).sample(range(phi.count), min(phi.count, 4 * phi.dimension))
    assert rank_at([phi[g] for g in some], theta) <= phi.dimension - hidden


def test_random_networks_of_the_papers_sizes():
    """Appendix J in small: random depths and widths, laws counted = known laws, with proof."""
    rng = Random(2023)
    for _ in range(4):
        widths = [rng.randint(2, 4) for _ in range(rng.choice([3, 4]))]
        phi = cl.linear(*widths)
        count = cl.count_laws(phi)
        theta = list(count.point.values())
        assert count.laws == rank_at([gradient(h) for h in phi.known_laws()], theta), widths
    for _ in range(4):
        widths = [rng.randint(2, 6) for _ in range(rng.choice([3, 4, 5]))]
        count = cl.count_laws(cl.relu(*widths, bias=rng.random() < 0.5))
        assert count.laws == sum(widths[1:-1]), widths


# --- appendices -----------------------------------------------------------------------------------------------


def test_frobenius_needs_closure_under_brackets():
    """Thm E.1: constant trace dimension 2 in R³; closed fields leave one law, the others none."""
    closed = cl.vector_fields(["x", "y", "z"], [["1", "0", "y"], ["0", "1", "x"]])
    twisted = cl.vector_fields(["x", "y", "z"], [["1", "0", "0"], ["0", "1", "x"]])
    for family, laws in ((closed, 1), (twisted, 0)):
        for seed in range(4):
            assert rank_at(list(family), numbers(Random(seed), 3)) == 2
        bracket = cl.bracket(family[0], family[1])
        inside = rank_at([*family, bracket], [2, 3, 5]) == 2
        assert inside == (laws == 1)
        assert cl.count_laws(family).laws == laws
    assert cl.check_law("z - x*y", closed).is_proved


def neuron_fields(sigma):
    """Return the fields ∂_θ(uσ(vx)) for several x; σ is a polynomial of one variable, text in s."""
    derivative = gradient(cl.parametrization(sigma).components[0])[0]
    value = cl.parametrization(sigma).components[0]
    u, v = Poly.gens(("u", "v"))
    rows = [[value.evaluate([v * x]) + u * 0, u * x * derivative.evaluate([v * x])] for x in (1, -1, 2, 3)]
    return cl.vector_fields(["u", "v"], rows)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_positively_homogeneous_activation_has_a_law(k):
    """Appendix F: σ(s) = s^k gives k u² − v²; the quotient read upside down, u²/2 − v²/k, is not a law for k ≠ 2."""
    family = neuron_fields(f"s**{k}")
    assert cl.check_law(f"{k}*u**2 - v**2", family).is_proved
    assert cl.check_law(f"u**2/2 - v**2/{k}", family).is_refuted
    assert cl.count_laws(family).laws == 1


@pytest.mark.parametrize("sigma", ["s + s**2", "s**3 - s", "1 + s**2"])
def test_another_activation_has_none(sigma):
    """Appendix F: these are not positively homogeneous, and the fields of a few inputs leave no room."""
    assert cl.count_laws(neuron_fields(sigma)).laws == 0


# --- explicit metrics -----------------------------------------------------------------------------------------


def test_the_metric_of_a_diagonal_network():
    """φ_i = u_i v_i: ∂φ∂φᵀ is diagonal, with entries √(4z_i² + δ_i²), δ_i = u_i² − v_i²."""
    _, s = space(u=(2,), v=(2,))
    jacobian = [gradient(u * v) for u, v in zip(s.u, s.v, strict=True)]
    m = mul(jacobian, transpose(jacobian))
    assert not m[0][1]
    for i in range(2):
        z, delta = s.u[i] * s.v[i], s.u[i] ** 2 - s.v[i] ** 2
        assert m[i][i] ** 2 == z**2 * 4 + delta**2
        assert m[i][i] == s.u[i] ** 2 + s.v[i] ** 2  # the positive root


def test_the_metric_of_one_relu_block():
    """Z = uvᵀ: ∂φ∂φᵀ[G] = uuᵀG + Gvvᵀ, and uuᵀ‖v‖² = ZZᵀ, where ‖u‖², ‖v‖² = ±δ + √(δ² + ‖Z‖²)."""
    _, s = space(u=(2,), v=(3,))
    z = [[a * b for b in s.v] for a in s.u]
    jacobian = [gradient(entry) for entry in flat(z)]
    g = random_matrix(Random(1), 2, 3)
    image = mul(mul(jacobian, transpose(jacobian)), [[x] for x in flat(g)])
    uu, vv = ([[a * b for b in w] for a in w] for w in (s.u, s.v))
    assert flat(image) == flat(add(mul(uu, g), mul(g, vv)))
    assert mul(z, transpose(z)) == [[x * norm2(s.v) for x in row] for row in uu]
    assert mul(transpose(z), z) == [[x * norm2(s.u) for x in row] for row in vv]
    delta, size = (norm2(s.u) - norm2(s.v)) / 2, norm2(flat(z))
    assert ((norm2(s.u) + norm2(s.v)) / 2) ** 2 == delta**2 + size


def rotation(a, b):
    """Return an orthogonal 2 × 2 matrix with rational entries."""
    c = a * a + b * b
    return [[Fraction(a * a - b * b, c), Fraction(-2 * a * b, c)], [Fraction(2 * a * b, c), Fraction(a * a - b * b, c)]]


def test_the_metric_under_relaxed_balance():
    """UᵀU − VᵀV = λI with n = m = r = 2: (VVᵀ + λ/2)² = λ²/4 + ZᵀZ, (UUᵀ − λ/2)² = λ²/4 + ZZᵀ, Z = UVᵀ."""
    # UᵀU = VᵀV + λI with both squares: 5² = 3² + 16, 13²/9 = 25/9 + 16
    left = mul(rotation(2, 1), [[Fraction(5), 0], [0, Fraction(13, 3)]])
    right = mul(rotation(3, 1), [[Fraction(3), 0], [0, Fraction(5, 3)]])
    q = rotation(3, 2)
    u, v, half = mul(left, q), mul(right, q), Fraction(8)
    eye = unit(2, 2, 0, 0), unit(2, 2, 1, 1)
    identity = add(*eye)
    assert sub(mul(transpose(u), u), mul(transpose(v), v)) == [[16, 0], [0, 16]]
    z = mul(u, transpose(v))
    for square, sign, product_ in (
        (mul(v, transpose(v)), 1, mul(transpose(z), z)),
        (mul(u, transpose(u)), -1, mul(z, transpose(z))),
    ):
        root = add(square, identity, sign * half)
        assert mul(root, root) == add(product_, identity, half**2)
        assert root[0][0] > 0
        assert root[0][0] * root[1][1] > root[0][1] * root[1][0]  # positive definite: it is the square root
    # n = 3 > r = 2: on the kernel of Zᵀ the formula for UUᵀ would give λ, and it is 0
    tall = [*u, [Fraction(0), Fraction(0)]]
    assert mul(tall, transpose(tall))[2][2] == 0 != 2 * half


def test_the_function_space_of_one_step_is_the_whole_lie_algebra():
    """W_1 = W_2 as spaces of functions for (2, 2, 1), (13) holding at generic points all the same."""
    phi = cl.factorization(2, 2, 1)
    fields = list(phi)
    first = [cl.bracket(a, b) for a, b in combinations(fields, 2)]
    assert (rank_as_functions(fields), rank_as_functions([*fields, *first])) == (4, 6)
    theta = numbers(Random(3), 4)
    assert rank_at(fields, theta) == rank_at([*fields, *first], theta) == 3
