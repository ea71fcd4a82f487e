"""The commands that ask the engine: find laws, count them, check one."""

from __future__ import annotations

import re
from time import perf_counter
from typing import Annotated, Any

import typer

from ..verdict import Status, Verdict
from .display import output, print_json, working
from .options import Json, Model, whole

__all__ = ["EXIT", "brief", "check", "count", "find", "laws", "sentence", "several", "show_check", "verdict_data"]

EXIT = {Status.PROVED: 0, Status.REFUTED: 1, Status.BOUNDED: 3, Status.UNKNOWN: 3}
_MOST_LAWS = 30  # in a terminal; a pipe gets all of them
_SOME_LAWS = 6  # the same where the matrices have said it all


def brief(text: Any, limit: int = 60) -> str:
    """Shorten a text for a line that people read."""
    text = str(text)
    return text if len(text) <= limit else f"{text[: limit * 2 // 3]} ... {text[-limit // 4 :]}"


def typed(model: str, limit: int = 60) -> str:
    """Return the model as the person wrote it, for sentences; JSON has the canonical text."""
    return brief(" ".join(model.split()), limit)


def several(number: int, thing: str) -> str:
    """Write a number of things, with its plural."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def sentence(text: str) -> str:
    """Start a reason with a capital, as a sentence of its own."""
    return text[:1].upper() + text[1:]


def laws(
    model: Model,
    degree: Annotated[int, typer.Option(parser=whole, metavar="K", help="the highest degree looked at")] = 2,
    json: Json = False,
) -> int:
    """Find all polynomial laws up to a degree.

    for example:
      conslaw laws "linear(2,3,2)"
      conslaw laws "phi(x**2*y)" --degree 3
    """
    from ..laws.search import conservation_laws
    from ..models.text import parse_model

    started = perf_counter()
    phi = parse_model(model)
    with working(f"looking for laws of {typed(model, 40)} up to degree {degree}"):
        found = conservation_laws(phi, degree)
        matrices = [(_unicode(name), matrix.shape[0]) for name, matrix in found.matrices()] if len(found) else []
    seconds = perf_counter() - started
    if json:
        print_json(
            {
                "model": phi.text,
                "degree": degree,
                "laws": [law.text for law in found],
                "independent": found.independent,
                "independent_at_most": found.independent_at_most,
                "matrices": [{"name": name, "size": size} for name, size in matrices],
                "verdict": str(found.verdict.status),
                "reason": found.verdict.reason,
                "seconds": round(seconds, 3),
            }
        )
        return 0
    out = output()
    number = f"{several(len(found), 'law')} of degree at most {degree}"
    few = "" if found.independent == found.independent_at_most else "at least "
    independent = f", {few}{found.independent} of them independent" if len(found) > found.independent else ""
    out.verdict(found.verdict.status, f"{typed(model)} has {number}{independent}.")
    if not len(found):
        out.text(
            f"No polynomial of degree at most {degree} is conserved, but for constants. "
            f'Try a higher --degree, or conslaw count "{typed(model)}": a law need not be a polynomial.'
        )
        return 0
    explained = sum(size * (size + 1) // 2 for _, size in matrices) == len(found)
    if matrices:
        out.text(f"{'They are' if explained else 'Among them are'} the entries, on and above the diagonal, of")
        for name, size in matrices:
            out.text(f"    {name}   ({size} × {size})")
        out.text("One by one:")
    out.items([law.text for law in found], limit=_SOME_LAWS if explained else _MOST_LAWS)
    out.note(f"{sentence(found.verdict.reason)} {seconds:.2f} s")
    return 0


def find(
    model: Model,
    kinds: Annotated[
        str | None, typer.Option(metavar="KINDS", help="only these: polynomial,rational,Darboux,logarithmic,quadrature")
    ] = None,
    degree: Annotated[int, typer.Option(parser=whole, metavar="K", help="the highest degree tried")] = 4,
    json: Json = False,
) -> int:
    """Find laws of every kind until there are as many as there can be.

    for example:
      conslaw find "phi(x + y**2/2)"                  y*exp(-x)
      conslaw find "linear(1,2,2,1)"                  seven, the last an integral
      conslaw find "phi(u*v + s*t + s*t*u*v)" --kinds polynomial,logarithmic

    certify MODEL --found -o FILE writes down what is found.
    """
    from ..laws.finding.finder import find_laws
    from ..laws.finding.found import KINDS
    from ..models.text import parse_model

    started = perf_counter()
    phi = parse_model(model)
    wanted = KINDS if kinds is None else [kind.strip() for kind in kinds.split(",")]
    with working(f"looking for laws of {typed(model, 40)}") as tell:
        found = find_laws(phi, wanted, degree, progress=tell)
    seconds = perf_counter() - started
    if json:
        print_json(found.as_dict() | {"verdict": str(found.verdict.status), "seconds": round(seconds, 3)})
        return EXIT[found.verdict.status]
    out = output()
    out.verdict(found.verdict.status, f"{typed(model)}: {found.summary.split('; tried')[0]}.")
    out.items([law.line for law in found], limit=_MOST_LAWS)
    for where in {law.form.where: law.form.let for law in found if law.form is not None}.values():
        out.text("where" if where else "")
        out.facts([(name, brief(value, 120)) for name, value in where.items()])
    if not found.complete:
        out.text(f"Tried: {'; '.join(found.tried)}.")
    out.note(f"{seconds:.2f} s")
    return EXIT[found.verdict.status]


def _unicode(name: str) -> str:
    r"""Write the LaTeX name of a matrix in plain signs.

    for example:
    >>> _unicode(r"U_{1}^\top U_{1} - U_{2} U_{2}^\top")
    'U_1ᵀU_1 − U_2U_2ᵀ'
    """
    name = re.sub(r"_\{(\w+)\}", r"_\1", name).replace(r"^\top", "ᵀ").replace(" - ", "−")
    return name.replace(" ", "").replace("−", " − ")


def count(
    model: Model,
    point: Annotated[
        str | None,
        typer.Option(
            metavar="POINT", help='count near these integers: "x=1, y=2", or "1, 2" in the order of the variables'
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Count the independent laws, with proof.

    for example:
      conslaw count "linear(5,5,5,5,5)"
      conslaw count "phi(x + y**2/2)" --json
      conslaw count "flow(linear(2,2,2), momentum=1/2, decay=1/3)"
      conslaw count "phi(x*y)" --point "x=1, y=0"      at a point of your choice
    """
    from ..laws.counting import count_laws
    from ..models.points import exact_point
    from ..models.text import parse_model

    phi = parse_model(model)
    near = None if point is None else list(exact_point(phi, point))
    with working(f"counting the laws of {typed(model, 40)}") as tell:
        answer = count_laws(phi, near, progress=tell)
    if json:
        print_json(answer.as_dict())
        return EXIT[answer.verdict.status]
    out = output()
    if answer.laws is not None:
        number = f"exactly {several(answer.laws, 'independent conservation law')}"
        difference = f"D − dim Lie = {phi.dimension} − {answer.dim_lie} = {answer.laws}"
    else:
        number = f"between {answer.laws_at_least} and {answer.laws_at_most} independent conservation laws"
        difference = f"at least {answer.laws_at_least}, at most {answer.laws_at_most}"
    out.verdict(answer.verdict.status, f"{typed(model)} has {number}.")
    facts = [
        ("parameters", f"D = {phi.dimension}"),
        ("components" if hasattr(phi, "components") else "generators", f"d = {phi.count}"),
        ("laws", difference),
    ]
    if phi.domain:
        facts.append(("where", brief(phi.domain.text, 120)))
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
    out.text(sentence(answer.verdict.reason))
    out.note(f"{answer.seconds:.2f} s")
    return EXIT[answer.verdict.status]


