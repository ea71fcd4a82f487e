"""What comes of trying a statement, and how a trial is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .scenes import Scene
from .trials import NoValue, Trial

__all__ = ["TRIALS", "Outcome", "Statement", "each_not", "no_value", "with_value"]

TRIALS = 6
REDRAWS = 20  # where an expression has no value


@dataclass(frozen=True)
class Outcome:
    """What came of trying a statement."""

    stands: bool | None  # whether nothing contradicts it; None where that could not be found out
    text: str  # what was tried, or the instance that contradicts it
    risk: Fraction = Fraction(0)  # the probability, at most, that this outcome is wrong; 0 where it is certain
    degree: int = 0  # of the polynomial that would have to vanish where it should not, at most

    def flipped(self) -> Outcome:
        """Return the outcome for the opposite statement."""
        return self if self.stands is None else replace(self, stands=not self.stands)


@dataclass(frozen=True)
class Statement:
    """A statement that was read."""

    kind: str
    said: dict[str, Any]  # expressions as trees, points as lists of numbers
    scene: Scene


def each_not(statement: Statement, way: Callable[[Statement], Outcome], zero: str) -> Outcome:
    """Try that none of the functions has a property; `zero` says what was found instead."""
    risk, degree, shown = Fraction(0), 0, []
    for f in statement.said["of"]:
        found = way(replace(statement, kind=statement.kind.removeprefix("not "), said={"of": [f]})).flipped()
        if not found.stands:
            return found if found.stands is None else replace(found, text=zero + found.text)
        risk, degree = max(risk, found.risk), max(degree, found.degree)
        shown.append(found.text)
    return Outcome(True, "; ".join(shown), risk, degree)


def with_value(make: Callable[[], Trial], check: Callable[[Trial], Any]) -> Any:
    """Check a trial where all expressions have values; raise NoValue where that is nowhere."""
    for _ in range(REDRAWS):
        try:
            return check(make())
        except NoValue:
            continue
    raise NoValue


def no_value(where: str) -> Outcome:
    """Return the outcome for a statement about something that has no value."""
    return Outcome(False, f"an expression in it divides by 0 {where}, and has no value")
