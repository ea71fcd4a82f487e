"""The page of a question that a person marks: how it is marked, and what each learner wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from .gradebook import OVERRIDES, Book, Rules, shown
from .pages import plain, whole_page

__all__ = ["written_page"]


def written_page(name: str, rules: Rules, book: Book, learners: Sequence[dict[str, Any]]) -> str:
    """Return the page of one question, for the lecturer alone.

    `name`: as in the rules, and the id or the tag of the cells that answer it. Under each text stands the line for the
    file of what is given by hand.
    """
    most = shown(rules.points[name])
    texts = {one["learner"]: one.get("written", {}).get(name, "") for one in learners}
    parts, missing = [], []
    for row in book.rows:
        text = texts.get(row.learner, "").strip()
        marked = [note for note in row.notes if note.startswith(f"{name}: ")]
        if not text:
            missing.append(row.learner)
            continue
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow([row.person.get("id") or row.learner, name, "", ""])
        told = (
            plain(marked[0])
            if marked
            else f"not marked yet; a line for {OVERRIDES}: <code>{plain(line.getvalue())}</code>"
        )
        parts.append(f"<section><h2>{plain(row.learner)}</h2><code>{plain(text)}</code><p>{told}</p></section>")
    none = f"there is no rubric: write {name} = '...' under [grading.rubric] in course.toml"
    rubric = f"<p>How it is marked: <code>{plain(rules.rubric.get(name, none))}</code></p>"
    absent = f"<p>Nothing was written by: {plain(', '.join(missing))}.</p>" if missing else ""
    how = (
        f"<p>A cell whose id or whose tag is {plain(name)} answers this question. Points are given in {OVERRIDES}, "
        f"of {most}; then grade again.</p>"
    )
    return whole_page(
        f"{name}, to be marked", f"<main><h1>{plain(name)}</h1>{how}{rubric}{''.join(parts)}{absent}</main>"
    )
