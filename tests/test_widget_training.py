"""The network in training and the drift of matrices: what they show is what the theory says."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conslaw_nb import widgets
from conslaw_nb.errors import ConslawError

METHODS = ("gradient descent", "one example a step", "signs of the gradient")
OF_MATRICES = ("gradient descent", "one entry a step", "signs of the gradient")


@settings(max_examples=15)
@given(st.sampled_from(("a tent", "a step", "a bend")), st.integers(1, 9))
def test_half_the_step_is_half_the_drift(target, start):
    """At least on average over the neurons, wherever the sliders stand."""
    figure = widgets.net_training(target=target, start=start, halvings=3)
    coarse = sum(map(abs, figure.drift))
    figure.halvings = 4
    assert not figure.path.diverged
    assert 1.7 < coarse / sum(map(abs, figure.drift)) < 2.4


def test_one_network_learns_the_tent_and_what_each_method_does():
    figure = widgets.net_training(halvings=4)
    assert figure.losses[1] < 0.001 < 1 < figure.losses[0]
    kept = max(map(abs, figure.drift))
    figure.method = METHODS[1]
    noisy = max(map(abs, figure.drift))
    figure.method = METHODS[2]
    lost = max(map(abs, figure.drift))
    assert kept < noisy < 0.1 < lost
    assert "by signs of the gradient" in repr(figure)


@pytest.mark.parametrize("method", METHODS[:2])
def test_with_decay_the_rescaled_law_is_kept(method):
    figure = widgets.net_training(method=method, decay=0.2, halvings=4)
    factor = math.exp(2 * 0.2 * 10)
    for line in figure.laws:
        assert abs(line[-1]) < 0.1
        assert line[-1] * factor == pytest.approx(line[0], abs=0.25)
    assert "e^(2λt)·end" in figure.readout.value


def test_a_moment_is_drawn_and_nothing_is_trained_again():
    figure = widgets.net_training(moment=0)
    path, first = figure.path, figure.picture.value
    assert figure.shown == path.start
    figure.moment = 50
    assert figure.path is path
    assert figure.picture.value != first
    assert figure.shown == path.points[round((len(path) - 1) / 2)]
    figure._play.value = 70  # the browser moves the slider itself
    assert figure.path is path
    assert figure.moment == 50


def test_a_step_that_is_too_long_is_said():
    figure = widgets.net_training(target="a bend", method=METHODS[1], halvings=0, start=2)
    assert figure.path.diverged
    assert "runs away: the step is too long" in figure.readout.value
    assert "nan" not in figure.readout.value
    figure.halvings = 1
    assert not figure.path.diverged
    assert "runs away" not in figure.readout.value


def test_crossings_are_counted_in_words():
    figure = widgets.net_training(target="a tent", start=6, halvings=2)
    assert figure.crossings == 1
    assert "; 1 kink crossing." in figure.readout.value
    figure.halvings, figure.target = 0, "a bend"
    assert f"; {figure.crossings} kink crossings." in figure.readout.value


@pytest.mark.parametrize("method", OF_MATRICES)
@pytest.mark.parametrize("decay", [0.0, 0.5])
def test_the_slope_is_one_for_a_law_of_the_flow_and_zero_for_all_else(method, decay):
    figure = widgets.matrix_drift(method=method, decay=decay)
    for quantity in figure._quantity.options:
        figure.quantity = quantity
        law = method != METHODS[2] and (quantity.startswith("e^") or (quantity == "UᵀU − VᵀV" and not decay))
        assert figure.slope == pytest.approx(float(law), abs=0.06), quantity


def test_the_drift_of_matrices_says_when_steps_are_too_long():
    figure = widgets.matrix_drift(scale=1.6, size=3.0, method=OF_MATRICES[1])
    assert "inf" not in figure.readout.value
    assert "nan" not in repr(figure)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (
            lambda: widgets.net_training(method="Adam"),
            "method='Adam' is not on the menu: choose one of gradient d",
        ),
        (lambda: widgets.net_training(target="a cat"), "target='a cat' is not on the menu: choose one of a tent"),
        (lambda: widgets.matrix_drift(method="Adam"), "method='Adam' is not on the menu"),
        (lambda: widgets.matrix_drift(quantity="U"), "quantity='U' is not on the menu"),
    ],
)
def test_what_is_not_on_a_menu_is_refused(call, reason):
    with pytest.raises(ConslawError, match=reason):
        call()


def test_the_picture_of_noise_has_its_numbers():
    picture = widgets.schedule_portrait()
    assert "stays 8.00" in str(picture)
    assert "is halved after 51 steps" in str(picture)
    assert str(widgets.schedule_portrait(seed=2)) != str(picture)
