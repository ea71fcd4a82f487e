"""Random functions with what is known of them: whether they are conserved, and whether they have a value anywhere."""

from dataclasses import dataclass, field
from fractions import Fraction

from reference import add, along, constant, evaluate, multiply

from . import expressions as ex
from .models import random_polynomial
from .numbers import primes_in_use
from .ranks import generic_rank, gradient_of


@dataclass
class Function:
    """A function of one of the forms P + Σ c·log Q, R·exp(Q), R·sqrt(Q), with rational P, Q, R.

    Attributes
    ----------
    tree
        As it is written.
    form : str
        'rational', 'logs', 'exp' or 'sqrt'.
    parts : list
        Fractions (top, bottom): [P, (c, Q), ...], or [R, Q].
    """

    tree: object
    form: str
    parts: list = field(default_factory=list)

    @classmethod
    def rational(cls, tree, names):
        """Return a rational function."""
        return cls(tree, "rational", [ex.fraction(tree, names)])

    @property
    def fraction(self):
        """The pair (top, bottom) of a rational function."""
        assert self.form == "rational"
        return self.parts[0]

    def conserved(self, fields):
        """Whether the derivative along all fields is zero, as an identity."""
        return not any(map(self.derivative, fields))

    def derivative(self, chi):
        """Return a polynomial that is zero exactly where the derivative along a field is the zero function."""
        if self.form == "rational":
            return _slope(self.parts[0], chi)[0]
        if self.form == "logs":
            total = _slope(self.parts[0], chi)
            for c, inner in self.parts[1:]:
                a, b = inner
                top, bottom = _slope(inner, chi)
                total = _plus(total, (multiply(multiply(top, b), _number(c, top, b)), multiply(bottom, a)))
            return total[0]
        (r, s), (q, t) = self.parts
        dr, dq = _slope((r, s), chi), _slope((q, t), chi)
        if self.form == "exp":  # (R·exp Q)' = (R' + R·Q')·exp Q
            return _plus(dr, (multiply(r, dq[0]), multiply(s, dq[1])))[0]
        # (R·sqrt Q)' = (2·Q·R' + R·Q') / (2·sqrt Q)
        twice = (multiply(add(q, q), dr[0]), multiply(t, dr[1]))
        return _plus(twice, (multiply(r, dq[0]), multiply(s, dq[1])))[0]

    def has_value(self, rng, n):
        """Whether some small rational point lies inside the domain: True, or None where none was found."""
        for size in (1, 3, 9, 30):
            for _ in range(40):
                if self._defined([Fraction(rng.randint(-6 * size, 6 * size), 5) for _ in range(n)]):
                    return True
        return None

    def _defined(self, point):
        fractions = [p[1] if self.form == "logs" and i else p for i, p in enumerate(self.parts)]
        if any(evaluate(bottom, point) == 0 for _, bottom in fractions):
            return False
        positive = fractions[1:] if self.form in ("logs", "sqrt") else []
        return all(evaluate(a, point) / evaluate(b, point) > 0 for a, b in positive)


def _slope(fraction, chi):
    """The derivative of a/b along a field, as (numerator, b²)."""
    a, b = fraction
    return add(multiply(b, along(a, chi)), multiply(a, along(b, chi)), -1), multiply(b, b)


def _plus(one, other):
    (a, b), (c, d) = one, other
    return add(multiply(a, d), multiply(c, b)), multiply(b, d)


def _number(c, *polys):
    n = len(next((m for p in polys for m in p), ()))
    return constant(c, n)


# -- making them ---------------------------------------------------------------------------------------


def conserved_tree(rng, model):
    """Return a tree of a rational function that is conserved, made of the model's laws; None where it has none."""
    if not model.laws:
        return None
    h = ex.of_polynomial(rng.choice(model.laws), model.names)
    k = ex.of_polynomial(rng.choice(model.laws), model.names)
    if rng.random() < 0.5:
        return h
    a = rng.choice((2, -1, 3, Fraction(1, 2), 5))
    return rng.choice(
        (
            ("*", a, h),
            ("+", ("*", a, h), 7),
            ("-", h, k) if h != k else ("*", 2, h),
            ("**", ("+", h, 1), 2),
            ("*", h, ("+", k, a)),
            ("/", ("+", h, 1), ("+", ("**", k, 2), 1)),
            ("/", 1, ("-", h, 3)),
            ("**", ("+", h, 2), -2),
        )
    )


