"""Exercises: every right answer counts, every wrong one is told why, a hint comes when it is asked for."""

import re
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from lesson_answers import answer_tests

import conslaw_nb as cl
from conslaw_nb import teaching
from conslaw_nb.claims.answers import parts, read_number, read_numbers
from conslaw_nb.errors import ConslawError, ParseError
from conslaw_nb.teaching.exercise import Exercise, right, wrong

NUMBERS = [task.number for task in teaching.exercises(1)]

RIGHT = [
    ("1.1", "(5/4, 3/4)"),
    ("1.1", "u = 1.25, v = 0.75"),
    ("1.1", (Fraction(5, 4), sympy.Rational(3, 4))),
    ("1.2", "(1, -1)"),
    ("1.2", "-3/7, 3/7"),
    ("1.2", (2, -2)),
    ("1.3", "v2"),
    ("1.3", "u**2 - v1**2"),
    ("1.3", "exp(v2)*3 + (u - v1)*(u + v1)"),
    ("1.3", sympy.Symbol("v2") ** 2),
    ("1.3", "h(u, v1, v2) = v₂"),
    ("1.4", "1 - tau**2*e**2"),
    ("1.4", "F = 1 − τ^2·e^2"),
    ("1.4", "(1 - τ*e)*(1 + τ*e)"),
    ("1.4", 1 - (sympy.Symbol("tau") * sympy.Symbol("e")) ** 2),
    ("1.5", "1/6"),
    ("1.5", Fraction(1, 6)),
    ("1.6", "u**2 - v**2, v**2 - w**2"),
    ("1.6", "h1 = u² − v², h2 = v² − w²"),
    ("1.6", ["u**2 - w**2", "(u**2 - v**2)**2"]),
    ("1.6", "(u**2 - v**2)*(v**2 - w**2), u^2 + v^2 - 2*w^2"),
]

WRONG = [
    ("1.1", "(3/2, 1/2)", "the output is 3 instead of 15/4, and u² − v² is 2 instead of 1"),
    ("1.1", "(1, 0)", "lies on the curve u² − v² = 1, but the output there is 0, not 15/4"),
    ("1.1", "(1, 15/16)", "but u² − v² is 31/256 there and 1 at the start: the flow cannot get there"),
    ("1.1", "(-5/4, -3/4)", "it lies on the other branch"),
    ("1.2", "(2, 1)", "the loss is already 0 and nothing moves"),
    ("1.2", "(0, 0)", "At the origin nothing moves at all"),
    ("1.2", "(1, 1)", "changes at once: its rate is −e·(v + u) = 2"),
    ("1.3", "u + v2", "changes already for inputs (1, 0)"),
    ("1.3", "u**2 - v1**2 - v2**2", "it is a true law"),
    ("1.3", "5", "`5` is a constant, and conserved by all data"),
    ("1.4", "1 + tau*e", "Your F has a term with a single τ"),
    ("1.4", "1", "With F = `1`, at u = 0, v = 1, τ = 1, e = 1, h(u⁺, v⁺) is 0 and F·h(u, v) is -1"),
    ("1.5", "1/10", "where u² − v² = 273/100: that is 91/100 of what it was, not 3/4"),
    ("1.5", "-1/6", "it should be positive"),
    ("1.5", 10**400, "τ = a number of 1329 bits is a giant step"),
    ("1.6", "u + v, u*w", "`u + v` is not a law: ⟨∇h, (v*w, u*w, u*v)⟩ = `u*w + v*w`"),
    ("1.6", "u**2 - v**2, 3", "`3` is a constant"),
    ("1.6", "u**2 - v**2, (v**2 - u**2)**2", "Together they count once"),
    ("1.6", "u**2 - v**2", "Two functions are asked for, with a comma between them; 'u**2 - v**2' holds 1"),
]

UNREADABLE = [
    ("1.1", "1", "There is 1 number in '1' where 2 are asked for, with commas"),
    ("1.1", "(u, 1)", "'u' is not a number: write a fraction such as '-3/4'"),
    ("1.1", (1.25, 0.75), "1.25 is a float, which is rarely what it seems; write it as text, such as '5/4'"),
    ("1.3", "v2 +", "the text ends too early"),
    ("1.3", "w", "w"),
    ("1.4", "__import__('os').system('true')", "__import__"),
    ("1.5", "1/0", "0"),
    ("1.6", "u**2 - v**2, exp(w)", "exp"),
]


test_right, test_wrong, test_unreadable = answer_tests(RIGHT, WRONG, UNREADABLE)


