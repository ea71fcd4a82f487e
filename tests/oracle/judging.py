"""Comparing what the package answers with the truth."""

from collections import Counter
from dataclasses import dataclass, field

from .sentences import NOWHERE

ANSWERS = ("PROVED", "REFUTED", "BOUNDED", "UNKNOWN")


def fault_of(answer, truth):
    """Return what is wrong with an answer, or an empty text."""
    if answer not in ANSWERS:
        return f"the answer is {answer!r}"
    if answer == "PROVED" and truth is False:
        return "a false sentence is PROVED"
    if answer == "PROVED" and truth == NOWHERE:
        return "a sentence about something without a value is PROVED"
    if answer == "REFUTED" and truth is True:
        return "a true sentence is REFUTED"
    return ""


@dataclass
class Tally:
    """What came of many claims: the faults, and how often nothing was said.

    Attributes
    ----------
    faults : list of str
    answers : Counter
        (kind, what became of it) -> how often; 'decided', 'not decided' and 'refused' are counted for claims that the
        judge decides and that are not hard.
    """

    faults: list = field(default_factory=list)
    answers: Counter = field(default_factory=Counter)

    def ask(self, claim, decide, refusals):
        """Ask the package, compare, and note what is wrong.

        Parameters
        ----------
        claim : Claim
        decide : callable
            Takes the claim and returns the answer's status as text.
        refusals : exception class
            What a sentence that is not understood raises.
        """
        try:
            answer = str(decide(claim))
        except refusals as refusal:
            self.answers[claim.kind, "refused"] += claim.truth is not NOWHERE
            self.last = f"{type(refusal).__name__}: {refusal}"
            return
        except Exception as broken:
            self.faults.append(f"{_said(claim)}: {type(broken).__name__}: {broken}")
            return
        fault = fault_of(answer, claim.truth)
        if fault:
            self.faults.append(f"{_said(claim)}: {fault}")
        if claim.truth in (True, False) and not claim.hard:
            self.answers[claim.kind, "decided" if answer in ("PROVED", "REFUTED") else "not decided"] += 1

    def silent(self, ceiling=0.1, at_least=20):
        """Return the kinds of sentences about which too little is said, with how often."""
        kinds = {kind for kind, _ in self.answers}
        found = []
        for kind in sorted(kinds):
            told = {what: self.answers[kind, what] for what in ("decided", "not decided", "refused")}
            total = sum(told.values())
            if total >= at_least and told["decided"] < (1 - ceiling) * total:
                found.append(f"'{kind}': {told}")
        return found


def _said(claim):
    where = "" if claim.model is None else f" for {claim.model.text}"
    return f"[{claim.kind}] {claim.text!r}{where}"


def report(faults, seed, most=12):
    """Return the text of a failed test."""
    shown = "\n  ".join(sorted(faults, key=len)[:most])
    return f"{len(faults)} faults; repeat them with CONSLAW_ORACLE_SEED={seed}\n  {shown}"
