"""The lessons in a real browser: JupyterLab in headless Chromium, its page loaded once for all tests of this file."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest
from test_proofs import ALL_SIZES

from conslaw_nb import teaching, widgets
from conslaw_nb.notebooks.lab import lessons_folder
from conslaw_nb.notebooks.saving import WIDGET_VIEW

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def notebook(*cells):
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "source": source,
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


SLIDER = """\
from ipywidgets import HTML, IntSlider, VBox
slider = IntSlider(value=2, min=0, max=9, description="side")
picture = HTML()
def draw(_=None):
    picture.value = f'<svg width="90" height="90"><rect width="{10 * slider.value}" height="10"/></svg>'
slider.observe(draw, "value")
draw()
VBox([slider, picture])"""


def test_the_harness_runs_cells_and_moves_a_slider(window, jupyterlab):
    """What the harness says of a small notebook is what is in it."""
    window.switch(jupyterlab.add("small.ipynb", notebook("1 + 1", SLIDER, "slider.value")))
    window.run_all()
    assert window.errors() == []
    assert window.outputs()[0][0]["data"]["text/plain"] == "2"
    assert window.sliders() == ["side"]
    before = window.widget_html()
    assert 'width="20"' in before[0]
    assert window.move_slider("side", +3) == "5"
    after = window.widget_html(changed_from=before)
    assert 'width="50"' in after[0]
    assert window.move_slider(0, -5) == "0"
    assert 'width="0"' in window.widget_html(changed_from=after)[0]
    assert window.screenshot("small", always=True).stat().st_size > 1000
    assert window.outside == []


def test_the_harness_sees_an_error(window, jupyterlab):
    """A cell that fails is reported, and the wait ends."""
    window.switch(jupyterlab.add("broken.ipynb", notebook("1 / 0", "'never run'")))
    window.run_all()
    assert window.errors() == ["ZeroDivisionError: division by zero"]


def drawings(markup):
    return [text for text in markup if "<svg" in text]


def test_lesson_1_runs_its_picture_moves_and_on_the_second_day_every_figure_is_there(window, jupyterlab):
    """As a learner meets it: run, move a slider, save, end the kernel, come back to still pictures."""
    window.switch("01_what_never_changes.ipynb")
    window.screenshot("lesson-1-opened")
    window.run_all()
    assert window.errors() == []
    before = window.widget_html()
    assert drawings(before)
    window.move_slider(0, +3)
    after = window.widget_html(changed_from=before)
    assert drawings(after) != drawings(before)
    window.screenshot("lesson-1-slider-moved")
    assert window.outside == []  # nothing is fetched from elsewhere: the lesson works without a network
    window.save()
    saved = (jupyterlab.notebooks / "01_what_never_changes.ipynb").read_text(encoding="utf-8")
    assert '"execution_count": 3' in saved
    assert WIDGET_VIEW not in saved
    assert any("Shift + Enter" in str(output) for outputs in window.outputs() for output in outputs)
    window.switch("01_what_never_changes.ipynb")  # and no widget is looked for
    shown = window.page.locator(".jp-Notebook").inner_text()
    assert "Error displaying widget" not in shown
    assert "Loading widget" not in shown
    assert window.page.locator(".jp-OutputArea .jp-RenderedHTML svg, .jp-OutputArea .jp-RenderedHTML img").count() > 0
    window.screenshot("lesson-1-second-day")


def test_conslaw_lab_ends_in_the_first_lesson(chromium, tmp_path):
    """The README's first command, as it is typed: the address it prints shows the lesson, ready to run."""
    lab_log = tmp_path / "lab.log"
    private = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "conslaw_nb", "lab", str(tmp_path / "mine"), "--no-browser", "--port", str(port)]
    with lab_log.open("wb") as log:
        process = subprocess.Popen(
            command,
            env={**os.environ, **private},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        page = chromium.new_page()
        page.goto(printed_address(lab_log, process))
        page.get_by_role("heading", name="What never changes?").wait_for(timeout=60_000)
        # The kernel's name beside the circle that shows what it is doing: JupyterLab found a Python to run it.
        page.get_by_text("Python 3 (ipykernel)").first.wait_for(timeout=60_000)
        page.close()
    finally:
        # That it ends when it is told to is shown in test_lab.py; here it is told while its kernel may still start, and
        # Jupyter's own threads have been seen to wait for each other then.
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert sorted(path.name for path in (tmp_path / "mine").glob("*.ipynb"))[0] == "01_what_never_changes.ipynb"


def printed_address(log, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\S+\?token=\w+", log.read_text(errors="replace"))
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no address was printed:\n{log.read_text(errors='replace')}")


# --- every lesson -------------------------------------------------------------------------------------------------


# Lesson 1 has a test of its own.
LESSONS = {number: name for number, name in teaching.lessons().items() if number > 1}


@pytest.mark.parametrize("number", LESSONS)
def test_a_lesson_runs_and_its_first_figure_answers(number, window):
    window.switch(LESSONS[number])
    window.run_all()
    assert window.errors() == []
    assert window.unread_formulas() == []
    window.show(0)
    before = window.widget_html()
    assert before
    labels = window.sliders()
    assert labels
    window.screenshot(f"lesson-{number}")
    for steps in (+2, -4):  # the slider may stand at one of its ends
        window.move_slider(0, steps)
        after = window.widget_html(changed_from=before, seconds=5)
        if after != before:
            break
    assert after != before
    window.screenshot(f"lesson-{number}-moved")
    assert window.outside == []


FIGURES = sorted(
    name for name in widgets.__all__ if name.endswith(("explorer", "finder", "loop", "drift", "training", "staircase"))
)


def test_every_slider_of_every_figure_answers_to_the_arrow_keys(window, jupyterlab):
    """Each is reached, moves with a key, and moves the picture, the words or the numbers."""
    window.switch(jupyterlab.add("keys.ipynb", notebook("import conslaw_nb as cl")))
    window.run_all()
    for name in FIGURES:  # one after the other in one cell: a notebook for each would cost more than all of this
        window.write("cell-0", f"import conslaw_nb as cl\ncl.widgets.{name}()")
        window.run_cell("cell-0")
        window.page.locator(".jp-OutputArea-output :is(.widget-slider, .cl-hand-row)").first.wait_for()
        window.page.wait_for_timeout(300)
        labels = window.sliders()
        assert labels, name
        for place, label in enumerate(labels):
            before, start = window.widget_html(), window.move_slider(place, 0)
            told = window.move_slider(place, +2)
            if told == start:  # it stands at its end
                told = window.move_slider(place, -2)
            assert told != start, f"{name}: {label} does not move"
            assert window.widget_html(changed_from=before, seconds=30) != before, f"{name}: {label} changes nothing"
        if name == "net_training":
            window.screenshot("two-panels")
    assert window.errors() == []
    assert window.outside == []


def test_a_formula_that_a_page_cannot_read_is_noticed(window, jupyterlab):
    book = notebook("")
    book["cells"] = [{"cell_type": "markdown", "id": "one", "metadata": {}, "source": "$x\\in W$ and $x\\inW$"}]
    window.switch(jupyterlab.add("unknown_macro.ipynb", book))
    window.page.wait_for_selector("mjx-container")
    window.page.wait_for_timeout(1000)
    assert len(window.unread_formulas()) == 1


def test_the_card_of_an_exercise_gives_hints_at_the_press_of_a_button(window, jupyterlab):
    """First those from the mistake in the last answer, then its own; all formulas are set."""
    code = (
        'import conslaw_nb as cl\nchain = cl.teaching.exercise("1.6")\nchain',
        'chain.check("u**2 + v**2, v**2 - w**2")',
    )
    window.switch(jupyterlab.add("a_card.ipynb", notebook(*code)))
    window.run_all()
    assert window.errors() == []
    button = window.page.locator(".jp-OutputArea-output button", has_text="Hint")
    seen = []
    for _ in range(4):
        button.click()
        window.page.wait_for_timeout(600)
        seen.append(window.page.locator(".jp-OutputArea-output .widget-htmlmath").last.inner_text())
    window.screenshot("exercise-card")
    assert "On your last answer. Hint 1 of 3. Very close" in seen[0]
    assert "Hint 2 of 3. Look at a sign" in seen[1]
    assert "Hint 3 of 3" in seen[2]
    assert "Hint 1 of 3. Pretend that" in seen[3]
    assert window.unread_formulas() == []
    assert window.outside == []


# --- lessons as learners leave them -------------------------------------------------------------------------------


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


# --- the proof workshop -------------------------------------------------------------------------------------------


PROOF = f"%%proof\n{ALL_SIZES}"

CLAIMS = """claims = {
    "u**2 - v**2 is conserved for phi(u*v)": "PROVED",
    "u + v is conserved for phi(u*v)": "REFUTED",
    "x**2 - y**2 and x**2 - z**2 are independent for phi(x*y*z)": "PROVED",
    "x**2 - y**2 and (x**2 - y**2)**2 are independent for phi(x*y)": "REFUTED",
    "there are exactly 7 laws for linear(1,2,2,1)": "PROVED",
    "there are exactly 4 laws for factorization(2,2,2)": "REFUTED",
    "dim Lie = 5 for factorization(2,2,2)": "PROVED",
    "W is involutive for factorization(2,2,2)": "REFUTED",
    "x*y*z factors through phi for phi(x*y, z)": "PROVED",
    "the loss cross-entropy spans": "REFUTED",
}
cards = {text: cl.claim(text) for text in claims}
assert {text: str(card.verdict.status) for text, card in cards.items()} == claims
list(cards.values())[1]"""


def html(outputs):
    return "".join("".join(o.get("data", {}).get("text/html", "")) for o in outputs)


def test_the_workshop_notebook_runs(window):
    window.switch("proof_workshop.ipynb")
    window.run_all()
    assert window.errors() == []
    window.screenshot("workshop")
    assert "Javascript Error" not in window.page.inner_text("body")
    assert window.outside == []


def test_ten_claims_a_proof_a_mistake_and_a_file_that_a_terminal_verifies(window, jupyterlab, tmp_path):
    file = tmp_path / "balance.json"
    cells = (
        "import conslaw_nb as cl\n%load_ext conslaw_nb",
        CLAIMS,
        'cards["u + v is conserved for phi(u*v)"].hints().next()',
        PROOF,
        f"balance = _\nbalance.save({str(file)!r})\nbalance.reached",
        'wrong = cl.proof(balance.text.replace("- V\'^T*V", "+ V\'^T*V"))\nassert not wrong.reached\nwrong',
    )
    window.switch(jupyterlab.add("fresh.ipynb", notebook(*cells)))
    window.run_all()
    assert window.errors() == []
    outputs = window.outputs()
    assert "REFUTED" in html(outputs[1])
    assert "Hint 1 of" in str(outputs[2])
    assert "Proved for all sizes" in html(outputs[3])
    assert "2·V&#x27;ᵀ·V" in html(outputs[5])  # in the learner's own letters: before the flow is put in
    window.show(5)
    window.screenshot("workshop-planted-mistake")
    command = [sys.executable, "-m", "conslaw_nb", "verify", str(file)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "PROVED" in told.stdout
