"""What an exact computation may answer: PROVED, REFUTED, BOUNDED or UNKNOWN, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from html import escape
from typing import Any

from .errors import brief

__all__ = ["Status", "Verdict", "Witness", "sentence", "typeset"]


class Status(Enum):
    """The four answers; there is no fifth, and none of them is a bare bool.

    Examples
    --------
    >>> print(Status.PROVED)
    PROVED
    """

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    BOUNDED = "BOUNDED"
    UNKNOWN = "UNKNOWN"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Witness:
    """A place where a claimed law fails: a generator, a point, and the exact nonzero value there."""

    generator: int  # index of the generator χ of the family (0-based)
    label: str  # a readable name of that generator, such as ``∇(x*y)``
    # variable name to exact value (`fractions.Fraction`, or a sympy number for non-polynomial laws)
    point: dict[str, Any]
    value: Any  # the exact value of ⟨∇h, χ⟩ at the point: never zero

    @property
    def point_text(self) -> str:
        """The point as ``x = 1, y = -1/2``; zero coordinates of a large point are left out."""
        pairs = list(self.point.items())
        if len(pairs) > 4:
            shown = [(name, value) for name, value in pairs if value != 0]
            text = ", ".join(f"{name} = {value}" for name, value in shown[:12])
            more = ", ..." if len(shown) > 12 else ""
            if not shown:
                return "the origin"
            return f"{text}{more}, all else 0" if len(shown) < len(pairs) else text + more
        return ", ".join(f"{name} = {value}" for name, value in pairs)

    def __str__(self) -> str:
        return f"⟨∇h, {self.label}⟩ = {_value_text(self.value)} at {self.point_text}"


def _value_text(value: Any) -> str:
    """Return a value as text; digits beyond what anyone reads are left out."""
    if isinstance(value, (int, Fraction)):
        return brief(value)
    text = re.sub(r"\bE\b", "exp(1)", str(value))  # sympy's name for the number
    return text if len(text) <= 300 else text[:300] + "..."


_SIGNS = (("&gt;=", "≥"), ("&lt;=", "≤"))
_SMALL = re.compile(r"\b(W|R)([_^])(\d+|[a-z]\b)|\b([ez])(_)(\d+|[a-z])\b")
_OPERATORS = ("dim", "det", "exp", "log", "sqrt")


def sentence(text: str) -> str:
    """Make a message that stands alone a sentence; a formula or a name that it begins with is left as it was written.

    Examples
    --------
    >>> sentence("a law needs 0 everywhere"), sentence("dim Lie = 5 near a point."), sentence("x is not known")
    ('A law needs 0 everywhere.', 'dim Lie = 5 near a point.', 'x is not known.')
    >>> sentence("")
    ''
    """
    word, _, after = text.partition(" ")
    plain = word.rstrip(",:")
    begins = plain.isascii() and plain.isalpha() and plain not in _OPERATORS
    if len(plain) == 1:  # an article, or a variable
        begins = word == "a" and after.partition(" ")[0] not in ("is", "has", "does", "=", "and", "or")
    return (
        (text[:1].upper() if begins else text[:1])
        + text[1:]
        + ("" if not text or text.endswith((".", "!", "?")) else ".")
    )


def typeset(text: str) -> str:
    """Return a sentence of ours as HTML, with ≥ for >= and small digits in W_0 and R^3.

    Examples
    --------
    >>> typeset("dim W_1 = 3, so dim Lie >= 3; R^3 has room for no more")
    'dim W<sub>1</sub> = 3, so dim Lie ≥ 3; ℝ<sup>3</sup> has room for no more'
    """
    found = escape(text)
    for written, sign in _SIGNS:
        found = found.replace(written, sign)
    return _SMALL.sub(_small, found)


def _small(match: re.Match[str]) -> str:
    letter, place, index = match.groups()[:3] if match[1] else match.groups()[3:]
    tag = "sub" if place == "_" else "sup"
    return f"{'ℝ' if (letter, place) == ('R', '^') else letter}<{tag}>{index}</{tag}>"


# Colour never carries the meaning alone: the word and a sign stand beside it.
_STYLE = {
    Status.PROVED: ("#0072B2", "✓"),
    Status.REFUTED: ("#D55E00", "✗"),
    Status.BOUNDED: ("#9A6A00", "≤"),
    Status.UNKNOWN: ("#6F6F6F", "?"),
}


@dataclass(frozen=True)
class Verdict:
    """An answer with its reason and, for a refutation, its witness.

    A verdict has no truth value: `if verdict:` would hide which of four answers it is, so it raises.
    Ask `verdict.is_proved` or `verdict.is_refuted`.

    Attributes
    ----------
    status : Status
    reason : str
        One sentence that says what was established and how.
    witness : Witness or None
        For REFUTED: where the claim fails.
    claim : str
        What was asked, in plain text.
    details : dict
        Further exact facts, ready for JSON.
    evidence : object
        What a certificate of this answer is made of, where there is such a thing: `certify(verdict)` writes it down.

    Examples
    --------
    >>> v = Verdict(Status.PROVED, "⟨∇h, χ⟩ = 0 as a polynomial identity.", claim="x**2 - y**2")
    >>> print(v)
    PROVED: ⟨∇h, χ⟩ = 0 as a polynomial identity.
    >>> v.is_proved
    True
    """

    status: Status
    reason: str
    witness: Witness | None = None
    claim: str = ""
    details: dict[str, Any] = field(default_factory=dict, compare=False)
    evidence: Any = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not (self.witness is None or isinstance(self.witness, Witness)):
            raise TypeError(f"{self.witness!r} is not a witness: name the argument, as in claim=...")

    @property
    def is_proved(self) -> bool:
        """Whether the status is PROVED."""
        return self.status is Status.PROVED

    @property
    def is_refuted(self) -> bool:
        """Whether the status is REFUTED."""
        return self.status is Status.REFUTED

    def __bool__(self) -> bool:
        raise TypeError(
            f"a verdict is not a yes or a no (this one is {self.status}): "
            "ask verdict.is_proved, verdict.is_refuted or verdict.status"
        )

    def __str__(self) -> str:
        return f"{self.status}: {self.reason}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        colour, sign = _STYLE[self.status]  # on the border alone: as ink it is too faint on one theme or the other
        claim = f"<code>{escape(self.claim)}</code> " if self.claim else ""
        return (
            f'<div style="border-left:4px solid {colour};padding:.3em .8em;margin:.3em 0">'
            f"<strong>{sign} {self.status}</strong> {claim}<br>{typeset(sentence(self.reason))}</div>"
        )
