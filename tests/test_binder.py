"""Binder's folder: what it pins. What Binder builds from it is built in tests/browser/test_binder_browser.py."""

import re
import stat
import tomllib

from packaging.requirements import Requirement

# What Binder's builder starts from, in versions of its own: JupyterLab, the widgets, and a Python to run them.
BASE = {"ipykernel", "ipywidgets", "jinja2", "jupyterlab"}
PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.]*")


def pins(root):
    lines = (root / "binder" / "requirements.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_requirement_is_pinned_once(root):
    assert [line for line in pins(root) if not PIN.fullmatch(line)] == []
    names = [canonical(line.split("==")[0]) for line in pins(root)]
    assert len(names) == len(set(names))


def test_what_the_package_needs_is_among_the_pins_and_within_its_limits(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())
    needs = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["lessons"]
    needs += project["build-system"]["requires"]  # postBuild builds without fetching a builder
    pinned = {canonical(name): version for name, version in (line.split("==") for line in pins(root))}
    for need in map(Requirement, needs):
        if need.name not in BASE:
            assert need.specifier.contains(pinned[canonical(need.name)]), need


def test_binder_stays_small(root):
    """What the builder has already is not installed again: two dozen packages, none of them of JupyterLab."""
    names = {canonical(line.split("==")[0]) for line in pins(root)}
    assert len(names) <= 24
    assert not names & (BASE | {"notebook", "numpy", "scipy", "matplotlib", "jupyter-server", "ipython"})


def test_python_is_a_supported_one_and_scripts_can_run(root):
    first, last = 11, 14
    runtime = (root / "binder" / "runtime.txt").read_text()
    assert runtime in [f"python-3.{minor}\n" for minor in range(first, last + 1)]
    assert (root / "binder" / "postBuild").stat().st_mode & stat.S_IXUSR
    assert not (root / ".binder").exists()  # both at once are an error to Binder
