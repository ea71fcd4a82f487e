"""`check_law` on polynomials and their quotients: every verdict, every sentence, and witnesses that are right."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb import check_law, linear, parametrization
from conslaw_nb.errors import ModelError, ParseError, SizeError
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.laws.checking import small_nonzero_point
from conslaw_nb.verdict import Status

XY = parametrization("x*y")
x, y = sympy.symbols("x y")
CONSTANT = "a constant never changes, whatever the flow: true, but it says nothing and is never counted as a law."
IDENTITY = "⟨∇h, χ⟩ = 0 for every generator χ, as a polynomial identity."


def long(name, number, power=1):
    """A polynomial with many terms, and its degree is `number` times `power`."""
    return "+".join(f"{name}**{power * k}" for k in range(1, number + 1))


# --- verdicts -----------------------------------------------------------------------------------------------


LAW = cl.conservation_laws(XY)[0]


@pytest.mark.parametrize(
    "law", ["x**2 - y**2", "(x - y)*(x + y)", "x**2/3 - y**2/3 + 7", x**2 - y**2, LAW, LAW.poly], ids=str
)
def test_a_polynomial_law_in_every_form(law):
    verdict = check_law(law, XY)
    assert (verdict.status, verdict.reason, verdict.witness) == (Status.PROVED, IDENTITY, None)


def test_a_law_of_another_model_is_read_by_its_names():
    assert check_law(LAW.poly, parametrization("x*y*z")).reason == IDENTITY
    with pytest.raises(ParseError, match="^the variable 'a' is not known here: the variables are x, y$"):
        check_law(cl.conservation_laws(parametrization("a*b"))[0], XY)


@pytest.mark.parametrize("law", ["7", "x - x", "x**0", 3, Fraction(1, 3), sympy.Rational(2)])
def test_a_constant_is_proved_and_said_to_be_nothing(law):
    verdict = check_law(law, XY)
    assert (verdict.status, verdict.reason, verdict.details) == (Status.PROVED, CONSTANT, {"constant": True})


@pytest.mark.parametrize(
    ("law", "where"),
    [("(2*x + 2)/(x + 1)", "x + 1 is not 0"), ("x/x", "x is not 0"), ("1/(1/x)/x + y/y", "x and y are not 0")],
)
def test_a_constant_with_holes_says_where_it_is_one(law, where):
    verdict = check_law(law, XY)
    expected = f"{CONSTANT.removesuffix('.')} (it is one wherever {where})."
    assert (verdict.status, verdict.reason, verdict.details) == (Status.PROVED, expected, {"constant": True})


def test_a_witness_is_a_point_where_the_function_has_a_value():
    """The inner division by x cancels in 1/(1/x), and 0 stays outside of the domain."""
    for law in ("1/(1/x)", "x*y/y + y", "x + 1/(1/(x*y))", "(x**2 + x)/x/(1/(y - 1))"):
        point = check_law(law, XY).witness.point
        assert point["x"] != 0 or law == "x*y/y + y"
        assert point["y"] != 0 or "y" not in law.replace("y - 1", "")
        assert point["y"] != 1 or "y - 1" not in law


@pytest.mark.parametrize(
    ("law", "where"),
    [
        ("(x**2 - y**2)/(x**2 - y**2 + 1)", "x**2 - y**2 + 1 is not 0"),
        ("1/(x**2 - y**2)", "x**2 - y**2 is not 0"),
        ("1/(x**2 - y**2)**8", "a denominator of 9 terms is not 0"),
    ],
)
def test_a_quotient_is_a_law_where_it_is_defined(law, where):
    verdict = check_law(law, XY)
    assert verdict.status is Status.PROVED
    assert verdict.reason == f"⟨∇h, χ⟩ = 0 for every generator χ, as an identity wherever {where}."
    assert "constant" not in verdict.details


@pytest.mark.parametrize(
    ("law", "witness", "residual"),
    [
        ("x**2 + y**2", "⟨∇h, ∇(x*y)⟩ = 4 at x = 1, y = 1", "4*x*y"),
        ("x + y", "⟨∇h, ∇(x*y)⟩ = 1 at x = 1, y = 0", "x + y"),
        ("(x + y)/(x - y)", "⟨∇h, ∇(x*y)⟩ = 2 at x = 1, y = 0", "2*x**2 - 2*y**2"),
        (long("x", 60), None, "60 terms"),
        (f"x/({long('y', 30)} + 1)", None, "61 terms"),
    ],
)
def test_what_is_no_law_is_refuted_with_numbers(law, witness, residual):
    verdict = check_law(law, XY)
    assert verdict.status is Status.REFUTED
    assert verdict.reason == f"not conserved: {verdict.witness}, and a law needs 0 everywhere."
    assert witness in (None, str(verdict.witness))
    assert verdict.details == {"residual": residual}
    # the value again, by sympy, from the definition
    h, at = sympy.sympify(law, {"x": x, "y": y}), {x: verdict.witness.point["x"], y: verdict.witness.point["y"]}
    slope = sympy.diff(h, x) * y + sympy.diff(h, y) * x
    assert slope.subs({v: sympy.Rational(c.numerator, c.denominator) for v, c in at.items()}) == sympy.Rational(
        verdict.witness.value.numerator, verdict.witness.value.denominator
    )


def test_the_generator_that_fails_is_named():
    verdict = check_law("x**2 - y**2", parametrization("x*y", "x*z"))
    assert (verdict.witness.generator, str(verdict.witness)) == (1, "⟨∇h, ∇(x*z)⟩ = 2 at x = 1, y = 0, z = 1")
    verdict = check_law("1/(x**2 - y**2)", parametrization("x*y", "x*z"))
    assert verdict.witness.generator == 1
    assert verdict.witness.value != 0


def test_a_long_point_is_said_shortly():
    law = linear(3, 3, 3).known_laws()[0].text.replace("-", "+", 1)
    verdict = check_law(law, linear(3, 3, 3))
    assert str(verdict.witness).endswith(", all else 0")


# --- what cannot be read ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "error", "message"),
    [
        (0.5, ParseError, "0.5 is not exact: write it as text, such as '1/3' or '0.25'"),
        (True, ParseError, "True is not exact: write it as text, such as '1/3' or '0.25'"),
        (sympy.Float("0.5") * x, ParseError, "0.5*x is not exact: write it as text, such as '1/3' or '0.25'"),
        (
            [1],
            ParseError,
            "[1] is neither text nor a sympy expression: write the law as text, such as 'x**2 - y**2'",
        ),
        (None, ParseError, "None is neither text nor a sympy expression: write the law as text, such as 'x**2 - y**2'"),
        (sympy.pi * x, ParseError, "the variable 'pi' is not known here: the variables are x, y"),
        (
            sympy.sin(x),
            ParseError,
            "the function 'sin' is not known in '⟨here⟩sin(x)': the functions are exp, log, sqrt (and products need "
            "a *)",
        ),
        ("z", ParseError, "the variable 'z' is not known here: the variables are x, y"),
        ("x/z", ParseError, "the variable 'z' is not known here: the variables are x, y"),
        (
            "x*(",
            ParseError,
            "the text ends too early in 'x*(⟨here⟩': a number, a variable or a parenthesis is missing",
        ),
        ("1/(x - x)", ParseError, "division by zero: a denominator of the expression is 0"),
        ("0**(-1)", ParseError, "division by zero: 0 has no power -1"),
        ("x**1001", SizeError, "the exponent 1001 is too large: exponents up to 1000 are read"),
        (
            "(x + y + 1)**1000",
            SizeError,
            "the power (x + y + 1)**1000 makes the expression too large to expand exactly: try lower powers or fewer "
            "factors",
        ),
    ],
)  # fmt: skip
def test_a_law_that_cannot_be_read(law, error, message):
    with pytest.raises(error) as caught:
        check_law(law, XY)
    assert str(caught.value) == message


def test_a_model_is_needed_and_its_place_is_the_second():
    with pytest.raises(ModelError) as caught:
        check_law("x**2 - y**2", "phi(x*y)")
    assert str(caught.value) == (
        "check_law needs a model, not 'phi(x*y)': make one, for example with parse_model('phi(x*y)')"
    )
    with pytest.raises(ModelError) as caught:
        check_law(XY, cl.conservation_laws(XY))
    assert str(caught.value) == (  # one line, though a list of laws shows itself on several
        "check_law needs a model, not 1 law of degree <= 2 of phi(x*y), 1 independent x**2 - y**2: make one, for "
        'example with parametrization("x*y") or linear(2, 3, 2)'
    )
    with pytest.raises(ParseError, match="is neither text nor a sympy expression: write the law as text"):
        check_law(XY, XY)


# --- points -------------------------------------------------------------------------------------------------


def polynomials(variables):
    term = st.tuples(st.tuples(*(st.integers(0, 3) for _ in variables)), st.integers(-3, 3).filter(bool))
    return st.lists(term, min_size=1, max_size=5).map(lambda terms: _poly(variables, dict(terms)))


def _poly(variables, terms):
    return Poly(variables, {tuple((i, e) for i, e in enumerate(m) if e): c for m, c in terms.items()})


@given(polynomials(("x", "y", "z")), polynomials(("x", "y", "z")))
def test_a_point_where_neither_polynomial_vanishes(first, second):
    point = small_nonzero_point(first, avoid_zero_of=second)
    assert first.evaluate(point) != 0
    assert second.evaluate(point) != 0
    alone = small_nonzero_point(first)
    assert first.evaluate(alone) != 0
    for i, value in enumerate(alone):  # no coordinate could be 0 as well
        if value:
            assert first.evaluate([*alone[:i], 0, *alone[i + 1 :]]) == 0


@pytest.mark.parametrize(
    "phi",
    [
        "y*sqrt(1/1000000 - (x - 1/3)**2)",
        "sqrt(1/10000 - (x - 5)**2 - (y - 7)**2)",
        "sqrt(x + y - 1000)*sqrt(2001/2 - x - y)",
    ],
)
def test_a_witness_stands_where_the_model_has_a_value(phi):
    model = cl.parametrization(phi)
    verdict = check_law("y", model)
    assert verdict.status is Status.REFUTED
    assert model.domain.hole_at(list(verdict.witness.point.values())) == ""


def test_a_point_that_is_not_found_is_said(monkeypatch):
    monkeypatch.setattr("conslaw_nb.laws.checking._CLIMB", 1)
    verdict = check_law("y", cl.parametrization("y*sqrt(1/1000000 - (x - 1/3)**2)"))
    assert (verdict.status, "no point was found where" in verdict.reason) == (Status.UNKNOWN, True)


def test_a_polynomial_that_vanishes_at_all_small_points():
    product = Poly.constant(("x",), 1)
    for root in range(-3, 4):
        product = product * (Poly.gens(("x",))[0] - root)
    assert product.evaluate(small_nonzero_point(product)) != 0
