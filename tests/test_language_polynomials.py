"""The reader of mathematical text: its grammar, its messages, its bounds, and that it runs nothing."""

import pickle
import time
from fractions import Fraction

import pytest
import reference as ref
from hypothesis import given
from hypothesis import strategies as st
from strategies import NAMES, examples, polynomials

from conslaw_nb.errors import ConslawError, ParseError, SizeError
from conslaw_nb.exact.polynomial import MAX_BITS, MAX_EXPONENT
from conslaw_nb.language import is_name, read_expression
from conslaw_nb.language.parsing import MAX_DEPTH, MAX_DIGITS
from conslaw_nb.language.polynomials import MAX_EXPANSION, fraction_from_node, poly_from_text
from conslaw_nb.language.reading import MAX_NAME
from conslaw_nb.language.signs import MAX_LENGTH

XYZ = ("x", "y", "z")


def read(text, names=XYZ):
    return ref.of_engine(poly_from_text(text, names))


def fails(text, names=XYZ):
    """The error that a text meets, with its class's name: in no time, whatever the text."""
    started = time.process_time()
    with pytest.raises(ConslawError) as caught:
        poly_from_text(text, names)
    assert time.process_time() - started < 2
    assert len(str(caught.value)) < 500  # one sentence, not the flood that came in
    return f"{type(caught.value).__name__}: {caught.value}"


# -- what is read ----------------------------------------------------------------------------------------


@given(polynomials(3, max_degree=4, max_terms=5))
@examples(150)
def test_a_polynomial_is_read_as_it_was_written(poly):
    names = NAMES[:3]
    engine = poly_from_text(ref.text_of(poly, names), names)
    assert ref.of_engine(engine) == poly
    assert poly_from_text(engine.text, names) == engine  # and its own text reads back
    assert poly_from_text(engine.text, names).text == engine.text


