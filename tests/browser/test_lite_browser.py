"""The browser edition: built by its own command, it runs lessons with no server and asks nobody for anything."""

import json
import re
import shutil
from pathlib import Path

import pytest
from lite_page import START, LitePage, Site, plain

from conslaw_nb.notebooks.saving import WIDGET_VIEW

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.network]

ROOT = Path(__file__).resolve().parent.parent.parent
LESSON, OTHER, WORKSHOP = "01_what_never_changes.ipynb", "02_orthogonality.ipynb", "proof_workshop.ipynb"
SEVENTH = "13_the_seventh_law.ipynb"


@pytest.fixture(scope="module")
def site(public, tmp_path_factory):
    """Serve a copy of the edition that is published with the site: one of these tests updates lessons in it."""
    if not (public / "lite").is_dir():
        pytest.skip("BROWSER EDITION NOT TESTED: no npm here; install Node.js")
    out = tmp_path_factory.mktemp("lite") / "site"
    shutil.copytree(public / "lite", out)
    served = Site(out, packed=True)
    yield served
    served.close()


@pytest.fixture(scope="module")
def context(chromium):
    """One visitor, whose browser remembers."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
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


# A copy of a lesson among the learner's own, as one has it who opens and saves it and writes nothing.
SAVED_AS_IT_IS = """async name => { const { contents } = window.jupyterapp.serviceManager;
    await contents.save(name, await contents.get(name, { content: true, type: "notebook", format: "json" })); }"""


def test_lessons_run_alone_in_the_browser_and_the_second_visit_needs_no_connection(lite, context):
    """Proofs and lesson 1 come out as saved, with no request to elsewhere; then an answer, and the train ride."""
    lite.open(WORKSHOP)
    lite.run_all(seconds=300)
    assert lite.errors() == []
    assert as_saved(lite, WORKSHOP) > 5

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

    lite.write("answer-1", 'where.check("(5/4, 3/4)")')
    lite.run_cell("answer-1")
    assert lite.printed("answer-1").startswith("✓ Right.")
    lite.write("phi", "from conslaw_nb.exact.backend import backend_name\nprint(backend_name())")
    for _ in range(60):
        lite.run_cell("phi")
        assert lite.printed("phi").strip() in ("plain", "flint")  # the fast arithmetic comes while one reads
        if "flint" in lite.printed("phi"):
            break
        lite.page.wait_for_timeout(1000)
    assert "flint" in lite.printed("phi")
    lite.save()
    assert lite.outside == []

    context.set_offline(True)
    try:
        lite.page.reload()
        lite.wait_for_kernel(LESSON)
        kept = {cell["id"]: cell for cell in lite.cells()}
        assert "".join(kept["answer-1"]["source"]) == 'where.check("(5/4, 3/4)")'
        # A saved widget would be looked for for ever: the page shows the still picture instead.
        shown = kept["explorer"]["outputs"]
        assert [WIDGET_VIEW in output["data"] for output in shown] == [False]
        assert "<svg" in str(shown) or "data:image/svg" in str(shown)
        assert "Loading widget" not in lite.page.locator(".jp-Notebook").inner_text()
        lite.screenshot("lite-second-visit")
        # Nothing is run again but the question after the record, and what needs the network where it is there.
        lite.write("imports", "import conslaw_nb as cl\nprint(cl.teaching.progress())")
        for cell in ("imports", "phi"):
            lite.run_cell(cell)
        assert re.search(r"1\.1 +✓ solved", lite.printed("imports"))
        assert lite.errors() == []
    finally:
        context.set_offline(False)

    assert lite.plain_slider("imports") == "5"  # the Notebook app would take its keys for cells
    lite.page.evaluate(SAVED_AS_IT_IS, OTHER)  # for the test of updates


# What a browser says of a page whose data are blocked, and of a device that is full.
BLOCKED = """for (const name of ["indexedDB", "localStorage", "sessionStorage", "caches"])
    Object.defineProperty(self, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""
FULL = """const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
    if (self.isFull) throw new DOMException("full", "QuotaExceededError");
    return put.apply(this, given);
};"""
ANSWER = 'where.check("(5/4, 3/4)")'


def downloaded(lite):
    """What the notice hands out: the notebook as it is on the page."""
    with lite.page.expect_download() as started:
        lite.page.get_by_role("button", name="Download the notebook").click()
    assert started.value.suggested_filename == LESSON
    book = json.loads(Path(started.value.path()).read_text(encoding="utf-8"))
    return {cell["id"]: "".join(cell["source"]) for cell in book["cells"]}


def asks_before_it_closes(lite):
    """Whether the browser asks a person who leaves the page."""
    lite.page.locator(".jp-Notebook").click(position={"x": 5, "y": 5})  # it asks nobody who has touched nothing
    with lite.page.expect_event("dialog") as asked:
        lite.page.close(run_before_unload=True)
    asked.value.accept()
    return asked.value.type == "beforeunload"


def test_where_nothing_can_be_kept_a_lesson_runs_all_the_same_and_says_so(site, chromium, tmp_path):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(BLOCKED)
    lite = LitePage(context.new_page(), site, tmp_path)
    lite.open(LESSON)
    told = lite.page.locator("#conslaw-room")
    assert "This browser keeps nothing for this page" in told.inner_text()
    lite.write("answer-1", ANSWER)
    for cell in ("imports", "exercise-1", "answer-1"):
        lite.run_cell(cell)
    assert lite.printed("answer-1").startswith("✓ Right.")
    lite.save()
    assert downloaded(lite)["answer-1"] == ANSWER
    told.get_by_role("button", name="Understood").click()
    assert told.count() == 0
    assert asks_before_it_closes(lite)
    context.close()


def test_work_that_finds_no_room_is_told_handed_out_and_offered_again(site, chromium, tmp_path):
    """Before that, what was kept for a quicker next visit is let go."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(FULL)
    lite = LitePage(context.new_page(), site, tmp_path)
    lite.open(LESSON)
    kept = "async () => (await (await caches.open('conslaw_nb kept')).keys()).length"
    assert lite.page.evaluate(kept) > 10
    lite.page.evaluate("() => { window.isFull = true; }")
    lite.write("answer-1", ANSWER)
    lite.save()
    told = lite.page.locator("#conslaw-room")
    assert "no room left for your work: your last changes are not kept" in told.inner_text()
    assert lite.page.evaluate(kept) == 0
    assert downloaded(lite)["answer-1"] == ANSWER
    assert lite.page.locator(".jp-Dialog").count() == 0
    lite.page.evaluate("() => { window.isFull = false; }")
    told.wait_for(state="detached", timeout=START * 1000)  # offered again, and kept
    lite.page.reload()
    lite.wait_for_kernel(LESSON)
    assert {cell["id"]: "".join(cell["source"]) for cell in lite.cells()}["answer-1"] == ANSWER
    lite.page.evaluate("() => { window.isFull = true; }")
    lite.write("answer-1", "")
    lite.save()
    assert asks_before_it_closes(lite)
    context.close()


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


STORED = """async name =>
    (await window.jupyterapp.serviceManager.contents.get(name, { content: true, type: "notebook" })).content.cells"""


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
        saved = {cell["id"]: "".join(cell["source"]) for cell in lite.page.evaluate(STORED, name)}
        assert "This sentence is new." in saved["title"]
    assert lite.outside == []


def test_the_list_of_files_has_the_lessons_titles_and_no_record(lite):
    """JupyterLab, for those who ask for it."""
    lite.go(LESSON, app="lab")
    lite.wait_for_file(LESSON)
    shown = lite.page.locator(".jp-DirListing-content")
    lite.page.wait_for_function(
        "() => document.querySelector('.jp-DirListing-content').innerText.includes('What never')"
    )
    assert "conslaw-progress" not in shown.inner_text()
    assert not re.search(r"\d\d(?:y| years) ago", shown.inner_text())


PICTURES = """async () => {
    const kept = await caches.open("conslaw_nb kept");
    return (await kept.keys()).map(({ url }) => url).filter(url => url.includes("/memory/"));
}"""


ALONE = "() => [...window.jupyterapp.shell.widgets('main')].map(widget => widget.context.path)"


def starts_from_a_picture(lite):
    """Whether the Python of another lesson has more imported than a first visit needs; the link opens nothing else."""
    lite.open(OTHER)
    assert lite.page.evaluate(ALONE) == [OTHER]  # not also what was open before, with a Python of its own
    lite.write("imports", "import sys\nprint('conslaw_nb.widgets.law' in sys.modules)")
    lite.run_cell("imports")
    return lite.printed("imports").strip() == "True"


def test_a_first_visit_on_a_phone_and_the_next_from_a_picture_of_python(site, chromium, tmp_path):
    """What is run before Python is there waits; and the next visit's Python is whole, or the picture is let go."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    lite = LitePage(context.new_page(), site, tmp_path)
    lite.go(LESSON)
    lite.page.locator("#conslaw-preview h1").wait_for(timeout=START * 1000)
    assert "What never changes?" in lite.page.locator("#conslaw-preview").inner_text()
    assert re.search(
        r"Python is coming, \d+\.\d of \d+\.\d MB|Python starts", lite.page.locator("#conslaw-start").inner_text()
    )
    for _ in range(4):  # from the first moment on: title, imports, a paragraph, the figure
        lite.page.keyboard.press("Shift+Enter")
    lite.wait_for_kernel(LESSON)
    explorer = lite.place("explorer")
    lite._until(lambda: lite.cells()[explorer]["execution_count"] == 2, 60, "the fourth cell to have run")
    lite.page.locator("#conslaw-start").wait_for(state="detached", timeout=START * 1000)
    assert lite.page.title() == "1 · What never changes?"
    assert lite.page.locator("#jp-NotebookLogo").get_attribute("href") == f"{site.address}/index.html"
    column = lite.page.locator(".jp-Notebook").first.bounding_box()
    assert column["width"] >= 380  # a phone's whole width
    lite.screenshot("lite-phone")

    lite.page.evaluate("() => { new Worker('../conslaw/picture.js', { type: 'module', name: 'notebook' }); }")
    lite._until(lambda: len(lite.page.evaluate(PICTURES)) == 1, START, "the picture")
    assert starts_from_a_picture(lite)
    # From it, the seventh law to thirty digits and its certificate: what is not imported yet is found, and files too.
    lite.open(SEVENTH)
    lite.run_all(seconds=300)
    assert lite.errors() == []
    assert as_saved(lite, SEVENTH) > 25
    lite.write("imports", "import os, calendar\nprint(sorted(os.listdir())[0], {'page', 'shell'} & set(dir()))")
    lite.run_cell("imports")
    assert lite.printed("imports").strip() == f"{LESSON} set()"
    assert lite.outside == []

    lite.page.evaluate(
        "async ([url]) => { await (await caches.open('conslaw_nb kept')).put(url, new Response('not a picture')); }",
        lite.page.evaluate(PICTURES),
    )
    assert not starts_from_a_picture(lite)
    context.close()
