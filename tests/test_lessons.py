"""What holds for every lesson and its solutions: run through, open answers, right solutions, pictures with words."""

import ast
import importlib.util
import json
import re
import sys
import tomllib

import pytest

from conslaw_nb import teaching

ROOT_TOOL = "run_lessons"
LESSONS = teaching.lessons()
each_lesson = pytest.mark.parametrize("number", LESSONS, ids=[f"lesson {n}" for n in LESSONS])

# What a reader meets in every lesson, in this order.
HEADINGS = ["## Summary", "## To discuss", "## Sources"]


@pytest.fixture(scope="module")
def tool(root):
    spec = importlib.util.spec_from_file_location(ROOT_TOOL, root / "tools" / f"{ROOT_TOOL}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def books(root, number):
    """Return the paths of a lesson and of its solutions."""
    name = LESSONS[number]
    return root / "lessons" / name, root / "lessons" / "solutions" / name


def cells(path, kind):
    book = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in book["cells"] if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def numbers(number):
    return [task.number for task in teaching.exercises(number)]


def test_every_notebook_is_as_a_run_writes_it(tool):
    """nbval runs them all, and compares what they show with what is saved; nothing but that could change."""
    for path in tool.find():
        text = path.read_text(encoding="utf-8")
        assert tool.dump(tool.normal(json.loads(text))) == text, path


@pytest.mark.slow
def test_running_a_lesson_again_changes_no_byte(tool, root, capsys):
    assert tool.main(["--check", *map(str, books(root, 1))]) == 0, capsys.readouterr().out


def test_a_rerun_that_changes_something_is_noticed(tool, root, tmp_path, monkeypatch, capsys):
    lesson, _ = books(root, 1)
    copy = tmp_path / lesson.name
    book = json.loads(lesson.read_text(encoding="utf-8"))
    monkeypatch.setattr(tool, "run", lambda path: tool.normal(book))
    copy.write_text(lesson.read_text(encoding="utf-8").replace("u² − v² = 3.000", "u² − v² = 3.001"))
    assert tool.main([str(copy), "--check"]) == 1
    assert "would change, cells " in capsys.readouterr().out
    assert tool.main([str(copy)]) == 0
    assert copy.read_bytes() == lesson.read_bytes()


def test_what_a_run_leaves_behind_is_taken_out(tool):
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "random"}, "text/plain": "a figure"}
    printed = [{"output_type": "stream", "name": "stdout", "text": text} for text in ("a\n", "b\n")]
    book = {
        "cells": [
            {
                "cell_type": "code", "id": "one", "source": "x", "execution_count": 1,
                "metadata": {"execution": {"iopub.status.busy": "now"}, "tags": ["kept"]},
                "outputs": [*printed, {"output_type": "display_data", "data": view, "metadata": {"x": 1}}],
            }
        ],
        "metadata": {"language_info": {"version": "3.11.7"}},
    }  # fmt: skip
    (cell,) = tool.normal(book)["cells"]
    assert cell["metadata"] == {"tags": ["kept"]}
    assert cell["outputs"] == [
        {"name": "stdout", "output_type": "stream", "text": ["a\n", "b\n"]},
        {"data": {"text/plain": ["a figure"]}, "metadata": {}, "output_type": "display_data"},
    ]
    assert "3.11.7" not in tool.dump(tool.normal(book))


def test_stale_outputs_are_refused(tool, root, tmp_path, capsys):
    """Who changes a cell and does not run it again is told so: all notebooks are fresh, and an edited one is not."""
    assert tool.main(["--report"]) == 0, capsys.readouterr().out
    lesson, _ = books(root, 1)
    copy = tmp_path / lesson.name
    copy.write_text(lesson.read_text(encoding="utf-8").replace("for target in (-3,", "for target in (-2,"))
    assert tool.main(["--report", str(copy)]) == 1
    assert "STALE" in capsys.readouterr().out


def test_a_stub_has_no_answer_in_it(tool):
    assert tool.stub('where.check("(5/4, 3/4)")') == 'where.check("")'
    assert tool.stub('mine.check(\n    """\nlet h = x\n""",\n)') == 'mine.check(\n    "",\n)'
    assert tool.stub("mine.check(('x', 'y'))", "given U: n x r\n") == 'mine.check("""\ngiven U: n x r\n""")'
    with pytest.raises(ValueError, match="calls .check"):
        tool.stub("where.hint()")


def test_a_stub_of_a_function_keeps_its_first_line(tool):
    source = "def step(u, v):\n    return u, v\n\n\nmove.check(step)"
    assert tool.stub(source, "def step(u, v):\n    ...") == "def step(u, v):\n    ...\n\n\nmove.check(step)"


