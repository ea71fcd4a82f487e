"""The figures: every control is labelled, every answer is quick, and what is shown can be asked for."""

import json
import math
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import ipywidgets as ipw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from traitlets import TraitError

import conslaw_nb as cl
from conslaw_nb import widgets
from conslaw_nb.drawing.picture import STYLES
from conslaw_nb.errors import ConslawError
from conslaw_nb.widgets._hand import HAND
from conslaw_nb.widgets._panel import _inside
from conslaw_nb.widgets.hyperbola import REACH, hyperbola, perfect_fit

# Every figure can be made without an argument; still pictures are not figures.
MAKERS = {
    name: getattr(widgets, name) for name in widgets.__all__ if name[0].islower() and not name.endswith("_portrait")
}


def without_anywidget(make):
    """The same maker as it is where anywidget is not installed."""

    def plain(**options):
        with mock.patch("conslaw_nb.widgets._panel.hand_available", return_value=False):
            return make(**options)

    plain.__name__ = f"{make.__name__}_plain"
    return plain


BY_HAND = {name: make for name, make in MAKERS.items() if make().hand}
MAKERS |= {f"{name}_plain": without_anywidget(make) for name, make in BY_HAND.items()}
PICTURES = [make for make in MAKERS.values() if hasattr(make(), "picture")]
tenths = st.integers(-25, 25).map(lambda k: k / 10)


def svg(figure):
    text = figure.picture.value
    return ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_every_control_has_a_label_and_a_tooltip_and_is_a_core_widget(make):
    figure = make()
    assert figure.controls
    for control in figure.controls:
        assert control.description.strip(), control
        assert len(control.tooltip) > 10, control
        assert control.disabled is False
    for widget in _inside(figure):
        assert widget._model_module in ("@jupyter-widgets/controls", "@jupyter-widgets/base") or widget is figure._hand
        assert not isinstance(widget, ipw.Output)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_figure_shows_itself_without_a_kernel_and_the_same_every_time(make):
    first, second = make()._repr_mimebundle_(), make()._repr_mimebundle_()
    view = "application/vnd.jupyter.widget-view+json"
    assert first.pop(view)["model_id"] != second.pop(view)["model_id"]
    assert first == second
    assert "run the cell (Shift + Enter)" in first["text/html"]
    assert " at 0x" not in first["text/plain"]
    assert repr(make()) == first["text/plain"]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_what_is_not_a_value_leaves_the_figure_as_it_was(make):
    """A menu with nothing chosen, a slider set to nan by a program: the figure goes on working."""
    figure = make()
    before = figure._words()
    for control in figure.controls:
        if not control.has_trait("value"):
            continue
        for nothing in (None, math.nan):
            with suppress(TraitError):  # many controls refuse such values by themselves
                control.value = nothing
            assert figure._words() == before, (control.description, nothing)


@pytest.mark.parametrize("make", PICTURES, ids=lambda make: make.__name__)
def test_the_picture_in_a_figure_has_a_text_alternative_with_its_numbers(make):
    figure = make()
    root = svg(figure)
    names = root.get("aria-labelledby").split()
    texts = {child.get("id"): child.text for child in root if child.get("id")}
    assert all(texts[name].strip() for name in names)
    assert re.search(r"\d\D+\d", texts[names[1]])
    assert 'alt="' in figure._repr_mimebundle_()["text/html"]


def test_a_slider_changes_the_picture_the_readout_and_the_attributes(capsys):
    explorer = widgets.hyperbola_explorer(u=2, v=-1, x=1, y=3)
    before = explorer.picture.value, explorer.readout.value, explorer.path, explorer.descent
    explorer._y.value = -2.0  # what the browser does
    after = explorer.picture.value, explorer.readout.value, explorer.path, explorer.descent
    assert all(a != b for a, b in zip(after, before, strict=True))
    assert explorer.y == -2.0
    assert capsys.readouterr() == ("", "")  # a callback that prints would fail strict nbval


def test_the_flow_ends_on_its_hyperbola_where_the_loss_is_zero():
    explorer = widgets.hyperbola_explorer(u=2, v=-1, x=1, y=2, descent=False)
    assert explorer.path.end == pytest.approx((2, 1), abs=1e-4)
    assert ">3.000<" in explorer.readout.value
    assert explorer.descent is None


