"""`conslaw course new`: chosen lessons, due dates, a syllabus to edit; and nothing is ever overwritten."""

import json
import re
import shlex
import tomllib
import zipfile
from datetime import date

import pytest

from conslaw_nb import teaching
from conslaw_nb.cli import main
from conslaw_nb.course.folder import lessons_of, new_course
from conslaw_nb.course.sealing import INSTALL
from conslaw_nb.course.submissions import CourseError
from conslaw_nb.notebooks.lab import lessons_folder


def test_a_course_has_the_chosen_lessons_in_their_order_and_their_days(tmp_path):
    report = new_course(tmp_path / "autumn", [5, 1], date(2027, 1, 11), 14, "Flows")
    course = tomllib.loads((tmp_path / "autumn" / "course.toml").read_text(encoding="utf-8"))
    assert course["title"] == "Flows"
    assert [(lesson["number"], lesson["due"]) for lesson in course["lesson"]] == [
        (5, date(2027, 1, 11)), (1, date(2027, 1, 25)),
    ]  # fmt: skip
    assert lessons_of(tmp_path / "autumn") == [5, 1]
    assert report.kept == []
    for number in (1, 5):
        name = teaching.lessons()[number]
        copy = (tmp_path / "autumn" / "lessons" / name).read_bytes()
        assert copy == (lessons_folder() / name).read_bytes()
    assert len(list((tmp_path / "autumn" / "lessons").iterdir())) == 2


def test_the_syllabus_says_what_the_lessons_say(tmp_path):
    new_course(tmp_path, None, date(2027, 1, 11))
    text = (tmp_path / "syllabus.md").read_text(encoding="utf-8")
    assert lessons_of(tmp_path) == list(teaching.lessons())
    for number in teaching.lessons():
        assert f"\n## {number} · " in text
        assert all(task.title in text for task in teaching.exercises(number))
    assert text.count("about ") >= len(teaching.lessons())
    assert text.count("After it you can") == len(teaching.lessons())
    assert "2027-01-11" in text
    assert "2027-01-18" in text


def test_nothing_is_ever_overwritten(tmp_path):
    new_course(tmp_path, [1], date(2027, 1, 11))
    mine = {path: f"mine {path.name}" for path in tmp_path.rglob("*") if path.is_file()}
    for path, text in mine.items():
        path.write_text(text, encoding="utf-8")
    report = new_course(tmp_path, [1, 2], date(2028, 1, 3), title="Another")
    assert report.made == [f"lessons/{teaching.lessons()[2]}"]
    assert {path: path.read_text(encoding="utf-8") for path in mine} == mine
    assert len(report.kept) == len(mine)
    (note,) = report.notes  # the course file cannot be read: what to write there is said
    assert "Nothing was added" in note
    assert "[[lesson]]\nnumber = 2\n" in note


def test_lessons_join_an_old_course(tmp_path, capsys):
    new_course(tmp_path, [1, 2], date(2027, 1, 11), title="Mine")
    mine = tmp_path / "course.toml"
    mine.write_text(mine.read_text(encoding="utf-8").replace("# [grading]", "[grading]"), encoding="utf-8")
    before = mine.read_text(encoding="utf-8")
    assert main(["course", "new", str(tmp_path), "--lessons", "2,5,workshop"]) == 0
    said = capsys.readouterr().out
    assert "lesson 5, due 2027-01-25" in said
    assert "lesson workshop, due 2027-02-01" in said
    after = mine.read_text(encoding="utf-8")
    assert after.startswith(before)
    course = tomllib.loads(after)
    assert "grading" in course
    assert [lesson.get("number") for lesson in course["lesson"]] == [1, 2, 5, None]
    assert lessons_of(tmp_path) == [1, 2, 5, "workshop"]
    again = new_course(tmp_path)  # those of the course, and nothing new
    assert not again.made and not again.added and not again.notes
    assert mine.read_text(encoding="utf-8") == after


def test_the_first_day_is_a_monday_that_is_a_week_away_or_more(tmp_path):
    new_course(tmp_path, [1])
    course = tomllib.loads((tmp_path / "course.toml").read_text(encoding="utf-8"))
    day = course["lesson"][0]["due"]
    assert day.weekday() == 0
    assert 7 <= (day - date.today()).days <= 14


