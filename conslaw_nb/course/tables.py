"""The table of a class: as CSV for a spreadsheet, and as one page of HTML that needs nothing else."""

from __future__ import annotations

import csv
import io
import re
from html import escape
from typing import Any

from .. import teaching
from .grading import Grades

__all__ = ["LOOKS", "csv_table", "html_page", "summary"]

# A sign and a word carry the meaning; there is no colour that says more.
LOOKS = {
    "right": ("✓", "right"),
    "wrong": ("✗", "not yet"),
    "unreadable": ("?", "cannot be read"),
    "not judged": ("!", "not judged"),
    "not run": ("!", "not run"),
    "empty": ("·", "no answer"),
}
_CERTIFICATES = ("certificates accepted", "certificates rejected", "certificates from the run")
_NOTHING = {"outcome": "empty", "message": "", "answer": "", "from": "text", "tries": 0, "hints": 0}


def _of(learner: dict[str, Any], number: str) -> dict[str, Any]:
    return learner["exercises"].get(number, _NOTHING)


def _solved(learner: dict[str, Any], exercises: list[str]) -> int:
    return sum(_of(learner, number)["outcome"] == "right" for number in exercises)


def _hints(learner: dict[str, Any], exercises: list[str]) -> int:
    return sum(_of(learner, number)["hints"] for number in exercises)


def _certificates(learner: dict[str, Any]) -> tuple[int, int, int]:
    """Return how many that were handed in are accepted, how many rejected, and how many more the run has written."""
    handed = [one["accepted"] for one in learner["certificates"] if not one["made"]]
    return sum(handed), len(handed) - sum(handed), len(learner["certificates"]) - len(handed)


def _notes(learner: dict[str, Any]) -> list[str]:
    """Return what a lecturer should know beside the verdicts."""
    ran = [f"{run['notebook']}: {run['state']}" for run in learner["runs"] if not run["whole"]]
    return [*learner["problems"], *ran]


def _printable(text: str) -> str:
    """Return a text without signs that no file and no page should hold: halves of letters, turns of direction."""
    plain = re.sub(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]", "�", text)
    return re.sub(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "�", plain)


def _cell(text: Any) -> str:
    """Return what may stand in a spreadsheet: nothing in it is ever taken for a formula."""
    plain = _printable(str(text))
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
        row: list[Any] = [learner["learner"], _solved(learner, grades.exercises), len(grades.exercises)]
        for number in grades.exercises:
            one = _of(learner, number)
            row += [one["outcome"], one["tries"], one["hints"]]
        row += [_hints(learner, grades.exercises), *_certificates(learner), len(learner["notebooks"])]
        writer.writerow([_cell(item) for item in [*row, "; ".join(_notes(learner))]])
    return out.getvalue()


def summary(grades: Grades) -> list[str]:
    """Return sentences on the whole class."""
    number, of = len(grades.learners), len(grades.exercises)
    solved = sum(_solved(learner, grades.exercises) for learner in grades.learners)
    told = [
        f"{number} submission{'' if number == 1 else 's'}, {of} exercises: {solved} of {number * of} answers are right."
    ]
    if grades.taken_over:
        told.append(f"{grades.taken_over} of them had not changed since the last run and were taken over.")
    stopped = sum(any(not run["whole"] for run in learner["runs"]) for learner in grades.learners)
    if stopped:
        told.append(f"{stopped} did not run to the end; what is written in them was judged all the same.")
    return told


