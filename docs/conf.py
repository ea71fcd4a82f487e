"""How the site is built: ``python tools/build_site.py`` makes it, with every warning an error."""

import re
import sys
from html import escape
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import site_pages  # noqa: E402

import conslaw_nb  # noqa: E402

# Whether the edition for the browser will stand beside the pages: tools/build_site.py says so, since it builds both.
EDITION = tags.has("edition")  # noqa: F821 (Sphinx's)

# Pages that are made from the lessons, the statements and the exercises, so that they cannot drift from them.
site_pages.write(HERE / "generated", EDITION)

project = "conslaw_nb"
author = "conslaw_nb contributors"
copyright = author  # noqa: A001 (Sphinx wants this name)
release = version = conslaw_nb.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
exclude_patterns = [
    "_build",
    "generated/figures.md",
    "generated/course-table.md",
    "generated/hero.md",
    "generated/class-hub.md",
    "stretches-survey.md",
    "jupyter_execute",
    "**/.ipynb_checkpoints",
]

# Notebooks are shown as they were saved: they are run and compared elsewhere, by nbval.
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist", "attrs_inline", "attrs_block"]
# A displayed formula may stand inside a paragraph.
myst_dmath_double_inline = True
myst_heading_anchors = 3
# A lesson quotes statements in block quotes whose first lines are bold, which is not a heading; and it starts at ##.
suppress_warnings = ["myst.header"]

autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = "conslaw_nb"
html_static_path = ["_static"]
html_extra_path = ["../lessons/solutions/handout.html"]  # two pages to print, as they are
html_css_files = ["conslaw.css"]
html_js_files = ["conslaw.js", ("page/page.js", {"type": "module"})]
html_favicon = "_static/favicon.svg"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": True, "top_of_page_buttons": []}
if site_pages.address.repository():
    html_theme_options["footer_icons"] = [
        {"name": "The source, at GitHub", "url": f"https://github.com/{site_pages.address.repository()}",
         "html": "The source, at GitHub", "class": "cl-source"}
    ]  # fmt: skip

_DESCRIPTION = (
    "Some functions of a network's weights never change while it trains. Drag them, find them, count them, and prove "
    "that there are no others: lessons whose answers are theorems."
)


def _head(app, page, template, context, doctree):
    """Say what a page is about to those who only see its head: search engines, and previews of links."""
    first = re.search(r"<p>(.{60,}?)</p>", context.get("body") or "", re.DOTALL)
    lesson = page.startswith("generated/lessons/") and first
    about = " ".join(re.sub(r"<[^>]+>|\(Run a cell.*?\)", "", first[1]).split()) if lesson else _DESCRIPTION
    title = re.sub(r"<[^>]+>", "", context.get("title") or project)
    tags = [("name", "description", about), ("property", "og:title", title), ("property", "og:description", about)]
    tags += [("property", "og:type", "website"), ("name", "twitter:card", "summary_large_image")]
    if site_pages.address.repository():
        where = site_pages.address.site(site_pages.address.repository())
        tags += [("property", "og:image", f"{where}_static/social.png"), ("property", "og:url", f"{where}{page}.html")]
    if EDITION:
        tags.append(("name", "conslaw-offline", "offline.js"))
    context["metatags"] = (context.get("metatags") or "") + "".join(
        f'<meta {kind}="{name}" content="{escape(text)}">\n' for kind, name, text in tags
    )


def setup(app):
    """Let Sphinx know what is ours."""
    app.connect("html-page-context", _head)


# Formulas stand in the text, in what cells show, and in statements: MathJax reads the whole page but its code. A
# copy of MathJax beside the pages means that a reader without a network reads them too (tools/build_site.py).
_MATHJAX = HERE / "_static" / "mathjax" / "tex-svg.js"
_PUBLIC = "https://cdn.jsdelivr.net/npm/mathjax@3.2.2/es5/tex-svg.js"
mathjax_path = "mathjax/tex-svg.js" if _MATHJAX.is_file() else _PUBLIC
mathjax_options = {"async": "async"}
myst_update_mathjax = False
mathjax3_config = {
    "tex": {"inlineMath": [["$", "$"], ["\\(", "\\)"]], "displayMath": [["$$", "$$"], ["\\[", "\\]"]]},
    # Without MathJax's menu no formula is a stop of the Tab key: a page of statements has hundreds.
    "options": {"skipHtmlTags": ["script", "noscript", "style", "textarea", "pre", "code", "svg"], "enableMenu": False},
}
