"""What examples see of a network: exact gradients, kinks, regions, and the span of all gradients."""

from fractions import Fraction
from random import Random

import pytest
from statement_tools import at, gradient, numbers, on_a_kink, output

import conslaw_nb as cl
from conslaw_nb.errors import ConslawError, ModelError
from conslaw_nb.paper import examples

NETS = [
    cl.linear(2, 3, 2),
    cl.linear(3, 2, 2, 1),
    cl.relu(2, 3, 2),
    cl.relu(2, 3, 2, bias=True),
    cl.relu(1, 2, 3, 2),
    cl.relu(2, 3, 2, 1, bias=True),
]


@pytest.mark.parametrize("net", NETS, ids=str)
def test_gradients_and_outputs_are_those_of_the_network_written_out(net):
    """Against the network as a polynomial near θ, and through φ by the chain rule."""
    rng, relu = Random(net.text), net.kind == "relu"
    kinks = 0
    for _ in range(25):
        theta, x = numbers(rng, net.dimension), numbers(rng, net.sizes[-1])
        if relu and on_a_kink(net, x, theta):
            kinks += 1
            with pytest.raises(examples.KinkError):
                examples.gradients(net, theta, x)
            continue
        written = output(net, x, theta, relu)
        assert list(examples.output(net, theta, x)) == [Fraction(g.evaluate(theta)) for g in written]
        rows = examples.gradients(net, theta, x)
        assert [list(row) for row in rows] == [at(gradient(g), theta) for g in written]
        jacobian = [at(net[c].components, theta) for c in range(net.count)]
        for row, seen in zip(rows, examples.seen(net, theta, x), strict=True):
            assert row == tuple(sum(s * j[i] for s, j in zip(seen, jacobian, strict=True)) for i in range(len(row)))
    assert kinks < 25


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("m", [1, 2])
def test_no_input_sees_more_than_the_regions_do(m, bias):
    """Random gradients lie in the span of those that the regions give, whatever coincides at θ."""
    net, rng = cl.relu(m, 3, 2, bias=bias), Random(m + bias)
    for _ in range(25):
        theta = [rng.randint(-2, 2) for _ in range(net.dimension)]
        chosen = [x for region in examples.regions(net, theta) for x in region.inputs]
        rows = [row for x in chosen for row in examples.gradients(net, theta, x)]
        assert examples.rank(rows) == examples.dimension(net, theta)
        for _ in range(25):
            x = [Fraction(rng.randint(-90, 90), rng.randint(1, 30)) for _ in range(m)]
            if on_a_kink(net, x, theta) or not any(x):  # without biases the input 0 is not a kink, and sees nothing
                continue
            assert examples.rank([*rows, *examples.gradients(net, theta, x)]) == examples.rank(rows)
            assert examples.pattern(net, theta, x) in {region.pattern for region in examples.regions(net, theta)}


def test_every_region_keeps_its_pattern_and_its_inputs_are_in_general_position():
    net, rng = cl.relu(2, 4, 1, bias=True), Random(3)
    for _ in range(20):
        theta = numbers(rng, net.dimension)
        found = examples.regions(net, theta)
        assert len({region.pattern for region in found}) == len(found)
        for region in found:
            assert {examples.pattern(net, theta, x) for x in region.inputs} == {region.pattern}
            assert examples.rank([[1, *x] for x in region.inputs]) == 3


@pytest.mark.parametrize(
    ("net", "theta", "count"),
    [
        (cl.relu(2, 3, 1, bias=True), (1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, -1), 7),  # three lines in general position
        (cl.relu(2, 3, 1, bias=True), (1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 2), 4),  # three parallel lines
        (cl.relu(2, 3, 1, bias=True), (1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0), 6),  # three lines through one point
        (cl.relu(2, 2, 1, bias=True), (1, 1, 1, 2, 2, 4, 1, 2), 2),  # twins
        (cl.relu(2, 2, 1, bias=True), (1, 1, 1, 2, -1, -2, 1, -1), 2),  # opposites
        (cl.relu(2, 2, 1, bias=True), (1, 1, 0, 0, 1, 0, 1, 0), 2),  # a neuron that is always active
        (cl.relu(2, 1, 1, bias=True), (1, 0, 0, 1), 1),
        (cl.relu(2, 1, 1), (1, 0, 0), 0),  # on its kink everywhere
        (cl.relu(1, 3, 1, bias=True), (1, 1, 1, 1, 2, -1, 0, 4, 7), 4),
        (cl.relu(1, 2, 1), (1, 1, 3, -5), 2),
    ],
)
def test_how_many_regions_there_are(net, theta, count):
    assert len(examples.regions(net, theta)) == count


