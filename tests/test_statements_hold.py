"""Statements of the paper's section 2, on instances, with exact numbers only.

The index of statements (`conslaw_nb.paper.statements`) points at these tests. They try the statements from
their definitions, and use the engine's verdicts only where the statement is about what the engine decides.
"""

from fractions import Fraction
from random import Random

import pytest
from statement_tools import (
    at,
    gradient,
    layers,
    numbers,
    on_a_kink,
    output,
    rank_at,
    rank_of,
    sampled_gradients,
    space,
    transpose,
)

import conslaw_nb as cl
from conslaw_nb.exact.polynomial import Poly

NEURON = cl.parametrization("u*v")
LINEAR = [(1, 1, 1), (2, 1, 2), (2, 2, 1), (1, 3, 2), (2, 2, 2, 2)]
RELU = [((1, 1, 1), True), ((2, 2, 1), False), ((2, 2, 2), False), ((2, 2, 1), True), ((2, 3, 2), True)]


# --- 2.1 conserved through a field, during a flow, for any data, locally --------------------------------------


def triangular_flow(rng):
    """Return a field χ = (c, p(x), q(x, y)), its flow θ(t, θ_0), and two functions conserved by it."""
    names, s = space(x=(), y=(), z=(), t=())
    t = s.t

    def integrate(f):
        """∫_0^t f, a polynomial in t."""
        terms = {}
        for monomial, c in (f + t * 0).terms.items():
            powers = dict(monomial)
            powers[3] = powers.get(3, 0) + 1
            terms[tuple(sorted(powers.items()))] = Fraction(c) / powers[3]
        return Poly(names, terms)

    c = rng.choice([1, 2, -1])
    p = s.x * rng.randint(-2, 2) + s.x**2 * rng.randint(-2, 2) + rng.randint(1, 3)
    q = s.x * s.y * rng.randint(-2, 2) + s.y * rng.randint(-2, 2) + s.x * rng.randint(1, 2)
    start = [s.x, s.y, s.z, t]
    x = s.x + t * c
    y = s.y + integrate(p.evaluate([x, *start[1:]]))
    z = s.z + integrate(q.evaluate([x, y, s.z, t]))
    field = cl.vector_fields(["x", "y", "z"], [[str(c), p.text, q.text]])
    # follow the flow back to the plane x = 0: where it arrives does not change along the flow
    back = [s.x, s.y, s.z, s.x * Fraction(-1, c)]
    first = [y.evaluate(back), z.evaluate(back)]
    return field, [x, y, z], first, s


def conserved_along(h, path):
    """Whether h(θ(t, θ_0)) = h(θ_0), as a polynomial in t and θ_0."""
    here = Poly.gens(path[0].variables)
    return not h.evaluate([*path, here[3]]) - h.evaluate(here)


def test_conserved_through_a_field_means_along_every_solution():
    """χ = (1, x) has the solution (a + t, b + at + t²/2): y − x²/2 stays, from every start; no smoothness is asked."""
    _, s = space(a=(), b=(), t=())
    x, y = s.a + s.t, s.b + s.a * s.t + s.t**2 / 2
    assert y - x**2 / 2 == s.b - s.a**2 / 2
    solutions = [
        (Fraction(a) + t, Fraction(b) + a * t + Fraction(t * t, 2)) for a, b in ((1, 2), (0, -1)) for t in range(5)
    ]
    assert {(y - x**2 / 2 > 0) for x, y in solutions[:5]} == {True}  # the sign of a law: conserved, and not continuous
    assert {(y - x**2 / 2 > 0) for x, y in solutions[5:]} == {False}
    # constant along one solution is not enough: on θ̇ = (v, u) the start (1, 1) keeps u − v, others do not
    on_the_diagonal = NEURON[0].along(Poly.gen(("u", "v"), 0) - Poly.gen(("u", "v"), 1))
    assert on_the_diagonal.evaluate([1, 1]) == 0
    assert cl.check_law("u - v", NEURON).is_refuted


@pytest.mark.parametrize("seed", range(6))
def test_conserved_along_all_solutions_iff_the_gradient_is_orthogonal(seed):
    """Prop 2.5 on fields whose flow is a polynomial: both sides are computed, independently."""
    rng = Random(seed)
    field, path, first, s = triangular_flow(rng)
    h = first[0] ** 2 + first[0] * first[1] * rng.randint(1, 3) - first[1]
    assert conserved_along(h, path)
    assert cl.check_law(h.text, field).is_proved
    for wrong in (h + s.x, h * s.y, s.x**2 - s.y, s.z + s.x * s.y):
        assert not conserved_along(wrong, path)
        assert cl.check_law(wrong.text, field).is_refuted
    # and the derivative along the flow is ⟨∇h, χ⟩ at the place reached: d/dt h(θ(t)) = ⟨∇h, χ⟩(θ(t))
    wrong = s.x * s.y - s.z
    in_time = wrong.evaluate([*path, s.t]).derivative(3)
    along = field[0].along(Poly(("x", "y", "z"), wrong.terms))
    assert not in_time - along.evaluate(path)


