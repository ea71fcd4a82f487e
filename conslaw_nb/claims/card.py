"""The answer to a claim, as a notebook and a terminal show it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from ..certificates.certificate import Certificate
from ..errors import CertificateError
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

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the certificate to a file."""
        if self.certificate is None:
            raise CertificateError(
                f"the claim '{short(self.text)}' has no certificate to save; conservation of a polynomial, counts and "
                "complete lists of laws have one"
            )
        return self.certificate.save(path)

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
