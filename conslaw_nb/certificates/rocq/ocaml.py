"""The third court: the library's checker as a program, extracted to OCaml and compiled once on this machine."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

from ...errors import CertificateError
from .library import compiled_library, last_line, rocq_compiler, run

__all__ = ["compiled_court", "have_ocaml_check"]


@cache
def _sources() -> dict[str, str]:
    folder = files(__package__) / "theory" / "ocaml"
    return {name: (folder / name).read_text(encoding="utf-8") for name in ("Extraction.v", "reader.ml")}


def compiled_court(progress: Callable[[str], object] = lambda what: None) -> Path:
    """Return the program: Rocq extracts the checker from the library, and OCaml compiles it with a reader of files.

    Raises
    ------
    CertificateError
        OCaml or Rocq is not installed, or does not accept its part.
    """
    compiler = shutil.which("ocamlopt")
    if compiler is None:
        raise CertificateError(
            "OCaml is not installed here (there is no ocamlopt): apt-get install ocaml-nox, or your system's way"
        )
    library = compiled_library(lambda name: progress(f"compiling the library, once: {name}"))
    kind = hashlib.sha256("".join(_sources().values()).encode()).hexdigest()[:16]
    program = library / f"court-{kind}"
    if program.is_file():
        return program
    progress("compiling the checker to OCaml, once")
    with tempfile.TemporaryDirectory(dir=library) as scratch:
        folder = Path(scratch)
        for name, text in _sources().items():
            (folder / name).write_text(text, encoding="utf-8")
        for command in (
            [str(rocq_compiler()), "-q", "-Q", str(library), "Conslaw", "Extraction.v"],
            [compiler, "-o", "court", "court.mli", "court.ml", "reader.ml"],
        ):
            found = run(command, folder)
            if found.returncode:
                raise CertificateError(f"the checker could not be compiled to OCaml: {last_line(found.stderr)}")
        (folder / "court").rename(program)
    return program


def have_ocaml_check(text: str, progress: Callable[[str], object] = lambda what: None) -> tuple[bool, str]:
    """Have the program check the text of an exported file; return whether it accepts it, and say so in a sentence."""
    program = compiled_court(progress)
    progress("the checker in OCaml is computing")
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "certificate.v").write_text(text, encoding="utf-8")
        found = run([str(program), "certificate.v"], Path(scratch))
    if found.returncode not in (0, 1):
        raise CertificateError(f"the checker in OCaml did not end: {last_line(found.stderr)}; conslaw verify does")
    return found.returncode == 0, f"the checker extracted to OCaml {found.stdout.strip().replace('ed', 's')} it"