x, y, z = (ref.variable(i, 3) for i in range(3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-x**2", ref.multiply(ref.constant(-1, 3), ref.multiply(x, x))),  # a sign binds less than a power
        ("(-x)**2", ref.multiply(x, x)),
        ("2**3**2", ref.constant(512, 3)),  # powers from the right
        ("x**2**3", ref.power(x, 8, 3)),
        ("2**-2*x", ref.multiply(ref.constant(Fraction(1, 4), 3), x)),
        ("1 - 2 - 3", ref.constant(-4, 3)),  # sums from the left
        ("12/3/2*x", ref.multiply(ref.constant(2, 3), x)),
        ("x/2*y", ref.multiply(ref.constant(Fraction(1, 2), 3), ref.multiply(x, y))),
        ("- - -x", ref.multiply(ref.constant(-1, 3), x)),
        ("+x", x),
        ("2*-x", ref.multiply(ref.constant(-2, 3), x)),
        ("x^2", ref.multiply(x, x)),
        ("x² − y³·2×z", ref.add(ref.power(x, 2, 3), ref.multiply(ref.power(y, 3, 3), z), -2)),
        ("0.25*x", ref.multiply(ref.constant(Fraction(1, 4), 3), x)),  # decimals are exact
        (".1*x", ref.multiply(ref.constant(Fraction(1, 10), 3), x)),
        ("0.1 + 0.2", ref.constant(Fraction(3, 10), 3)),
        ("x**1.0", x),
        ("x**(4/2)", ref.multiply(x, x)),
        ("x**0", ref.constant(1, 3)),
        ("x - x", {}),
        ("  x\t+\n y ", ref.add(x, y)),
        ("2x", ref.multiply(ref.constant(2, 3), x)),
        ("x y", ref.multiply(x, y)),
        ("xy^2", ref.multiply(x, ref.multiply(y, y))),
        ("(x)(y)", ref.multiply(x, y)),
        ("x(y+1)", ref.add(ref.multiply(x, y), x)),
        ("1e2", ref.constant(100, 3)),
        ("½ x", ref.multiply(ref.constant(Fraction(1, 2), 3), x)),
        ("x**3/x**0", ref.power(x, 3, 3)),
        ("(x+y)*(x-y)", ref.add(ref.power(x, 2, 3), ref.power(y, 2, 3), -1)),
    ],
)
def test_the_grammar(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize("text", ["U1[2,3]**2", "U1[2, 3]^2", "U1 [ 2 , 3 ]**2", "U1_2_3**2", "U1_2_3²"])
def test_entries_of_matrices_have_two_spellings(text):
    names = ("U1_2_2", "U1_2_3")
    assert read(text, names) == {(0, 2): 1}


def test_one_index_in_brackets_is_read_too():
    assert read("b1[2] + x[1]", ("b1_2", "x_1")) == {(1, 0): 1, (0, 1): 1}


def test_greek_names():
    assert read("θ*φ_1 + α", ("θ", "φ_1", "α")) == {(1, 1, 0): 1, (0, 0, 1): 1}


@pytest.mark.parametrize("name", ["x", "_", "U1_2_3", "θ", "x" * MAX_NAME, "lambda", "True"])
def test_names(name):
    assert is_name(name)
    assert read(f"2*{name}", (name,)) == {(1,): 2}


@pytest.mark.parametrize(
    "name", ["", "1x", "x y", "x-y", "é", "exp", "log", "sqrt", "x" * (MAX_NAME + 1), "ͷ;", "\u037e"]
)
def test_what_is_no_name(name):
    assert not is_name(name)


def test_a_quotient_is_kept_as_one():
    top, bottom = fraction_from_node(read_expression("1/(x+1) + 2/(x+1) - y/x**2"), XYZ)
    # 3/(x+1) − y/x², over the common denominator
    left = ref.multiply(ref.of_engine(top), ref.multiply(ref.power(x, 2, 3), ref.add(x, ref.constant(1, 3))))
    over = ref.add(
        ref.multiply(ref.constant(3, 3), ref.power(x, 2, 3)),
        ref.multiply(y, ref.add(x, ref.constant(1, 3))),
        -1,
    )
    assert left == ref.multiply(over, ref.of_engine(bottom))


# -- what is not, and what is said -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ParseError: the expression is empty: write something like x**2 - y**2"),
        ("   ", "ParseError: the expression is empty: write something like x**2 - y**2"),
        (
            "x +",
            "ParseError: the text ends too early in 'x +⟨here⟩': a number, a variable or a parenthesis is missing",
        ),
        ("(x", "ParseError: the text ends too early in '(x⟨here⟩': ')' is missing"),
        (
            "x)",
            "ParseError: ')' is unexpected in 'x⟨here⟩)': an operator or the end of the text should stand here",
        ),
        (
            "()",
            "ParseError: ')' is unexpected in '(⟨here⟩)': a number, a variable or a parenthesis should stand here",
        ),
        ("x**2 = y", "ParseError: '=' is unexpected in 'x**2 ⟨here⟩= y': write a function, not an equation"),
        ("x # y", "ParseError: '#' cannot be read in 'x ⟨here⟩# y': use numbers, variables, + - * / **"),
        ("x $ y", "ParseError: '$' cannot be read in 'x ⟨here⟩$ y': signs of mathematics stand between two of them"),
        ("q y", "ParseError: an operator is missing before 'y' in 'q ⟨here⟩y': write products with *, as in 2*x"),
        ("q(y+1)", "ParseError: the function 'q' is not known in '⟨here⟩q(y+1)'"),
        ("x'", 'ParseError: "x\'" is a derivative in time, and a function of the variables is asked for in this place'),
        ("x^T", "ParseError: 'x^T' is a transpose, and a function of the variables is asked for in this place"),
        ("grad x", "ParseError: 'grad x' is a gradient, and a function of the variables is asked for in this place"),
        ("(x, y)", "ParseError: '(x, y)' is a vector, and a function of the variables is asked for in this place"),
        ("[x, y]", "ParseError: '[x, y]' is a list or a bracket, and a function of the variables is asked for"),
        ("tr(x)", "ParseError: 'tr(x)' is written for matrices or fields, and a function of the variables is asked"),
        ("||v||^2 - z", "ParseError: '||v||' is a norm, and norms are not read in this place"),
        ("‖v‖²", "ParseError: '‖v‖' is a norm, and norms are not read in this place"),
        (r"\| v \|^2", r"ParseError: '\| v \|' is a norm, and norms are not read in this place"),
        ("x·|y|", "ParseError: '|y|' is an absolute value or a norm, and these are not read in this place"),
        ("|x + y|^2", "ParseError: '|x + y|' is an absolute value or a norm, and these are not read"),
        ("x.y", "ParseError: '.' cannot be read in 'x⟨here⟩.y'"),
        (
            "x, y",
            "ParseError: ',' is unexpected in 'x⟨here⟩, y': an operator or the end of the text should stand here",
        ),
        (
            "sin(x)",
            "ParseError: the function 'sin' is not known in '⟨here⟩sin(x)': the functions are exp, log, sqrt",
        ),
        ("exp(x)", "ParseError: 'exp(...)' is not a polynomial, and one is asked for in this place"),
        ("q", "ParseError: the variable 'q' is not known here: the variables are x, y, z"),
        ("exp", "ParseError: the variable 'exp' is not known here"),
        ("1/0", "ParseError: division by zero: a denominator of the expression is 0"),
        ("x/(y-y)", "ParseError: division by zero"),
        ("0**-1", "ParseError: division by zero: 0 has no power -1"),
        ("1/x", "ParseError: '1/x' is not a polynomial: it divides by x"),
        (
            "x**2/x",
            "ParseError: 'x**2/x' is not a polynomial: it divides by x",
        ),  # nothing is cancelled unasked
        ("x**-1", "ParseError: 'x**-1' is not a polynomial: it divides by x"),
        ("x**(1/2)", "ParseError: the exponent 1/2 is not an integer: only integer powers make a polynomial"),
        ("x**0.5", "ParseError: the exponent 1/2 is not an integer"),
        ("x**y", "ParseError: the exponent y is not an integer"),
        ("x**(1/y)", "ParseError: the exponent (1)/(y) is not an integer"),
        ("é", "ParseError: 'é' cannot be read in '⟨here⟩é'"),
        ("٣*x", "ParseError: '٣' cannot be read in '⟨here⟩٣*x'"),
    ],
)
def test_messages(text, message):
    assert fails(text).startswith(message)


