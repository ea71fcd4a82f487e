"""Claims: a learner writes down what they believe, in one sentence, and gets a card with the exact answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from ..certificates.certificate import Certificate, certify
from ..errors import ConslawError, ModelError, ParseError
from ..exact.expansion import poly_from_text
from ..exact.formula import formula_latex
from ..exact.polynomial import latex_name
from ..laws import questions
from ..laws.checking import check_law
from ..matrices import MatrixSpace, ShapeError, prove_conserved
from ..models.fields import VectorFields
from ..models.text import parse_model
from ..paper import losses
from ..verdict import Status, Verdict
from .answers import parts, read_number, without_name
from .card import Card, short
from .diagnosis import diagnose_dimension, diagnose_law
from .sentences import SENTENCES, nearest, recognize, split_model

__all__ = ["SENTENCES", "Card", "claim"]

MAX_SENTENCE = 20_000

Said = Mapping[str, Any]  # the parts of a sentence

_NEAR = "near a generic point: outside a set of measure zero, where a minor vanishes"


def claim(text: str, phi: VectorFields | str | None = None) -> Card:
    """Decide what a sentence claims.

    Parameters
    ----------
    text : str
        One sentence, such as ``x**2 - y**2 is conserved``; `SENTENCES` has an example of each kind. The model may
        stand at its end: ``... for phi(x*y, x*z)``. Text is parsed, never evaluated.
    phi : model or its text, optional
        The model, where the sentence does not name it.

    Returns
    -------
    Card

    Raises
    ------
    ParseError, ModelError, SizeError
        The sentence is not understood, with those that are; or a part of it cannot be read.

    Examples
    --------
    >>> claim("x**2 - y**2 is conserved for phi(x*y)")
    PROVED: x**2 - y**2 is conserved for phi(x*y)
      ⟨∇h, χ⟩ = 0 for every generator χ, as a polynomial identity.
      Checked: ⟨∇h, χ⟩ for the 1 generator of phi(x*y), as an exact identity (Proposition 2.16).
      There is a certificate: .save(path) writes it.
    >>> claim("dim Lie = 4", "factorization(2,2,2)").verdict.status
    <Status.REFUTED: 'REFUTED'>
    """
    if not isinstance(text, str):
        raise ParseError(f"a claim is a sentence in quotes, not {type(text).__name__}; for example: {nearest('')}")
    sentence = " ".join(text.split()).rstrip(".")
    if len(sentence) > MAX_SENTENCE:
        raise ParseError(f"a claim of {len(sentence)} characters is too long: at most {MAX_SENTENCE} are read")
    sentence, named = split_model(sentence)
    model = parse_model(named) if named else parse_model(phi) if isinstance(phi, str) else phi
    found = recognize(sentence)
    if found is None:
        raise ParseError(f"the claim '{short(text)}' is not understood. Claims look like these: {nearest(sentence)}")
    kind, said = found
    return _READERS[kind](text, said, model)


def _need(model: VectorFields | None, text: str) -> VectorFields:
    if model is None:
        raise ModelError(
            f"the claim '{short(text)}' does not say for which model: end it with 'for phi(x*y)', or pass the model"
        )
    return model


def _functions(text: str) -> list[str]:
    """Split 'f, g and h' into functions."""
    found = [piece for part in parts(f"({text})") for piece in re.split(r"\s+and\s+", part)]
    return [piece.strip() for piece in found if piece.strip()]


def _point(text: str | None, model: VectorFields) -> list[Fraction] | None:
    """Read 'x=1, y=2' or '(1, 2)' as a point of the model's space."""
    if text is None:
        return None
    pieces = parts(text)
    if all("=" in str(piece) for piece in pieces):
        given = {}
        for piece in pieces:
            name, value = (side.strip() for side in str(piece).split("=", 1))
            name = re.sub(r"\W+", "_", name).strip("_")
            if name not in model.variables:
                raise ParseError(f"'{name}' in the point is no variable of {model.text}")
            given[name] = read_number(value)
        missing = [name for name in model.variables if name not in given]
        if missing:
            raise ParseError(f"the point does not say what {missing[0]} is: give every variable of {model.text}")
        return [given[name] for name in model.variables]
    if len(pieces) != model.dimension:
        raise ParseError(f"the point has {len(pieces)} coordinates, but {model.text} has {model.dimension} parameters")
    return [read_number(piece) for piece in pieces]


