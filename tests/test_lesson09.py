"""Lesson 9: answers right and wrong; the experiment run again; known laws against all laws."""

import json
import re
from itertools import pairwise, product

import pytest
from lesson_answers import answer_tests

import conslaw_nb as cl
from conslaw_nb import teaching
from conslaw_nb.errors import ModelError
from conslaw_nb.paper import examples
from conslaw_nb.paper.experiment import GROUPS, compare, paper_runs, rerun
from conslaw_nb.widgets import chain_portrait, depth_explorer

_START = teaching.exercise("9.1").start + "\n"

ALL_FOUR = (
    "U1[1,1]**2 - U2[1,1]**2 - U2[1,2]**2, U1[1,2]**2 - U2[2,1]**2 - U2[2,2]**2,"
    "U2[1,1]**2 + U2[2,1]**2 - U3[1,1]**2, U2[1,2]**2 + U2[2,2]**2 - U3[2,1]**2"
)

ENDS = (
    teaching.exercise("9.8").start
    + """
h' = 2*<U1, U1'> - 2*<U3, U3'> by the product rule
   = -2*<U1, G*U3^T*U2^T> + 2*<U3, U2^T*U1^T*G> by substitution
   = 0 by computation
"""
)

RIGHT = [
    ("9.7", "linear(1,4,4,1)"),
    ("9.7", "cl.linear(1,2,2,2,2,1)"),
    ("9.8", ENDS + "h is conserved by Proposition 2.5"),
    ("9.1", _START + "Psi' = 0 by computation\nPsi is conserved by Proposition 2.5"),
    ("9.2", "B_1_1**2 + B_2_1**2 - A_1_1**2 - A_1_2**2"),
    ("9.2", "B_1_1*B_1_2 + B_2_1*B_2_2 - A_1_1*A_2_1 - A_1_2*A_2_2"),
    ("9.3", "6"),
    ("9.4", "linear(1,3,3,1)"),
    ("9.4", "linear(1,2,3,1)"),
    ("9.4", "linear(1,2,2,1,2)"),
    ("9.5", "linear(2,1,2,2,1,2)"),
    ("9.6", ALL_FOUR),
]

WRONG = [
    (
        "9.1",
        _START + "Psi is conserved by computation",
        "end with `by Proposition 2.5`, and show what that needs",
    ),
    (
        "9.7",
        "linear(1,2,2,1)",
        "has exactly 7 independent laws, and its balances supply 6: 1 is hidden, and three are asked for",
    ),
    ("9.7", "linear(2,2,2)", "none is hidden, and three are asked for"),
    ("9.7", "relu(1,2,1)", "is not a linear network"),
    ("9.7", "linear(9,9,9)", "has 162 parameters: at most 40, please"),
    (
        "9.8",
        ENDS + "h is conserved by computation",
        "end with `by Proposition 2.5`, and show what that needs",
    ),
    ("9.8", ENDS.split("\nh'")[0] + "\nh is conserved by Proposition 2.5", "you still need h' = 0"),
    ("9.8", ENDS, "So far every step is right. Still missing"),
    ("9.1", _START + "Psi' = U1'^T*U1 by the product rule", "Step 1"),
    ("9.1", _START.replace("- U2*U2^T", "") + "Psi is conserved by Proposition 2.5", "have to stay as they were"),
    ("9.2", "A_1_1**2 - B_1_1**2", "is not a law: ⟨∇h, "),
    ("9.2", "B_1_1**2 + B_1_2**2 - A_1_1**2 - A_2_1**2", "Rows and columns have changed places"),
    ("9.2", "7", "A constant never changes"),
    ("9.3", "7", "7 is the number of different entries of the balances"),
    ("9.3", "3", "There are more than 3. How many components does φ have"),
    ("9.4", "linear(2,2,2)", "its balances supply 3: none is hidden"),
    ("9.4", "linear(1,2,2,1)", "That one is in the text"),
    ("9.4", "relu(1,2,1)", "is not a linear network"),
    ("9.4", "linear(9,9)", "has 81 parameters: at most 40"),
    ("9.5", "linear(2,2,2)", "its balances supply 3: none is hidden"),
    ("9.5", "linear(1,2,2,1)", "has an end of width one"),
    ("9.5", "relu(2,1,2)", "is not a linear network"),
    ("9.5", "linear(2,1,9,9,1,2)", "has 103 parameters: at most 13"),
    ("9.6", "U1[1,1]**2 - U3[1,1]**2", "is not a law: "),
    (
        "9.6",
        "U1[1,1]**2 - U2[1,1]**2 - U2[1,2]**2",
        "1 independent law, and there is one for each of the four hidden neurons: 3 more",
    ),
    ("9.6", ALL_FOUR + ", U1[1,1]**2 + U1[1,2]**2 - U3[1,1]**2 - U3[2,1]**2", "only 4 of them are independent"),
    ("9.6", "3", "`3` is a constant"),
]


UNREADABLE = [("9.4", "foo", "'foo' is not a model"), ("9.4", 3, "3 is not a model")]

