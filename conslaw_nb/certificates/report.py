"""A one-page report on what the training of a model conserves, with the certificate to hand on beside it."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

import conslaw_nb

from ..errors import CertificateError
from ..exact.polynomial import latex_name
from ..laws.counting import count_laws
from ..laws.law_count import LawCount
from ..models.fields import VectorFields, check_family
from ..models.text import parse_model
from ..tables import Markup, html_table
from ..verdict import typeset
from .certificate import Certificate, certify

__all__ = ["Report", "report"]

_MOST = 12  # laws that are written out
_COORDINATES = 24  # of the point
_BREAKS = "white-space:normal;overflow-wrap:anywhere"


@dataclass(frozen=True)
class Report:
    """What is known of one model, on a page.

    Attributes
    ----------
    model : VectorFields
    title : str
    count : LawCount
        The count, with its verdict.
    certificate : Certificate
        What others can re-check.
    """

    model: VectorFields
    title: str
    count: LawCount
    certificate: Certificate

    @property
    def fingerprint(self) -> str:
        """The SHA-256 sum of the certificate's file."""
        return hashlib.sha256(self.certificate.text.encode()).hexdigest()

    @property
    def _number(self) -> str:
        n = self.count.laws
        if n is not None:
            return f"Exactly {n} independent conservation law{'' if n == 1 else 's'}, near the point below."
        return f"Between {self.count.laws_at_least} and {self.count.laws_at_most} independent conservation laws."

    def _facts(self) -> list[tuple[str, str]]:
        count = self.count
        stairs = ", ".join(f"{'' if step.certain else '≥ '}{step.dimension}" for step in count.steps)
        nonzero = [f"${latex_name(name)} = {value}$" for name, value in count.point.items() if value]
        point = ", ".join(nonzero[:_COORDINATES]) or "the origin"
        rest = "" if len(nonzero) <= _COORDINATES else " ... (all coordinates are in the certificate)"
        return [
            ("Model", f"`{self.model.brief}`"),
            ("Parameters D", str(self.model.dimension)),
            ("Components d", str(self.model.count)),
            ("The Lie staircase at the point", f"dim W_0, dim W_1, … = {stairs}; dim Lie = {count.dim_lie}"),
            ("Verdict", f"{count.verdict.status}: {count.verdict.reason}"),
            ("Point", point + rest),
            ("Certificate", f"SHA-256 `{self.fingerprint}`"),
        ]

    def _laws(self) -> list[str]:
        laws = [law.latex for law in self.count.evidence.laws]
        rest = len(laws) - _MOST
        return [f"${law}$" for law in laws[:_MOST]] + ([f"and {rest} more, in the certificate"] if rest > 0 else [])

    def markdown(self) -> str:
        """Return the page as Markdown; the same text each time."""
        laws = self._laws()
        lines = [f"# {self.title}", "", f"**{self._number}**", ""]
        lines += [f"- **{name}:** {value}" for name, value in self._facts()]
        lines += ["", "## Laws", ""]
        lines += [f"- {law}" for law in laws] or ["No polynomial law was needed for the proof, or none was found."]
        lines += [
            "", "## What is proved, and what is not", "",
            "The bounds on dim Lie are exact computations, and the certificate holds all it takes to repeat them. "
            "That the number of laws is D − dim Lie is Theorem 3.3 of Marcotte, Gribonval and Peyré (NeurIPS 2023), "
            "which rests on the theorem of Frobenius. The number holds near the point, for functions of θ, "
            "and counts laws up to functions of each other.",
            "", "## Check it", "",
            "    conslaw verify certificate.json", "",
            f"Made with conslaw_nb {conslaw_nb.__version__}.", "",
        ]  # fmt: skip
        return "\n".join(lines)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write ``report.md`` and ``certificate.json`` into a folder, which is made if it is not there.

        Raises
        ------
        CertificateError
            If the folder holds another report already: it is left alone.
        """
        folder = Path(folder)
        page = folder / "report.md"
        if page.exists() and page.read_text(encoding="utf-8", errors="replace") != self.markdown():
            raise CertificateError(f"'{page}' exists and is another report, so it is left alone: name another folder")
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate.save(folder / "certificate.json")
        page.write_text(self.markdown(), encoding="utf-8")
        return page

    def __repr__(self) -> str:
        return f"{self.title}: {self._number}"

    def _repr_html_(self) -> str:
        def code(text: str) -> str:
            parts = text.split("`")
            # A fingerprint is one long word: where it cannot break, nothing in the table does.
            shown = (f'<code style="{_BREAKS}">{escape(part)}</code>' if k % 2 else typeset(part)
                     for k, part in enumerate(parts))  # fmt: skip
            return re.sub(r"\$[^$]+\$,", r'<span style="white-space:nowrap">\g<0></span>', "".join(shown))

        # A letter stays beside the word that it stands for.
        named = ((re.sub(r" (?=\w$)", "\u00a0", name), value) for name, value in self._facts())
        facts = html_table(((name, Markup(code(value))) for name, value in named), numbers=False, powers=True)
        laws = "".join(f'<li><div style="overflow:auto hidden">{escape(law)}</div></li>' for law in self._laws())
        return (
            '<div style="border:1.5px solid;border-radius:8px;padding:.4em 1em;max-width:52em;overflow-x:auto">'
            f"<p><strong>{escape(self.title)}</strong><br>{escape(self._number)}</p>{facts}"
            + (f"<p>Laws of the proof:</p><ul>{laws}</ul>" if laws else "")
            + "</div>"
        )


def report(model: VectorFields | str, title: str = "") -> Report:
    """Return the one-page report on a model.

    Parameters
    ----------
    model : VectorFields or str
        Text is read as ``conslaw count`` reads it, such as ``relu(2,3,1,bias=True)``.
    title : str, optional
        The heading of the page.

    Examples
    --------
    >>> report("linear(1,2,2,1)", title="A chain with a bottleneck")
    A chain with a bottleneck: Exactly 7 independent conservation laws, near the point below.
    """
    family = parse_model(model) if isinstance(model, str) else model
    check_family(family, "report(model)")
    title = " ".join(title.split()) or f"What {family.brief} conserves"
    count = count_laws(family)
    return Report(family, title, count, certify(count))
