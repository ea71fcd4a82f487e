"""Counts that the structure of a model gives: large networks, and those where a part brings all laws of its own."""

from __future__ import annotations

from time import perf_counter

from ..exact.backend import PRIME, primes
from ..models.fields import VectorFields
from ..verdict import Status, Verdict
from .by_parts import Counter, count_union
from .law_count import Evidence, LawCount, NamedPoint, Step
from .sparse_count import Progress, SparseBounds, refuse, sparse_bounds

__all__ = ["refuse_dense", "structured_count"]

SMALL = 300  # parameters: below, a count at a dense point is as quick, and its staircase is generic
MIN_LONG = 100  # parameters: below, a dense point is as quick for words of any length
LONG = 5  # how many times dim W dim Lie is at least
_SECONDS_DENSE = 2e-10  # for each step of a dense elimination
MAX_DENSE = 20_000_000  # entries of the values of all words at a dense point: a minute or so


def structured_count(
    phi: VectorFields, counter: Counter, progress: Progress | None = None, small: int = SMALL
) -> LawCount | None:
    """Count by the structure of a model where that is the better way; None where a dense point should be tried.

    `counter`: counts a member of a union; `small`: models of up to so many parameters are left to a dense point, which
    is as quick for one and says more about the staircase.

    Examples
    --------
    >>> from conslaw_nb.models.networks import linear, relu
    >>> count = structured_count(linear(64, 64, 64), None)
    >>> count.laws, str(count.verdict.status)
    (2080, 'PROVED')
    >>> structured_count(relu(784, 256, 10, bias=True), None).laws
    256
    >>> structured_count(linear(2, 2), None)
    """
    started = perf_counter()
    if phi.members():
        return count_union(phi, counter)
    if phi.dimension <= small and not _hides_laws(phi) and not _needs_long_words(phi):
        return None
    prime = next(filter(phi.suits, primes()))
    bounds = sparse_bounds(phi, prime, progress)
    if bounds is None or (not bounds.meet(phi) and phi.dimension * bounds.rank <= MAX_DENSE):
        return None
    return _as_count(phi, bounds, perf_counter() - started)


def refuse_dense(phi: VectorFields, chosen: bool) -> None:
    """Refuse a dense point, or one that was chosen, where the values of up to D words are too much."""
    rank = 1 if phi.count == 1 else phi.dimension
    point = phi.sparse_point(PRIME)
    if point is not None and point.settled is not None:  # rows with an entry for each layer, wherever the point is
        memory, seconds = 1000.0 * phi.dimension, 2e-8 * phi.dimension**2
    else:
        memory, seconds = 8.0 * phi.dimension * rank, _SECONDS_DENSE * phi.dimension * rank**2
    if chosen:
        refuse(phi, memory, seconds, "at a point of your own ", "leave the point out, or try a smaller model")
    else:
        hint = "linear, relu, factorization, attention and lora have sparse points; of others try a smaller one"
        refuse(phi, memory, seconds, "at a dense point ", hint)


def _hides_laws(phi: VectorFields) -> bool:
    """Whether a stretch of three layers or more keeps laws that are not known as polynomials."""
    point = phi.sparse_point(PRIME) if phi.count > 1 else None
    return point is not None and any(stretch.last - stretch.first >= 2 for stretch in point.stretches)


def _needs_long_words(phi: VectorFields) -> bool:
    """Whether Lie(W) is much larger than W, as between wide layers with narrow ones before and after them."""
    point = phi.sparse_point(PRIME) if phi.dimension > MIN_LONG else None
    return point is not None and phi.dimension - point.balances > LONG * point.most_generators > 0


def _as_count(phi: VectorFields, bounds: SparseBounds, seconds: float) -> LawCount:
    met, values = bounds.meet(phi), bounds.values
    steps = [Step(0, bounds.trace, bounds.trace_is_exact)]
    if bounds.rank > bounds.trace:
        steps.append(Step(bounds.longest - 1, bounds.rank, met))
    return LawCount(
        family=phi,
        laws=bounds.laws if met else None,
        laws_at_least=bounds.laws,
        laws_at_most=phi.dimension - bounds.rank,
        dim_trace=bounds.trace,
        dim_lie=bounds.rank,
        steps=tuple(steps),
        verdict=_verdict(phi, bounds),
        point=NamedPoint(phi, lambda i: 1 if values is None else values.get(i, 0)),
        seconds=seconds,
        evidence=Evidence((), (), None, bounds.prime, bounds.data),
    )


def _verdict(phi: VectorFields, bounds: SparseBounds) -> Verdict:
    if not bounds.laws and bounds.meet(phi):
        reason = f"{bounds.rank} generators are independent, and R^{phi.dimension} has room for no more."
        return Verdict(Status.PROVED, reason, claim=phi.brief)
    if bounds.values is None:
        reason = (
            f"{_several(bounds.rank, 'path')} have an edge that none before them has, so dim Lie >= {bounds.rank} "
            f"wherever no parameter is 0; {_several(bounds.laws, 'neuron')} have each a law, and these are independent "
            f"there, so dim Lie <= {phi.dimension - bounds.laws}."
        )
        return Verdict(Status.PROVED, reason, claim=phi.brief)
    brackets = bounds.rank - bounds.generators
    both = f" and {_several(brackets, 'nested bracket')}" if brackets else ""
    below = f"{_several(bounds.generators, 'generator')}{both} are independent at a sparse point"
    if bounds.rank == 1:
        below = "the generator does not vanish at a sparse point"
    reason = f"{below}, so dim Lie >= {bounds.rank}; {_above(phi, bounds)}"
    if bounds.meet(phi):
        return Verdict(Status.PROVED, reason + ".", claim=phi.brief)
    reason += f". Words of up to {_several(bounds.longest, 'generator')} do not close the gap."
    return Verdict(Status.BOUNDED, reason, claim=phi.brief)


def _above(phi: VectorFields, bounds: SparseBounds) -> str:
    stretches = bounds.data["stretches"]
    laws = _several(bounds.laws, "law")
    if stretches:
        runs = " and ".join(f"the layers {first} to {last}" for first, last in stretches)
        each = "" if len(stretches) == 1 else " each"
        return (
            f"{runs}{each} act through one number, and keep all that its gradient keeps: with the balances {laws} with "
            f"independent gradients there, so dim Lie <= {phi.dimension - bounds.laws}"
        )
    return (
        f"{laws}, entries of balances of layers with independent gradients there, so dim Lie <= "
        f"{phi.dimension - bounds.laws}"
    )


def _several(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
