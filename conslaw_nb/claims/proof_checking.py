"""Go through a proof line by line: what is right, what is wrong, what was not reached, and what is shown at the end."""

from __future__ import annotations

import re

from ..errors import ConslawError, ModelError, ParseError
from ..language import Scope, latex, names_in, notes, read_chain, read_flow, read_sentence, read_statements, text, walk
from ..language.sentences import Equal, Sentence
from ..language.tree import Equality, Name, Node, Prime
from ..models.text import parse_model
from .proof_conclusions import CITABLE, conclude
from .proof_engine import Case, Fact, Outcome, Room, meaning, red, written_out
from .proof_equalities import assumed, compared, formally_compared, sides_of
from .proof_goals import goal_text, reached_by
from .proof_lines import ProofLine, Reason, read_lines, read_reason
from .proof_matrices import MatrixCase
from .proof_polynomials import PolynomialCase
from .proof_records import Chain, Checked, CheckedLine
from .proof_values import Side

__all__ = ["check_lines"]

_FORMAL = {"definition", "product rule"}  # these need no flow
_HABITS = (
    (r":=", "A definition is a line such as let P = U^T*U."),
    (r"\b(?:because|since|as)\b", "A reason begins with 'by', such as by computation."),
    (r"\bd\w*\s*/\s*dt\b", "The derivative in time of P is written P'."),
    (r"(?i)^\W*q\.?e\.?d\b|∎|□", "No word ends a proof: it is finished when a line says the goal."),
)


def check_lines(text: str) -> Checked:
    """Go through a proof."""
    return _Checker(text).run()


