"""The hyperboloid explorer: flows that keep to a surface, and the right angle at the start."""

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conslaw_nb import widgets
from conslaw_nb.errors import ConslawError
from conslaw_nb.simulation.flows import WideNeuron
from conslaw_nb.widgets.hyperboloid import profiles

tenths = st.integers(-16, 16).map(lambda k: k / 10)


@settings(max_examples=30)
@given(tenths, tenths, tenths, st.integers(0, 23), st.integers(-15, 15))
def test_wherever_the_sliders_stand_the_flow_keeps_the_law(u, v1, v2, k, y):
    explorer = widgets.hyperboloid_explorer(u=u, v1=v1, v2=v2, direction=15 * k, y=y / 5, plane=True)
    assert explorer.h(*explorer.path.end) == pytest.approx(explorer.h(u, v1, v2), abs=2e-3)
    text = explorer.picture.value
    ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    assert "nan" not in text


def test_the_flow_reaches_its_target():
    explorer = widgets.hyperboloid_explorer(direction=90, y=1.0)
    u, v1, v2 = explorer.path.end
    assert u * v2 == pytest.approx(1, abs=1e-3)
    assert v1 == 1.2  # an input (0, 1) leaves the first inner weight alone


def test_ends_gather_until_the_start_moves_and_turning_makes_no_new_one():
    explorer = widgets.hyperboloid_explorer()
    for angle in (0, 90, 180):
        explorer.direction = angle
    assert len(explorer.ends) == 4
    before = explorer.picture.value
    explorer.turn = 60
    assert explorer.picture.value != before
    assert len(explorer.ends) == 4
    explorer.u = 1.0
    assert len(explorer.ends) == 1


def test_what_is_shown_is_said():
    explorer = widgets.hyperboloid_explorer(u=0.5, v1=1.2, surface=False)
    assert "surface" not in repr(explorer)
    explorer.surface = True
    assert "The surface through the start is a hyperboloid of one sheet." in repr(explorer)
    explorer.v1 = 0.0
    assert "two sheets" in repr(explorer)
    explorer.v1 = 0.5
    assert "a cone" in repr(explorer)
    explorer.plane = True
    assert "the plane W(θ) touches the surface" in repr(explorer)
    explorer.u = explorer.v1 = 0.0
    assert "Nothing moves from this start" in explorer.readout.value


def test_the_plane_is_left_out_where_there_is_none():
    explorer = widgets.hyperboloid_explorer(u=0, v1=0, v2=0, plane=True)
    assert "∇" not in explorer.picture.value.split("</desc>")[1]
    explorer.v2 = 1.0
    assert "∇" in explorer.picture.value.split("</desc>")[1]


@given(st.floats(-4, 4))
def test_the_drawn_surface_is_the_level_set(c):
    for sheet in profiles(c):
        for r, u in sheet:
            assert r * r - u * u == pytest.approx(c, abs=1e-9)


def test_the_portrait_shows_all_three_kinds():
    portrait = widgets.trace_portrait()
    for word in ("one sheet", "double cone", "two sheets", "right angle"):
        assert word in portrait.description
    assert portrait.svg().count("∇") == 3
    assert widgets.trace_portrait(turn=50).svg() != portrait.svg()


def test_a_wide_neuron_moves_along_its_two_fields():
    neuron = WideNeuron([((1, 2), 3), ((0, 1), 1)])
    u, v = 2, (1, -1)
    first, second = neuron.slope(u, *v)
    assert neuron.gradient(u, *v) == (first * v[0] + second * v[1], u * first, u * second)
    step = 1e-6
    for k in range(3):
        moved = [float(x) + step * (i == k) for i, x in enumerate((u, *v))]
        back = [float(x) - step * (i == k) for i, x in enumerate((u, *v))]
        slope = (neuron.loss(*moved) - neuron.loss(*back)) / (2 * step)
        assert math.isclose(slope, neuron.gradient(u, *v)[k], rel_tol=1e-6)
    with pytest.raises(ConslawError, match="is not a list of examples: give pairs"):
        WideNeuron([((1, 2), 3), ((1,), 1)])
    with pytest.raises(ConslawError, match="is not a list of examples"):
        WideNeuron([])
