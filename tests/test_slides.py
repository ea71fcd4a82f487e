"""Slides from lessons: what is seen, what is said, and what is refused."""

import json
import re

import pytest

from conslaw_nb import cli, teaching
from conslaw_nb.errors import CourseError
from conslaw_nb.notebooks import slides
from conslaw_nb.notebooks.slides import SlidesError, slide_book, write_slides


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def kinds(cells):
    return [(c["metadata"]["slideshow"]["slide_type"], c["source"]) for c in slide_book({"cells": cells})["cells"]]


def test_what_is_shown_is_seen_and_prose_is_said():
    cells = [
        text(
            "# 2 · Two\n\nWelcome.\n\n## One\n\nBecause of this,\n\n$$x=1$$\n\n> **Lemma**\n>\n> It holds.\n\nSo there."
        )
    ]
    assert kinds(cells) == [
        ("slide", "# 2 · Two"), ("notes", "Welcome."),
        ("slide", "## One\n\n$$x=1$$\n\n> **Lemma**\n>\n> It holds."), ("notes", "Because of this,\n\nSo there."),
    ]  # fmt: skip


def test_the_sentence_before_a_list_goes_with_it():
    assert kinds([text("It takes a while. **After it you can**\n\n- count;\n- prove.")])[0] == (
        "subslide", "**After it you can**\n\n- count;\n- prove."
    )  # fmt: skip


def test_code_hides_behind_its_picture_and_answers_are_left_out():
    def code(source, **data):
        outputs = [{"output_type": "execute_result", "data": data}] if data else []
        return {"cell_type": "code", "metadata": {}, "source": source, "outputs": outputs}

    cells = [
        code("import x"),
        code("where.check('')", **{"text/plain": "no answer yet"}),
        code("figure", **{"text/html": "<svg></svg><p><small>A still picture: run the cell.</small></p>"}),
        code("1 + 1", **{"text/plain": "2"}),
    ]
    shown = slide_book({"cells": cells})["cells"]
    assert [c["source"] for c in shown] == ["figure", "1 + 1"]
    assert [c["metadata"]["tags"] for c in shown] == [["hide-code"], []]
    assert shown[0]["outputs"][0]["data"]["text/html"] == "<svg></svg>"
    assert "A still picture" in cells[2]["outputs"][0]["data"]["text/html"]  # the lesson itself is left as it is


@pytest.mark.parametrize("lesson", teaching.lessons())
def test_every_lesson_makes_slides(lesson, tmp_path):
    path = write_slides(lesson, tmp_path / "slides.html")
    page = path.read_text(encoding="utf-8")
    headings = re.findall(r"<h[12][^>]*>(.*?)<", page)
    assert headings[0].startswith(f"{lesson} · ")
    assert {"Summary", "To discuss"} <= set(headings)
    slides = page.split("<section>")[1:]
    assert all(re.match(r"<h[12][^>]*>.", slide) for slide in slides)
    assert all(re.search(r"<div>.", slide) for slide in slides[1:])  # no slide is a heading alone, but the first
    prose = re.sub(r"<(script|style|pre|code|svg)\b.*?</\1>|<[^>]*>", "", page, flags=re.DOTALL)
    assert "$" not in prose  # every formula is MathML
    assert "<mi>&</mi>" not in page  # and its lines stand below each other
    assert page.count("<math") >= 20
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!arxiv|doi)[^"]*\.(?:js|css)', page)
    assert 'mathvariant="double-struck"' not in page
    assert page.count('class="notes"') >= 3
    assert "No answer yet" not in page
    assert 'class="cl-still"' in page
    assert json.dumps(str(tmp_path)) not in page


def test_formulas_look_right_without_a_font_for_mathematics():
    from latex2mathml.converter import convert

    drawn = slides.with_mathml(r"<p>$U^\top\in\mathbb R$ and $\mathcal E$, $\mathbf 1$</p>", convert)
    assert "ℝ" in drawn and "ℰ" in drawn and "𝟏" in drawn and '<mi mathvariant="normal">T</mi>' in drawn
    assert slides.with_mathml("<code>$x$</code><i title='$y$'></i>", convert) == "<code>$x$</code><i title='$y$'></i>"


def test_lines_of_a_formula_stand_below_each_other_and_an_answer_in_latex_is_a_formula():
    from latex2mathml.converter import convert

    drawn = slides.with_mathml("<p>$$\\begin{aligned}a&=b\\\\&=c\\end{aligned}$$</p>", convert)
    assert drawn.count("<mtr>") == 2
    assert "<mi>&</mi>" not in drawn
    shown = slides._output({"data": {"text/latex": "$x^2$", "text/plain": "[x**2]"}})
    assert "<msup>" in slides.with_mathml(shown, convert)


def test_bad_wishes_are_told_in_one_sentence(tmp_path):
    with pytest.raises(CourseError, match="there is no lesson 99: choose from 1"):
        write_slides(99, tmp_path / "x.html")
    mine = tmp_path / "thesis.html"
    mine.write_text("my thesis")
    with pytest.raises(SlidesError, match=r"'.*thesis.html' exists and holds no slides, so it is left alone"):
        write_slides(1, mine)
    assert mine.read_text() == "my thesis"
    write_slides(1, tmp_path / "again.html")
    assert write_slides(1, tmp_path / "again.html").is_file()  # older slides may be replaced


def test_the_command_writes_and_says_where(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["slides", "1"]) == 0
    assert "The slides of lesson 1 are in lesson-01-slides.html" in capsys.readouterr().out
    assert 'content="conslaw slides"' in (tmp_path / "lesson-01-slides.html").read_text(encoding="utf-8")
    assert cli.main(["slides", "77"]) == 2
    assert "there is no lesson 77" in capsys.readouterr().err
