"""The command that checks a proof written as a text file."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ..errors import CertificateError
from ..verdict import Status
from .display import output, print_json, working

__all__ = ["prove"]

_LARGEST = 100_000  # bytes: no proof is longer


def prove(options: Namespace) -> int:
    """Check a proof step by step; save it where every step is right."""
    from ..claims.proofs import proof

    text = _read(Path(options.file))
    with working("checking the proof"):
        found = proof(text, options.model)
        status = 0 if found.reached else 1 if found.verdict.status is Status.REFUTED else 3
    saved = None
    if options.output is not None:
        if not found.reached:
            raise CertificateError(f"'{options.output}' was not written: {found.verdict.reason}")
        saved = _target(Path(options.output))
        found.save(saved)
    if options.json:
        print_json(found.data | {"missing": found.missing, "file": None if saved is None else str(saved)})
        return status
    out = output()
    out.text(str(found))
    if saved is not None:
        out.text(f"Written to {saved}. Re-check it with:  conslaw verify {saved}")
    return status


def _read(path: Path) -> str:
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise CertificateError(f"'{path}' {what}: give a text file with a proof, such as law.proof")
    try:
        if path.stat().st_size > _LARGEST:
            raise CertificateError(f"'{path}' is too large for a proof: at most {_LARGEST} bytes are read")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CertificateError(f"'{path}' cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CertificateError(f"'{path}' is no text in UTF-8: save it as plain text") from None


def _target(path: Path) -> Path:
    """Return where to write: an older proof may be replaced, nothing else."""
    from ..claims.verification import is_proof

    if path.exists() and not is_proof(path):
        raise CertificateError(f"'{path}' exists and is no proof of ours, so it is left alone: give another name")
    return path
