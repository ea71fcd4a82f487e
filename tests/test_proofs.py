"""Proofs: right ones are proved, and each planted mistake is found, named, and shown with small numbers."""

import re

import pytest

import conslaw_nb as cl
from conslaw_nb.claims.proof_conclusions import CITABLE
from conslaw_nb.claims.proof_lines import read_lines, read_reason
from conslaw_nb.errors import ModelError, ParseError, SizeError
from conslaw_nb.paper.statements import statements
from conslaw_nb.verdict import Status

NEURON = """model phi(x*y)
let h = x**2 - y**2
grad h = (2*x, -2*y)                 by computation
<grad h, v_1> = 2*x*y - 2*x*y        by computation
              = 0                    by computation
h is conserved                       by Proposition 2.16"""

ALL_SIZES = """given U: n x r, V: m x r, G: n x m
flow U' = -G*V, V' = -G^T*U
let Psi = U^T*U - V^T*V
Psi' = U'^T*U + U^T*U' - V'^T*V - V^T*V'                by the product rule
     = -(G*V)^T*U - U^T*G*V + (G^T*U)^T*V + V^T*G^T*U   by substitution
     = 0                                                by computation
Psi is conserved                                        by Proposition 2.5"""

BRACKET = """given U: n x r, V: m x r, D: n x m, E: n x m
let X = (U: D*V, V: D^T*U)
let Y = (U: E*V, V: E^T*U)
[X, Y] = (U: (D*E^T - E*D^T)*U, V: (D^T*E - E^T*D)*V)   by computation"""

RELU = """given u: n x 1, v: m x 1, b: 1 x 1
flow of u*v^T, u*b
let h = |u|^2 - |v|^2 - b^2
h' = 2*<u', u> - 2*<v', v> - 2*b'*b     by the product rule
   = 0                                  by substitution
h is conserved                          by Corollary 2.6"""

STEP = """given U: n x r, V: m x r, G: n x m, tau: 1 x 1
let A = U - tau*G*V
let B = V - tau*G^T*U
A^T*A - B^T*B - (U^T*U - V^T*V) = tau^2*((G*V)^T*G*V - (G^T*U)^T*G^T*U)   by computation"""

COUNT = """model factorization(2,2,2)
let h = U_1_1^2 + U_2_1^2 - V_1_1^2 - V_2_1^2
<grad h, v_i> = 0 for all i                        by computation
h is a law                                         by step 1
dim Lie = 5 where (U; V) has full rank             by Proposition 4.3
there are exactly 3 laws                           by Theorem 3.3 and step 3"""

GOOD = {"neuron": NEURON, "all sizes": ALL_SIZES, "bracket": BRACKET, "relu": RELU, "step": STEP, "count": COUNT}


def wrong(text, phi=None):
    """Return the first wrong step of a proof that must not be accepted."""
    found = cl.proof(text, phi)
    assert not found.reached
    assert found.verdict.status is not Status.PROVED
    assert found.first_wrong is not None
    return found.first_wrong


def statuses(proof):
    return [step.status for step in proof.steps if step.number]


def test_what_holds_near_a_generic_point_says_so():
    assert cl.proof(COUNT).verdict.reason == "each of the 4 steps is right, and the goal is reached."
    assert cl.proof(COUNT).goal == "there are exactly 3 laws near a generic point for factorization(2,2,2)"
    assert cl.proof("dim W = 1 at x=1, y=0 by computation", "phi(x*y)").goal == "dim W = 1 at x=1, y=0 for phi(x*y)"
    found = cl.proof("dim W = 0 at x=0, y=0 by computation\nthere are exactly 2 laws by Theorem 3.3", "phi(x*y)")
    assert found.first_wrong.missing == "dim Lie = 0"


def test_one_special_point_does_not_count_the_laws():
    """There W is zero: what holds at such a point says nothing of its neighbourhood."""
    found = cl.proof("dim Lie = 0 at x=0, y=0 by computation\nthere are exactly 2 laws by Theorem 3.3", "phi(x*y)")
    assert not found.reached
    assert found.verdict.status is not Status.PROVED
    assert found.steps[-1].status == "red"
    assert "near a generic point: at one special point it may be smaller" in found.steps[-1].reason or (
        found.steps[-2].status == "red"
    )


