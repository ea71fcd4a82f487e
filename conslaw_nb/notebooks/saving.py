"""What is saved of a figure: its still picture, and not the number of a widget that ends with its kernel.

A figure's output holds a widget and, beside it, a still picture for readers without a kernel. JupyterLab prefers the
widget, also on the next day, when nobody is there to draw it. So a notebook is saved without it. This is a server
extension of Jupyter; `conslaw lab` loads it, and an installed package brings the file that has any Jupyter load it.
It touches nothing but figures of this package: outputs that say themselves how to bring them to life.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["EXTENSION", "WIDGET_VIEW", "keep_stills"]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
EXTENSION = "conslaw_nb.notebooks.saving"

# What stands under every still picture and on every card of an exercise.
_STILL = re.compile(r"run the cell \(Shift \+ Enter\)", re.IGNORECASE)


def keep_stills(content: Any) -> int:
    """Take the widgets out of a notebook's outputs where a still picture stands beside them.

    `content`: a notebook of format 4 as JSON data; it is changed in place. Returns how many were taken out.

    Examples
    --------
    >>> data = {WIDGET_VIEW: {}, "text/html": "<svg/> A still picture: run the cell (Shift + Enter) to ..."}
    >>> keep_stills({"cells": [{"cell_type": "code", "outputs": [{"output_type": "display_data", "data": data}]}]})
    1
    >>> list(data)
    ['text/html']
    """
    taken = 0
    for cell in content.get("cells", ()) if isinstance(content, dict) else ():
        for output in cell.get("outputs") or ():
            data = output.get("data") or {}
            still = data.get("text/html", "")
            if WIDGET_VIEW in data and _STILL.search(still if isinstance(still, str) else "".join(still)):
                del data[WIDGET_VIEW]
                taken += 1
    return taken


def _before_save(model: dict[str, Any], **_: Any) -> None:
    """Hook of Jupyter's contents manager; what it cannot read it leaves alone."""
    if model.get("type") == "notebook":
        keep_stills(model.get("content"))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": EXTENSION}]


def _load_jupyter_server_extension(server: Any) -> None:
    register = getattr(server.contents_manager, "register_pre_save_hook", None)
    if register is not None:
        register(_before_save)
