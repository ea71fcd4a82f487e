"""Go through a proof line by line: what is right, what is wrong, what was not reached, and what is shown at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ..errors import ConslawError, ModelError, ParseError
from ..models.text import parse_model
from .proof_conclusions import CITABLE, conclude
from .proof_engine import Case, Fact, Outcome, Room, goal_key, goal_text, red
from .proof_language import Line, Reason, Sentence, pieces, read_lines, read_reason, read_sentence, same_text
from .proof_matrices import MatrixCase
from .proof_polynomials import PolynomialCase
from .proof_values import Side

__all__ = ["Checked", "Step", "check_lines", "equal_parts"]

_OPAQUE = {"definition", "product rule"}  # these need no flow
_HABITS = (
    (r":=", "A definition is a line such as let P = U^T*U."),
    (r"\b(?:because|since|as)\b", "A reason begins with 'by', such as by computation."),
    (r"\bd\w*\s*/\s*dt\b", "The derivative in time of P is written P'."),
    (r"(?i)^\W*q\.?e\.?d\b|∎|□", "No word ends a proof: it is finished when a line says the goal."),
)
_EXAMPLES = "'2*x = x + x by computation', '= 0 by computation' or 'h is conserved by Proposition 2.16'"


@dataclass(frozen=True)
class Step:
    """One line of a proof with what became of it.

    Attributes
    ----------
    number : int
        Of a step, from 1; 0 for lines that claim nothing, such as definitions.
    place : int
        The line of the text.
    text : str
        As written.
    status : str
        'green', 'red' or 'not reached'; for lines that claim nothing 'plain', unless they cannot be read.
    reason : str
        Why.
    fault : str
        Of a red step: 'false', 'missing' (it does not follow yet), 'reason' (the justification) or 'unreadable'.
    residual, example : str
        What is left over, and small numbers or matrices that show it.
    missing : str
        What is still needed.
    latex : str
        The formula, where it could be read.
    """

    number: int
    place: int
    text: str
    kind: str
    status: str
    reason: str = ""
    fault: str = ""
    residual: str = ""
    example: str = ""
    missing: str = ""
    latex: str = ""
    law: str = ""
    sides: tuple[Side, Side] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.status}: {self.text}"


@dataclass
class Checked:
    """A proof after it was gone through."""

    steps: list[Step]
    room: Room | None
    goal: Sentence | tuple[str, ...] | None
    goal_text: str
    reached: bool
    last_step: int = 0


@dataclass
class _Chain:
    """Equalities that go on: what is equal so far, and how the chain is quantified."""

    members: list[Side]
    steps: list[int]
    every: str
    broken: bool = False


def check_lines(text: str) -> Checked:
    """Go through a proof."""
    return _Checker(text).run()


class _Checker:
    def __init__(self, text: str):
        self.lines = read_lines(text)
        self.room: Room | None = None
        self.fatal = ""  # why nothing after this line can be read
        self.failed: set[str] = set()  # names whose definitions are wrong
        self.chain: _Chain | None = None
        self.chains: list[_Chain] = []
        self.goals: list[Line] = []
        self.steps: list[Step] = []

    def run(self) -> Checked:
        for line in self.lines:
            if line.kind != "and":
                self.close_chain()
            self.steps.append(self.step(line))
        self.close_chain()
        goal, shown, reached = self.goal()
        return Checked(self.steps, self.room, goal, shown, reached)

    # -- lines --------------------------------------------------------------------------------------

    def step(self, line: Line) -> Step:
        if self.fatal:
            status = "not reached" if line.is_step else "plain"
            return Step(line.number, line.place, line.text, line.kind, status, self.fatal if line.is_step else "")
        sides: list[Side] = []
        try:
            outcome = self.outcome(line, sides)
        except ConslawError as error:
            outcome = red(_sentence(str(error)) + _habit(line.text), "unreadable")
        except (RecursionError, ValueError):  # ValueError: a number that is too long to be printed
            outcome = red("this line is nested too deeply, or its numbers are too long: write it simpler", "unreadable")
        if line.is_step:
            if self.room is not None:
                self.room.status[line.number] = outcome.status
            if line.kind == "and" and outcome.status != "green" and self.chain is not None:
                self.chain.broken = True
        elif outcome.status == "red":
            if line.kind in ("model", "given"):
                self.fatal = f"line {line.place} is wrong, and all that follows rests on it"
            if line.kind in ("let", "flow"):
                name = re.match(r"[^\s=:]+", line.body)
                self.failed.add(name.group() if line.kind == "let" and name else "'")
        latex = " = ".join(side.latex for side in sides)
        return Step(
            line.number,
            line.place,
            line.text,
            line.kind,
            outcome.status,
            outcome.reason,
            outcome.fault,
            outcome.residual,
            outcome.example,
            outcome.missing,
            latex,
            outcome.law,
            (sides[-2], sides[-1]) if len(sides) > 1 else None,
        )

    def outcome(self, line: Line, sides: list[Side]) -> Outcome:
        if line.is_step:
            return self.claimed(line, sides)
        if line.kind == "model":
            if self.room is not None:
                raise ModelError("a proof is about one model, or about matrices of any size: keep one such line")
            self.room = Room(PolynomialCase(parse_model(line.body)))
        elif line.kind == "given":
            if self.room is not None and not isinstance(self.room.case, MatrixCase):
                raise ModelError("a proof is about one model, or about matrices of any size: keep one such line")
            self.room = self.room or Room(MatrixCase())
            self.matrices("given").declare(line)
        elif line.kind == "flow":
            self.matrices("flow").set_flow(line)
        elif line.kind == "let":
            broken = self.check_failed(line.body)
            if broken:
                raise ParseError(f"it uses {broken}, and the line that defines it is wrong")
            self.case().define(line)
        elif line.kind == "goal":
            self.goals.append(line)
            if read_sentence(line.body) is None and len(pieces(line.body, "=")) < 2:
                raise ParseError(f"'{line.body}' can be no goal: write for example goal h is conserved")
        return Outcome("plain", "")

    def case(self) -> Case:
        if self.room is None:
            raise ModelError(
                "the proof does not say what it is about: begin with a line like 'model phi(x*y)' or 'given U: n x r'"
            )
        return self.room.case

    def matrices(self, word: str) -> MatrixCase:
        case = self.case()
        if not isinstance(case, MatrixCase):
            raise ModelError(f"'{word}' belongs to matrices of any size; here {case.model.brief} is the model")
        return case

    def check_failed(self, text: str) -> str:
        """Return the name of a wrong definition that a text uses, or nothing."""
        names = set(re.findall(r"[^\W\d]\w*⁺?|['′]", text))
        return next((name for name in sorted(self.failed) if name in names), "")

    # -- steps --------------------------------------------------------------------------------------

    def claimed(self, line: Line, sides: list[Side]) -> Outcome:
        case = self.case()
        if line.label is not None and line.label != line.number:
            raise ParseError(
                f"this is step {line.number}, and it is numbered {line.label}: number the steps 1, 2, 3, ..."
            )
        if line.kind == "and":
            if self.chain is None:
                raise ParseError(f"'{line.body}' goes on with nothing: the step before is no equality")
            if self.chain.broken:
                return Outcome("not reached", "the line before it is wrong")
        broken = self.check_failed(line.body)
        if broken:
            what = "the flow" if broken in "'′" else f"the definition of {broken}"
            return Outcome("not reached", f"{what} is wrong, and this rests on it")
        if line.kind == "and":
            return self.equality(line, sides)
        sentence = read_sentence(line.body)
        if sentence is None and len(pieces(line.body, "=")) > 1:
            return self.equality(line, sides)
        if sentence is None:
            raise ParseError(f"'{line.body}' is neither an equality nor a known sentence: steps look like {_EXAMPLES}")
        return self.sentence(line, sentence, case)

    def reason(self, line: Line) -> Reason | Outcome:
        """Read the reason of a step and check the steps it cites."""
        assert self.room is not None
        if line.reason is None:
            return red("why? End the line with a reason, such as 'by computation' or 'by (1) and (2)'", "reason")
        try:
            reason = read_reason(line.reason, CITABLE[self.room.case.mode])
        except ParseError as error:
            return red(_sentence(str(error)), "reason")
        for number in reason.steps:
            if number == line.number:
                return red(f"step {number} cites itself: a step can only rest on earlier ones", "reason")
            if number > line.number:
                return red(f"it cites step {number}, which comes later: a step can only rest on earlier ones", "reason")
            if number < 1:
                return red(f"there is no step {number}: steps are numbered 1, 2, 3, ...", "reason")
        wrong = [number for number in reason.steps if self.room.status.get(number) != "green"]
        if wrong:
            return Outcome("not reached", f"step {wrong[0]}, which it cites, is not right")
        return reason

    def sentence(self, line: Line, sentence: Sentence, case: Case) -> Outcome:
        assert self.room is not None
        if line.every:
            raise ParseError(
                f"'for all {line.every}' belongs to equalities: <grad h, v_i> = 0 for all i by computation"
            )
        reason = self.reason(line)
        if isinstance(reason, Outcome):
            return reason
        key = goal_key(case, sentence)
        outcome = conclude(self.room, sentence, reason)
        if outcome.status == "green":
            self.room.facts.append(Fact(line.number, sentence.kind, key))
        return outcome

    def equality(self, line: Line, sides: list[Side]) -> Outcome:
        case = self.case()
        parts = pieces(line.body, "=")
        if line.kind == "and":
            assert self.chain is not None
            parts = parts[1:]
            if line.every and line.every != self.chain.every:
                raise ParseError(f"'for all {line.every}' must stand in the first line of a chain")
            before = self.chain.members[-1]
            sides.append(before)
            every = self.chain.every
        else:
            every = line.every
            self.chain = _Chain([], [], every)
            self.chains.append(self.chain)
            self.chain.broken = True  # until its first line is found right
        if every and isinstance(case, MatrixCase):
            raise ParseError(f"'for all {every}' belongs to models with fields; here everything is for all sizes")
        read = [case.side(part) for part in parts]
        sides.extend(read)
        outcome = self.compare(line, case, sides, every)
        if line.kind == "step":
            self.chain.members.append(read[0])
            self.chain.broken = outcome.status != "green"
            read = read[1:]
        if outcome.status == "green":
            self.chain.members.extend(read)
            self.chain.steps.append(line.number)
        elif self.chain is not None:
            self.chain.broken = True
        return outcome

    def compare(self, line: Line, case: Case, sides: list[Side], every: str) -> Outcome:
        """Decide a line of equalities, and whether the reason given is one for it."""
        outcome = _compared(case, sides, every)
        if outcome.status != "green":
            return outcome
        reason = self.reason(line)
        if isinstance(reason, Outcome):
            return reason
        if reason.statements:
            return red(
                f"{reason.statements[0]} gives no equality: say 'by computation', and cite it for a sentence such as "
                "'h is conserved'",
                "reason",
            )
        if set(reason.rules) <= _OPAQUE and not reason.steps and case.opaque_matters():
            for left, right in pairwise(sides):
                if case.difference(left, right, every, opaque=True) is not None:
                    return red(
                        f"this is true, but not by the {' and the '.join(reason.rules)} alone: it also uses the flow; "
                        "say 'by substitution'",
                        "reason",
                    )
        if reason.rules == ("hypothesis",) and not reason.steps and not _assumed(case, sides):
            known = case.flow_text if isinstance(case, MatrixCase) else ""
            known = f"the hypotheses are {known}" if known else "there are no hypotheses here"
            return red(f"this is true, but no hypothesis: {known}; say 'by computation'", "reason")
        return outcome

    def close_chain(self) -> None:
        """Remember what a chain of equalities has shown to be 0."""
        chain, self.chain = self.chain, None
        if chain is None or self.room is None or not chain.members:
            return
        zero = any(side.zero for side in chain.members) and bool(chain.steps)
        if not zero and not chain.broken:
            return
        for side in chain.members:
            for step in reversed(chain.steps) if zero else (0,):
                try:
                    self.room.case.note_zero(step, side, chain.every, broken=not zero)
                except ConslawError:  # only a wrong line holds what cannot be computed
                    continue

    # -- the goal -----------------------------------------------------------------------------------

    def goal(self) -> tuple[Sentence | tuple[str, ...] | None, str, bool]:
        """Return the goal, its text, and whether it was shown by a proof in which every step is right."""
        claims = [step for step in self.steps if step.number]
        right = bool(claims) and all(step.status in ("green", "plain") for step in self.steps)
        if self.room is None:
            return None, "", False
        try:
            found = [self.read_goal(line.body) for line in self.goals] or [self.last()]
        except ConslawError:
            return None, "", False
        if found[0] is None:
            return None, "", False
        shown = right and all(self.shown(goal) for goal in found if goal is not None)
        try:
            return found[0], self.text_of(found[0]), shown
        except ConslawError:  # a goal in names that were never defined
            return found[0], "", False

    def read_goal(self, body: str) -> Sentence | tuple[str, ...]:
        sentence = read_sentence(body)
        return sentence if sentence is not None else tuple(pieces(body, "="))

    def last(self) -> Sentence | tuple[str, ...] | None:
        """Return what the last step claims: for a chain, that its ends are equal."""
        last = next((line for line in reversed(self.lines) if line.is_step), None)
        if last is None:
            return None
        if last.kind == "step" and read_sentence(last.body) is not None:
            return read_sentence(last.body)
        if not self.chains or len(self.chains[-1].members) < 2:
            return None
        members = self.chains[-1].members
        return members[0].text, members[-1].text

    def shown(self, goal: Sentence | tuple[str, ...]) -> bool:
        assert self.room is not None
        if isinstance(goal, Sentence):
            try:
                key = goal_key(self.room.case, goal)
            except ConslawError:
                return False
            return any(fact.kind == goal.kind and fact.key == key for fact in self.room.facts)
        for chain in self.chains:
            if all(any(same_text(part, side.text) for side in chain.members) for part in goal):
                return True
        return False

    def text_of(self, goal: Sentence | tuple[str, ...]) -> str:
        assert self.room is not None
        case = self.room.case
        if isinstance(goal, Sentence):
            return goal_text(case, goal)
        about = case.model.text if isinstance(case, PolynomialCase) else "all sizes"
        if isinstance(case, MatrixCase):
            about += "; " + ", ".join(case.space.letter(name).text for name in case.given)
            about += f"; {case.flow_text}" if case.flow_text else ""
        where = f" where {case.where}" if case.where else ""
        return f"{' = '.join(goal)} ({about}){where}"


def equal_parts(case: Case, parts: tuple[str, ...]) -> Outcome:
    """Decide a goal that is an equality."""
    return _compared(case, [case.side(part) for part in parts], "")


def _compared(case: Case, sides: list[Side], every: str) -> Outcome:
    for left, right in pairwise(sides):
        found = case.difference(left, right, every)
        if found is not None:
            reason = f"this is false: left − right = {found.residual}"
            if isinstance(case, MatrixCase) and case.flow is None and re.search(r"\w['′]", found.residual):
                reason += "; no line says how the matrices move, such as flow U' = -G*V"
            return red(reason, "false", residual=found.residual, example=found.example)
    return Outcome("green", "equal for all sizes" if isinstance(case, MatrixCase) else "equal, as an identity")


def _assumed(case: Case, sides: list[Any]) -> bool:
    """Whether the first side is the velocity of a matrix, so that the flow says the equality."""
    if not isinstance(case, MatrixCase) or case.flow is None:
        return False
    name = re.fullmatch(r"(\S+?)\s*['′]", sides[0].text)
    return name is not None and name.group(1) in case.flow


def _habit(text: str) -> str:
    """Say how what people write from habit is written here."""
    return next((f" {advice}" for pattern, advice in _HABITS if re.search(pattern, text)), "")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
