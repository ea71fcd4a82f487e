"""A slow second opinion, written from the paper and sharing no code with the engine.

A polynomial in n variables is a dict from exponent tuples of length n to Fractions, without zeros. Brackets are
expanded, linear systems are written out in full, and elimination is dense over Q. Only for small cases.
"""

from fractions import Fraction
from itertools import combinations_with_replacement, pairwise, product
from math import prod

# -- polynomials ---------------------------------------------------------------------------------------


def constant(value, n):
    return {(0,) * n: Fraction(value)} if value else {}


def variable(i, n):
    return {tuple(int(j == i) for j in range(n)): Fraction(1)}


def add(a, b, scale=1):
    """a + scale·b."""
    total = dict(a)
    for m, c in b.items():
        value = total.get(m, Fraction(0)) + scale * c
        if value:
            total[m] = value
        else:
            total.pop(m, None)
    return total


def multiply(a, b):
    total = {}
    for m, c in a.items():
        for k, d in b.items():
            both = tuple(x + y for x, y in zip(m, k, strict=True))
            total[both] = total.get(both, Fraction(0)) + c * d
    return {m: c for m, c in total.items() if c}


def power(a, k, n):
    result = constant(1, n)
    for _ in range(k):
        result = multiply(result, a)
    return result


def partial(a, i):
    result = {}
    for m, c in a.items():
        if m[i]:
            lower = (*m[:i], m[i] - 1, *m[i + 1 :])
            result[lower] = c * m[i]
    return result


def evaluate(a, point):
    return sum((c * prod(Fraction(x) ** e for x, e in zip(point, m, strict=True)) for m, c in a.items()), Fraction(0))


def compose(a, inner, n):
    """a(inner_1, ..., inner_k), polynomials in n variables put for the variables of a."""
    total = {}
    for m, c in a.items():
        term = constant(c, n)
        for e, b in zip(m, inner, strict=True):
            term = multiply(term, power(b, e, n))
        total = add(total, term)
    return total


def degree(a):
    return max(map(sum, a), default=0)


def of_engine(poly):
    """Read the data of an engine polynomial; nothing of the engine is called."""
    n = len(poly.variables)
    result = {}
    for monomial, coefficient in poly.terms.items():
        exponents = [0] * n
        for i, e in monomial:
            exponents[i] += e
        result[tuple(exponents)] = Fraction(coefficient)
    return result


def text_of(a, names):
    """Write a polynomial for the engine's parser."""
    terms = []
    for m, c in a.items():
        factors = [f"{name}**{e}" if e > 1 else name for name, e in zip(names, m, strict=True) if e]
        terms.append("*".join([f"({c})", *factors]))
    return " + ".join(terms) or "0"


# -- fields --------------------------------------------------------------------------------------------


def gradient(a, n):
    return [partial(a, i) for i in range(n)]


def along(h, field):
    """⟨∇h, field⟩."""
    total = {}
    for i, component in enumerate(field):
        total = add(total, multiply(partial(h, i), component))
    return total


def bracket(x, y):
    """The paper's [X, Y] = ∂X·Y − ∂Y·X, component by component."""
    return [add(along(a, y), along(b, x), -1) for a, b in zip(x, y, strict=True)]


def nested(fields):
    """[X_1, [X_2, ..., [X_{k−1}, X_k]]]."""
    *outer, result = fields
    for field in reversed(outer):
        result = bracket(field, result)
    return result


def combine(fields, coefficients):
    total = [{} for _ in fields[0]]
    for field, c in zip(fields, coefficients, strict=True):
        total = [add(a, b, c) for a, b in zip(total, field, strict=True)]
    return total


def at(field, point):
    return [evaluate(component, point) for component in field]


def is_law(h, fields):
    return all(not along(h, field) for field in fields)


# -- linear algebra over Q -----------------------------------------------------------------------------


def echelon(rows):
    """The nonzero rows of the reduced echelon form, and their pivots."""
    work = [[Fraction(x) for x in row] for row in rows]
    pivots = []
    top = 0
    for column in range(len(work[0]) if work else 0):
        found = next((i for i in range(top, len(work)) if work[i][column]), None)
        if found is None:
            continue
        work[top], work[found] = work[found], work[top]
        head = work[top][column]
        work[top] = [x / head for x in work[top]]
        for i in range(len(work)):
            factor = work[i][column]
            if i != top and factor:
                work[i] = [x - factor * y for x, y in zip(work[i], work[top], strict=True)]
        pivots.append(column)
        top += 1
    return work[:top], pivots


def rank(rows):
    return len(echelon(rows)[1]) if rows else 0


def nullspace(rows, columns):
    """A basis of {x : rows x = 0}."""
    reduced, pivots = echelon(rows)
    basis = []
    for free in range(columns):
        if free not in pivots:
            vector = [Fraction(0)] * columns
            vector[free] = Fraction(1)
            for row, pivot in zip(reduced, pivots, strict=True):
                vector[pivot] = -row[free]
            basis.append(vector)
    return basis


def same_span(first, second):
    """Whether two lists of polynomials span the same space."""
    monomials = sorted({m for a in [*first, *second] for m in a})

    def rows(polys):
        return [[a.get(m, Fraction(0)) for m in monomials] for a in polys]

    return rank(rows(first)) == rank(rows(second)) == rank(rows([*first, *second]))


# -- laws and counts -----------------------------------------------------------------------------------


