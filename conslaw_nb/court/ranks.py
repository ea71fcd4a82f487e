"""Statements about dimensions, tried by ranks at random points modulo random primes.

A rank r at some point modulo some prime is a minor that is not zero: near a generic point the dimension is at least r,
and that is certain. That it is no more rests on trials: if it were more, a minor of r + 1 rows would not be the zero
polynomial, and a random point would show it but for the probability that `chance` bounds.

Lie(W) is spanned by right-nested brackets [u_1, [u_2, ... u_k]] of elements of W, so that a bracket of random
combinations lies outside of a subspace if any bracket of k letters does, again but for the zeros of a polynomial.
Where brackets of k + 1 letters add nothing near a generic point, longer ones do not either. At a special point this is
not so: there an upper bound is known from the dimension near by, or where the brackets, as functions, are a space that
one more letter does not enlarge.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .chance import FIELD_BITS, Bound
from .identities import conserved
from .outcomes import TRIALS, Outcome, Statement, each_not, no_value, with_value
from .scenes import Bounds, Scene
from .trials import NoValue, Place, Trial
from .values import Span

__all__ = ["complete", "count", "dimension", "factors", "function_of", "in_w", "independent", "involutive"]
__all__ += ["not_factors"]

LETTERS = 8  # of the longest brackets that are tried near a generic point
LETTERS_THERE = 6  # and at a special point, where all of them are tried
PLACES = 40  # to compare brackets as functions: at k generic places, k independent functions are told apart


def _several(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


_TRIED = f"{TRIALS} random points, each modulo a random prime of {FIELD_BITS + 1} bits"
_THERE = f"the point, modulo {TRIALS} random primes of {FIELD_BITS + 1} bits"


@dataclass(frozen=True)
class Range:
    """What is known of a dimension: at least `low`, which is certain; at most `high`, but for `risk`."""

    low: int
    high: int | None
    risk: Fraction
    degree: int
    tried: str

    def compare(self, how: str, number: int, what: str) -> Outcome:
        """Return whether the dimension is, as was said, =, >= or <= a number."""
        shown = f"{what} is at least {self.low}"
        if self.high == self.low:
            shown = f"{what} is {self.low}"
        elif self.high is not None:
            shown += f" and at most {self.high}"
        shown += f", at {self.tried}"
        above = self.high is not None and self.high < number  # it is smaller than the number
        if how != ">=" and self.low > number:
            return Outcome(False, shown)
        if how != "<=" and above:
            return Outcome(False, shown, self.risk, self.degree)
        if how == ">=" and self.low >= number:
            return Outcome(True, shown)
        if self.high is not None and self.high <= number and (how == "<=" or self.low == number):
            return Outcome(True, shown, self.risk, self.degree)
        return Outcome(None, f"{shown}; trying shows no more")


def _fill(span: Span, trial: Trial, letters: int) -> bool:
    """Add brackets of so many letters until one is inside; return whether any was outside."""
    grown = False
    while span.add(trial.word(letters)):
        grown = True
    return grown


def _trace(trial: Trial) -> Span:
    """Return W at the place of the trial."""
    span = Span(trial.ring)
    _fill(span, trial, 1)
    return span


def _lie(trial: Trial) -> tuple[Span, bool]:
    """Return the brackets at the place of the trial, and whether one more letter added nothing."""
    span = _trace(trial)
    size = len(trial.scene.names)
    for letters in range(2, LETTERS + 1):
        if len(span) in (0, size) or not _fill(span, trial, letters):
            return span, True
    return span, False


def _rank_risk(scene: Scene, rank: int, letters: int, point: list[Any] | None = None) -> tuple[Fraction, int]:
    """The risk that brackets of so many letters are found to span no more than this rank, and span more; and a degree.

    Then at one of the steps, for a number of letters and a number of words, one word more was found inside: a minor of
    at most rank + 1 rows was zero.
    """
    bounds = Bounds(scene)
    minor = bounds.minor([bounds.field(letters)] * (rank + 1)) * _height(point, bounds.field(letters).n * (rank + 1))
    return min(Fraction(1), letters * (rank + 2) * minor.risk), minor.n


def _height(point: list[Any] | None, degree: int) -> Bound:
    """What the numbers of a point add to the coefficients of something of a degree."""
    bits = sum(x.numerator.bit_length() + x.denominator.bit_length() for x in point or ())
    return Bound(a=bits * degree)


def _near(scene: Scene, what: str) -> Range:
    """Find dim W or dim Lie near a generic point."""
    ranks, settled = [], True
    for _ in range(TRIALS):
        trial = Trial(scene)
        span, enough = (_trace(trial), True) if what == "W" else _lie(trial)
        ranks.append(len(span))
        settled = settled and enough
    low = max(ranks)
    risk, degree = _rank_risk(scene, low, 1 if what == "W" else LETTERS)
    return Range(low, low if settled else None, risk**TRIALS, degree, _TRIED)


def _at(scene: Scene, what: str, point: list[Any]) -> Range:
    """Find dim W or dim Lie at a point."""
    spans = [_trace(Trial(scene, point=point)) for _ in range(TRIALS)]
    low = max(map(len, spans))
    if what == "W" or not low:  # where W is zero, brackets are too
        risk, degree = _rank_risk(scene, low, 1, point)
        return Range(low, low, risk**TRIALS, degree, _THERE)
    near = _near(scene, "Lie")
    most = len(scene.names) if near.high is None else near.high
    low = 0
    for _ in range(TRIALS):  # here brackets of some letters may add nothing, and longer ones do
        trial = Trial(scene, point=point)
        span = _trace(trial)
        for letters in range(2, LETTERS_THERE + 1):
            if len(span) < most:
                _fill(span, trial, letters)
        low = max(low, len(span))
    if near.high == low:  # it is never larger than near by
        return Range(low, low, near.risk, near.degree, _THERE)
    closed = [_closed(scene, point) for _ in range(2)]
    if None not in closed and max(x for x in closed if x is not None) == low:
        apart, degree = _rank_risk(scene, PLACES, LETTERS)
        risk = apart + _rank_risk(scene, low, LETTERS, point)[0]
        return Range(low, low, min(Fraction(1), risk) ** 2, degree, _THERE)
    return Range(low, near.high, near.risk, near.degree, _THERE)


def _closed(scene: Scene, point: list[Any]) -> int | None:
    """Return the dimension of the brackets at a point where, as functions, one more letter adds none; else None."""
    trial = Trial(scene, point=point)
    size = len(scene.names)
    random = [Place({name: trial.matrix(1, 1) for name in scene.names}) for _ in range(PLACES)]
    everywhere, here = Span(trial.ring), Span(trial.ring)
    for letters in range(1, LETTERS_THERE + 1):
        grown = False
        while everywhere.add(word := trial.word(letters, [trial.here, *random])):
            grown = True
            here.add(word[:size])
            if len(everywhere) >= PLACES:
                return None
        if not grown:
            return len(here)
    return None


# -- the statements --------------------------------------------------------------------------------------


def dimension(statement: Statement) -> Outcome:
    """Dim W or dim Lie is, is at least, or is at most a number."""
    said = statement.said
    known = _near(statement.scene, said["of"]) if said["at"] is None else _at(statement.scene, said["of"], said["at"])
    return known.compare(said["how"], said["number"], f"dim {said['of']}")


def count(statement: Statement) -> Outcome:
    """There are exactly, at least or at most so many independent laws: D - dim Lie near a generic point."""
    said, size = statement.said, len(statement.scene.names)
    near = _near(statement.scene, "Lie")
    opposite = {"=": "=", ">=": "<=", "<=": ">="}[said["how"]]
    found = near.compare(opposite, size - said["number"], f"of {_several(size, 'parameter')}, dim Lie")
    if said["number"] > size and said["how"] != "<=":
        return Outcome(False, f"there {'is' if size == 1 else 'are'} only {_several(size, 'parameter')}")
    return found


def _gradients(trial: Trial, functions: list[Any]) -> Span:
    span = Span(trial.ring)
    for f in functions:
        span.add([row[0] for row in trial.gradient(f, trial.here).plain()])
    return span


def _gradient_risk(statement: Statement, point: list[Any] | None) -> tuple[Fraction, int]:
    bounds = Bounds(statement.scene)
    rows = [bounds.of(f).derivative(Bound(), 1) for f in statement.said["of"]]
    minor = bounds.minor(rows)
    return (minor * _height(point, minor.n + minor.d)).risk, minor.n


def independent(statement: Statement) -> Outcome:
    """The gradients are linearly independent, near a generic point or at one."""
    scene, functions, point = statement.scene, statement.said["of"], statement.said.get("at")
    best = 0
    for _ in range(TRIALS):
        try:
            best = max(
                best, with_value(lambda: Trial(scene, point=point), lambda trial: len(_gradients(trial, functions)))
            )
        except NoValue:
            return no_value("there" if point is not None else "at every point that was tried")
    where = _TRIED if point is None else _THERE
    shown = f"the gradients have rank {best} at {where}"
    if best == len(functions):
        return Outcome(True, shown)
    risk, degree = _gradient_risk(statement, point)
    return Outcome(False, shown, risk**TRIALS, degree)


def complete(statement: Statement) -> Outcome:
    """They are laws, independent, and as many as there are."""
    functions, scene = statement.said["of"], statement.scene
    found = []
    for kind, way, said in (
        ("conserved", conserved, {"of": functions}),
        ("independent", independent, {"of": functions}),
        ("count", count, {"how": "=", "number": len(functions)}),
    ):
        outcome = way(Statement(kind, said, scene))
        if not outcome.stands:
            return outcome
        found.append(outcome)
    risk, degree = (max(getattr(outcome, name) for outcome in found) for name in ("risk", "degree"))
    return Outcome(True, found[-1].text, risk, degree)


def involutive(statement: Statement) -> Outcome:
    """Brackets of two generators lie in W, near a generic point."""
    scene = statement.scene
    ranks = []
    for _ in range(TRIALS):
        trial = Trial(scene)
        span = _trace(trial)
        ranks.append((len(span), not span.add(trial.word(2))))
    widest = max(rank for rank, _ in ranks)
    risk, degree = _rank_risk(scene, widest, 2)
    if all(inside for rank, inside in ranks if rank == widest):
        return Outcome(True, f"a random bracket lies in W at {_TRIED}", risk**TRIALS, degree)
    shown = f"W has {_several(widest, 'dimension')}, and a random bracket lies outside, at {_TRIED}"
    return Outcome(False, shown, risk**TRIALS, degree)


def in_w(statement: Statement) -> Outcome:
    """A field lies in W, near a generic point or at one."""
    (node,) = statement.said["of"]
    return _inside(statement, lambda trial: [trial.column(node, trial.here)], statement.said["at"])


def factors(statement: Statement) -> Outcome:
    """Gradients lie in W, near a generic point: where W has constant rank, the functions are functions of phi."""
    functions = statement.said["of"]
    return _inside(statement, lambda trial: [trial.gradient(f, trial.here) for f in functions], None)


def not_factors(statement: Statement) -> Outcome:
    """None of the gradients lies in W."""
    return each_not(statement, factors, "")


def _inside(statement: Statement, make: Any, point: list[Any] | None) -> Outcome:
    scene = statement.scene

    def check(trial: Trial) -> tuple[int, bool]:
        columns = [[row[0] for row in column.plain()] for column in make(trial)]
        span = _trace(trial)
        rank = len(span)
        return rank, not any(span.add(column) for column in columns)

    found = []
    for _ in range(TRIALS):
        try:
            found.append(with_value(lambda: Trial(scene, point=point), check))
        except NoValue:
            return no_value("there" if point is not None else "at every point that was tried")
    widest = max(rank for rank, _ in found)
    bounds = Bounds(scene)
    row = Bound()
    for node in statement.said["of"]:
        row = row | bounds.of(node).derivative(Bound(), 1) | bounds.of(node)
    minor = bounds.minor([bounds.field(1)] * (widest + 1) + [row])
    minor = minor * _height(point, minor.n + minor.d)
    risk = min(Fraction(1), (widest + 2) * minor.risk) ** TRIALS
    where = _TRIED if point is None else _THERE
    # At points where W is as large as near by, lying outside shows it; elsewhere it shows nothing.
    outside = any(not inside for rank, inside in found if rank == widest)
    shown = f"of W, which has {_several(widest, 'dimension')}, at {where}"
    return Outcome(not outside, f"it lies {'outside' if outside else 'inside'} {shown}", risk, minor.n)


def function_of(statement: Statement) -> Outcome:
    """Every law is locally a function of these: what is orthogonal to Lie(W) lies in the span of their gradients."""
    scene, functions = statement.scene, statement.said["of"]
    settled, outside, rank = True, False, 0

    def check(trial: Trial) -> tuple[bool, bool, int]:
        gradients = _gradients(trial, functions)
        lie, enough = _lie(trial)
        return enough, any(gradients.add(vector) for vector in lie.orthogonal(len(scene.names))), len(lie)

    for _ in range(TRIALS):
        try:
            enough, escaped, dimension_ = with_value(lambda: Trial(scene), check)
        except NoValue:
            return no_value("at every point that was tried")
        settled, outside, rank = settled and enough, outside or escaped, max(rank, dimension_)
    if not settled:
        return Outcome(None, f"brackets of {LETTERS} letters still add to Lie(W)")
    (risk, degree), (more, slope) = _rank_risk(scene, rank, LETTERS), _gradient_risk(statement, None)
    total = min(Fraction(1), risk + more) ** TRIALS
    size = len(scene.names)
    shown = f"of {_several(size, 'parameter')}, dim Lie is {rank} at {_TRIED}"
    if outside:
        shown += ", and some law there is not a function of these"
    return Outcome(not outside, shown, total, degree + slope)
