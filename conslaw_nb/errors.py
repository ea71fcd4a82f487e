"""Everything this package can complain about, in one small tree.

Every message has the same three parts: what was wrong, the user's own input in it, and what to try
next. Catch `ConslawError` to catch them all.
"""

from fractions import Fraction
from typing import Any

__all__ = [
    "BackendError",
    "BudgetError",
    "CertificateError",
    "ConslawError",
    "LabError",
    "LessonTextError",
    "ModelError",
    "ParseError",
    "SizeError",
    "brief",
]

_LONG = 80  # characters of a person's input that a message repeats


def brief(value: Any) -> str:
    """Write a person's input for a message, cut where it would flood the page.

    Examples
    --------
    >>> brief("x**2"), brief(3), brief(10**1000)
    ("'x**2'", '3', 'a number of 3322 bits')
    """
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        return str(value) if bits <= 200 else f"a number of {bits} bits"
    try:
        text = repr(value)
    except ValueError:  # a list that holds an integer of thousands of digits
        text = f"a {type(value).__name__}"
    if "\n" in text:  # of an object that shows itself on several lines: a message is one sentence
        text = " ".join(text.split())
    return text if len(text) <= _LONG else text[:_LONG] + "..."


class ConslawError(Exception):
    """Any error with a sentence meant for a person; the command line prints it and exits with status 2."""


class ParseError(ConslawError):
    """A text is not an expression this package reads.

    Compare the marked place with the grammar: numbers, variables, ``+ - * / **``, parentheses, and the
    functions exp, log and sqrt.
    """


class ModelError(ConslawError):
    """A parametrization or a family of fields makes no sense: check widths, variables and components."""


class SizeError(ConslawError):
    """The input is well formed but too large: the message names the bound; try a smaller case."""


class BudgetError(ConslawError):
    """A computation was stopped before it could take too long: ask for less, or raise the budget."""


class CertificateError(ConslawError):
    """A file is not a certificate, or cannot be read or written: check the path and the file's origin."""


class BackendError(ConslawError):
    """The arithmetic that was asked for is not installed: `conslaw doctor` says how to get it."""


class LabError(ConslawError):
    """JupyterLab cannot be opened on the lessons: the message names the folder, the port or the package."""


class LessonTextError(ConslawError):
    """The text of a lesson's exercises is incomplete: the message names the file, the line and the exercise."""
