"""The site: it builds without a warning, asks nobody else for anything, and everybody can read it."""

import functools
import html
import http.server
import json
import re
import threading
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "generated/lessons/01_what_never_changes.html"


@pytest.fixture(scope="module")
def built(public):
    return public


@pytest.fixture(scope="module")
def engine(built):
    """Skip, loudly, where the pages have no engine: without npm there is no Python for browsers."""
    if not (built / "lite").is_dir():
        pytest.skip("LIVE PAGES NOT TESTED: no npm here; install Node.js")
    return built / "lite"


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
    found = (path.relative_to(built) for path in built.rglob("*.html"))
    return sorted(path.as_posix() for path in found if path.parts[0] not in ("lite", "_static"))


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
    """Pages and places in them, and the doors into the edition for the browser, which stands beside them."""
    broken = []
    texts = {name: (built / name).read_text(encoding="utf-8") for name in pages(built)}
    for name, text in texts.items():
        body = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
        for link in re.findall(r'<a\b[^>]*?href="([^"]*)"', body):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, place = link.partition("#")
            path = path.partition("?")[0]
            target = (built / name).parent.joinpath(path).resolve() if path else built / name
            relative = target.relative_to(built.resolve()).as_posix() if path else name
            if not target.is_file() or (place and relative in texts and f'id="{place}"' not in texts[relative]):
                broken.append((name, link))
    assert broken == []


def has_formula(page, node):
    """Whether what axe found holds a set formula: that is a picture, and no text to it."""
    return page.evaluate("name => !!document.querySelector(name)?.querySelector('mjx-container')", node["target"][0])


# One page of each kind: here contrasts are measured too, by day and by night; a kind's pages share their colours.
OF_A_KIND = ("index.html", LESSON, "generated/map.html", "generated/statements.html", "pages/class.html", "search.html")
COLOURS = ["color-contrast", "link-in-text-block"]
# A set formula is a picture of hundreds of strokes, which axe would walk through one by one and could say nothing of.
WITHOUT_STROKES = """() => { for (const svg of document.querySelectorAll("mjx-container > svg"))
    if (!svg.querySelector(":not(g, path, rect, use, defs, line, svg), [tabindex], [role], [aria-label]"))
        svg.replaceChildren(); }"""


