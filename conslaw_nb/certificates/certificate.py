"""Certificates: what was proved, as data that anyone can re-check with `conslaw_nb.checker`.

Nothing in a certificate has to be trusted: it holds the model, the claim, and the evidence that lets an
independent program verify the claim. The format is described by `certificate.schema.json`.
"""

from __future__ import annotations

import json
import os
from html import escape
from pathlib import Path
from typing import Any

from .. import checker
from ..errors import CertificateError, ModelError
from ..exact.polynomial import Poly
from ..files import save_text
from ..laws.checking import check_law
from ..laws.counting import LawCount, count_laws
from ..laws.evidence import counted_model, evidence_data
from ..laws.finding.closed import FormEvidence
from ..laws.finding.found import FoundLaws
from ..laws.functions import LawEvidence
from ..models.fields import VectorFields, check_family
from ..verdict import Status, Verdict
from .found import Listed, found_data, listed_laws, listed_verdict
from .rocq import save_rocq

__all__ = ["Certificate", "certify", "verify_certificate"]

MAX_WORDS = 20_000


class Certificate:
    """A claim with its evidence.

    Attributes
    ----------
    data : dict
        The certificate as JSON data.
    claim : dict
        What it claims.
    """

    def __init__(self, data: dict[str, Any], sentence: str):
        self.data = data
        self.sentence = sentence

    @property
    def claim(self) -> dict[str, Any]:
        """The claim, as data."""
        return self.data["claim"]

    @property
    def text(self) -> str:
        """The certificate as the text of its file; the same each time."""
        lines = [f'  "{key}": {json.dumps(self.data[key], ensure_ascii=False)}' for key in self.data]
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the certificate to a file, all or nothing.

        Raises
        ------
        CertificateError
            The folder does not exist or cannot be written.
        """
        return save_text(path, self.text, "the certificate")

    def save_rocq(self, path: str | os.PathLike[str]) -> Path:
        """Write a file in which the proof assistant Rocq (Coq) checks the claim: a second court, with ``coqc FILE``.

        Raises
        ------
        CertificateError
            The name is none that Rocq takes, or the file cannot be written.
        SizeError
            Rocq would compute for too long.
        """
        return save_rocq(self.data, path)

    def verify(self) -> Verdict:
        """Have the independent checker re-check the certificate's text."""
        return _as_verdict(checker.check_text(self.text), "this certificate")

    def __repr__(self) -> str:
        return f"certificate: {self.sentence} ({len(self.text)} characters; .save(path) writes it)"

    def _repr_html_(self) -> str:
        return f"<div><b>Certificate</b>: {escape(self.sentence)} <small>({len(self.text)} characters)</small></div>"


def certify(answer: VectorFields | LawCount | FoundLaws | Verdict, law: Any = None) -> Certificate:
    """Write down the evidence of an answer; for a model, find the answer first.

    Parameters
    ----------
    answer : Parametrization, VectorFields, LawCount, FoundLaws or Verdict
        A count or a verdict carries its evidence, and nothing is computed twice. Of a model the laws are counted.
    law : str, sympy expression or Poly, optional
        With a model: certify that this function is conserved, or that this polynomial is not.

    Returns
    -------
    Certificate

    Raises
    ------
    CertificateError
        The evidence has no certificate form (a law whose gradient is not rational, an answer that is not decided).

    Examples
    --------
    >>> from conslaw_nb.models.parametrizations import parametrization
    >>> certificate = certify(parametrization("x*y"))
    >>> certificate.claim["laws_at_least"], certificate.claim["laws_at_most"]
    (1, 1)
    >>> certificate.verify().status
    <Status.PROVED: 'PROVED'>
    >>> certify(check_law("x**2 - y**2", parametrization("x*y"))).sentence
    'x**2 - y**2 is conserved by phi(x*y) [PROVED]'
    """
    if isinstance(answer, VectorFields):
        return _certify_count(count_laws(answer)) if law is None else _certify_verdict(_decided(law, answer))
    if law is not None:
        raise ModelError(f"certify(answer, law) takes a model and a law, not {type(answer).__name__} and a law")
    if isinstance(answer, LawCount):
        return _certify_count(answer)
    if isinstance(answer, FoundLaws):
        if not answer:
            raise CertificateError(f"no law of {answer.family.brief} was found, so there is nothing to certify")
        return _certify_listed(listed_laws(answer, answer.family), answer.family)
    if isinstance(answer, Verdict):
        return _certify_verdict(answer)
    check_family(answer, "certify")
    raise AssertionError("unreachable")


def _decided(law: Any, phi: VectorFields) -> Verdict:
    verdict = check_law(law, phi)
    if verdict.status is Status.UNKNOWN:
        reason = verdict.reason
        raise CertificateError(f"'{verdict.claim}' was not decided, so there is nothing to certify: {reason}")
    return verdict


