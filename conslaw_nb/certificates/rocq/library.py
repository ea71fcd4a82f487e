"""The library that Rocq files rest on: its files, its hash, and one compiled copy on this machine."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

from ...errors import CertificateError

__all__ = ["compiled_library", "have_rocq_check", "last_line", "library_files", "library_hash", "rocq_compiler", "run"]

_SECONDS = 600  # what a certificate at the bounds of `bounds.py` takes, and a good deal more


@cache
def library_files() -> dict[str, str]:
    """Return the texts of the library, name by name, in the order in which they are compiled."""
    folder = files(__package__) / "theory"
    listed = (folder / "_CoqProject").read_text(encoding="utf-8").split()
    return {name: (folder / name).read_text(encoding="utf-8") for name in listed if name.endswith(".v")}


@cache
def library_hash() -> str:
    """Return the SHA-256 of the library: of the lines that ``sha256sum *.v`` prints in its folder.

    The edition for the browser, where nothing is compiled, has these lines in place of the files.
    """
    folder = files(__package__) / "theory"
    whole = (folder / "Court.v").is_file()
    lines = sums(library_files()) if whole else (folder / "SHA256SUMS").read_text(encoding="utf-8")
    return hashlib.sha256(lines.encode()).hexdigest()


def sums(texts: dict[str, str]) -> str:
    """Return what ``sha256sum`` prints of files.

    Examples
    --------
    >>> sums({"Empty.v": ""})[:8]
    'e3b0c442'
    """
    return "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(texts.items()))


def rocq_compiler() -> str | None:
    """Return the path of ``coqc``, if it is installed."""
    return shutil.which("coqc")


def compiled_library(progress: Callable[[str], object] = lambda name: None) -> Path:
    """Return the folder of the compiled library; compile it, once for each user and version, where it is missing.

    Parameters
    ----------
    progress : callable
        Called with the name of each file before it is compiled.

    Returns
    -------
    Path
        What to give Rocq: ``coqc -Q PATH Conslaw FILE.v``.

    Raises
    ------
    CertificateError
        Rocq is not installed, or does not accept the library; which versions do is said in the library's README.
    """
    compiler = _compiler()
    version = subprocess.run([compiler, "--print-version"], capture_output=True, text=True, timeout=60).stdout.split()
    where = _cache_folder() / f"rocq-{(version or ['unknown'])[0]}-{library_hash()[:16]}"
    if (where / "complete").is_file():
        return where
    where.parent.mkdir(parents=True, exist_ok=True)
    # Two that begin at the same time each compile a copy of their own, and the first to end keeps its place.
    with tempfile.TemporaryDirectory(dir=where.parent) as scratch:
        folder = Path(scratch) / "library"
        folder.mkdir()
        for name, text in library_files().items():
            (folder / name).write_text(text, encoding="utf-8")
        for name in library_files():
            progress(name)
            found = run([compiler, "-q", "-Q", ".", "Conslaw", name], folder)
            if found.returncode:
                raise CertificateError(
                    f"this Rocq ({(version or ['?'])[0]}) does not accept {name} of the library: "
                    f"{last_line(found.stderr)}; version 8.16 does (Debian's package coq)"
                )
        (folder / "complete").touch()
        try:
            folder.rename(where)
        except OSError:
            if not (where / "complete").is_file():
                raise
    return where


def have_rocq_check(text: str, progress: Callable[[str], object] = lambda name: None) -> tuple[bool, str]:
    """Have Rocq check the text of an exported file.

    Parameters
    ----------
    text : str
        As `export_rocq` writes it: a text from somebody else's file is not given to Rocq.
    progress : callable
        Called with what is being done.

    Returns
    -------
    bool
        Whether Rocq accepts it, from no axioms but those of the real numbers.
    str
        In a sentence.
    """
    library = compiled_library(lambda name: progress(f"compiling the library, once: {name}"))
    progress("Rocq is checking")
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "certificate.v").write_text(text, encoding="utf-8")
        found = run([_compiler(), "-q", "-Q", str(library), "Conslaw", "certificate.v"], Path(scratch))
    if found.returncode:
        return False, f"Rocq rejects it: {last_line(found.stderr)}"
    unknown = sorted(axioms_of(found.stdout) - set(AXIOMS))
    if unknown:
        return False, f"Rocq accepts it, but from axioms that are not those of the real numbers: {', '.join(unknown)}"
    return True, "Rocq accepts the theorem 'certified', from the axioms of its real numbers"


#: The axioms that Rocq's own library of real numbers rests on: excluded middle in three forms, and that functions with
#: the same values are equal.
AXIOMS = (
    "ClassicalDedekindReals.sig_not_dec",
    "ClassicalDedekindReals.sig_forall_dec",
    "FunctionalExtensionality.functional_extensionality_dep",
    "Classical_Prop.classic",
)


def axioms_of(printed: str) -> set[str]:
    """Return the names in what ``Print Assumptions`` has printed."""
    return set(re.findall(r"^([A-Za-z_][\w.]*)\s+:", printed.partition("Axioms:")[2], re.M))


def _compiler() -> str:
    compiler = rocq_compiler()
    if compiler is None:
        raise CertificateError(
            "Rocq is not installed here (there is no coqc): apt-get install coq, or your system's way"
        )
    return compiler


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, for some minutes at most."""
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise CertificateError(
            f"{Path(command[0]).name} did not end within {_SECONDS // 60} minutes; conslaw verify still checks it"
        ) from None


def last_line(text: str) -> str:
    """Return what a program said last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"


def _cache_folder() -> Path:
    """Where programs keep what they can make again."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "conslaw_nb"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "conslaw_nb" / "Cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "conslaw_nb"
