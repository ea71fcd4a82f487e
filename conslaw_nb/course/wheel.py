"""The package as one file that goes along where no package index has it: a wheel, and what imports it from there."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import conslaw_nb

from ..errors import CourseError

__all__ = ["START", "needed", "wheel"]

_WHEN = (2020, 1, 1, 0, 0, 0)  # so that the same package is the same file
_NOT_NEEDED = {"__pycache__", "lessons"}  # solutions lie in the latter

# A module of the package's name beside the wheel: it makes way for the package when it is imported.
START = '''\
"""Imports conslaw_nb from the wheel beside this file: nothing has to be installed, and no index has to have it."""

import atexit
import importlib
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

place = tempfile.mkdtemp(prefix="conslaw-")
atexit.register(shutil.rmtree, place, ignore_errors=True)
with zipfile.ZipFile(next(Path(__file__).resolve().parent.glob("conslaw_nb-*.whl"))) as wheel:
    wheel.extractall(place)
sys.path.insert(0, place)
del sys.modules[__name__]
importlib.import_module(__name__)
'''


def needed() -> list[str]:
    """Return what this package needs, as lines of requirements.txt: all of it is on the public index."""
    return [line for line in _installed().requires or [] if "extra ==" not in line]


def wheel() -> tuple[str, bytes]:
    """Return the name and the content of a wheel of this package as it is, without its lessons.

    Raises CourseError: it runs from a folder, and was never installed.
    """
    told = _installed()
    name, version = "conslaw_nb", conslaw_nb.__version__
    info, home = f"{name}-{version}.dist-info", Path(conslaw_nb.__file__).parent
    inside = {path: path.relative_to(home).parts for path in sorted(home.rglob("*")) if path.is_file()}
    texts = {f"{name}/{'/'.join(p)}": path.read_bytes() for path, p in inside.items() if not _NOT_NEEDED & set(p)}
    texts |= {
        f"{info}/METADATA": (told.read_text("METADATA") or "").encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: conslaw_nb\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": (told.read_text("entry_points.txt") or "").encode(),
    }
    rows = []
    for place, data in texts.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        rows.append(f"{place},sha256={digest},{len(data)}\n")
    texts[f"{info}/RECORD"] = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, data in texts.items():
            file = zipfile.ZipInfo(place, _WHEN)
            file.compress_type, file.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(file, data)
    return f"{name}-{version}-py3-none-any.whl", packed.getvalue()


def _installed():
    try:
        return distribution("conslaw_nb")
    except PackageNotFoundError:
        raise CourseError(
            "conslaw_nb runs from a folder here and is not installed, so nobody knows what it needs: "
            "`pip install -e .` in that folder, and export again"
        ) from None
