"""How many independent conservation laws: two certain bounds, and PROVED where they meet.

Below: nested brackets of generators whose values at one point are independent modulo a prime. A nonzero minor modulo p
is nonzero over Q, hence on an open dense set: dim Lie(W) ≥ R there.
Above: N laws, exact identities, with independent gradients at the point: dim Lie(W) ≤ D − N near it. Or an
involutive frame (`involutive.py`): the R fields span, with function coefficients, all brackets.
If the bounds meet, dim Lie(W) is constant near the point and Theorem 3.3 counts: exactly D − R laws.

Without a point the question is about generic points, and the point of the answer is one of them: dim W_0 there is what
it is almost everywhere, which is certified (`generic.py`) or said to be a lower bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import partial
from itertools import islice
from math import comb
from operator import itemgetter
from random import Random
from time import perf_counter
from typing import Any

from ..errors import ConslawError
from ..exact.backend import primes
from ..exact.polynomial import Poly
from ..models.fields import VectorFields, check_family
from ..models.points import exact_point
from ..verdict import Status, Verdict
from .by_parts import count_by_groups, with_blocks
from .candidates import check_candidates
from .climbing import Climb, Place, Rows, random_climb
from .generic import MAX_ENTRIES, bounded_trace, rank_at, shown_chance, start
from .involutive import InvolutiveFrame, find_involutive_frame
from .law_count import Evidence, LawCount, Step
from .search import conservation_laws, independent_laws
from .sparse_count import Progress
from .structured import refuse_dense, structured_count

__all__ = ["LawCount", "Step", "count_laws"]

_SEARCH_UNKNOWNS = 2_500  # monomials up to which polynomial laws of degree 3 and 4 are looked for
_QUADRATIC_UNKNOWNS = 100_000  # the same for degree 2: the search itself has closer bounds


def count_laws(
    phi: VectorFields,
    point: Sequence[int | Fraction] | dict[Any, int | Fraction] | None = None,
    laws: Iterable[Any] = (),
    progress: Progress | None = None,
) -> LawCount:
    """Count the independent conservation laws of φ near a point, with proof.

    Parameters
    ----------
    phi : Parametrization or VectorFields
    point : D exact numbers, or a dict by variable name, optional
        Where to count; near a generic point without it. At a special point (rank-deficient
        factors, say) the dimension may jump and the answer is then BOUNDED, for Theorem 3.3 is silent there.
    laws : list, optional
        Laws that you know, as text, sympy expressions or Poly, polynomial or not. Each is checked, and counts.
    progress : callable, optional
        Called now and then with a text, the bound that is being worked on, and how much of it is done, from 0 to 1.

    Returns
    -------
    LawCount
        `verdict.status` is PROVED, with the number in `laws`, or BOUNDED, with two certain bounds.

    References
    ----------
    Lemma 3.2, Theorem 3.3.

    Examples
    --------
    >>> from conslaw_nb.models.networks import linear
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> count = count_laws(linear(2, 3, 2))
    >>> count.laws, count.dim_lie, str(count.verdict.status)
    (6, 6, 'PROVED')
    >>> count_laws(parametrization("x + y**2/2")).laws      # no polynomial law, and exactly one law
    1
    """
    started = perf_counter()
    check_family(phi, "count_laws")
    brought = check_candidates(phi, laws) if laws else []
    groups = None
    if point is None:
        counter = partial(count_laws, progress=progress)
        found = structured_count(phi, counter, progress)
        groups = count_by_groups(phi, counter) if found is None else None
        if found is not None or (groups is not None and groups.laws is not None):
            return found or groups
    refuse_dense(phi, chosen=point is not None)
    if point is None:
        attempt, generic, risk = _near_a_generic_point(phi)
    else:
        attempt, generic = _at(phi, exact_point(phi, point))
        risk = None
    answer = attempt.result(perf_counter() - started, generic, risk, chosen=point is not None)
    if answer.laws is None and all(isinstance(x, int) for x in answer.point.values()):
        answer = with_blocks(answer, attempt.known, brought)
    gaps = [(one.laws_at_most - one.laws_at_least, one) for one in (answer, groups) if one is not None]
    return answer if answer.laws is not None else min(gaps, key=itemgetter(0))[1]


def _near_a_generic_point(phi: VectorFields) -> tuple[_Attempt, int, Fraction | None]:
    """Return the best attempt, the largest dim Lie seen, and the risk that it is larger at generic points, if known."""
    place, rows = start(phi, phi.trace_at_most())
    attempt = _Attempt(phi, place, rows).run()
    if attempt.closed:
        return attempt.with_certified_trace(), attempt.rank, None
    # perhaps the point or the prime is special in a later step
    second = next(islice(filter(phi.suits, primes()), 1, None))
    rng = Random("large point")
    other = _Attempt(phi, Place(tuple(rng.randrange(1, 2**31 - 1) for _ in phi.variables), second)).run()
    if other.closed or other.rank >= attempt.rank:
        attempt = other
    risk = None
    if not attempt.closed and attempt.climb.saturated:
        # what is only probable must not rest on points and primes that anybody can look up
        climb, risk = random_climb(phi, attempt.upper)
        if climb.rank > attempt.rank:
            attempt = _Attempt(phi, climb.place, climb=climb).run()
        if not (climb.saturated and climb.rank == attempt.rank):
            risk = None
    return attempt.with_certified_trace(), attempt.rank, risk


def _at(phi: VectorFields, point: tuple[int | Fraction, ...]) -> tuple[_Attempt, int]:
    """Return the attempt at a given point, and the largest dim Lie seen at any point."""
    attempt = _Attempt(phi, Place.at(phi, point), patient=True).run()
    generic = attempt.rank
    if not attempt.closed:
        place, rows = start(phi, phi.trace_at_most())
        generic = max(generic, _Attempt(phi, place, rows).run().rank)
        if generic > attempt.rank:
            rng = Random("large point")
            large = Place.at(phi, tuple(rng.randrange(1, 2**31 - 1) for _ in phi.variables))
            generic = max(generic, Climb(phi, large, attempt.upper).run().rank)
            second = next(p for p in primes() if p < attempt.place.prime and phi.suits(p))
            if all(x.denominator % second for x in point):
                again = _Attempt(phi, Place(point, second), patient=True).run()
                attempt = again if again.rank > attempt.rank else attempt
    return attempt, generic


class _Attempt:
    """The count at one point."""

    def __init__(
        self,
        phi: VectorFields,
        place: Place,
        rows: Rows | None = None,
        patient: bool = False,
        climb: Climb | None = None,
    ):
        self.phi = phi
        self.place = place
        self.laws: list[Poly] = []
        self.known: Sequence[Poly] = ()  # all that were found; `laws` are independent at the place
        self.by_theory = False  # whether theory knows laws of the model
        self.frame: InvolutiveFrame | None = None
        self.searched = 0  # up to this degree all polynomial laws are known
        self.skipped = ""  # why polynomial laws were not looked for
        self.no_frame = ""
        self.trace = 0
        self.trace_certain = False
        self.patient = patient
        self._rows = rows
        self.climb = climb if climb is not None else Climb(phi, place, phi.dimension, patient, rows=rows)

    @property
    def rank(self) -> int:
        """R: the dimension reached from below."""
        return self.climb.rank

    @property
    def upper(self) -> int:
        """D − N: the dimension allowed from above by the laws."""
        return self.phi.dimension - len(self.laws)

    @property
    def closed(self) -> bool:
        """Whether both bounds meet."""
        return self.rank == self.upper or self.frame is not None

    def run(self) -> _Attempt:
        """Climb the staircase, and look for laws or a frame until the bounds meet or nothing is left to try."""
        phi = self.phi
        if self.rank < phi.dimension:  # else there is no room for a law
            self._keep(self._known_laws())
        self.climb.at_most = self.upper
        if len(self.climb.dimensions) == 1:
            self.climb.run()
        self.trace = self.climb.dimensions[0]
        self._certify_trace_here()
        if self.closed:
            return self
        self.frame, self.no_frame = find_involutive_frame(phi, self.climb.words, self.place.point, self.place.prime)
        for degree in (3, 4):
            if self.closed or comb(phi.dimension + degree, degree) > _SEARCH_UNKNOWNS:
                break
            found = self._search(degree)
            if found is None:
                break
            self._keep(found)
        return self

    def _keep(self, laws: Sequence[Poly]) -> None:
        self.known = laws or self.known
        kept = independent_laws(laws, self.place.residues, self.place.prime)
        if len(kept) > len(self.laws):
            self.laws = [laws[i] for i in kept]

    def _known_laws(self) -> list[Poly]:
        known = self.phi.known_laws()
        if known is not None:
            self.by_theory = True
            return [h for h in known if self.phi.failing_generator(h) is None]
        for degree in (2, 1):
            if comb(self.phi.dimension + degree, degree) > _QUADRATIC_UNKNOWNS:
                self.skipped = f"{self.phi.dimension} parameters are too many"
                continue
            found = self._search(degree)
            if found is not None:
                return found
        return []

    def _search(self, degree: int) -> list[Poly] | None:
        try:
            found = [law.poly for law in conservation_laws(self.phi, degree)]
        except ConslawError as error:
            self.skipped = self.skipped or str(error)
            return None  # too large to search: the other bounds decide
        self.searched = max(self.searched, degree)
        return found

    def _certify_trace_here(self) -> None:
        """Say whether dim W_0 at the point itself is exact: where it meets an upper bound, or by the rank over Q."""
        phi, point = self.phi, self.place.point
        self.trace_certain = self.trace == phi.trace_at_most() or (len(self.climb.dimensions) == 1 and self.closed)
        if not self.trace_certain and self.patient and phi.count * phi.dimension <= MAX_ENTRIES:
            exact = rank_at(list(phi), point)
            self.trace, self.trace_certain = exact, True  # the prime may hide a dimension, Q does not

    def with_certified_trace(self) -> _Attempt:
        """Certify dim W_0 at generic points, and move to another point where this one turns out to be special."""
        if self.closed and self.trace == self.rank:
            self.trace_certain = True
            return self
        found = bounded_trace(self.phi, self.place.point, self.trace, min(self.phi.trace_at_most(), self._highest()))
        if found.low > self.trace:
            moved = _Attempt(self.phi, Place.at(self.phi, found.point)).run()
            if moved.rank >= self.rank and (moved.closed or not self.closed) and moved.trace == found.low:
                moved.trace_certain = found.exact
                return moved
            self.trace = found.low
        self.trace_certain = found.exact
        return self

    def _highest(self) -> int:
        """Return the certain bound on dim Lie(W) at generic points."""
        return self.rank if self.closed else self.upper

    def _steps(self, chosen: bool) -> tuple[Step, ...]:
        steps = [Step(0, self.trace, self.trace_certain)]
        for level, dimension in enumerate(self.climb.dimensions[1:], start=1):
            steps.append(Step(level, max(dimension, self.trace), self.closed and dimension == self.rank))
        return tuple(steps)

    # -- the answer ----------------------------------------------------------------------------------

    def result(self, seconds: float, generic: int, risk: Fraction | None, chosen: bool) -> LawCount:
        """Gather the bounds into a LawCount; `generic` is the best lower bound on dim Lie seen at any point."""
        phi, dimension = self.phi, self.phi.dimension
        met = len(self.laws) == dimension - generic  # at a point where dim Lie may still jump
        laws = dimension - self.rank if self.closed else len(self.laws) if met else None
        return LawCount(
            family=phi,
            laws=laws,
            laws_at_least=len(self.laws) if laws is None else laws,
            laws_at_most=dimension - generic if laws is None else laws,
            dim_trace=self.trace,
            dim_lie=self.rank if laws is None else dimension - laws,
            steps=self._steps(chosen),
            verdict=self._verdict(generic, risk, chosen),
            point=dict(zip(phi.variables, self.place.point, strict=True)),
            seconds=seconds,
            evidence=Evidence(tuple(self.climb.words), tuple(self.laws), self.frame, self.place.prime),
            chosen=chosen,
        )

    def _verdict(self, generic: int, risk: Fraction | None, chosen: bool) -> Verdict:
        dimension, rank, laws = self.phi.dimension, self.rank, len(self.laws)
        words = _several(self.climb.longest, "generator")
        below = f"{self._from_below()}, so dim Lie >= {rank}"
        independent = f"{_several(laws, 'law')}, exact identities with independent gradients there"
        if self.frame is not None:
            reason = (
                f"{below}; the span is closed under brackets, by exact identities, so dim Lie = {rank} near the "
                f"point, and Theorem 3.3 gives exactly {_several(dimension - rank, 'law')}; "
                f"{laws or 'none'} of them found as polynomials."
            )
            return Verdict(Status.PROVED, reason, claim=self.phi.brief)
        if self.closed:
            above = f"{independent}, so dim Lie <= {rank}" if laws else f"R^{dimension} has room for no more"
            reason = f"{below}; {above}."
            return Verdict(Status.PROVED, reason, claim=self.phi.brief)
        known = f"{independent}, so there are at least {laws}" if laws else self._no_laws()
        reason = f"{below}; {known}. "
        certain = f"{reason}At most {dimension - generic}."
        if generic == dimension - laws:
            reason += f"At points as near as you like dim Lie is at least {generic}, so there are no more."
            return Verdict(Status.PROVED, reason, claim=self.phi.brief)
        if generic > rank:
            tried = f"brackets of up to {words} reach only {rank} here, and " if self.climb.longest > 1 else ""
            reason += (
                f"At some points nearby dim Lie is at least {generic}, so at most {dimension - generic} can be "
                f"independent around this one; {tried}where dim Lie jumps Theorem 3.3 is silent."
            )
        elif chosen:
            reason += f"At most {dimension - generic}, and no proof closes the gap at this point."
        elif risk is not None:
            reason += (
                f"At most {dimension - generic}. Further random brackets add nothing: generically dim Lie is {rank} "
                f"with probability at least {shown_chance(risk)}, but no proof closes it ({self.no_frame})."
            )
        elif self.climb.saturated:
            reason += f"At most {dimension - generic}; no proof closes the gap ({self.no_frame})."
        else:
            reason += f"At most {dimension - generic}; brackets of more than {words} were not tried."
        if laws and self.skipped:
            reason += f" Further polynomial laws were not looked for: {self.skipped.rstrip('.')}."
        details = {"certain": certain} | ({} if risk is None else {"risk": str(risk)})
        return Verdict(Status.BOUNDED, reason, claim=self.phi.brief, details=details)

    def _no_laws(self) -> str:
        """Say what is known of polynomial laws where none is at hand: that there are none, or that nobody looked."""
        if self.by_theory and not self.searched:
            return "none of the known laws has an independent gradient there"
        if not self.searched:
            return f"polynomial laws were not looked for ({self.skipped.rstrip('.') or 'the search was skipped'})"
        return f"no polynomial law of degree <= {self.searched} is independent there"

    def _from_below(self) -> str:
        generators = sum(len(word) == 1 for word in self.climb.words)
        brackets = self.rank - generators
        if not self.rank:
            return "every generator vanishes at the point"
        if self.rank == 1:
            return "a generator does not vanish at the point"
        both = f" and {_several(brackets, 'nested bracket')}" if brackets else ""
        return f"{_several(generators, 'generator')}{both} are independent at the point"


def _several(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
