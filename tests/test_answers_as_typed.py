"""Answers as people type them: names, semicolons, matrices in LaTeX, Python without quotes."""

import nbformat
import pytest

from conslaw_nb import teaching
from conslaw_nb.notebooks.running import fresh_kernel
from conslaw_nb.teaching.as_typed import tidy
from conslaw_nb.teaching.kind_errors import explain, explain_syntax

POINT, MATRICES = "(5/4, 3/4)", "[[1, 0], [0, 0]], [[0, 0], [1, 0]]"
SPELLINGS = [
    ("1.1", POINT, "(u, v) = (5/4, 3/4)"),
    ("1.1", POINT, "u, v = 5/4, 3/4"),
    ("1.1", POINT, "u = 5/4; v = 3/4;"),
    ("1.1", POINT, "5/4; 3/4"),
    ("1.1", POINT, r"(\frac54, \tfrac34)"),
    ("1.1", POINT, r"\left(\frac{5}{4},\frac{3}{4}\right)"),
    ("8.2", MATRICES, "[[1, 0], [0, 0]]; [[0, 0], [1, 0]]"),
    ("8.2", MATRICES, r"\begin{pmatrix}1&0\\0&0\end{pmatrix}, \begin{bmatrix} 0 & 0 \\ 1 & 0 \\ \end{bmatrix}"),
    ("8.2", MATRICES, "Matrix([[1, 0], [0, 0]]), np.array([[0, 0], [1, 0]])"),
    ("1.1", POINT, "$\\frac54$, $\\frac34$"),
    ("1.1", POINT, "u = 5/4 v = 3/4"),
    ("1.1", POINT, "1,25; 0,75"),
    ("1.1", POINT, "'{5/4, 3/4}'"),
    ("1.1", POINT, "(\tfrac54, \frac34)"),  # as Python reads it between plain quotes: a tab and a form feed are in it
    ("1.4", "1 - tau^2*e^2", "1 - \tau^2 e^2"),
    ("8.2", MATRICES, "\begin{pmatrix}1&0\\0&0\\end{pmatrix}, \begin{pmatrix}0 & 0 \\ 1 & 0\\end{pmatrix}"),
    ("3.1", "a*b, a*c", "phi(a*b, a*c)"),
    ("3.1", "a*b, a*c", "\varphi(a,b,c) = (a*b, a*c)"),
    ("3.1", "a*b, a*c", "p = a*b, q = a*c"),
    ("3.2", "3,2,2,3", "x1 = 3, x2 = 2, x1' = 2, x2' = 3"),
    ("3.6", "2v1-v2", "2v_1-v_{2}"),
    ("6.4", "z, -y", "a=z b=-y"),
    ("8.2", MATRICES, "D = [[1, 0], [0, 0]], E = [[0, 0], [1, 0]]"),
    (
        "10.7",
        "1, 2, 3, 1, 1, 1; 2, 1, 1, 1, 3, 1",
        "u = (1, 2), V = [[3, 1], [1, 1]]; u = (2, 1), V = [[1, 1], [3, 1]]",
    ),
    ("10.4", "(3, 0, 5, 0, 0, 4)", "u = (3, 0), V = diag(5, 4)"),
    ("10.4", "(3, 0, 5, 0, 0, 4)", "[[3, 0]], [[5, 0], [0, 4]]"),
    ("8.2", MATRICES, "diag(1, 0), [[0, 0], [1, 0]]"),
    ("4.1", "(1/2, 1/3, 1/6)", "(1/2 1/3 1/6)"),
    ("4.3", "2", "[2]"),
    ("9.3", "6", "six"),
    ("9.3", "6", "Six independent laws"),
    ("12.2", "3*u**2 - v**2", "h(u, v) = 3*u**2 - v**2"),
    ("9.4", "linear(1,3,3,1)", "net = linear(1,3,3,1)"),
]


@pytest.mark.parametrize(("number", "plain", "typed"), SPELLINGS)
def test_two_spellings_of_an_answer_are_judged_alike(number, plain, typed):
    assert repr(teaching.exercise(number).check(typed)).replace(typed, plain) == repr(
        teaching.exercise(number).check(plain)
    )


def test_a_product_without_a_star_is_a_product_where_its_letters_are_known():
    assert teaching.exercise("5.3").check("c^2-ab").is_right


