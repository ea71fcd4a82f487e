"""What holds of U V^T wherever (U; V) has full rank: the formulas of Section 4.1, their hypotheses checked."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..errors import ModelError, ParseError
from ..exact.polynomial import Poly
from ..language import read_expression, text, walk
from ..language.polynomials import fraction_from_node
from ..language.sentences import Count, Dimension, FunctionOf
from ..language.tree import Name, Node
from ..laws.questions import compared
from ..models.fields import VectorFields
from ..models.networks import Factorization
from ..verdict import Status, Verdict

__all__ = ["FULL_RANK", "at_full_rank", "in_span", "missing_entry"]

FULL_RANK = "where (U; V) has full rank"
_WHOLE = "U^T*U - V^T*V"


def at_full_rank(sentence: Count | Dimension | FunctionOf, model: VectorFields) -> Verdict:
    """Decide a sentence that says "where (U; V) has full rank".

    References
    ----------
    Proposition 4.3, Corollary 4.4.
    """
    if not isinstance(model, Factorization):
        raise ModelError(
            f"'{FULL_RANK}' is said of factorization(n, m, r), and this model is {model.brief}: leave it out, and the "
            "sentence is about generic points"
        )
    if isinstance(sentence, FunctionOf):
        need = missing_entry(sentence.functions, model)
        if need:
            reason = f"the entry {need} of {_WHOLE} is a law, and it was not shown to be a function of these."
            return Verdict(Status.UNKNOWN, reason, claim=sentence.said)
        return Verdict(Status.PROVED, f"Corollary 4.4, {FULL_RANK}.", claim=sentence.said)
    if isinstance(sentence, Dimension) and (sentence.space != "Lie" or sentence.point is not None):
        raise ParseError(f"'{FULL_RANK}' is said of dim Lie and of the number of laws: leave it out here")
    rank = min(model.n + model.m, model.r)
    number = int(rank * (2 * model.r + 1 - rank) // 2)
    what = "the number of independent laws"
    if isinstance(sentence, Dimension):
        what, number = "dim Lie", model.dimension - number
    status = compared(sentence.number, sentence.relation, number, number)
    return Verdict(status, f"{what} is exactly {number} {FULL_RANK}.", claim=sentence.said)


def missing_entry(functions: Sequence[Node], model: Factorization) -> str:
    """Return an entry of U^T*U - V^T*V that cannot be read off from some functions, or nothing."""
    if list(functions) == [read_expression(_WHOLE, ("U", "V"))]:
        return ""
    given = []
    for h in functions:
        if any(isinstance(node, Name) and node.name in ("U", "V") for node in walk(h)):
            raise ParseError(f"'{text(h)}' is made of whole matrices: write {_WHOLE}, or its entries")
        top, bottom = fraction_from_node(h, model.variables)
        if not bottom.is_constant:
            raise ParseError(f"'{text(h)}' is not a polynomial: the entries of {_WHOLE} are")
        given.append(top)
    return next((law.text for law in model.known_laws() or [] if not in_span(law, given)), "")


def in_span(h: Poly, laws: Sequence[Poly]) -> bool:
    """Whether a polynomial is a combination of others, with rational coefficients, and not 0."""
    rows: list[dict[Any, Fraction]] = []
    for law in laws:
        row = _reduced({m: Fraction(c) for m, c in law.terms.items()}, rows)
        if row:
            rows.append(row)
    return bool(h.terms) and not _reduced({m: Fraction(c) for m, c in h.terms.items()}, rows)


def _reduced(row: dict[Any, Fraction], rows: Sequence[dict[Any, Fraction]]) -> dict[Any, Fraction]:
    for other in rows:
        pivot = next(iter(other))
        if pivot in row:
            factor = row[pivot] / other[pivot]
            for m, c in other.items():
                value = row.get(m, Fraction(0)) - factor * c
                if value:
                    row[m] = value
                else:
                    row.pop(m, None)
    return row
