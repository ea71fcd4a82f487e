"""Random sentences about a model, with their truth, decided from trees by definition."""

from dataclasses import dataclass
from fractions import Fraction

from reference import add, bracket, compose, constant, multiply, rank, variable

from . import expressions as ex
from .functions import EMPTY, Function, conserved_tree, independent_subset, random_function, spoiled
from .models import random_polynomial
from .ranks import gradient_at, gradient_of, inside, lie_at, values

NOWHERE = "nowhere"  # a sentence about something that has no value there: it may not be PROVED


@dataclass
class Claim:
    """A sentence with its truth.

    Attributes
    ----------
    kind : str
    text : str
    model : Model or None
    truth : bool or NOWHERE or None
        None where the judge cannot decide.
    hard : bool
        Whether UNKNOWN is a good answer.
    """

    kind: str
    text: str
    model: object
    truth: object
    hard: bool = False


def random_claim(rng, model):
    """Return a claim of any kind about a model."""
    makers = [
        conserved, conserved, conserved, independent, independent_at, complete, count, dimension, dimension,
        dimension_at, involutive, bracket_in_w, bracket_at, equal, nowhere,
    ]  # fmt: skip
    if "vanish" in model.what:
        makers += [dimension, involutive, independent]
    if model.components is not None:
        makers += [factors, factors]
    return rng.choice(makers)(rng, model)


def _text(function, rng):
    return ex.write(function.tree, rng)


# -- laws ----------------------------------------------------------------------------------------------


def conserved(rng, model):
    """'f is conserved', 'f is not a law', 'f and g are conserved'."""
    f = random_function(rng, model)
    truth = f.conserved(model.fields)
    if f.form != "rational" and not f.has_value(rng, model.dimension):
        truth = None
    hard = f.form != "rational"
    if rng.random() < 0.12:
        g = random_function(rng, model)
        if truth is not None and g.form == "rational":
            both = [truth, g.conserved(model.fields)]
            text = f"{_text(f, rng)} and {_text(g, rng)} are "
            if len(set(both)) == 1 and rng.random() < 0.5:
                return Claim("both not conserved", text + "not conserved", model, not truth, hard)
            return Claim("both conserved", text + "conserved", model, all(both), hard)
    if rng.random() < 0.25:
        word = rng.choice(("not conserved", "not a law", "no law"))
        return Claim("not conserved", f"{_text(f, rng)} is {word}", model, None if truth is None else not truth, hard)
    word = rng.choice(("conserved", "conserved", "a law", "a conservation law"))
    return Claim("conserved", f"{_text(f, rng)} is {word}", model, truth, hard)


def nowhere(rng, model):
    """A function with an empty domain is not a law."""
    text = rng.choice(EMPTY).format(x=rng.choice(model.names))
    tree = conserved_tree(rng, model)
    if tree is not None and rng.random() < 0.5:
        text = f"{ex.write(tree)} + {text}"
    return Claim("empty domain", f"{text} is conserved", model, NOWHERE)


def complete(rng, model):
    """'f, g are all the laws', 'f is the only law'."""
    n = model.dimension
    made = [Function.rational(ex.of_polynomial(h, model.names), model.names) for h in model.laws]
    chosen = [made[i] for i in independent_subset(made, n)]
    rng.shuffle(chosen)
    roll = rng.random()
    if roll < 0.15 and chosen:
        chosen.pop()
    elif roll < 0.3:
        tree = conserved_tree(rng, model)
        if tree is not None:
            chosen.append(Function.rational(tree, model.names))
    elif roll < 0.45 and chosen:
        chosen[-1] = Function.rational(spoiled(rng, chosen[-1].tree, model), model.names)
    elif roll < 0.55 and chosen:
        chosen[-1] = Function.rational(("**", ("+", chosen[-1].tree, 2), 3), model.names)
    if not chosen:
        chosen = [Function.rational(ex.of_polynomial(random_polynomial(rng, n, 2), model.names), model.names)]
    truth = (
        all(f.conserved(model.fields) for f in chosen)
        and len(independent_subset(chosen, n)) == len(chosen)
        and len(chosen) == model.count
    )
    text = ", ".join(_text(f, rng) for f in chosen)
    if len(chosen) == 1 and rng.random() < 0.2:
        return Claim("only law", f"{text} is the only law", model, truth)
    return Claim("complete", f"{text} {'are' if len(chosen) > 1 else 'is'} all the laws", model, truth)


