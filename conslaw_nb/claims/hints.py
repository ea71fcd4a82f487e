"""Hints from the mistake itself, one at a time, from gentle to explicit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import ConslawError
from ..exact.polynomial import Poly
from ..models.fields import VectorFields
from ..models.text import parse_model
from .answers import parts
from .diagnosis import Finding, diagnose_bracket, diagnose_dimension, diagnose_law

__all__ = ["Hint", "Hints", "hints_for_bracket", "hints_for_dimension", "hints_for_law", "law_hint"]


@dataclass(frozen=True)
class Hint:
    """One hint, in Markdown with formulas."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


class Hints:
    """The hints for one wrong answer; showing the object gives nothing away.

    Examples
    --------
    >>> hints = hints_for_law("x**2 + y**2", "phi(x*y)")
    >>> hints
    3 hints, none shown yet: .next() shows one
    >>> hints.next()
    **Hint 1 of 3.** Very close: the right terms are all there.
    >>> hints.next()
    **Hint 2 of 3.** Look at a sign.
    """

    def __init__(self, finding: Finding | None):
        self.finding = finding
        self.shown = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """All hints, for a teacher."""
        return self.finding.hints if self.finding is not None else ()

    def next(self) -> Hint:
        """Return the next hint; after the last one, the last one again."""
        if not self.texts:
            return Hint("There is nothing to hint at: the answer is right.")
        self.shown = min(self.shown + 1, len(self.texts))
        # expressions hold stars, which Markdown would take for emphasis
        text = re.sub(
            r"(?<=[\w)])(\*\*?)(?=[\w(-])", lambda m: m.group(1).replace("*", "\\*"), self.texts[self.shown - 1]
        )
        return Hint(f"**Hint {self.shown} of {len(self.texts)}.** {text}")

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        if not self.texts:
            return "no hints: the answer is right"
        seen = f"{self.shown} shown" if self.shown else "none shown yet"
        return f"{len(self.texts)} hints, {seen}: .next() shows one"


def _model(phi: VectorFields | str) -> VectorFields:
    return parse_model(phi) if isinstance(phi, str) else phi


def hints_for_law(
    h: str | Poly,
    phi: VectorFields | str,
    previous: Sequence[str | Poly] = (),
    data: VectorFields | str | None = None,
) -> Hints:
    """Return hints for a polynomial that should be a new law; see `conslaw_nb.claims.diagnosis.diagnose_law`."""
    return Hints(diagnose_law(h, _model(phi), previous, _model(data) if data is not None else None))


def law_hint(h: str | Poly, phi: VectorFields) -> str:
    """Return a gentle hint at what is wrong with a law, with a space before it; nothing where none helps.

    Examples
    --------
    >>> law_hint("x**2 + y**2", parse_model("phi(x*y)"))
    ' Very close: the right terms are all there.'
    """
    try:
        found = diagnose_law(h, phi)
    except ConslawError:
        return ""
    # the hint for a function that is like no law repeats what a verdict says already
    return f" {found.hints[0]}" if found is not None and found.kind not in ("not conserved", "law") else ""


def hints_for_dimension(value: int, phi: VectorFields | str, what: str) -> Hints:
    """Return hints for a number that should be a number of laws, dim Lie or dim W."""
    return Hints(diagnose_dimension(value, _model(phi), what))


def hints_for_bracket(answer: str | Sequence[str | Poly], phi: VectorFields | str, i: int, j: int) -> Hints:
    """Return hints for an answer that should be [v_i, v_j], generators counted from 1 as in the text of a lesson."""
    model = _model(phi)
    return Hints(diagnose_bracket(parts(answer), model[i - 1], model[j - 1]))
