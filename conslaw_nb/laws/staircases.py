"""The Lie staircase W_0 ⊂ W_1 ⊂ ... of a small family, in full: every bracket, exactly, at any point.

`count_laws` climbs with random brackets and can go far; here nothing is random and nothing is left out, so that
each step can be looked at: what W_k is as a space of fields, what its trace W_k(θ) is, and which bracket made it
grow. This is for families of a few generators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import count, islice
from typing import Any

from ..errors import ModelError, SizeError, brief
from ..exact.backend import is_prime
from ..exact.rational import Echelon
from ..models.fields import Field, VectorFields, bracket, check_family
from ..models.points import exact_point, show_point
from ..tables import Markup, html_table
from ..verdict import typeset

__all__ = ["Stair", "Staircase", "staircase"]

MAX_STEPS = 12
MAX_FIELDS = 240  # in a basis of W_k as a space of fields
MAX_TERMS = 20_000  # of all of them together


@dataclass(frozen=True)
class Stair:
    """One step W_k."""

    level: int  # k: brackets of at most k + 1 generators
    space: int  # dim W_k, as a space of fields with constant coefficients
    trace: int  # dim W_k(θ): the dimension of its values at the point
    new: tuple[str, ...]  # brackets of this step (generators in step 0) whose values raise the rank at the point


@dataclass(frozen=True)
class Staircase:
    """The steps W_0 ⊂ W_1 ⊂ ... at a point."""

    family: VectorFields
    point: tuple[Fraction, ...]
    steps: tuple[Stair, ...]
    closed: bool  # whether the last step added no field at all: then it is Lie(W), everywhere
    generators: int  # with how many of the generators brackets were formed; fewer than all of them may miss some

    @property
    def traces(self) -> list[int]:
        """Dim W_0(θ), dim W_1(θ), ...: the dimensions that count."""
        return [step.trace for step in self.steps]

    @property
    def spaces(self) -> list[int]:
        """Dim W_0, dim W_1, ...: the same as spaces of fields."""
        return [step.space for step in self.steps]

    def _rows(self) -> list[tuple[str, str, str, str]]:
        rows = []
        for step in self.steps:
            new = ", ".join(step.new[:6]) + (f" and {len(step.new) - 6} more" if len(step.new) > 6 else "")
            rows.append((str(step.level), str(step.space), str(step.trace), new or "nothing"))
        return rows

    def _closing(self) -> str:
        if self.generators < self.family.count:
            return f"Brackets with {self.generators} of {self.family.count} generators only: some may be missing."
        if self.closed:
            return f"The last step added no field at all, so W_{self.steps[-1].level} is Lie(W), here and everywhere."
        return "The last step still added fields: the staircase goes on."

    def _title(self) -> str:
        return f"{self.family.brief} at {show_point(self.family.variables, self.point)}"

    def __repr__(self) -> str:
        head = ("k", "dim W_k", "dim W_k(θ)", "raises the rank at θ")
        lines = [f"  {a:>2}  {b:>7}  {c:>10}  {d}" for a, b, c, d in [head, *self._rows()]]
        return "\n".join([self._title(), *lines, f"  {self._closing()}"])

    def _repr_html_(self) -> str:
        names = ("k", "dim W_k", "dim W_k(θ)", "raises the rank at θ")
        table = html_table(self._rows(), [Markup(typeset(name)) for name in names], numbers=False, named=False)
        return f"<div><code>{escape(self._title())}</code></div>{table}<div>{typeset(self._closing())}</div>"


def staircase(
    phi: VectorFields,
    point: Sequence[Any] | dict[Any, Any] | None = None,
    steps: int = 3,
    generators: int | None = None,
) -> Staircase:
    """Climb the Lie staircase of a small family, with all its brackets, exactly.

    Parameters
    ----------
    phi : Parametrization or VectorFields
    point : D exact numbers, or a dict by variable name, optional
        Where the traces are taken; the first D primes without it, which is a generic point for most families.
    steps : int
        How many steps above W_0, at most; fewer where one adds no field.
    generators : int, optional
        Form brackets with the first so many generators only (a shortcut that may miss some).

    Returns
    -------
    Staircase

    Raises
    ------
    ModelError, SizeError
        A point or a number that does not fit; a family too large to be written out.

    References
    ----------
    W_{k+1} = W_k + [W_0, W_k], as in Section 3 of the paper.

    Examples
    --------
    >>> from conslaw_nb.models.fields import vector_fields
    >>> staircase(vector_fields(["x", "y"], [["1", "0"], ["0", "x**3"]]), point=(0, 5))
    fields([x, y], [1, 0], [0, x**3]) at x = 0, y = 5
       k  dim W_k  dim W_k(θ)  raises the rank at θ
       0        2           1  v_1
       1        3           1  nothing
       2        4           1  nothing
       3        5           2  [v_1, [v_1, [v_1, v_2]]]
      The last step still added fields: the staircase goes on.
    """
    check_family(phi, "staircase")
    if isinstance(steps, bool) or not isinstance(steps, int) or not 0 <= steps <= MAX_STEPS:
        raise ModelError(f"steps={brief(steps)} is not a number of steps: give a whole number from 0 to {MAX_STEPS}")
    used = phi.count if generators is None else generators
    if isinstance(used, bool) or not isinstance(used, int) or not 1 <= used <= phi.count:
        raise ModelError(f"generators={brief(generators)}: {phi.brief} has {phi.count}, so give a number up to that")
    where = _point(phi, point)
    if phi.count > MAX_FIELDS:
        raise SizeError(f"{phi.brief} has {phi.count} generators, too many to write all brackets out: use count_laws")
    letters = [(f"v_{g + 1}", phi[g]) for g in range(phi.count)]
    space, values = _Space(), _Values(where)
    fresh, new = _absorb(letters, space, values)
    found, closed = [Stair(0, space.rank, values.rank, new)], phi.count == 1
    for level in range(1, steps + 1):
        words = ((f"[{a}, {b}]", bracket(v, w)) for a, v in letters[:used] for b, w in fresh if v is not w)
        fresh, new = _absorb(words, space, values)
        found.append(Stair(level, space.rank, values.rank, new))
        if not fresh:
            closed = True
            break
    return Staircase(phi, where, tuple(found), closed and used == phi.count, used)


def _point(phi: VectorFields, point: Any) -> tuple[Fraction, ...]:
    if point is None:
        return tuple(map(Fraction, islice(filter(is_prime, count(2)), phi.dimension)))
    return tuple(map(Fraction, exact_point(phi, point)))


def _absorb(words: Any, space: _Space, values: _Values) -> tuple[list[tuple[str, Field]], tuple[str, ...]]:
    """Keep the fields that are new as fields; return them, and the names of those that raise the rank at the point."""
    kept, raising = [], []
    for name, field in words:
        if space.add_field(field):
            kept.append((name, field))
            if values.add_field(field):
                raising.append(name)
    return kept, tuple(raising)


class _Space(Echelon):
    """A growing space of fields over Q; a field is a row of its coefficients."""

    _terms = 0

    def add_field(self, field: Field) -> bool:
        """Add a field and return whether it was not a combination of those before."""
        row = {(i, m): c for i, part in enumerate(field.components) for m, c in part.terms.items()}
        if not self.add(row):
            return False
        self._terms += len(row)
        if self.rank > MAX_FIELDS or self._terms > MAX_TERMS:
            raise SizeError(
                f"the brackets fill more than {MAX_FIELDS} fields or {MAX_TERMS} terms, too many to write out: "
                "ask for fewer steps, or use count_laws"
            )
        return True


class _Values(Echelon):
    """The values of fields at a point."""

    def __init__(self, point: Sequence[Fraction]) -> None:
        super().__init__()
        self._point = point

    def add_field(self, field: Field) -> bool:
        """Add a field's value and return whether it raises the rank."""
        return self.add({i: part.evaluate(self._point) for i, part in enumerate(field.components) if part})
