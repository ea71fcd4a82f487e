"""What became of a notebook: one line for each claim, proof, certificate, exercise and stale output."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..claims.verification import is_certificate, is_proof
from .outputs import stale
from .proving import prove_again
from .running import RanCell, read, run

__all__ = ["MEANT_TO_FAIL", "Line", "NotebookReport", "check_notebook"]

MEANT_TO_FAIL = "meant-to-fail"
_EXERCISE = {"right": "RIGHT", "empty": "OPEN", "wrong": "WRONG", "unreadable": "WRONG"}


@dataclass(frozen=True)
class Line:
    """One thing that was checked.

    Attributes
    ----------
    kind : str
        'claim', 'proof', 'certificate', 'exercise', 'output', 'error' or 'skipped'.
    where : str
        The cell, as ``cell [3]`` with the number that Jupyter shows; or the name of a file.
    text : str
        What was claimed; of an output or an error, the cell's first line.
    verdict : str
        PROVED, REFUTED, UNKNOWN; ACCEPTED, REJECTED; RIGHT, OPEN, WRONG; STALE, FAILED or SKIPPED.
    reason : str
        Why.
    ok : bool
        Whether it is as it should be.
    """

    kind: str
    where: str
    text: str
    verdict: str
    reason: str
    ok: bool

    def __str__(self) -> str:
        named = f"{self.where}, {self.kind}" if self.where.startswith("cell") else self.where
        told = f"{named}: {self.text}" if self.text else named
        if self.ok and self.verdict in ("REFUTED", "UNKNOWN", "WRONG"):
            told += " (meant to fail)"
        return f"{told}: {self.reason}" if self.reason and not (self.ok and self.verdict == "PROVED") else told


@dataclass
class NotebookReport:
    """What became of one notebook.

    Attributes
    ----------
    notebook : str
    lines : list of Line
    ran, left : int
        Code cells that ran, and those after one that failed.
    compared : bool
        Whether it was saved with outputs, so that they could be compared.
    questions : dict
        How often each verdict answered a question, such as `check_law`; asking is not a claim.
    """

    notebook: str
    lines: list[Line] = field(default_factory=list)
    ran: int = 0
    left: int = 0
    compared: bool = True
    questions: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether all is as it should be."""
        return all(line.ok for line in self.lines)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON data."""
        return asdict(self) | {"ok": self.ok}

    def summary(self) -> str:
        """Return one sentence with all numbers."""
        facts = [_several(self.ran, "cell") + " ran"]
        for kinds, thing, word in (
            (("claim", "proof"), "claim or proof|claims and proofs", "in order"),
            (("certificate",), "certificate", "accepted"),
            (("exercise",), "answer", "judged"),
        ):
            lines = [line for line in self.lines if line.kind in kinds and line.ok]
            if lines:
                facts.append(f"{_several(len(lines), thing)} {word}")
        if self.questions:
            told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(self.questions.items()))
            facts.append(f"{_several(sum(self.questions.values()), 'question')} answered ({told})")
        bad = sum(not line.ok for line in self.lines)
        if self.left:
            facts.append(f"{_several(self.left, 'cell')} not reached")
        if not self.compared:
            facts.append("no outputs were saved, so none were compared")
        return "; ".join(facts) + (f"; {_several(bad, 'thing')} to put right." if bad else "; nothing to put right.")


def _several(number: int, thing: str) -> str:
    one, _, many = thing.partition("|")
    return f"{number} {one if number == 1 else many or one + 's'}"


def check_notebook(
    path: Path | str,
    timeout: int = 120,
    tell: Callable[[int, int], None] = lambda done, of: None,
    beside: bool = True,
) -> NotebookReport:
    """Run a notebook afresh, prove again all that it claims, and compare what it shows with what was saved.

    It runs in its own folder, as in Jupyter, and what it writes is written. Certificates and proofs that lie beside it
    are re-checked as they are before the run; those that the run writes, when it has ended.

    Parameters
    ----------
    path : path of a notebook
    timeout : int
        Seconds for one cell.
    tell : callable
        Is given how many code cells are done, of how many.
    beside : bool
        Whether the files that lie beside it are re-checked: once is enough for several notebooks of a folder.

    Returns
    -------
    NotebookReport

    Raises
    ------
    NotebookError
        It cannot be read, or no kernel starts.
    """
    path = Path(path)
    book = read(path)
    folder = path.resolve().parent
    before = _beside(folder)
    done = run(path, book, timeout, tell)
    after = _beside(folder)
    report = NotebookReport(str(path), ran=sum(bool(c.fresh or not c.skipped) for c in done.cells) - done.left)
    report.left = done.left
    report.compared = any(cell.saved or cell.was_run for cell in done.cells)

    asked: list[tuple[str, RanCell | None, dict[str, Any]]] = []  # where, the cell, and what was told
    for name, text in before.items() if beside else ():
        asked.append((name, None, _file(name, text)))
    for cell in done.cells:
        asked += [(cell.name, cell, entry) for entry in _once(cell.told)]
    known = {*before.values(), *(_evidence(entry) for _, _, entry in asked)}
    for name, text in after.items():
        if text not in known:
            asked.append((name, None, _file(name, text)))

    proved = iter(prove_again([entry for _, _, entry in asked if entry["kind"] in _PROVABLE], timeout))
    by_cell: dict[int, list[Line]] = {}
    for where, cell, entry in asked:
        line = _line(where, cell, entry, next(proved) if entry["kind"] in _PROVABLE else None)
        by_cell.setdefault(cell.number if cell else 0, []).append(line)
    report.lines += by_cell.pop(0, [])
    for name, text in after.items():
        if name in before and before[name] != text:
            why = "the run writes another file than the one that was saved: save the new one"
            report.lines.append(Line("certificate", name, "", "STALE", why, False))
    for cell in done.cells:
        report.lines += _cell_lines(cell, by_cell.get(cell.number, []), report.compared)
    report.questions = dict(Counter(e["verdict"] for c in done.cells for e in c.told if e["kind"] == "question"))
    return report


_PROVABLE = ("claim", "proof", "certificate", "saved", "file")


def _beside(folder: Path) -> dict[str, str]:
    """Return the certificates and proofs in a folder: name and text."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        if path.is_file() and (is_certificate(path) or is_proof(path)):
            try:
                found[path.name] = path.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
    return found


