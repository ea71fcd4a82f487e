"""Exact answers to the questions a claim can ask, beyond "is it conserved?".

Independence, completeness, dimensions, involutivity, membership of a field in the trace, and whether a function
factors locally through φ. Each answer is a Verdict. A rank at a point is computed over Q; what is said of
an open set rests on a nonzero minor, or on an identity p·X = Σ q_l X_l with polynomials p ≠ 0 and q_l.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from ..errors import ModelError
from ..exact.generic import rank_over_functions
from ..exact.polynomial import Poly
from ..exact.rational import Echelon
from ..language import read_expression
from ..models.fields import Field, VectorFields, bracket
from ..models.points import show_point
from ..verdict import Status, Verdict
from .at_a_point import lie_at
from .checking import check_law, small_nonzero_point
from .counting import LawCount, count_laws
from .functions import Quotient, gradient_field, is_rational_function, quotient
from .generic import MAX_ENTRIES, first_points, generic_rank, generic_trace, rank_at, shown_chance
from .involutive import express

__all__ = [
    "bracket_in_trace",
    "compared",
    "complete",
    "dimension",
    "equal",
    "factors_through",
    "gradient_field",
    "independent",
    "involutive",
    "rank_at",
]

MAX_PAIRED = 16  # generators of which all brackets are written out

Point = Sequence[Fraction | int]


def _basis(fields: Sequence[Field], point: Sequence[int]) -> list[int]:
    """Return the indices of fields whose values at the point are a basis, from the first to the last."""
    space = Echelon()
    return [i for i, f in enumerate(fields) if space.add({k: c.evaluate(point) for k, c in enumerate(f.components)})]


def independent(functions: Sequence[str | Poly], variables: tuple[str, ...], point: Point | None = None) -> Verdict:
    """Decide whether functions are independent (Definition 2.18): at a point, or on some open set.

    `functions`: polynomials, or quotients of polynomials; `point`: without it: near a generic point, that is on an open
    dense set. REFUTED is said of open sets: an identity shows that one gradient is a combination of the others, so that
    the function is locally a function of them.

    Examples
    --------
    >>> print(independent(["x**2 - y**2", "x**4 - 2*x**2*y**2 + y**4"], ("x", "y")).status)
    REFUTED
    >>> print(independent(["x**2 - y**2"], ("x", "y"), point=(0, 0)).status)
    REFUTED
    """
    names = [h.text if isinstance(h, Poly) else h for h in functions]
    if not all(isinstance(h, Poly) or is_rational_function(read_expression(h, variables)) for h in functions):
        from .transcendental_gradients import independent_functions

        return independent_functions(names, variables, point)
    read = [quotient(h, variables) for h in functions]
    claim = ", ".join(names)
    if point is not None:
        return _independent_at(read, variables, point, claim)
    return _independent_generically(read, variables, claim)


def _independent_at(read: Sequence[Quotient], variables: tuple[str, ...], point: Point, claim: str) -> Verdict:
    where = show_point(variables, point)
    for h in read:
        hole = h.hole_at(point)
        if hole is not None:
            reason = f"{h.name} has no value at {where}: it divides by {hole.text}, which is 0 there."
            return Verdict(Status.REFUTED, reason, claim=claim)
    rank = rank_at([h.gradient for h in read], point)
    if len(read) == 1:
        status, word = (Status.PROVED, "not zero") if rank else (Status.REFUTED, "zero")
        return Verdict(status, f"at {where} its gradient is {word}.", claim=claim)
    if rank == len(read):
        return Verdict(Status.PROVED, f"their {rank} gradients are linearly independent at {where}.", claim=claim)
    reason = f"at {where} their {len(read)} gradients span only {rank} dimensions."
    return Verdict(Status.REFUTED, reason, claim=claim)


def _independent_generically(read: Sequence[Quotient], variables: tuple[str, ...], claim: str) -> Verdict:
    gradients = [h.gradient for h in read]
    for h, gradient in zip(read, gradients, strict=True):
        if not gradient:
            reason = f"the gradient of {h.name} is zero everywhere: it is a constant."
            return Verdict(Status.REFUTED, reason, claim=claim)
    found = generic_rank(gradients)
    if found.low == len(gradients):
        shown = (
            "its gradient is not zero" if found.low == 1 else f"their {found.low} gradients are linearly independent"
        )
        reason = (
            f"{shown} at {show_point(variables, found.point)}, hence on an open dense set of points (a minor is a "
            "polynomial that is not zero)."
        )
        return Verdict(Status.PROVED, reason, claim=claim)
    basis = _basis(gradients, found.point)
    extra = next((i for i in range(len(gradients)) if i not in basis), len(gradients) - 1)
    before = [i for i in basis if i < extra]
    expressed = express([gradients[i] for i in before], [gradients[extra]], found.point)
    if not isinstance(expressed, str):
        *most, last = (read[i].name for i in before)
        others = f"{', '.join(most)} and {last}" if most else last
        reason = (
            f"the gradient of {read[extra].name} is a combination of the gradients of {others}, as an identity: near a "
            f"generic point it is a function of {'it' if len(before) == 1 else 'them'}."
        )
        return Verdict(Status.REFUTED, reason, claim=claim, details={"dependent": extra, "on": before})
    if found.high < len(gradients):
        reason = f"their {len(gradients)} gradients span only {found.high} dimensions at every point, as an identity."
        return Verdict(Status.REFUTED, reason, claim=claim)
    reason = (
        f"at random points the gradients span only {found.low} dimensions, so they are dependent with probability at "
        f"least {shown_chance(found.risk)}, but no identity was found for it ({expressed})."
    )
    return Verdict(Status.UNKNOWN, reason, claim=claim)


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
            reason = f"{name} is the trouble: {verdict.reason}"
            return Verdict(verdict.status, reason, claim=claim, witness=verdict.witness), None
    verdict = independent(functions, phi.variables)
    if not verdict.is_proved:
        word = "not independent" if verdict.is_refuted else "perhaps not independent"
        return Verdict(
            verdict.status,
            f"{'they are laws' if len(names) > 1 else 'it is a law'}, but {word}: {verdict.reason}",
            claim=claim,
        ), None
    count = count_laws(phi)
    given = len(functions)
    laws = "they are laws and independent" if given > 1 else "it is a law, and not constant"
    if given == count.laws_at_most:
        # so many are independent, and dim Lie leaves room for no more, whether or not the search found them too
        number = f"exactly {given}" if count.laws is not None else f"at most {given}"
        reason = f"{laws}, and there {'are' if given > 1 else 'is'} {number} near a generic point: {count.certain}"
        return Verdict(Status.PROVED, reason, claim=claim, evidence=count), count
    if given < count.laws_at_least:
        number = f"{'exactly' if count.laws is not None else 'at least'} {count.laws_at_least}"
        reason = f"{laws}, but there are {number}: {count.certain}"
        return Verdict(Status.REFUTED, reason, claim=claim, evidence=count), count
    reason = f"{laws}, and there may be up to {count.laws_at_most}: {count.verdict.reason}"
    return Verdict(Status.UNKNOWN, reason, claim=claim, evidence=count), count


def compared(number: int, relation: str, low: int, high: int) -> Status:
    """Compare a number with two certain bounds of the right one.

    Examples
    --------
    >>> compared(2, ">=", 1, 3), compared(1, ">=", 1, 3)
    (<Status.UNKNOWN: 'UNKNOWN'>, <Status.PROVED: 'PROVED'>)
    """
    if relation == "=":
        if low == high == number:
            return Status.PROVED
        return Status.UNKNOWN if low <= number <= high else Status.REFUTED
    if relation == ">=":
        if number <= low:
            return Status.PROVED
        return Status.REFUTED if number > high else Status.UNKNOWN
    if number >= high:
        return Status.PROVED
    return Status.REFUTED if number < low else Status.UNKNOWN


def dimension(phi: VectorFields, what: str, value: int, point: Point | None = None, relation: str = "=") -> Verdict:
    """Decide dim W(θ) = value (what = 'W') or dim Lie(W)(θ) = value (what = 'Lie'); or >=, or <=.

    Parameters
    ----------
    phi : VectorFields
    what : str
        'W' or 'Lie'.
    value : int
    point : D exact numbers, optional
        Then the statement is about this point alone; without it about generic points.
    relation : str
        '=', '>=' or '<='.

    Returns
    -------
    Verdict
        At a special point only bounds on dim Lie may be certain; then UNKNOWN says which.

    References
    ----------
    Section 3.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> phi = parametrization("x**2*y")
    >>> print(dimension(phi, "Lie", 1).status, dimension(phi, "Lie", 1, (0, 1)).status)
    PROVED REFUTED
    """
    claim = f"dim {what}(θ) {relation} {value}"
    where = "near a generic point" if point is None else f"at {show_point(phi.variables, point)}"
    if point is not None and what == "W":
        rank = rank_at(list(phi), point)
        status = compared(value, relation, rank, rank)
        return Verdict(status, f"the generators span exactly {rank} dimensions {where}.", claim=claim)
    if point is not None:
        bounds = lie_at(phi, point)
        return _of_bounds(claim, (value, relation), bounds.low, bounds.high, where, bounds.reason, bounds.count)
    if what == "W":
        trace = generic_trace(phi)
        if trace.exact:
            return _of_bounds(claim, (value, relation), trace.low, trace.high, where, "", None)
    count = count_laws(phi)
    if what == "W":
        low = max(count.dim_trace, trace.low)
        high = low if count.steps[0].certain else min(trace.high, phi.dimension - count.laws_at_least)
        likely = f"it is {low} with probability at least {shown_chance(trace.risk)}, but no proof closes it"
        undecided = compared(value, relation, low, high) is Status.UNKNOWN
        return _of_bounds(claim, (value, relation), low, high, where, likely if undecided else "", None)
    low, high = count.dim_lie, count.dim_lie if count.laws is not None else phi.dimension - count.laws_at_least
    reason = count.verdict.reason if compared(value, relation, low, high) is Status.UNKNOWN else count.certain
    return _of_bounds(claim, (value, relation), low, high, where, reason.removesuffix("."), count)


def _of_bounds(
    claim: str, wanted: tuple[int, str], low: int, high: int, where: str, reason: str, evidence: LawCount | None
) -> Verdict:
    """Decide that a number between two certain bounds is, exceeds or does not exceed a value."""
    status = compared(*wanted, low, high)
    why = f": {reason}." if reason else "."
    if low == high:
        found = f"it is exactly {low} {where}"
    elif status is Status.UNKNOWN:
        what = {"=": "it is", ">=": "it is at least", "<=": "it is at most"}[wanted[1]]
        found = f"it is at least {low} and at most {high} {where}; whether {what} {wanted[0]} was not proved"
    elif (wanted[0] <= low and wanted[1] == ">=") or (wanted[0] < low):
        found = f"it is at least {low} {where}"
    else:
        found = f"it is at most {high} {where}"
    return Verdict(status, f"{found}{why}", claim=claim, evidence=evidence)


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
    claim = f"[χ, χ'](θ) ∈ W(θ) for {phi.text}"
    count = count_laws(phi)
    trace = count.dim_trace  # certain as a bound from below
    if count.laws is not None and trace == count.dim_lie:
        reason = f"dim Lie(W)(θ) = dim W(θ) = {trace} near a generic point: brackets add nothing."
        return Verdict(Status.PROVED, reason, claim=claim, evidence=count)
    small = phi.count <= MAX_PAIRED and phi.count * phi.dimension <= MAX_ENTRIES
    if count.steps[0].certain and count.dim_lie > trace:
        leaving = _leaving(phi, trace) if small else None
        if leaving is not None:
            return Verdict(Status.REFUTED, leaving, claim=claim, evidence=count)
        reason = f"brackets leave W(θ): dim Lie is at least {count.dim_lie}, and dim W(θ) = {trace}."
        return Verdict(Status.REFUTED, reason, claim=claim, evidence=count)
    if small and len(generators := list(phi)) > 1:
        brackets = [bracket(v, w) for v, w in combinations(generators, 2)]
        if rank_over_functions([f.components for f in [*generators, *brackets]]) == trace:
            reason = f"generators and their brackets span {trace} dimensions and no more, as identities."
            return Verdict(Status.PROVED, reason, claim=claim, evidence=count)
    return Verdict(Status.UNKNOWN, f"not decided: {count.verdict.reason}", claim=claim, evidence=count)


def _leaving(phi: VectorFields, trace: int) -> str | None:
    """Show a bracket of generators that leaves W(θ) at a point where dim W(θ) is what it is at generic points."""
    generators = list(phi)
    for place in first_points(phi.dimension):
        if rank_at(generators, place) < trace:
            continue
        for i, j in combinations(range(phi.count), 2):
            if rank_at([*generators, bracket(generators[i], generators[j])], place) > trace:
                return (
                    f"[{phi.label(i)}, {phi.label(j)}] leaves W(θ) at {show_point(phi.variables, place)}: "
                    f"together they span {trace + 1} dimensions, W(θ) only {trace}."
                )
    return None


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
    if not phi.is_map:
        raise ModelError(
            f"'factors through φ' asks about a map φ, and {phi.brief} is "
            f"{'not a polynomial one' if phi.domain else 'a family of fields'}: give a φ, such as phi(x*y, x*z)"
        )
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
    if not field:
        return Verdict(Status.PROVED, f"{name} is zero everywhere.", claim=claim)
    trace, both = generic_trace(phi), generic_rank([*generators, field])
    if both.low > trace.high:
        place = next(
            (p for p in (both.point, *first_points(phi.dimension)) if rank_at(generators, p) == trace.high), both.point
        )
        where = show_point(phi.variables, place)
        reason = f"at {where} it is {_value(field, place)}, and W(θ) has {trace.high} dimensions there, without it."
        return Verdict(Status.REFUTED, reason, claim=claim)
    basis = [generators[g] for g in _basis(generators, trace.point)]
    expressed = express(basis, [field], trace.point) if basis else "W(θ) is zero"
    if not isinstance(expressed, str):
        multiplier, _ = expressed
        shown = multiplier.text if len(multiplier.terms) < 8 else "a minor"
        factor = "" if multiplier.is_constant else f" where {shown} is not 0"
        reason = f"{name} is a combination of generators, as an identity{factor}."
        return Verdict(Status.PROVED, reason, claim=claim)
    if both.high <= trace.low:
        reason = f"with or without {name} the generators span {trace.low} dimensions, as an identity."
        return Verdict(Status.PROVED, reason, claim=claim)
    return Verdict(Status.UNKNOWN, f"no identity was found for it, and no point refutes it: {expressed}.", claim=claim)


def _value(field: Field, point: Point) -> str:
    return "(" + ", ".join(str(c.evaluate(point)) for c in field.components) + ")"


def equal(left: Any, right: Any, variables: tuple[str, ...]) -> Verdict:
    """Decide whether two expressions are the same rational function.

    Examples
    --------
    >>> print(equal("(x + y)**2", "x**2 + y**2", ("x", "y")).reason)
    left − right = 2*x*y, which is 2 at x = 1, y = 1.
    """
    a, b = (quotient(side, variables, side if isinstance(side, str) else str(side)) for side in (left, right))
    residual = a.top * b.bottom - b.top * a.bottom
    claim = f"{left} = {right}"
    where = Quotient("", a.top, b.bottom, tuple(dict.fromkeys([*a.divisors, *b.divisors]))).where
    if not residual:
        return Verdict(Status.PROVED, f"both sides are the same function, as an identity{where}.", claim=claim)
    denominator = a.bottom * b.bottom
    point = small_nonzero_point(residual, avoid_zero_of=[*a.divisors, *b.divisors])
    value = Fraction(residual.evaluate(point)) / Fraction(denominator.evaluate(point))
    if residual.is_constant and denominator.is_constant:
        return Verdict(Status.REFUTED, f"left − right = {value}, which is not 0.", claim=claim)
    shown = residual.text if len(residual.terms) <= 12 else f"a polynomial of {len(residual.terms)} terms"
    if not denominator.is_constant:
        shown = f"({shown})/({denominator.text})"
    elif denominator != 1:
        shown = (residual / denominator.terms[()]).text
    reason = f"left − right = {shown}, which is {value} at {show_point(variables, point)}."
    return Verdict(Status.REFUTED, reason, claim=claim, details={"residual": shown})
