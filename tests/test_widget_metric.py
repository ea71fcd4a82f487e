"""The metric explorer: the flow of θ and the flow of z alone agree, and the start decides where they end."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conslaw_nb import widgets
from conslaw_nb.errors import ConslawError
from conslaw_nb.widgets.metric import _MODELS, _Model, diagonal_end

tenths = st.integers(-20, 20).map(lambda k: k / 10)
deltas = st.integers(-30, 30).map(lambda k: k / 10)


@settings(max_examples=40)
@given(st.sampled_from(_MODELS), deltas, tenths, tenths)
def test_a_start_lies_over_its_z_and_has_its_law(name, delta, z1, z2):
    model = _Model(name)
    theta = model.start((z1, z2), delta)
    assert model.z(theta) == pytest.approx((z1, z2), abs=1e-6)
    if model.scalar:
        u, v, w = theta
        assert (u * u - v * v - w * w) / 2 == pytest.approx(delta, abs=1e-6)
    else:
        u, w, v, x = theta
        assert (u * u - v * v, w * w - x * x) == pytest.approx((delta, delta), abs=1e-6)


@settings(max_examples=30)
@given(st.sampled_from(_MODELS), st.integers(3, 30).map(lambda k: k / 10), tenths, tenths, st.integers(-18, 18))
def test_the_flow_of_z_alone_ends_where_the_flow_of_theta_does(name, delta, z1, z2, turn):
    explorer = widgets.metric_explorer(model=name, delta=delta, z1=z1, z2=z2, angle=5 * turn, y=1.0)
    assert explorer.reduced is not None
    if explorer.silent_from == math.inf:
        assert explorer.reduced.end == pytest.approx(explorer.z_path[-1], abs=2e-2)


def test_a_large_law_is_euclidean_and_a_negative_one_is_radial():
    explorer = widgets.metric_explorer(delta=3.0, z1=-1, z2=1, angle=0, y=1.5)
    assert explorer.z_path[-1][1] == pytest.approx(1.0, abs=0.03)
    explorer.delta = -3.0
    assert explorer.z_path[-1][1] == pytest.approx(-1.424, abs=0.01)
    assert explorer.silent_from < math.inf
    assert "there the formula for K(z) ends" in explorer.readout.value
    assert explorer.reduced.end[0] < 0 < explorer.z_path[-1][0]


def test_on_the_line_of_balance_the_flow_never_arrives():
    explorer = widgets.metric_explorer(delta=-0.5, z1=-1, z2=1, angle=0, y=1.5)
    assert explorer.z_path[-1] == pytest.approx((0, 0), abs=0.02)


@pytest.mark.parametrize(("name", "delta"), [(_MODELS[0], -1.0), (_MODELS[0], 0.0), (_MODELS[1], 0.0)])
def test_at_a_zero_factor_the_formula_is_silent(name, delta):
    explorer = widgets.metric_explorer(model=name, delta=delta, z1=0.0, z2=0.0)
    assert explorer.reduced is None
    assert "is silent" in explorer.readout.value
    assert "nan" not in repr(explorer)


def test_a_model_that_is_not_there_is_refused():
    with pytest.raises(ConslawError, match="model='uv' is not on the list"):
        widgets.metric_explorer(model="uv")


@given(st.floats(0.5, 3), st.floats(0.5, 3), st.floats(0.5, 4), st.floats(0.01, 30))
def test_a_diagonal_network_ends_on_the_line_and_on_its_path(a, b, y, delta):
    z1, z2 = diagonal_end((a, b), y, delta)
    assert a * z1 + b * z2 == pytest.approx(y, rel=1e-6)
    assert math.asinh(2 * z1 / delta) / a == pytest.approx(math.asinh(2 * z2 / delta) / b, rel=1e-6)


def test_the_closed_form_is_where_the_simulation_ends():
    explorer = widgets.metric_explorer(model=_MODELS[1], delta=0.8, z1=0, z2=0, angle=60, y=1.2)
    a = (math.cos(math.pi / 3), math.sin(math.pi / 3))
    assert explorer.z_path[-1] == pytest.approx(diagonal_end(a, 1.2, 0.8), abs=1e-3)


def test_the_portrait_goes_from_the_smallest_sum_to_the_shortest():
    assert "smallest ‖z‖₁, (1.5, 0)" in widgets.bias_portrait(a=(2, 1), y=3).description
    picture = widgets.bias_portrait(a=(1, 2), y=3)
    assert "smallest ‖z‖₁, (0, 1.5)" in picture.description
    assert "(0.01, 1.50)" in picture.description
    assert "(0.60, 1.20)" in picture.description
    assert picture.svg().count("<title") == 1
