"""One search for laws: what was found so far, what there is to find, and the one door by which a law comes in.

Whatever proposes a law, it is decided here, by `check_law` or by the identities of its form, and kept only if its
differential is independent of those of the laws before it, at one point modulo a prime and so near a generic point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import ConslawError
from ...exact.backend import primes
from ...exact.polynomial import Poly
from ...exact.sparse import independent_rows
from ...models.fields import VectorFields
from ...verdict import Verdict
from ..candidates import Candidate, check_candidates
from ..checking import check_law
from ..generic import first_points
from ..law_count import LawCount
from .closed import decide_form
from .forms import Form
from .found import FoundLaw

__all__ = ["Search"]

SPENT = "the work that was allowed is spent"


class Search:
    """Laws being found.

    Attributes
    ----------
    laws : list of FoundLaw
    tried : list of str
    work : int
        Elementary steps that may still be spent.
    wanted : sequence of str
        The kinds that are looked for.
    """

    def __init__(self, phi: VectorFields, count: LawCount, work: int, wanted: Sequence[str]):
        self.phi = phi
        self.count = count
        self.work = work
        self.wanted = wanted
        self.laws: list[FoundLaw] = []
        self.darboux: tuple[int, list[Any]] = (-1, [])  # Darboux polynomials, and how many laws they rest on
        self.tried: list[str] = []
        self.prime = next(p for p in primes() if phi.suits(p))
        *_, self._point = first_points(phi.dimension)
        self._rows: list[dict[int, int]] = []

    @property
    def done(self) -> bool:
        """Whether as many laws are found as there are at most."""
        return len(self.laws) >= self.count.laws_at_most

    def spend(self, steps: int) -> bool:
        """Ask for work; False where less is left, and then nothing is spent."""
        if steps > self.work:
            return False
        self.work -= steps
        return True

    def offer(
        self, law: str | Poly, kind: str, how: str, gradient: Candidate | None = None, relative: bool = False
    ) -> bool:
        """Take in a law that somebody proposes, if it is one and is new.

        `gradient`: where the gradient of the law is not rational: its direction; `relative`: whether that is so only
        modulo the gradients of the laws before it.
        """
        try:
            if gradient is None:
                [gradient] = check_candidates(self.phi, [law])
            if self._with(gradient.slope(self._point, self.prime)) is None:  # before a decision that may take long
                return False
            verdict = check_law(law, self.phi)
        except ConslawError:
            return False
        if not verdict.is_proved or verdict.details.get("constant"):
            return False
        text = law.text if isinstance(law, Poly) else law
        return self._keep(FoundLaw(kind, text, verdict, how, gradient, relative=relative))

    def offer_form(self, form: Form, how: str, theory: Verdict | None = None) -> Verdict:
        """Take in a law by quadrature, modulo the laws found so far; return what its identities, or theory, said."""
        verdict = decide_form(form, self.phi, self.gradients, self.work) if theory is None else theory
        if verdict.is_proved:
            self._keep(FoundLaw("quadrature", form.text, verdict, how, form=form))
        return verdict

    @property
    def gradients(self) -> list[Candidate]:
        """The differentials of the laws that are functions."""
        return [law.gradient for law in self.laws if law.gradient is not None]

    def _keep(self, law: FoundLaw) -> bool:
        """Keep a law whose differential is independent of those before, at one point modulo a prime."""
        rows = self._with(law.slope(self._point, self.prime))
        if rows is None:
            return False
        self._rows = rows
        self.laws.append(law)
        return True

    def _with(self, row: dict[int, int]) -> list[dict[int, int]] | None:
        """Return the differentials with another one, or None if it is a combination of them."""
        rows = [*self._rows, row]
        return rows if len(independent_rows(rows, self.phi.dimension, self.prime)) == len(rows) else None
