"""Where a function with exp, log and roots has a real value, decided on what was written: nothing is simplified first.

A computer algebra system turns sqrt(x)*sqrt(x) into x and forgets that x was not negative. So the conditions are read
off the parsed text: what it divides by is not 0, what stands under a log or a root is positive. (Under a root 0 would
do for a value, but not for a derivative.) An enclosure by intervals then shows that a point satisfies them strictly,
so that the function is smooth around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from mpmath import iv, mp

from ..errors import ConslawError
from ..exact.polynomial import Poly
from ..exact.roots import is_sum_of_even_terms
from ..language import read_expression
from ..language.polynomials import constant_value, not_a_function
from ..language.tree import Call, Name, Negative, Node, Number, Power, Product, Sum, walk
from ..models.fields import VectorFields
from .functions import quotient

__all__ = [
    "Condition",
    "NoValue",
    "conditions",
    "conditions_of",
    "contradiction",
    "domain_points",
    "enclosed",
    "fails",
    "holds",
]

PRECISION = 120  # bits of an enclosure
_SMALL = tuple(Fraction(n) for n in ("1", "2", "0", "-1", "3", "1/2", "-2", "1/3", "5"))
_FAR = tuple(Fraction(n) for n in ("-3", "1/4", "-1/2", "7", "-5", "10", "-10", "1/10", "25", "-100", "100", "3/2"))

Point = dict[str, Fraction]


class NoValue(Exception):  # noqa: N818
    """No enclosure shows that the function has a value at the point."""


@dataclass(frozen=True)
class Condition:
    """What must hold for a value: a part of the function is not 0, or is positive."""

    node: Node
    positive: bool


def conditions(node: Node) -> list[Condition]:
    """Return the conditions under which an expression has a value and a derivative, from the outside to the inside."""
    found: list[Condition] = []
    for part in walk(node):
        if isinstance(part, Product):
            found += [Condition(factor, False) for factor, inverse in part.factors if inverse]
        elif isinstance(part, Power):
            exponent = constant_value(part.exponent)
            if exponent is None or exponent.denominator != 1:
                found.append(Condition(part.base, True))
            elif exponent < 0:
                found.append(Condition(part.base, False))
        elif isinstance(part, Call) and part.function != "exp":
            found.append(Condition(part.argument, True))
    return [c for c in found if not _is_harmless(c)]


def conditions_of(phi: VectorFields) -> list[Condition]:
    """Return the conditions under which a model has a value, where it divides or takes roots."""
    sides = ((phi.domain.nonzero, False), (phi.domain.positive, True))
    return [Condition(read_expression(p.text, phi.variables), above) for polys, above in sides for p in polys]


def _is_harmless(condition: Condition) -> bool:
    """Whether it speaks of a number, and holds; the root of 0 is a number too."""
    value = constant_value(condition.node)
    return value is not None and (value >= 0 if condition.positive else value != 0)


def contradiction(found: Sequence[Condition], variables: tuple[str, ...]) -> str:
    """Say why no point can satisfy the conditions, where that is plain to see; an empty text where it is not."""
    signs: list[tuple[Poly, str]] = []  # polynomials with the sign of what must be positive
    for condition in found:
        try:
            q = quotient(condition.node, variables)
        except ConslawError:
            continue
        if not q.top:
            if not condition.positive:
                return "it divides by 0"
            continue  # the root of 0 is 0
        if condition.positive:
            sign = q.top * q.bottom
            shown = sign.text if q.bottom.is_constant else f"({q.top.text})/({q.bottom.text})"
            if is_sum_of_even_terms(-sign) and () in sign.terms:
                return f"under a log, a root or a variable power stands {shown}, which is never positive"
            for other, text in signs:
                if is_sum_of_even_terms(-(sign + other)) or _are_opposite(sign, other):
                    return f"under logs, roots or powers stand {text} and {shown}, which are never positive together"
            signs.append((sign, shown))
    return ""


def _are_opposite(a: Poly, b: Poly) -> bool:
    """Whether one is a negative multiple of the other."""
    leading = a.ordered()[0]
    return a.primitive() == b.primitive() and (a.terms[leading] < 0) != (b.terms[leading] < 0)


def domain_points(found: Sequence[Condition], names: Sequence[str], attempts: int) -> Iterator[Point]:
    """Yield rational points that satisfy all conditions, small ones first."""
    rng = Random(0)
    for attempt in range(attempts):
        reach = (_SMALL + _FAR)[: 2 + attempt // 8]
        point = {name: rng.choice(reach) for name in names}
        if holds(found, point):
            yield point


def holds(found: Sequence[Condition], point: Point) -> bool:
    """Whether enclosures show that all conditions hold strictly at the point."""
    values = [_value(condition, point) for condition in found]
    return all(
        v is not None and (v.a > 0 or (v.b < 0 and not condition.positive))
        for condition, v in zip(found, values, strict=True)
    )


def fails(found: Sequence[Condition], point: Point) -> bool:
    """Whether enclosures show that some condition does not hold at the point."""
    values = [_value(condition, point) for condition in found]
    return any(
        v is not None and ((v.b <= 0) if condition.positive else (v.a == 0 and v.b == 0))
        for condition, v in zip(found, values, strict=True)
    )


def _value(condition: Condition, point: Point) -> Any | None:
    try:
        return enclosed(condition.node, point)
    except (NoValue, ZeroDivisionError, ValueError, OverflowError, TypeError):
        return None


def enclosed(node: Node, point: Point) -> Any:
    """Enclose the real value of an expression at a rational point, rigorously.

    Raises NoValue: it may have no value there.
    """
    before, iv.prec = iv.prec, PRECISION
    try:
        return _enclosed(node, point)
    finally:
        iv.prec = before


def _enclosed(node: Node, point: Point) -> Any:
    if isinstance(node, Number):
        return rational(node.value)
    if isinstance(node, Name):
        return rational(point[node.name])
    if isinstance(node, Sum):
        total = iv.mpf(0)
        for term in node.terms:
            total = total + _enclosed(term, point)
        return total
    if isinstance(node, Product):
        total = iv.mpf(1)
        for factor, inverse in node.factors:
            value = _enclosed(factor, point)
            if inverse and value.a <= 0 <= value.b:
                raise NoValue
            total = total / value if inverse else total * value
        return total
    if isinstance(node, Power):
        return _power(node, point)
    if isinstance(node, Call):
        value = _enclosed(node.argument, point)
        if node.function == "exp":
            return bounded_exp(value)
        if node.function == "sqrt":
            return bounded_exp(positive_log(value) / 2) if value.a != 0 or value.b != 0 else value
        return positive_log(value)
    if isinstance(node, Negative):
        return -_enclosed(node.argument, point)
    raise not_a_function(node)


def _power(node: Power, point: Point) -> Any:
    base = _enclosed(node.base, point)
    exponent = constant_value(node.exponent)
    if exponent is not None and exponent.denominator == 1:
        if exponent <= 0 and base.a <= 0 <= base.b:
            if exponent == 0:
                return iv.mpf(1)
            raise NoValue
        power = base ** abs(int(exponent))
        return 1 / power if exponent < 0 else power
    if exponent is not None and exponent > 0 and base.a == 0 and base.b == 0:
        return base
    return bounded_exp(positive_log(base) * _enclosed(node.exponent, point))


def rational(value: Fraction) -> Any:
    """Enclose a rational number."""
    return iv.mpf(value.numerator) / iv.mpf(value.denominator)


def bounded_exp(x: Any) -> Any:
    """Enclose an exponential, unless it is absurdly large."""
    if abs(mp.mpf(x.a)) > 10**6 or abs(mp.mpf(x.b)) > 10**6:
        raise NoValue
    return iv.exp(x)


def positive_log(x: Any) -> Any:
    """Enclose a log, if its argument is certainly positive."""
    if x.a <= 0:
        raise NoValue
    return iv.log(x)
