"""The index of statements has no orphans: what it points at exists, and what exists is in it."""

import ast
import json
import re
import subprocess
import sys
from functools import cache
from html import escape
from html.parser import HTMLParser
from importlib import import_module
from itertools import pairwise

import nbformat
import pytest

from conftest import ROOT
from conslaw_nb.paper import statements as index
from conslaw_nb.paper.plain import plain_formula, to_html, to_text
from conslaw_nb.paper.statements import Check, StatementError, search, statement, statements

EVERY = statements()
IDS = [s.key for s in EVERY]
LESSONS = sorted((ROOT / "lessons").glob("[0-9]*.ipynb"))

# The numbers of the paper that a source confirms; all others are recalled. Extend this list only with a source.
CONFIRMED = {
    *("Definition 2.1", "Definition 2.2", "Definition 2.3", "Definition 2.4", "Proposition 2.5", "Corollary 2.6"),
    *("Proposition 2.7", "Example 2.8", "Example 2.10", "Example 2.11", "Proposition 2.12", "Lemma 2.13"),
    *("Theorem 2.14", "Definition 2.18", "Theorem 3.3", "Proposition 4.1", "Corollary 4.4", "Lemma C.2"),
    "Remark C.3",
}
SHORT = {
    "definition": "def",
    "proposition": "prop",
    "corollary": "cor",
    "lemma": "lemma",
    "theorem": "thm",
    "example": "ex",
    "remark": "remark",
    "assumption": "assumption",
    "condition": "condition",
    "section": "section",
    "observation": "observation",
    "pitfall": "pitfall",
}


def every(check):
    """Make a test of all statements from a check of one."""

    def test_of_all():
        for s in EVERY:
            try:
                check(s)
            except AssertionError as error:
                pytest.fail(f"{s.key}: {error}")

    return test_of_all


# --- keys, numbers, groups -------------------------------------------------------------------------------------


def test_the_four_groups_hold_what_they_should():
    sizes = {group: len(statements(group)) for group in index.GROUPS}
    assert sum(sizes.values()) == len(EVERY)
    assert sizes["pitfall"] == 22
    assert [s.number for s in statements("pitfall")] == [str(k) for k in range(1, 23)]
    numbered = [s.number for s in statements("observation") if s.number]
    assert numbered[:6] == [str(k) for k in range(1, 7)]
    assert numbered == [str(k) for k in range(1, len(numbered) + 1)]
    paper = {s.number for s in statements("paper")}
    assert {f"2.{k}" for k in range(1, 19)} | {f"3.{k}" for k in range(1, 9)} | {f"4.{k}" for k in range(1, 5)} <= paper


def test_keys_are_unique_and_say_what_they_name():
    assert len(set(IDS)) == len(IDS)
    for s in EVERY:
        assert re.fullmatch(r"[a-z0-9.-]+", s.key), s.key
        if s.number and s.group == "paper" and s.kind in SHORT:
            assert s.key == f"{SHORT[s.kind]}-{s.number.lower().strip('()')}"


def test_labels_of_one_paper_are_unique():
    labels = [(s.source, s.label) for s in EVERY if s.number and s.kind != "appendix"]
    assert len(set(labels)) == len(labels)


def test_confirmed_are_exactly_the_numbers_that_a_source_confirms():
    assert {s.label for s in statements("paper") if s.number_is == "confirmed"} == CONFIRMED
    sources = {s.source for s in statements("follow-up") if s.number_is == "confirmed"}
    assert sources == {"icml-2025"}  # the one that was read in full
    assert {s.number_is for s in EVERY if s.source == "intrinsic-2025"} == {"secondary"}


