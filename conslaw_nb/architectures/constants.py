"""Values of a pass that no tensor of the network is in: sizes, numbers, parameters by themselves or turned over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .directions import Extent, Figure, Learned, Turned, is_learned, is_number, keeps_numbers, sizes_of

__all__ = ["Transposed", "constant"]


@dataclass
class Transposed:
    """A parameter that a pass has turned over."""

    parameter: Any

    @property
    def requires_grad(self) -> bool:
        """Whether it is trained."""
        return bool(self.parameter.requires_grad)


def _size_or_number(name: str, function: Any, values: tuple[Any, ...]) -> Any:
    """Return what is known of a value that no tensor of the network is in: a size, a number, or what made it."""
    if name == "size" or (name == "getattr" and values[1:] == ("shape",)):
        which = values[1] if name == "size" and len(values) > 1 else None
        if isinstance(values[0], Turned):
            return sizes_of(values[0]) if which is None else sizes_of(values[0])[which]
        if hasattr(values[0], "shape"):  # of a parameter or a buffer
            return tuple(values[0].shape) if which is None else values[0].shape[which]
        return Extent(which if isinstance(which, int) else None)
    if name == "getattr" and values[1:] in (("device",), ("dtype",)):
        return Figure() if values[1] == "device" or keeps_numbers(values[:1]) else None
    if name == "getitem" and values[0] == Extent(None) and isinstance(values[1], int):
        return Extent(values[1])
    if is_learned(values):
        return Learned()
    if getattr(function, "__module__", "") not in ("_operator", "math") or not all(map(is_number, values)):
        return None
    known = all(isinstance(v, (int, float)) for v in values) and function.__name__ != "pow"
    try:
        return function(*values) if known else Figure()
    except ArithmeticError:  # a division by zero: the pass would fail, whatever it is
        return Figure()


def transposed(name: str, values: list[Any]) -> Any:
    """Return a parameter turned over, as w.T or w.t() does; None for all else."""
    if not values or not hasattr(values[0], "requires_grad") or values[0].dim() != 2:
        return None
    over = name == "t" or (name == "getattr" and values[1:] in (["T"], ["mT"]))
    if name == "transpose" and len(values) == 3:
        over = sorted(d % 2 for d in values[1:]) == [0, 1]
    return Transposed(values[0]) if over else None


def constant(name: str, function: Any, values: list[Any], options: dict[str, Any]) -> Any:
    """Return what is known of such a value: a matrix turned over, a size, a number, or that parameters made it."""
    return transposed(name, values) or _size_or_number(name, function, (*values, *options.values()))
