"""The exercises of lesson 9, on deep networks."""

from __future__ import annotations

import re
from typing import Any

from ..claims.answers import parts, read_model, read_number
from ..claims.hints import law_hint
from ..exact.expansion import poly_from_text
from ..laws.checking import check_law
from ..laws.counting import count_laws
from ..laws.search import independent_laws
from ..models.fields import VectorFields
from ..models.networks import LinearNetwork, linear, relu
from ..models.parametrizations import parametrization
from ..paper.experiment import compare
from .exercise import Exercise, Feedback, right, wrong
from .proof_answers import judge_proof

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "09_depth.ipynb"


# 9.1 prove: three layers, all widths.

_START = """
given U1: n x a, U2: a x b, U3: b x m, G: n x m
flow U1' = -G*U3^T*U2^T, U2' = -U1^T*G*U3^T, U3' = -U2^T*U1^T*G
let Psi = U1^T*U1 - U2*U2^T
goal Psi is conserved
"""

_DEEP = Exercise(
    "9.1",
    "Three layers, every width",
    "prove",
    "Three linear layers, $\\varphi=U_1U_2U_3$; $G$ is the gradient of the loss at $\\varphi$, and nothing is assumed "
    "of "
    "it. Prove for **all** widths that $\\Psi=U_1^\\top U_1-U_2U_2^\\top$ is conserved. The first lines are given.",
    "Psi' = U1'^T*U1 by the product rule",
    (
        "$\\dot\\Psi$ has four terms. The product rule first, then the flow.",
        "Both products give the same pair of terms: $U_1^\\top\\dot U_1=-U_1^\\top GU_3^\\top U_2^\\top$, and "
        "$\\dot U_2U_2^\\top$ is just that.",
        "`Psi' = 0   by computation`, and then `Psi is conserved   by Proposition 2.5`.",
    ),
    lambda answer: judge_proof(
        answer,
        _START,
        "For all widths, all data and all losses. Nothing in it depends on how many layers follow: what stands beyond "
        "U₂ "
        "is one matrix to it.",
    ),
    introduces=("laws of a deep network",),
    uses=("the fields χ_Δ",),
    solution=(
        "$\\dot\\Psi=\\dot U_1^\\top U_1+U_1^\\top\\dot U_1-\\dot U_2U_2^\\top-U_2\\dot U_2^\\top$, and "
        "$U_1^\\top\\dot U_1=-U_1^\\top GU_3^\\top U_2^\\top=\\dot U_2U_2^\\top$."
    ),
    start=_START,
)


# 9.2 compute: the orientation, as a program stores its weights.

_STORED = tuple(f"{m}_{i}_{j}" for m in "AB" for i in (1, 2) for j in (1, 2))


def _stored() -> VectorFields:
    """φ = BA for y = B(Ax): A is the first layer, both are stored as (out, in)."""
    entries = [f"B_{i}_1*A_1_{j} + B_{i}_2*A_2_{j}" for i in (1, 2) for j in (1, 2)]
    return parametrization(*entries, variables=_STORED)


def _check_stored(answer: Any) -> Feedback:
    phi = _stored()
    text = str(answer)
    verdict = check_law(text, phi)
    if verdict.details.get("constant"):
        return wrong("A constant never changes, and says nothing. Log something that could.")
    if verdict.is_proved:
        return right(
            f"`{text}` is conserved, for any data. As matrices the law is AAᵀ − BᵀB, in this order of storing weights."
        )
    if not verdict.is_refuted:
        return wrong(f"The engine cannot decide this one ({verdict.reason}); try a quadratic polynomial.")
    if check_law(_transposed(text), phi).is_proved:
        return wrong(
            f"`{text}` is no law: {verdict.witness}. Rows and columns have changed places: it would be one for "
            "matrices stored as (in, out)."
        )
    return wrong(f"`{text}` is no law: {verdict.witness}.")


def _transposed(text: str) -> str:
    """The same function with both matrices transposed."""
    return re.sub(r"\b([AB])_([12])_([12])\b", r"\1_\3_\2", text)