def violations(page, **options):
    """What axe finds above a minor thing; what passes is not listed, which is most of axe's work."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for found in axe.run(page, options={"resultTypes": ["violations"], **options}).response["violations"]:
        nodes = [n for n in found["nodes"] if not (found["id"] == "empty-table-header" and has_formula(page, n))]
        if nodes and (found["impact"] != "minor" or found["id"] == "empty-table-header"):
            yield found["id"], nodes[0]["html"][:200]


def test_each_page_is_accessible_complete_in_itself_and_no_wider_than_a_phone(built, address, chromium):
    """No finding of axe above a minor one, in both themes; no request to another machine; formulas are set."""
    context = chromium.new_context(color_scheme="light")
    page, outside, wide, findings = context.new_page(), [], [], []
    page.on("request", lambda request: outside.append(request.url) if not request.url.startswith(address) else None)
    for name in pages(built):
        page.set_viewport_size({"width": 375, "height": 800})
        page.goto(address + name)
        page.wait_for_function("!window.MathJax || !MathJax.startup || MathJax.startup.promise")
        page.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
        assert page.locator("mjx-merror").count() == 0, name
        if page.evaluate("document.documentElement.scrollWidth") > 375:
            wide.append(name)
        page.set_viewport_size({"width": 1280, "height": 720})
        page.evaluate(WITHOUT_STROKES)
        rules = {} if name in OF_A_KIND else {"color-contrast": {"enabled": False}}
        findings += [(name, *found) for found in violations(page, rules=rules)]
        if name in OF_A_KIND:  # what differs in the dark is colours
            page.emulate_media(color_scheme="dark")
            findings += [(name, "dark", *found) for found in violations(page, runOnly=COLOURS)]
            page.emulate_media(color_scheme="light")
    context.close()
    assert findings == []
    assert wide == []
    if (built / "_static" / "mathjax" / "tex-svg.js").is_file():
        assert outside == []


def test_no_page_speaks_of_cells_to_run(built):
    """A page has none; what a figure or an exercise says in a notebook is fitted to the page."""
    wrong = []
    for name in pages(built):
        if not name.startswith("generated/lessons/"):
            continue
        text = re.sub(r"<[^>]+>", " ", (built / name).read_text(encoding="utf-8"))
        of_cells = r"(?i)[^.]{0,40}(?:run (?:the|a|this) cell|cell of your own|hint\(\))"
        wrong += [(name, found) for found in re.findall(of_cells, text)]
    assert wrong == []


def test_the_first_page_shows_what_it_is_about_above_the_fold(built, address, chromium):
    """One sentence, the figure, one button: on a desk and on a phone, with nothing to scroll."""
    for width, height in ((1400, 900), (390, 844)):
        context = chromium.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.goto(address)
        page.locator(".cl-hero svg").first.wait_for()
        box = page.locator(".cl-button").bounding_box()
        assert box["y"] + box["height"] <= height, width
        context.close()
    head = (built / "index.html").read_text(encoding="utf-8").partition("</head>")[0]
    assert 'name="description"' in head
    assert 'property="og:title"' in head
    assert re.search(r'rel="(?:shortcut )?icon" href="_static/favicon.svg', head)


def test_a_figure_moves_on_the_page_without_a_kernel(address, chromium):
    page = chromium.new_page()
    page.goto(address)
    handle = page.locator(".cl-hero .cl-grip").first
    handle.wait_for()
    before = page.locator(".cl-hero svg").first.inner_html()
    handle.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("before => document.querySelector('.cl-hero svg').innerHTML !== before", arg=before)
    page.close()


def ask(page, model, law):
    """Type a model and a law, press Enter, and return what the page answers."""
    box = page.locator("form.cl-box:not([data-exercise])")
    box.locator("[name=model]").fill(model)
    box.locator("[name=law]").fill(law)
    box.locator("[name=law]").press("Enter")
    page.wait_for_function(
        "() => { const box = document.querySelector('form.cl-box:not([data-exercise])');"
        " return !box.hasAttribute('aria-busy') && box.querySelector('output').innerText; }", timeout=120_000,
    )  # fmt: skip
    return box.locator("output").inner_text()


KEPT = """async () => {
    const seen = performance.getEntriesByType("resource").map(({ name }) => name);
    const wanted = [location.href, ...seen].filter(name => name.startsWith(location.origin));
    return (await Promise.all(wanted.map(name => caches.match(name)))).every(Boolean);
}"""


def test_the_page_itself_proves_and_refutes_also_without_a_connection(engine, address, chromium, tmp_path):
    """A law with its certificate, which the checker accepts; a refutation with its witness; then the train ride."""
    from conslaw_nb import verify

    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page, outside = context.new_page(), []
    page.on("request", lambda request: outside.append(request.url) if not request.url.startswith(address) else None)
    page.goto(address)
    page.wait_for_function("() => document.querySelector('form.cl-box .cl-note').innerText.includes('MB')")
    assert ask(page, "phi(u*v)", "u^2 - v^2").startswith("✓ PROVED")
    with page.expect_download() as started:
        page.locator(".cl-certificate a").click()
    started.value.save_as(tmp_path / "law.json")
    assert verify(tmp_path / "law.json").is_proved
    said = ask(page, "phi(u*v)", "u + v")
    assert said.startswith("✗ REFUTED")
    assert "u = 1, v = 0" in said
    assert "exactly 6 independent conservation laws" in ask(page, "linear(2,3,2)", "")
    assert "'w' is not known here" in ask(page, "phi(u*v)", "w")
    assert "log" in ask(page, "phi(x + y**2/2)", "x - log(y)")  # what needs sympy fetches it
    assert [url for url in outside if not url.startswith(("blob:", "data:"))] == []
    page.wait_for_function(KEPT, timeout=60_000)  # one visit is enough
    context.set_offline(True)
    page.reload()
    assert ask(page, "phi(u*v)", "u^2 - v^2").startswith("✓ PROVED")
    context.close()


def test_an_exercise_is_answered_on_its_page_with_the_notebooks_feedback(engine, address, chromium):
    from conslaw_nb import teaching

    page = chromium.new_page()
    page.goto(address + LESSON)
    box = page.locator('form[data-exercise="1.1"]')

    def told():
        box.locator("output strong").first.wait_for(timeout=120_000)
        page.wait_for_function("() => !document.querySelector('[aria-busy]')")
        return " ".join(box.locator("output").inner_text().split())

    box.locator("input").fill("(1, 0)")
    box.locator("input").press("Enter")
    assert teaching.exercise("1.1").check("(1, 0)").message in told()
    box.get_by_role("button", name="Hint").click()
    page.wait_for_function(
        "() => document.querySelector('[data-exercise=\"1.1\"] output').innerText.startsWith('Hint 1')"
    )
    box.locator("input").fill("(5/4, 3/4)")
    box.locator("input").press("Enter")
    page.wait_for_function("() => document.querySelector('[data-exercise=\"1.1\"][data-solved]')")
    assert told().startswith("✓ Right.")
    page.reload()
    page.wait_for_function("() => document.querySelector('[data-exercise=\"1.1\"] input').value === '(5/4, 3/4)'")
    page.close()


def test_every_exercise_has_its_box_and_every_door_of_a_lesson_opens_it(engine, built):
    from conslaw_nb import teaching

    for number, name in teaching.lessons().items():
        page = (built / "generated" / "lessons" / Path(name).with_suffix(".html")).read_text(encoding="utf-8")
        if number:  # in the lesson without a number some answers are functions of Python
            for task in teaching.exercises(number):
                assert f'data-exercise="{task.number}"' in page, task.number
        for state in re.findall(r'data-state="([^"]*)"', page):
            assert set(json.loads(html.unescape(state))) == {"values", "controls", "facts"}
        assert f"lite/notebooks/index.html?path={name}" in page


def test_formulas_are_no_stops_and_printing_is_short(address, chromium):
    """Whoever goes by the Tab key meets links and not formulas; whoever prints lesson 1 gets ten pages at most."""
    page = chromium.new_page()
    page.goto(address + "generated/statements.html")
    page.wait_for_function("() => window.MathJax?.startup?.promise")
    page.evaluate("MathJax.startup.promise")
    assert page.locator("mjx-container").count() > 100
    inside = (
        "() => [...document.querySelectorAll('mjx-container, mjx-container *')].filter(e => e.tabIndex >= 0).length"
    )
    assert page.evaluate(inside) < 20  # those wider than the page, which scroll
    page.goto(address + LESSON)
    page.wait_for_function("() => window.MathJax?.startup?.promise")
    page.evaluate("MathJax.startup.promise")
    assert page.locator("article span[style*=nowrap] mjx-container").count() > 30  # each with its comma
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
    assert 5 < len(re.findall(rb"/Type\s*/Page\b", printed)) <= 10
    page.emulate_media(media="print")
    assert not page.locator(".skip-to-content").is_visible()
    page.close()


def test_the_search_shows_words_and_no_tex(address, chromium):
    page = chromium.new_page()
    page.goto(address + "search.html?q=theta")
    page.locator("#search-results .context").nth(3).wait_for(timeout=60_000)
    page.wait_for_timeout(1000)
    shown = " ".join(page.locator("#search-results .context").all_inner_texts())
    assert "θ" in shown
    assert re.findall(r"\\(?:theta|mathbb|varphi|frac)", shown) == []
    page.close()


def test_python_comes_when_a_hand_goes_to_the_door(engine, address, chromium):
    """And is kept, for the notebook to find."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address + LESSON)
    page.locator(".cl-doors a").first.hover()
    page.locator(".cl-doors small").get_by_text("Python is here").wait_for(timeout=120_000)
    listed = json.loads((engine / "conslaw" / "engine.json").read_text(encoding="utf-8"))["files"]["notebook"]
    kept = page.evaluate(
        "async () => { const cache = await caches.open('conslaw_nb kept');"
        " return (await cache.keys()).map(request => request.url); }"
    )
    assert {address + "lite/" + name for name, _, _ in listed} <= set(kept)
    context.close()
