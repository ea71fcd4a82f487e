"""The kink explorer: three ReLU neurons in the plane of inputs, and how much of φ the data can see."""

from __future__ import annotations

from ..drawing.picture import Picture
from ..models.networks import relu
from ..paper.examples import Region, dimension, rank, regions
from ._panel import Panel, slider, value_of

__all__ = ["KinkExplorer", "kink_explorer"]

_REACH = 3.0
_FIRST, _THIRD = (2, 1, 0), (-1, 2, -2)  # (v_1, b_1) and (v_3, b_3)
_OUTER = (1, 2, -1)  # u_1, u_2, u_3
_LINES = ("flow", "descent", "fit")


class KinkExplorer(Panel):
    """The lines ⟨v_j, x⟩ + b_j = 0 of three hidden neurons; the sliders move the second one.

    Attributes
    ----------
    a, b, c : int
        The second neuron: v_2 = (a, b) and its bias c. The others stay: 2x_1 + x_2 and −x_1 + 2x_2 − 2.
    regions : list of Region
        The pieces between the kinks, with the pattern of active neurons in each.
    seen, whole : int
        dim W_θ^g, what gradients of examples span, and dim W_φ(θ) = rank ∂φ(θ); both exact.
    """

    a, b, c = value_of("a"), value_of("b"), value_of("c")

    def __init__(self, a: int, b: int, c: int):
        self._a = slider("v₂, first", a, -2, 2, 1, "First coordinate of the second neuron's weights")
        self._b = slider("v₂, second", b, -2, 2, 1, "Second coordinate of the second neuron's weights")
        self._c = slider("bias b₂", c, -2, 2, 1, "The second neuron's bias")
        self._net = relu(2, 3, 1, bias=True)
        super().__init__([self._a, self._b, self._c], mathematics=False)
        self._draw()

    @property
    def neurons(self) -> tuple[tuple[int, int, int], ...]:
        """(v_j, b_j) of the three neurons."""
        return _FIRST, (self.a, self.b, self.c), _THIRD

    @property
    def theta(self) -> tuple[int, ...]:
        """The parameters, in the order of the network's variables."""
        weights = [number for v1, v2, _ in self.neurons for number in (v1, v2)]
        return (*_OUTER, *weights, *(bias for *_, bias in self.neurons))

    def _decide(self) -> None:
        self.regions: list[Region] = regions(self._net, self.theta)
        self.seen = dimension(self._net, self.theta)
        self.whole = rank([[part.evaluate(self.theta) for part in field.components] for field in self._net])

    def _twins(self) -> str:
        """What makes neurons hard to tell apart, if anything does."""
        (a, b, c), others = self.neurons[1], ((1, _FIRST), (3, _THIRD))
        if not a and not b:
            return "The second neuron ignores its input: it has no kink."
        for number, (p, q, s) in others:
            if a * q == b * p and a * s == c * p and b * s == c * q:
                same = a * p + b * q > 0
                kind = "Twins" if same else "Opposites"
                return f"{kind}: neurons {number} and 2 switch on the same line" + ("." if same else ", the other way.")
        return "Three different lines."

    def _draw(self) -> None:
        self._decide()
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        verdict = "they are equal" if self.seen == self.whole else "data do not see all of φ"
        self.readout.value = (
            f"<ul><li>{self._twins()}</li><li>{len(self.regions)} regions</li><li>dim W<sup>g</sup> = {self.seen} "
            f"(all examples together)</li><li>dim W<sub>φ</sub> = {self.whole} (all of φ): "
            f"<strong>{verdict}</strong></li></ul>"
        )

    def _picture(self) -> Picture:
        picture = Picture("Where three neurons switch", self._words())
        frame = (-_REACH, _REACH)
        axes = picture.axes(frame, frame, x_label="input *x*₁", y_label="input *x*₂", aspect=1, grid=False)
        for number, (neuron, style) in enumerate(zip(self.neurons, _LINES, strict=True), start=1):
            a, b, c = neuron
            if not a and not b:
                continue
            square = a * a + b * b
            foot = (-a * c / square, -b * c / square)
            far = 3 * _REACH / square**0.5
            ends = [(foot[0] + s * far * -b, foot[1] + s * far * a) for s in (1, -1)]
            axes.curve(ends, style=style, label=f"neuron {number}")
            shift = (number - 2) * 0.25  # twins' arrows stand side by side
            tail = (foot[0] - shift * b, foot[1] + shift * a)
            axes.arrow(tail, (tail[0] + 0.45 * a / square**0.5, tail[1] + 0.45 * b / square**0.5), style=style)
        for region in self.regions:
            place = _middle(region, self.neurons)
            if place is not None:
                axes.text(place, "".join(map(str, region.pattern)))
        return picture

    def _words(self) -> str:
        lines = "; ".join(f"neuron {k}: {_line(*n)}" for k, n in enumerate(self.neurons, start=1))
        return (
            f"The plane of inputs from −3 to 3, cut by the lines on which neurons switch ({lines}); an arrow points to "
            f"the active side. {len(self.regions)} regions, each with its pattern of active neurons. {self._twins()} "
            f"dim W^g = {self.seen}, dim W_φ = {self.whole}."
        )

    def _still(self) -> str:
        return self.drawing._repr_html_() + self.readout.value


def _line(a: int, b: int, c: int) -> str:
    """The equation of a line, as one writes it by hand."""
    parts = [name if k == 1 else f"-{name}" if k == -1 else f"{k}{name}" for k, name in ((a, "x₁"), (b, "x₂")) if k]
    parts += [str(c)] if c else []
    return (" + ".join(parts) or "0").replace("+ -", "− ").replace("-", "−") + " = 0"


def _middle(region: Region, neurons: tuple[tuple[int, int, int], ...]) -> tuple[float, float] | None:
    """The point of a region in the frame that is farthest from its lines, on a coarse grid."""
    best, where = 0.15, None
    for i in range(-5, 6):
        for j in range(-5, 6):
            twice = [a * i + b * j + 2 * c for a, b, c in neurons]  # in whole numbers: the point is (i/2, j/2)
            if tuple(int(value > 0) for value in twice) == region.pattern:
                sizes = [a * a + b * b for a, b, _ in neurons]
                lines = [abs(v) / 2 / s**0.5 for v, s in zip(twice, sizes, strict=True) if s]
                room = min([*lines, 3.2 - abs(i / 2), 3.2 - abs(j / 2)])
                if room > best:
                    best, where = room, (i / 2, j / 2)
    return where


def kink_explorer(*, a: int = 1, b: int = -1, c: int = 1) -> KinkExplorer:
    """Return the kink explorer: three neurons of a ReLU network with two inputs, the second one on sliders.

    Parameters
    ----------
    a, b, c : int
        v_2 and b_2, from −2 to 2.

    Examples
    --------
    >>> explorer = kink_explorer()
    >>> explorer.seen == explorer.whole
    True
    >>> explorer.a, explorer.b, explorer.c = 2, 1, 0          # the same line as neuron 1, the same side
    >>> explorer.seen, explorer.whole
    (6, 9)
    """
    return KinkExplorer(a, b, c)
