"""Right answers count, all of them; wrong ones are told why. Add the answers that your readers really give."""

from exercises import ZERO_AT_THE_START


def test_every_right_answer_counts():
    for answer in ("x**2 - y**2 + 3", "z**2 - x**2 - 8", "(x**2 - y**2 + 3)*(x + y)*(x - y)"):
        assert ZERO_AT_THE_START.check(answer).is_right, answer


def test_a_wrong_answer_is_told_why():
    assert "is not a law" in ZERO_AT_THE_START.check("x*y - 2").message
    assert "it is -3 at the start" in ZERO_AT_THE_START.check("x**2 - y**2").message
    assert "constant" in ZERO_AT_THE_START.check("0").message


def test_what_cannot_be_read_is_no_mistake_and_an_empty_answer_is_none():
    assert ZERO_AT_THE_START.check("x +").outcome == "unreadable"
    assert ZERO_AT_THE_START.check("").outcome == "empty"
