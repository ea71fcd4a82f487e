"""Arithmetic of quotients of polynomials and vectors of them, within a budget: a short step can be a huge expansion."""

from __future__ import annotations

from ..errors import BudgetError, ParseError, SizeError
from ..exact.polynomial import Poly
from ..exact.quotients import Quotient, Quotients
from ..language.tree import Node, Power, Product
from .proof_values import Value, Vec, what

__all__ = ["MAX_TOTAL", "MAX_WORK", "Arithmetic"]

MAX_WORK = 120_000  # products of terms in one step: well under a second
MAX_TOTAL = 20 * MAX_WORK  # the same for a whole proof
MAX_BITS = 2_000  # of a coefficient: longer numbers nobody reads


class Arithmetic(Quotients):
    """Sums, products, powers, gradients and brackets, each of which spends from the budget of its step.

    Attributes
    ----------
    work, total : int
        Products of terms spent in this step, and in the steps before.
    """

    def __init__(self, variables: tuple[str, ...]):
        super().__init__(variables)
        self.work = self.total = 0

    def _value(self, node: Node) -> Value:
        raise NotImplementedError

    def _scalar(self, node: Node, where: str) -> Quotient:
        raise NotImplementedError

    def _next_step(self) -> None:
        """Begin a step, with a budget of its own."""
        self.total += self.work
        self.work = 0
        if self.total > MAX_TOTAL:
            raise BudgetError("the proof was stopped: its steps are too large to expand all of them; prove it in parts")

    def pay(self, work: int, what: str) -> None:
        """Spend from the budget of the step."""
        self.work += work
        if self.work > MAX_WORK:
            raise BudgetError(
                f"this step was stopped after {MAX_WORK} products of terms: it is too large to expand; split it into "
                "smaller steps, or use lower powers"
            )

    def checked(self, poly: Poly) -> Poly:
        """Return the polynomial, unless its numbers are longer than anyone reads."""
        if any(max(c.numerator.bit_length(), c.denominator.bit_length()) > MAX_BITS for c in poly.terms.values()):
            raise SizeError(f"this step has coefficients of over {MAX_BITS} bits: use smaller numbers")
        return poly

    def _plus(self, a: Value, b: Value) -> Value:
        if isinstance(a, Vec) and isinstance(b, Vec) and len(a.items) == len(b.items):
            return Vec(tuple(self._plus(p, q) for p, q in zip(a.items, b.items, strict=True)))  # type: ignore[misc]
        if isinstance(a, Vec) or isinstance(b, Vec):
            raise ParseError(f"{what(a)} and {what(b)} cannot be added")
        self.pay(len(a[0].terms) + len(b[0].terms), "a sum")
        return self.sum_of(a, b)

    def _scale(self, a: Quotient, b: Quotient) -> Quotient:
        return self._plain(self.product_of(a, b))

    def _plain(self, value: Quotient) -> Quotient:
        top, bottom = value
        return (top / bottom.terms[()], self.one) if bottom != 1 and bottom.is_constant else value

    def _product(self, node: Product) -> Value:
        scale: Quotient = (self.one, self.one)
        vector: Vec | None = None
        for factor, inverse in node.factors:
            value = self._value(factor)
            if isinstance(value, Vec):
                if vector is not None or inverse:
                    raise ParseError("two vectors cannot be multiplied or divided: write their inner product as <a, b>")
                vector = value
                continue
            scale = self._scale(scale, self.inverse(value, "a denominator of this step is 0") if inverse else value)
        if vector is None:
            return scale
        return Vec(tuple(self._scale(scale, item) for item in vector.items))

    def _power(self, node: Power) -> Quotient:
        base, exponent = self._scalar(node.base, "a power"), self._scalar(node.exponent, "an exponent")
        return self._plain(self.power(base, int(self.exponent(exponent))))

    def _gradient(self, h: Quotient) -> Vec:
        top, bottom = h
        parts = top.gradient()
        if bottom.is_constant:
            return Vec(
                tuple((parts.get(i, self.zero) / bottom.terms[()], self.one) for i in range(len(self.variables)))
            )
        others, square = bottom.gradient(), self.times(bottom, bottom)
        items = []
        for i in range(len(self.variables)):
            numerator = self.times(parts.get(i, self.zero), bottom) - self.times(top, others.get(i, self.zero))
            items.append((numerator, square) if numerator else (self.zero, self.one))
        return Vec(tuple(items))

    def _inner(self, a: Vec, b: Vec) -> Quotient:
        total: Value = (self.zero, self.one)
        for p, q in zip(a.items, b.items, strict=True):
            if p[0] and q[0]:
                total = self._plus(total, self._scale(p, q))
        return total  # type: ignore[return-value]

    def _bracket(self, x: Value, y: Value) -> Vec:
        size = len(self.variables)
        if not isinstance(x, Vec) or not isinstance(y, Vec) or len(x.items) != size or len(y.items) != size:
            raise ParseError(f"[a, b] needs two fields of {size} components, not {what(x)} and {what(y)}")
        rows = []
        for a, b in zip(x.items, y.items, strict=True):
            rows.append(self.difference_of(self._inner(self._gradient(a), y), self._inner(self._gradient(b), x)))
        return Vec(tuple(rows))