def check(
    model: Model,
    law: Annotated[str, typer.Argument(metavar="LAW", help="a function of the parameters, in quotes")],
    json: Json = False,
) -> int:
    """Decide whether one law is conserved.

    for example:
      conslaw check "phi(x*y)" "x**2 - y**2"          PROVED
      conslaw check "phi(x*y)" "x + y"                REFUTED, with a witness
      conslaw check "linear(1,1,1)" "U1[1,1]**2 - U2[1,1]**2"
      conslaw check "phi(x + y**2/2)" "y*exp(-x)"     exp, log, sqrt are read
    """
    from ..laws.checking import check_law
    from ..models.text import parse_model

    started = perf_counter()
    phi = parse_model(model)
    law = law.strip()
    with working(f"deciding whether {brief(law, 30)} is conserved by {typed(model, 30)}"):
        verdict = check_law(law, phi)
    seconds = perf_counter() - started
    if json:
        print_json(verdict_data(verdict, phi.text, law) | {"seconds": round(seconds, 3)})
    else:
        show_check(verdict, typed(model), brief(law))
    return EXIT[verdict.status]


def verdict_data(verdict: Verdict, model: str, law: str) -> dict[str, Any]:
    """Return what --json says of a verdict on one law."""
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


def show_check(verdict: Verdict, model: str, law: str) -> None:
    """Write a verdict on one law, with the witness where there is one."""
    out = output()
    words = {
        Status.PROVED: "is a constant" if verdict.details.get("constant") else f"is conserved by {model}",
        Status.REFUTED: f"is not conserved by {model}",
    }
    out.verdict(verdict.status, f"{law} {words.get(verdict.status, f'was not decided for {model}')}.")
    witness = verdict.witness
    if witness is None:
        out.text(sentence(verdict.reason))
        return
    out.facts(
        [
            ("generator χ", f"{brief(witness.label)}, index {witness.generator}"),
            ("point", brief(witness.point_text, 300)),
            ("⟨∇h, χ⟩ there", f"{brief(witness.value, 120)}, and a law needs 0 everywhere"),
        ]
    )
