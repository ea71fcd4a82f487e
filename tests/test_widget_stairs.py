"""The Lie staircase: both bounds are those of the count, and it says when they meet."""

import pytest

import conslaw_nb as cl
from conslaw_nb import widgets
from conslaw_nb.errors import ConslawError
from conslaw_nb.widgets.stairs import _MODELS


@pytest.mark.parametrize("model", _MODELS)
def test_climbed_to_the_end_it_agrees_with_the_count(model):
    stairs = widgets.lie_staircase(model=model, steps=4, laws=6)
    count = cl.count_laws(cl.parse_model(_MODELS[model]))
    assert stairs.floor == count.dim_lie
    assert stairs.dimension - stairs.in_hand == stairs.ceiling >= stairs.floor
    assert count.laws == stairs.dimension - stairs.floor
    assert stairs.meet == (model != "linear, widths 1, 2, 2, 1")
    if stairs.meet:
        assert f"Exactly {count.laws} independent law" in stairs.readout.value


def test_step_by_step_and_law_by_law():
    stairs = widgets.lie_staircase()
    assert (stairs.floor, stairs.ceiling, stairs.meet) == (4, 8, False)
    assert "At least 0 and at most 4 independent laws" in stairs.readout.value
    stairs.steps = 1
    assert "Step 1: 1 new dimension, from [v_1, v_2]" in stairs.readout.value
    stairs.laws = 2
    assert "At least 2 and at most 3" in stairs.readout.value
    stairs.laws = 3
    assert stairs.meet
    assert "they meet" in stairs.picture.value
    assert repr(stairs).endswith("the two bounds meet. The axis of dimensions goes from 0 to 9.0.")


def test_it_offers_no_more_laws_than_there_are():
    stairs = widgets.lie_staircase(model="(x·y, x·z)", laws=6)
    assert stairs.in_hand == 1
    assert "finds no more than 1 independent ones here" in stairs.readout.value


def test_a_step_that_adds_nothing_says_so():
    stairs = widgets.lie_staircase(model="U·Vᵀ, all 2×2", steps=2)
    assert "Step 2: no new dimension." in stairs.readout.value
    stairs.steps = 4
    assert "Step 3 added no field at all" not in stairs.readout.value
    assert "Step 2 added no field at all: there is nothing left to climb." in stairs.readout.value


def test_a_long_staircase():
    stairs = widgets.lie_staircase(model="(x, y + x·z + x²·w)")
    floors = []
    for steps in range(5):
        stairs.steps = steps
        floors.append(stairs.floor)
    assert floors == [2, 3, 4, 4, 4]


def test_a_model_that_is_not_in_the_list_is_refused():
    with pytest.raises(ConslawError, match=r"model='relu' is not in the list: choose one of \(x, y \+ x·z\), "):
        widgets.lie_staircase(model="relu")
