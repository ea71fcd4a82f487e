"""The metric ∂φ∂φᵀ and formulas for it: proved as identities, refuted at points, never guessed; and exact ranks."""

import re
from fractions import Fraction
from itertools import product
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb.errors import ConslawError, ParseError, SizeError
from conslaw_nb.exact.backend import rational_rank
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.exact.roots import is_sum_of_even_terms, rational_root, square_root
from conslaw_nb.geometry import (
    check_metric,
    diagonal,
    metric,
    recovery,
    reduced_metric,
    relu_neuron,
    scalar_times_vector,
)
from conslaw_nb.geometry.recovery import kernel
from conslaw_nb.language import read_expression
from conslaw_nb.laws.real_domain import enclosed

UV = cl.parametrization("u*v")
D = {"d": "u**2 - v**2"}
small = st.integers(-4, 4)
XY = ("x", "y")


# --- the metric itself ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("phi", [UV, cl.relu(2, 1, 2), cl.factorization(2, 2, 1), cl.linear(1, 2, 1)], ids=str)
def test_the_metric_is_the_jacobian_times_its_transpose(phi):
    j = phi.jacobian()
    found = metric(phi)
    wanted = j * j.T
    for a, b in product(range(len(phi)), repeat=2):
        assert (found.entries[a][b].to_sympy() - wanted[a, b]).expand() == 0


@given(st.lists(small, min_size=4, max_size=4), st.lists(small, min_size=4, max_size=4))
def test_the_derivative_of_the_metric_is_the_middle_of_a_difference(point, way):
    """M has degree two in θ for a product of two layers, so a central difference is exact."""
    m = metric(cl.factorization(1, 1, 2))
    ahead, behind = (m.at([p + s * w for p, w in zip(point, way, strict=True)]) for s in (1, -1))
    assert m.derivative(point, way) == [[(ahead[0][0] - behind[0][0]) / 2]]


def test_a_metric_is_shown_as_text_and_as_a_formula():
    assert repr(metric(UV)) == "[u**2 + v**2]"
    assert "\\begin{pmatrix}" in metric(UV)._repr_latex_()


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: metric("u*v"), "'u*v' has no components: the metric needs a parametrization"),
        (lambda: metric(cl.linear(7, 7, 7)), "has 49 components; the metric is written out for at most 40"),
        (lambda: metric(UV).at((1,)), "the point has 1 coordinate, but phi(u*v) has 2 parameters"),
        (lambda: metric(UV).at((1.5, 2)), "the coordinate u = 1.5 of the point is not exact: give integers"),
        (lambda: metric(UV).at({"u": 1}), "the point does not fit phi(u*v): 'v' is missing"),
        (lambda: check_metric([["z", "z"]], UV), "has 1 rows of 1: give as many formulas, in z"),
        (lambda: check_metric("z", UV, {"z": "u**2 - v**2"}), "'z' cannot stand for a law here"),
        (lambda: check_metric("e*z", UV, {"e": "u**2 + v**2"}), "e = u**2 + v**2 is not a law of"),
        (lambda: check_metric("q*z", UV, D), "the variable 'q' is not known here: the variables are z, d"),
        (lambda: check_metric("exp(z)", UV, D), "'exp(...)' is not a polynomial"),
        (lambda: check_metric("z**(z)", UV, D), "the exponent"),
        (lambda: recovery(UV, (1, 2), laws=["u + v"]), "'u + v' is not a law of"),
        (lambda: scalar_times_vector(0), "scalar_times_vector: 0 is not a size here"),
        (lambda: diagonal(True), "diagonal: True is not a size here"),
        (lambda: reduced_metric(UV, "d", D).at((1,)), "give the values of the laws by name: d"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_one_sentence(call, reason):
    with pytest.raises(ConslawError, match=re.escape(reason)):
        call()


@pytest.mark.parametrize("text", ["9**9**9", "((z**60)**60)**60", "(z + d)**200000"])
def test_a_short_text_that_would_be_huge_is_stopped(text):
    with pytest.raises((SizeError, ParseError)):
        check_metric(text, UV, D)


# --- formulas for it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    ["sqrt(4*z**2 + d**2)", "(d**2 + (2*z)**2)**(1/2)", "sqrt(16*z**2 + 4*d**2)/2", "(4*z² + d²)/sqrt(4*z^2 + d^2)",
     "2*sqrt(z**2 + (d/2)**2)", "sqrt((4*z**2 + d**2)**3)/(4*z**2 + d**2)"],
)  # fmt: skip
def test_every_way_to_write_the_metric_of_one_neuron_is_proved(formula):
    assert check_metric(formula, UV, D).is_proved


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("sqrt(z**2 + d**2)", "at u = 1, v = 3, M is 10, and the formula gives about 8.544"),
        ("2*z + d", "M is 10, and the formula gives -2"),
        ("sqrt(4*z**2 - d**2)", "the formula gives about"),
        ("-sqrt(4*z**2 + d**2)", "M is 10, and the formula gives -10"),
        ("sqrt(4*z**2 + d**2) + sqrt(z**2)/1000000", "M is 10, and the formula gives 10000003/1000000"),
    ],
)
def test_a_wrong_formula_is_refuted_at_an_exact_point(formula, reason):
    verdict = check_metric(formula, UV, D)
    assert verdict.is_refuted
    assert reason in verdict.reason


