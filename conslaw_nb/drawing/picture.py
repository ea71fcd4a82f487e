"""The house style: small SVG pictures that everybody can read.

A `Picture` has a title, a description for readers who cannot see it (there is no picture without one), and
axes with curves, points, arrows and labels. Colour never carries a meaning alone: each style of `STYLES` has
its own dash pattern and marker as well. The colours follow the theme of JupyterLab, VS Code or the browser,
the text is byte for byte the same on every run, and a redraw takes a few milliseconds.

Examples
--------
>>> picture = Picture("A parabola", "The curve y = x², lowest at the origin.")
>>> axes = picture.axes(x=(-2, 2), y=(0, 4), x_label="*x*", y_label="*y*")
>>> axes.curve([(t / 10, t * t / 100) for t in range(-20, 21)], style="flow", label="*y* = *x*²")
>>> axes.point((0, 0), style="flow", text="lowest")
>>> picture
A parabola: The curve y = x², lowest at the origin.
>>> picture.svg().startswith("<svg")
True
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

import drawsvg

from ..errors import DrawingError
from .layout import Scale, avoid, text_width
from .style import CSS, GROWN, GROWN_KEY, INK, READABLE, ROOM, ROW, SHRINKS, STYLES, Style

__all__ = ["STYLES", "Axes", "DrawingError", "Picture", "Style"]

Point = Sequence[float]


# In a notebook that is not trusted yet, the sanitizer of JupyterLab drops SVG and style sheets but keeps an
# image. The style sheet, when it does survive, swaps the two.
_SWAP = "<style>.cl-live{display:block!important}.cl-still{display:none!important}</style>"
_PLACEHOLDER = "conslaw-id"


def _number(value: float) -> str:
    """A coordinate to a tenth of a unit: short, and the same on every machine."""
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def _pair(x: float, y: float) -> str:
    return f"{_number(x)},{_number(y)}"


def _text(x: float, y: float, text: str, anchor: str = "middle", kind: str = "") -> drawsvg.Raw:
    """A line of text; ``*x*`` sets the mathematical italic."""
    body = re.sub(r"\*([^*]+)\*", r'<tspan class="cl-i">\1</tspan>', escape(text, quote=False))
    kind = f' class="{kind}"' if kind else ""
    return drawsvg.Raw(f'<text x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}"{kind}>{body}</text>')


def _style(name: str) -> Style:
    try:
        return STYLES[name]
    except KeyError:
        raise DrawingError(f"there is no style {name!r}: choose one of {', '.join(STYLES)}") from None


def _stroke(d: str, style: str) -> drawsvg.Path:
    """A line in the colour, width and dash pattern of a style."""
    look = _style(style)
    dash = {"stroke_dasharray": look.dash} if look.dash else {}
    return drawsvg.Path(d, fill="none", stroke=f"var(--cl-{INK[style]})", stroke_width=look.width,
                        stroke_linecap="round", stroke_linejoin="round", **dash)  # fmt: skip


def _mark(x: float, y: float, style: str, size: float = 5.0, hollow: bool = False) -> drawsvg.DrawingElement:
    """The marker of a style, centred at a place given in units of the picture."""
    marker = _style(style).marker
    ink = f"var(--cl-{INK[style]})"
    look = {"fill": "var(--cl-paper)" if hollow else ink, "stroke": ink if hollow else "var(--cl-paper)"}
    look["stroke_width"] = 2.2 if hollow else 1.2
    if marker == "circle":
        return drawsvg.Circle(_number(x), _number(y), _number(size), **look)
    corners = {
        "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        "diamond": [(0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)],
        "triangle": [(0, -1.3), (1.2, 0.95), (-1.2, 0.95)],
    }.get(marker)
    if corners is None:
        d = "".join(f"M{_pair(x - s, y - size)}L{_pair(x + s, y + size)}" for s in (size, -size))
        return drawsvg.Path(d, fill="none", stroke=ink, stroke_width=2)
    places = "L".join(_pair(x + size * a, y + size * b) for a, b in corners)
    return drawsvg.Path(f"M{places}Z", **look)


class Picture:
    """A drawing with a title, a mandatory description and one or more pairs of axes.

    Parameters
    ----------
    title : str
        A few words; assistive technology reads them first.
    description : str
        The text alternative: what the picture shows, with its numbers.
    width : float
        In units of the picture, about a pixel each on a laptop. The height follows from the axes.

    Raises
    ------
    DrawingError
        If the title or the description is empty.
    """

    def __init__(self, title: str, description: str, width: float = 480):
        for what, text in (("title", title), ("description", description)):
            if not isinstance(text, str) or not text.strip():
                raise DrawingError(
                    f"the picture {title!r} has no {what}: say in a sentence what it shows, "
                    "for readers who cannot see it"
                )
        self.title, self.description, self.width = title.strip(), description.strip(), width
        self._axes: list[Axes] = []

    def axes(self, x: Point, y: Point, **options) -> Axes:
        """Add a pair of axes to the right of those already there; see `Axes` for the options."""
        self._axes.append(Axes(x, y, **options))
        return self._axes[-1]

    def svg(self, standalone: bool = False) -> str:
        """Return the SVG text; `standalone` adds a background, for a file that is shown as an image."""
        return self._drawn(range(len(self._axes)), standalone)

    def _drawn(self, which: Sequence[int], standalone: bool) -> str:
        """Draw some of the axes; those after the first bring no words and no style sheet of their own to a page."""
        share, first = self.width / max(1, len(self._axes)), not which or not which[0]
        width = share * max(1, len(which))
        boxes = [self._axes[index].layout(place * share, share) for place, index in enumerate(which)]
        height = max(boxes, default=self.width * 0.6)
        said = (
            {"role": "img", "aria_labelledby": f"{_PLACEHOLDER}-t {_PLACEHOLDER}-d"}
            if first
            else {"aria_hidden": "true"}
        )
        # Letters grow where a page shows the picture smaller than it is; of several panels each is shown as it is.
        look = "cl-picture cl-grows" if width >= SHRINKS else "cl-picture"
        drawing = drawsvg.Drawing(_number(width), _number(height), class_=look, id_prefix=_PLACEHOLDER, **said)
        drawing.view_box = tuple(_number(v) for v in (0, 0, width, height))
        for tag, words in (("title", self.title), ("desc", self.description)) if first else ():
            words = escape(words, quote=False)
            drawing.append(drawsvg.Raw(f'<{tag} id="{_PLACEHOLDER}-{tag[0]}">{words}</{tag}>'))
        if standalone or first:
            drawing.append(drawsvg.Raw(f"<style>{CSS}{'@media' if standalone else '@container'}{GROWN}</style>"))
        if standalone:
            drawing.append(drawsvg.Rectangle(0, 0, "100%", "100%", rx=6, fill="var(--cl-paper)"))
        for index in which:
            self._axes[index].render(drawing, f"{_PLACEHOLDER}-c{index}")
        text = drawing.as_svg(header="")
        text = text[text.index("<svg") :].replace("<defs>\n</defs>\n", "")
        # Ids must differ between the pictures of a page and be the same on every run: the content names them.
        return text.replace(_PLACEHOLDER, "c" + hashlib.sha256(text.encode()).hexdigest()[:10])

    def _panels(self, standalone: bool = False) -> list[str]:
        """The axes one by one: where a page is too narrow for all of them, they stand below each other."""
        if len(self._axes) < 2:
            return [self.svg(standalone)]
        return [self._drawn([index], standalone) for index in range(len(self._axes))]

    def _row(self, parts: list[str], kind: str = "") -> str:
        """Beside each other where there is room for letters of a readable size."""
        if len(parts) < 2:
            return "".join(parts)
        share = self.width / len(parts)
        smallest = 12 if any(axes.frame for axes in self._axes) else 14  # ticks, or names of axes and curves
        least = _number(READABLE / smallest * share)
        look = f'style="flex:1 1 {least}px;min-width:0;max-width:{_number(1.15 * share)}px"'
        parts = [re.sub(r"^<(svg|img)", rf"<\1 {look}", part) for part in parts]
        return f'<div class="cl-panels{kind}" style="{ROW}">{"".join(parts)}</div>'

    def html(self) -> str:
        """Return HTML for a page whose scripts and styles are trusted, such as the value of a widget."""
        return f'<div style="text-align:center;{ROOM}">{self._row(self._panels())}</div>'

    def still(self) -> str:
        """Return HTML of the picture as an image, for places that allow no SVG in the page."""
        images = []
        for index, data in enumerate(self._panels(standalone=True)):
            for sign, code in (("%", "%25"), ("#", "%23"), ("<", "%3C"), (">", "%3E"), ('"', "'"), ("\n", "")):
                data = data.replace(sign, code)
            said = "" if index else escape(str(self))
            images.append(f'<img class="cl-still" alt="{said}" src="data:image/svg+xml,{data}">')
        return self._row(images, " cl-still")

    def save(self, path) -> None:
        """Write the picture as an SVG file with a background of its own."""
        Path(path).write_text(self.svg(standalone=True) + "\n", encoding="utf-8")

    def __str__(self) -> str:
        return f"{self.title}: {self.description}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        live = self._row(self._panels())
        return f'{_SWAP}<div class="cl-live" style="display:none;{ROOM}">{live}</div>{self.still()}'


class Axes:
    """A frame with ticks, and what is drawn in it.

    Parameters
    ----------
    x, y : pair of float
        The ranges shown.
    x_label, y_label : str
        What the axes measure; ``*u*`` sets italics.
    aspect : float
        Height of the frame over its width.
    log : bool
        Logarithmic scales on both axes; the ranges must then be positive.
    grid : bool
        Whether thin lines continue the ticks.
    whole : bool
        Whether the x axis counts things: ticks at whole numbers only.
    frame : bool
        Whether there are ticks and a border at all: a view of space has neither.
    """

    def __init__(self, x: Point, y: Point, *, x_label: str = "", y_label: str = "", aspect: float = 0.75,
                 log: bool = False, grid: bool = True, whole: bool = False, frame: bool = True):  # fmt: skip
        for name, (low, high) in (("x", x), ("y", y)):
            if not (math.isfinite(low) and math.isfinite(high) and low < high and (low > 0 or not log)):
                raise DrawingError(
                    f"the {name} axis cannot go from {low} to {high}: give a smaller and a larger number"
                    + (", both positive on a logarithmic axis" if log else "")
                )
        self.x, self.y = Scale(x[0], x[1], log, whole), Scale(y[0], y[1], log)
        self.x_label, self.y_label, self.aspect, self.grid, self.frame = x_label, y_label, aspect, grid, frame
        self._shapes: list[tuple] = []
        self._labels: list[tuple[Point, str]] = []
        self._legend: list[tuple[str, str, bool, bool, bool]] = []

    # What can be drawn: places are given in the units of the axes, and turned into ink only by `render`.

    def curve(self, points: Iterable[Point], *, style: str = "plain", label: str = "",
              arrow: float | None = None, markers: bool = False, line: bool = True) -> None:  # fmt: skip
        """Draw a curve through the points, clipped to the frame.

        `arrow` in (0, 1] puts an arrow head at that share of its length; `markers` draws the style's marker
        at every point; `label` adds an entry to the legend. A point that is not finite interrupts the curve.
        """
        _style(style)
        self._shapes.append(("curve", [tuple(p) for p in points], style, arrow, markers, line))
        if label:
            self._legend.append((style, label, line, markers, False))

    def point(self, place: Point, *, style: str = "plain", text: str = "", hollow: bool = False,
              label: str = "", size: float = 6.0) -> None:  # fmt: skip
        """Draw the style's marker at a place, with a text beside it that keeps clear of the others."""
        _style(style)
        self._shapes.append(("point", tuple(place), style, hollow, size))
        if text:
            self._labels.append((tuple(place), text))
        if label:
            self._legend.append((style, label, False, True, hollow))

    def arrow(self, tail: Point, tip: Point, *, style: str = "plain", text: str = "") -> None:
        """Draw an arrow from one place to another, with a text at its tip."""
        self.curve([tail, tip], style=style, arrow=1.0)
        if text:
            self._labels.append((tuple(tip), text))

    def text(self, place: Point, text: str) -> None:
        """Write a text near a place, where there is room."""
        self._labels.append((tuple(place), text))

    # Layout and rendering.

    def layout(self, left: float, width: float) -> float:
        """Place the frame in a column of the picture and return the height it needs."""
        gutter = 14 + max(text_width(t, 12) for _, t in self.y.ticks()) if self.frame else 16
        self._left, self._top = left + gutter, 26.0 if self.y_label else 12.0
        self._width = width - gutter - 16
        self._height = self._width * self.aspect
        self.x.to(self._left, self._left + self._width)
        self.y.to(self._top + self._height, self._top)
        rows, used = ([[]] if self._legend else []), 0.0
        for entry in self._legend:
            need = 48 + text_width(entry[1], GROWN_KEY if width >= SHRINKS else 14)
            if used + need > width - 20 and rows[-1]:
                rows.append([])
                used = 0.0
            rows[-1].append((used, entry))
            used += need
        self._rows = rows
        self._below = self._top + self._height + (46 if self.x_label else 28 if self.frame else 14)
        return self._below + 23 * len(rows)

    def _place(self, point: Point) -> tuple[float, float]:
        return self.x(point[0]), self.y(point[1])

    def _inside(self, place: tuple[float, float]) -> bool:
        x, y = place[0] - self._left, place[1] - self._top
        return -1 <= x <= self._width + 1 and -1 <= y <= self._height + 1

    def render(self, drawing: drawsvg.Drawing, clip_id: str) -> None:
        """Append the frame and its contents to a drawing."""
        left, top, width, height = self._left, self._top, self._width, self._height
        clip = drawsvg.ClipPath(id=clip_id)
        clip.append(drawsvg.Rectangle(_number(left), _number(top), _number(width), _number(height)))
        if self.frame:
            self._frame(drawing)
        inside = drawsvg.Group(clip_path=clip)
        above: list[drawsvg.DrawingElement] = []
        busy: list[tuple[float, float]] = []
        for kind, *shape in self._shapes:
            if kind == "curve":
                busy += self._draw_curve(inside, *shape)
            else:
                place, style, hollow, size = shape
                x, y = self._place(place)
                if self._inside((x, y)):
                    above.append(_mark(x, y, style, size, hollow))
                    busy += [(x, y)] * 8
        drawing.append(inside)
        drawing.extend(above)
        wanted = [(*self._place(place), text) for place, text in self._labels]
        frame = (left, top, left + width, top + height)
        for x, y, anchor, text in avoid(wanted, busy, frame):
            drawing.append(_text(x, y, text, anchor, "cl-halo"))
        self._draw_legend(drawing)

    def _frame(self, drawing: drawsvg.Drawing) -> None:
        left, top, right, bottom = self._left, self._top, self._left + self._width, self._top + self._height
        lines = []
        for value, text in self.x.ticks():
            x = _number(self.x(value))
            lines.append(f"M{x},{_number(top)}V{_number(bottom)}")
            drawing.append(_text(self.x(value), bottom + 16, text, "middle", "cl-tick"))
        for value, text in self.y.ticks():
            lines.append(f"M{_number(left)},{_number(self.y(value))}H{_number(right)}")
            drawing.append(_text(left - 7, self.y(value) + 4, text, "end", "cl-tick"))
        if self.grid:
            drawing.append(drawsvg.Path("".join(lines), fill="none", stroke="var(--cl-grid)", stroke_width=1))
        zero = "".join(
            [f"M{_number(self.x(0))},{_number(top)}V{_number(bottom)}"] * self.x.crosses_zero
            + [f"M{_number(left)},{_number(self.y(0))}H{_number(right)}"] * self.y.crosses_zero
        )
        border = f"M{_number(left)},{_number(top)}H{_number(right)}V{_number(bottom)}H{_number(left)}Z"
        drawing.append(drawsvg.Path(zero + border, fill="none", stroke="var(--cl-soft)", stroke_width=0.8))
        if self.x_label:
            drawing.append(_text((left + right) / 2, bottom + 35, self.x_label))
        if self.y_label:
            drawing.append(_text(left, top - 9, self.y_label, "start"))

    def _draw_curve(self, group, points, style, arrow, markers, line) -> list[tuple[float, float]]:
        """Draw one curve and return places it occupies, for the labels to avoid."""
        pieces: list[list[tuple[float, float]]] = [[]]
        for point in points:
            if all(math.isfinite(v) for v in point):
                place = self._place(point)
                last = pieces[-1][-1] if pieces[-1] else None
                if markers or last is None or abs(place[0] - last[0]) + abs(place[1] - last[1]) > 2.0:
                    pieces[-1].append(place)
            elif pieces[-1]:
                pieces.append([])
        d = "".join("M" + "L".join(_pair(*place) for place in piece) for piece in pieces if piece)
        if line and d:
            group.append(_stroke(d, style))
        if markers:
            group.extend(_mark(x, y, style, 3.4) for piece in pieces for x, y in piece)
        if arrow is not None:
            group.extend(_arrow_head([place for place in pieces[0] if self._inside(place)], arrow, style))
        # Texts may lie on the thin background curves; to avoid the others, one place every few units will do.
        return [] if style == "level" else [place for piece in pieces for place in _thin(piece)]

    def _draw_legend(self, drawing: drawsvg.Drawing) -> None:
        for index, row in enumerate(self._rows):
            y = self._below + 23 * index + 8
            for offset, (style, label, line, markers, hollow) in row:
                x = self._left - 6 + offset
                if line:
                    drawing.append(_stroke(f"M{_pair(x, y)}h28", style))
                if markers:
                    drawing.append(_mark(x + 14, y, style, 4.5, hollow))
                drawing.append(_text(x + 34, y + 5, label, "start", "cl-key"))


