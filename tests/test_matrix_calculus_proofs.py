"""Proofs and refutations as people see them: statements, lines, counter-examples, in a terminal and in a notebook."""

import json
import re
from fractions import Fraction

import pytest

from conslaw_nb.errors import ModelError
from conslaw_nb.matrices import (
    Derivation,
    MatrixField,
    MatrixSpace,
    false_claims,
    gradient_flow,
    prove_bracket,
    prove_chain,
    prove_conserved,
    prove_equal,
    theorems,
)
from conslaw_nb.matrices import concrete as numbers
from conslaw_nb.matrices.concrete import evaluate
from conslaw_nb.matrices.derivations import ChainBuilder
from conslaw_nb.matrices.reader import read_expression

FACTORS = MatrixSpace.read("U: n x r, V: m x r")


# --- named results ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", theorems())
def test_a_theorem_is_proved_and_every_line_checks_again(name):
    theorem = theorems()[name]
    assert theorem.is_proved
    assert theorem.verdict.is_proved
    for part in theorem.parts:
        assert part.is_proved
        assert part.chains
        givens = dict(line.text.split(" = ", 1) for line in part.givens)
        definitions = {name: text for name, text in givens.items() if ": " not in text}  # a field is not a definition
        for chain in part.chains:
            assert chain.rejected == ()
            assert len(chain.lines) >= 2
            lines = [line.text for line in chain.lines if not line.text.startswith(("d/dt", "∂"))]
            if len(lines) > 1:
                assert prove_chain(lines, space=part.space, where=definitions).is_proved


@pytest.mark.parametrize("name", false_claims())
def test_a_false_claim_is_refuted_with_small_integers(name):
    claim = false_claims()[name]
    assert claim.is_refuted
    [part] = claim.parts
    example = part.counterexample
    assert max(example.sizes.values()) <= 3
    assert {abs(x) for matrix in example.matrices.values() for row in matrix for x in row} <= {0, 1, 2}
    assert any(x != 0 for row in example.residual for x in row)
    assert not part.residual.is_zero


def test_the_law_of_a_factorization_in_full():
    assert str(theorems()["factorization"]) == (
        "The law of a matrix factorization. U^T*U - V^T*V is conserved by every gradient flow of U*V^T, whatever the "
        "loss and the data.\n"
        "(Proposition 4.1 for two layers)\n"
        "\n"
        "PROVED for all m, n, r: U^T*U - V^T*V is conserved by every gradient flow of φ = U*V^T\n"
        "  where U is n x r, V is m x r, G is n x m (the gradient of the loss at φ, arbitrary)\n"
        "\n"
        "  dU = -G*V      the velocity of U\n"
        "  dV = -G^T*U    the velocity of V\n"
        "\n"
        "  d/dt (U^T*U - V^T*V)\n"
        "  = dU^T*U + U^T*dU - dV^T*V - V^T*dV                 the product rule\n"
        "  = -(G*V)^T*U - U^T*G*V + (G^T*U)^T*V + V^T*G^T*U    the velocities inserted\n"
        "  = -V^T*G^T*U - U^T*G*V + U^T*G*V + V^T*G^T*U        multiplied out\n"
        "  = 0                                                 all terms cancel"
    )


def test_the_laws_of_linear_networks_name_the_layers():
    [proof] = theorems()["balance"].parts
    assert [line.text for line in proof.givens] == [
        "dU_i = -L^T*G*R^T*U_{i+1}^T",
        "dU_{i+1} = -U_i^T*L^T*G*R^T",
    ]
    assert proof.givens[0].latex == r"\dot{U}_{i} = -L^{\top}\, G\, R^{\top}\, U_{i+1}^{\top}"
    assert proof.lines[-1].text == "0"


