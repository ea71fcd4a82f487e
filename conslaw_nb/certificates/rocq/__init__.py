"""The second court: certificates as files that the proof assistant Rocq (Coq) checks by itself.

`export_rocq` writes one self-contained file: definitions, proofs that hold for every certificate (the `.v`
files beside this one), then what this certificate says, and theorems about it that Rocq proves by computing.
Nothing is checked here: a wrong certificate gives a file that Rocq rejects.
"""

from .export import export_rocq, save_rocq

__all__ = ["export_rocq", "save_rocq"]
