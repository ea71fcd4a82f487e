"""The normal form against matrices of numbers: what it calls equal is equal, what it calls different differs."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from matrix_trees import SPACE, any_tree, at_random, numbers, trees, value
from strategies import examples

from conslaw_nb.errors import SizeError
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.matrices import MatrixField, MatrixSpace, bracket, derivative, gradient, prove_equal, trace
from conslaw_nb.matrices.concrete import Dual, evaluate
from conslaw_nb.matrices.conservation import moving, slopes
from conslaw_nb.matrices.evaluate import normal_form
from conslaw_nb.matrices.fields import with_velocities
from conslaw_nb.matrices.reader import read_expression
from conslaw_nb.matrices.rewriting import inserted, multiplied_out, product_rule
from conslaw_nb.matrices.syntax import Commutator, Inner, Norm, Power, Product, Sum, Trace, Transpose
from conslaw_nb.models.fields import Field
from conslaw_nb.models.fields import bracket as bracket_of_polynomials

sizes = st.fixed_dictionaries({"n": st.integers(1, 3), "m": st.integers(1, 3)})
seeds = st.integers(0, 10**6)


def zero(rows):
    return all(x == 0 for row in rows for x in row)


def same(a, b):
    """Whether two values are equal; the number 0 is the zero of every shape."""
    return a == b or (zero(a) and zero(b))


# --- equal normal forms are equal -------------------------------------------------------------------------


@given(any_tree, sizes, seeds)
@examples(250)
def test_a_normal_form_has_the_value_of_what_was_written(node, sizes, seed):
    matrices = at_random(SPACE, sizes, seed)
    assert same(value(normal_form(node, SPACE).tree, sizes, matrices), value(node, sizes, matrices))


def mirrored(node):
    """Return the transpose of a tree, by hand: (AB)ᵀ = BᵀAᵀ, and numbers stay as they are."""
    if isinstance(node, Sum):
        return Sum(tuple((minus, mirrored(term)) for minus, term in node.terms))
    if isinstance(node, Product):
        scalars = [normal_form(factor, SPACE).is_scalar for factor in node.factors]
        if any(scalars):
            return Product(tuple(f if s else mirrored(f) for f, s in zip(node.factors, scalars, strict=True)))
        return Product(tuple(mirrored(factor) for factor in reversed(node.factors)))
    if isinstance(node, Power):
        return Power(mirrored(node.base), node.exponent)
    if isinstance(node, Commutator):
        return Commutator(mirrored(node.right), mirrored(node.left))
    if isinstance(node, Transpose):
        return node.base
    if isinstance(node, (Trace, Inner, Norm)):
        return node
    return Transpose(node)


@given(any_tree)
@examples(150)
def test_a_transpose_written_in_two_ways_is_one_normal_form(node):
    assert normal_form(Transpose(node), SPACE) == normal_form(mirrored(node), SPACE)


@given(st.data())
@examples(150)
def test_a_trace_may_be_turned(data):
    rows, columns = data.draw(st.sampled_from(["n", "m", "1"])), data.draw(st.sampled_from(["n", "m", "1"]))
    a, b = data.draw(trees((rows, columns), 2)), data.draw(trees((columns, rows), 2))
    if rows == columns == "1":
        assert normal_form(Product((a, b)), SPACE) == normal_form(Product((b, a)), SPACE)
    turned = normal_form(Trace(Product((b, a))), SPACE)
    if not ("1" in (rows, columns) and rows != columns):  # else one of the two is a number times a number
        assert normal_form(Trace(Product((a, b))), SPACE) == turned
    assert normal_form(Inner(Transpose(a), b), SPACE) == trace(normal_form(a, SPACE) * normal_form(b, SPACE))


# --- different normal forms differ ------------------------------------------------------------------------


def differs_somewhere(expression):
    """Evaluate at sizes that are large enough, with large entries: a nonzero polynomial is hardly ever 0 there."""
    smallest = expression.separating_size
    for seed in range(4):
        sizes = {name: smallest + (seed * (i + 1)) % 3 for i, name in enumerate(expression.space.sizes)}
        matrices = at_random(expression.space, sizes, seed, range(-30, 31))
        if not zero(evaluate(expression.tree, expression.space, sizes, matrices)):
            return True
    return False


@given(any_tree)
@examples(150)
def test_what_is_not_zero_is_not_zero_at_large_sizes(node):
    expression = normal_form(node, SPACE)
    assume(expression.degree <= 6)
    assert expression.is_zero or differs_somewhere(expression)


@given(st.data())
@examples(100)
def test_two_expressions_differ_exactly_when_their_normal_forms_do(data):
    shape = data.draw(st.sampled_from([("n", "n"), ("n", "m"), ("1", "1")]))
    a, b = (normal_form(data.draw(trees(shape, 2)), SPACE) for _ in range(2))
    assume(max(a.degree, b.degree) <= 6)
    assert (a == b) == (not differs_somewhere(a - b))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("A*B", "A^T*B"),
        ("tr(A^2*A^T)", "tr(A)*tr(A*A^T)"),
        ("tr(A*S*K)", "0*t"),
        ("u*w^T", "w*u^T"),
        ("u^T*A*w", "w^T*A*u"),
        ("(u^T*A*w)^2", "u^T*A*u*(w^T*A*w)"),
        ("tr(A*A*A^T*A^T)", "tr(A*A^T*A*A^T)"),
        ("n*A", "m*A"),
        ("tr(B*C)*I_n", "B*C"),
        ("B*v*u^T", "u*v^T*B^T"),
        ("tr(A^2*S*A^T)", "tr(A^2*A^T*S)"),
    ],
)
def test_words_that_look_alike_are_told_apart(left, right):
    difference = SPACE(left) - SPACE(right)
    assert not difference.is_zero
    assert differs_somewhere(difference)


@pytest.mark.parametrize(
    "text",
    [
        "tr(K)",
        "tr(K^3)",
        "u^T*K*u",
        "tr(K*S)",
        "tr(S*A*K*A^T)",
        "tr(A^T*B*C) - tr(C^T*B^T*A)",
        "u^T*A*w*t - t*w^T*A^T*u",
        "tr(u*w^T*A) - w^T*A*u",
        "tr(I_n) - n",
        "n*u^T*u - tr(u*u^T*E)*tr(E)",
        "B*v*(u^T*w) - (w^T*u)*B*v",
        "y*v - v^T*y^T",
        "tr([A, S]*A) - tr([S, A]*A)",
        "[A, [S, K]] + [S, [K, A]] + [K, [A, S]]",
        "(A + S)^2 - A^2 - A*S - S*A - S^2",
        "|A + S|^2 - |A|^2 - 2*<A, S> - |S|^2",
    ],
)
def test_true_identities_are_zero(text):
    assert SPACE(text).is_zero


# --- small sizes are not all sizes ------------------------------------------------------------------------


def test_cayley_and_hamilton_is_true_for_two_by_two_and_is_no_identity_for_all_sizes():
    space = MatrixSpace(A=("n", "n"))
    node = read_expression("A^2 - tr(A)*A + 1/2*(tr(A)^2 - tr(A^2))*I_n")
    for seed in range(20):
        for n in (1, 2):
            assert zero(evaluate(node, space, {"n": n}, at_random(space, {"n": n}, seed)))
    proof = prove_equal(node, "0", space=space)
    assert proof.is_refuted
    assert proof.counterexample.sizes == {"n": 3}


def test_the_standard_identity_of_degree_four_needs_a_three_by_three_matrix():
    """Amitsur and Levitzki: four 2 x 2 matrices satisfy it."""
    space = MatrixSpace.read("A: n x n, B: n x n, C: n x n, D: n x n")
    parts = ["[A, B]*[C, D]", "[C, D]*[A, B]", "[B, C]*[A, D]", "[A, D]*[B, C]", "-[A, C]*[B, D]", "-[B, D]*[A, C]"]
    proof = prove_equal(" + ".join(parts), "0", space=space)
    assert proof.is_refuted
    assert proof.counterexample.sizes == {"n": 3}


# --- derivatives, gradients, brackets ---------------------------------------------------------------------

MOVING = {"A": ("n", "n"), "S": ("n", "n"), "B": ("n", "m"), "u": ("n", "1"), "t": ("1", "1")}


@st.composite
def fields(draw):
    """Draw velocities for some of the letters, symmetric for S."""
    names = draw(st.lists(st.sampled_from(sorted(MOVING)), min_size=1, max_size=3, unique=True))
    result = {}
    for name in names:
        node = draw(trees(MOVING[name], 1))
        result[name] = Sum(((False, node), (False, Transpose(node)))) if name == "S" else node
    return result


@given(any_tree, fields(), sizes, seeds)
@examples(150)
def test_a_derivative_is_that_of_dual_numbers(node, velocities, sizes, seed):
    matrices = at_random(SPACE, sizes, seed)
    field = MatrixField(SPACE, velocities)
    found = derivative(normal_form(node, SPACE), field)
    speeds = {}
    for name, velocity in velocities.items():
        blank = [[0] * len(matrices[name][0]) for _ in matrices[name]]
        rows = evaluate(velocity, SPACE, sizes, matrices)
        speeds[name] = blank if zero(rows) else rows
    expected = slopes(evaluate(node, SPACE, sizes, moving(matrices, speeds)))
    assert same(value(found.tree, sizes, matrices), expected)


@given(any_tree, fields())
@examples(150)
def test_the_lines_of_a_derivation_are_equal_to_each_other(node, velocities):
    """The product rule, insertion and multiplying out on trees agree with the derivative of the normal form."""
    field = MatrixField(SPACE, velocities)
    space, names = with_velocities(SPACE, field, field)
    ruled = product_rule(node, space, names)
    put = inserted(ruled, {names[name]: field[name].tree for name in field}, space)
    try:
        expected = derivative(normal_form(node, SPACE), field)
    except SizeError:
        assume(False)
    for line in (put, read_expression(put.text), multiplied_out(put, space)):
        if line is not None:
            found = normal_form(line, space)
            assert found == expected or (found.is_zero and expected.is_zero), line.text
    assert normal_form(read_expression(ruled.text), space) == normal_form(ruled, space)


@pytest.mark.parametrize(
    ("text", "ruled"),
    [
        ("A^3", "dA*A^2 + A*dA*A + A^2*dA"),
        ("t^3", "3*t^2*dt"),
        ("t^2*A*B", "2*t*dt*A*B + t^2*dA*B + t^2*A*dB"),
        ("|B|^2 - <A, S>", "2*<dB, B> - <dA, S>"),
        ("[A, S]*u", "[dA, S]*u"),
        ("tr(A*(B*C)^T)^2", "2*tr(A*(B*C)^T)*tr(dA*(B*C)^T + A*(dB*C)^T)"),
        ("S - K^2", "0"),
    ],
)
def test_the_product_rule_as_it_is_written(text, ruled):
    space = SPACE.extend(dA=("n", "n"), dB=("n", "m"), dt=("1", "1"))
    node = product_rule(read_expression(text), space, {"A": "dA", "B": "dB", "t": "dt"})
    assert node.text == ruled


def polynomial_matrices(space, sizes, start=0):
    """Return every letter as a matrix of variables, and the variables."""
    names, places = [], {}
    for name in space:
        rows, columns = (1 if size == "1" else sizes[size] for size in space.letter(name).shape)
        places[name] = [[len(names) + i * columns + j for j in range(columns)] for i in range(rows)]
        names += [f"{name}_{i + 1}_{j + 1}" for i in range(rows) for j in range(columns)]
    variables = tuple(names)
    return variables, places, {n: [[Poly.gen(variables, k) for k in row] for row in rows] for n, rows in places.items()}


PLAIN = MatrixSpace.read("A: n x n, B: n x m, C: m x n, u: n x 1, t: 1 x 1")


@pytest.mark.parametrize(
    "text",
    ["tr(A*B*C)", "|B|^2 - 3*tr(A)^2", "u^T*A*u*t^2", "tr(A^3) + n*t*tr(B*C)", "<A*B, B>*(u^T*u)", "|A*u - t*u|^2"],
)
def test_a_gradient_is_that_of_the_polynomial(text):
    sizes = {"n": 2, "m": 3}
    variables, places, matrices = polynomial_matrices(PLAIN, sizes)
    [[polynomial]] = evaluate(read_expression(text), PLAIN, sizes, matrices)
    partial = polynomial.gradient()
    nothing = Poly(variables, {})
    for name in PLAIN:
        expected = [[partial.get(k, nothing) for k in row] for row in places[name]]
        rows = evaluate(gradient(PLAIN(text), name).tree, PLAIN, sizes, matrices)
        found = [[nothing + x for x in row] for row in rows]
        assert found == expected or (not any(map(any, expected)) and found == [[nothing]])


def test_the_gradient_in_a_symmetric_or_skew_matrix_is_symmetric_or_skew():
    assert gradient(SPACE("tr(A*S)"), "S") == SPACE("1/2*(A + A^T)")
    assert gradient(SPACE("tr(A*K)"), "K") == SPACE("1/2*(A^T - A)")


def expanded(field, space, sizes):
    """Return a matrix field at concrete sizes as a field of the polynomial engine."""
    variables, places, matrices = polynomial_matrices(space, sizes)
    components = [Poly(variables, {})] * len(variables)
    for name in field:
        rows = evaluate(field[name].tree, space, sizes, matrices)
        for where, row in zip(places[name], rows if len(rows) == len(places[name]) else [[]] * 99, strict=False):
            for k, x in zip(where, row, strict=False):
                components[k] = components[k] + x
    return Field(components)


@pytest.mark.parametrize("sizes", [{"n": 1, "m": 1, "r": 1}, {"n": 2, "m": 1, "r": 2}, {"n": 2, "m": 2, "r": 1}])
@pytest.mark.parametrize(
    ("x", "y"),
    [
        ({"U": "X*V", "V": "X^T*U"}, {"U": "Y*V", "V": "Y^T*U"}),
        ({"U": "U*U^T*U", "X": "U*V^T"}, {"U": "X*V", "V": "V"}),
        ({"U": "tr(X*V*U^T)*U"}, {"U": "X*V*V^T*V", "V": "-|U|^2*V"}),
    ],
)
def test_a_bracket_is_that_of_the_polynomial_fields(x, y, sizes):
    space = MatrixSpace.read("U: n x r, V: m x r, X: n x m, Y: n x m")
    x, y = MatrixField(space, x), MatrixField(space, y)
    expected = bracket_of_polynomials(expanded(x, space, sizes), expanded(y, space, sizes))
    assert expanded(bracket(x, y), space, sizes) == expected


@given(st.data(), sizes, seeds)
@examples(60)
def test_random_brackets_are_those_of_dual_numbers(data, sizes, seed):
    """[X, Y] = ∂X·Y − ∂Y·X, each derivative taken with dual numbers."""
    x, y = ({name: data.draw(trees(MOVING[name], 2)) for name in ("A", "B")} for _ in range(2))
    matrices = at_random(SPACE, sizes, seed)

    def full(node, name):
        rows = evaluate(node, SPACE, sizes, matrices)
        return [[0] * len(matrices[name][0]) for _ in matrices[name]] if zero(rows) else rows

    found = bracket(MatrixField(SPACE, x), MatrixField(SPACE, y))
    for name in ("A", "B"):
        change = []
        for a, b in ((x, y), (y, x)):
            speeds = {moved: full(b[moved], moved) for moved in ("A", "B")}
            slope = slopes(evaluate(a[name], SPACE, sizes, moving(matrices, speeds)))
            blank = [[0] * len(matrices[name][0]) for _ in matrices[name]]
            change.append(blank if zero(slope) else slope)
        expected = [[p - q for p, q in zip(*rows, strict=True)] for rows in zip(*change, strict=True)]
        assert same(value(found[name].tree, sizes, matrices), expected)


# --- writing and reading ----------------------------------------------------------------------------------


@given(any_tree)
@examples(200)
def test_what_is_written_reads_back(node):
    expression = normal_form(node, SPACE)
    assert SPACE(node.text) == expression
    assert SPACE(expression.text) == expression
    for latex in (node.latex(SPACE), expression.latex):
        assert latex.count("{") == latex.count("}")
        assert latex.count(r"\left") - latex.count(r"\left\langle") - latex.count(r"\left\|") == latex.count(
            r"\right"
        ) - latex.count(r"\right\rangle") - latex.count(r"\right\|")


@given(numbers, numbers)
@examples(60)
def test_proofs_of_random_equalities_have_only_lines_that_check(a, b):
    """(a + b)² = a² + 2ab + b² for numbers a and b, however they are written."""
    left = Power(Sum(((False, a), (False, b))), 2)
    two = read_expression("2")
    right = Sum(
        ((False, Power(a, 2)), (False, Product((two, Sum(((False, a),)), Sum(((False, b),))))), (False, Power(b, 2)))
    )
    try:
        proof = prove_equal(left, right, space=SPACE)
    except SizeError:
        assume(False)
    assert proof.is_proved
    assert [chain.rejected for chain in proof.chains] == [()]


def test_dual_numbers_differentiate():
    x = Dual(Fraction(1, 2), 1)
    assert (x * x * x + 2 * x + 1).slope == 3 * Fraction(1, 4) + 2
