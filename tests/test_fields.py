"""Vector fields and brackets: the algebra, the sign, the values modulo a prime, and every message."""

from fractions import Fraction
from random import Random

import pytest
import reference as ref
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import (
    NAMES,
    examples,
    families,
    family_of,
    integer_points,
    polynomials,
    small_integers,
    small_rationals,
)

import conslaw_nb as cl
from conslaw_nb.errors import ModelError, ParseError, SizeError
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.models.fields import check_variables, to_poly

P = 2**31 - 1
N = 3


def fields_of(family):
    return [[ref.of_engine(c) for c in field.components] for field in family]


three_fields = st.lists(
    st.lists(polynomials(N, max_degree=2, max_terms=2), min_size=N, max_size=N), min_size=3, max_size=3
)


# -- brackets --------------------------------------------------------------------------------------------


@given(three_fields)
@examples(60)
def test_brackets_are_the_reference_s(fields):
    family = family_of(NAMES[:N], fields)
    x, y, _ = family
    assert [ref.of_engine(c) for c in cl.bracket(x, y).components] == ref.bracket(*fields[:2])


@given(three_fields, small_rationals, small_rationals)
@examples(60)
def test_brackets_are_a_lie_algebra(fields, a, b):
    x, y, z = family_of(NAMES[:N], fields)
    assert cl.bracket(x, y) == -cl.bracket(y, x)
    assert not cl.bracket(x, x)
    jacobi = [cl.bracket(x, cl.bracket(y, z)), cl.bracket(y, cl.bracket(z, x)), cl.bracket(z, cl.bracket(x, y))]
    assert not jacobi[0] + jacobi[1] + jacobi[2]
    assert cl.bracket(a * x + b * y, z) == a * cl.bracket(x, z) + cl.bracket(y, z) * b
    assert cl.bracket(x - y, z) == cl.bracket(x, z) - cl.bracket(y, z)


@given(three_fields, polynomials(N, max_degree=2))
@examples(40)
def test_the_sign_and_the_function_coefficients(fields, f):
    """With this sign, ⟨∇h, [X, Y]⟩ = Y(X h) − X(Y h), and [X, fY] = f[X, Y] − (X f) Y (pitfall P11)."""
    x, y, _ = family_of(NAMES[:N], fields)
    h = to_poly(ref.text_of(f, NAMES[:N]), NAMES[:N])
    assert cl.bracket(x, y).along(h) == y.along(x.along(h)) - x.along(y.along(h))
    assert cl.bracket(x, y * h) == cl.bracket(x, y) * h - y * x.along(h)


@given(st.lists(small_integers, min_size=2 * N * N, max_size=2 * N * N))
@examples(40)
def test_linear_fields(entries):
    """[Aθ, Bθ] = (AB − BA)θ: the paper's sign, opposite to the usual one."""
    a = sympy.Matrix(N, N, entries[: N * N])
    b = sympy.Matrix(N, N, entries[N * N :])
    theta = sympy.Matrix(sympy.symbols(NAMES[:N]))
    x, y, expected = cl.vector_fields(NAMES[:N], [list(m * theta) for m in (a, b, a * b - b * a)])
    assert cl.bracket(x, y) == expected


def test_the_bracket_of_the_paper_s_pitfall():
    x, y = cl.vector_fields(["x", "y"], [["1", "0"], ["0", "x**3"]])
    assert repr(cl.bracket(x, y)) == "(0, -3*x**2)"
    assert repr(cl.bracket(x, cl.bracket(x, y))) == "(0, 6*x)"


@pytest.mark.parametrize("wrong", ["x", ["y", "x"], None, 3])
def test_a_bracket_of_something_else(wrong):
    (field,) = cl.vector_fields(["x"], [["x"]])
    for pair in ((field, wrong), (wrong, field)):
        with pytest.raises(ModelError, match=r"bracket takes two fields, such as W\[0\] and W\[1\] of a family"):
            cl.bracket(*pair)


def test_a_bracket_of_fields_on_different_spaces():
    x, u = cl.vector_fields(["x"], [["x"]])[0], cl.vector_fields(["u"], [["u"]])[0]
    with pytest.raises(ModelError, match=r"the fields live on different spaces: \('x',\) and \('u',\)"):
        cl.bracket(x, u)


# -- families --------------------------------------------------------------------------------------------


