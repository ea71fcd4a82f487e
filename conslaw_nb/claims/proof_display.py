"""How proofs look: in a terminal, in a notebook, and in a document. A sign and a word stand beside every colour."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..language.writing import latex_text

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
_SPACE = "\u2003"  # a page takes several plain spaces for one
_SIGNS = {
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "⟨": r"$\langle$",
    "⟩": r"$\rangle$",
    "∇": r"$\nabla$",
    "−": "--",
}
_WORDS = {"missing": "does not follow yet", "reason": "the reason", "unreadable": "cannot be read"}


def _word(step: CheckedLine) -> str:
    if step.status == "red":
        return _WORDS.get(step.fault, "wrong")
    return _LOOK[step.status][2]


def _number(step: CheckedLine) -> str:
    return f"({step.number})" if step.number else ""


def _indented(step: CheckedLine, by: str) -> str:
    """Return the line, further in where it goes on with the one before."""
    return (by if step.kind == "and" else "") + step.text


def _notes(step: CheckedLine) -> list[str]:
    """Return what is said below a step: how it was read where signs were left out, and what is wrong with it."""
    told = list(step.notes)
    if step.status in ("red", "not reached"):
        told += [step.reason, *([step.example] if step.example else [])]
    return told


def _close(proof: Proof) -> list[str]:
    """Return the last lines: what was reached, or what is missing."""
    if proof.reached:
        return [f"Proved: {proof.goal}"]
    lines = [str(proof.verdict)]
    # nothing completes the proof of a goal that is false
    if proof.missing and not proof.verdict.is_refuted and proof.missing not in lines[0]:
        lines.append(f"Missing: {proof.missing}")
    if proof.known_path:
        lines.append(proof.known_path)
    return lines


def text(proof: Proof) -> str:
    """Return the proof for a terminal."""
    rows = []
    for step in proof.steps:
        sign = _LOOK[step.status][1]
        rows.append(f"{sign} {_number(step):<5}{_indented(step, '    ')}".rstrip())
        rows += [f"         {note}" for note in _notes(step)]
    return "\n".join([*rows, *_close(proof)])


def html(proof: Proof) -> str:
    """Return the proof for a notebook."""
    plain = "text-align:left;vertical-align:top;padding:.1em .6em"
    cell = f'<td style="{plain}">'
    rows = []
    for step in proof.steps:
        colour, sign, _ = _LOOK[step.status]
        # The colour is on the border alone: as ink it is too faint on one theme or the other.
        edge, mark = "transparent", ""
        if step.status != "plain":
            edge, mark = colour, f"<strong>{sign} {_word(step)}</strong>"
        notes = "".join(f"<div>{escape(note)}</div>" for note in _notes(step))
        rows.append(
            f'<tr><td style="{plain};border-left:3px solid {edge}">{mark}</td>{cell}{_number(step)}</td>'
            f"{cell}<code>{escape(_indented(step, _SPACE))}</code>{notes}</td></tr>"
        )
    colour = _LOOK["green" if proof.reached else "red"][0]
    first, *others = _close(proof)
    sign = "✓" if proof.reached else "✗"
    end = f"<div><strong>{sign}</strong> {escape(first)}</div>"
    end += "".join(f"<div>{escape(line)}</div>" for line in others)
    return (
        f'<div role="status" style="border-left:4px solid {colour};padding:.3em .8em;margin:.3em 0">'
        f"<div><strong>Proof.</strong> {escape(proof.goal)}</div><table>{''.join(rows)}</table>{end}</div>"
    )


def _plain(text: str) -> str:
    return "".join(_SIGNS.get(sign, sign) for sign in latex_text(text.replace("−", "--")))


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
