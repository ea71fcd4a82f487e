"""What the other courts say of a certificate, or of a file that was exported from one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...errors import CertificateError
from .export import export_rocq, rocq_name
from .library import have_rocq_check
from .ocaml import have_ocaml_check

__all__ = ["ask_ocaml", "ask_rocq"]

Progress = Callable[[str], object]


def ask_rocq(path: Path, progress: Progress = lambda what: None) -> tuple[bool, str]:
    """Have Rocq check a certificate, or an exported file whose certificate lies beside it.

    An exported file may come from anybody, and a Rocq file can run commands: it is compared with what is written
    here for the certificate, and only that is given to Rocq.

    Parameters
    ----------
    path : Path
    progress : callable
        Called with what is being done.

    Returns
    -------
    bool
        Whether it is accepted.
    str
        In a sentence.

    Raises
    ------
    CertificateError
        There is no certificate, or no Rocq.
    SizeError
        The certificate is too large for Rocq to compute with in minutes.
    """
    return _ask(path, lambda text: have_rocq_check(text, progress))


def ask_ocaml(path: Path, progress: Progress = lambda what: None) -> tuple[bool, str]:
    """Have the checker that is extracted to OCaml look at the same: as `ask_rocq`."""
    return _ask(path, lambda text: have_ocaml_check(text, progress))


def _ask(path: Path, court: Callable[[str], tuple[bool, str]]) -> tuple[bool, str]:
    if path.suffix != ".v":
        return court(export_rocq(path))
    beside = sorted(other for other in path.parent.glob("*.json") if rocq_name(other) == path.name)
    if len(beside) != 1:
        found = f"there are {len(beside)}" if beside else "there is none"
        raise CertificateError(
            f"'{path}' is checked with the certificate that it was exported from, as {path.stem}.json beside it, and "
            f"{found}; put it there, or give the certificate itself"
        )
    try:
        given = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise CertificateError(f"'{path}' cannot be read: {reason}; export it again from {beside[0].name}") from None
    text = export_rocq(beside[0])
    if given != text:
        number = next((k for k, pair in enumerate(zip(given.splitlines(), text.splitlines(), strict=False), 1)
                       if pair[0] != pair[1]), None)  # fmt: skip
        where = f"line {number} differs" if number else "one of them is longer"
        return False, f"it is not what is exported for {beside[0].name}: {where}; it was not given to Rocq"
    return court(text)
