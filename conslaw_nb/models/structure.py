"""What a model may know of its own structure: the engine asks these, and never what a model is."""

from __future__ import annotations

from collections.abc import Container
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
