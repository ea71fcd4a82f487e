"""Writing files so that nothing of anybody's is lost: all or nothing, and never over what is there."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import CertificateError, brief

__all__ = ["save_text", "write_new", "write_whole"]


def write_whole(path: Path, data: str | bytes, *, private: bool = False, prefix: str = ".conslaw-") -> None:
    """Write a file in one step: whoever stops it, a power cut included, leaves the old file or the new one.

    `path`: in a folder that exists; `data`: text is written as UTF-8; `private`: whether the file is its owner's alone;
    otherwise it has the rights of any new file; `prefix`: how the name of the unfinished file begins; it ends in
    ``.tmp``. A process that is killed leaves it behind. Raises OSError: Nothing was written, and what stood there still
    stands there.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data.encode("utf-8") if isinstance(data, str) else data)
            stream.flush()
            os.fsync(stream.fileno())
        if not private:
            os.chmod(temporary, 0o666 & ~_umask())  # mkstemp makes files that nobody else may read
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def save_text(path: Any, text: str, what: str) -> Path:
    """Write a text to the file that a person named, all or nothing.

    Raises CertificateError: there is no name, or the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save_text(Path(folder, "law.json"), "{}", "the certificate").name
    'law.json'
    """
    if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
        raise CertificateError(
            f'{brief(path)} is not the name of a file: say where to write {what}, as in save("law.json")'
        )
    target = Path(path)
    try:
        write_whole(target, text)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise CertificateError(
            f"{what} cannot be written to '{target}': {getattr(error, 'strerror', None) or error}; "
            "choose another file, in a folder that exists and that you may write to"
        ) from None
    return target


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def write_new(path: Path, data: str | bytes) -> bool:
    """Write a file where there is none; return whether it was written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "notes.md")
    ...     write_new(file, "mine"), write_new(file, "yours"), file.read_text()
    (True, False, 'mine')
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as stream:
            stream.write(data.encode("utf-8") if isinstance(data, str) else data)
    except FileExistsError:
        return False
    return True