def _latex(text: str, model: VectorFields | None) -> str:
    """Write a function in LaTeX: a polynomial of a model in its normal form, anything else as it was typed."""
    if model is not None:
        try:
            return poly_from_text(text, model.variables).latex
        except ConslawError:
            pass
    return formula_latex(text)


def _at(point: list[Fraction] | None, model: VectorFields) -> str:
    if point is None:
        return ""
    shown = ",".join(f"{latex_name(n)}={v}" for n, v in zip(model.variables, point, strict=True))
    return rf"\ \text{{at }} {shown}"


def _attempt(make: Callable[[], Certificate]) -> Certificate | None:
    try:
        return make()
    except ConslawError:
        return None


# -- one reader for each kind of sentence ----------------------------------------------------------------


def _conserved(text: str, said: Said, model: VectorFields | None) -> Card:
    phi = _need(model, text)
    h, negated = without_name(said["h"]), bool(said["not"])
    if re.search(r"\^T\b|ᵀ|\.T\b", h):
        raise ParseError(
            f"'{short(h)}' holds a transpose: laws of matrices are claimed for all sizes, as in "
            f"'{SENTENCES['any width']}'; for {phi.brief} write entries, such as {phi.variables[0]}"
        )
    verdict = check_law(h, phi)
    generators = f"{phi.count} generator{'' if phi.count == 1 else 's'}"
    checked = f"⟨∇h, χ⟩ for the {generators} of {phi.text}, as an exact identity (Proposition 2.16)."
    relation = r"\not\perp" if negated else r"\perp"
    latex = rf"\nabla\left({_latex(h, phi)}\right) {relation} W(\theta)\ \ \forall\theta"
    certificate = None
    if verdict.status in (Status.PROVED, Status.REFUTED):
        certificate = _attempt(lambda: certify(phi, law=h))
    if negated and verdict.status in (Status.PROVED, Status.REFUTED):
        flipped = Status.REFUTED if verdict.is_proved else Status.PROVED
        reason = f"it is conserved: {verdict.reason}" if verdict.is_proved else verdict.reason
        verdict = Verdict(flipped, reason, h)
    diagnose = None if negated else lambda: diagnose_law(h, phi)
    kind = "not conserved" if negated else "conserved"
    return Card(text, kind, latex, verdict, checked, (), certificate, phi, diagnose)


def _any_width(text: str, said: Said, model: VectorFields | None) -> Card:
    """Decide a claim about U (n × r) and V (m × r) under φ(U, V) = U Vᵀ, for all sizes, by normal forms."""
    h = said["h"]
    space = MatrixSpace(U=("n", "r"), V=("m", "r"))
    misfit = ""
    try:
        result = prove_conserved(h, "U*V^T", space=space)
    except ShapeError as problem:
        misfit = str(problem)
        if not misfit.endswith("it fits only where m = n"):
            raise
        # no law for all sizes; but what is it where it makes sense?
        space = MatrixSpace(U=("n", "r"), V=("n", "r"))
        result = prove_conserved(h, "U*V^T", space=space)
    verdict = result.verdict
    if result.counterexample is not None and verdict.is_refuted:
        shown = ", ".join(str(result.counterexample).splitlines())
        details = {**verdict.details, "residual": str(result.residual)}
        verdict = Verdict(verdict.status, f"{verdict.reason} {shown}.", h, details=details)
    checked = (
        "its derivative along U' = -G*V, V' = -G^T*U with an arbitrary matrix G, by the normal form of matrix "
        "polynomials, for all sizes at once (Proposition 2.5)."
    )
    if misfit:
        there = "there it is conserved." if verdict.is_proved else f"and there it is false: {verdict.reason}"
        verdict = Verdict(Status.REFUTED, f"{misfit}, {there}", h, details=verdict.details)
    latex = rf"\tfrac{{d}}{{dt}}\left({space(h).latex}\right)=0\ \ \forall n,m,r"
    hypotheses = ("for the gradient flow of any loss of U V^T",) if verdict.is_proved else ()
    return Card(text, "any width", latex, verdict, checked, hypotheses)