def test_what_is_neither_an_identity_nor_refuted_is_unknown():
    """√(z²) is |uv|, no polynomial in θ: a formula that adds and subtracts it is right, and this is not seen here."""
    verdict = check_metric("sqrt(4*z**2 + d**2) + sqrt(z**2) - sqrt(z**2)", UV, D)
    assert str(verdict.status) == "UNKNOWN"
    assert "under a root" in verdict.reason


@given(st.fractions(-3, 3, max_denominator=5), st.fractions(-3, 3, max_denominator=5))
def test_no_other_pair_of_numbers_makes_the_formula_right(a, b):
    verdict = check_metric(f"sqrt(({a})*z**2 + ({b})*d**2)", UV, D)
    assert verdict.is_proved == (a == 4 and b == 1)
    assert verdict.is_proved or verdict.is_refuted or a < 0 or b < 0


@pytest.mark.parametrize(
    "model",
    [scalar_times_vector(1), scalar_times_vector(2), scalar_times_vector(3), diagonal(1), diagonal(3),
     relu_neuron(1, 1), relu_neuron(2, 1), relu_neuron(2, 2)],
    ids=lambda model: model.phi.text,
)  # fmt: skip
def test_the_metrics_with_a_closed_form_are_identities(model):
    assert model.verify().is_proved
    assert all(cl.check_law(law, model.phi).is_proved for _, law in model.laws)


def test_one_wrong_sign_in_one_entry_is_found():
    model = relu_neuron(2, 2)
    rows = [list(row) for row in model.entries]
    rows[3][2] = rows[3][2].replace("(-delta +", "(delta +", 1)
    assert rows != [list(row) for row in model.entries]
    verdict = reduced_metric(model.phi, rows, dict(model.laws)).verify()
    assert verdict.is_refuted
    assert verdict.details["entry"] == (3, 2)


@given(st.integers(1, 5), st.lists(st.integers(-3, 3), min_size=2, max_size=2))
def test_a_formula_in_floats_gives_what_the_exact_metric_gives(u, v):
    model = scalar_times_vector(2)
    delta = (u * u - v[0] ** 2 - v[1] ** 2) / 2
    found = model.at([u * x for x in v], delta=delta)
    wanted = metric(model.phi).at((u, *v))
    assert all(isclose(found[i][j], wanted[i][j], abs_tol=1e-9) for i in range(2) for j in range(2))


@pytest.mark.parametrize("start", [(1.0, 0.5, -0.5), (0.6, 1.0, 1.0), (2.0, 0.0, 0.3)])
def test_the_flow_of_z_needs_no_theta(start):
    """Follow θ and take φ; or follow z with K(z): the same place, to the order of the method."""
    model = scalar_times_vector(2)
    u, *v = start
    target = (1.5, -0.5)

    def slope(*z):
        return [a - b for a, b in zip(z, target, strict=True)]

    def gradient(u, *v):
        g = slope(*(u * x for x in v))
        return (sum(a * b for a, b in zip(g, v, strict=True)), *(u * a for a in g))

    theta = cl.flows.gradient_flow(gradient, start, 2.0, 400).end
    delta = (u * u - v[0] ** 2 - v[1] ** 2) / 2
    z = model.flow(slope, [u * x for x in v], 2.0, 400, delta=delta).end
    assert z == pytest.approx([theta[0] * x for x in theta[1:]], abs=1e-7)


# --- what φ and the laws do not see ---------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(-3, 3), min_size=4, max_size=4), max_size=5))
def test_a_kernel_is_killed_and_has_the_right_size(rows):
    basis = kernel([[Fraction(x) for x in row] for row in rows], 4)
    assert all(sum(a * b for a, b in zip(row, v, strict=True)) == 0 for row in rows for v in basis)
    assert len(basis) == 4 - rational_rank(rows)