@pytest.mark.parametrize("name", GOOD)
def test_a_right_proof_is_proved(name):
    found = cl.proof(GOOD[name])
    assert found.reached
    assert found.verdict.status is Status.PROVED
    assert set(statuses(found)) == {"green"}
    assert (found.first_wrong, found.missing, found.known_path) == (None, "", "")


def test_the_law_of_two_layers_takes_less_than_ten_lines():
    assert len(ALL_SIZES.splitlines()) < 10
    goal = cl.proof(ALL_SIZES).goal
    assert goal.startswith("U^T*U - V^T*V is conserved along U' = -G*V, V' = -G^T*U")
    assert "all sizes" in goal


def test_a_proof_of_several_generators_chains_and_brackets():
    found = cl.proof(
        """model fields([x, y, z], [y, x, 0], [z, 0, x])
        [v_1, v_2] = (0, z, -y)             by computation
        <grad (x^2 - y^2 - z^2), v_1> = 2*x*y - 2*x*y = 0   by computation
        v_2(x^2 - y^2 - z^2) = 0            by the product rule
        x^2 - y^2 - z^2 is conserved        by (2) and (3)"""
    )
    assert found.reached, str(found)
    # the paper's sign of the bracket; the other sign is wrong, and its hint says so
    step = wrong("[v_1, v_2] = (0, -z, y) by computation", "fields([x, y, z], [y, x, 0], [z, 0, x])")
    assert step.residual == "2*z in the component of y"
    assert step.example == "at z = 1 the left side is 1 and the right side -1 in the component of y"


def test_a_complete_list_of_laws():
    text = """model phi(x*y, x*z)
    x^2 - y^2 - z^2 is conserved      by computation
    x^2 - y^2 - z^2 is independent    by Definition 2.18
    W is involutive                   by computation
    dim W = 2                         by computation
    dim Lie = 2                       by Lemma 3.2
    there is exactly 1 law          by Theorem 3.3
    x^2 - y^2 - z^2 is all the laws   by Theorem 3.3"""
    found = cl.proof(text)
    assert found.reached, str(found)
    lines = text.splitlines()
    for left_out, need in (
        (1, "x**2 - y**2 - z**2 is conserved"),
        (2, "x**2 - y**2 - z**2 is independent"),
        (3, "W is involutive"),
        (4, "dim W = 2"),
        (5, "dim Lie = 2"),
        (6, "there is exactly 1 law"),
    ):
        step = wrong("\n".join(lines[:left_out] + lines[left_out + 1 :]))
        assert (step.fault, step.missing) == ("missing", need)


def test_the_same_law_twice_is_no_longer_list():
    text = """model phi(x*y*z)
    let h = x^2 - y^2
    h is conserved                by computation
    h is independent              by computation
    there are exactly 2 laws      by computation
    h, h are all the laws         by Theorem 3.3"""
    assert wrong(text).missing == "x**2 - y**2, x**2 - y**2 are independent"


def test_the_laws_of_a_network_are_quoted():
    h = "U1[1,1]^2 + U1[2,1]^2 - U2[1,1]^2 - U2[1,2]^2"
    assert cl.proof(f"{h} is conserved by Proposition 4.1", "linear(2,2,2)").reached
    assert wrong("x^2 - y^2 is conserved by Proposition 4.1", "phi(x*y)").reason == (
        "Proposition 4.1 is about linear and ReLU networks, and phi(x*y) is none of them"
    )
    step = wrong(f"({h})^2 is conserved by Proposition 4.1", "linear(2,2,2)")
    assert step.reason.endswith(
        "is not a combination of the laws of Proposition 4.1: say why it is conserved otherwise"
    )
    step = wrong("U1[1,1]^2 is conserved by Proposition 4.1", "linear(2,2,2)")
    assert step.fault == "false"


def test_the_corollary_names_its_hypothesis():
    text = "every law is a function of U^T*U - V^T*V{} by Corollary 4.4"
    assert cl.proof(text.format(" where (U; V) has full rank"), "factorization(3,2,2)").reached
    step = wrong(text.format(""), "factorization(3,2,2)")
    assert step.reason == "Corollary 4.4 holds at full rank only: add 'where (U; V) has full rank'"
    assert "and this model is phi(x*y)" in wrong(text.format(" where (U; V) has full rank"), "phi(x*y)").reason
    # near a generic point the rank is full
    counted = "goal there are exactly {} laws\nthere are exactly 3 laws where (U; V) has full rank by Corollary 4.4"
    assert [cl.proof(counted.format(n), "factorization(3,2,2)").reached for n in (2, 3)] == [False, True]


