"""Proofs: a learner writes a derivation as a short text, and each step of it is decided."""

from __future__ import annotations

import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import CertificateError, ConslawError, ModelError, ParseError, brief
from ..files import write_whole
from ..language.sentences import Complete, Conserved, Count, Equal, FunctionOf, Sentence
from ..models.fields import VectorFields
from ..models.text import parse_model
from ..verdict import Status, Verdict
from . import proof_display
from .proof_checking import check_lines
from .proof_conclusions import conclude
from .proof_engine import Outcome, engine, written_out
from .proof_equalities import equal_sides
from .proof_hints import hints_for_step
from .proof_lines import Reason, read_lines
from .proof_records import Checked, CheckedLine

__all__ = ["FORMAT", "Proof", "proof", "recheck"]

FORMAT = "conslaw-proof"
VERSION = 1
MAX_FILE = 1_000_000
_KEYS = {"format", "version", "goal", "verdict", "text", "steps"}


class Proof:
    """A proof with what became of each of its steps.

    Like a verdict it has no truth value: ask `reached`, or `verdict`.

    Attributes
    ----------
    text : str
        The proof as it can stand alone, with its model.
    steps : tuple of CheckedLine
        All lines, each with its status 'green', 'red' or 'not reached' (definitions are 'plain'), its reason, and for a
        wrong one the residual and small numbers that show it.
    goal : str
        What is to be shown, with all definitions written out.
    reached : bool
        Whether the goal is proved: every step is right and one of them says it.
    """

    def __init__(self, text: str):
        self.text = text
        self._checked: Checked = check_lines(text)
        self.steps: tuple[CheckedLine, ...] = tuple(self._checked.steps)
        self.goal = self._checked.goal_text
        self.reached = self._checked.reached

    def __bool__(self) -> bool:
        raise TypeError("a proof is not a yes or a no: ask proof.reached, proof.verdict or proof.first_wrong")

    # -- what came out ------------------------------------------------------------------------------

    @property
    def first_wrong(self) -> CheckedLine | None:
        """The first red step, or None."""
        return next((step for step in self.steps if step.status == "red"), None)

    @property
    def _goal(self) -> Sentence | None:
        return self._checked.goals[0] if self._checked.goals else None

    @cached_property
    def _closing(self) -> Outcome | None:
        """What the goal would be, said as the last line of the proof so far."""
        goal, room = self._goal, self._checked.room
        if room is None or goal is None or isinstance(goal, Equal):
            return None
        cite = _CLOSED_BY.get(type(goal)) if not getattr(goal, "negated", False) else None
        try:
            said = written_out(room.case, goal)
            return conclude(room, said, Reason(statements=(cite,))) if cite else engine(room.case, said)
        except ConslawError:
            return None

    @property
    def missing(self) -> str:
        """What is still needed, or an empty text."""
        if self.reached:
            return ""
        for step in self.steps:
            if step.status == "red" and step.missing:
                return f"step {step.number} does not follow from what stands before it: you still need {step.missing}"
        if self.first_wrong is not None:
            return f"line {self.first_wrong.place} must be put right first"
        if not any(step.number for step in self.steps):
            return "the proof is empty: it has no step yet"
        closing = self._closing
        if closing is not None and closing.missing:
            return f"the goal does not follow yet: you still need {closing.missing}"
        if closing is not None and closing.status == "green":
            return f"the goal itself: say it in a last line, with its reason ({self.goal})"
        return f"a step that says the goal: {self.goal}" if self.goal else "a goal that can be read"

    @cached_property
    def _goal_verdict(self) -> Outcome | None:
        """What the engine says about the goal."""
        goal, room = self._goal, self._checked.room
        if room is None or goal is None:
            return None
        try:
            if isinstance(goal, Equal):
                return equal_sides(room.case, goal)
            said = written_out(room.case, goal)
            if isinstance(goal, FunctionOf):
                return conclude(room, said, Reason(statements=("Corollary 4.4",)))
            return engine(room.case, said)
        except ConslawError:
            return None

    @property
    def known_path(self) -> str:
        """Where a proof that is not finished can be completed: that, and what remains. Else an empty text."""
        if self.reached or not any(step.status == "green" for step in self.steps):
            return ""
        if any(step.status == "red" and step.fault != "missing" for step in self.steps):
            return ""
        decided = self._goal_verdict
        if decided is None or decided.status != "green":
            return ""
        needs = self.missing.partition("you still need ")[2] or self.missing
        return f"You are on a known path: the goal is true, and your steps so far are right. What remains: {needs}."

    @cached_property
    def verdict(self) -> Verdict:
        """PROVED for a finished proof; REFUTED where the goal is false; else UNKNOWN, with what is wrong."""
        if self.reached:
            count = sum(1 for step in self.steps if step.number)
            return Verdict(
                Status.PROVED, f"each of the {count} steps is right, and the goal is reached.", claim=self.goal
            )
        decided = self._goal_verdict
        if decided is not None and decided.status == "red" and decided.fault == "false":
            why = decided.reason.removeprefix("this is false: ")
            if decided.example and decided.example not in why:
                why = f"{why}; {decided.example}"
            return Verdict(Status.REFUTED, f"the goal is false: {why}", claim=self.goal)
        wrong = self.first_wrong
        if wrong is None:
            return Verdict(Status.UNKNOWN, f"the proof is not finished; {self.missing}.", claim=self.goal)
        where = f"step {wrong.number}" if wrong.number else f"line {wrong.place}"
        return Verdict(Status.UNKNOWN, f"this is no proof yet: {where}: {wrong.reason.rstrip('.')}.", claim=self.goal)

    @cached_property
    def hints(self) -> Any:
        """Hints for the first wrong step, one at a time."""
        room = self._checked.room
        return hints_for_step(self.first_wrong, room.case if room is not None else None)

    # -- showing ------------------------------------------------------------------------------------

    def __str__(self) -> str:
        return proof_display.text(self)

    def __repr__(self) -> str:
        return proof_display.text(self)

    def _repr_html_(self) -> str:
        return proof_display.html(self)

    @property
    def latex(self) -> str:
        """The proof as LaTeX, ready for a document."""
        return proof_display.latex(self)

    # -- files --------------------------------------------------------------------------------------

    @property
    def data(self) -> dict[str, Any]:
        """The proof as JSON data; only its text is ever believed."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "goal": self.goal,
            "verdict": str(self.verdict.status),
            "text": self.text,
            "steps": [
                {"line": step.place, "text": step.text, "status": step.status} for step in self.steps if step.number
            ],
        }

    @property
    def json(self) -> str:
        """The proof as the text of its file; the same each time."""
        return json.dumps(self.data, ensure_ascii=False, indent=1) + "\n"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the proof to a file, all or nothing; `conslaw verify` re-checks it.

        Raises
        ------
        CertificateError
            The folder does not exist or cannot be written.
        """
        target = Path(path)
        try:
            write_whole(target, self.json)
        except OSError as error:
            raise CertificateError(
                f"the proof cannot be written to '{target}': {error.strerror or error}; "
                "choose another file, in a folder that exists and that you may write to"
            ) from None
        return target


