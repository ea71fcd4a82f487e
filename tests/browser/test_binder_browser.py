"""Binder, without Docker: what its builder would build is built, and lesson 1 is played with in JupyterLab there."""

import importlib.util
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lab_page import LabPage, LabServer

from conslaw_nb.notebooks.saving import WIDGET_VIEW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.network,
    pytest.mark.skipif(sys.platform == "win32", reason="Binder is Linux, and postBuild a shell script"),
]

LESSON = "lessons/01_what_never_changes.ipynb"


@pytest.fixture(scope="module")
def tool(root):
    spec = importlib.util.spec_from_file_location("build_binder", root / "tools" / "build_binder.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_binder"] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def binder(tool, root, tmp_path_factory):
    """Build it once: repo2docker's plan, its own packages, the pins, and postBuild."""
    place = tmp_path_factory.mktemp("binder")
    # Is there an index at all? Asked without a version, so that a wrong pin is not taken for no network.
    probe = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(place / "probe"), "mdurl"]
    if subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("BINDER TEST SKIPPED: no package index can be reached from here")
    return tool.build(place / "built", root)


@pytest.fixture(scope="module", params=["jupyterlab", "notebook"])
def server(binder, request, tmp_path_factory):
    """Serve the checkout as Binder does, by JupyterLab or by Notebook 7."""
    private = tmp_path_factory.mktemp(f"private-{request.param}")
    with LabServer(binder.home, private, None, binder.python, binder.environment, request.param) as served:
        yield served


class NotebookPage(LabPage):
    """A window on Notebook 7: the same application, with one document and an address of its own."""

    def open(self, path):
        self.page.goto(f"{self.server.address}/notebooks/{path}")
        self.wait_for_kernel(path)

    def switch(self, path):
        self.shut_down_kernel()
        self.open(path)


def test_the_builder_reads_the_folder_as_it_is_meant(binder, root):
    plan = binder.plan
    assert plan.folder == "binder"
    assert f"python-{plan.python}\n" == (root / "binder" / "runtime.txt").read_text()
    assert "binder/requirements.txt" in plan.files
    assert any("binder/requirements.txt" in script for script in plan.install)
    assert plan.after == ["binder/postBuild"]


def test_nothing_that_the_builder_has_is_installed_again(binder, tool):
    """A second JupyterLab would make the image larger by all of it; and the two would be the same lab."""
    assert {"jupyterlab", "ipywidgets", "notebook"} <= set(binder.plan.base)
    frozen = tool.run(tool.pip(binder.python, "freeze"), env=binder.environment)
    for name in ("jupyterlab", "ipywidgets", "notebook"):
        assert f"{name}=={binder.plan.base[name]}\n" in frozen
    assert "No broken requirements" in tool.run(tool.pip(binder.python, "check"), env=binder.environment)


def test_the_installed_package_is_used_and_nothing_of_the_checkout(binder, tool):
    where = "import conslaw_nb; print(conslaw_nb.__file__)"
    found = Path(tool.run([binder.python, "-c", where], cwd=binder.home / "lessons", env=binder.environment).strip())
    assert "site-packages" in found.parts
    for carried in (LESSON, "certificate.schema.json", "py.typed"):
        assert (found.parent / carried).is_file()


def test_jupyterlab_finds_its_widgets_and_keeps_quiet(binder, tool):
    said = tool.run([binder.python, "-m", "jupyter", "labextension", "list"], env=binder.environment)
    assert re.search(r"@jupyter-widgets/jupyterlab-manager .*enabled", said)
    (settings,) = (Path(binder.python).parents[1] / "share/jupyter/lab/settings").glob("overrides.json")
    assert json.loads(settings.read_text())["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_lesson_1_runs_there_its_slider_moves_and_the_second_day_shows_pictures(binder, server, chromium, tmp_path):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    window = {"jupyterlab": LabPage, "notebook": NotebookPage}[server.module]
    lab = window(context.new_page(), server, tmp_path)
    started = time.monotonic()
    lab.open(LESSON)
    lab.run_all()
    print(f"{server.module}: lesson 1 opened and run to its end in {time.monotonic() - started:.0f} s")
    assert lab.errors() == []
    assert len(lab.sliders()) >= 3
    before = lab.widget_html()
    lab.move_slider(0, +3)
    assert lab.widget_html(changed_from=before) != before
    lab.screenshot(f"binder-{server.module}")
    assert lab.outside == []
    # The second day: what was saved holds pictures, and no widget of a kernel that has ended.
    lab.save()
    assert WIDGET_VIEW not in (binder.home / LESSON).read_text(encoding="utf-8")
    lab.switch(LESSON)
    shown = lab.page.locator(".jp-Notebook").inner_text()
    assert "Error displaying widget" not in shown
    assert "Loading widget" not in shown
    assert lab.plain_slider("imports") == "5"  # Notebook 7 would take its keys for cells
    lab.shut_down_kernel()
    context.close()
