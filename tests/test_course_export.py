"""`conslaw course export`: assignments that nbgrader and otter-grader really take, hand out and grade.

Those two want an environment of their own. Name its folder in CONSLAW_GRADERS to have them run here:

    python -m venv graders && graders/bin/pip install . nbgrader otter-grader
    CONSLAW_GRADERS=graders pytest tests/test_course_export.py
"""

import ast
import copy
import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from conslaw_nb import teaching
from conslaw_nb.cli import main
from conslaw_nb.course.exporting import export_nbgrader, export_otter, good_answers
from conslaw_nb.course.submissions import CourseError
from conslaw_nb.teaching.functions import name_of

ROOT = Path(__file__).resolve().parent.parent
LESSON = 3  # one of its answers is a proof, with lines that stand there already


def read(path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    return book


def code(book):
    return {cell.id: cell.source for cell in book.cells if cell.cell_type == "code"}


# --- what is written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", teaching.lessons())
def test_the_good_answers_of_every_lesson_are_found_and_right(lesson):
    answers = good_answers(lesson)
    assert list(answers) == [task.number for task in teaching.exercises(lesson)]
    functions = {}
    for number, source in answers.items():
        task = teaching.exercise(number)
        if task.cases:
            exec(source, functions)  # noqa: S102 - each may call those before it, as in the notebook
        answer = functions[name_of(task.start)] if task.cases else ast.literal_eval(source)
        assert task.check(answer).is_right, number


@pytest.mark.parametrize("lesson", teaching.lessons())
def test_every_lesson_can_be_exported_for_both(lesson, tmp_path):
    name = f"lesson-{lesson:02}"
    assert export_nbgrader([lesson], tmp_path / "n").made == ["nbgrader_config.py", f"source/{name}/{name}.ipynb"]
    assert export_otter([lesson], tmp_path / "o").made == [f"{name}/{name}.ipynb", f"{name}/requirements.txt"]
    for path in (tmp_path / "n" / "source" / name / f"{name}.ipynb", tmp_path / "o" / name / f"{name}.ipynb"):
        cells = code(read(path))
        for source in cells.values():
            ast.parse(source)
        count = len(teaching.exercises(lesson))
        assert [name for name in cells if name.startswith("check-")] == [f"check-{k}" for k in range(1, count + 1)]


def test_the_cell_that_grades_calls_the_exercise_and_holds_no_key(tmp_path):
    export_nbgrader([LESSON], tmp_path)
    book = read(tmp_path / "source" / "lesson-03" / "lesson-03.ipynb")
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in book.cells}
    assert cells["check-1"].source == (
        'import conslaw_nb as cl\n\nfeedback = cl.teaching.exercise("3.1").check(answer_1)\nprint(feedback)\n'
        "assert feedback.is_right"
    )
    marks = cells["check-1"].metadata.nbgrader
    assert (marks.grade, marks.locked, marks.points, marks.schema_version) == (True, True, 1, 3)
    assert (cells["answer-1"].metadata.nbgrader.solution, cells["answer-1"].metadata.nbgrader.locked) == (True, False)
    assert cells["answer-1"].source == 'answer_1 = ""\n### BEGIN SOLUTION\nanswer_1 = "a*b, a*c"\n### END SOLUTION'
    assert cells["answer-4"].source.startswith('answer_4 = """\nmodel phi(u*v, u*b)\n')


def test_an_answer_that_is_a_function_stands_in_its_cell_and_is_handed_in_by_name(tmp_path):
    export_nbgrader([0], tmp_path)
    cells = code(read(tmp_path / "source" / "lesson-00" / "lesson-00.ipynb"))
    assert cells["answer-1"].startswith(
        "def network(u, v, x):\n    ...\n### BEGIN SOLUTION\ndef network(u, v, x):\n    return"
    )
    assert 'cl.teaching.exercise("0.1").check(network)' in cells["check-1"]
    run = {}
    for name, source in cells.items():
        if name.split("-")[0] in ("imports", "answer", "check"):
            exec(source, run)  # noqa: S102 - every check asserts that the answer is right


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("# mine\n", encoding="utf-8")
    report = export_nbgrader([1, 1], tmp_path)
    assert (report.made, report.kept) == (["source/lesson-01/lesson-01.ipynb"], ["nbgrader_config.py"])
    assert (tmp_path / "nbgrader_config.py").read_text(encoding="utf-8") == "# mine\n"
    assert export_nbgrader([1], tmp_path).made == []


