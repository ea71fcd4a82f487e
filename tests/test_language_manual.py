"""The manual is made from the grammar, and every example in it is read as it says."""

import pytest

from conslaw_nb.language import Scope, read_expression, read_point, read_sentence, read_statements
from conslaw_nb.language.manual import manual, sections
from conslaw_nb.language.reading import read_chain, read_flow
from conslaw_nb.language.signs import spellings
from conslaw_nb.matrices import MatrixSpace
from conslaw_nb.models.text import parse_model

SCOPE = Scope(("x", "y", "z", "U", "V", "A", "B", "D", "f", "g", "h", "v_i", "v_2"), applied=True)


def read(title, example):
    if title == "Formulas":
        return read_expression(example, scope=SCOPE)
    if title == "Equalities and lists":
        return read_statements(example, scope=SCOPE)
    if title == "Points":
        return read_point(example, ("u", "v") if "u" in example else ("x", "y"))
    if title == "Models":
        return parse_model(example)
    if title == "Sentences":
        return read_sentence(example, ("x", "y", "z", "U", "V"))
    assert title == "Proofs"
    if ":" in example:
        return MatrixSpace.read(example)
    return read_chain(example, scope=SCOPE) if example.startswith("=") else read_flow(example, scope=SCOPE)


EXAMPLES = [
    (section.title, ex) for section in sections() for paragraph in section.paragraphs for ex in paragraph.examples
]


@pytest.mark.parametrize(
    ("title", "example"), EXAMPLES, ids=lambda value: value[0] if isinstance(value, tuple) else value
)
def test_every_example_of_the_manual_is_read_and_means_what_it_says(title, example):
    meaning = read(title, example[0])
    for other in example[1:]:
        assert read(title, other) == meaning


def test_the_manual_has_all_of_it():
    assert [section.title for section in sections()] == [
        *("Formulas", "Equalities and lists", "Points", "Models", "Sentences", "Proofs"),
    ]
    assert len(EXAMPLES) > 70
    page = manual()
    for _, example in EXAMPLES:
        assert f"`{example[0]}`" in page
    assert page.count("`") % 2 == 0


@pytest.mark.parametrize(("sign", "others"), spellings(), ids=lambda value: value if isinstance(value, str) else "")
def test_the_signs_of_the_manual_mean_the_same(sign, others):
    around = {
        "-": "x {} y", "*": "x {} y", "/": "x {} y", "<": "{} x, y>", ">": "<x, y{}", "|": "|x{}", "'": "x{}",
        "√": "{}(x)", "∇": "{} x", "\\frac": "{}{{x}}{{y}}", "[": "{} x, y]", "]": "[x, y{}", "^T": "x{}",
        "^2": "x{}", "^-1": "x{}", "x_1": "{}", "1/2": "x - {}", "θ": "{}",
    }  # fmt: skip
    if sign in ("<=", ">="):
        shape = "dim W {} 2"
        for other in others:
            assert read_sentence(shape.format(other)) == read_sentence(shape.format(sign))
        return
    if sign in ("μ", "Ω"):
        shape = "{} + 1"
    else:
        shape = around[sign]
    plain = "½" if sign == "1/2" else sign
    for other in others:
        assert read_expression(shape.format(other)) == read_expression(shape.format(plain)), other
