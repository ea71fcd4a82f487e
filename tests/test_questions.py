"""Independence, completeness, dimensions, involutivity, membership: against closed formulas and by hand."""

from fractions import Fraction
from itertools import product
from random import Random
from types import SimpleNamespace

import pytest

import conslaw_nb as cl
from conslaw_nb.errors import ModelError, SizeError
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.laws import questions
from conslaw_nb.laws.at_a_point import lie_at
from conslaw_nb.laws.generic import first_points, generic_rank
from conslaw_nb.models.fields import Field, vector_fields
from conslaw_nb.paper import losses
from conslaw_nb.verdict import Status

XYZ = cl.parametrization("x*y*z")


def test_gradient_field_of_a_quotient_has_the_direction_of_the_gradient():
    # ∇(x/y) = (1/y, −x/y²) = (y, −x)/y²
    assert questions.gradient_field("x/y", ("x", "y")) == Field([Poly.gen(("x", "y"), 1), -Poly.gen(("x", "y"), 0)])


def test_rank_at_counts_over_q_and_not_modulo_the_prime():
    prime = 2**31 - 1
    big = cl.parametrization(f"{prime}*x", "y")
    assert questions.rank_at(list(big), (1, 1)) == 2


def test_rank_at_refuses_what_is_too_large():
    with pytest.raises(SizeError, match="too many for an exact rank over Q"):
        questions.rank_at([XYZ[0]] * 20_000, (1, 2, 3))


@pytest.mark.parametrize(
    ("functions", "point", "status"),
    [
        (["x**2 - y**2", "x**2 - z**2"], None, Status.PROVED),
        (["x**2 - y**2", "x**2 - z**2"], (1, 2, 3), Status.PROVED),
        (["x**2 - y**2", "x**2 - z**2"], (0, 0, 3), Status.REFUTED),
        (["x**2 - y**2", "x**2 - z**2", "y**2 - z**2"], None, Status.REFUTED),
        (["x**2 - y**2", "(x**2 - y**2)**3"], None, Status.REFUTED),
        (["x/y", "y/x"], None, Status.REFUTED),
        (["x/y", "y/z"], None, Status.PROVED),
        (["x", "3"], None, Status.REFUTED),
        (["x"], (Fraction(1, 2), 0, 0), Status.PROVED),
    ],
)
def test_independent(functions, point, status):
    assert questions.independent(functions, ("x", "y", "z"), point).status is status


def test_dependence_names_the_function_and_those_it_depends_on():
    verdict = questions.independent(["x**2 - y**2", "x**2 - z**2", "y**2 - z**2"], ("x", "y", "z"))
    assert verdict.details == {"dependent": 2, "on": [0, 1]}
    assert (
        "the gradient of y**2 - z**2 is a combination of the gradients of x**2 - y**2 and x**2 - z**2" in verdict.reason
    )


def test_dependence_where_a_coefficient_of_the_characteristic_polynomial_is_zero():
    """The three gradients it is expressed by have a matrix with trace 0 at every point."""
    functions = ["u1*u2 - v1*v2", "u1*v2 - v1*u2", "u1**2 - v1**2", "u2**2 - v2**2"]
    verdict = questions.independent(functions, ("u1", "v1", "u2", "v2"))
    assert verdict.is_refuted
    assert verdict.details == {"dependent": 3, "on": [0, 1, 2]}


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_a_combination_is_found_whatever_the_size(size):
    names = ("w", "x", "y", "z")[:size]
    functions = [f"{a}**2 + {b}" for a, b in zip(names, names[1:] + names[:1], strict=True)]
    verdict = questions.independent([*functions, f"({functions[0]})*({functions[-1]})"], names)
    assert verdict.is_refuted
    assert verdict.details == {"dependent": size, "on": list(range(size))}


def test_a_constant_is_named():
    assert "the gradient of 5 is zero everywhere: it is a constant" in questions.independent(["x", "5"], ("x",)).reason


def test_complete_proves_and_says_what_is_missing():
    verdict, count = questions.complete(["x**2 - y**2", "y**2 - z**2"], XYZ)
    assert verdict.is_proved
    assert count.laws == 2
    verdict, _ = questions.complete(["x**2 - y**2"], XYZ)
    assert verdict.is_refuted
    assert "but there are exactly 2" in verdict.reason
    verdict, _ = questions.complete(["x**2 - y**2", "x + z"], XYZ)
    assert verdict.is_refuted
    assert verdict.reason.startswith("x + z is the trouble: not conserved")
    assert verdict.witness is not None
    verdict, _ = questions.complete(["x**2 - y**2", "2*x**2 - 2*y**2"], XYZ)
    assert verdict.is_refuted
    assert "laws, but not independent" in verdict.reason


