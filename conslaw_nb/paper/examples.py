"""What examples see of a network: exact gradients at given inputs, the regions between kinks, and the span W_θ^g.

Everything is computed in fractions, so that a rank is a rank. The gradient at one input x is a list of n rows, one for
each output: the rows ∂g_k(θ, x). Where the loss satisfies the spanning condition (10), W_θ^g is the span of these rows
over all x that lie on no kink (Proposition 2.7).

Examples
--------
>>> from conslaw_nb.models.networks import relu
>>> net = relu(2, 2, 1)                    # parameters: u_1, u_2, then v_1, then v_2
>>> theta = (1, 1, 1, 0, 0, 1)
>>> gradients(net, theta, (3, 5))
[(Fraction(3, 1), Fraction(5, 1), Fraction(3, 1), Fraction(5, 1), Fraction(3, 1), Fraction(5, 1))]
>>> len(regions(net, theta)), dimension(net, theta)
(4, 4)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from ..errors import KinkError, ModelError, brief
from ..exact.backend import rational_rank
from ..models.networks import LinearNetwork, ReluNetwork

__all__ = [
    "KinkError",
    "Region",
    "dimension",
    "gradients",
    "output",
    "pattern",
    "rank",
    "rank_of_phi",
    "regions",
    "seen",
    "span_of",
    "through_phi",
]

Row = tuple[Fraction, ...]


def _exact(values: Any, count: int, what: str) -> list[Fraction]:
    values = [values] if isinstance(values, int | Fraction | str) else list(values)
    if len(values) != count:
        raise ModelError(f"{what} needs {count} numbers, and here are {len(values)}")
    result = []
    for value in values:
        if isinstance(value, bool | float):
            raise ModelError(f"{brief(value)} is not exact: write it as a fraction or as text, such as '1/2'")
        try:
            result.append(Fraction(value))
        except (TypeError, ValueError, ZeroDivisionError):
            raise ModelError(f"{brief(value)} is not a number: write for example 3, '1/2' or '-0.25'") from None
    return result


class _Pass:
    """One forward pass: the values and the active neurons of each layer."""

    def __init__(self, net: LinearNetwork | ReluNetwork, point: Any, x: Any):
        if not isinstance(net, LinearNetwork | ReluNetwork):
            raise ModelError(f"examples need linear(...) or relu(...), not {brief(net)}")
        self.net = net
        self.theta = _exact(point, net.dimension, f"a point of {net.text}")
        self.x = _exact(x, net.sizes[-1], f"an input of {net.text}")
        self.layers = {net.depth: self.x}  # layer i holds n_i values; 0 is the output
        self.active: dict[int, list[int]] = {}
        silent = [not value for value in self.x]  # zero for all parameters near θ
        for i in range(net.depth, 0, -1):
            values = [
                sum(self._weight(i, a, b) * self.layers[i][b] for b in range(net.sizes[i]))
                for a in range(net.sizes[i - 1])
            ]
            if i > 1:
                values, silent = self._hidden(i - 1, values, all(silent))
            self.layers[i - 1] = values

    def _weight(self, i: int, a: int, b: int) -> Fraction:
        return self.theta[self.net.weight(i, a, b)]

    def _hidden(self, layer: int, values: list[Fraction], nothing_comes: bool) -> tuple[list[Fraction], list[bool]]:
        net = self.net
        if net.bias:
            values = [z + self.theta[net.bias_index(layer, a)] for a, z in enumerate(values)]
        if isinstance(net, LinearNetwork):
            self.active[layer] = [1] * len(values)
            return values, [False] * len(values)
        if any(not z for z in values) and (net.bias or not nothing_comes):
            where = ", ".join(map(str, self.x))
            raise KinkError(
                f"the input ({where}) is on the kink of hidden neuron {values.index(0) + 1}"
                + (f" of layer {layer}" if net.depth > 2 else "")
                + ": the network has no gradient there; take another input"
            )
        self.active[layer] = [int(z > 0) for z in values]
        return [max(z, Fraction(0)) for z in values], [z <= 0 for z in values]

    def gradient(self, k: int) -> Row:
        """Return ∂g_k(θ, x): backwards through the layers."""
        net, row = self.net, [Fraction(0)] * self.net.dimension
        back = [Fraction(int(a == k)) for a in range(net.sizes[0])]
        for i in range(1, net.depth + 1):
            for a, b in product(range(net.sizes[i - 1]), range(net.sizes[i])):
                row[net.weight(i, a, b)] = back[a] * self.layers[i][b]
            if i == net.depth:
                break
            back = [
                self.active[i][b] * sum(back[a] * self._weight(i, a, b) for a in range(net.sizes[i - 1]))
                for b in range(net.sizes[i])
            ]
            if net.bias:
                for b in range(net.sizes[i]):
                    row[net.bias_index(i, b)] = back[b]
        return tuple(row)


def output(net: LinearNetwork | ReluNetwork, point: Any, x: Any) -> Row:
    """Return g(θ, x), exactly.

    Parameters
    ----------
    net : LinearNetwork or ReluNetwork
    point : sequence of exact numbers
        θ, in the order of `net.variables`; integers, fractions, or text such as '1/2'.
    x : sequence of exact numbers
        The input.

    Raises
    ------
    KinkError
        If a hidden neuron is on its kink.
    ModelError
        With the number that is wrong.
    """
    return tuple(_Pass(net, point, x).layers[0])


def pattern(net: LinearNetwork | ReluNetwork, point: Any, x: Any) -> tuple[int, ...]:
    """Return which hidden neurons are active, as 1 and 0, layer after layer from the output side.

    Examples
    --------
    >>> from conslaw_nb.models.networks import relu
    >>> pattern(relu(1, 2, 1, bias=True), (1, 1, 2, -1, 0, 3), 1)
    (1, 1)
    >>> pattern(relu(1, 2, 1, bias=True), (1, 1, 2, -1, 0, 3), 5)
    (1, 0)
    """
    run = _Pass(net, point, x)
    return tuple(e for layer in sorted(run.active) for e in run.active[layer])


def gradients(net: LinearNetwork | ReluNetwork, point: Any, x: Any) -> list[Row]:
    """Return the gradients ∂g_k(θ, x) of all outputs at one input, exactly.

    References
    ----------
    Proposition 2.7.

    Examples
    --------
    >>> from conslaw_nb.models.networks import linear
    >>> gradients(linear(2, 1, 1), (2, 1, 0), (1, 3))      # g = u(v_1 x_1 + v_2 x_2)
    [(Fraction(1, 1), Fraction(2, 1), Fraction(6, 1))]
    """
    run = _Pass(net, point, x)
    return [run.gradient(k) for k in range(net.sizes[0])]


def seen(net: LinearNetwork | ReluNetwork, point: Any, x: Any) -> list[Row]:
    """Return ∂f_k(φ(θ), x), one row per output: what the input sees of φ (f is linear in φ near θ).

    References
    ----------
    Examples 2.10 and 2.11; W^f of Proposition 2.12 is the span of these rows.

    Examples
    --------
    >>> from conslaw_nb.models.networks import relu
    >>> seen(relu(1, 2, 1), (1, 1, 1, -1), 3)          # only the first neuron is active at x = 3
    [(Fraction(3, 1), Fraction(0, 1))]
    """
    run = _Pass(net, point, x)
    sizes, depth = net.sizes, net.depth
    rows = [[Fraction(0)] * net.count for _ in range(sizes[0])]
    if isinstance(net, LinearNetwork):
        for k, b in product(range(sizes[0]), range(sizes[-1])):
            rows[k][k * sizes[-1] + b] = run.x[b]
        return [tuple(row) for row in rows]
    for end in range(1 if net.bias else depth, depth + 1):  # a path ends at the bias of layer `end`, or at an input
        for path in product(*(range(n) for n in sizes[: end + 1])):
            hidden = path[1:] if end < depth else path[1:-1]
            if all(run.active[i][a] for i, a in enumerate(hidden, start=1)):
                value = run.x[path[-1]] if end == depth else Fraction(1)
                rows[path[0]][net.path_index(path, bias=end < depth)] = value
    return [tuple(row) for row in rows]


def through_phi(net: LinearNetwork | ReluNetwork, point: Any, x: Any) -> Row:
    """Return f(φ(θ), x): the components of φ at θ, weighed by what the input sees of them.

    References
    ----------
    Assumption 2.9: near θ this is g(θ, x), as `output` computes it layer by layer.

    Examples
    --------
    >>> from conslaw_nb.models.networks import linear
    >>> through_phi(linear(2, 1, 1), (3, 1, 2), (5, 7)) == output(linear(2, 1, 1), (3, 1, 2), (5, 7)) == (57,)
    True
    """
    theta = _exact(point, net.dimension, f"a point of {net.text}")
    values = [component.evaluate(theta) for component in net.components]
    return tuple(sum((a * b for a, b in zip(row, values, strict=True)), Fraction(0)) for row in seen(net, theta, x))


def rank_of_phi(net: LinearNetwork | ReluNetwork, point: Any) -> int:
    """Return rank ∂φ(θ), the dimension of W_φ(θ), exactly: what all examples together can span at most.

    Examples
    --------
    >>> from conslaw_nb.models.networks import relu
    >>> rank_of_phi(relu(2, 2, 1), (1, 2, 1, 0, 3, 0))
    4
    """
    theta = _exact(point, net.dimension, f"a point of {net.text}")
    return rank([[part.evaluate(theta) for part in field.components] for field in net])


def rank(rows: Iterable[Sequence[Any]]) -> int:
    """Return the rank of rows of fractions, exactly.

    Examples
    --------
    >>> rank([(Fraction(1, 3), 1), (1, 3)])
    1
    """
    return rational_rank([[Fraction(value) for value in row] for row in rows])


def span_of(net: LinearNetwork | ReluNetwork, point: Any, inputs: Iterable[Any]) -> int:
    """Return the dimension of the span of the gradients at some inputs; an input on a kink adds nothing.

    Examples
    --------
    >>> from conslaw_nb.models.networks import linear
    >>> [span_of(linear(2, 1, 1), (2, 1, 0), inputs) for inputs in ([(1, 0)], [(1, 0), (5, 0)], [(1, 0), (0, 1)])]
    [1, 1, 2]
    """
    rows: list[Row] = []
    for x in inputs:
        try:
            rows += gradients(net, point, x)
        except KinkError:
            continue
    return rank(rows)


@dataclass(frozen=True)
class Region:
    """A piece of the input space between kinks."""

    pattern: tuple[int, ...]  # which hidden neurons are active there
    # m + 1 inputs of the region that lie on no common line (plane): the gradient is affine in x between kinks, so these
    # span what all inputs of the region do
    inputs: tuple[Row, ...]


def regions(net: ReluNetwork, point: Any) -> list[Region]:
    """Return all regions of a ReLU network with one hidden layer and one or two inputs, in the order of patterns.

    Raises ModelError: for other networks.

    Examples
    --------
    >>> from conslaw_nb.models.networks import relu
    >>> [region.pattern for region in regions(relu(1, 2, 1, bias=True), (1, 1, 1, 1, 0, -1))]
    [(0, 0), (1, 0), (1, 1)]
    """
    if not isinstance(net, ReluNetwork) or net.depth != 2 or net.sizes[-1] > 2:
        raise ModelError(f"regions are listed for relu(m, r, n) with m = 1 or 2 inputs, and this is {brief(net)}")
    theta = _exact(point, net.dimension, f"a point of {net.text}")
    m = net.sizes[-1]
    neurons = []
    for j in range(net.sizes[1]):
        normal = [theta[net.weight(2, j, b)] for b in range(m)] + [Fraction(0)] * (2 - m)
        offset = theta[net.bias_index(1, j)] if net.bias else Fraction(0)
        neurons.append((*normal, offset))
    if any(not any(neuron) for neuron in neurons):
        return []  # a neuron that is zero everywhere is on its kink everywhere
    lines = [neuron for neuron in neurons if neuron[0] or neuron[1]]
    found: dict[tuple[int, ...], Region] = {}
    for x in _beside(lines) or [(Fraction(0), Fraction(0))]:
        active = tuple(int(a * x[0] + b * x[1] + c > 0) for a, b, c in neurons)
        step = min([Fraction(1), *(abs(a * x[0] + b * x[1] + c) / (2 * (abs(a) + abs(b))) for a, b, c in lines)])
        corners = (x, (x[0] + step, x[1]), (x[0], x[1] + step))
        found.setdefault(active, Region(active, tuple(corner[:m] for corner in corners[: m + 1])))
    return [found[key] for key in sorted(found)]


def _beside(lines: Sequence[tuple[Fraction, Fraction, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """Return points on both sides of every piece into which lines ax + by + c = 0 cut each other."""
    points = []
    for a, b, c in lines:
        square = a * a + b * b
        foot, along = (-a * c / square, -b * c / square), (-b, a)
        cuts = set()
        for p, q, s in lines:
            if p * along[0] + q * along[1]:
                cuts.add(-(p * foot[0] + q * foot[1] + s) / (p * along[0] + q * along[1]))
        places = sorted(cuts) or [Fraction(0)]
        between = [(s + t) / 2 for s, t in pairwise(places)]
        for t in [places[0] - 1, *between, places[-1] + 1]:
            x = (foot[0] + t * along[0], foot[1] + t * along[1])
            reach = Fraction(1)
            for p, q, s in lines:
                value, slope = p * x[0] + q * x[1] + s, p * a + q * b
                if value and slope:
                    reach = min(reach, abs(value / slope) / 2)
            points += [(x[0] + sign * reach * a, x[1] + sign * reach * b) for sign in (1, -1)]
    return points


def dimension(net: LinearNetwork | ReluNetwork, point: Any) -> int:
    """Return dim W_θ^g for a loss with the spanning condition (10), exactly.

    Parameters
    ----------
    net : LinearNetwork, or ReluNetwork with one hidden layer and one or two inputs
    point : sequence of exact numbers

    References
    ----------
    Theorem 2.14 says when this is the rank of ∂φ(θ). Here nothing is sampled: the gradient is affine in x on each
    region, so a few inputs of each region span all.

    Examples
    --------
    >>> from conslaw_nb.models.networks import relu
    >>> dimension(relu(2, 2, 1), (3, 5, 1, 2, 2, 4)), dimension(relu(2, 2, 1), (3, 5, 1, 2, -1, -2))
    (2, 4)
    """
    if isinstance(net, LinearNetwork):  # linear in x: the unit vectors will do
        m = net.sizes[-1]
        return span_of(net, point, [[int(a == b) for b in range(m)] for a in range(m)])
    return span_of(net, point, [x for region in regions(net, point) for x in region.inputs])
