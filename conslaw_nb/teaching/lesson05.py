"""The exercises of lesson 5, on finding laws: the linear system, what its kernel counts, and what polynomials miss."""

from __future__ import annotations

from typing import Any

from ..claims.answers import read_numbers, read_polynomial
from ..claims.diagnosis import diagnose_law
from ..errors import ConslawError, ParseError
from ..exact.polynomial import Poly
from ..laws.checking import check_law
from ..laws.search import conservation_laws
from ..models.fields import vector_fields
from ..models.parametrizations import parametrization
from .exercise import Exercise, Feedback, right, wrong
from .proof_answers import judge_proof

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "05_finding_laws.ipynb"


def _no_law(h: str, phi: Any) -> str:
    """Say why a function is no law that counts, or nothing if it is one."""
    verdict = check_law(h, phi)
    if verdict.details.get("constant"):
        return f"`{h}` is a constant: conserved, but it says nothing."
    if verdict.is_proved:
        return ""
    try:
        hint = diagnose_law(h, phi)
    except ConslawError:
        hint = None
    told = f" {hint.hints[0]}" if hint is not None and len(hint.hints) > 1 else ""
    reason = verdict.reason.removeprefix("not conserved: ")
    return f"`{h}` is no law: {reason}{told}"


# 5.1 compute: a law with parts of two degrees.

_PLANE = ("x", "y")


def _check_shifted(answer: Any) -> Feedback:
    phi = parametrization("x*y + x - 2*y", variables=_PLANE)
    h = read_polynomial(answer, _PLANE)
    if h.degree > 2:
        return wrong(f"`{h.text}` has degree {h.degree}; degree 2 is enough, and is asked for.")
    trouble = _no_law(h.text, phi)
    if not trouble:
        top = _part(h, 2)
        return right(
            f"The rate of `{h.text}` is 0, as an identity. Its part of degree 2, `{top.text}`, is no law by itself: "
            f"its rate is {phi[0].along(top).text}, and the part of degree 1 makes up for that."
        )
    if h == _part(h, 2) and h:
        rate = phi[0].along(h)
        return wrong(
            f"The rate of `{h.text}` is {rate.text}, not 0. Your h has no part of degree 1; can one of degree 2 alone "
            "do it?"
        )
    return wrong(trouble)


def _part(h: Poly, degree: int) -> Poly:
    """Return the homogeneous part of a degree."""
    return Poly(h.variables, {m: c for m, c in h.terms.items() if sum(e for _, e in m) == degree})


_SHIFTED = Exercise(
    "5.1",
    "The system by hand",
    "compute",
    "For $\\varphi=xy+x-2y$ the field is $(y+1,\\,x-2)$. Write $h=a_1x+a_2y+a_3x^2+a_4xy+a_5y^2$, set every "
    "coefficient of $\\langle\\nabla h,\\nabla\\varphi\\rangle$ to zero, and solve. Which law comes out?",
    "x**2 + 3*x*y - y",
    (
        "$\\langle\\nabla h,\\nabla\\varphi\\rangle=(a_1+2a_3x+a_4y)(y+1)+(a_2+a_4x+2a_5y)(x-2)$. Collect $1,x,y,x^2,"
        "xy,y^2$: six equations.",
        "$x^2$ gives $a_4=0$, and $xy$ gives $2a_3+2a_5=0$. What do $x$ and $y$ say then?",
        "$x$: $2a_3+a_2-2a_4=0$; $y$: $a_1+a_4-4a_5=0$. Put $a_3=1$.",
    ),
    _check_shifted,
    introduces=("the linear system for laws",),
    uses=("a conserved quantity", "a gradient orthogonal to every field"),
    solution="$a_3=1$, $a_5=-1$, $a_1=-4$, $a_2=-2$: $h=x^2-4x-y^2-2y=(x-2)^2-(y+1)^2-3$, the law of lesson 1, moved.",
)


# 5.2 predict: what the search will answer.

_DEGREE = 8


