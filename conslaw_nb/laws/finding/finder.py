"""Find laws of every kind, until there are as many as there can be: polynomials first, integrals last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb
from typing import Any

from ...errors import ConslawError, ModelError, brief
from ...models.fields import VectorFields, check_family
from ..counting import count_laws
from ..search import conservation_laws
from ..sparse_count import Progress
from .darboux import exponentials, logarithms
from .found import KINDS, FoundLaws
from .quadrature import by_quadrature
from .rational import ratios
from .search import Search

__all__ = ["find_laws"]

WORK = 20_000_000  # elementary steps of one search: about half a minute
MAX_PARAMETERS = 60  # of a model whose laws are looked for one by one
MAX_MONOMIALS = 1_000  # of a search for polynomial laws
MAX_BESIDE = 200  # of one beside the laws that theory knows


def find_laws(
    phi: VectorFields,
    kinds: str | Sequence[str] = KINDS,
    degree: int = 4,
    work: int = WORK,
    progress: Progress | None = None,
) -> FoundLaws:
    """Find independent laws, polynomial or not, until there are as many as there can be.

    Parameters
    ----------
    phi : Parametrization or VectorFields
    kinds : sequence of str, optional
        What to look for: any of 'polynomial', 'rational', 'Darboux', 'logarithmic', 'quadrature'; all without it.
    degree : int, optional
        The highest degree of the polynomials that are tried.
    work : int, optional
        Elementary steps that may be spent; the answer says where they were not enough.
    progress : callable, optional
        Called now and then with a text, and how much is done, from 0 to 1.

    Returns
    -------
    FoundLaws
        A sequence of laws, each with its `kind`, `text`, `verdict` and `how`; `complete` says whether there are
        others, and `summary` what was tried.

    Examples
    --------
    >>> from conslaw_nb.models.networks import linear
    >>> found = find_laws(linear(1, 2, 2, 1))
    >>> found.summary
    'complete: 7 of 7 found'
    >>> found[-1].kind, found[-1].text
    ('quadrature', '(c_1*de_2 + c_0*de_1)/(c_1**2*e_2 + c_1*c_0*e_1 + c_0**2)')
    """
    check_family(phi, "find_laws")
    wanted = _kinds(kinds)
    if phi.dimension > MAX_PARAMETERS:
        raise ModelError(
            f"{phi.brief} has {phi.dimension} parameters, and laws are looked for one by one in models of up to "
            f"{MAX_PARAMETERS}: find those of a smaller model of the same kind, or count with count_laws"
        )
    told = progress or (lambda text, done: None)
    search = Search(phi, count_laws(phi, progress=progress), work, wanted)
    for number, kind in enumerate(wanted):
        if search.done:
            break
        told(f"{kind} laws", number / len(wanted))
        _STAGES[kind](search, degree)
    told("done", 1.0)
    return FoundLaws(phi, search.laws, search.count, search.tried)


def _kinds(kinds: Any) -> list[str]:
    """Return the kinds that were asked for, in the order in which they are looked for."""
    asked = [kinds] if isinstance(kinds, str) else list(kinds)
    lower = {kind.lower(): kind for kind in KINDS}
    for kind in asked:
        if not isinstance(kind, str) or kind.lower() not in lower:
            raise ModelError(f"{brief(kind)} is not a kind of law: choose from {', '.join(KINDS)}")
    return [kind for kind in KINDS if kind.lower() in {k.lower() for k in asked}]


def _polynomials(search: Search, degree: int) -> None:
    """Offer the laws that theory knows, then all polynomials up to a degree."""
    known = search.phi.known_laws()
    for law in known or []:
        search.offer(law, "polynomial", "known for this kind of model")
        if search.done:
            return
    reached = 0
    for d in range(1, degree + 1):
        size = comb(search.phi.dimension + d, d)
        if size > (MAX_MONOMIALS if known is None else MAX_BESIDE) or not search.spend(size * size):
            break
        try:
            for found in conservation_laws(search.phi, d):
                search.offer(found.poly, "polynomial", f"all polynomials of degree <= {d}")
        except ConslawError:
            break
        reached = d
        if search.done:
            return
    search.tried.append(f"all polynomials of degree <= {reached}" if reached else "no polynomials: too many monomials")


_STAGES: dict[str, Callable[[Search, int], None]] = {
    "polynomial": _polynomials,
    "rational": ratios,
    "Darboux": exponentials,
    "logarithmic": logarithms,
    "quadrature": by_quadrature,
}
