"""Which model of the catalogue a block of laws is, if any: then its φ can be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from ..models.registry import kind_of
from .parameter_laws import BalanceLaw, Law, LinearLaw, Part

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
    others = [law for law in laws if isinstance(law, LinearLaw)]
    found = _attention(balances, others, shapes)
    if found is None and others:
        return None
    if found is None:
        found = _chain(balances, shapes)
    if found is None:
        found = _gained(balances, shapes)
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
    """Read W_1, W_2, ... with one reader and one maker each: linear, relu or conv, with or without biases."""
    steps = []
    taps: dict[str, int] = {}
    shapes = dict(shapes)  # of a matrix that is multiplied from the right, x @ W, those of its transpose
    for law in laws:
        split = _split(law)
        if split is None:
            return None
        readers, makers = (_upright(parts, shapes) for parts in split)
        weights = [p for p in makers if p.side == "rows"]
        biases = [p for p in makers if p.side == "entries"]
        whole = all(p.stop < 0 for p in (*readers, *makers))
        if len(readers) != 1 or readers[0].side != "columns" or len(weights) != 1 or len(biases) > 1 or not whole:
            return None
        steps.append((weights[0].name, readers[0].name, bool(biases)))
        taps[readers[0].name] = readers[0].block
    following = {maker: reader for maker, reader, _ in steps}
    starts = set(following) - set(following.values())
    if len(starts) != 1 or len({bias for *_, bias in steps}) != 1 or len({law.kind for law in laws}) != 1:
        return None
    name = starts.pop()
    widths, kernels = [shapes[name][1], shapes[name][0]], [prod(shapes[name][2:])]
    while name in following:
        name = following.pop(name)
        widths.append(shapes[name][0])
        kernels.append(taps[name])
    if following:
        return None
    bias, plain = steps[0][2], set(kernels) == {1}
    if laws[0].kind == "full":
        return f"linear({','.join(map(str, widths))})" if plain and not bias else None
    if plain:
        return f"relu({','.join(map(str, widths))}{',bias=True' if bias else ''})"
    return f"conv(channels={widths}, kernels={kernels}, relu=True{', bias=True' if bias else ''})"


def _upright(parts: Sequence[Part], shapes: dict[str, tuple[int, ...]]) -> list[Part]:
    """Return parts as if each matrix stood left of what it reads."""
    found = []
    for part in parts:
        flipped = {"last": "rows", "rows": "columns"}.get(part.side)
        if part.turned and flipped:
            shapes[part.name] = part.shape[::-1]
            part = replace(part, side=flipped, shape=part.shape[::-1])
        found.append(part)
    return found


def _attention(
    balances: Sequence[BalanceLaw], others: Sequence[LinearLaw], shapes: dict[str, tuple[int, ...]]
) -> str | None:
    """Read a layer of attention: two balances for each head, perhaps the biases of the keys and a gain before it."""
    products = [law for law in balances if law.kind == "full"]
    gains = [law for law in balances if law.kind == "diagonal"]
    mixed = [law for law in products if any(part.side == "columns" for _, part in law.terms)]
    scored = [law for law in products if law not in mixed]
    parts = [part for law in products for _, part in law.terms if part.side != "entries"]
    names = {part.name for part in parts if part.side == "rows"}
    outs = {part.name for part in parts if part.side == "columns"}
    if any(part.side not in ("rows", "columns") or part.turned for part in parts):
        return None
    if not products or len(scored) != len(mixed) or len(gains) + len(products) < len(balances) or len(outs) != 1:
        return None
    # every row of the projections and every column of the output is in one head, and all of them have one width
    covered = dict.fromkeys((*names, *outs), 0)
    for part in parts:
        covered[part.name] += part.channels
    dim, out = {shapes[name][1] for name in names}, min(outs)
    whole = all(covered[name] == shapes[name][name == out] for name in covered)
    if not whole or len(dim) != 1 or dim != {shapes[out][0]} or len({law.channels for law in products}) != 1:
        return None
    sizes = f"d_head={products[0].channels}, dim={dim.pop()}"
    queries = {len([part for _, part in law.terms if part.side != "entries"]) - 1 for law in products}
    biases = {sum(part.side == "entries" for _, part in law.terms) for law in products}
    dropped = sum(law.count for law in others if law.kind == "entries")
    bias = dropped == len(scored) * products[0].channels
    if (
        biases != {int(bias)}
        or len(queries) != 1
        or dropped != sum(law.count for law in others)
        or dropped * (1 - bias)
    ):
        return None
    if queries != {1}:
        grouped = f"gqa(groups={len(scored)}, queries={queries.pop()}, {sizes})"
        return None if bias or gains else grouped
    if gains:
        split = _split(gains[0]) if len(gains) == 1 else None
        if split is None or {p.name for p in split[0]} != names or [p.side for p in split[1]] != ["entries"] * 2:
            return None
    return f"attention_layer(heads={len(scored)}, {sizes}, gain={bool(gains)}, bias={bias})"


def _gained(laws: Sequence[BalanceLaw], shapes: dict[str, tuple[int, ...]]) -> str | None:
    """Read a gain and a bias with the one layer behind them."""
    split = _split(laws[0]) if len(laws) == 1 and laws[0].kind == "diagonal" else None
    if split is None or len(split[0]) != 1 or [part.side for part in split[1]] != ["entries"] * 2:
        return None
    weight = split[0][0]
    if weight.side != "columns" or weight.block != 1:
        return None
    bias = f"{weight.name.removesuffix('weight')}bias" in shapes
    return f"gained(outputs={weight.shape[0]}, inputs={weight.channels}, bias={bias})"
