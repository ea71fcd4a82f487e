"""Answers that are functions of Python: called on a few small cases in fractions, with bounded work.

A function is never taken apart and never written out to be run again. It is called where it was written, and what came
of each call becomes plain data (`call_on`); a check judges that data, here and in grading, where the data alone leave
the process in which a learner's program runs.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..errors import ParseError, brief

__all__ = ["Call", "call_on", "name_of", "read_calls", "shown", "source_of"]

MAX_STEPS = 200_000  # instructions of Python that one call may run: a tenth of a second, and what is asked takes 2,000
MAX_ENTRIES = 200  # numbers that one call may return
MAX_BITS = 2_000  # of such a number
MAX_SIZE = 20_000  # bits of a number on the way: in a loop without end fractions grow until one product takes hours


class _TooMuch(BaseException):
    """More than one call may run, and what it was; no `except Exception` of a learner catches it."""


@dataclass(frozen=True)
class Call:
    """What came of one call: a value of numbers, lists and tuples, or `trouble`, one sentence."""

    arguments: tuple[Any, ...]
    value: Any = None
    trouble: str = ""


def name_of(start: str) -> str:
    r"""Return the name of the function that the first lines of an answer define, or nothing.

    Examples
    --------
    >>> name_of("def step(u, v):\n    ...")
    'step'
    """
    words = start.split("(")[0].split()
    return words[1] if len(words) == 2 and words[0] == "def" else ""


def source_of(function: Callable[..., Any]) -> str:
    """Return a function as it was written, or its name where Python does not know."""
    try:
        return inspect.cleandoc("\n" + inspect.getsource(function)) if inspect.isfunction(function) else repr(function)
    except (OSError, TypeError, SyntaxError):
        return f"def {getattr(function, '__name__', 'function')}(...)"


def call_on(function: Callable[..., Any], cases: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """Call a function on each case; each argument is a copy, so that changing it in place harms nobody.

    Returns ``function``, the source, to be shown; ``calls``, one ``("value", value)`` or ``("trouble", sentence)`` a
    case; ``changes``, whether it changed a list that it was given.

    Examples
    --------
    >>> call_on(lambda x: x / 2, [(Fraction(1),), ("a",)])["calls"][0]
    ('value', Fraction(1, 2))
    """
    name = getattr(function, "__name__", "your function")
    fits = _parameters(function, cases[0], name)
    given = [deepcopy(case) for case in cases]  # one by one: cases share their lists
    calls = [("trouble", fits)] * len(cases) if fits else [_call(function, case, name) for case in given]
    return {"function": source_of(function), "calls": calls, "changes": given != list(cases)}


def read_calls(answer: Any, cases: Sequence[tuple[Any, ...]]) -> list[Call]:
    """Read what `call_on` has made of a function, wherever it was made.

    Raises ParseError: if it is anything else.
    """
    strange = ParseError(
        "this answer is not a record of a function's calls: hand in the function itself, such as `step`"
    )
    calls = answer.get("calls") if isinstance(answer, dict) else None
    if not isinstance(calls, list) or len(calls) != len(cases):
        raise strange
    found = []
    for case, call in zip(cases, calls, strict=True):
        match call:
            case ("value", value) | ["value", value]:
                found.append(Call(case, _plain(value, [0])))
            case ("trouble", str(told)) | ["trouble", str(told)]:
                found.append(Call(case, trouble=told[:500]))
            case _:
                raise strange
    return found


def _parameters(function: Callable[..., Any], case: tuple[Any, ...], name: str) -> str:
    """Say what is wrong with the parameters of a function, or nothing."""
    try:
        inspect.signature(function).bind(*case)
    except TypeError:
        count = len(inspect.signature(function).parameters)
        return (
            f"`{name}` is called with {len(case)} arguments here, and yours takes {count}: keep the first line as it "
            "stood"
        )
    except ValueError:  # a function of C tells nothing of its parameters
        pass
    return ""


def _call(function: Callable[..., Any], case: tuple[Any, ...], name: str) -> tuple[str, Any]:
    said = f"{name}({', '.join(map(shown, case))})"
    try:
        with _bounded():
            value = function(*case)
        return "value", _plain(value, [0])
    except _TooMuch as problem:
        return "trouble", f"`{said}` {problem}. Is its loop endless?"
    except RecursionError:
        return "trouble", f"`{said}` calls itself again and again, without end"
    except ParseError as problem:
        return "trouble", f"`{said}` returns {problem}"
    except NameError as problem:
        unknown = getattr(problem, "name", None) or "a name"
        return "trouble", (
            f"`{said}` uses `{unknown}`, which has no value there: look for a slip of the pen, or for a cell "
            "above that was not run"
        )
    except Exception as problem:
        return "trouble", f"`{said}` stops with {type(problem).__name__}: {str(problem)[:150]}"


@contextmanager
def _bounded() -> Iterator[None]:
    """Stop what runs too long: a loop without end is told so, also where nobody can press a stop button."""
    left = [MAX_STEPS]

    def count(frame: Any, event: str, argument: Any) -> Any:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False  # a loop in a single line has no second line
        left[0] -= 1
        if left[0] < 0:
            raise _TooMuch(f"does not end: it was stopped after {MAX_STEPS:,} steps")
        if any(map(_is_huge, (argument, *frame.f_locals.values()))):
            raise _TooMuch(f"was stopped when a number in it had {MAX_SIZE * 3 // 10:,} digits")
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)


def _is_huge(value: Any) -> bool:
    if isinstance(value, Fraction):  # one that is being made has no parts yet
        return _is_huge(getattr(value, "_numerator", 0)) or _is_huge(getattr(value, "_denominator", 1))
    return isinstance(value, int) and value.bit_length() > MAX_SIZE


def _plain(value: Any, seen: list[int]) -> Any:
    """Return a value as numbers, lists and tuples.

    Raises ParseError: what it is instead; the sentence goes on after "`f(x)` returns".
    """
    seen[0] += 1
    if seen[0] > MAX_ENTRIES:
        raise ParseError(f"more than {MAX_ENTRIES} numbers")
    if hasattr(value, "tolist"):  # an array of numpy
        value = value.tolist()
    if value is None or value is ...:
        return None
    if isinstance(value, list | tuple):
        return [_plain(part, seen) for part in value]
    if isinstance(value, bool):
        raise ParseError(f"{value}, where a number is expected")
    if isinstance(value, float):
        return value
    if isinstance(value, int | Fraction):
        if max(abs(value.numerator), value.denominator).bit_length() > MAX_BITS:
            raise ParseError("a number with hundreds of digits")
        return value if isinstance(value, int) else Fraction(value)
    if isinstance(value, map | zip | range | filter) or inspect.isgenerator(value):
        raise ParseError("something to loop over instead of a list: write `list(...)` around it")
    raise ParseError(f"{brief(value)}, which is neither a number nor a list of numbers")


def shown(value: Any) -> str:
    """Write an argument as one would on paper."""
    if isinstance(value, list | tuple):
        inner = ", ".join(map(shown, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return str(value)
