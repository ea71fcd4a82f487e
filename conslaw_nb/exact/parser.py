"""A small safe reader of mathematical text: nothing is ever evaluated by Python.

The grammar is the one learners already write: integers, fractions, decimals (read exactly), variables
(``x``, ``u_1``, ``U1_2_3`` or the same with brackets, ``U1[2,3]``), ``+ - * / **`` (also ``^``), parentheses,
and the functions ``exp``, ``log`` and ``sqrt``. A few signs that people paste from a page are read
too: ``−``, ``·``, ``×``, the superscripts ``²³`` and small digits in a name, ``v₁``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from ..errors import ParseError, SizeError

__all__ = ["Call", "Node", "Number", "Power", "Product", "Reader", "Sum", "Variable", "is_name", "parse_expression"]

MAX_LENGTH = 200_000  # characters of one text
MAX_DEPTH = 100  # nested parentheses
MAX_DIGITS = 481  # digits of one number
MAX_NAME = 100  # characters of one name
FUNCTIONS = ("exp", "log", "sqrt")


class Node:
    """A node of a parsed expression."""


@dataclass(frozen=True)
class Number(Node):
    """An exact rational number."""

    value: Fraction


@dataclass(frozen=True)
class Variable(Node):
    """A variable by name, with the position where it stands in the text."""

    name: str
    position: int = 0


@dataclass(frozen=True)
class Sum(Node):
    """A sum of several terms (kept flat: ten thousand terms are no ten thousand levels)."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Product(Node):
    """A product of factors; the flag says whether a factor stands in the denominator."""

    factors: tuple[tuple[Node, bool], ...]


