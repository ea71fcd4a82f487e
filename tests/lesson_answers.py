"""What the tests of every lesson have in common: answers to its exercises, and what the reader is told of each.

A file says ``test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)``, and pytest finds three
tests of its own there, with one case for each answer.
"""

import pytest

from conslaw_nb import teaching


def _with_reasons(table):
    return pytest.mark.parametrize(("number", "answer", "reason"), table)


def answer_tests(right, wrong, unreadable):
    """Return three tests: right answers count, wrong ones are told why, and what cannot be read is told so.

    Parameters
    ----------
    right : list of (number, answer)
        A solution must be shown after each.
    wrong, unreadable : list of (number, answer, reason)
        The reason stands in the message; where it begins the sentence that is written for an answer that cannot be
        read, with a capital letter.
    """

    @pytest.mark.parametrize(("number", "answer"), right)
    def right_answers_count(number, answer):
        feedback = teaching.exercise(number).check(answer)
        assert feedback.outcome == "right", feedback
        assert feedback.is_right
        assert feedback
        assert repr(feedback).startswith("✓ Right. ")
        assert feedback.solution
        assert f"One good solution: {feedback.solution}" in repr(feedback)

    @_with_reasons(wrong)
    def a_wrong_answer_is_told_why(number, answer, reason):
        feedback = teaching.exercise(number).check(answer)
        assert feedback.outcome == "wrong", feedback
        assert not feedback.is_right
        assert not feedback
        assert repr(feedback).startswith("✗ Not yet. ")
        assert reason in feedback.message

    @_with_reasons(unreadable)
    def what_cannot_be_read_is_told_so(number, answer, reason):
        task = teaching.exercise(number)
        feedback = task.check(answer)
        assert feedback.outcome == "unreadable", feedback
        assert not feedback.is_right
        assert feedback.message.endswith(f"The form is `{task.answer_form}`.")
        assert reason in feedback.message or reason[:1].upper() + reason[1:] in feedback.message

    return right_answers_count, a_wrong_answer_is_told_why, what_cannot_be_read_is_told_so
