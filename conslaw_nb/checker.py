"""The court's door: re-check certificates, claims and proofs, with the standard library only.

    python -m conslaw_nb.checker FILE [FILE...]
    python checker.py FILE [FILE...]                  this file and the folder court/ beside it, and nothing else

The court shares no code with the engine and the workshop whose files it judges, and trusts nothing in a file. Begin
with `court/certificates.py`: whoever believes those lines need not believe anything else. Claims and proofs that
somebody typed hold no evidence, but can be tried: `court/files.py`.
"""

from __future__ import annotations

import os
import sys

if __package__:
    from .court.certificates import MAX_BYTES, Rejected, afford, load, require, show
    from .court.files import FORMATS, hear_data
    from .court.rulings import Ruling, check_certificate
else:  # run as a file of its own
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    if not os.path.isdir(os.path.join(sys.path[0], "court")):
        sys.exit(f"{__file__} needs the folder court/ beside it: copy both")
    from court.certificates import MAX_BYTES, Rejected, afford, load, require, show
    from court.files import FORMATS, hear_data
    from court.rulings import Ruling, check_certificate

__all__ = ["Ruling", "check_data", "check_file", "check_text", "check_with_status", "main"]


def check_data(data: object) -> Ruling:
    """Check a file given as Python data, as `json.loads` returns it.

    Examples
    --------
    >>> print(check_data({"format": "conslaw-certificate", "version": 1}).summary)
    the certificate has no key 'model'.
    """
    if type(data) is dict and data.get("format") in FORMATS:
        return hear_data(data)
    return check_certificate(data)


def check_text(text: str) -> Ruling:
    """Check a file given as JSON text; a byte-order mark may stand before it."""
    try:
        require(type(text) is str, f"the certificate is {show(text)}, not text")
        afford(len(text) <= MAX_BYTES, f"over {MAX_BYTES} characters")
        return check_data(load(text.removeprefix("\ufeff")))
    except Rejected as rejection:
        return Ruling(False, "REJECTED", f"{rejection}.")


def check_file(path: str | os.PathLike[str]) -> Ruling:
    """Check one file; a file that cannot be read is rejected."""
    return check_with_status(path)[0]


def check_with_status(path: str | os.PathLike[str]) -> tuple[Ruling, int]:
    """Check one file; return the exit status too: 0 accepted, 1 rejected, 2 cannot be read at all, 3 not decided."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            return Ruling(False, "REJECTED", "cannot be read: it is not a file."), 2
        with open(path, "rb") as file:
            raw = file.read(MAX_BYTES + 1)
        afford(len(raw) <= MAX_BYTES, f"over {MAX_BYTES} bytes")
        report = check_text(raw.decode("utf-8"))
        return report, 0 if report.accepted else 3 if report.verdict == "UNKNOWN" else 1
    except Rejected as rejection:
        return Ruling(False, "REJECTED", f"{rejection}."), 1
    except UnicodeDecodeError as error:
        return Ruling(False, "REJECTED", f"not UTF-8 text, at byte {error.start}."), 1
    except (OSError, ValueError, TypeError) as error:
        return Ruling(False, "REJECTED", f"cannot be read: {getattr(error, 'strerror', None) or error}."), 2


def main(arguments: list[str] | None = None) -> int:
    """Check files, one line each; 0 all accepted, 1 some rejected, 2 some unreadable or bad usage, 3 some undecided."""
    paths = sys.argv[1:] if arguments is None else arguments
    if not paths or any(path.startswith("-") for path in paths):
        asked = bool(paths) and paths[0] in ("-h", "--help")
        print("usage: python -m conslaw_nb.checker FILE [FILE...]", file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    worst = 0
    for path in paths:
        report, status = check_with_status(path)
        line = f"{path}: {report.summary}" if status == 2 else f"{path}: {report.verdict}: {report.summary}"
        stream = sys.stderr if status == 2 else sys.stdout
        coding = stream.encoding or "ascii"
        print(line.encode(coding, "backslashreplace").decode(coding), file=stream, flush=True)
        worst = max(worst, status, key=(0, 3, 1, 2).index)
    return worst


if __name__ == "__main__":
    sys.exit(main())
