"""The exercises of lesson 6, on brackets, involutive families and independence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..claims.answers import parts, read_numbers, read_polynomial, show
from ..claims.diagnosis import diagnose_bracket
from ..errors import ParseError, brief
from ..exact.polynomial import Poly
from ..laws.checking import small_nonzero_point
from ..laws.counting import count_laws
from ..laws.staircases import staircase
from ..models.fields import Field, bracket, vector_fields
from ..models.parametrizations import parametrization
from .exercise import Exercise, Feedback, right, wrong

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "06_brackets_and_frobenius.ipynb"

_SPACE = ("x", "y", "z")
MAX_DEGREE = 6  # of a polynomial that a check works with


def _read(text: Any, variables: tuple[str, ...]) -> Poly:
    """Read a polynomial that is small enough to bracket at once."""
    poly = read_polynomial(text, variables)
    if poly.degree > MAX_DEGREE:
        raise ParseError(f"the polynomial has degree {poly.degree}: one of degree at most {MAX_DEGREE} will do")
    return poly


# 6.1 predict: the end of a loop, exactly.

_START = (Fraction(3), Fraction(0), Fraction(0))


def _end_of_loop(order: str) -> tuple[Fraction, ...]:
    """Walk for time 1 along each field and then back, along X = (1, 0, 0) and Y = (0, 1, x²), exactly."""
    x, y, z = _START
    for sign in (1, -1):
        for field in order:
            if field == "X":
                x += sign
            else:
                y, z = y + sign, z + sign * x**2
    return x, y, z


def _check_end(answer: Any) -> Feedback:
    given, end = read_numbers(answer, 3), _end_of_loop("XY")
    if given == end:
        return right(
            f"Out at x = 4 the leg along Y lifts you by 16, back at x = 3 it lowers you by 9. You end at {show(end)}."
        )
    if given == _START:
        return wrong("The loop does not close: the leg along Y is taken at another x on the way back.")
    if given[:2] != end[:2]:
        return wrong(
            f"{show(given)} has x = {given[0]} and y = {given[1]}. The two legs along X cancel in x, and the two along "
            "Y cancel in y: only z can be different at the end."
        )
    if given == _end_of_loop("YX"):
        return wrong(f"To {show(given)} leads the other order, first along Y. Here the walk begins along X.")
    field = bracket(*vector_fields(_SPACE, [["1", "0", "0"], ["0", "1", "x**2"]]))
    leading = -field.components[2].evaluate(_START)
    if given[2] == leading:
        return wrong(
            f"{leading} is the third component of −t²[X, Y] with t = 1: the gap of a small loop, to leading order. "
            "This loop is not small, and the question is for the exact end."
        )
    return wrong(
        f"At {show(given)} the height is {given[2]}. Follow z along the four legs: only those along Y change it."
    )


_FOUR_LEGS = Exercise(
    "6.1",
    "Four legs",
    "predict",
    "Here $X=(1,0,0)$ and $Y=(0,1,x^2)$. Start at $(3,0,0)$ and walk along $X$, along $Y$, back along $X$ and back "
    "along $Y$, each for a time of exactly $1$. Where are you?",
    "(3, 0, 1)",
    (
        "Along $X$ only $x$ changes. Along $Y$ the coordinate $x$ stays what it is, so $z$ grows at a constant rate.",
        "The first leg ends at $(4,0,0)$, and the second one at $(4,1,16)$.",
        "Back along $X$ to $(3,1,16)$. Now $z$ falls at the rate $x^2=9$.",
    ),
    _check_end,
    introduces=("the gap of a loop",),
    uses=("partial derivatives",),
    solution=(
        "$(3,0,0)\\to(4,0,0)\\to(4,1,16)\\to(3,1,16)\\to(3,0,7)$. With side $t$ the gap is $(0,0,6t^2+t^3)$, and "
        "$-t^2[X,Y]=(0,0,6t^2)$ at the start."
    ),
)


# 6.2 compute: a bracket.

_PAIR = ("x**2*y", "y*z")
_SLIPS = {
    "bracket sign": "This is [Y, X] = −[X, Y]. Here [X, Y] = ∂X·Y − ∂Y·X, minus the bracket of most geometry books.",
    "half a bracket": "A bracket has two parts, ∂X·Y and ∂Y·X, and this is one of them.",
    "plus instead of minus": "Both parts are right, ∂X·Y and ∂Y·X. How are they combined?",
}


def _check_bracket(answer: Any) -> Feedback:
    phi = parametrization(*_PAIR, variables=_SPACE)
    pieces = parts(answer)
    if len(pieces) != 3:
        raise ParseError(f"a field of space has three components, and {brief(answer)} has {len(pieces)}")
    finding = diagnose_bracket([_read(piece, _SPACE) for piece in pieces], phi[0], phi[1])
    if finding is None:
        return right("Each component is right, as a polynomial.")
    return wrong(_SLIPS.get(finding.kind) or finding.hints[0])


_BRACKET = Exercise(
    "6.2",
    "A bracket",
    "compute",
    "Let $X=\\nabla(x^2y)=(2xy,\\,x^2,\\,0)$ and $Y=\\nabla(yz)=(0,\\,z,\\,y)$. "
    "Compute $[X,Y]=\\partial X\\,Y-\\partial Y\\,X$.",
    "(2*x*y, z, -x)",
    (
        "$\\partial X\\,Y$ is the derivative of each component of $X$ in the direction $Y$.",
        "$\\partial X\\,Y$: for $2xy$ it is $2y\\cdot0+2x\\cdot z$, for $x^2$ it is $2x\\cdot0$.",
        "$\\partial X\\,Y=(2xz,0,0)$ and $\\partial Y\\,X=(0,0,x^2)$.",
    ),
    _check_bracket,
    introduces=("the bracket of two fields",),
    uses=("the gap of a loop", "partial derivatives"),
    solution="$[X,Y]=(2xz,\\,0,\\,-x^2)$.",
)


# 6.3 break: room for a law, and none there.


def _check_room(answer: Any) -> Feedback:
    second = _read(answer, _SPACE)
    phi = parametrization("x*y", second.text, variables=_SPACE)
    count = count_laws(phi)
    commutator = bracket(phi[0], phi[1])
    if count.laws is None:
        return wrong(f"How many laws there are is not decided here ({count.verdict.reason}) Try a shorter φ₂.")
    if count.dim_trace < 2:
        return wrong(
            f"With φ₂ = `{second.text}` the gradients of both components are parallel everywhere: W(θ) has dimension "
            f"{count.dim_trace}, and there is room for {3 - count.dim_trace} laws. Take a φ₂ that is no function of xy."
        )
    if count.laws == 0:
        return right(
            f"X and Y = `{phi[1]}` leave one dimension free, but [X, Y] = `{commutator}` fills it: together they span "
            "all of R³ near almost every point, and no law is left."
        )
    law = count.evidence.laws[0].text if count.evidence.laws else ""
    shown = f", `{law}`" if law else ", although no polynomial of low degree"
    closing = "is zero" if not commutator else f"= `{commutator}` stays in W(θ)"
    return wrong(f"There is a law{shown}: [X, Y] {closing}, and the bracket destroys nothing.")


_ROOM = Exercise(
    "6.3",
    "Room, and no law",
    "break",
    "Let $\\varphi=(xy,\\ \\varphi_2)$ on $\\mathbb R^3$. Find a polynomial $\\varphi_2(x,y,z)$ for which "
    "$W(\\theta)$ has dimension $2$ at generic points, so that there would be room for a law, and yet there is none.",
    "x + y",
    (
        "A law has a gradient orthogonal to $X$, $Y$ **and** $[X,Y]$. When do these three span $\\mathbb R^3$?",
        "With $\\varphi_2=z$ the bracket is $0$. Let $\\varphi_2$ mix $z$ with $x$ or $y$, unsymmetrically.",
        "Try $\\varphi_2=x+z$: then $X=(y,x,0)$ and $Y=(1,0,1)$. Compute $[X,Y]$ and a determinant.",
    ),
    _check_room,
    introduces=("a law that brackets destroy",),
    uses=("the bracket of two fields", "independent laws", "the trace W(θ)"),
    solution=(
        "$\\varphi_2=x+z$: $[X,Y]=\\partial X\\,Y-0=(0,1,0)$, and $\\det(X,Y,[X,Y])=-y\\ne0$ for almost all $\\theta$."
    ),
)


# 6.4 prove: a bracket is a combination of the fields, with functions as coefficients.


def _check_inside(answer: Any) -> Feedback:
    phi = parametrization("x*y", "x*z", variables=_SPACE)
    pieces = parts(answer)
    if len(pieces) != 2:
        raise ParseError(f"two coefficients are asked for, a and b, and {brief(answer)} has {len(pieces)}")
    a, b = (_read(piece, _SPACE) for piece in pieces)
    left = bracket(phi[0], phi[1]) * Poly.gens(_SPACE)[0]
    made = phi[0] * a + phi[1] * b
    if made == left:
        return right(
            "x·[X, Y] = a·X + b·Y as an identity of polynomials. So wherever x ≠ 0 the bracket lies in the plane W(θ), "
            "and the walk never leaves its surface."
        )
    residual = Field([p - q for p, q in zip(made.components, left.components, strict=True)])
    place = next(i for i, part in enumerate(residual.components) if part)
    sides = made.components[place].text, left.components[place].text
    return wrong(f"In the component of {_SPACE[place]}, a·X + b·Y is `{sides[0]}` and x·[X, Y] is `{sides[1]}`.")


_INSIDE = Exercise(
    "6.4",
    "Inside after all",
    "prove",
    "For $\\varphi=(xy,\\,xz)$ we have $X=(y,x,0)$, $Y=(z,0,x)$ and $[X,Y]=(0,z,-y)$. Prove that "
    "$[X,Y](\\theta)\\in W(\\theta)$ wherever $x\\neq0$: find polynomials $a$ and $b$ with "
    "$x\\cdot[X,Y]=a\\,X+b\\,Y$. (An "
    "identity between polynomials is checked, and it is a proof for all $\\theta$ at once.)",
    "(y, z)",
    (
        "Look at one component after the other. In the second one, $Y$ has a $0$.",
        "Second component: $x\\cdot z=a\\cdot x$.",
        "Third component: $x\\cdot(-y)=b\\cdot x$. Then check that the first one comes out right.",
    ),
    _check_inside,
    introduces=("an involutive family",),
    uses=("the bracket of two fields", "the trace W(θ)"),
    solution="$a=z$ and $b=-y$: $zX-yY=(zy-yz,\\,zx,\\,-yx)=x\\,(0,z,-y)$.",
)


# 6.5 break: a staircase that stands still at a point for as long as one likes.


def _check_still(answer: Any) -> Feedback:
    p = _read(answer, ("x", "y"))
    family = vector_fields(("x", "y"), [["1", "0"], ["0", p.text]])
    steps = staircase(family, (0, 0), steps=4).traces
    seen = ", ".join(map(str, steps))
    if steps == [1, 1, 1, 1, 2]:
        return right(
            f"At the origin the dimensions are {seen}: three steps in a row add nothing, and the fourth one does. "
            "Close by, where p is not 0, the dimension is 2 from the beginning."
        )
    if 2 not in steps:
        return wrong(f"With p = `{p.text}` the dimensions at the origin are {seen}: no bracket of four steps leaves X.")
    return wrong(
        f"With p = `{p.text}` the dimensions at the origin are {seen}: the second dimension comes in step "
        f"{steps.index(2)} and not in step 4."
    )


_STILL = Exercise(
    "6.5",
    "Standing still",
    "break",
    '"If one step adds nothing, no later step will." Break this at a point: find a polynomial $p(x,y)$ such that for '
    "$X=(1,0)$ and $Y=(0,p)$ the dimensions of $W_0,W_1,W_2,W_3,W_4$ **at the origin** are $1,1,1,1,2$.",
    "x**2 + y",
    (
        "$[X,Y]=-(0,\\,\\partial_xp)$, and bracketing with $X$ again differentiates again.",
        "At the origin the first three derivatives should be $0$, and so should $p$ itself.",
        "In the text the exponent $3$ gave $1,1,1,2$.",
    ),
    _check_still,
    introduces=("a step that adds nothing at a point",),
    uses=("the bracket of two fields", "the trace W(θ)"),
    solution=(
        "$p=x^4$: each bracket with $X$ differentiates once more, and at the origin the first derivative of $x^4$ "
        "that is "
        "not $0$ is the fourth."
    ),
)


# 6.6 prove: the entries of Ψ depend on each other.

_ENTRIES = ("p11", "p12", "p13", "p22", "p23", "p33")


def _entries() -> list[Poly]:
    """Return the six different entries u_i u_j − v_i v_j of Ψ, for n = m = 1 and r = 3."""
    u1, u2, u3, v1, v2, v3 = Poly.gens(("u1", "u2", "u3", "v1", "v2", "v3"))
    u, v = (u1, u2, u3), (v1, v2, v3)
    return [u[i] * u[j] - v[i] * v[j] for i in range(3) for j in range(i, 3)]


def _check_relation(answer: Any) -> Feedback:
    relation = _read(answer, _ENTRIES)
    if not relation:
        return wrong("0 = 0 is no relation: find a polynomial that is not the zero polynomial.")
    inserted = relation.evaluate(_entries())
    if not isinstance(inserted, Poly):
        return wrong(f"`{relation.text}` is a constant, and not 0: it relates nothing.")
    if not inserted:
        return right(
            "With pᵢⱼ = uᵢuⱼ − vᵢvⱼ inserted, everything cancels: near a generic point one entry is a function of the "
            "other five."
        )
    point = small_nonzero_point(inserted)
    shown = f"u = {show(point[:3])} and v = {show(point[3:])}"
    return wrong(f"At {shown} your polynomial is {inserted.evaluate(point)}, and it should be 0 whatever u and v are.")


_SIXTH = Exercise(
    "6.6",
    "The sixth entry",
    "prove",
    "For $\\varphi(u,v)=\\langle u,v\\rangle$ with $u,v\\in\\mathbb R^3$ the laws are the entries "
    "$p_{ij}=u_iu_j-v_iv_j$ "
    "of the symmetric $3\\times3$ matrix $\\Psi$. Six of the nine are different. Prove that they are **not** "
    "independent: "
    "find a polynomial in `p11`, `p12`, `p13`, `p22`, `p23`, `p33`, not zero, that vanishes for all $u$ and $v$.",
    "p11*p22 - p12**2",
    (
        "$\\Psi=uu^\\top-vv^\\top$. What is the largest rank that such a matrix can have?",
        "A $3\\times3$ matrix of rank at most $2$: which polynomial of its entries is zero?",
        "The determinant of a symmetric matrix: $p_{11}p_{22}p_{33}+2p_{12}p_{13}p_{23}-\\dots$",
    ),
    _check_relation,
    introduces=("dependent entries",),
    uses=("independent laws",),
    solution=(
        "$\\det\\Psi=p_{11}p_{22}p_{33}+2p_{12}p_{13}p_{23}-p_{11}p_{23}^2-p_{22}p_{13}^2-p_{33}p_{12}^2=0$, because "
        "$\\Psi=uu^\\top-vv^\\top$ has rank at most $2$."
    ),
)

EXERCISES = (_FOUR_LEGS, _BRACKET, _ROOM, _INSIDE, _STILL, _SIXTH)
