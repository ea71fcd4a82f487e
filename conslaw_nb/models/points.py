"""The points of a model: exact numbers in the order of its variables, however they were written."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from ..errors import ModelError
from ..language import read_point
from .fields import VectorFields

__all__ = ["exact_point", "show_point"]


def exact_point(phi: VectorFields, point: Any) -> tuple[int | Fraction, ...]:
    """Return a point of the space of a model as exact numbers, in the order of its variables.

    `point`: as `conslaw_nb.language.read_point` reads it: ``"x=1, y=1/2"``, ``(1, Fraction(1, 2))``, ``{"x": 1, "y":
    2}``. Raises ModelError, ParseError: with the coordinate that is missing, unknown or not exact; a point at
    which the model has no value.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> exact_point(parametrization("x*y"), {"y": Fraction(1, 2), "x": 3})
    (3, Fraction(1, 2))
    >>> exact_point(parametrization("x*y"), "y = 2, x = 0.5")
    (Fraction(1, 2), 2)
    """
    found = read_point(point, phi.variables, phi.brief)
    exact = tuple(value.numerator if value.denominator == 1 else value for value in found)
    if hole := phi.domain.hole_at(exact):
        raise ModelError(
            f"{phi.brief} has no value at {show_point(phi.variables, exact)}: {hole}; take a point where "
            f"{phi.domain.text}"
        )
    return exact


def show_point(variables: Iterable[str], point: Iterable[Any]) -> str:
    """Write a point as ``x = 1, y = 2``."""
    return ", ".join(f"{name} = {value}" for name, value in zip(variables, point, strict=True))
