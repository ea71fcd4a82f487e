"""Where a formula has a value: what it divides by, in words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..errors import ConslawError
from ..language import walk
from ..language.polynomials import fraction_from_node
from ..language.tree import Negative, Node, Number, Power, Product

__all__ = ["where_defined"]

MAX_SHOWN = 4  # divisors that are written out


def where_defined(trees: Sequence[Node], variables: tuple[str, ...]) -> tuple[str, ...]:
    """Say where all of some formulas have a value: one sentence, or none where they have one everywhere.

    Examples
    --------
    >>> from conslaw_nb.language import read_equation
    >>> where_defined(read_equation("x/x = y^-1*y"), ("x", "y"))
    ('wherever x and y are not 0',)
    """
    found: dict[str, None] = {}
    for tree in trees:
        for node in walk(tree):
            for divisor in _divisors(node):
                try:
                    top, _ = fraction_from_node(divisor, variables)
                except ConslawError:
                    continue
                if not top.is_constant:
                    found[top.primitive().text] = None
    shown = list(found)
    if not shown:
        return ()
    if len(shown) > MAX_SHOWN:
        return (f"wherever none of its {len(shown)} divisors is 0",)
    if len(shown) == 1:
        return (f"wherever {shown[0]} is not 0",)
    return (f"wherever {', '.join(shown[:-1])} and {shown[-1]} are not 0",)


def _divisors(node: Node) -> list[Node]:
    if isinstance(node, Product):
        return [factor for factor, below in node.factors if below]
    if isinstance(node, Power) and _is_negative(node.exponent):
        return [node.base]
    return []


def _is_negative(exponent: Node) -> bool:
    """Whether an exponent is a negative number, as far as can be seen; others are not read as exponents anyway."""
    if isinstance(exponent, Negative):
        return not (isinstance(exponent.argument, Negative))
    return isinstance(exponent, Number) and exponent.value < Fraction(0)
