"""The Lie staircase written out: dimensions over Q, compared with brackets expanded by hand and with the count."""

from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from statement_tools import numbers, rank_as_functions, rank_at

import conslaw_nb as cl
from conslaw_nb.errors import ConslawError, ModelError, SizeError

FAMILIES = [
    cl.parametrization("x", "y + x*z"),
    cl.parametrization("x*y", "x*z"),
    cl.parametrization("x**2*y", "y*z"),
    cl.vector_fields(["x", "y"], [["1", "0"], ["0", "x**3"]]),
    cl.factorization(1, 2, 2),
    cl.factorization(2, 2, 1),
    cl.relu(1, 2, 1),
]


def nested(fields, words):
    """Return all right-nested brackets of up to so many letters."""
    level, everything = list(fields), list(fields)
    for _ in range(words - 1):
        level = [cl.bracket(v, w) for v in fields for w in level]
        everything += level
    return everything


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_each_step_is_what_all_nested_brackets_span(family):
    stairs = cl.staircase(family, steps=2)
    for step in stairs.steps:
        fields = nested(list(family), step.level + 1)
        assert step.space == rank_as_functions(fields)
        assert step.trace == rank_at(fields, list(stairs.point))


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_a_special_point_has_its_own_traces(family):
    point = [0] * (family.dimension - 1) + [5]
    stairs = cl.staircase(family, point=point, steps=3)
    for step in stairs.steps:
        assert step.trace == rank_at(nested(list(family), step.level + 1), point)
    assert stairs.traces == sorted(stairs.traces)
    assert all(len(b.new) == b.trace - a.trace for a, b in pairwise(stairs.steps))


@pytest.mark.parametrize(
    "phi", [cl.factorization(2, 2, 2), cl.factorization(1, 3, 2), cl.linear(1, 2, 2), cl.relu(2, 2, 2)], ids=str
)
def test_at_generic_points_it_ends_where_the_count_does(phi):
    rng = Random(phi.text)
    stairs = cl.staircase(phi, point=[Fraction(x) / 7 for x in numbers(rng, phi.dimension)])
    assert stairs.closed
    assert stairs.traces[-1] == cl.count_laws(phi).dim_lie


def test_the_trap_of_one_point():
    family = cl.vector_fields(["x", "y"], [["1", "0"], ["0", "x**3"]])
    stairs = cl.staircase(family, point=(0, 5))
    assert stairs.traces == [1, 1, 1, 2]
    assert stairs.spaces == [2, 3, 4, 5]
    assert stairs.steps[3].new == ("[v_1, [v_1, [v_1, v_2]]]",)
    assert not stairs.closed
    assert cl.staircase(family, point=(1, 5)).traces == [2, 2, 2, 2]


def test_a_space_that_grows_and_a_trace_that_does_not():
    stairs = cl.staircase(cl.factorization(2, 2, 1))
    assert (stairs.spaces, stairs.traces, stairs.closed) == ([4, 6, 6], [3, 3, 3], True)


def test_a_single_field_is_closed_at_once():
    stairs = cl.staircase(cl.linear(1, 2, 2, 1))
    assert (stairs.traces, stairs.closed) == ([1, 1], True)
    assert "W_1 is Lie(W), here and everywhere" in repr(stairs)


def test_a_few_generators_may_miss_a_bracket():
    phi = cl.parametrization("w", "x", "y + x*z", variables=["w", "x", "y", "z"])
    few = cl.staircase(phi, generators=1)
    assert few.traces == [3, 3]
    assert not few.closed
    assert "Brackets with 1 of 3 generators only" in repr(few)
    assert cl.staircase(phi, generators=2).traces[-1] == 4 == cl.staircase(phi).traces[-1]


def test_it_shows_itself():
    stairs = cl.staircase(cl.factorization(2, 2, 2))
    html = stairs._repr_html_()
    assert html.count("<tr>") == len(stairs.steps) + 1
    assert "[v_1, v_2]" in html
    many = cl.staircase(cl.factorization(3, 3, 2), steps=1)
    assert "v_6 and 2 more" in repr(many)
    growing = cl.staircase(cl.vector_fields(["x"], [["1"], ["x**3"]]), steps=4)
    assert growing.spaces == [2, 3, 5, 6, 8]
    assert "the staircase goes on" in growing._repr_html_()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": -1}, r"steps=-1 is not a number of steps: give a whole number from 0 to 12"),
        ({"steps": 2.0}, "steps=2.0 is not a number of steps"),
        ({"generators": 3}, r"generators=3: phi\(x\*y, x\*z\) has 2, so give a number up to that"),
        ({"generators": 0}, "generators=0"),
        ({"point": (1, 2)}, "the point has 2 coordinates, but .* has 3 parameters"),
        ({"point": (1, 2, 0.5)}, "the coordinate z = 0.5 of the point is not exact"),
        ({"point": {"x": 1, "y": 2}}, "the point does not fit .*: 'z' is missing; give every variable an integer"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, message):
    with pytest.raises(ModelError, match=message):
        cl.staircase(cl.parametrization("x*y", "x*z"), **wrong)
    with pytest.raises(ConslawError, match="staircase needs a model"):
        cl.staircase("phi(x*y)")


def test_what_is_too_large_is_refused():
    with pytest.raises(SizeError, match="too many to write out: ask for fewer steps, or use count_laws"):
        cl.staircase(cl.parametrization("x**2*y**2*z", "x*z**3 + y", "y*z**2 + x**2"), steps=8)
    with pytest.raises(SizeError, match="has 400 generators"):
        cl.staircase(cl.factorization(20, 20, 1))
