"""The law finder: search degree by degree, and compare with the count, which needs no formula."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from math import comb
from typing import NamedTuple

import ipywidgets as ipw

from ..drawing.picture import Picture
from ..errors import ConslawError, ModelError, SizeError
from ..laws.counting import count_laws
from ..laws.search import conservation_laws, independent_laws
from ..models.text import parse_model
from ._panel import Panel, slider, value_of

__all__ = ["LawFinder", "law_finder"]

_MODELS = {
    "x·y": "phi(x*y)",
    "(x + 1)·y": "phi((x + 1)*y)",
    "x·y·z": "phi(x*y*z)",
    "u₁v₁ + u₂v₂": "phi(u1*v1 + u2*v2)",
    "U·Vᵀ, all 2×2": "factorization(2,2,2)",
    "linear, widths 1, 1, 1, 1": "linear(1,1,1,1)",
    "linear, widths 1, 2, 2, 1": "linear(1,2,2,1)",
    "ReLU, widths 2, 2, 2": "relu(2,2,2)",
    "ReLU with biases, widths 2, 2, 1": "relu(2,2,1,bias=True)",
    "x²/2 − y²": "phi(x**2/2 - y**2)",
    "x² + 3y²": "phi(x**2 + 3*y**2)",
    "x·y + z": "phi(x*y + z)",
    "u + v²/2": "phi(u + v**2/2)",
}
_HIGHEST = 6
_MOST_UNKNOWNS = 500  # a move of the slider stays quick
_MOST_OWN = 20  # parameters of a model that is typed


class _Search(NamedTuple):
    """What a search up to a degree brings."""

    unknowns: int
    kernel: int
    rank: int
    first: tuple[str, ...]  # independent ones, lowest degrees first


@lru_cache(maxsize=500)
def _searched(model: str, degree: int) -> _Search:
    phi = parse_model(model)
    unknowns = comb(phi.dimension + degree, degree) - 1
    if unknowns > _MOST_UNKNOWNS:
        raise SizeError(f"{unknowns} unknown coefficients are too many for a figure: up to {_MOST_UNKNOWNS} are tried")
    laws = conservation_laws(phi, degree)
    polys = [law.poly for law in laws]
    place = [10**6 + 7 * k * k + 3 for k in range(phi.dimension)]
    kept = independent_laws(polys, place) if polys else []
    return _Search(unknowns, len(laws), laws.independent, tuple(polys[k].text for k in kept))


@lru_cache(maxsize=100)
def _counted(model: str) -> int | None:
    return count_laws(parse_model(model)).laws


class LawFinder(Panel):
    """Polynomial laws up to a degree: how many, how many of them independent, and how many there are at all.

    Attributes
    ----------
    models : tuple of str
        The list.
    model, own : str
        A φ from the list, or one that is typed (an empty text leaves the list in charge).
    degree : int
        Up to which degree polynomials are searched.
    unknowns, kernel, rank : int
        Coefficients of h, dimension of the kernel, rank of the gradients; of the last degree that was tried.
    count : int or None
        The number of independent laws near a generic point, polynomial or not; None where it is not decided.
    laws : tuple of str
        As many independent laws as the search found.
    message : str
        Why there is no answer; empty where there is one.
    """

    models = tuple(_MODELS)
    model, own, degree = (value_of(name) for name in ("model", "own", "degree"))

    def __init__(self, model: str, degree: int, own: str):
        if model not in _MODELS:
            raise ModelError(f"model={model!r} is not in the list: choose one of {', '.join(_MODELS)}")
        wide, style = ipw.Layout(width="99%", max_width="30em"), {"description_width": "6.5em"}
        self._model = ipw.Dropdown(
            options=list(_MODELS), value=model, description="φ", tooltip="The model whose laws are searched",
            style=style, layout=wide,
        )  # fmt: skip
        self._own = ipw.Text(
            value=own, description="or your own", placeholder="phi(x*y, x*z) or relu(1,3,1)", continuous_update=False,
            tooltip="A model of your own, such as phi(x*y, x*z); empty it to go back to the list",
            style=style, layout=wide,
        )  # fmt: skip
        self._degree = slider("degree ≤", degree, 1, _HIGHEST, 1, "Up to which degree polynomials are searched")
        super().__init__([self._model, self._own, self._degree], mathematics=False)
        self._draw()

    @property
    def chosen(self) -> str:
        """The model that is searched, as text."""
        return self.own.strip() or _MODELS[self.model]

    @property
    def title(self) -> str:
        """The model as it is shown."""
        return self.own.strip() or self.model

    def _draw(self) -> None:
        self.message = ""
        self.searches: list[_Search] = []
        self.count = None
        try:
            if self.own.strip():
                own = parse_model(self.own)
                if own.dimension > _MOST_OWN:
                    raise SizeError(
                        f"{own.brief} has {own.dimension} parameters, too many for a figure: up to {_MOST_OWN} are "
                        "tried; conservation_laws takes more"
                    )
            self.count = _counted(self.chosen)
            for degree in range(1, self.degree + 1):
                self.searches.append(_searched(self.chosen, degree))
        except ConslawError as problem:
            self.message = str(problem)
        last = self.searches[-1] if self.searches else _Search(0, 0, 0, ())
        self.unknowns, self.kernel, self.rank, self.laws = last
        self.drawing = self._picture()
        self.picture.value = self.drawing.html()
        self.readout.value = self._note()

    @property
    def complete(self) -> bool:
        """Whether the search has found as many independent laws as there are."""
        return self.count is not None and bool(self.searches) and self.rank == self.count

    def _picture(self) -> Picture:
        picture = Picture("Laws by degree", self._words())
        top = max([4.0, *(s.kernel for s in self.searches), self.count or 0]) * 1.15
        axes = picture.axes((0.5, _HIGHEST + 0.5), (-0.06 * top, top), x_label="polynomials up to degree",
                            y_label="number", aspect=0.8)  # fmt: skip
        if self.count is not None:
            axes.curve([(0.5, self.count), (_HIGHEST + 0.5, self.count)], style="fit",
                       label=f"independent laws there are: {self.count}")  # fmt: skip
        places = range(1, len(self.searches) + 1)
        if self.searches:
            axes.curve([(d, s.kernel) for d, s in zip(places, self.searches, strict=True)], style="flow",
                       markers=True, label="dimension of the kernel")  # fmt: skip
            axes.curve([(d, s.rank) for d, s in zip(places, self.searches, strict=True)], style="descent",
                       markers=True, label="rank of the gradients")  # fmt: skip
        for d, s in zip(places, self.searches, strict=True):
            if s.kernel != s.rank:
                axes.text((d, s.kernel), str(s.kernel))
        if self.searches:
            axes.text((len(self.searches), self.rank), str(self.rank))
        return picture

    def _note(self) -> str:
        if not self.searches:
            return f"<p>No search: {escape(self.message)}</p>"
        found = len(self.searches)
        rows = [
            f"Up to degree {found}: {self.unknowns} unknown coefficients, a kernel of dimension <b>{self.kernel}</b>, "
            f"gradients of rank <b>{self.rank}</b>."
        ]
        if self.laws:
            shown = ", ".join(f"<code>{escape(law)}</code>" for law in self.laws[:4])
            rows.append(f"Independent ones: {shown}{', …' if len(self.laws) > 4 else ''}")
        rows.append(self._comparison())
        if self.message:
            rows.append(f"Degree {found + 1} is not tried: {escape(self.message)}")
        return "".join(f"<p>{row}</p>" for row in rows)

    def _comparison(self) -> str:
        if self.count is None:
            return "How many laws there are is not decided for this model."
        there = f"{self.count} independent law{'' if self.count == 1 else 's'}"
        if self.count == 0:
            return "By brackets there is <b>no law</b> at all, so the search can stop."
        if self.complete:
            return f"By dimensions there are exactly {there}: <b>all found</b>."
        missing = self.count - self.rank
        return (
            f"By dimensions there are exactly {there}: <b>{missing} still missing</b>, and no polynomial up to "
            f"degree {len(self.searches)} can fill the gap."
        )

    def _words(self) -> str:
        if not self.searches:
            return f"Laws of φ = {self.title}. There is no search: {self.message}"
        kernels = ", ".join(str(s.kernel) for s in self.searches)
        ranks = ", ".join(str(s.rank) for s in self.searches)
        total = "not decided" if self.count is None else str(self.count)
        return (
            f"Polynomial laws of φ = {self.title}, up to degree 1 to {len(self.searches)}. Dimension of the kernel: "
            f"{kernels}. Rank of the gradients: {ranks}. The number of independent laws there are, near a generic "
            f"point: {total}."
        )

    def _still(self) -> str:
        return f"{self.drawing._repr_html_()}{self.readout.value}"


def law_finder(*, model: str = "x·y", degree: int = 2, own: str = "") -> LawFinder:
    """Return the law finder.

    Parameters
    ----------
    model : str
        Which φ, by its name in the list.
    degree : int
        Up to which degree polynomials are searched at first, from 1 to 6.
    own : str
        A model of one's own, as `parse_model` reads it; it goes before the list.

    Examples
    --------
    >>> finder = law_finder(model="x·y·z", degree=4)
    >>> finder.kernel, finder.rank, finder.count
    (5, 2, 2)
    >>> finder.model = "u + v²/2"
    >>> finder.kernel, finder.rank, finder.count
    (0, 0, 1)
    >>> finder.own = "phi(x*y, x*z)"
    >>> finder.laws
    ('x**2 - y**2 - z**2',)
    """
    return LawFinder(model, degree, own)
