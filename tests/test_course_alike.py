"""What a lecturer looks at: who agrees with whom beyond chance, and what was written to be marked by a person."""

import json
import random

import pytest
from class_samples import LIMITS, RIGHT, START, WRONG, book, write

from benchmarks.submissions import Class
from conslaw_nb.cli import main
from conslaw_nb.course.alike import agreements, fingerprints, of_solutions
from conslaw_nb.course.folder import new_course
from conslaw_nb.course.grading import grade
from conslaw_nb.course.handing_back import alike
from conslaw_nb.notebooks.reading import Cell


def crowd(count, chance):
    """Return a class that works by itself: the right answers are common, and so are a few wrong ones."""
    learners = []
    for k in range(count):
        exercises = {}
        for n in range(12):
            right = chance.random() < 0.6
            text = f"({n}, 1)" if chance.random() < 0.5 else f"({n},1)"
            wrong = [] if right else [[f"{n} or {chance.choice(range(12))}", "why"]]
            exercises[f"1.{n}"] = {"outcome": "right" if right else "wrong", "answer": text, "wrong": wrong}
        cells = ["delivered"] + [f"{k}-{n}" for n in range(3)]
        learners.append({"learner": f"p{k:03}", "exercises": exercises, "cells": cells})
    return learners


@pytest.mark.parametrize("count", [2, 10, 60, 200])
def test_who_works_alone_is_not_told_and_who_copies_is(count):
    for seed in range(5):
        learners = crowd(count, random.Random(seed))
        assert agreements(learners) == []
    if count >= 60:
        other = learners[3]
        learners[7] = {
            **learners[7],
            "exercises": other["exercises"],
            "cells": [*learners[7]["cells"][:1], *other["cells"][1:]],
        }
        (told,) = agreements(learners)
        assert told.startswith("p003 and p007: ")
        assert "3 cells" in told


def test_a_class_that_all_says_the_same_says_nothing():
    """A lecturer's own cell, which everybody has, and an answer that everybody gives, are not agreements."""
    learners = crowd(40, random.Random(1))
    for one in learners:
        one["exercises"], one["cells"] = learners[0]["exercises"], [f"from the lecture {k}" for k in range(20)]
    assert agreements(learners) == []


def test_the_solutions_are_one_more_that_may_be_copied(tmp_path):
    """Who has the very texts of the solutions, where others who are right have their own, is told; nobody else is."""
    subs = tmp_path / "subs"
    subs.mkdir()
    room, chance = Class(), random.Random(3)
    assert len(room.right) >= 5

    def own(text):
        return repr("".join(sign + " " * chance.randrange(3) if sign in "(,)+-/2" else sign for sign in str(text)))

    for k in range(30):
        answers = {number: own(value) for number, value in room.right.items()}
        (subs / f"honest{k:02}.ipynb").write_text(json.dumps(room.notebook(answers)), encoding="utf-8")
    (subs / "copied.ipynb").write_text(json.dumps(room.notebook(room.all_right())), encoding="utf-8")
    (subs / "delivered.ipynb").write_text(json.dumps(room.book), encoding="utf-8")
    grades = grade(subs, tmp_path / "grades", lessons=[1], run=False, limits=LIMITS)
    assert sum(one["exercises"]["1.1"]["outcome"] == "right" for one in grades.learners) == 31
    (told,) = alike(grades)
    assert told.startswith("copied and the solution: ")
    assert agreements(grades.learners) == []


def test_cells_are_compared_without_blanks_and_comments_and_short_ones_not_at_all():
    one = "total = sum(value * weight for value, weight in zip(values, weights))\nprint(total)"
    other = "total  =  sum(value*weight for value, weight in zip(values, weights))  # mine\n\nprint( total )"
    assert fingerprints([Cell("code", one, 0)]) == fingerprints([Cell("code", other, 1)]) != []
    assert fingerprints([Cell("code", "a = 1", 0), Cell("markdown", one, 1), Cell("code", "(" * 90, 2)]) == []
    assert fingerprints([Cell("code", f"where.check({'x' * 90!r})", 0)]) == []
    assert of_solutions({}, ["1.1"])["cells"] == []


RULES = '[grading.points]\n"1.1" = 2\nessay = 4\n[grading.rubric]\nessay = "2 for <why>, 2 for an example"\n'


def test_a_written_question_has_a_page_with_its_rubric_and_each_text(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    new_course(tmp_path, [1])
    file = tmp_path / "course.toml"
    file.write_text(file.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("id,name\ns1,ada\ns2,bob\n", encoding="utf-8")
    (tmp_path / "overrides.csv").write_text("learner,exercise,points\nbob,essay,3\n", encoding="utf-8")
    data = book(START, RIGHT, markdown=["Since <b>nothing</b> moves.", "Another one."])
    data["cells"][-2]["id"] = "essay"  # by its id, and by a tag that Jupyter shows
    data["cells"][-1]["metadata"] = {"tags": ["essay", 7]}
    (tmp_path / "submissions" / "ada.ipynb").write_text(json.dumps(data), encoding="utf-8")
    data["cells"][-2]["source"] = "I do not know."
    (tmp_path / "submissions" / "bob.ipynb").write_text(json.dumps(data), encoding="utf-8")
    write(tmp_path / "submissions" / "cy.ipynb", START, WRONG)
    assert main(["course", "grade", "submissions", "--no-run"]) == 0
    page = (tmp_path / "grades" / "to-mark-essay.html").read_text(encoding="utf-8")
    assert "2 for &lt;why&gt;, 2 for an example" in page
    assert "Since &lt;b&gt;nothing&lt;/b&gt; moves.\n\nAnother one." in page
    assert "s1,essay,," in page  # the line to be filled in
    assert "s2,essay,," not in page
    assert "Points: 3 by hand" in page
    assert "Nothing was written by: cy." in page
    assert "not moves" not in (tmp_path / "grades" / "grades.html").read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace("\nessay = 4", ""), encoding="utf-8")
    assert main(["course", "grade", "submissions", "--no-run"]) == 2
    assert "has a rubric for what is not under [grading.points]" in capsys.readouterr().err
