"""The house style: pictures everybody can read, the same on every run."""

import re
import subprocess
import sys
import time
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conslaw_nb.drawing.layout import Scale, avoid, text_width
from conslaw_nb.drawing.picture import STYLES, DrawingError, Picture
from conslaw_nb.drawing.style import GROWN, READABLE
from conslaw_nb.errors import ConslawError

SVG = "{http://www.w3.org/2000/svg}"


def sample(title="A line", description="A line from the lower left to the upper right.", **options):
    picture = Picture(title, description)
    axes = picture.axes((0, 10), (0, 10), x_label="*x*", y_label="*y*", **options)
    axes.curve([(k / 10, k / 10) for k in range(101)], style="flow", label="the line", arrow=0.5)
    axes.point((5, 5), style="descent", text="middle", label="a point")
    return picture


def parse(text):
    return ElementTree.fromstring(text)


def paths(picture):
    return [element.get("d") for element in parse(picture.svg()).iter(f"{SVG}path")]


@pytest.mark.parametrize("empty", ["", "   ", None])
def test_a_picture_without_a_description_is_refused(empty):
    with pytest.raises(DrawingError, match="'A line' has no description: say in a sentence what it shows"):
        Picture("A line", empty)
    with pytest.raises(ConslawError, match="has no title"):
        Picture(empty, "A line.")


def test_title_and_description_are_inside_and_announced():
    root = parse(sample(title="x < y & z", description="Where x < y & z.").svg())
    assert root.get("role") == "img"
    title, description = (root.find(f"{SVG}{tag}") for tag in ("title", "desc"))
    assert (title.text, description.text) == ("x < y & z", "Where x < y & z.")
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]


