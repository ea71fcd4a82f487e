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
    "CourseError",
    "DrawingError",
    "ExerciseError",
    "FlowError",
    "GeometryError",
    "KinkError",
    "LabError",
    "LessonTextError",
    "ModelError",
    "NotebookError",
    "PanelError",
    "ParseError",
    "PlainDataError",
    "ProgressError",
    "SealError",
    "ShapeError",
    "SizeError",
    "SlidesError",
    "StatementError",
    "UsageError",
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


# -- what people type ------------------------------------------------------------------------------------


class ShapeError(ModelError):
    """Matrices do not fit: compare the sizes that the message names, or put a transpose where it proposes one."""


class UsageError(ConslawError):
    """The command line makes no sense: compare it with the examples of `conslaw --help`."""


# -- pictures, simulations, geometry ---------------------------------------------------------------------


class FlowError(ConslawError, ValueError):
    """A simulation that cannot be run as asked; the message names the argument and a value that works."""


class GeometryError(ConslawError, ValueError):
    """A question about the metric that makes no sense as it stands; the message says what to give instead."""


class KinkError(ConslawError, ValueError):
    """The input lies on a kink of the network at this θ: take another input, or move θ a little."""


class DrawingError(ConslawError, ValueError):
    """A picture that would not serve its reader; the message says what it lacks."""


class PanelError(ConslawError, ValueError):
    """A figure that cannot be made as asked; the message names the argument and what it may be."""


# -- lessons, notebooks, classes -------------------------------------------------------------------------


class _NameError(ConslawError, KeyError):
    """There is nothing of that name; a `KeyError` would put the sentence in quotes."""

    def __str__(self) -> str:
        return str(self.args[0])


class ExerciseError(_NameError):
    """There is no such exercise; the message says which there are."""


class StatementError(_NameError):
    """There is no such statement; the message names some that are near."""


class ProgressError(ConslawError):
    """The progress file cannot be read or written: the message says where it is and that nothing was lost."""


class NotebookError(ConslawError):
    """A file is not a notebook, or not one that can be run here: the message says why, and what to do."""


class SlidesError(ConslawError, ValueError):
    """Slides that cannot be made as asked; the message says what to write instead."""


class CourseError(ConslawError):
    """A course folder or a folder of submissions cannot be used: the message names it and says what to do."""


class PlainDataError(ConslawError):
    """An answer is not plain data: hand in text, numbers, or tuples and lists of those."""


class SealError(ConslawError):
    """A process cannot be shut in here: the message says what the system refused."""


class LessonTextError(ConslawError):
    """The text of a lesson's exercises is incomplete: the message names the file, the line and the exercise."""
