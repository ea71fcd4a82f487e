"""The figures that are moved by hand: one small module of JavaScript each, in the folder ``hand``, run by anywidget.

Where anywidget is missing a figure stays what it is without it: a picture, and sliders of ipywidgets.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

import ipywidgets as ipw
import traitlets

from ..errors import PanelError

__all__ = ["HAND", "control_data", "hand_available", "hand_widget", "module"]

HAND = files("conslaw_nb.widgets") / "hand"
_KIT = 'from "./kit.js";'


def hand_available() -> bool:
    """Whether anywidget is here to run the modules."""
    return find_spec("anywidget") is not None


@lru_cache
def module(name: str) -> str:
    """Return a figure's module with the kit that it imports written into it: one file that stands alone.

    Examples
    --------
    >>> "export default" in module("hyperbola"), "import" in module("hyperbola").split("export default")[0]
    (True, False)
    """
    lines = (HAND / f"{name}.js").read_text(encoding="utf-8").splitlines(keepends=True)
    own = "".join(line for line in lines if _KIT not in line)
    kit = (HAND / "kit.js").read_text(encoding="utf-8").replace("\nexport ", "\n")
    return f"{kit}\n{own}"


@lru_cache
def _class(name: str) -> type:
    from anywidget import AnyWidget

    return type(
        f"Hand_{name}", (AnyWidget,),
        {
            "_esm": module(name),
            "values": traitlets.Dict().tag(sync=True),
            "controls": traitlets.List().tag(sync=True),
            "facts": traitlets.Dict().tag(sync=True),
        },
    )  # fmt: skip


def hand_widget(name: str, state: dict[str, Any]) -> Any:
    """Return the widget that runs a module, with its `values`, `controls` and `facts`."""
    return _class(name)(**state, layout=ipw.Layout(width="100%"))


def control_data(name: str, control: ipw.Widget) -> dict[str, Any]:
    """Return as JSON data what a module needs to show a control of ipywidgets.

    Examples
    --------
    >>> control_data("u", ipw.FloatSlider(min=-1, max=1, step=0.5, description="start u", tooltip="Where it starts"))
    {'name': 'u', 'label': 'start u', 'tip': 'Where it starts', 'kind': 'slider', 'min': -1.0, 'max': 1.0, 'step': 0.5}
    """
    data = {"name": name, "label": control.description, "tip": control.tooltip}
    match control:
        case ipw.Checkbox():
            return {**data, "kind": "box"}
        case ipw.IntSlider() | ipw.FloatSlider():
            return {**data, "kind": "slider", "min": control.min, "max": control.max, "step": control.step}
        case ipw.SelectionSlider():
            return {**data, "kind": "notches", "options": [value for _, value in control._options_full]}
        case ipw.Dropdown():
            return {**data, "kind": "menu", "options": [value for _, value in control._options_full]}
    raise PanelError(f"a figure that is moved by hand has no control of the kind {type(control).__name__}")
