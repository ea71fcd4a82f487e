"""The pages of a class: one for the lecturer, with everybody, and one for each learner, to be handed back.

Each is one file of HTML that holds all it needs, runs no script, and asks nobody for anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from .grading import Grades
from .tables import LOOKS, certificates, common, hints, notes, of, printable, solved, summary

__all__ = ["html_page", "learner_page", "plain", "whole_page"]

_JUDGED = (
    "Every answer was judged anew from what the learner wrote; no saved output was believed. Of several answers to an "
    "exercise the best one counts. Hints are those that the learner's notebook and record of progress tell of."
)
_ANSWERS = "Your answers were judged anew from what you wrote. Of several answers to an exercise the best one counts."

_STYLE = """
:root{color-scheme:light dark;background:Canvas;color:CanvasText}
body{font:16px/1.5 system-ui,sans-serif;margin:1.5rem auto;max-width:80rem;padding:0 1rem;overflow-wrap:anywhere}
table{border-collapse:collapse;margin:1rem 0}
.wide{overflow-x:auto;position:relative}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{border:1px solid #767676;padding:.25rem .6rem;text-align:left;vertical-align:top}
thead th{position:sticky;top:0;background:Canvas}
td.number{text-align:right;font-variant-numeric:tabular-nums}
code{font:.9em ui-monospace,monospace;white-space:pre-wrap}
td,th{overflow-wrap:break-word}
.class tbody th{min-width:7rem;max-width:14rem;overflow-wrap:anywhere}
.class .look{text-align:center}
.word{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.why{min-width:20rem}
.answer{min-width:11rem;overflow-wrap:anywhere}
section{border-top:1px solid #767676;margin-top:1.5rem}
a{color:LinkText}a:focus-visible{outline:3px solid}
@media (max-width:48rem){
.own,.own tbody,.own tr,.own th,.own td{display:block;border:0;padding:.1rem 0;min-width:0}
.own thead{display:none}
.own tr{border-top:1px solid #767676;padding:.5rem 0}
}
.skip{position:absolute;left:-999rem}.skip:focus{position:static}
"""


def plain(text: Any) -> str:
    """Return a text as HTML that shows it as it is."""
    return escape(printable(str(text)))


def _several(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _message(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", plain(text))


def html_page(grades: Grades, title: str = "Grades", alike: Sequence[str] = ()) -> str:
    """Return the table as a page: a summary of the class, then each learner with verdicts and certificates.

    `alike`: sentences on who agrees with whom.
    """
    rows = "".join(_row(place, learner, grades.exercises) for place, learner in enumerate(grades.learners))
    titles = grades.titles
    heads = "".join(
        f'<th scope="col"><abbr title="{plain(titles.get(number, ""))}">{plain(number)}</abbr></th>'
        for number in grades.exercises
    )
    legend = "; ".join(f"{sign} {word}" for sign, word in LOOKS.values())
    told = "".join(f"<p>{plain(sentence)}</p>" for sentence in [*summary(grades), *grades.protection, _JUDGED])
    people = "".join(_person(place, learner, grades.exercises, titles) for place, learner in enumerate(grades.learners))
    return whole_page(
        title,
        '<a class="skip" href="#learners">Skip to the learners one by one</a>'
        f"<main><h1>{plain(title)}</h1>{told}"
        '<div class="wide" role="region" aria-label="The class" tabindex="0"><table class="class">'
        f"<caption>The class. {plain(legend)}.</caption>"
        f'<thead><tr><th scope="col">Learner</th><th scope="col">Solved</th>{heads}<th scope="col">Hints</th>'
        '<th scope="col">Certificates</th><th scope="col">Notes</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        f"<h2>The exercises</h2>{_exercises(grades)}"
        f'<h2 id="learners">The learners, one by one</h2>{people}</main>',
    )


def _exercises(grades: Grades) -> str:
    """Return for each exercise what happened to it, for the lecturer alone."""
    heads = ("Exercise", "Solved", "Tries of each who tried", "Hints", "Wrong answers of most learners")
    rows = "".join(
        f'<tr><th scope="row">{plain(number)}</th>' + "".join(f"<td>{_message(fact)}</td>" for fact in facts) + "</tr>"
        for number, *facts in common(grades)
    )
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table></div>'


def _alike(sentences: Sequence[str]) -> str:
    """Return who agrees with whom: to be looked at, and nothing more."""
    if not sentences:
        return ""
    items = "".join(f"<li>{plain(sentence)}</li>" for sentence in sentences[:100])
    return (
        "<h2>The same as</h2><p>These agree in more than chance explains. It counts for nothing: they may have worked "
        f"together as they should. Look at both.</p><ul>{items}</ul>"
    )


def learner_page(learner: dict[str, Any], exercises: list[str], titles: dict[str, str], points: str = "") -> str:
    """Return the page of one learner, which says nothing of anybody else.

    `learner`: one of `Grades.learners`; `exercises`: their numbers; `titles`: theirs; `points`: a sentence on them.
    """
    told = f"{solved(learner, exercises)} of {len(exercises)} exercises are solved. {points}".strip()
    return whole_page(
        f"Answers of {learner['learner']}",
        f"<main><h1>{plain(learner['learner'])}</h1><p>{plain(told)}</p><p>{_ANSWERS}</p>"
        f"<h2>The exercises</h2>{_answers(learner, exercises, titles)}{_lists(learner, 'h2')}</main>",
    )


def whole_page(title: str, body: str) -> str:
    """Return a page that holds all it needs; `body` is HTML."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{plain(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _row(place: int, learner: dict[str, Any], exercises: list[str]) -> str:
    looks = (LOOKS[of(learner, number)["outcome"]] for number in exercises)
    cells = "".join(f'<td class="look">{sign}<span class="word"> {word}</span></td>' for sign, word in looks)
    words = zip(certificates(learner), ("accepted", "rejected", "from the run"), strict=True)
    files = ", ".join(f"{number} {word}" for number, word in words if number) or "none"
    return (
        f'<tr><th scope="row"><a href="#learner-{place}">{plain(learner["learner"])}</a></th>'
        f'<td class="number">{solved(learner, exercises)} of {len(exercises)}</td>{cells}'
        f'<td class="number">{hints(learner, exercises)}</td><td>{files}</td>'
        f"<td>{plain('; '.join(notes(learner)))}</td></tr>"
    )


def _person(place: int, learner: dict[str, Any], exercises: list[str], titles: dict[str, str]) -> str:
    return (
        f'<section id="learner-{place}" aria-labelledby="name-{place}">'
        f'<h3 id="name-{place}">{plain(learner["learner"])}</h3>'
        f"{_answers(learner, exercises, titles)}{_lists(learner, 'h4')}</section>"
    )


def _answers(learner: dict[str, Any], exercises: list[str], titles: dict[str, str]) -> str:
    """Return a learner's answers as a table, and in one line the exercises that have none."""
    rows, open_ = "", []
    for number in exercises:
        one = of(learner, number)
        if one["outcome"] == "empty" and not one["hints"]:
            open_.append(number)
            continue
        used = f"{_several(one['tries'], 'answer')}, {_several(one['hints'], 'hint')}"
        used += ", computed in the notebook" if one["from"] == "run" else ""
        why = _message(one["message"]) if one["outcome"] != "empty" else ""
        rows += (
            f'<tr><th scope="row">{plain(number)} {plain(titles.get(number, ""))}</th>'
            f"<td>{' '.join(LOOKS[one['outcome']])}</td>"
            f'<td class="answer"><code>{plain(one["answer"])}</code></td>'
            f'<td class="why">{why}</td><td>{used}</td></tr>'
        )
    table = (
        f'<div class="wide" role="region" aria-label="Exercises of {plain(learner["learner"])}" tabindex="0">'
        '<table class="own"><thead><tr><th scope="col">Exercise</th><th scope="col">Verdict</th>'
        '<th scope="col">Answer</th><th scope="col">Why</th><th scope="col">Used</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
    left = f"<p>No answer: {plain(', '.join(open_))}.</p>" if open_ else ""
    return (table if rows else "") + left


def _lists(learner: dict[str, Any], level: str) -> str:
    """Return what is to be said of a learner's certificates, of the runs, and what a person should look at."""
    files = "".join(
        f"<li>{'✓ accepted' if one['accepted'] else '✗ rejected'}: <code>{plain(one['name'])}</code>, "
        f"{'written when the notebook was run' if one['made'] else 'handed in'}. {plain(one['summary'])}</li>"
        for one in learner["certificates"]
    )
    runs = "".join(
        f"<li>{plain(run['notebook'])}: {plain(run['state'])}."
        + "".join(f"<br>Cell {cell}: <code>{plain(told)}</code>" for cell, told in run["errors"][:5])
        + "</li>"
        for run in learner["runs"]
    )
    problems = "".join(f"<li>{plain(problem)}</li>" for problem in learner["problems"])
    return "".join(
        f"<{level}>{name}</{level}><ul>{items}</ul>"
        for name, items in (("Certificates", files), ("Runs", runs), ("To look at", problems))
        if items
    )
