"""Sentences of proofs that cite a numbered statement, or steps: the hypotheses are checked on the case at hand.

A statement is never believed because it is cited: what it asks for must have been shown in earlier steps, or is
computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from ..errors import ParseError
from ..exact.polynomial import Poly
from ..laws.checking import check_law
from ..models.layered import LayeredNetwork
from ..models.networks import Factorization
from ..models.parametrizations import Parametrization
from .proof_engine import FULL_RANK, Case, Fact, Outcome, Room, engine, from_verdict, functions, goal_key, plain, red
from .proof_language import Reason, Sentence
from .proof_matrices import MatrixCase
from .proof_polynomials import PolynomialCase

__all__ = ["CITABLE", "conclude"]

_ORTHOGONAL = ("Proposition 2.5", "Corollary 2.6", "Proposition 2.16")
CITABLE = {
    "polynomial": (
        *_ORTHOGONAL,
        "Definition 2.18",
        "Lemma 3.2",
        "Theorem 3.3",
        "Proposition 4.1",
        "Proposition 4.3",
        "Corollary 4.4",
    ),
    "matrix": _ORTHOGONAL,
}


def conclude(room: Room, sentence: Sentence, reason: Reason) -> Outcome:
    """Decide a sentence with the reason that was given; cited steps were checked before."""
    if "computation" in reason.rules:
        return engine(room.case, sentence)
    steps = reason.steps or None
    outcome: Outcome | None = None
    for name in reason.statements:
        outcome = _by_statement(room, sentence, name, steps)
        if outcome.status != "green":
            return outcome
    if outcome is not None:
        return outcome
    if reason.steps and sentence.kind == "conserved":
        return _by_orthogonality(room, sentence, steps)
    said = " and ".join([*(f"'by {rule}'" for rule in reason.rules), *(["the steps alone"] if reason.steps else [])])
    usable = ", ".join(_statements_for(room.case, sentence.kind)) or "a step that is an equality"
    return red(f"{said} cannot show a sentence like this one: say 'by computation', or cite {usable}")


def _statements_for(case: Case, kind: str) -> list[str]:
    return [name for name in CITABLE[case.mode] if kind in _BY[name][0]]


def _by_statement(room: Room, sentence: Sentence, name: str, steps: Sequence[int] | None) -> Outcome:
    if name not in CITABLE[room.case.mode]:
        known = ", ".join(CITABLE[room.case.mode])
        return red(f"{name} cannot be checked on a case here, so no step can rest on it; those that can: {known}")
    kinds, rule = _BY[name]
    if sentence.kind not in kinds:
        usable = ", ".join(_statements_for(room.case, sentence.kind))
        hint = f"cite {usable}, or say 'by computation'" if usable else "say 'by computation'"
        return red(f"{name} says nothing of this kind: {hint}")
    if name in ("Proposition 2.16", "Corollary 2.6"):
        failing = _no_parametrization(room.case, name)
        if failing:
            return red(failing, "reason")
    return rule(room, sentence, steps)


def _no_parametrization(case: Case, name: str) -> str:
    if isinstance(case, MatrixCase):
        if case.phi:
            return ""
        return (
            f"{name} is about the gradient flow of a φ, and this flow was given by its equations: write for example "
            "'flow of U*V^T', or cite Proposition 2.5"
        )
    if isinstance(case.model, Parametrization):
        return ""
    return f"{name} is about the gradients of a φ, and {case.model.brief} is a family of fields: cite Proposition 2.5"


def _by_orthogonality(room: Room, sentence: Sentence, steps: Sequence[int] | None) -> Outcome:
    case = room.case
    used: list[int] = []
    for text in functions(sentence.parts["h"]):
        outcome = _orthogonal(case, text, steps)
        if outcome.status != "green":
            return outcome
        used += outcome.uses
    shown = ", ".join(str(step) for step in sorted(set(used)))
    from_ = f" (step{'s' if len(set(used)) > 1 else ''} {shown})" if shown else ""
    what = "its derivative along the flow is 0" if isinstance(case, MatrixCase) else "⟨∇h, v⟩ = 0 was shown for every v"
    return Outcome("green", f"{what}{from_}", uses=tuple(sorted(set(used))))


def _orthogonal(case: Case, text: str, steps: Sequence[int] | None) -> Outcome:
    if isinstance(case, MatrixCase):
        value = case.function(text)
        if case.rate(value).is_zero:
            return red(
                f"{text} is a constant: it never changes, whatever the flow, and is never counted as a law", "false"
            )
        missing, used = case.untreated(value, steps)
        if not missing:
            return Outcome("green", "", uses=tuple(used))
        found = case.residual_rate(value)
        if found is not None:
            return red(
                f"this is false: along the flow ({text})' = {found.residual}",
                "false",
                residual=found.residual,
                example=found.example,
            )
        need = f"{text}' = 0" if re.fullmatch(r"\w+", text) else f"({text})' = 0"
        if not case.untreated(value, steps, broken=True)[0]:
            return Outcome("not reached", f"it rests on {need}, where a step is wrong", missing=need)
        return red(f"this does not follow yet: you still need {need}", "missing", missing=need)
    h = case.function(text)
    if case.is_constant(h):
        return red(f"{text} is a constant: it never changes, whatever the flow, and is never counted as a law", "false")
    gaps, used = case.untreated(h, steps)
    if not gaps:
        return Outcome("green", "", uses=tuple(used))
    verdict = check_law(plain(case, text), case.model)
    if verdict.is_refuted:
        return from_verdict(verdict, law=plain(case, text))
    name = text if re.fullmatch(r"\w+", text) else f"({text})"
    needs = [f"<grad {name}, v_{g + 1}> = 0" for g in gaps]
    more = f" and {len(needs) - 4} more" if len(needs) > 4 else ""
    need = ", ".join(needs[:4]) + more
    if not case.untreated(h, steps, broken=True)[0]:
        return Outcome("not reached", f"it rests on {need}, where a step is wrong", missing=need)
    cited = " in the steps you cite" if steps is not None else ""
    return red(f"this does not follow yet: you still need {need}{cited}", "missing", missing=need)


def _find(room: Room, kind: str, steps: Sequence[int] | None, accept: Callable[[Any], bool]) -> Fact | None:
    return next(
        (f for f in room.facts if f.kind == kind and accept(f.key) and (steps is None or f.step in steps)), None
    )


def _independent(room: Room, sentence: Sentence, steps: Sequence[int] | None) -> Outcome:
    return engine(room.case, sentence)


def _count(room: Room, sentence: Sentence, steps: Sequence[int] | None) -> Outcome:
    """Theorem 3.3: D − dim Lie, where dim Lie is constant near a generic point."""
    case = room.case
    assert isinstance(case, PolynomialCase)
    number = int(sentence.parts["n"])
    fact = _find(room, "dimension", steps, lambda key: key[1] == "Lie" and len(key) == 3)
    if fact is None:
        need = f"dim Lie = {case.model.dimension - number}"
        special = _find(room, "dimension", steps, lambda key: key[1] == "Lie")
        why = " (near a generic point: at one special point it may be smaller)" if special else ""
        return red(f"this does not follow yet: you still need {need}{why}", "missing", missing=need)
    right = case.model.dimension - int(fact.key[2])
    if right != number:
        return red(f"D − dim Lie = {case.model.dimension} − {fact.key[2]} = {right}, and not {number}", "false")
    return Outcome(
        "green", f"D − dim Lie = {case.model.dimension} − {fact.key[2]} (step {fact.step})", uses=(fact.step,)
    )


def _complete(room: Room, sentence: Sentence, steps: Sequence[int] | None) -> Outcome:
    """Theorem 3.3: laws, independent, and as many as there are."""
    key = goal_key(room.case, sentence)
    given = key[1]
    used: list[int] = []
    for h in given:
        law = _find(room, "conserved", steps, lambda k, h=h: h in k[1])  # type: ignore[misc]
        if law is None:
            return red(
                f"this does not follow yet: you still need {h} is conserved", "missing", missing=f"{h} is conserved"
            )
        used.append(law.step)
    free = _find(room, "independent", steps, lambda k: sorted(k[1]) == sorted(given) and len(k) == 3)
    if free is None:
        need = f"{', '.join(given)} {'is' if len(given) == 1 else 'are'} independent"
        return red(f"this does not follow yet: you still need {need}", "missing", missing=need)
    wanted = str(len(given))
    count = _find(room, "count", steps, lambda k: True)
    if count is None:
        need = "there is exactly 1 law" if len(given) == 1 else f"there are exactly {wanted} laws"
        return red(f"this does not follow yet: you still need {need}", "missing", missing=need)
    if int(count.key[1]) != len(given):
        return red(f"there are exactly {count.key[1]} laws (step {count.step}), and these are {wanted}", "false")
    used += [free.step, count.step]
    return Outcome("green", "laws, independent, and as many as there are", uses=tuple(sorted(set(used))))


def _by_theorem_33(room: Room, sentence: Sentence, steps: Sequence[int] | None) -> Outcome:
    return _count(room, sentence, steps) if sentence.kind == "count" else _complete(room, sentence, steps)


def _no_growth(room: Room, sentence: Sentence, steps: Sequence[int] | None) -> Outcome:
    """Lemma 3.2: where brackets add nothing near a point, dim Lie = dim W there."""
    if sentence.parts["what"].lower() != "lie" or "at" in sentence.parts:
        return red("Lemma 3.2 is about dim Lie near a generic point: for the rest say 'by computation'")
    inside = _find(room, "involutive", steps, lambda key: True)
    if inside is None:
        return red("this does not follow yet: you still need W is involutive", "missing", missing="W is involutive")
    number = sentence.parts["n"]
    trace = _find(room, "dimension", steps, lambda key: key[1] == "W" and len(key) == 3)
    if trace is None:
        return red(f"this does not follow yet: you still need dim W = {number}", "missing", missing=f"dim W = {number}")
    if int(trace.key[2]) != int(number):
        return red(f"dim Lie = dim W = {trace.key[2]} (step {trace.step}), and not {number}", "false")
    return Outcome("green", f"dim W = {number} and brackets add nothing", uses=(inside.step, trace.step))


def _balance(room: Room, sentence: Sentence, steps: Sequence[int] | None) -> Outcome:
    """Proposition 4.1: combinations of the known laws of a network."""
    case = room.case
    assert isinstance(case, PolynomialCase)
    if not isinstance(case.model, LayeredNetwork):
        return red(
            f"Proposition 4.1 is about linear and ReLU networks, and {case.model.brief} is none of them", "reason"
        )
    known = case.model.known_laws() or []
    for text in functions(sentence.parts["h"]):
        top, bottom = case.function(text)
        if bottom != 1 or not _in_span(top, known):
            outcome = engine(case, sentence)
            if outcome.status != "green":
                return outcome
            return red(f"{text} is no combination of the laws of Proposition 4.1: say why it is conserved otherwise")
    return Outcome("green", "a combination of the laws of Proposition 4.1")


def _in_span(h: Poly, laws: Sequence[Poly]) -> bool:
    """Whether a polynomial without constant term is a combination of others, with rational coefficients."""
    rows: list[dict[Any, Fraction]] = []
    for law in laws:
        row = _reduced({m: Fraction(c) for m, c in law.terms.items()}, rows)
        if row:
            rows.append(row)
    return bool(h.terms) and not _reduced({m: Fraction(c) for m, c in h.terms.items()}, rows)


def _reduced(row: dict[Any, Fraction], rows: Sequence[dict[Any, Fraction]]) -> dict[Any, Fraction]:
    for other in rows:
        pivot = next(iter(other))
        if pivot in row:
            factor = row[pivot] / other[pivot]
            for m, c in other.items():
                value = row.get(m, Fraction(0)) - factor * c
                if value:
                    row[m] = value
                else:
                    row.pop(m, None)
    return row


def _two_layers(room: Room, sentence: Sentence, name: str) -> Outcome | tuple[int, int]:
    """Check the hypotheses of Section 4.1; return (D, number of laws) at full rank."""
    case = room.case
    assert isinstance(case, PolynomialCase)
    if not isinstance(case.model, Factorization):
        return red(f"{name} is about factorization(n, m, r), and this model is {case.model.brief}", "reason")
    if "rank" not in sentence.parts:
        return red(f"{name} holds at full rank only: add '{FULL_RANK}'", "missing", missing=FULL_RANK)
    n, m, r = case.model.n, case.model.m, case.model.r
    rank = min(n + m, r)
    return case.model.dimension, rank * (2 * r + 1 - rank) // 2


def _full_rank(name: str) -> Callable[[Room, Sentence, Sequence[int] | None], Outcome]:
    def rule(room: Room, sentence: Sentence, steps: Sequence[int] | None) -> Outcome:
        checked = _two_layers(room, sentence, name)
        if isinstance(checked, Outcome):
            return checked
        parameters, laws = checked
        if sentence.kind == "function":
            return _all_entries(room, sentence)
        wanted, right = int(sentence.parts["n"]), laws
        if sentence.kind == "dimension":
            if sentence.parts["what"].lower() != "lie" or "at" in sentence.parts:
                return red(f"{name} gives dim Lie at full rank: for the rest say 'by computation'")
            right = parameters - laws
        if wanted != right:
            return red(f"the formula gives {right}, and not {wanted}", "false")
        return Outcome("green", f"the formula of {name} gives {right}, where (U; V) has full rank")

    return rule


def _all_entries(room: Room, sentence: Sentence) -> Outcome:
    case = room.case
    assert isinstance(case, PolynomialCase)
    text = sentence.parts["h"]
    given = []
    if re.sub(r"\s", "", text) != "U^T*U-V^T*V":
        for h in functions(text):
            top, bottom = case.function(h)
            if bottom != 1:
                raise ParseError(f"'{h}' is no polynomial: the entries of U^T*U - V^T*V are")
            given.append(top)
        for law in case.model.known_laws() or []:
            if not _in_span(law, given):
                need = f"the entry {law.text} of U^T*U - V^T*V"
                return red(f"not every law is a function of these: you still need {need}", "missing", missing=need)
    return Outcome("green", "Corollary 4.4, where (U; V) has full rank")


_BY: dict[str, tuple[tuple[str, ...], Callable[[Room, Sentence, Sequence[int] | None], Outcome]]] = {
    **dict.fromkeys(_ORTHOGONAL, (("conserved",), _by_orthogonality)),
    "Definition 2.18": (("independent",), _independent),
    "Lemma 3.2": (("dimension",), _no_growth),
    "Theorem 3.3": (("count", "complete"), _by_theorem_33),
    "Proposition 4.1": (("conserved",), _balance),
    "Proposition 4.3": (("dimension",), _full_rank("Proposition 4.3")),
    "Corollary 4.4": (("function", "count"), _full_rank("Corollary 4.4")),
}
