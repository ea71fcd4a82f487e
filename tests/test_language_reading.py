"""The one language: pairs of spellings that mean the same, what is refused, and that what is written reads back."""

import pickle
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from conslaw_nb.errors import ConslawError, ParseError, SizeError
from conslaw_nb.language import (
    Scope,
    is_name,
    latex,
    names_in,
    notes,
    read_equation,
    read_expression,
    read_list,
    read_model,
    read_name,
    text,
)
from conslaw_nb.language.parsing import MAX_DEPTH, MAX_DIGITS
from conslaw_nb.language.signs import MAX_LENGTH
from conslaw_nb.language.tree import (
    Apply,
    Call,
    Gradient,
    Inner,
    List,
    Name,
    Negative,
    Norm,
    Number,
    Partial,
    Power,
    Prime,
    Product,
    Sum,
    Trace,
    Transpose,
    Vector,
)

NAMES = ("x", "y", "z", "x_1", "x_2", "U", "V", "U_1", "U_2", "U1_2_3", "θ", "θ_1", "a", "b", "A", "B")

SAME = [
    ("x^2", "x**2", "x²", "$x^2$", "x^{2}", "x^(2)", "\ufeffx ^ 2", "$ x ^ { 2 } $", "x\u00a0** 2", "𝑥²"),
    ("2*x", "2x", "2 x", "2·x", "2⋅x", "2×x", r"2\cdot x", r"2\,x", "2@x", "2\u200bx"),
    ("x - y", "x − y", "x – y", "x‑y", "$x-y$", "x-y", "+x - y", "x + -y", "x - - -y"),
    ("x_1*x_2", "x₁·x₂", "x[1]*x[2]", "x_{1}x_{2}", "x₁x₂", "x_1 x_2", "x [1] x [ 2 ]"),
    ("U1_2_3", "U1[2,3]", "U1[2, 3]", "U1_{2,3}", "U₁[2,3]"),
    ("θ_1", "θ[1]", r"\theta_1", r"\theta_{1}", "θ₁"),
    ("U_1^T*U_1 - U_2*U_2^T", "U₁ᵀU₁ − U₂U₂ᵀ", "U_1.T @ U_1 - U_2 @ U_2.T", r"U_1^\top U_1 - U_2 U_2^{\top}"),
    ("U^T*V", "U^TV", "UᵀV", "U.T*V", "U^⊤ V", "U^(T)V", r"U^{T}V", r"U^\intercal V"),
    ("x^4*y^-1", "x⁴y⁻¹", "x⁴*y^(-1)", "x**4 * y**-1", "x^{4}y^{-1}"),
    ("x^10", "x¹⁰"),
    ("½*x", "½x", "½ x", "0.5*x", "0.5x", ".5 x"),
    ("0.001*x", "1e-3*x", "1e-3x", "1E-3 x"),
    ("log(x)", "ln(x)", r"\ln(x)", r"\log\left(x\right)"),
    ("sqrt(x + y)", "√(x + y)", r"\sqrt{x + y}", r"\sqrt(x+y)"),
    ("sqrt(x)*y", "√x·y", "√x*y"),
    ("(x)/(y)", r"\frac{x}{y}", r"\dfrac{x}{y}", "x/y", "x ÷ y", "x∕y"),
    ("x*y^2", "xy^2", "xy²", "x y^2", r"x\cdot y^{2}"),
    ("(x + y)*(x - y)", "(x + y)(x - y)", r"\left(x+y\right)\left(x-y\right)", "(x+y)·(x−y)"),
    ("1/2*x", "1/2 x"),
    ("(x*y)^2", "(xy)^2", "(x y)^2", "(xy)²"),
    ("(U*V)^T", "(UV)^T", "(UV)ᵀ", "(U V).T"),
    ("(U*V)'", "(UV)'"),
    ("x/(y*z)", "x/(yz)", "x/(y z)", r"x/\left(yz\right)"),
    ("x/(y*z^2)", "x/(yz^2)", "x/(y z²)"),
    ("2^(x*y)", "2^(xy)", "2^{xy}", "2^(x y)"),
    ("x*(y*z)", "x*(yz)", "x(yz)", "x (y z)"),
    ("(x*x)^T*x", "(x*x)^T x", "(x x)^T x"),
    ("x*sqrt(y)", "x √y", "x sqrt(y)", "x√y"),
    ("2*log(x)*y", "2 ln(x) y", "2log(x)y"),
    ("sqrt(x*y)", "√(xy)", r"\sqrt{xy}"),
    ("-(x*y)^2", "-(xy)^2"),
    ("<A, B>", "⟨A, B⟩", r"\langle A, B\rangle", "inner(A, B)", r"\left\langle A,B\right\rangle"),
    ("|A|^2", "‖A‖²", "||A||^2", r"\|A\|^2", r"\lVert A\rVert^2"),
    ("tr(A*B)", "trace(A B)", r"\operatorname{tr}(AB)", r"\mathrm{tr}\left(A B\right)"),
    ("diff(x*y, x)", "d(xy, x)"),
    ("grad(x)", "∇x", "grad x", r"\nabla x", "gradient x", "nabla(x)"),
    ("A'", "A′", "A’"),
    ("2^3^2", "2^(3^2)", "2**3**2"),
    ("-x^2", "-(x^2)", "−x²"),
]
PAIRS = [(group[0], other) for group in SAME for other in group[1:]]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_spellings_that_mean_the_same_are_the_same_tree(one, other):
    assert read_expression(other, NAMES) == read_expression(one, NAMES)


