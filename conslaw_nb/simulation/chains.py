"""The hidden laws of linear(1, n, m, 1) as numbers: eigenvalues on a curve, and integrals along it to many digits.

The notation of the page "The seventh law": φ = uᵀAv with the smaller side of A as its rows, S = AAᵀ with eigenvalues
X_1 > ... > X_n, p(x) = det(x − S), c(x) = (Av)ᵀ adj(x − S) u, and the curve y² = R(x) with

    R(x) = x^(1 − (m − n)) · det(x + P) · det(x − Q),   P = uuᵀ − AAᵀ,   Q = AᵀA − vvᵀ.

The points (X_i, c(X_i)) lie on the curve, which does not move, and the sums Σ_i ∫ xᵏ dx/y up to them are constant for
k < n − 1. Nothing here decides whether that is so: `check_form` does.

Examples
--------
>>> start = Chain([3, 1, 2, 0, 1, 1, 2, -1])
>>> start.curve
x**5 + 3*x**4 - 19*x**3 - 30*x**2 + 54*x
>>> start.train(target=3, times=["1/20", "1/10"], digits=20)
X₁         X₂          h
5.236068   0.76393202  -0.16932190297115303627
3.6330406  0.46908695  -0.16932190297115303627
3.60476    0.45002434  -0.16932190297115303627
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import prod
from typing import Any

import mpmath

from ..errors import FlowError, brief
from ..exact.polynomial import Poly
from ..tables import html_table

__all__ = ["Chain", "Moments"]

MAX_DIGITS = 100
MAX_WIDTH = 6
_GUARD = 12  # digits that are computed and not shown
_FAR = 1e6
_MAX_STEPS = 400

Matrix = list[list[Any]]


class Chain:
    """A point θ of the network linear(1, n, m, 1), and where it lies on its curve.

    Parameters
    ----------
    theta : sequence of numbers
        The weights in the order of ``cl.linear(*widths).variables``; whole numbers, fractions and texts such as
        ``"1/2"`` are exact.
    widths : sequence of int
        From input to output; the first and the last are 1.
    digits : int
        How many digits the numbers below have. With 15, plain floats are used.

    Attributes
    ----------
    rows, columns : int
        n and m, with n the smaller one: where U1 is wider than U3 the chain is read backwards.
    """

    def __init__(self, theta: Sequence[Any], widths: Sequence[int] = (1, 2, 2, 1), digits: int = 30):
        widths = tuple(widths)
        whole = all(isinstance(w, int) and not isinstance(w, bool) for w in widths)
        if len(widths) != 4 or not whole or (widths[0], widths[3]) != (1, 1) or not 1 <= min(widths) <= MAX_WIDTH:
            raise FlowError(f"widths={widths!r}: four are needed, (1, m, n, 1), with hidden ones from 1 to {MAX_WIDTH}")
        if max(widths) > MAX_WIDTH:
            raise FlowError(f"widths={widths!r} are too wide: hidden layers of at most {MAX_WIDTH} can be followed")
        if isinstance(digits, bool) or not isinstance(digits, int) or not 15 <= digits <= MAX_DIGITS:
            raise FlowError(f"digits={digits!r}: give a whole number from 15 to {MAX_DIGITS}")
        m, n = widths[1], widths[2]
        values = [_number(x) for x in theta]
        if len(values) != n + n * m + m:
            raise FlowError(f"θ has {len(values)} numbers, and linear{widths} has {n + n * m + m} weights")
        self.widths, self.digits, self._theta = widths, digits, values
        # Floats find the zeros of a curve where they are zeros of quadratic factors, and no others.
        self._ctx = mpmath.fp if digits == 15 and min(n, m) <= 2 else mpmath.mp
        u, a, v = values[:n], [values[n + m * i : n + m * i + m] for i in range(n)], values[n + n * m :]
        if n > m:
            u, a, v, n, m = v, [list(column) for column in zip(*a, strict=True)], u, m, n
        self.rows, self.columns = n, m
        self._u, self._a, self._v = u, a, v

    def at(self, digits: int) -> Chain:
        """Return the same point with another number of digits."""
        return Chain(self._theta, self.widths, digits)

    # --- exact where θ is: polynomials in x ------------------------------------------------------------------------

    @cached_property
    def _spectrum(self) -> tuple[list, list]:
        """The coefficients of p and of c, from the constant on."""
        p, adjoint = _characteristic(_times(self._a, _flip(self._a)))
        w = [_dot(row, self._v) for row in self._a]
        return p, [_dot(w, [_dot(row, self._u) for row in part]) for part in adjoint]

    @cached_property
    def _factors(self) -> tuple[list, list]:
        """det(x + P) and det(x − Q), without the factor of Q that a wide A brings along."""
        a, u, v = self._a, self._u, self._v
        minus_p = [[s - u[i] * u[j] for j, s in enumerate(row)] for i, row in enumerate(_times(a, _flip(a)))]
        q = [[s - v[i] * v[j] for j, s in enumerate(row)] for i, row in enumerate(_times(_flip(a), a))]
        return _characteristic(minus_p)[0], _characteristic(q)[0][max(0, self.columns - self.rows - 1) :]

    @property
    def p(self) -> Poly:
        """det(x − AAᵀ), for an exact θ."""
        return self._poly(self._spectrum[0])

    @property
    def c(self) -> Poly:
        """The polynomial of degree n − 1 with c(X_i) = X_i'·p'(X_i)/2 along the flow of φ, for an exact θ."""
        return self._poly(self._spectrum[1])

    @property
    def factors(self) -> tuple[Poly, Poly]:
        """det(x + P) and det(x − Q), the latter without the zeros that a wide A brings along, for an exact θ."""
        first, second = self._factors
        return self._poly(first), self._poly(second)

    @property
    def curve(self) -> Poly:
        """R(x), for an exact θ: its coefficients are laws."""
        (first, second), x = self.factors, Poly.gen(("x",), 0)
        return first * second * x if self.rows == self.columns else first * second

    def _poly(self, coefficients: list) -> Poly:
        if not all(isinstance(a, int | Fraction) for a in coefficients):
            raise FlowError("this point has rounded coordinates: ask a point with exact ones for its polynomials")
        return Poly(("x",), {((0, k),) if k else (): Fraction(a) for k, a in enumerate(coefficients) if a})

    # --- to many digits -------------------------------------------------------------------------------------------

    @property
    def theta(self) -> tuple:
        """The weights."""
        return tuple(self._theta)

    @property
    def phi(self) -> Any:
        """φ(θ) = uᵀAv."""
        return _dot(self._u, [_dot(row, self._v) for row in self._a])

    @cached_property
    def eigenvalues(self) -> tuple:
        """X_1 > ... > X_n, the eigenvalues of AAᵀ."""
        with self._precision():
            return tuple(_roots(self._ctx, self._spectrum[0]))

    @cached_property
    def heights(self) -> tuple:
        """y_i = c(X_i): the points (X_i, y_i) lie on the curve."""
        with self._precision():
            c = [self._convert(a) for a in self._spectrum[1]]
            return tuple(self._ctx.polyval(c[::-1], x) for x in self.eigenvalues)

    @cached_property
    def branch_points(self) -> tuple:
        """The 2n + 1 zeros of R, the largest first."""
        with self._precision():
            zeros = [z for factor in self._factors for z in _roots(self._ctx, factor)]
            return tuple(sorted([*zeros, *[self._ctx.zero] * (self.rows == self.columns)], reverse=True))

    @cached_property
    def ovals(self) -> tuple[tuple[Any, Any], ...]:
        """The ends of the closed pieces of the curve on which X_2, ..., X_n move."""
        ends = self.branch_points
        return tuple((ends[2 * i], ends[2 * i - 1]) for i in range(1, self.rows))

    def parts(self, k: int) -> tuple:
        """Return the integrals of xᵏ dx/y up to each (X_i, y_i), each from the left end of its piece of the curve.

        Raises
        ------
        FlowError
            If two zeros of R meet, so that the integrals do not exist.
        """
        ends = self.branch_points
        if any(a - b <= (1 + abs(a)) * 10.0 ** (-self.digits / 2) for a, b in pairwise(ends)):
            near, _ = min(pairwise(ends), key=lambda pair: pair[0] - pair[1])
            raise FlowError(
                f"two zeros of R meet at x = {mpmath.nstr(near, 5)}: there the curve crosses itself, and the integrals "
                "up to that point do not exist; move θ a little"
            )
        with self._precision():
            return tuple(self._integral(k, i) for i in range(self.rows))

    @cached_property
    def hidden(self) -> tuple:
        """The hidden laws: for k = 0, ..., n − 2 the sum of the integrals of xᵏ dx/y over all i."""
        with self._precision():
            return tuple(self._ctx.fsum(self.parts(k)) for k in range(self.rows - 1))

    @property
    def clock(self) -> Any:
        """The same sum for k = n − 1: no law. Along the flow of φ it grows as twice the time."""
        with self._precision():
            return self._ctx.fsum(self.parts(self.rows - 1))

    @cached_property
    def periods(self) -> tuple:
        """By how much the hidden laws jump where X_2 passes the right end of its oval."""
        with self._precision():
            return tuple(2 * self._arc(k, 1, self._ctx.pi) for k in range(self.rows - 1))

    def _precision(self) -> Any:
        return mpmath.workdps(self.digits + _GUARD)

    def _convert(self, x: Any) -> Any:
        if isinstance(x, Fraction):
            return self._ctx.mpf(x.numerator) / x.denominator
        return self._ctx.convert(x)

    def _integral(self, k: int, i: int) -> Any:
        """Integrate xᵏ dx/y from the left end of a piece of the curve; by x = e + s² or x = middle − half·cos τ.

        Both take the root at the end out of the denominator, so that the integrand is smooth. On an oval τ runs from
        −π to π, the right end: there the integral jumps by a period.
        """
        ctx, x, y = self._ctx, self.eigenvalues[i], self.heights[i]
        if i == 0:
            end, *others = self.branch_points
            s = ctx.sqrt(max(x - end, ctx.zero))
            return _sign(y) * _quad(ctx, lambda s: 2 * _integrand(ctx, end + s * s, k, others), s)
        low, high = self.ovals[i - 1]
        cosine = (low + high - 2 * x) / (high - low) if high > low else ctx.one
        return _sign(y) * self._arc(k, i, ctx.acos(min(max(cosine, -ctx.one), ctx.one)))

    def _arc(self, k: int, i: int, angle: Any) -> Any:
        ctx, (low, high) = self._ctx, self.ovals[i - 1]
        others = [e for j, e in enumerate(self.branch_points) if j not in (2 * i - 1, 2 * i)]
        middle, half = (low + high) / 2, (high - low) / 2
        return _quad(ctx, lambda t: _integrand(ctx, middle - half * ctx.cos(t), k, others), angle)

    # --- training -------------------------------------------------------------------------------------------------

    def train(self, target: Any, times: Sequence[Any], digits: int | None = None) -> Moments:
        """Follow the gradient flow of ½(φ − target)² by Taylor series.

        Parameters
        ----------
        target : number
        times : sequence of numbers
            At which to look, in growing order.
        digits : int, optional

        Returns
        -------
        Moments
            The chain at the start and at each of the times.

        Raises
        ------
        FlowError
            If the times do not grow, or if the weights run away.
        """
        start = self if digits is None else self.at(digits)
        return Moments((start, *start._follow(_number(target), times, loss=True)))

    def follow(self, times: Sequence[Any], digits: int | None = None) -> Moments:
        """Follow θ̇ = ∇φ(θ) itself: no data, and the clock runs evenly. It ends in a finite time."""
        start = self if digits is None else self.at(digits)
        return Moments((start, *start._follow(None, times, loss=False)))

    def _follow(self, target: Any, times: Sequence[Any], loss: bool) -> list[Chain]:
        ctx, found = self._ctx, []
        wanted = [_number(t) for t in times]
        if any(b <= a for a, b in pairwise([0, *wanted])) or not wanted:
            raise FlowError("the times are to be positive, each later than the one before, such as ['1/10', '1/5']")
        with self._precision():
            state = [self._convert(x) for x in (*self._u, *(x for row in self._a for x in row), *self._v)]
            goal, now, steps = (self._convert(target) if loss else None), ctx.zero, 0
            order = self.digits + _GUARD + 8
            for time in (self._convert(t) for t in wanted):
                while now < time:
                    series = _taylor(ctx, state, self.rows, self.columns, goal, order)
                    size = max(1, *(abs(x[0]) for x in series))
                    last = max(abs(x[k]) ** (ctx.one / k) for x in series for k in (order - 1, order)) or ctx.one
                    step = min(time - now, (size * ctx.mpf(10) ** -(self.digits + _GUARD)) ** (ctx.one / order) / last)
                    state = [ctx.polyval(x[::-1], step) for x in series]
                    now, steps = (time if step == time - now else now + step), steps + 1
                    if steps > _MAX_STEPS or not max(abs(x) for x in state) < _FAR:
                        raise FlowError(
                            f"the weights run away before time {ctx.nstr(time, 4)}: at time {ctx.nstr(now, 4)} the "
                            f"largest is {ctx.nstr(max(abs(x) for x in state), 3)}; choose earlier times"
                        )
                found.append(self._moved(state))
        return found

    def _moved(self, state: list) -> Chain:
        n, m = self.rows, self.columns
        u, a, v = state[:n], state[n : n + n * m], state[n + n * m :]
        if self.widths[2] > self.widths[1]:  # read backwards
            u, a, v = v, [a[i * m + j] for j in range(m) for i in range(n)], u
        return Chain([*u, *a, *v], self.widths, self.digits)

    def __repr__(self) -> str:
        shown = ", ".join(mpmath.nstr(x, 6) for x in self.eigenvalues)
        return f"a point of linear({','.join(map(str, self.widths))}) with eigenvalues {shown}"


class Moments(tuple[Chain, ...]):
    """A chain at some moments of its training; shown as a table of the eigenvalues and the hidden laws."""

    def table(self, digits: int) -> list[tuple[str, ...]]:
        """Return the rows: each eigenvalue, shortened, and each hidden law with that many digits."""
        return [
            (*(mpmath.nstr(x, 8) for x in moment.eigenvalues), *(mpmath.nstr(h, digits) for h in moment.hidden))
            for moment in self
        ]

    @property
    def _head(self) -> tuple[str, ...]:
        n = self[0].rows
        laws = ("h",) if n == 2 else tuple(f"h, k = {k}" for k in range(n - 1))
        return (*(f"X{'₁₂₃₄₅₆'[i]}" for i in range(n)), *laws)

    def __repr__(self) -> str:
        rows = [self._head, *self.table(self[0].digits)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)

    def _repr_html_(self) -> str:
        return html_table(self.table(self[0].digits), self._head, named=False)


# --- arithmetic for numbers of any kind -------------------------------------------------------------------------------


def _number(value: Any) -> Any:
    """Return an exact number from an int, a Fraction or a text, or a float or mpf as it is."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction | str | float | mpmath.mpf):
        raise FlowError(f"{brief(value)} is not a number: give whole numbers, fractions such as '1/2', or floats")
    if isinstance(value, str):
        try:
            value = Fraction(value.strip().replace("−", "-"))
        except (ValueError, ZeroDivisionError):
            raise FlowError(f"{brief(value)} is not a number: give whole numbers or fractions such as '1/2'") from None
    if isinstance(value, Fraction | int):
        if max(abs(value.numerator), value.denominator).bit_length() > 400:
            raise FlowError(f"{brief(value)} is too long: give numbers of at most 100 digits")
        return value
    if not mpmath.isfinite(value):
        raise FlowError(f"{value} is not a number that a weight can have")
    return value


