"""Rational 1-forms as people write them: (2*φ*dg - ψ*df)/J, with names for what is long."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    definitions: tuple[Poly, ...]  # the letters behind the coordinates, each a polynomial in the letters before it

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
        letters, slopes = self._jets([Fraction(x) for x in point], lambda poly, place: Fraction(poly.evaluate(place)))
        below = Fraction(self.bottom.evaluate(letters))
        if not below:
            raise ModelError(f"the form {brief(self.text)} has no value there: {self.bottom.brief} is 0 at the point")
        total = [Fraction(0)] * len(point)
        for j, a in self.parts.items():
            for i, slope in slopes[j].items():
                total[i] += a.evaluate(letters) * slope / below
        return total

    def residues(self, point: Sequence[int], prime: int) -> dict[int, int]:
        """Return b·α at a point modulo a prime, by coordinate, where it is not 0."""
        letters, slopes = self._jets(list(point), lambda poly, place: poly.evaluate_mod(place, prime), prime)
        total: dict[int, int] = {}
        for j, a in self.parts.items():
            size = a.evaluate_mod(letters, prime)
            for i, slope in slopes[j].items():
                total[i] = (total.get(i, 0) + size * slope) % prime
        return {i: v for i, v in total.items() if v}

    def _jets(
        self, letters: list[Any], value: Callable[[Poly, Sequence[Any]], Any], prime: int = 0
    ) -> tuple[list[Any], list[dict[int, Any]]]:
        """Return the values and the gradients of all letters, from those of the coordinates on."""
        slopes: list[dict[int, Any]] = [{i: 1} for i in range(len(letters))]
        for definition in self.definitions:
            slope: dict[int, Any] = {}
            for k, partial in definition.gradient().items():
                size = value(partial, letters)
                for i, s in slopes[k].items():
                    total = slope.get(i, 0) + size * s
                    slope[i] = total % prime if prime else total
            letters.append(value(definition, letters))
            slopes.append(slope)
        return letters, slopes

    def expanded(self) -> tuple[Parts, Poly]:
        """Return the coefficients by coordinate and the denominator, as polynomials in the coordinates."""
        names = self.bottom.variables[: len(self.bottom.variables) - len(self.definitions)]
        zero = Poly(names, {})
        letters, slopes = self._jets(Poly.gens(names), lambda poly, place: zero + poly.evaluate(place))
        total: Parts = {}
        for j, a in self.parts.items():
            size = zero + a.evaluate(letters)
            for i, slope in slopes[j].items():
                total[i] = total.get(i, zero) + size * slope
        return {i: a for i, a in total.items() if a}, zero + self.bottom.evaluate(letters)

    def vanishes(self, poly: Poly) -> bool:
        """Whether a polynomial in the letters is 0 as a function of the coordinates."""
        names = self.bottom.variables[: len(self.bottom.variables) - len(self.definitions)]
        if all(p.suits(PRIME) for p in (poly, *self.definitions)):
            rng = Random("letters")
            place = [rng.randrange(1, PRIME) for _ in names]
            letters, _ = self._jets(place, lambda one, at: one.evaluate_mod(at, PRIME), PRIME)
            if poly.evaluate_mod(letters, PRIME):
                return False
        letters, _ = self._jets(Poly.gens(names), lambda one, at: Poly(names, {}) + one.evaluate(at))
        return not poly.evaluate(letters)


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
    said = _named(phi, let or {})
    letters = (*phi.variables, *said)
    differentials = {f"d{name}": name for name in letters}
    for name in differentials:
        if name in letters:
            raise ParseError(
                f"{name} is a variable or a name here, and it could be the differential of {differentials[name]} too: "
                f"write d({differentials[name]}), and rename {name}"
            )
    definitions = _defined(said, phi.variables, letters)
    scope = Scope([*letters, *differentials], applied=True)
    tree = read_expression(form, scope=scope, what="a form")
    parts, bottom = _Reading(letters, differentials, form).form(tree)
    mentioned = {differentials.get(name, name) for name in names_in(tree)}
    for name, node in reversed(list(said.items())):
        if name in mentioned:
            mentioned.update(names_in(node))
    kept = {name: node_text(node) for name, node in said.items() if name in mentioned}
    made = Form(node_text(tree), kept, tree, {j: a for j, a in parts.items() if a}, bottom, definitions)
    if not bottom.is_constant and made.vanishes(bottom):
        raise ParseError(f"{brief(form)} has no value anywhere: it divides by {bottom.brief}, which is 0")
    return made


def _named(phi: VectorFields, let: Mapping[str, Any]) -> dict[str, Node]:
    """Return the trees of what was given a name, and of φ, which may be used."""
    said: dict[str, Node] = {}
    known = list(phi.variables)
    given = {str(name).strip(): value for name, value in let.items()}
    if phi.is_map and phi.count == 1 and not {"φ", "phi"} & {*known, *given}:
        given = {"φ": phi.component(0).text, "phi": "φ", **given}  # type: ignore[attr-defined]
    for spelled, value in given.items():
        name = spelled if is_name(spelled) else read_name(spelled)
        if not name:
            raise ParseError(
                f"{brief(spelled)} cannot name a polynomial in let=: use a letter, then letters and digits"
            )
        if name in known:
            raise ParseError(
                f"the name {brief(spelled)} of let= is taken: choose one that is not a variable of the model"
            )
        said[name] = read_expression(value.text if isinstance(value, Poly) else str(value), scope=Scope(list(known)))
        known.append(name)
    return said


def _defined(said: Mapping[str, Node], variables: Sequence[str], letters: tuple[str, ...]) -> tuple[Poly, ...]:
    """Return the polynomials that were given a name, in the letters before them."""
    known = dict(zip(variables, Poly.gens(letters), strict=False))
    found = []
    for name, node in said.items():
        top, bottom = fraction_from_node(node, letters, known)
        if not bottom.is_constant:
            raise ParseError(f"{name} = {brief(node_text(node))} is not a polynomial: divide in the form itself")
        found.append(top if bottom == 1 else top / Fraction(bottom.terms[()]))
        known[name] = Poly.gen(letters, len(variables) + len(found) - 1)
    return tuple(found)


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