DIFFERENT = [
    ("(x^2)^3", "x^2^3"),
    ("-x*y", "(-x)*y"),
    ("x - (y - z)", "x - y - z"),
    ("x/y*z", "x/(y*z)"),
    ("x'", "x"),
    ("U^T", "U"),
    ("x*y", "y*x"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_the_shape_is_kept(one, other):
    assert read_expression(one) != read_expression(other)


@pytest.mark.parametrize(
    ("typed", "names", "said"),
    [
        ("xy - 1", "x y", "'xy' is read as x*y"),
        ("2xy²", "x y", "'xy²' is read as x*y**2"),
        ("x y", "x y", "'x y' is read as x*y"),
        ("x(y + 1)", "x y", "'x(y + 1)' is read as x*(y + 1)"),
        ("(x+1)(x-1)", "x", "'(x+1)(x-1)' is read as (x + 1)*(x - 1)"),
        ("3 + U^TV", "U V", "'U^TV' is read as U^T*V"),
        ("x_1x_2", "x_1 x_2", "'x_1x_2' is read as x_1*x_2"),
    ],
)
def test_what_was_read_without_its_signs_is_said(typed, names, said):
    assert notes(read_expression(typed, names.split())) == (said,)


@pytest.mark.parametrize("typed", ["2x", "2(x+1)", "x*y", "xy", "½x", "1/2*x", "-2x^2"])
def test_nothing_is_said_where_nothing_was_left_out(typed):
    assert notes(read_expression(typed, ("x", "xy", "y"))) == ()


def test_one_name_goes_before_a_product():
    assert read_expression("xy", ("x", "y", "xy")) == Name("xy")
    assert read_expression("xy") == Name("xy")  # where names are not known, a text may bring its own


@pytest.mark.parametrize(
    ("typed", "names", "message"),
    [
        ("xy", "x y xy", None),
        ("U^TV", "U V TV", "^TV can be read in two ways in 'U^T⟨here⟩V', as ^T*V and as a power TV: write the *"),
        ("aab", "a aa b", "'aab' can be read as a*a*b or as aa*b in '⟨here⟩aab': write the products with *"),
        ("1/2x", "x", "the quotient in '1/2⟨here⟩x' can be read in two ways, as (a/b)*c or as a/(b*c)"),
        ("x/y z", "x y z", "the quotient in 'x/y ⟨here⟩z' can be read in two ways"),
        ("1/xy", "x y", "the quotient in '1/⟨here⟩xy' can be read in two ways"),
        ("2^xy", "x y", "the exponent in '2^⟨here⟩xy' is not clear: write it in parentheses"),
        ("√x^2", "x", "this power can be read in two ways in '√x⟨here⟩^2'"),
        ("√x y", "x y", "how far the sign reaches is not clear in '√x ⟨here⟩y': write parentheses, as in √(x)*y"),
        ("∇h^2", "h", "this power can be read in two ways in '∇h⟨here⟩^2'"),
        ("2e3*x", "x e3", "'2e3' can be read in two ways in '⟨here⟩2e3*x', as a number and as a product with e3"),
        ("x y", "", "an operator is missing before 'y' in 'x ⟨here⟩y': write products with *, as in 2*x"),
        ("x y", "x", "an operator is missing before 'y' in 'x ⟨here⟩y'"),
        ("x 2", "x", "an operator is missing before '2' in 'x ⟨here⟩2'"),
        ("2 3", "x", "an operator is missing before '3' in '2 ⟨here⟩3'"),
        ("2½", "x", "an operator is missing before '½' in '2⟨here⟩½'"),
        ("θx", "x", "the name 'θx' mixes Greek and Latin letters in '⟨here⟩θx': 'θ' is Greek"),
        ("abs(x)", "x", "the functions are exp, log, sqrt (|x| is sqrt(x^2))"),
        ("sin(x)", "x", "the function 'sin' is not known in '⟨here⟩sin(x)': the functions are exp, log, sqrt"),
        ("exp(x, y)", "x y", "exp takes one thing in its parentheses, not 2, in '⟨here⟩exp(x, y)'"),
        ("Α + x", "x", "'Α' cannot be read in '⟨here⟩Α + x': it is the sign GREEK CAPITAL LETTER ALPHA, which only"),
        ("x\u0387y", "x y", "it is the sign GREEK ANO TELEIA, which only looks like '·'; write '·'"),
        ("х + y", "x y", "it is the sign CYRILLIC SMALL LETTER HA, which only looks like 'x'; write 'x'"),
        ("x ☃ y", "x y", "'☃' cannot be read in 'x ⟨here⟩☃ y': it is the sign SNOWMAN"),
        ("x $ y", "x y", "'$' cannot be read in 'x ⟨here⟩$ y': signs of mathematics stand between two of them"),
        (r"\sin x", "x", r"the command \sin is not known in '⟨here⟩\sin x': write the formula in plain signs"),
        ("₁x", "x", "a small digit below the line belongs to a name, as in x₁"),
        ("x₁ + y $", "x_1 y", "'$' cannot be read in 'x₁ + y ⟨here⟩$'"),
        (r"\frac{1}{2} + ) x", "x", r"')' is unexpected in '\frac{1}{2} + ⟨here⟩) x'"),
        ("U₂U₂ᵀ + #", "U_2", "'#' cannot be read in 'U₂U₂ᵀ + ⟨here⟩#'"),
        ("(x + y", "x y", "the text ends too early in '(x + y⟨here⟩': ')' is missing"),
        ("[x, y", "x y", "the text ends too early in '[x, y⟨here⟩': ']' is missing"),
        ("<x, y", "x y", "the text ends too early in '<x, y⟨here⟩': '>' is missing"),
        ("|x", "x", "the text ends too early in '|x⟨here⟩': '|' is missing"),
        ("[x] [y]", "x y", "a comma is missing in '[x] [⟨here⟩y]': two lists stand side by side"),
        ("", "x", "the expression is empty: write something like x**2 - y**2"),
        ("\u200b \ufeff", "x", "the expression is empty"),
    ],
)
def test_what_is_refused_and_what_is_said(typed, names, message):
    known = tuple(names.split()) or None
    if message is None:
        assert read_expression(typed, known) == Name(typed)
        return
    with pytest.raises(ParseError) as caught:
        read_expression(typed, known)
    assert message in str(caught.value)


@pytest.mark.parametrize("typed", [None, 3, b"x", ["x"]])
def test_only_text_is_read(typed):
    with pytest.raises(ParseError, match=f"must be text, not {type(typed).__name__}: put it in quotes"):
        read_expression(typed)


# -- what is written reads back ------------------------------------------------------------------------------

LEAVES = st.one_of(
    st.sampled_from(["x", "y", "U", "V_1", "θ", "U_{i+1}", "b1_2"]).map(Name),
    st.integers(0, 30).map(lambda n: Number(Fraction(n))),
    st.sampled_from([Fraction(1, 4), Fraction(7, 1000), Fraction(1, 3)]).map(Number),
)


def _nodes(inner):
    flag = st.booleans()
    first = inner.map(lambda node: (node, False))
    return st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda t: Sum(tuple(t))),
        inner.map(Negative),
        st.tuples(first, st.lists(st.tuples(inner, flag), min_size=1, max_size=3)).map(
            lambda t: Product((t[0], *t[1]))
        ),
        st.tuples(inner, inner).map(lambda t: Power(*t)),
        st.tuples(st.sampled_from(["exp", "log", "sqrt"]), inner).map(lambda t: Call(*t)),
        inner.map(Transpose),
        inner.map(Prime),
        inner.map(Trace),
        inner.map(Norm),
        st.tuples(inner, inner).map(lambda t: Inner(*t)),
        inner.map(Gradient),
        inner.map(lambda node: Partial(node, Name("x"))),
        inner.map(lambda node: Apply(Name("v_1"), (node,))),
        st.lists(inner, min_size=2, max_size=3).map(lambda t: Vector(tuple(t))),
        st.lists(inner, min_size=0, max_size=3).map(lambda t: List(tuple(t))),
    )