def neuron_risk(examples):
    """Return the risk of the linear neuron with the squared loss, as a polynomial of u and v."""
    u, v = Poly.gens(("u", "v"))
    return sum(((u * v * x - y) ** 2 * Fraction(1, 2 * len(examples)) for x, y in examples), Poly(("u", "v"), {}))


def test_conserved_during_the_flow_with_one_data_set():
    """Def 2.2: through one field, ∇E of that data set; following −∇E changes nothing."""
    names = ("u", "v")
    lucky = [(1, 1), (-1, -1)]
    for examples in (lucky, [(2, -1), (1, 3)]):
        risk = gradient(neuron_risk(examples))
        down, up = cl.vector_fields(names, [[-g for g in risk]]), cl.vector_fields(names, [risk])
        assert cl.check_law("u**2 - v**2", down).is_proved
        assert cl.check_law("u**2 - v**2", up).is_proved
        assert cl.check_law("u*v", up).is_refuted
    nothing_to_learn = cl.vector_fields(names, [gradient(neuron_risk([(0, 5)]))])
    assert cl.check_law("u + 7*v**3", nothing_to_learn).is_proved  # all inputs 0: everything is conserved


def test_conserved_for_any_data_set_is_more_than_for_one():
    """Def 2.3: one data set keeps u·v, all of them together keep u² − v² only."""
    names = ("u", "v")
    data = [[(0, 5)], [(1, 1)], [(2, 0), (1, -1)], [(-1, 3)]]
    fields = cl.vector_fields(names, [gradient(neuron_risk(examples)) for examples in data])
    assert cl.check_law("u*v", cl.vector_fields(names, [fields[0].components])).is_proved
    assert cl.check_law("u*v", fields).is_refuted
    assert cl.check_law("u**2 - v**2", fields).is_proved
    assert cl.check_law("u**2 - v**2", NEURON).is_proved


def test_locally_conserved_is_more_than_conserved_on_the_whole_space():
    """Def 2.4 and Cor 2.6: for u·max(vx, 0) no x but 0 is admissible on R², so R² alone keeps every function."""
    phi = cl.relu(1, 1, 1)
    for x in (Fraction(1), Fraction(-2)):  # near v = 0 the output has two different derivatives in v: not C²
        left, right = ([g.evaluate([3, v]) for g in gradient(output(phi, [x], [3, v])[0])] for v in (-1, 1))
        assert left != right
    assert output(phi, [0], [3, 1])[0] == output(phi, [0], [3, -1])[0] == 0
    # on the half plane v > 0 every x is admissible, and u·v is conserved no more; u² − v² is
    on_half_plane = cl.vector_fields(phi.variables, [gradient(output(phi, [1], [3, 1])[0])])
    assert cl.check_law("U1_1_1*U2_1_1", on_half_plane).is_refuted
    assert cl.check_law("U1_1_1**2 - U2_1_1**2", on_half_plane).is_proved


def test_the_gradients_of_all_neighbourhoods_span_what_a_law_must_avoid():
    """Cor 2.6: more inputs become admissible as Ω shrinks around θ; the union of their gradients is what counts."""
    phi = cl.relu(1, 2, 1)
    theta = [Fraction(1), Fraction(2), Fraction(3), Fraction(-5)]  # u_1, u_2, v_1 > 0 > v_2
    small = [[Fraction(1)], [Fraction(-1)]]  # near θ both signs of x are off the kinks
    rows = [at(gradient(output(phi, x, theta)[0]), theta) for x in small]
    assert rank_of(rows) == 2
    laws = [phi.balance(1, a, a) for a in range(2)]
    assert rank_of([at(gradient(h), theta) for h in laws]) == 2 == phi.dimension - rank_of(rows)
    for h in laws:
        assert all(sum(a * b for a, b in zip(at(gradient(h), theta), row, strict=True)) == 0 for row in rows)


# --- 2.2 the span of all gradients, and reparametrization ----------------------------------------------------


def squared_loss_gradient(phi, point, examples, relu):
    """Return ∇E at the point, the risk expanded as a polynomial near it."""
    total = Poly(phi.variables, {})
    for x, y in examples:
        for z, t in zip(output(phi, x, point, relu), y, strict=True):
            total = total + (z - t) ** 2 * Fraction(1, 2 * len(examples))
    return at(gradient(total), point)


