"""Random models with what is hard: factors that vanish at small integers, coefficients that primes divide."""

from dataclasses import dataclass
from functools import cached_property

from reference import add, constant, factorization, gradient, laws, linear_network, multiply, relu_network, variable

from . import expressions as ex
from .numbers import fixed_draws, primes_in_use
from .ranks import generic_staircase

NAMES = ("x", "y", "z")


@dataclass
class Model:
    """A family of polynomial fields, and φ where they are gradients.

    Attributes
    ----------
    text : str
        As the package reads it.
    names : tuple of str
    fields : list
        The generators, each a list of polynomials (dicts).
    components : list or None
    what : str
        Which kind of difficulty it has.
    """

    text: str
    names: tuple
    fields: list
    components: list | None
    what: str

    @property
    def dimension(self):
        """The number of variables."""
        return len(self.names)

    @cached_property
    def staircase(self):
        """The generic dimensions of W_0, W_1, ..., the last one that of Lie(W)."""
        return generic_staircase(self.fields)

    @property
    def dim_w(self):
        """The generic dimension of W(θ)."""
        return self.staircase[0]

    @property
    def dim_lie(self):
        """The generic dimension of Lie(W)(θ)."""
        return self.staircase[-1]

    @property
    def count(self):
        """The number of independent laws near a generic point."""
        return self.dimension - self.dim_lie

    @cached_property
    def laws(self):
        """A basis of the polynomial laws of low degree."""
        return laws(self.fields, 3 if self.dimension < 3 else 2)


MOST_TERMS = 150  # of a field: longer ones are a matter of length, and not of truth


def of_map(components, names, what):
    """Return φ with these components, polynomials as dicts."""
    n = len(names)
    text = ", ".join(ex.write(ex.of_polynomial(c, names)) for c in components)
    text = f"phi({text}, variables=[{', '.join(names)}])"
    return Model(text, tuple(names), [gradient(c, n) for c in components], list(components), what)


def of_fields(fields, names, what):
    """Return the family of given fields."""
    rows = ["[" + ", ".join(ex.write(ex.of_polynomial(c, names)) for c in field) + "]" for field in fields]
    return Model(f"fields([{', '.join(names)}], {', '.join(rows)})", tuple(names), fields, None, what)


def _monomial(rng, n, degree):
    exponents = [0] * n
    for _ in range(degree):
        exponents[rng.randrange(n)] += 1
    return tuple(exponents)


def random_polynomial(rng, n, degree=3, terms=2, coefficients=(1, 1, 1, 2, -1, -1, 3, -2)):
    """Return a polynomial without constant."""
    poly = {}
    for _ in range(rng.randint(1, terms)):
        poly = add(poly, {_monomial(rng, n, rng.randint(1, degree)): constant(rng.choice(coefficients), 1)[(0,)]})
    return poly or variable(rng.randrange(n), n)


def _vanishing(rng, n):
    """Return a product of factors, each zero at an integer where one may look first, or on a plane through it."""
    i = rng.randrange(n)
    roll = rng.random()
    if roll < 0.2:
        roots = (1, 2, 3)
    elif roll < 0.4:  # all small integers
        roots = [k for k in range(-9, 10) if k]
    elif roll < 0.45:
        roots = fixed_draws()
    else:
        roots = rng.sample([k for k in range(-9, 14) if k], rng.choice((1, 1, 2, 3)))
    result = constant(1, n)
    for root in roots:
        factor = add(variable(i, n), constant(root, n), -1)
        if n > 1 and len(roots) < 5 and rng.random() < 0.2:
            other = variable(rng.choice([j for j in range(n) if j != i]), n)
            factor = add(factor, other, rng.choice((-1, 1)))
        result = multiply(result, factor)
    return result


def plain(rng):
    """φ with small components."""
    n = rng.choice((2, 2, 3))
    return of_map([random_polynomial(rng, n) for _ in range(rng.choice((1, 1, 2, 2, 3)))], NAMES[:n], "plain")


