"""Expressions as data for the court: one function for each kind of tree, and nothing is computed here.

The court (`conslaw_nb.court`) shares nothing with the workshop; what it gets is the tree of what was typed, as nested
lists. `conslaw_nb.court.scenes` says what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..errors import CertificateError
from ..exact import parser
from ..exact.parser import parse_expression
from ..matrices import syntax
from .proof_language import pieces, signed_terms
from .proof_matrices import FieldNode, MatrixCase
from .proof_polynomials import PolynomialCase
from .proof_reading import Along, Bracket, Gradient, Inner, Partial, Vector, read

__all__ = ["formula", "matrix_side", "number", "polynomial_side", "polynomial_tree", "syntax_tree"]

Data = Any  # an int, a text, or a list that begins with what is done
EVERY = "every"
_UNKNOWN = -7  # what v_i is where it stands for every generator


def number(value: Fraction | int) -> Data:
    """Write a rational number."""
    return int(value) if value.denominator == 1 else str(Fraction(value))


def _sum(terms: list[tuple[bool, Data]]) -> Data:
    """Write signed terms: a - b as it stands, longer sums with minus signs inside."""
    if len(terms) == 1:
        minus, term = terms[0]
        return ["-", term] if minus else term
    if len(terms) == 2 and terms[1][0] and not terms[0][0]:
        return ["-", terms[0][1], terms[1][1]]
    return ["+", *(["-", term] if minus else term for minus, term in terms)]


# -- polynomials -----------------------------------------------------------------------------------------


def formula(text: str) -> Data:
    """Write a formula in variables, such as that of a claim."""
    return polynomial_tree(parse_expression(text), lambda name: name)


def polynomial_side(case: PolynomialCase, text: str, every: str = "") -> Data:
    """Write one side of a step of a proof about one model; `every` is the letter of "for all i"."""

    def name(name: str) -> Data:
        if name in case.places or name in case.lets:
            return name
        case.every, case.index = every, _UNKNOWN
        for head, index in (("v", case._generator(name)), ("phi", case._component(name))):
            if index is not None:
                return [head, EVERY if index == _UNKNOWN else index + 1]
        raise CertificateError(f"{name!r} has no meaning that can be written down")

    return polynomial_tree(read(text), name)


def polynomial_tree(node: parser.Node, name: Callable[[str], Data]) -> Data:
    """Write a tree of functions, gradients and fields; `name` says what a name is."""

    def below(part: parser.Node) -> Data:
        return polynomial_tree(part, name)

    match node:
        case parser.Number():
            return number(node.value)
        case parser.Variable():
            return name(node.name)
        case parser.Sum():
            return _sum([_signed(term, below) for term in node.terms])
        case parser.Product():
            return _product(node, below)
        case parser.Power():
            return ["^", below(node.base), _exponent(node.exponent)]
        case Gradient():
            return ["grad", below(node.argument)]
        case Partial():
            return ["d", below(node.argument), node.variable]
        case Inner():
            return ["inner", below(node.left), below(node.right)]
        case Bracket():
            return ["bracket", below(node.left), below(node.right)]
        case Along():
            return ["along", below(node.field), below(node.argument)]
        case Vector():
            return ["vec", *map(below, node.items)]
    what = f"{node.function}(...)" if isinstance(node, parser.Call) else type(node).__name__
    raise CertificateError(f"{what} cannot be tried by the court: it takes quotients of polynomials")


def _signed(term: parser.Node, below: Callable[[parser.Node], Data]) -> tuple[bool, Data]:
    """Take the sign out of a term of a sum."""
    if isinstance(term, parser.Number) and term.value < 0:
        return True, number(-term.value)
    if isinstance(term, parser.Product):
        first, inverse = term.factors[0]
        if isinstance(first, parser.Number) and first.value < 0 and not inverse:
            rest = term.factors[1:]
            lead = () if first.value == -1 and rest and not rest[0][1] else ((parser.Number(-first.value), False),)
            return True, _product(parser.Product((*lead, *rest)), below)
    return False, below(term)


def _product(node: parser.Product, below: Callable[[parser.Node], Data]) -> Data:
    above = [below(factor) for factor, inverse in node.factors if not inverse] or [1]
    under = [below(factor) for factor, inverse in node.factors if inverse]
    top = above[0] if len(above) == 1 else ["*", *above]
    return ["/", top, under[0] if len(under) == 1 else ["*", *under]] if under else top


def _exponent(node: parser.Node) -> int:
    """Return an exponent, which is an integer."""

    def value(part: parser.Node) -> Fraction:
        match part:
            case parser.Number():
                return part.value
            case parser.Sum():
                return sum((value(term) for term in part.terms), Fraction(0))
            case parser.Product():
                total = Fraction(1)
                for factor, inverse in part.factors:
                    total = total / value(factor) if inverse else total * value(factor)
                return total
            case parser.Power():
                return value(part.base) ** int(value(part.exponent))
        raise CertificateError("the court takes exponents that are integers")

    found = value(node)
    if found.denominator != 1:
        raise CertificateError(f"the court takes exponents that are integers, not {found}")
    return int(found)


# -- matrices --------------------------------------------------------------------------------------------


def matrix_side(case: MatrixCase, text: str) -> Data:
    """Write one side of a step of a proof for all sizes: an expression or a field."""
    side = case.side(text)
    if isinstance(side.node, FieldNode):
        return _field(case, text)

    def name(name: str) -> Data:
        if name in case.shown:  # the derivative of something: of what, its text says
            return ["dot", matrix_side(case, case.shown[name][:-1])]
        kind = "" if name in case.lets else case.space.letter(name).kind
        return ["size", name] if kind == "size" else name

    return syntax_tree(side.node, name, case.space.sizes)


def _field(case: MatrixCase, text: str) -> Data:
    terms = []
    for minus, term in signed_terms(text):
        factor, atom = re.fullmatch(r"(?:(\d+(?:/\d+)?)\s*\*?\s*)?(.+)", term, re.DOTALL).groups()  # type: ignore[union-attr]
        found = _field_atom(case, atom.strip())
        terms.append((minus, found if factor is None else ["*", number(Fraction(factor)), found]))
    return _sum(terms)


def _field_atom(case: MatrixCase, text: str) -> Data:
    if text in case.fields:
        return text
    inner = text[1:-1]
    if text[0] == "[":
        return ["bracket", *(_field(case, part) for part in pieces(inner, ","))]
    if len(pieces(inner, ":")) == 1:
        return _field(case, inner)
    parts = [[piece.strip() for piece in part.split(":", 1)] for part in pieces(inner, ",")]
    return ["field", *([name, matrix_side(case, value)] for name, value in parts)]


def syntax_tree(node: syntax.Node, name: Callable[[str], Data], sizes: tuple[str, ...] = ()) -> Data:
    """Write a tree of matrices; `name` says what a name is."""

    def below(part: syntax.Node) -> Data:
        return syntax_tree(part, name, sizes)

    match node:
        case syntax.Number():
            return number(node.value)
        case syntax.Name():
            size = node.name.removeprefix("I_")
            return ["I", size] if node.name == f"I_{size}" and size in sizes else name(node.name)
        case syntax.Sum():
            return _sum([(minus, below(term)) for minus, term in node.terms])
        case syntax.Product():
            return ["*", *map(below, node.factors)]
        case syntax.Power():
            return ["^", below(node.base), node.exponent]
    heads = {syntax.Transpose: "T", syntax.Trace: "tr", syntax.Norm: "norm2"}
    heads |= {syntax.Inner: "inner", syntax.Commutator: "comm"}
    return [heads[type(node)], *map(below, node.children)]
