"""The second court: what Rocq takes for the certificates of lessons and of larger models, beside the checker.

Processor seconds, not those of a clock: coqc is a process of its own, and machines are shared.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

__all__ = ["LESSONS", "measure_rocq"]

LESSONS = ("linear(2,3,2)", "linear(2,2,2,2)", "factorization(3,3,2)", "relu(2,2,2,1,bias=True)",
           "relu(3,4,3,bias=True)", "phi(x + y**2/2 + z**3/3)", "attention(heads=1, d_head=2, dim=2)",
           "linear(4,4,4)")  # fmt: skip
LARGER = ("linear(6,6,6)", "linear(10,10,1)", "relu(8,8,8)", "relu(6,6,6,6,6)", "linear(10,10,10)", "linear(16,16,16)",
          "relu(16,16,16)", "linear(6,6,6,6,6)", "linear(30,30,30,30)", "linear(100,100,100)",
          "relu(784,256,10,bias=True)")  # fmt: skip
LISTS = ("linear(1,2,2,1)", "linear(1,2,3,1)", "phi(x**2*y + z)")  # all laws, one by one, those by forms too


def measure_rocq(quick: bool) -> dict[str, Any]:
    """Compile the library, and have both courts read certificates."""
    if quick or shutil.which("coqc") is None:
        return {"missing": "a quick run asks Rocq nothing" if quick else "there is no coqc", "models": {}, "wrong": []}
    from conslaw_nb.certificates.rocq.library import library_files

    models, wrong = {}, []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, text in library_files().items():
            (folder / name).write_text(text, encoding="utf-8")
        library = sum(_coqc(folder, name)[0] for name in library_files())
        for text in (*LESSONS, *LARGER, *LISTS):
            models[text] = one = _both(folder, text)
            if not one.pop("accepted"):
                wrong.append(f"the certificate of {text} was not accepted by both courts")
    return {"missing": "", "library": library, "models": models, "wrong": wrong}


def _both(folder: Path, text: str) -> dict[str, Any]:
    from conslaw_nb import certify, checker, find_laws, parse_model
    from conslaw_nb.certificates.rocq import export_rocq

    model = parse_model(text)
    data = certify(find_laws(model) if text in LISTS else model).data
    started = process_time()
    report = checker.check_data(data)
    first = process_time() - started
    written = export_rocq(data)
    (folder / "certificate.v").write_text(written, encoding="utf-8")
    second, accepted = min(_coqc(folder, "certificate.v") for _ in range(3))  # machines are shared
    return {"parameters": report.variables, "lines": written.count("\n"), "checker": first, "coqc": second,
            "accepted": accepted and report.accepted}  # fmt: skip


def _coqc(folder: Path, name: str) -> tuple[float, bool]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["coqc", "-q", "-Q", ".", "Conslaw", name], cwd=folder, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.returncode == 0