def _check_two_numbers(answer: Any) -> Feedback:
    numbers = read_numbers(answer, 2)
    if any(value.denominator != 1 for value in numbers):
        raise ParseError(f"whole numbers are asked for, and '{answer}' holds others")
    kernel, rank = map(int, numbers)
    found = conservation_laws(parametrization("x*y*z"), _DEGREE)
    by_degree = {d: sum(law.degree == d for law in found) for d in range(1, _DEGREE + 1)}
    if (kernel, rank) == (len(found), found.independent):
        told = ", ".join(f"{number} of degree {degree}" for degree, number in by_degree.items() if number)
        return right(f"The engine finds {told}: {len(found)} together, and their gradients have rank {rank}.")
    if rank != found.independent:
        return wrong(
            f"Rank {rank}? All these laws are functions of a = x² − y² and b = y² − z², so that their gradients are "
            "combinations of ∇a and ∇b."
            if rank > found.independent
            else f"Rank {rank} is too small: ∇a and ∇b themselves are not parallel at a generic point."
        )
    if kernel == rank:
        return wrong("The kernel holds a and b, and their products too: a·b is not a combination of a and b.")
    if kernel in by_degree.values():
        return wrong(f"{kernel} laws there are of one degree. The search takes all degrees up to {_DEGREE} together.")
    if kernel == len(found) + 1:
        return wrong("One too many: constants are left out, because they say nothing.")
    return wrong(
        f"Not {kernel}. How many products aⁱbʲ have degree 2 in x, y, z? How many have degree 4, 6, {_DEGREE}? And "
        "there are none of odd degree."
    )


_KERNEL = Exercise(
    "5.2",
    "Kernel and rank",
    "predict",
    "$\\varphi=xyz$ has the laws $a=x^2-y^2$ and $b=y^2-z^2$, and products of laws are laws; up to degree $8$ "
    "there are no others than the polynomials in $a$ and $b$. All laws of degree at most $8$ in $x,y,z$ are "
    "searched (constants left out). Predict the **dimension of the kernel** and the **rank of the gradients**.",
    "(12, 3)",
    (
        "A polynomial in $a$ and $b$ of which degree has degree at most $8$ in $x,y,z$?",
        "Count $a^ib^j$ with $1\\le i+j\\le4$.",
        "$2+3+4+5$. And $\\nabla(a^ib^j)$ lies in the plane of $\\nabla a$ and $\\nabla b$.",
    ),
    _check_two_numbers,
    introduces=("kernel and gradient rank",),
    uses=("the linear system for laws", "independent laws"),
    solution="$(14,2)$: there are $2+3+4+5=14$ products $a^ib^j$ with $1\\le i+j\\le4$, and all are functions of two.",
)


# 5.3 compute: the relation that the rank has seen.

_ABC = ("a", "b", "c")
_MEANING = {"a": "u1**2 - v1**2", "b": "u2**2 - v2**2", "c": "u1*u2 - v1*v2"}
_TURN = "u1*v2 - u2*v1"
_FOUR = ("u1", "u2", "v1", "v2")
MAX_RELATION = 6


def _put_in(relation: Poly) -> Poly:
    """Replace a, b, c by the three laws."""
    laws = [read_polynomial(_MEANING[name], _FOUR) for name in _ABC]
    total = Poly.constant(_FOUR, 0)
    for monomial, coefficient in relation.terms.items():
        term = Poly.constant(_FOUR, coefficient)
        for place, exponent in monomial:
            term = term * laws[place] ** exponent
        total = total + term
    return total


def _check_relation(answer: Any) -> Feedback:
    relation = read_polynomial(answer, _ABC)
    if relation.degree > MAX_RELATION:
        raise ParseError(f"'{answer}' has degree {relation.degree}: d² has degree 4 in the weights, so 2 is enough")
    square = read_polynomial(_TURN, _FOUR) ** 2
    found = _put_in(relation)
    if found == square:
        return right(
            f"d² = {relation.text}, as an identity. The gradient of d is therefore a combination of the other three "
            "wherever d is not 0, and the rank is 3."
        )
    if found == -square:
        return wrong(f"`{relation.text}` is −d². A square of real numbers is not negative: turn the sign.")
    if any(sum(e for _, e in monomial) != 2 for monomial in relation.terms):
        return wrong(
            f"d² has degree 4 in the weights, and a, b, c have degree 2: only products of two of them can stand in "
            f"it, and `{relation.text}` has other terms, or none."
        )
    rest = square - found
    return wrong(f"d² − ({relation.text}) = {rest.brief}, and that is not 0.")


