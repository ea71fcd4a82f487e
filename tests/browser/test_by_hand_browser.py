"""The figures moved by hand, in a real browser: on a page without a kernel, and in JupyterLab."""

import functools
import json
import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from lite_page import Site
from test_lab_browser import notebook

from conslaw_nb import widgets
from conslaw_nb.notebooks.saving import WIDGET_VIEW
from conslaw_nb.widgets._hand import HAND

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAKERS = {
    "hyperbola": widgets.hyperbola_explorer,
    "hyperboloid": lambda: widgets.hyperboloid_explorer(plane=True),
    "loop": lambda: widgets.bracket_loop(model="(x, y + x·z)"),
    "metric": widgets.metric_explorer,
    "curve": widgets.curve_explorer,
}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A figure</title></head><body><main>
<h1>A figure</h1><div id="here"></div></main><script type="module">
import figure from "./{name}.js";
const state = {state};
window.state = state;
const set = (name, value) => {{ state[name] = value; }};
const model = {{ get: (name) => state[name], set, save_changes() {{}}, on() {{}} }};
figure.render({{ model, el: document.getElementById("here") }});
window.ready = true;
</script></body></html>"""


@functools.cache
def figure(name):
    """Return a figure, made when the first test asks for it."""
    return MAKERS[name]()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of modules as any web server has it, and a page a figure, with no kernel behind it."""
    folder = tmp_path_factory.mktemp("hand") / "hand"
    shutil.copytree(HAND, folder)
    for name in MAKERS:
        (folder / f"{name}.html").write_text(PAGE.format(name=name, state=json.dumps(figure(name).hand_state())))
    served = Site(folder)
    yield served
    served.close()


@pytest.fixture(scope="module")
def window(chromium):
    """One for all tests: a new one costs more than most of them."""
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def page(window):
    window.set_viewport_size({"width": 1000, "height": 900})
    window.emulate_media(color_scheme="light")
    yield window
    assert window.faults == []


def shown(page, site, name):
    page.goto(f"{site.address}/{name}.html")
    page.wait_for_function("window.ready")
    return page


def values(page):
    return page.evaluate("({ ...window.state.values })")


def drag(page, what, across, down):
    """Press a handle and pull it; what the pointer did is undone by nobody."""
    box = page.locator(f'[data-handle="{what}"]').bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if what == "ground":
        x, y = box["x"] + 15, box["y"] + 15
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across, y + down, steps=6)
    page.mouse.up()


def handles(page):
    return page.locator("[data-handle]").evaluate_all("all => all.map(one => one.dataset.handle)")


PULLS = {
    "hyperbola": (-60, -40),
    "hyperboloid": (10, -25),
    "loop": (-25, -20),
    "metric": (-30, -50),
    "curve": (15, -10),
}


@pytest.mark.parametrize("name", MAKERS)
def test_on_a_phone_no_column_of_a_table_is_cut(name, page, site):
    page.set_viewport_size({"width": 360, "height": 800})
    shown(page, site, name)
    # Once more as notebooks and pages do it: drawn first, and put on the page then.
    page.evaluate(f"""async () => {{
      const el = document.createElement("div");
      const model = {{ get: (key) => state[key], set() {{}}, save_changes() {{}}, on() {{}} }};
      (await import("./{name}.js")).default.render({{ model, el }});
      document.querySelector("main").append(el);
    }}""")
    page.wait_for_timeout(200)
    ends = page.eval_on_selector_all(".cl-hand table", "tables => tables.map(t => t.getBoundingClientRect().right)")
    assert len(ends) == 2
    assert all(end <= 360 for end in ends), ends


@pytest.mark.parametrize("name", MAKERS)
def test_every_handle_answers_to_the_pointer_and_to_the_keys(name, page, site):
    shown(page, site, name)
    for handle in handles(page):
        before, drawn = values(page), page.locator("svg").inner_html()
        drag(page, handle, *PULLS[name])
        moved = values(page)
        assert moved != before, handle
        assert page.locator("svg").inner_html() != drawn, handle
        page.locator(f'[data-handle="{handle}"]').focus()
        for key in ("ArrowLeft", "ArrowDown"):
            page.keyboard.press(key)
        assert values(page) != moved, handle


@pytest.mark.parametrize("name", MAKERS)
def test_every_control_moves_the_picture_and_the_words_follow(name, page, site):
    shown(page, site, name)
    said = page.locator(".cl-said").inner_text()
    for row in page.locator(".cl-hand-row input[type=range]").all():
        drawn = page.locator(".cl-hand").inner_html()
        row.focus()
        page.keyboard.press("ArrowLeft")
        assert page.locator(".cl-hand").inner_html() != drawn
    page.wait_for_function("(said) => document.querySelector('.cl-said').innerText !== said", arg=said, timeout=5000)