_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:1.5rem auto;max-width:80rem;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}
.wide{overflow-x:auto}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{border:1px solid #767676;padding:.25rem .6rem;text-align:left;vertical-align:top}
thead th{position:sticky;top:0;background:Canvas}
td.number{text-align:right;font-variant-numeric:tabular-nums}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
section{border-top:1px solid #767676;margin-top:1.5rem}
a{color:LinkText}a:focus-visible{outline:3px solid}
.skip{position:absolute;left:-999rem}.skip:focus{position:static}
"""


def _e(text: Any) -> str:
    return escape(_printable(str(text)))


def _several(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _message(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", _e(text))


def html_page(grades: Grades, title: str = "Grades") -> str:
    """Return the table as a page: a summary of the class, then each learner with verdicts and certificates.

    It holds everything it needs, runs no script, and asks nobody for anything.
    """
    rows = "".join(_row(place, learner, grades.exercises) for place, learner in enumerate(grades.learners))
    titles = {task.number: task.title for task in teaching.all_exercises()}
    heads = "".join(
        f'<th scope="col"><abbr title="{_e(titles.get(number, ""))}">{_e(number)}</abbr></th>'
        for number in grades.exercises
    )
    legend = "; ".join(f"{sign} {word}" for sign, word in LOOKS.values())
    told = "".join(f"<p>{_e(sentence)}</p>" for sentence in [*summary(grades), *grades.protection])
    people = "".join(_person(place, learner, grades.exercises, titles) for place, learner in enumerate(grades.learners))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_e(title)}</title><style>{_STYLE}</style></head><body>"
        '<a class="skip" href="#learners">Skip to the learners one by one</a>'
        f"<main><h1>{_e(title)}</h1>{told}"
        "<p>Every answer was judged anew from what the learner wrote; no saved output was believed. Hints are those "
        "that the learner's notebook and record of progress tell of.</p>"
        '<div class="wide" role="region" aria-label="The class" tabindex="0"><table>'
        f"<caption>The class. {_e(legend)}.</caption>"
        f'<thead><tr><th scope="col">Learner</th><th scope="col">Solved</th>{heads}<th scope="col">Hints</th>'
        '<th scope="col">Certificates</th><th scope="col">Notes</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        f'<h2 id="learners">The learners, one by one</h2>{people}</main></body></html>\n'
    )


def _row(place: int, learner: dict[str, Any], exercises: list[str]) -> str:
    cells = "".join(f"<td>{' '.join(LOOKS[_of(learner, number)['outcome']])}</td>" for number in exercises)
    words = zip(_certificates(learner), ("accepted", "rejected", "from the run"), strict=True)
    certificates = ", ".join(f"{number} {word}" for number, word in words if number) or "none"
    return (
        f'<tr><th scope="row"><a href="#learner-{place}">{_e(learner["learner"])}</a></th>'
        f'<td class="number">{_solved(learner, exercises)} of {len(exercises)}</td>{cells}'
        f'<td class="number">{_hints(learner, exercises)}</td><td>{certificates}</td>'
        f"<td>{_e('; '.join(_notes(learner)))}</td></tr>"
    )


def _person(place: int, learner: dict[str, Any], exercises: list[str], titles: dict[str, str]) -> str:
    rows = ""
    for number in exercises:
        one = _of(learner, number)
        tries = f"{_several(one['tries'], 'answer')}, {_several(one['hints'], 'hint')}"
        tries += ", computed in the notebook" if one["from"] == "run" else ""
        rows += (
            f'<tr><th scope="row">{_e(number)} {_e(titles.get(number, ""))}</th>'
            f"<td>{' '.join(LOOKS[one['outcome']])}</td><td><code>{_e(one['answer'])}</code></td>"
            f"<td>{_message(one['message'])}</td><td>{tries}</td></tr>"
        )
    table = (
        f'<div class="wide" role="region" aria-label="Exercises of {_e(learner["learner"])}" tabindex="0"><table>'
        '<thead><tr><th scope="col">Exercise</th><th scope="col">Verdict</th><th scope="col">Answer</th>'
        f'<th scope="col">Why</th><th scope="col">Used</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )
    files = "".join(
        f"<li>{'✓ accepted' if one['accepted'] else '✗ rejected'}: <code>{_e(one['name'])}</code>, "
        f"{'written when the notebook was run' if one['made'] else 'handed in'}. {_e(one['summary'])}</li>"
        for one in learner["certificates"]
    )
    runs = "".join(
        f"<li>{_e(run['notebook'])}: {_e(run['state'])}."
        + "".join(f"<br>Cell {cell}: <code>{_e(told)}</code>" for cell, told in run["errors"][:5])
        + "</li>"
        for run in learner["runs"]
    )
    problems = "".join(f"<li>{_e(problem)}</li>" for problem in learner["problems"])
    lists = "".join(
        f"<h4>{name}</h4><ul>{items}</ul>"
        for name, items in (("Certificates", files), ("Runs", runs), ("To look at", problems))
        if items
    )
    return (
        f'<section id="learner-{place}" aria-labelledby="name-{place}">'
        f'<h3 id="name-{place}">{_e(learner["learner"])}</h3>{table}{lists}</section>'
    )
