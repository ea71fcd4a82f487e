"""Type hints that help users: public names have types, and a name that is not there is an error at once."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "tests" / "typed" / "user_script.py"

pytestmark = pytest.mark.slow


def mypy(path, folder):
    """Return what mypy says of a file that uses the installed package."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", f"--cache-dir={folder}", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def test_a_users_script_has_types_everywhere(tmp_path):
    said = mypy(SCRIPT, tmp_path)
    assert [line for line in said.splitlines() if "user_script.py" in line] == []


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("cl.nonsense(3)", 'Module has no attribute "nonsense"'),
        ("cl.count_laws(phi).lawz", '"LawCount" has no attribute "lawz"'),
        ("wrong: int = cl.check_law('x', phi)", "Incompatible types in assignment"),
        ("cl.linear('two', 3)", "incompatible type"),
    ],
)
def test_a_mistake_is_seen_before_anything_runs(tmp_path, line, complaint):
    script = tmp_path / "user.py"
    script.write_text(SCRIPT.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    said = mypy(script, tmp_path)
    assert [row for row in said.splitlines() if "user.py" in row and "error" in row] != []
    assert complaint in said
