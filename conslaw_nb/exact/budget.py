"""A bound on work that is not ours: what another library does with a person's input is counted, and stopped.

Our own code knows its bounds before it begins. What a computer algebra system does with an expression can only be
watched: every call and every return of a Python or C function is one event, and after so many the work ends. The
bound is a number of events and not of seconds, so that a slow machine decides what a fast one decides.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import BudgetError

__all__ = ["at_most"]


class _Spent(BaseException):
    """Not an Exception: libraries catch those and go on."""


@contextmanager
def at_most(events: int) -> Iterator[None]:
    """Stop what runs inside a with block after so many events.

    Where a profiler or another bound is at work already, that one is left alone and this one does nothing.

    `events`: calls and returns of functions; some millions are a second. Raises BudgetError: when they are spent.

    Examples
    --------
    >>> with at_most(1000):
    ...     total = sum(len(str(n)) for n in range(100))
    >>> with at_most(1000):
    ...     total = sum(len(str(n)) for n in range(10**9))
    Traceback (most recent call last):
    conslaw_nb.errors.BudgetError: stopped after 1000 steps: try something smaller
    """
    if sys.getprofile() is not None:
        yield
        return
    left = events

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Spent

    sys.setprofile(count)
    try:
        yield
    except _Spent:
        raise BudgetError(f"stopped after {events} steps: try something smaller") from None
    finally:
        sys.setprofile(None)
