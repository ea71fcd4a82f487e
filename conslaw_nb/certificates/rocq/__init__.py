"""The second court: certificates as files that the proof assistant Rocq (Coq) checks by itself.

`theory/` is a fixed library: what a certificate means, over the real numbers, a checker that Rocq computes with, and
the theorem that whatever it accepts is true. `export_rocq` writes a certificate as data for it. Nothing is checked
here: a wrong certificate gives a file that Rocq rejects.
"""

from .export import export_rocq, rocq_name, save_rocq
from .judging import ask_ocaml, ask_rocq
from .library import compiled_library, library_files, library_hash, rocq_compiler

__all__ = [
    "ask_ocaml",
    "ask_rocq",
    "compiled_library",
    "export_rocq",
    "library_files",
    "library_hash",
    "rocq_compiler",
    "rocq_name",
    "save_rocq",
]
