"""The exercises of lesson 3, on the map through which the parameters act."""

from __future__ import annotations

from typing import Any

from ..claims.answers import parts, read_numbers, show, without_name
from ..errors import ParseError
from ..laws.checking import check_law
from ..laws.counting import count_laws
from ..laws.questions import factors_through
from ..models.networks import relu
from ..models.parametrizations import parametrization
from ..paper.examples import dimension, pattern, rank
from .exercise import Exercise, Feedback, right, wrong
from .proof_answers import judge_proof

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "03_reparametrization.ipynb"


def _components(answer: Any) -> list[str]:
    pieces = [str(piece) for piece in parts(answer)]
    if not 1 <= len(pieces) <= 12:
        raise ParseError(f"φ needs between one and twelve components, and '{str(answer)[:40]}' has {len(pieces)}")
    return pieces


# 3.1 compute: a φ that remembers what the model remembers, and nothing else.

_ABC = ("a", "b", "c")


def _check_phi(answer: Any) -> Feedback:
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


_PHI = Exercise(
    "3.1",
    "What the model remembers",
    "compute",
    "A neuron with an offset: $g(a,b,c;x)=a\\,(bx+c)$. Give a $\\varphi(a,b,c)$, as a list of polynomials, such that "
    "$g$ is a function of $\\varphi$ and $x$, and that forgets whatever the model forgets: different parameters with "
    "the same outputs should have the same $\\varphi$.",
    "a, b*c",
    (
        "Multiply out: for which numbers, made of $a,b,c$, is the output a fixed function of them and of $x$?",
        "The output is $p\\,x+q$ with two numbers $p$ and $q$.",
        "$p=ab$ and $q=ac$.",
    ),
    _check_phi,
    introduces=("a reparametrization φ",),
    uses=("a law: conserved for any data set",),
    solution="$\\varphi=(ab,\\,ac)$: $g=\\varphi_1x+\\varphi_2$. Any list that determines these two numbers will do.",
)


# 3.2 compute: two inputs that differ in one neuron only.

_NET = relu(2, 3, 1)
_THETA = (1, 2, -1, 2, 1, 1, -1, -1, 2)


def _check_pair(answer: Any) -> Feedback:
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


_PAIR = Exercise(
    "3.2",
    "One neuron alone",
    "compute",
    "Three hidden neurons without biases see the input through $2x_1+x_2$, $x_1-x_2$ and $-x_1+2x_2$. Find two inputs "
    "$x$ and $x'$ between which **only the second** neuron switches on or off. Write $x_1,x_2,x'_1,x'_2$.",
    "1, 0, -1, 0",
    (
        "The second neuron switches on the line $x_1=x_2$. Stay near it, one input on either side.",
        "Near $(1,1)$ the other two neurons are both active.",
        "$(3,2)$ lies below the line, $(2,3)$ above it. What do the other two neurons do there?",
    ),
    _check_pair,
    introduces=("distinct hyperplanes",),
    uses=("a reparametrization φ",),
    solution="For example $x=(3,2)$ and $x'=(2,3)$: the patterns are $111$ and $101$.",
)


# 3.3 break: twins.

_TWO = relu(2, 2, 1)


def _check_twins(answer: Any) -> Feedback:
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


_TWINS = Exercise(
    "3.3",
    "Twins",
    "break",
    "Theorem 2.14 needs hidden neurons with distinct hyperplanes. Break it: give a point "
    "$\\theta=(u_1,u_2,\\,v_1,\\,v_2)$ of the ReLU network with two inputs and two hidden neurons, six numbers, at "
    "which $W^g_\\theta$ is **smaller** than $W_\\varphi(\\theta)$.",
    "1, 1, 1, 0, 0, 1",
    (
        "On which inputs is a neuron active? When are two neurons active on the same ones?",
        "Take $v_2=c\\,v_1$. Does it matter whether $c$ is positive?",
        "With $c>0$ the neurons are twins. Keep $u_1$ and $u_2$ away from zero.",
    ),
    _check_twins,
    uses=("distinct hyperplanes", "the trace W(θ)"),
    solution="$(1,2,\\,1,0,\\,3,0)$: twins, for $v_2=3v_1$. $\\dim W^g_\\theta=2$, $\\dim W_\\varphi(\\theta)=4$.",
)


