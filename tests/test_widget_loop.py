"""The bracket parallelogram: its gap is −t²[X, Y], it says where the bracket points, and a law keeps the end."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb import widgets
from conslaw_nb.errors import ConslawError
from conslaw_nb.widgets.loop import _MODELS, walk

MODELS = list(_MODELS)


def test_the_three_models_behave_differently():
    loop = widgets.bracket_loop()
    seen = {}
    for model in MODELS:
        loop.model = model
        seen[model] = (str(loop.bracket), loop.inside, math.hypot(*loop.gap) > 0.1)
    assert seen == {
        "(x, y)": ("(0, 0, 0)", True, False),
        "(x·y, x·z)": ("(0, z, -y)", True, True),
        "(x, y + x·z)": ("(0, 0, -1)", False, True),
    }


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(MODELS), st.integers(0, 16).map(lambda k: k / 10))
def test_the_gap_is_the_bracket_up_to_third_order(model, x):
    loop = widgets.bracket_loop(model=model, x=x, side=0.1)
    exact = [float(v) for v in loop.value]
    for gap, value in zip(loop.gap, exact, strict=True):
        assert gap == pytest.approx(-0.01 * value, abs=5e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 16).map(lambda k: k / 10), st.integers(2, 16).map(lambda k: k / 20))
def test_a_law_has_the_same_value_at_the_end(x, side):
    loop = widgets.bracket_loop(model="(x·y, x·z)", x=x, side=side)
    before, after = ((p[0] ** 2 - p[1] ** 2 - p[2] ** 2) for p in (loop.start, loop.end))
    assert after == pytest.approx(before, abs=1e-5)
    assert cl.check_law("x**2 - y**2 - z**2", cl.parametrization("x*y", "x*z")).is_proved


def test_where_the_fields_are_parallel_the_bracket_leaves_the_trace():
    loop = widgets.bracket_loop(model="(x·y, x·z)", x=0)
    assert loop.dimension == 1
    assert loop.value == (0, Fraction(-4, 5), Fraction(-2, 5))
    assert not loop.inside
    assert "W(θ), which is 1 dimension at the start" in loop.readout.value


def test_the_readout_and_the_words_carry_the_numbers():
    loop = widgets.bracket_loop(model="(x, y + x·z)", side=0.5)
    gap = ", ".join(f"{v if abs(v) > 5e-4 else 0:.3f}" for v in loop.gap).replace("-", "−")
    assert f"({gap})" in loop.readout.value
    assert f"({gap})" in repr(loop)
    assert "points <b>out of</b> W(θ), which is a plane" in loop.readout.value
    loop.model = "(x, y)"
    assert "The loop <b>closes</b>." in loop.readout.value
    assert "the loop closes" in repr(loop)
    assert "−0.000" not in loop.readout.value + repr(loop)


def test_turning_changes_the_picture_and_not_the_walk():
    loop = widgets.bracket_loop(model="(x·y, x·z)")
    picture, end = loop.picture.value, loop.end
    loop.turn = 40
    assert loop.picture.value != picture
    assert loop.end == end


def test_a_model_that_is_not_in_the_list_is_refused():
    with pytest.raises(ConslawError, match=r"model='phi\(x\)' is not in the list: choose one of \(x, y\), "):
        widgets.bracket_loop(model="phi(x)")


def test_walking_there_and_back():
    (field,) = cl.vector_fields(["x", "y"], [["y", "x"]])
    there = walk(field, (1.0, 0.5), 0.7)
    assert walk(field, there[-1], -0.7)[-1] == pytest.approx((1.0, 0.5), abs=1e-6)
    assert walk(field, (1.0, 0.5), 0.0) == [(1.0, 0.5)] * len(there)


@pytest.mark.parametrize("model", MODELS[1:])
def test_the_portrait_shows_slopes_two_and_three(model):
    words = str(widgets.gap_portrait(model))
    ratios = [float(part.split(",")[0]) for part in words.split("by ")[1:]]
    assert ratios[0] == pytest.approx(4, abs=0.15)
    assert ratios[1] == pytest.approx(8, abs=0.5)
