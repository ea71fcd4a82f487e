"""The table of a class as CSV for a spreadsheet, and what the pages say as well."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from .grading import Grades

__all__ = [
    "LOOKS",
    "certificates",
    "common",
    "csv_table",
    "hints",
    "notes",
    "of",
    "printable",
    "solved",
    "spreadsheet",
    "summary",
]

# A sign and a word carry the meaning; there is no colour that says more.
LOOKS = {
    "right": ("✓", "right"),
    "wrong": ("✗", "not yet"),
    "unreadable": ("?", "cannot be read"),
    "not judged": ("!", "not judged"),
    "not run": ("–", "not run"),
    "empty": ("·", "no answer"),
}
_CERTIFICATES = ("certificates accepted", "certificates rejected", "certificates from the run")
_NOTHING = {
    "outcome": "empty",
    "message": "",
    "answer": "",
    "from": "text",
    "tries": 0,
    "right_at": 0,
    "hints": 0,
    "wrong": [],
}


def of(learner: dict[str, Any], number: str) -> dict[str, Any]:
    """Return what became of one exercise."""
    return learner["exercises"].get(number, _NOTHING)


def solved(learner: dict[str, Any], exercises: list[str]) -> int:
    """Return how many exercises a learner has solved."""
    return sum(of(learner, number)["outcome"] == "right" for number in exercises)


def hints(learner: dict[str, Any], exercises: list[str]) -> int:
    """Return how many hints a learner has used."""
    return sum(of(learner, number)["hints"] for number in exercises)


def certificates(learner: dict[str, Any]) -> tuple[int, int, int]:
    """Return how many that were handed in are accepted, how many rejected, and how many more the run has written."""
    handed = [one["accepted"] for one in learner["certificates"] if not one["made"]]
    return sum(handed), len(handed) - sum(handed), len(learner["certificates"]) - len(handed)


def notes(learner: dict[str, Any]) -> list[str]:
    """Return what a lecturer should know beside the verdicts."""
    ran = [f"{run['notebook']}: {run['state']}" for run in learner["runs"] if not run["whole"]]
    return [*learner["problems"], *ran]


def common(grades: Grades, exercises: list[str]) -> list[tuple[str, str, str, str, list[tuple[str, int, str]]]]:
    """Return for each exercise how many solved it, tries and hints, and the wrong answers of most learners with why."""
    rows = []
    for number in exercises:
        own = [of(learner, number) for learner in grades.learners]
        tried = [one for one in own if one["tries"]]
        seen: dict[str, list[str]] = {}
        for one in own:
            for answer, why in dict(one.get("wrong", [])).items():
                seen.setdefault(answer, []).append(why)
        often = sorted(seen.items(), key=lambda item: (-len(item[1]), item[0]))[:3]
        rows.append((
            number, f"{sum(one['outcome'] == 'right' for one in own)} of {len(own)}",
            f"{sum(one['tries'] for one in tried) / len(tried):.1f}" if tried else "none",
            str(sum(one["hints"] for one in own)),
            [(answer[:80], len(whys), whys[0][:160]) for answer, whys in often],
        ))  # fmt: skip
    return rows


def printable(text: str) -> str:
    """Return a text without signs that no file and no page should hold: halves of letters, turns of direction."""
    plain = re.sub(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]", "�", text)
    return re.sub(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "�", plain)


def spreadsheet(text: Any) -> str:
    """Return what may stand in a spreadsheet: nothing in it is ever taken for a formula."""
    plain = printable(str(text))
    return f"'{plain}" if plain.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r") else plain


def csv_table(grades: Grades) -> str:
    """Return the table as CSV: one line for each learner.

    The columns are the learner, the number of exercises solved, for each exercise its outcome, tries and hints, then
    all hints; the certificates handed in, accepted and rejected, and those that the notebooks wrote when they were run
    (a lesson writes some of its own accord); and notes.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["learner", "solved", "of"]
    for number in grades.exercises:
        head += [f"exercise {number}", f"{number} tries", f"{number} hints"]  # a bare 1.1 may be taken for a day
    writer.writerow([*head, "hints", *_CERTIFICATES, "notebooks", "notes"])
    for learner in grades.learners:
        row: list[Any] = [learner["learner"], solved(learner, grades.exercises), len(grades.exercises)]
        for number in grades.exercises:
            one = of(learner, number)
            row += [one["outcome"], one["tries"], one["hints"]]
        row += [hints(learner, grades.exercises), *certificates(learner), len(learner["notebooks"])]
        writer.writerow([spreadsheet(item) for item in [*row, "; ".join(notes(learner))[:2000]]])
    return out.getvalue()


def summary(grades: Grades) -> list[str]:
    """Return sentences on the whole class."""
    number, among = len(grades.learners), len(grades.exercises)
    right = sum(solved(learner, grades.exercises) for learner in grades.learners)
    several = "submission" if number == 1 else "submissions"
    told = [f"{number} {several}, {among} exercises: {right} of {number * among} answers are right."]
    if grades.taken_over:
        told.append(f"{grades.taken_over} of them had not changed since the last run and were taken over.")
    stopped = sum(any(not run["whole"] for run in learner["runs"]) for learner in grades.learners)
    if stopped:
        them = "it" if stopped == 1 else "them"
        told.append(f"{stopped} did not run to the end; what is written in {them} was judged all the same.")
    return told
