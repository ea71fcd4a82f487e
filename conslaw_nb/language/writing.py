"""From a tree back to text that reads as the same tree, and to LaTeX, in the order of the person who wrote it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ..exact.polynomial import latex_name
from .tree import (
    Apply,
    Call,
    Equality,
    Gradient,
    Inner,
    List,
    Model,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Partial,
    Power,
    Prime,
    Product,
    Sum,
    Trace,
    Transpose,
    Vector,
    Velocities,
)

__all__ = ["dotted", "latex", "latex_text", "text"]

# How tightly a piece holds together; a looser one stands in parentheses inside a tighter one.
_SUM, _SIGNED, _PRODUCT, _POWER, _POSTFIX, _ATOM = range(6)

Piece = tuple[str, int]


def text(node: Node) -> str:
    """Write a tree as text that reads back as the same tree.

    Examples
    --------
    >>> from conslaw_nb.language import read_expression
    >>> text(read_expression("(x+y)²/2 − 3x·y"))
    '(x + y)**2/2 - 3*x*y'
    """
    return _text(node)[0]


def _at(node: Node, least: int) -> str:
    piece, tightness = _text(node)
    return piece if tightness >= least else f"({piece})"


def _text(node: Node) -> Piece:
    """Return text and how tightly it holds together."""
    if isinstance(node, Number):
        return _number(node.value)
    if isinstance(node, Name):
        return node.name, _ATOM
    if isinstance(node, Sum):
        first, *rest = node.terms
        pieces = [_at(first, _SIGNED)]
        for term in rest:
            if isinstance(term, Negative):
                pieces.append(f" - {_at(term.argument, _PRODUCT)}")
            else:
                pieces.append(f" + {_at(term, _PRODUCT)}")
        return "".join(pieces), _SUM
    if isinstance(node, Negative):
        return f"-{_at(node.argument, _PRODUCT)}", _SIGNED
    if isinstance(node, Product):
        (head, under), *others = node.factors
        pieces = [f"1/{_at(head, _POWER)}" if under else _at(head, _POWER)]
        for factor, below in others:
            pieces.append(("/" if below else "*") + _at(factor, _POWER))
        return "".join(pieces), _PRODUCT
    if isinstance(node, Power):
        sign = "^" if _of_matrices(node.base) else "**"
        return f"{_at(node.base, _POSTFIX)}{sign}{_exponent(node.exponent)}", _POWER
    if isinstance(node, Transpose):
        return f"{_at(node.argument, _POSTFIX)}^T", _POSTFIX
    if isinstance(node, Prime):
        return f"{_at(node.argument, _POSTFIX)}'", _POSTFIX
    if isinstance(node, Norm):
        inner = text(node.argument)
        return (f"|({inner})|" if "|" in inner else f"|{inner}|"), _ATOM
    if isinstance(node, Inner):
        return f"<{text(node.left)}, {text(node.right)}>", _ATOM
    if isinstance(node, Gradient):
        return f"grad {_at(node.argument, _ATOM)}", _SIGNED
    return _listed(node, text), _SUM if isinstance(node, Equality) else _ATOM


def _listed(node: Node, write: Callable[[Node], str]) -> str:
    """Write a node that is a word and a list."""
    if isinstance(node, Call):
        return f"{node.function}({write(node.argument)})"
    if isinstance(node, Trace):
        return f"tr({write(node.argument)})"
    if isinstance(node, Partial):
        return f"diff({write(node.argument)}, {node.variable.name})"
    if isinstance(node, Apply):
        return f"{node.name.name}({', '.join(map(write, node.arguments))})"
    if isinstance(node, Velocities):
        return f"({', '.join(f'{n}: {write(v)}' for n, v in zip(node.names, node.values, strict=True))})"
    if isinstance(node, Vector):
        return f"({', '.join(map(write, node.items))})"
    if isinstance(node, List):
        return f"[{', '.join(map(write, node.items))}]"
    if isinstance(node, Equality):
        return " = ".join(map(write, node.sides))
    if isinstance(node, Model) and node.forward:
        return f"{node.kind}({node.forward})"
    if isinstance(node, Model):
        options = [f"{name}={write(value)}" for name, value in node.options]
        comma = "," if all(isinstance(argument, Number) for argument in node.arguments) else ", "
        return f"{node.kind}({comma.join([*map(write, node.arguments), *options])})"
    raise TypeError(f"unknown node {node!r}")


def _of_matrices(node: Node) -> bool:
    return isinstance(node, (Transpose, Norm, List)) or (isinstance(node, Name) and node.name[:1].isupper())


def _exponent(node: Node) -> str:
    if isinstance(node, Negative):
        return f"-{_at(node.argument, _POWER)}"
    # what a transpose binds to must be seen: A**(B^T) is not (A**B)^T
    return f"({text(node)})" if isinstance(node, (Transpose, Prime)) else _at(node, _POWER)


_VULGAR = {
    Fraction(1, 3): "⅓",
    Fraction(2, 3): "⅔",
    Fraction(1, 6): "⅙",
    Fraction(5, 6): "⅚",
    Fraction(1, 7): "⅐",
    Fraction(1, 9): "⅑",
}


def _number(value: Fraction) -> Piece:
    """Write a number as one number, a fraction as a decimal where it is one."""
    if value.denominator == 1:
        return str(value), _ATOM
    rest, digits = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        digits = max(digits, count)
    if rest == 1:
        whole = str(value.numerator * 10**digits // value.denominator).rjust(digits + 1, "0")
        return f"{whole[:-digits]}.{whole[-digits:]}", _ATOM
    return (_VULGAR[value], _ATOM) if value in _VULGAR else (str(value), _PRODUCT)


# -- LaTeX -----------------------------------------------------------------------------------------------

_CALLS = {"exp": r"\exp", "log": r"\log"}


def dotted(name: str) -> str:
    r"""Put the dot of a derivative in time over the letter of a name in LaTeX, and not over its index.

    Examples
    --------
    >>> dotted("u_{1}")
    '\\dot{u}_{1}'
    """
    letter, low, index = name.partition("_")
    return rf"\dot{{{letter}}}{low}{index}"


def latex(node: Node, name: Callable[[str], str] = latex_name) -> str:
    r"""Write a tree in LaTeX.

    Parameters
    ----------
    node : Node
    name : callable, optional
        How a name is written.

    Examples
    --------
    >>> from conslaw_nb.language import read_expression
    >>> print(latex(read_expression("(a^2 - c^2)*(b^2 - d^2) - (a*b - c*d)^2")))
    \left(a^{2} - c^{2}\right)\,\left(b^{2} - d^{2}\right) - \left(a\,b - c\,d\right)^{2}
    >>> print(latex(read_expression("<grad h, v_1> - U^T*U")))
    \left\langle \nabla h,\, v_{1} \right\rangle - U^{\top}\,U
    """
    return _Latex(name).piece(node)[0]


_SPECIAL = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}"} | {sign: "\\" + sign for sign in "#%&_{}$"}


def latex_text(text: str) -> str:
    r"""Return plain text as LaTeX reads it, also inside ``\text{}``."""
    return "".join(_SPECIAL.get(sign, sign) for sign in text)


class _Latex:
    """A writer of LaTeX, with its way to write names."""

    def __init__(self, name: Callable[[str], str]):
        self.name = name

    def at(self, node: Node, least: int) -> str:
        piece, tightness = self.piece(node)
        return piece if tightness >= least else rf"\left({piece}\right)"

    def whole(self, node: Node) -> str:
        return self.piece(node)[0]

    def piece(self, node: Node) -> Piece:
        """Return LaTeX and how tightly it holds together."""
        if isinstance(node, Number):
            if node.value.denominator == 1:
                return str(node.value), _ATOM
            return rf"\frac{{{node.value.numerator}}}{{{node.value.denominator}}}", _PRODUCT
        if isinstance(node, Name):
            return self.name(node.name), _ATOM
        if isinstance(node, Sum):
            first, *rest = node.terms
            pieces = [self.at(first, _SIGNED)]
            for term in rest:
                minus = isinstance(term, Negative)
                pieces.append(" - " if minus else " + ")
                pieces.append(self.at(term.argument if isinstance(term, Negative) else term, _PRODUCT))
            return "".join(pieces), _SUM
        if isinstance(node, Negative):
            return f"-{self.at(node.argument, _PRODUCT)}", _SIGNED
        if isinstance(node, Product):
            return self.product(node), _PRODUCT
        if isinstance(node, Power):
            return f"{self.base(node.base)}^{{{self.whole(node.exponent)}}}", _POWER
        if isinstance(node, Transpose):
            return rf"{self.base(node.argument)}^{{\top}}", _POWER
        if isinstance(node, Prime):
            plain = isinstance(node.argument, Name)
            inner = self.whole(node.argument)
            return (dotted(inner) if plain else rf"\tfrac{{d}}{{dt}}\left({inner}\right)"), _POWER
        if isinstance(node, Gradient):
            return rf"\nabla {self.at(node.argument, _ATOM)}", _POWER
        if isinstance(node, Partial):
            return rf"\partial_{{{self.name(node.variable.name)}}} {self.at(node.argument, _ATOM)}", _POWER
        return self.bracketed(node), _ATOM

    def bracketed(self, node: Node) -> str:
        """Write a node that carries its own brackets."""
        if isinstance(node, Call):
            inner = self.whole(node.argument)
            return rf"\sqrt{{{inner}}}" if node.function == "sqrt" else rf"{_CALLS[node.function]}({inner})"
        if isinstance(node, Trace):
            return rf"\operatorname{{tr}}\left({self.whole(node.argument)}\right)"
        if isinstance(node, Norm):
            return rf"\left\|{self.whole(node.argument)}\right\|"
        if isinstance(node, Inner):
            return rf"\left\langle {self.whole(node.left)},\, {self.whole(node.right)} \right\rangle"
        if isinstance(node, Apply):
            return rf"{self.whole(node.name)}\left({self.items(node.arguments)}\right)"
        if isinstance(node, Velocities):
            pairs = zip(node.names, node.values, strict=True)
            return r"\left(" + r",\; ".join(f"{self.name(n)}: {self.whole(v)}" for n, v in pairs) + r"\right)"
        if isinstance(node, Vector):
            return rf"\left({self.items(node.items)}\right)"
        if isinstance(node, List):
            return rf"\left[{self.items(node.items)}\right]"
        if isinstance(node, Equality):
            return "=".join(map(self.whole, node.sides))
        if isinstance(node, Model):
            return rf"\text{{{text(node)}}}"
        raise TypeError(f"unknown node {node!r}")

    def items(self, items: tuple[Node, ...]) -> str:
        return r",\, ".join(map(self.whole, items))

    def base(self, node: Node) -> str:
        """Write what an exponent stands behind; a name that has one already, such as U⁺, in braces."""
        inner = self.at(node, _ATOM)
        return f"{{{inner}}}" if "^" in inner and isinstance(node, Name) else inner

    def product(self, node: Product) -> str:
        """Write factors side by side and a denominator below them."""
        above = [factor for factor, below in node.factors if not below]
        under = [factor for factor, below in node.factors if below]
        if under and len(above) == 1:  # alone above a bar it needs no parentheses
            top = [self.whole(above[0])]
        else:
            top = [self.factor(factor) for factor in above] or ["1"]
            if top[0] == "1" and len(top) > 1:
                top = top[1:]
        if not under:
            return _joined(top)
        bottom = [self.whole(under[0])] if len(under) == 1 else [self.factor(factor) for factor in under]
        return rf"\frac{{{_joined(top)}}}{{{_joined(bottom)}}}"

    def factor(self, node: Node) -> str:
        return self.at(node, _PRODUCT)


def _joined(factors: list[str]) -> str:
    """Put factors side by side, with a dot where two numbers would become one."""
    text = factors[0]
    for factor in factors[1:]:
        text += (r"\cdot " if factor[0].isdigit() or factor.startswith(r"\frac") else r"\,") + factor
    return text
