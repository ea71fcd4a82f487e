"""`conslaw new-lesson`: what it writes passes its own checks from the start, and nothing of anybody is overwritten."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from conslaw_nb.cli import main
from conslaw_nb.errors import LabError
from conslaw_nb.notebooks import new_lesson
from conslaw_nb.notebooks.new_lesson import FILES, TEMPLATE, requirement, write_lesson

ROOT = Path(__file__).resolve().parent.parent


def commands(folder):
    """Return the commands of the workflow that was written, without the one that installs."""
    text = (folder / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")
    found = re.findall(r"^ +- run: (.+)$", text, re.MULTILINE)
    assert found[0] == "pip install -r requirements.txt"
    return found[1:]


def shell(command, folder):
    """Run a command as a workflow does, with this very package."""
    scripts = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    return write_lesson("three-weights", folder=tmp_path_factory.mktemp("author"))


def test_every_file_of_the_template_is_written(lesson):
    written = {path.relative_to(lesson).as_posix() for path in lesson.rglob("*") if path.is_file()}
    assert written == {name.replace("NAME", "three-weights") for name in FILES.values()} | {"requirements.txt"}
    there = {path.relative_to(TEMPLATE).as_posix() for path in TEMPLATE.rglob("*") if path.is_file()}
    assert {name for name in there if "cache" not in name} == set(FILES)


def test_it_passes_its_own_workflow_from_the_start(lesson):
    tests, claims = commands(lesson)
    assert (tests, claims) == ("pytest --nbval", "conslaw check-notebook *.ipynb")
    done = shell(tests, lesson)
    assert done.returncode == 0, done.stdout + done.stderr
    cells = sum(
        cell.cell_type == "code"
        for name in ("three-weights", "solution")
        for cell in nbformat.read(lesson / f"{name}.ipynb", as_version=4).cells
    )
    assert f"{cells + 3} passed" in done.stdout  # each cell of both notebooks, and the three tests
    done = shell(claims, lesson)
    assert (done.returncode, done.stderr) == (0, "")
    assert "PROVED: cell [3], claim: x**2 - y**2, y**2 - z**2 are all the laws for phi(x*y*z)\n" in done.stdout
    assert "REFUTED: cell [4], claim: x + y is conserved for phi(x*y*z) (meant to fail): " in done.stdout
    assert "PROVED: cell [7], proof: x**2 - y**2 is conserved for phi(x*y*z)\n" in done.stdout
    assert "RIGHT: cell [3], exercise: three-weights.1\n" in done.stdout
    assert done.stdout.count("nothing to put right.") == 2


def test_both_checks_fail_once_the_author_claims_too_much(lesson, tmp_path):
    folder = shutil.copytree(lesson, tmp_path / "mine")
    book = nbformat.read(folder / "three-weights.ipynb", as_version=4)
    claim = next(cell for cell in book.cells if cell.id == "claim-complete")
    claim.source = claim.source.replace("x**2 - y**2, y**2 - z**2", "x**2 - y**2")
    nbformat.write(book, folder / "three-weights.ipynb")
    tests, claims = commands(folder)
    assert shell(f"{tests} three-weights.ipynb", folder).returncode == 1
    done = shell(claims.replace("*.ipynb", "three-weights.ipynb"), folder)
    assert done.returncode == 1
    assert "REFUTED: cell [3], claim: x**2 - y**2 are all the laws for phi(x*y*z): " in done.stdout
    assert "STALE: cell [3], output: cl.claim(" in done.stdout


def test_the_title_is_the_name_as_words(lesson):
    assert (lesson / "README.md").read_text(encoding="utf-8").startswith("# Three weights\n")
    assert nbformat.read(lesson / "three-weights.ipynb", as_version=4).cells[0].source.startswith("# Three weights\n")
    written = [path for path in lesson.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert len(written) > 5
    assert all("TITLE" not in path.read_text(encoding="utf-8") for path in written)


def test_the_notebooks_hold_a_claim_a_figure_an_exercise_of_the_authors_own_and_a_proof(lesson):
    code = "\n".join(c.source for c in nbformat.read(lesson / "three-weights.ipynb", as_version=4).cells)
    for part in ("cl.claim(", "cl.widgets.", "%%proof", 'cl.teaching.exercise("three-weights.1")', ".check("):
        assert part in code
    assert 'check("")' in code  # the answer is the reader's to give
    assert "x**2 - y**2 + 3" not in code


# --- names, and what is there already -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("My lesson!", "my-lesson"),
        ("../escape", "escape"),
        ("/etc/passwd", "passwd"),
        ("a\\b", "b"),
        ("3d", "my-lesson"),
        ("Übung 1", "ubung-1"),
        ("", "my-lesson"),
        (".hidden", "hidden"),
        ("x" * 61, "x" * 40),
        ("a\nb", "a-b"),
        ("教程", "my-lesson"),
    ],
)
def test_an_odd_name_is_refused_with_a_better_one(name, better, tmp_path):
    with pytest.raises(LabError) as refusal:
        write_lesson(name, folder=tmp_path)
    shown = name if len(name) <= 60 else f"{name[:57]}..."
    assert str(refusal.value) == (
        f"{shown!r} is not a name for a lesson: it begins with an English letter and goes on with letters, "
        f"digits, - and _, at most 40 in all; try {better!r}"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "conslaw_nb", "Workshop", "lesson-03", "random", "sympy"])
def test_a_name_that_is_taken_is_refused(name, tmp_path):
    with pytest.raises(
        LabError, match=r"is a name that a system, Python or this package keeps for itself: try 'my-lesson'"
    ):
        write_lesson(name, folder=tmp_path)


@pytest.mark.parametrize("kind", ["folder", "empty folder", "file", "broken link"])
def test_what_is_there_is_left_alone(kind, tmp_path):
    place = tmp_path / "mine"
    if kind == "file":
        place.write_text("mine", encoding="utf-8")
    elif kind == "broken link":
        place.symlink_to(tmp_path / "nowhere")
    else:
        place.mkdir()
        if kind == "folder":
            (place / "lesson.ipynb").write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(LabError, match=r"mine' exists, so it is left alone: give another name, or move it away"):
        write_lesson("mine", folder=tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_it_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    real, count = Path.write_text, [0]

    def full(path, *arguments, **options):
        count[0] += 1
        if count[0] == 4:
            raise OSError(28, "No space left on device")
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(LabError, match=r"cannot be written to .*mine': No space left on device; go to a folder"):
        write_lesson("mine", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(LabError, match="No such file or directory"):
        write_lesson("mine", folder=tmp_path / "nowhere")


# --- where the package comes from ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recorded", "line"),
    [
        (None, "conslaw_nb[check]>="),
        ("{}", "conslaw_nb[check]>="),
        ("not json", "conslaw_nb[check]>="),
        ('{"url": "file:///home/me/conslaw_nb", "dir_info": {"editable": true}}', "conslaw_nb[check]>="),
        (
            '{"url": "https://example.org/c.git", "vcs_info": {"vcs": "git", "commit_id": "abc123"}}',
            "conslaw_nb[check] @ git+https://example.org/c.git@abc123",
        ),
        ('{"url": "https://example.org/c.whl", "archive_info": {}}', "conslaw_nb[check] @ https://example.org/c.whl"),
    ],
)
def test_requirements_name_where_the_package_was_installed_from(recorded, line, monkeypatch):
    class Installed:
        def read_text(self, name):
            assert name == "direct_url.json"
            return recorded

    monkeypatch.setattr(new_lesson, "distribution", lambda name: Installed())
    assert requirement().startswith(line)


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/ada/conslaw_nb.git", "git+https://github.com/ada/conslaw_nb.git"),
        ("https://ada:secret@github.com/ada/conslaw_nb", "git+https://github.com/ada/conslaw_nb"),
        ("git@github.com:ada/conslaw_nb.git", "git+https://github.com/ada/conslaw_nb.git"),
        ("ssh://git@github.com/ada/conslaw_nb.git", "git+https://github.com/ada/conslaw_nb.git"),
        ("/home/ada/conslaw_nb", ""),
        (None, ""),
    ],
)
def test_requirements_of_a_clone_name_where_it_came_from(remote, address, tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    if remote:
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", remote], check=True)
    assert new_lesson._origin(tmp_path) == address
    assert new_lesson._origin(tmp_path / "nowhere") == ""


def test_requirements_of_an_editable_clone(tmp_path, monkeypatch):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", "https://example.org/c.git"], check=True)
    recorded = json.dumps({"url": tmp_path.as_uri(), "dir_info": {"editable": True}})
    monkeypatch.setattr(new_lesson, "distribution", lambda name: SimpleNamespace(read_text=lambda name: recorded))
    assert requirement() == "conslaw_nb[check] @ git+https://example.org/c.git"


def test_requirements_where_nothing_is_installed(monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(new_lesson, "distribution", missing)
    assert requirement().startswith("conslaw_nb[check]>=")


@pytest.mark.parametrize("address", ["my package", "ftp://x", "git+https://a b", "--index-url=x", "https://x\nevil"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(LabError, match="is not an address from which pip installs"):
        requirement(address)


def test_the_extra_that_requirements_ask_for_has_what_the_workflow_runs():
    import tomllib

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    names = {re.match(r"[a-z_-]+", need)[0] for need in extras["check"]}
    assert names == {"ipykernel", "nbclient", "nbformat", "nbval", "pytest"}
    assert all(">=" in need for need in extras["check"])


# --- the command --------------------------------------------------------------------------------------------


def test_the_command_says_what_to_do_next(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new-lesson", "mine", "--package", "git+https://example.org/conslaw_nb"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out == (
        "A lesson is in mine, and its tests pass as they are:\n  cd mine\n  pytest\n  conslaw check-notebook *.ipynb\n"
        "Its README says what to change first.\n"
    )
    monkeypatch.setattr("conslaw_nb.cli.learning.find_spec", lambda name: None)
    assert main(["new-lesson", "theirs", "--package", "git+https://example.org/conslaw_nb"]) == 0
    assert "  cd theirs\n  pip install pytest nbval\n  pytest\n" in capsys.readouterr()[0]
    lines = Path("mine", "requirements.txt").read_text(encoding="utf-8")
    assert lines == "conslaw_nb[check] @ git+https://example.org/conslaw_nb\n"
    assert main(["new-lesson", "mine"]) == 2
    assert capsys.readouterr().err.startswith("conslaw: 'mine' exists, so it is left alone")
    assert main(["new-lesson"]) == 2
    assert capsys.readouterr().err == "conslaw: NAME is missing; write it like conslaw new-lesson my-lesson\n"


# --- what is said in two places -----------------------------------------------------------------------------


def test_the_snippet_in_the_documentation_is_the_file_that_is_written():
    page = (ROOT / "docs" / "pages" / "ci-for-others.md").read_text(encoding="utf-8")
    snippets = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert snippets[0] == (TEMPLATE / "check.yml").read_text(encoding="utf-8")


def test_the_documentation_names_every_file_that_is_written():
    page = (ROOT / "docs" / "pages" / "ci-for-others.md").read_text(encoding="utf-8")
    readme = (TEMPLATE / "README.md").read_text(encoding="utf-8")
    for name in ("lesson.ipynb", "lesson.md", "lesson.py", "solution.ipynb", "tests/", ".github/workflows/check.yml"):
        assert f"`{name.replace('lesson.', 'NAME.')}`" in page
        assert f"`{name}`" in readme