# -- planted mistakes ------------------------------------------------------------------------------------


def test_a_wrong_sign_is_found_where_it_is():
    found = cl.proof(ALL_SIZES.replace("- U^T*G*V", "+ U^T*G*V"))
    assert statuses(found) == ["green", "red", "not reached", "not reached"]
    step = found.first_wrong
    assert (step.number, step.place, step.fault) == (2, 5, "false")
    assert step.residual == "-2*U^T*G*V"
    assert step.example == ("with m = 1, n = 1, r = 1, U = 1, V = 1, G = 1 the left side is 0 and the right side 2")
    reasons = [s.reason for s in found.steps if s.status == "not reached"]
    assert reasons == ["the line before it is wrong", "it rests on Psi' = 0, where a step is wrong"]
    assert found.known_path == ""
    assert found.hints.texts[-2:] == ("Look at a sign.", "The sign of U^T*G*V is wrong.")


def test_a_wrong_factor_is_found():
    found = cl.proof(NEURON.replace("(2*x, -2*y)", "(2*x, -y)"))
    assert found.first_wrong.residual == "-y in the component of y"
    assert found.first_wrong.example == ("at y = 1 the left side is -2 and the right side -1 in the component of y")
    # what does not rest on the wrong step is checked all the same
    assert statuses(found) == ["red", "green", "green", "green"]
    assert not found.reached
    found = cl.proof("<grad (x^2), v_1> = x*y by computation", "phi(x*y)")
    assert found.hints.texts[-1] == "Term 1 of the right side must be multiplied by 2."
    found = cl.proof("x**2 + y**2 - x**2 = y**2 + x*y by computation", "phi(x*y)")
    assert found.hints.texts[-1] == "Term 2 of the right side should not be there."


def test_a_wrong_transposition_is_found():
    step = wrong(ALL_SIZES.replace("+ V^T*G^T*U   by", "+ V^T*G*U   by"))
    assert step.fault == "unreadable"
    assert step.reason == "V^T*G does not fit: V^T is r x m, G is n x m; did you mean V^T*G^T?"
    square = "given A: n x n, B: n x n\n(A*B)^T = A^T*B^T   by computation"
    found = cl.proof(square)
    assert "with n = 2" in found.first_wrong.example
    assert found.hints.texts[-1] == "With B^T*A^T in the place of A^T*B^T it is true."


def test_a_skipped_generator_is_named():
    text = "let h = x**2 - y**2 - z**2\n<grad h, v_1> = 0 by computation\nh is conserved by Proposition 2.16"
    found = cl.proof(text, "phi(x*y, x*z)")
    assert found.first_wrong.missing == "<grad h, v_2> = 0"
    assert found.missing == "step 2 does not follow from what stands before it: you still need <grad h, v_2> = 0"
    assert found.known_path == (
        "You are on a known path: the goal is true, and your steps so far are right. What remains: <grad h, v_2> = 0."
    )
    assert found.hints.texts[-1] == "You still need <grad h, v_2> = 0."
    assert cl.proof(text.replace("v_1> = 0", "v_i> = 0 for all i"), "phi(x*y, x*z)").reached


def test_the_identity_of_another_function_does_not_help():
    text = "<grad (x**2 - y**2), v_1> = 0 by computation\nx**4 - y**4 is conserved by step 1"
    assert wrong(text, "phi(x*y)").fault == "false"
    text = "<grad (x**2 - y**2), v_1> = 0 by computation\n(x**2 - y**2)^2 is conserved by step 1"
    assert wrong(text, "phi(x*y)").missing == "<grad ((x**2 - y**2)**2), v_1> = 0"


def test_a_chain_that_stops_before_zero_has_not_shown_it():
    text = ALL_SIZES.replace("     = 0                                                by computation\n", "")
    found = cl.proof(text)
    assert found.first_wrong.missing == "Psi' = 0"
    assert found.known_path.endswith("What remains: Psi' = 0.")


def test_the_proposition_alone_proves_nothing():
    step = wrong("x**2 - y**2 is conserved by Proposition 2.16", "phi(x*y)")
    assert step.reason == "this does not follow yet: you still need <grad (x**2 - y**2), v_1> = 0"


