"""Let packages come when they are wanted: a lesson's first verdict needs few of them, and a line may be slow.

In the site this file is Python's own ``sitecustomize``, so that it stands before anything is imported. A package of
``WHEELS`` is fetched at its first import, wherever that stands; those of ``LATER`` come in the background once a
notebook has its Python (start.mjs), for its first answers need none of them. python-flint is one of them: until it is
there the plain arithmetic answers, and it gives the same answers.
"""

import importlib
import io
import os
import sys
import zipfile

WHEELS = {}  # name that is imported -> its wheel's file; the builder writes it
LATER = []  # packages, in their order; the builder writes it
SECONDS = 10  # the line is left alone until the first verdict is there


class Arrivals:
    """A finder that finds nothing: it only sees to it that there is something to find."""

    def __init__(self, wheels, later):
        self.wheels = dict(wheels)
        self.later = list(later)

    def find_spec(self, name, path=None, target=None):
        """Fetch the package that is about to be imported, if it has not come yet."""
        if name == "conslaw_nb" and os.environ.get("CONSLAW_ARRIVALS") != "on demand":
            self.begin()
        wheel = self.wheels.pop(name, None)
        if wheel:
            self.fetch(wheel)

    def fetch(self, wheel):
        """Get a wheel while Python waits, as only a worker may, and unpack it."""
        from js import XMLHttpRequest
        from pyodide_js import _api

        request = XMLHttpRequest.new()
        request.open("GET", _api.config.packageBaseUrl + wheel, False)
        request.responseType = "arraybuffer"
        request.send()
        if request.status != 200:
            raise ImportError(f"{wheel} could not be fetched (status {request.status}): is there a connection?")
        place = next(folder for folder in sys.path if folder.endswith("site-packages"))
        zipfile.ZipFile(io.BytesIO(request.response.to_bytes())).extractall(place)
        importlib.invalidate_caches()

    def begin(self):
        """Start what comes in the background, once."""
        import asyncio

        wanted, self.later = self.later, []
        if not wanted:
            return
        sys.modules.setdefault("flint", None)  # unpacked is not yet usable: till then it counts as not installed
        asyncio.get_event_loop().call_later(SECONDS, lambda: asyncio.ensure_future(self.bring(wanted)))

    async def bring(self, wanted):
        """Fetch one package after the other, and let the arithmetic be chosen anew."""
        from pyodide_js import loadPackage

        for package in wanted:
            try:
                await loadPackage(package, messageCallback=lambda text: None)
            except Exception as problem:  # a broken line: what is missing comes when it is imported
                print(f"{package} did not come in the background: {problem}", file=sys.__stderr__)
                return
            self.wheels.pop(package, None)
            importlib.invalidate_caches()
        sys.modules.pop("flint", None)
        backend = sys.modules.get("conslaw_nb.exact.backend")
        if backend:
            backend.choose_again()


arrivals = Arrivals(WHEELS, LATER)
begin = arrivals.begin
if WHEELS or LATER:
    sys.meta_path.insert(0, arrivals)
