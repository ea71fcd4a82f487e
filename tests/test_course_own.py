"""A lesson of one's own is a lesson like ours: in a course, graded, exported, on slides, with solutions, on the map."""

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from class_samples import LIMITS, needs_a_cell, write

from conslaw_nb import teaching
from conslaw_nb.cli import main
from conslaw_nb.course.folder import lessons_of, named_in, new_course
from conslaw_nb.course.gradebook import read_rules
from conslaw_nb.course.grading import grade
from conslaw_nb.course.submissions import CourseError
from conslaw_nb.errors import ConslawError, ExerciseError, LessonTextError
from conslaw_nb.notebooks.new_lesson import write_lesson
from conslaw_nb.teaching.syllabus import lesson, lessons_named, load

START = "import conslaw_nb as cl\nsurface = cl.teaching.exercise('mine.1')"
GOOD = 'surface.check("x**2 - y**2 + 3")'
COMPUTED = 'surface.check("x**2 - " + "y**2 + 3")'
BAD = 'surface.check("x*y - 2")'


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A lesson called 'mine', in a folder whose name no lesson could have."""
    monkeypatch.chdir(tmp_path)
    return write_lesson("mine", folder=tmp_path).rename(tmp_path / "Übung 1.5, neu")


@pytest.fixture
def autumn(mine, tmp_path):
    """A course with one lesson of ours, the workshop, and that one."""
    new_course(tmp_path / "autumn", [1, "workshop", str(mine)], date(2027, 1, 11))
    return tmp_path / "autumn"


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def outcomes(grades):
    return {one["learner"]: one["exercises"].get("mine.1", {}).get("outcome") for one in grades.learners}


# --- a course -------------------------------------------------------------------------------------------------


def test_learners_get_it_without_its_solutions(autumn, mine):
    handed = {path.name for path in (autumn / "lessons").iterdir()}
    assert handed == {teaching.lessons()[1], "proof_workshop.ipynb", "mine.ipynb", "mine.md", "mine.py"}
    assert (autumn / "lessons" / "mine.ipynb").read_bytes() == (mine / "mine.ipynb").read_bytes()
    theirs, whole = ((place / "mine.md").read_text(encoding="utf-8") for place in (autumn / "lessons", mine))
    assert "So is $z^2-x^2-8$" in whole and "### Solution" not in theirs and "z^2-x^2-8" not in theirs
    assert whole.startswith(theirs.rstrip())  # and nothing else is missing
    entries = (autumn / "course.toml").read_text(encoding="utf-8")
    assert 'name = "mine"\nfolder = "../Übung 1.5, neu"\nnotebook = "mine.ipynb"\ndue = 2027-01-25\n' in entries
    assert "## Mine\n\nDue 2027-01-25: `mine.ipynb`.\n\nExercises:\n\n- mine.1 A surface" in (
        autumn / "syllabus.md"
    ).read_text(encoding="utf-8")
    assert [one.number for one in lessons_named(lessons_of(autumn))] == [1, "workshop", "mine"]


def test_learners_can_work_with_what_they_got(autumn, monkeypatch):
    monkeypatch.chdir(autumn / "lessons")
    task = teaching.exercise("mine.1")
    assert task.check("x**2 - y**2 + 3").is_right and not task.check("x*y").is_right
    assert "Which differences" in task.hint().text
    course = teaching.level_map()
    assert [one.number for one in course.exercises][-1] == "mine.1" and course.links["mine.1"] == "mine.ipynb"
    assert "<b>Mine</b>" in course._repr_html_()
    teaching.progress().start().record("mine.1", solved=True)
    assert "mine.1" in teaching.level_map().solved


def test_what_a_lesson_names_goes_along_and_nothing_else(autumn, mine, tmp_path):
    (mine / "data.csv").write_text("1,2\n", encoding="utf-8")
    (mine / "my-exam.txt").write_text("secret", encoding="utf-8")
    change(mine / "mine.md", "· Mine\n", "· Mine\n\n- files: data.csv\n")
    assert new_course(tmp_path / "spring", [str(mine)]).made[-4:] == [
        f"lessons/{name}" for name in ("mine.ipynb", "mine.md", "mine.py", "data.csv")
    ]
    for wrong in ("nowhere.csv", "../autumn/course.toml", "tests/test_exercises.py"):
        change(mine / "mine.md", "files: ", f"files: {wrong}; ")
        with pytest.raises(LessonTextError, match=rf"mine.md, line 1: the file '{wrong}' does not lie beside this one"):
            new_course(tmp_path / "summer", [str(mine)])
        change(mine / "mine.md", f"{wrong}; ", "")
    other = write_lesson("other", folder=tmp_path)
    (other / "data.csv").write_text("3,4\n", encoding="utf-8")
    change(other / "other.md", "· Other\n", "· Other\n\n- files: data.csv\n")
    with pytest.raises(CourseError, match="two lessons hand out a file 'data.csv', each its own"):
        new_course(tmp_path / "summer", [str(mine), str(other)])
    assert not (tmp_path / "summer").exists()


def test_an_answer_that_was_left_in_the_lesson_is_not_handed_out(mine, tmp_path):
    change(mine / "mine.ipynb", 'check(\\"\\")', 'check(\\"x**2 - y**2 + 3\\")')
    with pytest.raises(CourseError, match="mine.ipynb still holds the answer to mine.1: take it out, run the notebook"):
        new_course(tmp_path / "spring", [str(mine)])
    shutil.copy(mine / "solution.ipynb", mine / "mine.ipynb")
    change(mine / "mine.ipynb", 'check(\\"x**2 - y**2 + 3\\")', 'check(\\"\\")')
    with pytest.raises(CourseError, match="mine.ipynb still holds a good solution in a saved output: take it out, run"):
        new_course(tmp_path / "spring", [str(mine)])
    assert not (tmp_path / "spring").exists()


# --- grading --------------------------------------------------------------------------------------------------


def test_its_exercises_are_graded_and_count(autumn, capsys):
    needs_a_cell()
    change(autumn / "course.toml", "# [grading]", '[grading.points]\n"1.1" = 1\n"mine.1" = 3\n# [grading]')
    subs = autumn / "submissions"
    write(subs / "ada.ipynb", START, GOOD)
    write(subs / "bob.ipynb", START, COMPUTED)
    write(subs / "eve.ipynb", START, BAD)
    write(subs / "zoe.ipynb", START, "surface.check('')")
    # Mallory hands in the lesson with a check that likes everything, and a text that says so.
    write(subs / "mallory" / "mine.ipynb", START, 'surface.check("x" + "*y - 2")')
    for name in ("mine.md", "mine.py"):
        shutil.copy(autumn / "lessons" / name, subs / "mallory" / name)
    change(subs / "mallory" / "mine.py", "return cl.teaching.wrong", "return cl.teaching.right")
    for choice in ([], ["--lessons", "mine"]):  # its name is enough where the course knows it
        assert main(["course", "grade", str(autumn), "--json", *choice]) == 0
        data = json.loads(capsys.readouterr().out)
        ours = [] if choice else [task.number for task in teaching.exercises(1)]
        assert data["exercises"] == [*ours, "mine.1"]
        found = {one["learner"]: one["exercises"]["mine.1"] for one in data["learners"]}
        assert {who: one["outcome"] for who, one in found.items()} == {
            "ada": "right", "bob": "right", "eve": "wrong", "zoe": "empty", "mallory": "wrong",
        }  # fmt: skip
        assert (found["bob"]["from"], found["mallory"]["from"]) == ("run", "run")
        assert "is not a law" in found["mallory"]["message"]
        assert [run["errors"] for one in data["learners"] for run in one["runs"]] == [[]] * 5
    assert data["taken_over"] == 5
    book = (autumn / "grades" / "gradebook.csv").read_text(encoding="utf-8-sig").splitlines()
    assert book[0].startswith("learner,id,name,email,group,points mine.1,") and book[1].startswith("ada,,,,,3,,3,3")
    assert "mine.1 A surface that the flow" in next((autumn / "grades" / "learners").glob("ada-*")).read_text()


def test_a_check_that_was_put_right_judges_again(autumn, mine):
    write(autumn / "submissions" / "ada.ipynb", START, GOOD)

    def graded():
        return grade(autumn / "submissions", autumn / "grades", lessons=[str(mine)], run=False, limits=LIMITS)

    assert outcomes(graded()) == {"ada": "right"}
    change(mine / "mine.py", "if value != 0:", "if value == 0:")
    assert outcomes(graded()) == {"ada": "wrong"}
    change(mine / "mine.md", "z^2-x^2-8", "z^2-x^2-9")  # a solution judges nobody
    assert graded().taken_over == 1


FAULTS = [
    ("return 1 / 0", "Its check failed with ZeroDivisionError in mine.py, line {line}: tell whoever teaches."),
    ("raise RuntimeError(answer)", "Its check failed with RuntimeError in mine.py, line {line}: tell whoever teaches."),
    ("return None", "Its check failed with AttributeError in exercise.py, line"),
    ("return cl.teaching.Feedback('great', 'x')", "its check says 'great': one of right, wrong, unreadable, empty"),
    ("raise SystemExit", "Judging it was given up: the process ended"),
    ("while True: pass", "Judging it was given up: it took too long"),
]


@pytest.mark.parametrize("run", [False, True])
def test_a_check_that_fails_is_told_and_is_nobodys_wrong_answer(autumn, mine, run):
    if run:
        needs_a_cell()
    text, program = ((mine / f"mine.{end}").read_text(encoding="utf-8") for end in ("md", "py"))
    section, lines = text[text.index("## mine.1") :], {}
    for k, (line, _) in enumerate(FAULTS, 2):
        text += "\n" + section.replace("mine.1", f"mine.{k}")
        program += f'\n\n@lesson.check("mine.{k}")\ndef check_{k}(answer):\n    {line}\n'
        lines[k] = program.count("\n")
    (mine / "mine.md").write_text(text, encoding="utf-8")
    (mine / "mine.py").write_text(program, encoding="utf-8")
    answers = [f"cl.teaching.exercise('mine.{k}').check('x')" for k in lines]
    # A run calls the checks, too: what never ends there ends with its cell.
    write(
        autumn / "submissions" / "ada.ipynb", START, *answers, GOOD, "cl.teaching.exercise('1.1').check('(5/4, 3/4)')"
    )
    limits = type(LIMITS)(seconds=4, answer_seconds=2, megabytes=700, waiting=15)
    grades = grade(autumn / "submissions", autumn / "grades", lessons=[1, str(mine)], run=run, limits=limits)
    found = grades.learners[0]["exercises"]
    assert {number: found[number]["outcome"] for number in ("mine.1", "1.1")} == {"mine.1": "right", "1.1": "right"}
    for k, (_, told) in enumerate(FAULTS, 2):
        assert found[f"mine.{k}"]["outcome"] == "not judged"
        assert told.format(line=lines[k]) in found[f"mine.{k}"]["message"]


def test_a_check_that_runs_what_it_is_given_is_shut_in(autumn, mine, tmp_path):
    """A lecturer's check may evaluate an answer, as sympify does: it can be had to lie, and to do nothing else."""
    needs_a_cell()
    change(
        mine / "mine.py",
        "    verdict = cl.check_law(answer, PHI)",
        "    eval(answer)\n    verdict = cl.check_law(answer, PHI)",
    )
    secret = tmp_path / "secret"
    secret.write_text("of the lecturer", encoding="utf-8")
    attack = f"open({str(secret)!r}, 'w').write('mine')"
    said = """b'["verdict", %d, "%b", "x"]\\n' % it for it in ((0, b'great'), (7, b'right'), (-1, b'right'))"""
    lie = f"[__import__('os').write(3, {said.replace(' for', ') for', 1)}]"
    write(autumn / "submissions" / "eve.ipynb", START, f"surface.check({attack!r})")
    write(autumn / "submissions" / "mallory.ipynb", START, f"surface.check({lie!r})")
    end = f"{lie} and __import__('os')._exit(0)"  # so that nothing that is true is said after it
    write(autumn / "submissions" / "trudy.ipynb", START, f"surface.check({end!r})")
    grades = grade(autumn / "submissions", autumn / "g", lessons=[str(mine)], limits=LIMITS)
    assert secret.read_text(encoding="utf-8") == "of the lecturer"
    assert outcomes(grades) == {"eve": "not judged", "mallory": "unreadable", "trudy": "not judged"}
    message = grades.learners[0]["exercises"]["mine.1"]["message"]
    assert message.startswith("Its check failed with ") and str(secret) not in message


