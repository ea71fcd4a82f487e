"""The symmetry explorer: a stretch gives gradient flow a law, a rotation gives one to momentum."""

from __future__ import annotations

import math
from fractions import Fraction

from ..drawing.picture import Picture
from ..exact.polynomial import Poly
from ..laws.checking import check_law
from ..models.fields import vector_fields
from ..models.networks import factorization
from ..models.phase_space import lifted, momentum_fields
from ..simulation.flows import Trajectory, gradient_flow
from ..verdict import Verdict
from ._panel import Panel, slider, value_of

__all__ = ["SymmetryExplorer", "symmetry_explorer"]

_START = (1.2, 0.2, 0.3, 1.0)
_PUSH = (0.9, -0.5, -0.4, 0.7)
_TIME, _STEPS = 6.0, 150


def _loss_gradient(u1: float, u2: float, v1: float, v2: float) -> tuple[float, ...]:
    """The gradient of ½(⟨u, v⟩ − 2)²."""
    e = u1 * v1 + u2 * v2 - 2
    return e * v1, e * v2, e * u1, e * u2


class SymmetryExplorer(Panel):
    """A one-parameter group that leaves ⟨u, v⟩ unchanged, and what gradient flow and momentum make of it.

    The group moves (u, v) along ξ(u, v) = (uA, −vAᵀ), where A = (1 − m)·diag(1, −1) + m·(a quarter turn).

    Attributes
    ----------
    turn : float
        m, from 0 (a stretch: A is symmetric) to 1 (a rotation: A is skew), in tenths.
    friction : float
        τ, in tenths.
    push : float
        How fast momentum starts.
    invariant, gradient_law, momentum_law : Verdict
        Whether ξ leaves ⟨u, v⟩ unchanged; whether h = ½⟨θ, ξ(θ)⟩ is a law of gradient flow with ∇h = ξ; whether
        e^(τt)⟨θ̇, ξ(θ)⟩ is a law of momentum. Decided by the engine, for all data.
    slow, fast : Trajectory
        Gradient flow, and (θ, θ̇) with momentum, for one example.
    """

    wide = 520

    turn, friction, push = value_of("turn"), value_of("friction"), value_of("push")

    def __init__(self, turn: float, friction: float, push: float):
        self._turn = slider("rotation m", turn, 0.0, 1.0, 0.1, "From a stretch (0) to a rotation (1)")
        self._friction = slider("friction τ", friction, 0.0, 1.5, 0.1, "How fast momentum is lost")
        self._push = slider("first push", push, 0.0, 1.5, 0.1, "The size of the speed at the start")
        self._phi = factorization(1, 1, 2)
        super().__init__([self._turn, self._friction, self._push], mathematics=False)
        self._draw()

    def _symmetry(self) -> list[Poly]:
        """ξ = (uA, −vAᵀ), with exact coefficients."""
        m = Fraction(round(10 * self.turn), 10)
        u1, u2, v1, v2 = Poly.gens(self._phi.variables)
        s = 1 - m
        return [u1 * s - u2 * m, u1 * m - u2 * s, -(v1 * s) - v2 * m, v1 * m + v2 * s]

    def _decide(self) -> None:
        names, xi = self._phi.variables, self._symmetry()
        thetas = Poly.gens(names)
        self.symmetry = vector_fields(names, [xi])
        self.invariant: Verdict = check_law(self._phi.components[0], self.symmetry)
        self.h = sum((x * y for x, y in zip(thetas, xi, strict=True)), Poly(names, {})) * Fraction(1, 2)
        self.is_gradient = [self.h.derivative(i) for i in range(4)] == xi
        self.gradient_law: Verdict = check_law(self.h, self._phi)
        tau = Fraction(round(10 * self.friction), 10)
        flow = momentum_fields(self._phi, tau)
        gens = Poly.gens(flow.variables)
        lifts = [lifted(part, flow.variables, 1) for part in xi]
        angular = sum((x * y for x, y in zip(gens[5:], lifts, strict=True)), Poly(flow.variables, {}))
        self.momentum_law: Verdict = check_law(gens[0] * angular if tau else angular, flow)

    def _simulate(self) -> None:
        tau, start = self.friction, tuple(self.push * x for x in _PUSH)

        def force(*point: float) -> tuple[float, ...]:
            pull = _loss_gradient(*point[:4])
            return (*(-x for x in point[4:]), *(tau * x + g for x, g in zip(point[4:], pull, strict=True)))

        self.slow: Trajectory = gradient_flow(_loss_gradient, _START, _TIME, _STEPS)
        self.fast: Trajectory = gradient_flow(force, (*_START, *start), _TIME, _STEPS)

    def _xi(self, u1: float, u2: float, v1: float, v2: float) -> tuple[float, ...]:
        m, s = self.turn, 1 - self.turn
        return u1 * s - u2 * m, u1 * m - u2 * s, -v1 * s - v2 * m, v1 * m + v2 * s

    def _potential(self, *point: float) -> float:
        return sum(x * y for x, y in zip(point[:4], self._xi(*point[:4]), strict=True)) / 2

    def _angular(self, time: float, point: tuple[float, ...]) -> float:
        return math.exp(self.friction * time) * sum(x * y for x, y in zip(point[4:], self._xi(*point[:4]), strict=True))

    def _draw(self) -> None:
        self._decide()
        self._simulate()
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._table()

    def _curves(self) -> tuple[list, list, list]:
        h_slow = [(t, self._potential(*p)) for t, p in zip(self.slow.times, self.slow.points, strict=True)]
        h_fast = [(t, self._potential(*p)) for t, p in zip(self.fast.times, self.fast.points, strict=True)]
        turned = [(t, self._angular(t, p)) for t, p in zip(self.fast.times, self.fast.points, strict=True)]
        return h_slow, h_fast, turned

    def _picture(self) -> Picture:
        h_slow, h_fast, turned = self._curves()
        picture = Picture("What a symmetry gives to two flows", self._words(), width=self.wide)
        left = picture.axes((0, _TIME), _range([*h_slow, *h_fast]), x_label="time", y_label="*h*", aspect=1.1)
        left.curve(h_slow, style="flow", label="gradient flow")
        left.curve(h_fast, style="descent", label="momentum")
        right = picture.axes((0, _TIME), _range(turned), x_label="time", y_label="*J*", aspect=1.1)
        right.curve(turned, style="descent", label="momentum")
        return picture

    def _rows(self) -> list[tuple[str, str]]:
        kind = {0: "symmetric", 1: "skew"}.get(self.turn, "neither symmetric nor skew")
        law = "is" if self.is_gradient else "is not"
        return [
            (f"ξ leaves ⟨u, v⟩ unchanged (A is {kind})", str(self.invariant.status)),
            (f"h = ½⟨θ, ξ⟩ is conserved by gradient flow, and ξ {law} its gradient"
             + (" (h = 0 says nothing)" if not self.h else ""), str(self.gradient_law.status)),
            (f"J = e^(τt)⟨θ̇, ξ⟩ is conserved by momentum, τ = {self.friction:.1f}", str(self.momentum_law.status)),
        ]  # fmt: skip

    def _table(self) -> str:
        # A dot of its own falls into the letter in many fonts.
        dotted = '<math><mover accent="true"><mi>θ</mi><mo>˙</mo></mover></math>'
        rows = (
            (text.replace("e^(τt)", "e<sup>τt</sup>").replace("θ̇", dotted), status) for text, status in self._rows()
        )
        rows = "".join(f"<li>{text}: <strong>{status}</strong></li>" for text, status in rows)
        return f"<ul>{rows}</ul>"

    def _words(self) -> str:
        h_slow, h_fast, turned = (_spread(curve) for curve in self._curves())
        told = "; ".join(f"{text}: {status}" for text, status in self._rows())
        return (
            f"For m = {self.turn:.1f}, τ = {self.friction:.1f}, push {self.push:.1f}: over time {_TIME:g}, h moves by "
            f"{h_slow:.3f} with gradient flow and by {h_fast:.3f} with momentum; J moves by {turned:.3f}. {told}."
        )

    def _still(self) -> str:
        return self.drawing._repr_html_() + self.readout.value


def _spread(curve: list[tuple[float, float]]) -> float:
    values = [y for _, y in curve]
    return max(values) - min(values)


def _range(curve: list[tuple[float, float]]) -> tuple[float, float]:
    """A range that shows the curve, and shows a curve that hardly moves as one that does not."""
    values = [y for _, y in curve]
    middle, half = (max(values) + min(values)) / 2, max(0.6 * (max(values) - min(values)), 0.5)
    return middle - half, middle + half


def symmetry_explorer(*, turn: float = 0.0, friction: float = 0.3, push: float = 1.0) -> SymmetryExplorer:
    """Return the symmetry explorer, for g(u, v; x) = ⟨u, v⟩x with u and v in the plane.

    Parameters
    ----------
    turn : float
        From 0, a stretch, to 1, a rotation.
    friction, push : float
        τ, and the size of the first speed, for momentum.

    Examples
    --------
    >>> explorer = symmetry_explorer(turn=0)
    >>> explorer.gradient_law.is_proved, explorer.momentum_law.is_proved
    (True, False)
    >>> explorer.turn = 1
    >>> explorer.is_gradient, explorer.momentum_law.is_proved
    (False, True)
    """
    return SymmetryExplorer(turn, friction, push)
