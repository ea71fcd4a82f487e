"""A sentence in, an exact card out; every sentence kind, true and false, and every message."""

import re

import pytest

import conslaw_nb as cl
from conslaw_nb.claims.claim import SENTENCES, claim
from conslaw_nb.errors import CertificateError, ConslawError, ModelError, ParseError

TRUE = [
    ("x**2 - y**2 is conserved", "phi(x*y)"),
    ("x**2 - y**2 is a law.", "phi(x*y)"),
    ("x + y is not conserved", "phi(x*y)"),
    ("y*exp(-x) is conserved", "phi(x + y**2/2)"),
    ("U1[1,1]**2 - U2[1,1]**2 is conserved for linear(1,1,1)", None),
    ("x**2 - y**2 and x**2 - z**2 are independent at x=1, y=2, z=3", "phi(x*y*z)"),
    ("x**2 - y**2, x**2 - z**2 are independent at (1, 2, 3)", "phi(x*y*z)"),
    ("x**2 - y**2 and x**2 - z**2 are independent on an open set", "phi(x*y*z)"),
    ("x**2 - y**2 is independent", "phi(x*y)"),
    ("x**2 - y**2, x**2 - z**2 are all the laws", "phi(x*y*z)"),
    ("there are exactly 7 laws for linear(1,2,2,1)", None),
    ("there is exactly 1 independent law", "phi(x + y**2/2)"),
    ("dim Lie = 5", "factorization(2,2,2)"),
    ("dim W = 3 at (1,1,1,1,1,1,1,1)", "factorization(2,2,2)"),
    ("dim Lie(W)(theta) = 6 at (1,2,3,4,5,6,7,8,9,-1,-2,-4)", "linear(2,3,2)"),
    ("W is involutive", "relu(2,2,2)"),
    ("[v_1, v_4] lies in W", "factorization(2,2,2)"),
    ("[v_1, v_2] lies in W at x=1, y=2", "phi(x*y, x)"),
    ("x*y*z factors through phi", "phi(x*y, z)"),
    ("the loss mse spans", None),
    ("U^T*U - V^T*V is conserved for all n, m, r", None),
    ("tr(U^T*U) - tr(V^T*V) is a law for all sizes", None),
    ("the loss KL spans R^5", None),
    ("(x + y)**2 = x**2 + 2*x*y + y**2", None),
    ("(x + y)**2 == x**2 + 2*x*y + y**2", "phi(x*y)"),
]
FALSE = [
    ("x + y is conserved", "phi(x*y)"),
    ("x**2 - y**2 is not conserved", "phi(x*y)"),
    ("x**2 - y**2, (x**2 - y**2)**2 are independent", "phi(x*y)"),
    ("x**2 - y**2 and x**2 - z**2 are independent at (0, 0, 0)", "phi(x*y*z)"),
    ("x**2 - y**2 are all the laws", "phi(x*y*z)"),
    ("there are exactly 6 laws", "linear(1,2,2,1)"),
    ("dim Lie = 4", "factorization(2,2,2)"),
    ("dim W = 4 at (1,1,1,1,1,1,1,1)", "factorization(2,2,2)"),
    ("W is involutive", "factorization(2,2,2)"),
    ("[v_1, v_2] lies in W", "factorization(2,2,2)"),
    ("x factors through phi", "phi(x*y, z)"),
    ("the loss cross-entropy spans", None),
    ("(x + y)**2 = x**2 + y**2", None),
    ("U^T*U + V^T*V is conserved for all n, m, r", None),
]


@pytest.mark.parametrize(("text", "model"), TRUE)
def test_true_claims_are_proved(text, model):
    card = claim(text, model)
    assert str(card.verdict.status) == "PROVED", str(card)


@pytest.mark.parametrize(("text", "model"), FALSE)
def test_false_claims_are_refuted(text, model):
    card = claim(text, model)
    assert str(card.verdict.status) == "REFUTED", str(card)


