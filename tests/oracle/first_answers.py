"""Answers to the exercises of lesson 0, right and wrong ones: functions as learners write them, judged by definition.

Derivatives of the loss are taken with dual numbers, a + a'·d with d² = 0, and not from a formula.
"""

from fractions import Fraction

from reference import add, at, bracket, constant, gradient, multiply, rank, variable

from .answers import conserved, formulas, is_constant, is_polynomial, numbers, polynomial
from .proof_lines import space_of


class Dual:
    """A number with the derivative of it along one direction."""

    def __init__(self, value, slope=0):
        self.value, self.slope = Fraction(value), Fraction(slope)

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def kinked(self):
        return self if self.value > 0 else Dual(0)


def slopes(u, v, x, y):
    """Return the derivatives of (g − y)²/2 by all u and all v."""
    found = []
    for moved in range(2 * len(u)):
        weights = [Dual(w, k == moved) for k, w in enumerate((*u, *v))]
        error = Dual(-y)
        for a, b in zip(weights[: len(u)], weights[len(u) :], strict=True):
            error = error + a * (b * Dual(x)).kinked()
        found.append((error * error).slope / 2)
    return found[: len(u)], found[len(u) :]


def _network(u, v, x):
    return sum(a * b * x for a, b in zip(u, v, strict=True) if b * x > 0)


def _step(u, v, x, y, tau):
    return [
        [w - tau * s for w, s in zip(ws, ss, strict=True)] for ws, ss in zip((u, v), slopes(u, v, x, y), strict=True)
    ]


def _decayed(u, v, x, y, tau, rate):
    after = _step(u, v, x, y, tau)
    return [[n - tau * rate * w for n, w in zip(new, old, strict=True)] for new, old in zip(after, (u, v), strict=True)]


def _balances(u, v):
    return [a * a - b * b for a, b in zip(u, v, strict=True)]


def _train(u, v, data, tau, epochs):
    log = [_balances(u, v)]
    for x, y in data * epochs:
        u, v = _step(u, v, x, y, tau)
        log.append(_balances(u, v))
    return log


# The parts from which functions are put together, the right one first; each of them occurs in a notebook.
_NETWORKS = [
    "return sum(a * max(b * x, 0) for a, b in zip(u, v))",
    "total = 0\n    for a, b in zip(u, v):\n        if b * x > 0:\n            total += a * b * x\n    return total",
    "return sum(u[j] * v[j] * x * (v[j] * x > 0) for j in range(len(u)))",
    "return sum(a * max(b * x, 0) for a, b in list(zip(u, v))[1:])",
    "return sum(a * b * x for a, b in zip(u, v))",
    "return sum(max(a * b * x, 0) for a, b in zip(u, v))",
    "return sum(a * max(b, 0) * x for a, b in zip(u, v))",
    "return sum(a * abs(b * x) for a, b in zip(u, v))",
    "return max(sum(a * b * x for a, b in zip(u, v)), 0)",
]
_ERRORS = ["e = G - y", "e = y - G", "e = G + y", "e = G"]
_U = ["a - tau * e * max(b * x, 0)", "a - tau * e * b * x", "a + tau * e * max(b * x, 0)", "a - e * max(b * x, 0)"]
_V = [
    "b - tau * e * a * x if b * x > 0 else b",
    "b - (b * x > 0) * tau * a * e * x",
    "b - tau * e * a * x",
    "b - tau * e * a if b * x > 0 else b",
    "b - tau * e * x if b * x > 0 else b",
]
_FADES = ["tau * rate * {w}", "rate * {w}", "tau * rate", "2 * tau * rate * {w}", "-tau * rate * {w}", "0"]
_LOGS = ["a * a - b * b", "(a - b) * (a + b)", "a**2 + b**2", "b * b - a * a", "a * b"]


def _one(rng, parts, chance=0.75):
    """Return the right part, or another one."""
    return parts[0] if rng.random() < chance else rng.choice(parts)


def _made(name, arguments, body):
    """Return the function with such a body, as a cell of a notebook would define it."""
    space = {}
    exec(f"def {name}({arguments}):\n    {body}", space)  # noqa: S102 (text of our own, above)
    return space[name]


def _cases(rng, count=12):
    def weights(size):
        return [Fraction(rng.choice((-1, 1)) * rng.randint(1, 9), rng.randint(1, 5)) for _ in range(size)]

    for _ in range(count):
        size = rng.randint(1, 3)
        x, y = weights(2)
        yield weights(size), weights(size), x, y, Fraction(1, rng.randint(2, 40)), Fraction(1, rng.randint(2, 9))


def _listed(value):
    return [*map(_listed, value)] if isinstance(value, list | tuple) else value


def _same(made, true, cases):
    """Whether a function is right, on cases of our own."""
    return all(_listed(made(*case)) == _listed(true(*case)) for case in cases)


def _networks(rng):
    made = _made("network", "u, v, x", rng.choice(_NETWORKS))
    return made, _same(made, _network, [case[:3] for case in _cases(rng, 30)])


def _step_body(rng):
    total = "sum(a * max(b * x, 0) for a, b in zip(u, v))"
    lists = [f"new_{w} = [{_one(rng, parts)} for a, b in zip(u, v)]" for w, parts in (("u", _U), ("v", _V))]
    if rng.random() < 0.1:
        lists[1] = lists[1].replace("zip(u, v)", "zip(new_u, v)")
    return "\n    ".join([_one(rng, _ERRORS, 0.85).replace("G", total), *lists])


def _steps(rng):
    made = _made("step", "u, v, x, y, tau", f"{_step_body(rng)}\n    return new_u, new_v")
    return made, _same(made, _step, [case[:5] for case in _cases(rng)])


