"""Flows and descents: what they keep, what drifts, and how fast; and that nothing is rounded behind your back."""

import math
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conslaw_nb.errors import ConslawError
from conslaw_nb.simulation.flows import (
    FlowError,
    Neuron,
    Trajectory,
    drift,
    gradient_descent,
    gradient_flow,
    step_halving,
)

fractions = st.fractions(-3, 3, max_denominator=6)
steps = st.fractions(Fraction(1, 50), 2, max_denominator=50)
data = st.lists(st.tuples(fractions, fractions), min_size=1, max_size=3)


def h(u, v):
    return u**2 - v**2


@given(data, fractions, fractions, steps)
def test_one_step_multiplies_the_law_by_an_exact_factor(examples, u, v, tau):
    """h(u⁺, v⁺) = (1 − τ²e²)·h(u, v), with no rounding at all."""
    neuron = Neuron(examples)
    path = gradient_descent(neuron.gradient, (u, v), tau, 1)
    e = neuron.slope(u, v)
    assert h(*path.end) == (1 - tau**2 * e**2) * h(u, v)


@given(data, fractions, fractions, st.fractions(Fraction(1, 4), 2, max_denominator=4))
def test_the_gradient_of_the_neuron_is_the_derivative_of_its_loss(examples, u, v, d):
    """The loss is quadratic in each weight, so central differences are exact."""
    neuron = Neuron(examples)
    by_u = (neuron.loss(u + d, v) - neuron.loss(u - d, v)) / (2 * d)
    by_v = (neuron.loss(u, v + d) - neuron.loss(u, v - d)) / (2 * d)
    assert neuron.gradient(u, v) == (by_u, by_v)


def test_integers_and_fractions_stay_exact():
    path = gradient_descent(Neuron([(1, 3), (2, 1)]).gradient, (2, -1), Fraction(1, 10), 3)
    assert all(isinstance(value, int | Fraction) for point in path for value in point)
    assert path.times == (0, Fraction(1, 10), Fraction(1, 5), Fraction(3, 10))


@pytest.mark.parametrize("start", [(2.0, -1.0), (0.3, 1.9), (-1.5, 0.5), (1.0, 1.0)])
def test_the_flow_keeps_the_law_to_the_order_of_its_method(start):
    gradient = Neuron([(1.0, 3.0)]).gradient
    drifts = [drift(h, gradient_flow(gradient, start, 2.0, n)) for n in (50, 100, 200)]
    assert drifts[-1] < 1e-5
    if drifts[-1] > 1e-12:
        assert drifts[0] / drifts[1] > 12  # of order four or better
        assert drifts[1] / drifts[2] > 12


def test_the_flow_has_order_four():
    errors = [abs(gradient_flow(lambda x: (x,), (1.0,), 1.0, n).end[0] - math.exp(-1)) for n in (10, 20)]
    assert 15 < errors[0] / errors[1] < 17


def test_the_flow_ends_where_the_law_and_the_loss_say():
    """Exercise 1.1, by simulation: u² − v² = 1 and 4uv = 15/4 meet at (5/4, 3/4)."""
    end = gradient_flow(Neuron([(4.0, 3.75)]).gradient, (1.0, 0.0), 4.0, 4000).end
    assert end == pytest.approx((1.25, 0.75), abs=1e-9)


def test_half_the_step_is_half_the_drift_for_a_law_only():
    gradient = Neuron([(1, 3)]).gradient
    law = step_halving(h, gradient, (2.0, -1.0), 1.0, count=20, halvings=6)
    assert law.ratios[-1] == pytest.approx(2, abs=0.01)
    assert [row[1] for row in law.rows] == [20, 40, 80, 160, 320, 640, 1280]
    other = step_halving(lambda u, v: u + v, gradient, (2.0, -1.0), 1.0, count=20, halvings=6)
    assert other.ratios[-1] == pytest.approx(1, abs=0.01)


def test_the_table_of_a_step_halving_reads_well():
    table = step_halving(h, Neuron([(1, 3)]).gradient, (2.0, -1.0), 1.0, count=20, halvings=1)
    assert repr(table).split("\n")[0].split() == ["step", "steps", "drift", "divided", "by"]
    assert repr(table).split("\n")[2].split() == ["0.025", "40", "0.260110", "2.06"]
    assert table._repr_html_().count("<tr>") == 3


def test_drift_is_the_largest_deviation_and_zero_where_nothing_moves():
    path = Trajectory((0, 1, 2), ((1, 1), (5, 1), (2, 1)))
    assert drift(h, path) == 24
    still = gradient_descent(Neuron([(1, 2)]).gradient, (2, 1), Fraction(1, 2), 3)
    assert still.points == ((2, 1),) * 4
    assert drift(h, still) == 0


def test_a_path_that_runs_away_is_cut_short_and_says_so():
    path = gradient_descent(Neuron([(2.0, 4.0)]).gradient, (2.5, 2.5), 0.5, 60)
    assert path.diverged
    assert 1 <= len(path) < 60
    assert all(math.isfinite(value) for point in path for value in point)
    assert "cut short: it runs away" in repr(path)
    assert len(path.times) == len(path.points)
    flow = gradient_flow(lambda x: (-(x**2),), (1.0,), 5.0, 100)
    assert flow.diverged
    overflow = gradient_flow(lambda x: (-math.exp(x**2),), (25.0,), 1.0, 4)
    assert overflow.diverged


def test_step_halving_reports_a_descent_that_runs_away_as_infinite_drift():
    table = step_halving(h, Neuron([(3.0, 9.0)]).gradient, (2.5, 2.4), 20.0, count=4, halvings=0)
    assert table.rows[0][2] == math.inf


def test_an_exact_descent_stops_before_its_digits_fill_the_memory():
    with pytest.raises(FlowError, match="take fewer steps, or start from floats"):
        gradient_descent(Neuron([(1, 3)]).gradient, (2, -1), Fraction(1, 1000), 30)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: gradient_flow(g, (1.0, 1.0), 1.0, 0), "steps=0 is not a number of steps"),
        (lambda g: gradient_flow(g, (1.0, 1.0), 1.0, 2.5), "steps=2.5 is not a number of steps"),
        (lambda g: gradient_flow(g, (1.0, 1.0), -1.0), "time=-1.0 is not a duration"),
        (lambda g: gradient_flow(g, (1.0, 1.0), math.nan), "time=nan is not a duration"),
        (lambda g: gradient_descent(g, (1, 1), 0, 5), "step=0 is not a step size"),
        (lambda g: gradient_descent(g, (1, 1), "0.1", 5), "step='0.1' is not a step size"),
        (lambda g: gradient_descent(g, (1, 1), 0.1, True), "count=True is not a number of steps"),
        (lambda g: gradient_descent(g, (1, 1), 0.1, 10**9), "whole number from 1 to 1000000"),
        (lambda g: gradient_descent(lambda u, v: (u,), (1, 1), 0.1, 1), "has 1 coordinates at a point that has 2"),
        (lambda g: step_halving(h, g, (1.0, 1.0), 1.0, halvings=40), "halvings=40 is out of range"),
        (lambda g: Neuron([]), "data=[] is not a list of examples"),
        (lambda g: Neuron([(1, 2, 3)]), "give pairs (x, y), such as [(1, 2)]"),
    ],
)  # fmt: skip
def test_a_simulation_that_cannot_be_run_is_refused_with_a_reason(call, message):
    with pytest.raises(ConslawError, match=re.escape(message)):
        call(Neuron([(1, 2)]).gradient)
