"""What a person typed, as a formula: its shape is kept, and it says the same."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb.claims.claim import SENTENCES, claim
from conslaw_nb.errors import ParseError
from conslaw_nb.language import latex as tree_latex
from conslaw_nb.language import read_expression
from conslaw_nb.language.polynomials import constant_value


def formula_latex(text):
    return tree_latex(read_expression(text))


SHAPES = [
    ("x - y", "x - y"),
    ("-(a*d - b*c)^2", r"-\left(a\,d - b\,c\right)^{2}"),
    ("a - (b - c)", r"a - \left(b - c\right)"),
    ("a - (-b)", r"a - \left(-b\right)"),
    ("-(-a)", r"-\left(-a\right)"),
    ("x*-y", r"x\,\left(-y\right)"),
    ("(x**2)**3", r"\left(x^{2}\right)^{3}"),
    ("x**2**3", "x^{2^{3}}"),
    ("(-x)**2", r"\left(-x\right)^{2}"),
    ("2**x", "2^{x}"),
    ("x*2", r"x\cdot 2"),
    ("1/2*x", r"\frac{x}{2}"),
    ("x/(y*z)", r"\frac{x}{y\,z}"),
    ("(a+b)/c", r"\frac{a + b}{c}"),
    ("(x-y)/2*(x+y)", r"\frac{\left(x - y\right)\,\left(x + y\right)}{2}"),
    ("0.25*x", r"\frac{1}{4}\,x"),
    ("sqrt(x)*exp(-x)", r"\sqrt{x}\,\exp(-x)"),
    ("U[1,1]**2 - V_1_2", "U_{1,1}^{2} - V_{1,2}"),
]


@pytest.mark.parametrize(("text", "latex"), SHAPES)
def test_a_formula_keeps_the_form_in_which_it_was_typed(text, latex):
    assert formula_latex(text) == latex


def read_back(latex: str) -> str:
    """Turn the LaTeX of numbers, + - * / ** and parentheses into text that the parser reads."""
    text = latex.replace(r"\left", "").replace(r"\right", "").replace(r"\,", "*").replace(r"\cdot ", "*")
    while r"\frac" in text:
        text = re.sub(r"\\frac\{((?:[^{}]|\^\{[^{}]*\})*)\}\{((?:[^{}]|\^\{[^{}]*\})*)\}", r"((\1)/(\2))", text)
    return re.sub(r"\^\{([^{}]*)\}", r"**(\1)", text)


def value(text: str) -> Fraction:
    return constant_value(read_expression(text))


LEAVES = st.integers(1, 9).map(str)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        st.tuples(inner, LEAVES).map(lambda t: f"({t[0]})/{t[1]}"),
        inner.map(lambda t: f"-({t})"),
        inner.map(lambda t: f"({t})**2"),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS)
def test_a_formula_says_what_was_typed(text):
    assert value(read_back(formula_latex(text))) == value(text)


@given(EXPRESSIONS)
def test_no_minus_stands_behind_a_factor_or_another_minus(text):
    assert not re.search(r"(\\,|\\cdot |- |\+ |--)-", formula_latex(text))


def test_what_cannot_be_read_has_no_formula():
    with pytest.raises(ParseError, match="ends too early"):
        formula_latex("x +")


@pytest.mark.parametrize("sentence", [s for kind, s in SENTENCES.items() if kind not in ("loss", "function")])
def test_the_formula_of_a_claim_is_typeset_and_not_quoted(sentence):
    latex = claim(sentence, "phi(x*y, x*z)").latex
    assert not re.search(r"\\texttt|\*|\^[^{]", latex), latex


def test_an_equality_is_shown_with_its_two_sides_as_they_were_typed():
    latex = cl.claim("(x + y)^2 = x^2 + 2*x*y + y^2").latex
    assert latex == r"\left(x + y\right)^{2}=x^{2} + 2\,x\,y + y^{2}"


WORDS = """left right nabla perp not forall theta tfrac frac sqrt exp log dim in mathrm mathbb text chi top circ
varphi dots ell sum cdot quad Rightarrow"""


@pytest.mark.parametrize("kind", SENTENCES)
def test_the_formula_of_a_claim_uses_only_words_that_mathjax_knows(kind):
    latex = claim(SENTENCES[kind], {"loss": None, "function": "factorization(2,2,2)"}.get(kind, "phi(x*y, x*z)")).latex
    assert set(re.findall(r"\\([A-Za-z]+)", latex)) <= set(WORDS.split()), latex


def test_what_stands_above_a_bar_is_written_once():
    """Written twice, a nest of forty fractions would take a year."""
    nest = "y"
    for _ in range(40):
        nest = f"(y - {nest})/2"
    assert formula_latex(nest).count(r"\frac") == 40
