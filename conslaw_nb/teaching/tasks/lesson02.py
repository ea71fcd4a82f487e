"""The exercises of lesson 2, on orthogonality: conserved means at a right angle to every direction data can push."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...claims.answers import read_number, read_numbers, read_polynomial, show, without_name
from ...laws.checking import check_law
from ...laws.questions import rank_at
from ...models.fields import VectorFields
from ...models.networks import linear
from ...models.parametrizations import parametrization
from ...paper import examples
from ..exercise import Feedback, right, wrong
from ..lesson_text import read_lesson
from ..proof_answers import judge_proof

__all__ = ["lesson"]

lesson = read_lesson(__file__)


_NAMES = ("u", "v1", "v2")


def _neuron() -> VectorFields:
    """The two fields of the neuron with two inputs."""
    return parametrization("u*v1", "u*v2", variables=_NAMES)


def _fields_at(point: tuple[Fraction, ...]) -> str:
    u, v1, v2 = point
    return f"(v₁, u, 0) = {show((v1, u, Fraction(0)))} and (v₂, 0, u) = {show((v2, Fraction(0), u))}"


# 2.1 predict: a law gives a missing coordinate of the speed.


@lesson.check("2.1")
def check_speed(answer: Any) -> Feedback:
    speed = read_number(answer)
    rate = 2 * (1 * 4 + 3 * 6) - 2 * 2 * speed
    told = f"⟨∇h, θ̇⟩ = 2·1·4 + 2·3·6 − 2·2·({speed}) = {rate}"
    if rate == 0:
        return right(f"{told}: the speed is at a right angle to ∇h, as it must be. No data were needed.")
    if rate == 4 * speed * -2:  # the sign of u² was forgotten
        return wrong(f"{told}, not 0. Look at the sign of u² in h: both sides must grow together.")
    return wrong(f"{told}: with this speed h would change at the rate {rate}, and it is conserved.")


# 2.2 break: orthogonal at one point is not orthogonal.

_PLACE = (Fraction(1), Fraction(1), Fraction(0))


@lesson.check("2.2")
def check_one_place(answer: Any) -> Feedback:
    phi = _neuron()
    h = read_polynomial(answer, _NAMES)
    slopes = h.gradient()
    normal = tuple(Fraction(slopes[i].evaluate(_PLACE)) if i in slopes else Fraction(0) for i in range(3))
    if not any(normal):
        return wrong(
            f"The gradient of `{answer}` is zero at {show(_PLACE)}: it is orthogonal to everything there, and that "
            "says nothing. Find one that is not zero."
        )
    for field in phi:
        value = tuple(Fraction(c.evaluate(_PLACE)) for c in field.components)
        product = sum(a * b for a, b in zip(normal, value, strict=True))
        if product:
            return wrong(
                f"At {show(_PLACE)} we have ∇h = {show(normal)}, and with the field value {show(value)} it makes "
                f"{product}: not even there a right angle."
            )
    verdict = check_law(h, phi)
    if verdict.is_proved:
        return wrong(
            f"`{h.text}` is a law: its gradient is orthogonal everywhere, not only at {show(_PLACE)}. Find one that "
            "fails at other points."
        )
    return right(
        f"At {show(_PLACE)} the gradient {show(normal)} is perpendicular to W(θ), and yet {verdict.witness}. One right "
        "angle is not enough: it takes one at every point."
    )


# 2.3 compute: where the trace is smaller.


@lesson.check("2.3")
def check_flat(answer: Any) -> Feedback:
    point = read_numbers(answer, 3)
    dimension = rank_at(list(_neuron()), point)
    told = f"At {show(point)} the fields are {_fields_at(point)}"
    if dimension == 1:
        return right(f"{told}: they span a line. With u = 0 no inner weight can move, whatever the data.")
    if dimension == 0:
        return wrong(f"{told}: W(θ) is only the point 0 there. A line is asked for.")
    return wrong(f"{told}: they span a plane.")


# 2.4 compute: a data set may stand still where each of its examples moves.

_ONES = (Fraction(1), Fraction(1), Fraction(1))


@lesson.check("2.4")
def check_balance(answer: Any) -> Feedback:
    numbers = read_numbers(answer, 6)
    net, parts = linear(2, 1, 1), []
    for name, (a, b, y) in (("first", numbers[:3]), ("second", numbers[3:])):
        error = a + b - y  # at (1, 1, 1) the output is x_1 + x_2
        (row,) = examples.gradients(net, _ONES, (a, b))
        parts.append(tuple(error * value for value in row))
        if not any(parts[-1]):
            why = "its input is zero" if not (a or b) else f"its output {a + b} is already its target"
            return wrong(f"The {name} example alone moves nothing: {why}.")
    if numbers[:2] == numbers[3:5]:
        return wrong("The two inputs are the same; take two different ones.")
    total = tuple(sum(pair) for pair in zip(*parts, strict=True))
    told = f"The gradients are {show(parts[0])} and {show(parts[1])}"
    if any(total):
        return wrong(f"{told}: their sum is {show(total)}, so the weights move.")
    return right(
        f"{told}: they cancel. From this data set alone one would think that everything is conserved at (1, 1, 1), but "
        "each example by itself is a data set too, and pushes."
    )


# 2.5 break: on the whole plane hardly any data are admissible for a ReLU neuron.


@lesson.check("2.5")
def check_whole_plane(answer: Any) -> Feedback:
    phi = parametrization("u*v")
    answer = without_name(answer) if isinstance(answer, str) else answer
    h = read_polynomial(answer, phi.variables)
    if h.is_constant:
        return wrong(f"`{answer}` is a constant, and conserved by everything: find a function that changes.")
    residual = phi[0].along(h)
    if not residual:
        return wrong(
            f"`{answer}` is conserved on ℝ², and on every smaller set as well: it is a true law of the neuron. "
            "Find one that more data destroy."
        )
    return right(
        f"On ℝ² the input 0 is the only admissible one, nothing ever moves, and `{answer}` is conserved, like "
        "everything. On the half plane v > 0 the example x = 1 is admissible; its gradients are multiples of (v, u), "
        f"and ⟨∇h, (v, u)⟩ = `{residual.text}` is not zero."
    )


# 2.6 prove: the neuron with any number of inputs.


@lesson.check("2.6")
def check_proof(answer: Any) -> Feedback:
    told = "Proved for every number m of inputs, for every data set and every loss: e was any vector."
    return judge_proof(answer, lesson.start("2.6"), told, cites="Proposition 2.5")
