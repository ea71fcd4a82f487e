"""Every lesson in a real browser: it runs without an error, its first figure answers, and nothing is fetched."""

import pytest

from conslaw_nb import teaching, widgets

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Lesson 1 has a file of its own.
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


@pytest.mark.parametrize("name", FIGURES)
def test_every_slider_of_every_figure_answers_to_the_arrow_keys(name, window, jupyterlab):
    """Each is reached, moves with a key, and moves the picture, the words or the numbers."""
    code = f"import conslaw_nb as cl\nfigure = cl.widgets.{name}()\nfigure"
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "source": code, "outputs": [], "execution_count": None}
    book = {"cells": [cell], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}}
    book |= {"nbformat": 4, "nbformat_minor": 5}
    window.switch(jupyterlab.add(f"keys_{name}.ipynb", book))
    window.run_all()
    assert window.errors() == []
    labels = window.sliders()
    for place, label in enumerate(labels):
        before = window.widget_html()
        told = {window.move_slider(place, steps) for steps in (0, 2, -1)}  # it may stand at one of its ends
        assert len(told) > 1, f"{label} does not move"
        assert window.widget_html(changed_from=before, seconds=5) != before, f"{label} changes nothing"
    if name == "net_training":
        window.screenshot("two-panels")
    assert window.outside == []


def test_a_formula_that_a_page_cannot_read_is_noticed(window, jupyterlab):
    cell = {"cell_type": "markdown", "id": "one", "metadata": {}, "source": "$x\\in W$ and $x\\inW$"}
    book = {"cells": [cell], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}}
    book |= {"nbformat": 4, "nbformat_minor": 5}
    window.switch(jupyterlab.add("unknown_macro.ipynb", book))
    window.page.wait_for_selector("mjx-container")
    window.page.wait_for_timeout(1000)
    assert len(window.unread_formulas()) == 1


def test_the_card_of_an_exercise_gives_hints_at_the_press_of_a_button(window, jupyterlab):
    """First those from the mistake in the last answer, then its own; all formulas are set."""
    code = [
        'import conslaw_nb as cl\nchain = cl.teaching.exercise("1.6")\nchain',
        'chain.check("u**2 + v**2, v**2 - w**2")',
    ]
    cells = [
        {"cell_type": "code", "id": f"cell-{k}", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for k, text in enumerate(code)
    ]
    book = {"cells": cells, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}}
    book |= {"nbformat": 4, "nbformat_minor": 5}
    window.switch(jupyterlab.add("a_card.ipynb", book))
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
