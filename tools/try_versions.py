"""Make the limits of pyproject.toml true: the tests and the lessons in fresh environments, oldest and newest versions.

    python tools/try_versions.py                     every Python that is here, each with the oldest and the newest
    python tools/try_versions.py --python 3.11 --set oldest
    python tools/try_versions.py --write             and the results into the table of docs/pages/compatibility.md

"Oldest" pins every package that pyproject.toml names to its lower limit, where that version can be had for the Python
in question; a limit that cannot is told, and the oldest that can is taken. "Newest" is what pip chooses today. What
they need in turn is pip's choice in both.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import monotonic

import build_binder
from build_binder import BinderError, new_environment, pip, run
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "pages" / "compatibility.md"
MARKS = ("<!-- made by tools/try_versions.py --write -->", "<!-- end -->")
# These build pages, style or drive a browser: what a lesson and its reader need does not depend on them.
ASIDE = {"conslaw_nb", "axe-playwright-python", "codespell", "playwright", "ruff"}
# What the page names; pip's freeze has all.
SHOWN = ("sympy", "ipywidgets", "jupyterlab", "python-flint", "drawsvg", "ipykernel", "hypothesis")
TESTS = ["tests", "conslaw_nb", "lessons", "--ignore=tests/browser", "--ignore=tests/test_benchmarks.py"]
# With --short: what stands nearest to other packages, and two notebooks.
SHORT = [f"tests/test_{name}.py" for name in ("parser", "laws", "checker", "drawing", "widgets")]
SHORT += ["lessons/01_what_never_changes.ipynb", "lessons/proof_workshop.ipynb"]
CHOSEN = "not slow and not network and not browser and not rocq"


@dataclass
class Outcome:
    """One environment: what was in it, and what the tests said."""

    python: str
    kind: str
    versions: dict[str, str] = field(default_factory=dict)
    raised: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0
    seconds: float = 0
    said: str = ""

    @property
    def good(self) -> bool:
        """Whether tests ran and none failed."""
        return self.passed > 0 and self.failed == 0


def needs(root: Path = ROOT) -> list[Requirement]:
    """Return what pyproject.toml asks for to run and to test the lessons."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    found = map(Requirement, [*project["dependencies"], *extras["lessons"], *extras["check"], *extras["test"]])
    return list({need.name: need for need in found if need.name not in ASIDE}.values())


def lower_limit(need: Requirement) -> str:
    """Return the version after >=.

    Examples
    --------
    >>> lower_limit(Requirement("sympy>=1.13,<2"))
    '1.13'
    """
    (limit,) = (one.version for one in need.specifier if one.operator == ">=")
    return limit


def oldest(python: str, environment: dict[str, str], wanted: list[Requirement], raised: list[str]) -> list[str]:
    """Return a pin to the lower limit for each need; what has no wheel at its limit is said, and left to pip."""
    pins = []
    for need in wanted:
        line = f"{need.name}=={lower_limit(need)}"
        try:
            run(pip(python, "install", "-q", "--dry-run", "--no-deps", "--only-binary=:all:", line), env=environment)
            pins.append(line)
        except BinderError:
            raised.append(line)
            pins.append(str(need))
    return pins


def attempt(version: str, kind: str, place: Path, tests: list[str]) -> Outcome:
    """Make one environment, and run the tests in it on a copy of the checkout."""
    home, outcome = place / "checkout", Outcome(version, kind)
    build_binder.checkout_copy(ROOT, home)
    python, environment = new_environment(build_binder.find_python(version), place / "env")
    outcome.python = run([python, "-c", "import platform; print(platform.python_version())"]).strip()
    wanted = needs()
    lines = oldest(python, environment, wanted, outcome.raised) if kind == "oldest" else [str(need) for need in wanted]
    run(pip(python, "install", "-q", *lines), cwd=home, env=environment)
    run(pip(python, "install", "-q", "--no-deps", "-e", "."), cwd=home, env=environment)
    frozen = json.loads(run(pip(python, "list", "--format=json"), env=environment).splitlines()[0])
    have = {re.sub(r"[-_.]+", "-", one["name"]).lower(): one["version"] for one in frozen}
    outcome.versions = {name: have[name] for name in SHOWN}
    report = place / "report.xml"
    command = [python, "-m", "pytest", "-q", "-m", CHOSEN, f"--junitxml={report}", *tests]
    environment = environment | {"CI": "true"}  # the same random examples each time
    started = monotonic()
    try:
        outcome.said = run(command, cwd=home, env=environment)
    except BinderError as error:
        outcome.said = str(error)
    outcome.seconds = monotonic() - started
    if report.is_file():
        total = re.search(r'errors="(\d+)" failures="(\d+)" skipped="(\d+)" tests="(\d+)"', report.read_text())
        errors, failures, skipped, number = map(int, total.groups())
        outcome.failed, outcome.passed = errors + failures, number - errors - failures - skipped
    return outcome