@pytest.mark.parametrize(
    ("model", "relu"), [(cl.linear(*w), False) for w in LINEAR] + [(cl.relu(2, 2, 1), True)], ids=str
)
def test_one_sample_gradients_span_all_gradients(model, relu):
    """Prop 2.7: every ∇E is a combination of one-sample gradients ∂g(θ,x)ᵀ∇ℓ, and those are gradients themselves."""
    rng = Random(model.text)
    theta = numbers(rng, model.dimension)
    single = sampled_gradients(model, theta, rng, 2 * model.dimension, relu)
    for size in (1, 2, 5):
        examples = [(numbers(rng, model.sizes[-1]), numbers(rng, model.sizes[0])) for _ in range(size)]
        examples = [(x, y) for x, y in examples if not (relu and on_a_kink(model, x, theta))]
        assert rank_of([*single, squared_loss_gradient(model, theta, examples, relu)]) == rank_of(single)
    risks = [
        squared_loss_gradient(model, theta, [(numbers(rng, model.sizes[-1]), numbers(rng, model.sizes[0]))], relu)
        for _ in range(3 * model.dimension)
    ]
    assert rank_of(risks) == rank_of(single)


def test_the_linear_neuron():
    """Ex 2.8 and Ex 2.17: W_θ is the line of (v, u), and u² − v² is the law, alone of its kind."""
    u, v = Poly.gens(("u", "v"))
    assert list(NEURON[0].components) == [v, u]
    for x, y in ((1, 1), (-3, 2), (0, 1)):
        first, second = gradient(neuron_risk([(x, y)]))
        assert first * u == second * v  # always a multiple of (v, u)
    assert NEURON[0].along(u**2 - v**2) == 0
    count = cl.count_laws(NEURON)
    assert (count.laws, count.dim_lie, count.verdict.is_proved) == (1, 1, True)


@pytest.mark.parametrize("widths", LINEAR, ids=str)
def test_a_linear_network_acts_through_its_product(widths):
    """Ex 2.10: g(θ, x) = φ(θ)x, as polynomials, with nothing local about it."""
    phi, rng = cl.linear(*widths), Random(0)
    x = numbers(rng, widths[0])
    through_phi = [
        sum((phi.component(row * widths[0] + k) * x[k] for k in range(widths[0])), Poly(phi.variables, {}))
        for row in range(widths[-1])
    ]
    assert output(phi, x, [0] * phi.dimension, relu=False) == through_phi


def f_of_phi(phi, x, point):
    """Return f(φ, x): the paths whose hidden neurons are all active at the point, times x or 1 at their start."""
    weights, biases = layers(phi)
    active, hidden = {}, list(x)
    for i in range(phi.depth, 1, -1):
        values = [sum(w.evaluate(point) * h for w, h in zip(row, hidden, strict=True)) for row in weights[i - 1]]
        values = [
            v + (b.evaluate(point) if isinstance(b, Poly) else b) for v, b in zip(values, biases[i - 2], strict=True)
        ]
        active[i - 1] = [v > 0 for v in values]
        hidden = [max(v, Fraction(0)) for v in values]
    result = [Poly(phi.variables, {}) for _ in range(phi.sizes[0])]
    for g in range(phi.count):
        neurons, rest, full = [], g, g < phi.path_counts[0]
        layer = phi.depth
        if not full:
            rest -= phi.path_counts[0]
            for layer in range(1, phi.depth):
                if rest < phi.path_counts[layer]:
                    break
                rest -= phi.path_counts[layer]
        for n in reversed(phi.sizes[: layer + 1]):
            rest, neuron = divmod(rest, n)
            neurons.insert(0, neuron)
        if all(active[i][neurons[i]] for i in range(1, min(layer, phi.depth - 1) + 1)):
            result[neurons[0]] = result[neurons[0]] + phi.component(g) * (x[neurons[-1]] if full else 1)
    return result


@pytest.mark.parametrize(("widths", "bias"), [*RELU, ((2, 2, 2, 1), False), ((1, 2, 3, 1), True)], ids=str)
def test_a_relu_network_acts_through_its_paths(widths, bias):
    """Ex 2.11 and, for depth, the path-lifting: near θ, g(·, x) = f(φ(·), x) with f linear in φ."""
    phi, rng = cl.relu(*widths, bias=bias), Random(str(widths))
    for _ in range(12):
        theta, x = numbers(rng, phi.dimension), numbers(rng, widths[0])
        if on_a_kink(phi, x, theta):
            continue
        assert output(phi, x, theta) == f_of_phi(phi, x, theta)