test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


# --- the experiment ---------------------------------------------------------------------------------------------


def test_all_networks_of_the_paper_agree_and_each_number_is_proved():
    again = rerun()
    assert [(name, n, proved, agree) for name, n, proved, agree in again.rows] == [
        ("count_linear", 50, 50, 50),
        ("laws_linear_degree_2", 10, 10, 10),
        ("count_relu", 50, 50, 50),
        ("laws_relu_degree_2", 10, 10, 10),
    ]
    assert again.different == ()
    assert "50 of 50 as in the paper" in repr(again)
    assert again._repr_html_().count("<tr>") == 5


def test_a_wrong_number_would_be_noticed(monkeypatch):
    import conslaw_nb.paper.experiment as experiment

    data = json.loads(json.dumps(experiment._data()))
    data["groups"]["laws_relu_degree_2"][3]["laws"] += 1
    monkeypatch.setattr(experiment, "_data", lambda: data)
    again = rerun(["laws_relu_degree_2"])
    assert again.rows[0][1:] == (10, 10, 9)
    assert len(again.different) == 1
    assert "different: relu(" in repr(again)


def test_an_unknown_group_is_refused_with_those_there_are():
    with pytest.raises(ModelError, match="'linear' is not a group of the experiment: there are count_linear"):
        paper_runs("linear")
    assert all(len(paper_runs(name)) in (10, 50) for name in GROUPS)


def test_a_model_without_known_laws_is_refused():
    with pytest.raises(ModelError, match="known beforehand: compare"):
        compare(cl.parametrization("x*y"))


def longest_stretch(widths):
    """The most matrices from one layer of width one to the next."""
    ones = [i for i, n in enumerate(widths) if n == 1]
    return max((b - a for a, b in pairwise(ones)), default=0)


def in_words(widths):
    return f"linear({','.join(map(str, widths))})"


def surveyed(depth):
    networks = [w for w in product((1, 2, 3), repeat=depth + 1) if sum(a * b for a, b in pairwise(w)) <= 30]
    return dict(zip(networks, cl.survey([in_words(w) for w in networks], jobs=1), strict=True))


@pytest.mark.parametrize(
    ("depth", "networks", "hiding"),
    [(2, 27, 0), (3, 81, 4), pytest.param(4, 240, 32, marks=pytest.mark.slow)],
)
def test_hidden_laws_are_exactly_where_a_stretch_of_three_matrices_is(depth, networks, hiding):
    """All counts are proved; for a scalar φ the number is D − 1 without any computation."""
    found = surveyed(depth)
    assert len(found) == networks
    for widths, one in found.items():
        assert one.laws is not None
        assert (one.hidden > 0) == (longest_stretch(widths) >= 3), one
        if widths[0] == widths[-1] == 1:
            assert one.laws == one.parameters - 1
    assert sum(one.hidden > 0 for one in found.values()) == hiding


@pytest.mark.parametrize("q", range(2, 7))
def test_a_long_chain_of_width_two_hides_q_minus_two_laws(q):
    one = compare(cl.linear(1, *[2] * (q - 1), 1))
    assert (one.listed, one.laws, one.hidden) == (3 * (q - 1), 4 * q - 5, q - 2)


def test_the_picture_of_chains_says_its_numbers():
    words = chain_portrait(deepest=4).description
    assert "q = 2: 3 entries, 3 laws; q = 3: 6 entries, 7 laws; q = 4: 9 entries, 11 laws" in words


def test_the_laws_of_a_stretch_are_laws_of_the_whole_network():
    """Only ∇s of the stretch s = U2 U3 U4 occurs in the fields on it; so what is orthogonal to it is a law."""
    whole = cl.linear(2, 1, 2, 2, 1, 2)
    stretch = cl.linear(1, 2, 2, 1)
    for law in stretch.known_laws():
        text = re.sub(r"U(\d)", lambda name: f"U{int(name[1]) + 1}", str(law))
        assert cl.check_law(text, whole).is_proved, text


def test_a_dead_neuron_of_the_second_layer_freezes_everything():
    """relu(1,1,1,1): g = uσ(wσ(vx)) is 0 for all x where w < 0, on an open set, and φ = uwv is not constant there."""
    net = cl.relu(1, 1, 1, 1)
    assert [examples.span_of(net, (1, w, 3), [-3, -1, 1, 5]) for w in (2, -2)] == [1, 0]
    assert cl.count_laws(net, point=(1, -2, 3)).laws == 2


def test_the_explorer_shows_what_compare_finds():
    explorer = depth_explorer(inputs=1, hidden=2, outputs=1, depth=3)
    assert explorer.comparison == compare(cl.linear(1, 2, 2, 1))
    assert "1 independent law beyond the known ones" in explorer.readout.value
    explorer.kind = "ReLU with biases"
    assert explorer.comparison == compare(cl.relu(1, 2, 2, 1, bias=True))
    assert "There are no laws but the known ones." in explorer.readout.value