def test_a_claim_with_a_false_goal():
    found = cl.proof("x**2 + y**2 is conserved by computation", "phi(x*y)")
    assert found.verdict.status is Status.REFUTED
    assert found.first_wrong.example == "⟨∇h, ∇(x*y)⟩ = 4 at x = 1, y = 1"
    assert found.first_wrong.residual == "4*x*y"
    assert found.hints.texts[-1] == "With -y**2 instead of +y**2 it is a law: x**2 - y**2."
    found = cl.proof("given U: n x r, V: m x r\nflow of U*V^T\nU^T*U + V^T*V is conserved by Proposition 2.16")
    assert found.verdict.status is Status.REFUTED
    assert "n = 1" in found.first_wrong.example


def test_what_the_engine_decides_may_be_left_to_it():
    assert cl.proof("x**2 - y**2 is conserved by computation", "phi(x*y)").reached
    assert cl.proof("x + y is not conserved by computation", "phi(x*y)").reached
    assert wrong("x**2 - y**2 is not conserved by computation", "phi(x*y)").fault == "false"


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("by step 1", "step 1 cites itself: a step can only rest on earlier ones"),
        ("by step 2", "it cites step 2, which comes later: a step can only rest on earlier ones"),
        ("by step 0", "there is no step 0: steps are numbered 1, 2, 3, ..."),
        ("by magic", "'magic' is not a reason that is known here. Reasons are: by computation, by definition, "),
        ("by comptation", "Did you mean 'by computation'?"),
        (
            "by Theorem 2.14",
            "Theorem 2.14 cannot be checked on a case here, so no step can rest on it; those that can: ",
        ),
        ("by Proposition 9.9", "Proposition 9.9 cannot be checked on a case here"),
        ("by Theorem 3.3", "Theorem 3.3 says nothing of this kind: cite Proposition 2.5, Corollary 2.6, "),
        (
            "by the product rule",
            "'by product rule' cannot show a sentence like this one: say 'by computation', or cite",
        ),
        ("", "why? End the line with a reason, such as 'by computation' or 'by (1) and (2)'"),
    ],
)
def test_a_reason_that_is_none(reason, message):
    step = wrong(f"x**2 - y**2 is conserved {reason}\n0 = 0 by computation", "phi(x*y)")
    assert message in step.reason
    assert step.fault == "reason"


def test_a_reason_that_is_not_enough():
    step = wrong(ALL_SIZES.replace("by substitution", "by the product rule"))
    assert step.reason == (
        "this is true, but not by the product rule alone: it also uses the flow; say 'by substitution'"
    )
    step = wrong(ALL_SIZES.replace("by substitution", "by hypothesis"))
    assert step.reason.startswith("this is true, but no hypothesis: the hypotheses are U' = -G*V")
    assert cl.proof("given U: n x r, A: n x n\nflow U' = A*U\nU' = A*U by hypothesis").reached
    step = wrong("2*x = x + x by Proposition 2.16", "phi(x*y)")
    assert step.reason.startswith("Proposition 2.16 gives no equality: say 'by computation'")


def test_a_statement_whose_hypothesis_fails():
    step = wrong("x is conserved by Proposition 2.16", "fields([x, y], [0, 1])")
    assert step.reason.endswith("is a family of fields: cite Proposition 2.5")
    flow = "given U: n x r\nflow U' = 0*U\nU is conserved by Proposition 2.16"
    assert "this flow was given by its equations" in wrong(flow).reason


def test_a_step_that_rests_on_a_wrong_one_is_not_reached():
    """Nor is one that rests on that one."""
    conserved = "x**2 - y**2 is conserved by step"
    found = cl.proof(f"2*x = 3*x by computation\n{conserved} 1\n{conserved} 2", "phi(x*y)")
    assert statuses(found) == ["red", "not reached", "not reached"]
    assert [s.reason for s in found.steps[-2:]] == [f"step {k}, which it cites, is not right" for k in (1, 2)]