@settings(max_examples=40)
@given(tenths, tenths, st.integers(-20, 20).map(lambda k: k / 10), st.integers(-40, 40).map(lambda k: k / 10))
def test_wherever_the_sliders_stand_the_flow_keeps_the_law(u, v, x, y):
    explorer = widgets.hyperbola_explorer(u=u, v=v, x=x, y=y, tau=0.5)
    start, end = explorer.path.start, explorer.path.end
    assert not explorer.path.diverged
    assert explorer.h(*end) == pytest.approx(explorer.h(*start), abs=2e-3)
    svg(explorer)


def test_end_points_gather_until_the_start_moves():
    explorer = widgets.hyperbola_explorer(u=2, v=-1, descent=False)
    for target in (-3, -1, 1):
        explorer.y = target
    assert len(explorer.ends) == 4
    assert {round(explorer.h(*end), 3) for end in explorer.ends} == {3.0}
    explorer.v = 1.0
    assert len(explorer.ends) == 1


@pytest.mark.parametrize("make", [widgets.hyperbola_explorer, widgets.hyperboloid_explorer], ids=["plane", "space"])
def test_every_earlier_end_stays_a_ring_even_where_the_browser_rounds_and_a_target_comes_back(make):
    explorer = make()

    def rings():
        return sum(
            shape.get("fill") == "var(--cl-paper)" for shape in svg(explorer).iter("{http://www.w3.org/2000/svg}circle")
        )

    assert rings() == 1  # the start
    first = explorer.y
    for target in (1.0, -1.0, first):
        explorer.y = target
    assert (len(explorer.ends), rings()) == (3, 3)
    explorer._u.value += 2e-16  # what a browser may make of a value
    explorer.y = 0.6
    assert (len(explorer.ends), rings()) == (4, 4)


def test_the_curves_can_be_hidden_and_shown():
    explorer = widgets.hyperbola_explorer(curves=False)
    hidden = len(list(svg(explorer).iter("{http://www.w3.org/2000/svg}path")))
    explorer.curves = True
    shown = len(list(svg(explorer).iter("{http://www.w3.org/2000/svg}path")))
    assert shown > hidden + 10
    assert "u</tspan>² − <tspan" in explorer.picture.value


def test_special_places_are_explained():
    explorer = widgets.hyperbola_explorer(x=0)
    assert "nothing moves" in explorer.readout.value
    runaway = widgets.hyperbola_explorer(u=2.5, v=2.5, x=2, y=-4, tau=0.5, count=60)
    assert runaway.descent.diverged
    assert "the descent runs away" in runaway.readout.value
    assert "nan" not in runaway.readout.value


def test_a_step_size_that_is_not_on_the_slider_is_refused():
    with pytest.raises(ConslawError, match=r"tau=0.07 is not on the slider: choose one of 0.0125, 0.025"):
        widgets.hyperbola_explorer(tau=0.07)


@given(st.floats(-9, 9))
def test_the_drawn_hyperbola_is_the_level_set(c):
    for branch in hyperbola(c):
        assert all(max(map(abs, end)) >= REACH for end in (branch[0], branch[-1]))  # to the edge of the picture
        for u, v in branch:
            assert u * u - v * v == pytest.approx(c, abs=1e-7 * (1 + u * u))


@given(st.floats(-20, 20))
def test_the_drawn_fit_is_where_the_loss_is_zero(product):
    arms = perfect_fit(product)
    assert len(arms) == 2
    for arm in arms:
        for u, v in arm:
            assert u * v == pytest.approx(product, abs=1e-8)


def test_drift_has_slope_one_for_the_law_and_zero_for_the_others():
    explorer = widgets.drift_explorer()
    assert explorer.slope == pytest.approx(1, abs=0.02)
    picture = explorer.picture.value
    for candidate in ("u² + v²", "u + v", "u · v"):
        explorer.candidate = candidate
        assert explorer.slope == pytest.approx(0, abs=0.05)
        assert explorer.picture.value != picture
    assert "divided by <b>1.0" in explorer.readout.value


def test_drift_says_when_nothing_moves():
    explorer = widgets.drift_explorer(u=0.0, v=0.0)
    assert "Nothing moves from this start" in explorer.readout.value
    assert explorer.slope == 0


