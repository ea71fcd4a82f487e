"""What a loss, or data with a symmetry, see of φ: fewer directions than all, so that more may be conserved."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from ..errors import ModelError, SizeError, brief
from ..exact.polynomial import Poly
from ..exact.rational import rational_kernel
from .fields import Field, GivenFields, VectorFields, check_family
from .layered import LayeredNetwork
from .parametrizations import Parametrization, parametrization
from .relu import ReluNetwork

__all__ = ["output_differences", "symmetric_fields"]

MAX_UNKNOWNS = 400  # entries of a matrix that the symmetry fixes
Matrix = list[list[Fraction]]


def output_differences(phi: VectorFields, outputs: int | None, call: str) -> Parametrization:
    """Return the components of each output less those of the last: what a loss sees that ignores a common shift.

    `phi`: a network, or a map whose components are the outputs for one input after the other, row by row; `outputs`:
    their number; a network knows its own; `call`: for messages.
    """
    check_family(phi, call)
    if not isinstance(phi, Parametrization) or not phi.is_map:
        raise ModelError(f"a loss looks at the outputs of a model, and {phi.brief} is given by fields, without outputs")
    n = phi.sizes[0] if isinstance(phi, LayeredNetwork) else outputs
    if n is None:
        raise ModelError(f"{call} does not know the outputs of {phi.brief}: say how many there are, as in outputs=2")
    if isinstance(n, bool) or not isinstance(n, int) or n < 1 or phi.count % n:
        raise ModelError(
            f"the number of outputs must divide the {phi.count} components of {phi.brief}: outputs={brief(n)} does not"
        )
    # The output is the slowest index of a component; paths that begin at a bias form groups of their own.
    groups = phi.path_counts if isinstance(phi, ReluNetwork) else [phi.count]
    seen, start = [], 0
    for size in groups:
        last = start + size - size // n
        seen += [phi.component(g) - phi.component(last + (g - start) % (size // n)) for g in range(start, last)]
        start += size
    if not seen:
        raise ModelError(
            f"{phi.brief} has one output, whose softmax is always 1, so this loss teaches nothing: take two classes"
        )
    return parametrization(*seen, variables=phi.variables)


def symmetric_fields(phi: VectorFields, inputs: Any, outputs: Any = None) -> VectorFields:
    """Return the gradients of the squared loss for all data that are unchanged by x → Rx, y → Sy.

    For the outputs φx the gradient in φ is φΣ − K with Σ = E[xxᵀ] and K = E[yxᵀ]. For such data RΣRᵀ = Σ and
    SKRᵀ = K, and every such Σ > 0 and K occur: the fields are ∂φᵀ[φΣ] and ∂φᵀ[K] for bases of these.

    `phi`: a linear network, or a map whose components are a matrix row by row, the output being φx; `inputs, outputs`:
    R and S, orthogonal, exact, as lists of rows; S is 1 without it.
    """
    check_family(phi, "symmetric_data(model)")
    known = phi.kind in ("linear", "factorization") or type(phi) is Parametrization
    if not known or not isinstance(phi, Parametrization):
        raise ModelError(
            f"symmetric_data takes a model whose output is φ times its input, and {phi.brief} is not known to be one: "
            "give a linear network, or φ's entries row by row, as in phi(u*x, u*y)"
        )
    turn = _orthogonal(inputs, "inputs")
    m = len(turn)
    if phi.count % m:
        raise ModelError(f"inputs is {m} × {m}, and the {phi.count} entries of {phi.brief} are not rows of {m}")
    n = phi.count // m
    if m * max(n, m) > MAX_UNKNOWNS:
        raise SizeError(f"inputs is {m} × {m} and there are {n} outputs: symmetries are computed for up to 20 of each")
    answer = _orthogonal(outputs, "outputs") if outputs is not None else _identity(n)
    if len(answer) != n:
        raise ModelError(f"outputs is {len(answer)} × {len(answer)}, and {phi.brief} has {n} outputs: give {n} rows")
    fields = []
    for fixed in _fixed(turn, turn, symmetric=True):
        rows = [phi.component(i * m + k) for i in range(n) for k in range(m)]
        weights = [
            _combined([fixed[k][j] for k in range(m)], rows[i * m : (i + 1) * m]) for i in range(n) for j in range(m)
        ]
        fields.append(_along(phi, weights))
    for fixed in _fixed(answer, turn):
        fields.append(_along(phi, [Poly.constant(phi.variables, c) for row in fixed for c in row]))
    return GivenFields(phi.variables, [list(field.components) for field in fields])


def _along(phi: VectorFields, weights: Sequence[Poly]) -> Field:
    """Return Σ w_g ∇φ_g."""
    total = Field([Poly(phi.variables, {})] * phi.dimension)
    for g, weight in enumerate(weights):
        if weight:
            total = total + phi[g] * weight
    return total


def _combined(coefficients: Sequence[Fraction], polys: Sequence[Poly]) -> Poly:
    total = Poly(polys[0].variables, {})
    for c, poly in zip(coefficients, polys, strict=True):
        total = total + poly * c
    return total


def _fixed(left: Matrix, right: Matrix, symmetric: bool = False) -> list[Matrix]:
    """Return a basis of the matrices K with left·K·rightᵀ = K, symmetric ones if that is asked for."""
    n, m = len(left), len(right)
    places = list(product(range(n), range(m)))
    rows = []
    for i, j in places:
        row = [left[i][a] * right[j][b] - (1 if (a, b) == (i, j) else 0) for a, b in places]
        rows.append(row)
        if symmetric and i < j:
            rows.append([Fraction((a, b) == (i, j)) - Fraction((b, a) == (i, j)) for a, b in places])
    return [[vector[i * m : (i + 1) * m] for i in range(n)] for vector in rational_kernel(rows, n * m)]


def _identity(n: int) -> Matrix:
    return [[Fraction(i == j) for j in range(n)] for i in range(n)]


def _orthogonal(given: Any, word: str) -> Matrix:
    """Return a matrix of exact numbers whose rows are orthonormal."""
    rows = given.tolist() if hasattr(given, "tolist") else given
    square = isinstance(rows, (list, tuple)) and rows and all(isinstance(r, (list, tuple)) for r in rows)
    if not square or any(len(row) != len(rows) for row in rows):
        raise ModelError(f"{word} must be a square matrix, by rows, as in {word}=[[0, 1], [1, 0]], not {brief(given)}")
    for entry in (entry for row in rows for entry in row):
        if isinstance(entry, (bool, float)) or not isinstance(entry, (int, Fraction, str)):
            raise ModelError(f"the entries of {word} must be exact numbers, and {brief(entry)} is not one")
    try:
        matrix = [[Fraction(entry) for entry in row] for row in rows]
    except (ValueError, ZeroDivisionError):
        raise ModelError(f"the entries of {word} must be exact numbers, such as 3/5, in {brief(given)}") from None
    for i, j in product(range(len(matrix)), repeat=2):
        value = sum((a * b for a, b in zip(matrix[i], matrix[j], strict=True)), Fraction(0))
        if value != (i == j):
            raise ModelError(
                f"{word} must be orthogonal, so that data can have this symmetry: rows {i + 1} and {j + 1} have the "
                f"product {value}, not {int(i == j)}"
            )
    return matrix
