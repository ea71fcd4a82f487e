"""What all path-liftings share: each component of φ is the product of the parameters along one path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import SizeError
from ..exact.polynomial import Poly
from .fields import MAX_GENERATORS
from .parametrizations import Parametrization

__all__ = ["PathLifting"]


class PathLifting(Parametrization):
    """A map whose components are products of different parameters, one for each path.

    Subclasses say which parameters stand on a path (`path`), and which paths have edge vectors that span those of all
    (`spanning_generators`).
    """

    def path(self, index: int) -> list[int]:
        """Return the parameters along one path, as indices."""
        raise NotImplementedError(type(self).__name__)

    def component(self, index: int) -> Poly:
        """Return the monomial of one path."""
        return Poly(self.variables, {tuple((e, 1) for e in sorted(self.path(index))): 1})

    def _expand(self) -> Iterable[Poly]:
        self.check_all()
        return super()._expand()

    def check_all(self) -> None:
        """Raise SizeError where there are too many paths to write them all out."""
        if self.count > MAX_GENERATORS:
            raise SizeError(
                f"{self.brief} has {self.count} components, too many to write out (counting does not need them)"
            )

    def failing_generator(self, h: Poly) -> int | None:
        """Decide ⟨∇h, ∇φ_P⟩ = φ_P·Σ_{e∈P} ∂_e h/θ_e = 0 for all paths P.

        The sum is linear in the edge vector of P, so the spanning paths decide for all of them.
        """
        gradient = h.gradient()
        for g in self.spanning_generators():
            edges = [e for e in self.path(g) if e in gradient]
            total = Poly(self.variables, {})
            for e in edges:
                others = tuple((f, 1) for f in sorted(edges) if f != e)
                total = total + gradient[e] * Poly(self.variables, {others: 1})
            if total:
                return g
        return None

    def generator_rows(self, point: Sequence[int], prime: int) -> list[tuple[int, dict[int, int]]]:
        """Return the gradients of the spanning paths: the product of all edges but one, for each edge.

        Where some coordinate of the point is zero the spanning paths may miss part of the trace, and all paths
        are taken.
        """
        every = any(x % prime == 0 for x in point)
        if every:
            self.check_all()
        rows = []
        for g in range(self.count) if every else self.spanning_generators():
            edges = self.path(g)
            row = {}
            for e in edges:
                value = 1
                for f in edges:
                    if f != e:
                        value = value * point[f] % prime
                if value:
                    row[e] = value
            rows.append((g, row))
        return rows

    def suits(self, prime: int) -> bool:
        """Whether the generators can be computed modulo the prime: all their coefficients are 1."""
        return True

    def denominator(self) -> int:
        """Return 1: all coefficients are whole."""
        return 1

    def is_homogeneous(self) -> bool:
        """Whether every component is homogeneous: products along paths are."""
        return True

    def sign_classes(self) -> list[int]:
        """Return one mask per variable: a monomial changes at most its sign under any sign change."""
        return [1 << i for i in range(self.dimension)]
