"""A small ReLU network and the ways to train it: exact where it is exact, and its laws where they hold."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conslaw_nb import relu, widgets
from conslaw_nb.simulation.flows import FlowError, Neuron, drift, gradient_descent, gradient_flow, step_halving
from conslaw_nb.simulation.methods import decayed, flow_halving, signs, stochastic_descent
from conslaw_nb.simulation.small_relu import SmallRelu, drawn_weights
from conslaw_nb.simulation.training import Factors

numbers = st.fractions(-3, 3, max_denominator=4)
weights = st.lists(numbers, min_size=6, max_size=6)
examples = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4)


@given(weights, examples)
def test_the_gradient_is_made_of_the_fields_of_the_network(point, data):
    """∇E = Σ_i e_i Σ over active neurons (x_i ∇(u_j v_j) + ∇(u_j b_j)), with the fields of `relu(1, 2, 1)`."""
    net, model = SmallRelu(data, 2), relu(1, 2, 1, bias=True)
    assert [c.text for c in model.components] == ["U1_1_1*U2_1_1", "U1_1_2*U2_2_1", "U1_1_1*b1_1", "U1_1_2*b1_2"]
    fields = [[part.evaluate(point) for part in field.components] for field in model]
    total = [Fraction(0)] * 6
    for (x, y), active in zip(data, net.pattern(point), strict=True):
        error = net.output(point, x) - y
        for j in (j for j in range(2) if active[j]):
            total = [t + error * (x * a + b) for t, a, b in zip(total, fields[j], fields[2 + j], strict=True)]
    assert net.gradient(*point) == tuple(t / len(data) for t in total)


@given(weights, examples, st.fractions(0, 1, max_denominator=10).filter(bool))
def test_one_step_moves_a_law_by_the_squares_alone(point, data, tau):
    """With kinks or without: h⁺ − h = τ²(∂_u² − ∂_v² − ∂_b²), and the first order cancels."""
    net = SmallRelu(data, 2)
    slope = net.gradient(*point)
    after = gradient_descent(net.gradient, point, tau, 1).end
    for j in range(2):
        change = net.law(j)(*after) - net.law(j)(*point)
        assert change == tau**2 * (slope[j] ** 2 - slope[2 + j] ** 2 - slope[4 + j] ** 2)
    assert [net.law(j)(*after) for j in range(2)] == net.balance(after)


@given(weights, examples)
def test_the_mean_over_examples_is_the_whole_gradient(point, data):
    net = SmallRelu(data, 2)
    single = [net.gradient_of(i, *point) for i in range(len(data))]
    assert net.gradient(*point) == tuple(Fraction(sum(column)) / len(data) for column in zip(*single, strict=True))


@given(weights, examples, st.fractions(0, 1, max_denominator=10).filter(bool), st.fractions(0, 1, max_denominator=5))
def test_weight_decay_multiplies_a_law_and_adds_the_squares(point, data, tau, rate):
    """h⁺ = (1 − τλ)²h + τ²D."""
    net = SmallRelu(data, 2)
    slope = net.gradient(*point)
    after = gradient_descent(decayed(net.gradient, rate), point, tau, 1).end
    for j in range(2):
        squares = slope[j] ** 2 - slope[2 + j] ** 2 - slope[4 + j] ** 2
        assert net.law(j)(*after) == (1 - tau * rate) ** 2 * net.law(j)(*point) + tau**2 * squares


@pytest.mark.parametrize(
    ("target", "start", "neuron", "crossed", "low", "high"),
    [("a bend", 2, 1, (0, 0), 15, 18), ("a bend", 9, 2, (1, 1), 3.5, 4.5), ("a step", 1, 1, (9, 58), 1.9, 2.1)],
)
def test_kinks_lower_the_order_of_runge_kutta(target, start, neuron, crossed, low, high):
    """Order four without a crossing, order two with one, order one where an example is held on a kink."""
    figure = widgets.net_training(target=target, start=start)
    net, first = figure.net, figure.path.start
    ratios = flow_halving(net.law(neuron), net.gradient, first, 4.0, count=100, halvings=4).ratios
    assert all(low < ratio < high + 2 * (low > 10) for ratio in ratios), ratios
    assert tuple(net.crossings(gradient_flow(net.gradient, first, 4.0, n)) for n in (50, 400)) == crossed


def test_descent_is_of_order_one_with_kinks_and_the_wrong_law_does_not_halve():
    figure = widgets.net_training(target="a bend", start=9)
    net, first = figure.net, figure.path.start
    assert net.crossings(gradient_descent(net.gradient, first, 0.01, 400)) > 0
    table = step_halving(net.law(0), net.gradient, first, 4.0, count=50)
    assert table.ratios[-1] == pytest.approx(2, abs=0.05)
    table = step_halving(lambda *w: w[0] ** 2 - w[3] ** 2, net.gradient, first, 4.0, count=50)
    assert table.ratios[-1] == pytest.approx(1, abs=0.05)


def test_a_crossing_costs_the_weights_an_error_of_order_one():
    """The weights at the end, against those of many more steps: the error shrinks with the step, not its square."""
    figure = widgets.net_training(target="a bend", start=9)
    net, first = figure.net, figure.path.start
    ends = [gradient_flow(net.gradient, first, 4.0, n).end for n in (50, 100, 200, 400, 12800)]
    errors = [max(abs(x - y) for x, y in zip(end, ends[-1], strict=True)) for end in ends[:-1]]
    assert 4 < errors[0] / errors[3] < 20  # three halvings: 2³ for order one, 4³ for order two


def test_random_examples_add_no_term_of_first_order():
    task = Factors([[2.0, 0.0], [0.0, 1.0]], r=2)
    rows = [[[y if (i, j) == (p, q) else None for q, y in enumerate(row)] for p, row in enumerate(task.target)]
            for i in range(2) for j in range(2)]  # fmt: skip
    gradients = [Factors(target, r=2).gradient for target in rows]
    first = (0.9, 0.2, -0.4, 0.6, 0.5, -0.3, 0.7, 0.4)
    drifts = [
        drift(lambda *w: task.balance(w)[0][0], stochastic_descent(gradients, first, 1 / n, n)) for n in (256, 1024)
    ]
    assert 3 < drifts[0] / drifts[1] < 5


def test_noise_wears_a_law_down_and_decreasing_steps_spare_it():
    """Each step multiplies by 1 − τ²e²: exactly, and step for step."""
    data = [(1, 1), (1, 5)]
    gradients = [Neuron([pair]).gradient for pair in data]
    path = stochastic_descent(gradients, (Fraction(3), Fraction(1)), Fraction(1, 10), 6, seed=3)
    for (u, v), (p, q) in zip(path.points, path.points[1:], strict=False):
        factors = [1 - Fraction(1, 100) * (u * v - y) ** 2 for _, y in data]
        assert p * p - q * q in [factor * (u * u - v * v) for factor in factors]
    assert not any(Neuron(data).gradient(3, 1))
    long = stochastic_descent(gradients, (3.0, 1.0), 0.05, 2000)
    kind = stochastic_descent(gradients, (3.0, 1.0), lambda k: 0.05 / (1 + k / 50), 2000)
    assert abs(long.end[0] ** 2 - long.end[1] ** 2) < 1e-6
    assert kind.end[0] ** 2 - kind.end[1] ** 2 > 4
    assert kind.times[-1] == pytest.approx(sum(0.05 / (1 + k / 50) for k in range(2000)))


def test_the_same_seed_draws_the_same_examples():
    gradients = [Neuron([pair]).gradient for pair in [(1, 1), (1, 5), (2, 3)]]
    runs = [stochastic_descent(gradients, (1.0, 0.5), 0.05, 50, seed=seed).points for seed in (4, 4, 5)]
    assert runs[0] == runs[1] != runs[2]
    assert drawn_weights(3) == drawn_weights(3) != drawn_weights(4)
    assert len(drawn_weights(3, r=5)) == 15


def test_signs_are_signs():
    assert signs(lambda *w: w)(3, -Fraction(1, 2), 0) == (1, -1, 0)


def test_a_step_that_is_too_long_is_noticed():
    path = stochastic_descent([Neuron([(3, 1)]).gradient], (3.0, 2.0), 1.0, 50)
    assert path.diverged
    assert len(path) < 51


def test_kinks_are_where_the_function_bends():
    net = SmallRelu([(1, 1)], 2)
    assert net.kinks((1, 1, 2, 0, -1, 3)) == [Fraction(1, 2)]
    with pytest.raises(FlowError, match="there is no neuron 2: they are counted from 0 to 1"):
        net.law(2)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: SmallRelu([], 2), r"data=\[\] is not a list of examples"),
        (lambda: SmallRelu([(1, 2, 3)], 2), "is not a list of examples"),
        (lambda: SmallRelu([(1, 2)], 0), "r=0 is not a number of neurons"),
        (lambda: SmallRelu([(1, 2)], 2).split((1, 2)), "a point has 6 coordinates here"),
        (lambda: stochastic_descent([], (1,), 0.1, 3), "there is no gradient to follow"),
        (lambda: stochastic_descent([lambda x: (x,)], (1,), 0.1, 0), "count=0 is not a number of steps"),
        (lambda: stochastic_descent([lambda x: (x,)], (1,), lambda k: 0.1 - k, 3), "step=-0.9 is not a step size"),
        (lambda: flow_halving(lambda x: x, lambda x: (x,), (1.0,), 1.0, halvings=99), "halvings=99 is out of range"),
    ],
)
def test_what_makes_no_sense_is_refused(call, reason):
    with pytest.raises(FlowError, match=reason):
        call()
