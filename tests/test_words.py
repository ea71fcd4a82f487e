"""The words that people read: no misspelling, and no link that leads nowhere inside the project."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READ = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "pages").glob("*.md")),
    *sorted((ROOT / "lessons").rglob("*.ipynb")),
]
each_text = pytest.mark.parametrize("path", READ, ids=lambda path: path.relative_to(ROOT).as_posix())


def spelling(*paths):
    """What codespell, which knows the common misspellings, has to say."""
    command = [
        sys.executable,
        "-m",
        "codespell_lib",
        "--ignore-words-list",
        "arithmetics,lamda,atention,widthes,ihs",
        *map(str, paths),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return done.stdout + done.stderr


def test_nothing_is_misspelt():
    pytest.importorskip("codespell_lib", reason="SPELLING NOT CHECKED: pip install codespell")
    assert spelling(*READ, "conslaw_nb", "tests", "tools", "benchmarks/__main__.py") == ""


def test_a_misspelling_is_found(tmp_path):
    pytest.importorskip("codespell_lib", reason="SPELLING NOT CHECKED: pip install codespell")
    page = tmp_path / "page.md"
    page.write_text("Here we reci" + "eve laws.")
    assert "==>" in spelling(page)


def prose(path):
    if path.suffix != ".ipynb":
        return re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


@each_text
def test_links_lead_somewhere(path):
    """Inside the project to a file that is there; outside by https, and to arXiv by a number."""
    text = re.sub(r"`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$", "", prose(path), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http:", "https:")):
            assert link.startswith("https://"), link
            if "arxiv.org" in link:
                assert re.fullmatch(r"https://arxiv\.org/(?:abs|pdf)/\d{4}\.\d{4,5}", link), link
        elif not link.startswith(("#", "mailto:")):
            target = (path.parent / link.partition("#")[0]).resolve()
            # some pages of the site are made when it is built
            assert target.exists() or "generated" in target.parts, link