@pytest.mark.parametrize("backend", ["flint", "plain"])
@pytest.mark.parametrize(("text", "model"), TRUE[:12] + FALSE[:8])
def test_both_backends_give_the_same_card(backend, text, model):
    if backend == "flint":
        pytest.importorskip("flint")
    with cl.use_backend(backend):
        here = repr(claim(text, model))
    assert here == repr(claim(text, model))


def test_every_kind_of_sentence_has_an_example_that_is_read():
    without = ("loss", "function")  # one is about no model, and the other is for proofs
    kinds = {claim(example, "phi(x*y*z, x)").kind for kind, example in SENTENCES.items() if kind not in without}
    assert kinds == set(SENTENCES) - set(without)
    assert claim(SENTENCES["loss"]).kind == "loss"
    assert claim(SENTENCES["function"], "factorization(2,2,1)").verdict.is_proved


def test_an_undecided_claim_is_unknown_with_both_bounds():
    card = claim("dim Lie = 1 at (0, 5)", "fields([x, y], [1, 0], [0, x**30])")
    assert str(card.verdict.status) == "UNKNOWN"
    assert "at least 1 and at most 2" in card.verdict.reason


def test_a_false_claim_about_all_sizes_comes_with_small_matrices():
    card = claim("U^T*U + V^T*V is conserved for all n, m, r")
    assert "m = 1, n = 1, r = 1, U = 1, V = 1, G = 1" in card.verdict.reason
    assert card.residual == "-2*U^T*G*V - 2*V^T*G^T*U"
    assert "Holds" not in repr(card)


def test_a_claim_that_fits_square_sizes_only_is_refuted_there():
    card = claim("U*U^T - V*V^T is conserved for all n, m, r")
    assert card.verdict.is_refuted
    assert "it fits only where m = n, and there it is false" in card.verdict.reason
    assert "d/dt (U*U^T - V*V^T) = [[0, -1], [-1, 0]]" in card.verdict.reason
    assert "there it is conserved" in claim("U*U^T + V*V^T - U*U^T - V*V^T is conserved for all sizes").verdict.reason
    with pytest.raises(ConslawError, match="does not fit"):
        claim("U^T*U - V*V^T is conserved for all n, m, r")


def test_certificates_of_cards_are_accepted_by_the_checker(tmp_path):
    for text, model in (
        ("x**2 - y**2 is conserved", "phi(x*y)"),
        ("x + y is conserved", "phi(x*y)"),
        ("x**2 - y**2, x**2 - z**2 are all the laws", "phi(x*y*z)"),
        ("there are exactly 7 laws", "linear(1,2,2,1)"),
    ):
        path = claim(text, model).save(tmp_path / "claim.json")
        assert cl.verify(path).is_proved


def test_a_card_that_cannot_be_written_as_data_says_so(tmp_path):
    with pytest.raises(CertificateError, match="'the loss mse spans' cannot be tried by the court"):
        claim("the loss mse spans").save(tmp_path / "no.json")
    with pytest.raises(CertificateError, match="exp\\(...\\) cannot be tried by the court: it takes quotients"):
        claim("y*exp(-x) is conserved", "phi(x + y**2/2)").save(tmp_path / "no.json")
    with pytest.raises(CertificateError, match="the claim cannot be written to"):
        claim("W is involutive", "phi(x*y)").save(tmp_path / "no" / "no.json")


def test_the_card_shows_claim_verdict_reason_and_method():
    card = claim("x + y is conserved", cl.parametrization("x*y"))
    html = card._repr_html_()
    for part in ("x + y is conserved", "REFUTED", "as an exact identity", r"\nabla", "There is a certificate"):
        assert part in html
    assert card.witness.value != 0
    assert claim("(x + y)**2 = x**2 + y**2").residual == "2*x*y"


MACROS = (
    "bigr ell equiv exp forall frac in lambda land left log mathbb mathrm nabla neq not operatorname perp phi "
    "quad right sqrt sum tfrac texttt text theta times top circ chi dim dots varphi"
)


@pytest.mark.parametrize(("sentence", "model"), TRUE + FALSE)
def test_the_formula_of_a_card_uses_only_macros_that_a_page_knows(sentence, model):
    latex = claim(sentence, model).latex
    assert set(re.findall(r"\\([A-Za-z]+)", latex)) <= set(MACROS.split()), latex
    assert latex.count("{") == latex.count("}")


