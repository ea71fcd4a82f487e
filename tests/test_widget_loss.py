"""The loss explorer and the view from the side: pushes are gradients, spans are exact, trails obey the law."""

import math
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conslaw_nb import widgets
from conslaw_nb.errors import ConslawError
from conslaw_nb.paper import losses
from conslaw_nb.widgets.loss import labels_of, softmax

NAMES = list(losses.LOSSES)
tenths = st.integers(-20, 20).map(lambda k: k / 10)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "mse"])
@pytest.mark.parametrize("n", [2, 3])
@given(data=st.data())
def test_pushes_are_minus_the_gradients_that_spans_are_made_of(name, n, data):
    """Floats for the picture, fractions for the rank: two ways to the same vectors."""
    z = tuple(data.draw(st.integers(1, 20)) / 10 for _ in range(n))
    labels = labels_of(name, n)
    drawn = [labels.push(z, y) for y in labels.choices.values()]
    chosen = losses.loss(name)
    exact = [Fraction(math.exp(a)) if chosen.exponential else Fraction(a) for a in z]
    for gradient in chosen.gradients(exact):
        wanted = [-float(g) for g in gradient]
        assert any(push == pytest.approx(wanted, abs=1e-9) for push in drawn), (name, wanted)


def test_the_squared_loss_pushes_towards_its_label():
    labels = labels_of("mse")
    assert len(labels.choices) == 8
    for y in labels.choices.values():
        push = labels.push((0.5, -0.25), y)
        assert (0.5 + push[0], -0.25 + push[1]) == pytest.approx(y)


@settings(max_examples=30)
@given(tenths, tenths, st.integers(0, 80))
def test_cross_entropy_keeps_the_sum_and_the_others_do_not(z1, z2, steps):
    explorer = widgets.loss_explorer(loss="cross-entropy", z1=z1, z2=z2, steps=steps)
    assert explorer.span == 1
    assert [sum(z) for z in explorer.trail] == pytest.approx([z1 + z2] * (steps + 1), abs=1e-9)
    assert all(sum(push) == pytest.approx(0, abs=1e-12) for push in explorer.pushes.values())
    explorer.loss = "logistic"
    assert explorer.span == 2
    assert len(explorer.trail) == steps + 1
    if steps:
        assert (
            abs(sum(explorer.trail[1]) - z1 - z2) > 1e-6 or abs(sum(explorer.trail[-1]) - z1 - z2) > 1e-6 or steps < 3
        )


@given(tenths, tenths)
def test_one_hot_labels_span_off_the_line_and_keep_it(z1, z2):
    explorer = widgets.loss_explorer(loss="one-hot mse", z1=z1, z2=z2, steps=20)
    on_the_line = round(10 * z1) + round(10 * z2) == 10
    assert explorer.span == (1 if on_the_line else 2)
    if on_the_line:
        assert [sum(z) for z in explorer.trail] == pytest.approx([1.0] * 21)


def test_probabilities_are_positive():
    explorer = widgets.loss_explorer(loss="kl", z1=0.5, z2=-0.1)
    assert explorer.span is None
    assert explorer.pushes == {}
    assert explorer.trail == [(0.5, -0.1)]
    assert "move both outputs to the right of 0" in explorer.readout.value
    assert "positive outputs only" in repr(explorer)
    explorer.z2 = 0.1
    assert explorer.span == 2
    assert explorer.pushes["class 2"] == pytest.approx((0, 10))


def test_the_lines_can_be_shown_and_no_examples_leave_no_trail():
    explorer = widgets.loss_explorer(steps=0)
    assert "examples, one by one" not in explorer.picture.value
    before = explorer.picture.value.count("<path")
    explorer.lines = True
    assert explorer.picture.value.count("<path") >= before + 9
    assert "and every other vector" in explorer.readout.value


def test_a_loss_that_is_not_known_is_refused_with_those_that_are():
    with pytest.raises(ConslawError, match=r"the loss 'hinge' is not known: the losses are mse, "):
        widgets.loss_explorer(loss="hinge")


def test_outputs_are_notches_which_the_browser_cannot_round():
    explorer = widgets.loss_explorer(z1=0.5, z2=-0.8)
    assert explorer._z1.options[:2] == (("−2", -2.0), ("−1.9", -1.9))
    seen = set()
    for _, place in explorer._z2.options[::8]:
        explorer._z2.value = place
        seen.add((explorer.picture.value, explorer.readout.value))
    assert len(seen) == 6


def test_softmax_is_a_probability_and_does_not_overflow():
    assert softmax((1000.0, 0.0)) == pytest.approx((1, 0))
    assert sum(softmax((0.3, -2.0, 1.1))) == pytest.approx(1)


@given(st.tuples(tenths, tenths, tenths))
def test_from_the_side_only_cross_entropy_is_flat(z):
    text = widgets.loss_portrait(z=z).description
    first, second = (part.split("heights ")[1].split(";")[0].split(". ")[0] for part in text.split("pushes with ")[1:])
    assert set(first.split(", ")) == {"0.00"}
    assert len(second.split(", ")) == 8
    assert set(second.split(", ")) != {"0.00"}


def test_the_view_from_the_side_is_well_formed():
    root = ElementTree.fromstring(widgets.loss_portrait().svg())
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) > 20
