"""What linear and ReLU networks share: matrices U_1, ..., U_q, biases of hidden neurons, and the balances."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import log2, prod

from ..errors import SizeError, brief
from ..exact.polynomial import Monomial, Poly
from .fields import MAX_GENERATORS
from .named_later import NamedLater
from .parametrizations import Parametrization

__all__ = ["LayeredNetwork", "check_parameters"]

MAX_EXPANDED_TERMS = 2_000_000
MAX_BYTES = 4 * 2**30
BYTES_PER_PARAMETER = 100  # a name, or a number in a sparse row


class LayeredNetwork(NamedLater, Parametrization):
    """A network with matrices U_1, ..., U_q (U_1 on the output side) and perhaps hidden biases b_1, ..., b_{q−1}."""

    is_joined = True

    def __init__(self, widths: tuple[int, ...], bias: bool, count: int, text: str):
        self.widths = widths
        self.sizes = tuple(reversed(widths))  # n_0 .. n_q, the paper's order
        self.depth = len(widths) - 1  # q, the number of matrices
        self.bias = bias
        self.starts = []  # index of the first entry of each U_i
        total = 0
        for n, m in pairwise(self.sizes):
            self.starts.append(total)
            total += n * m
        self.bias_starts = []  # index of the first entry of each b_i
        for n in self.sizes[1:-1] if bias else ():
            self.bias_starts.append(total)
            total += n
        self._dimension = total
        super().__init__(None, None, count, text)

    def _names(self) -> Iterator[str]:
        for i, (n, m) in enumerate(pairwise(self.sizes), start=1):
            for a in range(1, n + 1):
                yield from (f"U{i}_{a}_{b}" for b in range(1, m + 1))
        for i in range(1, len(self.bias_starts) + 1):
            yield from (f"b{i}_{a}" for a in range(1, self.sizes[i] + 1))

    def weight(self, i: int, a: int, b: int) -> int:
        """Return the index of the parameter U_i[a, b] (i from 1; a, b from 0)."""
        return self.starts[i - 1] + a * self.sizes[i] + b

    def bias_index(self, i: int, a: int) -> int:
        """Return the index of the parameter b_i[a] (i from 1; a from 0)."""
        return self.bias_starts[i - 1] + a

    def balance(self, i: int, a: int, b: int) -> Poly:
        """Return the entry (a, b) of U_iᵀU_i − U_{i+1}U_{i+1}ᵀ, minus b_i[a]² on the diagonal where there is a bias."""
        terms: dict[Monomial, int] = {}
        for k in range(self.sizes[i - 1]):
            terms[_square_or_product(self.weight(i, k, a), self.weight(i, k, b))] = 1
        for k in range(self.sizes[i + 1]):
            terms[_square_or_product(self.weight(i + 1, a, k), self.weight(i + 1, b, k))] = -1
        if self.bias and a == b:
            terms[((self.bias_index(i, a), 2),)] = -1
        return Poly(self.variables, terms)

    def suits(self, prime: int) -> bool:
        """Whether the generators can be computed modulo the prime: all their coefficients are 1."""
        return True

    def measure(self) -> tuple[int, float]:
        """Bound degree and size: a path has at most one edge a layer, and each its coefficient 1."""
        paths = prod(self.sizes) + (self.count if self.bias else 0)
        return max(self.depth - 1, 0), log2(paths)

    def is_homogeneous(self) -> bool:
        """Whether every component is homogeneous: products along paths are."""
        return True

    def _check_expansion(self, terms: int) -> None:
        if terms > MAX_EXPANDED_TERMS or self.count > MAX_GENERATORS:
            raise SizeError(
                f"{self.text} has {self.count} components with {terms} terms in all, too many to write out "
                "(counting and certifying do not need them)"
            )


def check_parameters(call: str, parameters: int, each: int = BYTES_PER_PARAMETER) -> None:
    """Refuse a model whose parameters alone would fill the memory."""
    needed = parameters * each
    if needed > MAX_BYTES:
        raise SizeError(
            f"{call} has {brief(parameters)} parameters, which would take about {brief(needed >> 30)} GB of memory; up "
            f"to {MAX_BYTES >> 30} GB are used: try narrower"
        )


def _square_or_product(i: int, j: int) -> Monomial:
    return ((i, 2),) if i == j else ((min(i, j), 1), (max(i, j), 1))
