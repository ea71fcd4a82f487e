"""From a certificate, or the file of one, to a Rocq file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from ...court import certificates as court
from ...errors import CertificateError, SizeError, brief
from .listed import listed, with_forms
from .structured import has_structure, structured
from .words import MARK
from .writer import Writer

__all__ = ["export_rocq", "rocq_name", "save_rocq"]


def export_rocq(certificate: Any) -> str:
    """Write a certificate as a short Rocq file that proves what the certificate claims.

    The file holds data, one line that Rocq computes, and the theorem that follows from it by the library of this
    package (its folder ``theory``, Rocq 8.16, Debian's package ``coq``). A wrong certificate is rejected there, not
    here. The first lines say exactly what is proved, and what is left to the theorem of Frobenius.

    Parameters
    ----------
    certificate : path, dict or Certificate
        The file of a certificate, its data, or what `certify` returns.

    Returns
    -------
    str
        The text; the same each time.

    Raises
    ------
    CertificateError
        The file cannot be read or is not a certificate.
    SizeError
        The certificate is right, perhaps, but too large for Rocq to compute with in minutes.

    Examples
    --------
    >>> from conslaw_nb.certificates.certificate import certify
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> text = export_rocq(certify(parametrization("x*y"), law="x**2 - y**2"))
    >>> [line for line in text.splitlines() if line.startswith("Definition the_statement")]
    ['Definition the_statement : statement := Conserved [T 1 [1; 1]%positive; T (-1) [2; 2]%positive].']
    >>> text.splitlines()[-1]
    'Print Assumptions certified.'
    """
    data, origin = _load(certificate)
    known = isinstance(data, dict) and data.get("format") == "conslaw-certificate"
    version = data.get("version") if known else None
    by_structure = version == 2 and has_structure(data)
    if version == 2 and not by_structure:
        data = listed(data, origin)
    if version == 3:
        data = with_forms(data, origin)
    try:
        return structured(data) if by_structure else Writer(data).text()
    except court.Rejected as rejection:
        if str(rejection).startswith("too large"):
            raise SizeError(f"{origin} is {rejection}; try a smaller model") from None
        raise CertificateError(
            f"{origin} is not a certificate: {rejection}; write one with conslaw certify MODEL -o FILE"
        ) from None


def save_rocq(certificate: Any, path: str | os.PathLike[str]) -> Path:
    """Write the Rocq file of a certificate.

    Parameters
    ----------
    certificate : path, dict or Certificate
    path : path
        Rocq wants a name of letters, digits and underscores, not starting with a digit, that ends in ``.v``.

    Returns
    -------
    Path

    Raises
    ------
    CertificateError
        As `export_rocq`; or the name is none that Rocq takes, or the file cannot be written.
    SizeError
        As `export_rocq`.
    """
    target = Path(path)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*\.v", target.name):
        raise CertificateError(
            f"Rocq takes no file named '{target.name}': use letters, digits and underscores, as in certificate.v"
        )
    text = export_rocq(certificate)
    if target.exists() and not _is_ours(target):
        raise CertificateError(
            f"'{target}' exists and is not a Rocq file of ours, so it is left alone: give another name"
        )
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CertificateError(
            f"'{target}' cannot be written: {error.strerror or error}; choose a folder that you may write to"
        ) from None
    return target


def rocq_name(source: Path) -> str:
    """Make of a certificate's name one that Rocq takes: my-law.json becomes my_law.v."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", source.stem)
    return f"{name if name[:1].isalpha() else f'law_{name}'}.v"


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(MARK)) == MARK.encode()
    except OSError:
        return False


def _load(certificate: Any) -> tuple[Any, str]:
    """Return the data, and what to call it in a message."""
    if isinstance(certificate, dict):
        return certificate, "this"
    if isinstance(getattr(certificate, "data", None), dict):
        return certificate.data, "this"
    if not isinstance(certificate, (str, os.PathLike)):
        raise CertificateError(f"{brief(certificate)} is not a certificate: give one, or the path of its file")
    path = Path(certificate)
    try:
        with path.open("rb") as stream:
            raw = stream.read(court.MAX_BYTES + 1)
        if len(raw) > court.MAX_BYTES:
            raise SizeError(f"'{path}' has over {court.MAX_BYTES} bytes, too large a certificate; try a smaller model")
        data = court.load(raw.decode("utf-8-sig"))
    except OSError as error:
        raise CertificateError(
            f"'{path}' cannot be read: {error.strerror or error}; give the path of a certificate, such as law.json"
        ) from None
    except (UnicodeDecodeError, court.Rejected) as error:
        what = error if isinstance(error, court.Rejected) else "no text in UTF-8"
        raise CertificateError(
            f"'{path}' is not a certificate: {what}; write one with conslaw certify MODEL -o FILE"
        ) from None
    if isinstance(data, dict) and data.get("format") == "conslaw-claim" and data.get("certificate") is not None:
        return data["certificate"], f"the certificate in '{path}'"
    if isinstance(data, dict) and data.get("format") == "conslaw-claim":
        raise CertificateError(
            f"'{path}' is a claim without a certificate, and only certificates are written for Rocq: certify what it "
            "rests on, with conslaw certify MODEL -o FILE"
        )
    if isinstance(data, dict) and data.get("format") == "conslaw-proof":
        raise CertificateError(
            f"'{path}' is a proof, and only certificates are written for Rocq: the steps of a proof are checked by "
            f"conslaw verify, and what they conclude can be certified with conslaw certify MODEL --law LAW -o FILE"
        )
    return data, f"'{path}'"