_CLOSED_BY: dict[type[Sentence], str] = {
    Conserved: "Proposition 2.5",
    Count: "Theorem 3.3",
    Complete: "Theorem 3.3",
    FunctionOf: "Corollary 4.4",
}


def proof(text: str, phi: VectorFields | str | None = None, *, goal: str | None = None) -> Proof:
    """Check a proof, step by step.

    Parameters
    ----------
    text : str
        One line for each definition and each step; see `conslaw_nb.claims.proof_language`. Text is parsed, never
        evaluated.
    phi : model or its text, optional
        The model, where the text does not begin with a line such as ``model phi(x*y)``.
    goal : str, optional
        What has to be shown, such as ``x**2 - y**2 is conserved``; without it and without a line ``goal ...``, the
        last step.

    Returns
    -------
    Proof

    Raises
    ------
    ParseError, ModelError, SizeError
        Something that is no text, a text that is too long, or a model that contradicts the text. Whatever is wrong with
        a line is said there, in the proof.

    Examples
    --------
    >>> p = proof('''
    ... let h = x**2 - y**2
    ... <grad h, v_1> = 2*x*y - 2*x*y     by computation
    ...               = 0                 by computation
    ... h is conserved                    by Proposition 2.16
    ... ''', "phi(x*y)")
    >>> p.reached, p.goal
    (True, 'x**2 - y**2 is conserved for phi(x*y)')
    >>> wrong = proof("x + y is conserved by computation", "phi(x*y)")
    >>> print(wrong.first_wrong.example)
    ⟨∇h, ∇(x*y)⟩ = 1 at x = 1, y = 0
    """
    lines = read_lines(text)
    head = []
    if phi is not None:
        model = parse_model(phi) if isinstance(phi, str) else phi
        if not isinstance(model, VectorFields):
            raise ModelError(f"a proof is about a model, not about {brief(phi)}: pass one, such as 'phi(x*y)'")
        named = next((line for line in lines if line.kind in ("model", "given")), None)
        if named is None:
            head.append(f"model {model.text}")
        elif named.kind == "given" or parse_model(named.body).text != model.text:
            raise ModelError(f"the proof says '{named.text}', and {model.brief} was passed: keep one of the two")
    if goal is not None:
        if not isinstance(goal, str) or "\n" in goal or "#" in goal:
            raise ParseError(f"{brief(goal)} is no goal: write one sentence, such as 'x**2 - y**2 is conserved'")
        head.append(f"goal {goal}")
    return Proof("\n".join([*head, text.strip("\n").rstrip()]) if head else text.strip("\n").rstrip())


