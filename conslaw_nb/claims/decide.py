"""What is said, decided: one function for each kind of sentence, from its meaning to an answer.

Claims, the steps of proofs and their goals ask here alike, so that a sentence means the same wherever it is said. A
new kind of sentence is one entry in the table of `language.sentences`, and one in `_DECIDED` here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ..errors import ModelError, ParseError, brief
from ..language import read_point, text, walk
from ..language.sentences import (
    Complete,
    Conserved,
    Count,
    Dimension,
    Equal,
    Factors,
    FunctionOf,
    Independent,
    InTrace,
    Involutive,
    LossSpans,
    Sentence,
)
from ..language.tree import Apply, Gradient, Inner, List, Name, Node, Norm, Partial, Prime, Trace, Transpose, Vector
from ..laws import questions
from ..laws.checking import check_law
from ..laws.counting import count_laws
from ..laws.law_count import LawCount
from ..models.fields import VectorFields
from ..models.parametrizations import Parametrization
from ..paper import losses
from ..verdict import Status, Verdict
from .all_sizes import decide_all_sizes
from .diagnosis import Finding, diagnose_dimension, diagnose_law
from .full_rank import FULL_RANK, at_full_rank
from .where_defined import where_defined

__all__ = ["Answer", "Mistake", "decide", "needs_model"]

NEAR = "near a generic point: outside a set of measure zero, where a minor vanishes"


@dataclass(frozen=True)
class Mistake:
    """What was wrong, as data: enough to look for the mistake behind it when somebody asks for a hint."""

    law: str = ""
    before: tuple[str, ...] = ()  # the laws that were there already
    number: int = 0
    what: str = ""  # 'laws', 'Lie' or 'W', where it is a number that was wrong

    def finding(self, model: VectorFields) -> Finding | None:
        """Look for the mistake."""
        if self.what:
            return diagnose_dimension(self.number, model, self.what)
        return diagnose_law(self.law, model, self.before)


@dataclass(frozen=True)
class Answer:
    """What became of a sentence."""

    verdict: Verdict
    checked: str  # what was checked, and how
    hypotheses: tuple[str, ...] = ()  # under which the answer holds
    law: str = ""  # the one function that was decided, where the sentence is about one
    # what `certify` can write down: the engine's own verdict, or the count that decided
    evidence: Verdict | LawCount | None = None
    mistake: Mistake | None = None  # what a hint can start from


def needs_model(sentence: Sentence) -> bool:
    """Whether a sentence is about a model: all but equalities, losses and what is said of all sizes."""
    return not (
        isinstance(sentence, (Equal, LossSpans)) or (isinstance(sentence, Conserved) and sentence.sizes is not None)
    )


def decide(sentence: Sentence, model: VectorFields | None) -> Answer:
    """Decide a sentence about a model.

    `sentence`: with every name written out: only the variables of the model, and its fields v_1, v_2,; `model`: only
    what is said of no model can do without one: see `needs_model`. Raises ParseError, ModelError, SizeError: a part of
    the sentence has no meaning for this model.

    Examples
    --------
    >>> from conslaw_nb.language import read_sentence
    >>> from conslaw_nb.models.text import parse_model
    >>> decide(read_sentence("there are at least 2 laws"), parse_model("phi(x*y)")).verdict.status
    <Status.REFUTED: 'REFUTED'>
    """
    if needs_model(sentence) and model is None:
        raise ModelError(
            f"the claim {brief(sentence.said)} does not say for which model: end it with 'for phi(x*y)', or pass the "
            "model"
        )
    return _DECIDED[type(sentence)](sentence, model)


# -- parts of sentences ----------------------------------------------------------------------------------


def _functions(functions: Sequence[Node], model: VectorFields | None) -> list[str]:
    """Return functions of the model's variables as text that the engine reads as the same trees."""
    for function in functions:
        for node in walk(function):
            if isinstance(node, Prime):
                raise ParseError(
                    f"'{text(function)}' holds a derivative in time, and nothing moves here: write the function itself"
                )
            if isinstance(node, (Transpose, Trace, Norm)):
                entry = f"; for {model.brief} write entries, such as {model.variables[0]}" if model is not None else ""
                told = getattr(node, "said", "") or text(function)  # a norm as it was typed
                raise ParseError(
                    f"'{told}' is made of matrices: their laws are claimed for all sizes, as in "
                    f"'U^T*U - V^T*V is conserved for all n, m, r'{entry}"
                )
            if isinstance(node, (Inner, Gradient, Partial, Vector, List, Apply)):
                raise ParseError(f"'{text(function)}' is not a function of the variables: it holds '{text(node)}'")
    return [text(function) for function in functions]


def _point(sentence: Any, model: VectorFields) -> tuple[Fraction, ...] | None:
    return None if sentence.point is None else read_point(sentence.point, model.variables, model.brief)


def _opposite(verdict: Verdict, then: str) -> Verdict:
    """Turn an answer round, for a sentence with a "not" in it."""
    if verdict.is_proved:
        return replace(verdict, status=Status.REFUTED, reason=f"{then}: {verdict.reason}")
    if verdict.is_refuted:
        return replace(verdict, status=Status.PROVED)
    return verdict


