"""The commands about evidence: certify, verify, prove, export."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import CertificateError, SizeError
from ..verdict import Status, Verdict
from .display import complain, output, print_json, working
from .engine import EXIT, brief, several, show_check, typed, verdict_data
from .options import Json, Model, UsageError

if TYPE_CHECKING:
    from .. import checker

__all__ = ["certify", "export", "prove", "verify"]

_LARGEST = 100_000  # bytes: no proof is longer


def certify(
    model: Model,
    output_file: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="the file to write")],
    law: Annotated[str | None, typer.Option(metavar="LAW", help="certify this one law instead of the count")] = None,
    found: Annotated[
        bool, typer.Option("--found", help="certify the laws that conslaw find finds, one by one")
    ] = False,
    json: Json = False,
) -> int:
    """Write a certificate that others can re-check.

    for example:
      conslaw certify "linear(5,5,5,5,5)" -o count.json
          certifies how many laws there are
      conslaw certify "phi(x*y)" --law "x**2 - y**2" -o law.json
          certifies that one law is conserved, or that it is not
      conslaw certify "linear(1,2,2,1)" --found -o laws.json
          certifies the laws that are found, integrals among them

    An older certificate is replaced; any other file is left alone.
    """
    from ..certificates.certificate import certify as prove_it
    from ..laws.finding.finder import find_laws
    from ..models.text import parse_model

    started = perf_counter()
    target = Path(output_file)
    _refuse_to_overwrite(target)
    phi = parse_model(model)
    law = None if law is None else law.strip()
    if law is not None and found:
        raise UsageError("--law and --found do not go together: certify one law, or those that are found")
    with working(f"proving it for {typed(model, 40)}") as tell:
        try:
            certificate = prove_it(find_laws(phi, progress=tell)) if found else prove_it(phi, law=law)
        except CertificateError:
            verdict = None if law is None else _undecided(law, phi)
            if verdict is None:
                raise
            certificate = None
    if certificate is None:
        if json:
            print_json(verdict_data(verdict, phi.text, law) | {"file": None})
        else:
            show_check(verdict, typed(model), brief(law))
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
    if json:
        facts = {key: value for key, value in claim.items() if key not in ("law", "laws")}
        facts |= {"law": law} if law else {"laws": len(claim["laws"])} if found else {}
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
        return EXIT[status]
    out = output()
    out.verdict(status, _claimed(claim, typed(model), law))
    out.text(f"The certificate is in {target} ({_size(size)}).")
    out.text(f"Re-check it with:  conslaw verify {_quoted(target)}")
    out.text(f"or without us:     python -m conslaw_nb.checker {_quoted(target)}")
    return EXIT[status]


def _undecided(law: str, phi: Any) -> Verdict | None:
    """Return the verdict if the law is UNKNOWN: then there was nothing to certify, and that is an answer."""
    from ..laws.checking import check_law

    verdict = check_law(law, phi)
    return verdict if verdict.status is Status.UNKNOWN else None


def _claimed(claim: dict[str, Any], model: str, law: str | None) -> str:
    if claim["kind"] == "count":
        low, high = claim["laws_at_least"], claim["laws_at_most"]
        if claim["exact"]:
            return f"{model} has exactly {several(low, 'independent conservation law')}."
        return f"{model} has between {low} and {high} independent conservation laws."
    if law is None:
        number = several(len(claim["laws"]), "independent conservation law")
        return f"{model} has {number} that {'are listed, and no others' if claim['complete'] else 'are listed'}."
    return f"{brief(law)} is {'not ' if claim['kind'] == 'not_conserved' else ''}conserved by {model}."


def _size(number: int) -> str:
    return f"{number} bytes" if number < 10_000 else f"{number / 1000:.0f} kB"


def _quoted(path: Path) -> str:
    text = str(path)
    return text if re.fullmatch(r"[\w./~+:\\-]+", text) else f'"{text}"'


def _refuse_to_overwrite(target: Path) -> None:
    """Find out before the work that the file cannot be written: an old certificate may be replaced, nothing else."""
    from ..claims.verification import is_certificate

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


def verify(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="certificates, claims or proofs")],
    rocq: Annotated[bool, typer.Option("--rocq", help="have the proof assistant Rocq check certificates too")] = False,
    ocaml: Annotated[bool, typer.Option("--ocaml", help="have Rocq's checker, compiled to OCaml, check them")] = False,
    json: Json = False,
) -> int:
    """Re-check certificates, claims and proofs.

    for example:
      conslaw verify law.json
      conslaw verify *.json
      conslaw verify --rocq law.json          two courts: ours, and Rocq
      conslaw verify --ocaml law.json         ours, and Rocq's checker as a program

    The checker of certificates uses nothing but Python's standard library, nothing
    of the engine; python -m conslaw_nb.checker law.json does the same. A claim or a
    proof is re-checked from its text, and tried by a court that shares nothing with
    us: random sizes, random matrices and numbers modulo random primes.
    """
    from ..claims.verification import examine_file, is_certificate, is_proof

    out = None if json else output()
    worst = 0
    checked = []
    for name in files:
        with working(f"checking {brief(name, 50)}") as progress:
            if rocq or ocaml:
                report, status = _more_courts(name, rocq, ocaml, progress)
            else:
                report, status = examine_file(name)
        if status == 1 and not (rocq or ocaml) and not (is_certificate(Path(name)) or is_proof(name)):
            status = 2  # nothing was claimed, so nothing is rejected
        worst = max(worst, status, key=(0, 3, 1, 2).index)
        summary = report.summary if status != 2 or rocq or ocaml else _unreadable(name, report.summary)
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
    if json:
        print_json({"accepted": worst == 0, "files": checked})
    return worst


def _more_courts(name: str, rocq: bool, ocaml: bool, tell: Callable[[str, float], None]) -> tuple[checker.Ruling, int]:
    """Have the checker and others look at a certificate; a file that was exported for Rocq is left to the others."""
    from .. import checker
    from ..certificates.rocq import ask_ocaml, ask_rocq
    from ..claims.verification import examine_file

    exported = Path(name).suffix == ".v"
    report, status = (None, 0) if exported else examine_file(name)
    if report is not None and status != 0:
        return report, status
    accepted, said = True, [] if report is None else [report.summary.rstrip(".")]
    try:
        for ask in [ask_rocq] * rocq + [ask_ocaml] * ocaml:
            agrees, sentence = ask(Path(name), lambda what: tell(what, 0.0))
            accepted, said = accepted and agrees, [*said, sentence]
    except SizeError as error:
        return checker.Ruling(False, "UNKNOWN", str(error)), 3
    except CertificateError as error:
        return checker.Ruling(False, "REJECTED", str(error)), 2
    verdict = ("PROVED" if report is None else report.verdict) if accepted else "REJECTED"
    return checker.Ruling(accepted, verdict, "; ".join(said)), 0 if accepted else 1


def _checked(verdict: str, summary: str) -> str:
    return summary if verdict in ("REJECTED", "UNKNOWN") else f"{verdict}: {summary}"


def _unreadable(name: str, summary: str) -> str:
    if summary.startswith("cannot be read"):
        return f"'{name}' {summary.rstrip('.')}; give the path of a certificate, such as law.json"
    return f"'{name}' is not a conslaw certificate ({summary.rstrip('.')}): conslaw certify MODEL -o FILE writes one"


def prove(
    file: Annotated[str, typer.Argument(metavar="FILE", help="a text file with a proof")],
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="the model, where the proof does not say it")
    ] = None,
    output_file: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="where to save a proof that is right")
    ] = None,
    json: Json = False,
) -> int:
    """Check a proof of yours, step by step.

    for example:
      conslaw prove law.proof                   a text file, one step a line
      conslaw prove law.proof -o proof.json     for others to re-check
      conslaw prove law.proof --model "phi(x*y)"

    A proof has lines such as
      model phi(x*y)
      <grad (x**2 - y**2), v_1> = 2*x*y - 2*x*y = 0   by computation
      x**2 - y**2 is conserved                        by Proposition 2.5
    """
    from ..claims.proofs import proof

    text = _read(Path(file))
    with working("checking the proof"):
        found = proof(text, model)
        status = 0 if found.reached else 1 if found.verdict.status is Status.REFUTED else 3
    saved = None
    if output_file is not None:
        if not found.reached:
            raise CertificateError(f"'{output_file}' was not written: {found.verdict.reason}")
        saved = _target(Path(output_file))
        found.save(saved)
    if json:
        print_json(found.data | {"missing": found.missing, "file": None if saved is None else str(saved)})
        return status
    out = output()
    out.text(str(found))
    if saved is not None:
        out.text(f"Written to {saved}. Re-check it with:  conslaw verify {saved}")
    return status


def _read(path: Path) -> str:
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise CertificateError(f"'{path}' {what}: give a text file with a proof, such as law.proof")
    try:
        if path.stat().st_size > _LARGEST:
            raise CertificateError(f"'{path}' is too large for a proof: at most {_LARGEST} bytes are read")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CertificateError(f"'{path}' cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CertificateError(f"'{path}' is not a text in UTF-8: save it as plain text") from None


def _target(path: Path) -> Path:
    """Return where to write: an older proof may be replaced, nothing else."""
    from ..claims.verification import is_proof

    if path.exists() and not is_proof(path):
        raise CertificateError(f"'{path}' exists and is not a proof of ours, so it is left alone: give another name")
    return path


def export(
    file: Annotated[str, typer.Argument(metavar="FILE", help="a certificate")],
    rocq: Annotated[bool, typer.Option("--rocq", help="for Rocq, the only kind so far")] = False,
    output_file: Annotated[
        str | None, typer.Option("-o", "--output", metavar="OUT.v", help="the file to write (default: FILE with .v)")
    ] = None,
    json: Json = False,
) -> int:
    """Write a certificate for the proof assistant Rocq.

    for example:
      conslaw export law.json --rocq                  writes law.v beside it
      conslaw export law.json --rocq -o second.v

    Rocq (Coq, Debian's package coq, 8.16) is a second court. The file is short: the
    model, the statement, the evidence, and one line that Rocq computes. That such a
    computation proves the statement is a theorem of a fixed library in this package,
    over the real numbers: laws are constant along every gradient flow, and the count
    holds near the point, for laws of whatever form. Nothing is decided while the file
    is written: conslaw verify --rocq law.v has it checked. Its head says in plain
    words what is proved there and what is not. A proof that was saved by conslaw
    prove is not a certificate, and conslaw verify checks it. What would take Rocq
    many minutes is refused here.
    """
    from ..certificates.rocq import library_hash, rocq_compiler, rocq_name, save_rocq

    if not rocq:
        raise UsageError("--rocq is missing; write it like conslaw export law.json --rocq")
    source = Path(file)
    target = source.with_name(rocq_name(source)) if output_file is None else Path(output_file)
    save_rocq(source, target)
    lines = target.read_bytes().count(b"\n")
    if json:
        print_json({
            "certificate": str(source), "file": str(target), "lines": lines, "theorem": "certified",
            "library": library_hash(),
        })  # fmt: skip
        return 0
    out = output()
    out.text(f"Written to {target}: {lines} lines, the theorem 'certified' at the end. Nothing is decided yet.")
    out.text(f"It rests on the library of this package, of hash {library_hash()}.")
    if rocq_compiler():
        out.text(f"Have Rocq check it with:  conslaw verify --rocq {target}")
    else:
        out.text("Rocq is not installed here: apt-get install coq, or your system's way; then")
        out.text(f"conslaw verify --rocq {target}")
    return 0
