"""What is read from a notebook without running it, from any version of Jupyter, and what passes between processes."""

import ast
import json
from fractions import Fraction

import pytest
from class_samples import book
from hypothesis import given
from hypothesis import strategies as st

from conslaw_nb.course.answers import find_answers, parse_cell, written_value
from conslaw_nb.course.plain_data import PlainDataError, decode, encode
from conslaw_nb.errors import ConslawError
from conslaw_nb.notebooks.lab import lessons_folder
from conslaw_nb.notebooks.reading import Cell, NotebookError, python_of, read_notebook

SOURCES = ["where = cl.teaching.exercise('1.1')\n", "where.check('(5/4, 3/4)')"]


def cells(*sources):
    return [Cell("code", source, k) for k, source in enumerate(sources)]


def answers(*sources):
    return [(a.number, a.value if a.written else "computed") for a in find_answers(cells(*sources)).answers]


# --- notebooks of all versions ------------------------------------------------------------------------------------


def in_version(minor):
    """Return a notebook as Jupyter of that time wrote it: ids since 4.5, sources as lists of lines."""
    data = book(*SOURCES, nbformat_minor=minor)
    for cell in data["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
        if minor < 5:
            del cell["id"]
    return data


def in_version_3():
    sheet = [{"cell_type": "code", "input": source, "language": "python", "outputs": []} for source in SOURCES]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": sheet}]}


@pytest.mark.parametrize("data", [*map(in_version, range(6)), in_version_3()])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_notebook_of_any_version_is_read(tmp_path, data, encoding):
    (tmp_path / "a.ipynb").write_text(json.dumps(data), encoding=encoding)
    found = find_answers(read_notebook(tmp_path / "a.ipynb"))
    assert [(a.number, a.value) for a in found.answers] == [("1.1", "(5/4, 3/4)")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'a.ipynb' is not a notebook, or only a part of one"),
        ('{"nbformat": 4, "cells": [', "'a.ipynb' is not a notebook, or only a part of one"),
        ("[" * 100_000, "'a.ipynb' is not a notebook, or only a part of one"),
        ("[]", "'a.ipynb' is not a notebook: it holds no JSON object"),
        ("{}", "'a.ipynb' is not a notebook of a version that is read"),
        ('{"nbformat": 5, "cells": []}', "'a.ipynb' is not a notebook of a version that is read"),
        ('{"nbformat": true, "cells": []}', "'a.ipynb' is not a notebook of a version that is read"),
        ('{"nbformat": 4}', "'a.ipynb' is not a notebook: it has no list of cells"),
        ('{"nbformat": 4, "cells": [1]}', "cell 1 of 'a.ipynb' is not a cell"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code", "source": "' + "x" * 300_000 + '"}]}', "cell 1 of 'a.ipynb'"),
    ],
)
def test_what_is_no_notebook_is_told_in_one_sentence(tmp_path, text, message):
    (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(NotebookError) as error:
        read_notebook(tmp_path / "a.ipynb")
    assert str(error.value).startswith(message)


def test_a_notebook_that_is_not_there(tmp_path):
    with pytest.raises(NotebookError, match="does not exist"):
        read_notebook(tmp_path / "a.ipynb")
    with pytest.raises(NotebookError, match="is a folder"):
        read_notebook(tmp_path)


# --- answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["w = cl.teaching.exercise('1.1')", "w.check('x')"], [("1.1", "x")]),
        (["w = exercise('1.1'); w.check(3); w.check(4)"], [("1.1", 3), ("1.1", 4)]),
        (["exercise('1.2').check((1, Fraction(2, 3)))"], [("1.2", (1, Fraction(2, 3)))]),
        (["w = exercise('1.1')\nw = exercise('1.2')\nw.check('x')"], [("1.2", "x")]),
        (["w = exercise('1.1')\nw = something\nw.check('x')"], []),
        (["w = exercise('1.1')", "a = 'x'", "w.check(a)"], [("1.1", "x")]),
        (["w = exercise('1.1')", "a = 'x'\na = 'y'", "w.check(a)"], [("1.1", "computed")]),
        (["w = exercise('1.1')", "a = 'x'\ndef f(a):\n    pass", "w.check(a)"], [("1.1", "computed")]),
        (["w = exercise('1.1')", "w.check(f(2))", "w.check(answer='x')"], [("1.1", "computed"), ("1.1", "x")]),
        (["w = exercise('1.1')", "%time w.check('x')\n!ls\nfiles = !ls"], [("1.1", "x")]),
        (["w = exercise('1.1')", "%%time\nw.check('x')"], [("1.1", "x")]),
        (["w = exercise('1.1')", "%%html\nw.check('x')"], []),
        (
            ["w = exercise('1.1')", "w.check(f'x')", "w.check(-Fraction('1/2'))"],
            [("1.1", "x"), ("1.1", Fraction(-1, 2))],
        ),
        (["w = exercise(number)", "w.check('x')"], []),
        (["w = exercise('1.1')", "# w.check('x')", "'w.check(1)'", "w.check(1, 2)", "w.check()"], []),
        (["w = exercise('1.1')", "this is (", "w.check('x')"], [("1.1", "x")]),
    ],
)
def test_answers_are_found_as_they_are_written(sources, expected):
    assert answers(*sources) == expected


