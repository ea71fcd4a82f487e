"""Losses as models see them: spans at an output, and what of φ is seen through a loss."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb.errors import ModelError
from conslaw_nb.paper import losses

positive = st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=50)


@pytest.mark.parametrize("name", [name for name, loss in losses.LOSSES.items() if loss.exponential])
@given(st.lists(positive, min_size=2, max_size=4))
def test_where_an_exponential_is_involved_the_dimension_is_the_same_everywhere(name, weights):
    """The reason why `dimension_at` may look at another output."""
    loss = losses.loss(name)
    assert loss.span_dimension(weights) == loss.dimension_at(weights) == loss.dimension_at([0] * len(weights))


@given(st.lists(st.fractions(max_denominator=20), min_size=2, max_size=4))
def test_one_hot_labels_lose_one_dimension_exactly_where_the_outputs_sum_to_one(z):
    loss = losses.loss("one-hot mse")
    assert loss.dimension_at(z) == len(z) - (sum(z) == 1)
    repaired = [*z[:-1], 1 - sum(z[:-1])]
    assert loss.dimension_at(repaired) == len(z) - 1


def test_probabilities_must_be_positive():
    assert losses.loss("kl").dimension_at([Fraction(1, 3), 2]) == 2
    with pytest.raises(ModelError, match=r"positive outputs, and \(1/2, 0\) has one that is not"):
        losses.loss("kl").dimension_at([Fraction(1, 2), 0])


@pytest.mark.parametrize("model", ["linear(2,2,3)", "relu(1,2,2,bias=True)", "linear(2,2,2,2)", "factorization(2,1,2)"])
@pytest.mark.parametrize("name", ["mse", "logistic", "kl"])
def test_a_loss_that_spans_sees_all_of_phi(model, name):
    phi = cl.parse_model(model)
    assert losses.seen_through(phi, name) is phi


@pytest.mark.parametrize(
    "model",
    [
        "linear(2,2,3)",
        "linear(1,2,2,2)",
        "factorization(3,2,1)",
        "relu(2,2,2)",
        "relu(1,2,3,bias=True)",
        "relu(1,2,2,2)",
    ],
)
def test_cross_entropy_sees_only_what_ignores_a_common_shift_of_the_outputs(model):
    """Old laws stay, and each neuron of the last hidden layer keeps the sum of its outgoing weights."""
    phi = cl.parse_model(model)
    seen = losses.seen_through(phi, "cross-entropy")
    assert seen.variables == phi.variables
    assert seen.count == phi.count - phi.count // phi.sizes[0]
    for law in phi.known_laws():
        assert cl.check_law(law, seen).is_proved
    first = [[phi.variables[phi.weight(1, a, b)] for a in range(phi.sizes[0])] for b in range(phi.sizes[1])]
    for names in first:
        assert cl.check_law(" + ".join(names), seen).is_proved
        assert cl.check_law(" + ".join(names), phi).is_refuted
        assert cl.check_law(" + ".join(names[1:]), seen).is_refuted


@pytest.mark.parametrize(
    ("model", "one_output_less"),
    [
        ("linear(2,2,3)", "linear(2,2,2)"),
        ("linear(1,2,2,2)", "linear(1,2,2,1)"),  # two classes and a scalar input: the hidden law appears
        ("relu(2,2,2)", "relu(2,2,1)"),
        ("relu(1,2,3,bias=True)", "relu(1,2,2,bias=True)"),
        ("relu(1,2,2,2)", "relu(1,2,2,1)"),
    ],
)
def test_the_count_is_that_of_one_output_less_and_one_sum_for_each_neuron(model, one_output_less):
    """In rotated outputs one row of U_1 is frozen, and the others are a network with one output less."""
    phi, smaller = cl.parse_model(model), cl.parse_model(one_output_less)
    count = cl.count_laws(losses.seen_through(phi, "cross-entropy"))
    assert count.verdict.is_proved
    assert count.laws == cl.count_laws(smaller).laws + phi.sizes[1]


def test_the_seen_components_are_differences_to_the_last_output():
    phi = cl.parametrization("a1", "a2", "b1", "b2", "c1", "c2")
    assert [c.text for c in losses.seen_through(phi, "cross-entropy", outputs=3).components] == [
        "a1 - c1", "a2 - c2", "b1 - c1", "b2 - c2"
    ]  # fmt: skip


def test_a_network_with_biases_takes_differences_among_paths_from_the_same_bias():
    seen = losses.seen_through(cl.relu(1, 1, 2, bias=True), "cross-entropy")
    assert [c.text for c in seen.components] == ["U1_1_1*U2_1_1 - U1_2_1*U2_1_1", "U1_1_1*b1_1 - U1_2_1*b1_1"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: losses.seen_through(cl.linear(1, 1, 2), "one-hot mse"), "no one model that it sees"),
        (lambda: losses.seen_through(cl.linear(1, 1, 2), "hinge"), "the loss 'hinge' is not known"),
        (lambda: losses.seen_through(cl.linear(2, 2, 1), "cross-entropy"), "has one output, whose softmax is always 1"),
        (lambda: losses.seen_through(cl.parametrization("x", "y", "z"), "cross-entropy"), "does not know the outputs"),
        (lambda: losses.seen_through(cl.parametrization("x", "y", "z"), "cross-entropy", 2), "outputs=2 does not"),
        (lambda: losses.seen_through(cl.vector_fields(["x"], [["1"]]), "mse"), "given by fields, without outputs"),
        (lambda: losses.seen_through("x*y", "mse"), "seen_through needs a model"),
    ],
)
def test_what_cannot_be_seen_through_is_told_so(call, message):
    with pytest.raises(ModelError) as caught:
        call()
    assert message in str(caught.value)
