"""The browser edition: built by its own command, it runs lessons with no server and asks nobody for anything."""

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import pytest
from lab_page import _READY, LabPage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.network]

ROOT = Path(__file__).resolve().parent.parent.parent
LESSON = "01_what_never_changes.ipynb"
START = 120  # Python has to arrive and to start; a busy machine takes its time


class Site:
    """The built folder behind a plain web server on a free port; `LabPage` asks it for its address."""

    def __init__(self, folder):
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

        self.folder = folder
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def said(self):
        return "a plain web server says nothing"


class LitePage(LabPage):
    """A window on the browser edition."""

    def open(self, path):
        self.page.goto(f"{self.server.address}/lab/index.html?path={quote(path)}")
        self._until(lambda: self.page.evaluate(_READY, path), START, f"{path} to open with a kernel")

    def save(self):
        """Save the notebook in front into the browser's storage."""
        self.page.evaluate("async () => { await window.jupyterapp.shell.currentWidget.context.save(); }")

    def write(self, index, source):
        """Write into a cell of code, counted from 0 among all cells."""
        self._ask("panel.content.model.cells.get(argument[0]).sharedModel.setSource(argument[1]);", [index, source])

    def place(self, cell_id):
        return [cell["id"] for cell in self.cells()].index(cell_id)


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
    served.server.shutdown()


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


def printed(lite, cell_id):
    cell = next(cell for cell in lite.cells() if cell["id"] == cell_id)
    return "".join("".join(o.get("text", o.get("data", {}).get("text/plain", ""))) for o in cell["outputs"])


def test_a_lesson_runs_alone_in_the_browser_with_the_same_answers(lite):
    """All of lesson 1: verdicts, a certificate re-checked, a slider; no error, and no request to elsewhere."""
    lite.open(LESSON)
    lite.run_all(seconds=300)
    assert lite.errors() == []
    saved = json.loads((ROOT / "lessons" / LESSON).read_text(encoding="utf-8"))["cells"]
    compared = 0
    for cell in saved:
        if cell["cell_type"] == "code" and cell["outputs"] and cell["id"] not in ("imports",):
            told = "".join("".join(o.get("text", o.get("data", {}).get("text/plain", ""))) for o in cell["outputs"])
            assert printed(lite, cell["id"]) == told, cell["id"]
            compared += 1
    assert compared > 20
    lite.show(0)
    before = lite.widget_html()
    lite.move_slider(0, +3)
    after = lite.widget_html(changed_from=before)
    assert [text for text in after if "<svg" in text] != [text for text in before if "<svg" in text]
    lite.screenshot("lite-lesson-1")
    assert lite.outside == []


def test_an_answer_and_its_progress_survive_a_reload(lite, context, site, tmp_path):
    lite.open(LESSON)
    index = lite.place("answer-1")
    lite.write(index, 'where.check("(5/4, 3/4)")')
    lite.write(
        lite.place("phi"),
        "from conslaw_nb.exact.backend import backend_name\nphi = cl.parametrization('u*v')\nprint(backend_name())",
    )
    lite.run_all(seconds=300)
    assert printed(lite, "answer-1").startswith("✓ Right.")
    assert "flint" in printed(lite, "phi")
    lite.save()
    lite.page.close()

    again = LitePage(context.new_page(), site, tmp_path)
    again.open(LESSON)
    cell = next(cell for cell in again.cells() if cell["id"] == "answer-1")
    assert "".join(cell["source"]) == 'where.check("(5/4, 3/4)")'
    again.write(again.place("title") + 1, "import conslaw_nb as cl\nprint(cl.teaching.progress())")
    again._ask("panel.content.activeCellIndex = 1;")
    again.page.evaluate("async () => { await window.jupyterapp.commands.execute('notebook:run-cell'); }")
    assert "1.1" in printed(again, "imports")
    again.page.close()


def test_an_updated_lesson_is_put_beside_the_learners_copy(site, context, tmp_path):
    """The copy with an answer stays; the new edition stands beside it, and a notice says so."""
    served = site.folder / "files" / LESSON
    old = served.read_text(encoding="utf-8")
    editions = [path for path in site.folder.rglob("*") if path.is_file() and path.suffix in (".html", ".json", ".js")]
    edition = json.loads(old)["metadata"]["conslaw"]["edition"]
    touched = [path for path in editions if edition in path.read_text(encoding="utf-8", errors="ignore")]
    assert touched
    before = {path: path.read_text(encoding="utf-8") for path in touched}
    try:
        for path, text in before.items():
            path.write_text(text.replace(edition, "0" * 16), encoding="utf-8")
        page = context.new_page()
        page.goto(f"{site.address}/lab/index.html?path={LESSON}")
        page.locator("#conslaw-notice").wait_for(timeout=START * 1000)
        told = page.locator("#conslaw-notice").inner_text()
        assert "has been updated. Your own copy is as you left it" in told
        assert LESSON.replace(".ipynb", ".new.ipynb") in told
        lite = LitePage(page, site, tmp_path)
        lite._until(lambda: page.evaluate(_READY, LESSON), START, "the learner's copy to open")
        cell = next(cell for cell in lite.cells() if cell["id"] == "answer-1")
        assert "".join(cell["source"]) == 'where.check("(5/4, 3/4)")'
        lite.screenshot("lite-updated")
        page.close()
    finally:
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")


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
