"""The commands about networks: the catalogue of models, and the report on a person's own module."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .display import harmless, output, print_json, working
from .options import Json

if TYPE_CHECKING:
    from ..models.registry import Kind

__all__ = ["models", "report"]


def models(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="one kind: its arguments and laws")] = None,
    json: Json = False,
) -> int:
    """List the kinds of models, or say what is known of one.

    for example:
      conslaw models
      conslaw models attention
    """
    from ..models.registry import kind_of, kinds

    chosen = list(kinds()) if name is None else [kind_of(name.strip().removesuffix("()"))]
    if json:
        print_json({"models": [_data(kind) for kind in chosen]})
        return 0
    out = output()
    if name is None:
        out.table(("model", "what it is"), [(kind.example, kind.summary) for kind in chosen])
        out.note("conslaw models NAME says what is known of one; models may stand inside models, as in momentum(...).")
        return 0
    (kind,) = chosen
    out.heading(f"{kind.name}{kind.signature()}")
    out.text(kind.summary)
    facts = [(argument.name, argument.help) for argument in kind.arguments]
    facts += [("φ", kind.phi), ("source", kind.source)]
    if kind.conserved:
        facts.append(("conserved", kind.conserved))
    if kind.proved:
        facts.append(("number of laws", f"{kind.proved}"))
    facts.append(("example", f'conslaw count "{kind.example}"'))
    out.facts([(label, text) for label, text in facts if text])
    return 0


def _data(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "summary": kind.summary,
        "arguments": [
            {"name": a.name, "type": a.type, "needed": a.needed, "help": a.help, "options": list(a.options)}
            for a in kind.arguments
        ],
        "phi": kind.phi,
        "source": kind.source,
        "conserved": kind.conserved,
        "proved": kind.proved,
        "example": kind.example,
    }


def report(
    network: Annotated[
        str, typer.Argument(metavar="FILE:NAME", help="a Python file and a module in it, or a function that makes one")
    ],
    python: Annotated[
        str | None, typer.Option("--python", metavar="FILE", help="write the models as Python that you can edit")
    ] = None,
    json: Json = False,
) -> int:
    """Report the laws of a torch module, block by block.

    for example:
      conslaw report net.py:build
      conslaw report net.py:build --python laws.py

    This runs the file, as `python net.py` would: use it on files you trust.
    It needs PyTorch: pip install "conslaw_nb[torch]"
    """
    from ..architectures.loading import load_network
    from ..architectures.report import from_torch

    module = load_network(network)
    with working(f"reading {network}"):
        found = from_torch(module)
    if python is not None:
        Path(python).write_text(found.python + "\n", encoding="utf-8")
    if json:
        print_json(
            {
                "network": found.name,
                "parameters": found.parameters,
                "laws": found.count,
                "blocks": [
                    {
                        "name": block.name,
                        "parameters": block.size,
                        "model": block.model,
                        "laws": [
                            {"formula": law.formula, "number": law.count, "why": law.reason} for law in block.laws
                        ],
                        "number": block.count,
                        "verdict": str(block.verdict),
                        "basis": block.basis,
                    }
                    for block in found.blocks
                ],
                "without": sorted(found.without),
                "unknown": found.unknown,
                "notes": found.notes,
            }
        )
        return 0
    out = output()
    out.heading(harmless(found.headline))
    for name, size, formulas, number, basis in found.rows():
        out.heading(harmless(f"{name}: {size} parameters, {number} laws"))
        out.items([harmless(line) for line in formulas.split("\n")])
        out.text(basis)
    for line in found.endnotes():
        out.text(line)
    if python is not None:
        out.text(f"The models are in {python}: run it, edit it.")
    out.note(f"The file of {network} was run to get this network.")
    return 0
