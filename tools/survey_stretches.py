"""Write what the page on the seventh law takes from computations: its certificate, and the survey of the stretches.

    python tools/survey_stretches.py                 count all networks of the survey (minutes), and write the table
    python tools/survey_stretches.py --certificate   write the certificate only (a second)

The survey is one of `cl.survey`: with --folder it keeps all rows and certificates there, and goes on where it stopped.
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
HEAD = "| matrices | widths | networks | with hidden laws | exceptions | not proved | digest |\n" + "|---" * 7 + "|\n"

# How many matrices, and the largest width.
SURVEY = ((3, 5), (4, 4), (5, 4), (6, 3), (7, 3), (8, 2), (9, 2), (10, 2))


def write_certificate(path: Path = CERTIFICATE) -> None:
    """Write the certificate of all seven laws of linear(1,2,2,1)."""
    certify(find_laws(linear(1, 2, 2, 1))).save(path)


def row(matrices: int, widest: int, folder: str | None = None, jobs: int = 1) -> str:
    """Count one group of networks, and return its row of the table."""
    found = try_rule(networks(matrices, range(1, widest + 1)), folder, jobs)
    numbers = (found.networks, found.hiding, len(found.exceptions), len(found.open))
    return f"| {matrices} | 1 to {widest} | {' | '.join(map(str, numbers))} | `{found.digest}` |\n"


def write_survey(path: Path = TABLE, folder: str | None = None, jobs: int = 1) -> None:
    """Write the table."""
    path.write_text(HEAD + "".join(row(*group, folder, jobs) for group in SURVEY), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, and write."""
    parser = argparse.ArgumentParser(description="The certificate and the survey of the page on the seventh law.")
    parser.add_argument("--certificate", action="store_true", help="write the certificate only")
    parser.add_argument("--folder", help="where rows and certificates are kept")
    parser.add_argument("--jobs", type=int, default=-1, help="processes; one on each core without it")
    asked = parser.parse_args(arguments)
    write_certificate()
    if not asked.certificate:
        write_survey(TABLE, asked.folder, asked.jobs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