_RELATION = Exercise(
    "5.3",
    "The hidden relation",
    "compute",
    "For $\\varphi=u_1v_1+u_2v_2$ the kernel of degree $2$ is spanned by $a=u_1^2-v_1^2$, $b=u_2^2-v_2^2$, "
    "$c=u_1u_2-v_1v_2$ and $d=u_1v_2-u_2v_1$, but the rank is $3$. So one of them must be a function of the others, "
    "locally. Write $d^2$ as a polynomial in `a`, `b`, `c`.",
    "a**2 + b*c",
    (
        "Which degree in $a,b,c$ can it have, if $d^2$ has degree $4$ in the weights?",
        "Multiply out $d^2=u_1^2v_2^2-2u_1u_2v_1v_2+u_2^2v_1^2$. Which of the products $a^2,ab,c^2,\\dots$ has "
        "the term $u_1u_2v_1v_2$?",
        "$c^2=u_1^2u_2^2-2u_1u_2v_1v_2+v_1^2v_2^2$. Which product removes $u_1^2u_2^2+v_1^2v_2^2$?",
    ),
    _check_relation,
    introduces=("a relation between laws",),
    uses=("kernel and gradient rank", "independent laws"),
    solution="$d^2=c^2-ab$. With $\\Psi=U^\\top U-V^\\top V$ it says $d^2=-\\det\\Psi$: even in degree $2$ the "
    "dimension of the kernel is no count.",
)


# 5.4 break: no bound on the degree.

_LOW, _HIGH = 4, 12


def _check_degree(answer: Any) -> Feedback:
    phi_text = read_polynomial(answer, _PLANE)
    if phi_text.degree > 2:
        return wrong(f"`{phi_text.text}` has degree {phi_text.degree}, and the claim is about degree 2.")
    if phi_text.is_constant:
        return wrong(f"`{phi_text.text}` is a constant: nothing moves, and every function is conserved.")
    phi = parametrization(phi_text.text, variables=_PLANE)
    early = conservation_laws(phi, _LOW)
    if len(early):
        first = min(early, key=lambda law: law.degree)
        return wrong(f"A search up to degree {_LOW} does find a law: `{first.text}`, of degree {first.degree}.")
    later = conservation_laws(phi, _HIGH)
    if not len(later):
        return wrong(
            f"Up to degree {_LOW} nothing is found, but up to degree {_HIGH} neither: so far the friend has missed "
            "no polynomial law. Let x and y move at speeds of different signs, and keep the ratio small."
        )
    first = min(later, key=lambda law: law.degree)
    return right(
        f"Up to degree {_LOW} there is nothing, and then comes `{first.text}`, of degree {first.degree}. The degree of "
        "φ does not tell where to stop."
    )


_TOO_SOON = Exercise(
    "5.4",
    "Stopped too soon",
    "break",
    'A friend says: "If $\\varphi(x,y)$ has degree $2$, it is enough to search up to degree $4$." Find a polynomial '
    "$\\varphi$ of degree $2$ in `x`, `y` that has a polynomial law of degree at most $12$, and none of degree at most "
    "$4$.",
    "x**2 - y**2",
    (
        "Let $x$ and $y$ move independently, $\\dot x=px$ and $\\dot y=-qy$. What is the rate of $x^iy^j$?",
        "The rate of $x^iy^j$ is $(ip-jq)\\,x^iy^j$: it is $0$ when $ip=jq$.",
        "With $p=1$ and $q=4$ the smallest choice is $x^4y$. Which $\\varphi$ has the field $(x,-4y)$?",
    ),
    _check_degree,
    introduces=("a law of any degree",),
    uses=("the linear system for laws",),
    solution="$\\varphi=\\tfrac12x^2-2y^2$ has the field $(x,-4y)$ and the law $x^4y$. With $q$ in place of "
    "$4$: degree $q+1$.",
)


# 5.5 compute: the law that no polynomial is.

_SPACE = ("x", "y", "z")


