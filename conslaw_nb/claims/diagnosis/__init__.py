"""What is wrong with a wrong answer, computed from its exact residual.

Each detector returns a `Finding` with hints in the learner's own symbols, from gentle to explicit, or None. The
most telling one that fits comes first.
"""

from __future__ import annotations

from .finding import Finding
from .laws import diagnose_law, relation
from .numbers import diagnose_bracket, diagnose_dimension

__all__ = ["Finding", "diagnose_bracket", "diagnose_dimension", "diagnose_law", "relation"]
