"""Parametrizations φ: what they are made of, their gradients and Jacobian, and every message."""

from fractions import Fraction

import pytest
import reference as ref
import sympy
from hypothesis import given
from strategies import examples, maps, phi_of

import conslaw_nb as cl
from conslaw_nb.errors import ModelError, ParseError, SizeError
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.language import names_in, read_expression


@given(maps(max_components=3))
@examples(100)
def test_gradients_and_jacobian(case):
    names, components = case
    phi = phi_of(names, components)
    assert (phi.variables, phi.dimension, phi.count) == (names, len(names), len(components))
    assert [ref.of_engine(c) for c in phi.components] == components
    gradients = [ref.gradient(c, len(names)) for c in components]
    assert [[ref.of_engine(c) for c in field.components] for field in phi] == gradients
    symbols = sympy.symbols(names)
    expected = sympy.Matrix([c.to_sympy() for c in phi.components]).jacobian(symbols)
    assert sympy.expand(phi.jacobian() - expected) == sympy.zeros(*expected.shape)


@given(maps(max_components=3))
@examples(80)
def test_the_text_reads_back(case):
    phi = phi_of(*case)
    again = cl.parse_model(phi.text)
    assert again.variables == phi.variables
    assert again.components == phi.components
    assert again.text == phi.text == repr(phi)


@pytest.mark.parametrize(
    ("components", "variables", "text"),
    [
        (("x*y", "x*z"), None, "phi(x*y, x*z)"),
        (("z*x", "y"), None, "phi(z*x, y)"),  # in the order of their first use
        (("x*y",), ["x", "y"], "phi(x*y)"),
        (("x*y",), "x y z", "phi(x*y, variables=[x, y, z])"),
        (("x*y",), "x, y, z", "phi(x*y, variables=[x, y, z])"),
        (("x*y",), sympy.symbols("y x"), "phi(y*x)"),
        (("y + x*z",), "x y z", "phi(x*z + y, variables=[x, y, z])"),
        (("3",), ["x"], "phi(3, variables=[x])"),
        ((["x*y", "x"],), None, "phi(x*y, x)"),
        (("U1[1,2]*U2[2,1]",), None, "phi(U1_1_2*U2_2_1)"),
    ],
)
def test_variables(components, variables, text):
    phi = cl.parametrization(*components, variables=variables)
    assert phi.text == text
    assert cl.parse_model(text).components == phi.components


def test_every_kind_of_component():
    x, y = sympy.symbols("x y")
    phi = cl.parametrization(x * y / 2, "x + y", Poly.gens(("x", "y"))[0] * Fraction(1, 3), 5)
    assert phi.text == "phi(1/2*x*y, x + y, 1/3*x, 5)"
    assert cl.parametrization(y * x).variables == ("x", "y")  # of sympy: by name
    assert repr(cl.parametrization((x + y) ** 2 - x**2)) == "phi(2*x*y + y**2)"
    positive = sympy.Symbol("x", positive=True)
    assert repr(cl.parametrization(positive * y)) == "phi(x*y)"


def test_labels():
    phi = cl.parametrization("x*y", "(x + y + 1)**5")
    assert phi.label(0) == "∇(x*y)"
    assert phi.label(1) == "∇φ_2"


def test_display():
    assert cl.parametrization("x*y", "x/2")._repr_latex_() == r"$\varphi(\theta)=\left(x\,y,\; \frac{1}{2}\,x\right)$"
    wide = cl.parametrization("+".join(f"x{i}" for i in range(201)))
    assert wide._repr_latex_() == r"$\varphi:\mathbb{R}^{201}\to\mathbb{R}^{1}$"


def test_large_components_do_not_have_to_be_read_again():
    """The text of a long polynomial is longer than what the reader takes; the model is made all the same."""
    phi = cl.parametrization("(aaaa + bbbb + cccc + dddd + eeee + 1)**12")
    assert len(phi.components[0].terms) == 6188
    assert len(phi.text) > 200_000


def test_names_are_found_in_the_order_of_their_first_use():
    node = read_expression("b*exp(a**c) + (d - b)/a")
    assert list(names_in(node)) == ["b", "a", "c", "d"]
    assert list(names_in(node).values()) == [0, 6, 9, 15]


def test_an_unknown_node_is_a_programming_error():
    with pytest.raises(TypeError, match="unknown node 3"):
        names_in(3)


@pytest.mark.parametrize(
    ("components", "options", "error", "message"),
    [
        (
            (),
            {},
            ModelError,
            r'a parametrization needs at least one component, as in parametrization\("x\*y", "x\*z"\)',
        ),
        (([],), {}, ModelError, "a parametrization needs at least one component"),
        (
            ("3", "1/2"),
            {},
            ModelError,
            r"no variable occurs in 3, 1/2: a constant φ has no gradient; name the coordinates",
        ),
        (
            ("x/sqrt(x) + y",),
            {},
            ModelError,
            r"the component 'x/sqrt\(x\) \+ y' adds up different roots, so that no factor makes its gradient a polynom",
        ),
        (("x", "1/(x-x)"), {}, ParseError, "division by zero: a denominator of the expression is 0"),
        (("x*y",), {"variables": ["x"]}, ParseError, "the variable 'y' is not known here: the variables are x"),
        (("x*y",), {"variables": []}, ModelError, "a model needs at least one variable"),
        (("x*y",), {"variables": "x y x"}, ModelError, "the variable 'x' is given twice"),
        (("exp(x)",), {}, ParseError, r"'exp\(...\)' is not a polynomial, and one is asked for in this place"),
        (("",), {}, ParseError, "the expression is empty"),
        ((0.5,), {"variables": ["x"]}, ModelError, "0.5 is not exact"),
        ((None,), {"variables": ["x"]}, ModelError, "None is neither text, an exact number nor a sympy expression"),
        (("x**2000",), {}, SizeError, "the exponent 2000 is too large"),
        ((sympy.sqrt(-2) * sympy.Symbol("x"),), {}, ModelError, r"has a coefficient that is not rational"),
        ((sympy.GoldenRatio * sympy.Symbol("x"),), {}, ModelError, "has a coefficient that is not rational"),
        (("__import__('os')",), {}, ParseError, '"\'" is unexpected'),
    ],
)
def test_messages(components, options, error, message):
    with pytest.raises(error, match=message):
        cl.parametrization(*components, **options)


def test_a_text_of_a_megabyte_does_not_flood_the_message():
    long = "sqrt(y)" + "+x" * 90_000
    with pytest.raises(ModelError) as caught:
        cl.parametrization(long)
    assert len(str(caught.value)) < 400