_ORIENTATION = Exercise(
    "9.2",
    "As a program stores it",
    "compute",
    "A program stores layers in the order of computation and weights as (out, in): $y=B\\,(Ax)$, with $A,B$ of size "
    "$2\\times2$. You want to log one quadratic function of the weights that gradient flow keeps, whatever the data. "
    "Write one (as `A_1_1`, ..., `B_2_2`).",
    "A_1_1**2 - B_1_1**2",
    (
        "In the paper's notation $U_1=B$ is the output layer and $U_2=A$. What does $U_1^\\top U_1-U_2U_2^\\top$ "
        "become?",
        "$B^\\top B-AA^\\top$. Its first entry: a column of $B$ against a row of $A$.",
        "$(B^\\top B)_{11}=B_{11}^2+B_{21}^2$ and $(AA^\\top)_{11}=A_{11}^2+A_{12}^2$.",
    ),
    _check_stored,
    uses=("laws of a deep network", "completeness for q = 2"),
    solution=(
        "$B_{11}^2+B_{21}^2-A_{11}^2-A_{12}^2$, an entry of $B^\\top B-AA^\\top$; so is "
        "$B_{11}B_{12}+B_{21}B_{22}-A_{11}A_{21}-A_{12}A_{22}$."
    ),
)


# 9.3 predict: entries are not laws.


def _check_bottleneck(answer: Any) -> Feedback:
    number = read_number(answer)
    found = compare(linear(1, 3, 1, 1))
    if number == found.laws:
        return right(
            f"Exactly {found.laws}, proved: φ is a single function of {found.parameters} parameters, so there are "
            f"{found.parameters} − 1. Of the {found.listed} entries one says nothing new."
        )
    if number == found.listed:
        return wrong(
            f"{found.listed} is the number of different entries of the balances. But the network has "
            f"{found.parameters} "
            "parameters and moves: that leaves room for fewer."
        )
    return wrong(f"It is not {number}. How many components has φ, and how many parameters are there?")


_BOTTLENECK = Exercise(
    "9.3",
    "Entries and laws",
    "predict",
    "The linear network with widths $1,3,1,1$ has the balances $U_2^\\top U_2-U_3U_3^\\top$ (a symmetric $3\\times3$ "
    "matrix) "
    "and $U_1^\\top U_1-U_2U_2^\\top$ (a number). How many independent laws does it have near a generic point? Predict "
    "before you count.",
    "3",
    (
        "Six entries and one more: seven functions. Can they be independent?",
        "There are $3+3+1=7$ parameters, and $\\varphi$ is a single function.",
        "One field, so $D-1$ laws where it does not vanish.",
    ),
    _check_bottleneck,
    uses=("two bounds that meet",),
    solution="$6$: one field in $\\mathbb R^7$. The seven entries are functions with one relation between them.",
)


# 9.4 break: a hidden law.

_LARGEST = 40


def _check_hidden(answer: Any) -> Feedback:
    phi = read_model(answer)
    if not isinstance(phi, LinearNetwork):
        return wrong(f"`{phi.brief}` is not a linear network of the form `linear(...)`.")
    if tuple(sorted(phi.sizes)) == (1, 1, 2, 2) and phi.depth == 3:
        return wrong("That one is in the text. Find another.")
    if phi.dimension > _LARGEST:
        return wrong(f"`{phi.brief}` has {phi.dimension} parameters: at most {_LARGEST}, please.")
    found = compare(phi)
    if found.laws is None:
        return wrong(f"For `{phi.brief}` the two bounds do not meet, so nothing is proved. Try another network.")
    if not found.hidden:
        return wrong(
            f"`{phi.brief}` has exactly {found.laws} independent laws, and {found.known} known ones: none is hidden."
        )
    return right(
        f"`{phi.brief}` has exactly {found.laws} independent laws, and only {found.known} are known: {found.hidden} "
        f"hidden, "
        "proved to exist near a generic point. Nobody has to know a formula for that."
    )


_HIDDEN = Exercise(
    "9.4",
    "A hidden law",
    "break",
    '"The known laws of a deep linear network are all." The text breaks this with `linear(1,2,2,1)`. Break it with '
    f"another linear network, of at most ${_LARGEST}$ parameters. Write it as `linear(...)`.",
    "linear(2,2,2)",
    (
        "Where did the seventh law come from? $\\varphi$ was a single function.",
        "Keep input and output at width one, and make the middle wider or longer.",
        "`linear(1,2,3,1)` has ten laws.",
    ),
    _check_hidden,
    introduces=("hidden laws",),
    uses=("laws of a deep network", "two bounds that meet"),
    solution="`linear(1,3,3,1)`: one field in $\\mathbb R^{15}$, so $14$ laws, and the balances give $12$.",
)


