"""The exercises of lesson 12, on symmetry and what lies beyond gradient flow."""

from __future__ import annotations

from typing import Any

from ..claims.answers import parts, read_model, read_number
from ..claims.hints import law_hint
from ..errors import ParseError
from ..exact.expansion import poly_from_text
from ..exact.polynomial import Poly
from ..laws.checking import check_law
from ..laws.counting import count_laws
from ..laws.search import independent_laws
from ..models.networks import factorization
from ..models.parametrizations import parametrization
from ..models.phase_space import momentum_fields
from .exercise import Exercise, Feedback, right, wrong
from .proof_answers import judge_proof

__all__ = ["EXERCISES", "NOTEBOOK"]

NOTEBOOK = "12_symmetry_and_beyond.ipynb"


def _texts(answer: Any, count: int | None, what: str) -> list[str]:
    """Split an answer into expressions, as text for the parser."""
    pieces = [str(piece) for piece in parts(answer)]
    if count is not None and len(pieces) != count:
        raise ParseError(f"{count} {what} are asked for, with commas between them, and '{answer}' is {len(pieces)}")
    return pieces


# 12.1 break: an invariance that is no gradient.

_PAIR = ("u1", "u2", "v1", "v2")


def _check_symmetry(answer: Any) -> Feedback:
    xi = [poly_from_text(piece, _PAIR) for piece in _texts(answer, 4, "components")]
    shown = "(" + ", ".join(part.text for part in xi) + ")"
    if not any(xi):
        return wrong("The zero field moves nothing at all. Find one that moves θ and leaves ⟨u, v⟩ unchanged.")
    if any(sum(e for _, e in monomial) != 1 for part in xi for monomial in part.terms):
        return wrong(f"`{shown}` is not of the form Aθ: each component must be linear, without a constant.")
    slope = [poly_from_text(name, _PAIR) for name in ("v1", "v2", "u1", "u2")]
    change = sum((x * y for x, y in zip(slope, xi, strict=True)), Poly(_PAIR, {}))
    if change:
        return wrong(f"Along `{shown}` the product ⟨u, v⟩ changes at the rate `{change.text}`, and it should not.")
    for i in range(4):
        for j in range(i):
            a, b = xi[i].derivative(j), xi[j].derivative(i)
            if a != b:
                return right(
                    f"It leaves ⟨u, v⟩ unchanged, and it is no gradient: a function h with ∇h = `{shown}` would have "
                    f"∂²h/∂{_PAIR[j]}∂{_PAIR[i]} equal to {a.text} and to {b.text} at once. A symmetry, and no law."
                )
    h = sum((Poly.gen(_PAIR, i) * part for i, part in enumerate(xi)), Poly(_PAIR, {}))
    return wrong(f"This symmetry does give a law: its field is the gradient of half of `{h.text}`.")


_SYMMETRY = Exercise(
    "12.1",
    "A symmetry without a law",
    "break",
    "For $\\varphi(u,v)=u_1v_1+u_2v_2$, stretches are symmetries that come with a law. Break the pattern: give a "
    "linear field $\\xi(\\theta)=A\\theta$, as its four components in the order $(u_1,u_2,v_1,v_2)$, whose flow leaves "
    "$\\varphi$ unchanged and that is *not* a gradient.",
    "u1, 0, v1, 0",
    (
        "Unchanged means $\\langle\\nabla\\varphi,\\xi\\rangle=v_1\\xi_1+v_2\\xi_2+u_1\\xi_3+u_2\\xi_4=0$.",
        "Turn $u$ and $v$ by the same angle: the inner product does not notice. With which speed does each coordinate "
        "begin to move?",
        "The rotation of $u$ starts in the direction $(-u_2,u_1)$.",
    ),
    _check_symmetry,
    introduces=("a law from a symmetry",),
    uses=("a gradient orthogonal to every field",),
    solution=(
        "$\\xi=(-u_2,u_1,-v_2,v_1)$: $\\langle\\nabla\\varphi,\\xi\\rangle=-u_2v_1+u_1v_2-u_1v_2+u_2v_1=0$, and "
        "$\\partial\\xi_1/\\partial u_2=-1$ while $\\partial\\xi_2/\\partial u_1=1$: no gradient has this."
    ),
)


# 12.2 compute: the law of a homogeneous activation.

_CUBIC = ("u", "v")


def _check_homogeneous(answer: Any) -> Feedback:
    phi = parametrization("u*v**3", variables=_CUBIC)
    verdict = check_law(str(answer), phi)
    if verdict.details.get("constant"):
        return wrong("A constant is conserved by everything, and says nothing. Find a function that changes.")
    if verdict.is_proved:
        return right(
            f"⟨∇h, (v³, 3uv²)⟩ = 0 as an identity, so `{answer}` is conserved for any data. For degree k the law is "
            "k·u² − v², and only positively homogeneous activations have one."
        )
    if verdict.is_refuted:
        swapped = check_law(str(answer), parametrization("v*u**3", variables=_CUBIC))
        extra = " It would be one if the two weights changed places." if swapped.is_proved else ""
        return wrong(f"`{answer}` is no law: {verdict.witness}.{extra}")
    return wrong(f"The engine cannot decide this one ({verdict.reason}); try a polynomial.")


