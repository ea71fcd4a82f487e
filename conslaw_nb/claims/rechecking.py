"""Re-check a saved claim or proof: from its text by the workshop, and from its data by the court.

The workshop reads the text and decides it again; the data must be what the text says; and the court
(`conslaw_nb.court`), which shares nothing with the workshop, tries the data. What the file says of itself is compared,
and never believed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .. import checker
from ..errors import CertificateError, ConslawError, brief
from ..verdict import Status, Verdict
from .claim import MAX_SAVED, card_of
from .proofs import Proof

__all__ = ["recheck"]

MAX_FILE = 8_000_000  # bytes of a claim, whose certificate may be long
MAX_PROOF = 1_000_000
_FIRST = {"format", "version", "goal", "verdict", "text", "steps"}  # of a proof of version 1, which holds no data
_KEYS = {
    "conslaw-proof": _FIRST | {"about", "lets", "goals"},
    "conslaw-claim": {"format", "version", "text", "verdict", "about", "says", "certificate"},
}
_VERSION = {"conslaw-proof": 2, "conslaw-claim": 1}
_FAULT = (
    "our own check accepts this {what}, and the independent court contradicts it. This is a fault of conslaw_nb, and "
    "not yours: please report it, with this file. The court says: {summary}"
)


def recheck(source: str | os.PathLike[str] | dict[str, Any]) -> Verdict:
    """Re-check a claim or a proof.

    Returns PROVED (of a claim that was refuted: that it is false); REFUTED with the reason for which the file is
    rejected; UNKNOWN for a claim that was not decided. Raises CertificateError: a file that cannot be read.

    Examples
    --------
    >>> from conslaw_nb import proof
    >>> p = proof("2*x = x + x by computation", "phi(x*y)")
    >>> print(recheck(p.json).status, recheck(p.json.replace("x + x", "x + y")).status)
    PROVED REFUTED
    """
    name = "this file"
    if isinstance(source, dict):
        data: Any = source
    else:
        content, name = _content(source)
        try:
            data = json.loads(content, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
        except RecursionError:
            return _rejected("file", "it is nested too deeply", name)
        except ValueError as error:
            return _rejected("file", f"it is not JSON of ours: {error}", name)
    kind = data.get("format") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in _KEYS:
        return _rejected("file", 'it does not say "format": "conslaw-proof" or "conslaw-claim"', name)
    what = kind.removeprefix("conslaw-")
    version, newest = data.get("version"), _VERSION[kind]
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= newest:
        return _rejected(
            what, f"it is of version {brief(version)}, and this package reads versions up to {newest}", name
        )
    keys = _FIRST if what == "proof" and version == 1 else _KEYS[kind]
    if set(data) != keys:
        odd = sorted(set(data) ^ keys)[0]
        return _rejected(what, f"the entry {brief(odd)} is {'missing' if odd in keys else 'unknown'}", name)
    if not isinstance(data["text"], str):
        return _rejected(what, "its text is not a text", name)
    try:
        return _proof(data, name) if what == "proof" else _claim(data, name)
    except ConslawError as error:
        return _rejected(what, str(error), name)


def _proof(data: dict[str, Any], name: str) -> Verdict:
    again = Proof(data["text"])
    if not again.reached:
        return _rejected("proof", f"its text proves nothing: {again.verdict.reason}", name)
    ours = again.data
    first = data["version"] == 1
    for step in ours["steps"] if first else ():
        del step["says"]
    said = {"goal": "another goal", "verdict": "another verdict", "steps": "other steps"}
    said |= {} if first else {"about": "another model or flow", "lets": "other definitions", "goals": "other goals"}
    for key, what in said.items():
        if not _same(data[key], ours[key]):
            return _rejected("proof", f"it records {what} than its text proves: {brief(data[key])}", name)
    proved = f"re-checked from its text: {again.goal}."
    if first:
        note = "A file of version 1 holds no data for the independent court: save the proof again to have it tried."
        return Verdict(Status.PROVED, f"{proved} {note}", claim=name)
    return _heard(data, "proof", proved, name)


def _claim(data: dict[str, Any], name: str) -> Verdict:
    again = card_of(data["text"], None, MAX_SAVED)
    ours = again.data
    for key, what in (("verdict", "another verdict"), ("about", "another model"), ("says", "something else")):
        if not _same(data[key], ours[key]):
            return _rejected("claim", f"it records {what} than its text: {brief(data[key])}", name)
    status = again.verdict.status
    if status not in (Status.PROVED, Status.REFUTED):
        return Verdict(Status.UNKNOWN, f"the claim is not decided: {again.verdict.reason}", claim=name)
    found = "it is proved that" if status is Status.PROVED else "it is false that"
    return _heard(data, "claim", f"re-checked from its text: {found} {ours['text'].rstrip('.')}.", name)


def _heard(data: dict[str, Any], what: str, proved: str, name: str) -> Verdict:
    """Add what the court says, which has the last word."""
    report = checker.check_data(data)
    if report.verdict == "REJECTED":
        return Verdict(Status.REFUTED, _FAULT.format(what=what, summary=report.summary), claim=name)
    return Verdict(Status.PROVED, f"{proved} The independent court: {report.verdict}: {report.summary}", claim=name)


def _same(a: Any, b: Any) -> bool:
    """Compare as JSON does: 1 is not true."""
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def _content(source: str | os.PathLike[str]) -> tuple[str, str]:
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("{"):
        if len(source) > MAX_PROOF:
            raise CertificateError(f"a proof of {len(source)} characters is too long: at most {MAX_PROOF} are read")
        return source.removeprefix("\ufeff"), "this proof"
    target = Path(source)
    if not target.is_file():
        what = "is a folder" if target.is_dir() else "does not exist"
        raise CertificateError(f"'{target}' {what}: give the path of a proof or a claim, such as law.json")
    try:
        if target.stat().st_size > MAX_FILE:
            raise CertificateError(f"'{target}' is too large for a proof or a claim: at most {MAX_FILE} bytes are read")
        return target.read_text(encoding="utf-8-sig"), str(source)
    except OSError as error:
        raise CertificateError(f"'{target}' cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CertificateError(f"'{target}' is not a proof or claim: it is not UTF-8 text") from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the entry {brief(key)} stands twice")
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _rejected(what: str, why: str, name: str) -> Verdict:
    return Verdict(Status.REFUTED, f"the {what} is rejected: {why.rstrip('.')}.", claim=name)
