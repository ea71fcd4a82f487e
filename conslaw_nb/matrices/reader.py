"""A safe reader of matrix expressions: nothing is ever evaluated by Python.

Transposes are written ``U^T``, ``U.T``, ``U'``, ``Uᵀ`` or ``U^⊤``; products with ``*``, ``@`` or a space; besides
``+ - /`` (by a number), powers ``A^2``, ``tr(A)``, ``<A, B>`` or ``inner(A, B)``, ``|A|^2`` and ``[A, B]``.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from ..errors import ParseError, SizeError
from ..exact.parser import Reader
from .letters import NAME
from .syntax import Commutator, Inner, Name, Node, Norm, Number, Power, Trace, Transpose, product, signed

__all__ = ["read_equation", "read_expression"]

MAX_LENGTH = 20_000
MAX_NESTING = 40
MAX_EXPONENT = 60
MAX_DIGITS = 400  # digits of one number
MAX_POSTFIXES = 12  # transposes and powers of one factor

_TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)"
    rf"|(?P<name>{NAME})"
    r"|(?P<op>\.T(?![A-Za-z0-9_])|\*\*|\|\||==?|[-+*/^@()\[\]<>,|'ᵀ⊤²³−·×⟨⟩‖′])"
)
_SAME = {"**": "^", "−": "-", "·": "*", "×": "*", "@": "*", "⟨": "<", "⟩": ">", "‖": "|", "||": "|", "==": "="}
_TRANSPOSES = ("'", "′", "ᵀ", "⊤", ".T")
_STARTS = ("(", "[", "<", "|")


class MatrixReader(Reader):
    """The token reader of `exact.parser` with the signs of matrices."""

    def __init__(self, text: Any):
        if not isinstance(text, str):
            raise ParseError(f"a matrix expression must be text, not {type(text).__name__}: put it in quotes")
        if len(text) > MAX_LENGTH:
            raise SizeError(
                f"this text has {len(text)} characters; at most {MAX_LENGTH} are read as a matrix expression"
            )
        self.text = self.original = text
        self.tokens = []
        position = 0
        while text[position:].strip():
            position += len(text[position:]) - len(text[position:].lstrip())
            match = _TOKEN.match(text, position)
            if match is None:
                self._unreadable(position)
                break
            kind = match.lastgroup or ""
            self.tokens.append((kind, _SAME.get(match.group(), match.group()), position))
            position = match.end()
        self.index = 0
        self.depth = 0
        self.bars = 0  # how many squared norms are open here

    def _unreadable(self, position: int) -> None:
        raise ParseError(
            f"{self.text[position]!r} cannot be read in '{self._around(position)}': "
            "use matrices, numbers, + - * / ^, transposes ^T, parentheses, tr( ), < , >, | |^2 and [ , ]"
        )

    def _around(self, position: int) -> str:
        return self.original[max(0, position - 20) : position + 20].strip()

    def fail(self, expected: str) -> ParseError:
        """Return the error that says what was expected at the present place."""
        kind, token, position = self.peek()
        start, end = max(0, position - 20), position + 20
        before, after = ("..." if start else ""), ("..." if end < len(self.text) else "")
        where = f"'{before}{self.text[start:position]}⟨here⟩{self.text[position:end]}{after}'"
        if kind == "end":
            return ParseError(f"the text ends too early in {where}: {expected} is missing")
        if token == "=":
            return ParseError(f"'=' is unexpected in {where}: one expression should stand here, not an equation")
        return ParseError(f"{token!r} is unexpected in {where}: {expected} should stand here")

    def finish(self) -> None:
        """Raise unless the whole text was read."""
        if self.peek()[0] != "end":
            raise self.fail("an operator or the end of the text")

    # -- sum > product > sign > power > atom ---------------------------------------------------------

    def expression(self) -> Node:  # type: ignore[override]
        """Read a sum."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise SizeError(
                f"more than {MAX_NESTING} nested brackets: simplify the expression that begins '{self.text[:20]}...'"
            )
        minus = self._minus()
        terms = [(minus, self._factors())]
        while True:
            if self.accept("+"):
                minus = False
            elif self.accept("-"):
                minus = True
            else:
                break
            terms.append((minus != self._minus(), self._factors()))
        self.depth -= 1
        return signed(terms)

    def _minus(self) -> bool:
        """Take signs; return whether together they are a minus."""
        minus = False
        while True:
            if self.accept("-"):
                minus = not minus
            elif not self.accept("+"):
                return minus

    def _factors(self) -> Node:
        factors = [self._postfix()]
        while True:
            kind, token, position = self.peek()
            if self.accept("*"):
                minus = self._minus()
                node = self._postfix()
                factors.append(signed([(True, node)]) if minus else node)
            elif self.accept("/"):
                minus = self._minus()
                divisor = self._postfix()
                if not isinstance(divisor, Number):
                    raise ParseError(
                        f"a matrix expression can only be divided by a number, not by {divisor.text} "
                        f"in '{self._around(position)}': there are no inverses here"
                    )
                if divisor.value == 0:
                    raise ParseError(f"division by zero in '{self._around(position)}'")
                inverse = Number(1 / divisor.value)
                factors.append(signed([(True, inverse)]) if minus else inverse)
            elif kind in ("number", "name") or (token in _STARTS and not (token == "|" and self.bars)):
                factors.append(self._postfix())
            else:
                return factors[0] if len(factors) == 1 else product(factors)

    def _postfix(self) -> Node:
        node = self._atom()
        for count in range(MAX_POSTFIXES + 1):
            token = self.peek()[1] if self.peek()[0] == "op" else ""
            if token in _TRANSPOSES and token:
                self.next()
                node = Transpose(node)
            elif token in ("²", "³"):
                self.next()
                node = Power(node, 2 if token == "²" else 3)
            elif token == "^":
                self.next()
                node = self._exponent(node)
            else:
                return node
            if count == MAX_POSTFIXES:
                break
        raise SizeError(
            f"more than {MAX_POSTFIXES} transposes and powers of one factor: simplify '{self.text[:20]}...'"
        )

    def _exponent(self, base: Node) -> Node:
        braced = False
        kind, token, position = self.next()
        if kind == "op" and token == "(":  # A^(2), A^(T)
            braced = True
            kind, token, position = self.next()
        if kind == "op" and token == "⊤":
            node: Node = Transpose(base)
        elif kind == "name" and token[0] == "T":
            node = Transpose(base)
            if len(token) > 1:  # U^TU: what follows the T is the next letter
                if braced or not re.fullmatch(NAME, token[1:]):
                    raise ParseError(
                        f"{token!r} is no exponent in '{self._around(position)}': write ^T and then a * or a space"
                    )
                self.index -= 1
                self.tokens[self.index] = ("name", token[1:], position + 1)
        elif kind == "number" and "." not in token and len(token) < 6:
            if int(token) > MAX_EXPONENT:
                raise SizeError(f"the exponent {token} is too large: exponents up to {MAX_EXPONENT} are read")
            node = Power(base, int(token))
        else:
            raise ParseError(
                f"{token or 'the end of the text'!r} is no exponent in '{self._around(position)}': "
                "write ^T for a transpose, or a natural number as in A^2"
            )
        if braced:
            self.expect(")")
        return node

    def _atom(self) -> Node:  # type: ignore[override]
        kind, token, position = self.next()
        if kind == "number":
            if len(token) > MAX_DIGITS:
                raise SizeError(f"a number of {len(token)} digits is too long: at most {MAX_DIGITS} digits are read")
            return Number(Fraction(token))
        if kind == "name":
            if token in ("tr", "trace", "inner"):
                self.expect("(")
                return self._pair(Inner, ")") if token == "inner" else Trace(self._inside(")"))
            return Name(token)
        if token == "(" and kind == "op":
            return self._inside(")")
        if token == "<":
            return self._pair(Inner, ">")
        if token == "[":
            return self._pair(Commutator, "]")
        if token == "|" and kind == "op":
            return self._norm(position)
        self.index -= 1
        raise self.fail("a matrix, a number or a bracket")

    def _inside(self, closing: str) -> Node:
        bars, self.bars = self.bars, 0
        node = self.expression()
        self.bars = bars
        self.expect(closing)
        return node

    def _pair(self, make: Any, closing: str) -> Node:
        left = self._inside(",")
        return make(left, self._inside(closing))  # type: ignore[no-any-return]

    def _norm(self, position: int) -> Node:
        self.bars += 1
        argument = self.expression()
        self.bars -= 1
        self.expect("|")
        kind, token, _ = self.peek()
        exponent = 0
        if token == "²":
            exponent = 2
        elif token == "^" and self.tokens[self.index + 1 : self.index + 2]:
            self.next()
            kind, digits, _ = self.peek()
            if kind == "number" and digits.isdigit() and len(digits) < 4:
                exponent = int(digits)
        if exponent < 2 or exponent % 2 or exponent > MAX_EXPONENT:
            raise ParseError(
                f"the norm itself is no polynomial in '{self._around(position)}': write its square, |{argument.text}|^2"
            )
        self.next()
        return Norm(argument) if exponent == 2 else Power(Norm(argument), exponent // 2)


def read_expression(text: str) -> Node:
    """Read one matrix expression, as it is written.

    Raises
    ------
    ParseError
        With the user's text and the place where it stops making sense.
    SizeError
        For a text, a nesting or an exponent beyond the bounds of this module.

    Examples
    --------
    >>> read_expression("U'U - 2 V.T @ V/3")
    U^T*U - 2/3*V^T*V
    >>> read_expression("<A, B> - tr([A, B]²)")
    <A, B> - tr([A, B]^2)
    """
    reader = MatrixReader(text)
    if reader.peek()[0] == "end":
        raise ParseError("the expression is empty: write something like U^T*U - V^T*V")
    node = reader.expression()
    reader.finish()
    return node


def read_equation(text: str) -> tuple[Node, Node]:
    """Read ``left = right``.

    Examples
    --------
    >>> read_equation("[A, B] = A*B - B*A")
    ([A, B], A*B - B*A)
    """
    reader = MatrixReader(text)
    if not any(token == "=" for _, token, _ in reader.tokens):
        raise ParseError(f"'{text[:60]}' is no equation: write left = right")
    left = reader.expression()
    reader.expect("=")
    right = reader.expression()
    reader.finish()
    return left, right
