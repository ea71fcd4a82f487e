"""How polynomials, points, letters and words are written for Rocq: as lists, and what comes in steps in one piece."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from itertools import groupby, pairwise
from math import inf
from typing import Any

from ...court.certificates import Poly

__all__ = ["letters_text", "number_text", "point_text", "poly_text", "row_text", "words_text", "wrapped"]

_WIDTH = 116
_LEAST_RUN = 5  # entries that are written as one
_INSIDE = "\0"  # a space at which no line is broken

Term = tuple[tuple[int, ...], Any]
Letter = list[tuple[int, int]]

_OPENING = """\
From Coq Require Import List ZArith QArith.
From Conslaw Require Import Court.
Import ListNotations.
Local Open Scope Q_scope.
Set Warnings "-abstract-large-number".
"""

_CLOSING = """\
(* The library's checker computes: true. Where Rocq stops here, the certificate is wrong. *)
Lemma accepted : check the_model the_statement the_evidence = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

(* And that is what it means: the definition of "holds" is in Court.v, in some fifty lines. *)
Theorem certified : holds the_model the_statement.
Proof. exact (check_sound _ _ _ accepted). Qed.

Print Assumptions certified.
"""


def file_text(head: str, model: str, statement: str, evidence: str) -> str:
    """Write a whole file: the head, three definitions, the line that is computed, and the theorem."""
    return "\n".join([
        head,
        _OPENING,
        *wrapped(f"Definition the_model : model := {model}."),
        "",
        *wrapped(f"Definition the_statement : statement := {statement}."),
        "",
        *wrapped(f"Definition the_evidence : evidence := {evidence}."),
        "",
        _CLOSING,
    ])  # fmt: skip


def poly_text(poly: Poly) -> str:
    """Write a polynomial."""
    ordered = sorted(poly.items(), key=lambda term: (*term[0], inf))  # as the library keeps terms
    return _pieces(_runs(ordered, _term_step), _term, _terms)


def letters_text(letters: list[Letter]) -> str:
    """Write combinations of generators."""
    return _pieces(_runs(letters, _generator_step), _letter, _generators)


def words_text(words: list[list[int]]) -> str:
    """Write words of letters."""
    return _pieces(_runs(words, _letter_step), row_text, _singles)


def number_text(x: Any) -> str:
    """Write an integer or a fraction."""
    if x.denominator != 1:
        return f"({x.numerator} # {x.denominator})"
    return f"({x})" if x < 0 else str(x)


def row_text(entries: Iterable[Any]) -> str:
    """Write a list."""
    return f"[{'; '.join(map(str, entries))}]"


def point_text(coordinates: list[Any]) -> str:
    """Write the coordinates of a point."""
    return _pieces(_runs(coordinates, lambda x, y: 0 if x == y else None), number_text, _repeated)


def _repeated(x: Any, _: int, number: int) -> str:
    return f"repeat {number_text(x)} {number}"


def _term(term: Term) -> str:
    return f"T {number_text(term[1])} {row_text(i + 1 for i in term[0])}%positive".replace(" ", _INSIDE)


def _terms(term: Term, step: int, number: int) -> str:
    return f"run {number_text(term[1])} {row_text(i + 1 for i in term[0])}%positive {step} {number}".replace(
        " ", _INSIDE
    )


def _term_step(before: Term, after: Term) -> int | None:
    """How far all variables of a term are after those of another one, if they are equally far."""
    steps = {j - i for i, j in zip(before[0], after[0], strict=True)} if len(before[0]) == len(after[0]) else set()
    return steps.pop() if before[1] == after[1] and len(steps) == 1 and min(steps) > 0 else None


def _letter(letter: Letter) -> str:
    return row_text(f"C {g} {number_text(c)}".replace(" ", _INSIDE) for g, c in letter)


def _generators(letter: Letter, step: int, number: int) -> str:
    return f"generators (every {letter[0][0]} {step} {number})".replace(" ", _INSIDE)


def _generator_step(before: Letter, after: Letter) -> int | None:
    if [c for _, c in before] == [c for _, c in after] == [1] and after[0][0] > before[0][0]:
        return after[0][0] - before[0][0]
    return None


def _singles(word: list[int], step: int, number: int) -> str:
    return f"singles (every {word[0]} {step} {number})".replace(" ", _INSIDE)


def _letter_step(before: list[int], after: list[int]) -> int | None:
    return after[0] - before[0] if len(before) == len(after) == 1 and after > before else None


def _runs(entries: list[Any], step: Callable[[Any, Any], int | None]) -> list[tuple[Any, int | None, int]]:
    """Divide a list into runs: the first entry, the step from each to the next, and how many; None: it stands alone."""
    found, start = [], 0
    steps = [step(x, y) for x, y in pairwise(entries)]
    while start < len(entries):
        end = start
        while end < len(steps) and steps[end] is not None and steps[end] == steps[start]:
            end += 1
        long = end + 1 - start >= _LEAST_RUN
        found.append((entries[start], steps[start], end + 1 - start) if long else (entries[start], None, 1))
        start = end + 1 if long else start + 1
    return found


def _pieces(runs: list[tuple[Any, int | None, int]], one: Callable[[Any], str], many: Callable[..., str]) -> str:
    """Write runs as lists that are joined."""
    parts: list[str] = []
    for alone, group in groupby(runs, key=lambda run: run[1] is None):
        members = list(group)
        parts += [row_text(one(entry) for entry, *_ in members)] if alone else [many(*run) for run in members]
    bare = len(parts) == 1 and parts[0].startswith("[")
    return f"({' ++ '.join(parts)})" if parts and not bare else "".join(parts) or "[]"


def wrapped(text: str) -> list[str]:
    """Break a definition into lines, but not inside a term."""
    lines = textwrap.wrap(text, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return [line.replace(_INSIDE, " ") for line in lines]
