"""Write the doors that need an address into the README: Binder, the site, and the browser edition of a published copy.

    python tools/readme_doors.py                  with links to this copy, whose address git or GitHub knows; where
                                                  none is known, the doors that open from a bare clone
    python tools/readme_doors.py ada/laws         with links to another copy at GitHub
    python tools/readme_doors.py --none           the doors of a bare clone, whatever git knows

What stands between the two marks in the README is replaced. On the site itself every lesson's page gets its links when
it is built.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
import address  # noqa: E402

from benchmarks.report import missed  # noqa: E402

README = ROOT / "README.md"
LESSON = "01_what_never_changes.ipynb"
MARKS = ("<!-- doors: python tools/readme_doors.py writes them -->", "<!-- end of doors -->")
BINDER = "https://mybinder.org/v2/gh/{repository}/{at}?urlpath=lab/tree/lessons/{lesson}"


def table(results: dict) -> str:
    """Return what a newcomer does at each door, and for how long, from the measured results.

    Examples
    --------
    >>> one = {"open": 9.8, "verdict": 11.6}
    >>> more = {"added_bytes": 61e6, "bytes": 23e6, "again": one}
    >>> doors = {name: one | more for name in ("local", "binder", "browser", "class")}
    >>> print(table({"doors": {"doors": doors}}).splitlines()[2])
    | on your machine | one line in a terminal | 12 s, most of it pip's; afterwards 12 s |
    """
    doors = results["doors"]["doors"]
    local, binder, browser, course = (doors[name] for name in ("local", "binder", "browser", "class"))

    def seconds(one: dict) -> str:
        return f"{round(one['verdict'])} s"

    rows = [
        ("on your machine", "one line in a terminal", f"{seconds(local)}, most of it pip's; afterwards "
         f"{seconds(local['again'])}"),
        ("on Binder", "one click", f"{seconds(binder)} once Binder has brought its image, to which this project adds "
         f"{binder['added_bytes'] / 1e6:.0f} MB"),
        ("in the browser alone", "one click", f"{seconds(browser)} and {browser['bytes'] / 1e6:.0f} MB; afterwards "
         f"{seconds(browser['again'])}, with no connection needed"),
        ("in a class", "`conslaw course new course`, then JupyterLab in that folder", seconds(course)),
    ]  # fmt: skip
    lines = ["| door | you do | until lesson 1 has proved its first law |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def links(repository: str | None, at: str = "HEAD") -> str:
    """Return the README's paragraph on the doors that need no installation, at the release `at`.

    Examples
    --------
    >>> print(links("ada/laws", "v0.1.0").splitlines()[0])
    [![Open lesson 1 on Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/ada/laws/v0.1.0?urlpath=lab/tree/lessons/01_what_never_changes.ipynb)
    """
    if repository is None:
        return (
            "Or in the browser alone, and the whole site around it, made and shown by one line (it needs npm):\n\n"
            "```bash\n"
            'pip install -e ".[site]" && python tools/build_site.py public && python -m http.server -d public\n'
            "```\n\n"
            "[Publish your own copy](docs/pages/publish.md) says how that folder, and a door to Binder, get an address "
            "of their own."
        )
    where = address.site(repository)
    return (
        f"[![Open lesson 1 on Binder](https://mybinder.org/badge_logo.svg)]"
        f"({BINDER.format(repository=repository, at=at, lesson=LESSON)})\n"
        f"**[Open lesson 1 in the browser alone]({where}lite/notebooks/index.html?path={LESSON})** · "
        f"[the site]({where})\n\n"
        "Both need no installation and no account. Each lesson's page on the site has its own links."
    )


def doors(repository: str | None) -> str:
    """Return all that stands in the README between the marks."""
    data = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    results, lost = data["results"], missed(data["marks"])
    note = "Measured by `python -m benchmarks --only doors` on two cores, from a click or a line to the verdict"
    loads = [one.get("load") or 0 for one in results["doors"]["doors"].values()]
    note += f"; other work kept them busy (a load of {max(loads):.0f})." if max(loads) > 3 else "."
    note += f" Of the marks that were set these are missed: {'; '.join(lost)}." if lost else ""
    return f"{links(repository, address.release() or 'HEAD')}\n\n{table(results)}\n\n{note}"


def write(repository: str | None, readme: Path = README) -> None:
    """Put the paragraph between the marks."""
    text = readme.read_text(encoding="utf-8")
    before, start, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not (start and end):
        raise ValueError(f"{readme} has no place for the doors: it needs the lines {MARKS[0]} and {MARKS[1]}")
    readme.write_text(f"{before}{start}\n{doors(repository)}\n{end}{after}", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description="Write the links of a published copy into the README.")
    parser.add_argument("repository", nargs="?", metavar="OWNER/REPOSITORY", help="another copy at GitHub")
    parser.add_argument("--none", action="store_true", help="write the doors of a bare clone")
    options = parser.parse_args(arguments)
    if options.repository and not re.fullmatch(r"[\w.-]+/[\w.-]+", options.repository):
        parser.error(f"'{options.repository}' is not a repository at GitHub: give OWNER/REPOSITORY, such as ada/laws")
    write(None if options.none else options.repository or address.repository())
    return 0


if __name__ == "__main__":
    sys.exit(main())
