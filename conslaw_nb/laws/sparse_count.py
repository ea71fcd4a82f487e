"""Counting at a sparse point: what a structure says about words and laws, ranked row by row.

The bounds are those of `counting`, at a point where rows have a handful of entries. The point is chosen by the model;
nothing else changes: words of Lie(W) that are independent modulo a prime from below, laws with independent gradients
from above, and PROVED where the two meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from ..errors import SizeError
from ..exact.sparse import Elimination, SparseRow
from ..models.fields import VectorFields
from ..models.sparse_point import SparsePoint, Stretch

__all__ = ["Progress", "SparseBounds", "refuse", "sparse_bounds"]

# Called with what is being worked on, and how much of it is done, from 0 to 1.
Progress = Callable[[str, float], None]

MAX_BYTES = 4 * 2**30
MAX_SECONDS = 900
MAX_WORD = 10  # letters of a nested bracket
MAX_MISSES = 150  # words one after the other that add nothing: the step is taken to be full
MAX_CLIMB = 30_000_000  # products of two numbers in longer words: some seconds
_BYTES_PER_ENTRY = 130  # kept in a row: a key, a number, their places in a dictionary
_SECONDS_PER_ENTRY = 8e-7
_REPORT_EVERY = 5_000  # rows


@dataclass(frozen=True)
class SparseBounds:
    """Two certain bounds at a sparse point, and the evidence for them."""

    trace: int  # of the generators; of the generators and words; of the gradients of laws
    rank: int
    laws: int
    trace_is_exact: bool
    generators: int  # how many of the independent words are generators, and the letters of the longest
    longest: int
    values: dict[int, int] | None  # the nonzero coordinates of the point; None if all are 1
    prime: int
    data: dict[str, Any]  # the evidence as a certificate holds it

    def meet(self, phi: VectorFields) -> bool:
        """Whether the two bounds are one number."""
        return self.rank + self.laws == phi.dimension


def sparse_bounds(phi: VectorFields, prime: int, progress: Progress | None = None) -> SparseBounds | None:
    """Return the bounds at a sparse point of a model whose structure gives one, and None for all others.

    Raises SizeError: the rows would take more memory or time than is spent on a count.

    Examples
    --------
    >>> from conslaw_nb.models.networks import linear
    >>> bounds = sparse_bounds(linear(30, 20, 30), 2**31 - 1)
    >>> bounds.trace, bounds.rank, bounds.laws
    (800, 990, 210)
    """
    point = phi.sparse_point(prime)
    if point is None:
        return None
    if point.settled is not None:
        rank, laws = point.settled
        return SparseBounds(rank, rank, laws, True, rank, 1, None, prime, {"kind": point.kind})
    computed, kept = point.cost()
    memory, seconds = kept * _BYTES_PER_ENTRY, computed * _SECONDS_PER_ENTRY
    refuse(phi, memory, seconds, "", "try narrower layers, or count its blocks one by one")
    return _at(point, prime, progress)


def _at(point: SparsePoint, prime: int, progress: Progress | None) -> SparseBounds:
    tell = progress or (lambda text, share: None)
    laws, stretches = _laws_from(point, prime, tell)
    ranked = Elimination(prime)
    upper, trace, longest, rules = point.dimension - laws, 0, 1, []
    exhausted: set[str] = set()
    for family in point.families():
        if ranked.rank == upper:
            break
        if family.name in exhausted:
            continue
        before = ranked.rank
        for number, row in enumerate(family.rows()):
            if ranked.add(row) and ranked.rank == upper:
                break
            if number % _REPORT_EVERY == 0:
                tell(f"independent words, {ranked.rank} of at most {upper}", ranked.rank / upper)
        if ranked.rank > before:
            rules.append(family.rule)
            longest = max(longest, family.letters)
        else:
            exhausted.add(family.name)  # the next of its kind would add nothing either
        trace = trace or ranked.rank
    words = _longer_words(point, ranked, upper, tell)
    if words:
        rules.append(["words", words])
        longest = max(map(len, words))
    values = point.values()
    data = {
        "kind": "sparse",
        "point": [[i, value] for i, value in values.items()],
        "prime": prime,
        "words": rules,
        "stretches": [[stretch.first, stretch.last] for stretch in stretches],
    }
    exact = trace == point.most_generators  # no generic dim W is larger
    return SparseBounds(trace, ranked.rank, laws, exact, trace, longest, values, prime, data)


def _longer_words(point: SparsePoint, ranked: Elimination, upper: int, tell: Progress) -> list[Any]:
    """Put letters before the words that were new, until the bound is met or nothing is: all brackets, step by step."""
    kept: list[Any] = []
    rng, spent = Random("longer words"), 0
    last = point.pairs(rng) if ranked.rank < upper else []
    for length in range(3, MAX_WORD + 1):
        fresh, misses = [], 0
        for word, row, cost in point.longer(last, rng):
            spent += cost
            misses += 1
            if ranked.add(row):
                misses = 0
                fresh.append(word)
                tell(f"independent brackets of {length} letters, {ranked.rank} of at most {upper}", ranked.rank / upper)
            if ranked.rank == upper or spent > MAX_CLIMB or misses > MAX_MISSES:
                break
        kept += [[list(letter) for letter in word] for word in fresh]
        if not fresh or ranked.rank == upper or spent > MAX_CLIMB:
            break
        last = fresh
    return kept


def _laws_from(point: SparsePoint, prime: int, tell: Progress) -> tuple[int, list[Stretch]]:
    """Return how many laws are independent at the point, and the stretches that bring all of theirs.

    A stretch that acts through one number f keeps every function of its own parameters that ∇f keeps: D_s − 1
    independent ones where ∇f ≠ 0. Their gradients fill the complement of ∇f, so what a further law adds is seen in
    its derivative along ∇f and in the other coordinates.
    """
    stretches, slopes = [], []
    for stretch in point.stretches:
        slope = point.stretch_gradient(stretch)
        if stretch.last > stretch.first and slope:
            stretches.append(stretch)
            slopes.append(slope)
    inside = {k for stretch in stretches for k in range(stretch.first, stretch.last)}
    ranked = Elimination(prime)
    for number, row in enumerate(_projected(point, stretches, slopes, inside, prime)):
        ranked.add(row)
        if number % _REPORT_EVERY == 0:
            tell(f"independent laws, {ranked.rank} so far", 0.0)
    return ranked.rank + sum(len(stretch.parameters) - 1 for stretch in stretches), stretches


def _projected(
    point: SparsePoint, stretches: list[Stretch], slopes: list[SparseRow], inside: set[int], prime: int
) -> Iterator[SparseRow]:
    rows = point.law_rows([k for k in point.layers() if k not in inside])
    if not stretches:
        yield from rows
        return
    for row in rows:
        found: SparseRow = {}
        for i, value in row.items():
            place = next((k for k, stretch in enumerate(stretches) if i in stretch.parameters), None)
            if place is None:
                found[i] = value
            else:
                found[-1 - place] = (found.get(-1 - place, 0) + value * slopes[place].get(i, 0)) % prime
        yield {i: value for i, value in found.items() if value}


def refuse(phi: VectorFields, memory: float, seconds: float, where: str, hint: str) -> None:
    """Refuse a count that would take more memory or time than is spent on one, before either is spent."""
    if memory > MAX_BYTES or seconds > MAX_SECONDS:
        raise SizeError(
            f"counting the laws of {phi.brief} {where}would take about {_readable(memory)} of memory and "
            f"{_duration(seconds)}; up to {_readable(MAX_BYTES)} and {_duration(MAX_SECONDS)} are spent: {hint}"
        )


def _readable(size: float) -> str:
    return f"{size / 2**30:.0f} GB" if size >= 2**30 else f"{max(1, size // 2**20):.0f} MB"


def _duration(seconds: float) -> str:
    if seconds >= 7_200:
        return f"{seconds / 3600:.0f} hours"
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{max(1, seconds):.0f} seconds"
