"""The commands that read: the index of statements, in a terminal."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .display import Plain, output, print_json

if TYPE_CHECKING:
    from ..paper.statements import Statement

__all__ = ["statements"]


def statements(options: Namespace) -> int:
    """Show one statement, those in which some words occur, or all of them."""
    from ..paper.statements import GROUPS, STAR, StatementError, search, statement
    from ..paper.statements import statements as every

    words = " ".join(options.words).strip()
    found: Sequence[Statement]
    try:
        found = [statement(words)] if words else every()
        one = bool(words)
    except StatementError:
        found, one = search(words), False
        if not found:
            raise
        one = len(found) == 1
    if options.json:
        print_json(found[0].as_dict() if one else {"statements": [s.as_dict() for s in found]})
        return 0
    out = output()
    if one:
        _show(found[0], out)
        return 0
    for group, title in GROUPS.items():
        members = [s for s in found if s.group == group]
        if members:
            out.text(f"{title}: {len(members)}")
            out.table(("key", "statement", "how far it is checked"), [_row(s) for s in members])
    out.note(f"{STAR} conslaw statements KEY shows one of them.")
    return 0


def _row(s: Statement) -> tuple[str, str, str]:
    name = s.title if s.group in ("observation", "pitfall") else f"{s.marked_label} · {s.title}"
    return s.key, name, s.how_far + (f"; in part: {s.how_far_in_part}" if s.how_far_in_part else "")


def _show(s: Statement, out: Plain) -> None:
    from ..paper.plain import to_text

    out.text(repr(s))
    out.text("")
    for line in to_text(s.text).splitlines():
        out.text(line)
    out.text("")
    facts = [("assumes", to_text(h)) for h in s.hypotheses]
    facts.append(("provenance", s.provenance + (f". {s.note}" if s.note else "")))
    facts.append(("taught", s.where_taught or "in no lesson yet"))
    facts += [("checked", str(check)) for check in s.checks]
    out.facts(facts)
