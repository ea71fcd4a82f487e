"""What a search found: each law with its kind, its verdict and how it was found; and whether these are all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, overload

from ...models.fields import VectorFields
from ...verdict import Status, Verdict
from ..candidates import Candidate
from ..law_count import LawCount
from .forms import Form

__all__ = ["KINDS", "FoundLaw", "FoundLaws"]

MAX_SHOWN = 1_000  # characters of a law that are shown; `text` has them all
# In the order in which they are looked for.
KINDS = ("polynomial", "rational", "Darboux", "logarithmic", "quadrature")


@dataclass(frozen=True)
class FoundLaw:
    """One law that was found, and proved."""

    # 'polynomial', 'rational', 'Darboux' (a product of powers and exponentials), 'logarithmic' or 'quadrature'
    kind: str
    text: str  # the law, as text that `check_law` reads back; of a law by quadrature the form whose integral it is
    verdict: Verdict  # PROVED: by `check_law`, or by the identities of the form
    how: str  # how it was found, in one sentence
    # its differential up to a factor, as polynomials over a multiplier, perhaps modulo those of the laws before it
    gradient: Candidate | None = None
    form: Form | None = None  # of a law by quadrature: the 1-form, with what its names stand for
    relative: bool = False  # whether `gradient` is the differential only where the laws before it are constant

    @property
    def latex(self) -> str:
        """The law in LaTeX."""
        from ...exact.polynomial import latex_name
        from ...language import latex, read_expression

        return rf"\int {self.form.latex}" if self.form else latex(read_expression(self.text), latex_name)

    def slope(self, point: Sequence[int], prime: int) -> dict[int, int]:
        """Return a multiple of its differential at a point, modulo a prime, by coordinate."""
        if self.form is not None:
            return self.form.residues(point, prime)
        assert self.gradient is not None
        return self.gradient.slope(point, prime)

    def as_dict(self) -> dict[str, Any]:
        """Return what `conslaw find --json` prints of it."""
        data = {"kind": self.kind, "law": self.text, "verdict": str(self.verdict.status), "how": self.how}
        return {**data, "where": dict(self.form.let)} if self.form else data

    @property
    def line(self) -> str:
        """The law and its kind, in a line; of a law by quadrature the form below an integral sign."""
        return f"{self._shown}   ({self.kind})"

    @property
    def _shown(self) -> str:
        text = self.text if len(self.text) <= MAX_SHOWN else f"{self.text[:MAX_SHOWN]} ..."
        return f"∫ {text}" if self.form else text

    def __repr__(self) -> str:
        where = f" where {self.form.where}" if self.form and len(self.form.where) <= MAX_SHOWN else ""
        return f"{self._shown}{where}  ({self.kind}: {self.how})"


class FoundLaws(Sequence[FoundLaw]):
    """Independent laws of a model, of any kind, and whether there are others.

    Attributes
    ----------
    family : VectorFields
    counted : LawCount
        How many there are.
    tried : tuple of str
        What was tried, in order, and how far.
    """

    def __init__(self, family: VectorFields, laws: Sequence[FoundLaw], count: LawCount, tried: Sequence[str]):
        self.family = family
        self.counted = count
        self.tried = tuple(tried)
        self._laws = tuple(laws)

    @overload
    def __getitem__(self, index: int) -> FoundLaw: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FoundLaw]: ...
    def __getitem__(self, index: int | slice) -> FoundLaw | Sequence[FoundLaw]:
        return self._laws[index]

    def __len__(self) -> int:
        return len(self._laws)

    def __iter__(self) -> Iterator[FoundLaw]:
        return iter(self._laws)

    @property
    def complete(self) -> bool:
        """Whether every law is, near a generic point, a function of these: as many are found as there are at most."""
        return len(self) == self.counted.laws_at_most

    @property
    def missing(self) -> int:
        """How many are certainly still missing."""
        return max(0, self.counted.laws_at_least - len(self))

    @property
    def summary(self) -> str:
        """One sentence: complete, or how many are missing and what was tried."""
        n, total = len(self), self.counted.laws_at_most
        if self.complete:
            return f"complete: {n} of {total} found"
        tried = f"; tried: {'; '.join(self.tried)}" if self.tried else ""
        if self.counted.laws_at_least == total:
            return f"{n} of {total} found, {total - n} missing{tried}"
        low = max(n, self.counted.laws_at_least)
        return f"{n} found, and there are at least {low} and at most {total}{tried}"

    @property
    def verdict(self) -> Verdict:
        """PROVED where the laws are all there are, else BOUNDED, with what was tried."""
        status = Status.PROVED if self.complete else Status.BOUNDED
        return Verdict(status, f"{self.summary}.", claim=self.family.brief, evidence=self)

    def as_dict(self) -> dict[str, Any]:
        """Return what `conslaw find --json` prints."""
        return {
            "model": self.family.text,
            "laws": [law.as_dict() for law in self],
            "found": len(self),
            "laws_at_least": self.counted.laws_at_least,
            "laws_at_most": self.counted.laws_at_most,
            "complete": self.complete,
            "tried": list(self.tried),
        }

    def __repr__(self) -> str:
        lines = [f"{self.family.brief}: {self.summary}"]
        lines += [f"  {law!r}" for law in self._laws[:30]]
        if len(self) > 30:
            lines.append(f"  ... and {len(self) - 30} more")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        items = []
        for law in self._laws[:30]:
            where = f"<br>where {escape(law.form.where)}" if law.form and law.form.let else ""
            shown = f"$ {law.latex} $" if len(law.text) <= MAX_SHOWN else f"<code>{escape(law.line)}</code>"
            items.append(f"<li>{shown} <small>{escape(law.kind)}: {escape(law.how)}{where}</small></li>")
        more = f"<li>… and {len(self) - 30} more</li>" if len(self) > 30 else ""
        return (
            f'<div><code style="padding-right:0">{escape(self.family.brief)}</code>: <b>'
            f"{escape(self.summary)}</b>"
            f"<ul>{''.join(items)}{more}</ul></div>"
        )