def _near(verdict: Verdict, point: Any = None) -> tuple[str, ...]:
    """Say where a statement about generic points holds; one that does not hold is not said to hold anywhere."""
    return (NEAR,) if point is None and verdict.is_proved else ()


# -- one function for each kind --------------------------------------------------------------------------


def _conserved(sentence: Conserved, model: VectorFields | None) -> Answer:
    if sentence.sizes is not None:
        if model is not None:
            raise ModelError(
                f"'for all sizes' and {model.brief} do not go together: laws for all sizes are those of U*V^T, where U "
                "is n x r and V is m x r; leave one of the two out"
            )
        return _all_sizes(sentence)
    assert model is not None
    checked = (
        f"⟨∇h, χ⟩ for the {model.count} generator{'' if model.count == 1 else 's'} of {model.brief}, as an exact "
        "identity (Proposition 2.5)."
    )
    several = len(sentence.functions) > 1
    found: list[Verdict] = []
    for h in _functions(sentence.functions, model):
        verdict = evidence = check_law(h, model)
        if sentence.negated:
            verdict = _opposite(verdict, f"{h} is conserved" if several else "it is conserved")
        if not verdict.is_proved:
            if several and not verdict.reason.startswith(h):
                verdict = replace(verdict, reason=f"{h}: {verdict.reason}")
            mistake = Mistake(law=h) if verdict.is_refuted and not sentence.negated else None
            return Answer(verdict, checked, law=h, evidence=None if several else evidence, mistake=mistake)
        found.append(verdict)
    verdict = found[0]
    if several:
        reasons = list(dict.fromkeys(v.reason for v in found))
        names = [text(h) for h in sentence.functions]
        if len(reasons) == 1:
            told = f"each of the {len(found)} functions: {reasons[0]}"
        else:
            told = " ".join(f"{name}: {v.reason}" for name, v in zip(names, found, strict=True))
        verdict = Verdict(Status.PROVED, told, claim=sentence.said)
    if several:
        return Answer(verdict, checked)
    return Answer(verdict, checked, law=text(sentence.functions[0]), evidence=evidence)


def _all_sizes(sentence: Conserved) -> Answer:
    verdict, checked, hypotheses = decide_all_sizes(sentence)
    return Answer(verdict, checked, hypotheses)


def _independent(sentence: Independent, model: VectorFields) -> Answer:
    functions, point = _functions(sentence.functions, model), _point(sentence, model)
    verdict = questions.independent(functions, model.variables, point)
    dependent = verdict.details.get("dependent")
    mistake = None
    if dependent is not None and not sentence.negated:
        mistake = Mistake(law=functions[dependent], before=tuple(functions[:dependent]))
    how = "the rank over Q of their gradients"
    how += " at the point" if point is not None else "; a nonzero minor, or an identity"
    if sentence.negated:
        verdict = _opposite(verdict, "it is independent" if len(functions) == 1 else "they are independent")
    return Answer(verdict, f"{how} (Definition 2.18).", _near(verdict, point), mistake=mistake)


def _complete(sentence: Complete, model: VectorFields) -> Answer:
    verdict, count = questions.complete(_functions(sentence.functions, model), model)
    if sentence.negated:
        verdict = _opposite(verdict, "it is all the laws")
    checked = "each is a law, they are independent, and their number is D − dim Lie(W)(θ) (Theorem 3.3)."
    return Answer(verdict, checked, _near(verdict), evidence=count)


def _count(sentence: Count, model: VectorFields) -> Answer:
    if sentence.full_rank:
        return _at_full_rank(sentence, model)
    count = count_laws(model)
    low, high = count.laws_at_least, count.laws_at_most
    status = questions.compared(sentence.number, sentence.relation, low, high)
    if low == high:
        reason = f"there {'is' if low == 1 else 'are'} exactly {low} independent law{'' if low == 1 else 's'}."
    else:
        reason = f"there are at least {low} and at most {high} independent laws."
    verdict = Verdict(status, reason, claim=sentence.said)
    checked = "both bounds on dim Lie(W)(θ): brackets from below, laws or involutivity from above (Theorem 3.3)."
    mistake = Mistake(number=sentence.number, what="laws") if sentence.relation == "=" else None
    return Answer(verdict, checked, _near(verdict), evidence=count, mistake=mistake)


def _dimension(sentence: Dimension, model: VectorFields) -> Answer:
    if sentence.full_rank:
        return _at_full_rank(sentence, model)
    point, space = _point(sentence, model), sentence.space
    verdict = questions.dimension(model, space, sentence.number, point, sentence.relation)
    checked = (
        "ranks of generators and nested brackets from below, laws or involutivity from above."
        if space == "Lie"
        else "the rank of the generators."
    )
    mistake = None
    if point is None and sentence.relation == "=":
        mistake = Mistake(number=sentence.number, what=space)
    return Answer(verdict, checked, _near(verdict, point), mistake=mistake)


