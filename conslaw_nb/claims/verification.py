"""Re-check a file, whatever it claims: a certificate by the independent checker, a proof or a claim by both courts."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from .. import checker
from ..errors import CertificateError, brief
from ..verdict import Status, Verdict

__all__ = ["examine_file", "is_certificate", "is_proof", "verify"]

_LARGEST = 8_000_000  # bytes: no proof and no claim of ours is larger
_LARGEST_CERTIFICATE = 100_000_000  # bytes of a file that is looked into: the checker itself reads no more
_OURS = ("conslaw-proof", "conslaw-claim")


def _says(path: str | os.PathLike[str], formats: tuple[str, ...], largest: int) -> bool:
    """Whether a file says of itself that it has one of these formats, be it damaged or not."""
    try:
        with open(path, "rb") as file:
            data = file.read(largest + 1).removeprefix(b"\xef\xbb\xbf")
    except (OSError, ValueError, TypeError):
        return False
    begins = re.match(rb'\s*\{\s*"format"\s*:\s*"([a-z-]+)"', data)
    if begins:
        return begins.group(1).decode() in formats
    if len(data) > largest:
        return False
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("format") in formats


def is_proof(path: str | os.PathLike[str]) -> bool:
    """Whether a file says of itself that it is a proof or a claim, be it a good one or not."""
    return _says(path, _OURS, _LARGEST)


def is_certificate(path: str | os.PathLike[str]) -> bool:
    """Whether a file says of itself that it is a certificate, be it a good one or not."""
    return _says(path, ("conslaw-certificate",), _LARGEST_CERTIFICATE)


def examine_file(path: str) -> tuple[checker.Ruling, int]:
    """Re-check a file for the command line: the report, and 0 accepted, 1 rejected, 2 not readable or 3 not decided.

    For a certificate only the checker and the standard library are needed.
    """
    if not is_proof(path):
        return checker.check_with_status(path)
    from .rechecking import recheck

    try:
        verdict = recheck(Path(path))
    except CertificateError as error:
        return checker.Ruling(False, "REJECTED", str(error)), 1
    name, status = {Status.PROVED: ("PROVED", 0), Status.REFUTED: ("REJECTED", 1)}.get(verdict.status, ("UNKNOWN", 3))
    return checker.Ruling(verdict.is_proved, name, verdict.reason), status


def verify(source: Any) -> Verdict:
    """Re-check a certificate, a proof or a claim, from its file or as it is.

    Parameters
    ----------
    source : path of a file, or what certify, proof or claim returned
        A file as its `save` wrote it.

    Returns
    -------
    Verdict
        PROVED or BOUNDED as the file claims; for a rejected file REFUTED, with the reason. A confirmed
        refutation of a law is PROVED: the certificate's claim "is not conserved" holds.

    Raises
    ------
    CertificateError
        The file cannot be read, or there is none.

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
    if not isinstance(source, (str, os.PathLike)):
        return _verify_object(source)
    if is_proof(source):
        from .rechecking import recheck

        return recheck(Path(source))
    from ..certificates import certificate

    return certificate.verify_certificate(source)


def _verify_object(source: Any) -> Verdict:
    """Re-check what is not in a file yet."""
    from ..certificates.certificate import Certificate
    from .card import Card
    from .proofs import Proof
    from .rechecking import recheck

    if isinstance(source, Certificate):
        return source.verify()
    if isinstance(source, (Proof, Card)):
        return recheck(source.data)
    raise CertificateError(
        f"{brief(source)} is neither a file nor a certificate: give the path of a file, such as 'law.json', or what "
        "certify, proof or claim returned"
    )