def _certify_verdict(verdict: Verdict) -> Certificate:
    """Write down what a verdict rests on: one function and its identity or witness, or a count."""
    if isinstance(verdict.evidence, LawCount):
        return _certify_count(verdict.evidence)
    if verdict.status is Status.UNKNOWN:
        raise CertificateError(f"'{verdict.claim}' was not decided, so there is nothing to certify: {verdict.reason}")
    if verdict.details.get("constant"):
        raise CertificateError(
            f"'{verdict.claim}' is a constant: it never changes, whatever the flow, and certifies nothing"
        )
    evidence = verdict.evidence
    if isinstance(evidence, FoundLaws):
        return certify(evidence)
    if isinstance(evidence, LawEvidence) and evidence.h is not None and evidence.h.is_polynomial:
        return _law_certificate(verdict, evidence.family, evidence.h.top)
    listed = listed_verdict(verdict) if verdict.is_proved else None
    if listed:
        said = f"the integral of {evidence.form.text}" if isinstance(evidence, FormEvidence) else verdict.claim
        return _certify_listed(listed, evidence.family, said)
    if not isinstance(evidence, (LawEvidence, FormEvidence)):
        raise CertificateError(
            f"there is no certificate for '{verdict.claim}': certificates are written for counts of laws, for forms "
            "that are laws by quadrature, and for functions that are conserved or not"
        )
    if verdict.is_proved:
        raise CertificateError(
            f"'{verdict.claim}' is conserved, but neither its gradient nor that of its logarithm is a rational "
            "function, and those a certificate can hold: certify a function of it"
        )
    raise CertificateError(
        f"'{verdict.claim}' is not conserved, and a certificate of that holds polynomials only: certify that a "
        "polynomial in its place is not conserved, such as the argument of an exp or log"
    )


def _certify_listed(listed: list[Listed], phi: VectorFields, said: str = "") -> Certificate:
    data, at_most = found_data(listed, phi)
    number = f"{len(listed)} of {at_most} laws of {phi.brief}"
    if said:
        return Certificate(data, f"{said} is conserved by {phi.text} [PROVED]")
    return Certificate(data, f"{number}{', and there are no others' * (len(listed) == at_most)} [PROVED]")


def _certify_count(count: LawCount) -> Certificate:
    phi = count.family
    if count.evidence.data is None and count.dim_lie > MAX_WORDS:
        raise CertificateError(
            f"a certificate for {phi.brief} needs {count.dim_lie} words; up to {MAX_WORDS} are written"
        )
    if count.evidence.data is None and not all(isinstance(x, int) for x in count.point.values()):
        raise CertificateError("a certificate holds a point with integer coordinates: count near such a point")
    version, evidence = evidence_data(count)
    rank, laws, exact = count.dim_lie, count.laws_at_least, count.laws is not None
    if count.evidence.data is None:
        rank, laws = len(count.evidence.words), len(count.evidence.laws)
        # a number that rests on dim Lie at other points is proved, but not by what is written here
        exact = count.evidence.frame is not None or rank + laws == phi.dimension
    data = {
        "format": "conslaw-certificate",
        "version": version,
        "model": counted_model(count),
        "claim": {
            "kind": "count",
            "parameters": phi.dimension,
            "dim_lie_at_least": rank,
            "laws_at_least": phi.dimension - rank if exact else laws,
            "laws_at_most": phi.dimension - rank,
            "exact": exact,
        },
        "evidence": evidence,
    }
    return Certificate(data, repr(count).splitlines()[0])


def _law_certificate(verdict: Verdict, phi: VectorFields, poly: Poly) -> Certificate:
    data: dict[str, Any] = {"format": "conslaw-certificate", "version": 1, "model": phi.model_data()}
    if verdict.is_proved:
        data["claim"] = {"kind": "conserved", "law": poly.data()}
        data["evidence"] = {}
        return Certificate(data, f"{verdict.claim} is conserved by {phi.text} [PROVED]")
    witness = verdict.witness
    assert witness is not None
    data["claim"] = {"kind": "not_conserved", "law": poly.data()}
    data["evidence"] = {
        "generator": witness.generator,
        "point": [str(witness.point[name]) for name in phi.variables],
        "value": str(witness.value),
    }
    return Certificate(data, f"{verdict.claim} is not conserved by {phi.text} [REFUTED]")


def verify_certificate(path: str | os.PathLike[str]) -> Verdict:
    """Re-check a certificate with the independent checker.

    Returns PROVED or BOUNDED as the certificate claims; for a rejected file REFUTED, with the reason. A confirmed
    refutation of a law is PROVED: the certificate's claim "is not conserved" holds. Raises CertificateError: the file
    cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from conslaw_nb.models.networks import linear
    >>> with TemporaryDirectory() as folder:
    ...     verdict = verify_certificate(certify(linear(1, 2, 2, 1)).save(Path(folder, "seven.json")))
    >>> verdict.status, verdict.reason[:43]
    (<Status.PROVED: 'PROVED'>, 'exactly 7 independent conservation laws nea')
    """
    target = Path(path)
    if not target.is_file():
        what = "is a folder" if target.is_dir() else "does not exist"
        raise CertificateError(f"'{target}' {what}: give the path of a certificate, such as law.json")
    try:
        with target.open("rb"):
            pass
    except OSError as error:
        raise CertificateError(f"'{target}' cannot be read: {error.strerror or error}") from None
    return _as_verdict(checker.check_file(target), target.name)


def _as_verdict(report: checker.Ruling, claim: str) -> Verdict:
    if not report.accepted:
        return Verdict(Status.REFUTED, f"the certificate is rejected: {report.summary}", claim=claim)
    status = Status.BOUNDED if report.verdict == "BOUNDED" else Status.PROVED
    return Verdict(status, report.summary, claim=claim, details={"claim": report.claim})