def test_the_step_of_descent_in_full():
    [proof] = theorems()["descent"].parts
    assert [re.sub(" {4,}", "    ", line) for line in str(proof).splitlines()[2:]] == [
        "",
        "  U⁺ = U - τ*G*V",
        "  V⁺ = V - τ*G^T*U",
        "  Ψ = U^T*U - V^T*V",
        "  Ψ⁺ = U⁺^T*U⁺ - V⁺^T*V⁺",
        "",
        "  Ψ⁺ - Ψ",
        "  = ((U - τ*G*V)^T*(U - τ*G*V) - (V - τ*G^T*U)^T*(V - τ*G^T*U)) - (U^T*U - V^T*V)    the definitions inserted",
        "  = U^T*U - τ*U^T*G*V - τ*V^T*G^T*U + τ^2*V^T*G^T*G*V - V^T*V + τ*V^T*G^T*U + τ*U^T*G*V - τ^2*U^T*G*G^T*U "
        "- U^T*U + V^T*V    multiplied out",
        "  = τ^2*V^T*G^T*G*V - τ^2*U^T*G*G^T*U    like terms collected",
        "  = τ^2*((G*V)^T*G*V - (G^T*U)^T*G^T*U)    written as on the right",
    ]


def test_the_bracket_of_a_factorization_in_full():
    proof = theorems()["bracket"].parts[0]
    assert [str(chain) for chain in proof.chains] == [
        "∂(Δ_1*V)·Y - ∂(Δ_2*V)·X\n"
        "= Δ_1*Δ_2^T*U - Δ_2*Δ_1^T*U    what moves, replaced by its velocity\n"
        "= (Δ_1*Δ_2^T - Δ_2*Δ_1^T)*U    the expected part",
        "∂(Δ_1^T*U)·Y - ∂(Δ_2^T*U)·X\n"
        "= Δ_1^T*Δ_2*V - Δ_2^T*Δ_1*V    what moves, replaced by its velocity\n"
        "= (Δ_1^T*Δ_2 - Δ_2^T*Δ_1)*V    the expected part",
    ]


def test_results_are_listed_and_an_unknown_name_is_refused():
    assert list(theorems())[:2] == ["factorization", "balance"]
    assert "balance" in theorems()
    assert len(false_claims()) == 6
    with pytest.raises(ModelError, match=r"there is no result 'noether': the names are factorization, balance, relu"):
        theorems()["noether"]
    assert "<code>balance</code>" in theorems()._repr_html_()


# --- conservation -----------------------------------------------------------------------------------------


def test_the_flow_is_derived_from_phi():
    assert str(gradient_flow("U*V^T", FACTORS)) == "(U: -G*V, V: -G^T*U)"
    assert str(gradient_flow("V*U^T", FACTORS)) == "(U: -G^T*V, V: -G*U)"
    chain = MatrixSpace.read("A: a x b, B: b x c, C: c x d")
    assert str(gradient_flow("A*B*C", chain)) == "(A: -G*C^T*B^T, B: -A^T*G*C^T, C: -B^T*A^T*G)"
    assert str(gradient_flow("A*B*C", chain, constants=["A", "C"])) == "(B: -A^T*G*C^T)"
    square = MatrixSpace.read("S: n x n symmetric, K: n x n skew, x: n x 1")
    assert str(gradient_flow("S*x", square, constants=["x"])) == "(S: -1/2*g*x^T - 1/2*x*g^T)"
    assert str(gradient_flow("K*x", square, constants=["x"])) == "(K: -1/2*g*x^T + 1/2*x*g^T)"
    assert str(gradient_flow("U^T*U", FACTORS)) == "(U: -U*G^T - U*G)"


def test_a_declared_gradient_is_used_and_another_name_can_be_asked_for():
    space = FACTORS.extend(G=("n", "m"))
    assert str(gradient_flow("U*V^T", space)) == "(U: -G_2*V, V: -G_2^T*U)"
    assert str(gradient_flow("U*V^T", space, gradient="G")) == "(U: -G*V, V: -G^T*U)"
    assert str(gradient_flow("U*V^T", FACTORS, gradient="H")) == "(U: -H*V, V: -H^T*U)"


