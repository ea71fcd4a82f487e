"""What stands side by side, settled by the names that are known: one name, a product, a function of something.

``xy`` is the name xy where there is one. Otherwise it is x*y where x and y are known, and the tree keeps that it was
glued, so that a page can say "read as x*y". Where two readings are possible the text is refused with both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from ..errors import ParseError, brief
from .names import mixed, spelled_otherwise, splits
from .raw import Bare, Barred, Glued, Group, RawPoint, Scientific, opened, place_of
from .signs import Text
from .tree import (
    FUNCTIONS,
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
    walk,
)
from .writing import text as node_text
from .written_points import point_of

__all__ = ["Scope", "notes", "resolve"]

FEW = 16  # names that are looked up one by one


@dataclass(frozen=True)
class Scope:
    """Which names a text can use.

    Attributes
    ----------
    names : collection of str, or None
        The names that are known; None where a text may bring its own.
    side_by_side : bool
        Whether names side by side are a product even where they are not known, as matrices are.
    applied : bool
        Whether names may be applied to something, as in v_1(h).
    """

    names: Collection[str] | None = None
    side_by_side: bool = False
    applied: bool = False


def resolve(raw: Any, text: Text, scope: Scope) -> Any:
    """Return a raw tree, or a tuple or sentence of raw trees, with everything settled.

    Raises ParseError: where something cannot be read, or can be read in two ways.
    """
    return _Resolver(text, scope).any(raw)


def notes(*trees: Any) -> tuple[str, ...]:
    """Return what was read without its signs, as sentences for the person: "xy is read as x*y".

    Examples
    --------
    >>> from conslaw_nb.language import read_expression
    >>> notes(read_expression("2xy - 1", names=("x", "y")))
    ("'xy' is read as x*y",)
    """
    nodes = (node for tree in trees for node in walk(tree))
    said = (note for node in nodes if isinstance(node, Product) for note in node.notes)
    return tuple(dict.fromkeys(said))


# Models whose arguments are formulas; in those of all other kinds, what is applied is a model.
_OF_FORMULAS = ("phi", "parametrization", "fields", "vector_fields")


class _Resolver:
    """One text being settled."""

    def __init__(self, text: Text, scope: Scope):
        self.text = text
        self.scope = scope
        names = scope.names
        self.names = frozenset(names) if names is not None and len(names) > FEW else names
        self.moved = bool(text.places)

    def any(self, raw: Any) -> Any:
        if isinstance(raw, RawPoint):
            return point_of(tuple(map(self.node, raw.items)))
        if isinstance(raw, Node):
            return self.node(raw)
        if isinstance(raw, tuple):
            return tuple(self.any(part) for part in raw)
        if is_dataclass(raw) and not isinstance(raw, type):
            changed = {
                f.name: self.any(value)
                for f in fields(raw)
                if isinstance(value := getattr(raw, f.name), (Node, tuple)) or is_dataclass(value)
            }
            return replace(raw, **changed)
        return raw

    def refuse(self, place: int, message: str) -> ParseError:
        return ParseError(message.replace("{where}", self.text.around(place)))

    # -- nodes --------------------------------------------------------------------------------------

    def node(self, raw: Node) -> Node:
        """Settle one node and what is below."""
        if isinstance(raw, Name):
            return self.name(raw)
        if isinstance(raw, Number):
            return Number(raw.value, self.text.place(raw.place)) if self.moved else raw
        if isinstance(raw, Sum):
            return Sum(tuple(map(self.node, raw.terms)))
        if isinstance(raw, Negative):
            return Negative(self.node(raw.argument))
        if isinstance(raw, Product):
            return self.product(raw)
        if isinstance(raw, Glued):
            return self.glued(raw)
        if isinstance(raw, (Group, Bare)):
            return self.node(raw.inner)
        if isinstance(raw, (Power, Transpose, Prime)):
            return self.postfix(raw)
        if isinstance(raw, Apply):
            return self.apply(raw)
        if isinstance(raw, Scientific):
            return self.scientific(raw)
        if isinstance(raw, Gradient):
            return Gradient(self.node(raw.argument))
        if isinstance(raw, Barred):
            said = self.text.original[self.text.place(raw.place) : self.text.place(raw.end)]
            return Norm(self.node(raw.inner), " ".join(said.split()))
        if isinstance(raw, Inner):
            return Inner(self.node(raw.left), self.node(raw.right))
        if isinstance(raw, Velocities):
            return Velocities(raw.names, tuple(map(self.node, raw.values)))
        if isinstance(raw, (Vector, List)):
            return type(raw)(tuple(map(self.node, raw.items)))
        if isinstance(raw, Equality):
            return Equality(tuple(map(self.node, raw.sides)), tuple(map(self.text.place, raw.places)))
        if isinstance(raw, Model):
            return self.model(raw)
        raise TypeError(f"unknown node {raw!r}")

    def model(self, raw: Model) -> Model:
        """Settle a model: its names are its own, not those around it."""
        if raw.forward:
            return raw
        outside, self.names = self.names, None
        given = dict(raw.options).get("variables") or (
            raw.arguments[0] if raw.kind in ("fields", "vector_fields") and raw.arguments else None
        )
        try:
            if isinstance(given, List) and all(isinstance(item, Name) for item in given.items):
                self.names = {item.name for item in given.items}  # type: ignore[attr-defined]
            inner = self.node if raw.kind in _OF_FORMULAS else self.model_argument
            arguments = tuple(map(inner, raw.arguments))
            self.names = None
            return Model(raw.kind, arguments, tuple((name, inner(value)) for name, value in raw.options))
        finally:
            self.names = outside

    def model_argument(self, raw: Node) -> Node:
        """Settle an argument of a model that does not take formulas: what is applied there is a model inside it."""
        if not isinstance(raw, Apply) or raw.name.name in FUNCTIONS:
            return self.node(raw)
        arguments: list[Node] = []
        options: dict[str, Node] = {}
        for part in raw.arguments:
            if not isinstance(part, Equality):
                if options:
                    raise self.refuse(raw.name.place, "in {where} an argument without a name follows one with a name")
                arguments.append(part)
                continue
            name = part.sides[0]
            if len(part.sides) != 2 or not isinstance(name, Name) or name.name in options:
                raise self.refuse(raw.name.place, "an option in {where} is not written like bias=True, once")
            options[name.name] = part.sides[1]
        kind = "phi" if raw.name.name == "φ" else raw.name.name
        return self.model(Model(kind, tuple(arguments), tuple(options.items())))

    # -- names --------------------------------------------------------------------------------------

    def name(self, raw: Name) -> Node:
        """Settle a name: as it is, by another spelling of its index, or as a product of known names."""
        place = self.text.place(raw.place) if self.moved else raw.place
        known = self.names
        if known is None or raw.name in known:
            if known is None:
                self.check_scripts(raw)
            return Name(raw.name, place) if self.moved else raw
        other = spelled_otherwise(raw.name, known) if self.has_index(raw) else None
        if other is not None:
            return Name(other, place)
        parts = self.split(raw)
        if parts is None:
            self.check_scripts(raw)
            return Name(raw.name, place)
        return _noted(tuple((Name(part, place), False) for part in parts), self.written(raw))

    def has_index(self, raw: Name) -> bool:
        """Whether an index was written below the line or in brackets, so that it has several spellings in ASCII."""
        start = self.text.place(raw.place)
        end = start + len(raw.name) + 4
        return any(sign in "₀₁₂₃₄₅₆₇₈₉[" for sign in self.text.original[start:end])

    def written(self, raw: Name) -> str:
        start, end = self.text.place(raw.place), self.text.place(raw.place + len(raw.name))
        return self.text.original[start:end] or raw.name

    def split(self, raw: Name) -> tuple[str, ...] | None:
        """Return a glued name as known names, or None where it is not made of them."""
        assert self.names is not None
        found = splits(raw.name, self.names)
        if len(found) > 1:
            readings = " or as ".join("*".join(parts) for parts in found[:2])
            raise self.refuse(
                raw.place, f"{brief(raw.name)} can be read as {readings} in {{where}}: write the products with *"
            )
        return found[0] if found else None

    def check_scripts(self, raw: Name) -> None:
        """Refuse names that mix Greek and Latin letters."""
        if raw.name.isascii():
            return
        for part in raw.name.split("_"):
            if mixed(part):
                greek = next(sign for sign in part if not sign.isascii())
                raise self.refuse(
                    raw.place,
                    f"the name {brief(raw.name)} mixes Greek and Latin letters in {{where}}: {greek!r} is Greek; "
                    "write a product with *, or one alphabet",
                )

    def scientific(self, raw: Scientific) -> Node:
        """Settle 2e3, which is 2000 unless it could be a product with a name."""
        at = raw.spelled.lower().index("e")
        front, tail = raw.spelled[:at], raw.spelled[at:]
        end = raw.place + len(raw.spelled)
        following = self.text.plain[end : end + 1]
        name = tail[0] if tail[1] in "+-" else tail
        grown = name == tail and (following.isalpha() or following == "_")  # 2e3x: e3x may be a name
        if grown or (self.names is not None and name in self.names):
            raise self.refuse(
                raw.place,
                f"{raw.spelled!r} can be read in two ways in {{where}}, as a number and as a product with "
                f"{name}{'...' * grown}: write {front}*{tail} or {front}*10^{tail[1:]}",
            )
        return Number(raw.value, self.text.place(raw.place))

    # -- products -----------------------------------------------------------------------------------

    def product(self, raw: Product) -> Node:
        """Settle the factors; a glued one in front or between is spread out, one below is refused."""
        factors: list[tuple[Node, bool]] = []
        said: tuple[str, ...] = ()
        for factor, below in raw.factors:
            node = self.node(factor)
            if isinstance(node, Product) and self.is_glued(factor, node):
                if below:
                    raise self.refuse(
                        place_of(factor),
                        "the quotient in {where} can be read in two ways, as a/(b*c) or as (a/b)*c: write the one that "
                        "is meant, with a * or with parentheses",
                    )
                factors.extend(node.factors)
                said += node.notes
            else:
                factors.append((node, below))
        return Product(tuple(factors), said)

    @staticmethod
    def is_glued(factor: Node, node: Product) -> bool:
        """Whether a product was written without all of its signs: it is not a product in parentheses."""
        if isinstance(factor, (Power, Transpose, Prime)):
            return bool(node.notes)
        return isinstance(factor, (Glued, Name, Apply))

    def glued(self, raw: Glued) -> Node:
        """Settle factors side by side."""
        factors: list[tuple[Node, bool]] = []
        notes: tuple[str, ...] = ()
        clear = True
        for index, item in enumerate(raw.items):
            node = self.node(item)
            if index and not (index == 1 and isinstance(opened(raw.items[0]), (Number, Scientific))):
                self.check_neighbours(raw.items[index - 1], item)
                clear = False
            if isinstance(node, Product) and self.is_glued(item, node):
                factors.extend(node.factors)
                notes += node.notes
            else:
                factors.append((node, False))
        if clear:
            return Product(tuple(factors), notes)
        start = self.text.place(place_of(raw.items[0]))
        return _noted(tuple(factors), self.text.original[start : self.end_of(raw)])

    def end_of(self, raw: Node) -> int:
        """Return the place behind a factor, or behind the last of several: behind its name, bracket and power."""
        last = raw.items[-1] if isinstance(raw, Glued) else raw
        place, depth, plain = place_of(last), 0, self.text.plain
        while place < len(plain):
            sign = plain[place]
            depth += (sign in "([{") - (sign in ")]}")
            if depth < 0 or (depth == 0 and not (sign.isalnum() or sign in "_^')]}")):
                break
            place += 1
        return self.text.place(place)

    def check_neighbours(self, left: Node, right: Node) -> None:
        """Refuse two names side by side, unless both are known."""
        self.check_transpose(left, right)
        if self.scope.side_by_side:
            return
        ends = [_core(left), _core(right)]
        if isinstance(ends[0], Bare):
            raise self.refuse(
                place_of(right), "how far the sign reaches is not clear in {where}: write parentheses, as in √(x)*y"
            )
        for end in ends:
            name = end.name if isinstance(end, Name) else end.name.name if isinstance(end, Apply) else None
            if name is None or (isinstance(end, Apply) and name in (*FUNCTIONS, "ln", "tr", "trace", "inner")):
                continue  # a bracket, a number, a function: nothing else can be meant
            if self.names is not None and (name in self.names or splits(name, self.names)):
                continue
            if self.names is None and any(isinstance(other, Group) for other in ends):
                continue
            place = place_of(right)
            word = node_text(self.node(ends[1])) if isinstance(ends[1], Name) else self.text.plain[place : place + 1]
            raise self.refuse(
                place,
                f"an operator is missing before {word!r} in {{where}}: write products with *, as in 2*x",
            )

    def check_transpose(self, left: Node, right: Node) -> None:
        """Refuse U^TV where TV is a name too."""
        core = _core(right)
        name = core.name if isinstance(core, Name) else core.name.name if isinstance(core, Apply) else ""
        place = place_of(right)
        glued = isinstance(left, Transpose) and self.text.plain[place - 1 : place] == "T"
        if name and glued and self.names is not None and f"T{name}" in self.names:
            raise self.refuse(
                place,
                f"^T{name} can be read in two ways in {{where}}, as ^T*{name} and as a power T{name}: write the *",
            )

    def postfix(self, raw: Power | Transpose | Prime) -> Node:
        """Settle a power, a transpose or a prime: of a glued name it belongs to the last letter, as in xy^2."""
        inner = raw.base if isinstance(raw, Power) else raw.argument
        made = self.node(inner)
        if isinstance(raw, Power):
            exponent = self.node(raw.exponent)
            if isinstance(raw.exponent, (Name, Apply)) and isinstance(exponent, Product):
                raise self.refuse(
                    place_of(raw.exponent), "the exponent in {where} is not clear: write it in parentheses"
                )
        if isinstance(inner, (Name, Apply)) and isinstance(made, Product):
            if isinstance(inner, Apply) and isinstance(raw, Prime):
                raise self.refuse(place_of(inner), "the prime in {where} can be read in two ways: write parentheses")
            *front, (last, _) = made.factors
            ended = Power(last, exponent) if isinstance(raw, Power) else type(raw)(last)
            spelled = self.text.original[self.text.place(place_of(inner)) : self.end_of(raw)]
            return _noted((*front, (ended, False)), spelled)
        return Power(made, exponent) if isinstance(raw, Power) else type(raw)(made)

    # -- names in front of a parenthesis ------------------------------------------------------------

    def apply(self, raw: Apply) -> Node:
        """Settle a name in front of a parenthesis: a function, a field, or a factor."""
        name, count = raw.name.name, len(raw.arguments)
        if any(isinstance(part, Equality) for part in raw.arguments):
            raise self.refuse(raw.name.place, "'=' is unexpected in {where}: only models take named arguments")
        if name in ("d", "diff") and count == 2 and isinstance(raw.arguments[1], Name):
            variable = self.node(raw.arguments[1])
            if isinstance(variable, Name):
                return Partial(self.node(raw.arguments[0]), variable)
        known = self.names is not None and name in self.names
        if not known:
            function = {"ln": "log"}.get(name, name)
            if function in (*FUNCTIONS, "tr", "trace", "inner", "diff"):
                return self.function(function, raw)
            if self.scope.applied and count:
                return Apply(self.plain_name(raw.name), tuple(map(self.node, raw.arguments)))
        if count == 1 and (known or self.scope.side_by_side or self.splits_fully(raw.name)):
            left = self.name(raw.name)
            factors = left.factors if isinstance(left, Product) else ((left, False),)
            spelled = self.text.original[self.text.place(raw.name.place) :][: len(name) + 20].split(")")[0] + ")"
            return _noted((*factors, (self.node(raw.arguments[0]), False)), spelled)
        raise self.refuse(
            raw.name.place,
            f"the function {name!r} is not known in {{where}}: the functions are {', '.join(FUNCTIONS)} "
            f"({'|x| is sqrt(x^2)' if name == 'abs' else 'and products need a *'})",
        )

    def splits_fully(self, name: Name) -> bool:
        return self.names is not None and self.split(name) is not None

    def plain_name(self, raw: Name) -> Name:
        return Name(raw.name, self.text.place(raw.place))

    def function(self, function: str, raw: Apply) -> Node:
        """Settle one of the functions of the language."""
        arguments = tuple(map(self.node, raw.arguments))
        wanted = 2 if function in ("inner", "diff") else 1
        if len(arguments) != wanted:
            raise self.refuse(
                raw.name.place,
                f"{raw.name.name} takes {'two things' if wanted == 2 else 'one thing'} in its parentheses, not "
                f"{len(arguments)}, in {{where}}",
            )
        if function == "inner":
            return Inner(*arguments)
        if function == "diff":
            raise self.refuse(raw.name.place, "diff needs a variable, as in diff(h, x), in {where}")
        return Trace(arguments[0]) if function in ("tr", "trace") else Call(function, arguments[0])


def _noted(factors: tuple[tuple[Node, bool], ...], spelled: str) -> Product:
    """Return a product with the note how it was read."""
    product = Product(factors)
    spelled = " ".join(spelled.split())
    shown = spelled if len(spelled) <= 40 else spelled[:40] + "..."
    return Product(factors, (f"'{shown}' is read as {node_text(product)}",))


def _core(node: Node) -> Node:
    while isinstance(node, (Power, Transpose, Prime)):
        node = node.base if isinstance(node, Power) else node.argument
    return node
