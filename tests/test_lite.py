"""The browser edition's pins and contents; tests/browser/test_lite_browser.py builds and runs it."""

import importlib.util
import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement


@pytest.fixture(scope="module")
def contents(root):
    spec = importlib.util.spec_from_file_location("lite_contents", root / "tools" / "lite_contents.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pins(path):
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return dict(re.fullmatch(r"([\w.-]+)==([\w.]+)", line).groups() for line in lines)


def test_the_wheels_are_what_the_package_asks_for(root):
    """Every dependency is pinned, within its limits; rich and typer serve the command line alone."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wheels = pins(root / "lite" / "wheels.txt")
    for text in project["dependencies"]:
        need = Requirement(text)
        if need.name not in ("rich", "typer"):
            assert need.specifier.contains(wheels[need.name]), need


def test_app_and_kernel_are_one_pair(root):
    builder = pins(root / "lite" / "requirements.txt")
    app, kernel = builder["jupyterlite-core"], builder["jupyterlite-pyodide-kernel"]
    assert app.split(".")[:2] == kernel.split(".")[:2]
    runtime = json.loads((root / "lite" / "package.json").read_text(encoding="utf-8"))["dependencies"]["pyodide"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", runtime)


def test_a_lesson_carries_its_edition_and_is_still_the_same_lesson(root, contents, tmp_path):
    editions = contents.write(root / "lessons", tmp_path)
    names = {path.name for path in (root / "lessons").glob("*.ipynb")}
    assert set(editions) == names
    assert not (tmp_path / "files" / "solutions").exists()
    for name in names:
        original = json.loads((root / "lessons" / name).read_text(encoding="utf-8"))
        served = json.loads((tmp_path / "files" / name).read_text(encoding="utf-8"))
        assert ["".join(c["source"]) for c in served["cells"]] == ["".join(c["source"]) for c in original["cells"]]
        assert served["metadata"]["conslaw"]["edition"] == editions[name]["edition"]
        assert served["metadata"]["kernelspec"]["name"] == "python"


def test_running_is_not_changing_and_writing_is(contents):
    book = {"cells": [{"cell_type": "code", "source": ["a\n", "b"], "outputs": [], "execution_count": None}]}
    before = contents.sources(book)
    book["cells"][0].update(outputs=[{"text": "2"}], execution_count=7, source="a\nb")
    assert contents.sources(book) == before
    book["cells"][0]["source"] = "a\nc"
    assert contents.sources(book) != before


def test_the_record_of_progress_begins_empty(root, contents, tmp_path):
    contents.write(root / "lessons", tmp_path)
    record = json.loads((tmp_path / "files" / contents.PROGRESS).read_text(encoding="utf-8"))
    assert record["exercises"] == {}
    listing = json.loads((tmp_path / "api" / "contents" / "all.json").read_text(encoding="utf-8"))
    assert contents.PROGRESS in {entry["name"] for entry in listing["content"]}


def test_every_rule_of_the_trimming_is_about_a_package_that_is_there(root):
    """A misspelt name would trim nothing and say nothing."""
    rules = tomllib.loads((root / "lite" / "trim.toml").read_text(encoding="utf-8"))
    there = {re.sub(r"[-_.]+", "-", name).lower() for name in pins(root / "lite" / "wheels.txt")} | {"conslaw-nb", "*"}
    assert {*rules["wheels"], *rules["keep"], *rules["words"]["drop"]} <= there
