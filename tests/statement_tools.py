"""Exact tools for the tests that hold the statements: polynomial matrices, networks near a point, ranks over Q."""

from fractions import Fraction
from itertools import product
from math import lcm, prod
from types import SimpleNamespace

from conslaw_nb.exact.backend import rational_rank
from conslaw_nb.exact.polynomial import Poly


def space(**shapes):
    """Return variable names and, for each given name, a scalar, vector or matrix of variables as polynomials."""
    names, places = [], {}
    for name, shape in shapes.items():
        indices = list(product(*(range(1, n + 1) for n in shape)))
        places[name] = (len(names), shape)
        names += ["_".join([name, *map(str, index)]) for index in indices]
    gens = Poly.gens(tuple(names))

    def block(start, shape):
        if not shape:
            return gens[start]
        step = prod(shape[1:])
        return [block(start + k * step, shape[1:]) for k in range(shape[0])]

    return tuple(names), SimpleNamespace(**{name: block(*place) for name, place in places.items()})


# --- matrices as lists of rows, entries numbers or polynomials ------------------------------------------------


def transpose(a):
    return [list(column) for column in zip(*a, strict=True)]


def mul(a, b):
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]


def add(a, b, scale=1):
    return [[x + y * scale for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def sub(a, b):
    return add(a, b, -1)


def flat(a):
    return [x for row in a for x in row]


def trace(a):
    return sum(a[i][i] for i in range(len(a)))


def unit(n, m, i, j):
    return [[int((a, b) == (i, j)) for b in range(m)] for a in range(n)]


def norm2(values):
    return sum(v * v for v in values)


# --- numbers, points, ranks -----------------------------------------------------------------------------------


def numbers(rng, count):
    """Return small rationals, none of them 0."""
    return [Fraction(rng.choice([-1, 1]) * rng.randint(1, 9), rng.randint(1, 3)) for _ in range(count)]


def random_matrix(rng, n, m, rank=None):
    """Return a rational n × m matrix, of the given rank if there is one."""
    while True:
        if rank is None:
            return [numbers(rng, m) for _ in range(n)]
        if rank == 0:
            return [[Fraction(0)] * m for _ in range(n)]
        a = mul([numbers(rng, rank) for _ in range(n)], [numbers(rng, m) for _ in range(rank)])
        if rank_of(a) == rank:
            return a


def rank_of(rows):
    """Return the rank over Q of rows of rationals: exact, no tolerance."""
    rows = [[Fraction(x) for x in row] for row in rows]
    return rational_rank([[int(x * lcm(*(y.denominator for y in row))) for x in row] for row in rows if row])


def gradient(h):
    parts = h.gradient()
    return [parts.get(i, Poly(h.variables, {})) for i in range(len(h.variables))]


def at(row, point):
    return [Fraction(p.evaluate(point)) for p in row]


def rank_at(fields, point):
    """Return the dimension of the span of some fields, each a list of polynomials, at a point."""
    return rank_of([at(getattr(field, "components", field), point) for field in fields])


def rank_as_functions(fields):
    """Return the dimension of the span of some fields in the space of all fields."""
    keys, rows = {}, []
    for field in fields:
        row = {(i, m): c for i, part in enumerate(field.components) for m, c in part.terms.items()}
        for key in row:
            keys.setdefault(key, len(keys))
        rows.append(row)
    return rank_of([[row.get(key, 0) for key in keys] for row in rows]) if keys else 0


# --- networks -------------------------------------------------------------------------------------------------


def layers(phi):
    """Return the matrices U_1, ..., U_q of a network, and the biases of its hidden layers, as polynomials."""
    gens = Poly.gens(phi.variables)
    sizes = phi.sizes
    weights = [
        [[gens[phi.weight(i, a, b)] for b in range(sizes[i])] for a in range(sizes[i - 1])]
        for i in range(1, phi.depth + 1)
    ]
    biases = [
        [gens[phi.bias_index(i, a)] for a in range(sizes[i])] if getattr(phi, "bias", False) else [0] * sizes[i]
        for i in range(1, phi.depth)
    ]
    return weights, biases


class OnAKinkError(Exception):
    """The network is not differentiable here."""


def output(phi, x, point, relu=True):
    """Return the network's outputs at the input x as polynomials of the weights, valid near the point.

    The input must not lie on a kink: where a hidden neuron's preactivation is 0, it must be 0 near the point too.
    """
    weights, biases = layers(phi)
    hidden = list(x)
    for i in range(phi.depth, 0, -1):
        before = [sum(w * h for w, h in zip(row, hidden, strict=True)) for row in weights[i - 1]]
        if i > 1:
            before = [z + b for z, b in zip(before, biases[i - 2], strict=True)]
            if relu:
                values = [Fraction(z.evaluate(point)) if isinstance(z, Poly) else Fraction(z) for z in before]
                if any(z and not v for z, v in zip(before, values, strict=True)):
                    raise OnAKinkError
                before = [z if v > 0 else z * 0 for z, v in zip(before, values, strict=True)]
        hidden = before
    return [Poly.constant(phi.variables, z) if isinstance(z, (int, Fraction)) else z for z in hidden]


def on_a_kink(phi, x, point):
    try:
        output(phi, x, point)
    except OnAKinkError:
        return True
    return False


def sampled_gradients(phi, point, rng, samples, relu=True, inputs=None):
    """Return ∂g(θ,x)ᵀe_k at the point for random inputs x and all outputs k: they span W_θ^g if there are enough."""
    rows = []
    for _ in range(samples):
        x = numbers(rng, phi.sizes[-1]) if inputs is None else inputs()
        if relu and on_a_kink(phi, x, point):
            continue
        rows += [at(gradient(g), point) for g in output(phi, x, point, relu)]
    return rows
