"""Arithmetic of quotients of polynomials and vectors of them, within a budget: a short step can be a huge expansion."""

from __future__ import annotations

from fractions import Fraction

from ..errors import BudgetError, ParseError
from ..exact.polynomial import Poly
from ..language.tree import Node, Power, Product
from .proof_values import Quotient, Value, Vec, readable, what

__all__ = ["MAX_TOTAL", "MAX_WORK", "Arithmetic"]

MAX_WORK = 120_000  # products of terms in one step: well under a second
MAX_TOTAL = 20 * MAX_WORK  # the same for a whole proof
MAX_EXPONENT = 100


class Arithmetic:
    """Sums, products, powers, gradients and brackets, each of which spends from the budget of its step.

    Attributes
    ----------
    variables : tuple of str
    one : Poly
    work, total : int
        Products of terms spent in this step, and in the steps before.
    """

    def __init__(self, variables: tuple[str, ...]):
        self.variables = variables
        self.one = Poly.constant(variables, 1)
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

    def _spend(self, work: int) -> None:
        self.work += work
        if self.work > MAX_WORK:
            raise BudgetError(
                f"this step was stopped after {MAX_WORK} products of terms: it is too large to expand; split it into "
                "smaller steps, or use lower powers"
            )

    def _times(self, a: Poly, b: Poly) -> Poly:
        if b == 1:
            return a
        if a == 1:
            return b
        self._spend(len(a.terms) * len(b.terms))
        return readable(a * b)

    def _minus(self, a: Quotient, b: Quotient) -> Quotient:
        if a[1] == b[1]:
            return a[0] - b[0], a[1]
        return self._times(a[0], b[1]) - self._times(b[0], a[1]), self._times(a[1], b[1])

    def _plus(self, a: Value, b: Value) -> Value:
        if isinstance(a, Vec) and isinstance(b, Vec) and len(a.items) == len(b.items):
            return Vec(tuple(self._plus(p, q) for p, q in zip(a.items, b.items, strict=True)))  # type: ignore[misc]
        if isinstance(a, Vec) or isinstance(b, Vec):
            raise ParseError(f"{what(a)} and {what(b)} cannot be added")
        self._spend(len(a[0].terms) + len(b[0].terms))
        if a[1] == b[1]:
            return a[0] + b[0], a[1]
        return self._times(a[0], b[1]) + self._times(b[0], a[1]), self._times(a[1], b[1])

    def _scale(self, a: Quotient, b: Quotient) -> Quotient:
        return self._plain(self._times(a[0], b[0]), self._times(a[1], b[1]))

    def _plain(self, top: Poly, bottom: Poly) -> Quotient:
        if bottom != 1 and bottom.is_constant:
            return top / bottom.terms[()], self.one
        return top, bottom

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
            if inverse:
                if not value[0]:
                    raise ParseError("division by zero: a denominator of this step is 0")
                value = (value[1], value[0])
            scale = self._scale(scale, value)
        if vector is None:
            return scale
        return Vec(tuple(self._scale(scale, item) for item in vector.items))

    def _power(self, node: Power) -> Quotient:
        base, power = self._scalar(node.base, "a power"), self._scalar(node.exponent, "an exponent")
        if not power[0].is_constant or not power[1].is_constant:
            raise ParseError(f"the exponent {power[0].brief} is not an integer: only integer powers are read")
        value = Fraction(power[0].terms.get((), 0)) / Fraction(power[1].terms[()])
        if value.denominator != 1 or abs(value) > MAX_EXPONENT:
            raise ParseError(f"the exponent {value} is not read in a proof: integers up to {MAX_EXPONENT} are")
        exponent = int(value)
        if exponent < 0:
            if not base[0]:
                raise ParseError(f"division by zero: 0 has no power {exponent}")
            base, exponent = (base[1], base[0]), -exponent
        self._spend(sum(p.power_terms(max(exponent // 2, 1)) ** 2 for p in base if p != 1 and exponent > 1))
        return self._plain(readable(base[0] ** exponent), readable(base[1] ** exponent))

    def _gradient(self, h: Quotient) -> Vec:
        top, bottom = h
        zero = Poly(self.variables, {})
        parts = top.gradient()
        if bottom.is_constant:
            return Vec(tuple((parts.get(i, zero) / bottom.terms[()], self.one) for i in range(len(self.variables))))
        others, square = bottom.gradient(), self._times(bottom, bottom)
        items = []
        for i in range(len(self.variables)):
            numerator = self._times(parts.get(i, zero), bottom) - self._times(top, others.get(i, zero))
            items.append((numerator, square) if numerator else (zero, self.one))
        return Vec(tuple(items))

    def _inner(self, a: Vec, b: Vec) -> Quotient:
        total: Value = (Poly(self.variables, {}), self.one)
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
            rows.append(self._minus(self._inner(self._gradient(a), y), self._inner(self._gradient(b), x)))
        return Vec(tuple(rows))