@pytest.mark.parametrize(("n", "bias"), [(1, False), (2, False), (1, True), (3, True)])
def test_a_theorem_about_the_dimension(n, bias):
    """Theorem 2.14: (n + m − 1)r without and (n + m)r with biases, where the hyperplanes are distinct."""
    net, rng = cl.relu(2, 3, n, bias=bias), Random(n)
    theta = numbers(rng, net.dimension)
    assert examples.dimension(net, theta) == (n + 1 + bias) * 3 == cl.count_laws(net).dim_trace


def test_twins_see_less_and_opposites_do_not():
    net = cl.relu(2, 2, 1)
    assert examples.dimension(net, (3, 5, 1, 2, 2, 4)) == 2
    assert examples.dimension(net, (3, 5, 1, 2, -1, -2)) == 4
    assert examples.dimension(cl.linear(2, 2, 1), (3, 5, 1, 2, 2, 4)) == 2  # U_2 of rank 1: so is φ


@pytest.mark.parametrize("net", [cl.linear(2, 3, 2), cl.relu(2, 3, 2, bias=True), cl.relu(1, 2, 2, 1)], ids=str)
def test_a_model_acts_through_phi_and_its_gradients_stay_in_the_range(net):
    rng = Random(net.dimension)
    for _ in range(8):
        theta, x = numbers(rng, net.dimension), numbers(rng, net.sizes[-1])
        if net.depth > 2:  # where a whole layer is off, the next one is on its kink
            theta, x = [abs(t) + 1 for t in theta], [abs(t) + 1 for t in x]
        assert examples.through_phi(net, theta, x) == examples.output(net, theta, x)
        rows = [[part.evaluate(theta) for part in field.components] for field in net]
        assert examples.rank([*rows, *examples.gradients(net, theta, x)]) == examples.rank_of_phi(net, theta)


def test_an_input_on_a_kink_adds_nothing():
    net = cl.relu(1, 1, 1, bias=True)
    assert examples.span_of(net, (1, 1, -2), [2]) == 0
    assert examples.span_of(net, (1, 1, -2), [2, 3]) == 1
    with pytest.raises(examples.KinkError, match=r"the input \(2\) is on the kink of hidden neuron 1: the network has"):
        examples.gradients(net, (1, 1, -2), 2)
    deep = cl.relu(1, 1, 1, 1, bias=True)
    with pytest.raises(examples.KinkError, match="hidden neuron 1 of layer 1"):
        examples.pattern(deep, (1, 1, 1, -3, 1), 2)
    assert examples.gradients(cl.relu(2, 1, 1), (1, 1, 1), (0, 0)) == [(0, 0, 0)]  # 0 for every θ: no kink


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: examples.output(cl.relu(1, 1, 1), (1,), 1), "a point of relu(1,1,1) needs 2 numbers, and here are 1"),
        (lambda: examples.output(cl.relu(1, 1, 1), (1, 0.5), 1), "0.5 is not exact"),
        (lambda: examples.output(cl.relu(1, 1, 1), (1, "a"), 1), "'a' is not a number"),
        (lambda: examples.output(cl.relu(1, 1, 1), (1, 2), (1, 2)), "an input of relu(1,1,1) needs 1 numbers"),
        (lambda: examples.output("relu(1,1,1)", (1, 2), 1), "examples need linear(...) or relu(...)"),
        (lambda: examples.regions(cl.relu(3, 1, 1), (1, 1, 1, 1)), "regions are listed for relu(m, r, n) with m = 1"),
        (lambda: examples.regions(cl.relu(1, 1, 1, 1), (1, 1, 1)), "regions are listed for relu(m, r, n) with m = 1"),
    ],
)
def test_what_cannot_be_used_is_named(call, message):
    with pytest.raises(ConslawError) as caught:
        call()
    assert isinstance(caught.value, ModelError)
    assert message in str(caught.value)
