"""Steps of proofs in polynomial mode, decided exactly: quotients of polynomials, and vectors of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from typing import Any

from ..errors import ModelError, ParseError, brief
from ..exact.polynomial import Poly
from ..exact.quotients import Quotient
from ..language import Scope, is_name, latex, text
from ..language.polynomials import unknown_variable
from ..language.tree import (
    Apply,
    Call,
    Gradient,
    Inner,
    List,
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
)
from ..laws.checking import small_nonzero_point
from ..models.fields import VectorFields
from .proof_arithmetic import Arithmetic
from .proof_values import Difference, Side, Value, Vec, direction, what
from .trees import is_zero, renamed

__all__ = ["PolynomialCase"]

MAX_DIMENSION = 400
MAX_GENERATORS = 1_000

_RESERVED = ("grad", "gradient", "nabla", "diff", "d", "phi", "W", "Lie", "dim", "exp", "log", "sqrt", "I")
_FIELD = re.compile(r"(v|chi|χ)(?:_(\d{1,6}|[ijkg]))?")
_COMPONENT = re.compile(r"(phi|φ)(?:_(\d{1,6}|[ijkg]))?")


class _Names(Collection[str]):
    """The names of a proof: variables, definitions, fields and components."""

    def __init__(self, case: PolynomialCase):
        self.case = case

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        return name in self.case.places or name in self.case.lets

    def __iter__(self) -> Iterator[str]:
        yield from self.case.places
        yield from self.case.lets

    def __len__(self) -> int:
        return len(self.case.places) + len(self.case.lets)


class PolynomialCase(Arithmetic):
    """What a proof in polynomial mode is about: the model, and the names given so far."""

    mode = "polynomial"

    def __init__(self, model: VectorFields):
        if model.dimension > MAX_DIMENSION or model.count > MAX_GENERATORS:
            raise ModelError(
                f"{model.brief} has {model.dimension} parameters and {model.count} generators: a proof step by step "
                f"takes models of up to {MAX_DIMENSION} and {MAX_GENERATORS}; `claim` decides larger ones"
            )
        super().__init__(model.variables)
        self.model = model
        self.places = {name: i for i, name in enumerate(self.variables)}
        self.lets: dict[str, tuple[Node, Value]] = {}
        self.zeros: list[tuple[int, Vec, Vec]] = []  # (step, a, b) where <a, b> = 0 was shown
        self.broken: list[tuple[int, Vec, Vec]] = []  # the same where a wrong step stands in the way
        self.index = -1  # the generator that v_i means, in a step "for all i"
        self.every = ""

    # -- names --------------------------------------------------------------------------------------

    @property
    def where(self) -> str:
        """The definitions, for a goal that stands alone."""
        return ", ".join(f"{name} = {text(node)}" for name, (node, _) in self.lets.items())

    @property
    def scope(self) -> Scope:
        """What can be named in this proof."""
        return Scope(_Names(self), applied=True)

    @property
    def definitions(self) -> dict[str, Node]:
        """The definitions, as trees."""
        return {name: node for name, (node, _) in self.lets.items()}

    def define(self, name: str, node: Node) -> None:
        """Take a definition, or say why it cannot be."""
        if name in self.places:
            raise ParseError(
                f"{name!r} is a variable of {self.model.brief}: a definition may not hide it; take another name"
            )
        if name in self.lets:
            raise ParseError(f"{name!r} is defined already, as {text(self.lets[name][0])}: take another name")
        if name in _RESERVED or _FIELD.fullmatch(name) or _COMPONENT.fullmatch(name):
            raise ParseError(f"{name!r} has a meaning of its own in a proof: take another name")
        if not is_name(name):
            raise ParseError(f"{name!r} cannot be a name: use a letter, then letters, digits and _")
        self._start("")
        self.lets[name] = (node, self._value(node))

    def expanded(self, node: Node) -> Node:
        """Return a tree with all definitions written out."""
        return renamed(node, lambda name: self.expanded(self.lets[name][0]) if name in self.lets else None)

    def called(self, node: Node) -> str:
        """Return the name that the learner gave to a function, or the function."""
        found = (name for name, (tree, _) in self.lets.items() if self.expanded(tree) == node)
        return next(found, text(node))

    def _generator(self, name: str) -> int | None:
        """Return the index of a field such as v_3, or None for another name."""
        match = None if name in self.places else _FIELD.fullmatch(name)
        return self._index(match.group(2), name) if match else None

    def _component(self, name: str) -> int | None:
        """Return the index of a component such as phi_3."""
        match = None if name in self.places or not self.model.is_map else _COMPONENT.fullmatch(name)
        return self._index(match.group(2), name) if match else None

    def _index(self, index: str | None, name: str) -> int | None:
        """Return which generator an index names: a number, the letter of "for all i", or none where there is one."""
        if index is None:
            return self.index if self.every == "v" and name[0] in "vcχ" else 0 if self.model.count == 1 else None
        if index.isdigit():
            return self._in_range(int(index) - 1, name)
        return self.index if index == self.every else None

    def _in_range(self, index: int, name: str) -> int:
        if not 0 <= index < self.model.count:
            last = self.model.count
            raise ParseError(
                f"there is no {name}: {self.model.brief} has {'v_1 only' if last == 1 else f'v_1 to v_{last}'}"
            )
        return index

    # -- reading and deciding -----------------------------------------------------------------------

    def side(self, node: Node) -> Side:
        """Return one side of an equation."""
        return Side(text(node), latex(node), node, node, is_zero(node))

    def indices(self, every: str) -> range:
        """Return the generators that a step speaks of: all of them after "for all i", else one pass."""
        return range(self.model.count) if every else range(1)

    def _start(self, every: str) -> None:
        self.every = every
        self.index = 0
        self._next_step()

    def difference(self, left: Side, right: Side, every: str, opaque: bool = False) -> Difference | None:
        """Return what is left of left − right, or None where they are equal as functions."""
        self._start(every)
        for index in self.indices(every):
            self.index = index
            a, b = self._value(left.meant), self._value(right.meant)
            if isinstance(a, Vec) != isinstance(b, Vec):
                if isinstance(a, Vec) and right.zero:
                    b = Vec(tuple((Poly(self.variables, {}), self.one) for _ in a.items))
                elif isinstance(b, Vec) and left.zero:
                    a = Vec(tuple((Poly(self.variables, {}), self.one) for _ in b.items))
                else:
                    raise ParseError(
                        f"'{left.text}' is {what(a)} and '{right.text}' is {what(b)}: they cannot be equal"
                    )
            if isinstance(a, Vec) and isinstance(b, Vec):
                if len(a.items) != len(b.items):
                    raise ParseError(
                        f"'{left.text}' is {what(a)} and '{right.text}' is {what(b)}: they cannot be equal"
                    )
                for place, (p, q) in enumerate(zip(a.items, b.items, strict=True)):
                    found = self.difference_of(p, q)
                    if found[0]:
                        name = self.variables[place] if len(a.items) == len(self.variables) else str(place + 1)
                        return self._show(found, p, q, f" in the component of {name}", every)
            else:
                found = self.difference_of(a, b)  # type: ignore[arg-type]
                if found[0]:
                    return self._show(found, a, b, "", every)  # type: ignore[arg-type]
        return None

    def _show(self, found: Quotient, left: Quotient, right: Quotient, where: str, every: str) -> Difference:
        top, bottom = found
        avoid = self.times(left[1], right[1])
        point = small_nonzero_point(top, avoid_zero_of=self.times(avoid, bottom))
        values = [brief(Fraction(p.evaluate(point)) / Fraction(q.evaluate(point))) for p, q in (left, right)]
        involved = sorted({v for p in (top, *left, *right) for v in p.support()})
        shown = ", ".join(f"{self.variables[i]} = {point[i]}" for i in involved[:12])
        generator = f" for v_{self.index + 1}" if every else ""
        text = top.brief if bottom == 1 else f"({top.brief})/({bottom.brief})"
        at = f"at {shown} the" if shown else "the"
        values_text = f"{at} left side is {values[0]} and the right side {values[1]}{where}{generator}"
        return Difference(f"{text}{where}{generator}", values_text)

    # -- what was shown -----------------------------------------------------------------------------

    def note_zero(self, step: int, side: Side, every: str, broken: bool = False) -> None:
        """Remember that an inner product, or a derivative along a field, was shown to be 0 (or was meant to be)."""
        node = side.node
        if isinstance(node, Inner):
            pair: tuple[Node, Node] = (node.left, node.right)
        elif isinstance(node, Apply) and len(node.arguments) == 1:
            pair = (Gradient(node.arguments[0]), node.name)
        else:
            return
        self._start(every)
        for index in self.indices(every):
            self.index = index
            a, b = (self._value(part) for part in pair)
            if isinstance(a, Vec) and isinstance(b, Vec):
                (self.broken if broken else self.zeros).append((step, a, b))

    def function(self, node: Node) -> Quotient:
        """Return the value of a function of the variables."""
        self._start("")
        value = self._value(node)
        if isinstance(value, Vec):
            raise ParseError(
                f"'{text(node)}' is {what(value)}, and only functions are conserved: name one component at a time"
            )
        return value

    def value(self, node: Node) -> Value:
        """Return the value of a function or a field."""
        self._start("")
        return self._value(node)

    def is_constant(self, h: Quotient) -> bool:
        """Whether a function never changes, whatever moves: also one such as x/x."""
        self._start("")
        return direction(self._gradient(h)) is None

    def untreated(
        self, h: Quotient, steps: Iterable[int] | None = None, broken: bool = False
    ) -> tuple[list[int], list[int]]:
        """Return the generators for which <grad h, v> = 0 was not shown, and the steps that showed the others.

        Only the given steps count, where some are given; with `broken`, also those that were only meant to show it.
        """
        self._start("")
        wanted = direction(self._gradient(h))
        allowed = None if steps is None else set(steps)
        shown: dict[Any, int] = {}
        for step, a, b in [*self.zeros, *(self.broken if broken else ())]:
            if allowed is not None and step not in allowed:
                continue
            for one, other in ((a, b), (b, a)):
                if direction(one) == wanted:
                    shown.setdefault(direction(other), step)
        missing, used = [], []
        for g in range(self.model.count):
            way = direction(self._field(g))
            if way is None or way in shown:
                used.append(shown.get(way, 0))
            else:
                missing.append(g)
        return missing, sorted(set(used) - {0})

    # -- values -------------------------------------------------------------------------------------

    def _field(self, g: int) -> Vec:
        return Vec(tuple((c, self.one) for c in self.model[g].components))

    def _value(self, node: Node) -> Value:
        if isinstance(node, Number):
            value = node.value
            return Poly.constant(self.variables, value.numerator if value.denominator == 1 else value), self.one
        if isinstance(node, Name):
            return self._named(node.name)
        if isinstance(node, Negative):
            return self._negated(self._value(node.argument))
        if isinstance(node, Sum):
            total = self._value(node.terms[0])
            for term in node.terms[1:]:
                total = self._plus(total, self._value(term))
            return total
        if isinstance(node, Product):
            return self._product(node)
        if isinstance(node, Power):
            return self._power(node)
        if isinstance(node, Vector):
            items = [self._value(item) for item in node.items]
            if any(isinstance(item, Vec) for item in items):
                raise ParseError("a vector of vectors is not read: the components of a vector are functions")
            return Vec(tuple(items))  # type: ignore[arg-type]
        if isinstance(node, Gradient):
            return self._gradient(self._scalar(node.argument, "grad"))
        if isinstance(node, Partial):
            variable = node.variable.name
            if variable not in self.places:
                raise unknown_variable(variable, self.variables)
            return self._gradient(self._scalar(node.argument, "diff")).items[self.places[variable]]
        if isinstance(node, Apply):
            return self._applied(node)
        if isinstance(node, Inner):
            left, right = self._value(node.left), self._value(node.right)
            if not isinstance(left, Vec) or not isinstance(right, Vec) or len(left.items) != len(right.items):
                raise ParseError(f"<a, b> needs two vectors of one length, not {what(left)} and {what(right)}")
            return self._inner(left, right)
        if isinstance(node, List):
            if len(node.items) != 2:
                raise ParseError(f"'{text(node)}' is not a bracket: write [v_1, v_2] for one, (a, b) for a vector")
            return self._bracket(*map(self._value, node.items))
        raise _unread(node)

    def _applied(self, node: Apply) -> Quotient:
        """Return the derivative of a function along a field, v_1(h)."""
        name = node.name.name
        known = name in self.places or name in self.lets or _FIELD.fullmatch(name)
        field = self._named(name) if known else None
        if not isinstance(field, Vec) or len(node.arguments) != 1:
            raise ParseError(
                f"a * is missing after {name!r}, or {name} is not a field: write products with *, as in 2*x"
            )
        return self._inner(self._gradient(self._scalar(node.arguments[0], name)), field)

    def _negated(self, value: Value) -> Value:
        if isinstance(value, Vec):
            return Vec(tuple((-top, bottom) for top, bottom in value.items))
        return -value[0], value[1]

    def _named(self, name: str) -> Value:
        if name in self.places:
            return Poly.gen(self.variables, self.places[name]), self.one
        if name in self.lets:
            return self.lets[name][1]
        generator = self._generator(name)
        if generator is not None:
            return self._field(generator)
        component = self._component(name)
        if component is not None:
            return self.model.component(component), self.one  # type: ignore[attr-defined]
        known = ", ".join([*self.lets, *self.variables][:12])
        if re.fullmatch(r"(v|chi|χ|phi|φ)_[ijkg]", name):
            raise ParseError(f"{name} needs an end to the line: '... for all {name[-1]} by computation', or write v_1")
        if name in ("v", "chi", "χ"):
            raise ParseError(
                f"there are {self.model.count} fields here: write v_1 to v_{self.model.count}, or '... for all v'"
            )
        raise ParseError(
            f"the name {name!r} is not known here: there are {known} and the fields v_1 to v_{self.model.count}"
        )

    def _scalar(self, node: Node, where: str) -> Quotient:
        value = self._value(node)
        if isinstance(value, Vec):
            raise ParseError(
                f"{where} takes a function, not {what(value)}; for a power write grad (x**2) with parentheses"
            )
        return value


def _unread(node: Node) -> ParseError:
    """Say why something that can be written has no meaning in polynomial mode."""
    if isinstance(node, Call):
        return ParseError(
            f"{node.function}(...) is not decided in a proof: its steps are polynomials and quotients of polynomials"
        )
    if isinstance(node, Prime):
        return ParseError(
            f"{text(node)} cannot be read: without a `flow` there is no time; write <grad h, v_1> for the derivative "
            "along v_1"
        )
    if isinstance(node, (Transpose, Trace, Norm)):
        told = getattr(node, "said", "") or text(node)  # a norm as it was typed
        return ParseError(
            f"'{told}' is made of matrices, and this proof is about a model with numbers: write entries, or "
            "begin with a line 'given U: n x r'"
        )
    return ParseError(f"'{text(node)}' has no meaning in a proof about a model")
