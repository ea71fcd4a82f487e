"""Exercises that ask for mathematics, check it exactly, and help one step at a time.

No exercise holds an answer key. A check computes whether the answer has the property that was asked for, with
the engine or in exact fractions, so every right answer counts, and a wrong one is told *why* it is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from html import escape
from math import isfinite
from typing import Any, ClassVar

from ..claims.hints import Hint, Hints
from ..errors import ConslawError, ParseError, SizeError, brief
from ..verdict import sentence
from .as_typed import restored, tidy
from .functions import call_on, name_of, read_calls
from .kind_errors import watch_names
from .progress_file import progress

__all__ = ["KINDS", "TIERS", "Exercise", "Feedback", "Hint", "right", "wrong"]

KINDS = ("predict", "compute", "prove", "break")  # what a reader is asked to do
TIERS = ("warm-up", "core", "challenge")

MAX_ANSWER = 5_000  # characters; the longest proof that is asked for has some hundreds
MAX_MESSAGE = 3_000  # characters of feedback: the polynomials in it can be long

# As for verdicts, a sign and a word carry the meaning beside the colour.
_LOOK = {
    "right": ("#0072B2", "✓", "Right."),
    "wrong": ("#D55E00", "✗", "Not yet."),
    "empty": ("#6F6F6F", "…", "No answer yet."),
    "unreadable": ("#6F6F6F", "?", "This cannot be read."),
}


@dataclass(frozen=True)
class Feedback:
    """What a check has to say, in a notebook as HTML and in a terminal as text.

    Attributes
    ----------
    outcome : str
        'right', 'wrong', 'empty' or 'unreadable'.
    message : str
        Why, in plain text; `code` stands between backticks.
    solution : str
        After a right answer: a good solution, to compare one's own with; Markdown with formulas.
    answer : str
        After a right answer: the answer, as it was written.
    hints : callable, optional
        After a wrong answer: makes hints from the mistake in it, if someone asks for them.

    Examples
    --------
    >>> right("`u**2 - v**2` is a law.")
    ✓ Right. `u**2 - v**2` is a law.
    """

    outcome: str
    message: str
    solution: str = ""
    answer: str = ""
    hints: Callable[[], Hints] | None = field(default=None, compare=False)

    @property
    def is_right(self) -> bool:
        """Whether the answer was right."""
        return self.outcome == "right"

    def __bool__(self) -> bool:
        return self.is_right

    def __repr__(self) -> str:
        _, sign, word = _LOOK[self.outcome]
        told = f"{sign} {word} {self.message}"
        return f"{told}\n  One good solution: {self.solution}" if self.solution else told

    def _repr_html_(self) -> str:
        colour, sign, word = _LOOK[self.outcome]
        message = _code(escape(self.message))
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:.3em .8em;margin:.3em 0">'
            f"<strong>{sign} {word}</strong> {message}{self._solution()}</div>"
        )

    def _solution(self) -> str:
        """Show a good solution beside one's own answer, or below it where there is no room."""
        if not self.solution:
            return ""
        good = f"<em>One good solution:</em> {_code(escape(self.solution, quote=False))}"
        sides = [f"<em>Your answer:</em> {_listing(self.answer)}", good] if self.answer else [good]
        columns = "".join(f'<div style="flex:1 1 16em;min-width:0">{side}</div>' for side in sides)
        return f'<div style="display:flex;flex-wrap:wrap;gap:.4em 1.5em;margin-top:.4em">{columns}</div>'


def _listing(text: str) -> str:
    """Show what somebody wrote; no formula is looked for in it."""
    shown = escape(text.strip())
    if "\n" in shown:
        return f'<pre style="margin:0;white-space:pre-wrap;word-break:normal">{shown}</pre>'
    return f"<code>{shown}</code>"


def _code(text: str) -> str:
    """Show what stands between backticks as code."""
    # The room that notebooks leave around code would part it from the comma behind it.
    close = r'<code style="padding-right:0">\1</code>'
    return re.sub(r"`([^`]*)`([,.;:!?)]?)", lambda m: m.expand(close if m[2] else r"<code>\1</code>") + m[2], text)


def right(message: str) -> Feedback:
    """Return the feedback on a right answer."""
    return Feedback("right", message)


def wrong(message: str, hints: Callable[[], Hints] | None = None) -> Feedback:
    """Return the feedback on a wrong answer.

    `message`: why it is wrong, from the answer itself; `hints`: makes hints from the mistake, such as ``lambda:
    hints_for_law(answer, phi)``; the exercise's own come after.
    """
    return Feedback("wrong", message, hints=hints)


# What cannot be an answer, and what one would say it is.
_STRANGE = (
    (dict, "a dictionary"),
    (set, "a set"),
    (bytes, "bytes"),
    (bool, "True or False"),
    (complex, "a complex number"),
)


