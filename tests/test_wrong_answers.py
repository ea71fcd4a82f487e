"""At least eight wrong answers to every exercise of lessons 1 to 7, and what each is told: `wrong_answers.md`."""

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
        answer = start + "\n" + "\n".join(typed.split(" / ")) if start else typed
        told = teaching.exercise(number).check(answer)
        assert told.outcome in ("wrong", "unreadable"), (typed, told)
        assert words in told.message, (typed, told)


def test_every_exercise_of_the_first_lessons_is_there():
    early = {task.number for task in teaching.all_exercises() if int(task.number.partition(".")[0]) in range(1, 8)}
    assert set(TABLE) == early
    assert min(map(len, TABLE.values())) >= 8