def _independent(text: str, said: Said, model: VectorFields | None) -> Card:
    phi = _need(model, text)
    functions = _functions(said["hs"])
    where = said["where"]
    point = None if where is None or where == "on an open set" else _point(where.removeprefix("at "), phi)
    verdict = questions.independent(functions, phi.variables, point)
    how = "the rank over Q of their gradients" + (" at the point" if point else "; a nonzero minor, or an identity")
    shown = r",\; ".join(rf"\nabla\left({_latex(h, phi)}\right)" for h in functions)
    latex = rf"{shown}\ \text{{{'linearly independent' if len(functions) > 1 else 'not zero'}}}{_at(point, phi)}"
    hypotheses = () if point is not None or not verdict.is_proved else (_NEAR,)
    dependent = verdict.details.get("dependent")
    diagnose = None
    if dependent is not None:
        diagnose = lambda: diagnose_law(functions[dependent], phi, functions[:dependent])  # noqa: E731
    return Card(text, "independent", latex, verdict, f"{how} (Definition 2.18).", hypotheses, None, phi, diagnose)


def _complete(text: str, said: Said, model: VectorFields | None) -> Card:
    phi = _need(model, text)
    functions = _functions(said["hs"])
    verdict, count = questions.complete(functions, phi)
    certificate = _attempt(lambda: certify(phi)) if count is not None and count.laws is not None else None
    shown = r",\; ".join(_latex(h, phi) for h in functions)
    latex = rf"\{{{shown}\}}\ \text{{are all independent laws}}"
    checked = "each is a law, they are independent, and their number is D − dim Lie(W)(θ) (Theorem 3.3)."
    return Card(text, "complete", latex, verdict, checked, (_NEAR,) if verdict.is_proved else (), certificate, phi)


def _count(text: str, said: Said, model: VectorFields | None) -> Card:
    phi = _need(model, text)
    certificate = certify(phi)
    data = certificate.claim
    number, low, high = int(said["n"]), data["laws_at_least"], data["laws_at_most"]
    if data["exact"]:
        status = Status.PROVED if low == number else Status.REFUTED
        reason = f"there are exactly {low} independent laws."
    elif low <= number <= high:
        status, reason = Status.UNKNOWN, f"there are at least {low} and at most {high} independent laws."
    else:
        status, reason = Status.REFUTED, f"there are at least {low} and at most {high} independent laws."
    checked = "both bounds on dim Lie(W)(θ): brackets from below, laws or involutivity from above (Theorem 3.3)."
    latex = rf"D-\dim\mathrm{{Lie}}(W)(\theta)={number}"
    verdict = Verdict(status, reason, text)
    hypotheses = (_NEAR,) if verdict.is_proved else ()
    return Card(
        text,
        "count",
        latex,
        verdict,
        checked,
        hypotheses,
        certificate,
        phi,
        lambda: diagnose_dimension(number, phi, "laws"),
    )


