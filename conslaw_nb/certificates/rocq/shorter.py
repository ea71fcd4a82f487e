"""Words that Rocq computes with faster: brackets of single generators in place of brackets of random combinations.

A search finds words of random combinations of all generators, since two or three of those tell whether a step is full.
But any words that are independent at the point are evidence, and a bracket of two generators has a few terms only.
"""

from __future__ import annotations

from random import Random
from typing import Any

from ...court import certificates as court
from ...exact.sparse import independent_rows

__all__ = ["with_single_letters"]

SPARE = 40  # words of each length that are tried, beyond four for each that is wanted
POOL = 400  # generators that they are made of


def with_single_letters(
    model: Any, combinations: list[Any], words: list[list[int]], point: list[int], p: int
) -> tuple[list[Any], list[list[int]]]:
    """Return letters and as many words, of single generators as far as such are found; the same ones each time.

    Words that are not independent at the point, modulo the prime p, come back as they are: that is for Rocq to say.
    """
    dimension = len(point)
    values = court.word_values(model, combinations, words, point, p)
    if not words or len(independent_rows(values, dimension, p)) < len(words):
        return combinations, words
    plain = [k for k, word in enumerate(words) if all(len(combinations[a]) == 1 for a in word)]
    wanted, lengths = len(words) - len(plain), sorted({len(word) for word in words} - {1})
    letters = [*combinations, *([[g, 1]] for g in range(model.count))]
    first, rng = len(combinations), Random("words")
    found, rows = [words[k] for k in plain], [values[k] for k in plain]
    meeting = _meeting(model, rng)
    for length in lengths:
        fresh = [_word(meeting, length, first, rng) for _ in range(4 * wanted + SPARE)]
        found += fresh
        rows += court.word_values(model, letters, fresh, point, p)
        kept = independent_rows(rows, dimension, p)
        found, rows = [found[k] for k in kept], [rows[k] for k in kept]
    found, rows = [*found, *words], [*rows, *values]
    kept = independent_rows(rows, dimension, p)[: len(words)]
    kept.sort(key=lambda k: len(rows[k]))
    used = sorted({a for k in kept for a in found[k]})
    place = {a: number for number, a in enumerate(used)}
    return [letters[a] for a in used], [[place[a] for a in found[k]] for k in kept]


def _meeting(model: Any, rng: Random) -> dict[int, list[list[int]]]:
    """For some generators, those that move what it moves, coordinate by coordinate: other brackets are zero."""
    some = range(model.count) if model.count <= POOL else sorted(rng.sample(range(model.count), POOL))
    moved = {g: sorted(model.generator(g)) for g in some}
    movers: dict[int, list[int]] = {}
    for g, coordinates in moved.items():
        for i in coordinates:
            movers.setdefault(i, []).append(g)
    return {g: [movers[i] for i in coordinates] for g, coordinates in moved.items() if coordinates}


def _word(meeting: dict[int, list[list[int]]], length: int, first: int, rng: Random) -> list[int]:
    generators = [rng.choice(list(meeting))]
    while len(generators) < length:
        generators.append(rng.choice(rng.choice(meeting[generators[-1]])))
    return [first + g for g in generators]
