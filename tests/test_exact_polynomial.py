"""Polynomials over Q: arithmetic, derivatives and values against the reference; text, LaTeX, data; bounds."""

import math
from fractions import Fraction

import pytest
import reference as ref
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import NAMES, examples, integer_points, polynomials, small_rationals

from conslaw_nb.errors import ModelError, SizeError
from conslaw_nb.exact.polynomial import MAX_EXPONENT, MAX_TERMS, Poly, latex_name
from conslaw_nb.language.polynomials import poly_from_text

N = 3
XYZ = NAMES[:N]
P = 2**31 - 1


def engine(poly):
    return poly_from_text(ref.text_of(poly, XYZ), XYZ)


@given(polynomials(N), polynomials(N), small_rationals)
@examples(150)
def test_arithmetic(a, b, c):
    left, right = engine(a), engine(b)
    assert ref.of_engine(left + right) == ref.add(a, b)
    assert ref.of_engine(left - right) == ref.add(a, b, -1)
    assert ref.of_engine(-left) == ref.add({}, a, -1)
    assert ref.of_engine(left * right) == ref.multiply(a, b)
    assert ref.of_engine(left * c) == ref.of_engine(c * left) == ref.multiply(a, ref.constant(c, N))
    assert ref.of_engine(left + c) == ref.of_engine(c + left) == ref.add(a, ref.constant(c, N))
    assert ref.of_engine(c - left) == ref.add(ref.constant(c, N), a, -1)
    assert (left == right) == (a == b)
    assert bool(left) == bool(a)
    assert left - left == 0
    if c:
        assert ref.of_engine(left / c) == ref.multiply(a, ref.constant(1 / c, N))
    if a == b:
        assert hash(left) == hash(right)


@given(polynomials(N, max_degree=2), st.integers(0, 4))
@examples(60)
def test_powers(a, k):
    assert ref.of_engine(engine(a) ** k) == ref.power(a, k, N)
    assert engine(a).power_terms(k) >= len(ref.power(a, k, N))


@given(polynomials(N, max_degree=4, max_terms=5), integer_points(N), st.lists(small_rationals, min_size=N, max_size=N))
@examples(150)
def test_facts_derivatives_and_values(a, point, rational):
    poly = engine(a)
    assert poly.degree == ref.degree(a)
    assert poly.is_constant == (ref.degree(a) == 0)
    assert poly.support() == [i for i in range(N) if any(m[i] for m in a)]
    gradient = poly.gradient()
    for i in range(N):
        assert ref.of_engine(poly.derivative(i)) == ref.partial(a, i)
        assert (i in gradient) == bool(ref.partial(a, i))
    assert poly.evaluate(point) == ref.evaluate(a, point)
    assert poly.evaluate(rational) == ref.evaluate(a, rational)
    value = ref.evaluate(a, point)
    assert poly.evaluate_mod(point, P) == value.numerator * pow(value.denominator, -1, P) % P


@given(polynomials(N, min_terms=1), small_rationals.filter(bool))
@examples(100)
def test_primitive(a, c):
    poly = engine(a)
    scaled = poly.primitive()
    assert all(isinstance(k, int) for k in scaled.terms.values())
    assert math.gcd(*scaled.terms.values()) == 1
    assert scaled.terms[scaled.ordered()[0]] > 0
    assert ref.same_span([ref.of_engine(scaled)], [a])
    assert (poly * c).primitive() == scaled == scaled.primitive()


def test_the_zero_polynomial():
    zero = poly_from_text("x - x", XYZ)
    assert zero.text == zero.brief == "0"
    assert zero.primitive() == zero == 0
    assert (zero.degree, zero.support(), zero.data(), zero.is_constant) == (0, [], [], True)
    assert zero**0 == 1
    assert zero**3 == 0


@given(polynomials(N))
@examples(80)
def test_sympy_gives_a_second_opinion(a):
    symbols = sympy.symbols(XYZ)
    expected = sympy.Add(
        *(
            sympy.Rational(c.numerator, c.denominator) * sympy.Mul(*(s**e for s, e in zip(symbols, m, strict=True)))
            for m, c in a.items()
        )
    )
    assert sympy.expand(engine(a).to_sympy() - expected) == 0


@given(polynomials(N))
@examples(60)
def test_data_is_what_certificates_hold(a):
    read = {}
    for coefficient, powers in engine(a).data():
        assert coefficient == str(Fraction(coefficient))
        read[tuple(powers.get(name, 0) for name in XYZ)] = Fraction(coefficient)
        assert all(e > 0 for e in powers.values())
    assert read == a


