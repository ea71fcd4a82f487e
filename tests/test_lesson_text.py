"""The text of exercises: read from Markdown, and every slip is named with its file, line and exercise."""

import importlib.util
import re
from pathlib import Path

import pytest

from conslaw_nb import teaching
from conslaw_nb.errors import LessonTextError
from conslaw_nb.teaching.exercise import KINDS, TIERS, right
from conslaw_nb.teaching.lesson_text import read_lesson, read_text
from conslaw_nb.teaching.tasks import lesson05

GOOD = """\
# 1 · A lesson

- notebook: 01_a_lesson.ipynb

## 1.1 Half

- kind: compute
- tier: warm-up
- introduces: a half; a quotient: of two numbers
- uses: numbers
- form: `2/3`

What is half of $x=1$?
Write it, or write

- a fraction, or
- a decimal.

### Hint

Less than 1.

### Hint

More than 0:
half.

### Solution

$\\tfrac12$.

### Why

Because $\\tfrac12+\\tfrac12$ is

1.

## 1.2 A proof

- kind: prove
- tier: challenge
- form: `h' = 0  by computation`

Prove it.

### Hint

Begin.

### Hint

End.

### Solution

Done.

### Start

```
given u: 1 x 1
# a remark, and no heading
goal u = u
```
"""
PATH = Path("lesson01.md")


def test_all_of_a_text_is_read():
    lesson = read_text(GOOD, PATH)
    assert (lesson.number, lesson.title, lesson.notebook) == (1, "A lesson", "01_a_lesson.ipynb")
    half, proof = lesson.texts.values()
    assert (half.number, half.title, half.line, half.kind, half.tier) == ("1.1", "Half", 5, "compute", "warm-up")
    assert half.introduces == ("a half", "a quotient: of two numbers")
    assert (half.uses, half.form) == (("numbers",), "2/3")
    assert half.statement == "What is half of $x=1$? Write it, or write\n\n- a fraction, or\n- a decimal."
    assert half.hints == ("Less than 1.", "More than 0: half.")
    assert (half.solution, half.start) == (r"$\tfrac12$.", "")
    assert (half.why, proof.why) == ("Because $\\tfrac12+\\tfrac12$ is\n\n1.", "")
    assert (proof.introduces, proof.uses) == ((), ())
    assert proof.form == "h' = 0  by computation"
    assert proof.start == "given u: 1 x 1\n# a remark, and no heading\ngoal u = u"


