"""Models side by side: blocks of parameters that share nothing, equal ones written once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import ModelError, SizeError, brief
from ..exact.polynomial import Poly, lifted
from .fields import Field, VectorFields, check_family
from .named_later import NamedLater

__all__ = ["Union", "union"]

MAX_WRITTEN = 4_000_000  # generators times coordinates


class Union(NamedLater):
    """A model made of models that share no parameter, each a number of times.

    The parameters of the second copy of the first model are called ``p1c2_...``, those of a model that stands once
    ``p1_...``.
    """

    kind = "union"

    def __init__(self, parts: list[tuple[int, VectorFields]]):
        self.parts = parts
        text = " + ".join(f"{times} × {phi.text}" if times > 1 else phi.text for times, phi in parts)
        self._dimension = sum(times * phi.dimension for times, phi in parts)
        super().__init__(None, sum(times * phi.count for times, phi in parts), f"union({text})")

    def _names(self) -> Iterator[str]:
        for k, (times, phi) in enumerate(self.parts, start=1):
            for copy in range(1, times + 1):
                prefix = f"p{k}c{copy}" if times > 1 else f"p{k}"
                yield from (f"{prefix}_{name}" for name in phi.variables)

    def members(self) -> list[tuple[int, VectorFields]]:
        """Return the parts, and how often each stands there."""
        return self.parts

    def _make_generator(self, index: int) -> Field:
        start = 0
        for times, phi in self.parts:
            copies, inside = divmod(index, phi.count)
            if copies < times:
                first = start + copies * phi.dimension
                zero = Poly(self.variables, {})
                moved = [lifted(part, self.variables, first) for part in phi[inside].components]
                return Field([zero] * first + moved + [zero] * (self.dimension - first - phi.dimension))
            index -= times * phi.count
            start += times * phi.dimension
        raise IndexError(index)

    def suits(self, prime: int) -> bool:
        """Whether every part can be computed modulo the prime."""
        return all(phi.suits(prime) for _, phi in self.parts)

    def model_data(self) -> dict[str, Any]:
        """Return the union written out: a law may hold parameters of several parts."""
        if self.count * self.dimension > MAX_WRITTEN:
            raise SizeError(
                f"{self.brief} has {self.count} generators in {self.dimension} parameters, too many to write out: "
                "certify a law of one of its parts"
            )
        rows = [[part.data() for part in field.components] for field in self]
        return {"kind": "fields", "variables": list(self.variables), "fields": rows}


def union(*parts: Any) -> Union:
    """Put models side by side that share no parameter, such as the blocks of a transformer.

    Parameters
    ----------
    *parts : model, or (number, model)
        With a number: so many copies of the model. They are counted once.

    Returns
    -------
    Union

    Examples
    --------
    >>> from conslaw_nb.models.networks import factorization, relu
    >>> heads = union((12, factorization(8, 8, 2)), relu(8, 16, 8))
    >>> heads.dimension, heads
    (640, union(12 × factorization(8,8,2) + relu(8,16,8)))
    """
    read: list[tuple[int, VectorFields]] = []
    for part in parts:
        times, phi = part if isinstance(part, tuple) and len(part) == 2 else (1, part)
        check_family(phi, "union")
        if isinstance(times, bool) or not isinstance(times, int) or times < 1:
            raise ModelError(f"a part of a union stands there a whole number of times, at least 1, not {brief(times)}")
        read += [(times * inner, member) for inner, member in phi.members()] or [(times, phi)]
    if not read:
        raise ModelError("a union needs at least one model, as in union((12, factorization(64, 64, 8)))")
    return Union(read)
