"""Models as text: what is read, and one clear sentence for what is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples, models

import conslaw_nb as cl
from conslaw_nb.errors import ConslawError, ModelError, ParseError, SizeError


@given(models())
@examples(100)
def test_the_text_of_a_model_reads_back_as_the_same_model(model):
    again = cl.parse_model(model.text)
    assert again.text == model.text
    assert again.variables == model.variables
    assert again.model_data() == model.model_data()


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (" linear ( 2 , 3,2 ) ", "linear(2,3,2)"),
        ("linear(2+1, 3*2, 2**2)", "linear(3,6,4)"),
        ("linear(6/2, 1.0)", "linear(3,1)"),
        ("relu(2,3,2,bias=True)", "relu(2,3,2,bias=True)"),
        ("relu(2,3,2, bias = true)", "relu(2,3,2,bias=True)"),
        ("relu(2,3,2,bias=False)", "relu(2,3,2)"),
        ("relu(2,3,2,bias=false)", "relu(2,3,2)"),
        ("factorization(3,2,2)", "factorization(3,2,2)"),
        ("phi(x*y, x*z)", "phi(x*y, x*z)"),
        ("parametrization((x+y)^2)", "phi(x**2 + 2*x*y + y**2)"),
        ("phi(x*y, variables=[x, y, z])", "phi(x*y, variables=[x, y, z])"),
        ("phi(U1[1,1]*U2[1,1])", "phi(U1_1_1*U2_1_1)"),
        ("phi(5, variables=[x])", "phi(5, variables=[x])"),
        ("fields([x, y], [y, x], [x**2, 1])", "fields([x, y], [y, x], [x**2, 1])"),
        ("vector_fields([x], [1/2])", "fields([x], [1/2])"),
        ("fields([θ], [θ²])", "fields([θ], [θ**2])"),
        ("phi(2x, (x+1)(x-1))", "phi(2*x, x**2 - 1)"),
        ("phi(xy, xz, variables=[x, y, z])", "phi(x*y, x*z)"),
        ("φ(x₁·x₂, ½x₁⁴)", "phi(x_1*x_2, 1/2*x_1**4)"),
        ("phi(x[1]*x[2])", "phi(x_1*x_2)"),
        (r"$\phi(x\cdot y, \frac{x^{2}}{2})$", "phi(x*y, 1/2*x**2)"),
        ("phi(x, y, xy, variables=[x, y, xy])", "phi(x, y, xy, variables=[x, y, xy])"),
        ("phi(x, y, xy, variables=[x, y])", "phi(x, y, x*y)"),
        ("\ufeffcl . linear(2,\u00a03)", "linear(2,3)"),
    ],
)
def test_what_is_read(text, same):
    assert cl.parse_model(text).text == same


EXAMPLES = r"write it like linear\(5,5,5\), relu\(2,3,2,bias=True\)"


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (None, ModelError, f"a model must be text, not NoneType: {EXAMPLES}"),
        (b"linear(2,2)", ModelError, "a model must be text, not bytes"),
        ("", ModelError, f"the model is empty: {EXAMPLES}"),
        ("  \n", ModelError, "the model is empty"),
        ("linear", ModelError, r"linear needs its sizes: write it like linear\(2,3,2\)"),
        ("5", ModelError, "'5' is not a model"),
        ("x*y", ModelError, r"'x\*y' is not a model"),
        ("(x)", ModelError, r"'\(x\)' is not a model"),
        ("y" * 1000, ModelError, "'y{60}...' is not a model"),
        ("transformer(2)", ModelError, f"the model 'transformer' is not known: {EXAMPLES}"),
        ("LINEAR(2,2)", ModelError, "the model 'LINEAR' is not known"),
        ("linear(2,3,2", ParseError, "the text ends too early .*: a comma or a closing parenthesis is missing"),
        ("linear(2,3,2))", ParseError, r"'\)' is unexpected .*: an operator or the end of the text should stand here"),
        ("linear(2,3,2) + 1", ParseError, r"'\+' is unexpected"),
        ("linear(2 3)", ParseError, "an operator is missing before '3'"),
        ("linear(,2)", ParseError, "',' is unexpected"),
        ("linear(2,,2)", ParseError, "',' is unexpected"),
        ("linear()", ModelError, r"linear\(\): give at least 2 widths"),
        ("linear(3)", ModelError, r"linear\(3\): give at least 2 widths"),
        ("linear(-3,2)", ModelError, r"linear\(-3, 2\): the width -3 must be at least 1"),
        ("linear(0,2)", ModelError, "the width 0 must be at least 1"),
        ("linear(1-1,2)", ModelError, "the width 0 must be at least 1"),
        ("linear(1/2,3)", ModelError, r"linear takes whole numbers as widths, as in linear\(2,3,2\), not 1/2"),
        ("linear(2.5,3)", ModelError, "not 5/2"),
        ("relu(x,3)", ModelError, r"relu takes whole numbers .*: the variable 'x' is not known here: only numbers"),
        ("linear(1/0,3)", ModelError, "linear takes whole numbers as widths.*: division by zero"),
        ("linear([2,3])", ModelError, r"linear takes widths one by one, as in linear\(2,3,2\), not a list"),
        ("linear(2,3,bias=True)", ModelError, "linear has no option 'bias': it takes no named options"),
        ("relu(2,3,bias=1)", ModelError, r"bias must be True or False, as in relu\(2,3,2,bias=True\)"),
        ("relu(2,3,bias=maybe)", ModelError, "bias must be True or False"),
        ("relu(2,3,biased=True)", ModelError, "relu has no option 'biased': it takes bias=True"),
        ("relu(2,3,bias=True,bias=True)", ParseError, "the option 'bias' is given twice"),
        (
            "relu(bias=True,2,3)",
            ParseError,
            "an argument without a name follows one with a name",
        ),
        ("factorization(2,3)", ModelError, r"factorization takes three sizes n, m, r \(U is n×r, V is m×r\), not 2"),
        ("factorization(2,3,1,1)", ModelError, "factorization takes three sizes .*, not 4"),
        ("factorization(2,3,0)", ModelError, "the size 0 must be at least 1"),
        ("phi()", ModelError, r"phi needs at least one component, as in phi\(x\*y, x\*z\)"),
        ("phi(variables=[x])", ModelError, "phi needs at least one component"),
        ("phi(1, 2)", ModelError, r"no variable occurs in phi\(...\): a constant φ has no gradient"),
        ("phi(x + sqrt(y))", ModelError, r"the component 'x \+ sqrt\(y\)' adds up different roots"),
        ("phi([x, y])", ModelError, "no variable occurs in phi"),
        (
            "phi(x, [y])",
            ModelError,
            r"a function is expected, not a list: phi\(x\*y, x\*z\) takes",
        ),
        ("phi(x*y, variables=x)", ModelError, r"variables= must be a list of variables, as in \[x, y\]"),
        ("phi(x*y, variables=[x+y])", ModelError, r"variables= must be a list of plain variable names, as in \[x, y\]"),
        ("phi(x*y, variables=[x, x])", ModelError, "the variable 'x' is given twice"),
        ("phi(x*y, variables=[])", ModelError, "a model needs at least one variable"),
        ("phi(x*y, variables=[x])", ParseError, "the variable 'y' is not known here: the variables are x"),
        ("phi(x*y, degree=2)", ModelError, r"phi has no option 'degree': it takes variables=\[x, y\]"),
        ("phi(exp(x))", ParseError, r"'exp\(...\)' is not a polynomial"),
        ("phi(x**y)", ParseError, "the exponent y is not an integer"),
        ("phi(exp*x)", ModelError, "'exp' cannot name a variable"),
        ("phi(x y)", ParseError, r"missing before 'y'"),
        ("phi(x, y, xy)", ParseError, r"'xy' can be a name of its own or the product x\*y: write the product with"),
        (
            "fields()",
            ModelError,
            r"fields needs the variables and at least one field, as in fields\(\[",
        ),
        ("fields([x, y])", ModelError, "fields needs the variables and at least one field"),
        ("fields(x, [1])", ModelError, r"the first argument of fields must be a list of variables, as in \[x, y\]"),
        ("fields([2], [1])", ModelError, "the first argument of fields must be a list of plain variable names"),
        ("fields([], [1])", ModelError, "a model needs at least one variable"),
        ("fields([x, x], [1, 1])", ModelError, "the variable 'x' is given twice"),
        ("fields([x, y], x)", ModelError, r"field 1 must be a list of 2 components, as in \[y, x\]"),
        ("fields([x, y], [x, y], [x])", ModelError, "field 2 has 1 components, but there are 2 variables"),
        ("fields([x], [1/x])", ModelError, "the component '1/x' is not a polynomial: it divides by x"),
        ("fields([x], [x] [x])", ParseError, "a comma is missing in .*: two lists stand side by side"),
        ("fields([x], [x, )", ParseError, r"'\)' is unexpected"),
        ("fields([x y], [1, 1])", ParseError, "missing before 'y'"),
        ("fields([[x]], [1])", ModelError, "the first argument of fields must be a list of plain variable names"),
        ("fields([x], [x], name=3)", ModelError, "fields has no option 'name': it takes no named options"),
        ("linear(10**9, 2)", SizeError, r"linear\(1000000000, 2\) has 2000000000 parameters, which would take"),
        ("linear(10**400, 2)", SizeError, r"linear\(a number of 1329 bits, 2\)"),
        ("linear(2**(2**40), 2)", ModelError, "the exponent 1099511627776 is too large"),
        ("phi(x**(10**9))", SizeError, "the exponent 1000000000 is too large"),
        ("phi((x+y+z+w)**300)", SizeError, r"the power \(x \+ y \+ z \+ w\)\*\*300 makes the expression too large"),
        ("phi(" + "(" * 10_000, SizeError, "more than 50 nested parentheses"),
        ("fields(" + "[" * 10_000, SizeError, "more than 50 nested parentheses"),
        ("linear(" + "2," * 10_001 + "2)", ModelError, "a model of more than 10000 arguments is not read"),
        ("__import__('os').system('true')", ModelError, r"'__import__\('os'\).system\('true'\)' is not a model"),
        ("phi(__import__('os').system('true'))", ParseError, r"\"'\" is unexpected in 'phi\(__import__\(⟨here⟩'os'"),
        ("linear(2,3).__class__", ParseError, r"'\.' cannot be read"),
        ("eval(x)", ModelError, "the model 'eval' is not known"),
        ("phi(__class__(x))", ParseError, "the function '__class__' is not known"),
        ("phi(lambda: x)", ParseError, "':' is unexpected"),
    ],
)
def test_messages(text, error, message):
    started = time.process_time()
    with pytest.raises(error, match=message) as caught:
        cl.parse_model(text)
    assert time.process_time() - started < 2
    assert len(str(caught.value)) < 500


words = "linear relu phi fields factorization ( ) [ ] , = bias True variables x y exp U1[1,2] 10**9"
signs = "2 3 0 -1 1/2 ** * + - / ²"
pieces = st.sampled_from([*words.split(), *signs.split(), " "])


def read_or_refused(text):
    try:
        model = cl.parse_model(text)
    except ConslawError as error:
        assert 0 < len(str(error)) < 500
    else:
        assert cl.parse_model(model.text).text == model.text


@given(st.lists(pieces, max_size=12).map("".join))
@examples(400)
def test_any_text_is_a_model_or_a_sentence(text):
    read_or_refused(text)


@given(st.sampled_from(["linear(2,3,2)", "relu(2,2,bias=True)", "phi(x*y, x*z)", "fields([x, y], [y, x])"]), st.data())
@examples(300)
def test_one_wrong_character(text, data):
    place = data.draw(st.integers(0, len(text)))
    character = data.draw(st.sampled_from("()[],=*+-/ 09x_.'#²"))
    broken = text[:place] + character + text[place + data.draw(st.integers(0, 1)) :]
    read_or_refused(broken)