@pytest.mark.parametrize("answer", ["v2", "exp(v2)", "v2/(1 + v2**2)"])
def test_what_destroys_a_lucky_function_is_shown_with_its_place(answer):
    message = teaching.exercise("1.3").check(answer).message
    assert re.search(r"destroys it: ⟨∇h, ∇\(u\*v2\)⟩ = \S.* at u = ", message), message


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("answer", ["", "  ", None, ...])
def test_an_empty_answer_is_invited(number, answer):
    feedback = teaching.exercise(number).check(answer)
    assert feedback.outcome == "empty"
    assert "`.hint()` gives a hint" in feedback.message


@given(st.integers(-50, 50).filter(bool), st.integers(1, 20))
def test_all_lucky_starts_are_on_one_line(a, b):
    value = Fraction(a, b)
    assert teaching.exercise("1.2").check((value, -value))
    assert not teaching.exercise("1.2").check((value, value))


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9))
def test_two_combinations_of_the_laws_are_independent_exactly_when_their_matrix_is_invertible(a, b, c, d):
    first, second = (f"({p})*(u**2 - v**2) + ({q})*(v**2 - w**2)" for p, q in ((a, b), (c, d)))
    feedback = teaching.exercise("1.6").check((first, second))
    assert bool(feedback) == (a * d != b * c), feedback


@pytest.mark.parametrize("number", NUMBERS)
def test_hints_come_one_at_a_time_and_the_last_one_stays(number):
    task = teaching.exercise(number)
    count = len(task.hints)
    given_hints = [repr(task.hint()) for _ in range(count + 2)]
    assert [text.split(".**")[0] for text in given_hints[:count]] == [
        f"**Hint {k} of {count}" for k in range(1, count + 1)
    ]
    assert given_hints[count - 1 :] == [given_hints[count - 1]] * 3
    assert repr(teaching.exercise(number).hint()).startswith("**Hint 1")  # a new start for the next reader
    assert task.hint()._repr_markdown_() == given_hints[-1]


def test_the_exercises_ask_for_four_kinds_of_work():
    tasks = teaching.exercises(1)
    assert {task.kind for task in tasks} == {"predict", "compute", "prove", "break"}
    assert len(tasks) >= 4
    for task in tasks:
        assert task.statement.count("$") % 2 == 0
        assert all(hint.count("$") % 2 == 0 for hint in task.hints)
        assert f"<strong>Exercise {task.number} · " in task._repr_html_()
        assert task.title in repr(task)


def test_an_exercise_needs_more_than_one_hint():
    with pytest.raises(ValueError, match="exercise 0.1 has 1 hint"):
        Exercise("0.1", "T", "prove", "S", "F", ["only one"], right)


def test_feedback_is_escaped():
    html = wrong("`<b>` & co")._repr_html_()
    assert "<code>&lt;b&gt;</code> &amp; co" in html


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: teaching.exercise("7.99"), "there is no exercise '7.99'; there are 1.1, 1.2"),
        (lambda: teaching.exercises(99), "there are no exercises for lesson 99; there are some for 1"),
    ],
)
def test_an_unknown_exercise_is_refused_with_the_known_ones(call, message):
    with pytest.raises(ConslawError) as caught:
        call()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("answer", "pieces"),
    [
        ("(1, 2)", ["1", "2"]),
        ("[1, 2]", ["1", "2"]),
        ("1, 2,", ["1", "2"]),
        ("(u + v)*(u - v), (u)", ["(u + v)*(u - v)", "(u)"]),
        ("(a)(b)", ["(a)(b)"]),
        ("x[1,2], y", ["x[1,2]", "y"]),
        ((1, "2"), [1, "2"]),
        (3, [3]),
        ("((1, 2))", ["(1, 2)"]),
    ],
)
def test_answers_are_split_at_their_commas(answer, pieces):
    assert parts(answer) == pieces


@given(st.fractions())
def test_numbers_are_read_exactly(value):
    assert read_number(str(value)) == read_number(value) == value
    assert read_numbers(f"a = {value}, {value}", 2) == (value, value)


def test_a_float_is_not_taken_for_a_number():
    with pytest.raises(ParseError, match="0.1 is a float"):
        read_number(0.1)


@pytest.mark.parametrize("task", teaching.exercises(1), ids=lambda task: task.number)
def test_a_good_solution_is_shown_after_success_and_not_before(task):
    assert task.solution
    answer = {"1.1": "(5/4, 3/4)", "1.2": "(1, -1)", "1.3": "v2", "1.4": "1 - tau**2*e**2", "1.5": "1/6"}
    wrong = task.check(task.answer_form)
    assert not wrong.is_right
    assert "good solution" not in repr(wrong) + wrong._repr_html_()
    feedback = task.check(answer.get(task.number, "u**2 - v**2, v**2 - w**2"))
    assert feedback.is_right
    assert f"One good solution: {task.solution}" in repr(feedback)
    assert "<em>One good solution:</em>" in feedback._repr_html_()


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("two numbers are asked for", "Two numbers are asked for."),
        ("φ has three components", "φ has three components."),
        ("linear(1, 0, 1): the width 0", "linear(1, 0, 1): the width 0."),
        ("sqrt(...) is not a polynomial", "sqrt(...) is not a polynomial."),
        ("did you mean U*S?", "Did you mean U*S?"),
    ],
)
def test_a_message_becomes_a_sentence_and_a_formula_keeps_its_letters(message, shown):
    def judge(answer):
        raise ParseError(message)

    task = Exercise("0.1", "Nothing", "compute", "What?", "1", ["One.", "Two."], judge)
    assert task.check("2").message == f"{shown} The form is `1`."


