"""The exercises of lesson 9, on deep networks."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ...claims.answers import parts, read_count, read_model
from ...claims.hints import hints_for_law, law_hint
from ...language.polynomials import poly_from_text
from ...laws.checking import check_law
from ...laws.counting import count_laws
from ...laws.search import independent_laws
from ...models.fields import VectorFields
from ...models.networks import LinearNetwork, linear, relu
from ...models.parametrizations import parametrization
from ...paper.experiment import Comparison, compare
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


# 9.1 prove: three layers, all widths.


@lesson.check("9.1")
def check_deep(answer: Any) -> Feedback:
    return judge_proof(
        answer,
        lesson.start("9.1"),
        "For all widths, all data and all losses. Nothing in it depends on how many layers follow: what stands beyond "
        "U₂ is one matrix to it.",
        cites="Proposition 2.5",
        needs="that Psi' = 0",
    )


# 9.2 compute: the orientation, as a program stores its weights.

_STORED = tuple(f"{m}_{i}_{j}" for m in "AB" for i in (1, 2) for j in (1, 2))


def _stored() -> VectorFields:
    """φ = BA for y = B(Ax): A is the first layer, both are stored as (out, in)."""
    entries = [f"B_{i}_1*A_1_{j} + B_{i}_2*A_2_{j}" for i in (1, 2) for j in (1, 2)]
    return parametrization(*entries, variables=_STORED)


@lesson.check("9.2")
def check_stored(answer: Any) -> Feedback:
    phi = _stored()
    text = str(answer)
    verdict = check_law(text, phi)
    if verdict.details.get("constant"):
        return wrong("A constant never changes, and says nothing. Log something that could.")
    if verdict.is_proved:
        return right(
            f"`{text}` is conserved, for any data. As matrices the law is AAᵀ − BᵀB, in this order of storing weights."
        )
    if not verdict.is_refuted:
        return wrong(f"The engine cannot decide this one ({verdict.reason}); try a quadratic polynomial.")
    if check_law(_transposed(text), phi).is_proved:
        return wrong(
            f"`{text}` is not a law: {verdict.witness}. Rows and columns have changed places: it would be one for "
            "matrices stored as (in, out)."
        )
    return wrong(f"`{text}` is not a law: {verdict.witness}.{law_hint(text, phi)}", partial(hints_for_law, text, phi))


def _transposed(text: str) -> str:
    """The same function with both matrices transposed."""
    return re.sub(r"\b([AB])_([12])_([12])\b", r"\1_\3_\2", text)


# 9.3 predict: entries are not laws.


@lesson.check("9.3")
def check_bottleneck(answer: Any) -> Feedback:
    number = read_count(answer)
    found = compare(linear(1, 3, 1, 1))
    if number == found.laws:
        return right(
            f"Exactly {found.laws}, proved: φ is a single function of {found.parameters} parameters, so there are "
            f"{found.parameters} − 1. Of the {found.listed} entries one says nothing new."
        )
    if number == found.listed:
        return wrong(
            f"{found.listed} is the number of different entries of the balances. But the network has "
            f"{found.parameters} "
            "parameters and moves: that leaves room for fewer."
        )
    if number > found.parameters:
        return wrong(f"There are {found.parameters} parameters, so that {number} independent functions are too many.")
    side = "more" if number < found.laws else "fewer"
    return wrong(f"There are {side} than {number}. How many components does φ have, and how many parameters are there?")


# 9.4 break: a hidden law.

_LARGEST = 40


@lesson.check("9.4")
def check_hidden(answer: Any) -> Feedback:
    phi = read_model(answer)
    if not isinstance(phi, LinearNetwork):
        return wrong(f"`{phi.brief}` is not a linear network of the form `linear(...)`.")
    if tuple(sorted(phi.sizes)) == (1, 1, 2, 2) and phi.depth == 3:
        return wrong("That one is in the text. Find another.")
    if phi.dimension > _LARGEST:
        return wrong(f"`{phi.brief}` has {phi.dimension} parameters: at most {_LARGEST}, please.")
    found = compare(phi)
    if found.laws is None:
        return wrong(f"For `{phi.brief}` the two bounds do not meet, so nothing is proved. Try another network.")
    if not found.hidden:
        return wrong(f"{_told(phi, found)}: none is hidden.")
    return right(
        f"{_told(phi, found)}: {found.hidden} hidden, proved to exist near a generic point. Nobody has to know a "
        "formula for that."
    )


def _told(phi: VectorFields, found: Comparison) -> str:
    """Say how many laws there are, and how many of them are known."""
    laws = f"{found.laws} independent law{'' if found.laws == 1 else 's'}"
    return f"`{phi.brief}` has exactly {laws}, and its balances supply {found.known}"


# 9.5 break: a hidden law that no survey of four matrices could show.

_SMALL = 13


@lesson.check("9.5")
def check_away(answer: Any) -> Feedback:
    phi = read_model(answer)
    if not isinstance(phi, LinearNetwork):
        return wrong(f"`{phi.brief}` is not a linear network of the form `linear(...)`.")
    if 1 in (phi.sizes[0], phi.sizes[-1]):
        return wrong(f"`{phi.brief}` has an end of width one. Both ends should be wider.")
    if phi.dimension > _SMALL:
        return wrong(f"`{phi.brief}` has {phi.dimension} parameters: at most {_SMALL}, please.")
    found = compare(phi)
    if found.laws is None:
        return wrong(f"For `{phi.brief}` the two bounds do not meet, so nothing is proved. Try another network.")
    if not found.hidden:
        return wrong(f"{_told(phi, found)}: none is hidden.")
    return right(
        f"{_told(phi, found)}. So the ends do not matter; the survey was too shallow to show it. What matters is a "
        "stretch of three matrices between two layers of width one, and that needs five matrices if both ends are wide."
    )


# 9.6 compute: all laws of a deep ReLU network.


@lesson.check("9.6")
def check_relu(answer: Any) -> Feedback:
    phi = relu(1, 2, 2, 1)
    pieces = [str(piece) for piece in parts(answer)]
    found = []
    for piece in pieces:
        verdict = check_law(piece, phi)
        if verdict.details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        if not verdict.is_proved:
            told = law_hint(piece, phi)
            why = f"`{piece}` is not a law: {verdict.witness or verdict.reason}.{told}"
            return wrong(why, partial(hints_for_law, piece, phi))
        found.append(poly_from_text(piece, phi.variables))
    count = count_laws(phi)
    good = len(independent_laws(found, list(count.point.values())))
    if good < len(found):
        return wrong(f"All {len(found)} are laws, but only {good} of them are independent: leave out what is not new.")
    if good < count.laws:
        return wrong(
            f"{good} independent law{'' if good == 1 else 's'}, and there is one for each of the four hidden neurons: "
            f"{4 - good} more."
        )
    return right(
        f"{good} independent laws, and the count proves that there are exactly {count.laws}: your list is complete."
    )


# 9.7 predict: a network that hides three laws.


@lesson.check("9.7")
def check_three(answer: Any) -> Feedback:
    phi = read_model(answer)
    if not isinstance(phi, LinearNetwork):
        return wrong(f"`{phi.brief}` is not a linear network of the form `linear(...)`.")
    if phi.dimension > _LARGEST:
        return wrong(f"`{phi.brief}` has {phi.dimension} parameters: at most {_LARGEST}, please.")
    found = compare(phi)
    if found.laws is None:
        return wrong(f"For `{phi.brief}` the two bounds do not meet, so nothing is proved. Try another network.")
    if found.hidden != 3:
        are = "is" if found.hidden in (0, 1) else "are"
        return wrong(f"{_told(phi, found)}: {found.hidden or 'none'} {are} hidden, and three are asked for.")
    return right(f"{_told(phi, found)}: three are hidden, proved to exist near a generic point.")


# 9.8 prove: the first and the last matrix.


@lesson.check("9.8")
def check_ends(answer: Any) -> Feedback:
    return judge_proof(
        answer,
        lesson.start("9.8"),
        "For all widths, all data and all losses. In the same way it holds for any two layers of a deeper network.",
        cites="Proposition 2.5",
        needs="that h' = 0",
    )
