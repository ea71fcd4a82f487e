"""From canonical signs to raw trees, by the grammar: what stands side by side is not settled yet (see `resolving`).

The parser is made when something is first read. Nothing is ever evaluated by Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ..errors import ConslawError, ParseError, SizeError
from .names import canonical
from .raw import (
    Bare,
    Barred,
    Glued,
    Group,
    Items,
    Scientific,
    _NotUnderstoodError,
    _PlacedError,
    _UnsaidError,
    opened,
    place_of,
)
from .sentence_rules import SentenceRules
from .signs import PASS, Text
from .tree import (
    Apply,
    Equality,
    Gradient,
    Inner,
    List,
    Model,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Prime,
    Product,
    Sum,
    Transpose,
    Vector,
    Velocities,
    negative,
)

__all__ = ["parse"]

MAX_DEPTH = 50  # nested brackets, powers, roots
MAX_DIGITS = 481  # digits of one number
STARTS = ["expression", "statement", "listing", "point", "model", "sentence", "chain", "flow", "declarations", "shape"]


# -- the signs as the parser sees them -----------------------------------------------------------------------

_OPEN = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE", "LESSTHAN": "MORETHAN", "LBAR": "RBAR"}
_CLOSE = frozenset(_OPEN.values())
_DEEPER = frozenset({"POWER", "ROOT", "GRAD", "TRANSPOSE", "PRIME"})
_FLAT = frozenset({"PLUS", "MINUS", "TIMES", "OVER", "COMMA", "EQUALS"})


class _Tokens:
    """Tells bars that open from bars that close, and stops what is nested too deeply."""

    always_accept = ("BAR",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        brackets: list[tuple[str, int]] = []  # what is open, and how deep it stood outside
        depth, operand = 0, False
        for token in stream:
            kind = token.type
            if kind == "BAR":
                kind = "RBAR" if brackets and brackets[-1][0] == "LBAR" and operand else "LBAR"
                token = Token(kind, token.value, token.start_pos, token.line, token.column)
            if kind in _OPEN:
                brackets.append((kind, depth))
                depth += 1
            elif kind in _CLOSE:
                if brackets:
                    depth = brackets.pop()[1]
            elif kind in _DEEPER:
                depth += 1
            elif kind in _FLAT and operand:
                depth = brackets[-1][1] + 1 if brackets else 0
            if depth > MAX_DEPTH:
                what = "parentheses" if kind in _OPEN else "powers, roots or primes"
                raise _PlacedError(
                    token.start_pos or 0,
                    f"more than {MAX_DEPTH} nested {what}: simplify the expression that begins with {{start}}",
                    SizeError,
                )
            operand = kind not in _OPEN and kind not in _FLAT and kind not in ("POWER", "ROOT", "GRAD")
            yield token


# -- rules -----------------------------------------------------------------------------------------------


class _Rules(SentenceRules, Transformer):  # type: ignore[misc]
    """What each rule of the grammar makes of its parts."""

    def number(self, parts: list[Token]) -> Node:
        token = parts[0]
        place = token.start_pos or 0
        spelled = str(token)
        if spelled[0] in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒":
            return Number(_vulgar(spelled), place)
        digits, _, exponent = spelled.lower().partition("e")
        length = len(digits) + (abs(int(exponent)) if exponent else 0)
        if length > MAX_DIGITS:
            raise _PlacedError(
                place, f"a number of {length} digits is too long: at most {MAX_DIGITS} digits are read", SizeError
            )
        value = Fraction(spelled)
        return Scientific(value, spelled, place) if exponent else Number(value, place)

    def name(self, parts: list[Token]) -> Node:
        return Name(canonical(parts[0]), parts[0].start_pos or 0)

    def sum(self, parts: list[Any]) -> Node:
        terms = [opened(parts[0])]
        for sign, term in zip(parts[1::2], parts[2::2], strict=True):
            if sign.type == "PLUS":
                terms.append(opened(term))
            else:
                terms.append(_minus(term))
        return Sum(tuple(terms))

    def minus(self, parts: list[Any]) -> Node:
        return _minus(parts[1])

    def plus(self, parts: list[Any]) -> Node:
        return opened(parts[1])

    def product(self, parts: list[Any]) -> Node:
        """Gather factors; those without a sign between them stay side by side for now."""
        runs: list[tuple[list[Node], bool]] = [([parts[0]], False)]
        below: bool | None = None
        for part in parts[1:]:
            if isinstance(part, Token):
                below = part.type == "OVER"
            elif below is not None:
                runs.append(([part], below))
                below = None
            else:
                runs[-1][0].append(part)
        for index, (run, under) in enumerate(list(runs)):
            if len(run) > 1 and under:
                _check_quotient(runs, index)
                runs[index : index + 1] = [(run[:1], True), (run[1:], False)]  # 1/2 x
        factors = [
            (opened(run[0]) if len(run) == 1 and not isinstance(run[0], Bare) else _side_by_side(run), under)
            for run, under in runs
        ]
        return factors[0][0] if len(factors) == 1 else Product(tuple(factors))

    def power(self, parts: list[Any]) -> Node:
        base, sign, exponent = parts
        if isinstance(base, Bare):
            raise _PlacedError(
                sign.start_pos or 0,
                "this power can be read in two ways in {where}: put parentheses around what it belongs to",
            )
        outside = []
        while isinstance(exponent, (Transpose, Prime)):  # A^2^T is the transpose of A^2
            outside.append(type(exponent))
            exponent = exponent.argument
        node: Node = Power(opened(base), opened(exponent))
        for kind in reversed(outside):
            node = kind(node)
        return node

    def transpose(self, parts: list[Any]) -> Node:
        return Transpose(_inside(parts))

    def prime(self, parts: list[Any]) -> Node:
        return Prime(_inside(parts))

    def apply(self, parts: list[Any]) -> Node:
        return Apply(Name(canonical(parts[0]), parts[0].start_pos or 0), tuple(map(opened, parts[1:])))

    def group(self, parts: list[Any]) -> Node:
        return Group(opened(parts[1]), parts[0].start_pos or 0)

    def vector(self, parts: list[Any]) -> Node:
        return Vector(tuple(map(opened, parts)))

    def velocities(self, parts: list[Any]) -> Node:
        names = [canonical(name) for name in parts[::2]]
        for token, name in zip(parts[::2], names, strict=True):
            if names.count(name) > 1:
                raise _PlacedError(token.start_pos or 0, f"the velocity of {name} is given twice in {{where}}")
        return Velocities(tuple(names), tuple(map(opened, parts[1::2])))

    def square(self, parts: list[Any]) -> Node:
        return List(tuple(map(opened, parts)))

    def inner(self, parts: list[Any]) -> Node:
        return Inner(opened(parts[0]), opened(parts[1]))

    def norm(self, parts: list[Any]) -> Node:
        start, end = (part.start_pos or 0 for part in parts[::2])
        return Barred(opened(parts[1]), start, end + len(parts[2]))

    def root(self, parts: list[Any]) -> Node:
        root = Apply(Name("sqrt", parts[0].start_pos or 0), (opened(parts[1]),))
        return root if isinstance(parts[1], Group) else Bare(root, parts[0].start_pos or 0)

    def gradient(self, parts: list[Any]) -> Node:
        gradient = Gradient(opened(parts[1]))
        return gradient if isinstance(parts[1], Group) else Bare(gradient, parts[0].start_pos or 0)

    def fraction(self, parts: list[Any]) -> Node:
        return Group(Product(((opened(parts[1]), False), (opened(parts[2]), True))), parts[0].start_pos or 0)

    def shape(self, parts: list[Token]) -> tuple[str, ...]:
        """Return two sizes, and the kind of a matrix where it is said."""
        return tuple(canonical(part) for part in parts if part.type != "BY")

    def declaration(self, parts: list[Any]) -> tuple[str, tuple[str, ...]]:
        return canonical(parts[0]), parts[1]

    def declarations(self, parts: list[Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(part for part in parts if not isinstance(part, Token))

    def expression(self, parts: list[Any]) -> Node:
        return opened(parts[0])

    def statement(self, parts: list[Any]) -> Node:
        sides = tuple(opened(part) for part in parts if not isinstance(part, Token))
        if len(sides) == 1:
            return sides[0]
        return Equality(sides, tuple(part.start_pos or 0 for part in parts if isinstance(part, Token)))

    def chain(self, parts: list[Any]) -> tuple[tuple[Node, ...], str]:
        """Return the sides that go on with a line, and the letter of "for all i"."""
        return tuple(opened(p) for p in parts if isinstance(p, Node)), next((p for p in parts if type(p) is str), "")

    def statements(self, parts: list[Any]) -> Items:
        items = Items(part for part in parts if not isinstance(part, Token))
        cuts: list[tuple[int, int]] = []
        for before, part in zip([None, *parts], parts, strict=False):
            if isinstance(part, Token):
                start, end = part.start_pos or 0, part.end_pos or 0
                if isinstance(before, Token):  # a comma and an "and" are one cut
                    start = cuts.pop()[0]
                cuts.append((start, end))
        items.cuts = tuple(cuts)
        return items

    def listing(self, parts: list[Any]) -> Items:
        return parts[0] if parts else Items()

    def model(self, parts: list[Any]) -> Model:
        arguments: list[Node] = []
        options: dict[str, Node] = {}
        word = str(parts[0]).replace(" ", "").rpartition(".")[2]
        for part in parts[1:]:
            if isinstance(part, Equality):
                name = part.sides[0]
                if len(part.sides) != 2 or not isinstance(name, Name):
                    raise _PlacedError(
                        place_of(name), "'=' is unexpected in {where}: an option is written like bias=True"
                    )
                if name.name in options:
                    raise _PlacedError(name.place, f"the option {name.name!r} is given twice")
                options[name.name] = part.sides[1]
            elif options:
                raise _PlacedError(
                    place_of(part),
                    "an argument without a name follows one with a name: put named options last",
                )
            else:
                arguments.append(part)
        return Model("phi" if word == "φ" else word, tuple(arguments), tuple(options.items()))

    def forward(self, parts: list[Token]) -> Model:
        inside = str(parts[0]).partition(PASS[0])[2][:-1]
        return Model("model", (), (), inside.strip())


def _vulgar(sign: str) -> Fraction:
    import unicodedata

    top, _, bottom = unicodedata.normalize("NFKC", sign).partition("\u2044")
    return Fraction(int(top), int(bottom))


def _minus(node: Node) -> Node:
    """Return minus a raw node: -(-b) keeps its shape, and --b is b."""
    return Negative(node.inner) if isinstance(node, Group) else negative(opened(node))


def _inside(parts: list[Any]) -> Node:
    node, sign = parts
    if isinstance(node, Bare):
        raise _PlacedError(
            sign.start_pos or 0, "this can be read in two ways in {where}: put parentheses around what it belongs to"
        )
    return opened(node)


def _leading(node: Node) -> Node:
    """Return what a factor begins with."""
    while isinstance(node, (Power, Transpose, Prime)):
        node = node.base if isinstance(node, Power) else node.argument
    return node


def _side_by_side(run: list[Node]) -> Node:
    """Return factors side by side, none but the first of which may be a number."""
    for node in run[1:]:
        first = _leading(node)
        if isinstance(first, (Number, Scientific)):
            raise _PlacedError(
                first.place, "an operator is missing before {next} in {where}: write products with *, as in 2*x"
            )
        if isinstance(first, List) and isinstance(_leading(run[0]), List):
            raise _PlacedError(place_of(first), "a comma is missing in {where}: two lists stand side by side")
    return run[0] if len(run) == 1 else Glued(tuple(run))


def _check_quotient(runs: list[tuple[list[Node], bool]], index: int) -> None:
    """Refuse 1/2x, which can be read in two ways; 1/2 x is a half of x."""
    run, _ = runs[index]
    top = runs[index - 1][0]
    numbers = index == 1 and len(top) == 1 and isinstance(top[0], Number) and isinstance(run[0], Number)
    place = place_of(run[1])
    if numbers and isinstance(_leading(run[1]), (Name, Apply, Group)):
        end = run[0].place + len(str(run[0].value))  # type: ignore[attr-defined]
        if place > end:
            return
    raise _PlacedError(
        place,
        "the quotient in {where} can be read in two ways, as (a/b)*c or as a/(b*c): write the one that is meant, with "
        "a * or with parentheses",
    )


# -- the parser ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start=STARTS, postlex=_Tokens(), transformer=_Rules(), maybe_placeholders=False)


def parse(text: Text, start: str) -> Any:
    """Parse a canonical text from one of the starts of the grammar; return raw trees.

    Raises ParseError, SizeError: with the person's text and a mark where it stops making sense.
    """
    try:
        return _parser().parse(text.plain, start=start)
    except _PlacedError as error:
        raise _placed(text, error) from None
    except _UnsaidError:
        raise _NotUnderstoodError(text.around(len(text.plain.rstrip()))) from None
    except UnexpectedInput as error:
        raise _unexpected(text, error, start) from None


def _placed(text: Text, error: _PlacedError) -> ConslawError:
    """Return the error with the person's text in it."""
    following = text.plain[error.place : error.place + 20].split(" ")[0]
    word = next(
        (following[:i] for i, sign in enumerate(following) if i and not (sign.isalnum() or sign == "_")), following
    )
    message = error.message.replace("{where}", text.around(error.place)).replace("{next}", repr(word))
    return error.kind(message.replace("{start}", f"'{text.original[:20]}...'"))


