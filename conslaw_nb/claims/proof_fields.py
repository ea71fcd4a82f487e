"""Fields of matrices in proofs: by name, by the velocity of each matrix, brackets, and combinations of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from ..errors import ParseError
from ..language import text
from ..language.polynomials import constant_value
from ..language.tree import List, Name, Negative, Node, Product, Sum, Velocities
from ..matrices.expression import Expr
from ..matrices.fields import MatrixField, bracket
from ..matrices.space import MatrixSpace

__all__ = ["FieldNode", "FieldReader", "field_latex"]


@dataclass(frozen=True)
class FieldNode:
    """A field of matrices, by its velocities."""

    field: MatrixField


class Matrices(Protocol):
    """What a field is read from: the matrices of a proof, and how expressions of them are computed."""

    space: MatrixSpace

    @property
    def given(self) -> tuple[str, ...]: ...

    def velocity(self, tree: Node) -> Expr: ...

    def holds_hidden(self, value: Expr) -> bool: ...


class FieldReader:
    """Reads trees as fields of the matrices of a proof; `known` holds those that have a name."""

    def __init__(self, case: Matrices):
        self.case = case
        self.known: dict[str, MatrixField] = {}

    def is_field(self, node: Node) -> bool:
        """Whether a tree is a field: a list of velocities, the name of a field, or made of such."""
        if isinstance(node, Velocities):
            return True
        if isinstance(node, Name):
            return node.name in self.known
        if isinstance(node, Negative):
            return self.is_field(node.argument)
        if isinstance(node, Sum):
            return any(map(self.is_field, node.terms))
        if isinstance(node, Product):
            return any(self.is_field(factor) for factor, _ in node.factors)
        return isinstance(node, List) and any(map(self.is_field, node.items))

    def field(self, node: Node) -> MatrixField:
        """Return a field: its name, a list of velocities, a bracket, or a combination with numbers."""
        if isinstance(node, Name) and node.name in self.known:
            return self.known[node.name]
        if isinstance(node, Velocities):
            return self._velocities(node)
        if isinstance(node, List) and len(node.items) == 2:
            return bracket(*map(self.field, node.items))
        if isinstance(node, Negative):
            return -self.field(node.argument)
        if isinstance(node, Sum):
            total, *rest = map(self.field, node.terms)
            for field in rest:
                total = total + field
            return total
        if isinstance(node, Product):
            number, fields = Fraction(1), []
            for factor, below in node.factors:
                if self.is_field(factor) and not below:
                    fields.append(self.field(factor))
                    continue
                value = constant_value(factor)
                if value is None:
                    raise ParseError(f"'{text(factor)}' cannot stand before a field: only numbers can, as in 2*X")
                if below and not value:
                    raise ParseError(f"division by zero in '{text(node)}'")
                number = number / value if below else number * value
            if len(fields) == 1:
                return fields[0] * number
        known = f"; the fields are {', '.join(self.known)}" if self.known else ""
        raise ParseError(f"'{text(node)}' is not a field: write a name, a bracket [X, Y], or (U: D*V, V: D^T*U){known}")

    def _velocities(self, node: Velocities) -> MatrixField:
        velocities = {}
        for name, tree in zip(node.names, node.values, strict=True):
            if name not in self.case.given:
                raise ParseError(
                    f"'{name}: {text(tree)}' is not a velocity: write each declared matrix once, as in "
                    "(U: D*V, V: D^T*U)"
                )
            velocities[name] = self.case.velocity(tree)
            if self.case.holds_hidden(velocities[name]):
                raise ParseError(
                    f"the velocity '{name}: {text(tree)}' contains a derivative in time: write it without one"
                )
        return MatrixField(self.case.space, velocities)


def field_latex(field: MatrixField) -> str:
    """Write a field in LaTeX."""
    parts = [rf"{field.space.latex(name)}: {value.latex}" for name, value in field.items()]
    return r"\left(" + r",\; ".join(parts) + r"\right)"
