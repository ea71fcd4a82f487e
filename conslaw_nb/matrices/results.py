"""Named results: a statement in words, the proofs of its parts, and where it is from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from ..errors import ModelError
from ..tables import Markup, html_table
from ..verdict import Status, Verdict
from .derivations import Derivation, math

__all__ = ["Theorem", "Theorems"]


@dataclass(frozen=True)
class Theorem:
    """A named result: its parts are proofs, each decided for all sizes.

    Attributes
    ----------
    name : str
        The key under which `theorems` lists it.
    title : str
    statement : str
        In words, formulas between backticks.
    parts : tuple of Derivation
    reference : str
        Where the result is stated, or that this project derived it.
    remarks : tuple of str
        What the parts leave to a reader: how the letters are to be read, or a step that is not a matrix identity.
    """

    name: str
    title: str
    statement: str
    parts: tuple[Derivation, ...]
    reference: str
    remarks: tuple[str, ...] = ()
    formulas: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """PROVED when all parts are; otherwise the verdict of the first part that is not."""
        for part in self.parts:
            if not part.is_proved:
                return part.verdict
        count = len(self.parts)
        reason = "its proof is checked" if count == 1 else f"all {count} parts are proved"
        return Verdict(Status.PROVED, f"{reason}, for all sizes.", claim=self.statement.replace("`", ""))

    @property
    def is_proved(self) -> bool:
        """Whether all parts are proved."""
        return self.verdict.is_proved

    @property
    def is_refuted(self) -> bool:
        """Whether a part is refuted."""
        return self.verdict.is_refuted

    @property
    def latex(self) -> str:
        """The derivations in LaTeX."""
        return "\n\n".join(part.latex for part in self.parts)

    def __str__(self) -> str:
        rows = [f"{self.title}. {self.statement.replace('`', '')}", f"({self.reference})"]
        for part in self.parts:
            rows += ["", str(part)]
        rows += ["", *(remark.replace("`", "") for remark in self.remarks)] if self.remarks else []
        return "\n".join(rows)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        known = {
            **self.formulas,
            **{text: latex for part in self.parts for text, latex in part.known_formulas().items()},
        }
        reference = f"<em>({escape(self.reference)})</em>"
        head = f"<p><strong>{escape(self.title)}.</strong> {math(self.statement, known)} {reference}</p>"
        remarks = "".join(f"<p>{math(remark, known)}</p>" for remark in self.remarks)
        if len(self.parts) <= 2:
            return head + "".join(part.html() for part in self.parts) + remarks
        first, *others = (part.html(folded=True) for part in self.parts)
        more = f"<details><summary>{len(others)} more parts, each of them proved</summary>{''.join(others)}</details>"
        return head + first + more + remarks


class Theorems(Mapping[str, Theorem]):
    """Results by name; each is derived when it is looked up.

    Examples
    --------
    >>> from .theorems import theorems
    >>> theorems()["balance"].verdict
    PROVED: its proof is checked, for all sizes.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Theorem]]):
        self._makers = dict(makers)

    def __getitem__(self, name: str) -> Theorem:
        if name not in self._makers:
            raise ModelError(f"there is no result {name!r}: the names are {', '.join(self._makers)}")
        return self._makers[name]()

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __repr__(self) -> str:
        width = max(map(len, self))
        return "\n".join(f"{name:<{width}}  {t.verdict.status!s:<8}  {t.title}" for name, t in self.items())

    def _repr_html_(self) -> str:
        rows = ((Markup(f"<code>{escape(name)}</code>"), t.verdict.status, t.title) for name, t in self.items())
        return html_table(rows, numbers=False)
