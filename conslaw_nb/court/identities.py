"""Statements that say that something is zero: conserved functions, and equalities.

For matrices of every size the trials include all sizes 1, small and unequal sizes, and sizes above the degree: an
expression in which no more than n letters stand in a product is zero for all sizes if it is zero where every size is
n + 1 (write a product of cycles of letters with entries: at those sizes different cycles have different monomials).
Where sizes stand as numbers, a polynomial in them must not vanish either, and so several large sizes are tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from secrets import choice as pick
from secrets import randbelow
from typing import Any

from .chance import FIELD_BITS, Bound
from .outcomes import TRIALS, Outcome, Statement, each_not, no_value, with_value
from .scenes import Bounds, Scene
from .trials import Misfit, NoValue, Trial
from .values import Value

__all__ = ["conserved", "equal", "not_conserved"]

SMALL_TRIALS = 60  # to find an instance that a person can follow
MANY_SIZES = 32  # choices of large sizes that are all tried

Check = Callable[[Trial], str | None]  # returns what contradicts


def _identity(scene: Scene, check: Check, bound: Callable[[Bounds], Bound]) -> Outcome:
    """Try something that says that expressions are zero."""
    if scene.model is None:
        return _for_sizes(scene, check, bound)
    for _ in range(TRIALS):
        try:
            found = with_value(lambda: Trial(scene), check)
        except NoValue:
            return no_value("at every point that was tried")
        if found is not None:
            return _small(scene, check, found, [{}])
    known = bound(Bounds(scene))
    tried = f"tried at {TRIALS} random points, each modulo a random prime of {FIELD_BITS + 1} bits"
    return Outcome(True, tried, known.risk**TRIALS, known.n)


def _small(scene: Scene, check: Check, found: str, sizes: list[dict[str, int]]) -> Outcome:
    """Look for an instance in small integers, for people."""
    for k in range(SMALL_TRIALS):
        try:
            shown = check(Trial(scene, sizes[k * len(sizes) // SMALL_TRIALS], small=k))
        except (NoValue, Misfit):
            continue
        if shown is not None:
            return Outcome(False, shown)
    return Outcome(False, found)


def _for_sizes(scene: Scene, check: Check, bound: Callable[[Bounds], Bound]) -> Outcome:
    """Try sizes: all 1, small and unequal ones, and those large enough to show whatever is false for some."""
    names = scene.sizes
    degree = bound(Bounds(scene))
    base = degree.n + 1  # where words of this degree in matrices of these sizes are equal, their normal forms are
    largest = base + degree.s
    if degree.s and (degree.s + 1) ** len(names) <= MANY_SIZES:
        large = [
            dict(zip(names, rest, strict=True)) for rest in product(range(base, base + degree.s + 1), repeat=len(names))
        ]
        missed, repeats = Fraction(0), 2
    else:
        spread = 20 * degree.s + len(names)
        large = [{n: base + randbelow(spread + 1) for n in names} for _ in range(1 + 8 * bool(degree.s))]
        missed, repeats = Fraction(degree.s, spread + 1), 3
        largest = base + spread
    small = [dict.fromkeys(names, 1)] * 2 + [{n: 1 + randbelow(4) for n in names} for _ in range(TRIALS)]
    for special in names:  # one size is 1 and the others are not; and one is larger than the others
        small += [{n: 1 if n == special else pick((2, 3)) for n in names}, {n: 3 if n == special else 1 for n in names}]
    small.append({n: 2 + k for k, n in enumerate(names)})
    one, two = dict.fromkeys(names, 1), dict.fromkeys(names, 2)
    near = [one, *({**one, n: 2} for n in names), two, small[-1], dict.fromkeys(names, 3)]
    check(Trial(scene, small[-1]))  # whether it fits comes first: where all sizes are 1, everything does
    for sizes in [*small, *large * repeats]:
        found = check(Trial(scene, sizes))
        if found is not None:
            return _small(scene, check, found, near)
    risk = bound(Bounds(scene, largest)).risk
    total = risk**repeats if not missed else (missed + risk) ** len(large)
    tried = len(small) + len(large) * repeats
    ranges = f"sizes from 1 to {max(largest, 4, len(names) + 1)}" if names else "numbers"
    shown = f"tried at {tried} instances with {ranges}, each modulo a random prime of {FIELD_BITS + 1} bits"
    return Outcome(True, shown, min(total, Fraction(1)), degree.n)


def _rates(statement: Statement, trial: Trial) -> list[tuple[Any, Value]]:
    """Return the derivatives of the functions along the flow; for one model along some combination of generators."""
    found = []
    scene = statement.scene
    if scene.model is None:
        direction = trial.velocity(trial.here)
        return [
            (f, trial.derivative(lambda q, f=f: trial.number_or_matrix(f, q), trial.here, direction))
            for f in statement.said["of"]
        ]
    direction = trial.split(trial.model_field(trial.generators(), trial.here))
    for f in statement.said["of"]:
        found.append((f, trial.derivative(lambda q, f=f: trial.scalar(f, q), trial.here, direction)))
    return found


def _rate_text(statement: Statement, trial: Trial, place: int, value: Value) -> str:
    which = f" of function {place + 1}" if len(statement.said["of"]) > 1 else ""
    along = "the flow"
    if statement.scene.model is not None:
        along = "a combination of generators"
        if trial.chosen is not None and len(trial.chosen) == 1:
            along = f"v_{trial.chosen[0][0] + 1}"
    return f"the derivative{which} along {along} is {trial.text(value)} at {trial.where()}"


def _rate_bound(statement: Statement) -> Callable[[Bounds], Bound]:
    def bound(bounds: Bounds) -> Bound:
        along = bounds.velocity() if statement.scene.model is None else bounds.combination()
        result = Bound()
        for f in statement.said["of"]:
            result = result | bounds.of(f).derivative(along, bounds.entries)
        return result

    return bound


def conserved(statement: Statement) -> Outcome:
    """The derivative of each function along the flow, or along every generator, is zero."""

    def check(trial: Trial) -> str | None:
        for k, (_, value) in enumerate(_rates(statement, trial)):
            if not value.is_zero:
                return _rate_text(statement, trial, k, value)
        return None

    flow = _flow_is_one(statement.scene)
    if flow is not None and flow.stands is not True:
        return flow
    found = _identity(statement.scene, check, _rate_bound(statement))
    return found if flow is None or not found.stands else replace(found, risk=max(found.risk, flow.risk))


def not_conserved(statement: Statement) -> Outcome:
    """Each function has a derivative that is not zero."""
    return each_not(statement, conserved, "its derivative was always zero, ")


def _flow_is_one(scene: Scene) -> Outcome | None:
    """Try that a flow said to be the gradient flow of some phi is: <dphi v, G> = -<v, flow> for all v.

    A gradient that does not have the shape of its phi does not fit.
    """
    if scene.model is not None or not scene.phi:
        return None
    moving = list(scene.velocities or {})

    def check(trial: Trial) -> str | None:
        any_way = {name: trial.letter(*scene.given[name]) for name in moving}
        total = trial.ring.zero(1, 1)
        for f, g in zip(scene.phi, scene.gradients, strict=True):
            change = trial.derivative(lambda q, f=f: trial.number_or_matrix(f, q), trial.here, any_way)
            total = trial.ring.add(total, trial.ring.inner(change, trial.here.values[g]))
        flow = trial.velocity(trial.here)
        for name in moving:
            total = trial.ring.add(total, trial.ring.inner(any_way[name], flow[name]))
        return None if total.is_zero else f"the flow is not the gradient flow it is said to be, at {trial.where()}"

    def bound(bounds: Bounds) -> Bound:
        each = bounds.velocity() * bounds.variable
        for f in scene.phi:
            each = each | bounds.of(f).derivative(bounds.variable, bounds.entries) * bounds.variable
        return each.times((len(scene.phi) + len(moving)) * bounds.size**2)

    return _for_sizes(scene, check, bound)


def equal(statement: Statement) -> Outcome:
    """All sides are equal."""
    scene, sides = statement.scene, statement.said["sides"]

    def check(trial: Trial) -> str | None:
        trial.flow = statement.said["flow"]
        for index in range(scene.model.count) if statement.said["every"] else (0,):
            trial.every = index
            values = [trial.value(side) for side in sides]
            for k, (left, right) in enumerate(pairwise(values)):
                if not _same(trial, left, right):
                    which = f" for v_{index + 1}" if statement.said["every"] else ""
                    return (
                        f"side {k + 1} is {trial.text(left)} and side {k + 2} is {trial.text(right)}{which} "
                        f"at {trial.where()}"
                    )
        return None

    def bound(bounds: Bounds) -> Bound:
        result = Bound()
        for left, right in pairwise(sides):
            result = result | (bounds.of(left) + bounds.of(right))
        return result

    return _identity(scene, check, bound)


def _same(trial: Trial, left: Any, right: Any) -> bool:
    """Whether two values are equal; 0 is the zero of everything."""
    if isinstance(left, dict) or isinstance(right, dict):
        zero = [x for x in (left, right) if isinstance(x, Value)]
        if zero and not zero[0].is_zero:
            raise Misfit("a field of matrices is compared with a matrix")
        a, b = ({} if isinstance(x, Value) else x for x in (left, right))
        difference = trial._field_sum([a, trial._scaled(trial.ring.number(-1), b)])
        return all(velocity.is_zero for velocity in difference.values())
    return trial.ring.add(left, right, -1).is_zero
