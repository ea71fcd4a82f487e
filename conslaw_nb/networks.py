"""The catalogue: linear networks, ReLU networks with path-lifting, and the factorization U Vᵀ.

Widths are given from input to output, as programmers write them; matrices are numbered as in the paper,
U_1 on the output side, U_i of size n_{i−1} × n_i with n = reversed widths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from random import Random
from typing import Any

from .errors import ModelError, SizeError
from .exact.backend import matrix, matrix_rows
from .exact.nilpotent import Nilpotent
from .exact.polynomial import Monomial, Poly
from .fields import MAX_GENERATORS, MAX_PARAMETERS, Letter
from .parametrizations import Parametrization

__all__ = ["Factorization", "LinearNetwork", "ReluNetwork", "factorization", "linear", "relu"]

MAX_EXPANDED_TERMS = 2_000_000


def _check_sizes(call: str, sizes: Sequence[Any], at_least: int, what: str) -> tuple[int, ...]:
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int):
            raise ModelError(f"{call}: the {what} {size!r} is not a whole number")
        if size < 1:
            raise ModelError(f"{call}: the {what} {size} must be at least 1")
    if len(sizes) < at_least:
        raise ModelError(f"{call}: give at least {at_least} widths, from input to output, as in linear(2, 3, 2)")
    return tuple(sizes)


def _check_parameters(call: str, parameters: int) -> None:
    if parameters > MAX_PARAMETERS:
        raise SizeError(f"{call} has {parameters} parameters; models of up to {MAX_PARAMETERS} are handled: try narrower")


class _Layered(Parametrization):
    """What linear and ReLU networks share: matrices U_1..U_q, and biases of hidden neurons."""

    def __init__(self, widths: tuple[int, ...], bias: bool, count: int, text: str):
        self.widths = widths
        self.sizes = tuple(reversed(widths))  # n_0 .. n_q, the paper's order
        self.depth = len(widths) - 1  # q, the number of matrices
        self.bias = bias
        self.starts = []  # index of the first entry of each U_i
        names = []
        for i in range(1, self.depth + 1):
            self.starts.append(len(names))
            names += [f"U{i}_{a}_{b}" for a in range(1, self.sizes[i - 1] + 1) for b in range(1, self.sizes[i] + 1)]
        self.bias_starts = []  # index of the first entry of each b_i
        for i in range(1, self.depth if bias else 1):
            self.bias_starts.append(len(names))
            names += [f"b{i}_{a}" for a in range(1, self.sizes[i] + 1)]
        super().__init__(tuple(names), None, count, text)

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

    def is_homogeneous(self) -> bool:
        """Whether every component is homogeneous: products along paths are."""
        return True

    def _check_expansion(self, terms: int) -> None:
        if terms > MAX_EXPANDED_TERMS or self.count > MAX_GENERATORS:
            raise SizeError(
                f"{self.text} has {self.count} components with {terms} terms in all, too many to write out "
                "(counting and certifying do not need them)"
            )


def _square_or_product(i: int, j: int) -> Monomial:
    return ((i, 2),) if i == j else ((min(i, j), 1), (max(i, j), 1))


class LinearNetwork(_Layered):
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

    def known_laws(self) -> list[Poly]:
        """Return the entries of U_iᵀU_i − U_{i+1}U_{i+1}ᵀ on and above the diagonal (Proposition 4.1)."""
        return [
            self.balance(i, a, b)
            for i in range(1, self.depth)
            for a in range(self.sizes[i])
            for b in range(a, self.sizes[i])
        ]

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


class ReluNetwork(_Layered):
    """The path-lifting of a ReLU network: the product of weights along every path (Example 2.11 and beyond)."""

    kind = "relu"

    def __init__(self, widths: tuple[int, ...], bias: bool):
        sizes = tuple(reversed(widths))
        self.path_counts = [prod(sizes)]
        if bias:
            self.path_counts += [prod(sizes[: i + 1]) for i in range(1, len(sizes) - 1)]
        text = f"relu({','.join(map(str, widths))}{',bias=True' if bias else ''})"
        super().__init__(widths, bias, sum(self.path_counts), text)

    def path(self, index: int) -> list[int]:
        """Return the parameters along one path, as indices; the bias comes last where the path starts there."""
        layer = self.depth
        for level, number in enumerate(self.path_counts):
            if index < number:
                layer = level or self.depth
                ends_in_bias = level > 0
                break
            index -= number
        else:
            raise IndexError(index)
        neurons = []
        for n in reversed(self.sizes[: layer + 1]):
            index, neuron = divmod(index, n)
            neurons.append(neuron)
        neurons.reverse()
        edges = [self.weight(i + 1, neurons[i], neurons[i + 1]) for i in range(layer)]
        return [*edges, self.bias_index(layer, neurons[layer])] if ends_in_bias else edges

    def path_index(self, neurons: Sequence[int], bias: bool = False) -> int:
        """Return the index of the path through these neurons, from the output side."""
        index = 0
        for neuron, n in zip(neurons, self.sizes, strict=False):
            index = index * n + neuron
        return index + (sum(self.path_counts[: len(neurons) - 1]) if bias else 0)

    def component(self, index: int) -> Poly:
        """Return the monomial of one path."""
        return Poly(self.variables, {tuple((e, 1) for e in self.path(index)): 1})

    def _expand(self) -> Iterable[Poly]:
        self._check_expansion(self.count)
        return super()._expand()

    def model_data(self) -> dict[str, Any]:
        """Return the network as a certificate describes it."""
        return {"kind": "relu", "widths": list(self.widths), "bias": self.bias}

    def known_laws(self) -> list[Poly]:
        """Return one law per hidden neuron: ‖incoming‖² + bias² = ‖outgoing‖² + constant (Proposition 4.1)."""
        return [self.balance(i, a, a) for i in range(1, self.depth) for a in range(self.sizes[i])]

    def spanning_generators(self) -> Iterator[int]:
        """Return D − (number of hidden neurons) paths whose edge vectors span those of all paths.

        They pass through neuron 0 everywhere but at one edge (or start at one bias). The edge vectors of all
        paths satisfy one balance relation per hidden neuron, so no set of independent ones is larger.
        """
        zero = [0] * (self.depth + 1)
        yield self.path_index(zero)
        for i in range(self.depth + 1):
            for a in range(1, self.sizes[i]):
                yield self.path_index([*zero[:i], a, *zero[i + 1 :]])
        for i in range(self.depth):
            for a, b in product(range(1, self.sizes[i]), range(1, self.sizes[i + 1])):
                yield self.path_index([*zero[:i], a, b, *zero[i + 2 :]])
        if self.bias:
            for i in range(1, self.depth):
                for a in range(self.sizes[i]):
                    yield self.path_index([0] * i + [a], bias=True)

    def failing_generator(self, h: Poly) -> int | None:
        """Decide ⟨∇h, ∇φ_P⟩ = φ_P·Σ_{e∈P} ∂_e h/θ_e = 0 for all paths P.

        The sum is linear in the edge vector of P, so the spanning paths decide for all of them.
        """
        gradient = h.gradient()
        for g in self.spanning_generators():
            edges = [e for e in self.path(g) if e in gradient]
            total = Poly(self.variables, {})
            for e in edges:
                others = tuple((f, 1) for f in sorted(edges) if f != e)
                total = total + gradient[e] * Poly(self.variables, {others: 1})
            if total:
                return g
        return None

    def generator_rows(self, point: Sequence[int], prime: int) -> list[tuple[int, dict[int, int]]]:
        """Return the gradients of the spanning paths: the product of all edges but one, for each edge.

        Where some coordinate of the point is zero the spanning paths may miss part of the trace, and all paths
        are taken.
        """
        every = any(x % prime == 0 for x in point)
        if every:
            self._check_expansion(self.count)
        rows = []
        for g in range(self.count) if every else self.spanning_generators():
            edges = self.path(g)
            row = {}
            for e in edges:
                value = 1
                for f in edges:
                    if f != e:
                        value = value * point[f] % prime
                if value:
                    row[e] = value
            rows.append((g, row))
        return rows

    def sign_classes(self) -> list[int]:
        """Return one mask per variable: a monomial changes at most its sign under any sign change."""
        return [1 << i for i in range(self.dimension)]

    def random_element_value(self, rng: Random, point: Sequence[int], prime: int) -> list[int]:
        """Return the gradient at a point of Σ_P c_P φ_P, c_P a product of random numbers, one per edge.

        Such products span all weightings of paths, and the sum is that of a linear network with the
        weights c_e θ_e: one forward and one backward pass instead of one term per path.
        """
        scale = [rng.randrange(1, prime) for _ in range(self.dimension)]
        weighted = [s * x % prime for s, x in zip(scale, point, strict=True)]
        # reach[i][a]: weighted sum over paths from any output unit to neuron a of layer i
        reach = [[rng.randrange(1, prime) for _ in range(self.sizes[0])]]
        for i in range(1, self.depth + 1):
            reach.append(
                [
                    sum(reach[-1][a] * weighted[self.weight(i, a, b)] for a in range(self.sizes[i - 1])) % prime
                    for b in range(self.sizes[i])
                ]
            )
        values = [0] * self.dimension
        rest = [rng.randrange(1, prime) for _ in range(self.sizes[-1])]  # the same from a neuron to the inputs
        for i in range(self.depth, 0, -1):
            if self.bias and i < self.depth:
                for b in range(self.sizes[i]):
                    index = self.bias_index(i, b)
                    values[index] = scale[index] * reach[i][b] % prime
                    rest[b] += weighted[index]
            for a, b in product(range(self.sizes[i - 1]), range(self.sizes[i])):
                index = self.weight(i, a, b)
                values[index] = scale[index] * reach[i - 1][a] * rest[b] % prime
            rest = [
                sum(weighted[self.weight(i, a, b)] * rest[b] for b in range(self.sizes[i])) % prime
                for a in range(self.sizes[i - 1])
            ]
        return values


class Factorization(LinearNetwork):
    """φ(U, V) = U Vᵀ with U of size n × r and V of size m × r: the case q = 2 in the paper's notation.

    Internally the linear network (m, r, n) with U_1 = U and U_2 = Vᵀ, its second block stored transposed.
    """

    kind = "factorization"

    def __init__(self, n: int, m: int, r: int):
        self.n, self.m, self.r = n, m, r
        super().__init__((m, r, n), f"factorization({n},{m},{r})")
        names = [f"U_{a}_{b}" for a in range(1, n + 1) for b in range(1, r + 1)]
        names += [f"V_{a}_{b}" for a in range(1, m + 1) for b in range(1, r + 1)]
        self.variables = tuple(names)

    def weight(self, i: int, a: int, b: int) -> int:
        """Return the index of U[a, b] (i = 1) or of Vᵀ[a, b] = V[b, a] (i = 2)."""
        return a * self.r + b if i == 1 else self.n * self.r + b * self.r + a

    def label(self, index: int) -> str:
        """Return the generator as the gradient of an entry of U Vᵀ."""
        row, column = divmod(index, self.m)
        return f"∇(UVᵀ)_{{{row + 1},{column + 1}}}"

    def component(self, index: int) -> Poly:
        """Return one entry of U Vᵀ."""
        row, column = divmod(index, self.m)
        terms = {
            tuple(sorted(((self.weight(1, row, k), 1), (self.weight(2, k, column), 1)))): 1 for k in range(self.r)
        }
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


def linear(*widths: int) -> LinearNetwork:
    """Make a linear network, φ = U_1 U_2 ⋯ U_q.

    Parameters
    ----------
    *widths : int
        From input to output, at least two: ``linear(2, 3, 2)`` has U_1 (2×3) and U_2 (3×2).

    Returns
    -------
    LinearNetwork
        D = Σ n_{i−1} n_i parameters named ``U1_1_1`` (layer, row, column; also read as ``U1[1,1]``).

    References
    ----------
    Example 2.10; known laws: Proposition 4.1.

    Examples
    --------
    >>> phi = linear(2, 3, 2)
    >>> phi.dimension, phi.count
    (12, 4)
    >>> phi.components[0]
    U1_1_1*U2_1_1 + U1_1_2*U2_2_1 + U1_1_3*U2_3_1
    """
    call = f"linear({', '.join(map(repr, widths))})"
    sizes = _check_sizes(call, widths, 2, "width")
    _check_parameters(call, sum(a * b for a, b in zip(sizes, sizes[1:], strict=False)))
    return LinearNetwork(sizes)


def relu(*widths: int, bias: bool = False) -> ReluNetwork:
    """Make a ReLU network, φ = all products of weights along a path.

    Parameters
    ----------
    *widths : int
        From input to output, at least two.
    bias : bool
        One bias per hidden neuron, ``b1_1`` and so on; φ then also has the paths that start at a bias.
        (An output bias is never in a law and adds as much to dim W as to D.)

    Returns
    -------
    ReluNetwork

    References
    ----------
    Example 2.11 for one hidden layer; known laws: Proposition 4.1. For deeper networks W_φ may be larger
    than the span of actual gradients, so the count is that of φ.

    Examples
    --------
    >>> phi = relu(1, 2, 1, bias=True)
    >>> phi.variables
    ('U1_1_1', 'U1_1_2', 'U2_1_1', 'U2_2_1', 'b1_1', 'b1_2')
    >>> [c.text for c in phi.components]
    ['U1_1_1*U2_1_1', 'U1_1_2*U2_2_1', 'U1_1_1*b1_1', 'U1_1_2*b1_2']
    """
    if not isinstance(bias, bool):
        raise ModelError(f"bias must be True or False, not {bias!r}")
    call = f"relu({', '.join(map(repr, widths))}{', bias=True' if bias else ''})"
    sizes = _check_sizes(call, widths, 2, "width")
    hidden = sum(sizes[1:-1]) if bias else 0
    _check_parameters(call, sum(a * b for a, b in zip(sizes, sizes[1:], strict=False)) + hidden)
    return ReluNetwork(sizes, bias)


def factorization(n: int, m: int, r: int) -> Factorization:
    """Make the matrix factorization φ(U, V) = U Vᵀ, U of size n × r, V of size m × r.

    References
    ----------
    Section 4 (q = 2): Propositions 4.2 and 4.3, Corollary 4.4.

    Examples
    --------
    >>> phi = factorization(1, 2, 1)
    >>> phi.variables, [c.text for c in phi.components]
    (('U_1_1', 'V_1_1', 'V_2_1'), ['U_1_1*V_1_1', 'U_1_1*V_2_1'])
    """
    call = f"factorization({n!r}, {m!r}, {r!r})"
    _check_sizes(call, (n, m, r), 3, "size")
    _check_parameters(call, (n + m) * r)
    return Factorization(n, m, r)
