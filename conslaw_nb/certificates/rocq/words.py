"""What stands at the head of a Rocq file: what is claimed, what Rocq proves of it, and what it does not."""

from __future__ import annotations

import textwrap
from typing import Any

from .library import library_hash

__all__ = ["MARK", "header"]

MARK = "(* A certificate of conservation laws, written out for the proof assistant Rocq (Coq)."

_WIDTH = 112
_SHOWN = 24  # variables whose names are listed

_WHAT_IS_WHAT = """\
A model is a finite family W of polynomial vector fields on R^D; for a map phi they are the gradients of its
components. A polynomial h is a law if <grad h, v> = 0 everywhere, for every v in W. Lie(W) is the smallest
space of fields that contains W and all brackets [X, Y] = DX Y - DY X. All of this, and that the derivatives are
derivatives, is defined and proved in the library Conslaw, over Rocq's own real numbers; the generators of a network
are computed there from its widths. The folder of the library is certificates/rocq/theory of the package conslaw_nb."""

_NO_MORE = (
    "the bounds on dim Lie(W)(y) from both sides; and that no more laws than D less the number of words, polynomial or "
    "only twice continuously differentiable on however small an open set around y, have independent gradients at y."
)

_PROVED = {
    "conserved": "that the polynomial is a law and not a constant, and that its value stays the same along every path "
    "whose velocity is at all times a combination of the fields of W: so along gradient flow, whatever the data and "
    "the loss, if the loss is differentiable and sees the parameters through phi.",
    "not_conserved": "that the derivative of the polynomial along a generator is not zero at some point; so it is not "
    "a law.",
    "laws": "at all points y near the given one: the bounds on dim Lie(W)(y) from both sides; that there are as many "
    "laws as claimed, with independent gradients at y, and that each of them is constant along gradient flow, whatever "
    "the data and the loss; and that no more than the claimed number of laws, polynomial or only twice continuously "
    "differentiable on however small an open set around y, have independent gradients at y.",
    "list": "that each polynomial of the list is a law, and constant along gradient flow, whatever the data and the "
    f"loss. At all points y near the given one: that their gradients are independent; {_NO_MORE}",
    "forms": "that each polynomial of the list is a law; and for each form, that whatever differentiable function has "
    "it as its differential, on the level sets of the laws that it is modulo, is constant along gradient flow, "
    "whatever the data and the loss. At all points y near the given one: that each form is closed on those level "
    "sets; that all "
    f"differentials are independent; {_NO_MORE}",
    "involutive": "at all points y near the given one: that dim Lie(W)(y) is exactly the claimed number, and that no "
    "more than the claimed number of laws, polynomial or only twice continuously differentiable on however small an "
    "open set around y, have independent gradients at y.",
}

_NOT_PROVED = {
    "conserved": "nothing is left.",
    "not_conserved": "nothing is left.",
    "laws": "nothing is left.",
    "list": "nothing is left.",
    "forms": "that a function with such a differential exists near the point: the integral of the form along paths in "
    "the level sets, which depends on the ends alone, since the form is closed (the lemma of Poincare). That lemma is "
    "cited; it is not proved in the library.",
    "involutive": "that there are as many laws as the certificate says. Where dim Lie(W)(y) is constant, as it is "
    "here near the point, the theorem of Frobenius gives D - dim Lie(W) independent laws there, polynomial or not. "
    "That theorem is cited; it is not proved in the library.",
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
        "   Check it with     conslaw verify --rocq FILE.v     (with the certificate beside it)",
        "   or with           coqc -Q FOLDER Conslaw FILE.v    (FOLDER: the compiled library)",
        "",
        "   Rocq accepts the file if the evidence proves the claim, and ends by listing the axioms of its real",
        "   numbers. A wrong certificate is rejected. Nobody has to trust what wrote this file.",
        "",
        *_paragraph("Library", f"of SHA-256 {library_hash()}."),
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
    if claim["kind"] == "laws":
        number, forms = len(claim["laws"]), sum(law["kind"] == "form" for law in claim["laws"])
        kinds = f"{number - forms} as polynomials and {forms} by forms" if forms else "all as polynomials"
        others = "and there are no others" if claim["complete"] else "which may not be all"
        return f"{number} independent conservation law{'s' * (number != 1)} near the point, {kinds}, {others}."
    if claim["kind"] != "count":
        return "the polynomial is " + ("a law." if claim["kind"] == "conserved" else "not a law.")
    least, most = claim["laws_at_least"], claim["laws_at_most"]
    number = f"exactly {most}" if claim["exact"] else f"at least {least} and at most {most}"
    equals = "=" if claim["exact"] else "at least"
    laws = f"independent conservation law{'s' * (not claim['exact'] or most != 1)}"
    return f"{number} {laws} near the point; dim Lie(W) there is {equals} {claim['dim_lie_at_least']}.".replace(
        "is =", "="
    )