def _dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _flip(a: Matrix) -> Matrix:
    return [list(column) for column in zip(*a, strict=True)]


def _times(a: Matrix, b: Matrix) -> Matrix:
    columns = _flip(b)
    return [[_dot(row, column) for column in columns] for row in a]


def _characteristic(s: Matrix) -> tuple[list, list[Matrix]]:
    """Return the coefficients of det(x − S), from the constant on, and those of adj(x − S) (Faddeev and Le Verrier)."""
    n = len(s)
    part = [[int(i == j) for j in range(n)] for i in range(n)]
    coefficients, parts = [1], [part]
    for k in range(1, n + 1):
        moved = _times(s, part)
        trace = sum(moved[i][i] for i in range(n))
        new = -(Fraction(trace) / k if isinstance(trace, int | Fraction) else trace / k)
        coefficients.append(new)
        if k < n:
            part = [[x + new if i == j else x for j, x in enumerate(row)] for i, row in enumerate(moved)]
            parts.append(part)
    return coefficients[::-1], parts[::-1]


def _roots(ctx: Any, coefficients: list) -> list:
    """Return the zeros of a polynomial all of whose zeros are real, the largest first."""
    a = [ctx.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else ctx.convert(x) for x in coefficients]
    if len(a) == 2:
        return [-a[0]]
    if len(a) == 3:
        middle = -a[1] / 2
        away = ctx.sqrt(max(middle * middle - a[0], ctx.zero))
        far = middle + away if middle >= 0 else middle - away
        return sorted((far, a[0] / far if far else ctx.zero), reverse=True)
    zeros = ctx.polyroots(a[::-1], maxsteps=500, extraprec=200)
    return sorted((ctx.re(z) for z in zeros), reverse=True)


