"""The drift of functions of two matrices under several methods, against the size of the steps."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..drawing.picture import Picture
from ..simulation.flows import Halving, Trajectory, gradient_descent
from ..simulation.methods import decayed, signs, stochastic_descent
from ..simulation.training import Factors
from ._panel import Panel, menu, slider, value_of

__all__ = ["MatrixDrift", "matrix_drift"]

_TIME, _COUNT, _HALVINGS = 1.0, 16, 6
_METHODS = ("gradient descent", "one entry a step", "signs of the gradient")
# A start that nothing aligns with the target: U, then V.
_SHAPE = (0.9, 0.2, -0.4, 0.6, 0.5, -0.3, 0.7, 0.4)


def _psi(a: float, b: float, c: float, d: float, p: float, q: float, s: float, t: float) -> tuple:
    return a * a + c * c - p * p - s * s, a * b + c * d - p * q - s * t, b * b + d * d - q * q - t * t


def _plus(a: float, b: float, c: float, d: float, p: float, q: float, s: float, t: float) -> tuple:
    return a * a + c * c + p * p + s * s, a * b + c * d + p * q + s * t, b * b + d * d + q * q + t * t


def _outside(a: float, b: float, c: float, d: float, p: float, q: float, s: float, t: float) -> tuple:
    return a * a + b * b - p * p - q * q, a * c + b * d - p * s - q * t, c * c + d * d - s * s - t * t


# Each is a symmetric matrix, by its three entries; the last one is Ψ with a factor that grows with time.
_QUANTITIES: dict[str, Callable[..., tuple]] = {
    "UᵀU − VᵀV": _psi,
    "UᵀU + VᵀV": _plus,
    "UUᵀ − VVᵀ": _outside,
    "e^(2λt)·(UᵀU − VᵀV)": _psi,
}


def _one_entry(target: tuple[float, ...], i: int, j: int) -> Callable[..., tuple]:
    """The gradient of the loss of one entry, four times: the mean over all entries is the whole gradient."""

    def gradient(*point: float) -> tuple:
        u, v = 2 * i, 4 + 2 * j
        e = 4 * (point[u] * point[v] + point[u + 1] * point[v + 1] - target[2 * i + j])
        slope = [0.0] * 8
        slope[u], slope[u + 1], slope[v], slope[v + 1] = e * point[v], e * point[v + 1], e * point[u], e * point[u + 1]
        return tuple(slope)

    return gradient


class MatrixDrift(Panel):
    """U·Vᵀ (2 × 2 each) learns diag(size, 1) over the time 1, in 16, 32, ..., 1024 steps.

    Attributes
    ----------
    quantity, method : str
        What is watched, and how the steps are chosen.
    scale : float
        How large U and V are at the start.
    size : float
        The first singular value of the target.
    decay : float
        λ, the rate of weight decay.
    halving : Halving
        The numbers: step, count, and the largest change of an entry on the way.
    slope : float
        The slope of the curve on logarithmic axes, over its last four halvings: 1 or 0.
    """

    quantity, method, scale, size, decay = (value_of(name) for name in ("quantity", "method", "scale", "size", "decay"))

    def __init__(self, quantity: str, method: str, scale: float, size: float, decay: float):
        tip = "The matrix whose change is measured"
        self._quantity = menu("quantity", "quantity", quantity, tuple(_QUANTITIES), tip)
        self._method = menu("method", "method", method, _METHODS, "How each step is chosen")
        self._scale = slider("start size", scale, 0.2, 1.6, 0.1, "How large U and V are at the start")
        self._size = slider("target size", size, 0.0, 3.0, 0.1, "The first singular value of the target matrix")
        self._decay = slider("decay λ", decay, 0.0, 1.0, 0.1, "How fast weight decay shrinks all weights")
        super().__init__([self._quantity, self._method, self._scale, self._size, self._decay], mathematics=False)
        self._draw()

    def _run(self, count: int) -> Trajectory:
        target = (self.size, 0.0, 0.0, 1.0)
        start, tau = tuple(self.scale * x for x in _SHAPE), _TIME / count
        if self.method == _METHODS[1]:
            entries = [_one_entry(target, i, j) for i in range(2) for j in range(2)]
            if self.decay:
                entries = [decayed(gradient, self.decay) for gradient in entries]
            return stochastic_descent(entries, start, tau, count)
        gradient = Factors([target[:2], target[2:]], r=2).gradient
        if self.method == _METHODS[2]:
            gradient = signs(gradient)
        return gradient_descent(decayed(gradient, self.decay) if self.decay else gradient, start, tau, count)

    def _measure(self, path: Trajectory) -> float:
        h = _QUANTITIES[self.quantity]
        growth = 2 * self.decay if self.quantity.startswith("e^") else 0.0
        first, worst = h(*path.start), 0.0
        for time, point in zip(path.times, path, strict=True):
            factor = math.exp(growth * time) if growth else 1.0
            worst = max(worst, *[abs(factor * x - y) for x, y in zip(h(*point), first, strict=True)])
        return worst

    def _draw(self) -> None:
        rows = []
        for k in range(_HALVINGS + 1):
            count = _COUNT * 2**k
            path = self._run(count)
            rows.append((_TIME / count, count, math.inf if path.diverged else self._measure(path)))
        self.halving = Halving(tuple(rows))
        far, near = rows[-5][2], rows[-1][2]
        self.slope = math.log2(far / near) / 4 if near > 0 and far < math.inf else 0.0
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = f"<p>{self._note()}</p>"

    def _picture(self) -> Picture:
        picture = Picture("Drift against step size, for two matrices", self._words())
        points = [(s, max(d, 1e-12)) for s, _, d in self.halving.rows if d < math.inf]
        top = max((d for _, d in points), default=1.0)
        high = 10.0 ** math.ceil(math.log10(max(top, 1e-6)) + 0.2)
        low = min(high * 1e-4, 10.0 ** math.floor(math.log10(min((d for _, d in points), default=1.0))))
        axes = picture.axes((7e-4, 0.1), (low, high), x_label="step size *τ*", y_label="largest change until time 1",
                            aspect=0.75, log=True)  # fmt: skip
        axes.curve([(s, high * 0.5 * s / 0.1) for s in (7e-4, 0.1)], style="level",
                   label="slope 1: half the step, half the drift")  # fmt: skip
        axes.curve(points, style="descent", markers=True, label=self.quantity)
        return picture

    def _note(self) -> str:
        rows = self.halving.rows
        if rows[-1][2] == math.inf:
            return "Even the shortest of these steps are too long here."
        end = f"from {rows[-5][1]} to {rows[-1][1]} steps the drift goes from {rows[-5][2]:.3g} to {rows[-1][2]:.3g}"
        slope = f"{self.slope:.2f}".replace("-0.00", "0.00").replace("-", "−")
        return f'{self.method.capitalize()}: {end}. <b style="white-space:nowrap">Slope {slope}</b>'

    def _words(self) -> str:
        drifts = ", ".join(f"{d:.2g}" for _, _, d in self.halving.rows)
        return (
            f"How far {self.quantity} moves until time 1 by {self.method} with weight decay {self.decay:g}, on "
            f"logarithmic axes, for steps halved from 1/16 to 1/1024: {drifts}. The slope at the end is "
            f"{self.slope:.2f}."
        )

    def _still(self) -> str:
        return self.drawing._repr_html_()


def matrix_drift(
    *, quantity: str = "UᵀU − VᵀV", method: str = "gradient descent", scale: float = 1.0, size: float = 2.0,
    decay: float = 0.0,
) -> MatrixDrift:  # fmt: skip
    """Return the drift explorer for two matrices.

    Parameters
    ----------
    quantity : str
        'UᵀU − VᵀV', 'UᵀU + VᵀV', 'UUᵀ − VVᵀ' or 'e^(2λt)·(UᵀU − VᵀV)'.
    method : str
        'gradient descent', 'one entry a step' or 'signs of the gradient'.
    scale : float
        How large U and V are at the start, from 0.2 to 1.6.
    size : float
        The first singular value of the target, from 0 to 3; the second one is 1.
    decay : float
        The rate λ of weight decay, from 0 to 1.

    Examples
    --------
    >>> explorer = matrix_drift()
    >>> round(explorer.slope)
    1
    >>> explorer.decay = 0.5
    >>> round(explorer.slope)
    0
    >>> explorer.quantity = "e^(2λt)·(UᵀU − VᵀV)"
    >>> round(explorer.slope)
    1
    """
    return MatrixDrift(quantity, method, scale, size, decay)
