"""A law by quadrature: a 1-form α that vanishes on W and is closed where known laws are constant.

Let P_1, ..., P_k be laws and α = N/b with a polynomial 1-form N. On a common level set of the P's, α is closed exactly
if dα ∧ dP_1 ∧ ... ∧ dP_k = 0: then it is dh there for a function h, locally, and h is an integral of α along any path
in the level set. α(χ) = 0 for every generator says that h is conserved; α ∧ dP_1 ∧ ... ∧ dP_k ≠ 0 that it is a new law.
All three are statements about polynomials: b·(dN ∧ Ω) = db ∧ (N ∧ Ω) for Ω = dP_1 ∧ ... ∧ dP_k. (For a law P that is
no polynomial any multiple of dP by a function does as well.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ...errors import BudgetError, ModelError, brief
from ...exact.exterior import MAX_PRODUCTS, Exterior, Packed
from ...exact.exterior import Form as WedgeForm
from ...exact.polynomial import Poly
from ...models.fields import VectorFields, check_family
from ...models.points import show_point
from ...models.structure import ClosedForm
from ...verdict import Status, Verdict, Witness
from ..candidates import Candidate, check_candidates
from ..checking import small_nonzero_point
from .forms import Form, read_form

__all__ = ["FormEvidence", "SeparatedEvidence", "check_form", "decide_form"]

MAX_COORDINATES = 24


@dataclass(frozen=True)
class FormEvidence:
    """What a certificate of a law by quadrature is made of: the form, and the laws modulo which it is closed."""

    family: VectorFields
    form: Form
    modulo: tuple[Candidate, ...]


@dataclass(frozen=True)
class SeparatedEvidence:
    """The same for a form of separated variables, which the structure of a network proves."""

    family: VectorFields
    source: ClosedForm
    form: Form


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
    if phi.dimension > MAX_COORDINATES:
        reason = (
            f"not decided: forms are decided for up to {MAX_COORDINATES} parameters; {phi.brief} has {phi.dimension}."
        )
        return Verdict(Status.UNKNOWN, reason, claim=claim)
    try:
        return _Identities(form, phi, modulo, work).decide(claim)
    except BudgetError:
        reason = (
            f"not decided: its identities are too large to expand within {work} products of terms; a form with a "
            "smaller denominator may do, or a larger work=."
        )
        return Verdict(Status.UNKNOWN, reason, claim=claim)


class _Identities:
    """The identities of one form, expanded."""

    def __init__(self, form: Form, phi: VectorFields, modulo: Sequence[Candidate], work: int):
        self.form, self.phi, self.modulo = form, phi, list(modulo)
        sizes = [1] * phi.dimension
        for definition in form.definitions:
            sizes.append(_degree(definition, sizes))
        highest = max(_degree(a, sizes) + sizes[j] for j, a in form.parts.items()) + 2 * _degree(form.bottom, sizes)
        highest += max((c.degree for field in phi for c in field.components), default=0)
        highest += sum(max((a.degree for a in one.form.values()), default=0) for one in modulo)
        self.algebra = Exterior(phi.variables, highest, work)
        values = [self.algebra.pack(gen) for gen in Poly.gens(phi.variables)]
        for definition in form.definitions:
            values.append(self.algebra.substitute(definition, values))
        self.letters = {j: self.algebra.poly(values[j]) for j in form.parts}
        self.sizes = {j: self.algebra.substitute(a, values) for j, a in form.parts.items()}
        self.bottom = self.algebra.substitute(form.bottom, values)

    def decide(self, claim: str) -> Verdict:
        """Decide whether it vanishes on W, is closed, and is new."""
        form, phi, algebra = self.form, self.phi, self.algebra
        for g in phi.spanning_generators():
            value = self._sum((size, phi[g].along(self.letters[j])) for j, size in self.sizes.items())
            if value:
                return self._not_zero(g, algebra.poly(value), claim)
        top = {
            1 << i: part
            for i in range(phi.dimension)
            if (part := self._sum((size, self.letters[j].derivative(i)) for j, size in self.sizes.items()))
        }
        if not top:
            reason = "the form is zero everywhere, so its integral is a constant."
            return Verdict(Status.REFUTED, reason, claim=claim)
        known, kept = self._known()
        laws = f"{len(kept)} known law{'' if len(kept) == 1 else 's'}"
        new = algebra.wedge(top, known)
        if not new:
            reason = f"it brings no new law: it is a combination of the differentials of the {laws}, as an identity."
            return Verdict(Status.REFUTED, reason, claim=claim)
        turn = algebra.wedge(algebra.derivative(top), known)
        steep = algebra.wedge(algebra.derivative({0: self.bottom}), new)
        residual = algebra.sum(algebra.scaled(turn, self.bottom), algebra.scaled(steep, {0: 1}, -1))
        if residual:
            return self._not_closed(*next(iter(residual.items())), claim)
        on = f" on the level sets of the {laws}" if kept else ""
        wedge = "dα ∧ dP₁ ∧ … ∧ dPₖ = 0" if kept else "dα = 0"
        reason = (
            f"α(χ) = 0 for every generator χ, and {wedge}, as polynomial identities: it is closed{on}, and its "
            f"integral is a law{', independent of them' * bool(kept)}{form.domain}."
        )
        return Verdict(Status.PROVED, reason, claim=claim, evidence=FormEvidence(phi, form, tuple(kept)))

    def _sum(self, pairs: Iterable[tuple[Packed, Poly]]) -> Packed:
        total: Packed = {}
        for size, poly in pairs:
            for m, c in self.algebra.multiply(size, self.algebra.pack(poly)).items():
                total[m] = total.get(m, 0) + c
        return {m: c for m, c in total.items() if c}

    def _known(self) -> tuple[WedgeForm, list[Candidate]]:
        """Return dP_1 ∧ ... ∧ dP_k, without the laws that are functions of those before."""
        known: WedgeForm = {0: {0: 1}}
        kept = []
        for candidate in self.modulo:
            longer = self.algebra.wedge(known, self.algebra.one_form(candidate.form))
            if longer:
                known = longer
                kept.append(candidate)
        return known, kept

    def _not_zero(self, g: int, value: Poly, claim: str) -> Verdict:
        below = self.algebra.poly(self.bottom)
        point = small_nonzero_point(value, avoid_zero_of=below)
        exact = Fraction(value.evaluate(point)) / Fraction(below.evaluate(point))
        names = self.phi.variables
        witness = Witness(g, self.phi.label(g), dict(zip(names, map(Fraction, point), strict=True)), exact)
        reason = f"it does not vanish on W: α({witness.label}) = {brief(exact)} at {witness.point_text}."
        return Verdict(Status.REFUTED, reason, claim=claim, witness=witness)

    def _not_closed(self, places: int, value: Packed, claim: str) -> Verdict:
        below = self.algebra.poly(self.bottom)
        point = small_nonzero_point(self.algebra.poly(value), avoid_zero_of=below)
        names = ", ".join(name for i, name in enumerate(self.phi.variables) if places >> i & 1)
        what = "dα ∧ dP₁ ∧ … ∧ dPₖ" if self.modulo else "dα"
        reason = (
            f"it vanishes on W but is not closed: the component of {what} along ({names}) is not 0 at "
            f"{show_point(self.phi.variables, point)}."
        )
        return Verdict(Status.REFUTED, reason, claim=claim, details={"point": [str(x) for x in point]})


def _degree(poly: Poly, sizes: Sequence[int]) -> int:
    """Return a bound on the degree of a polynomial in letters of these degrees."""
    return max((sum(e * sizes[v] for v, e in m) for m in poly.terms), default=0)
