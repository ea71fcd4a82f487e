"""Whether the outputs saved in a notebook are what a fresh run shows, in the sense of ``pytest --nbval``."""

from __future__ import annotations

from typing import Any

from .running import RanCell

__all__ = ["stale"]

# What no two runs share, or no machine shares with another: ids of widgets, and pictures as pixels.
_NOT_COMPARED = {
    "application/vnd.jupyter.widget-view+json",
    "application/pdf",
    "image/jpeg",
    "image/png",
}
_LONGEST = 60


def stale(cell: RanCell) -> str:
    """Return the first difference between what was saved and what a run shows, or an empty text.

    Streams are joined before they are compared. As nbval does, a cell with the tag ``nbval-ignore-output`` or the
    comment ``# NBVAL_IGNORE_OUTPUT`` is left out; whether a whole notebook was saved without outputs is asked by
    whoever calls.

    Examples
    --------
    >>> def shows(text):
    ...     return [{"output_type": "stream", "name": "stdout", "text": text}]
    >>> stale(RanCell(1, "print(2)", set(), shows("2"), True, shows("2")))
    ''
    >>> stale(RanCell(1, "print(2)", set(), shows("1"), True, shows("2")))
    "the saved output says '1', a fresh run says '2'"
    """
    if "nbval-ignore-output" in cell.tags or "# NBVAL_IGNORE_OUTPUT" in cell.source:
        return ""
    saved, fresh = _parts(cell.saved), _parts(cell.fresh)
    for key in [*saved, *(key for key in fresh if key not in saved)]:
        if saved.get(key) != fresh.get(key):
            return _difference(key, saved.get(key), fresh.get(key))
    return ""


def _parts(outputs: list[dict[str, Any]]) -> dict[str, str]:
    """Return what is compared, by kind: streams by name, data by its type and place among those of its type."""
    parts: dict[str, str] = {}
    places: dict[str, int] = {}
    for output in outputs:
        kind = output.get("output_type")
        if kind == "stream":
            name = str(output.get("name", "stdout"))
            parts[name] = parts.get(name, "") + _joined(output.get("text", ""))
            continue
        if kind == "error":
            found = {"error": f"{output.get('ename', '')}: {output.get('evalue', '')}"}
        else:
            found = {str(k): _joined(v) for k, v in (output.get("data") or {}).items() if k not in _NOT_COMPARED}
        for key, value in found.items():
            places[key] = places.get(key, 0) + 1
            parts[f"{key}, number {places[key]}" if places[key] > 1 else key] = value
    return {key: value.strip() for key, value in parts.items() if value.strip()}


def _joined(value: Any) -> str:
    """Return a text that a notebook may hold as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _difference(key: str, saved: str | None, fresh: str | None) -> str:
    if saved is None:
        return f"the notebook was saved without the output ({key}) that a fresh run shows: {_short(fresh or '')}"
    if fresh is None:
        return f"the saved output ({key}) no longer comes: {_short(saved)}"
    before, after = saved.splitlines(), fresh.splitlines()
    for k in range(max(len(before), len(after))):
        old, new = (lines[k] if k < len(lines) else "" for lines in (before, after))
        if old != new:
            start = _first_difference(old, new)
            where = "" if key in ("stdout", "text/plain") else f" ({key})"
            return f"the saved output{where} says {_short(old[start:])}, a fresh run says {_short(new[start:])}"
    return f"the saved output ({key}) is another one than a fresh run shows"


def _first_difference(old: str, new: str) -> int:
    """Return where to begin so that the difference is seen: some letters before it in a long line."""
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return 0 if same < _LONGEST // 2 else same - 10


def _short(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...")
