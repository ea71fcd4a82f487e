"""Build the site: lessons, level map, statements, reference. A warning is an error.

    python tools/build_site.py            into docs/_build
    python tools/build_site.py OUT        somewhere else

Needs ``pip install -e ".[site]"``. Where npm is found, MathJax is put beside the pages, so that they ask nobody
else for anything; without npm they take it from a public address, and this is said.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MATHJAX, WANTED = "mathjax@3.2.2", "package/es5/tex-svg.js"
# Of the one file that is taken; npm's own checks are about the archive.
SHA256 = "d4295dc33744836935c1399feece5159577b34c5c8ffb9f1c6324cd82e03a882"


def mathjax(target: Path) -> bool:
    """Put MathJax's one file in place, unless it is there; return whether it is."""
    if target.is_file():
        return True
    npm = shutil.which("npm")
    if npm is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([npm, "pack", "--silent", MATHJAX], cwd=folder, capture_output=True, text=True)
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            print(f"npm could not fetch {MATHJAX}: {done.stderr.strip()[-300:]}", file=sys.stderr)
            return False
        with tarfile.open(archives[0]) as archive:
            content = archive.extractfile(WANTED).read()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise SystemExit(f"{MATHJAX} is not what it was: the sum of {WANTED} differs")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return True


def build(out: Path) -> int:
    """Build the site into a folder; return the builder's exit status."""
    static = DOCS / "_static"
    if not mathjax(static / "mathjax" / "tex-svg.js"):
        print("No MathJax beside the pages: they will take it from a public address.", file=sys.stderr)
    shutil.copyfile(DOCS / "hyperbola.svg", static / "hyperbola.svg")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", str(DOCS), str(out)]
    return subprocess.run(command, cwd=ROOT).returncode


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, and build."""
    parser = argparse.ArgumentParser(description="Build the site; a warning is an error.")
    parser.add_argument("out", nargs="?", type=Path, default=DOCS / "_build", help="where the pages go")
    out = parser.parse_args(arguments).out
    status = build(out.resolve())
    if not status:
        print(f"{sum(1 for _ in out.rglob('*.html'))} pages in {out}")
    return status


if __name__ == "__main__":
    sys.exit(main())
