"""The exercises of lesson 4, on losses."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from ..claims.answers import parts, read_number, read_numbers, read_polynomial, show
from ..claims.proofs import proof
from ..errors import ParseError, brief
from ..exact.backend import rational_rank
from ..exact.polynomial import Poly
from ..laws.checking import check_law, small_nonzero_point
from ..laws.counting import count_laws
from ..laws.questions import independent
from ..models.networks import linear
from ..models.parametrizations import Parametrization, parametrization
from ..paper.losses import LOSSES, seen_through
from .exercise import Exercise, Feedback, right, wrong

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "04_losses.ipynb"

_ONE_HOT = LOSSES["mse with one-hot labels"]


# 4.1 break: an output at which one-hot labels are too few.


def _check_output(answer: Any) -> Feedback:
    z = read_numbers(answer, 3)
    place, total, rank = show(z), sum(z), _ONE_HOT.dimension_at(z)
    if 0 in z or len(set(z)) < 3:
        return wrong(f"Three different numbers are asked for, none of them 0: {place} will not do.")
    if rank == 3:
        return wrong(
            f"At {place} the gradients z − e₁, z − e₂, z − e₃ are linearly independent: they span all of R³. "
            f"(The entries of z have the sum {total}.)"
        )
    return right(
        f"At {place} the three gradients span only {rank} dimensions: each of them has entries with sum 0, "
        "so (1, 1, 1) is orthogonal to all of them."
    )


_BREAK_OUTPUT = Exercise(
    "4.1",
    "Too few labels",
    "break",
    "Three classes, the squared loss, and labels that can only be $e_1$, $e_2$ or $e_3$. The gradients are $z-e_1$, "
    "$z-e_2$, $z-e_3$: three vectors for three dimensions, so they ought to span. Find an output $z$, three different "
    "numbers and none of them $0$, at which they do not.",
    "(1, 2, 3)",
    (
        "The differences of the gradients are $e_i-e_j$, whatever $z$ is. They span a plane. Which one?",
        "It is the plane of vectors with sum $0$. The three gradients span no more than it if they lie in it too.",
        "The entries of $z-e_1$ have the sum $z_1+z_2+z_3-1$.",
    ),
    _check_output,
    introduces=("the spanning condition",),
    uses=("the trace W(θ)",),
    solution="Any $z$ with $z_1+z_2+z_3=1$, such as $(\\tfrac12,\\tfrac13,\\tfrac16)$ or $(4,-2,-1)$.",
)


# 4.2 prove: and nowhere else.

_OUTPUTS = ("z1", "z2", "z3")


def determinant(rows: list[list[Poly]]) -> Poly:
    """Return the determinant of a 3 × 3 matrix of polynomials."""
    a, b, c = rows
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])


def _check_determinant(answer: Any) -> Feedback:
    z = Poly.gens(_OUTPUTS)
    given = read_polynomial(answer, _OUTPUTS)
    true = determinant([[z[j] - int(i == j) for j in range(3)] for i in range(3)])
    gap = true - given
    if not gap:
        return right(
            "Both sides are the same polynomial in z₁, z₂, z₃. So the gradients span R³ wherever it is not 0, and "
            "fail to span where it is: exactly on the plane z₁ + z₂ + z₃ = 1."
        )
    if given == -true:
        return wrong("That is the determinant with the other sign: count the minus signs of −e₁, −e₂, −e₃ again.")
    point = small_nonzero_point(gap)
    return wrong(
        f"At z = {show(point)} the determinant is {true.evaluate(point)}, and yours is {given.evaluate(point)}."
    )


_PROVE_DETERMINANT = Exercise(
    "4.2",
    "And nowhere else",
    "prove",
    "Prove that you have found *all* the bad outputs: give the determinant of the matrix with the rows $z-e_1$, "
    "$z-e_2$, "
    "$z-e_3$ as a polynomial in `z1`, `z2`, `z3`. The check expands both sides. (Three vectors span $\\mathbb R^3$ "
    "exactly where their determinant is not $0$.)",
    "z1*z2*z3 - 1",
    (
        "Where is the determinant $0$? You know a whole plane of such outputs from the last exercise.",
        "Add the second and third column to the first: it becomes $(s,s,s)$ with $s=z_1+z_2+z_3-1$. Take $s$ out.",
        "What is left is $s$ times the determinant with the first column $(1,1,1)$. Subtract the first row from the "
        "others: it is $1$, up to its sign.",
    ),
    _check_determinant,
    uses=("the spanning condition",),
    solution="$z_1+z_2+z_3-1$. With $z\\mathbf 1^\\top$ for the matrix of equal rows it is "
    "$\\det(\\mathbf 1z^\\top-I)=(-1)^3\\left(1-\\mathbf 1^\\top z\\right)$.",
)


# 4.3 break: the condition fails, and what it is for holds.


def _check_input(answer: Any) -> Feedback:
    x = read_number(answer)
    theta = (Fraction(1, 2), Fraction(1, 2))
    gradients = [[x * (t * x - int(i == j)) for j, t in enumerate(theta)] for i in range(2)]
    rank = rational_rank([[int(2 * g * x.denominator**2) for g in row] for row in gradients])
    told = f"With x = {x} the output is {show([t * x for t in theta])}"
    if rank == 2:
        return right(
            f"{told}, and the two gradients in θ are {show(gradients[0])} and {show(gradients[1])}: they span R². One "
            "such input is enough, for any data set may contain it."
        )
    if x == 0:
        return wrong(f"{told} and the gradients in θ, which carry a factor x, are 0: nothing is pushed at all.")
    return wrong(
        f"{told}, whose entries have the sum 1: the two gradients in θ are {show(gradients[0])} and "
        f"{show(gradients[1])}, on one line."
    )


_BREAK_CONDITION = Exercise(
    "4.3",
    "The condition fails, the conclusion holds",
    "break",
    "One layer without hidden neurons, $g(\\theta;x)=\\theta x$ with $\\theta\\in\\mathbb R^2$ and one number "
    "$x$ for an "
    "input; one-hot labels and the squared loss, $\\nabla_\\theta\\ell=x\\,(\\theta x-e_y)$. At "
    "$\\theta=(\\tfrac12,\\tfrac12)$ "
    "and $x=1$ the spanning condition fails. Does $W^g_\\theta$ therefore miss a direction? Show that it does "
    "not: give an "
    "input $x$ for which the gradients with the labels $e_1$ and $e_2$ span $\\mathbb R^2$ at this $\\theta$.",
    "1",
    (
        "The output is $(\\tfrac x2,\\tfrac x2)$. When do $z-e_1$ and $z-e_2$ span the plane?",
        "Whenever the entries of the output do not have the sum $1$. But mind the factor $x$.",
        "So $x\\ne1$, and $x\\ne0$.",
    ),
    _check_input,
    uses=("the spanning condition",),
    solution="Any $x$ except $0$ and $1$, such as $x=2$: the gradients are $2\\,(0,1)$ and $2\\,(1,0)$.",
)


# 4.4 compute: what a classifier conserves.

_CLASSIFIER = ("u1", "u2", "v")


def _models() -> tuple[Parametrization, Parametrization]:
    """The smallest classifier with a hidden neuron, as the squared loss and as the cross-entropy see it."""
    phi = parametrization("u1*v", "u2*v", variables=_CLASSIFIER)
    return phi, seen_through(phi, "cross-entropy", outputs=2)


def _check_two(answer: Any) -> Feedback:
    squared, entropy = _models()
    pieces = parts(answer)
    if len(pieces) != 2:
        return wrong(f"Two functions are asked for, with a comma between them; {brief(answer)} holds {len(pieces)}.")
    laws = [read_polynomial(piece, _CLASSIFIER) for piece in pieces]
    for piece, law in zip(pieces, laws, strict=True):
        verdict = check_law(law, entropy)
        if verdict.details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        if verdict.is_refuted:
            return wrong(f"`{piece}` is not conserved: ⟨∇h, (v, −v, u₁ − u₂)⟩ = `{entropy[0].along(law).text}`.")
    if not independent([law.text for law in laws], _CLASSIFIER).is_proved:
        return wrong(
            f"Both are conserved, but `{pieces[1]}` and `{pieces[0]}` are functions of each other near almost every "
            "point: together they count once."
        )
    new = [piece for piece, law in zip(pieces, laws, strict=True) if check_law(law, squared).is_refuted]
    return right(
        "Both are conserved, and independent: two laws of three parameters, and the flow needs one direction to move "
        f"in, so there is no third. The squared loss would destroy {' and '.join(f'`{p}`' for p in new)}."
    )


_TWO_LAWS = Exercise(
    "4.4",
    "What a classifier conserves",
    "compute",
    "The smallest classifier with a hidden neuron: logits $z=(u_1vx,\\,u_2vx)$, trained with the cross-entropy "
    "of logits. "
    "All that data can do is to follow multiples of $\\nabla(u_1v-u_2v)=(v,-v,u_1-u_2)$. Find **two independent** laws "
    "(write `u1`, `u2`, `v`).",
    "u1 - u2, v",
    (
        "The first two entries of the field are opposite to each other. Which function of $u_1$ and $u_2$ does "
        "not notice?",
        "For the second law: a law of $\\varphi$ is conserved for any loss. Which one do you know for "
        "$\\varphi=(u_1v,u_2v)$?",
        "$u_1+u_2$ is one, and $\\|u\\|^2-v^2$ is another.",
    ),
    _check_two,
    introduces=("laws of a loss",),
    uses=("independent laws", "the spanning condition"),
    solution="$u_1+u_2$ and $u_1^2+u_2^2-v^2$; or, with $d=u_1-u_2$, the pair $u_1+u_2$ and $d^2-2v^2$.",
)


# 4.5 prove: for every width.

_NEURON = """\
given u: n x 1, v: m x 1, b: 1 x 1, w: m x 1, K: n x n skew, s: n x 1
flow u' = -K*s*(w^T*v + b), v' = -w*s^T*K^T*u, b' = -s^T*K^T*u, s' = 0*s
goal s^T*u is conserved
"""


def _setup(text: str) -> list[str]:
    """Return the lines of a proof that say what is given and what is to be shown, without their spaces."""
    lines = ("".join(line.split("#")[0].split()) for line in text.splitlines())
    return [line for line in lines if re.match(r"(?:given|flow|goal|model)(?![A-Za-z0-9_]*[=*+])", line)]


def _check_neuron(answer: Any) -> Feedback:
    if not isinstance(answer, str):
        raise ParseError("a proof is a text of several lines, in quotes")
    if _setup(answer) != _setup(_NEURON):
        return wrong(
            "The proof must start from the three lines `given`, `flow` and `goal` as they stood: put them back."
        )
    done = proof(answer)
    steps = [step for step in done.steps if step.number]
    if done.reached and len(steps) > 1:
        return right(
            f"Your {len(steps)} steps hold for all n and m: whatever the input w, and whatever push K·1 with sum "
            "0 a label "
            "sends back, the outgoing weights of a neuron keep their sum."
        )
    if done.reached:
        return wrong(
            "True, but the engine did all the work. Write the step between: what is `(s^T*u)'` along the flow?"
        )
    first = done.first_wrong
    if first is not None:
        new = first.residual and str(first.residual) not in first.reason
        left = f" What is left over: `{first.residual}`." if new else ""
        return wrong(f"Line {first.place}, `{first.text.strip()}`: {first.reason.rstrip('.')}.{left}")
    return wrong(f"Every step so far is right, and the goal is not reached: {done.missing}.")


_PROVE_NEURON = Exercise(
    "4.5",
    "For every width",
    "prove",
    "A ReLU neuron with $n$ outgoing weights $u$, incoming weights $v\\in\\mathbb R^m$ and a bias $b$, on an "
    "input $w$ for "
    "which it is awake. The push of a label is a vector with sum $0$, so we write it as $K\\mathbf 1$ with a "
    "skew matrix "
    "$K$; the letter $s$ stands for $\\mathbf 1$, and $s'=0$. Prove that $\\mathbf 1^\\top u$ is conserved, for "
    "all $n$ "
    "and $m$. (The language is that of the proof workshop: a step, its reason `by substitution` or `by "
    "computation`, and "
    "at the end `by Proposition 2.5`.)",
    "(s^T*u)' = ...  by substitution",
    (
        "Only $u'$ matters: $(s^\\top u)'=s^\\top u'$. Insert the flow.",
        "You get $-s^\\top Ks\\,(w^\\top v+b)$. What is $s^\\top Ks$ for a skew $K$?",
        "Three lines: `(s^T*u)' = -s^T*K*s*(w^T*v + b) by substitution`, then `= 0 by computation`, and then the goal "
        "`by Proposition 2.5`.",
    ),
    _check_neuron,
    uses=("laws of a loss",),
    solution="$(s^\\top u)'=-s^\\top Ks\\,(w^\\top v+b)=0$, because $s^\\top Ks=(s^\\top Ks)^\\top=-s^\\top Ks$.",
    start=_NEURON,
)


# 4.6 predict: counting for a loss.


def _check_number(answer: Any) -> Feedback:
    number = read_number(answer)
    phi = linear(2, 2, 3)
    counts = {name: count_laws(seen_through(phi, name)).laws for name in ("mse", "cross-entropy")}
    true, squared = counts["cross-entropy"], counts["mse"]
    if number == true:
        return right(
            f"The engine proves it: exactly {true}, the sums of the two columns of U and the {squared} laws of the "
            "factorization with two outputs. (With r ≤ n + m − 1 the old laws, the entries of Ψ, stay "
            "independent of the "
            "new ones.)"
        )
    if number == squared:
        return wrong(f"{squared} is the number for the squared loss: the entries of Ψ. Cross-entropy adds to it.")
    if number == squared + 1:
        return wrong("Do the sums of the two columns of U not both stay what they are?")
    if number == squared + 3:
        return wrong(
            "There are three rows, but it is the columns of U whose sums are conserved, and there are r of them."
        )
    return wrong(
        f"The engine counts, with proof, a number that is not {number}. Count the two kinds of laws separately."
    )


_PREDICT = Exercise(
    "4.6",
    "Predict the count",
    "predict",
    "A linear network with $m=2$ inputs, $r=2$ hidden neurons and $n=3$ classes, $\\varphi=UV^\\top$ with $10$ "
    "parameters. "
    "With the squared loss it has $3$ independent laws near a generic point. How many with the cross-entropy of "
    "logits?",
    "4",
    (
        "The old laws, the entries of the symmetric $2\\times2$ matrix $\\Psi=U^\\top U-V^\\top V$, stay.",
        "The new ones are the entries of $\\mathbf 1^\\top U$. How many columns has $U$?",
        "Are they independent of the old ones? Take $\\mathbf 1^\\top U$ as coordinates: what is left of $U$ is "
        "a matrix "
        "with two rows, and a factorization with two outputs and $r=2$ has three laws.",
    ),
    _check_number,
    uses=("laws of a loss", "independent laws"),
    solution="$r$ column sums and the $3$ laws of the factorization with $n-1=2$ outputs: $2+3=5$.",
)

EXERCISES = (_BREAK_OUTPUT, _PROVE_DETERMINANT, _BREAK_CONDITION, _TWO_LAWS, _PROVE_NEURON, _PREDICT)
