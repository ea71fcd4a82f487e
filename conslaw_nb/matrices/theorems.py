"""Named results for all widths and depths at once, each with its derivation; and false ones, with counter-examples.

Nothing is stored: each result is derived and checked when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from .conservation import prove_bracket, prove_conserved
from .derivations import Derivation
from .equalities import prove_equal
from .fields import MatrixField
from .results import Theorem, Theorems
from .space import MatrixSpace

__all__ = ["false_claims", "theorems"]


# -- the results -----------------------------------------------------------------------------------------

_TWO_LAYERS = "U: n x r, V: m x r"
_BALANCE = "U_i: a x b, U_{i+1}: b x c, L: p x a, R: c x q"
_DEPTH = (
    "A linear network `U_1*U_2*...*U_q` is `L*U_i*U_{i+1}*R` with `L` the product of the matrices before `U_i` and `R` "
    "of those after `U_{i+1}` (an identity where there are none). Neither holds `U_i` or `U_{i+1}`, so the velocities "
    "of these two are as shown, at any depth; how `L` and `R` move does not matter, since the law does not hold them."
)
_PATHS = (
    "Here `u` holds the weights out of one neuron and `v` those into it{bias}. In a network of any depth, every path "
    "through the neuron has the value of an entry of {parts} times weights outside the neuron. Those factors are part "
    "of the arbitrary {gradients}, so the law holds for each neuron of each hidden layer."
)


@cache
def _factorization() -> Theorem:
    space = MatrixSpace.read(_TWO_LAYERS)
    return Theorem(
        "factorization",
        "The law of a matrix factorization",
        "`U^T*U - V^T*V` is conserved by every gradient flow of `U*V^T`, whatever the loss and the data.",
        (prove_conserved("U^T*U - V^T*V", "U*V^T", space=space),),
        "Proposition 4.1 for two layers",
    )


@cache
def _balance() -> Theorem:
    space = MatrixSpace.read(_BALANCE)
    law, phi = "U_i^T*U_i - U_{i+1}*U_{i+1}^T", "L*U_i*U_{i+1}*R"
    return Theorem(
        "balance",
        "The laws of a linear network of any depth",
        f"`{law}` is conserved by every gradient flow of a linear network, for any two neighbouring layers.",
        (prove_conserved(law, phi, space=space, constants=("L", "R")),),
        "Proposition 4.1",
        (_DEPTH,),
        {"U_1*U_2*...*U_q": r"U_{1} U_{2} \cdots U_{q}"},
    )


@cache
def _relu() -> Theorem:
    space = MatrixSpace.read("u: n x 1, v: m x 1")
    return Theorem(
        "relu",
        "The law of a ReLU neuron",
        "`|u|^2 - |v|^2` is conserved for each hidden neuron of a ReLU network without bias.",
        (prove_conserved("|u|^2 - |v|^2", "u*v^T", space=space),),
        "Proposition 4.1; Example 2.11 for φ",
        (_PATHS.format(bias="", parts="`u*v^T`", gradients="gradient `G`"),),
    )


@cache
def _relu_bias() -> Theorem:
    space = MatrixSpace.read("u: n x 1, v: m x 1, b: 1 x 1")
    return Theorem(
        "relu with bias",
        "The law of a ReLU neuron with bias",
        "`|u|^2 - |v|^2 - b^2` is conserved for each hidden neuron of a ReLU network with biases.",
        (prove_conserved("|u|^2 - |v|^2 - b^2", ["u*v^T", "u*b"], space=space),),
        "Proposition 4.1, with the bias; Example 2.11 for φ",
        (_PATHS.format(bias=", `b` is its bias", parts="`u*v^T` or of `u*b`", gradients="gradients `G` and `g`"),),
    )


@cache
def _bracket() -> Theorem:
    space = MatrixSpace.read(f"{_TWO_LAYERS}, Δ_1: n x m, Δ_2: n x m")
    x = MatrixField(space, U="Δ_1*V", V="Δ_1^T*U")
    y = MatrixField(space, U="Δ_2*V", V="Δ_2^T*U")
    expected = {"U": "(Δ_1*Δ_2^T - Δ_2*Δ_1^T)*U", "V": "(Δ_1^T*Δ_2 - Δ_2^T*Δ_1)*V"}
    return Theorem(
        "bracket",
        "The bracket of two fields of a factorization",
        "The fields of `U*V^T` are X = (ΔV, ΔᵀU); the bracket of two of them multiplies U and V by skew matrices.",
        (
            prove_bracket(x, y, expected),
            prove_equal("(Δ_1*Δ_2^T - Δ_2*Δ_1^T)^T", "-(Δ_1*Δ_2^T - Δ_2*Δ_1^T)", space=space),
            prove_equal("(Δ_1^T*Δ_2 - Δ_2^T*Δ_1)^T", "-(Δ_1^T*Δ_2 - Δ_2^T*Δ_1)", space=space),
        ),
        "derived by this project; the sign of the bracket is the paper's",
        formulas={"U*V^T": r"U\, V^{\top}"},
    )


@cache
def _closure() -> Theorem:
    space = MatrixSpace.read(
        f"{_TWO_LAYERS}, Δ_1: n x m, Δ_2: n x m, A_1: n x n skew, A_2: n x n skew, B_1: m x m skew, B_2: m x m skew"
    )
    x, y = (MatrixField(space, U=f"A_{i}*U + Δ_{i}*V", V=f"Δ_{i}^T*U + B_{i}*V") for i in (1, 2))
    a = "[A_1, A_2] + Δ_1*Δ_2^T - Δ_2*Δ_1^T"
    b = "[B_1, B_2] + Δ_1^T*Δ_2 - Δ_2^T*Δ_1"
    d = "A_1*Δ_2 - A_2*Δ_1 + Δ_1*B_2 - Δ_2*B_1"
    once = MatrixSpace.read(f"{_TWO_LAYERS}, a: n x 1, b: n x 1, c: m x 1, d: m x 1")

    def rank_one(left: str, right: str) -> MatrixField:
        return MatrixField(once, U=f"{left}*{right}^T*V", V=f"{right}*{left}^T*U")

    return Theorem(
        "closure",
        "The Lie algebra of a factorization, after one step",
        "Lie(W) of `U*V^T` is the set of all fields that move U by `A*U + Δ*V` and V by `Δ^T*U + B*V`, with A and B "
        "skew and any Δ; it is reached after one step of brackets.",
        (
            prove_bracket(x, y, {"U": f"({a})*U + ({d})*V", "V": f"({d})^T*U + ({b})*V"}),
            prove_equal(f"({a})^T", f"-({a})", space=space),
            prove_equal(f"({b})^T", f"-({b})", space=space),
            prove_bracket(rank_one("a", "c"), rank_one("b", "c"), {"U": "|c|^2*(a*b^T - b*a^T)*U"}),
            prove_bracket(rank_one("a", "c"), rank_one("a", "d"), {"V": "|a|^2*(c*d^T - d*c^T)*V"}),
        ),
        "derived by this project; the sign of the bracket is the paper's",
        (
            "The first three parts: brackets of such fields are such fields again, so Lie(W), which begins with "
            "A = B = 0, has no others. The last two: with `c` of length 1 the first bracket of two generators "
            "multiplies U alone by `a*b^T - b*a^T`, and such matrices span all skew ones; the same for V. So one step "
            "gives every A and B.",
        ),
        {
            "U*V^T": r"U\, V^{\top}",
            "A*U + Δ*V": r"A\, U + \Delta\, V",
            "Δ^T*U + B*V": r"\Delta^{\top}\, U + B\, V",
            "a*b^T - b*a^T": r"a\, b^{\top} - b\, a^{\top}",
        },
    )


@cache
def _descent() -> Theorem:
    space = MatrixSpace.read(f"{_TWO_LAYERS}, G: n x m, τ: 1 x 1")
    steps = {"U⁺": "U - τ*G*V", "V⁺": "V - τ*G^T*U", "Ψ": "U^T*U - V^T*V", "Ψ⁺": "U⁺^T*U⁺ - V⁺^T*V⁺"}
    return Theorem(
        "descent",
        "One step of gradient descent",
        "A step of size τ changes `Ψ` = `U^T*U - V^T*V` by τ² times what does not depend on τ.",
        (prove_equal("Ψ⁺ - Ψ", "τ^2*((G*V)^T*G*V - (G^T*U)^T*G^T*U)", space=space, where=steps),),
        "the exact step behind Proposition 5.1 of arXiv 2506.06194; derived by this project",
        formulas={"Ψ": r"\Psi", "U^T*U - V^T*V": r"U^{\top}\, U - V^{\top}\, V"},
    )


@cache
def _attention() -> Theorem:
    space = MatrixSpace.read("Q: d x k, K: d x k, V: d x k, O: d x k")
    phi = ["Q^T*K", "V^T*O"]
    return Theorem(
        "attention",
        "The laws of an attention head",
        "`Q*Q^T - K*K^T` and `V*V^T - O*O^T` are conserved by every gradient flow of (`Q^T*K`, `V^T*O`).",
        (prove_conserved("Q*Q^T - K*K^T", phi, space=space), prove_conserved("V*V^T - O*O^T", phi, space=space)),
        "Corollary 3.10 of arXiv 2506.06194",
        formulas={"Q^T*K": r"Q^{\top}\, K", "V^T*O": r"V^{\top}\, O"},
    )


@cache
def _decay() -> Theorem:
    space = MatrixSpace.read(f"{_TWO_LAYERS}, G: n x m, λ: 1 x 1, e: 1 x 1")
    flow = MatrixField(space, {"U": "-G*V - λ*U", "V": "-G^T*U - λ*V", "e": "2*λ*e"})
    return Theorem(
        "weight decay",
        "The law of a factorization under weight decay",
        "`e*(U^T*U - V^T*V)` is conserved when U and V also decay at the rate λ, where e = exp(2∫λ).",
        (prove_conserved("e*(U^T*U - V^T*V)", space=space, fields=flow),),
        "an instance of Theorem 2.1 of arXiv 2506.06194",
        ("The exponential enters as a number e that grows at the rate 2λ; G is arbitrary.",),
    )


@cache
def _momentum() -> Theorem:
    space = MatrixSpace.read(f"{_TWO_LAYERS}, P: n x r, Q: m x r, G: n x m, τ: 1 x 1, e: 1 x 1")
    flow = MatrixField(space, {"U": "P", "V": "Q", "P": "-τ*P - G*V", "Q": "-τ*Q - G^T*U", "e": "τ*e"})
    return Theorem(
        "momentum",
        "The law of a factorization under momentum",
        "`e*(U^T*P - P^T*U + V^T*Q - Q^T*V)` is conserved by the flow with momentum, P, Q the velocities of U, V, "
        "where e = exp(∫τ).",
        (prove_conserved("e*(U^T*P - P^T*U + V^T*Q - Q^T*V)", space=space, fields=flow),),
        "derived by this project from the rotations of the r columns",
        ("The exponential enters as a number e that grows at the rate τ; G is arbitrary.",),
    )


_THEOREMS: dict[str, Callable[[], Theorem]] = {
    "factorization": _factorization,
    "balance": _balance,
    "relu": _relu,
    "relu with bias": _relu_bias,
    "bracket": _bracket,
    "closure": _closure,
    "descent": _descent,
    "attention": _attention,
    "weight decay": _decay,
    "momentum": _momentum,
}


def theorems() -> Theorems:
    """Return the named results that hold for all sizes, with their derivations.

    Examples
    --------
    >>> theorems()
    factorization   PROVED    The law of a matrix factorization
    balance         PROVED    The laws of a linear network of any depth
    relu            PROVED    The law of a ReLU neuron
    relu with bias  PROVED    The law of a ReLU neuron with bias
    bracket         PROVED    The bracket of two fields of a factorization
    closure         PROVED    The Lie algebra of a factorization, after one step
    descent         PROVED    One step of gradient descent
    attention       PROVED    The laws of an attention head
    weight decay    PROVED    The law of a factorization under weight decay
    momentum        PROVED    The law of a factorization under momentum
    """
    return Theorems(_THEOREMS)


# -- what is not true ------------------------------------------------------------------------------------


def _false(name: str, title: str, why: str, proof: Callable[[], Derivation]) -> Callable[[], Theorem]:
    @cache
    def make() -> Theorem:
        found = proof()
        return Theorem(name, title, f"{found.statement[:1].upper()}{found.statement[1:]}.", (found,), why)

    return make


def _wrong_side() -> Derivation:
    space = MatrixSpace.read(_TWO_LAYERS).identify(m="n")
    return prove_conserved("U*U^T - V*V^T", "U*V^T", space=space)


def _no_transpose() -> Derivation:
    space = MatrixSpace.read(_BALANCE).identify(c="b")
    return prove_conserved("U_i^T*U_i - U_{i+1}^T*U_{i+1}", "L*U_i*U_{i+1}*R", space=space, constants=("L", "R"))


def _plus() -> Derivation:
    return prove_conserved("U^T*U + V^T*V", "U*V^T", space=MatrixSpace.read(_TWO_LAYERS))


def _no_bias() -> Derivation:
    return prove_conserved("|u|^2 - |v|^2", ["u*v^T", "u*b"], space=MatrixSpace.read("u: n x 1, v: m x 1, b: 1 x 1"))


def _commuting() -> Derivation:
    return prove_equal("(A + B)^2 = A^2 + 2*A*B + B^2", space=MatrixSpace.read("A: n x n, B: n x n"))


def _cayley_hamilton() -> Derivation:
    text = "A^2 - tr(A)*A + 1/2*(tr(A)^2 - tr(A^2))*I_n = 0"
    return prove_equal(text, space=MatrixSpace.read("A: n x n"))


_FALSE: dict[str, Callable[[], Theorem]] = {
    "wrong side": _false(
        "wrong side", "The transposes on the wrong side", "it does not even fit unless n = m", _wrong_side
    ),
    "no transpose": _false(
        "no transpose", "A transpose forgotten", "the right law ends in U_{i+1}*U_{i+1}^T", _no_transpose
    ),
    "sign": _false("sign", "A sign", "the right law has a minus", _plus),
    "no bias": _false("no bias", "The bias forgotten", "the right law ends in - b^2", _no_bias),
    "commuting": _false("commuting", "Matrices do not commute", "2*A*B stands for A*B + B*A", _commuting),
    "one size": _false(
        "one size", "True for small sizes only", "Cayley and Hamilton: true for n = 1 and n = 2", _cayley_hamilton
    ),
}


def false_claims() -> Theorems:
    """Return claims that look right and are not, each with a small counter-example.

    Examples
    --------
    >>> false_claims()
    wrong side    REFUTED   The transposes on the wrong side
    no transpose  REFUTED   A transpose forgotten
    sign          REFUTED   A sign
    no bias       REFUTED   The bias forgotten
    commuting     REFUTED   Matrices do not commute
    one size      REFUTED   True for small sizes only
    """
    return Theorems(_FALSE)
