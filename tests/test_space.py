"""A view of space: a projection that keeps right angles where it should, and knows the back of a surface."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conslaw_nb.drawing.picture import Picture
from conslaw_nb.drawing.space import View

angles = st.integers(-180, 180)
triples = st.tuples(*[st.integers(-5, 5)] * 3)


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


@given(angles, angles, triples)
def test_length_is_what_is_seen_and_what_is_depth(turn, tilt, point):
    view = View(turn, tilt)
    seen = view(point)
    depth = dot(view._toward, point)
    assert math.hypot(*seen, depth) == pytest.approx(math.hypot(*point), abs=1e-9)


@given(angles, triples)
def test_a_full_turn_changes_nothing_and_half_a_turn_shows_the_other_side(turn, point):
    assert View(turn)(point) == pytest.approx(View(turn + 360)(point), abs=1e-9)
    level = View(turn, 0)
    assert View(turn + 180, 0)(point) == pytest.approx((-level(point)[0], level(point)[1]), abs=1e-9)


def test_from_above_the_plane_is_seen_as_it_is():
    assert View(0, 90)((2, 3, 7)) == pytest.approx((2, 3))
    assert View(0, 90).faces((0, 0, 1))
    assert not View(0, 90).faces((0, 0, -1))
    assert View(90, 0)((1, 0, 0)) == pytest.approx((0, 0))  # turned anticlockwise, it points away from the reader
    assert not View(90, 0).faces((1, 0, 0))


def test_a_circle_is_cut_where_it_turns_away():
    circle = [(math.cos(t), math.sin(t), 0.0) for t in (0.5 + 2 * math.pi * k / 36 for k in range(37))]
    front, back = View(0, 0).split(circle, lambda p: p)
    gaps = sum(math.isnan(x) for curve in (front, back) for x, _ in curve)
    assert gaps == 2  # it changes sides twice
    assert len(front) + len(back) == 37 + 2 * gaps
    places = [p for p in front if not math.isnan(p[0])]
    assert min(x for x, _ in places) < -0.9
    assert max(x for x, _ in places) > 0.9
    assert View(0, 0).split([(0, 1, 0)], lambda p: p) == ([], [(0.0, 0.0)])


def test_a_view_of_space_has_no_frame():
    framed, bare = (Picture("Space", "One line in space, without axes.") for _ in range(2))
    framed.axes((0, 1), (0, 1)).curve([(0, 0), (1, 1)])
    bare.axes((0, 1), (0, 1), frame=False).curve([(0, 0), (1, 1)])
    assert 'class="cl-tick"' in framed.svg()
    assert 'class="cl-tick"' not in bare.svg()
    assert len(bare.svg()) < len(framed.svg())
