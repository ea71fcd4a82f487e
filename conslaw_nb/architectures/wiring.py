"""How the parts of a network act on each other: bundles of channels between the layers that make and read them.

Multiply what makes a bundle by a matrix and what reads it by the inverse: if everything between commutes with that
matrix, the network stays the same, and with the symmetric matrices comes a conservation law (every loss, any data). So
a bundle is free up to what lies on it:

- nothing but linear layers: all matrices, and the whole balance is conserved;
- a ReLU, a max-pooling, a gain: positive diagonal matrices, and the diagonal is;
- a LayerNorm reads it, and nothing else does: one factor for everything, and the trace is;
- an input, an output, a function that is not homogeneous, a frozen or shared weight: nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .parameter_laws import BalanceLaw, Kind, Law, LinearLaw, Part

__all__ = ["Bundle", "Head", "Range", "Wire", "Wiring"]

_FACTOR = "a factor of a product entry by entry"


@dataclass
class Bundle:
    """A bundle of channels."""

    size: int
    makers: list[Part] = field(default_factory=list)  # what makes the channels and what reads them linearly
    readers: list[Part] = field(default_factory=list)
    diagonal: bool = False  # whether only diagonal matrices pass
    pins: list[str] = field(default_factory=list)  # why nothing can be multiplied into it, if anything
    norms: list[str] = field(default_factory=list)  # normalisations of whole vectors that read it
    batch_norms: list[str] = field(default_factory=list)  # normalisations of single channels that read it
    taken: list[tuple[int, int]] = field(default_factory=list)  # ranges of channels that go their own ways
    inside: Range | None = None  # what it is a range of
    data: bool = False  # whether it comes from the input alone
    fed: int = 0  # by how many layers of attention: what else makes it is not all
    unshifted: bool = False  # whether a bias does not simply shift what reads it: behind a ReLU, a product
    # whether it may take some values only (of what reads it, less is seen), or is perhaps not seen whole (of what makes
    # it): then there may be more laws
    narrow: bool = False
    vague: bool = False
    merged: Bundle | None = None

    def root(self) -> Bundle:
        """Return the bundle that this one has become part of."""
        bundle = self
        while bundle.merged is not None:
            bundle = bundle.merged
        return bundle

    def join(self, other: Bundle) -> Bundle:
        """Make one bundle of two: what is added together is multiplied together."""
        a, b = self.root(), other.root()
        if a is b:
            return a
        if a.size != b.size:
            a.pins.append("sizes that do not fit")
            b.pins.append("sizes that do not fit")
            return a
        for name in ("makers", "readers", "pins", "norms", "batch_norms", "taken"):
            getattr(a, name).extend(getattr(b, name))
        a.diagonal = a.diagonal or b.diagonal
        a.data = a.data and b.data
        a.unshifted, a.narrow, a.vague = a.unshifted or b.unshifted, a.narrow or b.narrow, a.vague or b.vague
        a.fed += b.fed
        b.merged = a
        return a


@dataclass(frozen=True)
class Range:
    """Some channels of a bundle, one after the other."""

    bundle: Bundle
    start: int
    stop: int

    @property
    def is_seen_alone(self) -> bool:
        """Whether nothing but the ranges of the bundle is seen of it, and this range once."""
        root = self.bundle.root()
        overlap = sum(a < self.stop and self.start < b for a, b in root.taken)
        return overlap == 1 and not (root.fed or root.pins or root.readers or root.norms or root.batch_norms)

    def parts(self, parts: Sequence[Part], label: str = "") -> list[Part]:
        """Return these channels of parameters; the label is that of a matrix, and b with it that of a bias."""
        place, dot, letter = label.rpartition(".")
        names = {"entries": f"{place}{dot}b{letter}"}
        alone = len({part.side for part in parts}) == len(parts)
        found = []
        for part in parts:
            shown = names.get(part.side, label) if label and alone else f"{part.name}[{self.start}:{self.stop}]"
            found.append(part.some(self.start, self.stop, shown))
        return found


@dataclass(frozen=True)
class Head:
    """What a head of attention cannot tell apart: a matrix into some channels and its inverse out of others."""

    made: Range  # rows of the keys, or of the values
    makes: str  # what the formulas call these
    others: tuple[Range, ...]  # rows of the queries that meet these keys; columns that read what comes of these values
    called: tuple[str, ...]
    values: bool
    place: str  # of the attention
    groups: tuple[tuple[int, ...], ...] = ()  # channels that one factor must multiply; () where any matrix may
    shifted: bool = True  # whether a bias of the keys moves all scores of a query alike, so that softmax drops it

    def law(self) -> BalanceLaw | None:
        """Return the balance, or None where something else sees these channels."""
        roots = [other.bundle.root() for other in self.others]
        if not self.made.is_seen_alone or self.made.bundle.root().diagonal:
            return None
        if self.values:
            if any(
                r.fed > 1 or r.pins or r.makers or r.norms or r.batch_norms or r.taken or not r.readers for r in roots
            ):
                return None
            reads = [r.readers for r in roots]
        else:
            if not all(other.is_seen_alone for other in self.others) or any(r.diagonal for r in roots):
                return None
            reads = [r.makers for r in roots]
        makers = self.made.bundle.root().makers
        if not self.values and self.shifted:
            makers = [part for part in makers if part.side != "entries"]
        made = self.made.parts(makers, self.makes)
        read = [
            p
            for other, parts, name in zip(self.others, reads, self.called, strict=True)
            for p in other.parts(parts, name)
        ]
        if not made or not read:
            return None
        kind: Kind = (
            "diagonal" if self.values and any(r.diagonal for r in roots) else "groups" if self.groups else "full"
        )
        reason = (
            "The values of a head, mixed by weights: only the product of what reads them and what makes them is seen."
            if self.values
            else "The scores of a head: only the product of queries and keys is seen."
        )
        terms = (*((1, part) for part in read), *((-1, part) for part in made))
        return BalanceLaw(terms, kind, reason, self.place, self.groups)

    def dropped(self) -> list[LinearLaw]:
        """Return the biases of the keys, which no gradient ever moves."""
        if self.values or not self.shifted or self.law() is None:
            return []
        reason = "A bias of the keys adds the same to all scores of a query: softmax drops it."
        biases = [part for part in self.made.bundle.root().makers if part.side == "entries"]
        return [LinearLaw(part, "entries", reason, self.place) for part in self.made.parts(biases, self.makes)]


@dataclass
class Wire:
    """One tensor of the network: its bundle of channels, and where it goes."""

    bundle: Bundle
    makers: tuple[Part, ...] = ()  # the layers whose outputs it is the sum of, as far back as they are plain sums
    shifts: bool = True  # whether adding a constant to all its channels still passes (nothing but sums on the way)
    # where the channels are: 'last', 'first' (before the places of an image or signal), or 'flat' (channels times
    # places in one direction)
    layout: str = "last"
    rank: int = 0  # how many directions it has, where that is known


class Wiring:
    """What is known of a network while it is read, and its laws at the end."""

    def __init__(self) -> None:
        self.bundles: list[Bundle] = []
        self.heads: list[Head] = []
        self._products: list[tuple[Bundle, Bundle, Bundle]] = []
        self._rows: list[tuple[Bundle, list[Bundle]]] = []  # channels one beside the other, and what they are of
        self.unknown: list[str] = []
        self.notes: list[str] = []
        self._readers_of: dict[str, set[str]] = {}  # parameter made here -> kinds of readers
        self._sums: dict[str, Part] = {}
        self._scales: set[str] = set()  # parameters that act on single channels: added to, they shift no two alike
        self.used: dict[str, int] = {}

    # -- making and reading ---------------------------------------------------------------------------

    def bundle(
        self, size: int, *makers: Part, diagonal: bool = False, layout: str = "last", scales: Sequence[Part] = ()
    ) -> Wire:
        """Return a wire of fresh channels that these parameters make; `scales` those that act channel by channel."""
        made = Bundle(size, list(makers), diagonal=diagonal)
        self._scales |= {part.name for part in scales}
        self.bundles.append(made)
        for part in makers:
            self._sums[part.name] = part
            self._readers_of.setdefault(part.name, set())
        return Wire(made, makers, layout=layout)

    def pinned(self, size: int, reason: str, layout: str = "last", narrow: bool = False) -> Wire:
        """Return a wire of channels that cannot be multiplied; `narrow`: they need not take all values."""
        wire = self.bundle(size, layout=layout)
        wire.bundle.pins.append(reason)
        wire.bundle.narrow = narrow
        return wire

    def pin(self, wire: Wire, reason: str, vague: bool = False) -> None:
        """Say that something sees the channels as they are; `vague`: perhaps not all of them."""
        wire.bundle.root().pins.append(reason)
        wire.bundle.root().vague |= vague
        self._read(wire, "other")

    def read(self, wire: Wire, *parts: Part) -> None:
        """Say that these parameters read the channels."""
        wire.bundle.root().readers.extend(parts)
        self._read(wire, "other")

    def take(self, wire: Wire, start: int, stop: int) -> Range:
        """Say that some channels of a wire go their own way, and return them."""
        wire.bundle.root().taken.append((start, stop))
        self._read(wire, "other")
        return Range(wire.bundle, start, stop)

    def some(self, wire: Wire, start: int, stop: int) -> Wire:
        """Return some channels of a wire as a wire of its own."""
        part, root = self.take(wire, start, stop), wire.bundle.root()
        made = self.bundle(stop - start, *part.parts(root.makers), diagonal=root.diagonal)
        made.bundle.inside = part
        return Wire(made.bundle, (), False)

    def diagonal(self, wire: Wire) -> Wire:
        """Return the wire behind a gate that commutes with positive diagonal matrices only."""
        wire.bundle.root().diagonal = True
        return self.unshifted(wire)

    def unshifted(self, wire: Wire) -> Wire:
        """Return the wire behind something linear, channel by channel, after which a bias is not a shift any more."""
        wire.bundle.root().unshifted = True
        self._read(wire, "other")
        return Wire(wire.bundle, (), False, wire.layout)

    def add(self, left: Wire, right: Wire) -> Wire:
        """Return the sum of two wires."""
        again = left.bundle.root() is right.bundle.root()  # as in h - h
        bundle = left.bundle.join(right.bundle)
        bundle.narrow, bundle.vague = bundle.narrow or again, bundle.vague or again
        if left.layout != right.layout:
            bundle.pins.append("a sum of channels in different directions")
        return Wire(bundle, (*left.makers, *right.makers), left.shifts and right.shifts, left.layout)

    def multiply(self, left: Wire, right: Wire) -> Wire:
        """Return the product of two wires, entry by entry: a factor into one and out of the other changes nothing."""
        result = self.bundle(left.bundle.root().size, diagonal=True, layout=left.layout)
        self._products.append((result.bundle, left.bundle, right.bundle))
        self.pin(left, _FACTOR)
        self.pin(right, _FACTOR)
        if left.layout != right.layout or left.bundle.root().size != right.bundle.root().size:
            for wire in (left, right, result):  # one number beside all channels, say
                wire.bundle.root().pins.append("a product of channels in different directions")
        return result

    def beside(self, wires: Sequence[Wire]) -> Wire:
        """Return the channels of several wires, one beside the other."""
        sizes = [wire.bundle.root().size for wire in wires]
        made = self.bundle(sum(sizes) if all(sizes) else 0, layout=wires[0].layout)
        made.bundle.data = all(wire.bundle.root().data for wire in wires)
        self._rows.append((made.bundle, [wire.bundle for wire in wires]))
        for wire in wires:
            self._read(wire, "other")
        return Wire(made.bundle, (), False, wires[0].layout, max(wire.rank for wire in wires))

    def norm(self, wire: Wire, name: str, shift: bool) -> None:
        """Say that a normalisation of whole vectors reads the channels, and takes off their mean if it shifts."""
        wire.bundle.root().norms.append(name)
        self._read(wire, "norm" if shift and wire.shifts else "other")

    def softmax(self, wire: Wire, name: str) -> None:
        """Say that a softmax reads the channels, which sees their differences."""
        wire.bundle.root().pins.append(name)
        self._read(wire, "softmax" if wire.shifts else "other")

    def batch_norm(self, wire: Wire, name: str) -> None:
        """Say that a normalisation of single channels reads the channels."""
        wire.bundle.root().batch_norms.append(name)
        self._read(wire, "batch" if wire.shifts else "other")

    def _read(self, wire: Wire, kind: str) -> None:
        for part in wire.makers:
            self._readers_of.setdefault(part.name, set()).add(kind)

    def free(self) -> set[str]:
        """Return the biases that the output shows by themselves: each is a component of φ, and in no law."""
        found = set()
        for bundle in self.bundles:
            biases = [part.name for part in bundle.makers if part.side == "entries"]
            if bundle.merged is None and set(bundle.pins) == {"an output"} and len(biases) == 1:
                found |= {name for name in biases if self.used.get(name) == 1}
        return found

    def seen_in_part(self) -> set[str]:
        """Return the parameters that make or read channels of which perhaps not all is seen, or not all happens."""
        roots = [bundle for bundle in self.bundles if bundle.merged is None]
        made = {part.name for bundle in roots if bundle.vague for part in bundle.makers}
        return made | {part.name for bundle in roots if bundle.narrow for part in bundle.readers}

    # -- laws -----------------------------------------------------------------------------------------

    def laws(self) -> list[Law]:
        """Return all laws that the wiring gives, each with its reason."""
        shared = {name for name, times in self.used.items() if times > 1}
        self._part()
        found: list[Law] = [law for law in self._factors() if not shared & set(law.parameters)]
        for bundle in self.bundles:
            if bundle.merged is None and not any(p.name in shared for p in (*bundle.makers, *bundle.readers)):
                law = _law_of(bundle)
                if law is not None:
                    found.append(law)
        for name, readers in self._readers_of.items():
            if name in shared:
                continue
            part = self._sums[name]
            if readers and readers <= {"norm", "softmax"} and name not in self._scales:
                what = (
                    "softmax drops what is common to all of"
                    if "softmax" in readers
                    else "LayerNorm takes off the mean of"
                )
                reason = f"A {what} what this makes, and nothing else reads it."
                found.append(LinearLaw(part, "sums", reason))
            elif readers == {"batch"} and part.side == "entries":
                reason = "A BatchNorm takes off the mean of each channel: a bias before it is never seen."
                found.append(LinearLaw(part, "entries", reason))
        for law in [*filter(None, map(Head.law, self.heads)), *(law for head in self.heads for law in head.dropped())]:
            if not shared & set(law.parameters):
                found.append(law)
        return found

    def _part(self) -> None:
        """Settle channels beside each other: what sees all of them sees its own of each."""
        all_rows = [row.root() for row, _ in self._rows]
        for row, bundles in reversed(self._rows):
            whole, parts = row.root(), [bundle.root() for bundle in bundles]
            rest = whole.size - sum(part.size for part in parts)  # of an input, which takes what is left
            open_ones = sum(not part.size for part in parts)
            fits = (rest > 0 and open_ones == 1) or (rest == 0 and not open_ones)
            joint = whole.makers or whole.taken or whole.fed or whole.norms or all_rows.count(whole) > 1
            if joint or not fits:
                whole.pins.append("channels beside others, which are seen together")
            start = 0
            for part in parts:
                stop = start + (part.size or rest)
                part.pins += whole.pins
                part.batch_norms += whole.batch_norms
                part.diagonal, part.unshifted = part.diagonal or whole.diagonal, part.unshifted or whole.unshifted
                part.narrow, part.vague = part.narrow or whole.narrow, part.vague or whole.vague
                part.readers += [reader.some(start, stop, f"{reader.name}[{start}:{stop}]") for reader in whole.readers]
                start = stop

    def _factors(self) -> list[BalanceLaw]:
        """Settle products: what reads one is balanced with a factor, and two free factors with each other."""
        laws = []
        for result, *factors in self._products:
            free = [f for f in map(Bundle.root, factors) if _is_only_a_factor(f)]
            if len(free) == 2:  # two different ones: what is multiplied by itself is a factor twice, and not free
                terms = (*((1, p) for p in free[0].makers), *((-1, p) for p in free[1].makers))
                laws.append(BalanceLaw(terms, "diagonal", "Two factors of a product, entry by entry."))
            if free:
                result.root().makers.extend(free[0].makers)
                result.root().unshifted = True
            else:
                result.root().pins.append("a product of channels that are seen elsewhere")
        return laws


def _is_only_a_factor(bundle: Bundle) -> bool:
    seen = bundle.readers or bundle.norms or bundle.batch_norms
    whole = bool(bundle.makers) and not bundle.taken and not bundle.fed and _is_whole(bundle)
    return bundle.pins == [_FACTOR] and whole and not seen


def _is_whole(bundle: Bundle) -> bool:
    """Whether a range of another bundle is seen nowhere else."""
    return bundle.inside is None or bundle.inside.is_seen_alone


def _law_of(bundle: Bundle) -> BalanceLaw | None:
    """Return the law of one bundle, or None where nothing can be multiplied into it."""
    makers = tuple((-1, part) for part in bundle.makers)
    readers = tuple((1, part) for part in bundle.readers)
    if bundle.pins or bundle.taken or bundle.fed or not makers or not _is_whole(bundle):
        return None
    if bundle.norms:
        if readers or bundle.batch_norms:
            return None
        reason = "Only normalisations read these channels: one factor for all of them is not seen (with eps = 0)."
        return BalanceLaw(tuple((1, part) for _, part in makers), "trace", reason)
    if bundle.batch_norms:
        weights = tuple((1, part) for _, part in makers if part.side != "entries" or bundle.unshifted)
        if readers or not weights:
            return None
        return BalanceLaw(weights, "diagonal", "A BatchNorm divides each of these channels by its size (with eps = 0).")
    if not readers:
        return None
    if bundle.diagonal:
        reason = "A positive factor goes through what lies between (ReLU, pooling, gain), channel by channel."
        return BalanceLaw(readers + makers, "diagonal", reason)
    return BalanceLaw(readers + makers, "full", "Nothing lies between: any invertible matrix and its inverse.")
