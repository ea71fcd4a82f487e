"""Lesson 3: every right answer counts, every wrong one is told why; and the kink explorer."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_answers import answer_tests

from conslaw_nb import relu, teaching
from conslaw_nb.paper import examples
from conslaw_nb.widgets import kink_explorer

_START = teaching.exercise("3.4").start + "\n"

PROOF = _START + "<grad h, v_1> = 0 by computation\n<grad h, v_2> = 0 by computation\n"

RIGHT = [
    ("3.1", "a*b, a*c"),
    ("3.1", ["a*b + a*c", "a*b - a*c"]),
    ("3.1", "a*b, a*c, a**2*b*c"),
    ("3.1", "a**3*b**3, a*c"),
    ("3.1", "a*b + a**2*c**2 + 5, 2*a*c - 1"),
    ("3.2", "3, 2, 2, 3"),
    ("3.2", (Fraction(3), Fraction(5, 2), Fraction(5, 2), Fraction(3))),
    ("3.3", "1, 2, 1, 0, 3, 0"),
    ("3.3", "-1, 1/2, 2, 3, 1, 3/2"),
    ("3.4", PROOF + "h is conserved by Proposition 2.5"),
    ("3.5", "u*v, u"),
    ("3.5", "u, v"),
    ("3.5", "u*v, u + v"),
    ("3.6", "2*v1 - v2"),
    ("3.6", "exp(2*v1 - v2) + u**2 - v1**2 - v2**2"),
]

WRONG = [
    (
        "3.4",
        _START + "h is conserved by computation",
        "end with `by Proposition 2.5`, and show what that needs",
    ),
    ("3.1", "a**2*b**2, a**3*b**3 - 9*a*b, a*c", "is not decided here"),  # ab = 3 and ab = -3 have the same φ
    ("3.1", "a*b + a**3*b**3, a*c", "determines ab and ac everywhere is not decided here: a simpler φ will do"),
    ("3.1", "a, b, c", "it forgets nothing, so it has no law at all"),
    ("3.2", "3, 2, 4, 3", "no neuron switches between them"),
    ("3.2", "3, 2, -3, 2", "neurons 1 and 2 switch"),
    ("3.3", "1, 1, 1, 0, 0, 1", "switch on different lines"),
    ("3.3", "1, 1, 1, 0, -2, 0", "look to opposite sides, and examples tell them apart"),
    ("3.4", _START + "<grad h, v_1> = 0 by computation", "you still need <grad h, v_2> = 0"),
    ("3.4", _START + "<grad h, v_1> = 2*u*v by computation", "Step 1"),
    ("3.4", _START.replace("- b^2", "") + "h is conserved", "have to stay as they were"),
    ("3.6", "7", "`7` is a constant, and conserved by everything"),
]


UNREADABLE = [
    ("3.1", ", ".join(["a"] * 13), "between one and twelve components"),
    ("3.2", "1, 2", "there are 2 numbers in '1, 2' where 4 are asked for"),
]

test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


small = st.integers(-3, 3)


@settings(max_examples=40)
@given(small, small, small, small, st.integers(1, 3), st.integers(1, 3))
def test_data_lose_something_exactly_at_twins(a, b, c, d, u, w):
    """For u₁, u₂ ≠ 0: dim W^g < rank ∂φ exactly if v₂ is a positive multiple of v₁."""
    feedback = teaching.exercise("3.3").check((u, w, a, b, c, d))
    zero = (a, b) == (0, 0) or (c, d) == (0, 0)
    assert feedback.is_right == (not zero and a * d == b * c and a * c + b * d > 0)


@pytest.mark.parametrize(
    ("neuron", "words"),
    [
        ((2, 1, 0), "Twins: neurons 1 and 2 switch on the same line."),
        ((-2, -1, 0), "Opposites: neurons 1 and 2 switch on the same line, the other way."),
        ((1, -2, 2), "Opposites: neurons 3 and 2 switch on the same line, the other way."),
        ((2, 1, 1), "Three different lines."),
        ((0, 0, 1), "The second neuron ignores its input: it has no kink."),
    ],
)
def test_the_explorer_says_which_neurons_switch_together(neuron, words):
    explorer = kink_explorer(**dict(zip("abc", neuron, strict=True)))
    assert f"<li>{words}</li>" in explorer.readout.value
    assert words in repr(explorer)


@settings(max_examples=20, deadline=None)
@given(st.integers(-2, 2), st.integers(-2, 2), st.integers(-2, 2))
def test_the_explorer_counts_what_sampled_gradients_span(a, b, c):
    """Independent of the regions: gradients at 400 inputs, and the patterns that occur there."""
    explorer = kink_explorer(a=a, b=b, c=c)
    net = relu(2, 3, 1, bias=True)
    grid = [(Fraction(4 * i + 1, 9), Fraction(4 * j + 1, 7)) for i in range(-10, 10) for j in range(-10, 10)]
    assert examples.span_of(net, explorer.theta, grid) == explorer.seen
    patterns = set()
    for x in grid:
        try:
            patterns.add(examples.pattern(net, explorer.theta, x))
        except examples.KinkError:
            continue
    assert patterns <= {region.pattern for region in explorer.regions}
    assert f"dim W^g = {explorer.seen}" in repr(explorer)
