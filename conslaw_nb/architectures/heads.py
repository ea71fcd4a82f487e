"""Attention as people write it: scores, softmax, values, fused or step by step, head by head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .directions import (
    Derived,
    Step,
    Turned,
    combined,
    exchanged,
    is_given,
    is_number,
    keeps_numbers,
    plain,
    reshaped,
    turned,
)
from .wiring import Head, Range, Wire, Wiring

__all__ = ["Heads", "Scores", "attend", "softened"]

_ALWAYS = {"float", "contiguous"}
_SUMS = {"add", "add_", "iadd", "sub", "sub_", "isub"}
_MASKS = {"masked_fill", "masked_fill_", "where", *_SUMS}
_PRODUCTS, _QUOTIENTS = {"mul", "mul_", "imul"}, {"truediv", "div", "div_", "itruediv"}


@dataclass
class Scores(Derived):
    """Queries times keys, and later what softmax makes of them: for each query, one number for each key."""

    queries: Turned
    keys: Turned
    settled: bool = False  # whether softmax was taken


def attend(
    wiring: Wiring, queries: Turned, keys: Turned, values: Turned, place: str, grouped: bool = False
) -> Turned | None:
    """Read softmax(queries keysᵀ) values, head by head; None where the directions do not fit.

    `place` is where the formulas say that the matrices are; `grouped`: several heads of queries for one of keys.
    """
    q, k = queries.heads(), keys.heads()
    if q is None or k is None or queries.repeat != 1 or keys.repeat != values.repeat:
        return None
    times = len(q) // len(k) if grouped and keys.repeat == 1 else keys.repeat
    if (
        not isinstance(values.directions[-1], Step)
        or len(q) != times * len(k)
        or q[0][1] - q[0][0] != k[0][1] - k[0][0]
        or len(values.heads() or ()) != len(k)
    ):
        return None
    groups, shifted = _together(queries, keys), isinstance(keys.directions[-1], Step)
    for i, key in enumerate(k):
        mine = range(i * times, (i + 1) * times)
        made = wiring.take(keys, *key)
        asked = tuple(wiring.take(queries, *q[j]) for j in mine)
        names = tuple(f"{place}Q{j + 1}" for j in mine)
        wiring.heads.append(Head(made, f"{place}K{i + 1}", asked, names, False, f"{place}attention", groups, shifted))
    return mix(wiring, replace(values, repeat=times), place)


def _together(queries: Turned, keys: Turned) -> tuple[tuple[int, ...], ...]:
    """Return the channels of a head that must be multiplied by one factor, group by group; none where all are free.

    Each channel of the queries meets one of the keys. Where both are sums of several, one factor goes through all.
    """
    if all(isinstance(tensor.directions[-1], Step) for tensor in (queries, keys)):
        return ()
    groups: list[set[int]] = []
    for tensor_rows in zip(*(_from_zero(tensor) for tensor in (queries, keys)), strict=True):
        joined = set().union(*tensor_rows)
        for group in [group for group in groups if group & joined]:
            joined |= group
            groups.remove(group)
        groups.append(joined)
    return tuple(sorted(tuple(sorted(group)) for group in groups))


def _from_zero(tensor: Turned) -> list[set[int]]:
    rows = tensor.listed() or ()
    first = min(min(row) for row in rows)
    return [{channel - first for channel in row} for row in rows]


def mix(wiring: Wiring, values: Turned, place: str) -> Turned | None:
    """Read weights times values, whatever the weights are: they act on the tokens, and not on the channels."""
    v, times = values.heads(), values.repeat
    if v is None or not isinstance(values.directions[-1], Step):
        return None
    width = v[0][1] - v[0][0]
    mixed = wiring.bundle(width * len(v) * times)
    mixed.bundle.fed = 1
    for i, value in enumerate(v):
        mine = range(i * times, (i + 1) * times)
        made = wiring.take(values, *value)
        read = tuple(Range(mixed.bundle, j * width, (j + 1) * width) for j in mine)
        names = tuple(f"{place}O{j + 1}" for j in mine)
        wiring.heads.append(Head(made, f"{place}V{i + 1}", read, names, True, f"{place}attention"))
    heads = (Step(width, len(v) * times),) if len(values.directions) == 4 else ()
    return Turned(mixed.bundle, (), False, directions=("batch", *heads, "token", Step(1, width)))


class Heads:
    """Follows the calls of a forward pass that attention is made of.

    Parameters
    ----------
    wiring : Wiring
    """

    def __init__(self, wiring: Wiring):
        self.wiring = wiring
        self._places: dict[str, int] = {}

    def call(self, name: str, values: Sequence[Any], options: Mapping[str, Any]) -> Any:
        """Return what a call makes of its values, or None where that is not attention's."""
        first = values[0] if values else None
        if name == "getitem" and isinstance(first, tuple):
            return first[values[1]] if isinstance(values[1], int) and -len(first) <= values[1] < len(first) else None
        if name == "scaled_dot_product_attention":
            return self._attention(values, options)
        if name in ("matmul", "bmm") and len(values) == 2:
            return self._product(*values)
        if isinstance(first, Scores) or (name == "where" and any(isinstance(v, Scores) for v in values)):
            return self._scored(name, values, options)
        mixed = combined(name, values, options)
        if mixed is not None:
            return mixed
        tensor = turned(first)
        if tensor is None:
            return None
        if name in ("contiguous", "clone"):
            return first
        made = reshaped(name, tensor, values[1:], options)
        return plain(made) if isinstance(made, Turned) else made

    def _attention(self, values: Sequence[Any], options: Mapping[str, Any]) -> Wire | None:
        names = ("query", "key", "value", "attn_mask", "dropout_p", "is_causal", "scale", "enable_gqa")
        given = {**dict(zip(names, values, strict=False)), **options}
        tensors = [turned(given.get(name)) for name in names[:3]]
        others = [given.get(name) for name in names[3:]]
        if given.keys() - set(names) or not all(map(is_given, others)):
            return None
        q, k, v = tensors
        if q is None or k is None or v is None:
            return None
        mixed = attend(self.wiring, q, k, v, self._place(v), given.get("enable_gqa") is True)
        return None if mixed is None else plain(mixed)

    def _place(self, values: Turned) -> str:
        """Return where the formulas say that the matrices of a head are: in the module of the projections."""
        names = [part.name for part in values.bundle.root().makers if part.side == "rows"]
        place = names[0].rpartition(".")[0].rpartition(".")[0] if names else "attention"
        number = self._places[place] = self._places.get(place, 0) + 1
        place += f"[{number}]" if number > 1 else ""
        return f"{place}." if place else ""

    def _product(self, left: Any, right: Any) -> Any:
        """Read queries times keys, turned over; or weights times values."""
        other = turned(right)
        if other is None:
            return None
        if isinstance(left, Scores) and left.settled:
            mixed = attend(self.wiring, left.queries, left.keys, other, self._place(other))
            return None if mixed is None else plain(mixed)
        queries, keys = turned(left), exchanged(other, -2, -1)
        if queries is not None and keys is not None and queries.heads() and keys.heads():
            return Scores(queries, keys)
        return None

    def mixed(self, values: Turned) -> Wire | None:
        """Return weights that are seen as they are times values."""
        made = mix(self.wiring, values, self._place(values))
        return None if made is None else plain(made)

    def _scored(self, name: str, values: Sequence[Any], options: Mapping[str, Any]) -> Scores | None:
        """Read what is done to scores before softmax, softmax itself, and what is done to the weights behind it."""
        scores = next(value for value in values if isinstance(value, Scores))
        others = [value for value in (*values, *options.values()) if value is not scores]
        if name in _ALWAYS or (name in ("to", "type_as") and keeps_numbers(others)):
            return scores
        if not all(map(is_given, others)):
            return None
        if name == "softmax":
            return softened(scores, options.get("dim", values[1] if len(values) > 1 else None))
        if name in _MASKS and (not scores.settled or name not in _SUMS):
            return scores
        if name == "dropout":
            return scores if scores.settled else None
        scaled = name in _PRODUCTS or (name in _QUOTIENTS and values[0] is scores)
        return scores if scaled and not scores.settled and all(map(is_number, others)) else None


def softened(scores: Scores, direction: Any) -> Scores | None:
    """Take softmax over the keys."""
    last = direction in (-1, len(scores.queries.directions) - 1)
    return replace(scores, settled=True) if last and not scores.settled else None
