"""Laws by forms for Rocq: the fields that are tangent where the laws before are constant, and stretches written out.

The library asks for what it can check by identities alone. That a form is closed where other laws are constant is
shown on fields that are tangent there, as many as there can be, by the values r of the form along them: d(form)(t, s)
= t(r_s) - s(r_t) - form([t, s]). Short fields make short files; how they were found does not matter to the library.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

from ...court import certificates as court
from ...court.structure import value_modulo
from ...errors import BudgetError, CertificateError, SizeError
from ...exact.exterior import Exterior
from ...exact.polynomial import Poly
from ...exact.ratio import quotient_of
from ...exact.sparse import independent_rows
from ...laws.finding.forms import read_form

__all__ = ["products_when_closed", "read_poly", "second_flows", "tangent_fields", "with_values", "written_out"]

MAX_STRETCH_TERMS = 5000  # of a form in separated variables
MAX_PRODUCTS = 1_000_000  # of terms, for those that are not generators
MAX_GENERATORS = 50  # that are tried as tangent fields


def tangent_fields(
    known: list[court.Field], model: Any, more: list[court.Field], point: list[int], p: int, case: court.Case
) -> list[court.Field]:
    """Return fields on which some differentials vanish, independent at the point: as many as there can be.

    Generators of the model are taken first, then those of `more` that will do: they are short. For the others let K
    be the wedge product of the k differentials, and J k coordinates with K_J not zero at the point. For each
    coordinate c that is not in J, and T = J + c, the field with the coordinates (-1)^(place of j in T) K_(T - j), j in
    T, is tangent: its product with a differential is +- a coordinate of the product of that differential and K, which
    is zero.

    Raises Rejected: the differentials are not independent at the point, modulo p.
    """
    fields = [model.generator(g) for g in range(min(model.count, MAX_GENERATORS))]
    fields += [field for field in more if not any(_value(row, field, case) for row in known)]
    d, rank = len(model.names), len(known)
    chosen = _independent(fields, d, point, p)
    if len(chosen) < d - rank:
        fields += sorted(_by_cramer(known, model.names, point, p), key=lambda field: sum(map(len, field.values())))
        chosen = _independent(fields, d, point, p)
    return [fields[i] for i in chosen]


def _independent(fields: list[court.Field], d: int, point: list[int], p: int) -> list[int]:
    return independent_rows([{i: value_modulo(f, point, p) for i, f in field.items()} for field in fields], d, p)


def second_flows(model: dict[str, Any], names: list[str]) -> list[court.Field]:
    """Return a second field along which the balances of a stretch of three layers are constant, if it is 2 wide.

    The stretch is u^T A v, A with the rows r_0 and r_1, S = A A^T, z = u_1 r_0 - u_0 r_1. The field is (- adj(S) A v,
    the rows (z r_1) v - (z v) r_1 and (z v) r_0 - (z r_0) v, (z r_1) r_0 - (z r_0) r_1). Its eigenvalues X of S move
    as the gradient moves them, but for a factor: the other eigenvalue.
    """
    if model["kind"] != "linear":
        return []
    sizes = model["widths"][::-1]
    starts = [0, *accumulate(n * m for n, m in pairwise(sizes))]
    found = []
    for k in range(len(sizes) - 3):
        left, n, m, right = sizes[k : k + 4]
        if left == right == 1 and 2 in (n, m):
            u, v = range(starts[k], starts[k + 1]), range(starts[k + 2], starts[k + 3])
            if n == 2:
                rows = [range(starts[k + 1] + i * m, starts[k + 1] + (i + 1) * m) for i in range(n)]
            else:
                u, v, rows = v, u, [range(starts[k + 1] + j, starts[k + 2], m) for j in range(m)]
            flow = _second_flow(tuple(names), u, rows, v)
            found.append({i: _terms(poly) for i, poly in flow.items()})
    return found


def _second_flow(names: tuple[str, ...], u: Any, rows: Any, v: Any) -> dict[int, Poly]:
    x = Poly.gens(names)

    def dot(a: list[Poly], b: list[Poly]) -> Poly:
        return sum((p * q for p, q in zip(a, b, strict=True)), Poly(names, {}))

    (u0, u1), (r0, r1), ends = ([x[i] for i in u], [[x[i] for i in row] for row in rows], [x[i] for i in v])
    z = [u1 * a - u0 * b for a, b in zip(r0, r1, strict=True)]
    z0, z1, zv = dot(z, r0), dot(z, r1), dot(z, ends)
    first = [
        dot(r0, r1) * dot(r1, ends) - dot(r1, r1) * dot(r0, ends),
        dot(r0, r1) * dot(r0, ends) - dot(r0, r0) * dot(r1, ends),
    ]
    above = [z1 * c - zv * b for c, b in zip(ends, r1, strict=True)]
    below = [zv * a - z0 * c for c, a in zip(ends, r0, strict=True)]
    last = [z1 * a - z0 * b for a, b in zip(r0, r1, strict=True)]
    return dict(zip([*u, *rows[0], *rows[1], *v], [*first, *above, *below, *last], strict=True))


def _by_cramer(known: list[court.Field], names: list[str], point: list[int], p: int) -> list[court.Field]:
    variables = tuple(names)
    rows = [{i: _exact(variables, poly) for i, poly in row.items()} for row in known]
    degree = sum(max((a.degree for a in row.values()), default=0) for row in rows)
    algebra = Exterior(variables, degree, MAX_PRODUCTS)
    product = {0: {0: 1}}
    try:
        for row in sorted(rows, key=lambda row: sum(len(a.terms) for a in row.values())):
            product = algebra.wedge(product, algebra.one_form(row))
    except BudgetError:
        raise SizeError(
            "this certificate has a form that is closed where so many laws are constant that the fields along which "
            "they are take too long to write for Rocq; conslaw verify still checks it"
        ) from None
    minors = {places: algebra.poly(packed) for places, packed in product.items()}
    alive = [places for places, minor in minors.items() if minor.evaluate_mod(point, p)]
    court.require(bool(alive), f"the laws that a form is modulo are not independent at the point, modulo {p}")
    chosen = min(alive, key=lambda places: (len(minors[places].terms), places))
    fields = []
    for c in (c for c in range(len(names)) if not chosen >> c & 1):
        every, field = chosen | 1 << c, {}
        for place, j in enumerate(j for j in range(len(names)) if every >> j & 1):
            minor = minors.get(every ^ 1 << j)
            if minor is not None:
                sign = -1 if place & 1 else 1
                field[j] = _terms(minor * sign)
        fields.append(field)
    return fields


def with_values(
    bottom: court.Poly, form: court.Field, fields: list[court.Field], names: list[str], case: court.Case
) -> list[tuple[court.Field, court.Poly]]:
    """Return the fields with the values of form / bottom along them.

    Where a value is not a polynomial, the field is taken times bottom.
    """
    found, variables = [], tuple(names)
    for field in fields:
        top = _value(form, field, case)
        value = quotient_of(_exact(variables, top), _exact(variables, bottom)) if top and bottom else None
        if value is not None or not top:
            found.append((field, _terms(value) if value else {}))
        else:
            found.append(({i: court.sum_of_products([(bottom, f)], case) for i, f in field.items()}, top))
    return found


def _value(form: court.Field, field: court.Field, case: court.Case) -> court.Poly:
    return court.sum_of_products([(f, field[i]) for i, f in form.items() if i in field], case)


def products_when_closed(
    known: list[court.Field],
    bottom: court.Poly,
    form: court.Field,
    valued: list[tuple[court.Field, court.Poly]],
    case: court.Case,
) -> int:
    """Count the products of terms in all that is checked of a form on fields with values."""

    def along(f: court.Poly, field: court.Field) -> court.Poly:
        return _value(court.partials(f, case), field, case)

    def paired(row: court.Field, field: court.Field) -> int:
        return sum(len(f) * len(field[i]) for i, f in row.items() if i in field)

    total = sum(paired(row, t) for row in [*known, form] for t, _ in valued)
    total += sum(len(bottom) * len(r) for _, r in valued)
    for k, (t, r) in enumerate(valued):
        for s, q in valued[:k]:
            total += len(bottom) * (len(along(q, t)) + len(along(r, s))) + paired(form, court.bracket(s, t, case))
    return total


def _terms(poly: Poly) -> court.Poly:
    return {tuple(v for v, e in m for _ in range(e)): c for m, c in poly.terms.items()}


def _exact(variables: tuple[str, ...], poly: court.Poly) -> Poly:
    return Poly(variables, {tuple((v, m.count(v)) for v in sorted(set(m))): c for m, c in poly.items()})


def written_out(data: dict[str, Any], phi: Any, origin: str) -> dict[str, Any]:
    """Return a certificate of version 3, which the checker accepts, with its laws in separated variables as forms.

    Raises
    ------
    CertificateError
        The list has such a law, and not before it the balances that it is closed modulo.
    SizeError
        The form is too long.
    """
    laws: list[Any] = []
    for law in data["claim"]["laws"]:
        laws.append(_form(law, laws, phi, data["evidence"], origin) if law["kind"] == "stretch" else law)
    return {**data, "claim": {**data["claim"], "laws": laws}}


def _form(
    law: dict[str, Any], before: list[dict[str, Any]], phi: Any, evidence: dict[str, Any], origin: str
) -> dict[str, Any]:
    layer, power, point, p = law["layer"], law["power"], evidence["point"], evidence["prime"]
    source = next(s for s in phi.closed_forms() if (s.layer, s.power) == (layer, power))
    long = min(phi.sizes[layer], phi.sizes[layer + 1]) > 2  # then there are hundreds of thousands of terms
    parts, bottom = ({}, Poly(phi.variables, {})) if long else read_form(source.text, phi, source.let).expanded()
    if long or len(bottom.terms) > MAX_STRETCH_TERMS:
        raise SizeError(
            f"{origin} has a law in separated variables, and Rocq is given the form written out, which is too long "
            f"here (up to {MAX_STRETCH_TERMS} terms are written); conslaw verify checks it by the network's structure"
        )
    constant = [j for j, one in enumerate(before) if one["kind"] == "law"]
    listed = [read_poly(before[j]["law"], phi.variables) for j in constant]
    sides = (layer, layer + 1)
    balances = [phi.balance(i, a, b) for i in sides for a in range(phi.sizes[i]) for b in range(a, phi.sizes[i])]
    slopes = [{i: a.evaluate_mod(point, p) for i, a in h.gradient().items()} for h in [*listed, *balances]]
    if len(independent_rows(slopes, phi.dimension, p)) > len(independent_rows(slopes[: len(listed)], phi.dimension, p)):
        raise CertificateError(
            f"{origin} has a law in separated variables, which is closed where the balances of its three layers are "
            "constant, and these do not stand before it in the list: certify them with it"
        )
    form = {phi.variables[i]: a.data() for i, a in sorted(parts.items())}
    return {"kind": "form", "multiplier": bottom.data(), "form": form, "modulo": constant}


def read_poly(data: list[Any], names: tuple[str, ...]) -> Poly:
    """Read a polynomial that a certificate holds."""
    places = {name: i for i, name in enumerate(names)}
    terms: dict[Any, Any] = {}
    for number, powers in data:
        c = Fraction(number)
        monomial = tuple(sorted((places[name], e) for name, e in powers.items()))
        terms[monomial] = c.numerator if c.denominator == 1 else c
    return Poly(names, terms)
