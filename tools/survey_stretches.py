"""Write what the page on the seventh law takes from computations: its certificate, and the survey of the stretches.

    python tools/survey_stretches.py                 count all networks of the survey (an hour), and write the table
    python tools/survey_stretches.py --certificate   write the certificate only (a second)

The survey goes on where it was stopped: a row that stands in the table is not counted again.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from conslaw_nb.certificates.certificate import certify  # noqa: E402
from conslaw_nb.laws.finding.finder import find_laws  # noqa: E402
from conslaw_nb.models.networks import linear  # noqa: E402
from conslaw_nb.paper.stretches import networks, try_rule  # noqa: E402

CERTIFICATE = ROOT / "docs" / "seventh-law.json"
TABLE = ROOT / "docs" / "stretches-survey.md"
HEAD = "| matrices | widths | networks | with hidden laws | exceptions | not proved |\n|---|---|---|---|---|---|\n"

# How many matrices, and the largest width.
SURVEY = ((3, 5), (4, 4), (5, 4), (6, 3), (7, 2), (8, 2), (9, 2))


def write_certificate(path: Path = CERTIFICATE) -> None:
    """Write the certificate of all seven laws of linear(1,2,2,1)."""
    certify(find_laws(linear(1, 2, 2, 1))).save(path)


def row(matrices: int, widest: int) -> str:
    """Count one group of networks, and return its row of the table."""
    found = try_rule(networks(matrices, range(1, widest + 1)))
    cells = (matrices, f"1 to {widest}", found.networks, found.hiding, len(found.exceptions), len(found.open))
    return "| " + " | ".join(map(str, cells)) + " |\n"


def write_survey(path: Path = TABLE, groups: tuple[tuple[int, int], ...] = SURVEY) -> None:
    """Write the table, row by row."""
    done = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.is_file() else []
    table = HEAD
    for matrices, widest in groups:
        begin = f"| {matrices} | 1 to {widest} |"
        table += next((line for line in done if line.startswith(begin)), None) or row(matrices, widest)
        path.write_text(table, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, and write."""
    parser = argparse.ArgumentParser(description="The certificate and the survey of the page on the seventh law.")
    parser.add_argument("--certificate", action="store_true", help="write the certificate only")
    only = parser.parse_args(arguments).certificate
    write_certificate()
    if not only:
        write_survey()
    return 0


if __name__ == "__main__":
    sys.exit(main())