class _Checker:
    def __init__(self, text: str):
        self.lines = read_lines(text)
        self.room: Room | None = None
        self.fatal = ""  # why nothing after this line can be read
        self.failed: set[str] = set()  # names whose definitions are wrong
        self.chain: Chain | None = None
        self.chains: list[Chain] = []
        self.goals: list[Sentence] = []
        self.unread_goal = False
        self.last: Sentence | Chain | None = None  # what the last step says
        self.steps: list[CheckedLine] = []

    def run(self) -> Checked:
        for line in self.lines:
            if line.kind != "and":
                self.close_chain()
            self.steps.append(self.step(line))
        self.close_chain()
        return self.checked()

    # -- lines --------------------------------------------------------------------------------------

    def step(self, line: ProofLine) -> CheckedLine:
        if self.fatal:
            status = "not reached" if line.is_step else "plain"
            return CheckedLine(
                line.number, line.place, line.text, line.kind, status, self.fatal if line.is_step else ""
            )
        if line.is_step:
            self.last = None
        sides: list[Side] = []
        self.notes: tuple[str, ...] = ()
        self.defined = ""
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
            self.unread_goal |= line.kind == "goal"
        return CheckedLine(
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
            self.formula(line, sides),
            outcome.law,
            (sides[-2], sides[-1]) if len(sides) > 1 else None,
            outcome.formal,
            self.notes,
            self.says(line, sides),
            not (line.is_step and self.room is not None and self.room.case.mode == "matrix" and self.says_formal(line)),
            line.body,
            line.reason or "",
        )

    def formula(self, line: ProofLine, sides: list[Side]) -> str:
        """Write a definition, or the sides that were read; of a line that goes on the first side stands above it."""
        if line.kind == "let":
            return self.defined
        return " = ".join(["" if line.kind == "and" and k == 0 else side.latex for k, side in enumerate(sides)]).strip()

    def says(self, line: ProofLine, sides: list[Side]) -> Sentence | None:
        """Return what a step says: a sentence, or that its sides are equal."""
        if not line.is_step or not isinstance(self.last, Chain):
            return self.last if line.is_step and isinstance(self.last, Sentence) else None
        return Equal(sides=tuple(side.node for side in sides), every=self.last.every)

    def outcome(self, line: ProofLine, sides: list[Side]) -> Outcome:
        if line.is_step:
            return self.claimed(line, sides)
        if line.kind == "model":
            if self.room is not None:
                raise ModelError("a proof is about one model, or about matrices of any size: keep one such line")
            self.room = Room(PolynomialCase(parse_model(line.body.removesuffix("."))))
        elif line.kind == "given":
            if self.room is not None and not isinstance(self.room.case, MatrixCase):
                raise ModelError("a proof is about one model, or about matrices of any size: keep one such line")
            self.room = self.room or Room(MatrixCase())
            self.matrices("given").declare(line.body.removesuffix("."))
        elif line.kind == "flow":
            case = self.matrices("flow")
            flow = read_flow(line.body.removesuffix("."), scope=case.scope)
            self.notes = notes(*flow.equations, *flow.of)
            case.set_flow(flow)
        elif line.kind == "let":
            return self.define(line)
        elif line.kind == "goal":
            self.goals.append(self.read(line.body, "a goal"))
        return Outcome("plain", "")

    def define(self, line: ProofLine) -> Outcome:
        """Take a definition."""
        case = self.case()
        read = read_statements(line.body.removesuffix("."), scope=self.scope(case), what="a definition")
        one = read[0] if len(read) == 1 else None
        if not isinstance(one, Equality) or len(one.sides) != 2:
            model = "let Psi = U^T*U - V^T*V" if isinstance(case, MatrixCase) else "let h = x**2 - y**2"
            raise ParseError(f"'{line.text}' defines nothing: write {model}")
        name, value = one.sides
        if not isinstance(name, Name):
            written = line.body.split("=")[0].strip()
            raise ParseError(f"'{written}' cannot be a name: use a letter, then letters, digits and _")
        broken = self.rests_on_failed((value,))
        if broken:
            raise ParseError(f"it uses {broken}, and the line that defines it is wrong")
        self.notes = notes(one)
        self.defined = latex(one, case.space.latex) if isinstance(case, MatrixCase) else latex(one)
        case.define(name.name, value)
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

    def scope(self, case: Case) -> Scope:
        """Return the names that can be used: also those whose definitions are wrong."""
        scope = case.scope
        return Scope({*(scope.names or ()), *self.failed}, scope.side_by_side, scope.applied) if self.failed else scope

    def read(self, body: str, what: str = "a step") -> Sentence:
        """Read a sentence about the model or the matrices of this proof."""
        case = self.case()
        sentence = read_sentence(body, scope=self.scope(case), what=what)
        if sentence.model is not None:
            here = "" if isinstance(case, MatrixCase) else case.model.text
            if isinstance(case, MatrixCase) or parse_model(text(sentence.model)).text != here:
                raise ModelError(
                    f"this says '{text(sentence.model)}', and the proof is about {here or 'matrices of any size'}: "
                    "leave the model out"
                )
        self.notes = notes(*sentence.trees)
        return sentence.about(None)

    def rests_on_failed(self, trees: tuple[Node, ...]) -> str:
        """Return the name of a wrong definition that some trees use, or nothing."""
        names = set(names_in(*trees))
        if any(isinstance(node, Prime) for tree in trees for node in walk(tree)):
            names.add("'")
        return next((name for name in sorted(self.failed) if name in names), "")

    # -- steps --------------------------------------------------------------------------------------

    def claimed(self, line: ProofLine, sides: list[Side]) -> Outcome:
        self.case()
        if line.label is not None and line.label != line.number:
            raise ParseError(
                f"this is step {line.number}, and it is numbered {line.label}: number the steps 1, 2, 3, ..."
            )
        if line.kind == "and":
            return self.goes_on(line, sides)
        sentence = self.read(line.body)
        self.last = sentence
        broken = self.rests_on_failed(sentence.trees)
        if broken:
            what = "the flow" if broken == "'" else f"the definition of {broken}"
            return Outcome("not reached", f"{what} is wrong, and this rests on it")
        if not isinstance(sentence, Equal):
            return self.sentence(line, sentence)
        self.last = self.chain = Chain(sentence.every, broken=True)  # until its first line is found right
        self.chains.append(self.chain)
        return self.equality(line, sentence.sides, sides)

    def goes_on(self, line: ProofLine, sides: list[Side]) -> Outcome:
        """Read a line that goes on with the one before."""
        chain = self.chain
        read, every = read_chain(line.body, scope=self.scope(self.case()))
        if chain is None:
            raise ParseError(f"'{line.body}' goes on with nothing: the step before is not an equality")
        self.last, self.notes = chain, notes(*read)
        if every and every != chain.every:
            raise ParseError(f"'for all {every}' must stand in the first line of a chain")
        broken = self.rests_on_failed(read)
        if broken or chain.broken:
            chain.said.extend(sides_of(self.case(), read))
            why = (
                f"the definition of {broken} is wrong, and this rests on it"
                if broken
                else "the line before it is wrong"
            )
            return Outcome("not reached", why)
        sides.append(chain.members[-1])
        return self.equality(line, read, sides)

    def reason(self, line: ProofLine) -> Reason | Outcome:
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

    def sentence(self, line: ProofLine, sentence: Sentence) -> Outcome:
        assert self.room is not None
        reason = self.reason(line)
        if isinstance(reason, Outcome):
            return reason
        case = self.room.case
        said = written_out(case, sentence)
        means = meaning(case, said)
        outcome = conclude(self.room, said, reason)
        if outcome.status == "green":
            self.room.facts.append(Fact(line.number, said, means))
        return outcome

    def equality(self, line: ProofLine, trees: tuple[Node, ...], sides: list[Side]) -> Outcome:
        case, chain = self.case(), self.chain
        assert chain is not None
        if chain.every and isinstance(case, MatrixCase):
            raise ParseError(f"'for all {chain.every}' belongs to models with fields; here everything is for all sizes")
        read = [case.side(tree) for tree in trees]
        sides.extend(read)
        chain.said.extend(read)
        outcome = self.compare(line, case, sides, chain.every)
        chain.broken = outcome.status != "green"
        if not chain.broken:
            chain.members.extend(read)
            chain.steps.append(line.number)
        return outcome

    def compare(self, line: ProofLine, case: Case, sides: list[Side], every: str) -> Outcome:
        """Decide a line of equalities, and whether the reason given is one for it.

        What is said by the product rule alone is compared before the flow is put in: a factor that was forgotten
        there is told as such, and not in the letters of the flow.
        """
        if isinstance(case, MatrixCase) and self.says_formal(line):
            wrong = formally_compared(case, sides)
            if wrong is not None:
                return wrong
        outcome = compared(case, sides, every)
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
        if reason.rules == ("hypothesis",) and not reason.steps and not assumed(case, sides):
            known = case.flow_text if isinstance(case, MatrixCase) else ""
            known = f"the hypotheses are {known}" if known else "there are no hypotheses here"
            return red(f"this is true, but no hypothesis: {known}; say 'by computation'", "reason")
        return outcome

    def says_formal(self, line: ProofLine) -> bool:
        """Whether the reason of a line allows only what needs no flow."""
        assert self.room is not None
        try:
            reason = read_reason(line.reason or "", CITABLE[self.room.case.mode])
        except ParseError:
            return False
        return bool(reason.rules) and set(reason.rules) <= _FORMAL and not reason.steps and not reason.statements

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

    def checked(self) -> Checked:
        """Return the proof with its goal, and whether that was shown by a proof in which every step is right."""
        if self.room is None or self.unread_goal:
            return Checked(self.steps, self.room)
        goals = tuple(self.goals) or ((self.said_last(),) if self.last is not None else ())
        goals = tuple(goal for goal in goals if goal is not None)
        if not goals:
            return Checked(self.steps, self.room)
        case = self.room.case
        right = any(step.number for step in self.steps)
        right = right and all(step.status in ("green", "plain") for step in self.steps)
        chains = [(chain.every, [side.node for side in chain.members]) for chain in self.chains]
        try:
            shown = right and all(reached_by(self.room, goal, chains) for goal in goals)
            return Checked(self.steps, self.room, goals, goal_text(case, goals[0]), shown)
        except ConslawError:  # a goal in names that were never defined
            return Checked(self.steps, self.room, goals)

    def said_last(self) -> Sentence | None:
        """Return what the last step says: of a chain, that its ends are equal."""
        if not isinstance(self.last, Chain):
            return self.last
        said = self.last.said
        return Equal(sides=(said[0].node, said[-1].node), every=self.last.every) if len(said) > 1 else None


def _habit(text: str) -> str:
    """Say how what people write from habit is written here."""
    return next((f" {advice}" for pattern, advice in _HABITS if re.search(pattern, text)), "")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
