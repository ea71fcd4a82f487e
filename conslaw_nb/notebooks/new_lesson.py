"""What `conslaw new-lesson NAME` does: a folder with a lesson, its exercise, its tests and its workflow.

The files are those of `template` beside this one, with the name put in: what is tested there is what an author gets.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from unicodedata import combining, normalize
from urllib.parse import urlsplit
from urllib.request import url2pathname

import conslaw_nb

from ..errors import LabError
from ..teaching.lesson_text import NAME
from ..teaching.syllabus import is_taken

__all__ = ["FILES", "TEMPLATE", "requirement", "write_lesson"]

TEMPLATE = Path(__file__).resolve().parent / "template"

# Where a file of the template goes; NAME is the lesson's. Names that begin with a dot are given here, so that no
# packager loses the files.
FILES = {
    "README.md": "README.md",
    "check.yml": ".github/workflows/check.yml",
    "gitignore": ".gitignore",
    "lesson.ipynb": "NAME.ipynb",
    "lesson.md": "NAME.md",
    "lesson.py": "NAME.py",
    "pyproject.toml": "pyproject.toml",
    "solution.ipynb": "solution.ipynb",
    "tests/test_exercises.py": "tests/test_exercises.py",
}

_NAME = re.compile(NAME)


def requirement(address: str | None = None) -> str:
    """Return the line of requirements.txt that installs this package with what the checks need.

    `address`: where pip finds it, such as ``git+https://...``. Without it: the address from which it was installed
    here, if others can reach that one; else its name and version.

    Examples
    --------
    >>> requirement("git+https://example.org/conslaw_nb.git")
    'conslaw_nb[check] @ git+https://example.org/conslaw_nb.git'
    """
    if address is None:
        address = _installed_from()
    if not address:
        return f"conslaw_nb[check]>={conslaw_nb.__version__}"
    if not re.fullmatch(r"(git\+)?(https|http|ssh|file)://\S+", address):
        raise LabError(
            f"{address[:80]!r} is not an address from which pip installs: write one such as "
            "git+https://github.com/NAME/conslaw_nb"
        )
    return f"conslaw_nb[check] @ {address}"


def _installed_from() -> str:
    """Return the address from which others can install what is installed here: pip's, or that of the clone."""
    try:
        data = json.loads(distribution("conslaw_nb").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError, OSError):
        return ""
    url = str(data.get("url", "")) if isinstance(data, dict) else ""
    if url.startswith("file:"):
        return _origin(Path(url2pathname(urlsplit(url).path)))
    if not re.fullmatch(r"https?://\S+", url):
        return ""
    vcs = data.get("vcs_info")
    if not isinstance(vcs, dict):
        return url
    return f"{vcs.get('vcs', 'git')}+{url}@{vcs.get('commit_id', 'main')}"


def _origin(folder: Path) -> str:
    """Return the address that a clone came from, without the name and the password that may stand in it."""
    try:
        command = ["git", "-C", str(folder), "remote", "get-url", "origin"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    found = re.fullmatch(r"(?:https://|ssh://git@|git@)(?:[^@/\s]+@)?([\w.-]+)[:/]([\w./~-]+)", done.stdout.strip())
    return f"git+https://{found[1]}/{found[2]}" if found and done.returncode == 0 else ""


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) and not is_taken(name):
        return
    shown = name if len(name) <= 60 else f"{name[:57]}..."
    plain = "".join(sign for sign in normalize("NFKD", name) if not combining(sign))  # ü is written as u
    cleaned = re.sub(r"[^A-Za-z0-9_]+", "-", Path(plain.replace("\\", "/")).name).strip("-_")[:40].lower()
    better = cleaned if _NAME.fullmatch(cleaned) and not is_taken(cleaned) else "my-lesson"
    if is_taken(name):
        raise LabError(f"{shown!r} is a name that a system, Python or this package keeps for itself: try {better!r}")
    raise LabError(
        f"{shown!r} is not a name for a lesson: it begins with an English letter and goes on with letters, "
        f"digits, - and _, at most 40 in all; try {better!r}"
    )


def write_lesson(name: str, address: str | None = None, folder: Path | str = ".") -> Path:
    """Write the files of a new lesson, all or nothing.

    `name`: the name of the new folder; `address`: where pip finds this package, for requirements.txt; `folder`: where
    the new folder is made: by default the current one. Returns the new folder. Raises LabError: a name that is none,
    something that is there already, or a place that cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     print(sorted(path.name for path in write_lesson("three-weights", folder=place).glob("*.ipynb")))
    ['solution.ipynb', 'three-weights.ipynb']
    """
    _check_name(name)
    line = requirement(address)
    target = Path(folder) / name
    if target.exists() or target.is_symlink():
        raise LabError(f"'{target}' exists, so it is left alone: give another name, or move it away")
    title = re.sub(r"[-_]+", " ", name).strip().capitalize()
    made = ""
    try:
        made = tempfile.mkdtemp(dir=target.parent, prefix=".new-lesson-")
        for source, place in FILES.items():
            file = Path(made, place.replace("NAME", name))
            file.parent.mkdir(parents=True, exist_ok=True)
            text = (TEMPLATE / source).read_text(encoding="utf-8")
            file.write_text(_filled(source, text, name, title), encoding="utf-8", newline="\n")
        note = "" if "@" in line else "# If pip does not find it by its name: conslaw_nb[check] @ git+https://...\n"
        Path(made, "requirements.txt").write_text(f"{note}{line}\n", encoding="utf-8", newline="\n")
        Path(made).chmod(0o755)
        os.rename(made, target)
    except OSError as error:
        if made:
            shutil.rmtree(made, ignore_errors=True)
        raise LabError(
            f"the lesson cannot be written to '{target}': {error.strerror or error}; "
            "go to a folder that you may write to"
        ) from None
    return target


def _filled(source: str, text: str, name: str, title: str) -> str:
    """Put the name and the title into a file of the template, whose own name is `lesson`."""
    if source.endswith(".ipynb"):
        book = json.loads(text)
        book["metadata"].pop("conslaw", None)  # how the template itself is kept fresh
        text = json.dumps(book, indent=1, ensure_ascii=False) + "\n"
    text = re.sub(r"\blesson(?=\.(\d|md|py|ipynb)\b| · TITLE)", name, text)
    return text.replace("# TITLE", f"# {title}", 1).replace(" · TITLE", f" · {title}", 1)
