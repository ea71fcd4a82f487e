"""Build the browser edition: JupyterLab, Python and the lessons as a folder of files that any web server can serve.

    python tools/build_lite.py OUT            everything in OUT; a page of it asks no other server for anything
    python -m http.server -d OUT              look at it

``tools/build_site.py`` builds it together with the site's pages, as it is published.

Needs pip and npm, and nothing installed: what builds the site is installed in an environment of its own, from
``lite/requirements.txt``. ``lite/`` holds every version and every choice.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import quote

import lite_contents
import lite_wheels

ROOT = Path(__file__).resolve().parent.parent
LITE = ROOT / "lite"
CACHE = ROOT / "build" / "lite-cache"
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
KERNEL_PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"
PAGE = ["lark", "conslaw-nb"]  # the packages that a page's questions need
# What the kernel of JupyterLite asks for by these names; the last two come with it.
KERNEL_WHEELS = ("ipykernel", "piplite", "pyodide_kernel")


class BuildError(Exception):
    """The site cannot be built: the message says what is missing."""


def run(command: list[str | Path], **options: object) -> None:
    """Run a command; show what it said if it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        said = (done.stdout + done.stderr)[-3000:]
        raise BuildError(f"{' '.join(str(part) for part in command)} ended with {done.returncode}:\n{said}")


def builder(cache: Path) -> Path:
    """Return a Python with what ``lite/requirements.txt`` pins, made on first use."""
    pins = LITE / "requirements.txt"
    folder = cache / f"env-{hashlib.sha256(pins.read_bytes()).hexdigest()[:12]}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / "complete").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        run([python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-q", "-r", pins])
        (folder / "complete").touch()
    return python


def runtime(cache: Path) -> tuple[Path, str]:
    """Return the folder with Pyodide from npm, fetched on first use, and its version."""
    version = json.loads((LITE / "package.json").read_text(encoding="utf-8"))["dependencies"]["pyodide"]
    folder = cache / f"pyodide-{version}"
    if not folder.is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise BuildError("npm is missing, and Python for the browser comes from there: install Node.js with npm")
        with tempfile.TemporaryDirectory(dir=cache) as place:
            run([npm, "pack", f"pyodide@{version}", "--silent", f"--pack-destination={place}"])
            (archive,) = Path(place).glob("*.tgz")
            with tarfile.open(archive) as packed:
                packed.extractall(place, filter="data")
            (Path(place) / "package").rename(folder)
    return folder, version


def own_wheel(python: Path, folder: Path) -> Path:
    """Build this package's wheel with the pinned builder."""
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    run([*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", f"--wheel-dir={folder}", ROOT])
    (wheel,) = folder.glob("conslaw_nb-*.whl")
    return wheel


def kernel_wheels(python: Path) -> list[Path]:
    """Return the wheels that JupyterLite's Python kernel brings itself."""
    shared = python.parent.parent / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
    found = [path for path in sorted(shared.glob("*.whl")) if path.name.split("-")[0] in KERNEL_WHEELS]
    if len(found) != len(KERNEL_WHEELS):
        raise BuildError(f"{shared} should hold one wheel for each of {', '.join(KERNEL_WHEELS)}; it has {found}")
    return found


def settings(packages: list[str], pyodide: str, lock: str) -> dict[str, object]:
    """Return the configuration of the Python kernel."""
    return {
        "pyodideUrl": f"./{pyodide}start.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"lockFileURL": f"./{lock}", "packages": packages},
    }


def python_for_browsers(engine: Path, listed: dict[str, object], rules: dict[str, object], site: Path) -> str:
    """Put Python itself, with its library trimmed, into a folder of the site named after its contents; return that."""
    program = lite_wheels.arrivals((LITE / "arrivals.py").read_text(encoding="utf-8"), listed, rules)
    files = {name: (engine / name).read_bytes() for name in RUNTIME}
    files["python_stdlib.zip"] = lite_wheels.library(engine / "python_stdlib.zip", rules, program)
    files["start.mjs"] = (LITE / "start.mjs").read_bytes()
    total = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in files.values())).hexdigest()
    folder = f"pyodide/{total[:8]}/"
    (site / folder).mkdir(parents=True)
    for name, content in files.items():
        (site / folder / name).write_bytes(content)
    return folder