def test_code_in_a_solution_is_shown_as_code():
    shown = teaching.exercise("9.4").check("linear(1,2,3,1)")._repr_html_()
    assert "linear(1,3,3,1)</code>: one field" in shown and "`" not in shown


def test_a_model_may_be_given_as_it_is_made_in_a_notebook():
    assert teaching.exercise("9.4").check("cl.linear(1,2,3,1)").is_right
    assert teaching.exercise("9.4").check(cl.linear(1, 2, 3, 1)).is_right
    assert "not a model" in teaching.exercise("9.4").check([2, 3, 1]).message


# --- answers that no page could hold ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("x" * 5_001, "Your answer 'xxxx"),
        (10**5_000, "Your answer is a number of 16610 bits: no answer needs a number of this size."),
        ([10**5_000], "Your answer is a list: no answer needs a number of this size."),
        (["1"] * 2_000, "Your answer \"['1', '1', "),
    ],
    ids=["long text", "large number", "large number in a list", "long list"],
)
def test_an_answer_beyond_all_bounds_is_refused_in_a_sentence(answer, message):
    for task in teaching.all_exercises():
        feedback = task.check(answer)
        assert feedback.outcome == "unreadable"
        assert feedback.message.startswith(message)
        assert len(feedback.message) < 400


def test_long_feedback_is_cut():
    long = teaching.exercise("5.1").check(" + ".join(["x**3"] * 600))
    assert long.outcome == "wrong"
    assert len(long.message) == 3_003
    assert long.message.endswith("...")


# --- calls that no exercise expects -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "named", "message"),
    [
        ((5, 3), {}, "`check` takes one answer, and here are 2: put them into one text."),
        ((), {"u": "5/4"}, "`check` takes one answer, without a name such as `u=`: write it as text."),
        (({"u": 1},), {}, "Your answer is a dictionary: write it as text, between quotes."),
        (({1, 2},), {}, "Your answer is a set: write it as text, between quotes."),
        ((True,), {}, "Your answer is True or False: write it as text, between quotes."),
        ((1j,), {}, "Your answer is a complex number: write it as text, between quotes."),
        ((b"1",), {}, "Your answer is bytes: write it as text, between quotes."),
        ((len,), {}, "Your answer is a function of Python: write it as text, between quotes."),
        (
            (teaching.exercise("1.1").hint,),
            {},
            "Your answer is a function of Python: write it as text, between quotes.",
        ),
        ((teaching.exercise("1.1"),), {}, "Your answer is an exercise itself, or what it has said: write it as text,"),
        ((wrong("no"),), {}, "Your answer is an exercise itself, or what it has said: write it as text,"),
        (
            ([1, [0.1 + 0.2]],),
            {},
            "0.30000000000000004 is a float, which is rarely what it seems; write it as text, such as '3/10'",
        ),
        ((5.625,), {}, "5.625 is a float, which is rarely what it seems; write it as text, such as '45/8'"),
        (
            (2**0.5,),
            {},
            "Your answer is the float 1.41421: if you meant a formula, the quotes are missing.",
        ),
        ((float("nan"),), {}, "Nan is a float, which is rarely what it seems; write it as text, such as '3/4'"),
    ],
)
def test_a_strange_call_gets_a_kind_sentence(answers, named, message):
    for task in (teaching.exercise("1.1"), teaching.exercise("1.3"), teaching.exercise("2.6")):
        feedback = task.check(*answers, **named)
        assert feedback.outcome == "unreadable"
        assert feedback.message.startswith(message)
        assert feedback.message.endswith(f"The form is `{task.answer_form}`.")


def test_check_without_an_answer_is_an_empty_answer():
    assert teaching.exercise("1.1").check().outcome == "empty"


# --- the card -----------------------------------------------------------------------------------------------