def test_a_check_may_read_what_lies_beside_it(autumn, mine):
    (mine / "start.txt").write_text("1 2 3", encoding="utf-8")
    change(mine / "mine.md", "· Mine\n", "· Mine\n\n- files: start.txt\n")
    change(mine / "mine.py", "evaluate(START)", "evaluate([int(n) for n in open('start.txt').read().split()])")
    write(autumn / "submissions" / "ada.ipynb", START, GOOD)
    assert outcomes(grade(autumn / "submissions", autumn / "g", lessons=[str(mine)], run=False)) == {"ada": "right"}


def test_answers_to_a_lesson_that_is_not_in_the_course_are_told(autumn):
    write(autumn / "submissions" / "ada.ipynb", START, GOOD, *[f"cl.teaching.exercise('x.{k}')" for k in range(9)])
    (ada,) = grade(autumn / "submissions", autumn / "g", lessons=[1], run=False).learners
    assert ada["problems"] == ["ada.ipynb: it names exercises that are not known here: mine.1, x.0, x.1, ..."]
    assert ada["exercises"] == {}


def test_two_lessons_from_one_template_are_kept_apart(autumn, mine, tmp_path):
    other = write_lesson("other", folder=tmp_path)
    change(other / "other.py", "START = (1, 2, 3)", "START = (1, 1, 1)")
    write(autumn / "submissions" / "ada.ipynb", START, GOOD, "cl.teaching.exercise('other.1').check('x**2 - y**2')")
    found = grade(autumn / "submissions", autumn / "g", lessons=[str(other), str(mine)], run=False).learners[0]
    assert [(number, one["outcome"]) for number, one in sorted(found["exercises"].items())] == [
        ("mine.1", "right"), ("other.1", "right"),
    ]  # fmt: skip