TREES = st.recursive(LEAVES, _nodes, max_leaves=12)


@given(TREES)
@examples(600)
def test_what_is_written_reads_back_as_the_same_tree(tree):
    written = text(tree)
    assert read_expression(written, scope=Scope(applied=True)) == tree, written


X, TWO = Name("x"), Number(Fraction(2))
AROUND = [
    lambda node: Sum((node, X)),
    lambda node: Sum((X, node)),
    lambda node: Sum((X, Negative(node))),
    Negative,
    lambda node: Product(((node, False), (X, False))),
    lambda node: Product(((X, False), (node, False))),
    lambda node: Product(((X, False), (node, True))),
    lambda node: Product(((TWO, False), (node, True), (X, False))),
    lambda node: Power(node, TWO),
    lambda node: Power(X, node),
    lambda node: Call("sqrt", node),
    Transpose,
    Prime,
    Trace,
    Norm,
    Gradient,
    lambda node: Inner(node, X),
    lambda node: Apply(Name("v_1"), (node,)),
    lambda node: Vector((node, X)),
    lambda node: List((X, node)),
]


@pytest.mark.parametrize("outer", range(len(AROUND)))
def test_three_nodes_inside_each_other_read_back_in_every_way(outer):
    for middle in AROUND:
        for inner in AROUND:
            for leaf in (X, TWO, Number(Fraction(1, 4)), Name("U_{i+1}")):
                tree = AROUND[outer](middle(inner(leaf)))
                assert read_expression(text(tree), scope=Scope(applied=True)) == tree, text(tree)
                assert latex(tree).count("{") == latex(tree).count("}")


