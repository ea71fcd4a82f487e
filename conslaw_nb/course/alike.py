"""Who agrees with whom, or with the solutions, beyond chance: told to the lecturer, and never counted.

What most have in common says nothing. An answer or a cell that c of n learners have weighs log2(n / c) bits, among
those whose verdict on that exercise is the same: right answers are alike because they are right. Pairs are told whose
agreements weigh so much that, were all of them chance, one in a thousand classes would show such a pair.
"""

from __future__ import annotations

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import comb, log2
from typing import Any

from ..notebooks.lab import notebook_of, solution_of
from ..notebooks.reading import Cell, read_notebook
from ..teaching.lesson_text import Lesson
from .answers import find_answers, parse_cell
from .plain_data import encode, in_words

__all__ = ["agreements", "fingerprints", "of_solutions"]

SHORTEST = 60  # characters of a cell, written out anew: shorter ones are alike by chance
MOST_CELLS = 500  # of one notebook
MOST = 30  # what more learners than these have in common is common
CAUTION = 10  # bits: how seldom chance shall be told as an agreement
_SOLUTION = "the solution"


def fingerprints(cells: Iterable[Cell]) -> list[str]:
    """Return short numbers for the longer code cells, the same for cells that differ in blanks and comments only.

    A cell that does nothing but hand in an answer is left out: answers are compared by themselves.
    """
    found = []
    for cell in cells:
        if cell.kind != "code" or len(cell.source) < SHORTEST:
            continue
        try:
            tree = parse_cell(cell.source)
            plain = ast.unparse(tree)
        except (SyntaxError, RecursionError, MemoryError):
            continue
        if len(plain) >= SHORTEST and not (len(tree.body) == 1 and ".check(" in plain):
            found.append(hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16])
    return list(dict.fromkeys(found))[:MOST_CELLS]


def of_solutions(lessons: Iterable[Lesson], exercises: Sequence[str]) -> dict[str, Any]:
    """Return the solutions as if they had been handed in: only what is not in the lessons as they are handed out.

    Only those lessons count whose exercises are named.
    """
    learner: dict[str, Any] = {"learner": _SOLUTION, "exercises": {}, "cells": []}
    for lesson in lessons:
        if not lesson.texts.keys() & set(exercises):
            continue
        cells = read_notebook(solution_of(lesson))
        known = set(fingerprints(read_notebook(notebook_of(lesson))))
        learner["cells"] += [cell for cell in fingerprints(cells) if cell not in known]
        for answer in find_answers(cells).answers:
            if answer.written:
                given = {"outcome": "right", "answer": in_words(encode(answer.value)), "wrong": []}
                learner["exercises"][answer.number] = given
    return learner


def _items(learner: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """Return what a learner can have in common with others: kind, where, and what."""
    found = {("cell", "", cell) for cell in learner.get("cells", [])}
    for number, one in learner["exercises"].items():
        if one["outcome"] == "right":
            found.add(("right answer", number, one["answer"]))
        found |= {("wrong answer", number, answer) for answer, _ in one["wrong"]}
    return found


def agreements(learners: Sequence[Mapping[str, Any]], solutions: Mapping[str, Any] | None = None) -> list[str]:
    """Return one sentence for each pair that agrees beyond chance, the clearest first.

    Examples
    --------
    >>> one = [{"learner": f"p{k}", "exercises": {}, "cells": [f"{k}{n}" for n in range(9)]} for k in range(20)]
    >>> one[7]["cells"][:8] = one[3]["cells"][:8]
    >>> agreements(one)
    ['p3 and p7: 8 cells that few or no others have (27 bits).']
    """
    people = [*learners, *([solutions] if solutions else [])]
    owners: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    among: dict[tuple[str, str], set[int]] = defaultdict(set)
    for place, learner in enumerate(people):
        for item in _items(learner):
            owners[item].append(place)
            if place < len(learners):
                among[item[:2]].add(place)
    weights: dict[tuple[int, int], float] = defaultdict(float)
    shared: dict[tuple[int, int], list[str]] = defaultdict(list)
    for item, own in owners.items():
        count = sum(place < len(learners) for place in own)
        several = len(learners) if item[0] == "cell" else len(among[item[:2]])
        if 2 <= len(own) <= MOST and 0 < count < several:
            for pair in combinations(own, 2):
                weights[pair] += log2(several / count)
                shared[pair].append(item[0])
    least = {True: log2(max(len(learners), 1)) + CAUTION, False: log2(max(comb(len(learners), 2), 1)) + CAUTION}
    found = [(weight, pair) for pair, weight in weights.items() if weight >= least[pair[1] == len(learners)]]
    told = []
    for weight, pair in sorted(found, key=lambda entry: (-entry[0], entry[1])):
        kinds = shared[pair]
        parts = [
            f"{kinds.count(kind)} {kind}{'' if kinds.count(kind) == 1 else 's'}"
            for kind in ("wrong answer", "right answer", "cell")
            if kind in kinds
        ]
        names = " and ".join(people[place]["learner"] for place in pair)
        told.append(f"{names}: {', '.join(parts)} that few or no others have ({weight:.0f} bits).")
    return told