def test_the_text_is_the_same_on_every_run_and_in_every_process():
    code = (
        "from conslaw_nb.widgets.portrait import flow_portrait; import hashlib;"
        "print(hashlib.sha256(flow_portrait()._repr_html_().encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1
    assert sample().svg() == sample().svg()


def test_ids_are_unique_in_a_picture_and_differ_between_pictures():
    def ids(picture):
        return [e.get("id") for e in parse(picture.svg()).iter() if e.get("id")]

    one, other = ids(sample()), ids(sample(description="Another line."))
    assert len(set(one)) == len(one) > 0
    assert not set(one) & set(other)
    clip = next(e.get("clip-path") for e in parse(sample().svg()).iter() if e.get("clip-path"))
    assert clip.removeprefix("url(#").removesuffix(")") in one


def test_a_picture_asks_nothing_of_other_machines():
    text = sample().svg().replace("http://www.w3.org/", "")
    assert "http" not in text
    assert "<script" not in text


def test_curves_are_clipped_and_far_points_do_no_harm():
    picture = Picture("Far", "A curve that leaves the frame.")
    picture.axes((0, 1), (0, 1)).curve([(0, 0), (1, 1e300), (0.5, -1e300)], style="flow")
    assert "1e" not in " ".join(paths(picture))
    group = parse(picture.svg()).find(f"{SVG}g")
    assert group.get("clip-path").startswith("url(#")
    assert len(list(group.iter(f"{SVG}path"))) == 1


def test_a_point_that_is_not_finite_interrupts_the_curve():
    picture = Picture("Gap", "A curve with a gap.")
    picture.axes((0, 4), (0, 1), grid=False).curve([(0, 0), (1, 1), (2, float("nan")), (3, 0), (4, 1)])
    curve = paths(picture)[-1]
    assert curve.count("M") == 2


def test_styles_differ_by_more_than_colour():
    looks = [(style.dash, style.marker, style.width) for style in STYLES.values() if style.marker != "cross"]
    assert len(set(looks)) == len(looks)
    dashes = [style.dash for name, style in STYLES.items() if name in ("flow", "descent", "fit", "extra")]
    assert len(set(dashes)) == 4
    shapes = set()
    for name in STYLES:
        picture = Picture("Mark", "One mark.")
        picture.axes((0, 1), (0, 1)).point((0.5, 0.5), style=name)
        mark = list(parse(picture.svg()))[-1]
        shapes.add((mark.tag, mark.get("d", "").count("L"), mark.get("d", "").count("M")))
    assert len(shapes) >= 5 - 1  # flow and plain share the circle


def luminance(colour):
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_colour_stands_out_in_both_themes():
    for name, style in STYLES.items():
        assert contrast(style.light, "#ffffff") >= 3, name
        assert contrast(style.dark, "#111111") >= 3, name
    assert contrast(STYLES["plain"].light, "#ffffff") >= 7
    assert contrast(STYLES["plain"].dark, "#111111") >= 7


# How red and green cones that are missing mix the channels (Viénot, Brettel and Mollon 1999), in linear light.
BLIND = {
    "protanopia": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "deuteranopia": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
}


@pytest.mark.parametrize("kind", BLIND)
def test_flow_and_descent_differ_for_colour_blind_readers(kind):
    def seen(colour):
        linear = [(int(colour[k : k + 2], 16) / 255) ** 2.2 for k in (1, 3, 5)]
        mixed = [sum(w * c for w, c in zip(row, linear, strict=True)) for row in BLIND[kind]]
        return [255 * max(0, c) ** (1 / 2.2) for c in mixed]

    for theme in ("light", "dark"):
        a, b = (seen(getattr(STYLES[name], theme)) for name in ("flow", "descent"))
        assert sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5 > 80


def test_both_themes_are_in_the_picture():
    text = sample().svg()
    for mark in ("prefers-color-scheme:dark", 'data-jp-theme-light="false"', "--jp-layout-color0"):
        assert mark in text
    assert STYLES["flow"].light in text
    assert STYLES["flow"].dark in text


def test_a_notebook_gets_a_live_picture_and_an_image_for_the_sanitizer():
    picture = sample(description='Quotes " and <tags>.')
    html = picture._repr_html_()
    assert picture.svg() in html
    image = html[html.index("<img") :]
    assert 'alt="A line: Quotes &quot; and &lt;tags&gt;."' in image
    data = image.split('src="data:image/svg+xml,')[1].split('"')[0]
    assert parse(unquote(data)).find(f"{SVG}title").text == "A line"
    assert repr(picture) == 'A line: Quotes " and <tags>.'


def test_save_writes_a_file_with_a_background_of_its_own(tmp_path):
    file = tmp_path / "picture.svg"
    sample().save(file)
    root = parse(file.read_text(encoding="utf-8"))
    first = root.find(f"{SVG}rect")
    assert (first.get("width"), first.get("fill")) == ("100%", "var(--cl-paper)")
    assert parse(sample().svg()).find(f"{SVG}rect") is None


def test_the_readme_picture_is_up_to_date(root, tmp_path):
    from conslaw_nb.widgets import flow_portrait

    flow_portrait().save(tmp_path / "hyperbola.svg")
    fresh = (tmp_path / "hyperbola.svg").read_text(encoding="utf-8")
    kept = (root / "docs" / "hyperbola.svg").read_text(encoding="utf-8")
    assert fresh == kept, "run: python tools/readme_picture.py"


@pytest.mark.parametrize(
    ("ranges", "log", "message"),
    [
        (((1, 1), (0, 1)), False, "the x axis cannot go from 1 to 1: give a smaller and a larger number"),
        (((0, 1), (2, 1)), False, "the y axis cannot go from 2 to 1"),
        (((0, 1), (1, 2)), True, "the x axis cannot go from 0 to 1.*both positive on a logarithmic axis"),
        (((float("nan"), 1), (0, 1)), False, "the x axis cannot go from nan to 1"),
    ],
)
def test_axes_that_cannot_be_drawn_are_refused(ranges, log, message):
    with pytest.raises(DrawingError, match=message):
        Picture("Bad", "Bad axes.").axes(*ranges, log=log)


@pytest.mark.parametrize("method", ["curve", "point"])
def test_an_unknown_style_is_refused_with_the_known_ones(method):
    axes = Picture("Style", "A style.").axes((0, 1), (0, 1))
    place = [(0, 0), (1, 1)] if method == "curve" else (0, 0)
    with pytest.raises(DrawingError, match="there is no style 'pink': choose one of flow, descent, fit"):
        getattr(axes, method)(place, style="pink")


def box(placed):
    x, y, anchor, text = placed
    assert anchor == "middle"
    width = text_width(text, 14)
    return x - width / 2, y - 14, x + width / 2, y + 2


places = st.tuples(st.floats(40, 360), st.floats(40, 260))


@given(st.lists(places, min_size=2, max_size=4))
def test_labels_stay_inside_and_off_each_other(anchors):
    placed = avoid([(*a, f"label {k}") for k, a in enumerate(anchors)], anchors, (0, 0, 400, 300))
    boxes = [box(p) for p in placed]
    assert len(boxes) == len(anchors)
    for left, top, right, bottom in boxes:
        assert left >= -3
        assert top >= -3
        assert right <= 403
        assert bottom <= 303
    for k, a in enumerate(boxes):
        for b in boxes[:k]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] - 4 <= b[1] or b[3] - 4 <= a[1]


def test_a_label_whose_place_is_out_of_the_picture_is_left_out():
    assert avoid([(500, 50, "far")], [], (0, 0, 400, 300)) == []


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_inside_and_increasing(low, width):
    values = [value for value, _ in Scale(low, low + width).ticks()]
    assert 2 <= len(values) <= 11
    assert values == sorted(values)
    slack = width * 1e-6
    assert low - slack <= values[0]
    assert values[-1] <= low + width + slack


