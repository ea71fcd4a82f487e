"""The exercises of lesson 12, on symmetry and what lies beyond gradient flow."""

from __future__ import annotations

import re
from functools import partial
from itertools import combinations
from typing import Any

from ...claims.answers import counted, parts, read_count, read_model
from ...claims.hints import hints_for_law, law_hint
from ...errors import ParseError, brief
from ...exact.polynomial import Poly
from ...language.polynomials import poly_from_text
from ...laws.checking import check_law
from ...laws.counting import LawCount, count_laws
from ...laws.search import independent_laws
from ...models.fields import VectorFields
from ...models.networks import factorization
from ...models.parametrizations import parametrization
from ...models.phase_space import momentum_fields
from ..as_typed import tidy
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


def _texts(answer: Any, count: int | None, what: str) -> list[str]:
    """Split an answer into expressions, as text for the parser."""
    return [str(piece) for piece in (parts(answer) if count is None else counted(answer, count, what))]


# 12.1 break: an invariance no multiple of which is a gradient.

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
    for i, j, k in combinations(range(4), 3):
        twist = _twist(xi, i, j, k)
        if twist:
            where = ", ".join(_PAIR[place] for place in (i, j, k))
            return right(
                f"It leaves ⟨u, v⟩ unchanged, and no multiple of it is a gradient: for the coordinates {where} the "
                f"sum is `{twist.text}`, and not 0. A symmetry that brings no law."
            )
    if all(xi[i].derivative(j) == xi[j].derivative(i) for i, j in combinations(range(4), 2)):
        h = sum((Poly.gen(_PAIR, i) * part for i, part in enumerate(xi)), Poly(_PAIR, {}))
        return wrong(f"This symmetry does give a law: its field is the gradient of half of `{h.text}`.")
    return wrong(
        f"`{shown}` is not a gradient itself, but all four sums are 0: near each point where it does not vanish, a "
        "multiple of it is a gradient, and so this symmetry does give a law. (In the same way (−y, x) gives x² + y² "
        "the law x/y.)"
    )


def _twist(xi: list[Poly], i: int, j: int, k: int) -> Poly:
    """Return what has to vanish, for all i < j < k, where a multiple of ξ is a gradient."""
    around = ((i, j, k), (j, k, i), (k, i, j))
    return sum((xi[a] * (xi[c].derivative(b) - xi[b].derivative(c)) for a, b, c in around), Poly(_PAIR, {}))


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
        extra = (
            " It would be one if the two weights changed places." if swapped.is_proved else law_hint(str(answer), phi)
        )
        return wrong(f"`{answer}` is not a law: {verdict.witness}.{extra}", partial(hints_for_law, str(answer), phi))
    return wrong(f"The engine cannot decide this one ({verdict.reason}); try a polynomial.")


# 12.3 prove: angular momentum decays at the rate of the friction, for every width.


@lesson.check("12.3")
def check_angular(answer: Any) -> Feedback:
    return judge_proof(
        answer,
        lesson.start("12.3"),
        "Every step holds for all n, m, r, all losses and all frictions: e^(τt)J is conserved. These are the laws that "
        "rotations give to momentum.",
        needs="J' by the product rule, and what the flow makes of it",
    )


# 12.4 compute: all laws of a central force with momentum.


_FIELDS = " (v_1 is the motion without data, v_2 the push that data give.)"


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
            why = f"`{piece}` is not a law of momentum: {verdict.witness or verdict.reason}.{told or _FIELDS}"
            return wrong(why, partial(hints_for_law, piece, flow))
        found.append(poly_from_text(piece, flow.variables))
    count = count_laws(flow)
    good = len(independent_laws(found, list(count.point.values())))
    if good < len(found):
        return wrong(
            f"All {len(found)} are laws, but only {good} of them {'is' if good == 1 else 'are'} independent near a "
            "generic point: leave out what the others already say."
        )
    if good < count.laws:
        laws = f"{good} independent law{'' if good == 1 else 's'}"
        return wrong(f"{laws}, and the count says that there are more. In which planes can one turn x, y, z?")
    return right(
        f"{good} independent laws, and exactly {count.laws} exist: the count proves that your list is complete near a "
        "generic point. Each law of this flow is a function of the angular momentum."
    )


# 12.5 predict: the laws of one attention head.

_ROWS, _WIDTH = 3, 2


