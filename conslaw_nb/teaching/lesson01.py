"""The exercises of lesson 1, on what never changes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..claims.answers import parts, read_number, read_numbers, read_polynomial, show, without_name
from ..errors import brief
from ..exact.polynomial import Poly
from ..laws.checking import check_law, small_nonzero_point
from ..models.parametrizations import parametrization
from ..simulation.flows import Neuron, gradient_descent
from .exercise import Exercise, Feedback, right, wrong

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "01_what_never_changes.ipynb"


def _conserved(u: Fraction, v: Fraction) -> Fraction:
    return u**2 - v**2


# 1.1 predict: the flow stops where its hyperbola meets the curve of zero loss.

_X, _Y = Fraction(4), Fraction(15, 4)


def _check_end(answer: Any) -> Feedback:
    u, v = read_numbers(answer, 2)
    place, c, output = show((u, v)), _conserved(u, v), u * v * _X
    if c == 1 and output == _Y and u > 0:
        return right(f"At {place} the output is exactly {_Y}, and u² − v² is 1 as it was at the start.")
    if c == 1 and output == _Y:
        return wrong(
            f"{place} has the right u² − v² and the right output, but it lies on the other branch: on the "
            "way the flow would have to cross u = 0, where u² − v² = −v² cannot be 1."
        )
    if c == 1:
        return wrong(
            f"{place} lies on the curve u² − v² = 1, but the output there is {output}, not {_Y}: the flow is "
            "still moving."
        )
    if output == _Y:
        return wrong(
            f"At {place} the output is exactly {_Y}, but u² − v² is {c} there and 1 at the start: the flow "
            "cannot get there."
        )
    return wrong(f"At {place} the output is {output} instead of {_Y}, and u² − v² is {c} instead of 1.")


_PREDICT = Exercise(
    "1.1",
    "Where does it end?",
    "predict",
    "The flow starts at $(u,v)=(1,0)$ and learns from one example, $x=4$, $y=\\tfrac{15}{4}$. It ends "
    "where the loss is $0$. At which point, exactly? No simulation is needed, and none would give you the "
    "exact answer.",
    "(3/2, 1/2)",
    (
        "The flow cannot leave its curve. Which curve is it on at the start?",
        "It stops where $u\\,v\\,x=y$. That is a second equation for $(u,v)$.",
        "You have $u^2-v^2=1$ and $2uv=\\tfrac{15}{8}$. Square both and add: "
        "$(u^2+v^2)^2=(u^2-v^2)^2+(2uv)^2=1+\\tfrac{225}{64}=\\left(\\tfrac{17}{8}\\right)^2$.",
    ),
    _check_end,
    introduces=("a conserved quantity",),
    uses=("partial derivatives", "the chain rule"),
    solution=(
        "$u^2-v^2=1$ and $2uv=\\tfrac{15}{8}$ give $u^2+v^2=\\tfrac{17}{8}$, so $u^2=\\tfrac{25}{16}$ and "
        "$v^2=\\tfrac{9}{16}$; the branch of the start has $u>0$: the point is $(\\tfrac54,\\tfrac34)$."
    ),
)


# 1.2 break: a constant seen from one start is no law.


def _check_start(answer: Any) -> Feedback:
    u, v = read_numbers(answer, 2)
    place, slope = show((u, v)), u * v - 2
    if u == v == 0:
        return wrong("At the origin nothing moves at all, and every function is constant: she would have noticed.")
    if slope == 0:
        return wrong(
            f"At {place} the loss is already 0 and nothing moves, so every function is constant there. "
            "Find a start from which the flow really goes somewhere."
        )
    if u + v == 0:
        return right(
            f"From {place} the flow runs along the line u + v = 0 and never leaves it. One start shows "
            "nothing: a conserved function must be constant from every start."
        )
    rate = -slope * (u + v)
    return wrong(f"From {place} the sum u + v changes at once: its rate is −e·(v + u) = {rate}, which is not 0.")


_BREAK_START = Exercise(
    "1.2",
    "The lucky start",
    "break",
    "A friend has simulated the flow for the example $x=1$, $y=2$ and announces a new law: $u+v$ stayed "
    "constant to all sixteen digits, while $u$ and $v$ both moved. It is not a law. From which start did "
    "she simulate? Give one.",
    "(2, 1)",
    (
        "Compute $\\frac{d}{dt}(u+v)$ along the flow $\\dot u=-e\\,v$, $\\dot v=-e\\,u$, with $e=uv-2$.",
        "You get $-e\\,(u+v)$. It is zero in two ways. In one of them nothing moves.",
        "Take any start with $u+v=0$ except the origin.",
    ),
    _check_start,
    introduces=("conserved from every start",),
    uses=("a conserved quantity",),
    solution=(
        "$\\frac{d}{dt}(u+v)=-e\\,(u+v)$ vanishes, with $e\\ne0$, exactly on the line $u+v=0$: every start "
        "$(a,-a)$ with $a\\ne0$."
    ),
)


# 1.3 break: conserved for one data set is not conserved for any.

_NAMES = ("u", "v1", "v2")


def _models() -> tuple[Any, Any]:
    """The models seen through inputs (1, 0) alone, and through all inputs."""
    return parametrization("u*v1", variables=_NAMES), parametrization("u*v1", "u*v2", variables=_NAMES)


def _check_data(answer: Any) -> Feedback:
    few, every = _models()
    answer = without_name(answer) if isinstance(answer, str) else answer
    verdict, strict = check_law(answer, few), check_law(answer, every)
    if verdict.details.get("constant"):
        return wrong(f"`{answer}` is a constant, and conserved by all data: find a function that changes.")
    if verdict.is_refuted:
        return wrong(f"`{answer}` changes already for inputs (1, 0): {verdict.witness}.")
    if strict.is_proved:
        return wrong(
            f"`{answer}` is conserved for your data, but for all other data as well: it is a true law. "
            "Find one that other inputs destroy."
        )
    if verdict.is_proved and strict.is_refuted:
        return right(
            f"`{answer}` is conserved as long as all inputs are multiples of (1, 0). One example with input "
            f"(0, 1) destroys it: {strict.witness}."
        )
    return wrong(f"The engine cannot decide this one ({verdict.reason}); try a polynomial.")


_BREAK_DATA = Exercise(
    "1.3",
    "Conserved by luck",
    "break",
    "A neuron with two inputs, $g(u,v_1,v_2;x)=u\\,(v_1x_1+v_2x_2)$. In your data set every input happens "
    "to be $x=(1,0)$. Find a function $h(u,v_1,v_2)$ that is conserved during the flow with any such data "
    "set, but not for *any* data set: an example with another input would change it. (Write `v1` and `v2`.)",
    "u*v1 + v2",
    (
        "With $x=(1,0)$ the output is $u\\,v_1$. Which parameter never receives a gradient?",
        "The flow then moves along $(v_1,u,0)$. You want $\\nabla h\\perp(v_1,u,0)$, but not "
        "$\\nabla h\\perp(v_2,0,u)$.",
        "The simplest function of all will do: a single coordinate.",
    ),
    _check_data,
    introduces=("a law: conserved for any data set",),
    uses=("conserved from every start",),
    solution=(
        "$h=v_2$: with $x=(1,0)$ the gradient is a multiple of $(v_1,u,0)$ and never touches $v_2$; the input "
        "$(0,1)$ does."
    ),
)


# 1.4 prove: the exact drift of one step of descent.

_STEP = ("u", "v", "tau", "e")


def _check_factor(answer: Any) -> Feedback:
    u, v, tau, e = Poly.gens(_STEP)
    text = answer.replace("τ", "tau") if isinstance(answer, str) else str(answer)
    factor = read_polynomial(text, _STEP)
    new_u, new_v = u - tau * e * v, v - tau * e * u
    before, after = u**2 - v**2, new_u**2 - new_v**2
    gap = after - factor * before
    if not gap:
        return right(
            "Both sides are the same polynomial in u, v, τ and e: the identity holds for every start, "
            "every data set and every step. That is a proof."
        )
    point = small_nonzero_point(gap)
    where = ", ".join(f"{name} = {value}" for name, value in zip(("u", "v", "τ", "e"), point, strict=True))
    sides = after.evaluate(point), factor.evaluate(point) * before.evaluate(point)
    told = f"With F = `{answer}`, at {where}, h(u⁺, v⁺) is {sides[0]} and F·h(u, v) is {sides[1]}."
    if factor.derivative(2).evaluate((0, 0, 0, 1)):
        told += " Your F has a term with a single τ. Do such terms survive in h(u⁺, v⁺)?"
    return wrong(told)


_PROVE = Exercise(
    "1.4",
    "The drift of one step",
    "prove",
    "One step of descent goes from $(u,v)$ to $u^+=u-\\tau e\\,v$, $v^+=v-\\tau e\\,u$. With $h=u^2-v^2$, "
    "prove that $h(u^+,v^+)=F\\cdot h(u,v)$, by finding the factor $F$ as a polynomial in $\\tau$ and $e$ "
    "(write `tau` and `e`). The check expands both sides: if they agree as polynomials, that is a proof "
    "for all numbers at once.",
    "1 + tau*e",
    (
        "Expand $(u-\\tau e v)^2$ and $(v-\\tau e u)^2$ and subtract. What happens to the terms with one $\\tau$?",
        "The terms $-2\\tau e\\,uv$ cancel. What is left is $u^2-v^2$ and $\\tau^2e^2\\,(v^2-u^2)$.",
        "Collect: $u^2-v^2-\\tau^2e^2(u^2-v^2)$. Now take $u^2-v^2$ out.",
    ),
    _check_factor,
    introduces=("the drift of one step",),
    uses=("a conserved quantity",),
    solution=(
        "$(u-\\tau ev)^2-(v-\\tau eu)^2=(1-\\tau^2e^2)(u^2-v^2)$: the terms "
        "$\\mp2\\tau e\\,uv$ cancel, because $h$ is a law."
    ),
)


# 1.5 compute: a step size with a prescribed, exact drift.


def _check_step(answer: Any) -> Feedback:
    tau = read_number(answer)
    if tau <= 0:
        return wrong(f"τ = {brief(tau)} is not a step size: it should be positive.")
    if tau > 1000:
        return wrong(f"τ = {brief(tau)} is a giant step: it takes the weights far away, and with them u² − v².")
    end = gradient_descent(Neuron([(1, 5)]).gradient, (Fraction(2), Fraction(1)), tau, 1).end
    ratio = _conserved(*end) / 3
    told = f"With τ = {tau} the step goes to {show(end)}, where u² − v² = {3 * ratio}"
    if ratio == Fraction(3, 4):
        return right(f"{told}: three quarters of 3, exactly.")
    return wrong(f"{told}: that is {ratio} of what it was, not 3/4.")


_STEP_SIZE = Exercise(
    "1.5",
    "Three quarters",
    "compute",
    "Start at $(u,v)=(2,1)$ with the one example $x=1$, $y=5$. For which step size $\\tau>0$ does the "
    "first step of descent multiply $u^2-v^2$ by exactly $\\tfrac34$?",
    "1/10",
    (
        "Use exercise 1.4: the factor is $1-\\tau^2e^2$.",
        "At the start $e=x\\,(uvx-y)=2-5=-3$.",
        "So $9\\tau^2=\\tfrac14$.",
    ),
    _check_step,
    uses=("the drift of one step",),
    solution=("$e=2-5=-3$, and $1-9\\tau^2=\\tfrac34$ for $\\tau=\\tfrac16$."),
)


# 1.6 compute: two independent laws of a longer chain.


def _check_two(answer: Any) -> Feedback:
    phi = parametrization("u*v*w")
    pieces = parts(answer)
    if len(pieces) != 2:
        return wrong(f"Two functions are asked for, with a comma between them; {brief(answer)} holds {len(pieces)}.")
    laws = [read_polynomial(piece, phi.variables) for piece in pieces]
    for piece, law in zip(pieces, laws, strict=True):
        verdict = check_law(law, phi)
        if verdict.details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        if not verdict.is_proved:
            residual = phi[0].along(law).text
            return wrong(f"`{piece}` is no law: ⟨∇h, (v*w, u*w, u*v)⟩ = `{residual}`, and a law needs 0.")
    first, second = laws
    a, b = ([law.derivative(i) for i in range(3)] for law in (first, second))
    if any(a[i] * b[j] - a[j] * b[i] for i in range(3) for j in range(i)):
        return right(
            "Both are laws, and their gradients are not parallel: two independent laws of three parameters. "
            "There can be no third, for the flow needs one direction to move in."
        )
    return wrong(
        "Both are laws, but their gradients are parallel everywhere: near almost every point "
        f"`{pieces[1]}` is a function of `{pieces[0]}`, or the other way round. Together they count once."
    )


_TWO_LAWS = Exercise(
    "1.6",
    "A chain of three",
    "compute",
    "Three weights in a row, $g(u,v,w;x)=u\\,v\\,w\\,x$. Every gradient is a multiple of "
    "$\\nabla(uvw)=(vw,\\,uw,\\,uv)$. Find **two independent** laws: two polynomials, neither a function "
    "of the other.",
    "u + v, u*w",
    (
        "Pretend that $w$ is a constant, for a moment. What do $u$ and $v$ conserve?",
        "Check it: $\\langle(2u,-2v,0),(vw,uw,uv)\\rangle=2uvw-2uvw=0$. Now do the same with another pair.",
        "The squares of any two weights differ by a constant.",
    ),
    _check_two,
    introduces=("independent laws",),
    uses=("a law: conserved for any data set",),
    solution=("$u^2-v^2$ and $v^2-w^2$: $\\langle(2u,-2v,0),(vw,uw,uv)\\rangle=0$, and likewise for the other pair."),
)

EXERCISES = (_PREDICT, _BREAK_START, _BREAK_DATA, _PROVE, _STEP_SIZE, _TWO_LAWS)
