"""JupyterLab in headless Chromium, for tests: `jupyterlab` starts a server, `lab` opens a page on it."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lab_page import LabPage, LabServer, find_chromium


def pytest_collection_modifyitems(items):
    """Do not begin two files that need the built site at once: the second worker would wait while the first builds."""
    folder = Path(__file__).parent
    late = [item for item in items if item.path == folder / "test_site_browser.py"]
    rest = [item for item in items if item.path != folder / "test_site_browser.py"]
    last = max((place for place, item in enumerate(rest) if item.path.parent == folder), default=-1)
    items[:] = [*rest[: last + 1], *late, *rest[last + 1 :]]


def _need_a_browser() -> tuple:
    """Return playwright's entry and Chromium's path, or skip and say how to get what is missing."""
    playwright = pytest.importorskip(
        "playwright.sync_api",
        reason="BROWSER TESTS SKIPPED: playwright is not installed; pip install playwright",
    )
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("BROWSER TESTS SKIPPED: no Chromium here; apt-get install --no-install-recommends chromium")
    return playwright, chromium


@pytest.fixture(scope="session")
def public(tmp_path_factory, root):
    """Build the site with the edition for the browser in it, as it is published, once for all tests of a run.

    In a copy: what is generated never reaches the checkout. CONSLAW_SITE names a folder that is built already, so that
    the workflow that publishes tests what it publishes.
    """
    if os.environ.get("CONSLAW_SITE"):
        return Path(os.environ["CONSLAW_SITE"])
    for module in ("sphinx", "myst_nb", "furo"):
        pytest.importorskip(module, reason='SITE TESTS SKIPPED: pip install -e ".[site]"')
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent  # shared by the workers: one builds, and the others wait
    built, claimed = base / "built", base / "built.claimed"
    try:
        os.close(os.open(claimed, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        for _ in range(1200):
            if (built / "done").exists():
                break
            time.sleep(0.5)
        assert (built / "done").read_text() == "", (built / "done").read_text()[-3000:]
        return built / "public"
    copy = built / "checkout"
    names = (".git", "_build", "generated", "__pycache__", ".hypothesis", ".*cache", "my-lessons", "build", "public")
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*names))
    command = [sys.executable, "tools/build_site.py", str(built / "public"), f"--cache={root / 'build' / 'lite-cache'}"]
    environment = {k: v for k, v in os.environ.items() if k != "GITHUB_REPOSITORY"} | {"PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    said = "" if done.returncode == 0 else done.stdout + done.stderr
    (built / "done").write_text(said)
    assert said == "", said[-3000:]
    return built / "public"


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory, root):
    """Serve a copy of the lessons to all tests: what a browser saves never reaches the checkout."""
    _need_a_browser()
    base = tmp_path_factory.mktemp("jupyterlab")
    notebooks = base / "notebooks"
    hidden = shutil.ignore_patterns(".*", "__pycache__")
    shutil.copytree(root / "lessons", notebooks, ignore=hidden)
    with LabServer(notebooks, base / "private", root) as server:
        yield server


@pytest.fixture(scope="module")
def chromium():
    """Start Chromium once for a file: longer, and playwright's event loop would be in other tests' way."""
    playwright, executable = _need_a_browser()
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    flags += ["--disable-background-networking", "--disable-component-update"]
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=executable, args=flags)
        yield browser
        browser.close()


def _window(chromium, server, pictures):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = LabPage(context.new_page(), server, pictures)
    yield page
    page.shut_down_kernel()
    context.close()


@pytest.fixture
def lab(jupyterlab, chromium, tmp_path):
    """Open a fresh browser window on the server."""
    yield from _window(chromium, jupyterlab, tmp_path)


@pytest.fixture(scope="module")
def window(jupyterlab, chromium, tmp_path_factory):
    """One window for a whole file, whose tests `switch` to their notebooks: loading JupyterLab costs more than they."""
    yield from _window(chromium, jupyterlab, tmp_path_factory.mktemp("pictures"))
