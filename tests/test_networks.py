"""The catalogue against the paper's definitions: components, gradients, known laws, and the shortcuts of each kind."""

from random import Random

import pytest
import reference as ref
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples, integer_points, polynomials, widths

import conslaw_nb as cl
from conslaw_nb.errors import ModelError, SizeError
from conslaw_nb.language.polynomials import poly_from_text

P = 2**31 - 1
KINDS = ["linear", "relu", "relu with bias", "factorization"]


@st.composite
def networks(draw, kinds=tuple(KINDS), max_parameters=12, depth=(1, 3)):
    """(engine model, names, components, matrices): the last three from the reference."""
    kind = draw(st.sampled_from(kinds))
    if kind == "factorization":
        n, m, r = (draw(st.integers(1, 3)) for _ in range(3))
        while (n + m) * r > max_parameters:
            r -= 1
        names, components, matrices = ref.factorization(n, m, r)
        return cl.factorization(n, m, r), names, components, matrices
    sizes = draw(widths(depth=depth, max_parameters=max_parameters))
    if kind == "linear":
        names, components, matrices = ref.linear_network(*sizes)
        return cl.linear(*sizes), names, components, matrices
    bias = kind == "relu with bias"
    names, components = ref.relu_network(*sizes, bias=bias)
    return cl.relu(*sizes, bias=bias), names, components, None


# -- definitions -----------------------------------------------------------------------------------------


@given(networks())
@examples(60)
def test_components_and_gradients(case):
    phi, names, components, _ = case
    assert list(phi.variables) == names
    assert (phi.dimension, phi.count) == (len(names), len(components))
    assert [ref.of_engine(c) for c in phi.components] == components
    assert [ref.of_engine(phi.component(g)) for g in range(phi.count)] == components
    gradients = [ref.gradient(c, len(names)) for c in components]
    assert [[ref.of_engine(c) for c in field.components] for field in phi] == gradients


@given(networks())
@examples(60)
def test_known_laws_are_laws_and_the_paper_s(case):
    phi, names, components, matrices = case
    known = [ref.of_engine(h) for h in phi.known_laws()]
    fields = [ref.gradient(c, len(names)) for c in components]
    assert all(ref.is_law(h, fields) for h in known)
    if matrices is not None:  # U_iᵀU_i − U_{i+1}U_{i+1}ᵀ on and above the diagonal
        entries = [
            matrix[a][b] for matrix in ref.balances(matrices) for a in range(len(matrix)) for b in range(a, len(matrix))
        ]
        assert known == entries
    else:
        assert len(known) == sum(phi.sizes[1:-1])  # one per hidden neuron


@pytest.mark.parametrize(("sizes", "bias"), [((1, 2, 1), False), ((2, 3, 2), True), ((2, 2, 1, 2), True)])
def test_relu_laws_by_hand(sizes, bias):
    """‖column j of U_i‖² − ‖row j of U_{i+1}‖² − b_i[j]² (Proposition 4.1)."""
    phi = cl.relu(*sizes, bias=bias)
    n = sizes[::-1]
    expected = []
    for i in range(1, len(n) - 1):
        for j in range(1, n[i] + 1):
            incoming = [f"U{i + 1}_{j}_{k}**2" for k in range(1, n[i + 1] + 1)] + ([f"b{i}_{j}**2"] if bias else [])
            outgoing = [f"U{i}_{k}_{j}**2" for k in range(1, n[i - 1] + 1)]
            expected.append(poly_from_text("+".join(outgoing) + "-" + "-".join(incoming), phi.variables))
    assert phi.known_laws() == expected


@given(networks(), st.data())
@examples(60)
def test_values_modulo_a_prime(case, data):
    phi, names, components, _ = case
    point = data.draw(integer_points(len(names)))
    fields = [ref.gradient(c, len(names)) for c in components]
    rows = phi.generator_rows(point, P)
    for g, row in rows:
        assert [row.get(i, 0) for i in range(len(names))] == [int(v) % P for v in ref.at(fields[g], point)]
        assert all(row.values())
    # those that are given span the trace of all of them
    assert ref.rank([ref.at(fields[g], point) for g, _ in rows]) == ref.rank([ref.at(f, point) for f in fields])


@given(networks(), st.integers(0, 10**6))
@examples(60)
def test_random_elements_lie_in_w_and_reach_all_of_it(case, seed):
    phi, names, components, _ = case
    rng = Random(seed)
    point = [rng.randrange(1, 50) for _ in names]
    fields = [ref.gradient(c, len(names)) for c in components]
    basis = [[int(v) for v in ref.at(f, point)] for f in fields]
    rank = ref.rank(basis)
    values = [phi.random_element_value(rng, point, P) for _ in range(rank + 2)]
    from conslaw_nb.exact.backend import rank as rank_mod

    assert rank_mod(basis, P) == rank  # small numbers: the prime hides nothing
    assert rank_mod(basis + values, P) == rank  # none lies outside
    assert rank_mod(values, P) == rank  # together they reach all


