"""The index of statements: what is claimed, on whose authority, where it is taught, and what checks it here.

Four groups: the numbered statements of the paper, those of the follow-up papers, the project's own observations, and
the pitfalls. The texts are ours. A number is called confirmed only where a source confirmed it; and each statement
says how far its checks in this project go, from a proof for all sizes down to a plain citation.

Examples
--------
>>> print(statement("ex-2.8"))
Example 2.8 · the linear neuron
...
>>> [s.key for s in search("twins")]
['pitfall-7']
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import Any

from ..errors import StatementError
from ..tables import Markup, html_table
from ..verdict import sentence
from .plain import to_html, to_text
from .provenance import CHECKED, CONTENT, GROUPS, HOW, KINDS, NUMBER, SOURCES, STAR

__all__ = [
    "CONTENT",
    "GROUPS",
    "HOW",
    "KINDS",
    "NUMBER",
    "SOURCES",
    "STAR",
    "Boxes",
    "Check",
    "Index",
    "Lesson",
    "Statement",
    "StatementError",
    "search",
    "statement",
    "statements",
]

_FILES = {"paper": "paper", "follow-up": "followups", "observation": "observations", "pitfall": "pitfalls"}


@dataclass(frozen=True)
class Check:
    """One thing that checks a statement."""

    how: str  # one of `HOW`
    scope: str  # how far it goes
    # ``tests/test_file.py::test_name``, ``package.module:function`` or, in the Rocq library, ``File.v::lemma``; empty
    # where the statement is only cited
    by: str = ""
    part: bool = False  # whether it covers a part of the statement only; the scope says which

    @property
    def sentence(self) -> str:
        """How and how far, in words."""
        return f"{self.how}{', in part' if self.part else ''}: {self.scope}"

    def __str__(self) -> str:
        return self.sentence + (f" ({self.by})" if self.by else "")


@dataclass(frozen=True)
class Lesson:
    """Where a statement is taught: a file of `lessons`, a heading in it, and perhaps in which case."""

    lesson: str
    section: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.lesson}, “{self.section}”" + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True, repr=False)
class Statement:
    """One statement of the index.

    Attributes
    ----------
    key : str
        Such as ``prop-2.5``.
    group, source, kind : str
        Keys of `GROUPS`, `SOURCES` and `KINDS`.
    number : str
        As printed; empty where there is none.
    title : str
        A few words, ours.
    text : str
        The statement in our words: Markdown with formulas, in the paper's notation.
    hypotheses : tuple of str
        What is assumed, Markdown as well.
    number_is, content_is : str
        Keys of `NUMBER` and `CONTENT`.
    checks : tuple of Check
        The strongest first.
    taught : tuple of Lesson
        Where it is taught.
    note : str
        A remark on where it comes from.
    section : str
        Where it stands, if its number is not confirmed and this is.

    Examples
    --------
    >>> s = statement("prop-4.1")
    >>> s.label, s.provenance
    ('Proposition 4.1', 'number confirmed by a source; content recalled, machine-checked')
    """

    key: str
    group: str
    source: str
    kind: str
    number: str
    title: str
    text: str
    number_is: str
    content_is: str
    checks: tuple[Check, ...]
    hypotheses: tuple[str, ...] = ()
    taught: tuple[Lesson, ...] = ()
    note: str = field(default="")
    section: str = ""

    @property
    def label(self) -> str:
        """The kind and the number, as in ``Proposition 2.5``."""
        return f"{KINDS[self.kind]} {self.number}".strip()

    @property
    def marked_label(self) -> str:
        """The label for a table: with a star where no source confirms its number, and where a follow-up appeared."""
        star = "*" if self.number_is_doubtful else ""
        where = SOURCES[self.source][1] if self.group == "follow-up" else ""
        return self.label + star + (f" ({where})" if where else "")

    @property
    def number_is_doubtful(self) -> bool:
        """Whether no source confirms its number: readers are then told its name and its section instead."""
        return self.number_is in ("recalled", "secondary")

    @property
    def full_label(self) -> str:
        """What a reader is told beside the title: the label, with the paper where it is a follow-up.

        Examples
        --------
        >>> statement("prop-2.5").full_label, statement("lemma-3.2").full_label
        ('Proposition 2.5', 'Lemma in Section 3')
        """
        if self.number_is_doubtful:
            return self._name_and_place()
        if self.group != "follow-up" or self.source == "project":
            return self.label
        title, where, _ = SOURCES[self.source]
        return f"{self.label} {'of' if self.number else 'in the setting of'} {title} ({where})"

    def _name_and_place(self) -> str:
        kind = KINDS[self.kind]
        if self.group == "follow-up":
            title, where, _ = SOURCES[self.source]
            return f"{kind} in {title} ({where})"
        if self.kind == "appendix":
            return "In the appendix"
        if not self.number.strip("()")[0].isdigit():
            return f"{kind} in the appendix"
        section = self.section or self.number[0]
        return f"Section {section}" if self.kind == "section" else f"{kind} in Section {section}"

    @property
    def checked(self) -> str:
        """Whether this project checks it by computation, in words: all of it, a part, or nothing."""
        if self.how_far == "cited" and self.how_far_in_part:
            return "checked here in part"
        if self.how_far_in_part in CHECKED and CHECKED[self.how_far_in_part] == "machine-checked":
            return f"{CHECKED[self.how_far]}, and a part of it machine-checked"
        return CHECKED[self.how_far]

    @property
    def how_far(self) -> str:
        """How the whole statement is checked, at its strongest: one of `HOW`."""
        return min((check.how for check in self.checks if not check.part), key=HOW.index)

    @property
    def how_far_in_part(self) -> str:
        """How a part of it is checked, where that is stronger; else empty."""
        strongest = self.checks[0]
        return strongest.how if HOW.index(strongest.how) < HOW.index(self.how_far) else ""

    @property
    def provenance(self) -> str:
        """Where number and content come from, and whether the content is checked here, in plain words."""
        return f"{NUMBER[self.number_is]}; {CONTENT[self.content_is]}, {self.checked}"

    @property
    def where_taught(self) -> str:
        """The lessons that teach it."""
        return "; ".join(map(str, self.taught))

    def as_dict(self) -> dict[str, Any]:
        """Return what ``conslaw statements KEY --json`` prints."""
        title, where, arxiv = SOURCES[self.source]
        return {
            "key": self.key,
            "group": self.group,
            "label": self.label,
            "kind": self.kind,
            "number": self.number,
            "title": self.title,
            "statement": self.text,
            "hypotheses": list(self.hypotheses),
            "source": {"title": title, "where": where, "arxiv": arxiv},
            "provenance": {
                "number": NUMBER[self.number_is],
                "content": CONTENT[self.content_is],
                "checked": self.checked,
            },
            "note": self.note,
            "how_far": self.how_far,
            "checks": [{"how": c.how, "part": c.part, "scope": c.scope, "by": c.by} for c in self.checks],
            "taught": [{"lesson": t.lesson, "section": t.section, "note": t.note} for t in self.taught],
        }

    def __repr__(self) -> str:
        return f"{self.full_label} · {self.title}"

    def __str__(self) -> str:
        lines = [repr(self), "", *to_text(self.text).splitlines()]
        if self.hypotheses:
            lines += ["", "Assumes: " + "; ".join(to_text(h) for h in self.hypotheses) + "."]
        lines += ["", f"Provenance: {self.provenance}." + (f" {self.note}" if self.note else "")]
        lines += [f"Taught: {self.where_taught or 'in no lesson yet'}.", "Checked:"]
        lines += [f"  - {check}" for check in self.checks]
        return "\n".join(lines)

    def _body(self) -> str:
        hypotheses = ""
        if self.hypotheses:
            items = "; ".join(_inline(h) for h in self.hypotheses)
            hypotheses = f"<p><em>Assumes:</em> {items}.</p>"
        # a box is for learners: what is not known of a number stands in the index, and nowhere else
        source = self.provenance if not self.number_is_doubtful else f"{CONTENT[self.content_is]}, {self.checked}"
        note = f" {escape(self.note)}" if self.note and not self.number_is_doubtful else ""
        by = ' <code style="white-space:normal;overflow-wrap:anywhere">{}</code>'
        checks = "".join(f"<li>{escape(c.sentence)}{by.format(escape(c.by)) if c.by else ''}</li>" for c in self.checks)
        return (
            f"{to_html(self.text)}{hypotheses}"
            f"<details><summary><small>{escape(sentence(source))}{note}</small></summary>"
            f"<small><ul>{checks}</ul>Taught: {escape(self.where_taught or 'in no lesson yet')}.</small></details>"
        )

    def _repr_html_(self) -> str:
        return f"<blockquote><p>{self._heading()}</p>{self._body()}</blockquote>"

    def folded(self) -> str:
        """Return HTML of one line, which a click opens."""
        return f"<details><summary>{self._heading()}</summary><blockquote>{self._body()}</blockquote></details>"

    def _heading(self) -> str:
        return f"<strong>{escape(self.full_label)}</strong> · <em>{escape(self.title)}</em>"


def _inline(markdown: str) -> str:
    return to_html(markdown).removeprefix("<p>").removesuffix("</p>")


class Index(list[Statement]):
    """A list of statements that a notebook shows as a table."""

    def _repr_html_(self) -> str:
        rows = []
        for s in self:
            far = s.how_far + (f"; in part: {s.how_far_in_part}" if s.how_far_in_part else "")
            rows.append((Markup(f"<code>{escape(s.key)}</code>"), s.marked_label, s.title, far, s.where_taught))
        head = ("key", "statement", "what it says", "how far it is checked", "taught")
        note = f"<p><small>{STAR}</small></p>" if any("*" in row[1] for row in rows) else ""
        return html_table(rows, head, numbers=False) + note


class Boxes(tuple[Statement, ...]):
    """Statements that a notebook shows as a line each: a reader opens the one that is wanted."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(map(repr, self))

    def _repr_html_(self) -> str:
        return "".join(s.folded() for s in self)


