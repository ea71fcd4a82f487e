"""What the figures share: layout, labelled sliders, and the still picture of a notebook that has not run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import ipywidgets as ipw
from traitlets import TraitError, observe

from ..errors import PanelError
from ._hand import control_data, hand_available, hand_widget

__all__ = ["Notched", "Panel", "PanelError", "menu", "notches", "slider"]

_INVITATION = "A still picture: run the cell (Shift + Enter) to bring it to life."


def slider(label: str, value: float, low: float, high: float, step: float, tip: str, **options: Any):
    """Return a labelled slider that answers to arrow keys; `tip` says in a sentence what it changes."""
    kind = ipw.IntSlider if isinstance(step, int) else ipw.FloatSlider
    return kind(
        value=value, min=low, max=high, step=step, description=label, tooltip=tip, continuous_update=True,
        style={"description_width": "6.5em"}, layout=ipw.Layout(width="99%", max_width="30em"), **options,
    )  # fmt: skip


def menu(name: str, label: str, value: str, options: Sequence[str], tip: str) -> ipw.Dropdown:
    """Return a labelled menu; `name` is the argument a reader would have to change if the value is not on it."""
    if value not in options:
        raise PanelError(f"{name}={value!r} is not on the menu: choose one of {', '.join(options)}")
    return ipw.Dropdown(
        options=list(options), value=value, description=label, tooltip=tip, style={"description_width": "6.5em"},
        layout=ipw.Layout(width="99%", max_width="30em"),
    )  # fmt: skip


class Notched(ipw.SelectionSlider):
    """A slider that keeps its place where a program sets it to nothing: ipywidgets would lose the place, and fail."""

    @observe("value")
    def _propagate_value(self, change: Any) -> None:
        if change.new is None:
            self.value = change.old
        else:
            super()._propagate_value(change)


def notches(label: str, value: float, low: int, high: int, per_unit: int, tip: str) -> ipw.SelectionSlider:
    """Return a slider over low, low + 1/per_unit, ..., high whose values survive the way to the browser and back.

    A slider of floats is rounded there and sends back what it has made of a value; where a program moves it twice in
    a row, the first value may come back after the second.

    Examples
    --------
    >>> notches("side", 0.5, -1, 1, 10, "The length of one side").options[:2]
    (('−1', -1.0), ('−0.9', -0.9))
    """
    places = [k / per_unit for k in range(low * per_unit, high * per_unit + 1)]
    return Notched(
        options=[(f"{place:g}".replace("-", "−"), place) for place in places],
        value=min(places, key=lambda place: abs(place - value)), description=label, tooltip=tip, continuous_update=True,
        style={"description_width": "6.5em"}, layout=ipw.Layout(width="99%", max_width="30em"),
    )  # fmt: skip


def _inside(widget: ipw.Widget) -> Iterator[ipw.Widget]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _inside(child)


def _is_control(widget: ipw.Widget) -> bool:
    return widget.has_trait("description") and not isinstance(widget, ipw.HTML | ipw.HTMLMath | ipw.Label)


class Panel(ipw.VBox):
    """A picture on the left, controls on the right (below it where the window is narrow), a readout beneath.

    A subclass fills `picture` and `readout` in `_draw`, and answers `_still` and `_words` for readers of a
    notebook that has not run. One with a module in the folder ``hand`` names it in `hand`: then that module shows the
    figure, and the controls here keep its values.
    """

    hand: str | None = None  # the name of its module
    wide = 480  # of its picture: one of two panels asks for more

    def __init__(self, controls: list[ipw.Widget], picture: bool = True, mathematics: bool = True):
        self._given, self._hand, self._taking = controls, None, False
        if self.hand and hand_available():
            self._in_hand(controls)
            return
        # HTMLMath sets formulas; a readout that quotes what a reader typed must not, for it may hold a $.
        self.readout = (ipw.HTMLMath if mathematics else ipw.HTML)(layout=ipw.Layout(width="99%", overflow="auto"))
        side = ipw.VBox([*controls, self.readout], layout=ipw.Layout(width="99%"))
        if picture:
            side.layout = ipw.Layout(flex="1 1 24em", min_width="18em")
            room = "26em" if self.wide <= 480 else f"{self.wide}px"
            self.picture = ipw.HTML(
                layout=ipw.Layout(flex=f"1 1 {room}", min_width="18em", max_width=f"max(38em, {self.wide}px)")
            )
            row = ipw.HBox([self.picture, side], layout=ipw.Layout(flex_flow="row wrap", width="100%"))
            super().__init__([row])
        else:
            super().__init__([side])
        for control in controls:
            if isinstance(control, ipw.Checkbox):
                control.layout.width = "99%"  # as wide as the column, so that its label is not cut off
        self._listen()

    def _listen(self) -> None:
        for control in self._given:
            if control.has_trait("value"):
                control.observe(self._moved, "value")

    def _in_hand(self, controls: list[ipw.Widget]) -> None:
        """Let the module show everything; what is drawn here is the still picture alone."""
        self.picture, self.readout = SimpleNamespace(value=""), SimpleNamespace(value="")
        self._hand = hand_widget(self.hand, self.hand_state())
        super().__init__([self._hand])
        self._hand.observe(self._by_hand, "values")
        self._listen()

    def _named(self) -> dict[str, ipw.Widget]:
        """The controls by the names of their values."""
        return {key[1:]: one for key, one in vars(self).items() if any(one is control for control in self._given)}

    def _facts(self) -> dict[str, Any]:
        """What the module is told beside the values: constants, decided here."""
        return {}

    def hand_state(self) -> dict[str, Any]:
        """Return what the figure's module needs to start, as JSON data: for a page without a kernel."""
        named = self._named()
        return {
            "values": {name: control.value for name, control in named.items()},
            "controls": [control_data(name, control) for name, control in named.items()],
            "facts": self._facts(),
        }

    def _by_hand(self, change: Any) -> None:
        """Take over what was moved in the browser, and draw once."""
        self._taking, named = True, self._named()
        before = [control.value for control in named.values()]
        for name, control in named.items():
            with suppress(TraitError):  # what a control refuses, it does not become
                control.value = change["new"].get(name, control.value)
        self._taking = False
        if before != [control.value for control in named.values()]:
            self._draw()
        self._tell()

    def _tell(self) -> None:
        """Let the module know the values; what only the module knows stays."""
        if self._hand is not None:
            mine = {name: control.value for name, control in self._named().items()}
            self._hand.values = {**self._hand.values, **mine}

    @property
    def controls(self) -> list[ipw.Widget]:
        """What a reader can move, choose or type, in the order of the Tab key."""
        shown = [*_inside(self), *(self._given if self._hand is not None else [])]
        return [widget for widget in shown if isinstance(widget, ipw.CoreWidget) and _is_control(widget)]

    def _moved(self, change: Any) -> None:
        """Draw anew; what is not a value (no choice, no number) leaves the control and the figure as they were."""
        if self._taking:
            return
        new = change["new"]
        if new is None or (isinstance(new, float) and not math.isfinite(new)):
            change["owner"].value = change["old"]
        else:
            self._changed(change)
            self._tell()

    def _changed(self, _change: Any) -> None:
        self._draw()

    def _draw(self) -> None:
        raise NotImplementedError

    def _words(self) -> str:
        """The figure in plain text."""
        raise NotImplementedError

    def _still(self) -> str:
        """The figure as HTML that needs no kernel."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return self._words()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**options)
        bundle["text/plain"] = self._words()
        bundle["text/html"] = f"{self._still()}<p><small>{_INVITATION}</small></p>"
        return bundle


def value_of(name: str) -> property:
    """A property that reads and writes the value of the control of that name."""
    control = f"_{name}"

    def read(panel: Panel) -> Any:
        return getattr(panel, control).value

    def write(panel: Panel, value: Any) -> None:
        getattr(panel, control).value = value

    return property(read, write, doc=f"The value of the control '{name}'; set it to move the control.")
