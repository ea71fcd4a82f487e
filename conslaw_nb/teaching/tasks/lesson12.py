"""The exercises of lesson 12, on symmetry and what lies beyond gradient flow."""

from __future__ import annotations

from typing import Any

from ...claims.answers import parts, read_model, read_number
from ...claims.hints import law_hint
from ...errors import ParseError
from ...exact.expansion import poly_from_text
from ...exact.polynomial import Poly
from ...laws.checking import check_law
from ...laws.counting import count_laws
from ...laws.search import independent_laws
from ...models.networks import factorization
from ...models.parametrizations import parametrization
from ...models.phase_space import momentum_fields
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


def _texts(answer: Any, count: int | None, what: str) -> list[str]:
    """Split an answer into expressions, as text for the parser."""
    pieces = [str(piece) for piece in parts(answer)]
    if count is not None and len(pieces) != count:
        raise ParseError(f"{count} {what} are asked for, with commas between them, and '{answer}' is {len(pieces)}")
    return pieces


# 12.1 break: an invariance that is no gradient.

_PAIR = ("u1", "u2", "v1", "v2")


@lesson.check("12.1")
def check_symmetry(answer: Any) -> Feedback:
    xi = [poly_from_text(piece, _PAIR) for piece in _texts(answer, 4, "components")]
    shown = "(" + ", ".join(part.text for part in xi) + ")"
    if not any(xi):
        return wrong("The zero field moves nothing at all. Find one that moves θ and leaves ⟨u, v⟩ unchanged.")
    if any(sum(e for _, e in monomial) != 1 for part in xi for monomial in part.terms):
        return wrong(f"`{shown}` is not of the form Aθ: each component must be linear, without a constant.")
    slope = [poly_from_text(name, _PAIR) for name in ("v1", "v2", "u1", "u2")]
    change = sum((x * y for x, y in zip(slope, xi, strict=True)), Poly(_PAIR, {}))
    if change:
        return wrong(f"Along `{shown}` the product ⟨u, v⟩ changes at the rate `{change.text}`, and it should not.")
    for i in range(4):
        for j in range(i):
            a, b = xi[i].derivative(j), xi[j].derivative(i)
            if a != b:
                return right(
                    f"It leaves ⟨u, v⟩ unchanged, and it is no gradient: a function h with ∇h = `{shown}` would have "
                    f"∂²h/∂{_PAIR[j]}∂{_PAIR[i]} equal to {a.text} and to {b.text} at once. A symmetry, and no law."
                )
    h = sum((Poly.gen(_PAIR, i) * part for i, part in enumerate(xi)), Poly(_PAIR, {}))
    return wrong(f"This symmetry does give a law: its field is the gradient of half of `{h.text}`.")


# 12.2 compute: the law of a homogeneous activation.

_CUBIC = ("u", "v")


@lesson.check("12.2")
def check_homogeneous(answer: Any) -> Feedback:
    phi = parametrization("u*v**3", variables=_CUBIC)
    verdict = check_law(str(answer), phi)
    if verdict.details.get("constant"):
        return wrong("A constant is conserved by everything, and says nothing. Find a function that changes.")
    if verdict.is_proved:
        return right(
            f"⟨∇h, (v³, 3uv²)⟩ = 0 as an identity, so `{answer}` is conserved for any data. For degree k the law is "
            "k·u² − v², and only positively homogeneous activations have one."
        )
    if verdict.is_refuted:
        swapped = check_law(str(answer), parametrization("v*u**3", variables=_CUBIC))
        extra = " It would be one if the two weights changed places." if swapped.is_proved else ""
        return wrong(f"`{answer}` is no law: {verdict.witness}.{extra}")
    return wrong(f"The engine cannot decide this one ({verdict.reason}); try a polynomial.")


# 12.3 prove: angular momentum decays at the rate of the friction, for every width.


@lesson.check("12.3")
def check_angular(answer: Any) -> Feedback:
    return judge_proof(
        answer,
        lesson.start("12.3"),
        "Every step holds for all n, m, r, all losses and all frictions: e^(τt)J is conserved. These are the laws that "
        "rotations give to momentum.",
    )


# 12.4 compute: all laws of a central force with momentum.


def _central() -> Any:
    return momentum_fields(parametrization("x**2 + y**2 + z**2"))


@lesson.check("12.4")
def check_central(answer: Any) -> Feedback:
    flow = _central()
    pieces = _texts(answer, None, "functions")
    found = []
    for piece in pieces:
        verdict = check_law(piece, flow)
        if verdict.details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        if not verdict.is_proved:
            told = law_hint(piece, flow)
            return wrong(f"`{piece}` is no law of momentum: {verdict.witness or verdict.reason}.{told}")
        found.append(poly_from_text(piece, flow.variables))
    count = count_laws(flow)
    good = len(independent_laws(found, list(count.point.values())))
    if good < len(found):
        return wrong(
            f"All {len(found)} are laws, but only {good} of them {'is' if good == 1 else 'are'} independent near a "
            "generic point: leave out what the others already say."
        )
    if good < count.laws:
        return wrong(f"{good} independent law{'' if good == 1 else 's'}, and the count says: there is room for more.")
    return right(
        f"{good} independent laws, and exactly {count.laws} exist: the count proves that your list is complete near a "
        "generic point. Each law of this flow is a function of the angular momentum."
    )


# 12.5 predict: the laws of one attention head.

_ROWS, _WIDTH = 3, 2


@lesson.check("12.5")
def check_head(answer: Any) -> Feedback:
    number = read_number(answer)
    pair = count_laws(factorization(_WIDTH, _WIDTH, _ROWS))
    entries = 2 * _ROWS**2
    if number == 2 * pair.laws:
        return right(
            f"The engine counts {pair.laws} independent laws for (Q, K) and as many for (V, O), with proof. Together "
            f"{2 * pair.laws}: the two pairs share no parameter."
        )
    if number == pair.laws:
        return wrong(f"{number} is the number for (Q, K) alone: the head has a second pair, (V, O).")
    if number == entries:
        return wrong(f"{number} is the number of entries of both matrices, which are symmetric: not all entries count.")
    return wrong(f"It is not {number}. The head is two factorizations side by side: which n, m, r has each of them?")


# 12.6 prove: the capstone.

_SMALLEST, _LARGEST = 8, 200


@lesson.check("12.6")
def check_capstone(answer: Any) -> Feedback:
    model = read_model(answer)
    size = model.dimension
    if not _SMALLEST <= size <= _LARGEST:
        return wrong(
            f"`{model.brief}` has {size} parameter{'' if size == 1 else 's'}; choose a network with at least "
            f"{_SMALLEST} and at most {_LARGEST}."
        )
    count = count_laws(model)
    if count.laws is None:
        return wrong(f"For `{model.brief}` the two bounds do not meet: {count.verdict.reason} Try another one.")
    if count.laws == 0:
        return wrong(f"`{model.brief}` has no law at all: true and proved, but a short report. Try another one.")
    named = f"'{model.text}'" if model.brief == model.text else "..."
    return right(
        f"`{model.brief}` has exactly {count.laws} independent law{'' if count.laws == 1 else 's'} for its {size} "
        f"parameters, proved. `cl.teaching.report({named}).save('my_network')` writes the page and its certificate."
    )