def test_a_place_in_the_middle_is_shown_with_its_surroundings():
    text = "11111111 + " * 20 + "$ " + "22222222 + " * 20
    assert "'...111111 + 11111111 + ⟨here⟩$ 22222222 + 2222222...'" in fails(text)


def test_a_place_after_an_indexed_name_is_right():
    assert "'U1[2,3] ⟨here⟩$'" in fails("U1[2,3] $", ("U1_2_3",))


def test_a_number_where_no_variable_can_stand():
    with pytest.raises(ParseError, match="'x' is not known here: only numbers can be used in this place"):
        poly_from_text("x", ())


def test_a_norm_is_quoted_as_it_was_typed_with_the_squares_to_write_and_never_at_length():
    assert fails("‖u‖² - ‖v‖²", ("u1", "u2", "v1")).endswith("with the entries, as in u1**2 + u2**2")
    assert fails("|W|^2", tuple(f"W_{i}_1" for i in range(5))).endswith("as in W_0_1**2 + W_1_1**2 + ...")
    assert fails("|x|").endswith("write the square of a number as x**2")
    assert fails("|x - y|^2").endswith("write the square of a number as (x - y)**2")
    assert "..." in fails("||" + " + ".join("x" * 200) + "||")
    assert pickle.loads(pickle.dumps(read_expression("‖u‖"))).said == "‖u‖"


def test_many_variables_are_not_all_listed():
    message = fails("q", tuple(f"x{i}" for i in range(5000)))
    assert message.endswith("the variables are x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, ...")


@pytest.mark.parametrize("value", [None, 3, b"x", ["x"]])
def test_only_text_is_read(value):
    with pytest.raises(ParseError, match=f"must be text, not {type(value).__name__}: put it in quotes"):
        read_expression(value)


# -- nothing is run --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch /tmp/owned')",
        "().__class__.__bases__[0].__subclasses__()",
        "eval('1')",
        "exec(x)",
        "lambda: 0",
        "x.__class__",
        "[c for c in (1,)]",
        "f'{x}'",
        "open(x)",
        "x if y else z",
        "x; y",
        "x := 1",
        "\\u0078",
        "sqrt.__globals__",
        "print(x)",
        "x\x00y",
        "x#y",
        '"x"',
        "`x`",
        "${x}",
        "x\u202ey",
    ],
)
def test_code_is_refused_and_never_run(text, monkeypatch):
    ran, error = [], None
    with monkeypatch.context() as patched:
        for name in ("eval", "exec", "compile"):
            patched.setattr(f"builtins.{name}", lambda *_, **__: ran.append(text))
        try:
            poly_from_text(text, XYZ)
        except ConslawError as caught:
            error = caught
    assert error is not None
    assert ran == []


@given(st.text(alphabet="xyz0123456789+-*/^()[],=.²·× explogsqrt_", max_size=40))
@examples(400)
def test_any_text_is_a_polynomial_or_a_sentence(text):
    try:
        poly = poly_from_text(text, XYZ)
    except ConslawError as error:
        assert len(str(error)) < 400
    else:
        assert poly_from_text(poly.text, XYZ) == poly


@given(st.text(max_size=30))
@examples(200)
def test_any_characters_at_all(text):
    try:
        poly_from_text(text, XYZ)
    except ConslawError as error:
        assert str(error)


