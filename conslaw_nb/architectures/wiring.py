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

from dataclasses import dataclass, field

from .parameter_laws import BalanceLaw, Law, LinearLaw, Part

__all__ = ["Bundle", "Wire", "Wiring"]

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
        for name in ("makers", "readers", "pins", "norms", "batch_norms"):
            getattr(a, name).extend(getattr(b, name))
        a.diagonal = a.diagonal or b.diagonal
        b.merged = a
        return a


@dataclass
class Wire:
    """One tensor of the network: its bundle of channels, and where it goes."""

    bundle: Bundle
    makers: tuple[Part, ...] = ()  # the layers whose outputs it is the sum of, as far back as they are plain sums
    shifts: bool = True  # whether adding a constant to all its channels still passes (nothing but sums on the way)
    # where the channels are: 'last', 'first' (before the places of an image or signal), or 'flat' (channels times
    # places in one direction)
    layout: str = "last"


class Wiring:
    """What is known of a network while it is read, and its laws at the end."""

    def __init__(self) -> None:
        self.bundles: list[Bundle] = []
        self.linear_laws: list[LinearLaw] = []
        self._products: list[tuple[Bundle, Bundle, Bundle]] = []
        self.unknown: list[str] = []
        self.notes: list[str] = []
        self._readers_of: dict[str, set[str]] = {}  # parameter made here -> kinds of readers
        self._sums: dict[str, Part] = {}
        self.used: dict[str, int] = {}

    # -- making and reading ---------------------------------------------------------------------------

    def bundle(self, size: int, *makers: Part, diagonal: bool = False, layout: str = "last") -> Wire:
        """Return a wire of fresh channels that these parameters make."""
        made = Bundle(size, list(makers), diagonal=diagonal)
        self.bundles.append(made)
        for part in makers:
            self._sums[part.name] = part
            self._readers_of.setdefault(part.name, set())
        return Wire(made, makers, layout=layout)

    def pinned(self, size: int, reason: str, layout: str = "last") -> Wire:
        """Return a wire of channels that cannot be multiplied."""
        wire = self.bundle(size, layout=layout)
        wire.bundle.pins.append(reason)
        return wire

    def pin(self, wire: Wire, reason: str) -> None:
        """Say that something sees the channels as they are."""
        wire.bundle.root().pins.append(reason)
        self._read(wire, "other")

    def read(self, wire: Wire, *parts: Part) -> None:
        """Say that these parameters read the channels."""
        wire.bundle.root().readers.extend(parts)
        self._read(wire, "other")

    def diagonal(self, wire: Wire) -> Wire:
        """Return the wire behind a gate that commutes with positive diagonal matrices only."""
        wire.bundle.root().diagonal = True
        self._read(wire, "other")
        return Wire(wire.bundle, (), False, wire.layout)

    def add(self, left: Wire, right: Wire) -> Wire:
        """Return the sum of two wires."""
        bundle = left.bundle.join(right.bundle)
        if left.layout != right.layout:
            bundle.pins.append("a sum of channels in different directions")
        return Wire(bundle, (*left.makers, *right.makers), left.shifts and right.shifts, left.layout)

    def multiply(self, left: Wire, right: Wire) -> Wire:
        """Return the product of two wires, entry by entry: a factor into one and out of the other changes nothing."""
        result = self.bundle(left.bundle.root().size, diagonal=True, layout=left.layout)
        self._products.append((result.bundle, left.bundle, right.bundle))
        self.pin(left, _FACTOR)
        self.pin(right, _FACTOR)
        return result

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

    # -- laws -----------------------------------------------------------------------------------------

    def laws(self) -> list[Law]:
        """Return all laws that the wiring gives, each with its reason."""
        shared = {name for name, times in self.used.items() if times > 1}
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
            if readers and readers <= {"norm", "softmax"}:
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
        return [*found, *(law for law in self.linear_laws if law.part.name not in shared)]

    def _factors(self) -> list[BalanceLaw]:
        """Settle products: what reads one is balanced with a factor, and two free factors with each other."""
        laws = []
        for result, *factors in self._products:
            free = [f for f in map(Bundle.root, factors) if _is_only_a_factor(f)]
            if len(free) == 2 and free[0] is not free[1]:
                terms = (*((1, p) for p in free[0].makers), *((-1, p) for p in free[1].makers))
                laws.append(BalanceLaw(terms, "diagonal", "Two factors of a product, entry by entry."))
            if free and (len(free) == 1 or free[0] is not free[1]):
                result.root().makers.extend(free[0].makers)
            else:
                result.root().pins.append("a product of channels that are seen elsewhere")
        return laws


def _is_only_a_factor(bundle: Bundle) -> bool:
    seen = bundle.readers or bundle.norms or bundle.batch_norms
    return bundle.pins == [_FACTOR] and bool(bundle.makers) and not seen


def _law_of(bundle: Bundle) -> BalanceLaw | None:
    """Return the law of one bundle, or None where nothing can be multiplied into it."""
    makers = tuple((-1, part) for part in bundle.makers)
    readers = tuple((1, part) for part in bundle.readers)
    if bundle.pins or not makers:
        return None
    if bundle.norms:
        if readers or bundle.batch_norms:
            return None
        reason = "Only normalisations read these channels: one factor for all of them is not seen (with eps = 0)."
        return BalanceLaw(tuple((1, part) for _, part in makers), "trace", reason)
    if bundle.batch_norms:
        weights = tuple((1, part) for _, part in makers if part.side != "entries")
        if readers or not weights:
            return None
        return BalanceLaw(weights, "diagonal", "A BatchNorm divides each of these channels by its size (with eps = 0).")
    if not readers:
        return None
    if bundle.diagonal:
        reason = "A positive factor goes through what lies between (ReLU, pooling, gain), channel by channel."
        return BalanceLaw(readers + makers, "diagonal", reason)
    return BalanceLaw(readers + makers, "full", "Nothing lies between: any invertible matrix and its inverse.")
