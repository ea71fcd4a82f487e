"""The rule of the stretches: which laws of a linear network its balances do not supply, and a survey that tries it.

A stretch is a run of matrices from a layer of width one to the next one. It acts through one number, so that all its
D_s − 1 laws are laws of the network; the rule says that the balances and these are all.

Examples
--------
>>> expected_laws((2, 1, 2, 2, 1, 2))
9
>>> try_rule(networks(3, (1, 2)))
10 networks, 1 with hidden laws: each has as many laws as the rule says, proved
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import pairwise, product
from typing import Any

from ..certificates.survey import survey
from ..laws.search import known_count
from ..models.networks import linear
from ..models.sparse_point import stretches

__all__ = ["Rule", "expected_laws", "networks", "try_rule"]


@dataclass(frozen=True)
class Rule:
    """What a survey of the rule found."""

    networks: int  # how many were counted, and how many of them have laws that the balances do not supply
    hiding: int
    # widths of networks whose count was not proved, and of those with another number of laws than the rule says
    open: tuple[tuple[int, ...], ...]
    exceptions: tuple[tuple[int, ...], ...]
    digest: str  # the beginning of the SHA-256 of the lines "widths: laws", in the order of the networks

    def __repr__(self) -> str:
        found = f"{self.networks} networks, {self.hiding} with hidden laws: "
        if self.exceptions:
            return found + f"the rule fails for {', '.join(map(str, self.exceptions))}"
        if self.open:
            return found + f"not proved for {', '.join(map(str, self.open))}, and no other number for the rest"
        return found + "each has as many laws as the rule says, proved"


@cache
def _hidden(widths: tuple[int, ...]) -> int:
    """How many laws a stretch hides: D − 1 less its independent balances."""
    phi = linear(*widths)
    return phi.dimension - 1 - known_count(phi)


def expected_laws(widths: Sequence[int]) -> int:
    """Return how many independent laws the rule says that ``linear(*widths)`` has."""
    phi = linear(*widths)
    return known_count(phi) + _hidden_in(tuple(phi.sizes))


def _hidden_in(sizes: tuple[int, ...]) -> int:
    return sum(_hidden(tuple(sizes[first - 1 : last + 1])) for first, last in stretches(sizes) if last > first)


def networks(matrices: int, widths: Sequence[int], most: int = 120) -> Iterator[tuple[int, ...]]:
    """Yield the widths of all linear networks of one depth with at most so many weights, one of each mirror pair.

    `widths`: those that occur.
    """
    for sizes in product(widths, repeat=matrices + 1):
        if sizes <= sizes[::-1] and sum(a * b for a, b in pairwise(sizes)) <= most:
            yield sizes


def try_rule(
    asked: Iterable[Sequence[int]],
    folder: Any = None,
    jobs: int = 1,
    progress: Callable[[int, int, str], None] | None = None,
) -> Rule:
    """Count the laws of each network, with proof, and compare with the rule.

    `asked`: widths, such as `networks` yields; `folder, jobs, progress`: as `cl.survey` takes them.
    """
    listed = [tuple(widths) for widths in asked]
    rows = survey([f"linear({', '.join(map(str, widths))})" for widths in listed], folder, jobs, progress)
    found = dict(zip(listed, rows, strict=True))
    hidden = {widths: _hidden_in(widths[::-1]) for widths in found}
    unproved = tuple(widths for widths, row in found.items() if row.laws is None)
    wrong = {
        w: row.laws for w, row in found.items() if row.laws is not None and row.laws != (row.known or 0) + hidden[w]
    }
    lines = "".join(f"{','.join(map(str, widths))}: {row.laws}\n" for widths, row in found.items())
    digest = sha256(lines.encode()).hexdigest()[:16]
    return Rule(len(found), sum(number > 0 for number in hidden.values()), unproved, tuple(wrong), digest)
