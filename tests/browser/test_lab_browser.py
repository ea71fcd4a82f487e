"""The lessons in a real browser: JupyterLab in headless Chromium."""

import os
import re
import socket
import subprocess
import sys
import time

import pytest

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
    assert window.screenshot("small").stat().st_size > 1000
    assert window.outside == []


def test_the_harness_sees_an_error(window, jupyterlab):
    """A cell that fails is reported, and the wait ends."""
    window.switch(jupyterlab.add("broken.ipynb", notebook("1 / 0", "'never run'")))
    window.run_all()
    assert window.errors() == ["ZeroDivisionError: division by zero"]


def drawings(markup):
    return [text for text in markup if "<svg" in text]


def test_lesson_1_runs_its_picture_moves_and_on_the_second_day_every_figure_is_there(lab, jupyterlab):
    """As a learner meets it: run, move a slider, save, end the kernel, come back to still pictures."""
    lab.open("01_what_never_changes.ipynb")
    lab.screenshot("lesson-1-opened")
    lab.run_all()
    assert lab.errors() == []
    before = lab.widget_html()
    assert drawings(before)
    lab.move_slider(0, +3)
    after = lab.widget_html(changed_from=before)
    assert drawings(after) != drawings(before)
    lab.screenshot("lesson-1-slider-moved")
    assert lab.outside == []  # nothing is fetched from elsewhere: the lesson works without a network
    lab.save()
    saved = (jupyterlab.notebooks / "01_what_never_changes.ipynb").read_text(encoding="utf-8")
    assert '"execution_count": 3' in saved
    assert WIDGET_VIEW not in saved
    assert any("Shift + Enter" in str(output) for outputs in lab.outputs() for output in outputs)
    lab.shut_down_kernel()
    lab.open("01_what_never_changes.ipynb")  # and no widget is looked for
    shown = lab.page.locator(".jp-Notebook").inner_text()
    assert "Error displaying widget" not in shown
    assert "Loading widget" not in shown
    assert lab.page.locator(".jp-OutputArea .jp-RenderedHTML svg, .jp-OutputArea .jp-RenderedHTML img").count() > 0
    lab.screenshot("lesson-1-second-day")


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
            command, env={**os.environ, **private}, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        page = chromium.new_page()
        page.goto(printed_address(lab_log, process))
        page.get_by_role("heading", name="What never changes?").wait_for(timeout=60_000)
        # The kernel's name beside the circle that shows what it is doing: JupyterLab found a Python to run it.
        page.get_by_text("Python 3 (ipykernel)").first.wait_for(timeout=60_000)
        page.close()
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert sorted(path.name for path in (tmp_path / "mine").glob("*.ipynb"))[0] == "01_what_never_changes.ipynb"


def printed_address(log, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\S+\?token=\w+", log.read_text(errors="replace"))
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no address was printed:\n{log.read_text(errors='replace')}")
