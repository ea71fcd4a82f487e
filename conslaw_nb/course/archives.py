"""Unpacking what somebody else has packed: within bounds, and nothing in it decides where it is written."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

__all__ = ["MAX_DEPTH", "Bounds", "is_archive", "names_in", "unpack"]

MAX_READ = 4_000_000  # bytes at once: what lists twenty thousand files of a class, and no million
MAX_DEPTH = 30  # folders in folders: whoever goes through more of them may not come back
_TOO_LARGE = "what it says of its files is larger than is read"
_PACKED = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
_FAULTS = (OSError, ValueError, RuntimeError, EOFError, NotImplementedError, zipfile.BadZipFile, tarfile.TarError,
           zlib.error, lzma.LZMAError, MemoryError)  # fmt: skip


@dataclass
class Bounds:
    """What archives may still hold, together; a class's export holds some thousand files."""

    files: int = 20_000
    size: int = 4_000_000_000


def is_archive(path: Path) -> bool:
    """Whether a file is named as an archive that can be opened here."""
    return path.name.lower().endswith(_PACKED)


def names_in(archive: Path) -> list[str]:
    """Return the names in a zip archive, as platforms export them; of others none, since that may take for ever."""
    try:
        with archive.open("rb") as stream, zipfile.ZipFile(_Careful(stream)) as packed:  # type: ignore[arg-type]
            return packed.namelist()
    except _FAULTS:
        return []


def unpack(archive: Path, target: Path, bounds: Bounds | None = None) -> list[str]:
    """Unpack an archive into a new folder; return what was left out, one sentence each.

    `bounds`: what may be unpacked; what was is taken from them.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     with zipfile.ZipFile(Path(place, "a.zip"), "w") as packed:
    ...         packed.writestr("one/lesson.ipynb", "{}")
    ...         packed.writestr("../elsewhere.ipynb", "{}")
    ...     told = unpack(Path(place, "a.zip"), Path(place, "out"))
    ...     told, Path(place, "out/one/lesson.ipynb").read_text()
    (["'../elsewhere.ipynb' in a.zip leads out of it, and was left out"], '{}')
    """
    target.mkdir(parents=True)
    told: list[str] = []
    bounds = bounds or Bounds()
    try:
        with _members(archive) as members:
            for name, size, link, opened in members:
                bounds.files -= 1
                bounds.size -= size  # also of what is left out: to come to the next one it has to be gone through
                if bounds.files < 0:
                    return [*told, f"{archive.name} holds more files than are unpacked: the rest was left out"]
                if bounds.size < 0:
                    return [*told, f"{archive.name} is larger, unpacked, than is read: the rest was left out"]
                parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
                shown = f"{name[:80]!r} in {archive.name}"
                if ".." in parts or not parts or name.startswith("/") or "\0" in name:
                    told.append(f"{shown} leads out of it, and was left out")
                    continue
                if len(parts) > MAX_DEPTH:
                    told.append(f"{shown} lies in too many folders, and was left out")
                    continue
                if link:
                    told.append(f"{shown} is a link, and links are not followed")
                    continue
                place = target.joinpath(*parts)
                try:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with opened() as stream, place.open("xb") as out:
                        shutil.copyfileobj(stream, out, 1 << 20)
                except _FAULTS as problem:
                    told.append(f"{shown} could not be unpacked ({_why(problem)})")
    except _FAULTS as problem:
        told.append(f"{archive.name} could not be unpacked ({_why(problem)}): ask for it again")
    return told


def _why(problem: Exception) -> str:
    if "password" in str(problem):
        return "it needs a password"
    if str(problem) == _TOO_LARGE:
        return _TOO_LARGE
    return "there is a file of that name already" if isinstance(problem, FileExistsError) else type(problem).__name__


class _Careful:
    """A stream that is never read far at once: no header, and no list of what is packed, fills the memory."""

    def __init__(self, stream: Any):
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, if there are not too many."""
        found = self._stream.read(size if 0 <= size <= MAX_READ else MAX_READ + 1)
        if len(found) > MAX_READ:
            raise tarfile.ReadError(_TOO_LARGE)
        return found


@contextmanager
def _members(archive: Path) -> Iterator[Iterator[tuple[str, int, bool, Any]]]:
    """Give for each file its name, its size, whether it is a link or a device, and how it is opened."""
    name = archive.name.lower()
    if name.endswith(".zip"):
        with archive.open("rb") as stream, zipfile.ZipFile(_Careful(stream)) as packed:  # type: ignore[arg-type]
            yield (
                (
                    info.filename,
                    info.file_size,
                    stat.S_ISLNK(info.external_attr >> 16),
                    lambda info=info: packed.open(info),
                )
                for info in packed.infolist()
                if not info.is_dir()
            )
        return
    ways: dict[str, Any] = {"gz": gzip.open, "tgz": gzip.open, "bz2": bz2.open, "xz": lzma.open, "tar": open}
    with (
        ways[name.rpartition(".")[2]](archive, "rb") as stream,
        tarfile.open(fileobj=_Careful(stream), mode="r:") as packed_,  # type: ignore[arg-type]
    ):
        yield (
            (info.name, info.size, not info.isreg(), lambda info=info: _opened(packed_, info))
            for info in packed_
            if not info.isdir()
        )


def _opened(packed: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = packed.extractfile(info)
    if stream is None:
        raise OSError("nothing to read")
    return stream
