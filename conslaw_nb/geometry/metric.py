"""The metric M(θ) = ∂φ(θ)∂φ(θ)ᵀ: how fast z = φ(θ) answers to a slope of the loss in z.

Along the gradient flow of E = f∘φ the chain rule gives ż = −M(θ)∇f(z). That M depends on θ and not on z alone is
what the Riemannian reduction is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..errors import ConslawError, GeometryError, SizeError, brief
from ..exact.polynomial import Poly
from ..models.parametrizations import Parametrization
from ..models.points import exact_point

__all__ = ["GeometryError", "Metric", "metric", "read_point"]

MAX_COMPONENTS = 40


def read_point(phi: Parametrization, point: Any) -> list[Fraction]:
    """Return exact coordinates of a point, given in the order of the variables or by their names.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> read_point(parametrization("u*v"), {"v": 2, "u": "1/3"})
    [Fraction(1, 3), Fraction(2, 1)]
    """
    try:
        return [Fraction(value) for value in exact_point(phi, point)]
    except ConslawError as error:
        raise GeometryError(str(error)) from None


class Metric:
    """The symmetric matrix M = ∂φ∂φᵀ of a parametrization, its entries polynomials in θ.

    Attributes
    ----------
    phi : Parametrization
    entries : tuple of tuples of Poly
        d rows of d polynomials, d the number of components of φ.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> m = metric(parametrization("u*v", "u*w"))
    >>> m
    [u**2 + v**2, v*w]
    [v*w, u**2 + w**2]
    >>> m.at((2, 1, 3)) == m.at((-2, -1, -3))
    True
    """

    def __init__(self, phi: Parametrization):
        self.phi = phi
        rows = [field.components for field in phi]
        zero = Poly(phi.variables, {})
        upper = {
            (i, j): sum((a * b for a, b in zip(rows[i], rows[j], strict=True) if a and b), zero)
            for i in range(len(rows))
            for j in range(i + 1)
        }
        size = range(len(rows))
        self.entries = tuple(tuple(upper[max(i, j), min(i, j)] for j in size) for i in size)

    def at(self, point: Any) -> list[list[Fraction]]:
        """Return the matrix at an exact point, as rows of fractions."""
        place = read_point(self.phi, point)
        return [[Fraction(entry.evaluate(place)) for entry in row] for row in self.entries]

    def derivative(self, point: Any, direction: Sequence[Any]) -> list[list[Fraction]]:
        """Return the derivative of M at a point along a direction: d/dε M(θ + ε·direction) at ε = 0.

        Examples
        --------
        >>> from conslaw_nb.models.parametrizations import parametrization
        >>> metric(parametrization("u*v")).derivative((3, 1), (1, 0))
        [[Fraction(6, 1)]]
        """
        place, way = read_point(self.phi, point), read_point(self.phi, direction)
        return [
            [sum((way[i] * part.evaluate(place) for i, part in entry.gradient().items()), Fraction(0)) for entry in row]
            for row in self.entries
        ]

    def __repr__(self) -> str:
        return "\n".join("[" + ", ".join(entry.text for entry in row) + "]" for row in self.entries)

    def _repr_latex_(self) -> str:
        rows = r" \\ ".join(" & ".join(entry.latex for entry in row) for row in self.entries)
        return (
            rf"$\displaystyle M(\theta)=\partial\varphi\,\partial\varphi^\top=\begin{{pmatrix}}{rows}\end{{pmatrix}}$"
        )


def metric(phi: Parametrization) -> Metric:
    """Return M(θ) = ∂φ(θ)∂φ(θ)ᵀ, exactly.

    Parameters
    ----------
    phi : Parametrization
        With at most 40 components.

    References
    ----------
    The matrix M of the proposition on the Riemannian flow, before it is rewritten as a function of z.

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> metric(parametrization("u*v"))
    [u**2 + v**2]
    """
    if not isinstance(phi, Parametrization):
        raise GeometryError(
            f"{brief(phi)} has no components: the metric needs a parametrization, such as parametrization('u*v')"
        )
    if not phi.is_map:
        raise GeometryError(f"{phi.brief} divides or takes roots: the metric is written out for polynomial components")
    if len(phi) > MAX_COMPONENTS:
        raise SizeError(f"{phi.text} has {len(phi)} components; the metric is written out for at most {MAX_COMPONENTS}")
    return Metric(phi)
