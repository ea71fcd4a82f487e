"""Sentences of proofs: what they say with all definitions written out, and what computation says of them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from ..errors import ParseError
from ..language import Point, read_expression, read_point, text, walk
from ..language.sentences import Conserved, Equal, FunctionOf, InTrace, Sentence
from ..language.tree import Apply, Gradient, Inner, List, Name, Node, Partial
from ..verdict import Verdict
from .decide import decide
from .proof_matrices import MatrixCase
from .proof_polynomials import PolynomialCase
from .proof_values import Vec
from .trees import number_tree

__all__ = ["Case", "Fact", "Outcome", "Room", "engine", "from_verdict", "meaning", "red", "written_out"]

Case = PolynomialCase | MatrixCase


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
    formal: bool = False  # whether two sides were compared before the flow was put in


@dataclass(frozen=True)
class Fact:
    """A sentence that was shown: as it is written with all definitions in it, and what it means."""

    step: int
    said: Sentence
    means: Any


@dataclass
class Room:
    """What is known at some place of a proof."""

    case: Case
    facts: list[Fact] = field(default_factory=list)
    status: dict[int, str] = field(default_factory=dict)  # step -> status


def red(reason: str, fault: str = "reason", **more: Any) -> Outcome:
    """Return the outcome of a step that is wrong, or that does not follow."""
    return Outcome("red", reason, fault, **more)


# -- what a sentence says --------------------------------------------------------------------------------


def written_out(case: Case, sentence: Sentence) -> Sentence:
    """Return a sentence with all definitions written out, its point in the names of the model, and no labels."""
    if isinstance(case, MatrixCase):
        if not isinstance(sentence, Conserved):
            raise ParseError(
                "this sentence is about a model with numbers: in matrix mode say 'Psi is conserved', or an equality"
            )
        if sentence.sizes and not set(sentence.sizes) <= set(case.space.sizes):
            unknown = min(set(sentence.sizes) - set(case.space.sizes))
            raise ParseError(f"{unknown} is not a size of the line 'given': say 'for all sizes', or leave it out")
        return replace(sentence, labels=(), sizes=None)
    if isinstance(sentence, Conserved) and sentence.sizes is not None:
        raise ParseError(
            f"'for all sizes' belongs to matrices of any size; here {case.model.brief} is the model: leave it out"
        )
    changed: dict[str, Any] = {}
    if hasattr(sentence, "labels"):
        changed["labels"] = ()
    if isinstance(sentence, FunctionOf):  # it may name whole matrices
        changed["functions"] = tuple(map(case.expanded, sentence.functions))
    elif hasattr(sentence, "functions"):
        changed["functions"] = tuple(_function(case, h) for h in sentence.functions)
    if isinstance(sentence, InTrace):
        changed["field"] = case.expanded(sentence.field)
    point = getattr(sentence, "point", None)
    if point is not None:
        numbers = read_point(point, case.variables, case.model.brief)
        changed["point"] = Point(case.variables, tuple(map(number_tree, numbers)))
    return replace(sentence, **changed)


def _function(case: PolynomialCase, tree: Node) -> Node:
    """Return a function of the variables: as it was written, or its value where gradients and fields stand in it."""
    value = case.function(tree)
    full = case.expanded(tree)
    fields_only = (Apply, Gradient, Inner, List, Partial)
    if any(isinstance(n, fields_only) or (isinstance(n, Name) and n.name not in case.places) for n in walk(full)):
        top, bottom = value
        return read_expression(top.text if bottom == 1 else f"({top.text})/({bottom.text})", case.variables)
    return full


def meaning(case: Case, said: Sentence) -> Any:
    """Return what a sentence with all definitions written out means, however it is written: comparable and hashable."""

    def value(part: Any) -> Any:
        if isinstance(part, Node):
            return _value(case, part)
        if isinstance(part, Point):
            return part.names, part.values
        return tuple(map(value, part)) if isinstance(part, tuple) else part

    return type(said).__name__, tuple((f.name, value(getattr(said, f.name))) for f in fields(said))


def _value(case: Case, tree: Node) -> Any:
    if isinstance(case, MatrixCase):
        value = case.function(tree)
        return value.shape, frozenset(value.terms.items())
    found = case.value(tree) if not _of_matrices(tree, case) else tree
    if isinstance(found, Vec):
        return tuple((top, bottom) for top, bottom in found.items)
    return found


def _of_matrices(tree: Node, case: PolynomialCase) -> bool:
    """Whether a tree names whole matrices of the model, as in U^T*U - V^T*V."""
    return any(isinstance(n, Name) and n.name in ("U", "V") and n.name not in case.places for n in walk(tree))


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


def engine(case: Case, said: Sentence) -> Outcome:
    """Decide a sentence with all definitions written out by computation alone."""
    if isinstance(case, MatrixCase):
        assert isinstance(said, Conserved)
        return _matrix_engine(case, said)
    if isinstance(said, Equal):
        raise TypeError("an equality is a step of its own kind")
    if isinstance(said, Conserved) and not said.negated:
        for h in said.functions:
            if case.is_constant(case.function(h)):
                return constant(text(h))
    answer = decide(said, case.model)
    law = answer.law if isinstance(said, Conserved) and not said.negated else ""
    return from_verdict(answer.verdict, law)


def constant(name: str) -> Outcome:
    """Return the outcome of a step that takes a constant for a law: it is true, and it says nothing."""
    return red(f"{name} is a constant: it never changes, whatever the flow, and is never counted as a law", "reason")


def _matrix_engine(case: MatrixCase, said: Conserved) -> Outcome:
    found = None
    for h in said.functions:
        name, value = text(h), case.function(h)
        if case.rate(value).is_zero:
            if said.negated:
                return red(f"this is false: {name} is a constant, so it is conserved", "false")
            return constant(name)
        found = case.residual_rate(value)
        if said.negated and found is None:
            return red(f"this is false: ({name})' = 0 along the flow, for all sizes", "false")
        if not said.negated and found is not None:
            return red(
                f"this is false: along the flow ({name})' = {found.residual}",
                "false",
                residual=found.residual,
                example=found.example,
            )
    if said.negated:
        return Outcome("green", f"its derivative along the flow is {found.residual}; {found.example}" if found else "")
    return Outcome("green", "its derivative along the flow is 0, for all sizes and all matrices")
