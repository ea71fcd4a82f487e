"""Right answers count, all of them; wrong ones are told why. Add the answers that your readers really give."""

import conslaw_nb as cl

SURFACE = cl.teaching.exercise("lesson.1")  # from the files in the folder in which pytest runs


def test_every_right_answer_counts():
    for answer in ("x**2 - y**2 + 3", "z**2 - x**2 - 8", "(x**2 - y**2 + 3)*(x + y)*(x - y)"):
        assert SURFACE.check(answer).is_right, answer


def test_a_wrong_answer_is_told_why():
    assert "is not a law" in SURFACE.check("x*y - 2").message
    assert "it is -3 at the start" in SURFACE.check("x**2 - y**2").message
    assert "constant" in SURFACE.check("0").message


def test_what_cannot_be_read_is_no_mistake_and_an_empty_answer_is_none():
    assert SURFACE.check("x +").outcome == "unreadable"
    assert SURFACE.check("").outcome == "empty"
