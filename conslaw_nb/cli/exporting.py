"""The command that writes a certificate for the proof assistant Rocq."""

from __future__ import annotations

import re
import shutil
from argparse import Namespace
from pathlib import Path

from .display import output, print_json

__all__ = ["export"]


def export(options: Namespace) -> int:
    """Write a Rocq file; whether it is right, Rocq says."""
    from ..certificates.rocq import save_rocq

    source = Path(options.file)
    target = source.with_name(_rocq_name(source)) if options.output is None else Path(options.output)
    save_rocq(source, target)
    lines = target.read_bytes().count(b"\n")
    if options.json:
        print_json({"certificate": str(source), "file": str(target), "lines": lines, "theorem": "certified"})
        return 0
    out = output()
    out.text(f"Written to {target}: {lines} lines, the theorem 'certified' at the end. Nothing is decided yet.")
    if shutil.which("coqc"):
        out.text(f"Have Rocq check it with:  coqc {target}")
    else:
        out.text(f"Rocq is not installed here: apt-get install coq, or your system's way; then  coqc {target}")
    return 0


def _rocq_name(source: Path) -> str:
    """Make of the certificate's name one that Rocq takes: my-law.json becomes my_law.v."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", source.stem)
    return f"{name if name[:1].isalpha() else f'law_{name}'}.v"
