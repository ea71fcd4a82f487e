"""Points: the one reader of all of them, from text, lists, mappings and trees, with one wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from numbers import Rational
from typing import Any

from ..errors import ModelError, ParseError, brief
from .polynomials import constant_value
from .reading import read_expression, read_name, read_statements
from .tree import Node
from .writing import text
from .written_points import HOW_A_POINT_IS_WRITTEN, Point, point_of

__all__ = ["exact_number", "read_point"]


def exact_number(value: Any, what: str = "a coordinate") -> Fraction:
    """Return one exact number: an integer, a fraction, or text such as ``-3/4``, ``0.25`` or ``½``.

    Raises
    ------
    ParseError
        A float, or something that is not a number.

    Examples
    --------
    >>> exact_number("0.3333"), exact_number(2), exact_number("1e-3")
    (Fraction(3333, 10000), Fraction(2, 1), Fraction(1, 1000))
    """
    if isinstance(value, bool):
        raise ParseError(f"{what} must be a number, not {value}: write an integer or a fraction such as '3/4'")
    if isinstance(value, Rational):  # integers, fractions, and those of numpy and sympy
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, float):
        raise ParseError(
            f"{value!r} is a float, which is rarely what it seems; write it as text, such as '{_exact(value)}'"
        )
    if isinstance(value, (str, Node)):
        tree = read_expression(value) if isinstance(value, str) else value
        number = constant_value(tree)
        if number is None:
            raise ParseError(
                f"{brief(text(tree))} is not an exact number: write an integer or a fraction such as '-3/4'"
            )
        return number
    numerator, denominator = getattr(value, "p", None), getattr(value, "q", None)  # a rational number of sympy
    if isinstance(numerator, int) and isinstance(denominator, int) and denominator:
        return Fraction(numerator, denominator)
    if hasattr(value, "dtype") and hasattr(value, "item") and getattr(value, "size", 1) == 1:  # a number of numpy
        return exact_number(value.item(), what)
    raise ParseError(
        f"{what} must be an exact number, not {brief(value)}: write an integer or a fraction such as '3/4'"
    )


def _exact(value: float) -> str:
    shown = repr(value)
    plain = len(shown) < 8 and shown.replace(".", "").replace("-", "").isdigit()
    return str(Fraction(shown)) if plain else "3/4"


def read_point(point: Any, variables: Sequence[str], where: str = "the model") -> tuple[Fraction, ...]:
    """Return the coordinates of a point, in the order of the variables.

    Parameters
    ----------
    point : text, mapping, sequence, or Point
        ``"x=1, y=2"``, ``"(1, 1/2)"``, ``{"x": 1, "y": "1/2"}``, ``[1, Fraction(1, 2)]``: integers, fractions, and
        decimals as text. Every variable has to be given.
    variables : sequence of str
    where : str
        How the space is called in messages.

    Raises
    ------
    ParseError, ModelError
        A coordinate that is unknown, missing, given twice or not exact.

    Examples
    --------
    >>> read_point("y = 1/2, x = 0.25", ("x", "y"))
    (Fraction(1, 4), Fraction(1, 2))
    >>> read_point([1, "½"], ("x", "y"))
    (Fraction(1, 1), Fraction(1, 2))
    """
    if isinstance(point, str):
        if not point.strip():
            raise ParseError(f"the point is empty: {HOW_A_POINT_IS_WRITTEN}")
        point = point_of(read_statements(point, what="a point", names=variables))
    if isinstance(point, Point):
        point = dict(zip(point.names, point.values, strict=True)) if point.names else point.values
    if isinstance(point, Mapping):
        point = _in_order(point, variables, where)
    elif hasattr(point, "__iter__") and not isinstance(point, (bytes, Node)):
        point = tuple(point)
    elif len(variables) == 1:
        point = (point,)
    else:
        raise ModelError(f"{brief(point)} is not a point of {where}: {HOW_A_POINT_IS_WRITTEN}")
    if len(point) != len(variables):
        raise ModelError(
            f"the point has {len(point)} coordinate{'s' * (len(point) != 1)}, but {where} has "
            f"{len(variables)} parameter{'s' * (len(variables) != 1)}"
        )
    return tuple(_coordinate(name, value) for name, value in zip(variables, point, strict=True))


def _in_order(point: Mapping[Any, Any], variables: Sequence[str], where: str) -> tuple[Any, ...]:
    """Return the values of a mapping in the order of the variables."""
    known, given = frozenset(variables), {}
    for name, value in point.items():
        key = _spelled(str(name), known)
        if key in given:
            raise ParseError(f"the point says twice what {key} is: give each coordinate once")
        given[key] = value
    unknown = sorted(name for name in given if name not in known)
    missing = [name for name in variables if name not in given]
    if unknown or missing:
        wrong = f"{brief(unknown[0])} is not a variable" if unknown else f"{missing[0]!r} is missing"
        raise ModelError(f"the point does not fit {where}: {wrong}; give every variable an integer or a fraction")
    return tuple(given[name] for name in variables)


def _spelled(name: str, known: frozenset[str]) -> str:
    """Return a name in the spelling that the variables have, or as it is."""
    return name if name in known else read_name(name, known) or name


def _coordinate(name: str, value: Any) -> Fraction:
    try:
        return exact_number(value)
    except ParseError:
        shown = text(value) if isinstance(value, Node) else brief(value)
        raise ModelError(
            f"the coordinate {name} = {shown} of the point is not exact: give integers or fractions, such as 1/2"
        ) from None
