"""*Train one yourself* and *Two hours* in a real browser, with the mistakes that people make."""

import json

import pytest

from conslaw_nb.notebooks.lab import lessons_folder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What a learner writes, in the order of the cells: a slip, then what it should be.
SLIPS = {
    "answer-1": ("sum(a * b * x for a, b in zip(u, v))", "Neurons that are asleep count in yours"),
    "answer-2": ("[a for a in u], [b - tau * undefined for b in v]", "uses `undefined`, which has no value there"),
    "answer-3": ("[[a * a - b * b for a, b in zip(u, v)]]", "your log has 1"),
}


def as_learner(name, answers):
    """Return a lesson with answers in it."""
    book = json.loads((lessons_folder() / name).read_text(encoding="utf-8"))
    for cell in book["cells"]:
        cell["source"] = answers.get(cell["id"], "".join(cell["source"]))
    return book


def texts(lab):
    """Return what each cell has shown as text, by the cell's source."""
    code = [cell for cell in lab.cells() if cell["cell_type"] == "code"]
    shown = zip(code, lab.outputs(), strict=True)
    return {
        "".join(cell["source"]): "".join("".join(o.get("data", {}).get("text/plain", "")) for o in outputs)
        for cell, outputs in shown
    }


def test_slips_are_told_and_the_rest_of_the_lesson_runs(window, jupyterlab):
    stubs = {cell["id"]: "".join(cell["source"]) for cell in as_learner("train_it_yourself.ipynb", {})["cells"]}
    wrong = {name: stubs[name].replace("...", f"return {line}") for name, (line, _) in SLIPS.items()}
    window.switch(jupyterlab.add("slips.ipynb", as_learner("train_it_yourself.ipynb", wrong)))
    window.run_all()
    assert window.errors() == []
    shown = texts(window)
    for name, (_, told) in SLIPS.items():
        assert told in shown[wrong[name]], name
    window.show(0)
    window.screenshot("train-slips")
    assert window.unread_formulas() == []
    assert window.outside == []


def test_good_functions_are_right_and_their_log_is_drawn(window, jupyterlab):
    solutions = json.loads((lessons_folder() / "solutions" / "train_it_yourself.ipynb").read_text(encoding="utf-8"))
    good = {c["id"]: "".join(c["source"]) for c in solutions["cells"] if c["id"].startswith("answer-")}
    window.switch(jupyterlab.add("good.ipynb", as_learner("train_it_yourself.ipynb", good)))
    window.run_all()
    assert window.errors() == []
    shown = texts(window)
    assert all("✓ Right." in shown[source] for source in good.values())
    (log,) = (text for source, text in shown.items() if "log_portrait(train(" in source)
    assert log.startswith("The balance of each neuron: 240 steps. Neuron 1 from 2 to 1.98")
    window.screenshot("train-good")


def test_two_hours_runs_and_an_answer_without_quotes_is_explained(window, jupyterlab):
    slip = {"answer-2": "place.check(u - v1)"}
    window.switch(jupyterlab.add("group.ipynb", as_learner("two_hours.ipynb", slip)))
    window.run_all()
    assert "Python does not know `u`" in texts(window)[slip["answer-2"]]
    window.screenshot("two-hours")
    window.switch("two_hours.ipynb")
    window.run_all()
    assert window.errors() == []
    assert window.unread_formulas() == []
    assert window.outside == []
