"""Files: saved claims and proofs, heard as data.

    {"format": "conslaw-claim", "version": 1, "text": ..., "verdict": "PROVED", "about": SCENE, "says": STATEMENT,
     "certificate": null or a certificate}
    {"format": "conslaw-proof", "version": 2, "text": ..., "goal": ..., "verdict": "PROVED", "about": SCENE,
     "lets": [[NAME, E], ...], "goals": [STATEMENT, ...], "steps": [STEP, ...]}
    STEP = {"line": 4, "text": ..., "status": "green", "says": STATEMENT}

`scenes` describes SCENE and E, `statements` STATEMENT. The texts are for people, and are not read here. A claim that
was refuted says so in its verdict; then an instance must contradict it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .certificates import Rejected, afford, array, choice, integer, record, require, show
from .chance import FIELD_BITS, odds, passing
from .outcomes import Outcome, Statement
from .rulings import Ruling, check_certificate
from .scenes import Budget, Scene, TooLarge, read_lets, read_scene
from .statements import hear, read_statement
from .wording import about, said

__all__ = ["FORMATS", "STANDS", "UNDECIDED", "hear_data"]

FORMATS = ("conslaw-claim", "conslaw-proof")
STANDS, UNDECIDED = "STANDS", "UNKNOWN"
MAX_STATEMENTS = 500


class Undecided(Exception):  # noqa: N818
    """The file is not refuted, and not everything in it could be tried."""


def hear_data(data: Any) -> Ruling:
    """Hear a claim or a proof, given as Python data.

    Examples
    --------
    >>> report = hear_data({"format": "conslaw-claim", "version": 1, "text": "", "verdict": "PROVED",
    ...     "about": {"given": {"A": ["n", "n"], "B": ["n", "n"]}, "flow": None}, "certificate": None,
    ...     "says": {"kind": "equal", "sides": [["*", "A", "B"], ["*", "B", "A"]], "every": False, "flow": True}})
    >>> report.verdict, report.summary[:62]
    ('REJECTED', 'A*B = B*A (all sizes of A: n x n, B: n x n) is said to hold, a')
    """
    case = Budget()
    try:
        kind = choice(data, "the file", "format", *FORMATS)
        sentence, scene = _claim(data, case) if kind == "conslaw-claim" else _proof(data, case)
        parameters = None if scene.model is None else len(scene.model.names)
        told = {"says": data["says"]} if kind == "conslaw-claim" else {"goals": data["goals"]}
        return Ruling(True, STANDS, f"{sentence}.", told, parameters)
    except Rejected as rejection:
        return Ruling(False, "REJECTED", f"{rejection}.")
    except (Undecided, TooLarge) as reason:
        return Ruling(False, UNDECIDED, f"not decided: {reason}.")
    except RecursionError:
        return Ruling(False, UNDECIDED, "not decided: it is nested too deeply to be tried here.")
    except Exception as error:  # what the court stumbles over is not accepted
        return Ruling(False, "REJECTED", f"the court could not finish ({type(error).__name__}).")


def _text(data: object, where: str) -> None:
    require(type(data) is str, f"{where} is {show(data)}, not text")


def _claim(data: Any, case: Budget) -> tuple[str, Scene]:
    names = ("text", "verdict", "about", "says", "certificate")
    _, version, text, verdict, scene_data, statement_data, certificate = record(
        data, "the claim", "format", "version", *names
    )
    require(integer(version, "version") == 1, f"version is {show(version)}; this court reads version 1 of a claim")
    _text(text, "text")
    choice(data, "the claim", "verdict", "PROVED", "REFUTED", "UNKNOWN", "BOUNDED")
    scene = read_scene(scene_data, case)
    statement = read_statement(statement_data, "says", scene)
    what = f"{said(statement)} ({about(scene)})"
    evidence = _evidence(certificate, scene_data, statement)
    outcome = hear(statement)
    if verdict not in ("PROVED", "REFUTED"):
        found = {True: "nothing contradicts it here", False: outcome.text, None: outcome.text}[outcome.stands]
        raise Undecided(f"{what} was not decided when it was saved; {found}")
    if outcome.stands is None:
        raise Undecided(f"{what}: {outcome.text}")
    if verdict == "REFUTED":
        require(not outcome.stands, f"{what} is said to be false, and nothing contradicts it: {_confidence(outcome)}")
        return f"it is false that {what}: {outcome.text}{_doubt(outcome)}{evidence}", scene
    require(outcome.stands, f"{what} is said to hold, and this contradicts it: {outcome.text}{_doubt(outcome)}")
    return f"{what}. Nothing contradicts it: {_confidence(outcome)}{evidence}", scene


def _evidence(certificate: Any, scene_data: Any, statement: Statement) -> str:
    """Check the certificate that a claim brings along, if it does, and that it is about the same."""
    if certificate is None:
        return ""
    report = check_certificate(certificate)
    require(report.accepted, f"its certificate is rejected: {report.summary.rstrip('.')}")
    same = type(scene_data) is dict and certificate["model"] == scene_data.get("model")
    require(same, "its certificate is about another model")
    proved = certificate["claim"]
    if proved["kind"] == "count":
        require(statement.kind in ("count", "complete"), f"its certificate counts laws, and {said(statement)} does not")
    else:  # of a law, which must be one of the functions of the claim
        require(
            statement.kind in ("conserved", "not conserved"), "its certificate is about a law, and the claim is not"
        )
        terms = [["*", Fraction(c), *(["^", name, k] for name, k in powers.items())] for c, powers in proved["law"]]
        law = ["+", Fraction(0), *terms]
        said_equal = [{"sides": [f, law], "every": False, "flow": True} for f in statement.said["of"]]
        same = any(hear(Statement("equal", sides, statement.scene)).stands for sides in said_equal)
        require(same, "its certificate is about another law")
    return f". Its certificate is checked: {report.verdict}: {report.summary.rstrip('.')}"


def _confidence(outcome: Outcome) -> str:
    """Say what was tried and how sure that makes."""
    if not outcome.risk:
        return f"{outcome.text}; that is enough"
    return (
        f"{outcome.text}; a false statement of this degree (at most {_size(outcome.degree)}) {passing(outcome.risk)}, "
        f"and this is not a proof"
    )


def _size(degree: int) -> str:
    """Write a degree, or how large it is."""
    return str(degree) if degree < 10**9 else f"2^{degree.bit_length()}"


def _doubt(outcome: Outcome) -> str:
    """Say with what probability a contradiction is mistaken."""
    if 2 * outcome.risk > 1:
        return " (which may be mistaken: no better bound is known here)"
    return f" (mistaken with probability below {odds(outcome.risk)})" if outcome.risk else ""


def _proof(data: Any, case: Budget) -> tuple[str, Scene]:
    names = ("goal", "verdict", "text", "about", "lets", "goals", "steps")
    _, version, goal, _, text, scene_data, lets, goals, steps = record(data, "the proof", "format", "version", *names)
    if version == 1 and type(version) is int:
        raise Rejected("a proof of version 1 holds its text only, and no data to hear: `conslaw verify` re-checks it")
    require(integer(version, "version") == 2, f"version is {show(version)}; this court reads version 2 of a proof")
    _text(goal, "goal")
    _text(text, "text")
    verdict = choice(data, "the proof", "verdict", "PROVED", "REFUTED", "UNKNOWN", "BOUNDED")
    require(verdict == "PROVED", f"it proves nothing: its verdict is {verdict}")
    scene = read_scene(scene_data, case)
    read_lets(lets, scene)
    statements = _statements(goals, steps, scene)
    risk, degree = Fraction(0), 0
    undecided = []
    for where, statement in statements:
        outcome = hear(statement)
        if outcome.stands is None:
            undecided.append(f"{where}, {said(statement)}: {outcome.text}")
            continue
        reason = f"{outcome.text}{_doubt(outcome)}"
        require(outcome.stands, f"{where}, {said(statement)}, is contradicted ({about(scene)}): {reason}")
        risk, degree = max(risk, outcome.risk), max(degree, outcome.degree)
    count = len(statements) - len(goals)
    parts = "; ".join(said(statement) for where, statement in statements if where.startswith("the goal"))
    what = f"{parts} ({about(scene)})"
    if undecided:
        raise Undecided(f"{what}; nothing contradicts the proof, but {undecided[0]}")
    return (
        f"{what}. Nothing contradicts the {count} step{'' if count == 1 else 's'} and the goal of this proof, each "
        f"tried with random numbers modulo random primes of {FIELD_BITS + 1} bits; a false one of this degree (at most "
        f"{_size(degree)}) {passing(risk)}, and this does not replace the proof",
        scene,
    )


def _statements(goals: Any, steps: Any, scene: Scene) -> list[tuple[str, Statement]]:
    """Read the steps and the goals."""
    require(array(goals, "goals"), "goals is empty: the proof has no goal")
    require(array(steps, "steps"), "steps is empty: the proof has no step")
    afford(len(goals) + len(steps) <= MAX_STATEMENTS, f"{len(goals) + len(steps)} statements")
    found = []
    previous = 0
    for k, step in enumerate(steps):
        where = f"steps[{k}]"
        line, text, _, says = record(step, where, "line", "text", "status", "says")
        previous = integer(line, f"{where}.line", previous + 1)
        _text(text, f"{where}.text")
        choice(step, where, "status", "green")
        found.append((f"step {k + 1}", read_statement(says, f"{where}.says", scene)))
    for k, goal in enumerate(goals):
        found.append(("the goal", read_statement(goal, f"goals[{k}]", scene)))
    return found
