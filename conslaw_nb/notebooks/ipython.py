"""The cell magic ``%%proof``: ``%load_ext conslaw_nb`` registers it. IPython itself is never imported here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..claims.proofs import Proof

__all__ = ["load_ipython_extension", "proof_cell", "unload_ipython_extension"]


def proof_cell(line: str, cell: str) -> Proof:
    """Check the proof in a cell; what stands beside ``%%proof`` is its model.

    The result is shown as by `conslaw_nb.proof`, and is what ``_`` is in the next cell.

    Examples
    --------
    >>> proof_cell("phi(x*y)", "x**2 - y**2 is conserved by computation").reached
    True
    """
    from ..claims.proofs import proof

    return proof(cell, line.strip() or None)


def load_ipython_extension(shell: Any) -> None:
    """Register ``%%proof``; called by ``%load_ext conslaw_nb``."""
    shell.register_magic_function(proof_cell, magic_kind="cell", magic_name="proof")


def unload_ipython_extension(shell: Any) -> None:
    """Forget ``%%proof`` again; called by ``%unload_ext conslaw_nb``."""
    shell.magics_manager.magics["cell"].pop("proof", None)
