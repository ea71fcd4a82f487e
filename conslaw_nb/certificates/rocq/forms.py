"""Laws by forms for Rocq: the fields that are tangent where the laws before are constant, and stretches written out.

The library asks for what it can check by identities alone. That a form is closed where other laws are constant is
shown on fields that are tangent there, as many as there can be; how they were found does not matter to it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...court import certificates as court
from ...court.structure import value_modulo
from ...errors import BudgetError, CertificateError, SizeError
from ...exact.exterior import Exterior
from ...exact.polynomial import Poly
from ...exact.rational import Echelon
from ...exact.sparse import independent_rows
from ...laws.finding.forms import read_form

__all__ = ["products_when_closed", "read_poly", "tangent_fields", "written_out"]

MAX_STRETCH_TERMS = 1000  # of a form in separated variables
MAX_PRODUCTS = 1_000_000  # of terms, for those that are not generators
MAX_GENERATORS = 50  # that are tried as tangent fields


def tangent_fields(known: list[dict[int, court.Poly]], model: Any, point: list[int], p: int) -> list[court.Field]:
    """Return fields on which some differentials vanish, independent at the point: as many as there can be.

    Generators of the model are taken first: they are short. For the others let K be the wedge product of the k
    differentials, and J k coordinates with K_J not zero at the point. For each coordinate c that is not in J, and
    T = J + c, the field with the coordinates (-1)^(place of j in T) K_(T - j), j in T, is tangent: its product with a
    differential is +- a coordinate of the product of that differential and K, which is zero.

    Raises Rejected: the differentials are not independent at the point, modulo p.
    """
    fields = [model.generator(g) for g in range(min(model.count, MAX_GENERATORS))]
    rows = [{i: value_modulo(f, point, p) for i, f in field.items()} for field in fields]
    d, rank = len(model.names), len(known)
    chosen = independent_rows(rows, d, p)
    if len(chosen) < d - rank:
        more = sorted(_by_cramer(known, model.names, point, p), key=lambda field: sum(map(len, field.values())))
        fields += more
        rows += [{i: value_modulo(f, point, p) for i, f in field.items()} for field in more]
        chosen = independent_rows(rows, d, p)
    return [fields[i] for i in chosen]


def _by_cramer(known: list[dict[int, court.Poly]], names: list[str], point: list[int], p: int) -> list[court.Field]:
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
                field[j] = {tuple(v for v, e in m for _ in range(e)): sign * a for m, a in minor.terms.items()}
        fields.append(field)
    return fields


def products_when_closed(m: court.Poly, form: court.Field, fields: list[court.Field], case: court.Case) -> int:
    """Count the products of terms in m dN(t, s) = dm(t) N(s) - dm(s) N(t), for all pairs of fields."""

    def along(f: court.Poly, v: court.Field) -> court.Poly:
        slopes = court.partials(f, case)
        return court.sum_of_products([(slopes[i], v[i]) for i in slopes if i in v], case)

    def value(v: court.Field) -> court.Poly:
        return court.sum_of_products([(f, v[i]) for i, f in form.items() if i in v], case)

    total = 0
    for k, t in enumerate(fields):
        for s in fields[:k]:
            turned = [(along(f, v), w[i]) for v, w in ((t, s), (s, t)) for i, f in form.items() if i in w]
            total += sum(len(a) * len(b) for a, b in turned) + len(m) * len(court.sum_of_products(turned, case))
            total += len(along(m, t)) * len(value(s)) + len(along(m, s)) * len(value(t))
    return total


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
        laws.append(_form(law, laws, phi, origin) if law["kind"] == "stretch" else law)
    return {**data, "claim": {**data["claim"], "laws": laws}}


def _form(law: dict[str, Any], before: list[dict[str, Any]], phi: Any, origin: str) -> dict[str, Any]:
    layer, power = law["layer"], law["power"]
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
    span = Echelon(h.terms for h in listed)
    if not all(h.terms in span for h in balances):
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