def _readable(answer: Any) -> None:
    """Refuse what cannot be an answer, in words that say what to write instead.

    Raises ParseError: a function, a dictionary, ... or a float, which stands for another number than the one that was
    typed.
    """
    if isinstance(answer, list | tuple):
        for part in answer:
            _readable(part)
    elif isinstance(answer, float):
        near = Fraction(answer).limit_denominator(100) if isfinite(answer) else Fraction(3, 4)
        exact = near if isfinite(answer) and abs(near - Fraction(answer)) < Fraction(1, 10**6) else Fraction(3, 4)
        if isfinite(answer) and near != exact:
            raise ParseError(f"your answer is the float {answer:.6g}: if you meant a formula, the quotes are missing")
        raise ParseError(f"{answer!r} is a float, which is rarely what it seems; write it as text, such as '{exact}'")
    else:
        kinds = [words for kind, words in _STRANGE if isinstance(answer, kind)]
        if isinstance(answer, Exercise | Feedback | Hint):
            kinds = ["an exercise itself, or what it has said"]
        elif callable(answer) and not hasattr(answer, "free_symbols"):  # sympy's expressions are welcome
            kinds = ["a function of Python"]
        if kinds:
            raise ParseError(f"your answer is {kinds[0]}: write it as text, between quotes")


def _written(answer: Any) -> str:
    """Return an answer as text; a page of feedback helps nobody, so the text has a bound."""
    try:
        text = answer if isinstance(answer, str) else str(answer)
    except ValueError:  # an integer that Python does not write out
        raise SizeError(f"your answer is {brief(answer)}: no answer needs a number of this size") from None
    if len(text) > MAX_ANSWER:
        raise SizeError(f"your answer {brief(text)} has {len(text)} characters, and at most {MAX_ANSWER} are read")
    return text


