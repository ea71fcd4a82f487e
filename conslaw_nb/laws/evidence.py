"""The evidence of a count as a certificate holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..models.fields import Letter
from .law_count import LawCount

__all__ = ["counted_model", "evidence_data", "part_data", "word_data"]


def word_data(words: Sequence[tuple[Letter, ...]]) -> dict[str, Any]:
    """Return words as the combinations of generators that occur, and lists of their numbers."""
    places: dict[Letter, int] = {}
    listed = [[places.setdefault(letter, len(places)) for letter in word] for word in words]
    return {"fields": [[[g, c] for g, c in letter] for letter in places], "words": listed}


def evidence_data(count: LawCount) -> tuple[int, dict[str, Any]]:
    """Return the version of the format that the evidence needs, and the evidence."""
    evidence = count.evidence
    if evidence.data is not None:
        return 2, evidence.data
    upper: dict[str, Any]
    if evidence.frame is not None:
        frame = evidence.frame
        upper = {
            "method": "involutive",
            "multiplier": frame.multiplier.data(),
            "generators": [[q.data() for q in row] for row in frame.generators],
            "brackets": [[[q.data() for q in row] for row in rows] for rows in frame.brackets],
        }
    else:
        upper = {"method": "laws", "laws": [h.data() for h in evidence.laws]}
    data = {"point": list(count.point.values()), "prime": evidence.prime, **word_data(evidence.words), "upper": upper}
    return 1, data


def counted_model(count: LawCount) -> dict[str, Any]:
    """Return the model as the certificate of a count describes it: by its parts where it was counted by parts."""
    data = count.evidence.data
    if data is None or data["kind"] != "parts":
        return count.family.model_data()
    members = count.family.members()
    return {"kind": "union", "parts": [{"times": times, "model": part.model_data()} for times, part in members]}


def part_data(count: LawCount) -> dict[str, Any]:
    """Return the evidence as that of a part, which says of itself what it is."""
    version, data = evidence_data(count)
    return {"kind": "words", **data} if version == 1 else data