def test_points_for_lessons_that_are_not_graded_this_time_wait(autumn):
    change(autumn / "course.toml", "# [grading]", '[grading.points]\n"1.1" = 1\n"mine.1" = 3\nessay = 2\n# [grading]')
    assert set(read_rules(autumn, ["mine.1"]).points) == {"mine.1", "essay"}
    assert read_rules(autumn, ["mine.1"]).due == {
        "1": date(2027, 1, 11), "workshop": date(2027, 1, 18), "mine": date(2027, 1, 25),
    }  # fmt: skip
    for slip in ("mine.2", "mien.1", "7.1"):
        change(autumn / "course.toml", '"mine.1"', f'"{slip}"')
        with pytest.raises(CourseError, match=f"gives points for '{slip}', which is not an exercise of the course"):
            read_rules(autumn, ["1.1", "mine.1"])
        change(autumn / "course.toml", f'"{slip}"', '"mine.1"')


# --- what cannot be taught ------------------------------------------------------------------------------------


def test_a_lesson_that_is_not_there_or_twice_is_told(autumn, mine, tmp_path):
    assert named_in(["mine", 1, "workshop"], lessons_of(autumn))[1:] == [1, "workshop"]
    with pytest.raises(CourseError, match=r"there is no lesson 'mien': choose from 1, .*, or name the folder"):
        lesson("mien")
    twin = shutil.copytree(mine, tmp_path / "twin")
    assert len(lessons_named([str(mine), 1, f"{mine}/", 1])) == 2  # one folder is one lesson, however it is written
    with pytest.raises(CourseError, match=r"two lessons are called 'mine', in '.*neu' and in '.*twin': give"):
        new_course(tmp_path / "spring", [str(mine), str(twin)])
    mine.rename(tmp_path / "moved")
    with pytest.raises(CourseError, match=r"course.toml' names a lesson that cannot be taught: there is no"):
        lessons_of(autumn)