def spoiled(rng, tree, model):
    """Return a tree with one small thing changed; it may still be conserved, and the judge decides."""
    names = list(model.names)
    places = list(_places(tree))
    path, node = rng.choice(places)
    if isinstance(node, str):
        new = rng.choice([n for n in names if n != node] or [("**", node, 2)])
    elif isinstance(node, (int, Fraction)):
        new = rng.choice((node + 1, -node, 2 * node + 1, node * rng.choice(primes_in_use() or (101,))))
    elif node[0] in "+-":
        new = ("-" if node[0] == "+" else "+", *node[1:])
    elif node[0] == "**":
        new = ("**", node[1], node[2] + 1 if node[2] != -1 else 2)
    elif node[0] == "*":
        new = rng.choice((("+", *node[1:]), ("*", rng.choice((2, -1, 3)), node)))
    else:
        new = ("+", node, ("*", rng.choice((1, 2, *primes_in_use()[:2])), rng.choice(names)))
    return _replace(tree, path, new)


def _places(tree, path=()):
    yield path, tree
    if isinstance(tree, tuple):
        for i, part in enumerate(tree[1:], 1):
            if not (tree[0] == "**" and i == 2):
                yield from _places(part, (*path, i))


def _replace(tree, path, new):
    if not path:
        return new
    i, *rest = path
    return (*tree[:i], _replace(tree[i], rest, new), *tree[i + 1 :])


def random_function(rng, model):
    """Return a function that is conserved about half of the time."""
    tree = conserved_tree(rng, model)
    if tree is None or rng.random() < 0.12:
        tree = ex.of_polynomial(random_polynomial(rng, model.dimension, 2), model.names)
        if rng.random() < 0.15:
            tree = ("/", tree, rng.choice(model.names))
    roll = rng.random()
    if roll < 0.18:
        return _transcendental(rng, model, tree)
    if rng.random() < 0.5:
        tree = spoiled(rng, tree, model)
    try:
        return Function.rational(tree, model.names)
    except ex.NoValueError:
        return random_function(rng, model)


def _transcendental(rng, model, tree):
    names = model.names
    other = conserved_tree(rng, model) if rng.random() < 0.7 else None
    other = other if other is not None else rng.choice(names)
    if rng.random() < 0.4:
        tree = spoiled(rng, tree, model)
    try:
        first, second = ex.fraction(tree, names), ex.fraction(other, names)
    except ex.NoValueError:
        return random_function(rng, model)
    if not first[0] or not second[0]:
        return random_function(rng, model)
    form = rng.choice(("logs", "logs", "exp", "sqrt"))
    if form == "exp":
        return Function(("*", tree, ("exp", other)), form, [first, second])
    if form == "sqrt":
        square = ("+", ("**", other, 2), rng.choice((1, 0, -1)))
        inner = square if rng.random() < 0.5 else other
        return Function(("*", tree, ("sqrt", inner)), form, [first, ex.fraction(inner, names)])
    if rng.random() < 0.3:  # log of the same thing, added and taken away again: what is left is its domain
        written = ("+", ("-", tree, ("log", other)), ("log", other))
        return Function(written, form, [first, (-1, second), (1, second)])
    return Function(("+", tree, ("*", 2, ("log", other))), form, [first, (2, second)])


EMPTY = (
    "log(-{x}) - log({x})",
    "1/(log(exp({x})) - {x})",
    "sqrt({x})*sqrt(-{x} - 1)",
    "log(-{x}**2 - 1)",
    "sqrt(-1 - {x}**2)",
    "{x}/({x} - {x})",
    "log(0*{x})",
)  # functions without a value anywhere


def independent_subset(functions, n):
    """Return the indices of rational functions whose gradients are a basis of the span of all, generically."""
    return generic_rank([gradient_of(f.fraction, n) for f in functions])[1] if functions else []
