"""How pictures look: colours in both themes, dash patterns, markers, letters, and panels that stand in a row."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CSS", "GROWN", "GROWN_KEY", "INK", "READABLE", "ROOM", "ROW", "SHRINKS", "STYLES", "Style"]


class Style(NamedTuple):
    """How one kind of thing looks: a colour, a dash pattern, a line width and a marker."""

    light: str
    dark: str
    dash: str
    width: float
    marker: str


# The colours of Okabe and Ito, told apart by colour-blind readers; the brighter ones serve the dark theme.
STYLES = {
    "flow": Style("#0072b2", "#56b4e9", "", 2.6, "circle"),
    "descent": Style("#d55e00", "#e69f00", "1 5", 2.2, "square"),
    "fit": Style("#007a59", "#2fc79a", "9 5", 2, "diamond"),
    "extra": Style("#a8457c", "#dd92bb", "10 4 2 4", 2.2, "triangle"),
    "level": Style("#6e7781", "#8b949e", "", 1.1, "cross"),
    "behind": Style("#6e7781", "#8b949e", "1 4", 1.1, "cross"),
    "plain": Style("#1f2328", "#e6edf3", "", 1.4, "circle"),
}

# A style of the same colours as an earlier one is drawn in its ink: the style sheet names each ink once.
INK = {name: next(n for n, s in STYLES.items() if s[:2] == style[:2]) for name, style in STYLES.items()}

_BASE = {"ink": ("#1f2328", "#e6edf3"), "soft": ("#57606a", "#a4adb7"), "grid": ("#dfe3e8", "#33393f")}
_PAPER = ("#ffffff", "#111111")


def _variables(dark: bool) -> str:
    """The custom properties of one theme; JupyterLab's own background wins where there is one."""
    pairs = [(name, tones[dark]) for name, tones in _BASE.items()]
    pairs += [(name, style.dark if dark else style.light) for name, style in STYLES.items() if INK[name] == name]
    text = ";".join(f"--cl-{name}:{tone}" for name, tone in pairs)
    return f"{{{text};--cl-paper:var(--jp-layout-color0,{_PAPER[dark]})}}"


CSS = (
    ".cl-picture{font-family:system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;max-width:100%;height:auto}"
    f".cl-picture{_variables(False)}"
    f"@media (prefers-color-scheme:dark){{.cl-picture{_variables(True)}}}"
    '[data-jp-theme-light="true"] .cl-picture,[data-theme="light"] .cl-picture,.vscode-light .cl-picture'
    f"{_variables(False)}"
    '[data-jp-theme-light="false"] .cl-picture,[data-theme="dark"] .cl-picture,.vscode-dark .cl-picture'
    f"{_variables(True)}"
    ".cl-picture text{fill:var(--cl-ink);font-size:14px}"
    ".cl-picture .cl-tick{fill:var(--cl-soft);font-size:12px}"
    ".cl-picture .cl-halo{paint-order:stroke;stroke:var(--cl-paper);stroke-width:5px;stroke-linejoin:round}"
    ".cl-picture .cl-i{font-family:'STIX Two Text','Cambria Math',Georgia,'DejaVu Serif',serif;"
    "font-style:italic;font-size:1.08em}"
)

# A picture this wide shrinks on a phone, and its letters must not: the rule asks the page's room, or the image's size.
SHRINKS, GROWN_KEY = 400, 15.3
GROWN = (
    "(max-width:445px){.cl-grows text{font-size:16.5px}"
    f".cl-grows .cl-tick,.cl-grows .cl-key{{font-size:{GROWN_KEY}px}}}}"
)
ROOM = "container-type:inline-size"
# Panels stand in a row, and wrap before their smallest letters have less than so many pixels.
READABLE = 11.1
ROW = "display:flex;flex-flow:row wrap;align-items:flex-start"