def boxes(*keys: str) -> Boxes:
    """Return statements by their keys, each to be shown as a line that opens; `statement` shows one in full.

    Examples
    --------
    >>> boxes("prop-2.5", "thm-3.3")
    Proposition 2.5 · conserved means orthogonal
    Theorem 3.3 · how many laws
    """
    return Boxes(statement(key) for key in keys)


@lru_cache(maxsize=1)
def _load() -> tuple[Statement, ...]:
    found = []
    for name in _FILES.values():
        content = tomllib.loads((files(__package__) / "index" / f"{name}.toml").read_text(encoding="utf-8"))
        common = {key: content[key] for key in ("group", "source") if key in content}
        found += [_read(common | entry) for entry in content["statement"]]
    return tuple(found)


def _read(entry: dict[str, Any]) -> Statement:
    checks = sorted((Check(**check) for check in entry.pop("checks", ())), key=lambda check: HOW.index(check.how))
    taught = tuple(Lesson(**lesson) for lesson in entry.pop("taught", ()))
    hypotheses = tuple(entry.pop("hypotheses", ()))
    text = entry.pop("text").strip()
    return Statement(text=text, checks=tuple(checks), taught=taught, hypotheses=hypotheses, **entry)


def statements(group: str | None = None) -> Index:
    """Return all statements, or those of one group, in the order of their sources.

    Parameters
    ----------
    group : str, optional
        'paper', 'follow-up', 'observation' or 'pitfall'.

    Examples
    --------
    >>> statements("pitfall")[0]
    Pitfall 1 · full rank of which matrix?
    """
    if group is not None and group not in GROUPS:
        raise StatementError(f"there is no group {group!r} of statements: there are {', '.join(GROUPS)}")
    return Index(s for s in _load() if group in (None, s.group))


