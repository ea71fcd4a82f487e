"""Laws by quadrature: 1-forms that the structure of a model proposes, decided by their identities."""

from __future__ import annotations

from .forms import read_form
from .search import Search

__all__ = ["by_quadrature"]


def by_quadrature(search: Search, degree: int) -> None:
    """Offer forms until the count is reached."""
    proposed = search.phi.closed_forms()
    for text, let, how in proposed:
        verdict = search.offer_form(read_form(text, search.phi, let), how)
        if not verdict.is_proved:
            search.tried.append(f"a form in which {how}: {verdict.reason.rstrip('.')}")
        if search.done:
            return
    if not proposed:
        search.tried.append("no form is known for this kind of model")
