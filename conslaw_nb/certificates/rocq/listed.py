"""Certificates of versions 2 and 3 for Rocq: what they say by structure is listed, word by word and law by law.

Rocq proves polynomial identities at a point. Rules for words, balances, paths, groups and parts come down to those,
so they are written out as version 1 has them. Three things do not, and are refused with the reason: the laws of a
block that acts through one field (they exist by straightening it), closed forms, and involutive frames in parts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ... import checker
from ...errors import CertificateError
from ...exact.nilpotent import NestedBrackets
from ...exact.polynomial import Poly
from ...exact.sparse import independent_rows
from ...laws.climbing import Climb, Place
from ...laws.evidence import word_data
from ...laws.search import independent_laws
from ...models.fields import Letter, VectorFields, vector_fields
from ...models.networks import factorization, linear, relu
from ...models.parametrizations import parametrization_of
from ...models.union import union
from .bounds import PARAMETERS, at_most
from .forms import read_poly, written_out

__all__ = ["listed", "model_of", "with_forms"]

Word = tuple[Letter, ...]


@dataclass
class _Listed:
    """A point, words that are independent there, and laws."""

    point: list[int]
    words: list[Word]
    laws: list[Poly]


def listed(data: dict[str, Any], origin: str) -> dict[str, Any]:
    """Return a certificate of version 2 as one of version 1 that claims the same.

    Raises
    ------
    CertificateError
        The checker does not accept it; or it rests on what is not a polynomial identity.
    SizeError
        It has too many parameters for Rocq.
    """
    claim = data.get("claim")
    if isinstance(claim, dict) and type(claim.get("parameters")) is int:
        at_most(claim["parameters"], PARAMETERS, "parameters")
    _require_accepted(data, origin)
    phi, evidence, claim = model_of(data["model"]), data["evidence"], data["claim"]
    found = _read(phi, evidence)
    prime = evidence.get("prime", 2**31 - 1)
    brackets = NestedBrackets(phi, found.point, prime)
    rows = [{i: v for i, v in enumerate(brackets.value(word)) if v} for word in found.words]
    words = [found.words[i] for i in independent_rows(rows, phi.dimension, prime)] if rows else []
    laws = [found.laws[i] for i in independent_laws(found.laws, found.point, prime)]
    missing = claim["laws_at_least"] - len(laws)
    if missing > 0:
        raise CertificateError(
            f"{origin} has {claim['laws_at_least']} laws, and {missing} of them cannot be written for Rocq: a block of "
            "parameters that acts through one field has them by straightening that field, a theorem of analysis and "
            "not a polynomial identity"
        )
    if len(words) != claim["dim_lie_at_least"]:
        raise CertificateError(
            f"{origin} has words that are independent modulo different primes, and a Rocq file holds one prime: "
            "certify its parts one by one"
        )
    return {
        **data,
        "version": 1,
        "model": phi.model_data(),
        "evidence": {
            "point": found.point,
            "prime": prime,
            **word_data(words),
            "upper": {"method": "laws", "laws": [h.data() for h in laws[: claim["laws_at_least"]]]},
        },
    }


def with_forms(data: dict[str, Any], origin: str) -> dict[str, Any]:
    """Return a certificate of version 3 with its laws in separated variables written out.

    Raises
    ------
    CertificateError
        There are such laws, and the checker does not accept it, or they are closed modulo what is not listed.
    SizeError
        A form is too long for Rocq.
    """
    laws = data.get("claim", {}).get("laws") if isinstance(data.get("claim"), dict) else None
    if not isinstance(laws, list) or not any(isinstance(law, dict) and law.get("kind") == "stretch" for law in laws):
        return data
    _require_accepted(data, origin)
    return written_out(data, model_of(data["model"]), origin)


def _require_accepted(data: dict[str, Any], origin: str) -> None:
    report = checker.check_text(json.dumps(data))
    if not report.accepted:
        raise CertificateError(f"{origin} is rejected by the checker, so there is nothing to write: {report.summary}")


def model_of(data: dict[str, Any]) -> VectorFields:
    """Return the model of a certificate that was read."""
    kind = data["kind"]
    if kind == "union":
        return union(*((part["times"], model_of(part["model"])) for part in data["parts"]))
    if kind == "linear":
        return linear(*data["widths"])
    if kind == "relu":
        return relu(*data["widths"], bias=data["bias"])
    if kind == "factorization":
        return factorization(data["n"], data["m"], data["r"])
    names = tuple(data["variables"])
    if kind == "map":
        return parametrization_of([read_poly(c, names) for c in data["components"]], names)
    return vector_fields(names, [[read_poly(c, names) for c in row] for row in data["fields"]])


def _read(phi: VectorFields, evidence: dict[str, Any]) -> _Listed:
    """List the evidence of any kind."""
    kind = evidence["kind"]
    if kind == "parts":
        return _parts(phi, evidence)
    if kind == "groups":
        return _groups(phi, evidence)
    if kind in ("free", "paths"):
        words: list[Word] = [(((g, 1),),) for g in phi.spanning_generators()]
        return _Listed([1] * phi.dimension, words, phi.known_laws() or [])
    if kind == "sparse":
        values = dict(evidence["point"])
        point = [values.get(i, 0) for i in range(phi.dimension)]
        laws, rules = phi.known_laws() or [], evidence["words"]
        if any(rule[0] == "transport" for rule in rules):  # an argument about all brackets at once: here they are found
            rank = phi.dimension - len(independent_laws(laws, point, evidence["prime"]))
            return _Listed(point, list(Climb(phi, Place(point, evidence["prime"]), rank).run().words), laws)
        return _Listed(point, _product_words(phi, rules), laws)
    letters = [tuple((g, c) for g, c in field) for field in evidence["fields"]]
    words = [tuple(letters[i] for i in word) for word in evidence["words"]]
    if kind == "words" and evidence["upper"]["method"] == "involutive":
        raise CertificateError(
            "a part of this certificate rests on an involutive frame, and a Rocq file holds one frame for the whole "
            "model: certify that part by itself"
        )
    laws = evidence["upper"]["laws"] if kind == "words" else evidence["laws"]
    return _Listed(list(evidence["point"]), words, [read_poly(h, phi.variables) for h in laws])


def _product_words(phi: VectorFields, rules: list[Any]) -> list[Word]:
    """List the words of a product by their rules: E_ij is generator i * inputs + j."""
    sizes = phi.sizes  # type: ignore[attr-defined]
    outputs, inputs = sizes[0], sizes[-1]
    words: list[list[tuple[int, int]]] = []
    for kind, *numbers in rules:
        if kind == "generators":
            least = numbers[0]
            words += [[(i, j)] for i in range(outputs) for j in range(inputs) if i < least or j < least]
        elif kind == "left":
            c, count = numbers
            words += [[(c, a), (c, b)] for a in range(count) for b in range(a + 1, inputs)]
        else:
            c, count = numbers
            words += [[(a, c), (b, c)] for a in range(count) for b in range(a + 1, outputs)]
    return [tuple(((i * inputs + j, 1),) for i, j in word) for word in words]


def _moved(words: list[Word], places: Any) -> list[Word]:
    return [tuple(tuple((places[g], c) for g, c in letter) for letter in word) for word in words]


def _parts(phi: VectorFields, evidence: dict[str, Any]) -> _Listed:
    found, first, start = _Listed([], [], []), 0, 0
    for (times, member), own in zip(phi.members(), evidence["parts"], strict=True):
        part = _read(member, own)
        for _ in range(times):
            found.point += part.point
            found.words += _moved(part.words, range(first, first + member.count))
            found.laws += [h.moved(range(start, start + member.dimension), phi.variables) for h in part.laws]
            first, start = first + member.count, start + member.dimension
    return found


def _groups(phi: VectorFields, evidence: dict[str, Any]) -> _Listed:
    place = {name: i for i, name in enumerate(phi.variables)}
    found = _Listed([0] * phi.dimension, [], [])
    joined = [min(join, default=-1) for join in phi.joins()]
    for names, own in zip(evidence["groups"], evidence["parts"], strict=True):
        group = sorted(place[name] for name in names)
        member = phi.part_on(group)
        if member is None:
            found.laws += [Poly(phi.variables, {((i, 1),): 1}) for i in group]
            continue
        part = _read(member, own)
        for i, value in zip(group, part.point, strict=True):
            found.point[i] = value
        found.words += _moved(part.words, [g for g, first in enumerate(joined) if first in group])
        found.laws += [h.moved(group, phi.variables) for h in part.laws]
    return found
