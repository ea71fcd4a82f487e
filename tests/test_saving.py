"""What is saved of a figure: the still picture, not the number of a widget that ends with its kernel."""

from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace

import pytest

import conslaw_nb as cl
from conslaw_nb.notebooks import saving
from conslaw_nb.notebooks.saving import WIDGET_VIEW, keep_stills


def notebook(*bundles):
    outputs = [{"output_type": "execute_result", "data": data, "metadata": {}} for data in bundles]
    return {"cells": [{"cell_type": "markdown", "source": ""}, {"cell_type": "code", "outputs": outputs}]}


def test_our_figures_and_exercises_keep_their_pictures():
    figure = cl.widgets.hyperbola_explorer()._repr_mimebundle_()
    task = cl.teaching.exercise("1.1")._repr_mimebundle_()
    assert WIDGET_VIEW in figure
    assert WIDGET_VIEW in task
    book = notebook(dict(figure), dict(task))
    assert keep_stills(book) == 2
    left = [output["data"] for output in book["cells"][1]["outputs"]]
    assert [set(data) for data in left] == [set(figure) - {WIDGET_VIEW}, set(task) - {WIDGET_VIEW}]
    assert keep_stills(book) == 0


@pytest.mark.parametrize(
    "data",
    [
        {WIDGET_VIEW: {"model_id": "a"}},  # somebody else's slider, with nothing beside it
        {WIDGET_VIEW: {"model_id": "a"}, "text/html": "<b>somebody else's</b>"},
        {"text/html": "run the cell (Shift + Enter)"},
    ],
)
def test_what_is_not_ours_stays_as_it_is(data):
    book = notebook(data)
    before = deepcopy(book)
    assert keep_stills(book) == 0
    assert book == before


def test_html_in_lines_is_read_too():
    book = notebook({WIDGET_VIEW: {}, "text/html": ["<svg/>", "Run the cell (Shift + Enter) for a button"]})
    assert keep_stills(book) == 1


@pytest.mark.parametrize("content", [None, "text", {}, {"cells": []}, {"cells": [{}]}])
def test_what_is_no_notebook_does_no_harm(content):
    assert keep_stills(content) == 0


def test_jupyter_finds_and_loads_it():
    hooks = []
    server = SimpleNamespace(contents_manager=SimpleNamespace(register_pre_save_hook=hooks.append))
    (point,) = saving._jupyter_server_extension_points()
    assert point["module"] == saving.EXTENSION == saving.__name__
    saving._load_jupyter_server_extension(server)
    saving._load_jupyter_server_extension(SimpleNamespace(contents_manager=object()))  # one that has no hooks
    book = notebook({WIDGET_VIEW: {}, "text/html": "Run the cell (Shift + Enter)"})
    hooks[0]({"type": "file", "content": book}, path="a.ipynb")
    assert WIDGET_VIEW in str(book)
    hooks[0]({"type": "notebook", "content": book}, path="a.ipynb")
    assert WIDGET_VIEW not in str(book)
    brought = Path(saving.__file__).parent / "jupyter" / "conslaw_nb.json"
    assert saving.EXTENSION in brought.read_text(encoding="utf-8")
