"""The Lie staircase: brackets push the dimension up step by step, and each law in hand presses the ceiling down."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import ipywidgets as ipw

from ..drawing.picture import Picture
from ..errors import ModelError
from ..laws.search import conservation_laws, independent_laws
from ..laws.staircases import Staircase, staircase
from ..models.text import parse_model
from ._panel import Panel, slider, value_of

__all__ = ["LieStaircase", "lie_staircase"]

_MODELS = {
    "(x, y + x·z)": "phi(x, y + x*z)",
    "(x·y, x·z)": "phi(x*y, x*z)",
    "(x, y + x·z + x²·w)": "phi(x, y + x*z + x**2*w)",
    "U·Vᵀ, all 2×2": "factorization(2,2,2)",
    "U·Vᵀ, all 3×3": "factorization(3,3,3)",
    "ReLU, widths 2, 2, 2": "relu(2,2,2)",
    "linear, widths 1, 2, 2, 1": "linear(1,2,2,1)",
}
_HIGHEST = 4
_MOST_LAWS = 6


@lru_cache(maxsize=len(_MODELS))
def _climbed(model: str) -> tuple[Staircase, int]:
    """Return the whole staircase at a generic point, and how many independent laws a search of degree 2 finds there."""
    phi = parse_model(model)
    stairs = staircase(phi, steps=_HIGHEST)
    found = [law.poly for law in conservation_laws(phi, degree=2)]
    return stairs, len(independent_laws(found, [int(value) for value in stairs.point]))


class LieStaircase(Panel):
    """Both bounds on the number of laws, one step and one law at a time.

    Attributes
    ----------
    model : str
        Which φ.
    steps, laws : int
        How many steps of brackets are climbed, and how many laws one has found.
    floor, ceiling : int
        dim Lie(W) is at least the first and at most the second, near the point.
    dimension : int
        D.
    meet : bool
        Whether the bounds meet: then the number of laws is known.
    """

    model, steps, laws = (value_of(name) for name in ("model", "steps", "laws"))

    def __init__(self, model: str, steps: int, laws: int):
        if model not in _MODELS:
            raise ModelError(f"model={model!r} is not in the list: choose one of {', '.join(_MODELS)}")
        self._model = ipw.Dropdown(
            options=list(_MODELS), value=model, description="φ",
            tooltip="The model whose fields are bracketed", style={"description_width": "6.5em"},
            layout=ipw.Layout(width="99%", max_width="30em"),
        )  # fmt: skip
        self._steps = slider("steps k", steps, 0, _HIGHEST, 1, "How many steps of brackets to climb")
        self._laws = slider("laws in hand", laws, 0, _MOST_LAWS, 1, "How many independent laws you have found")
        super().__init__([self._model, self._steps, self._laws], mathematics=False)
        self._draw()

    def _draw(self) -> None:
        self.stairs, self.available = _climbed(_MODELS[self.model])
        self.dimension = self.stairs.family.dimension
        self.traces = self.stairs.traces[: self.steps + 1]
        self.in_hand = min(self.laws, self.available)
        self.floor, self.ceiling = self.traces[-1], self.dimension - self.in_hand
        self.meet = self.floor == self.ceiling
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._note()

    def _picture(self) -> Picture:
        picture = Picture("The Lie staircase", self._words())
        top = self.dimension
        axes = picture.axes((-0.6, _HIGHEST + 0.6), (0, top * 1.12), x_label="step *k*", y_label="dimension",
                            aspect=0.8)  # fmt: skip
        right = _HIGHEST + 0.6
        axes.curve([(-0.6, top), (right, top)], style="level", label=f"*D* = {top}")
        axes.curve([(-0.6, self.ceiling), (right, self.ceiling)], style="fit", label=f"*D* − laws = {self.ceiling}")
        path: list[tuple[float, float]] = [(-0.5, 0.0)]
        for k, height in enumerate(self.traces):
            path += [(k - 0.5, height), (k + 0.5, height)]
        axes.curve(path, style="flow", label="dim *W_k*(*θ*)".replace("_k", "ₖ"))
        for k, height in enumerate(self.traces):
            axes.point((k, height), style="flow", text=str(height), size=4.5)
        if self.meet:
            place = len(self.traces) - 0.5
            axes.point((place, self.floor), style="descent", size=5.5)
            axes.text((place, self.floor - 0.06 * top), "they meet")  # below the line, which would cross the words
        return picture

    def _new(self) -> str:
        """What the last step brought."""
        number = len(self.traces) - 1
        if number < self.steps:
            return f"Step {number} added no field at all: there is nothing left to climb."
        step = self.stairs.steps[number]
        if not step.new:
            return f"Step {number}: no new dimension."
        shown = ", ".join(step.new[:4]) + (" …" if len(step.new) > 4 else "")
        return f"Step {number}: {len(step.new)} new dimension{'s' if len(step.new) > 1 else ''}, from {shown}"

    def _note(self) -> str:
        low, high = self.dimension - self.ceiling, self.dimension - self.floor
        if self.laws > self.available:
            offer = f"A search up to degree 2 finds no more than {self.available} independent ones here."
        else:
            offer = f"{self.in_hand} law{'' if self.in_hand == 1 else 's'} in hand."
        if self.meet:
            answer = f"<b>Exactly {low} independent law{'' if low == 1 else 's'}</b> near this point."
        else:
            answer = f"At least {low} and at most {high} independent laws near a generic point."
        rows = (
            f"From below: dim Lie ≥ {self.floor}. {escape(self._new())}",
            f"From above: dim Lie ≤ {self.dimension} − {self.in_hand} = {self.ceiling}. {offer}",
            answer,
        )
        return "".join(f"<p>{row}</p>" for row in rows)

    def _words(self) -> str:
        heights = ", ".join(map(str, self.traces))
        return (
            f"Dimensions of W_0 to W_{len(self.traces) - 1} at a generic point for φ = {self.model}, with "
            f"{self.dimension} parameters: {heights}. With {self.in_hand} laws in hand the ceiling is at "
            f"{self.ceiling}: the two bounds {'meet' if self.meet else 'do not meet yet'}. The axis of dimensions "
            f"goes from 0 to {self.dimension * 1.12:.1f}."
        )

    def _still(self) -> str:
        return f"{self.drawing._repr_html_()}{self.readout.value}"


def lie_staircase(*, model: str = "U·Vᵀ, all 2×2", steps: int = 0, laws: int = 0) -> LieStaircase:
    """Return the Lie staircase.

    Parameters
    ----------
    model : str
        Which φ, by its name in the list.
    steps : int
        How many steps of brackets to climb at first, from 0 to 4.
    laws : int
        How many independent laws are in hand at first, from 0 to 6.

    Examples
    --------
    >>> stairs = lie_staircase()
    >>> stairs.floor, stairs.ceiling
    (4, 8)
    >>> stairs.steps, stairs.laws = 1, 3
    >>> stairs.floor, stairs.ceiling, stairs.meet
    (5, 5, True)
    """
    return LieStaircase(model, steps, laws)