@given(families())
@examples(80)
def test_a_family_holds_what_was_given(case):
    names, fields = case
    family = family_of(names, fields)
    assert fields_of(family) == fields
    assert (family.variables, family.dimension, family.count, len(family)) == (
        names,
        len(names),
        len(fields),
        len(fields),
    )
    assert fields_of(cl.parse_model(family.text)) == fields  # and its text reads back
    assert cl.parse_model(family.text).text == family.text == repr(family)
    assert family.fields() is family
    assert list(family) == [family[g] for g in range(len(fields))]


@given(families(), st.data())
@examples(60)
def test_values_modulo_a_prime(case, data):
    names, fields = case
    family = family_of(names, fields)
    point = data.draw(integer_points(len(names)))

    def modulo(field):
        return [v.numerator * pow(v.denominator, -1, P) % P for v in ref.at(field, point)]

    rows = family.generator_rows(point, P)
    assert [g for g, _ in rows] == list(range(len(fields)))
    assert [[row.get(i, 0) for i in range(len(names))] for _, row in rows] == [modulo(field) for field in fields]
    # the random element is the combination with the random numbers that were drawn
    drawn = Random("here")
    scales = [drawn.randrange(1, P) for _ in fields]
    assert family.random_element_value(Random("here"), point, P) == modulo(ref.combine(fields, scales))


@given(families())
@examples(80)
def test_symmetries_are_symmetries(case):
    """A sign change x → εx that keeps every generator up to a sign is what the masks stand for."""
    names, fields = case
    family = family_of(names, fields)
    masks = family.sign_classes()
    # two terms of one generator have the same class: x^β in coordinate i has the class of β + e_i
    for field in fields:
        classes = set()
        for i, component in enumerate(field):
            for m in component:
                mask = masks[i]
                for j, e in enumerate(m):
                    mask ^= masks[j] * (e % 2)
                classes.add(mask)
        assert len(classes) <= 1
    homogeneous = all(len({sum(m) for component in field for m in component}) <= 1 for field in fields)
    assert family.is_homogeneous() == homogeneous


@given(families())
@examples(40)
def test_denominators(case):
    names, fields = case
    scale = family_of(names, fields).denominator()
    assert all((c * scale).denominator == 1 for field in fields for a in field for c in a.values())


def test_which_primes_suit():
    family = cl.vector_fields(["x", "y"], [["x/7", "0"], ["5*x", "10*y"], ["0", "0"]])
    assert [p for p in (2, 3, 5, 7, 11) if family.suits(p)] == [3, 11]  # 2 and 5 make coefficients vanish


def test_input_of_every_kind():
    x, y = sympy.symbols("x y")
    expected = cl.vector_fields(["x", "y"], [["x**2 - y/2", "3"], ["x/3", "0"]])
    made = cl.vector_fields((x, y), [[x**2 - y / 2, 3], (Fraction(1, 3) * Poly.gens(("x", "y"))[0], sympy.Integer(0))])
    assert fields_of(made) == fields_of(expected)
    assert fields_of(cl.vector_fields("xy", iter([["x**2 - y/2", 3], ["x/3", 0]]))) == fields_of(expected)
    other_space = Poly.gens(("y", "x"))
    assert repr(cl.vector_fields(["x", "y"], [other_space])[0]) == "(y, x)"


def test_generators_by_index():
    family = cl.vector_fields(["x"], [["x"], ["1"]])
    assert repr(family[1]) == "(1)"
    for index in (2, -1):
        with pytest.raises(IndexError, match=f"there is no generator {index}: this family has 2, counted from 0"):
            family[index]


def test_a_family_is_true_and_counts_itself():
    assert cl.vector_fields(["x"], [["0"]])
    wide = cl.relu(*[64] * 12)
    assert wide
    with pytest.raises(SizeError, match=r"relu\(64,.*\) has 4722366482869645213696 generators, too many for len"):
        len(wide)
    assert wide.count == 64**12


def test_labels():
    assert [cl.vector_fields(["x"], [["x"], ["1"]]).label(g) for g in (0, 1)] == ["v_1", "v_2"]
    assert cl.vector_fields(["x"], [["x"]]).label(0) == "v"


def test_display():
    family = cl.vector_fields(["x", "y"], [["y", "x/2"], ["1", "0"]])
    assert family._repr_latex_() == (
        r"$\begin{pmatrix} y \\ \frac{1}{2}\,x \end{pmatrix},\; \begin{pmatrix} 1 \\ 0 \end{pmatrix}$"
    )
    assert family[1]._repr_latex_() == r"$\begin{pmatrix} 1 \\ 0 \end{pmatrix}$"
    large = cl.vector_fields([f"x{i}" for i in range(101)], [["0"] * 101] * 2)
    assert large._repr_latex_() == r"$\text{2 fields on } \mathbb{R}^{101}$"
    assert len(large.brief) == 83
    assert large.brief.endswith("...")