@pytest.mark.parametrize("name", ["workshop", "Two_hours", "lesson-03", "proof_workshop", "random", "sympy"])
def test_no_lesson_is_called_like_one_of_ours_or_a_module(mine, name):
    for end in (".md", ".py", ".ipynb"):
        change(mine / f"mine{end}", "mine", name) if end != ".ipynb" else None
        (mine / f"mine{end}").rename(mine / f"{name}{end}")
    with pytest.raises(CourseError, match=rf"is called '{name}', as one of ours, a module of Python or"):
        lesson(str(mine))


MISTAKES = [
    ("mine.py", 'where it is 0.")', 'where it is 0.")\n\n\nlesson = None',
     r"mine.py has no line `lesson = cl.teaching.read_lesson\(__file__\)`"),
    ("mine.py", "PHI = ", "PHI = 1 / 0  # ", "mine.py cannot be run, line 11: ZeroDivisionError, division by zero"),
    ("mine.py", "PHI = ", "PHI == = ", "mine.py cannot be run, line 11: SyntaxError, invalid syntax"),
    ("mine.py", "PHI = ", "import nowhere  # ", "mine.py cannot be run, line 11: ModuleNotFoundError, No module"),
    ("mine.py", '"mine.1"', '"mine.2"', "mine.md has no exercise mine.2 to check; it has mine.1"),
    ("mine.py", '@lesson.check("mine.1")', "", "mine.md, line 3: exercise mine.1 has no check; write one in mine"),
    ("mine.md", "## mine.1", "## A.1", "mine.md, line 3: exercise A.1: this is the file of lesson mine, so the"),
    ("mine.md", "## mine.1", "## 1", "mine.md, line 3: '1 A surface that the flow cannot leave' is not the heading of"),
    ("mine.md", "# mine ·", "# ours ·", "mine.md, line 1: the lesson is called 'ours' here, and its file mine.md"),
    ("mine.md", "# mine ·", "# Übung 1 ·", "mine.md, line 1: 'Übung 1 · Mine' is not a title: write '# 1 · What never"),
    ("mine.md", "# mine ·", "# 1 ·", "mine.md, line 1: the key 'notebook' is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), MISTAKES)
def test_a_mistake_in_a_lesson_is_told_where_it_is(mine, tmp_path, capsys, file, old, new, message):
    change(mine / file, old, new)
    with pytest.raises(ConslawError, match=message):
        lesson(str(mine))
    for words in (["course", "new", "x", "--lessons"], ["course", "export", "--otter", "x"], ["slides"], ["solutions"]):
        assert main([*words, str(mine)]) == 2
        assert re.match(f"conslaw: {message}", capsys.readouterr().err)


def test_a_folder_that_holds_no_lesson_is_told(mine, tmp_path):
    (mine / "solution.ipynb").rename(mine / "other.ipynb")
    with pytest.raises(CourseError, match="has no notebook solution.ipynb: it belongs beside mine.md"):
        lesson(str(mine))
    (mine / "mine.py").unlink()
    with pytest.raises(CourseError, match="holds no lesson: a lesson of your own is a folder with NAME.md, "):
        lesson(str(mine))
    for name in ("a.md", "a.py", "b.md", "b.py"):
        (mine / name).touch()
    with pytest.raises(CourseError, match=r"holds several lessons \(a, b\)"):
        lesson(str(mine))


def test_a_notebook_without_the_lesson_beside_it_says_so(mine, tmp_path):
    with pytest.raises(ExerciseError, match="there is no exercise 'mine.1': mine.md and mine.py belong beside"):
        teaching.exercise("mine.1")
    assert load(mine / "mine.md").number == "mine"


# --- the other commands ---------------------------------------------------------------------------------------


def test_slides_and_solutions_are_made_of_it(mine, tmp_path, capsys):
    folder = str(mine.rename(tmp_path / "a lesson"))
    assert main(["slides", folder]) == 0
    assert "The slides of lesson mine are in mine-slides.html" in capsys.readouterr().out
    assert "Three weights in a row" in (tmp_path / "mine-slides.html").read_text(encoding="utf-8")
    book = json.loads(Path(folder, "mine.ipynb").read_text(encoding="utf-8"))
    book["cells"] = book["cells"][3:4]  # without any heading
    Path(folder, "mine.ipynb").write_text(json.dumps(book), encoding="utf-8")
    assert main(["slides", folder]) == 0
    assert "<title>Mine</title>" in (tmp_path / "mine-slides.html").read_text(encoding="utf-8")
    Path(folder, "mine.ipynb").write_text("x", encoding="utf-8")
    for words in (["slides"], ["course", "new", "spring", "--lessons"]):
        assert main([*words, folder]) == 2
        assert "'mine.ipynb' is not a notebook, or only a part of one" in capsys.readouterr().err
    assert main(["slides", "1,2"]) == 2
    assert "2 lessons are named, and slides are made for one at a time" in capsys.readouterr().err
    assert main(["solutions", f"1,{folder},workshop", "-o", "for-me"]) == 0
    assert {path.name for path in (tmp_path / "for-me").glob("[!.]*")} == {
        teaching.lessons()[1], "mine.ipynb", "mine.md", "mine.py", "proof_workshop.ipynb",
    }  # fmt: skip
    assert (tmp_path / "for-me" / "mine.ipynb").read_bytes() == Path(folder, "solution.ipynb").read_bytes()
