"""What the court rules, and the way to a ruling for certificates of all versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import found, structure
from .certificates import (
    Case,
    Rejected,
    check_conserved,
    check_count,
    check_not_conserved,
    choice,
    integer,
    read_model,
    record,
    require,
    show,
)

__all__ = ["Ruling", "check_certificate"]

CLAIMS = {"count": check_count, "conserved": check_conserved, "not_conserved": check_not_conserved}


@dataclass(frozen=True)
class Ruling:
    """What the checker found."""

    accepted: bool  # the evidence proves the claim
    # "PROVED", "BOUNDED" (a count with two bounds that do not meet), "REFUTED" (the claim "not_conserved", accepted) or
    # "REJECTED". Of a claim or a proof that was tried: "STANDS", "REJECTED" or "UNKNOWN".
    verdict: str
    summary: str  # one sentence: what is proved; or what is wrong and where
    claim: dict[str, Any] | None = None  # the claim, if it is accepted
    variables: int | None = None  # the number of parameters of the model, if the claim is accepted


def check_certificate(data: object) -> Ruling:
    """Check a certificate of any version, given as Python data."""
    try:
        kind, version, model_data, claim, evidence = record(
            data, "the certificate", "format", "version", "model", "claim", "evidence"
        )
        require(kind == "conslaw-certificate", f"format is {show(kind)}, not 'conslaw-certificate'")
        require(integer(version, "version") in (1, 2, 3), f"version is {show(version)}; this checker reads 1, 2 and 3")
        if version > 1:
            check_whole = structure.check if version == 2 else found.check
            verdict, sentence, parameters = check_whole(model_data, claim, evidence)
            return Ruling(True, verdict, f"{sentence}.", claim, parameters)
        check = CLAIMS[choice(claim, "claim", "kind", *CLAIMS)]
        case = Case()
        model = read_model(model_data, case)
        case.index = {name: i for i, name in enumerate(model.names)}
        verdict, sentence = check(model, claim, evidence)
        return Ruling(True, verdict, f"{sentence}.", claim, len(model.names))
    except Rejected as rejection:
        return Ruling(False, "REJECTED", f"{rejection}.")
    except Exception as error:  # what the checker stumbles over is not accepted
        return Ruling(False, "REJECTED", f"the checker could not finish ({type(error).__name__}).")
