"""Lesson 9: answers right and wrong; the experiment run again; known laws against all laws."""

import json
from itertools import product

import pytest

import conslaw_nb as cl
from conslaw_nb import teaching
from conslaw_nb.errors import ModelError
from conslaw_nb.experiment import GROUPS, compare, paper_runs, rerun
from conslaw_nb.teaching.lesson09 import _START
from conslaw_nb.widgets import depth_explorer

ALL_FOUR = (
    "U1[1,1]**2 - U2[1,1]**2 - U2[1,2]**2, U1[1,2]**2 - U2[2,1]**2 - U2[2,2]**2,"
    "U2[1,1]**2 + U2[2,1]**2 - U3[1,1]**2, U2[1,2]**2 + U2[2,2]**2 - U3[2,1]**2"
)

RIGHT = [
    ("9.1", _START + "Psi' = 0 by computation\nPsi is conserved by Proposition 2.5"),
    ("9.2", "B_1_1**2 + B_2_1**2 - A_1_1**2 - A_1_2**2"),
    ("9.2", "B_1_1*B_1_2 + B_2_1*B_2_2 - A_1_1*A_2_1 - A_1_2*A_2_2"),
    ("9.3", "6"),
    ("9.4", "linear(1,3,3,1)"),
    ("9.4", "linear(1,2,3,1)"),
    ("9.4", "linear(1,2,2,1,2)"),
    ("9.5", ALL_FOUR),
]

WRONG = [
    ("9.1", _START + "Psi' = U1'^T*U1 by the product rule", "Step 1"),
    ("9.1", _START.replace("- U2*U2^T", "") + "Psi is conserved by Proposition 2.5", "have to stay as they were"),
    ("9.2", "A_1_1**2 - B_1_1**2", "is no law: ⟨∇h, "),
    ("9.2", "B_1_1**2 + B_1_2**2 - A_1_1**2 - A_2_1**2", "Rows and columns have changed places"),
    ("9.2", "7", "A constant never changes"),
    ("9.3", "7", "7 is the number of different entries of the balances"),
    ("9.3", "3", "It is not 3"),
    ("9.4", "linear(2,2,2)", "3 known ones: none is hidden"),
    ("9.4", "linear(1,2,2,1)", "That one is in the text"),
    ("9.4", "relu(1,2,1)", "is not a linear network"),
    ("9.4", "linear(9,9)", "has 81 parameters: at most 40"),
    ("9.5", "U1[1,1]**2 - U3[1,1]**2", "is no law: "),
    ("9.5", "U1[1,1]**2 - U2[1,1]**2 - U2[1,2]**2", "1 independent law; one for each hidden neuron makes more"),
    ("9.5", ALL_FOUR + ", U1[1,1]**2 + U1[1,2]**2 - U3[1,1]**2 - U3[2,1]**2", "only 4 of them are independent"),
    ("9.5", "3", "`3` is a constant"),
]


@pytest.mark.parametrize(("number", "answer"), RIGHT)
def test_every_right_answer_counts(number, answer):
    feedback = teaching.exercise(number).check(answer)
    assert feedback.is_right, feedback


@pytest.mark.parametrize(("number", "answer", "reason"), WRONG)
def test_a_wrong_answer_is_told_why(number, answer, reason):
    feedback = teaching.exercise(number).check(answer)
    assert feedback.outcome == "wrong"
    assert reason in feedback.message


@pytest.mark.parametrize(
    ("number", "answer", "reason"), [("9.4", "foo", "'foo' is not a model"), ("9.4", 3, "A network is a text")]
)
def test_what_cannot_be_read_is_told_so(number, answer, reason):
    feedback = teaching.exercise(number).check(answer)
    assert feedback.outcome == "unreadable"
    assert reason in feedback.message


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
    import conslaw_nb.experiment as experiment

    data = json.loads(json.dumps(experiment._data()))
    data["groups"]["laws_relu_degree_2"][3]["laws"] += 1
    monkeypatch.setattr(experiment, "_data", lambda: data)
    again = rerun(["laws_relu_degree_2"])
    assert again.rows[0][1:] == (10, 10, 9)
    assert len(again.different) == 1
    assert "different: relu(" in repr(again)


def test_an_unknown_group_is_refused_with_those_there_are():
    with pytest.raises(ModelError, match="'linear' is no group of the experiment: there are count_linear"):
        paper_runs("linear")
    assert all(len(paper_runs(name)) in (10, 50) for name in GROUPS)


def test_a_model_without_known_laws_is_refused():
    with pytest.raises(ModelError, match="known beforehand: compare"):
        compare(cl.parametrization("x*y"))


@pytest.mark.parametrize("widths", list(product((1, 2), repeat=4)), ids=str)
def test_hidden_laws_of_three_small_matrices_are_exactly_at_one_place(widths):
    """For a scalar φ the count is D − 1 without any computation; the others have no hidden law."""
    found = compare(cl.linear(*widths))
    assert found.laws is not None
    if widths[0] == widths[-1] == 1:
        assert found.laws == found.parameters - 1
    assert found.hidden == (1 if widths == (1, 2, 2, 1) else 0)
    assert found.known <= found.listed


def test_the_explorer_shows_what_compare_finds():
    explorer = depth_explorer(inputs=1, hidden=2, outputs=1, depth=3)
    assert explorer.comparison == compare(cl.linear(1, 2, 2, 1))
    assert "1 independent law beyond the known ones" in explorer.readout.value
    explorer.kind = "ReLU with biases"
    assert explorer.comparison == compare(cl.relu(1, 2, 2, 1, bias=True))
    assert "The known laws are all." in explorer.readout.value
