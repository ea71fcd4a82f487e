"""The Lie staircase from below: values of generators and of random nested brackets at one point, modulo a prime.

The words that are kept are independent there, so they are independent over Q and on an open dense set: a bound from
below in which nothing is probable. That a step has *no more* is only probable, and `missed_by` bounds by how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import log2
from random import Random

from ..exact import chance
from ..exact.backend import primes
from ..exact.sparse import independent_rows
from ..models.fields import Letter, NestedBrackets, VectorFields

__all__ = ["Climb", "Place", "missed_by", "random_climb"]

MAX_WORD = 10  # letters of a nested bracket; its evaluation costs 3**MAX_WORD
PATIENT_WORD = 7  # the same at a point that the user chose, where a step that adds nothing may not be the last
MAX_CLIMB = 100_000_000  # multiplications for the brackets of one count: about half a minute

Rows = list[tuple[int, dict[int, int]]]


@dataclass(frozen=True)
class Place:
    """A point, exact, with its residues modulo a prime."""

    point: tuple[int | Fraction, ...]
    prime: int

    @property
    def residues(self) -> list[int]:
        """The coordinates modulo the prime, which divides none of their denominators; integers stay as they are."""
        return [
            x if isinstance(x, int) else x.numerator * pow(x.denominator, -1, self.prime) % self.prime
            for x in self.point
        ]

    @classmethod
    def at(cls, phi: VectorFields, point: Sequence[int | Fraction]) -> Place:
        """Choose the first prime that suits the family and the point: it makes no coefficient vanish."""
        numbers = [n for x in point for n in (x.numerator, x.denominator) if n]
        fits = (p for p in primes() if all(n % p for n in numbers) and phi.suits(p))
        return cls(tuple(point), next(fits))

    @classmethod
    def random(cls, phi: VectorFields, rng: Random) -> Place:
        """Draw a prime that suits the family, and a point modulo it."""
        prime = chance.random_prime(rng)
        while not phi.suits(prime):
            prime = chance.random_prime(rng)
        return cls(tuple(rng.randrange(prime) for _ in phi.variables), prime)


class Climb:
    """The steps W_0, W_1, ... at one place.

    Parameters
    ----------
    phi : VectorFields
    place : Place
    at_most : int
        A certain bound on dim Lie(W) at the point: where it is reached there is nothing left to find.
    patient : bool
        Go on where a step adds nothing: at a special point a later one may.
    rng : Random, optional
        Draws the coefficients of random elements of W; the same ones each time without it.
    rows : list, optional
        What `phi.generator_rows` gives at the place, if it is known already.
    budget : int, optional
        Multiplications for brackets; MAX_CLIMB without it.

    Attributes
    ----------
    words : list
        Nested brackets with independent values.
    dimensions : list of int
        dim W_0, dim W_1, ... at the point, never too large.
    saturated : bool
        Whether the last step was tried and added nothing.
    longest : int
        Letters of the longest words that were tried.
    """

    def __init__(
        self,
        phi: VectorFields,
        place: Place,
        at_most: int,
        patient: bool = False,
        rng: Random | None = None,
        rows: Rows | None = None,
        budget: int | None = None,
    ):
        self.phi = phi
        self.place = place
        self.at_most = at_most
        self.patient = patient
        self.rng = Random("letters") if rng is None else rng
        self.words: list[tuple[Letter, ...]] = []
        self.dimensions: list[int] = []
        self.saturated = False
        self.longest = 1
        self._budget = MAX_CLIMB if budget is None else budget
        self._rows: list[dict[int, int]] = []
        given = phi.generator_rows(place.residues, place.prime) if rows is None else rows
        self._absorb([(((g, 1),),) for g, _ in given], [row for _, row in given])
        self.dimensions.append(self.rank)

    @property
    def rank(self) -> int:
        """The dimension that was reached."""
        return len(self.words)

    def run(self) -> Climb:
        """Add nested brackets until the bound is met, a step adds nothing, or the budget is spent."""
        if self.rank < self.at_most:
            if self.phi.count == 1:  # [v, v] = 0
                self.saturated = True
            else:
                self._climb()
        return self

    def _absorb(self, words: Sequence[tuple[Letter, ...]], rows: Sequence[dict[int, int]]) -> int:
        """Keep the words whose values are independent of those before; return how many were kept."""
        kept = independent_rows([*self._rows, *rows], self.phi.dimension, self.place.prime)
        fresh = [i - len(self._rows) for i in kept if i >= len(self._rows)]
        self.words += [words[i] for i in fresh]
        self._rows += [rows[i] for i in fresh]
        return len(fresh)

    def _letter(self) -> Letter:
        return tuple((g, self.rng.randrange(1, self.place.prime)) for g in range(self.phi.count))

    def _climb(self) -> None:
        """Steps 1, 2, ...: each until a bracket of fresh random letters adds nothing."""
        brackets = NestedBrackets(self.phi, self.place.residues, self.place.prime)
        cost, spent = self.phi.evaluation_cost(), 0
        pool: list[Letter] = []
        for level in range(1, PATIENT_WORD if self.patient else MAX_WORD):
            before = self.rank
            while self.rank < self.at_most:
                wanted = min(self.at_most - self.rank, 64)
                spent += cost * (2 * level + 1) * 3 ** (level + 1) * wanted
                if spent > self._budget:
                    return
                words = self._words(pool, level + 1, min(self.at_most - self.rank, 64 if level > 1 else 1024))
                if self._evaluate(brackets, words) < len(words):
                    # a fresh random word that adds nothing shows, with high probability, that the step is full
                    fresh = tuple(self._letter() for _ in range(level + 1))
                    pool += fresh
                    if not self._evaluate(brackets, [fresh]):
                        break
            self.longest = level + 1
            if self.rank == before and not self.patient:
                self.saturated = True
                return
            self.dimensions.append(self.rank)
            if self.rank == self.at_most:
                return
        while len(self.dimensions) > 1 and self.dimensions[-1] == self.dimensions[-2]:
            self.dimensions.pop()  # the last steps of a patient climb added nothing

    def _words(self, pool: list[Letter], length: int, wanted: int) -> list[tuple[Letter, ...]]:
        """Return words whose innermost brackets [x, y] are of different pairs x < y; the pool grows as it must."""
        while len(pool) * (len(pool) - 1) < 2 * wanted:
            pool.append(self._letter())
        pairs = self.rng.sample(list(combinations(range(len(pool)), 2)), wanted)
        return [(*(self.rng.choice(pool) for _ in range(length - 2)), pool[a], pool[b]) for a, b in pairs]

    def _evaluate(self, brackets: NestedBrackets, words: list[tuple[Letter, ...]]) -> int:
        rows = [{i: v for i, v in enumerate(brackets.value(word)) if v} for word in words]
        return self._absorb(words, rows)


def random_climb(phi: VectorFields, at_most: int) -> tuple[Climb, Fraction]:
    """Climb at a random point modulo a random prime, drawn from the system's entropy.

    Parameters
    ----------
    phi : VectorFields
    at_most : int
        A certain bound on dim Lie(W) at generic points.

    Returns
    -------
    climb : Climb
    risk : Fraction
        Where the climb is saturated: the probability that dim Lie(W) is more than `climb.rank` at generic points is
        no more than this.
    """
    rng = chance.draw()
    climb = Climb(phi, Place.random(phi, rng), at_most, rng=rng).run()
    return climb, missed_by(climb)


def missed_by(climb: Climb) -> Fraction:
    """Bound the probability that a climb with random letters, at a random place, missed a dimension.

    It missed none unless one of these happened at some step k that was tried. (1) The place is special: there
    dim W_k(θ) is less than at generic points. Then all minors of generic size s of brackets of k + 1 generators vanish
    at θ modulo the prime, though one of them is not the zero polynomial; s is at most `climb.at_most`. (2) The place is
    not special and W_k(θ) was not reached, but the last word of k + 1 fresh letters fell into the span of the others:
    a polynomial of degree 1 in each letter vanished. With neither, W_k(θ) = W_{k+1}(θ) was seen at a generic point, and
    brackets add nothing from there on.
    """
    degree, bits = climb.phi.measure()
    size = max(1, climb.at_most)
    total = Fraction(0)
    of_word, bits_of_word = degree, bits
    for letters in range(1, climb.longest + 1):
        if letters > 1:
            # |[X, Y]| ≤ (deg X + deg Y)·|X|·|Y| in each component, |·| the sum of the absolute values of coefficients
            bits_of_word += bits + log2(max(1, of_word + degree))
            of_word += degree - 1 if degree else 0
            total += Fraction(letters, climb.place.prime - 1)
        total += chance.missed(size * max(0, of_word), size * (bits_of_word + log2(size)))
    return total
