"""Random polynomials, maps, families, networks and points, shared by the property tests.

Polynomials are plain dicts (exponents -> Fraction) as in `reference.py`; they reach the engine as text, so that
nothing of the engine makes the input that it is tested with.
"""

import itertools
from fractions import Fraction

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from reference import text_of

import conslaw_nb as cl

NAMES = ("x", "y", "z", "w", "s", "t")


def examples(count):
    """Settings of a property test: so many examples, the same ones each time, whatever the machine's speed."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


small_integers = st.integers(-4, 4)
nonzero_integers = small_integers.filter(bool)
small_rationals = st.builds(Fraction, st.integers(-5, 5), st.integers(1, 3))
nonzero_rationals = small_rationals.filter(bool)


@st.composite
def exponents(draw, n, max_degree, min_degree=0):
    left = draw(st.integers(min_degree, max_degree))
    result = [0] * n
    for _ in range(left):
        result[draw(st.integers(0, n - 1))] += 1
    return tuple(result)


@st.composite
def polynomials(draw, n, max_degree=3, max_terms=3, min_terms=0, min_degree=0, coefficients=nonzero_rationals):
    terms = draw(
        st.dictionaries(exponents(n, max_degree, min_degree), coefficients, min_size=min_terms, max_size=max_terms)
    )
    return dict(terms)


@st.composite
def maps(draw, max_variables=4, max_components=2, max_degree=3, max_terms=3, coefficients=nonzero_rationals):
    """(names, components): φ with at least one term that is not constant."""
    n = draw(st.integers(1, max_variables))
    components = draw(
        st.lists(
            polynomials(n, max_degree, max_terms, min_terms=1, min_degree=1, coefficients=coefficients),
            min_size=1,
            max_size=max_components,
        )
    )
    return NAMES[:n], components


@st.composite
def families(draw, max_variables=4, max_fields=3, max_degree=2, max_terms=2):
    """(names, fields), some of them perhaps zero or constant."""
    n = draw(st.integers(1, max_variables))
    field = st.lists(polynomials(n, max_degree, max_terms), min_size=n, max_size=n)
    return NAMES[:n], draw(st.lists(field, min_size=1, max_size=max_fields))


@st.composite
def widths(draw, depth=(1, 3), width=(1, 3), max_parameters=14):
    layers = draw(st.integers(*depth))
    sizes = draw(st.lists(st.integers(*width), min_size=layers + 1, max_size=layers + 1))
    while sum(a * b for a, b in itertools.pairwise(sizes)) > max_parameters:
        sizes[sizes.index(max(sizes))] -= 1
    return tuple(sizes)


def integer_points(n, low=-3, high=3):
    return st.lists(st.integers(low, high), min_size=n, max_size=n)


def phi_of(names, components):
    """The engine's parametrization of a map."""
    return cl.parametrization(*(text_of(c, names) for c in components), variables=list(names))


def family_of(names, fields):
    """The engine's family of given fields."""
    return cl.vector_fields(list(names), [[text_of(c, names) for c in field] for field in fields])


@st.composite
def models(draw):
    """A small engine model of any kind."""
    kind = draw(st.sampled_from(["linear", "relu", "relu with bias", "factorization", "map", "fields"]))
    if kind == "map":
        return phi_of(*draw(maps()))
    if kind == "fields":
        return family_of(*draw(families(max_variables=3)))
    if kind == "factorization":
        return cl.factorization(*draw(st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 2))))
    sizes = draw(widths(max_parameters=12))
    if kind == "linear":
        return cl.linear(*sizes)
    return cl.relu(*sizes, bias=kind == "relu with bias")
