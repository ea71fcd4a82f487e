"""Sentences of proofs, decided by the engine: what a step "by computation" says, and what a goal is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..errors import ParseError
from ..laws import questions
from ..laws.checking import check_law
from ..laws.counting import count_laws
from ..verdict import Verdict
from .answers import parts, read_number
from .proof_language import Sentence
from .proof_matrices import MatrixCase
from .proof_polynomials import PolynomialCase

__all__ = [
    "FULL_RANK",
    "Case",
    "Fact",
    "Outcome",
    "Room",
    "engine",
    "from_verdict",
    "functions",
    "goal_key",
    "goal_text",
    "plain",
    "red",
]

Case = PolynomialCase | MatrixCase

# What is decided outside a set of measure zero, where it is said of no point.
_GENERIC = ("complete", "count", "dimension", "involutive", "bracket", "factors")
FULL_RANK = "where (U; V) has full rank"


@dataclass(frozen=True)
class Outcome:
    """What became of a step: its status, why, and what is missing or left over."""

    status: str  # 'green', 'red' or 'not reached'
    reason: str
    fault: str = ""  # of a red step: 'false', 'missing', 'reason', 'unreadable'
    missing: str = ""
    residual: str = ""
    example: str = ""
    law: str = ""  # what was taken for a law and is none
    uses: tuple[int, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A sentence that was shown."""

    step: int
    kind: str
    key: Any


@dataclass
class Room:
    """What is known at some place of a proof."""

    case: Case
    facts: list[Fact] = field(default_factory=list)
    status: dict[int, str] = field(default_factory=dict)  # step -> status


def red(reason: str, fault: str = "reason", **more: Any) -> Outcome:
    """Return the outcome of a step that is wrong, or that does not follow."""
    return Outcome("red", reason, fault, **more)


# -- reading the parts of a sentence ---------------------------------------------------------------------


def functions(text: str) -> list[str]:
    """Split 'f, g and h' into functions."""
    found = [piece for part in parts(f"({text})") for piece in re.split(r"\s+and\s+", part)]
    found = [piece.strip() for piece in found if piece.strip()]
    if not found:
        raise ParseError(f"'{text}' names no function: write for example x**2 - y**2 is conserved")
    return found


def plain(case: PolynomialCase, text: str) -> str:
    """Return a function with all definitions expanded, as text that the engine reads."""
    top, bottom = case.function(text)
    return top.text if bottom == 1 else f"({top.text})/({bottom.text})"


def _point(case: PolynomialCase, text: str) -> list[Fraction]:
    """Read 'x=1, y=2' or '(1, 2)'."""
    found = parts(text)
    if all("=" in piece for piece in found):
        given = {name.strip(): value for name, value in (piece.split("=", 1) for piece in found)}
        missing = [name for name in case.variables if name not in given]
        if missing or len(given) != len(case.variables):
            raise ParseError(f"the point '{text}' must give each of {', '.join(case.variables)} once")
        return [read_number(given[name]) for name in case.variables]
    if len(found) != len(case.variables):
        raise ParseError(
            f"the point '{text}' has {len(found)} coordinates, and there are {len(case.variables)} variables"
        )
    return [read_number(piece) for piece in found]


def goal_key(case: Case, sentence: Sentence) -> tuple[Any, ...]:
    """Return what a sentence says, independent of names and of the way it is written."""
    said = sentence.parts
    key: list[Any] = [sentence.kind]
    if sentence.kind == "function":
        key.append(re.sub(r"\s", "", said["h"]))
    elif "h" in said:
        if isinstance(case, MatrixCase):
            key.append(tuple(case.function(h) for h in functions(said["h"])))
        else:
            key.append(tuple(plain(case, h) for h in functions(said["h"])))
    if "what" in said:
        key.append("Lie" if said["what"].lower() == "lie" else "W")
    if "f" in said:
        key.append(re.sub(r"\s", "", said["f"]))
    key.append(said.get("n"))
    if "at" in said and isinstance(case, PolynomialCase):
        key.append(tuple(_point(case, said["at"])))
    return tuple(key)


def goal_text(case: Case, sentence: Sentence) -> str:
    """Write a sentence so that it can stand alone: definitions expanded, with the model or the flow."""
    kind, said = sentence.kind, sentence.parts
    if isinstance(case, MatrixCase):
        if kind not in ("conserved", "not conserved"):
            raise ParseError("in matrix mode a goal is 'Psi is conserved', or an equality")
        shown = ", ".join(case.plain(h.text) for h in goal_key(case, sentence)[1])
        flow = f" along {case.flow_text}" if case.flow_text else ""
        letters = ", ".join(case.space.letter(name).text for name in case.given)
        return f"{shown} {'are' if ', ' in shown else 'is'} {sentence.kind}{flow} (all sizes; {letters})"
    names = functions(said["h"]) if "h" in said else []
    shown = said["h"] if kind == "function" else ", ".join(plain(case, h) for h in names)
    several = "are" if len(names) > 1 else "is"
    at = f" at {said['at']}" if "at" in said else ""
    text = {
        "conserved": f"{shown} {several} conserved",
        "not conserved": f"{shown} {several} not conserved",
        "independent": f"{shown} {several} independent{at or ' on an open set'}",
        "complete": f"{shown} {several} all the laws",
        "function": f"every law is a function of {shown} {FULL_RANK}",
        "count": f"there are exactly {said.get('n')} laws",
        "dimension": f"dim {'Lie' if said.get('what', '').lower() == 'lie' else 'W'} = {said.get('n')}{at}",
        "involutive": "W is involutive",
        "bracket": f"{said.get('f')} lies in W{at}",
        "factors": f"{shown} factors through phi",
    }[kind]
    generic = kind in _GENERIC and "at" not in said
    return f"{text}{' near a generic point' if generic else ''} for {case.model.text}"


