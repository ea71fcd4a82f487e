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


MISTAKES = {
    "cl.nonsense(3)": "nonsense",
    "cl.count_laws(phi).lawz": "lawz",
    "wrong: int = cl.check_law('x', phi)": "int",
    "cl.linear('two', 3)": "int",
}


@pytest.fixture(scope="module", params=["mypy", "pyright"])
def complaints(request, tmp_path_factory):
    """Show a checker the good file and one with mistakes, both at once; return what it says, and the second file."""
    folder = tmp_path_factory.mktemp("typed")
    slips = folder / "with_mistakes.py"
    slips.write_text(SCRIPT.read_text(encoding="utf-8") + "\n".join(MISTAKES), encoding="utf-8")
    if request.param == "mypy":
        command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", f"--cache-dir={folder}"]
    else:
        found = shutil.which("pyright") or pytest.skip("PYRIGHT NOT TRIED: pip install pyright")
        command = [found, "--pythonpath", sys.executable]
    done = subprocess.run([*command, str(SCRIPT), str(slips)], cwd=ROOT, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if "error" in line], slips


def test_type_checkers_are_shown_every_name_that_is_loaded_when_it_is_used():
    tree = ast.parse(Path(conslaw_nb.__file__).read_text(encoding="utf-8"))
    block = next(
        node for node in tree.body if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    )
    shown = {alias.asname or alias.name for node in block.body for alias in node.names}
    for_jupyter = {"load_ipython_extension", "unload_ipython_extension"}
    assert shown == {*conslaw_nb._HOME, *conslaw_nb._KINDS, *conslaw_nb._ROOMS} - for_jupyter


@pytest.mark.slow
def test_a_users_script_has_types_everywhere(complaints):
    assert [line for line in complaints[0] if SCRIPT.name in line] == []


@pytest.mark.slow
def test_mistakes_are_seen_before_anything_runs(complaints):
    said, slips = complaints
    for number, (mistake, word) in enumerate(MISTAKES.items(), SCRIPT.read_text(encoding="utf-8").count("\n") + 1):
        assert any(f"{slips.name}:{number}:" in line and word in line for line in said), mistake
