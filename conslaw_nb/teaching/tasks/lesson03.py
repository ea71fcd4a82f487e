"""The exercises of lesson 3, on the map through which the parameters act."""

from __future__ import annotations

from typing import Any

from ...claims.answers import parts, read_numbers, show, without_name
from ...errors import ParseError
from ...laws.checking import check_law
from ...laws.counting import count_laws
from ...laws.questions import factors_through
from ...models.networks import relu
from ...models.parametrizations import parametrization
from ...paper.examples import dimension, pattern, rank
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


def _components(answer: Any) -> list[str]:
    pieces = [str(piece) for piece in parts(answer)]
    if not 1 <= len(pieces) <= 12:
        raise ParseError(f"φ needs between one and twelve components, and '{str(answer)[:40]}' has {len(pieces)}")
    return pieces


# 3.1 compute: a φ that remembers what the model remembers, and nothing else.

_ABC = ("a", "b", "c")


@lesson.check("3.1")
def check_phi(answer: Any) -> Feedback:
    pieces = _components(answer)
    phi = parametrization(*pieces, variables=_ABC)
    for part, input_ in (("a*b", "x"), ("a*c", "1")):
        if not factors_through(part, phi).is_proved:
            return wrong(
                f"The output is ab·x + ac, and its coefficient of {input_}, `{part}`, is no function of your φ: two "
                "parameters with the same φ would give different outputs."
            )
    count = count_laws(phi)
    if count.laws == 0:
        return wrong(
            f"The model is a function of your φ, but `{answer}` remembers all of a, b and c: it forgets nothing, so it "
            "has no law at all."
        )
    return right(
        "The model is a function of your φ, and your φ forgets what the model forgets. That is why it has a law: "
        "a² − b² − c², exactly one."
    )


# 3.2 compute: two inputs that differ in one neuron only.

_NET = relu(2, 3, 1)
_THETA = (1, 2, -1, 2, 1, 1, -1, -1, 2)


@lesson.check("3.2")
def check_pair(answer: Any) -> Feedback:
    values = read_numbers(answer, 4)
    x, y = values[:2], values[2:]
    first, second = pattern(_NET, _THETA, x), pattern(_NET, _THETA, y)
    words = ["".join(map(str, p)) for p in (first, second)]
    differ = [j + 1 for j in range(3) if first[j] != second[j]]
    if differ == [2]:
        return right(
            f"The patterns are {words[0]} and {words[1]}: only the second neuron switches. In the difference of the "
            "two gradients the blocks of the others cancel as x and x′ come close: the data see each block alone."
        )
    if not differ:
        return wrong(f"At both inputs the pattern is {words[0]}: no neuron switches between them.")
    names = " and ".join(map(str, differ))
    return wrong(f"The patterns are {words[0]} and {words[1]}: neuron{'s' if len(differ) > 1 else ''} {names} switch.")


# 3.3 break: twins.

_TWO = relu(2, 2, 1)


@lesson.check("3.3")
def check_twins(answer: Any) -> Feedback:
    theta = read_numbers(answer, 6)
    v, w = theta[2:4], theta[4:]
    if not any(v) or not any(w):
        return wrong("A neuron whose weights are all zero is on its kink for every input. Give both neurons weights.")
    seen, whole = dimension(_TWO, theta), rank([[c.evaluate(theta) for c in field.components] for field in _TWO])
    place = f"At {show(theta)} dim W^g = {seen} and dim W_φ = {whole}"
    if seen < whole:
        return right(
            f"{place}. The two neurons are active for the same inputs, so examples see only u₁v₁ᵀ + u₂v₂ᵀ, never one "
            "block alone. (It makes no law: near by there are points without twins.)"
        )
    cross = v[0] * w[1] - v[1] * w[0]
    if not cross and v[0] * w[0] + v[1] * w[1] < 0:
        return wrong(
            f"{place}. Your neurons share their line, but look to opposite sides, and examples tell them apart."
        )
    return wrong(f"{place}. The neurons switch on different lines, so the data see each block by itself.")


# 3.4 prove: finitely many equations.


@lesson.check("3.4")
def check_proof(answer: Any) -> Feedback:
    return judge_proof(
        answer,
        lesson.start("3.4"),
        "Two identities, and the law holds for every data set and every loss. Without −b² the second one fails.",
    )


# 3.5 break: a φ through which the model acts, and which has no law.


@lesson.check("3.5")
def check_blind(answer: Any) -> Feedback:
    pieces = _components(answer)
    phi = parametrization(*pieces, variables=("u", "v"))
    if not factors_through("u*v", phi).is_proved:
        return wrong(f"The model uvx is no function of φ and x: uv cannot be computed from `{answer}`.")
    count = count_laws(phi)
    if count.laws:
        return wrong(f"The model acts through `{answer}`, but u² − v² is a law of it. Let it remember more.")
    if any(piece.strip() in ("u", "v") for piece in pieces) and len(pieces) == 2 and set(pieces) == {"u", "v"}:
        return right(
            "φ = id: every model acts through it, and it has no law. It says nothing, since it forgets nothing."
        )
    return right(
        "The model acts through your φ, and your φ has no law at all, although the model has one. A count is about φ: "
        "it is about the model only where data see all of φ."
    )


# 3.6 break: data in a subspace freeze something.

_LINE = ("u", "v1", "v2")


@lesson.check("3.6")
def check_frozen(answer: Any) -> Feedback:
    few = parametrization("u*(v1 + 2*v2)", variables=_LINE)
    every = parametrization("u*v1", "u*v2", variables=_LINE)
    answer = without_name(answer) if isinstance(answer, str) else answer
    verdict, strict = check_law(answer, few), check_law(answer, every)
    if verdict.details.get("constant"):
        return wrong(f"`{answer}` is a constant, and conserved by everything: find a function that changes.")
    if verdict.is_refuted:
        return wrong(f"`{answer}` changes already for inputs (1, 2): {verdict.witness}.")
    if strict.is_proved:
        return wrong(f"`{answer}` is a law for all data, and not only for inputs on this line. Find one that is not.")
    if verdict.is_proved and strict.is_refuted:
        return right(
            f"`{answer}` is conserved as long as all inputs are multiples of (1, 2), whatever targets and loss are. "
            f"Other inputs destroy it: {strict.witness}."
        )
    return wrong(f"The engine cannot decide this one ({verdict.reason}); try a polynomial.")
