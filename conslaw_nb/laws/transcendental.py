"""Laws with exp, log and roots: decided where an exact identity or an exact witness settles them.

An expression becomes a rational function of its variables and of *kernels*: exp(t), log|f| and roots
f^(1/q), with the rules exp(s+t) = exp(s)exp(t), log|fg| = log|f| + log|g| and (f^(1/q))^q = f. If that rational
function is identically zero, so is the expression, wherever it is defined: PROVED. If not, small rational points
are tried, and interval arithmetic encloses the exact value there: an enclosure without 0 is a proof
that the value is not 0. If neither succeeds the answer is UNKNOWN.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, prod
from random import Random
from typing import Any

import sympy
from mpmath import iv, mp

from ..errors import BudgetError, ParseError, SizeError, brief
from ..exact.budget import at_most
from ..exact.expansion import unknown_variable
from ..exact.parser import Call, Node, Number, Power, Product, Sum, Variable
from ..exact.polynomial import MAX_BITS, MAX_EXPONENT
from ..models.fields import VectorFields
from ..verdict import Status, Verdict, Witness
from .checking import constant_value, constant_verdict

__all__ = ["check_transcendental"]

MAX_NESTED = 10  # functions, roots and variable powers inside each other
MAX_EVENTS = 6_000_000  # of sympy's work on one law: seconds; an ordinary law takes a twentieth of it
MAX_OPERATIONS = 3_000  # of one residual
MAX_EXPANDED = 5_000  # terms of a numerator
MAX_FACTORED = 100  # terms of what stands under a function: beyond, it is taken as it is written
MAX_GENERATORS = 2_000
FIRST_POINTS, MAX_POINTS = 4, 60
MAX_TRIAL = 10_000  # primes up to here are taken out of a number under a log; what is left stays in one piece
_FUNCTIONS = {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt}


class _UnsettledError(Exception):
    """The expression lies outside what the kernels can decide, or has no value at a point."""


def check_transcendental(claim: str, node: Node, phi: VectorFields) -> Verdict:
    """Decide whether an expression with exp, log, sqrt or rational powers is conserved, or say why not.

    Parameters
    ----------
    claim : str
        The learner's text.
    node : Node
        The same, parsed.
    phi : VectorFields

    Returns
    -------
    Verdict
    """
    depth = _nesting(node)
    if depth > MAX_NESTED:
        return _unknown(claim, f"functions are nested {depth} deep, and up to {MAX_NESTED} are settled exactly")
    try:
        with at_most(MAX_EVENTS):
            return _check(claim, node, phi)
    except BudgetError:
        return _unknown(claim, f"it takes more than {MAX_EVENTS} steps; a shorter expression may do")
    except _UnsettledError as reason:
        return _unknown(claim, str(reason))
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
    if isinstance(node, Power):
        inside = max(_nesting(node.base), _nesting(node.exponent))
        return inside + (not (isinstance(node.exponent, Number) and node.exponent.value.denominator == 1))
    return 1 + _nesting(node.argument) if isinstance(node, Call) else 0


def _check(claim: str, node: Node, phi: VectorFields) -> Verdict:
    symbols = {name: sympy.Symbol(name) for name in phi.variables}
    h = _to_sympy(node, symbols)
    if h.has(sympy.zoo, sympy.oo, sympy.nan):
        raise ParseError(f"{brief(claim)} has no value: it divides by zero or takes log(0)")
    if _is_complex(h):
        raise ParseError(f"{brief(claim)} has no real value anywhere: it takes the log or a root of a negative number")
    involved = [i for i, name in enumerate(phi.variables) if symbols[name] in h.free_symbols]
    partials = {i: sympy.diff(h, symbols[phi.variables[i]]) for i in involved}
    if not involved or all(p == 0 for p in partials.values()):
        return constant_verdict(claim)
    if any(p.has(sympy.zoo, sympy.oo, sympy.nan, sympy.I) for p in partials.values()):
        return _unknown(claim, "its derivative divides by zero or takes the log of a number that is not positive")
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
        names = sorted({*(phi.variables[i] for i in involved), *map(str, residual.free_symbols)})
        found = _witness(h, residual, names, FIRST_POINTS)  # most functions are no laws, and a point or two show it
        if found is None:
            try:
                if _is_zero(residual):
                    continue
            except (_UnsettledError, sympy.PolynomialError) as reason:
                unsettled = str(reason)
            found = _witness(h, residual, names, MAX_POINTS)
        if found is not None:
            point, value = found
            full = {name: point.get(name, Fraction(0)) for name in phi.variables}
            witness = Witness(g, phi.label(g), full, value)
            reason = f"not conserved: {witness}, and a law needs 0 everywhere."
            return Verdict(Status.REFUTED, reason, witness=witness, claim=claim)
        why = unsettled or "it does not reduce to 0, and no small point shows a value that is certainly not 0"
        return _unknown(claim, f"⟨∇h, {phi.label(g)}⟩ = {_brief(residual)} could not be settled: {why}")
    return Verdict(
        Status.PROVED, "⟨∇h, χ⟩ = 0 for every generator χ, as an identity wherever h is defined.", claim=claim
    )


def _is_never_real(e: Any) -> bool:
    """Whether a number came out of sympy as the log or a root of a negative one."""
    return e is sympy.I or (e.is_Pow and e.base.is_Rational and e.base < 0 and e.exp.is_Rational and e.exp.q > 1)


def _unknown(claim: str, reason: str) -> Verdict:
    return Verdict(Status.UNKNOWN, f"not decided: {reason}.", claim=claim)


def _brief(expression: Any) -> str:
    text = str(expression)
    return text if len(text) <= 120 else text[:117] + "..."


def _to_sympy(node: Node, symbols: dict[str, Any]) -> Any:
    """Build a sympy expression from our own parse tree (sympy never sees the text)."""
    if isinstance(node, Number):
        return sympy.Rational(node.value.numerator, node.value.denominator)
    if isinstance(node, Variable):
        if node.name not in symbols:
            raise unknown_variable(node.name, symbols)
        return symbols[node.name]
    if isinstance(node, Sum):
        return sympy.Add(*(_to_sympy(term, symbols) for term in node.terms))
    if isinstance(node, Product):
        factors = []
        for factor, inverse in node.factors:
            value = _to_sympy(factor, symbols)
            factors.append(1 / value if inverse else value)
        return sympy.Mul(*factors)
    if isinstance(node, Power):
        base = _to_sympy(node.base, symbols)
        exponent = constant_value(node.exponent)
        if exponent is None:
            return _in_reach(base ** _to_sympy(node.exponent, symbols))
        if max(abs(exponent.numerator), exponent.denominator) > MAX_EXPONENT:
            raise SizeError(f"the exponent {exponent} is too large: exponents up to {MAX_EXPONENT} are read")
        if base.is_Rational and max(base.p.bit_length(), base.q.bit_length()) * abs(exponent) > MAX_BITS:
            raise SizeError(f"a power {brief(exponent)} of a number has over {MAX_BITS} bits: use smaller numbers")
        return _in_reach(base ** sympy.Rational(exponent.numerator, exponent.denominator))
    if isinstance(node, Call):
        return _in_reach(_FUNCTIONS[node.function](_to_sympy(node.argument, symbols)))
    raise TypeError(f"unknown node {node!r}")


def _in_reach(value: Any) -> Any:
    """Return a value, unless it is a number that sympy could compute with for ever: it does not know how large."""
    if not (value.is_Rational or value.free_symbols or value.is_finite is False or _is_complex(value)):
        try:
            _interval(value, {})
        except _UnsettledError:
            raise _UnsettledError("one of its numbers is too large, or may not be real") from None
    return value


def _is_complex(e: Any) -> bool:
    return any(_is_never_real(part) for part in sympy.preorder_traversal(e))


# -- zero as a rational function of kernels --------------------------------------------------------------


class _Kernels:
    """Dummies that stand for exp(t), log|f| and roots, and the relations of the roots."""

    def __init__(self) -> None:
        self.exps: dict[Any, Any] = {}
        self.logs: dict[Any, Any] = {}
        self.roots: dict[tuple[Any, int], Any] = {}
        self.meaning: dict[Any, Any] = {}  # dummy of exp(t) -> t

    def convert(self, e: Any) -> Any:
        """Return e as a rational function of variables and dummies."""
        if e.is_Rational or e.is_Symbol:
            return e
        if e is sympy.E:
            return self._exp(sympy.Integer(1))
        if e.is_Add or e.is_Mul:
            return e.func(*(self.convert(a) for a in e.args))
        if isinstance(e, sympy.exp):
            return self._exp(self.convert(e.args[0]))
        if isinstance(e, sympy.log):
            return self._log(self.convert(e.args[0]))
        if e.is_Pow:
            base, exponent = e.args
            if exponent.is_Rational:
                return self._power(self.convert(base), exponent)
            return self._exp(self.convert(exponent) * self._log(self.convert(base)))
        raise _UnsettledError(f"{e.func.__name__}(...) lies outside exp, log and rational powers")

    def _power(self, base: Any, exponent: Any) -> Any:
        if exponent.is_Integer:
            return base**exponent
        key = (sympy.factor(base) if _size(base) <= MAX_FACTORED else base, int(exponent.q))
        if key not in self.roots:
            self.roots[key] = sympy.Dummy("root")
        return self.roots[key] ** int(exponent.p)

    def _exp(self, argument: Any) -> Any:
        result = sympy.Integer(1)
        small = _size(argument) <= MAX_FACTORED
        for term in sympy.Add.make_args(sympy.expand(argument)) if small else [argument]:
            scale, rest = term.as_coeff_Mul()
            dummy = self.exps.get(rest)
            if dummy is None:
                dummy = self.exps[rest] = sympy.Dummy("exp")
                self.meaning[dummy] = rest
            result *= self._power(dummy, scale)
        return result

    def _log(self, argument: Any) -> Any:
        if _size(argument) > MAX_FACTORED:
            return self._log_kernel(argument)
        top, bottom = sympy.fraction(sympy.together(argument))
        total = sympy.Integer(0)
        for part, sign in ((top, 1), (bottom, -1)):
            constant, factors = sympy.factor_list(part)
            for number, side in ((abs(constant.p), sign), (constant.q, -sign)):
                for factor, power in _small_factors(int(number)).items():
                    total += side * power * self._log_kernel(sympy.Integer(factor))
            for factor, power in factors:
                if factor in self.meaning:  # log(exp(t)) = t
                    total += sign * power * self.meaning[factor]
                else:
                    total += sign * power * self._log_kernel(factor)
        return total

    def _log_kernel(self, f: Any) -> Any:
        if f not in self.logs:
            self.logs[f] = sympy.Dummy("log")
        return self.logs[f]


def _small_factors(number: int) -> dict[int, int]:
    """Split a number into small primes and one rest, which may be composite: no number is too hard to write so."""
    factors: dict[int, int] = {}
    for divisor in range(2, MAX_TRIAL):
        if divisor * divisor > number:
            break
        while number % divisor == 0:
            factors[divisor] = factors.get(divisor, 0) + 1
            number //= divisor
    if number > 1:
        factors[number] = factors.get(number, 0) + 1
    return factors


def _is_zero(residual: Any) -> bool:
    """Whether the residual is 0 as a rational function of kernels (sufficient, not necessary, for being 0)."""
    kernels = _Kernels()
    rational = kernels.convert(residual)
    if _size(rational) > MAX_EXPANDED:
        raise _UnsettledError("it is too large to expand exactly")
    numerator = sympy.expand(sympy.fraction(sympy.together(rational))[0])
    for (base, order), root in reversed(list(kernels.roots.items())):  # outer roots were made last
        top, bottom = sympy.fraction(sympy.together(base))
        if numerator != 0 and numerator.has(root):
            numerator = sympy.expand(sympy.prem(numerator, bottom * root**order - top, root))
    return numerator == 0


def _size(e: Any) -> int:
    """Bound the number of terms, and the degree, of the numerator over a common denominator, without expanding."""
    return max(_measure(e)[:2])


def _measure(e: Any) -> tuple[int, int, dict[Any, int]]:
    """Return bounds on the terms and the degree of the numerator, and the denominator as base -> exponent."""
    if e.is_Mul or e.is_Add:
        parts = [_measure(a) for a in e.args]
        if e.is_Mul:
            below: dict[Any, int] = {}
            for part in parts:
                for base, k in part[2].items():
                    below[base] = below.get(base, 0) + k
            return min(prod(p[0] for p in parts), _HUGE), min(sum(p[1] for p in parts), _HUGE), below
        below = {base: max(p[2].get(base, 0) for p in parts) for p in parts for base in p[2]}
        sizes = {base: _measure(base)[:2] for base in below}
        terms = degree = 0
        for part in parts:
            missing = [(sizes[base], k - part[2].get(base, 0)) for base, k in below.items()]
            terms += part[0] * prod(_power_terms(size[0], k) for size, k in missing)
            degree = max(degree, part[1] + sum(size[1] * k for size, k in missing))
        return min(terms, _HUGE), min(degree, _HUGE), below
    if e.is_Pow and e.exp.is_Integer:
        terms, degree, below = _measure(e.base)
        k = int(e.exp)
        if k > 0:
            return _power_terms(terms, k), min(degree * k, _HUGE), {base: j * k for base, j in below.items()}
        return 1, 1, {e.base: -k}
    return 1, 1, {}


_HUGE = 10**9


def _power_terms(terms: int, exponent: int) -> int:
    return min(comb(terms - 1 + exponent, exponent), _HUGE) if terms < _HUGE else _HUGE


# -- a point where the value is certainly not zero -------------------------------------------------------


def _witness(h: Any, residual: Any, names: list[str], attempts: int) -> tuple[dict[str, Fraction], Any] | None:
    rng = Random(0)
    values = [Fraction(n) for n in ("1", "2", "0", "-1", "3", "1/2", "-2", "1/3", "5")]
    for attempt in range(attempts):
        reach = values[: 2 + attempt // 8]
        point = {name: rng.choice(reach) for name in names}
        try:
            _interval(h, point)  # h itself must have a real value there
            enclosure = _interval(residual, point)
        except (_UnsettledError, ZeroDivisionError, ValueError, OverflowError, TypeError):
            continue
        if enclosure.a > 0 or enclosure.b < 0:
            replaced = {sympy.Symbol(n): sympy.Rational(v.numerator, v.denominator) for n, v in point.items()}
            return point, residual.subs(replaced)
    return None


def _interval(e: Any, point: dict[str, Fraction]) -> Any:
    """Enclose the real value of an expression at a point, rigorously, at 120 bits; sympy evaluates nothing."""
    before, iv.prec = iv.prec, 120
    try:
        return _enclose(e, point)
    finally:
        iv.prec = before


def _enclose(e: Any, point: dict[str, Fraction]) -> Any:
    if e.is_Rational:
        return iv.mpf(int(e.p)) / iv.mpf(int(e.q))
    if e.is_Symbol:
        value = point[e.name]
        return iv.mpf(value.numerator) / iv.mpf(value.denominator)
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
        return _exp(_enclose(e.args[0], point))
    if isinstance(e, sympy.log):
        return _log(_enclose(e.args[0], point))
    if e.is_Pow:
        return _power(_enclose(e.args[0], point), e.args[1], point)
    raise _UnsettledError(f"{e} has no real value that can be enclosed")


def _power(base: Any, exponent: Any, point: dict[str, Fraction]) -> Any:
    whole = int(exponent) if exponent.is_Integer else None
    if exponent.is_Symbol and point[exponent.name].denominator == 1:
        whole = int(point[exponent.name])
    if whole is None:
        if base.a == 0 and base.b == 0 and exponent.is_Rational and exponent.is_positive:
            return base  # a root of 0
        return _exp(_log(base) * _enclose(exponent, point))
    if whole <= 0 and base.a <= 0 <= base.b:
        raise _UnsettledError("division by an interval around 0")
    power = base ** abs(whole)
    return 1 / power if whole < 0 else power


def _exp(x: Any) -> Any:
    if abs(mp.mpf(x.a)) > 10**6 or abs(mp.mpf(x.b)) > 10**6:
        raise _UnsettledError("an exponential is out of range")
    return iv.exp(x)


def _log(x: Any) -> Any:
    if x.a <= 0:
        raise _UnsettledError("a logarithm of something not positive")
    return iv.log(x)