def count(rng, model):
    """'there are exactly 2 laws', 'at least', 'no law'."""
    n = max(0, model.count + rng.choice((0, 0, 0, 1, -1, 2)))
    plural = "law" if n == 1 else "laws"
    roll = rng.random()
    if roll < 0.7:
        return Claim("count", f"there {'is' if n == 1 else 'are'} exactly {n} {plural}", model, model.count == n)
    if roll < 0.8:
        return Claim("at least", f"there are at least {n} laws", model, model.count >= n)
    if roll < 0.9:
        return Claim("no law", "there is no law", model, model.count == 0)
    return Claim("exactly one", "there is exactly one law", model, model.count == 1)


# -- ranks ---------------------------------------------------------------------------------------------


def _several(rng, model):
    """Two or three rational functions, independent or not."""
    n = model.dimension
    found = []
    for _ in range(rng.choice((1, 2, 2, 3))):
        if found and rng.random() < 0.25:
            f = rng.choice(found)
            tree = rng.choice(
                (("**", ("+", f.tree, 1), 2), ("*", f.tree, ("-", f.tree, 1)), ("/", 1, ("+", f.tree, 5)))
            )
        elif len(found) > 1 and rng.random() < 0.3:
            tree = ("+", ("*", found[0].tree, found[1].tree), found[0].tree)
        else:
            tree = ex.of_polynomial(random_polynomial(rng, n, 3), model.names)
            if rng.random() < 0.4:
                i = rng.choice(model.names)
                for root in rng.sample((1, 2, 3, -1, 4, 5, 7, -2), rng.choice((1, 2, 3))):
                    tree = ("*", tree, ("-", i, root)) if rng.random() < 0.5 else ("+", tree, ("**", ("-", i, root), 2))
            if rng.random() < 0.15:
                tree = ("/", tree, rng.choice(model.names))
        try:
            found.append(Function.rational(tree, model.names))
        except ex.NoValueError:
            continue
    return found


def independent(rng, model):
    """'f and g are independent', near a generic point."""
    found = _several(rng, model)
    truth = len(independent_subset(found, model.dimension)) == len(found)
    where = rng.choice(("", " on an open set"))
    return Claim("independent", f"{_list(rng, found)} {_are(found)} independent{where}", model, truth)


def _list(rng, found):
    return (" and " if rng.random() < 0.6 else ", ").join(_text(f, rng) for f in found)


def _are(found):
    return "are" if len(found) > 1 else "is"


def random_point(rng, model):
    """A small rational point; of several, sometimes the one where the generators have the smallest rank."""

    def one():
        return [
            Fraction(rng.choice((0, 0, 1, -1, 2, 3, 5, 7, rng.randint(-9, 9))), rng.choice((1, 1, 1, 1, 2)))
            for _ in model.names
        ]

    tried = [one() for _ in range(6)]
    if rng.random() < 0.6:
        return min(tried, key=lambda p: rank(values(model.fields, p)))
    return tried[0]


def _at(rng, model, point):
    if rng.random() < 0.3:
        return "(" + ", ".join(map(str, point)) + ")"
    equals = rng.choice(("=", " = "))
    return ", ".join(f"{name}{equals}{x}" for name, x in zip(model.names, point, strict=True))


def independent_at(rng, model):
    """'f and g are independent at x=1, y=2': with poles, too."""
    found = _several(rng, model)
    point = random_point(rng, model)
    at = dict(zip(model.names, point, strict=True))
    try:
        for f in found:
            ex.value(f.tree, at)
        truth = rank([gradient_at(f.fraction, point) for f in found]) == len(found)
    except ArithmeticError:
        truth = NOWHERE
    text = f"{_list(rng, found)} {_are(found)} independent at {_at(rng, model, point)}"
    return Claim("independent at", text, model, truth)


