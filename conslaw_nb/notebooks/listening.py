"""Listening to a notebook: what it claims is written down for the program that re-checks it.

The listener stands outside. In a kernel that was started with the environment variable ``CONSLAW_RECORD``, `listen`
puts itself in front of the public names and of the methods that save a file; no room of the engine knows of it, and
without it nothing is computed. What is told is only ever taken as what was claimed: it is proved again elsewhere.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

__all__ = ["VARIABLE", "listen"]

VARIABLE = "CONSLAW_RECORD"

Facts = dict[str, Any]

_asking = 0  # how many public questions are being answered: what they ask of each other was not claimed


def _question(answer: Any) -> Facts:
    return {"text": repr(answer).splitlines()[0], "verdict": str(answer.verdict.status)}


def _claim(card: Any) -> Facts:
    return {
        "text": card.text,
        "model": None if card.model is None else card.model.text,
        "verdict": str(card.verdict.status),
        "certificate": None if card.certificate is None else card.certificate.text,
    }


# Public name -> the kind of what is told, and what is told of an answer.
_DOORS: dict[str, tuple[str, Callable[[Any], Facts]]] = {
    "claim": ("claim", _claim),
    "proof": ("proof", lambda found: {"text": found.text, "goal": found.goal, "verdict": str(found.verdict.status)}),
    "certify": ("certificate", lambda found: {"text": found.sentence, "certificate": found.text}),
    "check_law": (
        "question",
        lambda verdict: {"text": f"is {verdict.claim} conserved", "verdict": str(verdict.status)},
    ),
    "conservation_laws": ("question", _question),
    "count_laws": ("question", _question),
}


def _write(kind: str, facts: Facts) -> None:
    line = json.dumps({"kind": kind, **facts}, ensure_ascii=False)
    with open(os.environ[VARIABLE], "a", encoding="utf-8", errors="backslashreplace") as stream:
        stream.write(line + "\n")


def _heard(ask: Callable[..., Any], kind: str, facts: Callable[..., Facts], *, always: bool = False) -> Any:
    """Return a function that answers as `ask` does, and tells of it.

    `facts` is given the answer, and for a method the object and the answer; `always` tells it also where another
    public question is being answered.
    """

    @wraps(ask)
    def told(*args: Any, **options: Any) -> Any:
        global _asking
        _asking += 1
        try:
            answer = ask(*args, **options)
        finally:
            _asking -= 1
        if always or not _asking:
            _write(kind, facts(args[0], answer) if kind in ("saved", "exercise") else facts(answer))
        return answer

    return told


def listen() -> None:
    """Tell from now on what the public names are asked, if the environment names a file to tell it to.

    Examples
    --------
    >>> listen()  # nobody has named a file: nothing changes
    """
    if not os.environ.get(VARIABLE):
        return
    import conslaw_nb

    from ..certificates.certificate import Certificate
    from ..claims.card import Card
    from ..claims.proofs import Proof
    from ..teaching.exercise import Exercise
    from . import ipython

    for name, (kind, facts) in _DOORS.items():
        heard = _heard(getattr(conslaw_nb, name), kind, facts)
        setattr(conslaw_nb, name, heard)
        if kind != "question":  # figures ask questions of their own, and claim nothing
            setattr(sys.modules[heard.__module__], name, heard)
    ipython.proof_cell = _heard(ipython.proof_cell, *_DOORS["proof"])
    for made, key, text in ((Certificate, "certificate", "text"), (Proof, "proof", "json"), (Card, "proof", "json")):
        facts = _file_of(key, text)
        made.save = _heard(made.save, "saved", facts, always=True)  # type: ignore[attr-defined]
    Exercise.check = _heard(  # type: ignore[method-assign]
        Exercise.check,
        "exercise",
        lambda task, said: {"text": task.number, "verdict": said.outcome, "reason": said.message},
    )
    Exercise.keeps_progress = False  # who checks a notebook is not who learns from it


def _file_of(key: str, text: str) -> Callable[[Any, Any], Facts]:
    return lambda thing, target: {"path": str(target.resolve()), key: getattr(thing, text)}
