"""How large a certificate Rocq is asked to compute with: what is over a bound takes minutes, or never ends.

The bounds are counted from what the certificate holds, before a line is written. They were measured with
Debian's Rocq 8.16: a certificate at a bound takes it up to a minute of computing, one of a lesson's size a tenth of a
second, after one for loading the real numbers (`python -m benchmarks --only rocq`).
"""

from __future__ import annotations

from itertools import accumulate
from math import prod
from operator import mul
from typing import Any

from ...court.certificates import Poly
from ...errors import SizeError

__all__ = ["PARAMETERS", "STRUCTURED", "at_most", "require_size"]

PARAMETERS = 600
STRUCTURED = 250_000  # parameters of networks that are written by their structure
FAMILY_TERMS = 60_000  # of all coordinates of all generators, written out
WORD_TERMS = 200_000  # of the brackets, written out
IDENTITY_TERMS = 3_000_000  # products of terms in all identities
FORM_PRODUCTS = 1_000_000  # products of terms that show that forms are closed; memory is what is scarce there
DEGREE = 60


def require_size(model: dict[str, Any], fields: list[dict[int, Poly]], parameters: int, evidence: Evidence) -> None:
    """Refuse what would keep Rocq busy for too long.

    `model`: the model of the certificate; `fields`: the generators, for the kinds "map" and "fields"; for the others
    they are counted, not written. Raises SizeError: with the number that is too large, and the bound.
    """
    at_most(parameters, PARAMETERS, "parameters")
    generators, terms = _family(model, fields)
    at_most(terms, FAMILY_TERMS, "terms in its generators")
    at_most(evidence.degree, DEGREE, "as the degree of a polynomial")
    each = terms / parameters / max(generators, 1)  # of one coordinate of one generator, on the average
    words = sum(_word(word, each, evidence, parameters) for word in evidence.words)
    at_most(words, WORD_TERMS, "terms in its brackets")
    once = each * generators + (words / max(len(evidence.words), 1) if evidence.frame else 0)
    at_most(evidence.factors * once, IDENTITY_TERMS, "products of terms in its identities")
    at_most(evidence.products, FORM_PRODUCTS, "products of terms that show that its forms are closed")


class Evidence:
    """What is counted of the evidence while it is written.

    Attributes
    ----------
    degree : int
        The highest degree of a polynomial.
    factors : int
        All factors of all terms, but of tangent fields.
    products : int
        Of terms, to show that forms are closed.
    frame : bool
        Whether there are identities of an involutive frame.
    words : list of words
    letters : list of int
        How many generators each letter combines.
    """

    def __init__(self) -> None:
        self.degree = self.factors = self.products = 0
        self.frame = False
        self.words: list[list[int]] = []
        self.letters: list[int] = []


def at_most(number: float, bound: int, what: str) -> None:
    """Refuse a number that is over its bound."""
    if number > bound:
        raise SizeError(
            f"Rocq would compute for too long: this certificate has about {round(number)} {what}, and up to {bound} "
            "are written; conslaw verify still checks it, and a smaller model can be exported"
        )


def _family(model: dict[str, Any], fields: list[dict[int, Poly]]) -> tuple[int, int]:
    """Count the generators, and the terms of all their coordinates."""
    kind = model["kind"]
    if kind == "factorization":
        return model["n"] * model["m"], 2 * prod(model[key] for key in "nmr")
    if kind in ("linear", "relu"):
        sizes = model["widths"][::-1]
        depth, paths = len(sizes) - 1, prod(sizes)
        if kind == "linear":
            return sizes[0] * sizes[-1], depth * paths
        shorter = list(accumulate(sizes, mul))[1:-1] if model["bias"] else []
        return paths + sum(shorter), depth * paths + sum((k + 2) * number for k, number in enumerate(shorter))
    return len(fields), sum(len(poly) for field in fields for poly in field.values())


def _word(word: list[int], each: float, evidence: Evidence, parameters: int) -> float:
    """Estimate the terms of a bracket: every coordinate is differentiated along every other."""
    sizes = [each * evidence.letters[letter] * parameters for letter in reversed(word)]
    terms = sizes[0] if sizes else 0
    for size in sizes[1:-1]:
        terms *= 2 * max(size / parameters, 1)
    return terms + sizes[-1] if len(sizes) > 1 else terms  # the last bracket is only computed at the point