@pytest.mark.parametrize(
    ("text", "written", "latex"),
    [
        ("y**2/2 - x + 3", "1/2*y**2 - x + 3", r"\frac{1}{2}\,y^{2} - x + 3"),
        ("-x*z - y", "-x*z - y", r"-x\,z - y"),
        ("-3/4", "-3/4", r"-\frac{3}{4}"),
        ("z + y + x", "x + y + z", "x + y + z"),
        ("x*y + x**2 + y**2", "x**2 + x*y + y**2", r"x^{2} + x\,y + y^{2}"),
    ],
)
def test_text_and_latex(text, written, latex):
    poly = poly_from_text(text, XYZ)
    assert poly.text == repr(poly) == written
    assert poly.latex == latex
    assert poly._repr_latex_() == f"${latex}$"


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("x12", "x_{12}"),
        ("U1_2_3", "(U_1)_{2,3}"),
        ("U_1_2", "U_{1,2}"),
        ("theta_1", r"\theta_{1}"),
        ("theta1", r"\theta_{1}"),
        ("weight", r"\mathrm{weight}"),
        ("_", "_"),
        ("α", "α"),
    ],
)
def test_names_in_latex(name, latex):
    assert latex_name(name) == latex


def test_long_polynomials_are_named_by_their_size():
    poly = poly_from_text("(x + y + z + 1)**3", XYZ)
    assert poly.brief == "a polynomial of 20 terms"
    assert poly_from_text(f"x*{'9' * 100}", XYZ).brief == "a polynomial of 1 term"
    assert poly_from_text("x - y", XYZ).brief == "x - y"
    assert poly_from_text("9" * 100, XYZ).brief == "a number of 333 bits"


# -- messages --------------------------------------------------------------------------------------------


def test_polynomials_of_different_spaces_do_not_mix():
    x, u = Poly.gens(("x",))[0], Poly.gens(("u",))[0]
    for operation in (lambda: x + u, lambda: x * u, lambda: x - u):
        with pytest.raises(ModelError, match=r"polynomials in \('u',\) and \('x',\) live on different spaces"):
            operation()
    assert x != u


@pytest.mark.parametrize("wrong", [0.5, "x", None])
def test_only_exact_numbers_mix_with_polynomials(wrong):
    with pytest.raises(TypeError, match="is neither a polynomial nor an exact number"):
        Poly.gens(("x",))[0] + wrong


def test_powers_that_make_no_sense_or_no_end():
    x, y, z = Poly.gens(XYZ)
    with pytest.raises(ValueError, match="a polynomial has no power -1"):
        x**-1
    with pytest.raises(SizeError, match=rf"the power \(x\)\*\*1001 is too high: degrees up to {MAX_EXPONENT}"):
        x**1001
    with pytest.raises(SizeError, match=r"the power \(x\*\*501\)\*\*2 is too high"):
        (x**501) ** 2
    with pytest.raises(SizeError, match=r"the power \(7\)\*\*999 has coefficients of over 1600 bits"):
        Poly.constant(XYZ, 7) ** 999
    with pytest.raises(SizeError, match=r"the power \(x \+ y \+ z \+ 1\)\*\*150 has up to 585276 terms, too many"):
        (x + y + z + 1) ** 150


def test_products_that_have_no_end():
    variables = tuple(f"x{i}" for i in range(2500))
    linear = Poly(variables, {((i, 1),): 1 for i in range(2500)})
    with pytest.raises(SizeError, match="a product of 2500 by 2500 terms is too large to expand exactly"):
        linear * linear
    half = Poly(variables, {((i, 1),): 1 for i in range(1500)})
    other = Poly(variables, {((i, 2),): 1 for i in range(500)})
    with pytest.raises(SizeError, match=f"a polynomial has more than {MAX_TERMS} terms"):
        half * other


@given(st.lists(polynomials(N), min_size=3, max_size=3))
@examples(40)
def test_the_ring_axioms(abc):
    a, b, c = map(engine, abc)
    assert (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c
    assert a * b == b * a


@given(polynomials(N), polynomials(N))
@examples(60)
def test_the_product_rule(a, b):
    f, g = engine(a), engine(b)
    for i in range(N):
        assert (f * g).derivative(i) == f.derivative(i) * g + f * g.derivative(i)


@given(polynomials(N), integer_points(N))
@examples(60)
def test_values_are_exact_modulo_a_small_prime(a, point):
    assume(all(c.denominator % 7 for c in a.values()))
    value = ref.evaluate(a, point)
    assert engine(a).evaluate_mod(point, 7) == value.numerator * pow(value.denominator, -1, 7) % 7