def _file(name: str, text: str) -> dict[str, Any]:
    """Return a file as an entry to be proved again."""
    kind = "certificate"
    try:
        if json.loads(text.removeprefix("\ufeff")).get("format") in ("conslaw-proof", "conslaw-claim"):
            kind = "proof"
    except (ValueError, AttributeError, RecursionError):
        pass  # damaged: the checker says so
    return {"kind": "file", "text": "", kind: text}


def _evidence(entry: dict[str, Any]) -> str:
    return str(entry.get("certificate") or entry.get("proof") or "")


def _once(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out questions and repetitions; a certificate that was made and saved is one thing."""
    found: list[dict[str, Any]] = []
    certificates: dict[str, dict[str, Any]] = {}
    for entry in told:
        if entry.get("kind") not in (*_PROVABLE, "exercise"):
            continue
        if entry["kind"] in ("certificate", "saved"):
            entry = entry | {"text": f"saved as {Path(entry['path']).name}" if "path" in entry else ""}
        if entry["kind"] in ("certificate", "saved"):
            earlier = certificates.get(_evidence(entry))
            if earlier is not None:
                earlier["text"] = earlier["text"] or entry["text"]
                continue
            entry = certificates[_evidence(entry)] = dict(entry)
        if entry not in found:
            found.append(entry)
    return found


def _line(where: str, cell: RanCell | None, entry: dict[str, Any], again: dict[str, Any] | None) -> Line:
    meant = cell is not None and MEANT_TO_FAIL in cell.tags
    text = " ".join(str(entry.get("goal") or entry.get("text", "")).split())
    if again is None:  # an exercise: its own check has judged
        verdict, reason = _EXERCISE.get(str(entry.get("verdict")), "WRONG"), str(entry.get("reason", ""))
        return Line("exercise", where, text, verdict, reason if verdict == "WRONG" else "", verdict != "WRONG" or meant)
    verdict, reason = again["verdict"], again["reason"]
    if entry["kind"] not in ("claim", "proof"):
        return Line("certificate", where, text, verdict, reason, verdict == "ACCEPTED")
    model = entry.get("model")
    if entry["kind"] == "claim" and model and " for " not in text:
        text = f"{text} for {model}"
    if verdict != entry.get("verdict"):
        reason = f"the notebook's own kernel says {entry.get('verdict')}, and a fresh process {verdict}: {reason}"
        return Line(entry["kind"], where, text, verdict, reason, False)
    return Line(entry["kind"], where, text, verdict, reason, verdict == "PROVED" or meant)


def _cell_lines(cell: RanCell, lines: list[Line], compared: bool) -> list[Line]:
    """Return the lines of one cell: what it claims, whether it failed, and whether its output is stale."""
    lines = list(lines)
    if MEANT_TO_FAIL in cell.tags and not cell.skipped and not cell.error:
        judged = [line for line in lines if line.kind in ("claim", "proof", "exercise")]
        if all(line.verdict in ("PROVED", "RIGHT", "OPEN") for line in judged):
            why = f"the tag '{MEANT_TO_FAIL}' says that something here is not proved, and nothing of the kind is"
            lines.append(Line("error", cell.name, cell.first_line, "FAILED", why, False))
    if cell.skipped:
        why = "a tag says not to run it, so what it claims is not checked"
        lines.append(Line("skipped", cell.name, cell.first_line, "SKIPPED", why, True))
    elif cell.error:
        lines.append(Line("error", cell.name, cell.first_line, "FAILED", cell.error, False))
    elif compared and (cell.fresh or cell.saved):
        difference = stale(cell)
        if difference:
            lines.append(Line("output", cell.name, cell.first_line, "STALE", difference, False))
    return lines