def test_another_goal_is_not_the_goal():
    found = cl.proof("goal x**2 - y**2 is conserved\n2*x = x + x by computation", "phi(x*y)")
    assert statuses(found) == ["green"]
    assert not found.reached
    assert found.missing == "the goal does not follow yet: you still need <grad (x**2 - y**2), v_1> = 0"
    assert found.known_path.startswith("You are on a known path")
    found = cl.proof("x**2 - y**2 is conserved by computation", "phi(x*y)", goal="x**2 - 2*y**2 is conserved")
    assert not found.reached
    assert found.verdict.status is Status.REFUTED
    assert cl.proof("x**2 - y**2 is conserved by computation", "phi(x*y)", goal="(x-y)*(x+y) is conserved").reached
    found = cl.proof("0 = 0 by computation", "phi(x*y)", goal="2*x = x + x")
    assert not found.reached
    assert found.missing == "a step that says the goal: 2*x = x + x (phi(x*y))"


def test_names_and_definitions():
    model = "phi(x*y, x*z)"
    for body, message in (
        ("x = y", "'x' is a variable of phi(x*y, x*z): a definition may not hide it; take another name."),
        ("h = x\nlet h = y", "'h' is defined already, as x: take another name."),
        ("v_1 = x", "'v_1' has a meaning of its own in a proof: take another name."),
        ("v = x", "'v' has a meaning of its own in a proof: take another name."),
        ("phi_i = x", "'phi_i' has a meaning of its own in a proof: take another name."),
        ("h = h + 1", "the name 'h' is not known here: there are x, y, z and the fields v_1 to v_2."),
        ("h", "'let h' defines nothing: write let h = x**2 - y**2."),
        ("2h = x", "'2h' cannot be a name: use a letter, then letters, digits and _."),
        ("h = v_3", "there is no v_3: phi(x*y, x*z) has v_1 to v_2."),
    ):
        assert wrong(f"let {body}\n0 = 0 by computation", model).reason == message
    head = "given U: n x r\n"
    for body, message in (
        ("let U = 2*U", "'U' is a matrix, U: n x r: a definition may not hide it; take another name."),
        ("let n = 2*U", "'n' is a size: a definition may not hide it; take another name."),
        ("let velocity_0 = U", "'velocity_0' cannot be a name in a proof: names may not begin with 'velocity_'."),
        ("let P = velocity_0", "names that begin with 'velocity_' cannot be used in a proof."),
        ("let P = U''", "second derivatives in time are not read: the flow says what the first ones are."),
        ("flow U' = U'", "the right side of U' contains a derivative: say how U moves without one."),
        ("flow W' = U", "'W' is not declared, so it cannot move: write it into the line 'given' first."),
        ("flow U' = U, U' = U", "the flow says twice how U moves: keep one equation."),
        ("flow U = U", "'U = U' is not an equation of a flow: write flow U' = -G*V, V' = -G^T*U."),
        ("flow U' = U\nflow U' = 2*U", "the flow is given already, as U' = U: a proof is about one flow."),
    ):
        assert wrong(f"{head}{body}\n0 = 0 by computation").reason == message


def test_a_wrong_definition_stops_what_uses_it():
    found = cl.proof("let h = x +\nh is conserved by computation\n2*x = x + x by computation", "phi(x*y)")
    assert statuses(found) == ["not reached", "green"]
    assert found.steps[2].reason == "the definition of h is wrong, and this rests on it"


def test_a_matrix_that_the_flow_forgets_may_move():
    """G is arbitrary and changes in time: nothing that contains it is conserved."""
    step = wrong("given U: n x r, G: n x r\nflow U' = -G\nG is conserved by computation")
    assert step.residual == "G'"
    assert cl.proof("given U: n x r, G: n x r\nflow U' = 0*U, G' = 0*G\nG' = 0 by substitution").reached


def test_a_prime_is_a_derivative_and_no_transpose():
    assert wrong("given U: n x r\nU^T' = U by computation").fault == "unreadable"
    assert cl.proof("given U: n x r\nU^T' = U'^T by the product rule").reached
    assert cl.proof("given J: n x n identity, Z: n x n zero\nJ' = 0 by computation\nZ' = 0 by computation").reached


def test_a_constant_is_no_law():
    message = "7 is a constant: it never changes, whatever the flow, and is never counted as a law"
    assert wrong("7 is conserved by computation", "phi(x*y)").reason == message
    assert "x/x is a constant" in wrong("x/x is conserved by Proposition 2.5", "phi(x*y)").reason
    assert "is a constant" in wrong("given U: n x r\nflow U' = U\nU - U is conserved by Proposition 2.5").reason


