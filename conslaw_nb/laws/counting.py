"""How many independent conservation laws: two certain bounds, and PROVED where they meet.

Below: nested brackets of generators whose values at one integer point are independent modulo a prime. A
nonzero minor modulo p is nonzero over Q, hence on an open dense set: dim Lie(W) ≥ R there.
Above: N laws, exact identities, with independent gradients at the point: dim Lie(W) ≤ D − N near it. Or an
involutive frame (`involutive.py`): the R fields span, with function coefficients, all brackets.
If the bounds meet, dim Lie(W) is constant near the point and Theorem 3.3 counts: exactly D − R laws.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import combinations
from math import comb
from random import Random
from time import perf_counter
from typing import Any

from ..errors import ConslawError, ModelError, SizeError, brief
from ..exact.backend import primes, rational_rank
from ..exact.polynomial import Poly
from ..exact.sparse import independent_rows
from ..models.fields import MAX_PARAMETERS, Letter, NestedBrackets, VectorFields, check_family
from ..verdict import Status, Verdict
from .by_parts import count_by_groups, count_union, with_blocks
from .candidates import check_candidates
from .involutive import InvolutiveFrame, find_involutive_frame
from .law_count import Evidence, LawCount, Step
from .search import conservation_laws, independent_laws
from .sparse_count import Progress
from .structured import structured_count

__all__ = ["LawCount", "Step", "count_laws"]

MAX_WORD = 10  # letters of a nested bracket; its evaluation costs 3**MAX_WORD
PATIENT_WORD = 7  # the same at a point that the user chose, where a step that adds nothing may not be the last
MAX_CLIMB = 100_000_000  # multiplications for the brackets of one count: about half a minute
MAX_RATIONAL = 40_000  # entries of a matrix whose rank over Q is computed outright
_SEARCH_UNKNOWNS = 2_500  # monomials up to which polynomial laws of higher degree are looked for


def count_laws(
    phi: VectorFields,
    point: Sequence[int] | dict[str, int] | None = None,
    progress: Progress | None = None,
    laws: Iterable[Any] = (),
) -> LawCount:
    """Count the independent conservation laws of φ near a point, with proof.

    Parameters
    ----------
    phi : Parametrization or VectorFields
    point : D integers, or a dict by variable name, optional
        Where to count; a small generic point is chosen without it. At a special point (rank-deficient
        factors, say) the dimension may jump and the answer is then BOUNDED, for Theorem 3.3 is silent there.
    progress : callable, optional
        Called now and then with a text, the bound that is being worked on, and how much of it is done, from 0 to 1.
    laws : list, optional
        Laws that you know, as text, sympy expressions or Poly, polynomial or not. Each is checked, and counts.

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
    candidates = check_candidates(phi, laws) if laws else []
    given = _check_point(phi, point)
    if given is None and (answer := count_union(phi, partial(count_laws, progress=progress))) is not None:
        return answer
    suitable = filter(phi.suits, primes())
    first = next(suitable)
    if given is None and (answer := structured_count(phi, first, progress)) is not None:
        return answer
    if phi.dimension > MAX_PARAMETERS:
        way, hint = ("a point of your own", "; leave the point out") if given else ("a dense point", "")
        raise SizeError(
            f"{phi.brief} has {phi.dimension} parameters: at {way} laws are counted for up to {MAX_PARAMETERS}{hint}"
        )
    start = given if given is not None else _small_point(phi)
    attempt = _Attempt(phi, start, first, patient=given is not None).run()
    generic = attempt.rank
    if not attempt.closed:
        # perhaps the point or the prime is special: a random point of 31 bits is generic but for a probability we state
        second = next(suitable)
        other = _Attempt(phi, _large_point(phi), second).run()
        generic = max(generic, other.rank)
        if given is None and (other.closed or other.rank >= attempt.rank):
            attempt = other
        elif given is not None and generic > attempt.rank:
            again = _Attempt(phi, given, second, patient=True).run()
            if again.rank > attempt.rank:
                attempt = again
    answer = attempt.result(perf_counter() - started, generic, chosen=given is not None)
    if answer.laws is None:
        answer = with_blocks(answer, attempt.known, candidates)
    if answer.laws is None and given is None:
        answer = count_by_groups(phi, count_laws) or answer
    return answer


def _check_point(phi: VectorFields, point: Any) -> list[int] | None:
    if point is None:
        return None
    if isinstance(point, dict):
        unknown = sorted(str(name) for name in point if str(name) not in phi.variables)
        missing = [name for name in phi.variables if name not in {str(k) for k in point}]
        if unknown or missing:
            wrong = f"{unknown[0]!r} is no variable" if unknown else f"{missing[0]!r} is missing"
            raise ModelError(f"the point does not fit {phi.brief}: {wrong}; give every variable an integer")
        point = [{str(k): v for k, v in point.items()}[name] for name in phi.variables]
    if not isinstance(point, Iterable) or isinstance(point, (str, bytes)):
        raise ModelError(f"the point {brief(point)} is no list: give {phi.dimension} integers, one per parameter")
    values = list(point)
    if len(values) != phi.dimension:
        raise ModelError(f"the point has {len(values)} coordinates, but {phi.brief} has {phi.dimension} parameters")
    for name, value in zip(phi.variables, values, strict=True):
        if isinstance(value, bool) or not isinstance(value, int):
            raise ModelError(f"the coordinate {name} = {brief(value)} of the point is not an integer: give integers")
    return values