@pytest.mark.parametrize(
    ("law", "reason"),
    [
        ("tr(U^T*U - V^T*V)", "all terms cancel"),
        ("|U|^2 - |V|^2", "all terms cancel, for a trace may be turned and transposed"),
        ("(U^T*U - V^T*V)^2", "all terms cancel"),
        ("tr((U^T*U - V^T*V)^3)", None),
        ("(|U|^2 - |V|^2)*(U^T*U - V^T*V)", None),
    ],
)
def test_functions_of_the_law_are_laws(law, reason):
    proof = prove_conserved(law, "U*V^T", space=FACTORS)
    assert proof.is_proved
    assert proof.lines[-1].text == "0"
    assert reason is None or proof.lines[-1].reason == reason
    assert [chain.rejected for chain in proof.chains] == [()]


def test_a_law_with_several_fields():
    space = MatrixSpace.read("U: n x r, A: n x n skew, B: n x n skew")
    fields = [MatrixField(space, U="A*U"), MatrixField(space, U="B*U")]
    proof = prove_conserved("U^T*U", space=space, fields=fields)
    assert proof.statement == "`U^T*U` is conserved by each of 2 fields"
    assert [chain.title for chain in proof.chains] == ["Along the field `(U: A*U)`", "Along the field `(U: B*U)`"]
    wrong = prove_conserved("U^T*U", space=space, fields=[fields[0], MatrixField(space, U="A*B*U")])
    assert wrong.is_refuted
    assert "(U: A*B*U)" in wrong.statement


def test_what_does_not_move_is_said():
    space = FACTORS.extend(C=("n", "n"))
    proof = prove_conserved("C^2", "U*V^T", space=space)
    assert proof.is_proved
    assert proof.verdict.reason.endswith("It holds nothing that moves.")


def test_the_velocities_of_a_counterexample_come_from_phi():
    """Minus the gradient of tr(Gᵀφ), computed again here by differences, which are exact for a bilinear φ."""
    proof = prove_conserved("U^T*U + V^T*V", "U*V^T", space=FACTORS)
    example = proof.counterexample
    matrices = example.matrices
    loss = read_expression("tr(G^T*U*V^T)")
    values = {text: matrix for text, _, matrix in example.values}
    for name in ("U", "V"):
        for i, row in enumerate(matrices[name]):
            for j in range(len(row)):
                moved = [list(x) for x in matrices[name]]
                moved[i][j] += 1
                before = evaluate(loss, proof.space, example.sizes, matrices)[0][0]
                after = evaluate(loss, proof.space, example.sizes, {**matrices, name: moved})[0][0]
                assert values[f"d{name}"][i][j] == before - after
    assert values["d/dt (U^T*U + V^T*V)"] == example.residual


def test_a_counterexample_is_plain():
    assert str(false_claims()["wrong side"].parts[0].counterexample) == (
        "n = 2, r = 1\n"
        "U = [[0], [1]]\n"
        "V = [[0], [1]]\n"
        "G = [[0, 1], [0, 0]]\n"
        "dU = [[-1], [0]]\n"
        "dV = [[0], [0]]\n"
        "d/dt (U*U^T - V*V^T) = [[0, -1], [-1, 0]]"
    )


def test_a_flow_of_symmetric_matrices_is_refuted_with_symmetric_matrices():
    space = MatrixSpace.read("S: n x n symmetric, K: n x n skew")
    proof = prove_conserved("S^2 - K", "S*K", space=space)
    assert proof.is_refuted
    s, k = proof.counterexample.matrices["S"], proof.counterexample.matrices["K"]
    assert s == [list(row) for row in zip(*s, strict=True)]
    assert k == [[-x for x in row] for row in zip(*k, strict=True)]
    derivative = evaluate(proof.residual.tree, proof.space, proof.counterexample.sizes, proof.counterexample.matrices)
    assert [[Fraction(x) for x in row] for row in derivative] == proof.counterexample.residual


# --- equalities and chains --------------------------------------------------------------------------------


