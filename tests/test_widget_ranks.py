"""The rank explorer: every number is a rank of the matrix it shows, and the formulas of the lesson are not used."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb.errors import ModelError
from conslaw_nb.laws.questions import rank_at
from conslaw_nb.models.fields import bracket
from conslaw_nb.models.rank_cases import SHAPES, RankCase, all_rank_cases, largest_rank, point_of_rank

SHAPE_WORDS = ("as free as possible", "V = 0", "V repeats the rows of U")


@st.composite
def places(draw):
    n, m, r = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    shape = draw(st.sampled_from(SHAPES))
    return n, m, r, draw(st.integers(0, largest_rank(n, m, r, shape))), shape


@settings(max_examples=25, deadline=None)
@given(places())
def test_the_numbers_of_a_case_are_those_of_the_engines_own_fields(place):
    """The generators and their brackets, expanded and evaluated, and the gradients of the known laws."""
    n, m, r, rank, shape = place
    case = point_of_rank(n, m, r, rank, shape)
    phi = cl.factorization(n, m, r)
    point = [Fraction(x) for row in case.stack for x in row]
    fields = list(phi)
    assert case.rank == rank
    assert case.dim_trace == rank_at(fields, point)
    with_brackets = [*fields, *(bracket(a, b) for i, a in enumerate(fields) for b in fields[:i])]
    assert case.dim_lie == rank_at(with_brackets, point)
    gradients = [h.gradient() for h in phi.known_laws()]
    rows = [[g[i].evaluate(point) if i in g else 0 for i in range(phi.dimension)] for g in gradients]
    assert case.known == _rank(rows)


def _rank(rows):
    """Return the rank over Q, by elimination with fractions."""
    rows, rank = [list(map(Fraction, row)) for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((row for row in rows[rank:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(rank, pivot)
        for i in range(rank + 1, len(rows)):
            factor = rows[i][column] / pivot[column]
            rows[i] = [x - factor * y for x, y in zip(rows[i], pivot, strict=True)]
        rank += 1
    return rank


def test_the_formulas_of_the_lesson_hold_at_every_rank():
    cases = all_rank_cases()
    assert len(cases) > 500
    for case in cases:
        total, p = len(case.stack), case.rank
        assert case.dim_lie == total * p - p * (p + 1) // 2
        assert case.known == p * (2 * case.r + 1 - p) // 2
        assert case.gap == (total - p) * (case.r - p)


def test_a_shape_says_how_v_lies_to_u():
    zero = point_of_rank(3, 2, 2, 2, "V = 0")
    assert not any(map(any, zero.V))
    repeated = point_of_rank(2, 3, 3, 2, "V repeats U")
    assert set(repeated.V) <= set(repeated.U)
    free = point_of_rank(2, 3, 4, 3)
    assert (free.rank_u, free.rank_v, free.rank) == (2, 3, 3)
    assert RankCase(((2, 4),), ((1, 2),)).gap == 1


def test_impossible_ranks_and_shapes_are_refused():
    with pytest.raises(ModelError, match=r"rank 4 is not possible for n=2, m=1, r=5 with 'free': choose 0 to 3"):
        point_of_rank(2, 1, 5, 4)
    with pytest.raises(ModelError, match=r"there is no shape 'square': choose one of 'free', 'V = 0'"):
        point_of_rank(1, 1, 1, 0, "square")
    with pytest.raises(ModelError, match=r"there is no choice 'V = 1': take one of 'as free as possible'"):
        cl.widgets.rank_explorer(shape="V = 1")


def test_the_explorer_shows_the_case_at_its_sliders():
    explorer = cl.widgets.rank_explorer(n=2, m=2, r=3, rank=2)
    assert (explorer.case.room, explorer.case.known, explorer.case.gap) == (7, 5, 2)
    assert "a gap of 2 stays open" in repr(explorer)
    assert "Rank 1: room 9, known 3." in repr(explorer)
    explorer.rank = 3
    assert explorer.case.gap == 0
    assert "the known laws fill the room" in repr(explorer)
    assert len(explorer.cases) == 4


def test_a_rank_that_is_too_large_is_taken_as_the_largest_one():
    explorer = cl.widgets.rank_explorer(n=1, m=1, r=4, rank=6)
    assert explorer.case.rank == 2
    assert "6 is not possible here" in explorer.readout.value
    explorer.shape = "V = 0"
    assert explorer.case.rank == 1
    assert explorer.case.rank_v == 0


@pytest.mark.parametrize("shape", SHAPE_WORDS)
def test_the_matrix_beside_the_figure_has_a_line_between_u_and_v(shape):
    explorer = cl.widgets.rank_explorer(n=2, m=3, r=2, rank=1, shape=shape)
    matrix = explorer.readout.value.split("$")[1]
    assert matrix.count(r"\hline") == 1
    assert matrix[: matrix.index(r"\hline")].count(r"\\") == 2


def test_the_picture_over_the_width_holds_proved_counts():
    words = cl.widgets.width_portrait(n=1, m=1, widest=4).description
    assert "r = 3: 5 laws of 6 entries, dim Lie 1" in words
    assert "Up to r = n + m = 2 laws and entries agree" in words
