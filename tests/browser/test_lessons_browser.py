"""Every lesson in a real browser: it runs without an error, its first figure answers, and nothing is fetched."""

import pytest

from conslaw_nb import teaching

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Lesson 1 has a file of its own.
LESSONS = {number: name for number, name in teaching.lessons().items() if number > 1}


@pytest.mark.parametrize("number", LESSONS)
def test_a_lesson_runs_and_its_first_figure_answers(number, lab):
    lab.open(LESSONS[number])
    lab.run_all()
    assert lab.errors() == []
    assert lab.unread_formulas() == []
    lab.show(0)
    before = lab.widget_html()
    assert before
    labels = lab.sliders()
    assert labels
    lab.screenshot(f"lesson-{number}")
    for steps in (+2, -4):  # the slider may stand at one of its ends
        lab.move_slider(0, steps)
        after = lab.widget_html(changed_from=before, seconds=5)
        if after != before:
            break
    assert after != before
    lab.screenshot(f"lesson-{number}-moved")
    assert lab.outside == []


def test_a_formula_that_a_page_cannot_read_is_noticed(lab, jupyterlab):
    cell = {"cell_type": "markdown", "id": "one", "metadata": {}, "source": "$x\\in W$ and $x\\inW$"}
    book = {"cells": [cell], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}}
    book |= {"nbformat": 4, "nbformat_minor": 5}
    lab.open(jupyterlab.add("unknown_macro.ipynb", book))
    lab.page.wait_for_selector("mjx-container")
    lab.page.wait_for_timeout(1000)
    assert len(lab.unread_formulas()) == 1
