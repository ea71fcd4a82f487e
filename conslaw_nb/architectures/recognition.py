"""Which model of the catalogue a block of laws is, if any: then its φ can be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from ..models.registry import kind_of
from .parameter_laws import BalanceLaw, Law, Part

__all__ = ["Recognised", "recognise"]


@dataclass(frozen=True)
class Recognised:
    """A model of the catalogue as text, where its φ comes from, and why its formula is right."""

    model: str
    source: str
    proved: str


def recognise(laws: Sequence[Law], shapes: dict[str, tuple[int, ...]]) -> Recognised | None:
    """Return the model of a block, or None where the block is more than one model or none."""
    balances = [law for law in laws if isinstance(law, BalanceLaw)]
    if len(balances) < len(laws):
        return None
    if all(law.kind == "trace" for law in balances):
        return None
    found = _chain(balances, shapes)
    if found is None and len(balances) == 1:
        found = _product(balances[0]) or _convolution(balances[0], shapes)
    if found is None:
        return None
    name = found.partition("(")[0]
    kind = kind_of(name)
    return Recognised(found, kind.source, kind.proved)


def _split(law: BalanceLaw) -> tuple[list[Part], list[Part]] | None:
    """Return what reads and what makes, where the law is of that form."""
    readers = [part for sign, part in law.terms if sign > 0]
    makers = [part for sign, part in law.terms if sign < 0]
    return (readers, makers) if readers and makers else None


def _chain(laws: Sequence[BalanceLaw], shapes: dict[str, tuple[int, ...]]) -> str | None:
    """Read W_1, W_2, ... with one reader and one maker each: linear or relu, with or without biases."""
    steps = []
    for law in laws:
        split = _split(law)
        if split is None:
            return None
        readers, makers = split
        weights = [p for p in makers if p.side == "rows"]
        biases = [p for p in makers if p.side == "entries"]
        whole = all(p.stop < 0 and p.block == 1 and len(shapes[p.name]) == 2 for p in (*readers, *weights))
        if len(readers) != 1 or readers[0].side != "columns" or len(weights) != 1 or len(biases) > 1 or not whole:
            return None
        steps.append((weights[0].name, readers[0].name, bool(biases)))
    following = {maker: reader for maker, reader, _ in steps}
    starts = set(following) - set(following.values())
    if len(starts) != 1 or len({bias for *_, bias in steps}) != 1 or len({law.kind for law in laws}) != 1:
        return None
    name = starts.pop()
    widths = [shapes[name][1], shapes[name][0]]
    while name in following:
        name = following.pop(name)
        widths.append(shapes[name][0])
    if following:
        return None
    bias = steps[0][2]
    if laws[0].kind == "full":
        return None if bias else f"linear({','.join(map(str, widths))})"
    return f"relu({','.join(map(str, widths))}{',bias=True' if bias else ''})"


def _product(law: BalanceLaw) -> str | None:
    """Read the two factors of one head of attention: U Vᵀ, their vectors as long as the factors are high."""
    split = _split(law)
    if law.kind != "full" or split is None:
        return None
    first, second = (sum(part.length for part in side) for side in split)
    return f"factorization({first},{second},{law.channels})"


def _convolution(law: BalanceLaw, shapes: dict[str, tuple[int, ...]]) -> str | None:
    """Read two convolutions with a ReLU between them, without biases."""
    split = _split(law)
    if law.kind != "diagonal" or split is None:
        return None
    readers, makers = split
    if len(readers) != 1 or len(makers) != 1 or readers[0].side != "columns" or makers[0].side != "rows":
        return None
    after, before = shapes[readers[0].name], shapes[makers[0].name]
    if len(after) != 3 or len(before) != 3:
        return None
    channels = [before[1], before[0], after[0]]
    return f"conv(channels={channels}, kernels=[{prod(before[2:])}, {prod(after[2:])}], relu=True)"
