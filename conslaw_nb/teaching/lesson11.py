"""The exercises of lesson 11, on what is left of the laws when training takes steps."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..claims.answers import parts, read_number, read_numbers, read_polynomial, show
from ..errors import ParseError
from ..laws.checking import check_law
from ..laws.questions import independent
from ..matrices import MatrixSpace, prove_equal
from ..models.parametrizations import parametrization
from ..models.training_fields import sign_fields
from ..simulation.flows import Neuron, WideNeuron, gradient_descent
from .exercise import Exercise, Feedback, right, wrong

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "11_from_flow_to_descent.ipynb"


# 11.1 prove: the exact change of Ψ in one step, for all widths.

_LETTERS = "U: n x r, V: m x r, G: n x m"
_CHANGE = "(U - t*G*V)^T*(U - t*G*V) - (V - t*G^T*U)^T*(V - t*G^T*U) - (U^T*U - V^T*V)"


def _check_change(answer: Any) -> Feedback:
    text = answer if isinstance(answer, str) else str(answer)
    MatrixSpace.read(_LETTERS)(text)  # no step size may stand in D
    found = prove_equal(_CHANGE, f"t^2*({text})", space=MatrixSpace.read(f"{_LETTERS}, t: 1 x 1"))
    if found.is_proved:
        return right("Both sides agree as expressions in matrices, for all n, m and r: that is a proof.")
    if not found.is_refuted:
        return wrong("The engine cannot decide this one. Write D with products, transposes, + and − only.")
    return wrong(f"With τ²·({text}) the two sides differ by {found.residual}, which is not 0 for all matrices.")


_ONE_STEP = Exercise(
    "11.1",
    "One step, every width",
    "prove",
    "One step of descent takes $U^+=U-\\tau GV$ and $V^+=V-\\tau G^\\top U$. Prove that $\\Psi=U^\\top U-V^\\top V$ "
    "changes by exactly $\\tau^2D$, by finding $D$, an expression in `U`, `V` and `G` (write `U^T` for $U^\\top$). The "
    "check expands both sides for all $n$, $m$, $r$ at once.",
    "(G*V)^T*(G*V) + (G^T*U)^T*(G^T*U)",
    (
        "Expand $(U-\\tau GV)^\\top(U-\\tau GV)$. Which terms have one $\\tau$, and which terms of "
        "$(V^+)^\\top V^+$ cancel them?",
        "Both have $-\\tau(U^\\top GV+V^\\top G^\\top U)$. What is left has $\\tau^2$.",
        "The first product leaves $(GV)^\\top GV$, and the second one is subtracted.",
    ),
    _check_change,
    introduces=("drift against step size",),
    uses=("the drift of one step", "matrix products"),
    solution="$D=(GV)^\\top GV-(G^\\top U)^\\top G^\\top U$: the terms with one $\\tau$ cancel, for $\\Psi$ is a law.",
)


# 11.2 break: a step that keeps the law.

_EXAMPLE = ((3, 4), 10)
_TAU = Fraction(1, 10)


def _wide_law(u: Fraction, v1: Fraction, v2: Fraction) -> Fraction:
    return u**2 - v1**2 - v2**2


def _check_kept(answer: Any) -> Feedback:
    point = read_numbers(answer, 3)
    neuron, before, place = WideNeuron([_EXAMPLE]), _wide_law(*point), show(point)
    if not any(neuron.gradient(*point)):
        return wrong(f"At {place} the gradient is 0: the step goes nowhere. Find a start from which it moves.")
    if before == 0:
        return wrong(f"At {place} h is 0. A start with h ≠ 0 is asked for.")
    first, second = gradient_descent(neuron.gradient, point, _TAU, 2).points[1:]
    after = _wide_law(*first)
    if after != before:
        return wrong(f"From {place} the step goes to {show(first)}: h was {before} and is {after}.")
    return right(
        f"The step goes from {place} to {show(first)}, and h = {before} at both, exactly. The next step leaves it at "
        f"{_wide_law(*second)} as well: that a law did not drift in one run tells nothing about steps."
    )


_KEPT = Exercise(
    "11.2",
    "A step that keeps the law",
    "break",
    '"Every step of descent moves the law a little." Break this. The model is $u\\,\\langle v,x\\rangle$ with '
    "$v\\in\\mathbb R^2$, the only example is $x=(3,4)$, $y=10$, and $\\tau=\\tfrac1{10}$. Find a start "
    "$(u,v_1,v_2)$ that moves in the first step and keeps $h=u^2-\\|v\\|^2$ exactly, at a value other than $0$.",
    "(1, 2, 0)",
    (
        "With one output and one neuron, $D$ of exercise 11.1 is a number: $e^2$ times what?",
        "$G=e\\,x^\\top$, so $D=e^2\\left(\\langle v,x\\rangle^2-u^2\\|x\\|^2\\right)$.",
        "You want $3v_1+4v_2=\\pm5u$, with $v$ not parallel to $x$: there $h$ would be $0$.",
    ),
    _check_kept,
    uses=("drift against step size", "the drift of one step"),
    solution="$u=1$ and $3v_1+4v_2=5$, for example $(1,-1,2)$: $h=1-5=-4$, before and after.",
)


# 11.3 predict: the mean of a law after one random step.

_TWO_EXAMPLES = ((1, 1), (1, 5))
_SGD_STEP = Fraction(1, 4)


def _check_mean(answer: Any) -> Feedback:
    value = read_number(answer)
    ends = [gradient_descent(Neuron([pair]).gradient, (Fraction(3), Fraction(1)), _SGD_STEP, 1).end
            for pair in _TWO_EXAMPLES]  # fmt: skip
    mean = sum(u**2 - v**2 for u, v in ends) / len(ends)
    if value == mean:
        return right(
            f"The step goes to {show(ends[0])} or to {show(ends[1])}. Descent with both examples would stand still, "
            "with h = 8 for ever; the noise alone has moved h."
        )
    if value == 8:
        return wrong(
            "That is h where the mean of the two gradients is used, which is 0 here. One random step follows one of "
            "them, and neither is 0."
        )
    return wrong(f"With {value} you are {'above' if value > mean else 'below'} the mean. Compute e for each example.")


_MEAN = Exercise(
    "11.3",
    "Noise moves it",
    "predict",
    "The neuron $u\\,v\\,x$ stands at $(u,v)=(3,1)$, so $h=u^2-v^2=8$. There are two examples, $(x,y)=(1,1)$ and "
    "$(1,5)$, and the full gradient vanishes: $uv=3$ is the best fit. Now one step of **stochastic** descent with "
    "$\\tau=\\tfrac14$: an example is drawn, each with probability $\\tfrac12$. What is the mean of $h$ "
    "after this step?",
    "8",
    (
        "By exercise 1.4 a step with $e=x(uvx-y)$ multiplies $h$ by $1-\\tau^2e^2$.",
        "The two examples have $e=2$ and $e=-2$.",
        "Both give the factor $1-\\tfrac1{16}\\cdot4$.",
    ),
    _check_mean,
    uses=("the drift of one step", "drift against step size"),
    solution="$8\\,(1-\\tfrac14)=6$, whichever example is drawn.",
)


# 11.4 predict: a law with weight decay.


def _check_decay(answer: Any) -> Feedback:
    square = read_number(answer)
    h = 1 - square
    told = {8: "Without weight decay h would still be 8. ", 2: "One factor too few: h is quadratic in the weights. "}
    if square < 0:
        return wrong(f"{told.get(h, '')}A square is never negative, and v² = {square} is.")
    if h == Fraction(1, 2):
        return right("h = 8·(1 + t)⁻² = 1/2 at time 3, for any data, and u = 1 leaves v² = 1/2.")
    return wrong(f"With u = 1 and v² = {square}, h is {h}: it would have been multiplied by {h / 8}.")


_DECAY = Exercise(
    "11.4",
    "A decaying decay",
    "predict",
    "The neuron $u\\,v\\,x$ is trained by $\\dot\\theta=-\\nabla\\mathcal E(\\theta)-\\lambda(t)\\,\\theta$ with "
    "$\\lambda(t)=\\tfrac1{1+t}$, from $(u,v)=(3,1)$, and nobody tells you the data. At time $3$ you read $u=1$. "
    "What is $v^2$, exactly?",
    "-7",
    (
        "What is $\\dot h$ for $h=u^2-v^2$? The data cancel, as ever; the decay does not.",
        "$\\dot h=-2\\lambda(t)\\,h$, so $h(t)=h(0)\\,e^{-2\\int_0^t\\lambda}$.",
        "$e^{\\int_0^3\\lambda}=1+3=4$, so $h(3)=8/16$.",
    ),
    _check_decay,
    introduces=("weight decay rescales a law",),
    uses=("a law: conserved for any data set", "the chain rule"),
    solution="$h(3)=8\\cdot4^{-2}=\\tfrac12$, so $v^2=1-\\tfrac12=\\tfrac12$.",
)


# 11.5 break: sign flow keeps something after all.

_SIGN_NAMES = ("u1", "u2", "v1", "v2")


def _check_signs(answer: Any) -> Feedback:
    flow = sign_fields(parametrization("u1*v1 + u2*v2", variables=_SIGN_NAMES), (1, 2, 3, 4))
    pieces = parts(answer)
    if len(pieces) != 3:
        raise ParseError(f"there are {len(pieces)} functions in '{answer}' where 3 are asked for, with commas")
    laws = [read_polynomial(piece, _SIGN_NAMES) for piece in pieces]
    for piece, law in zip(pieces, laws, strict=True):
        if check_law(law, flow).details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        change = sum((law.derivative(i) for i in range(4)), law * 0)
        if check_law(law, flow).is_refuted:
            return wrong(
                f"`{piece}` changes: where all weights are positive they all grow or all shrink at the rate 1, and the "
                f"derivative along (1, 1, 1, 1) is `{change.text}`."
            )
    if independent(laws, _SIGN_NAMES).is_proved:
        return right("Three independent laws of four weights: no flow that moves at all can keep more.")
    return wrong("All three are conserved, but not independent: one of them is a function of the others.")


_SIGNS = Exercise(
    "11.5",
    "Signs keep something",
    "break",
    '"Sign flow has no law unless $n=m=r=1$." Break this with $n=m=1$, $r=2$: the model is '
    "$(u_1v_1+u_2v_2)\\,x$, trained by $\\dot\\theta=-{\\rm sign}\\,\\nabla\\mathcal E(\\theta)$. Give **three "
    "independent** polynomials that are conserved, for any data, as long as all four weights stay positive. (Write "
    "`u1, u2, v1, v2`.)",
    "u1**2 - v1**2, u2**2 - v2**2, u1*u2 - v1*v2",
    (
        "The gradient is $e\\,(v_1,v_2,u_1,u_2)$ with one number $e$. What are its signs where all weights are "
        "positive?",
        "All equal: $\\dot\\theta=\\pm(1,1,1,1)$.",
        "Differences of weights stay.",
    ),
    _check_signs,
    uses=("independent laws", "a gradient orthogonal to every field"),
    solution="$u_1-u_2$, $u_1-v_1$ and $v_1-v_2$: all weights move together.",
)

EXERCISES = (_ONE_STEP, _KEPT, _MEAN, _DECAY, _SIGNS)
