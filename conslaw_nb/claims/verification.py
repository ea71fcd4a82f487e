"""Re-check a file, whatever it claims: a certificate by the independent checker, a proof from its text."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from .. import checker
from ..verdict import Verdict

__all__ = ["examine", "is_certificate", "is_proof", "verify"]

_LARGEST = 1_000_000  # bytes: no proof of ours is larger
_LARGEST_CERTIFICATE = 100_000_000  # bytes of a file that is looked into: the checker itself reads no more


def is_proof(path: str | os.PathLike[str]) -> bool:
    """Whether a file says of itself that it is a proof, be it a good one or not."""
    target = Path(path)
    try:
        if target.stat().st_size > _LARGEST:
            return False
        data = target.read_bytes()
    except OSError:
        return False
    if re.match(rb'\s*\{\s*"format"\s*:\s*"conslaw-proof"', data):  # also if the rest is damaged
        return True
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("format") == "conslaw-proof"


def is_certificate(path: str | os.PathLike[str]) -> bool:
    """Whether a file says of itself that it is a certificate, be it a good one or not."""
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST_CERTIFICATE)
    except OSError:
        return False
    if re.match(rb'\s*\{\s*"format"\s*:\s*"conslaw-certificate"', data):  # also if the rest is damaged
        return True
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("format") == "conslaw-certificate"


def examine(path: str) -> tuple[checker.Report, int]:
    """Re-check a file for the command line: the report, and 0 accepted, 1 rejected or 2 not readable.

    For a certificate only the checker and the standard library are needed.
    """
    if not is_proof(path):
        return checker.examine(path)
    from .proofs import recheck

    verdict = recheck(Path(path))
    return checker.Report(verdict.is_proved, "PROVED" if verdict.is_proved else "REJECTED", verdict.reason), (
        0 if verdict.is_proved else 1
    )


def verify(path: str | os.PathLike[str]) -> Verdict:
    """Re-check a certificate or a proof from its file.

    Parameters
    ----------
    path : path of a file
        As `Certificate.save` or `Proof.save` wrote it.

    Returns
    -------
    Verdict
        PROVED or BOUNDED as the file claims; for a rejected file REFUTED, with the reason. A confirmed
        refutation of a law is PROVED: the certificate's claim "is not conserved" holds.

    Raises
    ------
    CertificateError
        The file cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from conslaw_nb import certify, linear, proof
    >>> with TemporaryDirectory() as folder:
    ...     print(verify(certify(linear(1, 2, 2, 1)).save(Path(folder, "seven.json"))).reason[:43])
    ...     print(verify(proof("2*x = x + x by computation", "phi(x*y)").save(Path(folder, "proof.json"))).status)
    exactly 7 independent conservation laws nea
    PROVED
    """
    if is_proof(path):
        from .proofs import recheck

        return recheck(Path(path))
    from ..certificates import certificate

    return certificate.verify(path)
