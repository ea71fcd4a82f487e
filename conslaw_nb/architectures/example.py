"""A small module of torch that a lesson watches, and what was recorded of it, for whoever has no torch.

`torch` is the library where it is installed, and None where it is not.
"""

from __future__ import annotations

import warnings
from types import SimpleNamespace

from ..simulation.two_layers import train
from .watching import LawRecord

warnings.filterwarnings("ignore", message="Failed to initialize NumPy")  # torch says so where there is no numpy
try:
    import torch
except ImportError:
    torch = None

__all__ = ["DATA", "EPOCHS", "EVERY", "TAU", "U", "V", "recorded", "torch"]

# Numbers that are the same in single and in double precision.
U, V = [1.5, -0.5, 1.0], [0.5, 1.25, -0.75]
DATA = [(1.0, 2.0), (-1.0, 1.0), (2.0, 3.5), (-0.5, 0.25)]
TAU, EPOCHS, EVERY = 0.02, 50, 10


def recorded() -> LawRecord:
    """Return what `watch` records of the module, computed in plain Python: the same numbers, without torch.

    Examples
    --------
    >>> recorded().steps[-1], recorded().final["diag(2.weightᵀ 2.weight − 0.weight 0.weightᵀ)"] < 0.01
    (200, True)
    """
    first, *later = train(U, V, DATA, TAU, EPOCHS).balances
    size = sum(w * w for w in (*U, *V))
    drifts = [max(abs(b - a) for a, b in zip(first, now, strict=True)) / size for now in (first, *later)]
    record = LawRecord([], lambda: None, EVERY, None, "sgd")
    record.laws = [SimpleNamespace(formula="diag(2.weightᵀ 2.weight − 0.weight 0.weightᵀ)")]
    record.steps, record.drifts = list(range(0, len(drifts), EVERY)), [drifts[::EVERY]]
    return record