_HOMOGENEOUS = Exercise(
    "12.2",
    "The cubic neuron",
    "compute",
    "One neuron $g(u,v;x)=u\\,\\sigma(vx)$ with the activation $\\sigma(s)=s^3$ acts through $\\varphi(u,v)=uv^3$. "
    "What does its training conserve, for any data?",
    "u**2 + v**2",
    (
        "Which rescaling of $u$ and $v$ leaves $uv^3$ unchanged?",
        "$(u,v)\\mapsto(\\lambda^{-3}u,\\lambda v)$. Differentiate at $\\lambda=1$: the field is $(-3u,v)$.",
        "It is a gradient. Of what?",
    ),
    _check_homogeneous,
    uses=("a law from a symmetry",),
    solution=(
        "$(-3u,v)=\\nabla\\,\\tfrac12(v^2-3u^2)$, so $3u^2-v^2$ is a law: "
        "$\\langle(6u,-2v),(v^3,3uv^2)\\rangle=6uv^3-6uv^3=0$."
    ),
)


# 12.3 prove: angular momentum decays at the rate of the friction, for every width.

_START = """
given U: n x r, V: m x r, X: n x r, Y: m x r, G: n x m, tau: 1 x 1
flow U' = X, V' = Y, X' = -tau*X - G*V, Y' = -tau*Y - G^T*U
let J = U^T*X - X^T*U + V^T*Y - Y^T*V
goal J' = -tau*J
"""

_ANGULAR = Exercise(
    "12.3",
    "Angular momentum, for every width",
    "prove",
    "Momentum on $\\varphi=UV^\\top$: with the speeds $X=\\dot U$, $Y=\\dot V$ the flow is $\\dot X=-\\tau X-GV$, "
    "$\\dot Y=-\\tau Y-G^\\top U$, where $G$ is the gradient of the loss at $UV^\\top$ and nothing is assumed of it. "
    "Prove that $J=U^\\top X-X^\\top U+V^\\top Y-Y^\\top V$ satisfies $\\dot J=-\\tau J$, so that $e^{\\tau t}J$ is "
    "conserved, for **all** $n,m,r$. The first lines are given; add your steps below them.",
    "J' = U'^T*X + U^T*X' by the product rule",
    (
        "Differentiate each of the four products, and remember that each product has two factors. The reason is "
        "`by the product rule`.",
        "Then put in the flow, `by substitution`: the terms $X^\\top X$ and $Y^\\top Y$ cancel. What is left of the "
        "terms with $G$?",
        "The engine can do it in one line: `J' = -tau*J by computation`. Write it out all the same, once: "
        "$U^\\top(-GV)$ from the first product meets $-(-G^\\top U)^\\top V$ from the last.",
    ),
    lambda answer: judge_proof(
        answer,
        _START,
        "Every step holds for all n, m, r, all losses and all frictions: e^(τt)J is conserved. These are the laws that "
        "rotations give to momentum.",
    ),
    introduces=("phase space",),
    uses=("a law from a symmetry", "the fields χ_Δ"),
    solution=(
        "$\\dot J=X^\\top X+U^\\top\\dot X-\\dot X^\\top U-X^\\top X+\\dots=-\\tau J-U^\\top GV+V^\\top G^\\top U"
        "-V^\\top G^\\top U+U^\\top GV=-\\tau J$. As one line: `J' = -tau*J by computation`."
    ),
    start=_START,
)


# 12.4 compute: all laws of a central force with momentum.


def _central() -> Any:
    return momentum_fields(parametrization("x**2 + y**2 + z**2"))


def _check_central(answer: Any) -> Feedback:
    flow = _central()
    pieces = _texts(answer, None, "functions")
    found = []
    for piece in pieces:
        verdict = check_law(piece, flow)
        if verdict.details.get("constant"):
            return wrong(f"`{piece}` is a constant: true, but it says nothing, and is never counted.")
        if not verdict.is_proved:
            told = law_hint(piece, flow)
            return wrong(f"`{piece}` is no law of momentum: {verdict.witness or verdict.reason}.{told}")
        found.append(poly_from_text(piece, flow.variables))
    count = count_laws(flow)
    good = len(independent_laws(found, list(count.point.values())))
    if good < len(found):
        return wrong(
            f"All {len(found)} are laws, but only {good} of them {'is' if good == 1 else 'are'} independent near a "
            "generic point: leave out what the others already say."
        )
    if good < count.laws:
        return wrong(f"{good} independent law{'' if good == 1 else 's'}, and the count says: there is room for more.")
    return right(
        f"{good} independent laws, and exactly {count.laws} exist: the count proves that your list is complete near a "
        "generic point. Each law of this flow is a function of the angular momentum."
    )