def test_lines_that_cannot_be_read():
    for line, message in (
        ("x is nice by computation", "the step is not understood in 'x is ⟨here⟩nice'. The nearest that are: "),
        ("= 0 by computation", "'= 0' goes on with nothing: the step before is not an equality."),
        ("(2) x = x by computation", "this is step 1, and it is numbered 2: number the steps 1, 2, 3, ..."),
        (", is conserved by Proposition 2.5", "',' is unexpected in '⟨here⟩, is conserved'"),
        (
            "grad x = x by computation",
            "'grad x' is a vector of 2 components and 'x' is a number: they cannot be equal.",
        ),
        ("1/(x - x) = 1 by computation", "division by zero: a denominator of this step is 0."),
        ("<x, y> = 0 by computation", "<a, b> needs two vectors of one length, not a number and a number"),
        ("x' = y by computation", "without a `flow` there is no time"),
        ("exp(x) = exp(x) by computation", "exp(...) is not decided in a proof"),
        ("f(y + 1) = x*y + x by computation", "a * is missing after 'f'"),
        ("<grad x, v_i> = 0 by computation", "v_i needs an end to the line: '... for all i by computation'"),
    ):
        assert message in wrong(line, "phi(x*y)").reason
    assert "begin with a line like 'model phi(x*y)'" in wrong("2*x = x + x by computation").reason


def test_an_empty_proof_proves_nothing():
    for text in ("", "   \n# only a remark", "model phi(x*y)", "goal 0 = 0"):
        found = cl.proof(text, None if "model" in text else "phi(x*y)")
        assert not found.reached
        assert found.verdict.status is Status.UNKNOWN
        assert found.missing == "the proof is empty: it has no step yet"
        assert found.first_wrong is None


def test_the_model_is_said_once():
    with pytest.raises(ModelError, match=r"the proof says 'model phi\(x\*y\)', and linear\(1,1\) was passed"):
        cl.proof(NEURON, "linear(1,1)")
    with pytest.raises(ModelError, match=r"and phi\(x\*y\) was passed"):
        cl.proof(ALL_SIZES, "phi(x*y)")
    assert cl.proof(NEURON, cl.parametrization("x*y")).text == NEURON
    assert cl.proof("U1_1_1 = U1_1_1 by computation", cl.linear(1, 1)).text.startswith("model linear(1,1)\n")
    with pytest.raises(ParseError, match="is not a goal: write one sentence"):
        cl.proof(NEURON, goal="a\nb")
    step = wrong(NEURON + "\ngiven U: n x r")
    assert step.reason == "a proof is about one model, or about matrices of any size: keep one such line."


def test_the_sign_of_the_bracket_is_a_hint_of_its_own():
    last = "The bracket is [X, Y] = ∂X·Y − ∂Y·X, the sign of the paper; yours is minus that."
    found = cl.proof("[v_1, v_2] = (-1 + 2*x*y, -x^2) by computation", "fields([x, y], [y, x], [x^2, 1])")
    assert found.hints.texts[-1] == last
    found = cl.proof(BRACKET.replace("D*E^T - E*D^T", "E*D^T - D*E^T").replace("D^T*E - E^T*D", "E^T*D - D^T*E"))
    assert found.hints.texts[-1] == last
    assert found.first_wrong.residual == "2*D*E^T*U - 2*E*D^T*U in the part of U"
    assert "n = 2" in found.first_wrong.example  # numbers commute: for n = 1 there is nothing to see
    assert cl.proof(BRACKET.replace("E^T*D", "D^T*E")).hints.texts[0] == (
        "The two sides are not equal: put in small numbers."
    )


def test_a_goal_that_is_an_equality():
    assert cl.proof("goal 2*x = x + x\n2*x = x + x by computation", "phi(x*y)").reached
    found = cl.proof("goal 2*x = 3*x\n0 = 0 by computation", "phi(x*y)")
    assert found.verdict.status is Status.REFUTED
    assert (
        found.verdict.reason == "the goal is false: left − right = -x; at x = 1 the left side is 2 and the right side 3"
    )
    found = cl.proof("goal x*y - y*x = 0\n2*x = x + x by computation", "phi(x*y)")
    assert found.known_path.startswith("You are on a known path")


