"""Statements proved for every width at once: sizes are letters, and normal forms decide.

Each claim is written out here again, beside a false neighbour that small integer matrices refute.
"""

import pytest

from conslaw_nb.matrices import MatrixField, MatrixSpace, prove_bracket, prove_conserved, prove_equal

TWO_LAYERS = "U: n x r, V: m x r"


def test_the_known_laws_at_every_width_and_depth():
    """Prop 4.1: neighbours A, B of a linear network between any L and R; one ReLU neuron with its weights and bias.

    The product before and after two neighbours is any matrix, so the depth does not matter; for a ReLU neuron the rest
    of each path through it is a factor of the gradient G, which is any matrix too.
    """
    deep = MatrixSpace.read("A: a x b, B: b x c, L: p x a, R: c x q")
    assert prove_conserved("A^T*A - B*B^T", "L*A*B*R", space=deep, constants=("L", "R")).is_proved
    same = deep.identify(c="b")
    assert prove_conserved("A^T*A - B^T*B", "L*A*B*R", space=same, constants=("L", "R")).is_refuted
    two = MatrixSpace.read(TWO_LAYERS)
    assert prove_conserved("U^T*U - V^T*V", "U*V^T", space=two).is_proved
    assert prove_conserved("U^T*U + V^T*V", "U*V^T", space=two).is_refuted
    plain = MatrixSpace.read("u: n x 1, v: m x 1")
    assert prove_conserved("|u|^2 - |v|^2", "u*v^T", space=plain).is_proved
    bias = MatrixSpace.read("u: n x 1, v: m x 1, b: 1 x 1")
    assert prove_conserved("|u|^2 - |v|^2 - b^2", ["u*v^T", "u*b"], space=bias).is_proved
    assert prove_conserved("|u|^2 - |v|^2", ["u*v^T", "u*b"], space=bias).is_refuted


def test_the_bracket_of_two_fields_at_every_width():
    """Prop H.2: [χ_Δ, χ_Δ′] multiplies U and V by matrices that are skew."""
    space = MatrixSpace.read(f"{TWO_LAYERS}, X: n x m, Y: n x m")
    first, second = (MatrixField(space, U=f"{d}*V", V=f"{d}^T*U") for d in "XY")
    upper, lower = "X*Y^T - Y*X^T", "X^T*Y - Y^T*X"
    assert prove_bracket(first, second, {"U": f"({upper})*U", "V": f"({lower})*V"}).is_proved
    assert not prove_bracket(first, second, {"U": f"({upper})*U", "V": f"-({lower})*V"}).is_proved
    for block in (upper, lower):
        assert prove_equal(f"({block})^T", f"-({block})", space=space).is_proved


def test_the_lie_algebra_closes_at_every_width():
    """Prop H.3: brackets of fields [[A, Δ], [Δᵀ, B]]W with A, B skew are of that form again."""
    letters = "X: n x m, Y: n x m, A: n x n skew, C: n x n skew, B: m x m skew, D: m x m skew"
    space = MatrixSpace.read(f"{TWO_LAYERS}, {letters}")
    first = MatrixField(space, U="A*U + X*V", V="X^T*U + B*V")
    second = MatrixField(space, U="C*U + Y*V", V="Y^T*U + D*V")
    upper, lower = "A*C - C*A + X*Y^T - Y*X^T", "B*D - D*B + X^T*Y - Y^T*X"
    middle = "A*Y + X*D - C*X - Y*B"
    expected = {"U": f"({upper})*U + ({middle})*V", "V": f"({middle})^T*U + ({lower})*V"}
    assert prove_bracket(first, second, expected).is_proved
    assert prove_equal(f"({upper})^T", f"-({upper})", space=space).is_proved
    assert prove_equal(f"({lower})^T", f"-({lower})", space=space).is_proved


@pytest.mark.parametrize(("kind", "conserved"), [("symmetric", True), ("skew", False)])
def test_symmetric_and_skew_combinations_at_every_width(kind, conserved):
    """⟨(US, −VS), (GV, GᵀU)⟩ is 0 for symmetric S, and not for skew S."""
    space = MatrixSpace.read(f"{TWO_LAYERS}, G: n x m, S: r x r {kind}")
    product = "tr((U*S)^T*G*V) - tr((V*S)^T*G^T*U)"
    assert prove_equal(product, "0", space=space).is_proved == conserved


def test_one_step_of_descent_at_every_width():
    """Ψ⁺ − Ψ = τ²((GV)ᵀGV − (GᵀU)ᵀGᵀU), and not τ times it."""
    space = MatrixSpace.read(f"{TWO_LAYERS}, G: n x m, t: 1 x 1")
    after = "(U - t*G*V)^T*(U - t*G*V) - (V - t*G^T*U)^T*(V - t*G^T*U)"
    change = f"{after} - (U^T*U - V^T*V)"
    right = "(G*V)^T*G*V - (G^T*U)^T*G^T*U"
    assert prove_equal(change, f"t^2*({right})", space=space).is_proved
    assert prove_equal(change, f"t*({right})", space=space).is_refuted


def test_the_laws_of_an_attention_head_at_every_width():
    """QQᵀ − KKᵀ and VVᵀ − OOᵀ for (QᵀK, VᵀO); the products on the other side are not laws."""
    head = MatrixSpace.read("Q: d x k, K: d x k, V: d x k, O: d x k")
    phi = ["Q^T*K", "V^T*O"]
    assert prove_conserved("Q*Q^T - K*K^T", phi, space=head).is_proved
    assert prove_conserved("V*V^T - O*O^T", phi, space=head).is_proved
    assert prove_conserved("Q^T*Q - K^T*K", phi, space=head).is_refuted


def test_weight_decay_at_every_width():
    """e(UᵀU − VᵀV) with e = exp(2∫λ), a number that grows at the rate 2λ."""
    space = MatrixSpace.read(f"{TWO_LAYERS}, G: n x m, l: 1 x 1, e: 1 x 1")
    flow = MatrixField(space, {"U": "-G*V - l*U", "V": "-G^T*U - l*V", "e": "2*l*e"})
    assert prove_conserved("e*(U^T*U - V^T*V)", space=space, fields=flow).is_proved
    assert prove_conserved("U^T*U - V^T*V", space=space, fields=flow).is_refuted


def test_momentum_at_every_width():
    """e(UᵀP − PᵀU + VᵀQ − QᵀV) with velocities P, Q and e = exp(∫τ); Ψ itself is not a law."""
    space = MatrixSpace.read(f"{TWO_LAYERS}, P: n x r, Q: m x r, G: n x m, t: 1 x 1, e: 1 x 1")
    flow = MatrixField(space, {"U": "P", "V": "Q", "P": "-t*P - G*V", "Q": "-t*Q - G^T*U", "e": "t*e"})
    assert prove_conserved("e*(U^T*P - P^T*U + V^T*Q - Q^T*V)", space=space, fields=flow).is_proved
    assert prove_conserved("U^T*U - V^T*V", space=space, fields=flow).is_refuted


def test_relaxed_balance_at_every_width():
    """With S = λI: VVᵀ·VVᵀ + λVVᵀ = ZᵀZ follows from UᵀU = VᵀV + λI, here as V(VᵀV + λI)Vᵀ."""
    space = MatrixSpace.read("V: m x r, l: 1 x 1, I: r x r identity")
    assert prove_equal("V*(V^T*V + l*I)*V^T", "V*V^T*V*V^T + l*V*V^T", space=space).is_proved
