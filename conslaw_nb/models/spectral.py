"""Forms of the networks u·A·v that are closed where the balances are constant: separation of variables.

φ = uᵀAv with A of size n × m, n ≤ m. Let S = AAᵀ, p(x) = det(x − S) = xⁿ − e_1 xⁿ⁻¹ + ... with roots X_1, ..., X_n, and
c(x) = vᵀAᵀ adj(x − S) u, of degree n − 1. Along the flow of φ the balances P = uuᵀ − AAᵀ and Q = AᵀA − vvᵀ stay, and

1. X_i' p'(X_i) = tr(adj(X_i − S) S') = 2 c(X_i), because adj(X_i − S) = p'(X_i) q_i q_iᵀ with the unit eigenvector q_i
   and S' = A v uᵀ + u vᵀAᵀ.
2. c(x)² = R(x) modulo p(x), with R(x) = x^(1−(m−n)) det(x + P) det(x − Q): modulo p the matrix adj(x − S) has rank one
   (its 2 × 2 minors are multiples of p), so that c² = (uᵀ adj(x − S) u)·((Av)ᵀ adj(x − S) Av); the first factor is
   det(x − S + uuᵀ) − p(x), the second x^(1−(m−n)) det(x − AᵀA + vvᵀ) modulo p. The coefficients of R are laws.
3. So α_k = Σ_i X_iᵏ dX_i / c(X_i) is, on a level set of the balances, a sum of differentials ± xᵏ dx/√R(x) of one
   variable each: closed. And α_k(∇φ) = 2 Σ_i X_iᵏ / p'(X_i) = 0 for k < n − 1 (Euler).

As p'(X_i) dX_i = −dp(X_i) = Σ_j ± de_j X_i^(n−j), the sum over the roots is the coefficient of xⁿ⁻¹ in
xᵏ·(−dp(x))/c(x) modulo p(x): a rational function of the e_j and the coefficients c_j of c, and so of the weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from ..exact.polynomial import Poly

__all__ = ["minor", "spectral_forms"]

MAX_SIZE = 4  # n

Matrix = list[list[Poly]]


def spectral_forms(u: Sequence[Poly], a: Matrix, v: Sequence[Poly]) -> list[tuple[str, dict[str, str]]]:
    """Return n − 1 forms of φ = uᵀAv, as text with what its names stand for; u, A and v hold variables.

    Examples
    --------
    >>> u1, u2, a, b, c, d, v1, v2 = Poly.gens(("u1", "u2", "a", "b", "c", "d", "v1", "v2"))
    >>> [(form, let)] = spectral_forms([u1, u2], [[a, b], [c, d]], [v1, v2])
    >>> form
    '(c_1*de_2 + c_0*de_1)/(c_1**2*e_2 + c_1*c_0*e_1 + c_0**2)'
    >>> for name in ("s_12", "w_1", "e_2", "c_1", "c_0"):
    ...     print(name, "=", let[name])
    s_12 = a*c + b*d
    w_1 = a*v1 + b*v2
    e_2 = s_11*s_22 - s_12**2
    c_1 = w_1*u1 + w_2*u2
    c_0 = -s_11*w_2*u2 + s_12*w_1*u2 + s_12*w_2*u1 - s_22*w_1*u1
    """
    if len(a) > len(v):
        return spectral_forms(v, [list(row) for row in zip(*a, strict=True)], u)
    n = len(a)
    if not 2 <= n <= MAX_SIZE:
        return []
    entries = [(i, j) for i in range(n) for j in range(i, n)]
    let = {f"s_{i + 1}{j + 1}": _sum(x * y for x, y in zip(a[i], a[j], strict=True)).text for i, j in entries}
    let |= {f"w_{i + 1}": _sum(x * y for x, y in zip(a[i], v, strict=True)).text for i in range(n)}  # Av
    letters = Poly.gens((*let, *(x.text for x in u)))
    place = {entry: letters[k] for k, entry in enumerate(entries)}
    s = [[place[min(i, j), max(i, j)] for j in range(n)] for i in range(n)]
    w, u = letters[len(entries) : len(entries) + n], letters[len(entries) + n :]
    e = [_sum(minor(s, rows, rows) for rows in combinations(range(n), k)) for k in range(1, n + 1)]
    # adj(x − S) = Σ_j x^j (S^(n−1−j) − e_1 S^(n−2−j) + ...): so c_j = Σ_k (−1)^k e_k uᵀS^(n−1−j−k)w
    moments = []
    for _ in range(n):
        moments.append(_sum(x * y for x, y in zip(u, w, strict=True)))
        w = [_sum(x * y for x, y in zip(row, w, strict=True)) for row in s]
    signed = [Poly.constant(u[0].variables, 1), *(e_k * (-1) ** k for k, e_k in enumerate(e, start=1))]
    c = [_sum(signed[k] * moments[n - 1 - j - k] for k in range(n - j)) for j in range(n)]
    let |= {f"e_{k}": e[k - 1].text for k in range(1, n + 1)} | {f"c_{j}": c[j].text for j in reversed(range(n))}
    return [(form, let) for form in _of_roots(n)]


def _of_roots(n: int) -> list[str]:
    """Return the sums over the roots of p of x^k (−dp)/(c p'), k < n − 1, in letters: de_j stands for a letter too."""
    names = (*(f"c_{j}" for j in reversed(range(n))), *(f"e_{k}" for k in range(1, n + 1)))
    gens = dict(zip(names, Poly.gens(names), strict=True))
    zero = Poly(names, {})

    def shifted(f: list[Poly]) -> list[Poly]:
        """Return x·f modulo p; coefficients from the constant on."""
        top, rest = f[-1], [zero, *f[:-1]]
        return [rest[n - k] - top * gens[f"e_{k}"] * (-1) ** k for k in range(n, 0, -1)]

    columns = [[gens[f"c_{j}"] for j in range(n)]]  # c, x c, x² c, ... modulo p
    while len(columns) < n:
        columns.append(shifted(columns[-1]))
    matrix = [list(row) for row in zip(*columns, strict=True)]
    every = tuple(range(n))
    resultant = minor(matrix, every, every)
    rest = every[1:]
    # 1/c = r/resultant modulo p, by Cramer's rule
    r = [minor(matrix, rest, tuple(i for i in every if i != j)) * (-1) ** j for j in every]
    forms = []
    for k in range(n - 1):
        f, pieces = r, {}
        for power in range(k + n):
            j = n - (power - k)
            if power >= k and 1 <= j <= n:
                pieces[j] = f[-1] * (-1) ** (j - 1)
            f = shifted(f)
        terms = [
            f"({q.text})*de_{j}" if len(q.terms) > 1 else f"{q.text}*de_{j}"
            for j, q in sorted(pieces.items(), reverse=True)
            if q
        ]
        forms.append(f"({' + '.join(terms)})/({resultant.text})".replace("+ -", "- "))
    return forms


def minor(matrix: Matrix, rows: Sequence[int], columns: Sequence[int]) -> Poly:
    """Return a minor, expanded along its first row."""
    if len(rows) == 1:
        return matrix[rows[0]][columns[0]]
    return _sum(
        matrix[rows[0]][j] * minor(matrix, rows[1:], [*columns[:k], *columns[k + 1 :]]) * (-1) ** k
        for k, j in enumerate(columns)
    )


def _sum(terms: Iterable[Poly]) -> Poly:
    first, *rest = terms
    for term in rest:
        first = first + term
    return first