# -- re-checking -----------------------------------------------------------------------------------------


def recheck(source: str | os.PathLike[str] | dict[str, Any]) -> Verdict:
    """Re-check a proof from its text only: what the file says of itself is compared, and never believed.

    Parameters
    ----------
    source : path, JSON text, or JSON data

    Returns
    -------
    Verdict
        PROVED, or REFUTED with the reason for which the file is rejected.

    Raises
    ------
    CertificateError
        A file that cannot be read.

    Examples
    --------
    >>> p = proof("2*x = x + x by computation", "phi(x*y)")
    >>> print(recheck(p.json).status, recheck(p.json.replace("x + x", "x + y")).status)
    PROVED REFUTED
    """
    name = "this proof"
    if isinstance(source, dict):
        data: Any = source
    else:
        content, name = _content(source)
        try:
            data = json.loads(content, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        except RecursionError:
            return _rejected("it is nested too deeply", name)
        except ValueError as error:
            return _rejected(f"it is no JSON of ours: {error}", name)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return _rejected(f'it does not say "format": "{FORMAT}"', name)
    if data.get("version") != VERSION or isinstance(data.get("version"), bool):
        return _rejected(
            f"it is of version {brief(data.get('version'))}, and this package reads version {VERSION}", name
        )
    if set(data) != _KEYS:
        odd = sorted(set(data) ^ _KEYS)[0]
        return _rejected(f"the entry {brief(odd)} is {'missing' if odd in _KEYS else 'unknown'}", name)
    if not isinstance(data["text"], str):
        return _rejected("its text is no text", name)
    try:
        again = Proof(data["text"])
    except ConslawError as error:
        return _rejected(str(error), name)
    if not again.reached:
        return _rejected(f"its text proves nothing: {again.verdict.reason}", name)
    ours = again.data
    for key, what in (("goal", "another goal"), ("verdict", "another verdict"), ("steps", "other steps")):
        if data[key] != ours[key]:
            return _rejected(f"it records {what} than its text proves: {brief(data[key])}", name)
    return Verdict(Status.PROVED, f"re-checked from its text: {again.goal}.", claim=name)


def _content(source: str | os.PathLike[str]) -> tuple[str, str]:
    if isinstance(source, str) and source.lstrip().startswith("{"):
        if len(source) > MAX_FILE:
            raise CertificateError(f"a proof of {len(source)} characters is too long: at most {MAX_FILE} are read")
        return source, "this proof"
    target = Path(source)
    if not target.is_file():
        what = "is a folder" if target.is_dir() else "does not exist"
        raise CertificateError(f"'{target}' {what}: give the path of a proof, such as law.json")
    try:
        if target.stat().st_size > MAX_FILE:
            raise CertificateError(f"'{target}' is too large for a proof: at most {MAX_FILE} bytes are read")
        return target.read_text(encoding="utf-8"), str(source)
    except OSError as error:
        raise CertificateError(f"'{target}' cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CertificateError(f"'{target}' is no proof: it is not UTF-8 text") from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the entry {brief(key)} stands twice")
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _rejected(why: str, name: str) -> Verdict:
    return Verdict(Status.REFUTED, f"the proof is rejected: {why.rstrip('.')}.", claim=name)
