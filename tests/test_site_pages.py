"""What the pages of the site are made from: the doors of a lesson, and what is said about it."""

import importlib.util
import json
import re

import pytest


@pytest.fixture
def pages(root, monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    monkeypatch.syspath_prepend(str(root / "docs"))
    spec = importlib.util.spec_from_file_location("site_pages", root / "docs" / "site_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.address, "_git", lambda *_: "")
    return module


LESSON = "01_what_never_changes.ipynb"


def test_a_copy_has_no_door_that_leads_nowhere(pages):
    assert pages.launch_links(LESSON, edition=False) == []
    assert next(words for words, _ in pages.launch_links(LESSON, edition=True)) == "Open in this browser"
    alone = json.dumps(pages.lesson_page(LESSON))
    assert "Colab" not in alone
    assert "cl-doors" not in alone
    assert "cl-box" not in alone
    assert "lite/" not in pages.hero(edition=False)


def test_every_door_of_a_lesson_opens_that_lesson(pages, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "somebody/laws")
    monkeypatch.setattr(pages.address, "_git", lambda *_: "v1.2.0")
    doors = dict(pages.launch_links(LESSON, edition=True))
    assert list(doors) == ["Open in this browser", "the same in JupyterLab", "Binder", "Colab"]
    assert all(where.endswith(LESSON) for where in doors.values())
    assert doors["Binder"].startswith("https://mybinder.org/v2/gh/somebody/laws/v1.2.0?urlpath=lab/tree/lessons/")
    assert doors["Colab"] == f"https://colab.research.google.com/github/somebody/laws/blob/colab/{LESSON}"
    first = "".join(pages.lesson_page(LESSON, edition=True)["cells"][0]["source"])
    assert first.startswith("# 1 · What never changes?\n\n<nav ")
    assert first.count("<a href=") == 4


def test_on_a_page_an_exercise_has_a_box_and_no_cell(pages):
    from conslaw_nb import teaching

    for number, name in teaching.lessons().items():
        cells = pages.lesson_page(name, edition=True)["cells"]
        text = "".join("".join(cell["source"]) for cell in cells)
        boxes = re.findall(r'data-exercise="([\d.]+)"', text)
        assert len(boxes) == len(set(boxes)) >= 3
        assert "Run the cell" not in json.dumps(cells)
        assert "run the cell" not in json.dumps(cells)
        if number:  # in the lesson without a number some answers are functions of Python
            assert set(boxes) == {task.number for task in teaching.exercises(number)}
            assert ".check(" not in "".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def test_a_figure_that_needs_no_kernel_brings_its_start(pages):
    explorers = re.findall(r'data-figure="(\w+)"', json.dumps(pages.lesson_page(LESSON)).replace('\\"', '"'))
    assert "hyperbola" in explorers


def test_the_lessons_are_listed_with_their_time_and_no_time_twice(pages, root):
    books = sorted(path.name for path in (root / "lessons").glob("*.ipynb"))
    text = pages.lessons_index()
    for name in books:
        row = next(line for line in text.splitlines() if f"]({name})" in line)
        assert len(re.findall(r"\d+ minutes", row)) == 1
        assert len(row) > 150


@pytest.fixture
def readme_doors(root):
    spec = importlib.util.spec_from_file_location("readme_doors", root / "tools" / "readme_doors.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_has_the_doors_of_a_bare_clone_or_of_its_own_address(root, readme_doors):
    """What stands there is what the tool writes: for no address, or for the one that is in the badge."""
    text = (root / "README.md").read_text(encoding="utf-8")
    said = text.partition(readme_doors.MARKS[0])[2].partition(readme_doors.MARKS[1])[0].strip()
    known = re.search(r"\]\(https://mybinder\.org/v2/gh/([\w.-]+/[\w.-]+)/", said)
    assert said == readme_doors.doors(known and known[1])


def test_the_readme_gets_a_badge_that_opens_lesson_1(root, readme_doors, pages, monkeypatch, tmp_path):
    copy = tmp_path / "README.md"
    copy.write_text((root / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(readme_doors.address, "release", lambda: "v1.2.0")
    monkeypatch.setattr(pages.address, "_git", lambda *_: "v1.2.0")
    readme_doors.write("Somebody/laws", copy)
    monkeypatch.setenv("GITHUB_REPOSITORY", "Somebody/laws")
    binder = dict(pages.launch_links(LESSON, edition=True))["Binder"]
    text = copy.read_text(encoding="utf-8")
    assert f"(https://mybinder.org/badge_logo.svg)]({binder})" in text
    assert f"https://somebody.github.io/laws/lite/notebooks/index.html?path={LESSON}" in text
    readme_doors.write(None, copy)
    assert "python tools/build_site.py public" in copy.read_text(encoding="utf-8")
    assert "mybinder.org/v2" not in copy.read_text(encoding="utf-8")
    copy.write_text("no place", encoding="utf-8")
    with pytest.raises(ValueError, match="has no place for the doors"):
        readme_doors.write("a/b", copy)


def test_what_is_not_a_repository_is_refused(readme_doors, capsys):
    with pytest.raises(SystemExit):
        readme_doors.main(["laws"])
    assert "'laws' is not a repository at GitHub: give OWNER/REPOSITORY, such as ada/laws" in capsys.readouterr().err