@every
def test_provenance_is_in_known_words(s):
    assert s.group in index.GROUPS
    assert s.source in index.SOURCES
    assert s.kind in index.KINDS
    assert s.number_is in index.NUMBER
    assert s.content_is in index.CONTENT
    assert (s.number_is == "none") == (s.number == "")
    assert (s.number_is == "own") == (s.source == "project" and s.number != "")
    assert (s.content_is == "derived") >= (s.group in ("observation", "pitfall"))
    words = {
        "cited": "not checked here",
        "simulation": "simulated here",
        "property test": "tested here on random instances",
    }
    words |= {"machine-checked by Rocq": "machine-checked"}
    words |= {"proved here for every width": "proved here"}
    expected = words.get(s.how_far, "checked here on instances")
    if s.how_far == "cited" and s.how_far_in_part:
        expected = "checked here in part"
    elif s.how_far_in_part == "machine-checked by Rocq":
        expected += ", and a part of it machine-checked"
    assert s.provenance == f"{index.NUMBER[s.number_is]}; {index.CONTENT[s.content_is]}, {expected}"
    assert ("*" in s.marked_label) == (s.number_is in ("recalled", "secondary"))


@every
def test_a_claim_says_what_it_assumes(s):
    if s.kind in ("proposition", "theorem", "lemma", "corollary", "result", "algorithm"):
        assert s.hypotheses
    assert all(h.strip() and not h.rstrip().endswith(".") for h in s.hypotheses)
    assert s.text
    assert s.title == s.title.strip() != ""


# --- checks ----------------------------------------------------------------------------------------------------