def _dimension(text: str, said: Said, model: VectorFields | None) -> Card:
    phi = _need(model, text)
    what = "Lie" if said["what"].lower().startswith("lie") else "W"
    point = _point(said["at"], phi)
    if point is not None and what == "Lie":
        if any(x.denominator != 1 for x in point):
            raise ParseError("dim Lie is computed at points with integer coordinates: choose such a point")
        verdict = questions.dimension(phi, what, int(said["n"]), [int(x) for x in point])
    else:
        verdict = questions.dimension(phi, what, int(said["n"]), point)  # type: ignore[arg-type]
    symbol = r"\mathrm{Lie}(W)(\theta)" if what == "Lie" else r"W(\theta)"
    checked = (
        "ranks of generators and nested brackets from below, laws or involutivity from above."
        if what == "Lie"
        else "the rank of the generators."
    )
    hypotheses = () if point is not None or not verdict.is_proved else (_NEAR,)
    latex = rf"\dim {symbol}={said['n']}{_at(point, phi)}"
    diagnose = None if point is not None else lambda: diagnose_dimension(int(said["n"]), phi, what)
    return Card(text, "dimension", latex, verdict, checked, hypotheses, None, phi, diagnose)


def _involutive(text: str, said: Said, model: VectorFields | None) -> Card:
    phi = _need(model, text)
    verdict = questions.involutive(phi)
    latex = r"[\chi,\chi'](\theta)\in W(\theta)\ \ \forall\chi,\chi'\in W"
    hypotheses = (_NEAR,) if verdict.is_proved else ()
    return Card(text, "involutive", latex, verdict, "condition (13), on traces.", hypotheses, None, phi)


def _bracket(text: str, said: Said, model: VectorFields | None) -> Card:
    phi = _need(model, text)
    i, j = int(said["i"]), int(said["j"])
    point = _point(said["at"], phi)
    verdict = questions.bracket_in_trace(phi, i - 1, j - 1, point)
    latex = rf"[v_{{{i}}},v_{{{j}}}](\theta)\in W(\theta){_at(point, phi)}"
    checked = "ranks over Q with and without the bracket" + ("." if point else "; an identity where it lies inside.")
    hypotheses = (_NEAR,) if verdict.is_proved and point is None else ()
    return Card(text, "bracket", latex, verdict, checked, hypotheses, None, phi)


def _factors(text: str, said: Said, model: VectorFields | None) -> Card:
    phi = _need(model, text)
    verdict = questions.factors_through(said["g"], phi)
    latex = rf"{_latex(said['g'], phi)}=f\circ\varphi\ \text{{ locally}}"
    checked = "whether its gradient lies in range ∂φᵀ (Assumption 2.9)."
    hypotheses = ("where ∂φ has constant rank", _NEAR) if verdict.is_proved else ()
    return Card(text, "factors", latex, verdict, checked, hypotheses, None, phi)


def _loss(text: str, said: Said, model: VectorFields | None) -> Card:
    entry = losses.loss(said["name"] or said["other"])
    n = int(said["n"] or 3)
    verdict = losses.spans(entry.name, n)
    latex = rf"\mathrm{{span}}_y\{{\nabla_z\ell(z,y)\}}=\mathbb{{R}}^{{{n}}},\quad \ell(z,y)={entry.formula}"
    checked = "condition (10): an argument for every z, and an exact rank where the span is smallest."
    hypotheses = (f"for {entry.outputs}",) if verdict.is_proved else ()
    return Card(text, "loss", latex, verdict, checked, hypotheses)


def _equal(text: str, said: Said, model: VectorFields | None) -> Card:
    left, right = said["a"].strip(), said["b"].strip()
    variables = model.variables if model is not None else _names(left, right)
    verdict = questions.equal(left, right, variables)
    latex = f"{formula_latex(left)}={formula_latex(right)}"  # expanded, both sides would be the same
    return Card(text, "equal", latex, verdict, "the difference, expanded exactly.", (), None, model)


def _names(*texts: str) -> tuple[str, ...]:
    from ..exact.parser import parse_expression
    from ..models.parametrizations import names_in

    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(names_in(parse_expression(text))))
    return tuple(found)


_READERS: dict[str, Callable[[str, Said, VectorFields | None], Card]] = {
    "any width": _any_width,
    "conserved": _conserved,
    "independent": _independent,
    "complete": _complete,
    "count": _count,
    "dimension": _dimension,
    "involutive": _involutive,
    "bracket": _bracket,
    "factors": _factors,
    "loss": _loss,
    "equal": _equal,
}
