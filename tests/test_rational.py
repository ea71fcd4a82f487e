"""Parametrizations that divide or take roots: against sympy, against equivalent polynomial ones, and what they say."""

import re
from fractions import Fraction
from random import Random

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.exact.ratio import Ratio, cleared, common_factor, divided
from conslaw_nb.laws.questions import factors_through

MAPS = [
    "phi(x/y, x*z)",
    "phi((x**2 - y**2)/(x - y)**3)",
    "phi(1/x**3 + y, x/2/(3*y))",
    "phi(-1/2/(x**2 + 1), (1 - x)/(1 + x + y))",
    "phi(g*u/sqrt(u^2 + v^2), g*v*(u^2 + v^2)^(-1/2))",
    "phi(x*sqrt(y)*sqrt(x + 1)/(x + 1)/y**2, y)",
    "phi(1/(sqrt(x**2 + y) * sqrt(x**2 + y)), sqrt(x/y))",
    "phi(sqrt(2)*x/y, 4*sqrt(4*x), 1 + sqrt(x))",
    "phi(x/(1 + sqrt(2))/(1 - sqrt(2))*sqrt(y))",
    "phi(x/(sqrt(y)*x + sqrt(y)), variables=[y, x, z])",
]


# -- quotients ------------------------------------------------------------------------------------------------------

X, Y = Poly.gens(("x", "y"))
polys = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=3).map(
    lambda terms: sum((X**a * Y**b * c for c, a, b in terms), Poly(("x", "y"), {}))
)


@given(polys, polys, polys.filter(bool))
def test_a_quotient_is_in_lowest_terms_and_has_the_right_values(a, b, c):
    """(ac)/(bc) is a/b; the text reads back; the bottom is primitive."""
    if not b:
        return
    plain, blown = Ratio(a, b), Ratio(a * c, b * c)
    assert plain == blown and hash(plain) == hash(blown)
    assert common_factor([blown.top, blown.bottom]).is_constant or not blown.top
    assert blown.bottom == blown.bottom.primitive()
    point = (Fraction(5, 3), Fraction(-7, 4))
    if b.evaluate(point) and c.evaluate(point):
        assert blown.evaluate(point) == Fraction(a.evaluate(point)) / b.evaluate(point)
    assert cl.parse_model(f"phi({plain.text}, variables=[x, y])").components[0].text == plain.text


@given(polys.filter(bool), polys.filter(bool), polys.filter(bool), polys.filter(bool))
def test_quotients_are_computed_with_as_sympy_does(a, b, c, d):
    p, q = Ratio(a, b), Ratio(c, d)
    for mine, theirs in (
        (p + q, p.to_sympy() + q.to_sympy()),
        (p - q, p.to_sympy() - q.to_sympy()),
        (p * q, p.to_sympy() * q.to_sympy()),
    ):
        assert sympy.cancel(mine.to_sympy() - theirs) == 0
    fields, shared = cleared({0: p, 1: q})
    assert divided(a * b, b) == a
    assert Ratio(fields[0], shared) == p and Ratio(fields[1], shared) == q


# -- gradients ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", MAPS)
def test_a_field_is_the_gradient_times_what_its_label_says(text):
    """Sympy differentiates what was written; the two agree at a random point, exactly."""
    phi = cl.parse_model(text)
    names = {name: sympy.Symbol(name, positive=True) for name in phi.variables}
    written = [sympy.sympify(c.text, locals=names) for c in phi.components]
    rng = Random(text)
    point = {x: sympy.Rational(rng.randint(3, 40), 7) for x in names.values()}
    for g, field in enumerate(phi):
        factor = sympy.sympify(phi.label(g).split("∇")[0].rstrip("·").replace("·", "*") or "1", locals=names)
        assert factor.subs(point) != 0
        for x, mine in zip(names.values(), field.components, strict=True):
            true = factor.subs(point) * written[g].diff(x).subs(point)
            assert sympy.simplify(true - mine.to_sympy().subs({sympy.Symbol(str(y)): v for y, v in point.items()})) == 0
    assert phi.jacobian().shape == (phi.count, phi.dimension)


@pytest.mark.parametrize("text", MAPS)
def test_the_text_reads_back_as_the_same_model(text):
    phi = cl.parse_model(text)
    again = cl.parse_model(phi.text)
    assert (again.text, again.variables, list(again), again.domain) == (phi.text, phi.variables, list(phi), phi.domain)
    from_python = cl.parametrization(*(c.to_sympy() for c in phi.components), variables=phi.variables)
    assert [field.components for field in from_python] == [field.components for field in phi]


# -- pairs that say the same ----------------------------------------------------------------------------------------

