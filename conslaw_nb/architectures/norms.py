"""Normalisations as people write them: x * rsqrt(mean(x²) + eps), x / x.norm(dim=-1), F.normalize."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .directions import Derived, Turned, is_number
from .wiring import Wire

__all__ = ["Normalised", "Size", "size_or_norm"]

MAX_EPS = 1e-3  # a number that is added to keep from dividing by zero is not larger
_NORMALIZE = {"p": 2, "out": None, "dim": -1, "eps": 0}  # eps apart


@dataclass(frozen=True)
class Size(Derived):
    """Something that says how large the vectors of a wire are."""

    wire: Wire
    stage: str  # "squares", "mean", "inverse" or "root"
    called: str  # what made it


@dataclass(frozen=True)
class Normalised:
    """Vectors divided by their size."""

    wire: Wire


def size_or_norm(name: str, values: Sequence[Any], options: Mapping[str, Any]) -> Size | Normalised | None:
    """Return the size that a call computes, or the vectors that it divides by theirs; None where it does neither.

    Parameters
    ----------
    name : str
        Of a function or a method.
    values, options
        Its arguments.
    """
    first, others = (values[0], values[1:]) if values else (None, ())
    if isinstance(first, Wire) and not isinstance(first, Turned) and first.layout == "last":
        if (name, tuple(others)) in (("pow", (2,)), ("square", ())):
            return Size(first, "squares", f"{name}()")
        if name == "normalize" and not others and {"p": 2, "out": None, **options, "eps": 0} == _NORMALIZE:
            return Normalised(first)
        if name == "norm" and not others and options == {"dim": -1, "keepdim": True}:
            return Size(first, "root", f"{name}()")
        wanted = {"mul": "inverse", "truediv": "root", "div": "root"}.get(name)
        if len(others) == 1 and isinstance(others[0], Size) and others[0].stage == wanted and not options:
            return Normalised(first) if first.bundle.root() is others[0].wire.bundle.root() else None
    if not isinstance(first, Size):
        return None
    if name in ("mean", "sum") and first.stage == "squares":
        given = {**dict(zip(("dim", "keepdim"), others, strict=False)), **options}
        return replace(first, stage="mean") if given in ({"dim": d, "keepdim": True} for d in (-1, (-1,))) else None
    if first.stage == "mean" and name in ("add", "mul", "truediv", "div") and all(map(is_number, others)):
        large = name == "add" and any(isinstance(n, (int, float)) and abs(n) > MAX_EPS for n in others)
        return None if large else first
    stages = {"rsqrt": ("mean", "inverse"), "sqrt": ("mean", "root"), "reciprocal": ("root", "inverse")}
    before, after = stages.get(name, ("", ""))
    return replace(first, stage=after) if first.stage == before else None