_CENTRAL = Exercise(
    "12.4",
    "All of them",
    "compute",
    "Three parameters act through $\\varphi=x^2+y^2+z^2$ alone. Gradient flow keeps every direction: $x/z$ and $y/z$ "
    "are its laws. Now with momentum, without friction. Find **all** laws: a list of independent functions of "
    "$x,y,z$ and their speeds (write `dx`, `dy`, `dz`) that is complete.",
    "x*dx + y*dy + z*dz",
    (
        "The force points to the origin, or away from it, with a strength that the data decide. Which symmetries does "
        "$\\varphi$ have, and which of them are isometries?",
        "One law for each rotation: in the plane of $x$ and $y$ it is $x\\dot y-y\\dot x$.",
        "There are three planes. (The energy is no law: it depends on the data.)",
    ),
    _check_central,
    uses=("phase space", "two bounds that meet", "independent laws"),
    solution="The angular momentum, $x\\dot y-y\\dot x$, $\\ y\\dot z-z\\dot y$ and $z\\dot x-x\\dot z$.",
)


# 12.5 predict: the laws of one attention head.

_ROWS, _WIDTH = 3, 2


def _check_head(answer: Any) -> Feedback:
    number = read_number(answer)
    pair = count_laws(factorization(_WIDTH, _WIDTH, _ROWS))
    entries = 2 * _ROWS**2
    if number == 2 * pair.laws:
        return right(
            f"The engine counts {pair.laws} independent laws for (Q, K) and as many for (V, O), with proof. Together "
            f"{2 * pair.laws}: the two pairs share no parameter."
        )
    if number == pair.laws:
        return wrong(f"{number} is the number for (Q, K) alone: the head has a second pair, (V, O).")
    if number == entries:
        return wrong(f"{number} is the number of entries of both matrices, which are symmetric: not all entries count.")
    return wrong(f"It is not {number}. The head is two factorizations side by side: which n, m, r has each of them?")


_HEAD = Exercise(
    "12.5",
    "One head",
    "predict",
    "One attention head has $Q,K,V,O\\in\\mathbb R^{3\\times2}$ and acts through $(Q^\\top K,\\,V^\\top O)$. How many "
    "independent laws does it have near a generic point? Predict the number before you ask the engine.",
    "9",
    (
        "$Q^\\top K$ is a factorization $UV^\\top$ with $U=Q^\\top$ and $V=K^\\top$. What are $n$, $m$ and $r$?",
        "$n=m=2$ and $r=3$, with $r\\le n+m$: lesson 8 says how many entries of $QQ^\\top-KK^\\top$ are independent.",
        "$\\tfrac{r(r+1)}2$ for each of the two pairs.",
    ),
    _check_head,
    uses=("completeness for q = 2",),
    solution="$QQ^\\top-KK^\\top$ is symmetric $3\\times3$: $6$ laws. $VV^\\top-OO^\\top$ has $6$ more: $12$.",
)


# 12.6 prove: the capstone.

_SMALLEST, _LARGEST = 8, 200


def _check_capstone(answer: Any) -> Feedback:
    model = read_model(answer)
    size = model.dimension
    if not _SMALLEST <= size <= _LARGEST:
        return wrong(
            f"`{model.brief}` has {size} parameter{'' if size == 1 else 's'}; choose a network with at least "
            f"{_SMALLEST} and at most {_LARGEST}."
        )
    count = count_laws(model)
    if count.laws is None:
        return wrong(f"For `{model.brief}` the two bounds do not meet: {count.verdict.reason} Try another one.")
    if count.laws == 0:
        return wrong(f"`{model.brief}` has no law at all: true and proved, but a short report. Try another one.")
    named = f"'{model.text}'" if model.brief == model.text else "..."
    return right(
        f"`{model.brief}` has exactly {count.laws} independent law{'' if count.laws == 1 else 's'} for its {size} "
        f"parameters, proved. `cl.teaching.report({named}).save('my_network')` writes the page and its certificate."
    )


_CAPSTONE = Exercise(
    "12.6",
    "A network of your own",
    "prove",
    f"Choose an architecture that you care about, with ${_SMALLEST}$ to ${_LARGEST}$ parameters, and write it as a "
    "model: `linear(...)`, `relu(..., bias=True)`, `factorization(...)`, `phi(...)` for your own map, or `fields(...)` "
    "for another flow. It passes when the engine proves exactly how many laws it has.",
    "linear(1,1)",
    (
        "Begin with a network that you know, such as a ReLU network with one hidden layer and biases.",
        "If the bounds do not meet, make one layer narrower, or look at which layers have width one.",
        "`relu(2,3,1,bias=True)` has twelve parameters. Change its widths until it is yours.",
    ),
    _check_capstone,
    uses=("a certificate", "laws of a deep network"),
    solution="`relu(2,3,1,bias=True)`: exactly three laws, one for each hidden neuron. Any network of yours will do.",
)

EXERCISES = (_SYMMETRY, _HOMOGENEOUS, _ANGULAR, _CENTRAL, _HEAD, _CAPSTONE)