def dimension(rng, model):
    """'dim W = 2', 'dim Lie = 3', generically."""
    what = rng.choice(("W", "Lie"))
    true = model.dim_w if what == "W" else model.dim_lie
    n = max(0, true + rng.choice((0, 0, 0, 1, -1)))
    written = rng.choice((f"dim {what}", f"dim {what}", f"dim {what}(θ)" if what == "W" else "dim Lie(W)(θ)"))
    roll = rng.random()
    if roll < 0.75:
        return Claim(f"dim {what}", f"{written} = {n}", model, true == n)
    if roll < 0.85:
        return Claim(f"dim {what} is", f"{written} is {n}", model, true == n)
    if roll < 0.93:
        return Claim(f"dim {what} >=", f"{written} >= {n}", model, true >= n)
    return Claim(f"dim {what} <=", f"{written} <= {n}", model, true <= n)


def dimension_at(rng, model):
    """'dim W = 1 at x=0, y=1', 'dim Lie = ...'."""
    point = random_point(rng, model)
    what = rng.choice(("W", "Lie"))
    if what == "W":
        low = high = rank(values(model.fields, point))
    else:
        point = [Fraction(int(x)) for x in point]
        low, high = lie_at(model.fields, point)
    n = max(0, rng.choice((low, high)) + rng.choice((0, 0, 1, -1)))
    truth = n == low if low == high else None if low <= n <= high else False
    return Claim(f"dim {what} at", f"dim {what} = {n} at {_at(rng, model, point)}", model, truth, hard=what == "Lie")


def involutive(rng, model):
    """'W is involutive', and that it is not."""
    truth = len(model.staircase) == 1
    if rng.random() < 0.2:
        return Claim("not involutive", "W is not involutive", model, not truth)
    return Claim("involutive", "W is involutive", model, truth)


def _pair(rng, model):
    i, j = rng.randrange(len(model.fields)), rng.randrange(len(model.fields))
    return i, j, bracket(model.fields[i], model.fields[j])


def bracket_in_w(rng, model):
    """'[v_1, v_2] lies in W', generically."""
    i, j, field = _pair(rng, model)
    return Claim("bracket", f"[v_{i + 1}, v_{j + 1}] lies in W", model, inside(model.fields, field))


def bracket_at(rng, model):
    """The same at a point."""
    i, j, field = _pair(rng, model)
    point = random_point(rng, model)
    rows = values(model.fields, point)
    truth = rank(rows) == rank([*rows, *values([field], point)])
    return Claim("bracket at", f"[v_{i + 1}, v_{j + 1}] lies in W at {_at(rng, model, point)}", model, truth)


def factors(rng, model):
    """'g factors through phi'."""
    n, k = model.dimension, len(model.components)
    outer = random_polynomial(rng, k, 2 if max(map(len, model.components)) < 8 else 1, 2)
    g = compose(outer, model.components, n)
    roll = rng.random()
    if roll < 0.25:
        g = add(g, variable(rng.randrange(n), n))
    elif roll < 0.4:
        g = random_polynomial(rng, n, 3)
    elif roll < 0.5 and g:
        g = multiply(g, add(variable(rng.randrange(n), n), constant(rng.choice((2, 3, 7)), n), -1))
    if not g or len(g) > 100:
        g = model.components[0]
    truth = inside(model.fields, gradient_of((g, constant(1, n)), n))
    return Claim("factors", f"{ex.write(ex.of_polynomial(g, model.names), rng)} factors through phi", model, truth)


def equal(rng, model):
    """'a = b' for rational functions."""
    names, n = model.names, model.dimension
    tree = ("*", *(ex.of_polynomial(random_polynomial(rng, n, 2), names) for _ in range(2)))
    if rng.random() < 0.3:
        tree = ("/", tree, ex.of_polynomial(random_polynomial(rng, n, 1), names))
    try:
        top, bottom = ex.fraction(tree, names)
        other = ("/", ex.of_polynomial(top, names), ex.of_polynomial(bottom, names))
        if rng.random() < 0.4:
            other = spoiled(rng, other, model)
        a, b = (ex.fraction(t, names) for t in (tree, other))
    except ex.NoValueError:
        return equal(rng, model)
    truth = not add(multiply(a[0], b[1]), multiply(b[0], a[1]), -1)
    return Claim("equal", f"{ex.write(tree, rng)} = {ex.write(other, rng)}", model, truth)