@lesson.check("12.5")
def check_head(answer: Any) -> Feedback:
    number = read_count(answer)
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
    told = {
        _ROWS**2: "is the number of entries of one of the two matrices of laws",
        4 * _ROWS * _WIDTH: "is the number of all parameters",
        2 * _WIDTH**2: "is the number of entries of QᵀK and VᵀO, which the head computes with",
    }.get(number, "is not twice the number for one pair" + (", for it is odd" if number % 2 else ""))
    return wrong(f"{number} {told}. The head is two factorizations side by side: what are n, m and r for each of them?")


# 12.6 prove: the capstone.

_SMALLEST, _LARGEST = 8, 200


_ASKED = ("model", "predict", "laws", "why")
_KNOWN = "linear(1,2,2,1)"  # the network of the text


def _report(answer: Any) -> dict[str, str]:
    """Read the four lines of the capstone; in one line they are separated by semicolons."""
    if not isinstance(answer, str):
        raise ParseError(f"{brief(answer)} is not the report: write its four lines as text")
    text = answer.strip()
    found: dict[str, str] = {}
    key = ""
    for line in text.splitlines() if "\n" in text else text.split(";", len(_ASKED) - 1):
        if "\n" in text and key and line[:1].isspace() and line.strip():  # an indented line goes on with the one above
            found[key] += " " + line.strip()
            continue
        key, colon, value = line.partition(":")
        key = key.strip().lower()
        if line.strip() and (not colon or key not in _ASKED):
            raise ParseError(f"the line {brief(line.strip())} should begin with model:, predict:, laws: or why:")
        if key in found:
            raise ParseError(f"there are two lines that begin with '{key}:'")
        found[key] = value.strip()
    missing = [f"'{key}:'" for key in _ASKED if not found.get(key)]
    if missing:
        raise ParseError(f"nothing stands after {' and '.join(missing)} yet")
    return found


@lesson.check("12.6")
def check_capstone(answer: Any) -> Feedback:
    said = _report(answer)
    model, guess = read_model(said["model"]), read_count(tidy(said["predict"], "1"))
    size = model.dimension
    if not _SMALLEST <= size <= _LARGEST:
        return wrong(
            f"`{model.brief}` has {size} parameter{'' if size == 1 else 's'}; choose a network with at least "
            f"{_SMALLEST} and at most {_LARGEST}."
        )
    if re.sub(r"\s|^cl\.", "", said["model"]) == _KNOWN:
        return wrong(f"`{model.brief}` is the network of the text: choose one of your own.")
    count = count_laws(model)
    if count.laws is None:
        return wrong(f"For `{model.brief}` the two bounds do not meet: {count.verdict.reason} Try another one.")
    if count.laws == 0:
        return wrong(f"`{model.brief}` has no law at all: true and proved, but a short report. Try another one.")
    if guess != count.laws:
        more = guess > count.laws
        ask = "Which of the laws you have in mind depend on others?" if more else "Which have you not thought of?"
        side = "more" if more else "fewer"
        return wrong(f"Your prediction for `{model.brief}` is {guess}, {side} than the engine proves. {ask}")
    feedback = _found(said["laws"], model, count)
    if feedback is not None:
        return feedback
    if len(said["why"].split()) < 5:
        return wrong(
            "Predicted, found and proved. Now a sentence for your readers, after `why:`, of five words or more."
        )
    named = f"'{model.text}'" if model.brief == model.text else "..."
    return right(
        f"`{model.brief}` has exactly {count.laws} independent law{'' if count.laws == 1 else 's'} for its {size} "
        "parameters, as you predicted, and what you found is proved to be among them. "
        f"`cl.teaching.report({named}).save('my_network')` writes the page and its certificate."
    )


def _found(text: str, model: VectorFields, count: LawCount) -> Feedback | None:
    """Say what is wrong with the laws that were found, or nothing."""
    wanted = min(3, count.laws or 0)
    pieces = _texts(tidy(text, "a, b"), None, "laws")
    for piece in pieces:
        verdict = check_law(piece, model)
        if verdict.details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        if not verdict.is_proved:
            told = f"`{piece}` is not a law of `{model.brief}`: {verdict.witness or verdict.reason}."
            return wrong(told + law_hint(piece, model), partial(hints_for_law, piece, model))
    good = len(independent_laws([poly_from_text(p, model.variables) for p in pieces], list(count.point.values())))
    if good < wanted:
        return wrong(
            f"Of the laws that you found, {good} {'is' if good == 1 else 'are'} independent, and {wanted} "
            f"{'is' if wanted == 1 else 'are'} asked for. `cl.conservation_laws(...)` searches for more."
        )
    return None
