"""Quotients of polynomials as functions: where they have a value, and the direction of their gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..exact.polynomial import Poly
from ..language import read_expression
from ..language.polynomials import constant_value, fraction_and_domain
from ..language.tree import Call, Negative, Node, Power, Product, Sum
from ..models.fields import Field, VectorFields
from ..verdict import Status, Verdict

__all__ = ["LawEvidence", "Quotient", "constant_verdict", "gradient_field", "is_rational_function", "quotient"]


@dataclass(frozen=True)
class Quotient:
    """A function top/bottom, as somebody wrote it."""

    name: str  # what was written
    top: Poly
    bottom: Poly
    # all it divides by: it has a value exactly where none of them is 0. A factor that cancels counts too.
    divisors: tuple[Poly, ...] = ()

    @property
    def is_polynomial(self) -> bool:
        """Whether it divides by nothing."""
        return not self.divisors and self.bottom == 1

    @property
    def gradient(self) -> Field:
        """The field b∇a − a∇b for h = a/b: it is b²∇h, and has the direction of ∇h where h has a value."""
        parts, others = self.top.gradient(), self.bottom.gradient()
        zero = Poly(self.top.variables, {})
        every = range(len(self.top.variables))
        return Field([parts.get(i, zero) * self.bottom - others.get(i, zero) * self.top for i in every])

    def hole_at(self, point: Sequence[Fraction | int]) -> Poly | None:
        """Return what is 0 at the point though the function divides by it, or None: then it has a value there."""
        return next((d for d in self.divisors if not Fraction(d.evaluate(point))), None)

    @property
    def where(self) -> str:
        """The domain in words, such as ' wherever x is not 0'; nothing where it is everything.

        Examples
        --------
        >>> quotient("x/x + 1/(y - 1)", ("x", "y")).where
        ' wherever x and y - 1 are not 0'
        """
        if not self.divisors:
            return ""
        shown = [brief_poly(d) for d in self.divisors]
        verb = "is" if len(shown) == 1 else "are"
        return f" wherever {', '.join(shown[:-1])}{' and ' * (len(shown) > 1)}{shown[-1]} {verb} not 0"


def brief_poly(poly: Poly) -> str:
    """Write a polynomial, or say how many terms it has where they would flood a message."""
    return poly.text if len(poly.terms) <= 6 else f"a denominator of {len(poly.terms)} terms"


def quotient(h: str | Poly | Node, variables: tuple[str, ...], name: str = "") -> Quotient:
    """Read a function.

    Raises ParseError: h is neither a polynomial nor a quotient of polynomials in the variables.
    """
    if isinstance(h, Poly):
        return Quotient(name or h.text, h, Poly.constant(variables, 1))
    top, bottom, divisors = fraction_and_domain(read_expression(h, variables) if isinstance(h, str) else h, variables)
    if bottom.is_constant:
        top, bottom = top / bottom.terms[()] if bottom != 1 else top, Poly.constant(variables, 1)
    return Quotient(name or str(h), top, bottom, divisors)


def gradient_field(h: str | Poly, variables: tuple[str, ...]) -> Field:
    """Return a polynomial field with the direction of ∇h: for h = a/b it is b∇a − a∇b, that is b²∇h.

    Raises ParseError: h is neither a polynomial nor a quotient of polynomials in the variables.
    """
    return quotient(h, variables).gradient


def is_rational_function(node: Node) -> bool:
    """Say whether only numbers, variables, + - * / and integer powers occur."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Call):
            return False
        if isinstance(current, Sum):
            stack.extend(current.terms)
        elif isinstance(current, Product):
            stack.extend(factor for factor, _ in current.factors)
        elif isinstance(current, Negative):
            stack.append(current.argument)
        elif isinstance(current, Power):
            exponent = constant_value(current.exponent)
            if exponent is None or exponent.denominator != 1:
                return False
            stack.append(current.base)
    return True


@dataclass(frozen=True)
class LawEvidence:
    """What a certificate about one function is made of; of one with exp, log or roots there is none."""

    family: VectorFields
    h: Quotient | None


def constant_verdict(claim: str, where: str = "") -> Verdict:
    """Return the verdict on what is constant (perhaps only where it has a value): conserved, and no law."""
    return Verdict(
        Status.PROVED,
        "a constant never changes, whatever the flow: true, but it says nothing and is never counted as a law"
        f"{f' (it is one{where})' if where else ''}.",
        claim=claim,
        details={"constant": True},
    )
