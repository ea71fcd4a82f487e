"""Writing files so that nothing of anybody's is lost: all or nothing, and never over what is there."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["write_new", "write_whole"]


def write_whole(path: Path, text: str) -> None:
    """Write a file in one step: whoever stops it leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".conslaw-", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


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
