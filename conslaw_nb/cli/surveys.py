"""The command that counts many models: conslaw survey."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import CertificateError, ModelError
from .display import complain, counting, output
from .engine import several
from .options import whole

__all__ = ["survey"]

_SHOWN = 12  # models that are named
_LARGEST = 50_000_000  # bytes of a list of models


def survey(
    models: Annotated[list[str], typer.Argument(metavar="FILE|RANGE...", help="what to count")],
    folder: Annotated[str, typer.Option("-o", "--output", metavar="FOLDER", help="where the table goes")] = "survey",
    jobs: Annotated[int, typer.Option(parser=whole, metavar="N", help="processes; -1 for one on each core")] = -1,
    most: Annotated[int, typer.Option(parser=whole, metavar="D", help="leave out models with more parameters")] = 0,
) -> int:
    """Count many models, each with a certificate.

    for example:
      conslaw survey "linear(1..3, 1..3, 1..3, 1..3)" -o survey
      conslaw survey models.txt --jobs 2               one model a line
      conslaw survey "relu(1..5, 1..5, 1)" --most 20   not those with more parameters

    In a RANGE a..b stands for each number from a to b. A survey that was stopped goes on where it was: give the same
    folder again. It then holds survey.csv, a page index.html, and a certificate for each model.
    """
    from ..certificates.survey import survey as count_them

    asked = [model for text in models for model in _read(text, most)]
    with counting("counting") as tell:
        rows = count_them(asked, folder, jobs=jobs, progress=tell)
    out = output()
    failed = [row for row in rows if row.verdict == "FAILED"]
    open_ones = [row for row in rows if row.verdict == "BOUNDED"]
    verdict = "FAILED" if failed else "BOUNDED" if open_ones else "PROVED"
    out.verdict(verdict, rows.summary)
    hidden = [row for row in rows if row.hidden]
    for title, found in (("Hidden laws:", hidden), ("Not decided:", open_ones), ("Not counted:", failed)):
        if found:
            out.text(title)
            out.items([repr(row) for row in found], limit=_SHOWN)
    out.text(f"The table is in {Path(folder) / 'survey.csv'}, with a page {Path(folder) / 'index.html'}.")
    if failed:
        complain(f"{several(len(failed), 'model')} could not be counted: the reasons are in the table")
    return 2 if failed else 3 if open_ones else 0


def _read(text: str, most: int) -> list[str]:
    """Return the models of a file or of a range."""
    from ..certificates.survey import models_in_range

    path = Path(text)
    limit = most or None
    if "(" in text:
        return models_in_range(text, limit)
    try:
        if path.stat().st_size > _LARGEST:
            raise CertificateError(f"'{text}' is larger than {_LARGEST} bytes: give a list with one model a line")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ModelError(
            f"'{text}' cannot be read ({why}): give a file with one model a line, or a range such as "
            '"linear(1..3, 1..3, 1..3)"'
        ) from None
    wanted = [line.partition("#")[0].strip() for line in lines]
    return [model for line in wanted if line for model in (models_in_range(line, limit) if ".." in line else [line])]
