"""The pages of the site that are made from the project itself: lessons, level map, statements.

Nothing here is written twice. A lesson's page is its notebook; the table of lessons comes from their first
lines; the level map from what exercises introduce and use; the index from the statements.
"""

from __future__ import annotations

import json
import re
import sys
from html import escape
from pathlib import Path
from typing import Any

from conslaw_nb import teaching, widgets
from conslaw_nb.language.manual import manual
from conslaw_nb.paper import statements as index
from conslaw_nb.teaching.levels import LevelMap

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "lessons"
WORKSHOP, TWO_HOURS = "proof_workshop.ipynb", "two_hours.ipynb"
FOR_TEACHERS = LESSONS / "solutions" / "for_teachers.md"

sys.path.insert(0, str(ROOT / "tools"))
import address  # noqa: E402
from page_parts import answer_box, cell_figure, law_box, live, not_here  # noqa: E402

__all__ = ["hero", "launch_links", "lesson_files", "write"]


def write(target: Path, edition: bool = False) -> None:
    """Write all generated pages into a folder, afresh; a page that did not change keeps its time.

    Parameters
    ----------
    target : Path
    edition : bool
        Whether the edition for the browser will stand beside the pages: its doors, and the engine of the pages.
    """
    wanted: dict[str, str] = {}
    for name in lesson_files():
        wanted[f"lessons/{name}"] = json.dumps(lesson_page(name, edition), indent=1, ensure_ascii=False) + "\n"
    wanted["hero.md"] = hero(edition)
    wanted["class-hub.md"] = class_hub()
    wanted["lessons/index.md"] = lessons_index()
    wanted["map.md"] = map_page()
    wanted["statements.md"] = statements_page()
    wanted["what-you-may-write.md"] = manual()
    wanted["figures.md"] = figures()
    wanted["for-teachers.md"] = for_teachers()
    wanted["course-table.md"] = course_table()
    for old in sorted(target.rglob("*")) if target.is_dir() else []:
        if old.is_file() and old.relative_to(target).as_posix() not in wanted:
            old.unlink()
    for name, text in wanted.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


# --- lessons ------------------------------------------------------------------------------------------------------


def lesson_files() -> list[str]:
    """Return the notebooks of the course, in its order.

    Two have no number: the workshop stands before lesson 2, and the notebook for a reading group at the end.
    """
    names = list(teaching.lessons().values())
    place = names.index(teaching.lessons()[2])
    return [*names[:place], WORKSHOP, *names[place:], TWO_HOURS]


def _read(name: str) -> dict[str, Any]:
    return json.loads((LESSONS / name).read_text(encoding="utf-8"))


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _title(book: dict[str, Any]) -> str:
    return re.match(r"# (.+)", _source(book["cells"][0]))[1].strip()


def _minutes(book: dict[str, Any]) -> str:
    text = "\n".join(_source(cell) for cell in book["cells"] if cell["cell_type"] == "markdown")
    found = re.search(r"[Aa]bout (\d{2,3}) minutes", text)
    return found[1] if found else ""


def _invitation(book: dict[str, Any]) -> str:
    """The first sentences of a lesson, without its title."""
    lines = _source(book["cells"][0]).split("\n")[1:]
    text = " ".join(line for line in lines if line.strip() and not line.startswith("*About"))
    return not_here(text).strip()


def launch_links(name: str, edition: bool) -> list[tuple[str, str]]:
    """Return (words, address) of the doors through which a lesson opens: none that leads nowhere.

    The edition for the browser stands beside the site, where it was built. Binder and Colab fetch from GitHub: Binder
    the latest release, Colab a notebook made for it (``tools/colab_notebooks.py``).
    """
    doors = []
    if edition:
        doors += [
            ("Open in this browser", f"../../lite/notebooks/index.html?path={name}"),
            ("the same in JupyterLab", f"../../lite/lab/index.html?path={name}"),
        ]
    repository = address.repository()
    if repository:
        at = address.release() or "HEAD"
        doors += [
            ("Binder", f"https://mybinder.org/v2/gh/{repository}/{at}?urlpath=lab/tree/lessons/{name}"),
            ("Colab", f"https://colab.research.google.com/github/{repository}/blob/colab/{name}"),
        ]
    return doors


