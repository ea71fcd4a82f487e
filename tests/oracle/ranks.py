"""Ranks and brackets of polynomial fields: generically, over the field of fractions, and at a point."""

from fractions import Fraction
from itertools import product as choices
from random import Random

from reference import add, at, bracket, evaluate, multiply, partial, rank

from .numbers import pivots, random_prime

_RNG = Random("a judge's points")
WIDE = 5  # columns up to which minors are expanded; beyond, three random points modulo three random primes must agree


def _value_mod(poly, point, prime):
    total = 0
    for exponents, c in poly.items():
        term = c.numerator * pow(c.denominator, -1, prime)
        for x, e in zip(point, exponents, strict=True):
            if e:
                term = term * pow(x, e, prime) % prime
        total += term
    return total % prime


def determinant(matrix):
    """Return the determinant of a square matrix of polynomials, expanded along its rows."""
    size = len(matrix)
    if not size:
        raise ValueError("there is no determinant of nothing here")
    best = {frozenset(): None}  # columns used by the first rows -> their determinant; None stands for 1
    for row in matrix:
        longer = {}
        for used, value in best.items():
            for column in range(size):
                if column in used or not row[column]:
                    continue
                sign = (-1) ** sum(1 for c in used if c > column)
                term = row[column] if value is None else multiply(value, row[column])
                key = used | {column}
                longer[key] = add(longer.get(key, {}), term, sign)
        best = {key: value for key, value in longer.items() if value}
    return best.get(frozenset(range(size)), {})


def generic_rank(rows):
    """Return the rank of a matrix of polynomials over the field of fractions, exactly, and the rows of one basis.

    From below by a minor that is not zero at a random point modulo a random prime, so not the zero polynomial; from
    above because each minor that borders it is expanded and found to be zero.
    """
    rows = [list(row) for row in rows]
    if not any(any(row) for row in rows):
        return 0, []
    n = len(next(next(iter(entry)) for row in rows for entry in row if entry))
    if len(rows[0]) > WIDE:
        return _wide_rank(rows, n)
    for _ in range(20):
        prime = random_prime(_RNG)
        point = [_RNG.randrange(1, prime) for _ in range(n)]
        lines, columns = pivots([[_value_mod(entry, point, prime) for entry in row] for row in rows], prime)
        if _no_larger_minor(rows, lines, columns):
            return len(lines), lines
    raise AssertionError("no random point shows the rank: this does not happen")


def _wide_rank(rows, n):
    found = []
    for _ in range(3):
        prime = random_prime(_RNG)
        point = [_RNG.randrange(1, prime) for _ in range(n)]
        found.append(pivots([[_value_mod(entry, point, prime) for entry in row] for row in rows], prime)[0])
    best = max(found, key=len)
    return len(best), best


def _no_larger_minor(rows, lines, columns):
    width = len(rows[0])
    if len(lines) in (len(rows), width):
        return True
    for i in set(range(len(rows))) - set(lines):
        for j in set(range(width)) - set(columns):
            some, more = [*lines, i], [*columns, j]
            if determinant([[rows[a][b] for b in more] for a in some]):
                return False
    return True


def inside(fields, field):
    """Whether a field is a combination of fields, with rational functions as coefficients."""
    return generic_rank([*fields, field])[0] == generic_rank(fields)[0] if fields else not any(field)


def basis_of(fields):
    """Return fields that are a basis of the span over the field of fractions."""
    return [fields[i] for i in generic_rank(fields)[1]]


def generic_staircase(fields):
    """Return [dim W_0, dim W_1, ...] at generic points, up to the last one, which is dim Lie.

    With a basis X_l of W_k, [v, Σ a_l X_l] = Σ a_l [v, X_l] + Σ v(a_l) X_l: so brackets of generators with a basis are
    enough, and where they add nothing no later ones do.
    """
    basis = basis_of(fields)
    dims = [len(basis)]
    while True:
        grown = basis_of([*basis, *(bracket(v, x) for v in fields for x in basis)]) if basis else []
        if len(grown) == len(basis):
            return dims
        basis = grown
        dims.append(len(basis))


def values(fields, point):
    """Return the values of fields at a rational point."""
    return [at(field, point) for field in fields]


def lie_at(fields, point, levels=4, most=14):
    """Return bounds on dim Lie(W)(θ) at one point: (from below, from above).

    They are equal where brackets reach the generic dimension, or where all brackets are combinations of finitely many
    fields with polynomial coefficients: then so are their values.
    """
    n = len(fields[0])
    if not any(map(any, values(fields, point))):
        return 0, 0  # brackets of fields that vanish at a point vanish there
    ceiling = generic_staircase(fields)[-1]
    kept, newest = [], [f for f in fields if any(f)]
    for _ in range(levels):
        newest = [f for f in newest if _keep(kept, f)]
        below = rank(values(kept, point))
        if below == ceiling or len(fields) == 1:
            return below, below
        if not newest:
            return below, below  # Lie(W) has finite dimension, and these fields are a basis
        if len(kept) <= most and all(_combination(kept, bracket(v, x), degree=2, n=n) for v in fields for x in kept):
            return below, below
        if len(kept) > most:
            break
        newest = [bracket(v, x) for v in fields for x in newest]
    return rank(values(kept, point)), ceiling


def _keep(kept, field):
    """Add a field unless it is a combination of those kept, with numbers as coefficients."""
    if not any(field) or _combination(kept, field, degree=0, n=len(field)):
        return False
    kept.append(field)
    return True


def _combination(fields, field, degree, n):
    """Whether a field is a combination of fields with polynomials of a bounded degree as coefficients, exactly."""
    if not any(field):
        return True
    if not fields:
        return False
    monomials = [m for m in choices(range(degree + 1), repeat=n) if sum(m) <= degree]
    columns = [[multiply({m: Fraction(1)}, c) for c in f] for f in fields for m in monomials]
    places = sorted({(i, m) for f in [*columns, field] for i, a in enumerate(f) for m in a})
    rows = [[f[i].get(m, Fraction(0)) for i, m in places] for f in [*columns, field]]
    prime = random_prime(_RNG)
    modular = [[x.numerator * pow(x.denominator, -1, prime) % prime for x in row] for row in rows]
    used, _ = pivots([list(column) for column in zip(*modular[:-1], strict=True)], prime)
    more, _ = pivots([list(column) for column in zip(*modular, strict=True)], prime)
    if len(more) > len(used):
        return False
    return len(rows) <= 80 and rank(rows[:-1]) == rank(rows)


def gradient_of(fraction, n):
    """Return b·∇a − a·∇b for a fraction a/b: its gradient times b²."""
    top, bottom = fraction
    return [add(multiply(bottom, partial(top, i)), multiply(top, partial(bottom, i)), -1) for i in range(n)]


def gradient_at(fraction, point):
    """Return the gradient of a/b at a point where b is not 0."""
    below = evaluate(fraction[1], point)
    return [evaluate(c, point) / below**2 for c in gradient_of(fraction, len(point))]