_ATOM = "a number, a variable or a parenthesis"
_CLOSING = {"RPAR": "')'", "RSQB": "']'", "RBRACE": "'}'", "RBAR": "'|'", "MORETHAN": "'>'"}


def _unexpected(text: Text, error: UnexpectedInput, start: str) -> ParseError:
    """Say what stands where nothing like it can stand."""
    if isinstance(error, UnexpectedCharacters):
        sign = text.plain[error.pos_in_stream]  # type: ignore[index]
        shown = text.original[text.place(error.pos_in_stream)] if text.original else sign  # type: ignore[arg-type]
        return ParseError(
            f"{shown!r} cannot be read in {text.around(error.pos_in_stream or 0)}: "
            "use numbers, variables, + - * / **, parentheses, exp, log and sqrt"
        )
    if not isinstance(error, UnexpectedToken):
        return ParseError(f"the text ends too early in {text.around(len(text.plain))}")
    token = error.token
    accepts = set(error.accepts or error.expected or ())
    if "TIMES" in accepts:  # behind something complete, what may stand beside it is not what is missing
        accepts.discard("NUMBER")
    if token.type == "$END":
        where = text.around(len(text.plain.rstrip()))
        expected = _expected(accepts, start, ending=True)
        if start in ("declarations", "shape"):
            return ParseError(f"the text ends too early in {where}: a shape such as n x r is missing")
        if start == "sentence" and "NUMBER" not in accepts and not accepts & set(_CLOSING):
            return _NotUnderstoodError(where)
        return ParseError(f"the text ends too early in {where}: {expected} is missing")
    place = token.start_pos or 0
    where = text.around(place)
    word = str(token).split("(")[0].strip() or str(token)
    if start == "sentence" and (word[:1].isalpha() or ("NUMBER" not in accepts and not accepts & {"PLUS"})):
        return _NotUnderstoodError(where)
    if start == "declarations":
        missing = "a name and a colon are" if "MOVING" in accepts else "a shape such as n x r is"
        return ParseError(f"{missing} missing before {word!r} in {where}")
    if token.type == "EQUALS":
        return ParseError(f"'=' is unexpected in {where}: write a function, not an equation, such as x**2 - y**2")
    if token.type in ("NAME", "CALLED", "NUMBER", "LPAR") and "NUMBER" not in accepts:
        what = "an operator or a comma" if start in ("model", "listing", "point") else "an operator"
        return ParseError(f"{what} is missing before {word!r} in {where}: write products with *, as in 2*x")
    return ParseError(f"{word!r} is unexpected in {where}: {_expected(accepts, start)} should stand here")


def _expected(accepts: set[str], start: str, ending: bool = False) -> str:
    if "NUMBER" in accepts:
        return _ATOM
    if start == "model" and "COMMA" in accepts and "RPAR" in accepts:
        return "a comma or a closing parenthesis"
    if "$END" in accepts and not ending:
        return "an operator or the end of the text"
    closing = [shown for kind, shown in _CLOSING.items() if kind in accepts]
    if closing:
        return " or ".join(closing)
    return "a comma" if "COMMA" in accepts else "something else"
