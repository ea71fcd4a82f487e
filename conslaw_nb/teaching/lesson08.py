"""The exercises of lesson 8, on two linear layers in full."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from ..claims.answers import parts, read_matrices, read_number, read_polynomial, show_matrix
from ..claims.proofs import proof
from ..errors import ParseError
from ..exact.polynomial import Poly
from ..laws.checking import small_nonzero_point
from ..laws.counting import count_laws
from ..models.networks import factorization
from ..models.rank_cases import RankCase
from .exercise import Exercise, Feedback, right, wrong
from .proof_answers import judge_proof

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "08_matrix_factorisation.ipynb"

Rows = Sequence[Sequence[Any]]


def _mul(a: Rows, b: Rows) -> list[list[Any]]:
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]


def _transpose(a: Rows) -> list[list[Any]]:
    return [list(column) for column in zip(*a, strict=True)]


def _minus(a: Rows, b: Rows) -> list[list[Any]]:
    return [[x - y for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]


# 8.1 prove: the bracket of two fields, for all sizes.

_FIELDS = """given U: n x r, V: m x r, D: n x m, E: n x m
let X = (U: D*V, V: D^T*U)
let Y = (U: E*V, V: E^T*U)"""


def _bracket_is(upper: str, lower: str) -> Any:
    return proof(f"{_FIELDS}\n[X, Y] = (U: ({upper})*U, V: ({lower})*V) by computation")


def _check_bracket(answer: Any) -> Feedback:
    pieces = parts(answer)
    if len(pieces) != 2 or not all(isinstance(piece, str) for piece in pieces):
        raise ParseError(f"two matrices are asked for, as text with a comma between them; '{answer}' is {len(pieces)}")
    if any(sign in piece for piece in pieces for sign in ";:\n#"):
        raise ParseError(f"'{answer}' holds more than two formulas")
    upper, lower = pieces
    found = _bracket_is(upper, lower)
    if found.reached:
        return right(
            "Both sides have the same normal form, for all n, m and r at once: that is a proof. Your two matrices are "
            "skew, and the bracket mixes U and V no longer."
        )
    if _bracket_is(f"-({upper})", f"-({lower})").reached:
        return wrong(
            "Both matrices have the wrong sign. The bracket of the paper is `[X, Y] = ∂X·Y − ∂Y·X`: put Y into X first "
            "and take the other order away."
        )
    for name, first, second in (("first", f"-({upper})", lower), ("second", upper, f"-({lower})")):
        if _bracket_is(first, second).reached:
            return wrong(f"The {name} matrix has the wrong sign, and the other one is right.")
    if _bracket_is(lower, upper).reached:
        return wrong("These are the right matrices in the wrong order: the first is n × n and acts on U.")
    step = found.first_wrong
    told = step.reason if step else found.verdict.reason
    example = f" For instance, {step.example}." if step and step.example else ""
    return wrong(f"Written with your matrices, {told if told.endswith(('.', '?')) else told + '.'}{example}")


_BRACKET = Exercise(
    "8.1",
    "Twice across is a turn",
    "prove",
    "Let $X=\\chi_\\Delta$ and $Y=\\chi_{\\Delta'}$, with $\\Delta$ and $\\Delta'$ written `D` and `E`. Prove, for all "
    "sizes at once, that $[X,Y]=(A\\,U,\\;B\\,V)$, by finding the matrices $A$ and $B$. (Write `D^T` for the "
    "transpose. "
    "The check compares normal forms of matrix polynomials with letters for sizes: if they agree, that is a proof.)",
    "D*E^T, E*D^T",
    (
        "$X$ is linear: put $Y$ into it. $\\partial X\\cdot Y=(\\Delta\\,Y_V,\\ \\Delta^\\top Y_U)$.",
        "With $Y=(\\Delta'V,\\Delta'^\\top U)$ you get $\\partial X\\cdot Y=(\\Delta\\Delta'^\\top U,\\ "
        "\\Delta^\\top\\Delta'V)$. Now the other order.",
        "Subtract: $A=\\Delta\\Delta'^\\top-\\Delta'\\Delta^\\top$. What is $B$?",
    ),
    _check_bracket,
    introduces=("the fields χ_Δ",),
    uses=("matrix products", "the bracket of two fields"),
    solution=(
        "$A=\\Delta\\Delta'^\\top-\\Delta'\\Delta^\\top$ and $B=\\Delta^\\top\\Delta'-\\Delta'^\\top\\Delta$: one "
        "order of "
        "the two fields minus the other."
    ),
)


# 8.2 compute: a bracket that turns U and leaves V alone.


def _check_turn(answer: Any) -> Feedback:
    d, e = read_matrices(answer, 2, 2, 2)
    upper = _minus(_mul(d, _transpose(e)), _mul(e, _transpose(d)))
    lower = _minus(_mul(_transpose(d), e), _mul(_transpose(e), d))
    a, b = upper[0][1], lower[0][1]
    told = f"Here A = {show_matrix(upper)} and B = {show_matrix(lower)}"
    if a and not b:
        return right(
            f"{told}: U is turned and V stands still. So the first block of skew matrices is reached by itself, and in "
            "the same way the second."
        )
    if not a and not b:
        return wrong(f"{told}: the two fields commute, and their bracket moves nothing.")
    if not a:
        return wrong(f"{told}: this one turns V and leaves U alone. You are one transpose away.")
    return wrong(f"{told}: both U and V are turned, and V should stand still.")


_TURN = Exercise(
    "8.2",
    "Turn U, leave V",
    "compute",
    "For $n=m=2$ find two matrices $\\Delta$ and $\\Delta'$ such that $[\\chi_\\Delta,\\chi_{\\Delta'}]$ turns $U$ and "
    "leaves $V$ alone: $A\\ne0$ and $B=0$. (Give two matrices, row by row.)",
    "[[1, 0], [0, 0]], [[0, 1], [0, 0]]",
    (
        "Begin with matrices that have a single $1$. In $\\Delta\\Delta'^\\top$ rows of $\\Delta$ meet rows of "
        "$\\Delta'$.",
        "For $B=0$ let no row of the one be where the other has a row: two different rows. For $A\\ne0$ let them use "
        "the same column.",
    ),
    _check_turn,
    uses=("the fields χ_Δ",),
    solution=(
        "$\\Delta=E_{11}$ and $\\Delta'=E_{21}$: $\\Delta\\Delta'^\\top=E_{12}$, so $A=E_{12}-E_{21}$, and "
        "$\\Delta^\\top\\Delta'=0$, so $B=0$."
    ),
)


# 8.3 prove: a law is orthogonal to all that brackets add.

_ORTHOGONAL = """given U: n x r, V: m x r, S: r x r symmetric, A: n x n skew, B: m x m skew, D: n x m
goal <U*S, A*U + D*V> - <V*S, D^T*U + B*V> = 0"""

_PROVE = Exercise(
    "8.3",
    "Brackets cannot hurt",
    "prove",
    "A law $h_S=\\frac12{\\rm tr}(S\\Psi)$ has the gradient $(US,-VS)$. Prove, for all sizes, that it is orthogonal to "
    "*every* field $(AU+\\Delta V,\\ \\Delta^\\top U+BV)$ with skew $A$ and $B$. The first lines stand in the cell: "
    "`D` "
    "is $\\Delta$, and `<X, Y>` is ${\\rm tr}(X^\\top Y)$. Add your steps, each with a reason: `by computation`, `by "
    "steps "
    "1-2`. One line can do it; better, show on the way why $A$ drops out, why $B$, and why the two terms with "
    "$\\Delta$ "
    "cancel.",
    "<U*S, D*V> = <V*S, D^T*U> by computation",
    (
        "Say first that `<U*S, A*U> = 0`. Why? $\\langle US,AU\\rangle={\\rm tr}(S\\,U^\\top AU)$, a symmetric matrix "
        "times a skew one.",
        "In the same way `<V*S, B*V> = 0`. What is left is `<U*S, D*V> - <V*S, D^T*U>`.",
        "End with a chain that begins with the left side of the goal: `<U*S, A*U + D*V> - <V*S, D^T*U + B*V> = <U*S, "
        "D*V> - "
        "<V*S, D^T*U> by steps 1-2`, and on the next line `= 0 by computation`.",
    ),
    lambda answer: judge_proof(
        answer,
        _ORTHOGONAL,
        "Each step is right and the goal is reached, for all n, m, r, every symmetric S and all of the Lie algebra.",
    ),
    uses=("the fields χ_Δ", "a gradient orthogonal to every field"),
    solution=(
        "${\\rm tr}(S\\,U^\\top AU)=0={\\rm tr}(S\\,V^\\top BV)$, symmetric times skew; and ${\\rm "
        "tr}(S\\,U^\\top\\Delta V)="
        "{\\rm tr}(S\\,V^\\top\\Delta^\\top U)$, for a matrix and its transpose have one trace."
    ),
    start=_ORTHOGONAL,
)


# 8.4 break: two factors of full rank, and a stack that has not.


def _case(u: Sequence[Sequence[Fraction]], v: Sequence[Sequence[Fraction]]) -> RankCase:
    """Return the point with its denominators cleared, which changes no rank and no dimension."""
    scale = lcm(*(x.denominator for row in (*u, *v) for x in row))
    return RankCase(*(tuple(tuple(int(x * scale) for x in row) for row in block) for block in (u, v)))


def _check_stack(answer: Any) -> Feedback:
    case = _case(*read_matrices(answer, 2, 2, 3))
    told = f"U has rank {case.rank_u}, V has rank {case.rank_v}, and the stacked matrix has rank {case.rank}"
    if case.rank_u < 2 or case.rank_v < 2:
        return wrong(f"{told}. Both factors should have full rank, which is 2.")
    if case.rank == 3:
        return wrong(f"{told}: full rank, so every law is a function of Ψ near this point. Make the stack deficient.")
    return right(
        f"{told}. Room for {case.room}, and only {case.known} independent entries of Ψ: the gap is {case.gap}. Two "
        "factors of full rank promise nothing."
    )


_STACK = Exercise(
    "8.4",
    "Full rank, twice, in vain",
    "break",
    '"My two factors have full rank, so the theorem applies." Break this belief for $n=m=2$ and $r=3$: give $U$ and '
    "$V$, both of rank $2$, at which the stacked matrix does *not* have full rank. (Two $2\\times3$ matrices, row by "
    "row.)",
    "[[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0, 0, 1]]",
    (
        "The rank of the stacked matrix is the dimension of the span of all four rows. Full rank here is $3$.",
        "All four rows should lie in one plane of $\\mathbb R^3$.",
    ),
    _check_stack,
    introduces=("the rank of the stacked matrix",),
    uses=("rank of a matrix",),
    solution=("$U=V=\\begin{pmatrix}1&0&0\\\\0&1&0\\end{pmatrix}$: four rows in one plane."),
)


# 8.5 predict: which sizes have exactly nine laws?

_MOST = 12


def _check_nine(answer: Any) -> Feedback:
    pieces = parts(answer)
    if len(pieces) != 3:
        raise ParseError(f"three numbers n, m, r are asked for, with commas between them; '{answer}' is {len(pieces)}")
    sizes = [read_number(piece) for piece in pieces]
    if any(value.denominator != 1 or not 1 <= value <= _MOST for value in sizes):
        raise ParseError(f"'{answer}' are no sizes: give three whole numbers from 1 to {_MOST}")
    n, m, r = map(int, sizes)
    count = count_laws(factorization(n, m, r))
    if count.laws is None:
        return wrong(
            f"The engine finds between {count.laws_at_least} and {count.laws_at_most} laws; try smaller sizes."
        )
    told = f"{count.family.text} has exactly {count.laws} law{'' if count.laws == 1 else 's'}, proved by counting"
    if count.laws == 9:
        return right(
            f"{told}. It has {r * (r + 1) // 2} different entries in Ψ, and {count.laws} of them are independent "
            "laws near a generic point."
        )
    place = f"r = {r} ≤ n + m = {n + m}" if r <= n + m else f"r = {r} > n + m = {n + m}"
    return wrong(f"{told}. Here {place}.")


_NINE = Exercise(
    "8.5",
    "Nine laws",
    "predict",
    "No $\\Psi$ has exactly nine different entries on and above its diagonal, since $9$ is no number $r(r+1)/2$. "
    "Still there are "
    "factorizations with exactly nine independent laws. Predict one: give $n,m,r$. (The check counts, with proof, and "
    "uses no formula.)",
    "2, 2, 3",
    (
        "For $r\\le N=n+m$ there are $r(r+1)/2$ laws: $1,3,6,10,\\dots$ So take $r>N$.",
        "Then it is $N(2r+1-N)/2=9$. Try $N=2$ and $N=3$.",
    ),
    _check_nine,
    introduces=("completeness for q = 2",),
    uses=("the rank of the stacked matrix", "independent laws"),
    solution=(
        "$N(2r+1-N)=18$ with $r>N$: $N=2$, $r=5$, that is $(1,1,5)$; or $N=3$, $r=4$, that is $(1,2,4)$ or $(2,1,4)$."
    ),
)


# 8.6 compute: a relation between the entries of Ψ.

_ENTRIES = ("p11", "p12", "p13", "p22", "p23", "p33")


def _psi_entries() -> tuple[tuple[str, ...], list[Poly]]:
    """Return the names u1, ..., v3 and the entries of Ψ = uᵀu − vᵀv as polynomials, for n = m = 1 and r = 3."""
    names = ("u1", "u2", "u3", "v1", "v2", "v3")
    gens = Poly.gens(names)
    u, v = gens[:3], gens[3:]
    return names, [u[i] * u[j] - v[i] * v[j] for i in range(3) for j in range(i, 3)]


def _check_relation(answer: Any) -> Feedback:
    relation = read_polynomial(answer, _ENTRIES)
    if not relation:
        return wrong("That is the polynomial 0, and every function satisfies it. Find one that is not 0 itself.")
    names, entries = _psi_entries()
    if relation.degree * len(relation.terms) > 400:
        return wrong("This polynomial is larger than it has to be: degree 3 is enough.")
    value = Poly.constant(names, 0) + relation.evaluate(entries)
    if not value:
        return right(
            f"Put in Ψ = uᵀu − vᵀv, your polynomial of degree {relation.degree} is 0 for all u and v. So near an "
            "ordinary "
            "point one entry of Ψ is a function of the other five: six entries, five laws."
        )
    point = small_nonzero_point(value)
    where = ", ".join(f"{name} = {x}" for name, x in zip(names, point, strict=True))
    return wrong(f"It is no relation: at {where} it is {value.evaluate(point)}.")


_RELATION = Exercise(
    "8.6",
    "Six entries, five laws",
    "compute",
    "Let $n=m=1$ and $r=3$, so that $\\Psi=u^\\top u-v^\\top v$ with rows $u,v\\in\\mathbb R^{1\\times3}$: six "
    "different entries "
    "$p_{ij}=u_iu_j-v_iv_j$, and five laws. So the entries satisfy a relation. Find one: a polynomial in `p11`, "
    "`p12`, `p13`, `p22`, `p23`, "
    "`p33`, not $0$ itself, that is $0$ for all $u$ and $v$.",
    "p11*p22 - p12**2",
    (
        "What is the largest rank that $\\Psi=u^\\top u-v^\\top v$ can have?",
        "It is a $3\\times3$ matrix of rank at most $2$. Which polynomial of a matrix says that its rank is not full?",
        "The determinant, written for a symmetric matrix.",
    ),
    _check_relation,
    uses=("completeness for q = 2", "independent laws"),
    solution=(
        "$\\det\\Psi=p_{11}p_{22}p_{33}+2p_{12}p_{13}p_{23}-p_{11}p_{23}^2-p_{22}p_{13}^2-p_{33}p_{12}^2=0$, for "
        "$\\Psi$ is a sum of two matrices of rank one."
    ),
)

EXERCISES = (_BRACKET, _TURN, _PROVE, _STACK, _NINE, _RELATION)