def test_all_fields_at_once():
    for text in ("<grad h, v_i> = 0 for all i", "<grad h, v> = 0 for every v", "v_k(h) = 0 for each generator k"):
        assert cl.proof(f"let h = x^2 - y^2 - z^2\n{text} by computation\nh is a law by (1)", "phi(x*y, x*z)").reached
    step = wrong("<grad (x^2 - y^2), v_i> = 0 for all i by computation", "phi(x*y, x*z)")
    assert step.residual == "2*x*z for v_2"
    # one field named for all does not stand for all fields
    step = wrong(
        "let h = x^2 - y^2 - z^2\n<grad h, v_1> = 0 for all i by computation\nh is a law by (1)", "phi(x*y, x*z)"
    )
    assert step.missing == "<grad h, v_2> = 0"


# -- budgets ---------------------------------------------------------------------------------------------


def test_a_pathological_step_is_stopped_with_a_sentence():
    for text, phi in (
        ("(x + y + z + 1)**60 = (x + y + z + 1)**60 by computation", "phi(x*y*z)"),
        ("given A: n x n, B: n x n, C: n x n, D: n x n\n(A+B+C+D)^6 = (A+B+D+C)^6 by computation", None),
    ):
        assert "this step was stopped" in wrong(text, phi).reason
    deep = "(" * 90 + "x" + ")" * 90 + " = x by computation"
    assert "nested parentheses" in wrong(deep, "phi(x*y)").reason
    huge = "*".join(["9" * 390] * 4) + " = 1 by computation"
    assert "bits" in wrong(huge, "phi(x*y)").reason
    with pytest.raises(SizeError, match="a proof of 20001 characters is too long"):
        cl.proof("x" * 20_001, "phi(x*y)")
    with pytest.raises(SizeError, match="a proof of 201 steps is too long: at most 200 are checked"):
        cl.proof("0 = 0 by computation\n" * 201, "phi(x*y)")
    with pytest.raises(ParseError, match="a proof is text, not int"):
        cl.proof(7)


# -- the language ----------------------------------------------------------------------------------------


def test_reasons_are_read_in_many_ways():
    reason = read_reason("Propositions 2.5 and 2.16, the chain rule, steps 2-4 and (6)")
    assert reason.statements == ("Proposition 2.5", "Proposition 2.16")
    assert reason.rules == ("product rule",)
    assert reason.steps == (2, 3, 4, 6)
    assert read_reason("Thm. 3.3").statements == ("Theorem 3.3",)
    assert read_reason("the definition of h").rules == ("definition",)


def test_remarks_numbers_and_hence_are_allowed():
    found = cl.proof("# a proof\n(1) x + x = 2*x by computation # indeed\nHence, 2*x = x + x by (1).", "phi(x*y)")
    assert found.reached
    assert [line.number for line in read_lines(found.text)] == [0, 1, 2]


def test_what_can_be_cited_is_in_the_index():
    known = {f"{s.kind.capitalize()} {s.number}" for s in statements("paper")}
    assert {name for names in CITABLE.values() for name in names} <= known


# -- showing ---------------------------------------------------------------------------------------------


def test_how_a_proof_looks():
    right, bad = cl.proof(ALL_SIZES), cl.proof(ALL_SIZES.replace("- U^T*G*V", "+ U^T*G*V"))
    assert str(right).splitlines()[-1].startswith("Proved: U^T*U - V^T*V is conserved along")
    assert "✗ (2)" in str(bad)
    assert "with m = 1, n = 1, r = 1" in str(bad)
    page = bad._repr_html_()
    assert page.startswith('<div role="status"')
    # In a narrow column the lines stack; a sign and its word stay together there.
    assert page.count("@container (max-width:36em)") == 1
    assert page.count("white-space:nowrap") == page.count('class="cl-by"') == len(bad.steps)
    for word in ("✓ right", "✗ REFUTED", "… not reached"):
        assert word in page
    assert page == cl.proof(bad.text)._repr_html_()
    assert "<script>" not in cl.proof("<script> = 0 by computation", "phi(x*y)")._repr_html_()
    assert re.search(r"\\dot\{\\Psi\}.*by the product rule", right.latex)
    assert right.latex.startswith("\\begin{proof}[Proof]")
    assert bad.latex.startswith("\\begin{proof}[Not a proof yet]")
    with pytest.raises(TypeError, match="a proof is not a yes or a no"):
        bool(right)


