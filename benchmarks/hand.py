"""Figures moved by hand, on a page with no kernel: how long a move of the pointer takes until the picture is new.

Everything between the browser's event and the end of the drawing is timed: the mathematics, the SVG, the table.
Headless Chromium shows the page, as for `benchmarks.doors`.
"""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import tempfile
import threading
from pathlib import Path
from statistics import median
from typing import Any

from .doors import _chromium, _harness, missing

__all__ = ["by_hand", "missing"]

PAGE = """<!doctype html><meta charset="utf-8"><div id="here" style="width:960px"></div><script type="module">
import figure from "./{name}.js";
const state = {state};
const set = (name, value) => {{ state[name] = value; }};
const model = {{ get: (name) => state[name], set, save_changes() {{}}, on() {{}} }};
figure.render({{ model, el: document.getElementById("here") }});
window.ready = true;
</script>"""

# Pull every handle about by single moves, and time each; the layout that follows is forced, so that it counts.
PULL = """(moves) => {
  const times = [];
  for (const handle of document.querySelectorAll('.cl-grip')) {
    const box = handle.getBoundingClientRect(), [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    handle.setPointerCapture = () => {};
    const send = (type, dx, dy) => handle.dispatchEvent(new PointerEvent(type,
      { clientX: x + dx, clientY: y + dy, pointerId: 1, bubbles: true, button: 0 }));
    send('pointerdown', 0, 0);
    for (let k = 1; k <= moves; k++) {
      const started = performance.now();
      send('pointermove', 20 * Math.sin(k), -20 * Math.cos(k));
      document.body.getBoundingClientRect();
      times.push((performance.now() - started) / 1000);
    }
    send('pointerup', 0, 0);
  }
  return times;
}"""


def by_hand(moves: int) -> dict[str, Any]:
    """Return for each figure the median and the worst time of one move."""
    from conslaw_nb import widgets
    from conslaw_nb.widgets._hand import HAND

    _harness()
    figures = {name: getattr(widgets, name)() for name in widgets.__all__ if name[0].islower()}
    seconds = {}
    with tempfile.TemporaryDirectory() as place, _chromium() as browser:
        folder = Path(place) / "hand"
        shutil.copytree(str(HAND), folder)
        handler = functools.partial(_Quiet, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            for figure in figures.values():
                module = getattr(figure, "hand", None)
                if module is None:
                    continue
                text = PAGE.format(name=module, state=json.dumps(figure.hand_state()))
                (folder / "page.html").write_text(text, encoding="utf-8")
                page = browser.new_page(viewport={"width": 1000, "height": 900})
                page.goto(f"http://127.0.0.1:{server.server_address[1]}/page.html")
                page.wait_for_function("window.ready")
                times = page.evaluate(PULL, moves)
                seconds[module] = {"median": round(median(times), 6), "worst": round(max(times), 6)}
                page.close()
        finally:
            server.shutdown()
    return {"seconds": seconds, "wrong": [] if seconds else ["no figure is moved by hand"]}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass
