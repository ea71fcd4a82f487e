"""Sentences of proofs that cite a numbered statement, or steps: the hypotheses are checked on the case at hand.

A statement is never believed because it is cited: what it asks for must have been shown in earlier steps, or is
computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from ..language import text
from ..language.sentences import Complete, Conserved, Count, Dimension, FunctionOf, Independent, Involutive, Sentence
from ..language.tree import Node
from ..laws.checking import check_law
from ..models.layered import LayeredNetwork
from ..models.networks import Factorization
from ..models.parametrizations import Parametrization
from .decide import decide
from .full_rank import FULL_RANK, in_span, missing_entry
from .proof_engine import Case, Fact, Outcome, Room, constant, engine, from_verdict, meaning, red
from .proof_lines import Reason
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


def conclude(room: Room, said: Sentence, reason: Reason) -> Outcome:
    """Decide a sentence, definitions written out, with the reason that was given; cited steps were checked before."""
    if "computation" in reason.rules:
        return engine(room.case, said)
    steps = reason.steps or None
    outcome: Outcome | None = None
    for name in reason.statements:
        outcome = _by_statement(room, said, name, steps)
        if outcome.status != "green":
            return outcome
    if outcome is not None:
        return outcome
    if reason.steps and isinstance(said, Conserved) and not said.negated:
        return _by_orthogonality(room, said, steps)
    cited = " and ".join([*(f"'by {rule}'" for rule in reason.rules), *(["the steps alone"] if reason.steps else [])])
    usable = ", ".join(_statements_for(room.case, said)) or "a step that is an equality"
    return red(f"{cited} cannot show a sentence like this one: say 'by computation', or cite {usable}")


def _statements_for(case: Case, said: Sentence) -> list[str]:
    if getattr(said, "negated", False):
        return []
    return [name for name in CITABLE[case.mode] if isinstance(said, _BY[name][0])]


def _by_statement(room: Room, said: Sentence, name: str, steps: Sequence[int] | None) -> Outcome:
    if name not in CITABLE[room.case.mode]:
        known = ", ".join(CITABLE[room.case.mode])
        return red(f"{name} cannot be checked on a case here, so no step can rest on it; those that can: {known}")
    kinds, rule = _BY[name]
    if not isinstance(said, kinds) or getattr(said, "negated", False):
        usable = ", ".join(_statements_for(room.case, said))
        hint = f"cite {usable}, or say 'by computation'" if usable else "say 'by computation'"
        return red(f"{name} says nothing of this kind: {hint}")
    if name in ("Proposition 2.16", "Corollary 2.6"):
        failing = _no_parametrization(room.case, name)
        if failing:
            return red(failing, "reason")
    return rule(room, said, steps)


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


def _by_orthogonality(room: Room, said: Any, steps: Sequence[int] | None) -> Outcome:
    case = room.case
    used: list[int] = []
    for h in said.functions:
        outcome = _orthogonal(case, h, steps)
        if outcome.status != "green":
            return outcome
        used += outcome.uses
    shown = ", ".join(str(step) for step in sorted(set(used)))
    from_ = f" (step{'s' if len(set(used)) > 1 else ''} {shown})" if shown else ""
    what = "its derivative along the flow is 0" if isinstance(case, MatrixCase) else "⟨∇h, v⟩ = 0 was shown for every v"
    return Outcome("green", f"{what}{from_}", uses=tuple(sorted(set(used))))


def _orthogonal(case: Case, h: Node, steps: Sequence[int] | None) -> Outcome:
    return _still(case, h, steps) if isinstance(case, MatrixCase) else _orthogonal_to_all(case, h, steps)


def _still(case: MatrixCase, h: Node, steps: Sequence[int] | None) -> Outcome:
    """Ask whether h' = 0 was shown."""
    value, name = case.function(h), case.called(h)
    if case.rate(value).is_zero:
        return constant(name)
    missing, used = case.untreated(value, steps)
    if not missing:
        return Outcome("green", "", uses=tuple(used))
    found = case.residual_rate(value)
    if found is not None:
        return red(
            f"this is false: along the flow ({name})' = {found.residual}",
            "false",
            residual=found.residual,
            example=found.example,
        )
    need = f"{name}' = 0" if re.fullmatch(r"\w+", name) else f"({name})' = 0"
    if not case.untreated(value, steps, broken=True)[0]:
        return Outcome("not reached", f"it rests on {need}, where a step is wrong", missing=need)
    return red(f"this does not follow yet: you still need {need}", "missing", missing=need)


def _orthogonal_to_all(case: PolynomialCase, h: Node, steps: Sequence[int] | None) -> Outcome:
    """Ask whether <grad h, v> = 0 was shown for every field v."""
    value, name = case.function(h), case.called(h)
    if case.is_constant(value):
        return constant(name)
    gaps, used = case.untreated(value, steps)
    if not gaps:
        return Outcome("green", "", uses=tuple(used))
    verdict = check_law(text(h), case.model)
    if verdict.is_refuted:
        return from_verdict(verdict, law=text(h))
    shown = name if re.fullmatch(r"\w+", name) else f"({name})"
    needs = [f"<grad {shown}, v_{g + 1}> = 0" for g in gaps]
    more = f" and {len(needs) - 4} more" if len(needs) > 4 else ""
    need = ", ".join(needs[:4]) + more
    if not case.untreated(value, steps, broken=True)[0]:
        return Outcome("not reached", f"it rests on {need}, where a step is wrong", missing=need)
    cited = " in the steps you cite" if steps is not None else ""
    return red(f"this does not follow yet: you still need {need}{cited}", "missing", missing=need)


def _find(room: Room, steps: Sequence[int] | None, accept: Callable[[Any], bool]) -> Fact | None:
    """Return a fact that was shown, in one of the steps if some are cited, and that is what is needed."""
    return next((f for f in room.facts if (steps is None or f.step in steps) and accept(f.said)), None)


def _missing(need: str, why: str = "") -> Outcome:
    return red(f"this does not follow yet: you still need {need}{why}", "missing", missing=need)


def _dimension_fact(room: Room, steps: Sequence[int] | None, space: str) -> Fact | None:
    """Find a step that says what a dimension is near a generic point."""
    return _find(
        room,
        steps,
        lambda s: isinstance(s, Dimension) and s.space == space and s.relation == "=" and s.point is None,
    )


def _independent(room: Room, said: Any, steps: Sequence[int] | None) -> Outcome:
    return engine(room.case, said)


def _count(room: Room, said: Count, steps: Sequence[int] | None) -> Outcome:
    """Theorem 3.3: D − dim Lie, where dim Lie is constant near a generic point."""
    case = room.case
    assert isinstance(case, PolynomialCase)
    parameters = case.model.dimension
    if said.relation != "=":
        return red("Theorem 3.3 gives the number of laws: say 'there are exactly ...', or 'by computation'")
    fact = _dimension_fact(room, steps, "Lie")
    if fact is None:
        special = _find(room, steps, lambda s: isinstance(s, Dimension) and s.space == "Lie" and s.point is not None)
        why = " (near a generic point: at one special point it may be smaller)" if special else ""
        return _missing(f"dim Lie = {parameters - said.number}", why)
    known = fact.said
    assert isinstance(known, Dimension)
    if said.full_rank and not known.full_rank:
        return _missing(f"dim Lie = {parameters - said.number} {FULL_RANK}")
    right = parameters - known.number
    if right != said.number:
        return red(f"D − dim Lie = {parameters} − {known.number} = {right}, and not {said.number}", "false")
    return Outcome("green", f"D − dim Lie = {parameters} − {known.number} (step {fact.step})", uses=(fact.step,))


def _complete(room: Room, said: Complete, steps: Sequence[int] | None) -> Outcome:
    """Theorem 3.3: laws, independent, and as many as there are."""
    case, used = room.case, []
    given = [meaning(case, Conserved(functions=(h,))) for h in said.functions]
    for h, wanted in zip(said.functions, given, strict=True):
        law = _find(
            room,
            steps,
            lambda s, w=wanted: (
                isinstance(s, Conserved)  # type: ignore[misc]
                and not s.negated
                and any(meaning(case, Conserved(functions=(g,))) == w for g in s.functions)
            ),
        )
        if law is None:
            return _missing(f"{text(h)} is conserved")
        used.append(law.step)

    def same(others: tuple[Node, ...]) -> bool:
        rest = list(given)
        for g in others:
            found = meaning(case, Conserved(functions=(g,)))
            if found not in rest:
                return False
            rest.remove(found)
        return not rest

    free = _find(
        room,
        steps,
        lambda s: isinstance(s, Independent) and not s.negated and s.point is None and same(s.functions),
    )
    if free is None:
        return _missing(f"{', '.join(map(text, said.functions))} {'is' if len(given) == 1 else 'are'} independent")
    wanted_number = len(given)
    count = _find(room, steps, lambda s: isinstance(s, Count) and s.relation == "=")
    if count is None:
        return _missing("there is exactly 1 law" if wanted_number == 1 else f"there are exactly {wanted_number} laws")
    counted = count.said
    assert isinstance(counted, Count)
    if counted.number != wanted_number:
        return red(
            f"there are exactly {counted.number} laws (step {count.step}), and these are {wanted_number}", "false"
        )
    used += [free.step, count.step]
    return Outcome("green", "laws, independent, and as many as there are", uses=tuple(sorted(set(used))))


