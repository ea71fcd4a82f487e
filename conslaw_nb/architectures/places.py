"""What moves places and leaves channels as they are: an image as tokens, a token more, one token of all, their mean.

How many directions a tensor has is known of some only: of those that attention has read, and of sums with a parameter
of three directions, as positions are. Where it is not known, x[:, 0] may choose a channel, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .directions import Step, Turned, is_learned
from .wiring import Wire

__all__ = ["as_parameter", "inherit", "placed", "tokens_together"]

_PLAIN = {"add", "add_", "iadd", "mul", "mul_", "imul", "truediv", "div", "linear", "layer_norm", "rms_norm", "dropout"}
_PLAIN |= {"relu", "gelu", "silu", "tanh", "sigmoid", "leaky_relu", "elu", "float", "to", "contiguous"}


def placed(name: str, values: Sequence[Any], options: Mapping[str, Any]) -> Wire | None:
    """Return what a call makes of a wire whose places it moves or chooses; None where it does something else."""
    wire = values[0] if values else None
    if not isinstance(wire, Wire) or isinstance(wire, Turned):
        return None
    others = (
        list(values[1]) if len(values) == 2 and isinstance(values[1], tuple) and name != "getitem" else list(values[1:])
    )
    if wire.layout == "first":
        return _of_image(name, wire, others, options)
    if wire.layout != "last":
        return None
    if name == "permute" and others == [0, 3, 1, 2]:
        return Wire(wire.bundle, wire.makers, wire.shifts, "first")
    if name == "getitem":
        return _some_places(wire, others[0])
    given = {**dict(zip(("dim", "keepdim"), others, strict=False)), **options}
    if wire.rank == 3 and name == "mean" and given in ({"dim": 1}, {"dim": 1, "keepdim": False}):
        return replace(wire, rank=2)
    return None


def _some_places(wire: Wire, index: Any) -> Wire | None:
    """Read x[:, -1, :], where the last direction stays as it is, x[:, 0] of three directions, and x[0]."""
    if isinstance(index, int):  # of a tensor, or the first of several that a layer returns
        return replace(wire, rank=0) if wire.rank else wire
    if not isinstance(index, tuple) or any(isinstance(i, Wire) or is_learned(i) for i in index):
        return None
    whole = len(index) == 3 and index[2] == slice(None)
    token = wire.rank == 3 and len(index) == 2 and index[0] == slice(None) and isinstance(index[1], (int, slice))
    if not whole and not token:
        return None
    return replace(wire, rank=max(0, wire.rank - sum(isinstance(i, int) for i in index)))


def _of_image(name: str, wire: Wire, others: list[Any], options: Mapping[str, Any]) -> Wire | None:
    """Read what makes tokens of an image: flatten(2) or reshape(n, C, -1), then transpose(1, 2) or permute(0, 2, 1)."""
    size = wire.bundle.root().size
    if name == "permute" and others == [0, 2, 3, 1]:
        return Wire(wire.bundle, wire.makers, wire.shifts, "last", 4)
    if not size or options:
        return None
    if (name == "flatten" and others == [2]) or (
        name in ("view", "reshape") and len(others) == 3 and others[1] == size
    ):
        directions = ("batch", Step(1, size), "token")
        return Turned(wire.bundle, wire.makers, wire.shifts, directions=directions)
    return None


def as_parameter(name: str, values: Sequence[Any]) -> Any:
    """Return the parameter that is only spread over a batch, as cls.expand(n, -1, -1); None for anything else."""
    parameter = values[0] if values else None
    sizes = list(values[1]) if len(values) == 2 and isinstance(values[1], tuple) else list(values[1:])
    if not getattr(parameter, "requires_grad", False) or parameter.dim() != 3 or len(sizes) != 3:
        return None
    same = {"expand": (-1, parameter.shape[-1]), "repeat": (1,)}.get(name, ())
    return parameter if sizes[-1] in same else None


def tokens_together(name: str, values: Sequence[Any], options: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Return what cat puts together along the tokens, where a parameter shows how many directions there are."""
    if name != "cat" or not values or not isinstance(values[0], tuple):
        return None
    parts, direction = values[0], options.get("dim", values[1] if len(values) > 1 else 0)
    if direction not in (1, -2) or not all(isinstance(p, Wire) or getattr(p, "requires_grad", False) for p in parts):
        return None
    wires = [part for part in parts if isinstance(part, Wire)]
    three = any(wire.rank == 3 for wire in wires) or any(not isinstance(p, Wire) and p.dim() == 3 for p in parts)
    plain = all(not isinstance(wire, Turned) and wire.layout == "last" for wire in wires)
    return parts if three and plain and wires else None


def inherit(name: str, value: Any, inputs: Sequence[Wire]) -> None:
    """Note that a layer leaves the number of directions as it is; `name` is a function's, or "" for a known layer."""
    if isinstance(value, Wire) and value.layout == "last" and not value.rank and (not name or name in _PLAIN):
        value.rank = max((wire.rank for wire in inputs), default=0)
