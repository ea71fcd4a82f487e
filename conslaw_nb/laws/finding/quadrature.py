"""Laws by quadrature: 1-forms whose integrals are laws, from the structure of a model or from Jacobi's last multiplier.

*Jacobi.* Let all generators be multiples of one field v, and P_1, ..., P_{D−2} independent laws. A multiplier is a
function μ with div(μv) = 0. With M the minor of the P's Jacobian without columns i and j, the form
α = μ (v_i dx_j − v_j dx_i)/M satisfies α ∧ dP_1 ∧ ... ∧ dP_{D−2} = ± μ ι_v(dx_1 ∧ ... ∧ dx_D), whose derivative is
± div(μv) dx_1 ∧ ... ∧ dx_D = 0. So α is closed where the P's are constant, and the last law is an integral. As a
multiplier, products of Darboux polynomials are tried.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import lcm

from ...errors import ConslawError
from ...exact.exterior import Exterior
from ...exact.polynomial import Poly
from ...exact.rational import Echelon
from ...models.structure import ClosedForm
from ...verdict import Status, Verdict
from .closed import SeparatedEvidence
from .darboux import darboux_polynomials, factor_text, power_text
from .forms import Form, read_form
from .search import Search

__all__ = ["by_quadrature"]

MAX_EXPANDED = 10  # parameters of a network whose forms are decided by expanding their identities


def by_quadrature(search: Search, degree: int) -> None:
    """Offer forms until the count is reached."""
    proposed = search.phi.closed_forms()
    for one in proposed:
        form = read_form(one.text, search.phi, one.let)
        verdict = search.offer_form(form, one.how) if search.phi.dimension <= MAX_EXPANDED else None
        if verdict is None or not verdict.is_proved:
            search.offer_form(form, one.how, _by_theory(search, one, form))
        if search.done:
            return
    if proposed:
        search.tried.append("forms in separated variables")
    search.tried.append(_last_multiplier(search))


def _by_theory(search: Search, one: ClosedForm, form: Form) -> Verdict:
    """Return the verdict on a form of separated variables: the theorem of `models/spectral.py`."""
    reason = (
        f"{one.how}: the form is a sum of ± xᵏ dx/√R(x) over them, where the coefficients of R are laws (k = "
        f"{one.power}). So it is closed where the known laws are constant, it vanishes on every generator, and its "
        f"integral is a law{form.domain}."
    )
    evidence = SeparatedEvidence(search.phi, one, form)
    return Verdict(Status.PROVED, reason, claim=str(form), evidence=evidence)


def _last_multiplier(search: Search) -> str:
    """Offer the form of Jacobi's last multiplier; return what came of it."""
    phi = search.phi
    known = search.gradients
    if phi.dimension - len(known) != 2 or search.count.dim_trace != 1 or len(known) != len(search.laws):
        return "Jacobi's last multiplier needs one field, and all laws but one"
    field = next(f for f in phi if f)
    multiplier = _multiplier(search, field.components)
    if multiplier is None:
        return "Jacobi's last multiplier: none was found among products of Darboux polynomials"
    degree = sum(max((a.degree for a in one.form.values()), default=0) for one in known)
    try:
        algebra = Exterior(phi.variables, degree, search.work)
        total = {0: {0: 1}}
        for one in known:
            total = algebra.wedge(total, algebra.one_form(one.form))
    except ConslawError:
        return "Jacobi's last multiplier: the minors of the known laws are too large to expand"
    every = (1 << phi.dimension) - 1
    choices = [
        (len(total[every ^ (1 << i | 1 << j)]), i, j)
        for i, j in combinations(range(phi.dimension), 2)
        if total.get(every ^ (1 << i | 1 << j)) and (field.components[i] or field.components[j])
    ]
    for _, i, j in sorted(choices)[:3]:
        minor = algebra.poly(total[every ^ (1 << i | 1 << j)]).primitive()
        text = _text(phi.variables, field.components, i, j, multiplier, minor)
        try:
            verdict = search.offer_form(read_form(text, phi), "Jacobi's last multiplier")
        except ConslawError:
            continue
        if verdict.is_proved:
            return "Jacobi's last multiplier"
    return "Jacobi's last multiplier: its identities are too large to expand"


def _multiplier(search: Search, v: tuple[Poly, ...]) -> list[tuple[Poly, int]] | None:
    """Return Darboux polynomials f with exponents λ such that div v + Σ λ K_f = 0."""
    divergence = Poly(search.phi.variables, {})
    for i, component in enumerate(v):
        divergence = divergence + component.derivative(i)
    if not divergence:
        return []
    special = darboux_polynomials(search)
    rows: dict[object, dict[int, Fraction]] = {}
    for j, poly in enumerate([*(one.cofactors[0] for one in special), divergence]):
        for monomial, c in poly.terms.items():
            rows.setdefault(monomial, {})[j] = Fraction(c)
    for vector in Echelon(rows.values()).kernel(range(len(special) + 1)):
        if vector[-1]:
            powers = [c / vector[-1] for c in vector[:-1]]
            if lcm(*(c.denominator for c in powers)) == 1:
                return [(one.poly, int(c)) for one, c in zip(special, powers, strict=True) if c]
    return None


def _text(
    names: tuple[str, ...], v: tuple[Poly, ...], i: int, j: int, multiplier: list[tuple[Poly, int]], minor: Poly
) -> str:
    """Write μ (v_i dx_j − v_j dx_i)/M."""
    terms = []
    for k, size in ((j, v[i]), (i, -v[j])):
        differential = f"d({names[k]})" if f"d{names[k]}" in names else f"d{names[k]}"
        if size:
            sign = "" if size == 1 else "-" if size == -1 else None
            terms.append(f"{factor_text(size)}*{differential}" if sign is None else f"{sign}{differential}")
    top = " + ".join(terms).replace("+ -", "- ")
    above = [power_text(f, n) for f, n in multiplier if n > 0]
    below = [power_text(f, -n) for f, n in multiplier if n < 0]
    if not minor.is_constant:
        below.append(power_text(minor, 1))
    text = "*".join([*above, f"({top})"])
    return f"{text}/({'*'.join(below)})" if below else text
