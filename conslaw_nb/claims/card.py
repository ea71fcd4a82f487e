"""The answer to a claim, as a notebook and a terminal show it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from ..certificates.certificate import Certificate
from ..files import save_text
from ..models.fields import VectorFields
from ..verdict import Verdict, Witness, typeset
from .diagnosis import Finding
from .hints import Hints

__all__ = ["Card", "short"]


def short(text: str) -> str:
    """Cut a sentence for a message."""
    return text if len(text) <= 80 else text[:77] + "..."


@dataclass(frozen=True)
class Card:
    """A claim with its answer.

    Attributes
    ----------
    text : str
        The learner's sentence.
    kind : str
        One of the keys of `SENTENCES`.
    latex : str
        The claim as a formula.
    verdict : Verdict
        PROVED, REFUTED, or UNKNOWN with the reason.
    checked : str
        What was checked, and how.
    hypotheses : tuple of str
        Under which the answer holds.
    certificate : Certificate or None
        Evidence that the independent checker accepts, where the claim has such a form.
    model : VectorFields or None
    """

    text: str
    kind: str
    latex: str
    verdict: Verdict
    checked: str
    hypotheses: tuple[str, ...] = ()
    certificate: Certificate | None = None
    model: VectorFields | None = field(default=None, compare=False)
    diagnose: Callable[[], Finding | None] | None = field(default=None, compare=False, repr=False)

    @property
    def witness(self) -> Witness | None:
        """Where the claim fails, for a refuted conservation law."""
        return self.verdict.witness

    @property
    def residual(self) -> str | None:
        """What should have been zero, for a refuted identity."""
        return self.verdict.details.get("residual")

    def hints(self) -> Hints:
        """Return hints from the mistake itself, for a refuted law, number or dimension; one at a time.

        Examples
        --------
        >>> from conslaw_nb import claim
        >>> claim("x**2 + y**2 is conserved for phi(x*y)").hints().next()
        **Hint 1 of 3.** Very close: the right terms are all there.
        """
        return Hints(self.diagnose() if self.diagnose is not None and self.verdict.is_refuted else None)

    @property
    def data(self) -> dict[str, Any]:
        """The claim as JSON data: its text, what it says as data for the court, and its certificate if it has one.

        Raises
        ------
        CertificateError
            The claim has no such form: it is about a loss, or holds exp, log or roots.
        """
        from .court_data import claim_data

        said = claim_data(self.text, self.model)
        return {
            "format": "conslaw-claim",
            "version": 1,
            "text": said["text"],
            "verdict": str(self.verdict.status),
            "about": said["about"],
            "says": said["says"],
            "certificate": None if self.certificate is None else self.certificate.data,
        }

    @property
    def json(self) -> str:
        """The claim as the text of its file; the same each time."""
        from .court_data import file_text

        return file_text(self.data)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the claim to a file, all or nothing, with its certificate if it has one; `conslaw verify` re-checks it.

        Raises
        ------
        CertificateError
            The claim cannot be written as data, or the file cannot be written.
        """
        return save_text(path, self.json, "the claim")

    def __repr__(self) -> str:
        lines = [f"{self.verdict.status}: {self.text}", f"  {self.verdict.reason}", f"  Checked: {self.checked}"]
        lines += [f"  Holds {h}." for h in self.hypotheses]
        if self.certificate is not None:
            lines.append("  There is a certificate: .save(path) writes it.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [f"<div>$ {self.latex} $</div>", self.verdict._repr_html_()]
        rows.append(f"<div>Checked: {escape(self.checked)}</div>")
        rows += [f"<div>Holds {escape(h)}.</div>" for h in self.hypotheses]
        if self.certificate is not None:
            rows.append("<div>There is a certificate: <code>.save(path)</code> writes it.</div>")
        return f'<div role="status"><div><strong>Claim.</strong> {typeset(self.text)}</div>{"".join(rows)}</div>'
