"""The law finder: its numbers are those of the search and of the count, and what it cannot do it says."""

import pytest

import conslaw_nb as cl
from conslaw_nb import widgets
from conslaw_nb.errors import ConslawError
from conslaw_nb.widgets.finder import _MODELS


@pytest.mark.parametrize("model", _MODELS)
def test_it_shows_what_the_engine_finds(model):
    finder = widgets.law_finder(model=model, degree=4)
    phi = cl.parse_model(_MODELS[model])
    found = cl.conservation_laws(phi, 4)
    assert (finder.kernel, finder.rank) == (len(found), found.independent)
    assert finder.count == cl.count_laws(phi).laws
    assert len(finder.laws) == finder.rank
    assert all(cl.check_law(law, phi).is_proved for law in finder.laws)
    assert finder.complete == (finder.rank == finder.count)
    assert finder.message == ""


def test_kernel_and_rank_part_ways():
    finder = widgets.law_finder(model="u₁v₁ + u₂v₂", degree=2)
    assert (finder.kernel, finder.rank, finder.count) == (4, 3, 3)
    assert "<b>all found</b>" in finder.readout.value
    finder.degree = 4
    assert (finder.kernel, finder.rank) == (13, 3)
    assert ">13<" in finder.picture.value
    assert "Dimension of the kernel: 0, 4, 4, 13. Rank of the gradients: 0, 3, 3, 3." in repr(finder)


def test_what_is_missing_is_said():
    finder = widgets.law_finder(model="x·y + z", degree=5)
    assert "exactly 2 independent laws: <b>1 still missing</b>" in finder.readout.value
    assert not finder.complete
    finder.model = "x²/2 − y²"
    assert finder.complete
    finder.degree = 2
    assert not finder.complete


def test_a_model_of_ones_own_goes_before_the_list():
    finder = widgets.law_finder(degree=3)
    finder.own = "phi(x, y + x*z)"
    assert finder.count == 0
    assert "<b>no law</b> at all" in finder.readout.value
    finder.own = "phi(x*y, x*z)"
    assert finder.laws == ("x**2 - y**2 - z**2",)
    finder.own = " "
    assert finder.title == "x·y"


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        ("x*y", "&#x27;x*y&#x27; is not a model"),
        ("linear(5,5,5)", "has 50 parameters, too many for a figure"),
        ("<script>alert(1)</script>", "is not a model"),
        ("phi(x*y", "phi(x*y"),
        ("phi(7)", "a constant φ has no gradient"),
    ],
)
def test_a_text_that_is_no_model_gets_one_sentence(own, reason):
    finder = widgets.law_finder(own=own)
    assert reason in finder.readout.value
    assert "<script" not in finder.readout.value + finder.picture.value
    assert finder.readout.value.startswith("<p>No search: ")
    assert finder.laws == ()
    assert not finder.complete


def test_a_degree_that_is_too_large_for_a_figure_is_not_tried():
    finder = widgets.law_finder(model="linear, widths 1, 2, 2, 1", degree=6)
    assert len(finder.searches) == 4
    assert "Degree 5 is not tried: 1286 unknown coefficients are too many" in finder.readout.value
    assert (finder.kernel, finder.rank, finder.count) == (27, 6, 7)


def test_a_search_that_finds_nothing_shows_zero():
    finder = widgets.law_finder(own="relu(1,1,1)", degree=1)
    assert finder.kernel == 0
    assert "a kernel of dimension <b>0</b>" in finder.readout.value


def test_a_model_that_is_not_in_the_list_is_refused():
    with pytest.raises(ConslawError, match=r"model='relu' is not in the list: choose one of x·y, "):
        widgets.law_finder(model="relu")
