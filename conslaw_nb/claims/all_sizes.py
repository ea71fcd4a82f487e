"""Laws of U V^T for all sizes at once: what is said of every n, m and r is decided by normal forms."""

from __future__ import annotations

from dataclasses import replace

from ..errors import ParseError
from ..language import text
from ..language.sentences import Conserved
from ..language.tree import Node
from ..matrices import Derivation, MatrixSpace, ShapeError, prove_conserved
from ..verdict import Status, Verdict

__all__ = ["SIZES", "decide_all_sizes"]

SIZES = ("n", "m", "r")  # U is n x r and V is m x r

_CHECKED = (
    "its derivative along U' = -G*V, V' = -G^T*U with an arbitrary matrix G, by the normal form of matrix polynomials, "
    "for all sizes at once (Proposition 2.5)."
)


def decide_all_sizes(sentence: Conserved) -> tuple[Verdict, str, tuple[str, ...]]:
    """Decide whether expressions in U and V are conserved by every gradient flow of U V^T, whatever the sizes.

    "Not conserved for all sizes" means that there are sizes for which it is not; the reason says which.
    """
    if sentence.sizes and sorted(sentence.sizes) != sorted(SIZES):
        raise ParseError(
            f"'for all {', '.join(sentence.sizes)}' leaves open what the sizes of U and V are: U is n x r and V is "
            "m x r; write 'for all n, m, r' or 'for all sizes'"
        )
    verdict: Verdict | None = None
    for h in sentence.functions:
        found = _one(h)
        if sentence.negated and found.status in (Status.PROVED, Status.REFUTED):
            opposite = Status.REFUTED if found.is_proved else Status.PROVED
            why = f"it is conserved for all sizes: {found.reason}" if found.is_proved else found.reason
            found = replace(found, status=opposite, reason=why)
        if verdict is None or not found.is_proved:
            verdict = found
        if not found.is_proved:
            break
    assert verdict is not None
    holds = ("for the gradient flow of any loss of U V^T",)
    return replace(verdict, claim=sentence.said), _CHECKED, holds if verdict.is_proved and not sentence.negated else ()


def _one(h: Node) -> Verdict:
    """Decide for one expression; where it fits square matrices only, it is a law for no other sizes."""
    said = text(h)
    try:
        return _told(prove_conserved(said, "U*V^T", space=MatrixSpace(U=("n", "r"), V=("m", "r"))), said)
    except ShapeError as problem:
        misfit = str(problem)
        if not misfit.endswith("it fits only where m = n"):
            raise
    verdict = _told(prove_conserved(said, "U*V^T", space=MatrixSpace(U=("n", "r"), V=("n", "r"))), said)
    there = "there it is conserved." if verdict.is_proved else f"and there it is false: {verdict.reason}"
    return Verdict(Status.REFUTED, f"{misfit}, {there}", claim=said, details=verdict.details)


def _told(result: Derivation, said: str) -> Verdict:
    """Put the small matrices of a refutation into its reason."""
    verdict = result.verdict
    if result.counterexample is None or not verdict.is_refuted:
        return verdict
    shown = ", ".join(str(result.counterexample).splitlines())
    details = {**verdict.details, "residual": str(result.residual)}
    return Verdict(verdict.status, f"{verdict.reason} {shown}.", claim=said, details=details)