@given(TREES)
@examples(100)
def test_every_tree_has_a_formula_with_closed_braces(tree):
    formula = latex(tree)
    assert formula.count("{") == formula.count("}")
    assert formula.count(r"\left") == formula.count(r"\right")


@given(TREES)
@examples(60)
def test_trees_can_be_kept_in_files(tree):
    assert pickle.loads(pickle.dumps(tree)) == tree


# -- whatever is typed -----------------------------------------------------------------------------------

SIGNS = """x y U V_1 θ 2 0.5 1e-3 ½ + - * / ^ ** ( ) [ ] < > | , = == ' ^T .T ᵀ ² ⁻¹ √ ∇ grad exp( tr( v_1( { } $ . −
x₁ x[1] U₁ is are conserved phi( and for at not \\cdot \\frac{ \u00a0 \u200b Α # @ 1/2"""
PIECES = st.sampled_from([*SIGNS.split(), " ", "\u00a0", "\u200b"])


@given(st.lists(PIECES, max_size=14).map("".join))
@examples(600)
def test_any_text_is_a_tree_or_a_sentence_for_the_person(typed):
    for scope in (Scope(), Scope(("x", "y", "U")), Scope(side_by_side=True, applied=True)):
        try:
            tree = read_expression(typed, scope=scope)
        except ConslawError as error:
            assert 0 < len(str(error)) < 500
        else:
            assert read_expression(text(tree), scope=Scope(applied=True)) == tree


@given(st.text(max_size=30))
@examples(300)
def test_any_signs_at_all(typed):
    try:
        read_expression(typed)
    except ConslawError as error:
        assert str(error)


# -- bounds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "(" * 10_000 + "x" + ")" * 10_000,
        "(" * 10_000,
        "[" * 10_000,
        "exp(" * 10_000,
        "|" * 10_001,
        "<" * 10_000,
        "x" + "**x" * 10_000,
        "x" + "^-x" * 10_000,
        "x" + "'" * 10_000,
        "x" + "^T" * 10_000,
        "√" * 10_000 + "x",
        "∇" * 10_000 + "x",
        "{" * 10_000,
        "(x^" * 10_000,
        "2x(" * 10_000,
        r"\frac{" * 10_000,
    ],
)
def test_deep_nesting_is_refused_with_a_size(typed):
    with pytest.raises(SizeError, match=f"more than {MAX_DEPTH} nested"):
        read_expression(typed)