@pytest.mark.parametrize(
    ("phi", "unseen"),
    [(cl.relu(2, 2, 1), 0), (cl.relu(2, 2, 2, bias=True), 0), (cl.linear(2, 2, 2), 1), (cl.linear(3, 2, 3), 1),
     (cl.linear(2, 3, 2), 2), (cl.factorization(1, 1, 2), 0)],
    ids=str,
)  # fmt: skip
def test_relu_networks_are_recoverable_and_these_linear_ones_are_not(phi, unseen):
    point = [(7 * k * k + 3 * k + 2) % 11 + 1 for k in range(phi.dimension)]
    found = recovery(phi, point)
    assert len(found.directions) == unseen
    assert found.rank_both == phi.dimension - unseen
    assert found.is_recoverable == (unseen == 0)
    assert ("nothing is unseen" in repr(found)) == found.is_recoverable


def test_relaxed_balance_makes_the_unseen_direction_harmless():
    """n = 1, m = r = 2: u = (3, 0), V = diag(5, 4) has uuᵀ − VᵀV = −16·I; (5, 3) in place of (5, 4) has not."""
    phi = cl.factorization(1, 2, 2)
    balanced, other = recovery(phi, (3, 0, 5, 0, 0, 4)), recovery(phi, (3, 0, 5, 0, 0, 3))
    assert len(balanced.directions) == len(other.directions) == 1
    assert balanced.is_harmless
    assert not other.is_harmless
    assert "along which M stays" in repr(balanced)


def test_a_zero_outgoing_weight_lowers_the_rank_of_phi():
    """Pitfall 22: u = 0, v ≠ 0. The count of laws is right, ∂φ loses a rank, and two directions are unseen nearby."""
    phi = cl.relu(2, 1, 2)
    there, near = recovery(phi, (0, 0, 1, 2)), recovery(phi, (1, 0, 1, 2))
    assert (there.rank_phi, near.rank_phi) == (2, 3)
    assert not there.is_recoverable
    assert near.is_recoverable


# --- roots ----------------------------------------------------------------------------------------------------

polys = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 3)), st.fractions(-4, 4, max_denominator=4).filter(bool), max_size=5
).map(lambda t: Poly(XY, {tuple((i, e) for i, e in enumerate(m) if e): c for m, c in t.items()}))


@given(polys)
def test_the_root_of_a_square_is_found(p):
    root = square_root(p * p)
    assert root in (p, -p)


@given(polys)
def test_a_root_that_is_found_is_one_and_what_is_no_square_has_none(p):
    root = square_root(p)
    assert root is None or root * root == p
    assert square_root(p * p + Poly(XY, {((0, 7),): 1})) is None  # odd degree, or too high a term for the rest
    assert square_root(-(p * p) - 1) is None


def test_signs_are_read_off_only_where_they_are_certain():
    x, y = Poly.gens(XY)
    assert is_sum_of_even_terms(x**2 + 3 * y**4 + 1)
    assert not any(map(is_sum_of_even_terms, (x, x * y, x**2 - y**2, x**2 - 2 * x + 2)))
    assert (rational_root(Fraction(4, 9)), rational_root(Fraction(1, 2))) == (Fraction(2, 3), None)


@given(st.fractions(0, 50, max_denominator=30))
def test_an_enclosed_root_encloses(value):
    square = enclosed(read_expression("sqrt(x)**2 - x"), {"x": value})
    assert square.a <= 0 <= square.b
    assert square.delta < 1e-20


def test_a_formula_is_refuted_where_it_fails_and_not_where_it_happens_to_hold():
    verdict = check_metric("5*z - 1", cl.parse_model("phi(x**2)"))  # M = 4*z, and both are 4 at x = 1
    (x,) = verdict.details["point"].values()
    assert verdict.is_refuted
    assert verdict.details["value"] == 4 * x**2 != 5 * x**2 - 1


@given(st.fractions(1, 50, max_denominator=9), st.fractions(1, 50, max_denominator=9))
def test_products_and_negative_powers_are_enclosed_whatever_their_signs(a, b):
    if a == b:
        return
    for identity in (
        "(sqrt(a) - sqrt(b))*(sqrt(a) + sqrt(b)) - a + b",
        "(sqrt(a) - sqrt(b))**(-2)*(a + b - 2*sqrt(a*b)) - 1",
    ):
        rest = enclosed(read_expression(identity), {"a": a, "b": b})
        assert rest.a <= 0 <= rest.b
        assert rest.delta < 1e-10


def test_a_formula_has_its_values_in_floats_too():
    formula = reduced_metric(UV, "z**(-2) - 3/(2*z) + sqrt(4*z**2 + e**2)**3", {"e": "u**2 - v**2"})
    assert formula.at([2.0], e=3.0) == [[0.25 - 0.75 + 125]]
