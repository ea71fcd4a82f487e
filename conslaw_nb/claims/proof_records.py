"""What becomes of a proof: its lines, its chains of equalities, and the whole, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..language.sentences import Sentence
from .proof_engine import Room
from .proof_values import Side

__all__ = ["Chain", "Checked", "CheckedLine"]


@dataclass(frozen=True)
class CheckedLine:
    """One line of a proof with what became of it."""

    number: int  # of a step, from 1; 0 for lines that claim nothing, such as definitions
    place: int  # the line of the text
    text: str  # as written
    kind: str
    status: str  # 'green', 'red' or 'not reached'; for lines that claim nothing 'plain', unless they cannot be read
    reason: str = ""  # why
    # of a red step: 'false', 'missing' (it does not follow yet), 'reason' (the justification) or 'unreadable'
    fault: str = ""
    residual: str = ""  # what is left over, and small numbers or matrices that show it
    example: str = ""
    missing: str = ""  # what is still needed
    latex: str = ""  # the formula, where it could be read; of a line that goes on, from its first '='
    law: str = ""
    sides: tuple[Side, Side] | None = field(default=None, compare=False)
    formal: bool = False  # whether the sides were compared before the flow was put in
    notes: tuple[str, ...] = ()  # how signs were read that were left out
    says: Sentence | None = field(default=None, compare=False)  # what a step says; of a chain, what the line adds
    by_flow: bool = field(default=True, compare=False)  # whether the flow may be used for it
    # what the line says without its number and keyword, and the reason that was given
    body: str = field(default="", compare=False)
    by: str = field(default="", compare=False)

    @property
    def where(self) -> str:
        """How a message names it: steps have numbers, other lines their place."""
        return f"step {self.number}" if self.number else f"line {self.place}"

    def __str__(self) -> str:
        return f"{self.status}: {self.text}"


@dataclass
class Checked:
    """A proof after it was gone through."""

    steps: list[CheckedLine]
    room: Room | None  # what is known at its end
    goals: tuple[Sentence, ...] = ()  # what is to be shown: the goals that are written, or what the last step says
    goal_text: str = ""  # the first of them, so that it can stand alone
    reached: bool = False


@dataclass
class Chain:
    """Equalities that go on: what was said, what of it is shown to be equal, and how it is quantified."""

    every: str
    said: list[Side] = field(default_factory=list)
    members: list[Side] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    broken: bool = False
