"""Each classic mistake is recognised, hinted at from gentle to explicit, and its repair is right."""

import pytest

import conslaw_nb as cl
from conslaw_nb.claims.claim import claim
from conslaw_nb.claims.diagnosis import diagnose_bracket, diagnose_dimension, diagnose_law, relation
from conslaw_nb.claims.hints import hints_for_bracket, hints_for_dimension, hints_for_law
from conslaw_nb.errors import ModelError
from conslaw_nb.language.polynomials import poly_from_text

# model, wrong law, kind of mistake, a piece of the last hint
MISTAKES = [
    ("phi(x*y)", "7", "constant", "7 is a constant"),
    ("phi(x*y)", "x**2 + y**2", "sign", "With -y**2 instead of +y**2 it is a law: x**2 - y**2."),
    ("phi(x*y)", "x**2 - 2*y**2", "factor of 2", "With -y**2 instead of -2*y**2"),
    ("phi(x*y)", "x**2 - 3*y**2", "coefficient", "With -y**2 instead of -3*y**2"),
    ("phi(x*y)", "x**2 - y**2 + x*y", "superfluous term", "Without +x*y it is a law"),
    ("phi(x*y, x*z)", "x**2 - y**2", "missing term", "Add -z**2: then it is a law, x**2 - y**2 - z**2."),
    ("phi(x*y)", "x**3", "holds on a special set", "⟨∇h, ∇(x*y)⟩ = 3*x**2*y"),
    ("phi(x*y)", "x + y", "not conserved", "⟨∇h, ∇(x*y)⟩ = x + y."),
    (
        "linear(2,2,2)",
        "U1[1,1]*U1[1,2] + U1[2,1]*U1[2,2] - 2*U2[1,1]*U2[2,1] - 2*U2[1,2]*U2[2,2]",
        "factor of 2",
        "With -U2_1_1*U2_2_1 and -U2_1_2*U2_2_2 instead of",
    ),
    (
        "factorization(2,2,2)",
        "U[1,1]**2 + U[1,2]**2 - V[1,1]**2 - V[1,2]**2",
        "transposed",
        "UᵀU and UUᵀ are swapped for U and V",
    ),
    (
        "linear(2,2,2)",
        "U1[1,1]**2 + U1[2,1]**2 - U2[1,1]**2 - U2[2,1]**2",
        "transposed for one layer",
        "UᵀU and UUᵀ are swapped for U_2",
    ),
    (
        "linear(2,2,2,2)",
        "U1[1,1]**2 + U1[2,1]**2 - U2[1,1]**2 - U2[2,1]**2",
        "transposed for one layer",
        "With its indices exchanged it is a law: U1_1_1**2 + U1_2_1**2 - U2_1_1**2 - U2_1_2**2.",
    ),
    (
        "relu(2,2,2,bias=True)",
        "U1[1,1]**2 + U1[2,1]**2 - U2[1,1]**2 - U2[1,2]**2",
        "bias forgotten",
        "Add -b1_1**2: then it is a law",
    ),
    (
        "relu(2,2,2)",
        "U1[1,1]*U1[1,2] + U1[2,1]*U1[2,2] - U2[1,1]*U2[2,1] - U2[1,2]*U2[2,2]",
        "law of another network",
        "It is a law of linear(2,2,2), and the model here is relu(2,2,2).",
    ),
]


@pytest.mark.parametrize(("model", "law", "kind", "last"), MISTAKES, ids=[f"{m[2]}-{m[0]}" for m in MISTAKES])
def test_the_mistake_is_recognised(model, law, kind, last):
    phi = cl.parse_model(model)
    finding = diagnose_law(law, phi)
    assert finding.kind == kind
    assert last in finding.hints[-1]
    assert len(finding.hints) >= 2
    if finding.repaired is not None:
        assert cl.check_law(finding.repaired, phi).is_proved


@pytest.mark.parametrize(("model", "law", "kind", "last"), MISTAKES, ids=[f"{m[2]}-{m[0]}" for m in MISTAKES])
def test_early_hints_do_not_spoil(model, law, kind, last):
    finding = diagnose_law(law, cl.parse_model(model)) if kind != "law of another network" else None
    if finding is not None and finding.repaired is not None:
        assert all(finding.repaired.text not in hint for hint in finding.hints[:-1])


def test_a_right_and_new_law_has_no_diagnosis():
    assert diagnose_law("x**2 - y**2", cl.parse_model("phi(x*y*z)"), ["x**2 - z**2"]) is None
    assert repr(hints_for_law("x**2 - y**2", "phi(x*y)")) == "no hints: the answer is right"
    assert "the answer is right" in repr(hints_for_law("x**2 - y**2", "phi(x*y)").next())


@pytest.mark.parametrize(
    ("previous", "law", "written"),
    [
        (["x**2 - y**2"], "3*(x**2 - y**2)**2 - x**2 + y**2 + 5", "3*h_1**2 - h_1 + 5"),
        (["x**2 - y**2", "x**2 - z**2"], "y**2 - z**2", "-h_1 + h_2"),
        (["x**2 - y**2", "x**2 - z**2"], "(x**2 - y**2)*(x**2 - z**2)/2", "1/2*h_1*h_2"),
    ],
)
def test_a_function_of_previous_laws_is_named(previous, law, written):
    finding = diagnose_law(law, cl.parse_model("phi(x*y*z)"), previous)
    assert finding.kind == "function of previous laws"
    assert f"it is {written}: nothing new" in finding.hints[-1]


