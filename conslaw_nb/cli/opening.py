"""The commands that open the lessons, and say what is missing where they do not open."""

from __future__ import annotations

from argparse import Namespace

from .display import complain, output, print_json, working

__all__ = ["doctor", "lab"]


def lab(options: Namespace) -> int:
    """Open JupyterLab on the lessons."""
    from ..notebooks.lab import open_lab

    out = output()
    report = open_lab(
        options.folder,
        port=options.port,
        browser=not options.no_browser,
        run=not options.no_start,
        say=out.text,
    )
    if report.status > 0:
        complain(f"JupyterLab ended with status {report.status}: what it said above tells why")
        return 2
    return 0 if report.status == 0 else 128 - report.status  # ended by a signal, as shells count it


def doctor(options: Namespace) -> int:
    """Say what is installed and what is missing."""
    from .doctor import diagnose

    with working("looking around"):
        checks = diagnose()
    missing = [check for check in checks if check.status == "missing"]
    if options.json:
        names = ("name", "status", "detail", "remedy")
        print_json({"ok": not missing, "checks": [{name: getattr(check, name) for name in names} for check in checks]})
        return 1 if missing else 0
    out = output()
    signs = {"ok": "✓ ok", "warning": "! warning", "missing": "✗ missing"}
    out.table(("", "looked at", "found"), [(signs[check.status], check.name, check.detail) for check in checks])
    advice = [(check.name, check.remedy) for check in checks if check.remedy and not check.is_ok]
    if advice:
        out.text("What to do:")
        out.facts(advice)
    out.text("Something does not work yet." if missing else "Everything that is needed is here.")
    return 1 if missing else 0