@dataclass(frozen=True)
class Power(Node):
    """A base with an exponent."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Call(Node):
    """One of the functions exp, log, sqrt applied to an expression."""

    function: str
    argument: Node


_NAME = r"[A-Za-z_\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*"
_TOKEN = re.compile(
    rf"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<name>{_NAME})"
    r"|(?P<super>[²³])|(?P<op>\*\*|[-+*/^()\[\],=−·×]))"
)
_SAME = {"^": "**", "−": "-", "·": "*", "×": "*"}
_SMALL = re.compile(r"(?<=[^\W\d_])[₀-₉]+")
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_INDEXED = re.compile(r"\b([A-Za-z_]\w*)\s*\[\s*(\d+)\s*(?:,\s*(\d+)\s*)?\]", re.ASCII)


def is_name(text: str) -> bool:
    """Whether a text can name a variable: what this reader, and the checker of certificates, read as one name."""
    plain = text.isidentifier() and text not in FUNCTIONS and len(text) <= MAX_NAME
    return plain and re.fullmatch(_NAME, text) is not None


def _excerpt(text: str, position: int) -> str:
    """Show the text around a position, marked: long input must not flood a terminal."""
    start, end = max(0, position - 20), min(len(text), position + 20)
    before, after = ("..." if start else ""), ("..." if end < len(text) else "")
    shown = f"{text[start:position]}⟨here⟩{text[position:end]}"
    shown = "".join(sign if sign.isprintable() else "�" for sign in shown)  # a terminal would obey some of the others
    return f"'{before}{shown}{after}'"


class Reader:
    """A token reader over one text, shared by expressions and by model descriptions."""

    def __init__(self, text: str):
        if not isinstance(text, str):
            raise ParseError(f"an expression must be text, not {type(text).__name__}: put it in quotes")
        if len(text) > MAX_LENGTH:
            raise SizeError(f"this text has {len(text)} characters; at most {MAX_LENGTH} are read")
        # U1[2,3] is another spelling of the variable U1_2_3; the length is kept so that positions stay true
        self.text = _INDEXED.sub(_flatten_index, _SMALL.sub(lambda match: match.group().translate(_DIGITS), text))
        self.original = text
        self.tokens: list[tuple[str, str, int]] = []
        position = 0
        end = len(self.text.rstrip())
        while position < end:
            match = _TOKEN.match(self.text, position)
            if match is None:
                self._unreadable(position + len(self.text[position:]) - len(self.text[position:].lstrip()))
            kind = match.lastgroup or ""
            token = match.group(kind)
            self.tokens.append((kind, _SAME.get(token, token), match.start(kind)))
            position = match.end()
        self.index = 0
        self.depth = 0

    def _unreadable(self, position: int) -> None:
        sign = self.text[position]
        raise ParseError(
            f"{sign!r} cannot be read in {_excerpt(self.original, position)}: "
            "use numbers, variables, + - * / **, parentheses, exp, log and sqrt"
        )

    def peek(self) -> tuple[str, str, int]:
        """The next token as (kind, text, position); kind is 'end' after the last."""
        return self.tokens[self.index] if self.index < len(self.tokens) else ("end", "", len(self.text))

    def next(self) -> tuple[str, str, int]:
        """Take the next token."""
        token = self.peek()
        self.index += 1
        return token

    def accept(self, operator: str) -> bool:
        """Take the next token if it is this operator."""
        kind, token, _ = self.peek()
        if kind == "op" and token == operator:
            self.index += 1
            return True
        return False

    def fail(self, expected: str) -> ParseError:
        """Return the error that says what was expected at the present place."""
        kind, token, position = self.peek()
        where = _excerpt(self.original, position)
        if kind == "end":
            return ParseError(f"the text ends too early in {where}: {expected} is missing")
        before = self.tokens[self.index - 1] if self.index else ("op", "", 0)
        if (kind in ("name", "number") or token == "(") and (before[0] != "op" or before[1] == ")"):
            what = "an operator or a comma" if "comma" in expected else "an operator"
            return ParseError(f"{what} is missing before {token!r} in {where}: write products with *, as in 2*x")
        if token == "=":
            return ParseError(f"'=' is unexpected in {where}: write a function, not an equation, such as x**2 - y**2")
        return ParseError(f"{token!r} is unexpected in {where}: {expected} should stand here")

    def expect(self, operator: str) -> None:
        """Take this operator or raise a clear error."""
        if not self.accept(operator):
            raise self.fail(f"'{operator}'")

    def finish(self) -> None:
        """Raise unless the whole text was read."""
        if self.peek()[0] != "end":
            raise self.fail("an operator or the end of the text")

    # -- expressions: sum > product > sign > power > atom --------------------------------------------

    def expression(self) -> Node:
        """Read a sum."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise SizeError(f"more than {MAX_DEPTH} nested parentheses: simplify the expression {self._start()}")
        terms = [self._product()]
        while True:
            if self.accept("+"):
                terms.append(self._product())
            elif self.accept("-"):
                terms.append(_negative(self._product()))
            else:
                self.depth -= 1
                return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def _start(self) -> str:
        return f"that begins with '{self.original[:20]}...'"

    def _product(self) -> Node:
        factors = [(self._signed(), False)]
        while True:
            if self.accept("*"):
                factors.append((self._signed(), False))
            elif self.accept("/"):
                factors.append((self._signed(), True))
            else:
                return factors[0][0] if len(factors) == 1 else Product(tuple(factors))

    def _signed(self) -> Node:
        negative = False
        while True:
            if self.accept("-"):
                negative = not negative
            elif not self.accept("+"):
                break
        power = self._power()
        return _negative(power) if negative else power

    def _power(self) -> Node:
        base = self._atom()
        kind, token, _ = self.peek()
        if kind == "super":
            self.next()
            return Power(base, Number(Fraction(2 if token == "²" else 3)))
        if self.accept("**"):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise SizeError(f"more than {MAX_DEPTH} nested powers: simplify the expression {self._start()}")
            exponent = self._signed()  # right associative: x**-y**2 is x**(-(y**2))
            self.depth -= 1
            return Power(base, exponent)
        return base

    def _atom(self) -> Node:
        kind, token, position = self.next()
        if kind == "number":
            if len(token) > MAX_DIGITS:
                raise SizeError(f"a number of {len(token)} digits is too long: at most {MAX_DIGITS} digits are read")
            return Number(Fraction(token))
        if kind == "name":
            if self.accept("("):
                if token not in FUNCTIONS:
                    raise ParseError(
                        f"the function {token!r} is not known in {_excerpt(self.original, position)}: "
                        f"the functions are {', '.join(FUNCTIONS)} (and products need a *)"
                    )
                argument = self.expression()
                self.expect(")")
                return Call(token, argument)
            return Variable(token, position)
        if kind == "op" and token == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        self.index -= 1
        raise self.fail("a number, a variable or a parenthesis")


def _flatten_index(match: re.Match[str]) -> str:
    name = "_".join(part for part in match.groups() if part is not None)
    return name.ljust(len(match.group(0)))


def _negative(node: Node) -> Node:
    if isinstance(node, Number):
        return Number(-node.value)
    return Product(((Number(Fraction(-1)), False), (node, False)))


def parse_expression(text: str) -> Node:
    """Read one expression.

    Parameters
    ----------
    text : str

    Returns
    -------
    Node

    Raises
    ------
    ParseError
        With the user's text and a mark where it stops making sense.
    SizeError
        For a text, a number or a nesting beyond the bounds of this module.

    Examples
    --------
    >>> parse_expression("2*x")
    Product(factors=((Number(value=Fraction(2, 1)), False), (Variable(name='x', position=2), False)))
    """
    reader = Reader(text)
    if reader.peek()[0] == "end":
        raise ParseError("the expression is empty: write something like x**2 - y**2")
    node = reader.expression()
    reader.finish()
    return node
