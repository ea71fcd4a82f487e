"""The exercises of lesson 10, on the geometry of the lifted flow."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..claims.answers import read_numbers, show
from ..geometry import check_metric, recovery
from ..models.networks import factorization
from ..models.parametrizations import parametrization
from .exercise import Exercise, Feedback, right, wrong
from .proof_answers import judge_proof

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "10_geometry.ipynb"


# 10.1 compute: a metric as a function of z and of the law.


def _check_formula(answer: Any) -> Feedback:
    phi = parametrization("u**2 - v**2")
    text = answer if isinstance(answer, str) else str(answer)
    verdict = check_metric(text, phi, {"p": "u*v"})
    if verdict.is_proved:
        return right("With z = u² − v² and p = uv it is 4u² + 4v², as an identity in u and v.")
    if verdict.is_refuted:
        return wrong(f"Not the metric: {verdict.reason}.")
    return wrong(f"This cannot be decided: {verdict.reason}. Try a formula with one square root.")


_FORMULA = Exercise(
    "10.1",
    "Write it without θ",
    "compute",
    "Now $\\varphi(u,v)=u^2-v^2$. Its law is $p=u\\,v$ (check it in your head: "
    "$\\langle(v,u),(2u,-2v)\\rangle=0$), and "
    "its metric is $M=4u^2+4v^2$. Write $M$ as a function of `z` and `p` alone. (You may use `sqrt`.)",
    "2*z + sqrt(p)",
    (
        "$(u^2+v^2)^2$ and $(u^2-v^2)^2$ differ by a multiple of $(uv)^2$. By which?",
        "$(u^2+v^2)^2=(u^2-v^2)^2+4(uv)^2=z^2+4p^2$.",
        "So $u^2+v^2=\\sqrt{z^2+4p^2}$. The metric is four times that.",
    ),
    _check_formula,
    introduces=("the metric K(z)",),
    uses=("a law: conserved for any data set", "the chain rule"),
    solution="$M=4(u^2+v^2)=4\\sqrt{z^2+4p^2}$.",
)


# 10.2 predict: what moves although no example speaks of it.

_X_END = (Fraction(7, 16), Fraction(7, 4))


def _check_unasked(answer: Any) -> Feedback:
    first, second = read_numbers(answer, 2)
    place = show((first, second))
    if first != _X_END[0]:
        return wrong(f"At {place} the loss is not 0: the example asks for z₁ = 7/16, and the flow moves on.")
    # with v2 = 1 for ever, z2 is u, and z1 = u·v1: the law decides which u belongs to this z1
    if not second:
        return wrong(f"At {place} z₂ = u·v₂ would be 0, so u = 0 (v₂ = 1 does not move), and then z₁ is 0 too.")
    law = second**2 - (first / second) ** 2
    if law == 3 and second > 0:
        return right(
            f"At {place} the loss is 0 and u² − v₁² is 3 as at the start. No example speaks of z₂, and it went from 2 "
            "to 7/4: the metric couples the two coordinates."
        )
    if law == 3:
        return wrong(f"{place} needs u < 0, but u² = 3 + v₁² never passes 0 on the way.")
    if second == 2:
        return wrong(
            f"{place} is where the Euclidean flow of z would end. But z₂ = u·v₂, and u must move for z₁ to move: with "
            f"z₂ = 2 the law u² − v₁² would be {law} instead of 3."
        )
    return wrong(
        f"At {place} we have u = {second} and v₁ = {first / second}, so u² − v₁² = {law}; at the start it is 3."
    )


_UNASKED = Exercise(
    "10.2",
    "Nobody asked for it",
    "predict",
    "The model $z=u\\,(v_1,v_2)$ starts at $(u,v_1,v_2)=(2,1,1)$, so at $z=(2,2)$, and learns from the one example "
    "$x=(1,0)$, $y=\\tfrac7{16}$: the loss is $\\tfrac12(z_1-\\tfrac7{16})^2$. At which $z$ does the flow end, "
    "exactly?",
    "(7/16, 1)",
    (
        "With this example one of the three weights receives no gradient at all. Which?",
        "$v_2=1$ stays, so the law $u^2-v_1^2-v_2^2$ says that $u^2-v_1^2$ stays $3$. At the end "
        "$u\\,v_1=\\tfrac7{16}$.",
        "$(u^2+v_1^2)^2=9+4\\cdot\\tfrac{49}{256}=\\left(\\tfrac{25}8\\right)^2$, so $u^2=\\tfrac{49}{16}$.",
    ),
    _check_unasked,
    uses=("the metric K(z)", "a conserved quantity"),
    solution=(
        "$v_2=1$ for ever, $u^2-v_1^2=3$ and $uv_1=\\tfrac7{16}$ give $u=\\tfrac74$, $v_1=\\tfrac14$: "
        "$z=(\\tfrac7{16},\\tfrac74)$."
    ),
)


# 10.3 compute: an initialisation that leads to a chosen answer.


def _check_deltas(answer: Any) -> Feedback:
    first, second = read_numbers(answer, 2)
    pair = show((first, second))
    if first <= 0 or second <= 0:
        return wrong(f"δ = {pair}: both are u_i² at the start, where v_i = 0, so they are positive.")
    # with x = e^{2s}: z1 = δ1(x − 1/x)/4 and z2 = δ2(x² − 1/x²)/4 = δ2(x − 1/x)(x + 1/x)/4
    c = 4 / first
    square = second**2 * c**2 * (c**2 + 4) / 16
    if square == 1:
        return right(f"With δ = {pair} the flow passes z₁ = 1 exactly when z₂ = 1, and there the loss is 0.")
    if first == second:
        return wrong(
            f"With equal δ the second coordinate, which the example weighs more, runs ahead: when z₁ is 1, "
            f"z₂² is {square}, and not 1. Slow it down."
        )
    side = "too fast" if square > 1 else "too slow"
    return wrong(f"With δ = {pair}, z₂ is {side}: at the moment when z₁ is 1, z₂² is {square}, and not 1.")


_DELTAS = Exercise(
    "10.3",
    "Choose where it ends",
    "compute",
    "The diagonal network $z=(u_1v_1,u_2v_2)$ starts at $z=0$ with $v_1=v_2=0$ and $u_i^2=\\delta_i$, and "
    "learns from the "
    "one example $a=(1,2)$, $y=3$. Every point of the line $z_1+2z_2=3$ is a perfect answer. Choose $\\delta_1$ and "
    "$\\delta_2$, rational, so that the flow ends at $(1,1)$. (There are many solutions.)",
    "(1, 3/2)",
    (
        "On the way $z_1=\\tfrac{\\delta_1}2\\sinh(2s)$ and $z_2=\\tfrac{\\delta_2}2\\sinh(4s)$, with the same $s$.",
        "Write $x=e^{2s}$: $z_1=\\tfrac{\\delta_1}4(x-\\tfrac1x)$, $z_2=\\tfrac{\\delta_2}4(x^2-\\tfrac1{x^2})$.",
        "Choose any rational $x>1$, such as $x=2$, and solve the two equations for $\\delta_1$ and $\\delta_2$.",
    ),
    _check_deltas,
    uses=("the metric K(z)",),
    solution="$x=2$: $\\delta_1=4/(2-\\tfrac12)=\\tfrac83$ and $\\delta_2=4/(4-\\tfrac14)=\\tfrac{16}{15}$.",
)


# 10.4 break: the formulas are blind in one direction, and at this start it does no harm.


def _check_harmless(answer: Any) -> Feedback:
    numbers = read_numbers(answer, 6)
    phi = factorization(1, 2, 2)
    found = recovery(phi, numbers)
    if found.rank_phi < 2 or found.rank_laws < 3:
        return wrong(
            f"At this start rank ∂φ = {found.rank_phi} and rank ∂h = {found.rank_laws}, where 2 and 3 are "
            f"possible: the "
            "start is too special. Take an invertible V."
        )
    if found.is_harmless:
        return right(
            f"φ and the laws do not see the direction {found.directions[0]}, and M does not change along it. "
            "Look at UᵀU − VᵀV: is it a multiple of the identity?"
        )
    u, v = numbers[:2], (numbers[2:4], numbers[4:])
    psi = [[u[i] * u[j] - sum(row[i] * row[j] for row in v) for j in range(2)] for i in range(2)]
    rows = "; ".join(", ".join(str(x) for x in row) for row in psi)
    return wrong(
        f"M changes along the direction {found.directions[0]}, which neither φ nor the laws see. Your start has "
        f"UᵀU − VᵀV = ({rows})."
    )


_HARMLESS = Exercise(
    "10.4",
    "Blind, and no harm done",
    "break",
    '"If $\\varphi$ and the laws are blind in some direction, then the metric cannot be a function of $z$ and '
    'the laws." '
    "Break this: find a start of `factorization(1,2,2)` with $\\partial\\varphi$ and $\\partial h$ of full "
    "rank at which "
    "$M$ does **not** change along the unseen direction. Write $u_1,u_2$ and then the rows of $V$: "
    "$v_{11},v_{12},v_{21},v_{22}$.",
    "(1, 2, 3, 1, 1, 1)",
    (
        "Try a few starts with `cl.geometry.recovery(phi, start)`. What is special about $U^\\top U-V^\\top V$ "
        "where it "
        "says that $M$ stays?",
        "You want $U^\\top U-V^\\top V=\\lambda I$. With $u=(a,0)$ take $V$ diagonal.",
        "$a^2-v_{11}^2=-v_{22}^2$: a Pythagorean triple.",
    ),
    _check_harmless,
    introduces=("relaxed balance",),
    uses=("the metric K(z)", "independent laws"),
    solution="$u=(3,0)$ and $V={\\rm diag}(5,4)$: $U^\\top U-V^\\top V={\\rm diag}(9-25,\\,-16)=-16\\,I$.",
)


# 10.5 prove: the flow of Z, for all widths.

_START = """given U: n x r, V: m x r, G: n x m
flow U' = -G*V, V' = -G^T*U
let Z = U*V^T
goal Z' = -(U*U^T*G + G*V*V^T)"""

