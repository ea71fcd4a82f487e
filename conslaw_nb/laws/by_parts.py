"""Counts by parts: blocks and brought laws where one count leaves a gap, groups that move alone, unions of models."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from time import perf_counter

from ..exact.polynomial import Poly
from ..models.fields import VectorFields
from ..verdict import Status, Verdict
from .candidates import Candidate
from .evidence import part_data, word_data
from .law_count import Evidence, LawCount, NamedPoint, Step
from .parts import find_blocks, find_groups, independent_gradients

__all__ = ["count_by_groups", "count_union", "with_blocks"]

Counter = Callable[[VectorFields], LawCount]


def with_blocks(count: LawCount, laws: Sequence[Poly], candidates: Sequence[Candidate]) -> LawCount:
    """Return the count with what blocks and brought laws add from above; the same count if that is nothing.

    `count`: with words in its evidence, at a dense point; `laws`: all polynomial laws that are known, independent or
    not.
    """
    phi, prime = count.family, count.evidence.prime
    point = list(count.point.values())
    blocks = find_blocks(phi, point, prime)
    kept, brought, number = independent_gradients(phi, blocks, laws, candidates, point, prime)
    rank = len(count.evidence.words)
    if number <= count.laws_at_least:
        return count
    if number == phi.dimension - rank and all(one.poly is not None for one in brought) and not blocks:
        polynomial = (*kept, *(one.poly for one in brought if one.poly is not None))
        evidence = replace(count.evidence, laws=polynomial)
    else:
        data = {
            "kind": "blocks",
            "point": point,
            "prime": prime,
            **word_data(count.evidence.words),
            "blocks": [block.data(phi.variables) for block in blocks],
            "laws": [h.data() for h in (*kept, *(one.poly for one in brought if one.poly is not None))],
            "forms": [
                {
                    "multiplier": one.multiplier.data(),
                    "form": {phi.variables[i]: part.data() for i, part in one.form.items() if part},
                }
                for one in brought
                if one.poly is None
            ],
        }
        evidence = replace(count.evidence, data=data)
    met = number == phi.dimension - rank
    own = sum(len(block.places) - 1 for block in blocks)
    parts = []
    if blocks:
        acts = (
            "1 block acts through one field and keeps"
            if len(blocks) == 1
            else (f"{len(blocks)} blocks act through one field each and keep")
        )
        parts.append(f"{acts} {own} laws")
    if brought:
        parts.append(f"{len(brought)} of the laws that were brought")
    if kept:
        parts.append(f"{len(kept)} {'further ' if parts else ''}polynomial law{'' if len(kept) == 1 else 's'}")
    reason = f"{rank} generators and brackets are independent at the point, so dim Lie >= {rank}; {', '.join(parts)}: "
    reason += f"{number} laws with independent gradients there, so dim Lie <= {phi.dimension - number}"
    reason += "." if met else f"; at least {number} and at most {count.laws_at_most} laws."
    return replace(
        count,
        laws=number if met else None,
        laws_at_least=number,
        laws_at_most=number if met else count.laws_at_most,
        dim_lie=rank if met else count.dim_lie,
        verdict=Verdict(Status.PROVED if met else Status.BOUNDED, reason, claim=phi.brief),
        evidence=evidence,
    )


def count_by_groups(phi: VectorFields, counter: Counter) -> LawCount | None:
    """Count groups of coordinates that no generator joins one by one; None if fewer than two of them move."""
    started = perf_counter()
    groups = find_groups(phi)
    parts = [phi.part_on(group) for group in groups] if len(groups) > 1 else []
    if sum(part is not None for part in parts) < 2:
        return None
    counts = [None if part is None else counter(part) for part in parts]
    laws = [h for group, count in zip(groups, counts, strict=True) for h in _laws_of(count, phi, group)]
    data = {
        "kind": "groups",
        "groups": [[phi.variables[i] for i in group] for group in groups],
        "parts": [None if count is None else part_data(count) for count in counts],
    }
    found = [count for count in counts if count is not None]
    still = phi.dimension - sum(count.family.dimension for count in found)
    values = {name: value for count in found for name, value in count.point.items()}
    point = {name: values.get(name, 0) for name in phi.variables}
    what = f"{len(groups)} groups of coordinates that no generator joins"
    return _sum(phi, [(1, count) for count in found], still, data, point, what, perf_counter() - started, laws)


def _laws_of(count: LawCount | None, phi: VectorFields, group: Sequence[int]) -> list[Poly]:
    """Return the laws that a group has, as laws of the whole; where nothing moves, its coordinates."""
    if count is None:
        return [Poly(phi.variables, {((i, 1),): 1}) for i in group]
    return [h.moved(group, phi.variables) for h in count.evidence.laws]


def count_union(phi: VectorFields, counter: Counter) -> LawCount | None:
    """Count a union of models, equal ones once; None for a model that is not a union."""
    started = perf_counter()
    members = phi.members()
    if not members:
        return None
    counts = [(times, counter(member)) for times, member in members]
    data = {"kind": "parts", "parts": [part_data(count) for _, count in counts]}
    point = NamedPoint(phi, _place_in(counts))
    number, kinds = sum(times for times, _ in counts), len(counts)
    what = f"{number} equal parts" if kinds == 1 else f"{number} parts" + f" of {kinds} kinds" * (number > kinds)
    found = _sum(phi, counts, 0, data, point, what, perf_counter() - started)
    return found if number > 1 else replace(found, verdict=replace(counts[0][1].verdict, claim=phi.brief))


def _place_in(counts: Sequence[tuple[int, LawCount]]) -> Callable[[int], int]:
    """Return the coordinates of a union by their indices: those of its parts, one copy after the other."""
    starts = list(accumulate((times * count.family.dimension for times, count in counts), initial=0))

    def at(index: int) -> int:
        k = bisect_right(starts, index) - 1
        point, size = counts[k][1].point, counts[k][1].family.dimension
        inside = (index - starts[k]) % size
        return point.at(inside) if isinstance(point, NamedPoint) else written[k][inside]

    written = [[] if isinstance(count.point, NamedPoint) else list(count.point.values()) for _, count in counts]
    return at


def _stairs(counts: Sequence[tuple[int, LawCount]]) -> tuple[Step, ...]:
    """Add up the staircases; where one has ended it stays, and a level that one left out is only bounded."""
    steps = []
    for level in sorted({step.level for _, count in counts for step in count.steps} | {0}):
        total, certain = 0, True
        for times, count in counts:
            below = [step for step in count.steps if step.level <= level]
            total += times * below[-1].dimension
            certain &= below[-1].certain and (below[-1].level == level or below[-1] is count.steps[-1])
        steps.append(Step(level, total, certain))
    return tuple(steps)


def _sum(
    phi: VectorFields,
    counts: Sequence[tuple[int, LawCount]],
    still: int,
    data: dict,
    point: Mapping[str, int],
    what: str,
    seconds: float,
    laws: Sequence[Poly] = (),
) -> LawCount:
    def total(name: str) -> int:
        return sum(times * getattr(count, name) for times, count in counts)

    proved = all(count.verdict.is_proved for _, count in counts)
    least = total("laws_at_least") + still
    lie = total("dim_lie")
    number = f"exactly {least}" if proved else f"at least {least} and at most {total('laws_at_most') + still}"
    reason = f"{what}, whose fields commute: the values of dim Lie add up to {lie}, the numbers of laws to {number}."
    return LawCount(
        family=phi,
        laws=least if proved else None,
        laws_at_least=least,
        laws_at_most=total("laws_at_most") + still,
        dim_trace=total("dim_trace"),
        dim_lie=lie,
        steps=_stairs(counts),
        verdict=Verdict(Status.PROVED if proved else Status.BOUNDED, reason, claim=phi.brief),
        point=point,
        seconds=seconds,
        evidence=Evidence((), tuple(laws), None, counts[0][1].evidence.prime, data),
    )
