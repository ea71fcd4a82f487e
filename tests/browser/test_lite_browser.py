"""The browser edition: built by its own command, it runs lessons with no server and asks nobody for anything."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lite_page import START, LitePage, Site, plain

from conslaw_nb.notebooks.saving import WIDGET_VIEW

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.network]

ROOT = Path(__file__).resolve().parent.parent.parent
LESSON, OTHER, WORKSHOP = "01_what_never_changes.ipynb", "02_orthogonality.ipynb", "proof_workshop.ipynb"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build everything, from the packages that npm and pip fetch."""
    if shutil.which("npm") is None:
        pytest.skip("BROWSER EDITION NOT TESTED: no npm here; install Node.js")
    out = tmp_path_factory.mktemp("lite") / "site"
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "build_lite.py"), str(out)],
        capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    served = Site(out)
    yield served
    served.close()


@pytest.fixture(scope="module")
def context(chromium):
    """One visitor, whose browser remembers."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1400})
    yield context
    context.close()


@pytest.fixture
def lite(site, context, tmp_path):
    page = LitePage(context.new_page(), site, tmp_path)
    yield page
    page.page.close()


def as_saved(lite, name):
    """Compare what the page shows after a run with what the lesson's file holds; return how many cells."""
    compared = 0
    for cell in json.loads((ROOT / "lessons" / name).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and cell["outputs"]:
            assert lite.printed(cell["id"]) == plain(cell), cell["id"]
            compared += 1
    return compared


def test_a_lesson_runs_alone_in_the_browser_with_the_same_answers(lite):
    """All of lesson 1: verdicts, a certificate re-checked, a slider; no error, and no request to elsewhere."""
    lite.open(LESSON)
    lite.run_all(seconds=300)
    assert lite.errors() == []
    assert as_saved(lite, LESSON) > 20
    assert lite.printed("phi").startswith("PROVED")
    assert lite.printed("verify-file").startswith("PROVED: exactly 1 independent conservation law")
    assert lite.printed("verify-forged").startswith("REFUTED: the certificate is rejected")
    lite.show(0)
    before = lite.widget_html()
    lite.move_slider(0, +3)
    after = lite.widget_html(changed_from=before)
    assert [text for text in after if "<svg" in text] != [text for text in before if "<svg" in text]
    lite.screenshot("lite-lesson-1")
    assert lite.outside == []


def test_proofs_are_checked_there_too(lite):
    lite.open(WORKSHOP)
    lite.run_all(seconds=300)
    assert lite.errors() == []
    assert as_saved(lite, WORKSHOP) > 5
    assert lite.outside == []


def test_an_answer_and_its_progress_survive_a_reload(lite):
    """Nothing of what is asserted after the reload is run again but the question after the record."""
    lite.open(LESSON)
    lite.write("answer-1", 'where.check("(5/4, 3/4)")')
    lite.write("phi", "from conslaw_nb.exact.backend import backend_name\nprint(backend_name())")
    for cell in ("imports", "exercise-1", "answer-1", "phi"):
        lite.run_cell(cell)
    assert lite.printed("answer-1").startswith("✓ Right.")
    assert "flint" in lite.printed("phi")
    lite.save()
    lite.page.reload()

    lite.wait_for_kernel(LESSON)
    saved = {cell["id"]: "".join(cell["source"]) for cell in lite.cells()}
    assert saved["answer-1"] == 'where.check("(5/4, 3/4)")'
    lite.write("imports", "import conslaw_nb as cl\nprint(cl.teaching.progress())")
    lite.run_cell("imports")
    assert re.search(r"1\.1 +✓ solved", lite.printed("imports"))


def test_on_the_second_visit_every_figure_is_there(lite):
    """A saved widget would be looked for for ever: the page shows the still picture instead."""
    lite.open(LESSON)
    for cell in ("imports", "explorer"):
        lite.run_cell(cell)
    lite.save()
    lite.page.reload()
    lite.wait_for_file(LESSON)
    (saved,) = [cell for cell in lite.cells() if cell["id"] == "explorer"]
    assert [WIDGET_VIEW in output["data"] for output in saved["outputs"]] == [False]
    assert "<svg" in str(saved["outputs"]) or "data:image/svg" in str(saved["outputs"])
    assert "Loading widget" not in lite.page.locator(".jp-Notebook").inner_text()
    lite.screenshot("lite-second-visit")


def test_a_link_opens_its_lesson_alone(site, lite):
    """Not also what was open the last time, each with a Python of its own."""
    lite.go(OTHER)
    lite.wait_for_file(OTHER)
    open_there = "() => [...window.jupyterapp.shell.widgets('main')].map(widget => widget.context.path)"
    assert lite.page.evaluate(open_there) == [OTHER]
    lite.save()  # a copy that is the lesson as it was, for the next test


@pytest.fixture
def updated(site):
    """Let both lessons be updated on the site: a sentence more, and the edition that says so."""
    listed = site.folder / "conslaw" / "editions.json"
    before = {path: path.read_text(encoding="utf-8") for path in (listed, *(site.folder / "files").glob("0[12]*"))}
    editions = json.loads(before[listed])
    for name in (LESSON, OTHER):
        book = json.loads(before[site.folder / "files" / name])
        book["cells"][0]["source"] += "\n\nThis sentence is new."
        book["metadata"]["conslaw"] = {"edition": "0" * 16, "sources": "1" * 16}
        editions[name] |= book["metadata"]["conslaw"]
        (site.folder / "files" / name).write_text(json.dumps(book), encoding="utf-8")
    listed.write_text(json.dumps(editions), encoding="utf-8")
    yield
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")


def test_an_updated_lesson_is_put_beside_the_learners_copy_and_replaces_an_untouched_one(lite, updated):
    """The copy with an answer stays, the new edition stands beside it, and a notice says so."""
    lite.go(LESSON)
    lite.page.locator("#conslaw-notice").wait_for(timeout=START * 1000)
    told = lite.page.locator("#conslaw-notice").inner_text()
    assert "has been updated. Your own copy is as you left it" in told
    beside = LESSON.replace(".ipynb", ".new.ipynb")
    assert beside in told
    assert OTHER not in told
    lite.wait_for_file(LESSON)
    saved = {cell["id"]: "".join(cell["source"]) for cell in lite.cells()}
    assert saved["answer-1"] == 'where.check("(5/4, 3/4)")'
    lite.screenshot("lite-updated")

    for name in (beside, OTHER):
        lite.go(name)
        lite.wait_for_file(name)
        saved = {cell["id"]: "".join(cell["source"]) for cell in lite.cells()}
        assert "This sentence is new." in saved["title"]
    assert lite.outside == []


def test_the_public_build_takes_python_from_its_network_and_nothing_else_changes(tmp_path, site):
    """Its configuration only: from here the public network cannot be reached."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "build_lite.py"), str(tmp_path / "cdn"), "--cdn"],
        capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    config = (tmp_path / "cdn" / "jupyter-lite.json").read_text(encoding="utf-8")
    assert re.search(r"https://cdn\.jsdelivr\.net/pyodide/v[\d.]+/full/", config)

    def size(folder):
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    assert size(tmp_path / "cdn") < size(site.folder) - 5_000_000
