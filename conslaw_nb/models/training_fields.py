"""Weight decay and sign flow as families of fields, so that their laws are checked and counted like any others.

Examples
--------
>>> from conslaw_nb.laws.checking import check_law
>>> from .parametrizations import parametrization
>>> flow = decay_fields(parametrization("x*y"))
>>> check_law("x**2 - y**2", flow).is_refuted, check_law("s**2*(x**2 - y**2)", flow).is_proved
(True, True)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from random import Random
from typing import Any

from ..errors import ModelError
from ..exact.backend import rational_rank
from ..exact.polynomial import Poly
from .fields import VectorFields, check_family, vector_fields
from .phase_space import lifted

__all__ = ["decay_fields", "sign_fields", "sign_vectors"]

_SAMPLES = 400


def decay_fields(phi: VectorFields) -> VectorFields:
    """Return the fields of θ̇ = −∇E(θ) − λ(t)θ in the variables (s, θ), where s = exp ∫λ.

    Since ṡ = λs and θ̇ = −λθ − ..., a function of s and θ is conserved for any data and any λ(t) exactly if its
    gradient is orthogonal to (s, −θ) and to every (0, ∇φ_i). The rate λ(t) itself does not appear.

    Parameters
    ----------
    phi : VectorFields
        The model.

    Examples
    --------
    >>> decay_fields(vector_fields(["u", "v"], [["v", "u"]]))
    fields([s, u, v], [s, -u, -v], [0, v, u])
    """
    check_family(phi, "decay_fields(phi)")
    names = ("s", *phi.variables)
    if "s" in phi.variables:
        raise ModelError("weight decay names exp ∫λ 's', and the model has a variable of that name: rename it")
    gens = Poly.gens(names)
    zero = Poly(names, {})
    rows = [[gens[0], *[-x for x in gens[1:]]]]
    rows += [[zero, *(lifted(c, names, 1) for c in field.components)] for field in phi]
    return vector_fields(names, rows)


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


def sign_fields(phi: VectorFields, point: Sequence[Any]) -> VectorFields:
    """Return the sign vectors near a point as constant fields, as many as are independent.

    Where no coordinate of a gradient vanishes its signs do not change, so that near the point sign flow moves along
    constant fields. These commute, and the laws near the point are as many as D minus their rank. A law refuted by
    them is refuted; one proved is a law if `sign_vectors` says that its list is complete, or the reader has a reason.

    Examples
    --------
    >>> from conslaw_nb.laws.counting import count_laws
    >>> from .networks import factorization
    >>> count_laws(sign_fields(factorization(1, 1, 2), (1, 2, 3, 4))).laws
    3
    """
    vectors, _ = sign_vectors(phi, point)
    kept: list[tuple[int, ...]] = []
    for vector in vectors:
        if rational_rank([list(row) for row in (*kept, vector)]) > len(kept):
            kept.append(vector)
    return vector_fields(list(phi.variables), [[str(x) for x in vector] for vector in kept])