def test_hints_come_one_at_a_time():
    hints = cl.proof(ALL_SIZES.replace("- U^T*G*V", "+ U^T*G*V")).hints
    assert str(hints) == "3 hints, none shown yet: .next() shows one"
    assert str(hints.next()) == "**Hint 1 of 3.** Very close: one small thing is wrong here."
    assert cl.proof(NEURON).hints.texts == ()


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("P := U^T*U", "A definition is a line such as let P = U^T*U."),
        ("U' = 0 because of computation", "A reason begins with 'by', such as by computation."),
        ("d/dt U = 0 by computation", "The derivative in time of P is written P'."),
        ("dU/dt = 0 by computation", "The derivative in time of P is written P'."),
        ("QED", "No word ends a proof: it is finished when a line says the goal."),
        ("U' = 0 by computation", "no line says how the matrices move, such as flow U' = -G*V"),
    ],
)
def test_what_people_write_from_habit_is_told_how_it_is_written_here(line, advice):
    step = cl.proof(f"given U: n x r\n{line}").first_wrong
    assert step.reason.endswith(advice)


def test_a_card_says_each_thing_once_and_what_is_still_needed():
    """Numbers beside the lines and not in them as well, the goals that remain in signs, a counterexample as REFUTED."""
    model = "model phi(x*y, x*z)\nlet h = x**2 - y**2 - z**2\n"
    open_ = cl.proof(model + "(1) <grad h, v_1> = 0 by computation\n(2) h is conserved by Proposition 2.5")
    page = open_._repr_html_()
    assert page.count("(1)") == page.count("(2)") == 1
    assert str(open_).count("(1)") == 1
    assert str(open_).count("still need") == 2  # at the line, and at the end
    assert "You still need ⟨∇h, v₂⟩ = 0." in page
    assert r"\langle \nabla h,\, v_{1} \right\rangle" in page
    false = cl.proof(model + "<grad h, v_1> = x by computation\ngoal h is conserved")
    assert "✗ REFUTED" in false._repr_html_()
    assert "UNKNOWN: this is not a proof yet, for step 1 is refuted." in str(false)
    assert "Missing: step 1 must be put right first." in str(false)
    assert "REFUTED" in cl.proof("model phi(x*y)\nx + y is conserved by computation")._repr_html_()


def test_a_long_run_of_right_steps_is_folded_and_what_needs_attention_is_not():
    lines = [f"{k}*x = {k - 1}*x + x by computation" for k in range(2, 15)]
    for last, shown in (("x**2 - y**2 is conserved by computation", True), ("x = y by computation", False)):
        page = cl.proof("\n".join(["model phi(x*y)", *lines, last]))._repr_html_()
        folded = page[page.index("<details") : page.index("</details>")]
        assert folded.count("✓ right") == (12 if shown else 11)
        assert "each is right" in folded
        assert "✗" not in folded
    assert "<details" not in cl.proof("\n".join(["model phi(x*y)", *lines[:5]]))._repr_html_()
    assert "<code>&lt;script&gt; = 0" in cl.proof("<script> = 0 by computation", "phi(x*y)")._repr_html_()


def test_the_dot_of_a_derivative_is_over_the_letter():
    done = cl.proof(
        "given u_1: n x 1, v: n x 1\nflow of u_1^T*v\nlet h = |u_1|^2\nh' = 2*<u_1', u_1> by the product rule"
    )
    assert r"\dot{u}_{1}" in done.steps[-1].latex


def test_a_step_whose_numbers_nobody_reads_is_refused():
    found = cl.proof("model phi(x*y)\n2**900*2**900*2**900*x = x by computation\nx is conserved by Proposition 2.5")
    assert "this step has coefficients of over 2000 bits: use smaller numbers" in str(found)
    assert not found.reached


@pytest.mark.parametrize("right", ["K*w", "2*K^T*K*w", "w'"])
def test_what_does_not_fit_is_not_equal_though_the_flow_makes_both_zero(right):
    """A skew matrix of one entry is 0: so is the flow, and a number of one size is not a column of another."""
    found = cl.proof(f"given w: n x 1, K: 1 x 1 skew\nflow w' = K*w\n(w^T*w)' = {right} by substitution")
    assert found.verdict.status is Status.UNKNOWN
    assert "does not fit" in str(found)
    assert "✓ (1)" in str(cl.proof("given w: n x 1, K: 1 x 1 skew\nflow w' = K*w\n(w^T*w)' = 0 by substitution"))
