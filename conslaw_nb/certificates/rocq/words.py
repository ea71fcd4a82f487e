"""What stands at the head of a Rocq file: what is claimed, what Rocq proves of it, and what it does not."""

from __future__ import annotations

import textwrap
from typing import Any

__all__ = ["MARK", "header"]

MARK = "(* A certificate of conservation laws, written out for the proof assistant Rocq (Coq)."

_WIDTH = 112
_SHOWN = 24  # variables whose names are listed

_WHAT_IS_WHAT = """\
A model is a finite family W of polynomial vector fields on Q^D; for a map phi they are the gradients of its
components. A polynomial h is a law if <grad h, v> = 0 everywhere, for every v in W. Lie(W) is the smallest
space of fields that contains W and all brackets [X, Y] = DX Y - DY X. All of this is defined below, from
nothing but Rocq's own integers, fractions and lists, and the generators of a network are computed here from
its widths."""

_PROVED = {
    "conserved": "that the_law is a law, and no constant.",
    "not_conserved": "that the derivative of the_law along one generator has, at the given point, the given value, "
    "which is not zero; so the_law is not a law.",
    "laws": "the bounds on dim Lie(W)(point) from both sides, and those on the number of polynomial laws whose "
    "gradients at the point are independent: for a lower bound there are fields of Lie(W), or laws, that are "
    "independent at the point; for an upper bound, the gradients of laws are orthogonal to Lie(W).",
    "involutive": "that dim Lie(W)(point) is at least the claimed number; that dim Lie(W)(x) is at most that "
    "number wherever the multiplier is not zero, as it is not at the point: the frame of fields below spans W and is "
    "closed under brackets; and the upper bound on the number of polynomial laws whose gradients at the point "
    "are independent.",
}

_NOT_PROVED = {
    "conserved": "anything about flows: this is algebra, over the rational numbers. That a law with <grad h, v> = 0 "
    "keeps its value along the gradient flow of every loss is one line of calculus (the chain rule).",
    "not_conserved": "anything about flows: this is algebra, over the rational numbers.",
    "laws": "anything about laws that are not polynomials, or about what holds near the point. By hand: a minor that "
    "is not zero at the point is not zero near it; and the gradients of all smooth laws are orthogonal to Lie(W), "
    "which bounds their number as well.",
    "involutive": "that there are as many laws as the certificate says. Where dim Lie(W)(x) is constant, as it is "
    "here near the point, the theorem of Frobenius gives D - dim Lie(W) independent laws there, polynomial or not. "
    "That theorem is cited; it is not formalised here.",
}


def header(model: dict[str, Any], names: list[str], claim: dict[str, Any], method: str) -> str:
    """Write the comment that a Rocq file begins with.

    `names`: the variables, which the checker has read: letters, digits and underscores; `method`: "conserved",
    "not_conserved", or how the upper bound of a count was found.
    """
    shown = ", ".join(f"{k} is {name}" for k, name in enumerate(names[:_SHOWN], 1))
    more = f", and so on up to {len(names)} (matrix by matrix, row by row)" if len(names) > _SHOWN else ""
    return "\n".join([
        MARK,
        "",
        "   Check it with     coqc FILE.v",
        "",
        "   Rocq accepts the file if the evidence proves the claim, and ends by saying that no axiom was used.",
        "   A wrong certificate is rejected, at the lemma that is wrong. Nobody has to trust what wrote this file.",
        "",
        *_paragraph("Model", f"{_model(model)}, {len(names)} parameter{'s' * (len(names) != 1)}."),
        *_paragraph("Claim", _claim(claim)),
        *_paragraph("Proved", f"by the theorem 'certified' at the end: {_PROVED[method]}"),
        *_paragraph("Not here", _NOT_PROVED[method]),
        *_paragraph("Words", " ".join(_WHAT_IS_WHAT.split())),
        *_paragraph("Variables", f"{shown}{more}."),
        "*)",
        "",
    ])  # fmt: skip


def _paragraph(title: str, text: str) -> list[str]:
    return [*textwrap.wrap(text, _WIDTH, initial_indent=f"   {title:<10} ", subsequent_indent=" " * 14), ""]


def _model(model: dict[str, Any]) -> str:
    kind = model["kind"]
    if kind in ("linear", "relu"):
        bias = "" if kind == "linear" else f" {'with' if model['bias'] else 'without'} biases"
        name = "linear" if kind == "linear" else "ReLU"
        widths = model["widths"]
        shown = ", ".join(map(str, widths[:20])) + (", ..." if len(widths) > 20 else "")
        return f"the {name} network{bias} of widths {shown} (from the input to the output)"
    if kind == "factorization":
        return f"U V^T with U of size {model['n']} x {model['r']} and V of size {model['m']} x {model['r']}"
    number = len(model["components" if kind == "map" else "fields"])
    what = "a polynomial map with" if kind == "map" else "a family of"
    return f"{what} {number} {'component' if kind == 'map' else 'polynomial vector field'}{'s' * (number != 1)}"


def _claim(claim: dict[str, Any]) -> str:
    if claim["kind"] != "count":
        return "the polynomial 'the_law' is " + ("a law." if claim["kind"] == "conserved" else "not a law.")
    least, most = claim["laws_at_least"], claim["laws_at_most"]
    number = f"exactly {most}" if claim["exact"] else f"at least {least} and at most {most}"
    equals = "=" if claim["exact"] else "at least"
    laws = f"independent conservation law{'s' * (not claim['exact'] or most != 1)}"
    return f"{number} {laws} near the point; dim Lie(W) there is {equals} {claim['dim_lie_at_least']}.".replace(
        "is =", "="
    )
