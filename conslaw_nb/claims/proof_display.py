"""How proofs look: in a terminal, in a notebook, and in a document. A sign and a word stand beside every colour."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from ..language.sentences import Equal
from ..language.writing import latex_text
from ..verdict import sentence

if TYPE_CHECKING:
    from .proof_records import CheckedLine
    from .proofs import Proof

__all__ = ["html", "latex", "text"]

_LOOK = {
    "green": ("#0072B2", "✓", "right"),
    "red": ("#D55E00", "✗", "wrong"),
    "not reached": ("#6F6F6F", "…", "not reached"),
    "plain": ("#6F6F6F", " ", ""),
}
_IN_LATEX = {
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "⟨": r"$\langle$",
    "⟩": r"$\rangle$",
    "∇": r"$\nabla$",
    "−": "--",
}
_WORDS = {"missing": "does not follow yet", "reason": "the reason", "unreadable": "cannot be read"}
_FOLD = 8  # so many right lines in a row, or more, are folded


def _word(step: CheckedLine) -> str:
    if step.status != "red":
        return _LOOK[step.status][2]
    # a counterexample refutes
    return "REFUTED" if step.fault == "false" and step.example else _WORDS.get(step.fault, "wrong")


def _number(step: CheckedLine) -> str:
    return f"({step.number})" if step.number else ""


def _written(step: CheckedLine) -> str:
    """Return the line as it was written, but for a number in front: that is shown beside it."""
    return step.text[max(0, step.text.find(step.body)) :] if step.number else step.text


def _notes(step: CheckedLine) -> list[str]:
    """Return what is said below a step: how it was read where signs were left out, and what is wrong with it."""
    told = list(step.notes)
    if step.status in ("red", "not reached"):
        told += [step.reason, *([step.example] if step.example and step.example not in step.reason else [])]
    return told


def _close(proof: Proof) -> list[str]:
    """Return the last lines: what was reached, or what is missing, each of it once."""
    if proof.reached:
        return [f"Proved: {proof.goal}"]
    verdict = str(proof.verdict)
    if proof.verdict.is_refuted:  # nothing completes the proof of a goal that is false
        return [verdict]
    _, open_, need = proof.missing.partition("you still need ")
    what = f"You still need {need}." if open_ else f"Missing: {proof.missing}."
    wrong = proof.first_wrong
    first = f"{verdict.partition(': ')[0]}: this is not a proof yet"
    if wrong is not None and wrong.fault == "false":
        first += f", for {wrong.where} is {'refuted' if wrong.example else 'wrong'}"
    lines = [f"{first}.", what]
    if proof.known_path:
        lines.append(proof.known_path.partition(" What remains")[0])
    return lines


def text(proof: Proof) -> str:
    """Return the proof for a terminal."""
    rows = []
    for step in proof.steps:
        sign = _LOOK[step.status][1]
        further = "    " if step.kind == "and" else ""  # it goes on with the one before
        rows.append(f"{sign} {_number(step):<5}{further}{_written(step)}".rstrip())
        rows += [f"         {note}" for note in _notes(step)]
    return "\n".join([*rows, *_close(proof)])


_SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_GREEK = {"phi": "φ", "Phi": "Φ", "psi": "ψ", "Psi": "Ψ", "theta": "θ", "lambda": "λ", "delta": "δ", "sigma": "σ"}
_SIGNS = (
    (r"<([^<>]*), ([^<>]*)>", r"⟨\1, \2⟩"),
    (r"\bgrad ", "∇"),
    (r"(?:\*\*|\^)(\d+)", lambda m: m[1].translate(_HIGH)),
    (r"\^T\b|\.T\b", "ᵀ"),
    (r"(?<![\w.])([A-Za-zα-ωΑ-Ω]+)_(\d+)\b", lambda m: m[1] + m[2].translate(_SMALL)),
    (r"(?<=:)(\s*\w+) x (\w+)", r"\1 × \2"),
    (r"\s*\*\s*", "·"),
    (r">=", "≥"),
    (r"<=", "≤"),
    (r" - ", " − "),
    (r"(?:(?<=[=(,])|^)(\s*)-(?=[\w(])", r"\1−"),
    (rf"\b({'|'.join(_GREEK)})\b", lambda m: _GREEK[m[1]]),
)


def pretty(said: str) -> str:
    """Return plain text with the signs of mathematics, for what is shown and not typed again.

    Examples
    --------
    >>> pretty("<grad h, v_2> = 2*x**2 - y*z")
    '⟨∇h, v₂⟩ = 2·x² − y·z'
    """
    for pattern, sign in _SIGNS:
        said = re.sub(pattern, sign, said)
    return said


# In a narrow column the cells of a line go below each other: its sign and number, what it says, its reason. Only a
# formula that is wider than the column is moved sideways, and nothing with it.
_NARROW = (
    "<style>.cl-proof{container-type:inline-size}@container (max-width:36em){"
    ".cl-proof table,.cl-proof tbody{display:block}.cl-proof tr{display:flex;flex-wrap:wrap;padding:0!important}"
    ".cl-proof td{max-width:100%;box-sizing:border-box;overflow:auto hidden}.cl-proof td:empty{display:none}"
    ".cl-proof .cl-head{order:-2}.cl-proof tr::before{content:'';order:-1;flex-basis:100%}"
    ".cl-proof mjx-assistive-mml{max-width:100%}"  # what is read aloud takes no room
    ".cl-proof .cl-by{flex-basis:100%}.cl-proof td>div{width:auto!important;max-width:100%!important}}</style>"
)
_NOTE = "width:max-content;max-width:min(60em,42vw)"
_CELL = "text-align:left;vertical-align:top;padding:.15em .5em;border:0;background:none"


def _row(step: CheckedLine) -> str:
    colour, sign, _ = _LOOK[step.status]
    # The colour is on the border alone: as ink it is too faint on one theme or the other.
    mark = "" if step.status == "plain" else f"<strong>{sign} {_word(step)}</strong>"
    edge = "transparent" if step.status == "plain" else colour
    cells = [
        f'<td class="cl-head" style="{_CELL};white-space:nowrap;border-left:3px solid {edge}">{mark}</td>',
        f'<td class="cl-head" style="{_CELL}">{_number(step)}</td>',
    ]
    left, equal, right = step.latex.partition("=")
    if step.latex and equal and step.number:  # the signs of equality stand below each other
        left, right = (f"$ {escape(part)} $" if part.strip("= ") else "" for part in (left, f"{{}}= {right.strip()}"))
        cells += [
            f'<td style="{_CELL};text-align:right;padding-right:0">{left}</td>',
            f'<td style="{_CELL}">{right}</td>',
        ]
    else:
        cells.append(f'<td style="{_CELL}" colspan="2">{_line(step)}</td>')
    by = f"by {escape(step.by)}" if step.by else ""
    cells.append(f'<td class="cl-by" style="{_CELL}">{by}</td>')
    below = "".join(f'<div style="{_NOTE}">{escape(sentence(note))}</div>' for note in _shown_notes(step))
    notes = f'<td style="{_CELL};padding-left:4vw" colspan="5">{below}</td>'
    rows = ["".join(cells), *([notes] if below else [])]
    return "".join(f'<tr style="background:none">{row}</tr>' for row in rows)


def _shown_notes(step: CheckedLine) -> list[str]:
    """Return what is said below a step in a notebook; what is still needed is said once, at the end of the proof."""
    if step.fault == "missing":
        return list(step.notes)
    return [pretty(note) if step.fault == "false" else note for note in _notes(step)]


def _line(step: CheckedLine) -> str:
    """Return a line that is not an equality: as it was typed where it could not be read, else in words and signs."""
    if step.fault == "unreadable":
        return f"<code>{escape(_written(step))}</code>"
    if step.latex:
        return f"let&ensp;$ {escape(step.latex)} $"
    return escape(pretty(step.body if step.number else step.text))


def _table(rows: list[CheckedLine]) -> str:
    body = "".join(map(_row, rows))
    table = f'<table style="border-collapse:collapse;margin:.2em 0">{body}</table>'
    return f'<div class="cl-proof" style="overflow-x:auto">{table}</div>'


def _folded(proof: Proof) -> str:
    """Return the lines; a long run of right ones is folded, but for the last two before what needs attention."""
    steps = list(proof.steps)
    stop = next((k for k, step in enumerate(steps) if step.status not in ("green", "plain")), len(steps))
    start = next((k for k, step in enumerate(steps) if step.number), len(steps))
    hidden = steps[start : max(start, stop - 2)]
    if len(hidden) < _FOLD:
        return _table(steps)
    what = f"steps {hidden[0].number} to {max(step.number for step in hidden)}: each is right"
    folded = f'<details style="padding:.1em .5em"><summary>{what}</summary>{_table(hidden)}</details>'
    return _table(steps[:start]) + folded + _table(steps[start + len(hidden) :])


def _for_all(proof: Proof) -> str:
    return " for all sizes" if "(all sizes" in proof.goal else ""


def _goal(proof: Proof) -> str:
    """Return the goal in formulas; the sizes, the flow and the definitions stand in the lines below it."""
    checked = proof._checked
    goal = checked.goals[0] if checked.goals and checked.room else None
    if isinstance(goal, Equal):
        sides = " = ".join(checked.room.case.side(tree).latex for tree in goal.sides)
        return f"$ {escape(sides)} ${f' for all {goal.every}' if goal.every else ''}{_for_all(proof)}"
    if "(all sizes" not in proof.goal:
        return escape(pretty(proof.goal))
    said = re.split(r" along | \(all sizes", proof.goal)[0]
    return escape(pretty(said)) + _for_all(proof)


def html(proof: Proof) -> str:
    """Return the proof for a notebook."""
    look = "green" if proof.reached else "red" if proof.verdict.is_refuted or proof.first_wrong else "not reached"
    colour, sign, _ = _LOOK[look]
    first, *others = _close(proof)
    if proof.reached:
        first = f"Proved{_for_all(proof)}."
    elif proof.verdict.is_refuted:
        shown = next((step.where for step in proof.steps if step.example and step.example in first), "")
        first = f"REFUTED: the goal is false, as {shown} shows." if shown else pretty(first)
    end = f"<div><strong>{sign} {escape(first)}</strong></div>"
    end += "".join(f"<div>{escape(pretty(line))}</div>" for line in others)
    return (
        f'<div role="status" style="border-left:4px solid {colour};padding:.3em .8em;margin:.3em 0">'
        f"<div><strong>Proof.</strong> {_goal(proof)}</div>{_NARROW}{_folded(proof)}{end}</div>"
    )


def _plain(text: str) -> str:
    return "".join(_IN_LATEX.get(sign, sign) for sign in latex_text(text.replace("−", "--")))


def latex(proof: Proof) -> str:
    """Return the proof for a document: a list of its lines, formulas where they could be read."""
    rows = [r"\begin{proof}[" + ("Proof" if proof.reached else "Not a proof yet") + "]", _plain(proof.goal) + r"\\"]
    for step in proof.steps:
        said = f"${step.latex}$" if step.latex else _plain(step.text)
        if step.latex and " by " in step.text:
            said += " by " + _plain(step.text.rsplit(" by ", 1)[1].strip())
        mark = {"green": r"\checkmark", "red": r"$\times$", "not reached": r"$\cdots$"}.get(step.status, "")
        rows.append(rf"{_number(step)} {said} {mark}\\".strip())
        rows += [rf"\emph{{{_plain(note)}}}\\" for note in _notes(step)]
    rows.append(r"\end{proof}")
    return "\n".join(rows)
