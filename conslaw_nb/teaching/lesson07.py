"""The exercises of lesson 7, on counting laws: two bounds, certificates, and why floats are not enough."""

from __future__ import annotations

from typing import Any

from ..claims.answers import parts, read_numbers, read_polynomial
from ..claims.hints import law_hint
from ..errors import ParseError
from ..exact.polynomial import Poly
from ..laws.checking import check_law
from ..laws.counting import count_laws
from ..laws.questions import complete, independent
from ..laws.staircases import staircase
from ..models.networks import factorization
from ..models.parametrizations import parametrization
from .exercise import Exercise, Feedback, right, wrong
from .floating import eliminate
from .proof_answers import judge_proof

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "07_counting.ipynb"


def _whole(answer: Any, count: int) -> list[int]:
    """Read whole numbers."""
    numbers = read_numbers(answer, count)
    if any(value.denominator != 1 for value in numbers):
        raise ParseError(f"whole numbers are asked for, and '{answer}' holds others")
    return [int(value) for value in numbers]


# 7.1 predict: the three numbers of a network.


def _check_numbers(answer: Any) -> Feedback:
    trace, lie, laws = _whole(answer, 3)
    phi = factorization(1, 2, 2)
    count = count_laws(phi)
    total = phi.dimension
    if (trace, lie, laws) == (count.dim_trace, count.dim_lie, count.laws):
        proved = f"The engine proves it: {count.verdict.reason}"
        return right(f"{count.staircase}, and {total} − {lie} = {laws} laws. {proved}")
    if laws + lie != total:
        return wrong(
            f"Your numbers do not fit together: with D = {total} and dim Lie(W)(θ) = {lie} there would "
            f"be {total - lie} laws, and not {laws}."
        )
    if trace > phi.count:
        return wrong(f"φ has {phi.count} components, so W(θ) is spanned by {phi.count} vectors: {trace} is too large.")
    if lie < trace:
        return wrong(f"Lie(W)(θ) holds W(θ), so its dimension cannot be {lie} if that of W(θ) is {trace}.")
    if trace != count.dim_trace:
        return wrong(
            f"dim W(θ) is not {trace}: look at the two gradients at a point where all parameters are different from 0."
        )
    if lie == trace:
        return wrong("You have left the brackets out. There is one bracket of two fields: does it lie in W(θ)?")
    return wrong(f"dim Lie(W)(θ) is not {lie}: two fields have one bracket, and how many dimensions can that one add?")


_NUMBERS = Exercise(
    "7.1",
    "Three numbers",
    "predict",
    "`factorization(1,2,2)`: the row $u=(u_1,u_2)$ and the $2\\times2$ matrix $V$ with rows $v_1,v_2$, and "
    "$\\varphi=(\\langle u,v_1\\rangle,\\langle u,v_2\\rangle)$. Predict, at a generic point, $\\dim W(\\theta)$, "
    "$\\dim{\\rm Lie}(W)(\\theta)$ and the number of laws. (No engine, please: it would be right.)",
    "(1, 1, 5)",
    (
        "$D=6$. The gradients are $(v_1;u,0)$ and $(v_2;0,u)$. Are they parallel?",
        "Both fields are linear. Their bracket rotates $v_1$ and $v_2$: it is $(0;\\,v_2,\\,-v_1)$, up to the sign.",
        "Is that a combination of the two gradients, at a point where $u$ is a multiple of neither $v_1$ nor $v_2$?",
    ),
    _check_numbers,
    introduces=("the Lie staircase",),
    uses=("the bracket of two fields", "a law that brackets destroy"),
    solution="$(2,3,3)$: two independent gradients, one bracket outside, and $6-3=3$ laws.",
)


# 7.2 compute: the laws that bring the ceiling down to the staircase.

_QUAD = ("a", "b", "c", "d")


def _check_ceiling(answer: Any) -> Feedback:
    phi = parametrization("a*c + b*d", variables=_QUAD)
    pieces = [str(piece) for piece in parts(answer)]
    if len(pieces) != 3:
        return wrong(
            f"Three functions, with commas between them, are needed to bring the ceiling from 4 down to 1; `{answer}` "
            f"is {len(pieces)}."
        )
    for piece in pieces:
        finding = _finding(piece, phi)
        if finding:
            return wrong(finding)
    verdict, _ = complete(pieces, phi)
    if verdict.is_proved:
        return right(
            "Three laws with independent gradients: dim Lie(W)(θ) is at most 4 − 3 = 1. The gradient of φ is not 0: "
            "it is "
            "at least 1. The bounds meet."
        )
    dependent = independent(pieces, phi.variables)
    if dependent.is_refuted:
        return wrong(f"All three are laws, but they are not independent: {dependent.reason}")
    return wrong(f"The engine does not see it: {verdict.reason}")


def _finding(piece: str, phi: Any) -> str:
    """Say what is wrong with a function that should be a law, or nothing."""
    verdict = check_law(piece, phi)
    if verdict.details.get("constant"):
        return f"`{piece}` is a constant: it is never counted."
    if verdict.is_proved:
        return ""
    return f"`{piece}` is no law: {verdict.reason}{law_hint(piece, phi)}"


