"""Laws with exp, log and roots: decided where an exact identity or an exact witness settles them.

An expression becomes a rational function of its variables and of *kernels*: exp(t), log|f| and roots
f^(1/q), with the rules exp(s+t) = exp(s)exp(t), log|fg| = log|f| + log|g| and (f^(1/q))^q = f. If that rational
function is identically zero, so is the expression, wherever it is defined: PROVED. If not, small rational points
are tried, and interval arithmetic encloses the exact value there: an enclosure without 0 is a proof
that the value is not 0. If neither succeeds the answer is UNKNOWN. A point counts only where the function has a value
as it was written (`real_domain.py`); without any such point nothing is proved: a function without values is not a law.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy
from mpmath import iv

from ..errors import BudgetError, ParseError, SizeError, brief
from ..exact.budget import at_most
from ..exact.polynomial import MAX_BITS, MAX_EXPONENT
from ..language import names_in
from ..language.polynomials import constant_value, not_a_function, unknown_variable
from ..language.tree import Call, Name, Negative, Node, Number, Power, Product, Sum, walk
from ..models.fields import VectorFields
from ..verdict import Status, Verdict, Witness
from .functions import LawEvidence, constant_verdict, is_rational_function
from .kernels import MAX_FACTORED, Unsettled, is_zero, size_of
from .real_domain import (
    PRECISION,
    Condition,
    NoValue,
    bounded_exp,
    conditions,
    conditions_of,
    contradiction,
    domain_points,
    positive_log,
    rational,
)

__all__ = ["check_transcendental"]

MAX_NESTED = 10  # functions, roots and variable powers inside each other
MAX_EVENTS = 6_000_000  # of sympy's work on one law: seconds; an ordinary law takes a twentieth of it
MAX_OPERATIONS = 3_000  # of one residual
MAX_GENERATORS = 2_000
FIRST_POINTS, MAX_POINTS, DOMAIN_POINTS = 4, 60, 400
_FUNCTIONS = {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt}


def check_transcendental(claim: str, node: Node, phi: VectorFields) -> Verdict:
    """Decide whether an expression with exp, log, sqrt or rational powers is conserved, or say why not.

    `claim`: the learner's text; `node`: the same, parsed.
    """
    depth = _nesting(node)
    if depth > MAX_NESTED:
        return _unknown(claim, f"functions are nested {depth} deep, and up to {MAX_NESTED} are settled exactly")
    try:
        with at_most(MAX_EVENTS):
            return _check(claim, node, phi)
    except BudgetError:
        return _unknown(claim, f"it takes more than {MAX_EVENTS} steps; a shorter expression may do")
    except Unsettled as reason:
        return _unknown(claim, str(reason))
    except NoValue:
        return _unknown(claim, "one of its numbers is too large, or may not be real")
    except OverflowError:
        return _unknown(claim, "its numbers are too large to be compared")
    except RecursionError:
        return _unknown(claim, "functions and powers are nested too deeply to be settled exactly")


def _nesting(node: Node) -> int:
    """Count the functions, roots and variable powers inside each other."""
    if isinstance(node, Sum):
        return max(map(_nesting, node.terms))
    if isinstance(node, Product):
        return max(_nesting(factor) for factor, _ in node.factors)
    if isinstance(node, Negative):
        return _nesting(node.argument)
    if isinstance(node, Power):
        inside = max(_nesting(node.base), _nesting(node.exponent))
        return inside + (not (isinstance(node.exponent, Number) and node.exponent.value.denominator == 1))
    return 1 + _nesting(node.argument) if isinstance(node, Call) else 0


def _check(claim: str, node: Node, phi: VectorFields) -> Verdict:
    symbols = {name: sympy.Symbol(name) for name in phi.variables}
    h = sympy_of(node, symbols)
    if h.has(sympy.zoo, sympy.oo, sympy.nan):
        raise ParseError(f"{brief(claim)} has no value: it divides by zero or takes log(0)")
    if _is_complex(h):
        raise ParseError(f"{brief(claim)} has no real value anywhere: it takes the log or a root of a negative number")
    domain = [*conditions(node), *conditions_of(phi)]
    outside = contradiction(domain, phi.variables) or _vanishing_divisor(domain, symbols)
    if outside:
        raise ParseError(f"{brief(claim)} has no real value around any point: {outside}")
    known = names_in(node, *(condition.node for condition in domain))
    written = [name for name in phi.variables if name in known]
    if next(domain_points(domain, written, DOMAIN_POINTS), None) is None:
        return _unknown(claim, "no point was found around which it has a real value, and a law has values")
    involved = [i for i, name in enumerate(phi.variables) if symbols[name] in h.free_symbols]
    partials = {i: sympy.diff(h, symbols[phi.variables[i]]) for i in involved}
    if not involved or all(p == 0 for p in partials.values()):
        return constant_verdict(claim, " wherever it has a value" if domain else "")
    if any(p.has(sympy.zoo, sympy.oo, sympy.nan, sympy.I) for p in partials.values()):
        return _unknown(claim, "its derivative divides by zero or takes the log of a number that is not positive")
    positive = _positive_parts(domain, symbols)
    unsettled: str | None = None
    for number, g in enumerate(phi.spanning_generators()):
        if number >= MAX_GENERATORS:
            return _unknown(claim, f"more than {MAX_GENERATORS} generators are beyond the budget for such laws")
        components = phi[g].components
        residual = sympy.Add(*(p * components[i].to_sympy() for i, p in partials.items() if components[i]))
        if residual == 0:
            continue
        if sympy.count_ops(residual) > MAX_OPERATIONS:
            return _unknown(claim, f"⟨∇h, {phi.label(g)}⟩ is too large to settle exactly")
        names = sorted({*written, *map(str, residual.free_symbols)})
        found = _witness(domain, residual, names, FIRST_POINTS)  # a point or two show most of them
        if found is None:
            try:
                if is_zero(residual, positive):
                    continue
            except (Unsettled, sympy.PolynomialError) as reason:
                unsettled = str(reason)
            found = _witness(domain, residual, names, MAX_POINTS)
        if found is not None:
            point, value = found
            full = {name: point.get(name, Fraction(0)) for name in phi.variables}
            witness = Witness(g, phi.label(g), full, value)
            reason = f"not conserved: {witness}, and a law needs 0 everywhere."
            return Verdict(Status.REFUTED, reason, witness=witness, claim=claim, evidence=LawEvidence(phi, None))
        why = unsettled or "it does not reduce to 0, and no small point shows a value that is certainly not 0"
        return _unknown(claim, f"⟨∇h, {phi.label(g)}⟩ = {_brief(residual)} could not be settled: {why}")
    reason = "⟨∇h, χ⟩ = 0 for every generator χ, as an identity wherever h is defined."
    return Verdict(Status.PROVED, reason, claim=claim, evidence=LawEvidence(phi, None))


def _vanishing_divisor(domain: list[Condition], symbols: dict[str, Any]) -> str:
    """Say what the expression divides by though it is 0 wherever it has a value; an empty text if nothing shows."""
    for condition in domain:
        if not condition.positive and any(isinstance(part, Call | Power) for part in walk(condition.node)):
            divisor = sympy_of(condition.node, symbols)
            try:
                if is_zero(divisor):
                    return f"it divides by {_brief(divisor)}, which is 0 wherever it has a value"
            except (Unsettled, sympy.PolynomialError):
                continue
    return ""


def _positive_parts(domain: list[Condition], symbols: dict[str, Any]) -> frozenset[Any]:
    """Return the polynomials that are positive wherever the function has a value: irreducible conditions."""
    found = set()
    for condition in domain:
        if condition.positive and is_rational_function(condition.node):
            expression = sympy_of(condition.node, symbols)
            if expression.is_polynomial() and size_of(expression) <= MAX_FACTORED:
                constant, factors = sympy.factor_list(expression)
                if len(factors) == 1 and factors[0][1] == 1:
                    found.add(factors[0][0] if constant > 0 else -factors[0][0])
    return frozenset(found)


def _is_never_real(e: Any) -> bool:
    """Whether a number came out of sympy as the log or a root of a negative one."""
    return e is sympy.I or (e.is_Pow and e.base.is_Rational and e.base < 0 and e.exp.is_Rational and e.exp.q > 1)


def _unknown(claim: str, reason: str) -> Verdict:
    return Verdict(Status.UNKNOWN, f"not decided: {reason}.", claim=claim)


def _brief(expression: Any) -> str:
    text = str(expression)
    return text if len(text) <= 120 else text[:117] + "..."


def sympy_of(node: Node, symbols: dict[str, Any]) -> Any:
    """Build a sympy expression from our own parse tree (sympy never sees the text)."""
    if isinstance(node, Number):
        return sympy.Rational(node.value.numerator, node.value.denominator)
    if isinstance(node, Name):
        if node.name not in symbols:
            raise unknown_variable(node.name, symbols)
        return symbols[node.name]
    if isinstance(node, Sum):
        return sympy.Add(*(sympy_of(term, symbols) for term in node.terms))
    if isinstance(node, Product):
        factors = []
        for factor, inverse in node.factors:
            value = sympy_of(factor, symbols)
            factors.append(1 / value if inverse else value)
        return sympy.Mul(*factors)
    if isinstance(node, Power):
        base = sympy_of(node.base, symbols)
        exponent = constant_value(node.exponent)
        if exponent is None:
            return _in_reach(base ** sympy_of(node.exponent, symbols))
        if max(abs(exponent.numerator), exponent.denominator) > MAX_EXPONENT:
            raise SizeError(f"the exponent {exponent} is too large: exponents up to {MAX_EXPONENT} are read")
        if base.is_Rational and max(base.p.bit_length(), base.q.bit_length()) * abs(exponent) > MAX_BITS:
            raise SizeError(f"a power {brief(exponent)} of a number has over {MAX_BITS} bits: use smaller numbers")
        return _in_reach(base ** sympy.Rational(exponent.numerator, exponent.denominator))
    if isinstance(node, Call):
        return _in_reach(_FUNCTIONS[node.function](sympy_of(node.argument, symbols)))
    if isinstance(node, Negative):
        return -sympy_of(node.argument, symbols)
    raise not_a_function(node, symbols)


def _in_reach(value: Any) -> Any:
    """Return a value, unless it is a number that sympy could compute with for ever: it does not know how large."""
    if not (value.is_Rational or value.free_symbols or value.is_finite is False or _is_complex(value)):
        try:
            interval_of(value, {})
        except (Unsettled, NoValue):
            raise Unsettled("one of its numbers is too large, or may not be real") from None
    return value


def _is_complex(e: Any) -> bool:
    return any(_is_never_real(part) for part in sympy.preorder_traversal(e))


# -- a point where the value is certainly not zero -------------------------------------------------------


def _witness(
    domain: list[Condition], residual: Any, names: list[str], attempts: int
) -> tuple[dict[str, Fraction], Any] | None:
    for point in domain_points(domain, names, attempts):
        try:
            enclosure = interval_of(residual, point)
        except (Unsettled, NoValue, ZeroDivisionError, ValueError, OverflowError, TypeError):
            continue
        if enclosure.a > 0 or enclosure.b < 0:
            replaced = {sympy.Symbol(n): sympy.Rational(v.numerator, v.denominator) for n, v in point.items()}
            return point, residual.subs(replaced)
    return None


def interval_of(e: Any, point: dict[str, Fraction]) -> Any:
    """Enclose the real value of an expression at a point, rigorously, at 120 bits; sympy evaluates nothing."""
    before, iv.prec = iv.prec, PRECISION
    try:
        return _enclose(e, point)
    finally:
        iv.prec = before


def _enclose(e: Any, point: dict[str, Fraction]) -> Any:
    if e.is_Rational:
        return rational(Fraction(int(e.p), int(e.q)))
    if e.is_Symbol:
        return rational(point[e.name])
    if e is sympy.E:
        return iv.exp(iv.mpf(1))
    if e.is_Add:
        total = iv.mpf(0)
        for a in e.args:
            total = total + _enclose(a, point)
        return total
    if e.is_Mul:
        total = iv.mpf(1)
        for a in e.args:
            total = total * _enclose(a, point)
        return total
    if isinstance(e, sympy.exp):
        return bounded_exp(_enclose(e.args[0], point))
    if isinstance(e, sympy.log):
        return positive_log(_enclose(e.args[0], point))
    if e.is_Pow:
        return _power(_enclose(e.args[0], point), e.args[1], point)
    raise Unsettled(f"{e} has no real value that can be enclosed")


def _power(base: Any, exponent: Any, point: dict[str, Fraction]) -> Any:
    whole = int(exponent) if exponent.is_Integer else None
    if exponent.is_Symbol and point[exponent.name].denominator == 1:
        whole = int(point[exponent.name])
    if whole is None:
        if base.a == 0 and base.b == 0 and exponent.is_Rational and exponent.is_positive:
            return base  # a root of 0
        return bounded_exp(positive_log(base) * _enclose(exponent, point))
    if whole <= 0 and base.a <= 0 <= base.b:
        raise Unsettled("division by an interval around 0")
    power = base ** abs(whole)
    return 1 / power if whole < 0 else power
