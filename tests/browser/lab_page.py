"""JupyterLab as a test sees it: start a server, open a notebook, run it, move a slider, look at the picture.

Everything goes through JupyterLab's own model (its `jupyterapp` object) and the keyboard, never through where
a thing happens to be on the screen: cells out of view may not be in the page at all, and a click can miss.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

START_SECONDS = 60
RUN_SECONDS = 180


def find_chromium() -> str | None:
    """Return where Chromium is, or None; CONSLAW_CHROMIUM names another one."""
    names = (
        os.environ.get("CONSLAW_CHROMIUM", ""),
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
        "microsoft-edge",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    )
    return next(filter(None, (shutil.which(name) for name in names if name)), None)


class LabServer:
    """A JupyterLab of its own: no token, a free port, and none of the user's settings.

    Parameters
    ----------
    notebooks : Path
        The folder that is served.
    private : Path
        Where its configuration, settings, workspaces and log are kept.
    source : Path, optional
        The checkout, which its kernels import the package from; without it, what is installed is used.
    python : str
        The Python that serves: that of the tests by default.
    environment : dict, optional
        Its variables; those of the tests by default.
    module : str
        What is started: "jupyterlab", or "notebook" for Notebook 7.
    """

    def __init__(
        self,
        notebooks: Path,
        private: Path,
        source: Path | None = None,
        python: str = sys.executable,
        environment: dict[str, str] | None = None,
        module: str = "jupyterlab",
    ):
        self.notebooks, self.private, self.source = notebooks, private, source
        self.python, self.environment, self.module = python, environment, module
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "LabServer":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        environment = dict(os.environ if self.environment is None else self.environment)
        for name in ("JUPYTER_CONFIG", "JUPYTER_DATA", "JUPYTER_RUNTIME", "IPYTHON"):
            environment[f"{name}{'' if name == 'IPYTHON' else '_'}DIR"] = self._folder(name.lower())
        for name in ("JUPYTERLAB_SETTINGS", "JUPYTERLAB_WORKSPACES"):
            environment[f"{name}_DIR"] = self._folder(name.lower())
        environment.pop("JUPYTER_TOKEN", None)
        if self.source:
            paths = [str(self.source), environment.get("PYTHONPATH", "")]
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
            # What an installed package would bring: Jupyter loads our extensions.
            installed = Path(environment["JUPYTER_CONFIG_DIR"], "jupyter_server_config.d")
            installed.mkdir()
            brought = self.source / "conslaw_nb" / "notebooks" / "jupyter"
            shutil.copy(brought / "conslaw_nb.json", installed)
            shutil.copytree(brought / "keys", Path(environment["JUPYTER_DATA_DIR"], "labextensions", "conslaw-nb"))
        # Nobody is there to say whether JupyterLab may fetch its news.
        plugin = Path(environment["JUPYTERLAB_SETTINGS_DIR"], "@jupyterlab", "apputils-extension")
        plugin.mkdir(parents=True)
        quiet = {"fetchNews": "false", "checkForUpdates": False}
        (plugin / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
        command = [self.python, "-m", self.module, "--no-browser", "--ip=127.0.0.1"]
        command += [f"--port={self.port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
        command += [f"--ServerApp.root_dir={self.notebooks}", "--expose-app-in-browser"]
        if self.module == "jupyterlab":
            command.append("--LabApp.extension_manager=readonly")
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        self.log = (self.private / "server.log").open("wb")
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def _folder(self, name: str) -> str:
        folder = self.private / name
        folder.mkdir(parents=True)
        return str(folder)

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/api/status", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"JupyterLab did not start:\n{self.said()}")

    def said(self) -> str:
        """Return the end of the server's log."""
        return (self.private / "server.log").read_text(errors="replace")[-4000:]

    def add(self, name: str, notebook: dict) -> str:
        """Write a notebook into the served folder and return its name."""
        (self.notebooks / name).write_text(json.dumps(notebook))
        return name


# Every question to JupyterLab is asked of the notebook in front.
_PANEL = "const panel = window.jupyterapp.shell.currentWidget; "
# The same panel is the one in front, it has read its file, and its kernel has said who it is.
_READY = """async (name) => {
  const panel = window.jupyterapp && window.jupyterapp.shell && window.jupyterapp.shell.currentWidget;
  if (!panel || !panel.context || panel.context.path !== name || !panel.context.isReady) return false;
  const session = panel.sessionContext;
  if (!session || !session.isReady || !session.session || !session.session.kernel) return false;
  await session.session.kernel.info;
  return session.session.kernel.status === 'idle';
}"""