_CEILING = Exercise(
    "7.2",
    "The ceiling",
    "compute",
    "For $\\varphi=ac+bd$ on $\\mathbb R^4$ there is one field, $\\nabla\\varphi=(c,d,a,b)$, and nothing to bracket "
    "it with: from "
    "below, $\\dim{\\rm Lie}(W)(\\theta)\\ge1$. Bring the ceiling down to $1$: find **three independent laws**.",
    "a + c, b**2 - d**2, a*d",
    (
        "Two of them you know from a neuron: which squares balance each other?",
        "$\\nabla\\varphi$ changes $a$ at the rate $c$, and $c$ at the rate $a$; the same for $b$ and $d$. What is "
        "the rate of "
        "$ab$?",
        "The rate of $ab$ is $cb+ad$. Which other product has this rate?",
    ),
    _check_ceiling,
    introduces=("two bounds that meet",),
    uses=("independent laws", "the Lie staircase"),
    solution="$a^2-c^2$, $b^2-d^2$ and $ab-cd$: the rates of $ab$ and of $cd$ are both $bc+ad$.",
)


# 7.3 prove: a complete list of laws, step by step.

_GOAL = "a**2 - c**2, b**2 - d**2 are all the laws"
_START = f"model phi(a*c, b*d)\ngoal {_GOAL}"


def _check_proof(answer: Any) -> Feedback:
    told = "Every step is decided, and the last one follows by Theorem 3.3: no law is missing."
    needs = "that both are laws, that they are independent, and dim Lie"
    return judge_proof(answer, _START, told, cites="Theorem 3.3", needs=needs)


_PROOF = Exercise(
    "7.3",
    "All the laws",
    "prove",
    "Two ReLU neurons with one input and one output act through $\\varphi=(ac,\\,bd)$. Write a proof that $a^2-c^2$ "
    "and "
    "$b^2-d^2$ are **all** the laws. The last line should rest on Theorem 3.3. Each line is a step with its reason, "
    "such as "
    "`a**2 - c**2 is conserved by computation`; others you may need are `f, g are independent by Definition 2.18`, "
    "`dim Lie = k by computation` and `there are exactly n laws by Theorem 3.3`.",
    "a**2 - c**2 is conserved by computation",
    (
        "What does *all the laws* claim? That they are laws, that they are independent, and that there is no other.",
        "For the last part you need the number of laws, and Theorem 3.3 needs $\\dim{\\rm Lie}$ for it. What is it "
        "here?",
        "`dim Lie = 2 by computation`, then `there are exactly 2 laws by Theorem 3.3`, then the goal, by Theorem 3.3.",
    ),
    _check_proof,
    uses=("two bounds that meet", "independent laws"),
    solution=(
        "Both are conserved by computation; they are independent by Definition 2.18; $\\dim{\\rm Lie}=2$ by "
        "computation; there are "
        "exactly $4-2=2$ laws by Theorem 3.3; so these are all."
    ),
    start=_START,
)


# 7.4 break: bracketing with a few generators only.

_FOUR = ("w", "x", "y", "z")
MAX_DEGREE = 4


def _check_few(answer: Any) -> Feedback:
    pieces = parts(answer)
    if len(pieces) != 3:
        raise ParseError(f"three components of φ are asked for, with commas between them; '{answer}' is {len(pieces)}")
    polys: list[Poly] = [read_polynomial(piece, _FOUR) for piece in pieces]
    for poly in polys:
        if poly.degree > MAX_DEGREE:
            raise ParseError(f"a component has degree {poly.degree}: degree {MAX_DEGREE} is enough")
    phi = parametrization(*(poly.text for poly in polys), variables=_FOUR)
    few = staircase(phi, steps=3, generators=1).traces
    count = count_laws(phi)
    announced = 4 - few[-1]
    shown = ", ".join(map(str, few))
    if count.laws is None:
        return wrong(f"How many laws there are is not decided here: {count.verdict.reason}")
    if announced > count.laws:
        return right(
            f"Bracketing with v_1 alone gives the dimensions {shown}, and so {announced} "
            f"law{'s' if announced > 1 else ''}. With all generators {count.staircase}: {count.laws}."
        )
    return wrong(
        f"Bracketing with v_1 alone gives the dimensions {shown}, and so {announced} "
        f"law{'' if announced == 1 else 's'}, which is the right number. The shortcut got away with it."
    )


