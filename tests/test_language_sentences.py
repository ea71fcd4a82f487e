"""Sentences: each kind is read with the meaning it has, written back, and nothing in it is dropped."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from conslaw_nb.errors import ConslawError, ParseError
from conslaw_nb.language import Point, Scope, read_expression, read_sentence
from conslaw_nb.language.sentences import (
    EXAMPLES,
    KINDS,
    Complete,
    Conserved,
    Count,
    Dimension,
    Equal,
    Factors,
    FunctionOf,
    Independent,
    InTrace,
    Involutive,
    LossSpans,
    nearest,
)

h = read_expression("x**2 - y**2")
g = read_expression("x**2 - z**2")
LETTERS = Scope(("x", "y", "z", "U", "V", "v_1", "v_2"))
two = (read_expression("1"), read_expression("2"))
balance = read_expression("U^T*U - V^T*V")
lie = read_expression("[v_1, v_2]")
x, y = (read_expression(name) for name in "xy")

SAME = [
    (
        Conserved(functions=(h,)),
        "x**2 - y**2 is conserved",
        "x²−y² is conserved.",
        "x**2 - y**2 is a law",
        "x^2 - y^2 is a conservation law",
        "X IS CONSERVED".replace("X", "x^2-y^2"),
        "$x^2 - y^2$ is conserved",
        "  x**2 - y**2   is\n conserved ",
    ),
    (
        Conserved(functions=(h,), negated=True),
        "x**2 - y**2 is not conserved",
        "x**2 - y**2 is not a law",
        "x**2 - y**2 is no law",
        "x**2 - y**2 is not a conservation law",
        "x**2 - y**2 is not a conservation law",
    ),
    (
        Conserved(functions=(x, y), negated=True),
        "x and y are not conserved",
        "x, y are not laws",
        "x and y are not laws",
        "x & y are not conservation laws",
    ),
    (Conserved(functions=(x, y, h)), "x, y and x**2 - y**2 are conserved", "x, y, and x^2-y^2 are laws"),
    (
        Conserved(functions=(balance,), sizes=()),
        "U^T*U - V^T*V is conserved for all sizes",
        "UᵀU − VᵀV is a law for any size",
        "U.T@U - V.T@V is conserved for every width",
    ),
    (Conserved(functions=(balance,), sizes=("n", "m", "r")), "U^T*U - V^T*V is conserved for all n, m, r"),
    (Conserved(functions=(h,), labels=("f",)), "f = x**2 - y**2 is conserved", "f(x, y) = x^2 - y^2 is conserved"),
    (
        Independent(functions=(h, g)),
        "x**2 - y**2 and x**2 - z**2 are independent",
        "x**2 - y**2, x**2 - z**2 are independent on an open set",
    ),
    (Independent(functions=(h, g), negated=True), "x**2 - y**2 and x**2 - z**2 are not independent"),
    (
        Independent(functions=(h,), point=Point(("x", "y"), two)),
        "x**2 - y**2 is independent at x=1, y=2",
        "x**2 - y**2 is independent at (x, y) = (1, 2)",
        "x**2 - y**2 is independent at x = 1 and y = 2",
    ),
    (
        Complete(functions=(h, g)),
        "x**2 - y**2, x**2 - z**2 are all the laws",
        "x**2 - y**2 and x**2 - z**2 are all laws",
        "x**2 - y**2 and x**2 - z**2 are the only laws",
        "x**2 - y**2 and x**2 - z**2 are all of the independent conservation laws",
    ),
    (Complete(functions=(h,)), "x**2 - y**2 is the only law", "x**2 - y**2 is all the laws"),
    (Complete(functions=(h,), negated=True), "x**2 - y**2 is not the only law"),
    (
        Count(number=2),
        "there are exactly 2 laws",
        "there are exactly two laws",
        "there are exactly 2 independent conservation laws",
        "There are only 2 laws.",
    ),
    (Count(number=1), "there is exactly 1 law", "there is exactly one law", "there is only one law"),
    (
        Count(number=0),
        "there is no law",
        "there are no laws",
        "there are exactly 0 laws",
        "there is no conservation law",
    ),
    (Count(number=2, relation=">="), "there are at least 2 laws", "there are at least two independent laws"),
    (Count(number=1, relation="<="), "there is at most one law", "there are at most 1 laws"),
    (Count(number=2, full_rank=True), "there are exactly 2 laws where (U;V) has full rank"),
    (
        Dimension(space="Lie", number=5),
        "dim Lie = 5",
        "dim Lie is 5",
        "dim Lie == 5",
        "dim Lie(W) = 5",
        "dim Lie(W)(θ) = 5",
        "dim Lie(W)(theta)=5",
        "dim lie = five",
        "the dimension of Lie(W) is exactly 5",
        "dimension Lie is 5",
    ),
    (Dimension(space="Lie", number=5, relation=">="), "dim Lie >= 5", "dim Lie ≥ 5", "dim Lie is at least 5"),
    (Dimension(space="Lie", number=5, relation="<="), "dim Lie <= 5", r"dim Lie \leq 5", "dim Lie is at most five"),
    (
        Dimension(space="W", number=2, point=Point((), two)),
        "dim W = 2 at (1, 2)",
        "dim W(θ) = 2 at (1, 2)",
        "dim W(theta) is 2 at θ = (1, 2)",
        "dim trace = 2 at (1, 2)",
        "dim W_φ(θ) = 2 at (1, 2)",
    ),
    (Involutive(), "W is involutive", "condition (13) holds", "W_phi is involutive"),
    (Involutive(negated=True), "W is not involutive"),
    (InTrace(field=lie), "[v_1, v_2] lies in W", "[v_1,v_2] is in W", "[v_1, v_2] lies in W(θ)"),
    (
        InTrace(field=lie, negated=True, point=Point(("x", "y"), two)),
        "[v_1, v_2] does not lie in W at x=1, y=2",
        "[v_1, v_2] is not in W at x=1, y=2",
    ),
    (Factors(functions=(h,)), "x**2 - y**2 factors through phi", "x^2-y^2 factors through φ"),
    (Factors(functions=(x, y), negated=True), "x and y do not factor through phi"),
    (
        FunctionOf(functions=(balance,), full_rank=True),
        "every law is a function of U^T*U - V^T*V where (U;V) has full rank",
        "every conservation law is locally a function of UᵀU - VᵀV if U, V has full rank",
    ),
    (LossSpans(loss="cross-entropy"), "the loss cross-entropy spans", "the cross-entropy loss spans"),
    (LossSpans(loss="mse", number=3), "the loss mse spans R^3", "the mse loss spans ℝ^3", "the mse loss spans ℝ³"),
    (Equal(sides=(x, y)), "x = y", "x == y", "x=y."),
    (Equal(sides=(x, y, h)), "x = y = x**2 - y**2"),
]
SPELLINGS = [(meaning, said) for meaning, *ways in SAME for said in ways]


@pytest.mark.parametrize(("meaning", "said"), SPELLINGS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_said_is_understood(meaning, said):
    assert read_sentence(said, scope=LETTERS) == meaning
    about = read_sentence(f"{said.strip().rstrip('.')} for phi(x*y, x*z)", scope=LETTERS)
    assert about.text == f"{meaning.said} for phi(x*y, x*z)"
    assert about.about(None) == meaning


@pytest.mark.parametrize("meaning", [meaning for meaning, *_ in SAME], ids=lambda s: s.text)
def test_what_is_written_is_the_same_sentence(meaning):
    assert read_sentence(meaning.text) == meaning
    assert pickle.loads(pickle.dumps(meaning)) == meaning
    formula = meaning.latex()
    assert formula.count("{") == formula.count("}")


def test_every_kind_has_examples_and_a_test():
    assert set(EXAMPLES) == set(KINDS)
    assert {type(meaning) for meaning, *_ in SAME} == set(KINDS.values())
    for kind, examples_of_it in EXAMPLES.items():
        assert KINDS[kind].example == examples_of_it[0]
        for said in examples_of_it:
            assert type(read_sentence(said)) is KINDS[kind], said


@pytest.mark.parametrize(
    ("said", "model"),
    [
        ("linear(2,2,2) has exactly 3 laws", "linear(2,2,2)"),
        ("linear(2,2,2) has 3 laws", "linear(2,2,2)"),
        ("there are exactly 3 laws in the model linear(2,2,2)", "linear(2,2,2)"),
        ("there are exactly three laws of cl.linear(2,2,2)", "linear(2,2,2)"),
    ],
)
def test_the_model_stands_in_front_or_behind(said, model):
    assert read_sentence(said).text == f"there are exactly 3 laws for {model}"


def test_the_dimension_of_a_model():
    assert read_sentence("dim Lie of linear(2,2) is at most 5").text == "dim Lie <= 5 for linear(2,2)"


REFUSED = [
    ("dim W(0,0) = 1", "not understood in 'dim ⟨here⟩W(0,0) = 1'. The nearest that are: 'dim W = 2 at (1, 2)' or 'dim"),
    ("dim Lie(junk) = 3", "not understood in 'dim ⟨here⟩Lie(junk) = 3'"),
    ("there are maybe 3 laws", "not understood in 'there are ⟨here⟩maybe 3 laws'. The nearest that are: 'there are"),
    ("there are 2 laws", "does not say whether there are exactly or at least 2 laws: say which"),
    (
        "there are exactly 2.5 laws",
        "'2.5' is not a number of laws or a dimension in 'there are",
    ),
    ("x**2 is conserved maybe", "not understood in 'x**2 is conserved ⟨here⟩maybe'"),
    ("x**2 is conserved. And more", "'.' cannot be read in 'x**2 is conserved⟨here⟩. And more'"),
    ("x**2 surely is conserved", "an operator is missing before 'surely' in 'x**2 ⟨here⟩surely is conserved'"),
    ("x is is conserved", "not understood in 'x is ⟨here⟩is conserved'"),
    ("x = 3 = y is conserved", "an equation cannot be conserved, independent or a law, in 'x = 3 = y ⟨here⟩is"),
    ("3 = x is conserved", "an equation cannot be conserved"),
    ("x + y", "the sentence is not understood in 'x + y⟨here⟩'"),
    ("", "the sentence is empty: write one such as 'x**2 - y**2 is conserved'"),
    ("x is an independent law", "not understood in 'x is ⟨here⟩an independent law'"),
    ("x is involutive", "only W is said to be involutive"),
    ("x, y lie in W", "say of one thing that it lies in W"),
    ("dim W = 0 at x=1, x=0, y=0", "the point says twice what x is: give each coordinate once"),
    ("dim W = 0 at x=1, 2", "some coordinates of the point have a name and some have none: give all names, or none"),
    ("dim W = 0 at x=1=2", "'x = 1 = 2' is not a coordinate of a point: write it like x=1, y=2 or like (1, 2)"),
    ("dim W = 0 at (x, y) = (1, 2, 3)", "the point has 2 names and 3 values: give each name one value"),
    ("linear(2,2) has exactly 3 laws for linear(2,3)", "the model is said twice"),
    ("x - ) is conserved", "')' is unexpected in 'x - ⟨here⟩) is conserved'"),
    ("(x is conserved", "not understood"),
    ("x☃ is conserved", "it is the sign SNOWMAN"),
    ("h is conserved for phi(x*y", "not understood|ends too early"),
]


@pytest.mark.parametrize(("said", "message"), REFUSED)
def test_what_is_not_understood_is_refused(said, message):
    with pytest.raises(ParseError) as caught:
        read_sentence(said)
    assert any(part in str(caught.value) for part in message.split("|"))
    assert len(str(caught.value)) < 400


def test_a_name_of_the_model_is_not_a_label():
    with pytest.raises(ParseError, match="y is a name of the model, so 'y = ...' is an equation and not a name for a"):
        read_sentence("y = x^2 - y^2 is conserved", ("x", "y"))
    assert read_sentence("h = x^2 - y^2 is conserved", ("x", "y")).labels == ("h",)


def test_the_names_come_from_the_model_of_the_sentence():
    asked = []

    def names(model):
        asked.append(None if model is None else model.kind)
        return ("x", "y")

    assert read_sentence("xy is conserved for phi(x*y)", names).functions == (read_expression("x*y"),)
    assert read_sentence("xy is conserved", names).functions == (read_expression("x*y"),)
    assert asked == ["phi", None]


def test_the_scope_comes_from_the_model_too():
    sentence = read_sentence("v_1(x) = 0", scope=lambda model: Scope(("x",), applied=True))
    assert sentence.text == "v_1(x) = 0"


@pytest.mark.parametrize(
    ("said", "best"),
    [
        ("there are maybe 3 laws", "there are exactly 2 laws"),
        ("how many laws are there", "there are exactly 2 laws"),
        ("W is surely involutive", "W is involutive"),
        ("dim Lie more than 5", "dim Lie = 5"),
        ("dim W(0,0) = 1", "dim W = 2 at (1, 2)"),
        ("U^T*U is conserved for all widthes", "U^T*U - V^T*V is conserved for all n, m, r"),
        ("the bracket [v_1, v_2] is inside of W", "[v_1, v_2] lies in W"),
        ("x is conserved everywhere", "x**2 - y**2 is conserved"),
        ("f, g are all of it", "x**2 - y**2, x**2 - z**2 are all the laws"),
    ],
)
def test_the_nearest_sentences(said, best):
    assert best in nearest(said)
    assert len(nearest(said)) == 2


SAID = """x y x**2 - y**2 + ( ) , = 2 is are not no conserved law laws a the all only and independent at x=1 y=2 (1, 2)
there exactly at least most one three dim W Lie Lie(W) (θ) involutive lies in factors through phi phi(x*y) for
linear(2,2) has loss mse spans R^3 every sizes n . condition (13) holds [v_1, v_2]"""
WORDS = st.sampled_from(SAID.split())


@given(st.lists(WORDS, max_size=10).map(" ".join))
@examples(600)
def test_any_words_are_a_sentence_that_reads_back_or_a_message(said):
    try:
        sentence = read_sentence(said)
    except ConslawError as error:
        assert 0 < len(str(error)) < 500
    else:
        assert read_sentence(sentence.text) == sentence


JUNK = ("perhaps", "not", "7", "(q)", "for all sizes", "at x=1", "z", "=")


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("said", [said for kind in EXAMPLES.values() for said in kind])
def test_a_word_that_is_put_in_changes_the_meaning_or_is_refused(said, junk):
    meaning, words = read_sentence(said), said.split()
    for place in range(1, len(words) + 1):
        spoiled = " ".join([*words[:place], junk, *words[place:]])
        try:
            understood = read_sentence(spoiled)
        except ConslawError:
            continue
        assert understood != meaning, spoiled
