"""The browser edition's pins and contents; tests/browser/test_lite_browser.py builds and runs it."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile

import pytest
from packaging.requirements import Requirement

from conslaw_nb.certificates.rocq import library_hash


def tool(root, name):
    spec = importlib.util.spec_from_file_location(name, root / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def contents(root):
    return tool(root, "lite_contents")


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


def test_where_nothing_is_compiled_lines_of_hashes_stand_for_the_library_of_rocq(root, tmp_path):
    """The package of the edition, cut out by its rules, still names the hash that the whole one has."""
    whole = tmp_path / "conslaw_nb-0-py3-none-any.whl"
    with zipfile.ZipFile(whole, "w") as archive:
        for path in (root / "conslaw_nb").rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(root))
    cut = tool(root, "lite_wheels").trim(whole, tmp_path / "cut")
    names = zipfile.ZipFile(cut).namelist()
    assert not [name for name in names if name.endswith(".v")]
    asked = "from conslaw_nb.certificates import rocq; print(rocq.__file__, rocq.library_hash())"
    command = [sys.executable, "-P", "-c", asked]
    done = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(cut)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [f"{cut}/conslaw_nb/certificates/rocq/__init__.py", library_hash()]
