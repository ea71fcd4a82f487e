"""Points: one reader, one wording, whatever a point is written as."""

from fractions import Fraction

import pytest
import sympy

from conslaw_nb.errors import ConslawError, ModelError, ParseError
from conslaw_nb.language import exact_number, read_point, read_sentence

HALF = (Fraction(1), Fraction(1, 2))

SAME = [
    "x=1, y=1/2",
    "y = ½, x = 1",
    "(1, 1/2)",
    "1, 0.5",
    "[1, 1/2]",
    "(x, y) = (1, 1/2)",
    "θ = (1, 1/2)",
    "x=2-1 and y=2^-1",
    "$x=1$, $y=\\frac{1}{2}$",
    {"x": 1, "y": Fraction(1, 2)},
    {"y": "1/2", "x": "1"},
    [1, "1/2"],
    (Fraction(1), "0.5"),
    [sympy.Integer(1), sympy.Rational(1, 2)],
    pytest.param(iter([1, "½"]), id="an iterator"),
]


@pytest.mark.parametrize("point", SAME, ids=str)
def test_a_point_is_read_from_whatever_it_is_written_as(point):
    assert read_point(point, ("x", "y")) == HALF


def test_the_point_of_a_sentence():
    sentence = read_sentence("dim W = 1 at y=½, x=1")
    assert read_point(sentence.point, ("x", "y")) == HALF
    assert sentence.text == "dim W = 1 at y=0.5, x=1"


@pytest.mark.parametrize("point", ["x₁=1, x₂=2", "x[1]=1, x[2]=2", "x_1=1, x_2=2", {"x₁": 1, "x[2]": 2}])
def test_names_of_coordinates_have_their_spellings(point):
    assert read_point(point, ("x_1", "x_2")) == (1, 2)


def test_a_space_of_one_coordinate_takes_a_number():
    assert read_point(3, ("x",)) == read_point("3", ("x",)) == read_point("x=3", ("x",)) == (3,)


FIT = "the point does not fit phi(x*y): "
EXACT = " of the point is not exact: give integers or fractions, such as 1/2"
WRONG = [
    ("x=1", ModelError, FIT + "'y' is missing; give every variable an integer or a fraction"),
    ({"x": 1}, ModelError, FIT + "'y' is missing"),
    ("x=1, z=2", ModelError, FIT + "'z' is not a variable; give every variable an integer or a fraction"),
    ({"x": 1, "y": 1, "q": 1}, ModelError, FIT + "'q' is not a variable"),
    ("x=1, x=2", ParseError, "the point says twice what x is: give each coordinate once"),
    ({"x": 1, "x ": 2}, ParseError, "the point says twice what x is: give each coordinate once"),
    ("x=1, 2", ParseError, "some coordinates of the point have a name and some have none: give all names, or none"),
    ("(1, 2, 3)", ModelError, "the point has 3 coordinates, but phi(x*y) has 2 parameters"),
    ([1], ModelError, "the point has 1 coordinate, but phi(x*y) has 2 parameters"),
    (3, ModelError, "3 is not a point of phi(x*y): write it like x=1, y=2 or like (1, 2)"),
    (None, ModelError, "None is not a point"),
    ("", ParseError, "the point is empty: write it like x=1, y=2 or like (1, 2)"),
    ([0.5, 1], ModelError, "the coordinate x = 0.5" + EXACT),
    ([1, True], ModelError, "the coordinate y = True" + EXACT),
    ([1j, 1], ModelError, "the coordinate x = 1j" + EXACT),
    ([sympy.sqrt(2), 1], ModelError, "the coordinate x = sqrt(2)" + EXACT),
    ("(a, 1)", ModelError, "the coordinate x = a" + EXACT),
    ("(sqrt(2), 1)", ModelError, "the coordinate x = sqrt(2)" + EXACT),
    ("(1/0, 1)", ModelError, "the coordinate x = 1/0" + EXACT),
    ("((1, 2), 1)", ModelError, "the coordinate x = (1, 2)" + EXACT),
    ("(1, 2", ParseError, "the text ends too early in '(1, 2⟨here⟩'"),
]


@pytest.mark.parametrize(("point", "error", "message"), WRONG, ids=str)
def test_what_is_not_a_point_here(point, error, message):
    with pytest.raises(ConslawError) as caught:
        read_point(point, ("x", "y"), "phi(x*y)")
    assert type(caught.value) is error
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("value", "number"),
    [("-3/4", "-3/4"), ("0.3333", "3333/10000"), ("1e-3", "1/1000"), ("2^10", "1024"), (7, "7"), ("−½", "-1/2")],
)
def test_numbers_are_exact(value, number):
    assert exact_number(value) == Fraction(number)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0.5, "0.5 is a float, which is rarely what it seems; write it as text, such as '1/2'"),
        (1 / 3, "is a float, which is rarely what it seems; write it as text, such as '3/4'"),
        (True, "a coordinate must be a number, not True: write an integer or a fraction such as '3/4'"),
        (1j, "a coordinate must be an exact number, not 1j: write an integer or a fraction such as '3/4'"),
        ("a", "'a' is not an exact number: write an integer or a fraction such as '-3/4'"),
    ],
)
def test_what_is_not_an_exact_number(value, message):
    with pytest.raises(ParseError) as caught:
        exact_number(value)
    assert message in str(caught.value)
