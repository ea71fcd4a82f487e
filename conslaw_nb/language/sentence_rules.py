"""What the rules of the grammar for sentences make of their parts: each method is the rule of its name."""

# ruff: noqa: D102

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lark import Token

from .raw import RawPoint, _PlacedError, _UnsaidError
from .sentences import (
    NUMBER_WORDS,
    Complete,
    Conserved,
    Count,
    Dimension,
    Equal,
    Factors,
    Flow,
    FunctionOf,
    Independent,
    InTrace,
    Involutive,
    LossSpans,
    Sentence,
)
from .tree import Apply, Equality, Model, Name, Node

__all__ = ["SentenceRules"]


def _kinds(parts: Sequence[Any]) -> set[str]:
    return {part.type for part in parts if isinstance(part, Token)}


def _only(parts: Sequence[Any], kind: type) -> Any:
    return next((part for part in parts if isinstance(part, kind)), None)


class SentenceRules:
    """The rules of the grammar that make sentences."""

    def sentence(self, parts: list[Any]) -> Sentence:
        said: Sentence = parts[0]
        model = _only(parts[1:], Model)
        if model is None:
            return said
        if said.model is not None:
            raise _unsaid(parts[1], "the model is said twice in {where}: say it once")
        return said.about(model)

    # -- of functions -------------------------------------------------------------------------------

    def claim(self, parts: list[Any]) -> Sentence:
        statements, (kind, said) = parts[-2:]  # what stands before them is 'the law'
        if kind in (Involutive, InTrace):
            if len(statements) != 1 or isinstance(statements[0], Equality):
                raise _unsaid(said["token"], "say of one thing that it lies in W, or that it is involutive, in {where}")
            token = said.pop("token")
            if kind is InTrace:
                return InTrace(field=statements[0], **said)
            if not (isinstance(statements[0], Name) and statements[0].name in ("W", "W_phi", "W_φ")):
                raise _unsaid(token, "only W is said to be involutive; write 'W is involutive' instead of {where}")
            return Involutive(**said)
        functions, labels = [], []
        for statement in statements:
            label, function = _labelled(statement, said["token"])
            functions.append(function)
            labels.append(label)
        said.pop("token")
        return kind(functions=tuple(functions), labels=tuple(labels) if any(labels) else (), **said)  # type: ignore[no-any-return]

    def conserved(self, parts: list[Any]) -> Any:
        negated = "NOT" in _kinds(parts)
        sizes = next((part for part in parts if isinstance(part, tuple)), None)
        if sizes and sizes[0] == "some":
            if not negated and "NO" not in _kinds(parts):
                raise _unsaid(parts[0], "'for some sizes' leaves open which, in {where}: say 'for all sizes'")
            sizes = sizes[1:]  # not conserved for some sizes is what "not conserved for all sizes" means
        return Conserved, {"negated": negated, "sizes": sizes, "token": parts[0]}

    def not_conserved(self, parts: list[Any]) -> Any:
        return Conserved, {**self.conserved(parts)[1], "negated": True}

    def independent(self, parts: list[Any]) -> Any:
        point = _only(parts, RawPoint)
        return Independent, {"negated": "NOT" in _kinds(parts), "point": point, "token": parts[0]}

    def complete(self, parts: list[Any]) -> Any:
        return Complete, {"negated": "NOT" in _kinds(parts), "token": parts[0]}

    def involutive(self, parts: list[Any]) -> Any:
        return Involutive, {"negated": "NOT" in _kinds(parts), "token": parts[0]}

    def in_trace(self, parts: list[Any]) -> Any:
        negated = "DO_NOT" in _kinds(parts)
        return InTrace, {"negated": negated, "point": _only(parts, RawPoint), "token": parts[0]}

    def factors(self, parts: list[Any]) -> Any:
        return Factors, {"negated": "DO_NOT" in _kinds(parts), "token": parts[0]}

    def sizes(self, parts: list[Any]) -> tuple[str, ...]:
        return tuple(str(part) for part in parts if part.type == "NAME")

    def some_sizes(self, parts: list[Any]) -> tuple[str, ...]:
        return ("some", *self.sizes(parts))

    def each(self, parts: list[Any]) -> str:
        return str(parts[-1])

    def where(self, parts: list[Any]) -> Any:
        return _only(parts, RawPoint)

    place = where

    def point(self, parts: list[Any]) -> RawPoint:
        return RawPoint(parts[0])

    def equality(self, parts: list[Any]) -> Sentence:
        if not isinstance(parts[0], Equality):
            raise _UnsaidError
        return Equal(sides=parts[0].sides, every=parts[1] if len(parts) > 1 else "")

    def gradient_flow(self, parts: list[Any]) -> Flow:
        named = _kinds(parts[2:])
        return Flow(of=parts[1], gradient=str(parts[-1]) if "NAME" in named else "")

    def equations(self, parts: list[Any]) -> Flow:
        return Flow(equations=parts[0])

    # -- numbers of laws, dimensions ----------------------------------------------------------------

    def amount(self, parts: list[Token]) -> int:
        word = str(parts[0]).lower()
        if word in NUMBER_WORDS:
            return NUMBER_WORDS.index(word)
        if not word.isascii() or not word.isdigit() or len(word) > 9:
            raise _unsaid(
                parts[0], f"{word[:20]!r} is not a number of laws or a dimension in {{where}}: write one such as 2"
            )
        return int(word)

    def exactly(self, parts: list[Any]) -> tuple[str, int, Token | None]:
        said = isinstance(parts[0], Token)
        return "=" if said else "", parts[-1], parts[0] if said else None

    def at_least(self, parts: list[Any]) -> tuple[str, int, Token | None]:
        return ">=", parts[1], parts[0]

    def at_most(self, parts: list[Any]) -> tuple[str, int, Token | None]:
        return "<=", parts[1], parts[0]

    def none(self, parts: list[Any]) -> tuple[str, int, Token | None]:
        return "=", 0, parts[0]

    def counting(self, parts: list[Any]) -> Sentence:
        relation, number, _ = parts[1]
        if not relation:
            raise _unsaid(
                parts[0], f"{{where}} does not say whether there are exactly or at least {number} laws: say which"
            )
        return Count(number=number, relation=relation, full_rank=parts[-1] is True)

    def has(self, parts: list[Any]) -> Sentence:
        model, _, (relation, number, _), *_ = parts
        return Count(number=number, relation=relation or "=", model=model)

    def full_rank(self, parts: list[Any]) -> bool:
        return True

    def equal(self, parts: list[Any]) -> str:
        return "="

    def at_least_that(self, parts: list[Any]) -> str:
        return ">="

    def at_most_that(self, parts: list[Any]) -> str:
        return "<="

    def dimension(self, parts: list[Any]) -> Sentence:
        relation = next(part for part in parts if isinstance(part, str) and not isinstance(part, Token))
        number = next(part for part in parts if isinstance(part, int) and not isinstance(part, bool))
        word = next(str(part) for part in parts if isinstance(part, Token) and part.type == "SPACE").lower()
        return Dimension(
            space="Lie" if word.startswith("lie") else "W",
            number=number,
            relation=relation,
            point=_only(parts, RawPoint),
            full_rank=parts[-1] is True,
            model=_only(parts, Model),
        )

    # -- others -------------------------------------------------------------------------------------

    def every(self, parts: list[Any]) -> Sentence:
        functions = tuple(_labelled(statement, parts[0])[1] for statement in parts[1])
        return FunctionOf(functions=functions, full_rank=parts[-1] is True)

    def loss(self, parts: list[Any]) -> Sentence:
        words = " ".join(str(parts[0]).split()).lower().removeprefix("the ").removesuffix(" spans")
        name = words.removeprefix("loss ") if words.startswith("loss ") else words.removesuffix(" loss")
        number = None if len(parts) == 1 else self.amount([parts[2]])
        return LossSpans(loss=name, number=number)

    def condition(self, parts: list[Any]) -> Sentence:
        return Involutive()


def _labelled(statement: Node, token: Token) -> tuple[str, Node]:
    """Return the label of a function, or nothing, and the function: h = x*y, h(x, y) = x*y."""
    if not isinstance(statement, Equality):
        return "", statement
    left = statement.sides[0]
    if isinstance(left, Apply) and all(isinstance(argument, Name) for argument in left.arguments):
        left = left.name
    if len(statement.sides) != 2 or not isinstance(left, Name):
        raise _unsaid(token, "an equation cannot be conserved, independent or a law, in {where}: write a function")
    return left.name, statement.sides[1]


def _unsaid(token: Any, message: str) -> Exception:
    return _PlacedError(getattr(token, "start_pos", 0) or 0, message)