def vanishing(rng):
    """φ whose Jacobian loses rank on planes through small integers."""
    n = rng.choice((2, 2, 3))
    components = [random_polynomial(rng, n, degree=rng.choice((1, 2)), terms=1)]
    for _ in range(rng.choice((1, 1, 2))):
        small = random_polynomial(rng, n, degree=1, terms=1)
        components.append(multiply(_vanishing(rng, n), small))
    if rng.random() < 0.3:
        components = components[1:]
    rng.shuffle(components)
    return of_map(components, NAMES[:n], "factors that vanish at small integers")


def _with_primes(rng, poly, some=0.6):
    changed = {}
    for m, c in poly.items():
        if rng.random() < some:
            chosen = rng.sample(primes_in_use(), min(len(primes_in_use()), rng.choice((1, 1, 2))))
            for prime in chosen:
                c = c * prime
        changed[m] = c
    return changed


def primed(rng):
    """A model with coefficients that the primes in the package's source divide."""
    n = rng.choice((2, 3))
    if rng.random() < 0.5:
        components = [random_polynomial(rng, n, terms=2) for _ in range(rng.choice((1, 2)))]
        return of_map([_with_primes(rng, c) for c in components], NAMES[:n], "coefficients that primes divide")
    fields = [[random_polynomial(rng, n, 2, 1) if rng.random() < 0.7 else {} for _ in range(n)] for _ in range(2)]
    fields = [[_with_primes(rng, c, 0.4) for c in field] for field in fields if any(field)]
    fields = fields or [[variable(1, n)] + [{}] * (n - 1)]
    return of_fields(fields[: rng.choice((1, 2))], NAMES[:n], "coefficients that primes divide")


def with_law(rng):
    """Fields along the level sets of a random polynomial: it is a law."""
    n = rng.choice((2, 3))
    h = random_polynomial(rng, n, degree=3, terms=2)
    more = _vanishing(rng, n)
    if rng.random() < 0.3 and len(more) < MOST_TERMS:
        h = add(h, more)
    slope = gradient(h, n)
    fields = []
    for i in range(n):
        for j in range(i):
            field = [{} for _ in range(n)]
            field[i], field[j] = slope[j], {m: -c for m, c in slope[i].items()}
            if any(field):
                fields.append(field)
    rng.shuffle(fields)
    kept = fields[: rng.choice((1, 2, 3))] or [[variable(0, n)] + [{}] * (n - 1)]
    factor = _vanishing(rng, n)
    if rng.random() < 0.3 and sum(len(factor) * len(c) for c in kept[0]) < MOST_TERMS:
        kept[0] = [multiply(factor, c) for c in kept[0]]
    return of_fields(kept, NAMES[:n], "fields with a law")


def any_fields(rng):
    """Small fields of any kind."""
    n = rng.choice((2, 2, 3))
    fields = []
    for _ in range(rng.choice((1, 2, 2, 3))):
        fields.append([random_polynomial(rng, n, 2, 1) if rng.random() < 0.6 else {} for _ in range(n)])
    fields = [f for f in fields if any(f)] or [[constant(1, n)] + [{}] * (n - 1)]
    return of_fields(fields, NAMES[:n], "small fields")


def network(rng):
    """The smallest networks, where sizes are one."""
    kind = rng.choice(("linear", "relu", "factorization"))
    if kind == "factorization":
        sizes = rng.choice(((1, 1, 1), (1, 2, 1), (2, 1, 1), (1, 1, 2)))
        names, components, _ = factorization(*sizes)
        text = f"factorization({','.join(map(str, sizes))})"
    elif kind == "linear":
        sizes = rng.choice(((1, 1), (2, 1), (1, 2), (1, 1, 1), (1, 1, 1, 1), (1, 2, 1), (2, 1, 1)))
        names, components, _ = linear_network(*sizes)
        text = f"linear({','.join(map(str, sizes))})"
    else:
        sizes = rng.choice(((1, 1, 1), (1, 2, 1), (2, 1, 1), (1, 1, 1, 1)))
        names, components = relu_network(*sizes)
        text = f"relu({','.join(map(str, sizes))})"
    n = len(names)
    return Model(text, tuple(names), [gradient(c, n) for c in components], components, "sizes of one")


KINDS = (plain, vanishing, vanishing, vanishing, primed, primed, with_law, with_law, any_fields, network)


def random_model(rng):
    """Return a model of any kind."""
    return rng.choice(KINDS)(rng)