def test_stubs_follow_the_solutions(tool):
    def book(*cells):
        return {"cells": [{"id": name, "cell_type": "code", "source": text} for name, text in cells]}

    solutions = book(("exercise-1", 'new = cl.teaching.exercise("1.1")\nnew'), ("answer-1", 'new.check("(5/4, 3/4)")'))
    lesson = book(("exercise-1", "old"), ("between", "phi"), ("answer-1", 'old.check("")'))
    tool.with_stubs(lesson, solutions)
    assert [cell["source"] for cell in lesson["cells"]] == [
        'new = cl.teaching.exercise("1.1")\nnew', "phi", 'new.check("")'
    ]  # fmt: skip
    del lesson["cells"][0]
    with pytest.raises(ValueError, match="exercise-1"):
        tool.with_stubs(lesson, solutions)


def test_reasons_follow_the_texts_of_the_exercises(tool):
    class Cell(dict):
        """As a notebook's library has them."""

    texts = [("exercise-1", 'new = cl.teaching.exercise("1.1")\nnew'), ("answer-1", 'new.check("1")'), ("why-1", "old")]
    texts += [("exercise-2", 'cl.teaching.exercise("9.7")'), ("answer-2", "x"), ("why-2", "older"), ("head-3", "kept")]
    book = {"cells": [Cell(id=name, cell_type="code", source=text) for name, text in texts]}
    tool.with_reasons(book)
    assert [cell["id"] for cell in book["cells"]] == [
        "exercise-1", "answer-1", "why-1", "exercise-2", "answer-2", "head-3"
    ]  # fmt: skip
    assert book["cells"][2]["source"] == teaching.exercise("1.1").why
    assert book["cells"][2]["cell_type"] == "markdown"


@each_lesson
def test_the_solutions_say_why_in_the_words_of_the_texts(number, root):
    _, solutions = books(root, number)
    shown = [source(cell) for cell in cells(solutions, "markdown") if cell["id"].startswith("why-")]
    assert shown == [task.why for task in teaching.exercises(number) if task.why]


@each_lesson
def test_the_notebook_of_a_lesson_bears_its_number(number):
    named = r"train_it_yourself" if number == 0 else rf"{number:02}_[a-z0-9_]+"  # its place is after lesson 1
    assert re.fullmatch(rf"{named}\.ipynb", LESSONS[number])


@each_lesson
def test_lesson_and_solutions_hold_the_same_exercises(number, root):
    for book in books(root, number):
        code = "\n".join(source(cell) for cell in cells(book, "code"))
        assert re.findall(r'exercise\("([\d.]+)"\)', code) == numbers(number), book


@each_lesson
def test_the_lesson_leaves_every_answer_open_and_the_solutions_are_all_right(number, root):
    for book, outcome in zip(books(root, number), ("… No answer yet.", "✓ Right."), strict=True):
        checks = [cell for cell in cells(book, "code") if ".check(" in source(cell)]
        assert len(checks) == len(numbers(number))
        for cell in checks:
            shown = "".join(cell["outputs"][0]["data"]["text/plain"])
            assert shown.startswith(outcome), shown


@each_lesson
def test_the_exercise_cells_of_a_lesson_are_made_from_its_solutions(number, root, tool):
    lesson, solutions = (json.loads(book.read_text(encoding="utf-8")) for book in books(root, number))
    for book in (lesson, solutions):
        for cell in book["cells"]:
            cell["source"] = source(cell)
    before = [cell["source"] for cell in lesson["cells"]]
    tool.with_stubs(lesson, solutions)
    assert [cell["source"] for cell in lesson["cells"]] == before


@each_lesson
def test_the_first_code_cell_only_imports(number, root):
    for book in books(root, number):
        first, *rest = cells(book, "code")
        lines = [line for line in source(first).split("\n") if line]
        assert all(line.startswith(("import ", "from ")) for line in lines)
        for cell in rest:
            assert not re.search(r"^\s*(?:import|from) ", source(cell), re.MULTILINE)


@each_lesson
def test_no_cell_takes_the_name_of_an_exercise_from_it(number, root):
    """After a run of all cells an answer is still handed to its exercise."""
    given = {}
    for cell in cells(books(root, number)[0], "code"):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                given.setdefault(node.id, set()).add(cell["id"])
    assert [
        name for name, ids in given.items() if any(id_.startswith("exercise-") for id_ in ids) and len(ids) > 1
    ] == []


