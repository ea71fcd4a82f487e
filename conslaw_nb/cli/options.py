"""What several commands take: a model, a file to write, JSON; and readers of numbers, days and lists of lessons."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Json", "Model", "UsageError", "day", "lesson_names", "whole"]

from ..errors import UsageError

Model = Annotated[str, typer.Argument(metavar="MODEL", help="the parametrization or the vector fields, in quotes")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object, for scripts")]


def whole(text: str) -> int:
    """Read the value of an option that is a whole number."""
    if isinstance(text, int):  # a default
        return text
    if not re.fullmatch(r"\s*[+-]?\d{1,9}\s*", text):
        shown = text if len(text) <= 30 else f"{text[:30]}..."
        raise typer.BadParameter(f"{shown!r} is not a whole number of at most 9 digits")
    return int(text)


def lesson_names(text: str) -> list[int | str]:
    """Read ``1,2,5`` or ``1-4,workshop,my-lesson``: numbers, and what else may name a lesson."""
    if "," in text and Path(text).expanduser().is_dir():
        return [text]  # a folder with a comma in its name
    found: list[int | str] = []
    for part in map(str.strip, text.split(",")):
        match = re.fullmatch(r"(\d{1,3})(?:\s*-\s*(\d{1,3}))?", part)
        if not part or (match is None and re.fullmatch(r"[\d\s-]+", part)):
            raise typer.BadParameter(f"{text[:30]!r} is not a list of lessons such as 1,2,5 or 1-4,workshop,my-lesson")
        found += range(int(match[1]), int(match[2] or match[1]) + 1) if match else [part]
    return found


def day(text: str) -> date:
    """Read a date such as ``2027-01-11``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text[:30]!r} is not a day such as 2027-01-11") from None