_PROOF = Exercise(
    "10.5",
    "How a product moves",
    "prove",
    "Prove, for all $n$, $m$, $r$, that along the flow $\\dot U=-GV$, $\\dot V=-G^\\top U$ the product "
    "$Z=UV^\\top$ moves by "
    "$\\dot Z=-(UU^\\top G+GVV^\\top)$. Two lines are enough: one by the product rule, one by substitution (or by "
    "computation). The first lines stand there already, with the goal.",
    "Z' = U*V'^T by the product rule",
    (
        "`Z' = U'*V^T + ...  by the product rule`: there is a second term, in which $V$ moves.",
        "`Z' = U'*V^T + U*V'^T  by the product rule`. Now put in what $U'$ and $V'$ are.",
        "`= -(U*U^T*G + G*V*V^T)  by substitution`, since $(G^\\top U)^\\top=U^\\top G$.",
    ),
    lambda answer: judge_proof(
        answer, _START, "Each step is right and the goal is reached: this is how Z moves, for all n, m and r."
    ),
    uses=("relaxed balance", "the chain rule"),
    solution="`Z' = U'*V^T + U*V'^T` by the product rule, `= -(U*U^T*G + G*V*V^T)` by substitution.",
    start=_START,
)

EXERCISES = (_FORMULA, _UNASKED, _DELTAS, _HARMLESS, _PROOF)
