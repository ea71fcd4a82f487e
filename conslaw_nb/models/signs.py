"""The signs of gradients near a point: where none of them is 0 they do not change."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from random import Random
from typing import Any

from ..errors import ModelError
from ..exact.backend import rational_rank
from .fields import VectorFields, check_family

__all__ = ["independent_signs", "sign_vectors"]

_SAMPLES = 400


def _sign(x: Any) -> int:
    return (x > 0) - (x < 0)


def sign_vectors(phi: VectorFields, point: Sequence[Any]) -> tuple[list[tuple[int, ...]], bool]:
    """Return sign vectors that sign ∇E(θ) takes at a point for some data, and whether these are all of them.

    ∇E(θ) = Σ e_i ∇φ_i(θ), and data can make (e_1, ..., e_d) any vector. Only sign vectors without a zero are
    returned: these are the ones that stay as they are near the point. For one or two components of φ the list is
    complete; for more, the e are drawn at random (with a fixed seed), and the list may lack some.

    Examples
    --------
    >>> from .networks import factorization
    >>> sign_vectors(factorization(1, 1, 1), (2, -3))
    ([(-1, 1), (1, -1)], True)
    """
    check_family(phi, "sign_vectors(phi, point)")
    if len(point) != phi.dimension:
        raise ModelError(f"a point has {phi.dimension} coordinates here, and not {len(point)}")
    columns = [[Fraction(c.evaluate(point)) for c in field.components] for field in phi]
    rows = list(zip(*columns, strict=True))  # ∂_kE = ⟨row_k, e⟩
    if not all(map(any, rows)):
        bad = next(name for name, row in zip(phi.variables, rows, strict=True) if not any(row))
        raise ModelError(f"at this point no data move '{bad}': take a point at which every weight can be moved")
    d, complete = len(columns), len(columns) <= 2
    if d == 1:
        tries = [(Fraction(1),), (Fraction(-1),)]
    elif d == 2:
        tries = _inside_each_cone(rows)
    else:
        draw = Random(0)
        tries = [tuple(Fraction(draw.randint(-50, 50)) for _ in range(d)) for _ in range(_SAMPLES)]
    found = set()
    for e in tries:
        vector = tuple(_sign(sum(a * b for a, b in zip(row, e, strict=True))) for row in rows)
        if all(vector):
            found.add(vector)
    return sorted(found), complete


def _inside_each_cone(rows: Sequence[tuple]) -> list[tuple]:
    """Vectors e of the plane, at least one inside each cone that the lines ⟨row, e⟩ = 0 cut out.

    A cone between two neighbouring rays contains the sum of the two; if there is only one line, its normal will do.
    """
    rays = [ray for a, b in rows for ray in ((-b, a), (b, -a))]
    sums = [(p[0] + q[0], p[1] + q[1]) for p, q in combinations(rays, 2)]
    return [*sums, *[(sign * a, sign * b) for (a, b), sign in product(rows, (1, -1))]]


def independent_signs(phi: VectorFields, point: Sequence[Any]) -> list[tuple[int, ...]]:
    """Return as many of the sign vectors at a point as are independent."""
    kept: list[tuple[int, ...]] = []
    for vector in sign_vectors(phi, point)[0]:
        if rational_rank([list(row) for row in (*kept, vector)]) > len(kept):
            kept.append(vector)
    return kept
