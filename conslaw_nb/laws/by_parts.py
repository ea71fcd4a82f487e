"""Counts by parts: blocks and brought laws where one count leaves a gap, groups that move alone, unions of models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter

from ..exact.polynomial import Poly
from ..models.fields import VectorFields, vector_fields
from ..verdict import Status, Verdict
from .candidates import Candidate
from .evidence import part_data, word_data
from .law_count import Evidence, LawCount, Step
from .parts import find_blocks, find_groups, independent_gradients

__all__ = ["by_parts", "count_by_groups", "count_union", "with_blocks"]

Counter = Callable[[VectorFields], LawCount]
MAX_POINT = 100_000  # parameters of a union whose point is written out


def by_parts(count: LawCount, known: Sequence[Poly], candidates: Sequence[Candidate], counter: Counter) -> LawCount:
    """Return what parts make of a count whose bounds do not meet: the same count, or a better one.

    `count`: at a dense point, with words in its evidence; `known`: all polynomial laws that are known, independent or
    not; `candidates`: laws that were brought; `counter`: counts a group on its own.
    """
    if all(isinstance(x, int) for x in count.point.values()):
        count = with_blocks(count, known, candidates)
    if count.laws is None and not count.chosen:
        count = count_by_groups(count.family, counter) or count
    return count


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
    """Count groups of coordinates that no generator joins one by one; None if there is only one group."""
    started = perf_counter()
    groups = find_groups(phi)
    if len(groups) < 2:
        return None
    counts: list[LawCount | None] = []
    for group in groups:
        names = [phi.variables[i] for i in group]
        place = {i: k for k, i in enumerate(group)}
        rows = [[_renamed(field.components[i], place, names) for i in group] for field in phi]
        moving = [row for row in rows if any(row)]
        counts.append(counter(vector_fields(names, moving)) if moving else None)
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
    return _sum(phi, [(1, count) for count in found], still, data, point, what, perf_counter() - started)


def _renamed(poly: Poly, place: Mapping[int, int], names: list[str]) -> Poly:
    terms = {tuple((place[i], e) for i, e in monomial): c for monomial, c in poly.terms.items()}
    return Poly(tuple(names), terms)


def count_union(phi: VectorFields, counter: Counter) -> LawCount | None:
    """Count a union of models, equal ones once; None for a model that is not a union."""
    started = perf_counter()
    members = phi.members()
    if not members:
        return None
    counts = [(times, counter(member)) for times, member in members]
    data = {"kind": "parts", "parts": [part_data(count) for _, count in counts]}
    point: dict[str, int] = {}
    if phi.dimension <= MAX_POINT:
        values = [value for times, count in counts for _ in range(times) for value in count.point.values()]
        point = dict(zip(phi.variables, values, strict=True))
    what = f"{sum(times for times, _ in counts)} parts, {len(counts)} of them different"
    return _sum(phi, counts, 0, data, point, what, perf_counter() - started)


def _sum(
    phi: VectorFields,
    counts: Sequence[tuple[int, LawCount]],
    still: int,
    data: dict,
    point: dict[str, int],
    what: str,
    seconds: float,
) -> LawCount:
    def total(name: str) -> int:
        return sum(times * getattr(count, name) for times, count in counts)

    proved = all(count.verdict.is_proved for _, count in counts)
    least = total("laws_at_least") + still
    trace, lie = total("dim_trace"), total("dim_lie")
    certain = all(count.steps[0].certain for _, count in counts)
    number = f"exactly {least}" if proved else f"at least {least} and at most {total('laws_at_most') + still}"
    reason = f"{what}, whose fields commute: dim Lie and the numbers of laws add up to {lie} and {number}."
    steps = [Step(0, trace, certain)]
    if lie > trace:
        steps.append(Step(max(count.steps[-1].level for _, count in counts), lie, proved))
    return LawCount(
        family=phi,
        laws=least if proved else None,
        laws_at_least=least,
        laws_at_most=total("laws_at_most") + still,
        dim_trace=trace,
        dim_lie=lie,
        steps=tuple(steps),
        verdict=Verdict(Status.PROVED if proved else Status.BOUNDED, reason, claim=phi.brief),
        point=point,
        seconds=seconds,
        evidence=Evidence((), (), None, counts[0][1].evidence.prime if counts else 2, data),
    )