@pytest.mark.parametrize("title", ['Law & "Order"', "C:\\new", "Zoë's ∇", "x" * 200])
def test_any_title_is_read_back(tmp_path, title):
    new_course(tmp_path, [1], title=title)
    assert tomllib.loads((tmp_path / "course.toml").read_text(encoding="utf-8"))["title"] == title


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--lessons", "99"], "there is no lesson 99: choose from 1, "),
        (["--lessons", "4-1"], "no lesson is named there: choose from 1, "),
        (["--lessons", "one"], "there is no lesson 'one': choose from 1, "),
        (["--lessons", "1-"], "--lessons: '1-' is not a list of lessons such as 1,2,5 or 1-4,workshop,my-lesson"),
        (["--start", "soon"], "--start: 'soon' is not a day such as 2027-01-11"),
        (["--days", "1000"], "1000 days between two lessons make no course"),
        (["--start", "9999-12-31"], "the last lesson would be due after the year 9999"),
        (["--title", "a\x1bb"], "'a\\x1bb' is not a title for a course"),
    ],
)
def test_a_course_that_cannot_be_is_refused_in_one_sentence(tmp_path, capsys, monkeypatch, argv, message):
    monkeypatch.chdir(tmp_path)
    assert main(["course", "new", "autumn", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.removeprefix("conslaw: ").startswith(message)
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["course", "new", str(tmp_path / "file")]) == 2
    assert "give a folder of your own" in capsys.readouterr().err


def test_the_command_says_what_it_made(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["course", "new", "autumn", "--lessons", "1", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["kept"] == []
    assert "syllabus.md" in data["made"]
    assert main(["course", "new", "autumn", "--lessons", "1"]) == 0
    out = capsys.readouterr().out
    assert "left as it is" in out
    assert "conslaw course grade autumn/submissions" in " ".join(out.split())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "cannot be read"),
        ("title = 'x'", "it needs [[lesson]] tables with a number"),
        ("[[lesson]]\ntitle = 'x'", "it needs [[lesson]] tables with a number or a name"),
        ("[[lesson]]\nname = 'x'", "names a lesson that cannot be taught: there is no lesson"),
        ("[[lesson]]\nname = 3", "cannot be read"),
        ("[[lesson]]\nnumber = 77", "names a lesson that cannot be taught: there is no lesson 77: choose from 1, "),
        ("[[lesson]]\nnumber = true", "there is no lesson True"),
        ("lesson = 3", "cannot be read"),
    ],
)
def test_a_course_file_that_was_spoilt_is_told(tmp_path, text, message):
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as error:
        lessons_of(tmp_path)
    assert message in str(error.value)


def test_the_exercises_of_the_course_are_those_that_are_graded(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    new_course(tmp_path, [2, 1])
    (tmp_path / "submissions" / "ada.ipynb").write_bytes((tmp_path / "lessons" / teaching.lessons()[1]).read_bytes())
    assert main(["course", "grade", "submissions", "--no-run", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["exercises"] == [task.number for n in (2, 1) for task in teaching.exercises(n)]
    assert [one["learner"] for one in data["learners"]] == ["ada"]  # the README of the folder is nobody's


def test_the_course_folder_may_be_named_and_no_learner_can_replace_the_course(tmp_path, capsys):
    new_course(tmp_path / "autumn", [1])
    subs = tmp_path / "autumn" / "submissions"
    (subs / "ada.ipynb").write_bytes((tmp_path / "autumn" / "lessons" / teaching.lessons()[1]).read_bytes())
    for folder in (tmp_path / "autumn", subs):
        assert main(["course", "grade", str(folder), "--no-run", "--json"]) == 0
        data = json.loads(capsys.readouterr().out)
        assert data["learners"][0]["learner"] == "ada"
        assert data["csv"] == str(tmp_path / "autumn" / "grades" / "grades.csv")
        (subs / "course.toml").write_text("[[lesson]]\nnumber = 2\n", encoding="utf-8")
        (subs / "submissions").mkdir(exist_ok=True)
        assert data["exercises"] == [task.number for task in teaching.exercises(1)]


def test_the_five_commands_of_the_page_lead_to_a_table(tmp_path, capsys, monkeypatch, root):
    """The page for lecturers is followed to the letter, with the lesson itself as what is handed in."""
    page = (root / "docs" / "pages" / "class.md").read_text(encoding="utf-8")
    block = re.search(r"```console\n(.*?)```", page, re.DOTALL)[1]
    lines = [shlex.split(line.removeprefix("$ ")) for line in block.splitlines()]
    assert [line[0] for line in lines] == ["apt-get", "pip", "conslaw", "cp", "conslaw"]
    assert lines[0] == INSTALL.split()
    assert lines[1] == ["pip", "install", "-e", ".[lessons]"]
    monkeypatch.chdir(tmp_path)
    assert main(lines[2][1:]) == 0
    lesson = tmp_path / "autumn" / "lessons" / teaching.lessons()[1]
    with zipfile.ZipFile(tmp_path / lines[3][2] / "export.zip", "w") as archive:
        archive.write(lesson, "Ada L_7_assignsubmission_file/lesson.ipynb")
    assert main(lines[4][1:]) == 0
    more = re.search(r"`conslaw (solutions .*?)`", page)[1]
    assert main(shlex.split(more)) == 0
    assert {path.name for path in (tmp_path / "autumn" / "grades").iterdir()} == {
        "canvas.csv", "feedback.zip", "gradebook.csv", "grades.csv", "grades.html", "learners", "moodle-1.csv",
        "moodle.csv", "records",
    }  # fmt: skip
    assert len(list((tmp_path / "autumn" / "for-me").glob("*.ipynb"))) == 4
    assert "1 submission, 24 exercises: 0 of 24 answers are right." in " ".join(capsys.readouterr().out.split())


def test_the_page_names_every_option_and_outcome_rightly(capsys, root):
    from conslaw_nb.course.tables import LOOKS

    page = (root / "docs" / "pages" / "class.md").read_text(encoding="utf-8")
    helps = ""
    for words in (["course", "new"], ["course", "grade"], ["course", "export"], ["solutions"]):
        main([*words, "--help"])
        helps += capsys.readouterr().out
    named = set(re.findall(r"`(--[a-z-]+)", page))
    assert {"--start", "--days", "--seconds", "--memory", "--jobs", "--unprotected"} <= named
    assert all(f"{option} " in helps or f"{option}\n" in helps for option in named)
    assert all(f"`{outcome}`" in page for outcome in LOOKS)
