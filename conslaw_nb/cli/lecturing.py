"""The command that makes slides from a lesson."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from .display import output, working

__all__ = ["slides"]


def slides(options: Namespace) -> int:
    """Write the slides of a lesson."""
    from ..notebooks.slides import write_slides

    target = Path(options.output or f"lesson-{options.lesson:02}-slides.html")
    with working("making the slides"):
        path = write_slides(options.lesson, target)
    out = output()
    out.text(f"The slides of lesson {options.lesson} are in {path}: open it in a browser, and press S for your notes.")
    out.text(f"For a room without a network, print {path}?print-pdf to a PDF at home.")
    return 0
