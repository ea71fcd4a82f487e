"""Certificates of laws of any kind: their differentials, and a point where these are independent (version 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import CertificateError, ConslawError
from ..exact.backend import primes
from ..exact.polynomial import Poly
from ..exact.sparse import independent_rows
from ..laws.candidates import Candidate, check_candidates
from ..laws.checking import LawEvidence
from ..laws.climbing import Climb, Place
from ..laws.evidence import word_data
from ..laws.finding.closed import FormEvidence, SeparatedEvidence
from ..laws.finding.forms import Form
from ..laws.finding.found import FoundLaw
from ..laws.generic import first_points
from ..models.fields import VectorFields
from ..verdict import Verdict

__all__ = ["Listed", "found_data", "listed_laws", "listed_verdict"]

MAX_TERMS = 20_000  # of a form that is written out


@dataclass(frozen=True)
class Listed:
    """A law as a certificate lists it."""

    data: dict[str, Any]  # what is written down
    differential: Form | Mapping[int, Poly]  # a multiple of its differential: polynomials by coordinate, or a form
    multiplier: Poly | None = None  # what that is divided by

    def slope(self, point: Sequence[int], prime: int) -> dict[int, int]:
        """Return the multiple at a point, modulo a prime; nothing where the differential has a pole."""
        if isinstance(self.differential, Form):
            return self.differential.residues(point, prime)
        if self.multiplier is not None and not self.multiplier.evaluate_mod(point, prime):
            return {}
        values = {i: a.evaluate_mod(point, prime) for i, a in self.differential.items()}
        return {i: v for i, v in values.items() if v}


def listed_laws(laws: Iterable[FoundLaw], phi: VectorFields) -> list[Listed]:
    """Return laws that were found; a law may be closed only where those before it are constant."""
    listed: list[Listed] = []
    for law in laws:
        before = [j for j, one in enumerate(listed) if one.data["kind"] != "stretch"]
        evidence = law.verdict.evidence
        if isinstance(evidence, SeparatedEvidence):
            listed.append(_of_stretch(evidence))
        elif isinstance(evidence, FormEvidence):
            listed.append(_written(*evidence.form.expanded(), phi, before))
        else:
            assert law.gradient is not None
            listed.append(_of_candidate(law.gradient, phi, before if law.relative else ()))
    return listed


def listed_verdict(verdict: Verdict) -> list[Listed] | None:
    """Return the law behind a verdict that is PROVED, with those before it that it needs; None if there is no such."""
    evidence = verdict.evidence
    if isinstance(evidence, SeparatedEvidence):
        return [_of_stretch(evidence)]
    if isinstance(evidence, FormEvidence):
        known = [_of_candidate(one, evidence.family) for one in evidence.modulo]
        return [*known, _written(*evidence.form.expanded(), evidence.family, range(len(known)))]
    if isinstance(evidence, LawEvidence):
        for text in (verdict.claim, f"log({verdict.claim})"):
            try:
                [candidate] = check_candidates(evidence.family, [text])
            except ConslawError:  # its gradient is not rational; that of its logarithm may be
                continue
            return [_of_candidate(candidate, evidence.family)]
    return None


def _of_stretch(evidence: SeparatedEvidence) -> Listed:
    source = evidence.source
    return Listed({"kind": "stretch", "layer": source.layer, "power": source.power}, evidence.form)


def _of_candidate(one: Candidate, phi: VectorFields, modulo: Sequence[int] = ()) -> Listed:
    if one.poly is not None:
        return Listed({"kind": "law", "law": one.poly.data()}, one.poly.gradient())
    return _written(one.form, one.multiplier, phi, modulo)


def _written(parts: Mapping[int, Poly], multiplier: Poly, phi: VectorFields, modulo: Sequence[int]) -> Listed:
    terms = sum(len(a.terms) for a in parts.values())
    if terms > MAX_TERMS:
        raise CertificateError(f"a form of {terms} terms is too long to certify: up to {MAX_TERMS} are written")
    data = {
        "kind": "form",
        "multiplier": multiplier.data(),
        "form": {phi.variables[i]: a.data() for i, a in sorted(parts.items()) if a},
        "modulo": list(modulo),
    }
    return Listed(data, parts, multiplier)


def found_data(listed: Sequence[Listed], phi: VectorFields) -> tuple[dict[str, Any], int]:
    """Return the certificate as data, and how many laws there are at most.

    Raises CertificateError: no point was found where the differentials are independent.
    """
    prime = next(p for p in primes() if phi.suits(p))
    for point in first_points(phi.dimension):
        place = Place(point, prime)
        rows = [one.slope(place.residues, prime) for one in listed]
        if len(independent_rows(rows, phi.dimension, prime)) < len(rows):
            continue
        climb = Climb(phi, place, phi.dimension - len(listed)).run()
        at_most = phi.dimension - climb.rank
        claim = {"kind": "laws", "laws": [one.data for one in listed], "complete": at_most == len(listed)}
        data = {
            "format": "conslaw-certificate",
            "version": 3,
            "model": phi.model_data(),
            "claim": claim,
            "evidence": {"point": list(point), "prime": prime, **word_data(climb.words)},
        }
        return data, at_most
    raise CertificateError(f"no small point of {phi.brief} was found where the laws are independent: certify fewer")
