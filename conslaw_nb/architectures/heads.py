"""Attention as people write it: projections taken apart into heads, scores, softmax, values, heads put together again.

A tensor between a projection and the next layer is followed by its directions: which are places (a batch, the tokens),
and which are channels, with what step they go through those of the projection. So it does not matter how the heads were
split: view and transpose, reshape and permute, chunk or unbind of a packed projection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import Any

from .wiring import Head, Range, Wire, Wiring

__all__ = [
    "Extent",
    "Figure",
    "Heads",
    "Learned",
    "Scores",
    "Step",
    "Turned",
    "attend",
    "is_learned",
    "softened",
    "turned",
]

_ALWAYS = {"float", "to", "type_as", "contiguous"}
_SUMS = {"add", "add_", "iadd", "sub", "sub_", "isub"}
_MASKS = {"masked_fill", "masked_fill_", "where", *_SUMS}
_PRODUCTS, _QUOTIENTS = {"mul", "mul_", "imul"}, {"truediv", "div", "div_", "itruediv"}


@dataclass(frozen=True)
class Step:
    """A direction of channels: how far it is from one to the next, and how many there are."""

    step: int
    size: int


@dataclass(frozen=True)
class Extent:
    """The size of a tensor in a direction, which is not known; in which == None it is the tuple of all sizes."""

    which: int | None = None


@dataclass(frozen=True)
class Figure:
    """A number that comes from sizes."""


@dataclass(frozen=True)
class Learned:
    """Something that was computed from parameters, outside of the layers."""


def is_learned(value: Any) -> bool:
    """Whether a value is a parameter, comes from some, or holds one that does."""
    if isinstance(value, (tuple, list)):
        return any(map(is_learned, value))
    return isinstance(value, Learned) or bool(getattr(value, "requires_grad", False))


def is_number(value: Any) -> bool:
    """Whether a value is one number that no parameter moves."""
    if isinstance(value, (int, float, Figure, Extent)):
        return value != Extent(None)
    return not is_learned(value) and getattr(value, "shape", None) == ()


Direction = str | Step  # "batch", "token", or channels


@dataclass
class Turned(Wire):
    """A tensor whose channels do not simply stand last."""

    directions: tuple[Direction, ...] = ()
    start: int = 0  # the first of the channels
    repeat: int = 1  # how many heads in a row are the same

    @property
    def last(self) -> int:
        """The channel behind the last one."""
        return self.start + 1 + sum(d.step * (d.size - 1) for d in self.directions if isinstance(d, Step))

    @property
    def is_simple(self) -> bool:
        """Whether the channels stand last, one beside the other."""
        return self.directions[:-1] == ("batch", "token") and self.directions[-1].step == 1  # type: ignore[union-attr]

    def heads(self) -> list[tuple[int, int]] | None:
        """Return the channels of each head, where the directions are (batch, head, token, channel) or without heads."""
        steps = [d for d in self.directions if isinstance(d, Step)]
        if not steps or self.directions not in (
            ("batch", "token", steps[-1]),
            ("batch", steps[0], "token", steps[-1]),
        ):
            return None
        if steps[-1].step != 1:
            return None
        starts = [self.start]
        if len(steps) == 2:
            starts = [self.start + steps[0].step * i for i in range(steps[0].size)]
        return [(a, a + steps[-1].size) for a in starts]


@dataclass
class Scores:
    """Queries times keys, and later what softmax makes of them: for each query, one number for each key."""

    queries: Turned
    keys: Turned
    settled: bool = False  # whether softmax was taken


def turned(wire: Any) -> Turned | None:
    """Return a wire with its directions, where its channels stand last: (batch, token, channel)."""
    if isinstance(wire, Turned):
        return wire
    if not isinstance(wire, Wire) or wire.layout != "last" or not wire.bundle.root().size:
        return None
    directions = ("batch", "token", Step(1, wire.bundle.root().size))
    return Turned(wire.bundle, wire.makers, wire.shifts, wire.layout, directions)


def plain(tensor: Turned) -> Wire:
    """Return the wire as it is, where the channels stand last again, and all of them."""
    if tensor.directions == ("batch", "token", Step(1, tensor.bundle.root().size)):
        return Wire(tensor.bundle, tensor.makers, tensor.shifts)
    return tensor


# -- shapes ----------------------------------------------------------------------------------------------


def viewed(tensor: Turned, sizes: Sequence[Any]) -> Turned | None:
    """Take channels apart or together, where the places stay: view(B, T, heads, d), reshape(B, T, C)."""
    places = [d for d in tensor.directions if not isinstance(d, Step)]
    steps = [d for d in tensor.directions if isinstance(d, Step)]
    if tensor.directions != ("batch", "token", *steps) or len(sizes) <= len(places):
        return None
    for one, two in pairwise(steps):
        if one.step != two.step * two.size:
            return None
    total, leading, wanted = prod(d.size for d in steps), sizes[: len(places)], list(sizes[len(places) :])
    exact = all(size == Extent(i) for i, size in enumerate(leading))
    if not exact and (
        sum(size == -1 for size in leading) != 1 or any(size not in (-1, Extent(i)) for i, size in enumerate(leading))
    ):
        return None
    open_ones = [i for i, size in enumerate(wanted) if not _is_count(size)]
    if open_ones:  # one of them follows from the others, where the places are said
        known = prod(size for size in wanted if _is_count(size))
        if len(open_ones) > 1 or not exact or total % known:
            return None
        wanted[open_ones[0]] = total // known
    if prod(wanted) != total:
        return None
    made, step = [], steps[-1].step
    for size in reversed(wanted):
        made.append(Step(step, size))
        step *= size
    return replace(tensor, directions=("batch", "token", *reversed(made)))


def _is_count(size: Any) -> bool:
    return isinstance(size, int) and not isinstance(size, bool) and size > 0


def moved(tensor: Turned, order: Sequence[Any]) -> Turned | None:
    """Put the directions in another order."""
    n = len(tensor.directions)
    if not all(isinstance(i, int) and -n <= i < n for i in order) or sorted(i % n for i in order) != list(range(n)):
        return None
    return replace(tensor, directions=tuple(tensor.directions[i % n] for i in order))


def exchanged(tensor: Turned, one: Any, two: Any) -> Turned | None:
    """Exchange two directions."""
    n = len(tensor.directions)
    if not all(isinstance(i, int) and -n <= i < n for i in (one, two)):
        return None
    order = list(range(n))
    order[one], order[two] = order[two], order[one]
    return moved(tensor, order)


def pieces(tensor: Turned, sizes: Any, direction: Any) -> tuple[Turned, ...] | None:
    """Cut channels into pieces, as split does."""
    found = _channels(tensor, direction)
    if found is None:
        return None
    at, step = found
    if _is_count(sizes):
        sizes = [min(sizes, step.size - a) for a in range(0, step.size, sizes)]
    if not isinstance(sizes, (list, tuple)) or not all(map(_is_count, sizes)) or sum(sizes) != step.size:
        return None
    cut, start = [], tensor.start
    for size in sizes:
        directions = (*tensor.directions[:at], Step(step.step, size), *tensor.directions[at + 1 :])
        cut.append(replace(tensor, directions=directions, start=start))
        start += size * step.step
    return tuple(cut)


def chosen(tensor: Turned, number: Any, direction: Any = 0) -> Turned | None:
    """Take one of a direction of channels, as qkv[0] does."""
    found = _channels(tensor, direction)
    if found is None or not isinstance(number, int) or not -found[1].size <= number < found[1].size:
        return None
    at, step = found
    start = tensor.start + step.step * (number % step.size)
    return replace(tensor, directions=tensor.directions[:at] + tensor.directions[at + 1 :], start=start)


def _channels(tensor: Turned, direction: Any) -> tuple[int, Step] | None:
    n = len(tensor.directions)
    if not isinstance(direction, int) or not -n <= direction < n:
        return None
    step = tensor.directions[direction]
    return (direction % n, step) if isinstance(step, Step) else None


def _flat(values: Sequence[Any]) -> list[Any]:
    return list(values[0]) if len(values) == 1 and isinstance(values[0], (tuple, list)) else list(values)


def reshaped(name: str, tensor: Turned, values: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """Return a tensor in another shape, or pieces of it; None where that is not understood."""
    direction = options.get("dim", values[1] if len(values) > 1 else 0)
    if name in ("view", "reshape"):
        return viewed(tensor, _flat(values))
    if name == "unflatten" and values and values[0] in (-1, 2) and len(tensor.directions) == 3:
        return viewed(tensor, [Extent(0), Extent(1), *_flat(values[1:])])
    if name == "flatten" and values and values[0] in (-2, 2) and len(tensor.directions) == 4:
        return viewed(tensor, [Extent(0), Extent(1), -1])
    if name in ("transpose", "swapaxes", "swapdims") and len(values) == 2:
        return exchanged(tensor, *values)
    if name == "getattr" and values in (["mT"], ("mT",)):
        return exchanged(tensor, -2, -1)
    if name == "permute":
        return moved(tensor, _flat(values))
    if name == "split" and values:
        return pieces(tensor, values[0], direction)
    if name in ("chunk", "unbind"):
        direction = options.get("dim", (values[1:] if name == "chunk" else values) or [0])
        direction = direction[0] if isinstance(direction, (list, tuple)) else direction
        found = _channels(tensor, direction)
        if found is None or (name == "chunk" and not (values and _is_count(values[0]))):
            return None
        if name == "chunk":
            return pieces(tensor, -(-found[1].size // values[0]), direction)
        return tuple(chosen(tensor, i, direction) for i in range(found[1].size))
    if name == "getitem" and len(values) == 1 and isinstance(tensor.directions[0], Step):
        return chosen(tensor, values[0])
    if name == "repeat_interleave" and len(values) + len(options) == 2 and direction in (1, -3):
        again = values[0] if values else options.get("repeats")
        if _is_count(again) and tensor.repeat == 1 and len(tensor.heads() or ()) > 1:
            return replace(tensor, repeat=again)
    return None


# -- attention -------------------------------------------------------------------------------------------


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
    if len(q) != times * len(k) or q[0][1] - q[0][0] != k[0][1] - k[0][0] or len(values.heads() or ()) != len(k):
        return None
    for i, key in enumerate(k):
        mine = range(i * times, (i + 1) * times)
        made = wiring.take(keys, *key)
        asked = tuple(wiring.take(queries, *q[j]) for j in mine)
        names = tuple(f"{place}Q{j + 1}" for j in mine)
        wiring.heads.append(Head(made, f"{place}K{i + 1}", asked, names, False, f"{place}attention"))
    return mix(wiring, replace(values, repeat=times), place)


def mix(wiring: Wiring, values: Turned, place: str) -> Turned | None:
    """Read weights times values, whatever the weights are: they act on the tokens, and not on the channels."""
    v, times = values.heads(), values.repeat
    if v is None:
        return None
    width = v[0][1] - v[0][0]
    mixed = wiring.bundle(width * len(v) * times)
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
        if given.keys() - set(names) or any(isinstance(v, (Wire, Scores)) or is_learned(v) for v in others):
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
        if any(isinstance(other, (Wire, Scores)) or is_learned(other) for other in others):
            return None
        if name == "softmax":
            return softened(scores, options.get("dim", values[1] if len(values) > 1 else None))
        if name in _ALWAYS or (name in _MASKS and (not scores.settled or name not in _SUMS)):
            return scores
        if name == "dropout":
            return scores if scores.settled else None
        scaled = name in _PRODUCTS or (name in _QUOTIENTS and values[0] is scores)
        return scores if scaled and not scores.settled and all(map(is_number, others)) else None


def softened(scores: Scores, direction: Any) -> Scores | None:
    """Take softmax over the keys."""
    last = direction in (-1, len(scores.queries.directions) - 1)
    return replace(scores, settled=True) if last and not scores.settled else None
