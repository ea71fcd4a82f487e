"""What φ and the laws together do not see: the criterion ker ∂φ ∩ ker ∂h = {0}, by exact linear algebra."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Any

from ..exact.polynomial import Poly
from ..exact.rational import rational_kernel
from ..laws.search import conservation_laws
from ..models.fields import to_poly
from ..models.parametrizations import Parametrization
from .metric import GeometryError, metric, read_point

__all__ = ["Recovery", "kernel", "recovery"]


def kernel(rows: Sequence[Sequence[Fraction]], columns: int) -> list[tuple[int, ...]]:
    """Return a basis of {x : rows x = 0} over Q, each vector scaled to coprime integers.

    Examples
    --------
    >>> kernel([[Fraction(1), Fraction(1, 2), Fraction(0)]], 3)
    [(-1, 2, 0), (0, 0, 1)]
    """
    basis = []
    for vector in rational_kernel(rows, columns):
        scale = lcm(*(x.denominator for x in vector))
        whole = [int(x * scale) for x in vector]
        basis.append(tuple(x // gcd(*whole) for x in whole))
    return basis


@dataclass(frozen=True)
class Recovery:
    """What φ and laws see of a change of θ, to first order at one point; all ranks exact.

    Attributes
    ----------
    phi : Parametrization
    point : tuple of Fraction
    parameters : int
        D.
    rank_phi, rank_laws, rank_both : int
        Of ∂φ, of ∂h, and of the two stacked.
    directions : tuple of tuples of int
        A basis of ker ∂φ ∩ ker ∂h: what neither of them sees.
    """

    phi: Parametrization
    point: tuple[Fraction, ...]
    parameters: int
    rank_phi: int
    rank_laws: int
    rank_both: int
    directions: tuple[tuple[int, ...], ...]

    @property
    def is_recoverable(self) -> bool:
        """Whether ker ∂φ ∩ ker ∂h = {0}: then θ is, near the point, a smooth function of (z, h)."""
        return not self.directions

    @cached_property
    def is_harmless(self) -> bool:
        """Whether M does not change, to first order, along anything that φ and the laws do not see."""
        m = metric(self.phi)
        return not any(any(map(any, m.derivative(self.point, way))) for way in self.directions)

    def __repr__(self) -> str:
        ranks = f"rank ∂φ = {self.rank_phi}, rank ∂h = {self.rank_laws}, together {self.rank_both}"
        head = f"D = {self.parameters}: {ranks};\n"
        if self.is_recoverable:
            return head + "nothing is unseen: θ is a function of (z, h) near this point"
        unseen = f"{len(self.directions)} unseen direction{'s' * (len(self.directions) > 1)}"
        return head + unseen + (", along which M stays" if self.is_harmless else ", along which M changes")


def recovery(phi: Parametrization, point: Any, laws: Sequence[str | Poly] | None = None) -> Recovery:
    """Return what φ and the laws see at a point, by exact ranks.

    Parameters
    ----------
    phi : Parametrization
    point : sequence or mapping of exact numbers
    laws : sequence of str or Poly, optional
        By default the known laws of a network, or else the polynomial laws of degree at most 2.

    References
    ----------
    Intrinsic training dynamics, Theorem 2.17, as a secondary source states it.

    Examples
    --------
    >>> from conslaw_nb.models.networks import factorization, relu
    >>> recovery(relu(2, 1, 2), (1, 2, 3, 4))
    D = 4: rank ∂φ = 3, rank ∂h = 1, together 4; nothing is unseen: θ is a function of (z, h) near this point
    >>> recovery(factorization(1, 2, 2), (3, 1, 1, 2, 2, -1))
    D = 6: rank ∂φ = 2, rank ∂h = 3, together 5; 1 unseen direction, along which M changes
    """
    place = read_point(phi, point)
    if laws is None:
        known = phi.known_laws()
        polys = list(known) if known is not None else [law.poly for law in conservation_laws(phi, degree=2)]
    else:
        polys = [to_poly(law, phi.variables) for law in laws]
    for h in polys:
        if phi.failing_generator(h) is not None:
            raise GeometryError(f"'{h.brief}' is not a law of {phi.text}: give laws, as check_law proves them")
    of_phi = [[Fraction(c.evaluate(place)) for c in field.components] for field in phi]
    of_laws = [[Fraction(0)] * phi.dimension for _ in polys]
    for row, h in zip(of_laws, polys, strict=True):
        for i, part in h.gradient().items():
            row[i] = Fraction(part.evaluate(place))
    size = phi.dimension
    both = kernel([*of_phi, *of_laws], size)
    ranks = (size - len(kernel(of_phi, size)), size - len(kernel(of_laws, size)), size - len(both))
    return Recovery(phi, tuple(place), size, *ranks, tuple(both))
