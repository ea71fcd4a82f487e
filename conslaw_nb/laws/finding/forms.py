"""Rational 1-forms as people write them: (2*φ*dg - ψ*df)/J, with names for what is long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from ...errors import ModelError, ParseError, brief
from ...exact.backend import PRIME
from ...exact.polynomial import Poly, latex_name
from ...language import Scope, is_name, latex, names_in, read_expression, read_name
from ...language import text as node_text
from ...language.polynomials import fraction_from_node
from ...language.tree import Apply, Name, Negative, Node, Product, Sum, walk
from ...models.fields import VectorFields

__all__ = ["Form", "read_form"]

Parts = dict[int, Poly]


@dataclass(frozen=True)
class Form:
    """A rational 1-form Σ a_j dℓ_j / b in letters ℓ_j: the coordinates, and names for polynomials of them."""

    text: str  # as it was written, with the names of `let`
    let: Mapping[str, str]  # what those names stand for, as text
    tree: Node  # the text, parsed
    parts: Parts  # the a_j, polynomials in the letters, by the index of the letter
    bottom: Poly  # b: the form has a value where it is not 0
    values: tuple[Poly, ...]  # what each letter is in the coordinates, which come first

    @property
    def where(self) -> str:
        """The names, as ``g = ..., f = ...``; nothing where there are none."""
        return ", ".join(f"{name} = {value}" for name, value in self.let.items())

    @property
    def domain(self) -> str:
        """Where it has a value, in words; nothing where it has one everywhere."""
        return "" if self.bottom.is_constant else f" wherever {self.bottom.brief} is not 0"

    @property
    def latex(self) -> str:
        """The form in LaTeX."""
        names = set(self.bottom.variables)
        return latex(
            self.tree, lambda n: rf"d{latex_name(n[1:])}" if n not in names and n[1:] in names else latex_name(n)
        )

    def __str__(self) -> str:
        return f"{self.text} where {self.where}" if self.let else self.text

    def at(self, point: Sequence[Fraction | int]) -> list[Fraction]:
        """Return the D coefficients at a point with exact coordinates where b is not 0.

        Raises ModelError: the form has no value there.

        Examples
        --------
        >>> from conslaw_nb.models.parametrizations import parametrization
        >>> read_form("(x*dy - y*dx)/x**2", parametrization("x**2 + y**2")).at((1, 2))
        [Fraction(-2, 1), Fraction(1, 1)]
        """
        letters = [Fraction(value.evaluate(point)) for value in self.values]
        below = Fraction(self.bottom.evaluate(letters))
        if not below:
            raise ModelError(f"the form {brief(self.text)} has no value there: {self.bottom.brief} is 0 at the point")
        total = [Fraction(0)] * len(point)
        for j, a in self.parts.items():
            size = Fraction(a.evaluate(letters)) / below
            for i, slope in self.values[j].gradient().items():
                total[i] += size * slope.evaluate(point)
        return total

    def expanded(self) -> tuple[Parts, Poly]:
        """Return the coefficients by coordinate and the denominator, as polynomials in the coordinates."""
        zero = Poly(self.values[0].variables, {})
        total: Parts = {}
        for j, a in self.parts.items():
            size = zero + a.evaluate(self.values)
            for i, slope in self.values[j].gradient().items():
                total[i] = total.get(i, zero) + size * slope
        return {i: a for i, a in total.items() if a}, zero + self.bottom.evaluate(self.values)

    def residues(self, point: Sequence[int], prime: int) -> dict[int, int]:
        """Return b·α at a point modulo a prime, by coordinate, where it is not 0."""
        letters = [value.evaluate_mod(point, prime) for value in self.values]
        total: dict[int, int] = {}
        for j, a in self.parts.items():
            size = a.evaluate_mod(letters, prime)
            for i, slope in self.values[j].gradient().items():
                total[i] = (total.get(i, 0) + size * slope.evaluate_mod(point, prime)) % prime
        return {i: v for i, v in total.items() if v}


def read_form(form: str, phi: VectorFields, let: Mapping[str, Any] | None = None) -> Form:
    """Read a rational 1-form on the space of a model.

    `form`: ``dx`` is the differential of a coordinate x, ``dg`` of a name g of `let`, ``d(x*y)`` of an expression. Each
    term holds exactly one of them; `let`: names for polynomials; each may use those before it. φ itself is known as φ
    where it has one component. Raises ParseError: it is not a 1-form, or cannot be read, or divides by zero.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> read_form("dg/g", parametrization("x*y"), {"g": "x + y"}).at((1, 2))
    [Fraction(1, 3), Fraction(1, 3)]
    """
    values, said = _named(phi, let or {})
    differentials = {f"d{name}": name for name in values}
    for name in differentials:
        if name in values:
            raise ParseError(
                f"{name} is a variable or a name here, and it could be the differential of {differentials[name]} too: "
                f"write d({differentials[name]}), and rename {name}"
            )
    scope = Scope([*values, *differentials], applied=True)
    tree = read_expression(form, scope=scope, what="a form")
    parts, bottom = _Reading(tuple(values), differentials, form).form(tree)
    polys = tuple(values.values())
    if not bottom.is_constant and not _substituted(bottom, polys):
        raise ParseError(f"{brief(form)} has no value anywhere: it divides by {bottom.brief}, which is 0")
    mentioned = {differentials.get(name, name) for name in names_in(tree)}
    for name, node in reversed(list(said.items())):
        if name in mentioned:
            mentioned.update(names_in(node))
    kept = {name: node_text(node) for name, node in said.items() if name in mentioned}
    return Form(node_text(tree), kept, tree, {j: a for j, a in parts.items() if a}, bottom, polys)


def _substituted(poly: Poly, values: Sequence[Poly]) -> bool:
    """Whether a polynomial in letters is not 0 as a polynomial in the coordinates."""
    rng = Random("letters")
    point = [rng.randrange(1, PRIME) for _ in values[0].variables]
    if all(p.suits(PRIME) for p in (poly, *values)):
        letters = [value.evaluate_mod(point, PRIME) for value in values]
        if poly.evaluate_mod(letters, PRIME):
            return True
    return bool(poly.evaluate(values))


def _named(phi: VectorFields, let: Mapping[str, Any]) -> tuple[dict[str, Poly], dict[str, Node]]:
    """Return the polynomials behind all names, and the trees of those that were given or may be used."""
    values = dict(zip(phi.variables, Poly.gens(phi.variables), strict=True))
    said: dict[str, Node] = {}
    given = {str(name).strip(): value for name, value in let.items()}
    if phi.is_map and phi.count == 1 and not {"φ", "phi"} & {*values, *given}:
        given = {"φ": phi.component(0).text, "phi": "φ", **given}  # type: ignore[attr-defined]
    for name, value in given.items():
        known = name if is_name(name) else read_name(name)
        if not known:
            raise ParseError(f"{brief(name)} cannot name a polynomial in let=: use a letter, then letters and digits")
        if known in values:
            raise ParseError(f"the name {brief(name)} of let= is taken: choose one that is not a variable of the model")
        node = read_expression(value.text if isinstance(value, Poly) else str(value), scope=Scope(list(values)))
        top, bottom = fraction_from_node(node, phi.variables, values)
        if not bottom.is_constant:
            raise ParseError(f"{known} = {brief(str(value))} is not a polynomial: divide in the form itself")
        values[known] = top if bottom == 1 else top / Fraction(bottom.terms[()])
        said[known] = node
    return values, said


class _Reading:
    """One form being expanded in its letters."""

    def __init__(self, letters: tuple[str, ...], differentials: Mapping[str, str], form: str):
        self.letters = letters
        self.differentials = differentials
        self.form_text = form
        self.one = Poly.constant(letters, 1)

    def form(self, node: Node) -> tuple[Parts, Poly]:
        """Expand a tree that holds one differential in each term."""
        if isinstance(node, Name) and node.name in self.differentials:
            return {self.letters.index(self.differentials[node.name]): self.one}, self.one
        if self._is_d(node):
            top, bottom = self.scalar(node.arguments[0])  # type: ignore[attr-defined]
            up, down = top.gradient(), bottom.gradient()
            zero = Poly(self.letters, {})
            if bottom == 1:
                return up, self.one
            every = up.keys() | down.keys()
            return {i: up.get(i, zero) * bottom - down.get(i, zero) * top for i in every}, bottom * bottom
        if isinstance(node, Negative):
            parts, bottom = self.form(node.argument)
            return {i: -a for i, a in parts.items()}, bottom
        if isinstance(node, Sum):
            total, common = self.form(node.terms[0])
            for term in node.terms[1:]:
                total, common = self._add((total, common), self.form(term))
            return total, common
        if isinstance(node, Product):
            holding = [(factor, below) for factor, below in node.factors if self._holds(factor)]
            if len(holding) == 1 and not holding[0][1]:
                rest = tuple((f, below) for f, below in node.factors if f is not holding[0][0])
                parts, bottom = self.form(holding[0][0])
                top, below = self.scalar(Product(rest))
                scaled = {i: a * top for i, a in parts.items()} if top != 1 else parts
                return scaled, bottom * below if below != 1 else bottom
        raise ParseError(
            f"{brief(node_text(node))} is not a 1-form in {brief(self.form_text)}: each term needs exactly one "
            f"differential, above the line, such as d{self.letters[0]} or d({self.letters[0]}**2)"
        )

    def scalar(self, node: Node) -> tuple[Poly, Poly]:
        """Expand a tree without differentials."""
        top, bottom = fraction_from_node(node, self.letters)
        if bottom.is_constant:
            return (top if bottom == 1 else top / Fraction(bottom.terms[()])), self.one
        return top, bottom

    def _add(self, a: tuple[Parts, Poly], b: tuple[Parts, Poly]) -> tuple[Parts, Poly]:
        (left, p), (right, q) = a, b
        if p != q:
            left, right = {i: c * q for i, c in left.items()}, {i: c * p for i, c in right.items()}
            p = p * q
        total = dict(left)
        for i, c in right.items():
            total[i] = total[i] + c if i in total else c
        return total, p

    def _holds(self, node: Node) -> bool:
        return any(
            (isinstance(part, Name) and part.name in self.differentials) or self._is_d(part) for part in walk(node)
        )

    def _is_d(self, node: Node) -> bool:
        return isinstance(node, Apply) and node.name.name == "d" and len(node.arguments) == 1
