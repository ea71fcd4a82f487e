"""Exercises whose answer is a proof: the lines that set the task must stay, and the rest must reach the goal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..claims.hints import Hints
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
        raise ParseError(f"a proof is a text of several lines in quotes, and {str(answer)[:40]} is not")
    found = proof(answer)
    written = [" ".join(line.split()) for line in found.text.splitlines()]
    for line in start.strip().splitlines():
        if " ".join(line.split()) not in written:
            return wrong(f"The first lines set the task and have to stay as they were; this one is missing: `{line}`.")
    if any(line.startswith("goal") for line in written if line not in start):
        return wrong("The goal is set in the first lines; a proof with a goal of its own proves something else.")
    if not found.reached and not found.first_wrong and not cites:
        found = _ended(found)
    if not found.reached:
        return wrong(_trouble(found), _hints(found))
    if cites and not _rests_on(cites.split()[-1], found):
        asked = f", and show what that needs: {needs}" if needs else ""
        return wrong(
            f"True, but the step that reaches the goal leaves the work to the engine: end with `by {cites}`{asked}."
        )
    if not cites and _decided_at_once(found):
        cite = " Or let it rest on the lines above it: end with `by steps 1-2`." if len(_way(found)) > 2 else ""
        return wrong(
            f"True, but this one line leaves the work to the engine. Write out what stands between: {needs}.{cite}"
        )
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


def _links(found: Proof) -> list[tuple[str, str, str]]:
    """Return of each step its two sides and its reason; a link of a chain goes on from the line above."""
    links, above = [], ""
    for step in _way(found):
        said, _, reason = step.rpartition(" by ")
        left, _, right = said.partition("=")
        above = right.rpartition("=")[2]
        links.append((left.strip() or links[-1][1] if links else left.strip(), above.strip(), reason))
    return links


def _goal(found: Proof) -> tuple[str, str]:
    line = next((line for line in found.text.splitlines() if line.split()[:1] == ["goal"]), "")
    left, _, right = line.strip().removeprefix("goal").partition(" = ")
    return left.strip(), right.strip()


def _in_other_words(found: Proof, side: str) -> bool:
    """Whether a side is the right side of the goal but for the order of its terms: without the flow, nor symmetry."""
    known = [line for line in found.text.splitlines() if line.split()[:1] in (["given"], ["let"])]
    plain = [re.sub(r"\b(symmetric|skew)\b", "", line) for line in known]
    return proof("\n".join([*plain, f"{side} = {_goal(found)[1]} by computation"])).reached


def _ended(found: Proof) -> Proof:
    """Return the proof with the goal as its last line, where its last line says it with the terms in another order."""
    lines = found.text.rstrip().splitlines()
    if not any(step.number for step in found.steps) or not _in_other_words(found, _links(found)[-1][1]):
        return found
    return proof("\n".join([*lines, f"= {_goal(found)[1]} by computation"]))


def _decided_at_once(found: Proof) -> bool:
    """Whether one step, which rests on no other, leads from the left side of the goal to its right side.

    Where the product rule has been written out for the same left side, what follows is the second step of two.
    """
    start, expanded = "".join(_goal(found)[0].split()), False
    for left, end, reason in _links(found):
        if "".join(left.split()) == start and "step" not in reason:
            if not expanded and _in_other_words(found, end):
                return True
            expanded = expanded or "product rule" in reason
    return False


def _hints(found: Proof) -> Callable[[], Hints] | None:
    """Return hints from the first wrong step, if it says something false; of others all was said already."""
    step = found.first_wrong
    return (lambda: found.hints) if step is not None and step.residual else None


def _trouble(found: Proof) -> str:
    """Say what is wrong with the first wrong step, or what is missing."""
    step = found.first_wrong
    if step is None:
        # The sizes and definitions stand in the first lines already.
        missing = re.sub(r" \(all sizes;.*| \(\S.*\(all sizes;.*", "", found.missing)
        return f"So far every step is right. Still missing: {missing}."
    name = f"Step {step.number}" if step.number else f"Line {step.place}"
    reason = step.reason.rstrip(".")
    told = f"{name}, `{step.text}`: {reason}{'' if reason.endswith('?') else '.'}"
    if step.example and step.example not in step.reason:
        told += f" For instance, {step.example}."
    if step.missing and step.missing not in step.reason:
        told += f" You still need {step.missing}."
    return told
