"""Are functions with exp, log and roots independent? Intervals show that they are, an identity that they are not.

Their gradients are independent at a point where Gauss elimination on enclosures finds enough pivots that are certainly
not 0. They are dependent everywhere if all minors vanish with kernels (`kernels.py`) as letters of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy
from mpmath import iv

from ..errors import BudgetError, ConslawError
from ..exact.backend import rational_rank
from ..exact.budget import at_most
from ..exact.generic import rank_over_functions
from ..exact.polynomial import Poly
from ..language import names_in, read_expression
from ..models.points import show_point
from ..verdict import Status, Verdict
from .kernels import Kernels, Unsettled, size_of
from .real_domain import PRECISION, NoValue, conditions, domain_points, fails, holds
from .transcendental import MAX_EVENTS, interval_of, sympy_of

__all__ = ["independent_functions"]

POINTS = 200
MAX_MATRIX = 2_000  # entries of the matrix of partial derivatives
MAX_NUMERATOR = 300  # terms of one of them

Point = Sequence[Fraction | int]
_NO_ENCLOSURE = (Unsettled, NoValue, ZeroDivisionError, ValueError, OverflowError, TypeError)


def independent_functions(names: Sequence[str], variables: tuple[str, ...], point: Point | None) -> Verdict:
    """Decide whether functions are independent: at a point, or on some open set.

    Examples
    --------
    >>> print(independent_functions(["log(x) - log(y)", "x*y"], ("x", "y"), None).status)
    PROVED
    >>> print(independent_functions(["log(x) - log(y)", "x/y"], ("x", "y"), None).status)
    REFUTED
    """
    claim = ", ".join(names)
    try:
        with at_most(MAX_EVENTS):
            return _decide(names, variables, point, claim)
    except BudgetError:
        reason = f"not decided: it takes more than {MAX_EVENTS} steps; shorter expressions may do."
        return Verdict(Status.UNKNOWN, reason, claim=claim)


def _decide(names: Sequence[str], variables: tuple[str, ...], point: Point | None, claim: str) -> Verdict:
    nodes = [read_expression(name, variables) for name in names]
    symbols = {name: sympy.Symbol(name) for name in variables}
    domain = [condition for node in nodes for condition in conditions(node)]
    written = [name for name in variables if any(name in names_in(node) for node in nodes)]
    try:
        functions = [sympy_of(node, symbols) for node in nodes]
    except Unsettled as reason:
        return Verdict(Status.UNKNOWN, f"not decided: {reason}.", claim=claim)
    used = [symbols[name] for name in written]
    if len(nodes) * len(used) > MAX_MATRIX:
        return Verdict(Status.UNKNOWN, "not decided: there are too many partial derivatives.", claim=claim)
    partials = [[sympy.diff(f, s) for s in used] for f in functions]
    if point is not None:
        place = dict(zip(variables, map(Fraction, point), strict=True))
        return _at(partials, domain, place, show_point(variables, point), claim)
    several = "its gradient is not zero" if len(nodes) == 1 else f"their {len(nodes)} gradients are independent"
    seen = False
    for place in domain_points(domain, written, POINTS):
        seen = True
        if _rank_at_least(partials, place) == len(nodes):
            where = show_point(written, [place[name] for name in written])
            reason = f"{several} at {where}, hence on an open set around it."
            return Verdict(Status.PROVED, reason, claim=claim)
    if not seen:
        reason = "not decided: no point was found where all of them have a real value."
        return Verdict(Status.UNKNOWN, reason, claim=claim)
    rank = _formal_rank(partials, used)
    if rank is not None and rank < len(nodes):
        what = "is zero" if len(nodes) == 1 else f"span only {rank} dimensions"
        reason = f"the gradient{'s' * (len(nodes) > 1)} {what} wherever there is a value, as an identity."
        return Verdict(Status.REFUTED, reason, claim=claim)
    reason = "not decided: no small point shows that they are independent, and no identity that they are not."
    return Verdict(Status.UNKNOWN, reason, claim=claim)


def _at(partials: list[list[Any]], domain: list[Any], place: dict[str, Fraction], where: str, claim: str) -> Verdict:
    """Decide at one point."""
    if fails(domain, place):
        reason = f"not all of them have a value and a gradient at {where}."
        return Verdict(Status.REFUTED, reason, claim=claim)
    if not holds(domain, place):
        reason = f"at {where} it is not certain that all of them have a value and a gradient."
        return Verdict(Status.UNKNOWN, f"not decided: {reason}", claim=claim)
    size = len(partials)
    if _rank_at_least(partials, place) == size:
        shown = "its gradient is not zero" if size == 1 else f"their {size} gradients are linearly independent"
        return Verdict(Status.PROVED, f"{shown} at {where}.", claim=claim)
    values = {sympy.Symbol(name): sympy.Rational(v.numerator, v.denominator) for name, v in place.items()}
    exact = [[sympy.expand(p.subs(values)) for p in row] for row in partials]
    if all(entry.is_Rational for row in exact for entry in row):
        rank = rational_rank([[Fraction(int(e.p), int(e.q)) for e in row] for row in exact])
        shown = "its gradient is zero" if size == 1 else f"their {size} gradients span only {rank} dimensions"
        return Verdict(Status.REFUTED, f"at {where} {shown}.", claim=claim)
    return Verdict(Status.UNKNOWN, f"not decided: no enclosure separates them at {where}.", claim=claim)


def _rank_at_least(partials: list[list[Any]], place: dict[str, Fraction]) -> int:
    """Return a certain lower bound of the rank at a point, by elimination on enclosures."""
    before, iv.prec = iv.prec, PRECISION
    try:
        rows = [[interval_of(p, place) for p in row] for row in partials]
        found = 0
        while rows:
            pivots = [
                (min(abs(e.a), abs(e.b)), i, j)
                for i, row in enumerate(rows)
                for j, e in enumerate(row)
                if e.a > 0 or e.b < 0
            ]
            if not pivots:
                break
            _, i, j = max(pivots)
            found += 1
            top = rows.pop(i)
            rows = [[x - row[j] / top[j] * y for x, y in zip(row, top, strict=True)] for row in rows]
            rows = [row[:j] + row[j + 1 :] for row in rows]
    except _NO_ENCLOSURE:
        return 0
    finally:
        iv.prec = before
    return found


def _formal_rank(partials: list[list[Any]], used: list[Any]) -> int | None:
    """Return the rank with kernels as independent letters: the true one is not larger."""
    kernels = Kernels()
    try:
        rows = [[kernels.convert(p) for p in row] for row in partials]
        if any(size_of(entry) > MAX_NUMERATOR for row in rows for entry in row):
            return None
        tables = []
        for row in rows:
            fractions = [sympy.fraction(sympy.together(entry)) for entry in row]
            common = sympy.Integer(1)
            for _, bottom in fractions:
                common = sympy.lcm(common, bottom)
            tables.append([sympy.expand(top * sympy.cancel(common / bottom)) for top, bottom in fractions])
        letters = sorted({s for row in tables for entry in row for s in entry.free_symbols} | set(used), key=str)
        names = tuple(f"k{i}" for i in range(len(letters)))
        return rank_over_functions([[_poly(entry, letters, names) for entry in row] for row in tables])
    except (Unsettled, sympy.PolynomialError, ConslawError):
        return None


def _poly(entry: Any, letters: list[Any], names: tuple[str, ...]) -> Poly:
    terms = {}
    for exponents, c in sympy.Poly(entry, *letters).terms():
        if c:
            terms[tuple((i, e) for i, e in enumerate(exponents) if e)] = Fraction(int(c.p), int(c.q))
    return Poly(names, terms)