def _integrand(ctx: Any, x: Any, k: int, others: list) -> Any:
    return x**k / ctx.sqrt(abs(prod((x - e for e in others), start=ctx.one)))


def _quad(ctx: Any, integrand: Any, end: Any) -> Any:
    return ctx.quad(integrand, [0, end / 2, end]) if end else ctx.zero


def _sign(y: Any) -> int:
    return -1 if y < 0 else 1


def _taylor(ctx: Any, state: list, n: int, m: int, target: Any, order: int) -> list[list]:
    """Return the Taylor coefficients of the weights along e·∇φ, where e = target − φ, or 1 without a target."""
    series = [[x] for x in state]
    u, v = series[:n], series[n + n * m :]
    a = [series[n + m * i : n + m * i + m] for i in range(n)]
    w, z = [[] for _ in range(n)], [[] for _ in range(m)]
    outer = [[[] for _ in range(m)] for _ in range(n)]
    error: list = []
    for k in range(order):
        for i in range(n):
            w[i].append(ctx.fsum(_convolved(ctx, a[i][j], v[j], k) for j in range(m)))
            for j in range(m):
                outer[i][j].append(_convolved(ctx, u[i], v[j], k))
        for j in range(m):
            z[j].append(ctx.fsum(_convolved(ctx, a[i][j], u[i], k) for i in range(n)))
        if target is not None:
            phi = ctx.fsum(_convolved(ctx, u[i], w[i], k) for i in range(n))
            error.append((target if k == 0 else 0) - phi)
        slopes = [*w, *(x for row in outer for x in row), *z]
        for x, slope in zip(series, slopes, strict=True):
            x.append((slope[k] if target is None else _convolved(ctx, error, slope, k)) / (k + 1))
    return series


def _convolved(ctx: Any, a: list, b: list, k: int) -> Any:
    return ctx.fdot(a[: k + 1], b[k::-1])