def lesson_page(name: str, edition: bool = False) -> dict[str, Any]:
    """Return a lesson's notebook as a page: doors below its title, figures that move, exercises to be answered there.

    What asks a reader to run a cell is left out: a page has none. Each exercise gets a place to which the level map
    can lead.
    """
    book = _read(name)
    doors = " ".join(f'<a href="{escape(where)}">{words}</a>' for words, where in launch_links(name, edition))
    bar = f'<nav class="cl-doors" aria-label="Run this lesson">{doors}</nav>' if doors else ""
    first = book["cells"][0]
    head, _, rest = _source(first).partition("\n")
    box = f'<details class="cl-try"><summary>Try a law here</summary>{law_box()}</details>' if edition else ""
    first["source"] = f"{head}\n\n{bar}{box}\n{not_here(rest)}".splitlines(keepends=True)
    cells, asked = [], {}
    for cell in book["cells"]:
        source = _source(cell)
        found = re.search(r'(\w+) = .*exercise\("([\d.]+)"\)', source) if cell["cell_type"] == "code" else None
        if found:
            asked[found[1]] = found[2]
            cells.append(_raw(f"place-{found[2]}", f'<span id="exercise-{found[2]}"></span>'))
            cell["metadata"] = cell["metadata"] | {"tags": ["remove-input"]}  # on a page the card is enough
        answered = re.search(r"^(\w+)\.check\(", source, re.MULTILINE) if cell["cell_type"] == "code" else None
        if answered and answered[1] in asked:
            number = asked.pop(answered[1])
            typed = re.match(r"\s*(?:#.*\s+)*\w+\.check\(\s*[rf]?[\"']", source)
            if typed and edition:
                cells.append(_raw(f"answer-{number}", answer_box(teaching.exercise(number))))
            if typed:
                continue  # the cell for the answer is the notebook's
            cell["outputs"] = []  # the answer is a function of Python: it is handed in there
        _still(cell, edition and f"../../lite/notebooks/index.html?path={name}")
        cells.append(cell)
    return book | {"cells": cells}


def _raw(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name.replace(".", "-"), "metadata": {}, "source": [text]}


def _still(cell: dict[str, Any], notebook: str | bool) -> None:
    """Fit what a cell shows to a page: a figure that needs no kernel moves, and links lead from page to page."""
    if cell["cell_type"] != "code":
        cell["source"] = not_here(_source(cell)).splitlines(keepends=True)
        return
    figure = cell_figure(_source(cell))
    for output in cell.get("outputs", ()):
        if "text/html" in output.get("data", {}):
            shown = re.sub(r'href="(\w+)\.ipynb"', r'href="\1.html"', "".join(output["data"]["text/html"]))
            output["data"]["text/html"] = live(shown, figure, notebook)


def lessons_index() -> str:
    """Return the page that lists the lessons."""
    rows, entries = "", ""
    for name in lesson_files():
        book = _read(name)
        rows += f"- **[{_title(book)}]({name})** ({_minutes(book)} minutes) — {_invitation(book)}\n"
        entries += f"{name}\n"
    return (
        "# The lessons\n\n"
        "Each lesson is a notebook: read it here, or open it and play. Every answer is checked at once and exactly,\n"
        "and hints come one at a time. Solutions are kept apart.\n\n"
        f"{rows}\n"
        f"```{{toctree}}\n:hidden:\n\n{entries}```\n"
    )


def hero(edition: bool) -> str:
    """Return the top of the first page: a figure to drag, one button, and a law to try."""
    first = teaching.lessons()[1]
    start = f"lite/notebooks/index.html?path={first}" if edition else f"generated/lessons/{Path(first).stem}.html"
    still = '<img src="_static/hyperbola.svg" width="460" alt="">'
    figure = live(still, cell_figure("cl.widgets.hyperbola_explorer(descent=False)"), False)
    repository = address.repository()
    source = f' · <a href="https://github.com/{repository}">The source, at GitHub</a>' if repository else ""
    box = f"<h2>Try a law</h2>{law_box()}" if edition else ""
    return (
        f'<div class="cl-hero">{figure}</div>\n\n'
        f'<p class="cl-begin"><a class="cl-button" href="{start}">Start lesson 1</a> '
        f'<span>or <a href="pages/start.html">through another door</a>{source}</span></p>\n\n{box}\n'
    )


def class_hub() -> str:
    """Return how the image of a hub gets the package: from the repository where one is known, else from the folder."""
    repository = address.repository()
    where = f"conslaw_nb[lessons] @ git+https://github.com/{repository}" if repository else "./conslaw_nb[lessons]"
    words = (
        "In the image of their servers:"
        if repository
        else "In the image of their servers, beside a copy of the project:"
    )
    return f'{words}\n\n```bash\npip install "{where}" nbgitpuller\n```\n'


