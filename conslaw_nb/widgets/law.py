"""The law checker: type a function, see at once whether it is a law, and where it fails if it is not."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as ipw

from ..errors import ConslawError
from ..laws.checking import check_law
from ..models.text import parse_model
from ..verdict import Verdict
from ._panel import Panel, value_of

__all__ = ["LawChecker", "law_checker"]


class LawChecker(Panel):
    """A box for a function h, and below it the engine's verdict on it, renewed at every key.

    Attributes
    ----------
    law : str
        What stands in the box; setting it asks the engine.
    phi : Parametrization or VectorFields
        The model.
    verdict : Verdict or None
        The answer; None while the box is empty or cannot be read.
    message : str
        The same in plain text, or what is wrong with the text in the box.
    """

    law = value_of("law")

    def __init__(self, phi: Any, law: str):
        self.phi = phi
        self.verdict: Verdict | None = None
        self.message = ""
        self._law = ipw.Text(
            value=law, description="h =", placeholder=f"a function of {', '.join(phi.variables[:6])}",
            tooltip="A function of the parameters, such as 2*u*v or u**2 + v**2", continuous_update=True,
            style={"description_width": "2.5em"}, layout=ipw.Layout(width="99%", max_width="30em"),
        )  # fmt: skip
        super().__init__([self._law], picture=False, mathematics=False)
        self._draw()

    def _draw(self) -> None:
        self.verdict = None
        if not self.law.strip():
            names = ", ".join(self.phi.variables[:6])
            self.message = f"Type a function of {names}: its verdict appears here."
            self.readout.value = f"<p>{escape(self.message)}</p>"
            return
        try:
            self.verdict = check_law(self.law, self.phi)
        except ConslawError as problem:
            self.message = f"Not read yet: {problem}"
            self.readout.value = f"<p>{escape(self.message)}</p>"
            return
        self.message = str(self.verdict)
        self.readout.value = self.verdict._repr_html_()

    def _words(self) -> str:
        return f"h = {self.law or '...'} for {self.phi.text}. {self.message}"

    def _still(self) -> str:
        return f"<p><code>h = {escape(self.law or '...')}</code></p>{self.readout.value}"


def law_checker(phi: Any = "phi(u*v)", law: str = "") -> LawChecker:
    """Return the law checker for a model.

    Parameters
    ----------
    phi : str, Parametrization or VectorFields
        The model; text is read as ``conslaw check`` reads it, such as ``phi(u*v)``.
    law : str
        What stands in the box at first.

    Examples
    --------
    >>> checker = law_checker("phi(u*v)", "u + v")
    >>> checker.message
    'REFUTED: ...'
    >>> checker.law = "u**2 - v**2"
    >>> checker.verdict.is_proved
    True
    >>> checker.law = "u**"
    >>> checker.verdict is None, checker.message[:12]
    (True, 'Not read yet')
    """
    return LawChecker(parse_model(phi) if isinstance(phi, str) else phi, law)
