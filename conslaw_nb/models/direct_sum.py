"""Models side by side: parts with parameters of their own, such as the heads of attention."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, groupby
from random import Random
from typing import Any

from ..errors import SizeError
from ..exact.nilpotent import Nilpotent
from ..exact.polynomial import Poly, lifted
from .fields import MAX_GENERATORS, Letter
from .layered import MAX_EXPANDED_TERMS
from .named_later import NamedLater
from .parametrizations import Parametrization

__all__ = ["DirectSum"]


class DirectSum(NamedLater, Parametrization):
    """(φ_1(θ_1), φ_2(θ_2), ...): parts that share no parameter.

    Brackets between different parts vanish, so the laws of the whole are those of the parts, functions of each other:
    the numbers of laws add up. Evaluation is left to the parts, which know how to do it without writing anything out.

    Parameters
    ----------
    parts : sequence of Parametrization
    names : callable
        Returns new names of all parameters, part by part, when somebody asks for them.
    text : str

    Attributes
    ----------
    parts : tuple of Parametrization

    Examples
    --------
    >>> from .networks import factorization
    >>> phi = DirectSum([factorization(1, 1, 1), factorization(1, 1, 1)], lambda: "abcd", "two products")
    >>> [c.text for c in phi.components]
    ['a*b', 'c*d']
    >>> [law.text for law in phi.known_laws()]
    ['a**2 - b**2', 'c**2 - d**2']
    """

    def __init__(self, parts: Sequence[Parametrization], names: Callable[[], Iterable[str]], text: str):
        self.parts = tuple(parts)
        self.offsets = [0, *accumulate(part.dimension for part in parts)]
        self.firsts = [0, *accumulate(part.count for part in parts)]
        super().__init__(None, None, self.firsts[-1], text)
        self._names = names  # type: ignore[method-assign]
        self._dimension = self.offsets[-1]
        self._blocks: list[int] = []

    def _part_of(self, index: int) -> tuple[int, int]:
        """Return the part of a generator, and its index there."""
        for k, part in enumerate(self.parts):
            if index < self.firsts[k] + part.count:
                return k, index - self.firsts[k]
        raise IndexError(index)

    def component(self, index: int) -> Poly:
        """Return φ_index, expanded."""
        if self._components is not None:
            return self._components[index]
        k, inside = self._part_of(index)
        return lifted(self.parts[k].component(inside), self.variables, self.offsets[k])

    def _expand(self) -> Iterable[Poly]:
        if self.count > MAX_GENERATORS or self.count * self.dimension > 100 * MAX_EXPANDED_TERMS:
            raise SizeError(
                f"{self.brief} has {self.count} components in {self.dimension} parameters, too many to write out "
                f"(counting does not need them)"
            )
        return super()._expand()

    def members(self) -> list[tuple[int, Parametrization]]:
        """Return the parts, equal neighbours once, with how many of them there are: they are counted one by one."""
        runs = [list(run) for _, run in groupby(self.parts, key=lambda part: part.text)]
        return [(len(run), run[0]) for run in runs]

    def known_laws(self) -> list[Poly] | None:
        """Return the known laws of all parts; None where nothing is known of one."""
        laws: list[Poly] = []
        for part, offset in zip(self.parts, self.offsets, strict=False):
            known = part.known_laws()
            if known is None:
                return None
            laws += [lifted(h, self.variables, offset) for h in known]
        return laws

    def failing_generator(self, h: Poly) -> int | None:
        """Decide for each part with the terms that hold its parameters; a term with two parts' needs expansion."""
        terms: list[dict[Any, Any]] = [{} for _ in self.parts]
        for monomial, coefficient in h.terms.items():
            holding = {self._owner(v) for v, _ in monomial}
            if len(holding) > 1:
                return super().failing_generator(h)
            for k in holding:
                terms[k][tuple((v - self.offsets[k], e) for v, e in monomial)] = coefficient
        for k, part in enumerate(self.parts):
            failing = part.failing_generator(Poly(part.variables, terms[k])) if terms[k] else None
            if failing is not None:
                return self.firsts[k] + failing
        return None

    def _owner(self, variable: int) -> int:
        return next(k for k in range(len(self.parts)) if variable < self.offsets[k + 1])

    def spanning_generators(self) -> Iterable[int]:
        """Return generators whose values span W(θ) at every θ with nonzero coordinates."""
        return (
            first + g for part, first in zip(self.parts, self.firsts, strict=False) for g in part.spanning_generators()
        )

    def is_homogeneous(self) -> bool:
        """Whether every generator is homogeneous."""
        return all(part.is_homogeneous() for part in self.parts)

    def suits(self, prime: int) -> bool:
        """Whether every generator can be computed modulo the prime."""
        return all(part.suits(prime) for part in self.parts)

    def sign_classes(self) -> list[int]:
        """Return the masks of the parts, each in bits of its own."""
        masks, shift = [], 0
        for part in self.parts:
            own = part.sign_classes()
            masks += [mask << shift for mask in own]
            shift += max((mask.bit_length() for mask in own), default=0)
        return masks

    def denominator(self) -> int:
        """Return a positive integer that clears all denominators."""
        result = 1
        for part in self.parts:
            result *= part.denominator()
        return result

    def evaluation_cost(self) -> int:
        """Return how many multiplications one evaluation takes."""
        return sum(part.evaluation_cost() for part in self.parts)

    # -- values modulo a prime: by the parts ----------------------------------------------------------

    def _slices(self, values: Sequence[int]) -> list[Sequence[int]]:
        return [values[a:b] for a, b in zip(self.offsets, self.offsets[1:], strict=False)]

    def generator_rows(self, point: Sequence[int], prime: int) -> list[tuple[int, dict[int, int]]]:
        """Return the gradients of all parts, each in its own columns."""
        rows = []
        for k, own in enumerate(self._slices(point)):
            for g, row in self.parts[k].generator_rows(own, prime):
                rows.append((self.firsts[k] + g, {self.offsets[k] + i: v for i, v in row.items()}))
        return rows

    def random_element_value(self, rng: Random, point: Sequence[int], prime: int) -> list[int]:
        """Return the value at a point of a random element of W."""
        pairs = zip(self.parts, self._slices(point), strict=True)
        return [v for part, own in pairs for v in part.random_element_value(rng, own, prime)]

    def lift(self, point: Sequence[int], prime: int) -> list[Any]:
        """Return the blocks of all parts."""
        lists = [part.lift(own, prime) for part, own in zip(self.parts, self._slices(point), strict=True)]
        self._blocks = [0, *accumulate(map(len, lists))]
        return [block for blocks in lists for block in blocks]

    def flatten(self, blocks: Sequence[Any]) -> list[int]:
        """Return block values as D integers."""
        cuts = zip(self.parts, self._blocks, self._blocks[1:], strict=False)
        return [v for part, a, b in cuts for v in part.flatten(blocks[a:b])]

    def prepare(self, letter: Letter, prime: int) -> Any:
        """Return the parts' own evaluations, side by side."""
        own: list[list[tuple[int, int]]] = [[] for _ in self.parts]
        for g, scale in letter:
            k, inside = self._part_of(g)
            own[k].append((inside, scale))
        prepared = [
            part.prepare(tuple(some), prime) if some else None for part, some in zip(self.parts, own, strict=True)
        ]

        def evaluate(blocks: Sequence[Nilpotent]) -> list[Nilpotent]:
            result: list[Nilpotent] = []
            for evaluate_part, a, b in zip(prepared, self._blocks, self._blocks[1:], strict=False):
                inside = blocks[a:b]
                if evaluate_part is None:
                    result += [Nilpotent([None] * len(block.parts), prime) for block in inside]
                else:
                    result += evaluate_part(inside)
            return result

        return evaluate
