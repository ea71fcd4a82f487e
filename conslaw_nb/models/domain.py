"""Where a model has a value: where nothing that it divides by is 0, and everything under a root is positive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..exact.polynomial import Poly, lifted

__all__ = ["EVERYWHERE", "Domain"]


@dataclass(frozen=True)
class Domain:
    """An open set, told by polynomials.

    Examples
    --------
    >>> x, y = Poly.gens(("x", "y"))
    >>> Domain((y, x + 1), (x * x + y * y,)).text
    'y and x + 1 are not 0, and x**2 + y**2 is positive'
    >>> Domain((y,)).hole_at((1, 0)), Domain((y,)).hole_at((1, 2))
    ('y is 0 there', '')
    """

    nonzero: tuple[Poly, ...] = ()  # what is not 0 there
    positive: tuple[Poly, ...] = ()  # what is positive there

    def __bool__(self) -> bool:
        return bool(self.nonzero or self.positive)

    @property
    def text(self) -> str:
        """The conditions in words; nothing where it is everything."""
        said = []
        for polys, property_ in ((self.nonzero, "not 0"), (self.positive, "positive")):
            shown = [p.brief for p in polys]
            if shown:
                names = f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
                said.append(f"{names} {'are' if len(shown) > 1 else 'is'} {property_}")
        return ", and ".join(said)

    def hole_at(self, point: Sequence[Any]) -> str:
        """Say which condition fails at a point; nothing where it belongs to the domain."""
        for poly in self.nonzero:
            if not poly.evaluate(point):
                return f"{poly.brief} is 0 there"
        for poly in self.positive:
            value = poly.evaluate(point)
            if value <= 0:
                return f"{poly.brief} is {value} there, and must be positive"
        return ""

    def joined(self, other: Domain) -> Domain:
        """Return where both conditions hold."""
        nonzero, positive = (*self.nonzero, *other.nonzero), (*self.positive, *other.positive)
        return Domain(tuple(dict.fromkeys(nonzero)), tuple(dict.fromkeys(positive)))

    def lifted(self, names: tuple[str, ...], offset: int) -> Domain:
        """Return the same conditions in a larger space."""
        nonzero, positive = (tuple(lifted(p, names, offset) for p in ps) for ps in (self.nonzero, self.positive))
        return Domain(nonzero, positive)


EVERYWHERE = Domain()
