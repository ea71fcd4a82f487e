"""What the pages of the site are made from: the doors of a lesson, and what is said about it."""

import importlib.util
import json
import re

import pytest


@pytest.fixture
def pages(root, monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    spec = importlib.util.spec_from_file_location("site_pages", root / "docs" / "site_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LESSON = "01_what_never_changes.ipynb"


def test_a_copy_without_an_address_has_the_door_that_needs_none(pages):
    assert [words for words, _ in pages.launch_links(LESSON)] == ["Open in this browser"]
    assert "Colab" not in json.dumps(pages.lesson_page(LESSON))


def test_every_door_of_a_lesson_opens_that_lesson(pages, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "somebody/laws")
    doors = dict(pages.launch_links(LESSON))
    assert list(doors) == ["Open in this browser", "Binder", "Colab"]
    assert all(address.endswith(LESSON) for address in doors.values())
    assert doors["Binder"].startswith("https://mybinder.org/v2/gh/somebody/laws/HEAD?urlpath=lab/tree/lessons/")
    first = "".join(pages.lesson_page(LESSON)["cells"][0]["source"])
    assert first.startswith("# 1 · What never changes?\n\n<nav ")
    assert first.count("<a href=") == 3
    assert "<code>%pip install git+https://github.com/somebody/laws</code>" in first


def test_the_lessons_are_listed_with_their_time_and_no_time_twice(pages, root):
    books = sorted(path.name for path in (root / "lessons").glob("*.ipynb"))
    text = pages.lessons_index()
    for name in books:
        row = next(line for line in text.splitlines() if f"]({name})" in line)
        assert len(re.findall(r"\d\d minutes", row)) == 1
        assert len(row) > 150


@pytest.fixture
def readme_doors(root):
    spec = importlib.util.spec_from_file_location("readme_doors", root / "tools" / "readme_doors.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_says_how_a_copy_gets_its_links_or_has_them(root, readme_doors):
    """What stands there is what the tool writes: for no address, or for the one that is in the badge."""
    text = (root / "README.md").read_text(encoding="utf-8")
    said = text.partition(readme_doors.MARKS[0])[2].partition(readme_doors.MARKS[1])[0].strip()
    known = re.search(r"\]\(https://mybinder\.org/v2/gh/([\w.-]+/[\w.-]+)/HEAD", said)
    assert said == readme_doors.doors(known and known[1])


def test_the_readme_gets_a_badge_that_opens_lesson_1(root, readme_doors, pages, monkeypatch, tmp_path):
    copy = tmp_path / "README.md"
    copy.write_text((root / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    readme_doors.write("Somebody/laws", copy)
    monkeypatch.setenv("GITHUB_REPOSITORY", "Somebody/laws")
    binder = dict(pages.launch_links(LESSON))["Binder"]
    text = copy.read_text(encoding="utf-8")
    assert f"(https://mybinder.org/badge_logo.svg)]({binder})" in text
    assert f"https://somebody.github.io/laws/lite/lab/index.html?path={LESSON}" in text
    readme_doors.write(None, copy)
    assert copy.read_text(encoding="utf-8").count("mybinder.org/v2/gh/OWNER/REPOSITORY/HEAD") == 1
    copy.write_text("no place", encoding="utf-8")
    with pytest.raises(ValueError, match="has no place for the doors"):
        readme_doors.write("a/b", copy)


def test_what_is_no_repository_is_refused(readme_doors, capsys):
    with pytest.raises(SystemExit):
        readme_doors.main(["laws"])
    assert "'laws' is not a repository at GitHub: give OWNER/REPOSITORY, such as ada/laws" in capsys.readouterr().err
