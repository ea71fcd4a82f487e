"""Points as they are written: a list of coordinates, with names or in the order of the variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ParseError
from .tree import Equality, List, Name, Node, Vector
from .writing import latex, text

__all__ = ["HOW_A_POINT_IS_WRITTEN", "Point", "point_of"]

HOW_A_POINT_IS_WRITTEN = "write it like x=1, y=2 or like (1, 2)"


@dataclass(frozen=True)
class Point:
    """A point as it was written: names, or none where the coordinates come in the order of the variables."""

    names: tuple[str, ...]
    values: tuple[Node, ...]

    @property
    def text(self) -> str:
        """The point as text that reads back as the same point."""
        if self.names:
            return ", ".join(f"{name}={text(value)}" for name, value in zip(self.names, self.values, strict=True))
        return f"({', '.join(map(text, self.values))})"

    @property
    def latex(self) -> str:
        """The point in LaTeX."""
        if self.names:
            pairs = zip(self.names, self.values, strict=True)
            return ",".join(f"{latex(Name(name))}={latex(value)}" for name, value in pairs)
        return rf"\left({','.join(map(latex, self.values))}\right)"


def point_of(items: Sequence[Node]) -> Point:
    """Return the point that some parsed items are.

    Raises ParseError: a coordinate that is given twice, or has a name where another has none.
    """
    if len(items) == 1 and isinstance(items[0], Equality) and len(items[0].sides) == 2:
        left, right = items[0].sides
        if isinstance(left, Vector) and isinstance(right, Vector):  # (u, v) = (5/4, 3/4)
            if len(left.items) != len(right.items):
                raise ParseError(
                    f"the point has {len(left.items)} names and {len(right.items)} values: give each name one value"
                )
            items = tuple(Equality(pair) for pair in zip(left.items, right.items, strict=True))
        elif isinstance(left, Name) and left.name in ("θ", "theta") and isinstance(right, Vector):
            items = right.items
    elif len(items) == 1 and isinstance(items[0], (Vector, List)):
        items = items[0].items
    named = [item for item in items if isinstance(item, Equality)]
    if not named:
        return Point((), tuple(items))
    if len(named) < len(items):
        raise ParseError("some coordinates of the point have a name and some have none: give all names, or none")
    names: list[str] = []
    values: list[Node] = []
    for item in named:
        if len(item.sides) != 2 or not isinstance(item.sides[0], Name):
            raise ParseError(f"'{text(item)}' is not a coordinate of a point: {HOW_A_POINT_IS_WRITTEN}")
        if item.sides[0].name in names:
            raise ParseError(f"the point says twice what {item.sides[0].name} is: give each coordinate once")
        names.append(item.sides[0].name)
        values.append(item.sides[1])
    return Point(tuple(names), tuple(values))
