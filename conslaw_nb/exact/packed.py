"""Numbers modulo a small prime, many of them in one whole number: power series that multiply at once, and dense rows.

A slot of 64 bits holds a sum of up to 2¹⁶ products of two residues below 2²⁴: sums are reduced once, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack as write
from struct import unpack as read

__all__ = ["MAX_SUMMANDS", "SMALL_PRIME", "PackedRank", "pack", "reduced", "unpack"]

SMALL_PRIME = 2**24 - 3
MAX_SUMMANDS = 2**16
_BITS = 64
_MASK = 2**_BITS - 1


def pack(values: Sequence[int]) -> int:
    """Return numbers from 0 to 2⁶⁴ − 1 as one, the first in the lowest slot.

    Examples
    --------
    >>> unpack(pack([1, 2, 3]) * pack([1, 1]), 4)
    [1, 3, 5, 3]
    """
    return int.from_bytes(write(f"<{len(values)}Q", *values), "little")


def unpack(packed: int, length: int) -> list[int]:
    """Return the first slots, reduced."""
    slots = max(length, -(-packed.bit_length() // _BITS))
    return [v % SMALL_PRIME for v in read(f"<{slots}Q", packed.to_bytes(8 * slots, "little"))[:length]]


def reduced(packed: int, length: int) -> int:
    """Return the first slots, reduced, as one number again."""
    return pack(unpack(packed, length)) if packed else 0


class PackedRank:
    """The rank of dense rows that come one by one.

    Examples
    --------
    >>> ranked = PackedRank(3)
    >>> ranked.add([1, 2, 3]), ranked.add([2, 4, 6]), ranked.add([0, 0, 5])
    (True, False, True)
    """

    def __init__(self, width: int):
        self.width = width
        self._rows: list[tuple[int, int]] = []  # where a row has its 1, and the row

    @property
    def rank(self) -> int:
        """How many rows were independent of those before them."""
        return len(self._rows)

    def add(self, row: Sequence[int]) -> bool:
        """Take a row of residues, and say whether it raised the rank."""
        packed = pack(row)
        for used, (shift, pivot) in enumerate(self._rows, start=1):
            entry = (packed >> shift & _MASK) % SMALL_PRIME
            if entry:
                packed += (SMALL_PRIME - entry) * pivot
            if used % (MAX_SUMMANDS - 1) == 0:
                packed = reduced(packed, self.width)
        left = unpack(packed, self.width)
        place = next((i for i, v in enumerate(left) if v), None)
        if place is None:
            return False
        inverse = pow(left[place], -1, SMALL_PRIME)
        self._rows.append((_BITS * place, pack([v * inverse % SMALL_PRIME for v in left])))
        return True