def monomials(n, k):
    """All exponents of degree 1 to k."""
    result = []
    for d in range(1, k + 1):
        for choice in combinations_with_replacement(range(n), d):
            result.append(tuple(choice.count(i) for i in range(n)))
    return result


def laws(fields, k):
    """A basis of all polynomial laws of degree <= k (constants left out), by the full linear system (Prop. 2.16)."""
    n = len(fields[0])
    unknowns = monomials(n, k)
    equations = {}
    for column, m in enumerate(unknowns):
        for g, field in enumerate(fields):
            for place, value in along({m: Fraction(1)}, field).items():
                equations.setdefault((g, place), [Fraction(0)] * len(unknowns))[column] = value
    kernel = nullspace(list(equations.values()), len(unknowns))
    return [{m: c for m, c in zip(unknowns, vector, strict=True) if c} for vector in kernel]


def independent(hs, point):
    """The rank of the gradients at a point."""
    n = len(point)
    return rank([[evaluate(partial(h, i), point) for i in range(n)] for h in hs]) if hs else 0


def staircase(fields, point, levels):
    """[dim W_0(θ), dim W_1(θ), ...] over Q, with W_{k+1} = W_k + [W_0, W_k] and brackets expanded (Prop. 3.1)."""
    basis = []  # of W_k as a space of fields

    def fresh(field):
        """Keep a field unless it is a combination of those kept."""
        places = sorted({(i, m) for f in [*basis, field] for i, a in enumerate(f) for m in a})
        rows = [[f[i].get(m, Fraction(0)) for i, m in places] for f in [*basis, field]]
        if any(field) and rank(rows) > len(basis):
            basis.append(field)
            return True
        return False

    newest = [field for field in fields if fresh(field)]
    dims = [rank([at(field, point) for field in basis])]
    for _ in range(levels):
        newest = [b for v in fields for b in [bracket(v, w) for w in newest] if fresh(b)]
        dims.append(rank([at(field, point) for field in basis]))
    return dims


# -- networks, from the paper's definitions ------------------------------------------------------------


def linear_network(*widths):
    """Names and components of U_1 ⋯ U_q (Example 2.10): U_1 on the output side, entries row by row."""
    n = widths[::-1]
    names = [f"U{i}_{a}_{b}" for i in range(1, len(n)) for a in range(1, n[i - 1] + 1) for b in range(1, n[i] + 1)]
    total = len(names)
    matrices = [
        [[variable(names.index(f"U{i}_{a}_{b}"), total) for b in range(1, n[i] + 1)] for a in range(1, n[i - 1] + 1)]
        for i in range(1, len(n))
    ]
    result = matrices[0]
    for matrix in matrices[1:]:
        result = matrix_product(result, matrix)
    return names, [entry for row in result for entry in row], matrices


def matrix_product(a, b):
    result = []
    for row in a:
        line = []
        for column in zip(*b, strict=True):
            entry = {}
            for x, y in zip(row, column, strict=True):
                entry = add(entry, multiply(x, y))
            line.append(entry)
        result.append(line)
    return result


def transpose(a):
    return [list(column) for column in zip(*a, strict=True)]


def balances(matrices):
    """The entries of U_iᵀU_i − U_{i+1}U_{i+1}ᵀ, as one list of square matrices (Prop. 4.1)."""
    result = []
    for u, v in pairwise(matrices):
        left, right = matrix_product(transpose(u), u), matrix_product(v, transpose(v))
        result.append([[add(a, b, -1) for a, b in zip(r, s, strict=True)] for r, s in zip(left, right, strict=True)])
    return result


def relu_network(*widths, bias=False):
    """Names and path products (Example 2.11 and its deeper form), then those that start at a hidden bias."""
    names, _, _ = linear_network(*widths)
    n = widths[::-1]
    depth = len(n) - 1
    if bias:
        names = names + [f"b{i}_{a}" for i in range(1, depth) for a in range(1, n[i] + 1)]
    total = len(names)

    def monomial(parts):
        return {tuple(int(name in parts) for name in names): Fraction(1)}

    def edges(path):
        return [f"U{i}_{a + 1}_{b + 1}" for i, (a, b) in enumerate(pairwise(path), start=1)]

    components = [monomial(edges(path)) for path in product(*(range(k) for k in n))]
    for layer in range(1, depth) if bias else ():
        for path in product(*(range(k) for k in n[: layer + 1])):
            components.append(monomial([*edges(path), f"b{layer}_{path[-1] + 1}"]))
    assert all(len(m) == total for c in components for m in c)
    return names, components


def factorization(n, m, r):
    """Names and components of U Vᵀ, U of size n × r and V of size m × r, and the two matrices."""
    names = [f"U_{a}_{b}" for a in range(1, n + 1) for b in range(1, r + 1)]
    names += [f"V_{a}_{b}" for a in range(1, m + 1) for b in range(1, r + 1)]
    total = len(names)
    u = [[variable(a * r + b, total) for b in range(r)] for a in range(n)]
    v = [[variable(n * r + a * r + b, total) for b in range(r)] for a in range(m)]
    entries = matrix_product(u, transpose(v))
    return names, [entry for row in entries for entry in row], [u, transpose(v)]


def expected_linear(widths, point):
    """The rank of the gradients of all entries of the balances at a point: the number of known laws there."""
    _, _, matrices = linear_network(*widths)
    entries = [matrix[a][b] for matrix in balances(matrices) for a in range(len(matrix)) for b in range(a, len(matrix))]
    return independent(entries, point)