@given(st.integers(-20, 20), st.integers(1, 40))
def test_ticks_of_a_logarithmic_axis_are_few_powers_of_ten_from_its_end(first, decades):
    values = [value for value, _ in Scale(10.0**first, 10.0 ** (first + decades), log=True).ticks()]
    assert values[0] == pytest.approx(10.0**first)
    assert min(decades, 5) <= len(values) <= 9
    assert values[-1] < 10.0 ** (first + decades + 0.5)


def test_two_columns_stand_side_by_side():
    picture = Picture("Two", "Two empty frames.")
    picture.axes((0, 1), (0, 1))
    picture.axes((0, 1), (0, 1))
    frames = [d for d in paths(picture) if d.endswith("Z")]
    starts = [float(d[d.rindex("M") + 1 :].split(",")[0]) for d in frames]
    assert len(frames) == 2
    assert starts[1] - starts[0] == pytest.approx(240)


def test_panels_wrap_and_say_their_words_once():
    picture, bare = (Picture("Three", "Three empty frames.", width=900) for _ in range(2))
    for _ in range(3):
        picture.axes((0, 1), (0, 1))
        bare.axes((0, 1), (0, 1), frame=False)
    assert "flex:1 1 237.9px" in bare.html()  # larger letters may shrink more
    page = picture.html()
    panels = [parse(part + "</svg>") for part in page[page.index("<svg") : page.rindex("</svg>")].split("</svg>")]
    assert [panel.get("width") for panel in panels] == ["300"] * 3
    assert "flex-flow:row wrap" in page
    assert all(panel.get("style") == "flex:1 1 277.5px;min-width:0;max-width:345px" for panel in panels)
    assert [len(panel.findall(f"{SVG}title")) for panel in panels] == [1, 0, 0]
    assert [panel.get("role") or panel.get("aria-hidden") for panel in panels] == ["img", "true", "true"]
    assert page.count("<style>") == 1
    ids = [e.get("id") for panel in panels for e in panel.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    saved = picture._repr_html_()
    assert saved.count("<img ") == 3 == saved.count("<svg ")
    assert [part.split('"')[0] for part in saved.split('alt="')[1:]] == ["Three: Three empty frames.", "", ""]
    # An image brings its colours with it, each of them.
    assert all("prefers-color-scheme" in unquote(part) for part in saved.split("data:image/svg+xml,")[1:])
    assert picture.svg().count("<svg") == 1  # a file is one picture


def test_letters_are_eleven_pixels_at_least():
    """Where a picture of the usual width fills a phone, and where panels are about to wrap."""
    sizes = [float(size) for size in re.findall(r"font-size:([0-9.]+)px", GROWN)]
    assert min(sizes) * 350 / 480 > 11
    assert READABLE > 11
    assert 12 * int(re.search(r"max-width:(\d+)px", GROWN)[1]) / 480 > 11  # not grown yet
    assert "cl-grows" in sample().svg()
    narrow = Picture("Small", "A small frame.", width=300)
    narrow.axes((0, 1), (0, 1))
    assert 'class="cl-picture"' in narrow.svg()


def test_an_arrow_points_along_the_curve():
    picture = Picture("Arrow", "An arrow to the right.")
    picture.axes((0, 1), (0, 1), grid=False).arrow((0.1, 0.5), (0.9, 0.5), text="tip")
    head = paths(picture)[-1]
    assert head.endswith("Z")
    tip, *back = [float(pair.split(",")[0]) for pair in head[1:-1].split("L")]
    assert all(x < tip for x in back)


def test_a_redraw_takes_milliseconds():
    def once():
        start = time.perf_counter()
        picture = Picture("Speed", "A curve of three hundred points.")
        axes = picture.axes((0, 1), (0, 1))
        axes.curve([(k / 300, (k / 300) ** 2) for k in range(301)], style="flow", label="a parabola")
        axes.point((0.5, 0.25), text="a point")
        picture.svg()
        return time.perf_counter() - start

    assert min(once() for _ in range(10)) < 0.02


def test_drawing_needs_no_numpy_no_matplotlib_and_no_widgets():
    code = (
        "import sys, conslaw_nb.drawing.picture, conslaw_nb.simulation.flows;"
        "print(sorted({'numpy', 'matplotlib', 'ipywidgets', 'scipy', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_value_far_outside_stops_at_ten_widths():
    scale = Scale(0, 1)
    scale.to(0, 100)
    assert (scale(0.25), scale(1e9), scale(-1e9)) == (25, 1100, -1000)