def for_teachers() -> str:
    """Return the answers for whoever teaches, each question's folded, so that a learner who strays here is not told."""
    head, *lessons = re.split(r"(?m)^(?=## )", FOR_TEACHERS.read_text(encoding="utf-8"))
    parts = [head]
    for lesson in lessons:
        title, _, body = lesson.partition("\n")
        parts.append(f"{title}\n\n<details><summary>Open</summary>\n\n{body.strip()}\n\n</details>\n")
    return "\n".join(parts)


def course_table() -> str:
    """Return the lessons with their minutes and exercises, for the lecturer's guide."""
    rows = ["| lesson | minutes | exercises | kinds |", "|---|---|---|---|"]
    numbers = {name: number for number, name in teaching.lessons().items()}
    for name in lesson_files():
        book = _read(name)
        tasks = teaching.exercises(numbers[name]) if name in numbers else ()
        unnumbered = {WORKSHOP: "claims and proofs", TWO_HOURS: "five exercises of the lessons"}
        kinds = ", ".join(sorted({task.kind for task in tasks})) or unnumbered[name]
        link = f"[{_title(book)}](../generated/lessons/{name})"
        count = len(tasks) or sum(cell["id"].startswith("exercise-") for cell in book["cells"]) or 2
        rows.append(f"| {link} | {_minutes(book)} | {count} | {kinds} |")
    return "\n".join(rows) + "\n"


# --- the level map ------------------------------------------------------------------------------------------------


def map_page() -> str:
    """Return the page with the level map; each level leads to its exercise."""
    pages = {number: f"lessons/{Path(name).stem}.html" for number, name in teaching.lessons().items()}
    links = {
        task.number: f"{pages[int(task.number.split('.')[0])]}#exercise-{task.number}"
        for task in teaching.all_exercises()
    }
    course = LevelMap(teaching.all_exercises(), frozenset(), links)
    return (
        "# The level map\n\n"
        "Every exercise of the course, and what it needs: a line leads from each lesson to those that need it, and\n"
        "each exercise names those before it. In a notebook, `cl.teaching.level_map()` shows the map with your\n"
        "progress.\n\n"
        f"```{{raw}} html\n{course._repr_html_()}\n```\n\n"
        "## The same as a list\n\n" + "\n".join(_level(course, task) for task in course.exercises) + "\n"
    )


def _level(course: LevelMap, task: Any) -> str:
    needs = course.needs(task.number)
    after = f", after {', '.join(needs)}" if needs else ""
    link = f'<a href="{course.links[task.number]}">{task.number} {escape(task.title)}</a>'
    return f"- {link} ({task.kind}{after})"


# --- statements ---------------------------------------------------------------------------------------------------


def statements_page() -> str:
    """Return the index of statements: for each its wording, its authority, where it is taught and what checks it."""
    parts = [
        "# The statements\n\n"
        "What the theory says, in our words; on whose authority; where it is taught; and what checks it here. A star\n"
        "marks a number that no source confirms. `conslaw statements` prints the same in a terminal, and\n"
        "`cl.teaching.statement(\"thm-3.3\")` shows one in a notebook.\n"
    ]  # fmt: skip
    for group, title in index.GROUPS.items():
        parts.append(f"## {title[:1].upper() + title[1:]}\n")
        for s in index.statements(group):
            parts.append(f"({s.key})=\n\n### {s.marked_label.replace('*', chr(92) + '*')} · {s.title}\n")
            parts.append(_statement(s))
    return "\n".join(parts)


def _statement(s: Any) -> str:
    lines = [s.text, ""]
    if s.hypotheses:
        lines += ["*Assumes:* " + "; ".join(s.hypotheses) + ".", ""]
    lines.append(f"*Provenance:* {s.provenance}." + (f" {s.note}" if s.note else ""))
    places = [
        f"[{_title(_read(t.lesson))}, “{t.section}”](lessons/{t.lesson})" + (f" ({t.note})" if t.note else "")
        for t in s.taught
    ]
    if places:
        lines += ["", "*Taught:* " + "; ".join(places) + "."]
    checks = "".join(
        f"<li>{escape(c.sentence)}" + (f" <code>{escape(c.by)}</code>" if c.by else "") + "</li>" for c in s.checks
    )
    summary = f"Checked: {s.how_far}" + (f"; in part: {s.how_far_in_part}" if s.how_far_in_part else "")
    lines += ["", f"<details><summary>{summary}</summary><ul>{checks}</ul></details>"]
    return "\n".join(lines) + "\n"


def figures() -> str:
    """Return the reference of the functions that make the figures."""
    names = [name for name in widgets.__all__ if name[0].islower()]
    lines = "\n".join(f".. autofunction:: {getattr(widgets, name).__module__}.{name}" for name in names)
    return f"```{{eval-rst}}\n{lines}\n```\n"
