"""The limits of pyproject.toml, and the page that says what was tried within them; tools/try_versions.py does it."""

import importlib.util
import re
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version


@pytest.fixture(scope="module")
def tool(root):
    sys.path.insert(0, str(root / "tools"))
    try:
        spec = importlib.util.spec_from_file_location("try_versions", root / "tools" / "try_versions.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["try_versions"] = module  # a dataclass looks its module up
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(root / "tools"))
    return module


@pytest.fixture(scope="module")
def rows(root, tool):
    """Return the lines of the page's table, as lists of cells."""
    text = tool.PAGE.read_text(encoding="utf-8").partition(tool.MARKS[0])[2].partition(tool.MARKS[1])[0]
    lines = text.strip().splitlines()
    assert lines[0] == tool.HEAD
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_everything_that_is_needed_has_a_lower_limit_that_is_tried(tool):
    wanted = {need.name: tool.lower_limit(need) for need in tool.needs()}
    assert set(tool.SHOWN) <= set(wanted)
    assert {"pytest", "nbval", "mpmath", "rich"} <= set(wanted)
    assert not tool.ASIDE & set(wanted)


def test_the_page_tells_of_every_limit_and_of_no_failure(root, tool, rows):
    limits = {need.name: need.specifier for need in tool.needs()}
    for python, kind, *versions, told, day in rows:
        assert kind in ("oldest", "newest")
        assert re.fullmatch(r"3\.\d+\.\d+", python)
        assert re.fullmatch(r"\d{3,} passed", told), "a limit of pyproject.toml is not true"
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", day)
        for name, version in zip(tool.SHOWN, versions, strict=True):
            assert limits[name].contains(version), (python, kind, name)
    oldest = next(row for row in rows if row[0].startswith("3.11.") and row[1] == "oldest")
    for name, version in zip(tool.SHOWN, oldest[2:], strict=False):
        limit = next(tool.lower_limit(need) for need in tool.needs() if need.name == name)
        assert Version(version).release[:2] == (*Version(limit).release, 0)[:2], f"{name} was not tried at its limit"
    newest = {row[0].rsplit(".", 1)[0] for row in rows if row[1] == "newest"}
    assert len(newest) >= 2


def test_numpy_is_asked_for_by_nothing(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [needs for extra, needs in project["optional-dependencies"].items() if extra != "torch"]
    needs = [need for group in (project["dependencies"], *extras) for need in group]
    assert not {Requirement(need).name for need in needs} & {"numpy", "scipy", "matplotlib", "torch"}


def test_a_new_line_replaces_the_old_one_of_the_same_kind_only(tool, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"# A\n\n{tool.MARKS[0]}\n{tool.MARKS[1]}\n\nThe end.\n", encoding="utf-8")
    versions = dict.fromkeys(tool.SHOWN, "1.0")
    tool.write([tool.Outcome("3.12.1", "newest", versions, passed=7)], page)
    tool.write([tool.Outcome("3.11.7", "oldest", versions, passed=8, failed=2)], page)
    tool.write([tool.Outcome("3.12.9", "newest", versions, passed=9)], page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# A\n\n") and text.endswith("\n\nThe end.\n")
    lines = [line for line in text.splitlines() if line.startswith("| 3.")]
    assert [line.split(" | ")[:2] for line in lines] == [["| 3.11.7", "oldest"], ["| 3.12.9", "newest"]]
    assert "| 8 passed, **2 failed** |" in lines[0]
    assert "| 9 passed |" in lines[1]
    cut_off = tool.row(tool.Outcome("3.11.7", "oldest"), tool.date.today())
    assert "| **the tests did not come to their end** |" in cut_off
    page.write_text("nothing", encoding="utf-8")
    with pytest.raises(tool.BinderError, match="has no place for the table"):
        tool.write([], page)


def test_a_python_that_is_not_here_is_said(tool, capsys):
    assert tool.main(["--python", "3.9"]) == 1
    assert "Python 3.9 is not here, or not supported: there are 3." in capsys.readouterr().err