@given(networks())
@examples(40)
def test_sign_symmetries(case):
    """The masks of a network are those that its expanded family has, or coarser ones that are symmetries too."""
    phi, _names, components, _ = case
    masks = phi.sign_classes()
    for c in components:
        classes = set()
        for m in c:
            mask = 0
            for i, e in enumerate(m):
                mask ^= masks[i] * (e % 2)
            classes.add(mask)
        assert len(classes) == 1  # φ_g is even or odd under each sign change
    assert phi.is_homogeneous()
    assert all(len({sum(m) for m in c}) == 1 for c in components)


def test_spanning_paths_are_as_few_as_can_be():
    """D − (number of hidden neurons) of them, whatever the depth (§10 N2)."""
    for sizes, bias in [((2, 3, 2), False), ((3, 2, 4, 2), True), ((1, 1), False), ((2, 2, 2, 2, 2), True)]:
        phi = cl.relu(*sizes, bias=bias)
        spanning = list(phi.spanning_generators())
        assert len(spanning) == len(set(spanning)) == phi.dimension - sum(sizes[1:-1])
        rng = Random(str(sizes))
        point = [rng.randrange(1, 1000) for _ in phi.variables]
        rows = [[row.get(i, 0) for i in range(phi.dimension)] for _, row in phi.generator_rows(point, P)]
        assert ref.rank(rows) == len(spanning)


@pytest.mark.parametrize("bias", [False, True])
def test_paths_have_numbers(bias):
    phi = cl.relu(2, 3, 2, 2, bias=bias)
    for g in range(phi.count):
        names = [phi.variables[e] for e in phi.path(g)]
        assert phi.components[g].text == "*".join(sorted(names))
    with pytest.raises(IndexError):
        phi.path(phi.count)
    assert [phi.path_index(neurons) for neurons in ([0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [1, 1, 2, 1])] == [
        0,
        1,
        2,
        23,
    ]
    if bias:
        full = 2 * 2 * 3 * 2
        assert phi.path_index([1, 1], bias=True) == full + 3
        assert phi.path_index([1, 1, 2], bias=True) == full + 4 + 11 == phi.count - 1


# -- is h a law? the shortcuts decide as the expansion does ---------------------------------------------


@given(networks(max_parameters=10), st.data())
@examples(150)
def test_the_first_generator_that_fails(case, data):
    phi, names, components, _ = case
    fields = [ref.gradient(c, len(names)) for c in components]
    known = [ref.of_engine(h) for h in phi.known_laws()]
    h = {}
    for k in known:  # a combination of laws, products of laws, and perhaps something else
        h = ref.add(h, k, data.draw(st.integers(-2, 2)))
    if known and data.draw(st.booleans()):
        h = ref.add(h, ref.multiply(h, known[0]))
    h = ref.add(h, data.draw(st.one_of(st.just({}), polynomials(len(names), max_degree=2, max_terms=1))))
    found = phi.failing_generator(poly_from_text(ref.text_of(h, names), phi.variables))
    failing = [g for g, field in enumerate(fields) if ref.along(h, field)]
    assert (found is None) == (not failing)
    if found is not None:
        assert found in failing


def test_telescoping_is_not_fooled():
    """Quadratics that look like tr(S·balance) in some blocks only."""
    phi = cl.linear(2, 2, 2)
    for text in (
        "U1_1_1**2 - U2_1_1**2",  # half of a diagonal entry
        "U1_1_1**2 + U1_2_1**2 + U2_1_1**2 + U2_1_2**2",  # the wrong sign
        "U1_1_1**2 + U1_2_1**2",  # one layer only
        "U1_1_1*U1_1_2 + U1_2_1*U1_2_2 - U2_1_1*U2_2_1",  # one term missing
        "U1_1_1*U2_1_1",  # across layers
        "U1_1_1**2 + U1_1_2**2 - U2_1_1**2 - U2_2_1**2",  # the other side's matrix
    ):
        assert phi.failing_generator(poly_from_text(text, phi.variables)) is not None
    for law in phi.known_laws():
        assert phi.failing_generator(law * 3) is None
        assert phi.failing_generator(law + 5) is None
        assert phi.failing_generator(law + law**2) is None


def test_large_networks_are_decided_without_writing_them_out():
    for phi in (cl.linear(32, 32, 32), cl.factorization(40, 40, 20), cl.relu(64, 64, 64, bias=True)):
        law = phi.known_laws()[7]
        assert phi.failing_generator(law) is None
        assert phi.failing_generator(law + poly_from_text(f"{phi.variables[0]}**2", phi.variables)) is not None


# -- how they are written --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phi", "text", "data"),
    [
        (cl.linear(2, 3, 2), "linear(2,3,2)", {"kind": "linear", "widths": [2, 3, 2]}),
        (cl.relu(2, 3), "relu(2,3)", {"kind": "relu", "widths": [2, 3], "bias": False}),
        (cl.relu(1, 2, 1, bias=True), "relu(1,2,1,bias=True)", {"kind": "relu", "widths": [1, 2, 1], "bias": True}),
        (cl.factorization(3, 2, 1), "factorization(3,2,1)", {"kind": "factorization", "n": 3, "m": 2, "r": 1}),
    ],
)
def test_text_and_data(phi, text, data):
    assert phi.text == repr(phi) == text
    assert phi.model_data() == data
    assert cl.parse_model(text).model_data() == data


