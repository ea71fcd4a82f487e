"""The directions of a tensor between a projection and the next layer, and what shapes it: view, permute, split, expand.

Some are places (a batch, the tokens), the others channels, each with the step it takes through those of the projection.
So it does not matter how heads were split. Where channels of a head are mixed with fixed numbers, as rotary positions
do, the sources of each are listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import Any

from .wiring import Wire

__all__ = ["Derived", "Extent", "Figure", "Learned", "Step", "Turned", "combined", "exchanged", "is_given"]
__all__ += ["is_learned", "is_number", "keeps_numbers", "plain", "reshaped", "sizes_of", "turned"]


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


class Derived:
    """Something that channels of the network are in, and that is not a wire."""


def is_learned(value: Any) -> bool:
    """Whether a value is a parameter, comes from some, or holds one that does."""
    if isinstance(value, (tuple, list)):
        return any(map(is_learned, value))
    return isinstance(value, Learned) or bool(getattr(value, "requires_grad", False))


def is_given(value: Any) -> bool:
    """Whether a value depends on no parameter: a number, a mask, the input."""
    if isinstance(value, Wire):
        return value.bundle.root().data
    return not isinstance(value, Derived) and not is_learned(value)


def is_number(value: Any) -> bool:
    """Whether a value is one number that no parameter moves."""
    if isinstance(value, (int, float, Figure, Extent)):
        return value != Extent(None)
    return not is_learned(value) and getattr(value, "shape", None) == ()


def keeps_numbers(arguments: Sequence[Any]) -> bool:
    """Whether x.to(...) with these leaves numbers as they are: nothing among them is, or may be, of whole numbers."""
    for value in arguments:
        if value is None or (isinstance(value, Wire) and value.bundle.root().data):  # tokens, perhaps
            return False
        floating = getattr(value, "is_floating_point", True)  # of a type, or a method of a tensor
        if not (floating() if callable(floating) else floating):
            return False
    return True


@dataclass(frozen=True)
class Copies:
    """A direction in which everything stands so many times."""

    size: int


Sources = tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Listed:
    """A direction of sums: of which channels of the first head each is a sum of multiples."""

    sources: Sources

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.sources)

    @property
    def seen(self) -> tuple[int, int]:
        """The first channel that is seen, and the one behind the last."""
        seen = frozenset().union(*self.sources)
        return min(seen), max(seen) + 1

    @property
    def is_whole(self) -> bool:
        """Whether there are as many as channels, and none of these is left out."""
        start, stop = self.seen
        return stop - start == len(frozenset().union(*self.sources)) == len(self.sources)


Direction = str | Step | Listed | Copies  # "batch", "token", channels, sums of them, or copies


@dataclass
class Turned(Wire):
    """A tensor whose channels do not simply stand last."""

    directions: tuple[Direction, ...] = ()
    start: int = 0  # the first of the channels
    repeat: int = 1  # how many heads in a row are the same

    @property
    def ends(self) -> tuple[int, int]:
        """The first channel, and the one behind the last."""
        start, stop = next((d.seen for d in self.directions if isinstance(d, Listed)), (self.start, self.start + 1))
        return start, stop + sum(d.step * (d.size - 1) for d in self.directions if isinstance(d, Step))

    @property
    def is_simple(self) -> bool:
        """Whether the channels stand last, one beside the other, as they were made."""
        last = self.directions[-1]
        alone = self.directions == ("batch", "token", last) and self.repeat == 1
        return alone and isinstance(last, Step) and last.step == 1

    @property
    def is_cut_freely(self) -> bool:
        """Whether a piece of its channels is known by where it starts."""
        return self.repeat == 1 and not any(isinstance(d, Listed) for d in self.directions)

    def heads(self) -> list[tuple[int, int]] | None:
        """Return the channels of each head, where the directions are (batch, head, token, channel) or without heads."""
        *places, last = self.directions
        heads = [d for d in places if isinstance(d, Step)]
        if places not in (["batch", "token"], ["batch", *heads[:1], "token"]):
            return None
        if isinstance(last, Step) and last.step == 1:
            start, stop = self.start, self.start + last.size
        elif isinstance(last, Listed) and last.is_whole:
            start, stop = last.seen
        else:
            return None
        steps = [heads[0].step * i for i in range(heads[0].size)] if heads else [0]
        return [(start + step, stop + step) for step in steps]

    def listed(self) -> Sources | None:
        """Return the channels of the first head that each of the last direction comes from."""
        last = self.directions[-1]
        if isinstance(last, Step):
            return tuple(frozenset({self.start + last.step * i}) for i in range(last.size))
        return last.sources if isinstance(last, Listed) else None


def turned(wire: Any) -> Turned | None:
    """Return a wire with its directions, where its channels stand last: (batch, token, channel)."""
    if isinstance(wire, Turned):
        return wire
    if not isinstance(wire, Wire) or wire.layout != "last" or not wire.bundle.root().size:
        return None
    if wire.rank not in (0, 3):
        return None
    directions = ("batch", "token", Step(1, wire.bundle.root().size))
    return Turned(wire.bundle, wire.makers, wire.shifts, directions=directions)


def plain(tensor: Turned) -> Wire:
    """Return the wire as it is, where the channels stand last again, and all of them."""
    if tensor.is_simple and tensor.directions[-1] == Step(1, tensor.bundle.root().size):
        return Wire(tensor.bundle, tensor.makers, tensor.shifts, rank=3)
    return tensor


# -- shapes ----------------------------------------------------------------------------------------------


def viewed(tensor: Turned, sizes: Sequence[Any]) -> Turned | None:
    """Take channels apart or together, where the places stay: view(B, T, heads, d), reshape(B, T, C)."""
    places = [d for d in tensor.directions if not isinstance(d, Step)]
    steps = [d for d in tensor.directions if isinstance(d, Step)]
    if tensor.directions != ("batch", "token", *steps) or len(sizes) <= len(places) or not tensor.is_cut_freely:
        return None
    for one, two in pairwise(steps):
        if one.step != two.step * two.size:
            return None
    total, leading, wanted = prod(d.size for d in steps), list(sizes[: len(places)]), list(sizes[len(places) :])
    exact, left = leading == [Extent(0), Extent(1)], leading.count(-1)
    if left > 1 or any(size not in (-1, Extent(i)) for i, size in enumerate(leading)):
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


def sizes_of(tensor: Turned) -> tuple[Any, ...]:
    """Return the sizes of a tensor, as far as they are known."""
    places = {"batch": Extent(0), "token": Extent(1)}
    return tuple(places[d] if isinstance(d, str) else d.size for d in tensor.directions)


def indexed(tensor: Turned, index: tuple[Any, ...]) -> Turned | None:
    """Read x[:, :, :, None, :], which makes room for copies, and x[..., : d // 2], some channels of each head."""
    last, n = index[-1], len(tensor.directions)
    if all(i is None or i == slice(None) for i in index) and index.count(None) == 1 and len(index) == n + 1:
        at = index.index(None)
        made = (*tensor.directions[:at], Copies(1), *tensor.directions[at:])
        return replace(tensor, directions=made) if at < n else None
    listed = tensor.listed()
    if n < 4 or listed is None or len(index) != 2 or index[0] is not Ellipsis or not isinstance(last, slice):
        return None
    if not all(i is None or type(i) is int for i in (last.start, last.stop, last.step)) or not listed[last]:
        return None
    return replace(tensor, directions=(*tensor.directions[:-1], Listed(listed[last])))


def expanded(tensor: Turned, sizes: Sequence[Any]) -> Turned | None:
    """Make copies, as expand does, in the direction that was made for them."""
    now, places = sizes_of(tensor), [i for i, d in enumerate(tensor.directions) if d == Copies(1)]
    same = len(sizes) == len(now) and all(
        i in places or size == -1 or size == known for i, (size, known) in enumerate(zip(sizes, now, strict=True))
    )
    if len(places) != 1 or not same or not _is_count(sizes[places[0]]):
        return None
    at = places[0]
    return replace(tensor, directions=(*tensor.directions[:at], Copies(sizes[at]), *tensor.directions[at + 1 :]))


def copied(tensor: Turned, sizes: Sequence[Any]) -> Turned | None:
    """Put copies beside their heads: (.., heads, copies, ..) becomes (.., heads · copies, ..)."""
    places = [i for i, d in enumerate(tensor.directions) if isinstance(d, Copies)]
    if len(places) != 1 or not places[0] or tensor.repeat != 1:
        return None
    at, now = places[0], list(sizes_of(tensor))
    heads, copies = tensor.directions[at - 1 : at + 1]
    if not isinstance(heads, Step) or not isinstance(copies, Copies):
        return None
    if list(sizes) != [*now[: at - 1], heads.size * copies.size, *now[at + 1 :]]:
        return None
    return replace(tensor, directions=(*tensor.directions[:at], *tensor.directions[at + 1 :]), repeat=copies.size)


def combined(name: str, values: Sequence[Any], options: Mapping[str, Any]) -> Turned | None:
    """Read what mixes the channels of each head with fixed numbers: rotary positions, as they are mostly written."""
    parts = list(values[0]) if name == "cat" and values and isinstance(values[0], tuple) else list(values)
    tensors = [value for value in parts if isinstance(value, Turned)]
    if not tensors or any(is_learned(value) for value in (*parts, *options.values())):
        return None
    first, listed = tensors[0], [tensor.listed() for tensor in tensors]
    alike = all(
        t.bundle.root() is first.bundle.root()
        and t.directions[:-1] == first.directions[:-1]
        and t.repeat == first.repeat
        for t in tensors
    )
    if len(first.directions) < 4 or None in listed or not alike:
        return None
    others = [value for value in parts if value is not first]
    rows = [row for row in listed if row is not None]
    if name == "cat" and len(tensors) == len(parts):
        last = options.get("dim", values[1] if len(values) > 1 else 0) in (-1, len(first.directions) - 1)
        made = tuple(one for row in rows for one in row) if last else None
    elif name in ("add", "iadd", "sub", "isub") and len(tensors) == len(parts) == 2 and len(rows[0]) == len(rows[1]):
        made = tuple(one | two for one, two in zip(*rows, strict=True))
    elif name in ("mul", "imul", "truediv", "div") and first is parts[0] and all(map(is_number, others)):
        return first
    elif name == "neg" or (
        name in ("mul", "imul") and len(rows[0]) > 1 and not any(isinstance(v, Wire) for v in others)
    ):
        made = rows[0]  # times a table
    else:
        made = None
    return None if made is None else replace(first, directions=(*first.directions[:-1], Listed(made)))


def _channels(tensor: Turned, direction: Any) -> tuple[int, Step] | None:
    """Return a direction of channels that can be cut, counted from the left; None for any other."""
    n = len(tensor.directions)
    if not tensor.is_cut_freely or not isinstance(direction, int) or not -n <= direction < n:
        return None
    step = tensor.directions[direction]
    return (direction % n, step) if isinstance(step, Step) else None


def _flat(values: Sequence[Any]) -> list[Any]:
    return list(values[0]) if len(values) == 1 and isinstance(values[0], (tuple, list)) else list(values)


def reshaped(name: str, tensor: Turned, values: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """Return a tensor in another shape, or pieces of it; None where that is not understood."""
    direction = options.get("dim", values[1] if len(values) > 1 else 0)
    if name in ("view", "reshape"):
        return copied(tensor, _flat(values)) or viewed(tensor, _flat(values))
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
        each = tuple(chosen(tensor, i, direction) for i in range(found[1].size))
        return None if None in each else each
    if name == "getitem" and len(values) == 1:
        if isinstance(values[0], int):
            return chosen(tensor, values[0])
        return indexed(tensor, values[0]) if isinstance(values[0], tuple) else None
    if name == "expand":
        return expanded(tensor, _flat(values))
    if name == "repeat_interleave" and len(values) + len(options) == 2 and direction in (1, -3):
        again = values[0] if values else options.get("repeats")
        if _is_count(again) and tensor.repeat == 1 and len(tensor.heads() or ()) > 1:
            return replace(tensor, repeat=again)
    return None