# -- bounds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * 10_000 + "x" + ")" * 10_000, f"SizeError: more than {MAX_DEPTH} nested parentheses"),
        ("(" * 10_000, f"SizeError: more than {MAX_DEPTH} nested parentheses"),
        ("exp(" * 10_000, f"SizeError: more than {MAX_DEPTH} nested parentheses"),
        ("[" * 10_000, f"SizeError: more than {MAX_DEPTH} nested parentheses"),
        ("x" + "**x" * 10_000, f"SizeError: more than {MAX_DEPTH} nested powers"),
        ("x" + "**2" * 200, f"SizeError: more than {MAX_DEPTH} nested powers"),
        ("9" * 10**6, "SizeError: this text has 1000000 characters; at most 200000 are read"),
        ("9" * (MAX_DIGITS + 1) + "*x", f"SizeError: a number of {MAX_DIGITS + 1} digits is too long"),
        ("0." + "1" * MAX_DIGITS + "*x", f"SizeError: a number of {MAX_DIGITS + 2} digits is too long"),
        (
            "x**(10**9)",
            f"SizeError: the exponent 1000000000 is too large: exponents up to {MAX_EXPONENT} are read",
        ),
        ("x**-(10**9)", "SizeError: the exponent -1000000000 is too large"),
        ("x**1001", f"SizeError: the exponent 1001 is too large: exponents up to {MAX_EXPONENT} are read"),
        ("(x**900)**900", f"SizeError: the power (x**900)**900 is too high: degrees up to {MAX_EXPONENT}"),
        ("x**600*y**600", f"SizeError: a product of degree 1200 is too high: degrees up to {MAX_EXPONENT}"),
        ("(x*y)**501", "SizeError: the power (x*y)**501 is too high"),
        ("2**1000**1000", "SizeError: the power (1000)**1000 has coefficients of over"),
        ("(2**900)**2*x", "SizeError: the power (a number of 901 bits)**2 has coefficients of over"),
        ("x**(9**99)", "SizeError: the exponent a number of 314 bits is too large"),
        (
            "(2*x+3*y)**1000",
            f"SizeError: this expression has coefficients of over {MAX_BITS} bits: use smaller numbers",
        ),
        ("*".join(["7" * 300] * 2), f"SizeError: this expression has coefficients of over {MAX_BITS} bits"),
        (
            "+".join(f"1/{n}" for n in range(10**12, 10**12 + 200)),
            "SizeError: this expression has coefficients of over",
        ),
        (
            "(x+y+z+1)**300",
            "SizeError: the power (x + y + z + 1)**300 makes the expression too large to expand exactly",
        ),
        ("(x+1)**600*(y+1)**600", "SizeError: a product of degree 1200 is too high"),
        ("*".join(f"(x+y+z+{k})" for k in range(900)), "SizeError: a product of "),
        ("+".join(f"1/(x+y+z+{k})" for k in range(90)), "SizeError: a product of "),
        (
            "((x+y+z+1)**20)**20",
            "SizeError: the power (a polynomial of 1771 terms)**20 makes the expression too large",
        ),
    ],
)
def test_what_is_too_large_is_refused_at_once(text, message):
    assert fails(text).startswith(message)


def test_a_hundred_parentheses_are_fine():
    deepest = MAX_DEPTH - 1
    assert read("(" * deepest + "x" + ")" * deepest) == x
    assert read("-(" * deepest + "x" + ")" * deepest) == ref.multiply(ref.constant((-1) ** deepest, 3), x)
    assert read("(x+" * deepest + "x" + ")" * deepest) == ref.multiply(ref.constant(deepest + 1, 3), x)


def test_long_sums_take_linear_time():
    def seconds(terms):
        started = time.process_time()
        assert read("+".join(["x*y"] * terms)) == {(1, 1, 0): terms}
        return time.process_time() - started

    seconds(1000)
    short, long = min(seconds(4_000) for _ in range(3)), seconds(40_000)
    assert long < 40 * short + 1  # ten times the text; a quadratic reader takes a hundred times as long


def test_the_longest_text_is_read():
    text = "+".join(["x"] * (MAX_LENGTH // 2))
    assert len(text) == MAX_LENGTH - 1
    assert read(text) == {(1, 0, 0): MAX_LENGTH // 2}


def test_the_largest_numbers_are_read_and_written():
    digits = "9" * MAX_DIGITS
    poly = poly_from_text(f"{digits}/7*x - y/{digits}", XYZ)
    assert poly_from_text(poly.text, XYZ) == poly
    assert int(digits) < 2 ** (MAX_BITS - 1)


def test_high_powers_of_two_terms_are_expanded():
    terms = read("(x + y)**60")
    assert len(terms) == 61
    assert terms[30, 30, 0] == 118264581564861424


def test_the_budget_is_for_the_whole_expression():
    # each product is small enough; together they are not
    small, terms = "(x+y+1)**12*(x-y+1)**12", 91
    assert poly_from_text(small, XYZ)
    times = MAX_EXPANSION // terms**2 + 1
    assert "too large to expand exactly" in fails("+".join([small] * times))


def test_size_errors_are_not_parse_errors():
    with pytest.raises(SizeError):
        poly_from_text("x**1001", XYZ)
    assert not issubclass(SizeError, ParseError)
