"""Fields of matrices: velocities, gradient flows, and brackets, for all sizes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ..errors import ModelError
from ..language import dotted
from .calculus import derivative, fitted
from .calculus import gradient as loss_gradient
from .evaluate import expression, tree
from .expression import Expr, trace
from .letters import Letter, ShapeError, shape_text
from .space import MatrixSpace
from .syntax import names_in

__all__ = ["Flow", "MatrixField", "bracket", "commutator", "gradient_flow", "with_velocities"]


class MatrixField(Mapping[str, Expr]):
    """A velocity for each of some matrices; the others do not move.

    Parameters
    ----------
    space : MatrixSpace
    velocities : mapping, optional
        Name to expression (text or Expr) of the same shape.
    **more
        The same, for names that are Python names.

    Examples
    --------
    >>> space = MatrixSpace(U=("n", "r"), V=("m", "r"), G=("n", "m"))
    >>> X = MatrixField(space, U="-G*V", V="-G^T*U")
    >>> X
    (U: -G*V, V: -G^T*U)
    >>> X.along("U^T*U - V^T*V")
    0
    """

    def __init__(self, space: MatrixSpace, velocities: Mapping[str, Any] | None = None, /, **more: Any):
        given = {**(velocities or {}), **more}
        if not given:
            raise ModelError("a field with no velocity moves nothing: give one, such as U='-G*V'")
        values = {name: expression(value, space) for name, value in given.items()}
        for value in values.values():
            space = space.merge(value.space)
        self.space = space
        self.velocities = {name: fitted(space, name, value) for name, value in values.items()}

    def __getitem__(self, name: str) -> Expr:
        if name not in self.velocities:
            return Expr(self.space, self.space.letter(name).shape, {})
        return self.velocities[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.velocities)

    def __len__(self) -> int:
        return len(self.velocities)

    def __contains__(self, name: object) -> bool:
        return name in self.velocities

    def along(self, value: Any) -> Expr:
        """Return the derivative of an expression along this field."""
        return derivative(expression(value, self.space), self.velocities)

    def __add__(self, other: MatrixField) -> MatrixField:
        space = self.space.merge(other.space)
        return MatrixField(space, {name: self._in(space, name) + other._in(space, name) for name in {**self, **other}})

    def __neg__(self) -> MatrixField:
        return self * -1

    def __sub__(self, other: MatrixField) -> MatrixField:
        return self + (-other)

    def __mul__(self, number: int | Fraction) -> MatrixField:
        return MatrixField(self.space, {name: value * number for name, value in self.items()})

    __rmul__ = __mul__

    def _in(self, space: MatrixSpace, name: str) -> Expr:
        return self.velocities.get(name) or Expr(space, space.letter(name).shape, {})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MatrixField):
            return NotImplemented
        space = self.space.merge(other.space)
        return all(self._in(space, name) == other._in(space, name) for name in {**self, **other})

    __hash__ = None  # type: ignore[assignment]  # equal fields may name a still matrix or leave it out

    def __repr__(self) -> str:
        return "(" + ", ".join(f"{name}: {value.text}" for name, value in self.items()) + ")"

    @property
    def latex(self) -> str:
        """The field in LaTeX, on one line."""
        rows = (f"{dotted(self.space.latex(name))} = {value.latex}" for name, value in self.items())
        return r"\left(" + r",\; ".join(rows) + r"\right)"

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"


def bracket(x: MatrixField, y: MatrixField) -> MatrixField:
    """Return the Lie bracket [X, Y] = ∂X·Y − ∂Y·X of two fields, with the paper's sign.

    Examples
    --------
    >>> space = MatrixSpace(U=("n", "r"), A=("n", "n"), B=("n", "n"))
    >>> bracket(MatrixField(space, U="A*U"), MatrixField(space, U="B*U"))
    (U: A*B*U - B*A*U)
    """
    if not isinstance(x, MatrixField) or not isinstance(y, MatrixField):
        raise ModelError("bracket takes two matrix fields, such as MatrixField(space, U='A*U')")
    space = x.space.merge(y.space)
    names = {**x, **y}
    return MatrixField(
        space, {name: derivative(x._in(space, name), y) - derivative(y._in(space, name), x) for name in names}
    )


def commutator(a: Expr, b: Expr) -> Expr:
    """Return a*b - b*a.

    Examples
    --------
    >>> space = MatrixSpace(A=("n", "n"), B=("n", "n"))
    >>> commutator(space["A"], space["B"])
    A*B - B*A
    """
    return a * b - b * a


class Flow(MatrixField):
    """A gradient flow: the field, and what it is the flow of.

    Attributes
    ----------
    phi : tuple of Tree
        The expressions the loss depends on, as they were written.
    gradients : tuple of str
        For each of them, the name of the gradient of the loss: an arbitrary matrix of its shape.
    """

    def __init__(self, space: MatrixSpace, velocities: Mapping[str, Any], phi: Iterable[Any], gradients: Iterable[str]):
        super().__init__(space, velocities)
        self.phi = tuple(tree(part, space.names) for part in phi)
        self.gradients = tuple(gradients)


def gradient_flow(phi: Any, space: MatrixSpace, *, constants: Iterable[str] = (), gradient: str | None = None) -> Flow:
    """Return the flow that descends an arbitrary function of φ.

    With G the gradient of that function at φ, the loss changes by tr(Gᵀdφ), and each matrix P of φ moves by minus the
    gradient of tr(Gᵀφ) with respect to P. Nothing is known of G but its shape: this is every loss and every data set.

    Parameters
    ----------
    phi : str, Expr, or a sequence of them
        What the loss depends on: ``"U*V^T"``, or several parts, ``["u*v^T", "u*b"]``.
    space : MatrixSpace
    constants : iterable of str
        Matrices of φ that do not move.
    gradient : str, optional
        The name of G; a matrix of this name that is already declared must have the shape of φ.

    Examples
    --------
    >>> gradient_flow("U*V^T", MatrixSpace(U=("n", "r"), V=("m", "r")))
    (U: -G*V, V: -G^T*U)
    """
    parts = list(phi) if isinstance(phi, (list, tuple)) else [phi]
    if not parts:
        raise ModelError("φ has no parts: give at least one expression, such as 'U*V^T'")
    trees = [tree(part, space.names) for part in parts]
    values = [expression(part, space) for part in parts]
    for value in values:
        space = space.merge(value.space)
    written = set().union(*(names_in(node) for node in trees))
    constants = tuple(constants)
    for name in constants:
        if name not in written:
            raise ModelError(f"{name!r} does not occur in φ, so it cannot be held constant: leave it out")
    moving = [
        name
        for name, letter in space.letters.items()
        if name in written and name not in constants and letter.kind in ("general", "symmetric", "skew")
    ]
    if not moving:
        raise ModelError(f"nothing moves in φ = {trees[0].text}: it has no matrix that is not held constant")
    names: list[str] = []
    for i, value in enumerate(values):
        name = gradient if gradient is not None and i == 0 else None
        if name is not None and name in space:
            letter = space.letter(name)
            if letter.kind != "general":
                raise ModelError(
                    f"{name} cannot be the gradient at φ = {trees[i].text}: a gradient of any loss is arbitrary, and "
                    f"{name} is declared {letter.kind}; declare it as {name}: {shape_text(value.shape)}"
                )
            if letter.shape != value.shape or name in written:
                raise ShapeError(
                    f"{name} cannot be the gradient at φ = {trees[i].text}: it must be a matrix of its own of shape "
                    f"{shape_text(value.shape)}; here {name} is {shape_text(letter.shape)}"
                )
        else:
            name = name or space.fresh("g" if "1" in value.shape else "G")
            space = space.extend({name: Letter(name, *value.shape)})
        names.append(name)
    loss = Expr.number(space, 0)
    for name, value in zip(names, values, strict=True):
        loss = loss + trace(space[name].T * value)
    return Flow(space, {name: -loss_gradient(loss, name) for name in moving}, trees, names)


def with_velocities(space: MatrixSpace, field: MatrixField, names: Iterable[str]) -> tuple[MatrixSpace, dict[str, str]]:
    """Return a space that also names the velocity of each of some matrices that a field moves, and these names.

    Examples
    --------
    >>> space = MatrixSpace(U=("n", "r"), A=("n", "n"))
    >>> with_velocities(space, MatrixField(space, U="A*U"), ["U", "A"])
    (MatrixSpace(U: n x r, A: n x n, dU: n x r), {'U': 'dU'})
    """
    space, velocities = space.merge(field.space), {}
    for name in names:
        if name in field:
            letter = space.letter(name)
            velocity = velocities[name] = space.fresh(f"d{name}")
            latex = dotted(space.latex(name))
            space = space.extend({velocity: Letter(velocity, *letter.shape, letter.kind, latex)})
    return space, velocities