@each_lesson
def test_every_picture_of_a_lesson_has_a_text_alternative(number, root):
    pictures = 0
    for cell in cells(books(root, number)[0], "code"):
        for output in cell["outputs"]:
            html = "".join(output.get("data", {}).get("text/html", ""))
            said = [re.search(r'alt="([^"]*)"', image).group(1) for image in re.findall(r"<img[^>]*>", html)]
            pictures += len(said)
            # The words of a picture stand with the first of its panels.
            further = html.count("cl-panels cl-still") and said.count("")
            assert [len(words) > 80 for words in said] == [True] * (len(said) - further) + [False] * further
            for drawing in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
                if 'aria-hidden="true"' in drawing.split(">")[0]:  # drawn beside words that say the same
                    continue
                assert re.search(r"<title[^>]*>[^<]+</title>", drawing)
                assert re.search(r"<desc[^>]*>[^<]{60,}</desc>", drawing)
    assert pictures >= 1


@each_lesson
def test_a_lesson_has_what_its_reader_expects(number, root):
    lesson, _ = books(root, number)
    text = "\n".join(source(cell) for cell in cells(lesson, "markdown"))
    assert text.startswith(f"# {number} · ")
    found = [heading for heading in re.findall(r"^## .*$", text, re.MULTILINE) if heading in HEADINGS]
    assert found == HEADINGS
    assert re.search(r"about \d\d minutes", text)
    assert "**After it you can**" in text
    figures = [cell for cell in cells(lesson, "code") if "cl.widgets." in source(cell)]
    assert figures, "a lesson has a live figure"


def reading_minutes(book):
    """Estimate a lesson's time: 200 words a minute, a quarter of a minute to run a cell, three for an exercise."""
    ids = [cell["id"] for cell in book["cells"]]
    if "challenges" in ids:  # their time comes on top, and the lesson says so
        first, end = ids.index("challenges"), ids.index("summary")
        book = {"cells": book["cells"][:first] + book["cells"][end:]}
    words = sum(len(source(cell).split()) for cell in book["cells"] if cell["cell_type"] == "markdown")
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    shown = sum(len("".join(out.get("data", {}).get("text/plain", "")).split()) for c in code for out in c["outputs"])
    exercises = sum(cell["id"].startswith("exercise-") for cell in code)
    return (words + shown) / 200 + len(code) / 4 + 3 * exercises


@each_lesson
def test_the_minutes_that_a_lesson_states_fit_its_length(number, root):
    book = json.loads(books(root, number)[0].read_text(encoding="utf-8"))
    text = "\n".join(source(cell) for cell in book["cells"] if cell["cell_type"] == "markdown")
    stated = int(re.search(r"about (\d\d) minutes", text)[1])
    assert abs(stated - reading_minutes(book)) <= stated / 5
    assert 25 <= stated <= 50


@each_lesson
def test_the_exercises_of_a_lesson_ask_for_different_work(number):
    tasks = teaching.exercises(number)
    assert len(tasks) >= 4
    assert len({task.kind for task in tasks}) >= 3
    assert {task.kind for task in tasks} <= {"predict", "compute", "prove", "break"}
    assert [task.number for task in tasks] == [f"{number}.{k}" for k in range(1, len(tasks) + 1)]


@pytest.mark.parametrize("task", teaching.all_exercises(), ids=lambda task: task.number)
def test_an_exercise_can_be_read_and_gives_nothing_away(task):
    """The form of an answer is readable and is not the answer; nothing shows the solution before a right answer."""
    assert task.title
    assert len(task.statement) > 40
    assert len(task.hints) >= 2
    assert task.solution
    feedback = task.check(task.answer_form)
    assert feedback.outcome == ("unreadable" if task.cases else "wrong"), feedback
    assert "good solution" not in repr(feedback) + feedback._repr_html_()
    assert task.check(task.start).outcome == "empty"


@pytest.mark.parametrize("task", teaching.all_exercises(), ids=lambda task: task.number)
def test_nonsense_is_told_so_in_one_sentence(task):
    for nonsense in ("x +* y", "((", "hello world", "__import__('os')", 1.5, "9**9**9", "1/0"):
        feedback = task.check(nonsense)
        assert feedback.outcome in ("unreadable", "wrong"), nonsense
        assert 10 < len(feedback.message) < 1200
        assert "Traceback" not in feedback.message


def test_a_lesson_is_compared_with_pytest_and_nbval_alone(root):
    """Whoever installs the lessons and nbval can compare a lesson: no other plugin's option is asked for."""
    options = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    own = {"-ra", "--import-mode", "--strict-markers", "--strict-config", "--doctest-modules"}
    assert {option.split("=")[0] for option in options["addopts"]} - own == {
        "--nbval", "--nbval-current-env", "--nbval-cell-timeout"
    }  # fmt: skip
    tree = ast.parse((root / "conftest.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} - sys.stdlib_module_names == {
        "pytest", "nbval", "jupyter_client"  # which comes with nbval
    }  # fmt: skip
