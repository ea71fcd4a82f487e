"""Trials: one prime, sizes and numbers drawn at random, and the values of expressions there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isqrt
from random import Random
from secrets import randbelow
from typing import Any

from .certificates import bracket_value, number_text
from .chance import random_prime
from .scenes import EVERY, Scene, TooLarge
from .values import Misfit, NoValue, Ring, Value

__all__ = ["Misfit", "NoValue", "Place", "Trial"]

MAX_LEVEL = 12  # derivatives inside of each other, letters of a bracket
SMALL = 3  # a small instance has numbers from -3 to 3

Field = dict[str, Value]  # name of a variable or a matrix -> velocity; zero where it is not there


class Place:
    """A point of the scene, perhaps moved along nilpotents, with the values of the definitions there."""

    def __init__(self, values: dict[str, Value], level: int = 0):
        self.values, self.level = values, level
        self.lets: dict[str, Any] = {}


class Trial:
    """One instance: a prime, sizes, and a point.

    Parameters
    ----------
    sizes : mapping
        What each size is; for one model nothing.
    small : int, optional
        Draw small integers, for an instance that a person can follow: the instance of this number, always the same.
    point : sequence of rational numbers, optional
        Instead of a random point.
    """

    def __init__(
        self,
        scene: Scene,
        sizes: Mapping[str, int] | None = None,
        small: int | None = None,
        point: Sequence[Fraction | int] | None = None,
    ):
        self.scene, self.small = scene, None if small is None else Random(small)
        self.sizes = {"1": 1, **(sizes or {})}
        p = random_prime()
        denominators = [x.denominator for x in point or ()]
        while scene.case.denominator % p == 0 or any(d % p == 0 for d in denominators):
            p = random_prime()
        self.ring = Ring(p, scene.case)
        if point is not None:
            self.here = Place({n: self.ring.number(x) for n, x in zip(scene.names, point, strict=True)})
        elif scene.model is not None:
            self.here = Place({name: self.matrix(1, 1) for name in scene.names})
        else:
            self.here = Place({name: self.letter(*letter) for name, letter in scene.given.items()})
        self.free: dict[str, Value] = {}  # velocities that nothing is known of
        self.flow = scene.velocities is not None  # whether matrices move as the flow says
        self.every = 0  # the generator that "every" stands for
        self.chosen: list[list[int]] | None = None

    # -- drawing ---------------------------------------------------------------------------------------------

    def draw(self) -> int:
        """Draw a number modulo p, or a small one."""
        return randbelow(self.ring.p) if self.small is None else self.small.randint(-SMALL, SMALL)

    def matrix(self, rows: int, columns: int) -> Value:
        """Draw a matrix."""
        self.scene.case.spend(60 * rows * columns, f"a random {rows} x {columns} matrix")
        return self.ring.matrix([[self.draw() for _ in range(columns)] for _ in range(rows)])

    def letter(self, rows: str, columns: str, kind: str) -> Value:
        """Draw a matrix of a kind."""
        n, m = self.sizes[rows], self.sizes[columns]
        if kind == "identity":
            return self.ring.identity(n)
        if kind == "zero":
            return self.ring.zero(n, m)
        drawn = self.matrix(n, m)
        if kind == "general":
            return drawn
        rows_ = drawn.plain()
        sign = 1 if kind == "symmetric" else -1
        for i in range(n):
            for j in range(i):
                rows_[i][j] = sign * rows_[j][i] % self.ring.p
            if sign < 0:
                rows_[i][i] = 0
        return self.ring.matrix(rows_)

    # -- derivatives -----------------------------------------------------------------------------------------

    def moved(self, place: Place, direction: Field) -> tuple[Place, int]:
        """Return x + e v with a new e, and e."""
        if place.level >= MAX_LEVEL:
            raise TooLarge(f"more than {MAX_LEVEL} derivatives inside of each other")
        e, values = 1 << place.level, dict(place.values)
        for name, velocity in direction.items():
            parts = dict(values[name].parts)
            parts.update({mask | e: rows for mask, rows in velocity.parts.items() if not mask & e})
            values[name] = Value(*values[name].shape, parts)
        return Place(values, place.level + 1), e

    def derivative(self, f: Callable[[Place], Value], place: Place, direction: Field) -> Value:
        """Return the derivative of f at the place along a direction."""
        there, e = self.moved(place, direction)
        return f(there).beside(e)

    def velocity(self, place: Place) -> Field:
        """Return how all matrices move: by the flow, or in any way."""
        result = {}
        for name, letter in self.scene.given.items():
            if self.flow and self.scene.velocities and name in self.scene.velocities:
                result[name] = self.shaped(self.value(self.scene.velocities[name], place), name)
            elif letter[2] not in ("identity", "zero"):
                if name not in self.free:
                    self.free[name] = self.letter(*letter)
                result[name] = self.free[name]
        return result

    def shaped(self, value: Value, name: str) -> Value:
        """Return a velocity, which must have the shape and the kind of its matrix."""
        rows, columns, kind = self.scene.given[name]
        shape = self.sizes[rows], self.sizes[columns]
        if value.is_number and value.is_zero:
            return self.ring.zero(*shape)
        if value.shape != shape:
            raise Misfit(f"{name} is {shape[0]} x {shape[1]} and its velocity {value.rows} x {value.columns}")
        if kind in ("symmetric", "skew"):
            sign = 1 if kind == "symmetric" else -1
            if not self.ring.add(value, self.ring.transpose(value), -sign).is_zero:
                raise Misfit(f"{name} is {kind} and its velocity is not")
        return value

    # -- fields of the model ---------------------------------------------------------------------------------

    def generators(self) -> Any:
        """Return a combination of the generators with random coefficients, ready for the model."""
        model, case = self.scene.model, self.scene.case
        case.spend(60 * model.count, "a combination of generators")
        if self.small is None:
            combination = [[g, self.draw()] for g in range(model.count)]
        else:  # one of them
            combination = [[self.small.randrange(model.count), 1]]
        self.chosen = combination
        return model.prepare([pair for pair in combination if pair[1]], self.ring.p)

    def model_field(self, prepared: Any, place: Place) -> Value:
        """Return the value of a field of the model, as a column."""
        names, jet = self.scene.names, {}
        for i, name in enumerate(names):
            for mask, ((x,),) in place.values[name].parts.items():
                jet.setdefault(mask, {})[i] = x
        jet.setdefault(0, {})
        found = self.scene.model.value(prepared, jet, self.ring.p)
        parts = {mask: [[vector.get(i, 0)] for i in range(len(names))] for mask, vector in found.items()}
        return Value(len(names), 1, parts)

    def word(self, letters: int, places: Sequence[Place] = ()) -> list[int]:
        """Return a right-nested bracket of so many random combinations of generators, here or at several places."""
        fields = [self.generators() for _ in range(letters)]
        result = []
        for place in places or (self.here,):
            start = {0: {i: place.values[name].plain()[0][0] for i, name in enumerate(self.scene.names)}}
            value = bracket_value(self.scene.model, fields, list(range(letters)), start, 1, self.ring.p).get(0, {})
            result += [value.get(i, 0) for i in range(len(self.scene.names))]
        return result

    def split(self, column: Value) -> Field:
        """Return a column as a field of the model's variables."""
        return {
            name: Value(1, 1, {mask: [rows[i]] for mask, rows in column.parts.items()})
            for i, name in enumerate(self.scene.names)
        }

    # -- expressions -----------------------------------------------------------------------------------------

    def value(self, node: Any, place: Place | None = None) -> Any:
        """Return the value of an expression: a matrix, or a field of matrices."""
        place = place or self.here
        if type(node) is Fraction:
            return self.ring.number(node)
        if type(node) is str:
            return self.named(node, place)
        return getattr(self, _METHODS[node[0]])(node, place)

    def named(self, name: str, place: Place) -> Any:
        """Return the value of a letter, a variable or a definition."""
        if name not in self.scene.lets:
            return place.values[name]
        for other in [*self.scene.needs[name], name]:
            if other not in place.lets:
                place.lets[other] = self.value(self.scene.lets[other], place)
        return place.lets[name]

    def number_or_matrix(self, node: Any, place: Place) -> Value:
        """Return a value that is not a field of matrices."""
        found = self.value(node, place)
        if not isinstance(found, Value):
            raise Misfit("a field of matrices stands where a matrix should")
        return found

    def scalar(self, node: Any, place: Place) -> Value:
        """Return a value that is a number."""
        found = self.number_or_matrix(node, place)
        if not found.is_number:
            raise Misfit(f"a {found.rows} x {found.columns} matrix stands where a number should")
        return found

    def _sum(self, node: Any, place: Place) -> Any:
        parts = [self.value(part, place) for part in node[1:]]
        if node[0] == "-":
            minus = self.ring.number(-1)
            parts[-1] = self._scaled(minus, parts[-1])
        if any(isinstance(part, dict) for part in parts):
            return self._field_sum(parts)
        return self.ring.total(parts)

    def _scaled(self, number: Value, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.ring.scale(number, part) for name, part in value.items()}
        return self.ring.scale(number, value)

    def _field_sum(self, parts: list[Any]) -> Field:
        result: Field = {}
        for part in parts:
            if not isinstance(part, dict):
                raise Misfit("a field of matrices and a matrix are added")
            for name, velocity in part.items():
                result[name] = self.ring.add(result[name], velocity) if name in result else velocity
        return result

    def _product(self, node: Any, place: Place) -> Any:
        parts = [self.value(part, place) for part in node[1:]]
        result = parts[0]
        for part in parts[1:]:
            fields = [x for x in (result, part) if isinstance(x, dict)]
            if not fields:
                result = self.ring.multiply(result, part)
                continue
            number = part if result is fields[0] else result
            if len(fields) > 1 or not number.is_number:
                raise Misfit("a field of matrices is multiplied by something that is not a number")
            result = self._scaled(number, fields[0])
        return result

    def _quotient(self, node: Any, place: Place) -> Value:
        above, below = (self.number_or_matrix(part, place) for part in node[1:])
        return self.ring.scale(self.ring.inverse(below), above)

    def _power(self, node: Any, place: Place) -> Value:
        return self.ring.power(self.number_or_matrix(node[1], place), node[2])

    def _transpose(self, node: Any, place: Place) -> Value:
        return self.ring.transpose(self.number_or_matrix(node[1], place))

    def _trace(self, node: Any, place: Place) -> Value:
        return self.ring.trace(self.number_or_matrix(node[1], place))

    def _inner(self, node: Any, place: Place) -> Value:
        left, right = node[1:] if node[0] == "inner" else (node[1], node[1])
        for gradient, other in ((left, right), (right, left)):  # one derivative instead of many
            if type(gradient) is list and gradient[0] == "grad":
                return self._along(["along", other, gradient[1]], place)
        return self.ring.inner(self.number_or_matrix(left, place), self.number_or_matrix(right, place))

    def _commutator(self, node: Any, place: Place) -> Value:
        a, b = (self.number_or_matrix(part, place) for part in node[1:])
        return self.ring.add(self.ring.multiply(a, b), self.ring.multiply(b, a), -1)

    def _bracket(self, node: Any, place: Place) -> Any:
        x, y = (self.direction(part, place) for part in node[1:])
        if self.scene.model is not None:
            there = [
                self.derivative(lambda q, part=part: self.column(part, q), place, along)
                for part, along in zip(node[1:], (y, x), strict=True)
            ]
            return self.ring.add(there[0], there[1], -1)
        changes = []
        for part, along in zip(node[1:], (y, x), strict=True):
            far, e = self.moved(place, along)
            changes.append({name: velocity.beside(e) for name, velocity in self.direction(part, far).items()})
        minus = self._scaled(self.ring.number(-1), changes[1])
        return self._field_sum([changes[0], minus])

    def column(self, node: Any, place: Place) -> Value:
        """Return a field of the model, as a column of as many numbers as there are variables."""
        found = self.number_or_matrix(node, place)
        size = len(self.scene.names)
        if found.shape != (size, 1):
            raise Misfit(f"a field has {size} components, and here is a {found.rows} x {found.columns} matrix")
        return found

    def direction(self, node: Any, place: Place) -> Field:
        """Return a field as directions of the names."""
        if self.scene.model is not None:
            return self.split(self.column(node, place))
        found = self.value(node, place)
        if not isinstance(found, dict):
            raise Misfit("a matrix stands where a field of matrices should")
        return found

    def _along(self, node: Any, place: Place) -> Value:
        direction = self.direction(node[1], place)
        return self.derivative(lambda q: self.scalar(node[2], q), place, direction)

    def gradient(self, node: Any, place: Place) -> Value:
        """Return the gradient of a function, as a column."""
        one = self.ring.number(1)
        return self.ring.column(
            [self.derivative(lambda q: self.scalar(node, q), place, {name: one}) for name in self.scene.names]
        )

    def _grad(self, node: Any, place: Place) -> Value:
        return self.gradient(node[1], place)

    def _partial(self, node: Any, place: Place) -> Value:
        return self.derivative(lambda q: self.scalar(node[1], q), place, {node[2]: self.ring.number(1)})

    def _vector(self, node: Any, place: Place) -> Value:
        return self.ring.column([self.scalar(part, place) for part in node[1:]])

    def _generator(self, node: Any, place: Place) -> Value:
        index = self.every if node[1] == EVERY else node[1] - 1
        return self.model_field(self.scene.model.prepare([[index, 1]], self.ring.p), place)

    def _component(self, node: Any, place: Place) -> Value:
        """Return a component of phi, part by part, for it is a polynomial: by its terms, or by Euler's identity."""
        index = self.every if node[1] == EVERY else node[1] - 1
        if self.scene.data["kind"] == "map":
            terms = self.scene.data["components"][index]
            total = [["*", Fraction(c), *(["^", n, k] for n, k in powers.items())] for c, powers in terms]
            return self.value(["+", Fraction(0), *total], place)
        slope = self.model_field(self.scene.model.prepare([[index, 1]], self.ring.p), place)
        here = self.ring.column([place.values[name] for name in self.scene.names])
        degree = 1 + max(len(m) for poly in self.scene.model.generator(index).values() for m in poly)
        return self.ring.scale(self.ring.number(Fraction(1, degree)), self.ring.inner(here, slope))

    def _dot(self, node: Any, place: Place) -> Value:
        return self.derivative(lambda q: self.number_or_matrix(node[1], q), place, self.velocity(place))

    def _identity(self, node: Any, place: Place) -> Value:
        return self.ring.identity(self.sizes[node[1]])

    def _size(self, node: Any, place: Place) -> Value:
        return self.ring.number(self.sizes[node[1]])

    def _field(self, node: Any, place: Place) -> Field:
        return {name: self.shaped(self.number_or_matrix(part, place), name) for name, part in node[1:]}

    # -- showing ---------------------------------------------------------------------------------------------

    def text(self, value: Any) -> str:
        """Write a value; numbers modulo p as the integers nearest to 0 that they stand for."""
        if isinstance(value, dict):
            return "(" + ", ".join(f"{name}: {self.text(part)}" for name, part in value.items()) + ")"
        rows = [[_fraction(x, self.ring.p) for x in row] for row in value.plain()]
        if value.is_number:
            return number_text(rows[0][0])
        text = "[" + ", ".join("[" + ", ".join(map(number_text, row)) + "]" for row in rows) + "]"
        return text if len(text) <= 200 else f"a {value.rows} x {value.columns} matrix"

    def where(self, names: Sequence[str] | None = None) -> str:
        """Write the instance: sizes and numbers where they are small, else the prime."""
        sizes = [f"{n} = {k}" for n, k in self.sizes.items() if n != "1"]
        if self.small is None:
            return ", ".join([*sizes, f"random numbers modulo {self.ring.p}"])
        shown = [f"{name} = {self.text(self.here.values[name])}" for name in names or self.scene.names]
        return ", ".join([*sizes, *shown[:12]]) + (", ..." if len(shown) > 12 else "")


def _fraction(x: int, p: int) -> Fraction | int:
    """Return the small fraction that a number modulo p stands for, if there is one; else the integer nearest to 0.

    >>> _fraction(pow(3, -1, 10007), 10007), _fraction(10006, 10007)
    (Fraction(1, 3), -1)
    """
    bound = isqrt(p) // 32
    a, b, s, t = p, x, 0, 1
    while b > bound:  # Euclid: b = t * x modulo p at every step
        a, b, s, t = b, a % b, t, s - a // b * t
    if 1 < abs(t) <= bound:
        return Fraction(b, t)
    return x if x <= p // 2 else x - p


_METHODS = {
    "+": "_sum",
    "-": "_sum",
    "*": "_product",
    "/": "_quotient",
    "^": "_power",
    "T": "_transpose",
    "tr": "_trace",
    "inner": "_inner",
    "norm2": "_inner",
    "comm": "_commutator",
    "bracket": "_bracket",
    "along": "_along",
    "grad": "_grad",
    "d": "_partial",
    "vec": "_vector",
    "v": "_generator",
    "phi": "_component",
    "dot": "_dot",
    "I": "_identity",
    "size": "_size",
    "field": "_field",
}
