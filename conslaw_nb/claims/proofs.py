"""Proofs: a learner writes a derivation as a short text, and each step of it is decided."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import ConslawError, ModelError, ParseError, brief
from ..files import save_text
from ..language.sentences import Complete, Conserved, Count, Equal, FunctionOf, Sentence
from ..models.fields import VectorFields
from ..models.text import parse_model
from ..verdict import Status, Verdict
from . import proof_display
from .court_data import file_text, proof_data
from .proof_checking import check_lines
from .proof_conclusions import conclude
from .proof_engine import Outcome, engine, written_out
from .proof_equalities import equal_sides
from .proof_hints import hints_for_step
from .proof_lines import Reason, read_lines
from .proof_records import Checked, CheckedLine

__all__ = ["Proof", "proof"]


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
            return f"{self.first_wrong.where} must be put right first"
        if not any(step.number for step in self.steps):
            return "the proof is empty: it has no step yet"
        closing = self._closing
        if closing is not None and closing.missing:
            return f"the goal does not follow yet: you still need {closing.missing}"
        if closing is not None and closing.status == "green":
            said = next(line.strip() for line in self.text.splitlines() if line.split()[:1] == ["goal"])
            return f"the goal itself: say it in a last line, `{said.removeprefix('goal').strip()}`, with its reason"
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
        return Verdict(
            Status.UNKNOWN, f"this is not a proof yet: {wrong.where}: {wrong.reason.rstrip('.')}.", claim=self.goal
        )

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
        """The proof as JSON data: its text, from which it is checked again, and what it says as data for the court."""
        return {
            "format": "conslaw-proof",
            "version": 2,
            "goal": self.goal,
            "verdict": str(self.verdict.status),
            "text": self.text,
            **proof_data(self._checked),
        }

    @property
    def json(self) -> str:
        """The proof as the text of its file; the same each time."""
        return file_text(self.data)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the proof to a file, all or nothing; `conslaw verify` re-checks it.

        Raises
        ------
        CertificateError
            The folder does not exist or cannot be written.
        """
        return save_text(path, self.json, "the proof")


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
        Something else than text, a text that is too long, or a model that contradicts the text. Whatever is wrong with
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
            raise ParseError(f"{brief(goal)} is not a goal: write one sentence, such as 'x**2 - y**2 is conserved'")
        head.append(f"goal {goal}")
    return Proof("\n".join([*head, text.strip("\n").rstrip()]) if head else text.strip("\n").rstrip())