def test_a_card_escapes_what_the_learner_wrote():
    html = claim("dim  W <= 2", "phi(x*y)")._repr_html_()
    assert "dim W ≤ 2 near a generic point" in html
    with pytest.raises(ParseError, match="not understood|unexpected"):
        claim("<script>alert(1)</script> is conserved", "phi(x*y)")


@pytest.mark.parametrize(
    ("text", "model", "error", "message"),
    [
        (
            "nonsense",
            None,
            ParseError,
            "the claim is not understood in 'nonsense⟨here⟩'. The nearest that are: '.*' or '.*'$",
        ),
        (7, None, ParseError, "a claim is a sentence in quotes, not int"),
        ("x is conserved", None, ModelError, "does not say for which model: end it with 'for phi\\(x\\*y\\)'"),
        ("q is conserved", "phi(x*y)", ParseError, "the variable 'q' is not known here: the variables are x, y"),
        ("x is independent at x=1", "phi(x*y)", ModelError, "the point does not fit phi.*: 'y' is missing"),
        ("x is independent at q=1, y=2", "phi(x*y)", ModelError, "the point does not fit phi.*: 'q' is not a variable"),
        (
            "x is independent at (1, 2, 3)",
            "phi(x*y)",
            ModelError,
            "the point has 3 coordinates, but phi\\(x\\*y\\) has 2",
        ),
        ("[v_1, v_5] lies in W", "phi(x*y)", ModelError, "there is no v_5"),
        ("the loss hinge spans", None, ModelError, "the loss 'hinge' is not known"),
        ("x" * 30_000, None, ParseError, "a claim of 30000 characters is too long"),
        ("__import__('os').system('true') is conserved", "phi(x*y)", ParseError, "is unexpected in"),
    ],
)
def test_messages(text, model, error, message):
    with pytest.raises(error, match=message):
        claim(text, model)


@pytest.mark.parametrize(
    ("sentence", "as_if"),
    [
        ("x**2 - y**2 is a conservation law for phi(x*y)", "x**2 - y**2 is conserved for phi(x*y)"),
        ("h = x**2 - y**2 is conserved in phi(x*y)", "x**2 - y**2 is conserved for phi(x*y)"),
        ("x + y is no law for phi(x*y)", "x + y is not conserved for phi(x*y)"),
        ("linear(2,2,2) has exactly 3 laws", "there are exactly 3 laws for linear(2,2,2)"),
        ("factorization(1,1,2) has 3 conservation laws.", "there are exactly 3 laws for factorization(1,1,2)"),
        ("[v_1, v_2] is in W for relu(2,2,2)", "[v_1, v_2] lies in W for relu(2,2,2)"),
        ("condition (13) holds for cl.relu(2,2,2)", "W is involutive for relu(2,2,2)"),
        ("the cross-entropy loss spans", "the loss cross-entropy spans"),
        ("dim Lie(W) = 5 of factorization(2,2,2)", "dim Lie = 5 for factorization(2,2,2)"),
    ],
)
def test_other_words_for_the_same_claim(sentence, as_if):
    said, meant = claim(sentence), claim(as_if)
    assert (said.kind, said.verdict.status, said.latex) == (meant.kind, meant.verdict.status, meant.latex)


def test_what_is_not_understood_is_answered_with_what_is_nearest():
    with pytest.raises(ParseError, match="The nearest that are: 'there are (exactly|at least) 2 laws'"):
        claim("there are maybe 2 laws for linear(2,2,2)")
    with pytest.raises(ParseError, match="The nearest that are: 'the loss cross-entropy spans'"):
        claim("does the loss mse span")


def test_a_law_of_matrices_for_one_model_is_told_how_to_be_written():
    with pytest.raises(ParseError, match="for linear\\(2,2,2\\) write entries, such as U1_1_1"):
        claim("U^T*U - V^T*V is conserved for linear(2,2,2)")