class LabPage:
    """One browser window on JupyterLab.

    Parameters
    ----------
    page : playwright.sync_api.Page
    server : LabServer
    pictures : Path
        Where screenshots go, if CONSLAW_SCREENSHOTS names no folder.

    Examples
    --------
    In a test, with the fixture of that name::

        lab.open("01_what_never_changes.ipynb")
        lab.run_all()
        assert lab.errors() == []
        before = lab.widget_html()
        lab.move_slider(0, +3)
        assert lab.widget_html(changed_from=before) != before
    """

    def __init__(self, page, server: LabServer, pictures: Path):
        self.page, self.server = page, server
        self.wanted = bool(os.environ.get("CONSLAW_SCREENSHOTS"))
        self.pictures = Path(os.environ["CONSLAW_SCREENSHOTS"]) if self.wanted else pictures
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.console: list[str] = []
        self.outside: list[str] = []
        page.on("console", lambda message: self._keep(message.type, message.text))
        page.on("pageerror", lambda error: self._keep("error", str(error)))
        page.on("request", lambda request: self._watch(request.url))

    def _keep(self, kind: str, text: str) -> None:
        if kind == "error":
            self.console.append(text)

    def _watch(self, url: str) -> None:
        local = (self.server.address, self.server.address.replace("http", "ws"), "data:", "blob:", "about:")
        if not url.startswith(local):
            self.outside.append(url)

    def _ask(self, body: str, argument: object = None) -> object:
        return self.page.evaluate(f"(argument) => {{ {_PANEL} {body} }}", argument)

    def open(self, path: str) -> None:
        """Open a notebook of the served folder and wait until its kernel can run cells."""
        # A workspace of its own: windows of an earlier test are not restored.
        workspace = f"test-{time.monotonic_ns()}"
        self.page.goto(f"{self.server.address}/lab/workspaces/{workspace}/tree/{quote(path)}")
        self.wait_for_kernel(path)

    def switch(self, path: str) -> None:
        """Close what is open in this window, with its kernel, and open another notebook: no page is loaded again."""
        if not self.page.url.startswith(self.server.address):
            self.open(path)
            return
        self.shut_down_kernel()
        self.page.evaluate(
            "async path => { for (const shown of [...window.jupyterapp.shell.widgets('main')]) shown.dispose();"
            " await window.jupyterapp.commands.execute('docmanager:open', { path }); }", path
        )  # fmt: skip
        self.wait_for_kernel(path)

    def wait_for_kernel(self, path: str, seconds: float = START_SECONDS) -> None:
        """Wait until a notebook that was asked for is in front, and its kernel can run cells."""
        self._until(lambda: self.page.evaluate(_READY, path), seconds, f"{path} to open with a kernel")

    def run_all(self, seconds: float = RUN_SECONDS) -> None:
        """Run every cell, and wait until all have run or one has failed."""
        # Kept in the page and not awaited: a promise that hangs would hang the test.
        self.page.evaluate(
            "() => { window.ran = null; window.jupyterapp.commands.execute('notebook:run-all-cells')"
            ".then(() => { window.ran = 'done'; }, error => { window.ran = String(error); }); }"
        )
        self._until(lambda: self.page.evaluate("() => window.ran"), seconds, "all cells to run")
        self._until(lambda: self.kernel_status() == "idle", seconds, "the kernel to be idle")
        assert self.page.evaluate("() => window.ran") == "done"

    def kernel_status(self) -> str:
        """Return JupyterLab's word for what the kernel is doing, such as 'idle' or 'busy'."""
        return self._ask("return panel.sessionContext.session.kernel.status;")

    def write(self, cell_id: str, source: str) -> None:
        """Write into a cell of code."""
        self._ask(
            "panel.content.model.cells.get(argument[0]).sharedModel.setSource(argument[1]);",
            [self.place(cell_id), source],
        )

    def run_cell(self, cell_id: str) -> None:
        """Run one cell, and wait for its end."""
        self._ask("panel.content.activeCellIndex = argument;", self.place(cell_id))
        self.page.evaluate("async () => { await window.jupyterapp.commands.execute('notebook:run-cell'); }")

    def place(self, cell_id: str) -> int:
        """Return where a cell stands among all, counted from 0."""
        return [cell["id"] for cell in self.cells()].index(cell_id)

    def plain_slider(self, cell_id: str) -> str:
        """Put a slider at 3 into a cell, press two of its keys, and return what it then reads."""
        self.write(cell_id, "import ipywidgets\nslider = ipywidgets.IntSlider(3)\nslider")
        self.run_cell(cell_id)
        handle = self.page.locator(".noUi-handle").first
        self._bring(handle)
        handle.focus()
        self.page.keyboard.press("ArrowRight")
        self.page.keyboard.press("ArrowUp")
        return self.page.locator(".jupyter-widgets.widget-slider .widget-readout").first.inner_text()

    def cells(self) -> list[dict]:
        """Return every cell as nbformat has it, from the model."""
        return self._ask("return panel.content.model.sharedModel.toJSON().cells;")

    def outputs(self) -> list[list[dict]]:
        """Return the outputs of every code cell."""
        return self._ask(
            "const found = []; const cells = panel.content.model.cells;"
            "for (let i = 0; i < cells.length; i++) {"
            "  if (cells.get(i).type === 'code') found.push(cells.get(i).outputs.toJSON()); }"
            "return found;"
        )

    def errors(self) -> list[str]:
        """Return what went wrong in any cell, as 'Name: message'."""
        return [
            f"{output['ename']}: {output['evalue']}"
            for cell in self.outputs()
            for output in cell
            if output["output_type"] == "error"
        ]

    def widget_html(self, changed_from: list[str] | None = None, seconds: float = 15) -> list[str]:
        """Return the markup inside every HTML widget on the page, and every figure moved by hand, from the top.

        Parameters
        ----------
        changed_from : list of str, optional
            Wait until the answer differs from this one and has come to rest; when time is up, the answer is
            what there is.
        seconds : float
            How long to wait for that.
        """
        read = (
            "() => [...document.querySelectorAll('.widget-html-content, .widget-htmlmath-content, .cl-hand')]"
            ".map(element => element.innerHTML)"
        )
        found = self.page.evaluate(read)
        end = time.monotonic() + seconds
        while changed_from is not None and time.monotonic() < end:
            self.page.wait_for_timeout(300)
            before, found = found, self.page.evaluate(read)
            if found == before != changed_from and self.kernel_status() == "idle":
                break
        return found

    def unread_formulas(self) -> list[str]:
        """Return what is set in red, as a page shows a macro it does not know, or something that is not a formula."""
        return self.page.evaluate(
            "() => [...document.querySelectorAll('mjx-container *')]"
            ".filter(e => e.style.color === 'red' || e.localName === 'mjx-merror')"
            ".map(e => e.closest('mjx-container').innerText || e.innerText)"
        )

    def sliders(self) -> list[str]:
        """Return the label of every slider on the page, from the top."""
        return self._all_sliders().evaluate_all(
            "sliders => sliders.map(s => (s.querySelector('.widget-label') || s.firstChild).textContent)"
        )

    def _all_sliders(self):
        return self.page.locator(".jupyter-widgets.widget-slider, .cl-hand-row:has(input[type=range])")

    def move_slider(self, which: str | int, steps: int) -> str:
        """Move a slider by so many steps with the arrow keys, and return what it then reads.

        Parameters
        ----------
        which : str or int
            A part of the slider's label, or its place on the page (0 is the first).
        steps : int
            Positive to the right.
        """
        self._until(lambda: self._all_sliders().count(), 30, "a slider to appear")
        labels = self.sliders()
        if isinstance(which, str):
            found = [i for i, label in enumerate(labels) if which in label]
            assert found, f"no slider is labelled {which!r}; there are {labels}"
            which = found[0]
        slider = self._all_sliders().nth(which)
        self._bring(slider)
        slider.locator(".noUi-handle, input[type=range]").first.focus()
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
        return slider.locator(".widget-readout, output").first.inner_text()

    def _bring(self, part) -> None:
        """Scroll to the cell a part of the page is in: JupyterLab hides cells that are out of view."""
        cell = part.evaluate(
            "element => window.jupyterapp.shell.currentWidget.content.widgets.findIndex(w => w.node.contains(element))"
        )
        self.show(cell)
        part.scroll_into_view_if_needed()

    def show(self, which: int) -> None:
        """Scroll to a cell: pictures of what is out of view may not be drawn at all."""
        self._ask("panel.content.scrollToItem(argument, 'start');", which)

    def screenshot(self, name: str, always: bool = False) -> Path:
        """Take a picture of the window where CONSLAW_SCREENSHOTS asks for them; `always` also where nobody does."""
        path = self.pictures / f"{name}.png"
        if always or self.wanted:
            self.page.screenshot(path=path)
        return path

    def save(self) -> None:
        """Save the notebook, as Ctrl-S does."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def shut_down_kernel(self) -> None:
        """End the notebook's kernel, so that a long session does not gather them."""
        try:
            sessions = json.load(urllib.request.urlopen(f"{self.server.address}/api/sessions", timeout=10))
            token = next((c["value"] for c in self.page.context.cookies() if c["name"] == "_xsrf"), "")
            headers = {"X-XSRFToken": token, "Cookie": f"_xsrf={token}"}
            for session in sessions:
                address = f"{self.server.address}/api/sessions/{session['id']}"
                request = urllib.request.Request(address, method="DELETE", headers=headers)
                urllib.request.urlopen(request, timeout=10).close()
        except OSError:
            pass  # the server ends its kernels anyway when it ends

    def _until(self, condition, seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            self.page.wait_for_timeout(100)
        picture = self.screenshot("timeout", always=True)
        raise AssertionError(
            f"waited {seconds} s for {what}; the window is in {picture}; "
            f"the console said {self.console}; the server said\n{self.server.said()}"
        )