def _decays(rng):
    fades = [_one(rng, _FADES).format(w=w) for w in "ab"]
    lists = ", ".join(f"[n - {fade} for n, a, b in zip(new_{w}, u, v)]" for w, fade in zip("uv", fades, strict=True))
    made = _made("decayed", "u, v, x, y, tau, rate", f"{_step_body(rng)}\n    return {lists}")
    return made, _same(made, _decayed, list(_cases(rng)))


def _logs(rng):
    entry = f"[{_one(rng, _LOGS)} for a, b in zip(u, v)]"
    first = f"log = [{entry}]" if rng.random() < 0.9 else "log = []"
    order = rng.choice(["data", "data", "data", "data[::-1]"])
    body = _step_body(rng).replace("\n    ", "\n            ")
    lines = [first, "for _ in range(epochs):", f"    for x, y in {order}:", f"        {body.strip()}"]
    lines += ["        u, v = new_u, new_v", f"        log.append({entry})", "return log"]
    made = _made("train", "u, v, data, tau, epochs", "\n    ".join(lines))
    cases = [(u, v, [(x, y), (y, -x)], tau, 2) for u, v, x, y, tau, _ in _cases(rng, 6)]
    return made, _same(made, _train, cases)


def _careful(rng):
    """0.9: what is kept is the balance; c may be any factor that goes downhill."""
    scale = rng.choice(
        [
            "1 - tau * e * x",
            "1 / (1 + tau * e * x) if 1 + tau * e * x else 1",
            "1 + tau * e * x",
            "1",
            "1 - tau * e * x",
        ]
    )
    pair = rng.choice(["(a + b) * c, (a - b) / c", "(a + b) * c, (a - b) / c", "(a + b) / c, (a - b) * c",
                       "(a + b) * c, (a - b) * c"])  # fmt: skip
    body = "e = sum(a * max(b * x, 0) for a, b in zip(u, v)) - y\n    new_u, new_v = [], []\n    for a, b in zip(u, v):"
    body += f"\n        c = ({scale}) if b * x > 0 else 1\n        c = c or 1\n        p, q = {pair}"
    body += "\n        new_u.append((p + q) / 2)\n        new_v.append((p - q) / 2)\n    return new_u, new_v"
    made = _made("careful", "u, v, x, y, tau", body)
    truth = True
    for u, v, x, y, tau, _ in _cases(rng, 30):
        moved = made(u, v, x, y, tau)
        truth = truth and _balances(*moved) == _balances(u, v)
        small = made(u, v, x, y, Fraction(1, 10**6))
        before, after = ((_network(*w, x) - y) ** 2 for w in ((u, v), small))
        truth = truth and (after < before or not any(map(any, slopes(u, v, x, y))))
    return made, truth


def _factor(value):
    """0.4: (u − τexv)² − (v − τexu)² is (1 − τ²e²x²)(u² − v²)."""
    if not is_polynomial(value):
        return None
    step = variable(0, 3)
    for i in (1, 2):
        step = multiply(step, variable(i, 3))
    return polynomial(value) == add(constant(1, 3), multiply(step, step), -1)


def _forgets(rng):
    """0.5: a step size after which both balances are 0."""
    tau = rng.choice([Fraction(1, 3), Fraction(-1, 3), *(Fraction(rng.randint(0, 9), rng.randint(1, 9)),) * 2])
    return str(tau), tau > 0 and _balances(*_step([2, 1], [1, 2], 1, 1, tau)) == [0, 0]


def ball_laws():
    """Return nine minus the dimension that generators and nested brackets of the heavy ball on (u₁v₁, u₂v₂) span."""
    n = 9  # the time, u1, u2, v1, v2 and their speeds
    place = [variable(i, n) for i in range(n)]
    drift = [constant(1, n), *place[5:], *({m: -c / 2 for m, c in place[i].items()} for i in range(5, 9))]
    pushes = [[constant(0, n)] * 5 + gradient(multiply(place[u], place[v]), n)[1:5] for u, v in ((1, 3), (2, 4))]
    fields = level = [drift, *pushes]
    for _ in range(3):
        level = [bracket(a, b) for a in fields[:3] for b in level]
        fields = fields + level
    point = [Fraction(p) for p in (1, 2, 3, 5, 7, 11, 13, 17, 19)]
    return n - rank([at(field, point) for field in fields])


# Derivatives of (u₁v₁, u₂v₂)/‖v‖, times ‖v‖³.
_NORM = "fields([u1, u2, v1, v2], [v1*({0}), 0, u1*v2^2, -u1*v1*v2], [0, v2*({0}), -u2*v1*v2, u2*v1^2])"


def _kept(value):
    if not is_polynomial(value):
        return None
    return not is_constant(value, 4) and conserved(value, space_of(_NORM.format("v1^2 + v2^2")))


FIRST = {
    "0.1": _networks,
    "0.2": _steps,
    "0.3": _logs,
    "0.4": formulas(
        ("tau", "e", "x"),
        ("1 - tau^2*e^2*x^2", "(1 - tau*e*x)*(1 + tau*e*x)", "1 - (tau*e*x)^2", "1 + tau*e*x", "1 - tau*e*x"),
        _factor,
    ),
    "0.5": _forgets,
    "0.6": _decays,
    "0.7": numbers(str(ball_laws()), near=("2", "4", "9")),
    "0.8": formulas(
        ("u1", "u2", "v1", "v2"),
        ("v1^2 + v2^2", "7 - 3*(v1^2 + v2^2)", "(v1^2 + v2^2)^2", "u1^2 - v1^2", "v1^2 - v2^2", "v1^2 + v2^2 + u1"),
        _kept,
    ),
    "0.9": _careful,
}