@dataclass
class Exercise:
    """A question, a way to check any answer to it, and hints from gentle to explicit.

    Parameters
    ----------
    number : str
        Lesson and place, such as '1.2'.
    title : str
    kind : str
        'predict', 'compute', 'prove' or 'break': what the reader is asked to do.
    statement : str
        Markdown with formulas.
    answer_form : str
        An example of how an answer is written (and not of a right one).
    hints : sequence of str
        Markdown; at least two, the last nearly the solution.
    checker : callable
        Takes the answer as given and returns a `Feedback`; what it raises as `ConslawError` is shown as
        "cannot be read".
    introduces, uses : tuple of str
        Notions that this exercise teaches and needs: the level map is computed from them.
    solution : str
        A good solution, shown after a right answer and not before; Markdown with formulas.
    start : str
        What already stands in the answer cell, such as the first lines of a proof; left as it is, it is not an
        answer yet.
    tier : str
        'warm-up', 'core' or 'challenge'.
    why : str
        More on the solution, for the notebook of solutions; Markdown with formulas.
    cases : sequence of tuple
        Where the answer is a function of Python: the arguments on which it is called. The checker is given the list of
        its `Call`.

    Examples
    --------
    >>> def judge(answer):
    ...     return right("Twice it is 1.") if answer == "1/2" else wrong("Twice it is not 1.")
    >>> hints = ["It is less than 1.", "It is more than 0."]
    >>> half = Exercise("0.1", "Half", "compute", "What is half of 1?", "2/3", hints, judge)
    >>> half.check("2/3")
    ✗ Not yet. Twice it is not 1.
    >>> half.hint()
    **Hint 1 of 2.** It is less than 1.
    >>> half.check("1/2").is_right
    True
    """

    number: str
    title: str
    kind: str
    statement: str
    answer_form: str
    hints: Sequence[str]
    checker: Callable[[Any], Feedback]
    introduces: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    solution: str = ""
    start: str = ""
    tier: str = "core"
    why: str = ""
    cases: Sequence[tuple[Any, ...]] = ()
    given: int = field(default=0, init=False)
    sources: Mapping[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)  # notion -> number
    keeps_progress: ClassVar[bool] = True
    mistake: Callable[[], Hints] | Hints | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.hints) < 2:
            raise ValueError(f"exercise {self.number} has {len(self.hints)} hint(s): give a gentle one and more")

    def check(self, *answers: Any, **named: Any) -> Feedback:
        """Check an answer, at once and exactly.

        Parameters
        ----------
        answer : str, number, or a tuple of those
            Text is read by the package's own parser and never evaluated.

        Examples
        --------
        Several numbers or functions are one answer:

        >>> from conslaw_nb.teaching import exercise
        >>> exercise("1.1").check(1, 0)
        ? This cannot be read. `check` takes one answer, and here are 2: put them into one text. The form is ...
        """
        answer = self.handed(answers[0]) if answers else None
        answer = restored(answer) if isinstance(answer, str) else answer
        if not named and (
            answer is None or answer is ... or (isinstance(answer, str) and answer.strip() in ("", self.start.strip()))
        ):
            return self._empty()
        try:
            if named:
                raise ParseError(
                    f"`check` takes one answer, without a name such as `{next(iter(named))}=`: write it as text"
                )
            if len(answers) > 1:
                put = f"give `{name_of(self.start)}` alone" if self.cases else "put them into one text"
                raise ParseError(f"`check` takes one answer, and here are {len(answers)}: {put}")
            changes = False
            if self.cases:
                changes = isinstance(answer, dict) and answer.get("changes") is True
                written, answer = self._calls(answer)
                if all(call.value is None and not call.trouble for call in answer):
                    return self._without_return(written)
            else:
                written = _written(answer)
                _readable(answer)
            if isinstance(answer, str) and not self.start:
                answer = tidy(answer, self.answer_form)
            feedback = self.checker(answer)
        except ConslawError as problem:
            return Feedback("unreadable", f"{sentence(str(problem))} The form is `{self.answer_form}`.")
        self.mistake = feedback.hints
        if len(feedback.message) > MAX_MESSAGE:
            feedback = replace(feedback, message=f"{feedback.message[:MAX_MESSAGE]}...")
        if feedback.is_right:
            feedback = replace(feedback, solution=self.solution, answer=written)
            if changes:
                more = "One thing: it changes a list that it is given, and whoever calls it may need that list still."
                feedback = replace(feedback, message=f"{feedback.message} {more}")
        record = progress()
        if record.started and self.keeps_progress:
            told = record.record(self.number, solved=feedback.is_right, hints=self.given, answer=written)
            if told:
                return replace(feedback, message=f"{feedback.message} {sentence(told)}")
        return feedback

    def handed(self, answer: Any) -> Any:
        """Return an answer as data: a function, where one is asked for, as what came of calling it on the cases."""
        return call_on(answer, self.cases) if self.cases and callable(answer) else answer

    def _calls(self, answer: Any) -> tuple[str, Any]:
        """Return the function that was handed in, as it was written, and what came of its calls."""
        name = name_of(self.start)
        if not isinstance(answer, dict):
            _written(answer)  # what is too long or too large is told so first
            what = "its text" if isinstance(answer, str) else "the result of a call, or something else"
            raise ParseError(f"this exercise wants the function `{name}` itself, and was given {what}: write "
                             f"`.check({name})`, without quotes or brackets after the name")  # fmt: skip
        calls = read_calls(answer, self.cases)
        return _written(answer.get("function", "")), calls

    def _without_return(self, written: str) -> Feedback:
        """Say that nothing comes back from a function, unless it is the stub still."""
        name, body = name_of(self.start), written.partition("\n")[2].strip()
        if body in ("", "...", "pass"):
            return self._empty()
        if "print(" in body:
            return wrong(f"`{name}` prints, and returns nothing: write `return ...` in the place of `print(...)`.")
        return wrong(f"`{name}` returns nothing: its last line should be `return ...`, with the result.")

    def _empty(self) -> Feedback:
        where = "between the quotes, below what stands there" if self.start else "between the quotes"
        write = f"Write your answer {where}, in the form `{self.answer_form}`,"
        if self.cases:
            write = f"`{name_of(self.start)}` returns nothing yet. Put your lines in the place of the dots,"
        return Feedback("empty", f"{write} and run the cell again. Stuck? `.hint()` gives a hint, one at a time.")

    def hint(self) -> Hint:
        """Return the next hint, those from the mistake in the last answer first; the last one comes again and again."""
        own = self._from_mistake()
        if own is not None:
            return own
        self.given = min(self.given + 1, len(self.hints))
        return Hint(f"**Hint {self.given} of {len(self.hints)}.** {self.hints[self.given - 1]}")

    def _from_mistake(self) -> Hint | None:
        """Return the next hint from the mistake in the last answer, if one was found and a hint is left."""
        if self.mistake is None:
            return None
        try:
            own = self.mistake() if callable(self.mistake) else self.mistake
        except ConslawError:  # a formula that the search for the mistake does not reach
            own = None
        self.mistake = own if own is not None and own.shown + 1 < len(own) else None
        return Hint(f"*On your last answer.* {own.next().text}") if own is not None and len(own) else None

    def __repr__(self) -> str:
        return f"Exercise {self.number} ({self.kind}, {self.tier}): {self.title}\n\n{self.statement}"

    def _repr_html_(self) -> str:
        from .card import card

        return card(self)

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        from .card import bundle

        watch_names(lambda told: Feedback("unreadable", told))
        return bundle(self)