def _check_beyond(answer: Any) -> Feedback:
    phi = parametrization("x*y + z", variables=_SPACE)
    h = answer.strip() if isinstance(answer, str) else str(answer)
    verdict = check_law(h, phi)
    if verdict.status.name == "UNKNOWN":
        return wrong(f"This cannot be settled: {verdict.reason} A simpler form may do.")
    trouble = _no_law(h, phi)
    if trouble:
        return wrong(trouble)
    # Without z a law is a function of x² − y²; with z its gradient is no multiple of (2x, −2y, 0).
    still = check_law(h, vector_fields(_SPACE, [["0", "0", "1"]]))
    if still.is_proved:
        return wrong(
            f"`{h}` is a law, but it does not change with z, so that it is a function of x² − y², locally. The "
            "missing law needs z."
        )
    if not still.is_refuted:
        return wrong(f"Whether `{h}` depends on z cannot be settled: a simpler form may do.")
    return right(
        f"`{h}` is a law, and it depends on z, so it is independent of x² − y². That makes two, and by dimensions "
        "there are no more."
    )


_BEYOND = Exercise(
    "5.5",
    "The missing law",
    "compute",
    "For $\\varphi=xy+z$ the field is $(y,\\,x,\\,1)$. There are $3-1=2$ independent laws, and every polynomial one is "
    "a function of $x^2-y^2$. Find a **second law**, independent of it. (Write `exp(...)` and `log(...)` where you "
    "need them.)",
    "x*exp(z)",
    (
        "What is the rate of $x+y$? And that of $z$?",
        "$x+y$ grows at a rate equal to itself, like $e^t$; and $z$ grows like $t$.",
        "Divide $x+y$ by something that grows like $e^t$ as well.",
    ),
    _check_beyond,
    introduces=("a law that is no polynomial",),
    uses=("the linear system for laws", "independent laws"),
    solution="$(x+y)\\,e^{-z}$: its rate is $(y+x)e^{-z}-(x+y)e^{-z}=0$. Others: $(x-y)\\,e^{z}$, or $z-\\log(x+y)$.",
)


# 5.6 prove: a quotient, and nothing else.

_GOAL = "x**3/y is all the laws"
_START = f"model phi(x**2 + 3*y**2)\ngoal {_GOAL}"


def _check_proof(answer: Any) -> Feedback:
    told = "Every step is decided: near a generic point each law is a function of x³/y, polynomial or not."
    needs = "that x³/y is conserved, that it is independent, and how large dim Lie is"
    return judge_proof(answer, _START, told, cites="Theorem 3.3", needs=needs)


_QUOTIENT = Exercise(
    "5.6",
    "A quotient, and nothing else",
    "prove",
    "$\\varphi=x^2+3y^2$ has no polynomial law of any degree. Prove that $x^3/y$ is **all the laws**, near a generic "
    "point: write steps with reasons, the last one by Theorem 3.3. (You meet that theorem in lessons 6 and 7; here it "
    "says: there are $D-\\dim{\\rm Lie}$ independent laws.) Sentences you may need: `h is conserved by computation`, "
    "`h is independent by Definition 2.18`, `dim Lie = k by computation`, `there is exactly 1 law by Theorem 3.3`.",
    "x**3/y is conserved by computation",
    (
        "Three things are needed: that it is a law, that it is independent, and how many laws there are.",
        "The field is $(2x,6y)$, a single one: $\\dim{\\rm Lie}=1$ at a generic point.",
        "`x**3/y is conserved by computation`, `x**3/y is independent by Definition 2.18`, `dim Lie = 1 by "
        "computation`, `there is exactly 1 law by Theorem 3.3`; then the goal, by Theorem 3.3.",
    ),
    _check_proof,
    uses=("a law that is no polynomial", "independent laws"),
    solution=(
        "$x^3/y$ is conserved and independent; $\\dim{\\rm Lie}=1$, since one field has no brackets but zero; so there "
        "is exactly $2-1=1$ law, and this is it."
    ),
    start=_START,
)


EXERCISES = (_SHIFTED, _KERNEL, _RELATION, _TOO_SOON, _BEYOND, _QUOTIENT)