# -- by computation --------------------------------------------------------------------------------------


def from_verdict(verdict: Verdict, law: str = "") -> Outcome:
    """Return a verdict of the engine as the outcome of a step."""
    if verdict.is_proved:
        return Outcome("green", verdict.reason)
    if verdict.is_refuted:
        residual = str(verdict.details.get("residual", ""))
        example = str(verdict.witness) if verdict.witness is not None else ""
        return red(f"this is false: {verdict.reason}", "false", residual=residual, example=example, law=law)
    return red(f"the engine did not decide this: {verdict.reason}", "missing", missing="a step that decides it")


def engine(case: Case, sentence: Sentence) -> Outcome:
    """Decide a sentence by computation alone."""
    kind, said = sentence.kind, sentence.parts
    if isinstance(case, MatrixCase):
        return _matrix_engine(case, sentence)
    model = case.model
    if kind in ("conserved", "not conserved"):
        return _conserved_engine(case, sentence)
    if kind == "independent":
        point = _point(case, said["at"]) if "at" in said else None
        names = [plain(case, h) for h in functions(said["h"])]
        return from_verdict(questions.independent(names, case.variables, point))
    if kind == "complete":
        return from_verdict(questions.complete([plain(case, h) for h in functions(said["h"])], model)[0])
    if kind == "count":
        count, number = count_laws(model), int(said["n"])
        if count.laws is None and count.laws_at_least <= number <= count.laws_at_most:
            return red(f"the engine did not decide this: {count.verdict.reason}", "missing", missing="the exact count")
        if count.laws != number:
            return red(f"this is false: {count.verdict.reason}", "false")
        return Outcome("green", count.verdict.reason)
    if kind == "dimension":
        point = _point(case, said["at"]) if "at" in said else None
        what = "Lie" if said["what"].lower() == "lie" else "W"
        if point is not None and what == "Lie":
            if any(x.denominator != 1 for x in point):
                raise ParseError("dim Lie is computed at points with integer coordinates: choose such a point")
            point = [int(x) for x in point]  # type: ignore[misc]
        return from_verdict(questions.dimension(model, what, int(said["n"]), point))  # type: ignore[arg-type]
    if kind == "involutive":
        return from_verdict(questions.involutive(model))
    if kind == "bracket":
        match = re.fullmatch(r"\[\s*v_?(\d{1,6})\s*,\s*v_?(\d{1,6})\s*\]", said["f"])
        if match is None:
            raise ParseError(f"'{said['f']}' is no bracket of generators: write [v_1, v_2] lies in W")
        point = _point(case, said["at"]) if "at" in said else None
        return from_verdict(questions.bracket_in_trace(model, int(match[1]) - 1, int(match[2]) - 1, point))
    if kind == "factors":
        return from_verdict(questions.factors_through(plain(case, said["h"]), model))
    return red("computation cannot decide this for all laws at once: cite Corollary 4.4", "reason")


def _conserved_engine(case: PolynomialCase, sentence: Sentence) -> Outcome:
    for h in functions(sentence.parts["h"]):
        verdict = check_law(plain(case, h), case.model)
        if verdict.details.get("constant"):
            return red(
                f"{h} is a constant: it never changes, whatever the flow, and is never counted as a law", "false"
            )
        if sentence.kind == "not conserved":
            if verdict.is_proved:
                return red(f"this is false: {h} is conserved, {verdict.reason}", "false")
            outcome = Outcome("green", verdict.reason) if verdict.is_refuted else from_verdict(verdict)
        else:
            outcome = from_verdict(verdict, law=plain(case, h))
        if outcome.status != "green":
            return outcome
    return Outcome("green", outcome.reason)


def _matrix_engine(case: MatrixCase, sentence: Sentence) -> Outcome:
    if sentence.kind not in ("conserved", "not conserved"):
        return red(
            "this sentence is about a model with numbers: in matrix mode say 'Psi is conserved', or an equality",
            "reason",
        )
    for text in functions(sentence.parts["h"]):
        h = case.function(text)
        if case.rate(h).is_zero:
            return red(
                f"{text} is a constant: it never changes, whatever the flow, and is never counted as a law", "false"
            )
        found = case.residual_rate(h)
        if sentence.kind == "not conserved":
            if found is None:
                return red(f"this is false: ({text})' = 0 along the flow, for all sizes", "false")
            continue
        if found is not None:
            return red(
                f"this is false: along the flow ({text})' = {found.residual}",
                "false",
                residual=found.residual,
                example=found.example,
            )
    if sentence.kind == "not conserved":
        return Outcome("green", f"its derivative along the flow is {found.residual}; {found.example}" if found else "")
    return Outcome("green", "its derivative along the flow is 0, for all sizes and all matrices")