@pytest.mark.parametrize(("n", "m", "r"), [(1, 1, 2), (1, 2, 2), (2, 2, 2), (2, 2, 3)])
def test_the_trace_of_a_factorization_at_every_pair_of_ranks(n, m, r):
    """dim W(θ) = nρ_V + mρ_U − ρ_Uρ_V at points with U and V of any rank."""
    phi = cl.factorization(n, m, r)
    rng = Random(5)

    def of_rank(rows, rank):
        # unit vectors first, so that the rank is what it should be whatever the random numbers are
        left = [[int(i == k) if i < rank else rng.randint(1, 9) for k in range(rank)] for i in range(rows)]
        right = [[int(j == k) if j < rank else rng.randint(1, 9) for j in range(r)] for k in range(rank)]
        return [sum(a * right[k][j] for k, a in enumerate(line)) for line in left for j in range(r)]

    for a, b in product(range(min(n, r) + 1), range(min(m, r) + 1)):
        point = of_rank(n, a) + of_rank(m, b)
        assert questions.dimension(phi, "W", n * b + m * a - a * b, point).is_proved
        assert questions.dimension(phi, "W", n * b + m * a - a * b + 1, point).is_refuted


def test_dimension_of_lie():
    phi = cl.factorization(2, 2, 2)
    assert questions.dimension(phi, "Lie", 5).is_proved
    assert questions.dimension(phi, "Lie", 4).is_refuted
    special = [1, 2, 2, 4, 0, 0, 0, 0]  # the stacked matrix has rank 1
    assert questions.dimension(phi, "Lie", 2, special).is_refuted
    whole = questions.dimension(phi, "Lie", 3, special)
    assert whole.is_proved
    assert "Lie(W) was written out in full" in whole.reason
    assert questions.dimension(phi, "Lie", 5, special).is_refuted  # what it is at generic points


@pytest.mark.parametrize(("n", "m", "r"), [(1, 1, 3), (1, 2, 1), (2, 2, 1), (1, 2, 2), (2, 2, 2)])
def test_condition_13_holds_for_a_factorization_only_when_r_or_n_and_m_are_one(n, m, r):
    verdict = questions.involutive(cl.factorization(n, m, r))
    assert verdict.status is (Status.PROVED if r == 1 or n == m == 1 else Status.REFUTED)


def test_a_bracket_that_leaves_the_trace_is_shown_at_a_point():
    phi = cl.factorization(2, 2, 2)
    verdict = questions.bracket_in_trace(phi, 0, 1)
    assert verdict.is_refuted
    assert "and W(θ) has 4 dimensions there, without it" in verdict.reason
    assert questions.bracket_in_trace(phi, 0, 3).is_proved  # [E_11, E_22] = 0
    with pytest.raises(ModelError, match="there is no v_9: factorization\\(2,2,2\\) has the generators v_1 to v_4"):
        questions.bracket_in_trace(phi, 0, 8)


def test_a_bracket_may_lie_inside_by_an_identity_with_a_multiplier():
    # X = (1, 0), Y = (0, x): [X, Y] = (0, −1) lies in the span where x ≠ 0
    fields = cl.vector_fields(["x", "y"], [["1", "0"], ["0", "x"]])
    verdict = questions.bracket_in_trace(fields, 0, 1)
    assert verdict.is_proved
    assert "as an identity where x is not 0" in verdict.reason
    assert questions.bracket_in_trace(fields, 0, 1, (0, 1)).is_refuted


def test_factoring_through_phi():
    phi = cl.parametrization("x*y", "x*z")
    assert questions.factors_through("x**2*y*z + x*y", phi).is_proved
    assert questions.factors_through("y/z", phi).is_proved
    assert questions.factors_through("x", phi).is_refuted
    assert questions.factors_through("7", phi).is_proved


def test_equality_shows_the_residual_and_a_point():
    assert questions.equal("x/y - y/x", "(x**2 - y**2)/(x*y)", ("x", "y")).is_proved
    verdict = questions.equal("1/x", "1/y", ("x", "y"))
    assert verdict.is_refuted
    assert verdict.reason.startswith("left − right = (")


# -- losses ----------------------------------------------------------------------------------------------


