"""`conslaw solutions`: not in a learner's folder, one command away, and never written over what is there."""

import json
import re

import pytest

from conslaw_nb import teaching
from conslaw_nb.cli import main
from conslaw_nb.notebooks.lab import lessons_folder

ALL = [*teaching.lessons().values(), "proof_workshop.ipynb", "two_hours.ipynb", "for_teachers.md", "handout.html"]


def original(name):
    return (lessons_folder() / "solutions" / name).read_bytes()


def test_every_lesson_has_solutions_and_they_are_copied_as_they_are(tmp_path, capsys):
    numbers = ",".join(map(str, teaching.lessons()))
    for lessons in (numbers, "Workshop", "two_hours", "teaching"):
        assert main(["solutions", lessons, "-o", str(tmp_path / "mine")]) == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "mine").iterdir()} == {
        name: original(name) for name in ALL
    } | {".gitignore": b"*\n"}  # they stay out of git, wherever the folder lies
    assert "left as it is" not in capsys.readouterr().out


def test_they_do_not_go_where_the_lessons_are_handed_out(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["course", "new", "autumn", "--lessons", "1"]) == 0
    for folder in ("autumn/lessons", "autumn/submissions/more"):
        assert main(["solutions", "1", "-o", folder]) == 2
        assert f"'{folder}' is handed out with the course, and solutions are not" in capsys.readouterr().err
    assert "for-me/" in (tmp_path / "autumn" / ".gitignore").read_text(encoding="utf-8")


def test_they_go_to_a_folder_of_their_own_and_what_is_there_stays(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["solutions", "1"]) == 0
    mine = tmp_path / "solutions" / teaching.lessons()[1]
    assert mine.read_bytes() == original(mine.name)
    mine.write_text("my notes", encoding="utf-8")
    capsys.readouterr()
    assert main(["solutions", "1-2"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert mine.read_text(encoding="utf-8") == "my notes"
    assert f"In solutions already, and left as it is (-o names another folder): {mine.name}" in out
    assert (tmp_path / "solutions" / teaching.lessons()[2]).is_file()


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["99"], "there is no lesson 99: choose from 1, 0, 2, "),
        (["1,99"], "there is no lesson 99"),
        (["4-1"], "no lesson is named there: choose from 1, "),
        (["one"], "there is no lesson 'one': choose from 1, "),
        (["two-hour"], "there is no lesson 'two-hour' (did you mean two-hours?): choose from 1, "),
        ([], "LESSON is missing; write it like conslaw solutions 1"),
        (["1", "-o", "file"], "the solutions cannot be written to 'file'"),
    ],
)
def test_what_cannot_be_copied_is_told_in_one_sentence(tmp_path, capsys, monkeypatch, argv, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    assert main(["solutions", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.removeprefix("conslaw: ").startswith(message)
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_every_question_to_discuss_has_an_answer():
    """As many answers as questions, lesson by lesson: whoever adds a question is told here."""
    text = original("for_teachers.md").decode()
    parts = {part.splitlines()[0]: part for part in text.split("\n## ")[1:]}
    for name in [*teaching.lessons().values(), "proof_workshop.ipynb"]:
        book = json.loads((lessons_folder() / name).read_text(encoding="utf-8"))
        prose = "\n".join("".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "markdown")
        title = re.match(r"# (.+)", prose)[1]
        questions = re.findall(r"(?m)^\d\. ", prose.split("## To discuss")[1].split("\n## ")[0])
        answers = parts[title].split("**To discuss.**")[1]
        assert re.findall(r"(?m)^\d\. ", answers) == questions, title
        assert "**Board.**" in parts[title]
        assert "**Wrong answers.**" in parts[title]
    assert text.count("**Poll ") == 3


def test_no_lesson_leads_to_the_answers():
    for path in lessons_folder().glob("*.ipynb"):
        if path.name != "two_hours.ipynb":  # it tells whoever leads the group which command to type
            assert "teaching`" not in path.read_text(encoding="utf-8"), path.name
        assert "for_teachers" not in path.read_text(encoding="utf-8"), path.name