@pytest.mark.parametrize("export", [export_nbgrader, export_otter])
def test_what_cannot_be_exported_is_refused_and_nothing_is_written(export, tmp_path):
    for lessons in ([99], [1, 99]):
        with pytest.raises(CourseError, match=r"there is no lesson 99: choose from 1, 0, 2, 3"):
            export(lessons, tmp_path)
    with pytest.raises(CourseError, match="no lesson is named there"):
        export([], tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CourseError, match=r"the assignment cannot be written to .*give a folder of your own"):
        export([1], tmp_path / "file" / "folder")


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["course", "export", "1", "--nbgrader", "ours"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "In ours there are now:",
        "  nbgrader_config.py",
        "  source/lesson-01/lesson-01.ipynb",
        "Next, in ours:  nbgrader generate_assignment lesson-01",
    ]
    assert main(["course", "export", "1-2", "--nbgrader", "ours", "--otter", "theirs", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["nbgrader"]["made"] == ["source/lesson-02/lesson-02.ipynb"]
    assert data["nbgrader"]["kept"] == ["nbgrader_config.py", "source/lesson-01/lesson-01.ipynb"]
    assert len(data["otter"]["made"]) == 4
    assert main(["course", "export", "1"]) == 2
    assert capsys.readouterr().err == ("conslaw: say for which grader: --nbgrader FOLDER or --otter FOLDER, or both\n")
    assert main(["course", "export", "99", "--otter", "x"]) == 2
    assert capsys.readouterr().err.startswith("conslaw: there is no lesson 99: choose from 1, 0, 2, ")


# --- the graders themselves ---------------------------------------------------------------------------------


def grader(name):
    """Return a function that runs nbgrader or otter in a folder; skip where it is not installed."""
    home = os.environ.get("CONSLAW_GRADERS")
    scripts = Path(home).resolve() / "bin" if home else Path(sys.executable).parent
    if not (scripts / name).exists():
        pytest.skip(
            f"{name} is not installed in {scripts}, so it did not grade anything: make an environment with it and name "
            "its folder in CONSLAW_GRADERS"
        )

    def run(folder, *arguments):
        private = {f"JUPYTER_{kind}_DIR": str(folder / f".{kind.lower()}") for kind in ("CONFIG", "DATA", "RUNTIME")}
        environment = {
            **os.environ,
            **private,
            "IPYTHONDIR": str(folder / ".ipython"),
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        }
        command = [str(scripts / name), *map(str, arguments)]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def no_good_answer(path):
    """Whether none of the good answers is given in a learners' version."""
    text = "\n".join(cell.source for cell in read(path).cells)
    assert "answer_1" in text
    return [answer for answer in good_answers(LESSON).values() if f"= {answer}" in text] == []


@pytest.mark.slow
def test_nbgrader_hands_it_out_and_grades_it(tmp_path):
    nbgrader = grader("nbgrader")
    export_nbgrader([LESSON], tmp_path)
    nbgrader(tmp_path, "generate_assignment", "lesson-03")
    released = tmp_path / "release" / "lesson-03" / "lesson-03.ipynb"
    assert no_good_answer(released)
    handed = read(released)
    assert code(handed)["answer-1"] == 'answer_1 = ""\n# Write your answer between the quotes, and run the cell.'
    good = code(read(tmp_path / "source" / "lesson-03" / "lesson-03.ipynb"))

    def submit(who, change):
        book = copy.deepcopy(handed)
        for cell in book.cells:
            cell.source = change(cell.id, cell.source)
        target = tmp_path / "submitted" / who / "lesson-03" / "lesson-03.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(book, target)

    submit("ada", lambda name, source: good[name] if name.startswith("answer-") else source)
    submit("bob", lambda name, source: source)
    # Eve knows one answer, one she guesses, and she takes the checks out: nbgrader puts them back.
    known = {"answer-1": good["answer-1"], "answer-2": 'answer_2 = "1, 0, -1, 0"'}
    submit("eve", lambda name, source: "pass" if name.startswith("check-") else known.get(name, source))
    said = nbgrader(tmp_path, "autograde", "lesson-03")
    assert "full credit" not in said  # a value at the end of the cell would be taken for points
    nbgrader(tmp_path, "export")
    with (tmp_path / "grades.csv").open(encoding="utf-8") as stream:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(stream)}
    assert scores == {"ada": (6, 6), "bob": (0, 6), "eve": (1, 6)}
    graded = (tmp_path / "autograded" / "eve" / "lesson-03" / "lesson-03.ipynb").read_text(encoding="utf-8")
    assert "Not yet." in graded  # and Eve is told why


@pytest.mark.slow
def test_otter_hands_it_out_and_grades_it(tmp_path):
    otter = grader("otter")
    export_otter([LESSON], tmp_path)
    folder = tmp_path / "lesson-03"
    otter(folder, "assign", "lesson-03.ipynb", "dist")  # this runs the tests on the good answers, too
    student = folder / "dist" / "student" / "lesson-03.ipynb"
    assert no_good_answer(student)
    assert 'answer_1 = ""' in [cell.source for cell in read(student).cells]
    (archive,) = (folder / "dist" / "autograder").glob("*.zip")

    def score(name, notebook):
        result = folder / name
        result.mkdir()
        otter(folder, "run", "--no-logo", "-a", archive, "-o", result, notebook)
        tests = json.loads((result / "results.json").read_text(encoding="utf-8"))["tests"]
        return {test["name"]: test["score"] for test in tests if test["name"].startswith("q")}, json.dumps(tests)

    full, _ = score("full", folder / "dist" / "autograder" / "lesson-03.ipynb")
    assert full == {f"q{k}": 1 for k in range(1, 7)}
    book = read(student)
    known = {'answer_1 = ""': 'answer_1 = "a*b, a*c"', 'answer_2 = ""': 'answer_2 = "1, 0, -1, 0"'}
    for cell in book.cells:
        cell.source = known.get(cell.source, cell.source)
    nbformat.write(book, folder / "eve.ipynb")
    part, said = score("part", folder / "eve.ipynb")
    assert part == {"q1": 1, **{f"q{k}": 0 for k in range(2, 7)}}
    assert "Not yet." in said  # and Eve is told why
