"""The site: it builds without a warning, asks nobody else for anything, and everybody can read it."""

import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build the site as its own command does, in a copy: what it generates never reaches the checkout."""
    for module in ("sphinx", "myst_nb", "furo"):
        pytest.importorskip(module, reason='SITE TESTS SKIPPED: pip install -e ".[site]"')
    base = tmp_path_factory.mktemp("site")
    copy = base / "checkout"
    ignore = shutil.ignore_patterns(
        ".git", "_build", "generated", "__pycache__", ".hypothesis", ".*cache", "my-lessons"
    )
    shutil.copytree(ROOT, copy, ignore=ignore)
    done = subprocess.run(
        [sys.executable, "tools/build_site.py", str(base / "out")],
        cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return base / "out"


@pytest.fixture(scope="module")
def address(built):
    """Serve the pages on a free port of this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=built))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


def pages(built):
    return sorted(path.relative_to(built).as_posix() for path in built.rglob("*.html"))


def test_every_lesson_every_exercise_and_every_statement_has_its_place(built):
    from conslaw_nb import teaching
    from conslaw_nb.paper.statements import statements

    for number, name in teaching.lessons().items():
        page = (built / "generated" / "lessons" / Path(name).with_suffix(".html")).read_text(encoding="utf-8")
        for task in teaching.exercises(number):
            assert f'id="exercise-{task.number}"' in page, task.number
        assert 'aria-label="Run this lesson"' in page
        assert "cl-picture" in page
    index = (built / "generated" / "statements.html").read_text(encoding="utf-8")
    assert all(f'id="{s.key.replace(".", "-")}"' in index for s in statements())
    assert len(re.findall(r"<details>", index)) == len(statements())


def test_every_link_inside_the_site_leads_somewhere(built):
    """Pages and places in them; the doors into the edition for the browser stand beside the site, not in it."""
    broken = []
    texts = {name: (built / name).read_text(encoding="utf-8") for name in pages(built)}
    for name, text in texts.items():
        body = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        for link in re.findall(r'<a\b[^>]*?href="([^"]*)"', body):
            if re.match(r"[a-z]+:", link) or "lite/" in link:
                continue
            path, _, place = link.partition("#")
            path = path.partition("?")[0]
            target = (built / name).parent.joinpath(path).resolve() if path else built / name
            relative = target.relative_to(built.resolve()).as_posix() if path else name
            if not target.is_file() or (place and relative in texts and f'id="{place}"' not in texts[relative]):
                broken.append((name, link))
    assert broken == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_is_accessible_and_complete_in_itself(built, address, chromium, scheme):
    """No serious finding of axe on any page, in both themes; no request to another machine; formulas are set."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = chromium.new_context(color_scheme=scheme)
    page, outside, findings = context.new_page(), [], []
    page.on("request", lambda request: outside.append(request.url) if not request.url.startswith(address) else None)
    for name in pages(built):
        page.goto(address + name)
        page.wait_for_function("!window.MathJax || !MathJax.startup || MathJax.startup.promise")
        page.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
        for found in axe.run(page).response["violations"]:
            if found["impact"] in ("serious", "critical"):
                findings.append((name, found["id"], found["nodes"][0]["html"][:200]))
        assert page.locator("mjx-merror").count() == 0, name
    context.close()
    assert findings == []
    if (built / "_static" / "mathjax" / "tex-svg.js").is_file():
        assert outside == []


def test_no_page_is_wider_than_a_phone(built, address, chromium):
    context = chromium.new_context(viewport={"width": 375, "height": 800})
    page, wide = context.new_page(), []
    for name in pages(built):
        page.goto(address + name)
        page.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
        if page.evaluate("document.documentElement.scrollWidth") > 375:
            wide.append(name)
    context.close()
    assert wide == []
