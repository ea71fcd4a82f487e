"""The answer to a claim, as a notebook and a terminal show it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from ..certificates.certificate import Certificate, certify
from ..errors import ConslawError
from ..files import save_text
from ..language import notes
from ..language.sentences import Sentence
from ..models.fields import VectorFields
from ..verdict import Verdict, Witness, typeset
from .decide import Answer
from .hints import Hints
from .proof_display import pretty

__all__ = ["Card", "short"]


def short(text: str) -> str:
    """Cut a sentence for a message."""
    return text if len(text) <= 80 else text[:77] + "..."


@dataclass(frozen=True)
class Card:
    """A claim with its answer."""

    text: str  # what the learner wrote
    sentence: Sentence  # what was understood
    answer: Answer  # what was found
    model: VectorFields | None = field(default=None, compare=False)

    @property
    def kind(self) -> str:
        """The kind of sentence, one of the keys of `SENTENCES`."""
        return self.sentence.kind

    @property
    def statement(self) -> str:
        """What was decided, written from what was understood: with its model, and where it holds."""
        return self.sentence.statement(None if self.model is None else self.model.text)

    @property
    def latex(self) -> str:
        """The claim as a formula."""
        return self.sentence.latex()

    @property
    def verdict(self) -> Verdict:
        """PROVED, REFUTED, or UNKNOWN with the reason."""
        return self.answer.verdict

    @property
    def checked(self) -> str:
        """What was checked, and how."""
        return self.answer.checked

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Under which the answer holds."""
        return self.answer.hypotheses

    @property
    def notes(self) -> tuple[str, ...]:
        """How signs were read that were left out, as in "'xy' is read as x*y"."""
        return notes(*self.sentence.trees)

    @property
    def witness(self) -> Witness | None:
        """Where the claim fails, for a refuted conservation law."""
        return self.verdict.witness

    @property
    def residual(self) -> str | None:
        """What should have been zero, for a refuted identity."""
        return self.verdict.details.get("residual")

    @cached_property
    def certificate(self) -> Certificate | None:
        """Evidence that the independent checker accepts, where the claim has such a form."""
        if self.answer.evidence is None:
            return None
        try:
            return certify(self.answer.evidence)
        except ConslawError:
            return None

    def hints(self) -> Hints:
        """Return hints from the mistake itself, for a refuted law, number or dimension; one at a time.

        Examples
        --------
        >>> from conslaw_nb import claim
        >>> claim("x**2 + y**2 is conserved for phi(x*y)").hints().next()
        **Hint 1 of 3.** Very close: the right terms are all there.
        """
        mistake = self.answer.mistake
        if mistake is None or self.model is None or not self.verdict.is_refuted:
            return Hints(None)
        return Hints(mistake.finding(self.model))

    @property
    def data(self) -> dict[str, Any]:
        """The claim as JSON data: its text, what it says as data for the court, and its certificate if it has one.

        Raises CertificateError: the claim has no such form: it is about a loss, or holds exp, log or roots.
        """
        from .court_data import claim_data

        said = claim_data(self.sentence, self.model)
        return {
            "format": "conslaw-claim",
            "version": 1,
            "text": said["text"],
            "verdict": str(self.verdict.status),
            "about": said["about"],
            "says": said["says"],
            "certificate": self.certificate.data if self._saves == ".save" and self.certificate else None,
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

    @property
    def _saves(self) -> str:
        """What writes the certificate: one that gives a law by its gradient stands for itself, not beside the claim."""
        alone = self.certificate is not None and self.certificate.data["claim"]["kind"] == "laws"
        return ".certificate.save" if alone else ".save"

    def _facts(self) -> list[str]:
        """Return what stands below the verdict, as sentences."""
        facts = [f"{note[:1].upper()}{note[1:]}." for note in self.notes]
        facts.append(f"Checked: {self.checked}")
        return facts + [f"Holds {h}." for h in self.hypotheses]

    def __repr__(self) -> str:
        lines = [f"{self.verdict.status}: {self.statement}", f"  {self.verdict.reason}"]
        lines += [f"  {fact}" for fact in self._facts()]
        if self.certificate is not None:
            lines.append(f"  There is a certificate: {self._saves}(path) writes it.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [
            f'<div style="overflow:auto hidden">$ {self.latex} $</div>',
            replace(self.verdict, claim="")._repr_html_(),
        ]
        rows += [f"<div>{escape(pretty(fact))}</div>" for fact in self._facts()]
        if self.certificate is not None:
            rows.append(f"<div>There is a certificate: <code>{self._saves}(path)</code> writes it.</div>")
        head = f"<div><strong>Claim:</strong> {typeset(pretty(self.statement))}</div>"
        return f'<div role="status">{head}{"".join(rows)}</div>'
