"""Points, read in one place: D exact numbers in the order of the variables, or a dict by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from ..errors import ModelError, brief
from .fields import VectorFields

__all__ = ["exact_point", "show_point"]


def exact_point(phi: VectorFields, point: Any) -> tuple[int | Fraction, ...]:
    """Return a point of the space of a model as exact numbers, in the order of its variables.

    Parameters
    ----------
    phi : VectorFields
    point : iterable of D integers or fractions, or a dict from names (or symbols) to them

    Raises
    ------
    ModelError
        With the coordinate that is missing, unknown or not exact.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> exact_point(parametrization("x*y"), {"y": Fraction(1, 2), "x": 3})
    (3, Fraction(1, 2))
    """
    example = "give every variable an integer or a fraction"
    if isinstance(point, Mapping):
        values = {str(name): value for name, value in point.items()}
        unknown = sorted(name for name in values if name not in phi.variables)
        missing = [name for name in phi.variables if name not in values]
        if unknown or missing:
            wrong = f"{brief(unknown[0])} is not a variable" if unknown else f"{missing[0]!r} is missing"
            raise ModelError(f"the point does not fit {phi.brief}: {wrong}; {example}")
        point = [values[name] for name in phi.variables]
    if not isinstance(point, Iterable) or isinstance(point, (str, bytes)):
        raise ModelError(
            f"the point {brief(point)} is not a list: give {phi.dimension} integers or fractions, one per parameter"
        )
    coordinates = list(point)
    if len(coordinates) != phi.dimension:
        raise ModelError(
            f"the point has {len(coordinates)} coordinate{'s' * (len(coordinates) != 1)}, but {phi.brief} has "
            f"{phi.dimension} parameter{'s' * (phi.dimension != 1)}"
        )
    return tuple(_exact(name, value) for name, value in zip(phi.variables, coordinates, strict=True))


def _exact(name: str, value: Any) -> int | Fraction:
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else value
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if getattr(value, "is_Rational", False):  # a sympy number
        return _exact(name, Fraction(int(value.p), int(value.q)))
    raise ModelError(
        f"the coordinate {name} = {brief(value)} of the point is not exact: give integers or fractions, "
        "such as Fraction(1, 2)"
    )


def show_point(variables: Iterable[str], point: Iterable[Any]) -> str:
    """Write a point as ``x = 1, y = 2``."""
    return ", ".join(f"{name} = {value}" for name, value in zip(variables, point, strict=True))
