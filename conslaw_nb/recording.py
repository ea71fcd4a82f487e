"""What a notebook claims, told to the program that re-checks it: see `conslaw check-notebook`.

Whoever runs a notebook may ask to be told, by naming a file in the environment variable ``CONSLAW_RECORD`` before the
kernel starts. Each claim, proof, certificate, exercise and question that comes from outside the package is then
written there, as one line of JSON. What is told is only ever taken as what was claimed: it is proved again elsewhere.
Without the variable nothing is written, and nothing is computed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["VARIABLE", "apart", "listening", "tell"]

VARIABLE = "CONSLAW_RECORD"

_FILE = os.environ.get(VARIABLE, "")
_DOOR = "conslaw_nb.notebooks.ipython"  # the one room that calls for the reader: %%proof
_depth = 0


def listening() -> bool:
    """Whether this process runs a notebook for somebody who checks it."""
    return bool(_FILE)


def tell(kind: str, facts: Callable[[], dict[str, Any]], *, always: bool = False) -> None:
    """Write down what the calling function was asked, if somebody listens and a notebook asked it.

    Parameters
    ----------
    kind : str
        'claim', 'proof', 'certificate', 'saved', 'exercise' or 'question'.
    facts : callable
        Returns what there is to tell, as JSON data; called only if somebody listens.
    always : bool
        Tell it also where the package itself was the one who called, as for a card that saves its certificate.

    Examples
    --------
    >>> tell("claim", lambda: {"text": "nobody listens, so this is never computed"})
    """
    if not _FILE or _depth:
        return
    if not always:
        caller = str(sys._getframe(2).f_globals.get("__name__", ""))
        if caller.split(".")[0] == "conslaw_nb" and caller != _DOOR:
            return
    line = json.dumps({"kind": kind, **facts()}, ensure_ascii=False)
    with open(_FILE, "a", encoding="utf-8", errors="backslashreplace") as stream:
        stream.write(line + "\n")


@contextmanager
def apart() -> Iterator[None]:
    """Tell nothing of what is asked in here: an exercise asks the engine much while it judges an answer."""
    global _depth
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1