_FEW = Exercise(
    "7.4",
    "A few generators",
    "break",
    "Somebody saves time: brackets are formed with the **first** generator only, $v_1=\\nabla\\varphi_1$. Find "
    "$\\varphi=(\\varphi_1,\\varphi_2,\\varphi_3)$ on $\\mathbb R^4$, with variables `w`, `x`, `y`, `z`, for which "
    "this announces "
    "a law that does not exist.",
    "w*x, w*y, w*z",
    (
        "Let $v_1$ have nothing to do with the others, so that its brackets with them are zero.",
        "Take $\\varphi_1=w$, and let $\\varphi_2$, $\\varphi_3$ be functions of $x,y,z$ whose bracket leaves their "
        "plane.",
        "Lesson 6 has such a pair: $(x,\\ y+xz)$.",
    ),
    _check_few,
    introduces=("a shortcut that misses brackets",),
    uses=("the Lie staircase", "a law that brackets destroy"),
    solution="$\\varphi=(w,\\ x,\\ y+xz)$: $v_1$ commutes with everything, and $[v_2,v_3]=(0,0,0,-1)$ is never formed.",
)

# 7.5 break: a prime modulo which the lower bound is lost.

_PLACE = (4, 1)
MAX_PRIME = 10**6


def _minor() -> int:
    """Return the determinant of the gradients of x² + 3y² and xy at the point."""
    (a, b), (c, d) = ([int(part.evaluate(_PLACE)) for part in field.components] for field in
                      parametrization("x**2 + 3*y**2", "x*y"))  # fmt: skip
    return a * d - b * c


def _check_prime(answer: Any) -> Feedback:
    (p,) = _whole(answer, 1)
    if not 2 <= p <= MAX_PRIME:
        return wrong(f"{p} is not a prime between 2 and {MAX_PRIME}.")
    divisor = next((k for k in range(2, int(p**0.5) + 1) if p % k == 0), None)
    if divisor is not None:
        return wrong(f"{p} = {divisor} · {p // divisor} is no prime, and modulo {p} one cannot divide.")
    minor = _minor()
    if minor % p:
        return wrong(f"Modulo {p} the minor is {minor % p}, and not 0: it sees that the rows are independent.")
    return right(
        f"The minor is {minor}, which is 0 modulo {p}. A rank modulo {p} comes out as 1, too small and never too "
        f"large: "
        "such a certificate would be weaker than it could be, but not wrong."
    )


_PRIME = Exercise(
    "7.5",
    "An unlucky prime",
    "break",
    "A certificate shows that $R$ vectors are independent *modulo a prime*. The gradients of $\\varphi=(x^2+3y^2,\\ "
    "xy)$ are "
    "independent at the point $(4,1)$. Find a prime $p$ modulo which they are not.",
    "7",
    (
        "Write the two gradients at $(4,1)$ as rows, and take the determinant.",
        "The rows are $(8,6)$ and $(1,4)$. Modulo $p$ they are dependent when $p$ divides the determinant.",
        "$8\\cdot4-6\\cdot1=26$.",
    ),
    _check_prime,
    introduces=("a certificate",),
    uses=("two bounds that meet",),
    solution="The determinant is $26=2\\cdot13$: the primes $2$ and $13$ are unlucky, and no others.",
)


# 7.6 break: an invertible matrix that floats call singular.

_TOLERANCE = 1e-9
MAX_ENTRY = 10**15


def _check_close(answer: Any) -> Feedback:
    a, b, c, d = _whole(answer, 4)
    if max(map(abs, (a, b, c, d))) > MAX_ENTRY:
        return wrong(f"Keep the entries below {MAX_ENTRY}, so that each of them is exactly a float.")
    determinant = a * d - b * c
    if not determinant:
        return wrong("This matrix is singular: its determinant is exactly 0, and the floats are right to say so.")
    seen = eliminate([[a, b], [c, d]], _TOLERANCE)
    if seen.rank == 2:
        return wrong(
            f"The determinant is {determinant}, and floats see rank 2 as well: the second pivot is "
            f"{seen.pivots[1]:.3g}, more than a thousand-millionth of the largest entry."
        )
    return right(
        f"The determinant is {determinant}, so the rank is 2, and the elimination stops after {seen.rank}: what is "
        f"left counts "
        "as zero. With a smaller tolerance it would be right here, and wrong elsewhere."
    )


_CLOSE = Exercise(
    "7.6",
    "Close enough",
    "break",
    "A program calls a pivot zero if it is at most $10^{-9}$ times the largest entry. Find integers $a,b,c,d$ such "
    "that the "
    "matrix with rows $(a,b)$ and $(c,d)$ is invertible, and the program says that its rank is $1$.",
    "(1, 2, 3, 4)",
    (
        "You want a determinant that is not $0$ but tiny compared with the entries.",
        "After one step the second pivot is $\\tfrac{ad-bc}{a}$, if $a$ is the larger one of $a$ and $c$.",
        "Determinant $1$ or $-1$, and entries of five digits or more: two neighbours in a row, two more below.",
    ),
    _check_close,
    introduces=("a tolerance",),
    uses=("rank of a matrix",),
    solution="$(100001,\\ 100000,\\ 100000,\\ 99999)$ has the determinant $-1$, and its second pivot is $-10^{-5}$.",
)


EXERCISES = (_NUMBERS, _CEILING, _PROOF, _FEW, _PRIME, _CLOSE)
