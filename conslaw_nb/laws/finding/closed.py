"""A law by quadrature: a 1-form α that vanishes on W and is closed where known laws are constant.

Let P_1, ..., P_k be laws and α = N/b with a polynomial 1-form N. On a common level set of the P's, α is closed exactly
if dα ∧ dP_1 ∧ ... ∧ dP_k = 0: then it is dh there for a function h, locally, and h is an integral of α along any path
in the level set. α(χ) = 0 for every generator says that h is conserved; α ∧ dP_1 ∧ ... ∧ dP_k ≠ 0 that it is a new law.
All three are statements about polynomials: b·(dN ∧ Ω) = db ∧ (N ∧ Ω) for Ω = dP_1 ∧ ... ∧ dP_k. (For a law P that is
no polynomial any multiple of dP by a function does as well.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import BudgetError, ModelError, brief
from ...exact.exterior import MAX_PRODUCTS, Exterior
from ...exact.polynomial import Poly
from ...models.fields import VectorFields, check_family
from ...models.points import show_point
from ...verdict import Status, Verdict, Witness
from ..candidates import Candidate, check_candidates
from ..checking import small_nonzero_point
from .forms import Form, read_form

__all__ = ["FormEvidence", "check_form", "decide_form"]

MAX_COORDINATES = 24


@dataclass(frozen=True)
class FormEvidence:
    """What a certificate of a law by quadrature is made of: the form, and the laws modulo which it is closed."""

    family: VectorFields
    form: Form
    modulo: tuple[Candidate, ...]


def check_form(
    form: str | Form,
    phi: VectorFields,
    modulo: Sequence[Any] = (),
    let: Mapping[str, Any] | None = None,
    work: int = MAX_PRODUCTS,
) -> Verdict:
    """Decide whether a rational 1-form is a law by quadrature: zero on W, closed modulo known laws, and new.

    Parameters
    ----------
    form : str or Form
        Such as ``(x*dy - y*dx)/x**2``: ``dx`` is the differential of a coordinate, ``dg`` of a name g in `let`,
        ``d(...)`` of an expression.
    phi : Parametrization or VectorFields
    modulo : list, optional
        Known laws, as text, Poly or Law: the form need be closed only where they are constant. Each is checked.
    let : dict, optional
        Names for polynomials in the form; each may use those before it. φ is known where it has one component.
    work : int, optional
        Products of terms that may be spent on the identities.

    Returns
    -------
    Verdict
        PROVED: α(χ) = 0 for every generator χ, dα ∧ dP_1 ∧ ... ∧ dP_k = 0, and α ∧ dP_1 ∧ ... ∧ dP_k is not zero,
        as polynomial identities: on each common level set of the P's, α = dh for one more law h, near points where
        the denominator is not 0.
        REFUTED: with a generator and a point, or with a point where one of the other identities fails.
        UNKNOWN: the identities are too large to expand.

    Raises
    ------
    ParseError
        It is not a 1-form, or divides by zero.
    ModelError
        One of `modulo` is not a law.

    Examples
    --------
    >>> from conslaw_nb.models.networks import linear
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> print(check_form("(x*dy - y*dx)/x**2", parametrization("x**2 + y**2")).status)
    PROVED
    >>> print(check_form("x*dx", parametrization("x**2 + y**2")).reason)
    it does not vanish on W: α(∇(x**2 + y**2)) = 2 at x = 1, y = 0.
    """
    check_family(phi, "check_form")
    read = form if isinstance(form, Form) else read_form(_text(form), phi, let)
    return decide_form(read, phi, check_candidates(phi, modulo, "modulo"), work)


def _text(form: Any) -> str:
    if isinstance(form, str):
        return form
    raise ModelError(f"{brief(form)} is not a form: write it as text, such as '(x*dy - y*dx)/x**2'")


def decide_form(form: Form, phi: VectorFields, modulo: Sequence[Candidate], work: int = MAX_PRODUCTS) -> Verdict:
    """Decide for a form that was read, modulo laws that were checked."""
    claim = str(form)
    if not form.parts:
        return Verdict(Status.REFUTED, "the form is zero everywhere, so its integral is a constant.", claim=claim)
    for g in phi.spanning_generators():
        value = form.along(phi[g])
        if value:
            return _not_zero(form, phi, g, value, claim)
    if phi.dimension > MAX_COORDINATES:
        reason = (
            f"not decided: it vanishes on W, and whether it is closed is decided for up to {MAX_COORDINATES} "
            f"parameters; {phi.brief} has {phi.dimension}."
        )
        return Verdict(Status.UNKNOWN, reason, claim=claim)
    try:
        return _closed(form, phi, modulo, claim, work)
    except BudgetError:
        reason = (
            "not decided: it vanishes on W, and whether it is closed takes identities that are too large to expand "
            f"within {work} products of terms; a form with a smaller denominator may do, or a larger work=."
        )
        return Verdict(Status.UNKNOWN, reason, claim=claim)


def _not_zero(form: Form, phi: VectorFields, g: int, value: Poly, claim: str) -> Verdict:
    point = small_nonzero_point(value, avoid_zero_of=form.bottom)
    exact = Fraction(value.evaluate(point)) / Fraction(form.bottom.evaluate(point))
    witness = Witness(g, phi.label(g), dict(zip(phi.variables, map(Fraction, point), strict=True)), exact)
    reason = f"it does not vanish on W: α({witness.label}) = {brief(exact)} at {witness.point_text}."
    return Verdict(Status.REFUTED, reason, claim=claim, witness=witness)


def _closed(form: Form, phi: VectorFields, modulo: Sequence[Candidate], claim: str, work: int) -> Verdict:
    rows = [candidate.form for candidate in modulo]
    degree = max((a.degree for a in form.parts.values()), default=0) + 2 * form.bottom.degree
    degree += sum(max((a.degree for a in row.values()), default=0) for row in rows)
    algebra = Exterior(phi.variables, degree, work)
    known: Any = {0: {0: 1}}
    kept = []
    for candidate, row in zip(modulo, rows, strict=True):
        longer = algebra.wedge(known, algebra.one_form(row))
        if longer:  # a law that is a function of those before adds nothing
            known = longer
            kept.append(candidate)
    modulo = kept
    scale = _whole([*form.parts.values(), form.bottom])
    top = {1 << i: algebra.pack(a * scale) for i, a in form.parts.items()}
    new = algebra.wedge(top, known)
    laws = f"{len(modulo)} known law{'' if len(modulo) == 1 else 's'}"
    if not new:
        reason = f"it brings no new law: it is a combination of the differentials of the {laws}, as an identity."
        return Verdict(Status.REFUTED, reason, claim=claim)
    bottom = algebra.pack(form.bottom * scale)
    turn = algebra.wedge(algebra.derivative(top), known)
    steep = algebra.wedge(algebra.derivative({0: bottom}), new)
    residual = algebra.sum(algebra.scaled(turn, bottom), algebra.scaled(steep, {0: 1}, -1))
    where = "" if form.bottom.is_constant else f" wherever {form.bottom.brief} is not 0"
    if residual:
        places, value = next(iter(residual.items()))
        return _not_closed(form, phi, modulo, algebra.poly(value), places, claim)
    on = f" on the level sets of the {laws}" if modulo else ""
    wedge = "dα ∧ dP₁ ∧ … ∧ dPₖ = 0" if modulo else "dα = 0"
    reason = (
        f"α(χ) = 0 for every generator χ, and {wedge}, as polynomial identities: it is closed{on}, and its integral is "
        f"a law{', independent of them' * bool(modulo)}{where}."
    )
    return Verdict(Status.PROVED, reason, claim=claim, evidence=FormEvidence(phi, form, tuple(modulo)))


def _whole(polys: Sequence[Poly]) -> int:
    from math import lcm

    return lcm(1, *(c.denominator for poly in polys for c in poly.terms.values()))


def _not_closed(
    form: Form, phi: VectorFields, modulo: Sequence[Candidate], value: Poly, places: int, claim: str
) -> Verdict:
    point = small_nonzero_point(value, avoid_zero_of=[form.bottom])
    where = show_point(phi.variables, point)
    names = ", ".join(name for i, name in enumerate(phi.variables) if places >> i & 1)
    what = "dα ∧ dP₁ ∧ … ∧ dPₖ" if modulo else "dα"
    reason = f"it vanishes on W but is not closed: the component of {what} along ({names}) is not 0 at {where}."
    return Verdict(
        Status.REFUTED, reason, claim=claim, details={"point": [str(x) for x in point], "identity": "closed"}
    )