def numbers(text):
    text = re.sub(r"\$[^$]*\$", "", text).replace("−", "-")
    return [float(x) for x in re.findall(r"-?\d+\.\d{3}\b", text)]


@pytest.mark.parametrize("name", [name for name in MAKERS if name != "curve"])
def test_the_numbers_are_those_of_python(name, page, site):
    """The picture in JavaScript and the still picture in Python show one flow."""
    shown(page, site, name)
    there, here = numbers(page.locator(".cl-hand-side").inner_text()), numbers(figure(name).readout.value)
    assert len(here) >= 6
    assert there == pytest.approx(here, abs=1.5e-3)


def test_the_sum_of_the_integrals_is_that_of_python(page, site):
    shown(page, site, "curve")
    for place in (0.0, 1.0, -2.0):
        figure("curve").place = place
        slider = page.locator(".cl-hand-row input").first
        slider.evaluate("(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }", place)
        total = float(page.locator(".cl-hand-side tr").last.locator("td").last.inner_text().replace("−", "-"))
        assert (
            total == pytest.approx(float(sum(figure("curve").chain.hidden)), abs=2e-5) or place
        )  # a period may be added
        assert total == pytest.approx(-2.339782, abs=2e-5)


def test_the_start_stays_on_its_surface_and_the_walker_on_its_loop(page, site):
    shown(page, site, "hyperboloid")
    level = lambda v: v["v1"] ** 2 + v["v2"] ** 2 - v["u"] ** 2  # noqa: E731
    before = level(values(page))
    for pull in ((12, -20), (-30, 8), (5, 30)):
        drag(page, "start", *pull)
        assert level(values(page)) == pytest.approx(before, abs=1e-4)
    shown(page, site, "loop")
    assert "The loop does not close" in page.locator(".cl-hand-side").inner_text()
    drag(page, "walker", 35, -60)
    assert values(page)["walked"] < 4
    assert "the walk is not over" in page.locator(".cl-hand-side").inner_text()
    page.get_by_role("button", name="Walk").click()  # no motion is wanted: leg by leg
    assert values(page)["walked"] in (1, 2, 3, 4)
    for _ in range(4):
        if values(page)["walked"] < 4:
            page.get_by_role("button", name="Walk").click()
    assert values(page)["walked"] == 4


def test_a_geodesic_is_not_longer_than_the_flow_to_the_same_place(page, site):
    shown(page, site, "metric")
    page.get_by_label("show a geodesic").check()
    text = page.locator(".cl-hand-side").inner_text()
    short, long = map(float, re.search(r"geodesic ([\d.]+), the flow to the same place ([\d.]+)\.", text).groups())
    assert 0.9 * long < short < long
    drag(page, "goal", -40, -60)
    assert re.search(r"the geodesic [\d.]+\.", page.locator(".cl-hand-side").inner_text())


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(name, scheme, page, site):
    page.emulate_media(color_scheme=scheme)
    shown(page, site, name)
    page.add_style_tag(content="@media (prefers-color-scheme: dark) { html, h1 { background: #111; color: #eee } }")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


CELLS = (
    "import conslaw_nb as cl\nexplorer = cl.widgets.hyperbola_explorer(u=2, v=-1)\nexplorer",
    "explorer.u, explorer.v",
)


def test_in_jupyterlab_hand_and_kernel_follow_each_other_and_opened_again_it_shows_its_still(lab, jupyterlab):
    path = jupyterlab.add("by_hand.ipynb", notebook(*CELLS, "explorer.v = 0.5"))
    lab.open(path)
    lab.run_all()
    assert lab.errors() == []
    lab.page.wait_for_selector(".cl-hand svg")
    assert "v = 0.50" in lab.page.locator('[data-handle="start"]').get_attribute("aria-valuetext")
    drag(lab.page, "start", -60, 30)
    lab.page.keyboard.press("ArrowRight")
    told = lab.page.locator('[data-handle="start"]').get_attribute("aria-valuetext")
    lab.page.wait_for_timeout(1500)
    lab.page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1; }")
    lab.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
    lab.page.wait_for_timeout(1500)
    u, v = re.findall(r"-?[\d.]+", lab.outputs()[1][0]["data"]["text/plain"])
    assert told == f"u = {float(u):.2f}, v = {float(v):.2f}".replace("-", "−")
    assert float(u) != 2
    lab.screenshot("by-hand")
    assert lab.outside == []
    lab.save()
    saved = (jupyterlab.notebooks / path).read_text(encoding="utf-8")
    assert WIDGET_VIEW not in saved
    assert "run the cell (Shift + Enter)" in saved
    lab.switch(path)
    assert lab.page.locator(".cl-hand").count() == 0
    assert lab.page.locator(".jp-OutputArea .jp-RenderedHTML svg, .jp-OutputArea .jp-RenderedHTML img").count() > 0
