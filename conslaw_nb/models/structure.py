"""What a model may know of its own structure: the engine asks these, and never what a model is."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..exact.polynomial import Poly
from .domain import EVERYWHERE, Domain

if TYPE_CHECKING:
    from .sparse_point import SparsePoint

__all__ = ["ClosedForm", "Structure"]


@dataclass(frozen=True)
class ClosedForm:
    """A 1-form that vanishes on W and is closed where the known laws are constant, by theory."""

    text: str
    let: dict[str, str]  # what its names stand for, as text
    how: str  # where it comes from
    layer: int  # the stretch of a network that it belongs to, by its first layer, and which of its forms it is
    power: int


class Structure:
    """The answers of a model that knows nothing of its structure."""

    domain: Domain = EVERYWHERE  # where the model has a value, if that is not everywhere

    is_listed = False  # whether its generators come from components that stand in a list
    is_joined = False  # whether its generators are known to join all coordinates, so that nobody need look for groups

    def law_matrices(self, found: Container[Poly]) -> list[tuple[str, list[list[Poly]]]]:
        """Return matrices all of whose entries are among the laws found, with their names in LaTeX."""
        return []

    def sparse_point(self, prime: int) -> SparsePoint | None:
        """Return a point where words and laws have a handful of entries; None without a structure that gives one."""
        return None

    def members(self) -> list[tuple[int, Any]]:
        """Return the models that this one puts side by side, with how often each is there; [] for all others."""
        return []

    def closed_forms(self) -> list[ClosedForm]:
        """Return 1-forms whose integrals are laws, by theory."""
        return []

    def joins(self) -> Iterator[set[int]]:
        """Return, for each generator, the coordinates that it moves or looks at."""
        for field in self:  # type: ignore[attr-defined]
            yield {j for i, part in enumerate(field.components) if part for j in (i, *part.support())}

    def sign_classes(self) -> list[int]:
        """Return a bit mask per variable: monomials whose masks (xor over odd exponents) differ decouple.

        The sign changes x → εx under which every generator is even or odd split the space of laws; a
        term x^β in coordinate i of a generator contributes the parity vector β + e_i, and the masks are
        coordinates in the quotient of F_2^D by all differences of these within one generator.
        """
        basis: dict[int, int] = {}  # leading bit -> vector
        for field in self:  # type: ignore[attr-defined]
            first: int | None = None
            for i, component in enumerate(field.components):
                for monomial in component.terms:
                    parity = 1 << i
                    for variable, exponent in monomial:
                        if exponent & 1:
                            parity ^= 1 << variable
                    if first is None:
                        first = parity
                    vector = parity ^ first
                    while vector:
                        lead = vector.bit_length()
                        if lead not in basis:
                            basis[lead] = vector
                            break
                        vector ^= basis[lead]
        masks = []
        for i in range(self.dimension):  # type: ignore[attr-defined]
            vector = 1 << i
            for lead in sorted(basis, reverse=True):
                if vector >> (lead - 1) & 1:
                    vector ^= basis[lead]
            masks.append(vector)
        return masks
