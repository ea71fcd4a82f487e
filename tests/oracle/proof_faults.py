"""What is wrong with an accepted proof, by the judge."""

import re

from .proof_judge import Judge
from .proof_lines import UNREADABLE, sentence_of, split_functions

RESTS = {"Proposition 2.5", "Proposition 2.16", "Corollary 2.6"}  # a derivative that is zero makes a law


def faults_of(text, proof):
    """Yield what is wrong with what the package says of a proof.

    Parameters
    ----------
    text : str
    proof
        With `steps` (each with `number` and `status`), `reached` and `verdict`.
    """
    judge = Judge(text)
    if judge.unsure:
        return
    status = {step.number: step.status for step in proof.steps if step.number}
    green = {number for number, word in status.items() if word == "green"}
    red = min((step.place for step in proof.steps if not step.number and step.status == "red"), default=10**9)
    plain = {step.place for step in proof.steps if not step.number and step.status == "plain" and step.place < red}
    for line in judge.lines:
        if line.truth is UNREADABLE and line.place in plain and line.kind != "goal":
            yield f"line {line.place} means nothing and is accepted: {line.text} ({line.why})"
        if line.number not in green:
            continue
        if line.truth is False:
            yield f"step {line.number} is false and accepted: {line.text}"
        if line.truth is UNREADABLE:
            yield f"step {line.number} means nothing and is accepted: {line.text} ({line.why})"
        yield from _wrong_reason(line, green)
        if line.kind == "sentence":
            yield from _not_shown(judge, line, green)
    if proof.reached:
        if judge.goal_truth is False:
            yield "the goal is false and reached"
        if judge.goal_truth is UNREADABLE:
            yield "the goal means nothing and is reached"
        if len(green) < len(status) or not status:
            yield "reached with a step that is not accepted"
        if judge.goals and not all(_said(judge, body, green) for body, _ in judge.goals):
            yield "reached, and no step says the goal"
    verdict = str(proof.verdict.status)
    if (verdict == "PROVED") != proof.reached:
        yield f"{verdict}, and reached = {proof.reached}"
    if verdict == "REFUTED" and judge.goal_truth is True:
        yield "the goal is true and REFUTED"


def cited(reason):
    """Return the numbers of the steps that a reason cites."""
    found = []
    plain = re.sub(r"[A-Za-z]+\.?\s*\d+\.\d+|\b\d+\.\d+", "", reason)
    for one, other in re.findall(r"\(?(\d+)\)?(?:\s*(?:-|–|to)\s*\(?(\d+)\)?)?", plain):
        found += range(int(one), int(other or one) + 1)
    return found


def _wrong_reason(line, green):
    if not line.reason:
        yield f"step {line.number} is accepted without a reason: {line.text}"
    for number in cited(line.reason):
        if number >= line.number or number not in green:
            yield f"step {line.number} cites step {number}, which is not shown before it: {line.text}"


def _not_shown(judge, line, green):
    """Whether a sentence rests on what was shown, where its reason is not that the engine computes it."""
    found = sentence_of(line.body)
    rules = {w.strip().lower() for w in re.split(r",|;|\band\b|&", line.reason)}
    if found is None or {"computation", "calculation"} & rules:
        return
    kind, parts = found
    before = {n for n in green if n < line.number}
    statements = {" ".join(w) for w in re.findall(r"([A-Z][a-z]+)\w*\.?\s*(\d+\.\d+)", line.reason)}
    if kind == "conserved" and statements <= RESTS:
        for h in split_functions(parts["h"]):
            if not judge.shows_conserved(h, before):
                yield f"step {line.number}: nothing shows that the derivative of {h} is 0: {line.text}"
    if kind in ("count", "complete") and "Theorem 3.3" in statements:
        kinds = {
            sentence_of(other.body)[0] for other in judge.lines if other.number in before and other.kind == "sentence"
        }
        needed = {"dimension"} if kind == "count" else {"conserved", "independent", "count"}
        if not needed <= kinds | ({"independent"} if line.text.count("/") > 5 else set()):
            yield f"step {line.number}: {sorted(needed - kinds)} was not shown: {line.text}"


def _said(judge, body, green):
    """Whether an accepted step says a goal."""
    wanted = sentence_of(body)
    for line in judge.lines:
        if line.number not in green:
            continue
        if wanted is None:
            if line.kind == "equality":
                return True
            continue
        found = sentence_of(line.body) if line.kind == "sentence" else None
        if found is None or found[0] != wanted[0]:
            continue
        if "h" not in wanted[1]:
            if _plain(found[1]) == _plain(wanted[1]):
                return True
            continue
        one, other = (split_functions(p["h"]) for p in (found[1], wanted[1]))
        if len(one) == len(other) and all(any(judge.same(a, b) for b in other) for a in one):
            return True
    return False


def _plain(parts):
    return {key: re.sub(r"\s+", "", value) for key, value in parts.items() if value}