def pythons() -> list[str]:
    """Return the supported versions that are here."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    first, end = map(int, re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', text).groups())
    here = []
    for minor in range(first, end):
        found = build_binder.find_python(f"3.{minor}")
        if run([found, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).strip() == f"3.{minor}":
            here.append(f"3.{minor}")
    return here


HEAD = f"| Python | versions | {' | '.join(SHOWN)} | tests | tried |"


def row(one: Outcome, day: date) -> str:
    """Return the page's line for an environment."""
    told = f"{one.passed} passed" if one.passed else "**the tests did not come to their end**"
    told += f", **{one.failed} failed**" if one.failed else ""
    versions = (one.versions.get(name, "") for name in SHOWN)
    return f"| {' | '.join([one.python, one.kind, *versions, told, f'{day:%Y-%m-%d}'])} |"


def merged(old: str, new: list[str]) -> str:
    """Return a table with new lines in it; they replace those of the same Python (3.N) and the same versions.

    Examples
    --------
    >>> text = merged("", ["| 3.11.7 | oldest | a |", "| 3.13.0 | newest | b |"])
    >>> for line in merged(text, ["| 3.11.9 | oldest | c |"]).splitlines()[2:]:
    ...     print(line)
    | 3.11.9 | oldest | c |
    | 3.13.0 | newest | b |
    """

    def key(line: str) -> tuple[str, str]:
        python, kind = (part.strip() for part in line.split("|")[1:3])
        return ".".join(python.split(".")[:2]), kind

    rows = {key(line): line for line in old.splitlines() if re.match(r"\| 3\.", line)}
    rows |= {key(line): line for line in new}
    ordered = [rows[k] for k in sorted(rows, key=lambda k: (int(k[0].split(".")[1]), k[1] != "oldest"))]
    return "\n".join([HEAD, "|---" * (HEAD.count("|") - 1) + "|", *ordered])


def write(outcomes: list[Outcome], page: Path = PAGE) -> None:
    """Put the outcomes into the page's table, between its marks."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    old, end, after = rest.partition(MARKS[1])
    if not end:
        raise BinderError(f"{page} has no place for the table, between {MARKS[0]} and {MARKS[1]}")
    body = merged(old, [row(one, date.today()) for one in outcomes])
    page.write_text(f"{before}{MARKS[0]}\n\n{body}\n\n{end}{after}", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Try what the command line asks for."""
    parser = argparse.ArgumentParser(description="Try the oldest and the newest allowed versions.")
    parser.add_argument("--python", action="append", metavar="3.N", help="one of those here (all by default)")
    parser.add_argument("--set", action="append", choices=("oldest", "newest"), help="both by default")
    parser.add_argument(
        "--write", action="store_true", help=f"put the results into the table of {PAGE.relative_to(ROOT)}"
    )
    parser.add_argument("--short", action="store_true", help="a few tests and two notebooks instead of all")
    options = parser.parse_args(arguments)
    here = pythons()
    outcomes = []
    try:
        for version in options.python or here:
            if version not in here:
                raise BinderError(f"Python {version} is not here, or not supported: there are {', '.join(here)}")
            for kind in options.set or ("oldest", "newest"):
                with tempfile.TemporaryDirectory() as place:
                    one = attempt(version, kind, Path(place), SHORT if options.short else TESTS)
                outcomes.append(one)
                state = "good" if one.good else "NOT GOOD"
                print(f"Python {one.python}, {kind}: {state}, {one.passed} passed, {one.failed} failed, "
                      f"{one.seconds:.0f} s; {one.versions}", flush=True)  # fmt: skip
                if one.raised:
                    print(f"  not to be had for this Python: {', '.join(one.raised)}", flush=True)
                if not one.good:
                    print(one.said, file=sys.stderr, flush=True)
    except BinderError as error:
        print(error, file=sys.stderr)
        return 1
    if options.write:
        write(outcomes)
    return 0 if all(one.good for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