def _at_full_rank(sentence: Any, model: VectorFields) -> Answer:
    return Answer(at_full_rank(sentence, model), "the formula of Section 4.1 at full rank.", (FULL_RANK,))


def _involutive(sentence: Involutive, model: VectorFields) -> Answer:
    verdict = questions.involutive(model)
    if sentence.negated:
        verdict = _opposite(verdict, "it is involutive")
    return Answer(verdict, "that brackets stay in the trace.", _near(verdict))


def _in_trace(sentence: InTrace, model: VectorFields) -> Answer:
    field, point = sentence.field, _point(sentence, model)
    indices = _bracket_of(field, model)
    verdict = questions.bracket_in_trace(model, *indices, point)
    if sentence.negated:
        verdict = _opposite(verdict, f"{text(field)} lies in W")
    checked = "ranks over Q with and without the bracket"
    checked += "." if point is not None else "; an identity where it lies inside."
    return Answer(verdict, checked, _near(verdict, point))


def _bracket_of(field: Node, model: VectorFields) -> tuple[int, int]:
    """Return the indices of the two generators of a bracket [v_i, v_j], from 0."""
    names = field.items if isinstance(field, List) and len(field.items) == 2 else ()
    indices = [_generator(item.name) if isinstance(item, Name) else None for item in names]
    if len(indices) != 2 or None in indices:
        raise ParseError(f"'{text(field)}' is not a bracket of two generators: write [v_1, v_2] lies in W")
    for item in names:
        if item.name in model.variables:  # type: ignore[attr-defined]
            raise ParseError(
                f"{text(item)} is a variable of {model.brief}, and here it would be a generator: rename the variables "
                "of the model"
            )
    return indices[0] - 1, indices[1] - 1  # type: ignore[operator]


def _generator(name: str) -> int | None:
    """Return the number of a generator such as v_3, v3 or χ_3."""
    for letter in ("chi", "v", "χ"):
        index = name.removeprefix(letter).removeprefix("_")
        if name.startswith(letter) and index.isascii() and index.isdigit() and len(index) <= 6:
            return int(index)
    return None


def _factors(sentence: Factors, model: VectorFields) -> Answer:
    if not model.is_map:
        lacks = "has no polynomial φ" if isinstance(model, Parametrization) else "is a family of fields and has no φ"
        raise ModelError(f"{model.brief} {lacks}: say it of a model with one, such as phi(x*y, x*z)")
    verdict: Verdict | None = None
    for g in _functions(sentence.functions, model):
        found = questions.factors_through(g, model)
        if sentence.negated:
            found = _opposite(found, f"{g} factors through φ")
        if verdict is None or not found.is_proved:
            verdict = found
        if not found.is_proved:
            break
    assert verdict is not None
    near = ("where ∂φ has constant rank", NEAR) if verdict.is_proved else ()
    return Answer(verdict, "whether its gradient lies in range ∂φᵀ (Assumption 2.9).", near)


def _function_of(sentence: FunctionOf, model: VectorFields) -> Answer:
    if sentence.full_rank:
        return _at_full_rank(sentence, model)
    verdict, count = questions.complete(_functions(sentence.functions, model), model)
    if not verdict.is_proved:
        verdict = Verdict(Status.UNKNOWN, f"it would follow if they were all the laws, and {verdict.reason}")
    checked = "whether they are laws, independent, and as many as there are (Theorem 3.3)."
    return Answer(replace(verdict, claim=sentence.said), checked, _near(verdict), evidence=count)


def _loss(sentence: LossSpans, model: VectorFields | None) -> Answer:
    if model is not None:
        raise ModelError(f"whether a loss spans has nothing to do with {model.brief}: leave the model out")
    entry = losses.loss(sentence.loss)
    verdict = losses.spans(entry.name, sentence.number or 3)
    checked = "the spanning condition: an argument for every z, and an exact rank where the span is smallest."
    return Answer(verdict, checked, (f"for {entry.outputs}",) if verdict.is_proved else ())


def _equal(sentence: Equal, model: VectorFields | None) -> Answer:
    sides = _functions(sentence.sides, model)
    variables = model.variables if model is not None else tuple(names_of(sentence.sides))
    checked = "the difference, expanded exactly."
    for left, right in pairwise(sides):
        verdict = questions.equal(left, right, variables)
        if not verdict.is_proved:
            return Answer(verdict, checked)
    return Answer(replace(verdict, claim=sentence.said), checked, where_defined(sentence.sides, variables))


def names_of(trees: Sequence[Node]) -> list[str]:
    """Return the names in some trees, in the order in which they occur."""
    return list(dict.fromkeys(node.name for tree in trees for node in walk(tree) if isinstance(node, Name)))


_DECIDED: dict[type[Sentence], Callable[[Any, Any], Answer]] = {
    Conserved: _conserved,
    Independent: _independent,
    Complete: _complete,
    Count: _count,
    Dimension: _dimension,
    Involutive: _involutive,
    InTrace: _in_trace,
    Factors: _factors,
    FunctionOf: _function_of,
    LossSpans: _loss,
    Equal: _equal,
}
