"""The doors to lesson 1, each opened as a newcomer opens it, until the lesson's first verdict stands on the screen.

What counts: what a newcomer has to do (lines to type, clicks), seconds, and bytes. Headless Chromium opens the page;
the tests' own harness (``tests/browser``) and the builders (``tools``) are used, so that what is measured is what is
tested. Needs Chromium, playwright, npm, and a package index; what is missing is said and not measured.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

__all__ = ["DOORS", "browser_edition", "door", "missing"]

ROOT = Path(__file__).resolve().parent.parent
LESSON = "01_what_never_changes.ipynb"
# Bytes a second, and seconds until an answer begins. The server keeps to them, and so they hold for workers too, which
# the browser's own emulation of a slow line leaves out.
LINES = {"as fast as it goes": None, "10 Mbit/s": (10e6 / 8, 0.02), "1.5 Mbit/s": (1.5e6 / 8, 0.04)}
PATIENCE = 600
PICTURES = (
    """async () => (await (await caches.open("conslaw_nb kept")).keys()).some(({ url }) => url.includes("/memory/"))"""
)


def missing() -> str:
    """Return what is needed and not here, or an empty text."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return 'playwright is not installed: pip install -e ".[test]"'
    _harness()
    from lab_page import find_chromium

    return "" if find_chromium() else "there is no Chromium: apt-get install --no-install-recommends chromium"


def _harness() -> None:
    """Let the tests' harness and the builders be imported."""
    for folder in (ROOT / "tests" / "browser", ROOT / "tools"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))


@contextmanager
def _chromium() -> Iterator[Any]:
    from lab_page import find_chromium
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-background-networking"]
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=find_chromium(), args=flags)
        yield browser
        browser.close()


def _play(page: Any) -> None:
    """Press Shift+Enter, cell after cell, until the lesson's first verdict is there."""
    page.page.evaluate(
        "() => { window.ran = null; window.jupyterapp.commands.execute('notebook:run-all-cells')"
        ".then(() => { window.ran = 'done'; }); }"
    )
    page._until(lambda: _first_verdict(page), PATIENCE, "a verdict")


def _first_verdict(page: Any) -> str:
    """Return the first verdict among the outputs that this kernel gave, or an empty text."""
    for output in (output for cell in page.outputs() for output in cell):
        text = "".join(output.get("data", {}).get("text/plain", ""))
        if text.startswith(("PROVED", "REFUTED")):
            return text.partition("\n")[0]
    return ""


def _finish(page: Any) -> list[str]:
    """Let the lesson run to its end and move a slider; return what was wrong."""
    page._until(lambda: page.page.evaluate("() => window.ran"), PATIENCE, "all cells to run")
    wrong = [f"lesson 1 says {error}" for error in page.errors()]
    before = page.widget_html()
    page.move_slider(0, 3)
    if page.widget_html(changed_from=before) == before:
        wrong.append("a slider of lesson 1 was moved, and its picture stayed as it was")
    return wrong


def _visit(page: Any, go: Callable[[], None], started: float) -> dict[str, Any]:
    """Open the lesson by `go` and play with it; return the seconds from `started` on."""
    go()
    page.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    opened = perf_counter() - started
    _play(page)
    verdict = perf_counter() - started
    return {"open": round(opened, 1), "verdict": round(verdict, 1), "wrong": _finish(page)}


