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

__all__ = ["are_places", "as_parameter", "channels_together", "inherit", "placed", "tokens_together"]

_PLAIN = {"add", "add_", "iadd", "mul", "mul_", "imul", "truediv", "div", "linear", "layer_norm", "rms_norm", "dropout"}
_PLAIN |= {"relu", "gelu", "silu", "tanh", "sigmoid", "leaky_relu", "elu", "float", "to", "contiguous"}
_PLAIN |= {"max_pool1d", "max_pool2d", "adaptive_max_pool2d", "avg_pool1d", "avg_pool2d", "adaptive_avg_pool1d"}
_PLAIN |= {"adaptive_avg_pool2d", "batch_norm", "relu_", "leaky_relu_"}


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
        return Wire(wire.bundle, wire.makers, wire.shifts, "first", 4)
    if name == "getitem":
        return _some_places(wire, others[0])
    if name in ("unsqueeze", "expand", "repeat"):
        return _more_places(name, wire, others, options)
    given = {**dict(zip(("dim", "keepdim"), others, strict=False)), **options}
    if wire.rank == 3 and name == "mean" and given in ({"dim": 1}, {"dim": 1, "keepdim": False}):
        return replace(wire, rank=2)
    return None


def _some_places(wire: Wire, index: Any) -> Wire | None:
    """Read x[:, -1, :], where the last direction stays as it is, x[:, 0] of three directions, and x[0]."""
    if isinstance(index, int):
        return replace(wire, rank=wire.rank - 1) if wire.rank > 1 else None
    if not isinstance(index, tuple) or any(isinstance(i, Wire) or is_learned(i) for i in index):
        return None
    whole = len(index) == 3 and index[2] == slice(None)
    token = wire.rank == 3 and len(index) == 2 and index[0] == slice(None) and isinstance(index[1], (int, slice))
    if not whole and not token:
        return None
    change = index.count(None) - sum(isinstance(i, int) for i in index)
    return replace(wire, rank=wire.rank + change if wire.rank else 0)


def _more_places(name: str, wire: Wire, others: list[Any], options: Mapping[str, Any]) -> Wire | None:
    """Read x.unsqueeze(-2), x.expand(-1, n, -1) and x.repeat(1, n, 1), where the last direction stays as it is."""
    if options or not others:
        return None
    if name == "unsqueeze":
        direction = others[0]
        earlier = isinstance(direction, int) and (direction < -1 or 0 <= direction < wire.rank or direction == 0)
        return replace(wire, rank=wire.rank + 1 if wire.rank else 0) if len(others) == 1 and earlier else None
    same = {"expand": (-1, wire.bundle.root().size), "repeat": (1,)}[name]
    return replace(wire, rank=len(others)) if type(others[-1]) is int and others[-1] in same and others[-1] else None


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


def channels_together(wires: Sequence[Wire], values: Sequence[Any], options: Mapping[str, Any]) -> bool:
    """Whether cat puts channels one beside the other.

    Along direction 1 of tensors whose number of directions is not known these may be tokens: then no layer that reads
    as many channels as all of them have together fits what comes out, and nothing is said.
    """
    if not values or not isinstance(values[0], tuple) or not wires or len(wires) != len(values[0]):
        return False
    direction = options.get("dim", values[1] if len(values) > 1 else 0)
    known = {wire.layout for wire in wires if wire.bundle.root().size or not wire.bundle.root().data}
    rank = max(wire.rank for wire in wires)
    if known == {"first"}:
        _as_layout(wires, "first")
        return direction == 1
    if known != {"last"} or not isinstance(direction, int):
        return False
    _as_layout(wires, "last")
    return direction == -1 or direction == rank - 1 or (direction == 1 and rank in (0, 2))


def _as_layout(wires: Sequence[Wire], layout: str) -> None:
    for wire in wires:
        wire.layout = layout


def are_places(values: Sequence[Any], options: Mapping[str, Any], rank: int) -> bool:
    """Whether mean() of an image goes over all of its places, and over nothing else."""
    dims = values[0] if values else options.get("dim")
    dims = dims if isinstance(dims, (tuple, list)) else [dims]
    keep = (values[1:] or [options.get("keepdim", False)])[0]
    return (
        not keep
        and rank > 2
        and all(isinstance(d, int) for d in dims)
        and {d % rank for d in dims} == {*range(2, rank)}
    )


def inherit(name: str, value: Any, inputs: Sequence[Wire]) -> None:
    """Note that a layer leaves the number of directions as it is; `name` is a function's, or "" for a known layer."""
    if isinstance(value, Wire) and value.layout != "flat" and not value.rank and (not name or name in _PLAIN):
        value.rank = max((wire.rank for wire in inputs), default=0)
