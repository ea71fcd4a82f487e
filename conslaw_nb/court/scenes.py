"""Scenes: what a statement is about, with its names, as the file gives them.

Two kinds of scene are heard:

    {"model": MODEL}                                one model with numbers; MODEL as in a certificate
    {"given": {"U": ["n", "r"], "S": ["r", "r", "symmetric"]}, "flow": FLOW}        matrices of every size

A flow is null, or {"velocities": {"U": E, ...}, "of": [E, ...], "gradients": ["G", ...]}: how the matrices move, and
(or two empty lists) what this is the gradient flow of, with the names of the arbitrary gradients. A matrix that the
flow does not mention moves as it likes. Definitions are a list of [name, E], each in the names before it.

An expression E is a number (7 or "1/2"), a name, or a list that begins with what is done:

    ["+", E, ...]  ["-", E]  ["-", E, E]  ["*", E, ...]  ["/", E, E]  ["^", E, 3]  ["inner", E, E]  ["T", E]  ["tr", E]
    ["norm2", E]  ["comm", E, E]                    |E|^2 = tr(E^T E);  the commutator E F - F E
    ["bracket", X, Y]                               of fields, DX Y - DY X
    ["v", 1]  ["v", "every"]  ["phi", 1]            a generator of the model, a component of phi
    ["grad", E]  ["d", E, "x"]  ["along", X, E]     gradient, partial derivative, derivative along a field
    ["vec", E, ...]                                 a column
    ["dot", E]  ["I", "n"]  ["size", "n"]           derivative in time, identity, a size as a number
    ["field", ["U", E], ...]                        a field of matrices, by its velocities
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any

from .certificates import Case, afford, array, integer, read_model, record, require, show
from .chance import Bound

__all__ = ["EVERY", "Budget", "Scene", "TooLarge", "read_expression", "read_lets", "read_scene"]

MAX_DEPTH = 200
MAX_EXPONENT = 1000
MAX_LETS = 300
EVERY = "every"
_FRACTION = re.compile(r"-?[1-9][0-9]*/[1-9][0-9]*")
_NAME = re.compile(r"[^\W\d][\w{}+,⁺-]{0,59}")
_KINDS = ("general", "symmetric", "skew", "identity", "zero")
_BOTH = {"+": (1, 10**6), "-": (1, 2), "*": (1, 10**6), "/": (2, 2), "inner": (2, 2), "T": (1, 1), "tr": (1, 1)}
_BOTH |= {"norm2": (1, 1), "comm": (2, 2), "bracket": (2, 2)}
_MODEL = {"grad": (1, 1), "along": (2, 2), "vec": (1, 10**6)}
_SIZES = {"dot": (1, 1)}


class TooLarge(Exception):  # noqa: N818
    """There is not enough time or memory to try this."""


class Budget(Case):
    """The budget of a hearing: where it ends, nothing is decided."""

    def spend(self, units: int, what: str) -> None:
        """Ask for time."""
        self.work -= units
        if self.work < 0:
            raise TooLarge(f"{what} takes too long to be tried here")

    def keep(self, cells: int, what: str) -> None:
        """Ask for memory."""
        self.cells -= cells
        if self.cells < 0:
            raise TooLarge(f"{what} takes too much memory to be tried here")


@dataclass
class Scene:
    """What statements are about: one model, or matrices of every size."""

    case: Budget
    model: Any = None
    data: Any = None  # of the model, as in the file
    given: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # name -> rows, columns, kind
    velocities: dict[str, Any] | None = None
    phi: list[Any] = field(default_factory=list)
    gradients: list[str] = field(default_factory=list)
    lets: dict[str, Any] = field(default_factory=dict)
    needs: dict[str, list[str]] = field(default_factory=dict)  # of a definition: those it rests on, in order
    moving: set[str] = field(default_factory=set)  # definitions that hold a derivative in time
    identities: bool = False  # whether any identity occurs, so that a trace may be a size

    @property
    def sizes(self) -> list[str]:
        """The names of the sizes."""
        return sorted({size for rows, columns, _ in self.given.values() for size in (rows, columns)} - {"1"})

    @property
    def names(self) -> Any:
        """The names of what is drawn at random: variables or matrices."""
        return self.model.names if self.model is not None else list(self.given)


def read_scene(data: object, case: Budget) -> Scene:
    """Read what a statement is about."""
    if type(data) is dict and "model" in data:
        (model,) = record(data, "about", "model")
        scene = Scene(case, read_model(model, case), model)
        case.index = {name: i for i, name in enumerate(scene.model.names)}
        return scene
    given, flow = record(data, "about", "given", "flow")
    require(type(given) is dict and given, f"about.given is {show(given)}, not an object with matrices")
    scene = Scene(case)
    afford(len(given) <= MAX_LETS, f"{len(given)} matrices")
    for name, shape in given.items():
        where = f"about.given[{show(name)}]"
        _new_name(name, where, scene)
        require(len(array(shape, where)) in (2, 3), f"{where} is not [rows, columns] or [rows, columns, kind]")
        rows, columns, kind = [*shape, "general"][:3]
        for size in (rows, columns):
            valid = type(size) is str and (size == "1" or _NAME.fullmatch(size))
            require(valid, f"{where} has the size {show(size)}, not a name or '1'")
        require(type(kind) is str and kind in _KINDS, f"{where} has the kind {show(kind)}")
        square = rows == columns or kind in ("general", "zero")
        require(square, f"{where} is {kind} and not square")
        scene.given[name] = rows, columns, kind
        scene.identities = scene.identities or kind == "identity"
    clash = set(scene.sizes) & set(given)
    require(not clash, f"{show(min(clash, default=''))} is a matrix and a size")
    if flow is not None:
        _read_flow(flow, scene)
    return scene


def _read_flow(flow: object, scene: Scene) -> None:
    velocities, of, gradients = record(flow, "about.flow", "velocities", "of", "gradients")
    require(type(velocities) is dict and velocities, "about.flow.velocities is not an object with velocities")
    read = {}
    for name, velocity in velocities.items():
        where = f"about.flow.velocities[{show(name)}]"
        require(name in scene.given, f"{where}: no matrix of this name is given")
        require(scene.given[name][2] in ("general", "symmetric", "skew"), f"{where}: it cannot move")
        read[name] = read_expression(velocity, where, scene)
        require(not _holds(read[name], "dot", scene), f"{where} contains a derivative in time")
    phi = [read_expression(part, f"about.flow.of[{k}]", scene) for k, part in enumerate(array(of, "about.flow.of"))]
    array(gradients, "about.flow.gradients", len(phi))
    used = {name for part in phi for name in _names(part)}
    for g in gradients:
        # What stands for an arbitrary gradient must be arbitrary.
        free = type(g) is str and scene.given.get(g, ("", "", ""))[2] == "general" and g not in used | set(velocities)
        require(free, f"{show(g)} in about.flow.gradients is not an arbitrary matrix")
    require(len(set(gradients)) == len(gradients), "about.flow.gradients names one matrix twice")
    if phi:  # every matrix that phi holds, and that can move, moves
        fixed = {g for g in used if scene.given[g][2] in ("general", "symmetric", "skew")} - set(velocities)
        require(not fixed, f"about.flow is of {show(min(fixed, default=''))} too, and does not say how it moves")
    scene.velocities, scene.phi, scene.gradients = read, phi, gradients


def read_lets(data: object, scene: Scene) -> None:
    """Read the definitions."""
    afford(len(array(data, "lets")) <= MAX_LETS, f"{len(data)} definitions")  # type: ignore[arg-type]
    for k, pair in enumerate(data):  # type: ignore[arg-type, var-annotated]
        where = f"lets[{k}]"
        name, value = array(pair, where, 2)
        _new_name(name, where, scene)
        node = read_expression(value, where, scene)
        direct = [other for other in scene.lets if other in _names(node)]
        closure = {n for other in direct for n in [*scene.needs[other], other]}
        scene.needs[name] = [other for other in scene.lets if other in closure]
        if _holds(node, "dot", scene):
            scene.moving.add(name)
        scene.lets[name] = node


def _new_name(name: object, where: str, scene: Scene) -> None:
    require(type(name) is str and _NAME.fullmatch(name), f"{show(name)} in {where} is not a name")
    known = name in scene.lets or name in scene.names or name in scene.sizes
    require(not known, f"{show(name)} in {where} has a meaning already")


def read_expression(data: object, where: str, scene: Scene, every: bool = False, depth: int = 0) -> Any:
    """Read an expression into a tree of the same form, with fractions for numbers.

    Parameters
    ----------
    every : bool
        Whether ["v", "every"] means something: the statement is made for every generator.
    """
    if depth > MAX_DEPTH:
        raise TooLarge(f"{where} is nested more than {MAX_DEPTH} deep")
    scene.case.spend(100, where)
    if type(data) is int:
        return Fraction(integer(data, where))
    if type(data) is str:
        if _FRACTION.fullmatch(data):
            afford(len(data) <= 2000, where)
            top, bottom = map(int, data.split("/"))
            value = Fraction(top, bottom)
            require(value.denominator == bottom > 1, f"{show(data)} in {where} is not in lowest terms")
            return value
        require(data in scene.names or data in scene.lets, f"{where} has the unknown name {show(data)}")
        return data
    require(type(data) is list and data, f"{where} is {show(data)}, not an expression")
    head, *arguments = data  # type: ignore[misc]
    require(type(head) is str, f"{where} begins with {show(head)}")
    deeper = [scene, every, depth + 1]
    known = {**_BOTH, **(_MODEL if scene.model is not None else _SIZES)}
    if head in known:
        low, high = known[head]
        require(low <= len(arguments) <= high, f"{where} has {len(arguments)} arguments of {head!r}")
        found = [head, *(read_expression(part, where, *deeper) for part in arguments)]  # type: ignore[arg-type]
        if head == "/" and scene.model is None:
            number = type(found[2]) is Fraction and found[2]
            require(number, f"{where} divides by something that is not a number, or by 0")
        if head == "dot":
            require(not _holds(found[1], "dot", scene), f"{where} has a second derivative in time")
        return found
    if head == "^":
        base, exponent = array(arguments, where, 2)
        low = 0 if scene.model is None else -MAX_EXPONENT
        integer(exponent, f"an exponent in {where}", low, MAX_EXPONENT)
        scene.identities = scene.identities or not exponent
        return [head, read_expression(base, where, *deeper), exponent]  # type: ignore[arg-type]
    if head == "d" and scene.model is not None:
        base, name = array(arguments, where, 2)
        require(type(name) is str and name in scene.case.index, f"{where}: {show(name)} is not a variable")
        return [head, read_expression(base, where, *deeper), name]  # type: ignore[arg-type]
    if head in ("v", "phi") and scene.model is not None:
        (index,) = array(arguments, where, 1)
        require(head == "v" or scene.data["kind"] != "fields", f"{where} has phi, and the model is a family of fields")
        require(index != EVERY or every, f"{where} speaks of every generator, and the statement does not")
        if index != EVERY:
            integer(index, f"an index in {where}", 1, scene.model.count)
        return [head, index]
    if head in ("I", "size") and scene.model is None:
        (size,) = array(arguments, where, 1)
        require(type(size) is str and size in scene.sizes, f"{where}: {show(size)} is not a size")
        scene.identities = scene.identities or head == "I"
        return [head, size]
    if head == "field" and scene.model is None:
        pairs = [array(pair, where, 2) for pair in arguments]
        for name, _ in pairs:
            require(type(name) is str and name in scene.given, f"{where}: no matrix {show(name)} is given")
        require(len({name for name, _ in pairs}) == len(pairs) > 0, f"{where} is not a field")
        return [head, *([name, read_expression(part, where, *deeper)] for name, part in pairs)]  # type: ignore[arg-type]
    require(False, f"{where} has {show(head)}, which is not known here")
    return None


def _parts(node: Any) -> list[Any]:
    """Return the expressions directly below a node."""
    if type(node) is not list or node[0] in ("v", "phi", "I", "size"):
        return []
    if node[0] == "field":
        return [part for _, part in node[1:]]
    return node[1:2] if node[0] in ("d", "^") else node[1:]


def _names(node: Any) -> set[str]:
    if type(node) is str:
        return {node}
    return set().union(*map(_names, _parts(node)))


def _holds(node: Any, head: str, scene: Scene) -> bool:
    """Whether a node, or a definition it uses, holds something of this kind."""
    if type(node) is str:
        return node in scene.moving
    return (type(node) is list and node[0] == head) or any(_holds(part, head, scene) for part in _parts(node))


def has_field(node: Any) -> bool:
    """Whether a side may be a field of matrices."""
    return type(node) is list and (node[0] in ("field", "bracket") or any(map(has_field, _parts(node))))


# -- bounds ----------------------------------------------------------------------------------------------


class Bounds:
    """Bounds of expressions of a scene, for matrices of up to `size` rows and columns."""

    def __init__(self, scene: Scene, size: int = 1):
        self.scene, self.size = scene, size
        self.variable = Bound(1)
        self.lets: dict[str, Bound] = {}
        for name, node in scene.lets.items():
            self.lets[name] = self.of(node)

    @property
    def entries(self) -> int:
        """How many numbers are drawn."""
        if self.scene.model is not None:
            return len(self.scene.model.names)
        return len(self.scene.given) * self.size**2

    def model(self) -> Bound:
        """Return the bound of the components of a generator; of a combination with random coefficients."""
        data, case = self.scene.data, self.scene.case
        if data["kind"] in ("map", "fields"):
            polys = [poly for v in self.scene.model.fields for poly in v.values()]
            degree = max((len(m) for poly in polys for m in poly), default=0)
            norm = max((sum(abs(c) for c in poly.values()) for poly in polys), default=0)
            bits = int(norm + 1).bit_length() + case.denominator.bit_length()
            return Bound(degree, 0, bits, case.denominator.bit_length())
        widths = data["widths"] if "widths" in data else [data["n"], data["r"], data["m"]]
        return Bound(len(widths) - 2, 0, prod(widths).bit_length())

    def combination(self) -> Bound:
        """Return the bound of a combination of generators with random coefficients."""
        return (self.model() * self.variable).times(self.scene.model.count)

    def field(self, words: int) -> Bound:
        """Return the bound of a right-nested bracket of so many combinations."""
        first = word = self.combination()
        for _ in range(words - 1):
            word = first.derivative(word, self.entries) + word.derivative(first, self.entries)
        return word

    def minor(self, vectors: list[Bound]) -> Bound:
        """Return the bound of a minor of these rows."""
        result = Bound()
        for k, vector in enumerate(vectors):
            result = (result * vector).times(k + 1)
        return result

    def of(self, node: Any) -> Bound:
        """Return the bound of an expression."""
        if type(node) is Fraction:
            return Bound.number(node)
        if type(node) is str:
            return self.lets.get(node, self.variable)
        head, k = node[0], self.size
        parts = [self.of(part) for part in _parts(node)]
        if head in ("+", "-"):
            simple = not any(part.d or part.b for part in parts)
            joined = parts[0]
            for part in parts[1:]:
                joined = joined | part if simple else joined + part
            return joined.times(len(parts)) if simple else joined
        if head == "*":
            result = parts[0]
            for part in parts[1:]:
                result = (result * part).times(k)
            return result
        if head == "/":
            return parts[0] * parts[1].inverse()
        if head == "^":
            base = parts[0] if node[2] >= 0 else parts[0].inverse()
            return base.power(abs(node[2])).times(k ** max(abs(node[2]) - 1, 0))
        if head in ("inner", "norm2", "tr"):
            found = parts[0] if head == "tr" else parts[0] * parts[-1]
            many = self.entries if self.scene.model is not None else k * k
            return found.times(many) * Bound(s=int(self.scene.identities))
        if head == "comm":
            return (parts[0] * parts[1]).times(2 * k)
        if head == "bracket":
            x, y = parts
            return x.derivative(y, self.entries) + y.derivative(x, self.entries)
        if head in ("grad", "d"):
            return parts[0].derivative(Bound(), 1)
        if head == "along":
            return parts[1].derivative(parts[0], self.entries)
        if head == "dot":
            return parts[0].derivative(self.velocity(), self.entries)
        if head == "v":
            return self.model()
        if head == "phi":
            return (self.model() * self.variable).times(self.entries) * Bound(b=20)
        if head == "size":
            return Bound(a=k.bit_length(), s=1)
        found = parts[0] if parts else Bound()  # vec, field, I, T
        for part in parts[1:]:
            found = found | part
        return found

    def velocity(self) -> Bound:
        """Return the bound of every velocity."""
        result = self.variable
        for node in (self.scene.velocities or {}).values():
            result = result | self.of(node)
        return result
