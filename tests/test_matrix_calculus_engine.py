"""What matrix calculus proves for all sizes, against the engine that decides one size at a time."""

from itertools import pairwise

import pytest

import conslaw_nb as cl
from conslaw_nb.exact.polynomial import Poly
from conslaw_nb.matrices import MatrixField, MatrixSpace, bracket, gradient_flow, prove_conserved, theorems
from conslaw_nb.matrices.concrete import evaluate
from conslaw_nb.matrices.reader import read_expression
from conslaw_nb.models.fields import bracket as bracket_of_polynomials


def blocks(phi, shapes):
    """Return the parameters of a model as matrices of variables, in the order of the model."""
    result, start = {}, 0
    for name, (rows, columns) in shapes.items():
        result[name] = [[Poly.gen(phi.variables, start + i * columns + j) for j in range(columns)] for i in range(rows)]
        start += rows * columns
    assert start == phi.dimension
    return result


def entries(text, space, matrices):
    """Return the entries of an expression at matrices of polynomials."""
    sizes = {}
    for name, rows in matrices.items():
        row_size, column_size = space.letter(name).shape
        sizes |= {row_size: len(rows), column_size: len(rows[0])}
    return [entry for row in evaluate(read_expression(text), space, sizes, matrices) for entry in row]


FACTORS = MatrixSpace.read("U: n x r, V: m x r")


@pytest.mark.parametrize(("n", "m", "r"), [(1, 1, 1), (2, 1, 2), (2, 3, 2), (3, 2, 1)])
@pytest.mark.parametrize(("law", "true"), [("U^T*U - V^T*V", True), ("U^T*U + V^T*V", False), ("|U|^2 - |V|^2", True)])
def test_factorizations(law, true, n, m, r):
    phi = cl.factorization(n, m, r)
    matrices = blocks(phi, {"U": (n, r), "V": (m, r)})
    verdicts = [cl.check_law(entry, phi) for entry in entries(law, FACTORS, matrices)]
    assert all(verdict.is_proved for verdict in verdicts) == true
    assert prove_conserved(law, "U*V^T", space=FACTORS).is_proved == true


@pytest.mark.parametrize(("n", "r"), [(2, 1), (2, 2)])
def test_the_transposes_on_the_wrong_side(n, r):
    phi = cl.factorization(n, n, r)
    space = FACTORS.identify(m="n")
    law = entries("U*U^T - V*V^T", space, blocks(phi, {"U": (n, r), "V": (n, r)}))
    assert any(cl.check_law(entry, phi).is_refuted for entry in law)
    assert prove_conserved("U*U^T - V*V^T", "U*V^T", space=space).is_refuted


@pytest.mark.parametrize("widths", [(1, 2, 1), (2, 1, 3), (2, 2, 2, 2), (1, 2, 3, 1), (2, 1, 2, 1, 2)])
def test_linear_networks(widths):
    """The theorem for any depth, each pair of layers at one depth, and the same with all matrices written out."""
    assert theorems()["balance"].is_proved
    phi = cl.linear(*widths)
    sizes = widths[::-1]
    depth = len(widths) - 1
    names = [f"U_{i}" for i in range(1, depth + 1)]
    matrices = blocks(phi, {name: (sizes[i], sizes[i + 1]) for i, name in enumerate(names)})
    space = MatrixSpace({name: (f"n_{i}", f"n_{i + 1}") for i, name in enumerate(names)})
    for left, right in pairwise(names):
        law = f"{left}^T*{left} - {right}*{right}^T"
        assert prove_conserved(law, "*".join(names), space=space).is_proved
        assert all(cl.check_law(entry, phi).is_proved for entry in entries(law, space, matrices))


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("widths", [(1, 1, 1), (2, 2, 1), (1, 2, 2, 1)])
def test_relu_networks(widths, bias):
    assert theorems()["relu with bias" if bias else "relu"].is_proved
    phi = cl.relu(*widths, bias=bias)
    sizes = widths[::-1]

    def variable(name):
        return Poly.gen(phi.variables, phi.variables.index(name))

    for layer in range(1, len(widths) - 1):
        for j in range(1, sizes[layer] + 1):
            law = Poly(phi.variables, {})
            for i in range(1, sizes[layer - 1] + 1):
                law = law + variable(f"U{layer}_{i}_{j}") ** 2
            for k in range(1, sizes[layer + 1] + 1):
                law = law - variable(f"U{layer + 1}_{j}_{k}") ** 2
            if bias:
                assert cl.check_law(law, phi).is_refuted
                law = law - variable(f"b{layer}_{j}") ** 2
            assert cl.check_law(law, phi).is_proved


@pytest.mark.parametrize(("n", "m", "r"), [(1, 2, 2), (2, 2, 1), (2, 3, 2)])
def test_the_derived_flow_is_made_of_the_gradients_of_the_model(n, m, r):
    """With G = E_ij the flow is minus the gradient of φ_ij."""
    phi = cl.factorization(n, m, r)
    matrices = blocks(phi, {"U": (n, r), "V": (m, r)})
    flow = gradient_flow("U*V^T", FACTORS)
    sizes = {"n": n, "m": m, "r": r}
    for i in range(n):
        for j in range(m):
            unit = [[int((a, b) == (i, j)) for b in range(m)] for a in range(n)]
            velocity = []
            for name in ("U", "V"):
                rows = evaluate(flow[name].tree, flow.space, sizes, {**matrices, "G": unit})
                velocity += [entry for row in rows for entry in row]
            assert [-entry for entry in velocity] == list(phi[i * m + j].components)


@pytest.mark.parametrize(("n", "m", "r"), [(1, 2, 1), (2, 2, 1), (2, 2, 2)])
def test_the_bracket_of_two_generators(n, m, r):
    phi = cl.factorization(n, m, r)
    matrices = blocks(phi, {"U": (n, r), "V": (m, r)})
    space = FACTORS.extend(X=("n", "m"), Y=("n", "m"))
    found = bracket(MatrixField(space, U="X*V", V="X^T*U"), MatrixField(space, U="Y*V", V="Y^T*U"))
    sizes = {"n": n, "m": m, "r": r}

    def unit(g):
        return [[int(a * m + b == g) for b in range(m)] for a in range(n)]

    for g in range(n * m):
        for h in range(n * m):
            known = {**matrices, "X": unit(g), "Y": unit(h)}
            rows = [row for name in ("U", "V") for row in evaluate(found[name].tree, space, sizes, known)]
            expected = bracket_of_polynomials(phi[g], phi[h])
            assert [entry for row in rows for entry in row] == list(expected.components)


@pytest.mark.parametrize(("n", "m", "r"), [(1, 2, 1), (2, 2, 2), (2, 1, 3)])
def test_the_lie_algebra_has_the_dimension_of_its_form(n, m, r):
    """The fields S*W, S = [[skew, Δ], [Δᵀ, skew]], span Nρ − ρ(ρ+1)/2 dimensions at rank ρ: so counts the engine."""
    assert theorems()["closure"].is_proved
    total, rank = n + m, min(n + m, r)
    assert cl.count_laws(cl.factorization(n, m, r)).dim_lie == total * rank - rank * (rank + 1) // 2
