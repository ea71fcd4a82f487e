"""At least eight typical wrong answers to every exercise, and what each is told: `wrong_answers.md`.

Wrong functions of lesson 0 stand in `test_lesson00.py`: they cannot be written in a line.
"""

from pathlib import Path

import pytest

from conslaw_nb import teaching


def table():
    """Return the answers of each exercise, each with words of its reply."""
    found, number = {}, ""
    for line in Path(__file__).with_name("wrong_answers.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            number = line.removeprefix("## ")
        elif line.startswith("- "):
            found.setdefault(number, []).append(line.removeprefix("- ").split("  =>  "))
    return found


TABLE = table()


@pytest.mark.parametrize("number", TABLE)
def test_a_wrong_answer_is_told_what_is_wrong_with_it(number):
    start = teaching.exercise(number).start
    for typed, words in TABLE[number]:
        answer = "\n".join(typed.split(" / ")) if start else typed
        answer = f"{start}\n{answer}" if "goal" in start else answer
        told = teaching.exercise(number).check(answer)
        form = f"The form is `{teaching.exercise(number).answer_form}`."
        assert told.outcome == ("unreadable" if told.message.endswith(form) else "wrong"), (typed, told)
        assert words in told.message, (typed, told)


def test_every_exercise_is_there():
    written = {f"0.{place}" for place in (1, 2, 3, 6, 9)}
    assert set(TABLE) == {task.number for task in teaching.all_exercises()} - written
    assert min(map(len, TABLE.values())) >= 8
