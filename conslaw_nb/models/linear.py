"""Linear networks φ = U_1 U_2 ⋯ U_q, and the factorization U Vᵀ, evaluated through the product itself."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

from ..exact.backend import matrix, matrix_rows
from ..exact.nilpotent import Nilpotent
from ..exact.polynomial import Monomial, Poly
from .fields import Letter
from .layered import LayeredNetwork
from .sparse_point import SparseProduct, stretches
from .spectral import spectral_forms
from .structure import ClosedForm

__all__ = ["Factorization", "LinearNetwork"]


class LinearNetwork(LayeredNetwork):
    """φ(U_1, ..., U_q) = U_1 U_2 ⋯ U_q (Example 2.10)."""

    kind = "linear"

    def __init__(self, widths: tuple[int, ...], text: str | None = None):
        sizes = tuple(reversed(widths))
        super().__init__(widths, False, sizes[0] * sizes[-1], text or f"linear({','.join(map(str, widths))})")

    def label(self, index: int) -> str:
        """Return the generator as the gradient of an entry of the product."""
        row, column = divmod(index, self.sizes[-1])
        factors = "".join(f"U_{i}" for i in range(1, self.depth + 1))
        return f"∇({factors})_{{{row + 1},{column + 1}}}"

    def component(self, index: int) -> Poly:
        """Return one entry of the product, expanded."""
        if self._components is not None:
            return self._components[index]
        self._check_expansion(prod(self.sizes[1:-1]) * self.count)
        row, column = divmod(index, self.sizes[-1])
        terms: dict[Monomial, int] = {}
        for middle in product(*(range(n) for n in self.sizes[1:-1])):
            path = (row, *middle, column)
            terms[tuple((self.weight(i + 1, path[i], path[i + 1]), 1) for i in range(self.depth))] = 1
        return Poly(self.variables, terms)

    def model_data(self) -> dict[str, Any]:
        """Return the network as a certificate describes it."""
        return {"kind": "linear", "widths": list(self.widths)}

    def trace_at_most(self) -> int:
        """Return s(n_0 + n_q − s), s the least width: the dimension of the matrices of rank s, where φ takes values."""
        s = min(self.sizes)
        return s * (self.sizes[0] + self.sizes[-1] - s)

    def known_laws(self) -> list[Poly]:
        """Return the entries of U_iᵀU_i − U_{i+1}U_{i+1}ᵀ on and above the diagonal (Proposition 4.1)."""
        return [
            self.balance(i, a, b)
            for i in range(1, self.depth)
            for a in range(self.sizes[i])
            for b in range(a, self.sizes[i])
        ]

    def law_matrices(self, found: Container[Poly]) -> list[tuple[str, list[list[Poly]]]]:
        """Return the balances all of whose entries were found."""
        result = []
        for i in range(1, self.depth):
            size = range(self.sizes[i])
            entry = {(a, b): self.balance(i, a, b) for a in size for b in size if a <= b}
            if all(h in found for h in entry.values()):
                table = [[entry[min(a, b), max(a, b)] for b in size] for a in size]
                result.append((self._balance_name(i), table))
        return result

    def _balance_name(self, i: int) -> str:
        return rf"U_{{{i}}}^\top U_{{{i}}} - U_{{{i + 1}}} U_{{{i + 1}}}^\top"

    def closed_forms(self) -> list[ClosedForm]:
        """Return the forms of all stretches of three layers (`spectral.py`), which have both ends of width 1."""
        gens, found = Poly.gens(self.variables), []
        for first, last in stretches(self.sizes):
            if last - first == 2:
                u, a, v = (
                    [[gens[self.weight(k, i, j)] for j in range(self.sizes[k])] for i in range(self.sizes[k - 1])]
                    for k in range(first, last + 1)
                )
                wide = self.sizes[first] <= self.sizes[first + 1]
                square = "U_{0}*U_{0}^T" if wide else "U_{0}^T*U_{0}"
                how = f"the eigenvalues of {square.format(first + 1)} separate the variables"
                forms = spectral_forms(u[0], a, [row[0] for row in v])
                found += [ClosedForm(form, let, how, first, k) for k, (form, let) in enumerate(forms)]
        return found

    def sparse_point(self, prime: int) -> SparseProduct:
        """Return the product at a wrapped diagonal."""
        return SparseProduct(self.sizes, self._strides(), prime)

    def _strides(self) -> list[tuple[int, int, int]]:
        return [(start, n, 1) for start, n in zip(self.starts, self.sizes[1:], strict=True)]

    def failing_generator(self, h: Poly) -> int | None:
        """Decide ⟨∇h, ∇φ_g⟩ = 0 for all g: a telescoping sum where h allows it, else by expansion."""
        return None if self._telescopes(h) else super().failing_generator(h)

    def _telescopes(self, h: Poly) -> bool:
        """Whether ∇h = (U_k S_k − S_{k−1} U_k)_k for numeric S_k with S_0 = S_q = 0: then ∂φ·∇h telescopes to 0.

        A quadratic h has a linear gradient; its block k must act on U_k from the right by S_k and from the
        left by −S_{k−1}. Both are read off from the coefficients and then compared with the whole block.
        """
        if any(sum(e for _, e in m) != 2 for m in h.terms):
            return False
        gradient = {i: g.terms for i, g in h.gradient().items()}

        def coefficient(of: int, at: int) -> Any:
            return gradient.get(of, {}).get(((at, 1),), 0)

        # S_k[a, b] is read off where only the right action shows, U_k's row 0; for rows of a 1-row matrix the
        # left action S_{k−1} is already known from the layer before.
        previous: dict[tuple[int, int], Any] = {}  # S_{k−1}, sparse; S_0 = 0
        matched = 0
        for k in range(1, self.depth + 1):
            rows, columns = self.sizes[k - 1], self.sizes[k]
            current: dict[tuple[int, int], Any] = {}
            for a, b in product(range(columns), repeat=2) if k < self.depth else ():
                value = coefficient(self.weight(k, 0, b), self.weight(k, 0, a))
                if a == b:
                    value = value + previous.get((0, 0), 0)
                if value:
                    current[a, b] = value
            block: dict[tuple[int, int], Any] = {}  # (of, at) -> coefficient that S_k and S_{k−1} give
            for (a, b), value in current.items():
                for r in range(rows):
                    key = self.weight(k, r, b), self.weight(k, r, a)
                    block[key] = block.get(key, 0) + value
            for (r, s), value in previous.items():
                for c in range(columns):
                    key = self.weight(k, r, c), self.weight(k, s, c)
                    block[key] = block.get(key, 0) - value
            for (of, at), value in block.items():
                if value != coefficient(of, at):
                    return False
                matched += value != 0
            previous = current
        return matched == sum(len(terms) for terms in gradient.values())

    def sign_classes(self) -> list[int]:
        """Return the masks of the sign changes of neurons: U_i[a, b] carries those of its two neurons."""
        offset = [0]
        for n in self.sizes:
            offset.append(offset[-1] + n)
        return [
            (1 << (offset[i - 1] + a)) ^ (1 << (offset[i] + b))
            for i in range(1, self.depth + 1)
            for a in range(self.sizes[i - 1])
            for b in range(self.sizes[i])
        ]

    # -- evaluation through the product --------------------------------------------------------------

    def lift(self, point: Sequence[int], prime: int) -> list[Any]:
        """Return the point as the matrices U_1, ..., U_q modulo the prime."""
        blocks = []
        for i in range(1, self.depth + 1):
            start, columns = self.starts[i - 1], self.sizes[i]
            rows = [point[start + a * columns : start + (a + 1) * columns] for a in range(self.sizes[i - 1])]
            blocks.append(matrix(rows, prime))
        return blocks

    def flatten(self, blocks: Sequence[Any]) -> list[int]:
        """Return matrices as D integers."""
        values: list[int] = []
        for i, block in enumerate(blocks, start=1):
            if block is None:
                values += [0] * (self.sizes[i - 1] * self.sizes[i])
            else:
                values += [entry for row in matrix_rows(block) for entry in row]
        return values

    def _letter_matrix(self, letter: Letter, prime: int) -> Any:
        rows = [[0] * self.sizes[-1] for _ in range(self.sizes[0])]
        for g, scale in letter:
            rows[g // self.sizes[-1]][g % self.sizes[-1]] = scale
        return matrix(rows, prime)

    def prepare(self, letter: Letter, prime: int) -> Any:
        """Return the gradient of ⟨C, U_1⋯U_q⟩, by back-propagation."""
        output = self._letter_matrix(letter, prime)

        def evaluate(blocks: Sequence[Nilpotent]) -> list[Nilpotent]:
            count = len(blocks[0].parts).bit_length() - 1
            before: list[Nilpotent | None] = [None]  # U_1⋯U_{i−1}; None is the identity
            for block in blocks[:-1]:
                before.append(block if before[-1] is None else before[-1] * block)
            back = Nilpotent.constant(output, count, prime)  # C (U_{i+1}⋯U_q)ᵀ
            result = []
            for i in range(self.depth - 1, -1, -1):
                left = before[i]
                result.append(back if left is None else left.transpose() * back)
                if i:
                    back = back * blocks[i].transpose()
            return result[::-1]

        return evaluate

    def evaluation_cost(self) -> int:
        """Return how many multiplications one evaluation takes: three products of matrices per layer."""
        return 3 * self.depth * (1 + max(self.sizes) ** 3 // 1500)

    def generator_rows(self, point: Sequence[int], prime: int) -> list[tuple[int, dict[int, int]]]:
        """Return all gradients: in block i, ∇(U_1⋯U_q)[j, k] is (row j of U_1⋯U_{i−1})ᵀ (column k of U_{i+1}⋯U_q)ᵀ."""
        blocks = self.lift(point, prime)
        n_out, n_in = self.sizes[0], self.sizes[-1]
        before = [_identity(n_out)]
        product_so_far = None
        for block in blocks[:-1]:
            product_so_far = block if product_so_far is None else product_so_far * block
            before.append(matrix_rows(product_so_far))
        after = [_identity(n_in)]
        product_so_far = None
        for block in reversed(blocks[1:]):
            product_so_far = block if product_so_far is None else block * product_so_far
            after.append(matrix_rows(product_so_far))
        after.reverse()
        rows = []
        for j, k in product(range(n_out), range(n_in)):
            row: dict[int, int] = {}
            for i in range(1, self.depth + 1):
                right = [(b, line[k]) for b, line in enumerate(after[i - 1]) if line[k]]
                for a, left in enumerate(before[i - 1][j]):
                    if left:
                        base = self.weight(i, a, 0)
                        for b, value in right:
                            row[base + b] = left * value % prime
            rows.append((j * n_in + k, row))
        return rows


def _identity(size: int) -> list[list[int]]:
    return [[int(i == j) for j in range(size)] for i in range(size)]


class Factorization(LinearNetwork):
    """φ(U, V) = U Vᵀ with U of size n × r and V of size m × r: the case q = 2 in the paper's notation.

    Internally the linear network (m, r, n) with U_1 = U and U_2 = Vᵀ, its second block stored transposed.
    """

    kind = "factorization"

    def __init__(self, n: int, m: int, r: int):
        self.n, self.m, self.r = n, m, r
        super().__init__((m, r, n), f"factorization({n},{m},{r})")

    def _names(self) -> Iterator[str]:
        for name, rows in (("U", self.n), ("V", self.m)):
            for a in range(1, rows + 1):
                yield from (f"{name}_{a}_{b}" for b in range(1, self.r + 1))

    def weight(self, i: int, a: int, b: int) -> int:
        """Return the index of U[a, b] (i = 1) or of Vᵀ[a, b] = V[b, a] (i = 2)."""
        return a * self.r + b if i == 1 else self.n * self.r + b * self.r + a

    def _balance_name(self, i: int) -> str:
        return r"U^\top U - V^\top V"

    def _strides(self) -> list[tuple[int, int, int]]:
        return [(0, self.r, 1), (self.n * self.r, 1, self.r)]  # Vᵀ is stored transposed

    def label(self, index: int) -> str:
        """Return the generator as the gradient of an entry of U Vᵀ."""
        row, column = divmod(index, self.m)
        return f"∇(UVᵀ)_{{{row + 1},{column + 1}}}"

    def component(self, index: int) -> Poly:
        """Return one entry of U Vᵀ."""
        row, column = divmod(index, self.m)
        terms = {tuple(sorted(((self.weight(1, row, k), 1), (self.weight(2, k, column), 1)))): 1 for k in range(self.r)}
        return Poly(self.variables, terms)

    def model_data(self) -> dict[str, Any]:
        """Return the factorization as a certificate describes it."""
        return {"kind": "factorization", "n": self.n, "m": self.m, "r": self.r}

    def sign_classes(self) -> list[int]:
        """Return the masks of the sign changes of rows of U, of columns, and of rows of V."""
        u = [(1 << a) ^ (1 << (self.n + b)) for a in range(self.n) for b in range(self.r)]
        v = [(1 << (self.n + self.r + a)) ^ (1 << (self.n + b)) for a in range(self.m) for b in range(self.r)]
        return u + v

    def lift(self, point: Sequence[int], prime: int) -> list[Any]:
        """Return the point as the matrices U and Vᵀ modulo the prime."""
        cut = self.n * self.r
        u = [point[a * self.r : (a + 1) * self.r] for a in range(self.n)]
        v = [point[cut + a * self.r : cut + (a + 1) * self.r] for a in range(self.m)]
        return [matrix(u, prime), matrix(v, prime).transpose()]

    def flatten(self, blocks: Sequence[Any]) -> list[int]:
        """Return U and Vᵀ as D integers, V row by row."""
        return super().flatten([blocks[0], None if blocks[1] is None else blocks[1].transpose()])

    def generator_rows(self, point: Sequence[int], prime: int) -> list[tuple[int, dict[int, int]]]:
        """Return the gradients: ∇(UVᵀ)[j, k] has row k of V at U's row j, and row j of U at V's row k."""
        cut = self.n * self.r
        rows = []
        for j, k in product(range(self.n), range(self.m)):
            row = {}
            for c in range(self.r):
                u, v = j * self.r + c, cut + k * self.r + c
                row[u], row[v] = point[v] % prime, point[u] % prime
            rows.append((j * self.m + k, {i: x for i, x in row.items() if x}))
        return rows