def test_the_card_says_all_that_an_exercise_is():
    task = teaching.exercise("1.3")
    html = task._repr_html_()
    for part in ("Exercise 1.3 · Conserved by luck", ">break</span>", ">core</span>", "<code>u*v1 + v2</code>"):
        assert part in html
    assert "It builds on: conserved from every start (1.2)." in html
    assert "**" not in html
    assert "<em>any</em> data set" in html
    assert "$h(u,v_1,v_2)$" in html
    assert repr(task).startswith("Exercise 1.3 (break, core): Conserved by luck\n\nA neuron with two inputs")


def test_a_card_is_escaped():
    task = Exercise("0.1", "<b>", "prove", "$a<b$ & `<i>`", "<u>", ["One.", "Two."], right, uses=("<s>",))
    html = task._repr_html_()
    assert "&lt;b&gt;" in html and "$a&lt;b$ &amp; <code>&lt;i&gt;</code>" in html
    assert not re.search(r"<(?:b|u|i|s)>", html)


def test_a_live_card_has_a_button_that_gives_one_hint_at_a_time():
    import ipywidgets as ipw

    task = teaching.exercise("1.1")
    made = []
    ipw.Widget.on_widget_constructed(made.append)
    try:
        data = task._repr_mimebundle_()
    finally:
        ipw.Widget.on_widget_constructed(None)
    assert data["text/plain"] == repr(task)
    assert "Run the cell (Shift + Enter) for a Hint button" in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data
    (button,) = [widget for widget in made if isinstance(widget, ipw.Button)]
    hint, card = (widget for widget in made if isinstance(widget, ipw.HTMLMath))
    assert "Where does it end?" in card.value and "Run the cell" not in card.value
    assert hint.value == ""
    seen = []
    for _ in range(4):
        button.click()
        seen.append((button.description, re.search(r"Hint \d of 3", hint.value)[0]))
    assert seen == [
        ("Next hint", "Hint 1 of 3"),
        ("Next hint", "Hint 2 of 3"),
        ("Last hint again", "Hint 3 of 3"),
        ("Last hint again", "Hint 3 of 3"),
    ]
    assert task.given == 3


def test_after_success_a_good_solution_stands_beside_ones_own():
    html = teaching.exercise("1.3").check("v2 + 0*u")._repr_html_()
    own, good = html.index("<em>Your answer:</em> <code>v2 + 0*u</code>"), html.index("<em>One good solution:</em>")
    assert own < good
    proof = teaching.exercise("2.6").start + "\nh' = 0 by computation\nh is conserved by Proposition 2.5"
    assert "<pre " in teaching.exercise("2.6").check(proof)._repr_html_()
    assert "Your answer" not in teaching.exercise("1.3").check("u")._repr_html_()


def test_hints_come_from_the_last_mistake_first():
    task = teaching.exercise("1.6")
    assert task.check("u**2 + v**2, v**2 - w**2").outcome == "wrong"
    assert task.hint().text == "*On your last answer.* **Hint 1 of 3.** Very close: the right terms are all there."
    assert task.hint().text.startswith("*On your last answer.* **Hint 2 of 3.** Look at a sign.")
    assert task.hint().text.startswith("*On your last answer.* **Hint 3 of 3.**")
    assert task.hint().text.startswith("**Hint 1 of 3.** Pretend")
    assert task.given == 1
    task.check("u**2 + v**2, v**2 - w**2")
    assert task.check("u**2 - v**2, v**2 - w**2").is_right
    assert task.hint().text.startswith("**Hint 2 of 3.**")


@pytest.mark.parametrize(
    ("number", "answer", "begins"),
    [
        ("4.4", "u1 + u2, u1**2 + u2**2 + v**2", "*On your last answer.* **Hint 1 of"),
        ("5.1", "x**2 - 4*x - y**2 + 2*y", "*On your last answer.* **Hint 1 of 3.** Very close"),
        ("6.2", "(-2*x*z, 0, x**2)", "*On your last answer.* **Hint 1 of"),
        ("7.2", "a**2 + c**2, b**2 - d**2, a*b - c*d", "*On your last answer.* **Hint 1 of 3.** Very close"),
        ("9.6", "U1[1,1]**2 + U2[1,1]**2 + U2[1,2]**2", "*On your last answer.* **Hint 1 of 3.** Very close"),
        ("12.2", "3*u**2 + v**2", "*On your last answer.* **Hint 1 of 3.** Very close"),
        ("12.4", "x*dy + y*dx", "*On your last answer.* **Hint 1 of 3.** Very close"),
        ("12.2", "exp(u)", "**Hint 1 of 3.** Which rescaling"),  # no mistake is looked for in an exponential
        ("5.5", "x*exp(z)", "**Hint 1 of 3.** What is the rate"),
    ],
)
def test_a_mistake_that_can_be_found_gives_the_first_hint(number, answer, begins):
    task = teaching.exercise(number)
    assert task.check(answer).outcome == "wrong"
    assert task.hint().text.startswith(begins)
