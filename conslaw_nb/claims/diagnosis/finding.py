"""One thing that is wrong, with hints that lead to it."""

from __future__ import annotations

from dataclasses import dataclass

from ...exact.polynomial import Poly

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (or remarkable), and hints from gentle to explicit.

    Attributes
    ----------
    kind : str
        A short name, such as 'sign' or 'bias forgotten'.
    hints : tuple of str
        At least two; the last one says it outright.
    repaired : Poly or None
        For laws: what would have been right.
    """

    kind: str
    hints: tuple[str, ...]
    repaired: Poly | None = None