def test_both_sides_of_a_false_equality_are_shown():
    space = MatrixSpace.read("A: n x n, B: n x n")
    proof = prove_equal("tr(A*B) = tr(A)*tr(B)", space=space)
    assert proof.is_refuted
    assert proof.verdict.reason == (
        "the two sides differ by -tr(A)*tr(B) + tr(A*B), which is not zero for n = 2 and the matrices shown."
    )
    (_, _, left), (_, _, right) = proof.counterexample.values
    assert left != right
    assert left[0][0] - right[0][0] == proof.counterexample.residual[0][0]
    data = proof.verdict.details["counterexample"]
    assert json.loads(json.dumps(data)) == data
    assert data["sizes"] == {"n": 2}


def test_a_definition_may_use_the_one_before():
    space = MatrixSpace.read("U: n x r, G: n x r, t: 1 x 1")
    where = {"E": "U - t*G", "F": "E^T*E"}
    proof = prove_equal("F - U^T*U", "-t*U^T*G - t*G^T*U + t^2*G^T*G", space=space, where=where)
    assert proof.is_proved
    assert [line.text for line in proof.givens] == ["E = U - t*G", "F = E^T*E"]
    wrong = prove_equal("F", "U^T*U", space=space, where=where)
    assert wrong.is_refuted
    assert [text for text, _, _ in wrong.counterexample.values] == ["E", "F", "U^T*U"]


@pytest.mark.parametrize(
    ("left", "right", "reasons"),
    [
        ("(A*B)^T", "B^T*A^T", ["multiplied out"]),
        ("[A, B]", "-[B, A]", ["multiplied out", "in another order", "written as on the right"]),
        (
            "(A + B)^2 - (A - B)^2",
            "2*(A*B + B*A)",
            ["multiplied out", "like terms collected", "written as on the right"],
        ),
        ("[A, B] + [B, A]", "0", ["multiplied out", "all terms cancel"]),
        ("tr([A, B])", "0", ["multiplied out", "all terms cancel, for a trace may be turned and transposed"]),
        ("tr(A*B)", "tr(B*A)", ["a trace may be turned and transposed"]),
        ("x^T*A*x", "x^T*A^T*x", ["a number is its own transpose"]),
        ("<A, B>", "tr(B^T*A)", ["multiplied out", "a trace may be turned and transposed"]),
        ("A*I_n", "A", ["multiplied out"]),
        ("tr(I_n)*A", "n*A", ["multiplied out"]),
    ],
)
def test_the_reasons_of_the_lines(left, right, reasons):
    space = MatrixSpace.read("A: n x n, B: n x n, x: n x 1")
    [chain] = prove_equal(left, right, space=space).chains
    assert [line.reason for line in chain.lines[1:]] == reasons


def test_a_learners_derivation_of_the_law_in_seven_lines():
    lines = [
        "d/dt (U^T*U - V^T*V)",
        "= dU^T*U + U^T*dU - dV^T*V - V^T*dV",
        ("= -(G V)^T U - U^T (G V) + (G^T U)^T V + V^T (G^T U)", "gradient flow"),
        "= -V^T G^T U - U^T G V + U^T G V + V^T G^T U",
        "= 0",
    ]
    proof = prove_chain(lines, space=FACTORS, flow=gradient_flow("U*V^T", FACTORS))
    assert proof.is_proved
    assert proof.statement == "`d/dt (U^T*U - V^T*V)` = `0`"
    assert proof.lines[2].reason == "gradient flow"


def test_the_first_wrong_line_is_found():
    lines = ["d/dt (U^T*U)", "dU^T*U + U^T*dU", "-V^T*G^T*U + U^T*G*V", "0"]
    proof = prove_chain(lines, space=FACTORS, flow=gradient_flow("U*V^T", FACTORS))
    assert proof.is_refuted
    assert proof.verdict.details["line"] == 3
    assert proof.verdict.reason == "line 3 does not equal line 2: their difference is -2*U^T*G*V."
    assert [line.text for line in proof.lines] == ["d/dt (U^T*U)", "dU^T*U + U^T*dU"]
    assert "counterexample" in proof.verdict.details
    assert any(x != 0 for row in proof.counterexample.residual for x in row)


def test_a_builder_does_not_let_a_wrong_line_in():
    builder = ChainBuilder(FACTORS, {})
    assert builder.add(read_expression("U^T*U"))
    assert not builder.add(read_expression("V^T*V"))
    assert builder.chain().rejected == ("V^T*V",)
    assert [line.text for line in builder.chain().lines] == ["U^T*U"]