def test_relation_is_none_where_there_is_none():
    x = poly_from_text("x", ("x", "y"))
    assert relation(x, [poly_from_text("x**2 - y**2", ("x", "y"))]) is None


def test_constant_in_one_experiment_only():
    data = cl.vector_fields(["x", "y"], [["x", "-y"]])
    finding = diagnose_law("x*y", cl.parse_model("phi(x*y)"), data=data)
    assert finding.kind == "only for this data set"
    assert "but not by all data" in finding.hints[-1]


@pytest.mark.parametrize(
    ("value", "model", "what", "kind", "piece"),
    [
        (4, "factorization(2,2,2)", "laws", "entries counted twice", "r(r+1)/2 different entries, not r². It is 3."),
        (25, "factorization(2,2,5)", "laws", "entries counted twice", "may be dependent. It is 14."),
        (15, "factorization(2,2,5)", "laws", "dependent entries", "relations between its entries. It is 14."),
        (6, "linear(1,2,2,1)", "laws", "a law without a name", "Count from the other side"),
        (5, "factorization(2,2,2)", "laws", "confused with Lie", "5 is dim Lie(W)(θ), brackets included"),
        (4, "factorization(2,2,2)", "Lie", "confused with W", "4 is dim W(θ), before any bracket. It is 5."),
        (3, "factorization(2,2,2)", "Lie", "confused with laws", "3 is the number of laws"),
        (9, "factorization(3,3,2)", "W", "confused with Lie", "It is 8."),
        (6, "factorization(2,3,1)", "W", "confused with space", "the dimension of W as a space of fields"),
        (8, "factorization(2,2,2)", "Lie", "confused with all", "8 is D, the number of parameters"),
        (2, "phi(x*y*z)", "W", "confused with laws", "It is 1."),
        (40, "factorization(2,2,2)", "Lie", "other number", "The staircase is dim W_0(θ) = 4, dim W_1(θ) = 5"),
    ],
)
def test_wrong_numbers(value, model, what, kind, piece):
    finding = diagnose_dimension(value, cl.parse_model(model), what)
    assert finding.kind == kind
    assert piece in finding.hints[-1]


def test_a_right_number_has_no_diagnosis():
    assert diagnose_dimension(3, cl.factorization(2, 2, 2), "laws") is None


def test_an_unknown_dimension_is_refused():
    with pytest.raises(ModelError, match="'rank' is not a dimension here: ask for 'laws', 'Lie' or 'W'"):
        diagnose_dimension(3, cl.factorization(2, 2, 2), "rank")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("0, 1", "bracket sign"),
        ("0, 0", "half a bracket"),
        ("0, 2", "wrong components"),
        ("1, -1", "wrong components"),
    ],
)
def test_wrong_brackets(answer, kind):
    finding = hints_for_bracket(answer, "fields([x, y], [1, 0], [0, x])", 1, 2).finding
    assert finding.kind == kind
    assert "[X, Y] = ∂X·Y − ∂Y·X" in finding.hints[-1] or "minus ∂Y·X" in finding.hints[-1]


def test_plus_instead_of_minus_and_right_brackets():
    x, y = cl.vector_fields(["x", "y"], [["y", "x"], ["x**2", "1"]])
    plus = [y.along(a) + x.along(b) for a, b in zip(x.components, y.components, strict=True)]
    assert diagnose_bracket(plus, x, y).kind == "plus instead of minus"
    assert diagnose_bracket(cl.bracket(x, y).components, x, y) is None
    with pytest.raises(ModelError, match="the answer has 1 components, the fields have 2"):
        diagnose_bracket(["x"], x, y)


def test_hints_come_one_at_a_time_and_give_nothing_away_before():
    hints = hints_for_law("x**2 + y**2", "phi(x*y)")
    assert repr(hints) == "3 hints, none shown yet: .next() shows one"
    assert "sign" not in repr(hints)
    seen = [repr(hints.next()) for _ in range(4)]
    assert seen[0].startswith("**Hint 1 of 3.**")
    assert seen[2] == seen[3]
    assert r"-y\*\*2 instead of +y\*\*2" in seen[2]  # no accidental bold
    assert repr(hints) == "3 hints, 3 shown: .next() shows one"


def test_cards_hand_out_hints():
    assert claim("x**2 + y**2 is conserved for phi(x*y)").hints().finding.kind == "sign"
    assert claim("there are exactly 4 laws for factorization(2,2,2)").hints().finding.kind == "entries counted twice"
    assert claim("dim Lie = 4 for factorization(2,2,2)").hints().finding.kind == "confused with W"
    dependent = claim("x**2 - y**2, (x**2 - y**2)**2 are independent for phi(x*y)").hints()
    assert dependent.finding.kind == "function of previous laws"
    assert len(claim("x**2 - y**2 is conserved for phi(x*y)").hints()) == 0


def test_numbers_get_hints_too():
    assert hints_for_dimension(4, "factorization(2,2,2)", "Lie").finding.kind == "confused with W"


@pytest.mark.parametrize("backend", ["flint", "plain"])
def test_both_backends_hint_the_same(backend):
    if backend == "flint":
        pytest.importorskip("flint")
    with cl.use_backend(backend):
        found = [diagnose_law(law, cl.parse_model(model)) for model, law, _, _ in MISTAKES[:12]]
    assert [f.kind for f in found] == [kind for _, _, kind, _ in MISTAKES[:12]]
