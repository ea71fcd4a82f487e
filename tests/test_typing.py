"""Type hints that help users: public names have types, and a name that is not there is an error at once."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import conslaw_nb

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "tests" / "typed" / "user_script.py"


def mypy(path, folder):
    return [sys.executable, "-m", "mypy", "--strict", "--no-incremental", f"--cache-dir={folder}", str(path)]


def pyright(path, folder):
    command = shutil.which("pyright") or pytest.skip("PYRIGHT NOT TRIED: pip install pyright")
    return [command, "--pythonpath", sys.executable, str(path)]


each_checker = pytest.mark.parametrize("checker", [mypy, pyright])


def complaints(checker, path, folder):
    """Return the errors that a checker finds in a file that uses the installed package."""
    done = subprocess.run(checker(path, folder), cwd=ROOT, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if path.name in line and "error" in line]


def test_type_checkers_are_shown_every_name_that_is_loaded_when_it_is_used():
    tree = ast.parse(Path(conslaw_nb.__file__).read_text(encoding="utf-8"))
    block = next(
        node for node in tree.body if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    )
    shown = {alias.asname or alias.name for node in block.body for alias in node.names}
    for_jupyter = {"load_ipython_extension", "unload_ipython_extension"}
    assert shown == {*conslaw_nb._HOME, *conslaw_nb._KINDS, *conslaw_nb._ROOMS} - for_jupyter


@pytest.mark.slow
@each_checker
def test_a_users_script_has_types_everywhere(tmp_path, checker):
    assert complaints(checker, SCRIPT, tmp_path) == []


@pytest.mark.slow
@each_checker
def test_mistakes_are_seen_before_anything_runs(tmp_path, checker):
    mistakes = {
        "cl.nonsense(3)": "nonsense",
        "cl.count_laws(phi).lawz": "lawz",
        "wrong: int = cl.check_law('x', phi)": "int",
        "cl.linear('two', 3)": "int",
    }
    script = tmp_path / "user.py"
    before = SCRIPT.read_text(encoding="utf-8")
    script.write_text(before + "\n".join(mistakes), encoding="utf-8")
    found = complaints(checker, script, tmp_path)
    for number, (mistake, word) in enumerate(mistakes.items(), before.count("\n") + 1):
        assert any(f".py:{number}:" in line and word in line for line in found), mistake