def _thin(places: list[tuple[float, float]], gap: float = 6.0) -> list[tuple[float, float]]:
    """Some of the places, at least `gap` apart."""
    kept: list[tuple[float, float]] = []
    for x, y in places:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= gap:
            kept.append((x, y))
    return kept


def _arrow_head(places: list[tuple[float, float]], share: float, style: str) -> list[drawsvg.DrawingElement]:
    """A filled triangle on the way, `share` of the length from the start; none on a curve of no length."""
    lengths = [math.dist(a, b) for a, b in pairwise(places)]
    total = sum(lengths)
    if total < 12:
        return []
    goal, walked = share * total, 0.0
    for ((ax, ay), (bx, by)), length in zip(pairwise(places), lengths, strict=True):
        if walked + length >= goal - 1e-9 and length > 0:
            t = min(1.0, (goal - walked) / length)
            x, y, cx, cy = ax + t * (bx - ax), ay + t * (by - ay), (bx - ax) / length, (by - ay) / length
            back_x, back_y = x - 11 * cx, y - 11 * cy
            sides = [_pair(x, y), *(_pair(back_x + s * cy, back_y - s * cx) for s in (5, -5))]
            return [drawsvg.Path(f"M{'L'.join(sides)}Z", fill=f"var(--cl-{INK[style]})", stroke="none")]
        walked += length
    return []
