"""Counts of forward passes, against a reference that knows nothing of φ: gradients of the network at random data.

The network is evaluated over Z_p with nilpotent numbers, as people would write it; its gradient at a random input is a
field, and nested brackets of such fields come from their definition. Where longer words bring nothing new the rank at
a random point is dim Lie.
"""

import random
from itertools import cycle

import pytest

import conslaw_nb as cl

P = 2**31 - 1
LETTERS = 5  # of the longest words


class Number:
    """An element of Z_p[e_0, e_1, ...], every e_k² = 0: set of e_k, as bits -> coefficient."""

    def __init__(self, parts):
        self.parts = {m: v % P for m, v in parts.items() if v % P}

    def __add__(self, other):
        return Number({m: self.parts.get(m, 0) + other.parts.get(m, 0) for m in {*self.parts, *other.parts}})

    def __mul__(self, other):
        result = {}
        for s, v in self.parts.items():
            for t, w in other.parts.items():
                if not s & t:
                    result[s | t] = result.get(s | t, 0) + v * w
        return Number(result)


class Table:
    """A matrix of such numbers, with the operations of a forward pass."""

    def __init__(self, rows):
        self.rows = rows

    @property
    def T(self):  # noqa: N802
        return Table([list(column) for column in zip(*self.rows, strict=True)])

    def __matmul__(self, other):
        def dot(row, column):
            total = Number({})
            for a, b in zip(row, column, strict=True):
                total = total + a * b
            return total

        return Table([[dot(row, column) for column in zip(*other.rows, strict=True)] for row in self.rows])

    def _with(self, other, act):
        return Table(
            [[act(a, b) for a, b in zip(x, y, strict=True)] for x, y in zip(self.rows, other.rows, strict=True)]
        )

    def __add__(self, other):
        return self._with(other, Number.__add__)

    def __mul__(self, other):
        if isinstance(other, int):
            return Table([[a * Number({0: other}) for a in row] for row in self.rows])
        return self._with(other, Number.__mul__)

    __rmul__ = __mul__

    def __sub__(self, other):
        return self + other * -1

    def __pow__(self, exponent):
        return self if exponent == 1 else self ** (exponent - 1) * self


def random_pass(source):
    """Return a forward pass as text, its weights with their shapes, and the sizes of its input and output."""
    n = source.randint(1, 2)
    text, size, shapes = "x", n, {}

    def weight(*shape):
        shapes[name := f"W{len(shapes)}"] = shape
        return name

    for _ in range(source.randint(1, 3)):
        step = source.choice(
            ("matrix", "matrix", "matrix", "hadamard", "skip", "bias", "square", "relu", "tied", "gain")
        )
        if step == "matrix":
            m = source.randint(1, 2)
            text, size = f"{weight(m, size)} @ ({text})", m
        elif step == "hadamard":
            m = source.randint(1, 2)
            text, size = f"({weight(m, size)} @ ({text})) * ({weight(m, size)} @ ({text}))", m
        elif step == "skip":
            text = f"({text}) + {weight(size, 1)} @ ({weight(1, size)} @ ({text}))"
        elif step == "bias":
            text = f"({text}) + {weight(size, 1)}"
        elif step == "gain":
            text = f"{weight(size, 1)} * ({text})"
        elif step == "square" and text.count("**") < 1 and shapes:
            text = f"({text})**2"
        elif step == "relu" and shapes:
            text = f"{weight(source.randint(1, 2), size)} @ relu({text})"
            size = shapes[f"W{len(shapes) - 1}"][0]
        elif step == "tied":
            name = weight(source.randint(1, 2), size)
            text = f"{name}.T @ ({name} @ ({text}))"
    if not shapes:
        text, size = f"{weight(2, size)} @ ({text})", 2
    return text, shapes, n, size


def reference_rank(text, shapes, n, size, source):
    """Return D, and the rank at a random point of words of 1, 2, ... letters: dim Lie where it grows no more."""
    dimension = sum(a * b for a, b in shapes.values())
    code = compile(text, "<pass>", "eval")

    def network(theta, x, switches):
        entries, given = iter(theta), {}
        for name, (rows, columns) in shapes.items():
            given[name] = Table([[next(entries) for _ in range(columns)] for _ in range(rows)])
        state = iter(switches)

        def relu(table):
            return Table([[a * Number({0: next(state)}) for a in row] for row in table.rows])

        return eval(code, {}, {**given, "x": Table([[Number({0: v})] for v in x]), "relu": relu})  # noqa: S307

    outputs = cycle(range(size))

    def field():
        x, k = [source.randrange(1, P) for _ in range(n)], next(outputs)
        switches = [min(1, source.randrange(3)) for _ in range(40)]  # a neuron is on for two of three data

        def value(theta):
            fresh = 1 << 40  # a nilpotent that no bracket uses
            found = []
            for i in range(dimension):
                moved = [*theta[:i], theta[i] + Number({fresh: 1}), *theta[i + 1 :]]
                out = network(moved, x, switches).rows[k][0]
                found.append(Number({m ^ fresh: v for m, v in out.parts.items() if m & fresh}))
            return found

        return value

    def bracket(word, theta, e):
        if len(word) == 1:
            return word[0](theta)

        def along(outer, inner):
            direction = inner(theta)
            moved = [a + b * Number({e: 1}) for a, b in zip(theta, direction, strict=True)]
            return [Number({m ^ e: v for m, v in a.parts.items() if m & e}) for a in outer(moved)]

        def rest(at):
            return bracket(word[1:], at, 2 * e)

        first, second = along(word[0], rest), along(rest, word[0])
        return [a + b * Number({0: -1}) for a, b in zip(first, second, strict=True)]

    theta = [Number({0: source.randrange(1, P)}) for _ in range(dimension)]
    rows, ranks = [], []
    for letters in range(1, LETTERS + 1):
        for _ in range(3 * dimension + 3 if letters < 4 else dimension):
            value = bracket([field() for _ in range(letters)], theta, 1)
            row = [number.parts.get(0, 0) for number in value]
            for pivot, other in rows:
                if row[pivot]:
                    row = [(a - row[pivot] * b) % P for a, b in zip(row, other, strict=True)]
            place = next((i for i, v in enumerate(row) if v), None)
            if place is not None:
                inverse = pow(row[place], -1, P)
                rows.append((place, [v * inverse % P for v in row]))
        ranks.append(len(rows))
        if len(rows) == dimension or (letters >= 3 and ranks[-1] == ranks[-3]):
            break
    return dimension, ranks


def compare(seed):
    source = random.Random(seed)
    text, shapes, n, size = random_pass(source)
    while sum(a * b for a, b in shapes.values()) > 11:
        text, shapes, n, size = random_pass(source)
    written = f"model({text}, {', '.join(f'{name}=({a},{b})' for name, (a, b) in shapes.items())}, inputs={{'x': {n}}})"
    count = cl.count_laws(cl.parse_model(written))
    dimension, ranks = reference_rank(text, shapes, n, size, source)
    assert dimension == count.family.dimension
    assert ranks[-1] <= dimension - count.laws_at_least, written
    settled = ranks[-1] == dimension or (len(ranks) > 2 and ranks[-1] == ranks[-3])
    if count.laws is not None and settled:
        assert ranks[-1] == dimension - count.laws, (written, ranks, count)
    return settled and count.laws is not None


@pytest.mark.parametrize("seeds", [range(15), range(15, 30)], ids=["first", "second"])
def test_counts_of_random_passes(seeds):
    assert sum(compare(seed) for seed in seeds) >= 12
