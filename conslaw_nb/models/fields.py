"""Vector fields, their families and traces, and brackets: symbolic, and nested at a point.

The bracket has the paper's sign, [X, Y](θ) = ∂X(θ)Y(θ) − ∂Y(θ)X(θ).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import lcm, log2
from random import Random
from typing import Any

from ..errors import ModelError, SizeError, brief
from ..exact.nilpotent import NestedBrackets, Nilpotent
from ..exact.polynomial import Poly
from ..language import is_name, read_name
from ..language.polynomials import poly_from_text
from .structure import Structure

__all__ = [
    "Field",
    "GivenFields",
    "Letter",
    "NestedBrackets",
    "VectorFields",
    "bracket",
    "check_family",
    "check_variables",
    "vector_fields",
]

MAX_PARAMETERS = 50_000
MAX_GENERATORS = 100_000

# An element of W: an integer combination of generators, as increasing (generator, coefficient) pairs.
Letter = tuple[tuple[int, int], ...]


class Field:
    """One polynomial vector field.

    Parameters
    ----------
    components : sequence of Poly
        One polynomial per variable, all in the same variables.

    Examples
    --------
    >>> W = vector_fields(["x", "y"], [["y", "x"], ["x**2", "1"]])
    >>> W[0]
    (y, x)
    >>> bracket(W[0], W[1])
    (-2*x*y + 1, x**2)
    """

    def __init__(self, components: Sequence[Poly]):
        self.components = tuple(components)
        self.variables = self.components[0].variables

    def __repr__(self) -> str:
        return f"({', '.join(c.text for c in self.components)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Field) and self.components == other.components

    def __hash__(self) -> int:
        return hash(self.components)

    def __bool__(self) -> bool:
        return any(self.components)

    def __add__(self, other: Field) -> Field:
        return Field([a + b for a, b in zip(self.components, other.components, strict=True)])

    def __mul__(self, scale: Poly | int | Fraction) -> Field:
        return Field([a * scale for a in self.components])

    __rmul__ = __mul__

    def __neg__(self) -> Field:
        return self * -1

    def __sub__(self, other: Field) -> Field:
        return self + (-other)

    def along(self, h: Poly) -> Poly:
        """Return ⟨∇h, X⟩, the derivative of a polynomial along the field."""
        total = Poly(self.variables, {})
        for index, partial in h.gradient().items():
            if self.components[index]:
                total = total + partial * self.components[index]
        return total

    def _repr_latex_(self) -> str:
        rows = r" \\ ".join(c.latex for c in self.components)
        return rf"$\begin{{pmatrix}} {rows} \end{{pmatrix}}$"


def bracket(x: Field, y: Field) -> Field:
    """Return the Lie bracket [X, Y] = ∂X·Y − ∂Y·X, expanded.

    Parameters
    ----------
    x, y : Field
        Fields on the same space.

    Returns
    -------
    Field

    References
    ----------
    The sign is the paper's (and its code's); the usual differential-geometry bracket is minus this one.

    Examples
    --------
    >>> X, Y = vector_fields(["x", "y"], [["1", "0"], ["0", "x"]])
    >>> bracket(X, Y)
    (0, -1)
    """
    if not isinstance(x, Field) or not isinstance(y, Field):
        raise ModelError("bracket takes two fields, such as W[0] and W[1] of a family W = vector_fields(...)")
    if x.variables != y.variables:
        raise ModelError(f"the fields live on different spaces: {x.variables} and {y.variables}")
    return Field([y.along(a) - x.along(b) for a, b in zip(x.components, y.components, strict=True)])


class VectorFields(Structure):
    """A finite family of polynomial vector fields: the generators of W.

    This is the one interface that the search for laws and the count work through; a parametrization is
    the family of its gradients. Subclasses with more structure (networks) override the evaluations.

    Attributes
    ----------
    variables : tuple of str
        The names of the D coordinates.
    count : int
        The number of generators.
    text : str
        The family as the command line writes it.
    name : str
        What messages call it, such as 'momentum on relu(2,1,1)'; empty where the text says it best.
    """

    kind = "fields"
    is_map = False  # whether it is a φ, and its generators the gradients ∇φ_1, ..., ∇φ_d

    def __init__(self, variables: tuple[str, ...] | None, count: int, text: str):
        if variables is not None:  # a network names its parameters when it is asked to
            self.variables = variables
        self.count = count
        self.text = text
        self.name = ""
        self._generators: dict[int, Field] = {}
        self._coefficients: frozenset[int] | None = None  # of all generators: numerators and denominators

    @property
    def dimension(self) -> int:
        """D, the number of coordinates."""
        return len(self.variables)

    @property
    def brief(self) -> str:
        """The name, if there is one, or else the text, cut where it would flood a message."""
        return self.name or (self.text if len(self.text) <= 80 else self.text[:80] + "...")

    def __repr__(self) -> str:
        return self.text

    def __len__(self) -> int:
        if self.count > sys.maxsize:
            raise SizeError(f"{self.text} has {brief(self.count)} generators, too many for len(): use .count")
        return self.count

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, index: int) -> Field:
        if not 0 <= index < self.count:
            raise IndexError(f"there is no generator {index}: this family has {self.count}, counted from 0")
        if index not in self._generators:
            self._generators[index] = self._make_generator(index)
        return self._generators[index]

    def __iter__(self) -> Iterator[Field]:
        return (self[g] for g in range(self.count))

    def fields(self) -> VectorFields:
        """Return the family itself: wherever a φ is expected, a family of fields will do."""
        return self

    def _repr_latex_(self) -> str:
        if self.dimension * self.count > 200:
            return rf"$\text{{{self.count} fields on }} \mathbb{{R}}^{{{self.dimension}}}$"
        return "$" + r",\; ".join(field._repr_latex_().strip("$") for field in self) + "$"

    # -- what subclasses provide or sharpen ----------------------------------------------------------

    def _make_generator(self, index: int) -> Field:
        raise IndexError(index)

    def label(self, index: int) -> str:
        """Return a readable name of a generator."""
        return f"v_{index + 1}" if self.count > 1 else "v"

    def model_data(self) -> dict[str, Any]:
        """Return the family as a certificate describes it."""
        raise NotImplementedError(f"{type(self).__name__} has no certificate form")

    def known_laws(self) -> list[Poly] | None:
        """Return laws known from theory, still to be verified; None where nothing is known."""
        return None

    def failing_generator(self, h: Poly) -> int | None:
        """Return the first generator g with ⟨∇h, v_g⟩ ≠ 0 as a polynomial, or None: then h is a law."""
        return next((g for g in range(self.count) if self[g].along(h)), None)

    def part_on(self, group: Sequence[int]) -> VectorFields | None:
        """Return what moves in a group of coordinates that no generator joins to others; None if nothing does."""
        names, places = tuple(self.variables[i] for i in group), {i: k for k, i in enumerate(group)}
        rows = [[field.components[i].moved(places, names) for i in group] for field in self]
        moving = [row for row in rows if any(row)]
        return GivenFields(names, moving) if moving else None

    def spanning_generators(self) -> Iterable[int]:
        """Return generators whose values span W(θ) at every θ with nonzero coordinates."""
        return range(self.count)

    def is_homogeneous(self) -> bool:
        """Whether every generator is homogeneous: then each homogeneous part of a law is a law."""
        return all(
            len({sum(e for _, e in monomial) for part in field.components for monomial in part.terms}) <= 1
            for field in self
        )

    def suits(self, prime: int) -> bool:
        """Whether no coefficient of a generator vanishes modulo the prime, or has no value there."""
        if self._coefficients is None:
            every = (c for field in self for part in field.components for c in part.terms.values())
            self._coefficients = frozenset(n for c in every for n in (abs(c.numerator), c.denominator))
        return all(n % prime for n in self._coefficients)

    def trace_at_most(self) -> int:
        """Return a number that dim W(θ) exceeds at no θ, from theory: at least no more than there are generators."""
        return min(self.count, self.dimension)

    def measure(self) -> tuple[int, float]:
        """Return bounds on the elements of W: the degree of their components, and the size of coefficients in bits.

        The size is that of all coefficients of one component of Σ c_g v_g together, without their denominators.
        """
        scale = self.denominator()
        sizes = [0] * self.dimension
        degree = 0
        for field in self:
            for i, part in enumerate(field.components):
                sizes[i] += int(sum(abs(c) for c in part.terms.values()) * scale)
                degree = max(degree, part.degree)
        return degree, log2(max(1, *sizes))

    # -- values modulo a prime -----------------------------------------------------------------------

    def generator_rows(self, point: Sequence[int], prime: int) -> list[tuple[int, dict[int, int]]]:
        """Return (g, value at the point modulo the prime, sparse) for generators that span the trace."""
        rows = []
        for g in self.spanning_generators():
            values = [c.evaluate_mod(point, prime) for c in self[g].components]
            rows.append((g, {i: v for i, v in enumerate(values) if v}))
        return rows

    def random_element_value(self, rng: Random, point: Sequence[int], prime: int) -> list[int]:
        """Return the value at a point of a random element of W, modulo the prime."""
        letter = tuple((g, rng.randrange(1, prime)) for g in range(self.count))
        return NestedBrackets(self, point, prime).value([letter])

    def lift(self, point: Sequence[int], prime: int) -> list[Any]:
        """Return the point as the blocks in which this family computes (here: plain integers)."""
        return [x % prime for x in point]

    def flatten(self, blocks: Sequence[Any]) -> list[int]:
        """Return block values as D integers; None is zero."""
        return [0 if b is None else b for b in blocks]

    def prepare(self, letter: Letter, prime: int) -> Any:
        """Return a callable that evaluates one element of W at blocks of truncated numbers."""
        parts: list[dict[Any, int]] = [{} for _ in self.variables]
        for g, scale in letter:
            for i, component in enumerate(self[g].components):
                for monomial, c in component.terms.items():
                    value = scale * (c.numerator * pow(c.denominator, -1, prime) if isinstance(c, Fraction) else c)
                    parts[i][monomial] = (parts[i].get(monomial, 0) + value) % prime
        polys = [Poly(self.variables, {m: c for m, c in part.items() if c}) for part in parts]

        def evaluate(blocks: Sequence[Nilpotent]) -> list[Nilpotent]:
            zero = Nilpotent([None] * len(blocks[0].parts), prime)
            return [zero + poly.evaluate(blocks) for poly in polys]

        return evaluate

    def evaluation_cost(self) -> int:
        """Return how many multiplications one evaluation of an element of W takes, roughly."""
        return sum(1 + sum(e for _, e in m) for field in self for part in field.components for m in part.terms)

    def denominator(self) -> int:
        """Return a positive integer that clears all denominators of the generators."""
        return lcm(1, *(c.denominator for field in self for part in field.components for c in part.terms.values()))


class GivenFields(VectorFields):
    """A family given by its polynomials."""

    def __init__(self, variables: tuple[str, ...], rows: list[list[Poly]]):
        text = f"fields([{', '.join(variables)}], {', '.join('[' + ', '.join(c.text for c in r) + ']' for r in rows)})"
        super().__init__(variables, len(rows), text)
        self._generators = {g: Field(row) for g, row in enumerate(rows)}

    def model_data(self) -> dict[str, Any]:
        """Return the fields as a certificate describes them."""
        return {
            "kind": "fields",
            "variables": list(self.variables),
            "fields": [[c.data() for c in field.components] for field in self],
        }


def check_family(phi: Any, call: str) -> None:
    """Raise ModelError unless phi is a model: a text or a list is a likely slip."""
    if not isinstance(phi, VectorFields):
        hint = f"parse_model({brief(phi)})" if isinstance(phi, str) else 'parametrization("x*y") or linear(2, 3, 2)'
        raise ModelError(f"{call} needs a model, not {brief(phi)}: make one, for example with {hint}")


def check_variables(names: Iterable[Any]) -> tuple[str, ...]:
    """Return variable names as a tuple of text, or raise ModelError with the name that is wrong."""
    result: dict[str, None] = {}
    for name in names:
        text = str(name).strip()
        if not is_name(text):
            text = read_name(text) or text  # x₁ and x[1] are x_1
        if not is_name(text):
            raise ModelError(f"{brief(text)} cannot name a variable: use a letter, then letters, digits and _")
        if text in result:
            raise ModelError(f"the variable {text!r} is given twice: variables must have different names")
        result[text] = None
    if not result:
        raise ModelError("a model needs at least one variable")
    if len(result) > MAX_PARAMETERS:
        raise SizeError(f"{len(result)} variables are too many: models of up to {MAX_PARAMETERS} parameters are read")
    return tuple(result)


def vector_fields(variables: Sequence[Any], fields: Sequence[Sequence[Any]]) -> VectorFields:
    """Make a family of polynomial vector fields.

    Parameters
    ----------
    variables : sequence of str
        The D coordinates.
    fields : sequence of sequences
        Each field as D polynomials: text, exact numbers, sympy expressions or Poly.

    Returns
    -------
    VectorFields

    Raises
    ------
    ModelError, ParseError
        A field with the wrong number of components, an unknown variable, something that is not a polynomial.

    Examples
    --------
    >>> vector_fields(["x", "y"], [["y", "x"], ["x**2", "1"]])
    fields([x, y], [y, x], [x**2, 1])
    """
    names = check_variables(variables)
    rows = []
    for number, row in enumerate(fields, start=1):
        if isinstance(row, (str, bytes)) or not isinstance(row, Iterable):
            raise ModelError(f"field {number} must be a list of {len(names)} components, not {brief(row)}")
        components = list(row)
        if len(components) != len(names):
            raise ModelError(
                f"field {number} has {len(components)} components, but there are {len(names)} variables "
                f"({', '.join(names[:8])}): give one component per variable"
            )
        rows.append([to_poly(c, names) for c in components])
    if not rows:
        raise ModelError("a family needs at least one vector field")
    return GivenFields(names, rows)


def to_poly(value: Any, variables: tuple[str, ...]) -> Poly:
    """Turn text, an exact number, a sympy expression or a Poly into a Poly in these variables."""
    if isinstance(value, Poly):
        return value if value.variables == variables else poly_from_text(value.text, variables)
    if isinstance(value, (bool, float)):
        raise ModelError(f"{brief(value)} is not exact: write it as text, such as '1/3' or '0.25'")
    if isinstance(value, (int, Fraction)):
        return Poly.constant(variables, value)
    if isinstance(value, str):
        return poly_from_text(value, variables)
    return poly_from_text(sympy_text(value), variables)


def sympy_text(value: Any) -> str:
    """Return a sympy expression as text, so that it meets the same grammar and the same bounds."""
    import sympy

    if not isinstance(value, sympy.Expr):
        raise ModelError(f"{brief(value)} is neither text, an exact number nor a sympy expression")
    if value.has(sympy.Float):
        raise ModelError(f"{brief(value)} holds a decimal float: use sympy.Rational, or text such as '0.25'")
    if value.has(sympy.NumberSymbol, sympy.I):
        raise ModelError(f"{brief(value)} has a coefficient that is not rational: φ and fields need rational ones")
    return str(value)