def test_an_answer_above_its_exercise_or_in_text_is_found_and_none_is_cut_off():
    above = ["w.check('x')", "w = exercise('1.1')", "v.check('y')", "v = exercise('1.1')", "v = exercise('1.2')"]
    assert answers(*above) == [("1.1", "x")]  # v stands for two exercises: which one is meant cannot be known
    text = Cell("markdown", "My answer:\n\nw.check('x')\n\nor `w.check(...)`, and w.check(...)", 1)
    found = find_answers([*cells("w = exercise('1.1')"), text])
    assert found.told == ["cell 2 holds an answer and is not a code cell, so it was not judged"]
    empty = Cell("markdown", "w.check(...)\n\nother.check(7)", 1)
    assert find_answers([*cells("w = exercise('1.1')"), empty]).told == []
    many = "w = exercise('1.1')\n" + "".join(f"w.check({k})\n" for k in range(10_001))
    found = find_answers(cells(many))
    assert len(found.answers) == 10_000
    assert found.told == ["it holds 10001 answers, of which the first 10000 were judged"]


def test_every_solution_is_read_from_its_source():
    """In the solutions all answers are written out, so that they can be judged without a run."""
    for path in sorted((lessons_folder() / "solutions").glob("[0-9]*.ipynb")):
        found = find_answers(read_notebook(path))
        assert found.answers, path.name
        assert {a.number for a in found.answers} == set(found.exercises), path.name
        assert found.unreadable == {}, path.name


def test_deep_nesting_is_no_way_to_end_the_reader():
    deep = "w = exercise('1.1')\nw.check(" + "-" * 5_000 + "1)"
    wide = "w.check(" + "+".join(["1"] * 20_000) + ")"
    found = find_answers(cells("w = exercise('1.1')", deep, wide, "w.check('x')"))
    assert [a.value for a in found.answers if a.written][-1] == "x"


def test_a_cell_is_parsed_with_what_only_ipython_reads_left_out():
    assert ast.unparse(parse_cell("%load_ext conslaw_nb\na = 1\n!ls\na?")) == "pass\na = 1\npass\npass"
    assert python_of("  !ls") == "  pass"
    with pytest.raises(SyntaxError):
        parse_cell("a (")


# --- plain data ---------------------------------------------------------------------------------------------------

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.fractions() | st.text(max_size=20) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=20,
)


@given(plain)
def test_plain_data_comes_through_as_it_was(value):
    back = decode(json.loads(json.dumps(encode(value))))
    assert back == value
    assert type(back) is type(value)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["str", "tuple", "fraction", "1/0"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=20,
))  # fmt: skip
def test_no_data_of_a_stranger_ends_the_reader(data):
    try:
        decode(data)
    except PlainDataError as problem:
        assert isinstance(problem, ConslawError)


def test_what_is_no_plain_data_becomes_its_text_and_too_much_is_refused():
    class Odd:
        def __str__(self):
            return "odd"

    assert decode(encode(Odd())) == "odd"
    for value in ("x" * 200_000, 10**5000, [0] * 3000):
        with pytest.raises(PlainDataError):
            encode(value)
    nested = 1
    for _ in range(20):
        nested = [nested]
    with pytest.raises(PlainDataError, match="nested"):
        encode(nested)
    forged = ["int", "1"]
    for _ in range(20):
        forged = ["list", [forged]]
    with pytest.raises(PlainDataError, match="not plain data"):
        decode(forged)


def test_no_number_is_written_so_that_reading_it_never_ends():
    for text in ("1e999999999", "1E9999999", " 1e99999999/1"):
        with pytest.raises(PlainDataError):
            decode(["fraction", text])
        with pytest.raises(ValueError, match="computed"):
            written_value(ast.parse(f"Fraction({text!r})", mode="eval").body, {})
    assert decode(["fraction", "-3/4"]) == written_value(ast.parse("Fraction('-0.75')", mode="eval").body, {})


@given(st.fractions(), st.text(max_size=8))
def test_an_answer_that_is_written_out_is_its_value(number, text):
    written = (text, number.numerator, number)
    assert written_value(ast.parse(repr(written), mode="eval").body, {}) == written
