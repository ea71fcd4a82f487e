"""The graph of a forward pass by torch.fx, for passes as people write them: with asserts, masks and positions."""

from __future__ import annotations

import dis
import math
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["trace", "uses_of"]

_MADE_FROM_SIZES = ("arange", "zeros", "ones", "full", "tril", "triu", "linspace")


def trace(module: Any, is_leaf: Callable[[Any], bool]) -> Any:
    """Return the graph of a module.

    Each of its nodes notes in ``meta["moves"]`` whether gradients pass it.

    Parameters
    ----------
    module : torch.nn.Module
    is_leaf : callable
        Says which modules are not looked into.

    Raises
    ------
    Exception
        Of any class: what a person's forward does with symbols can fail in any way.
    """
    import torch

    tables = [(table, table.clone()) for table in module.buffers() if not table.is_meta]
    try:
        with torch.enable_grad():
            try:
                return _tracer(is_leaf).trace(module)
            except Exception:  # a mask that is cut to the length of the input needs a symbol for the mask too
                tracer = _tracer(is_leaf)
                tracer.proxy_buffer_attributes = True
                return tracer.trace(module)
    finally:  # a pass may count its calls in a table: reading it leaves no trace
        with torch.no_grad():
            for table, before in tables:
                table.copy_(before)


def _tracer(is_leaf: Callable[[Any], bool]) -> Any:
    import torch
    import torch.fx

    class Tracer(torch.fx.Tracer):
        def is_leaf_module(self, layer: Any, name: str) -> bool:
            return is_leaf(layer) or super().is_leaf_module(layer, name)

        def create_node(self, *args: Any, **kwargs: Any) -> Any:
            node = super().create_node(*args, **kwargs)
            node.meta["moves"] = torch.is_grad_enabled()
            return node

        def to_bool(self, value: Any) -> bool:
            return True if _is_asserted() else super().to_bool(value)

    made = tuple(getattr(torch, name) for name in _MADE_FROM_SIZES)
    tracer = Tracer(autowrap_modules=(math,), autowrap_functions=made)
    tracer._autowrap_search.append(torch)
    return tracer


def _is_asserted() -> bool:
    """Whether the innermost frame outside of torch.fx is about to raise AssertionError, were this false."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(("torch.fx", __name__)):
        frame = frame.f_back
    following = [one for one in dis.get_instructions(frame.f_code) if one.offset > frame.f_lasti][:3]
    return any("ASSERTION" in one.opname or one.argrepr == "AssertionError" for one in following)


def uses_of(node: Any) -> int:
    """Return how often what a node makes is used, but for its sizes; twice by cat((p, x, p))."""

    def times(argument: Any) -> int:
        if isinstance(argument, (tuple, list)):
            return sum(map(times, argument))
        return sum(map(times, argument.values())) if isinstance(argument, dict) else int(argument is node)

    return sum(times((*user.args, *user.kwargs.values())) for user in node.users if not _asks_for_sizes(user))


def _asks_for_sizes(node: Any) -> bool:
    """Whether a node of the graph reads only the sizes of its tensor."""
    return node.target in ("size", "dim") or (node.target is getattr and node.args[1] in ("shape", "ndim", "device"))