def _clean_environment(private: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER", "CONSLAW", "IPYTHON"))}
    own = {f"JUPYTER_{name}_DIR": str(private / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    own |= {f"JUPYTERLAB_{name}_DIR": str(private / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
    return kept | own | {"IPYTHONDIR": str(private / "ipython")} | more


def _copy_and_environment(place: Path) -> tuple[Path, str, dict[str, str]]:
    """Make what a newcomer has: a copy of the project and a fresh environment, active."""
    import build_binder

    copy = place / "conslaw_nb"
    build_binder.checkout_copy(ROOT, copy)
    python, environment = build_binder.new_environment(sys.executable, place / "env")
    private = _clean_environment(place / "private")
    # The harness talks to JupyterLab's own object, which a newcomer's lab keeps to itself.
    config = Path(private["JUPYTER_CONFIG_DIR"], "jupyter_lab_config.json")
    config.parent.mkdir(parents=True)
    config.write_text('{"LabApp": {"expose_app_in_browser": true}}', encoding="utf-8")
    return copy, python, environment | {k: v for k, v in private.items() if k.startswith(("JUPYTER", "IPYTHON"))}


def readme_command() -> str:
    """Return the README's one line that opens the lesson."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.search(r"<!-- ci:open-the-lesson -->\n```bash\n(.+)\n```", text)[1]


def _opened_by(command: str, copy: Path, environment: dict[str, str], place: Path, browser: Any) -> dict[str, Any]:
    """Type a command that ends in a JupyterLab that opens itself, and go where it sends the browser."""
    told = place / "address"
    opener = place / "opener"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" >{shlex.quote(str(told))}.part && mv {shlex.quote(str(told))}.part '
                      f"{shlex.quote(str(told))}\n")  # fmt: skip
    opener.chmod(0o755)
    started = perf_counter()
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", command], cwd=copy, env=environment | {"BROWSER": f"{opener} %s"}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        while not told.is_file():
            if process.poll() is not None or perf_counter() - started > PATIENCE:
                raise RuntimeError(f"'{command}' opened nothing:\n{(place / 'log').read_text()[-2000:]}")
            sleep(0.05)
        waited = perf_counter() - started
        return {"until_browser": round(waited, 1)} | _in_window(told.read_text(), place, browser, started)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def _in_window(told: str, place: Path, browser: Any, started: float) -> dict[str, Any]:
    from lab_page import LabPage

    class Server:  # what LabPage asks of a server
        address = ""

        def said(self) -> str:
            return (place / "log").read_text()[-2000:]

    # JupyterLab hands the browser a file that leads on to its page, with the token in the address.
    if told.startswith("file:"):
        page_text = Path(re.sub(r"^file:/+", "/", told)).read_text(encoding="utf-8")
        told = re.search(r'(?i)\burl=(http[^"]+)"', page_text)[1].replace("&amp;", "&")
        sleep(1)  # as that file says
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    page = LabPage(context.new_page(), Server(), place)

    def go() -> None:
        page.page.goto(told)
        page.wait_for_kernel(LESSON, PATIENCE)

    found = _visit(page, go, started)
    context.close()
    return found


def local(place: Path, browser: Any) -> dict[str, Any]:
    """The README's first command, typed into a fresh environment."""
    copy, _, environment = _copy_and_environment(place)
    found = {"lines": 1, "clicks": 0} | _opened_by(readme_command(), copy, environment, place, browser)
    (place / "address").unlink()
    again = _opened_by("conslaw lab", copy, environment, place, browser)
    return found | {"again": {key: again[key] for key in ("open", "verdict")}}


def binder(place: Path, browser: Any) -> dict[str, Any]:
    """What Binder builds, from its start on; its own queue and the loading of the image cannot be measured here."""
    import build_binder
    from lab_page import LabPage, LabServer

    built = build_binder.build(place / "built", ROOT)
    (place / "private").mkdir()
    started = perf_counter()
    with LabServer(built.home, place / "private", None, built.python, built.environment) as server:
        context = browser.new_context(viewport={"width": 1280, "height": 1600})
        page = LabPage(context.new_page(), server, place)
        found = _visit(page, lambda: page.open(f"lessons/{LESSON}"), started)
        context.close()
    sizes = {"base_bytes": built.base_bytes, "added_bytes": built.added_bytes}
    return {"lines": 0, "clicks": 1} | found | sizes | {"build": round(built.added_seconds, 1)}


def browser_alone(place: Path, browser: Any) -> dict[str, Any]:
    """The browser edition, on a line as fast as it goes; `browser_edition` measures more of it."""
    return {"lines": 0, "clicks": 1} | _edition_visit(_public(place) / "lite", browser, None)


def classroom(place: Path, browser: Any) -> dict[str, Any]:
    """A lecturer's one line for a new course, and its first lesson in JupyterLab."""
    from lab_page import LabPage, LabServer

    started = perf_counter()
    folder = place / "course"
    command = [sys.executable, "-m", "conslaw_nb", "course", "new", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"conslaw course new said: {done.stderr or done.stdout}")
    made = perf_counter() - started
    (place / "private").mkdir()
    with LabServer(folder, place / "private", ROOT) as server:
        context = browser.new_context(viewport={"width": 1280, "height": 1600})
        page = LabPage(context.new_page(), server, place)
        found = _visit(page, lambda: page.open(f"lessons/{LESSON}"), started)
        context.close()
    return {"lines": 2, "clicks": 0, "made": round(made, 1)} | found


DOORS: dict[str, Callable[[Path, Any], dict[str, Any]]] = {
    "local": local,
    "binder": binder,
    "browser": browser_alone,
    "class": classroom,
}


def door(name: str) -> dict[str, Any]:
    """Open one door."""
    _harness()
    with tempfile.TemporaryDirectory() as folder, _chromium() as browser:
        found = DOORS[name](Path(folder), browser)
    return found | {"load": _load()}


def _load() -> float | None:
    """Return how busy the machine is: seconds mean little where other programs want the processors, too."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def _public(place: Path) -> Path:
    """Build the site with the edition for the browser in it, as it is published."""
    if shutil.which("npm") is None:
        raise RuntimeError("npm is missing, and the browser edition is built with it")
    out, copy = place / "public", place / "checkout"
    build_copy(copy)
    command = [sys.executable, "tools/build_site.py", str(out), f"--cache={ROOT / 'build' / 'lite-cache'}"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the site could not be built: {done.stdout + done.stderr}")
    return out


def build_copy(copy: Path) -> None:
    """Copy the checkout: what the builder generates never reaches it."""
    import build_binder

    build_binder.checkout_copy(ROOT, copy)


def _edition_visit(folder: Path, browser: Any, line: tuple[float, float] | None) -> dict[str, Any]:
    """Follow the link to lesson 1 with a browser that knows nothing yet, and once more with what it has kept."""
    from lite_page import LitePage, Site

    site = Site(folder, *(line or ()), packed=True)
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    try:
        visits = []
        for _ in range(2):
            site.asked.clear()
            page = LitePage(context.new_page(), site, folder)
            started = perf_counter()
            page.go(LESSON, wait_until="commit")
            page.page.locator("#conslaw-preview h1, .jp-Notebook h1").first.wait_for(timeout=PATIENCE * 1000)
            text = perf_counter() - started
            page.wait_for_kernel(LESSON, PATIENCE)
            opened = perf_counter() - started
            _play(page)
            verdict = perf_counter() - started
            seen = {"text": round(text, 1), "open": round(opened, 1), "verdict": round(verdict, 1)}
            seen |= {"bytes": sum(size for _, size in site.asked), "files": len(site.asked)}
            seen["wrong"] = _finish(page) + [f"it asked another server: {address}" for address in page.outside]
            seen["load"] = _load()
            seen["largest"] = [[name, size] for name, size in sorted(site.asked, key=lambda one: -one[1])[:12]]
            visits.append(seen)
            # Who reads on for half a minute has a picture of Python kept for the next visit.
            page._until(lambda page=page: page.page.evaluate(PICTURES), PATIENCE, "a picture of Python")
            page.page.close()
    finally:
        context.close()
        site.close()
    first, again = visits
    wrong = first.pop("wrong") + again.pop("wrong")
    return first | {"again": {key: again[key] for key in ("text", "open", "verdict", "bytes", "load")}, "wrong": wrong}


def _page_visit(folder: Path, browser: Any, line: tuple[float, float] | None) -> dict[str, Any]:
    """Open the first page on a phone that knows nothing yet, and press the button of its law box; then once more."""
    from lite_page import Site

    site = Site(folder, *(line or ()), packed=True)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    visits = []
    try:
        for _ in range(2):
            site.asked.clear()
            page = context.new_page()
            started = perf_counter()
            page.goto(f"{site.address}/index.html", wait_until="commit")
            page.locator("h1").first.wait_for(timeout=PATIENCE * 1000)
            text = perf_counter() - started
            page.locator(".cl-hero .cl-grip").first.wait_for(timeout=PATIENCE * 1000)
            moves = perf_counter() - started
            page.locator("form.cl-box [type=submit]").first.click()
            page.locator("form.cl-box output strong").first.wait_for(timeout=PATIENCE * 1000)
            seen = {"text": text, "moves": moves, "verdict": perf_counter() - started}
            seen = {name: round(value, 1) for name, value in seen.items()}
            said = page.locator("form.cl-box output").first.inner_text()
            wrong = [] if said.startswith("✓ PROVED") else [f"the page's law box says {said!r}"]
            seen |= {"bytes": sum(size for _, size in site.asked), "load": _load()}
            visits.append(seen | {"wrong": wrong})
            page.close()
    finally:
        context.close()
        site.close()
    first, again = visits
    wrong = first.pop("wrong") + again.pop("wrong")
    return first | {"again": again, "wrong": wrong}


def browser_edition() -> dict[str, Any]:
    """Measure the edition for the browser and the pages: sizes, first and second visits, on fast and on slow lines."""
    _harness()
    with tempfile.TemporaryDirectory() as folder, _chromium() as browser:
        site = _public(Path(folder))
        sizes = [path.stat().st_size for path in (site / "lite").rglob("*") if path.is_file()]
        found: dict[str, Any] = {"site_bytes": sum(sizes), "site_files": len(sizes), "visits": {}, "pages": {}}
        for name, line in LINES.items():
            found["visits"][name] = _edition_visit(site / "lite", browser, line)
            found["pages"][name] = _page_visit(site, browser, line)
    both = [*found["visits"].values(), *found["pages"].values()]
    found["wrong"] = [sentence for one in both for sentence in one.pop("wrong")]
    return found
