"""Elimination in floats: the same on every machine, and wrong where the lesson says so; the exact rank beside it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb import widgets
from conslaw_nb.errors import ModelError
from conslaw_nb.exact.backend import rational_rank
from conslaw_nb.teaching.floating import eliminate, gradients_at, rank_map

CIRCLE = cl.parametrization("x**2 + y**2", "(x**2 + y**2 - 1)**5")


def test_the_order_of_the_unknowns_decides_whether_a_law_is_found():
    one, other = eliminate([[98, 42], [42, 18]]), eliminate([[42, 98], [18, 42]])
    assert (one.rank, other.rank) == (1, 2)
    assert one.exact_rank == other.exact_rank == 1
    assert other.pivots == (42.0, 42 - 18 * (98 * (1 / 42)))
    assert [law.text for law in cl.conservation_laws(cl.parametrization("(7*x + 3*y)**2"), degree=1)] == ["3*x - 7*y"]
    assert eliminate([[42, 98], [18, 42]], tolerance=1e-12).rank == 1


@given(st.lists(st.lists(st.integers(-4, 4), min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_exact_rank_is_the_rank_over_q(rows):
    assert eliminate(rows).exact_rank == rational_rank(rows)
    assert eliminate([[Fraction(x, 7) for x in row] for row in rows]).exact_rank == rational_rank(rows)


@given(st.integers(-40, 40).filter(bool), st.integers(-40, 40).filter(bool))
def test_in_powers_of_two_floats_make_no_error(a, b):
    rows = [[2.0, float(a)], [4.0, 2.0 * a], [0.0, float(b)]]
    assert eliminate(rows).rank == eliminate(rows).exact_rank == 2


def test_no_tolerance_is_right_for_both_examples():
    near = [[1, 1], [1, 1 + Fraction(1, 10**14)]]
    wrong_here = {
        t: sum(rank == 2 for rank in rank_map(CIRCLE, t).values()) for t in (0.0, 2**-51, 1e-15, 1e-14, 1e-13)
    }
    assert list(wrong_here.values()) == [448, 264, 204, 8, 0]
    assert [eliminate(near, t).rank for t in wrong_here] == [2, 2, 2, 1, 1]
    assert cl.count_laws(cl.parametrization("x + y", "x + y + y/10**14")).laws == 0
    assert eliminate([[1, 1], [1, 1 + Fraction(1, 10**17)]]).rank == 1
    assert eliminate([[1, 1], [1, 1 + Fraction(1, 10**17)]]).exact_rank == 2


def test_exactly_the_rank_is_one_at_every_point_of_the_map():
    r = CIRCLE.components[0] - 1
    assert CIRCLE[1] == CIRCLE[0] * (5 * r**4)
    for i, j in ((1, 2), (-7, 3), (12, 12)):
        assert cl.claim(f"dim W = 1 at x={i}/10, y={j}/10", CIRCLE).verdict.is_proved
    assert cl.claim("dim W = 0 at x=0, y=0", CIRCLE).verdict.is_proved


def test_the_values_agree_with_the_exact_ones_to_rounding():
    point = (0.375, -1.25)  # exact in binary
    for row, field in zip(gradients_at(CIRCLE, point), CIRCLE, strict=True):
        exact = [float(part.evaluate([Fraction(v) for v in point])) for part in field.components]
        assert row == pytest.approx(exact, rel=1e-12)


def test_an_elimination_shows_itself():
    shown = eliminate([[42, 98], [18, 42]])
    assert "2.333333333333333" in repr(shown)
    assert shown._repr_html_().endswith("rank in floats: <b>2</b>, exactly: <b>1</b></div>")


@pytest.mark.parametrize("rows", [[], [[]], [[1], [1, 2]], [[1]] * 61])
def test_what_is_no_matrix_is_refused(rows):
    with pytest.raises(ModelError, match="a matrix of at most 60 rows, all of one length"):
        eliminate(rows)


def test_the_map_is_for_the_plane():
    with pytest.raises(ModelError, match="lives on 3 coordinates"):
        rank_map(cl.parametrization("x*y*z"), 0.0)


def test_the_portrait_says_how_many():
    assert "At 264 of them" in str(widgets.rank_portrait())
    assert "At 0 of them" in str(widgets.rank_portrait(tolerance=1e-12))
    assert widgets.rank_portrait().svg() == widgets.rank_portrait().svg()