def statement(key: str) -> Statement:
    """Return one statement by its key, such as 'prop-2.5', or by its label, such as 'Proposition 2.5'.

    A label means the paper's own statement where there is one.

    Raises
    ------
    StatementError
        With keys that are near.

    Examples
    --------
    >>> statement("Theorem 3.3").title
    'how many laws'
    """
    wanted = str(key).strip().casefold()
    for s in _load():
        if s.key == wanted:
            return s
    named = [s for s in _load() if s.label.casefold() == " ".join(wanted.split())]
    if named:
        return named[0]
    near = get_close_matches(wanted, [s.key for s in _load()], n=3, cutoff=0.5)
    near = near or [s.key for s in search(key)[:3]]
    hint = f"perhaps {' or '.join(near)}?" if near else "statements(), or conslaw statements, lists them all"
    raise StatementError(f"there is no statement {str(key)[:60]!r}: {hint}")


def search(text: str) -> Index:
    """Return the statements in which all the words of a text occur, those with them in the title first.

    Formulas are searched as they are written and as plain signs: ``theta`` and ``θ`` both find θ.

    Examples
    --------
    >>> search("softmax column sums")[0].key
    'transformers-prop-3.11'
    """
    words = re.findall(r"\S+", str(text).casefold())
    if not words:
        return Index()

    def has(parts: Iterable[str]) -> bool:
        where = "\n".join(parts).casefold()
        return all(word in where for word in words)

    first, second = [], []
    for s in _load():
        head = [s.key, s.full_label, s.title]
        if has(head):
            first.append(s)
        elif has([*head, *(part for m in (s.text, *s.hypotheses) for part in (m, to_text(m)))]):
            second.append(s)
    return Index([*first, *second])
