"""Build the site: lessons, level map, statements, reference, and the edition for the browser beside them.

    python tools/build_site.py                    into docs/_build
    python tools/build_site.py OUT                somewhere else: this folder is what is published
    python tools/build_site.py OUT --pages-only   quicker: without the edition for the browser, and without its doors

Needs ``pip install -e ".[site]"``, and npm, which brings Python for browsers and MathJax. Without npm the pages have no
door that leads nowhere: the edition's are left out, MathJax comes from a public address, and both are said. A warning
of the builder is an error.
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

import build_lite

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


def build(out: Path, edition: bool) -> int:
    """Build the pages into a folder, for an edition for the browser beside them or for none; return the exit status."""
    static = DOCS / "_static"
    if not mathjax(static / "mathjax" / "tex-svg.js"):
        print("No MathJax beside the pages: they will take it from a public address.", file=sys.stderr)
    shutil.copyfile(DOCS / "hyperbola.svg", static / "hyperbola.svg")
    shutil.copytree(ROOT / "conslaw_nb" / "widgets" / "hand", static / "hand", dirs_exist_ok=True)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q"]
    # The doctrees of the two kinds differ, and the builder would not notice.
    kind = "edition" if edition else "pages"
    command += ["-d", str(out / ".doctrees" / kind), *(["-t", "edition"] if edition else []), str(DOCS), str(out)]
    beside = out.parent / "jupyter_execute"  # myst-nb makes it, and nothing is in it that the pages need
    made = not beside.exists()
    status = subprocess.run(command, cwd=ROOT).returncode
    for folder in (out / ".doctrees", *([beside] if made else ())):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copyfile(ROOT / "lite" / "favicon.ico", out / "favicon.ico")  # asked for by pages that name none
    if edition:
        program = (ROOT / "lite" / "offline.js").read_text(encoding="utf-8")
        (out / "offline.js").write_text(program.replace("@EDITION@", "pages"), encoding="utf-8")
    return status


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, and build."""
    parser = argparse.ArgumentParser(description="Build the site; a warning is an error.")
    parser.add_argument("out", nargs="?", type=Path, default=DOCS / "_build", help="where the pages go")
    parser.add_argument("--pages-only", action="store_true", help="leave the edition for the browser out")
    parser.add_argument("--cache", type=Path, default=build_lite.CACHE, help="where the edition keeps its downloads")
    options = parser.parse_args(arguments)
    out, edition = options.out.resolve(), not options.pages_only
    if edition and shutil.which("npm") is None:
        print("No npm here: the site gets no edition for the browser, and no door to it.", file=sys.stderr)
        edition = False
    if not edition:
        shutil.rmtree(out / "lite", ignore_errors=True)
    status = build(out, edition)
    if edition and not status:
        status = build_lite.main([str(out / "lite"), f"--cache={options.cache}"])
    if not status:
        pages = [path for path in out.rglob("*.html") if "lite" not in path.relative_to(out).parts]
        print(f"{len(pages)} pages in {out}")
    return status


if __name__ == "__main__":
    sys.exit(main())
