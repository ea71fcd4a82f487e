"""Claims and proofs as data for the court: what is said, of what, written from the trees that were read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ..errors import CertificateError
from ..language import read_expression, read_point
from ..language.sentences import (
    Complete,
    Conserved,
    Count,
    Dimension,
    Equal,
    Factors,
    FunctionOf,
    Independent,
    InTrace,
    Involutive,
    Sentence,
)
from ..language.tree import Node, names_in
from ..models.fields import VectorFields
from ..models.networks import Factorization
from .court_trees import Data, tree_data
from .proof_engine import Case
from .proof_matrices import MatrixCase
from .proof_polynomials import PolynomialCase
from .proof_records import Checked

__all__ = ["claim_data", "file_text", "proof_data"]

EVERY = "every"
_UNKNOWN = -7  # what v_i is where it stands for every generator

Write = Callable[[Node], Data]


def file_text(data: dict[str, Any]) -> str:
    """Write data as the text of a file, the same each time: one line for each entry, and for each entry of a list."""

    def value(entry: Any) -> str:
        return json.dumps(entry, ensure_ascii=False)

    lines = []
    for key, entry in data.items():
        rows = ",\n".join(f"  {value(row)}" for row in entry) if isinstance(entry, list) and entry else ""
        lines.append(f' "{key}": ' + (f"[\n{rows}\n ]" if rows else value(entry)))
    return "{\n" + ",\n".join(lines) + "\n}\n"


# -- sentences -------------------------------------------------------------------------------------------


def _statement(sentence: Sentence, write: Write, model: VectorFields | None, flow: bool = True) -> dict[str, Any]:
    """Write what a sentence says."""
    point = getattr(sentence, "point", None)
    at = None
    if point is not None and model is not None:
        numbers = read_point(point, model.variables, model.brief)
        at = {name: str(x) for name, x in zip(model.variables, numbers, strict=True)}
    no = "not " if getattr(sentence, "negated", False) else ""
    of = _functions(getattr(sentence, "functions", ()), write, model)
    match sentence:
        case Conserved() | Complete() | Factors():
            kind = {Conserved: "conserved", Complete: "complete", Factors: "factors"}[type(sentence)]
            return {"kind": no + kind, "of": of}
        case Independent():
            return {"kind": f"{no}independent", "of": of, "at": at}
        case FunctionOf():
            return {"kind": "function of", "of": of}
        case Count():
            return {"kind": "count", "how": sentence.relation, "number": sentence.number}
        case Dimension():
            said = {"of": sentence.space, "how": sentence.relation, "number": sentence.number, "at": at}
            return {"kind": "dimension", **said}
        case Involutive():
            return {"kind": f"{no}involutive"}
        case InTrace():
            return {"kind": f"{no}in W", "of": [write(sentence.field)], "at": at}
        case Equal():
            sides = [write(side) for side in sentence.sides]
            return {"kind": "equal", "sides": sides, "every": bool(sentence.every), "flow": flow}
    raise CertificateError(f"'{sentence.said}' cannot be tried by the court, so there is nothing to save")


def _functions(functions: tuple[Node, ...], write: Write, model: VectorFields | None) -> list[Data]:
    """Write functions; the matrix U^T*U - V^T*V of a factorization stands for its entries."""
    whole = (read_expression("U^T*U - V^T*V", ("U", "V")),)
    if not isinstance(model, Factorization) or functions != whole:
        return [write(h) for h in functions]

    def squares(matrix: str, rows: int, a: int, b: int) -> Data:
        return ["+", *(["*", f"{matrix}_{i}_{a}", f"{matrix}_{i}_{b}"] for i in range(1, rows + 1))]

    pairs = [(a, b) for a in range(1, model.r + 1) for b in range(a, model.r + 1)]
    return [["-", squares("U", model.n, a, b), squares("V", model.m, a, b)] for a, b in pairs]


# -- claims ----------------------------------------------------------------------------------------------

_TWO_LAYERS: dict[str, Any] = {
    "given": {"U": ["n", "r"], "V": ["m", "r"], "G": ["n", "m"]},
    "flow": {
        "velocities": {"U": ["-", ["*", "G", "V"]], "V": ["-", ["*", ["T", "G"], "U"]]},
        "of": [["*", "U", ["T", "V"]]],
        "gradients": ["G"],
    },
}


def claim_data(sentence: Sentence, model: VectorFields | None) -> dict[str, Any]:
    """Write a claim: its text so that it can stand alone, what it is about, and what it says.

    Raises CertificateError: it has no such form: it is about a loss, or holds exp, log or roots.
    """
    sizes = isinstance(sentence, Conserved) and sentence.sizes is not None
    if sizes:
        about, model = _TWO_LAYERS, None
    elif model is not None:
        about = {"model": model.model_data()}
    else:  # an equality about no model: its variables are what it is about
        names = list(names_in(*sentence.trees)) or ["x"]
        about = {"model": {"kind": "map", "variables": names, "components": [[]]}}

    def name(said: str) -> Data:
        if sizes:
            return _size(said)
        generator = None if model is None or said in model.variables else re.fullmatch(r"(?:v|chi|χ)_?(\d{1,6})", said)
        return ["v", int(generator[1])] if generator else said

    def write(node: Node) -> Data:
        return tree_data(node, name, lambda part: not sizes)

    says = _statement(sentence, write, model)
    return {"text": sentence.statement(None if model is None else model.text), "about": about, "says": says}


def _size(name: str) -> Data:
    """Write a name in a claim for all sizes: n, m and r may stand as numbers, and I_n is an identity."""
    if name in ("n", "m", "r"):
        return ["size", name]
    return ["I", name[2:]] if name in ("I_n", "I_m", "I_r") else name


# -- proofs ----------------------------------------------------------------------------------------------


def proof_data(checked: Checked) -> dict[str, Any]:
    """Write what a finished proof is about, its definitions, its goals and its steps; for others nothing of it."""
    steps: list[dict[str, Any]] = [
        {"line": step.place, "text": step.text, "status": step.status, "says": None}
        for step in checked.steps
        if step.number
    ]
    if not checked.reached or checked.room is None:
        return {"about": None, "lets": [], "goals": [], "steps": steps}
    case = checked.room.case
    for entry, step in zip(steps, (step for step in checked.steps if step.number), strict=True):
        assert step.says is not None
        entry["says"] = _said(case, step.says, step.by_flow)
    goals = [_said(case, goal) for goal in checked.goals]
    lets = [[name, _writer(case)(node)] for name, node in case.definitions.items()]
    return {"about": _about(case), "lets": lets, "goals": goals, "steps": steps}


def _said(case: Case, sentence: Sentence, flow: bool = True) -> dict[str, Any]:
    every = sentence.every if isinstance(sentence, Equal) else ""
    model = case.model if isinstance(case, PolynomialCase) else None
    return _statement(sentence, _writer(case, every), model, flow)


def _writer(case: Case, every: str = "") -> Write:
    """Return how trees of a proof are written, with the names that it knows."""
    if isinstance(case, MatrixCase):
        return lambda node: tree_data(node, lambda name: _matrix_name(case, name), case.fields.is_field)
    return lambda node: tree_data(node, lambda name: _model_name(case, name, every))


def _matrix_name(case: MatrixCase, name: str) -> Data:
    if name in case.definitions or name in case.given:
        return name
    size = name.removeprefix("I_")
    if size not in case.space.sizes:
        raise CertificateError(f"{name!r} has no meaning that can be written down")
    return ["size", size] if size == name else ["I", size]


def _model_name(case: PolynomialCase, name: str, every: str) -> Data:
    if name in case.places or name in case.definitions:
        return name
    case.every, case.index = every, _UNKNOWN
    for head, index in (("v", case._generator(name)), ("phi", case._component(name))):
        if index is not None:
            return [head, EVERY if index == _UNKNOWN else index + 1]
    raise CertificateError(f"{name!r} has no meaning that can be written down")


def _about(case: Case) -> dict[str, Any]:
    if isinstance(case, PolynomialCase):
        return {"model": case.model.model_data()}
    given = {}
    for name in case.given:
        letter = case.space.letter(name)
        given[name] = [letter.rows, letter.columns, *([letter.kind] if letter.kind != "general" else [])]
    if case.flow is None:
        return {"given": given, "flow": None}
    write = _writer(case)
    velocities = {}
    for name, value in case.flow.items():
        tree = case.flow_trees.get(name) or read_expression(value.text, scope=case.scope)
        velocities[name] = write(tree)
    flow = {"velocities": velocities, "of": [write(part) for part in case.phi_trees], "gradients": list(case.gradients)}
    return {"given": given, "flow": flow}
