"""Proving again what a notebook claimed, in a process in which nothing of the notebook ever ran.

A claim is decided again from its sentence and its model, a proof from its text, and a certificate is given to the
independent checker. What the notebook's kernel thought of them is compared, and not believed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from .. import checker
from ..errors import ConslawError
from .running import surroundings

__all__ = ["again", "prove_again"]

Told = dict[str, Any]


def again(entry: Told) -> Told:
    r"""Return verdict and reason of one claim, proof or certificate.

    Examples
    --------
    >>> again({"kind": "claim", "text": "x**2 - y**2 is conserved", "model": "phi(x*y)"})["verdict"]
    'PROVED'
    >>> again({"kind": "proof", "text": "model phi(x*y)\nx = y by computation"})["reason"]
    'the goal is false: left − right = x - y; at x = 1, y = 0 the left side is 1 and the right side 0'
    """
    kind = entry.get("kind")
    try:
        if kind == "claim":
            return _claim(entry)
        if kind == "proof":
            from ..claims.proofs import proof

            verdict = proof(str(entry.get("text", ""))).verdict
            return {"verdict": str(verdict.status), "reason": verdict.reason}
        if "proof" in entry:
            from ..claims.rechecking import recheck

            text = str(entry["proof"])
            if not text.lstrip("\ufeff \t\r\n").startswith("{"):
                return {"verdict": "REJECTED", "reason": "it is damaged: it does not begin as a proof does"}
            verdict = recheck(text)
            return {"verdict": "ACCEPTED" if verdict.is_proved else "REJECTED", "reason": verdict.reason}
        return _certificate(str(entry.get("certificate", "")))
    except ConslawError as error:
        return {"verdict": "UNKNOWN", "reason": f"it cannot be read again: {error}"}
    except (MemoryError, RecursionError) as error:
        return {"verdict": "UNKNOWN", "reason": f"it is too large to be proved again ({type(error).__name__})"}


def _claim(entry: Told) -> Told:
    from ..claims.claim import claim

    card = claim(str(entry.get("text", "")), entry.get("model"))
    found = {"verdict": str(card.verdict.status), "reason": card.verdict.reason}
    if entry.get("certificate") is not None:
        checked = _certificate(str(entry["certificate"]))
        if checked["verdict"] != "ACCEPTED":
            return {"verdict": "UNKNOWN", "reason": f"its certificate is rejected: {checked['reason']}"}
    return found


def _certificate(text: str) -> Told:
    report = checker.check_text(text)
    return {"verdict": "ACCEPTED" if report.accepted else "REJECTED", "reason": report.summary}


def prove_again(entries: Sequence[Told], seconds: int) -> list[Told]:
    """Prove everything again, in a fresh process.

    `entries`: claims, proofs and certificates, as the package told them; `seconds`: how long each of them may take, on
    the average. Returns for each entry its `verdict` and `reason`; UNKNOWN for those that were not reached in time.
    """
    if not entries:
        return []
    limit = seconds * len(entries)
    command = [sys.executable, "-P", "-c", f"from {__name__} import main; raise SystemExit(main())"]
    text = "".join(json.dumps(entry) + "\n" for entry in entries)
    why = "the process that proves it again ended before"
    try:
        done = subprocess.run(
            command, input=text, stdout=subprocess.PIPE, timeout=limit, env=surroundings(), encoding="utf-8"
        )
        out = done.stdout
    except subprocess.TimeoutExpired as late:
        raw = late.stdout or b""
        out = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
        why = f"it was not proved again within {limit} seconds"
    found = []
    for line in out.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return [*found, *({"verdict": "UNKNOWN", "reason": why} for _ in entries[len(found) :])]


def main() -> int:
    """Read entries from the standard input, a line each, and write what became of them."""
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for line in sys.stdin:
        print(json.dumps(again(json.loads(line))), flush=True)
    return 0