def test_the_law_checker_shows_the_verdict_and_its_witness():
    checker = widgets.law_checker(cl.parametrization("u*v"), "u + v")
    assert checker.verdict.is_refuted
    assert "REFUTED" in checker.readout.value
    assert str(checker.verdict.witness.value) in checker.message
    for law in ("u**2 - v**2", "(u - v)*(u + v)/7", "exp(u**2 - v**2)"):
        checker._law.value = law
        assert checker.verdict.is_proved, law
        assert "PROVED" in checker.readout.value
    checker.law = "  "
    assert checker.verdict is None
    assert checker.message == "Type a function of u, v: its verdict appears here."


@pytest.mark.parametrize(
    "text",
    ["u**", "w + u", "__import__('os').system('true')", "<script>alert(1)</script>", "u$", "u" * 300, "(" * 10000],
)  # fmt: skip
def test_the_law_checker_answers_bad_text_with_one_clear_sentence(text):
    checker = widgets.law_checker("phi(u*v)")
    checker.law = text
    assert checker.verdict is None
    assert checker.message.startswith("Not read yet: ")
    assert "Traceback" not in checker.message
    assert "<script" not in checker.readout.value
    assert len(checker.message) < 400
    assert not isinstance(checker.readout, ipw.HTMLMath)  # a $ in the text must not start a formula


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_every_slider_changes_what_is_shown(make):
    """From one end of a slider to the other something must change: a slider that moves nothing misleads."""
    figure = make()
    sliders = [control for control in figure.controls if isinstance(control, ipw.IntSlider | ipw.FloatSlider)]
    for control in sliders:
        seen, first = set(), control.value
        for place in (control.min, control.max, (control.min + control.max) // 2):
            control.value = place
            seen.add((getattr(figure, "picture", figure.readout).value, figure.readout.value))
        control.value = first
        assert len(seen) > 1, control.description


def test_no_figure_uses_interact_or_output_or_prints():
    for file in Path(widgets.__file__).parent.glob("*.py"):
        code = file.read_text(encoding="utf-8")
        assert not re.search(r"\binteract\b|\bOutput\(|\bprint\(", code), file.name


def test_only_the_widgets_import_ipywidgets():
    code = (
        "import sys, conslaw_nb as cl; cl.parametrization('u*v'); cl.flows, cl.drawing, cl.teaching;"
        "assert 'ipywidgets' not in sys.modules and 'numpy' not in sys.modules;"
        "cl.widgets.law_checker; assert 'ipywidgets' in sys.modules and 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("make", BY_HAND.values(), ids=BY_HAND)
def test_what_is_moved_by_hand_moves_the_figure_once_and_the_other_way_round(make):
    figure = make()
    name, control = next((n, c) for n, c in figure._named().items() if isinstance(c, ipw.FloatSlider))
    drawn = []
    with mock.patch.object(type(figure), "_draw", lambda self, *_, **__: drawn.append(getattr(self, name))):
        figure._hand.values = {**figure._hand.values, name: control.max, "unknown": 3}  # what the browser does
        assert drawn == [control.max] == [getattr(figure, name)]
        figure._hand.values = {**figure._hand.values, name: "nonsense"}
        assert getattr(figure, name) == control.max == figure._hand.values[name]
    setattr(figure, name, control.min)  # what a next cell does
    assert figure._hand.values[name] == control.min
    assert figure._hand.values["unknown"] == 3  # what only the module knows stays


@pytest.mark.parametrize("make", BY_HAND.values(), ids=BY_HAND)
def test_a_page_without_a_kernel_gets_all_that_the_module_asks_for(make):
    with_it, without = make().hand_state(), without_anywidget(make)().hand_state()
    assert with_it == without == json.loads(json.dumps(without))
    assert set(without) == {"values", "controls", "facts"}
    assert [control["name"] for control in without["controls"]] == list(without["values"])


def test_the_modules_colours_are_those_of_the_pictures():
    kit = (HAND / "kit.js").read_text(encoding="utf-8")
    for name, style in STYLES.items():
        light, dark, dash, width, marker = style
        assert f'{name}: ["{light}", "{dark}", "{dash}", {width:g}, "{marker}"]' in kit
