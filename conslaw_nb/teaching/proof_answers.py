"""Exercises whose answer is a proof: the lines that set the task must stay, and the rest must reach the goal."""

from __future__ import annotations

import re
from typing import Any

from ..claims.proofs import Proof, proof
from ..errors import ParseError
from .exercise import Feedback, right, wrong

__all__ = ["judge_proof"]


def judge_proof(answer: Any, start: str, message: str, cites: str = "", needs: str = "") -> Feedback:
    r"""Check a proof whose first lines are given.

    `start`: the lines that stand in the answer cell already; they hold the goal, and none of them may be changed;
    `message`: what to say of a right proof; `cites`: the statement, such as 'Theorem 3.3', on which the step that
    reaches the goal has to rest. Without it the goal is an identity, and then no single step may decide it: the way
    there has to be written out; `needs`: what this statement needs, or what stands between, for those who left it out.

    Examples
    --------
    >>> start = "model phi(x*y)\ngoal x**2 - y**2 is conserved"
    >>> judge_proof(start + "\n<grad (x**2 - y**2), v_1> = 0 by computation", start, "That is a proof.")
    ✗ Not yet. So far every step is right. Still missing: the goal itself: say it in a last line, ...
    >>> judge_proof("model phi(x*y)\nx*y is conserved", start, "That is a proof.")
    ✗ Not yet. The first lines set the task and have to stay as they were; this one is missing: ...
    >>> first = "\n<grad (x**2 - y**2), v_1> = 0 by computation"
    >>> done = start + first + "\nx**2 - y**2 is conserved by Proposition 2.16 and step 1"
    >>> judge_proof(done, start, "That is a proof.").is_right
    True
    >>> judge_proof(done, start, "That is a proof.", cites="Proposition 2.5")
    ✗ Not yet. True, but the step that reaches the goal leaves the work to the engine: end with `by Proposition 2.5`.
    """
    if not isinstance(answer, str):
        raise ParseError(f"a proof is a text of several lines in quotes, and {str(answer)[:40]} is none")
    found = proof(answer)
    written = [" ".join(line.split()) for line in found.text.splitlines()]
    for line in start.strip().splitlines():
        if " ".join(line.split()) not in written:
            return wrong(f"The first lines set the task and have to stay as they were; this one is missing: `{line}`.")
    if any(line.startswith("goal") for line in written if line not in start):
        return wrong("The goal is set in the first lines; a proof with a goal of its own proves something else.")
    if not found.reached:
        return wrong(_trouble(found))
    if cites and not _rests_on(cites.split()[-1], found):
        asked = f", and show what that needs: {needs}" if needs else ""
        return wrong(
            f"True, but the step that reaches the goal leaves the work to the engine: end with `by {cites}`{asked}."
        )
    if not cites and _decided_at_once(found):
        return wrong(f"True, but this one line leaves the work to the engine. Write out what stands between: {needs}.")
    return right(message)


def _way(found: Proof) -> list[str]:
    """Return the steps up to the one with which the goal is reached, without remarks."""
    steps = [step for step in found.steps if step.number]
    lines = found.text.splitlines()
    while len(steps) > 1 and proof("\n".join(lines[: steps[-1].place - 1])).reached:
        steps.pop()  # the goal is reached without it
    return [step.text.partition("#")[0].strip() for step in steps]


def _rests_on(number: str, found: Proof) -> bool:
    """Whether the step with which the goal is reached gives this statement as its reason."""
    reason = _way(found)[-1].rpartition(" by ")[2]
    return re.search(rf"(?<![\d.]){re.escape(number)}(?!\.?\d)", reason) is not None


def _decided_at_once(found: Proof) -> bool:
    """Whether the step that reaches the goal says the whole goal and rests on no other step: the engine did it all."""
    *before, last = _way(found)
    said, _, reason = last.rpartition(" by ")
    if "step" in reason:
        return False
    if not said.startswith("="):
        return True
    # A link of a chain: what it starts from is the right side of the line above, and must not be the goal's left side.
    goal = next(line for line in found.text.splitlines() if line.split()[:1] == ["goal"])
    left = goal.strip().removeprefix("goal").partition(" = ")[0]
    above = before[-1].rpartition(" by ")[0].rpartition("=")[2] if before else left
    return "".join(above.split()) == "".join(left.split())


def _trouble(found: Proof) -> str:
    """Say what is wrong with the first wrong step, or what is missing."""
    step = found.first_wrong
    if step is None:
        return f"So far every step is right. Still missing: {found.missing}."
    name = f"Step {step.number}" if step.number else f"Line {step.place}"
    reason = step.reason.rstrip(".")
    told = f"{name}, `{step.text}`: {reason}{'' if reason.endswith('?') else '.'}"
    if step.example and step.example not in step.reason:
        told += f" For instance, {step.example}."
    if step.missing and step.missing not in step.reason:
        told += f" You still need {step.missing}."
    return told