def test_a_family_without_generators_of_its_own():
    from conslaw_nb.models.fields import VectorFields

    bare = VectorFields(("x",), 1, "bare")
    with pytest.raises(IndexError):
        bare[0]
    with pytest.raises(NotImplementedError, match="VectorFields has no certificate form"):
        bare.model_data()


# -- messages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "fields", "message"),
    [
        (["x", "y"], [["x"]], r"field 1 has 1 components, but there are 2 variables \(x, y\): give one component per"),
        (["x"], [["x"], ["x", "x"]], r"field 2 has 2 components, but there are 1 variables \(x\)"),
        (["x", "y"], ["xy"], r"field 1 must be a list of 2 components, not 'xy'"),
        (["x"], [3], r"field 1 must be a list of 1 components, not 3"),
        (["x"], [], r"a family needs at least one vector field"),
        ([], [[]], r"a model needs at least one variable"),
        (["x", "x"], [["x", "x"]], r"the variable 'x' is given twice: variables must have different names"),
        (["1x"], [["1"]], r"'1x' cannot name a variable: use a letter, then letters, digits and _"),
        (["exp"], [["1"]], r"'exp' cannot name a variable"),
        (["é"], [["1"]], r"'é' cannot name a variable"),
        (["x" * 200], [["1"]], r"'x+\.\.\. cannot name a variable"),
        (["x"], [[0.5]], r"0.5 is not exact: write it as text, such as '1/3' or '0.25'"),
        (["x"], [[True]], r"True is not exact"),
        (["x"], [[object]], r"<class 'object'> is neither text, an exact number nor a sympy expression"),
        (
            ["x"],
            [[sympy.Symbol("x") * 0.5]],
            r"0.5\*x holds a decimal float: use sympy.Rational, or text such as '0.25'",
        ),
        (["x"], [[sympy.pi * sympy.Symbol("x")]], r"pi\*x has a coefficient that is not rational"),
        (["E"], [[sympy.E]], r"E has a coefficient that is not rational"),  # not the variable E
        (["I"], [[sympy.I]], r"I has a coefficient that is not rational"),
        (["x"], [[sympy.Matrix([1])]], r"Matrix\(\[\[1\]\]\) is neither text, an exact number nor a sympy expression"),
    ],
)
def test_messages(variables, fields, message):
    with pytest.raises(ModelError, match=message):
        cl.vector_fields(variables, fields)


@pytest.mark.parametrize(
    ("component", "message"),
    [
        (sympy.Symbol("q"), "the variable 'q' is not known here: the variables are x"),
        (sympy.sqrt(2) * sympy.Symbol("x"), r"'sqrt\(...\)' is not a polynomial"),
        (sympy.sin(sympy.Symbol("x")), "the function 'sin' is not known"),
        (1 / sympy.Symbol("x"), "'1/x' is not a polynomial: it divides by x"),
        ("x**", "the text ends too early"),
    ],
)
def test_messages_of_the_reader_come_through(component, message):
    with pytest.raises(ParseError, match=message):
        cl.vector_fields(["x"], [[component]])


def test_a_large_sympy_power_is_refused_at_once():
    x, y, z, w = sympy.symbols("x y z w")
    with pytest.raises(SizeError, match=r"the power \(x \+ y \+ z \+ w\)\*\*300 makes the expression too large"):
        cl.vector_fields(["x", "y", "z", "w"], [[(x + y + z + w) ** 300, 0, 0, 0]])


def test_too_many_variables():
    with pytest.raises(SizeError, match="50001 variables are too many: models of up to 50000 parameters are read"):
        check_variables(f"x{i}" for i in range(50_001))


@pytest.mark.parametrize("call", ["count_laws", "conservation_laws", "certify"])
def test_what_is_no_model(call):
    function = getattr(cl, call)
    with pytest.raises(ModelError, match=rf"{call} needs a model, not 'phi\(x\*y\)': .* parse_model\('phi\(x\*y\)'\)"):
        function("phi(x*y)")
    with pytest.raises(ModelError, match=rf"{call} needs a model, not \['x\*y'\]: make one, for example with param"):
        function(["x*y"])


def test_check_law_wants_a_model_too():
    with pytest.raises(ModelError, match=r"check_law needs a model, not 'x\*y'"):
        cl.check_law("x", "x*y")
