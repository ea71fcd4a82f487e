"""The browser edition as a test sees it: a plain web server for the built folder, and a window on it."""

import functools
import gzip
import http.server
import threading
import time
from urllib.parse import quote, unquote

from lab_page import LabPage

START = 120  # Python has to arrive and to start; a busy machine takes its time
# What a public web server packs on its way; pictures and wheels are packed already.
PACKED = (".css", ".html", ".ipynb", ".js", ".json", ".mjs", ".svg", ".wasm")


class Site:
    """The built folder behind a plain web server on a free port; `LabPage` asks it for its address.

    Parameters
    ----------
    folder : Path
    rate : float, optional
        Bytes a second that all visitors share: a slow line. As fast as it goes by default.
    latency : float
        Seconds until an answer begins.
    packed : bool
        Whether files that gain by it are sent packed with gzip, as public servers do.
    """

    def __init__(self, folder, rate=None, latency=0.0, packed=False):
        self.folder, self.rate, self.latency, self.packed = folder, rate, latency, packed
        self.asked: list[tuple[str, int]] = []  # name and bytes of every answer
        self._kept: dict[tuple[str, str], bytes] = {}
        self._line = threading.Lock()
        site = self

        class Answer(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                site.answer(self)

        handler = functools.partial(Answer, directory=folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, request):
        """Send a file, or what http.server says where there is none."""
        time.sleep(self.latency)
        name = unquote(request.path.split("?")[0]).lstrip("/")
        path = self.folder / name
        if not path.is_file():
            http.server.SimpleHTTPRequestHandler.do_GET(request)
            return
        tag = f'"{path.stat().st_mtime_ns:x}-{path.stat().st_size:x}"'
        if request.headers.get("If-None-Match") == tag:
            request.send_response(304)
            request.send_header("ETag", tag)
            request.end_headers()
            self.asked.append((name, 0))
            return
        content = path.read_bytes()
        request.send_response(200)
        request.send_header("Content-Type", request.guess_type(str(path)))
        request.send_header("ETag", tag)
        request.send_header("Cache-Control", "max-age=600")
        if self.packed and path.suffix in PACKED:
            if (name, tag) not in self._kept:  # packed once, as a public server does it
                self._kept[name, tag] = gzip.compress(content, 6)
            content = self._kept[name, tag]
            request.send_header("Content-Encoding", "gzip")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        self.asked.append((name, len(content)))
        self._send(request, content)

    def _send(self, request, content):
        if self.rate is None:
            request.wfile.write(content)
            return
        part = max(1, int(self.rate / 50))
        for start in range(0, len(content), part):
            piece = content[start : start + part]
            with self._line:  # one line for all: who comes second waits
                time.sleep(len(piece) / self.rate)
            request.wfile.write(piece)

    def close(self):
        """End the server."""
        self.server.shutdown()
        self.server.server_close()

    def said(self):
        """Return what a failed test should show of the server."""
        return f"the last it was asked for: {self.asked[-5:]}"


class LitePage(LabPage):
    """A window on the browser edition."""

    def open(self, path):
        """Open a lesson and wait until its kernel can run cells."""
        self.go(path)
        self.wait_for_kernel(path)

    def go(self, path, app="notebooks", **options):
        """Follow the link to a lesson, and do not wait for its kernel."""
        self.page.goto(f"{self.server.address}/{app}/index.html?path={quote(path)}", **options)

    def wait_for_kernel(self, path, seconds=START):
        """Wait until the kernel of a lesson can run cells."""
        super().wait_for_kernel(path, seconds)

    def wait_for_file(self, path):
        """Wait until a lesson is in front and read, whatever its kernel does."""
        self.page.wait_for_function(
            "path => { const shown = window.jupyterapp?.shell?.currentWidget;"
            " return shown?.context?.path === path && shown.context.isReady && Boolean(shown.content.model); }",
            arg=path, timeout=START * 1000,
        )  # fmt: skip

    def save(self):
        """Save the notebook in front into the browser's storage."""
        self.page.evaluate("async () => { await window.jupyterapp.shell.currentWidget.context.save(); }")

    def printed(self, cell_id):
        """Return a cell's outputs as text."""
        return plain(next(cell for cell in self.cells() if cell["id"] == cell_id))


def plain(cell):
    """Return the outputs of a cell as text, from a file or from a page."""
    return "".join("".join(o.get("text", o.get("data", {}).get("text/plain", ""))) for o in cell["outputs"])
