"""How the site is built: ``python tools/build_site.py`` makes it, with every warning an error."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import site_pages  # noqa: E402

import conslaw_nb  # noqa: E402

# Pages that are made from the lessons, the statements and the exercises, so that they cannot drift from them.
site_pages.write(HERE / "generated")

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
html_js_files = ["conslaw.js"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": True, "top_of_page_buttons": []}
templates_path = ["_templates"]

# Formulas stand in the text, in what cells show, and in statements: MathJax reads the whole page but its code. A
# copy of MathJax beside the pages means that a reader without a network reads them too (tools/build_site.py).
_MATHJAX = HERE / "_static" / "mathjax" / "tex-svg.js"
_PUBLIC = "https://cdn.jsdelivr.net/npm/mathjax@3.2.2/es5/tex-svg.js"
mathjax_path = "mathjax/tex-svg.js" if _MATHJAX.is_file() else _PUBLIC
mathjax_options = {"async": "async"}
myst_update_mathjax = False
mathjax3_config = {
    "tex": {"inlineMath": [["$", "$"], ["\\(", "\\)"]], "displayMath": [["$$", "$$"], ["\\[", "\\]"]]},
    "options": {"skipHtmlTags": ["script", "noscript", "style", "textarea", "pre", "code", "svg"]},
}
