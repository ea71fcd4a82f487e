"""Exact answers to the questions a claim can ask, beyond "is it conserved?".

Independence, completeness, dimensions, involutivity, membership of a field in the trace, and whether a function
factors locally through φ. Each answer is a Verdict. A rank at a point is computed over Q; what is said of
an open set rests on a nonzero minor, or on an identity p·X = Σ q_l X_l with polynomials p ≠ 0 and q_l.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from ..errors import ModelError, SizeError
from ..exact.backend import PRIME, pivot_rows, rational_rank
from ..exact.expansion import fraction_from_node
from ..exact.parser import parse_expression
from ..exact.polynomial import Poly
from ..models.fields import Field, VectorFields, bracket
from ..verdict import Status, Verdict
from .checking import check_law, small_nonzero_point
from .counting import LawCount, count_laws
from .involutive import express

__all__ = [
    "bracket_in_trace",
    "complete",
    "dimension",
    "equal",
    "factors_through",
    "gradient_field",
    "independent",
    "involutive",
    "rank_at",
]

MAX_PAIRED = 16  # generators of which all brackets are tried for a witness
MAX_ENTRIES = 40_000  # of a matrix whose rank over Q is computed outright
_POINTS = ((2, 3, 5, 7, 11, 13, 17, 19, 23, 29), (3, -2, 7, 5, -4, 9, 1, -8, 6, -5), (1, 4, -3, 2, 8, -7, 5, 6, -1, 9))

Point = Sequence[Fraction | int]


def gradient_field(h: str | Poly, variables: tuple[str, ...]) -> Field:
    """Return a polynomial field with the direction of ∇h: for h = a/b it is b∇a − a∇b, that is b²∇h.

    Raises
    ------
    ParseError
        h is neither a polynomial nor a quotient of polynomials in the variables.
    """
    if isinstance(h, Poly):
        top, bottom = h, Poly.constant(variables, 1)
    else:
        top, bottom = fraction_from_node(parse_expression(h), variables)
    parts, others = top.gradient(), bottom.gradient()
    zero = Poly(variables, {})
    return Field([parts.get(i, zero) * bottom - others.get(i, zero) * top for i in range(len(variables))])


def rank_at(fields: Sequence[Field], point: Point) -> int:
    """Return the rank over Q of the fields' values at a rational point, exactly.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> rank_at(list(parametrization("x*y", "x*z")), (1, 0, 0))
    2
    """
    if len(fields) * len(point) > MAX_ENTRIES:
        raise SizeError(f"{len(fields)} fields on {len(point)} coordinates are too many for an exact rank over Q")
    rows = []
    for field in fields:
        values = [Fraction(c.evaluate(point)) for c in field.components]
        scale = lcm(*(v.denominator for v in values))
        rows.append([int(v * scale) for v in values])
    return rational_rank(rows)


def _generic(dimension: int, attempt: int) -> list[int]:
    """Return a small point that is not special in any obvious way."""
    cycle = _POINTS[attempt]
    return [cycle[i % len(cycle)] + 31 * (i // len(cycle)) for i in range(dimension)]


def _best_point(fields: Sequence[Field], dimension: int) -> tuple[list[int], int]:
    """Return, of a few generic points, one where the rank over Q is largest, and that rank."""
    tried = [_generic(dimension, attempt) for attempt in range(len(_POINTS))]
    ranks = [rank_at(fields, point) for point in tried]
    best = max(range(len(tried)), key=ranks.__getitem__)
    return tried[best], ranks[best]


def _basis(fields: Sequence[Field], point: Sequence[int]) -> list[int]:
    """Return the indices of fields whose values at the point are a basis (modulo a prime, so over Q)."""
    return pivot_rows([[c.evaluate_mod(point, PRIME) for c in f.components] for f in fields], PRIME)


def show_point(variables: Sequence[str], point: Point) -> str:
    """Write a point as ``x = 1, y = 2``."""
    return ", ".join(f"{name} = {value}" for name, value in zip(variables, point, strict=True))


def independent(functions: Sequence[str | Poly], variables: tuple[str, ...], point: Point | None = None) -> Verdict:
    """Decide whether functions are independent (Definition 2.18): at a point, or on some open set.

    Parameters
    ----------
    functions : sequence of str or Poly
        Polynomials, or quotients of polynomials.
    variables : tuple of str
    point : D exact numbers, optional
        Without it: near a generic point, that is on an open dense set.

    Returns
    -------
    Verdict
        REFUTED on open sets: an identity shows that one gradient is a combination of the others, so that
        the function is locally a function of them.

    Examples
    --------
    >>> print(independent(["x**2 - y**2", "x**4 - 2*x**2*y**2 + y**4"], ("x", "y")).status)
    REFUTED
    >>> print(independent(["x**2 - y**2"], ("x", "y"), point=(0, 0)).status)
    REFUTED
    """
    gradients = [gradient_field(h, variables) for h in functions]
    names = [h.text if isinstance(h, Poly) else h for h in functions]
    claim = ", ".join(names)
    if point is not None:
        rank = rank_at(gradients, point)
        where = show_point(variables, point)
        if len(gradients) == 1:
            status, word = (Status.PROVED, "not zero") if rank else (Status.REFUTED, "zero")
            return Verdict(status, f"at {where} its gradient is {word}.", claim=claim)
        if rank == len(gradients):
            return Verdict(Status.PROVED, f"their {rank} gradients are linearly independent at {where}.", claim=claim)
        return Verdict(
            Status.REFUTED, f"at {where} their {len(gradients)} gradients span only {rank} dimensions.", claim=claim
        )
    place, rank = _best_point(gradients, len(variables))
    if rank == len(gradients):
        found = "its gradient is not zero" if rank == 1 else f"their {rank} gradients are linearly independent"
        reason = (
            f"{found} at {show_point(variables, place)}, hence on an open dense set of points (a minor is a polynomial "
            "that is not zero)."
        )
        return Verdict(Status.PROVED, reason, claim=claim)
    basis = _basis(gradients, place)
    extra = next(i for i in range(len(gradients)) if i not in basis)
    before = [i for i in basis if i < extra]
    if not gradients[extra]:
        return Verdict(
            Status.REFUTED, f"the gradient of {names[extra]} is zero everywhere: it is a constant.", claim=claim
        )
    expressed = express([gradients[i] for i in before], [gradients[extra]], place)
    if isinstance(expressed, str):
        reason = f"at the points tried the gradients span only {rank} dimensions, but no identity was found for it"
        return Verdict(Status.UNKNOWN, f"{reason} ({expressed}).", claim=claim)
    others = " and ".join(names[i] for i in before)
    reason = (
        f"the gradient of {names[extra]} is a combination of the gradients of {others}, as an identity: near a generic "
        f"point it is a function of {'it' if len(before) == 1 else 'them'}."
    )
    return Verdict(Status.REFUTED, reason, claim=claim, details={"dependent": extra, "on": before})


def complete(functions: Sequence[str | Poly], phi: VectorFields) -> tuple[Verdict, LawCount | None]:
    """Decide whether functions are laws, independent, and as many as there are: "these are all the laws".

    Returns
    -------
    verdict : Verdict
    count : LawCount or None
        The count that decided, where it came to that.
    """
    names = [h.text if isinstance(h, Poly) else h for h in functions]
    claim = ", ".join(names)
    for h, name in zip(functions, names, strict=True):
        verdict = check_law(h, phi)
        if not verdict.is_proved:
            return Verdict(verdict.status, f"{name} is the trouble: {verdict.reason}", claim, verdict.witness), None
    verdict = independent(functions, phi.variables)
    if not verdict.is_proved:
        return Verdict(verdict.status, f"they are laws, but not independent: {verdict.reason}", claim=claim), None
    count = count_laws(phi)
    given = len(functions)
    if count.laws == given:
        return Verdict(
            Status.PROVED,
            f"they are laws and independent, and there are exactly {given} near a generic point: "
            f"{count.verdict.reason}",
            claim=claim,
        ), count
    if given < count.laws_at_least:
        reason = (
            f"they are laws and independent, but there are "
            f"{'exactly' if count.laws is not None else 'at least'} {count.laws_at_least}: {count.verdict.reason}"
        )
        return Verdict(Status.REFUTED, reason, claim=claim), count
    return Verdict(
        Status.UNKNOWN,
        f"they are laws and independent, and there may be up to {count.laws_at_most}: {count.verdict.reason}",
        claim=claim,
    ), count


def dimension(phi: VectorFields, what: str, value: int, point: Sequence[int] | None = None) -> Verdict:
    """Decide dim W(θ) = value (what = 'W') or dim Lie(W)(θ) = value (what = 'Lie'), at a point or generically.

    References
    ----------
    Section 3; for a special point of Lie only a lower bound may be certain.
    """
    claim = f"dim {what}(θ) = {value}"
    if what == "W" and phi.count * phi.dimension <= MAX_ENTRIES:
        generators = list(phi)
        if point is not None:
            rank, where = rank_at(generators, point), f"at {show_point(phi.variables, point)}"
            status = Status.PROVED if rank == value else Status.REFUTED
            return Verdict(status, f"the generators span exactly {rank} dimensions {where}.", claim=claim)
    count = count_laws(phi, point)
    where = "at the point" if point is not None else "near a generic point"
    if what == "W":
        certain, found = count.steps[0].certain, count.dim_trace
    else:
        certain, found = count.laws is not None, count.dim_lie
    if certain:
        status = Status.PROVED if found == value else Status.REFUTED
        reason = f"it is exactly {found} {where}" + (f": {count.verdict.reason}" if what == "Lie" else ".")
        return Verdict(status, reason, claim=claim)
    if value < found:
        return Verdict(Status.REFUTED, f"it is at least {found} {where}.", claim=claim)
    reason = f"it is at least {found} {where}; whether it is {value} was not proved"
    return Verdict(Status.UNKNOWN, f"{reason}. {count.verdict.reason}", claim=claim)


def involutive(phi: VectorFields) -> Verdict:
    """Decide condition (13) near a generic point: every bracket of generators lies in W(θ).

    References
    ----------
    Condition (13) of the paper: it is about traces, W need not be a Lie algebra.

    Examples
    --------
    >>> from conslaw_nb.models.networks import factorization
    >>> print(involutive(factorization(2, 2, 1)).status, involutive(factorization(2, 2, 2)).status)
    PROVED REFUTED
    """
    count = count_laws(phi)
    claim = f"[χ, χ'](θ) ∈ W(θ) for {phi.text}"
    if count.dim_lie > count.dim_trace and count.steps[0].certain and phi.count <= MAX_PAIRED:
        generators = list(phi)
        place, rank = _best_point(generators, phi.dimension)
        for i in range(phi.count):
            for j in range(i + 1, phi.count):
                if rank_at([*generators, bracket(generators[i], generators[j])], place) > rank:
                    reason = (
                        f"[{phi.label(i)}, {phi.label(j)}] leaves W(θ) at {show_point(phi.variables, place)}: "
                        f"together they span {rank + 1} dimensions, W(θ) only {rank}."
                    )
                    return Verdict(Status.REFUTED, reason, claim=claim)
    if count.dim_lie > count.dim_trace and count.steps[0].certain:
        return Verdict(Status.REFUTED, f"brackets leave W(θ): dim Lie is at least {count.dim_lie}.", claim=claim)
    if count.laws is not None and count.steps[0].certain:
        reason = f"dim Lie(W)(θ) = dim W(θ) = {count.dim_trace} near a generic point: brackets add nothing."
        return Verdict(Status.PROVED, reason, claim=claim)
    return Verdict(Status.UNKNOWN, f"not decided: {count.verdict.reason}", claim=claim)


def bracket_in_trace(phi: VectorFields, i: int, j: int, point: Point | None = None) -> Verdict:
    """Decide whether [v_i, v_j] lies in W(θ) (0-based), at a point or near a generic one."""
    for g in (i, j):
        if not 0 <= g < phi.count:
            raise ModelError(f"there is no v_{g + 1}: {phi.text} has the generators v_1 to v_{phi.count}")
    field = bracket(phi[i], phi[j])
    return _in_trace(field, phi, point, f"[v_{i + 1}, v_{j + 1}]")


def factors_through(g: str | Poly, phi: VectorFields) -> Verdict:
    """Decide whether a function is locally a function of φ: whether its gradient lies in W_φ(θ) near a generic point.

    References
    ----------
    Where ∂φ has constant rank, a function whose gradient lies in range ∂φᵀ is constant on the level sets of φ,
    so locally it factors through φ (Assumption 2.9).

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> print(factors_through("x**2*y*z", parametrization("x*y", "x*z")).status)
    PROVED
    """
    name = g.text if isinstance(g, Poly) else g
    return _in_trace(gradient_field(g, phi.variables), phi, None, f"the gradient of {name}")


def _in_trace(field: Field, phi: VectorFields, point: Point | None, name: str) -> Verdict:
    claim = f"{name} ∈ W(θ)"
    generators = list(phi)
    if point is not None:
        inside = rank_at(generators, point) == rank_at([*generators, field], point)
        status = Status.PROVED if inside else Status.REFUTED
        word = "lies in" if inside else "does not lie in"
        return Verdict(status, f"{name} {word} W(θ) at {show_point(phi.variables, point)}.", claim=claim)
    place, rank = _best_point(generators, phi.dimension)
    where = show_point(phi.variables, place)
    if not field:
        return Verdict(Status.PROVED, f"{name} is zero everywhere.", claim=claim)
    if rank_at([*generators, field], place) > rank:
        reason = f"at {where} it is {_value(field, place)}, and W(θ) has {rank} dimensions there, without it."
        return Verdict(Status.REFUTED, reason, claim=claim)
    basis = [generators[g] for g in _basis(generators, place)]
    expressed = express(basis, [field], place) if basis else "W(θ) is zero"
    if isinstance(expressed, str):
        return Verdict(
            Status.UNKNOWN, f"it lies in W(θ) at {where}, but no identity was found: {expressed}.", claim=claim
        )
    multiplier, _ = expressed
    factor = (
        ""
        if multiplier.is_constant
        else f" where {multiplier.text if len(multiplier.terms) < 8 else 'a minor'} is not 0"
    )
    return Verdict(Status.PROVED, f"{name} is a combination of generators, as an identity{factor}.", claim=claim)


def _value(field: Field, point: Point) -> str:
    return "(" + ", ".join(str(c.evaluate(point)) for c in field.components) + ")"


def equal(left: Any, right: Any, variables: tuple[str, ...]) -> Verdict:
    """Decide whether two expressions are the same rational function.

    Examples
    --------
    >>> print(equal("(x + y)**2", "x**2 + y**2", ("x", "y")).reason)
    left − right = 2*x*y, which is 2 at x = 1, y = 1.
    """
    a, b = fraction_from_node(parse_expression(left), variables)
    c, d = fraction_from_node(parse_expression(right), variables)
    residual = a * d - c * b
    claim = f"{left} = {right}"
    if not residual:
        return Verdict(Status.PROVED, "both sides are the same function, as an identity.", claim=claim)
    denominator = b * d
    point = small_nonzero_point(residual, avoid_zero_of=denominator)
    value = Fraction(residual.evaluate(point)) / Fraction(denominator.evaluate(point))
    shown = residual.text if len(residual.terms) <= 12 else f"a polynomial of {len(residual.terms)} terms"
    if not denominator.is_constant:
        shown = f"({shown})/({denominator.text})"
    elif denominator != 1:
        shown = (residual / denominator.terms[()]).text
    reason = f"left − right = {shown}, which is {value} at {show_point(variables, point)}."
    return Verdict(Status.REFUTED, reason, claim=claim, details={"residual": shown})