ROOT = "sqrt(W_1_1**2 + W_1_2**2 + W_1_3**2)"
SUM = "(W_1_1 + W_2_1 + W_3_1)"
SPREAD = f"sqrt(3*W_1_1**2 + 3*W_2_1**2 + 3*W_3_1**2 - {SUM}**2)"
PAIRS = [
    ("phi(x/y, x*z)", "phi(y/x, x*z, variables=[x, y, z])"),  # 1/f has the laws of f
    ("phi(sqrt(x*y))", "phi(x*y)"),
    ("phi(x*y/(1 + x*y))", "phi(x*y)"),
    ("phi((x*y)/(x*z), x*z)", "phi(y/z, x*z, variables=[x, y, z])"),
    ("phi(x*y, x*z)", "phi(y/z, x*z, variables=[x, y, z])"),  # (a, b) and (a/b, b)
    ("phi(u/sqrt(u**2 + v**2), v/sqrt(u**2 + v**2))", "phi(u/v)"),  # a direction, by its norm or by a ratio
    ("phi(1/(x**2 + y**2))", "phi(x**2 + y**2)"),
    # normalised layers: ratios in the catalogue, and the definition with its norm
    ("rmsnorm(outputs=1, inputs=3)", f"phi({', '.join(f'W_1_{i}/{ROOT}' for i in (1, 2, 3))})"),
    ("layernorm(outputs=3, inputs=1)", f"phi({', '.join(f'(3*W_{i}_1 - {SUM})/{SPREAD}' for i in (1, 2, 3))})"),
    ("phi((x + y)/(x - y), z*(x - y))", "fields([x, y, z], [-y, x, 0], [z, -z, x - y])"),
]


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_equivalent_models_have_the_same_laws(left, right):
    a, b = cl.parse_model(left), cl.parse_model(right)
    assert a.variables == b.variables
    assert cl.count_laws(a).laws == cl.count_laws(b).laws
    for degree in (1, 2):
        of_a, of_b = cl.conservation_laws(a, degree), cl.conservation_laws(b, degree)
        assert all(cl.check_law(law, b).is_proved for law in of_a)
        assert all(cl.check_law(law, a).is_proved for law in of_b)
        assert len(of_a) == len(of_b)


def test_fields_of_ratios_are_those_of_the_definition():
    """q∇p − p∇q, before common factors of the denominator are taken out."""
    assert [str(f) for f in cl.parse_model("phi(x/y, 1/(x*y))")] == ["(y, -x)", "(-y, -x)"]


# -- the domain -----------------------------------------------------------------------------------------------------


def test_the_domain_is_told_and_a_point_outside_is_refused():
    phi = cl.parse_model("phi(x/(x - y), y*sqrt(x))")
    assert phi.domain.text == "x - y is not 0, and x is positive"
    holes = {
        (2, 2): "x - y is 0 there",
        (-1, 2): "x is -1 there, and must be positive",
        (0, 1): "x is 0 there, and must",
    }
    for point, hole in holes.items():
        with pytest.raises(cl.ConslawError) as caught:
            cl.count_laws(phi, point)
        assert f"has no value at x = {point[0]}, y = {point[1]}: {hole}" in str(caught.value)
        assert str(caught.value).endswith("take a point where x - y is not 0, and x is positive")
    assert cl.count_laws(phi, (3, 1)).laws == 0


@pytest.mark.parametrize("law", ["x + y", "exp(x)", "x**2", "1/x"])
@pytest.mark.parametrize("text", ["phi(x/y)", "phi(y*sqrt(x - x**2), variables=[x, y])", "phi(x*sqrt(y - 2))"])
def test_a_witness_lies_where_the_model_has_a_value(text, law):
    phi = cl.parse_model(text)
    witness = cl.check_law(law, phi).witness
    point = [Fraction(witness.point[name]) for name in phi.variables]
    assert phi.domain.hole_at(point) == ""


def test_a_count_stands_at_a_point_of_the_domain():
    maps = ("phi(x/(x - 7))", "phi(x*sqrt(-y), variables=[x, y])", "phi(y/(x**2 - 49), x)", "phi(y*sqrt(x - x**2))")
    for text in maps:
        phi = cl.parse_model(text)
        count = cl.count_laws(phi)
        assert count.verdict.is_proved and phi.domain.hole_at(list(count.point.values())) == ""


def test_a_rational_model_is_certified_and_spoken_of(tmp_path):
    phi = cl.parse_model("phi(x/z, y/z)")
    cl.certify(phi).save(tmp_path / "law.json")
    assert cl.verify(tmp_path / "law.json").is_proved
    assert cl.claim("x**2 + y**2 + z**2 is the only law for phi(x/z, y/z)").verdict.is_proved
    assert cl.claim("x**2 + y**2 is conserved", phi).verdict.is_refuted
    assert cl.claim("dim W = 2 at x=1, y=0, z=1 for phi(x/z, y/z)").verdict.is_proved


# -- messages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("phi(x + sqrt(y))", "make the root a coordinate, with the metric that belongs to it; x + sqrt(y) with y = s"),
        ("phi(sqrt(sqrt(x)))", "a root under a root is not read here"),
        ("phi(sqrt(-4)*x)", "sqrt(-4) has no real value: a root is taken of what is positive somewhere"),
        ("phi(sqrt(-x**2 - 1))", "sqrt(-x**2 - 1) has no real value"),
        ("phi(1/(sqrt(x**2) - x))", "'1/(sqrt(x**2) - x)' divides by 0 for one sign of a root"),
        ("phi(x/0)", "division by zero"),
        ("phi(x**(1/3))", "the exponent 1/3 is not an integer"),
        ("phi(" + "*".join(f"sqrt(x + {k})" for k in range(7)) + ")", "more than 6 different roots"),
        ("fields([x], [1/x])", "multiply the whole field by that, which changes none of its laws"),
    ],
)
def test_what_cannot_be_read_is_told_so(text, message):
    with pytest.raises(cl.ConslawError, match=re.escape(message)):
        cl.parse_model(text)


def test_what_needs_a_polynomial_map_says_so():
    phi = cl.parse_model("phi(x/y)")
    for call, message in (
        (lambda: cl.claim("x*y factors through phi", phi), "phi(x/y) has no polynomial φ"),
        (lambda: factors_through("x*y", phi), "asks about a map φ, and phi(x/y) is not a polynomial one"),
        (lambda: cl.geometry.metric(phi), "phi(x/y) divides or takes roots: the metric is written out for polynomial"),
    ):
        with pytest.raises(cl.ConslawError, match=re.escape(message)):
            call()
