"""``pytest --nbval`` takes every kind of output of ours as it is: no sanitiser file, no tag, and no comment.

A notebook with each kind is run and saved, and compared strictly with two further runs, by nbval and by
check-notebook, whose hashes are salted differently.
"""

import json
import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from conslaw_nb.notebooks import check_notebook
from conslaw_nb.notebooks.running import fresh_kernel, surroundings

NBVAL = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-q"]
WIDGET = "application/vnd.jupyter.widget-view+json"

# Each kind of thing that a cell can end in, and a type of output by which it is known.
KINDS = {
    "verdict card": ('cl.check_law("x + y", phi)', "text/html"),
    "list of laws": ("cl.conservation_laws(phi, degree=4)", "text/html"),
    "one law": ("cl.conservation_laws(phi)[0]", "text/latex"),
    "count": ("cl.count_laws(phi)", "text/html"),
    "staircase, a table": ('cl.staircase(cl.parametrization("x + y**2/2", "y"))', "text/html"),
    "model": ("phi", "text/plain"),
    "fields": ('cl.vector_fields(["x", "y"], [["y", "x"], ["x**2", "1"]])', "text/plain"),
    "claim card": ('card = cl.claim("x**2 + y**2 is conserved", phi)\ncard', "text/html"),
    "hint": ("card.hints().next()", "text/markdown"),
    "certificate": ("cl.certify(phi)", "text/html"),
    "proof card": ("%%proof phi(x*y)\nx**2 - y**2 is conserved   by computation", "text/html"),
    "proof with a mistake": ('cl.proof("x + y is conserved by computation", phi)', "text/html"),
    "exercise": ('task = cl.teaching.exercise("1.1")\ntask', WIDGET),
    "feedback": ('task.check("(5/4, 3/4)")', "text/html"),
    "statement box": ('cl.teaching.statement("lemma-3.2")', "text/html"),
    "level map": ("cl.teaching.level_map()", "text/html"),
    "report": ("cl.teaching.report(phi)", "text/html"),
    "picture": (
        'picture = cl.drawing.Picture("A line", "The set where both coordinates agree, from (-1, -1) to (1, 1), '
        'drawn as one line through the origin.")\naxes = picture.axes(x=(-1, 1), y=(-1, 1))\n'
        "axes.curve([(-1, -1), (1, 1)])\npicture",
        "text/html",
    ),
    "figure with sliders": ("figure = cl.widgets.hyperbola_explorer(u=2, v=-1, x=1, y=3)\nfigure", WIDGET),
    "figure, moved": ("figure.y = 1\nfigure.path.end", "text/plain"),
    "figure with a text box": ('cl.widgets.law_checker(phi, "x**2 - y**2")', WIDGET),
    "error": ('cl.claim("nonsense")', "error"),
    "printed": ("print(cl.count_laws(phi))", "stdout"),
}


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook as Jupyter saves it after all its cells have run."""
    path = tmp_path_factory.mktemp("author") / "kinds.ipynb"
    cells = [new_code_cell('import conslaw_nb as cl\n\n%load_ext conslaw_nb\nphi = cl.parametrization("x*y")')]
    for name, (source, _) in KINDS.items():
        tags = {"tags": ["raises-exception"]} if name == "error" else {}
        cells.append(new_code_cell(source, metadata=tags))
    book = new_notebook(cells=cells)
    here = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(book, km=fresh_kernel(path.parent), timeout=120, resources=here)
    client.execute(env=surroundings() | {"PYTHONHASHSEED": "1"})
    nbformat.write(book, path)
    return path


def kinds_of(outputs):
    found = set()
    for output in outputs:
        found |= set(output.get("data", {})) | {output["output_type"], output.get("name", "")}
    return found


def test_the_notebook_shows_each_kind(notebook):
    cells = nbformat.read(notebook, as_version=4).cells[1:]
    shown = {name: kinds_of(cell.outputs) for name, cell in zip(KINDS, cells, strict=True)}
    assert [name for name, (_, kind) in KINDS.items() if kind not in shown[name]] == []


def test_nbval_compares_all_of_them_strictly_finds_no_difference_and_would_have_seen_one(notebook):
    """Beside the notebook lies another, whose count was changed after it was saved: that one cell is what fails."""
    book = json.loads(notebook.read_text(encoding="utf-8"))
    book["cells"] = [book["cells"][0], book["cells"][1 + list(KINDS).index("count")]]
    text = json.dumps(book).replace("exactly 1 independent", "exactly 2 independent")
    assert text != json.dumps(book)
    (notebook.parent / "other.ipynb").write_text(text, encoding="utf-8")
    (notebook.parent / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")  # no option of ours
    environment = surroundings() | {"PYTHONHASHSEED": "2"}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(NBVAL, cwd=notebook.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"1 failed, {len(KINDS) + 2} passed" in done.stdout
    assert re.findall(r"^FAILED (\S+?)::", done.stdout, re.MULTILINE) == ["other.ipynb"]


def test_check_notebook_finds_none_either(notebook, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "3")
    stale = [str(line) for line in check_notebook(notebook).lines if line.verdict == "STALE"]
    assert stale == []