def test_spans_of_losses_at_random_outputs_are_what_the_argument_says():
    """The span is all of R^n, or the hyperplane; for one-hot labels it is smaller only where Σ z_i = 1."""
    rng = Random(3)
    for n in (2, 3, 4):
        for _ in range(10):
            z = [Fraction(rng.randint(1, 9), rng.randint(1, 5)) for _ in range(n)]
            for name in ("mse", "logistic", "kl"):
                assert losses.loss(name).span_dimension(z) == n
            assert losses.loss("cross-entropy").span_dimension(z) == n - 1
            assert losses.loss("mse with one-hot labels").span_dimension(z) == (n - 1 if sum(z) == 1 else n)
        z = [Fraction(1, n)] * n
        assert losses.loss("mse with one-hot labels").span_dimension(z) == n - 1


def test_statuses_of_losses():
    found = {name: str(losses.spans(name).status) for name in losses.LOSSES}
    assert found == {
        "mse": "PROVED",
        "mse with one-hot labels": "REFUTED",
        "logistic": "PROVED",
        "kl": "PROVED",
        "cross-entropy on logits": "REFUTED",
    }


def test_messages_of_losses():
    with pytest.raises(ModelError, match="the loss 'hinge' is not known: the losses are mse, mse with one-hot labels"):
        losses.loss("hinge")
    with pytest.raises(ModelError, match="the number of outputs must be a whole number from 1 to 100, not 0"):
        losses.spans("mse", 0)


def test_cross_entropy_on_logits_adds_the_column_sums():
    """With φ replaced by Pφ, P the projection onto sum 0, the column sums of U become laws, and the count grows."""
    phi = cl.factorization(2, 1, 2)  # U is 2×2, V is 1×2
    first, second = phi.components
    projected = cl.parametrization(first - second, variables=phi.variables)
    assert cl.check_law("U_1_1 + U_2_1", phi).is_refuted
    assert cl.check_law("U_1_1 + U_2_1", projected).is_proved
    r = 2
    assert cl.count_laws(projected).laws == r + cl.count_laws(cl.factorization(1, 1, r)).laws


def test_a_constant_factor_is_no_condition():
    verdict = questions.factors_through("3*u*v1 + 5*u*v2", cl.parametrization("u*v1", "u*v2"))
    assert verdict.is_proved
    assert verdict.reason.endswith("as an identity.")


def test_a_number_is_compared_with_two_bounds():
    """By brute force: proved or refuted only where every number between the bounds agrees."""
    holds = {"=": int.__eq__, ">=": int.__ge__, "<=": int.__le__}
    for low in range(4):
        for high in range(low, 4):
            for number in range(5):
                for relation, true in holds.items():
                    answers = {true(right, number) for right in range(low, high + 1)}
                    expected = "UNKNOWN" if len(answers) == 2 else "PROVED" if answers == {True} else "REFUTED"
                    found = str(questions.compared(number, relation, low, high))
                    assert found == expected, (low, high, number, relation)


def test_a_rank_is_found_where_all_points_that_are_tried_first_are_special():
    x = Poly.gens(("x", "y"))[0]
    product_of = Poly.constant(("x", "y"), 1)
    for place in first_points(2):
        product_of = product_of * (x - place[0])
    found = generic_rank([Field([product_of, Poly(("x", "y"), {})])])
    assert (found.low, found.high) == (1, 1)
    assert product_of.evaluate(found.point) != 0


@pytest.mark.parametrize("given", [1, 2])
def test_where_bounds_do_not_meet_a_list_is_complete_only_at_the_upper_one(monkeypatch, given):
    """No small model has such bounds any more: they are made up here."""
    phi = cl.parse_model("phi(x*y + z*t)")
    real = cl.count_laws(phi)
    apart = SimpleNamespace(
        laws=None, laws_at_least=1, laws_at_most=2, certain="made up", verdict=real.verdict, evidence=real.evidence
    )
    monkeypatch.setattr(questions, "count_laws", lambda *_, **__: apart)
    laws = ["x**2 - y**2", "z**2 - t**2"][:given]
    verdict = questions.complete(laws, phi)[0]
    assert verdict.status is (Status.UNKNOWN if given == 1 else Status.PROVED)


@pytest.mark.parametrize(
    ("fields", "point", "dimension"),
    [
        ([["3*y**2", "3*y*z", "0"], ["3", "0", "2*z**2"]], (-1, 0, 0), 1),
        ([["3*y*z + z", "-x*y", "0"], ["0", "x*y", "-x**2"]], (1, 0, 0), 2),
    ],
)
def test_a_coordinate_plane_through_the_point_closes_the_bounds_from_above(fields, point, dimension):
    """All fields are tangent to the plane, and there they are fewer: brackets from below find as many already."""
    bounds = lie_at(vector_fields(["x", "y", "z"], fields), point)
    assert "tangent to a coordinate plane" in bounds.reason
    assert (bounds.low, bounds.high) == (dimension, dimension)