def test_labels():
    assert cl.linear(2, 3, 2).label(1) == "∇(U_1U_2)_{1,2}"
    assert cl.factorization(2, 3, 1).label(4) == "∇(UVᵀ)_{2,2}"
    assert cl.relu(1, 2, 1).label(1) == "∇(U1_1_2*U2_2_1)"


def test_a_factorization_is_a_linear_network_with_v_transposed():
    u_vt, network = cl.factorization(2, 3, 2), cl.linear(3, 2, 2)
    swapped = [f"U1_{a}_{b}" for a in (1, 2) for b in (1, 2)] + [f"U2_{b}_{a}" for a in (1, 2, 3) for b in (1, 2)]
    places = {new: f"U_{new[3:]}" if new[1] == "1" else f"V_{new[5]}_{new[3]}" for new in swapped}
    for mine, other in zip(u_vt.components, network.components, strict=True):
        renamed = other.text
        for new, old in places.items():
            renamed = renamed.replace(new, old)
        assert poly_from_text(renamed, u_vt.variables) == mine


def test_display():
    phi = cl.linear(1, 1, 1)
    assert phi._repr_latex_() == r"$\varphi(\theta)=\left((U_1)_{1,1}\,(U_2)_{1,1}\right)$"
    assert phi.jacobian() == sympy.Matrix([sympy.symbols("U2_1_1 U1_1_1")])
    assert cl.linear(8, 8, 8)._repr_latex_() == r"$\varphi:\mathbb{R}^{128}\to\mathbb{R}^{64}$"


# -- messages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: cl.linear(),
            ModelError,
            r"linear\(\): give at least 2 widths, from input to output, as in linear\(2, 3, 2\)",
        ),
        (lambda: cl.linear(3), ModelError, r"linear\(3\): give at least 2 widths"),
        (lambda: cl.relu(3), ModelError, r"relu\(3\): give at least 2 widths"),
        (lambda: cl.linear(2, 0, 2), ModelError, r"linear\(2, 0, 2\): the width 0 must be at least 1"),
        (lambda: cl.linear(2, -3), ModelError, r"linear\(2, -3\): the width -3 must be at least 1"),
        (lambda: cl.linear(2, 2.0), ModelError, r"linear\(2, 2.0\): the width 2.0 is not a whole number"),
        (lambda: cl.linear("2", 3), ModelError, r"linear\('2', 3\): the width '2' is not a whole number"),
        (lambda: cl.linear(True, 3), ModelError, r"linear\(True, 3\): the width True is not a whole number"),
        (lambda: cl.linear([2, 3]), ModelError, r"linear\(\[2, 3\]\): the width \[2, 3\] is not a whole number"),
        (lambda: cl.relu(2, None), ModelError, r"relu\(2, None\): the width None is not a whole number"),
        (lambda: cl.factorization(1, 0, 2), ModelError, r"factorization\(1, 0, 2\): the size 0 must be at least 1"),
        (lambda: cl.relu(2, 3, bias=1), ModelError, r"bias must be True or False, not 1"),
        (lambda: cl.relu(2, 3, bias="yes"), ModelError, r"bias must be True or False, not 'yes'"),
        (
            lambda: cl.linear(10**9, 2),
            SizeError,
            r"linear\(1000000000, 2\) has 2000000000 parameters, which would take about 186 GB of memory",
        ),
        (lambda: cl.relu(9999, 9999, 1, bias=True), SizeError, r"relu\(9999, 9999, 1, bias=True\) has 99999999 param"),
        (lambda: cl.factorization(10**8, 1, 1), SizeError, r"factorization\(100000000, 1, 1\) has 100000001 param"),
        (
            lambda: cl.linear(10**5000, 2),
            SizeError,
            r"linear\(a number of 16610 bits, 2\) has a number of 16611 bits",
        ),
        (
            lambda: cl.linear(*[99] * 10_000),
            SizeError,
            r"linear\((99, ){12}\.\.\.\) has 98000199",
        ),
    ],
)
def test_messages(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("make", [lambda: cl.linear(*[30] * 6), lambda: cl.relu(64, 64, 64)])
def test_too_many_components_to_write_out(make):
    phi = make()
    with pytest.raises(SizeError, match="too many to write out"):
        phi.components  # noqa: B018
