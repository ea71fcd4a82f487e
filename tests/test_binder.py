"""Binder's folder: what it pins, and that a fresh environment made from it alone runs the first lesson."""

import os
import re
import shutil
import stat
import subprocess
import sys
import venv
from pathlib import Path

import pytest

LESSON = "lessons/01_what_never_changes.ipynb"
PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.]*")


def pins(root):
    lines = (root / "binder" / "requirements.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_requirement_is_pinned_once(root):
    assert [line for line in pins(root) if not PIN.fullmatch(line)] == []
    names = [canonical(line.split("==")[0]) for line in pins(root)]
    assert len(names) == len(set(names))


def test_what_the_package_and_the_lessons_need_is_among_the_pins(root):
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text())
    needs = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["lessons"]
    needs += project["build-system"]["requires"]  # postBuild builds without fetching a builder
    names = {canonical(line.split("==")[0]) for line in pins(root)}
    assert {canonical(re.match(r"[\w.-]+", need)[0]) for need in needs} <= names


def test_python_is_a_supported_one_and_scripts_can_run(root):
    first, last = 11, 14
    runtime = (root / "binder" / "runtime.txt").read_text()
    assert runtime in [f"python-3.{minor}\n" for minor in range(first, last + 1)]
    assert (root / "binder" / "postBuild").stat().st_mode & stat.S_IXUSR
    assert not (root / ".binder").exists()  # both at once are an error to Binder


def run(command, **options):
    """Run a command, and show all it said if it fails."""
    told = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, text=True, **told, **options)
    assert done.returncode == 0, f"{command} failed:\n{done.stdout[-6000:]}"
    return done.stdout


def checkout_copy(root, folder):
    """Copy what git would hold, as Binder gets it, and nothing that only lies about here."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
    )
    names = [name for name in listed.stdout.split("\0") if name]
    if listed.returncode or not names:
        shutil.copytree(root, folder, ignore=shutil.ignore_patterns(".git", ".venv", "venv", "__pycache__"))
        return
    for name in names:
        if (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)


@pytest.fixture(scope="module")
def binder(root, tmp_path_factory):
    """Make what Binder makes: a copy of the checkout, an environment of the pins, and then postBuild."""
    base = tmp_path_factory.mktemp("binder")
    home = base / "checkout"
    checkout_copy(root, home)
    venv.create(base / "env", with_pip=True)
    bin_folder = base / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER", "CONSLAW"))}
    environment["PATH"] = f"{bin_folder}{os.pathsep}{environment.get('PATH', '')}"
    environment["VIRTUAL_ENV"] = str(base / "env")
    python = shutil.which("python", path=str(bin_folder))
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    # Is there an index at all? Asked without a version, so that a wrong pin is not taken for no network.
    probe = [*pip, "download", "-q", "--no-deps", "-d", str(base / "probe"), "mdurl"]
    if subprocess.run(probe, capture_output=True, env=environment).returncode:
        pytest.skip("BINDER TEST SKIPPED: no package index can be reached from here")
    run([*pip, "install", "-q", "--no-deps", "-r", "binder/requirements.txt"], cwd=home, env=environment)
    run(["bash", "binder/postBuild"], cwd=home, env=environment)
    return home, python, environment


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.skipif(sys.platform == "win32", reason="Binder is Linux, and postBuild a shell script")
class TestAFreshEnvironment:
    def test_the_pins_are_complete_and_agree(self, binder):
        """They were installed with --no-deps: pip check says whether anything is missing."""
        home, python, environment = binder
        assert "No broken requirements" in run([python, "-m", "pip", "check"], cwd=home, env=environment)

    def test_the_installed_package_is_used_and_nothing_of_the_checkout(self, binder):
        home, python, environment = binder
        where = "import conslaw_nb; print(conslaw_nb.__file__)"
        found = Path(run([python, "-c", where], cwd=home / "lessons", env=environment).strip())
        assert "site-packages" in found.parts
        for carried in (LESSON, "certificate.schema.json", "py.typed"):
            assert (found.parent / carried).is_file()

    def test_jupyterlab_finds_its_widgets_and_keeps_quiet(self, binder):
        home, python, environment = binder
        said = run([python, "-m", "jupyter", "labextension", "list"], cwd=home, env=environment)
        assert re.search(r"@jupyter-widgets/jupyterlab-manager .*enabled", said)
        assert list(Path(python).parents[1].glob("share/jupyter/lab/settings/overrides.json"))

    def test_the_first_lesson_runs(self, binder):
        home, python, environment = binder
        command = [python, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", LESSON]
        command += ["--ExecutePreprocessor.timeout=180", "--output", "ran.ipynb"]
        run(command, cwd=home, env=environment)
        assert '"output_type": "error"' not in (home / "lessons" / "ran.ipynb").read_text()