# --- brackets ---------------------------------------------------------------------------------------------


def test_a_wrong_bracket_is_refuted():
    space = MatrixSpace.read("U: n x r, A: n x n, B: n x n")
    x, y = MatrixField(space, U="A*U"), MatrixField(space, U="B*U")
    proof = prove_bracket(x, y, {"U": "[B, A]*U"})
    assert proof.is_refuted
    assert proof.verdict.reason.startswith(
        "the parts of U differ by 2*A*B*U - 2*B*A*U, which is not zero for n = 2, r = 1"
    )
    found, expected = (matrix for _, _, matrix in proof.counterexample.values)
    assert found == [[-x for x in row] for row in expected]
    assert prove_bracket(x, y, MatrixField(space, U="A*B*U - B*A*U")).is_proved
    assert prove_bracket(x, x, {}).is_proved
    assert prove_bracket(x, x, {"U": "0"}).is_proved


def test_fields_add_and_scale():
    space = FACTORS.extend(X=("n", "m"), Y=("n", "m"))
    x, y = MatrixField(space, U="X*V"), MatrixField(space, V="Y^T*U")
    assert 2 * (x + y) - x == MatrixField(space, U="X*V", V="2*Y^T*U")
    assert x - x == MatrixField(space, U="0")
    assert x != y
    assert x.along("U^T*U") == space("V^T*X^T*U + U^T*X*V")


# --- how an answer looks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("result", [*theorems().values(), *false_claims().values()], ids=lambda result: result.name)
def test_a_result_is_well_formed_in_a_notebook(result):
    html = result._repr_html_()
    for tag in ("div", "p", "table", "tr", "td", "code", "strong"):
        assert html.count(f"<{tag}>") + html.count(f"<{tag} ") == html.count(f"</{tag}>"), tag
    assert html.count("$") % 2 == 0
    assert "`" not in html
    assert "`" not in str(result)
    assert result.latex.count(r"\begin{") == result.latex.count(r"\end{")
    assert result.latex.count("{") == result.latex.count("}")
    assert ("PROVED" if result.is_proved else "REFUTED") in html


def test_a_proof_has_no_truth_value():
    proof = prove_equal("U = U", space=FACTORS)
    with pytest.raises(TypeError, match=r"this one is PROVED\): ask verdict\.is_proved"):
        bool(proof)


def test_the_latex_of_letters():
    space = MatrixSpace.read(
        "Δ_1: n x m, τ: 1 x 1, U_{i+1}: n x m, U⁺: n x m, theta: 1 x 1, Delta: n x m, W_1_2: n x m"
    )
    written = [space.latex(name) for name in space]
    assert written == [r"\Delta_{1}", r"\tau", "U_{i+1}", "U^{+}", r"\theta", r"\Delta", "W_{1,2}"]
    assert space("U⁺^T*U⁺").latex == r"{U^{+}}^{\top}\, U^{+}"
    assert space("τ^2*Δ_1/2 - 3*theta*Δ_1").latex == r"\tfrac{1}{2}\, \tau^{2}\, \Delta_{1} - 3\, \theta\, \Delta_{1}"
    assert space._repr_latex_().startswith(r"$\Delta_{1} \in \mathbb{R}^{n \times m}, \tau \in \mathbb{R}^{1 \times 1}")


def test_no_counterexample_is_unknown_and_says_so(monkeypatch):
    """The normal forms differ, so the claim is false; but REFUTED needs matrices to show."""
    monkeypatch.setattr(numbers, "MAX_WORK", 0)
    proof = prove_equal("U = 2*U", space=FACTORS)
    assert isinstance(proof, Derivation)
    assert not proof.is_proved
    assert not proof.is_refuted
    assert proof.verdict.reason == (
        "the two sides differ by -U, which is not zero for all large sizes; but no counter-example was found among the "
        "small integer matrices that were tried."
    )
    assert "UNKNOWN: U = 2*U" in str(proof)
