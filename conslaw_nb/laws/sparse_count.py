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
from ..exact.packed import SMALL_PRIME, PackedRank
from ..exact.sparse import Elimination, SparseRow
from ..models.fields import VectorFields
from ..models.sparse_point import SparsePoint, Stretch
from ..models.transport import Chain, Transport

__all__ = ["Progress", "SparseBounds", "refuse", "sparse_bounds"]

# Called with what is being worked on, and how much of it is done, from 0 to 1.
Progress = Callable[[str, float], None]

MAX_BYTES = 4 * 2**30
MAX_SECONDS = 900
FIRST_LETTERS = 8  # of a bracket [X, [X, ... [X, E_ij]]]; more are tried where these do not do
MAX_MISSES = 6  # brackets one after the other that add nothing: no more of the letter
MAX_CONTROL = 64  # letters of X, and letters Y that are bracketed with it
MAX_CHAINS = 24
MAX_FLOWS = 2_000_000_000  # work for long brackets, a minute or so
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
    rank = ranked.rank
    if rank < upper:
        rank, letters, rule = _along_flows(point, rank, upper, tell)
        if rule:
            rules, longest = [rule], letters
    values = point.values()
    data = {
        "kind": "sparse",
        "point": [[i, value] for i, value in values.items()],
        "prime": prime,
        "words": rules,
        "stretches": [[stretch.first, stretch.last] for stretch in stretches],
    }
    exact = trace == point.most_generators  # no generic dim W is larger
    return SparseBounds(trace, rank, laws, exact, trace, longest, values, prime, data)


def _along_flows(point: SparsePoint, rank: int, upper: int, tell: Progress) -> tuple[int, int, list[Any]]:
    """Return the rank of long brackets [X, ... [X, E_ij]] for one X after the other, their letters, and the rule.

    How many letters are needed nobody knows: a few are tried, and more where further X bring nothing new.
    """
    transport, letters = point.transport(), FIRST_LETTERS
    best: tuple[int, int, list[Any]] = rank, 0, []
    while transport is not None and transport.spent < MAX_FLOWS:
        letters = min(letters, transport.longest())
        rng, ranked, chains, longest = Random("flows"), PackedRank(transport.width), [], 1
        while ranked.rank < upper and transport.spent < MAX_FLOWS:
            before = ranked.rank
            chain, length = _chain(transport, letters, ranked, upper, rng, tell)
            if ranked.rank == before:
                break
            chains.append(chain)
            longest = max(longest, length)
        if ranked.rank > best[0]:
            best = ranked.rank, longest, ["transport", SMALL_PRIME, chains]
        if ranked.rank == upper or letters == transport.longest():
            break
        grown = letters * upper // max(1, ranked.rank) + 1  # as if each letter brought the same
        letters = max(letters + letters // 4, min(grown, 4 * letters))
    return best


def _chain(
    transport: Transport, letters: int, ranked: PackedRank, upper: int, rng: Random, tell: Progress
) -> tuple[list[Any], int]:
    """Bracket with one random X; return what a certificate says of it, and the letters of its longest word."""
    pairs = [(i, j) for i in range(transport.rows) for j in range(transport.columns)]
    if len(pairs) > MAX_CONTROL:
        pairs = rng.sample(pairs, MAX_CONTROL)
    control = [(i, j, rng.randint(1, 99)) for i, j in pairs]
    used = pairs if not ranked.rank else pairs[:-1]  # X itself is a combination of all of them
    chain = Chain(transport, control, used[:MAX_CHAINS], letters)
    new: dict[tuple[int, int], int] = {}
    for brackets, rows in enumerate(chain):
        for letter, row in rows:
            if ranked.rank == upper:
                break
            if ranked.add(row):
                new[letter] = brackets + 1
            elif brackets - new.get(letter, 0) >= MAX_MISSES:
                chain.drop(letter)
        tell(f"independent brackets of {brackets + 1} letters, {ranked.rank} of at most {upper}", ranked.rank / upper)
        if ranked.rank == upper or transport.spent > MAX_FLOWS:
            break
    return [[list(entry) for entry in control], [[i, j, n] for (i, j), n in new.items()]], max(new.values(), default=0)


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
