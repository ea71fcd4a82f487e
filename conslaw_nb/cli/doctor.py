"""What `conslaw doctor` says: what is installed, which arithmetic is used, what is missing, how to get it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from ..errors import ConslawError

__all__ = ["Check", "diagnose"]

SUPPORTED = ((3, 11), (3, 14))  # first and last Python

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Examples
    --------
    >>> print(Check("rich", "missing", "not installed", "pip install rich"))
    missing  rich: not installed; try: pip install rich
    """

    name: str  # what was looked at
    status: str  # ``"ok"``; ``"warning"`` where everything works without it; ``"missing"`` where something does not
    detail: str  # what was found
    remedy: str = ""  # what to do about it; empty where there is nothing to do

    def __str__(self) -> str:
        remedy = f"; try: {self.remedy}" if self.remedy else ""
        return f"{self.status:<8} {self.name}: {self.detail}{remedy}"


def diagnose() -> list[Check]:
    """Look at everything the package, the lessons and the tests need.

    Returns
    -------
    list of Check
        In the order in which things depend on each other. Nothing is raised: a check that fails says why.

    Examples
    --------
    >>> [check.name for check in diagnose()][:3]
    ['Python', 'sympy', 'python-flint']
    """
    return [
        _guarded("Python", _python),
        _package("sympy", "pip install sympy"),
        _package(
            "python-flint",
            "pip install python-flint",
            module="flint",
            without="not installed: plain Python is used, with the same answers, slower",
        ),
        _guarded("backend", _backend),
        _guarded("self-test", _self_test),
        _package("rich", "pip install rich"),
        _package("drawsvg", "pip install drawsvg"),
        _package("ipywidgets", "pip install ipywidgets"),
        _package("jupyterlab", "pip install jupyterlab"),
        _package("ipykernel", "pip install ipykernel"),
        _guarded("lessons", _lessons),
        _guarded("this folder", _folder),
        _guarded("chromium", _chromium),
        _guarded("coqc", _coqc),
        _guarded("bubblewrap", _bubblewrap),
    ]


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    """Look, and make of any failure a check that says it: a doctor who faints helps nobody."""
    try:
        return look()
    except ConslawError as error:
        return Check(name, "missing", str(error), "the advice in that sentence")
    except Exception as error:
        return Check(name, "missing", f"failed with {type(error).__name__}: {error}", "installing again")


def _package(name: str, remedy: str, *, module: str = "", without: str = "") -> Check:
    """Look for an installed package without importing it."""
    if util.find_spec(module or name) is None:
        return Check(name, "warning" if without else "missing", without or "not installed", remedy)
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        version = "of unknown version"
    return Check(name, "ok", version)


def _python() -> Check:
    first, last = (".".join(map(str, version)) for version in SUPPORTED)
    detail = f"{platform.python_version()} ({sys.executable})"
    if SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        return Check("Python", "ok", detail)
    return Check("Python", "warning", f"{detail} is not among the tested ones", f"Python {first} to {last}")


def _backend() -> Check:
    from ..exact.backend import backend_name

    asked = os.environ.get("CONSLAW_BACKEND", "").strip()
    why = f" (CONSLAW_BACKEND={asked})" if asked else ""
    return Check("backend", "ok", f"{backend_name()}{why}")


def _self_test() -> Check:
    """Count the laws of the smallest network, and have the independent checker read the proof back."""
    from .. import certify, count_laws, parse_model, verify

    start = time.perf_counter()
    model = parse_model("phi(u*v)")
    count = count_laws(model)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.json"
        certify(model).save(path)
        verdict = verify(path)
    seconds = time.perf_counter() - start
    if count.laws == 1 and count.verdict.is_proved and verdict.is_proved:
        return Check("self-test", "ok", f"phi(u*v) has 1 law: proved, and verified ({seconds:.2f} s)")
    return Check(
        "self-test",
        "missing",
        f"phi(u*v) has 1 law, and the engine found {count.laws} ({count.verdict.status}; "
        f"the checker said {verdict.status})",
        "installing again, and if that does not help, telling us",
    )


def _lessons() -> Check:
    from ..notebooks.lab import lessons_folder

    folder = lessons_folder()
    number = len(list(folder.glob("[0-9]*.ipynb")))
    return Check("lessons", "ok", f"{number} in {folder}")


def _folder() -> Check:
    """Look whether a working copy of the lessons could be made here."""
    here = Path.cwd()
    try:
        with tempfile.TemporaryFile(dir=here):
            return Check("this folder", "ok", f"{here} can be written")
    except OSError as error:
        detail = f"{here} cannot be written ({error.strerror or error})"
        return Check("this folder", "warning", detail, "conslaw lab FOLDER, with a folder of your own")


def _chromium() -> Check:
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found:
        return Check("chromium", "ok", f"{found} (only the browser tests need it)")
    detail = "not found; only the browser tests need it"
    return Check("chromium", "warning", detail, _install("chromium"))


def _coqc() -> Check:
    from ..certificates.rocq import library_hash

    found = shutil.which("coqc")
    if found:
        return Check("coqc", "ok", f"{found} (Rocq, for conslaw verify --rocq; the library's hash: {library_hash()})")
    return Check("coqc", "warning", "not found; only conslaw verify --rocq needs it", _install("coq"))


def _bubblewrap() -> Check:
    from ..course.sealing import tried

    found, why = shutil.which("bwrap"), tried()
    if found and not why:
        return Check("bubblewrap", "ok", f"{found} (conslaw course grade shuts notebooks in with it)")
    remedy = "a machine, or a container, that lets bubblewrap work" if found else _install("bubblewrap")
    return Check("bubblewrap", "warning", f"{why}; no submitted notebook is run", remedy)


def _install(package: str) -> str:
    """Return how this very system installs a package."""
    ways = (("apt-get", "apt-get install"), ("dnf", "dnf install"), ("brew", "brew install"))
    found = next((words for command, words in ways if shutil.which(command)), "")
    return f"{found} {package}" if found else f"your system's package of {package}"