# 3.4 prove: finitely many equations.

_START = """
model phi(u*v, u*b)
let h = u^2 - v^2 - b^2
goal h is conserved
"""

_PROOF = Exercise(
    "3.4",
    "Two equations for all data",
    "prove",
    "A ReLU neuron with a bias acts, between its kinks, through $\\varphi=(uv,\\,ub)$. Prove that $h=u^2-v^2-b^2$ is "
    "conserved for any data and any loss. The first lines are given. (Write `grad phi_1` and "
    "`grad phi_2` for the two fields $\\nabla\\varphi_1$ and $\\nabla\\varphi_2$; the engine's own names for them are "
    "`v_1` and `v_2`.)",
    "<grad h, grad phi_1> = ...   by computation",
    (
        "There are two components, so there are two equations to check.",
        "`<grad h, grad phi_1> = 2*u*v - 2*v*u = 0   by computation` is the first.",
        "After both, the last line is `h is conserved   by Proposition 2.5`.",
    ),
    lambda answer: judge_proof(
        answer,
        _START,
        "Two identities, and the law holds for every data set and every loss. Without −b² the second one fails.",
    ),
    introduces=("the fields of φ",),
    uses=("a reparametrization φ", "a gradient orthogonal to every field"),
    solution=(
        "$\\langle(2u,-2v,-2b),(v,u,0)\\rangle=0$ and $\\langle(2u,-2v,-2b),(b,0,u)\\rangle=0$; by Proposition 2.5 "
        "that is all."
    ),
    start=_START,
)


# 3.5 break: a φ through which the model acts, and which has no law.


def _check_blind(answer: Any) -> Feedback:
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


_BLIND = Exercise(
    "3.5",
    "A φ that knows too much",
    "break",
    "The neuron $g(u,v;x)=uvx$ has a law. Find a $\\varphi(u,v)$, a list of polynomials through which $g$ acts, that "
    "has **none**.",
    "u*v",
    (
        "A law must be orthogonal to $\\nabla\\varphi_1$, to $\\nabla\\varphi_2$, ... How many independent ones leave "
        "no room in the plane?",
        "Keep $uv$, and let $\\varphi$ remember one thing more.",
        "$\\varphi=(uv,\\,u)$, or simply $\\varphi=(u,v)$.",
    ),
    _check_blind,
    uses=("the fields of φ", "independent laws"),
    solution="$\\varphi=(uv,u)$: its gradients $(v,u)$ and $(1,0)$ span the plane where $u\\ne0$, and leave no room.",
)


# 3.6 break: data in a subspace freeze something.

_LINE = ("u", "v1", "v2")


def _check_frozen(answer: Any) -> Feedback:
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


_FROZEN = Exercise(
    "3.6",
    "Frozen",
    "break",
    "The neuron $g=u\\,(v_1x_1+v_2x_2)$ again; all inputs of your data are multiples of $(1,2)$. Find a function of "
    "$u,v_1,v_2$ that is conserved for **all** such data, and that is no law of the model. (Write `v1` and `v2`.)",
    "v1 + 2*v2",
    (
        "All gradients are multiples of $\\nabla(u\\,(v_1+2v_2))=(v_1+2v_2,\\,u,\\,2u)$.",
        "$v$ only ever moves in the direction $(1,2)$. Which part of $v$ stays where it is?",
        "The part orthogonal to $(1,2)$.",
    ),
    _check_frozen,
    uses=("a law: conserved for any data set", "the fields of φ"),
    solution="$2v_1-v_2$, the component of $v$ orthogonal to all inputs: $\\langle(0,2,-1),(v_1+2v_2,u,2u)\\rangle=0$.",
)

EXERCISES = (_PHI, _PAIR, _TWINS, _PROOF, _BLIND, _FROZEN)
