"""The curve explorer: two eigenvalues move on one curve, and a sum of two integrals stands still."""

from __future__ import annotations

import math

from ..drawing.picture import Picture
from ..simulation.chains import Chain
from ..simulation.flows import gradient_flow
from ._panel import Panel, slider, value_of

__all__ = ["CurveExplorer", "curve_explorer"]

_A = (1.5, 0.9)  # A is diagonal: rotations of u and v make it so, and change nothing that is shown
_U, _V = 1.1, 0.8  # lengths of u and v
_REACH, _STEP = 2.0, 0.1


def _shown(y: float) -> float:
    """The height at which y is drawn: ±√|y|, for the ovals are flat beside the open branch."""
    return math.copysign(math.sqrt(abs(y)), y)


def _slope(*theta: float) -> tuple[float, ...]:
    """−∇φ/|∇φ| for φ = uᵀAv: the flow in steps of equal length."""
    u1, u2, a, b, c, d, v1, v2 = theta
    full = (a * v1 + b * v2, c * v1 + d * v2, u1 * v1, u1 * v2, u2 * v1, u2 * v2, a * u1 + c * u2, b * u1 + d * u2)
    length = math.hypot(*full)
    return tuple(-x / length for x in full)


class CurveExplorer(Panel):
    """The eigenvalues of AAᵀ along the flow of φ = uᵀAv, as two points on the curve y² = R(x).

    Attributes
    ----------
    turn_u, turn_v : float
        The angles of u and v at the start, in degrees.
    place : float
        How far θ has gone along its path, in units of length; where the data send it.
    chain : Chain
        θ at this place: its `eigenvalues`, `heights` and `hidden`.
    sums : list of (place, first integral, second integral)
        Along the whole path; where X₂ passes the right end of its oval a period has been added.
    """

    hand = "curve"
    wide = 620

    turn_u, turn_v, place = value_of("turn_u"), value_of("turn_v"), value_of("place")

    def __init__(self, turn_u: float, turn_v: float, place: float):
        self._place = slider("place", place, -_REACH, _REACH, _STEP, "How far along its path training has brought θ")
        self._turn_u = slider("angle of u", turn_u, 5.0, 85.0, 10.0, "The direction of u at the start, in degrees")
        self._turn_v = slider("angle of v", turn_v, -175.0, 175.0, 10.0, "The direction of v at the start, in degrees")
        super().__init__([self._place, self._turn_u, self._turn_v])
        self._start: tuple[float, float] | None = None
        self._draw()

    def _follow(self) -> None:
        """Go along the path, both ways from the start, and take both integrals at each place."""
        a, b = (math.radians(x) for x in (self.turn_u, self.turn_v))
        theta = (_U * math.cos(a), _U * math.sin(a), _A[0], 0.0, 0.0, _A[1], _V * math.cos(b), _V * math.sin(b))
        count = round(_REACH / _STEP)
        ahead = gradient_flow(_slope, theta, _REACH, 2 * count).points[::2]
        behind = gradient_flow(lambda *p: [-x for x in _slope(*p)], theta, _REACH, 2 * count).points[::2]
        self.path = [Chain(point, digits=15) for point in (*reversed(behind[1:]), *ahead)]
        period, turns = self.path[0].periods[0], 0
        parts = [chain.parts(0) for chain in self.path]
        self.sums = []
        for k, (first, second) in enumerate(parts):
            if k and abs(second - parts[k - 1][1]) > period / 2:
                turns += 1 if second < parts[k - 1][1] else -1
            self.sums.append((-_REACH + k * _STEP, first, second + turns * period))

    def _draw(self) -> None:
        start = (self.turn_u, self.turn_v)
        if start != self._start:
            self._start = start
            self._follow()
        self._here = round((self.place + _REACH) / _STEP)
        self.chain = self.path[self._here]
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._table()

    def _picture(self) -> Picture:
        picture = Picture("Two eigenvalues on a curve", self._words(), width=self.wide)
        ends = self.path[0].branch_points
        tracks = [[(chain.eigenvalues[i], _shown(chain.heights[i])) for chain in self.path] for i in (0, 1)]
        far = max(ends[0] + 0.6, *(x for x, _ in tracks[0] if x < ends[0] + 2.5))
        tall = 1.15 * max(abs(y) for track in tracks for x, y in track if x <= far)
        axes = picture.axes((min(ends[-1], 0) - 0.3, far), (-tall, tall), x_label="*x*", y_label="±√|*y*|", aspect=1.1)
        pieces = [(ends[4], ends[3]), (ends[2], ends[1])]
        for low, high in pieces:
            axes.curve(self._piece(low, high, closed=True), style="level")
        axes.curve(self._piece(ends[0], far, closed=False), style="level", label="*y*² = *R*(*x*)")
        for i, style in ((0, "flow"), (1, "descent")):
            axes.curve(tracks[i], style=style)
            axes.point(tracks[i][self._here], style=style, text=f"*X*{'₁₂'[i]}")
        right = picture.axes(
            (-_REACH, _REACH), self._range(), x_label="place on the path", y_label="integrals", aspect=1.1
        )
        for which, style, label in ((1, "flow", "up to *X*₁"), (2, "descent", "up to *X*₂")):
            right.curve([(row[0], row[which]) for row in self.sums], style=style, label=label)
        right.curve([(s, a + b) for s, a, b in self.sums], style="fit", label="their sum *h*")
        s, a, b = self.sums[self._here]
        right.point((s, a + b), style="fit")
        return picture

    def _piece(self, low: float, high: float, closed: bool) -> list[tuple[float, float]]:
        """A piece of the curve, its lower half and its upper half, close points at its ends."""
        ends = self.path[0].branch_points
        count = 40
        if closed:
            places = [low + (high - low) * math.sin(math.pi * k / (2 * count)) ** 2 for k in range(count + 1)]
        else:
            places = [low + (high - low) * (k / count) ** 2 for k in range(count + 1)]
        upper = [(x, _shown(math.sqrt(max(0.0, math.prod(x - e for e in ends))))) for x in places]
        return [*((x, -y) for x, y in reversed(upper)), *upper[1:]]

    def _range(self) -> tuple[float, float]:
        values = [v for _, a, b in self.sums for v in (a, b, a + b)]
        room = 0.12 * (max(values) - min(values))
        return min(values) - room, max(values) + room

    def _spread(self) -> float:
        values = [a + b for _, a, b in self.sums]
        return max(values) - min(values)

    def _table(self) -> str:
        (x1, x2), (_, a, b) = self.chain.eigenvalues, self.sums[self._here]
        passed = " (X₂ went round: a period is added)" if self._turned() else ""
        return (
            f"<ul><li>X₁ = {x1:.4f}, X₂ = {x2:.4f}</li>"
            f"<li>integral up to X₁: {a:.6f}, up to X₂: {b:.6f}{passed}</li>"
            f"<li>their sum <strong>h = {a + b:.6f}</strong>; over the whole path it moves by less than "
            f"{self._bound()}</li></ul>"
        ).replace(" -", " −")

    def _bound(self) -> str:
        """The spread of h, rounded up to a power of ten."""
        power = str(max(-12, math.ceil(math.log10(self._spread() or 1e-12))))
        return "10" + power.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))

    def _turned(self) -> bool:
        return abs(self.sums[self._here][2] - self.chain.parts(0)[1]) > 1e-6

    def _words(self) -> str:
        (x1, x2), (y1, y2) = self.chain.eigenvalues, self.chain.heights
        (_, a, b) = self.sums[self._here]
        ends = ", ".join(f"{e:.3f}" for e in self.chain.branch_points)
        return (
            f"u at {self.turn_u:.0f} and v at {self.turn_v:.0f} degrees, place {self.place:.1f}. The curve y² = R(x) "
            f"has the zeros {ends}; on it lie ({x1:.3f}, {y1:.3f}) and ({x2:.3f}, {y2:.3f}), X₁ on the open branch and "
            f"X₂ on an oval. The integrals of dx/y up to them are {a:.4f} and {b:.4f}; their sum is {a + b:.4f}, and "
            f"over the whole path it moves by less than {self._bound()}."
        )

    def _still(self) -> str:
        return self.drawing._repr_html_() + self.readout.value


def curve_explorer(*, turn_u: float = 35.0, turn_v: float = 55.0, place: float = 0.0) -> CurveExplorer:
    """Return the curve explorer of lesson 13, for φ = uᵀAv with a 2 × 2 matrix A.

    Parameters
    ----------
    turn_u, turn_v : float
        The directions of u and v at the start, in degrees.
    place : float
        Where on its path θ is, from −2 to 2.

    Examples
    --------
    >>> explorer = curve_explorer()
    >>> before = explorer.chain.hidden[0]
    >>> explorer.place = 1.0
    >>> abs(explorer.chain.hidden[0] - before) < 1e-6
    True
    """
    return CurveExplorer(turn_u, turn_v, place)
