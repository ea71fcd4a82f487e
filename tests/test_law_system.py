"""The linear system for laws, written out: its kernel is what the fast search finds, its rows are what they say."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conslaw_nb as cl
from conslaw_nb.errors import ConslawError
from conslaw_nb.exact.backend import rational_rank
from conslaw_nb.laws.law_system import law_system

MODELS = [
    ("phi(x*y)", 6),
    ("phi((x + 1)*y)", 4),
    ("phi(u + v**2/2)", 6),
    ("phi(x**2/2 - 2*y**2)", 6),
    ("phi(x, y + x*z)", 4),
    ("factorization(1,1,2)", 4),
    ("factorization(2,2,1)", 3),
    ("relu(1,2,1)", 4),
    ("linear(1,2,2,1)", 2),
    ("fields([a, b, c], [a*b, a*b, 1], [0, 0, c])", 4),
]


@pytest.mark.parametrize(("model", "degree"), MODELS)
def test_the_kernel_is_what_the_search_finds(model, degree):
    phi = cl.parse_model(model)
    system = law_system(phi, degree)
    found = cl.conservation_laws(phi, degree)
    assert len(system.laws) == len(found)
    assert all(phi.failing_generator(law) is None for law in system.laws)
    assert rational_rank(coefficients([*system.laws, *(law.poly for law in found)])) == len(found)


def coefficients(polys):
    places = sorted({monomial for poly in polys for monomial in poly.terms})
    return [[int(poly.terms.get(monomial, 0)) for monomial in places] for poly in polys]


@settings(max_examples=30)
@given(st.lists(st.integers(-3, 3), min_size=9, max_size=9))
def test_the_rows_are_the_coefficients_of_the_derivative(values):
    """h with any coefficients: the rows applied to them are the coefficients of ⟨∇h, χ⟩."""
    phi = cl.parametrization("x*y + x**2*y - 3*y")
    system = law_system(phi, 3)
    h = sum((m * value for m, value in zip(system.monomials, values, strict=True)), system.monomials[0] * 0)
    derivative = phi[0].along(h)
    left = [sum(entry * values[place] for place, entry in row.items()) for row in system.rows]
    assert sorted(value for value in left if value) == sorted(derivative.terms.values())


def test_one_degree_may_be_too_few():
    phi = cl.parametrization("(x + 1)*y")
    assert law_system(phi, 2, homogeneous=True).laws == ()
    assert [law.text for law in law_system(phi, 2).laws] == ["x**2 - y**2 + 2*x"]


def test_it_counts_what_it_shows():
    system = law_system(cl.parametrization("x*y"), 2)
    assert (system.unknowns, len(system.rows), system.rank) == (5, 5, 4)
    assert "5 equations for 5 unknowns, rank 4, kernel of dimension 1" in repr(system)
    html = system._repr_html_()
    assert html.count("<tr>") == 6
    assert html.count('scope="col"') == 6
    assert "kernel: $x^{2} - y^{2}$" in html
    rows = [re.sub(r"<[^>]*>", " ", row).split() for row in html.split("</tr>")]
    assert [r"$x\,y$", "·", "·", "2"] in [row[:4] for row in rows]


def test_rows_of_several_generators_bear_their_names():
    system = law_system(cl.parametrization("x*y", "x*z"), 2)
    assert system.names[0] == "∇(x*y): x"
    assert any(name.startswith("∇(x*z): ") for name in system.names)


def test_a_large_system_is_told_in_one_line_and_a_trivial_kernel_is_said():
    system = law_system(cl.linear(1, 2, 2, 1), 2)
    assert len(repr(system).splitlines()) == 2
    assert "<table>" not in system._repr_html_()
    assert repr(law_system(cl.parametrization("u + v**2/2"), 2)).endswith("kernel: only 0")
    assert "only 0" in law_system(cl.parametrization("u + v**2/2"), 2)._repr_html_()


def test_no_equation_at_all():
    nothing = law_system(cl.vector_fields(["x"], [["0"]]), 2)
    assert [law.text for law in nothing.laws] == ["x", "x**2"]
    assert repr(nothing).splitlines()[1] == "kernel: x, x**2"


@pytest.mark.parametrize("degree", [0, -1, 1.5, True, "2"])
def test_a_degree_that_is_none_is_refused(degree):
    with pytest.raises(ConslawError, match="the degree must be a whole number, at least 1"):
        law_system(cl.parametrization("x*y"), degree)


@pytest.mark.parametrize(("model", "degree"), [("linear(3,3,3)", 3), ("linear(9,9,9)", 40), ("phi(x*y)", 10**6)])
def test_a_system_that_nobody_can_read_is_refused(model, degree):
    with pytest.raises(ConslawError, match="let conservation_laws solve"):
        law_system(cl.parse_model(model), degree)
