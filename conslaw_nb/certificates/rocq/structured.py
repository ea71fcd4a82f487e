"""Certificates of large networks for Rocq, as short as they are: their structure is written, and nothing is listed.

The library proves for linear networks, U V^T and ReLU networks of all sizes what their balances, matrix units and
paths are (the files `Structure*.v`). So a file holds the widths, the nonzero coordinates of the point and the rules
for words; the rows and their ranks are computed by Rocq. There is no such theorem for words longer than a bracket of
two, stretches, groups and parts: they are listed where that is short (`listed.py`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ...court import certificates as court
from ...court import products, structure
from ...court.certificates import array, boolean, choice, integer, record
from .bounds import STRUCTURED, at_most
from .listed import model_of
from .text import file_text, number_text, row_text
from .words import header

__all__ = ["has_structure", "structured"]

PRIMES = (1021, 4093, 65_521)  # small numbers are quick to compute with, and any prime will do
RULES = {"generators": "Units", "left": "Left", "right": "Right"}


def has_structure(data: dict[str, Any]) -> bool:
    """Whether a certificate of version 2 has the kind of evidence that is written as it is.

    Examples
    --------
    >>> has_structure({"evidence": {"kind": "paths"}}), has_structure({"evidence": {"kind": "groups"}})
    (True, False)
    """
    evidence = data.get("evidence")
    if not isinstance(evidence, dict):
        return False
    if evidence.get("kind") != "sparse":
        return evidence.get("kind") in ("free", "paths")
    rules = evidence.get("words")
    known = isinstance(rules, list) and all(isinstance(rule, list) and rule[:1] != ["transport"] for rule in rules)
    return known and evidence.get("stretches") == []


def structured(data: dict[str, Any]) -> str:
    """Return the Rocq file of a certificate that `has_structure`; whether it is right is for Rocq to say.

    Raises
    ------
    Rejected
        The data are not a certificate.
    SizeError
        Rocq would compute for minutes.
    """
    _, _, model, claim, evidence = record(data, "the certificate", "format", "version", "model", "claim", "evidence")
    choice(claim, "claim", "kind", "count")
    names = ("parameters", "dim_lie_at_least", "laws_at_least", "laws_at_most")
    _, exact, *numbers = record(claim, "claim", "kind", "exact", *names)
    boolean(exact, "claim.exact")
    for name, number in zip(names, numbers, strict=True):
        integer(number, f"claim.{name}", 0)
    d, sizes, shown = _model(model)
    at_most(max(d, *numbers), STRUCTURED, "parameters")
    point, prime, rules = _evidence(model, (d, sizes), evidence, numbers)
    bounds = " ".join(map(str, numbers[1:]))
    return file_text(
        header(model, list(model_of(model).variables), claim, "laws"),
        shown,
        f"Counted {numbers[0]} {point} {bounds} {str(exact).lower()}",
        f"By_structure {prime} {row_text(rules)}",
    )


def _model(model: Any) -> tuple[int, list[int], str]:
    """Read a network; return its number of parameters, its sizes from the output on, and the network for Rocq."""
    kind = choice(model, "model", "kind", "linear", "relu", "factorization")
    if kind == "factorization":
        _, *sizes = record(model, "model", "kind", "n", "m", "r")
        n, m, r = (integer(size, "a size of the model", 1, STRUCTURED) for size in sizes)
        return (n + m) * r, [n, r, m], f"Factorization {n} {m} {r}"
    sizes, bias = products.widths(model, kind, court.Case())
    d = sum(a * b for a, b in pairwise(sizes)) + (sum(sizes[1:-1]) if bias else 0)
    shown = f"{row_text(sizes[::-1])}%nat"
    return d, sizes, f"Linear {shown}" if kind == "linear" else f"Relu {shown} {str(bias).lower()}"


def _evidence(
    model: Any, shape: tuple[int, list[int]], evidence: Any, claimed: list[int]
) -> tuple[str, int, list[str]]:
    """Return the point, a prime and the rules for words, as Rocq reads them."""
    d, sizes = shape
    kind = choice(evidence, "evidence", "kind", "sparse", "paths", "free")
    if kind != "sparse":
        record(evidence, "evidence", "kind")
        if kind == "paths":
            return f"(repeat 1 {d})", PRIMES[0], []
        return f"(sparse_point {d} [])", PRIMES[0], [f"Units {d}"]
    _, entries, p, rules, _ = record(evidence, "evidence", "kind", "point", "prime", "words", "stretches")
    p = products.prime(p, "evidence")
    values: dict[int, int] = {}
    for entry in array(entries, "evidence.point"):
        index, value = array(entry, "an entry of evidence.point", 2)
        integer(index, "an index of evidence.point", 0, d - 1)
        court.require(index not in values, f"the coordinate {index} stands twice in evidence.point")
        values[index] = integer(value, "a number of evidence.point")
    point = [f"At {index} {number_text(value)}" for index, value in values.items()]
    words = []
    for k, rule in enumerate(array(rules, "evidence.words")):
        at = f"evidence.words[{k}]"
        court.require(array(rule, at) and type(rule[0]) is str and rule[0] in RULES, f"{at} is not a rule for words")
        if rule[0] == "generators":
            numbers = [integer(array(rule, at, 2)[1], at, 1, STRUCTURED)]
        else:
            fixed, other = (sizes[0], sizes[-1]) if rule[0] == "left" else (sizes[-1], sizes[0])
            _, c, count = array(rule, at, 3)
            numbers = [integer(c, at, 0, fixed - 1), integer(count, at, 1, other)]
        words.append(" ".join([RULES[rule[0]], *map(str, numbers)]))
    return f"(sparse_point {d} {row_text(point)})", _small(model, evidence, claimed) or p, words


def _small(model: dict[str, Any], evidence: dict[str, Any], claimed: list[int]) -> int | None:
    """Find a small prime modulo which the ranks are those that are claimed."""
    for prime in PRIMES:
        case = court.Case()
        case.cells = structure.MAX_CELLS
        try:
            found = structure.bounds(model, {**evidence, "prime": prime}, case, "evidence")
        except court.Rejected:
            return None
        if list(found) == claimed[:3]:
            return prime
    return None