@pytest.mark.parametrize(
    "text",
    [
        "u**2 - v**2",
        "h = u**2",  # only where one function is asked for
        "u = 1, v = w = 2",
        "1, 2.5",
        "x_1 + y",
        "log(x) = y",
        "(1, 2",
        "f(x) = x; (",
        "a == b, c",
        r"\frac{a}{b}",
    ],
)
def test_what_needs_no_change_is_left_alone(text):
    assert tidy(text) == text


def test_the_answer_is_shown_with_the_commands_that_python_had_eaten():
    assert r"(\frac54, \tfrac34)" in teaching.exercise("1.1").check("(\frac54, \tfrac34)")._repr_html_()


def test_floats_are_answered_with_a_short_fraction():
    told = teaching.exercise("1.1").check((1.3333333, 0.75)).message
    assert "such as '4/3'" in told
    assert "such as '3/10'" in teaching.exercise("1.1").check(0.1 + 0.2).message
    told = teaching.exercise("2.2").check(2.737040274152414).message  # u - v1 without quotes, where both are numbers
    assert "Your answer is the float 2.73704: if you meant a formula, the quotes are missing." in told


def test_a_name_without_quotes_is_explained():
    told = explain(NameError("name 'u' is not defined", name="u"), "friend.check(u**2 - v**2)")
    assert 'write it between quotes, as in `.check("u**2 - v**2")`' in told
    told = explain(NameError("name 'friend' is not defined", name="friend"), 'friend.check("u")')
    assert "run the cell above, in which the exercise is shown" in told
    assert explain(NameError("name 'u' is not defined", name="u"), "print(u)") == ""
    power = TypeError("unsupported operand type(s) for ^: 'float' and 'int'")  # where u is a number of the lesson's
    assert 'between quotes, as in `.check("u^2 - v^2")`' in explain(power, "friend.check(u^2 - v^2)")
    assert explain(power, "print(u^2)") == explain(power, 'friend.check("u" + 1)') == ""


BROKEN = [
    ('where.check("5/4, 3/4)', 'not closed: write it as `.check("5/4, 3/4")`'),
    ("where.check(5/4; 3/4)", 'text, so write it between quotes, as in `.check("5/4; 3/4")`'),
    ("where.check((5/4, 3/4)", 'as in `.check("(5/4, 3/4)")`'),
    ("where.check(“5/4, 3/4”)", 'curly, and Python knows straight ones only: write it as `.check("5/4, 3/4")`'),
    ('where.check("(5/4, 3/4)"', "The bracket after your answer is not closed"),
    ('where.check(""5/4, 3/4")', 'one text between two quotes, as in `.check("5/4, 3/4")`'),
    ('where.check("")5/4', 'as in `.check("5/4")`'),
    ('proof.check("a = 0\nb = 0")', 'An answer of several lines begins with """'),
    ('proof.check("""a = 0\n', 'An answer of several lines begins with """'),
    ("def f(x)\n    return 2\n\ntask.check(f)", ""),  # the slip is in the function, and Python says it well
    ('where.check("1")\nprint(', ""),
    ("print(5/4;", ""),
]


@pytest.mark.parametrize(("source", "told"), BROKEN)
def test_quotes_that_are_broken_are_explained(source, told):
    with pytest.raises(SyntaxError) as problem:
        compile(source, "", "exec")
    said = explain_syntax(problem.value, source)
    assert told in said
    assert bool(said) == bool(told)


def test_in_a_notebook_only_answers_are_explained(tmp_path):
    nbclient = pytest.importorskip("nbclient")
    cells = ["import conslaw_nb as cl", 'place = cl.teaching.exercise("2.2")\nplace', "place.check(u**2)", "print(u)"]
    cells += ['place.check("u**2)', "print(5/4;"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    nbclient.NotebookClient(book, km=fresh_kernel(tmp_path), allow_errors=True, timeout=60).execute()
    for place, words, kind in ((2, "Python does not know `u`", "NameError"), (4, "is not closed", "SyntaxError")):
        (told,), (error,) = book.cells[place].outputs, book.cells[place + 1].outputs
        assert words in told["data"]["text/plain"]
        assert (error["output_type"], error["ename"]) == ("error", kind)
