"""Rates of friction and of weight decay: numbers, formulas in the time t, or any rate at all."""

from __future__ import annotations

from typing import Any

from ..errors import ConslawError, ModelError, brief
from ..exact.ratio import Ratio
from ..language.polynomials import fraction_from_node
from ..language.tree import Name, Node
from .rational import to_ratio

__all__ = ["ANY", "CLOCK", "Rate", "read_rate"]

ANY = "any"
CLOCK = ("t",)
Rate = Ratio | str  # a quotient in the time t, or ANY


def read_rate(value: Any, word: str) -> Rate:
    """Read a rate.

    `value`: exact: 1/2, '1/2', '3/t', or 'any'; `word`: what messages call it, such as 'friction'.

    Examples
    --------
    >>> read_rate("3/t", "friction"), read_rate("0.5", "friction"), read_rate("any", "friction")
    (3/t, 1/2, 'any')
    """
    if value == ANY or (isinstance(value, Name) and value.name == ANY):
        return ANY
    if isinstance(value, (bool, float)):
        raise ModelError(
            f"the {word} {brief(value)} is not exact: give a Fraction, text such as '1/2' or '3/t', or 'any'"
        )
    try:
        rate = Ratio(*fraction_from_node(value, CLOCK)) if isinstance(value, Node) else to_ratio(value, CLOCK)
    except ConslawError as error:
        raise ModelError(
            f"the {word} must be a constant, a formula in the time t such as 3/t, or any: {error}"
        ) from None
    if rate.is_constant and rate.top.evaluate((0,)) < 0:
        raise ModelError(f"the {word} {rate.brief} is negative: it slows down, so give 0 or more")
    return rate
