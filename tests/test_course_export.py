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
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from class_samples import LIMITS, write

from conslaw_nb import teaching
from conslaw_nb.cli import main
from conslaw_nb.course.exporting import assignment_name, export_nbgrader, export_otter, good_answers
from conslaw_nb.course.grading import grade
from conslaw_nb.course.submissions import CourseError
from conslaw_nb.course.wheel import wheel
from conslaw_nb.notebooks.new_lesson import write_lesson
from conslaw_nb.teaching.functions import name_of
from conslaw_nb.teaching.syllabus import lesson as find

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
    answers = good_answers(find(lesson))
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
    assert export_otter([lesson], tmp_path / "o").made == [
        f"{name}/{part}" for part in (f"{name}.ipynb", "requirements.txt", "conslaw_nb.py", wheel()[0])
    ]
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
    with pytest.raises(CourseError, match="the lesson 'workshop' has no exercises that could be exported"):
        export([1, "workshop"], tmp_path)
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
        "These tools run the check in the learner's own kernel, within the learner's reach; `conslaw course grade` "
        "judges apart from it.",
    ]
    assert main(["course", "export", "1-2", "--nbgrader", "ours", "--otter", "theirs", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["nbgrader"]["made"] == ["source/lesson-02/lesson-02.ipynb"]
    assert data["nbgrader"]["kept"] == ["nbgrader_config.py", "source/lesson-01/lesson-01.ipynb"]
    assert len(data["otter"]["made"]) == 8
    assert main(["course", "export", "1"]) == 2
    assert capsys.readouterr().err == ("conslaw: say for which grader: --nbgrader FOLDER or --otter FOLDER, or both\n")
    assert main(["course", "export", "99", "--otter", "x"]) == 2
    assert capsys.readouterr().err.startswith("conslaw: there is no lesson 99: choose from 1, 0, 2, ")


def own_lesson(tmp_path):
    return write_lesson("three-weights", folder=tmp_path)


def test_a_lesson_of_ones_own_takes_its_files_along_and_its_solutions_stay(tmp_path):
    folder = str(own_lesson(tmp_path))
    assert good_answers(find(folder)) == {"three-weights.1": '"x**2 - y**2 + 3"'}
    names = [f"three-weights.{end}" for end in ("ipynb", "md", "py")]
    made = export_nbgrader([folder, 1], tmp_path / "n").made
    assert made == ["nbgrader_config.py", *(f"source/three-weights/{name}" for name in names), *made[-1:]]
    assert set(names) <= {Path(name).name for name in export_otter([folder], tmp_path / "o").made}
    for place in (tmp_path / "n" / "source", tmp_path / "o"):
        assert "z^2-x^2-8" not in (place / "three-weights" / "three-weights.md").read_text(encoding="utf-8")
    cells = {cell.id: cell.source for cell in read(tmp_path / "o" / "three-weights" / "three-weights.ipynb").cells}
    assert 'files: ["three-weights.md", "three-weights.py"]' in cells["config"]
    book = nbformat.read(Path(folder, "solution.ipynb"), as_version=4)
    book.cells[-1].source = "surface.check(found)"
    nbformat.write(book, Path(folder, "solution.ipynb"))
    with pytest.raises(CourseError, match="solution.ipynb has no answer to three-weights.1 that is written out"):
        export_otter([folder], tmp_path / "again")


def test_the_wheel_that_goes_along_is_this_package_and_needs_no_index(tmp_path):
    export_otter([1], tmp_path)
    folder = tmp_path / "lesson-01"
    program = (
        "import sys; sys.path.insert(0, '.'); import conslaw_nb as cl; print(cl.__file__); "
        "print(cl.teaching.exercise('1.1').check('(5/4, 3/4)').outcome, cl.count_laws(cl.parametrization('x*y')).laws)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    where, told = done.stdout.splitlines()
    assert told == "right 1" and not Path(where).is_relative_to(ROOT)
    assert not Path(where).exists()  # what was unpacked is gone with the process
    lines = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {re.match(r"[\w-]+", line)[0] for line in lines[1:]} == {re.match(r"[\w-]+", line)[0] for line in asked}
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--target", str(tmp_path / "there")]
    subprocess.run([*pip, str(folder / wheel()[0])], check=True, capture_output=True)
    assert (tmp_path / "there" / "conslaw_nb" / "language" / "grammar.lark").is_file()
    assert not list((tmp_path / "there").rglob("solutions"))
    with zipfile.ZipFile(folder / wheel()[0]) as packed:
        assert packed.testzip() is None
        record = {line.split(",")[0] for line in packed.read("conslaw_nb-0.1.0.dist-info/RECORD").decode().splitlines()}
        assert record == set(packed.namelist())


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


KINDS = ("right", "half", "wrong", "empty")


def handed_in(lesson, kind):
    """Return number of exercise -> an answer as it is written, or nothing."""
    good = good_answers(lesson)
    if kind == "wrong":  # each answers the question after it
        return dict(zip(good, [*list(good.values())[1:], '"x*y - 2"'], strict=True))
    many = {"right": len(good), "half": len(good) // 2, "empty": 0}[kind]
    return {number: answer for number, answer in list(good.items())[:many] if answer}


def ours(lesson, folder):
    """Return kind of submission -> the exercises that count as solved here, for answers as `handed_in` gives them."""
    for kind in KINDS:
        calls = [f'cl.teaching.exercise("{n}").check({answer})' for n, answer in handed_in(lesson, kind).items()]
        write(folder / "subs" / f"{kind}.ipynb", "import conslaw_nb as cl", *calls)
    name = str(lesson.path.parent) if lesson.is_own else lesson.number
    found = grade(folder / "subs", folder / "grades", lessons=[name], run=False, limits=LIMITS).learners
    solved = {
        one["learner"]: {number for number, it in one["exercises"].items() if it["outcome"] == "right"} for one in found
    }
    half = len(lesson.texts) // 2
    assert {kind: len(solved[kind]) for kind in KINDS} == {
        "right": len(lesson.texts), "half": half, "wrong": 0, "empty": 0,
    }  # fmt: skip
    return solved


def submit(book, lesson, kind):
    """Write answers into a learners' version."""
    book = copy.deepcopy(book)
    for number, answer in handed_in(lesson, kind).items():
        k = number.rpartition(".")[2]
        cell = next(cell for cell in book.cells if re.match(rf"answer_{k} = ", cell.source))
        cell.source = f"answer_{k} = {answer}"
    return book


def no_good_answer(book, lesson):
    """Whether none of the good answers is given in a learners' version."""
    text = "\n".join(cell.source for cell in book.cells)
    assert "answer_1" in text
    return [answer for answer in good_answers(lesson).values() if f"= {answer}" in text] == []


@pytest.mark.slow
def test_nbgrader_hands_it_out_and_agrees_with_us(tmp_path):
    nbgrader = grader("nbgrader")
    folder = str(own_lesson(tmp_path))
    course = tmp_path / "course"
    export_nbgrader([LESSON, folder], course)
    for lesson in (find(LESSON), find(folder)):
        name = assignment_name(lesson)
        nbgrader(course, "generate_assignment", name)
        handed = read(course / "release" / name / f"{name}.ipynb")
        assert no_good_answer(handed, lesson)
        assert code(handed)["answer-1"] == 'answer_1 = ""\n# Write your answer between the quotes, and run the cell.'

        def place(who, name=name):
            target = course / "submitted" / who / name / f"{name}.ipynb"
            shutil.copytree(course / "release" / name, target.parent)
            return target

        for kind in KINDS:
            nbformat.write(submit(handed, lesson, kind), place(kind))
        book = submit(handed, lesson, "wrong")  # Eve takes the checks out, and writes one of her own
        for cell in book.cells:
            cell.source = "pass" if cell.id.startswith("check-") else cell.source
        nbformat.write(book, place("eve"))
        for file in (course / "submitted" / "eve" / name).glob("*.py"):
            file.write_text(file.read_text(encoding="utf-8").replace("teaching.wrong(", "teaching.right("))
        said = nbgrader(course, "autograde", name)
        assert "full credit" not in said  # a value at the end of the cell would be taken for points

        def solved(who, name=name, lesson=lesson):
            cells = read(course / "autograded" / who / name / f"{name}.ipynb").cells
            ends = {cell.id: [out.output_type for out in cell.get("outputs", [])] for cell in cells}
            return {n for n in lesson.texts if "error" not in ends[f"check-{n.rpartition('.')[2]}"]}

        assert {kind: solved(kind) for kind in KINDS} == ours(lesson, tmp_path / f"ours-{name}")
        assert solved("eve") == set()  # nbgrader puts back what she took out, and the lesson's own check
        graded = (course / "autograded" / "wrong" / name / f"{name}.ipynb").read_text(encoding="utf-8")
        assert "Not yet." in graded  # and who is wrong is told why
    nbgrader(course, "export")
    with (course / "grades.csv").open(encoding="utf-8") as stream:
        scores = {(row["assignment"], row["student_id"]): float(row["score"]) for row in csv.DictReader(stream)}
    assert scores[assignment_name(find(LESSON)), "half"] == 3 and scores["three-weights", "right"] == 1


@pytest.mark.slow
def test_otter_hands_it_out_and_agrees_with_us(tmp_path):
    otter = grader("otter")
    own = str(own_lesson(tmp_path))
    export_otter([LESSON, own], tmp_path / "o")
    for lesson in (find(LESSON), find(own)):
        name = assignment_name(lesson)
        folder = tmp_path / "o" / name
        otter(folder, "assign", f"{name}.ipynb", "dist")  # this runs the tests on the good answers, too
        student = folder / "dist" / "student"
        handed = read(student / f"{name}.ipynb")
        assert no_good_answer(handed, lesson)
        assert {path.suffix for path in student.iterdir()} == {".ipynb", *([".md", ".py"] if lesson.is_own else [])}
        (archive,) = (folder / "dist" / "autograder").glob("*.zip")
        with zipfile.ZipFile(archive) as packed:  # the image is built without conslaw_nb, which comes with the files
            assert {f"files/{wheel()[0]}", "files/conslaw_nb.py"} <= set(packed.namelist())
            assert "conslaw" not in packed.read("environment.yml").decode()

        def solved(kind, folder=folder, handed=handed, lesson=lesson, archive=archive):
            result = folder / kind
            result.mkdir()
            nbformat.write(submit(handed, lesson, kind), result / "it.ipynb")
            otter(folder, "run", "--no-logo", "-a", archive, "-o", result, result / "it.ipynb")
            tests = json.loads((result / "results.json").read_text(encoding="utf-8"))["tests"]
            assert kind != "wrong" or "Not yet." in json.dumps(tests)  # and who is wrong is told why
            scores = {test["name"]: test["score"] for test in tests if test["name"].startswith("q")}
            return {n for n in lesson.texts if scores[f"q{n.rpartition('.')[2]}"] == 1}

        assert {kind: solved(kind) for kind in KINDS} == ours(lesson, tmp_path / f"ours-{name}")
