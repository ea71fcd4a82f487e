"""Proof by parts: groups that move independently, and blocks that bring all laws of their own.

A *block* is a set B of coordinates on which every generator is a multiple of one field w of B's coordinates alone. A
function h of these with ⟨∇h, w⟩ = 0 is a law, and near a point where w ≠ 0 there are |B| − 1 independent ones:
straighten w. Their gradients are all covectors on B that vanish on w, so that modulo them the gradient of any other
law is its value on w, with its coordinates outside of B.

*Groups* are sets of coordinates that no generator joins. Fields of different groups commute, so that dim Lie is the
sum over the groups, and so is the number of laws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from ..errors import ConslawError
from ..exact.polynomial import Poly
from ..exact.sparse import SparseRow, independent_rows
from ..models.domain import EVERYWHERE
from ..models.fields import VectorFields
from .candidates import Candidate

__all__ = ["Block", "find_blocks", "find_groups", "independent_gradients"]

MAX_EXPANDED = 40_000  # generators times coordinates: what is looked through term by term
_LOOKS = 3  # random points at which columns are compared


@dataclass(frozen=True)
class Block:
    """Coordinates on which every generator is a multiple of one field."""

    places: tuple[int, ...]  # the coordinates
    field: tuple[Poly, ...]  # w, one component for each of them

    def slope(self, point: Sequence[int], prime: int) -> SparseRow:
        """Return w at a point, modulo a prime."""
        values = ((i, part.evaluate_mod(point, prime)) for i, part in zip(self.places, self.field, strict=True))
        return {i: value for i, value in values if value}

    def data(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the block as a certificate holds it."""
        return {"variables": [names[i] for i in self.places], "field": [part.data() for part in self.field]}


def find_blocks(phi: VectorFields, point: Sequence[int], prime: int) -> list[Block]:
    """Return the blocks of at least two coordinates, each proved by polynomial identities.

    Coordinates are compared at random points modulo a prime; what looks like a block is then shown to be one.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> phi = parametrization("x*(u*v + s)", "y*(u*v + s)")
    >>> [block] = find_blocks(phi, [1, 2, 3, 4, 5], 2**31 - 1)
    >>> [phi.variables[i] for i in block.places], block.field
    (['u', 'v', 's'], (v, u, 1))
    """
    if phi.count * phi.dimension > MAX_EXPANDED:
        return []
    rng = Random("blocks")
    columns: list[list[int]] = [[] for _ in range(phi.dimension)]
    try:
        generators = list(phi)
    except ConslawError:
        return []
    for _ in range(_LOOKS):
        x = [rng.randrange(1, prime) for _ in range(phi.dimension)]
        for i, column in enumerate(columns):
            values = [field.components[i].evaluate_mod(x, prime) for field in generators]
            first = next((v for v in values if v), None)
            column += values if first is None else [v * pow(first, -1, prime) % prime for v in values]
    alike: dict[tuple[int, ...], list[int]] = {}
    for i, column in enumerate(columns):
        if any(column):
            alike.setdefault(tuple(column), []).append(i)
    found = (_block(phi, places, point) for places in alike.values() if len(places) > 1)
    return [block for block in found if block is not None and block.slope(point, prime)]


def _block(phi: VectorFields, places: list[int], point: Sequence[int]) -> Block | None:
    """Return the block on these coordinates with w from a generator, the other coordinates put to the point's."""
    inside = set(places)
    for generator in phi:
        field = [_fixed(generator.components[i], inside, point) for i in places]
        pivot = next((k for k, part in enumerate(field) if part), None)
        if pivot is not None:
            break
    else:
        return None
    for v in phi:
        at = v.components[places[pivot]]
        if any(v.components[i] * field[pivot] - at * part for i, part in zip(places, field, strict=True)):
            return None
    common = 0
    for part in field:  # coprime integers where there are integers: w matters only up to a factor
        for c in part.terms.values():
            common = _gcd(common, c)
    return Block(tuple(places), tuple(part / common if common > 1 else part for part in field))


def _gcd(a: int, c: Any) -> int:
    from math import gcd

    return gcd(a, c.numerator) if c.denominator == 1 else 1


def _fixed(poly: Poly, inside: set[int], point: Sequence[int]) -> Poly:
    terms: dict[Any, Any] = {}
    for monomial, c in poly.terms.items():
        kept = []
        for i, e in monomial:
            if i in inside:
                kept.append((i, e))
            else:
                c = c * point[i] ** e
        terms[tuple(kept)] = terms.get(tuple(kept), 0) + c
    return Poly(poly.variables, {m: c for m, c in terms.items() if c})


def find_groups(phi: VectorFields) -> list[list[int]]:
    """Return the sets of coordinates that generators join, smallest coordinate first.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> find_groups(parametrization("x*y", "u*v + u*w"))
    [[0, 1], [2, 3, 4]]
    """
    leader = list(range(phi.dimension))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    large = phi.count * phi.dimension > MAX_EXPANDED and not phi.is_listed
    if phi.is_joined or phi.domain != EVERYWHERE or large:
        return [leader]
    try:
        for joined in phi.joins():
            first = next(iter(joined), 0)
            for j in joined:
                leader[find(j)] = find(first)
    except ConslawError:  # too large to write out
        return [leader]
    groups: dict[int, list[int]] = {}
    for i in range(phi.dimension):
        groups.setdefault(find(i), []).append(i)
    return list(groups.values())


def independent_gradients(
    phi: VectorFields,
    blocks: Sequence[Block],
    laws: Sequence[Poly],
    candidates: Sequence[Candidate],
    point: Sequence[int],
    prime: int,
) -> tuple[list[Poly], list[Candidate], int]:
    """Return the laws, and the candidates, that are independent beyond the blocks' own; and how many there are in all.

    Candidates come first: who brings a law wants to see it used.
    """
    slopes = [block.slope(point, prime) for block in blocks]
    owner = {i: k for k, block in enumerate(blocks) for i in block.places}

    def projected(gradient: dict[int, Poly]) -> SparseRow:
        row: SparseRow = {}
        for i, part in gradient.items():
            value = part.evaluate_mod(point, prime)
            k = owner.get(i)
            column, factor = (i, 1) if k is None else (phi.dimension + k, slopes[k].get(i, 0))
            row[column] = (row.get(column, 0) + value * factor) % prime
        return {i: v for i, v in row.items() if v}

    usable = [one for one in candidates if one.multiplier.evaluate_mod(point, prime)]
    rows = [projected(one.form) for one in usable] + [projected(h.gradient()) for h in laws]
    kept = independent_rows(rows, phi.dimension + len(blocks), prime) if rows else []
    brought = [usable[i] for i in kept if i < len(usable)]
    found = [laws[i - len(usable)] for i in kept if i >= len(usable)]
    return found, brought, len(kept) + sum(len(block.places) - 1 for block in blocks)