@cache
def functions(path):
    """Return the names of the tests in a file, as pytest writes them."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
    return found


def exists(place):
    """Whether ``tests/test_x.py::test_y``, ``package.module:function`` or a theorem of the Rocq library is there."""
    if "::" in place:
        name, _, test = place.partition("::")
        if name.endswith(".v"):
            path = ROOT / "conslaw_nb/certificates/rocq/theory" / name
            return path.is_file() and bool(
                re.search(rf"^ *(Theorem|Corollary) {test}\b", path.read_text("utf-8"), re.M)
            )
        path = ROOT / name
        return path.is_file() and test in functions(path) and test.split("::")[-1].startswith("test_")
    module, _, name = place.partition(":")
    try:
        return callable(getattr(import_module(module), name, None))
    except ImportError:
        return False


@every
def test_every_statement_has_a_check_that_exists(s):
    assert s.checks
    for check in s.checks:
        assert check.how in index.HOW
        assert check.scope.strip()
        assert (check.how == "cited") == (check.by == "")
        assert check.by == "" or exists(check.by), check.by
    order = [index.HOW.index(check.how) for check in s.checks]
    assert order == sorted(order)
    whole = [check.how for check in s.checks if not check.part]
    assert whole, "the whole statement is at least cited"
    assert s.how_far == whole[0]
    assert (s.how_far_in_part or whole[0]) == s.checks[0].how
    if "every width" in s.checks[0].how:
        assert s.checks[0].by.startswith("tests/test_statements_any_width.py::")


def test_the_search_for_checks_can_fail():
    assert exists("tests/test_statements.py::test_the_search_for_checks_can_fail")
    for place in (
        "tests/test_statements.py::test_of_nothing",
        "tests/test_statements.py::functions",
        "tests/test_nowhere.py::test_of_nothing",
        "Flows.v::chain_rule",
        "Nowhere.v::schwarz",
        "conslaw_nb.laws.checking:check_lawz",
        "conslaw_nb.nowhere:check_law",
    ):
        assert not exists(place), place


def test_every_test_of_a_statement_is_in_the_index():
    """The files tests/test_statements_*.py hold nothing that no statement points at."""
    used = {check.by for s in EVERY for check in s.checks}
    for path in sorted((ROOT / "tests").glob("test_statements_*.py")):
        tests = {f"tests/{path.name}::{name}" for name in functions(path) if name.startswith("test_")}
        assert tests - used == set()


# --- lessons ---------------------------------------------------------------------------------------------------


@cache
def text_of(path, kinds=("markdown", "code")):
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type in kinds)


@every
def test_it_is_taught_where_the_index_says(s):
    for place in s.taught:
        path = ROOT / "lessons" / place.lesson
        assert path.is_file(), place.lesson
        headings = re.findall(r"^#+ (.+?)\s*$", text_of(path, ("markdown",)), re.MULTILINE)
        assert place.section in headings, place
    assert s.taught, "nobody teaches this: say under `taught` which lesson does, and in which section"


_KINDS = "Definition|Proposition|Lemma|Theorem|Corollary|Example|Assumption|Remark"
_CITATION = re.compile(
    rf"\b({_KINDS})s?\s+((?:\d{{1,2}}|[A-J])\.\d{{1,2}}(?:(?:\s*,\s*|,?\s+and\s+)(?:\d{{1,2}}|[A-J])\.\d{{1,2}})*)"
)


def cited(text):
    """Return the statements that a text cites, as (kind, number)."""
    return {
        (kind.lower(), number) for kind, list_ in _CITATION.findall(text) for number in re.findall(r"\w+\.\d+", list_)
    }


def test_citations_are_seen():
    text = "By Definitions 2.1, 2.2 and 2.3, Lemma C.2 and Exercise 1.4; see Theorem 3.3."
    assert cited(text) == {
        ("definition", "2.1"),
        ("definition", "2.2"),
        ("definition", "2.3"),
        ("lemma", "C.2"),
        ("theorem", "3.3"),
    }


@pytest.mark.parametrize("path", [*LESSONS, *sorted((ROOT / "lessons" / "solutions").glob("[0-9]*.ipynb"))], ids=str)
def test_a_lesson_cites_only_numbers_that_are_confirmed(path):
    """A number that is only recalled is shown by its box, which says so: statement("lemma-3.2")."""
    confirmed = {(s.kind, s.number) for s in EVERY if s.number_is == "confirmed"}
    assert cited(text_of(path)) - confirmed == set()


def test_the_package_cites_only_statements_of_the_index():
    known = {(s.kind, s.number) for s in EVERY}
    # what one entry of the index mentions of its own paper is not a citation of another entry
    for path in sorted((ROOT / "conslaw_nb").rglob("*.py")):
        assert cited(path.read_text(encoding="utf-8")) - known == set(), path.name


# --- how it looks ------------------------------------------------------------------------------------------------


@every
def test_nothing_internal_is_published(s):
    shown = json.dumps(s.as_dict(), ensure_ascii=False) + str(s) + s._repr_html_()
    assert not re.search(r"\[(?:S|R|D|P|M|T|I)(?::\w+)?\]|\bT25\b|\bC2[345]\b|\.md\b|\bshared/", shown)


@every
def test_it_reads_well_in_a_terminal(s):
    text = str(s)
    assert text.startswith(s.full_label)
    assert not re.search(r"\$|\\[A-Za-z]|\*\*|\ue000", text)
    assert s.provenance in text
    assert all(check.scope in text for check in s.checks)
    for formula in re.findall(r"\$\$?(.+?)\$\$?", s.text, re.DOTALL):
        plain = plain_formula(formula)
        for left, right in ("()", "[]", "⟨⟩"):
            if formula.count("(") == formula.count(")"):
                assert plain.count(left) == plain.count(right) or "[0,T" in formula, plain


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@every
def test_it_is_a_well_formed_box_in_a_notebook(s):
    html = s._repr_html_()
    tags = Tags()
    tags.feed(html)
    assert (tags.open, tags.wrong) == ([], [])
    assert html.startswith("<blockquote>")
    assert escape(s.title) in html
    for formula in re.findall(r"\$[^$]+\$", s.text):  # formulas are left to MathJax, with < and & escaped
        assert formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split()[0] in html
    assert html.count("$") == s.text.count("$") + sum(h.count("$") for h in s.hypotheses)


@every
def test_it_goes_into_json_and_back(s):
    assert json.loads(json.dumps(s.as_dict())) == s.as_dict()
    assert s.as_dict()["provenance"]["checked"] == s.checked


def test_a_table_of_statements():
    html = statements("pitfall")._repr_html_()
    tags = Tags()
    tags.feed(html)
    assert (tags.open, tags.wrong) == ([], [])
    assert html.count("<tr>") == 23
    assert '<th scope="col"' in html
    assert index.STAR not in html
    html = search("prop-4")._repr_html_()
    assert index.STAR in html
    assert ">Proposition 4.2*<" in html
    assert ">Proposition 4.3 (ICML 2025)<" in html


def test_markup_does_not_touch_formulas():
    assert to_html("*a* $x*y*z$ **b $u_1$ c**") == "<p><em>a</em> $x*y*z$ <strong>b $u_1$ c</strong></p>"
    assert to_html("Two:\n\n1. $a<b$\n2. more\n   of it") == "<p>Two:</p><ol><li>$a&lt;b$</li><li>more of it</li></ol>"
    assert to_html("<b>&") == "<p>&lt;b&gt;&amp;</p>"
    # on a phone no comma begins a line; a long formula is left to its own
    assert to_html("so $x$, and") == '<p>so <span style="white-space:nowrap">$x$,</span> and</p>'
    assert "nowrap" not in to_html(f"so $x+{'y+' * 40}z$, $$x$$, `x`, and")
    assert to_text("Two:\n\n- *a*\n- $\\dot\\theta=-\\nabla E$") == "Two:\n- a\n- θ̇ = −∇E"


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        (r"U_i^\top U_i-U_{i+1}U_{i+1}^\top", "U_iᵀU_i − U_{i+1}U_{i+1}ᵀ"),
        (r"\frac{a+b}{2}\,x", "(a + b)/2 x"),
        (r"(-a,\ b)", "(−a, b)"),
        (r"\mathbb R^{n\times m}", "R^(n×m)"),
        (r"\{w:\sum_iw_i=0\}", "{w: Σ_iw_i = 0}"),
    ],
)
def test_formulas_in_plain_signs(formula, plain):
    assert plain_formula(formula) == plain


def test_an_unknown_command_is_refused():
    with pytest.raises(KeyError, match="unheard"):
        plain_formula(r"\unheard{x}")


# --- finding -----------------------------------------------------------------------------------------------------


def test_a_statement_by_key_and_by_label():
    for name in ("prop-2.5", "PROP-2.5", " Proposition 2.5 ", "proposition  2.5"):
        assert statement(name).key == "prop-2.5"
    assert statement("Theorem 3.3").source == "neurips-2023"
    assert statement("Theorem 3.8").source != "neurips-2023"  # the paper has none of that number


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("prop-2.55", "there is no statement 'prop-2.55': perhaps prop-2.5 or "),
        ("hyperplane", "there is no statement 'hyperplane': perhaps remark-c.3 or "),
        ("zzzz", "there is no statement 'zzzz': statements(), or conslaw statements, lists them all"),
    ],
)
def test_a_statement_that_is_not_there(wrong, message):
    with pytest.raises(StatementError) as caught:
        statement(wrong)
    assert str(caught.value).startswith(message)


def test_a_group_that_is_not_there():
    with pytest.raises(StatementError) as caught:
        statements("papers")
    assert str(caught.value) == (
        "there is no group 'papers' of statements: there are paper, follow-up, observation, pitfall"
    )


def test_search_finds_words_in_titles_first():
    found = [s.key for s in search("cross-entropy")]
    assert found[0] == "remark-c.3"
    assert "pitfall-10" in found
    assert [s.key for s in search("kinks, twins")] == ["pitfall-7"]
    assert {s.key for s in search("θ̇ = χ(θ) maximal")} == {"def-2.1"}
    assert {s.key for s in search(r"\dot\theta=\chi(\theta)")} == {"def-2.1"}
    assert search("no such words here") == search("") == []


def test_reading_the_index_loads_nothing_heavy(tmp_path):
    program = (
        "import sys; from conslaw_nb.paper.statements import statements; statements()[0]._repr_html_(); "
        "print([m for m in ('ipywidgets', 'IPython', 'sympy', 'numpy', 'flint') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.strip() == "[]"


def test_statements_cannot_be_changed_by_a_reader():
    s = statement("def-2.1")
    with pytest.raises(AttributeError):
        s.title = "another"
    statements().clear()
    assert len(statements()) == len(EVERY)
    assert repr(s) == "Definition 2.1 · conserved through a field"
    assert str(Check("cited", "a book")) == "cited: a book"


def test_the_entries_stand_in_the_order_of_the_paper():
    numbers = [s.number for s in statements("paper") if re.fullmatch(r"\d\.\d+", s.number) and s.kind != "section"]
    places = [tuple(map(int, n.split("."))) for n in numbers]
    assert all(a < b for a, b in pairwise(places))


def test_a_lesson_shows_a_statement_by_its_public_name():
    import conslaw_nb as cl

    assert cl.teaching.statement("ex-2.8") is statement("ex-2.8")
    assert cl.teaching.statements is index  # the module, for statements(), search() and the rest
