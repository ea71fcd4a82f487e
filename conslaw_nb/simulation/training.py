"""Small models to train in plain Python: a product of two matrices, in any sizes, for any of the methods of `flows`.

A point is the tuple of all entries, U row by row and then V row by row, in the order of `factorization`'s variables.
Nothing is converted to floats: from fractions a descent stays exact.

Examples
--------
>>> task = Factors([[2, 0], [0, 1]], r=2)
>>> U, V = task.split((1, 0, 0, 1, 1, 0, 0, 1))
>>> task.product((1, 0, 0, 1, 1, 0, 0, 1)), task.loss(1, 0, 0, 1, 1, 0, 0, 1)
([[1, 0], [0, 1]], Fraction(1, 2))
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .flows import FlowError

__all__ = ["Factors", "Matrix", "root_2x2", "singular_values_2x2"]

Matrix = list[list[Any]]


class Factors:
    """The product U·Vᵀ, learning a target matrix Y: E(U, V) = ½‖UVᵀ − Y‖², or ½ of the chosen entries only.

    Parameters
    ----------
    target : rows of numbers
        Y, n × m; None for an entry that no example speaks of.
    r : int
        The number of columns of U and V.

    Examples
    --------
    >>> task = Factors([[3, None]], r=1)               # z = u·(v1, v2), and the data speak of z1 alone
    >>> task.gradient(2, 1, 1)
    (-1, -2, 0)
    """

    def __init__(self, target: Sequence[Sequence[Any]], r: int):
        rows = [list(row) for row in target]
        if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
            raise FlowError(f"target={target!r} is not a matrix: give rows of equal length, such as [[2, 0], [0, 1]]")
        if isinstance(r, bool) or not isinstance(r, int) or r < 1:
            raise FlowError(f"r={r!r} is not a width: give a whole number from 1")
        self.target, self.n, self.m, self.r = rows, len(rows), len(rows[0]), r
        entries = tuple(y for row in rows for y in row)
        # A figure follows thousands of these steps while a slider moves: two by two is written out.
        self._small = entries if (self.n, self.m, r) == (2, 2, 2) and None not in entries else None

    def split(self, point: Sequence[Any]) -> tuple[Matrix, Matrix]:
        """Return U and V, as rows."""
        r, point = self.r, list(point)
        if len(point) != (self.n + self.m) * r:
            raise FlowError(f"a point has {(self.n + self.m) * r} coordinates here, and not {len(point)}")
        rows = [point[i : i + r] for i in range(0, len(point), r)]
        return rows[: self.n], rows[self.n :]

    def product(self, point: Sequence[Any]) -> Matrix:
        """Return Z = U·Vᵀ."""
        u, v = self.split(point)
        return [[sum(a * b for a, b in zip(x, y, strict=True)) for y in v] for x in u]

    def slope(self, point: Sequence[Any]) -> Matrix:
        """Return G, the gradient of the loss in Z."""
        rows = zip(self.product(point), self.target, strict=True)
        return [[0 if y is None else z - y for z, y in zip(zs, ys, strict=True)] for zs, ys in rows]

    def loss(self, *point: Any) -> Any:
        """Return E(U, V)."""
        total = sum(g * g for row in self.slope(point) for g in row)
        return Fraction(total, 2) if isinstance(total, int) else total / 2

    def gradient(self, *point: Any) -> tuple:
        """Return ∇E = (G·V, Gᵀ·U)."""
        if self._small is not None:
            return _gradient_2x2(self._small, *point)
        (u, v), g = self.split(point), self.slope(point)
        columns = list(zip(*v, strict=True))
        by_u = [sum(a * b for a, b in zip(row, column, strict=True)) for row in g for column in columns]
        columns = list(zip(*u, strict=True))
        turned = list(zip(*g, strict=True))
        by_v = [sum(a * b for a, b in zip(row, column, strict=True)) for row in turned for column in columns]
        return (*by_u, *by_v)

    def balance(self, point: Sequence[Any]) -> Matrix:
        """Return Ψ = UᵀU − VᵀV, whose entries are the laws."""
        u, v = self.split(point)
        size = range(self.r)
        return [[sum(x[i] * x[j] for x in u) - sum(y[i] * y[j] for y in v) for j in size] for i in size]


def _gradient_2x2(target: tuple, a: Any, b: Any, c: Any, d: Any, p: Any, q: Any, s: Any, t: Any) -> tuple:
    """∇E for U = [[a, b], [c, d]] and V = [[p, q], [s, t]]."""
    e, f = a * p + b * q - target[0], a * s + b * t - target[1]
    g, h = c * p + d * q - target[2], c * s + d * t - target[3]
    return (
        e * p + f * s, e * q + f * t, g * p + h * s, g * q + h * t,
        e * a + g * c, e * b + g * d, f * a + h * c, f * b + h * d,
    )  # fmt: skip


def singular_values_2x2(matrix: Matrix) -> tuple[float, float]:
    """Return the two singular values, the larger one first.

    Examples
    --------
    >>> singular_values_2x2([[0.0, -2.0], [1.0, 0.0]])
    (2.0, 1.0)
    """
    (a, b), (c, d) = matrix
    plus, minus = math.hypot(a + d, b - c), math.hypot(a - d, b + c)
    return (plus + minus) / 2, abs(plus - minus) / 2


def root_2x2(matrix: Matrix) -> Matrix:
    """Return the positive semi-definite root of such a matrix: (A + √det A·I)/√(tr A + 2√det A).

    The formula is Cayley and Hamilton's theorem for the root.

    Examples
    --------
    >>> root_2x2([[4.0, 0.0], [0.0, 9.0]])
    [[2.0, 0.0], [0.0, 3.0]]
    """
    (a, b), (c, d) = matrix
    det = a * d - b * c
    if abs(b - c) > 1e-9 or a + d < -1e-12 or det < -1e-9:
        raise FlowError(f"{matrix!r} has no root here: give a symmetric matrix without negative eigenvalues")
    side = math.sqrt(max(det, 0.0))
    scale = math.sqrt(max(a + d + 2 * side, 0.0))
    if scale == 0:
        return [[0.0, 0.0], [0.0, 0.0]]
    return [[(a + side) / scale, b / scale], [c / scale, (d + side) / scale]]