def _small_point(phi: VectorFields) -> list[int]:
    rng = Random("small point")
    return [rng.choice([*range(-9, 0), *range(1, 10)]) for _ in phi.variables]


def _large_point(phi: VectorFields) -> list[int]:
    rng = Random("large point")
    return [rng.randrange(1, 2**31 - 1) for _ in phi.variables]


class _Attempt:
    """The count at one point."""

    def __init__(self, phi: VectorFields, point: list[int], prime: int, patient: bool = False):
        self.phi = phi
        self.point = point
        self.prime = prime
        self.patient = patient  # at a special point a step may add nothing and a later one something
        self.rng = Random("letters")
        self.laws: list[Poly] = []
        self.known: list[Poly] = []  # of these laws, all that were found
        self.words: list[tuple[Letter, ...]] = []
        self.rows: list[dict[int, int]] = []
        self.frame: InvolutiveFrame | None = None
        self.steps: list[Step] = []
        self.saturated = False
        self.no_frame = ""
        self.longest = 1  # letters of the longest words that were tried

    @property
    def rank(self) -> int:
        """R: the dimension reached from below."""
        return len(self.words)

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
        known = self.known = self._known_laws()
        self.laws = [known[i] for i in independent_laws(known, self.point, self.prime)]
        self._trace()
        if self.rank < self.upper:
            self._climb()
        self._certify_first_step()
        if self.closed:
            return self
        self.frame, self.no_frame = find_involutive_frame(phi, self.words, self.point, self.prime)
        for degree in (3, 4):
            if self.closed or comb(phi.dimension + degree, degree) > _SEARCH_UNKNOWNS:
                break
            found = self._search(degree)
            if found is None:
                break
            self.known = found
            self.laws = [found[i] for i in independent_laws(found, self.point, self.prime)]
        return self

    def _known_laws(self) -> list[Poly]:
        known = self.phi.known_laws()
        if known is not None:
            return [h for h in known if self.phi.failing_generator(h) is None]
        for degree in (2, 1):
            found = self._search(degree) if comb(self.phi.dimension + degree, degree) <= 10_000 else None
            if found is not None:
                return found
        return []

    def _search(self, degree: int) -> list[Poly] | None:
        try:
            return [law.poly for law in conservation_laws(self.phi, degree)]
        except ConslawError:
            return None  # too large to search: the other bounds decide

    def _absorb(self, words: Sequence[tuple[Letter, ...]], rows: Sequence[dict[int, int]]) -> int:
        """Keep the words whose values are independent of those before; return how many were kept."""
        kept = independent_rows([*self.rows, *rows], self.phi.dimension, self.prime)
        fresh = [i - len(self.rows) for i in kept if i >= len(self.rows)]
        self.words += [words[i] for i in fresh]
        self.rows += [rows[i] for i in fresh]
        return len(fresh)

    def _trace(self) -> None:
        """Step 0: the generators themselves."""
        pairs = self.phi.generator_rows(self.point, self.prime)
        self._absorb([(((g, 1),),) for g, _ in pairs], [row for _, row in pairs])
        self.steps.append(Step(0, self.rank, False))

    def _certify_first_step(self) -> None:
        """Say whether dim W_0 is exact: it is where it meets an upper bound, or by the rank over Q."""
        first = self.steps[0].dimension
        exact = first in (self.phi.count, self.phi.dimension) or (len(self.steps) == 1 and self.closed)
        if not exact and self.phi.count * self.phi.dimension <= MAX_RATIONAL:
            scale = self.phi.denominator()
            values = [[int(c.evaluate(self.point) * scale) for c in f.components] for f in self.phi]
            exact = rational_rank(values) == first
        self.steps[0] = Step(0, first, exact)

    def _letter(self) -> Letter:
        return tuple((g, self.rng.randrange(1, self.prime)) for g in range(self.phi.count))

    def _climb(self) -> None:
        """Steps 1, 2, ...: random nested brackets until the upper bound is met or a step adds nothing.

        Random elements of W and their nested brackets reach all of W_k but for a probability that the
        verdict states; the words that are kept are certain.
        """
        if self.phi.count == 1:  # [v, v] = 0
            self.saturated = True
            return
        brackets = NestedBrackets(self.phi, self.point, self.prime)
        cost, spent = self.phi.evaluation_cost(), 0
        pool: list[Letter] = []
        for level in range(1, PATIENT_WORD if self.patient else MAX_WORD):
            before = self.rank
            while self.rank < self.upper:
                spent += cost * (2 * level + 1) * 3 ** (level + 1) * min(self.upper - self.rank, 64)
                if spent > MAX_CLIMB:
                    return
                words = self._words(pool, level + 1, min(self.upper - self.rank, 64 if level > 1 else 1024))
                if self._evaluate(brackets, words) < len(words):
                    # a fresh random word that adds nothing shows, with high probability, that the step is full
                    fresh = tuple(self._letter() for _ in range(level + 1))
                    pool += fresh
                    if not self._evaluate(brackets, [fresh]):
                        break
            self.longest = level + 1
            full = self.rank == self.upper
            if self.rank == before and not self.patient:
                self.saturated = True
                return
            self.steps.append(Step(level, self.rank, full))
            if full:
                return
        while len(self.steps) > 1 and self.steps[-1].dimension == self.steps[-2].dimension:
            self.steps.pop()  # the last steps of a patient climb added nothing

    def _words(self, pool: list[Letter], length: int, wanted: int) -> list[tuple[Letter, ...]]:
        """Return words whose innermost brackets [x, y] are of different pairs x < y; the pool grows as it must."""
        while len(pool) * (len(pool) - 1) < 2 * wanted:
            pool.append(self._letter())
        pairs = self.rng.sample(list(combinations(range(len(pool)), 2)), wanted)
        return [(*(self.rng.choice(pool) for _ in range(length - 2)), pool[a], pool[b]) for a, b in pairs]

    def _evaluate(self, brackets: NestedBrackets, words: list[tuple[Letter, ...]]) -> int:
        rows = [{i: v for i, v in enumerate(brackets.value(word)) if v} for word in words]
        return self._absorb(words, rows)

    # -- the answer ----------------------------------------------------------------------------------

    def result(self, seconds: float, generic: int, chosen: bool) -> LawCount:
        """Gather the bounds into a LawCount; `generic` is the best lower bound on dim Lie seen at any point."""
        phi, dimension = self.phi, self.phi.dimension
        met = len(self.laws) == dimension - generic  # at a point where dim Lie may still jump
        laws = dimension - self.rank if self.closed else len(self.laws) if met else None
        return LawCount(
            family=phi,
            laws=laws,
            laws_at_least=len(self.laws) if laws is None else laws,
            laws_at_most=dimension - generic if laws is None else laws,
            dim_trace=self.steps[0].dimension,
            dim_lie=self.rank if laws is None else dimension - laws,
            steps=tuple(self.steps),
            verdict=self._verdict(generic, chosen),
            point=dict(zip(phi.variables, self.point, strict=True)),
            seconds=seconds,
            evidence=Evidence(tuple(self.words), tuple(self.laws), self.frame, self.prime),
        )

    def _verdict(self, generic: int, chosen: bool) -> Verdict:
        dimension, rank, laws = self.phi.dimension, self.rank, len(self.laws)
        words = _several(self.longest, "generator")
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
        known = f"{independent}, so there are at least {laws}" if laws else "no polynomial law is independent there"
        reason = f"{below}; {known}. "
        if generic == dimension - laws:
            reason += f"At points as near as you like dim Lie is at least {generic}, so there are no more."
            return Verdict(Status.PROVED, reason, claim=self.phi.brief)
        if generic > rank:
            tried = f"brackets of up to {words} reach only {rank} here, and " if self.longest > 1 else ""
            reason += (
                f"At some points nearby dim Lie is at least {generic}, so at most {dimension - generic} can be "
                f"independent around this one; {tried}where dim Lie jumps Theorem 3.3 is silent."
            )
        elif chosen:
            reason += f"At most {dimension - generic}, and no proof closes the gap at this point."
        elif self.saturated:
            reason += (
                f"At most {dimension - generic}. Further random brackets add nothing: generically dim Lie is {rank} "
                f"with probability at least 1 - {self._risk()}, but no proof closes it ({self.no_frame})."
            )
        else:
            reason += f"At most {dimension - generic}; brackets of more than {words} were not tried."
        return Verdict(Status.BOUNDED, reason, claim=self.phi.brief)

    def _from_below(self) -> str:
        generators = sum(len(word) == 1 for word in self.words)
        brackets = self.rank - generators
        if not self.rank:
            return "every generator vanishes at the point"
        if self.rank == 1:
            return "a generator does not vanish at the point"
        both = f" and {_several(brackets, 'nested bracket')}" if brackets else ""
        return f"{_several(generators, 'generator')}{both} are independent at the point"

    def _risk(self) -> str:
        """Bound the probability that a random point or a random bracket missed a dimension (Schwartz-Zippel)."""
        degree = max((c.degree for f in self.phi for c in f.components), default=1) if self.phi.count <= 1000 else 10
        letters = len(self.steps) + 1
        # a minor of size R + 1 has degree at most (R + 1)·letters·(degree + 1) in the point and the letters together,
        # and each step was tried once
        bound = (self.rank + 1) * letters * (degree + 1) * letters
        return f"{bound}/{self.prime - 1}"


def _several(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