# 9.5 break: a hidden law that no survey of four matrices could show.

_SMALL = 13


def _check_away(answer: Any) -> Feedback:
    phi = read_model(answer)
    if not isinstance(phi, LinearNetwork):
        return wrong(f"`{phi.brief}` is not a linear network of the form `linear(...)`.")
    if 1 in (phi.sizes[0], phi.sizes[-1]):
        return wrong(f"`{phi.brief}` has an end of width one. Both ends should be wider.")
    if phi.dimension > _SMALL:
        return wrong(f"`{phi.brief}` has {phi.dimension} parameters: at most {_SMALL}, please.")
    found = compare(phi)
    if found.laws is None:
        return wrong(f"For `{phi.brief}` the two bounds do not meet, so nothing is proved. Try another network.")
    if not found.hidden:
        return wrong(
            f"`{phi.brief}` has exactly {found.laws} independent laws, and {found.known} known ones: none is hidden."
        )
    return right(
        f"`{phi.brief}` has exactly {found.laws} independent laws, and only {found.known} are known. So the ends do "
        "not matter; the survey was too shallow to show it. What matters is a stretch of three matrices between two "
        "layers of width one, and that needs five matrices if both ends are wide."
    )


_AWAY = Exercise(
    "9.5",
    "Away from the ends",
    "break",
    '"A hidden law needs an end of width one." In the survey above that is so. Break it: find a linear network with '
    f"a hidden law whose input and output are **both** wider than one, with at most ${_SMALL}$ parameters.",
    "linear(2,2,2)",
    (
        "What hid the law was the stretch `1,2,2,1`. Where else could it stand?",
        "In the middle: put one more matrix in front, and one behind.",
        "`linear(2,1,2,2,1,2)`.",
    ),
    _check_away,
    uses=("hidden laws",),
    solution="`linear(2,1,2,2,1,2)`: nine laws, eight known. With four matrices there is no room for such a middle.",
)


# 9.6 compute: all laws of a deep ReLU network.


def _check_relu(answer: Any) -> Feedback:
    phi = relu(1, 2, 2, 1)
    pieces = [str(piece) for piece in parts(answer)]
    found = []
    for piece in pieces:
        verdict = check_law(piece, phi)
        if verdict.details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        if not verdict.is_proved:
            told = law_hint(piece, phi)
            return wrong(f"`{piece}` is no law: {verdict.witness or verdict.reason}.{told}")
        found.append(poly_from_text(piece, phi.variables))
    count = count_laws(phi)
    good = len(independent_laws(found, list(count.point.values())))
    if good < len(found):
        return wrong(f"All {len(found)} are laws, but only {good} of them are independent: leave out what is not new.")
    if good < count.laws:
        return wrong(f"{good} independent law{'' if good == 1 else 's'}; one for each hidden neuron makes more.")
    return right(
        f"{good} independent laws, and the count proves that there are exactly {count.laws}: your list is complete."
    )


_RELU = Exercise(
    "9.6",
    "One for each neuron",
    "compute",
    "A ReLU network with widths $1,2,2,1$ and no biases has four hidden neurons. List **all** its laws: independent "
    "polynomials in $U_1\\,(1\\times2)$, $U_2\\,(2\\times2)$ and $U_3\\,(2\\times1)$, as `U1[1,1]`, `U2[1,2]`, ...",
    "U1[1,1]**2 - U3[1,1]**2",
    (
        "Rescale one hidden neuron: what enters it is multiplied by $\\lambda$, what leaves it by $1/\\lambda$.",
        "Neuron $j$ of the layer next to the output: it sends out $U_1[1,j]$ and receives $U_2[j,1]$ and $U_2[j,2]$.",
        "$U_1[1,j]^2-U_2[j,1]^2-U_2[j,2]^2$ for $j=1,2$; and $U_2[1,k]^2+U_2[2,k]^2-U_3[k,1]^2$ for $k=1,2$.",
    ),
    _check_relu,
    uses=("laws of a deep network", "independent laws"),
    solution=(
        "$U_1[1,j]^2-U_2[j,1]^2-U_2[j,2]^2$ and $U_2[1,k]^2+U_2[2,k]^2-U_3[k,1]^2$, for $j,k=1,2$: the diagonals of "
        "the two "
        "balances."
    ),
)

EXERCISES = (_DEEP, _ORIENTATION, _BOTTLENECK, _HIDDEN, _AWAY, _RELU)
