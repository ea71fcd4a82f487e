"""The words in which the index says what a statement is, where it comes from, and how far it is checked."""

from __future__ import annotations

__all__ = ["CHECKED", "CONTENT", "GROUPS", "HOW", "KINDS", "NUMBER", "SOURCES", "STAR"]

GROUPS = {
    "paper": "The paper",
    "follow-up": "The follow-up papers",
    "observation": "Observations of this project",
    "pitfall": "Pitfalls",
}

# What a statement is taken from: title, where, arXiv number.
SOURCES = {
    "neurips-2023": ("Abide by the Law and Follow the Flow", "NeurIPS 2023", "2307.00144"),
    "icml-2024": ("Keep the Momentum", "ICML 2024", "2405.12888"),
    "icml-2025": ("Transformative or Conservative?", "ICML 2025", "2506.06194"),
    "intrinsic-2025": ("Intrinsic training dynamics of deep neural networks", "2025", "2508.07370"),
    "project": ("this project", "", ""),
}

# Kind -> the word before the number.
KINDS = {
    "definition": "Definition",
    "proposition": "Proposition",
    "corollary": "Corollary",
    "lemma": "Lemma",
    "theorem": "Theorem",
    "example": "Example",
    "assumption": "Assumption",
    "remark": "Remark",
    "condition": "Condition",
    "section": "Section",
    "appendix": "Appendix",
    "algorithm": "Algorithm",
    "result": "Result",
    "observation": "Observation",
    "pitfall": "Pitfall",
}

NUMBER = {
    "confirmed": "number confirmed by a source",
    "recalled": "number recalled, not confirmed",
    "secondary": "number from a secondary source",
    "own": "numbered by this project",
    "none": "without a number",
}
CONTENT = {
    "read": "content read in a source",
    "recalled": "content recalled",
    "secondary": "content from a secondary source",
    "derived": "derived in this project",
}

STAR = "* This number is not confirmed by a source."

# How a statement is checked, the strongest first; and the same, said of a statement as a whole.
CHECKED = {
    "machine-checked by Rocq": "machine-checked",
    "proved here for every width": "proved here",
    "identity decided on instances": "checked here on instances",
    "exact instance": "checked here on instances",
    "property test": "tested here on random instances",
    "simulation": "simulated here",
    "cited": "not checked here",
}
HOW = tuple(CHECKED)
