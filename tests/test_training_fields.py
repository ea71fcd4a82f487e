"""Weight decay and sign flow as families of fields."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb.errors import ModelError
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.models.phase_space import lifted
from conslaw_nb.models.training_fields import decay_fields, sign_fields, sign_vectors


@pytest.mark.parametrize("phi", [cl.factorization(2, 1, 2), cl.linear(1, 2, 1), cl.relu(1, 2, 1, bias=True)], ids=str)
def test_decay_rescales_every_law_by_its_degree(phi):
    flow = decay_fields(phi)
    s = Poly.gens(flow.variables)[0]
    for law in phi.known_laws():
        moved = lifted(law, flow.variables, 1)
        assert cl.check_law(s * s * moved, flow).is_proved
        assert cl.check_law(moved, flow).is_refuted
        assert cl.check_law(s * moved, flow).is_refuted
    product = lifted(phi.known_laws()[0], flow.variables, 1) ** 2
    assert cl.check_law(s**4 * product, flow).is_proved
    assert cl.count_laws(flow).laws == cl.count_laws(phi).laws


def test_a_decay_that_decays():
    """λ = 1/(1+t): s = 1 + t, so (1 + t)²(u² − v²); the flow itself is (1, −θ/s − e∇φ), a combination of the fields."""
    flow = decay_fields(cl.parametrization("u*v"))
    assert flow[0].components[0].text == "s"
    assert cl.check_law("s**2*(u**2 - v**2)", flow).is_proved


def sign(x):
    return (x > 0) - (x < 0)


@pytest.mark.parametrize(
    ("shape", "laws"),
    [((1, 1, 1), 1), ((1, 1, 2), 3), ((1, 1, 3), 5), ((2, 1, 1), 0), ((1, 2, 2), 2), ((2, 1, 2), 2), ((2, 2, 2), 0)],
)
def test_laws_of_sign_flow(shape, laws):
    phi, draw = cl.factorization(*shape), Random(sum(shape))
    for _ in range(3):
        point = [draw.choice((-1, 1)) * draw.randint(1, 30) for _ in range(phi.dimension)]
        assert cl.count_laws(sign_fields(phi, point)).laws == laws


nonzero = st.integers(-9, 9).filter(bool)


@given(st.lists(nonzero, min_size=6, max_size=6), st.lists(st.fractions(-9, 9), min_size=2, max_size=2))
def test_for_two_components_no_sign_vector_is_missing(point, slope):
    """Any gradient without a zero has signs that are on the list, and each on the list comes with its opposite."""
    phi = cl.factorization(1, 2, 2)
    vectors, complete = sign_vectors(phi, point)
    assert complete
    rows = zip(*([c.evaluate(point) for c in field.components] for field in phi), strict=True)
    found = tuple(sign(sum(e * Fraction(x) for e, x in zip(slope, row, strict=True))) for row in rows)
    assert not all(found) or found in vectors
    assert {tuple(-x for x in vector) for vector in vectors} == set(vectors)


def test_one_line_only_and_a_law_that_depends_on_the_orthant():
    """φ = (uv, uv + 1): both rows are parallel, and the two half planes are found."""
    phi = cl.parametrization("u*v", "2*u*v")
    assert sign_vectors(phi, (2, 3)) == ([(-1, -1), (1, 1)], True)
    assert cl.check_law("u - v", sign_fields(phi, (2, 3))).is_proved
    assert cl.check_law("u + v", sign_fields(phi, (2, -3))).is_proved
    assert cl.check_law("u - v", sign_fields(phi, (2, -3))).is_refuted


def test_for_more_components_the_list_says_that_it_may_lack_some():
    vectors, complete = sign_vectors(cl.factorization(2, 2, 1), (1, 2, 3, 4))
    assert not complete
    assert vectors == sign_vectors(cl.factorization(2, 2, 1), (1, 2, 3, 4))[0]


def test_the_normalised_filter_of_lesson_11_has_the_gradient_that_is_shown():
    """f = (u₁v₁x₁ + u₂v₂x₂)/‖u‖, times ‖u‖³: from (‖u‖²∂s − s·∂‖u‖²/2) with s the numerator."""
    names = ("u1", "u2", "v1", "v2")
    u1, u2, v1, v2 = Poly.gens(names)
    size = u1 * u1 + u2 * u2
    for s, shown in (
        (u1 * v1, [u2 * u2 * v1, u1 * u2 * v1 * -1, u1 * size, Poly(names, {})]),
        (u2 * v2, [u1 * u2 * v2 * -1, u1 * u1 * v2, Poly(names, {}), u2 * size]),
    ):
        half = [size.derivative(i) * Fraction(1, 2) for i in range(4)]
        assert [size * s.derivative(i) - s * half[i] for i in range(4)] == shown


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (
            lambda: decay_fields(cl.parametrization("s*t")),
            "this flow names its clock 's', and the model has such names itself",
        ),
        (lambda: sign_vectors(cl.parametrization("u*v"), (1,)), "a point has 2 coordinates here, and not 1"),
        (lambda: sign_vectors(cl.parametrization("u*v"), (0, 1)), "at this point no data move 'v'"),
    ],
)
def test_what_makes_no_sense_is_refused(call, reason):
    with pytest.raises(ModelError, match=reason):
        call()