@pytest.mark.parametrize("text", ["\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), GOOD.rstrip(), GOOD + "\n\n"])
def test_what_an_editor_does_to_a_file_changes_nothing(text, tmp_path):
    (tmp_path / "lesson01.md").write_bytes(text.encode())
    assert read_lesson(tmp_path / "lesson01.py").texts == read_text(GOOD, PATH).texts


SLIPS = [
    (
        "- kind: compute",
        "- kimd: compute",
        "line 7: exercise 1.1: the key 'kimd' is not known here; did you mean 'kind'?",
    ),
    (
        "- kind: compute",
        "- colour: red",
        "line 7: exercise 1.1: the key 'colour' is not known here; the keys are kind,",
    ),
    ("- kind: compute\n", "", "line 5: exercise 1.1: the key 'kind' is missing: write '- kind: ...' below the heading"),
    (
        "- kind: compute",
        "- kind: comput",
        "exercise 1.1: 'comput' is not a kind: choose from predict, compute, prove, break; d",
    ),
    ("tier: warm-up", "tier: easy", "exercise 1.1: 'easy' is not a tier: choose from warm-up, core, challenge"),
    ("- tier: warm-up", "- tier:", "line 8: exercise 1.1: the key 'tier' has no value: write '- tier: ...'"),
    ("- tier: warm-up", "- kind: prove", "line 8: exercise 1.1: the key 'kind' is given twice"),
    ("$x=1$", "$x=1", "exercise 1.1: the statement has an odd number of dollar signs: a formula is not closed"),
    (
        "### Hint\n\nLess than 1.\n\n",
        "",
        "exercise 1.1: there should be two hints or more, a gentle one first; here is 1 h",
    ),
    ("### Hint\n\nLess than 1.", "### Hint", "line 19: exercise 1.1: the hint is empty"),
    (
        "### Hint\n\nLess",
        "### Hnt\n\nLess",
        "'Hnt' is not a section: choose from Hint, Solution, Why, Start; did you mean 'Hint'?",
    ),
    ("### Solution\n\n$\\tfrac12$.\n\n", "", "line 5: exercise 1.1: the section '### Solution' is missing"),
    ("## 1.2 A", "## 2.2 A", "exercise 2.2: this is the file of lesson 1, so the number begins with 1."),
    ("## 1.2 A", "## 1.1 A", "exercise 1.1: the number is taken: line 5 has it"),
    ("## 1.2 A proof", "## A proof", "'A proof' is not the heading of an exercise: '## 1.1 Its title'"),
    (
        "goal u = u\n```\n",
        "goal u = u\n",
        "exercise 1.2: the section 'Start' holds lines of code between two lines of ```",
    ),
    ("# 1 · A lesson", "# A lesson", "line 1: 'A lesson' is not a title: write '# 1 · What never changes'"),
    ("# 1 · A lesson\n", "", "line 1: the first line is the title of the lesson"),
    ("- notebook: 01_a_lesson.ipynb\n", "", "line 1: the key 'notebook' is missing"),
    ("01_a_lesson.ipynb\n", "01_a_lesson.ipynb\n- after: one\n", "'one' is not the number of a lesson"),
    (GOOD[GOOD.index("## 1.1") :], "", "line 1: there are no exercises: '## 1.1 Its title' begins one"),
    ("## 1.1 Half", "### Hint", "line 5: 'Hint' is out of place: '## 1.1 Title' begins an exercise"),
    ("What is half of $x=1$?\nWrite it, or write\n\n- a fraction, or\n- a decimal.\n", "", "the statement is empty"),
]


@pytest.mark.parametrize(("good", "slip", "message"), SLIPS, ids=[message[:60] for _, _, message in SLIPS])
def test_a_slip_is_named_with_its_place(good, slip, message):
    assert good in GOOD
    with pytest.raises(LessonTextError) as caught:
        read_text(GOOD.replace(good, slip, 1), PATH)
    assert str(caught.value).startswith("lesson01.md, line ")
    assert message in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(
        LessonTextError, match=r"the exercises, lesson01.md, cannot be read: .*; it belongs beside lesson01.py"
    ):
        read_lesson(tmp_path / "lesson01.py")
    (tmp_path / "lesson01.md").write_bytes(b"\xff")
    with pytest.raises(LessonTextError, match="it is not UTF-8"):
        read_lesson(tmp_path / "lesson01.py")


def test_text_and_checks_must_match():
    lesson = read_text(GOOD, PATH)
    lesson.check("1.1")(lambda answer: right("Yes."))
    with pytest.raises(
        LessonTextError,
        match=r'line 38: exercise 1.2 has no check; write one in lesson01.py, below @lesson.check\("1.2"\)',
    ):
        lesson.exercises()
    with pytest.raises(LessonTextError, match="exercise 1.1 of lesson01.md has two checks"):
        lesson.check("1.1")
    with pytest.raises(LessonTextError, match="lesson01.md has no exercise 1.3 to check; it has 1.1, 1.2"):
        lesson.check("1.3")
    lesson.check("1.2")(lambda answer: right("Yes."))
    half, proof = lesson.exercises()
    assert (half.answer_form, half.tier, proof.start) == ("2/3", "warm-up", lesson.start("1.2"))
    assert half.check("1/2").solution == r"$\tfrac12$."


def test_the_exercise_of_the_instructions_works_as_it_stands(root, tmp_path):
    """CONTRIBUTING.md shows a text and a check: put below each other in two files, they are an exercise."""
    page = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    page = page[page.index("## Add an exercise") : page.index("## Add a lesson")]
    (text,) = re.findall(r"```markdown\n(.*?)```", page, re.DOTALL)
    (check,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "lesson01.md").write_text(f"# 1 · One\n\n- notebook: 01_one.ipynb\n\n{text}", encoding="utf-8")
    head = """
from functools import partial
from typing import Any

from conslaw_nb.claims.hints import hints_for_law
from conslaw_nb.laws.checking import check_law
from conslaw_nb.models.parametrizations import parametrization
from conslaw_nb.teaching.exercise import Feedback, right, wrong
from conslaw_nb.teaching.lesson_text import read_lesson

lesson = read_lesson(__file__)

"""
    (tmp_path / "lesson01.py").write_text(head + check, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("lesson_of_the_instructions", tmp_path / "lesson01.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (task,) = module.lesson.exercises()
    assert task.check(task.answer_form).outcome == "wrong"
    assert task.hint().text.startswith("*On your last answer.* **Hint 1")
    assert task.check("u**2 + v**2").outcome == "wrong"
    assert "constant" in task.check("3").message
    assert task.check("u**2 - v**2").is_right


def test_the_lessons_are_the_files_in_the_folder():
    folder = Path(lesson05.__file__).parent
    stems = sorted(path.stem for path in folder.glob("lesson*.md"))
    assert stems == sorted(path.stem for path in folder.glob("lesson*.py"))
    assert [int(stem[-2:]) for stem in stems] == sorted(teaching.lessons())
    assert list(teaching.lessons())[:3] == [1, 0, 2]  # lesson 0 says that it comes after lesson 1
    for number in teaching.lessons():
        assert all(task.number.startswith(f"{number}.") for task in teaching.exercises(number))


def test_every_lesson_has_its_three_tiers_and_known_kinds():
    for number in teaching.lessons():
        tasks = teaching.exercises(number)
        assert {task.tier for task in tasks} == set(TIERS), number
        assert {task.kind for task in tasks} <= set(KINDS)


def test_no_prose_is_left_in_the_checks():
    """LaTeX belongs into the Markdown: in Python its backslashes would have to be doubled."""
    for path in Path(lesson05.__file__).parent.glob("lesson*.py"):
        assert "\\\\" not in path.read_text(encoding="utf-8"), path.name
