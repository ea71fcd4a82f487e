"""The kinds with structure of their own, linear, relu and factorization, and models written out: phi and fields."""

from __future__ import annotations

from itertools import pairwise

from ..fields import vector_fields
from ..networks import factorization, linear, relu
from ..parametrizations import parametrization
from ..registry import describe, register
from .heads import product_laws

__all__: list[str] = []


def _linear_laws(widths: tuple[int, ...]) -> int | None:
    """Return the number where it is known: up to two layers, or a single output of a single input."""
    if len(widths) == 2:
        return 0
    if len(widths) == 3:
        return product_laws(widths[0] + widths[2], widths[1])
    if widths[0] == widths[-1] == 1:
        return sum(a * b for a, b in pairwise(widths)) - 1
    return None


register(
    describe(
        "linear",
        linear,
        phi="the entries of U_1 U_2 ⋯ U_q",
        source="The definition (Example 2.10).",
        laws=_linear_laws,
        proved="Corollary 4.4 for two layers; D − 1 where φ is one function",
        conserved="U_iᵀU_i − U_{i+1} U_{i+1}ᵀ (Proposition 4.1)",
        example="linear(2,3,2)",
    )
)
register(
    describe(
        "relu",
        relu,
        phi="the products of weights along all paths, those that start at a bias included",
        source="Example 2.11; for one hidden layer the flow sees all of φ (Theorem 2.14).",
        laws=lambda widths, bias: sum(widths[1:-1]),
        proved="D − (hidden neurons) paths have independent gradients, and there is one law for each hidden neuron",
        conserved="diag(U_iᵀU_i − U_{i+1} U_{i+1}ᵀ − b_i b_iᵀ) (Proposition 4.1)",
        example="relu(2,3,2,bias=True)",
    )
)
register(
    describe(
        "factorization",
        factorization,
        phi="the entries of U Vᵀ",
        source="The definition (Section 4).",
        laws=lambda n, m, r: product_laws(n + m, r),
        proved="Corollary 4.4",
        conserved="UᵀU − VᵀV",
        example="factorization(3,2,2)",
    )
)
for _name, _make, _example in (
    ("phi", parametrization, "phi(x*y, x*z)"),
    ("fields", vector_fields, "fields([x, y], [y, x], [x**2, 1])"),
):
    register(
        describe(
            _name,
            _make,
            phi="what is written" if _name == "phi" else "none: the fields are given",
            source="The definition.",
            example=_example,
        )
    )