def on_the_line(path: Path) -> int:
    """Return how many bytes of a file a web server sends: most pack what gains by it."""
    content = path.read_bytes()
    return len(content) if path.suffix in (".whl", ".zip") else len(gzip.compress(content, 6))


def engine_list(site: Path, pyodide: str, lock: str, packages: list[str], listed: dict[str, object]) -> None:
    """Write what a page, and a notebook, need before their first answer: names, bytes on the line, bytes unpacked."""
    wheels = {name: f"wheels/{package['file_name']}" for name, package in listed["packages"].items()}
    runtime = [pyodide + name for name in RUNTIME] + [lock]
    lists = {"page": runtime + [wheels[name] for name in PAGE], "notebook": runtime + [wheels[n] for n in packages]}
    files = {
        part: [[name, on_the_line(site / name), (site / name).stat().st_size] for name in names]
        for part, names in lists.items()
    }
    content = {"pyodide": pyodide, "lock": lock, "packages": {"page": PAGE, "notebook": packages}, "files": files}
    (site / "conslaw" / "engine.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def service_worker(site: Path) -> None:
    """Put the program that keeps files for a second visit before JupyterLite's own, and list what it may keep."""
    folders = ("build", "extensions", "pyodide", "wheels")
    names = sorted(p.relative_to(site).as_posix() for f in folders for p in (site / f).rglob("*") if p.is_file())
    (site / "conslaw" / "lasting.json").write_text(json.dumps(names, indent=0) + "\n", encoding="utf-8")
    edition = hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]
    own = (LITE / "offline.js").read_text(encoding="utf-8").replace("@EDITION@", edition)
    path = site / "service-worker.js"
    path.write_text(f"(() => {{\n{own}}})();\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


def application(python: Path, work: Path, kernel: dict[str, object]) -> Path:
    """Build JupyterLite itself, with the widgets' and the kernel's extensions, without contents."""
    lite = work / "lite"
    lite.mkdir()
    config = json.loads((LITE / "jupyter-lite.json").read_text(encoding="utf-8"))
    config["jupyter-config-data"]["litePluginSettings"] = {KERNEL_PLUGIN: kernel}
    (lite / "jupyter-lite.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    shutil.copy(LITE / "overrides.json", lite)
    build = {"apps": ["lab", "notebooks"], "no_sourcemaps": True, "no_unused_shared_packages": True}
    (lite / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": build}), encoding="utf-8")
    # The user's own Jupyter settings and extensions must not get into the site.
    own = {
        "JUPYTER_CONFIG_DIR": str(work / "config"),
        "JUPYTER_DATA_DIR": str(work / "data"),
        "SOURCE_DATE_EPOCH": "946684800",
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTHON"))}
    site = work / "site"
    run([python, "-m", "jupyterlite_core", "build", "--output-dir", site], cwd=lite, env={**environment, **own})
    return site


def drop(site: Path) -> None:
    """Delete what no browser asks for, by the patterns of ``lite/trim.toml``."""
    patterns = tomllib.loads((LITE / "trim.toml").read_text(encoding="utf-8"))["site"]["drop"]
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and any(fnmatchcase(name, pattern) for pattern in patterns):
            path.unlink()


_BOOT = re.compile(r"await import\(\s*'((?:\.\./)+)config-utils\.js")
SCRIPTS = sorted(path.name for path in LITE.glob("*.js") if path.name != "offline.js")


def guard(site: Path) -> int:
    """Let each page look after the learner's work, and start Python, before its application; return how many pages."""
    (kernel,) = (site / "extensions").rglob("comlink.worker.*.js")
    version = hashlib.sha256(b"".join((LITE / name).read_bytes() for name in SCRIPTS)).hexdigest()[:7]
    for name in SCRIPTS:
        text = (LITE / name).read_text(encoding="utf-8").replace("@VERSION@", version)
        text = text.replace("@KERNEL@", f"../{kernel.relative_to(site).as_posix()}")
        (site / "conslaw" / name).write_text(text, encoding="utf-8")
    pages = 0
    for page in sorted(site.rglob("index.html")):
        text = page.read_text(encoding="utf-8")
        if "jupyter-lite-main" not in text:
            continue
        call = f"await (await import('\\1conslaw/front.js?_={version}'))"
        call += r".start(new URL('\1', location.href.split(/[?#]/)[0])); \g<0>"
        text, count = _BOOT.subn(call, text)
        if count != 1:
            raise BuildError(f"{page} does not start as it did: JupyterLite has changed, and so must guard()")
        text = text.replace("<html>", '<html lang="en">', 1).replace(
            "<title>JupyterLite</title>", "<title>A lesson</title>"
        )
        page.write_text(text, encoding="utf-8")
        pages += 1
    return pages


def icons(site: Path) -> None:
    """Give every page of the application our icon, which it asks for by Jupyter's names."""
    for app in ("lab", "notebooks"):
        shutil.copy(LITE / "favicon.ico", site / app / "favicon.ico")
    (site / "static" / "favicons").mkdir(parents=True)
    for name in ("notebook", "busy-1", "file", "terminal"):
        shutil.copy(LITE / "favicon.ico", site / "static" / "favicons" / f"favicon-{name}.ico")
    shutil.copy(LITE / "favicon.ico", site / "favicon.ico")


def front_page(site: Path, editions: dict[str, dict[str, str]]) -> None:
    """Write the page with the list of lessons, by their titles."""
    rows = [
        f'        <li><a href="notebooks/index.html?path={quote(path)}">{html.escape(edition["title"])}</a></li>'
        for path, edition in sorted(editions.items(), key=lambda one: lite_contents.order(one[0]))
    ]
    listed = json.loads((site / "conslaw" / "engine.json").read_text(encoding="utf-8"))
    megabytes = sum(wire for _, wire, _ in listed["files"]["notebook"]) / 1e6 + 3  # and the application itself
    text = (LITE / "index.html").read_text(encoding="utf-8")
    text = text.replace("@LESSONS@", "\n".join(rows)).replace("@MEGABYTES@", f"{megabytes:.0f}")
    (site / "index.html").write_text(text, encoding="utf-8")


def build(out: Path, cache: Path, lessons: Path | None = None) -> Path:
    """Build the browser edition.

    Parameters
    ----------
    out : Path
        The folder to make; one that is there is replaced if it was made by this program.
    cache : Path
        Where downloads and the building environment are kept.
    lessons : Path, optional
        The folder of lessons (those of the checkout by default).
    """
    if out.exists() and any(out.iterdir()) and not (out / "conslaw" / "editions.json").is_file():
        raise BuildError(f"{out} holds files that are not a browser edition: give a new folder, or empty it")
    cache.mkdir(parents=True, exist_ok=True)
    python = builder(cache)
    engine, _ = runtime(cache)
    info = json.loads((engine / "pyodide-lock.json").read_text(encoding="utf-8"))["info"]
    rules = tomllib.loads((LITE / "trim.toml").read_text(encoding="utf-8"))
    pins = hashlib.sha256((LITE / "wheels.txt").read_bytes()).hexdigest()[:12]
    wheels = lite_wheels.download(cache / f"wheels-{pins}", info)
    with tempfile.TemporaryDirectory(dir=cache) as place:
        work = Path(place)
        wheels += [own_wheel(python, work), *kernel_wheels(python)]
        listed, lock = lite_wheels.write(wheels, work / "wheels", info, rules)
        later = {*rules["arrive"]["on_import"], *rules["arrive"]["later"]}
        packages = [name for name in listed["packages"] if name not in later]
        pyodide = python_for_browsers(engine, listed, rules, work)
        site = application(python, work, settings(packages, pyodide, lock))
        drop(site)
        for name in ("wheels", "pyodide"):
            (work / name).rename(site / name)
        editions = lite_contents.write(lessons or ROOT / "lessons", site)
        (site / "conslaw" / "editions.json").write_text(json.dumps(editions, indent=1) + "\n", encoding="utf-8")
        engine_list(site, pyodide, lock, packages, listed)
        guard(site)
        icons(site)
        front_page(site, editions)
        service_worker(site)
        if out.exists():
            shutil.rmtree(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(site, out)
    return out


def main(arguments: list[str] | None = None) -> int:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description="Build the browser edition of the lessons.")
    parser.add_argument("out", type=Path, help="the folder to make")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where downloads are kept")
    parser.add_argument("--lessons", type=Path, help="another folder of lessons")
    options = parser.parse_args(arguments)
    try:
        out = build(options.out, options.cache.resolve(), options.lessons)
    except (BuildError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.1f} MB, {len(list((out / 'files').rglob('*.ipynb')))} notebooks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
