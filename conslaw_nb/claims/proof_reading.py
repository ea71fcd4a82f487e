"""Expressions of proofs in polynomial mode: numbers, gradients, fields, inner products and brackets, as trees.

Beyond the expressions of `exact.parser` there are ``grad h`` (or ``∇h``), ``diff(h, x)``, the fields ``v_1``,
``v_2``, ... of the model, vectors ``(2*x, -2*y)``, inner products ``<a, b>``, brackets ``[v_1, v_2]`` and derivatives
along a field, ``v_1(h)``. A tree is never evaluated by Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from ..errors import ParseError, SizeError, brief
from ..exact.parser import FUNCTIONS, MAX_DIGITS, Node, Number, Power, Product, Reader, Sum, Variable
from ..exact.polynomial import latex_name

__all__ = ["Along", "Bracket", "Gradient", "Inner", "Partial", "Vector", "is_zero", "latex", "read"]

MAX_SIDE = 8_000  # characters of one side of an equation
MAX_TOKENS = 3_000
MAX_NESTING = 60

_NAME = r"[A-Za-z_\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*"
_TOKEN = re.compile(
    rf"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<name>{_NAME})"
    r"|(?P<super>[²³])|(?P<op>\*\*|[-+*/^()\[\],<>⟨⟩∇−·×]))"
)
_SAME = {"^": "**", "−": "-", "·": "*", "×": "*", "⟨": "<", "⟩": ">"}
_INDEXED = re.compile(r"\b([A-Za-z_]\w*)\[\s*(\d+)\s*(?:,\s*(\d+)\s*)?\]", re.ASCII)


@dataclass(frozen=True)
class Gradient(Node):
    """The gradient of a function."""

    argument: Node


@dataclass(frozen=True)
class Partial(Node):
    """A partial derivative."""

    argument: Node
    variable: str


@dataclass(frozen=True)
class Inner(Node):
    """An inner product of two vectors."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Bracket(Node):
    """A Lie bracket of two fields, with the paper's sign."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Along(Node):
    """The derivative of a function along a field, v(h)."""

    field: Node
    argument: Node


@dataclass(frozen=True)
class Vector(Node):
    """A vector by its components."""

    items: tuple[Node, ...]


class _ProofReader(Reader):
    """The token reader of `exact.parser` with the signs of proofs."""

    def __init__(self, text: str):
        if len(text) > MAX_SIDE:
            raise SizeError(
                f"an expression of {len(text)} characters is too long for a step: at most {MAX_SIDE} are read"
            )
        # U1[2,3] is another spelling of U1_2_3
        self.text = _INDEXED.sub(lambda m: "_".join(part for part in m.groups() if part), text)
        self.original = self.text
        self.tokens = []
        position, end = 0, len(self.text.rstrip())
        while position < end:
            match = _TOKEN.match(self.text, position)
            if match is None:
                start = position + len(self.text[position:]) - len(self.text[position:].lstrip())
                around = self.text[max(0, start - 20) : start + 20].strip()
                if self.text[start] in "'′":
                    raise ParseError(
                        f"h' cannot be read in '{around}': without a `flow` there is no time; "
                        "write <grad h, v_1> for the derivative along v_1"
                    )
                raise ParseError(
                    f"{self.text[start]!r} cannot be read in '{around}': use numbers, variables, + - * / **, "
                    "grad h, v_1, <a, b>, [a, b] and vectors (a, b)"
                )
            kind = match.lastgroup or ""
            token = match.group(kind)
            self.tokens.append((kind, _SAME.get(token, token), match.start(kind)))
            position = match.end()
        if len(self.tokens) > MAX_TOKENS:
            raise SizeError(
                f"an expression of {len(self.tokens)} signs is too long for a step: split it into smaller ones"
            )
        self.index = 0
        self.depth = 0

    def expression(self) -> Node:
        if self.depth >= MAX_NESTING:
            raise SizeError(f"more than {MAX_NESTING} nested brackets: simplify the expression '{self.text[:20]}...'")
        return super().expression()

    def _atom(self) -> Node:
        kind, token, position = self.next()
        if kind == "number":
            if len(token) > MAX_DIGITS:
                raise SizeError(f"a number of {len(token)} digits is too long: at most {MAX_DIGITS} digits are read")
            return Number(Fraction(token))
        if kind == "op" and token == "(":
            return self._vector()
        if kind == "op" and token in ("<", "["):
            left = self.expression()
            self.expect(",")
            right = self.expression()
            self.expect(">" if token == "<" else "]")
            return Inner(left, right) if token == "<" else Bracket(left, right)
        if (kind == "op" and token == "∇") or (kind == "name" and token in ("grad", "gradient", "nabla")):
            return Gradient(self._atom())
        if kind == "name":
            return self._name(token, position)
        self.index -= 1
        raise self.fail("a number, a variable, grad, a vector, < or a parenthesis")

    def _vector(self) -> Node:
        items = [self.expression()]
        while self.accept(","):
            items.append(self.expression())
        self.expect(")")
        return items[0] if len(items) == 1 else Vector(tuple(items))

    def _name(self, token: str, position: int) -> Node:
        if not self.accept("("):
            return Variable(token, position)
        if token in FUNCTIONS:
            raise ParseError(
                f"{token}(...) is not decided in a proof: its steps are polynomials and quotients of polynomials"
            )
        argument = self.expression()
        if token in ("diff", "d"):
            self.expect(",")
            kind, variable, _ = self.next()
            if kind != "name":
                raise ParseError(f"diff needs a variable, as in diff(h, x), not {brief(variable)}")
            self.expect(")")
            return Partial(argument, variable)
        self.expect(")")
        return Along(Variable(token, position), argument)


def read(text: str) -> Node:
    """Read one side of an equation.

    Examples
    --------
    >>> read("<grad h, v_1>")
    Inner(left=Gradient(argument=Variable(name='h', position=6)), right=Variable(name='v_1', position=9))
    """
    reader = _ProofReader(text)
    if reader.peek()[0] == "end":
        raise ParseError("one side of the equation is empty: write something like 2*x*y - 2*x*y = 0")
    node = reader.expression()
    reader.finish()
    return node


def is_zero(node: Node) -> bool:
    """Whether a tree is the number 0 as written, or a vector of them: not something that turns out to be 0."""
    if isinstance(node, Vector):
        return all(is_zero(item) for item in node.items)
    return isinstance(node, Number) and node.value == 0


# -- LaTeX -----------------------------------------------------------------------------------------------

_SUM, _PRODUCT, _POWER, _ATOM = range(4)


def latex(node: Node) -> str:
    r"""Write a tree in LaTeX, in the order of the person who wrote it.

    Examples
    --------
    >>> print(latex(read("<grad h, v_1> - 2*x*y")))
    \left\langle \nabla h,\, v_{1} \right\rangle - 2\,x\,y
    """
    return _latex(node)[0]


def _at(node: Node, level: int) -> str:
    text, binds = _latex(node)
    return text if binds >= level else rf"\left({text}\right)"


def _latex(node: Node) -> tuple[str, int]:
    if isinstance(node, Number):
        value = node.value
        sign = "-" if value < 0 else ""
        if value.denominator == 1:
            return str(value), _SUM if sign else _ATOM
        return rf"{sign}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}", _SUM if sign else _PRODUCT
    if isinstance(node, Variable):
        return latex_name(node.name), _ATOM
    if isinstance(node, Sum):
        text = ""
        for term in node.terms:
            inner = _at(term, _PRODUCT) if not _minus(term) else _latex(term)[0]
            text += inner if not text else (f" - {inner[1:]}" if inner.startswith("-") else f" + {inner}")
        return text, _SUM
    if isinstance(node, Product):
        return _product(node)
    if isinstance(node, Power):
        return f"{_at(node.base, _ATOM)}^{{{latex(node.exponent)}}}", _POWER
    if isinstance(node, Gradient):
        return rf"\nabla {_at(node.argument, _ATOM)}", _POWER
    if isinstance(node, Partial):
        return rf"\partial_{{{latex_name(node.variable)}}} {_at(node.argument, _ATOM)}", _POWER
    if isinstance(node, Inner):
        return rf"\left\langle {latex(node.left)},\, {latex(node.right)} \right\rangle", _ATOM
    if isinstance(node, Bracket):
        return rf"\left[{latex(node.left)},\, {latex(node.right)}\right]", _ATOM
    if isinstance(node, Along):
        return rf"{_at(node.field, _ATOM)}\left({latex(node.argument)}\right)", _ATOM
    if isinstance(node, Vector):
        items = r",\, ".join(latex(item) for item in node.items)
        return rf"\left({items}\right)", _ATOM
    raise TypeError(f"unknown node {node!r}")


def _minus(node: Node) -> bool:
    if isinstance(node, Number):
        return node.value < 0
    return isinstance(node, Product) and isinstance(node.factors[0][0], Number) and node.factors[0][0].value < 0


def _product(node: Product) -> tuple[str, int]:
    factors = list(node.factors)
    sign = ""
    first = factors[0][0]
    if isinstance(first, Number) and first.value == -1 and not factors[0][1] and len(factors) > 1:
        sign, factors = "-", factors[1:]
    above = [_at(f, _POWER) if i else _at(f, _PRODUCT) for i, (f, inverse) in enumerate(factors) if not inverse]
    below = [_at(f, _POWER) for f, inverse in factors if inverse]
    top = r"\,".join(above) or "1"
    if below:
        bottom = r"\,".join(below)
        return rf"{sign}\frac{{{top}}}{{{bottom}}}", _SUM if sign else _PRODUCT
    return sign + top, _SUM if sign or top.startswith("-") else _PRODUCT