def test_every_model_reparametrizes_itself_and_then_has_no_laws():
    """Assumption 2.9 always holds with φ = id; D − dim Lie depends on φ, and for the identity it is 0."""
    assert cl.count_laws(cl.parametrization("u", "v")).laws == 0
    assert cl.count_laws(NEURON).laws == 1
    assert cl.count_laws(cl.parametrization("u*v", "u**2*v**2 + u*v")).laws == 1  # another φ, the same W_φ(θ)


@pytest.mark.parametrize(("widths", "bias"), RELU, ids=str)
def test_the_chain_rule_through_phi(widths, bias):
    """Prop 2.12: ∂g(θ,x)ᵀw = ∂φ(θ)ᵀ ∂f(φ,x)ᵀw, with ∂f read off from the paths; so W_θ^g = ∂φ(θ)ᵀW^f."""
    phi, rng = cl.relu(*widths, bias=bias), Random(str(widths))
    theta = numbers(rng, phi.dimension)
    jacobian = [at(phi[g].components, theta) for g in range(phi.count)]
    rows, images = [], []
    for _ in range(10):
        x = numbers(rng, widths[0])
        if on_a_kink(phi, x, theta):
            continue
        for k, g in enumerate(output(phi, x, theta)):
            df = derivative_of_f(phi, x, theta)[k]
            image = [sum(a * b for a, b in zip(df, column, strict=True)) for column in transpose(jacobian)]
            assert image == at(gradient(g), theta)
            rows.append(df)
            images.append(image)
    assert rank_of(images) <= rank_of(rows) <= phi.count


def derivative_of_f(phi, x, point):
    """Return ∂f(φ, x), one row per output: f is linear in φ, so its derivative is its value on the unit vectors."""
    rows = []
    for k, poly in enumerate(f_of_phi(phi, x, point)):
        row = []
        for g in range(phi.count):
            monomial = next(iter(phi.component(g).terms))
            starts_here = phi.path(g)[0] // phi.sizes[1] == k
            row.append(Fraction(poly.terms.get(monomial, 0)) if starts_here else Fraction(0))
        rows.append(row)
    return rows


@pytest.mark.parametrize("n, m", [(1, 1), (2, 3), (3, 2)])
def test_linear_networks_see_all_of_phi(n, m):
    """Lemma 2.13 (a): ∂f = (w, x) ↦ w xᵀ, and these matrices span R^{n×m}."""
    rng = Random(n * 10 + m)
    pairs = [(numbers(rng, n), numbers(rng, m)) for _ in range(2 * n * m)]
    assert rank_of([[a * b for a in w for b in x] for w, x in pairs]) == n * m


@pytest.mark.parametrize(
    ("widths", "bias"), [((2, 2, 1), False), ((2, 3, 2), False), ((1, 3, 1), True), ((2, 2, 2), True)]
)
def test_two_layer_relu_networks_see_all_of_phi_unless_neurons_are_twins(widths, bias):
    """Lemma 2.13 (b): distinct hyperplanes give the whole space; twins (one a positive multiple of another) do not."""
    phi, rng = cl.relu(*widths, bias=bias), Random(7)
    theta = numbers(rng, phi.dimension)

    def seen(theta):
        rows = []
        for _ in range(14 * phi.count):
            x = [Fraction(rng.randint(-60, 60), rng.randint(1, 7)) for _ in range(widths[0])]
            if not on_a_kink(phi, x, theta):
                rows += derivative_of_f(phi, x, theta)
        return rank_of(rows)

    assert seen(theta) == phi.count
    twins = list(theta)
    for k in range(widths[0]):
        twins[phi.weight(2, 1, k)] = 2 * twins[phi.weight(2, 0, k)]
    if bias:
        twins[phi.bias_index(1, 1)] = 2 * twins[phi.bias_index(1, 0)]
    assert seen(twins) == phi.count - widths[-1] * (widths[0] + bias)


@pytest.mark.parametrize("widths", LINEAR, ids=str)
def test_sampled_gradients_of_linear_networks_span_the_trace(widths):
    """Thm 2.14 (a): rank of sampled gradients = rank of ∂φ, here also at rank-deficient θ."""
    phi, rng = cl.linear(*widths), Random(str(widths))
    zero_layer = [Fraction(0)] * (phi.sizes[0] * phi.sizes[1])
    generic = numbers(rng, phi.dimension)
    for theta in (generic, [*zero_layer, *generic[len(zero_layer) :]]):
        rows = sampled_gradients(phi, theta, rng, 2 * phi.dimension, relu=False)
        trace = [at(phi[g].components, theta) for g in range(phi.count)]
        assert rank_of(rows) == rank_of(trace) == rank_of([*rows, *trace])