@pytest.mark.parametrize(
    "shape", ["({})", "-({})**2", "({} + 1)*2", "exp({})", "x**({})", "[{}, x]", "<{}, x>", "|{}|", "√({})", "x/({}/y)"]
)
def test_the_deepest_that_is_read_is_written_and_kept(shape):
    typed = "x"
    for _ in range(MAX_DEPTH // 2):
        typed = shape.format(typed)
    tree = read_expression(typed)
    assert read_expression(text(tree)) == tree
    assert latex(tree)
    assert pickle.loads(pickle.dumps(tree)) == tree
    assert hash(tree) == hash(read_expression(typed))


def test_many_signs_in_a_row_are_not_deep():
    assert read_expression("-" * 10_000 + "x") == Name("x")
    assert len(read_expression("+".join(["x"] * 10_000)).terms) == 10_000
    assert len(read_expression("-".join(["x**2"] * 10_000)).terms) == 10_000
    assert len(read_expression("*".join(["x"] * 10_000)).factors) == 10_000
    assert len(read_expression("x " * 5_000, ("x",)).factors) == 5_000


def test_the_longest_text_is_read():
    typed = "+".join(["x"] * (MAX_LENGTH // 2))
    assert len(read_expression(typed).terms) == MAX_LENGTH // 2
    with pytest.raises(SizeError, match="at most 200000 are read"):
        read_expression(typed + "+x")


@pytest.mark.parametrize("typed", ["9" * (MAX_DIGITS + 1), "1e9999", "1e-500", "0." + "1" * MAX_DIGITS])
def test_numbers_are_bounded(typed):
    with pytest.raises(SizeError, match=f"digits is too long: at most {MAX_DIGITS} digits are read"):
        read_expression(f"{typed}*x")


def test_the_largest_number_is_read_and_written():
    typed = "9" * MAX_DIGITS
    assert text(read_expression(typed)) == typed


# -- names, lists, models --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["x", "_", "U1_2_3", "θ", "φ_1", "x" * 100, "lambda", "True", "at", "is", "law", "T", "d"]
)
def test_names(name):
    assert is_name(name)
    assert read_name(name) == name
    assert read_expression(f"2*{name}") == Product(((Number(Fraction(2)), False), (Name(name), False)))
    assert read_expression(f"{name} + 1", (name,)).terms[0] == Name(name)


@pytest.mark.parametrize(
    "name", ["", "1x", "x y", "x-y", "é", "exp", "log", "grad", "x" * 101, "x[1]", "Α", "θx", "x'"]
)
def test_what_is_not_a_name(name):
    assert not is_name(name)


def test_names_in_their_order_and_place():
    assert names_in(read_expression("x₁·b − a/(b + c)")) == {"x_1": 0, "b": 3, "a": 7, "c": 14}


def test_a_spelling_of_the_index_finds_the_known_name():
    assert read_expression("x₁", ("x1", "x2")) == Name("x1")
    assert read_expression("x₁", ("x1", "x_1")) == Name("x_1")
    assert read_expression("x_1", ("x1", "x2")) == Name("x_1")  # typed so: not guessed


def test_lists():
    assert [text(item) for item in read_list("(u**2 - v**2, (v + w)*(v - w))")] == ["u**2 - v**2", "(v + w)*(v - w)"]
    assert read_list("") == ()
    assert read_list("[1, 2]") == read_list("(1, 2)") == read_list("1, 2") == read_list("1 and 2")


def test_equations():
    assert [text(side) for side in read_equation("x == y = z^2")] == ["x", "y", "z**2"]
    with pytest.raises(ParseError, match="'x' is not an equation: write left = right"):
        read_equation("x")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (" linear ( 2 , 3,2 ) ", "linear(2,3,2)"),
        ("cl.relu(2,3,2,bias = True)", "relu(2,3,2,bias=True)"),
        ("φ(x·y, x z)", None),
        ("phi(xy, x*z, variables=[x, y, z])", "phi(x*y, x*z, variables=[x, y, z])"),
        ("fields([x, y], [y, x], [x², 1])", "fields([x, y], [y, x], [x**2, 1])"),
        ("phi(2x, variables=[])", "phi(2*x, variables=[])"),
    ],
)
def test_models(typed, written):
    if written is None:
        with pytest.raises(ParseError, match="an operator is missing before 'z'"):
            read_model(typed)
        return
    assert text(read_model(typed)) == written
    assert read_model(written) == read_model(typed)


def test_lark_is_loaded_when_something_is_read():
    code = "import sys, conslaw_nb.language as l; assert 'lark' not in sys.modules; l.read_expression('x'); import lark"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_index_below_the_line_ends_a_name():
    letters = Scope(side_by_side=True)
    assert read_expression("U₂U₂ᵀ", scope=letters) == read_expression("U_2*U_2^T")
    assert read_expression("x₁y", ("x_1", "y", "x_1y")) == read_expression("x_1*y")
    with pytest.raises(ParseError, match="an operator is missing before '2' in 'x₁⟨here⟩2'"):
        read_expression("x₁2", ("x_1", "x_12"))