def _by_theorem_33(room: Room, said: Any, steps: Sequence[int] | None) -> Outcome:
    return _count(room, said, steps) if isinstance(said, Count) else _complete(room, said, steps)


def _no_growth(room: Room, said: Any, steps: Sequence[int] | None) -> Outcome:
    """Lemma 3.2: where brackets add nothing near a point, dim Lie = dim W there."""
    if said.space != "Lie" or said.point is not None or said.relation != "=" or said.full_rank:
        return red("Lemma 3.2 is about dim Lie near a generic point: for the rest say 'by computation'")
    inside = _find(room, steps, lambda s: isinstance(s, Involutive) and not s.negated)
    if inside is None:
        return _missing("W is involutive")
    trace = _dimension_fact(room, steps, "W")
    if trace is None:
        return _missing(f"dim W = {said.number}")
    known = trace.said
    assert isinstance(known, Dimension)
    if known.number != said.number:
        return red(f"dim Lie = dim W = {known.number} (step {trace.step}), and not {said.number}", "false")
    return Outcome("green", f"dim W = {said.number} and brackets add nothing", uses=(inside.step, trace.step))


def _balance(room: Room, said: Any, steps: Sequence[int] | None) -> Outcome:
    """Proposition 4.1: combinations of the known laws of a network."""
    case = room.case
    assert isinstance(case, PolynomialCase)
    if not isinstance(case.model, LayeredNetwork):
        return red(
            f"Proposition 4.1 is about linear and ReLU networks, and {case.model.brief} is none of them", "reason"
        )
    known = case.model.known_laws() or []
    for h in said.functions:
        top, bottom = case.function(h)
        if bottom != 1 or not in_span(top, known):
            outcome = engine(case, said)
            if outcome.status != "green":
                return outcome
            return red(
                f"{case.called(h)} is not a combination of the laws of Proposition 4.1: say why it is conserved "
                "otherwise"
            )
    return Outcome("green", "a combination of the laws of Proposition 4.1")


def _full_rank(name: str) -> Callable[[Room, Any, Sequence[int] | None], Outcome]:
    """Return the rule of a statement of Section 4.1, which is about points where (U; V) has full rank."""

    def rule(room: Room, said: Any, steps: Sequence[int] | None) -> Outcome:
        case = room.case
        assert isinstance(case, PolynomialCase)
        if not isinstance(case.model, Factorization):
            return red(f"{name} is about factorization(n, m, r), and this model is {case.model.brief}", "reason")
        if isinstance(said, Dimension) and (said.space != "Lie" or said.point is not None):
            return red(f"{name} gives dim Lie at full rank: for the rest say 'by computation'")
        if not said.full_rank:
            return red(f"{name} holds at full rank only: add '{FULL_RANK}'", "missing", missing=FULL_RANK)
        if isinstance(said, FunctionOf):
            entry = missing_entry(said.functions, case.model)
            need = f"the entry {entry} of U^T*U - V^T*V"
            if entry:
                return red(f"not every law is a function of these: you still need {need}", "missing", missing=need)
        return from_verdict(decide(said, case.model).verdict)

    return rule


_Rule = Callable[[Room, Any, Sequence[int] | None], Outcome]
_BY: dict[str, tuple[tuple[type[Sentence], ...], _Rule]] = {
    **dict.fromkeys(_ORTHOGONAL, ((Conserved,), _by_orthogonality)),
    "Definition 2.18": ((Independent,), _independent),
    "Lemma 3.2": ((Dimension,), _no_growth),
    "Theorem 3.3": ((Count, Complete), _by_theorem_33),
    "Proposition 4.1": ((Conserved,), _balance),
    "Proposition 4.3": ((Dimension,), _full_rank("Proposition 4.3")),
    "Corollary 4.4": ((FunctionOf, Count), _full_rank("Corollary 4.4")),
}