@pytest.mark.parametrize(
    ("widths", "bias"), [((2, 2, 1), False), ((2, 2, 2), False), ((1, 2, 1), True), ((2, 2, 2), True)]
)
def test_sampled_gradients_of_two_layer_relu_networks_span_the_trace(widths, bias):
    """Thm 2.14 (b): both ranks are (n + m − 1)r, and (n + m)r with a bias."""
    phi, rng = cl.relu(*widths, bias=bias), Random(str(widths))
    m, r, n = widths
    theta = numbers(rng, phi.dimension)

    def anywhere():
        return [Fraction(rng.randint(-60, 60), rng.randint(1, 7)) for _ in range(m)]

    rows = sampled_gradients(phi, theta, rng, 8 * phi.dimension, inputs=anywhere)
    trace = [at(phi[g].components, theta) for g in range(phi.count)]
    assert rank_of(rows) == rank_of(trace) == rank_of([*rows, *trace]) == (n + m - 1 + bias) * r


# --- 2.3 laws of φ, their search, independence ----------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_law_of_phi_is_orthogonal_to_every_gradient(seed):
    """Def 2.15 and Prop 2.16: the d generators decide for all of W_φ, and for all functions times them."""
    rng = Random(seed)
    phi = cl.linear(2, 2, 2)
    law = phi.balance(1, 0, seed % 2)
    not_law = law + Poly.gen(phi.variables, 0) ** 2
    assert cl.check_law(law, phi).is_proved
    assert cl.check_law(not_law, phi).is_refuted
    some = [rng.randint(-3, 3) for _ in range(phi.count)]
    combination = sum((phi[g] * c for g, c in enumerate(some[1:], 1)), phi[0] * some[0])
    times_function = phi[1] * (Poly.gen(phi.variables, 3) ** 2 + 1)
    assert combination.along(law) == 0
    assert times_function.along(law) == 0
    assert any(phi[g].along(not_law) for g in range(phi.count))


def test_polynomial_laws_are_the_kernel_of_a_linear_system():
    """Section 2.5 and Algorithm A, written out by brute force for uv and uv, uw up to degree 4."""
    from itertools import product

    for phi in (NEURON, cl.parametrization("u*v", "u*w")):
        gens = Poly.gens(phi.variables)
        monomials = []
        for e in product(range(5), repeat=phi.dimension):
            if 0 < sum(e) <= 4:
                h = Poly.constant(phi.variables, 1)
                for x, k in zip(gens, e, strict=True):
                    h = h * x**k
                monomials.append(h)
        columns, keys = [], {}
        for h in monomials:
            column = {(g, m): c for g in range(phi.count) for m, c in phi[g].along(h).terms.items()}
            for key in column:
                keys.setdefault(key, len(keys))
            columns.append(column)
        equations = [[column.get(key, 0) for key in keys] for column in columns]
        kernel = len(monomials) - rank_of(equations)
        laws = cl.conservation_laws(phi, degree=4)
        assert len(laws) == kernel == 2  # the law and its square
        assert laws.independent == 1


def test_independent_laws_have_independent_gradients_at_every_point():
    """Def 2.18: a function of a law is never independent of it, and at the origin no law of uv is."""
    u, v = Poly.gens(("u", "v"))
    h = u**2 - v**2
    rng = Random(1)
    for _ in range(10):
        assert rank_at([gradient(h), gradient(h**2 - 3 * h)], numbers(rng, 2)) <= 1
    assert rank_at([gradient(h)], [0, 0]) == 0
    assert rank_at([gradient(h)], [3, 2]) == 1
    assert cl.conservation_laws(NEURON, degree=6).independent == 1


@pytest.mark.parametrize("phi", [NEURON, cl.factorization(1, 2, 2), cl.relu(2, 2, 1), cl.linear(1, 2, 2, 1)], ids=str)
def test_there_is_room_for_as_many_laws_as_the_trace_leaves(phi):
    """N ≤ D − dim Lie(W)(θ) ≤ D − dim W(θ), for the laws that are known and for those that are counted."""
    theta = numbers(Random(3), phi.dimension)
    trace = rank_at([phi[g] for g in range(phi.count)], theta)
    known = rank_at(
        [gradient(h) for h in phi.known_laws() or [u**2 - v**2 for u, v in [Poly.gens(phi.variables)]]], theta
    )
    count = cl.count_laws(phi)
    assert known <= count.laws == phi.dimension - count.dim_lie <= phi.dimension - trace
