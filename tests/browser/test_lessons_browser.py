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
