"""Moodle's grading worksheets, as it exports them: whose number is whose, and when something was handed in."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from contextlib import suppress
from datetime import datetime
from pathlib import Path

__all__ = ["HEADS", "Worksheets", "day_of"]

# The columns of a worksheet, in Moodle's words and order.
HEADS = (
    "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed",
    "Last modified (submission)", "Last modified (grade)", "Feedback comments",
)  # fmt: skip
_DAYS = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%A, %B %d, %Y, %I:%M %p", "%d/%m/%Y, %H:%M")
MAX_SHEET = 5_000_000


class Worksheets:
    """What the worksheets beside the submissions say."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], tuple[str, str]] = {}  # name and number to address and day
        self._addresses: dict[str, set[str]] = {}

    def read(self, path: Path) -> None:
        """Read a file, if it is a worksheet."""
        with suppress(OSError, ValueError, csv.Error):
            if path.stat().st_size > MAX_SHEET:
                return
            reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
            if not {"Identifier", "Full name"} <= set(reader.fieldnames or []):
                return
            for row in reader:
                name = unicodedata.normalize("NFC", " ".join(str(row["Full name"]).split()))
                address = str(row.get("Email address") or "").strip()
                number = re.search(r"\d+$", str(row["Identifier"]).strip())
                if number:
                    day = day_of(str(row.get("Last modified (submission)") or ""))
                    self._rows[name, number[0]] = address, day
                if address:
                    self._addresses.setdefault(name, set()).add(address)

    def of(self, name: str, number: str) -> tuple[str, str]:
        """Return the address of somebody with a name and a number, and the day of the hand-in, as far as known."""
        address, day = self._rows.get((name, number), ("", ""))
        known = self._addresses.get(name, set())
        return address or (next(iter(known)) if len(known) == 1 else ""), day


def day_of(text: str) -> str:
    """Return the day that a worksheet names, or nothing where it names none that is understood.

    Examples
    --------
    >>> day_of("Monday, 11 January 2027, 11:58 PM"), day_of("2027-01-11T23:58"), day_of("-")
    ('2027-01-11', '2027-01-11', '')
    """
    plain = " ".join(text.split())
    with suppress(ValueError):
        return datetime.fromisoformat(plain).date().isoformat()
    for form in _DAYS:
        with suppress(ValueError):
            return datetime.strptime(plain, form).date().isoformat()
    return ""
