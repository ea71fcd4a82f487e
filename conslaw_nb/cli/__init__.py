"""The command line: `conslaw count "linear(5,5,5)"` and its sisters.

`app` lists the commands; each is a function whose docstring is its help, in `engine`, `evidence`, `learning` and
`classroom`; `display` writes answers (for a terminal, for a pipe, or as JSON), and `main`, here, turns every failure
into one sentence and a status.
Nothing is imported before it is needed: `conslaw --help` loads no sympy, and `conslaw verify` only the checker.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from ..errors import BudgetError, ConslawError

__all__ = ["main"]

PROVED, REFUTED, BAD_INPUT, NOT_DECIDED, OUR_FAULT = 0, 1, 2, 3, 70
_LONGEST = 600  # characters of a message: what a person typed may be of any length, what they read may not


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the program's name; by default those of the process.

    Returns
    -------
    int
        The exit status: 0 proved, verified or found; 1 refuted or rejected; 2 bad usage or bad input; 3 not
        decided. 130 and 141 if interrupted or if the reader of a pipe went away; 70 for a fault of the program.

    Examples
    --------
    >>> main(["check", "phi(x*y)", "x**2 - y**2"])
    PROVED: x**2 - y**2 is conserved by phi(x*y).
    ⟨∇h, χ⟩ = 0 for every generator χ, as a polynomial identity.
    0
    """
    try:
        _write_what_can_be_written()
        from .app import run

        status = run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
        return status
    except BudgetError as error:
        return _fail(str(error), NOT_DECIDED)
    except ConslawError as error:
        return _fail(str(error), BAD_INPUT)
    except KeyboardInterrupt:
        return _fail("stopped before there was an answer", 130)
    except BrokenPipeError:  # `conslaw laws ... | head -1`: nobody reads on, and nothing is wrong
        _forget(sys.stdout)
        return 141
    except MemoryError:
        return _fail("this model needs more memory than there is here: try narrower layers, or a lower degree", 3)
    except RecursionError:
        return _fail("this input is nested too deeply to be read: write it with fewer parentheses", BAD_INPUT)
    except OSError as error:
        _forget(sys.stdout)
        where = f" ('{error.filename}')" if error.filename else ""
        return _fail(f"the answer could not be written{where}: {error.strerror or error}", BAD_INPUT)
    except Exception as error:
        if os.environ.get("CONSLAW_TRACEBACK"):
            raise
        return _fail(
            f"a fault of this program, not of your input ({type(error).__name__}: {error}): please tell us, with "
            "what CONSLAW_TRACEBACK=1 conslaw ... prints",
            OUR_FAULT,
        )


def _write_what_can_be_written() -> None:
    """Let a stream that cannot write ∇ or ⟨ write its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if (getattr(stream, "encoding", None) or "").lower().replace("-", "") != "utf8":
            with suppress(AttributeError, OSError, ValueError):
                stream.reconfigure(errors="backslashreplace")


def _forget(stream) -> None:
    """Send what is still buffered for a stream nowhere, so that Python's own last flush does not fail too."""
    with suppress(AttributeError, OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _fail(message: str, status: int) -> int:
    """Say what went wrong, in one sentence on the standard error."""
    from .display import complain, harmless

    text = harmless(" ".join(message.split()))  # what was typed comes back in messages
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST * 2 // 3]} ... {text[-_LONGEST // 3 :]}"
    with suppress(OSError, ValueError):  # a closed standard error must not hide the status
        complain(text)
    return status
