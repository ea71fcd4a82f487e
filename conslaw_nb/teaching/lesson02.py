"""The exercises of lesson 2, on orthogonality: conserved means at a right angle to every direction data can push."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..claims.answers import read_number, read_numbers, read_polynomial, show
from ..laws.checking import check_law
from ..laws.questions import rank_at
from ..models.fields import VectorFields
from ..models.networks import linear
from ..models.parametrizations import parametrization
from ..paper import examples
from .exercise import Exercise, Feedback, right, wrong
from .proof_answers import judge_proof

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "02_orthogonality.ipynb"

_NAMES = ("u", "v1", "v2")


def _neuron() -> VectorFields:
    """The two fields of the neuron with two inputs."""
    return parametrization("u*v1", "u*v2", variables=_NAMES)


def _fields_at(point: tuple[Fraction, ...]) -> str:
    u, v1, v2 = point
    return f"(v₁, u, 0) = {show((v1, u, Fraction(0)))} and (v₂, 0, u) = {show((v2, Fraction(0), u))}"


# 2.1 predict: a law gives a missing coordinate of the speed.


def _check_speed(answer: Any) -> Feedback:
    speed = read_number(answer)
    rate = 2 * (1 * 4 + 3 * 6) - 2 * 2 * speed
    told = f"⟨∇h, θ̇⟩ = 2·1·4 + 2·3·6 − 2·2·({speed}) = {rate}"
    if rate == 0:
        return right(f"{told}: the speed is at a right angle to ∇h, as it must be. No data were needed.")
    if rate == 4 * speed * -2:  # the sign of u² was forgotten
        return wrong(f"{told}, not 0. Look at the sign of u² in h: both sides must grow together.")
    return wrong(f"{told}: with this speed h would change at the rate {rate}, and it is conserved.")


_PREDICT = Exercise(
    "2.1",
    "The missing speed",
    "predict",
    "At some moment a flow of the neuron passes through $(u,v_1,v_2)=(2,1,3)$, and you measure $\\dot v_1=4$, "
    "$\\dot v_2=6$. You know neither the data nor the loss. What is $\\dot u$?",
    "3/2",
    (
        "Something is conserved, whatever the data. What does that say about the speed $\\dot\\theta$?",
        "$\\dot\\theta$ is at a right angle to $\\nabla h=(-2u,\\,2v_1,\\,2v_2)$, here $(-4,2,6)$.",
        "So $-4\\,\\dot u+2\\cdot4+6\\cdot6=0$.",
    ),
    _check_speed,
    introduces=("a gradient orthogonal to every field",),
    uses=("a conserved quantity", "partial derivatives"),
    solution="$u\\,\\dot u=v_1\\dot v_1+v_2\\dot v_2$, that is $2\\,\\dot u=4+18$, and so $\\dot u=11$.",
)


# 2.2 break: orthogonal at one point is not orthogonal.

_PLACE = (Fraction(1), Fraction(1), Fraction(0))


def _check_one_place(answer: Any) -> Feedback:
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


_BREAK_PLACE = Exercise(
    "2.2",
    "One right angle",
    "break",
    "Find a polynomial $h(u,v_1,v_2)$ that is **not** a law although $\\nabla h$ is orthogonal to both fields "
    "$(v_1,u,0)$ and $(v_2,0,u)$ at the one point $(u,v_1,v_2)=(1,1,0)$, and not zero there.",
    "u*v1 + v2",
    (
        "What are the two fields at $(1,1,0)$? Which vectors are orthogonal to both?",
        "The fields are $(1,1,0)$ and $(0,0,1)$ there: $\\nabla h$ must be a multiple of $(1,-1,0)$.",
        "A function with the same gradient everywhere is the simplest.",
    ),
    _check_one_place,
    introduces=("a right angle at every point",),
    uses=("a gradient orthogonal to every field",),
    solution="$h=u-v_1$: its gradient is $(1,-1,0)$ everywhere, and the fields are $(1,1,0)$, $(0,0,1)$ only there.",
)


# 2.3 compute: where the trace is smaller.


def _check_flat(answer: Any) -> Feedback:
    point = read_numbers(answer, 3)
    dimension = rank_at(list(_neuron()), point)
    told = f"At {show(point)} the fields are {_fields_at(point)}"
    if dimension == 1:
        return right(f"{told}: they span a line. With u = 0 no inner weight can move, whatever the data.")
    if dimension == 0:
        return wrong(f"{told}: W(θ) is only the point 0 there. A line is asked for.")
    return wrong(f"{told}: they span a plane.")


_FLAT = Exercise(
    "2.3",
    "Where the plane becomes a line",
    "compute",
    "$W(\\theta)$ is spanned by $(v_1,u,0)$ and $(v_2,0,u)$. At most points it is a plane. Find a point at which it "
    "is a *line*.",
    "(1, 2, 3)",
    (
        "Two vectors span a line when they are parallel and not both zero.",
        "If $u\\ne0$, look at the last two coordinates, $(u,0)$ and $(0,u)$: never parallel.",
        "So $u=0$. What may $v$ not be?",
    ),
    _check_flat,
    introduces=("the trace W(θ)",),
    uses=("a gradient orthogonal to every field",),
    solution="Any point with $u=0$ and $v\\ne0$, such as $(0,1,0)$: there $W(\\theta)=\\mathbb R\\,(1,0,0)$.",
)


# 2.4 compute: a data set may stand still where each of its examples moves.

_ONES = (Fraction(1), Fraction(1), Fraction(1))


def _check_balance(answer: Any) -> Feedback:
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


_BALANCE = Exercise(
    "2.4",
    "Two examples in balance",
    "compute",
    "Squared loss, and the weights stand at $(u,v_1,v_2)=(1,1,1)$. Find two examples with different inputs such that "
    "each of them alone would move the weights, and both together do not. Write six numbers: $x_1,x_2,y$ of the first "
    "example, then of the second.",
    "1, 0, 5, 0, 1, 5",
    (
        "One example contributes $e\\cdot(v_1x_1+v_2x_2,\\;u\\,x_1,\\;u\\,x_2)$ with $e=u(v_1x_1+v_2x_2)-y$.",
        "At $(1,1,1)$ that is $(x_1+x_2-y)\\cdot(x_1+x_2,\\,x_1,\\,x_2)$. Two of these must be opposite.",
        "Take the inputs $(1,0)$ and $(2,0)$, and choose the targets so that $e+2e'=0$.",
    ),
    _check_balance,
    introduces=("one example at a time",),
    uses=("a law: conserved for any data set", "the trace W(θ)"),
    solution=(
        "Inputs $(1,0)$ and $(-1,0)$, targets $0$ and $-2$: both have $e=1$, and the gradients are $(1,1,0)$ and "
        "$(-1,-1,0)$."
    ),
)


# 2.5 break: on the whole plane hardly any data are admissible for a ReLU neuron.


def _check_whole_plane(answer: Any) -> Feedback:
    phi = parametrization("u*v")
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


_WHOLE_PLANE = Exercise(
    "2.5",
    "Conserved for want of data",
    "break",
    "The ReLU neuron $g(u,v;x)=u\\,\\max(vx,0)$ with one input. Find a polynomial $h(u,v)$ that is conserved on "
    "$\\Omega=\\mathbb R^2$ for any data set (Definition 2.3), but not *locally* conserved for any data set "
    "(Definition 2.4).",
    "u**2 - v**2",
    (
        "Which inputs $x$ are admissible on $\\Omega=\\mathbb R^2$, that is: for which is $(u,v)\\mapsto u\\max(vx,0)$ "
        "twice differentiable on the *whole* plane?",
        "At $v=0$ there is a kink, unless $x=0$. With $x=0$ the output is $0$ and nothing moves.",
        "So on $\\mathbb R^2$ *everything* is conserved. On the half plane $v>0$ the neuron is $uvx$ or $0$.",
    ),
    _check_whole_plane,
    introduces=("locally conserved",),
    uses=("a law: conserved for any data set", "one example at a time"),
    solution="$h=u$, or any other polynomial that is no law of $uv$.",
)


# 2.6 prove: the neuron with any number of inputs.

_START = """given u: 1 x 1, v: m x 1, e: m x 1
flow u' = -v^T*e, v' = -e*u
let h = v^T*v - u^2
goal h is conserved
"""


def _check_proof(answer: Any) -> Feedback:
    told = "Proved for every number m of inputs, for every data set and every loss: e was any vector."
    return judge_proof(answer, _START, told, cites="Proposition 2.5")


_PROVE = Exercise(
    "2.6",
    "Any number of inputs",
    "prove",
    "A neuron with $m$ inputs, $g(u,v;x)=u\\,\\langle v,x\\rangle$. Its gradients are "
    "$(\\langle v,e\\rangle,\\,u\\,e)$, where the vector $e\\in\\mathbb R^m$ holds all that the data and the loss have "
    "to say. Prove that $\\|v\\|^2-u^2$ is conserved, for every $m$ at once. "
    "The first four lines are there; add yours below them: what is $h'$, and which "
    "statement turns that into conservation?",
    "h' = ... by the product rule",
    (
        "Begin with $h'$, by the product rule: `h' = 2*v^T*v' - 2*u*u'  by the product rule`.",
        "The next line may begin with `=`. Put in what the flow says of $u'$ and $v'$: `by substitution`.",
        "Then `= 0  by computation`, and at last `h is conserved  by Proposition 2.5`.",
    ),
    _check_proof,
    uses=("a right angle at every point", "the chain rule"),
    solution=(
        "$h'=2v^\\top v'-2u\\,u'=-2u\\,v^\\top e+2u\\,v^\\top e=0$, whatever $e$ is: $\\nabla h$ is orthogonal to "
        "every gradient, and Proposition 2.5 says that this is conservation."
    ),
    start=_START,
)

EXERCISES = (_PREDICT, _BREAK_PLACE, _FLAT, _BALANCE, _WHOLE_PLANE, _PROVE)
