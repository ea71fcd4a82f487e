"""What each command does: it asks the engine, has the answer written, and returns the exit status."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from pathlib import Path
from time import perf_counter
from typing import Any

from ..claims.verification import is_certificate
from ..errors import CertificateError, ModelError
from ..verdict import Status, Verdict
from .classroom import course, solutions
from .display import complain, output, print_json, working
from .exporting import export
from .lecturing import slides
from .notebook_commands import check_notebook, new_lesson
from .opening import doctor, lab
from .proving import prove
from .reading import statements

__all__ = [
    "certify",
    "check",
    "check_notebook",
    "count",
    "course",
    "doctor",
    "export",
    "lab",
    "laws",
    "new_lesson",
    "prove",
    "slides",
    "solutions",
    "statements",
    "verify",
]

_EXIT = {Status.PROVED: 0, Status.REFUTED: 1, Status.BOUNDED: 3, Status.UNKNOWN: 3}
_MOST_LAWS = 30  # in a terminal; a pipe gets all of them
_SOME_LAWS = 6  # the same where the matrices have said it all


def _brief(text: Any, limit: int = 60) -> str:
    """Shorten a text for a line that people read."""
    text = str(text)
    return text if len(text) <= limit else f"{text[: limit * 2 // 3]} ... {text[-limit // 4 :]}"


def _typed(options: Namespace, limit: int = 60) -> str:
    """Return the model as the person wrote it, for sentences; JSON has the canonical text."""
    return _brief(" ".join(options.model.split()), limit)


def _several(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


# -- count -----------------------------------------------------------------------------------------------


def count(options: Namespace) -> int:
    """Count the independent laws."""
    from ..laws.counting import count_laws
    from ..models.text import parse_model

    phi = parse_model(options.model)
    point = None if options.point is None else read_point(options.point)
    with working(f"counting the laws of {_typed(options, 40)}"):
        answer = count_laws(phi, point)
    if options.json:
        print_json(answer.as_dict())
        return _EXIT[answer.verdict.status]
    out = output()
    if answer.laws is not None:
        number = f"exactly {_several(answer.laws, 'independent conservation law')}"
        sentence = f"D − dim Lie = {phi.dimension} − {answer.dim_lie} = {answer.laws}"
    else:
        number = f"between {answer.laws_at_least} and {answer.laws_at_most} independent conservation laws"
        sentence = f"at least {answer.laws_at_least}, at most {answer.laws_at_most}"
    out.verdict(answer.verdict.status, f"{_typed(options)} has {number}.")
    facts = [
        ("parameters", f"D = {phi.dimension}"),
        ("generators" if phi.kind == "fields" else "components", f"d = {phi.count}"),
        ("laws", sentence),
    ]
    if phi.dimension <= 8:
        facts.append(("near", ", ".join(f"{name} = {value}" for name, value in answer.point.items())))
    out.facts(facts)
    steps = [
        (
            f"W_{step.level}",
            "1 generator" if step.level == 0 else f"up to {step.level + 1} generators",
            f"{'' if step.certain else '≥ '}{step.dimension}",
            step.dimension,
        )
        for step in answer.steps
    ]
    out.staircase(steps, phi.dimension)
    out.text(_sentence(answer.verdict.reason))
    out.note(f"{answer.seconds:.2f} s")
    return _EXIT[answer.verdict.status]


def read_point(text: str) -> Any:
    """Read ``x=1, y=-2`` (by name) or ``1, -2`` (in order).

    Raises
    ------
    ModelError
        With the part that is no integer, or is given twice.

    Examples
    --------
    >>> read_point("x=1, y=-2")
    {'x': 1, 'y': -2}
    >>> read_point("1,-2")
    [1, -2]
    """
    named: dict[str, int] = {}
    values: list[int] = []
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.rpartition("="))
        if not re.fullmatch(r"[+-]?\d{1,300}", value, re.ASCII) or bool(equals) != bool(name):
            raise ModelError(
                f'{_brief(part.strip(), 40)!r} is no coordinate: write a point of integers like "x=1, y=-2", or "1, -2"'
            )
        if name in named:
            raise ModelError(f"the coordinate {name!r} of the point is given twice")
        if name:
            named[name] = int(value)
        else:
            values.append(int(value))
    if named and values:
        raise ModelError("some coordinates of the point have a name and some have none: give all names, or none")
    return named or values


def _sentence(text: str) -> str:
    """Start a reason with a capital, as a sentence of its own."""
    return text[:1].upper() + text[1:]


# -- laws ------------------------------------------------------------------------------------------------


def laws(options: Namespace) -> int:
    """Find the polynomial laws."""
    from ..laws.search import conservation_laws
    from ..models.text import parse_model

    started = perf_counter()
    phi = parse_model(options.model)
    with working(f"looking for laws of {_typed(options, 40)} up to degree {options.degree}"):
        found = conservation_laws(phi, options.degree)
        matrices = [(_unicode(name), matrix.shape[0]) for name, matrix in found.matrices()] if len(found) else []
    seconds = perf_counter() - started
    if options.json:
        print_json(
            {
                "model": phi.text,
                "degree": options.degree,
                "laws": [law.text for law in found],
                "independent": found.independent,
                "matrices": [{"name": name, "size": size} for name, size in matrices],
                "verdict": str(found.verdict.status),
                "reason": found.verdict.reason,
                "seconds": round(seconds, 3),
            }
        )
        return 0
    out = output()
    number = f"{_several(len(found), 'law')} of degree at most {options.degree}"
    independent = f", {found.independent} of them independent" if len(found) > found.independent else ""
    out.verdict(found.verdict.status, f"{_typed(options)} has {number}{independent}.")
    if not len(found):
        out.text(
            f"No polynomial of degree at most {options.degree} is conserved, but for constants. "
            f'Try a higher --degree, or conslaw count "{_typed(options)}": a law need not be a polynomial.'
        )
        return 0
    explained = sum(size * (size + 1) // 2 for _, size in matrices) == len(found)
    if matrices:
        out.text(f"{'They are' if explained else 'Among them are'} the entries, on and above the diagonal, of")
        for name, size in matrices:
            out.text(f"    {name}   ({size} × {size})")
        out.text("One by one:")
    out.items([law.text for law in found], limit=_SOME_LAWS if explained else _MOST_LAWS)
    out.note(f"{_sentence(found.verdict.reason)} {seconds:.2f} s")
    return 0


def _unicode(name: str) -> str:
    r"""Write the LaTeX name of a matrix in plain signs.

    Examples
    --------
    >>> _unicode(r"U_{1}^\top U_{1} - U_{2} U_{2}^\top")
    'U_1ᵀU_1 − U_2U_2ᵀ'
    """
    name = re.sub(r"_\{(\w+)\}", r"_\1", name).replace(r"^\top", "ᵀ").replace(" - ", "−")
    return name.replace(" ", "").replace("−", " − ")


# -- check -----------------------------------------------------------------------------------------------


def check(options: Namespace) -> int:
    """Decide whether one function is conserved."""
    from ..laws.checking import check_law
    from ..models.text import parse_model

    started = perf_counter()
    phi = parse_model(options.model)
    law = options.law.strip()
    with working(f"deciding whether {_brief(law, 30)} is conserved by {_typed(options, 30)}"):
        verdict = check_law(law, phi)
    seconds = perf_counter() - started
    if options.json:
        print_json(_verdict_data(verdict, phi.text, law) | {"seconds": round(seconds, 3)})
    else:
        _show_check(verdict, _typed(options), _brief(law))
    return _EXIT[verdict.status]


def _verdict_data(verdict: Verdict, model: str, law: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "model": model,
        "law": law,
        "verdict": str(verdict.status),
        "reason": verdict.reason,
        "witness": None,
    }
    if verdict.details.get("constant"):
        data["constant"] = True
    if verdict.witness is not None:
        witness = verdict.witness
        data["witness"] = {
            "generator": witness.generator,
            "label": witness.label,
            "point": {name: str(value) for name, value in witness.point.items()},
            "value": str(witness.value),
        }
    return data


def _show_check(verdict: Verdict, model: str, law: str) -> None:
    out = output()
    words = {
        Status.PROVED: "is a constant" if verdict.details.get("constant") else f"is conserved by {model}",
        Status.REFUTED: f"is not conserved by {model}",
    }
    out.verdict(verdict.status, f"{law} {words.get(verdict.status, f'was not decided for {model}')}.")
    witness = verdict.witness
    if witness is None:
        out.text(_sentence(verdict.reason))
        return
    out.facts(
        [
            ("generator χ", f"{_brief(witness.label)}, index {witness.generator}"),
            ("point", _brief(witness.point_text, 300)),
            ("⟨∇h, χ⟩ there", f"{_brief(witness.value, 120)}, and a law needs 0 everywhere"),
        ]
    )


# -- certify and verify ----------------------------------------------------------------------------------


def certify(options: Namespace) -> int:
    """Write a certificate: of the count, or of one law."""
    from ..certificates.certificate import certify as prove
    from ..models.text import parse_model

    started = perf_counter()
    target = Path(options.output)
    _refuse_to_overwrite(target)
    phi = parse_model(options.model)
    law = None if options.law is None else options.law.strip()
    with working(f"proving it for {_typed(options, 40)}"):
        try:
            certificate = prove(phi) if law is None else prove(phi, law=law)
        except CertificateError:
            verdict = None if law is None else _undecided(law, phi)
            if verdict is None:
                raise
            certificate = None
    if certificate is None:
        if options.json:
            print_json(_verdict_data(verdict, phi.text, law) | {"file": None})
        else:
            _show_check(verdict, _typed(options), _brief(law))
            complain(f"nothing was written to '{target}': what is not decided has no certificate")
        return 3
    certificate.save(target)
    claim = certificate.claim
    status = Status.PROVED
    if claim["kind"] == "not_conserved":
        status = Status.REFUTED
    elif claim["kind"] == "count" and not claim["exact"]:
        status = Status.BOUNDED
    size = target.stat().st_size
    if options.json:
        facts = {key: value for key, value in claim.items() if key != "law"} | ({"law": law} if law else {})
        print_json(
            {
                "model": phi.text,
                "file": str(target),
                "bytes": size,
                "claim": facts,
                "verdict": str(status),
                "seconds": round(perf_counter() - started, 3),
            }
        )
        return _EXIT[status]
    out = output()
    out.verdict(status, _claimed(claim, _typed(options), law))
    out.text(f"The certificate is in {target} ({_size(size)}).")
    out.text(f"Re-check it with:  conslaw verify {_quoted(target)}")
    out.text(f"or without us:     python -m conslaw_nb.checker {_quoted(target)}")
    return _EXIT[status]


def _undecided(law: str, phi: Any) -> Verdict | None:
    """Return the verdict if the law is UNKNOWN: then there was nothing to certify, and that is an answer."""
    from ..laws.checking import check_law

    verdict = check_law(law, phi)
    return verdict if verdict.status is Status.UNKNOWN else None


def _claimed(claim: dict[str, Any], model: str, law: str | None) -> str:
    if claim["kind"] == "count":
        low, high = claim["laws_at_least"], claim["laws_at_most"]
        if claim["exact"]:
            return f"{model} has exactly {_several(low, 'independent conservation law')}."
        return f"{model} has between {low} and {high} independent conservation laws."
    return f"{_brief(law)} is {'' if claim['kind'] == 'conserved' else 'not '}conserved by {model}."


def _size(number: int) -> str:
    return f"{number} bytes" if number < 10_000 else f"{number / 1000:.0f} kB"


def _quoted(path: Path) -> str:
    text = str(path)
    return text if re.fullmatch(r"[\w./~+:\\-]+", text) else f'"{text}"'


def _refuse_to_overwrite(target: Path) -> None:
    """Find out before the work that the file cannot be written: an old certificate may be replaced, nothing else."""
    if target.is_dir():
        raise CertificateError(f"'{target}' is a folder: give the name of a file, such as '{target / 'law.json'}'")
    if target.exists() and not is_certificate(target):
        raise CertificateError(
            f"'{target}' exists and is not a conslaw certificate, so it is left alone: give another name, or remove it"
        )
    folder = target.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        what = "cannot be written" if folder.is_dir() else "does not exist"
        raise CertificateError(f"the folder '{folder}' {what}: choose a folder that exists and that you may write to")


def verify(options: Namespace) -> int:
    """Re-check files: certificates need only the checker and the standard library, claims and proofs the engine too."""
    from ..claims.verification import examine, is_proof

    out = None if options.json else output()
    worst = 0
    checked = []
    for name in options.files:
        with working(f"checking {_brief(name, 50)}"):
            report, status = examine(name)
        if status == 1 and not (is_certificate(Path(name)) or is_proof(name)):
            status = 2  # nothing was claimed, so nothing is rejected
        worst = max(worst, status, key=(0, 3, 1, 2).index)
        summary = report.summary if status != 2 else _unreadable(name, report.summary)
        accepted = status == 0
        checked.append({"file": name, "accepted": accepted, "verdict": report.verdict, "summary": summary})
        if out is None:
            continue
        if status == 2:
            complain(summary)
        else:
            # The claim itself may be a refutation: what the checker thinks of the file comes first.
            shown = "ACCEPTED" if accepted else "UNKNOWN" if status == 3 else "REJECTED"
            out.verdict(shown, f"{name}: {_checked(report.verdict, summary)}")
    if options.json:
        print_json({"accepted": worst == 0, "files": checked})
    return worst


def _checked(verdict: str, summary: str) -> str:
    return summary if verdict in ("REJECTED", "UNKNOWN") else f"{verdict}: {summary}"


def _unreadable(name: str, summary: str) -> str:
    if summary.startswith("cannot be read"):
        return f"'{name}' {summary.rstrip('.')}; give the path of a certificate, such as law.json"
    return f"'{name}' is not a conslaw certificate ({summary.rstrip('.')}): conslaw certify MODEL -o FILE writes one"
