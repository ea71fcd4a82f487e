"""Notebooks as other Jupyters save them, from format 3 to 4.5, through every command that reads notebooks."""

import json
import shutil
import warnings

import nbformat
import pytest
from class_samples import LIMITS, RIGHT, START, WRONG, book, needs_a_cell

from conslaw_nb.cli import main
from conslaw_nb.course.grading import grade
from conslaw_nb.course.pages import html_page
from conslaw_nb.notebooks import lab, slides

LESSON = "01_what_never_changes.ipynb"
VERSIONS = [(3, 0), *((4, minor) for minor in range(6))]
# Where something changed for who reads: worksheets, the first cells as they are today, the last ones without ids, ids.
EDGES = [(3, 0), (4, 0), (4, 4), (4, 5)]


def saved_as(data, version):
    """Return the text of a notebook as a Jupyter of that format saves it: by nbformat, which every Jupyter uses."""
    notebook = nbformat.reads(json.dumps(data), as_version=4)
    major, minor = version
    if major == 3:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            old = nbformat.convert(notebook, 3)
        return nbformat.writes(old, version=nbformat.NO_CONVERT)
    notebook.nbformat_minor = minor
    if minor < 5:
        for cell in notebook.cells:
            cell.pop("id", None)
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT)


def test_the_versions_differ_as_they_should():
    data = book(START, RIGHT)
    texts = {version: json.loads(saved_as(data, version)) for version in VERSIONS}
    assert {(d["nbformat"], d["nbformat_minor"]) for d in texts.values()} == set(VERSIONS)
    assert "worksheets" in texts[3, 0]
    assert all("id" not in cell for cell in texts[4, 4]["cells"])
    assert all("id" in cell for cell in texts[4, 5]["cells"])


def test_answers_are_graded_the_same_whatever_saved_them(tmp_path):
    needs_a_cell()
    for version in VERSIONS:
        for name, answer in (("right", RIGHT), ("wrong", WRONG)):
            text = saved_as(book(START, answer), version)
            folder = tmp_path / "subs" / f"{name}-{version[0]}-{version[1]}"
            folder.mkdir(parents=True)
            (folder / LESSON).write_text(text, encoding="utf-8")
    newer = {**book(START, RIGHT), "nbformat": 5, "nbformat_minor": 0}
    (tmp_path / "subs" / "from-the-future.ipynb").write_text(json.dumps(newer), encoding="utf-8")
    grades = grade(tmp_path / "subs", tmp_path / "grades", lessons=[1], limits=LIMITS)
    found = {one["learner"]: one["exercises"].get("1.1", {"outcome": "empty"})["outcome"] for one in grades.learners}
    future = found.pop("from-the-future")
    assert {learner: outcome.split()[0] for learner, outcome in found.items()} == {
        f"{name}-{major}-{minor}": name for name in ("right", "wrong") for major, minor in VERSIONS
    }
    assert future == "empty"
    page = html_page(grades)
    assert "is not a notebook of a version that is read (3 and 4): save it again from Jupyter" in page


@pytest.mark.parametrize("version", VERSIONS)
def test_a_learners_copy_stays_theirs_whatever_saved_it(tmp_path, version):
    originals, mine = tmp_path / "originals", tmp_path / "mine"
    originals.mkdir()
    shutil.copy(lab.lessons_folder() / LESSON, originals)
    lab.update_folder(originals, mine)
    data = json.loads((mine / LESSON).read_text(encoding="utf-8"))
    data["cells"][1]["source"] = "my own words"
    text = saved_as(data, version)
    (mine / LESSON).write_text(text, encoding="utf-8")
    (originals / LESSON).write_text(saved_as(data, (4, 5)).replace("my own words", "a new edition"), encoding="utf-8")
    report = lab.update_folder(originals, mine)
    assert (mine / LESSON).read_text(encoding="utf-8") == text
    assert LESSON in report.beside
    assert "a new edition" in (mine / report.beside[LESSON]).read_text(encoding="utf-8")


@pytest.mark.parametrize("version", EDGES)
def test_slides_are_made_from_a_lesson_whatever_saved_it(tmp_path, monkeypatch, capsys, version):
    pytest.importorskip("nbconvert", reason="nbconvert is not installed: slides were NOT made")
    data = json.loads((lab.lessons_folder() / LESSON).read_text(encoding="utf-8"))
    (tmp_path / LESSON).write_text(saved_as(data, version), encoding="utf-8")
    monkeypatch.setattr(slides, "notebook_of", lambda lesson: tmp_path / LESSON)
    assert main(["slides", "1", "-o", str(tmp_path / "slides.html")]) == 0
    html = (tmp_path / "slides.html").read_text(encoding="utf-8")
    assert "conslaw slides" in html
    assert html.count("<section") > 20
    assert capsys.readouterr().err == ""


CLAIMS = [
    "import conslaw_nb as cl\n%load_ext conslaw_nb",
    'cl.claim("x**2 - y**2 is conserved for phi(x*y)")',
    'cl.claim("x + y is conserved for phi(x*y)")',
    "%%proof phi(x*y)\n<grad (x**2 - y**2), v_1> = 0   by computation",
]


@pytest.mark.parametrize("version", EDGES)
def test_a_notebook_is_checked_whatever_saved_it(tmp_path, capsys, version):
    path = tmp_path / "claims.ipynb"
    path.write_text(saved_as(book(*CLAIMS), version), encoding="utf-8")
    before = path.read_bytes()
    assert main(["check-notebook", "--json", str(path)]) == 1  # one claim is false
    (report,) = json.loads(capsys.readouterr().out)["notebooks"]
    assert [line["verdict"] for line in report["lines"]] == ["PROVED", "REFUTED", "PROVED"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ['{"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}', '{"cells": []}'])
def test_a_notebook_of_no_known_version_is_refused_in_a_sentence(tmp_path, capsys, text):
    path = tmp_path / "future.ipynb"
    path.write_text(text, encoding="utf-8")
    assert main(["check-notebook", str(path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("conslaw: ")
    assert "future.ipynb' is not a notebook of a version that is read (3 and 4): save it again" in said
    assert said.count("\n") == 1
    assert "Traceback" not in said
